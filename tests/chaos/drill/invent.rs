//! Invents what is wanted: records at first, then edits of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    canary::{self, Shape},
    model::{End, Model, Record, Wanted},
    rng::Rng,
    system::{Field, Raw, System, Values, When},
};

/// In a hundred fields, how many a manifest has at first.
const MANAGED_PERCENT: u64 = 40;

/// The most new records of one system at first.
const RECORDS_MAX: u64 = 4;

/// Invents manifests for systems that hold what their fixtures hold.
pub(crate) fn model(worlds: &[(&'static System, Value)], rng: &mut Rng) -> Model {
    let mut model = Model::default();
    for (system, state) in worlds {
        let raws = (system.records)(state);
        let mut free = (system.adoptable)(state);
        for _ in 0..=rng.below(RECORDS_MAX) {
            let taken = rng.chance(20) && !free.is_empty();
            let record = if taken {
                let remote = free.remove(rng.at(free.len()));
                let raw = raws.iter().find(|raw| raw.remote == remote);
                adopted(system, raw.expect("it is in the fixture"), &raws, rng)
            } else {
                new(system, &model, &raws, rng)
            };
            model.records.push(record);
        }
    }
    model
}

/// The states of the systems.
pub(crate) struct Worlds<'a> {
    /// When there were only fixtures, which have the ids of look-ups.
    pub(crate) first: &'a [(&'static System, Value)],
    /// Now.
    pub(crate) now: &'a [(&'static System, Value)],
}

/// Changes manifests as an editor would.
pub(crate) fn edit(model: &mut Model, worlds: &Worlds<'_>, rng: &mut Rng) {
    for at in 0..model.records.len() {
        let is_parent = model.is_parent(at) || is_above(worlds.now, &model.records[at]);
        if !model.records[at].is_managed() {
            continue;
        }
        if rng.chance(10) {
            relocate(model, at, rng);
        }
        let record = &mut model.records[at];
        match rng.below(100) {
            0..15 if !is_parent => {
                record.end = if rng.chance(70) { End::Due } else { End::Later };
            }
            15..20 if !is_parent => {
                record.vanished = true;
                continue;
            }
            _ => {}
        }
        if rng.chance(30) && record.display_name.is_some() {
            record.display_name = Some(display_name(rng));
        }
        record.labels = labels(rng);
        for field in record.system.fields {
            edit_field(record, field, worlds.first, rng);
        }
    }
    for (system, state) in worlds.first {
        if rng.chance(40) {
            let record = new(system, model, &(system.records)(state), rng);
            model.records.push(record);
        }
    }
}

/// Puts a record below another one that came before it, so that no circle can
/// arise.
fn relocate(model: &mut Model, at: usize, rng: &mut Rng) {
    let (earlier, rest) = model.records.split_at_mut(at);
    let record = &mut rest[0];
    let Some(parent) = &record.parent else {
        return;
    };
    let system = record.system;
    let now = earlier
        .iter()
        .find(|other| other.system.name == system.name && other.name == *parent);
    let Some(now) = now else {
        return;
    };
    let others: Vec<&Record> = earlier
        .iter()
        .filter(|other| other.system.name == system.name && other.level == now.level)
        .filter(|other| other.end == End::No && !other.vanished)
        .filter(|other| {
            system.kind != "AcronisCustomer"
                || (other.parent.is_none() && other.fields.contains_key("billing.city"))
        })
        .collect();
    if !others.is_empty() {
        record.parent = Some(rng.pick(&others).name.clone());
    }
}

/// Whether a record of the fixture stands below a record.
fn is_above(worlds: &[(&'static System, Value)], record: &Record) -> bool {
    let system = record.system;
    let state = worlds.iter().find(|(other, _)| other.name == system.name);
    let raws = state.map(|(_, state)| (system.records)(state));
    let raws = raws.unwrap_or_default();
    let own = raws.iter().find(|raw| raw.key == record.key);
    own.is_some_and(|own| {
        raws.iter()
            .any(|raw| raw.view.get(system.parent.1) == Some(&own.linked_as))
    })
}

fn edit_field(
    record: &mut Record,
    field: &'static Field,
    worlds: &[(&'static System, Value)],
    rng: &mut Rng,
) {
    let state = worlds
        .iter()
        .find(|(system, _)| system.name == record.system.name)
        .map(|(_, state)| state);
    let raws = state.map(|state| (record.system.records)(state));
    let raws = raws.unwrap_or_default();
    let is_managed = record.fields.contains_key(field.path);
    let from_outside = record.from_outside.contains(field.path);
    let dice = rng.below(100);
    match field.when {
        When::Onward if !is_managed => {}
        When::Onward => {
            if dice < 30 {
                record
                    .fields
                    .insert(field.path, last(field).expect("a list of values"));
            }
        }
        When::Needed | When::Always if is_managed && dice < 25 => {
            let wanted = wanted(record, field, &raws, rng);
            record.fields.insert(field.path, wanted);
        }
        When::Always if is_managed && dice < 35 && field.clears && !from_outside => {
            record.fields.insert(field.path, cleared());
        }
        When::Always if is_managed && dice < 42 => {
            record.fields.remove(field.path);
        }
        When::Always if !is_managed && dice < 12 => {
            let wanted = wanted(record, field, &raws, rng);
            record.fields.insert(field.path, wanted);
        }
        When::AtCreation | When::Needed | When::Always => {}
    }
}

fn new(system: &'static System, model: &Model, raws: &[Raw], rng: &mut Rng) -> Record {
    let mut record = Record {
        system,
        name: format!("c-{}", rng.letters(6)),
        key: String::new(),
        level: None,
        display_name: Some(display_name(rng)),
        fields: BTreeMap::new(),
        from_outside: BTreeSet::new(),
        parent: None,
        adopts: None,
        labels: labels(rng),
        end: End::No,
        found: false,
        vanished: false,
    };
    record.key.clone_from(&record.name);
    match rng.below(100) {
        0..3 => record.end = End::DueBeforeItBegan,
        3..8 => record.end = End::Later,
        _ => {}
    }
    place(&mut record, model, rng);
    for field in system.fields {
        let always = field.when == When::Needed || field.path == "state";
        if always || rng.chance(MANAGED_PERCENT) {
            let wanted = if field.clears && rng.chance(10) {
                cleared()
            } else {
                wanted(&mut record, field, raws, rng)
            };
            record.fields.insert(field.path, wanted);
        }
    }
    if record.parent.is_some() && system.kind == "AcronisCustomer" {
        // A main office is a matter of billing.
        let field = field(system, "billing.city");
        let wanted = wanted(&mut record, field, raws, rng);
        record.fields.insert(field.path, wanted);
    }
    record
}

/// Finds a place for a new record: below another or not.
fn place(record: &mut Record, model: &Model, rng: &mut Rng) {
    let system = record.system;
    let above: Vec<&Record> = model
        .records
        .iter()
        .filter(|other| other.system.name == system.name && other.end == End::No)
        .filter(|other| !other.vanished)
        .collect();
    let above = (!above.is_empty() && rng.chance(50)).then(|| *rng.pick(&above));
    if system.kind == "CovePartner" {
        let (level, parent) = match above.map(|above| (above, above.level)) {
            Some((above, Some("Reseller"))) => ("EndCustomer", Some(above)),
            Some((above, Some("EndCustomer"))) => ("Site", Some(above)),
            _ if rng.chance(50) => ("Reseller", None),
            _ => ("EndCustomer", None),
        };
        record.level = Some(level);
        record.parent = parent.map(|parent| parent.name.clone());
        return;
    }
    // The main office has billing information, and none above itself.
    let above = above.filter(|above| {
        system.kind != "AcronisCustomer"
            || (above.parent.is_none() && above.fields.contains_key("billing.city"))
    });
    record.parent = above.map(|above| above.name.clone());
}

fn adopted(system: &'static System, raw: &Raw, raws: &[Raw], rng: &mut Rng) -> Record {
    let by_key = !raw.key.is_empty() && is_name(&raw.key) && rng.chance(50);
    let name = if by_key {
        raw.key.clone()
    } else {
        format!("a-{}", rng.letters(6))
    };
    let mut record = Record {
        system,
        key: name.clone(),
        name,
        level: None,
        display_name: rng.chance(30).then(|| display_name(rng)),
        fields: BTreeMap::new(),
        from_outside: BTreeSet::new(),
        parent: None,
        adopts: (!by_key).then(|| raw.remote.clone()),
        labels: labels(rng),
        end: End::No,
        found: true,
        vanished: false,
    };
    for field in system.fields {
        if !matches!(field.when, When::Always | When::Needed) || !rng.chance(20) {
            continue;
        }
        let wanted = wanted(&mut record, field, raws, rng);
        record.fields.insert(field.path, wanted);
    }
    record
}

/// Whether a key can be the name of a manifest.
fn is_name(key: &str) -> bool {
    key.chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

fn field(system: &'static System, path: &str) -> &'static Field {
    system
        .fields
        .iter()
        .find(|field| field.path == path)
        .expect("a field of the system")
}

fn cleared() -> Wanted {
    Wanted {
        given: Value::Null,
        kept: None,
        outside: None,
    }
}

/// The last value of a list.
fn last(field: &Field) -> Option<Wanted> {
    match field.values {
        Values::Choice(values) => values.last().map(|value| chosen(*value)),
        _ => None,
    }
}

fn chosen((given, kept): (&str, &str)) -> Wanted {
    let plain = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    Wanted {
        given: plain(given),
        kept: Some(plain(kept)).filter(|kept| !kept.is_null()),
        outside: None,
    }
}

fn same(value: &str) -> Wanted {
    Wanted {
        given: json!(value),
        kept: Some(json!(value)),
        outside: None,
    }
}

/// Whether the provider may have a value from outside in a field: its own, or that
/// of another field which the system has copied there.
fn was_from_outside(record: &Record, field: &Field) -> bool {
    let System { copies, fields, .. } = record.system;
    let originals = copies.iter().filter(|(copy, _)| *copy == field.place);
    let places = originals
        .map(|(_, original)| *original)
        .chain([field.place]);
    let was = |place: &str| {
        let mut of_place = fields.iter().filter(|field| field.place == place);
        of_place.any(|field| record.from_outside.contains(field.path))
    };
    places.into_iter().any(was)
}

/// A value for a field.
fn wanted(record: &mut Record, field: &'static Field, raws: &[Raw], rng: &mut Rng) -> Wanted {
    match field.values {
        Values::Text if was_from_outside(record, field) || rng.chance(10) => {
            record.from_outside.insert(field.path);
            let value = canary::new(Shape::Word, rng);
            let variable = format!("CHAOS_{}", rng.letters(8).to_uppercase());
            Wanted {
                given: json!({ "env": variable }),
                kept: Some(json!(value)),
                outside: Some((variable, value)),
            }
        }
        Values::Text => same(&format!("{} {}", rng.letters(5), rng.letters(7))),
        Values::Canary(shape) => same(&canary::new(shape, rng)),
        Values::Choice(values) => chosen(*rng.pick(values)),
        Values::SameAs(values) => {
            let (given, owner) = *rng.pick(values);
            let owner = raws.iter().find(|raw| {
                raw.view.get(record.system.display_name.1) == Some(&json!(owner))
                    || raw.view.get("record/Name") == Some(&json!(owner))
            });
            Wanted {
                given: json!(given),
                kept: owner.and_then(|raw| raw.view.get(field.place).cloned()),
                outside: None,
            }
        }
        Values::Number(from, to) => {
            let number = from + rng.below(to - from + 1);
            Wanted {
                given: json!(number),
                kept: Some(json!(number)),
                outside: None,
            }
        }
        Values::Day => {
            let day = format!(
                "20{}-0{}-1{}",
                30 + rng.below(19),
                1 + rng.below(9),
                rng.below(9)
            );
            Wanted {
                given: json!(day),
                kept: Some(json!(format!("{day} 00:00:00"))),
                outside: None,
            }
        }
    }
}

fn display_name(rng: &mut Rng) -> String {
    format!("Chaos {} {}", rng.letters(8), rng.letters(4))
}

fn labels(rng: &mut Rng) -> BTreeMap<&'static str, &'static str> {
    let mut labels = BTreeMap::new();
    if rng.chance(50) {
        labels.insert("tier", *rng.pick(&["gold", "free"]));
    }
    if rng.chance(30) {
        labels.insert("region", *rng.pick(&["emea", "apac"]));
    }
    labels
}
