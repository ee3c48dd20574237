//! A receipt that was changed is found out.

use super::*;
use crate::{
    apply::{Answer, Outcome, Verdict},
    model::{Address, FingerprintKey, ProviderName, RemoteId, Tree},
    provider::Action,
    receipt::{Found, Head, Sent, Settled, State, Unchained},
};

fn outcome(name: &str, verdict: Verdict) -> Outcome {
    Outcome {
        address: Address {
            kind: "ToyCustomer",
            name: name.into(),
        },
        provider: ProviderName("toy".into()),
        action: Action::Create,
        verdict,
        remote: Some(RemoteId("c-1".to_owned())),
        reason: (verdict != Verdict::Done).then(|| "status 500".to_owned()),
        hint: None,
        calls: vec!["POST /customers"],
        not_stored: Vec::new(),
        notes: vec!["ä".to_owned()],
    }
}

fn sent(sequence: u64) -> Sent {
    Sent {
        sequence,
        operation: "POST /customers",
        purpose: Some("first"),
        at: "2026-11-02T09:00:00Z".parse().expect("an instant"),
        answer: Some(Answer::Performed {
            created: Some(RemoteId("c-1".to_owned())),
        }),
        settled: (sequence == 2).then_some(Found::NotDone),
    }
}

fn plan() -> Digest {
    Digest::of_bytes(b"a plan")
}

fn document() -> Document {
    let head = Head {
        state: State::Complete,
        run: "20261102T090000Z-01".to_owned(),
        version: "0.1.0".to_owned(),
        plan: plan(),
        started: "2026-11-02T09:00:00Z".parse().expect("an instant"),
        ended: "2026-11-02T09:00:05Z".parse().expect("an instant"),
        blocked: 2,
        settled: vec![Settled {
            run: "20261101T090000Z-01".to_owned(),
            sequence: 4,
            address: outcome("old", Verdict::Done).address,
            operation: "POST /customers",
            found: Found::CarriedOut { remote: None },
        }],
    };
    let fingerprint = FingerprintKey::from_text("k").of_tree(&Tree::default());
    let entry = |name: &str, verdict, sequence| Unchained {
        outcome: outcome(name, verdict),
        before: None,
        after: Some(fingerprint.clone()),
        read_back: Some(fingerprint.clone()),
        sent: vec![sent(sequence)],
    };
    let entries = vec![
        entry("acme", Verdict::Done, 1),
        entry("branch", Verdict::Unknown, 2),
    ];
    Document::seal(head, entries).expect("JSON")
}

fn faults(bytes: &[u8]) -> Result<Vec<String>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    verify(&value, Some(&plan())).map(|verified| verified.faults)
}

#[test]
fn what_was_written_holds_however_it_is_laid_out() {
    let document = document();
    assert_eq!(document.counts.done, 1);
    for text in [
        serde_json::to_string(&document).expect("JSON"),
        serde_json::to_string_pretty(&document).expect("JSON"),
    ] {
        let verified =
            verify(&serde_json::from_str(&text).expect("JSON"), Some(&plan())).expect("a receipt");
        assert_eq!(verified.faults, Vec::<String>::new());
        assert_eq!(verified.document, document);
    }
}

#[test]
fn every_changed_byte_is_found() {
    let text = serde_json::to_string(&document()).expect("JSON");
    let mut bytes = text.clone().into_bytes();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x20, 0x80] {
            bytes[at] ^= flip;
            let found = faults(&bytes);
            assert!(
                found.as_ref().map_or(true, |faults| !faults.is_empty()),
                "byte {at} of {text}"
            );
            bytes[at] ^= flip;
        }
    }
}

#[test]
fn the_sentence_says_where() {
    let text = serde_json::to_string(&document()).expect("JSON");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        faults(text.replacen(from, to, 1).as_bytes()).expect("a receipt")
    };
    assert_eq!(
        changed("ToyCustomer/branch\"", "ToyCustomer/other\""),
        ["entry 2 (ToyCustomer/other) is not as it was written"]
    );
    let head = "the end of the chain does not fit: the head was changed, or entries are missing";
    assert_eq!(
        changed("\"version\":\"0.1.0\"", "\"version\":\"0.1.1\""),
        [head]
    );
    let mut cut = document();
    cut.entries.pop();
    let cut = serde_json::to_vec(&cut).expect("JSON");
    assert_eq!(
        faults(&cut).expect("a receipt"),
        [head, "the counts are not those of the entries"]
    );
    let mut swapped = document();
    swapped.entries.swap(0, 1);
    let swapped = serde_json::to_vec(&swapped).expect("JSON");
    let found = faults(&swapped).expect("a receipt");
    assert!(
        found.contains(&"entry 1 (ToyCustomer/branch) does not follow the plan".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_receipt_of_another_plan_is_found() {
    let value = serde_json::to_value(document()).expect("JSON");
    let other = Digest::of_bytes(b"another plan");
    let faults = verify(&value, Some(&other)).expect("a receipt").faults;
    assert!(
        faults[0].starts_with("the receipt is of another plan"),
        "{faults:?}"
    );
    assert!(
        verify(&Value::Null, None)
            .expect_err("none")
            .contains("its format is `none`")
    );
}

#[test]
fn a_receipt_whose_names_steer_a_terminal_is_refused() {
    for name in [
        "20261102T090000Z-01",
        "20261101T090000Z-01",
        "0.1.0",
        "branch",
        "\"toy",
        "POST /customers",
        "first",
    ] {
        let value = serde_json::to_value(document()).expect("JSON");
        let text = value.to_string();
        let hostile = text.replacen(name, &format!("{name}\\u001b[2J"), 1);
        assert_ne!(hostile, text, "{name}");
        let value: Value = serde_json::from_str(&hostile).expect("JSON");
        let reason = verify(&value, None).expect_err(name);
        assert!(reason.starts_with("is no receipt"), "{reason}");
    }
}
