//! `import --update`: whatever manifests are like, an edit of them changes what
//! it says and nothing else. The first line is what the providers have; the rest
//! is a file of manifests, beside one of providers.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use trueup::{
    import::{Ground, update},
    model::{Address, FieldPath, Severity},
    providers::ALL,
};
use trueup_fuzz::{Sample, day, options, sample_of};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (live, text) = text.split_once('\n').unwrap_or(("", &text));
    let before = sample(live, text);
    if has_errors(&before) {
        return;
    }
    let options = options();
    let ground = Ground {
        documents: &before.documents,
        environment: &options.environment,
        systems: options.systems,
        registry: ALL,
        other_kinds: options.other_kinds,
        today: day(),
    };
    let update = update(&before.desired, &before.observed, &ground);
    for file in update.files {
        let after = sample(live, &file.text);
        assert!(!has_errors(&after), "{}", file.text);
        assert_eq!(file.source.text, text);
        let edited: BTreeSet<(Address, FieldPath)> = file.fields.into_iter().collect();
        same_but_for(&edited, &before, &after);
        assert!(file.text.lines().count() >= remarks(text), "{}", file.text);
    }
});

fn has_errors(sample: &Sample) -> bool {
    let mut found = sample.found.iter();
    found.any(|finding| finding.severity == Severity::Error)
}

fn sample(live: &str, text: &str) -> Sample {
    let providers = include_str!("../../manifests/providers.yaml");
    let texts = vec![
        ("providers.yaml".to_owned(), providers.as_bytes().to_vec()),
        ("fuzzed.yaml".to_owned(), text.as_bytes().to_vec()),
    ];
    sample_of(texts, live)
}

/// Lines that are comments and nothing else, which no edit takes away.
fn remarks(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with('#')).count()
}

fn same_but_for(edited: &BTreeSet<(Address, FieldPath)>, before: &Sample, after: &Sample) {
    let (before, after) = (&before.desired.resources, &after.desired.resources);
    assert_eq!(before.len(), after.len());
    for (one, other) in before.iter().zip(after) {
        assert_eq!(one.address, other.address);
        let paths = one.tree.iter().chain(other.tree.iter());
        for (path, _) in paths {
            let is_edited = edited.contains(&(one.address.clone(), path));
            let same = one.tree.get(path) == other.tree.get(path);
            assert!(same || is_edited, "{} {path}", one.address);
        }
    }
}
