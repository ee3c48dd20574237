//! Which of many edits stand: as many as can be proved together, so that one
//! value that cannot be written does not keep the others from being.

use std::collections::BTreeMap;

use super::Edit;

/// How often edits are proved without those that were found to be wrong. Each
/// time takes all that is found at once; an edit that hides another's fault costs
/// one more.
const ROUNDS_MAX: usize = 8;

/// How many proofs are spent on finding edits that nothing points at. A proof
/// reads all manifests; one wrong edit among ten thousand takes about thirty.
const PROOFS_MAX: usize = 64;

/// Why some edits are not proved; empty when they are.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// The edits that are at fault, by their places in the list, and why.
    pub(super) blamed: BTreeMap<usize, String>,
    /// What is wrong without telling whose fault it is.
    pub(super) unclear: Option<String>,
}

/// The edits that stand, and those that do not.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Edits that are proved together, ordered by file and place.
    pub(super) kept: Vec<Edit>,
    /// The others, and why.
    pub(super) refused: Vec<(Edit, String)>,
}

impl Faults {
    /// What is wrong, in one of its sentences.
    fn reason(&self) -> Option<&String> {
        self.blamed.values().next().or(self.unclear.as_ref())
    }
}

/// Keeps the edits in which `faults` finds nothing, all of them together.
pub(super) fn settle(mut edits: Vec<Edit>, faults: &mut dyn FnMut(&[Edit]) -> Faults) -> Settled {
    let mut settled = Settled::default();
    sort(&mut edits);
    for _ in 0..ROUNDS_MAX {
        if edits.is_empty() {
            return settled;
        }
        let mut found = faults(&edits);
        if found.blamed.is_empty() {
            if found.unclear.is_none() {
                settled.kept = edits;
                return settled;
            }
            break;
        }
        let mut rest = Vec::with_capacity(edits.len());
        for (at, edit) in edits.into_iter().enumerate() {
            match found.blamed.remove(&at) {
                Some(reason) => settled.refused.push((edit, reason)),
                None => rest.push(edit),
            }
        }
        edits = rest;
    }
    halve(edits, faults, &mut settled);
    settled
}

/// Adds to what is kept by parts: a part that cannot be added is halved, down to
/// the edits of one manifest, whose fields may need each other.
fn halve(edits: Vec<Edit>, faults: &mut dyn FnMut(&[Edit]) -> Faults, settled: &mut Settled) {
    let mut waiting = vec![edits];
    let mut proofs = 0;
    while let Some(part) = waiting.pop() {
        if part.is_empty() {
            continue;
        }
        if proofs == PROOFS_MAX {
            let reason = "too much else is wrong to find out whether it can be written";
            let part = part.into_iter().map(|edit| (edit, reason.to_owned()));
            settled.refused.extend(part);
            continue;
        }
        proofs += 1;
        let mut together = settled.kept.clone();
        together.extend(part.iter().cloned());
        sort(&mut together);
        let found = faults(&together);
        match (found.reason(), middle(&part)) {
            (None, _) => settled.kept = together,
            (Some(_), Some(middle)) => {
                let mut first = part;
                let second = first.split_off(middle);
                waiting.push(second);
                waiting.push(first);
            }
            (Some(reason), None) => {
                let part = part.into_iter().map(|edit| (edit, reason.clone()));
                settled.refused.extend(part);
            }
        }
    }
}

fn sort(edits: &mut [Edit]) {
    edits.sort_by(|one, other| {
        let place = |edit: &Edit| edit.replacement.range.start;
        (&one.source.name, place(one)).cmp(&(&other.source.name, place(other)))
    });
}

/// Where the part is halved, between two manifests; nowhere when it is of one.
fn middle(part: &[Edit]) -> Option<usize> {
    let half = part.len() / 2;
    (1..part.len())
        .filter(|at| part[at - 1].address != part[*at].address)
        .min_by_key(|at| at.abs_diff(half))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        import::edit::place::Replacement,
        manifest::toy,
        model::{Address, Source},
    };

    /// An edit of each of some manifests, two to a file; their names are the
    /// numbers.
    fn edits(count: usize) -> Vec<Edit> {
        let kind = &toy::REGISTRY[0].kinds[0];
        let path = kind.fields().path("billing.currency").expect("a field");
        let edit = |at: usize| Edit {
            source: Arc::new(Source::new(format!("{:05}.yaml", at / 2), String::new())),
            address: Address {
                kind: kind.kind,
                name: at.to_string().into(),
            },
            path,
            replacement: Replacement {
                key: at,
                range: at..at + 1,
                text: String::new(),
            },
        };
        (0..count).rev().map(edit).collect()
    }

    fn number(edit: &Edit) -> usize {
        edit.address.name.parse().expect("a number")
    }

    /// Settles edits of which some are wrong, and gives the numbers of those
    /// that are refused, and how many proofs it took.
    fn check(count: usize, wrong: &[usize], tells: bool) -> (Vec<usize>, usize) {
        let mut proofs = 0;
        let settled = settle(edits(count), &mut |edits| {
            proofs += 1;
            let mut faults = Faults::default();
            for (at, edit) in edits.iter().enumerate() {
                if wrong.contains(&number(edit)) {
                    if tells {
                        faults.blamed.insert(at, "wrong".to_owned());
                    } else {
                        faults.unclear = Some("wrong".to_owned());
                    }
                }
            }
            faults
        });
        let kept: Vec<usize> = settled.kept.iter().map(number).collect();
        assert!(kept.is_sorted() && kept.iter().all(|one| !wrong.contains(one)));
        let mut refused: Vec<usize> = settled
            .refused
            .iter()
            .map(|(edit, _)| number(edit))
            .collect();
        refused.sort_unstable();
        assert_eq!(kept.len() + refused.len(), count);
        (refused, proofs)
    }

    #[test]
    fn a_wrong_edit_takes_no_other_along() {
        assert_eq!(check(0, &[], true), (vec![], 0));
        assert_eq!(check(9, &[], true), (vec![], 1));
        // What is told is taken out at once, however much it is.
        assert_eq!(
            check(9_000, &[0, 1, 17, 8_999], true),
            (vec![0, 1, 17, 8_999], 2)
        );
        assert_eq!(check(2, &[0, 1], true).0, [0, 1]);
    }

    #[test]
    fn what_nothing_points_at_is_found_by_halving() {
        let (refused, proofs) = check(9_000, &[4_711], false);
        assert_eq!(refused, [4_711]);
        assert!(proofs <= 32, "{proofs}");
        let (refused, proofs) = check(9_000, &[1, 5_000], false);
        assert_eq!(refused, [1, 5_000]);
        assert!(proofs <= 64, "{proofs}");
        assert_eq!(check(1, &[0], false).0, [0]);
    }

    #[test]
    fn proofs_come_to_an_end() {
        let wrong: Vec<usize> = (0..9_000).step_by(3).collect();
        let (refused, proofs) = check(9_000, &wrong, false);
        assert!(proofs <= PROOFS_MAX + ROUNDS_MAX, "{proofs}");
        assert!(wrong.iter().all(|one| refused.contains(one)));
    }

    #[test]
    fn edits_that_are_right_alone_and_wrong_together_are_not_both_kept() {
        let settled = settle(edits(8), &mut |edits| {
            let both = edits.iter().filter(|edit| [2, 6].contains(&number(edit)));
            Faults {
                unclear: (both.count() == 2).then(|| "both".to_owned()),
                ..Faults::default()
            }
        });
        assert_eq!(settled.kept.len(), 7);
        assert_eq!(settled.refused.len(), 1);
    }
}
