//! By which texts a header would be known whose value is never shown.

use base64::prelude::{BASE64_STANDARD, Engine};

/// The scheme that holds a user name and a password.
const BASIC: &str = "Basic";

/// A header's value as it is sent, what is left of it without the name of a
/// scheme, and the user name and the password in that.
pub(super) fn tellable(value: &str) -> Vec<String> {
    let mut texts = vec![value.to_owned()];
    if let Some((scheme, credential)) = value.split_once(' ') {
        texts.push(credential.to_owned());
        if scheme.eq_ignore_ascii_case(BASIC) {
            texts.extend(user_and_password(credential));
        }
    }
    texts
}

fn user_and_password(credential: &str) -> Vec<String> {
    let pair = BASE64_STANDARD.decode(credential.trim()).ok();
    let Some(pair) = pair.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Vec::new();
    };
    let parts: Vec<String> = match pair.split_once(':') {
        Some((user, password)) => vec![user.to_owned(), password.to_owned()],
        None => Vec::new(),
    };
    parts.into_iter().chain([pair]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_by_all_that_is_in_it() {
        for (value, texts) in [
            ("key", vec!["key"]),
            ("Bearer a.b", vec!["Bearer a.b", "a.b"]),
            (
                "Basic cm9ib3Q6cGE6c3M=",
                vec![
                    "Basic cm9ib3Q6cGE6c3M=",
                    "cm9ib3Q6cGE6c3M=",
                    "robot",
                    "pa:ss",
                    "robot:pa:ss",
                ],
            ),
            ("Basic ???", vec!["Basic ???", "???"]),
        ] {
            assert_eq!(tellable(value), texts);
        }
    }
}
