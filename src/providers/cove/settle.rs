//! Which differences between a manifest and a customer are none.

use std::collections::BTreeSet;

use super::{
    beside::{Beside, Standing, wanted},
    convert, fields,
    spec::{LEVELS_WITHOUT_CHILD_SERVICES, TRIAL_TIMES},
    state::{IN_PRODUCTION, Move, judge},
};
use crate::{
    model::{FieldPath, Leaf, Tree, words},
    provider::{Record, Settling},
};

/// The flags that a manifest alone decides on. The two others that are known,
/// `HasCustomBranding` and `HasCustomUpdatePackages`, the provider sets as a
/// side effect of branding and of update packages.
const FLAGS_OF_OURS: [&str; 2] = ["UnsubscribedFromTrialNotifications", "CanInvoiceOthers"];

/// Copies into `desired` what must be left alone.
pub(super) fn settle(settling: &mut Settling<'_>) {
    settle_ids(settling);
    settle_state(settling);
    settle_trial_times(settling);
    note_trial_times(settling);
    settle_flags(settling);
    settle_child_service_types(settling);
    note_level(settling);
    note_device_country(settling);
}

fn path(text: &str) -> FieldPath {
    fields().path(text).expect("the spec has the field")
}

/// Ids are numbers, so `0123` is `123`.
fn settle_ids(settling: &mut Settling<'_>) {
    let canonical: Vec<(FieldPath, Leaf)> = settling
        .desired
        .iter()
        .filter(|(path, _)| fields().facts(path.as_str()).is_some_and(convert::is_id))
        .filter_map(|(path, leaf)| Some((path, convert::id(leaf.text()?)?)))
        .map(|(path, id)| (path, Leaf::Text(id.to_string())))
        .collect();
    for (path, leaf) in canonical {
        settling.desired.set(path, leaf);
    }
}

fn settle_state(settling: &mut Settling<'_>) {
    let (Some(desired), Some(live)) = (
        settling.desired.text("state"),
        settling.record.tree.text("state"),
    ) else {
        return;
    };
    let note = match judge(live, desired) {
        Move::Here | Move::Modify | Move::Change => return,
        Move::Passed => {
            format!("the state is `{live}`, past the wanted `{desired}`; it is never pushed back")
        }
        Move::TrialOver => {
            settling.moved_on.push(path("state"));
            format!(
                "the trial is over (state `{live}`); to go on, set `state` to `InProduction`, or \
                 renew the trial in the console"
            )
        }
    };
    settling.accept_live(path("state"));
    settling.notes.push(note);
}

/// Whether trial times outlive the trial is not documented. Where the provider
/// has cleared them, they are not written into a customer in production.
fn settle_trial_times(settling: &mut Settling<'_>) {
    if settling.record.tree.text("state") != Some(IN_PRODUCTION) {
        return;
    }
    for field in TRIAL_TIMES {
        let wanted = settling
            .desired
            .at(field)
            .is_some_and(|leaf| !leaf.is_unset());
        let cleared = settling.live(field).is_unset();
        if wanted && cleared {
            settling.accept_live(path(field));
            settling.notes.push(format!(
                "`{field}` is not compared: the provider clears trial times in production"
            ));
        }
    }
}

/// What becomes of trial times when a trial ends shows only when it has.
fn note_trial_times(settling: &mut Settling<'_>) {
    let ends = settling.desired.text("state") == Some(IN_PRODUCTION)
        && settling.record.tree.text("state") != Some(IN_PRODUCTION);
    let changed = TRIAL_TIMES.into_iter().filter(|field| {
        let wanted = settling.desired.at(field).filter(|leaf| !leaf.is_unset());
        wanted.is_some() && wanted != settling.record.tree.at(field)
    });
    let changed: Vec<&str> = changed.filter(|_| ends).collect();
    for field in changed {
        settling.notes.push(format!(
            "`{field}` may be cleared by the provider as the trial ends, and is not compared then"
        ));
    }
}

fn settle_flags(settling: &mut Settling<'_>) {
    let Some(desired) = settling.desired.at("flags") else {
        return;
    };
    let desired = names(Some(desired));
    let left = left_alone(settling.record, &desired);
    if left.is_empty() {
        return;
    }
    settling.notes.push(format!(
        "{} {} left in `flags`: the provider sets them, or they are not known",
        words::count(left.len(), "flag"),
        words::list(left.iter().map(String::as_str)),
    ));
    let merged = desired.into_iter().chain(left).collect();
    settling.desired.set(path("flags"), Leaf::Set(merged));
}

/// The live flags that stay although the manifest does not name them: those
/// that the provider sets by itself, and those newer than the schema.
pub(super) fn left_alone(record: &Record, desired: &BTreeSet<String>) -> BTreeSet<String> {
    names(record.tree.at("flags"))
        .into_iter()
        .filter(|flag| !FLAGS_OF_OURS.contains(&flag.as_str()) && !desired.contains(flag))
        .collect()
}

/// The names of a set; none when it is unset.
pub(super) fn names(leaf: Option<&Leaf>) -> BTreeSet<String> {
    match leaf {
        Some(Leaf::Set(names)) => names.clone(),
        _ => BTreeSet::new(),
    }
}

/// The provider takes them for an end customer and returns null.
fn settle_child_service_types(settling: &mut Settling<'_>) {
    let field = path("childServiceTypes");
    let level = wanted(settling.desired, settling.record, "level").unwrap_or_default();
    let differs = settling
        .desired
        .get(field)
        .is_some_and(|leaf| leaf != settling.live(field));
    if !differs || !LEVELS_WITHOUT_CHILD_SERVICES.contains(&level) {
        return;
    }
    settling.notes.push(format!(
        "`childServiceTypes` is not compared: the provider keeps none for the level `{level}`"
    ));
    settling.accept_live(field);
}

/// The vendor's rule is "lower than the parent", its own sample makes a reseller
/// under a reseller: the server decides.
fn note_level(settling: &mut Settling<'_>) {
    let moves = ["level", "parent"].into_iter().any(|path| {
        let desired = settling.desired.at(path);
        desired.is_some() && desired != settling.record.tree.at(path)
    });
    if !moves {
        return;
    }
    let beside = Beside::of(settling.record);
    if let Standing::Equal { level } = beside.standing(settling.desired, settling.record) {
        settling.notes.push(format!(
            "the level `{level}` is that of the parent; the provider may refuse it"
        ));
    }
}

/// Whether the country of the devices can be changed, or is ever returned, is
/// not documented. It is given once; where it can be seen to differ, that is
/// said.
fn note_device_country(settling: &mut Settling<'_>) {
    let country = |tree: &Tree| tree.text("deviceCountry").map(str::to_owned);
    let (Some(wanted), Some(live)) = (country(settling.desired), country(&settling.record.tree))
    else {
        return;
    };
    if wanted != live {
        settling.notes.push(format!(
            "`deviceCountry` is `{live}` at the provider; it is given only when a customer is \
             made, so it stays"
        ));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        model::RemoteId,
        provider::{Lookups, Raw},
    };

    fn text(value: &str) -> Leaf {
        Leaf::Text(value.to_owned())
    }

    fn set(names: &[&str]) -> Leaf {
        match names {
            [] => Leaf::Unset,
            names => Leaf::Set(names.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    fn tree(fields: Vec<(&str, Leaf)>) -> Tree {
        fields
            .into_iter()
            .map(|(name, leaf)| (path(name), leaf))
            .collect()
    }

    /// What is desired after settling, and the notes.
    fn settled(desired: Vec<(&str, Leaf)>, live: Vec<(&str, Leaf)>) -> (Tree, Vec<String>) {
        let mut desired = tree(desired);
        let record = Record {
            remote: RemoteId("700105".to_owned()),
            tree: tree(live),
            unknown: Vec::new(),
            ended: None,
            raw: Raw(json!({ "levels": { "700001": "Reseller" } })),
        };
        let mut notes = Vec::new();
        settle(&mut Settling {
            desired: &mut desired,
            record: &record,
            lookups: &Lookups::default(),
            notes: &mut notes,
            moved_on: &mut Vec::new(),
        });
        (desired, notes)
    }

    #[test]
    fn a_state_that_went_on_is_left_alone() {
        for (desired, live, expected, notes) in [
            ("InTrial", "InTrial", "InTrial", 0),
            ("InTrial", "WaitingForProduction", "WaitingForProduction", 1),
            ("InTrial", "InProduction", "InProduction", 1),
            ("InTrial", "Expired", "Expired", 1),
            ("InProduction", "InTrial", "InProduction", 0),
            ("InProduction", "Expired", "InProduction", 0),
            ("NotActive", "InProduction", "NotActive", 0),
        ] {
            let (after, said) =
                settled(vec![("state", text(desired))], vec![("state", text(live))]);
            assert_eq!(after.text("state"), Some(expected), "{live} to {desired}");
            assert_eq!(said.len(), notes, "{live} to {desired}");
        }
    }

    #[test]
    fn trial_times_that_production_has_cleared_are_left_alone() {
        let time = || text("2031-01-01 00:00:00");
        for (state, live, expected, notes) in [
            ("InProduction", Leaf::Unset, Leaf::Unset, 1),
            ("InProduction", text("2030-01-01 00:00:00"), time(), 0),
            ("InTrial", Leaf::Unset, time(), 0),
            ("NotActive", Leaf::Unset, time(), 0),
        ] {
            for field in TRIAL_TIMES {
                let live = vec![("state", text(state)), (field, live.clone())];
                let (after, said) = settled(vec![(field, time())], live);
                assert_eq!(after.at(field), Some(&expected), "{state}");
                assert_eq!(said.len(), notes, "{state}");
            }
        }
        let live = vec![("state", text("InProduction"))];
        let (_, notes) = settled(vec![("trialExpirationTime", Leaf::Unset)], live);
        assert_eq!(notes, Vec::<String>::new(), "nothing is wanted");
    }

    #[test]
    fn a_country_of_devices_that_can_be_seen_to_differ_is_noted() {
        let country = |code: &str| vec![("deviceCountry", text(code))];
        for (live, notes) in [
            (country("GR"), 1),
            (country("NL"), 0),
            (vec![("deviceCountry", Leaf::Unset)], 0),
            (vec![], 0),
        ] {
            let (after, said) = settled(country("NL"), live);
            assert_eq!(after, tree(country("NL")));
            assert_eq!(said.len(), notes, "{said:?}");
        }
    }

    #[test]
    fn flags_of_the_provider_stay() {
        for (desired, live, expected, notes) in [
            (
                set(&[]),
                set(&["HasCustomBranding"]),
                set(&["HasCustomBranding"]),
                1,
            ),
            (
                set(&["CanInvoiceOthers"]),
                set(&[
                    "HasCustomUpdatePackages",
                    "UnsubscribedFromTrialNotifications",
                ]),
                set(&["CanInvoiceOthers", "HasCustomUpdatePackages"]),
                1,
            ),
            (
                set(&["HasCustomBranding"]),
                set(&["HasCustomBranding"]),
                set(&["HasCustomBranding"]),
                0,
            ),
            (
                set(&["HasCustomBranding"]),
                set(&[]),
                set(&["HasCustomBranding"]),
                0,
            ),
            (set(&[]), set(&["CanInvoiceOthers"]), set(&[]), 0),
            (set(&[]), set(&["HasWings"]), set(&["HasWings"]), 1),
        ] {
            let (after, said) = settled(vec![("flags", desired)], vec![("flags", live)]);
            assert_eq!(after.at("flags"), Some(&expected));
            assert_eq!(said.len(), notes, "{said:?}");
        }
        let (after, notes) = settled(vec![], vec![("flags", set(&["HasCustomBranding"]))]);
        assert!(
            after.is_empty() && notes.is_empty(),
            "unmanaged flags stay unmanaged"
        );
    }

    #[test]
    fn every_flag_is_the_providers_or_ours() {
        let crate::model::field_map::ValueType::Set(names) =
            &fields().facts("flags").expect("there").value_type
        else {
            panic!("flags are a set");
        };
        let of_the_provider = ["HasCustomBranding", "HasCustomUpdatePackages"];
        let both: BTreeSet<&str> = FLAGS_OF_OURS.into_iter().chain(of_the_provider).collect();
        assert_eq!(
            names.iter().map(String::as_str).collect::<BTreeSet<_>>(),
            both
        );
    }

    #[test]
    fn child_service_types_of_an_end_customer_are_not_compared() {
        let types = || ("childServiceTypes", set(&["AllInclusive"]));
        for (level, notes) in [("EndCustomer", 1), ("Site", 1), ("Reseller", 0)] {
            let (after, said) = settled(vec![types()], vec![("level", text(level))]);
            let expected = if notes == 1 { Leaf::Unset } else { types().1 };
            assert_eq!(after.at("childServiceTypes"), Some(&expected), "{level}");
            assert_eq!(said.len(), notes);
        }
        // The level that the customer is about to have counts.
        let desired = vec![types(), ("level", text("Reseller"))];
        let (after, _) = settled(desired, vec![("level", text("EndCustomer"))]);
        assert_eq!(after.at("childServiceTypes"), Some(&types().1));
    }

    #[test]
    fn a_level_equal_to_that_of_the_parent_is_noted() {
        let live = || vec![("level", text("EndCustomer")), ("parent", text("700001"))];
        let (_, notes) = settled(vec![("level", text("Reseller"))], live());
        assert_eq!(notes.len(), 1);
        let (_, notes) = settled(vec![("level", text("Site"))], live());
        assert_eq!(notes, Vec::<String>::new());
        let same = vec![("level", text("Reseller")), ("parent", text("700001"))];
        let (_, notes) = settled(vec![("level", text("Reseller"))], same);
        assert_eq!(notes, Vec::<String>::new(), "nothing changes");
    }
}
