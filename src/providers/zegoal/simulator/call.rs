//! One call as a handler sees it, and the answer that it gives.

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::{
    failure::Failure,
    fields, stamp,
    state::{Attributes, Reach, Selector},
};
use crate::simulator::KnobSettings;

/// A request whose tenant is known and in which no value is `null`.
pub(super) struct Call<'a> {
    /// The API name.
    pub(super) name: &'static str,
    pub(super) body: &'a Map<String, Value>,
    pub(super) knobs: &'a KnobSettings,
    /// The tenant's local time.
    pub(super) now: DateTime,
    /// The name of the tenant's time zone.
    pub(super) zone: &'a str,
    /// A text that differs from call to call, for ids that nobody sent.
    pub(super) mark: &'a str,
}

/// What a call answers when it succeeds.
pub(super) struct Answer {
    pub(super) response: Value,
    /// Whether `TZ` stands beside `response` instead of inside it or nowhere.
    pub(super) zone_beside: bool,
    /// The request with defaults filled in, where it differs from the request.
    pub(super) enriched: Option<Value>,
}

impl Answer {
    /// An answer with nothing but a response.
    pub(super) fn new(response: impl Into<Value>) -> Self {
        Self {
            response: response.into(),
            zone_beside: false,
            enriched: None,
        }
    }
}

impl Call<'_> {
    /// Sees that parameters were sent and are not empty.
    ///
    /// # Errors
    /// `Not all required parameters matched`.
    pub(super) fn require(&self, names: &[&str]) -> Result<(), Failure> {
        require(self.body, names)
    }

    /// Sees that attributes of a section were sent and are not empty.
    ///
    /// # Errors
    /// `Not all required parameters matched`.
    pub(super) fn require_in(&self, section: &str, names: &[&str]) -> Result<(), Failure> {
        let sent = self.body.get(section).and_then(Value::as_object);
        require(sent.ok_or_else(Failure::incomplete)?, names)
    }

    /// Sees that the account is named in one way at least.
    ///
    /// # Errors
    /// `Not all required parameters matched`.
    pub(super) fn require_selector(&self) -> Result<(), Failure> {
        let names = ["account_id", "account_code", "account_name"];
        if names.iter().any(|name| self.require(&[name]).is_ok()) {
            Ok(())
        } else {
            Err(Failure::incomplete())
        }
    }

    /// How the request names the account.
    ///
    /// # Errors
    /// `validation failed` for a value of the wrong type.
    pub(super) fn selector(&self) -> Result<Selector, Failure> {
        Ok(Selector {
            id: self.number("account_id")?,
            code: self.optional_text("account_code")?,
            name: self.optional_text("account_name")?,
            in_any_case: self.knobs.is("look_up_case", "ignored"),
        })
    }

    /// Which accounts an ordinary lookup sees, given the value of
    /// `skip_lookup_account`.
    pub(super) fn reach(&self, selector: &Selector, skip_lookup: bool) -> Reach {
        let reveals = self.knobs.is("skip_lookup_reveals_terminated", "yes");
        if skip_lookup && reveals && selector.id.is_some() {
            Reach::Any
        } else {
            Reach::Living
        }
    }

    /// A section of the request; empty when it was not sent.
    ///
    /// # Errors
    /// `validation failed` when it is no object.
    pub(super) fn section(&self, name: &str) -> Result<Attributes, Failure> {
        match self.body.get(name) {
            None => Ok(Attributes::new()),
            Some(Value::Object(sent)) => Ok(sent.clone()),
            Some(_) => Err(Failure::validation(name)),
        }
    }

    /// A list of objects.
    ///
    /// # Errors
    /// `validation failed` when it is anything else.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<&Map<String, Value>>, Failure> {
        self.body
            .get(name)
            .and_then(Value::as_array)
            .and_then(|list| list.iter().map(Value::as_object).collect())
            .ok_or_else(|| Failure::validation(name))
    }

    /// An id, or nothing when it was not sent or is the empty string.
    ///
    /// # Errors
    /// `validation failed` when it is no number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        self.value(name)
            .map(|value| fields::number(value).ok_or_else(|| Failure::validation(name)))
            .transpose()
    }

    /// A flag, or `fallback` when it was not sent.
    ///
    /// # Errors
    /// `validation failed` when it is no flag.
    pub(super) fn flag(&self, name: &str, fallback: bool) -> Result<bool, Failure> {
        self.value(name).map_or(Ok(fallback), |value| {
            fields::flag(value).ok_or_else(|| Failure::validation(name))
        })
    }

    /// A text, or `fallback` when it was not sent or is empty.
    ///
    /// # Errors
    /// `validation failed` when it is no string.
    pub(super) fn text(&self, name: &str, fallback: &str) -> Result<String, Failure> {
        Ok(self
            .optional_text(name)?
            .unwrap_or_else(|| fallback.to_owned()))
    }

    /// A date, or nothing when it was not sent or is empty.
    ///
    /// # Errors
    /// `validation failed` when it is no date.
    pub(super) fn date(&self, name: &str) -> Result<Option<DateTime>, Failure> {
        self.value(name)
            .map(|value| fields::date(value).ok_or_else(|| Failure::validation(name)))
            .transpose()
    }

    /// A date, or a day, of a filter.
    ///
    /// # Errors
    /// `validation failed` when it is neither.
    pub(super) fn filter_date(&self, name: &str) -> Result<Option<DateTime>, Failure> {
        self.optional_text(name)?
            .map(|text| stamp::parse_filter(&text).ok_or_else(|| Failure::validation(name)))
            .transpose()
    }

    /// Puts `TZ` into a response.
    pub(super) fn name_zone(&self, response: &mut Attributes) {
        response.insert("TZ".to_owned(), self.zone.into());
    }

    /// A response with `tenant`, which nearly all have.
    pub(super) fn response(&self) -> Attributes {
        let mut response = Attributes::new();
        if let Some(tenant) = self.body.get("tenant") {
            response.insert("tenant".to_owned(), tenant.clone());
        }
        response
    }

    fn optional_text(&self, name: &str) -> Result<Option<String>, Failure> {
        self.value(name)
            .map(|value| {
                let text = value.as_str().ok_or_else(|| Failure::validation(name))?;
                Ok(text.to_owned())
            })
            .transpose()
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| *value != "")
    }
}

fn require(sent: &Map<String, Value>, names: &[&str]) -> Result<(), Failure> {
    let missing = |name: &&&str| sent.get(**name).is_none_or(|value| value == "");
    if names.iter().any(|name| missing(&name)) {
        Err(Failure::incomplete())
    } else {
        Ok(())
    }
}
