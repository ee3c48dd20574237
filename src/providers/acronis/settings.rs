//! What a `Provider` manifest says of Acronis.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::wire::guid;
use crate::{
    model::{
        Kind,
        field::{Credential, Filled, Passthrough, local},
        id::is_uuid,
    },
    provider::{Complaints, Spec},
};

/// The field that names branches which may hide their tenants.
pub(super) const SELF_SERVICE_TENANTS: &str = "selfServiceTenants";

/// How to reach one Acronis data centre.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Address of the data centre that the account belongs to, such as
    /// `https://eu2-cloud.acronis.com`. Data centres are not interchangeable.
    #[schemars(transform = local().format("uri"))]
    pub(crate) base_url: Filled<String>,
    /// The API client that this tool acts as.
    pub(crate) credentials: Credentials,
    /// Ids of partners and folders in self-service mode that never hold a
    /// customer of these manifests. What is below them cannot be seen, so
    /// without this nobody absent is created in the whole account.
    #[schemars(transform = local())]
    pub(crate) self_service_tenants: Filled<Passthrough>,
}

/// An API client of the partner tenant.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Credentials {
    /// Id of the API client.
    #[schemars(transform = local())]
    pub(crate) client_id: Filled<Credential>,
    /// Secret of the API client.
    #[schemars(transform = local())]
    pub(crate) client_secret: Filled<Credential>,
}

impl Spec for Settings {
    const KIND: Kind = "acronis";

    fn check(&self, complaints: &mut Complaints) {
        let path = self
            .base_url
            .set()
            .and_then(|text| reqwest::Url::parse(text).ok())
            .map(|url| url.path().to_owned());
        if path.is_some_and(|path| path.contains("/api")) {
            complaints.error(
                "acronis-base-url",
                "baseUrl",
                "the base URL names an API, but it is to be the data centre alone",
                "leave out everything after the host name",
            );
        }
        let branches = self.self_service_tenants.set();
        if branches.is_some_and(|branches| tenant_ids(&branches.0).is_none()) {
            complaints.error(
                "acronis-self-service-tenants",
                SELF_SERVICE_TENANTS,
                "`selfServiceTenants` is a list of ids of tenants, and one of these is none",
                "write `[123e4567-e89b-12d3-a456-426614174000]`",
            );
        }
    }
}

/// The ids in a list of tenants; none when it is no such list.
pub(super) fn tenant_ids(list: &Value) -> Option<BTreeSet<String>> {
    let ids = list.as_array()?.iter();
    ids.map(|id| id.as_str().filter(|id| is_uuid(id)).and_then(guid))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::provider::KindDef;

    use super::*;

    #[test]
    fn the_base_url_is_the_data_centre_alone() {
        let settings = KindDef::settings::<Settings>();
        let complaints = |url: &str| {
            settings
                .check(&json!({ "baseUrl": url }))
                .expect("the settings fit")
        };
        assert!(complaints("https://eu2-cloud.acronis.com/").is_empty());
        assert_eq!(
            complaints("https://eu2-cloud.acronis.com/api/2")[0].path,
            "baseUrl"
        );
    }

    #[test]
    fn self_service_tenants_are_ids() {
        let settings = KindDef::settings::<Settings>();
        let complaints = |list: Value| {
            settings
                .check(&json!({ "selfServiceTenants": list }))
                .expect("the settings fit")
        };
        let id = "8A3F3A4E-1111-4222-8333-444455556666";
        assert!(complaints(json!([id])).is_empty());
        for wrong in [json!(["North IT"]), json!([id, 7]), json!({ "id": id })] {
            assert_eq!(complaints(wrong)[0].path, "selfServiceTenants");
        }
        assert_eq!(
            tenant_ids(&json!([id])),
            Some(BTreeSet::from([id.to_ascii_lowercase()]))
        );
    }

    #[test]
    fn credentials_are_credentials() {
        let settings = KindDef::settings::<Settings>();
        for path in ["credentials.clientId", "credentials.clientSecret"] {
            let facts = settings.fields().facts(path).expect("declared");
            assert!(facts.credential && facts.sensitive, "{path}");
        }
    }
}
