//! Every call that is ever sent, as the vendor's pages document it: data to hold
//! requests against, written without a look at the client.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use trueup::simulator::{LogEntry, Request};

/// The documented type of a member.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Text,
    /// A whole number.
    Number,
    /// The number 1 or 0.
    OneOrZero,
    /// `true` or `false`.
    Flag,
    /// `YYYY-MM-DD HH:MM:SS`.
    Date,
    Object(Members),
    /// A list of objects.
    Objects(Members),
}

use Form::{Date, Flag, Number, Object, Objects, OneOrZero, Text};

/// Members of an object: name, type, and whether it must be there.
pub(super) type Members = &'static [(&'static str, Form, bool)];

const BASIC_AT_BIRTH: Members = &[
    ("account_code", Text, true),
    ("account_name", Text, true),
    ("account_type", Text, false),
    ("account_category_code", Text, false),
    ("description", Text, false),
    ("vip_code", Text, false),
    ("lc_state", Text, false),
    ("lc_from", Date, false),
    ("payment_responsible", OneOrZero, false),
    ("parent_id", Number, false),
    ("is_billed", Flag, false),
    ("dealer_code", Text, false),
    ("noti_channel", Text, false),
    ("noti_user_id", Text, false),
];

/// Without the state, which is changed by a call of its own.
const BASIC_LATER: Members = &[
    ("account_code", Text, false),
    ("account_name", Text, false),
    ("account_type", Text, false),
    ("account_category_code", Text, false),
    ("description", Text, false),
    ("vip_code", Text, false),
    ("payment_responsible", OneOrZero, false),
    ("parent_id", Number, false),
    ("is_billed", Flag, false),
    ("dealer_code", Text, false),
    ("noti_channel", Text, false),
    ("noti_user_id", Text, false),
    ("type_of_business", Text, false),
    ("subscriber_type", Text, false),
    ("subscriber_group", Text, false),
    ("ownership", Text, false),
];

const BILLING: Members = &[
    ("bill_cycle_id", Number, false),
    ("bill_distribution_code", Text, false),
    ("bill_format_code", Text, false),
    ("curr_code", Text, false),
    ("lang_code", Text, false),
    ("invoice_template_code", Text, false),
    ("tax_number", Text, false),
    ("valid_from", Date, false),
    ("valid_to", Date, false),
];

const BANK_INFO: Members = &[
    ("bank_name", Text, false),
    ("bank_code", Text, false),
    ("bank_account", Text, false),
    ("company_name", Text, false),
    ("company_tax_number", Text, false),
];

const CONTRACT_AT_BIRTH: Members = &[
    ("contract_number", Text, false),
    ("contract_status", Text, false),
    ("signing_date", Date, false),
    ("contract_valid_from", Date, false),
    ("contract_valid_to", Date, false),
    ("contract_description", Text, false),
];

/// Both spellings: the page has one in its table and the other in its sample.
const CONTRACT_LATER: Members = &[
    ("contract_oid", Number, false),
    ("contract_number", Text, false),
    ("contract_num", Text, false),
    ("contract_status", Text, false),
    ("signing_date", Date, false),
    ("signation_date", Date, false),
    ("contract_valid_from", Date, false),
    ("valid_from", Date, false),
    ("contract_valid_to", Date, false),
    ("valid_to", Date, false),
    ("contract_description", Text, false),
    ("description", Text, false),
];

/// Both vocabularies, and the notification target.
const CONTACT_AT_BIRTH: Members = &[
    ("contact_name", Text, false),
    ("company_title", Text, false),
    ("contact_dept", Text, false),
    ("company_dept", Text, false),
    ("contact_email", Text, false),
    ("email", Text, false),
    ("contact_num", Text, false),
    ("mobile_phone", Text, false),
    ("contact_desc", Text, false),
    ("work_phone", Text, false),
    ("noti_channel", Text, false),
    ("noti_user_id", Text, false),
];

const ADDRESS_AT_BIRTH: Members = &[
    ("company_name", Text, false),
    ("country_code", Text, false),
    ("country", Text, false),
    ("postal_code", Text, false),
    ("state", Text, false),
    ("region", Text, false),
    ("city", Text, false),
    ("street", Text, false),
    ("house", Text, false),
    ("extra_address_line", Text, false),
];

/// Without the company, which no later call takes.
const ADDRESS_LATER: Members = &[
    ("address_id", Number, false),
    ("address_type", Text, false),
    ("country_code", Text, false),
    ("country", Text, false),
    ("postal_code", Text, false),
    ("state", Text, false),
    ("region", Text, false),
    ("city", Text, false),
    ("street", Text, false),
    ("house", Text, false),
    ("extra_address_line", Text, false),
];

const NEW_CONTACT: Members = &[
    ("contact_type", Text, false),
    ("contact_name", Text, true),
    ("contact_mobile_num", Text, true),
    ("contact_email", Text, false),
    ("contact_desc", Text, false),
];

/// All five each time, because nobody says whether the call is partial.
const OLD_CONTACT: Members = &[
    ("contact_id", Number, true),
    ("contact_type", Text, true),
    ("contact_name", Text, true),
    ("contact_mobile_num", Text, true),
    ("contact_email", Text, true),
    ("contact_desc", Text, true),
];

/// Every call that is ever sent, with the members of its body.
pub(super) const APIS: &[(&str, Members)] = &[
    (
        "AddAddress",
        &[
            ("account_id", Number, true),
            ("address", Object(ADDRESS_LATER), true),
        ],
    ),
    (
        "AddContact",
        &[
            ("account_id", Number, true),
            ("contact", Object(NEW_CONTACT), true),
        ],
    ),
    (
        "AddContract",
        &[
            ("account_id", Number, true),
            ("contract", Object(CONTRACT_LATER), true),
        ],
    ),
    (
        "CreateAccount",
        &[
            ("basic", Object(BASIC_AT_BIRTH), true),
            ("billing", Object(BILLING), false),
            ("contract", Object(CONTRACT_AT_BIRTH), false),
            ("contact", Object(CONTACT_AT_BIRTH), false),
            ("address", Object(ADDRESS_AT_BIRTH), false),
        ],
    ),
    (
        "GetAccountInfo",
        &[
            ("account_id", Number, false),
            ("account_code", Text, false),
            ("account_name", Text, false),
            ("force_lookup", Flag, true),
            ("return_lc", Flag, true),
            ("return_address", Flag, false),
            ("return_billing", Flag, false),
            ("return_contacts", Flag, false),
            ("return_contracts", Flag, false),
            ("return_bank_info", Flag, false),
        ],
    ),
    ("GetTenantDict", &[("dictionary_name", Text, false)]),
    (
        "SetLC",
        &[
            ("account_id", Number, true),
            ("lc_status", Text, true),
            ("lc_valid_from", Date, false),
            ("clean", OneOrZero, true),
            ("reason", Text, true),
            ("force_lc_change", Flag, false),
        ],
    ),
    (
        "UpdateAccount",
        &[
            ("account_id", Number, true),
            ("basic", Object(BASIC_LATER), false),
            ("billing", Object(BILLING), false),
            ("bank_info", Object(BANK_INFO), false),
        ],
    ),
    (
        "UpdateAddress",
        &[
            ("account_id", Number, true),
            ("address", Object(ADDRESS_LATER), true),
        ],
    ),
    (
        "UpdateContact",
        &[
            ("account_id", Number, true),
            ("contact", Objects(OLD_CONTACT), true),
        ],
    ),
    (
        "UpdateContract",
        &[
            ("account_id", Number, true),
            ("contract", Object(CONTRACT_LATER), true),
        ],
    ),
];

/// What in an object is not as documented.
fn faults(path: &str, value: &Value, members: Members) -> Vec<String> {
    let Some(object) = value.as_object() else {
        return vec![format!("{path} is no object")];
    };
    let known = |name: &str| members.iter().find(|(known, ..)| *known == name);
    let mut faults: Vec<String> = members
        .iter()
        .filter(|(name, _, needed)| *needed && !object.contains_key(*name))
        .map(|(name, ..)| format!("{path}.{name} is missing"))
        .collect();
    for (name, value) in object {
        let below = format!("{path}.{name}");
        match known(name) {
            None => faults.push(format!("{below} is not documented")),
            Some((_, form, _)) => faults.extend(faults_of_form(&below, value, *form)),
        }
    }
    faults
}

fn faults_of_form(path: &str, value: &Value, form: Form) -> Vec<String> {
    let right = match form {
        Text => value.is_string(),
        Number => value.is_u64(),
        OneOrZero => value == &json!(0) || value == &json!(1),
        Flag => value.is_boolean(),
        Date => value.as_str().is_some_and(is_date),
        Object(members) => return faults(path, value, members),
        Objects(members) => {
            let Some(list) = value.as_array().filter(|list| !list.is_empty()) else {
                return vec![format!("{path} is no list with something in it")];
            };
            let each = list.iter().flat_map(|item| faults(path, item, members));
            return each.collect();
        }
    };
    if right {
        Vec::new()
    } else {
        vec![format!("{path} is of another type: {value}")]
    }
}

fn is_date(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        })
        .collect();
    shape == "0000-00-00 00:00:00"
}

/// What in a request is not as documented.
pub(super) fn faults_of_request(entry: &LogEntry) -> Vec<String> {
    let LogEntry {
        operation, request, ..
    } = entry;
    let Request {
        method,
        path,
        query,
        headers: _,
        body: _,
    } = request;
    let mut found = Vec::new();
    let token = STANDARD.encode("sandbox:sandbox-password");
    for (what, right) in [
        ("method", method == "POST"),
        ("path", *path == format!("/ti_api/json/{operation}")),
        ("query", query.is_empty()),
        (
            "content type",
            request.header("content-type") == Some("application/json"),
        ),
        (
            "credentials",
            request.header("authorization") == Some(&format!("Basic {token}")),
        ),
    ] {
        if !right {
            found.push(format!("{operation}: the {what} is not as documented"));
        }
    }
    let mut body = request.json().expect("a body of JSON");
    let tenant = body.as_object_mut().and_then(|body| body.remove("tenant"));
    if tenant != Some(json!("zegoal")) {
        found.push(format!("{operation}: the tenant is {tenant:?}"));
    }
    match APIS.iter().find(|(api, _)| api == operation) {
        Some((api, members)) => found.extend(faults(api, &body, members)),
        None => found.push(format!("{operation} is a call that nobody expects")),
    }
    found
}

#[test]
fn the_check_itself_finds_faults() {
    let members: Members = &[
        ("id", Number, true),
        ("on", Date, false),
        ("list", Objects(&[("flag", Flag, true)]), false),
    ];
    for (body, count) in [
        (
            json!({ "id": 1, "on": "2026-01-01 00:00:00", "list": [{ "flag": true }] }),
            0,
        ),
        (json!({ "id": "1" }), 1),
        (json!({ "id": null }), 1),
        (json!({ "on": "2026-01-01" }), 2),
        (json!({ "id": 1, "list": [] }), 1),
        (json!({ "id": 1, "list": [{ "flag": 1, "more": 1 }] }), 2),
        (json!([]), 1),
    ] {
        assert_eq!(faults("", &body, members).len(), count, "{body}");
    }
}
