//! The rules of a customer's state: which differences are none, and which moves
//! are made how.

use std::collections::{BTreeSet, VecDeque};

use super::wire::Transition;
use crate::model::words;

pub(super) const IN_TRIAL: &str = "InTrial";
pub(super) const IN_PRODUCTION: &str = "InProduction";
const EXPIRED: &str = "Expired";

/// The states in which the service works for a customer.
pub(super) const SERVED: [&str; 3] = [IN_TRIAL, "WaitingForProduction", IN_PRODUCTION];

/// The way from the first registration to production. The provider moves
/// customers along it by itself.
const WAY: [&str; 4] = [
    "Registered",
    IN_TRIAL,
    "WaitingForProduction",
    IN_PRODUCTION,
];

/// The actions that `ChangePartnerState` takes (vendor schema).
const ACTIONS: [&str; 6] = [
    "Reject",
    "ApproveForTrial",
    "ApproveForProduction",
    "ApplyForProduction",
    "Deactivate",
    "Expire",
];

/// What has to happen so that a customer gets from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// Nothing: it is there.
    Here,
    /// Nothing: it has gone on by itself, and is never pushed back.
    Passed,
    /// Nothing: its trial is over, which only a person may change.
    TrialOver,
    /// The one move that `ModifyPartner` makes: from trial to production
    /// (N-able, changing customer properties).
    Modify,
    /// A move by `ChangePartnerState`, if the provider lists one.
    Change,
}

/// Decides how `live` becomes `desired`.
pub(super) fn judge(live: &str, desired: &str) -> Move {
    let step = |state: &str| WAY.iter().position(|known| *known == state);
    if live == desired {
        return Move::Here;
    }
    if live == IN_TRIAL && desired == IN_PRODUCTION {
        return Move::Modify;
    }
    if live == EXPIRED && desired == IN_TRIAL {
        return Move::TrialOver;
    }
    match (step(live), step(desired)) {
        (Some(live), Some(desired)) if live > desired => Move::Passed,
        _ => Move::Change,
    }
}

/// The actions that move a customer from `live` to `desired`, as few as there
/// are. No way leads through production: what is billed on the way cannot be
/// taken back.
///
/// # Errors
/// Why there is none: a sentence without a period.
pub(super) fn actions(
    transitions: &[Transition],
    live: &str,
    desired: &str,
) -> Result<Vec<&'static str>, String> {
    let mut ways: VecDeque<(&str, Vec<&'static str>)> = VecDeque::from([(live, Vec::new())]);
    let mut seen = BTreeSet::from([live]);
    while let Some((state, way)) = ways.pop_front() {
        if state == desired {
            return Ok(way);
        }
        if state == IN_PRODUCTION && state != live {
            continue;
        }
        for row in transitions.iter().filter(|row| row.old_state == state) {
            let action = ACTIONS.iter().find(|action| **action == row.action);
            if let Some(action) = action
                && seen.insert(&row.new_state)
            {
                let mut longer = way.clone();
                longer.push(action);
                ways.push_back((&row.new_state, longer));
            }
        }
    }
    let mut possible: Vec<&str> = transitions
        .iter()
        .filter(|row| row.old_state == live)
        .map(|row| row.new_state.as_str())
        .collect();
    possible.sort_unstable();
    possible.dedup();
    Err(format!(
        "the provider knows no way from the state `{live}` to `{desired}`; from there it knows {}",
        words::list(possible)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transition(old: &str, action: &str, new: &str) -> Transition {
        Transition {
            old_state: old.to_owned(),
            action: action.to_owned(),
            new_state: new.to_owned(),
        }
    }

    #[test]
    fn a_state_is_never_pushed_back() {
        for (live, desired, expected) in [
            ("InTrial", "InTrial", Move::Here),
            ("InTrial", "InProduction", Move::Modify),
            ("WaitingForProduction", "InTrial", Move::Passed),
            ("InProduction", "InTrial", Move::Passed),
            ("InProduction", "WaitingForProduction", Move::Passed),
            ("InProduction", "Registered", Move::Passed),
            ("Expired", "InTrial", Move::TrialOver),
            ("Expired", "InProduction", Move::Change),
            ("WaitingForProduction", "InProduction", Move::Change),
            ("Registered", "InTrial", Move::Change),
            ("NotActive", "InTrial", Move::Change),
            ("NotActive", "InProduction", Move::Change),
            ("InProduction", "NotActive", Move::Change),
            ("Rejected", "InTrial", Move::Change),
            ("InTrial", "Expired", Move::Change),
            ("Frozen", "InTrial", Move::Change),
        ] {
            assert_eq!(judge(live, desired), expected, "{live} to {desired}");
        }
    }

    #[test]
    fn a_way_of_several_steps_is_the_shortest_and_never_leads_through_production() {
        let transitions = [
            transition("Registered", "ApproveForProduction", "InProduction"),
            transition("Registered", "ApproveForTrial", "InTrial"),
            transition("InProduction", "Deactivate", "NotActive"),
            transition("InTrial", "Deactivate", "NotActive"),
            transition("InTrial", "Expire", "Expired"),
        ];
        assert_eq!(
            actions(&transitions, "Registered", "NotActive"),
            Ok(vec!["ApproveForTrial", "Deactivate"])
        );
        assert_eq!(
            actions(&transitions, "InProduction", "NotActive"),
            Ok(vec!["Deactivate"])
        );
        let without_trial = [transitions[0].clone(), transitions[2].clone()];
        assert!(actions(&without_trial, "Registered", "NotActive").is_err());
    }

    #[test]
    fn only_listed_moves_have_an_action() {
        let transitions = [
            transition("Expired", "ApproveForProduction", "InProduction"),
            transition("Expired", "Deactivate", "NotActive"),
            transition("Expired", "Thaw", "Frozen"),
        ];
        assert_eq!(
            actions(&transitions, "Expired", "InProduction"),
            Ok(vec!["ApproveForProduction"])
        );
        assert_eq!(
            actions(&transitions, "Expired", "Rejected"),
            Err(
                "the provider knows no way from the state `Expired` to `Rejected`; from there it \
                 knows `Frozen`, `InProduction` and `NotActive`"
                    .to_owned()
            )
        );
        assert!(
            actions(&transitions, "Expired", "Frozen").is_err(),
            "an action that is not in the schema is not sent"
        );
        assert!(actions(&transitions, "Rejected", "InTrial").is_err());
    }
}
