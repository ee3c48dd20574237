//! Every exit code, and when it is given.

/// Done, or nothing to do.
pub const DONE: u8 = 0;

/// Something is wrong with the manifests, the options, a provider or this
/// machine.
pub const ERROR: u8 = 1;

/// There are changes, drift, or a run that is not closed; only with
/// `--detailed-exitcode`.
pub const CHANGES: u8 = 2;

/// Some changes failed, are unknown, or were skipped; the rest is done.
pub const PARTIAL: u8 = 3;

/// The plan is stale: manifests or provider have moved since, and nothing was
/// written for what moved; or a saved plan has been carried out already.
pub const STALE: u8 = 4;

/// Refused by a limit or a policy: nothing was sent.
pub const REFUSED: u8 = 5;

/// Interrupted, in good order.
pub const INTERRUPTED: u8 = 130;
