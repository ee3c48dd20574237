//! What a `Provider` manifest says of Acronis.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        Kind,
        field::{Credential, Filled, local},
    },
    provider::{Complaints, Spec},
};

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
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::provider::KindDef;

    use super::Settings;

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
    fn credentials_are_credentials() {
        let settings = KindDef::settings::<Settings>();
        for path in ["credentials.clientId", "credentials.clientSecret"] {
            let facts = settings.fields().facts(path).expect("declared");
            assert!(facts.credential && facts.sensitive, "{path}");
        }
    }
}
