//! Saved plans: whatever the bytes are, they are refused, or are shown in every
//! format without steering a terminal, survive being written again, and can be
//! held against what is wanted and seen now.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup::{
    desired::Systems,
    model::FingerprintKey,
    saved::{compare, file_text, parse},
};
use trueup_fuzz::{Sample, day, now, plan_is_tame};

thread_local! {
    static SAMPLE: Sample = Sample::of_repository("changed");
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(mut saved) = parse(text) else {
        return;
    };
    let key = FingerprintKey::from_bytes([0; 32]);
    let _ = saved.unlock(None);
    let _ = saved.unlock(Some(&key));
    plan_is_tame(&saved.plan);
    // Whoever has the key can make any plan a sealed one.
    saved.seal(&key);
    let again = parse(&file_text(&saved)).expect("what was written is read");
    assert!(again == saved);
    for moved in saved.moved_at_once(now(), Systems::Simulated) {
        let _ = moved.to_string();
    }
    SAMPLE.with(|sample| {
        let _ = saved.moved_in_manifests(&key, &sample.desired);
        let _ = compare(&saved, &key, &sample.desired, sample.plan(), day());
    });
});
