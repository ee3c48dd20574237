mod golden;
mod providers;
mod references;
mod secrecy;
mod whole;

use std::path::Path;

use super::*;
use crate::{
    manifest::{
        git::{ValueFile, ValueFiles},
        load, toy,
    },
    model::Leaf,
};

/// The start of every manifest, up to its kind.
const HEAD: &str = "apiVersion: trueup.dev/v1alpha1\nkind: ";

/// A provider for the toys, in a file of its own.
const PROVIDER: &str = "\
apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: toy-prod }
spec:
  toy:
    baseUrl: https://toy.example.com
    credentials: { clientId: { env: TOY_ID }, clientSecret: { env: TOY_SECRET } }
";

fn options() -> Options {
    let variables = [
        ("TOY_ID", "the-id"),
        ("TOY_SECRET", "the-secret"),
        ("IBAN", "BG80BNBG96611020345678"),
        ("TERM", "30"),
        ("EMPTY", ""),
    ];
    let files = [
        ("secrets/iban.txt", "DE02120300000000202051\n"),
        ("secrets/two.txt", "a\r\n\r\n"),
        ("secrets/empty.txt", "\n"),
    ]
    .map(|(name, value)| (name, ValueFile::Content(value.as_bytes().to_vec())));
    let added = ("secrets/none.txt", ValueFile::Added);
    Options {
        environment: Environment {
            variables: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            files: Files::Revision(ValueFiles {
                revision: "main".to_owned(),
                files: files
                    .into_iter()
                    .chain([added])
                    .map(|(name, file)| (Path::new(".").join(name), file))
                    .collect(),
            }),
        },
        ..Options::default()
    }
}

/// The provider's manifest for another account.
fn renamed(name: &str) -> String {
    let host = format!("{name}.example.com");
    PROVIDER
        .replace("toy-prod", name)
        .replace("toy.example.com", &host)
}

/// Reads texts as files named `a.yaml`, `b.yaml` and so on.
fn desire_texts(texts: &[&str], options: &Options) -> (Desired, Vec<Finding>) {
    let names = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"];
    let texts = names
        .iter()
        .zip(texts)
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    desire(load::from_memory(texts), toy::REGISTRY, options)
}

/// A finding in two lines: place, check and message; then the hint.
fn told(finding: &Finding) -> String {
    let place = finding
        .place
        .as_ref()
        .map_or("-".to_owned(), ToString::to_string);
    let severity = match finding.severity {
        Severity::Error => "",
        Severity::Warning => "warning ",
    };
    format!(
        "{place} {severity}{}: {}\n  {}",
        finding.check,
        finding.message,
        finding.hint.as_deref().unwrap_or("-")
    )
}

fn told_all(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(told).collect();
    lines.join("\n")
}

/// The fields of a resource, one a line.
fn fields(resource: &Resource) -> String {
    let lines: Vec<String> = resource
        .tree
        .iter()
        .map(|(path, leaf)| match leaf {
            Leaf::Sensitive(text) => format!("{path} = sensitive {}", text.expose()),
            Leaf::Reference(address) => format!("{path} -> {address}"),
            Leaf::Json(json) => format!("{path} = json {json}"),
            other => format!("{path} = {other:?}"),
        })
        .collect();
    lines.join("\n")
}

fn findings(texts: &[&str]) -> String {
    told_all(&desire_texts(texts, &options()).1)
}

/// A group, with more of a spec in flow style.
fn group(name: &str, spec: &str) -> String {
    format!("---\n{HEAD}ToyGroup\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n")
}

/// Reads one `ToyAccount` with this spec. The first line of the spec is line 4
/// of `a.yaml`.
fn account(spec: &str) -> (Desired, Vec<Finding>) {
    let indented: Vec<String> = spec.lines().map(|line| format!("  {line}")).collect();
    let spec = indented.join(
        "
",
    );
    let text = format!("{HEAD}ToyAccount\nmetadata: {{ name: acme }}\nspec:\n{spec}\n");
    desire_texts(&[&text, PROVIDER], &options())
}
