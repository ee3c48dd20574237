//! N-able Cove Data Protection.

#[cfg_attr(not(test), expect(dead_code, reason = "nothing starts it yet"))]
mod simulator;
