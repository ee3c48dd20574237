//! Manifests: whatever the bytes are, they are read or refused, and no finding
//! steers a terminal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup::{
    desired::{Options, Systems, desire},
    manifest::load::from_memory,
    providers::ALL,
    report::{Style, annotation, findings, github, gitlab, json},
};
use trueup_fuzz::assert_tame;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        systems: Systems::Simulated,
        ..Options::default()
    };
    let loaded = from_memory([("a.yaml".to_owned(), bytes.to_vec())]);
    let (_, found) = desire(loaded, ALL, &options);
    let annotations = annotation::of_findings(&found);
    for shown in [
        findings::text(&found, Style::default()),
        json::pretty(&findings::json(&found)),
        github::commands("", &annotations),
        gitlab::report(&annotations),
    ] {
        assert_tame(&shown);
    }
});
