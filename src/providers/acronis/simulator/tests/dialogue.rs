//! The requests of the page on billing information, one after another.

use serde_json::{Value, json};

use super::{
    super::{customers::FIELDS, fixtures},
    bench::{Bench, text},
};

const BULGARIA: &str = "b28c162b-007a-42a1-ba97-d798e9e26909";
const ENGLISH: &str = "48d06c90-f8a4-4726-a83c-a47dbb709f25";

fn create_foobar(bench: &mut Bench) -> Value {
    let contact = json!({
        "address1": "24",
        "address2": "Esenni motivi",
        "email": "foo.bar@example.com",
        "phone": "083 2222 588",
        "zipcode": "1330",
        "city": "Sofia",
        "country": "Bulgaria",
    });
    bench.create("Foobar", &json!({ "language": "en", "contact": contact }))
}

fn billing_information() -> Value {
    json!({
        "Tenant": fixtures::PARTNER_ID,
        "Name": "New Customer",
        "TaxExempt": false,
        "Tax": "bc814c40-9114-4329-8eb5-5b1e89270afb",
        "Language": ENGLISH,
        "Country": BULGARIA,
        "BankAccount": "AL35202111090000000001234567",
        "VATNumber": "A23456789B",
        "TrialAccount": false,
        "DaysOffPerYear": 15,
        "TimeRegistrationRoundupTime": 10,
        "PaymentTerms": 14,
        "LoginUserName": "foo.bar@example.com",
        "SubtotalsOnInvoice": false,
        "DirectDebit": false,
        "SendInvoiceByEmail": false,
        "HouseNo": "24",
        "Street": "Esenni motivi",
        "Zipcode": "1330",
        "City": "Sofia",
        "PhoneNumber": "083 2222 588",
        "Email": "foo.bar@example.com",
    })
}

#[test]
fn the_page_can_be_followed_word_for_word() {
    let mut bench = Bench::new();
    let tenant = create_foobar(&mut bench);
    assert_eq!(tenant["version"], 1);
    assert_eq!(tenant["enabled"], true);
    assert_eq!(tenant["pricing_mode"], "trial");

    let (status, answer) = bench.put("/Customers", &billing_information());
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["ExternalTenantUUID"], tenant["id"]);
    assert_eq!(answer["ExternalTenantId"], "2360");
    assert_eq!(answer["Tenant"], "0dc377ec-e970-42e2-9e95-7ff9d8b05c11");
    assert_ne!(answer["Id"], tenant["id"]);
    assert_eq!(answer["Name"], "New Customer");
    assert_eq!(answer["Alias"], "New Customer");
    assert_eq!(answer["FallbackInvoiceEmailAddress"], "foo.bar@example.com");
    assert_eq!(answer["TimeRegistrationRoundupTime"], "10");
    assert_eq!(answer["CountryDescription"], "Bulgaria");
    assert_eq!(answer["PaidAccount"], true);
    assert_eq!(answer["Status"], 2);
    assert_eq!(answer["Tier"], "Tier 4");

    // The automatic record was found, so that there is still one customer.
    let names = bench.names(&[]);
    assert_eq!(
        names.iter().filter(|name| *name == "New Customer").count(),
        1
    );
    assert!(!names.contains(&"Foobar".to_owned()), "{names:?}");
}

#[test]
fn the_page_works_without_an_automatic_record_too() {
    for knob in [("record", "manual"), ("record_delay", "late")] {
        let mut bench = Bench::with(&[knob]);
        let tenant = create_foobar(&mut bench);
        let (status, answer) = bench.put("/Customers", &billing_information());
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["ExternalTenantUUID"], tenant["id"], "{knob:?}");
        assert_eq!(answer["LoginUserName"], "foo.bar@example.com");

        // A late record does not come on top.
        bench.clock.advance(60);
        let rows = bench.list(&[])["Customers"].clone();
        let rows = rows.as_array().expect("a list");
        let of_tenant = rows
            .iter()
            .filter(|row| row["ExternalTenantUUID"] == tenant["id"]);
        assert_eq!(of_tenant.count(), 1, "{knob:?}");
    }
}

#[test]
fn the_page_s_exempt_customer_gets_the_default_tax() {
    let mut bench = Bench::new();
    create_foobar(&mut bench);
    let mut body = billing_information();
    body["TaxExempt"] = json!(true);
    body["Tax"] = json!("");
    let (status, answer) = bench.put("/Customers", &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["TaxExempt"], true);
    assert_eq!(answer["Tax"], "bc814c40-9114-4329-8eb5-5b1e89270afb");

    bench.set("exempt_tax", "unset");
    let (_, answer) = bench.put("/Customers", &body);
    assert_eq!(answer["Tax"], Value::Null);
}

#[test]
fn every_customer_answer_has_all_71_fields() {
    let mut bench = Bench::new();
    let mut expected: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(expected.len(), 71);
    expected.sort_unstable();
    let list = bench.list(&[]);
    let rows = list["Customers"].as_array().expect("a list").clone();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert_eq!(row.as_object().expect("an object").len(), 21);
        let detail = bench.detail(&text(&row, "Id"));
        let object = detail.as_object().expect("an object");
        let found: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(found, expected);
    }
}
