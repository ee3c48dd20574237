//! Single values as YAML that every reader takes for the same value: those of
//! YAML 1.1 too, to which `NO` is a truth value.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// How a text is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Only where it has to be.
    AsNeeded,
    /// As it was before, in single quotes where they can hold the text.
    Single,
    /// In double quotes, which JSON reads too.
    Double,
}

/// A text on one line, fit for block and flow style.
pub(super) fn text(text: &str, quotes: Quotes) -> String {
    match quotes {
        Quotes::Single if is_plain_line(text) => format!("'{}'", text.replace('\'', "''")),
        Quotes::Single | Quotes::Double => double(text),
        Quotes::AsNeeded => as_needed(text),
    }
}

fn as_needed(text: &str) -> String {
    if !is_plain_line(text) {
        return double(text);
    }
    match serde_yaml::to_string(&text) {
        Ok(written) => {
            let written = written.trim_end_matches('\n');
            let quoted = written.starts_with(['"', '\'']);
            // Several lines, or what would mean something between brackets.
            if written.contains('\n') || (!quoted && !is_safe_between_brackets(written)) {
                double(text)
            } else {
                written.to_owned()
            }
        }
        Err(_) => double(text),
    }
}

/// Whether a text has nothing but characters that are seen as they are, on one
/// line.
fn is_plain_line(text: &str) -> bool {
    !text.chars().any(must_be_escaped)
}

/// Whether an unquoted scalar ends where it is meant to inside `[…]` and `{…}`,
/// and is no reserved character, merge key, document mark or YAML 1.1 value of
/// a sort that some writers overlook.
fn is_safe_between_brackets(text: &str) -> bool {
    !text.contains([
        ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ]) && !text.contains(": ")
        && !text.ends_with(':')
        && !text.starts_with(['-', '?', ':', '=', '<', ' '])
        && !text.ends_with(' ')
        && !text.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == '+')
}

/// Control characters, line breaks of any kind, marks that turn the direction
/// of writing, and the byte order mark.
fn must_be_escaped(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200e}' | '\u{200f}'
        )
        || ('\u{202a}'..='\u{202e}').contains(&character)
        || ('\u{2066}'..='\u{2069}').contains(&character)
        || ('\u{fff0}'..='\u{ffff}').contains(&character)
}

/// A text in double quotes, with escapes that YAML and JSON share.
pub(super) fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if must_be_escaped(other) => {
                // All of them are in the first plane. Writing to a string
                // cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A structure on one line, as JSON, which is YAML.
pub(super) fn structure(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => double(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(structure).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", double(name), structure(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// A text for a comment: on one line, without anything that ends the line or
/// hides what follows, and not longer than a line should be.
pub(super) fn remark(text: &str) -> String {
    let clean = text.chars().map(|character| {
        if must_be_escaped(character) {
            ' '
        } else {
            character
        }
    });
    let mut kept: String = clean.clone().take(REMARK_CHARACTERS_MAX).collect();
    if clean.count() > REMARK_CHARACTERS_MAX {
        kept.push('…');
    }
    kept
}

/// The longest name in a comment, so that the line stays readable.
const REMARK_CHARACTERS_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::manifest::yaml;

    /// What our loader reads in several surroundings.
    fn read(written: &str) -> Vec<Option<String>> {
        let surroundings = [
            format!("k: {written}\n"),
            format!("k: {{ a: {written}, b: 1 }}\n"),
            format!("k: [ {written}, 1 ]\n"),
        ];
        surroundings
            .iter()
            .map(|text| {
                let span = yaml::documents(text).into_iter().next()?;
                let parsed = yaml::parse(text, span);
                if !parsed.problems.is_empty() {
                    return None;
                }
                let root = parsed.root?;
                let (_, value) = root.entry("k")?;
                let value = match &value.kind {
                    yaml::NodeKind::Sequence(items) => items.first()?,
                    yaml::NodeKind::Mapping(_) => &value.entry("a")?.1,
                    yaml::NodeKind::Scalar { .. } => value,
                };
                if value.is_null() {
                    return None;
                }
                value.text().map(str::to_owned)
            })
            .collect()
    }

    fn survives(said: &str) {
        for quotes in [Quotes::AsNeeded, Quotes::Single, Quotes::Double] {
            let written = text(said, quotes);
            assert!(!written.contains('\n'), "{written}");
            for found in read(&written) {
                assert_eq!(found.as_deref(), Some(said), "{written}");
            }
        }
        let json: String = serde_json::from_str(&double(said)).expect("JSON");
        assert_eq!(json, said);
        let elsewhere: String = serde_yaml::from_str(&as_needed(said)).expect("YAML");
        assert_eq!(elsewhere, said, "another reader");
    }

    #[test]
    fn texts_that_look_like_something_else_survive() {
        for said in [
            "NO",
            "no",
            "on",
            "y",
            "yes",
            "Off",
            "true",
            "null",
            "~",
            "1e3",
            "0755",
            "007",
            "1_000",
            "0x1f",
            ".inf",
            "12:30:45",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "-",
            "- a",
            "--- a",
            "a: b",
            "a #b",
            "#a",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "|",
            ">",
            "'a'",
            "\"a\"",
            "a, b",
            "[a]",
            "{a}",
            " a",
            "a ",
            "a\nb",
            "a\r\nb",
            "a\tb",
            "?",
            "? a",
            "<<",
            "=",
            ":",
            "a:",
            "Ünïcödé",
            "Ελλάδα",
            "日本",
            "a\u{85}b",
            "a\u{2028}b",
            "\u{feff}a",
            "a\u{202e}b",
            "\u{7f}",
            "emoji 🎉",
            "...",
            "+1",
            "C:\\temp",
            "it's",
            "100%",
        ] {
            survives(said);
        }
    }

    #[test]
    fn ordinary_texts_are_not_quoted() {
        for said in ["Acme OOD", "Postpaid", "EUR", "e-mail", "Sofia 1000"] {
            assert_eq!(text(said, Quotes::AsNeeded), said);
        }
        for said in ["NO", "10001", "1e3"] {
            assert!(
                text(said, Quotes::AsNeeded).starts_with(['"', '\'']),
                "{said}"
            );
        }
    }

    #[test]
    fn a_remark_stays_in_its_line() {
        let written = remark("Acme\nkind: Evil\r\u{2028}\u{85}x");
        assert_eq!(written, "Acme kind: Evil   x");
        assert_eq!(remark(&"a".repeat(100)).chars().count(), 61);
    }

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            "\\PC{0,12}".prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                prop::collection::btree_map("\\PC{1,6}", inner, 0..3)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_text_survives(said in "(?s).{1,24}") {
            survives(&said);
        }

        #[test]
        fn any_structure_is_json_and_yaml(json in json()) {
            let written = structure(&json);
            let as_json: Json = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(&as_json, &json);
            prop_assert!(!written.contains('\n'));
        }
    }
}
