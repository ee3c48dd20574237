//! Source texts and places in them.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

/// One file that manifests were read from, or standard input.
pub struct Source {
    /// The path as the user wrote or would write it; `<stdin>` for standard
    /// input.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where each line starts, in bytes. Found at the first question, for a
    /// file of ten thousand manifests is asked a hundred thousand times.
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// A source of that name and text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
        }
    }

    /// The line that a byte stands on, counted from 0, and where it starts.
    fn line_of(&self, byte: usize) -> (usize, usize) {
        let starts = self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        });
        let line = starts.partition_point(|start| *start <= byte) - 1;
        (line, starts[line])
    }
}

impl fmt::Debug for Source {
    /// Only the name: the text may hold sensitive values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A stretch of a source text.
#[derive(Debug, Clone)]
pub struct Place {
    /// The source.
    pub source: Arc<Source>,
    /// The stretch, in bytes of the text.
    pub span: Range<usize>,
}

impl Place {
    /// Line and column of the start, both counted from 1; the column counts
    /// characters.
    #[must_use]
    pub fn line_and_column(&self) -> (usize, usize) {
        let text = &self.source.text;
        let mut start = self.span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let (line, line_start) = self.source.line_of(start);
        (line + 1, text[line_start..start].chars().count() + 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column();
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let source = Arc::new(Source::new(
            "a.yaml".to_owned(),
            "ключ: 1\nb: 2\n".to_owned(),
        ));
        let place = |start: usize| Place {
            source: Arc::clone(&source),
            span: start..start + 1,
        };
        assert_eq!(place(0).to_string(), "a.yaml:1:1");
        assert_eq!(place("ключ: ".len()).to_string(), "a.yaml:1:7");
        assert_eq!(place("ключ: 1\nb: ".len()).to_string(), "a.yaml:2:4");
    }
}
