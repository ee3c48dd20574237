//! Making records, and writing them in answers.

use serde_json::{Value, json};

use super::fields::{FIELDS, Form, Unset};
use crate::{
    providers::acronis::simulator::{
        fixtures,
        ids::{ZERO_GUID, guid},
        lookups::{
            CURRENT_SUPPORT_USER, DEFAULT_PRIORITY, DEFAULT_SERVICE_LEVEL, DEFAULT_SUB_CATEGORY,
            ENGLISH, SUPPORT_GROUP, Tables, UNITED_STATES,
        },
        state::{Object, Record, State, object, text},
    },
    simulator::KnobSettings,
};

/// What a new record starts from.
pub(crate) struct NewRecord<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) login: &'a str,
    /// The linked tenant's UUID and numeric id.
    pub(crate) tenant: Option<(&'a str, u64)>,
    /// The local date-time that the list shows.
    pub(crate) created: &'a str,
}

/// Adds a record without billing information, and the customer's own group.
pub(crate) fn bare(state: &mut State, new: &NewRecord<'_>) {
    // Derived from the record's id, so that no other sequence is disturbed.
    let group_id = guid(state.seed, &format!("group of {}", new.id));
    let manager_id = guid(state.seed, &format!("manager of {}", new.id));
    let sync_id = guid(state.seed, &format!("sync of {}", new.id));
    state.groups.push(object(json!({
        "Id": group_id,
        "Customer": new.id,
        "Name": format!("{}Group", new.name),
        "Manager": manager_id,
        "ManagerName": format!("{} Manager", new.name),
        "ManagerDeleted": false,
        "Active": true,
        "Sequence": 0,
        "Count": 2,
        "Deleted": false,
        "IsDefault": false,
        "IsContinuum": false,
        "Members": [],
        "Alias": null,
    })));
    let mut fields = blank();
    fields.extend(object(json!({
        "Id": new.id,
        "Tenant": fixtures::PARTNER_KEY,
        "Name": new.name,
        "Status": 2,
        "Language": ENGLISH,
        "Country": UNITED_STATES,
        "Email": new.email,
        "ADSyncID": sync_id,
        "DefaultSLA": DEFAULT_SERVICE_LEVEL,
        "SupportGroup": SUPPORT_GROUP,
        "DefaultBusinessUnit": group_id,
        "SupportUser": CURRENT_SUPPORT_USER,
        "CompanyType": "-",
        "TimeRegistrationRoundupTime": 10,
        "Category": DEFAULT_SUB_CATEGORY,
        "Priority": DEFAULT_PRIORITY,
        "DaysOffPerYear": 15,
        "IsTier4": true,
        "Tier": "Tier 4",
        "ShowPersons": true,
        "PaidAccount": false,
        "TrialAccountExpired": false,
        "Tier3Id": ZERO_GUID,
        "PaymentTerms": 14,
        "TierCulture": "en-US",
        "IsSetAsMainCustomer": false,
        "OldParentId": ZERO_GUID,
        "GroupLinkedToCustomer": false,
        "ExternalTenantId": new.tenant.map(|(_, number)| number.to_string()),
        "ExternalTenantUUID": new.tenant.map(|(id, _)| id),
        "LoginUserName": new.login,
        "OccupancyRateNotificationThreshold": 85,
    })));
    state.records.push(Record {
        fields,
        created: new.created.to_owned(),
    });
}

/// Adds the row that stands for the partner itself.
pub(crate) fn partner(state: &mut State, new: &NewRecord<'_>) {
    bare(state, new);
    // The partner's own group is among the partner groups already.
    state.groups.pop();
    if let Some(record) = state.records.last_mut() {
        record.fields.insert("IsTier4".to_owned(), json!(false));
        record.fields.insert("Tier".to_owned(), json!("Tier 3"));
        let group = json!(SUPPORT_GROUP);
        record
            .fields
            .insert("DefaultBusinessUnit".to_owned(), group);
    }
}

/// All fields at what a full replace would leave.
fn blank() -> Object {
    FIELDS
        .iter()
        .map(|field| (field.name.to_owned(), super::value::fallback(field.form)))
        .collect()
}

/// The whole customer, as detail reads and PUT answer it.
pub(super) fn shown(tables: &Tables, knobs: &KnobSettings, record: &Record) -> Value {
    let mut fields = record.fields.clone();
    let country = tables.country_name(text(&fields, "Country"));
    fields.insert("CountryDescription".to_owned(), json!(country));
    let state = tables.state_name(text(&fields, "StateCountry"));
    fields.insert("StateCountryDescription".to_owned(), json!(state));
    for (copy, source) in [("Alias", "Name"), ("FallbackInvoiceEmailAddress", "Email")] {
        if text(&fields, copy).is_empty() {
            let original = fields.get(source).cloned().unwrap_or_default();
            fields.insert(copy.to_owned(), original);
        }
    }
    for field in FIELDS {
        let Some(value) = fields.get_mut(field.name) else {
            continue;
        };
        match field.form {
            Form::Guid(_, unset) if value.is_null() => *value = unset_guid(knobs, unset),
            Form::Text | Form::TextOrNull if value.is_null() || value == "" => {
                *value = unset_text(knobs, value);
            }
            Form::Roundup if knobs.is("roundup_type", "string") => {
                if let Some(minutes) = value.as_u64() {
                    *value = json!(minutes.to_string());
                }
            }
            _ => {}
        }
    }
    fields.insert(
        "ExternalTenantUUID".to_owned(),
        tenant_id(knobs, &record.fields),
    );
    Value::Object(fields)
}

/// The 21 fields of a list item (Acronis contract, 4.2).
pub(super) fn item(knobs: &KnobSettings, record: &Record) -> Value {
    let field = |name: &str| record.fields.get(name).cloned().unwrap_or_default();
    let alias = text(&record.fields, "Alias");
    let alias = if alias.is_empty() {
        record.name()
    } else {
        alias
    };
    json!({
        "Id": field("Id"),
        "Tenant": field("Tenant"),
        "Name": field("Name"),
        "Branch": null,
        "Alias": alias,
        "Status": field("Status"),
        "IsTier4": field("IsTier4"),
        "DeploymentStatus": 1,
        "DeploymentStatusValue": "Completed",
        "DeploymentId": ZERO_GUID,
        "DeploymentErrorMessage": null,
        "StatusTranslation": "Customer",
        "DeploymentDate": null,
        "PaidAccount": field("PaidAccount"),
        "TrialAccount": field("TrialAccount"),
        "TrialExpirationDate": null,
        "CreationDate": record.created,
        "OnTier2": false,
        "ExternalTenantId": field("ExternalTenantId"),
        "ExternalTenantUUID": tenant_id(knobs, &record.fields),
        "AcronisTenantId": null,
    })
}

fn tenant_id(knobs: &KnobSettings, fields: &Object) -> Value {
    match fields.get("ExternalTenantUUID") {
        Some(Value::String(id)) => json!(id),
        _ => unset_guid(knobs, Unset::Null),
    }
}

fn unset_text(knobs: &KnobSettings, natural: &Value) -> Value {
    match knobs.get("aa_unset_text") {
        "null" => Value::Null,
        "empty" => json!(""),
        _ => natural.clone(),
    }
}

fn unset_guid(knobs: &KnobSettings, natural: Unset) -> Value {
    match (knobs.get("unset_guid"), natural) {
        ("empty", _) => json!(""),
        ("zero", _) | (_, Unset::Zero) => json!(ZERO_GUID),
        (_, Unset::Null) => Value::Null,
    }
}
