//! Fetches the look-up tables.

use serde_json::json;

use super::{
    countries::Countries,
    rpc::Rpc,
    session::{Session, is_hidden},
    wire::{CountryRow, LocationRow, Transition},
};
use crate::provider::{Choice, Failure, Table};

/// The names of the tables in the spec.
pub(super) const COUNTRY: &str = "country";
pub(super) const LOCATION: &str = "location";

/// The countries: the service's own list, or the standard's where this account
/// may not read that.
pub(super) async fn countries(session: &Session) -> Result<Countries, Failure> {
    let rpc = Rpc::new("EnumerateCountries", json!({}));
    match session.read::<Vec<CountryRow>>(&rpc).await {
        Ok(Some(rows)) if !rows.is_empty() => Ok(Countries::listed(&rows)),
        Ok(_) => Ok(Countries::standard()),
        Err(failure) if is_hidden(&failure) => Ok(Countries::standard()),
        Err(failure) => Err(failure),
    }
}

/// The storage locations. An account that may not list them can still write
/// their ids.
pub(super) async fn locations(session: &Session) -> Result<Table, Failure> {
    let rpc = Rpc::new("EnumerateLocations", json!({}));
    match session.read::<Vec<LocationRow>>(&rpc).await {
        Ok(rows) => Ok(location_table(rows.unwrap_or_default())),
        Err(failure) if is_hidden(&failure) => Ok(Table {
            choices: Vec::new(),
            open: true,
        }),
        Err(failure) => Err(failure),
    }
}

fn location_table(rows: Vec<LocationRow>) -> Table {
    let choices = rows.into_iter().map(|row| Choice {
        id: row.id.to_string(),
        name: row.name.unwrap_or_else(|| row.id.to_string()),
        aliases: Vec::new(),
    });
    Table {
        choices: choices.collect(),
        open: false,
    }
}

/// The legal moves between states; nothing where this account may not read
/// them.
pub(super) async fn transitions(session: &Session) -> Result<Option<Vec<Transition>>, Failure> {
    let rpc = Rpc::new("EnumeratePartnerStateTransitions", json!({}));
    match session.read::<Vec<Transition>>(&rpc).await {
        Ok(rows) => Ok(Some(rows.unwrap_or_default())),
        Err(failure) if is_hidden(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Lookups;

    #[test]
    fn a_location_is_written_by_name_or_id() {
        let row = |id: i64, name: &str| LocationRow {
            id,
            name: Some(name.to_owned()),
        };
        let mut lookups = Lookups::default();
        lookups.add(
            LOCATION,
            location_table(vec![row(7, "North"), row(18, "South")]),
        );
        for said in ["18", "South", "south"] {
            assert_eq!(lookups.resolve(LOCATION, said), Ok("18".to_owned()));
        }
        assert!(lookups.resolve(LOCATION, "8").is_err());
    }
}
