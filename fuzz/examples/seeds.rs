//! Writes the seeds of all targets but `manifest`, whose seeds are files of
//! people: the simulators' answers, what a run in the sandbox left behind, and
//! what the manifests of the repository give.
//!
//! The argument is a state folder of the sandbox, see `docs/fuzzing.md`.

use std::{env, error::Error, fs, path::Path};

use serde_json::Value;
use trueup::saved::{Inputs, MadeOf, PlanKey, file_text, save};
use trueup_fuzz::{Providers, RUN, Sample, now, sample_of};

/// Larger answers teach the engine nothing more and slow it down.
const SEED_BYTES_MAX: usize = 4_096;

/// A text of everything that steers.
const HOSTILE: &str = "a\u{1b}[2J\u{202e}\u{200b}\n::error::x";

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    answers()?;
    saved_plans()?;
    expressions()?;
    edits()?;
    headers()?;
    match env::args().nth(1) {
        Some(state) => runs(&Path::new(&state).join("runs")),
        None => Err("give a state folder for the seeds of journals and receipts".into()),
    }
}

fn write(target: &str, name: &str, seed: impl AsRef<[u8]>) -> Done {
    let folder = Path::new("corpus").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("seed-{name}")), seed)?)
}

/// Each answer stands behind the byte that says whose and which it is.
fn answers() -> Done {
    let mut providers = Providers::start();
    for provider in 0..providers.len() {
        for (at, answer) in providers.answers(provider).into_iter().enumerate().take(8) {
            if answer.len() <= SEED_BYTES_MAX {
                let choice = u8::try_from(provider + at * providers.len())?;
                let seed = [&[choice], answer.as_slice()].concat();
                write("providers", &format!("{provider}-{at}"), seed)?;
            }
        }
    }
    Ok(())
}

fn saved_plans() -> Done {
    for (name, manifest) in manifests() {
        let sample = beside_providers(manifest, "changed");
        let planned = sample.plan();
        let key = PlanKey::of_its_own([0; 32]);
        let saved = save(Inputs {
            desired: &sample.desired,
            planned: &planned,
            made_of: MadeOf {
                filenames: vec!["manifests".to_owned()],
                selector: None,
                changed_since: None,
                allowed: Vec::new(),
                sandbox: true,
            },
            key: &key,
            id: "0".repeat(32),
            created: now(),
            expires: now(),
        });
        let saved = saved.map_err(|provider| provider.to_string())?;
        // Without blanks it has room for more under the engine's limit.
        let value: Value = serde_json::from_str(&file_text(&saved))?;
        write("saved_plan", name, value.to_string())?;
    }
    Ok(())
}

fn expressions() -> Done {
    let policy = include_str!("../../manifests/policy.yaml");
    let (_, policy) = policy.split_at(policy.find("apiVersion").unwrap_or_default());
    write("expression", "policy", policy)?;
    for (name, expression) in [
        (
            "end",
            r#"change.action == "end" && size(change.reason) < 10"#,
        ),
        (
            "fields",
            r#"change.fields.exists(field, field.class == "bank" && field.cause == "drift")"#,
        ),
        (
            "has",
            r#"has(object.spec.billing.currency) && !(object.spec.billing.currency in ["EUR", "BGN"])"#,
        ),
        (
            "matches",
            r#"change.name.matches("^a[bc]+$") || change.labels["tier"] == "gold" ? true : false"#,
        ),
        (
            "filter",
            "size(change.fields.filter(f, int(string(size(f.path))) * 2 % 7 > 1 - -3)) >= 2u",
        ),
        (
            "nested",
            r#"change.fields.all(f, change.fields.exists_one(g, g.path.startsWith(f.path) && "\u00e4" != 'b'))"#,
        ),
        (
            "types",
            r#"type(dyn(1.5e3)) == double && {"a": [b"x", null]} != {}"#,
        ),
    ] {
        write("expression", name, expression)?;
    }
    Ok(())
}

fn edits() -> Done {
    for (name, manifest) in manifests() {
        write("edit", name, format!("it's: \"new\" # now\n{manifest}"))?;
    }
    let json = r#"x
{"apiVersion": "trueup.dev/v1alpha1", "kind": "ZegoalAccount", "metadata": {"name": "a"},
 "spec": {"basic": {"accountName": "A", "description": 'b', "parent": {"ref": "b"}}}}
"#;
    write("edit", "json", json)
}

fn headers() -> Done {
    for (name, header) in [
        ("seconds", "120\n\nBad\u{1b}[2J Gateway"),
        (
            "date",
            "Mon, 02 Nov 2026 09:00:30 GMT\nMon, 02 Nov 2026 09:00:00 GMT\n<html>\u{202e}no",
        ),
        (
            "old-date",
            "Monday, 02-Nov-26 09:00:30 GMT\nMon Nov  2 09:00:30 2026\nx",
        ),
        ("number", "-1.5e300\ninf"),
    ] {
        write("retry_after", name, header)?;
    }
    Ok(())
}

/// What a run left behind, and the same with hostile names.
fn runs(folder: &Path) -> Done {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut number = 0;
    for file in files {
        let text = fs::read_to_string(&file)?;
        number += 1;
        if file.extension().is_some_and(|ending| ending == "journal") {
            let mut lines = String::new();
            for line in text.lines() {
                let (_, json) = line.split_once(' ').ok_or("a line without a digest")?;
                let mut value: Value = serde_json::from_str(json)?;
                anonymous(&mut value);
                lines.push_str(&format!("{value}\n"));
            }
            let chained = trueup_fuzz::chained(&lines);
            write(
                "journal",
                &format!("{number}-lines"),
                format!("\u{1}\0{lines}"),
            )?;
            write(
                "journal",
                &format!("{number}-whole"),
                format!("\0\0{chained}"),
            )?;
            write(
                "journal",
                &format!("{number}-torn"),
                format!("\0\u{9}{chained}"),
            )?;
            let hostile = hostile(&lines);
            write(
                "journal",
                &format!("{number}-hostile"),
                format!("\u{1}\0{hostile}"),
            )?;
        } else {
            let value: Value = serde_json::from_str(&text)?;
            write("receipt", &format!("{number}"), value.to_string())?;
            write(
                "receipt",
                &format!("{number}-hostile"),
                hostile(&value.to_string()),
            )?;
        }
    }
    Ok(())
}

/// Takes out which run it was, who ran it, and where.
fn anonymous(value: &mut Value) {
    if value.get("holder").is_some() {
        value["run"] = RUN.into();
        value["holder"] = serde_json::json!({ "user": "anna", "host": "build-7", "pid": 1 });
    }
}

/// Puts hostile words at the end of some names.
fn hostile(json: &str) -> String {
    let word = Value::from(HOSTILE).to_string();
    let word = word.trim_matches('"');
    json.replace("/foobar\"", &format!("/foobar{word}\""))
        .replace("build-7\"", &format!("build-7{word}\""))
}

fn manifests() -> [(&'static str, &'static str); 4] {
    [
        (
            "foobar",
            include_str!("../../manifests/acronis/foobar.yaml"),
        ),
        ("zeus", include_str!("../../manifests/cove/zeus.yaml")),
        ("acme", include_str!("../../manifests/zegoal/acme.yaml")),
        (
            "new-account",
            include_str!("../../manifests/zegoal/new-account.yaml"),
        ),
    ]
}

fn beside_providers(manifest: &str, live: &str) -> Sample {
    let providers = include_str!("../../manifests/providers.yaml");
    let texts = [("providers.yaml", providers), ("a.yaml", manifest)];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    sample_of(texts.into(), live)
}
