//! Where in a manifest a byte of an expression stands.

use std::ops::Range;

use crate::{manifest::yaml::Node, model::Place};

/// The span in the source of byte `at` of an expression, or that of the whole
/// expression where it cannot be found: YAML may have folded its lines or read
/// escapes in it.
pub(in crate::policy) fn place_in(
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
    let before = text
        .get(..at)?
        .chars()
        .filter(|c| !c.is_whitespace())
        .count();
    // Behind a quote, or below the sign of a block.
    let below = written.find('\n').map(|end| end + 1);
    let start = [Some(0), Some(1), below]
        .into_iter()
        .flatten()
        .find(|start| is_same(text, written.get(*start..).unwrap_or_default()))?;
    let mut solid = solid(&written[start..]);
    let (found, _) = solid.nth(before)?;
    let from = node.span.start + start + found;
    let word = place.source.text[from..]
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_');
    let length: usize = word.map(char::len_utf8).sum();
    let first = place.source.text[from..].chars().next();
    Some(from..from + length.max(first.map_or(0, char::len_utf8)))
}

/// Whether a text stands at the start of what is written, but for blanks: YAML
/// folds lines and takes indentation away.
fn is_same(text: &str, written: &str) -> bool {
    let mut written = solid(written);
    text.chars()
        .filter(|character| !character.is_whitespace())
        .all(|expected| written.next().is_some_and(|(_, found)| found == expected))
}

fn solid(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices()
        .filter(|(_, character)| !character.is_whitespace())
}
