//! Providers that no other run of this machine writes to while this one does.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use futures_util::future::join_all;

use crate::{
    desired::{Desired, ProviderConfig},
    journal::{FileLocks, Guard, HeaderProvider, Lock, Locked, lock_name},
    model::ProviderName,
    observed::{Observed, hidden_values, observe},
    provider::{Failure, Reader},
};

use super::{env, error::CliError, providers::Opened, state::holder};

/// Providers whose locks are held until this value is dropped.
pub(super) struct LockedProviders {
    readers: BTreeMap<ProviderName, Arc<dyn Reader>>,
    /// Providers that could not even be asked who we are. They are not locked,
    /// and they are not read again, so nothing can be planned for them.
    failures: BTreeMap<ProviderName, Failure>,
    /// The names of the locks.
    pub(super) locks: BTreeMap<ProviderName, String>,
    _guards: Vec<Box<dyn Guard>>,
}

/// Asks every provider that is touched who we are there, and takes the lock of
/// that account, in an order that all runs share.
pub(super) async fn lock(
    desired: &Desired,
    opened: &Opened,
    lock_folder: &Path,
    run: &str,
) -> Result<LockedProviders, CliError> {
    let mut readers = opened.readers();
    let touched = touched(desired);
    let asked = touched.iter().filter_map(|config| {
        let reader = readers.get(&config.name)?;
        Some(async move { (*config, reader.account().await) })
    });
    let answers = join_all(asked).await;
    let mut failures = BTreeMap::new();
    let mut locks = BTreeMap::new();
    let mut subjects: BTreeMap<String, &ProviderName> = BTreeMap::new();
    for (config, account) in answers {
        match account {
            Ok(account) => {
                let name = lock_name(&config.account(account));
                subjects.entry(name.clone()).or_insert(&config.name);
                locks.insert(config.name.clone(), name);
            }
            Err(mut failure) => {
                failure.hide(&hidden_values(desired, &config.name));
                readers.remove(&config.name);
                failures.insert(config.name.clone(), failure);
            }
        }
    }
    let file_locks = FileLocks::open(lock_folder)?;
    let mut guards = Vec::new();
    for (name, subject) in subjects {
        let note = Locked {
            subject: subject.to_string(),
            holder: holder(),
            since: env::now(),
            run: run.to_owned(),
        };
        guards.push(file_locks.take(&name, &note).map_err(CliError::Lock)?);
    }
    Ok(LockedProviders {
        readers,
        failures,
        locks,
        _guards: guards,
    })
}

/// The providers of the selected resources; all of them where everything is
/// selected, as for observing.
fn touched(desired: &Desired) -> Vec<&ProviderConfig> {
    let all = desired.resources.iter().all(|resource| resource.selected);
    let of_selected: BTreeSet<&ProviderName> = desired
        .resources
        .iter()
        .filter(|resource| resource.selected)
        .map(|resource| &resource.provider)
        .collect();
    desired
        .providers
        .iter()
        .filter(|config| all || of_selected.contains(&config.name))
        .collect()
}

impl LockedProviders {
    /// Reads the providers.
    pub(super) async fn observe(&mut self, desired: &Desired) -> Observed {
        let mut observed = observe(desired, &self.readers).await;
        for (name, failure) in std::mem::take(&mut self.failures) {
            observed.providers.insert(name, Err(failure));
        }
        observed
    }

    /// The providers, as a journal names them.
    pub(super) fn described(&self, desired: &Desired) -> Vec<HeaderProvider> {
        let configs = desired.providers.iter();
        configs
            .filter_map(|config| {
                Some(HeaderProvider {
                    name: config.name.clone(),
                    system: config.def.name.to_owned(),
                    lock: self.locks.get(&config.name)?.clone(),
                    timeout_seconds: Some(config.limits.timeout_seconds),
                })
            })
            .collect()
    }
}
