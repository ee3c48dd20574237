//! The life of a customer from trial to production and out of it again.

use serde_json::{Value, json};

use crate::simulator::KnobSettings;

use super::{
    context::{Answer, Context, Outcome},
    enums::ACTIONS,
    partner::Partner,
    refusal::Refusal,
    state::State,
};

/// How long a trial lasts; exactly thirty days in the vendor's sample.
const TRIAL_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The legal moves: old state, action, new state.
const TRANSITIONS: [(&str, &str, &str); 15] = [
    ("Registered", "ApproveForTrial", "InTrial"),
    ("Registered", "ApproveForProduction", "InProduction"),
    ("Registered", "Reject", "Rejected"),
    ("InTrial", "ApplyForProduction", "WaitingForProduction"),
    ("InTrial", "ApproveForProduction", "InProduction"),
    ("InTrial", "Expire", "Expired"),
    ("InTrial", "Deactivate", "NotActive"),
    (
        "WaitingForProduction",
        "ApproveForProduction",
        "InProduction",
    ),
    ("WaitingForProduction", "Reject", "Rejected"),
    ("Expired", "ApproveForTrial", "InTrial"),
    ("Expired", "ApproveForProduction", "InProduction"),
    ("Expired", "Deactivate", "NotActive"),
    ("InProduction", "Deactivate", "NotActive"),
    ("NotActive", "ApproveForTrial", "InTrial"),
    ("NotActive", "ApproveForProduction", "InProduction"),
];

/// Whether the service works for a customer in this state.
fn is_active(state: &str) -> bool {
    matches!(state, "InTrial" | "WaitingForProduction" | "InProduction")
}

/// A customer whose service has ended cannot have one below it for whom it
/// runs. What else a parent's state forbids is unknown and not enforced.
pub(super) fn check_parent(child: &str, parent: &str, knobs: &KnobSettings) -> Result<(), Refusal> {
    let parent_ended = matches!(parent, "Rejected" | "NotActive" | "Expired");
    if knobs.is("state_rules", "table") && parent_ended && is_active(child) {
        Err(Refusal::parent_state())
    } else {
        Ok(())
    }
}

/// Whether `ModifyPartner` may write this state.
pub(super) fn check_move(old: &str, new: &str, knobs: &KnobSettings) -> Result<(), Refusal> {
    let legal = old == new
        || knobs.is("state_rules", "permissive")
        || TRANSITIONS.iter().any(|row| row.0 == old && row.2 == new);
    if legal {
        Ok(())
    } else {
        Err(illegal(old, new))
    }
}

fn illegal(old: &str, target: &str) -> Refusal {
    Refusal::invalid(&format!(
        "Transition from state &quot;{old}&quot; by &quot;{target}&quot; is not allowed."
    ))
}

/// Moves a customer into another state, with what becomes of its trial times.
pub(super) fn enter(partner: &mut Partner, state: &str, knobs: &KnobSettings, now: i64) {
    state.clone_into(&mut partner.state);
    match state {
        "InTrial" => {
            partner.trial_registration_time = now;
            partner.trial_expiration_time = now + TRIAL_SECONDS;
        }
        "InProduction" if knobs.is("trial_times_on_production", "cleared") => {
            partner.trial_registration_time = 0;
            partner.trial_expiration_time = 0;
        }
        _ => {}
    }
}

/// Fills in the trial times of a new customer, where the request gave none.
pub(super) fn start_trial_clock(partner: &mut Partner, now: i64) {
    if partner.state != "InTrial" {
        return;
    }
    if partner.trial_registration_time == 0 {
        partner.trial_registration_time = now;
    }
    if partner.trial_expiration_time == 0 {
        partner.trial_expiration_time = partner.trial_registration_time + TRIAL_SECONDS;
    }
}

/// Ends the trials whose time is over, as of the moment it was.
pub(super) fn expire_trials(state: &mut State, knobs: &KnobSettings, now: i64) {
    if knobs.is("auto_expire_trials", "no") {
        return;
    }
    let only_flagged = knobs.is("only_flagged_trials_expire", "yes");
    let is_over = |partner: &&Partner| {
        let expiration = partner.trial_expiration_time;
        partner.state == "InTrial"
            && expiration != 0
            && expiration <= now
            && (!only_flagged
                || partner
                    .private_flags
                    .iter()
                    .any(|f| f == "ExpireAfterTrial"))
    };
    let over: Vec<Partner> = state.partners.values().filter(is_over).cloned().collect();
    for mut partner in over {
        "Expired".clone_into(&mut partner.state);
        let at = partner.trial_expiration_time;
        state.put(partner, at);
    }
}

/// `ChangePartnerState`: returns the new state.
pub(super) fn change_partner_state(context: &mut Context<'_>) -> Answer {
    let knobs = context.knobs;
    let mut partner = context.visible_param("partnerId")?.clone();
    let action = context
        .params
        .one_of("action", ACTIONS)?
        .ok_or_else(|| Refusal::bad_params("action"))?;
    context.params.text("reason")?;
    let freely = knobs.is("state_rules", "permissive");
    let new = TRANSITIONS
        .iter()
        .find(|row| row.1 == action && (freely || row.0 == partner.state))
        .map(|row| row.2)
        .ok_or_else(|| illegal(&partner.state, action))?;
    if let Some(parent) = context.state.partners.get(&partner.parent_id) {
        check_parent(new, &parent.state, knobs)?;
    }
    enter(&mut partner, new, knobs, context.now);
    context.state.put(partner, context.now);
    Ok(Outcome::Value(json!(new)))
}

/// `EnumeratePartnerStateTransitions`.
pub(super) fn enumerate_transitions(context: &mut Context<'_>) -> Answer {
    let shape = |row: &(&str, &str, &str)| -> Value {
        json!({ "OldState": row.0, "Action": row.1, "NewState": row.2 })
    };
    context.list(TRANSITIONS.iter().map(shape).collect())
}
