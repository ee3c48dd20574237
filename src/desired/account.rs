//! Which account a provider is about: by it runs keep out of each other's way, and
//! two `Provider` manifests for one account are found.

use crate::{
    model::{ProviderName, Tree, words},
    provider::ProviderDef,
};

use super::{
    parse::BASE_URL,
    state::{Origin, ProviderConfig},
};

/// An account at a billing system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// The system.
    pub system: &'static str,
    /// Where the system is: see [`ProviderConfig::host`].
    pub host: String,
    /// Who we are there.
    pub name: String,
}

impl ProviderConfig {
    /// The account of this provider, where we are known by that name.
    #[must_use]
    pub fn account(&self, name: String) -> Account {
        Account {
            system: self.def.name,
            host: self.host.clone(),
            name,
        }
    }
}

/// The host and port that settings lead to; empty where they lead nowhere.
#[must_use]
pub fn host(def: &ProviderDef, settings: &Tree) -> String {
    let given = settings.text(BASE_URL).filter(|url| !url.is_empty());
    let url = given
        .map(str::to_owned)
        .or_else(|| (def.base_url)(settings));
    let url = url.and_then(|url| url::Url::parse(&url).ok());
    let host = url.as_ref().and_then(|url| {
        let port = url.port_or_known_default().unwrap_or_default();
        Some(format!("{}:{port}", url.host_str()?))
    });
    host.unwrap_or_default()
}

/// Where a simulated system is. It has another port in every run, and its state is
/// kept by the name of the provider.
pub(super) fn simulated_host(provider: &str) -> String {
    format!("sandbox/{provider}")
}

/// That several providers are one account: a sentence without a period.
#[must_use]
pub fn one_account<'a>(names: impl IntoIterator<Item = &'a ProviderName>) -> String {
    let names = words::list(names.into_iter().map(|name| &*name.0));
    format!("providers {names} are one account")
}

/// What to do about it.
pub const KEEP_ONE: &str = "keep one, and name it in `provider:` of all its manifests";

/// Values as they are written, with their paths.
pub(super) type Said = Vec<(String, String)>;

/// What a `Provider` manifest says of one system, as it is written. A file is
/// looked for beside the manifest, so it is told by where that stands.
pub(super) fn said(def: &ProviderDef, origin: &Origin) -> Said {
    let prefix = format!("{}.", def.name);
    let folder = std::path::Path::new(&origin.source.name).parent();
    let mut said = Said::new();
    for (path, mut text) in origin.written() {
        if !path.starts_with(&prefix) {
            continue;
        }
        let is_file = path.rsplit('.').next() == Some("file");
        if let Some(folder) = folder.filter(|_| is_file) {
            text = folder.join(text).to_string_lossy().into_owned();
        }
        said.push((path, text));
    }
    said
}
