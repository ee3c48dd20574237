//! Names, keys and references across manifests.

use super::*;

#[test]
fn names_and_keys_stand_once() {
    let twice = format!("{}{}{}", group("a", ""), group("b", ""), group("a", ""));
    assert_eq!(
        findings(&[&twice, PROVIDER]),
        "a.yaml:14:13 duplicate-name: `ToyGroup/a` is declared twice: here and at a.yaml:4:13\n  \
         give one of them another name"
    );
    assert_eq!(
        findings(&[PROVIDER, PROVIDER]),
        "b.yaml:3:13 duplicate-name: the provider `toy-prod` is declared twice: \
         here and at a.yaml:3:13\n  \
         give one of them another name"
    );
    let same = format!("{}{}", group("a", "code: x"), group("b", "code: x"));
    assert_eq!(
        findings(&[&same, PROVIDER]),
        "a.yaml:10:9 duplicate-key-field: `ToyGroup/a` and `ToyGroup/b` have the same key `x` \
         at the provider `toy-prod`\n  \
         give each a `code` of its own; the first is at a.yaml:2:1"
    );
    // Nor is one account declared under two names.
    let alias = PROVIDER.replace("toy-prod", "toy-alias");
    assert_eq!(
        findings(&[PROVIDER, &alias]),
        "a.yaml:3:13 duplicate-provider: providers `toy-alias` and `toy-prod` are one account\n  \
         keep one, and name it in `provider:` of all its manifests; see also b.yaml:3:13\n\
         b.yaml:3:13 duplicate-provider: providers `toy-alias` and `toy-prod` are one account\n  \
         keep one, and name it in `provider:` of all its manifests; see also a.yaml:3:13"
    );
    // Different providers and different kinds do not get in each other's way.
    let other = renamed("toy-test");
    let apart = format!(
        "{}{}---\n{HEAD}ToyAccount\nmetadata: {{ name: a }}\nspec: {{ provider: toy-prod }}\n",
        group("a", "code: x, provider: toy-prod"),
        group("b", "code: x, provider: toy-test"),
    );
    assert_eq!(findings(&[&apart, PROVIDER, &other]), "");
}

#[test]
fn references_lead_somewhere() {
    let texts = format!(
        "{}{}{}",
        group("alpha", "parent: { ref: alhpa }"),
        group("beta", "parent: { ref: zeta }"),
        group("gamma", "parent: { ref: acme }")
    );
    let account = format!("{HEAD}ToyAccount\nmetadata: {{ name: acme }}\nspec: {{}}\n");
    assert_eq!(
        findings(&[&texts, PROVIDER, &account]),
        "a.yaml:5:9 unknown-reference: `parent` refers to `ToyGroup/alhpa`, \
         which no manifest declares\n  did you mean `alpha`?\n\
         a.yaml:10:9 unknown-reference: `parent` refers to `ToyGroup/zeta`, \
         which no manifest declares\n  did you mean `beta`?\n\
         a.yaml:15:9 unknown-reference: `parent` refers to `ToyGroup/acme`, \
         which no manifest declares\n  \
         there is `ToyAccount/acme`, but the field refers to a `ToyGroup`"
    );
    let other = renamed("toy-test");
    let texts = format!(
        "{}{}",
        group("a", "provider: toy-prod"),
        group("b", "provider: toy-test, parent: { ref: a }")
    );
    assert_eq!(
        findings(&[&texts, PROVIDER, &other]),
        "a.yaml:10:29 foreign-reference: \
         `parent` refers to `ToyGroup/a` of the provider `toy-prod`, \
         and this is of `toy-test`\n  \
         records can refer to records of their own provider only"
    );
    let texts = format!(
        "{}{}{}",
        group("a", "end: { on: 2026-12-31, reason: x }"),
        group("b", "parent: { ref: a }"),
        group(
            "c",
            "parent: { ref: a }, end: { on: 2026-12-31, reason: x }"
        )
    );
    assert_eq!(
        findings(&[&texts, PROVIDER]),
        "a.yaml:10:9 warning ending-reference: `parent` refers to `ToyGroup/a`, \
         which ends on 2026-12-31\n  \
         refer to another one, or give this manifest an `end` not later than that"
    );
    // A manifest whose spec is wrong is declared all the same.
    let texts = format!(
        "{}{}",
        group("a", "titel: x"),
        group("b", "parent: { ref: a }")
    );
    assert_eq!(
        findings(&[&texts, PROVIDER]),
        "a.yaml:5:9 unknown-key: `titel` is unknown\n  did you mean `title`?"
    );
}

#[test]
fn circles_are_shown_whole() {
    let itself = group("a", "parent: { ref: a }");
    assert_eq!(
        findings(&[&itself, PROVIDER]),
        "a.yaml:5:9 reference-cycle: `ToyGroup/a` refers to itself\n  \
         a record can be created only after those that it refers to: break the circle"
    );
    let circle = format!(
        "{}{}{}{}",
        group("d", "parent: { ref: c }"),
        group("c", "parent: { ref: b }"),
        group("b", "parent: { ref: a }"),
        group("a", "parent: { ref: c }")
    );
    assert_eq!(
        findings(&[&circle, PROVIDER]),
        "a.yaml:20:9 reference-cycle: references lead in a circle: \
         `ToyGroup/a` → `ToyGroup/c` → `ToyGroup/b` → `ToyGroup/a`\n  \
         a record can be created only after those that it refers to: break the circle"
    );
    let long: String = (0..20_000).fold(String::new(), |mut text, number| {
        let parent = (number + 1) % 20_000;
        text.push_str(&group(
            &format!("g{number:05}"),
            &format!("parent: {{ ref: g{parent:05} }}"),
        ));
        text
    });
    let (_, findings) = desire_texts(&[&long, PROVIDER], &options());
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0]
            .message
            .ends_with("`ToyGroup/g00049` → 19950 more → `ToyGroup/g00000`")
    );
}
