//! A journal of runs against systems that nobody will ask about.

use async_trait::async_trait;
use trueup::apply::{Answer, Evidence, Intent, Journal, JournalError, Outcome};

/// Takes nothing down.
pub(crate) struct Unrecorded;

#[async_trait]
impl Journal for Unrecorded {
    async fn intent(&self, _: &Intent<'_>) -> Result<u64, JournalError> {
        Ok(0)
    }

    async fn answered(&self, _: u64, _: Answer) {}

    async fn ended(&self, _: &Outcome, _: Evidence<'_>) {}

    async fn amended(&self, _: &Outcome) {}

    fn broken(&self) -> Option<JournalError> {
        None
    }
}
