//! `trueup explain`.

use crate::{
    exit,
    providers::ALL,
    report::explain::{Topic, Unknown, explain, kinds, topic},
};

use super::{error::CliError, schema, terminal::Terminal};

/// The options of `trueup explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::EXPLAIN)]
pub(super) struct Args {
    /// A kind, a section or a field, such as `ZegoalAccount`,
    /// `zegoalaccount.billing` or `zegoalaccount.billing.currency`; all kinds
    /// without it
    #[arg(value_name = "KIND[.FIELD]")]
    path: Option<String>,
}

/// Explains a kind, a section or a field.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let topics: Vec<Topic> = schema::of_manifests()
        .iter()
        .filter_map(|schema| Topic::of(schema, ALL))
        .collect();
    let style = terminal.stdout_style();
    let shown = match &args.path {
        None => kinds(&topics, style),
        Some(asked) => {
            let (name, path) = asked.split_once('.').unwrap_or((asked, ""));
            topic(&topics, name)
                .and_then(|topic| explain(topic, path, style))
                .map_err(|unknown| told(&unknown))?
        }
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    Ok(exit::DONE)
}

fn told(unknown: &Unknown) -> CliError {
    CliError::usage(unknown, &unknown.hint)
}
