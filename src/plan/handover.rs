//! Display names that pass from one record to another within one plan.
//!
//! Many providers allow a name once. Who takes one goes after who gives it up;
//! where that cannot be, the plan says so, because a provider would only say that
//! somebody has the name.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    desired::Desired,
    model::{Address, Kind, Obstacle, ProviderName},
    observed::{Match, Observed},
    provider::Action,
};

use super::Change;

/// Names that change hands, found before anything is blocked for them.
pub(super) struct Handovers {
    all: Vec<Handover>,
    /// Who takes a name, with those that give it up.
    givers: BTreeMap<Address, BTreeSet<Address>>,
    /// Who takes a name that another record keeps, with that.
    kept: Vec<(Address, Address)>,
}

struct Handover {
    taker: Address,
    giver: Address,
    /// Whether the provider is sure to refuse a name that another record has.
    is_unique: bool,
}

/// The name that a record has and the one that it is to have, without what
/// providers take for the same.
struct Named<'a> {
    change: &'a Change,
    live: Option<String>,
    wanted: Option<String>,
    is_written: bool,
    is_unique: bool,
}

impl Named<'_> {
    fn is_renamed(&self) -> bool {
        self.wanted.is_some() && self.wanted != self.live
    }

    fn takes(&self) -> bool {
        let writes = matches!(
            self.change.action,
            Action::Create | Action::Update | Action::Adopt
        );
        writes && self.is_written && self.is_renamed()
    }

    /// Whether the record gives its name up, or would if nothing were in the way.
    fn gives_up(&self) -> bool {
        match self.change.action {
            Action::End => true,
            Action::Blocked => self.is_renamed(),
            Action::Update | Action::Adopt => self.is_written && self.is_renamed(),
            Action::Create | Action::None => false,
        }
    }
}

impl Handovers {
    pub(super) fn of(desired: &Desired, observed: &Observed, changes: &[Change]) -> Self {
        let named: Vec<Named<'_>> = changes
            .iter()
            .filter_map(|change| named(change, desired, observed))
            .collect();
        let mut holders: BTreeMap<(&ProviderName, Kind, &str), Vec<&Named<'_>>> = BTreeMap::new();
        for holder in &named {
            if let Some(live) = &holder.live {
                let Change {
                    address, provider, ..
                } = holder.change;
                let name = (provider, address.kind, live.as_str());
                holders.entry(name).or_default().push(holder);
            }
        }
        let (mut handovers, mut kept) = (Vec::new(), Vec::new());
        for taker in named.iter().filter(|named| named.takes()) {
            let Change {
                address, provider, ..
            } = taker.change;
            let name = taker.wanted.as_deref().unwrap_or_default();
            let from = holders.get(&(provider, address.kind, name));
            for holder in from.into_iter().flatten() {
                let giver = holder.change.address.clone();
                if holder.gives_up() {
                    handovers.push(Handover {
                        taker: address.clone(),
                        giver,
                        is_unique: taker.is_unique,
                    });
                } else if taker.is_unique && giver != *address {
                    kept.push((address.clone(), giver));
                }
            }
        }
        let mut givers: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
        for Handover { taker, giver, .. } in &handovers {
            let of_taker = givers.entry(taker.clone()).or_default();
            of_taker.insert(giver.clone());
        }
        Self {
            all: handovers,
            givers,
            kept,
        }
    }

    /// Who takes a name, with who gives it up.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Address, &Address)> {
        self.all
            .iter()
            .map(|handover| (&handover.taker, &handover.giver))
    }

    /// Whether one takes the name of the other.
    pub(super) fn has(&self, taker: &Address, giver: &Address) -> bool {
        let givers = self.givers.get(taker);
        givers.is_some_and(|givers| givers.contains(giver))
    }

    /// Blocks changes whose names are not free when it is their turn, and those
    /// that wait for each other. Gives whether one was blocked.
    pub(super) fn block(&self, changes: &mut [Change]) -> bool {
        let places = places(changes);
        let mut blocked = self.block_takers(&places, changes);
        for circle in circles(&places, changes) {
            let waits = |(at, next): &(usize, usize)| {
                self.has(&changes[*at].address, &changes[*next].address)
            };
            let (why, hint) = if circle.iter().all(waits) {
                (
                    "they exchange names",
                    "give one of them a name in between first, and its own in a later change",
                )
            } else {
                (
                    "a name passes from one to another of those that wait",
                    "let the record that has the name give it up first, in a change of its own",
                )
            };
            for (at, next) in circle {
                let next = changes[next].address.clone();
                let reason = format!("{next} is to go first and waits for this change: {why}");
                changes[at].block(Obstacle::new(reason).hint(hint));
                blocked = true;
            }
        }
        blocked
    }

    /// Blocks who takes a name that is not free in time, and whoever takes the
    /// name that this one was to give up.
    fn block_takers(&self, places: &BTreeMap<Address, usize>, changes: &mut [Change]) -> bool {
        let unique = || self.all.iter().filter(|handover| handover.is_unique);
        let mut takers: BTreeMap<&Address, Vec<&Handover>> = BTreeMap::new();
        for handover in unique() {
            takers.entry(&handover.giver).or_default().push(handover);
        }
        let mut blocked = false;
        let mut left: Vec<&Handover> = unique().collect();
        while let Some(handover) = left.pop() {
            let (Some(taker), Some(obstacle)) = (
                places.get(&handover.taker),
                in_the_way(&handover.giver, places, changes),
            ) else {
                continue;
            };
            if changes[*taker].action != Action::Blocked {
                changes[*taker].block(obstacle);
                blocked = true;
                left.extend(takers.get(&handover.taker).into_iter().flatten());
            }
        }
        blocked
    }

    /// Notes what only the provider knows to be in the way.
    pub(super) fn note(&self, changes: &mut [Change]) {
        let places = places(changes);
        for (taker, holder) in &self.kept {
            if let Some(taker) = places.get(taker)
                && changes[*taker].action != Action::Blocked
            {
                changes[*taker].notes.push(format!(
                    "{holder} has this name and keeps it; the provider may refuse a second one"
                ));
            }
        }
        for handover in &self.all {
            if let Some(taker) = places.get(&handover.taker)
                && changes[*taker].action != Action::Blocked
                && let Some(obstacle) = in_the_way(&handover.giver, &places, changes)
            {
                changes[*taker].notes.push(obstacle.reason);
            }
        }
    }
}

fn named<'a>(change: &'a Change, desired: &Desired, observed: &Observed) -> Option<Named<'a>> {
    let resource = desired.get(&change.address)?;
    let path = resource.kind.display_name;
    let found = observed.found(&change.provider, &change.address);
    let live = found
        .and_then(Match::record)
        .filter(|record| record.ended.is_none() || resource.kind.has_unique_names)
        .and_then(|record| record.tree.text(path));
    Some(Named {
        change,
        live: live.map(same),
        wanted: resource.tree.text(path).map(same),
        is_written: change
            .fields
            .iter()
            .any(|field| field.path.as_str() == path),
        is_unique: resource.kind.has_unique_names,
    })
}

/// What names have in common that providers take for one. Too much at worst makes
/// a change wait that need not.
fn same(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Why the name of a record is not free when it is the taker's turn, and what to
/// do.
fn in_the_way(
    giver: &Address,
    places: &BTreeMap<Address, usize>,
    changes: &[Change],
) -> Option<Obstacle> {
    let (reason, hint) = match changes[*places.get(giver)?].action {
        Action::End => (
            format!("{giver} has this name until it ends, and ends come last"),
            format!(
                "choose another name, or plan again when {giver} has ended, if records that have \
                 ended give their names up"
            ),
        ),
        Action::Blocked => (
            format!("{giver} has this name and cannot give it up"),
            format!("see what is in the way of {giver}, or choose another name"),
        ),
        Action::Create | Action::Adopt | Action::Update | Action::None => return None,
    };
    Some(Obstacle::new(reason).hint(hint))
}

fn places(changes: &[Change]) -> BTreeMap<Address, usize> {
    let places = changes.iter().enumerate();
    places
        .map(|(at, change)| (change.address.clone(), at))
        .collect()
}

/// Changes that wait for each other in a circle, each with the one that it waits
/// for. Without these no circle is left. The walk keeps its own stack: a chain
/// may be as long as a plan.
fn circles(places: &BTreeMap<Address, usize>, changes: &[Change]) -> Vec<Vec<(usize, usize)>> {
    let mut is_seen = vec![false; changes.len()];
    let mut is_open = vec![false; changes.len()];
    let mut circles = Vec::new();
    for start in 0..changes.len() {
        // Each step is a change and the next of its needs to follow.
        let mut walk = Vec::new();
        let mut into = Some(start).filter(|start| !is_seen[*start]);
        loop {
            if let Some(at) = into.take() {
                (is_seen[at], is_open[at]) = (true, true);
                walk.push((at, changes[at].depends_on.iter()));
            }
            let Some((at, needs)) = walk.last_mut() else {
                break;
            };
            let Some(need) = needs.next() else {
                is_open[*at] = false;
                walk.pop();
                continue;
            };
            match places.get(need) {
                Some(target) if is_open[*target] => {
                    let members = walk.iter().map(|(at, _)| *at);
                    let members: Vec<usize> = members.skip_while(|at| at != target).collect();
                    let after = members.iter().skip(1).chain([target]);
                    circles.push(members.iter().copied().zip(after.copied()).collect());
                }
                Some(target) if !is_seen[*target] => into = Some(*target),
                _ => {}
            }
        }
    }
    circles
}
