//! Every section and every quirk of the three contracts has a row in
//! `docs/contracts/`, and every test that a row names exists.

use std::{
    collections::BTreeSet,
    fs, iter,
    path::{Path, PathBuf},
};

use trueup::{
    provider::{ProviderDef, Repeat},
    providers::ALL,
};

/// A document: its sections, and the section of its table of quirks with the
/// number of rows. Sections that only hold others are left out.
struct Contract {
    system: &'static str,
    sections: &'static [&'static str],
    quirks: (&'static str, usize),
}

const CONTRACTS: [Contract; 3] = [
    Contract {
        system: "acronis",
        sections: &[
            "0.1", "0.2", "1", "1.1", "2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "4.1", "4.2",
            "4.3", "4.4", "4.5", "4.6", "4.7", "5", "6", "8", "9", "10", "11",
        ],
        quirks: ("7", 26),
    },
    Contract {
        system: "cove",
        sections: &[
            "0", "1", "2.1", "2.2", "3.1", "3.2", "3.3", "4", "5", "6.1", "6.2", "6.3", "6.4",
            "6.5", "6.6", "7.1", "7.2", "8", "9", "10.1", "10.2", "10.3", "10.3.1", "10.4", "10.5",
            "10.6", "11", "13", "14", "15", "16", "17", "18",
        ],
        quirks: ("12", 23),
    },
    Contract {
        system: "zegoal",
        sections: &[
            "0.1", "0.2", "0.3", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2",
            "2.3", "2.4", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4",
            "6.1", "6.2", "6.3", "6.4", "7.1", "7.2", "8.1", "8.3", "8.4", "8.5", "8.6", "9.1",
            "9.2", "9.3", "9.4", "10",
        ],
        quirks: ("8.2", 23),
    },
];

fn path(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/contracts/{system}.md"))
}

fn document(system: &str) -> String {
    let path = path(system);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The first and the last cell of each row of a document's tables.
fn rows(document: &str) -> Vec<(String, String)> {
    document
        .lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("| ---"))
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            Some((cells.first()?.to_string(), cells.last()?.to_string()))
        })
        .collect()
}

/// The tests that a text names, as file and function.
fn tests(text: &str) -> Vec<(String, String)> {
    text.split('`')
        .filter_map(|word| word.split_once(".rs::"))
        .map(|(file, name)| (format!("{file}.rs"), name.to_owned()))
        .collect()
}

#[test]
fn every_section_and_every_quirk_has_a_row() {
    let mut missing = Vec::new();
    for contract in CONTRACTS {
        let document = document(contract.system);
        let present: BTreeSet<String> = rows(&document)
            .into_iter()
            .map(|(first, _)| first.replace(" #", "."))
            .collect();
        let (section, count) = contract.quirks;
        let quirks = (1..=count).map(|row| format!("{section}.{row}"));
        let sections = contract.sections.iter().map(|id| (*id).to_owned());
        for id in sections.chain(quirks) {
            if !present.contains(&id) {
                missing.push(format!("{}: {id}", contract.system));
            }
        }
    }
    assert!(missing.is_empty(), "no row for {}", missing.join(", "));
}

/// The table of a provider's calls that write, as its document shows it.
fn table_of_writes(def: &ProviderDef) -> String {
    let head = "| call | case | when its outcome is unclear | why |\n| --- | --- | --- | --- |\n";
    let rows = def.writes.iter().map(|write| {
        let purpose = write.purpose.unwrap_or_default();
        let cases = [purpose, write.case];
        let case: Vec<&str> = cases.into_iter().filter(|case| !case.is_empty()).collect();
        let class = match write.repeat {
            Repeat::Safe => "sent again",
            Repeat::AfterLookup => "looked up first",
        };
        format!(
            "| `{}` | {} | {class} | {} |\n",
            write.operation,
            case.join(", "),
            write.why
        )
    });
    iter::once(head.to_owned()).chain(rows).collect()
}

/// The classes in the documents are those in the code. With the variable
/// `TRUEUP_BLESS` set, they are written.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for people who run the tests"
)]
fn every_document_says_which_calls_may_be_sent_again() {
    const HEADING: &str = "## Which calls may be sent again\n\n";
    let bless = std::env::var_os("TRUEUP_BLESS").is_some();
    for def in ALL {
        let table = table_of_writes(def);
        let document = document(def.name);
        let (before, after) = document
            .split_once(HEADING)
            .unwrap_or_else(|| panic!("{} has no such section", def.name));
        let rest = after.find("\n\n").map_or("", |end| &after[end + 1..]);
        if bless {
            let path = path(def.name);
            fs::write(path, format!("{before}{HEADING}{table}{rest}")).expect("a document");
        } else {
            assert!(after.starts_with(&table), "{} must read\n{table}", def.name);
        }
    }
}

#[test]
fn every_test_that_a_row_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    let mut named = 0;
    for contract in CONTRACTS {
        for (file, name) in tests(&document(contract.system)) {
            named += 1;
            let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
            if !text.contains(&format!("fn {name}(")) {
                faults.push(format!("{}: {file}::{name}", contract.system));
            }
        }
    }
    assert!(faults.is_empty(), "there is no {}", faults.join(", "));
    assert!(named > 200, "only {named} tests are named");
}

#[test]
fn a_row_without_a_test_says_why() {
    let mut faults = Vec::new();
    for contract in CONTRACTS {
        for (first, last) in rows(&document(contract.system)) {
            let is_section = first.starts_with(|character: char| character.is_ascii_digit());
            let reason = last.strip_prefix('–').map(str::trim);
            let is_fine = match reason {
                Some(reason) => reason.len() > 8,
                None => !tests(&last).is_empty(),
            };
            if is_section && !is_fine {
                faults.push(format!("{} {first}: {last}", contract.system));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
