//! Reads a saved plan, strictly: it comes from a file that anybody may have
//! written.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    model::{Address, printable::is_plain, stored::SAVED_PLAN_FAMILY, words},
    plan::{Change, Counts, Plan, Ruling},
};

use super::{FORMAT, SavedPlan};

/// The largest file that is read. Twenty thousand changes of ten fields each
/// take sixty megabytes.
pub const STORED_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The longest word of a file's that is repeated in an error.
const WORD_CHARACTERS_MAX: usize = 60;

/// Why a text is no saved plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON.
    #[error("this is no JSON: {0}")]
    NotJson(String),
    /// It is JSON of something else.
    #[error("this is no saved plan: {0}")]
    NoPlan(String),
    /// It is a saved plan of another version of the format.
    #[error("this is a saved plan of another version of the format: `{0}`")]
    OtherVersion(String),
    /// It does not keep to the format.
    #[error("the saved plan is broken: {0}")]
    Broken(String),
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotJson(_) | Self::NoPlan(_) => "give a file that `trueup plan --out` wrote",
            Self::OtherVersion(_) => {
                "save a new plan with this version of trueup, or use the version that saved it"
            }
            Self::Broken(_) => "save a new plan; a saved plan is not to be edited",
        }
    }
}

/// The member that says what a stored file is; nothing when it has none that is
/// text.
///
/// # Errors
/// When the text is no JSON.
fn format_of(text: &str) -> Result<Option<String>, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<Value>,
    }
    if !text.trim_start().starts_with('{') {
        return Err(ReadError::NotJson("it starts with no `{`".to_owned()));
    }
    let head: Head =
        serde_json::from_str(text).map_err(|error| ReadError::NotJson(clipped(&error)))?;
    Ok(head
        .format
        .and_then(|format| format.as_str().map(str::to_owned)))
}

/// Reads a saved plan. Whether it is what was saved is found out by
/// [`SavedPlan::unlock`].
///
/// # Errors
/// When it is no saved plan of this version of the format.
pub fn parse(text: &str) -> Result<SavedPlan, ReadError> {
    match format_of(text)? {
        Some(format) if format == FORMAT => {}
        Some(format) if format.starts_with(SAVED_PLAN_FAMILY) => {
            return Err(ReadError::OtherVersion(clipped(&format)));
        }
        Some(format) => {
            let format = clipped(&format);
            return Err(ReadError::NoPlan(format!("its format is `{format}`")));
        }
        None => return Err(ReadError::NoPlan("it names no format".to_owned())),
    }
    let saved: SavedPlan =
        serde_json::from_str(text).map_err(|error| ReadError::Broken(clipped(&error)))?;
    for name in names(&saved) {
        if !is_plain(&name) {
            let name = clipped(&name);
            return Err(ReadError::Broken(format!("`{name}` is no name")));
        }
    }
    // Sums of other numbers need not fit into a number.
    if saved.plan.counts != Counts::of(&saved.plan.changes) {
        let what = "its counts are not those of its changes";
        return Err(ReadError::Broken(what.to_owned()));
    }
    Ok(saved)
}

/// A word of the file's own, cut to what an error needs. It may hold anything,
/// so whoever prints it makes it printable.
fn clipped(word: &impl ToString) -> String {
    words::cut(&word.to_string(), WORD_CHARACTERS_MAX).into_owned()
}

/// All of a plan that is printed as it is: names of manifests and fields, words
/// of the program, and what the user gave as options.
fn names(saved: &SavedPlan) -> Vec<String> {
    let Plan {
        format,
        version,
        providers,
        counts: _,
        base,
        rulings,
        changes,
    } = &saved.plan;
    let mut names: Vec<String> = [format, version, &saved.version]
        .into_iter()
        .map(|word| (*word).to_owned())
        .collect();
    names.push(saved.id.clone());
    names.extend(saved.made_of.filenames.iter().cloned());
    names.extend(saved.made_of.selector.clone());
    for provider in providers {
        names.extend([provider.name.to_string(), provider.system.to_owned()]);
    }
    for provider in &saved.providers {
        names.extend([provider.name.to_string(), provider.system.to_owned()]);
    }
    if let Some(base) = base {
        names.extend([base.revision.clone(), base.commit.clone()]);
        for endpoint in &base.endpoints {
            names.push(endpoint.provider.to_string());
            names.extend(endpoint.fields.iter().cloned());
        }
        for removed in &base.removed {
            names.extend([removed.address.to_string(), removed.provider.to_string()]);
        }
        names.extend(base.unknown.iter().map(Address::to_string));
    }
    for ruling in rulings {
        of_ruling(ruling, &mut names);
    }
    for change in changes {
        of_change(change, &mut names);
    }
    names
}

fn of_ruling(ruling: &Ruling, names: &mut Vec<String>) {
    names.push(ruling.rule.clone());
    names.extend(ruling.policy.clone());
    names.extend(ruling.limit.clone());
    names.extend(ruling.provider.iter().map(ToString::to_string));
}

fn of_change(change: &Change, names: &mut Vec<String>) {
    names.extend([change.address.to_string(), change.provider.to_string()]);
    names.extend(change.depends_on.iter().map(Address::to_string));
    names.extend(change.fields.iter().map(|field| field.path.to_string()));
    for call in &change.calls {
        names.push(call.operation.to_owned());
        names.extend(call.purpose.map(str::to_owned));
        names.extend(call.fields.iter().map(ToString::to_string));
    }
}
