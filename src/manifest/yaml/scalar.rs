//! The core schema of YAML 1.2, applied to one plain scalar at a time.

/// What a plain scalar is as a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// A whole number.
    Number(i128),
    /// A whole number of more digits than any field can hold.
    TooLarge,
    /// Digits with a zero in front. YAML 1.2 reads them as decimal and YAML 1.1
    /// as octal, so they are nobody's number.
    ZeroInFront,
}

/// Whether a plain scalar stands for nothing.
#[must_use]
pub fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The truth value that a plain scalar stands for. `yes`, `on` and `y` are text
/// since YAML 1.2.
#[must_use]
pub fn as_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The whole number that a plain scalar stands for.
#[must_use]
pub fn as_whole(text: &str) -> Option<Whole> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let all = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return all.then(|| parsed(digits, radix));
        }
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Some(Whole::ZeroInFront);
    }
    Some(parsed(text, 10))
}

fn parsed(text: &str, radix: u32) -> Whole {
    i128::from_str_radix(text, radix).map_or(Whole::TooLarge, Whole::Number)
}

/// The number that a plain scalar stands for, whole or not, but finite.
#[must_use]
pub fn as_float(text: &str) -> Option<f64> {
    // Rust also reads `inf`, `nan` and `infinity`, which are text in YAML.
    let number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !number || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_by_the_core_schema() {
        for (text, whole) in [
            ("0", Some(Whole::Number(0))),
            ("-17", Some(Whole::Number(-17))),
            ("+5", Some(Whole::Number(5))),
            ("0x1F", Some(Whole::Number(31))),
            ("0o17", Some(Whole::Number(15))),
            ("0755", Some(Whole::ZeroInFront)),
            ("-007", Some(Whole::ZeroInFront)),
            (
                "18446744073709551616",
                Some(Whole::Number(18_446_744_073_709_551_616)),
            ),
            (&"9".repeat(60), Some(Whole::TooLarge)),
            ("1_000", None),
            ("1e3", None),
            ("1.0", None),
            ("0x", None),
            ("-", None),
            ("", None),
            ("12:30:45", None),
        ] {
            assert_eq!(as_whole(text), whole, "{text}");
        }
        for (text, float) in [
            ("1e3", Some(1000.0)),
            (".5", Some(0.5)),
            ("2.5", Some(2.5)),
            ("4", Some(4.0)),
            ("1e400", None),
            (".inf", None),
            ("nan", None),
            ("e", None),
            (".", None),
        ] {
            assert_eq!(as_float(text), float, "{text}");
        }
        for text in ["NO", "no", "on", "yes", "y", "Off", "tRUE"] {
            assert_eq!(as_bool(text), None, "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert!(is_null(text), "{text}");
        }
        assert!(!is_null("nULL"));
    }
}
