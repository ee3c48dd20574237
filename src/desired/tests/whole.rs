//! Whole manifests, held against each other.

use std::fmt::Write;

use super::*;
use crate::{
    manifest::load::from_memory,
    model::{Address, limit::FINDINGS_SHOWN_MAX},
};

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
    let text = "# c\n---\napiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\n\
                metadata: { name: acme }\n\
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
fn selectors_say_what_a_run_is_about() {
    let labelled = |name: &str, labels: &str| {
        format!(
            "---\n{HEAD}ToyGroup\nmetadata: {{ name: {name}, labels: {{ {labels} }} }}\n\
             spec: {{}}\n"
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
        "a.yaml:3:1 missing-api-version: `apiVersion` is missing\n  \
         write `apiVersion: trueup.dev/v1alpha1`\n\
         a.yaml:3:1 missing-kind: `kind` is missing\n  \
         known are `PuppetShow`, `ToyAccount`, `ToyGroup` and `Provider`\n\
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

#[test]
fn windows_files_and_json_are_manifests_too() {
    let yaml = format!(
        "\u{feff}# c\n{HEAD}ToyGroup\nmetadata:\n  name: a\nspec:\n  titel: x\n  parent: NO\n"
    )
    .replace('\n', "\r\n");
    assert_eq!(
        findings(&[&yaml, PROVIDER]),
        "a.yaml:7:3 unknown-key: `titel` is unknown\n  did you mean `title`?"
    );
    let json = "{\n\t\"apiVersion\": \"trueup.dev/v1alpha1\",\n\t\"kind\": \"ToyAccount\",\n\
                \t\"metadata\": {\"name\":\"acme\"},\n\t\"spec\": {\"billing\":\n\
                \t\t{\"paymentTerm\": 30, \"taxed\": true, \"taxNumber\": null}}\n}\n";
    let (desired, found) = desire_texts(&[json, PROVIDER], &options());
    assert_eq!(told_all(&found), "");
    assert_eq!(
        fields(&desired.resources[0]),
        "basic.accountCode = Text(\"acme\")\nbilling.paymentTerm = Integer(30)\n\
         billing.taxNumber = Unset\nbilling.taxed = Bool(true)"
    );
    let wrong = json.replace("30", "\"30\"");
    assert_eq!(
        findings(&[&wrong, PROVIDER]),
        "a.yaml:6:19 wrong-type: `billing.paymentTerm` is a whole number, \
         and `30` is text in quotes\n  leave the quotes out"
    );
}
