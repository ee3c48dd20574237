//! A plan or a receipt as one HTML file: nothing is loaded from anywhere, and
//! all of it can be read without JavaScript, which only filters.

mod escape;

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    apply::{Outcome, Receipt, Verdict},
    model::{Address, field::Class},
    plan::{Change, Plan},
    provider::Action,
};

use super::{
    base, receipt,
    row::{
        Danger, Row, RowValue, dangerous_classes, dangers, file_and_line, printable, ranked,
        record, title,
    },
    ruling,
    style::symbol,
    text,
};

use escape::Html;
pub(super) use escape::escaped;

const STYLE_SHEET: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Up to so many changes are unfolded from the start; of more, only those that
/// a reviewer must not miss.
const OPEN_CHANGES_MAX: usize = 12;

/// A plan, complete.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    page(plan, None)
}

/// A plan and what became of it, complete.
#[must_use]
pub fn applied(plan: &Plan, receipt: &Receipt) -> String {
    page(plan, Some(receipt))
}

fn page(plan: &Plan, receipt: Option<&Receipt>) -> String {
    let mut html = Html::default();
    let heading = match receipt {
        None => format!(
            "Plan: {}{}",
            ruling::prefix(plan),
            text::summary(plan.counts)
        ),
        Some(receipt) => format!("Applied: {}", receipt::summary(receipt.counts)),
    };
    head(&mut html, &heading);
    html.markup("<main>\n<h1>").text(&heading).markup("</h1>\n");
    rulings(&mut html, plan);
    warnings(&mut html, plan);
    causes(&mut html, plan);
    let changes = ranked(plan);
    let outcomes: BTreeMap<&Address, &Outcome> = receipt
        .iter()
        .flat_map(|receipt| &receipt.outcomes)
        .map(|outcome| (&outcome.address, outcome))
        .collect();
    if !changes.is_empty() {
        form(&mut html, &changes);
        for change in &changes {
            let outcome = outcomes.get(&change.address).copied();
            let must_see = Danger::of(change) < Danger::Plain
                && !matches!(Danger::of(change), Danger::Make(_));
            let open = must_see || changes.len() <= OPEN_CHANGES_MAX;
            section(&mut html, change, outcome, open);
        }
    }
    gone(&mut html, plan);
    unmanaged(&mut html, plan);
    html.markup("<footer>trueup ")
        .text(plan.version)
        .markup(", ")
        .text(plan.format)
        .markup("</footer>\n</main>\n<script>")
        .markup(SCRIPT)
        .markup("</script>\n</body>\n</html>\n");
    html.finish()
}

/// The head. Its policy lets the page load nothing, and run no other script.
fn head(html: &mut Html, heading: &str) {
    let digest = STANDARD.encode(Sha256::digest(SCRIPT));
    html.markup(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; \
         style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-",
    )
    .text(&digest)
    .markup("&#39;\">\n<title>")
    .text(heading)
    .markup("</title>\n<style>\n")
    .markup(STYLE_SHEET)
    .markup("</style>\n</head>\n<body>\n");
}

/// What guards and policies say, and which providers and policies are not those
/// of the base.
fn rulings(html: &mut Html, plan: &Plan) {
    let governing = base::governing(plan);
    if plan.rulings.is_empty() && governing.is_empty() {
        return;
    }
    html.markup("<ul class=\"alarms\">\n");
    for ruling in &plan.rulings {
        html.markup("<li>").text(&printable(&ruling.title()));
        for (label, text) in ruling::sentences(ruling) {
            html.markup("<p>");
            if !label.is_empty() {
                html.markup(label).markup(": ");
            }
            html.text(&text).markup("</p>");
        }
        html.markup("</li>\n");
    }
    for governing in governing {
        html.markup("<li>")
            .text(&printable(&governing.sentence))
            .markup("</li>\n");
    }
    html.markup("</ul>\n");
}

/// What the plan was compared with, and how many fields differ for each cause.
fn causes(html: &mut Html, plan: &Plan) {
    let Some(base) = &plan.base else {
        return;
    };
    html.markup("<p class=\"where\">Base: ")
        .text(&printable(&text::causes::revision(base)))
        .markup("</p>\n");
    for (start, counted) in text::causes::counts(plan) {
        html.markup("<p class=\"where\">")
            .text(start.trim_start())
            .text(&counted)
            .markup("</p>\n");
    }
}

/// Manifests that are gone since the base.
fn gone(html: &mut Html, plan: &Plan) {
    let Some((head, removed)) = text::causes::gone(plan) else {
        return;
    };
    html.markup("<h2>")
        .text(&printable(&head))
        .markup("</h2>\n<ul>\n");
    for removed in removed {
        html.markup("<li><code>")
            .text(&removed.address.to_string())
            .markup("</code>: ")
            .text(&printable(&removed.outcome))
            .markup(" <span class=\"where\">")
            .text(&file_and_line(&removed.place))
            .markup("</span></li>\n");
    }
    html.markup("</ul>\n");
}

fn warnings(html: &mut Html, plan: &Plan) {
    let dangers = dangers(plan);
    let failed = || {
        let providers = plan.providers.iter();
        providers.filter_map(|provider| Some((provider, provider.failure.as_ref()?)))
    };
    if dangers.is_empty() && failed().next().is_none() {
        return;
    }
    html.markup("<ul class=\"alarms\">\n");
    for danger in dangers {
        html.markup("<li>").text(&danger).markup("</li>\n");
    }
    for (provider, failure) in failed() {
        html.markup("<li>provider ")
            .text(&provider.name.0)
            .markup(" could not be read <p>")
            .text(&printable(failure))
            .markup("</p>");
        if let Some(hint) = &provider.hint {
            html.markup("<p>hint: ")
                .text(&printable(hint))
                .markup("</p>");
        }
        html.markup("</li>\n");
    }
    html.markup("</ul>\n");
}

/// The filter. It is hidden until the script is there to answer it.
fn form(html: &mut Html, changes: &[&Change]) {
    let actions: BTreeSet<Action> = changes.iter().map(|change| change.action).collect();
    let fields = changes.iter().flat_map(|change| &change.fields);
    let classes: BTreeSet<Class> = fields.map(|field| field.class).collect();
    html.markup(
        "<form hidden>\n<input type=\"search\" name=\"text\" placeholder=\"Search\" \
         aria-label=\"Search\">\n",
    );
    html.markup(
        "<select name=\"action_word\" aria-label=\"Action\"><option value=\"\">all actions</option>",
    );
    for action in actions {
        option(html, action.word());
    }
    html.markup("</select>\n");
    html.markup(
        "<select name=\"class_word\" aria-label=\"Class\"><option value=\"\">all classes</option>",
    );
    for class in classes {
        option(html, class.word());
    }
    html.markup("</select>\n<output aria-live=\"polite\"></output>\n</form>\n");
}

fn option(html: &mut Html, word: &'static str) {
    html.markup("<option>").markup(word).markup("</option>");
}

fn section(html: &mut Html, change: &Change, outcome: Option<&Outcome>, open: bool) {
    let (symbol, word) = (symbol(change.action), change.action.word());
    html.markup("<details class=\"change ")
        .markup(word)
        .markup("\" data-action=\"")
        .markup(word)
        .markup("\" data-classes=\"");
    let classes: BTreeSet<Class> = change.fields.iter().map(|field| field.class).collect();
    for (at, class) in classes.into_iter().enumerate() {
        html.markup(if at == 0 { "" } else { " " })
            .markup(class.word());
    }
    html.markup(if open { "\" open>\n" } else { "\">\n" });
    html.markup("<summary><span class=\"word\">")
        .text(&symbol.to_string())
        .markup(" ")
        .markup(word)
        .markup("</span> <code>")
        .text(&change.address.to_string())
        .markup("</code> <span class=\"name\">")
        .text(&title(change))
        .markup("</span>");
    for class in dangerous_classes(change) {
        html.markup(" <span class=\"tag alarm\">")
            .markup(class.word())
            .markup("</span>");
    }
    if let Some(outcome) = outcome {
        let well = outcome.verdict == Verdict::Done;
        html.markup(if well {
            " <span class=\"tag\">"
        } else {
            " <span class=\"tag alarm\">"
        });
        html.markup(outcome.verdict.word()).markup("</span>");
    }
    html.markup("</summary>\n<div class=\"body\">\n");
    body(html, change, outcome);
    html.markup("</div>\n</details>\n");
}

fn body(html: &mut Html, change: &Change, outcome: Option<&Outcome>) {
    html.markup("<p class=\"where\">")
        .text(&record(change))
        .markup(" · <code>")
        .text(&file_and_line(&change.place))
        .markup("</code></p>\n");
    if let Some(outcome) = outcome {
        let word = outcome.verdict.word();
        let reason = outcome.reason.as_ref();
        sentence(html, word, reason);
        sentence(html, "hint", outcome.hint.as_ref());
        for note in &outcome.notes {
            sentence(html, "note", Some(note));
        }
    }
    sentence(html, "reason", change.reason.as_ref());
    sentence(html, "hint", change.hint.as_ref());
    for note in &change.notes {
        sentence(html, "note", Some(note));
    }
    if !change.fields.is_empty() {
        table(html, change);
    }
    for call in &change.calls {
        html.markup("<p class=\"where\">call: <code>")
            .text(call.operation)
            .markup("</code>");
        if let Some(purpose) = call.purpose {
            html.markup(" (").text(purpose).markup(")");
        }
        html.markup("</p>\n");
    }
}

fn sentence(html: &mut Html, label: &'static str, text: Option<&String>) {
    if let Some(text) = text {
        html.markup("<p><b>")
            .markup(label)
            .markup(":</b> ")
            .text(&printable(text))
            .markup("</p>\n");
    }
}

fn table(html: &mut Html, change: &Change) {
    let create = change.action == Action::Create;
    html.markup("<table>\n<thead><tr><th scope=\"col\">Field</th>");
    if !create {
        html.markup("<th scope=\"col\">Old</th>");
    }
    html.markup(
        "<th scope=\"col\">New</th><th scope=\"col\">Class</th><th scope=\"col\">Place</th></tr>\
         </thead>\n<tbody>\n",
    );
    for field in &change.fields {
        table_row(html, change, &Row::of(change.action, field));
    }
    html.markup("</tbody>\n</table>\n");
}

fn table_row(html: &mut Html, change: &Change, row: &Row<'_>) {
    let create = change.action == Action::Create;
    html.markup("<tr><td class=\"path\">")
        .text(row.path.as_str())
        .markup("</td>");
    match &row.value {
        RowValue::New(value) => {
            html.markup("<td class=\"value\" data-label=\"New\"><ins>")
                .text(value)
                .markup("</ins></td>");
        }
        RowValue::Pair(old, new) => {
            html.markup("<td class=\"value\" data-label=\"Old\"><del>")
                .text(old)
                .markup("</del></td><td class=\"value\" data-label=\"New\"><ins>")
                .text(new)
                .markup("</ins></td>");
        }
        RowValue::Lines(lines) => {
            html.markup(if create {
                "<td class=\"value\">"
            } else {
                "<td class=\"value\" colspan=\"2\">"
            });
            html.markup("<pre>");
            for (sign, text) in lines {
                let (start, end) = match sign {
                    '-' => ("<del>", "</del>"),
                    '+' => ("<ins>", "</ins>"),
                    _ => ("", ""),
                };
                html.markup(start)
                    .text(&format!("{sign} {text}"))
                    .markup(end)
                    .markup("\n");
            }
            html.markup("</pre></td>");
        }
    }
    html.markup("<td class=\"class\"><span class=\"");
    html.markup(if row.class.is_dangerous() {
        "tag alarm"
    } else {
        "tag"
    });
    html.markup("\">")
        .markup(row.class.word())
        .markup("</span>");
    if let Some(cause) = &row.cause {
        html.markup(" <span class=\"tag\">")
            .text(cause)
            .markup("</span>");
    }
    // The file is said above, unless the value comes from another.
    let line = if row.place.file == change.place.file {
        format!("line {}", row.place.line)
    } else {
        file_and_line(row.place)
    };
    html.markup("</td><td class=\"place\">")
        .text(&line)
        .markup("</td></tr>\n");
}

fn unmanaged(html: &mut Html, plan: &Plan) {
    for provider in &plan.providers {
        if let Some((head, records)) = text::unmanaged_records(provider, true) {
            html.markup("<h2>").text(&head).markup("</h2>\n<ul>\n");
            for record in records {
                html.markup("<li>").text(&record).markup("</li>\n");
            }
            html.markup("</ul>\n");
        }
    }
}

#[cfg(test)]
mod tests;
