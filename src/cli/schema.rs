//! `trueup schema`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    exit, manifest::schema::export, model::words, policy, providers::ALL, report, saved::SavedPlan,
};

use super::{error::CliError, terminal::Terminal};

/// The options of `trueup schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write nothing; fail when a file is missing or differs
    #[arg(long)]
    check: bool,
    /// The folder of the schemas
    #[arg(long, value_name = "FOLDER", default_value = "schemas")]
    folder: PathBuf,
}

/// Writes the schemas, or checks that they are up to date.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let Args { check, folder } = args;
    let mut stale = Vec::new();
    let manifests = export(ALL, &policy::kinds(ALL)).into_iter();
    let saved = report::schema::file::<SavedPlan>("saved-plan", "What `trueup plan --out` saves");
    let printed = report::schema::export().into_iter();
    for (name, text) in manifests.chain(printed).chain([saved]) {
        let path = folder.join(&name);
        if *check {
            if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
                stale.push(name);
            }
        } else {
            write(folder, &path, &text)?;
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
    terminal.error(
        format_args!(
            "{} in {} stale",
            words::count(stale.len(), "schema"),
            folder.display()
        ),
        Some("run `trueup schema` and commit what it writes"),
    );
    for name in stale {
        terminal.insist(format_args!("  {name}"));
    }
    Ok(exit::ERROR)
}

fn write(folder: &Path, path: &Path, text: &str) -> Result<(), CliError> {
    let fail = |path: &Path, action| {
        let path = path.to_owned();
        move |cause| CliError::File {
            path,
            action,
            cause,
        }
    };
    fs::create_dir_all(folder).map_err(fail(folder, "making the folder"))?;
    fs::write(path, text).map_err(fail(path, "writing"))
}
