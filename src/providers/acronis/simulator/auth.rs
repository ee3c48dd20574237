//! Tokens, and who may call what (Acronis contract, 2).

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::json;

use super::{
    call::{Call, Caller, Outcome},
    errors,
    route::Area,
    state::{ApiClient, Token},
};
use crate::simulator::{Request, Response};

/// A token lives two hours.
const TOKEN_LIFETIME_SECONDS: i64 = 7_200;

/// How long an expired token is remembered, so that its holder hears that it
/// expired; afterwards it is unknown, and the state does not grow for ever.
const TOKEN_MEMORY_SECONDS: i64 = 86_400;

/// May read tenants.
pub(super) const TENANT_VIEWER: &str = "urn:acronis.com::account-server::tenant_viewer";

/// May read and change tenants.
pub(super) const TENANT_ADMIN: &str = "urn:acronis.com::account-server::tenant_admin";

/// May do everything in Advanced Automation.
pub(super) const AUTOMATION_ADMIN: &str =
    "urn:acronis.com::advanced_automation::advanced_automation_admin";

/// What every role of Advanced Automation starts with.
const AUTOMATION_PREFIX: &str = "urn:acronis.com::advanced_automation::";

/// `POST /idp/token`.
pub(super) fn token(call: &mut Call<'_>) -> Outcome {
    let form = form(call.request)?;
    match field(&form, "grant_type") {
        None | Some("") => return Err(invalid_request("grant_type is missing")),
        Some("client_credentials") => {}
        Some(_) => return Err(invalid_request("this grant_type is not offered")),
    }
    let client = client_by_secret(call)?;
    let scopes = match field(&form, "scope") {
        None | Some("") => client.scopes,
        Some(wanted) => wanted_scopes(&client, wanted)?,
    };

    let now = call.now.as_second();
    call.state
        .tokens
        .retain(|_, token| now < token.expires_on + TOKEN_MEMORY_SECONDS);
    let expires_on = now + TOKEN_LIFETIME_SECONDS;
    let id = call.state.new_id();
    let payload = json!({ "client_id": client.id, "exp": expires_on });
    let text = format!(
        "{}.{}.{id}",
        BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        BASE64_URL_SAFE_NO_PAD.encode(payload.to_string()),
    );
    let mut body = json!({
        "access_token": text,
        "token_type": "bearer",
        "expires_on": expires_on,
        "id_token": text,
    });
    if call.knobs.is("expires_in", "present") {
        body["expires_in"] = json!(TOKEN_LIFETIME_SECONDS);
    }
    call.state.tokens.insert(
        text,
        Token {
            client_id: client.id,
            scopes,
            expires_on,
        },
    );
    Ok(Response::json(200, &body))
}

/// `POST /idp/revoke_token`.
pub(super) fn revoke(call: &mut Call<'_>) -> Outcome {
    let form = form(call.request)?;
    let client = client_by_secret(call)?;
    let Some(text) = field(&form, "token") else {
        return Err(invalid_request("token is missing"));
    };
    let is_own = call
        .state
        .tokens
        .get(text)
        .is_some_and(|token| token.client_id == client.id);
    if is_own {
        call.state.tokens.remove(text);
    }
    Ok(Response::empty(200))
}

/// `GET /clients/{id}`.
pub(super) fn client(call: &mut Call<'_>) -> Outcome {
    let found = call
        .state
        .clients
        .iter()
        .find(|client| client.id == call.path_id);
    let Some(client) = found else {
        return Err(errors::plain(404, "Not found", "no such client"));
    };
    if client.id != call.caller.client_id {
        return Err(errors::plain(403, "Forbidden", "not the caller's client"));
    }
    let body = json!({
        "client_id": client.id,
        "tenant_id": client.tenant_id,
        "client_secret_expires_at": 0,
        "type": "api_client",
        "data": { "client_name": client.name },
        "token_endpoint_auth_method": "client_secret_basic",
        "created_at": "2025-02-03T09:00:00Z",
        "created_by": "0d1c2b3a-4958-4676-8594-a3b2c1d0e0f0",
        "last_access_at": call.now.to_string(),
        "last_access_from_ip": "192.0.2.10",
        "status": "enabled",
    });
    Ok(Response::json(200, &body))
}

/// Who calls, by the bearer token.
pub(super) fn caller(call: &Call<'_>, area: Area) -> Result<Caller, Response> {
    let refuse = |info: &str| match area {
        Area::Account => errors::plain(401, "Unauthorized", info),
        Area::Automation => errors::gateway(401, "Unauthorized"),
    };
    let Some(text) = authorization(call.request, "bearer") else {
        return Err(refuse("there is no bearer token"));
    };
    let Some(token) = call.state.tokens.get(text) else {
        return Err(refuse("the access token is not known"));
    };
    if token.expires_on <= call.now.as_second() {
        return Err(refuse("the access token is expired"));
    }
    let client = call
        .state
        .clients
        .iter()
        .find(|client| client.id == token.client_id)
        .ok_or_else(|| refuse("the client is gone"))?;
    Ok(Caller {
        client_id: client.id.clone(),
        tenant_id: client.tenant_id.clone(),
        scopes: token.scopes.clone(),
    })
}

/// Refuses a caller whose scopes do not cover the call.
pub(super) fn check_scope(call: &Call<'_>, area: Area, writes: bool) -> Result<(), Response> {
    let scopes = &call.caller.scopes;
    let has = |wanted: &str| scopes.iter().any(|scope| scope == wanted);
    match area {
        Area::Automation if !scopes.iter().any(|s| s.starts_with(AUTOMATION_PREFIX)) => {
            Err(errors::gateway(403, "Forbidden"))
        }
        Area::Account if !has(TENANT_ADMIN) && (writes || !has(TENANT_VIEWER)) => {
            let info = "the token's scope does not cover this call";
            Err(errors::plain(403, "Forbidden", info))
        }
        Area::Automation | Area::Account => Ok(()),
    }
}

fn client_by_secret(call: &Call<'_>) -> Result<ApiClient, Response> {
    let credentials = authorization(call.request, "basic")
        .and_then(|text| BASE64_STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let (id, secret) = credentials
        .as_deref()
        .and_then(|text| text.split_once(':'))
        .unwrap_or_default();
    let found = call
        .state
        .clients
        .iter()
        .find(|client| client.id == id && client.secret == secret);
    found.cloned().ok_or_else(|| {
        let body = json!({
            "domain": "Access",
            "reason": "InvalidClient",
            "error": "invalid_client",
            "error_description": "the client id or secret was not accepted",
        });
        Response::json(401, &body)
    })
}

fn wanted_scopes(client: &ApiClient, wanted: &str) -> Result<Vec<String>, Response> {
    let mut scopes = Vec::new();
    for scope in wanted.split_whitespace() {
        let is_implied = scope == TENANT_VIEWER && client.scopes.iter().any(|s| s == TENANT_ADMIN);
        if !is_implied && !client.scopes.iter().any(|s| s == scope) {
            let text = format!("scope {scope} is not allowed for this client");
            return Err(refusal(403, "access_denied", &text));
        }
        scopes.push(scope.to_owned());
    }
    Ok(scopes)
}

fn form(request: &Request) -> Result<Vec<(String, String)>, Response> {
    let is_form = request
        .header("content-type")
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return Err(invalid_request("the body is not a form"));
    }
    let body = std::str::from_utf8(&request.body)
        .map_err(|_| invalid_request("the form is not UTF-8 text"))?;
    Ok(body.split('&').map(form_pair).collect())
}

fn form_pair(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decoded(key), decoded(value))
}

/// Undoes `+` and `%XX`; a broken escape stays as it is.
fn decoded(text: &str) -> String {
    let escaped = |at: usize| {
        let digits = text.get(at + 1..at + 3)?;
        // A sign would be taken for part of the number.
        let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        are_digits.then(|| u8::from_str_radix(digits, 16).ok())?
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match (byte, escaped(at)) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                at += 2;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// What follows the scheme in the `Authorization` header.
fn authorization<'a>(request: &'a Request, scheme: &str) -> Option<&'a str> {
    let (found, rest) = request.header("authorization")?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

fn invalid_request(description: &str) -> Response {
    refusal(400, "invalid_request", description)
}

fn refusal(status: u16, error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    Response::json(status, &body)
}
