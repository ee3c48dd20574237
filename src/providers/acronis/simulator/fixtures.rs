//! What a fresh simulator holds (Acronis contract, 9).

use serde_json::{Value, json};

use super::{
    auth::{AUTOMATION_ADMIN, TENANT_ADMIN, TENANT_VIEWER},
    customers::{self, NewRecord},
    ids::guid,
    lookups::{SUPPORT_GROUP, Tables},
    state::{ApiClient, Object, State, Tenant, object},
    tenants,
};

/// The sandbox's API client, with every right.
pub(super) const CLIENT_ID: &str = "5f2a8d3e-6f0b-4a53-9a3c-0d4e7b1c2f60";

/// A client that may read and write tenants but has no role in Advanced
/// Automation.
pub(super) const CLIENT_ID_WITHOUT_ROLE: &str = "5f2a8d3e-6f0b-4a53-9a3c-0d4e7b1c2f61";

/// A client that may read tenants and write nothing in Account Management.
pub(super) const CLIENT_ID_VIEWER: &str = "5f2a8d3e-6f0b-4a53-9a3c-0d4e7b1c2f62";

/// The secret of all three.
pub(super) const CLIENT_SECRET: &str = "sandbox-secret";

/// The partner's tenant, as on the page about billing information.
pub(super) const PARTNER_ID: &str = "ede9f834-70b3-476c-83d9-736f9f8c7dae";

/// The partner's key in Advanced Automation, as the same page shows it.
pub(super) const PARTNER_KEY: &str = "0dc377ec-e970-42e2-9e95-7ff9d8b05c11";

/// The tax that the same page chooses. The page shows it also on a customer who
/// is exempt, so it is the default tax here.
pub(super) const DEFAULT_TAX: &str = "bc814c40-9114-4329-8eb5-5b1e89270afb";

/// The numeric id of the first tenant made by a caller, as on the same page.
const FIRST_NUMBER: u64 = 2_360;

/// The numeric id of the first customer of the large fixture.
const FIRST_LARGE_NUMBER: u64 = 5_001;

/// How many customers the large fixture adds: more than two pages of 50.
const LARGE_COUNT: u64 = 110;

/// A customer of the fixture.
struct Customer {
    name: &'static str,
    number: u64,
    created: &'static str,
    login: &'static str,
    contact: Value,
    /// Tenant keys that differ from those of a new tenant.
    tenant: Value,
}

/// The small fixture: one partner and its customers, and next to it a partner
/// whom the clients cannot see.
pub(super) fn state(seed: u64, tables: &Tables) -> State {
    let mut state = State::empty(seed, FIRST_NUMBER);
    state.clients = clients();
    state.taxes = taxes(seed);
    add_partners(&mut state);
    for customer in customers() {
        add_customer(&mut state, &customer);
    }
    add_unlinked(&mut state);
    fill(&mut state, "Bergmann Logistik GmbH", filled(seed, tables));
    fill(&mut state, "Saint Anne Foundation", exempt(tables));
    state
}

/// Adds the customers of the large fixture, once.
pub(super) fn grow(state: &mut State) {
    if state.large_fixture {
        return;
    }
    state.large_fixture = true;
    for index in 0..LARGE_COUNT {
        let name = format!("Customer {:03}", index + 1);
        let email = format!("office@customer-{:03}.example", index + 1);
        let id = guid(state.seed, &format!("tenant:{name}"));
        let number = FIRST_LARGE_NUMBER + index;
        let tenant = json!({ "name": name });
        let contact = json!({ "email": email });
        add_tenant(state, &id, number, "2025-07-01T09:00:00Z", tenant, &contact);
        let record_id = guid(state.seed, &format!("record:{name}"));
        let new = NewRecord {
            id: &record_id,
            name: &name,
            email: &email,
            login: "",
            tenant: Some((&id, number)),
            created: "2025-07-01T09:00:09.407",
        };
        customers::bare(state, &new);
    }
}

fn clients() -> Vec<ApiClient> {
    let client = |id: &str, name: &str, scopes: &[&str]| ApiClient {
        id: id.to_owned(),
        secret: CLIENT_SECRET.to_owned(),
        name: name.to_owned(),
        tenant_id: PARTNER_ID.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    };
    vec![
        client(CLIENT_ID, "sandbox", &[TENANT_ADMIN, AUTOMATION_ADMIN]),
        client(CLIENT_ID_WITHOUT_ROLE, "no billing role", &[TENANT_ADMIN]),
        client(
            CLIENT_ID_VIEWER,
            "viewer",
            &[TENANT_VIEWER, AUTOMATION_ADMIN],
        ),
    ]
}

fn taxes(seed: u64) -> Vec<Object> {
    let tax = |id: &str, name: &str, code: &str, value: f64, is_default: bool| {
        object(json!({
            "Id": id,
            "Tenant": PARTNER_KEY,
            "Name": name,
            "Value": value,
            "Active": true,
            "Code": code,
            "AllowInactive": false,
            "IsDefault": is_default,
        }))
    };
    let reduced_id = guid(seed, "tax:Reduced rate");
    vec![
        tax(DEFAULT_TAX, "Standard rate", "STD", 20.0, true),
        tax(&reduced_id, "Reduced rate", "RED", 7.0, false),
    ]
}

fn add_partners(state: &mut State) {
    let root_id = guid(state.seed, "tenant:root");
    let other_id = guid(state.seed, "tenant:other partner");
    let other_customer_id = guid(state.seed, "tenant:other customer");
    let created = "2025-01-15T10:00:00Z";
    let nobody = json!({});
    let root = json!({ "name": "Cloud", "kind": "root", "parent_id": root_id });
    add_tenant(state, &root_id, 1, created, root, &nobody);
    let partner = json!({
        "name": "Meridian IT Services",
        "kind": "partner",
        "parent_id": root_id,
    });
    let contact = json!({ "email": "office@meridian.example" });
    add_tenant(state, PARTNER_ID, 2_355, created, partner, &contact);
    let other = json!({ "name": "Elsewhere IT", "kind": "partner", "parent_id": root_id });
    add_tenant(state, &other_id, 2_300, created, other, &nobody);
    let other_customer = json!({ "name": "Out of Sight Ltd", "parent_id": other_id });
    add_tenant(
        state,
        &other_customer_id,
        2_301,
        created,
        other_customer,
        &nobody,
    );
    let new = NewRecord {
        id: PARTNER_KEY,
        name: "Meridian IT Services",
        email: "office@meridian.example",
        login: "meridian_admin",
        tenant: Some((PARTNER_ID, 2_355)),
        created: "2025-01-15T10:00:00.12",
    };
    customers::partner(state, &new);
}

fn customers() -> [Customer; 3] {
    [
        Customer {
            name: "Northlight Studio",
            number: 2_356,
            created: "2025-03-03T08:15:00Z",
            login: "northlight_admin",
            contact: json!({ "email": "hello@northlight.example" }),
            tenant: json!({}),
        },
        Customer {
            name: "Bergmann Logistik GmbH",
            number: 2_357,
            created: "2025-04-10T11:20:30Z",
            login: "bergmann_admin",
            contact: json!({
                "email": "buchhaltung@bergmann.example",
                "address1": "Haus 7",
                "address2": "Hafenstraße 12",
                "city": "Hamburg",
                "state": "",
                "zipcode": "20457",
                "country": "Germany",
                "phone": "+49 40 5550142",
                "firstname": "Jonas",
                "lastname": "Bergmann",
                "title": "Geschäftsführer",
                "website": "https://bergmann.example",
            }),
            tenant: json!({ "language": "de", "customer_id": "D-10042" }),
        },
        Customer {
            name: "Saint Anne Foundation",
            number: 2_358,
            created: "2025-05-20T07:30:00Z",
            login: "saint_anne_admin",
            contact: json!({
                "email": "accounts@saint-anne.example",
                "address2": "4 Priory Lane",
                "city": "Birmingham",
                "state": "AL",
                "zipcode": "35203",
                "country": "USA",
            }),
            tenant: json!({}),
        },
    ]
}

fn add_customer(state: &mut State, customer: &Customer) {
    let id = guid(state.seed, &format!("tenant:{}", customer.name));
    let mut tenant = object(json!({ "name": customer.name }));
    tenant.extend(object(customer.tenant.clone()));
    add_tenant(
        state,
        &id,
        customer.number,
        customer.created,
        Value::Object(tenant),
        &customer.contact,
    );
    let record_id = guid(state.seed, &format!("record:{}", customer.name));
    let created = customer.created.replace('Z', ".407");
    let new = NewRecord {
        id: &record_id,
        name: customer.name,
        email: customer.contact["email"].as_str().unwrap_or_default(),
        login: customer.login,
        tenant: Some((&id, customer.number)),
        created: &created,
    };
    customers::bare(state, &new);
}

/// A customer who is in Advanced Automation only.
fn add_unlinked(state: &mut State) {
    let id = guid(state.seed, "record:Walk-in Trade");
    let new = NewRecord {
        id: &id,
        name: "Walk-in Trade",
        email: "",
        login: "",
        tenant: None,
        created: "2025-06-01T12:00:00",
    };
    customers::bare(state, &new);
}

/// Adds a tenant in production. `differing` are the keys that are not those of
/// a plain customer of the partner.
fn add_tenant(
    state: &mut State,
    id: &str,
    number: u64,
    created: &str,
    differing: Value,
    contact: &Value,
) {
    let created_at = created
        .parse()
        .expect("every date of the fixture is an RFC 3339 timestamp");
    let contact_id = guid(state.seed, &format!("contact of {id}"));
    let contact = object(contact.clone());
    let mut tenant = tenants::blank(
        id,
        created_at,
        &tenants::new_contact(&contact_id, created_at, &contact, "legal"),
    );
    tenant.insert("parent_id".to_owned(), json!(PARTNER_ID));
    tenant.insert("kind".to_owned(), json!("customer"));
    tenant.extend(object(differing));
    state.tenants.push(Tenant {
        number,
        object: tenant,
        billing_contact: Value::Null,
        pricing: object(json!({
            "mode": "production",
            "currency": null,
            "production_start_date": "2025-06-01T00:00:00Z",
            "version": created_at.as_millisecond(),
        })),
        removed_with: None,
    });
}

/// Writes billing information into the record of that name.
fn fill(state: &mut State, name: &str, billing: Value) {
    let record = state
        .records
        .iter_mut()
        .find(|record| record.name() == name)
        .expect("the fixture has a record of that name");
    record.fields.extend(object(billing));
    record.fields.insert("PaidAccount".to_owned(), json!(true));
}

fn filled(seed: u64, tables: &Tables) -> Value {
    json!({
        "DebtorCode": "10042",
        "Alias": "Bergmann",
        "Language": tables.language_id("Deutsch"),
        "Tax": guid(seed, "tax:Reduced rate"),
        "Country": tables.country_id("Germany"),
        "Street": "Hafenstraße",
        "HouseNo": "12",
        "HouseNoAdd": "a",
        "Zipcode": "20457",
        "City": "Hamburg",
        "Domain": "bergmann.example",
        "FallbackInvoiceEmailAddress": "rechnung@bergmann.example",
        "PhoneNumber": "+49 40 5550142",
        "Fax": "+49 40 5550143",
        "VATNumber": "DE123456789",
        "BankAccount": "DE89370400440532013000",
        "DefaultSLA": tables.service_level_id("Gold"),
        "SupportGroup": SUPPORT_GROUP,
        "CompanyType": "GmbH",
        "SendInvoiceByEmail": true,
        "TimeRegistrationRoundupTime": 15,
        "DefaultBillingEntity": tables.billing_entity_id("Meridian IT Services GmbH"),
        "ClientDocumentation": "Gate code at the front desk.",
        "BuildingName": "Speicher 7",
        "PaymentTerms": 30,
        "InvoiceNotes": "Purchase order number required",
        "DirectDebit": true,
        "SubtotalsOnInvoice": true,
    })
}

fn exempt(tables: &Tables) -> Value {
    json!({
        "TaxExempt": true,
        "Tax": DEFAULT_TAX,
        "StateCountry": tables.state_id("Alabama"),
        "Street": "Priory Lane",
        "HouseNo": "4",
        "Zipcode": "35203",
        "City": "Birmingham",
        "PaymentTerms": 45,
    })
}
