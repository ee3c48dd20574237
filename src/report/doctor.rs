//! What `trueup doctor` found out, as text; as JSON it is its own.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    model::{HiddenValues, ProviderName},
    provider::{Diagnosis, Health},
};

use super::{style::Style, text::wrapped};

/// What was found out about one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    provider: ProviderName,
    system: &'static str,
    #[serde(rename = "findings")]
    diagnoses: Vec<Diagnosis>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(provider: &ProviderName, system: &'static str) -> Self {
        Self {
            provider: provider.clone(),
            system,
            diagnoses: Vec::new(),
        }
    }

    /// Adds what was found out.
    pub fn add(&mut self, diagnosis: Diagnosis) {
        self.diagnoses.push(diagnosis);
    }

    /// Masks values in all that was found out: a provider's words are in it.
    pub fn hide(&mut self, hidden: &HiddenValues) {
        for diagnosis in &mut self.diagnoses {
            hidden.mask_in(&mut diagnosis.detail);
            if let Some(hint) = &mut diagnosis.hint {
                hidden.mask_in(hint);
            }
        }
    }

    /// The worst that was found out.
    #[must_use]
    pub fn health(&self) -> Health {
        self.diagnoses
            .iter()
            .map(|diagnosis| diagnosis.health)
            .max()
            .unwrap_or(Health::Good)
    }
}

/// All reports as text.
#[must_use]
pub fn text(reports: &[Report], style: Style) -> String {
    let mut out = String::new();
    for report in reports {
        if !out.is_empty() {
            out.push('\n');
        }
        let head = format!("{} ({})", report.provider, report.system);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", style.bold(&head));
        let names = report
            .diagnoses
            .iter()
            .map(|diagnosis| diagnosis.name.len());
        let widest = names.max().unwrap_or_default();
        for diagnosis in &report.diagnoses {
            let word = match diagnosis.health {
                Health::Good => "ok",
                Health::Doubtful => "look",
                Health::Bad => "bad",
            };
            let start = format!("{word:<4} {:<widest$}  ", diagnosis.name);
            let mut lines = diagnosis.detail.lines();
            wrapped(&mut out, &start, lines.next().unwrap_or_default(), style);
            for line in lines {
                wrapped(&mut out, "         ", line, style);
            }
            if let Some(hint) = &diagnosis.hint {
                wrapped(&mut out, "     hint: ", hint, style);
            }
        }
    }
    out
}
