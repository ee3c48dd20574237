//! What is found out, against scripted answers.

use super::*;
use crate::{
    model::Tree,
    providers::cove::{
        scripted::{error, login, result, serve, serve_by},
        spec,
    },
    simulator::Response,
};

/// A user as `Login` tells one, with personal data that must not be shown.
fn user() -> Value {
    json!({
        "Id": 81_001,
        "PartnerId": 700_001,
        "Name": "reconciler",
        "EmailAddress": "rosa@harbour.example",
        "RoleId": 4,
        "TwoFactorAuthenticationStatus": "Undefined",
        "Flags": ["NonInteractive", "AllowApiAuthentication"],
    })
}

fn partner(id: i64, level: &str, code: &str) -> Value {
    json!({
        "Id": id,
        "ParentId": if id == 700_001 { 1 } else { 700_001 },
        "Name": format!("Customer {id}"),
        "Level": level,
        "State": "InProduction",
        "ServiceType": "AllInclusive",
        "ExternalCode": code,
        "Company": { "VatNumber": "EL000000000" },
    })
}

/// A service where all is well.
fn answer(body: &Value) -> Value {
    match body["method"].as_str().unwrap_or_default() {
        "Login" => user(),
        "GetServerInfo" => json!({ "Version": "25.1" }),
        "EnumeratePartners" => json!([
            partner(700_105, "EndCustomer", "larkfield"),
            partner(700_106, "Reseller", ""),
            partner(700_107, "SubRoot", ""),
        ]),
        // Nobody is below them who was not listed.
        "EnumerateChildPartners" => {
            let child = |id: i64| json!({ "Info": { "Id": id }, "ActualChildCount": 0 });
            let children = [700_105, 700_106, 700_107].map(child);
            json!({ "Info": { "Id": 700_001 }, "ActualChildCount": 3, "Children": children })
        }
        "GetPartnerInfoById" if body["params"]["partnerId"] == 700_001 => {
            partner(700_001, "Distributor", "")
        }
        "GetPartnerInfoById" => partner(700_105, "EndCustomer", "larkfield"),
        "EnumeratePartnerStateTransitions" => json!([
            { "OldState": "InTrial", "Action": "Expire", "NewState": "Expired" },
        ]),
        other => panic!("`{other}` is not needed for a diagnosis"),
    }
}

fn wanted(key: &str) -> Wanted {
    Wanted {
        kind: spec::KIND,
        key: key.to_owned(),
        display_name: None,
        adopt: None,
        desired: Tree::default(),
    }
}

/// `name health: detail`, with the hint behind an arrow.
async fn told(
    wanted: Option<&Wanted>,
    script: impl Fn(&Value) -> Response + Send + 'static,
) -> Vec<String> {
    let (_running, endpoint) = serve_by(script).await;
    let found = diagnose(&Session::new(&endpoint), wanted).await;
    found
        .into_iter()
        .map(|found| {
            let hint = found.hint.map(|hint| format!(" -> {hint}"));
            let Diagnosis {
                name,
                health,
                detail,
                hint: _,
            } = found;
            format!("{name} {health:?}: {detail}{}", hint.unwrap_or_default())
        })
        .collect()
}

/// Answers with visas that change.
fn fresh(value: &Value, body: &Value) -> Response {
    let visa = format!("after-{}", body["method"].as_str().unwrap_or_default());
    result(value, &visa)
}

#[tokio::test]
async fn an_account_where_all_is_well() {
    let lines = told(Some(&wanted("larkfield")), |body| {
        fresh(&answer(body), body)
    })
    .await;
    assert_eq!(
        lines,
        [
            "login Good: user 81001 with the role 4; flags `NonInteractive` and \
             `AllowApiAuthentication`; second factor Undefined",
            "server Good: version 25.1",
            "root Good: customer `700001` of the level `Distributor` in the state `InProduction`",
            "customers Good: 3 customers listed below the root: 1 `EndCustomer`, 1 `Reseller`, 1 \
             `SubRoot`; 1 with an external code, 1 protected",
            "layout Good: GetPartnerInfoById `700105` answers as documented",
            "states Good: the service lists 1 move between states",
            "visa Good: used for 13 minutes after its issue; answers bring a new one",
        ]
    );
}

#[tokio::test]
async fn nothing_personal_is_told() {
    let lines = told(Some(&wanted("larkfield")), |body| {
        let mut value = answer(body);
        if body["method"] == "GetPartnerInfoById" {
            value["Company"]["VatNumber"] = json!({ "secret": "EL000000000" });
            value["Company"]["Shoe"] = "EL000000000".into();
        }
        fresh(&value, body)
    })
    .await
    .join("\n");
    assert!(lines.contains("`Company.VatNumber`: structure"), "{lines}");
    assert!(lines.contains("`Company.Shoe`: text, not documented"));
    for secret in [
        "EL00",
        "rosa",
        "reconciler",
        "token-9",
        "after-",
        "Customer 7",
    ] {
        assert!(!lines.contains(secret), "{secret}: {lines}");
    }
}

#[tokio::test]
async fn a_refused_login_ends_the_diagnosis() {
    let lines = told(None, |_| {
        error(2100, "Unknown partner/username or bad password")
    })
    .await;
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with("login Bad: Login: Unknown partner"),
        "{lines:?}"
    );
    assert!(lines[0].contains("-> check the partner's exact name"));
}

#[tokio::test]
async fn what_may_not_be_read_is_doubtful_and_hides_nothing_else() {
    let lines = told(None, |body| match body["method"].as_str() {
        Some("Login") => login("v"),
        Some("EnumeratePartners") => result(&json!([partner(5, "Site", "x")]), "v"),
        _ => error(13_501, "Operation failed because of security reasons"),
    })
    .await;
    let starts: Vec<&str> = lines
        .iter()
        .map(|line| line.split(':').next().unwrap_or_default())
        .collect();
    assert_eq!(
        starts,
        [
            "login Doubtful",
            "server Doubtful",
            "root Doubtful",
            "customers Good",
            "states Doubtful",
            "visa Doubtful",
        ]
    );
    assert!(lines[0].contains("role not told; flags none"), "{lines:?}");
    assert!(lines[4].contains("not shown to this account"));
    assert!(lines[5].contains("bring no new one"));
}

#[tokio::test]
async fn a_list_with_holes_is_bad() {
    let lines = told(None, |body| {
        let mut value = answer(body);
        if body["method"] == "EnumeratePartners" {
            value[0]["ParentId"] = 42.into();
        }
        fresh(&value, body)
    })
    .await;
    let customers = &lines[3];
    assert!(customers.starts_with("customers Bad"), "{customers}");
    assert!(
        customers.contains("customer `42` is not listed"),
        "{customers}"
    );
}

#[tokio::test]
async fn users_and_roots_that_are_unfit_are_doubtful() {
    let with = |method: &'static str, member: &'static str, given: Value| {
        told(None, move |body| {
            let mut value = answer(body);
            if body["method"] == method {
                value[member] = given.clone();
            }
            fresh(&value, body)
        })
    };
    for (at, method, member, value, words) in [
        (0, "Login", "Flags", json!(null), "use an API user"),
        (0, "Login", "Flags", json!("Billing"), "flags `Billing`"),
        (
            0,
            "Login",
            "TwoFactorAuthenticationStatus",
            json!("Enabled"),
            "second factor",
        ),
        (2, "GetPartnerInfoById", "Level", json!("SubRoot"), "vendor"),
        (2, "GetPartnerInfoById", "Level", json!("Site"), "no level"),
        (2, "GetPartnerInfoById", "State", json!("Expired"), "refuse"),
        (2, "GetPartnerInfoById", "State", json!(null), "without"),
        (1, "GetServerInfo", "Version", json!(null), "no version"),
    ] {
        let lines = with(method, member, value.clone()).await;
        assert!(
            lines[at].contains(" Doubtful: "),
            "{member} {value}: {lines:?}"
        );
        assert!(lines[at].contains(words), "{member} {value}: {lines:?}");
    }
}

#[tokio::test]
async fn a_key_that_nobody_has_is_said() {
    let lines = told(Some(&wanted("newcomer")), |body| fresh(&answer(body), body)).await;
    assert_eq!(
        lines[4],
        "layout Good: no customer has the external code `newcomer`"
    );
}

#[tokio::test]
async fn visas_that_are_good_for_one_call_are_told() {
    let (_running, endpoint) = serve([
        login("v"),
        error(1701, "Visa is inconsistent/corrupted."),
        login("w"),
        result(&json!({ "Version": "25.1" }), "x"),
    ])
    .await;
    let found = diagnose(&Session::new(&endpoint), None).await;
    let last = found.last().expect("the visa comes last");
    assert_eq!(last.name, "visa");
    assert!(last.detail.contains("refused before its time"), "{last:?}");
}
