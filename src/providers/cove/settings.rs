//! What a `Provider` manifest says of a Cove account.

use reqwest::Url;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        Kind,
        field::{Credential, Filled, local},
    },
    provider::{Complaints, Spec},
};

/// Where the service is when the manifest does not say (N-able guide, `Login`).
pub(super) const BASE_URL_DEFAULT: &str = "https://api.backup.management";

/// The one path under which all methods are served (N-able guide, `Login`).
pub(super) const PATH: &str = "/jsonapi";

/// A Cove account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The address of the service without `/jsonapi`. Default:
    /// `https://api.backup.management`.
    #[schemars(transform = local().format("uri"))]
    base_url: Filled<String>,
    /// The customer that the API user was made for: its exact name in the
    /// console. Case counts, and the name often ends with an e-mail address in
    /// parentheses. Everything that is managed lies below this customer. A
    /// wrong spelling gives the same error as a wrong password.
    #[schemars(transform = local().create_needs())]
    partner: Filled<String>,
    /// How `trueup` logs in.
    credentials: Credentials,
}

/// An API user of the account. Interactive users with a second factor cannot
/// be used.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Credentials {
    /// The login name of the API user.
    #[schemars(transform = local().create_needs())]
    username: Filled<Credential>,
    /// The token of the API user, which the console shows once, when the user
    /// is made.
    #[schemars(transform = local().create_needs())]
    password: Filled<Credential>,
}

impl Spec for Settings {
    const KIND: Kind = "Provider";

    fn check(&self, complaints: &mut Complaints) {
        let Some(written) = self.base_url.set() else {
            return;
        };
        if let Err(reason) = endpoint(written) {
            complaints.error("base-url", "baseUrl", reason, ENDPOINT_HINT);
        }
    }
}

/// What to write as the base URL.
pub(super) const ENDPOINT_HINT: &str =
    "write scheme and host only, such as `https://api.backup.management`";

/// The URL that all calls go to.
///
/// # Errors
/// What is wrong with the base URL: a sentence without a period.
pub(super) fn endpoint(base_url: &str) -> Result<Url, String> {
    let url = Url::parse(base_url).map_err(|error| format!("`baseUrl` is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` is no scheme of the web", url.scheme()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("`baseUrl` has a query or a fragment".to_owned());
    }
    let base = url.as_str().trim_end_matches('/');
    if base.ends_with(PATH) {
        return Err(format!(
            "`baseUrl` ends with `{PATH}`, which is added by itself"
        ));
    }
    Url::parse(&format!("{base}{PATH}")).map_err(|error| format!("`baseUrl` is no URL: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::KindDef;

    static DEF: KindDef = KindDef::settings::<Settings>();

    #[test]
    fn every_base_url_leads_to_the_one_path() {
        for base in [
            "https://api.backup.management",
            "https://api.backup.management/",
        ] {
            let url = endpoint(base).expect("a good base URL");
            assert_eq!(url.as_str(), "https://api.backup.management/jsonapi");
        }
        let url = endpoint("http://127.0.0.1:4711/cove").expect("a good base URL");
        assert_eq!(url.as_str(), "http://127.0.0.1:4711/cove/jsonapi");
    }

    #[test]
    fn a_base_url_with_the_path_is_refused() {
        for bad in [
            "https://api.backup.management/jsonapi",
            "https://api.backup.management/jsonapi/",
            "ftp://api.backup.management",
            "https://api.backup.management?x=1",
            "api.backup.management",
        ] {
            let complaints = DEF
                .check(&json!({ "baseUrl": bad }))
                .expect("the settings fit");
            assert_eq!(complaints.len(), 1, "{bad}");
        }
    }

    #[test]
    fn credentials_are_credentials() {
        for path in ["credentials.username", "credentials.password"] {
            let facts = DEF.fields().facts(path).expect("the field is there");
            assert!(facts.credential && facts.sensitive, "{path}");
        }
        assert!(!DEF.fields().facts("partner").expect("there").credential);
    }
}
