//! `trueup doctor`.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

use crate::{
    desired::{Desired, ProviderConfig},
    exit,
    observed::{all_tables, hidden_values, wanted},
    provider::{Diagnosis, Health, Reader, Wanted},
    report::{doctor, json},
};

use super::{
    env,
    error::CliError,
    input,
    options::{Manifests, Output, SandboxOptions},
    providers::{self, Opened},
    terminal::Terminal,
};

/// The options of `trueup doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::DOCTOR)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// The format of the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

/// How far a provider's clock may be off before somebody should look: tokens
/// and visas live for minutes, and `Date` headers are whole seconds.
const CLOCK_DIFFERENCE_MAX: SignedDuration = SignedDuration::from_secs(30);

/// Examines every provider, without writing anything.
pub(super) async fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let systems = args.sandbox.systems();
    let desired = input::load(&args.manifests, systems, args.output.into(), terminal)?;
    let opened = providers::open(&desired, &args.sandbox, terminal).await?;
    let mut reports = Vec::new();
    for config in &desired.providers {
        let mut report = examine(config, &desired, &opened).await;
        report.hide(&hidden_values(&desired, &config.name));
        report.hide(&config.hidden());
        reports.push(report);
    }
    let shown = match args.output {
        Output::Text => doctor::text(&reports, terminal.stdout_style()),
        Output::Json => json::pretty(&reports),
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    opened.close()?;
    let well = reports.iter().all(|report| report.health() != Health::Bad);
    Ok(if well { exit::DONE } else { exit::ERROR })
}

async fn examine(config: &ProviderConfig, desired: &Desired, opened: &Opened) -> doctor::Report {
    let readers = opened.readers();
    let mut report = doctor::Report::new(&config.name, config.def.title);
    let Some(reader) = readers.get(&config.name) else {
        return report;
    };
    match reader.account().await {
        Ok(account) => {
            let detail = format!("signed in as {account}");
            report.add(Diagnosis::good("account", detail));
        }
        Err(failure) => {
            report.add(Diagnosis::failed("account", &failure));
            return report;
        }
    }
    if let Some(date) = opened.server_date(&config.name) {
        report.add(clock(&date, env::now()));
    }
    for diagnosis in lookups(config, reader.as_ref()).await {
        report.add(diagnosis);
    }
    let sample = sample(config, desired, reader.as_ref()).await;
    for diagnosis in reader.diagnose(sample.as_ref()).await {
        report.add(diagnosis);
    }
    report
}

/// How many manifests are tried to find one whose record exists.
const SAMPLES_MAX: usize = 5;

/// A manifest whose record exists, or else the first one.
async fn sample(config: &ProviderConfig, desired: &Desired, reader: &dyn Reader) -> Option<Wanted> {
    let candidates: Vec<Wanted> = desired
        .resources
        .iter()
        .filter(|resource| resource.provider == config.name && resource.selected)
        .take(SAMPLES_MAX)
        .map(|resource| Wanted {
            // A record of that name without our key is no sample.
            display_name: None,
            ..wanted(resource)
        })
        .collect();
    // A failure here shows again in what the provider says of itself.
    let Ok(index) = reader.index(&candidates).await else {
        return candidates.first().cloned();
    };
    let exists = |wanted: &&Wanted| {
        let key = Some(wanted.key.as_str());
        index.rows.iter().any(|row| row.key.as_deref() == key)
    };
    let found = candidates.iter().find(exists);
    found.or(candidates.first()).cloned()
}

/// Compares a provider's `Date` header with our clock.
fn clock(date: &str, now: Timestamp) -> Diagnosis {
    let parsed = rfc2822::DateTimeParser::new().parse_timestamp(date);
    let (is_well, detail) = match parsed {
        Ok(theirs) => {
            let difference = theirs.duration_since(now);
            let seconds = difference.as_secs();
            (
                difference.abs() <= CLOCK_DIFFERENCE_MAX,
                format!("the provider's clock differs from ours by {seconds} s"),
            )
        }
        Err(error) => (
            false,
            format!("the Date header of the provider makes no sense: {error}"),
        ),
    };
    let hint = (!is_well).then(|| "check this machine's clock".to_owned());
    Diagnosis::good("clock", detail).doubted(hint)
}

/// Fetches every look-up table that the provider's kinds use.
async fn lookups(config: &ProviderConfig, reader: &dyn Reader) -> Vec<Diagnosis> {
    let tables = all_tables(config);
    let found = match reader.lookups(&tables).await {
        Ok(found) => found,
        Err(failure) => return vec![Diagnosis::failed("look-ups", &failure)],
    };
    let counts: Vec<String> = found
        .sizes()
        .map(|(name, size)| format!("{name}: {size}"))
        .collect();
    let missing: Vec<&str> = tables
        .iter()
        .copied()
        .filter(|table| found.table(table).is_none())
        .collect();
    let mut diagnoses = vec![Diagnosis::good("look-ups", counts.join(", "))];
    if !missing.is_empty() {
        let detail = format!("not returned: {}", missing.join(", "));
        let hint = "check that the account may read them";
        diagnoses.push(Diagnosis::doubtful("look-ups", detail).hint(hint));
    }
    diagnoses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_doubtful() {
        let now: Timestamp = "2026-11-02T09:00:00Z".parse().expect("an instant");
        let at = |date: &str| clock(date, now);
        let well = at("Mon, 02 Nov 2026 09:00:05 GMT");
        assert_eq!(well.health, Health::Good);
        assert_eq!(well.detail, "the provider's clock differs from ours by 5 s");
        assert_eq!(at("Mon, 02 Nov 2026 08:00:00 GMT").health, Health::Doubtful);
        assert_eq!(at("soon").health, Health::Doubtful);
    }
}
