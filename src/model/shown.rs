//! The only place where a value becomes printable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Leaf, Sensitive};

/// How many characters at the end of a sensitive value are shown.
const TAIL_CHARACTERS: usize = 4;

/// A sensitive value shorter than this shows nothing at all: four of its last
/// characters would be half of it or more.
const TAIL_SHOWN_FROM_CHARACTERS: usize = 9;

/// What stands in the place of a sensitive value.
pub const MASK: &str = "••••";

/// Whether a text is a masked value, or holds one: what was shown of a value is
/// no value.
#[must_use]
pub fn holds_mask(text: &str) -> bool {
    text.contains(MASK)
}

/// A value as it may be printed, stored in a plan or put on a wire to a
/// reader. Sensitive values are masked already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "form", content = "value")]
pub enum Shown {
    /// The field holds nothing.
    Unset,
    /// A value in clear, of any type but text.
    Plain(serde_json::Value),
    /// Text in clear.
    Text(String),
    /// A sensitive value: at most its last four characters.
    Masked(String),
    /// Known only after the named resource has been created.
    AfterCreateOf(String),
}

impl Shown {
    /// The name of what an id stands for. It is never hidden: an id that is has no
    /// name made of it.
    #[must_use]
    pub fn name(name: impl Into<String>) -> Self {
        Self::Text(name.into())
    }

    /// Masks or copies a value. `sensitive` is what the field's facts say; a
    /// leaf that knows itself to be sensitive is masked in any case.
    #[must_use]
    pub fn of(leaf: &Leaf, sensitive: bool) -> Self {
        match leaf {
            Leaf::Unset => Self::Unset,
            Leaf::Sensitive(text) => Self::Masked(mask(text)),
            _ if sensitive => Self::Masked(MASK.to_owned()),
            Leaf::Bool(value) => Self::Plain((*value).into()),
            Leaf::Integer(value) => Self::Plain((*value).into()),
            Leaf::Text(text) => Self::Text(text.clone()),
            Leaf::Set(names) => Self::Plain(names.iter().cloned().collect()),
            Leaf::Json(value) => Self::Plain(value.clone()),
            Leaf::Reference(address) => Self::AfterCreateOf(address.to_string()),
        }
    }
}

/// `••••5678`, or `••••` for a short value.
fn mask(text: &Sensitive) -> String {
    let characters: Vec<char> = text.expose().chars().collect();
    let tail: String = if characters.len() < TAIL_SHOWN_FROM_CHARACTERS {
        String::new()
    } else {
        characters[characters.len() - TAIL_CHARACTERS..]
            .iter()
            .collect()
    };
    format!("{MASK}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_at_most_the_last_four_characters() {
        let shown = |text: &str| Shown::of(&Leaf::Sensitive(Sensitive::new(text)), true);
        assert_eq!(
            shown("BG80BNBG96611020345678"),
            Shown::Masked("••••5678".to_owned())
        );
        assert_eq!(shown("007"), Shown::Masked("••••".to_owned()));
        assert_eq!(shown("12345678"), Shown::Masked("••••".to_owned()));
        assert_eq!(shown(""), Shown::Masked("••••".to_owned()));
    }
}
