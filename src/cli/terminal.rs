//! The only place that writes to standard output and standard error.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use crate::{
    model::printable,
    report::{Style, text::fitted},
};

/// The narrowest width for which text is laid out.
const WIDTH_COLUMNS_MIN: usize = 40;

/// Where output goes, and how it looks there.
#[derive(Debug, Clone)]
pub(super) struct Terminal {
    stdout: Style,
    stderr: Style,
    quiet: bool,
    interactive: bool,
}

impl Terminal {
    /// Finds out what the outputs are. `plain` forbids colour everywhere.
    #[must_use]
    pub(super) fn detect(plain: bool, quiet: bool) -> Self {
        let width = terminal_size::terminal_size().map_or(
            Style::default().width,
            |(terminal_size::Width(columns), _)| usize::from(columns).max(WIDTH_COLUMNS_MIN),
        );
        let style = |terminal: bool| Style {
            colour: terminal && !plain,
            width,
        };
        Self {
            stdout: style(io::stdout().is_terminal()),
            stderr: style(io::stderr().is_terminal()),
            quiet,
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }

    /// How data looks.
    #[must_use]
    pub(super) fn stdout_style(&self) -> Style {
        self.stdout
    }

    /// How messages look.
    #[must_use]
    pub(super) fn stderr_style(&self) -> Style {
        self.stderr
    }

    /// Whether progress bars make sense: messages go to a terminal and nobody
    /// asked for quiet.
    #[must_use]
    pub(super) fn draws_progress(&self) -> bool {
        io::stderr().is_terminal() && !self.quiet
    }

    /// Writes data.
    ///
    /// # Errors
    /// When the output cannot be written; a reader that has gone away counts as
    /// having read enough.
    #[expect(clippy::unused_self, reason = "only who holds the terminal may write")]
    pub(super) fn data(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Says something that is not data, unless asked to be quiet.
    pub(super) fn say(&self, text: impl Display) {
        if !self.quiet {
            self.insist(text);
        }
    }

    /// Says something that matters, also when asked to be quiet.
    #[expect(clippy::unused_self, reason = "only who holds the terminal may write")]
    pub(super) fn insist(&self, text: impl Display) {
        // Where messages cannot be written there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Warns of something, also when asked to be quiet.
    pub(super) fn warn(&self, message: impl Display) {
        self.labelled("warning:", &lines(message));
    }

    /// Reports an error, and what to do about it.
    pub(super) fn error(&self, message: impl Display, hint: Option<&str>) {
        self.labelled("error:", &lines(message));
        if let Some(hint) = hint {
            self.hint(hint);
        }
    }

    /// Says what to do about what was said before.
    pub(super) fn hint(&self, hint: &str) {
        self.insist(fitted("hint: ", &lines(hint), self.stderr));
    }

    fn labelled(&self, label: &str, message: &str) {
        let text = fitted(&format!("{label} "), message, self.stderr);
        // Painted last: the codes would count as columns.
        self.insist(text.replacen(label, &self.stderr.alarm(label), 1));
    }

    /// Asks a yes-or-no question. Nobody is asked without a terminal: then the
    /// answer is `None`.
    #[must_use]
    pub(super) fn ask(&self, question: &str) -> Option<bool> {
        if !self.interactive {
            return None;
        }
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{question} [y/N] ");
        let _ = stderr.flush();
        drop(stderr);
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

/// Words that may come from anywhere, such as those of git, line by line.
fn lines(text: impl Display) -> String {
    let text = text.to_string();
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}
