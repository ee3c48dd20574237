//! Values that must not be shown, and how they are found where somebody has
//! copied them: servers repeat what they were sent, and copy one field into
//! another.

use serde_json::Value;

use crate::model::{FieldPath, Leaf, Shown, Tree};

/// A shorter value is left alone: it is in any text by chance, and the text would
/// be destroyed for nothing.
const LOOKED_FOR_FROM_BYTES: usize = 3;

/// The values of hidden fields.
#[derive(Default)]
pub struct HiddenValues {
    /// In lower case, with what is shown instead; longer ones first, so that a
    /// value that contains another one is found before that.
    values: Vec<(String, String)>,
}

impl HiddenValues {
    /// Adds what stands in the hidden fields of a tree.
    #[must_use]
    pub fn and(mut self, tree: &Tree, is_hidden: impl Fn(FieldPath) -> bool) -> Self {
        for (path, leaf) in tree.iter() {
            if let Shown::Masked(masked) = Shown::of(leaf, is_hidden(path)) {
                texts(leaf, &mut |text| {
                    let value = text.trim().to_ascii_lowercase();
                    if value.len() >= LOOKED_FOR_FROM_BYTES {
                        self.values.push((value, masked.clone()));
                    }
                });
            }
        }
        self.values
            .sort_by(|one, other| (other.0.len(), &other.0).cmp(&(one.0.len(), &one.0)));
        self.values.dedup();
        self
    }

    /// Masks each of them in a text, however it is written there.
    pub fn mask_in(&self, text: &mut String) {
        for (value, masked) in &self.values {
            *text = replace(text, value, masked);
        }
    }

    /// Whether one of them stands in a value.
    #[must_use]
    pub fn are_in(&self, leaf: &Leaf) -> bool {
        let mut found = false;
        texts(leaf, &mut |text| found |= self.are_in_text(text));
        found
    }

    /// Whether one of them stands in a text.
    #[must_use]
    pub fn are_in_text(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.values.iter().any(|(value, _)| text.contains(value))
    }
}

/// Every text that a value holds.
fn texts(leaf: &Leaf, found: &mut impl FnMut(&str)) {
    match leaf {
        Leaf::Text(text) => found(text),
        Leaf::Sensitive(text) => found(text.expose()),
        Leaf::Set(names) => names.iter().for_each(|name| found(name)),
        Leaf::Json(value) => json_texts(value, found),
        Leaf::Unset | Leaf::Bool(_) | Leaf::Integer(_) | Leaf::Reference(_) => {}
    }
}

fn json_texts(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| json_texts(item, found)),
        Value::Object(members) => members.values().for_each(|item| json_texts(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Replaces `value`, which is in lower case, however it is written in `text`.
fn replace(text: &str, value: &str, masked: &str) -> String {
    // Lower case in ASCII keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let mut out = String::new();
    let mut end = 0;
    for (at, found) in lower.match_indices(value) {
        out.push_str(&text[end..at]);
        out.push_str(masked);
        end = at + found.len();
    }
    out.push_str(&text[end..]);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{FieldMap, Sensitive};

    fn hidden() -> HiddenValues {
        let schema = json!({ "properties": {
            "iban": { "type": "string", "x-sensitive": true },
            "born": { "type": "string", "x-sensitive": true },
            "people": { "type": "object", "x-type": "passthrough", "x-sensitive": true },
            "short": { "type": "string", "x-sensitive": true },
            "name": { "type": "string" },
        } });
        let fields = FieldMap::compile(&schema).expect("a schema");
        let text = |text: &str| Leaf::Text(text.to_owned());
        let tree: Tree = [
            ("iban", Leaf::Sensitive(Sensitive::new("BG80BNBG5678"))),
            ("born", text("1980-01-01")),
            ("people", Leaf::Json(json!([{ "name": "Anna", "age": 7 }]))),
            ("short", Leaf::Sensitive(Sensitive::new("no"))),
            ("name", text("Acme")),
        ]
        .into_iter()
        .map(|(path, leaf)| (fields.path(path).expect("a field"), leaf))
        .collect();
        HiddenValues::default().and(&tree, |path| {
            let facts = fields.facts(path.as_str());
            facts.is_some_and(|facts| facts.sensitive)
        })
    }

    #[test]
    fn replaces_a_value_wherever_and_however_it_is_written() {
        let masked = |text: &str| replace(text, "bg80bnbg5678", "••••5678");
        assert_eq!(
            masked("BG80BNBG5678 and bg80bnbg5678 — é"),
            "••••5678 and ••••5678 — é"
        );
        assert_eq!(masked("nothing"), "nothing");
    }

    #[test]
    fn every_hidden_field_is_masked_in_a_text() {
        let mut text = "Acme: iban bg80bnbg5678, born 1980-01-01, ANNA said no".to_owned();
        hidden().mask_in(&mut text);
        assert_eq!(text, "Acme: iban ••••5678, born ••••, •••• said no");
    }

    #[test]
    fn a_copy_is_found_in_any_value_that_holds_text() {
        let hidden = hidden();
        let text = |text: &str| Leaf::Text(text.to_owned());
        assert!(hidden.are_in(&text("bg80BNBG5678")));
        assert!(hidden.are_in(&text("for Anna's firm")));
        assert!(hidden.are_in(&Leaf::Json(json!({ "of": ["anna"] }))));
        for clear in [text("Acme"), text("no"), Leaf::Unset, Leaf::Integer(1980)] {
            assert!(!hidden.are_in(&clear), "{clear:?}");
        }
    }
}
