//! Acronis, as its raw state shows it: a tenant and the customer of Advanced
//! Automation that belongs to it.

use serde_json::Value;

use super::{
    canary::Shape,
    system::{FLAG, Field, Raw, System, Values, When, clearable, filled, only, secret, text},
    view::{self, View, flatten},
};

pub(crate) const ACRONIS: System = System {
    name: "acronis",
    kind: "AcronisCustomer",
    display_name: ("tenant.name", "tenant/name"),
    key_place: "tenant/internal_tag",
    parent: ("billing.parentCustomer", "record/ParentCustomer"),
    fields: FIELDS,
    restless: &[
        "tenant/version",
        "tenant/updated_at",
        "tenant/contact/updated_at",
        "tenant/contact/id",
        "tenant/contact/created_at",
        "pricing/version",
        // Whether billing information was ever written.
        "record/PaidAccount",
    ],
    together: &[
        ("pricing.mode", "pricing/production_start_date"),
        ("tenant.contact.email", "tenant/contact/email_confirmed"),
    ],
    copies: &[
        ("record/Alias", "record/Name"),
        ("record/FallbackInvoiceEmailAddress", "record/Email"),
    ],
    adoptable,
    records,
    writes: &[
        "POST /tenants",
        "PUT /tenants/{id}",
        "DELETE /tenants/{id}",
        "PUT /tenants/{id}/pricing",
        "PUT /Customers",
    ],
};

const FIELDS: &[Field] = &[
    filled(
        "tenant.language",
        "tenant/language",
        Values::Choice(&[("en", "en"), ("de", "de"), ("sv", "sv"), ("bg", "bg")]),
    ),
    text("tenant.customerId", "tenant/customer_id"),
    secret(
        "tenant.contact.firstname",
        "tenant/contact/firstname",
        Shape::Word,
    ),
    secret(
        "tenant.contact.lastname",
        "tenant/contact/lastname",
        Shape::Word,
    ),
    text("tenant.contact.title", "tenant/contact/title"),
    secret("tenant.contact.email", "tenant/contact/email", Shape::Mail),
    secret(
        "tenant.contact.phone",
        "tenant/contact/phone",
        Shape::Digits,
    ),
    text("tenant.contact.address1", "tenant/contact/address1"),
    text("tenant.contact.address2", "tenant/contact/address2"),
    text("tenant.contact.city", "tenant/contact/city"),
    text("tenant.contact.zipcode", "tenant/contact/zipcode"),
    text("tenant.contact.industry", "tenant/contact/industry"),
    only(
        When::AtCreation,
        "tenant.companyBillingContact.email",
        "billing_contact/email",
        Values::Canary(Shape::Mail),
    ),
    only(
        When::Onward,
        "pricing.mode",
        "pricing/mode",
        Values::Choice(&[("trial", "trial"), ("production", "production")]),
    ),
    filled(
        "pricing.currency",
        "pricing/currency",
        Values::Choice(&[("EUR", "EUR"), ("USD", "USD"), ("GBP", "GBP")]),
    ),
    filled("billing.name", "record/Name", Values::Text),
    text("billing.debtorCode", "record/DebtorCode"),
    filled("billing.alias", "record/Alias", Values::Text),
    filled(
        "billing.language",
        "record/Language",
        Values::SameAs(&[
            ("Deutsch", "Bergmann Logistik GmbH"),
            ("English", "Northlight Studio"),
        ]),
    ),
    filled(
        "billing.country",
        "record/Country",
        Values::SameAs(&[
            ("Germany", "Bergmann Logistik GmbH"),
            ("US", "Northlight Studio"),
        ]),
    ),
    clearable(
        "billing.defaultSla",
        "record/DefaultSLA",
        Values::SameAs(&[("Gold", "Bergmann Logistik GmbH")]),
    ),
    clearable(
        "billing.defaultBillingEntity",
        "record/DefaultBillingEntity",
        Values::SameAs(&[("Meridian IT Services GmbH", "Bergmann Logistik GmbH")]),
    ),
    text("billing.street", "record/Street"),
    text("billing.houseNo", "record/HouseNo"),
    text("billing.buildingName", "record/BuildingName"),
    text("billing.zipcode", "record/Zipcode"),
    text("billing.city", "record/City"),
    secret("billing.email", "record/Email", Shape::Mail),
    filled(
        "billing.fallbackInvoiceEmailAddress",
        "record/FallbackInvoiceEmailAddress",
        Values::Canary(Shape::Mail),
    ),
    secret("billing.phoneNumber", "record/PhoneNumber", Shape::Digits),
    secret("billing.fax", "record/Fax", Shape::Digits),
    secret("billing.vatNumber", "record/VATNumber", Shape::Word),
    secret("billing.bankAccount", "record/BankAccount", Shape::Word),
    filled(
        "billing.sendInvoiceByEmail",
        "record/SendInvoiceByEmail",
        FLAG,
    ),
    filled("billing.directDebit", "record/DirectDebit", FLAG),
    filled(
        "billing.paymentTerms",
        "record/PaymentTerms",
        Values::Number(1, 90),
    ),
    filled(
        "billing.daysOffPerYear",
        "record/DaysOffPerYear",
        Values::Number(1, 40),
    ),
    filled(
        "billing.timeRegistrationRoundupTime",
        "record/TimeRegistrationRoundupTime",
        Values::Number(1, 60),
    ),
    text("billing.invoiceNotes", "record/InvoiceNotes"),
    text("billing.clientDocumentation", "record/ClientDocumentation"),
    clearable("billing.autoPause", "record/AutoPause", FLAG),
];

/// The fixture's customers of our partner, which have no key.
const ADOPTABLE: [&str; 3] = [
    "Northlight Studio",
    "Bergmann Logistik GmbH",
    "Saint Anne Foundation",
];

fn adoptable(state: &Value) -> Vec<String> {
    let tenants = state["tenants"].as_array().into_iter().flatten();
    tenants
        .filter(|tenant| ADOPTABLE.contains(&view::text(tenant, "/object/name")))
        .map(|tenant| view::text(tenant, "/object/id").to_owned())
        .collect()
}

fn records(state: &Value) -> Vec<Raw> {
    let nothing = Vec::new();
    let tenants = state["tenants"].as_array().unwrap_or(&nothing);
    let customers = state["records"].as_array().unwrap_or(&nothing);
    let mut found = Vec::new();
    let mut linked = vec![false; customers.len()];
    for (index, tenant) in tenants.iter().enumerate() {
        let id = view::text(tenant, "/object/id");
        let mut of_tenant = customers
            .iter()
            .enumerate()
            .filter(|(_, customer)| view::text(customer, "/fields/ExternalTenantUUID") == id);
        let customer = of_tenant.next();
        let mut view = View::new();
        flatten(&tenant["object"], "tenant", &mut view);
        flatten(&tenant["billing_contact"], "billing_contact", &mut view);
        flatten(&tenant["pricing"], "pricing", &mut view);
        let tenant_at = format!("/tenants/{index}");
        let mut parts = vec![("tenant".to_owned(), format!("{tenant_at}/object"))];
        let mut linked_as = Value::Null;
        if let Some((at, customer)) = customer {
            linked[at] = true;
            flatten(&customer["fields"], "record", &mut view);
            parts.push(("record".to_owned(), format!("/records/{at}/fields")));
            linked_as = customer["fields"]["Id"].clone();
        }
        found.push(Raw {
            remote: id.to_owned(),
            key: view::text(tenant, "/object/internal_tag").to_owned(),
            linked_as,
            ended: !tenant["object"]["deleted_at"].is_null(),
            parts,
            view,
        });
    }
    // Customers without a tenant, and second customers of one.
    for (at, customer) in customers.iter().enumerate().filter(|(at, _)| !linked[*at]) {
        let mut view = View::new();
        flatten(&customer["fields"], "record", &mut view);
        found.push(Raw {
            remote: view::text(customer, "/fields/Id").to_owned(),
            key: String::new(),
            linked_as: Value::Null,
            ended: false,
            parts: vec![("record".to_owned(), format!("/records/{at}/fields"))],
            view,
        });
    }
    found
}
