//! The tests of the simulated service, and the client they talk with.

mod dialogue;
mod knobs;
mod knobs_reading;
mod knobs_writing;
mod places;
mod reading;
mod refusals;
mod served;
mod trials;
mod writing;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::simulator::{Clock, KnobSettings, Request, Response, Service};

use super::fixtures::{LOGIN_PARTNER_ID, LOGIN_PARTNER_NAME, PASSWORD, USERNAME};

/// 2026-01-01T10:00:00Z, when every test starts.
const START: i64 = 1_767_261_600;

/// Every documented selector of list answers.
const DOCUMENTED_FIELDS: [i64; 10] = [0, 1, 3, 4, 5, 8, 9, 10, 18, 20];

/// A client that keeps the newest visa.
struct Session {
    service: Box<dyn Service>,
    knobs: KnobSettings,
    clock: Clock,
    visa: Option<String>,
}

impl Session {
    /// Talks with a fresh service and is not logged in.
    fn fresh() -> Self {
        let service = super::service(7);
        let knobs = KnobSettings::defaults(service.knobs());
        let start = Timestamp::from_second(START).expect("the start is a valid time");
        Self {
            service,
            knobs,
            clock: Clock::fixed(start),
            visa: None,
        }
    }

    /// Logged in, with these knobs set before.
    fn with_knobs(knobs: &[(&str, &str)]) -> Self {
        let mut session = Self::fresh();
        for (name, value) in knobs {
            session.set(name, value);
        }
        session.login();
        session
    }

    /// Logged in.
    fn new() -> Self {
        Self::with_knobs(&[])
    }

    fn set(&mut self, knob: &str, value: &str) {
        let knobs = self.service.knobs();
        self.knobs
            .set(knobs, knob, value)
            .expect("the test names a knob and a value of it");
    }

    fn login(&mut self) -> Value {
        self.value(
            "Login",
            &json!({
                "partner": LOGIN_PARTNER_NAME, "username": USERNAME, "password": PASSWORD,
            }),
        )
    }

    fn send(&mut self, verb: &str, path: &str, body: &str) -> Response {
        let request = Request {
            method: verb.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        self.service.handle(&request, &self.knobs, &self.clock)
    }

    /// Posts a body as it is and gives the body of the answer.
    fn post(&mut self, body: &str) -> Value {
        let response = self.send("POST", "/jsonapi", body);
        assert_eq!(response.status, 200, "application errors come with 200");
        serde_json::from_slice(&response.body).expect("the answer is JSON")
    }

    /// The whole body of the answer to a call with the newest visa.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        let mut body = json!({
            "jsonrpc": "2.0", "id": "jsonrpc", "method": method, "params": params,
        });
        if let Some(visa) = &self.visa {
            body["visa"] = json!(visa);
        }
        let answer = self.post(&body.to_string());
        if let Some(visa) = answer["visa"].as_str() {
            self.visa = Some(visa.to_owned());
        }
        answer
    }

    /// The return value of a call that must succeed.
    fn value(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.call(method, params);
        assert_eq!(answer.get("error"), None, "{method} {params}");
        answer["result"]["result"].clone()
    }

    /// The vendor code of a call that must be refused, or the JSON-RPC code
    /// when there is none.
    fn refusal(&mut self, method: &str, params: &Value) -> i64 {
        let answer = self.call(method, params);
        assert_eq!(answer.get("result"), None, "{method} {params}");
        let error = &answer["error"];
        error["data"]
            .as_i64()
            .or(error["code"].as_i64())
            .expect("an error has a code")
    }

    fn by_id(&mut self, id: i64) -> Value {
        self.value("GetPartnerInfoById", &json!({ "partnerId": id }))
    }

    /// Adds an `EndCustomer` below the login customer, with more or other
    /// members than these.
    fn add(&mut self, members: &Value) -> i64 {
        let info = end_customer(members);
        self.value("AddPartner", &json!({ "partnerInfo": info }))
            .as_i64()
            .expect("the new id is a number")
    }

    fn refused_add(&mut self, members: &Value) -> i64 {
        let info = end_customer(members);
        self.refusal("AddPartner", &json!({ "partnerInfo": info }))
    }

    fn modify(&mut self, id: i64, members: &Value) {
        let params = json!({ "partnerInfo": with_id(id, members) });
        let answer = self.call("ModifyPartner", &params);
        assert_eq!(answer.get("error"), None, "{params}");
    }

    fn refused_modify(&mut self, id: i64, members: &Value) -> i64 {
        let params = json!({ "partnerInfo": with_id(id, members) });
        self.refusal("ModifyPartner", &params)
    }

    /// The rows of a recursive list below the login customer.
    fn list(&mut self, fields: &[i64]) -> Vec<Value> {
        let rows = self.value(
            "EnumeratePartners",
            &json!({
                "parentPartnerId": LOGIN_PARTNER_ID, "fetchRecursively": true, "fields": fields,
            }),
        );
        rows.as_array().expect("a list is an array").clone()
    }

    /// The row of one customer in such a list.
    fn row(&mut self, id: i64, fields: &[i64]) -> Value {
        let rows = self.list(fields);
        let row = rows.into_iter().find(|row| row["Id"] == json!(id));
        row.expect("the customer is listed")
    }
}

fn end_customer(members: &Value) -> Value {
    let mut info = json!({
        "ParentId": LOGIN_PARTNER_ID,
        "Name": "Larkfield Dental",
        "Level": "EndCustomer",
        "ServiceType": "AllInclusive",
        "State": "InTrial",
        "Company": { "PostAddress": { "Country": "NL" } },
    });
    merge(&mut info, members);
    info
}

fn with_id(id: i64, members: &Value) -> Value {
    let mut info = json!({ "Id": id });
    merge(&mut info, members);
    info
}

fn merge(info: &mut Value, members: &Value) {
    for (name, value) in members.as_object().expect("members form an object") {
        info[name] = value.clone();
    }
}

fn names(value: &Value) -> Vec<&str> {
    let members = value.as_object().expect("the value is an object");
    members.keys().map(String::as_str).collect()
}
