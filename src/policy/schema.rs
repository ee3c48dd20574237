//! The JSON Schema of a `Policy`, for editors and for `trueup explain`.

use serde_json::{Map, Value, json};

use crate::{
    desired::Registry,
    manifest::schema::OtherKind,
    model::{field::Class, id::NAME_CHARACTERS_MAX},
};

use super::{
    KIND,
    expression::EXPRESSION_BYTES_MAX,
    read::{ITEMS_MAX, limits::NUMBER_MAX, limits::UNLIMITED},
    spec::{Actions, Measure, Measured, Subject},
};

/// What a policy is for.
const DESCRIPTION: &str = "What guards a plan: how much may change at once, what is protected, \
    when nothing is changed, and rules over each change.";

/// The kinds of manifests that this stage reads, for the export of schemas.
#[must_use]
pub fn kinds(registry: Registry) -> Vec<OtherKind> {
    vec![OtherKind {
        kind: KIND,
        description: DESCRIPTION.to_owned(),
        spec: spec(registry),
    }]
}

fn spec(registry: Registry) -> Value {
    object(
        &[
            ("providers", providers()),
            ("limits", limits()),
            (
                "protect",
                list(
                    &protection(registry),
                    "Records that must be left alone. No option lets a change of one pass.",
                ),
            ),
            (
                "freeze",
                list(
                    &window(),
                    "Windows in which nothing is changed. No option lets a change pass.",
                ),
            ),
            (
                "rules",
                list(&rule(), "Expressions that must not hold for any change."),
            ),
        ],
        &[],
        "",
    )
}

fn object(properties: &[(&str, Value)], required: &[&str], description: &str) -> Value {
    let properties: Map<String, Value> = properties
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}

fn list(items: &Value, description: &str) -> Value {
    json!({
        "description": description,
        "type": ["array", "null"],
        "maxItems": ITEMS_MAX,
        "items": items,
    })
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string", "minLength": 1 })
}

fn providers() -> Value {
    json!({
        "description": "The names of the providers that the policy is about; all of them where it is left out.",
        "type": ["array", "null"],
        "minItems": 1,
        "items": { "$ref": "#/$defs/name" },
    })
}

fn limits() -> Value {
    let classes: Vec<(&str, Value)> = Class::ALL
        .into_iter()
        .map(|class| (class.word(), limit(Subject::Class(class))))
        .collect();
    let classes = object(
        &classes,
        &[],
        "Records in which a field of a class is written, new records among them.",
    );
    object(
        &[
            ("creates", limit(Subject::Creates)),
            ("updates", limit(Subject::Updates)),
            ("ends", limit(Subject::Ends)),
            ("classes", classes),
        ],
        &[],
        "How many records of one provider may change in one run. What a policy leaves out has the \
         built-in limit; of several policies the strictest holds. A run passes one with --allow and \
         the exact number.",
    )
}

fn limit(subject: Subject) -> Value {
    let what = match subject {
        Subject::Creates => "Records that are created.".to_owned(),
        Subject::Updates => "Records that are updated or adopted.".to_owned(),
        Subject::Ends => "Records that end.".to_owned(),
        Subject::Class(class) => format!("Records in which {} fields are written.", class.word()),
    };
    let built_in = |measure: Measure| {
        let measured = Measured { subject, measure };
        format!("built in: {}", measured.default().shown(measure))
    };
    let max = json!({
        "description": format!("The most of them ({}).", built_in(Measure::Max)),
        "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": NUMBER_MAX },
            { "const": UNLIMITED },
        ],
    });
    let share = json!({
        "description": format!(
            "The largest share of the provider's live records, such as `30%` ({}).",
            built_in(Measure::MaxShare)
        ),
        "type": "string",
        "pattern": r"^(\d{1,2}(\.\d{1,2})?|100(\.00?)?) *%$|^unlimited$",
    });
    let from = json!({
        "description": format!(
            "From how many of them on the share counts ({}).",
            built_in(Measure::ShareFrom)
        ),
        "type": "integer",
        "minimum": 1,
        "maximum": NUMBER_MAX,
    });
    object(
        &[("max", max), ("maxShare", share), ("shareFrom", from)],
        &[],
        &what,
    )
}

fn actions(usual: &str) -> Value {
    let words = Actions::words().map(|(word, _)| word);
    json!({
        "description": format!("What is refused. {usual}"),
        "type": "array",
        "minItems": 1,
        "items": { "enum": words },
    })
}

fn protection(registry: Registry) -> Value {
    let kinds: Vec<&str> = registry
        .iter()
        .flat_map(|def| def.kinds.iter().map(|kind| kind.kind))
        .collect();
    let mut kind = json!({ "description": "The kind of the resource." });
    if !kinds.is_empty() {
        kind["enum"] = kinds.into();
    }
    let labels = "A selector on labels, as with -l: `tier=gold`, `region in (emea,apac)`.";
    let mut schema = object(
        &[
            ("kind", kind),
            (
                "name",
                json!({
                    "description": "`metadata.name` of the resource.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": NAME_CHARACTERS_MAX,
                }),
            ),
            ("labels", text(labels)),
            ("actions", actions("Left out: `adopt`, `update` and `end`.")),
            ("reason", text("Why; shown to whoever is stopped.")),
        ],
        &["reason"],
        "",
    );
    schema["anyOf"] = json!([
        { "required": ["kind"] },
        { "required": ["name"] },
        { "required": ["labels"] },
    ]);
    schema
}

fn window() -> Value {
    let time = |description: &str| {
        json!({
            "description": description,
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$",
        })
    };
    object(
        &[
            (
                "from",
                time(
                    "When it starts, on the clocks of the zone: `2026-12-24T18:00`, or a day for its midnight.",
                ),
            ),
            ("to", time("When it is over.")),
            (
                "timeZone",
                text("The zone by its IANA name, such as `Europe/Vienna` or `UTC`."),
            ),
            ("actions", actions("Left out: everything.")),
            ("reason", text("Why; shown to whoever is stopped.")),
        ],
        &["from", "to", "timeZone", "reason"],
        "",
    )
}

fn rule() -> Value {
    let name = json!({
        "description": "By what plans name the rule: lower-case letters, digits and `-`.",
        "type": "string",
        "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "maxLength": NAME_CHARACTERS_MAX,
    });
    let when = json!({
        "description": "An expression in CEL over `change` and `object`. Where it holds, the rule speaks.",
        "type": "string",
        "minLength": 1,
        "maxLength": EXPRESSION_BYTES_MAX,
    });
    let effect = json!({
        "description": "`deny` refuses the plan, `warn` only tells the reviewer.",
        "enum": ["deny", "warn"],
    });
    object(
        &[
            ("name", name),
            ("when", when),
            ("effect", effect),
            (
                "message",
                text("What is wrong and what to do. Shown as it is, so it holds no values."),
            ),
        ],
        &["name", "when", "effect", "message"],
        "",
    )
}
