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
    findings: Vec<Finding>,
}

/// One thing that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    name: &'static str,
    verdict: Health,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(provider: &ProviderName, system: &'static str) -> Self {
        Self {
            provider: provider.clone(),
            system,
            findings: Vec::new(),
        }
    }

    /// Adds what was found out.
    pub fn add(&mut self, diagnosis: Diagnosis) {
        let Diagnosis {
            name,
            verdict,
            detail,
            hint,
        } = diagnosis;
        self.findings.push(Finding {
            name,
            verdict,
            detail,
            hint,
        });
    }

    /// Masks values in all that was found out: a provider's words are in it.
    pub fn hide(&mut self, hidden: &HiddenValues) {
        for finding in &mut self.findings {
            hidden.mask_in(&mut finding.detail);
            if let Some(hint) = &mut finding.hint {
                hidden.mask_in(hint);
            }
        }
    }

    /// The worst that was found out.
    #[must_use]
    pub fn health(&self) -> Health {
        self.findings
            .iter()
            .map(|finding| finding.verdict)
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
        let names = report.findings.iter().map(|finding| finding.name.len());
        let widest = names.max().unwrap_or_default();
        for finding in &report.findings {
            let word = match finding.verdict {
                Health::Good => "ok",
                Health::Doubtful => "look",
                Health::Bad => "bad",
            };
            let start = format!("{word:<4} {:<widest$}  ", finding.name);
            let mut lines = finding.detail.lines();
            wrapped(&mut out, &start, lines.next().unwrap_or_default(), style);
            for line in lines {
                wrapped(&mut out, "         ", line, style);
            }
            if let Some(hint) = &finding.hint {
                wrapped(&mut out, "     hint: ", hint, style);
            }
        }
    }
    out
}
