//! Look-up tables: the provider's ids, and the names that people write.

use std::collections::BTreeMap;

use crate::model::{Obstacle, limit::NAMES_SHOWN_MAX, words};

/// One entry of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands in the record.
    pub id: String,
    /// The name that the plan shows.
    pub name: String,
    /// Further names that a manifest may use, such as an ISO code.
    pub aliases: Vec<String>,
}

/// One look-up table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The entries.
    pub choices: Vec<Choice>,
    /// Whether an id that is not in the table may be written all the same: the
    /// provider does not list all of them, or could not be asked.
    pub open: bool,
}

/// All tables of one provider, and its time zone.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    tables: BTreeMap<&'static str, Table>,
    /// The zone of dates without an offset. UTC unless the provider says
    /// otherwise.
    pub zone: Option<jiff::tz::TimeZone>,
}

impl Lookups {
    /// Adds a table.
    pub fn add(&mut self, name: &'static str, table: Table) {
        self.tables.insert(name, table);
    }

    /// The table of that name, if the provider gave it.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The names of the tables with their sizes.
    pub fn sizes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.tables
            .iter()
            .map(|(name, table)| (*name, table.choices.len()))
    }

    /// The id for what a manifest says.
    ///
    /// # Errors
    /// When nothing or more than one entry fits.
    pub fn resolve(&self, table: &str, said: &str) -> Result<String, Obstacle> {
        match self.table(table) {
            Some(found) => found.resolve(table, said),
            None => Err(Obstacle::new(format!(
                "the provider did not return its {table} table, so `{said}` cannot be looked up"
            ))
            .hint(format!("check that the account may read the {table} table"))),
        }
    }

    /// The name to show for an id; the id itself when it is in no table.
    #[must_use]
    pub fn name_of<'a>(&'a self, table: &str, id: &'a str) -> &'a str {
        self.table(table)
            .and_then(|table| table.choices.iter().find(|choice| choice.id == id))
            .map_or(id, |choice| choice.name.as_str())
    }
}

impl Table {
    fn resolve(&self, table: &str, said: &str) -> Result<String, Obstacle> {
        if let Some(choice) = self.choices.iter().find(|choice| choice.id == said) {
            return Ok(choice.id.clone());
        }
        let same = |name: &str| name.to_lowercase() == said.to_lowercase();
        let mut fits: Vec<&Choice> = self
            .choices
            .iter()
            .filter(|choice| {
                same(&choice.id)
                    || same(&choice.name)
                    || choice.aliases.iter().any(|alias| same(alias))
            })
            .collect();
        fits.dedup_by(|one, other| one.id == other.id);
        match fits.as_slice() {
            [only] => Ok(only.id.clone()),
            [] if self.open => Ok(said.to_owned()),
            [] => {
                let names = self
                    .choices
                    .iter()
                    .flat_map(|choice| [choice.name.as_str(), choice.id.as_str()]);
                let hint = match words::nearest(said, names.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => self.known(),
                };
                let reason = format!("there is no {table} `{said}` at the provider");
                Err(Obstacle::new(reason).hint(hint))
            }
            several => {
                let candidates: Vec<String> = several
                    .iter()
                    .take(NAMES_SHOWN_MAX)
                    .map(|choice| format!("`{}` ({})", choice.name, choice.id))
                    .collect();
                let reason = format!(
                    "`{said}` fits {} entries of the {table} table",
                    several.len()
                );
                let candidates = candidates.join(", ");
                let hint = format!("write the id of one of them: {candidates}");
                Err(Obstacle::new(reason).hint(hint))
            }
        }
    }

    fn known(&self) -> String {
        let names = self.choices.iter().map(|choice| choice.name.as_str());
        format!("known are {}", words::first(names, NAMES_SHOWN_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let choice = |id: &str, name: &str, alias: &str| Choice {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
        };
        Table {
            choices: vec![
                choice("1", "Bulgaria", "BG"),
                choice("2", "Other", "Hardware/Other"),
                choice("3", "Other", "Software/Other"),
            ],
            open: false,
        }
    }

    #[test]
    fn takes_an_id_a_name_or_an_alias() {
        for said in ["1", "bulgaria", "BG", "bg"] {
            assert_eq!(table().resolve("country", said), Ok("1".to_owned()));
        }
        assert_eq!(
            table().resolve("category", "Software/Other"),
            Ok("3".to_owned())
        );
    }

    #[test]
    fn refuses_what_is_ambiguous_and_lists_the_candidates() {
        let found = table().resolve("category", "Other").expect_err("ambiguous");
        assert_eq!(found.reason, "`Other` fits 2 entries of the category table");
        assert_eq!(
            found.hint.as_deref(),
            Some("write the id of one of them: `Other` (2), `Other` (3)")
        );
    }

    #[test]
    fn suggests_the_nearest_name() {
        let found = table().resolve("country", "Bulgari").expect_err("unknown");
        assert_eq!(found.hint.as_deref(), Some("did you mean `Bulgaria`?"));
    }
}
