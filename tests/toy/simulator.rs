//! The toy itself: raw JSON in and out, and its own rules.

use serde_json::{Map, Value, json};
use trueup::simulator::{Clock, Knob, KnobSettings, Request, Response, Service};

/// What the toy knows its one user by.
const TOKEN: &str = "T0y-9f4e-77aa-x1";

/// How many records a page of the list holds: few, so that tests turn pages.
const PAGE_RECORDS: usize = 3;

const KNOBS: &[Knob] = &[
    Knob {
        name: "listing",
        values: &["complete", "short", "moving"],
        meaning: "Whether the list holds every record that it counts; a moving one tells its first record twice and forgets the last.",
    },
    Knob {
        name: "codes",
        values: &["free", "unique"],
        meaning: "Whether a second record with a code that is taken is refused.",
    },
    Knob {
        name: "deletes",
        values: &["gone", "kept"],
        meaning: "Whether a deleted record is gone, or kept as ended.",
    },
    Knob {
        name: "stores",
        values: &["all", "all_but_note"],
        meaning: "Whether the note is accepted and not stored.",
    },
    Knob {
        name: "omits",
        values: &["nothing", "billing", "access"],
        meaning: "Which section a record is returned without.",
    },
    Knob {
        name: "email",
        values: &["kept", "lower"],
        meaning: "Whether addresses of mail are stored in lower case.",
    },
];

/// The toy.
pub(crate) struct Toy {
    customers: Vec<Value>,
    gone: Vec<Value>,
    made: u32,
}

impl Default for Toy {
    fn default() -> Self {
        Self {
            customers: vec![json!({
                "id": "c-0", "own": true, "state": "active", "version": 1,
                "code": "self", "company_name": "Toy Reseller",
                "billing": {}, "contact": {}, "access": {},
            })],
            gone: Vec::new(),
            made: 0,
        }
    }
}

impl Service for Toy {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn knobs(&self) -> &'static [Knob] {
        KNOBS
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, _: &Clock) -> Response {
        if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return refuse(401, "who are you?");
        }
        let body = request.json().unwrap_or_default();
        let steps: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), steps.as_slice()) {
            ("GET", ["account"]) => Response::json(200, &json!({ "id": "toy-1" })),
            ("GET", ["regions"]) => Response::json(200, &regions()),
            ("GET", ["customers"]) => self.list(request, knobs),
            ("POST", ["customers"]) => self.create(&body, knobs),
            (method, ["customers", id, rest @ ..]) => {
                let place = self.customers.iter().position(|known| known["id"] == *id);
                match (place, method, rest) {
                    (None, _, _) => refuse(404, "there is no such customer"),
                    (Some(at), "GET", []) => show(&self.customers[at], knobs),
                    (Some(at), "PATCH", []) => self.patch(at, &body, knobs),
                    (Some(at), "PUT", ["channels"]) => {
                        self.patch(at, &json!({ "channels": body }), knobs)
                    }
                    (Some(at), "DELETE", []) => self.delete(at, &body, knobs),
                    _ => refuse(405, "not so"),
                }
            }
            _ => refuse(404, "there is nothing here"),
        }
    }

    fn operation(&self, request: &Request) -> String {
        let steps: Vec<&str> = request.path.split('/').collect();
        let path: Vec<&str> = steps
            .iter()
            .enumerate()
            .map(|(at, step)| if at == 2 { "{id}" } else { *step })
            .collect();
        format!("{} {}", request.method, path.join("/"))
    }

    fn is_write(&self, request: &Request) -> bool {
        request.method != "GET"
    }

    fn state(&self) -> Value {
        json!({ "customers": self.customers, "gone": self.gone, "made": self.made })
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        let list = |name: &str| {
            let list = state[name].as_array().cloned();
            list.ok_or_else(|| format!("`{name}` is no list"))
        };
        *self = Self {
            customers: list("customers")?,
            gone: list("gone")?,
            made: state["made"]
                .as_u64()
                .and_then(|made| u32::try_from(made).ok())
                .ok_or("`made` is no number")?,
        };
        Ok(())
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        json!({ "baseUrl": base_url, "token": TOKEN })
    }
}

impl Toy {
    fn list(&self, request: &Request, knobs: &KnobSettings) -> Response {
        let hidden = usize::from(!knobs.is("listing", "complete"));
        let repeated = usize::from(knobs.is("listing", "moving"));
        let page = request.query("page").and_then(|page| page.parse().ok());
        let items: Vec<Value> = self
            .customers
            .iter()
            .take(repeated)
            .chain(self.customers.iter().take(self.customers.len() - hidden))
            .skip(page.unwrap_or(0_usize) * PAGE_RECORDS)
            .take(PAGE_RECORDS)
            .map(|customer| {
                json!({
                    "id": customer["id"], "own": customer["own"] == true,
                    "code": customer["code"], "company_name": customer["company_name"],
                    "parent_id": customer["parent_id"], "state": customer["state"],
                })
            })
            .collect();
        let total = self.customers.len();
        Response::json(200, &json!({ "total": total, "items": items }))
    }

    fn create(&mut self, body: &Value, knobs: &KnobSettings) -> Response {
        if let Some(refusal) = self.refusal(body) {
            return refusal;
        }
        if body["company_name"].as_str().is_none_or(str::is_empty) {
            return refuse(422, "company_name is missing");
        }
        let taken = |known: &Value| known["code"] == body["code"];
        if knobs.is("codes", "unique") && self.customers.iter().any(taken) {
            return refuse(409, "this code is taken");
        }
        self.made += 1;
        let mut customer = json!({
            "id": format!("c-{}", self.made), "own": false, "state": "active", "version": 0,
            "billing": {}, "contact": {}, "access": {},
        });
        merge(&mut customer, body, knobs);
        self.customers.push(customer.clone());
        let mut response = show(&customer, knobs);
        response.status = 201;
        response
    }

    fn patch(&mut self, at: usize, body: &Value, knobs: &KnobSettings) -> Response {
        if let Some(refusal) = self.refusal(body) {
            return refusal;
        }
        let customer = &mut self.customers[at];
        if customer["state"] == "ended" {
            return refuse(409, "this customer has ended");
        }
        if !body["billing"]["currency"].is_null() {
            return refuse(422, "the currency is for ever");
        }
        merge(customer, body, knobs);
        show(customer, knobs)
    }

    fn delete(&mut self, at: usize, body: &Value, knobs: &KnobSettings) -> Response {
        let id = &self.customers[at]["id"];
        let is_child = |known: &Value| known["parent_id"] == *id && known["state"] == "active";
        if self.customers.iter().any(is_child) {
            return refuse(409, "there are customers below this one");
        }
        self.customers[at]["state"] = "ended".into();
        self.customers[at]["end_reason"] = body["reason"].clone();
        if knobs.is("deletes", "gone") {
            self.gone.push(self.customers.remove(at));
        }
        Response::empty(204)
    }

    /// What the toy does not take. It repeats what it was sent, as servers do.
    fn refusal(&self, body: &Value) -> Option<Response> {
        let iban = body["billing"]["iban"].as_str().unwrap_or_default();
        if iban.starts_with("XX") {
            return Some(refuse(
                422,
                &format!("the IBAN {iban} belongs to no country"),
            ));
        }
        let parent = &body["parent_id"];
        let known = parent.is_null() || self.customers.iter().any(|known| known["id"] == *parent);
        (!known).then(|| refuse(422, "parent_id is unknown"))
    }
}

/// Puts what was sent over what there is; `null` takes out.
fn merge(customer: &mut Value, body: &Value, knobs: &KnobSettings) {
    let mut body = body.clone();
    if let Value::Object(fields) = &mut body
        && knobs.is("stores", "all_but_note")
    {
        fields.remove("note");
    }
    if let (true, Some(email)) = (
        knobs.is("email", "lower"),
        body["contact"]["email"].as_str().map(str::to_lowercase),
    ) {
        body["contact"]["email"] = email.into();
    }
    overlay(customer, &body);
    customer["version"] = (customer["version"].as_i64().unwrap_or(0) + 1).into();
}

fn overlay(customer: &mut Value, body: &Value) {
    for (name, value) in body.as_object().into_iter().flatten() {
        let place = &mut customer[name];
        if ["billing", "contact", "access"].contains(&name.as_str()) {
            overlay(place, value);
        } else {
            *place = value.clone();
        }
    }
}

/// A record as it is returned: without the password, and in its own order.
fn show(customer: &Value, knobs: &KnobSettings) -> Response {
    let mut shown: Map<String, Value> = customer.as_object().cloned().unwrap_or_default();
    shown.insert("access".to_owned(), json!({}));
    shown.remove(knobs.get("omits"));
    if let Some(Value::Array(channels)) = shown.get_mut("channels") {
        channels.reverse();
    }
    Response::json(200, &Value::Object(shown))
}

fn regions() -> Value {
    json!([
        { "id": "r-1", "name": "Europe", "code": "EU" },
        { "id": "r-2", "name": "Other", "code": "O1" },
        { "id": "r-3", "name": "Other", "code": "O2" },
    ])
}

fn refuse(status: u16, words: &str) -> Response {
    Response::json(status, &json!({ "error": words }))
}
