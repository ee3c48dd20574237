//! Switches for behaviour on which a provider's documents are silent or
//! contradict themselves.

use std::collections::BTreeMap;

/// One switch of a simulated system.
#[derive(Debug, Clone, Copy)]
pub struct Knob {
    /// The name as the contract gives it, in lower case with underscores.
    pub name: &'static str,
    /// The possible values; the first one is the default.
    pub values: &'static [&'static str],
    /// What the switch decides, as one sentence.
    pub meaning: &'static str,
}

/// The values chosen for one service's knobs.
#[derive(Debug, Clone, Default)]
pub struct KnobSettings {
    chosen: BTreeMap<&'static str, &'static str>,
}

/// Why a knob could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnobError {
    /// No service has a knob of that name.
    #[error("there is no knob `{name}`; the knobs are: {known}")]
    UnknownName {
        /// The name that was asked for.
        name: String,
        /// All names, separated by commas.
        known: String,
    },
    /// The knob does not know that value.
    #[error("knob `{name}` has no value `{value}`; its values are: {known}")]
    UnknownValue {
        /// The knob.
        name: &'static str,
        /// The value that was asked for.
        value: String,
        /// All values, separated by commas.
        known: String,
    },
}

impl KnobSettings {
    /// Every knob at its default.
    #[must_use]
    pub fn defaults(knobs: &'static [Knob]) -> Self {
        let chosen = knobs
            .iter()
            .map(|knob| (knob.name, knob.values.first().copied().unwrap_or_default()))
            .collect();
        Self { chosen }
    }

    /// Sets one knob.
    ///
    /// # Errors
    /// [`KnobError`] when `knobs` has no such name, or the name no such value.
    pub fn set(
        &mut self,
        knobs: &'static [Knob],
        name: &str,
        value: &str,
    ) -> Result<(), KnobError> {
        let Some(knob) = knobs.iter().find(|knob| knob.name == name) else {
            return Err(KnobError::UnknownName {
                name: name.to_owned(),
                known: join(knobs.iter().map(|knob| knob.name)),
            });
        };
        let Some(value) = knob.values.iter().copied().find(|known| *known == value) else {
            return Err(KnobError::UnknownValue {
                name: knob.name,
                value: value.to_owned(),
                known: join(knob.values.iter().copied()),
            });
        };
        self.chosen.insert(knob.name, value);
        Ok(())
    }

    /// The chosen value of a knob.
    ///
    /// # Panics
    /// When the service asks for a knob that it does not declare.
    #[must_use]
    pub fn get(&self, name: &str) -> &'static str {
        self.chosen
            .get(name)
            .copied()
            .unwrap_or_else(|| panic!("the service declares no knob `{name}`"))
    }

    /// Whether a knob has this value.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
