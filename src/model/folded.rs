//! A text as it is compared with others, and where each part of it comes from.

use std::ops::Range;

use super::{escape::escaped_at, printable::steers};

/// How texts are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Compared {
    /// By their letters and digits: servers write account numbers with blanks or
    /// without, and drop quotation marks and line breaks.
    LettersAndDigits,
    /// By all characters, where white space is as good as other white space.
    Characters,
}

/// How a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it is written.
    Written,
    /// With the characters that its escapes stand for.
    Unescaped,
}

/// A text as it is compared, in lower case and without what cannot be seen, and
/// where each byte of that comes from.
pub(super) struct Folded {
    pub(super) text: String,
    pub(super) from: Vec<Range<usize>>,
}

impl Folded {
    pub(super) fn of(text: &str, compared: Compared, reading: Reading) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
        };
        let mut at = 0;
        while let Some(written) = text[at..].chars().next() {
            let escaped = match reading {
                Reading::Written => None,
                Reading::Unescaped => escaped_at(&text[at..]),
            };
            let (character, length) = escaped.unwrap_or((written, written.len_utf8()));
            folded.fold(character, compared, &(at..at + length));
            at += length;
        }
        folded
    }

    fn fold(&mut self, character: char, compared: Compared, span: &Range<usize>) {
        match compared {
            Compared::LettersAndDigits if !character.is_alphanumeric() => {}
            Compared::Characters if character.is_whitespace() => {
                if !self.text.ends_with(' ') {
                    self.push(' ', span);
                }
            }
            _ if steers(character) => {}
            _ => {
                for lower in character.to_lowercase() {
                    self.push(lower, span);
                }
            }
        }
    }

    fn push(&mut self, character: char, span: &Range<usize>) {
        self.text.push(character);
        self.from.resize(self.text.len(), span.clone());
    }

    /// Where in the text a folded value stands, from the front to the back;
    /// `as_word` finds it only where it is no part of a longer word.
    pub(super) fn spans_of(
        &self,
        value: &str,
        as_word: bool,
    ) -> impl Iterator<Item = Range<usize>> {
        let found = self
            .text
            .match_indices(value)
            .map(|(at, value)| (at, at + value.len()));
        found
            .filter(move |(start, end)| {
                !as_word || (self.begins_word(*start) && !self.text[*end..].starts_with(is_of_word))
            })
            .map(|(start, end)| self.from[start].start..self.from[end - 1].end)
    }

    /// Whether no letter and no digit stands before this place.
    pub(super) fn begins_word(&self, at: usize) -> bool {
        !self.text[..at].ends_with(is_of_word)
    }
}

/// Whether a character makes a text before or behind it part of a longer word.
pub(super) fn is_of_word(character: char) -> bool {
    character.is_alphanumeric()
}
