//! What a code host can show beside a line of a file: one remark for each
//! change, outcome or finding. `github` and `gitlab` give it their forms.

use std::collections::BTreeMap;

use crate::{
    apply::{Outcome, Receipt, Verdict},
    model::{Address, Finding, Severity, field::Class, words},
    plan::{Change, Effect, ManifestPlace, Plan, PlanProvider, Removed, Ruling},
    provider::Action,
};

use super::{
    base::{self, Governing},
    findings, receipt,
    row::{Danger, Row, dangerous_classes, printable, ranked, title},
    ruling,
    style::Style,
};

/// The most fields that one remark lists; what is beyond is counted.
const FIELDS_MAX: usize = 20;

/// The longest line of a remark; what is beyond is cut off.
const LINE_CHARACTERS_MAX: usize = 300;

/// How loud a remark is, the loudest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A human has to look: bank, tax, an end, something in the way.
    Error,
    /// A human should look.
    Warning,
    /// For information.
    Notice,
}

/// A remark on a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How loud it is.
    pub level: Level,
    /// What found it: a fixed name in lower case with hyphens.
    pub check: String,
    /// What it is about, whatever is said of it: the same in every run.
    pub subject: String,
    /// The headline.
    pub title: String,
    /// The text, of several lines.
    pub message: String,
    /// Where it belongs, unless that is no single place.
    pub place: Option<ManifestPlace>,
}

/// The remarks on a plan: what is not as in the base, the providers that could
/// not be read, its changes, the dangerous ones first, manifests that are gone,
/// and orphans.
#[must_use]
pub fn of_plan(plan: &Plan) -> Vec<Annotation> {
    let mut all: Vec<Annotation> = plan.rulings.iter().map(of_ruling).collect();
    all.extend(base::governing(plan).into_iter().map(of_governing));
    for provider in &plan.providers {
        all.extend(unread(plan, provider));
    }
    all.extend(ranked(plan).into_iter().map(of_change));
    let gone = plan.base.iter().flat_map(|base| &base.removed);
    all.extend(gone.map(of_removed));
    for provider in &plan.providers {
        all.extend(orphans(provider));
    }
    all
}

/// The remarks on what became of a plan.
#[must_use]
pub fn of_receipt(plan: &Plan, receipt: &Receipt) -> Vec<Annotation> {
    let mut all: Vec<Annotation> = plan.rulings.iter().map(of_ruling).collect();
    let providers = plan.providers.iter();
    all.extend(providers.filter_map(|provider| unread(plan, provider)));
    let outcomes = receipt.outcomes.iter();
    let outcomes: BTreeMap<&Address, &Outcome> = outcomes
        .map(|outcome| (&outcome.address, outcome))
        .collect();
    for change in &plan.changes {
        if change.action == Action::Blocked {
            all.push(of_change(change));
        }
        let outcome = outcomes.get(&change.address);
        all.extend(outcome.map(|outcome| of_outcome(change, outcome)));
    }
    all.sort_by_key(|annotation| annotation.level);
    all
}

/// The remarks on manifests.
#[must_use]
pub fn of_findings(found: &[Finding]) -> Vec<Annotation> {
    findings::placed(found)
        .into_iter()
        .map(|(finding, place)| {
            let Finding {
                check,
                severity,
                place: _,
                address,
                message,
                hint,
            } = finding;
            let hint = hint.iter().map(|hint| format!("hint: {hint}"));
            let lines = std::iter::once(message.clone()).chain(hint);
            let of = address.as_ref().map(ToString::to_string);
            Annotation {
                level: match severity {
                    Severity::Error => Level::Error,
                    Severity::Warning => Level::Warning,
                },
                check: (*check).to_owned(),
                subject: format!("{} {message}", of.unwrap_or_default()),
                title: (*check).to_owned(),
                message: joined(lines),
                place,
            }
        })
        .collect()
}

/// A remark on the line of the policy; of a built-in limit there is none.
fn of_ruling(ruling: &Ruling) -> Annotation {
    let level = match ruling.effect {
        Effect::Deny => Level::Error,
        Effect::Warn => Level::Warning,
        Effect::Allowed => Level::Notice,
    };
    let sentences = ruling::sentences(ruling).into_iter();
    let lines = sentences
        .filter(|(label, _)| *label != "see")
        .map(|(label, text)| match label {
            "" => text,
            label => format!("{label}: {text}"),
        });
    let provider = ruling.provider.as_ref().map(|name| &*name.0);
    Annotation {
        level,
        check: format!("policy-{}", ruling.kind.word()),
        subject: format!(
            "{} {} {}",
            ruling.policy.as_deref().unwrap_or_default(),
            ruling.rule,
            provider.unwrap_or_default()
        ),
        title: ruling.title(),
        message: joined(lines),
        place: ruling.place.clone(),
    }
}

/// A provider or a policy that is not that of the base. Its manifest may be in
/// the base alone, so the remark is on no line.
fn of_governing(governing: Governing) -> Annotation {
    let level = if governing.is_alarming {
        Level::Warning
    } else {
        Level::Notice
    };
    let Governing {
        check,
        subject,
        sentence,
        is_alarming: _,
    } = governing;
    Annotation {
        level,
        check: check.to_owned(),
        title: format!("{subject} is not that of the base"),
        subject,
        message: joined([sentence]),
        place: None,
    }
}

/// A remark where the manifest stood.
fn of_removed(removed: &Removed) -> Annotation {
    let Removed {
        address,
        provider: _,
        remote: _,
        outcome,
        place,
    } = removed;
    Annotation {
        level: Level::Warning,
        check: "manifest-removed".to_owned(),
        subject: address.to_string(),
        title: format!("gone: {address}"),
        message: joined([outcome.clone()]),
        place: Some(place.clone()),
    }
}

fn unread(plan: &Plan, provider: &PlanProvider) -> Option<Annotation> {
    let failure = provider.failure.as_ref()?;
    let hint = provider.hint.iter().map(|hint| format!("hint: {hint}"));
    let mut affected = plan.changes.iter();
    let first = affected.find(|change| change.provider == provider.name);
    Some(Annotation {
        level: Level::Error,
        check: "provider-unread".to_owned(),
        subject: provider.name.to_string(),
        title: format!("provider {} could not be read", provider.name),
        message: joined(std::iter::once(failure.clone()).chain(hint)),
        place: first.map(|change| change.place.clone()),
    })
}

fn orphans(provider: &PlanProvider) -> impl Iterator<Item = Annotation> {
    provider.unmanaged.iter().filter_map(|record| {
        let key = record.key()?;
        let id = &record.remote().0;
        Some(Annotation {
            level: Level::Warning,
            check: "orphan".to_owned(),
            subject: format!("{} {id}", provider.name),
            title: format!("possible orphan at {}", provider.name),
            message: joined([format!(
                "{id} \"{}\", with the key `{key}`: an orphan, if its manifest has vanished",
                record.display_name()
            )]),
            place: None,
        })
    })
}

fn of_change(change: &Change) -> Annotation {
    let word = change.action.word();
    let classes = dangerous_classes(change);
    let level = match Danger::of(change) {
        Danger::End
        | Danger::Blocked
        | Danger::Overwrite(Class::Bank | Class::Tax)
        | Danger::Make(Class::Bank | Class::Tax) => Level::Error,
        Danger::Overwrite(_) | Danger::Make(_) => Level::Warning,
        Danger::Plain | Danger::Quiet => Level::Notice,
    };
    // The remark stands on the line of the worst field; an end, and what is
    // blocked, on the manifest.
    let worst = classes
        .first()
        .and_then(|class| change.fields.iter().find(|field| field.class == *class));
    let place = worst.map_or(&change.place, |field| &field.place);
    let sentence = |label: &str, text: &String| format!("{label}: {text}");
    let mut lines: Vec<String> = change.display_name.iter().map(|_| title(change)).collect();
    lines.extend(change.reason.iter().map(|text| sentence("reason", text)));
    lines.extend(change.hint.iter().map(|text| sentence("hint", text)));
    lines.extend(change.notes.iter().map(|text| sentence("note", text)));
    let mut rows: Vec<Row<'_>> = change
        .fields
        .iter()
        .map(|field| Row::of(change.action, field))
        .collect();
    rows.sort_by_key(|row| row.class);
    lines.extend(
        rows.iter()
            .take(FIELDS_MAX)
            .map(|row| format!("{} {}", row.symbol, row.line())),
    );
    if let Some(more @ 1..) = rows.len().checked_sub(FIELDS_MAX) {
        lines.push(format!("and {more} more fields"));
    }
    Annotation {
        level,
        check: format!("plan-{word}"),
        subject: change.address.to_string(),
        title: format!("{word} {}", change.address),
        message: joined(lines),
        place: Some(place.clone()),
    }
}

fn of_outcome(change: &Change, outcome: &Outcome) -> Annotation {
    let level = match outcome.verdict {
        Verdict::Failed | Verdict::Unknown => Level::Error,
        Verdict::Stale | Verdict::Skipped | Verdict::NotStarted => Level::Warning,
        Verdict::Done => Level::Notice,
    };
    let unbroken = Style {
        colour: false,
        width: usize::MAX,
    };
    let body = receipt::outcome_body(outcome, unbroken);
    let mut lines: Vec<String> = body.lines().map(|line| line.trim().to_owned()).collect();
    if lines.is_empty() {
        lines.push(outcome.verdict.word().to_owned());
    }
    let word = outcome.action.word();
    Annotation {
        level,
        check: format!("apply-{}", outcome.verdict.word().replace(' ', "-")),
        subject: outcome.address.to_string(),
        title: format!("{}: {word} {}", outcome.verdict.word(), outcome.address),
        message: joined(lines),
        place: Some(change.place.clone()),
    }
}

/// Lines without characters that steer, each cut to what fits.
fn joined(lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| {
            words::cut(&printable(&line.replace('\n', " ")), LINE_CHARACTERS_MAX).into_owned()
        })
        .collect();
    lines.join("\n")
}
