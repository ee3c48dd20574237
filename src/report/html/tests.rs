//! The page, whole, and what no text can do to it.

use proptest::prelude::*;

use super::*;
use crate::{
    model::Shown,
    report::test_support::{based, golden, receipt as receipt_of_all, whole},
};

#[test]
fn the_whole_page() {
    // The style sheet and the script have files of their own.
    let golden_page = |name: &str, page: &str| {
        let page = page.replace(STYLE_SHEET, "…\n").replace(SCRIPT, "…");
        golden(name, &page);
    };
    golden_page("plan.html", &plan(&whole()));
    golden_page("receipt.html", &applied(&whole(), &receipt_of_all()));
}

#[test]
fn nothing_is_loaded_and_no_other_script_runs() {
    let page = plan(&whole());
    for word in ["http:", "src=", "href=", "url(", "@import", "fetch("] {
        let found = page.match_indices(word).filter(|(at, _)| {
            // The failed provider's address is text.
            !page[..*at].ends_with("GET ")
        });
        assert_eq!(found.count(), 0, "{word}");
    }
    let digest = STANDARD.encode(Sha256::digest(SCRIPT));
    assert!(page.contains(&format!("script-src &#39;sha256-{digest}&#39;")));
    assert_eq!(page.matches("<script").count(), 1);
}

/// Elements that have no end tag.
const VOID: &[&str] = &["meta", "input"];

/// Reads a page strictly: every element is closed in order, every attribute is
/// quoted. Gives the elements and the whole text.
fn parse(page: &str) -> Result<(Vec<String>, String), String> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").ok_or("no doctype")?;
    let (mut open, mut seen, mut text) = (Vec::new(), Vec::new(), String::new());
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').ok_or("an open tag")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let opened: Option<String> = open.pop();
            if opened.as_deref() != Some(name) {
                return Err(format!("</{name}> closes {opened:?}"));
            }
            continue;
        }
        if tag.matches('"').count() % 2 == 1 {
            return Err(format!("an open quote in <{tag}>"));
        }
        let name = tag.split(' ').next().unwrap_or_default().to_owned();
        if name == "style" || name == "script" {
            let end = format!("</{name}>");
            let at = rest.find(&end).ok_or("an open script")?;
            rest = &rest[at + end.len()..];
        } else if !VOID.contains(&name.as_str()) {
            open.push(name.clone());
        }
        seen.push(name);
    }
    text.push_str(rest);
    if open.is_empty() {
        let plain = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
        Ok((seen, plain))
    } else {
        Err(format!("left open: {open:?}"))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_becomes_markup(
        name in "(<|>|\"|'|&|&lt;|</?(details|script|td|del|style)>|-->|onload=|\\PC){0,20}",
        value in any::<String>(),
    ) {
        let with = |name: &str, value: &str| {
            let mut plan = based();
            if let Some(base) = &mut plan.base {
                base.revision = name.to_owned();
                base.endpoints[3].fields = vec![value.to_owned()];
                base.removed[0].outcome = name.to_owned();
                base.removed[0].place.file = value.to_owned();
            }
            for change in &mut plan.changes {
                change.display_name = Some(name.to_owned());
                change.notes = vec![name.to_owned()];
                change.place.file = value.to_owned();
                for field in &mut change.fields {
                    // On one line, so that both pages have as many elements.
                    field.before = Shown::Unset;
                    field.after = Shown::Text(value.to_owned());
                }
            }
            plan.providers[0].failure = Some(name.to_owned());
            page(&plan, Some(&receipt_of_all()))
        };
        let (elements, text) = parse(&with(&name, &value)).map_err(TestCaseError::fail)?;
        let (usual, _) = parse(&with("Acme", "Acme")).map_err(TestCaseError::fail)?;
        prop_assert_eq!(elements, usual);
        prop_assert!(text.contains(&printable(&name)));
    }
}
