//! Takes sensitive values out of the texts of an outcome: servers repeat what
//! they were sent, and the words of a server are passed on.

use serde_json::Value;

use crate::model::{FieldPath, Leaf, Shown, Tree};

use super::outcome::Outcome;

/// A shorter value is left alone: it is in any sentence by chance, and the
/// sentence would be destroyed for nothing.
const MASKED_FROM_BYTES: usize = 3;

/// Masks every hidden value of `trees` in what the outcome says.
pub(super) fn mask<'a>(
    outcome: &mut Outcome,
    is_hidden: impl Fn(FieldPath) -> bool,
    trees: impl Iterator<Item = &'a Tree>,
) {
    let mut secrets = Vec::new();
    for (path, leaf) in trees.flat_map(Tree::iter) {
        let sensitive = is_hidden(path);
        if let Shown::Masked(masked) = Shown::of(leaf, sensitive) {
            texts(leaf, &mut |text| {
                let value = text.trim().to_ascii_lowercase();
                if value.len() >= MASKED_FROM_BYTES {
                    secrets.push((value, masked.clone()));
                }
            });
        }
    }
    // A value that contains another one goes first.
    secrets.sort_by(|one, other| (other.0.len(), &other.0).cmp(&(one.0.len(), &one.0)));
    secrets.dedup();
    let Outcome {
        address: _,
        provider: _,
        action: _,
        verdict: _,
        remote: _,
        reason,
        hint,
        calls: _,
        not_stored: _,
        notes,
    } = outcome;
    for text in reason.iter_mut().chain(hint).chain(notes) {
        for (value, masked) in &secrets {
            *text = replace(text, value, masked);
        }
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
    use crate::{
        apply::Verdict,
        model::{Address, FieldMap, ProviderName, Sensitive},
        provider::Action,
    };

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
    fn every_text_of_an_outcome_is_looked_at_and_every_sensitive_field() {
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
        let said = "Acme: iban bg80bnbg5678, born 1980-01-01, ANNA said no";
        let masked = "Acme: iban ••••5678, born ••••, •••• said no";
        let mut outcome = Outcome {
            address: Address {
                kind: "ToyCustomer",
                name: "acme".into(),
            },
            provider: ProviderName("toy".into()),
            action: Action::Update,
            verdict: Verdict::Failed,
            remote: None,
            reason: Some(said.to_owned()),
            hint: Some(said.to_owned()),
            calls: Vec::new(),
            not_stored: Vec::new(),
            notes: vec![said.to_owned()],
        };
        let is_hidden = |path: FieldPath| {
            let facts = fields.facts(path.as_str());
            facts.is_some_and(|facts| facts.sensitive)
        };
        mask(&mut outcome, is_hidden, [&tree].into_iter());
        assert_eq!(outcome.reason.as_deref(), Some(masked));
        assert_eq!(outcome.hint.as_deref(), Some(masked));
        assert_eq!(outcome.notes, [masked]);
    }
}
