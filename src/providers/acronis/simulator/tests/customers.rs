//! Customers: reading them, and the record that appears by itself.

use serde_json::{Value, json};

use super::{
    super::{fixtures::PARTNER_ID, lookups::ALABAMA},
    bench::{Bench, row, text},
};

const UNKNOWN: &str = "ffffffff-1111-4111-8111-111111111111";

#[test]
fn the_fixture_has_the_customers_that_the_contract_asks_for() {
    let mut bench = Bench::new();
    let bare = bench.customer("Northlight Studio");
    assert_eq!(bare["PaidAccount"], false);
    assert_eq!(bare["Tax"], Value::Null);
    assert_eq!(bare["Street"], "");
    assert_eq!(bare["Alias"], "Northlight Studio");
    assert_eq!(bare["DebtorCode"], Value::Null);
    assert_eq!(bare["TimeRegistrationRoundupTime"], "10");
    assert_eq!(bare["DaysOffPerYear"], 15);
    assert_eq!(bare["PaymentTerms"], 14);
    assert_eq!(bare["OccupancyRateNotificationThreshold"], 85);
    assert_eq!(bare["DefaultSLA"], "63b75905-10d4-44e9-ba1e-7aa2eff4100b");
    assert_eq!(bare["CountryDescription"], "United States");
    assert_eq!(bare["StateCountryDescription"], Value::Null);
    assert_eq!(bare["CreationDate"], Value::Null, "the list alone has it");

    let filled = bench.customer("Bergmann Logistik GmbH");
    assert_eq!(filled["Alias"], "Bergmann");
    assert_eq!(filled["CountryDescription"], "Germany");
    assert_eq!(filled["TimeRegistrationRoundupTime"], "15");

    let exempt = bench.customer("Saint Anne Foundation");
    assert_eq!(exempt["TaxExempt"], true);
    assert_eq!(exempt["StateCountry"], ALABAMA);
    assert_eq!(exempt["StateCountryDescription"], "Alabama");

    let unlinked = bench.customer("Walk-in Trade");
    assert_eq!(unlinked["ExternalTenantUUID"], Value::Null);
    assert_eq!(unlinked["ExternalTenantId"], Value::Null);
    let list = bench.list(&[]);
    let listed = row(&list["Customers"], "Name", "Northlight Studio");
    assert_eq!(listed["CreationDate"], "2025-03-03T08:15:00.407");
    assert_eq!(listed["StatusTranslation"], "Customer");
}

#[test]
fn an_unknown_customer_is_answered_in_three_ways() {
    let mut bench = Bench::new();
    let (status, body) = bench.call("POST", "/Customer", &[("id", UNKNOWN)], None);
    assert_eq!(status, 404);
    assert_eq!(body["error"]["code"], 404);
    bench.set("aa_not_found", "message");
    let (status, body) = bench.call("POST", "/Customer", &[("id", UNKNOWN)], None);
    assert_eq!(
        (status, body),
        (404, json!({ "Message": "No such customer." }))
    );
    bench.set("aa_not_found", "null");
    let (status, body) = bench.call("POST", "/Customer", &[("id", UNKNOWN)], None);
    assert_eq!((status, body), (200, Value::Null));
}

#[test]
fn a_new_tenant_gets_a_bare_record_and_a_group() {
    let mut bench = Bench::new();
    let contact = json!({ "email": "office@alpha.example" });
    let tenant = bench.create("Alpha", &json!({ "contact": contact }));
    let record = bench.customer("Alpha");
    assert_eq!(record["ExternalTenantUUID"], tenant["id"]);
    assert_eq!(record["Email"], "office@alpha.example");
    assert_eq!(
        record["FallbackInvoiceEmailAddress"],
        "office@alpha.example"
    );
    assert_eq!(record["PaidAccount"], false);
    let query = [("getGroups", "true"), ("id", &*text(&record, "Id"))];
    let groups = bench.get("/Group", &query);
    assert_eq!(groups["groups"][0]["Name"], "AlphaGroup");
    assert_eq!(groups["groups"][0]["Id"], record["DefaultBusinessUnit"]);

    bench.set("record_copies", "name");
    bench.create(
        "Beta",
        &json!({ "contact": { "email": "office@beta.example" } }),
    );
    assert_eq!(bench.customer("Beta")["Email"], "");
    bench.set("record", "manual");
    bench.create("Gamma", &json!({}));
    assert!(!bench.names(&[]).contains(&"Gamma".to_owned()));
}

#[test]
fn only_customers_of_the_partner_get_a_record() {
    let mut bench = Bench::new();
    let before = bench.names(&[]);
    let body = json!({ "name": "Folder", "kind": "folder", "parent_id": PARTNER_ID });
    assert_eq!(bench.call("POST", "/tenants", &[], Some(&body)).0, 201);
    assert_eq!(bench.names(&[]), before);
}

#[test]
fn a_late_record_appears_after_five_seconds() {
    let mut bench = Bench::with(&[("record_delay", "late")]);
    bench.create("Alpha", &json!({}));
    assert!(!bench.names(&[]).contains(&"Alpha".to_owned()));
    bench.clock.advance(4);
    assert!(!bench.names(&[]).contains(&"Alpha".to_owned()));
    bench.clock.advance(1);
    assert!(bench.names(&[]).contains(&"Alpha".to_owned()));
}

#[test]
fn a_late_record_appears_after_three_reads_at_a_standing_clock() {
    let mut bench = Bench::with(&[("record_delay", "late")]);
    bench.create("Alpha", &json!({}));
    let list = bench.list(&[]);
    let id = text(&row(&list["Customers"], "Name", "Northlight Studio"), "Id");
    bench.detail(&id);
    assert!(!bench.names(&[]).contains(&"Alpha".to_owned()));
    assert!(bench.names(&[]).contains(&"Alpha".to_owned()));
}

#[test]
fn an_ended_tenant_leaves_the_active_customers() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({ "enabled": false }));
    let id = text(&bench.customer("Alpha"), "Id");
    let alpha = "Alpha".to_owned();
    assert!(bench.names(&[("Active", "true")]).contains(&alpha));
    bench.set("disabled_is_inactive", "yes");
    assert!(!bench.names(&[("Active", "true")]).contains(&alpha));
    assert_eq!(bench.names(&[("Active", "false")]), ["Alpha"]);
    assert!(bench.names(&[]).contains(&alpha));
    bench.set("omitted_active", "active");
    assert!(!bench.names(&[]).contains(&alpha));
    bench.set("omitted_active", "both");
    bench.set("disabled_is_inactive", "no");

    let path = format!("/tenants/{}", text(&tenant, "id"));
    bench.call("DELETE", &path, &[("version", "1")], None);
    assert!(!bench.names(&[("Active", "true")]).contains(&alpha));
    assert!(bench.names(&[]).contains(&alpha));
    assert_eq!(bench.detail(&id)["Name"], "Alpha");
    bench.set("deleted_record", "gone");
    assert!(!bench.names(&[]).contains(&alpha));
    let (status, _) = bench.call("POST", "/Customer", &[("id", &id)], None);
    assert_eq!(status, 404);
}

#[test]
fn later_changes_of_a_tenant_stay_there_or_not() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({}));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    bench.put(&path, &json!({ "version": 1, "name": "Beta" }));
    bench.customer("Alpha");
    bench.set("rename_reaches_record", "yes");
    bench.put(&path, &json!({ "version": 2, "name": "Gamma" }));
    let record = bench.customer("Gamma");
    assert_eq!(record["Alias"], "Gamma");
}

#[test]
fn unset_values_are_written_in_three_ways() {
    let mut bench = Bench::new();
    let zero = "00000000-0000-0000-0000-000000000000";
    let cases = [
        ("null", Value::Null),
        ("zero", json!(zero)),
        ("empty", json!("")),
    ];
    for (knob, expected) in cases {
        bench.set("unset_guid", knob);
        let record = bench.customer("Walk-in Trade");
        for field in [
            "Tax",
            "StateCountry",
            "ParentCustomer",
            "ExternalTenantUUID",
        ] {
            assert_eq!(record[field], expected, "{field}");
        }
        assert_eq!(record["Tier3Id"], zero);
    }
    for (knob, city, building) in [
        ("sampled", json!(""), Value::Null),
        ("null", Value::Null, Value::Null),
        ("empty", json!(""), json!("")),
    ] {
        bench.set("aa_unset_text", knob);
        let record = bench.customer("Walk-in Trade");
        assert_eq!(record["City"], city, "{knob}");
        assert_eq!(record["BuildingName"], building, "{knob}");
    }
    bench.set("roundup_type", "number");
    assert_eq!(
        bench.customer("Walk-in Trade")["TimeRegistrationRoundupTime"],
        10
    );
}
