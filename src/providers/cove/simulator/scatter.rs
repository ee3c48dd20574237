//! Everything that looks random, computed from the seed.

use sha2::{Digest, Sha256};

/// A number that depends on the seed and on every part.
fn number(seed: u64, parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in parts {
        // The length keeps `a`, `bc` apart from `ab`, `c`.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes
        .iter()
        .take(16)
        .fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

/// Thirty-two upper-case hexadecimal digits.
pub(super) fn signature(seed: u64, parts: &[&str]) -> String {
    format!("{:032X}", number(seed, parts))
}

/// A text in the form of a random UUID.
pub(super) fn uuid(seed: u64, parts: &[&str]) -> String {
    /// The bits of the version, which is 4, and of the variant, which is 2.
    const MARKED: u128 = (0xf << 76) | (0x3 << 62);
    const MARKS: u128 = (0x4 << 76) | (0x2 << 62);
    let number = (number(seed, parts) & !MARKED) | MARKS;
    let digits = format!("{number:032x}");
    let groups = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    groups.join("-")
}

/// Brings a list into an order that differs for every call, and always from
/// the order given, so that a test with two elements sees it too.
pub(super) fn shuffle<T>(list: &mut Vec<T>, seed: u64, call: u64) {
    let call = call.to_string();
    let mut marked: Vec<(u128, usize, T)> = list
        .drain(..)
        .enumerate()
        .map(|(index, item)| (number(seed, &[&call, &index.to_string()]), index, item))
        .collect();
    marked.sort_by_key(|(mark, _, _)| *mark);
    if marked.is_sorted_by_key(|(_, index, _)| *index) && !marked.is_empty() {
        marked.rotate_left(1);
    }
    list.extend(marked.into_iter().map(|(_, _, item)| item));
}

#[cfg(test)]
mod tests {
    use super::{shuffle, uuid};

    #[test]
    fn a_uuid_has_the_form_of_a_random_one() {
        let uuid = uuid(1, &["uid", "2"]);
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"), "{uuid}");
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(uuid(1, &["a", "bc"]), uuid(1, &["ab", "c"]));
        assert_ne!(uuid(1, &["a"]), uuid(2, &["a"]));
    }

    #[test]
    fn a_shuffled_list_is_never_as_it_was_and_loses_nothing() {
        for call in 0..50 {
            for length in 2..6 {
                let before: Vec<u8> = (0..length).collect();
                let mut after = before.clone();
                shuffle(&mut after, 3, call);
                assert_ne!(after, before);
                after.sort_unstable();
                assert_eq!(after, before);
            }
        }
        let mut nothing: Vec<u8> = Vec::new();
        shuffle(&mut nothing, 3, 1);
        assert!(nothing.is_empty());
    }
}
