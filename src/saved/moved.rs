//! What can have moved since a plan was saved.

use std::fmt;

use jiff::Timestamp;

use crate::{
    model::{Address, ProviderName, words},
    plan::ManifestPlace,
};

/// One reason not to carry a saved plan out. Sorted, what concerns the whole
/// plan comes first, and then each resource in the order of addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moved {
    /// It is of a format that this program does not know.
    Format(String),
    /// It was made by a program whose plans may mean something else.
    Tool(String),
    /// It is too old.
    Expired(Timestamp),
    /// It is for the sandbox and this run is not, or the other way round.
    Sandbox {
        /// Whether the plan is for the sandbox.
        planned: bool,
    },
    /// The `Policy` manifests say something else.
    Policies,
    /// The plan was made without this provider, because its base did not have
    /// it, and has changes there.
    ProviderNew(ProviderName),
    /// The `Provider` manifest is gone.
    ProviderGone(ProviderName),
    /// The `Provider` manifest is of another billing system.
    ProviderSystem(ProviderName),
    /// The `Provider` manifest says something else in these fields.
    ProviderSettings(ProviderName, Vec<&'static str>),
    /// We are somebody else at the provider.
    Account {
        /// The provider.
        provider: ProviderName,
        /// Who we were.
        planned: String,
        /// Who we are.
        now: String,
    },
    /// There is more to say of one resource.
    Resource(Address, ResourceMoved),
}

/// How one resource has moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceMoved {
    /// The plan does not cover it.
    Added(ManifestPlace),
    /// Its manifest is gone, or no longer selected. The place is the old one.
    Removed(ManifestPlace),
    /// Its manifest means something else.
    Changed(ManifestPlace),
    /// Its record is another one.
    Record {
        /// The record's id in the plan.
        planned: String,
        /// Its id now.
        now: String,
    },
    /// Its record has ended, or is live again.
    Ended {
        /// Whether it is ended now.
        now: bool,
    },
    /// Live fields that the plan relied on have other values.
    Fields(Vec<&'static str>),
    /// A value to be written would be another one now: a name leads to another
    /// id.
    Values(Vec<&'static str>),
    /// The same inputs would now lead to another change.
    Otherwise {
        /// What the plan says.
        planned: String,
        /// What it would say now.
        now: String,
    },
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => write!(
                f,
                "its format is `{format}`, and this version of trueup reads `{}`",
                super::FORMAT
            ),
            Self::Tool(version) => write!(
                f,
                "it was made by trueup {version}, and this is {}",
                env!("CARGO_PKG_VERSION")
            ),
            Self::Expired(when) => write!(f, "it expired at {when}"),
            Self::Sandbox { planned: true } => {
                f.write_str("it was made for the sandbox, and this run is not (`--sandbox`)")
            }
            Self::Sandbox { planned: false } => {
                f.write_str("it was not made for the sandbox, and this run is (`--sandbox`)")
            }
            Self::Policies => f.write_str("the Policy manifests have changed since the plan"),
            Self::ProviderNew(name) => {
                write!(f, "Provider/{name}: the plan was made without it")
            }
            Self::ProviderGone(name) => write!(f, "Provider/{name}: its manifest is gone"),
            Self::ProviderSystem(name) => {
                write!(f, "Provider/{name}: it is of another billing system now")
            }
            Self::ProviderSettings(name, fields) => write!(
                f,
                "Provider/{name}: {} declared otherwise since the plan",
                are(fields)
            ),
            Self::Account {
                provider,
                planned,
                now,
            } => write!(
                f,
                "Provider/{provider}: the plan was made as `{planned}`, and we are `{now}` there now"
            ),
            Self::Resource(address, moved) => write!(f, "{address}{moved}"),
        }
    }
}

impl fmt::Display for ResourceMoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(place) => {
                write!(f, " ({}): the plan does not cover it", at(place))
            }
            Self::Removed(place) => write!(
                f,
                " ({}): its manifest is gone, or no longer selected",
                at(place)
            ),
            Self::Changed(place) => {
                write!(
                    f,
                    " ({}): its manifest has changed since the plan",
                    at(place)
                )
            }
            Self::Record { planned, now } => write!(
                f,
                ": its record was `{planned}` at the plan, and is `{now}` now"
            ),
            Self::Ended { now: true } => f.write_str(": its record has ended since the plan"),
            Self::Ended { now: false } => f.write_str(": its record is live again since the plan"),
            Self::Fields(fields) => write!(
                f,
                ": {} moved at the provider since the plan",
                words::list(fields.iter().copied())
            ),
            Self::Values(fields) => write!(
                f,
                ": {} would get another value than planned: a name leads to another id now",
                words::list(fields.iter().copied())
            ),
            Self::Otherwise { planned, now } => {
                write!(f, ": the plan says {planned}; now it would say {now}")
            }
        }
    }
}

fn at(place: &ManifestPlace) -> String {
    format!("{}:{}", place.file, place.line)
}

fn are(fields: &[&str]) -> String {
    let verb = if fields.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", words::list(fields.iter().copied()))
}
