//! Lists of both services, page by page.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::fixtures::PARTNER_ID,
    bench::{Bench, text},
};

fn ids(items: &Value, key: &str) -> Vec<String> {
    let items = items.as_array().expect("a list");
    items.iter().map(|item| text(item, key)).collect()
}

#[test]
fn tenant_pages_are_joined_by_a_cursor() {
    let mut bench = Bench::new();
    let all = bench.get("/tenants", &[("parent_id", PARTNER_ID)]);
    assert_eq!(all.get("paging"), None);
    let all_ids = ids(&all["items"], "id");
    assert_eq!(all_ids.len(), 3);
    assert_eq!(all["items"][0]["offering_items"], json!([]));
    assert_eq!(all["items"][0]["barrier"], 1);

    let query = [("parent_id", PARTNER_ID), ("limit", "2"), ("lod", "basic")];
    let first = bench.get("/tenants", &query);
    let cursor = text(&first["paging"]["cursors"], "after");
    // Another tenant goes and comes in between; the cursor stays good.
    bench.create("Alpha", &json!({}));
    // Filters beside the cursor are ignored, even ones that exclude each other.
    let query = [("after", cursor.as_str()), ("limit", "2"), ("uuids", "x")];
    let second = bench.get("/tenants", &query);
    assert_eq!(second["paging"], json!({ "cursors": {} }));
    assert_eq!(second["items"][0].get("customer_type"), None, "lod is kept");
    let mut seen = ids(&first["items"], "id");
    seen.extend(ids(&second["items"], "id"));
    assert_eq!(seen[..3], all_ids);
    assert_eq!(seen.len(), 4);
}

#[test]
fn one_selector_is_needed() {
    let mut bench = Bench::new();
    let (status, body) = bench.call("GET", "/tenants", &[], None);
    assert_eq!(status, 400, "{body}");
    let query = [("uuids", PARTNER_ID), ("parent_id", PARTNER_ID)];
    let (status, body) = bench.call("GET", "/tenants", &query, None);
    assert_eq!(status, 400);
    let info = &body["error"]["details"]["info"];
    assert_eq!(info, "uuids and parent_id are mutually exclusive");
    for query in [
        [("parent_id", PARTNER_ID), ("limit", "0")],
        [("parent_id", PARTNER_ID), ("lod", "tiny")],
        [("parent_id", PARTNER_ID), ("after", "%%%")],
        [("parent_id", PARTNER_ID), ("allow_deleted", "maybe")],
    ] {
        assert_eq!(bench.call("GET", "/tenants", &query, None).0, 400);
    }
    let many = vec![PARTNER_ID; 101].join(",");
    let (status, _) = bench.call("GET", "/tenants", &[("uuids", &many)], None);
    assert_eq!(status, 400);
}

#[test]
fn unknown_and_invisible_ids_are_left_out() {
    let mut bench = Bench::new();
    let root = text(
        &bench.get(&format!("/tenants/{PARTNER_ID}"), &[]),
        "parent_id",
    );
    let wanted = format!("{PARTNER_ID},00000000-aaaa-4aaa-8aaa-000000000000,{root}");
    let list = bench.get("/tenants", &[("uuids", &wanted), ("lod", "stamps")]);
    assert_eq!(ids(&list["items"], "id"), [PARTNER_ID]);
    assert_eq!(list["items"][0].get("name"), None);
    let query = [("parent_id", root.as_str())];
    assert_eq!(bench.call("GET", "/tenants", &query, None).0, 403);
}

#[test]
fn a_subtree_comes_level_by_level_with_its_root() {
    let mut bench = Bench::new();
    let customer = bench.tenant("Northlight Studio");
    let unit = json!({ "name": "Unit", "kind": "unit", "parent_id": customer["id"] });
    let (status, _) = bench.call("POST", "/tenants", &[], Some(&unit));
    assert_eq!(status, 201);
    bench.create("Alpha", &json!({}));
    let list = bench.get("/tenants", &[("subtree_root_id", PARTNER_ID)]);
    let names = ids(&list["items"], "name");
    assert_eq!(
        names.first().map(String::as_str),
        Some("Meridian IT Services")
    );
    assert_eq!(names.last().map(String::as_str), Some("Unit"));
    assert_eq!(names.len(), 6);
}

#[test]
fn lists_filter_by_deletion_time_and_contacts() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({ "enabled": false }));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    let (status, _) = bench.call("DELETE", &path, &[("version", "1")], None);
    assert_eq!(status, 204);
    let children = |bench: &mut Bench, more: (&str, &str)| {
        let list = bench.get("/tenants", &[("parent_id", PARTNER_ID), more]);
        ids(&list["items"], "name")
    };
    assert_eq!(children(&mut bench, ("lod", "full")).len(), 3);
    assert_eq!(children(&mut bench, ("allow_deleted", "True")).len(), 4);
    let since = ("updated_since", "2025-05-01T00:00:00Z");
    assert_eq!(children(&mut bench, since), ["Saint Anne Foundation"]);
    let query = [("parent_id", PARTNER_ID), ("with_contacts", "true")];
    let list = bench.get("/tenants", &query);
    let first = &list["items"][0];
    assert_eq!(first["contacts"][0]["tenant_id"], first["id"]);
}

#[test]
fn children_are_sorted_by_name() {
    let mut bench = Bench::new();
    let path = format!("/tenants/{PARTNER_ID}/children");
    let query = [("include_details", "true")];
    let names = ids(&bench.get(&path, &query)["items"], "name");
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted);
    let plain = bench.get(&path, &[("order", "-name")]);
    assert_eq!(plain["items"].as_array().map(Vec::len), Some(3));
    let northlight = bench.tenant("Northlight Studio");
    assert_eq!(plain["items"][1], northlight["id"]);
}

#[test]
fn search_looks_at_names_ids_and_contacts() {
    let mut bench = Bench::new();
    let search = |bench: &mut Bench, wanted: &str| {
        let query = [("tenant", PARTNER_ID), ("text", wanted)];
        bench.get("/search", &query)["items"].clone()
    };
    let found = search(&mut bench, "NORTHLIGHT");
    assert_eq!(found[0]["name"], "Northlight Studio");
    assert_eq!(
        found[0]["path"],
        json!(["Meridian IT Services", "Northlight Studio"])
    );
    assert_eq!(found[0]["obj_type"], "tenant");
    assert_eq!(search(&mut bench, "d-10042")[0]["first_name"], "Jonas");
    assert_eq!(search(&mut bench, "out of sight"), json!([]));
    let query = [("tenant", PARTNER_ID)];
    assert_eq!(bench.call("GET", "/search", &query, None).0, 400);
}

#[test]
fn customers_are_paged_and_the_partner_is_among_them() {
    let mut bench = Bench::with(&[("fixture", "large")]);
    let mut seen = BTreeSet::new();
    for number in ["1", "2", "3"] {
        let list = bench.list(&[("Page", number), ("PageSize", "50"), ("Active", "True")]);
        assert_eq!(list["AmountRecordsFound"], 115);
        assert_eq!(list["AmountOfPages"], 0);
        seen.extend(ids(&list["Customers"], "Id"));
    }
    assert_eq!(seen.len(), 115);
    let past_end = bench.list(&[("Page", "4"), ("PageSize", "50")]);
    assert_eq!(past_end["Customers"], json!([]));
    assert_eq!(past_end["AmountRecordsFound"], 115);
    bench.set("records_found", "page");
    for (number, found) in [("1", 50), ("3", 15), ("4", 0)] {
        let list = bench.list(&[("Page", number), ("PageSize", "50")]);
        assert_eq!(list["AmountRecordsFound"], found);
    }
    let list = bench.list(&[]);
    let partner = &list["Customers"][0];
    assert_eq!(partner["Id"], partner["Tenant"]);
    assert_eq!(partner["IsTier4"], false);
    assert_eq!(partner["Status"], 2);
    assert_eq!(partner["ExternalTenantUUID"], PARTNER_ID);
    let (status, body) = bench.call("POST", "/Customer", &[("Page", "0")], None);
    assert_eq!(status, 400);
    assert_eq!(body["Message"], "The Page value is not valid.");
}

#[test]
fn a_small_cap_a_repeated_end_and_a_shuffle_lose_no_row() {
    let mut bench = Bench::with(&[("fixture", "large"), ("page_size_cap", "small")]);
    let list = bench.list(&[("PageSize", "50")]);
    assert_eq!(list["Customers"].as_array().map(Vec::len), Some(20));
    bench.set("page_size_cap", "none");

    bench.set("past_end", "repeat_last");
    let final_page = bench.list(&[("Page", "3"), ("PageSize", "50")]);
    let past_end = bench.list(&[("Page", "9"), ("PageSize", "50")]);
    assert_eq!(final_page["Customers"], past_end["Customers"]);
    let length = final_page["Customers"].as_array().map(Vec::len);
    assert_eq!(length, Some(15));
    bench.set("past_end", "empty");

    let page = |bench: &mut Bench, number: &str| {
        let list = bench.list(&[("Page", number), ("PageSize", "50")]);
        ids(&list["Customers"], "Id")
    };
    let plain = page(&mut bench, "1");
    bench.set("shuffle", "yes");
    let mut rows = page(&mut bench, "1");
    assert_ne!(rows, plain);
    rows.extend(page(&mut bench, "2"));
    rows.extend(page(&mut bench, "3"));
    assert_eq!(rows.len(), 116, "one row is on two pages");
    let distinct: BTreeSet<_> = rows.into_iter().collect();
    assert_eq!(distinct.len(), 115);
}

#[test]
fn tenants_can_be_capped_too() {
    let mut bench = Bench::with(&[("fixture", "large"), ("limit_cap", "small")]);
    let query = [("parent_id", PARTNER_ID), ("limit", "1000")];
    let list = bench.get("/tenants", &query);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(20));
    assert!(list["paging"]["cursors"]["after"].is_string());
}
