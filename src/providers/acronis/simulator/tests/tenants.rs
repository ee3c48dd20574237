//! Tenants: create, read, change, remove.

use serde_json::{Value, json};

use super::{
    super::fixtures::PARTNER_ID,
    bench::{Bench, header, json_of, request, text},
};

fn post(bench: &mut Bench, body: &Value) -> (u16, Value) {
    bench.call("POST", "/tenants", &[], Some(body))
}

fn plain(name: &str) -> Value {
    json!({ "name": name, "kind": "customer", "parent_id": PARTNER_ID })
}

fn code(body: &Value) -> i64 {
    body["error"]["code"].as_i64().expect("a code")
}

#[test]
fn a_new_tenant_comes_back_whole() {
    let mut bench = Bench::new();
    let more = json!({
        "internal_tag": "trueup/alpha",
        "customer_id": "alpha",
        "contact": { "email": "office@alpha.example", "address1": "Suite 4", "phone": null },
    });
    let tenant = bench.create("Alpha", &more);
    assert_eq!(tenant["version"], 1);
    assert_eq!(tenant["created_at"], "2026-01-01T00:00:00");
    assert_eq!(tenant["production_start_date"], "2026-02-01T00:00:00");
    assert_eq!(tenant["internal_tag"], "trueup/alpha");
    assert_eq!(tenant["customer_id"], "alpha");
    assert_eq!(tenant["language"], "en");
    assert_eq!(tenant["contacts"], json!([]));
    assert_eq!(tenant["has_children"], false);
    let lock = json!({ "enabled": false, "owner_id": null });
    assert_eq!(tenant["update_lock"], lock);
    let contact = &tenant["contact"];
    assert_eq!(contact["types"], json!(["legal"]));
    assert_eq!(contact["address1"], "Suite 4");
    assert_eq!(contact["address2"], Value::Null);
    assert_eq!(contact["firstname"], "");
    assert_eq!(contact.get("fax"), None);
    let id = text(&tenant, "id");
    assert_eq!(bench.get(&format!("/tenants/{id}"), &[]), tenant);
}

#[test]
fn closed_bodies_refuse_what_they_do_not_know() {
    let mut bench = Bench::new();
    let mut cases = vec![(json!({ "name": "x" }), "missing property parent_id")];
    let mut with = |key: &str, value: Value, info: &'static str| {
        let mut body = plain("Alpha");
        body[key] = value;
        cases.push((body, info));
    };
    with("external_id", json!("x"), "unexpected property external_id");
    with(
        "enhanced_security",
        json!(true),
        "unexpected property enhanced_security",
    );
    with("name", json!(""), "property name is empty");
    with("kind", json!("unit"), "a unit cannot lie below a partner");
    with(
        "language",
        json!("xx"),
        "property language has an invalid value",
    );
    with(
        "internal_tag",
        json!("x".repeat(257)),
        "property internal_tag has an invalid value",
    );
    with(
        "contact",
        json!({ "zip": "1" }),
        "contact: unexpected property zip",
    );
    with(
        "contact",
        json!({ "email": "nobody" }),
        "contact: property email has an invalid value",
    );
    with(
        "contact",
        json!({ "types": [] }),
        "contact: property types has an invalid value",
    );
    with(
        "customer_type",
        json!("default"),
        "unexpected property customer_type",
    );
    for (body, info) in cases {
        let (status, answer) = post(&mut bench, &body);
        assert_eq!(status, 400, "{body}");
        assert_eq!(answer["error"]["code"], 400);
        assert_eq!(answer["error"]["details"]["info"], info, "{body}");
    }
    let mut settings = plain("Alpha");
    settings["settings"] = json!({ "enhanced_security": true });
    settings["language"] = json!("pt_BR");
    assert_eq!(post(&mut bench, &settings).0, 201);
}

#[test]
fn a_body_needs_its_content_type() {
    let mut bench = Bench::new();
    for kind in [None, Some("text/plain")] {
        let mut request = request("POST", "/api/2/tenants", &[]);
        let bearer = format!("Bearer {}", bench.token);
        header(&mut request, "authorization", &bearer);
        if let Some(kind) = kind {
            header(&mut request, "content-type", kind);
        }
        request.body = plain("Alpha").to_string().into_bytes();
        let response = bench.send(&request);
        assert_eq!(response.status, 415);
        assert_eq!(json_of(&response)["error"]["code"], 415);
    }
}

#[test]
fn a_name_is_taken_in_the_whole_tree() {
    let mut bench = Bench::new();
    // The second one lies where the client cannot see it.
    for name in ["Northlight Studio", "Out of Sight Ltd"] {
        let (status, answer) = post(&mut bench, &plain(name));
        assert_eq!((status, code(&answer)), (409, 1004));
        assert_eq!(answer["error"]["context"]["name"], name);
    }
    assert_eq!(post(&mut bench, &plain("northlight studio")).0, 201);
    let tenant = bench.create("Alpha", &json!({}));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    let body = json!({ "version": 1, "name": "Northlight Studio" });
    let (status, answer) = bench.put(&path, &body);
    assert_eq!((status, code(&answer)), (409, 1004));
    let body = json!({ "version": 1, "name": "Alpha" });
    assert_eq!(bench.put(&path, &body).0, 200);
}

#[test]
fn reading_tells_unknown_from_forbidden() {
    let mut bench = Bench::new();
    let (status, answer) = bench.call(
        "GET",
        "/tenants/00000000-aaaa-4aaa-8aaa-000000000000",
        &[],
        None,
    );
    assert_eq!(status, 404);
    let short = json!({ "error": { "code": 404, "message": "Not found" } });
    assert_eq!(answer, short);
    let partner = bench.get(&format!("/tenants/{PARTNER_ID}"), &[]);
    let path = format!("/tenants/{}", text(&partner, "parent_id"));
    let (status, answer) = bench.call("GET", &path, &[], None);
    assert_eq!((status, code(&answer)), (403, 1002));
}

#[test]
fn an_update_changes_what_it_names_and_raises_the_version() {
    let mut bench = Bench::new();
    let contact = json!({ "email": "a@alpha.example", "phone": "1", "city": "Denver" });
    let tenant = bench.create("Alpha", &json!({ "contact": contact, "customer_id": "7" }));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    bench.clock.advance(60);
    let body = json!({ "version": 1, "contact": { "phone": "2", "city": null } });
    let (status, changed) = bench.put(&path, &body);
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["updated_at"], "2026-01-01T00:01:00");
    assert_eq!(changed["contact"]["updated_at"], "2026-01-01T00:01:00");
    assert_eq!(changed["contact"]["phone"], "2");
    assert_eq!(changed["contact"]["city"], Value::Null);
    assert_eq!(changed["contact"]["email"], "a@alpha.example");
    assert_eq!(changed["customer_id"], "7");

    let (status, answer) = bench.put(&path, &body);
    assert_eq!((status, code(&answer)), (409, 1001));
    let info = &answer["error"]["details"]["info"];
    assert_eq!(info, "expected version 2, got 1");
    assert_eq!(bench.put(&path, &json!({ "name": "Beta" })).0, 400);
    assert_eq!(bench.put(&path, &changed).0, 400, "an echo is refused");
    let body = json!({ "version": 2, "kind": "partner" });
    assert_eq!(bench.put(&path, &body).0, 400);
}

#[test]
fn a_lock_keeps_others_out() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({ "update_lock": { "enabled": true } }));
    assert_eq!(tenant["update_lock"]["owner_id"], PARTNER_ID);
    let path = format!("/tenants/{}", text(&tenant, "id"));
    let body = json!({ "version": 1, "customer_id": "1" });
    assert_eq!(bench.put(&path, &body).0, 200, "the owner may");

    let mut state = bench.service.state();
    let tenants = state["tenants"].as_array_mut().expect("a list");
    let stored = tenants.last_mut().expect("the new tenant");
    stored["object"]["update_lock"]["owner_id"] = json!("somebody else");
    bench.service.restore(state).expect("restores");
    let (status, answer) = bench.put(&path, &json!({ "version": 1, "customer_id": "2" }));
    assert_eq!((status, code(&answer)), (403, 1012));
    bench.set("check_order", "version_lock_enabled");
    let (status, answer) = bench.put(&path, &json!({ "version": 1, "customer_id": "2" }));
    assert_eq!((status, code(&answer)), (409, 1001));
}

#[test]
fn deleting_takes_a_disabled_tenant_and_its_version() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({}));
    let id = text(&tenant, "id");
    let unit = json!({ "name": "Alpha unit", "kind": "unit", "parent_id": id });
    let (status, unit) = post(&mut bench, &unit);
    assert_eq!(status, 201);
    let path = format!("/tenants/{id}");
    assert_eq!(bench.call("DELETE", &path, &[], None).0, 400);
    let (status, answer) = bench.call("DELETE", &path, &[("version", "1")], None);
    assert_eq!((status, code(&answer)), (400, 1006));
    assert_eq!(answer["error"]["context"]["id"], "2360");
    assert_eq!(answer["error"]["details"]["addition"][0]["id"], "2360");

    let (_, disabled) = bench.put(&path, &json!({ "version": 1, "enabled": false }));
    assert_eq!(disabled["enabled"], false);
    let below = json!({ "name": "late", "kind": "unit", "parent_id": id });
    let (status, answer) = post(&mut bench, &below);
    assert_eq!((status, code(&answer)), (400, 1003));
    let (status, answer) = bench.call("DELETE", &path, &[("version", "1")], None);
    assert_eq!((status, code(&answer)), (409, 1001));
    let (status, answer) = bench.call("DELETE", &path, &[("version", "2")], None);
    assert_eq!((status, answer), (204, Value::Null));

    let unit_path = format!("/tenants/{}", text(&unit, "id"));
    for path in [&path, &unit_path] {
        assert_eq!(bench.call("GET", path, &[], None).0, 404);
        let deleted = bench.get(path, &[("allow_deleted", "true")]);
        assert_eq!(deleted["deleted_at"], "2026-01-01T00:00:00");
    }
    // Its name is free again, so that it cannot simply come back.
    bench.create("Alpha", &json!({}));
    let restore = format!("{path}/restore");
    let (status, answer) = bench.call("POST", &restore, &[("force", "false")], None);
    assert_eq!((status, code(&answer)), (409, 1004));
    let (status, _) = bench.call("POST", &restore, &[("force", "true")], None);
    assert_eq!(status, 204);
    for path in [&path, &unit_path] {
        assert_eq!(bench.get(path, &[])["deleted_at"], Value::Null);
    }
    assert_eq!(bench.get(&path, &[])["enabled"], false);
    assert_eq!(bench.call("POST", &restore, &[], None).0, 409);
    let own = format!("/tenants/{PARTNER_ID}");
    assert_eq!(bench.call("DELETE", &own, &[("version", "1")], None).0, 403);
}

#[test]
fn moves_obey_the_tree() {
    let mut bench = Bench::new();
    let below = |kind: &str, name: &str, parent: &str| {
        let mut body = plain(name);
        body["kind"] = json!(kind);
        body["parent_id"] = json!(parent);
        body
    };
    let (_, partner) = post(&mut bench, &below("partner", "Reseller", PARTNER_ID));
    let partner_id = text(&partner, "id");
    let (_, inner) = post(&mut bench, &below("partner", "Inner", &partner_id));
    let customer = bench.create("Alpha", &json!({}));
    let customer_id = text(&customer, "id");
    let (_, unit) = post(&mut bench, &below("unit", "Unit", &customer_id));

    let path = format!("/tenants/{partner_id}");
    let body = json!({ "version": 1, "parent_id": inner["id"] });
    let (status, answer) = bench.put(&path, &body);
    assert_eq!((status, code(&answer)), (400, 1007));
    let unit_path = format!("/tenants/{}", text(&unit, "id"));
    let other = bench.create("Beta", &json!({}));
    let body = json!({ "version": 1, "parent_id": other["id"] });
    let (status, answer) = bench.put(&unit_path, &body);
    assert_eq!((status, code(&answer)), (400, 1008));
    let inner_path = format!("/tenants/{}", text(&inner, "id"));
    bench.put(&inner_path, &json!({ "version": 1, "enabled": false }));
    let customer_path = format!("/tenants/{customer_id}");
    let body = json!({ "version": 1, "parent_id": inner["id"] });
    let (status, answer) = bench.put(&customer_path, &body);
    assert_eq!((status, code(&answer)), (400, 1013));
    let body = json!({ "version": 1, "parent_id": partner_id });
    let (status, moved) = bench.put(&customer_path, &body);
    assert_eq!(status, 200);
    assert_eq!(moved["parent_id"], partner["id"]);
    assert_eq!(moved["has_children"], true);
    let body = json!({ "version": 2, "kind": "folder" });
    assert_eq!(bench.put(&inner_path, &body).1["kind"], "folder");
}

#[test]
fn a_self_service_tenant_hides_what_is_below() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({ "ancestral_access": false }));
    let id = text(&tenant, "id");
    let unit = json!({ "name": "Unit", "kind": "unit", "parent_id": id });
    let (_, unit) = post(&mut bench, &unit);
    let children = bench.get(&format!("/tenants/{id}/children"), &[]);
    assert_eq!(children["items"], json!([]));
    let unit_path = format!("/tenants/{}", text(&unit, "id"));
    assert_eq!(bench.call("GET", &unit_path, &[], None).0, 403);
    let path = format!("/tenants/{id}");
    let body = json!({ "version": 1, "ancestral_access": true });
    assert_eq!(bench.put(&path, &body).0, 200);
    assert_eq!(bench.call("GET", &unit_path, &[], None).0, 200);
}

#[test]
fn pricing_has_its_own_version_and_goes_one_way() {
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({}));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    let pricing_path = format!("{path}/pricing");
    let pricing = bench.get(&pricing_path, &[]);
    assert_eq!(pricing["mode"], "trial");
    assert_eq!(pricing["currency"], Value::Null);
    let version = pricing["version"].as_i64().expect("a version");
    assert_eq!(version, bench.clock.now().as_millisecond());

    let body = json!({ "version": 1, "mode": "production" });
    let (status, answer) = bench.put(&pricing_path, &body);
    assert_eq!((status, code(&answer)), (409, 1001));
    let echo = json!({ "version": version, "production_start_date": null });
    assert_eq!(bench.put(&pricing_path, &echo).0, 400);
    bench.clock.advance(10);
    let body = json!({ "version": version, "mode": "production", "currency": "EUR" });
    let (status, pricing) = bench.put(&pricing_path, &body);
    assert_eq!(status, 200);
    assert_eq!(pricing["currency"], "EUR");
    assert_eq!(pricing["production_start_date"], "2026-01-01T00:00:10");
    let tenant = bench.get(&path, &[]);
    assert_eq!(tenant["pricing_mode"], "production");
    assert_eq!(tenant["version"], 1);
    let body = json!({ "version": pricing["version"], "mode": "trial" });
    assert_eq!(bench.put(&pricing_path, &body).0, 400);
}

#[test]
fn a_trial_ends_by_itself_after_a_full_month() {
    const DAY: i64 = 86_400;
    let mut bench = Bench::new();
    let tenant = bench.create("Alpha", &json!({}));
    let path = format!("/tenants/{}", text(&tenant, "id"));
    bench.clock.advance(31 * DAY - 1);
    bench.log_in(super::super::fixtures::CLIENT_ID);
    assert_eq!(bench.get(&path, &[])["pricing_mode"], "trial");
    bench.clock.advance(1);
    assert_eq!(bench.get(&path, &[])["pricing_mode"], "production");
    let pricing = bench.get(&format!("{path}/pricing"), &[]);
    assert_eq!(pricing["mode"], "production");
}
