//! What several providers share. All else is decided within one provider, so that
//! an account with two of them would have two of everything.

use std::collections::BTreeMap;

use crate::{
    desired::{Account, Desired, KEEP_ONE, one_account},
    model::{Address, Kind, ProviderName, RemoteId},
    provider::{Failure, FailureKind},
};

use super::state::{Match, ProviderView};

/// Who we are at each provider that was asked.
pub(super) type Accounts<'a> = BTreeMap<&'a ProviderName, Result<String, Failure>>;

/// Refuses all providers that are one account. Each would make a record of its own
/// for one key, two manifests could own one record, and what protects a record at
/// one would be shed at the other.
pub(super) fn refuse_shared_accounts<'a>(desired: &'a Desired, accounts: &mut Accounts<'a>) {
    let mut sharers: BTreeMap<Account, Vec<&ProviderName>> = BTreeMap::new();
    for config in &desired.providers {
        if let Some(Ok(name)) = accounts.get(&config.name) {
            let account = config.account(name.clone());
            sharers.entry(account).or_default().push(&config.name);
        }
    }
    for names in sharers.values().filter(|names| names.len() > 1) {
        let message = one_account(names.iter().copied());
        for name in names {
            let failure = Failure::new(FailureKind::Conflict, message.clone()).hint(KEEP_ONE);
            accounts.insert(name, Err(failure));
        }
    }
}

/// A record, in whichever account it is seen: system, host, kind and id.
type Anywhere<'a> = (&'a str, &'a str, Kind, RemoteId);

/// Two manifests that come to one record through two accounts, of which one holds
/// the other, both lose it.
pub(super) fn refuse_shared_records(
    desired: &Desired,
    views: &mut BTreeMap<ProviderName, Result<ProviderView, Failure>>,
) {
    let mut claims: BTreeMap<Anywhere<'_>, Vec<(&ProviderName, Address)>> = BTreeMap::new();
    for config in desired
        .providers
        .iter()
        .filter(|config| config.def.ids_are_global)
    {
        let Some(Ok(view)) = views.get(&config.name) else {
            continue;
        };
        for (address, found) in &view.matches {
            if let Some(remote) = claimed(found) {
                let record = (config.def.name, &*config.host, address.kind, remote.clone());
                let claimants = claims.entry(record).or_default();
                claimants.push((&config.name, address.clone()));
            }
        }
    }
    for ((.., remote), claimants) in claims.iter().filter(|(_, claimants)| claimants.len() > 1) {
        for (at, (provider, address)) in claimants.iter().enumerate() {
            let (_, other) = &claimants[usize::from(at == 0)];
            if let Some(Ok(view)) = views.get_mut(*provider) {
                let found = Match::ClaimedAlsoBy(other.clone(), remote.clone());
                view.matches.insert(address.clone(), found);
            }
        }
    }
}

/// The live record that a manifest came to.
fn claimed(found: &Match) -> Option<&RemoteId> {
    match found {
        Match::Found(record) | Match::Adoptable(record) if record.ended.is_none() => {
            Some(&record.remote)
        }
        Match::ClaimedAlsoBy(_, remote) => Some(remote),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desired::{Environment, Options, desire},
        manifest::{load, toy},
        model::Tree,
        provider::{Completeness, Lookups, Raw, Record},
    };

    /// Two providers, at hosts of these names.
    fn providers(hosts: [&str; 2]) -> Desired {
        let texts = [("partner", hosts[0]), ("below", hosts[1])].map(|(name, host)| {
            let text = format!(
                "apiVersion: trueup.dev/v1alpha1\nkind: Provider\nmetadata: {{ name: {name} }}\n\
                 spec: {{ toy: {{ baseUrl: \"https://{host}\", credentials: {{ clientId: \
                 {{ env: {name} }}, clientSecret: {{ env: {name} }} }} }} }}\n"
            );
            (format!("{name}.yaml"), text.into_bytes())
        });
        let variables = ["partner", "below"].map(|name| (name.to_owned(), name.to_owned()));
        let options = Options {
            environment: Environment {
                variables: variables.into(),
                ..Environment::default()
            },
            ..Options::default()
        };
        let (desired, findings) = desire(load::from_memory(texts), toy::REGISTRY, &options);
        assert!(findings.is_empty(), "{findings:?}");
        desired
    }

    fn address(name: &str) -> Address {
        Address {
            kind: "ToyAccount",
            name: name.into(),
        }
    }

    /// A provider that has one record for one manifest.
    fn view(name: &str, remote: &str, ended: bool) -> ProviderView {
        let record = Record {
            remote: RemoteId(remote.to_owned()),
            tree: Tree::default(),
            unknown: Vec::new(),
            ended: ended.then(|| "closed".to_owned()),
            raw: Raw::default(),
        };
        ProviderView {
            account: name.to_owned(),
            lookups: Lookups::default(),
            completeness: Completeness::Complete,
            matches: [(address(name), Match::Found(record))].into(),
            unmanaged: Vec::new(),
            create_notes: BTreeMap::new(),
        }
    }

    #[test]
    fn a_record_that_is_seen_in_two_accounts_is_nobodys() {
        let same = ["toy.example.com", "toy.example.com"];
        for (hosts, remote, ended, refused) in [
            (same, "7", false, true),
            (same, "8", false, false),
            (same, "7", true, false),
            (["toy.example.com", "toy.example.org"], "7", false, false),
        ] {
            let desired = providers(hosts);
            let mut views: BTreeMap<_, _> = [("partner", "7"), ("below", remote)]
                .map(|(name, remote)| (ProviderName(name.into()), Ok(view(name, remote, ended))))
                .into();
            refuse_shared_records(&desired, &mut views);
            for (name, other) in [("partner", "below"), ("below", "partner")] {
                let view = views[&ProviderName(name.into())].as_ref().expect("a view");
                let lost = matches!(
                    &view.matches[&address(name)],
                    Match::ClaimedAlsoBy(claimant, _) if *claimant == address(other)
                );
                assert_eq!(lost, refused, "{name} {hosts:?} {remote} {ended}");
            }
        }
    }
}
