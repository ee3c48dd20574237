//! Progress: a bar on a terminal, a line for each finished change elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    apply::{Outcome, Progress},
    plan::Change,
    report::receipt::outcome_line,
};

use super::terminal::Terminal;

/// Shows the progress of an apply.
pub(super) struct ApplyProgress<'a> {
    terminal: &'a Terminal,
    bar: Option<ProgressBar>,
}

impl<'a> ApplyProgress<'a> {
    pub(super) fn new(terminal: &'a Terminal, changes: u64) -> Self {
        let bar = terminal.draws_progress().then(|| bar(changes));
        Self { terminal, bar }
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
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
        if let Some(bar) = &self.bar {
            bar.set_message(change.address.to_string());
        }
    }

    fn finished(&self, outcome: &Outcome) {
        let line = outcome_line(outcome, self.terminal.stderr_style());
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.suspend(|| self.terminal.say(line));
            }
            None => self.terminal.say(line),
        }
    }
}
