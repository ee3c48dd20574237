//! Compiles the schema of a spec into a table of its fields, once.

use std::{
    borrow::{Borrow, Cow},
    collections::BTreeMap,
    fmt,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::model::{
    Leaf,
    field::{self, Class},
    intern::intern,
    path,
};

/// How deep a spec may nest. Specs have three levels; a recursive type would
/// nest for ever.
const SECTION_DEPTH_MAX: usize = 8;

/// The path of a field inside a spec, such as `billing.taxNumber`.
///
/// Copies are cheap: all paths are interned and live as long as the process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(&'static str);

impl FieldPath {
    /// The path as written in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether the path is `section` or below it.
    #[must_use]
    pub fn is_in(self, section: &str) -> bool {
        path::is_in(self.0, section)
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl JsonSchema for FieldPath {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FieldPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

impl Borrow<str> for FieldPath {
    fn borrow(&self) -> &str {
        self.0
    }
}

impl serde::Serialize for FieldPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for FieldPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::model::intern::word(deserializer).map(Self)
    }
}

/// What kind of value a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    Text,
    /// One of a closed list of names.
    Choice(Vec<String>),
    /// A whole number.
    Integer,
    /// A truth value.
    Bool,
    /// A date, or a date and time.
    DateTime,
    /// A set out of a closed list of names.
    Set(Vec<String>),
    /// Another manifest, or an id.
    Reference,
    /// A structure that is passed through.
    Passthrough,
}

/// Everything that is known of one field.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each fact holds or does not, whatever the others do"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The field.
    pub path: FieldPath,
    /// What it means, from its doc comment.
    pub description: String,
    /// What kind of value it holds.
    pub value_type: ValueType,
    /// What it is about.
    pub class: Class,
    /// Masked: at most its last four characters are shown.
    pub sensitive: bool,
    /// Must be given by `{ env: }` or `{ file: }`.
    pub credential: bool,
    /// `null` clears it; otherwise `null` is refused.
    pub clearable: bool,
    /// Made by the provider; refused in a manifest.
    pub computed: bool,
    /// Never returned by the provider.
    pub write_only: bool,
    /// Only given when a record is created.
    pub create_only: bool,
    /// Without it no record can be created.
    pub create_needs: bool,
    /// The look-up table that its id stands in.
    pub lookup: Option<&'static str>,
    /// The kind of manifest that it refers to.
    pub reference: Option<&'static str>,
    /// Its name on the provider's wire; a dot leads into a group.
    pub wire: Option<&'static str>,
    /// The unit of the number.
    pub unit: Option<String>,
    /// `email`, `uuid` or `uri`.
    pub format: Option<String>,
    /// What the provider puts there when a record is made without it.
    pub default: Option<Leaf>,
    /// Known values of an open list.
    pub known: Vec<String>,
    /// The smallest number.
    pub minimum: Option<i64>,
    /// The largest number.
    pub maximum: Option<i64>,
    /// The most characters.
    pub characters_max: Option<usize>,
}

/// A section of a spec, or a field.
#[derive(Debug)]
pub enum FieldNode {
    /// A group of fields.
    Section(BTreeMap<String, FieldNode>),
    /// A field.
    Leaf(Box<Facts>),
}

/// All fields of one spec.
#[derive(Debug)]
pub struct FieldMap {
    root: BTreeMap<String, FieldNode>,
    paths: BTreeMap<FieldPath, Vec<String>>,
}

/// Why a schema cannot be compiled. Each is a mistake in a spec, found by the
/// tests before any user can see it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct CompileError {
    path: String,
    reason: String,
}

impl FieldMap {
    /// Compiles a JSON Schema made by `schemars`.
    ///
    /// # Errors
    /// A dangling `$ref`, an annotation that nobody reads, a value type that is
    /// not one of [`ValueType`], or a spec that nests without end.
    pub fn compile(schema: &Value) -> Result<Self, CompileError> {
        let compiler = Compiler { root: schema };
        let root = compiler.section(schema, "", 0)?;
        let mut paths = BTreeMap::new();
        collect(&root, &mut Vec::new(), &mut paths);
        Ok(Self { root, paths })
    }

    /// The top-level sections and fields by name.
    #[must_use]
    pub fn root(&self) -> &BTreeMap<String, FieldNode> {
        &self.root
    }

    /// The field at a path.
    #[must_use]
    pub fn facts(&self, path: &str) -> Option<&Facts> {
        let mut nodes = &self.root;
        let steps = self.paths.get(path)?;
        let (last, sections) = steps.split_last()?;
        for step in sections {
            match nodes.get(step)? {
                FieldNode::Section(below) => nodes = below,
                FieldNode::Leaf(_) => return None,
            }
        }
        match nodes.get(last)? {
            FieldNode::Leaf(facts) => Some(facts),
            FieldNode::Section(_) => None,
        }
    }

    /// The interned form of a path, if the spec has it.
    #[must_use]
    pub fn path(&self, path: &str) -> Option<FieldPath> {
        self.paths.get_key_value(path).map(|(path, _)| *path)
    }

    /// All fields, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = &Facts> {
        self.paths
            .keys()
            .filter_map(|path| self.facts(path.as_str()))
    }
}

fn collect(
    nodes: &BTreeMap<String, FieldNode>,
    steps: &mut Vec<String>,
    paths: &mut BTreeMap<FieldPath, Vec<String>>,
) {
    for (name, node) in nodes {
        steps.push(name.clone());
        match node {
            FieldNode::Section(below) => collect(below, steps, paths),
            FieldNode::Leaf(facts) => {
                paths.insert(facts.path, steps.clone());
            }
        }
        steps.pop();
    }
}

struct Compiler<'a> {
    root: &'a Value,
}

impl Compiler<'_> {
    fn section(
        &self,
        node: &Value,
        path: &str,
        depth: usize,
    ) -> Result<BTreeMap<String, FieldNode>, CompileError> {
        if depth > SECTION_DEPTH_MAX {
            return Err(fail(path, "nests without end"));
        }
        let merged = self.merged(node, path)?;
        let mut nodes = BTreeMap::new();
        for (name, child) in merged.properties() {
            let child_path = path::joined(path, name);
            let keywords = self.merged(child, &child_path)?;
            let node = if keywords.has_properties() {
                FieldNode::Section(self.section(child, &child_path, depth + 1)?)
            } else {
                FieldNode::Leaf(Box::new(leaf(&keywords, &child_path)?))
            };
            nodes.insert(name.clone(), node);
        }
        Ok(nodes)
    }

    /// The keywords of a node together with those behind `$ref` and those of
    /// the branch of `anyOf` that is not `null`; the outer ones win.
    fn merged(&self, node: &Value, path: &str) -> Result<Keywords, CompileError> {
        let mut keywords = Keywords::default();
        let mut next = Some(node);
        let mut hops = 0;
        while let Some(Value::Object(object)) = next {
            hops += 1;
            if hops > SECTION_DEPTH_MAX {
                return Err(fail(path, "refers to itself"));
            }
            next = None;
            keywords.absorb(object);
            if object.get(field::TYPE).is_some() {
                continue;
            }
            if let Some(pointer) = object.get("$ref").and_then(Value::as_str) {
                let target = self.root.pointer(pointer.trim_start_matches('#'));
                next = Some(target.ok_or_else(|| fail(path, &format!("dangling {pointer}")))?);
            } else if let Some(branches) = object.get("anyOf").and_then(Value::as_array) {
                let (nulls, others): (Vec<_>, Vec<_>) =
                    branches.iter().partition(|branch| branch["type"] == "null");
                keywords.null |= !nulls.is_empty();
                if let [only] = others.as_slice() {
                    next = Some(only);
                }
            }
        }
        Ok(keywords)
    }
}

/// The keywords of one field, gathered from its schema's layers.
#[derive(Default)]
struct Keywords {
    map: Map<String, Value>,
    null: bool,
}

impl Keywords {
    fn absorb(&mut self, object: &Map<String, Value>) {
        for (key, value) in object {
            if key == "type" {
                self.absorb_type(value);
            } else if !self.map.contains_key(key) {
                self.map.insert(key.clone(), value.clone());
            }
        }
    }

    /// Takes `["string", "null"]` apart.
    fn absorb_type(&mut self, value: &Value) {
        let mut names: Vec<&str> = match value {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        let before = names.len();
        names.retain(|name| *name != "null");
        self.null |= names.len() < before;
        if let (Some(name), false) = (names.first(), self.map.contains_key("type")) {
            self.map.insert("type".to_owned(), (*name).into());
        }
    }

    fn properties(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.map
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    }

    fn has_properties(&self) -> bool {
        self.map.contains_key("properties")
    }

    fn on(&self, key: &str) -> bool {
        self.map.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.map.get(key).and_then(Value::as_str)
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.map.get(key).and_then(Value::as_i64)
    }
}

fn leaf(keywords: &Keywords, path: &str) -> Result<Facts, CompileError> {
    if let Some(key) = keywords
        .map
        .keys()
        .find(|key| key.starts_with("x-") && !field::KNOWN.contains(&key.as_str()))
    {
        return Err(fail(path, &format!("unknown annotation `{key}`")));
    }
    let class = match keywords.text(field::CLASS) {
        None => Class::Other,
        Some(word) => Class::ALL
            .into_iter()
            .find(|class| class.word() == word)
            .ok_or_else(|| fail(path, &format!("unknown class `{word}`")))?,
    };
    let known = match keywords.map.get("examples") {
        Some(Value::Array(values)) => values.iter().filter_map(as_owned_text).collect(),
        _ => Vec::new(),
    };
    Ok(Facts {
        path: FieldPath(intern(path)),
        description: keywords.text("description").unwrap_or_default().to_owned(),
        value_type: value_type(keywords, path)?,
        class,
        sensitive: keywords.on(field::SENSITIVE),
        credential: keywords.on(field::CREDENTIAL),
        clearable: keywords.null,
        computed: keywords.on("readOnly"),
        write_only: keywords.on("writeOnly"),
        create_only: keywords.on(field::CREATE_ONLY),
        create_needs: keywords.on(field::CREATE_NEEDS),
        lookup: keywords.text(field::LOOKUP).map(intern),
        reference: keywords.text(field::REFERENCE).map(intern),
        wire: keywords.text(field::WIRE).map(intern),
        unit: keywords.text(field::UNIT).map(str::to_owned),
        format: keywords.text("format").map(str::to_owned),
        default: default(&keywords.map, path)?,
        known,
        minimum: keywords.number("minimum"),
        maximum: keywords.number("maximum"),
        characters_max: keywords
            .number("maxLength")
            .and_then(|number| usize::try_from(number).ok()),
    })
}

/// The default, which is a plain value of the canonical form.
fn default(keywords: &Map<String, Value>, path: &str) -> Result<Option<Leaf>, CompileError> {
    match keywords.get("default") {
        None => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(Leaf::Bool(*value))),
        Some(Value::String(text)) => Ok(Some(Leaf::Text(text.clone()))),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(number) => Ok(Some(Leaf::Integer(number))),
            None => Err(fail(path, "a default number is a whole one")),
        },
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => Err(fail(
            path,
            "a default is a truth value, a whole number or text",
        )),
    }
}

fn value_type(keywords: &Keywords, path: &str) -> Result<ValueType, CompileError> {
    match keywords.text(field::TYPE) {
        Some(field::TYPE_DATE_TIME) => return Ok(ValueType::DateTime),
        Some(field::TYPE_REFERENCE) => return Ok(ValueType::Reference),
        Some(field::TYPE_PASSTHROUGH) => return Ok(ValueType::Passthrough),
        Some(other) => return Err(fail(path, &format!("unknown type `{other}`"))),
        None => {}
    }
    if let Some(names) = choices(&keywords.map) {
        return Ok(ValueType::Choice(names));
    }
    match keywords.text("type") {
        Some("string") => Ok(ValueType::Text),
        Some("integer") => Ok(ValueType::Integer),
        Some("boolean") => Ok(ValueType::Bool),
        Some("array") => Ok(ValueType::Set(set_names(keywords, path)?)),
        other => Err(fail(path, &format!("a field cannot be of type {other:?}"))),
    }
}

/// The names of an `enum`, or of a `oneOf` of constants.
fn choices(map: &Map<String, Value>) -> Option<Vec<String>> {
    if let Some(Value::Array(values)) = map.get("enum") {
        return Some(values.iter().filter_map(as_owned_text).collect());
    }
    let branches = map.get("oneOf")?.as_array()?;
    let mut names = Vec::new();
    for branch in branches {
        match (branch.get("const"), branch.get("enum")) {
            (Some(name), _) => names.extend(as_owned_text(name)),
            (None, Some(Value::Array(values))) => {
                names.extend(values.iter().filter_map(as_owned_text));
            }
            _ => return None,
        }
    }
    Some(names)
}

/// The names that a set can hold. The item type must be inlined in the schema.
fn set_names(keywords: &Keywords, path: &str) -> Result<Vec<String>, CompileError> {
    keywords
        .map
        .get("items")
        .and_then(Value::as_object)
        .and_then(choices)
        .ok_or_else(|| fail(path, "a list must be a set of names given inline"))
}

fn as_owned_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn fail(path: &str, reason: &str) -> CompileError {
    CompileError {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
