//! Zegoal, as its raw state shows it.

use jiff::{civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    canary::Shape,
    system::{FLAG, Field, Raw, System, Values, When, clearable, filled, only, secret, text},
    view::{self, View, flatten},
};

pub(crate) const ZEGOAL: System = System {
    name: "zegoal",
    kind: "ZegoalAccount",
    display_name: ("basic.accountName", "basic/account_name"),
    key_place: "basic/account_code",
    parent: ("basic.parent", "basic/parent_id"),
    fields: FIELDS,
    restless: &[],
    together: &[
        ("basic.lcState", "life_cycle"),
        ("basic.lcState", "lc"),
        ("basic.notiChannel", "basic/noti_user_id"),
    ],
    copies: &[],
    adoptable,
    records,
    writes: &[
        "CreateAccount",
        "UpdateAccount",
        "SetLC",
        "UpdateContact",
        "UpdateContract",
        "UpdateAddress",
    ],
};

/// The zone of a tenant whose manifest names none.
const ZONE: &str = "Europe/Minsk";

const ONE_OR_ZERO: Values = Values::Choice(&[("true", "1"), ("false", "0")]);

const FIELDS: &[Field] = &[
    filled(
        "basic.accountType",
        "basic/account_type",
        Values::Choice(&[("Prepaid", "Prepaid"), ("Postpaid", "Postpaid")]),
    ),
    filled(
        "basic.accountCategoryCode",
        "basic/account_category_code",
        Values::Choice(&[("regular", "regular"), ("vip", "vip")]),
    ),
    text("basic.description", "basic/description"),
    text("basic.vipCode", "basic/vip_code"),
    text("basic.dealerCode", "basic/dealer_code"),
    text("basic.typeOfBusiness", "basic/type_of_business"),
    text("basic.ownership", "basic/ownership"),
    filled(
        "basic.paymentResponsible",
        "basic/payment_responsible",
        ONE_OR_ZERO,
    ),
    filled("basic.isBilled", "basic/is_billed", FLAG),
    filled(
        "basic.notiChannel",
        "basic/noti_channel",
        Values::Choice(&[("SMS", "SMS"), ("Viber", "Viber")]),
    ),
    filled("basic.notiUserId", "basic/noti_user_id", Values::Text),
    filled(
        "basic.lcState",
        "lc/now",
        Values::Choice(&[("Active", "Active"), ("Suspended", "Suspended")]),
    ),
    filled(
        "billing.currency",
        "billing/curr_code",
        Values::Choice(&[("EUR", "EUR"), ("USD", "USD"), ("UAH", "UAH")]),
    ),
    filled(
        "billing.billFormatCode",
        "billing/bill_format_code",
        Values::Choice(&[("PDF", "PDF"), ("CSV", "CSV"), ("XML", "XML")]),
    ),
    filled(
        "billing.invoiceTemplateCode",
        "billing/invoice_template_code",
        Values::Choice(&[("CUST", "CUST"), ("ENT", "ENT")]),
    ),
    filled(
        "billing.billCycleId",
        "billing/bill_cycle_id",
        Values::Number(1, 9),
    ),
    filled("billing.validTo", "billing/valid_to", Values::Day),
    secret("billing.taxNumber", "billing/tax_number", Shape::Word),
    text("bankInfo.bankName", "bank_info/bank_name"),
    text("bankInfo.bankCode", "bank_info/bank_code"),
    secret(
        "bankInfo.bankAccount",
        "bank_info/bank_account",
        Shape::Word,
    ),
    text("bankInfo.companyName", "bank_info/company_name"),
    secret(
        "bankInfo.companyTaxNumber",
        "bank_info/company_tax_number",
        Shape::Word,
    ),
    text(
        "contract.contractNumber",
        "contracts/0/attributes/contract_number",
    ),
    filled(
        "contract.contractStatus",
        "contracts/0/attributes/contract_status",
        Values::Choice(&[("Signed", "Signed"), ("Unsigned", "Unsigned")]),
    ),
    filled(
        "contract.signingDate",
        "contracts/0/attributes/signing_date",
        Values::Day,
    ),
    filled(
        "contract.contractValidTo",
        "contracts/0/attributes/contract_valid_to",
        Values::Day,
    ),
    text(
        "contract.contractDescription",
        "contracts/0/attributes/contract_description",
    ),
    text("contact.companyTitle", "contacts/0/attributes/contact_name"),
    secret(
        "contact.email",
        "contacts/0/attributes/contact_email",
        Shape::Mail,
    ),
    secret(
        "contact.mobilePhone",
        "contacts/0/attributes/contact_mobile_num",
        Shape::Digits,
    ),
    secret(
        "contact.workPhone",
        "contacts/0/attributes/contact_desc",
        Shape::Digits,
    ),
    only(
        When::AtCreation,
        "contact.department",
        "contacts/0/department",
        Values::Text,
    ),
    text("address.city", "addresses/0/attributes/city"),
    text("address.street", "addresses/0/attributes/street"),
    text("address.postalCode", "addresses/0/attributes/postal_code"),
    clearable(
        "address.countryCode",
        "addresses/0/attributes/country_code",
        Values::Choice(&[("BG", "BG"), ("NO", "NO"), ("DE", "DE")]),
    ),
    only(
        When::AtCreation,
        "address.companyName",
        "addresses/0/attributes/company_name",
        Values::Text,
    ),
];

fn adoptable(state: &Value) -> Vec<String> {
    records(state)
        .into_iter()
        .filter(|raw| !raw.ended)
        .map(|raw| raw.remote)
        .collect()
}

fn records(state: &Value) -> Vec<Raw> {
    let accounts = state["accounts"].as_object();
    accounts
        .into_iter()
        .flatten()
        .map(|(id, account)| {
            let mut view = View::new();
            flatten(account, "", &mut view);
            // No account of any test is older than its present state.
            let rows = account["life_cycle"].as_array().cloned();
            let rows = rows.unwrap_or_default();
            let now = state_now(&rows);
            view.insert("lc/now".to_owned(), json!(now));
            if view.get("basic/parent_id") == Some(&json!(0)) {
                view.remove("basic/parent_id");
            }
            Raw {
                remote: id.clone(),
                key: view::text(account, "/basic/account_code").to_owned(),
                linked_as: account["id"].clone(),
                ended: now == "Terminated",
                parts: vec![(String::new(), format!("/accounts/{id}/"))],
                view,
            }
        })
        .collect()
}

/// The state that holds: that of the last row that is open, or of the one whose
/// end is yet to come, in the local time of the tenant. Rows of tests end either
/// long before or days after.
fn state_now(rows: &[Value]) -> String {
    let zone = TimeZone::get(ZONE).expect("a zone of the bundled table");
    let now = super::now().to_zoned(zone).datetime();
    let holds = |row: &&Value| {
        let from = view::text(row, "/from").parse::<DateTime>();
        let to = view::text(row, "/to").parse::<DateTime>();
        from.is_ok_and(|from| from <= now) && to.map_or(true, |to| now < to)
    };
    rows.iter()
        .rfind(holds)
        .or(rows.first())
        .map_or_else(String::new, |row| view::text(row, "/status").to_owned())
}
