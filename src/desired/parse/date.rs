//! Dates and times as manifests write them.

use jiff::{Timestamp, civil};

/// Why a text is no date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not written as one.
    Form,
    /// It is written as one, but no calendar or clock has it.
    Calendar,
}

impl Wrong {
    /// What is wrong with what a field is given.
    pub(super) fn sentence(self, field: &str, given: &str) -> String {
        let what = match self {
            Self::Form => "not written as one",
            Self::Calendar => "in no calendar",
        };
        format!("{field} is a date, and {given} is {what}")
    }
}

/// The canonical form of a date, or of a date and time: with an offset,
/// `2050-01-01T00:00:00+03:00`; without, local time of the provider's zone,
/// `2050-01-01 00:00:00`.
pub(super) fn date_time(text: &str) -> Result<String, Wrong> {
    let (day, rest) = text
        .split_at_checked("2050-01-01".len())
        .ok_or(Wrong::Form)?;
    let date = date(day)?;
    let Some(rest) = rest.strip_prefix(['T', ' ']) else {
        return if rest.is_empty() {
            Ok(format!("{date} 00:00:00"))
        } else {
            Err(Wrong::Form)
        };
    };
    let (clock, offset) = rest.split_at_checked("00:00:00".len()).ok_or(Wrong::Form)?;
    let time = civil_time(clock)?;
    if offset.is_empty() {
        return Ok(format!("{date} {time}"));
    }
    if offset != "Z" && !(offset.starts_with(['+', '-']) && has_form(&offset[1..], "00:00")) {
        return Err(Wrong::Form);
    }
    let stamp = format!("{date}T{time}{offset}");
    match stamp.parse::<Timestamp>() {
        Ok(_) => Ok(stamp),
        Err(_) => Err(Wrong::Calendar),
    }
}

/// A day of the calendar, written `2050-01-01`.
pub(super) fn date(text: &str) -> Result<civil::Date, Wrong> {
    if !has_form(text, "0000-00-00") {
        return Err(Wrong::Form);
    }
    text.parse().map_err(|_| Wrong::Calendar)
}

/// A time of day that every clock has: no leap second.
fn civil_time(text: &str) -> Result<&str, Wrong> {
    if !has_form(text, "00:00:00") {
        return Err(Wrong::Form);
    }
    let within = text
        .split(':')
        .zip([24, 60, 60])
        .all(|(part, end)| part.parse::<u8>().is_ok_and(|number| number < end));
    if within {
        Ok(text)
    } else {
        Err(Wrong::Calendar)
    }
}

/// Whether `text` has digits where `form` has zeros, and is equal elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, wanted)| byte == wanted || (wanted == b'0' && byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_the_schema_and_no_others() {
        for (text, expected) in [
            ("2050-01-01", Ok("2050-01-01 00:00:00")),
            ("2050-01-01 12:30:59", Ok("2050-01-01 12:30:59")),
            ("2050-01-01T12:30:59", Ok("2050-01-01 12:30:59")),
            ("2050-01-01T12:30:59Z", Ok("2050-01-01T12:30:59Z")),
            ("2050-01-01 12:30:59+03:00", Ok("2050-01-01T12:30:59+03:00")),
            ("2024-02-29", Ok("2024-02-29 00:00:00")),
            ("2025-02-29", Err(Wrong::Calendar)),
            ("2025-13-01", Err(Wrong::Calendar)),
            ("0000-00-00", Err(Wrong::Calendar)),
            ("2025-01-01T24:00:00", Err(Wrong::Calendar)),
            ("2025-01-01T23:59:60", Err(Wrong::Calendar)),
            ("2025-01-01T00:00:00+99:00", Err(Wrong::Calendar)),
            ("31.12.2026", Err(Wrong::Form)),
            ("20260101", Err(Wrong::Form)),
            ("2026-1-1", Err(Wrong::Form)),
            ("2050-01-01 12:30", Err(Wrong::Form)),
            ("2050-01-01T12:30:59 +03:00", Err(Wrong::Form)),
            ("2050-01-01T12:30:59.5Z", Err(Wrong::Form)),
            ("2050-01-01x", Err(Wrong::Form)),
            ("2050-01-0ä", Err(Wrong::Form)),
            ("soon", Err(Wrong::Form)),
            ("", Err(Wrong::Form)),
        ] {
            assert_eq!(date_time(text), expected.map(str::to_owned), "{text}");
        }
    }
}
