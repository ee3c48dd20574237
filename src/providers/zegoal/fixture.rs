//! What the tests of this folder share: settings, answers, trees.

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    PROVIDER, convert,
    envelope::{self, Expected},
    kind,
    wire::Section,
};
use crate::{
    model::{FieldPath, Leaf, RemoteId, Sensitive, Tree, field_map::ValueType},
    provider::{Action, Call, Intent, Job, Lookups, Record, Refusal, Settling},
};

/// The login of [`settings`].
pub(super) const LOGIN: &str = "robot@example.com";

/// The password of [`settings`].
pub(super) const PASSWORD: &str = "correct horse";

pub(super) fn minsk() -> TimeZone {
    TimeZone::get("Europe/Minsk").expect("a zone of the bundled table")
}

pub(super) fn settings(base_url: &str) -> Tree {
    [
        ("baseUrl", Leaf::Text(base_url.to_owned())),
        ("tenant", Leaf::Text("acme".to_owned())),
        ("credentials.login", Leaf::Sensitive(Sensitive::new(LOGIN))),
        (
            "credentials.password",
            Leaf::Sensitive(Sensitive::new(PASSWORD)),
        ),
    ]
    .into_iter()
    .map(|(path, leaf)| (PROVIDER.settings.path(path), leaf))
    .collect()
}

pub(super) fn path(path: &str) -> FieldPath {
    kind().path(path)
}

pub(super) fn paths(list: &[&str]) -> Vec<FieldPath> {
    list.iter().map(|it| path(it)).collect()
}

/// A tree of fields in the form that the engine would give them; `null` is
/// unset.
pub(super) fn tree(fields: &Value) -> Tree {
    let fields = fields.as_object().expect("fields by path");
    fields
        .iter()
        .map(|(name, value)| (path(name), leaf(name, value)))
        .collect()
}

fn leaf(name: &str, value: &Value) -> Leaf {
    let facts = kind().fields().facts(name).expect("a field of the spec");
    match value {
        Value::Null => Leaf::Unset,
        Value::Bool(value) => Leaf::Bool(*value),
        Value::Number(number) => Leaf::Integer(number.as_i64().expect("a whole number")),
        Value::String(text) if facts.sensitive => Leaf::Sensitive(Sensitive::new(text.as_str())),
        Value::String(text) => Leaf::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => panic!("{name} is of no such type"),
    }
}

/// The `response` of a `GetAccountInfo` with every section, in the layout that
/// the contract takes for likely.
pub(super) fn response() -> Value {
    let lc = [
        ("Trial", "2024-05-06 10:15:30"),
        ("Suspended", "2024-05-21 10:15:30"),
        ("Terminated", "2024-07-05 10:15:30"),
    ];
    json!({
        "tenant": "acme",
        "account_id": 43,
        "account_code": "CUST-0043",
        "account_name": "Svisloch Field Works",
        "TZ": "Europe/Minsk",
        "basic": basic(),
        "billing": billing(),
        "bank_info": {
            "company_tax_number": "",
            "company_name": "",
            "bank_name": "",
            "bank_code": "",
            "bank_account": "",
        },
        "address": [address()],
        "contacts": [contact()],
        "contracts": [contract()],
        "lc": schedule(&lc, "Trial"),
    })
}

fn basic() -> Value {
    json!({
        "vip_code": "",
        "payment_responsible": 1,
        "parent_id": 42,
        "lc_state": "Trial",
        "lc_from": "2024-05-06 10:15:30",
        "is_billed": true,
        "description": "Managed from the billing repository",
        "dealer_code": "D-7",
        "account_type": "Postpaid",
        "account_name": "Svisloch Field Works",
        "account_id": 43,
        "account_code": "CUST-0043",
        "account_category_code": "regular",
        "type_of_business": "",
        "subscriber_type": "",
        "subscriber_group": "",
        "ownership": "",
        "noti_channel": "tech_noti",
        "noti_user_id": "https://hooks.example.com/billing/",
    })
}

fn billing() -> Value {
    json!({
        "valid_to": "2050-01-01 00:00:00",
        "valid_from": "2024-05-06 10:15:30",
        "tax_number": "190000043",
        "lang_code": "en",
        "invoice_template_code": "ENT",
        "curr_code": "USD",
        "billing_profile_id": 42,
        "bill_format_code": "PDF",
        "bill_distribution_code": "e-mail",
        "bill_cycle_id": 1,
    })
}

fn address() -> Value {
    json!({
        "street": "Example Street",
        "state": "",
        "region": "Minsk",
        "postal_code": "220000",
        "house": "4",
        "extra_address_line": "floor 2",
        "country_code": "BY",
        "country": "Belarus",
        "company_name": "Svisloch Field Works LLC",
        "city": "Minsk",
        "address_id": 44,
        "address_type": "main_address",
        "email": "",
    })
}

fn contact() -> Value {
    json!({
        "contact_id": 45,
        "contact_type": "main_contact",
        "contact_name": "Svisloch Field Works LLC",
        "contact_mobile_num": "+375 29 000 00 43",
        "contact_email": "finance@svisloch.example",
        "contact_desc": "+375 17 000 00 43",
        "company_title": "Svisloch Field Works LLC",
        "company_dept": "Finance",
        "email": "finance@svisloch.example",
        "mobile_phone": "+375 29 000 00 43",
        "work_phone": "+375 17 000 00 43",
    })
}

fn contract() -> Value {
    json!({
        "signing_date": "2024-05-02 00:00:00",
        "contract_valid_to": "2026-05-01 00:00:00",
        "contract_valid_from": "2024-05-02 00:00:00",
        "contract_status": "Signed",
        "contract_number": "2024/043",
        "contract_id": 41,
        "contract_description": "Frame agreement",
    })
}

/// Rows of a life cycle, of which one is current.
pub(super) fn schedule(rows: &[(&str, &str)], current: &str) -> Value {
    let row = |(state, from): &(&str, &str)| json!({ "lc_status": state, "lc_from": from, "lc_to": "", "is_current": *state == current });
    rows.iter().map(row).collect()
}

/// A [`response`] whose account is in one state since May 2024, with nothing
/// scheduled.
pub(super) fn response_in(state: &str) -> Value {
    let mut response = response();
    response["basic"]["lc_state"] = state.into();
    response["lc"] = schedule(&[(state, "2024-05-06 10:15:30")], state);
    response
}

/// The envelope of a success.
pub(super) fn envelope(api: &str, response: &Value) -> Value {
    json!({
        "processing_result": { "text": "success", "status": "ok", "code": 0 },
        "processing_date": "2024-05-06 10:20:05",
        api: { "response": response, "request": {} },
    })
}

/// The record that is read from a response with these sections asked for.
pub(super) fn record_with(response: &Value, sections: &[Section]) -> Record {
    let body = envelope("GetAccountInfo", response);
    let answered =
        envelope::open("GetAccountInfo", &body, Expected::Object).expect("an answer of success");
    let row = convert::account(&answered, sections, &minsk()).expect("an account");
    row.record.expect("a row of one account has its record")
}

/// The record that is read from a response with all sections asked for.
pub(super) fn record(response: &Value) -> Record {
    record_with(response, &Section::ALL)
}

/// Settles a desired tree against a record; gives the notes.
pub(super) fn settle(desired: &mut Tree, record: &Record) -> Vec<String> {
    let mut notes = Vec::new();
    (kind().settle)(&mut Settling {
        desired,
        record,
        lookups: &Lookups::default(),
        notes: &mut notes,
        moved_on: &mut Vec::new(),
    });
    notes
}

/// The managed fields that differ, as the engine finds them.
pub(super) fn differences(desired: &Tree, record: &Record) -> Vec<FieldPath> {
    let fields = kind().fields();
    desired
        .iter()
        .filter(|(path, leaf)| {
            let facts = fields.facts(path.as_str()).expect("a field of the spec");
            !facts.write_only && record.tree.or_unset(*path) != *leaf
        })
        .map(|(path, _)| path)
        .collect()
}

/// The fields that are changed for this desired state, and the notes.
pub(super) fn changes(desired: &Value, record: &Record) -> (Vec<FieldPath>, Vec<String>) {
    let mut desired = tree(desired);
    let notes = settle(&mut desired, record);
    (differences(&desired, record), notes)
}

/// The calls that bring a record to this desired state.
pub(super) fn update(desired: &Value, record: &Record) -> Result<Vec<Call>, Refusal> {
    let mut desired = tree(desired);
    settle(&mut desired, record);
    let fields = differences(&desired, record);
    (kind().calls)(&Intent {
        action: Action::Update,
        fields: &fields,
        desired: &desired,
        record: Some(record),
        reason: None,
    })
}

/// The calls that create an account of this desired state.
pub(super) fn create(desired: &Value) -> Result<Vec<Call>, Refusal> {
    let desired = tree(desired);
    let set = desired.iter().filter(|(_, leaf)| !leaf.is_unset());
    let fields: Vec<FieldPath> = set.map(|(path, _)| path).collect();
    (kind().calls)(&Intent {
        action: Action::Create,
        fields: &fields,
        desired: &desired,
        record: None,
        reason: None,
    })
}

/// What is done about one record.
pub(super) fn with_job<T>(
    desired: &Tree,
    record: Option<&Record>,
    reason: &str,
    run: impl FnOnce(&Job<'_>) -> T,
) -> T {
    let remote = record.map(|record| record.remote.clone());
    run(&Job {
        kind: kind().kind,
        key: "CUST-0043",
        desired,
        remote: remote.as_ref(),
        record,
        reason,
        since: Instant::now(),
    })
}

/// The operations of calls with their purposes.
pub(super) fn outline(calls: &[Call]) -> Vec<String> {
    calls
        .iter()
        .map(|call| match call.purpose {
            Some(purpose) => format!("{} ({purpose})", call.operation),
            None => call.operation.to_owned(),
        })
        .collect()
}

/// Two different values for a field, in canonical form.
pub(super) fn samples(name: &str) -> [Leaf; 2] {
    let facts = kind().fields().facts(name).expect("a field of the spec");
    if let [one, other, ..] = facts.known.as_slice() {
        return [Leaf::Text(one.clone()), Leaf::Text(other.clone())];
    }
    match &facts.value_type {
        ValueType::Bool => [Leaf::Bool(true), Leaf::Bool(false)],
        ValueType::Integer => [Leaf::Integer(1), Leaf::Integer(2)],
        ValueType::DateTime => {
            ["2024-05-06 10:15:30", "2050-01-01 00:00:00"].map(|stamp| Leaf::Text(stamp.to_owned()))
        }
        ValueType::Reference => ["7", "8"].map(|id| Leaf::Text(id.to_owned())),
        ValueType::Text if facts.sensitive => {
            ["007", "BY00EXMP"].map(|text| Leaf::Sensitive(Sensitive::new(text)))
        }
        ValueType::Text => ["Ёж & \"co\" ", "0123"].map(|text| Leaf::Text(text.to_owned())),
        ValueType::Choice(_) | ValueType::Set(_) | ValueType::Passthrough => {
            panic!("no field of this spec is of such a type")
        }
    }
}

pub(super) fn remote(id: &str) -> RemoteId {
    RemoteId(id.to_owned())
}
