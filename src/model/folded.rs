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

    /// Where in the text a folded value stands, from the front to the back.
    pub(super) fn spans_of(&self, value: &str) -> Vec<Range<usize>> {
        let found = self.text.match_indices(value);
        let spans =
            found.map(|(at, value)| self.from[at].start..self.from[at + value.len() - 1].end);
        spans.collect()
    }
}
