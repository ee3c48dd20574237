//! Updates of toys whose records were changed by hand.

use jiff::civil::Date;

use super::*;
use crate::{
    desired::{Environment, Options, Systems, desire},
    manifest::{
        load::{Document, Loaded, from_memory},
        toy,
    },
    provider::{Completeness, Lookups, Raw, Record},
};

const HEAD: &str = "apiVersion: trueup.dev/v1alpha1\nkind: ";

const PROVIDER: &str = "Provider
metadata: { name: toy }
spec:
  toy:
    baseUrl: https://toy.example.com
    credentials: { clientId: { env: ID }, clientSecret: { env: ID } }
";

fn account(name: &str, spec: &str) -> String {
    format!("{HEAD}ToyAccount\nmetadata: {{ name: {name} }}\nspec:\n{spec}")
}

/// Where values from outside come from.
fn environment() -> Environment {
    Environment {
        variables: [("ID".to_owned(), "id".to_owned())].into(),
        ..Environment::default()
    }
}

fn documents(texts: &[(&str, String)]) -> Vec<Document> {
    let provider = ("provider.yaml", format!("{HEAD}{PROVIDER}"));
    let texts = [&provider].into_iter().chain(texts);
    from_memory(texts.map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()))).documents
}

/// Updates the manifests of files whose records differ in some fields: manifest,
/// field and live value. Gives the new texts and the leftovers, one a line.
fn updated(texts: &[(&str, String)], live: &[(&str, &str, Leaf)]) -> (Vec<String>, Vec<String>) {
    let documents = documents(texts);
    let environment = environment();
    let loaded = Loaded {
        documents: documents.clone(),
        findings: Vec::new(),
    };
    let options = Options {
        environment: environment.clone(),
        ..Options::default()
    };
    let (desired, findings) = desire(loaded, toy::REGISTRY, &options);
    assert!(findings.is_empty(), "{findings:?}");
    let matches = desired.resources.iter().map(|resource| {
        let mut tree = resource.tree.clone();
        for (name, path, leaf) in live {
            if *name == &*resource.address.name {
                let path = resource.kind.fields().path(path).expect("a field");
                tree.set(path, leaf.clone());
            }
        }
        let record = Record {
            remote: RemoteId(resource.address.name.to_string()),
            tree,
            unknown: Vec::new(),
            ended: None,
            raw: Raw::default(),
        };
        (resource.address.clone(), Match::Found(record))
    });
    let view = ProviderView {
        account: String::new(),
        lookups: Lookups::default(),
        completeness: Completeness::Complete,
        create_notes: BTreeMap::new(),
        matches: matches.collect(),
        unmanaged: Vec::new(),
    };
    let name = desired.providers[0].name.clone();
    let observed = Observed {
        providers: [(name, Ok(view))].into(),
    };
    let ground = Ground {
        documents: &documents,
        environment: &environment,
        systems: Systems::Real,
        registry: toy::REGISTRY,
        other_kinds: &[],
        today: Date::constant(2026, 11, 2),
    };
    let update = update(&desired, &observed, &ground);
    let told = |leftover: &Leftover| {
        let path = leftover.path.map_or("", |path| path.as_str());
        format!("{} {path}: {}", leftover.address.name, leftover.reason)
    };
    (
        update.files.into_iter().map(|file| file.text).collect(),
        update.leftovers.iter().map(told).collect(),
    )
}

fn text(text: &str) -> Leaf {
    Leaf::Text(text.to_owned())
}

fn set(names: &[&str]) -> Leaf {
    Leaf::Set(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn one_value_that_cannot_be_written_keeps_no_other_from_being() {
    let spec = "  basic: { accountName: A } # ours
  billing:
    currency: EUR # agreed
    products:
      - voice
  bankInfo: { bankName: One }
";
    let texts = [
        (
            "a.yaml",
            format!("{}---\n{}", account("one", spec), account("two", spec)),
        ),
        ("b.yaml", account("three", spec)),
    ];
    let live = [
        ("one", "bankInfo.bankName", text("Another")),
        // Longer than a manifest may write it.
        ("one", "billing.currency", text("EUROS")),
        ("two", "bankInfo.bankName", text("Another")),
        // No name that a manifest may write.
        ("two", "billing.products", set(&["fax", "voice"])),
        ("three", "bankInfo.bankName", text("Another")),
    ];
    let (files, leftovers) = updated(&texts, &live);
    let expected = texts.map(|(_, text)| text.replace("bankName: One", "bankName: Another"));
    assert_eq!(files, expected);
    assert_eq!(leftovers.len(), 2, "{leftovers:?}");
    for (leftover, starts) in leftovers.iter().zip([
        "one billing.currency: a.yaml would not read back as meant: ",
        "two billing.products: a.yaml would not read back as meant: ",
    ]) {
        assert!(leftover.starts_with(starts), "{leftover}");
    }
}

#[test]
fn fields_that_do_not_go_together_stay_and_others_are_written() {
    let spec = "  basic: { accountName: A, accountType: Postpaid }
  billing: { paymentTerm: 30, taxed: true }
";
    let texts = [
        ("a.yaml", account("one", spec)),
        ("b.yaml", account("two", spec)),
    ];
    let live = [
        // A postpaid account needs time to pay.
        ("one", "billing.paymentTerm", Leaf::Integer(0)),
        ("one", "billing.taxed", Leaf::Bool(false)),
        ("two", "billing.paymentTerm", Leaf::Integer(14)),
    ];
    let (files, leftovers) = updated(&texts, &live);
    let expected = [
        texts[0].1.replace("taxed: true", "taxed: false"),
        texts[1].1.replace("paymentTerm: 30", "paymentTerm: 14"),
    ];
    assert_eq!(files, expected);
    let reason = "a postpaid account needs time to pay";
    let told = format!("one billing.paymentTerm: a.yaml would not read back as meant: {reason}");
    assert_eq!(leftovers, [told]);
}
