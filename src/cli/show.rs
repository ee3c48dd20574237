//! `trueup show`.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::model::Digest;

use super::{
    error::CliError,
    options::ReceiptOutput,
    receipt::{self, Asked},
    terminal::Terminal,
};

/// The largest file that is read. The receipt of twenty thousand changes takes
/// some thirty megabytes.
const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// The options of `trueup show`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file: a receipt, or what `apply -o json` printed
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The format in which it is shown
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: ReceiptOutput,
    /// Check, offline, that it is as it was written: each digest, the order and
    /// the counts; exit with 1 if not
    #[arg(long)]
    verify: bool,
    /// The plan that it should be of, as `plan -o json` or a saved plan
    #[arg(long, value_name = "FILE", requires = "verify")]
    plan: Option<PathBuf>,
}

/// Shows a file that the program has written.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let value = read(&args.file)?;
    let name = args.file.display().to_string();
    if !receipt::is_receipt(&value) {
        return Err(CliError::usage(
            format!("{name} is no receipt"),
            "give a file that `apply --receipt` or `apply -o json` wrote",
        ));
    }
    let plan = args.plan.as_deref().map(plan_digest).transpose()?;
    let asked = Asked {
        verify: args.verify,
        plan,
        output: args.output,
    };
    receipt::show(&name, &value, &asked, terminal)
}

/// The digest of the plan in a file, alone or together with something else.
fn plan_digest(path: &Path) -> Result<Digest, CliError> {
    let value = read(path)?;
    Ok(Digest::of_json(value.get("plan").unwrap_or(&value)))
}

fn read(path: &Path) -> Result<Value, CliError> {
    let fail = |cause| CliError::File {
        path: path.to_owned(),
        action: "reading",
        cause,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(fail)?;
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(fail(io::ErrorKind::FileTooLarge.into()));
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| fail(io::Error::new(io::ErrorKind::InvalidData, error)))
}
