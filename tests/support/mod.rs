//! A folder with manifests, and the real binary run in it.

pub(crate) mod between;
pub(crate) mod unrecorded;
pub(crate) mod world;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;
use trueup::{provider::ProviderDef, providers::ALL};

#[cfg(unix)]
use crate::base::program_path;

/// Makes sure that a plan survives as JSON, as every plan that the tests make
/// does.
pub(crate) fn assert_survives(plan: &trueup::plan::Plan) {
    let text = trueup::report::json::plan(plan);
    let read: trueup::plan::Plan = serde_json::from_str(&text).expect("a plan");
    assert_eq!(read, *plan);
}

/// Every provider, or the one that the variable `TRUEUP_ONLY` names, for people
/// who work on one of them.
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for people who run the tests"
)]
pub(crate) fn providers() -> impl Iterator<Item = &'static ProviderDef> {
    let only = std::env::var("TRUEUP_ONLY").ok();
    ALL.iter()
        .copied()
        .filter(move |def| only.as_ref().is_none_or(|only| def.name == only))
}

/// A folder that stands for a user's repository.
pub(crate) struct Repository {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run of the binary gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
            code: output.status.code().expect("it ends by itself"),
        }
    }

    /// The command that it printed between backticks.
    #[cfg(unix)]
    pub(crate) fn printed_command(&self) -> &str {
        let command = self.stderr.split('`').nth(1);
        command.unwrap_or_else(|| panic!("no command: {}", self.stderr))
    }
}

impl Repository {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            variables: Vec::new(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.file(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder");
        }
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("a file")
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.file(name)).expect("a file");
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that runs the binary in this folder, with nothing of the
    /// environment of the tests in it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.run_in(".", arguments)
    }

    /// The same in a folder of the repository.
    pub(crate) fn run_in<'a>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ran {
        let output = self
            .command()
            .current_dir(self.file(folder))
            .args(arguments)
            .output()
            .expect("the binary runs");
        Ran::of(output)
    }

    /// Runs lines of shell as a user types them, with the binary on the path, up
    /// to the first one that fails.
    #[cfg(unix)]
    pub(crate) fn shell(&self, lines: &str) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_trueup"));
        let folder = program.parent().expect("its folder").display();
        let output = Command::new("sh")
            .args(["-euc", lines])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{folder}:{}", program_path()))
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .expect("a shell runs");
        Ran::of(output)
    }
}
