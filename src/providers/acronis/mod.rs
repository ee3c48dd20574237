//! Acronis: Account Management v2 and Advanced Automation v1.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "only the sandbox starts a simulator")
)]
mod simulator;
