//! Zegoal: the TI Rate account API.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "no command starts the simulator yet")
)]
mod simulator;
