//! `trueup man`.

use std::{
    io::{self, Cursor},
    path::PathBuf,
};

use clap::Command;
use clap_mangen::Man;

use crate::{
    exit,
    file::{self, Access},
    model::words,
};

use super::{error::CliError, terminal::Terminal};

/// The options of `trueup man`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::MAN)]
pub(super) struct Args {
    /// Write a page for `trueup` and one for each command into this folder,
    /// in place of those that are there
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints the manual page, or writes all of them.
pub(super) fn run(args: &Args, command: Command, terminal: &Terminal) -> Result<u8, CliError> {
    let pages = pages(command).map_err(CliError::Output)?;
    let Some(folder) = &args.out else {
        if let Some((_, text)) = pages.first() {
            terminal.data(text).map_err(CliError::Output)?;
        }
        return Ok(exit::DONE);
    };
    file::folder(folder)?;
    for (name, text) in &pages {
        file::replace(&folder.join(name), text, Access::Usual)?;
    }
    let written = words::count(pages.len(), "page");
    terminal.say(format_args!("{written} written to {}.", folder.display()));
    Ok(exit::DONE)
}

/// The pages as file names and texts: that of the program first, then those of
/// its commands.
fn pages(mut command: Command) -> io::Result<Vec<(String, String)>> {
    // Gives commands their full names, such as `trueup-plan`.
    command.build();
    let commands: Vec<Command> = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .cloned()
        .collect();
    std::iter::once(command)
        .chain(commands)
        .map(|command| {
            let man = Man::new(command);
            let name = man.get_filename();
            let mut page = Cursor::new(Vec::new());
            man.render(&mut page)?;
            let text = String::from_utf8_lossy(&page.into_inner()).into_owned();
            Ok((name, unfilled(&text)))
        })
        .collect()
}

/// Gives what stands after the options a heading, and keeps its lines: examples
/// are there to be pasted.
fn unfilled(page: &str) -> String {
    page.replacen("\n.SH EXTRA\n", "\n.SH NOTES\n.nf\n", 1)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_has_a_page_with_its_options_and_examples() {
        let pages = pages(Cli::command()).expect("pages");
        let command = Cli::command();
        assert_eq!(pages.len(), command.get_subcommands().count() + 1);
        assert_eq!(pages[0].0, "trueup.1");
        for (name, text) in &pages {
            // A line that starts with a dot is an instruction; any other that
            // troff does not know would vanish from the page.
            let known = [
                "IP", "RE", "RS", "SH", "TH", "TP", "br", "el", "fi", "ie", "nf",
            ];
            for line in text.lines().filter_map(|line| line.strip_prefix('.')) {
                let word = line.split(' ').next().unwrap_or_default();
                assert!(known.contains(&word), "{name}: .{line}");
            }
            assert!(text.contains(".SH OPTIONS"), "{name}");
            assert!(text.contains(".SH NOTES\n.nf\n"), "{name}");
            assert!(text.contains("Examples:"), "{name}");
        }
        let plan = pages.iter().find(|(name, _)| name == "trueup-plan.1");
        let (_, plan) = plan.expect("a page for `plan`");
        assert!(plan.contains("detailed\\-exitcode"), "{plan}");
    }
}
