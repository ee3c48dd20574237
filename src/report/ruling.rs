//! What every format says of a ruling, so that the formats differ in form
//! alone.

use crate::plan::{Effect, Plan, Ruling};

use super::{
    row::{file_and_line, printable},
    style::Style,
    text::wrapped,
};

/// The sentences below the title of a ruling, with their labels.
pub(super) fn sentences(ruling: &Ruling) -> Vec<(&'static str, String)> {
    let Ruling {
        effect,
        kind: _,
        policy: _,
        rule: _,
        provider: _,
        message,
        figure: _,
        limit: _,
        hint,
        allow,
        addresses: _,
        place,
    } = ruling;
    let mut sentences = vec![("", printable(message))];
    sentences.extend(ruling.whom().map(|whom| ("at", printable(&whom))));
    sentences.extend(hint.iter().map(|hint| ("way out", printable(hint))));
    let label = match effect {
        Effect::Allowed => "by",
        Effect::Deny | Effect::Warn => "with",
    };
    sentences.extend(allow.iter().map(|allow| (label, printable(allow))));
    sentences.extend(place.as_ref().map(|place| ("see", file_and_line(place))));
    sentences
}

/// The rulings of a plan as lines, refusals first: a title that starts with a
/// symbol, and indented sentences.
pub(super) fn lines(plan: &Plan, style: Style) -> Vec<(Effect, String)> {
    let mut lines = Vec::new();
    for ruling in &plan.rulings {
        let mut out = String::new();
        wrapped(&mut out, "! ", &ruling.title(), style);
        for (label, text) in sentences(ruling) {
            let start = match label {
                "" => "    ".to_owned(),
                label => format!("    {label}: "),
            };
            wrapped(&mut out, &start, &text, style);
        }
        lines.extend(out.lines().map(|line| (ruling.effect, line.to_owned())));
    }
    lines
}

/// What stands before the counts of a plan: that it is refused, if it is.
pub(super) fn prefix(plan: &Plan) -> &'static str {
    if plan.is_refused() { "refused; " } else { "" }
}

#[cfg(test)]
mod tests;
