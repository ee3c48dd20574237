//! The documents' example exchanges, restated as facts: requests of the same
//! purpose have the same shape, and answers hold the same members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trueup::provider::Action;

use super::bench::{
    PARTNER, Somebody, adopted, bent, bodies, call_of, one, planned, record_of, settle, told, world,
};
use crate::support::world::World;

/// The members of an object with their types, `null` where nothing is told.
fn shape(value: &Value) -> BTreeMap<String, &'static str> {
    let members = value.as_object().expect("an object").iter();
    members
        .map(|(name, value)| {
            let of = match value {
                Value::Null => "null",
                Value::Bool(_) => "flag",
                Value::Number(_) => "number",
                Value::String(_) => "text",
                Value::Array(_) => "list",
                Value::Object(_) => "object",
            };
            (name.clone(), of)
        })
        .collect()
}

/// Checks an answer against an example: the same members, and the same types
/// where neither is null.
fn check(what: &str, answer: &Value, example: &str) {
    let found = shape(answer);
    let example: BTreeMap<&str, &str> = example
        .split_whitespace()
        .map(|member| member.split_once(':').expect("name:type"))
        .collect();
    let names: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = example.keys().copied().collect();
    assert_eq!(names, expected, "{what}");
    for (name, of) in &found {
        let wanted = example[name.as_str()];
        assert!(
            *of == "null" || wanted == "null" || *of == wanted,
            "{what}: {name} is {of}, and {wanted} in the example"
        );
    }
}

const TENANT: &str = "id:text version:number created_at:text updated_at:text deleted_at:null \
    production_start_date:text name:text customer_type:text parent_id:text kind:text \
    contact:object contacts:list enabled:flag customer_id:text brand_id:number brand_uuid:text \
    brand_enabled:flag internal_tag:text language:text owner_id:null has_children:flag \
    default_idp_id:text update_lock:object ancestral_access:flag mfa_status:text \
    pricing_mode:text external_operation_status:null";

const CONTACT: &str = "id:text created_at:text updated_at:text types:list email:text \
    address1:text address2:text country:text state:text city:text zipcode:text phone:text \
    firstname:text lastname:text title:null website:null industry:null organization_size:null \
    email_confirmed:null aan:null";

const CUSTOMER_ROW: &str = "Id:text Tenant:text Name:text Branch:null Alias:text Status:number \
    IsTier4:flag DeploymentStatus:number DeploymentStatusValue:text DeploymentId:text \
    DeploymentErrorMessage:null StatusTranslation:text DeploymentDate:null PaidAccount:flag \
    TrialAccount:flag TrialExpirationDate:null CreationDate:text OnTier2:flag \
    ExternalTenantId:text ExternalTenantUUID:text AcronisTenantId:null";

const CUSTOMER: &str = "Id:text Tenant:text Name:text DebtorCode:null Alias:text Status:number \
    Language:text TaxExempt:flag Tax:text Country:text TicketUpdateMandatory:null \
    StateCountry:text Street:text HouseNo:text HouseNoAdd:text Zipcode:text City:text \
    Domain:text Email:text FallbackInvoiceEmailAddress:text PhoneNumber:text Fax:text \
    VATNumber:text BankAccount:text ADSyncID:text DefaultSLA:text SupportGroup:text \
    DefaultBusinessUnit:text SupportUser:text CompanyType:text SendInvoiceByEmail:flag \
    Addresses:list InvoiceRecipients:list TimeRegistrationRoundupTime:text Category:text \
    Priority:text DaysOffPerYear:number IsTier4:flag Tier:text ShowPersons:flag TenantData:null \
    ParentCustomer:null DefaultBillingEntity:text ClientDocumentation:text AutoPause:null \
    BuildingName:null PaidAccount:flag TrialAccount:flag TrialExpirationDate:null \
    CreationDate:null TrialAccountExpired:flag Tier3Id:text PaymentTerms:number \
    InvoiceNotes:text TierCulture:text DirectDebit:flag ConsolidateBilling:flag \
    IsSetAsMainCustomer:flag OldParentId:text SubtotalsOnInvoice:flag \
    GroupLinkedToCustomer:flag ExternalTenantId:text ExternalTenantUUID:text \
    AcronisTenantId:null LoginUserName:text GroupId:null StateCountryDescription:text \
    CountryDescription:text ExternalParentId:null OccupancyRateNotificationThreshold:number \
    CustomFields:list";

const TAX: &str = "Id:text Tenant:text Name:text Value:number Active:flag Code:text \
    AllowInactive:flag IsDefault:flag";

const FORM_DATA: &str = "TenantKey:text Priorities:object Categories:list \
    ServiceLevelAgreements:object BusinessUnits:object Statusses:object \
    CurrentSupportUserId:text CurrentSupportUser:object Tier:number UserTier:number \
    GroupsManaged:list Templates:list Languages:list LegalForms:list Countries:object \
    ContractPartTypes:object ClosedStatusses:list InProgressOrNewStatusses:list Aliases:list";

const GROUP: &str = "Id:text Customer:text Name:text Manager:text ManagerName:text \
    ManagerDeleted:flag Active:flag Sequence:number Count:number Deleted:flag IsDefault:flag \
    IsContinuum:flag Members:list Alias:null";

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_account_management_are_like_the_examples() {
    let world = world(&[]).await;
    let somebody = Somebody::else_at(&world);
    let tenant = somebody.tenant("Bergmann Logistik GmbH");
    let id = tenant["id"].as_str().expect("an id");
    let get = |path: &str, query: &[(&str, &str)]| somebody.call("GET", path, query, None).1;
    let single = get(&format!("/tenants/{id}"), &[]);
    check("tenant", &single, TENANT);
    check("contact", &single["contact"], CONTACT);
    let listed = format!("{TENANT} offering_items:list barrier:number");
    check("listed tenant", &tenant, &listed);
    let list = get("/tenants", &[("parent_id", PARTNER), ("limit", "1")]);
    check("list", &list, "timestamp:text paging:object items:list");
    let basic = "id:text parent_id:text version:number created_at:text updated_at:text \
        deleted_at:null contacts:list offering_items:list name:text kind:text enabled:flag";
    let stated = get("/tenants", &[("uuids", id), ("lod", "basic")]);
    check("basic tenant", &stated["items"][0], basic);
    let pricing = "mode:text currency:null production_start_date:text version:number";
    check(
        "pricing",
        &get(&format!("/tenants/{id}/pricing"), &[]),
        pricing,
    );
    let children = get(&format!("/tenants/{PARTNER}/children"), &[]);
    check("children", &children, "items:list");
    let found = get("/search", &[("tenant", PARTNER), ("text", "bergmann")]);
    let hit = "obj_type:text kind:text id:text parent_id:text path:list name:text \
        first_name:text last_name:text deleted_at:null";
    check("search", &found["items"][0], hit);
    let settings = world.running.provider_settings();
    let own = settings["credentials"]["clientId"].as_str().expect("an id");
    let client = "client_id:text tenant_id:text client_secret_expires_at:number type:text \
        data:object token_endpoint_auth_method:text created_at:text created_by:text \
        last_access_at:text last_access_from_ip:text status:text";
    check("client", &get(&format!("/clients/{own}"), &[]), client);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_advanced_automation_are_like_the_examples() {
    let world = world(&[]).await;
    let somebody = Somebody::else_at(&world);
    let get = |path: &str, query: &[(&str, &str)]| somebody.call("GET", path, query, None).1;
    let page = [("Page", "1"), ("PageSize", "50")];
    let (_, list) = somebody.call("POST", "/Customer", &page, None);
    let wrapper = "Customers:list AmountRecordsFound:number AmountOfPages:number";
    check("customer list", &list, wrapper);
    assert_eq!(list["AmountOfPages"], 0);
    check("customer row", &list["Customers"][0], CUSTOMER_ROW);
    let tenant = somebody.tenant("Bergmann Logistik GmbH");
    let customer = somebody.customer_of(&tenant["id"]);
    check("customer", &customer, CUSTOMER);
    let taxes = get("/Taxes", &page);
    let listed = format!("{TAX} CustomFields:null");
    check("listed tax", &taxes["taxes"][0], &listed);
    let tax = taxes["taxes"][0]["Id"].as_str().expect("an id");
    check("tax", &get("/Taxes", &[("id", tax)]), TAX);
    check("form data", &get("/StaticFormData", &[]), FORM_DATA);
    let id = customer["Id"].as_str().expect("an id");
    let groups = get("/Group", &[("getGroups", "true"), ("id", id)]);
    check("group", &groups["groups"][0], GROUP);
    let sla = "Id:text Name:text Active:flag ShortName:null ResponseTime:number \
        FeedbackInterval:number IsUsed:flag";
    check("service level", &get("/SLA", &page)["SLAs"][0], sla);
    let priority = "Id:text Tenant:text Name:text Active:flag InUse:flag IsDefault:flag \
        APIConnection:null ExternalIdentifier:number Alias:null LastChangeDate:null";
    check(
        "priority",
        &get("/Priorities", &[])["priorities"][0],
        priority,
    );
    world
        .running
        .set_knob("wrapper", "reference")
        .expect("a knob");
    let inner = &get("/SLA", &page)["SLAPagedSearchResult"];
    check("service levels", inner, "SLAs:list Paging:object");
}

/// A customer as in the examples of creation, with other values.
fn harbour() -> Value {
    json!({
        "tenant": {
            "name": "Harbour Dental", "language": "en", "customerId": "harbour-7",
            "contact": {
                "email": "books@harbour.example", "address1": "Suite 4",
                "address2": "12 Quay", "city": "Denver", "state": "CO", "zipcode": "80202",
                "country": "United States", "phone": "+1 303 555 0100",
            },
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_created_as_in_the_example() {
    let world = world(&[]).await;
    settle(&world, &one(&world, "harbour", &harbour())).await;
    assert_eq!(
        bodies(&world, "POST /tenants"),
        [json!({
            "name": "Harbour Dental", "kind": "customer", "parent_id": PARTNER,
            "language": "en", "internal_tag": "harbour", "customer_id": "harbour-7",
            "contact": {
                "email": "books@harbour.example", "address1": "Suite 4",
                "address2": "12 Quay", "city": "Denver", "state": "CO", "zipcode": "80202",
                "country": "United States", "phone": "+1 303 555 0100",
            },
        })]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_changed_with_its_version_and_its_whole_contact() {
    let world = world(&[]).await;
    let mut spec = harbour();
    settle(&world, &one(&world, "harbour", &spec)).await;
    spec["tenant"]["contact"]["phone"] = json!("+1 303 555 0199");
    settle(&world, &one(&world, "harbour", &spec)).await;
    let body = &bodies(&world, "PUT /tenants/{id}")[0];
    let names: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["contact", "version"]);
    assert_eq!(body["version"], 1);
    // The example sends the phone number alone; whether the rest would stay is
    // not published, so it goes along.
    let mut expected = spec["tenant"]["contact"].clone();
    for (name, value) in [("firstname", ""), ("lastname", "")] {
        expected[name] = json!(value);
    }
    expected["types"] = json!(["legal"]);
    assert_eq!(body["contact"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_disables_and_deletes_with_the_version_in_between() {
    let world = world(&[]).await;
    let mut spec = harbour();
    settle(&world, &one(&world, "harbour", &spec)).await;
    spec["end"] = json!({ "on": "2026-11-02", "reason": "left" });
    settle(&world, &one(&world, "harbour", &spec)).await;
    assert_eq!(
        bodies(&world, "PUT /tenants/{id}"),
        [json!({ "version": 1, "enabled": false })]
    );
    let log = world.running.log();
    let deletion = log
        .iter()
        .find(|entry| call_of(entry) == "DELETE /tenants/{id}")
        .expect("a deletion");
    assert_eq!(deletion.request.query("version"), Some("2"));
    assert_eq!(deletion.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn pricing_is_changed_with_its_own_version() {
    let world = world(&[]).await;
    let mut spec = harbour();
    spec["pricing"] = json!({ "mode": "production" });
    settle(&world, &one(&world, "harbour", &spec)).await;
    let body = &bodies(&world, "PUT /tenants/{id}/pricing")[0];
    check("pricing", body, "mode:text version:number");
    assert_eq!(body["version"], world.clock.now().as_millisecond());
}

/// Billing information as on the vendor's page, with other values.
fn billing() -> Value {
    json!({
        "name": "Harbour Dental", "taxExempt": false, "tax": "STD", "language": "en",
        "country": "US", "bankAccount": "SE3550000000054910000003", "vatNumber": "US-84-1",
        "trialAccount": false, "daysOffPerYear": 15, "timeRegistrationRoundupTime": 15,
        "paymentTerms": 30, "loginUserName": "books@harbour.example",
        "subtotalsOnInvoice": false, "directDebit": false, "sendInvoiceByEmail": true,
        "houseNo": "12", "street": "Quay", "zipcode": "80202", "city": "Denver",
        "phoneNumber": "+1 303 555 0100", "email": "books@harbour.example",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_billing_information_has_the_fields_of_the_vendors_page() {
    let world = world(&[("record", "manual")]).await;
    let mut spec = harbour();
    spec["billing"] = billing();
    settle(&world, &one(&world, "harbour", &spec)).await;
    let first = &bodies(&world, "PUT /Customers")[0];
    // The 22 fields of the page, and what ties the customer to its tenant.
    check(
        "first billing information",
        first,
        "Tenant:text Name:text TaxExempt:flag Tax:text Language:text Country:text \
         BankAccount:text VATNumber:text TrialAccount:flag DaysOffPerYear:number \
         TimeRegistrationRoundupTime:number PaymentTerms:number LoginUserName:text \
         SubtotalsOnInvoice:flag DirectDebit:flag SendInvoiceByEmail:flag HouseNo:text \
         Street:text Zipcode:text City:text PhoneNumber:text Email:text \
         ExternalTenantUUID:text",
    );
    assert_eq!(first["Tenant"], PARTNER);
    assert_eq!(first["TimeRegistrationRoundupTime"], 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn billing_information_is_changed_by_sending_everything_back() {
    let world = world(&[]).await;
    let mut spec = harbour();
    spec["billing"] = billing();
    settle(&world, &one(&world, "harbour", &spec)).await;
    let somebody = Somebody::else_at(&world);
    let before = somebody.customer_of(&somebody.tenant("Harbour Dental")["id"]);
    spec["billing"]["paymentTerms"] = json!(14);
    settle(&world, &one(&world, "harbour", &spec)).await;
    let body = bodies(&world, "PUT /Customers").pop().expect("a change");
    check(
        "changed billing information",
        &body,
        "Id:text ExternalTenantUUID:text Tenant:text Name:text DebtorCode:null Alias:text \
         Status:number Language:text TaxExempt:flag Tax:text Country:text StateCountry:text \
         Street:text HouseNo:text HouseNoAdd:text BuildingName:null Zipcode:text City:text \
         Domain:text Email:text FallbackInvoiceEmailAddress:text PhoneNumber:text Fax:text \
         VATNumber:text BankAccount:text DefaultSLA:text SupportGroup:text \
         DefaultBusinessUnit:text SupportUser:text CompanyType:text SendInvoiceByEmail:flag \
         Addresses:list InvoiceRecipients:list Category:text Priority:text \
         DaysOffPerYear:number ParentCustomer:null DefaultBillingEntity:text \
         ClientDocumentation:text TicketUpdateMandatory:null AutoPause:null \
         TrialAccount:flag PaymentTerms:number InvoiceNotes:text DirectDebit:flag \
         ConsolidateBilling:flag SubtotalsOnInvoice:flag LoginUserName:text \
         OccupancyRateNotificationThreshold:number CustomFields:list \
         TimeRegistrationRoundupTime:number",
    );
    for (name, value) in body.as_object().expect("an object") {
        match name.as_str() {
            "PaymentTerms" => assert_eq!(value, 14),
            "TimeRegistrationRoundupTime" => {
                assert_eq!((value, &before[name]), (&json!(15), &json!("15")));
            }
            _ => assert_eq!(value, &before[name], "{name}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_exempt_is_sent_without_a_tax_and_the_one_that_comes_back_is_ignored() {
    let world = world(&[]).await;
    let mut spec = harbour();
    spec["billing"] = billing();
    let billing = spec["billing"].as_object_mut().expect("an object");
    billing.remove("tax");
    settle(&world, &one(&world, "harbour", &spec)).await;
    spec["billing"]["taxExempt"] = json!(true);
    settle(&world, &one(&world, "harbour", &spec)).await;
    let body = bodies(&world, "PUT /Customers").pop().expect("a change");
    assert_eq!(
        (&body["TaxExempt"], &body["Tax"]),
        (&json!(true), &json!(""))
    );
    let somebody = Somebody::else_at(&world);
    let after = somebody.customer_of(&somebody.tenant("Harbour Dental")["id"]);
    assert!(after["Tax"].is_string(), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_exempt_keeps_the_tax_that_the_plan_does_not_clear() {
    let world = world(&[]).await;
    let spec = |billing: Value| {
        let mut spec = harbour();
        spec["billing"] = billing;
        one(&world, "harbour", &spec)
    };
    let somebody = Somebody::else_at(&world);
    let tax = || somebody.customer_of(&somebody.tenant("Harbour Dental")["id"])["Tax"].clone();
    settle(&world, &spec(json!({ "tax": "RED" }))).await;
    let reduced = tax();
    for exempt in [true, false] {
        let what = settle(&world, &spec(json!({ "taxExempt": exempt }))).await;
        assert!(!what.contains("billing.tax "), "{what}");
        assert_eq!(tax(), reduced);
    }
    let cleared = spec(json!({ "taxExempt": true, "tax": null }));
    let what = settle(&world, &cleared).await;
    assert!(
        what.contains("billing.tax \"Reduced rate\" → (empty)"),
        "{what}"
    );
    assert_ne!(tax(), reduced);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_as_in_the_second_page_of_the_example_is_understood() {
    let world = bent(&[], |request, answer| {
        if !request.path.ends_with("/tenants") || request.method != "GET" {
            return;
        }
        for tenant in answer["items"].as_array_mut().into_iter().flatten() {
            tenant["version"] = json!(1_764_000_000_123_i64);
            tenant["customer_id"] = Value::Null;
            tenant["language"] = json!("sv");
            tenant["contact"] = json!({
                "id": "9c0d1e2f-3a4b-4c5d-8e6f-7081920a1b2c", "types": ["legal"],
                "created_at": "2025-11-03T08:15:00", "updated_at": "2025-11-03T08:15:00+00:00",
                "email": "faktura@verk.example", "address1": null, "address2": null,
                "country": "Sweden", "state": null, "city": "Uppsala", "zipcode": null,
                "phone": null, "firstname": "Eva", "lastname": "", "title": null,
                "email_confirmed": null, "aan": null,
            });
        }
    })
    .await;
    let tenant = Somebody::else_at(&world).tenant("Northlight Studio");
    let remote = tenant["id"].as_str().expect("an id");
    let spec = json!({ "tenant": {
        "language": "sv", "customerId": null,
        "contact": { "country": "Sweden", "city": "Uppsala", "zipcode": null, "lastname": null },
    } });
    let desired = adopted(&world, "verk", remote, &spec);
    let (change, what) = planned(&world, &desired).await;
    assert_eq!(change.action, Action::Adopt, "{what}");
    assert_eq!(change.fields.len(), 1, "{what}");
    let tree = record_of(&world, &desired).await;
    assert_eq!(tree.text("tenant.contact.city"), Some("Uppsala"));
}

/// Applies a spec that must fail, and gives what was told.
async fn refused(world: &World, spec: &Value) -> String {
    let (planned, done) = world.apply(&one(world, "harbour", spec)).await;
    let what = told(&planned, Some(&done));
    assert_eq!(done.counts.failed, 1, "{what}");
    what
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_in_the_servers_own_words() {
    for (body, words) in [
        ("message", "The DefaultBusinessUnit reference is not known."),
        (
            "envelope",
            "The DefaultBusinessUnit reference is not known.",
        ),
        ("text", "The DefaultBusinessUnit reference is not known."),
    ] {
        let world = world(&[("aa_error_body", body)]).await;
        let mut spec = harbour();
        // A group of the partner, where only the customer's own is taken.
        spec["billing"] = json!({ "defaultBusinessUnit": "Support" });
        let what = refused(&world, &spec).await;
        assert!(what.contains(words), "{body}: {what}");
        assert!(what.contains("PUT /Customers"), "{what}");
    }
}
