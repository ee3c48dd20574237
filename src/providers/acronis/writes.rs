//! Every call that writes, and whether it may be sent again when its outcome is
//! unclear.

use super::calls::{
    CREATE_TENANT, DELETE_TENANT, DISABLE, PUT_CUSTOMER, UPDATE_PRICING, UPDATE_TENANT,
};
use crate::provider::{Repeat, WriteDef};

pub(super) const CREATE: WriteDef = WriteDef {
    operation: CREATE_TENANT,
    purpose: None,
    case: "",
    repeat: Repeat::AfterLookup,
    why: "there is no idempotency key, and a second POST may make a second tenant; the tenant is \
          looked up by its internal tag first (3.3, 5)",
};

pub(super) const UPDATE: WriteDef = WriteDef {
    operation: UPDATE_TENANT,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it quotes a version, so that a second one is refused with 1001 and changes nothing (3.4, 5)",
};

pub(super) const DISABLE_FIRST: WriteDef = WriteDef {
    operation: UPDATE_TENANT,
    purpose: Some(DISABLE),
    case: "",
    repeat: Repeat::Safe,
    why: "as any update, it quotes a version (3.4, 5)",
};

pub(super) const PRICING: WriteDef = WriteDef {
    operation: UPDATE_PRICING,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it quotes a version of its own (3.4, 5)",
};

pub(super) const DELETE: WriteDef = WriteDef {
    operation: DELETE_TENANT,
    purpose: None,
    case: "",
    repeat: Repeat::Safe,
    why: "it quotes a version, and a tenant that is gone answers 404, which is what was wanted (3.1, 5)",
};

pub(super) const BILLING: WriteDef = WriteDef {
    operation: PUT_CUSTOMER,
    purpose: None,
    case: "the customer was read, so its `Id` is sent",
    repeat: Repeat::Safe,
    why: "a PUT with `Id` writes the whole customer, which is read anew before it is sent again (5)",
};

pub(super) const NEW_BILLING: WriteDef = WriteDef {
    operation: PUT_CUSTOMER,
    purpose: None,
    case: "there may be no customer yet",
    repeat: Repeat::AfterLookup,
    why: "a PUT without `Id` may make a second customer or overwrite another of the same name; the \
          customer list is read first (4.4, 5)",
};

/// The table that the documents show.
pub(super) static WRITES: [WriteDef; 7] = [
    CREATE,
    UPDATE,
    DISABLE_FIRST,
    PRICING,
    DELETE,
    BILLING,
    NEW_BILLING,
];
