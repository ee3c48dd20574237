//! Takes sensitive values out of the texts of an outcome: servers repeat what
//! they were sent, and the words of a server are passed on.

use crate::model::{FieldPath, HiddenValues, Tree};

use super::outcome::Outcome;

/// Masks every hidden value of `trees` in what the outcome says.
pub(super) fn mask<'a>(
    outcome: &mut Outcome,
    is_hidden: impl Fn(FieldPath) -> bool,
    trees: impl Iterator<Item = &'a Tree>,
) {
    let hidden = HiddenValues::in_trees(trees.map(|tree| (tree, &is_hidden)));
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
        hidden.mask_in(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        apply::Verdict,
        model::{Address, FieldMap, Leaf, ProviderName, Sensitive},
        provider::Action,
    };

    #[test]
    fn every_text_of_an_outcome_is_looked_at() {
        let schema = json!({ "properties": {
            "iban": { "type": "string", "x-sensitive": true },
        } });
        let fields = FieldMap::compile(&schema).expect("a schema");
        let iban = fields.path("iban").expect("a field");
        let value = Leaf::Sensitive(Sensitive::new("BG80BNBG5678"));
        let tree: Tree = [(iban, value)].into_iter().collect();
        let said = "bg80bnbg5678 is wrong";
        let masked = "••••5678 is wrong";
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
        mask(&mut outcome, |path| path == iban, [&tree].into_iter());
        assert_eq!(outcome.reason.as_deref(), Some(masked));
        assert_eq!(outcome.hint.as_deref(), Some(masked));
        assert_eq!(outcome.notes, [masked]);
    }
}
