//! Tokens, scopes and wrong doors.

use serde_json::{Value, json};

use super::{
    super::fixtures::{
        CLIENT_ID, CLIENT_ID_VIEWER, CLIENT_ID_WITHOUT_ROLE, CLIENT_SECRET, PARTNER_ID,
    },
    bench::{Bench, header, json_of, request},
};

#[test]
fn a_token_says_when_it_expires() {
    let mut bench = Bench::new();
    let (status, body) = bench.token(CLIENT_ID, CLIENT_SECRET, "client_credentials");
    assert_eq!(status, 200);
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["expires_on"], bench.clock.now().as_second() + 7_200);
    assert!(body["id_token"].is_string());
    assert_eq!(body.get("expires_in"), None);
    bench.set("expires_in", "present");
    let (_, body) = bench.token(CLIENT_ID, CLIENT_SECRET, "client_credentials");
    assert_eq!(body["expires_in"], 7_200);
}

#[test]
fn bad_token_requests_are_told_apart() {
    let mut bench = Bench::new();
    let (status, body) = bench.token(CLIENT_ID, "wrong", "client_credentials");
    assert_eq!(status, 401);
    assert_eq!(body["error"], "invalid_client");
    assert_eq!(body["reason"], "InvalidClient");
    assert_eq!(body["domain"], "Access");
    let (status, body) = bench.token(CLIENT_ID, CLIENT_SECRET, "");
    assert_eq!(status, 400);
    assert_eq!(body["error"], "invalid_request");
    assert_eq!(body["error_description"], "grant_type is missing");
    let grant = "client_credentials&scope=not_mine";
    let (status, body) = bench.token(CLIENT_ID, CLIENT_SECRET, grant);
    assert_eq!(status, 403);
    assert_eq!(body["error"], "access_denied");
    let grant = "client_credentials&scope=urn%3Aacronis.com%3a%3Aaccount-server::tenant_viewer+\
                 urn:acronis.com::account-server::tenant_admin";
    let (status, _) = bench.token(CLIENT_ID, CLIENT_SECRET, grant);
    assert_eq!(status, 200);

    // Credentials in the form, or JSON, are for other kinds of clients.
    let mut form = request("POST", "/api/2/idp/token", &[]);
    header(
        &mut form,
        "content-type",
        "application/x-www-form-urlencoded",
    );
    form.body = format!(
        "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    )
    .into_bytes();
    assert_eq!(bench.send(&form).status, 401);
    let mut json_body = request("POST", "/api/2/idp/token", &[]);
    header(&mut json_body, "content-type", "application/json");
    json_body.body = json!({ "grant_type": "client_credentials" })
        .to_string()
        .into_bytes();
    assert_eq!(bench.send(&json_body).status, 400);
}

#[test]
fn several_tokens_are_good_until_they_expire() {
    let mut bench = Bench::new();
    let first = bench.token.clone();
    bench.clock.advance(3_600);
    bench.log_in(CLIENT_ID);
    let second = std::mem::replace(&mut bench.token, first);
    assert_eq!(bench.call("GET", "/Taxes", &[], None).0, 200);
    bench.clock.advance(3_600);
    let (status, body) = bench.call("GET", "/Taxes", &[], None);
    assert_eq!(status, 401);
    assert_eq!(body["error"]["domain"], Value::Null);
    assert_eq!(body["error"]["details"]["info"], "Unauthorized");
    let path = format!("/tenants/{PARTNER_ID}");
    let (status, body) = bench.call("GET", &path, &[], None);
    assert_eq!(status, 401);
    assert_eq!(body["error"]["domain"], "PlatformAccountServer");
    let info = &body["error"]["details"]["info"];
    assert_eq!(info, "the access token is expired");
    bench.token = second;
    assert_eq!(bench.call("GET", &path, &[], None).0, 200);
}

#[test]
fn a_revoked_token_is_no_longer_good() {
    let mut bench = Bench::new();
    let mut revoke = request("POST", "/api/2/idp/revoke_token", &[]);
    header(
        &mut revoke,
        "content-type",
        "application/x-www-form-urlencoded",
    );
    revoke.body = format!("token={}", bench.token).into_bytes();
    assert_eq!(bench.send(&revoke).status, 401);
    let basic = "NWYyYThkM2UtNmYwYi00YTUzLTlhM2MtMGQ0ZTdiMWMyZjYwOnNhbmRib3gtc2VjcmV0";
    header(&mut revoke, "authorization", &format!("Basic {basic}"));
    assert_eq!(bench.send(&revoke).status, 200);
    assert_eq!(bench.call("GET", "/Taxes", &[], None).0, 401);
}

#[test]
fn a_client_finds_its_own_tenant() {
    let mut bench = Bench::new();
    let body = bench.get(&format!("/clients/{CLIENT_ID}"), &[]);
    assert_eq!(body["tenant_id"], PARTNER_ID);
    assert_eq!(body["type"], "api_client");
    assert_eq!(body["client_secret_expires_at"], 0);
    let path = format!("/clients/{CLIENT_ID_VIEWER}");
    assert_eq!(bench.call("GET", &path, &[], None).0, 403);
    assert_eq!(bench.call("GET", "/clients/nobody", &[], None).0, 404);
    assert_eq!(bench.call("GET", "/users/me", &[], None).0, 404);
}

#[test]
fn roles_decide_what_a_token_may_do() {
    let mut bench = Bench::new();
    bench.log_in(CLIENT_ID_WITHOUT_ROLE);
    let (status, body) = bench.call("POST", "/Customer", &[], None);
    assert_eq!(status, 403);
    assert_eq!(body["error"]["message"], "Forbidden");
    assert_eq!(body["error"]["domain"], Value::Null);
    bench.create("Allowed", &json!({}));
    bench.log_in(CLIENT_ID_VIEWER);
    let body = json!({ "name": "No", "kind": "customer", "parent_id": PARTNER_ID });
    let (status, _) = bench.call("POST", "/tenants", &[], Some(&body));
    assert_eq!(status, 403);
    bench.tenant("Allowed");
}

#[test]
fn wrong_doors_are_named() {
    let mut bench = Bench::new();
    assert_eq!(bench.call("GET", "/nowhere", &[], None).0, 404);
    assert_eq!(bench.call("DELETE", "/tenants", &[], None).0, 405);
    assert_eq!(bench.call("GET", "/Customers", &[], None).0, 405);
    let lower_case = request("POST", "/api/advanced-automation/v1/customer", &[]);
    assert_eq!(bench.send(&lower_case).status, 404);
    let outside = request("GET", "/", &[]);
    let response = bench.send(&outside);
    assert_eq!(response.status, 404);
    assert_eq!(json_of(&response)["error"]["code"], 404);
    let no_token = request("GET", "/api/advanced-automation/v1/Taxes", &[]);
    assert_eq!(bench.send(&no_token).status, 401);
}

/// Method, path and query; the operation's name; whether it writes.
const OPERATIONS: &str = "
    POST /api/2/idp/token                 | token                      | reads
    GET /api/2/clients/4                  | GET /clients/{id}          | reads
    POST /api/2/tenants                   | POST /tenants              | writes
    GET /api/2/tenants?parent_id=4        | GET /tenants               | reads
    GET /api/2/tenants/4                  | GET /tenants/{id}          | reads
    PUT /api/2/tenants/4                  | PUT /tenants/{id}          | writes
    DELETE /api/2/tenants/4?version=1     | DELETE /tenants/{id}       | writes
    POST /api/2/tenants/4/restore         | POST /tenants/{id}/restore | writes
    GET /api/2/tenants/4/children         | GET /tenants/{id}/children | reads
    GET /api/2/tenants/4/pricing          | GET /tenants/{id}/pricing  | reads
    PUT /api/2/tenants/4/pricing          | PUT /tenants/{id}/pricing  | writes
    GET /api/2/search?text=a              | GET /search                | reads
    POST {automation}/Customer?Page=1     | POST /Customer             | reads
    POST {automation}/Customer?id=4       | POST /Customer?id          | reads
    PUT {automation}/Customers            | PUT /Customers             | writes
    GET {automation}/Taxes?Page=1         | GET /Taxes                 | reads
    GET {automation}/Taxes?id=4           | GET /Taxes?id              | reads
    PUT {automation}/Taxes                | PUT /Taxes                 | writes
    POST {automation}/Taxes               | POST /Taxes                | writes
    DELETE {automation}/Taxes?id=4        | DELETE /Taxes              | writes
    GET {automation}/StaticFormData       | GET /StaticFormData        | reads
    GET {automation}/Group?getGroups=true | GET /Group                 | reads
    PATCH {automation}/Nothing            | PATCH /Nothing             | reads
";

#[test]
fn operations_are_named_after_method_and_path() {
    let bench = Bench::new();
    for line in OPERATIONS.trim().lines() {
        let line = line.replace("{automation}", "/api/advanced-automation/v1");
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let (method, target) = columns[0].split_once(' ').expect("method and target");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query: Vec<_> = query.split_once('=').into_iter().collect();
        let request = request(method, path, &query);
        assert_eq!(bench.service.operation(&request), columns[1]);
        let writes = columns[2] == "writes";
        assert_eq!(bench.service.is_write(&request), writes, "{line}");
    }
}
