//! `apply FILE`: holds a saved plan against what is there now.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::{
    desired::{Desired, Systems},
    exit, file,
    model::printable::printable,
    model::{FingerprintKey, words},
    plan::{Plan, Planned},
    policy::{Allowance, AllowanceError},
    saved::{self, Comparison, Moved, ReadError, STORED_BYTES_MAX, SavedPlan, compare, parse},
};

use super::{
    env,
    error::CliError,
    key::key_of_environment,
    options::{ApplyManifests, Manifests},
    plan::tell_unread,
    terminal::Terminal,
};

/// The most reasons that are told; what is beyond is counted.
const MOVED_SHOWN_MAX: usize = 20;

/// A saved plan that is what was saved.
pub(super) struct SavedFile {
    saved: SavedPlan,
    key: FingerprintKey,
    allowed: Vec<Allowance>,
}

impl SavedFile {
    /// Reads a saved plan. Where it may not be carried out, whatever the
    /// manifests say, the command ends.
    pub(super) fn open(
        path: &Path,
        systems: Systems,
        terminal: &Terminal,
    ) -> Result<Self, CliError> {
        let given = key_of_environment()?;
        let text = file::read(path, STORED_BYTES_MAX)?;
        let path = || path.to_owned();
        let saved = match parse(&text) {
            Ok(saved) => saved,
            Err(ReadError::OtherVersion(format)) => {
                return Err(refuse(&[Moved::Format(format)], terminal));
            }
            Err(cause) => {
                return Err(CliError::Stored {
                    path: path(),
                    cause,
                });
            }
        };
        let key = saved.unlock(given.as_ref());
        let key = key.map_err(|cause| CliError::Sealed {
            path: path(),
            cause,
        })?;
        let allowed = saved.made_of.allowed.iter().map(|text| text.parse());
        let allowed = allowed
            .collect::<Result<_, AllowanceError>>()
            .map_err(|error| CliError::Stored {
                path: path(),
                cause: ReadError::Broken(error.to_string()),
            })?;
        let moved = saved.moved_at_once(env::now(), systems);
        if moved.is_empty() {
            Ok(Self {
                saved,
                key,
                allowed,
            })
        } else {
            Err(refuse(&moved, terminal))
        }
    }

    /// The manifests to read: those that are given, or else those that the plan
    /// was made of.
    pub(super) fn manifests(&self, given: &ApplyManifests) -> Result<Manifests, CliError> {
        let saved::MadeOf {
            filenames,
            selector,
            changed_since: _,
            allowed: _,
            sandbox: _,
        } = &self.saved.made_of;
        if given.filename.is_empty() && filenames.iter().any(|name| name == "-") {
            return Err(CliError::usage(
                "the plan was made of manifests from standard input",
                "give them again, with `-f -`",
            ));
        }
        let filename = if given.filename.is_empty() {
            filenames.iter().map(PathBuf::from).collect()
        } else {
            given.filename.clone()
        };
        Ok(Manifests {
            filename,
            selector: given.selector.clone().or_else(|| selector.clone()),
        })
    }

    /// Leaves of the manifests what the plan is about, and ends the command when
    /// they have moved.
    pub(super) fn check(&self, desired: &mut Desired, terminal: &Terminal) -> Result<(), CliError> {
        let mut moved = self.saved.providers_new(desired);
        self.saved.narrow(&self.key, desired);
        moved.extend(self.saved.moved_in_manifests(&self.key, desired));
        moved.sort();
        if moved.is_empty() {
            Ok(())
        } else {
            Err(refuse(&moved, terminal))
        }
    }

    /// Compares with a plan that was made again, and gives what is left to carry
    /// out. Where it cannot be carried out, the command ends.
    pub(super) fn compare(
        &self,
        planned: Planned,
        desired: &Desired,
        today: Date,
        terminal: &Terminal,
    ) -> Result<Planned, CliError> {
        let unread = planned.plan.providers.iter();
        if unread.clone().any(|provider| provider.failure.is_some()) {
            tell_unread(&planned.plan, terminal);
            terminal.insist("Nothing was done.");
            return Err(CliError::Told(exit::ERROR));
        }
        match compare(&self.saved, &self.key, desired, planned, today) {
            Comparison::Moved(moved) => Err(refuse(&moved, terminal)),
            Comparison::Done => {
                terminal.error(
                    "this plan has been carried out already; nothing was done",
                    Some("make a new plan if there is more to do"),
                );
                Err(CliError::Told(exit::STALE))
            }
            Comparison::Reviewed(reviewed) => {
                if reviewed.done > 0 {
                    let all = reviewed.done + reviewed.planned.plan.counts.changes();
                    terminal.insist(format_args!(
                        "note: {} of {} done before; going on with the rest",
                        reviewed.done,
                        words::count(all, "change")
                    ));
                }
                for note in &reviewed.notes {
                    terminal.insist(format_args!("note: {note}"));
                }
                Ok(reviewed.planned)
            }
        }
    }

    /// What it was told to let pass.
    pub(super) fn allowed(&self) -> &[Allowance] {
        &self.allowed
    }

    /// The plan as it was reviewed.
    pub(super) fn plan(&self) -> &Plan {
        &self.saved.plan
    }
}

/// Says why a saved plan is not carried out.
fn refuse(moved: &[Moved], terminal: &Terminal) -> CliError {
    let mut lines = String::from("the plan is stale, and nothing was done:");
    for reason in moved.iter().take(MOVED_SHOWN_MAX) {
        lines.push_str("\n  ");
        lines.push_str(&printable(&reason.to_string()));
    }
    if let Some(more @ 1..) = moved.len().checked_sub(MOVED_SHOWN_MAX) {
        lines.push_str("\n  and ");
        lines.push_str(&words::count(more, "more reason"));
    }
    terminal.error(lines, Some("make a new plan, and have it reviewed"));
    CliError::Told(exit::STALE)
}
