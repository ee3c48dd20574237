//! Values that must never be seen: each is unique, and all share a mark that
//! occurs nowhere else, so that one search finds any of them, whole or in part.
//! Only the last four characters may be shown, and the mark is not in them.

use super::rng::Rng;

/// The mark in words and addresses. No number and no digest has these letters.
const MARK: &str = "zqxj";

/// The mark in numbers: ten digits that occur by chance once in ten thousand
/// million places.
const DIGITS_MARK: &str = "3073618254";

/// What a canary looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Letters.
    Word,
    /// An e-mail address.
    Mail,
    /// Sixteen digits, as of a telephone.
    Digits,
}

/// A new canary.
pub(crate) fn new(shape: Shape, rng: &mut Rng) -> String {
    let word = |rng: &mut Rng| {
        let (one, two, three) = (rng.letters(4), rng.letters(4), rng.letters(6));
        format!("{MARK}{one}{MARK}{two}{MARK}{three}")
    };
    match shape {
        Shape::Word => word(rng),
        Shape::Mail => format!("{}@example.com", word(rng)),
        Shape::Digits => format!("{DIGITS_MARK}{}", rng.digits(6)),
    }
}

/// What is left of a canary in a text, with what stands around it.
pub(crate) fn found_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let at = [MARK, DIGITS_MARK]
        .iter()
        .find_map(|mark| text.find(mark))?;
    let around = text[..at].chars().rev().take(60).count();
    let start = text[..at]
        .char_indices()
        .rev()
        .take(around)
        .last()
        .map_or(at, |(start, _)| start);
    Some(text[start..].chars().take(120).collect())
}

#[test]
fn every_shape_is_found_and_nothing_else() {
    let mut rng = Rng::new(7);
    for shape in [Shape::Word, Shape::Mail, Shape::Digits] {
        let canary = new(shape, &mut rng);
        assert!(found_in(canary.as_bytes()).is_some());
        let shown = &canary[canary.len() - 4..];
        assert_eq!(found_in(shown.as_bytes()), None);
    }
}
