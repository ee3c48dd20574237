//! International bank account numbers, which all providers take as any text.

use iban::Iban;

use crate::model::{Sensitive, field::Field};

use super::Complaints;

/// The shortest IBAN that is assigned has fifteen characters.
const IBAN_CHARACTERS_MIN: usize = 15;

/// Warns of a bank account that looks like an IBAN and is none. Those of another
/// form are the country's business.
pub fn check(
    account: &Field<Sensitive>,
    check: &'static str,
    path: &'static str,
    complaints: &mut Complaints,
) {
    let account = account.set().map(Sensitive::expose);
    if account.is_some_and(|account| looks_like_iban(account) && !is_iban(account)) {
        complaints.warning(
            check,
            path,
            "the bank account looks like an IBAN, but is none: its check digits, its length or its form is wrong",
            "compare it with the customer's own papers",
        );
    }
}

/// Whether a text starts like an IBAN, with a country and two check digits, and
/// is as long as one.
fn looks_like_iban(account: &str) -> bool {
    let account = without_blanks(account);
    let bytes = account.as_bytes();
    bytes.len() >= IBAN_CHARACTERS_MIN
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}

fn is_iban(account: &str) -> bool {
    without_blanks(account).parse::<Iban>().is_ok()
}

fn without_blanks(account: &str) -> String {
    let characters = account
        .chars()
        .filter(|character| !character.is_whitespace());
    characters.collect::<String>().to_ascii_uppercase()
}
