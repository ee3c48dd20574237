//! Countries and locations.

use serde_json::{Value, json};

use super::Session;

fn country(code: &str, name: &str, id: i64, location_id: i64) -> Value {
    json!({
        "Id": id, "Name": name, "IsoCode": code, "LocationId": location_id,
        "IsBlocked": false, "IsOnlyLocation": false,
    })
}

#[test]
fn all_countries_are_there_and_each_has_a_location() {
    let mut session = Session::new();
    let countries = session.value("EnumerateCountries", &json!({}));
    let countries = countries.as_array().expect("a list is an array");
    assert_eq!(countries.len(), 249);
    assert!(countries.contains(&country("GR", "Greece", 300, 18)));
    assert!(countries.contains(&country("NL", "Netherlands", 528, 7)));

    let locations = session.value("EnumerateLocations", &json!({}));
    let locations = locations.as_array().expect("a list is an array");
    for country in countries {
        let id = &country["LocationId"];
        assert!(locations.iter().any(|location| location["Id"] == *id));
    }
    let strict = json!({ "Id": 3, "Name": "Sandbox Canada", "Flags": ["StrictLocationPolicy"] });
    assert!(locations.contains(&strict));
}

#[test]
fn countries_are_found_by_code_and_name_whatever_the_case() {
    let mut session = Session::new();
    let greece = country("GR", "Greece", 300, 18);
    let uk = country("GB", "United Kingdom", 826, 11);
    let official = "United Kingdom of Great Britain and Northern Ireland";
    let cases = [
        (
            "GetCountryByIsoCode",
            "countryIsoCode",
            "GR",
            greece.clone(),
        ),
        (
            "GetCountryByIsoCode",
            "countryIsoCode",
            "Greece",
            Value::Null,
        ),
        ("GetCountryByName", "countryName", "greece", greece.clone()),
        ("GetCountryByName", "countryName", "GR", Value::Null),
        (
            "GetCountryByIsoCodeOrName",
            "countryIsoCodeOrName",
            "gr",
            greece.clone(),
        ),
        (
            "GetCountryByIsoCodeOrName",
            "countryIsoCodeOrName",
            "Greece",
            greece,
        ),
        (
            "GetCountryByIsoCodeOrName",
            "countryIsoCodeOrName",
            official,
            uk,
        ),
        (
            "GetCountryByIsoCodeOrName",
            "countryIsoCodeOrName",
            "Atlantis",
            Value::Null,
        ),
    ];
    for (method, parameter, text, expected) in cases {
        let answer = session.call(method, &json!({ parameter: text }));
        assert_eq!(answer["result"], json!({ "result": expected }), "{text}");
    }
}

#[test]
fn locations_are_found_by_id_and_name() {
    let mut session = Session::new();
    let expected = json!({ "Id": 7, "Name": "Sandbox Netherlands", "Flags": null });
    let by_id = session.value("GetLocationInfo", &json!({ "locationId": 7 }));
    assert_eq!(by_id, expected);
    let params = json!({ "locationName": "Sandbox Netherlands" });
    assert_eq!(session.value("GetLocationInfoByName", &params), expected);
    let unknown = json!({ "locationId": 8 });
    assert_eq!(session.refusal("GetLocationInfo", &unknown), 1802);
    let unknown = json!({ "locationName": "Nowhere" });
    assert_eq!(session.refusal("GetLocationInfoByName", &unknown), 1802);
}

#[test]
fn the_location_is_the_chosen_one_or_the_countrys_or_the_parents() {
    let mut session = Session::new();
    let address = |country: &str| json!({ "PostAddress": { "Country": country } });
    let cases = [
        (json!({ "LocationId": 15, "Company": address("GR") }), 15),
        (
            json!({ "DeviceCountry": "CA", "Company": address("GR") }),
            3,
        ),
        (json!({ "Company": address("Greece") }), 18),
        (json!({ "Company": null }), 7),
        (json!({ "LocationId": 0, "Company": address("US") }), 1),
    ];
    for (index, (mut members, expected)) in cases.into_iter().enumerate() {
        members["Name"] = json!(format!("Customer {index}"));
        let id = session.add(&members);
        assert_eq!(session.by_id(id)["LocationId"], expected, "{members}");
    }
    assert_eq!(session.refused_add(&json!({ "LocationId": 8 })), 1802);
}

#[test]
fn a_location_can_be_chosen_later_and_given_back() {
    let mut session = Session::new();
    let id = session.add(&json!({ "Company": { "PostAddress": { "Country": "GR" } } }));
    session.modify(id, &json!({ "LocationId": 15 }));
    assert_eq!(session.by_id(id)["LocationId"], 15);
    session.modify(id, &json!({ "LocationId": 0 }));
    assert_eq!(session.by_id(id)["LocationId"], 18);
    assert_eq!(
        session.refused_modify(id, &json!({ "LocationId": 8 })),
        1802
    );
}
