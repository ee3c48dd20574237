//! The rules of the house, as tests: who may import whom, where a provider may
//! be named, how long files and functions may be, which words are banned.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Which folders of `src/` a folder's files may import from, besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("exit", &[]),
    ("file", &[]),
    ("http", &["model"]),
    ("simulator", &["model", "file"]),
    ("provider", &["model", "http", "simulator"]),
    ("providers", &["model", "http", "provider", "simulator"]),
    ("manifest", &["model", "provider"]),
    ("desired", &["model", "http", "provider", "manifest"]),
    ("observed", &["model", "provider", "desired"]),
    ("diff", &["model", "provider"]),
    (
        "plan",
        &["model", "provider", "desired", "observed", "diff"],
    ),
    ("saved", &["model", "provider", "desired", "plan"]),
    (
        "policy",
        &["model", "provider", "manifest", "desired", "plan"],
    ),
    (
        "apply",
        &[
            "model", "http", "provider", "desired", "observed", "diff", "plan",
        ],
    ),
    (
        "import",
        &[
            "model", "provider", "manifest", "desired", "observed", "diff", "plan",
        ],
    ),
    ("receipt", &["model", "apply"]),
    (
        "journal",
        &[
            "model", "file", "provider", "desired", "observed", "plan", "apply", "receipt",
        ],
    ),
    ("report", &["model", "provider", "plan", "apply", "receipt"]),
    ("starter", &["provider"]),
    (
        "cli",
        &[
            "exit",
            "model",
            "file",
            "http",
            "provider",
            "providers",
            "simulator",
            "manifest",
            "desired",
            "observed",
            "diff",
            "plan",
            "saved",
            "policy",
            "apply",
            "import",
            "receipt",
            "journal",
            "report",
            "starter",
        ],
    ),
];

/// Words that a folder's files must not use at all: what makes "a plan never
/// writes" and "nothing is printed unmasked" facts. Files are reached through
/// `fs` however it was imported, and hidden values through `expose`.
const MAY_NOT_SAY: &[(&str, &[&str])] = &[
    ("model", &["async ", "fs", "tokio", "reqwest"]),
    ("observed", &["expose", "Writer", "fs", "reqwest"]),
    (
        "diff",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest",
        ],
    ),
    (
        "plan",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest",
        ],
    ),
    (
        "saved",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest",
        ],
    ),
    (
        "policy",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest",
        ],
    ),
    (
        "import",
        &["Reader", "Writer", "async ", "fs", "tokio", "reqwest"],
    ),
    (
        "report",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest", "println",
        ],
    ),
    (
        "receipt",
        &[
            "expose", "Reader", "Writer", "async ", "fs", "tokio", "reqwest",
        ],
    ),
    ("apply", &["expose", "fs"]),
    ("file", &["async ", "tokio", "reqwest"]),
    ("cli", &["expose", "fs"]),
    ("journal", &["expose", "Reader", "reqwest"]),
    (
        "starter",
        &["Reader", "Writer", "async ", "fs", "tokio", "reqwest"],
    ),
    (
        "desired",
        &["Reader", "Writer", "async ", "tokio", "reqwest"],
    ),
    (
        "manifest",
        &["Reader", "Writer", "async ", "tokio", "reqwest"],
    ),
];

/// The longest file. Longer ones are named here with the reason.
const FILE_LINES_MAX: usize = 500;
const LONGER_FILES: &[(&str, &str)] = &[];

/// The longest function. Longer ones are named here with the reason.
const FUNCTION_LINES_MAX: usize = 70;
const LONGER_FUNCTIONS: &[(&str, &str)] = &[("tests/bad_input.rs:cases", "a table of cases")];

/// Words that say that something is unfinished, in halves, so that this file is held
/// to them too.
const BANNED_WORDS: &[&str] = &[
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("HA", "CK"),
    concat!("for", " now"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
];

/// The folders with Rust code of ours.
const FOLDERS: [&str; 5] = ["src", "tests", "examples", "fuzz/src", "fuzz/fuzz_targets"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, with its path from the root and its text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of this project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a Rust file");
                found.push((relative(&path), text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust file below {folder}");
    found
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("a path below the root");
    path.to_string_lossy().replace('\\', "/")
}

/// `src/plan/order.rs` belongs to `plan`.
fn layer(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below
        .split('/')
        .next()
        .unwrap_or(below)
        .trim_end_matches(".rs")
}

/// A file without its unit tests, which may use whatever they need.
fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests {")
        .map_or(text, |(code, _)| code)
}

fn is_test_file(path: &str) -> bool {
    path.contains("/tests") || path.contains("tests_") || path.contains("/test_support")
}

/// The names that follow `crate::` in a file, with their lines: those of
/// `use crate::{a, b::c}` too.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let mut name = String::new();
                for character in group.chars() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            found.push((line, first_word(&name)));
                            name.clear();
                        }
                        other if depth == 0 => name.push(other),
                        _ => {}
                    }
                }
                found.push((line, first_word(&name)));
            }
            None => found.push((line, first_word(rest))),
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

fn first_word(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect()
}

/// Whether a line has `word`, and not only as a part of a longer word.
fn says(line: &str, word: &str) -> bool {
    let is_letter = |character: char| character.is_alphanumeric();
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let longer_after = after.is_some_and(is_letter) && !word.ends_with(' ');
        let longer_before = before.is_some_and(is_letter);
        !longer_before && !longer_after
    })
}

#[test]
fn imports_point_one_way() {
    let allowed: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    let mut faults = Vec::new();
    for (path, text) in rust_files("src") {
        let layer = layer(&path);
        if matches!(layer, "lib" | "main") || is_test_file(&path) {
            continue;
        }
        let Some(allowed) = allowed.get(layer) else {
            faults.push(format!("{path}: `{layer}` has no row in the import table"));
            continue;
        };
        for (line, target) in imports(without_tests(&text)) {
            let is_item = !MAY_IMPORT.iter().any(|(name, _)| *name == target);
            if target != layer && !is_item && !allowed.contains(&target.as_str()) {
                faults.push(format!(
                    "{path}:{line}: `{layer}` may not import `{target}`"
                ));
            }
        }
        if without_tests(&text).contains("super::super") {
            faults.push(format!(
                "{path}: `super::super` hides where an import points"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_import_table_is_read_as_it_is_meant() {
    let text = "use crate::{\n    model::{A, B},\n    http::C,\n};\nlet x = crate::plan::D;\n";
    let names: Vec<String> = imports(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["model", "http", "plan"]);
}

#[test]
fn stages_cannot_do_what_is_not_theirs() {
    let mut faults = Vec::new();
    for (path, text) in rust_files("src") {
        if is_test_file(&path) {
            continue;
        }
        let words = MAY_NOT_SAY
            .iter()
            .filter(|(name, _)| *name == layer(&path))
            .flat_map(|(_, words)| words.iter());
        for word in words {
            for (at, line) in without_tests(&text).lines().enumerate() {
                if says(line, word) && !line.trim_start().starts_with("//") {
                    faults.push(format!("{path}:{}: may not say `{word}`", at + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_provider_is_named_only_in_its_folder_and_its_line() {
    let names: Vec<&str> = trueup::providers::ALL.iter().map(|def| def.name).collect();
    let mut faults = Vec::new();
    for (path, text) in rust_files("src") {
        if path == "src/providers/mod.rs" {
            continue;
        }
        let code = without_tests(&text).to_lowercase();
        for name in &names {
            if path.starts_with(&format!("src/providers/{name}/")) {
                continue;
            }
            for (at, line) in code.lines().enumerate() {
                let comment = line.trim_start().starts_with("//");
                if says(line, name) && !comment {
                    faults.push(format!("{path}:{}: names `{name}`", at + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_hold_one_noun() {
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in rust_files(folder) {
            let lines = text.lines().count();
            let named = LONGER_FILES.iter().any(|(name, _)| *name == path);
            if lines > FILE_LINES_MAX && !named {
                faults.push(format!("{path}: {lines} lines"));
            }
            if lines <= FILE_LINES_MAX && named {
                faults.push(format!("{path}: no longer needs its exception"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The functions of a formatted file: name, first line and number of lines.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let is_function = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "pub(super) async fn ",
            "const fn ",
            "pub const fn ",
        ]
        .iter()
        .any(|start| trimmed.starts_with(start));
        if !is_function || trimmed.ends_with(';') {
            continue;
        }
        let indent = line.len() - trimmed.len();
        let closing = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines[start..].iter().position(|line| *line == closing) else {
            continue;
        };
        let name = trimmed.split_once("fn ").map_or("", |(_, rest)| rest);
        found.push((first_word(name), start + 1, length + 1));
    }
    found
}

#[test]
fn functions_fit_on_a_screen() {
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in rust_files(folder) {
            for (name, line, length) in functions(&text) {
                let full = format!("{path}:{name}");
                let named = LONGER_FUNCTIONS.iter().any(|(known, _)| *known == full);
                if length > FUNCTION_LINES_MAX && !named {
                    faults.push(format!("{path}:{line}: `{name}` has {length} lines"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_left_unfinished() {
    let mut faults = Vec::new();
    for (path, text) in FOLDERS.into_iter().flat_map(rust_files) {
        for (at, line) in text.lines().enumerate() {
            for word in BANNED_WORDS {
                if line.contains(word) {
                    faults.push(format!("{path}:{}: says `{word}`", at + 1));
                }
            }
        }
    }
    for (path, text) in rust_files("src") {
        for (at, line) in text.lines().enumerate() {
            if !is_test_file(&path)
                && line.contains(".unwrap()")
                && at < without_tests(&text).lines().count()
            {
                faults.push(format!("{path}:{}: unwraps without a reason", at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_test_file_is_declared() {
    let main = fs::read_to_string(root().join("tests/main.rs")).expect("tests/main.rs");
    for entry in fs::read_dir(root().join("tests")).expect("tests/") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name");
        let is_module = path.extension().is_some_and(|extension| extension == "rs")
            || path.join("mod.rs").exists();
        assert!(
            !is_module || name == "main" || main.contains(&format!("mod {name};")),
            "tests/{name} is declared nowhere"
        );
    }
}
