use super::*;

fn none() -> Desired {
    wanted("", "")
}

#[test]
fn the_built_in_limits_stop_small_sets_and_mass_creates() {
    // A first adoption, and what one person reads in full, pass.
    for (action, number, live) in [
        (Action::Create, 50, 0),
        (Action::Update, 5, 0),
        (Action::Adopt, 5, 1),
        (Action::End, 2, 0),
    ] {
        let mut changes = several(action, number);
        changes.extend(several(Action::None, live));
        assert_eq!(
            told(&judged(&none(), changes, &[])),
            "",
            "{number} {action:?}"
        );
    }
    let mut eight_of_nine = several(Action::Update, 8);
    eight_of_nine.extend(several(Action::None, 1));
    assert_eq!(
        told(&judged(&none(), eight_of_nine, &[])),
        "refused - updates.maxShare: 8 records would be updated or adopted \
         (88.89 % of 9 live), and at most 30 % may be"
    );
    let mut two_hundred = several(Action::Create, 190);
    two_hundred.extend(several(Action::None, 10));
    assert_eq!(
        told(&judged(&none(), two_hundred, &[])),
        "refused - creates.max: 190 records would be created, and at most 50 may be"
    );
    assert_eq!(
        told(&judged(&none(), several(Action::End, 6), &[])),
        "refused - ends.max: 6 records would end, and at most 5 may be\n\
         refused - ends.maxShare: 6 records would end (100 % of 6 live), and at most 10 % may be"
    );
}

#[test]
fn a_record_that_has_ended_is_not_live() {
    let ended = account("none-0", "", "end: { on: 2026-01-01, reason: over }");
    let desired = wanted("", &ended);
    let mut changes = several(Action::End, 3);
    changes.extend(several(Action::None, 27));
    // Three of thirty are a tenth; of twenty-nine they are more.
    assert_eq!(told(&judged(&none(), changes.clone(), &[])), "");
    assert!(is_refused(&judged(&desired, changes, &[])));
}

#[test]
fn classes_count_records_and_not_fields() {
    let bank = |name: &str| {
        let shown = || Shown::Masked("••••5678".to_owned());
        let mut change = change(Action::Create, name);
        change.fields = vec![
            field("bankInfo.bankAccount", Class::Bank, Shown::Unset, shown()),
            field("billing.taxNumber", Class::Bank, Shown::Unset, shown()),
        ];
        change
    };
    let names: Vec<String> = (0..11).map(|at| format!("a{at}")).collect();
    let changes: Vec<Change> = names.iter().map(|name| bank(name)).collect();
    assert_eq!(told(&judged(&none(), changes[..10].to_vec(), &[])), "");
    assert_eq!(
        told(&judged(&none(), changes.clone(), &[])),
        "refused - classes.bank.max: bank fields of 11 records would be written, \
         and at most 10 may be"
    );
    let rulings = judged(&none(), changes, &["bank=11"]);
    assert_eq!(rulings[0].effect, Effect::Allowed);
}

#[test]
fn an_allowance_is_the_exact_number_or_nothing() {
    let changes = || several(Action::Create, 60);
    assert!(!is_refused(&judged(&none(), changes(), &["creates=60"])));
    assert!(!is_refused(&judged(
        &none(),
        changes(),
        &["toy-prod.creates=60"]
    )));
    for (allow, says) in [
        (
            "creates=59",
            "`--allow creates=59` is not the number that the plan shows",
        ),
        (
            "creates=61",
            "`--allow creates=61` is not the number that the plan shows",
        ),
        (
            "toy-test.creates=60",
            "`--allow toy-test.creates=60` is not the number",
        ),
        ("nobody.creates=60", "there is no provider `nobody`"),
        // Nothing trips over it, and still it must be right.
        (
            "ends=3",
            "`--allow ends=3` is not the number that the plan shows",
        ),
    ] {
        let rulings = judged(&none(), changes(), &[allow]);
        let told = told(&rulings);
        assert!(is_refused(&rulings) && told.contains(says), "{told}");
    }
    assert!(!is_refused(&judged(
        &none(),
        changes(),
        &["creates=60", "ends=0"]
    )));
    let rulings = judged(&none(), changes(), &["creates=59"]);
    let hint = rulings[0].hint.as_deref().unwrap_or_default();
    assert!(hint.contains("--allow toy-prod.creates=60"), "{hint}");
}

#[test]
fn every_provider_is_counted_on_its_own() {
    let mut changes = several(Action::Create, 60);
    for at in 0..60 {
        let mut change = change(Action::Create, &format!("b{at}"));
        change.provider = ProviderName("toy-test".into());
        changes.push(change);
    }
    let rulings = judged(&none(), changes.clone(), &["creates=60"]);
    assert!(told(&rulings).contains("`--allow creates=60` does not say at which provider"));
    let allow = ["toy-prod.creates=60", "toy-test.creates=60"];
    assert!(!is_refused(&judged(&none(), changes.clone(), &allow)));
    changes.truncate(90);
    // Fifty at one and forty at the other are too many at none.
    changes.drain(..10);
    assert_eq!(told(&judged(&none(), changes, &[])), "");
}

#[test]
fn the_stricter_of_two_policies_wins_and_others_are_switched_off() {
    let strict = policy("strict", "limits: { creates: { max: 3 } }");
    let loose = policy("loose", "limits: { creates: { max: 100 } }");
    let off = policy("off", "limits: { creates: { max: unlimited } }");
    let elsewhere = policy(
        "elsewhere",
        "providers: [toy-test]\nlimits: { creates: { max: 0 } }",
    );
    let of = |policies: &[&String], number| {
        let policies: Vec<&str> = policies.iter().map(|text| text.as_str()).collect();
        judged(
            &wanted(&policies.join("---\n"), ""),
            several(Action::Create, number),
            &[],
        )
    };
    assert_eq!(
        told(&of(&[&strict, &loose, &off], 4)),
        "refused strict creates.max: 4 records would be created, and at most 3 may be"
    );
    let place = of(&[&strict], 4)[0].place.clone().expect("a place");
    assert_eq!((place.file.as_str(), place.line), ("policy.yaml", 5));
    assert!(!is_refused(&of(&[&loose], 100)));
    assert!(is_refused(&of(&[&loose], 101)));
    assert!(!is_refused(&of(&[&off], 1_000)));
    assert!(!is_refused(&of(&[&elsewhere], 10)));
}

#[test]
fn protection_holds_for_all_that_fits_and_no_allowance_helps() {
    let protect = policy(
        "default",
        "protect:\n- { kind: ToyAccount, name: update-0, reason: ours }\n\
         - { labels: tier=gold, actions: [end], reason: sales first }",
    );
    let accounts = account("update-0", "", "") + &account("end-0", "tier: gold", "");
    let desired = wanted(&protect, &accounts);
    let mut changes = several(Action::Update, 1);
    changes.extend(several(Action::End, 1));
    assert_eq!(
        told(&judged(&desired, changes, &["updates=1"])),
        "refused default protect[0]: protected from adopt, update, end: ours\n\
         refused default protect[1]: protected from end: sales first"
    );
    let free = account("update-1", "", "") + &account("end-0", "tier: free", "");
    let desired = wanted(&protect, &free);
    let changes = vec![
        change(Action::Update, "update-1"),
        change(Action::End, "end-0"),
    ];
    assert_eq!(told(&judged(&desired, changes, &[])), "");
}

#[test]
fn a_change_does_not_shed_its_protection() {
    let protect = policy(
        "default",
        "protect:\n- { labels: tier=gold, reason: sales }",
    );
    let base = base_of(wanted(&protect, &account("acme", "tier: gold", "")));
    // The label is taken off, and the name changed under the same key.
    for head in [
        account("acme", "", ""),
        account("other", "", "basic: { accountCode: acme }"),
    ] {
        let head = wanted("", &head);
        let name = head.resources[0].address.name.to_string();
        let policies = governed(&base, &head);
        let mut plan = plan_of(vec![change(Action::Update, &name)]);
        let moment = Moment {
            now: at("2026-11-02T12:00:00Z"),
            today: today(),
            out_of_time: &|| false,
        };
        judge(&mut plan, &head, &policies, &[], &moment);
        assert!(plan.is_refused(), "{name}");
    }
}

#[test]
fn a_freeze_holds_to_the_second_and_through_changes_of_the_clock() {
    let frozen = |from: &str, to: &str, now: &str| {
        let spec = format!(
            "freeze:\n- {{ from: {from}, to: {to}, timeZone: Europe/Vienna, reason: holidays }}"
        );
        let desired = wanted(&policy("default", &spec), &account("create-0", "", ""));
        let rulings = judged_at(&desired, several(Action::Create, 1), &["creates=1"], now);
        is_refused(&rulings)
    };
    let (from, to) = ("2026-12-24T18:00", "2027-01-02");
    assert!(!frozen(from, to, "2026-12-24T16:59:59Z"));
    assert!(frozen(from, to, "2026-12-24T17:00:00Z"));
    assert!(frozen(from, to, "2027-01-01T22:59:59Z"));
    assert!(!frozen(from, to, "2027-01-01T23:00:00Z"));
    // In October 02:30 comes twice: the window starts with the first one and
    // ends with the second.
    let (from, to) = ("2026-10-25T02:30", "2026-10-25T04:00");
    assert!(frozen(from, to, "2026-10-25T00:30:00Z"));
    let (from, to) = ("2026-10-25T00:00", "2026-10-25T02:30");
    assert!(frozen(from, to, "2026-10-25T01:29:59Z"));
    assert!(!frozen(from, to, "2026-10-25T01:30:00Z"));
    // In March 02:30 does not come at all.
    let (from, to) = ("2026-03-29T00:00", "2026-03-29T02:30");
    assert!(frozen(from, to, "2026-03-29T01:29:59Z"));
    assert!(!frozen(from, to, "2026-03-29T01:30:00Z"));
}

#[test]
fn rules_see_what_the_plan_shows_and_no_more() {
    let rule = |when: &str| {
        let spec = "bankInfo: { bankName: Bank, bankAccount: { env: IBAN } }, \
                    billing: { currency: { env: SECRET }, taxNumber: BG123456789 }";
        let policy = policy("default", &spec_of(when));
        let desired = wanted(&policy, &account("update-0", "", spec));
        let mut changes = several(Action::Update, 1);
        changes[0].fields = vec![field(
            "bankInfo.bankAccount",
            Class::Bank,
            Shown::Masked("••••1111".to_owned()),
            Shown::Masked("••••5678".to_owned()),
        )];
        told(&judged(&desired, changes, &[]))
    };
    let held = "refused default r: static";
    assert_eq!(rule("object.spec.bankInfo.bankAccount == '••••5678'"), held);
    assert_eq!(rule("object.spec.billing.currency == '••••'"), held);
    assert_eq!(rule("object.spec.billing.taxNumber == '••••6789'"), held);
    assert_eq!(rule("change.fields.exists(f, f.after == '••••5678')"), held);
    assert_eq!(rule("object.spec.billing.currency == 'top'"), "");
    assert_eq!(
        rule("object.spec.bankInfo.bankAccount == 'BG80BNBG96611020345678'"),
        ""
    );
}

/// A spec with one rule.
fn spec_of(when: &str) -> String {
    format!("rules:\n- name: r\n  when: \"{when}\"\n  effect: deny\n  message: static")
}

#[test]
fn what_is_not_managed_is_null_and_what_fails_refuses() {
    let of = |when: &str, labels: &str, spec: &str| {
        let policy = policy("default", &spec_of(when));
        let desired = wanted(&policy, &account("update-0", labels, spec));
        told(&judged(&desired, several(Action::Update, 1), &[]))
    };
    let held = "refused default r: static";
    let term = "has(object.spec.billing.paymentTerm) && object.spec.billing.paymentTerm > 60";
    assert_eq!(of(term, "", ""), "");
    assert_eq!(of(term, "", "billing: { paymentTerm: 90 }"), held);
    assert_eq!(of("object.spec.billing.currency == null", "", ""), held);
    assert_eq!(of("object.metadata.labels.tier == null", "", ""), held);
    assert_eq!(
        of("object.metadata.labels['tier'] == 'gold'", "tier: gold", ""),
        held
    );
    assert_eq!(
        of("!has(object.metadata.labels.tier)", "tier: gold", ""),
        ""
    );
    // The shape of what is passed through is not known before.
    let through = "has(object.spec.extra) && has(object.spec.extra.deep) && \
                   object.spec.extra.deep.x == 1";
    assert!(compiles(through));
    assert_eq!(
        of(through, "", "extra: { deep: { y: 1 } }"),
        "refused default r: the rule cannot be evaluated, and so it refuses: \
         a member is not there"
    );
    // A value from outside is text here, whatever the field holds.
    let number = "has(object.spec.billing.paymentTerm) && object.spec.billing.paymentTerm > 60";
    assert!(of(number, "", "billing: { paymentTerm: { env: TERM } }").contains("so it refuses"));
}

fn compiles(when: &str) -> bool {
    let policy = policy("default", &spec_of(when));
    let (desired, _) = read_texts(&[("policy.yaml", policy)]);
    check(&desired, toy::REGISTRY).is_empty()
}

#[test]
fn rules_without_time_refuse() {
    let policy = policy("default", &spec_of("false"));
    let desired = wanted(&policy, &account("update-0", "", ""));
    let mut plan = plan_of(several(Action::Update, 1));
    let moment = Moment {
        now: at("2026-11-02T12:00:00Z"),
        today: today(),
        out_of_time: &|| true,
    };
    let policies = Policies::of(&desired, toy::REGISTRY);
    judge(&mut plan, &desired, &policies, &[], &moment);
    assert_eq!(
        told(&plan.rulings),
        "refused default r: time ran out before the rule was evaluated, and so it refuses"
    );
}

#[test]
fn a_warning_is_in_nobody_s_way() {
    let spec = spec_of("true").replace("deny", "warn");
    let desired = wanted(&policy("default", &spec), &account("update-0", "", ""));
    let rulings = judged(&desired, several(Action::Update, 1), &[]);
    assert_eq!(told(&rulings), "warning default r: static");
    // What is in line or blocked is not looked at.
    let changes = vec![change(Action::None, "update-0")];
    assert_eq!(told(&judged(&desired, changes, &[])), "");
}

#[test]
fn rulings_are_read_back_as_they_were() {
    let policy = policy("default", &spec_of("true"));
    let desired = wanted(&policy, &account("update-0", "", ""));
    let mut changes = several(Action::Update, 1);
    changes.extend(several(Action::Create, 60));
    let rulings = judged(&desired, changes, &[]);
    assert_eq!(rulings.len(), 2);
    let json = serde_json::to_string(&rulings).expect("JSON");
    let read: Vec<Ruling> = serde_json::from_str(&json).expect("rulings");
    assert_eq!(read, rulings);
}

#[test]
fn what_differs_from_the_base_is_told_part_by_part() {
    let base = policy(
        "a",
        "limits: { ends: { max: 1 } }\nprotect:\n- { name: x, reason: y }",
    ) + "---\n"
        + &policy("gone", "limits: { ends: { max: 1 } }")
        + "---\n"
        + &policy("same", "limits: { ends: { max: 2 } }");
    let head = policy(
        "a",
        &format!("limits: {{ ends: {{ max: 9 }} }}\n{}", spec_of("true")),
    ) + "---\n"
        + &policy("new", "limits: { ends: { max: 0 } }")
        + "---\n"
        + &policy("same", "# other words for it\nlimits:\n  ends:\n    max: 2");
    let (base, head) = (base_of(wanted(&base, "")), wanted(&head, ""));
    let policies = governed(&base, &head);
    let told: Vec<String> = policies
        .changes()
        .iter()
        .map(|change| change.sentence("main"))
        .collect();
    assert_eq!(
        told,
        [
            "policy a differs from main in `limits.ends.max`, `protect[0]` and `rules.r`; \
             the one of main is used until this is merged",
            "policy gone is in main and no longer here; it is used until this is merged",
            "policy new is not in main; it takes effect when this is merged",
        ]
    );
    // The base's one is used, in both directions.
    let mut plan = plan_of(several(Action::End, 2));
    let moment = Moment {
        now: at("2026-11-02T12:00:00Z"),
        today: today(),
        out_of_time: &|| false,
    };
    judge(&mut plan, &head, &policies, &[], &moment);
    assert_eq!(
        self::told(&plan.rulings),
        "refused a ends.max: 2 records would end, and at most 1 may be"
    );
}

#[test]
fn a_policy_that_is_broken_at_the_base_refuses_everything() {
    let broken = policy("default", "limits: { ends: { mx: 1 } }");
    let base = base_of(read_texts(&[("policy.yaml", broken)]).0);
    let head = wanted("", &account("update-0", "", ""));
    let policies = governed(&base, &head);
    let moment = Moment {
        now: at("2026-11-02T12:00:00Z"),
        today: today(),
        out_of_time: &|| false,
    };
    let mut plan = plan_of(several(Action::Update, 1));
    judge(&mut plan, &head, &policies, &[], &moment);
    assert!(plan.is_refused());
    let mut plan = plan_of(several(Action::None, 1));
    judge(&mut plan, &head, &policies, &[], &moment);
    assert!(!plan.is_refused());
}
