//! Environment variables that stand for sensitive values.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    model::{FieldPath, words},
    provider::{KindDef, ProviderDef},
};

/// The start of the names of our variables.
const PREFIX: &str = "TRUEUP";

/// The names of variables that are taken.
#[derive(Debug, Default)]
pub struct Variables {
    taken: BTreeSet<String>,
}

impl Variables {
    /// Keeps a name from being given, because a manifest uses it.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// The variable of a field, such as `TRUEUP_ZEGOAL_ACME_BANK_ACCOUNT`: made
    /// of the system, the manifest's name and the field, so that it is the same
    /// whenever it is asked for. Where two come out alike, the later one gets a
    /// number.
    pub(super) fn name(
        &mut self,
        def: &ProviderDef,
        kind: &KindDef,
        name: &str,
        path: FieldPath,
    ) -> String {
        let system = if def.kinds.len() == 1 {
            def.name.to_owned()
        } else {
            words::snake(kind.kind)
        };
        let stem = shouted(&format!("{PREFIX}_{system}_{name}_{}", field(kind, path)));
        let mut variable = stem.clone();
        let mut number = 1_usize;
        while !self.taken.insert(variable.clone()) {
            number += 1;
            variable = format!("{stem}_{number}");
        }
        variable
    }
}

/// The last step of a path, or all of it where another sensitive field of the
/// kind ends alike.
fn field(kind: &KindDef, path: FieldPath) -> String {
    let last = |path: FieldPath| path.as_str().rsplit('.').next().unwrap_or(path.as_str());
    let alike = kind
        .fields()
        .iter()
        .filter(|facts| facts.sensitive && last(facts.path) == last(path))
        .count();
    if alike > 1 {
        let steps: Vec<String> = path.as_str().split('.').map(words::snake).collect();
        steps.join("_")
    } else {
        words::snake(last(path))
    }
}

/// Letters, digits and underscores, as POSIX wants variables to be named.
fn shouted(text: &str) -> String {
    text.chars()
        .map(|character| match character.to_ascii_uppercase() {
            letter if letter.is_ascii_alphanumeric() => letter,
            _ => '_',
        })
        .collect()
}

/// A line that sets a variable, for a shell and for tools that read such files.
pub(super) fn assignment(out: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{name}={}", words::shell(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_can_be_read_by_a_shell() {
        for (value, line) in [
            ("BG80BNBG96611020345678", "A=BG80BNBG96611020345678\n"),
            ("a@b.example", "A=a@b.example\n"),
            ("two words", "A='two words'\n"),
            ("$(rm -rf /)", "A='$(rm -rf /)'\n"),
            ("it's", "A='it'\\''s'\n"),
            ("a\nB=c", "A='a\nB=c'\n"),
        ] {
            let mut out = String::new();
            assignment(&mut out, "A", value);
            assert_eq!(out, line);
        }
    }

    #[test]
    fn names_are_fit_for_any_shell() {
        assert_eq!(
            shouted("TRUEUP_zegoal_acme-ood_bank"),
            "TRUEUP_ZEGOAL_ACME_OOD_BANK"
        );
        let mut variables = Variables::default();
        variables.take("X");
        assert!(!variables.taken.insert("X".to_owned()));
    }
}
