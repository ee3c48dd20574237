//! Names of languages. Advanced Automation lists them in themselves, and
//! Account Management knows codes (Acronis contract, 3.6 and 4.5).

use isolang::Language;

use super::closed;
use crate::provider::{Choice, Table};

/// The codes of tenant languages, with their English names (Acronis contract,
/// 3.6).
const TENANT_LANGUAGES: [(&str, &str); 27] = [
    ("bg", "Bulgarian"),
    ("zh", "Chinese"),
    ("zh-TW", "Chinese (Taiwan)"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("nl", "Dutch"),
    ("en", "English"),
    ("en-US", "English (United States)"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("de", "German"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("ms", "Malay"),
    ("nb", "Norwegian Bokmål"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pt-BR", "Portuguese (Brazil)"),
    ("ru", "Russian"),
    ("sr", "Serbian"),
    ("es", "Spanish"),
    ("es-419", "Spanish (Latin America)"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
];

/// Endonyms of Advanced Automation that ISO 639 spells otherwise, with the code
/// of the language.
const OTHER_ENDONYMS: [(&str, &str); 4] = [
    ("malayu", "ms"),
    ("melayu", "ms"),
    ("norsk", "nb"),
    ("中文", "zh"),
];

/// Regions in the names of languages, with their code and English name.
const REGIONS: [(&str, &str, &str); 2] =
    [("brasil", "BR", "Brazil"), ("portugal", "PT", "Portugal")];

/// The table of tenant languages.
pub(super) fn tenant_languages() -> Table {
    let choices = TENANT_LANGUAGES.iter().map(|(code, name)| Choice {
        id: (*code).to_owned(),
        name: (*name).to_owned(),
        aliases: Vec::new(),
    });
    closed(choices.collect())
}

/// The one spelling of a tenant's language: `pt_BR` and `pt-BR` are the same
/// (Acronis contract, 3.6). A code that is not known stays as it is.
pub(crate) fn tenant_language(text: &str) -> String {
    let wanted = text.replace('_', "-");
    TENANT_LANGUAGES
        .iter()
        .find(|(code, _)| code.eq_ignore_ascii_case(&wanted))
        .map_or_else(|| text.to_owned(), |(code, _)| (*code).to_owned())
}

/// Further names for a language that calls itself `endonym`: its ISO code and
/// its English name. None for one that is not known.
pub(super) fn aliases(endonym: &str) -> Vec<String> {
    let lower = endonym.to_lowercase();
    let (base, region) = match lower.split_once(" (") {
        Some((base, region)) => (base, Some(region.trim_end_matches(')'))),
        None => (lower.as_str(), None),
    };
    let Some((code, name)) = language(base) else {
        return Vec::new();
    };
    let found = match region {
        None => vec![code.to_owned(), name],
        Some(region) => match REGIONS.iter().find(|(own, _, _)| *own == region) {
            Some((_, region, region_name)) => {
                vec![
                    format!("{code}-{region}"),
                    format!("{name} ({region_name})"),
                ]
            }
            None => Vec::new(),
        },
    };
    let other = |alias: &String| alias.to_lowercase() != lower;
    found.into_iter().filter(other).collect()
}

/// The ISO 639-1 code and the English name of a language by the name that it
/// has in itself, in lower case.
fn language(endonym: &str) -> Option<(&'static str, String)> {
    let other = OTHER_ENDONYMS.iter().find(|(other, _)| *other == endonym);
    let language = if let Some((_, code)) = other {
        Language::from_639_1(code)?
    } else {
        let wanted = endonym.to_owned();
        // Languages without a two-letter code are dialects and ancient forms
        // that share the name.
        Language::match_autonyms(move |autonym| autonym.to_lowercase() == wanted)
            .find(|language| language.to_639_1().is_some())?
    };
    let code = language.to_639_1()?;
    let listed = TENANT_LANGUAGES.iter().find(|(other, _)| *other == code);
    let name = listed.map_or_else(|| language.to_name(), |(_, name)| *name);
    // ISO adds remarks: "Modern Greek (1453-)".
    let name = name.split(" (").next().unwrap_or(name);
    Some((code, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_provider_goes_by_code_and_english_name() {
        for (endonym, code, name) in [
            ("Čeština", "cs", "Czech"),
            ("Dansk", "da", "Danish"),
            ("Deutsch", "de", "German"),
            ("Español", "es", "Spanish"),
            ("Français", "fr", "French"),
            ("Italiano", "it", "Italian"),
            ("Malayu", "ms", "Malay"),
            ("Nederlands", "nl", "Dutch"),
            ("Polski", "pl", "Polish"),
            ("Português", "pt", "Portuguese"),
            ("Português (Brasil)", "pt-BR", "Portuguese (Brazil)"),
            ("Suomi", "fi", "Finnish"),
            ("Svenska", "sv", "Swedish"),
            ("Türkçe", "tr", "Turkish"),
            ("日本語", "ja", "Japanese"),
            ("한국어", "ko", "Korean"),
        ] {
            assert_eq!(aliases(endonym), [code, name], "{endonym}");
        }
        assert_eq!(aliases("English"), ["en"]);
    }

    #[test]
    fn what_is_not_known_has_no_alias() {
        for endonym in ["Klingon of old", "Português (Marte)", ""] {
            assert!(aliases(endonym).is_empty(), "{endonym}");
        }
    }

    #[test]
    fn codes_have_one_spelling() {
        for (written, code) in [
            ("pt_BR", "pt-BR"),
            ("EN", "en"),
            ("es-419", "es-419"),
            ("xx_y", "xx_y"),
        ] {
            assert_eq!(tenant_language(written), code);
        }
    }
}
