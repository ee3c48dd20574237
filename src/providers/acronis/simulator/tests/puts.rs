//! `PUT /Customers`: what it finds, what it keeps, what it refuses.

use serde_json::{Value, json};

use super::{
    super::fixtures::{DEFAULT_TAX, PARTNER_ID},
    bench::{Bench, text},
};

const ZERO: &str = "00000000-0000-0000-0000-000000000000";

fn put(bench: &mut Bench, body: &Value) -> Value {
    let (status, answer) = bench.put("/Customers", body);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn refused(bench: &mut Bench, body: &Value) -> String {
    let (status, answer) = bench.put("/Customers", body);
    assert_eq!(status, 400, "{answer}");
    text(&answer, "Message")
}

/// The customer with billing information, and a body that has little to say.
fn partial(bench: &mut Bench) -> (Value, Value) {
    let before = bench.customer("Bergmann Logistik GmbH");
    let body = json!({
        "Id": before["Id"],
        "Tenant": PARTNER_ID,
        "Name": "Bergmann Logistik GmbH",
        "PaymentTerms": 45,
    });
    (before, body)
}

#[test]
fn a_partial_body_resets_what_it_leaves_out() {
    let mut bench = Bench::new();
    let (before, body) = partial(&mut bench);
    let after = put(&mut bench, &body);
    assert_eq!(after["PaymentTerms"], 45);
    for kept in ["Status", "Language", "Country", "CompanyType"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    for (field, value) in [
        ("Alias", json!("Bergmann Logistik GmbH")),
        ("Tax", Value::Null),
        ("Street", json!("")),
        ("Email", json!("")),
        ("FallbackInvoiceEmailAddress", json!("")),
        ("BankAccount", json!("")),
        ("BuildingName", Value::Null),
        ("DebtorCode", Value::Null),
        ("DefaultSLA", json!(ZERO)),
        ("DefaultBusinessUnit", json!(ZERO)),
        ("Priority", json!(ZERO)),
        ("Category", Value::Null),
        ("DefaultBillingEntity", Value::Null),
        ("TimeRegistrationRoundupTime", Value::Null),
        ("DaysOffPerYear", json!(0)),
        ("OccupancyRateNotificationThreshold", json!(0)),
        ("SendInvoiceByEmail", json!(false)),
    ] {
        assert_eq!(after[field], value, "{field}");
    }
    for derived in ["ADSyncID", "ExternalTenantUUID", "LoginUserName", "Tenant"] {
        assert_eq!(after[derived], before[derived], "{derived}");
    }
}

#[test]
fn each_replacing_mode_lets_other_fields_fall() {
    let mut bench = Bench::with(&[("put", "replace_all")]);
    let (_, body) = partial(&mut bench);
    let after = put(&mut bench, &body);
    assert_eq!(after["Status"], 0);
    assert_eq!(after["Language"], ZERO);
    assert_eq!(after["CountryDescription"], Value::Null);
    assert_eq!(after["CompanyType"], "");

    let mut bench = Bench::with(&[("put", "merge")]);
    let (before, body) = partial(&mut bench);
    let after = put(&mut bench, &body);
    assert_eq!(after["Street"], before["Street"]);
    assert_eq!(after["PaymentTerms"], 45);
    let without_name = json!({ "Id": before["Id"], "PaymentTerms": 46 });
    assert_eq!(put(&mut bench, &without_name)["Name"], before["Name"]);
}

#[test]
fn the_first_put_keeps_the_automatic_values_unless_the_knob_says_otherwise() {
    for (mode, expected) in [
        ("replace", "63b75905-10d4-44e9-ba1e-7aa2eff4100b"),
        ("replace_all", "63b75905-10d4-44e9-ba1e-7aa2eff4100b"),
        ("replace_also_first", ZERO),
    ] {
        let mut bench = Bench::with(&[("put", mode)]);
        let before = bench.customer("Northlight Studio");
        let body = json!({ "Id": before["Id"], "Name": "Northlight Studio" });
        let after = put(&mut bench, &body);
        assert_eq!(after["DefaultSLA"], expected, "{mode}");
        assert_eq!(after["Language"], before["Language"], "{mode}");
        assert_eq!(after["PaidAccount"], true);
    }
}

#[test]
fn what_was_read_can_be_written_back_without_a_change() {
    let mut bench = Bench::new();
    for name in ["Bergmann Logistik GmbH", "Saint Anne Foundation"] {
        let before = bench.customer(name);
        assert_eq!(put(&mut bench, &before), before);
    }
}

#[test]
fn the_roundup_takes_numbers_and_text() {
    let mut bench = Bench::new();
    let mut body = bench.customer("Bergmann Logistik GmbH");
    for (sent, answered) in [(json!(20), "20"), (json!("25"), "25")] {
        body["TimeRegistrationRoundupTime"] = sent;
        let answer = put(&mut bench, &body);
        assert_eq!(answer["TimeRegistrationRoundupTime"], answered);
    }
    body["TimeRegistrationRoundupTime"] = json!("soon");
    let message = refused(&mut bench, &body);
    assert_eq!(
        message,
        "The TimeRegistrationRoundupTime value is not valid."
    );
}

#[test]
fn wrong_values_are_refused_and_change_nothing() {
    let mut bench = Bench::new();
    let before = bench.customer("Bergmann Logistik GmbH");
    let unknown = "ffffffff-0000-4000-8000-000000000000";
    let group_of_other = bench.customer("Northlight Studio")["DefaultBusinessUnit"].clone();
    for (field, value, message) in [
        ("Name", json!(""), "Name is required."),
        ("Tax", json!(unknown), "The Tax reference is not known."),
        (
            "Country",
            json!(unknown),
            "The Country reference is not known.",
        ),
        (
            "StateCountry",
            json!(unknown),
            "The StateCountry reference is not known.",
        ),
        (
            "DefaultSLA",
            json!(unknown),
            "The DefaultSLA reference is not known.",
        ),
        (
            "SupportGroup",
            group_of_other.clone(),
            "The SupportGroup reference is not known.",
        ),
        (
            "DefaultBusinessUnit",
            group_of_other,
            "The DefaultBusinessUnit reference is not known.",
        ),
        (
            "ParentCustomer",
            before["Id"].clone(),
            "The ParentCustomer reference is not known.",
        ),
        (
            "CompanyType",
            json!("Guild"),
            "The CompanyType reference is not known.",
        ),
        (
            "Tax",
            json!(DEFAULT_TAX.to_uppercase()),
            "The Tax value is not valid.",
        ),
        (
            "PaymentTerms",
            json!("14"),
            "The PaymentTerms value is not valid.",
        ),
        (
            "DirectDebit",
            json!("false"),
            "The DirectDebit value is not valid.",
        ),
        ("Street", json!(5), "The Street value is not valid."),
    ] {
        let mut body = before.clone();
        body[field] = value;
        assert_eq!(refused(&mut bench, &body), message);
    }
    let name = "Bergmann Logistik GmbH";
    assert_eq!(bench.customer(name), before);
}

#[test]
fn an_unknown_state_may_be_stored() {
    let mut bench = Bench::new();
    bench.set("unknown_state", "accept");
    let unknown = "ffffffff-0000-4000-8000-000000000000";
    let mut body = bench.customer("Bergmann Logistik GmbH");
    body["StateCountry"] = json!(unknown);
    let answer = put(&mut bench, &body);
    assert_eq!(answer["StateCountry"], unknown);
    assert_eq!(answer["StateCountryDescription"], Value::Null);
}

#[test]
fn an_id_means_that_record_or_none() {
    let mut bench = Bench::new();
    let unknown = "ffffffff-0000-4000-8000-000000000000";
    let body = json!({ "Id": unknown, "Name": "Northlight Studio" });
    assert_eq!(bench.put("/Customers", &body).0, 404);
    bench.set("unknown_id", "create");
    let body = json!({ "Id": unknown, "Name": "Newcomer" });
    assert_ne!(put(&mut bench, &body)["Id"], unknown);
    let list = bench.list(&[]);
    let partner = &list["Customers"][0];
    let body = json!({ "Id": partner["Id"], "Name": "Mine" });
    refused(&mut bench, &body);
}

#[test]
fn without_an_id_the_sent_uuid_decides() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({}));
    let record = bench.customer("Alpha");
    for key in ["ExternalTenantUUID", "Tenant"] {
        let mut body = json!({ "Name": "Alpha Holding" });
        body[key] = tenant["id"].clone();
        assert_eq!(put(&mut bench, &body)["Id"], record["Id"], "{key}");
    }
    // A zero id is none.
    let body = json!({ "Id": ZERO, "Name": "Beta", "ExternalTenantUUID": tenant["id"] });
    assert_eq!(put(&mut bench, &body)["Id"], record["Id"]);
}

#[test]
fn an_unknown_uuid_may_land_on_a_customer_of_the_same_name() {
    let mut bench = Bench::new();
    let other = bench.customer("Bergmann Logistik GmbH");
    let body = json!({
        "Name": "Bergmann Logistik GmbH",
        "ExternalTenantUUID": "ffffffff-0000-4000-8000-000000000000",
        "BankAccount": "overwritten",
    });
    let answer = put(&mut bench, &body);
    assert_eq!(answer["Id"], other["Id"]);
    assert_eq!(answer["ExternalTenantUUID"], other["ExternalTenantUUID"]);
    bench.set("match_by_name", "off");
    let answer = put(&mut bench, &body);
    assert_ne!(answer["Id"], other["Id"]);
    assert_eq!(answer["ExternalTenantUUID"], Value::Null);
}

#[test]
fn linking_by_name_and_never() {
    let mut bench = Bench::with(&[("record", "manual"), ("link", "name")]);
    let tenant = bench.create("Alpha", &json!({}));
    let other = bench.create("Beta", &json!({}));
    let body = json!({ "Name": "Alpha", "ExternalTenantUUID": other["id"] });
    assert_eq!(put(&mut bench, &body)["ExternalTenantUUID"], tenant["id"]);
    let body = json!({ "Name": "Gamma", "ExternalTenantUUID": other["id"] });
    assert_eq!(put(&mut bench, &body)["ExternalTenantUUID"], Value::Null);

    bench.set("link", "never");
    let body = json!({ "Name": "Alpha", "ExternalTenantUUID": tenant["id"] });
    let answer = put(&mut bench, &body);
    assert_eq!(answer["ExternalTenantUUID"], Value::Null);
    let names = bench.names(&[]);
    assert_eq!(names.iter().filter(|name| *name == "Alpha").count(), 2);
}

#[test]
fn unset_copies_follow_or_stay() {
    let written = |bench: &mut Bench, name: &str, alias: Option<Value>| {
        let mut body = bench.customer("Northlight Studio");
        body["Name"] = json!(name);
        let fields = body.as_object_mut().expect("an object");
        match alias {
            Some(alias) => fields.insert("Alias".to_owned(), alias),
            None => fields.remove("Alias"),
        };
        put(bench, &body)
    };
    let mut bench = Bench::with(&[("put", "merge")]);
    let answer = written(&mut bench, "Northlight", None);
    assert_eq!(answer["Alias"], "Northlight", "an unset alias follows");

    let mut bench = Bench::with(&[("put", "merge"), ("unset_copies", "stay")]);
    written(&mut bench, "Northlight Studio", None);
    let answer = written(&mut bench, "Northlight", None);
    assert_eq!(answer["Alias"], "Northlight Studio");

    for (mode, alias) in [
        ("follow", "Northlight Studio"),
        ("follow_equal", "Northlight"),
    ] {
        let mut bench = Bench::with(&[("unset_copies", mode)]);
        let sent = json!("Northlight Studio");
        let answer = written(&mut bench, "Northlight", Some(sent));
        assert_eq!(answer["Alias"], alias, "{mode}");
    }
}

#[test]
fn an_absent_tax_stays_absent_or_becomes_the_default() {
    let mut bench = Bench::new();
    let mut body = bench.customer("Northlight Studio");
    body["Tax"] = json!("");
    assert_eq!(put(&mut bench, &body)["Tax"], Value::Null);
    bench.set("absent_tax", "default");
    assert_eq!(put(&mut bench, &body)["Tax"], DEFAULT_TAX);
}

#[test]
fn keys_of_nobody_are_ignored_or_refused() {
    let mut bench = Bench::new();
    let mut body = bench.customer("Northlight Studio");
    body["Incasso"] = json!(true);
    assert_eq!(put(&mut bench, &body).get("Incasso"), None);
    bench.set("unknown_keys", "refuse");
    let message = "The key Incasso is not known.";
    assert_eq!(refused(&mut bench, &body), message);
    bench.set("aa_error_body", "envelope");
    let (status, answer) = bench.put("/Customers", &body);
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["message"], message);
    bench.set("aa_error_body", "text");
    assert_eq!(bench.put("/Customers", &body), (400, Value::Null));
}

#[test]
fn the_login_is_set_at_creation_only() {
    let mut bench = Bench::with(&[("record", "manual")]);
    bench.create("Alpha", &json!({}));
    let body = json!({ "Name": "Alpha", "LoginUserName": "first@alpha.example" });
    let created = put(&mut bench, &body);
    assert_eq!(created["LoginUserName"], "first@alpha.example");
    let mut body = created;
    body["LoginUserName"] = json!("second@alpha.example");
    assert_eq!(
        put(&mut bench, &body)["LoginUserName"],
        "first@alpha.example"
    );
}
