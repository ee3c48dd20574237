//! Reads `limits`.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    manifest::{
        collect::{Collector, clipped},
        yaml::{self, Node, NodeKind, Whole},
    },
    model::field::Class,
};

use crate::policy::spec::{Bound, Given, Measure, Measured, Subject, WHOLE_BASIS_POINTS};

use super::node::{Entry, member, members};

/// The members of `limits`.
pub(in crate::policy) const LIMITS: [&str; 4] = ["classes", "creates", "ends", "updates"];

/// The members of one limit.
pub(in crate::policy) const MEASURES: [&str; 3] = ["max", "maxShare", "shareFrom"];

/// What switches a limit off.
pub(in crate::policy) const UNLIMITED: &str = "unlimited";

/// The largest number that a limit can be: far beyond any customer base.
pub(in crate::policy) const NUMBER_MAX: u64 = 10_000_000;

pub(super) fn read(
    span: &Range<usize>,
    node: &Node<'_>,
    findings: &mut Collector<'_>,
) -> BTreeMap<Measured, Given> {
    let mut given = BTreeMap::new();
    let entries = members(span, node, "limits", &LIMITS, findings);
    for subject in [Subject::Creates, Subject::Updates, Subject::Ends] {
        if let Some(entry) = member(entries, subject.word()) {
            one(entry, subject, &mut given, findings);
        }
    }
    let names = Class::ALL.map(Class::word);
    if let Some((key, value)) = member(entries, "classes") {
        let entries = members(&key.span, value, "limits.classes", &names, findings);
        for class in Class::ALL {
            if let Some(entry) = member(entries, class.word()) {
                one(entry, Subject::Class(class), &mut given, findings);
            }
        }
    }
    given
}

fn one(
    (key, value): Entry<'_, '_>,
    subject: Subject,
    given: &mut BTreeMap<Measured, Given>,
    findings: &mut Collector<'_>,
) {
    let path = format!("limits.{}", subject.path());
    let entries = members(&key.span, value, &path, &MEASURES, findings);
    for measure in Measure::ALL {
        let Some((key, value)) = member(entries, measure.word()) else {
            continue;
        };
        let bound = match measure {
            Measure::MaxShare => share(value),
            Measure::Max | Measure::ShareFrom => number(value, measure),
        };
        match bound {
            Some(bound) => {
                let measured = Measured { subject, measure };
                let place = findings.place(&key.span);
                given.insert(measured, Given { bound, place });
            }
            None => refuse(value, &path, measure, findings),
        }
    }
}

fn refuse(value: &Node<'_>, path: &str, measure: Measure, findings: &mut Collector<'_>) {
    let what = match value.text() {
        Some(text) => format!("`{}`", clipped(text)),
        None => value.described().to_owned(),
    };
    let message = format!("`{path}.{}` cannot be {what}", measure.word());
    let hint = match measure {
        Measure::Max => format!("write a whole number up to {NUMBER_MAX}, or `{UNLIMITED}`"),
        Measure::MaxShare => {
            format!("write a share such as `30%`, up to `100%`, or `{UNLIMITED}`")
        }
        Measure::ShareFrom => format!("write a whole number from 1 to {NUMBER_MAX}"),
    };
    findings.error("out-of-range", &value.span, message, hint);
}

fn number(value: &Node<'_>, measure: Measure) -> Option<Bound> {
    let NodeKind::Scalar { text, plain } = &value.kind else {
        return None;
    };
    if text == UNLIMITED {
        return (measure == Measure::Max).then_some(Bound::Unlimited);
    }
    let least = u64::from(measure == Measure::ShareFrom);
    match yaml::as_whole(text).filter(|_| *plain)? {
        Whole::Number(number) => u64::try_from(number)
            .ok()
            .filter(|number| (least..=NUMBER_MAX).contains(number))
            .map(Bound::AtMost),
        Whole::TooLarge | Whole::ZeroInFront => None,
    }
}

/// `30%`, `30 %`, `12.5%`. The sign is needed: `0.3` and `30` would both be
/// read by somebody as the other.
fn share(value: &Node<'_>) -> Option<Bound> {
    let text = value.text()?;
    if text == UNLIMITED {
        return Some(Bound::Unlimited);
    }
    let number = text.strip_suffix('%')?.trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 3 {
        return None;
    }
    let points = whole.parse::<u64>().ok()? * 100 + format!("{part:0<2}").parse::<u64>().ok()?;
    (points <= WHOLE_BASIS_POINTS).then_some(Bound::AtMost(points))
}
