//! Reads typed values out of the parameters of a call.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// An object of the request, with the rules for reading its members: `null`
/// is the same as absent, and unknown members are nobody's business.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    members: &'a Map<String, Value>,
    lenient: bool,
}

impl<'a> Input<'a> {
    /// `lenient` lets numbers and booleans come as text.
    pub(super) fn new(members: &'a Map<String, Value>, lenient: bool) -> Self {
        Self { members, lenient }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.value(name)
            .map(|value| self.to_integer(value).ok_or_else(|| bad(name)))
            .transpose()
    }

    /// The id of the object that the call is about. The service answers a
    /// missing one with 13501, as it does for what the caller may not see.
    pub(super) fn id(&self, name: &str) -> Result<i64, Refusal> {
        self.integer(name)?.ok_or_else(Refusal::security)
    }

    pub(super) fn integers(&self, name: &str) -> Result<Option<Vec<i64>>, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let list = value.as_array().ok_or_else(|| bad(name))?;
        let read = |value| self.to_integer(value).ok_or_else(|| bad(name));
        list.iter().map(read).collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) if self.lenient => match text.as_str() {
                "true" => Ok(Some(true)),
                "false" => Ok(Some(false)),
                _ => Err(bad(name)),
            },
            Some(_) => Err(bad(name)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.value(name)
            .map(|value| value.as_str().ok_or_else(|| bad(name)))
            .transpose()
    }

    /// One name of a closed set; a number never stands for a name.
    pub(super) fn one_of(
        &self,
        name: &str,
        allowed: &[&'static str],
    ) -> Result<Option<&'static str>, Refusal> {
        self.value(name)
            .map(|value| find(name, value, allowed))
            .transpose()
    }

    /// A list of names of a closed set, each once and in the set's own order.
    pub(super) fn set_of(
        &self,
        name: &str,
        allowed: &[&'static str],
    ) -> Result<Option<Vec<&'static str>>, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let list = value.as_array().ok_or_else(|| bad(name))?;
        let given = list
            .iter()
            .map(|value| find(name, value, allowed))
            .collect::<Result<Vec<_>, _>>()?;
        let ordered = allowed.iter().copied().filter(|one| given.contains(one));
        Ok(Some(ordered.collect()))
    }

    pub(super) fn group(&self, name: &str) -> Result<Option<Input<'a>>, Refusal> {
        self.value(name)
            .map(|value| {
                let members = value.as_object().ok_or_else(|| bad(name))?;
                Ok(Input::new(members, self.lenient))
            })
            .transpose()
    }

    fn to_integer(self, value: &Value) -> Option<i64> {
        match value {
            Value::String(text) if self.lenient => text.parse().ok(),
            value => value.as_i64(),
        }
    }
}

fn bad(name: &str) -> Refusal {
    Refusal::bad_params(name)
}

fn find(name: &str, value: &Value, allowed: &[&'static str]) -> Result<&'static str, Refusal> {
    allowed
        .iter()
        .copied()
        .find(|one| value.as_str() == Some(one))
        .ok_or_else(|| Refusal::invalid(&format!("Value of {name} is unknown.")))
}
