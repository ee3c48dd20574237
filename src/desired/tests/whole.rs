//! Whole manifests, held against each other.

use std::fmt::Write;

use super::*;
use crate::{
    manifest::load::from_memory,
    model::{Address, limit::FINDINGS_SHOWN_MAX},
};

const HEAD: &str = "apiVersion: trueup.dev/v1alpha1\nkind: ";

fn findings(texts: &[&str]) -> String {
    told_all(&desire_texts(texts, &options()).1)
}

/// A group, with more of a spec in flow style.
fn group(name: &str, spec: &str) -> String {
    format!("---\n{HEAD}ToyGroup\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n")
}

#[test]
fn a_sound_manifest_becomes_a_resource() {
    let text = "\
# A customer.
apiVersion: trueup.dev/v1alpha1
kind: ToyAccount
metadata:
  name: acme
  namespace: default
  creationTimestamp: null
  labels: { region: emea, tier: 1 }
  annotations:
    trueup.dev/adopt: 4711
    config.kubernetes.io/origin: |
      path: x
spec:
  group: { ref: top }
  end: { on: 2026-12-31, reason: contract ended }
status: {}
";
    let (desired, findings) = desire_texts(&[text, PROVIDER, &group("top", "")], &options());
    assert_eq!(told_all(&findings), "",);
    let [account, top] = desired.resources.as_slice() else {
        panic!("two resources");
    };
    assert_eq!(account.address.to_string(), "ToyAccount/acme");
    assert_eq!(account.key, "acme");
    assert_eq!(account.provider.to_string(), "toy-prod");
    assert_eq!(
        account.adopt.as_ref().map(ToString::to_string),
        Some("4711".to_owned())
    );
    assert_eq!(account.labels["tier"], "1");
    assert!(account.selected);
    let end = account.end.as_ref().expect("it ends");
    assert_eq!(
        (end.on.to_string(), end.reason.as_str()),
        ("2026-12-31".to_owned(), "contract ended")
    );
    assert_eq!(
        fields(account),
        "basic.accountCode = Text(\"acme\")\ngroup -> ToyGroup/top"
    );
    assert_eq!(account.references.len(), 1);
    assert_eq!(account.origin.place().to_string(), "a.yaml:2:1");
    assert_eq!(fields(top), "code = Text(\"top\")");
    let provider = &desired.providers[0];
    assert_eq!(provider.limits, provider::default_limits());
    assert_eq!(
        provider.settings.text("baseUrl"),
        Some("https://toy.example.com")
    );
    assert_eq!(
        provider.settings.text("credentials.clientSecret"),
        Some("the-secret")
    );
    assert!(desired.get(&top.address).is_some());
}

#[test]
fn places_of_fields_are_found_again() {
    let text = "# c\n---\napiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\nmetadata: { name: acme }\n\
                spec:\n  billing: { currency: EUR,\n    taxed: true }\n  extra: { a.b: 1 }\n";
    let (desired, _) = desire_texts(&[text, PROVIDER], &options());
    let origin = &desired.resources[0].origin;
    for (path, place) in [
        ("billing.taxed", "a.yaml:8:5"),
        ("billing.currency", "a.yaml:7:14"),
        ("billing.paymentTerm", "a.yaml:7:3"),
        ("bankInfo.bankAccount", "a.yaml:6:1"),
        ("provider", "a.yaml:6:1"),
        ("", "a.yaml:6:1"),
    ] {
        assert_eq!(origin.place_of(path).to_string(), place, "{path}");
    }
    assert_eq!(origin.place_of_name().to_string(), "a.yaml:5:13");
}

#[test]
fn the_envelope_is_checked() {
    let known = "known are `PuppetShow`, `ToyAccount`, `ToyGroup` and `Provider`";
    for (text, expected) in [
        ("kind: ToyGroup\nmetadata: { name: a }\nspec: {}",
         "a.yaml:1:1 missing-api-version: `apiVersion` is missing\n  write `apiVersion: trueup.dev/v1alpha1`".to_owned()),
        ("apiVersion: trueup.dev/v1\nkind: ToyGroup\nmetadata: { name: a }\nspec: {}",
         "a.yaml:1:13 unknown-api-version: there is no API version `trueup.dev/v1`\n  \
          write `apiVersion: trueup.dev/v1alpha1`".to_owned()),
        ("apiVersion: trueupdev/v1alpha1\nkind: ToyGroup\nmetadata: { name: a }\nspec: {}",
         "a.yaml:1:13 unknown-api-version: there is no API version `trueupdev/v1alpha1`\n  \
          write `apiVersion: trueup.dev/v1alpha1`".to_owned()),
        ("apiVersion: v1\nkind: ToyGroup\nmetadata: { name: a }\nspec: {}",
         "a.yaml:1:13 unknown-api-version: there is no API version `v1`\n  \
          write `apiVersion: trueup.dev/v1alpha1`".to_owned()),
        ("apiVersion: v1\nkind: ConfigMap",
         "a.yaml:1:13 warning foreign-document: `ConfigMap` of `v1` is not ours and is skipped\n  \
          keep it out of the folders that are read, if that is not meant".to_owned()),
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization",
         "a.yaml:1:13 warning foreign-document: `Kustomization` of `kustomize.config.k8s.io/v1beta1` is not ours and is skipped\n  \
          keep it out of the folders that are read, if that is not meant".to_owned()),
        ("apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Provider",
         "a.yaml:1:13 warning foreign-document: `Provider` of `notification.toolkit.fluxcd.io/v1` is not ours and is skipped\n  \
          keep it out of the folders that are read, if that is not meant".to_owned()),
        ("apiVersion: v1\nkind: List\nitems: []",
         "a.yaml:1:13 manifest-list: the items of a `List` are not read\n  \
          write them as documents of their own, for instance with `yq '.items[] | split_doc'`".to_owned()),
        (&format!("{HEAD}ToyGruop\nmetadata: {{ name: a }}\nspec: {{}}"),
         "a.yaml:2:7 unknown-kind: there is no kind `ToyGruop`\n  did you mean `ToyGroup`?".to_owned()),
        (&format!("{HEAD}Deployment\nmetadata: {{ name: a }}\nspec: {{}}"),
         format!("a.yaml:2:7 unknown-kind: there is no kind `Deployment`\n  {known}")),
        ("apiVersion: trueup.dev/v1alpha1\nmetadata: { name: a }\nspec: {}",
         format!("a.yaml:1:1 missing-kind: `kind` is missing\n  {known}")),
        (&format!("{HEAD}ToyGroup\nmetadata: {{ name: Acme OOD }}\nspec: {{}}"),
         "a.yaml:3:19 bad-name: `Acme OOD` cannot be a name\n  a name has lower-case letters, digits and `-`, \
          not at either end, and at most 63 characters; `acme-ood` would do".to_owned()),
        (&format!("{HEAD}ToyGroup\nmetadata: {{ nam: a }}\nspec: {{}}"),
         "a.yaml:3:1 missing-name: `metadata.name` is missing\n  a name has lower-case letters, digits and `-`, \
          not at either end, and at most 63 characters\n\
          a.yaml:3:13 unknown-key: `metadata.nam` is unknown\n  did you mean `name`?".to_owned()),
        (&format!("{HEAD}ToyGroup\nmetadata:\nspek: {{}}"),
         "a.yaml:1:1 missing-metadata: `metadata` is missing\n  write `metadata: { name: … }`\n\
          a.yaml:1:1 missing-spec: `spec` is missing\n  write `spec:` with the fields below it\n\
          a.yaml:4:1 unknown-key: `spek` is unknown\n  did you mean `spec`?".to_owned()),
        (&format!("{HEAD}ToyGroup\nmetadata: {{ name: a, labels: {{ b: [1] }}, annotations: {{ trueup.dev/adpt: 1, x/y: 2 }} }}\nspec:"),
         "a.yaml:3:32 bad-label: the label `b` is text, and this is a list\n  write `\"\"` for an empty label\n\
          a.yaml:3:57 bad-annotation: there is no annotation `trueup.dev/adpt`\n  did you mean `trueup.dev/adopt`?\n\
          a.yaml:4:1 wrong-type: `spec` is a mapping, and this is nothing\n  \
          write the fields below it, or `spec: {}` for none".to_owned()),
        (&format!("{HEAD}ToyGroup\nmetadata: {{ name: a, annotations: {{ trueup.dev/adopt: null }} }}\nspec: {{}}"),
         "a.yaml:3:37 bad-annotation: `trueup.dev/adopt` is the id of a record, and this is nothing\n  \
          write the id that the plan names, in quotes".to_owned()),
        ("- a\n- b",
         "a.yaml:1:1 manifest-shape: a manifest is a mapping, and this is a list\n  \
          start with `apiVersion: trueup.dev/v1alpha1`".to_owned()),
        ("just text",
         "a.yaml:1:1 manifest-shape: a manifest is a mapping, and this is text\n  \
          start with `apiVersion: trueup.dev/v1alpha1`".to_owned()),
    ] {
        assert_eq!(findings(&[text, PROVIDER]), expected, "{text}");
    }
}

#[test]
fn three_mistakes_are_reported_at_once() {
    let text = "\
apiVersion: trueup.dev/v1alpha1
kind: ToyAccount
metadata: { name: acme, lables: {} }
spec:
  basic: { acountName: x }
  billing:
    curency: EUR
    paymentTerm: soon
    paymentTerm: 3
";
    let checks: Vec<String> = desire_texts(&[text, PROVIDER], &options())
        .1
        .iter()
        .map(|finding| {
            told(finding)
                .split(':')
                .take(4)
                .collect::<Vec<_>>()
                .join(":")
        })
        .collect();
    assert_eq!(
        checks,
        [
            "a.yaml:3:25 unknown-key: `metadata.lables` is unknown\n  did you mean `labels`?",
            "a.yaml:5:12 unknown-key: `basic.acountName` is unknown\n  did you mean `accountName`?",
            "a.yaml:7:5 unknown-key: `billing.curency` is unknown\n  did you mean `currency`?",
            "a.yaml:8:18 wrong-type: `billing.paymentTerm` is a whole number, and `soon` is not\n  \
             give a number from 0 to 90 days",
            "a.yaml:9:5 duplicate-key: the key `paymentTerm` is given twice\n  keep one of the two",
        ]
    );
}

#[test]
fn defaults_of_the_key_obey_its_facts() {
    let text =
        format!("{HEAD}ToyAccount\nmetadata: {{ name: a-name-of-many-characters }}\nspec: {{}}\n");
    assert_eq!(
        findings(&[&text, PROVIDER]),
        "a.yaml:3:19 too-long: `basic.accountCode` has at most 20 characters, and \
         `a-name-of-many-characters`, taken from `metadata.name`, has 25\n  shorten it"
    );
}

#[test]
fn providers_are_checked() {
    let manifest = |spec: &str| format!("{HEAD}Provider\nmetadata: {{ name: p }}\nspec:\n{spec}");
    let sound = "  toy: { baseUrl: \"https://x.example\", credentials: { clientId: { env: TOY_ID }, clientSecret: { env: TOY_SECRET } } }\n";
    for (spec, expected) in [
        (
            "  tyo: {}".to_owned(),
            "a.yaml:5:3 unknown-key: `tyo` is unknown\n  did you mean `toy`?",
        ),
        (
            "  limits: {}".to_owned(),
            "a.yaml:4:1 provider-system: the spec names no system\n  give one of `toy` and `puppet`",
        ),
        (
            format!("{sound}  puppet: {{ token: {{ env: TOY_ID }} }}"),
            "a.yaml:6:3 provider-system: a `Provider` is of one system, and this is of `toy` and `puppet`\n  write two manifests",
        ),
        (
            "  toy: {}".to_owned(),
            "a.yaml:5:3 missing-setting: `toy.baseUrl` is missing\n  give it\n\
          a.yaml:5:3 missing-setting: `toy.credentials.clientId` is missing\n  give it as `{ env: NAME }` or `{ file: path }`\n\
          a.yaml:5:3 missing-setting: `toy.credentials.clientSecret` is missing\n  give it as `{ env: NAME }` or `{ file: path }`",
        ),
        (
            "  puppet: { token: hunter2 }".to_owned(),
            "a.yaml:5:13 literal-credential: the credential `puppet.token` stands in the manifest\n  \
          write `token: { env: NAME }` or `token: { file: path }`, and replace the credential: it may be known to others by now",
        ),
        (
            "  puppet: { token: { env: NONE } }".to_owned(),
            "a.yaml:5:20 missing-value: the environment variable `NONE` is not set\n  set it, for instance with `export NONE=…`",
        ),
        (
            "  puppet: { token: null }".to_owned(),
            "a.yaml:5:13 cannot-be-empty: `puppet.token` cannot be empty\n  \
          give a value, or leave the field out: what is left out is not managed",
        ),
        (
            "  puppet: x".to_owned(),
            "a.yaml:5:3 wrong-type: `puppet` is a section, and this is text\n  write its settings below it",
        ),
        (
            format!(
                "{sound}  limits: {{ requestsPerSecond: 0, concurrency: 257, timeoutSeconds: x, attempts: 0, burst: 1 }}"
            ),
            "a.yaml:6:32 out-of-range: `limits.requestsPerSecond` cannot be `0`\n  give a number above 0 and at most 1000\n\
          a.yaml:6:48 out-of-range: `limits.concurrency` cannot be `257`\n  give a whole number from 1 to 256\n\
          a.yaml:6:69 out-of-range: `limits.timeoutSeconds` cannot be `x`\n  give a whole number from 1 to 600\n\
          a.yaml:6:82 out-of-range: `limits.attempts` cannot be `0`\n  give a whole number from 1 to 10\n\
          a.yaml:6:85 unknown-key: `limits.burst` is unknown\n  \
          known are `attempts`, `concurrency`, `requestsPerSecond` and `timeoutSeconds`",
        ),
        (
            format!("{sound}  limits: {{ concurrency: [1] }}"),
            "a.yaml:6:13 wrong-type: `limits.concurrency` is a whole number, and this is a list\n  write a number",
        ),
    ] {
        assert_eq!(findings(&[&manifest(&spec)]), expected, "{spec}");
    }
    let text = manifest(&format!(
        "{sound}  limits: {{ requestsPerSecond: 0.5, concurrency: 256, timeoutSeconds: 1, attempts: 10 }}"
    ));
    let (desired, findings) = desire_texts(&[&text], &options());
    assert_eq!(told_all(&findings), "");
    let limits = &desired.providers[0].limits;
    assert!((limits.requests_per_second - 0.5).abs() < f64::EPSILON);
    assert_eq!(
        (limits.concurrency, limits.timeout_seconds, limits.attempts),
        (256, 1, 10)
    );
}

#[test]
fn credentials_do_not_travel_in_clear() {
    let check = |url: &str| {
        let text = PROVIDER.replace("https://toy.example.com", &format!("\"{url}\""));
        let (_, findings) = desire_texts(&[&text], &options());
        findings.first().map(|finding| {
            let place = finding.place.as_ref().expect("it has a place");
            format!("{} {}", place.line_and_column().1, finding.message)
        })
    };
    for url in [
        "https://x.example/api",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:80/x",
        "http://localhost:1",
    ] {
        assert_eq!(check(url), None, "{url}");
    }
    let clear = "the base URL is not `https`, and credentials would travel in clear";
    for (url, message) in [
        ("http://x.example", format!("14 {clear}")),
        ("http://localhost.x.example", format!("14 {clear}")),
        ("http://10.0.0.1", format!("14 {clear}")),
        ("http://[::2]", format!("14 {clear}")),
        (
            "ftp://x.example",
            "14 the base URL is not `https`".to_owned(),
        ),
        (
            "https://u:p@x.example",
            "5 the base URL holds a user or a password".to_owned(),
        ),
        (
            "https://x.example?a=b",
            "14 the base URL holds a query or a fragment".to_owned(),
        ),
    ] {
        assert_eq!(check(url), Some(message), "{url}");
    }
}

#[test]
fn the_sandbox_needs_no_credentials() {
    let text = format!(
        "{HEAD}Provider\nmetadata: {{ name: p }}\nspec:\n  toy:\n    branch: b\n    \
         credentials: {{ clientId: {{ env: NONE }} }}\n"
    );
    let options = Options {
        sandbox: true,
        ..options()
    };
    let (desired, findings) = desire_texts(&[&text], &options);
    assert_eq!(told_all(&findings), "");
    assert_eq!(desired.providers[0].settings.text("branch"), Some("b"));
    // A credential in git is one also then, and other checks go on.
    let (_, findings) = desire_texts(&[&text.replace("{ env: NONE }", "hunter2")], &options);
    assert_eq!(findings[0].check, "literal-credential");
    let (_, findings) = desire_texts(&[&text.replace("branch: b", "branch: root")], &options);
    assert_eq!(
        told(&findings[0]),
        "a.yaml:6:13 toy-branch: the root is not ours\n  name a branch"
    );
}

#[test]
fn every_resource_finds_its_provider() {
    let other = PROVIDER.replace("toy-prod", "toy-test");
    let puppet = format!(
        "{HEAD}Provider\nmetadata: {{ name: stage }}\nspec: {{ puppet: {{ token: {{ env: TOY_ID }} }} }}\n"
    );
    let snippet = "\
apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: toy-prod }
spec:
  toy:
    baseUrl: https://…
    credentials:
      clientId: { env: TOY_CLIENT_ID }
      clientSecret: { env: TOY_CLIENT_SECRET }";
    let two = format!("{}{}", group("a", ""), group("b", ""));
    assert_eq!(
        findings(&[&two, &puppet]),
        format!(
            "a.yaml:3:1 missing-provider: no `Provider` manifest declares a Toy Billing, and 2 manifests need one\n  \
             add one, for instance:\n{snippet}"
        )
    );
    // The snippet is one that can be used.
    let snippet = snippet.replace("https://…", "https://x.example");
    let used = snippet
        .replace("TOY_CLIENT_ID", "TOY_ID")
        .replace("TOY_CLIENT_SECRET", "TOY_SECRET");
    assert_eq!(findings(&[&two, &used]), "");
    for (text, providers, expected) in [
        (
            group("a", ""),
            vec![PROVIDER, &other],
            "a.yaml:5:1 missing-provider: `provider` is missing, and there are 2 of the system `toy`\n  \
          write `provider:` with one of `toy-prod` and `toy-test`",
        ),
        (
            group("a", "provider: toy-tset"),
            vec![PROVIDER, &other],
            "a.yaml:5:9 unknown-provider: there is no provider `toy-tset`\n  did you mean `toy-test`?",
        ),
        (
            group("a", "provider: nope"),
            vec![PROVIDER],
            "a.yaml:5:9 unknown-provider: there is no provider `nope`\n  known for `toy` are `toy-prod`",
        ),
        (
            group("a", "provider: stage"),
            vec![PROVIDER, &puppet],
            "a.yaml:5:9 unknown-provider: the provider `stage` is of the system `puppet`, and a `ToyGroup` is of `toy`\n  \
          known for `toy` are `toy-prod`",
        ),
        (
            group("a", "provider: nope"),
            vec!["a: ["],
            "a.yaml:5:9 unknown-provider: there is no provider `nope`\n  \
          no `Provider` manifest declares one of `toy`; it may be in what could not be read (1 document); start with:\napiVersion: trueup.dev/v1alpha1\nkind: Provider\n\
          metadata: { name: toy-prod }\nspec:\n  toy:\n    baseUrl: https://…\n    credentials:\n      \
          clientId: { env: TOY_CLIENT_ID }\n      clientSecret: { env: TOY_CLIENT_SECRET }\n\
          b.yaml:1:4 yaml-syntax: unclosed bracket '['\n  close every `{` and `[`",
        ),
    ] {
        let mut texts = vec![text.as_str()];
        texts.extend(providers);
        assert_eq!(findings(&texts), expected);
    }
    // A provider that is broken is there all the same.
    let broken = PROVIDER.replace("baseUrl", "baseURL");
    let checks: Vec<&str> = desire_texts(&[&two, &broken], &options())
        .1
        .iter()
        .map(|finding| finding.check)
        .collect();
    assert_eq!(checks, ["missing-setting", "unknown-key"]);
    let unclear = PROVIDER.replace("  toy:", "  tyo:");
    let checks: Vec<&str> = desire_texts(&[&two, &unclear], &options())
        .1
        .iter()
        .map(|finding| finding.check)
        .collect();
    assert_eq!(checks, ["unknown-key"]);
}

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
        "b.yaml:3:13 duplicate-name: the provider `toy-prod` is declared twice: here and at a.yaml:3:13\n  \
         give one of them another name"
    );
    let same = format!("{}{}", group("a", "code: x"), group("b", "code: x"));
    assert_eq!(
        findings(&[&same, PROVIDER]),
        "a.yaml:10:9 duplicate-key-field: `ToyGroup/a` and `ToyGroup/b` have the same key `x` at the provider `toy-prod`\n  \
         give each a `code` of its own; the first is at a.yaml:2:1"
    );
    // Different providers and different kinds do not get in each other's way.
    let other = PROVIDER.replace("toy-prod", "toy-test");
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
        "a.yaml:5:9 unknown-reference: `parent` refers to `ToyGroup/alhpa`, which no manifest declares\n  did you mean `alpha`?\n\
         a.yaml:10:9 unknown-reference: `parent` refers to `ToyGroup/zeta`, which no manifest declares\n  did you mean `beta`?\n\
         a.yaml:15:9 unknown-reference: `parent` refers to `ToyGroup/acme`, which no manifest declares\n  \
         there is `ToyAccount/acme`, but the field refers to a `ToyGroup`"
    );
    let other = PROVIDER.replace("toy-prod", "toy-test");
    let texts = format!(
        "{}{}",
        group("a", "provider: toy-prod"),
        group("b", "provider: toy-test, parent: { ref: a }")
    );
    assert_eq!(
        findings(&[&texts, PROVIDER, &other]),
        "a.yaml:10:29 foreign-reference: `parent` refers to `ToyGroup/a` of the provider `toy-prod`, and this is of `toy-test`\n  \
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
        "a.yaml:10:9 warning ending-reference: `parent` refers to `ToyGroup/a`, which ends on 2026-12-31\n  \
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

#[test]
fn selectors_say_what_a_run_is_about() {
    let labelled = |name: &str, labels: &str| {
        format!(
            "---\n{HEAD}ToyGroup\nmetadata: {{ name: {name}, labels: {{ {labels} }} }}\nspec: {{}}\n"
        )
    };
    let text = labelled("a", "region: eu") + &labelled("b", "region: us") + &labelled("c", "");
    let select = |selector: &str| {
        let options = Options {
            selector: Some(selector.parse().expect("it is one")),
            ..options()
        };
        let (desired, findings) = desire_texts(&[&text, PROVIDER], &options);
        let names: String = desired
            .resources
            .iter()
            .filter(|resource| resource.selected)
            .map(|resource| resource.address.name.to_string())
            .collect();
        assert_eq!(desired.resources.len(), 3);
        (names, told_all(&findings))
    };
    assert_eq!(select("region in (eu, us)").0, "ab");
    assert_eq!(select("region!=eu").0, "bc");
    assert_eq!(
        select("region=ap"),
        (
            String::new(),
            "- warning empty-selection: the selector selects no manifest\n  \
             compare it with `metadata.labels` of the manifests"
                .to_owned()
        )
    );
}

#[test]
fn kinds_of_other_stages_are_handed_on() {
    let text = format!(
        "{HEAD}Policy\nmetadata: {{ name: guard, labels: {{ a: b }} }}\nspec: {{ anything: 1 }}\n"
    );
    let options = Options {
        other_kinds: &["Policy"],
        ..options()
    };
    let (desired, findings) = desire_texts(&[&text], &options);
    assert_eq!(told_all(&findings), "");
    let [other] = desired.others.as_slice() else {
        panic!("one of them");
    };
    assert_eq!(
        (other.kind, &*other.name, other.labels["a"].as_str()),
        ("Policy", "guard", "b")
    );
    assert_eq!(other.origin.place_of("anything").to_string(), "a.yaml:4:9");
}

#[test]
fn nothing_of_ours_is_an_error() {
    let told = told_all(&desire_texts(&["apiVersion: v1\nkind: ConfigMap"], &options()).1);
    assert!(
        told.starts_with("- no-manifests: there is no manifest of ours in what was read"),
        "{told}"
    );
    assert_eq!(
        findings(&["~\n---\n{}\n---\n", PROVIDER]),
        "a.yaml:3:1 missing-api-version: `apiVersion` is missing\n  write `apiVersion: trueup.dev/v1alpha1`\n\
         a.yaml:3:1 missing-kind: `kind` is missing\n  known are `PuppetShow`, `ToyAccount`, `ToyGroup` and `Provider`\n\
         a.yaml:3:1 missing-metadata: `metadata` is missing\n  write `metadata: { name: … }`\n\
         a.yaml:3:1 missing-spec: `spec` is missing\n  write `spec:` with the fields below it"
    );
}

#[test]
fn many_documents_keep_their_order_on_every_core() {
    let mut text = String::new();
    for number in 0..5_000 {
        let spec = if number % 1_000 == 999 {
            "titel: x"
        } else {
            "title: x"
        };
        text.push_str(&group(&format!("g{number}"), spec));
    }
    let (desired, found) = desire_texts(&[&text, PROVIDER], &options());
    assert_eq!(desired.resources.len(), 4_995);
    assert!(
        desired
            .resources
            .is_sorted_by_key(|resource| &resource.address)
    );
    let lines: Vec<usize> = found
        .iter()
        .filter_map(|finding| Some(finding.place.as_ref()?.line_and_column().0))
        .collect();
    assert_eq!(lines, [5_000, 10_000, 15_000, 20_000, 25_000]);
    // Unknown references in every one of them end in time.
    let text = text.replace("title: x", "parent: { ref: nobody }");
    let (_, found) = desire_texts(&[&text, PROVIDER], &options());
    assert_eq!(found.len(), 5_000);
    let shown = crate::report::findings::text(&found, crate::report::Style::default());
    assert!(shown.ends_with(&format!(
        "and {} more\n5000 errors\n",
        5_000 - FINDINGS_SHOWN_MAX
    )));
}

#[test]
fn a_large_document_is_read() {
    let mut text = format!("{HEAD}ToyAccount\nmetadata: {{ name: acme }}\nspec:\n  extra:\n");
    for number in 0..200_000 {
        let _ = writeln!(text, "    - a{number}: some text of it");
    }
    assert!(text.len() > 5_000_000);
    let (desired, findings) = desire_texts(&[&text, PROVIDER], &options());
    assert_eq!(told_all(&findings), "");
    let address = Address {
        kind: "ToyAccount",
        name: "acme".into(),
    };
    assert!(
        desired
            .get(&address)
            .is_some_and(|resource| resource.tree.touches("extra"))
    );
}

#[test]
fn findings_of_loading_are_kept() {
    let loaded = from_memory([
        ("a.yaml".to_owned(), b"a: \xff\n---\nb: [".to_vec()),
        ("b.yaml".to_owned(), PROVIDER.as_bytes().to_vec()),
    ]);
    let (desired, findings) = desire(loaded, toy::REGISTRY, &options());
    assert_eq!(desired.providers.len(), 1);
    assert_eq!(
        told_all(&findings),
        "a.yaml:1:4 yaml-syntax: the text is not UTF-8 here\n  save the file as UTF-8\n\
         a.yaml:3:4 yaml-syntax: unclosed bracket '['\n  close every `{` and `[`"
    );
}
