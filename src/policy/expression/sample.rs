//! Tries an expression out on made-up changes of every kind: once with every
//! field, and once with none that could be missing, so that what would fail at
//! the first real change fails at validation.

use std::collections::BTreeMap;

use cel::common::ast::SourceInfo;

use crate::{
    model::{Facts, field_map::ValueType},
    plan::Cause,
    provider::{Action, KindDef},
};

use super::{
    Datum, Engine, Expression, Fault, fault, inspect,
    shape::Vocabulary,
    value::{empty, envelope, put},
};

/// The actions that are tried: all that rules see.
const ACTIONS: [Action; 4] = [Action::Create, Action::Adopt, Action::Update, Action::End];

/// How much of a sample is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// Every field of every kind, for conditions that stand behind others.
    Everything,
    /// Every field of the kind.
    Own,
    /// Our key alone.
    Bare,
}

/// Evaluates the expression, and each condition in it, on every sample.
pub(super) fn try_out(
    expression: &Expression,
    source: &SourceInfo,
    vocabulary: &Vocabulary,
) -> Result<(), Vec<Fault>> {
    let engine = Engine::new();
    let hint = "compare what is of one type";
    for kind in &vocabulary.records {
        let (change, object) = sample(kind, Action::Update, vocabulary, Fill::Everything);
        for part in inspect::conditions(&expression.root) {
            match engine.evaluate(part, &change, &object) {
                Err(error) if error != fault::NO_MEMBER => {
                    let at = inspect::place_of(source, part.id);
                    return Err(vec![fails(at, &error, hint)]);
                }
                _ => {}
            }
        }
        for action in ACTIONS {
            let (change, object) = sample(kind, action, vocabulary, Fill::Own);
            if let Err(error) = engine.holds(expression, &change, &object) {
                return Err(vec![fails_at(action, kind, "", &error)]);
            }
            let (change, object) = sample(kind, action, vocabulary, Fill::Bare);
            if let Err(error) = engine.holds(expression, &change, &object) {
                let bare = " that manages our key alone";
                return Err(vec![fails_at(action, kind, bare, &error)]);
            }
        }
    }
    Ok(())
}

/// A fault that shows at one kind of change only.
fn fails_at(action: Action, kind: &KindDef, which: &str, error: &str) -> Fault {
    let message = format!(
        "the rule fails for {} of `{}`{which}: {error}",
        action.word(),
        kind.kind
    );
    let hint = if error.contains("null") {
        "a field that is not managed, or not of this kind, is null: write `has(…) && …`"
    } else {
        "compare what is of one type"
    };
    Fault::new(None, message, hint)
}

fn fails(at: Option<usize>, error: &str, hint: &str) -> Fault {
    Fault::new(at, format!("the rule fails: {error}"), hint)
}

/// A change and its object.
fn sample(kind: &KindDef, action: Action, vocabulary: &Vocabulary, fill: Fill) -> (Datum, Datum) {
    let facts: Vec<&Facts> = kind
        .fields()
        .iter()
        .filter(|facts| !facts.computed)
        .filter(|facts| fill != Fill::Bare || facts.path.as_str() == kind.key)
        .collect();
    let mut spec = vocabulary.spec().map_or_else(BTreeMap::new, empty);
    if fill == Fill::Everything {
        let of_all = vocabulary
            .records
            .iter()
            .flat_map(|kind| kind.fields().iter());
        for facts in of_all {
            put(&mut spec, facts.path.as_str(), value(facts));
        }
    }
    for facts in &facts {
        put(&mut spec, facts.path.as_str(), value(facts));
    }
    let is_create = action == Action::Create;
    let all = fill != Fill::Bare;
    let every = fill == Fill::Everything;
    let fields = facts.iter().map(|facts| {
        let before = if is_create { Datum::Null } else { value(facts) };
        Datum::map([
            ("path", Datum::text(facts.path.as_str())),
            ("class", Datum::text(facts.class.word())),
            ("cause", Datum::text(Cause::Edit.word())),
            ("before", before),
            ("after", value(facts)),
        ])
    });
    let maybe = |there: bool, text: &str| {
        if there {
            Datum::text(text)
        } else {
            Datum::Null
        }
    };
    let labels = || Datum::Map(BTreeMap::new());
    let change = Datum::map([
        ("action", Datum::text(action.word())),
        ("kind", Datum::text(kind.kind)),
        ("name", Datum::text("sample")),
        ("provider", Datum::text("sample")),
        ("remote", maybe(every || !is_create, "1")),
        ("displayName", maybe(all, "Sample")),
        (
            "reason",
            maybe(every || action == Action::End, "contract ended"),
        ),
        ("labels", labels()),
        ("fields", Datum::List(fields.collect())),
    ]);
    (change, envelope(kind.kind, "sample", labels(), spec))
}

/// A value as the plan would show one of that type.
fn value(facts: &Facts) -> Datum {
    if facts.sensitive {
        return Datum::text("••••");
    }
    match &facts.value_type {
        ValueType::Text | ValueType::Reference => Datum::text("sample"),
        ValueType::Choice(names) => Datum::text(names.first().map_or("sample", String::as_str)),
        ValueType::Integer => Datum::Integer(facts.minimum.unwrap_or(1)),
        ValueType::Bool => Datum::Bool(true),
        ValueType::DateTime => Datum::text("2050-01-01 00:00:00"),
        ValueType::Set(names) => Datum::List(names.iter().take(1).map(Datum::text).collect()),
        ValueType::Passthrough => Datum::Map(BTreeMap::new()),
    }
}
