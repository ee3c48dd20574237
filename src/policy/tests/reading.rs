use super::*;

/// The findings of one policy: place, check and message, one a line.
fn findings(spec: &str) -> String {
    let texts = [
        ("policy.yaml", policy("default", spec)),
        ("providers.yaml", provider("toy-prod")),
    ];
    let (desired, _) = read_texts(&texts);
    let found = check(&desired, toy::REGISTRY);
    let lines: Vec<String> = found
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().expect("every finding has a place");
            let address = finding
                .address
                .as_ref()
                .expect("every finding has an owner");
            assert_eq!(address.to_string(), "Policy/default");
            format!("{place} {}: {}", finding.check, finding.message)
        })
        .collect();
    lines.join("\n")
}

#[test]
fn all_that_is_wrong_is_found_at_once_and_at_its_place() {
    let spec = "\
providers: [toy-prd]
limitz: {}
limits:
  ends: { maxx: 5, maxShare: 130% }
  creates: { max: -1, maxShare: 0.3, shareFrom: 0 }
  classes: { bankk: { max: 1 }, tax: 5 }
protect:
  - { kind: ToyAcount, name: acme, reason: x }
  - { reason: y }
  - { labels: a b, actions: [ende] }
freeze:
  - { from: 2026-12-24T18:00, to: 2026-12-25, timeZone: Europe/Viena, reason: z }
  - { from: 2026-12-24T18:00, to: 2026-12-23, timeZone: UTC, reason: z }
  - { from: 2026-12-24T18:00Z, to: 2026-13-01, timeZone: UTC, reason: z }
rules:
  - { name: A b, when: 'true', effect: deni, message: m }
  - { name: c }";
    let expected = "\
policy.yaml:6:3 unknown-key: `spec.limitz` is unknown
policy.yaml:5:15 unknown-provider: there is no provider `toy-prd`
policy.yaml:9:21 out-of-range: `limits.creates.max` cannot be `-1`
policy.yaml:9:35 out-of-range: `limits.creates.maxShare` cannot be `0.3`
policy.yaml:9:51 out-of-range: `limits.creates.shareFrom` cannot be `0`
policy.yaml:8:13 unknown-key: `limits.ends.maxx` is unknown
policy.yaml:8:32 out-of-range: `limits.ends.maxShare` cannot be `130%`
policy.yaml:10:16 unknown-key: `limits.classes.bankk` is unknown
policy.yaml:10:35 wrong-type: `limits.classes.tax` is a mapping, and this is a number
policy.yaml:12:15 unknown-kind: there is no kind `ToyAcount`
policy.yaml:13:9 missing-setting: `protect[1]` does not say what it protects
policy.yaml:14:17 bad-selector: `a b` is no label selector: a key has letters, digits, `-`, `_`, `.` and `/` only
policy.yaml:14:32 unknown-value: `protect[2].actions` cannot be `ende`
policy.yaml:14:9 missing-setting: `protect[2].reason` is missing
policy.yaml:16:59 unknown-time-zone: `freeze[0].timeZone`: there is no zone `Europe/Viena`
policy.yaml:17:37 bad-window: `freeze[1]` ends before it starts
policy.yaml:18:15 bad-time: `freeze[2].from` cannot be `2026-12-24T18:00Z`
policy.yaml:18:38 bad-time: `freeze[2].to` cannot be `2026-13-01`
policy.yaml:20:15 bad-name: `A b` cannot be a name
policy.yaml:20:42 unknown-value: `rules[0].effect` cannot be `deni`
policy.yaml:21:9 missing-setting: `rules[1].message` is missing
policy.yaml:21:9 missing-setting: `rules[1].when` is missing
policy.yaml:21:9 missing-setting: `rules[1].effect` is missing";
    assert_eq!(findings(spec), expected);
}

#[test]
fn a_fault_in_an_expression_has_the_place_of_its_word() {
    let at = |when: &str| {
        let spec = format!("rules:\n- name: r\n  effect: deny\n  message: m\n  when: {when}");
        let found = findings(&spec);
        found.split(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(at("chnge.name == \"x\""), "policy.yaml:9:11");
    assert_eq!(at("\"change.nam == 'x'\""), "policy.yaml:9:19");
    assert_eq!(
        at("|\n    change.name == \"x\" &&\n      chnge.name == \"x\""),
        "policy.yaml:11:9"
    );
    assert_eq!(
        at(">-\n    change.name == \"x\" &&\n    chnge.name == \"x\""),
        "policy.yaml:11:7"
    );
    // Where YAML's escapes are in the way, the whole expression.
    assert_eq!(at("\"chnge.name == \\\"x\\\"\""), "policy.yaml:9:11");
}

#[test]
fn policies_and_rules_have_names_of_their_own() {
    let rule = "rules:\n- { name: r, when: 'true', effect: warn, message: m }\n\
                - { name: r, when: 'false', effect: warn, message: m }";
    assert_eq!(
        findings(rule),
        "policy.yaml:7:7 duplicate-name: there is another rule of the name `r`"
    );
    let twice = format!(
        "{}---\n{}",
        policy("a", "limits: {}"),
        policy("a", "limits: { ends: { max: 1 } }")
    );
    let (desired, _) = read_texts(&[("policy.yaml", twice)]);
    let found = check(&desired, toy::REGISTRY);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].check, "duplicate-name");
    assert_eq!(
        findings("{}"),
        "policy.yaml:4:1 empty-policy: the policy says nothing"
    );
}

#[test]
fn shares_are_percentages() {
    for (share, sound) in [
        ("30%", true),
        ("30 %", true),
        ("12.5%", true),
        ("0%", true),
        ("100%", true),
        ("unlimited", true),
        ("100.01%", false),
        ("30", false),
        ("0.3", false),
        ("30.123%", false),
        ("x%", false),
        (".5%", false),
    ] {
        let found = findings(&format!("limits: {{ updates: {{ maxShare: {share} }} }}"));
        assert_eq!(found.is_empty(), sound, "{share}: {found}");
    }
}

#[test]
fn the_schema_knows_what_the_reader_knows() {
    let kinds = kinds(toy::REGISTRY);
    let [policy] = &kinds[..] else {
        panic!("one kind");
    };
    for (path, known) in [
        ("", &read::SPEC[..]),
        ("/properties/limits", &read::limits::LIMITS[..]),
        (
            "/properties/limits/properties/classes/properties/bank",
            &read::limits::MEASURES[..],
        ),
        ("/properties/protect/items", &read::PROTECT[..]),
        ("/properties/freeze/items", &read::FREEZE[..]),
        ("/properties/rules/items", &read::RULE[..]),
    ] {
        let node = policy.spec.pointer(path).expect("a node");
        let members = node["properties"].as_object().expect("members");
        let names: Vec<&String> = members.keys().collect();
        assert_eq!(names, known, "{path}");
    }
}
