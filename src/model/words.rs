//! Small helpers for sentences.

use std::{borrow::Cow, path::Path};

/// The candidate that `word` was most likely meant to be, if one is near.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| {
            // One slip in every three characters still reads as the same word.
            *distance <= (candidate.chars().count().max(3) / 3)
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?` for an unknown word, or else the list of known ones.
#[must_use]
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("known are {}", list(candidates)),
    }
}

/// `` `a`, `b` and `c` ``.
#[must_use]
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The same of the first `max` words, and how many more there are.
#[must_use]
pub fn first<'a>(words: impl ExactSizeIterator<Item = &'a str>, max: usize) -> String {
    let more = words.len().saturating_sub(max);
    let shown = list(words.take(max));
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}

/// `1 change`, `2 changes`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// A word as a shell reads it: quoted where a character of it means something
/// there.
#[must_use]
pub fn shell(word: &str) -> Cow<'_, str> {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_bare) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
    }
}

/// A path as a shell reads it, and as no program takes it for an option.
#[must_use]
pub fn shell_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let from_here = if text.starts_with('-') { "./" } else { "" };
    format!("{from_here}{}", shell(&text))
}

/// A text of at most so many characters, with an ellipsis where it is cut.
#[must_use]
pub fn cut(text: &str, characters_max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters_max) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// `clientId` as `client_id`.
#[must_use]
pub fn snake(camel: &str) -> String {
    let mut out = String::new();
    for character in camel.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        let known = ["accountName", "accountType", "vipCode"];
        assert_eq!(nearest("acountName", known), Some("accountName"));
        assert_eq!(nearest("accountname", known), Some("accountName"));
        assert_eq!(nearest("colour", known), None);
    }

    #[test]
    fn a_path_is_one_word_of_a_shell_and_no_option() {
        for (path, typed) in [
            ("plan.json", "plan.json"),
            ("my plan", "'my plan'"),
            ("it's", "'it'\\''s'"),
            ("~", "'~'"),
            ("-x", "./-x"),
            ("- x", "./'- x'"),
            ("", "''"),
        ] {
            assert_eq!(shell_path(Path::new(path)), typed);
        }
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list([]), "none");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(first(["a", "b"].into_iter(), 2), "`a` and `b`");
        assert_eq!(first(["a", "b", "c"].into_iter(), 1), "`a` and 2 more");
    }
}
