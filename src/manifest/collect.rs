//! Gathers the findings of one document.

use std::{borrow::Cow, ops::Range, sync::Arc};

use crate::model::{Address, Finding, Place, Severity, Source, words};

/// How many characters of a manifest's own words a sentence quotes.
const QUOTED_CHARACTERS_MAX: usize = 60;

/// The findings of one document.
pub struct Collector<'s> {
    source: &'s Arc<Source>,
    address: Option<Address>,
    findings: Vec<Finding>,
    is_text_broken: bool,
}

impl<'s> Collector<'s> {
    /// No findings yet.
    #[must_use]
    pub fn new(source: &'s Arc<Source>) -> Self {
        Self {
            source,
            address: None,
            findings: Vec::new(),
            is_text_broken: false,
        }
    }

    /// From here on what was read may not be what is written: the text has errors of
    /// its own, such as a key that stands twice.
    pub fn mark_text_broken(&mut self) {
        self.is_text_broken = true;
    }

    /// Whether what was read may not be what is written.
    #[must_use]
    pub fn is_text_broken(&self) -> bool {
        self.is_text_broken
    }

    /// From here on findings belong to this resource.
    pub fn of(&mut self, address: &Address) {
        self.address = Some(address.clone());
    }

    /// Adds an error.
    pub fn error(
        &mut self,
        check: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Error, check, span, message.into(), hint.into());
    }

    /// Adds a warning.
    pub fn warning(
        &mut self,
        check: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Warning, check, span, message.into(), hint.into());
    }

    /// Adds a finding of either severity. An empty hint is none.
    pub fn add(
        &mut self,
        severity: Severity,
        check: &'static str,
        span: &Range<usize>,
        message: String,
        hint: String,
    ) {
        self.findings.push(Finding {
            check,
            severity,
            place: Some(self.place(span)),
            address: self.address.clone(),
            message,
            hint: Some(hint).filter(|hint| !hint.is_empty()),
        });
    }

    /// A place in the document's source.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Place {
        Place {
            source: Arc::clone(self.source),
            span: span.clone(),
        }
    }

    /// Whether the file has the name by which `kustomize` finds its own.
    #[must_use]
    pub fn is_kustomization(&self) -> bool {
        let file = self.source.name.rsplit(['/', '\\']).next();
        matches!(
            file,
            Some("kustomization.yaml" | "kustomization.yml" | "Kustomization")
        )
    }

    /// Whether there is an error so far.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// Whether there is an error that points into this stretch of the document.
    #[must_use]
    pub fn has_errors_in(&self, stretch: &Range<usize>) -> bool {
        let errors = self.findings.iter();
        let mut errors = errors.filter(|finding| finding.severity == Severity::Error);
        errors.any(|finding| {
            let place = finding.place.as_ref();
            place.is_some_and(|place| {
                stretch.start <= place.span.start && place.span.end <= stretch.end
            })
        })
    }

    /// The findings in the order in which they were made.
    #[must_use]
    pub fn into_vec(self) -> Vec<Finding> {
        self.findings
    }
}

/// As much of a manifest's own words as a sentence can hold.
#[must_use]
pub fn clipped(text: &str) -> Cow<'_, str> {
    words::cut(text, QUOTED_CHARACTERS_MAX)
}
