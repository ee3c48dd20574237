//! What a `Provider` manifest says of Zegoal.

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        Kind, Severity,
        field::{Credential, Filled, local},
    },
    provider::{Complaints, Spec},
};

/// The zone of the tenants in the vendor's samples.
pub(super) const TIME_ZONE_DEFAULT: &str = "Europe/Minsk";

/// The domain under which each tenant has its host (General Information page).
const DOMAIN: &str = ".ti-rate.com";

/// How to reach Zegoal.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Where the API is, without `/ti_api`. `https://<tenant>.ti-rate.com`
    /// unless given.
    #[schemars(transform = local().format("uri"))]
    pub(crate) base_url: Filled<String>,

    /// The name of the tenant, sent with every request.
    #[schemars(transform = local().create_needs())]
    pub(crate) tenant: Filled<String>,

    /// The IANA name of the tenant's time zone, in which Zegoal writes dates.
    /// `Europe/Minsk` unless given. A tenant whose answers name another zone is
    /// not read.
    #[schemars(transform = local())]
    pub(crate) time_zone: Filled<String>,

    /// By what we are known there.
    pub(crate) credentials: Credentials,
}

/// The user of the API.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Credentials {
    /// The login.
    #[schemars(transform = local().create_needs())]
    pub(crate) login: Filled<Credential>,

    /// The password.
    #[schemars(transform = local().create_needs())]
    pub(crate) password: Filled<Credential>,
}

impl Spec for Settings {
    const KIND: Kind = "Provider";

    fn check(&self, complaints: &mut Complaints) {
        let Some(tenant) = self.tenant.set() else {
            complaints.of_absence(
                Severity::Error,
                "zegoal-tenant",
                "tenant",
                "the name of the tenant is missing",
                "write `tenant: <name>`; it is the first word of the host name",
            );
            return;
        };
        // Or else the rest of it would be read as a host, a port or a path.
        if self.base_url.set().is_none() && !is_host_word(tenant) {
            complaints.of_absence(
                Severity::Error,
                "zegoal-tenant",
                "tenant",
                "the name of the tenant cannot be the first word of a host name",
                "write letters, digits and hyphens, or give `baseUrl` too",
            );
        }
        if let Some(zone) = self.time_zone.set()
            && TimeZone::get(zone).is_err()
        {
            complaints.error(
                "zegoal-time-zone",
                "timeZone",
                format!("there is no time zone `{zone}`"),
                format!("write an IANA name such as `{TIME_ZONE_DEFAULT}`"),
            );
        }
        // What the server makes of two different tenants in one request is not
        // known (Zegoal contract, 1.1).
        if let Some(other) = self.base_url.set().and_then(|url| tenant_of_host(url))
            && other != *tenant
        {
            complaints.error(
                "zegoal-tenant-host",
                "baseUrl",
                format!("the host belongs to another tenant than `{tenant}`"),
                "leave `baseUrl` out: it follows from `tenant`",
            );
        }
    }
}

/// Where the API of a tenant is when the manifest does not say.
pub(super) fn base_url_of(tenant: &str) -> String {
    format!("https://{tenant}{DOMAIN}")
}

/// Whether a text can be one word of a host name.
fn is_host_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The tenant that the host of a URL is named after, if it is one of Zegoal's.
fn tenant_of_host(base_url: &str) -> Option<String> {
    let url: reqwest::Url = base_url.parse().ok()?;
    let tenant = url.host_str()?.strip_suffix(DOMAIN)?;
    Some(tenant.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::providers::zegoal::PROVIDER;

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for (settings, expected) in [
            (json!({}), vec!["zegoal-tenant"]),
            (json!({ "tenant": "acme" }), vec![]),
            (json!({ "tenant": "evil.example/" }), vec!["zegoal-tenant"]),
            (
                json!({ "tenant": "u:p@evil.example#" }),
                vec!["zegoal-tenant"],
            ),
            (
                json!({ "tenant": "evil.example:443?" }),
                vec!["zegoal-tenant"],
            ),
            (json!({ "tenant": "sub.tenant" }), vec!["zegoal-tenant"]),
            (
                json!({ "tenant": "a b", "baseUrl": "https://acme.example" }),
                vec![],
            ),
            (
                json!({ "tenant": "acme", "timeZone": "Minsk" }),
                vec!["zegoal-time-zone"],
            ),
            (
                json!({ "tenant": "acme", "baseUrl": "https://other.ti-rate.com/" }),
                vec!["zegoal-tenant-host"],
            ),
            (
                json!({ "tenant": "acme", "baseUrl": "https://acme.ti-rate.com" }),
                vec![],
            ),
            (
                json!({ "tenant": "acme", "baseUrl": "http://127.0.0.1:8080" }),
                vec![],
            ),
        ] {
            let found: Vec<_> = PROVIDER
                .settings
                .check(&settings)
                .expect("the settings fit")
                .into_iter()
                .map(|complaint| complaint.check)
                .collect();
            assert_eq!(found, expected, "{settings}");
        }
    }

    #[test]
    fn credentials_are_marked_as_such() {
        let fields = PROVIDER.settings.fields();
        for path in ["credentials.login", "credentials.password"] {
            let facts = fields.facts(path).expect("declared");
            assert!(facts.credential && facts.sensitive, "{path}");
        }
    }
}
