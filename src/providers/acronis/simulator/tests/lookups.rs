//! The look-ups and the taxes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::fixtures::{DEFAULT_TAX, PARTNER_KEY},
    bench::{Bench, row, text},
};

#[test]
fn static_form_data_has_every_look_up() {
    let mut bench = Bench::new();
    let data = bench.get("/StaticFormData", &[]);
    assert_eq!(data["TenantKey"], PARTNER_KEY);
    let countries = data["Countries"].as_object().expect("a map");
    assert!(countries.len() >= 110, "{}", countries.len());
    for (id, name) in [
        ("b28c162b-007a-42a1-ba97-d798e9e26909", "Bulgaria"),
        ("248da49e-506e-4bef-888d-c72738224101", "Germany"),
        ("52f55d7f-3d34-4893-88db-e5793986cffd", "Sweden"),
        ("cd7b9e82-ebd2-41be-be76-84a97b453b4c", "United Kingdom"),
        ("d46c54bd-1704-4a55-bb76-fc03073669a0", "United States"),
    ] {
        assert_eq!(countries.get(id), Some(&json!(name)));
    }
    for name in [
        "Macedonia",
        "South Korea",
        "Czech Republic",
        "Yemen - Republic of Yemen",
    ] {
        let count = countries.values().filter(|found| *found == name).count();
        assert_eq!(count, 1, "{name}");
    }
    let english = row(&data["Languages"], "Name", "English");
    assert_eq!(english["Id"], "48d06c90-f8a4-4726-a83c-a47dbb709f25");
    assert_eq!(english["Active"], true);
    assert_eq!(row(&data["Languages"], "Name", "Deutsch")["Active"], false);
    assert_eq!(data["LegalForms"][0], "-");
    assert_eq!(
        data["Statusses"].as_object().map(serde_json::Map::len),
        Some(3)
    );
    let sla = &data["ServiceLevelAgreements"]["63b75905-10d4-44e9-ba1e-7aa2eff4100b"];
    assert_eq!(sla["ResponseTimeInMinutes"], 480);
    assert_eq!(sla["ApplyOnHolydays"], false);
    assert_eq!(
        data["CurrentSupportUser"]["TendantId"],
        "00000000-0000-0000-0000-000000000000"
    );
}

#[test]
fn names_repeat_where_the_contract_wants_them_to() {
    let mut bench = Bench::new();
    let data = bench.get("/StaticFormData", &[]);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for category in data["Categories"].as_array().expect("a list") {
        *names.entry(text(category, "Name")).or_default() += 1;
        assert_eq!(category["IsDefault"], false);
    }
    assert_eq!(names.get("Other"), Some(&3));
    let default = row(
        &data["Categories"],
        "Id",
        "7f8320eb-d653-40ae-9d57-1257bead1a29",
    );
    let parent = row(&data["Categories"], "Id", &text(&default, "ParentId"));
    assert_eq!(parent["Name"], "General");

    let units = data["BusinessUnits"].as_object().expect("a map");
    let equal = units.values().filter(|name| *name == "Field service");
    assert_eq!(equal.count(), 2);
    assert!(units.values().any(|name| name == "Northlight StudioGroup"));
}

#[test]
fn service_levels_come_in_both_wrappers() {
    let mut bench = Bench::new();
    let query = [("Page", "1"), ("PageSize", "50"), ("Active", "true")];
    let list = bench.get("/SLA", &query);
    assert_eq!(list["SLAs"][0]["ResponseTime"], 8);
    assert_eq!(list["SLAs"][0]["ShortName"], Value::Null);
    assert_eq!(list["SLAs"][1]["IsUsed"], true);
    let totals = json!({ "AmountRecordsFound": 2, "AmountOfPages": 1 });
    assert_eq!(list["Paging"], totals);
    assert_eq!(bench.call("GET", "/SLA", &[], None).0, 400);
    bench.set("wrapper", "reference");
    let list = bench.get("/SLA", &query);
    let result = &list["SLAPagedSearchResult"];
    assert_eq!(result["SLAs"].as_array().map(Vec::len), Some(2));
    assert_eq!(result["Paging"]["AmountTotalItems"], 2);
    assert_eq!(list.get("SLAs"), None);
    let query = [("Page", "1"), ("PageSize", "50"), ("SortDirection", "Desc")];
    let list = bench.get("/SLA", &query);
    assert_eq!(list["SLAPagedSearchResult"]["SLAs"][0]["Name"], "Gold");
}

#[test]
fn the_short_lists() {
    let mut bench = Bench::new();
    let list = bench.get("/Priorities", &[]);
    assert_eq!(list["priorities"][0]["Name"], "Normal");
    assert_eq!(list["priorities"][0]["IsDefault"], true);
    assert_eq!(bench.get("/Statuses", &[])["statuses"][0]["Name"], "New");
    let list = bench.get("/BillingEntities", &[]);
    assert_eq!(list["entities"].as_array().map(Vec::len), Some(2));
    assert_eq!(list["entities"][0]["IsDefault"], true);
    assert_eq!(list["entities"][0]["InvoiceSerialNumber"], "2026");
    bench.set("wrapper", "reference");
    assert!(bench.get("/Priorities", &[])["Priorities"].is_array());
    assert!(bench.get("/Statuses", &[])["Statuses"].is_array());
    let unknown = [("getGroups", "true"), ("id", "nobody")];
    assert_eq!(bench.call("GET", "/Group", &unknown, None).0, 404);
}

#[test]
fn taxes_are_read_without_totals() {
    let mut bench = Bench::new();
    let query = [("Page", "1"), ("PageSize", "50"), ("Active", "True")];
    let list = bench.get("/Taxes", &query);
    assert_eq!(list.as_object().map(serde_json::Map::len), Some(1));
    let rows = list["taxes"].as_array().expect("a list");
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows.iter().filter(|row| row["IsDefault"] == true).count(),
        1
    );
    assert_eq!(rows[0].get("CustomFields"), Some(&Value::Null));
    let one = bench.get("/Taxes", &[("id", DEFAULT_TAX)]);
    assert_eq!(one["Value"], 20.0);
    assert_eq!(one.get("CustomFields"), None);
    assert_eq!(bench.call("GET", "/Taxes", &[("id", "x")], None).0, 404);
    let past_end = bench.get("/Taxes", &[("Page", "2"), ("PageSize", "50")]);
    assert_eq!(past_end["taxes"], json!([]));
}

#[test]
fn taxes_can_be_made_changed_and_removed() {
    let mut bench = Bench::new();
    let zero = "00000000-0000-0000-0000-000000000000";
    let body = json!({ "Id": zero, "Tenant": zero, "Name": "Low", "Value": 2.9 });
    let (status, made) = bench.put("/Taxes", &body);
    assert_eq!(status, 200);
    assert_eq!(made["Tenant"], PARTNER_KEY);
    assert_eq!(made["Active"], false, "omitted keys have defaults");
    assert_eq!(made["Code"], Value::Null);
    let id = text(&made, "Id");
    let inactive = bench.get("/Taxes", &[("Active", "false")]);
    assert_eq!(inactive["taxes"][0]["Id"], made["Id"]);

    let body = json!({ "Id": id, "Name": "Lower", "IsDefault": true, "Active": true });
    assert_eq!(bench.put("/Taxes", &body).1["Value"], 0);
    let former = bench.get("/Taxes", &[("id", DEFAULT_TAX)]);
    assert_eq!(former["IsDefault"], false);
    let (status, message) = bench.put("/Taxes", &json!({ "Value": 1 }));
    assert_eq!(
        (status, message),
        (400, json!({ "Message": "Name is required." }))
    );

    let several = json!({ "Tax": [{ "Id": id, "Name": "Once more" }, { "Id": "x", "Name": "y" }] });
    assert_eq!(bench.call("POST", "/Taxes", &[], Some(&several)).0, 404);
    assert_eq!(bench.get("/Taxes", &[("id", &id)])["Name"], "Lower");
    let several = json!({ "Tax": [{ "Id": id, "Name": "Once more" }] });
    let answer = bench.call("POST", "/Taxes", &[], Some(&several));
    assert_eq!(answer, (200, Value::Null));
    assert_eq!(bench.get("/Taxes", &[("id", &id)])["Name"], "Once more");

    let (status, _) = bench.call("DELETE", "/Taxes", &[("id", &id)], None);
    assert_eq!(status, 200);
    assert_eq!(bench.call("GET", "/Taxes", &[("id", &id)], None).0, 404);
    let used = [("id", DEFAULT_TAX)];
    let (status, message) = bench.call("DELETE", "/Taxes", &used, None);
    assert_eq!(
        (status, text(&message, "Message")),
        (400, "The tax is in use.".to_owned())
    );
}
