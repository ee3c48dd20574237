//! What a method gets to see, and what it gives back.

use serde_json::{Map, Value};

use crate::simulator::KnobSettings;

use super::{
    input::Input,
    partner::Partner,
    refusal::{Lookup, Refusal},
    scatter,
    state::State,
};

/// One call that was let in.
pub(super) struct Context<'a> {
    pub(super) state: &'a mut State,
    pub(super) knobs: &'a KnobSettings,
    pub(super) params: Input<'a>,
    /// Unix seconds.
    pub(super) now: i64,
    /// The caller's customer; it sees that one and all below it.
    pub(super) scope: i64,
}

/// What a method returns.
pub(super) enum Outcome {
    /// Nothing.
    Void,
    /// One value.
    Value(Value),
    /// The member `result` and the method's OUT parameters beside it.
    WithOut(Map<String, Value>),
}

/// The answer of a method.
pub(super) type Answer = Result<Outcome, Refusal>;

/// One value as the answer.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every method answers in this form"
)]
pub(super) fn value(value: Value) -> Answer {
    Ok(Outcome::Value(value))
}

impl Context<'_> {
    /// A customer that the caller may see.
    pub(super) fn visible(&self, id: i64) -> Result<&Partner, Refusal> {
        let Some(partner) = self.state.partners.get(&id) else {
            return Err(Refusal::partner_not_found(Lookup::Id, self.knobs));
        };
        if self.state.is_within(self.scope, id) {
            Ok(partner)
        } else {
            Err(Refusal::security())
        }
    }

    /// The visible customer that a parameter names.
    pub(super) fn visible_param(&self, name: &str) -> Result<&Partner, Refusal> {
        self.visible(self.params.id(name)?)
    }

    /// Puts a list for which nobody asked an order into that of the knob.
    pub(super) fn order<T>(&self, list: &mut Vec<T>) {
        if self.knobs.is("list_order", "shuffled") {
            scatter::shuffle(list, self.state.seed, self.state.calls);
        }
    }

    /// A list in the order and, where it is empty, in the form of the knobs.
    pub(super) fn list(&self, mut list: Vec<Value>) -> Answer {
        if list.is_empty() && self.knobs.is("empty_list", "null") {
            return value(Value::Null);
        }
        self.order(&mut list);
        value(Value::Array(list))
    }
}
