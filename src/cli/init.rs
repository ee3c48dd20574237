//! `trueup init`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::{
    exit,
    file::{self, Access},
    model::words,
    provider::ProviderDef,
    providers::ALL,
    starter::{self, Pipelines},
};

use super::{error::CliError, schema, terminal::Terminal};

/// The options of `trueup init`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::INIT)]
pub(super) struct Args {
    /// The folder of the repository; it is made if it does not exist
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// A billing system to start with; repeatable. All of them unless given
    #[arg(long, value_name = "SYSTEM")]
    system: Vec<String>,
    /// Whose pipelines to write
    #[arg(long, value_name = "CI", default_value = "github")]
    ci: Ci,
}

/// Who runs the pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
    /// Nobody
    None,
}

impl From<Ci> for Pipelines {
    fn from(ci: Ci) -> Self {
        match ci {
            Ci::Github => Self::Github,
            Ci::Gitlab => Self::Gitlab,
            Ci::None => Self::None,
        }
    }
}

/// Writes a repository to start with.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let Args { folder, system, ci } = args;
    if let Some(file) = file_in_the_way(folder) {
        terminal.error(
            format_args!("`{}` is a file and not a folder", file.display()),
            Some("name a folder to start in; it is made if it does not exist"),
        );
        return Ok(exit::ERROR);
    }
    let files = starter::files(&systems(system)?, (*ci).into(), schema::all());
    let taken: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| is_taken(folder, path))
        .collect();
    if !taken.is_empty() {
        terminal.error(
            format_args!(
                "nothing was written: {} in {} would be overwritten",
                words::count(taken.len(), "file"),
                folder.display()
            ),
            Some("move them away, or start in another folder"),
        );
        for path in taken {
            terminal.insist(format_args!("  {path}"));
        }
        return Ok(exit::ERROR);
    }
    for (path, text) in &files {
        // Also one that has come about since we looked stays as it is.
        file::create(&folder.join(path), text, Access::Usual)?;
    }
    let mut listed = String::new();
    for (path, _) in &files {
        listed.push_str(path);
        listed.push('\n');
    }
    terminal.data(&listed).map_err(CliError::Output)?;
    let typed = |below: &str| words::shell_path(&folder.join(below));
    terminal.say(format_args!(
        "Written. Now try:\n  trueup plan --sandbox -f {} -f {}",
        typed(starter::MANIFESTS),
        typed(starter::EXAMPLES)
    ));
    Ok(exit::DONE)
}

/// The named systems in the order of the registry, or all of them.
fn systems(names: &[String]) -> Result<Vec<&'static ProviderDef>, CliError> {
    let known = || ALL.iter().map(|def| def.name);
    if let Some(unknown) = names.iter().find(|name| !known().any(|one| one == **name)) {
        return Err(CliError::usage(
            format_args!("there is no system `{unknown}`"),
            words::suggestion(unknown, known().collect::<Vec<_>>()),
        ));
    }
    let chosen = |def: &&ProviderDef| names.is_empty() || names.iter().any(|name| name == def.name);
    Ok(ALL.iter().copied().filter(chosen).collect())
}

/// What is no folder where the folder, or one that it is in, is to be.
fn file_in_the_way(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|above| !above.as_os_str().is_empty() && above.exists())
        .filter(|above| !above.is_dir())
}

/// Whether something is where a file is to be, or a file where one of its
/// folders is to be. A link counts, wherever it leads.
fn is_taken(folder: &Path, path: &str) -> bool {
    let whole = folder.join(path);
    whole.symlink_metadata().is_ok()
        || whole
            .ancestors()
            .skip(1)
            .take_while(|above| above.starts_with(folder) && !above.as_os_str().is_empty())
            .any(|above| above.exists() && !above.is_dir())
}
