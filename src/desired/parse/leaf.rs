//! Reads one field.

use std::ops::Range;

use email_address::EmailAddress;

use super::{
    SpecReader, date,
    given::{Given, Said},
};
use crate::{
    manifest::yaml::{self, Node, Whole},
    model::{
        Facts, Leaf, Sensitive, field_map::ValueType, id::is_uuid, limit::NAMES_SHOWN_MAX,
        shown::holds_mask, words,
    },
};

/// How dates are written, for hints.
const DATE_HINT: &str = "write `2050-01-31`, `2050-01-31 23:59:59` or \
                         `2050-01-31T23:59:59+03:00`";

impl SpecReader<'_, '_> {
    pub(super) fn leaf(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        if facts.computed {
            self.findings.error(
                "computed-field",
                &key.span,
                format!("{} is made by the provider", self.shown(facts)),
                "leave it out",
            );
            return;
        }
        if value.is_null() {
            return self.null(facts, key, value);
        }
        match &facts.value_type {
            ValueType::Set(names) => self.set(facts, names, key, value),
            ValueType::Passthrough => self.passthrough(facts, key, value),
            ValueType::Reference => self.reference(facts, key, value),
            ValueType::Text => self.text(facts, key, value),
            ValueType::Choice(names) => self.choice(facts, names, key, value),
            ValueType::Integer => self.integer(facts, key, value),
            ValueType::Bool => self.bool(facts, key, value),
            ValueType::DateTime => self.date_time(facts, key, value),
        }
    }

    fn null(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        if !facts.clearable {
            return self.not_empty(facts, key);
        }
        if value.span.is_empty() {
            self.findings.warning(
                "empty-value",
                &key.span,
                format!("{} has no value, which clears the field", self.shown(facts)),
                "write `null` if that is meant, or leave the field out",
            );
        }
        self.tree.set(facts.path, Leaf::Unset);
    }

    /// Takes an empty text or list: it is unset where that is possible.
    pub(super) fn empty(&mut self, facts: &'static Facts, key: &Node<'_>) {
        if facts.clearable {
            self.tree.set(facts.path, Leaf::Unset);
        } else {
            self.not_empty(facts, key);
        }
    }

    fn not_empty(&mut self, facts: &Facts, key: &Node<'_>) {
        self.findings.error(
            "cannot-be-empty",
            &key.span,
            format!("{} cannot be empty", self.shown(facts)),
            "give a value, or leave the field out: what is left out is not managed",
        );
    }

    /// Sets text, sensitive where the field is.
    pub(super) fn set_text(&mut self, facts: &'static Facts, text: &str) {
        let leaf = if facts.sensitive {
            Leaf::Sensitive(Sensitive::new(text))
        } else {
            Leaf::Text(text.to_owned())
        };
        self.tree.set(facts.path, leaf);
    }

    fn text(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        let Some(given) = self.given(facts, key, value, "text") else {
            return;
        };
        if given.text.is_empty() {
            return self.empty(facts, key);
        }
        if self.text_fits(facts, &given) {
            self.truth_as_text(facts, &given);
            self.set_text(facts, &given.text);
        }
    }

    /// Refuses what was shown of a value in the place of the value.
    pub(super) fn masked(&mut self, facts: &Facts, span: &Range<usize>) {
        self.findings.error(
            "masked-value",
            span,
            format!(
                "{} is what is shown of a value, not the value",
                self.shown(facts)
            ),
            "write the value itself, or leave the field out: what is left out is not managed",
        );
    }

    /// Warns of a plain truth value where text is meant. Tools that read YAML
    /// 1.1 make one of the country `NO` on the way to us (`kubectl kustomize`
    /// of Kubernetes 1.20 does).
    fn truth_as_text(&mut self, facts: &Facts, given: &Given<'_>) {
        let written = given.plain && matches!(given.said, Said::Value | Said::Nothing);
        if written && matches!(&*given.text, "true" | "false") {
            self.findings.warning(
                "truth-value",
                &given.span,
                format!(
                    "{} is text, and a truth value stands there",
                    self.shown(facts)
                ),
                "write it in quotes if it is meant; tools that read YAML 1.1 make it of `NO`, \
                 `on` and the like, which then need quotes in their input",
            );
        }
    }

    /// Checks a text against the facts of its field.
    pub(super) fn text_fits(&mut self, facts: &Facts, given: &Given<'_>) -> bool {
        let text = &*given.text;
        if holds_control(text) {
            let message = format!("{} holds a control character", self.shown(facts));
            let hint = "delete it";
            self.findings
                .error("control-character", &given.span, message, hint);
            return false;
        }
        if holds_mask(text) {
            self.masked(facts, &given.span);
            return false;
        }
        // A text has no more characters than bytes.
        if let Some(max) = facts.characters_max.filter(|max| text.len() > *max) {
            let count = text.chars().count();
            if count > max {
                let message = format!(
                    "{} has at most {max} characters, and {} has {count}",
                    self.shown(facts),
                    given.name()
                );
                self.findings
                    .error("too-long", &given.span, message, "shorten it");
                return false;
            }
        }
        let wrong = match facts.format.as_deref() {
            Some("email") if !is_email(text) => Some(("an e-mail address", "name@example.com")),
            Some("uuid") if !is_uuid(text) => {
                Some(("a UUID", "123e4567-e89b-12d3-a456-426614174000"))
            }
            Some("uri") if url::Url::parse(text).is_err() => {
                Some(("a URL", "https://example.com/path"))
            }
            _ => None,
        };
        if let Some((what, example)) = wrong {
            let message = format!(
                "{} is {what}, and {} is not",
                self.shown(facts),
                given.name()
            );
            let hint = format!("write it like `{example}`");
            self.findings
                .error("wrong-format", &given.span, message, hint);
            return false;
        }
        self.warn_of_other_case(facts, given);
        true
    }

    /// A value that differs from a known one by its case alone is most likely
    /// that one, and the provider may not see it.
    fn warn_of_other_case(&mut self, facts: &Facts, given: &Given<'_>) {
        let text = &*given.text;
        if facts.known.iter().any(|known| known == text) {
            return;
        }
        let same = |known: &&String| lower(known).eq(lower(text));
        let Some(known) = facts.known.iter().find(same) else {
            return;
        };
        let message = format!(
            "{} knows `{known}`, and {} differs from it in case",
            self.shown(facts),
            given.name()
        );
        let hint = format!("write `{known}`");
        self.findings
            .warning("other-case", &given.span, message, hint);
    }

    fn choice(
        &mut self,
        facts: &'static Facts,
        names: &[String],
        key: &Node<'_>,
        value: &Node<'_>,
    ) {
        let Some(given) = self.given(facts, key, value, "a name") else {
            return;
        };
        if given.text.is_empty() {
            return self.empty(facts, key);
        }
        if names.iter().any(|name| *name == given.text) {
            return self.set_text(facts, &given.text);
        }
        let message = format!(
            "{} is one of a list, and {} is not in it",
            self.shown(facts),
            given.name()
        );
        let hint = not_in(names, &given.text, given.is_open());
        self.findings
            .error("unknown-value", &given.span, message, hint);
    }

    fn integer(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        let Some(given) = self.given(facts, key, value, "a whole number") else {
            return;
        };
        if given.text.is_empty() {
            return self.empty(facts, key);
        }
        let number = match whole(facts, &given) {
            Ok(number) => number,
            Err((check, what, hint)) => {
                let message = format!("{} {what}", self.shown(facts));
                self.findings.error(check, &given.span, message, hint);
                return;
            }
        };
        self.tree.set(facts.path, Leaf::Integer(number));
    }

    fn bool(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        let Some(given) = self.given(facts, key, value, "`true` or `false`") else {
            return;
        };
        let found = yaml::as_bool(&given.text);
        if let Some(value) = found.filter(|_| given.plain) {
            self.tree.set(facts.path, Leaf::Bool(value));
            return;
        }
        let message = format!(
            "{} is `true` or `false`, and {} is not",
            self.shown(facts),
            given.name()
        );
        let hint = if found.is_some() {
            "leave the quotes out"
        } else {
            "write `true` or `false`; `yes` and `on` are text since YAML 1.2"
        };
        self.findings
            .error("wrong-type", &given.span, message, hint);
    }

    fn date_time(&mut self, facts: &'static Facts, key: &Node<'_>, value: &Node<'_>) {
        let Some(given) = self.given(facts, key, value, "a date") else {
            return;
        };
        if given.text.is_empty() {
            return self.empty(facts, key);
        }
        match date::date_time(&given.text) {
            Ok(canonical) => self.tree.set(facts.path, Leaf::Text(canonical)),
            Err(wrong) => {
                let message = wrong.sentence(&self.shown(facts), &given.name());
                self.findings
                    .error("wrong-date", &given.span, message, DATE_HINT);
            }
        }
    }

    /// The key of a resource that does not give one: its name, held against the
    /// facts of the key's field.
    pub(crate) fn default_key(
        &mut self,
        facts: &'static Facts,
        name: &str,
        span: &std::ops::Range<usize>,
    ) {
        let given = Given {
            text: name.into(),
            plain: false,
            span: span.clone(),
            said: Said::Name,
        };
        if self.text_fits(facts, &given) {
            self.set_text(facts, name);
        }
    }
}

/// What to write instead of a name that is not in a list.
pub(super) fn not_in(names: &[String], said: &str, open: bool) -> String {
    let names = names.iter().map(String::as_str);
    match words::nearest(said, names.clone()).filter(|_| open) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", words::first(names, NAMES_SHOWN_MAX)),
    }
}

/// The whole number that is given, or else the check, what is wrong and what to
/// do about it.
fn whole(facts: &Facts, given: &Given<'_>) -> Result<i64, (&'static str, String, String)> {
    let name = given.name();
    let in_range = format!("give a number {}", range(facts));
    let whole = yaml::as_whole(&given.text);
    let (what, hint) = match whole {
        None => ("is not", in_range),
        Some(_) if !given.plain => ("is text in quotes", "leave the quotes out".to_owned()),
        Some(Whole::ZeroInFront) => (
            "starts with a zero",
            "leave the zero out; some tools would take the number for an octal one".to_owned(),
        ),
        Some(Whole::TooLarge) => {
            return Err(("out-of-range", format!("cannot be {name}"), in_range));
        }
        Some(Whole::Number(number)) => {
            return i64::try_from(number)
                .ok()
                .filter(|number| within(facts, *number))
                .ok_or_else(|| ("out-of-range", format!("cannot be {name}"), in_range));
        }
    };
    let what = format!("is a whole number, and {name} {what}");
    Err(("wrong-type", what, hint))
}

fn within(facts: &Facts, number: i64) -> bool {
    facts.minimum.is_none_or(|minimum| number >= minimum)
        && facts.maximum.is_none_or(|maximum| number <= maximum)
}

/// ` from 0 to 90 days` and the like.
fn range(facts: &Facts) -> String {
    let unit = facts
        .unit
        .as_deref()
        .map_or(String::new(), |unit| format!(" {unit}"));
    let minimum = facts.minimum.unwrap_or(i64::MIN);
    let maximum = facts.maximum.unwrap_or(i64::MAX);
    format!("from {minimum} to {maximum}{unit}")
}

/// Whether a text holds a control character other than those of line breaks and
/// columns.
fn holds_control(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    !is_plain
        && text
            .chars()
            .any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn is_email(text: &str) -> bool {
    let options = email_address::Options::default()
        .with_required_tld()
        .without_display_text()
        .without_domain_literal();
    EmailAddress::parse_with_options(text, options).is_ok()
}
