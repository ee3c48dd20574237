//! A tenant that answers as a test says, and the client's reader on it.

use std::sync::Arc;

use serde_json::{Value, json};
use trueup::{
    http::{Limits, Transport},
    model::{Leaf, ProviderName, Tree},
    provider::{Endpoint, Reader, Record, Wanted},
    simulator::{Clock, Knob, KnobSettings, Options, Request, Response, Running, Service, start},
};

use super::tenant::{KIND, def};

/// What to answer, given the API and the body.
type Answers = Box<dyn Fn(&str, &Value) -> Value + Send>;

struct Scripted(Answers);

impl Service for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn handle(&mut self, request: &Request, _: &KnobSettings, _: &Clock) -> Response {
        let body = request.json().expect("requests are JSON");
        Response::json(200, &self.0(&self.operation(request), &body))
    }

    fn operation(&self, request: &Request) -> String {
        let name = request.path.rsplit('/').next();
        name.unwrap_or_default().to_owned()
    }

    fn is_write(&self, _: &Request) -> bool {
        false
    }

    fn state(&self) -> Value {
        Value::Null
    }

    fn restore(&mut self, _: Value) -> Result<(), String> {
        Ok(())
    }

    fn provider_settings(&self, _: &str) -> Value {
        Value::Null
    }
}

/// A server on loopback, which ends with the first of the two, and a reader.
pub(super) async fn serve(
    answers: impl Fn(&str, &Value) -> Value + Send + 'static,
) -> (Running, Arc<dyn Reader>) {
    let options = Options {
        port: 0,
        clock: Clock::fixed(jiff::Timestamp::UNIX_EPOCH),
    };
    let service = Box::new(Scripted(Box::new(answers)));
    let running = start(service, options).await.expect("a free port");
    let settings: Tree = [
        ("baseUrl", running.base_url()),
        ("tenant", "zegoal".to_owned()),
        ("credentials.login", "robot".to_owned()),
        ("credentials.password", "secret".to_owned()),
    ]
    .into_iter()
    .map(|(path, text)| (def().settings.path(path), Leaf::Text(text)))
    .collect();
    let limits = Limits {
        requests_per_second: 1_000.0,
        concurrency: 2,
        timeout_seconds: 20,
        attempts: 1,
    };
    let reader = (def().reader)(&Endpoint {
        name: ProviderName("scripted".into()),
        settings,
        transport: Arc::new(Transport::new(limits).expect("a client")),
    });
    (running, reader)
}

/// The envelope of a success.
pub(super) fn success(api: &str, response: &Value) -> Value {
    json!({
        "processing_result": { "text": "success", "status": "ok", "code": 0 },
        "processing_date": "2025-02-03 12:00:00",
        api: { "response": response, "request": {} },
    })
}

/// Looks an account up by its code, with every section managed.
pub(super) fn everything(code: &str) -> Wanted {
    let kind = &def().kinds[0];
    let desired = kind
        .fields()
        .iter()
        .filter(|facts| !facts.computed)
        .map(|facts| (facts.path, Leaf::Unset))
        .collect();
    Wanted {
        kind: KIND,
        key: code.to_owned(),
        display_name: None,
        adopt: None,
        desired,
    }
}

/// The record that the client makes of one envelope; nothing when the account
/// is not there.
pub(super) async fn record_of(envelope: Value) -> Option<Record> {
    let (_running, reader) = serve(move |_, _| envelope.clone()).await;
    let index = reader.index(&[everything("HZ-7")]).await;
    let mut rows = index.expect("readable").rows;
    rows.pop().map(|row| row.record.expect("read with its row"))
}

/// The record that the client makes of one response.
pub(super) async fn record(response: &Value) -> Record {
    let found = record_of(success("GetAccountInfo", response)).await;
    found.expect("the account is there")
}

/// A response with every section, laid out as is assumed.
pub(super) fn usual() -> Value {
    json!({
        "tenant": "zegoal",
        "account_id": 7,
        "account_code": "HZ-7",
        "account_name": "Hazel Printing",
        "TZ": "Europe/Minsk",
        "basic": {
            "account_id": 7,
            "account_code": "HZ-7",
            "account_name": "Hazel Printing",
            "account_type": "Postpaid",
            "account_category_code": "regular",
            "description": "leaflets",
            "vip_code": "",
            "lc_state": "Active",
            "lc_from": "2025-01-10 09:00:00",
            "payment_responsible": 1,
            "parent_id": 3,
            "is_billed": true,
            "dealer_code": "D-1",
            "noti_channel": "SMS",
            "noti_user_id": "hazel",
            "type_of_business": "print",
            "subscriber_type": "",
            "subscriber_group": "",
            "ownership": "",
        },
        "billing": {
            "billing_profile_id": 6,
            "bill_cycle_id": 1,
            "bill_distribution_code": "e-mail",
            "bill_format_code": "CSV",
            "curr_code": "EUR",
            "lang_code": "en",
            "invoice_template_code": "ENT",
            "tax_number": "190777001",
            "valid_from": "2025-01-10 09:00:00",
            "valid_to": "2050-01-01 00:00:00",
        },
        "bank_info": {
            "bank_name": "Example Bank",
            "bank_code": "EXMPBY2X",
            "bank_account": "BY00EXMP00000000000000777001",
            "company_name": "Hazel Printing LLC",
            "company_tax_number": "190777001",
        },
        "address": [usual_address()],
        "contacts": [usual_contact()],
        "contracts": [usual_contract()],
        "lc": [{
            "lc_status": "Active", "lc_from": "2025-01-10 09:00:00", "lc_to": "",
            "is_current": true,
        }],
    })
}

fn usual_address() -> Value {
    json!({
        "address_id": 6, "address_type": "main_address", "company_name": "Hazel Printing LLC",
        "country_code": "BY", "country": "Belarus", "postal_code": "220005", "state": "",
        "region": "Minsk", "city": "Minsk", "street": "Hazel Street", "house": "5",
        "extra_address_line": "", "email": "",
    })
}

fn usual_contact() -> Value {
    json!({
        "contact_id": 8, "contact_type": "main_contact", "contact_name": "Hazel Printing LLC",
        "contact_mobile_num": "+375 29 777 00 01", "contact_email": "ink@hazel.example",
        "contact_desc": "+375 17 777 00 01", "company_title": "Hazel Printing LLC",
        "company_dept": "Ink", "email": "ink@hazel.example",
        "mobile_phone": "+375 29 777 00 01", "work_phone": "+375 17 777 00 01",
    })
}

fn usual_contract() -> Value {
    json!({
        "contract_id": 5, "contract_number": "HZ/1", "contract_status": "Signed",
        "signing_date": "2025-01-09 00:00:00", "contract_valid_from": "2025-01-10 00:00:00",
        "contract_valid_to": "2050-01-01 00:00:00", "contract_description": "leaflets",
    })
}
