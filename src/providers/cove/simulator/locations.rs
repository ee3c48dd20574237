//! The locations of the service: default storage pools, each for several
//! neighbouring countries.

use serde_json::{Value, json};

use crate::simulator::KnobSettings;

use super::{
    context::{Answer, Context, Outcome},
    countries,
    input::Input,
    partner::Partner,
    refusal::Refusal,
};

struct Location {
    id: i64,
    name: &'static str,
    strict: bool,
    /// Alpha-2 codes, separated by blanks.
    countries: &'static str,
}

/// The location of every country that no other one names.
const REST_LOCATION_ID: i64 = 7;

/// Invented ids and names; ids never change.
const LOCATIONS: [Location; 7] = [
    Location {
        id: 1,
        name: "Sandbox United States",
        strict: false,
        countries: "US PR VI GU AS MP UM MX GT BZ SV HN NI CR PA BS BM CU DO HT JM KY TC",
    },
    Location {
        id: 3,
        name: "Sandbox Canada",
        strict: true,
        countries: "CA PM",
    },
    Location {
        id: REST_LOCATION_ID,
        name: "Sandbox Netherlands",
        strict: false,
        countries: "",
    },
    Location {
        id: 11,
        name: "Sandbox United Kingdom",
        strict: false,
        countries: "GB IE GG JE IM GI",
    },
    Location {
        id: 15,
        name: "Sandbox Australia",
        strict: false,
        countries: "AU NZ FJ PG NC PF WS TO VU SB KI TV NR CK NU TK WF NF CC CX",
    },
    Location {
        id: 18,
        name: "Sandbox South-East Europe",
        strict: true,
        countries: "GR CY BG RO MK AL RS ME XK BA",
    },
    Location {
        id: 21,
        name: "Sandbox Brazil",
        strict: false,
        countries: "BR AR UY PY CL BO PE EC CO VE GY SR GF FK",
    },
];

fn by_id(id: i64) -> Option<&'static Location> {
    LOCATIONS.iter().find(|location| location.id == id)
}

/// The location that serves a country.
pub(super) fn serving(alpha2: &str) -> i64 {
    LOCATIONS
        .iter()
        .find(|location| location.countries.split(' ').any(|code| code == alpha2))
        .map_or(REST_LOCATION_ID, |location| location.id)
}

/// Sets the location of a customer after its details were written: what the
/// request names, else what follows from the country of the devices or of the
/// address, else the parent's. `before` is what a changed customer was; 0
/// gives the choice back to the service.
pub(super) fn settle(
    partner: &mut Partner,
    before: Option<&Partner>,
    info: Input<'_>,
    parent_location_id: i64,
    knobs: &KnobSettings,
) -> Result<(), Refusal> {
    let derives = match (info.integer("LocationId")?, before) {
        (Some(id), _) if id != 0 => {
            let location = by_id(id).ok_or_else(|| Refusal::entity_not_found("Location"))?;
            partner.location_id = location.id;
            partner.location_chosen = true;
            false
        }
        (Some(_), _) | (None, None) => true,
        (None, Some(before)) => {
            !before.location_chosen
                && knobs.is("location_follows_country", "yes")
                && (before.country() != partner.country()
                    || before.device_country != partner.device_country)
        }
    };
    if derives {
        partner.location_chosen = false;
        partner.location_id = countries::location(&partner.device_country)
            .or_else(|| countries::location(partner.country()))
            .unwrap_or(parent_location_id);
    }
    Ok(())
}

fn shape(location: &Location) -> Value {
    let flags = if location.strict {
        json!(["StrictLocationPolicy"])
    } else {
        Value::Null
    };
    json!({ "Id": location.id, "Name": location.name, "Flags": flags })
}

/// `EnumerateLocations`.
pub(super) fn enumerate(context: &mut Context<'_>) -> Answer {
    context.list(LOCATIONS.iter().map(shape).collect())
}

/// `GetLocationInfo`.
pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let id = context
        .params
        .integer("locationId")?
        .ok_or_else(|| Refusal::bad_params("locationId"))?;
    found(by_id(id))
}

/// `GetLocationInfoByName`.
pub(super) fn get_by_name(context: &mut Context<'_>) -> Answer {
    let name = context
        .params
        .text("locationName")?
        .ok_or_else(|| Refusal::bad_params("locationName"))?;
    found(LOCATIONS.iter().find(|location| location.name == name))
}

fn found(location: Option<&Location>) -> Answer {
    location
        .map(|location| Outcome::Value(shape(location)))
        .ok_or_else(|| Refusal::entity_not_found("Location"))
}
