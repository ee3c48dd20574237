//! `trueup schema`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{
    exit,
    file::{self, Access},
    manifest::schema::export,
    model::words,
    policy,
    providers::ALL,
    report,
    saved::SavedPlan,
};

use super::{error::CliError, terminal::Terminal};

/// Where schemas are unless told otherwise.
const FOLDER: &str = "schemas";

/// The options of `trueup schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::SCHEMA)]
pub(super) struct Args {
    /// Write nothing; fail when a file is missing or differs
    #[arg(long)]
    check: bool,
    /// The folder of the schemas
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    folder: PathBuf,
}

/// All schemas, as names and texts.
pub(super) fn all() -> impl Iterator<Item = (String, String)> {
    let saved = report::schema::file::<SavedPlan>("saved-plan", "What `trueup plan --out` saves");
    let printed = report::schema::export().into_iter().chain([saved]);
    manifests().into_iter().chain(printed)
}

/// The schemas of manifests, as names and texts.
fn manifests() -> Vec<(String, String)> {
    export(ALL, &policy::kinds(ALL))
}

/// The schemas of manifests, as an editor reads them.
pub(super) fn of_manifests() -> Vec<Value> {
    let texts = manifests().into_iter();
    texts
        .map(|(_, text)| serde_json::from_str(&text).expect("a schema is JSON"))
        .collect()
}

/// Writes the schemas, or checks that they are up to date.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let Args { check, folder } = args;
    let mut stale = Vec::new();
    if !check {
        file::folder(folder)?;
    }
    for (name, text) in all() {
        let path = folder.join(&name);
        if *check {
            if file::unchanged(&path, &text).is_err() {
                stale.push(name);
            }
        } else {
            file::replace(&path, &text, Access::Usual)?;
        }
    }
    if stale.is_empty() {
        let done = if *check { "up to date" } else { "written" };
        terminal.say(format_args!(
            "The schemas in {} are {done}.",
            folder.display()
        ));
        return Ok(exit::DONE);
    }
    let command = if folder == Path::new(FOLDER) {
        "trueup schema".to_owned()
    } else {
        format!("trueup schema --folder {}", words::shell_path(folder))
    };
    terminal.error(
        format_args!(
            "{} in {} stale",
            words::count(stale.len(), "schema"),
            folder.display()
        ),
        Some(&format!("run `{command}` and commit what it writes")),
    );
    for name in stale {
        terminal.insist(format_args!("  {name}"));
    }
    Ok(exit::ERROR)
}
