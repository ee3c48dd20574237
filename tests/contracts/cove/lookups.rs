//! Look-ups: countries and locations by id, name, code or alias; and what a plan
//! shows of them.

use serde_json::{Value, json};
use trueup::provider::Action;

use super::bench::{
    FIRST_NEW, ROOT, Stranger, bent, change, larkfield, params, quiet, refuse, settle, shown, world,
};

fn in_country(country: &str) -> Value {
    larkfield(&json!({ "company": { "postAddress": { "country": country } } }))
}

fn at(location: &str) -> Value {
    larkfield(&json!({ "location": location }))
}

/// However a country is written, and however the service spells it.
#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_a_country_is_one_country() {
    for spelling in ["name", "as_sent", "iso"] {
        let world = world(&[("country_on_read", spelling)]).await;
        settle(&world, &[in_country("GR")]).await;
        for said in ["Greece", "greece", "GRC", "gr", "GR"] {
            quiet(&world, &world.desired(&[in_country(said)])).await;
        }
        let sent = &params(&world, "AddPartner")[0]["partnerInfo"];
        assert_eq!(sent["Company"]["PostAddress"]["Country"], "GR");
        settle(&world, &[in_country("United Kingdom")]).await;
        quiet(&world, &world.desired(&[in_country("GB")])).await;
    }
}

/// Others may have written the name, or it came with blanks.
#[tokio::test(flavor = "multi_thread")]
async fn a_country_that_others_wrote_in_another_form_is_no_difference() {
    let world = world(&[("country_on_read", "as_sent")]).await;
    let stranger = Stranger(&world);
    settle(&world, &[in_country("NL")]).await;
    for written in [
        "Netherlands",
        "nl",
        "NETHERLANDS",
        "Netherlands (Kingdom of the)",
    ] {
        let address = json!({ "PostAddress": { "Country": written } });
        let info = json!({ "Id": FIRST_NEW, "Company": address });
        stranger.call("ModifyPartner", &json!({ "partnerInfo": info }));
        quiet(&world, &world.desired(&[in_country("NL")])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_ambiguous_country_is_refused_before_anything_is_sent() {
    let world = world(&[("unknown_country", "accepted")]).await;
    for (said, reason, hint) in [
        (
            "Atlantis",
            "there is no country `Atlantis` at the provider",
            "known are",
        ),
        (
            "Grece",
            "there is no country `Grece`",
            "did you mean `Greece`?",
        ),
        (
            "Korea",
            "`Korea` fits 2 entries of the country table",
            "(KR)",
        ),
    ] {
        let seen = change(&world, in_country(said)).await;
        assert_eq!(seen.action, Action::Blocked);
        let told = seen.reason.unwrap_or_default();
        assert!(told.contains(reason), "{told}");
        let told = seen.hint.unwrap_or_default();
        assert!(told.contains(hint), "{told}");
    }
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_is_given_by_name_or_id() {
    let world = world(&[]).await;
    for said in [
        "18",
        "Sandbox South-East Europe",
        "sandbox south-east europe",
    ] {
        settle(&world, &[at(said)]).await;
    }
    assert_eq!(
        params(&world, "AddPartner")[0]["partnerInfo"]["LocationId"],
        18
    );
    assert_eq!(params(&world, "ModifyPartner"), Vec::<Value>::new());
    for said in ["Sandbox South", "8"] {
        let seen = change(&world, at(said)).await;
        assert_eq!(seen.action, Action::Blocked, "{said}");
    }
}

/// Two locations of one name: the ids are offered.
#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_location_is_refused_with_the_candidates() {
    let world = bent(|asked, answer| {
        if asked["method"] == "EnumerateLocations" {
            for row in answer["result"]["result"].as_array_mut().expect("rows") {
                if row["Id"] == 18 || row["Id"] == 21 {
                    row["Name"] = json!("South");
                }
            }
        }
    })
    .await;
    let seen = change(&world, at("South")).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(seen.reason.unwrap_or_default().contains("fits 2 entries"));
    let hint = seen.hint.unwrap_or_default();
    assert!(hint.contains("`South` (18), `South` (21)"), "{hint}");
    settle(&world, &[at("21")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_shows_names_and_not_ids() {
    let world = world(&[]).await;
    let members = |country: &str, location: &str| {
        let company = json!({ "postAddress": { "country": country } });
        larkfield(&json!({ "location": location, "company": company, "deviceCountry": "GR" }))
    };
    let (planned, _) = world.plan(&world.desired(&[members("NL", "18")])).await;
    let text = shown(&planned);
    for name in [
        "\"Netherlands\"",
        "\"Sandbox South-East Europe\"",
        "\"Greece\"",
    ] {
        assert!(text.contains(name), "{text}");
    }
    settle(&world, &[members("NL", "18")]).await;
    let (planned, _) = world.plan(&world.desired(&[members("GRC", "3")])).await;
    let text = shown(&planned);
    for change in [
        "\"Netherlands\" → \"Greece\"",
        "\"Sandbox South-East Europe\" → \"Sandbox Canada\"",
    ] {
        assert!(text.contains(change), "{text}");
    }
    assert!(
        !text.contains("\"NL\"") && !text.contains("\"18\""),
        "{text}"
    );
}

/// An account that may not list them uses the standard's countries, and ids of
/// locations.
#[tokio::test(flavor = "multi_thread")]
async fn tables_that_may_not_be_read_are_not_needed() {
    let world = bent(|asked, answer| {
        let method = asked["method"].as_str().unwrap_or_default();
        if ["EnumerateCountries", "EnumerateLocations"].contains(&method) {
            refuse(
                answer,
                13_501,
                "Operation failed because of security reasons",
            );
        }
    })
    .await;
    let manifest = |country: &str, location: &str| {
        let company = json!({ "postAddress": { "country": country } });
        larkfield(&json!({ "location": location, "company": company }))
    };
    settle(&world, &[manifest("Greece", "18")]).await;
    quiet(&world, &world.desired(&[manifest("GR", "18")])).await;
    let seen = change(&world, manifest("GR", "South")).await;
    assert_eq!(seen.action, Action::Blocked);
    let reason = seen.reason.unwrap_or_default();
    assert!(reason.contains("ids are whole numbers"), "{reason}");
}

/// Left out, the location is the service's business: it may follow the country.
#[tokio::test(flavor = "multi_thread")]
async fn a_location_that_nobody_manages_may_follow_the_country() {
    for follows in ["no", "yes"] {
        let world = world(&[("location_follows_country", follows)]).await;
        let stranger = Stranger(&world);
        settle(&world, &[in_country("NL")]).await;
        assert_eq!(stranger.by_id(FIRST_NEW)["LocationId"], 7);
        settle(&world, &[in_country("GR")]).await;
        let expected = if follows == "yes" { 18 } else { 7 };
        assert_eq!(stranger.by_id(FIRST_NEW)["LocationId"], expected);
    }
}

/// Managed, it stays, for it is sent along with a changed country.
#[tokio::test(flavor = "multi_thread")]
async fn a_managed_location_stays_when_the_country_changes() {
    let world = world(&[("location_follows_country", "yes")]).await;
    let manifest = |country: &str, location: &str| {
        let company = json!({ "postAddress": { "country": country } });
        larkfield(&json!({ "location": location, "company": company }))
    };
    // Derived by the service: 7 is what it would have chosen.
    settle(&world, &[in_country("NL")]).await;
    settle(&world, &[manifest("GR", "7")]).await;
    assert_eq!(
        params(&world, "ModifyPartner")[0]["partnerInfo"]["LocationId"],
        7
    );
    assert_eq!(Stranger(&world).by_id(FIRST_NEW)["LocationId"], 7);
}

/// The country of the devices has not been seen in any answer. It is given once,
/// and where it is shown to be another one, that is said.
#[tokio::test(flavor = "multi_thread")]
async fn the_country_of_devices_is_given_once() {
    let devices_in = |country: &str| larkfield(&json!({ "deviceCountry": country }));
    for (echo, notes) in [("no", 0), ("yes", 1)] {
        let world = world(&[("echo_device_country", echo)]).await;
        settle(&world, &[devices_in("Greece")]).await;
        assert_eq!(
            params(&world, "AddPartner")[0]["partnerInfo"]["DeviceCountry"],
            "GR"
        );
        assert_eq!(Stranger(&world).by_id(FIRST_NEW)["LocationId"], 18);
        let same = quiet(&world, &world.desired(&[devices_in("GR")])).await;
        assert_eq!(same.plan.changes[0].notes, Vec::<String>::new());
        let other = quiet(&world, &world.desired(&[devices_in("NL")])).await;
        assert_eq!(
            other.plan.changes[0].notes.len(),
            notes,
            "{}",
            shown(&other)
        );
        assert_eq!(params(&world, "ModifyPartner"), Vec::<Value>::new());
    }
}

/// A parent may be named by its id too; a name that is neither is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_parent_is_given_by_reference_or_id() {
    let world = world(&[]).await;
    let under = |parent: Value| larkfield(&json!({ "parent": parent }));
    settle(&world, &[under(json!(ROOT.to_string()))]).await;
    let seen = change(&world, under(json!("Reseller North"))).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(
        seen.reason
            .unwrap_or_default()
            .contains("is no id of the provider")
    );
    let (_, findings) = world.read(&[under(json!({ "ref": "nobody" }))]);
    assert!(
        !findings.is_empty(),
        "a reference to nobody is found offline"
    );
}
