//! What servers say in `Retry-After` and `Date`, each on a line, and in other
//! words, on a third: no wait is longer than a year, and no words steer a
//! terminal.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use trueup::http::{asked, sanitise};
use trueup_fuzz::assert_tame;

const YEAR: Duration = Duration::from_hours(365 * 24);

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let value = lines.next().unwrap_or_default();
    let date = lines.next();
    if let Some(wait) = asked(value, date) {
        assert!(wait <= YEAR, "{wait:?}");
    }
    assert_tame(&sanitise(lines.next().unwrap_or_default()));
});
