//! Rules, and the ends that a change of the manifests writes for a coming day.

use super::*;
use crate::plan::PlanBase;

const RULE: &str = "\
rules:
- name: ends-have-a-reason
  when: change.action == \"end\" && size(change.reason) < 10
  effect: deny
  message: say why
- name: told-of
  when: change.action == \"end\"
  effect: warn
  message: a record ends
";

fn acme(end: &str) -> String {
    account("acme", "", end)
}

/// The rulings of a plan against a base, or of one without.
fn rulings(base: Option<&str>, head: &str, changes: Vec<Change>) -> String {
    let mut plan = plan_of(changes);
    let moment = Moment {
        now: at("2026-11-02T12:00:00Z"),
        today: today(),
        out_of_time: &|| false,
    };
    let rules = policy("default", RULE);
    let Some(base) = base else {
        let desired = wanted(&rules, head);
        let policies = Policies::of(&desired, toy::REGISTRY);
        judge(&mut plan, &desired, &policies, &[], &moment);
        return told(&plan.rulings);
    };
    plan.base = Some(PlanBase {
        revision: "main".to_owned(),
        commit: "0".to_owned(),
        endpoints: Vec::new(),
        policies: Vec::new(),
        removed: Vec::new(),
        unknown: Vec::new(),
    });
    let base = base_of(wanted(&rules, base));
    let desired = wanted(&rules, head);
    let policies = governed(&base, &desired);
    judge(&mut plan, &desired, &policies, &[], &moment);
    told(&plan.rulings)
}

#[test]
fn a_rule_that_will_refuse_an_end_warns_of_it_where_it_is_written() {
    let quit = "end: { on: 2026-12-02, reason: quit },";
    let warning =
        "warning default ends-have-a-reason: the rule will refuse this on 2026-12-02: say why";
    let nothing = || vec![change(Action::None, "acme")];
    for (base, head, expected) in [
        (acme(""), acme(quit), warning),
        (
            acme("end: { on: 2026-12-03, reason: quit },"),
            acme(quit),
            warning,
        ),
        // One that is new has no manifest at the base.
        (String::new(), acme(quit), warning),
        (acme(quit), acme(quit), ""),
        (
            acme(""),
            acme("end: { on: 2026-12-02, reason: contract ended },"),
            "",
        ),
        (acme(""), acme(""), ""),
    ] {
        assert_eq!(rulings(Some(&base), &head, nothing()), expected, "{head}");
    }
    // Of a record that is updated today, too.
    let update = vec![change(Action::Update, "acme")];
    assert_eq!(rulings(Some(&acme("")), &acme(quit), update), warning);
    // What is merged has its warning behind it.
    assert_eq!(rulings(None, &acme(quit), nothing()), "");
}

#[test]
fn on_its_day_an_end_is_refused_and_not_warned_of() {
    let today = "end: { on: 2026-11-02, reason: quit },";
    let mut end = change(Action::End, "acme");
    end.reason = Some("quit".to_owned());
    assert_eq!(
        rulings(Some(&acme("")), &acme(today), vec![end]),
        "refused default ends-have-a-reason: say why\nwarning default told-of: a record ends"
    );
}
