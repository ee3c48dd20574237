//! Values that must not be shown, and how they are found where somebody has
//! copied them: servers repeat what they were sent, and copy one field into
//! another.

use std::{fmt::Write, ops::Range};

use serde_json::Value;

use super::folded::{Compared, Folded, Reading, is_of_word};
use crate::model::{FieldPath, Leaf, Shown, Tree, shown::MASK};

/// A shorter value is left alone: it is in any text by chance, and the text would
/// be destroyed for nothing.
const LOOKED_FOR_FROM_BYTES: usize = 3;

/// A value with as many letters and digits is found whatever stands between them.
/// A shorter one would be found across the words of any sentence.
const SPACED_OUT_FROM_CHARACTERS: usize = 8;

/// Where a text was cut, so many characters of a value are looked for before the
/// cut. Fewer tell nothing, and end many a text by chance.
const CUT_FROM_CHARACTERS: usize = 4;

/// What stands where a text was cut.
const CUT: char = '…';

/// The values of hidden fields.
#[derive(Default)]
pub struct HiddenValues {
    /// Longer ones first, so that a value that contains another one is found
    /// before that.
    values: Vec<HiddenValue>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct HiddenValue {
    /// In lower case.
    text: String,
    compared: Compared,
    /// Whether it is so short and plain that it stands in longer words by chance,
    /// where a mask would destroy the word and give the value away.
    is_word: bool,
    /// What is shown instead.
    masked: String,
}

impl HiddenValues {
    /// Some texts that are shown as a mask without an end.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hidden = Self::default();
        for text in texts {
            hidden.add(text, MASK);
        }
        hidden.sorted()
    }

    /// What stands in the hidden fields of trees.
    #[must_use]
    pub fn in_trees<'a, F: Fn(FieldPath) -> bool>(
        trees: impl IntoIterator<Item = (&'a Tree, F)>,
    ) -> Self {
        let mut hidden = Self::default();
        for (tree, is_hidden) in trees {
            hidden.add_tree(tree, is_hidden);
        }
        hidden.sorted()
    }

    /// Adds what stands in the hidden fields of a tree.
    #[must_use]
    pub fn and(mut self, tree: &Tree, is_hidden: impl Fn(FieldPath) -> bool) -> Self {
        self.add_tree(tree, is_hidden);
        self.sorted()
    }

    fn add_tree(&mut self, tree: &Tree, is_hidden: impl Fn(FieldPath) -> bool) {
        for (path, leaf) in tree.iter() {
            if let Shown::Masked(masked) = Shown::of(leaf, is_hidden(path)) {
                texts(leaf, &mut |text| self.add(text, &masked));
            }
        }
    }

    fn add(&mut self, value: &str, masked: &str) {
        for spelling in spellings(value.trim()) {
            let folded = |compared| Folded::of(&spelling, compared, Reading::Written).text;
            let letters = folded(Compared::LettersAndDigits);
            let (text, compared) = if letters.chars().count() >= SPACED_OUT_FROM_CHARACTERS {
                (letters, Compared::LettersAndDigits)
            } else {
                (folded(Compared::Characters), Compared::Characters)
            };
            if text.len() >= LOOKED_FOR_FROM_BYTES {
                self.values.push(HiddenValue {
                    is_word: compared == Compared::Characters && text.chars().all(is_of_word),
                    text,
                    compared,
                    masked: masked.to_owned(),
                });
            }
        }
    }

    fn sorted(mut self) -> Self {
        self.values
            .sort_by(|one, other| (other.text.len(), other).cmp(&(one.text.len(), one)));
        self.values.dedup();
        self
    }

    /// Masks each of them in a text, however it is written there, also the start
    /// of one at a place where the text was cut.
    pub fn mask_in(&self, text: &mut String) {
        self.replace_in(text, |_, folded, value| {
            let spans = folded.spans_of(&value.text, value.is_word);
            (spans.collect(), &value.masked)
        });
        if text.contains(CUT) {
            self.replace_in(text, |text, folded, value| {
                (cut_off(text, folded, value), MASK)
            });
        }
    }

    /// Masks what is found of each value. The text is read again only where it
    /// has changed: there may be very many values.
    fn replace_in<'a>(
        &'a self,
        text: &mut String,
        find: impl Fn(&str, &Folded, &'a HiddenValue) -> (Vec<Range<usize>>, &'a str),
    ) {
        for reading in Read::readings(text) {
            let mut read = Read::of(text, reading);
            for value in &self.values {
                let (spans, masked) = find(text, read.compared_with(value), value);
                if !spans.is_empty() {
                    replace(text, spans, masked);
                    read = Read::of(text, reading);
                }
            }
        }
    }

    /// Whether one of them stands in a value.
    #[must_use]
    pub fn are_in(&self, leaf: &Leaf) -> bool {
        let mut found = false;
        texts(leaf, &mut |text| found |= self.are_in_text(text));
        found
    }

    /// Whether showing the old value of a field beside its new one would tell one
    /// of them: it stands in the old one, and the new one, which is shown anyway,
    /// does not start or end with the same text up to it. Elsewhere in the new one
    /// it counts for nothing: a new value could otherwise hold a whole list of
    /// guesses, and the old one would be shown if the right one is among them.
    #[must_use]
    pub fn are_told_by(&self, old: &Leaf, new: &Leaf) -> bool {
        match (old, new) {
            (Leaf::Text(old), Leaf::Text(new)) => self.stand_in(old, |value, reading, span| {
                let new_read = Read::of(new, reading);
                let mut shown = value.spans_in(&new_read);
                shown.any(|shown| {
                    old[..span.end] == new[..shown.end] || old[span.start..] == new[shown.start..]
                })
            }),
            _ => self.are_in(old),
        }
    }

    /// Whether one of them stands in a text.
    #[must_use]
    pub fn are_in_text(&self, text: &str) -> bool {
        self.stand_in(text, |_, _, _| false)
    }

    /// Whether one of them stands in a text at places that are all not known from
    /// elsewhere.
    fn stand_in(
        &self,
        text: &str,
        is_known: impl Fn(&HiddenValue, Reading, Range<usize>) -> bool,
    ) -> bool {
        if self.values.is_empty() {
            return false;
        }
        Read::readings(text).any(|reading| {
            let read = Read::of(text, reading);
            let mut values = self.values.iter();
            values.any(|value| {
                let mut spans = value.spans_in(&read).peekable();
                let stands = spans.peek().is_some();
                stands && !spans.any(|span| is_known(value, reading, span))
            })
        })
    }
}

impl HiddenValue {
    /// Where it stands in a text.
    fn spans_in(&self, read: &Read) -> impl Iterator<Item = Range<usize>> {
        read.compared_with(self).spans_of(&self.text, self.is_word)
    }
}

/// The ways in which a value may stand in the words of a server: as it is, and as
/// JSON, in which all but ASCII may be escaped.
fn spellings(value: &str) -> Vec<String> {
    let json = Value::from(value).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut ascii = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a text cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    let mut spellings = vec![value.to_owned(), json, ascii];
    spellings.dedup();
    spellings
}

/// A text in the ways in which values are compared with it.
struct Read {
    letters: Folded,
    characters: Folded,
}

impl Read {
    /// The text with the characters that its escapes stand for, where it may
    /// hold some, and then as it is written: otherwise the letters of an escape
    /// could be taken for those of a value.
    fn readings(text: &str) -> impl Iterator<Item = Reading> + use<> {
        let unescaped = text.contains(['%', '&', '\\']);
        let unescaped = unescaped.then_some(Reading::Unescaped);
        unescaped.into_iter().chain([Reading::Written])
    }

    fn of(text: &str, reading: Reading) -> Self {
        Self {
            letters: Folded::of(text, Compared::LettersAndDigits, reading),
            characters: Folded::of(text, Compared::Characters, reading),
        }
    }

    fn compared_with(&self, value: &HiddenValue) -> &Folded {
        match value.compared {
            Compared::LettersAndDigits => &self.letters,
            Compared::Characters => &self.characters,
        }
    }
}

/// Where a text that was cut ends with the start of a value, up to the cut.
fn cut_off(text: &str, folded: &Folded, value: &HiddenValue) -> Vec<Range<usize>> {
    let spans = text.match_indices(CUT).filter_map(|(cut, _)| {
        let end = folded.from.partition_point(|span| span.start < cut);
        let before = &folded.text[..end];
        let ends = value.text.char_indices().map(|(at, _)| at);
        let start = ends
            .skip(CUT_FROM_CHARACTERS)
            .filter(|length| before.ends_with(&value.text[..*length]))
            .filter(|length| !value.is_word || folded.begins_word(end - length))
            .last()?;
        Some(folded.from[end - start].start..cut)
    });
    spans.collect()
}

/// Puts a mask into the place of each span, and one into that of spans that
/// overlap: two cuts may follow one start of a value, and one letter may be the
/// end of a value and the start of the next. The spans are in the order of their
/// ends.
fn replace(text: &mut String, spans: Vec<Range<usize>>, masked: &str) {
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for mut span in spans {
        while let Some(last) = apart.pop_if(|last| span.start < last.end) {
            span.start = span.start.min(last.start);
        }
        apart.push(span);
    }
    for span in apart.into_iter().rev() {
        text.replace_range(span, masked);
    }
}

/// Every text that a value holds.
fn texts(leaf: &Leaf, found: &mut impl FnMut(&str)) {
    match leaf {
        Leaf::Text(text) => found(text),
        Leaf::Sensitive(text) => found(text.expose()),
        Leaf::Set(names) => names.iter().for_each(|name| found(name)),
        Leaf::Json(value) => json_texts(value, found),
        Leaf::Unset | Leaf::Bool(_) | Leaf::Integer(_) | Leaf::Reference(_) => {}
    }
}

fn json_texts(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| json_texts(item, found)),
        Value::Object(members) => members.values().for_each(|item| json_texts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
