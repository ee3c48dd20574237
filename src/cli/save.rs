//! `plan --out`: keeps a plan, so that `apply` can carry out exactly it.

use std::path::{Path, PathBuf};

use jiff::{Span, SpanRelativeTo, Timestamp};

use crate::{
    desired::{Desired, Resource},
    file::{Access, replace},
    model::{fingerprint::hexadecimal, words},
    plan::Planned,
    saved::{Inputs, KEY_VARIABLE, MadeOf, PlanKey, SavedRevision, file_text, save},
};

use super::{
    env,
    error::CliError,
    guard::Allowances,
    key::key_of_environment,
    options::{Manifests, SandboxOptions},
    target::Target,
    terminal::Terminal,
};

/// How long a plan is good for unless told otherwise: a working day and the
/// night after it.
const LIFETIME_DEFAULT_HOURS: i64 = 24;

/// The longest that a plan may be good for. Whoever approves later than that has
/// forgotten what it was about.
const LIFETIME_MAX_DAYS: i64 = 30;

/// Bytes of a plan's id, plenty to tell plans apart.
const ID_BYTES: usize = 16;

/// The options that concern saving.
#[derive(Debug, clap::Args)]
pub(super) struct SaveOptions {
    /// Save the plan to a file that `trueup apply FILE` carries out; one that is
    /// there is replaced only if it is a saved plan or empty
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How long the saved plan may be carried out, such as `90m` or `7d`; at
    /// most 30 days [default: 24h]
    #[arg(long, value_name = "DURATION", requires = "out", value_parser = lifetime)]
    expires_in: Option<Lifetime>,
}

/// How long a plan is good for, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lifetime {
    seconds: i64,
}

/// Reads a duration such as `24h`, `1 day` or `PT90M`.
fn lifetime(text: &str) -> Result<Lifetime, String> {
    let span: Span = text
        .parse()
        .map_err(|_| "write a duration such as `90m`, `24h` or `7d`".to_owned())?;
    let seconds = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "write minutes, hours, days or weeks".to_owned())?
        .as_secs();
    if seconds <= 0 || seconds > LIFETIME_MAX_DAYS * 24 * 60 * 60 {
        return Err(format!(
            "a saved plan is good for at least a second and at most {LIFETIME_MAX_DAYS} days"
        ));
    }
    Ok(Lifetime { seconds })
}

/// What is known of a plan beside what it says.
pub(super) struct Making<'a> {
    pub(super) manifests: &'a Manifests,
    pub(super) sandbox: &'a SandboxOptions,
    pub(super) changed_since: Option<SavedRevision>,
    pub(super) allowances: &'a Allowances,
}

impl SaveOptions {
    /// Finds out early whether the plan could be saved.
    pub(super) fn check(&self) -> Result<(), CliError> {
        match &self.out {
            Some(out) if out == Path::new("-") => Err(CliError::usage(
                "a saved plan goes to a file, and `-` is standard output",
                "name a file; `-o json` prints the plan for programs",
            )),
            Some(out) => {
                key_of_environment()?;
                Target::SavedPlan.check(out)
            }
            None => Ok(()),
        }
    }

    /// Saves a plan, if that is asked for.
    pub(super) fn save(
        &self,
        planned: &Planned,
        desired: &Desired,
        making: Making<'_>,
        terminal: &Terminal,
    ) -> Result<(), CliError> {
        let Some(out) = &self.out else {
            return Ok(());
        };
        if planned.plan.is_refused() {
            terminal.insist("The plan is not saved: it is refused.");
            return Ok(());
        }
        let sandbox = making.sandbox.typed();
        let key = match key_of_environment()? {
            Some(key) => PlanKey::from_environment(key),
            None => PlanKey::of_its_own(env::random().map_err(CliError::Random)?),
        };
        let id: [u8; ID_BYTES] = env::random().map_err(CliError::Random)?;
        let id = hexadecimal(&id);
        let created = whole_seconds(env::now());
        let saved = save(Inputs {
            desired,
            planned,
            made_of: made_of(making)?,
            key: &key,
            id,
            created,
            expires: self.expires(created),
        });
        let saved = match saved {
            Ok(saved) => saved,
            Err(provider) => {
                terminal.insist(format_args!(
                    "The plan is not saved: provider {provider} could not be read."
                ));
                return Ok(());
            }
        };
        replace(out, &file_text(&saved), Access::Owner)?;
        let command = format!("trueup apply{sandbox} {}", words::shell_path(out));
        let out = out.display();
        if key.is_in_file() && holds_sensitive(desired) {
            terminal.warn(format_args!(
                "{out} holds fingerprints of sensitive values, and the key to test guesses of them; \
                 set `{KEY_VARIABLE}` to keep the key out of it"
            ));
        }
        terminal.say(format_args!(
            "Saved to {out}; until {} `{command}` carries it out.",
            saved.expires
        ));
        Ok(())
    }

    fn expires(&self, created: Timestamp) -> Timestamp {
        let seconds = self
            .expires_in
            .map_or(LIFETIME_DEFAULT_HOURS * 60 * 60, |life| life.seconds);
        // The end of time is far enough.
        created
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX)
    }
}

/// The same time without the part of a second, which nobody reads.
fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

fn made_of(making: Making<'_>) -> Result<MadeOf, CliError> {
    let Making {
        manifests,
        sandbox,
        changed_since,
        allowances,
    } = making;
    let name = |path: &PathBuf| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            CliError::usage(
                format_args!("`{}` is no text, which a plan cannot keep", path.display()),
                "give the folder around it",
            )
        })
    };
    Ok(MadeOf {
        filenames: manifests
            .filename
            .iter()
            .map(name)
            .collect::<Result<_, _>>()?,
        selector: manifests.selector.clone(),
        changed_since,
        allowed: allowances.all().iter().map(ToString::to_string).collect(),
        sandbox: sandbox.sandbox,
    })
}

/// Whether a fingerprint of the plan is of a value that is not to be shown.
fn holds_sensitive(desired: &Desired) -> bool {
    let hidden = |resource: &Resource| {
        resource
            .tree
            .iter()
            .any(|(path, _)| resource.is_hidden(path))
    };
    desired.resources.iter().any(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("90m", 90 * 60),
            ("24h", 24 * 60 * 60),
            ("1 day", 24 * 60 * 60),
            ("7d", 7 * 24 * 60 * 60),
            ("2 weeks", 14 * 24 * 60 * 60),
            ("PT90M", 90 * 60),
            ("30d", 30 * 24 * 60 * 60),
        ] {
            assert_eq!(lifetime(text), Ok(Lifetime { seconds }), "{text}");
        }
        for text in [
            "", "24", "soon", "0s", "-1h", "31d", "1 month", "1y", "900ms",
        ] {
            assert!(lifetime(text).is_err(), "{text}");
        }
    }
}
