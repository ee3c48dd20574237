//! The adapters, one folder for each billing system.

mod cove;
