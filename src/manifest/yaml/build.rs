//! Builds the tree from the parser's events, with a stack of its own: no input
//! can make it recurse.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{Node, NodeKind, Parsed, Problem, advice::advice, anchor::Anchors, plain, scalar};
use crate::{manifest::collect::clipped, model::limit::YAML_DEPTH_MAX};

/// A mapping of up to this many keys is searched for duplicates pair by pair,
/// which needs no memory.
const KEYS_COMPARED_IN_PAIRS_MAX: usize = 12;

/// See [`super::parse`].
pub(super) fn parse(text: &str, span: Range<usize>) -> Parsed<'_> {
    match plain::parse(text, span.clone()) {
        Some(root) => Parsed {
            root: Some(root),
            problems: Vec::new(),
        },
        None => full(text, span),
    }
}

/// Reads a document with the parser, whatever it looks like.
pub(super) fn full(text: &str, span: Range<usize>) -> Parsed<'_> {
    let Some(document) = text.get(span.clone()) else {
        return Parsed {
            root: None,
            problems: Vec::new(),
        };
    };
    let mut builder = Builder {
        offset: span.start,
        stack: Vec::new(),
        anchors: Anchors::new(document),
        problems: Vec::new(),
        root: None,
    };
    let built = match unprintable(document, span.start) {
        Some(problem) => Err(problem),
        None => builder.run(document),
    };
    if let Err(problem) = built {
        builder.root = None;
        builder.problems.push(problem);
    }
    Parsed {
        root: builder.root,
        problems: builder.problems,
    }
}

/// The first character that may not stand in YAML, or a line break that no
/// other tool would see.
fn unprintable(document: &str, offset: usize) -> Option<Problem> {
    let bytes = document.as_bytes();
    let odd = |byte: u8| (byte < b' ' && byte != b'\n' && byte != b'\t') || byte == 0x7f;
    let mut from = 0;
    loop {
        let at = from + bytes[from..].iter().position(|byte| odd(*byte))?;
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            from = at + 2;
            continue;
        }
        let (message, hint) = if bytes[at] == b'\r' {
            (
                "a carriage return stands without a line feed".to_owned(),
                "end lines with a line feed",
            )
        } else {
            (
                format!("the control character U+{:04X} is not allowed", bytes[at]),
                "delete it; in a quoted text it can be written as an escape",
            )
        };
        return Some(Problem {
            check: "yaml-syntax",
            span: offset + at..offset + at + 1,
            message,
            hint: hint.to_owned(),
        });
    }
}

/// A collection that is not finished yet.
struct Open<'a> {
    span: Range<usize>,
    anchor: usize,
    items: Items<'a>,
}

enum Items<'a> {
    Sequence(Vec<Node<'a>>),
    Mapping {
        entries: Vec<(Node<'a>, Node<'a>)>,
        key: Option<Node<'a>>,
    },
}

struct Builder<'a> {
    offset: usize,
    stack: Vec<Open<'a>>,
    anchors: Anchors<'a>,
    problems: Vec<Problem>,
    root: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn run(&mut self, document: &'a str) -> Result<(), Problem> {
        let mut options = granit_parser::options! {
            flow_nesting_limit: YAML_DEPTH_MAX,
            block_nesting_limit: YAML_DEPTH_MAX,
        };
        options.set_emit_comments(false);
        let mut parser: Parser<'a, StrInput<'a>> =
            Parser::new_from_str_with_options(document, options);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax(document, &error))?;
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    let message = "another document starts here without `---`";
                    let hint = "put `---` on a line of its own between documents";
                    return Err(problem("yaml-syntax", self.range(&span), message, hint));
                }
            }
            self.take(event, &span)?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'a>, span: &Span) -> Result<(), Problem> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(text, style, tag.as_deref(), span);
                self.anchors.remember(anchor, &node)?;
                self.put(node);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), span, "seq");
                self.open(span, anchor, Items::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), span, "map");
                let items = Items::Mapping {
                    entries: Vec::new(),
                    key: None,
                };
                self.open(span, anchor, items)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            Event::Alias(id) => {
                let span = self.range(span);
                let node = self.anchors.alias(id, span, self.stack.len())?;
                self.put(node);
            }
            // Document and stream events; unresolved aliases, comments and
            // anchors were not asked for.
            _ => {}
        }
        Ok(())
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or(0..0);
        self.offset + range.start..self.offset + range.end.max(range.start)
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: &Span,
    ) -> Node<'a> {
        let range = self.range(span);
        let mut plain = style == ScalarStyle::Plain;
        // The parser gives `~` where nothing is written.
        let text = if plain && range.is_empty() {
            Cow::Borrowed("")
        } else {
            text
        };
        if let Some(tag) = tag {
            plain = self.scalar_tag(tag, span, &text).unwrap_or(plain);
        }
        Node {
            span: range,
            kind: NodeKind::Scalar { text, plain },
        }
    }

    /// Whether the tag makes the scalar one that the core schema applies to.
    fn scalar_tag(&mut self, tag: &Tag, span: &Span, text: &str) -> Option<bool> {
        let (fits, what) = match tag.core_suffix() {
            Some("str") => return Some(false),
            Some("null") => (scalar::is_null(text), "`null`"),
            Some("bool") => (scalar::as_bool(text).is_some(), "a truth value"),
            Some("int") => (scalar::as_whole(text).is_some(), "a whole number"),
            Some("float") => (scalar::as_float(text).is_some(), "a number"),
            Some(other) => (
                false,
                if other == "map" {
                    "a mapping"
                } else {
                    "a list"
                },
            ),
            None if tag.original() == "!" => return Some(false),
            None => {
                self.unknown_tag(tag, span);
                return None;
            }
        };
        if !fits {
            let message = format!("the tag `{}` stands on what is not {what}", tag.original());
            self.tag_problem(span, message);
        }
        Some(true)
    }

    fn check_tag(&mut self, tag: Option<&Tag>, span: &Span, own: &str) {
        let Some(tag) = tag else { return };
        if tag.core_suffix() == Some(own) || tag.original() == "!" {
            return;
        }
        if tag.core_suffix().is_some() {
            let what = if own == "map" { "a mapping" } else { "a list" };
            let message = format!("the tag `{}` stands on {what}", tag.original());
            self.tag_problem(span, message);
        } else {
            self.unknown_tag(tag, span);
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, span: &Span) {
        let message = format!("the tag `{}` is unknown", clipped(&tag.original()));
        self.tag_problem(span, message);
    }

    fn tag_problem(&mut self, span: &Span, message: String) {
        let range = self.range(&span.tag_span().unwrap_or(*span));
        let hint = "leave the tag out: fields know their types";
        self.problems
            .push(problem("yaml-tag", range, message, hint));
    }

    fn open(&mut self, span: &Span, anchor: usize, items: Items<'a>) -> Result<(), Problem> {
        let span = self.range(span);
        if self.stack.len() >= YAML_DEPTH_MAX {
            return Err(too_deep(span));
        }
        self.stack.push(Open {
            span,
            anchor,
            items,
        });
        Ok(())
    }

    fn close(&mut self, span: &Span) -> Result<(), Problem> {
        let end = self.range(span);
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let (kind, last) = match open.items {
            Items::Sequence(items) => {
                let last = items.last().map(|node| node.span.end);
                (NodeKind::Sequence(items), last)
            }
            Items::Mapping { entries, .. } => {
                let last = entries
                    .last()
                    .map(|(key, value)| value.span.end.max(key.span.end));
                (NodeKind::Mapping(self.without_repeated(entries)), last)
            }
        };
        // The end of a block collection is reported at whatever comes next.
        let end = match last {
            Some(last) if end.is_empty() => last,
            _ => end.end,
        };
        let node = Node {
            span: open.span.start..end.max(open.span.start),
            kind,
        };
        self.anchors.remember(open.anchor, &node)?;
        self.put(node);
        Ok(())
    }

    /// Hands a finished node to the collection around it.
    fn put(&mut self, node: Node<'a>) {
        match self.stack.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(node),
            Some(Items::Sequence(items)) => items.push(node),
            Some(Items::Mapping { entries, key }) => match key.take() {
                None => *key = Some(node),
                Some(name) => match name.kind {
                    NodeKind::Scalar { ref text, plain } => {
                        if plain && text == "<<" {
                            self.problems.push(merge_key(name.span));
                        } else {
                            entries.push((name, node));
                        }
                    }
                    NodeKind::Sequence(_) | NodeKind::Mapping(_) => {
                        self.problems.push(problem(
                            "yaml-key",
                            name.span.start..name.span.start,
                            "a list or a mapping cannot be a key",
                            "a text in braces must stand in quotes",
                        ));
                    }
                },
            },
        }
    }

    /// Reports keys that stand twice, and keeps the first of each.
    fn without_repeated(
        &mut self,
        entries: Vec<(Node<'a>, Node<'a>)>,
    ) -> Vec<(Node<'a>, Node<'a>)> {
        let repeated = repeated(&entries);
        if repeated.is_empty() {
            return entries;
        }
        let mut kept = Vec::with_capacity(entries.len() - repeated.len());
        for (at, (key, value)) in entries.into_iter().enumerate() {
            if repeated.binary_search(&at).is_err() {
                kept.push((key, value));
                continue;
            }
            let name = key.text().unwrap_or_default();
            let message = format!("the key `{}` is given twice", clipped(name));
            let hint = "keep one of the two";
            self.problems
                .push(problem("duplicate-key", key.span, message, hint));
        }
        kept
    }

    fn syntax(&self, document: &str, error: &ScanError) -> Problem {
        let at = error
            .marker()
            .byte_offset()
            .unwrap_or(0)
            .min(document.len());
        let width = document
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let span = self.offset + at..self.offset + at + width;
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return too_deep(span);
        }
        let hint = advice(error.kind());
        problem("yaml-syntax", span, error.info(), hint)
    }
}

/// The places of entries whose key stood before, in order.
pub(super) fn repeated(entries: &[(Node<'_>, Node<'_>)]) -> Vec<usize> {
    let name = |at: usize| entries[at].0.text().unwrap_or_default();
    if entries.len() <= KEYS_COMPARED_IN_PAIRS_MAX {
        return (1..entries.len())
            .filter(|at| (0..*at).any(|before| name(before) == name(*at)))
            .collect();
    }
    let mut seen = BTreeSet::new();
    (0..entries.len())
        .filter(|at| !seen.insert(name(*at)))
        .collect()
}

pub(super) fn problem(
    check: &'static str,
    span: Range<usize>,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Problem {
    Problem {
        check,
        span,
        message: message.into(),
        hint: hint.into(),
    }
}

pub(super) fn too_deep(span: Range<usize>) -> Problem {
    problem(
        "yaml-limit",
        span.start..span.start,
        format!("the document nests deeper than {YAML_DEPTH_MAX} levels"),
        "manifests need six",
    )
}

fn merge_key(span: Range<usize>) -> Problem {
    problem(
        "yaml-merge-key",
        span,
        "merge keys (`<<`) are not part of YAML 1.2 and are not read",
        "write the fields out, share single values with an anchor and aliases, or use kustomize",
    )
}
