//! Identifiers: fixed ones, and ones derived from the seed.

use sha2::{Digest, Sha256};

/// The id that means "none" in Advanced Automation (Acronis contract, 1.1).
pub(super) const ZERO_GUID: &str = "00000000-0000-0000-0000-000000000000";

/// A version 4 UUID in lower case that depends on nothing but the seed and the
/// label.
pub(super) fn guid(seed: u64, label: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(label.as_bytes());
    let digest = hasher.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(hexadecimal(byte >> 4));
        text.push(hexadecimal(byte & 0x0f));
    }
    text
}

fn hexadecimal(half_byte: u8) -> char {
    char::from_digit(u32::from(half_byte), 16).expect("half a byte is one hexadecimal digit")
}

/// Whether the text has the form that Advanced Automation declares for a GUID.
/// Capital letters are outside its pattern (Acronis contract, 1.1).
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == ZERO_GUID.len()
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
