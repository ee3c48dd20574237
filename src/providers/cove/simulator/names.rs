//! When a name is taken.

use crate::simulator::KnobSettings;

use super::{partner::Partner, refusal::Refusal, state::State};

/// Refuses a customer whose name another one has, whatever the case of its
/// letters. Customers that the caller cannot see count too.
pub(super) fn check(
    state: &State,
    candidate: &Partner,
    knobs: &KnobSettings,
) -> Result<(), Refusal> {
    let wanted = candidate.name.to_lowercase();
    let everywhere = knobs.is("name_scope", "global");
    let taken = state.partners.values().any(|other| {
        other.id != candidate.id
            && (everywhere || other.parent_id == candidate.parent_id)
            && is_lowercase_of(&wanted, &other.name)
    });
    if taken {
        Err(Refusal::same_name())
    } else {
        Ok(())
    }
}

/// Whether `lowercase` is `text` in lower case. Nothing is allocated, because
/// every write compares every name.
pub(super) fn is_lowercase_of(lowercase: &str, text: &str) -> bool {
    text.chars()
        .flat_map(char::to_lowercase)
        .eq(lowercase.chars())
}
