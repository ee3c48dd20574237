//! What an answer is made of, without what it says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde_json::Value;

use crate::model::path::joined;

/// How deep an answer is looked into. The deepest documented member is at the
/// third level.
const DEPTH_MAX: usize = 8;

/// The longest member name that is shown as it is. The longest documented one
/// has 21 characters; what is much longer is more likely data than a name.
const NAME_CHARACTERS_MAX: usize = 40;

/// The most digits in a member name that is shown. Documented names have none;
/// account numbers and telephones have more.
const NAME_DIGITS_MAX: usize = 2;

/// Documented names that are not in small letters, as all others are.
const NAMES_IN_CAPITALS: [&str; 2] = ["TZ", "References"];

/// Stands for a name that looks like data.
const NAME_MASK: &str = "*";

/// A member whose own members a tenant defines by itself.
const OPEN_MEMBER: &str = "params";

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Null,
    Flag,
    Number,
    EmptyText,
    /// Text of digits alone, as some answers write numbers.
    Digits,
    /// Local time, as `2050-01-01 00:00:00`.
    Date,
    /// The same with an offset behind it.
    DateWithOffset,
    Text,
    EmptyList,
    List,
    Object,
}

/// The forms of all members of an answer by their paths. Elements of a list
/// have the path of the list, because lists of one may shrink to the element.
#[derive(Debug, Default)]
pub(super) struct Anatomy(pub(super) BTreeMap<String, BTreeSet<Form>>);

impl Form {
    /// The form in a word or two.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag => "true or false",
            Self::Number => "number",
            Self::EmptyText => "empty text",
            Self::Digits => "text of digits",
            Self::Date => "date",
            Self::DateWithOffset => "date with offset",
            Self::Text => "text",
            Self::EmptyList => "empty list",
            Self::List => "list",
            Self::Object => "object",
        }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Flag,
            Value::Number(_) => Self::Number,
            Value::String(text) => Self::of_text(text),
            Value::Array(items) if items.is_empty() => Self::EmptyList,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }

    fn of_text(text: &str) -> Self {
        if text.is_empty() {
            return Self::EmptyText;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Digits;
        }
        let is_date = |text: &str| text.contains(' ') && text.parse::<DateTime>().is_ok();
        match text.rsplit_once(' ') {
            _ if is_date(text) => Self::Date,
            Some((date, offset)) if offset.starts_with(['+', '-']) && is_date(date) => {
                Self::DateWithOffset
            }
            _ => Self::Text,
        }
    }
}

impl Anatomy {
    /// Takes an answer apart.
    pub(super) fn of(response: &Value) -> Self {
        let mut anatomy = Self::default();
        anatomy.members("", response, 0);
        anatomy
    }

    /// Whether there is something below a member: an object, or a list that is
    /// not empty.
    pub(super) fn is_filled(&self, path: &str) -> bool {
        let forms = self.0.get(path);
        path.is_empty()
            || forms
                .is_some_and(|forms| forms.contains(&Form::Object) || forms.contains(&Form::List))
    }

    fn members(&mut self, path: &str, value: &Value, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.members(path, item, depth + 1);
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    let name = shown(name);
                    let below = joined(path, name);
                    self.0
                        .entry(below.clone())
                        .or_default()
                        .insert(Form::of(value));
                    if name != OPEN_MEMBER {
                        self.members(&below, value, depth + 1);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The name of a member, unless it looks like data: a layout that is not known
/// may have keys of records, or names of people, for member names.
fn shown(name: &str) -> &str {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = !name.is_empty()
        && name.len() <= NAME_CHARACTERS_MAX
        && digits <= NAME_DIGITS_MAX
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_plain || NAMES_IN_CAPITALS.contains(&name) {
        name
    } else {
        NAME_MASK
    }
}
