//! Which provider a resource belongs to, and how providers are reached.

use std::sync::Arc;

use super::*;
use crate::model::Source;

/// A provider of the other system.
const PUPPET: &str = "\
apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: stage }
spec: { puppet: { token: { env: TOY_ID } } }
";

/// What hints propose where there is no provider.
const SNIPPET: &str = "\
apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: toy-prod }
spec:
  toy:
    baseUrl: https://…
    credentials:
      clientId: { env: TOY_CLIENT_ID }
      clientSecret: { env: TOY_CLIENT_SECRET }";

#[test]
fn limits_are_taken() {
    let text = format!(
        "{PROVIDER}  limits: {{ requestsPerSecond: 0.5, concurrency: 256, \
         timeoutSeconds: 1, attempts: 10 }}"
    );
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
fn only_simulated_systems_are_hurried() {
    let limits = "  limits: { simulatedSecondMilliseconds: 20 }";
    let served = PROVIDER.replace("https://toy.example.com", "http://127.0.0.1:8080");
    let (desired, findings) = desire_texts(&[&format!("{served}{limits}")], &options());
    assert_eq!(told_all(&findings), "");
    let second = std::time::Duration::from_secs(1);
    assert_eq!(
        desired.providers[0].pace.of(second),
        std::time::Duration::from_millis(20)
    );
    let (_, findings) = desire_texts(&[&format!("{PROVIDER}{limits}")], &options());
    assert_eq!(
        findings[0].message,
        "`limits.simulatedSecondMilliseconds` is for simulated systems on loopback"
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
        systems: Systems::Simulated,
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
    let two = format!("{}{}", group("a", ""), group("b", ""));
    assert_eq!(
        findings(&[&two, PUPPET]),
        format!(
            "a.yaml:3:1 missing-provider: no `Provider` manifest declares a Toy Billing, \
             and 2 manifests need one\n  \
             add one, for instance:\n{SNIPPET}"
        )
    );
    // The snippet is one that can be used.
    let snippet = SNIPPET.replace("https://…", "https://x.example");
    let used = snippet
        .replace("TOY_CLIENT_ID", "TOY_ID")
        .replace("TOY_CLIENT_SECRET", "TOY_SECRET");
    assert_eq!(findings(&[&two, &used]), "");
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
fn providers_that_are_not_there_are_told() {
    let other = renamed("toy-test");
    let unreadable = format!(
        "no `Provider` manifest declares one of `toy`; \
         it may be in what could not be read (see the other findings); start with:\n{SNIPPET}\n\
         b.yaml:1:4 yaml-syntax: unclosed bracket '['\n  close every `{{` and `[`"
    );
    for (spec, providers, place, message, hint) in [
        (
            "",
            vec![PROVIDER, &other],
            "1 missing-provider",
            "`provider` is missing, and there are 2 of the system `toy`",
            "write `provider:` with one of `toy-prod` and `toy-test`",
        ),
        (
            "provider: toy-tset",
            vec![PROVIDER, &other],
            "9 unknown-provider",
            "there is no provider `toy-tset`",
            "did you mean `toy-test`?",
        ),
        (
            "provider: nope",
            vec![PROVIDER],
            "9 unknown-provider",
            "there is no provider `nope`",
            "known for `toy` are `toy-prod`",
        ),
        (
            "provider: stage",
            vec![PROVIDER, PUPPET],
            "9 unknown-provider",
            "the provider `stage` is of the system `puppet`, and a `ToyGroup` is of `toy`",
            "known for `toy` are `toy-prod`",
        ),
        (
            "provider: nope",
            vec!["a: ["],
            "9 unknown-provider",
            "there is no provider `nope`",
            &unreadable,
        ),
    ] {
        let text = group("a", spec);
        let mut texts = vec![text.as_str()];
        texts.extend(providers);
        let expected = format!("a.yaml:5:{place}: {message}\n  {hint}");
        assert_eq!(findings(&texts), expected);
    }
}

/// What is written below a setting tells of it; another one that only starts
/// like it does not.
#[test]
fn settings_that_start_alike_are_told_apart() {
    let config = || desire_texts(&[PROVIDER], &options()).0.providers.remove(0);
    let mut changed = config();
    let branch = changed.def.settings.fields().facts("branch");
    let branch = branch.expect("a setting of the toys").path;
    changed.settings.set(branch, Leaf::Text("north".to_owned()));
    let text = format!("{PROVIDER}    branchOffice: Varna\n");
    changed.origin = Origin {
        span: 0..text.len(),
        source: Arc::new(Source::new("b.yaml".to_owned(), text)),
    };
    assert_eq!(
        changed.differences(&config()),
        ["toy.branch", "toy.branchOffice"]
    );
}

#[test]
fn other_settings_are_another_account() {
    let partner = PROVIDER
        .replace("toy-prod", "partner")
        .replace("TOY_ID", "IBAN");
    let limited = PROVIDER.replace("toy-prod", "limited") + "  limits: { concurrency: 1 }\n";
    assert_eq!(findings(&[PROVIDER, &partner]), "");
    assert_eq!(findings(&[PROVIDER, &limited]).lines().count(), 4);
    // A file lies beside its manifest.
    let from_file = |name: &str| {
        let text = PROVIDER.replace("toy-prod", name);
        text.replace("{ env: TOY_SECRET }", "{ file: secret }")
            .into_bytes()
    };
    for (folder, errors) in [("two", 0), ("one", 2)] {
        let texts = [("one/a.yaml", "a"), (&format!("{folder}/b.yaml"), "b")]
            .map(|(place, name)| (place.to_owned(), from_file(name)));
        let sandbox = Options {
            systems: Systems::Simulated,
            ..options()
        };
        let (_, findings) = desire(load::from_memory(texts), toy::REGISTRY, &sandbox);
        assert_eq!(findings.len(), errors, "{}", told_all(&findings));
    }
}
