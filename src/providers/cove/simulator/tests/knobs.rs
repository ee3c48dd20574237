//! A table of probes: one for each knob, with the outcome under each value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{super::knobs::KNOBS, Session, knobs_reading, knobs_writing};

/// What shows the effect of one knob.
pub(super) struct Probe {
    knob: &'static str,
    /// Uses a session that is logged in under a value of the knob.
    run: fn(&mut Session) -> Value,
    /// The outcome under each value, in the order in which the knob lists
    /// them.
    outcomes: Vec<Value>,
}

pub(super) fn probe(
    knob: &'static str,
    run: fn(&mut Session) -> Value,
    outcomes: Vec<Value>,
) -> Probe {
    Probe {
        knob,
        run,
        outcomes,
    }
}

fn probes() -> Vec<Probe> {
    let mut probes = knobs_reading::probes();
    probes.extend(knobs_writing::probes());
    probes
}

#[test]
fn every_value_of_every_knob_does_what_it_says() {
    for probe in probes() {
        let knob = KNOBS
            .iter()
            .find(|knob| knob.name == probe.knob)
            .unwrap_or_else(|| panic!("there is no knob {}", probe.knob));
        assert_eq!(knob.values.len(), probe.outcomes.len(), "{}", knob.name);
        for (value, expected) in knob.values.iter().zip(&probe.outcomes) {
            let mut session = Session::with_knobs(&[(knob.name, value)]);
            let outcome = (probe.run)(&mut session);
            assert_eq!(outcome, *expected, "{}={value}", knob.name);
        }
        let different: BTreeSet<String> = probe.outcomes.iter().map(Value::to_string).collect();
        assert_eq!(different.len(), probe.outcomes.len(), "{}", knob.name);
    }
}

#[test]
fn every_knob_has_a_probe_and_a_meaning() {
    let probed: BTreeSet<&str> = probes().iter().map(|probe| probe.knob).collect();
    let known: BTreeSet<&str> = KNOBS.iter().map(|knob| knob.name).collect();
    assert_eq!(probed, known);
    assert_eq!(known.len(), KNOBS.len(), "a name occurs twice");
    for knob in KNOBS {
        assert!(knob.meaning.ends_with('.'), "{}", knob.name);
    }
}
