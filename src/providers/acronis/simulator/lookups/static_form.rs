//! `GET /StaticFormData`: every look-up in one answer (Acronis contract, 4.5).

use serde_json::{Value, json};

use super::{
    catalogue::{CURRENT_SUPPORT_USER, LEGAL_FORMS, Named, SUPPORT_GROUP},
    countries::UNITED_STATES,
    lists,
};
use crate::{
    providers::acronis::simulator::{
        call::Call,
        fixtures::PARTNER_KEY,
        ids::{ZERO_GUID, guid},
        state::{Object, text},
    },
    simulator::Response,
};

/// `GET /StaticFormData`.
pub(crate) fn static_form_data(call: &mut Call<'_>) -> Response {
    let tables = call.tables;
    let statuses = lists::status_rows(call);
    let is_closed = |row: &&Value| row["IsStatusForClosedCall"] == true;
    let closed: Vec<&Value> = statuses
        .iter()
        .filter(is_closed)
        .map(|r| &r["Id"])
        .collect();
    let open: Vec<&Value> = statuses
        .iter()
        .filter(|row| !is_closed(row))
        .map(|row| &row["Id"])
        .collect();
    let body = json!({
        "TenantKey": PARTNER_KEY,
        "Priorities": by_id(&tables.priorities),
        "Categories": categories(call),
        "ServiceLevelAgreements": service_levels(call),
        "BusinessUnits": business_units(call),
        "Statusses": keyed(&statuses),
        "CurrentSupportUserId": CURRENT_SUPPORT_USER,
        "CurrentSupportUser": support_user(),
        "Tier": 3,
        "UserTier": 3,
        "GroupsManaged": tables.partner_groups.iter().map(|row| &row.id).collect::<Vec<_>>(),
        "Templates": [{
            "Id": guid(tables.seed, "template:Call back"),
            "Name": "Call back",
            "Text": "Please call us.",
            "Language": ZERO_GUID,
            "Active": false,
        }],
        "Languages": languages(call),
        "LegalForms": LEGAL_FORMS,
        "Countries": by_id(&tables.countries),
        "ContractPartTypes": { guid(tables.seed, "part type:Default"): "Default type" },
        "ClosedStatusses": closed,
        "InProgressOrNewStatusses": open,
        "Aliases": [{
            "FieldToMap": SUPPORT_GROUP,
            "ActualName": "Support",
            "Alias": "",
            "Type": 3,
        }],
    });
    Response::json(200, &body)
}

fn by_id(rows: &[Named]) -> Object {
    rows.iter()
        .map(|row| (row.id.clone(), json!(row.name)))
        .collect()
}

fn keyed(rows: &[Value]) -> Object {
    rows.iter()
        .map(|row| {
            let id = row["Id"].as_str().unwrap_or_default();
            (id.to_owned(), row.clone())
        })
        .collect()
}

/// All flags are false in the sample, even those of the category in use.
fn categories(call: &Call<'_>) -> Vec<Value> {
    call.tables
        .categories
        .iter()
        .map(|category| {
            json!({
                "Id": category.id,
                "Tenant": ZERO_GUID,
                "ParentId": category.parent_id.as_deref().unwrap_or(ZERO_GUID),
                "Name": category.name,
                "Active": false,
                "InUse": false,
                "IsDefault": false,
                "HasActiveSubcategories": false,
                "CategoryHasSubcategoryAsDefault": false,
                "LastChangeDate": null,
            })
        })
        .collect()
}

fn service_levels(call: &Call<'_>) -> Object {
    let rows: Vec<Value> = call
        .tables
        .service_levels
        .iter()
        .map(|level| {
            json!({
                "Id": level.id,
                "Name": level.name,
                "ServiceStartMinutes": 480,
                "ServiceStopMinutes": 1080,
                "ResponseTimeInMinutes": level.response_hours * 60,
                "FeedbackIntervalInMinutes": level.feedback_hours * 60,
                "InWeekends": false,
                "ApplyOnHolydays": false,
            })
        })
        .collect();
    keyed(&rows)
}

/// The partner's groups and one of each customer, with no way to tell them
/// apart.
fn business_units(call: &Call<'_>) -> Object {
    let mut units = by_id(&call.tables.partner_groups);
    for group in &call.state.groups {
        units.insert(text(group, "Id").to_owned(), json!(text(group, "Name")));
    }
    units
}

fn languages(call: &Call<'_>) -> Vec<Value> {
    call.tables
        .languages
        .iter()
        .map(|language| {
            json!({
                "Id": language.id,
                "Country": language.country_id,
                "Name": language.name,
                "Active": language.active,
            })
        })
        .collect()
}

fn support_user() -> Value {
    json!({
        "TendantId": ZERO_GUID,
        "AspnetProviderUserKey": ZERO_GUID,
        "ComputicateUserId": CURRENT_SUPPORT_USER,
        "UserName": "Meridian Admin",
        "Firstname": null,
        "SurnamePrefix": null,
        "Surname": null,
        "LogOnUsername": "meridian_admin",
        "BusinessUnitId": SUPPORT_GROUP,
        "Manager": CURRENT_SUPPORT_USER,
        "CountryId": UNITED_STATES,
        "AcceptedToS": null,
        "Filter": null,
        "FilterId": ZERO_GUID,
        "ProfilePictureSrc": null,
        "UserTierType": 3,
        "Deleted": null,
    })
}
