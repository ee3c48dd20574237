//! Which differences are none. Pure.

use serde_json::Value;

use super::{convert, customer, lookups};
use crate::{
    model::{FieldPath, Leaf},
    provider::Settling,
};

/// Copies into `desired` the live values that satisfy it.
pub(super) fn settle(settling: &mut Settling<'_>) {
    if settling.record.ended.is_some() {
        // What a tenant that is gone should be like is no question; whether it
        // may come back is answered where calls are made.
        accept_everything(settling);
        return;
    }
    say_what_is_wrong_with_the_customer(settling);
    trial_that_has_ended(settling);
    tax_while_exempt(settling);
    default_tax(settling);
    for (copy, original) in convert::COPIES {
        copy_of(settling, copy, original);
        copy_that_nobody_manages(settling, copy, original);
    }
    state_by_name(settling);
    same_texts(settling);
    type_that_goes(settling);
}

fn wanted<'a>(settling: &'a Settling<'_>, path: &str) -> Option<&'a Leaf> {
    settling.desired.at(path)
}

fn accept_everything(settling: &mut Settling<'_>) {
    let paths: Vec<FieldPath> = settling.desired.iter().map(|(path, _)| path).collect();
    for path in paths {
        settling.accept_live(path);
    }
}

fn say_what_is_wrong_with_the_customer(settling: &mut Settling<'_>) {
    if let Some(problem) = settling.record.raw.0.get("problem").and_then(Value::as_str) {
        settling.notes.push(problem.to_owned());
    }
}

/// A trial turns into production by itself after a month, and never back
/// (Acronis contract, 3.2 and 3.3).
fn trial_that_has_ended(settling: &mut Settling<'_>) {
    let live = settling.live("pricing.mode");
    let wanted = wanted(settling, "pricing.mode").and_then(Leaf::text);
    if wanted == Some("trial") && live.text() == Some("production") {
        settling.accept_live(customer().path("pricing.mode"));
        settling.notes.push(
            "pricing.mode: the trial has turned into production, which is never taken back"
                .to_owned(),
        );
    }
}

/// Whether the customer will be exempt from tax.
fn is_exempt(settling: &Settling<'_>) -> bool {
    let path = "billing.taxExempt";
    let leaf = wanted(settling, path).unwrap_or_else(|| settling.live(path));
    *leaf == Leaf::Bool(true)
}

/// The provider fills the tax of a customer who is exempt with its default
/// (Acronis contract, 4.4 and 7), so that it is not compared. One that is to be
/// cleared with the exemption is still there, and a reviewer should see it go.
fn tax_while_exempt(settling: &mut Settling<'_>) {
    let Some(tax) = wanted(settling, "billing.tax").cloned() else {
        return;
    };
    let was_exempt = *settling.live("billing.taxExempt") == Leaf::Bool(true);
    let goes_now = tax.is_unset() && !was_exempt;
    if !is_exempt(settling) || goes_now {
        return;
    }
    if !tax.is_unset() && tax != *settling.live("billing.tax") {
        settling.notes.push(
            "billing.tax: not compared, because the customer is exempt from sales tax".to_owned(),
        );
    }
    settling.accept_live(customer().path("billing.tax"));
}

/// A customer without a tax has the default one (Acronis contract, 7).
fn default_tax(settling: &mut Settling<'_>) {
    let Some(tax) = wanted(settling, "billing.tax").cloned() else {
        return;
    };
    let default = lookups::default_tax(settling.lookups);
    let is_default =
        |leaf: &Leaf| leaf.is_unset() || leaf.text().is_some_and(|tax| default == Some(tax));
    if is_default(&tax) && is_default(settling.live("billing.tax")) {
        settling.accept_live(customer().path("billing.tax"));
    }
}

/// The provider fills an empty `copy` with the value of `original` (Acronis
/// contract, 4.4). When the original is about to change, the copy has to follow.
fn copy_of(settling: &mut Settling<'_>, copy: &str, original: &str) {
    let original_live = settling.live(original);
    let stays = wanted(settling, original).is_none_or(|wanted| wanted == original_live);
    let is_cleared = wanted(settling, copy).is_some_and(Leaf::is_unset);
    if is_cleared && stays && settling.live(copy) == original_live {
        settling.accept_live(customer().path(copy));
    }
}

/// A copy keeps its value when the original changes, unless the provider takes
/// it for one that nobody set (Acronis contract, 7). A reviewer should know,
/// above all where invoices go to.
fn copy_that_nobody_manages(settling: &mut Settling<'_>, copy: &str, original: &str) {
    let before = settling.live(original);
    let changes = wanted(settling, original).is_some_and(|wanted| wanted != before);
    let is_copy = !before.is_unset() && settling.live(copy) == before;
    if changes && is_copy && wanted(settling, copy).is_none() {
        settling.notes.push(format!(
            "{copy}: the same as {original} was, and not managed; it stays so, unless the \
             provider lets it follow"
        ));
    }
}

/// Types that change are sent without those that cannot be written, which are
/// not compared either (Acronis contract, 3.4): the change of fields does not
/// show that they go.
fn type_that_goes(settling: &mut Settling<'_>) {
    let path = convert::CONTACT_TYPES;
    let before = settling.live(path);
    let changes = wanted(settling, path).is_some_and(|wanted| wanted != before);
    let types = settling.record.raw.0["tenant"]["contact"]["types"].as_array();
    let goes = convert::TYPE_NOT_WRITABLE;
    if changes && types.is_some_and(|types| types.iter().any(|one| one == goes)) {
        settling.notes.push(format!(
            "{path}: the contact also has the type {goes}, which cannot be written; it goes with \
             this change"
        ));
    }
}

/// A state that the table does not know by name may be the one that the
/// customer is in already.
fn state_by_name(settling: &mut Settling<'_>) {
    let raw = &settling.record.raw.0["customer"];
    let name = raw.get("StateCountryDescription").and_then(Value::as_str);
    let said = wanted(settling, "billing.stateCountry").and_then(Leaf::text);
    if let (Some(name), Some(said)) = (name, said)
        && name.trim().to_lowercase() == said.trim().to_lowercase()
    {
        settling.accept_live(customer().path("billing.stateCountry"));
    }
}

/// Texts are the same apart from surrounding blanks, ids in any case.
fn same_texts(settling: &mut Settling<'_>) {
    let paths: Vec<FieldPath> = settling.desired.iter().map(|(path, _)| path).collect();
    for path in paths {
        let Some(facts) = customer().fields().facts(path.as_str()) else {
            continue;
        };
        let live = settling.live(path);
        let satisfied = settling
            .desired
            .get(path)
            .is_some_and(|wanted| convert::satisfies(facts, live, wanted));
        if satisfied && !facts.write_only {
            settling.accept_live(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        model::{RemoteId, Sensitive, Tree},
        provider::{Choice, Lookups, Raw, Record, Table},
    };

    const DEFAULT: &str = "c4f50617-2839-4a4b-8c5e-6f708192a3b4";
    const VAT: &str = "d5061728-394a-4b5c-9d6f-708192a3b4c5";

    fn text(text: &str) -> Leaf {
        Leaf::Text(text.to_owned())
    }

    fn secret(text: &str) -> Leaf {
        Leaf::Sensitive(Sensitive::new(text))
    }

    fn tree(fields: &[(&str, Leaf)]) -> Tree {
        let fields = fields.iter();
        fields
            .map(|(path, leaf)| (customer().path(path), leaf.clone()))
            .collect()
    }

    fn lookups() -> Lookups {
        let tax = |id: &str, name: &str, alias: &str| Choice {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
        };
        let mut lookups = Lookups::default();
        let choices = vec![tax(DEFAULT, "No tax", "default"), tax(VAT, "VAT", "V")];
        lookups.add(
            "tax",
            Table {
                choices,
                open: false,
            },
        );
        lookups
    }

    /// Settles, and gives the fields that still differ, and the notes.
    fn settled(
        wanted: &[(&str, Leaf)],
        live: &[(&str, Leaf)],
        raw: Value,
        unknown: &[&str],
    ) -> (Vec<&'static str>, Vec<String>) {
        let record = Record {
            remote: RemoteId("r".to_owned()),
            tree: tree(live),
            unknown: unknown.iter().map(|&section| section.to_owned()).collect(),
            ended: None,
            raw: Raw(raw),
        };
        let mut desired = tree(wanted);
        let mut notes = Vec::new();
        settle(&mut Settling {
            desired: &mut desired,
            record: &record,
            lookups: &lookups(),
            notes: &mut notes,
            moved_on: &mut Vec::new(),
        });
        let differs = |(path, leaf): (FieldPath, &Leaf)| {
            (leaf != record.tree.or_unset(path)).then_some(path.as_str())
        };
        (desired.iter().filter_map(differs).collect(), notes)
    }

    fn differing(wanted: &[(&str, Leaf)], live: &[(&str, Leaf)]) -> Vec<&'static str> {
        settled(wanted, live, json!({}), &[]).0
    }

    #[test]
    fn a_trial_that_has_ended_is_left_alone_with_a_note() {
        let mode = |mode: &str| [("pricing.mode", text(mode))];
        let (differs, notes) = settled(&mode("trial"), &mode("production"), json!({}), &[]);
        assert!(differs.is_empty());
        assert_eq!(notes.len(), 1);
        for (wanted, live) in [
            ("production", "trial"),
            ("production", "suspended"),
            ("trial", "suspended"),
        ] {
            assert_eq!(differing(&mode(wanted), &mode(live)), ["pricing.mode"]);
        }
    }

    #[test]
    fn a_tax_is_not_compared_while_exempt() {
        let exempt = |value| ("billing.taxExempt", Leaf::Bool(value));
        let tax = |leaf| ("billing.tax", leaf);
        let live = [exempt(true), tax(text(DEFAULT))];
        let (differs, notes) = settled(&[exempt(true), tax(Leaf::Unset)], &live, json!({}), &[]);
        assert!(differs.is_empty() && notes.is_empty());
        let (differs, notes) = settled(&[tax(text(VAT))], &live, json!({}), &[]);
        assert!(differs.is_empty());
        assert_eq!(notes.len(), 1);
        // Who becomes exempt may lose a tax, and the plan says so.
        let cleared = [exempt(true), tax(Leaf::Unset)];
        let live_before = [exempt(false), tax(text(VAT))];
        assert_eq!(
            differing(&cleared, &live_before),
            ["billing.tax", "billing.taxExempt"]
        );
        let wanted = [exempt(false), tax(text(VAT))];
        assert_eq!(
            differing(&wanted, &live),
            ["billing.tax", "billing.taxExempt"]
        );
    }

    #[test]
    fn no_tax_is_the_default_tax() {
        let tax = |leaf| [("billing.tax", leaf)];
        for (wanted, live, same) in [
            (Leaf::Unset, text(DEFAULT), true),
            (text(DEFAULT), Leaf::Unset, true),
            (Leaf::Unset, text(VAT), false),
            (text(VAT), Leaf::Unset, false),
            (text(VAT), text(VAT), true),
        ] {
            assert_eq!(differing(&tax(wanted), &tax(live)).is_empty(), same);
        }
    }

    #[test]
    fn an_empty_alias_is_satisfied_by_the_name_that_stays() {
        let alias = |leaf| ("billing.alias", leaf);
        let name = |name: &str| ("billing.name", text(name));
        let live = [alias(text("A")), name("A")];
        assert!(differing(&[alias(Leaf::Unset)], &live).is_empty());
        assert!(differing(&[alias(Leaf::Unset), name("A")], &live).is_empty());
        let renamed = [alias(Leaf::Unset), name("B")];
        assert_eq!(
            differing(&renamed, &live),
            ["billing.alias", "billing.name"]
        );
        let other = [alias(text("other")), name("A")];
        assert_eq!(differing(&[alias(Leaf::Unset)], &other), ["billing.alias"]);
        assert_eq!(differing(&[alias(text("B"))], &live), ["billing.alias"]);
    }

    #[test]
    fn a_copy_that_stays_behind_is_told_of_without_its_value() {
        let email = |text: &str| ("billing.email", secret(text));
        let live = [
            email("a@b.example"),
            ("billing.fallbackInvoiceEmailAddress", secret("a@b.example")),
            ("billing.name", text("A")),
            ("billing.alias", text("other")),
        ];
        let notes = |wanted: &[(&str, Leaf)]| settled(wanted, &live, json!({}), &[]).1;
        let told = notes(&[email("c@d.example"), ("billing.name", text("B"))]);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("billing.fallbackInvoiceEmailAddress: "));
        assert!(!told[0].contains("b.example"));
        assert!(notes(&[email("a@b.example")]).is_empty());
        let managed = ("billing.fallbackInvoiceEmailAddress", secret("a@b.example"));
        assert!(notes(&[email("c@d.example"), managed]).is_empty());
    }

    #[test]
    fn a_contact_type_that_goes_unseen_is_told_of() {
        let types = |names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned());
            [("tenant.contact.types", Leaf::Set(names.collect()))]
        };
        let raw = |types: Value| json!({ "tenant": { "contact": { "types": types } } });
        let both = raw(json!(["company_billing", "legal"]));
        let notes =
            |wanted: &[&str], raw: Value| settled(&types(wanted), &types(&["legal"]), raw, &[]).1;
        assert!(notes(&["legal"], both.clone()).is_empty());
        assert!(notes(&["billing"], raw(json!(["legal"]))).is_empty());
        let told = notes(&["billing"], both);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("tenant.contact.types: "), "{told:?}");
        assert!(told[0].contains("company_billing"), "{told:?}");
    }

    #[test]
    fn an_empty_invoice_address_is_satisfied_by_the_email_address() {
        let live = [
            ("billing.fallbackInvoiceEmailAddress", secret("a@b.example")),
            ("billing.email", secret("a@b.example")),
        ];
        let wanted = [("billing.fallbackInvoiceEmailAddress", Leaf::Unset)];
        assert!(differing(&wanted, &live).is_empty());
    }

    #[test]
    fn a_state_goes_by_the_name_that_the_customer_has() {
        let state = |state: &str| [("billing.stateCountry", text(state))];
        let raw = json!({ "customer": { "StateCountryDescription": "Colorado" } });
        let found = |said: &str| settled(&state(said), &state(VAT), raw.clone(), &[]).0;
        assert!(found("colorado").is_empty());
        assert_eq!(found("Alabama"), ["billing.stateCountry"]);
    }

    #[test]
    fn blanks_around_a_text_and_the_case_of_an_id_are_no_difference() {
        let live = [
            ("billing.city", text("Sofia")),
            ("billing.bankAccount", secret("AL35 ")),
            ("billing.supportUser", text(VAT)),
        ];
        let wanted = [
            ("billing.city", text(" Sofia ")),
            ("billing.bankAccount", secret("AL35")),
            ("billing.supportUser", text(&VAT.to_uppercase())),
        ];
        assert!(differing(&wanted, &live).is_empty());
        assert_eq!(
            differing(&[("billing.city", text("SOFIA"))], &live),
            ["billing.city"]
        );
    }

    #[test]
    fn nothing_is_wanted_of_a_tenant_that_is_gone() {
        let record = Record {
            remote: RemoteId("r".to_owned()),
            tree: tree(&[("tenant.name", text("A"))]),
            unknown: Vec::new(),
            ended: Some("deleted".to_owned()),
            raw: Raw(json!({})),
        };
        let mut desired = tree(&[("tenant.name", text("B")), ("billing.city", text("Sofia"))]);
        settle(&mut Settling {
            desired: &mut desired,
            record: &record,
            lookups: &lookups(),
            notes: &mut Vec::new(),
            moved_on: &mut Vec::new(),
        });
        assert_eq!(desired.at("tenant.name"), Some(&text("A")));
        assert_eq!(desired.at("billing.city"), Some(&Leaf::Unset));
    }

    #[test]
    fn what_is_not_known_is_not_settled_and_the_reason_is_told() {
        let wanted = [("billing.tax", Leaf::Unset), ("billing.city", text(" "))];
        let raw = json!({ "customer": null, "problem": "two customers" });
        let (_, notes) = settled(&wanted, &[], raw, &["billing"]);
        assert_eq!(notes, ["two customers"]);
    }
}
