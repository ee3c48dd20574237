//! The states behind `StateCountry`. No endpoint lists them; a customer's
//! `StateCountryDescription` is the only place where a name shows.

use super::catalogue::{Named, rows};

/// Alabama, as the page on billing information shows it.
pub(crate) const ALABAMA: &str = "b4c87080-7c8c-45e0-8867-a714ffc79b7d";

/// All states with their ids.
pub(super) fn states(seed: u64) -> Vec<Named> {
    rows(seed, "state", &NAMES, &[("Alabama", ALABAMA)])
}

const NAMES: [&str; 51] = [
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "District of Columbia",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Massachusetts",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Hampshire",
    "New Jersey",
    "New Mexico",
    "New York",
    "North Carolina",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Pennsylvania",
    "Rhode Island",
    "South Carolina",
    "South Dakota",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
    "Washington",
    "West Virginia",
    "Wisconsin",
    "Wyoming",
];
