//! Progress: a bar on a terminal, a line for each finished change elsewhere; and
//! what a provider makes us wait for, everywhere.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use crate::{
    apply::{Outcome, Progress},
    http::{Wait, WaitReason, Waits},
    model::{HiddenValues, ProviderName},
    plan::Change,
    report::receipt::outcome_line,
};

use super::terminal::Terminal;

/// A wait that ends this soon after the one that was told last is not told
/// again: several calls meet the same busy provider.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Where the bar is while there is one.
#[derive(Clone, Default)]
pub(super) struct Board(Arc<Mutex<Option<ProgressBar>>>);

impl Board {
    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        // Nothing that is done under the lock leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the progress of an apply.
pub(super) struct ApplyProgress<'a> {
    terminal: &'a Terminal,
    board: Board,
}

impl<'a> ApplyProgress<'a> {
    pub(super) fn new(terminal: &'a Terminal, changes: u64, board: Board) -> Self {
        *board.bar() = terminal.draws_progress().then(|| bar(changes));
        Self { terminal, board }
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        if let Some(bar) = self.board.bar().take() {
            bar.finish_and_clear();
        }
    }
}

/// Counts records that were read, on a terminal only.
pub(super) struct ReadProgress(Option<ProgressBar>);

impl ReadProgress {
    pub(super) fn new(terminal: &Terminal, provider: &str) -> Self {
        let spinner = || {
            let style = ProgressStyle::with_template("{pos} records of {msg} read")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::no_length().with_style(style);
            bar.with_message(provider.to_owned())
        };
        Self(terminal.draws_progress().then(spinner))
    }

    /// One more.
    pub(super) fn read(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Removes the count.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn bar(changes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(changes).with_style(style)
}

impl Progress for ApplyProgress<'_> {
    fn started(&self, change: &Change) {
        if let Some(bar) = &*self.board.bar() {
            bar.set_message(change.address.to_string());
        }
    }

    fn finished(&self, outcome: &Outcome) {
        let line = outcome_line(outcome, self.terminal.stderr_style());
        match &*self.board.bar() {
            Some(bar) => {
                bar.inc(1);
                bar.suspend(|| self.terminal.say(line));
            }
            None => self.terminal.say(line),
        }
    }

    fn amended(&self, outcome: &Outcome) {
        let line = outcome_line(outcome, self.terminal.stderr_style());
        match &*self.board.bar() {
            Some(bar) => bar.suspend(|| self.terminal.say(line)),
            None => self.terminal.say(line),
        }
    }
}

/// Tells what one provider makes us wait for: in the bar where there is one, as
/// a line on standard error elsewhere.
pub(super) struct ToldWaits {
    provider: ProviderName,
    /// What nobody may repeat of its manifest.
    hidden: Arc<HiddenValues>,
    terminal: Terminal,
    board: Board,
    /// When the wait ends that was told last.
    told_until: Mutex<Option<Instant>>,
}

impl ToldWaits {
    pub(super) fn new(
        provider: ProviderName,
        hidden: &Arc<HiddenValues>,
        terminal: &Terminal,
        board: &Board,
    ) -> Self {
        Self {
            provider,
            hidden: Arc::clone(hidden),
            terminal: terminal.clone(),
            board: board.clone(),
            told_until: Mutex::new(None),
        }
    }

    /// Whether a wait is news.
    fn is_news(&self, wait: &Wait) -> bool {
        let until = Instant::now() + wait.duration;
        let told = self.told_until.lock();
        let mut told = told.unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|told| until < told + TOLD_AGAIN_AFTER) {
            return false;
        }
        *told = Some(until);
        true
    }
}

impl Waits for ToldWaits {
    fn begin(&self, wait: &Wait) {
        if !self.is_news(wait) {
            return;
        }
        let mut wait = wait.clone();
        if let WaitReason::Asked(words) | WaitReason::TryingAgain(words) = &mut wait.reason {
            self.hidden.mask_in(words);
        }
        let sentence = sentence(&self.provider, &wait);
        match &*self.board.bar() {
            Some(bar) => bar.set_message(sentence),
            None => self.terminal.say(sentence),
        }
    }
}

/// A wait in words, in whole seconds.
fn sentence(provider: &ProviderName, wait: &Wait) -> String {
    let seconds = wait.duration.as_millis().div_ceil(1_000);
    match &wait.reason {
        WaitReason::Asked(why) => format!("{provider} asked to wait {seconds} s ({why})"),
        WaitReason::TryingAgain(why) => format!(
            "{provider}: {} is tried again in {seconds} s ({why})",
            wait.operation
        ),
        WaitReason::Settling => format!(
            "{provider}: the answer to {} was lost; it is looked for up to {seconds} s whether it \
             was carried out",
            wait.operation
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(milliseconds: u64, reason: WaitReason) -> Wait {
        Wait {
            operation: "GetThing".to_owned(),
            duration: Duration::from_millis(milliseconds),
            reason,
        }
    }

    #[test]
    fn a_wait_is_told_with_its_reason_and_in_whole_seconds() {
        let provider = ProviderName("zegoal-prod".into());
        assert_eq!(
            sentence(
                &provider,
                &wait(30_000, WaitReason::Asked("429".to_owned()))
            ),
            "zegoal-prod asked to wait 30 s (429)"
        );
        assert_eq!(
            sentence(
                &provider,
                &wait(701, WaitReason::TryingAgain("503".to_owned()))
            ),
            "zegoal-prod: GetThing is tried again in 1 s (503)"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn several_calls_that_meet_one_busy_provider_are_told_once() {
        let terminal = Terminal::detect(true, true);
        let provider = ProviderName("zegoal-prod".into());
        let told = ToldWaits::new(provider, &Arc::default(), &terminal, &Board::default());
        let asked = wait(5_000, WaitReason::Asked("429".to_owned()));
        assert!(told.is_news(&asked));
        assert!(!told.is_news(&asked));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(told.is_news(&asked), "it goes on for longer than was told");
    }
}
