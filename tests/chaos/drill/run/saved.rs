//! Plans that are saved, and carried out later: exactly as they are, or not at
//! all.

use std::fs;

use serde_json::Value;

use super::super::{check::Promise, model::Model, world::TROUBLE};
use super::{Run, trouble};

/// The file of the saved plan.
const FILE: &str = "plan.json";

/// What happens between a plan and its apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    /// A manifest is edited.
    Manifest,
    /// Somebody writes into a field on which the plan relies.
    Live,
}

impl Run<'_> {
    /// Saves a plan, perhaps moves what it is about, and carries it out.
    pub(super) fn saved(&mut self, model: &Model) {
        let Some(plan) = self.save(model) else {
            return;
        };
        let between = self.move_something(model, &plan);
        let disturbed = self.rng.chance(50);
        if disturbed {
            self.inject();
        }
        let mut arguments = trouble::arguments("apply", &mut self.rng);
        arguments.push(FILE.to_owned());
        let kill = self
            .rng
            .chance(40)
            .then(|| trouble::kill(self.setup.abilities, &mut self.rng));
        let troubled = self
            .systems
            .iter()
            .any(|simulated| simulated.setting.iter().any(|(_, value)| *value == TROUBLE));
        let quiet = !disturbed && kill.is_none() && !troubled;
        let writes = self.tally.writes;
        let ended = self.child(model, &arguments, kill);
        let sent = self.tally.writes - writes;
        for simulated in &self.systems {
            simulated.running.clear_faults();
        }
        if between == Between::Manifest {
            self.write(model);
        }
        let changes = changes(&plan).len();
        let what = format!(
            "{between:?}, {changes} changes, {:?}, {sent} sent",
            ended.code
        );
        match (between, ended.code) {
            (Between::Manifest | Between::Live, _) if sent > 0 => {
                self.say(Promise::NothingSent, format!("a stale plan: {what}"));
            }
            (Between::Manifest | Between::Live, code) if quiet && code != Some(4) => {
                self.say(Promise::NothingSent, format!("not found stale: {what}"));
            }
            (Between::Nothing, Some(1 | 4)) if quiet && changes > 0 && !self.moves_by_itself() => {
                self.say(Promise::Reviewed, what);
            }
            _ => {}
        }
        let word = match ended.code {
            None => "killed",
            Some(0) => "carried out",
            Some(4) => "found stale",
            Some(5) => "refused by a limit",
            Some(_) => "carried out in part, or not",
        };
        *self.tally.saved.entry(word).or_default() += 1;
    }

    /// Whether a system may go on with a create after its answer, so that a plan
    /// can be stale though nobody has done anything.
    fn moves_by_itself(&self) -> bool {
        self.systems.iter().any(|simulated| {
            let mut knobs = simulated.setting.iter();
            knobs.any(|(name, _)| *name == "record_delay")
        })
    }

    /// Makes a plan, and reads it as JSON if it was saved.
    fn save(&mut self, model: &Model) -> Option<Value> {
        let mut arguments = trouble::arguments("plan", &mut self.rng);
        arguments.extend(["--out".to_owned(), FILE.to_owned()]);
        if self.policy.is_some() && self.rng.chance(70) {
            arguments.extend(self.allowances(model));
        }
        // There is none before the first.
        let _ = fs::remove_file(self.folder.join(FILE));
        self.child(model, &arguments, None);
        let text = fs::read(self.folder.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    fn move_something(&mut self, model: &Model, plan: &Value) -> Between {
        match self.rng.below(4) {
            0 => self.move_manifest(model),
            1 => self.move_live(model, plan),
            _ => Between::Nothing,
        }
    }

    fn move_manifest(&mut self, model: &Model) -> Between {
        let mut moved = model.clone();
        let mut named: Vec<&mut String> = moved
            .records
            .iter_mut()
            .filter(|record| record.is_managed())
            .filter_map(|record| record.display_name.as_mut())
            .collect();
        if named.is_empty() {
            return Between::Nothing;
        }
        let at = self.rng.at(named.len());
        named[at].push_str(" moved");
        self.write(&moved);
        self.story.push("a manifest was edited".to_owned());
        Between::Manifest
    }

    fn move_live(&mut self, model: &Model, plan: &Value) -> Between {
        let updated = changes(plan);
        let mut places = Vec::new();
        for simulated in &self.systems {
            for raw in simulated.records().into_iter().filter(|raw| !raw.ended) {
                let record = model.records.iter().find(|record| {
                    record.system.name == simulated.system.name && record.key == raw.key
                });
                let relied_on = record.is_some_and(|record| {
                    let address = format!("{}/{}", record.system.kind, record.name);
                    record.is_managed()
                        && record.display_name.is_some()
                        && updated.contains(&(address, "update".to_owned()))
                });
                if relied_on {
                    places.push((simulated, raw));
                }
            }
        }
        if places.is_empty() {
            return Between::Nothing;
        }
        let (simulated, raw) = &places[self.rng.at(places.len())];
        let place = simulated.system.display_name.1;
        simulated.poke(raw, place, &format!("Moved {}", self.rng.letters(8)));
        self.story
            .push(format!("somebody wrote {place} of {}", raw.key));
        Between::Live
    }
}

/// The addresses and actions of the changes of a saved plan.
fn changes(plan: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = plan["plan"]["changes"].as_array().into_iter().flatten();
    changes
        .map(|change| (text(&change["address"]), text(&change["action"])))
        .filter(|(_, action)| !["none", "blocked"].contains(&action.as_str()))
        .collect()
}
