//! Texts from manifests and providers steer no terminal, no log of a pipeline
//! and no page, in any format.

use serde_json::{Value, json};
use trueup::{
    model::{Leaf, Sensitive, printable::steers},
    report::{
        Style, annotation, github, gitlab, html, json as as_json, markdown, receipt,
        text as as_text,
    },
};

use crate::{
    engine::{
        secrets::document,
        world::{TODAY, World},
    },
    support::{Ran, Repository},
    toy::desired::{Manifest, customer, text},
};

/// Everything at once: escapes of terminals of both widths, a bell, marks of
/// direction, letters that cannot be seen, commands of three kinds of runners
/// at the start of a line and inside of it, and the ends of fences, summaries,
/// attributes and JSON.
const HOSTILE: &str = "\u{1b}[2J\u{9b}31m\u{7}\u{202e}evil\u{200b}\u{e0041}\r\n::error::one\n\
    ##[add-mask]two\n```\n~~~~\n</summary></details><script>alert(1)</script>\" onload='x' \
    ::stop-commands::three and ##vso[task.setvariable variable=a]four %0A::warning::five\u{85}\
    ::add-mask::six\u{2028}::debug::seven";

/// Nothing in a text steers, and no runner finds a command in it.
fn assert_tame(format: &str, shown: &str) {
    for line in shown.split('\n') {
        let steering: Vec<char> = line.chars().filter(|letter| steers(*letter)).collect();
        assert!(steering.is_empty(), "{format}: {steering:?} in {line:?}");
        assert!(!line.contains("##["), "{format}: {line:?}");
        assert!(!line.contains("##vso["), "{format}: {line:?}");
        let start = line.trim_start();
        let command = start
            .strip_prefix("::")
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_alphabetic()));
        assert!(!command || format == "github", "{format}: {line:?}");
    }
}

fn manifests() -> Vec<Manifest> {
    vec![
        customer("new")
            .set("name", text(HOSTILE))
            .set("note", text(HOSTILE)),
        customer("held")
            .set("name", text(HOSTILE))
            .set("note", text("one\n::error::x\ntwo")),
        customer("leaves").ends(TODAY, HOSTILE),
        customer("nowhere").set("contact.region", text(HOSTILE)),
        customer("secret").set(
            "billing.iban",
            Leaf::Sensitive(Sensitive::new("a-long-account-\u{1b}[2J")),
        ),
    ]
}

#[tokio::test]
async fn no_format_of_a_plan_or_a_receipt_carries_what_steers() {
    let world = World::start().await;
    world
        .settle(&[
            customer("held").set("note", text("one\n::error::x\nold")),
            customer("leaves"),
        ])
        .await;
    world.make(&json!({ "code": HOSTILE, "company_name": HOSTILE }));
    let seen = world.plan(&manifests()).await;
    let receipt = world.carry_out(&seen).await;
    let plan = &seen.planned.plan;
    let narrow = Style {
        colour: false,
        width: 40,
    };
    for (format, shown) in [
        ("text", as_text::plan(plan, Style::default(), true)),
        ("narrow text", as_text::plan(plan, narrow, true)),
        ("receipt", receipt::receipt(&receipt, narrow)),
        ("markdown", markdown::plan(plan)),
        ("markdown", markdown::applied(plan, &receipt)),
        ("html", without_script(&html::plan(plan))),
        ("html", without_script(&html::applied(plan, &receipt))),
        ("json", as_json::plan(plan)),
        ("json", as_json::applied(plan, &document(&seen, &receipt))),
        ("gitlab", gitlab::report(&annotation::of_plan(plan))),
        ("github", github::commands("", &annotation::of_plan(plan))),
        (
            "github",
            github::commands("", &annotation::of_receipt(plan, &receipt)),
        ),
    ] {
        assert_tame(format, &shown);
        let tells = format == "receipt" || shown.contains("evil");
        assert!(tells, "{format} does not tell the name");
    }
    // What is escaped in JSON reads as what it was.
    let read: Value = serde_json::from_str(&as_json::plan(plan)).expect("JSON");
    assert!(read.to_string().contains(&Value::from(HOSTILE).to_string()));
    // Each command of the log is one that was meant.
    let annotations = annotation::of_plan(plan);
    let log = github::commands("", &annotations);
    let commands = log.lines().filter(|line| line.starts_with("::")).count();
    assert_eq!(commands, annotations.len(), "{log}");
}

/// A page without its own style and script; what is left is text and markup.
fn without_script(page: &str) -> String {
    assert_eq!(page.matches("<script").count(), 1, "a script came in");
    assert!(!page.contains("onload='"), "an attribute came in");
    let (head, rest) = page.split_once("<style>").expect("a style sheet");
    let (_, body) = rest.split_once("</style>").expect("its end");
    let (body, _) = body.split_once("<script>").expect("the script");
    format!("{head}{body}")
}

/// A manifest whose every name is wrong and hostile.
fn bad_manifest() -> String {
    let key = Value::from(HOSTILE).to_string();
    format!(
        "{{\"apiVersion\": \"trueup.dev/v1alpha1\", \"kind\": \"ZegoalAccount\",\n\
         \"metadata\": {{\"name\": {key}, \"labels\": {{{key}: {key}}}}},\n\
         \"spec\": {{{key}: 1, \"provider\": {key},\n\"basic\": {{\"accountType\": {key},\n\
         \"parent\": {{\"ref\": {key}}}, \"accountName\": {{\"file\": {key}}}, \"description\": {{\"env\": {key}}}}}}}}}\n"
    )
}

#[cfg(unix)]
#[test]
fn no_finding_carries_what_steers() {
    let repository = Repository::new();
    // The names of files are the author's too.
    let file = "a\u{1b}[2J\n::error::x\u{202e}.json";
    repository.write(file, bad_manifest());
    for output in ["text", "json", "github", "gitlab"] {
        for path in [".", file] {
            let Ran {
                stdout,
                stderr,
                code,
            } = repository.run(["validate", "-o", output, "-f", path]);
            assert_eq!(code, 1, "{stdout}{stderr}");
            assert_tame(output, &stdout);
            assert_tame("text", &stderr);
        }
    }
}

#[test]
fn no_error_of_the_program_carries_what_steers() {
    let repository = Repository::new();
    let hostile = "\u{1b}[2J\n::error::x\u{202e}";
    repository.write("a.yaml", "a: 1\n");
    for arguments in [
        ["validate", "-f", "a.yaml", "-l", hostile].as_slice(),
        &["plan", "-f", "a.yaml", "--base", hostile],
        &["explain", hostile],
        &["plan", "-f", hostile],
        &["plan", "-f", "a.yaml", "--sandbox", "--fault", hostile],
        &["plan", "-f", "a.yaml", "--sandbox", "--knob", hostile],
    ] {
        let ran = repository.run(arguments.iter().copied());
        assert_eq!(ran.code, 1, "{arguments:?}");
        for line in ran.stderr.split('\n') {
            assert!(!line.chars().any(steers), "{arguments:?}: {line:?}");
        }
    }
}
