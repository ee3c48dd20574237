//! What a `Policy` manifest says, and what holds where none says anything.

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    desired::Selector,
    model::{Place, field::Class},
    plan::Effect,
    provider::Action,
};

use super::expression::Expression;

/// One `Policy` manifest.
pub(super) struct Policy {
    /// Its name.
    pub(super) name: String,
    /// The providers that it is about; nothing for all.
    pub(super) providers: Option<Vec<String>>,
    /// Its limits.
    pub(super) limits: BTreeMap<Measured, Given>,
    /// Records that it protects.
    pub(super) protect: Vec<Protection>,
    /// When nothing is changed.
    pub(super) freeze: Vec<Freeze>,
    /// Its rules.
    pub(super) rules: Vec<Rule>,
}

impl Policy {
    /// Whether it is about a provider.
    pub(super) fn is_about(&self, provider: &str) -> bool {
        self.providers
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name == provider))
    }
}

/// What is counted: records that an action or a class concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Records to be made.
    Creates,
    /// Records to be brought in line or taken over.
    Updates,
    /// Records to be ended.
    Ends,
    /// Records in which a field of that class is written.
    Class(Class),
}

impl Subject {
    /// Everything that is counted.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let classes = Class::ALL.into_iter().map(Self::Class);
        [Self::Creates, Self::Updates, Self::Ends]
            .into_iter()
            .chain(classes)
    }

    /// The word in manifests and options.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Creates => "creates",
            Self::Updates => "updates",
            Self::Ends => "ends",
            Self::Class(class) => class.word(),
        }
    }

    /// The path in a manifest, below `limits`.
    pub(super) fn path(self) -> String {
        match self {
            Self::Class(class) => format!("classes.{}", class.word()),
            other => other.word().to_owned(),
        }
    }
}

/// How a subject is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Measure {
    /// The number of records.
    Max,
    /// The share of the live records, in basis points.
    MaxShare,
    /// The number of records from which on the share counts.
    ShareFrom,
}

impl Measure {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Max, Self::MaxShare, Self::ShareFrom];

    /// The word in manifests.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::MaxShare => "maxShare",
            Self::ShareFrom => "shareFrom",
        }
    }
}

/// One limit: what is counted, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Measured {
    pub(super) subject: Subject,
    pub(super) measure: Measure,
}

impl Measured {
    /// `updates.maxShare`, `classes.bank.max`.
    pub(super) fn path(self) -> String {
        format!("{}.{}", self.subject.path(), self.measure.word())
    }

    /// The limit where no policy sets it.
    pub(super) fn default(self) -> Bound {
        match (self.subject, self.measure) {
            (Subject::Creates, Measure::Max) => Bound::AtMost(CREATES_MAX),
            (Subject::Updates, Measure::Max) => Bound::AtMost(UPDATES_MAX),
            (Subject::Ends, Measure::Max) => Bound::AtMost(ENDS_MAX),
            (Subject::Class(Class::Bank), Measure::Max) => Bound::AtMost(BANK_MAX),
            (Subject::Class(Class::Tax), Measure::Max) => Bound::AtMost(TAX_MAX),
            (Subject::Class(Class::Money), Measure::Max) => Bound::AtMost(MONEY_MAX),
            (Subject::Updates, Measure::MaxShare) => Bound::AtMost(UPDATES_SHARE_MAX),
            (Subject::Ends, Measure::MaxShare) => Bound::AtMost(ENDS_SHARE_MAX),
            (Subject::Ends, Measure::ShareFrom) => Bound::AtMost(ENDS_SHARE_FROM),
            (_, Measure::ShareFrom) => Bound::AtMost(SHARE_FROM),
            (_, Measure::Max | Measure::MaxShare) => Bound::Unlimited,
        }
    }
}

/// The most records made at once: the first adoption of a small house passes,
/// and a loop that writes two hundred manifests does not.
pub(super) const CREATES_MAX: u64 = 50;

/// The most records brought in line at once: more than anybody reads field by
/// field in one review.
pub(super) const UPDATES_MAX: u64 = 100;

/// The most records ended at once: an end is the one thing that no later run
/// puts right.
pub(super) const ENDS_MAX: u64 = 5;

/// The most records whose bank details are written at once. A payment that goes
/// to a wrong account does not come back, so this is as many as a person
/// compares with care.
pub(super) const BANK_MAX: u64 = 10;

/// The most records whose tax settings are written at once. A wrong one is put
/// right by a corrected invoice.
pub(super) const TAX_MAX: u64 = 50;

/// The most records whose prices, currency or terms are written at once. Every
/// new record has some, so it is not below [`CREATES_MAX`].
pub(super) const MONEY_MAX: u64 = 50;

/// The largest share of the live records that is brought in line at once, in
/// basis points: what touches every third customer is a campaign, not a change.
pub(super) const UPDATES_SHARE_MAX: u64 = 3_000;

/// The largest share of the live records that is ended at once, in basis
/// points.
pub(super) const ENDS_SHARE_MAX: u64 = 1_000;

/// From how many records on a share counts. Of three customers one is a third,
/// and a handful is read in full anyway; eight of nine are no handful.
pub(super) const SHARE_FROM: u64 = 6;

/// The same for ends: a record and the one below it may end together anywhere.
pub(super) const ENDS_SHARE_FROM: u64 = 3;

/// A whole, in basis points.
pub(super) const WHOLE_BASIS_POINTS: u64 = 10_000;

/// How far something may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    /// Up to and including this.
    AtMost(u64),
    /// As far as it likes.
    Unlimited,
}

impl Bound {
    /// The bound in words: `200`, `30 %`, `unlimited`.
    pub(super) fn shown(self, measure: Measure) -> String {
        match (self, measure) {
            (Self::Unlimited, _) => "unlimited".to_owned(),
            (Self::AtMost(points), Measure::MaxShare) => percent(points),
            (Self::AtMost(number), Measure::Max | Measure::ShareFrom) => number.to_string(),
        }
    }
}

/// Basis points as a percentage: `30 %`, `12.5 %`.
pub(super) fn percent(points: u64) -> String {
    let (whole, rest) = (points / 100, points % 100);
    let text = format!("{whole}.{rest:02}");
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A limit that a manifest gives.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) bound: Bound,
    pub(super) place: Place,
}

/// Actions that a guard is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actions(pub(super) Vec<Action>);

impl Actions {
    /// Actions that can be named, with their words.
    pub(super) fn words() -> [(&'static str, Action); 4] {
        let named = [Action::Adopt, Action::Create, Action::End, Action::Update];
        named.map(|action| (action.word(), action))
    }

    pub(super) fn has(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|action| action.word()).collect();
        f.write_str(&words.join(", "))
    }
}

/// Records that must be left alone. All that is given must fit.
pub(super) struct Protection {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    /// The selector as written, and as understood.
    pub(super) labels: Option<(String, Selector)>,
    pub(super) actions: Actions,
    pub(super) reason: String,
    pub(super) place: Place,
}

/// A window in which nothing is changed.
pub(super) struct Freeze {
    /// The first instant of it.
    pub(super) from: Timestamp,
    /// The first instant after it.
    pub(super) to: Timestamp,
    /// The zone that it is told in.
    pub(super) zone: TimeZone,
    pub(super) actions: Actions,
    pub(super) reason: String,
    pub(super) place: Place,
}

/// An expression that must not hold.
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) when: Expression,
    pub(super) effect: Effect,
    pub(super) message: String,
    pub(super) place: Place,
}
