//! What manifests want, built by hand: the engine is tested without the loader.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use trueup::{
    desired::{Desired, End, Origin, ProviderConfig, Resource, host},
    http::{Limits, Pace},
    model::{Address, Leaf, ProviderName, RemoteId, Sensitive, Source, Tree},
    simulator::Running,
};

use super::{PROVIDER, kind};

/// One manifest of a toy customer.
#[derive(Clone)]
pub(crate) struct Manifest {
    name: String,
    key: Option<String>,
    provider: String,
    fields: Vec<(&'static str, Leaf)>,
    end: Option<End>,
    adopt: Option<RemoteId>,
    selected: bool,
}

/// A manifest with a name and a display name.
pub(crate) fn customer(name: &str) -> Manifest {
    Manifest {
        name: name.to_owned(),
        key: None,
        provider: "toy".to_owned(),
        fields: vec![("name", text(&format!("{name} Ltd")))],
        end: None,
        adopt: None,
        selected: true,
    }
}

impl Manifest {
    /// The same with one more field, or another value for it.
    pub(crate) fn set(mut self, path: &'static str, leaf: Leaf) -> Self {
        self = self.without(path);
        self.fields.push((path, leaf));
        self
    }

    /// The same without a field: it is not ours.
    pub(crate) fn without(mut self, path: &str) -> Self {
        self.fields.retain(|(known, _)| *known != path);
        self
    }

    /// The same with a key that is not the name.
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// The same below another one.
    pub(crate) fn below(self, parent: &str) -> Self {
        self.set("parent", Leaf::Reference(address(parent)))
    }

    /// The same at another provider.
    pub(crate) fn at(mut self, provider: &str) -> Self {
        provider.clone_into(&mut self.provider);
        self
    }

    /// The same with an end.
    pub(crate) fn ends(mut self, on: Date, reason: &str) -> Self {
        self.end = Some(End {
            on,
            reason: reason.to_owned(),
        });
        self
    }

    /// The same with leave to adopt a record.
    pub(crate) fn adopts(mut self, remote: &str) -> Self {
        self.adopt = Some(RemoteId(remote.to_owned()));
        self
    }

    /// The same, but the run is not about it.
    pub(crate) fn unselected(mut self) -> Self {
        self.selected = false;
        self
    }

    fn resource(&self) -> Resource {
        let key = self.key.as_ref().unwrap_or(&self.name);
        let mut tree: Tree = self
            .fields
            .iter()
            .map(|(path, leaf)| (kind().path(path), leaf.clone()))
            .collect();
        tree.set(kind().path("code"), text(key));
        let references = tree
            .iter()
            .filter_map(|(path, leaf)| match leaf {
                Leaf::Reference(address) => Some((path, address.clone())),
                _ => None,
            })
            .collect();
        Resource {
            address: address(&self.name),
            provider: provider_name(&self.provider),
            kind: kind(),
            key: key.clone(),
            tree,
            end: self.end.clone(),
            adopt: self.adopt.clone(),
            labels: BTreeMap::new(),
            references,
            from_outside: std::collections::BTreeSet::new(),
            selected: self.selected,
            origin: origin(&self.name),
        }
    }
}

/// Everything that some manifests want, at providers that are running.
pub(crate) fn desired(
    providers: &[(&str, &Running)],
    limits: &Limits,
    manifests: &[Manifest],
) -> Desired {
    let mut desired = Desired {
        resources: manifests.iter().map(Manifest::resource).collect(),
        providers: providers
            .iter()
            .map(|(name, running)| config(name, running, limits))
            .collect(),
        ..Desired::default()
    };
    desired
        .resources
        .sort_by(|one, other| one.address.cmp(&other.address));
    desired
        .providers
        .sort_by(|one, other| one.name.cmp(&other.name));
    desired
}

fn config(name: &str, running: &Running, limits: &Limits) -> ProviderConfig {
    let said = running.provider_settings();
    let text_of = |member: &str| said[member].as_str().unwrap_or_default().to_owned();
    let path = |path: &str| PROVIDER.settings.path(path);
    let settings = [
        (path("baseUrl"), Leaf::Text(text_of("baseUrl"))),
        (path("token"), sensitive(&text_of("token"))),
    ];
    let settings: Tree = settings.into_iter().collect();
    ProviderConfig {
        name: provider_name(name),
        def: &PROVIDER,
        host: host(&PROVIDER, &settings),
        settings,
        from_outside: std::collections::BTreeSet::new(),
        limits: limits.clone(),
        pace: Pace::default(),
        origin: origin(name),
    }
}

/// Where a manifest would stand.
fn origin(name: &str) -> Origin {
    let text = format!("kind: ToyCustomer\nmetadata:\n  name: {name}\nspec: {{}}\n");
    Origin {
        span: 0..text.len(),
        source: Arc::new(Source::new(format!("{name}.yaml"), text)),
    }
}

/// The address of a toy customer.
pub(crate) fn address(name: &str) -> Address {
    Address {
        kind: kind().kind,
        name: name.into(),
    }
}

/// The name of a `Provider` manifest.
pub(crate) fn provider_name(name: &str) -> ProviderName {
    ProviderName(name.into())
}

/// Text.
pub(crate) fn text(text: &str) -> Leaf {
    Leaf::Text(text.to_owned())
}

/// Sensitive text.
pub(crate) fn sensitive(text: &str) -> Leaf {
    Leaf::Sensitive(Sensitive::new(text))
}

/// A set of names.
pub(crate) fn set(names: &[&str]) -> Leaf {
    Leaf::Set(names.iter().map(|name| (*name).to_owned()).collect())
}
