//! A fault of the program tells no values.

use std::process::Command;

/// What a panic would print.
const SECRET: &str = "BG80BNBG96611020345678";

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn panics_with_a_value() {
    // Whatever command is run, panics are told in the program's way from then
    // on.
    trueup::run(["trueup", "completions", "bash"].map(Into::into));
    let text = format!("ä{SECRET}");
    let _ = text[1..].len();
}

#[test]
fn a_panic_tells_its_place_and_no_value() {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("hostile::panics::panics_with_a_value")
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{told}");
    assert!(
        told.contains("error: a fault of the program at tests/hostile/panics.rs:"),
        "{told}"
    );
    assert!(!told.contains(SECRET), "{told}");
}
