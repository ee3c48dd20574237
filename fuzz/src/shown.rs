//! What holds for everything that is shown.

use trueup::{
    model::printable::steers,
    plan::Plan,
    receipt::Document,
    report::{Style, annotation, github, gitlab, html, json, markdown, receipt, text},
};

/// The narrowest terminal.
const NARROW: Style = Style {
    colour: false,
    width: 40,
};

/// Nothing in it steers a terminal.
///
/// # Panics
/// When something does.
pub fn assert_tame(shown: &str) {
    let steering = shown
        .chars()
        .find(|letter| steers(*letter) && *letter != '\n');
    assert_eq!(steering, None, "{shown:?}");
}

/// Shows a plan in every format.
///
/// # Panics
/// When something in it steers a terminal.
pub fn plan_is_tame(plan: &Plan) {
    let annotations = annotation::of_plan(plan);
    for shown in [
        text::plan(plan, Style::default(), true),
        text::plan(plan, NARROW, false),
        json::plan(plan),
        markdown::plan(plan),
        html::plan(plan),
        github::commands("", &annotations),
        gitlab::report(&annotations),
    ] {
        assert_tame(&shown);
    }
}

/// Shows a receipt in every format.
///
/// # Panics
/// When something in it steers a terminal.
pub fn receipt_is_tame(document: &Document) {
    let outcomes = document.receipt();
    let plan = receipt::outline(document);
    for shown in [
        receipt::document(document, Style::default()),
        receipt::document(document, NARROW),
        json::pretty(document),
        markdown::applied(&plan, &outcomes),
        html::applied(&plan, &outcomes),
        github::commands("", &annotation::of_receipt(&plan, &outcomes)),
    ] {
        assert_tame(&shown);
    }
}
