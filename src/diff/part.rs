//! What a field's facts mean for the comparison.

use crate::model::Facts;

/// How a field takes part in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Compared at all.
    pub compared: bool,
    /// Cannot be written once the record exists.
    pub fixed: bool,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            compared: true,
            fixed: false,
        }
    }
}

impl Part {
    /// Takes all facts apart, so that a new fact stops the build here until
    /// somebody decides what it means for the comparison.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let Facts {
            path: _,
            description: _,
            value_type: _,
            default: _,
            class: _,
            sensitive: _,
            credential: _,
            clearable: _,
            computed,
            write_only,
            create_only,
            create_needs: _,
            lookup: _,
            reference: _,
            wire: _,
            unit: _,
            format: _,
            known: _,
            minimum: _,
            maximum: _,
            characters_max: _,
        } = facts;
        Self {
            compared: !computed && !write_only,
            fixed: *create_only,
        }
    }
}
