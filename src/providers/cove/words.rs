//! Makes what the server says fit to be shown: its HTML entities read, values
//! that must not be printed masked, and nothing left that steers a terminal.

use crate::{http::sanitise, model::HiddenValues};

/// The longest entity that is read, between `&` and `;`. The longest of those
/// known is `#x10ffff`.
const ENTITY_CHARACTERS_MAX: usize = 8;

/// The server's words for an error message. Every text of `secrets` that the
/// server echoes is masked. A period at the end is dropped.
pub(super) fn shown<'a>(words: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = unescape(words);
    HiddenValues::of(secrets).mask_in(&mut text);
    sanitise(&text).trim_end_matches('.').to_owned()
}

/// Reads HTML entities: messages come with `&apos;` and `&quot;` in them
/// (observed by public clients).
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest
            .char_indices()
            .take(ENTITY_CHARACTERS_MAX + 2)
            .find(|(_, character)| *character == ';');
        let read = end.and_then(|(end, _)| Some((entity(&rest[1..end])?, end)));
        let (character, end) = read.unwrap_or(('&', 0));
        out.push(character);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "apos" => '\'',
        "quot" => '"',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_read() {
        for (written, read) in [
            (
                "Partner can&apos;t be removed: it has devices.",
                "Partner can't be removed: it has devices",
            ),
            ("&quot;a&quot; &lt;b&gt; &amp;amp;", "\"a\" <b> &amp;"),
            ("&#39;x&#x27;", "'x'"),
            ("R&D; &unknown; & &", "R&D; &unknown; & &"),
            ("&#1114112;", "&#1114112;"),
            ("ключ &ключ;", "ключ &ключ;"),
        ] {
            assert_eq!(shown(written, []), read);
        }
    }

    #[test]
    fn echoed_secrets_are_masked_even_when_escaped() {
        assert_eq!(
            shown(
                "wrong number O&apos;1234 in EL1234",
                ["O'1234", "EL1234", "1234", ""]
            ),
            "wrong number •••• in ••••"
        );
    }

    #[test]
    fn words_cannot_steer_a_terminal_even_when_escaped() {
        assert_eq!(shown("a&#27;[31mred\n\n b&#x202e;c", []), "a[31mred bc");
        assert!(shown(&"x".repeat(10_000), []).ends_with('…'));
    }
}
