//! Compares what the systems hold with the model, in raw values.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    knobs::{self, Setting},
    model::{End, Model, Record},
    system::{Raw, System},
    view::View,
};

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    pub(crate) what: String,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    /// Every record that is wanted is there.
    Exists,
    /// And is there once, and nothing else was made.
    Once,
    /// Managed fields are as wanted.
    AsWanted,
    /// What nobody manages keeps its value.
    Untouched,
    /// What somebody else wrote into a field that nobody manages stays.
    NothingLost,
    /// Who only looks, a plan that is refused and one that is stale send nothing.
    NothingSent,
    /// A saved plan that nothing has moved from is carried out.
    Reviewed,
    /// Nothing ends unasked.
    NoUnaskedEnd,
    /// No sensitive value is seen.
    NoLeak,
    /// Once everything works again, there is soon nothing left to do.
    Quiet,
    /// The journal has no open intents, and the receipts hold.
    Settled,
    /// The program ends by itself and does not panic.
    Sound,
}

impl Promise {
    pub(crate) const ALL: [(Self, &'static str); 12] = [
        (Self::Exists, "records missing"),
        (Self::Once, "duplicates and strays"),
        (Self::AsWanted, "managed fields not as wanted"),
        (Self::Untouched, "unmanaged fields changed"),
        (Self::NothingLost, "lost updates of others"),
        (Self::NothingSent, "writes of refused or stale plans"),
        (Self::Reviewed, "saved plans not carried out"),
        (Self::NoUnaskedEnd, "unasked ends"),
        (Self::NoLeak, "sensitive values seen"),
        (Self::Quiet, "not quiet"),
        (Self::Settled, "journal or receipts unsettled"),
        (Self::Sound, "hung or panicked"),
    ];
}

/// What one system is compared with.
pub(crate) struct Case<'a> {
    pub(crate) system: &'static System,
    pub(crate) model: &'a Model,
    pub(crate) setting: &'a Setting,
    /// The records before the manifests changed, by id.
    pub(crate) before: &'a BTreeMap<String, Raw>,
    /// Places that somebody else has written, by id and place.
    pub(crate) foreign: &'a [(String, String)],
}

/// Everything that is wrong with what a system holds.
pub(crate) fn check(case: &Case<'_>, raws: &[Raw]) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut known = Vec::new();
    let records = case.model.records.iter();
    for record in records.filter(|record| record.system.name == case.system.name) {
        let found: Vec<&Raw> = raws.iter().filter(|raw| raw.key == record.key).collect();
        known.extend(found.iter().map(|raw| raw.remote.as_str()));
        case.record(record, &found, raws, &mut broken);
    }
    for raw in raws {
        if known.contains(&raw.remote.as_str()) {
            continue;
        }
        match case.before.get(&raw.remote) {
            None => broken.push(Broken {
                promise: Promise::Once,
                what: format!("{}: {} is nobody's", case.system.name, describe(raw)),
            }),
            Some(before) => case.unmanaged(None, before, raw, &mut broken),
        }
    }
    for (remote, before) in case.before {
        if !raws.iter().any(|raw| raw.remote == *remote) {
            broken.push(Broken {
                promise: Promise::NoUnaskedEnd,
                what: format!("{}: {} has gone", case.system.name, describe(before)),
            });
        }
    }
    broken
}

fn describe(raw: &Raw) -> String {
    let names = ["basic/account_name", "name", "tenant/name", "record/Name"];
    let name = names.iter().find_map(|place| raw.view.get(*place));
    format!(
        "the record {} ({}) with the key `{}`",
        raw.remote,
        name.unwrap_or(&Value::Null),
        raw.key
    )
}

impl Case<'_> {
    fn record(&self, record: &Record, found: &[&Raw], all: &[Raw], broken: &mut Vec<Broken>) {
        let mut say = |promise, what: String| {
            let what = format!("{}/{}: {what}", record.system.kind, record.name);
            broken.push(Broken { promise, what });
        };
        let raw = match found {
            [] if record.is_to_exist() => return say(Promise::Exists, "is not there".to_owned()),
            [] => return,
            [_, ..] if !record.is_to_exist() => {
                return say(
                    Promise::Once,
                    "was made, and had ended before it began".to_owned(),
                );
            }
            [raw] => *raw,
            several => {
                let ids: Vec<&str> = several.iter().map(|raw| raw.remote.as_str()).collect();
                return say(Promise::Once, format!("is there more than once: {ids:?}"));
            }
        };
        match (record.end, raw.ended) {
            (End::Due | End::DueBeforeItBegan, false) => {
                say(Promise::AsWanted, "has not ended".to_owned());
            }
            (End::No | End::Later, true) => {
                say(Promise::NoUnaskedEnd, "has ended".to_owned());
            }
            _ => {}
        }
        if record.is_managed() && !raw.ended {
            for (path, place, wanted) in self.expected(record, all) {
                let is = raw.view.get(place);
                if is != wanted.as_ref() {
                    let (is, wanted) = (shown(is), shown(wanted.as_ref()));
                    say(
                        Promise::AsWanted,
                        format!("{path} is {is}, wanted {wanted}"),
                    );
                }
            }
        }
        if let Some(before) = self.before.get(&raw.remote)
            && raw.ended == before.ended
        {
            self.unmanaged(Some(record), before, raw, broken);
        }
    }

    /// Every place that a manifest decides about, with what is to be there.
    fn expected<'r>(
        &self,
        record: &'r Record,
        all: &[Raw],
    ) -> Vec<(&'r str, &'static str, Option<Value>)> {
        let mut expected = Vec::new();
        for field in record.system.fields {
            let unseen = knobs::is_unseen(self.system.name, self.setting, field.path);
            if let Some(wanted) = record.fields.get(field.path).filter(|_| !unseen) {
                expected.push((field.path, field.place, wanted.kept.clone()));
            }
        }
        let (path, place) = record.system.display_name;
        if let Some(name) = &record.display_name {
            expected.push((path, place, Some(json!(name))));
        }
        if let Some(level) = record.level {
            expected.push(("level", "level", Some(json!(level))));
        }
        let (path, place) = record.system.parent;
        if let Some(parent) = &record.parent {
            let above = self.model.get(record.system, parent);
            let raw = above.and_then(|above| all.iter().find(|raw| raw.key == above.key));
            expected.push((path, place, raw.map(|raw| raw.linked_as.clone())));
        }
        expected
    }

    /// Checks that what nobody manages has not changed. Without a manifest that
    /// is everything.
    fn unmanaged(
        &self,
        record: Option<&Record>,
        before: &Raw,
        after: &Raw,
        broken: &mut Vec<Broken>,
    ) {
        let record = record.filter(|record| !record.vanished);
        let managed = record.map(|record| self.places(record)).unwrap_or_default();
        let nothing = &Value::Null;
        let under_knobs = knobs::copies(self.system.name, self.setting);
        let copies = self.system.copies.iter().chain(under_knobs);
        for place in places(&before.view, &after.view) {
            let was = before.view.get(place).unwrap_or(nothing);
            let is = after.view.get(place).unwrap_or(nothing);
            let may_move = managed.iter().any(|managed| is_in(place, managed))
                || self.system.restless.contains(&place)
                || knobs::may_change(self.system.name, self.setting, place);
            let is_copy = was.is_null()
                && copies.clone().any(|(copy, original)| {
                    let stands_in = |view: &View| view.get(*original) == Some(is);
                    *copy == place && (stands_in(&before.view) || stands_in(&after.view))
                });
            let filled = was.is_null() && knobs::may_fill(self.system.name, self.setting, place);
            if was == is || may_move || is_copy || filled {
                continue;
            }
            let foreign = self
                .foreign
                .iter()
                .any(|(remote, changed)| *remote == after.remote && changed == place);
            broken.push(Broken {
                promise: if foreign {
                    Promise::NothingLost
                } else {
                    Promise::Untouched
                },
                what: format!(
                    "{}: {}: {place} was {} and is {}",
                    self.system.name,
                    describe(after),
                    shown(Some(was)),
                    shown(Some(is))
                ),
            });
        }
    }

    /// The places that a manifest may move.
    fn places(&self, record: &Record) -> Vec<&'static str> {
        let mut places: Vec<&'static str> = self
            .expected(record, &[])
            .into_iter()
            .map(|(_, place, _)| place)
            .collect();
        for (path, place) in record.system.together {
            let parent = record.parent.is_some() && *path == record.system.parent.0;
            if record.fields.contains_key(path) || parent {
                places.push(place);
            }
        }
        // A field that cannot be watched is written all the same where it is seen.
        let fields = record.system.fields.iter();
        let given = fields.filter(|field| record.fields.contains_key(field.path));
        places.extend(given.map(|field| field.place));
        places.push(record.system.key_place);
        places
    }
}

fn places<'a>(one: &'a View, other: &'a View) -> impl Iterator<Item = &'a str> {
    let more = other.keys().filter(|place| !one.contains_key(*place));
    one.keys().chain(more).map(String::as_str)
}

/// Whether a place is another, or lies below it.
fn is_in(place: &str, other: &str) -> bool {
    place
        .strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "empty".to_owned(), Value::to_string)
}
