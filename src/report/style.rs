//! How text looks: colour or none, wide or narrow.

use anstyle::{AnsiColor, Style as Ansi};

use crate::provider::Action;

/// The width of a terminal that does not say how wide it is.
pub(super) const WIDTH_COLUMNS_DEFAULT: usize = 80;

/// How text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour.
    pub colour: bool,
    /// The width in columns.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            width: WIDTH_COLUMNS_DEFAULT,
        }
    }
}

impl Style {
    /// Paints a text.
    #[must_use]
    pub fn paint(self, ansi: Ansi, text: &str) -> String {
        if self.colour {
            format!("{}{text}{}", ansi.render(), ansi.render_reset())
        } else {
            text.to_owned()
        }
    }

    /// Bold text.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.paint(Ansi::new().bold(), text)
    }

    /// Text that matters less.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.paint(Ansi::new().dimmed(), text)
    }

    /// Text that is in the way of something, or dangerous.
    #[must_use]
    pub fn alarm(self, text: &str) -> String {
        self.paint(colour(AnsiColor::Red).bold(), text)
    }

    /// Text in the colour of an action.
    #[must_use]
    pub fn action(self, action: Action, text: &str) -> String {
        let ansi = match action {
            Action::Create => colour(AnsiColor::Green),
            Action::Adopt | Action::Update => colour(AnsiColor::Yellow),
            Action::End | Action::Blocked => colour(AnsiColor::Red),
            Action::None => Ansi::new().dimmed(),
        };
        self.paint(ansi, text)
    }

    /// Text that says all is well.
    #[must_use]
    pub fn well(self, text: &str) -> String {
        self.paint(colour(AnsiColor::Green), text)
    }
}

fn colour(colour: AnsiColor) -> Ansi {
    Ansi::new().fg_color(Some(colour.into()))
}

/// The symbol in the first column, chosen so that a diff fence colours it.
#[must_use]
pub(super) fn symbol(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Adopt | Action::Update | Action::Blocked => '!',
        Action::End => '-',
        Action::None => ' ',
    }
}
