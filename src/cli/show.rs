//! `trueup show`.

use std::path::{Path, PathBuf};

use crate::{
    exit,
    saved::{self, FILE_BYTES_MAX, SealError, format_of, parse},
};

use super::{
    env,
    error::CliError,
    options::{Common, PlanOutput},
    plan::render,
    save::key_of_environment,
    stored,
    terminal::Terminal,
};

/// The options of `trueup show`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file that `plan --out` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: PlanOutput,
    /// Check the chain of a receipt
    #[arg(long)]
    verify: bool,
}

/// Renders a stored file again. What it is stands in the file.
pub(super) fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let text = stored::read(&args.file, FILE_BYTES_MAX)?;
    let format = format_of(&text).map_err(|cause| stored_error(&args.file, cause))?;
    if args.verify && format.as_deref() == Some(saved::FORMAT) {
        return Err(CliError::usage(
            format_args!(
                "`--verify` checks receipts, and {} is a saved plan",
                args.file.display()
            ),
            "leave it out: that a saved plan is whole is checked in any case",
        ));
    }
    plan(args, &text, common, terminal)
}

fn plan(args: &Args, text: &str, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let Args {
        file,
        output,
        verify: _,
    } = args;
    let saved = parse(text).map_err(|cause| stored_error(file, cause))?;
    match saved.unlock(key_of_environment()?.as_ref()) {
        // To be shown, a plan need not be one that `apply` would take.
        Ok(_) | Err(SealError::KeyInFile) => {}
        Err(cause @ (SealError::KeyMissing | SealError::KeyDiffers)) => terminal.warn(
            format_args!("whether the plan was altered is not known: {cause}"),
        ),
        Err(cause @ (SealError::Altered | SealError::KeyBroken)) => {
            return Err(CliError::Sealed {
                path: file.clone(),
                cause,
            });
        }
    }
    if saved.is_expired(env::now()) {
        terminal.warn(format_args!(
            "the plan expired at {}; apply refuses it",
            saved.expires
        ));
    }
    let shown = render(&saved.plan, *output, common.verbose > 0, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    Ok(exit::DONE)
}

fn stored_error(path: &Path, cause: saved::ReadError) -> CliError {
    CliError::Stored {
        path: path.to_owned(),
        cause,
    }
}
