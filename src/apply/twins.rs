//! Looks once more at what was created: another tool may have made a record with
//! the same key since we looked, which no look before the create can show.

use std::collections::BTreeMap;

use crate::{
    desired::Resource,
    model::{Address, ProviderName, RemoteId, words},
    observed::holders,
    plan::{Change, Planned},
    provider::{Action, Failure},
};

use super::{
    mask::mask,
    outcome::{Outcome, Verdict},
    schedule::Context,
};

/// Lists each provider at which something was created once more, and amends the
/// outcomes of creates that are not the only ones with their key. A provider that
/// has no list finds one record for each key, so there is nothing to be seen.
pub(super) async fn look_for_twins(
    changes: &[&Change],
    outcomes: &mut [Outcome],
    planned: &Planned,
    context: &Context<'_>,
) {
    let mut created: BTreeMap<&ProviderName, Vec<(usize, &Resource)>> = BTreeMap::new();
    for (at, (change, outcome)) in changes.iter().zip(&*outcomes).enumerate() {
        if change.action == Action::Create
            && outcome.remote.is_some()
            && context.has_list(&change.provider)
            && let Some(resource) = context.desired.get(&change.address)
        {
            let made = created.entry(&change.provider).or_default();
            made.push((at, resource));
        }
    }
    for (provider, made) in created {
        let Some(reader) = context.readers.get(provider) else {
            continue;
        };
        let resources: Vec<&Resource> = made.iter().map(|(_, resource)| *resource).collect();
        let looked = holders(&resources, reader.as_ref()).await;
        for (at, resource) in made {
            if amend(&mut outcomes[at], &looked) {
                let work = planned.work.get(&resource.address);
                let wanted = work.map(|work| &work.desired);
                let hidden = |path| resource.is_hidden(path);
                mask(&mut outcomes[at], hidden, wanted.into_iter());
                context.journal.amended(&outcomes[at]).await;
                context.progress.amended(&outcomes[at]);
            }
        }
    }
}

/// Puts into an outcome what the look showed; whether there was anything to say.
fn amend(
    outcome: &mut Outcome,
    looked: &Result<BTreeMap<Address, Vec<RemoteId>>, Failure>,
) -> bool {
    let holders = match looked {
        Ok(holders) => holders.get(&outcome.address),
        Err(failure) => {
            outcome.notes.push(format!(
                "whether another record was made with the same key since we looked could not be \
                 seen: {failure}"
            ));
            return true;
        }
    };
    let others: Vec<&str> = holders
        .into_iter()
        .flatten()
        .filter(|remote| Some(*remote) != outcome.remote.as_ref())
        .map(|remote| remote.0.as_str())
        .collect();
    if others.is_empty() {
        return false;
    }
    let twins = format!(
        "{} with the same key was made since we looked: {}",
        if others.len() == 1 {
            "another record"
        } else {
            "more than one other record"
        },
        words::list(others)
    );
    if outcome.verdict == Verdict::Done {
        outcome.verdict = Verdict::Failed;
        outcome.reason = Some(format!("created, but {twins}"));
        outcome.hint = Some(
            "find out who made it, and end one of the two at the provider; until then the plan \
             blocks this resource"
                .to_owned(),
        );
    } else {
        outcome.notes.push(twins);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::FailureKind;

    fn created(verdict: Verdict) -> Outcome {
        Outcome {
            address: Address {
                kind: "Toy",
                name: "acme".into(),
            },
            provider: ProviderName("toy".into()),
            action: Action::Create,
            verdict,
            remote: Some(RemoteId("1".to_owned())),
            reason: None,
            hint: None,
            calls: vec!["POST /toys"],
            not_stored: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn seen(ids: &[&str]) -> BTreeMap<Address, Vec<RemoteId>> {
        let ids = ids.iter().map(|id| RemoteId((*id).to_owned())).collect();
        BTreeMap::from([(created(Verdict::Done).address, ids)])
    }

    #[test]
    fn our_own_record_is_no_twin() {
        let mut outcome = created(Verdict::Done);
        assert!(!amend(&mut outcome, &Ok(seen(&["1"]))));
        assert!(!amend(&mut outcome, &Ok(seen(&[]))), "listed late");
        assert_eq!(outcome, created(Verdict::Done));
    }

    #[test]
    fn a_twin_is_a_failure_that_names_it() {
        // Ours may be listed later than theirs.
        for ids in [&["1", "2"][..], &["2"]] {
            let mut outcome = created(Verdict::Done);
            assert!(amend(&mut outcome, &Ok(seen(ids))));
            assert_eq!(outcome.verdict, Verdict::Failed);
            let reason = outcome.reason.expect("a reason");
            assert!(reason.ends_with("made since we looked: `2`"), "{reason}");
            assert!(outcome.hint.is_some());
        }
    }

    #[test]
    fn a_failure_keeps_its_own_reason() {
        let mut outcome = created(Verdict::Failed).because("accepted but not stored");
        assert!(amend(&mut outcome, &Ok(seen(&["1", "2", "3"]))));
        assert_eq!(outcome.reason.as_deref(), Some("accepted but not stored"));
        assert_eq!(outcome.notes.len(), 1);
    }

    #[test]
    fn a_look_that_fails_leaves_the_change_done_and_is_told() {
        let mut outcome = created(Verdict::Done);
        let failure = Failure::new(FailureKind::Unreachable, "no route");
        assert!(amend(&mut outcome, &Err(failure)));
        assert_eq!(outcome.verdict, Verdict::Done);
        assert_eq!(outcome.notes.len(), 1);
    }
}
