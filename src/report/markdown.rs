//! A plan or a receipt as Markdown, for a comment on a pull or merge request.
//!
//! Text that comes from manifests and providers stands in two places only: in
//! fences, where nothing is markup, and inside `<code>` in a summary line,
//! escaped. Both also keep hosts from making mentions and links of it. Every
//! line in a fence starts with a symbol or with spaces and a word, and the fence
//! is longer than any run of backticks in it, so that no line can close it.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    apply::{Outcome, Receipt, Verdict},
    model::{field::Class, words},
    plan::{Change, Counts, Effect, Plan},
    provider::Action,
};

use super::{
    html::escaped,
    receipt::{self, outcome_body},
    row::{Danger, Row, dangerous_classes, dangers, ranked, record, title},
    ruling,
    style::{Style, symbol},
    text,
};

/// The longest comment. GitHub takes 65,536 characters and refuses what is
/// longer; GitLab takes more. Counted in bytes here, of which there are never
/// fewer than characters, by whichever definition a host counts those.
pub const COMMENT_BYTES_MAX: usize = 65_536;

/// The longest line in a fence; what is beyond is cut off. Nobody reads further
/// to the right, and one long value must not crowd out all others.
const LINE_CHARACTERS_MAX: usize = 300;

/// The longest display name in the list of resources; what is beyond is cut
/// off. The whole name stands in the details.
const NAME_CHARACTERS_MAX: usize = 100;

/// How much of a comment the words of guards and policies may take: they come
/// first, and a hundred rules must not crowd out what they are about.
const RULINGS_BYTES_MAX: usize = 12_000;

/// How much of a comment each list of what is not as in the base may take.
const BASE_BYTES_MAX: usize = 6_000;

/// How much of a comment the paragraphs about providers that could not be read
/// may take.
const FAILURES_BYTES_MAX: usize = 6_000;

/// How much of a comment the dangerous lines outside the folds may take.
const DANGERS_BYTES_MAX: usize = 8_000;

/// How much of a comment the details of one change may take.
const DETAILS_BYTES_MAX: usize = 8_000;

/// How much of a comment the unmanaged records may take.
const UNMANAGED_BYTES_MAX: usize = 4_000;

/// Kept free for saying what was left out: counts by action and by class.
const MORE_BYTES: usize = 400;

/// How text in fences is laid out: as wide as a comment is.
const STYLE: Style = Style {
    colour: false,
    width: 100,
};

/// A plan, complete or cut to [`COMMENT_BYTES_MAX`].
#[must_use]
pub fn plan(plan: &Plan) -> String {
    let changes = ranked(plan);
    let mut page = Page::new("trueup plan");
    let summary = text::summary(plan.counts);
    page.push(&format!("### Plan: {}{summary}\n\n", ruling::prefix(plan)));
    page.fence(&rulings(plan), RULINGS_BYTES_MAX);
    page.fence(&governing(plan), BASE_BYTES_MAX);
    let warnings: Vec<String> = dangers(plan)
        .into_iter()
        .map(|danger| format!("! {danger}"))
        .collect();
    page.fence(&warnings, DANGERS_BYTES_MAX);
    page.fence(&causes(plan), BASE_BYTES_MAX);
    page.fence(&text::failures(plan, STYLE), FAILURES_BYTES_MAX);
    let lines: Vec<String> = changes.iter().flat_map(|change| alarms(change)).collect();
    if !lines.is_empty() {
        page.push("**Look at these first**\n\n");
        page.fence(&lines, DANGERS_BYTES_MAX);
    }
    page.tail = gone(plan) + &unmanaged(plan);
    if !changes.is_empty() {
        page.push("**Resources**\n\n");
        let lines: Vec<String> = changes.iter().map(|change| change_line(change)).collect();
        let fit = page.fence(&lines, page.room() / 2);
        page.more(&changes[fit..], "");
        page.folds(&changes);
    }
    page.finish()
}

/// A plan and what became of it.
#[must_use]
pub fn applied(plan: &Plan, receipt: &Receipt) -> String {
    let mut page = Page::new("trueup apply");
    let counts = receipt::summary(receipt.counts);
    page.push(&format!("### Applied: {counts}\n\n"));
    page.fence(&rulings(plan), RULINGS_BYTES_MAX);
    page.fence(&governing(plan), BASE_BYTES_MAX);
    page.fence(&text::failures(plan, STYLE), FAILURES_BYTES_MAX);
    let mut outcomes: Vec<&Outcome> = receipt.outcomes.iter().collect();
    outcomes.sort_by_key(|outcome| urgency(outcome.verdict));
    let mut lines = Vec::new();
    for outcome in outcomes {
        lines.push(outcome_line(outcome));
        lines.extend(outcome_body(outcome, STYLE).lines().map(str::to_owned));
    }
    let blocked: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Blocked)
        .collect();
    page.fence(&lines, page.room() * 2 / 3);
    if !blocked.is_empty() {
        page.push("**Blocked by the plan**\n\n");
        let mut lines = Vec::new();
        for change in blocked {
            lines.push(change_line(change));
            let mut body = String::new();
            text::body(&mut body, change, STYLE, false);
            lines.extend(body.lines().map(str::to_owned));
        }
        page.fence(&lines, page.room());
    }
    page.finish()
}

/// What guards and policies say. A refusal is red.
fn rulings(plan: &Plan) -> Vec<String> {
    let lines = ruling::lines(plan, STYLE).into_iter();
    lines
        .map(|(effect, line)| match line.strip_prefix('!') {
            Some(rest) if effect == Effect::Deny => format!("-{rest}"),
            _ => line,
        })
        .collect()
}

/// Providers and policies that are not those of the base.
fn governing(plan: &Plan) -> Vec<String> {
    let mut out = String::new();
    text::causes::governing(&mut out, plan, STYLE);
    out.lines().map(str::to_owned).collect()
}

/// What the plan was compared with, and how many fields differ for each cause.
fn causes(plan: &Plan) -> Vec<String> {
    let mut out = String::new();
    if let Some(base) = &plan.base {
        text::wrapped(&mut out, "  base: ", &text::causes::revision(base), STYLE);
        for (start, counted) in text::causes::counts(plan) {
            text::wrapped(&mut out, &start, &counted, STYLE);
        }
    }
    out.lines().map(str::to_owned).collect()
}

/// Manifests that are gone since the base.
fn gone(plan: &Plan) -> String {
    let Some((head, removed)) = text::causes::gone(plan) else {
        return String::new();
    };
    let mut out = String::new();
    text::wrapped(&mut out, "  ", &head, STYLE);
    for removed in removed {
        let start = format!("      {}: ", removed.address);
        text::wrapped(&mut out, &start, &removed.outcome, STYLE);
    }
    let lines: Vec<String> = out.lines().map(str::to_owned).collect();
    fenced(&lines, BASE_BYTES_MAX).0
}

/// What is not done before what is; what may have been done and is not known to
/// be, before all.
fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Unknown => 0,
        Verdict::Failed => 1,
        Verdict::Stale => 2,
        Verdict::Skipped => 3,
        Verdict::NotStarted => 4,
        Verdict::Done => 5,
    }
}

fn outcome_line(outcome: &Outcome) -> String {
    let sign = match outcome.verdict {
        Verdict::Done => '+',
        Verdict::Unknown | Verdict::Failed => '-',
        Verdict::Stale | Verdict::Skipped | Verdict::NotStarted => '!',
    };
    format!("{sign} {}", receipt::outcome_line(outcome, STYLE))
}

/// `! update  ToyCustomer/acme  "Acme" [bank]`.
fn change_line(change: &Change) -> String {
    let (symbol, word) = (symbol(change.action), change.action.word());
    let title = title(change);
    let name = words::cut(&title, NAME_CHARACTERS_MAX);
    let text = format!("{symbol} {word:<7} {}  {name}", change.address);
    match class_words(change) {
        Some(classes) => format!("{} [{classes}]", text.trim_end()),
        None => text.trim_end().to_owned(),
    }
}

/// The lines of a change that a reviewer must not miss: each live value of a
/// dangerous class that is overwritten, and an end. What a record is made with
/// overwrites nothing; the line of the record names the classes.
fn alarms(change: &Change) -> Vec<String> {
    match Danger::of(change) {
        Danger::End => {
            let reason = change.reason.as_deref().unwrap_or_default();
            let mut out = String::new();
            text::wrapped(
                &mut out,
                &format!("- {} ends: ", change.address),
                reason,
                STYLE,
            );
            out.lines().map(str::to_owned).collect()
        }
        Danger::Overwrite(_) => change
            .fields
            .iter()
            .filter(|field| field.class.is_dangerous())
            .map(|field| Row::of(change.action, field))
            .map(|row| format!("{} {} {}", row.symbol, change.address, row.line()))
            .collect(),
        Danger::Make(_) | Danger::Blocked | Danger::Plain | Danger::Quiet => Vec::new(),
    }
}

/// `bank, tax`: the dangerous classes that a change writes.
fn class_words(change: &Change) -> Option<String> {
    let classes: Vec<&str> = dangerous_classes(change)
        .into_iter()
        .map(Class::word)
        .collect();
    (!classes.is_empty()).then(|| classes.join(", "))
}

/// One change, folded.
fn fold(change: &Change) -> String {
    let (symbol, word) = (symbol(change.action), change.action.word());
    let name = format!("{} {}", change.address, title(change));
    let classes = class_words(change)
        .map(|classes| format!(" — <b>{classes}</b>"))
        .unwrap_or_default();
    let mut body = format!("    {}\n", record(change));
    text::body(&mut body, change, STYLE, false);
    let lines: Vec<String> = body.lines().map(str::to_owned).collect();
    let (block, _) = fenced(&lines, DETAILS_BYTES_MAX);
    format!(
        "<details><summary>{symbol} {word} <code>{}</code>{classes}</summary>\n\n{block}</details>\n\n",
        escaped(words::cut(name.trim_end(), LINE_CHARACTERS_MAX).trim_end()),
    )
}

fn unmanaged(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for provider in &plan.providers {
        if let Some((head, records)) = text::unmanaged_records(provider, false) {
            lines.push(format!("  {head}"));
            lines.extend(records.into_iter().map(|record| format!("      {record}")));
        }
    }
    fenced(&lines, UNMANAGED_BYTES_MAX).0
}

/// As many of the lines as have room, in a fence, and how many they are. What
/// is left out is counted inside the fence. Nothing where there are no lines.
fn fenced(lines: &[String], bytes_max: usize) -> (String, usize) {
    if lines.is_empty() {
        return (String::new(), 0);
    }
    let cut: Vec<String> = lines
        .iter()
        .map(|line| words::cut(line, LINE_CHARACTERS_MAX).into_owned())
        .collect();
    let fit = fitting(&cut, bytes_max.saturating_sub(FENCE_BYTES_MAX));
    let ticks = cut[..fit].iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(ticks.unwrap_or_default().max(2) + 1);
    let mut out = format!("{fence}diff\n");
    for line in &cut[..fit] {
        let _ = writeln!(out, "{line}");
    }
    if let Some(more @ 1..) = lines.len().checked_sub(fit) {
        let _ = writeln!(out, "  and {more} more");
    }
    let _ = write!(out, "{fence}\n\n");
    (out, fit)
}

/// The most that the two ends of a fence and the count of what is left out take.
const FENCE_BYTES_MAX: usize = 2 * (LINE_CHARACTERS_MAX + 2) + 60;

/// How many of the lines have room.
fn fitting(lines: &[String], bytes_max: usize) -> usize {
    let mut used = 0;
    lines
        .iter()
        .take_while(|line| {
            used += line.len() + 1;
            used <= bytes_max
        })
        .count()
}

fn longest_run(line: &str) -> usize {
    line.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// A comment that grows, and never beyond what a host takes.
struct Page {
    out: String,
    tail: String,
}

impl Page {
    /// An empty comment. The mark is not shown; a pipeline finds its last
    /// comment by it, to edit that one in place.
    fn new(mark: &str) -> Self {
        Self {
            out: format!("<!-- {mark} -->\n"),
            tail: String::new(),
        }
    }

    fn room(&self) -> usize {
        COMMENT_BYTES_MAX.saturating_sub(self.out.len() + self.tail.len() + MORE_BYTES)
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Adds as many lines as have room, and gives how many they are.
    fn fence(&mut self, lines: &[String], bytes_max: usize) -> usize {
        let (block, fit) = fenced(lines, bytes_max.min(self.room()));
        self.push(&block);
        fit
    }

    /// Says what was left out.
    fn more(&mut self, changes: &[&Change], what: &str) {
        if !changes.is_empty() {
            let text = format!("… and {} more{what}: {}\n\n", changes.len(), rest(changes));
            self.push(&text);
        }
    }

    /// Adds the details of as many changes as have room.
    fn folds(&mut self, changes: &[&Change]) {
        for (at, change) in changes.iter().enumerate() {
            let block = fold(change);
            if block.len() > self.room() {
                return self.more(&changes[at..], " without details here");
            }
            self.push(&block);
        }
    }

    fn finish(self) -> String {
        let Self { mut out, tail } = self;
        out.push_str(&tail);
        let text = out.trim_end();
        debug_assert!(text.len() < COMMENT_BYTES_MAX, "{} bytes", text.len());
        format!("{text}\n")
    }
}

/// `12 to create, 3 to update; bank in 2, money in 7`.
fn rest(changes: &[&Change]) -> String {
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for class in changes.iter().flat_map(|change| dangerous_classes(change)) {
        *classes.entry(class).or_default() += 1;
    }
    let classes: Vec<String> = classes
        .into_iter()
        .map(|(class, number)| format!("{} in {number}", class.word()))
        .collect();
    let actions = text::summary(Counts::of(changes.iter().copied()));
    if classes.is_empty() {
        actions
    } else {
        format!("{actions}; {}", classes.join(", "))
    }
}

#[cfg(test)]
mod tests;
