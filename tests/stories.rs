//! Runs the stories under `tests/scenarios/`: text scripts of what a user does,
//! with the exact output of every command.
//!
//! A story is a list of lines:
//!
//! ```text
//! # a remark
//! write FILE          the lines `| …` below it are its text
//! replace FILE: A => B
//! remove FILE
//! set NAME=VALUE      an environment variable
//! $ ARGUMENTS         runs the binary
//! out| …              what it writes to standard output
//! err| …              what it writes to standard error
//! exit CODE
//! ```
//!
//! With the variable `TRUEUP_BLESS` set, the outputs are written into the
//! stories instead of compared; read them before you commit.

use std::{fmt::Write as _, fs, path::PathBuf};

use crate::support::{Ran, Repository};

fn stories() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut stories: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "story")
        })
        .collect();
    stories.sort();
    assert!(!stories.is_empty(), "there are no stories");
    stories
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for people who run the tests"
)]
fn stories_come_out_as_told() {
    let bless = std::env::var_os("TRUEUP_BLESS").is_some();
    let mut faults = Vec::new();
    for path in stories() {
        let told = fs::read_to_string(&path).expect("a story");
        let played = play(&told);
        if bless {
            fs::write(&path, played).expect("a story can be written");
        } else if played != told {
            let diff = similar::TextDiff::from_lines(&told, &played)
                .unified_diff()
                .header("told", "played")
                .to_string();
            faults.push(format!("{}:\n{diff}", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Plays a story and tells it again with the outputs that really came.
fn play(told: &str) -> String {
    let mut repository = Repository::new();
    let mut played = String::new();
    let mut lines = told.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("out|") || line.starts_with("err|") || line.starts_with("exit ") {
            continue;
        }
        let _ = writeln!(played, "{line}");
        if let Some(name) = line.strip_prefix("write ") {
            let mut text = String::new();
            while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
                let _ = writeln!(played, "{line}");
                let _ = writeln!(text, "{}", line.strip_prefix("| ").unwrap_or_default());
            }
            repository.write(name, text);
        } else if let Some(rest) = line.strip_prefix("replace ") {
            replace(&repository, rest);
        } else if let Some(name) = line.strip_prefix("remove ") {
            repository.remove(name);
        } else if let Some(rest) = line.strip_prefix("set ") {
            let (name, value) = rest.split_once('=').expect("set NAME=VALUE");
            repository.set(name, value);
        } else if let Some(arguments) = line.strip_prefix("$ ") {
            tell(&mut played, &repository.run(arguments.split_whitespace()));
        } else {
            assert!(
                line.is_empty() || line.starts_with('#'),
                "a story cannot say `{line}`"
            );
        }
    }
    played
}

fn replace(repository: &Repository, rest: &str) {
    let (name, change) = rest.split_once(": ").expect("replace FILE: A => B");
    let (old, new) = change.split_once(" => ").expect("replace FILE: A => B");
    let text = repository.read(name);
    let (old, new) = (&old.replace("\\n", "\n"), &new.replace("\\n", "\n"));
    assert!(text.contains(old), "{name} does not say `{old}`");
    repository.write(name, text.replace(old, new));
}

fn tell(played: &mut String, ran: &Ran) {
    let Ran {
        stdout,
        stderr,
        code,
    } = ran;
    for (mark, text) in [("out|", stdout), ("err|", stderr)] {
        for line in text.lines() {
            let _ = writeln!(played, "{}", format!("{mark} {line}").trim_end());
        }
    }
    let _ = writeln!(played, "exit {code}");
}
