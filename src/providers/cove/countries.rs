//! Countries. Inside `trueup` a country is its ISO 3166-1 alpha-2 code; the
//! service returns codes and English names as it likes, whatever it was sent
//! (N-able guide: `Greece` on one page, `NL` on another).

use std::collections::{BTreeMap, BTreeSet};

use rust_iso3166::CountryCode;

use super::wire::CountryRow;
use crate::provider::{Choice, Table};

/// Names that people and services write, and ISO does not.
const COMMON_NAMES: [(&str, &str); 26] = [
    ("BN", "Brunei"),
    ("CD", "Democratic Republic of the Congo"),
    ("CD", "DR Congo"),
    ("CI", "Ivory Coast"),
    ("CV", "Cape Verde"),
    ("CZ", "Czech Republic"),
    ("GB", "Great Britain"),
    ("GB", "UK"),
    ("GB", "United Kingdom"),
    ("KP", "North Korea"),
    ("KR", "Korea, Republic of"),
    ("KR", "Republic of Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MK", "Macedonia"),
    ("MM", "Burma"),
    ("PS", "Palestinian Territories"),
    ("RU", "Russia"),
    ("SY", "Syria"),
    ("SZ", "Swaziland"),
    ("TL", "East Timor"),
    ("TR", "Turkey"),
    ("US", "United States"),
    ("VA", "Vatican"),
    ("VA", "Vatican City"),
    ("VN", "Vietnam"),
];

/// Not in ISO 3166-1, but in general use under a code that ISO leaves to users.
const KOSOVO: (&str, &str, &str) = ("XK", "Kosovo", "XKX");

/// The countries that the service lists, and behind them those of ISO 3166-1.
#[derive(Debug)]
pub(super) struct Countries {
    /// What a manifest may name: the service's own list where it may be read.
    offered: Vec<Choice>,
    /// The code for each spelling in lower case, of every country: the service
    /// returns some that it does not list.
    codes: BTreeMap<String, String>,
}

impl Countries {
    /// The countries of ISO 3166-1, for an account that may not read the
    /// service's list.
    pub(super) fn standard() -> Self {
        Self::new(standard(), &[])
    }

    /// The countries that the service lists, known under all their names.
    pub(super) fn listed(rows: &[CountryRow]) -> Self {
        let all = standard();
        let mut seen = BTreeSet::new();
        let offered = rows
            .iter()
            .filter_map(|row| {
                let code = row.iso_code.as_deref()?.trim().to_uppercase();
                let name = row.name.clone().unwrap_or_else(|| code.clone());
                Some((code, name))
            })
            .filter(|(code, _)| !code.is_empty() && seen.insert(code.clone()))
            .map(|(code, name)| {
                let mut aliases = all
                    .iter()
                    .find(|choice| choice.id == code)
                    .map(|choice| [vec![choice.name.clone()], choice.aliases.clone()].concat())
                    .unwrap_or_default();
                aliases.retain(|alias| !same(alias, &name));
                Choice {
                    id: code,
                    name,
                    aliases,
                }
            })
            .collect();
        Self::new(offered, &all)
    }

    /// Codes come before names, and the service's names before the others.
    fn new(offered: Vec<Choice>, others: &[Choice]) -> Self {
        let code = |choice: &Choice| (choice.id.to_lowercase(), choice.id.clone());
        let mut codes = by_name(others);
        codes.extend(by_name(&offered));
        codes.extend(others.iter().chain(&offered).map(code));
        Self { offered, codes }
    }

    /// The code of a country that the service wrote as code, name or alias.
    /// What is in no table stays as it is.
    pub(super) fn canonical(&self, written: &str) -> String {
        match self.codes.get(&written.trim().to_lowercase()) {
            Some(code) => code.clone(),
            None => written.to_owned(),
        }
    }

    /// The look-up table for manifests. Closed: what the service would take an
    /// unknown country for is not documented.
    pub(super) fn table(&self) -> Table {
        Table {
            choices: self.offered.clone(),
            open: false,
        }
    }
}

/// The code for each name and alias in lower case that only one country has.
fn by_name(choices: &[Choice]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for choice in choices {
        for name in std::iter::once(&choice.name).chain(&choice.aliases) {
            let codes = found.entry(name.to_lowercase()).or_default();
            codes.insert(&choice.id);
        }
    }
    found
        .into_iter()
        .filter(|(_, codes)| codes.len() == 1)
        .flat_map(|(name, codes)| {
            codes
                .into_iter()
                .map(move |code| (name.clone(), code.to_owned()))
        })
        .collect()
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn standard() -> Vec<Choice> {
    let (code, name, alpha3) = KOSOVO;
    let mut choices: Vec<Choice> = rust_iso3166::ALL.iter().map(choice).collect();
    choices.push(Choice {
        id: code.to_owned(),
        name: name.to_owned(),
        aliases: vec![alpha3.to_owned()],
    });
    choices.sort_by(|one, other| one.id.cmp(&other.id));
    choices
}

fn choice(country: &CountryCode) -> Choice {
    let common = COMMON_NAMES
        .iter()
        .filter(|(code, _)| *code == country.alpha2)
        .map(|(_, name)| (*name).to_owned());
    let aliases = std::iter::once(country.alpha3.to_owned())
        .chain(short_name(country.name))
        .chain(common)
        .collect();
    Choice {
        id: country.alpha2.to_owned(),
        name: country.name.to_owned(),
        aliases,
    }
}

/// `Netherlands` for `Netherlands (Kingdom of the)`, unless another country has
/// just that name, as Congo has.
fn short_name(name: &str) -> Option<String> {
    let (short, _) = name.split_once(" (")?;
    let taken = rust_iso3166::ALL.iter().any(|other| other.name == short);
    (!taken).then(|| short.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Lookups;

    fn row(name: &str, code: &str) -> CountryRow {
        CountryRow {
            name: Some(name.to_owned()),
            iso_code: Some(code.to_owned()),
        }
    }

    #[test]
    fn all_spellings_of_a_country_are_one() {
        let listed = Countries::listed(&[row("Greece", "GR"), row("Netherlands", "NL")]);
        for countries in [listed, Countries::standard()] {
            for (written, code) in [
                ("Greece", "GR"),
                ("GREECE", "GR"),
                ("GR", "GR"),
                ("gr", "GR"),
                ("GRC", "GR"),
                ("Netherlands", "NL"),
                ("US", "US"),
                ("United States", "US"),
                ("United States of America", "US"),
                ("United Kingdom", "GB"),
                ("Turkey", "TR"),
                ("Türkiye", "TR"),
                ("Bulgaria", "BG"),
                ("Congo", "CG"),
                ("DR Congo", "CD"),
                ("Kosovo", "XK"),
                ("No", "NO"),
            ] {
                assert_eq!(countries.canonical(written), code, "{written}");
            }
        }
    }

    #[test]
    fn what_is_in_no_table_stays_as_it_is() {
        for raw in ["Atlantis", "Korea", " Atlantis "] {
            assert_eq!(Countries::standard().canonical(raw), raw);
        }
    }

    #[test]
    fn the_names_of_the_service_come_first() {
        let countries =
            Countries::listed(&[row("Hellas", "gr"), row("No code", ""), row("X", "GR")]);
        assert_eq!(countries.canonical("Hellas"), "GR");
        let mut lookups = Lookups::default();
        lookups.add("country", countries.table());
        assert_eq!(lookups.name_of("country", "GR"), "Hellas");
        for said in ["GR", "gr", "Greece", "GRC", "hellas"] {
            assert_eq!(
                lookups.resolve("country", said),
                Ok("GR".to_owned()),
                "{said}"
            );
        }
    }

    #[test]
    fn a_country_that_nobody_knows_is_refused_before_it_is_sent() {
        let mut lookups = Lookups::default();
        lookups.add("country", Countries::standard().table());
        assert!(lookups.resolve("country", "Atlantis").is_err());
        let found = lookups
            .resolve("country", "Korea")
            .expect_err("two of them");
        assert_eq!(found.reason, "`Korea` fits 2 entries of the country table");
        assert_eq!(lookups.resolve("country", "Congo"), Ok("CG".to_owned()));
    }

    #[test]
    fn every_common_name_belongs_to_one_country() {
        for (code, name) in COMMON_NAMES {
            assert_eq!(Countries::standard().canonical(name), code, "{name}");
        }
    }
}
