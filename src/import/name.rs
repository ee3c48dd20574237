//! Names for manifests: the record's key where it can be a name, or else a name
//! made of its key or display name.

use std::collections::BTreeSet;

use crate::model::id::{NAME_CHARACTERS_MAX, is_name};

/// A name made of any text: lower-case letters, digits and single hyphens.
/// Nothing when the text has neither letters nor digits of ASCII.
fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        match ascii(character) {
            Some(letters) => slug.push_str(letters),
            None if character.is_ascii_alphanumeric() => slug.push(character),
            None if character == '\'' || character == '’' => {}
            None if slug.ends_with('-') || slug.is_empty() => {}
            None => slug.push('-'),
        }
        if slug.len() >= NAME_CHARACTERS_MAX {
            break;
        }
    }
    slug.truncate(NAME_CHARACTERS_MAX);
    let slug = slug.trim_end_matches('-');
    is_name(slug).then(|| slug.to_owned())
}

/// The letters that people write for common letters with marks.
fn ascii(character: char) -> Option<&'static str> {
    Some(match character {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ű' | 'ů' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The names of one kind that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Keeps a name from being given.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Gives the key itself, if it can be a name and is free.
    pub(super) fn exactly(&mut self, key: &str) -> Option<String> {
        let free = is_name(key) && self.taken.insert(key.to_owned());
        free.then(|| key.to_owned())
    }

    /// Gives a name made of the first text that can be one; of the id, when
    /// none can. A name that is taken gets a number.
    pub(super) fn like(&mut self, texts: &[&str], remote: &str) -> String {
        let stem = texts
            .iter()
            .find_map(|text| slug(text))
            .or_else(|| slug(&format!("record-{remote}")))
            .unwrap_or_else(|| "record".to_owned());
        let mut name = stem.clone();
        let mut number = 1_usize;
        while !self.taken.insert(name.clone()) {
            number += 1;
            let end = format!("-{number}");
            let kept = stem.len().min(NAME_CHARACTERS_MAX - end.len());
            name = format!("{}{end}", stem[..kept].trim_end_matches('-'));
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_name_or_none() {
        for (text, name) in [
            ("Acme OOD", Some("acme-ood")),
            ("sandbox/lindgren", Some("sandbox-lindgren")),
            ("Müller & Söhne GmbH", Some("mueller-soehne-gmbh")),
            ("O'Brien's", Some("obriens")),
            ("  --x--  ", Some("x")),
            ("10001", Some("10001")),
            ("Ελλάδα", None),
            ("", None),
            ("../../etc", Some("etc")),
        ] {
            assert_eq!(slug(text).as_deref(), name, "{text}");
        }
        let long = slug(&"a b".repeat(60)).expect("a name");
        assert!(is_name(&long) && long.len() <= NAME_CHARACTERS_MAX);
    }

    #[test]
    fn names_differ() {
        let mut names = Names::default();
        assert_eq!(names.exactly("acme"), Some("acme".to_owned()));
        assert_eq!(names.exactly("acme"), None);
        assert_eq!(names.exactly("Acme"), None);
        assert_eq!(names.like(&["Acme"], "1"), "acme-2");
        assert_eq!(names.like(&["日本", "acme"], "1"), "acme-3");
        assert_eq!(names.like(&["日本"], "264"), "record-264");
        assert_eq!(names.like(&[""], "本"), "record");
        let long = "a".repeat(70);
        for _ in 0..12 {
            assert!(is_name(&names.like(&[&long], "1")));
        }
    }
}
