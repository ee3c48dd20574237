//! What is sent, held against the documents' own tables, which are written here
//! once more as data: every call, parameter, header and member, and the form of
//! every value.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trueup::{
    model::Facts,
    provider::{KindDef, Lookups},
    simulator::LogEntry,
};

use super::bench::{call_of, def, lookups, one, settle, world};
use crate::{
    laws::samples::{combines, values, with},
    support::world::World,
};

/// What a value must be.
#[derive(Clone, Copy)]
enum Form {
    Text,
    TextOrNull,
    Flag,
    FlagOrNull,
    Whole,
    /// An id in lower case.
    Id,
    /// An id in lower case, the zero id, empty text or null.
    IdOrNothing,
    OneOf(&'static [&'static str]),
    OneOfOrNull(&'static [&'static str]),
    /// Empty, or something on both sides of an `@`.
    Email,
    /// At least one of these names, none twice.
    Types,
    List,
    Object(&'static [Member]),
}

use Form::{
    Email, Flag, FlagOrNull, Id, IdOrNothing, List, Object, OneOf, OneOfOrNull, Text, TextOrNull,
    Types, Whole,
};

/// A member that a body may have; the last says whether it must.
type Member = (&'static str, Form, bool);

/// The contact of Account Management (3.4).
const CONTACT: &[Member] = &[
    ("email", Email, false),
    ("address1", TextOrNull, false),
    ("address2", TextOrNull, false),
    ("country", TextOrNull, false),
    ("state", TextOrNull, false),
    ("city", TextOrNull, false),
    ("zipcode", TextOrNull, false),
    ("phone", TextOrNull, false),
    ("firstname", TextOrNull, false),
    ("lastname", TextOrNull, false),
    ("title", TextOrNull, false),
    ("website", TextOrNull, false),
    ("industry", TextOrNull, false),
    ("organization_size", TextOrNull, false),
    ("aan", TextOrNull, false),
    ("language", TextOrNull, false),
    ("fax", TextOrNull, false),
    ("email_confirmed", FlagOrNull, false),
    ("types", Types, false),
];

const CONTACT_TYPES: [&str; 5] = ["legal", "primary", "billing", "technical", "management"];

const LOCK: &[Member] = &[("enabled", Flag, true)];

/// The body that creates a tenant (3.3).
const TENANT_POST: &[Member] = &[
    ("name", Text, true),
    ("parent_id", Id, true),
    ("kind", OneOf(&["customer"]), true),
    ("contact", Object(CONTACT), false),
    ("company_billing_contact", Object(CONTACT), false),
    ("enabled", Flag, false),
    ("customer_id", TextOrNull, false),
    ("internal_tag", TextOrNull, false),
    ("language", Text, false),
    ("default_idp_id", Id, false),
    ("update_lock", Object(LOCK), false),
    ("ancestral_access", Flag, false),
    (
        "settings",
        Object(&[("enhanced_security", Flag, false)]),
        false,
    ),
];

/// The body that changes a tenant (3.3), without what moves it, changes its kind
/// or has no effect.
const TENANT_PUT: &[Member] = &[
    ("version", Whole, true),
    ("name", Text, false),
    (
        "customer_type",
        OneOf(&[
            "default",
            "enterprise",
            "consumer",
            "small_office",
            "ti_unified",
        ]),
        false,
    ),
    ("contact", Object(CONTACT), false),
    ("enabled", Flag, false),
    ("customer_id", TextOrNull, false),
    ("internal_tag", TextOrNull, false),
    ("language", Text, false),
    ("default_idp_id", Id, false),
    ("update_lock", Object(LOCK), false),
    ("ancestral_access", Flag, false),
];

/// The body that changes the pricing (3.1 and 3.3).
const PRICING_PUT: &[Member] = &[
    ("version", Whole, true),
    ("mode", OneOf(&["trial", "production", "suspended"]), false),
    (
        "currency",
        OneOfOrNull(&[
            "AUD", "BRL", "CAD", "EUR", "CNY", "GBP", "JPY", "KZT", "NZD", "RUB", "USD", "ZAR",
        ]),
        false,
    ),
];

/// The members of a customer that can be written (4.3), and the three that tie
/// it to its tenant.
const CUSTOMER_PUT: &[Member] = &[
    ("Id", Id, false),
    ("Tenant", Id, true),
    ("ExternalTenantUUID", Id, true),
    ("Name", Text, true),
    ("DebtorCode", TextOrNull, false),
    ("Alias", Text, false),
    ("Status", Whole, false),
    ("Language", IdOrNothing, false),
    ("TaxExempt", Flag, false),
    ("Tax", IdOrNothing, false),
    ("Country", IdOrNothing, false),
    ("StateCountry", IdOrNothing, false),
    ("Street", Text, false),
    ("HouseNo", Text, false),
    ("HouseNoAdd", Text, false),
    ("BuildingName", TextOrNull, false),
    ("Zipcode", Text, false),
    ("City", Text, false),
    ("Domain", Text, false),
    ("Email", Text, false),
    ("FallbackInvoiceEmailAddress", Text, false),
    ("PhoneNumber", Text, false),
    ("Fax", Text, false),
    ("VATNumber", Text, false),
    ("BankAccount", Text, false),
    ("SendInvoiceByEmail", Flag, false),
    ("InvoiceRecipients", List, false),
    ("Addresses", List, false),
    ("TimeRegistrationRoundupTime", Whole, false),
    ("DaysOffPerYear", Whole, false),
    ("PaymentTerms", Whole, false),
    ("DirectDebit", Flag, false),
    ("SubtotalsOnInvoice", Flag, false),
    ("ConsolidateBilling", Flag, false),
    ("TrialAccount", Flag, false),
    ("LoginUserName", Text, false),
    ("DefaultSLA", IdOrNothing, false),
    ("SupportGroup", IdOrNothing, false),
    ("DefaultBusinessUnit", IdOrNothing, false),
    ("SupportUser", IdOrNothing, false),
    ("Category", IdOrNothing, false),
    ("Priority", IdOrNothing, false),
    ("CompanyType", Text, false),
    ("ParentCustomer", IdOrNothing, false),
    ("DefaultBillingEntity", IdOrNothing, false),
    ("InvoiceNotes", Text, false),
    ("ClientDocumentation", Text, false),
    ("OccupancyRateNotificationThreshold", Whole, false),
    ("TicketUpdateMandatory", FlagOrNull, false),
    ("AutoPause", FlagOrNull, false),
    ("CustomFields", List, false),
];

/// What a call's body must be.
enum Body {
    Nothing,
    /// The one form: that of the token.
    GrantForm,
    Json(&'static [Member]),
}

/// A documented call: verb and path, sets of parameters that go together, and
/// the body.
struct Documented {
    call: &'static str,
    queries: &'static [&'static [&'static str]],
    body: Body,
}

const fn documented(
    call: &'static str,
    queries: &'static [&'static [&'static str]],
    body: Body,
) -> Documented {
    Documented {
        call,
        queries,
        body,
    }
}

const CALLS: &[Documented] = &[
    documented("POST /idp/token", &[&[]], Body::GrantForm),
    documented("GET /clients/{id}", &[&[]], Body::Nothing),
    documented(
        "GET /tenants",
        &[
            &["limit", "subtree_root_id", "lod", "allow_deleted"],
            // The cursor carries the filters.
            &["limit", "after"],
            &["uuids", "lod"],
        ],
        Body::Nothing,
    ),
    documented("GET /tenants/{id}", &[&[]], Body::Nothing),
    documented("POST /tenants", &[&[]], Body::Json(TENANT_POST)),
    documented("PUT /tenants/{id}", &[&[]], Body::Json(TENANT_PUT)),
    documented("DELETE /tenants/{id}", &[&["version"]], Body::Nothing),
    documented("GET /tenants/{id}/pricing", &[&[]], Body::Nothing),
    documented("PUT /tenants/{id}/pricing", &[&[]], Body::Json(PRICING_PUT)),
    documented(
        "POST /Customer",
        &[
            &["Page", "PageSize"],
            &["Page", "PageSize", "Active"],
            &["id"],
        ],
        Body::Nothing,
    ),
    documented("PUT /Customers", &[&[]], Body::Json(CUSTOMER_PUT)),
    documented("GET /Taxes", &[&["Page", "PageSize"]], Body::Nothing),
    documented("GET /StaticFormData", &[&[]], Body::Nothing),
    documented("GET /BillingEntities", &[&[]], Body::Nothing),
];

/// Whether a parameter has its documented form.
fn parameter_fits(name: &str, value: &str) -> bool {
    match name {
        "limit" | "Page" | "PageSize" => value.parse::<u32>().is_ok_and(|number| number > 0),
        "version" => value.parse::<i64>().is_ok(),
        "subtree_root_id" | "uuids" | "id" => is_id(value),
        "lod" => value == "full",
        "allow_deleted" | "Active" => value == "true" || value == "false",
        _ => !value.is_empty(),
    }
}

fn is_id(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let is_lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    groups == [8, 4, 4, 4, 12] && text.bytes().all(is_lower)
}

fn fits(form: Form, value: &Value) -> Result<(), String> {
    let text = value.as_str();
    let is_one_of = |names: &[&str]| text.is_some_and(|text| names.contains(&text));
    let is_good = match form {
        Text => text.is_some(),
        TextOrNull => text.is_some() || value.is_null(),
        Flag => value.is_boolean(),
        FlagOrNull => value.is_boolean() || value.is_null(),
        Whole => value.is_i64(),
        Id => text.is_some_and(is_id),
        IdOrNothing => value.is_null() || text.is_some_and(|text| text.is_empty() || is_id(text)),
        OneOf(names) => is_one_of(names),
        OneOfOrNull(names) => value.is_null() || is_one_of(names),
        Email => text.is_some_and(|text| text.is_empty() || text.trim_matches('@').contains('@')),
        Types => value.as_array().is_some_and(|items| {
            let names: BTreeSet<&str> = items.iter().filter_map(Value::as_str).collect();
            !items.is_empty()
                && names.len() == items.len()
                && names.iter().all(|name| CONTACT_TYPES.contains(name))
        }),
        List => value.is_array(),
        Object(members) => return body_fits(members, value),
    };
    if is_good {
        Ok(())
    } else {
        Err(format!("cannot be {value}"))
    }
}

/// A closed body: nothing but the documented members, each in its form.
fn body_fits(members: &[Member], body: &Value) -> Result<(), String> {
    let body = body.as_object().ok_or("is no object")?;
    for (name, value) in body {
        let (_, form, _) = members
            .iter()
            .find(|(known, _, _)| known == name)
            .ok_or(format!("`{name}` is not documented"))?;
        fits(*form, value).map_err(|why| format!("`{name}` {why}"))?;
    }
    match members
        .iter()
        .find(|(name, _, must)| *must && !body.contains_key(*name))
    {
        Some((name, _, _)) => Err(format!("`{name}` is missing")),
        None => Ok(()),
    }
}

/// What is wrong with one request.
fn fault(entry: &LogEntry) -> Result<(), String> {
    let call = call_of(entry);
    let request = &entry.request;
    let documented = CALLS
        .iter()
        .find(|documented| documented.call == call)
        .ok_or(format!("`{call}` is not documented"))?;
    let names: BTreeSet<&str> = request
        .query
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let is_set = |set: &&&[&str]| set.iter().copied().collect::<BTreeSet<_>>() == names;
    if documented.queries.iter().find(is_set).is_none() {
        return Err(format!("the parameters {names:?} do not go together"));
    }
    for (name, value) in &request.query {
        if !parameter_fits(name, value) {
            return Err(format!("`{name}` cannot be `{value}`"));
        }
    }
    let scheme = match documented.body {
        Body::GrantForm => "Basic ",
        Body::Nothing | Body::Json(_) => "Bearer ",
    };
    if !request
        .header("authorization")
        .is_some_and(|text| text.starts_with(scheme))
    {
        return Err(format!("it is not authorised by {scheme}"));
    }
    let content_type = request.header("content-type");
    match documented.body {
        Body::Nothing => {
            let length = request.header("content-length");
            let is_told = request.method != "POST" || length == Some("0");
            if !request.body.is_empty() || content_type.is_some() || !is_told {
                return Err("it has a body, or does not say that it has none".to_owned());
            }
            Ok(())
        }
        Body::GrantForm => {
            let is_form = content_type == Some("application/x-www-form-urlencoded");
            if is_form && request.body == b"grant_type=client_credentials" {
                return Ok(());
            }
            Err("it is no grant of client credentials".to_owned())
        }
        Body::Json(members) => {
            if content_type != Some("application/json") {
                return Err(format!("its content type is {content_type:?}"));
            }
            body_fits(members, &request.json().ok_or("its body is no JSON")?)
        }
    }
}

/// A spec of all fields that go together, with the first or the second value of
/// each; and what a created record needs with everything else cleared.
fn specs(kind: &KindDef, tables: &Lookups) -> [Value; 3] {
    let (mut first, mut second, mut cleared) = (json!({}), json!({}), json!({}));
    let fields = kind.fields().iter().filter(|facts| combines(kind, facts));
    for facts in fields {
        let Some([one, two]) = values(kind, facts, tables) else {
            continue;
        };
        let path = facts.path.as_str();
        let is_empty = |facts: &Facts| facts.clearable && !facts.create_only;
        let later = if facts.create_only { &one } else { &two };
        let last = if is_empty(facts) { &Value::Null } else { later };
        first = with(first, path, &one);
        second = with(second, path, later);
        cleared = with(cleared, path, last);
    }
    [first, second, cleared]
}

/// Everything that can happen to a customer: made, changed, cleared, exempt,
/// ended.
async fn live_richly(world: &World) {
    let kind = &def().kinds[0];
    let tables = lookups(world).await;
    let [first, second, mut cleared] = specs(kind, &tables);
    for spec in [&first, &second, &cleared] {
        settle(world, &one(world, "rich", spec)).await;
    }
    cleared = with(cleared, "billing.taxExempt", &json!(true));
    settle(world, &one(world, "rich", &cleared)).await;
    let end = json!({ "on": "2026-11-02", "reason": "left" });
    settle(world, &one(world, "rich", &with(cleared, "end", &end))).await;
}

fn sent(world: &World, call: &str) -> BTreeSet<String> {
    let log = world.running.log();
    log.iter()
        .filter(|entry| call_of(entry) == call)
        .filter_map(|entry| entry.request.json())
        .flat_map(|body| body.as_object().cloned().unwrap_or_default())
        .map(|(name, _)| name)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rich_life_sends_nothing_but_what_is_documented() {
    for knobs in [
        &[][..],
        &[
            ("record", "manual"),
            ("limit_cap", "small"),
            ("fixture", "large"),
        ],
        &[
            ("unset_guid", "zero"),
            ("aa_unset_text", "sampled"),
            ("roundup_type", "number"),
        ],
    ] {
        let world = world(knobs).await;
        live_richly(&world).await;
        let log = world.running.log();
        let faults: BTreeSet<String> = log
            .iter()
            .filter_map(|entry| Some(format!("{}: {}", call_of(entry), fault(entry).err()?)))
            .collect();
        assert!(faults.is_empty(), "{knobs:?}: {faults:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rich_life_sends_everything_that_is_documented() {
    let world = world(&[]).await;
    live_richly(&world).await;
    for (call, members) in [
        ("POST /tenants", TENANT_POST),
        ("PUT /tenants/{id}", TENANT_PUT),
        ("PUT /tenants/{id}/pricing", PRICING_PUT),
        ("PUT /Customers", CUSTOMER_PUT),
    ] {
        let sent = sent(&world, call);
        let unsent: Vec<&str> = members
            .iter()
            .map(|(name, _, _)| *name)
            .filter(|name| !sent.contains(*name))
            // Our key is given at creation and never changes.
            .filter(|name| (call, *name) != ("PUT /tenants/{id}", "internal_tag"))
            .collect();
        assert!(unsent.is_empty(), "{call} never sends {unsent:?}");
    }
}

#[test]
fn the_tables_refuse_what_they_should() {
    for (members, body) in [
        (TENANT_PUT, json!({ "version": 1, "id": "x" })),
        (TENANT_PUT, json!({ "name": "A" })),
        (TENANT_PUT, json!({ "version": "1" })),
        (
            TENANT_PUT,
            json!({ "version": 1, "contact": { "email": null } }),
        ),
        (
            TENANT_PUT,
            json!({ "version": 1, "contact": { "types": [] } }),
        ),
        (
            PRICING_PUT,
            json!({ "version": 1, "production_start_date": "2026-01-01" }),
        ),
        (CUSTOMER_PUT, json!({ "Tier": "Tier 4" })),
    ] {
        assert!(body_fits(members, &body).is_err(), "{body}");
    }
    assert!(!is_id("48D06C90-F8A4-4726-A83C-A47DBB709F25"));
}
