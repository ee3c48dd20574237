//! Path, verb, credentials, tenant, envelope and what is kept between runs.

use serde_json::{Value, json};

use super::{
    service,
    tests_support::{World, full_account, full_read, keys, request},
};

#[test]
fn the_verb_is_checked_first_then_the_path_then_the_credentials() {
    let mut world = World::new();
    let mut stranger = request("GetAccountInfo", &json!({}));
    stranger.headers.clear();
    let refused = world.send(&stranger);
    assert_eq!(refused.status, 401);
    let challenge = (
        "www-authenticate".to_owned(),
        "Basic realm=\"ti_api\"".to_owned(),
    );
    assert!(refused.headers.contains(&challenge));

    stranger.path = "/ti_api/json/ListAccounts".to_owned();
    assert_eq!(world.send(&stranger).status, 404);
    stranger.path = "/GetAccountInfo".to_owned();
    assert_eq!(world.send(&stranger).status, 404);
    stranger.method = "GET".to_owned();
    assert_eq!(world.send(&stranger).status, 405);
}

#[test]
fn a_wrong_password_is_refused() {
    let mut world = World::new();
    let mut stranger = request("GetTenantDict", &json!({"tenant": "zegoal"}));
    stranger.headers = vec![("authorization".to_owned(), "Basic c2FuZGJveDo=".to_owned())];
    assert_eq!(world.send(&stranger).status, 401);
}

#[test]
fn what_is_no_json_object_is_an_error_inside_the_envelope() {
    let mut world = World::new();
    for body in ["", "{", "[]", "1"] {
        let mut broken = request("UpdateAccount", &json!({}));
        broken.body = body.as_bytes().to_vec();
        let response = world.send(&broken);
        assert_eq!(response.status, 200);
        let envelope: Value = serde_json::from_slice(&response.body).expect("an envelope is JSON");
        assert_eq!(envelope["processing_result"]["status"], "error");
        assert_eq!(envelope["UpdateAccount"]["response"], false);
        assert_eq!(envelope["UpdateAccount"]["request"], Value::Null);
    }
}

#[test]
fn the_tenant_must_be_there_and_known() {
    let mut world = World::new();
    for (body, text) in [
        (json!({}), "Not all required parameters matched"),
        (json!({"tenant": "other"}), "Tenant is not found"),
    ] {
        let response = world.send(&request("GetTenantDict", &body));
        let envelope: Value = serde_json::from_slice(&response.body).expect("an envelope is JSON");
        assert_eq!(envelope["processing_result"]["text"], text);
    }
}

#[test]
fn null_is_refused_wherever_it_stands_and_changes_nothing() {
    let mut world = World::new();
    let before = world.read(1);
    for (body, path) in [
        (
            json!({"account_id": 1, "basic": {"description": null, "vip_code": "x"}}),
            "basic.description",
        ),
        (json!({"account_id": 1, "billing": null}), "billing"),
        (
            json!({"account_id": 1, "unknown": [{"deep": null}]}),
            "unknown.deep",
        ),
    ] {
        let text = world.error("UpdateAccount", body);
        assert_eq!(text, format!("validation failed: {path}"));
    }
    assert_eq!(world.read(1), before);
}

#[test]
fn mandatory_keys_come_before_types_types_before_dictionaries_lookup_last() {
    let mut world = World::new();
    let mut body = json!({"basic": {"is_billed": "maybe"}, "billing": {"curr_code": "QQQ"}});
    let update = |world: &mut World, body: &Value| world.error("UpdateAccount", body.clone());
    assert_eq!(
        update(&mut world, &body),
        "Not all required parameters matched"
    );
    body["account_id"] = json!(9999);
    assert_eq!(
        update(&mut world, &body),
        "validation failed: basic.is_billed"
    );
    body["basic"]["is_billed"] = json!("true");
    assert_eq!(
        update(&mut world, &body),
        "validation failed: billing.curr_code"
    );
    body["billing"]["curr_code"] = json!("USD");
    assert_eq!(update(&mut world, &body), "Account is not found");
}

#[test]
fn the_operation_is_the_api_name_and_reads_are_no_writes() {
    let world = World::new();
    for (api, operation, write) in [
        ("CreateAccount", "CreateAccount", true),
        ("SetLC", "SetLC", true),
        ("AddPayment", "AddPayment", true),
        ("GetAccountInfo", "GetAccountInfo", false),
        ("GetTenantDict", "GetTenantDict", false),
        ("CheckBalance", "CheckBalance", false),
        ("Nonsense", "unknown", true),
    ] {
        let request = request(api, &json!({}));
        assert_eq!(world.service.operation(&request), operation);
        assert_eq!(world.service.is_write(&request), write, "{api}");
    }
}

#[test]
fn tells_how_to_be_reached() {
    let settings = service(1).provider_settings("http://127.0.0.1:9");
    let expected = json!({
        "baseUrl": "http://127.0.0.1:9",
        "tenant": "zegoal",
        "credentials": {"login": "sandbox", "password": "sandbox-password"},
    });
    assert_eq!(settings, expected);
}

#[test]
fn a_restored_service_gives_the_same_answers() {
    let mut world = World::with(&[("envelope", "2020")]);
    let id = world.create_full();
    world.ok(
        "AddPayment",
        json!({"account_id": id, "amount": "12.5", "paym_ext_id": "p"}),
    );
    world.pass_days(20);
    let mut twin = World::with(&[("envelope", "2020")]);
    twin.pass_days(20);
    twin.service
        .restore(world.service.state())
        .expect("its own state is understood");
    for account in [1, 2, 3, 264, id] {
        let read = full_read(account);
        assert_eq!(
            world.envelope("GetAccountInfo", read.clone()),
            twin.envelope("GetAccountInfo", read),
        );
    }
    let mut next = full_account();
    next["basic"]["account_code"] = "K-2".into();
    next["basic"]["account_name"] = "Another".into();
    assert_eq!(
        world.envelope("CreateAccount", next.clone()),
        twin.envelope("CreateAccount", next),
    );
    assert_eq!(world.service.state(), twin.service.state());
}

#[test]
fn a_state_before_the_first_call_can_be_restored() {
    let untouched = service(3).state();
    let mut world = World::new();
    world.service.restore(untouched).expect("it is understood");
    assert_eq!(world.read(1)["account_code"], "90001");
}

#[test]
fn nonsense_is_not_restored() {
    let mut world = World::new();
    let before = world.read(1);
    let error = world
        .service
        .restore(json!({"accounts": 3}))
        .expect_err("it is refused");
    assert!(error.contains("no state"), "{error}");
    assert_eq!(world.read(1), before);
}

#[test]
fn reads_leave_the_state_alone() {
    let mut world = World::new();
    world.read(1);
    let before = world.service.state();
    world.read(264);
    world.ok("GetTenantDict", json!({}));
    world.ok("CheckBalance", json!({"account_id": 1}));
    world.ok("GetAccountProducts", json!({"account_id": 1}));
    world.ok("GetAccountPayments", json!({"account_id": 1}));
    assert_eq!(world.service.state(), before);
}

#[test]
fn dictionaries_list_names_then_values() {
    let mut world = World::new();
    let envelope = world.envelope("GetTenantDict", json!({}));
    assert_eq!(
        envelope["processing_result"]["text"],
        "Dictionary is received."
    );
    assert_eq!(
        envelope["GetTenantDict"]["response"],
        json!({
            "tenant": "zegoal",
            "dictionary": [
                "acct_cat_code_id", "curr_codes", "bill_dist_codes",
                "contract_status", "contact_type", "address_type",
            ],
            "TZ": "Europe/Minsk",
        })
    );
    let response = world.ok("GetTenantDict", json!({"dictionary_name": "curr_codes"}));
    assert_eq!(
        response["dictionary"][1],
        json!({"value": "USD", "oid": 94, "description": "USD"})
    );
    assert_eq!(keys(&response), "TZ dictionary dictionary_name tenant");
    let text = world.error("GetTenantDict", json!({"dictionary_name": "bill_cycles"}));
    assert_eq!(text, "Dictionary is not found");
}
