//! Names of countries. The provider lists English names of its own spelling and
//! no codes (Acronis contract, 4.5), people write ISO codes.

use rust_iso3166::{ALL, CountryCode, from_alpha2};

/// Names that the provider, or people, use and that ISO 3166 does not.
const OTHER_NAMES: [(&str, &str); 33] = [
    ("Brunei", "BN"),
    ("Burma", "MM"),
    ("Cape Verde", "CV"),
    ("Czech Republic", "CZ"),
    ("Democratic Republic of the Congo", "CD"),
    ("East Timor", "TL"),
    ("Great Britain", "GB"),
    ("Hong Kong SAR", "HK"),
    ("Ivory Coast", "CI"),
    ("Laos", "LA"),
    ("Macau", "MO"),
    ("Macedonia", "MK"),
    ("Moldova", "MD"),
    ("North Korea", "KP"),
    ("Palestine", "PS"),
    ("Republic of the Congo", "CG"),
    ("Russia", "RU"),
    ("Saint Martin", "MF"),
    ("Sint Maarten", "SX"),
    ("South Korea", "KR"),
    ("Swaziland", "SZ"),
    ("Syria", "SY"),
    ("The Gambia", "GM"),
    ("The Netherlands", "NL"),
    ("Turkey", "TR"),
    ("UK", "GB"),
    ("USA", "US"),
    ("United Kingdom", "GB"),
    ("United States", "US"),
    ("Vatican City", "VA"),
    ("Vietnam", "VN"),
    ("British Virgin Islands", "VG"),
    ("US Virgin Islands", "VI"),
];

/// Further names for the country that the provider calls `name`: its ISO codes,
/// its ISO name, and other names in use. None for a name that is not known.
pub(super) fn aliases(name: &str) -> Vec<String> {
    let Some(country) = country(name) else {
        return Vec::new();
    };
    let other_names = OTHER_NAMES
        .iter()
        .filter(|(_, code)| *code == country.alpha2)
        .map(|(name, _)| *name);
    [
        country.alpha2,
        country.alpha3,
        country.name,
        short(country.name),
    ]
    .into_iter()
    .chain(other_names)
    .map(str::to_owned)
    .filter(|alias| alias.to_lowercase() != name.to_lowercase())
    .collect()
}

/// The country that a name stands for.
fn country(name: &str) -> Option<CountryCode> {
    // Some names repeat themselves: "Yemen - Republic of Yemen".
    let name = name.split(" - ").next().unwrap_or(name).trim();
    let same = |other: &str| other.to_lowercase() == name.to_lowercase();
    if let Some(country) = ALL.iter().find(|country| same(country.name)) {
        return Some(*country);
    }
    if let Some((_, code)) = OTHER_NAMES.iter().find(|(other, _)| same(other)) {
        return from_alpha2(code);
    }
    let mut fits = ALL.iter().filter(|country| same(short(country.name)));
    match (fits.next(), fits.next()) {
        (Some(only), None) => Some(*only),
        // Such as "Korea", of which there are two.
        _ => None,
    }
}

/// `Bolivia` for `Bolivia (Plurinational State of)`. A short name that two
/// countries share, or one of them bears in full, is left long.
fn short(name: &'static str) -> &'static str {
    let Some((short, _)) = name.split_once(" (") else {
        return name;
    };
    let shared = ALL
        .iter()
        .filter(|country| country.name == short || country.name.starts_with(&format!("{short} (")))
        .count();
    if shared == 1 { short } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_provider_has_its_iso_code() {
        for (name, code) in [
            ("Bulgaria", "BG"),
            ("Bolivia", "BO"),
            ("Czech Republic", "CZ"),
            ("Hong Kong", "HK"),
            ("Iran", "IR"),
            ("Macedonia", "MK"),
            ("Netherlands", "NL"),
            ("North Korea", "KP"),
            ("Russia", "RU"),
            ("South Korea", "KR"),
            ("Syria", "SY"),
            ("Taiwan", "TW"),
            ("Turkey", "TR"),
            ("United Kingdom", "GB"),
            ("United States", "US"),
            ("Venezuela", "VE"),
            ("Vietnam", "VN"),
            ("Yemen - Republic of Yemen", "YE"),
        ] {
            let aliases = aliases(name);
            assert!(
                aliases.iter().any(|alias| alias == code),
                "{name}: {aliases:?}"
            );
        }
    }

    #[test]
    fn no_two_countries_share_a_name() {
        let mut owners = std::collections::BTreeMap::new();
        for country in ALL {
            for alias in aliases(country.name) {
                let owner = owners.entry(alias.to_lowercase()).or_insert(country.alpha2);
                assert_eq!(*owner, country.alpha2, "{alias}");
            }
        }
    }

    #[test]
    fn every_other_name_leads_to_a_country() {
        for (name, code) in OTHER_NAMES {
            assert_eq!(
                country(name).map(|country| country.alpha2),
                Some(code),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_not_known_or_shared_has_no_alias() {
        for name in ["Atlantis", "Korea", ""] {
            assert!(aliases(name).is_empty(), "{name}");
        }
    }
}
