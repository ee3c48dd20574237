//! Where in a manifest a byte of an expression stands.

use std::ops::Range;

use crate::{manifest::yaml::Node, model::Place};

/// The span in the source of byte `at` of an expression, or that of the whole
/// expression where it cannot be found: YAML may have folded its lines or read
/// escapes in it.
pub(in super::super) fn place_in(
    node: &Node<'_>,
    place: &Place,
    at: Option<usize>,
) -> Range<usize> {
    at.and_then(|at| exact(node, place, at))
        .unwrap_or_else(|| node.span.clone())
}

fn exact(node: &Node<'_>, place: &Place, at: usize) -> Option<Range<usize>> {
    let written = place.source.text.get(node.span.clone())?;
    // An expression is compiled without the blanks around it.
    let text = node.text()?.trim();
    let at = floor(text, at);
    if let Some(start) = written.find(text) {
        return Some(one(&place.source.text, node.span.start + start + at));
    }
    // Line by line, for a block whose lines are indented.
    let mut searched = 0;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let found = written[searched..].find(bare)? + searched;
        if at < line_start + line.len() {
            let indent = line.len() - line.trim_start().len();
            let inside = (at - line_start).saturating_sub(indent).min(bare.len());
            return Some(one(&place.source.text, node.span.start + found + inside));
        }
        searched = found + bare.len();
        line_start += line.len();
    }
    None
}

/// The span of one character.
fn one(text: &str, at: usize) -> Range<usize> {
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    at..at + length
}

/// The start of the character that a byte belongs to.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
