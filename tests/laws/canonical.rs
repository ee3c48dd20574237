//! The canonical form of what is canonical is itself: a tree that is written
//! into a manifest and read again is the same tree.

use serde_json::{Value, json};
use trueup::{
    desired::Desired,
    model::{Leaf, Tree},
    provider::{KindDef, codec},
};

use super::{
    converge::lookups,
    samples::{combines, values, with},
};
use crate::support::{
    providers,
    world::{World, manifest},
};

/// A tree as a manifest would write it.
fn written(tree: &Tree) -> Value {
    let mut spec = json!({});
    for (path, leaf) in tree.iter() {
        let value = match leaf {
            Leaf::Reference(address) => json!({ "ref": &*address.name }),
            other => codec::encode(other).unwrap_or(Value::Null),
        };
        spec = with(spec, path.as_str(), &value);
    }
    spec
}

fn tree(desired: &Desired) -> &Tree {
    &desired.resources[0].tree
}

async fn kind_is_canonical(world: &World, kind: &KindDef) {
    let lookups = lookups(world, kind).await;
    for at in [0, 1] {
        let mut spec = json!({});
        for facts in kind.fields().iter().filter(|facts| combines(kind, facts)) {
            if let Some(value) = values(kind, facts, &lookups) {
                spec = with(spec, facts.path.as_str(), &value[at]);
            }
        }
        let first = world.desired(&[manifest(kind.kind, "law-abiding", &spec)]);
        let again = world.desired(&[manifest(kind.kind, "law-abiding", &written(tree(&first)))]);
        assert_eq!(tree(&first), tree(&again), "{}", kind.kind);
        assert!(
            tree(&first).iter().count() > 10,
            "{} has few fields",
            kind.kind
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn canonical_of_canonical_is_canonical() {
    for def in providers() {
        let world = World::start(def).await;
        for kind in def.kinds {
            kind_is_canonical(&world, kind).await;
        }
    }
}

/// What a provider returns for what was written is what was wanted: the
/// conversion to the wire and back changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn conversion_there_and_back_is_the_identity() {
    for def in providers() {
        for kind in def.kinds {
            let world = World::start(def).await;
            let lookups = lookups(&world, kind).await;
            let mut spec = json!({});
            for facts in kind.fields().iter().filter(|facts| combines(kind, facts)) {
                if let Some([value, _]) = values(kind, facts, &lookups) {
                    spec = with(spec, facts.path.as_str(), &value);
                }
            }
            let desired = world.desired(&[manifest(kind.kind, "law-abiding", &spec)]);
            world.apply(&desired).await;
            let (_, observed) = world.plan(&desired).await;
            let resource = &desired.resources[0];
            let found = observed.found(&resource.provider, &resource.address);
            let Some(trueup::observed::Match::Found(record)) = found else {
                panic!("{}: {found:?}", kind.kind);
            };
            for (path, wanted) in tree(&desired).iter() {
                let facts = kind.fields().facts(path.as_str()).expect("a field");
                let is_date = matches!(
                    facts.value_type,
                    trueup::model::field_map::ValueType::DateTime
                );
                if facts.write_only || facts.lookup.is_some() || is_date {
                    continue;
                }
                let live = record.tree.or_unset(path);
                assert_eq!(live, wanted, "{}.{path}", kind.kind);
            }
        }
    }
}
