//! Label selectors, as `kubectl` writes them.

use std::{collections::BTreeMap, str::FromStr};

/// Which resources a run is about: all requirements must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    /// `key in (a, b)` and `key=a`.
    In(String, Vec<String>),
    /// `key notin (a, b)` and `key!=a`; holds also without the label.
    NotIn(String, Vec<String>),
    /// `key`.
    Present(String),
    /// `!key`.
    Absent(String),
}

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no label selector: {reason}")]
pub struct SelectorError {
    part: String,
    reason: &'static str,
}

impl Selector {
    /// Whether a resource with these labels is selected.
    #[must_use]
    pub fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements
            .iter()
            .all(|requirement| match requirement {
                Requirement::In(key, values) => {
                    labels.get(key).is_some_and(|value| values.contains(value))
                }
                Requirement::NotIn(key, values) => {
                    labels.get(key).is_none_or(|value| !values.contains(value))
                }
                Requirement::Present(key) => labels.contains_key(key),
                Requirement::Absent(key) => !labels.contains_key(key),
            })
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let requirements = parts(text)?
            .into_iter()
            .map(requirement)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { requirements })
    }
}

fn fail(part: &str, reason: &'static str) -> SelectorError {
    SelectorError {
        part: part.trim().to_owned(),
        reason,
    }
}

/// Cuts at commas outside of parentheses.
fn parts(text: &str) -> Result<Vec<&str>, SelectorError> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut open = false;
    for (at, character) in text.char_indices() {
        match character {
            '(' if open => return Err(fail(text, "a parenthesis opens inside another")),
            '(' => open = true,
            ')' if !open => return Err(fail(text, "a parenthesis closes that was not opened")),
            ')' => open = false,
            ',' if !open => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if open {
        return Err(fail(text, "a parenthesis is not closed"));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn requirement(part: &str) -> Result<Requirement, SelectorError> {
    let part = part.trim();
    if part.is_empty() {
        return Err(fail(part, "there is nothing between two commas"));
    }
    if let Some((head, values)) = part.split_once('(') {
        return in_list(part, head, values);
    }
    if let Some((key, value)) = part.split_once("!=") {
        return Ok(Requirement::NotIn(key_of(part, key)?, one(part, value)?));
    }
    if let Some((key, value)) = part.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value);
        return Ok(Requirement::In(key_of(part, key)?, one(part, value)?));
    }
    match part.strip_prefix('!') {
        Some(key) => Ok(Requirement::Absent(key_of(part, key)?)),
        None => Ok(Requirement::Present(key_of(part, part)?)),
    }
}

fn in_list(part: &str, head: &str, values: &str) -> Result<Requirement, SelectorError> {
    let Some(values) = values.trim_end().strip_suffix(')') else {
        return Err(fail(part, "something follows the parenthesis"));
    };
    let values = values
        .split(',')
        .map(|value| value_of(part, value))
        .collect::<Result<Vec<_>, _>>()?;
    let mut words = head.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(key), Some("in"), None) => Ok(Requirement::In(key_of(part, key)?, values)),
        (Some(key), Some("notin"), None) => Ok(Requirement::NotIn(key_of(part, key)?, values)),
        _ => Err(fail(part, "write `key in (a, b)` or `key notin (a, b)`")),
    }
}

fn one(part: &str, value: &str) -> Result<Vec<String>, SelectorError> {
    Ok(vec![value_of(part, value)?])
}

/// A key: letters, digits, `-`, `_`, `.` and one `/` after a prefix.
fn key_of(part: &str, key: &str) -> Result<String, SelectorError> {
    let key = key.trim();
    let fits = |character: char| character.is_alphanumeric() || "-_./".contains(character);
    if key.is_empty() {
        return Err(fail(part, "a key is missing"));
    }
    if !key.chars().all(fits) {
        return Err(fail(
            part,
            "a key has letters, digits, `-`, `_`, `.` and `/` only",
        ));
    }
    Ok(key.to_owned())
}

/// A value, which may be empty.
fn value_of(part: &str, value: &str) -> Result<String, SelectorError> {
    let value = value.trim();
    if value.contains(['=', '!', '(', ')']) || value.contains(char::is_whitespace) {
        return Err(fail(part, "a value has no blanks, `=`, `!` or parentheses"));
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn selects_by_labels() {
        let eu = labels(&[("region", "eu"), ("tier", "gold"), ("x.dev/y", "")]);
        for (selector, selected) in [
            ("region=eu", true),
            ("region == eu", true),
            ("region=us", false),
            ("region!=us", true),
            ("region!=eu", false),
            ("zone!=eu", true),
            ("region", true),
            ("zone", false),
            ("!zone", true),
            ("!region", false),
            ("region in (us, eu)", true),
            ("region in (us)", false),
            ("region notin (us,ap)", true),
            ("zone notin (eu)", true),
            ("region=eu,tier=gold", true),
            ("region in (eu,us),tier=silver", false),
            ("x.dev/y=", true),
        ] {
            let parsed: Selector = selector.parse().expect(selector);
            assert_eq!(parsed.selects(&eu), selected, "{selector}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (selector, message) in [
            (
                "",
                "`` is no label selector: there is nothing between two commas",
            ),
            (
                "a,,b",
                "`` is no label selector: there is nothing between two commas",
            ),
            ("=eu", "`=eu` is no label selector: a key is missing"),
            (
                "a in (b",
                "`a in (b` is no label selector: a parenthesis is not closed",
            ),
            (
                "a of (b)",
                "`a of (b)` is no label selector: write `key in (a, b)` or `key notin (a, b)`",
            ),
            (
                "a b",
                "`a b` is no label selector: a key has letters, digits, `-`, `_`, `.` and `/` only",
            ),
            (
                "a=b c",
                "`a=b c` is no label selector: a value has no blanks, `=`, `!` or parentheses",
            ),
            (
                "a)",
                "`a)` is no label selector: a parenthesis closes that was not opened",
            ),
            (
                "a in (b) c",
                "`a in (b) c` is no label selector: something follows the parenthesis",
            ),
        ] {
            let error = selector.parse::<Selector>().expect_err(selector);
            assert_eq!(error.to_string(), message);
        }
    }
}
