//! Values that stand outside of the manifests: `{ env: NAME }` and
//! `{ file: path }`.

use std::{borrow::Cow, collections::BTreeMap, fmt, fs, io::Read, path::Path};

use crate::{
    manifest::{
        collect::clipped,
        git::{ValueFile, ValueFiles},
        load::Folder,
    },
    model::limit::VALUE_FILE_BYTES_MAX,
};

/// Where values from outside come from. Handed in, so that no stage reads the
/// process's environment by itself.
#[derive(Clone, Default)]
pub struct Environment {
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// The files.
    pub files: Files,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(environment)")
    }
}

/// Where files are.
#[derive(Clone, Default)]
pub enum Files {
    /// On disk, beside the manifests.
    #[default]
    Disk,
    /// In another revision, as its manifests are.
    Revision(ValueFiles),
}

/// Why a value cannot be had. Holds no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) message: String,
    pub(super) hint: String,
}

fn missing(message: String, hint: impl Into<String>) -> Missing {
    Missing {
        message,
        hint: hint.into(),
    }
}

/// An empty value from outside, or one of blanks, is most often a mistake, and to
/// take it for `null` would clear the field.
const EMPTY_HINT: &str = "give it a value; to clear the field, write `null`";

/// The longest name of a variable that is quoted whole. What a shell is to take has
/// to be whole, and `import` makes names that are longer than other quotes.
const VARIABLE_CHARACTERS_MAX: usize = 255;

/// The name of an environment variable as sentences quote it: whole, if it is one
/// that a shell takes.
pub(super) fn named(name: &str) -> Cow<'_, str> {
    let is_one = name.len() <= VARIABLE_CHARACTERS_MAX
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_one {
        Cow::Borrowed(name)
    } else {
        clipped(name)
    }
}

impl Environment {
    /// The value of an environment variable, without one line break at its end:
    /// what a shell printed into a secret has one.
    pub(super) fn variable(&self, name: &str) -> Result<String, Missing> {
        let value = self.variables.get(name);
        match value {
            Some(value) if value.trim().is_empty() => Err(missing(
                format!("the environment variable `{}` is empty", named(name)),
                EMPTY_HINT,
            )),
            Some(value) => Ok(without_line_break(value).to_owned()),
            // Most often one line is forgotten where the others are set. A variable
            // of a similar name is then that of another record, and its value must
            // not be advised: it may be the bank account of another customer.
            None => {
                let name = named(name);
                Err(missing(
                    format!("the environment variable `{name}` is not set"),
                    format!("set it, for instance with `export {name}=…`"),
                ))
            }
        }
    }

    /// The value in a file, without one line break at its end.
    pub(super) fn file(&self, folder: &Folder, path: &str) -> Result<String, Missing> {
        let inside = folder.inside(path).ok_or_else(|| escapes(folder, path))?;
        let path = &*clipped(path);
        let bytes = match &self.files {
            Files::Disk => from_disk(folder, path, &inside)?,
            Files::Revision(values) => in_revision(values, folder, path, &inside)?,
        };
        if bytes.len() as u64 > VALUE_FILE_BYTES_MAX {
            let kibibytes = VALUE_FILE_BYTES_MAX / 1024;
            let message = format!("the file `{path}` is larger than {kibibytes} KiB");
            return Err(missing(message, "such a file holds one value"));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            let message = format!("the file `{path}` is not UTF-8 text");
            missing(message, "such a file holds one value as text")
        })?;
        if text.trim().is_empty() {
            let message = format!("the file `{path}` is empty");
            return Err(missing(message, EMPTY_HINT));
        }
        Ok(without_line_break(&text).to_owned())
    }
}

fn without_line_break(text: &str) -> &str {
    let breaks = ["\r\n", "\n"];
    let stripped = breaks.iter().find_map(|end| text.strip_suffix(end));
    stripped.unwrap_or(text)
}

fn escapes(folder: &Folder, path: &str) -> Missing {
    missing(
        format!(
            "the path `{}` leads out of `{}`",
            clipped(path),
            folder.root.display()
        ),
        "paths start at the manifest's folder and stay in the folder that is read",
    )
}

/// The content of a file as a revision has it. Where git does not have the file at
/// all, the disk is asked: a pipeline puts it there, and no change can.
fn in_revision(
    values: &ValueFiles,
    folder: &Folder,
    path: &str,
    inside: &Path,
) -> Result<Vec<u8>, Missing> {
    let revision = clipped(&values.revision);
    match values.files.get(&folder.root.join(inside)) {
        Some(ValueFile::Content(bytes)) => Ok(bytes.clone()),
        Some(ValueFile::NotRegular) => Err(missing(
            format!("`{path}` is not a regular file in revision `{revision}`"),
            "such a file holds one value; links are followed in the folder that is read, and \
             not out of it",
        )),
        Some(ValueFile::Untracked) => from_disk(folder, path, inside).map_err(|missing| Missing {
            hint: format!(
                "revision `{revision}` does not have it, so it is read from the disk; {}",
                missing.hint
            ),
            ..missing
        }),
        Some(ValueFile::Added) => Err(missing(
            format!("revision `{revision}` does not have the file `{path}`, and git tracks it now"),
            format!(
                "what is proposed does not count there: bring the file into `{revision}` first, \
                 on its own; or, if it holds a secret, take it out of git, and have the pipeline \
                 put it there"
            ),
        )),
        None => Err(missing(
            format!("revision `{revision}` does not have the file `{path}`"),
            "no file of git can have such a path",
        )),
    }
}

fn from_disk(folder: &Folder, path: &str, inside: &Path) -> Result<Vec<u8>, Missing> {
    let unreadable = |error: std::io::Error| {
        let message = format!("the file `{path}` cannot be read: {error}");
        missing(message, "paths start at the manifest's folder")
    };
    let root = fs::canonicalize(&folder.root).map_err(unreadable)?;
    // Links may lead out where the letters do not.
    let real = fs::canonicalize(folder.root.join(inside)).map_err(unreadable)?;
    if !real.starts_with(&root) {
        return Err(escapes(folder, path));
    }
    // Asked before it is opened: to open a pipe is to wait for its writer.
    if !fs::metadata(&real).map_err(unreadable)?.is_file() {
        let message = format!("`{path}` is not a regular file");
        return Err(missing(message, "such a file holds one value"));
    }
    let file = fs::File::open(&real).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(VALUE_FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    #[test]
    fn files_stay_below_the_folder_that_is_read() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().join("root");
        let folder = Folder {
            path: root.join("eu"),
            root: root.clone(),
        };
        write(&root.join("eu/here.txt"), "here\n");
        write(&root.join("eu/crlf.txt"), "two\r\n\r\n");
        write(&root.join("eu/bytes.txt"), [0xff, 0xfe]);
        write(
            &root.join("eu/large.txt"),
            vec![b'x'; usize::try_from(VALUE_FILE_BYTES_MAX).expect("it fits") + 1],
        );
        write(&root.join("shared.txt"), "shared");
        write(&outer.path().join("outside.txt"), "SECRET");
        let environment = Environment::default();
        let read = |path: &str| {
            environment
                .file(&folder, path)
                .map_err(|missing| missing.message)
        };
        assert_eq!(read("here.txt"), Ok("here".to_owned()));
        assert_eq!(read("./x/../here.txt"), Ok("here".to_owned()));
        assert_eq!(read("../shared.txt"), Ok("shared".to_owned()));
        assert_eq!(read("crlf.txt"), Ok("two\r\n".to_owned()));
        let outside = |path: &str| {
            Err(format!(
                "the path `{path}` leads out of `{}`",
                root.display()
            ))
        };
        let absolute = outer.path().join("outside.txt");
        for path in [
            "../../outside.txt",
            "../../not-there.txt",
            absolute.to_str().expect("it is text"),
        ] {
            assert_eq!(read(path), outside(path), "{path}");
        }
        for (path, message) in [
            ("bytes.txt", "the file `bytes.txt` is not UTF-8 text"),
            ("large.txt", "the file `large.txt` is larger than 64 KiB"),
            (".", "`.` is not a regular file"),
        ] {
            assert_eq!(read(path), Err(message.to_owned()));
        }
        let missing = read("none.txt").expect_err("it is not there");
        assert!(
            missing.starts_with("the file `none.txt` cannot be read: "),
            "{missing}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().join("root");
        write(&root.join("inside.txt"), "inside");
        write(&outer.path().join("outside.txt"), "SECRET");
        let link = |from: &str, to: &str| {
            std::os::unix::fs::symlink(to, root.join(from)).expect("a link");
        };
        link("good.txt", "inside.txt");
        link("bad.txt", "../outside.txt");
        link("up", "..");
        link("loop.txt", "loop.txt");
        let folder = Folder {
            path: root.clone(),
            root,
        };
        let environment = Environment::default();
        let read = |path: &str| environment.file(&folder, path);
        assert_eq!(read("good.txt"), Ok("inside".to_owned()));
        for path in ["bad.txt", "up/outside.txt", "loop.txt"] {
            let missing = read(path).expect_err("it leads out");
            assert!(!missing.message.contains("SECRET"), "{path}");
        }
    }

    #[test]
    fn the_disk_is_asked_for_files_that_git_does_not_have() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().to_owned();
        let names = ["old", "link", "mine", "theirs", "unnamed"];
        for name in names {
            write(&root.join(name), "of the disk");
        }
        let files = [
            ("old", ValueFile::Content(b"of the revision\n".to_vec())),
            ("link", ValueFile::NotRegular),
            ("mine", ValueFile::Untracked),
            ("gone", ValueFile::Untracked),
            ("theirs", ValueFile::Added),
        ];
        let files = files.map(|(name, file)| (root.join(name), file));
        let environment = Environment {
            files: Files::Revision(ValueFiles {
                revision: "main".to_owned(),
                files: files.into(),
            }),
            ..Environment::default()
        };
        let folder = Folder {
            path: root.clone(),
            root,
        };
        let read = |path: &str| environment.file(&folder, path);
        assert_eq!(read("mine"), Ok("of the disk".to_owned()));
        assert_eq!(read("old"), Ok("of the revision".to_owned()));
        for path in ["link", "theirs", "unnamed", "gone", "../mine"] {
            let missing = read(path).expect_err(path);
            assert!(!missing.hint.is_empty(), "{path}");
        }
        let missing = read("theirs").expect_err("a change brings it");
        assert_eq!(
            missing.message,
            "revision `main` does not have the file `theirs`, and git tracks it now"
        );
        let missing = read("gone").expect_err("it is not there");
        assert!(missing.hint.contains("revision `main`"), "{missing:?}");
    }

    #[test]
    fn nothing_and_blanks_are_no_value_and_one_line_break_at_the_end_is_none_of_it() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().to_owned();
        let folder = Folder {
            path: root.clone(),
            root: root.clone(),
        };
        for (given, read) in [
            ("", None),
            ("\n", None),
            (" \t\r\n ", None),
            ("one\n", Some("one")),
            ("one\r\n", Some("one")),
            ("one\n\n", Some("one\n")),
            (" one ", Some(" one ")),
        ] {
            write(&root.join("value"), given);
            let environment = Environment {
                variables: [("VALUE".to_owned(), given.to_owned())].into(),
                files: Files::Disk,
            };
            for found in [
                environment.variable("VALUE"),
                environment.file(&folder, "value"),
            ] {
                match (&found, read) {
                    (Ok(found), Some(read)) => assert_eq!(found, read, "{given:?}"),
                    (Err(missing), None) => {
                        assert!(missing.message.ends_with("is empty"), "{missing:?}");
                    }
                    _ => panic!("{given:?}: {found:?}"),
                }
            }
        }
    }

    #[test]
    fn no_other_variable_is_advised_in_the_place_of_one_that_is_not_set() {
        let set = [
            "TRUEUP_ZEGOAL_ACME_NORTH_BANK_ACCOUNT",
            "ZEGOAL_PASSWORD",
            "IBAN_1",
            "LOGIN",
        ];
        let environment = Environment {
            variables: set.map(|name| (name.to_owned(), "x".to_owned())).into(),
            files: Files::Disk,
        };
        for name in [
            "TRUEUP_ZEGOAL_ACME_SOUTH_BANK_ACCOUNT",
            "COVE_PASSWORD",
            "IBAN_2",
            "login",
        ] {
            let missing = environment.variable(name).expect_err(name);
            let hint = format!("set it, for instance with `export {name}=…`");
            assert_eq!(missing.hint, hint);
        }
    }

    #[test]
    fn a_name_that_a_shell_takes_is_quoted_whole() {
        let environment = Environment::default();
        let told = |name: &str| {
            let missing = environment.variable(name).expect_err("it is not set");
            (missing.message, missing.hint)
        };
        let long = "TRUEUP_".to_owned() + &"X".repeat(VARIABLE_CHARACTERS_MAX - 7);
        let message = format!("the environment variable `{long}` is not set");
        let hint = format!("set it, for instance with `export {long}=…`");
        assert_eq!(told(&long), (message, hint));
        for name in [
            long + "X",
            "é".repeat(100),
            "1".repeat(100),
            "a b".repeat(100),
        ] {
            let (message, hint) = told(&name);
            assert!(!message.contains(&name) && !hint.contains(&name), "{name}");
        }
    }

    #[test]
    fn values_are_not_printed() {
        let environment = Environment {
            variables: [("A".to_owned(), "SECRET".to_owned())].into(),
            files: Files::Disk,
        };
        assert_eq!(format!("{environment:?}"), "(environment)");
        assert_eq!(environment.variable("A"), Ok("SECRET".to_owned()));
    }
}
