//! What nobody may repeat of a provider's records: servers quote what they are
//! asked about, and their words are passed on.

use crate::{
    desired::{Desired, Resource},
    model::{HiddenValues, ProviderName},
    provider::Failure,
};

/// The hidden values of everything that is wanted at a provider.
#[must_use]
pub fn hidden_values(desired: &Desired, provider: &ProviderName) -> HiddenValues {
    let resources = desired.resources.iter();
    values_of(resources.filter(|resource| resource.provider == *provider))
}

/// The same failure without the hidden values of some resources.
pub(super) fn without<'a>(
    mut failure: Failure,
    resources: impl IntoIterator<Item = &'a Resource>,
) -> Failure {
    failure.hide(&values_of(resources));
    failure
}

fn values_of<'a>(resources: impl IntoIterator<Item = &'a Resource>) -> HiddenValues {
    let trees = resources
        .into_iter()
        .map(|resource| (&resource.tree, |path| resource.is_hidden(path)));
    HiddenValues::in_trees(trees)
}
