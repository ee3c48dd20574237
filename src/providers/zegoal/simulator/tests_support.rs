//! A service with a clock and knobs around it, for the tests beside.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{knobs::KNOBS, service, stamp};
use crate::simulator::{Clock, KnobSettings, Request, Response, Service};

/// The seconds of one day.
pub(super) const DAY_SECONDS: i64 = 24 * 60 * 60;

/// When most tests begin.
pub(super) const BEGINNING: &str = "2024-05-06 10:15:30";

pub(super) struct World {
    pub(super) service: Box<dyn Service>,
    pub(super) knobs: KnobSettings,
    pub(super) clock: Clock,
}

impl World {
    /// A fresh service at [`BEGINNING`].
    pub(super) fn new() -> Self {
        Self::at(BEGINNING)
    }

    /// A fresh service at this local time.
    pub(super) fn at(local: &str) -> Self {
        let start = stamp::parse(local).expect("the test gives a local stamp");
        let start = start.to_zoned(stamp::zone_default());
        Self {
            service: service(7),
            knobs: KnobSettings::defaults(&KNOBS),
            clock: Clock::fixed(start.expect("it is a time of that zone").timestamp()),
        }
    }

    /// A fresh service at [`BEGINNING`] with these knobs.
    pub(super) fn with(knobs: &[(&str, &str)]) -> Self {
        let mut world = Self::new();
        for (name, value) in knobs {
            world.set(name, value);
        }
        world
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.knobs
            .set(&KNOBS, name, value)
            .expect("the test names a knob and one of its values");
    }

    pub(super) fn pass_days(&self, days: i64) {
        self.clock.advance(days * DAY_SECONDS);
    }

    pub(super) fn send(&mut self, request: &Request) -> Response {
        self.service.handle(request, &self.knobs, &self.clock)
    }

    /// The whole envelope that a call gets. The tenant is added to `body`.
    pub(super) fn envelope(&mut self, api: &str, mut body: Value) -> Value {
        body["tenant"] = "zegoal".into();
        let response = self.send(&request(api, &body));
        assert_eq!(response.status, 200);
        serde_json::from_slice(&response.body).expect("an envelope is JSON")
    }

    /// The response of a call that succeeds.
    pub(super) fn ok(&mut self, api: &str, body: Value) -> Value {
        let mut envelope = self.envelope(api, body);
        let verdict = &envelope["processing_result"];
        assert_eq!(verdict["status"], "ok", "{envelope}");
        envelope[api]["response"].take()
    }

    /// The text of a call that fails.
    pub(super) fn error(&mut self, api: &str, body: Value) -> String {
        let envelope = self.envelope(api, body);
        let verdict = &envelope["processing_result"];
        assert_eq!(verdict["status"], "error", "{envelope}");
        assert_eq!(verdict["code"], 1, "{envelope}");
        verdict["text"]
            .as_str()
            .expect("an error has a text")
            .to_owned()
    }

    /// Creates an account with everything in it, and gives its id.
    pub(super) fn create_full(&mut self) -> u64 {
        let response = self.ok("CreateAccount", full_account());
        as_id(&response["basic"]["account_id"])
    }

    /// Everything about an account, terminated or not.
    pub(super) fn read(&mut self, account_id: u64) -> Value {
        self.ok("GetAccountInfo", full_read(account_id))
    }

    /// The state of an account, terminated or not.
    pub(super) fn state_of(&mut self, account_id: u64) -> String {
        let response = self.read(account_id);
        response["basic"]["lc_state"]
            .as_str()
            .expect("the state is a text")
            .to_owned()
    }

    /// The life-cycle rows of an account, as state, beginning and end.
    pub(super) fn rows(&mut self, account_id: u64) -> Vec<(String, String, String)> {
        let response = self.read(account_id);
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        response["lc"]
            .as_array()
            .expect("the rows are a list")
            .iter()
            .map(|row| {
                (
                    text(row, "lc_status"),
                    text(row, "lc_from"),
                    text(row, "lc_to"),
                )
            })
            .collect()
    }
}

/// An id, written either way.
pub(super) fn as_id(value: &Value) -> u64 {
    super::fields::number(value).expect("the answer holds an id")
}

/// A request with the sandbox's credentials.
pub(super) fn request(api: &str, body: &Value) -> Request {
    let token = STANDARD.encode("sandbox:sandbox-password");
    Request {
        method: "POST".to_owned(),
        path: format!("/ti_api/json/{api}"),
        query: Vec::new(),
        headers: vec![
            ("authorization".to_owned(), format!("Basic {token}")),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: body.to_string().into_bytes(),
    }
}

/// A request of `CreateAccount` with a value for every attribute.
pub(super) fn full_account() -> Value {
    json!({
        "basic": {
            "account_code": "K-1",
            "account_name": "Birch Lane Dairy",
            "account_type": "Postpaid",
            "account_category_code": "vip",
            "description": "milk",
            "vip_code": "V2",
            "payment_responsible": 0,
            "parent_id": 1,
            "is_billed": false,
            "dealer_code": "D-2",
            "noti_channel": "Viber",
            "noti_user_id": "birch",
        },
        "billing": {
            "bill_cycle_id": 2,
            "bill_distribution_code": "email",
            "bill_format_code": "XML",
            "curr_code": "EUR",
            "lang_code": "en",
            "invoice_template_code": "ENT",
            "tax_number": "77",
            "valid_from": "2024-05-01 00:00:00",
            "valid_to": "2030-01-01 00:00:00",
        },
        "contract": {
            "contract_number": "C-1",
            "contract_status": "Unsigned",
            "signing_date": "2024-05-02 00:00:00",
            "contract_valid_from": "2024-05-03 00:00:00",
            "contract_valid_to": "2026-05-03 00:00:00",
            "contract_description": "for milk",
        },
        "contact": {
            "company_title": "Birch Lane Dairy LLC",
            "company_dept": "Cold store",
            "email": "dairy@birch.example",
            "mobile_phone": "375291112233",
            "work_phone": "+375 17 111 22 33",
        },
        "address": {
            "company_name": "Birch Lane Dairy LLC",
            "country_code": "BY",
            "country": "Belarus",
            "postal_code": "220001",
            "state": "",
            "region": "Minsk",
            "city": "Minsk",
            "street": "Birch Lane",
            "house": "2",
            "extra_address_line": "yard",
        },
    })
}

/// A request of `GetAccountInfo` that asks for all sections.
pub(super) fn full_read(account_id: u64) -> Value {
    json!({
        "account_id": account_id,
        "force_lookup": true,
        "return_address": true,
        "return_billing": true,
        "return_contacts": true,
        "return_contracts": true,
        "return_balances": true,
        "return_lc": true,
        "return_products": true,
        "return_payments": true,
        "return_bank_info": true,
        "return_triggers": true,
        "return_references": true,
    })
}

/// The keys of an object, in alphabetical order, separated by blanks.
pub(super) fn keys(value: &Value) -> String {
    let mut keys: Vec<&str> = value
        .as_object()
        .expect("the answer holds an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys.join(" ")
}
