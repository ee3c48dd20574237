//! Splits a text into its documents without parsing it, so that a broken one
//! does not hide what follows.

use std::ops::Range;

/// The documents of a text, as spans in bytes. Those that hold nothing but
/// blanks and comments are left out.
///
/// `---` and `...` in the first column end a document wherever they stand: YAML
/// allows neither inside a scalar (YAML 1.2.2, production `c-forbidden`).
#[must_use]
pub fn documents(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut open = Open::default();
    let mut at = skip_mark(text, 0);
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |len| at + len + 1);
        let line = &text[at..end];
        match Line::of(line) {
            Line::Start { inline } => {
                if open.content || open.marked {
                    spans.extend(open.close(at));
                }
                open.marked = true;
                if inline || open.directives {
                    open.begin(at);
                }
                open.content |= inline;
            }
            Line::End => {
                spans.extend(open.close(at));
                at = skip_mark(text, end);
                continue;
            }
            Line::Directive if !open.content && !open.marked => {
                open.begin(at);
                open.directives = true;
            }
            Line::Blank => {}
            Line::Directive | Line::Content => {
                open.begin(at);
                open.content = true;
            }
        }
        at = end;
    }
    // Directives that no document follows are an error of their own.
    open.content |= open.directives;
    spans.extend(open.close(text.len()));
    spans
}

/// A byte-order mark may stand before each document.
fn skip_mark(text: &str, at: usize) -> usize {
    if text[at..].starts_with('\u{feff}') {
        at + '\u{feff}'.len_utf8()
    } else {
        at
    }
}

/// The document that is being gathered.
#[derive(Default)]
struct Open {
    start: Option<usize>,
    content: bool,
    marked: bool,
    directives: bool,
}

impl Open {
    fn begin(&mut self, at: usize) {
        self.start.get_or_insert(at);
    }

    fn close(&mut self, end: usize) -> Option<Range<usize>> {
        let closed = std::mem::take(self);
        closed
            .start
            .filter(|_| closed.content)
            .map(|start| start..end)
    }
}

enum Line {
    Start { inline: bool },
    End,
    Directive,
    Blank,
    Content,
}

impl Line {
    fn of(line: &str) -> Self {
        match line.as_bytes().first() {
            Some(b'-') => {
                marker(line, "---").map_or(Self::Content, |inline| Self::Start { inline })
            }
            Some(b'.') => marker(line, "...").map_or(Self::Content, |_| Self::End),
            Some(b'%') => Self::Directive,
            _ if is_blank(line) => Self::Blank,
            _ => Self::Content,
        }
    }
}

/// Whether the line is that marker, and then whether something follows it.
fn marker(line: &str, marker: &str) -> Option<bool> {
    let rest = line.strip_prefix(marker)?;
    (rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])).then(|| !is_blank(rest))
}

fn is_blank(line: &str) -> bool {
    let rest = line.trim_start_matches([' ', '\t', '\r', '\n']);
    rest.is_empty() || rest.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_markers_in_the_first_column_only() {
        for (text, expected) in [
            ("", vec![]),
            ("# only a comment\n\n---\n---\n", vec![]),
            ("a: 1", vec!["a: 1"]),
            ("a: 1\n---\nb: 2\n", vec!["a: 1\n", "b: 2\n"]),
            ("---\r\na: 1\r\n---\r\nb: 2", vec!["a: 1\r\n", "b: 2"]),
            ("--- # note\n# c\na: 1\n", vec!["a: 1\n"]),
            ("--- a\n--- b\n", vec!["--- a\n", "--- b\n"]),
            ("a: 1\n...\nb: 2\n", vec!["a: 1\n", "b: 2\n"]),
            (
                "a: |\n  ---\n  x\n---x: 1\n",
                vec!["a: |\n  ---\n  x\n---x: 1\n"],
            ),
            (
                "a: |\n  # no comment\n---\nb: 1\n",
                vec!["a: |\n  # no comment\n", "b: 1\n"],
            ),
            (
                "%TAG ! tag:x,1:\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n",
                vec!["%TAG ! tag:x,1:\n---\na: 1\n", "%YAML 1.2\n---\nb: 1\n"],
            ),
            (
                "\u{feff}a: 1\n...\n\u{feff}b: 1\n",
                vec!["a: 1\n", "b: 1\n"],
            ),
            ("%YAML 1.2\n", vec!["%YAML 1.2\n"]),
        ] {
            let found: Vec<&str> = documents(text)
                .into_iter()
                .map(|span| &text[span])
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
