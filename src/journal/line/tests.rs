//! A torn end is ignored, a damaged middle is found.

use super::*;
use crate::{
    journal::{Header, HeaderProvider, Holder},
    model::{Digest, ProviderName},
};

fn header() -> Header {
    Header {
        format: JOURNAL_FORMAT.to_owned(),
        run: "20261102T090000Z-01".to_owned(),
        version: "0.1.0".to_owned(),
        started: "2026-11-02T09:00:00Z".parse().expect("an instant"),
        plan: Digest::of_bytes(b"plan"),
        blocked: 0,
        manifests: Vec::new(),
        providers: vec![HeaderProvider {
            name: ProviderName("toy".into()),
            system: "toy".to_owned(),
            lock: "ab".to_owned(),
            timeout_seconds: Some(60),
        }],
        holder: Holder {
            user: "anna".to_owned(),
            host: "build-7".to_owned(),
            pid: 1,
        },
    }
}

fn closed(second: u8) -> Taken {
    let at = format!("2026-11-02T09:00:0{second}Z");
    Taken::Closed {
        at: at.parse().expect("an instant"),
    }
}

/// A journal of a header and three lines.
fn journal() -> Vec<u8> {
    let mut chain = Chain::default();
    let mut text = chain.line(&serde_json::to_string(&header()).expect("JSON"));
    for second in 1..=3 {
        text.push_str(&chain.line(&serde_json::to_string(&closed(second)).expect("JSON")));
    }
    text.into_bytes()
}

fn line_ends(bytes: &[u8]) -> Vec<usize> {
    let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    breaks.map(|(at, _)| at + 1).collect()
}

#[test]
fn what_was_written_is_read() {
    let bytes = journal();
    let lines = parse(&bytes).expect("whole").expect("a header");
    assert_eq!(lines.header, header());
    assert_eq!(lines.records, [closed(1), closed(2), closed(3)]);
    assert_eq!(lines.whole_bytes, bytes.len());
    let mut chain = lines.chain;
    let more = chain.line(&serde_json::to_string(&closed(4)).expect("JSON"));
    let longer = [bytes, more.into_bytes()].concat();
    let lines = parse(&longer).expect("whole").expect("a header");
    assert_eq!(lines.records.len(), 4);
}

#[test]
fn a_journal_that_ends_at_any_byte_is_read_up_to_its_last_whole_line() {
    let bytes = journal();
    let ends = line_ends(&bytes);
    for length in 0..=bytes.len() {
        let lines = parse(&bytes[..length]).unwrap_or_else(|fault| panic!("{length}: {fault}"));
        let whole = ends.iter().filter(|end| **end <= length).count();
        match lines {
            None => assert_eq!(whole, 0, "{length}"),
            Some(lines) => {
                assert_eq!(lines.records.len() + 1, whole, "{length}");
                assert_eq!(lines.whole_bytes, ends[whole - 1], "{length}");
            }
        }
    }
}

#[test]
fn a_last_line_of_other_bytes_is_torn_too() {
    let mut bytes = journal();
    let ends = line_ends(&bytes);
    for at in ends[2]..bytes.len() - 1 {
        bytes[at] ^= 0x01;
        // A line break more makes two lines of it, of which one is in the middle.
        if !bytes[ends[2]..bytes.len() - 1].contains(&b'\n') {
            let lines = parse(&bytes).expect("torn").expect("a header");
            assert_eq!(lines.records.len(), 2, "{at}");
        }
        bytes[at] ^= 0x01;
    }
}

#[test]
fn a_changed_byte_in_the_middle_names_its_line() {
    let mut bytes = journal();
    let ends = line_ends(&bytes);
    // Without its line break the last line but one would be part of the last.
    for at in 0..ends[2] - 1 {
        bytes[at] ^= 0x01;
        let line = ends.iter().filter(|end| **end <= at).count() + 1;
        let fault = parse(&bytes).expect_err("damaged");
        // Without its line break a line runs into the next one.
        assert_eq!(fault, format!("line {line} is damaged"), "{at}");
        bytes[at] ^= 0x01;
    }
}

#[test]
fn a_line_that_is_missing_or_out_of_order_is_found() {
    let bytes = journal();
    let ends = line_ends(&bytes);
    let without_second = [&bytes[..ends[0]], &bytes[ends[1]..]].concat();
    assert_eq!(
        parse(&without_second).expect_err("damaged"),
        "line 2 is damaged"
    );
    let without_first = &bytes[ends[0]..];
    assert_eq!(
        parse(without_first).expect_err("damaged"),
        "line 1 is damaged"
    );
}

#[test]
fn another_format_is_named() {
    let mut chain = Chain::default();
    let mut other = header();
    other.format = "trueup.dev/journal/v9".to_owned();
    let text = chain.line(&serde_json::to_string(&other).expect("JSON"));
    assert_eq!(
        parse(text.as_bytes()).expect_err("unknown"),
        format!("its format is `trueup.dev/journal/v9`, and this version reads `{JOURNAL_FORMAT}`")
    );
}
