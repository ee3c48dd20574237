//! Knobs of Account Management that no other test turns, and laws of them all.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{fixtures::PARTNER_ID, knobs::KNOBS},
    bench::{Bench, header, json_of, request, text},
};

#[test]
fn every_knob_has_a_choice_and_a_sentence() {
    let mut names = BTreeSet::new();
    for knob in KNOBS {
        assert!(names.insert(knob.name), "{} twice", knob.name);
        let distinct: BTreeSet<_> = knob.values.iter().collect();
        assert!(distinct.len() >= 2, "{}", knob.name);
        assert_eq!(distinct.len(), knob.values.len(), "{}", knob.name);
        assert!(knob.meaning.ends_with('.'), "{}", knob.name);
    }
}

#[test]
fn a_plain_round_works_at_every_value_of_every_knob() {
    for knob in KNOBS {
        for value in knob.values {
            let mut bench = Bench::with(&[(knob.name, value)]);
            let contact = json!({ "email": "office@alpha.example" });
            let tenant = bench.create("Alpha", &json!({ "contact": contact }));
            let body = json!({
                "Name": "Alpha",
                "ExternalTenantUUID": tenant["id"],
                "Tenant": PARTNER_ID,
                "PaymentTerms": 30,
            });
            let (status, written) = bench.put("/Customers", &body);
            assert_eq!(status, 200, "{}={value}: {written}", knob.name);
            let read = bench.detail(&text(&written, "Id"));
            assert_eq!(read, written, "{}={value}", knob.name);
            assert_eq!(read["PaymentTerms"], 30);
        }
    }
}

#[test]
fn names_are_unique_in_the_scope_of_the_knob() {
    let status = |scope: &str, name: &str| {
        let mut bench = Bench::with(&[("tenant_name_scope", scope)]);
        let gone = bench.create("Gone", &json!({ "enabled": false }));
        let path = format!("/tenants/{}", text(&gone, "id"));
        bench.call("DELETE", &path, &[("version", "1")], None);
        let body = json!({ "name": name, "kind": "customer", "parent_id": PARTNER_ID });
        bench.call("POST", "/tenants", &[], Some(&body)).0
    };
    for (scope, expected) in [
        ("tree", [409, 409, 201, 201]),
        ("siblings", [409, 201, 201, 201]),
        ("case_insensitive", [409, 409, 409, 201]),
        ("deleted_hold", [409, 409, 201, 409]),
    ] {
        let names = [
            "Northlight Studio",
            "Out of Sight Ltd",
            "NORTHLIGHT studio",
            "Gone",
        ];
        let found = names.map(|name| status(scope, name));
        assert_eq!(found, expected, "{scope}");
    }
}

#[test]
fn versions_count_or_are_milliseconds() {
    let mut bench = Bench::with(&[("version", "ms")]);
    let tenant = bench.create("Alpha", &json!({}));
    let now = bench.clock.now().as_millisecond();
    assert_eq!(tenant["version"], now);
    let path = format!("/tenants/{}", text(&tenant, "id"));
    let body = json!({ "version": now, "customer_id": "1" });
    assert_eq!(bench.put(&path, &body).1["version"], now + 1);
    bench.clock.advance(5);
    let body = json!({ "version": now + 1, "customer_id": "2" });
    assert_eq!(bench.put(&path, &body).1["version"], now + 5_000);
}

#[test]
fn contacts_are_merged_or_replaced() {
    for (mode, city) in [("merge", json!("Denver")), ("replace", Value::Null)] {
        let mut bench = Bench::with(&[("contact_put", mode)]);
        let contact = json!({ "city": "Denver", "phone": "1" });
        let tenant = bench.create("Alpha", &json!({ "contact": contact }));
        let path = format!("/tenants/{}", text(&tenant, "id"));
        let body = json!({ "version": 1, "contact": { "phone": "2" } });
        let (_, changed) = bench.put(&path, &body);
        assert_eq!(changed["contact"]["city"], city, "{mode}");
        assert_eq!(changed["contact"]["phone"], "2");
        assert_eq!(changed["contact"]["id"], tenant["contact"]["id"]);
    }
}

#[test]
fn unset_text_is_null_or_empty() {
    let mut bench = Bench::new();
    let tenant = bench.tenant("Northlight Studio");
    assert_eq!(tenant["contact"]["city"], Value::Null);
    assert_eq!(tenant["contact"]["lastname"], "");
    bench.set("unset_text", "empty");
    let tenant = bench.tenant("Northlight Studio");
    assert_eq!(tenant["contact"]["city"], "");
    assert_eq!(
        tenant["customer_id"],
        Value::Null,
        "only the contact changes"
    );
}

#[test]
fn timestamps_end_in_three_ways() {
    let mut bench = Bench::new();
    for (zone, end) in [("none", ""), ("utc", "Z"), ("offset", "+00:00")] {
        bench.set("timestamp_zone", zone);
        let tenant = bench.tenant("Northlight Studio");
        let expected = format!("2025-03-03T08:15:00{end}");
        assert_eq!(tenant["created_at"], expected);
        assert_eq!(tenant["contact"]["created_at"], expected);
        assert_eq!(tenant["deleted_at"], Value::Null);
    }
}

#[test]
fn languages_and_blanks_come_back_as_the_knobs_say() {
    let mut bench = Bench::with(&[("language_separator", "underscore"), ("trim_text", "yes")]);
    let more = json!({ "language": "pt-BR", "contact": { "city": " Porto " } });
    let tenant = bench.create("  Alpha  ", &more);
    assert_eq!(tenant["language"], "pt_BR");
    assert_eq!(tenant["name"], "Alpha");
    assert_eq!(tenant["contact"]["city"], "Porto");
    bench.set("trim_text", "no");
    bench.set("language_separator", "as_sent");
    let tenant = bench.create("  Alpha  ", &more);
    assert_eq!(tenant["language"], "pt-BR");
    assert_eq!(tenant["name"], "  Alpha  ");
}

#[test]
fn errors_take_the_shape_of_the_knobs() {
    let mut bench = Bench::with(&[("platform_status", "bad_request"), ("am_not_found", "full")]);
    let body = json!({ "name": "Northlight Studio", "kind": "customer", "parent_id": PARTNER_ID });
    let (status, answer) = bench.call("POST", "/tenants", &[], Some(&body));
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["code"], 1004);
    bench.set("platform_status", "mapped");
    let (status, answer) = bench.call("GET", "/tenants/nobody", &[], None);
    assert_eq!(status, 404);
    assert_eq!(answer["error"]["code"], 1005);
    assert!(answer["error"]["details"].is_object());

    let mut missing = request("PUT", "/api/advanced-automation/v1/Customers", &[]);
    let bearer = format!("Bearer {}", bench.token);
    header(&mut missing, "authorization", &bearer);
    missing.body = json!({ "Name": "x" }).to_string().into_bytes();
    let response = bench.send(&missing);
    assert_eq!(response.status, 415);
    assert_eq!(json_of(&response)["error"]["code"], 415);
    bench.set("aa_missing_content_type", "message");
    let response = bench.send(&missing);
    assert_eq!(
        json_of(&response),
        json!({ "Message": "Unsupported Media Type" })
    );
}

#[test]
fn a_deletion_reports_the_fault_that_the_knob_looks_for_first() {
    for (order, expected) in [
        ("lock_version_enabled", 1001),
        ("version_lock_enabled", 1001),
        ("enabled_version_lock", 1006),
    ] {
        let mut bench = Bench::with(&[("check_order", order)]);
        let tenant = bench.create("Alpha", &json!({}));
        let path = format!("/tenants/{}", text(&tenant, "id"));
        let (_, answer) = bench.call("DELETE", &path, &[("version", "9")], None);
        assert_eq!(answer["error"]["code"], expected, "{order}");
    }
}
