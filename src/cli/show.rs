//! `trueup show`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{
    exit, file,
    model::Digest,
    saved::{ReadError, STORED_BYTES_MAX, SealError, parse},
};

use super::{
    env,
    error::CliError,
    key::key_of_environment,
    options::{Common, PlanOutput, ReceiptOutput},
    plan::render,
    receipt::{self, Asked},
    terminal::Terminal,
};

/// The options of `trueup show`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::SHOW)]
pub(super) struct Args {
    /// What `plan --out`, `apply --receipt` or `apply -o json` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: PlanOutput,
    /// Check, offline, that a receipt is as it was written: each digest, the
    /// order and the counts; exit with 1 if not
    #[arg(long)]
    verify: bool,
    /// The plan that the receipt should be of, as `plan -o json` or a saved plan
    #[arg(long, value_name = "FILE", requires = "verify")]
    plan: Option<PathBuf>,
}

/// Renders a stored file again. What it is stands in the file.
pub(super) fn run(args: &Args, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let text = file::read(&args.file, STORED_BYTES_MAX)?;
    // What is no JSON is told by the reader of plans.
    match serde_json::from_str::<Value>(&text) {
        Ok(value) if receipt::is_receipt(&value) => receipt(args, &value, terminal),
        _ => plan(args, &text, common, terminal),
    }
}

fn receipt(args: &Args, value: &Value, terminal: &Terminal) -> Result<u8, CliError> {
    let asked = Asked {
        verify: args.verify,
        plan: args.plan.as_deref().map(plan_digest).transpose()?,
        output: ReceiptOutput::try_from(args.output)?,
    };
    receipt::show(&args.file.display().to_string(), value, &asked, terminal)
}

/// The digest of the plan in a file, alone or together with something else.
fn plan_digest(path: &Path) -> Result<Digest, CliError> {
    let text = file::read(path, STORED_BYTES_MAX)?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| stored_error(path, ReadError::NotJson(error.to_string())))?;
    Ok(Digest::of_json(value.get("plan").unwrap_or(&value)))
}

fn plan(args: &Args, text: &str, common: &Common, terminal: &Terminal) -> Result<u8, CliError> {
    let Args {
        file,
        output,
        verify,
        plan: _,
    } = args;
    let saved = parse(text).map_err(|cause| stored_error(file, cause))?;
    if *verify {
        return Err(CliError::usage(
            format_args!(
                "`--verify` checks receipts, and {} is a saved plan",
                file.display()
            ),
            "leave it out: that a saved plan is whole is checked in any case",
        ));
    }
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

fn stored_error(path: &Path, cause: ReadError) -> CliError {
    CliError::Stored {
        path: path.to_owned(),
        cause,
    }
}
