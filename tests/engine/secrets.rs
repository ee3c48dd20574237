//! Bank accounts, tax numbers and addresses are in no output, no error and no
//! `Debug`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use serde_json::json;
use trueup::{
    apply::Receipt,
    model::{Digest, Kind, Leaf, ProviderName, RemoteId, Tree},
    observed::{Match, Observed, Query, observe, read_again, survey},
    plan::plan,
    provider::{Diagnosis, Failure, FailureKind, Index, IndexRow, Lookups, Reader, Record, Wanted},
    receipt::{Document, Head, State, Unchained},
    report::{
        Style, annotation, github, gitlab, html as as_html, json as as_json,
        markdown as as_markdown, receipt as as_receipt, text as as_text,
    },
};

use super::world::{Seen, TODAY, World};
use crate::toy::desired::{Manifest, customer, sensitive, text};

const IBAN: &str = "BG80BNBG96611020345678";
const OLD_IBAN: &str = "GB33BUKB20201555555555";
const BAD_IBAN: &str = "XX00SECRET0000000001";
const VAT: &str = "BG123456789";
const EMAIL: &str = "anna.secret@example.com";
const PIN: &str = "hush-hush-hush";
const TOKEN: &str = "T0y-9f4e-77aa-x1";

fn manifest() -> Manifest {
    customer("acme")
        .set("billing.iban", sensitive(IBAN))
        .set("billing.vatNumber", sensitive(VAT))
        .set("contact.email", sensitive(EMAIL))
        .set("access.pin", sensitive(PIN))
}

/// Everything that a run could print.
fn everything(seen: &Seen, receipt: &Receipt) -> String {
    let plan = &seen.planned.plan;
    [
        as_text::plan(plan, Style::default(), true),
        as_json::plan(plan),
        as_json::applied(plan, &document(seen, receipt)),
        as_receipt::receipt(receipt, Style::default()),
        as_markdown::plan(plan),
        as_markdown::applied(plan, receipt),
        as_html::plan(plan),
        as_html::applied(plan, receipt),
        github::commands("", &annotation::of_plan(plan)),
        github::commands("", &annotation::of_receipt(plan, receipt)),
        gitlab::report(&annotation::of_plan(plan)),
        format!("{receipt:#?}"),
        format!("{:#?}", seen.planned),
        format!("{:#?}", seen.observed),
        debug_of_desired(seen),
    ]
    .join("\n")
}

/// The receipt as it is kept.
pub(crate) fn document(seen: &Seen, receipt: &Receipt) -> Document {
    let at = "2026-11-02T09:00:00Z".parse().expect("an instant");
    let entries = receipt.outcomes.iter().map(|outcome| Unchained {
        outcome: outcome.clone(),
        before: None,
        after: None,
        read_back: None,
        sent: Vec::new(),
    });
    let head = Head {
        state: State::Complete,
        run: "a-run".to_owned(),
        version: "0.1.0".to_owned(),
        plan: Digest::of(&seen.planned.plan).expect("JSON"),
        started: at,
        ended: at,
        blocked: receipt.counts.blocked,
        settled: Vec::new(),
    };
    Document::seal(head, entries.collect()).expect("JSON")
}

fn debug_of_desired(seen: &Seen) -> String {
    let resources = seen.desired.resources.iter();
    let providers = seen.desired.providers.iter();
    resources
        .map(|resource| format!("{:#?} {:#?}", resource.tree, resource.origin))
        .chain(providers.map(|config| format!("{:#?} {:#?}", config.settings, config.origin)))
        .collect()
}

fn assert_silent(text: &str) {
    for secret in [IBAN, OLD_IBAN, BAD_IBAN, VAT, EMAIL, PIN, TOKEN] {
        // Five characters in a row would be one more than may be shown.
        let tail = &secret[secret.len() - 5..];
        let shown = text.lines().find(|line| line.contains(tail));
        assert_eq!(shown, None, "{secret} shows");
    }
}

#[tokio::test]
async fn creates_and_updates_show_at_most_the_last_four_characters() {
    let world = World::start().await;
    let seen = world.plan(&[manifest()]).await;
    let shown = as_text::plan(&seen.planned.plan, Style::default(), false);
    assert!(shown.contains("••••5678"), "{shown}");
    let receipt = world.carry_out(&seen).await;
    assert!(receipt.counts.all_done(), "{receipt:#?}");
    assert_silent(&everything(&seen, &receipt));

    world.change("acme", &json!({ "billing": { "iban": OLD_IBAN } }));
    let seen = world.plan(&[manifest()]).await;
    assert_eq!(seen.fields("acme"), ["billing.iban"]);
    let shown = as_text::plan(&seen.planned.plan, Style::default(), false);
    assert!(shown.contains("••••5555 → ••••5678"), "{shown}");
    let receipt = world.carry_out(&seen).await;
    assert_silent(&everything(&seen, &receipt));
}

#[tokio::test]
async fn a_server_that_repeats_a_value_is_not_quoted() {
    let world = World::start().await;
    let receipt = world
        .apply(&[manifest().set("billing.iban", sensitive(BAD_IBAN))])
        .await;
    assert_eq!(
        receipt.outcomes[0]
            .reason
            .as_deref()
            .and_then(|reason| reason.split_once(": status "))
            .map(|(_, words)| words),
        Some("422: the IBAN ••••0001 belongs to no country")
    );
    let seen = world
        .plan(&[manifest().set("billing.iban", sensitive(BAD_IBAN))])
        .await;
    assert_silent(&everything(&seen, &receipt));
}

#[tokio::test]
async fn half_an_answer_is_not_quoted() {
    let world = World::start().await;
    world.fault("POST /customers=truncated");
    let seen = world.plan(&[manifest()]).await;
    world.fault("GET /customers/{id}=truncated");
    let receipt = world.carry_out(&seen).await;
    assert_silent(&everything(&seen, &receipt));

    let seen = world.plan(&[manifest()]).await;
    let reason = seen.change("acme").reason.clone().unwrap_or_default();
    assert!(reason.contains("expected JSON"), "{reason}");
    assert_silent(&everything(&seen, &receipt));

    let desired = world.desired(&[manifest()]);
    let readers = world.readers(&desired);
    let reader = readers.values().next().expect("a reader");
    let resource = &desired.resources[0];
    let remote = trueup::model::RemoteId(world.id("acme"));
    let failure = reader
        .read(resource.kind.kind, &remote, &resource.tree, None)
        .await
        .expect_err("half an answer");
    assert_silent(&format!("{failure} {failure:?}"));
}

#[tokio::test]
async fn short_values_show_nothing() {
    let world = World::start().await;
    let manifest = customer("acme")
        .set("billing.iban", sensitive("K9-secr"))
        .set("note", text("visible"));
    let seen = world.plan(std::slice::from_ref(&manifest)).await;
    let receipt = world.carry_out(&seen).await;
    let out = everything(&seen, &receipt);
    assert!(out.contains("visible"));
    assert!(out.contains("••••"));
    assert!(!out.contains("secr"), "{out}");
    let cleared = manifest.set("billing.iban", Leaf::Unset);
    let seen = world.plan(&[cleared]).await;
    assert!(!everything(&seen, &receipt).contains("secr"));
}

/// A server that copies a field into another one, as an alias that follows a
/// name, gives it back where nobody expects it.
#[tokio::test]
async fn a_copy_of_a_hidden_value_in_another_field_is_not_shown() {
    let world = World::start().await;
    world.settle(&[manifest()]).await;
    let copies = json!({
        "note": format!("pay to {}", IBAN.to_lowercase()),
        "company_name": format!("Acme {VAT}"),
        "extra": { "mail": [EMAIL] },
    });
    world.change("acme", &copies);
    let wanted = manifest()
        .set("note", text("none"))
        .set("extra", Leaf::Json(json!({ "vip": true })));
    let seen = world.plan(&[wanted]).await;
    assert_eq!(seen.fields("acme"), ["extra", "name", "note"]);
    let plan = &seen.planned.plan;
    let shown = as_text::plan(plan, Style::default(), true);
    assert!(shown.contains("•••• → \"none\""), "{shown}");
    assert_silent(&shown);
    assert_silent(&as_json::plan(plan));
    assert_eq!(
        seen.change("acme").display_name.as_deref(),
        Some("acme Ltd")
    );
}

/// A company that is called after its contact, whose name is hidden.
#[tokio::test]
async fn an_old_name_is_shown_where_the_new_one_starts_with_the_same_hidden_word() {
    let world = World::start().await;
    let named = |name: &str| {
        let contact = customer("acme").set("access.pin", sensitive("Muster"));
        contact.set("name", text(name))
    };
    world.settle(&[named("Muster Spedition GmbH")]).await;
    for (name, shown) in [
        (
            "Muster Logistik GmbH",
            "\"Muster Spedition GmbH\" → \"Muster Logistik GmbH\"",
        ),
        ("Logistik GmbH", "•••• → \"Logistik GmbH\""),
        (
            "Anna, Berg, Muster, Otto",
            "•••• → \"Anna, Berg, Muster, Otto\"",
        ),
    ] {
        let seen = world.plan(&[named(name)]).await;
        let plan = as_text::plan(&seen.planned.plan, Style::default(), false);
        assert!(plan.contains(shown), "{plan}");
    }
}

/// What of a provider cannot be read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Account,
    Lookups,
    Index,
    Record,
}

/// A provider that cannot read one part of itself, and quotes a bank account of
/// one of its customers in saying so.
struct Talkative {
    sound: Arc<dyn Reader>,
    fails: Part,
}

impl Talkative {
    fn check(&self, part: Part) -> Result<(), Failure> {
        if part != self.fails {
            return Ok(());
        }
        let said = format!("cannot show whoever has {}", IBAN.to_lowercase());
        Err(Failure::new(FailureKind::Refused, said).hint(format!("look at {IBAN}")))
    }
}

#[async_trait]
impl Reader for Talkative {
    async fn account(&self) -> Result<String, Failure> {
        self.check(Part::Account)?;
        self.sound.account().await
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.check(Part::Index)?;
        self.sound.index(wanted).await
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        self.check(Part::Lookups)?;
        self.sound.lookups(tables).await
    }

    async fn read(
        &self,
        kind: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        // Words about a record are about no other one.
        if desired
            .iter()
            .any(|(path, _)| path.as_str() == "billing.iban")
        {
            self.check(Part::Record)?;
        }
        self.sound.read(kind, remote, desired, row).await
    }

    async fn diagnose(&self, _: Option<&Wanted>) -> Vec<Diagnosis> {
        Vec::new()
    }
}

fn told_by(observed: &Observed) -> String {
    format!("{observed:#?}")
}

#[tokio::test]
async fn a_provider_that_cannot_be_read_quotes_no_sensitive_value() {
    let world = World::start().await;
    world.settle(&[manifest(), customer("other")]).await;
    let desired = world.desired(&[manifest(), customer("other")]);
    let name = ProviderName("toy".into());
    let sound = Arc::clone(&world.readers(&desired)[&name]);
    for fails in [Part::Account, Part::Lookups, Part::Index, Part::Record] {
        let talkative = Arc::new(Talkative {
            sound: Arc::clone(&sound),
            fails,
        });
        let reader: Arc<dyn Reader> = talkative.clone();
        let readers = BTreeMap::from([(name.clone(), reader)]);
        let observed = observe(&desired, &readers).await;
        let planned = plan(&desired, &observed, None, TODAY);
        let shown = as_text::plan(&planned.plan, Style::default(), true);
        assert!(shown.contains("has ••••5678"), "{fails:?}: {shown}");
        for text in [
            told_by(&observed),
            as_json::plan(&planned.plan),
            as_markdown::plan(&planned.plan),
            as_html::plan(&planned.plan),
            github::commands("", &annotation::of_plan(&planned.plan)),
        ] {
            assert_silent(&text.to_uppercase());
        }

        let resources: Vec<_> = desired.resources.iter().collect();
        let found = read_again(&resources, &desired, talkative.as_ref()).await;
        let told = match found {
            Ok(matches) => matches
                .values()
                .filter_map(|found| match found {
                    Match::Failed(failure) => Some(format!("{failure:?}")),
                    _ => None,
                })
                .collect(),
            Err(failure) => format!("{failure:?}"),
        };
        assert_silent(&told.to_uppercase());
        let (config, all) = (&desired.providers[0], Query::default());
        let surveyed = survey(config, &desired, &all, talkative.as_ref(), &|| ()).await;
        if let Err(failure) = surveyed {
            let told = format!("{failure:?}");
            assert!(told.contains("••••5678"), "{told}");
            assert_silent(&told.to_uppercase());
        }
    }
}
