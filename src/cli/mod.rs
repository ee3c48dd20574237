//! The command line: the only place that knows both the stages and the
//! registry. It decides nothing about a record.

mod apply;
mod completions;
mod doctor;
mod drift;
mod env;
mod error;
mod examples;
mod explain;
mod guard;
mod import;
mod init;
mod input;
mod interrupt;
mod key;
mod locking;
mod man;
mod options;
mod panic;
mod pending;
mod plan;
mod progress;
mod providers;
mod receipt;
mod recorder;
mod reviewed;
mod sandbox;
mod save;
mod schema;
mod show;
mod state;
mod status;
mod target;
mod terminal;
mod validate;

use std::ffi::OsString;

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind, parser::ValueSource,
};

use crate::exit;

use error::CliError;
use options::Common;
use terminal::Terminal;

/// Brings customer, billing and account records in line with YAML manifests.
#[derive(Debug, Parser)]
#[command(
    name = "trueup",
    version,
    max_term_width = 80,
    arg_required_else_help = true,
    after_help = "`trueup COMMAND --help` has examples; `trueup --help` the exit codes.",
    after_long_help = examples::ROOT
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Start a repository: providers, examples, schemas, pipelines
    Init(init::Args),
    /// Check manifests offline: everything that can be known without a provider
    Validate(validate::Args),
    /// Show what would change, field by field; never writes to a provider
    Plan(plan::Args),
    /// Carry out a saved plan; or plan, ask, and carry the changes out
    Apply(apply::Args),
    /// Explain runs that were cut off, what the next one does about them, and
    /// who is writing to which provider
    Status(status::Args),
    /// Show a saved plan or a receipt again, and check that it is as it was written
    Show(show::Args),
    /// Compare the providers with what a revision wanted; never writes to one
    Drift(drift::Args),
    /// Write manifests from what the providers have; never writes to one
    Import(import::Args),
    /// Examine every provider: reachability, credentials, clock, look-ups
    Doctor(doctor::Args),
    /// Explain a kind, a section or a field
    Explain(explain::Args),
    /// Write the JSON Schemas of all manifests, for editors, and of plans and
    /// receipts
    Schema(schema::Args),
    /// Serve the simulated billing systems on loopback
    Sandbox(sandbox::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Print the manual page, or write those of all commands
    Man(man::Args),
}

/// Runs the program and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let Cli { common, command } = cli;
    let terminal = Terminal::detect(common.plain() || env::no_color(), common.quiet);
    panic::hide_values(&terminal);
    common.start_tracing(&terminal);
    let outcome = match command {
        Command::Init(args) => init::run(&args, &terminal),
        Command::Validate(args) => validate::run(&args, &terminal),
        Command::Explain(args) => explain::run(&args, &terminal),
        Command::Show(args) => show::run(&args, &common, &terminal),
        Command::Schema(args) => schema::run(&args, &terminal),
        Command::Completions(args) => completions::run(&args, &mut Cli::command(), &terminal),
        Command::Status(args) => status::run(&args, &terminal),
        Command::Man(args) => man::run(&args, Cli::command(), &terminal),
        Command::Plan(args) => wait(plan::run(&args, &common, &terminal)),
        Command::Apply(args) => wait(apply::run(&args, &common, &terminal)),
        Command::Drift(args) => wait(drift::run(&args, &common, &terminal)),
        Command::Import(args) => wait(import::run(&args, &terminal)),
        Command::Doctor(args) => wait(doctor::run(&args, &terminal)),
        Command::Sandbox(args) => wait(sandbox::run(&args, &terminal)),
    };
    outcome.unwrap_or_else(|error| {
        if !matches!(error, CliError::Told(_)) {
            terminal.error(&error, error.hint().as_deref());
        }
        error.exit_code()
    })
}

/// Reads the arguments. Clap's own `requires` would count the variable that may
/// give the sandbox's folder for every command.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    if let Some((_, given)) = matches.subcommand()
        && let Ok(Some(false)) = given.try_get_one::<bool>("sandbox")
        && given.try_contains_id("sandbox_state").is_ok()
        && given.value_source("sandbox_state") == Some(ValueSource::CommandLine)
    {
        let message = "`--sandbox-state` is for the sandbox alone, and this would not be in it; add \
                       `--sandbox`, or leave it out";
        return Err(command.error(ErrorKind::MissingRequiredArgument, message));
    }
    Cli::from_arg_matches(&matches)
}

/// Prints help, the version or a usage error as clap has worded it.
fn usage(error: &clap::Error) -> u8 {
    // Where the text cannot be printed there is nobody to tell.
    let _ = error.print();
    if error.use_stderr() {
        exit::ERROR
    } else {
        exit::DONE
    }
}

/// Runs the part that talks to providers.
fn wait<F: Future<Output = Result<u8, CliError>>>(work: F) -> Result<u8, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::Runtime)?
        .block_on(work)
}
