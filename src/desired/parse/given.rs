//! One value as a manifest gives it: written there, or from outside.

use std::{borrow::Cow, ops::Range};

use super::{MISSING_CREDENTIAL, MISSING_VALUE, SpecReader, span_of};
use crate::{
    desired::environment::named,
    manifest::{
        collect::clipped,
        yaml::{Node, NodeKind},
    },
    model::Facts,
};

/// A value.
pub(super) struct Given<'n> {
    /// The text.
    pub(super) text: Cow<'n, str>,
    /// Whether the core schema of YAML applies to it.
    pub(super) plain: bool,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What sentences may say of it.
    pub(super) said: Said<'n>,
}

/// What sentences may say of a value.
pub(super) enum Said<'n> {
    /// The value itself.
    Value,
    /// Nothing: the field is sensitive.
    Nothing,
    /// That it is the manifest's name.
    Name,
    /// The environment variable that it comes from.
    Variable(&'n str),
    /// The file that it comes from.
    File(&'n str),
}

impl Given<'_> {
    /// How sentences name it.
    pub(super) fn name(&self) -> String {
        match self.said {
            Said::Value => format!("`{}`", clipped(&self.text)),
            Said::Nothing => "this".to_owned(),
            Said::Name => format!("`{}`, taken from `metadata.name`,", clipped(&self.text)),
            Said::Variable(name) => {
                format!("the value of the environment variable `{}`", named(name))
            }
            Said::File(path) => format!("the value in the file `{}`", clipped(path)),
        }
    }

    /// Whether sentences may say what it is.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.said, Said::Value | Said::Name)
    }
}

/// Where a value from outside is.
enum Outside<'n> {
    Variable(&'n str),
    File(&'n str),
}

impl SpecReader<'_, '_> {
    /// The value of a field that holds one. Nothing when that was reported, or
    /// when the sandbox stands in for it.
    pub(super) fn given<'n>(
        &mut self,
        facts: &Facts,
        key: &Node<'_>,
        value: &'n Node<'_>,
        expected: &str,
    ) -> Option<Given<'n>> {
        let span = span_of(Some(facts), key, value);
        match &value.kind {
            NodeKind::Scalar { text, plain } => {
                if facts.credential {
                    self.literal_credential(facts, &span);
                    return None;
                }
                Some(Given {
                    text: Cow::Borrowed(text),
                    plain: *plain,
                    span,
                    said: if facts.sensitive {
                        Said::Nothing
                    } else {
                        Said::Value
                    },
                })
            }
            NodeKind::Mapping(entries) => {
                let Some(outside) = outside(entries) else {
                    self.no_value(facts, &span, value, expected);
                    return None;
                };
                if self.is_stood_in_for(facts) {
                    return None;
                }
                self.from_outside.insert(facts.path);
                self.outside_value(&outside, facts.credential, &value.span)
            }
            NodeKind::Sequence(_) => {
                self.no_value(facts, &span, value, expected);
                None
            }
        }
    }

    fn literal_credential(&mut self, facts: &Facts, span: &Range<usize>) {
        let last = super::last_step(facts.path.as_str());
        self.findings.error(
            "literal-credential",
            span,
            format!(
                "the credential {} stands in the manifest",
                self.shown(facts)
            ),
            format!(
                "write `{last}: {{ env: NAME }}` or `{last}: {{ file: path }}`, \
                 and replace the credential: it may be known to others by now"
            ),
        );
    }

    fn no_value(&mut self, facts: &Facts, span: &Range<usize>, value: &Node<'_>, expected: &str) {
        let message = format!(
            "{} is {expected}, and this is {}",
            self.shown(facts),
            value.described()
        );
        let hint = "write the value, `{ env: NAME }` or `{ file: path }`";
        self.findings.error("wrong-type", span, message, hint);
    }

    fn outside_value<'n>(
        &mut self,
        outside: &Outside<'n>,
        is_credential: bool,
        span: &Range<usize>,
    ) -> Option<Given<'n>> {
        let (found, said) = match outside {
            Outside::Variable(name) => (self.environment.variable(name), Said::Variable(name)),
            Outside::File(path) => {
                let found = self.environment.file(self.folder, path);
                (found, Said::File(path))
            }
        };
        match found {
            Ok(text) => Some(Given {
                text: Cow::Owned(text),
                plain: true,
                span: span.clone(),
                said,
            }),
            Err(missing) => {
                let check = if is_credential {
                    MISSING_CREDENTIAL
                } else {
                    MISSING_VALUE
                };
                self.findings
                    .error(check, span, missing.message, missing.hint);
                None
            }
        }
    }
}

/// `{ env: NAME }` or `{ file: path }`, and nothing else.
fn outside<'n>(entries: &'n [(Node<'_>, Node<'_>)]) -> Option<Outside<'n>> {
    let [(key, value)] = entries else { return None };
    let text = value
        .text()
        .filter(|text| !text.is_empty() && !value.is_null())?;
    match key.text()? {
        "env" => Some(Outside::Variable(text)),
        "file" => Some(Outside::File(text)),
        _ => None,
    }
}
