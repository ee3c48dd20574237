//! Escapes in which a text may come back: of HTML, of URLs and of JSON.

/// The longest entity that is read, between `&` and `;`. The longest of those
/// known is `#x10ffff`.
const ENTITY_CHARACTERS_MAX: usize = 8;

/// The most bytes of one character in UTF-8.
const CHARACTER_BYTES_MAX: usize = 4;

/// The character that an escape of any kind at the start of a text stands for,
/// and how many bytes of the text it takes.
#[must_use]
pub fn escaped_at(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'&' => entity_at(text),
        b'%' => percent_at(text),
        b'\\' => json_at(text),
        _ => None,
    }
}

/// The same for the entities of HTML that servers escape texts with.
#[must_use]
pub fn entity_at(text: &str) -> Option<(char, usize)> {
    let (end, _) = text
        .char_indices()
        .take(ENTITY_CHARACTERS_MAX + 2)
        .find(|(_, character)| *character == ';')?;
    let name = text.get(1..end)?;
    Some((entity(name)?, end + 1))
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "apos" => '\'',
        "quot" => '"',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => from_hexadecimal(digits)?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// The bytes of one character, each as `%` and two digits.
fn percent_at(text: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::with_capacity(CHARACTER_BYTES_MAX);
    for at in 0..CHARACTER_BYTES_MAX {
        let digits = text.get(at * 3..at * 3 + 3)?.strip_prefix('%')?;
        bytes.push(u8::try_from(from_hexadecimal(digits)?).ok()?);
        if let Ok(read) = std::str::from_utf8(&bytes) {
            return Some((read.chars().next()?, bytes.len() * 3));
        }
    }
    None
}

/// A character by its number in UTF-16, in one unit or two.
fn json_at(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::try_from(from_hexadecimal(digits)?).ok()
    };
    let first = unit(0)?;
    let units = std::iter::once(first).chain(unit(6));
    let read = char::decode_utf16(units).next()?.ok()?;
    Some((read, read.len_utf16() * 6))
}

/// A number of digits alone: no sign before them.
fn from_hexadecimal(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = is_number.then_some(digits)?;
    u32::from_str_radix(number, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_whole_or_not_at_all() {
        for (text, read) in [
            ("&amp;x", Some(('&', 5))),
            ("&#39;", Some(('\'', 5))),
            ("&#x10ffff;", Some(('\u{10ffff}', 10))),
            ("&#x+1;", None),
            ("&nothing", None),
            ("%2Fx", Some(('/', 3))),
            ("%2fx", Some(('/', 3))),
            ("%c3%B6", Some(('ö', 6))),
            ("%F0%9f%A7%BEx", Some(('🧾', 12))),
            ("%c3", None),
            ("%+1", None),
            ("%ö", None),
            ("\\u0041B", Some(('A', 6))),
            ("\\ud83E\\uddfe", Some(('🧾', 12))),
            ("\\ud83e", None),
            ("\\u00", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(escaped_at(text), read, "{text}");
        }
    }
}
