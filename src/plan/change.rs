//! The plan as data: sorted, serialisable, with nothing sensitive in it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        Address, FieldPath, Leaf, Mark, Obstacle, Place, ProviderName, RemoteId, Shown, Tree,
        field::Class,
        intern::{self, Word},
    },
    observed::Unmanaged,
    provider::{Action, Call},
};

use super::{PlanBase, Ruling};

/// The format's name and version, at the head of every stored plan.
pub(super) const PLAN_FORMAT: &str = "trueup.dev/plan/v1alpha1";

/// Why a field differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// No earlier revision was given to compare with, or it could not be read.
    Unknown,
    /// The manifest changed since the base, and the live value is what the base
    /// wanted.
    Edit,
    /// The live value changed, and the manifest is what it was at the base.
    Drift,
    /// Both changed.
    Both,
}

impl Cause {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Edit => "edit",
            Self::Drift => "drift",
            Self::Both => "both",
        }
    }
}

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ManifestPlace {
    /// The file, as the user wrote its path.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl From<&Place> for ManifestPlace {
    fn from(place: &Place) -> Self {
        let (line, column) = place.line_and_column();
        Self {
            file: place.source.name.clone(),
            line,
            column,
        }
    }
}

/// One field to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// The field.
    pub path: FieldPath,
    /// What it is about.
    pub class: Class,
    /// Why it differs.
    pub cause: Cause,
    /// The live value, masked if sensitive, as a name where there is a look-up.
    pub before: Shown,
    /// The wanted value, likewise.
    pub after: Shown,
    /// What the base wanted, likewise; nothing without a base, or where it did
    /// not manage the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Shown>,
    /// What tells the values that are masked from others; nothing without a key for
    /// fingerprints.
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
    /// Where the manifest says so.
    pub place: ManifestPlace,
}

/// The marks of the values of a field that are masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Marks {
    /// Of the live value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Mark>,
    /// Of the wanted value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Mark>,
    /// Of what the base wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Mark>,
}

impl Marks {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is to be done to one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The resource.
    pub address: Address,
    /// Its provider.
    pub provider: ProviderName,
    /// The record's id, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<RemoteId>,
    /// The record's display name, live or wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What is to be done.
    pub action: Action,
    /// Why nothing can be done, or why the record ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What to do about it: for a blocked change, and in a comparison by `trueup
    /// drift` for an end that is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The fields, in the order of their paths.
    pub fields: Vec<FieldChange>,
    /// The calls, in the order in which they are made.
    pub calls: Vec<Call>,
    /// Changes that must be done before this one.
    pub depends_on: Vec<Address>,
    /// What a reviewer should know.
    pub notes: Vec<String>,
    /// Fields that have moved on by themselves to another value than the wanted
    /// one, and that are not put back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_on: Vec<FieldPath>,
    /// Where the manifest stands.
    pub place: ManifestPlace,
}

impl Change {
    /// Leaves it out of what is carried out.
    pub(super) fn block(&mut self, Obstacle { reason, hint }: Obstacle) {
        self.action = Action::Blocked;
        self.reason = Some(reason);
        self.hint = hint;
        self.calls.clear();
    }
}

/// A provider as the plan saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanProvider {
    /// Its name.
    pub name: ProviderName,
    /// Its billing system.
    #[serde(deserialize_with = "intern::word")]
    pub system: Word,
    /// Who we are there; nothing when it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What to do about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Live records that no manifest describes.
    pub unmanaged: Vec<PlanUnmanaged>,
}

/// A live record that no manifest describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanUnmanaged {
    #[serde(deserialize_with = "intern::word")]
    kind: Word,
    remote: RemoteId,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    display_name: String,
}

impl PlanUnmanaged {
    /// Its id.
    #[must_use]
    pub fn remote(&self) -> &RemoteId {
        &self.remote
    }

    /// What stands in the field of our key.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Its display name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }
}

impl From<&Unmanaged> for PlanUnmanaged {
    fn from(unmanaged: &Unmanaged) -> Self {
        let Unmanaged {
            kind,
            remote,
            key,
            display_name,
        } = unmanaged;
        Self {
            kind,
            remote: remote.clone(),
            key: key.clone(),
            display_name: display_name.clone(),
        }
    }
}

/// How many changes of each action there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Records to be made.
    pub create: usize,
    /// Records to be taken over.
    pub adopt: usize,
    /// Records to be brought in line.
    pub update: usize,
    /// Records to be ended.
    pub end: usize,
    /// Resources for which something is in the way.
    pub blocked: usize,
    /// Resources that are in line.
    pub none: usize,
}

impl Counts {
    /// Counts changes.
    #[must_use]
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut counts = Self::default();
        for change in changes {
            let counter = match change.action {
                Action::Create => &mut counts.create,
                Action::Adopt => &mut counts.adopt,
                Action::Update => &mut counts.update,
                Action::End => &mut counts.end,
                Action::Blocked => &mut counts.blocked,
                Action::None => &mut counts.none,
            };
            *counter += 1;
        }
        counts
    }

    /// Changes that apply would carry out.
    #[must_use]
    pub fn changes(self) -> usize {
        let Self {
            create,
            adopt,
            update,
            end,
            blocked: _,
            none: _,
        } = self;
        create + adopt + update + end
    }
}

/// What is to be done, in the order in which it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The format and its version: `trueup.dev/plan/v1alpha1`.
    #[serde(deserialize_with = "intern::word")]
    #[schemars(extend("const" = PLAN_FORMAT))]
    pub format: Word,
    /// The version of this program.
    #[serde(deserialize_with = "intern::word")]
    pub version: Word,
    /// The providers, by name.
    pub providers: Vec<PlanProvider>,
    /// How many changes of each action there are.
    pub counts: Counts,
    /// What was last wanted, where an earlier revision was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<PlanBase>,
    /// What guards and policies say, refusals first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rulings: Vec<Ruling>,
    /// All selected resources, those without a change included.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Changes that apply would carry out.
    pub fn to_do(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.action.is_carried_out())
    }

    /// Records in which nothing is to be done, though fields have moved on by
    /// themselves: drift that only a person ends.
    pub fn moved_on(&self) -> impl Iterator<Item = &Change> {
        let changes = self.changes.iter();
        changes.filter(|change| change.action == Action::None && !change.moved_on.is_empty())
    }

    /// How many fields differ for a cause, and in how many records.
    #[must_use]
    pub fn fields_of_cause(&self, cause: Cause) -> (usize, usize) {
        self.fields_where(|field| field.cause == cause)
    }

    /// How many fields of a class are to be written, and in how many records.
    #[must_use]
    pub fn fields_of_class(&self, class: Class) -> (usize, usize) {
        self.fields_where(|field| field.class == class)
    }

    fn fields_where(&self, fits: impl Fn(&FieldChange) -> bool) -> (usize, usize) {
        let mut fields = 0;
        let mut records = 0;
        for change in self.to_do() {
            let here = change.fields.iter().filter(|field| fits(field)).count();
            fields += here;
            records += usize::from(here > 0);
        }
        (fields, records)
    }
}

/// What the executor needs beside the plan: values, which no plan holds.
#[derive(Debug)]
pub struct Work {
    /// What is wanted, with names resolved to ids. References to records that
    /// this plan creates are still references.
    pub desired: Tree,
    /// The live values of all compared fields, as the plan saw them. For an end
    /// that is our key, which says whose record it is.
    pub relied_on: BTreeMap<FieldPath, Leaf>,
    /// The state of the record, if it had ended when the plan saw it.
    pub ended: Option<String>,
}

/// A plan together with what it takes to carry it out.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The work, for every change that is to be carried out.
    pub work: BTreeMap<Address, Work>,
}
