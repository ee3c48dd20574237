//! What the two services answer, as far as it is read. Members that are not
//! named here are ignored.

use serde::Deserialize;
use serde_json::Value;

use crate::provider::codec;

/// The id that means "none" (Acronis contract, 1.1).
pub(super) const ZERO_GUID: &str = "00000000-0000-0000-0000-000000000000";

/// The answer of the token endpoint.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    /// Seconds; often missing (Acronis contract, 2).
    #[serde(default)]
    pub(super) expires_in: Value,
    /// Unix seconds.
    #[serde(default)]
    pub(super) expires_on: Value,
}

/// The API client that we are.
#[derive(Deserialize)]
pub(super) struct ClientAnswer {
    pub(super) tenant_id: String,
}

/// One page of tenants. The items stay as they are, because those that are
/// wanted are needed in full.
#[derive(Deserialize)]
pub(super) struct TenantPage {
    #[serde(default)]
    pub(super) paging: Option<Paging>,
    pub(super) items: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    cursors: Option<Cursors>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default)]
    after: Option<String>,
}

impl TenantPage {
    /// The cursor of the next page; none on the last one.
    pub(super) fn after(&self) -> Option<&str> {
        let after = self.paging.as_ref()?.cursors.as_ref()?.after.as_deref();
        after.filter(|after| !after.is_empty())
    }
}

/// A tenant, as much as tells one from another.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TenantRow {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) internal_tag: Option<String>,
    #[serde(default)]
    pub(super) deleted_at: Option<String>,
}

impl TenantRow {
    /// Reads the row out of a tenant in full; none without an id.
    pub(super) fn of(tenant: &Value) -> Option<Self> {
        let mut row = Self::deserialize(tenant).ok()?;
        row.id = row.id.to_ascii_lowercase();
        Some(row)
    }

    /// What stands in the place of our key, without the blanks around it, which
    /// the platform may strip (Acronis contract, 7.25).
    pub(super) fn tag(&self) -> &str {
        self.internal_tag.as_deref().unwrap_or_default().trim()
    }
}

/// A row of the customer list of Advanced Automation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CustomerRow {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    /// False for the partner, who is in the list of its own customers.
    #[serde(default, rename = "IsTier4")]
    pub(super) is_tier4: bool,
    #[serde(default, rename = "ExternalTenantUUID")]
    pub(super) tenant: Option<String>,
}

impl CustomerRow {
    /// Reads a row of the list; none without an id.
    pub(super) fn of(item: &Value) -> Option<Self> {
        let mut row = Self::deserialize(item).ok()?;
        row.id = guid(&row.id)?;
        row.tenant = row.tenant.as_deref().and_then(guid);
        Some(row)
    }
}

/// The one form of an id, which comes in either case (Acronis contract, 7.4).
pub(super) fn lower(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The lower-case form of an id; none for the empty and the zero id.
pub(super) fn guid(text: &str) -> Option<String> {
    let lower = lower(text);
    (!lower.is_empty() && lower != ZERO_GUID).then_some(lower)
}

/// The id in a member of an object.
pub(super) fn guid_at(json: &Value, name: &str) -> Option<String> {
    guid(json.get(name)?.as_str()?)
}

/// The member whose name is `name` in any case: the guide and the reference of
/// Advanced Automation differ in it (Acronis contract, 4.7).
pub(super) fn member<'a>(json: &'a Value, name: &str) -> Option<&'a Value> {
    json.as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The list in a wrapper: itself a member, or a member of the one member that
/// the reference wraps answers in. One object stands for a list of it; null and
/// empty text stand for no item. None where there is no such member.
pub(super) fn list<'a>(json: &'a Value, name: &str) -> Option<Vec<&'a Value>> {
    let found = member(json, name).or_else(|| {
        let object = json.as_object()?;
        object.values().find_map(|inner| member(inner, name))
    })?;
    match found {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(_) => Some(vec![found]),
        Value::Null => Some(Vec::new()),
        Value::String(text) if text.is_empty() => Some(Vec::new()),
        Value::String(_) | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The member of that name at the top, or as deep as the reference hides it.
fn anywhere<'a>(json: &'a Value, name: &str, depth: usize) -> Option<&'a Value> {
    if let Some(found) = member(json, name) {
        return Some(found);
    }
    let inner = json.as_object().filter(|_| depth > 0)?;
    inner
        .values()
        .find_map(|inner| anywhere(inner, name, depth - 1))
}

/// How deep the reference hides the number of records: a wrapper, and a paging
/// object in it (Acronis contract, 4.7).
const TOTAL_DEPTH: usize = 2;

/// The number of records that a list says were found, where it does.
pub(super) fn records_found(json: &Value) -> Option<usize> {
    let number = codec::as_integer(anywhere(json, "AmountRecordsFound", TOTAL_DEPTH)?)?;
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn zero_and_empty_ids_are_none_and_case_does_not_matter() {
        assert_eq!(guid(""), None);
        assert_eq!(guid(ZERO_GUID), None);
        assert_eq!(
            guid("48D06C90-F8A4-4726-A83C-A47DBB709F25").as_deref(),
            Some("48d06c90-f8a4-4726-a83c-a47dbb709f25")
        );
    }

    #[test]
    fn wrappers_of_the_guide_and_of_the_reference_are_read() {
        for answer in [
            json!({ "taxes": [1] }),
            json!({ "Taxes": [1] }),
            json!({ "TaxesPagedSearchResult": { "Taxes": [1], "Paging": {} } }),
        ] {
            assert_eq!(list(&answer, "taxes"), Some(vec![&json!(1)]), "{answer}");
        }
    }

    #[test]
    fn a_list_comes_as_list_bare_object_null_or_empty_text() {
        let taxes = |value: Value| {
            let answer = json!({ "taxes": value });
            list(&answer, "taxes").map(|items| items.len())
        };
        assert_eq!(taxes(json!([{}, {}])), Some(2));
        assert_eq!(taxes(json!({ "Id": "x" })), Some(1));
        assert_eq!(taxes(json!(null)), Some(0));
        assert_eq!(taxes(json!("")), Some(0));
        assert_eq!(taxes(json!("none")), None);
        assert_eq!(list(&json!({ "other": [] }), "taxes"), None);
    }

    #[test]
    fn the_total_stands_at_the_top_or_in_the_paging_object() {
        for answer in [
            json!({ "Customers": [], "AmountRecordsFound": 3 }),
            json!({ "Customers": [], "Paging": { "AmountRecordsFound": "3" } }),
            json!({ "Result": { "Customers": [], "paging": { "amountRecordsFound": 3 } } }),
        ] {
            assert_eq!(records_found(&answer), Some(3), "{answer}");
        }
        assert_eq!(records_found(&json!({ "Customers": [] })), None);
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page = |json| serde_json::from_value::<TenantPage>(json).expect("a page");
        assert_eq!(page(json!({ "items": [] })).after(), None);
        assert_eq!(
            page(json!({ "items": [], "paging": { "cursors": {} } })).after(),
            None
        );
        let more = page(json!({ "items": [], "paging": { "cursors": { "after": "x" } } }));
        assert_eq!(more.after(), Some("x"));
    }
}
