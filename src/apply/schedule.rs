//! Carries out the changes of a plan in its order, several at once, each after
//! those that it depends on, and leaves out what depends on something that was
//! not done.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, future::join_all, stream::FuturesUnordered};
use tokio::time::Instant;

use crate::{
    desired::Desired,
    http::{Budget, Pace, Transport},
    model::{Address, ProviderName, RemoteId},
    observed::Observed,
    plan::{Change, Planned},
    provider::{Action, Completeness, Lookups, Reader, Writer},
};

use super::{
    absence::Absence,
    execute::execute,
    journal::{Evidence, Journal},
    outcome::{Outcome, Receipt, STOPPED, Verdict},
    stop::Stop,
    twins::look_for_twins,
};

/// Told what happens, as it happens.
pub trait Progress: Sync {
    /// A change is being carried out.
    fn started(&self, change: &Change);
    /// A change has ended.
    fn finished(&self, outcome: &Outcome);
    /// More was found out about a change that has ended.
    fn amended(&self, outcome: &Outcome);
}

/// Everything that carrying out a plan needs.
pub struct Context<'a> {
    /// What the manifests want.
    pub desired: &'a Desired,
    /// The providers as the plan saw them.
    pub observed: &'a Observed,
    /// The halves that read, by provider.
    pub readers: &'a BTreeMap<ProviderName, Arc<dyn Reader>>,
    /// The halves that write, by provider.
    pub writers: &'a BTreeMap<ProviderName, Arc<dyn Writer>>,
    /// What both halves send with, by provider.
    pub transports: &'a BTreeMap<ProviderName, Arc<Transport>>,
    /// Told what happens.
    pub progress: &'a dyn Progress,
    /// Takes down each call before it is sent, and what came of it.
    pub journal: &'a dyn Journal,
    /// How long a second of waiting for a call whose answer was lost takes: less in
    /// the sandbox, whose systems have carried it out by then or never will.
    pub look_pace: Pace,
    /// Stops the run.
    pub stop: Stop,
    /// The time, which tells how old a proof of absence is.
    pub clock: &'a (dyn Fn() -> Instant + Sync),
}

/// How many writes of a run may be sent again, by provider. What the transport
/// tries again by itself is counted there.
pub(super) type Resends = BTreeMap<ProviderName, Budget>;

impl Context<'_> {
    /// How long a second of waiting takes at a provider.
    pub(super) fn pace(&self, provider: &ProviderName) -> Pace {
        self.desired
            .providers
            .iter()
            .find(|config| config.name == *provider)
            .map(|config| config.pace)
            .unwrap_or_default()
    }

    pub(super) fn lookups(&self, provider: &ProviderName) -> Option<&Lookups> {
        match self.observed.providers.get(provider)? {
            Ok(view) => Some(&view.lookups),
            Err(_) => None,
        }
    }

    /// Whether a provider can list its records. One that cannot has each looked
    /// up by its key.
    pub(super) fn has_list(&self, provider: &ProviderName) -> bool {
        match self.observed.providers.get(provider) {
            Some(Ok(view)) => view.completeness != Completeness::ByKey,
            _ => false,
        }
    }

    /// For how much longer a provider wants to be left alone, if it does.
    pub(super) fn closed_for(&self, provider: &ProviderName) -> Option<Duration> {
        self.transports.get(provider)?.closed_for()
    }
}

/// Carries out a plan. Every change of it ends in exactly one outcome.
pub async fn apply(planned: &Planned, context: &Context<'_>) -> Receipt {
    let changes: Vec<&Change> = planned.plan.to_do().collect();
    let absence = Absence::new(&changes, context);
    absence.prove().await;
    let resends: Resends = context
        .writers
        .keys()
        .map(|provider| (provider.clone(), Budget::default()))
        .collect();
    let mut run = Run::new(&changes, context);
    let mut flying = FuturesUnordered::new();
    loop {
        while let Some(at) = run.next() {
            let change = changes[at];
            context.progress.started(change);
            let targets = run.targets(change);
            let (absence, resends) = (&absence, &resends);
            flying.push(async move {
                let outcome = execute(change, planned, context, resends, &targets, absence).await;
                (at, outcome)
            });
        }
        match flying.next().await {
            Some((at, outcome)) => {
                context.progress.finished(&outcome);
                run.finish(at, outcome);
            }
            None => break,
        }
    }
    let (mut outcomes, executed) = run.into_outcomes();
    // What was executed has been taken down where its values were at hand.
    let rest = outcomes.iter().zip(executed).filter(|(_, done)| !done);
    join_all(rest.map(|(outcome, _)| context.journal.ended(outcome, Evidence::default()))).await;
    // Who asks to stop waits for the calls in flight alone.
    if !context.stop.asked() {
        look_for_twins(&changes, &mut outcomes, planned, context).await;
    }
    Receipt::new(outcomes, planned.plan.counts.blocked)
}

/// The state of a run: what is ready, what is flying, what has ended.
struct Run<'a> {
    changes: &'a [&'a Change],
    stop: Stop,
    queues: BTreeMap<&'a ProviderName, Queue>,
    waiting: Vec<usize>,
    dependants: BTreeMap<&'a Address, Vec<usize>>,
    outcomes: Vec<Option<Outcome>>,
    executed: Vec<bool>,
    /// The ids of all records that exist by now.
    ids: BTreeMap<Address, RemoteId>,
}

impl<'a> Run<'a> {
    fn new(changes: &'a [&'a Change], context: &Context<'a>) -> Self {
        let mut run = Self {
            changes,
            stop: context.stop.clone(),
            queues: queues(context.desired),
            waiting: Vec::with_capacity(changes.len()),
            dependants: BTreeMap::new(),
            outcomes: vec![None; changes.len()],
            executed: vec![false; changes.len()],
            ids: BTreeMap::new(),
        };
        for (at, change) in changes.iter().enumerate() {
            run.waiting.push(change.depends_on.len());
            for need in &change.depends_on {
                run.dependants.entry(need).or_default().push(at);
            }
            // Who is not among the providers still gets an outcome for each change.
            let queue = run
                .queues
                .entry(&change.provider)
                .or_insert_with(|| Queue::of(1));
            if !is_end(change) {
                queue.before_ends.insert(at);
            }
            if change.depends_on.is_empty() {
                queue.ready.insert((is_end(change), at));
            }
        }
        run
    }

    /// The next change that may start, if there is one and a slot for it.
    fn next(&mut self) -> Option<usize> {
        if self.stop.asked() {
            return None;
        }
        self.queues.values_mut().find_map(Queue::pop)
    }

    /// The ids of the records that a change waited for.
    fn targets(&self, change: &Change) -> BTreeMap<Address, RemoteId> {
        change
            .depends_on
            .iter()
            .filter_map(|address| self.ids.get_key_value(address))
            .map(|(address, remote)| (address.clone(), remote.clone()))
            .collect()
    }

    fn finish(&mut self, at: usize, outcome: Outcome) {
        let change = self.changes[at];
        self.executed[at] = true;
        if let Some(queue) = self.queues.get_mut(&change.provider) {
            queue.slots += 1;
        }
        if let Some(remote) = &outcome.remote {
            self.ids.insert(change.address.clone(), remote.clone());
        }
        self.end(at, outcome);
    }

    /// Notes an outcome and what follows from it for the dependants.
    fn end(&mut self, at: usize, outcome: Outcome) {
        let mut ended = vec![(at, outcome)];
        while let Some((at, outcome)) = ended.pop() {
            let change = self.changes[at];
            let done = outcome.verdict == Verdict::Done;
            self.outcomes[at] = Some(outcome);
            if let Some(queue) = self.queues.get_mut(&change.provider) {
                queue.before_ends.remove(&at);
            }
            for dependant in self
                .dependants
                .get(&change.address)
                .cloned()
                .unwrap_or_default()
            {
                if self.outcomes[dependant].is_some() {
                    continue;
                }
                let next = self.changes[dependant];
                if done {
                    self.waiting[dependant] -= 1;
                    if self.waiting[dependant] == 0
                        && let Some(queue) = self.queues.get_mut(&next.provider)
                    {
                        queue.ready.insert((is_end(next), dependant));
                    }
                } else {
                    let skipped = Outcome::of(next, Verdict::Skipped)
                        .because(format!("{} was not done", change.address));
                    ended.push((dependant, skipped));
                }
            }
        }
    }

    /// The outcome of each change, and whether it was executed.
    fn into_outcomes(self) -> (Vec<Outcome>, Vec<bool>) {
        let Self {
            changes,
            outcomes,
            executed,
            ..
        } = self;
        let outcomes = outcomes
            .into_iter()
            .zip(changes)
            .map(|(outcome, change)| {
                outcome.unwrap_or_else(|| Outcome::of(change, Verdict::NotStarted).because(STOPPED))
            })
            .collect();
        (outcomes, executed)
    }
}

/// What is left to start at one provider. Changes are numbers: their places in
/// the plan.
struct Queue {
    /// How many more changes may be in flight.
    slots: usize,
    /// What waits for nothing but a slot; ends come last.
    ready: BTreeSet<(bool, usize)>,
    /// What is no end, and has no outcome yet.
    before_ends: BTreeSet<usize>,
}

impl Queue {
    fn of(slots: usize) -> Self {
        Self {
            slots,
            ready: BTreeSet::new(),
            before_ends: BTreeSet::new(),
        }
    }

    /// The next change in the order of the plan. No end begins while something
    /// that the plan has ahead of it goes on: what is below a record may be about
    /// to move away, and nobody but the provider knows all that is.
    fn pop(&mut self) -> Option<usize> {
        let (is_end, at) = *self.ready.first()?;
        let is_held_back = is_end && self.before_ends.first().is_some_and(|first| *first < at);
        if self.slots == 0 || is_held_back {
            return None;
        }
        self.ready.pop_first();
        self.slots -= 1;
        Some(at)
    }
}

fn is_end(change: &Change) -> bool {
    change.action == Action::End
}

/// A queue for each provider, with as many slots as its limits allow.
fn queues(desired: &Desired) -> BTreeMap<&ProviderName, Queue> {
    desired
        .providers
        .iter()
        .map(|config| {
            let most = config.def.writes_in_flight_max.unwrap_or(usize::MAX);
            let slots = config.limits.concurrency.clamp(1, most);
            (&config.name, Queue::of(slots))
        })
        .collect()
}
