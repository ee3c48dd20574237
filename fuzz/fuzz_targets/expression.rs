//! Expressions of policies: whatever the text is, it is refused with findings,
//! or compiled, tried out, and judges a plan before the time of the engine is
//! out (`-timeout`). A text that starts as a manifest is one; any other is the
//! expression of a rule.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup::{
    desired::desire,
    manifest::load::from_memory,
    plan::Plan,
    policy::{Moment, Policies, check, judge},
    providers::ALL,
    report::{Style, findings},
};
use trueup_fuzz::{Sample, allow_panics_of, assert_tame, now, options, plan_is_tame};

thread_local! {
    static PLANNED: (Sample, Plan) = {
        let sample = Sample::of_repository("changed");
        let plan = sample.plan().plan;
        (sample, plan)
    };
}

fuzz_target!(|bytes: &[u8]| {
    // The parser and the evaluation are run where a panic becomes a finding.
    allow_panics_of(&["cel", "antlr4rust", "antlr-rust"]);
    let text = String::from_utf8_lossy(bytes);
    let manifest = if text.starts_with("apiVersion") {
        text.into_owned()
    } else {
        rule(&text)
    };
    let loaded = from_memory([("policy.yaml".to_owned(), manifest.into_bytes())]);
    let (policies, found) = desire(loaded, ALL, &options());
    assert_tame(&findings::text(&found, Style::default()));
    let found = check(&policies, ALL);
    assert_tame(&findings::text(&found, Style::default()));
    if found.is_empty() {
        PLANNED.with(|(sample, plan)| {
            let mut plan = plan.clone();
            let moment = Moment {
                now: now(),
                today: now().to_zoned(jiff::tz::TimeZone::UTC).date(),
                out_of_time: &|| false,
            };
            let policies = Policies::of(&policies, ALL);
            judge(&mut plan, &sample.desired, &policies, &[], &moment);
            // What is shown of the changes is the same for every expression.
            plan.changes.clear();
            plan_is_tame(&plan);
        });
    }
});

fn rule(expression: &str) -> String {
    // JSON is YAML, and has an escape for everything.
    serde_json::json!({
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "Policy",
        "metadata": { "name": "fuzzed" },
        "spec": { "rules": [{
            "name": "fuzzed", "effect": "deny", "message": "no", "when": expression,
        }] },
    })
    .to_string()
}
