//! A short way for plain YAML: block mappings of words and single lines, which
//! is what most manifests are.
//!
//! It reads a subset so small that there is nothing to misunderstand, gives up
//! at the first line outside of it, and then the parser reads the document from
//! its start. Where it does not give up, its tree is the parser's to the last
//! span; a test holds the two against each other.

use std::{borrow::Cow, ops::Range};

use super::{Node, NodeKind, build::repeated};

/// How deep it follows. Far below what the parser allows, and more than
/// manifests need.
const DEPTH_MAX: usize = 12;

/// The longest key that it reads. The parser's own limit is far above.
const KEY_BYTES_MAX: usize = 128;

/// The tree of a document, if the document is plain.
pub(super) fn parse(text: &str, span: Range<usize>) -> Option<Node<'_>> {
    let document = text.get(span.clone())?;
    if !document.chars().all(is_harmless) {
        return None;
    }
    let mut reader = PlainReader {
        text,
        at: span.start,
        end: span.end,
    };
    let line = reader.peek()?;
    if line.indent != 0 {
        return None;
    }
    let root = reader.mapping(0, 0)?;
    // What is left would be something that the mapping could not take.
    reader.peek().is_none().then_some(root)
}

/// Whether a character can stand anywhere without meaning anything by itself
/// outside of ASCII, and is no control character.
fn is_harmless(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => true,
        _ => character > '\u{a0}' && character.is_alphanumeric(),
    }
}

struct PlainReader<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

/// A line with something on it.
#[derive(Clone, Copy)]
struct Line {
    /// The number of blanks in front.
    indent: usize,
    /// Where its text starts.
    start: usize,
    /// Where its text ends, without blanks at the end.
    end: usize,
    /// Where the next line starts.
    next: usize,
}

impl<'a> PlainReader<'a> {
    /// The next line that is neither blank nor a comment.
    fn peek(&mut self) -> Option<Line> {
        while self.at < self.end {
            let rest = &self.text[self.at..self.end];
            let len = rest.find('\n').unwrap_or(rest.len());
            let line = rest[..len].trim_end_matches(' ');
            let indent = line.len() - line.trim_start_matches(' ').len();
            let next = (self.at + len + 1).min(self.end);
            if line.len() > indent && line.as_bytes()[indent] != b'#' {
                return Some(Line {
                    indent,
                    start: self.at + indent,
                    end: self.at + line.len(),
                    next,
                });
            }
            self.at = next;
        }
        None
    }

    /// The mapping whose keys stand `indent` blanks in.
    fn mapping(&mut self, indent: usize, depth: usize) -> Option<Node<'a>> {
        let mut entries = Vec::new();
        while let Some(line) = self.peek() {
            if line.indent < indent {
                break;
            }
            if line.indent > indent || depth > DEPTH_MAX {
                return None;
            }
            entries.push(self.entry(line, depth)?);
        }
        let start = entries
            .first()
            .map(|(key, _): &(Node<'_>, _)| key.span.start)?;
        let end = entries.last().map(|(_, value)| value.span.end)?;
        if !repeated(&entries).is_empty() {
            return None;
        }
        Some(Node {
            span: start..end,
            kind: NodeKind::Mapping(entries),
        })
    }

    /// One key with its value, from the line that it starts on.
    fn entry(&mut self, line: Line, depth: usize) -> Option<(Node<'a>, Node<'a>)> {
        let content = &self.text[line.start..line.end];
        let len = key_len(content)?;
        let key = plain(&content[..len], line.start);
        let value = content[len + 1..].trim_start_matches(' ');
        self.at = line.next;
        if !value.is_empty() {
            // A colon needs a blank after it; and without one the value could
            // not start where the key ends.
            if !content[len + 1..].starts_with(' ') {
                return None;
            }
            let value = inline(value, line.end - value.len())?;
            // Deeper lines would go on with the value.
            return match self.peek() {
                Some(next) if next.indent > line.indent => None,
                _ => Some((key, value)),
            };
        }
        let below = self.peek().filter(|next| next.indent >= line.indent);
        let value = match below {
            Some(next) if self.text[next.start..next.end].starts_with('-') => {
                // A list may stand no deeper than its key; few do.
                if next.indent == line.indent {
                    return None;
                }
                self.list(next.indent)?
            }
            Some(next) if next.indent > line.indent => self.mapping(next.indent, depth + 1)?,
            _ => plain("", key.span.end),
        };
        Some((key, value))
    }

    /// A list of values of one line each.
    fn list(&mut self, indent: usize) -> Option<Node<'a>> {
        let mut items = Vec::new();
        let mut start = None;
        while let Some(line) = self.peek() {
            if line.indent < indent {
                break;
            }
            let content = &self.text[line.start..line.end];
            if line.indent > indent || !content.starts_with("- ") {
                return None;
            }
            let value = content[2..].trim_start_matches(' ');
            items.push(inline(value, line.end - value.len())?);
            start.get_or_insert(line.start);
            self.at = line.next;
        }
        let end = items.last().map(|item: &Node<'_>| item.span.end)?;
        Some(Node {
            span: start?..end,
            kind: NodeKind::Sequence(items),
        })
    }
}

/// A value that stands on one line, all of it.
fn inline(value: &str, at: usize) -> Option<Node<'_>> {
    match value.as_bytes().first()? {
        b'"' | b'\'' => quoted(value, at),
        b'{' | b'[' => {
            let mut flow = Flow {
                text: value,
                at: 0,
                offset: at,
            };
            let node = flow.node(0)?;
            (flow.at == value.len()).then_some(node)
        }
        _ => is_plain(value).then(|| plain(value, at)),
    }
}

fn plain(text: &str, at: usize) -> Node<'_> {
    Node {
        span: at..at + text.len(),
        kind: NodeKind::Scalar {
            text: Cow::Borrowed(text),
            plain: true,
        },
    }
}

/// A text in quotes without a quote or an escape in it.
fn quoted(value: &str, at: usize) -> Option<Node<'_>> {
    let quote = value.chars().next()?;
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    if inner.contains([quote, '\\']) {
        return None;
    }
    Some(Node {
        span: at..at + value.len(),
        kind: NodeKind::Scalar {
            text: Cow::Borrowed(inner),
            plain: false,
        },
    })
}

/// The length of the key that a line starts with, before its colon.
fn key_len(content: &str) -> Option<usize> {
    let len = content
        .bytes()
        .position(|byte| !is_word(byte))
        .filter(|len| (1..=KEY_BYTES_MAX).contains(len))?;
    let sound = starts_word(content.as_bytes()[0]) && content.as_bytes()[len] == b':';
    sound.then_some(len)
}

/// Bytes that mean nothing wherever they stand, except at the start.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b'+')
}

/// Bytes that a plain value may start with. A dot could start the end of the
/// document, a dash a list.
fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'+')
}

/// Whether a value is plain beyond doubt: no indicator at its start, and no
/// colon or hash that could mean something.
fn is_plain(value: &str) -> bool {
    let bytes = value.as_bytes();
    let starts = match bytes {
        [b'-', next, ..] => next.is_ascii_digit(),
        [first, ..] => starts_word(*first) || *first == b'~' || *first >= 0x80,
        [] => false,
    };
    starts && !bytes.ends_with(b":") && !bytes.windows(2).any(|pair| pair == b": " || pair == b" #")
}

/// A list or a mapping in brackets, on one line.
struct Flow<'a> {
    text: &'a str,
    at: usize,
    offset: usize,
}

impl<'a> Flow<'a> {
    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    /// Steps over a byte, if it is the next one.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn node(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.text.as_bytes().get(self.at)? {
            b'{' => self.mapping(depth),
            b'[' => self.list(depth),
            b'"' => self.quoted(),
            _ => self.word(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Node<'a>> {
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        while !self.takes(b']') {
            if !items.is_empty() {
                self.comma()?;
            }
            items.push(self.node(depth + 1)?);
            self.blanks();
        }
        Some(Node {
            span: self.offset + start..self.offset + self.at,
            kind: NodeKind::Sequence(items),
        })
    }

    fn mapping(&mut self, depth: usize) -> Option<Node<'a>> {
        let start = self.at;
        self.at += 1;
        let mut entries = Vec::new();
        self.blanks();
        while !self.takes(b'}') {
            if !entries.is_empty() {
                self.comma()?;
            }
            let key = self.word()?;
            if !self.takes(b':') || !self.takes(b' ') {
                return None;
            }
            self.blanks();
            entries.push((key, self.node(depth + 1)?));
            self.blanks();
        }
        if !repeated(&entries).is_empty() {
            return None;
        }
        Some(Node {
            span: self.offset + start..self.offset + self.at,
            kind: NodeKind::Mapping(entries),
        })
    }

    fn comma(&mut self) -> Option<()> {
        let found = self.takes(b',') && self.takes(b' ');
        self.blanks();
        found.then_some(())
    }

    /// A text in double quotes without a quote or an escape in it.
    fn quoted(&mut self) -> Option<Node<'a>> {
        let inner = &self.text[self.at + 1..];
        let len = inner.find(['"', '\\'])?;
        let value = &self.text[self.at..self.at + len + 2];
        let node = quoted(value, self.offset + self.at)?;
        self.at += value.len();
        Some(node)
    }

    /// A word of harmless letters.
    fn word(&mut self) -> Option<Node<'a>> {
        let rest = &self.text.as_bytes()[self.at..];
        let len = rest.iter().position(|byte| !is_word(*byte))?;
        if len == 0 || len > KEY_BYTES_MAX || !starts_word(rest[0]) {
            return None;
        }
        // The word must end where anybody would end it.
        if !matches!(rest[len], b':' | b',' | b']' | b'}' | b' ') {
            return None;
        }
        let word = &self.text[self.at..self.at + len];
        let node = plain(word, self.offset + self.at);
        self.at += len;
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::manifest::yaml::{build, documents};

    /// Holds both readers against each other; whether the short way was taken.
    fn agree(text: &str) -> bool {
        let mut taken = false;
        for span in documents(text) {
            let Some(short) = parse(text, span.clone()) else {
                continue;
            };
            let full = build::full(text, span);
            assert_eq!(full.problems, [], "{text:?}");
            assert_eq!(Some(short), full.root, "{text:?}");
            taken = true;
        }
        taken
    }

    #[test]
    fn plain_manifests_take_the_short_way() {
        for text in [
            "a: 1",
            "a: 1\nb:\n  c: x y z\n\n  # note\n  d: \"q\"\n  e: 'q # r: s'\nf:\n",
            "a:\n  - x\n  - \"y\"\n  - 1.5\nb: -3\nc: ~\nd: ä ö\n",
            "a: { b: c, d: [e, f], g: {}, h: [] }\ni: [1, \"x y\"]\n",
            "url: https://x.example/a?b=c#d\ntime: 12:30\n",
            "a.b/c-d: x   \nlast:\n  deep:\n    deeper: 2050-01-01\n",
            "---\na: 1\n---\n# c\nb: 2\n",
            "a: { env: NAME }\nb: {file: x/y.txt}\n",
        ] {
            assert!(agree(text), "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for text in [
            " a: 1",
            "a: 1\n b: 2",
            "a: x\n  y",
            "a: x\n\n  y: z",
            "a:1",
            "a: b: c",
            "a: x # y",
            "a: x #",
            "a: |\n  x",
            "a: >\n  x",
            "a: &x 1",
            "a: *x",
            "a: !x 1",
            "a: \"x\\n\"",
            "a: 'it''s'",
            "a: \"x\" y",
            "a: [x",
            "a: [x]]",
            "a: [x,]",
            "a: [x y]",
            "a: {b}",
            "a: {b: }",
            "a: {b:c}",
            "a: 1\na: 2",
            "a: {b: 1, b: 2}",
            "a:\n- x",
            "a:\n  - b: c",
            "a:\n  - x\n  y: z",
            "a:\n  -\n",
            "a: -",
            "a: - x",
            "a: ? x",
            "a: @x",
            "a: x:",
            "? a",
            "- a",
            "<<: 1",
            "a\n",
            "a\tb: 1",
            "a: 1\r\n",
            "a: \u{feff}",
            "a: \u{85}",
            "--- a: 1",
            "\"a\": 1",
        ] {
            assert!(!agree(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn both_readers_agree_on_lines(lines in proptest::collection::vec(
            concat!(
                " {0,4}(a|b|cd|a-b|- x|- a: b|#c|x y|\"a\"|---|...)(:| :|)",
                "( (x|x y|-1|-|\"q\"|'q'|\"|\\[a, b\\]|\\[\\]",
                "|\\{a: b\\}|\\{ a: \\[b\\] \\}|\\{a:b\\}",
                "|~|x # y|x: y|x:y|x:|#|ä|.5|\\.\\.\\.|1,2|a\\]|&a|a b c  ))?"
            ),
            0..7,
        )) {
            agree(&lines.join("\n"));
        }

        #[test]
        fn both_readers_agree_on_anything(text in "[ab:\\-\\n #\"'\\[\\]{},~.é0]{0,40}") {
            agree(&text);
            agree(&format!("a: {text}"));
        }
    }
}
