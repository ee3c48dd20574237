//! Covering arrays of strength two: few rows in which every pair of values of
//! every two knobs occurs.

use std::collections::BTreeSet;

/// A value of a knob, by position: the knob, then its value.
type Choice = (usize, usize);

/// Rows of value positions, one position for each knob, so that each pair of
/// values of two knobs stands together in at least one row. Greedy and
/// deterministic.
pub(super) fn covering_array(sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut open = pairs(sizes);
    let mut rows = Vec::new();
    while let Some(&(one, two)) = open.first() {
        let mut row: Vec<Option<usize>> = vec![None; sizes.len()];
        row[one.0] = Some(one.1);
        row[two.0] = Some(two.1);
        for knob in 0..sizes.len() {
            if row[knob].is_none() {
                row[knob] = Some(best(knob, sizes[knob], &row, &open));
            }
        }
        let row: Vec<usize> = row.into_iter().map(Option::unwrap_or_default).collect();
        for pair in in_row(&row) {
            open.remove(&pair);
        }
        rows.push(row);
    }
    rows
}

/// The value of a knob that closes the most open pairs with what is chosen.
fn best(
    knob: usize,
    size: usize,
    row: &[Option<usize>],
    open: &BTreeSet<(Choice, Choice)>,
) -> usize {
    let gain = |value: usize| {
        row.iter()
            .enumerate()
            .filter_map(|(other, chosen)| chosen.map(|chosen| (other, chosen)))
            .filter(|other| open.contains(&ordered((knob, value), *other)))
            .count()
    };
    (0..size)
        .max_by_key(|value| (gain(*value), usize::MAX - value))
        .unwrap_or_default()
}

fn ordered(one: Choice, two: Choice) -> (Choice, Choice) {
    if one < two { (one, two) } else { (two, one) }
}

fn pairs(sizes: &[usize]) -> BTreeSet<(Choice, Choice)> {
    let mut pairs = BTreeSet::new();
    for one in 0..sizes.len() {
        for two in one + 1..sizes.len() {
            for first in 0..sizes[one] {
                pairs.extend((0..sizes[two]).map(|second| ((one, first), (two, second))));
            }
        }
    }
    pairs
}

fn in_row(row: &[usize]) -> Vec<(Choice, Choice)> {
    let mut pairs = Vec::new();
    for one in 0..row.len() {
        for two in one + 1..row.len() {
            pairs.push(((one, row[one]), (two, row[two])));
        }
    }
    pairs
}

#[test]
fn every_pair_occurs_in_few_rows() {
    let sizes = [3, 2, 4, 2, 2, 3, 2];
    let rows = covering_array(&sizes);
    let covered: BTreeSet<_> = rows.iter().flat_map(|row| in_row(row)).collect();
    assert_eq!(covered, pairs(&sizes));
    assert!(rows.len() <= 18, "{} rows", rows.len());
}
