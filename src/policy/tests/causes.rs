use super::*;

/// A rule that refuses by causes does not let pass what has none.
#[test]
fn a_rule_that_asks_for_a_cause_which_is_not_known_refuses() {
    let rules = |effect: &str| {
        format!(
            "rules:\n- {{ name: r, effect: {effect}, message: who was it, \
             when: 'change.fields.exists(f, f.class == \"bank\" && f.cause == \"drift\")' }}"
        )
    };
    let iban = |cause: Cause| FieldChange {
        cause,
        ..field(
            "bankInfo.bankAccount",
            Class::Bank,
            Shown::Unset,
            Shown::Masked("••••".to_owned()),
        )
    };
    let unknown = "the rule asks for the cause of a change, which is not known: who was it";
    for (effect, cause, expected) in [
        (
            "deny",
            Cause::Unknown,
            format!("refused default r: {unknown}"),
        ),
        (
            "warn",
            Cause::Drift,
            "warning default r: who was it".to_owned(),
        ),
        ("warn", Cause::Unknown, String::new()),
        (
            "deny",
            Cause::Drift,
            "refused default r: who was it".to_owned(),
        ),
        ("deny", Cause::Edit, String::new()),
    ] {
        let desired = wanted(
            &policy("default", &rules(effect)),
            &account("update-0", "", ""),
        );
        let changed = Change {
            fields: vec![iban(cause)],
            ..change(Action::Update, "update-0")
        };
        assert_eq!(told(&judged(&desired, vec![changed], &[])), expected);
    }
    // No field of the class: the rule does not come to ask.
    let desired = wanted(
        &policy("default", &rules("deny")),
        &account("update-0", "", ""),
    );
    let other = Change {
        fields: vec![field(
            "billing.taxNumber",
            Class::Tax,
            Shown::Unset,
            Shown::Unset,
        )],
        ..change(Action::Update, "update-0")
    };
    assert_eq!(told(&judged(&desired, vec![other], &[])), "");
}

#[test]
fn whether_a_cause_is_known_can_be_asked() {
    let held = |when: &str, cause: Cause| {
        let rule = format!("rules:\n- {{ name: r, effect: deny, message: m, when: '{when}' }}");
        let desired = wanted(&policy("default", &rule), &account("update-0", "", ""));
        let written = field("billing.taxNumber", Class::Tax, Shown::Unset, Shown::Unset);
        let changed = Change {
            fields: vec![FieldChange { cause, ..written }],
            ..change(Action::Update, "update-0")
        };
        is_refused(&judged(&desired, vec![changed], &[]))
    };
    let drifts = "change.fields.exists(f, has(f.cause) && f.cause == \"drift\")";
    let unknown = "change.fields.exists(f, !has(f.cause))";
    for (cause, is_drift, is_unknown) in [
        (Cause::Unknown, false, true),
        (Cause::Drift, true, false),
        (Cause::Edit, false, false),
    ] {
        assert_eq!(held(drifts, cause), is_drift, "{cause:?}");
        assert_eq!(held(unknown, cause), is_unknown, "{cause:?}");
    }
}
