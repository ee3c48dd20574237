//! The sandbox as a server: the vendors' own sample requests get the answers
//! that their pages show, and the printed manifests work as they are.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
};

use serde_json::{Value, json};

use crate::support::Repository;

/// A `trueup sandbox` that runs until this value is dropped.
pub(crate) struct Served {
    child: Child,
    /// What it printed.
    manifests: String,
    reader: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(repository: &Repository) -> Self {
        let mut child = repository
            .command()
            .args(["sandbox", "--clock", "2026-11-02T09:00:00Z"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let ready = stderr.next().expect("a line").expect("text");
        assert_eq!(ready, "Serving until interrupted (Ctrl-C).");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        // Everything was written before the line on standard error, and fits
        // into one read.
        let printed = stdout.fill_buf().expect("the manifests");
        let manifests = String::from_utf8(printed.to_vec()).expect("text");
        let reader = std::thread::spawn(move || stderr.for_each(drop));
        Self {
            child,
            manifests,
            reader: Some(reader),
        }
    }

    /// The base URL of a system.
    pub(crate) fn base_url(&self, system: &str) -> String {
        let (_, rest) = self
            .manifests
            .split_once(&format!("\n  {system}:\n"))
            .expect("the system is printed");
        let (_, rest) = rest.split_once("baseUrl: \"").expect("a base URL");
        rest.split('"').next().expect("its end").to_owned()
    }

    /// The variables that the manifests need.
    fn variables(&self) -> Vec<(String, String)> {
        self.manifests
            .lines()
            .filter_map(|line| line.strip_prefix("# export "))
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
            .collect()
    }

    pub(crate) fn variable(&self, name: &str) -> String {
        self.variables()
            .into_iter()
            .find(|(known, _)| known == name)
            .map_or_else(
                || panic!("{name} is not in\n{}", self.manifests),
                |(_, value)| value,
            )
    }

    /// Interrupts the sandbox as Ctrl-C does, and gives its exit code.
    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

async fn post(url: String, login: Option<(String, String)>, body: &Value) -> Value {
    let mut request = reqwest::Client::new().post(url).json(body);
    if let Some((user, password)) = login {
        request = request.basic_auth(user, Some(password));
    }
    let response = request.send().await.expect("an answer");
    serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON")
}

/// The `AddPartner` page: *Zeus & Sons*, with a country at the top level that is
/// no member, and without a state.
#[tokio::test(flavor = "multi_thread")]
async fn cove_answers_the_sample_of_its_page() {
    let served = Served::start(&Repository::new());
    let url = format!("{}/jsonapi", served.base_url("cove"));
    let login = json!({
        "jsonrpc": "2.0", "id": "jsonrpc", "method": "Login",
        "params": {
            "partner": "Sandbox Distribution (api@sandbox.example)",
            "username": served.variable("SANDBOX_COVE_USERNAME"),
            "password": served.variable("SANDBOX_COVE_PASSWORD"),
        },
    });
    let visa = post(url.clone(), None, &login).await["visa"].clone();
    let sample = json!({
        "id": "jsonrpc", "visa": visa, "method": "AddPartner", "jsonrpc": "2.0",
        "params": { "partnerInfo": {
            "ParentId": 12345, "Name": "Zeus & Sons", "Level": "EndCustomer",
            "ServiceType": "AllInclusive", "ChildServiceTypes": ["AllInclusive"],
            "Country": "Greece",
        } },
    });
    let answer = post(url, None, &sample).await;
    assert_eq!(answer["id"], "jsonrpc");
    assert_eq!(answer["jsonrpc"], "2.0");
    assert_eq!(answer["result"], json!({ "result": 55806 }));
    assert!(answer["visa"].is_string());
    assert_eq!(served.interrupt(), Some(0));
}

/// The `CreateAccount` page: the sample request, its answer, and the error when
/// it is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn zegoal_answers_the_sample_of_its_create_page() {
    let served = Served::start(&Repository::new());
    let url = format!("{}/ti_api/json/CreateAccount", served.base_url("zegoal"));
    let login = (
        served.variable("SANDBOX_ZEGOAL_LOGIN"),
        served.variable("SANDBOX_ZEGOAL_PASSWORD"),
    );
    let sample = json!({
        "tenant": "zegoal",
        "basic": {
            "account_code": "10001", "account_name": "New Account",
            "account_type": "Postpaid", "description": "Account created from API (test)",
        },
    });
    let answer = post(url.clone(), Some(login.clone()), &sample).await;
    assert_eq!(
        answer["processing_result"],
        json!({ "text": "Account created successfully", "status": "ok", "code": 0 })
    );
    assert_eq!(answer["processing_date"], "2026-11-02 12:00:00 +03:00");
    let response = &answer["CreateAccount"]["response"];
    assert_eq!(response["basic"]["account_id"], 4);
    assert_eq!(response["contract"]["contract_id"], 3);
    assert_eq!(response["billing"]["valid_to"], "2050-01-01 00:00:00");
    assert_eq!(response["contact"]["noti_channel"], "tech_noti");
    assert_eq!(answer["CreateAccount"]["request"], sample);
    let again = post(url, Some(login), &sample).await;
    assert_eq!(
        again["processing_result"],
        json!({
            "text": "Account with code [10001] and name [New Account] already exists.",
            "status": "error", "code": 1,
        })
    );
    assert_eq!(again["CreateAccount"]["response"], false);
}

/// The page about billing information: a tenant, then its billing information,
/// with the partner's id as `Tenant` and no `Id`.
#[tokio::test(flavor = "multi_thread")]
async fn acronis_answers_the_sample_of_its_page() {
    let served = Served::start(&Repository::new());
    let base = served.base_url("acronis");
    let client = reqwest::Client::new();
    let token = client
        .post(format!("{base}/api/2/idp/token"))
        .basic_auth(
            served.variable("SANDBOX_ACRONIS_CLIENT_ID"),
            Some(served.variable("SANDBOX_ACRONIS_CLIENT_SECRET")),
        )
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .expect("an answer");
    let token: Value = token.json().await.expect("JSON");
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let partner = "ede9f834-70b3-476c-83d9-736f9f8c7dae";
    let tenant = json!({
        "name": "Foobar", "kind": "customer", "parent_id": partner, "language": "en",
        "contact": {
            "address1": "24", "address2": "Esenni motivi", "email": "foo.bar@example.com",
            "phone": "083 2222 588", "zipcode": "1330", "city": "Sofia", "country": "Bulgaria",
        },
    });
    let created = client
        .post(format!("{base}/api/2/tenants"))
        .bearer_auth(&token)
        .json(&tenant)
        .send()
        .await
        .expect("an answer");
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.expect("JSON");
    let billing = json!({
        "Tenant": partner, "Name": "New Customer", "TaxExempt": true, "Tax": "",
        "Language": "48d06c90-f8a4-4726-a83c-a47dbb709f25",
        "Country": "b28c162b-007a-42a1-ba97-d798e9e26909",
        "BankAccount": "AL35202111090000000001234567", "VATNumber": "A23456789B",
        "TrialAccount": false, "DaysOffPerYear": 15, "TimeRegistrationRoundupTime": 10,
        "PaymentTerms": 14, "LoginUserName": "foo.bar@example.com",
        "SubtotalsOnInvoice": false, "DirectDebit": false, "SendInvoiceByEmail": false,
        "HouseNo": "24", "Street": "Esenni motivi", "Zipcode": "1330", "City": "Sofia",
        "PhoneNumber": "083 2222 588", "Email": "foo.bar@example.com",
    });
    let put = client
        .put(format!("{base}/api/advanced-automation/v1/Customers"))
        .bearer_auth(&token)
        .json(&billing)
        .send()
        .await
        .expect("an answer");
    assert_eq!(put.status(), 200);
    let customer: Value = put.json().await.expect("JSON");
    assert_eq!(customer["ExternalTenantUUID"], created["id"]);
    assert_eq!(customer["Name"], "New Customer");
    assert_eq!(customer["Status"], 2);
    assert_eq!(customer["TimeRegistrationRoundupTime"], "10");
    assert_eq!(customer["CountryDescription"], "Bulgaria");
    assert_eq!(customer.as_object().map(serde_json::Map::len), Some(71));
}

#[test]
fn the_printed_manifests_work_as_they_are() {
    let mut repository = Repository::new();
    let served = Served::start(&repository);
    repository.write("providers.yaml", &served.manifests);
    repository.write(
        "acme.yaml",
        "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: { name: acme }\nspec:\n  basic: { accountName: Acme }\n",
    );
    for (name, value) in served.variables() {
        repository.set(&name, &value);
    }
    let ran = repository.run(["apply", "-f", ".", "--auto-approve", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let ran = repository.run(["plan", "-f", ".", "--detailed-exitcode"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn wrong_credentials_are_told_from_everything_else_and_never_printed() {
    let mut repository = Repository::new();
    let served = Served::start(&repository);
    repository.write("providers.yaml", &served.manifests);
    for def in trueup::providers::ALL {
        let kind = def.kinds[0].kind;
        let name = def.kinds[0].display_name.replace('.', ": { ");
        let close = if name.contains('{') { " }" } else { "" };
        repository.write(
            &format!("{}.yaml", def.name),
            format!(
                "apiVersion: trueup.dev/v1alpha1\nkind: {kind}\nmetadata: {{ name: acme }}\nspec: {{ {name}: Acme{close} }}\n"
            ),
        );
    }
    for (name, _) in served.variables() {
        repository.set(&name, &format!("canary-{name}"));
    }
    for output in ["text", "json"] {
        let ran = repository.run(["plan", "-f", ".", "-vv", "-o", output]);
        let everything = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, 1, "{everything}");
        for def in trueup::providers::ALL {
            let says = format!("provider sandbox-{} could not be read", def.name);
            assert!(everything.contains(&says), "{everything}");
        }
        assert!(everything.contains("credentials"), "{everything}");
        assert!(!everything.contains("canary-"), "{everything}");
    }
}
