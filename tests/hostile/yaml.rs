//! YAML that is small to write and large to read.

use std::fmt::Write as _;

use trueup::{
    desired::{Options, desire},
    manifest::load::from_memory,
    model::{Finding, limit::FINDINGS_SHOWN_MAX},
    providers::ALL,
    report::{Style, findings},
};

use crate::support::Repository;

fn told(text: &str) -> (Vec<Finding>, String) {
    let loaded = from_memory([("a.yaml".to_owned(), text.as_bytes().to_vec())]);
    let (_, found) = desire(loaded, ALL, &Options::default());
    let told = findings::text(&found, Style::default());
    (found, told)
}

/// What stands before a spec.
const HEAD: &str =
    "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: { name: acme }\n";

#[test]
fn aliases_multiply_up_to_a_limit() {
    // Nine aliases nine levels deep are four hundred million nodes.
    let mut lists = "a0: &a0 [x]\n".to_owned();
    let mut maps = "a0: &a0 { x: 1 }\n".to_owned();
    for level in 1..10 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(
            lists,
            "a{level}: &a{level} [{}]",
            vec![before.clone(); 9].join(", ")
        );
        let members: Vec<String> = (0..9).map(|at| format!("k{at}: {before}")).collect();
        let _ = writeln!(maps, "a{level}: &a{level} {{ {} }}", members.join(", "));
    }
    // One large node, referred to again and again.
    let large = format!(
        "a: &a [{}]\nb: [{}]\n",
        "x,".repeat(5_000),
        "*a,".repeat(5_000)
    );
    // A large text is no node, but is shared all the same.
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(1_000_000),
        "*a,".repeat(20_000)
    );
    for text in [lists, maps, large, long] {
        let (_, told) = told(&text);
        assert!(told.contains("alias"), "{}", &told[..told.len().min(400)]);
        assert!(told.len() < 20_000, "{} bytes", told.len());
    }
}

#[test]
fn an_anchor_cannot_hold_itself() {
    for text in [
        "a: &a [*a]\n",
        "&a { *a : *a }\n",
        "a: &a { b: &b [*a, *b] }\n",
    ] {
        let (found, _) = told(text);
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn nesting_ends_at_a_limit_in_every_form() {
    for (open, close) in [
        ("[", "]"),
        ("{a: ", "}"),
        ("[{a: ", "}]"),
        ("- ", ""),
        ("? ", ""),
    ] {
        let spec = format!(
            "{HEAD}spec:\n  basic: {}x{}\n",
            open.repeat(50_000),
            close.repeat(50_000)
        );
        let (found, told) = told(&spec);
        assert!(!found.is_empty(), "{open}");
        assert!(told.len() < 20_000, "{open}: {} bytes", told.len());
    }
    let mut block = format!("{HEAD}spec:\n");
    for level in 1..2_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(level));
    }
    let (_, told) = told(&block);
    assert!(told.contains("deep"), "{}", &told[..told.len().min(400)]);
}

#[test]
fn long_words_are_not_repeated_in_full() {
    let long = "x".repeat(2_000_000);
    for text in [
        format!("{HEAD}spec: {{ {long}: 1 }}\n"),
        format!("{HEAD}spec: {{ basic: {{ accountType: {long} }} }}\n"),
        format!("{HEAD}spec: {{ basic: {{ parent: {{ ref: {long} }} }} }}\n"),
        format!("{HEAD}spec: {{ basic: {{ description: {{ env: {long} }} }} }}\n"),
        format!("{HEAD}spec: {{ basic: {{ description: {{ file: {long} }} }} }}\n"),
        format!("{HEAD}spec: {{ provider: {long} }}\n"),
        HEAD.replace("ZegoalAccount", &long) + "spec: {}\n",
        HEAD.replace("acme", &long) + "spec: {}\n",
        format!("{HEAD}spec: !{long} x\n"),
        format!("{HEAD}spec: &{long} x\n"),
        format!("{HEAD}spec: *{long}\n"),
        format!("%{long}\n---\n{HEAD}"),
    ] {
        let (found, told) = told(&text);
        assert!(!found.is_empty());
        let at = text.find("xxx").unwrap_or_default();
        let before = &text[at.saturating_sub(40)..at];
        let shown = &told[..told.len().min(1_000)];
        assert!(
            told.len() < 20_000,
            "{before}: {} bytes: {shown}",
            told.len()
        );
    }
}

#[test]
fn many_wrong_documents_are_counted() {
    const DOCUMENTS: usize = 20_000;
    let (found, told) = told(&"--- x\n".repeat(DOCUMENTS));
    assert!(found.len() >= DOCUMENTS, "{}", found.len());
    assert!(told.matches("error[").count() <= FINDINGS_SHOWN_MAX);
    assert!(told.contains(&format!("and {} more", found.len() - FINDINGS_SHOWN_MAX)));
}

#[test]
fn the_binary_says_so_too() {
    let repository = Repository::new();
    repository.write(
        "deep.yaml",
        format!("{HEAD}spec: {}", "[".repeat(3_000_000)),
    );
    let ran = repository.run(["validate", "--sandbox", "-f", "deep.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("deep"),
        "{}",
        &ran.stderr[..ran.stderr.len().min(400)]
    );
}
