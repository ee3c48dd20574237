//! `trueup completions`.

use clap_complete::Shell;

use crate::exit;

use super::{error::CliError, terminal::Terminal};

/// The options of `trueup completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::COMPLETIONS)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints a completion script.
pub(super) fn run(
    args: &Args,
    command: &mut clap::Command,
    terminal: &Terminal,
) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "trueup", &mut script);
    terminal
        .data(&String::from_utf8_lossy(&script))
        .map_err(CliError::Output)?;
    Ok(exit::DONE)
}
