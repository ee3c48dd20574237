//! What a run is told to let pass: `--allow updates=231`.

use std::{fmt, str::FromStr};

use crate::model::words;

use super::spec::Subject;

/// One number of records that a run may concern, beyond a limit: exactly that
/// number, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The provider, where several are beyond the same limit.
    pub(super) provider: Option<String>,
    pub(super) subject: Subject,
    pub(super) number: u64,
}

/// Why a text is no allowance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowanceError {
    /// There is no number behind an equals sign.
    #[error("`{0}` is no allowance; write LIMIT=NUMBER, such as `updates=231`")]
    Shape(String),
    /// There is no such limit.
    #[error("there is no limit `{name}`; {hint}")]
    Limit {
        /// What was written.
        name: String,
        /// What there is.
        hint: String,
    },
}

impl FromStr for Allowance {
    type Err = AllowanceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || AllowanceError::Shape(text.to_owned());
        let (limit, number) = text.split_once('=').ok_or_else(shape)?;
        let all_digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = Some(number)
            .filter(|_| all_digits)
            .and_then(|number| number.parse().ok())
            .ok_or_else(shape)?;
        let (provider, name) = match limit.rsplit_once('.') {
            Some((provider, name)) => (Some(provider.to_owned()), name),
            None => (None, limit),
        };
        let subject = Subject::all()
            .find(|subject| subject.word() == name)
            .ok_or_else(|| AllowanceError::Limit {
                name: name.to_owned(),
                hint: words::suggestion(
                    name,
                    Subject::all().map(Subject::word).collect::<Vec<_>>(),
                ),
            })?;
        Ok(Self {
            provider,
            subject,
            number,
        })
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            subject,
            number,
        } = self;
        if let Some(provider) = provider {
            write!(f, "{provider}.")?;
        }
        write!(f, "{}={number}", subject.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowances_are_read_and_written_alike() {
        for text in ["updates=231", "zegoal-prod.updates=231", "bank=0"] {
            let allowance: Allowance = text.parse().expect(text);
            assert_eq!(allowance.to_string(), text);
        }
    }

    #[test]
    fn says_what_is_no_allowance() {
        let message = |text: &str| text.parse::<Allowance>().expect_err(text).to_string();
        for text in [
            "",
            "updates",
            "updates=",
            "updates=all",
            "updates=-1",
            "updates=+1",
        ] {
            let expected =
                format!("`{text}` is no allowance; write LIMIT=NUMBER, such as `updates=231`");
            assert_eq!(message(text), expected);
        }
        assert_eq!(
            message("update=3"),
            "there is no limit `update`; did you mean `updates`?"
        );
    }
}
