//! Every schema compiles, and every fact in it makes sense.

use std::collections::BTreeSet;

use trueup::{model::FieldMap, provider::KindDef, providers::ALL};

fn kinds() -> impl Iterator<Item = &'static KindDef> {
    ALL.iter().flat_map(|def| def.kinds.iter())
}

#[test]
fn every_schema_compiles_and_every_annotation_is_known() {
    for def in ALL {
        for kind in def.kinds.iter().chain([&def.settings]) {
            let compiled = FieldMap::compile(&kind.schema());
            assert!(compiled.is_ok(), "{}: {:?}", kind.kind, compiled.err());
        }
    }
}

#[test]
fn every_field_is_described_and_named_on_the_wire() {
    let mut faults = Vec::new();
    for kind in kinds() {
        for facts in kind.fields().iter() {
            let at = format!("{}.{}", kind.kind, facts.path);
            if facts.description.trim().is_empty() {
                faults.push(format!("{at} has no description"));
            }
            if facts.wire.is_none() {
                faults.push(format!("{at} has no wire name"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn facts_do_not_contradict_each_other() {
    let mut faults = Vec::new();
    for kind in kinds() {
        for facts in kind.fields().iter() {
            let at = format!("{}.{}", kind.kind, facts.path);
            if facts.computed && (facts.create_only || facts.create_needs || facts.write_only) {
                faults.push(format!("{at} is made by the provider and written as well"));
            }
            if facts.create_needs && facts.clearable {
                faults.push(format!("{at} is needed and can be cleared"));
            }
            if facts.credential {
                faults.push(format!("{at} is a credential in a record"));
            }
            if matches!(facts.class.word(), "bank" | "tax")
                && facts.path.as_str().to_lowercase().contains("number")
                && !facts.sensitive
            {
                faults.push(format!("{at} is a {} number in clear", facts.class.word()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn keys_names_and_references_exist() {
    let names: BTreeSet<&str> = kinds().map(|kind| kind.kind).collect();
    for kind in kinds() {
        assert!(kind.fields().facts(kind.key).is_some(), "{}", kind.kind);
        let name = kind.fields().facts(kind.display_name);
        assert!(name.is_some(), "{}", kind.kind);
        for facts in kind.fields().iter() {
            if let Some(target) = facts.reference {
                assert!(names.contains(target), "{}.{}", kind.kind, facts.path);
            }
        }
    }
}

#[test]
fn names_are_unique() {
    let all: Vec<&str> = kinds().map(|kind| kind.kind).collect();
    let unique: BTreeSet<&&str> = all.iter().collect();
    assert_eq!(all.len(), unique.len());
    let systems: BTreeSet<&str> = ALL.iter().map(|def| def.name).collect();
    assert_eq!(systems.len(), ALL.len());
}
