//! Makes what the server says fit to be shown: its HTML entities read before it
//! is quoted.

use crate::model::escape::entity_at;

/// The server's words for an error message, as the answer that they stand in
/// may `quote` them. A period at the end is dropped.
pub(super) fn shown(words: &str, quote: impl Fn(&str) -> String) -> String {
    quote(&unescape(words)).trim_end_matches('.').to_owned()
}

/// Reads HTML entities: messages come with `&apos;` and `&quot;` in them
/// (observed by public clients).
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = entity_at(rest).unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::sanitise;

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
            assert_eq!(shown(written, sanitise), read);
        }
    }

    #[test]
    fn words_cannot_steer_a_terminal_even_when_escaped() {
        assert_eq!(
            shown("a&#27;[31mred\n\n b&#x202e;c", sanitise),
            "a[31mred bc"
        );
        assert!(shown(&"x".repeat(10_000), sanitise).ends_with('…'));
    }
}
