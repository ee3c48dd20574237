//! What can be written in a manifest, as a tree: out of the schemas that editors
//! read, with the facts that only the compiled table knows.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    model::{Facts, limit::NAMES_SHOWN_MAX, path::joined, words},
    provider::{KindDef, ProviderDef},
};

/// The deepest that a schema is followed. Manifests have five levels; a schema
/// that refers to itself would have no end.
const DEPTH_MAX: usize = 12;

/// One kind of manifest.
pub struct Topic {
    /// The kind.
    pub(super) kind: String,
    /// The version of manifests that it is of.
    pub(super) version: String,
    /// The billing system that it belongs to, if it is one's.
    pub(super) system: Option<&'static str>,
    /// What it is for.
    pub(super) description: String,
    /// What stands under `spec`.
    pub(super) spec: Node,
}

/// A section, or a field.
pub(super) enum Node {
    /// A group of fields, or a list of such groups.
    Section {
        description: String,
        is_list: bool,
        fields: BTreeMap<String, Node>,
    },
    /// A field.
    Field(Box<Field>),
}

/// One field.
pub(super) struct Field {
    pub(super) description: String,
    /// What kind of value it holds, where the facts do not say it.
    pub(super) value_type: String,
    pub(super) default: Option<String>,
    pub(super) range: Option<String>,
    /// Whether the section that it is in cannot do without it.
    pub(super) required: bool,
    pub(super) facts: Option<&'static Facts>,
}

/// Why nothing can be explained.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unknown {
    message: String,
    /// What to write instead.
    pub hint: String,
}

impl Topic {
    /// Reads the schema of one kind. Nothing for the schema of a whole
    /// repository, which is about no kind.
    #[must_use]
    pub fn of(schema: &Value, registry: &[&'static ProviderDef]) -> Option<Self> {
        let kind = schema.pointer("/properties/kind/const")?.as_str()?;
        let spec = schema.pointer("/properties/spec")?;
        let owner = registry.iter().find_map(|def| {
            let own = def.kinds.iter().find(|own| own.kind == kind)?;
            Some((def.title, own))
        });
        let facts = |path: &str| match owner {
            Some((_, own)) => own.fields().facts(path),
            // Settings stand under the name of their system.
            None => registry.iter().find_map(|def| {
                let path = path.strip_prefix(def.name)?.strip_prefix('.')?;
                def.settings.fields().facts(path)
            }),
        };
        let walker = Walker {
            root: schema,
            facts: &facts,
        };
        let mut spec = walker.node(spec, "", 0);
        if let Some((_, own)) = owner {
            add_computed(&mut spec, own);
            note_key(&mut spec, own);
        }
        Some(Self {
            kind: kind.to_owned(),
            system: owner.map(|(title, _)| title),
            version: text(schema.pointer("/properties/apiVersion")?, "const"),
            description: match owner {
                Some((_, own)) => text(&own.schema(), "description"),
                None => text(schema, "description"),
            },
            spec,
        })
    }

    /// The paths of all sections and fields, the whole spec first.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let mut paths = vec![String::new()];
        walk(&self.spec, "", &mut |path, _| paths.push(path.to_owned()));
        paths
    }
}

/// Visits every node below one, with its path and its name.
fn walk(node: &Node, path: &str, visit: &mut impl FnMut(&str, &str)) {
    let Node::Section { fields, .. } = node else {
        return;
    };
    for (name, below) in fields {
        let path = joined(path, name);
        visit(&path, name);
        walk(below, &path, visit);
    }
}

/// The topic of that name: case does not count, the plural is taken for the
/// singular, and the start of a name for the only one that starts so.
///
/// # Errors
/// When there is no such topic, or several.
pub fn topic<'t>(topics: &'t [Topic], name: &str) -> Result<&'t Topic, Unknown> {
    let wanted = name.replace(['-', '_'], "").to_lowercase();
    let is = |topic: &&Topic, wanted: &str| topic.kind.to_lowercase() == wanted;
    let singular = wanted.strip_suffix('s').unwrap_or(&wanted);
    let exact = topics
        .iter()
        .find(|topic| is(topic, &wanted))
        .or_else(|| topics.iter().find(|topic| is(topic, singular)));
    if let Some(topic) = exact {
        return Ok(topic);
    }
    let starting: Vec<&Topic> = topics
        .iter()
        .filter(|topic| !wanted.is_empty() && topic.kind.to_lowercase().starts_with(&wanted))
        .collect();
    match starting.as_slice() {
        [only] => Ok(only),
        [] => Err(Unknown {
            message: format!("there is no kind `{name}`"),
            hint: words::suggestion(name, topics.iter().map(|topic| topic.kind.as_str())),
        }),
        several => Err(Unknown {
            message: format!("several kinds start with `{name}`"),
            hint: format!(
                "write one of {}",
                words::list(several.iter().map(|topic| topic.kind.as_str()))
            ),
        }),
    }
}

/// The node at a path, with the path as it is spelt.
pub(super) fn find<'t>(topic: &'t Topic, path: &str) -> Result<(&'t Node, String), Unknown> {
    let mut node = &topic.spec;
    let mut spelt = String::new();
    let steps = path.split('.').filter(|step| !step.is_empty());
    for (at, step) in steps.enumerate() {
        // `kubectl` wants it written; here it may be.
        if at == 0 && step.eq_ignore_ascii_case("spec") {
            continue;
        }
        let Node::Section { fields, .. } = node else {
            return Err(Unknown {
                message: format!("`{}.{spelt}` is a field, and has none itself", topic.kind),
                hint: "leave out what follows it".to_owned(),
            });
        };
        let found = fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(step));
        let Some((name, below)) = found else {
            let title = [topic.kind.as_str(), spelt.as_str()];
            let title = title.join(".");
            return Err(Unknown {
                message: format!("`{}` has no field `{step}`", title.trim_end_matches('.')),
                hint: elsewhere(topic, step).unwrap_or_else(|| near(step, fields)),
            });
        };
        if !spelt.is_empty() {
            spelt.push('.');
        }
        spelt.push_str(name);
        node = below;
    }
    Ok((node, spelt))
}

/// What may have been meant, or what there is.
fn near(step: &str, fields: &BTreeMap<String, Node>) -> String {
    let names = fields.keys().map(String::as_str);
    match words::nearest(step, names.clone()) {
        None if fields.len() > NAMES_SHOWN_MAX => {
            format!("leave it out: that lists the {} fields", fields.len())
        }
        _ => words::suggestion(step, names),
    }
}

/// The one place in the kind where a field of that name is.
fn elsewhere(topic: &Topic, name: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    walk(&topic.spec, "", &mut |path, known| {
        if known.eq_ignore_ascii_case(name) {
            found.push(path.to_owned());
        }
    });
    match found.as_slice() {
        [only] => Some(format!("did you mean `{}.{only}`?", topic.kind)),
        _ => None,
    }
}

/// Walks through one schema.
struct Walker<'a> {
    root: &'a Value,
    facts: &'a dyn Fn(&str) -> Option<&'static Facts>,
}

impl Walker<'_> {
    fn node(&self, schema: &Value, path: &str, depth: usize) -> Node {
        let target = self.resolved(schema);
        let items = target.get("items").map(|items| self.resolved(items));
        let grouped = items.unwrap_or(target);
        let facts = (self.facts)(path);
        // The facts' own words: for editors the schema adds what is listed
        // among the facts here.
        let own = facts.map(|facts| facts.description.clone());
        let written = [schema, target]
            .into_iter()
            .map(|schema| text(schema, "description"));
        let description = own
            .into_iter()
            .chain(written)
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        match grouped.get("properties").and_then(Value::as_object) {
            Some(properties) if facts.is_none() && depth < DEPTH_MAX => Node::Section {
                description,
                is_list: items.is_some(),
                fields: properties
                    .iter()
                    .map(|(name, below)| {
                        let mut node = self.node(below, &joined(path, name), depth + 1);
                        if let Node::Field(field) = &mut node {
                            field.required = requires(grouped, name);
                        }
                        (name.clone(), node)
                    })
                    .collect(),
            },
            _ => Node::Field(Box::new(Field {
                description,
                value_type: value_type(target, items),
                default: (schema.get("default").or_else(|| target.get("default")))
                    .map(Value::to_string),
                range: range(target),
                required: false,
                facts,
            })),
        }
    }

    /// What a schema refers to; of several ways, the first that says a type.
    fn resolved<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let mut schema = schema;
        for _ in 0..DEPTH_MAX {
            // Where the type is said beside them, the ways are conditions.
            let way = schema
                .get("anyOf")
                .filter(|_| schema.get("type").is_none())
                .and_then(Value::as_array)
                .and_then(|ways| ways.iter().find(|way| way["type"] != "null"));
            let target = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| self.root.pointer(target.trim_start_matches('#')));
            match target.or(way) {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }
}

/// Schemas leave out what the provider makes, for it cannot be written; whoever
/// asks for it is told so.
fn add_computed(spec: &mut Node, kind: &'static KindDef) {
    for facts in kind.fields().iter().filter(|facts| facts.computed) {
        let path = facts.path.as_str();
        let (sections, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut node = &mut *spec;
        for step in sections.split('.').filter(|step| !step.is_empty()) {
            let Node::Section { fields, .. } = node else {
                return;
            };
            let Some(below) = fields.get_mut(step) else {
                return;
            };
            node = below;
        }
        if let Node::Section { fields, .. } = node {
            let field = Field {
                description: facts.description.clone(),
                value_type: String::new(),
                default: None,
                range: None,
                required: false,
                facts: Some(facts),
            };
            fields.insert(name.to_owned(), Node::Field(Box::new(field)));
        }
    }
}

/// Our key has a default that no schema can say.
fn note_key(spec: &mut Node, kind: &KindDef) {
    let mut node = spec;
    for step in kind.key.split('.') {
        let Node::Section { fields, .. } = node else {
            return;
        };
        let Some(below) = fields.get_mut(step) else {
            return;
        };
        node = below;
    }
    if let Node::Field(field) = node {
        field.default = Some("metadata.name; by it the record is found".to_owned());
    }
}

/// Whether a group of fields cannot do without one of them.
fn requires(group: &Value, name: &str) -> bool {
    let names = group.get("required").and_then(Value::as_array);
    names.is_some_and(|names| names.iter().any(|required| required == name))
}

/// The kind of value that a schema describes, in words.
fn value_type(schema: &Value, items: Option<&Value>) -> String {
    if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        return format!(
            "one of {}",
            words::list(names.iter().filter_map(Value::as_str))
        );
    }
    let first = match schema.get("type") {
        Some(Value::Array(types)) => types.first().and_then(Value::as_str),
        Some(only) => only.as_str(),
        None => None,
    };
    match first {
        Some("integer") => "whole number".to_owned(),
        Some("number") => "number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => {
            let item = items.map(|item| value_type(item, None));
            format!("list of {}", item.unwrap_or_else(|| "values".to_owned()))
        }
        Some("object") => "mapping".to_owned(),
        _ => "text".to_owned(),
    }
}

fn range(schema: &Value) -> Option<String> {
    let bound = |name: &str| schema.get(name).filter(|bound| bound.is_number());
    let least = bound("minimum").map(|least| format!("from {least}"));
    let above = bound("exclusiveMinimum").map(|least| format!("more than {least}"));
    let most = bound("maximum");
    match (least.or(above), most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(least),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}

fn text(schema: &Value, key: &str) -> String {
    let text = schema.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
