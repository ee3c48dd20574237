//! What others do between two commands.

use serde_json::Value;

use super::{
    super::{
        model::Model,
        system::{Raw, Values},
    },
    Run,
};

impl Run<'_> {
    /// Somebody else writes into a field that no manifest has.
    pub(super) fn foreign_edit(&mut self, model: &Model) {
        let at = self.rng.at(self.systems.len());
        let simulated = &self.systems[at];
        let raws: Vec<Raw> = simulated
            .records()
            .into_iter()
            .filter(|raw| !raw.ended && self.before[at].contains_key(&raw.remote))
            .collect();
        if raws.is_empty() {
            return;
        }
        let raw = self.rng.pick(&raws);
        let record = model
            .records
            .iter()
            .find(|record| record.system.name == simulated.system.name && record.key == raw.key);
        let free: Vec<&str> = simulated
            .system
            .fields
            .iter()
            .filter(|field| field.clears && matches!(field.values, Values::Text))
            .filter(|field| raw.pointer(field.place).is_some())
            .filter(|field| record.is_none_or(|record| !record.fields.contains_key(field.path)))
            .map(|field| field.place)
            .collect();
        let Some(record) = record.filter(|_| !free.is_empty()) else {
            return;
        };
        let place = *self.rng.pick(&free);
        let value = format!("somebody's {}", self.rng.letters(6));
        simulated.poke(raw, place, &value);
        self.story
            .push(format!("somebody wrote {place} of {}", record.name));
        self.tally.foreign_edits += 1;
        if let Some(before) = self.before[at].get_mut(&raw.remote) {
            before.view.insert(place.to_owned(), Value::String(value));
            self.foreign[at].push((raw.remote.clone(), place.to_owned()));
        }
    }
}
