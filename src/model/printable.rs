//! What of a text may be printed: nothing that steers the terminal, the eye or
//! the log that it is printed into.
//!
//! Names and values come from manifests that anybody may propose and from
//! providers that anybody may have typed into, and they are printed where
//! people decide by them.

use std::fmt::Write as _;

/// How a runner finds a command in any place of a line: the older form of
/// GitHub's, and that of Azure's.
const COMMANDS_ANYWHERE: [&str; 2] = ["##[", "##vso["];

/// How a line starts that GitHub's and Forgejo's runners take for a command,
/// after any white space.
const COMMAND_AT_START: &str = "::";

/// Whether a character does something else than stand there: it moves the
/// cursor, rings the bell, turns the direction of writing, or cannot be seen,
/// so that two texts look alike that are not.
#[must_use]
pub fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // A hyphen that is not drawn.
            '\u{ad}'
            // Marks of direction, and letters without a shape.
            | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}'
            // Blanks without a width; marks, embeddings and isolates of
            // direction; separators of lines; operators that are not drawn.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            // Tags: a whole alphabet that is not drawn.
            | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a name can be printed as it is: it has nothing that [`steers`].
#[must_use]
pub fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(steers)
}

/// A text on one line in which every character can be seen and none does
/// anything, and in which no runner finds a command. What is taken out leaves a
/// mark.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_blank = true;
    while let Some(character) = rest.chars().next() {
        let starts_command = COMMANDS_ANYWHERE
            .iter()
            .any(|start| rest.starts_with(start))
            || (after_blank && starts_line_command(rest));
        if starts_command || steers(character) {
            out.push(char::REPLACEMENT_CHARACTER);
        } else {
            out.push(character);
        }
        after_blank = character.is_whitespace() || character.is_control();
        rest = &rest[character.len_utf8()..];
    }
    out
}

/// Whether `::` and a word follow. Any blank may come to stand at the end of a
/// line, so that what follows starts one.
fn starts_line_command(text: &str) -> bool {
    text.strip_prefix(COMMAND_AT_START)
        .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
}

/// The same for a JSON text, in which nothing has to be taken out: what steers
/// is written as an escape, and reads as what it was.
#[must_use]
pub fn printable_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let starts_command = COMMANDS_ANYWHERE
            .iter()
            .any(|start| rest.starts_with(start));
        // Line breaks are of the layout: in strings they are escapes already.
        if starts_command || (steers(character) && character != '\n') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_steers() {
        for (text, shown) in [
            ("plain ä 漢 🧾", "plain ä 漢 🧾"),
            (
                "a\u{1b}[2Jb\u{9b}31m\u{7}",
                "a\u{fffd}[2Jb\u{fffd}31m\u{fffd}",
            ),
            ("one\ntwo\r\ttab", "one\u{fffd}two\u{fffd}\u{fffd}tab"),
            ("pay\u{202e}gpj", "pay\u{fffd}gpj"),
            (
                "a\u{200b}b\u{feff}\u{ad}\u{e0041}",
                "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}",
            ),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn runners_find_no_command() {
        for (text, shown) in [
            ("::error::x", "\u{fffd}:error::x"),
            (
                "so ::set-output name=a::b",
                "so \u{fffd}:set-output name=a::b",
            ),
            ("a\n::add-mask::b", "a\u{fffd}\u{fffd}:add-mask::b"),
            ("x##[add-mask]y", "x\u{fffd}#[add-mask]y"),
            ("###[group]", "#\u{fffd}#[group]"),
            ("##vso[task.x]", "\u{fffd}#vso[task.x]"),
            (
                "::1 and fe80::1 and a::b and ## [x]",
                "::1 and fe80::1 and a::b and ## [x]",
            ),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    proptest! {
        #[test]
        fn json_reads_as_what_it_was(text in any::<String>(), tail in "[#\\[:\u{202e}\u{1b}\u{e0041}]{0,6}") {
            let value = serde_json::json!({ (text.clone()): [text + &tail] });
            let json = serde_json::to_string_pretty(&value).expect("JSON");
            let shown = printable_json(&json);
            prop_assert!(!shown.chars().any(|character| steers(character) && character != '\n'));
            prop_assert!(!shown.contains("##["), "{}", shown);
            let read: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
            prop_assert_eq!(read, value);
        }

        #[test]
        fn what_is_printable_stays_so(text in any::<String>()) {
            let once = printable(&text);
            prop_assert_eq!(printable(&once), once.clone());
            prop_assert!(!once.chars().any(steers));
        }
    }
}
