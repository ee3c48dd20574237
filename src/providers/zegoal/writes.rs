//! Every call that writes, and whether it may be sent again when its outcome is
//! unclear.

use super::calls::{
    ADD_ADDRESS, ADD_CONTACT, ADD_CONTRACT, CREATE_ACCOUNT, SET_LC, UPDATE_ACCOUNT, UPDATE_ADDRESS,
    UPDATE_CONTACT, UPDATE_CONTRACT,
};
use crate::provider::{Repeat, WriteDef};

/// A call that writes a part of an account as a whole.
const fn rewrites(operation: &'static str) -> WriteDef {
    WriteDef {
        operation,
        purpose: None,
        case: "",
        repeat: Repeat::Safe,
        why: "repeating the same values is assumed to be harmless, and the part is read anew before \
              it is sent again (8.6)",
    }
}

/// A call that adds a part to an account.
const fn adds(operation: &'static str) -> WriteDef {
    WriteDef {
        operation,
        purpose: None,
        case: "",
        repeat: Repeat::AfterLookup,
        why: "each one makes another part, so the account is read first (6, 8.6)",
    }
}

pub(super) const CREATE: WriteDef = WriteDef {
    operation: CREATE_ACCOUNT,
    purpose: None,
    case: "",
    repeat: Repeat::AfterLookup,
    why: "the account is looked up by its code first; found means made, and is compared (2.3, 8.6)",
};

pub(super) const UPDATE: WriteDef = WriteDef {
    operation: UPDATE_ACCOUNT,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "repeating the same values is assumed to be harmless (8.6)",
};

pub(super) const CONTRACT: WriteDef = rewrites(UPDATE_CONTRACT);
pub(super) const CONTACT: WriteDef = rewrites(UPDATE_CONTACT);
pub(super) const ADDRESS: WriteDef = rewrites(UPDATE_ADDRESS);
pub(super) const NEW_CONTRACT: WriteDef = adds(ADD_CONTRACT);
pub(super) const NEW_CONTACT: WriteDef = adds(ADD_CONTACT);
pub(super) const NEW_ADDRESS: WriteDef = adds(ADD_ADDRESS);

pub(super) const STATE: WriteDef = WriteDef {
    operation: SET_LC,
    purpose: None,
    case: "any purpose",
    repeat: Repeat::AfterLookup,
    why: "each one writes the schedule of states anew, so the account is read first (5.2, 8.6)",
};

/// The table that the documents show.
pub(super) static WRITES: [WriteDef; 9] = [
    CREATE,
    UPDATE,
    CONTRACT,
    CONTACT,
    ADDRESS,
    NEW_CONTRACT,
    NEW_CONTACT,
    NEW_ADDRESS,
    STATE,
];
