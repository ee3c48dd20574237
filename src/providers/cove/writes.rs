//! Every call that writes, and whether it may be sent again when its outcome is
//! unclear.

use super::calls::{
    ADD, CHANGE_STATE, CLEAR_TRIAL, MODIFY, REMOVE, SET_ADVANCED, SET_AUTO_DEPLOYMENT,
    TO_PRODUCTION,
};
use crate::provider::{Repeat, WriteDef};

pub(super) const CREATE: WriteDef = WriteDef {
    operation: ADD,
    purpose: None,
    case: "",
    repeat: Repeat::AfterLookup,
    why: "it is not idempotent: a lost answer may leave a customer behind, which is looked up by \
          its external code first (10.1)",
};

pub(super) const UPDATE: WriteDef = WriteDef {
    operation: MODIFY,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it sets members to values, and sets as a whole; the same again changes nothing (10.3)",
};

pub(super) const CLEAR_TRIAL_TIMES: WriteDef = WriteDef {
    operation: MODIFY,
    purpose: Some(CLEAR_TRIAL),
    case: "",
    repeat: Repeat::Safe,
    why: "it sets members to nothing; the same again changes nothing (10.3)",
};

pub(super) const INTO_PRODUCTION: WriteDef = WriteDef {
    operation: MODIFY,
    purpose: Some(TO_PRODUCTION),
    case: "",
    repeat: Repeat::Safe,
    why: "it names the state to be reached, not a step, so that a second one finds it reached (10.2)",
};

pub(super) const ADVANCED_PROPERTIES: WriteDef = WriteDef {
    operation: SET_ADVANCED,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it sets both properties to values (10.6)",
};

pub(super) const AUTO_DEPLOY: WriteDef = WriteDef {
    operation: SET_AUTO_DEPLOYMENT,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it sets a switch to a value (10.6)",
};

pub(super) const STEP: WriteDef = WriteDef {
    operation: CHANGE_STATE,
    purpose: None,
    case: "any action",
    repeat: Repeat::AfterLookup,
    why: "an action is a step from one state to the next, and a second one would be a step from \
          there; the state is read first (10.2)",
};

pub(super) const END: WriteDef = WriteDef {
    operation: REMOVE,
    purpose: None,
    case: "",
    repeat: Repeat::AfterLookup,
    why: "it is final, so it is sent again only where the customer is still there (10.5)",
};

/// The table that the documents show.
pub(super) static WRITES: [WriteDef; 8] = [
    CREATE,
    UPDATE,
    CLEAR_TRIAL_TIMES,
    INTO_PRODUCTION,
    ADVANCED_PROPERTIES,
    AUTO_DEPLOY,
    STEP,
    END,
];
