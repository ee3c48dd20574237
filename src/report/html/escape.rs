//! Writes HTML in which user text cannot be markup.
//!
//! A template engine would escape as well. This writer is smaller than its
//! templates would be, and stricter: markup can only be a literal of this
//! program, because [`Html::markup`] takes nothing else.

/// A page that grows.
#[derive(Default)]
pub(super) struct Html {
    out: String,
}

impl Html {
    /// Adds markup: a literal of this program, never a value.
    pub(super) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Adds text, as content or inside a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.out.push_str(&escaped(text));
        self
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// Text with every character replaced that could end a text or an attribute.
/// Characters that HTML forbids become the replacement character.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            character if character.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escaped("</td><script>a && \"b\"\u{0}'\n"),
            "&lt;/td&gt;&lt;script&gt;a &amp;&amp; &quot;b&quot;\u{fffd}&#39;\n"
        );
    }
}
