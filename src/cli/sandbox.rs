//! `trueup sandbox`.

use std::{fmt::Write as _, path::PathBuf};

use serde_json::Value;

use crate::{
    exit,
    model::words,
    provider::ProviderDef,
    providers::ALL,
    report::{Style, text::fitted},
    simulator::{self, Clock, FaultKind, Running, Store},
};

use super::{
    error::CliError,
    interrupt::interrupted,
    providers::{SANDBOX_SEED, inject, turn_knobs},
    terminal::Terminal,
};

/// The options of `trueup sandbox`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::SANDBOX)]
pub(super) struct Args {
    /// The first port on 127.0.0.1, the other systems take the next ones; 0
    /// takes any free ones
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=65_000))]
    port: u16,
    /// Keep the state in this folder; without it everything is forgotten
    #[arg(long, value_name = "FOLDER")]
    sandbox_state: Option<PathBuf>,
    /// Stand still at this instant instead of following the clock, such as
    /// `2026-01-01T00:00:00Z`
    #[arg(long, value_name = "INSTANT")]
    clock: Option<jiff::Timestamp>,
    /// Set a switch, as `system.name=value`, or `list` to show them all;
    /// repeatable
    #[arg(long, value_name = "KNOB")]
    knob: Vec<String>,
    /// Inject a fault, as `system:Operation=kind#nth`, or `list` to show every
    /// kind; repeatable
    #[arg(long, value_name = "FAULT")]
    fault: Vec<String>,
}

/// Serves the simulated systems until interrupted.
pub(super) async fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    if args.knob.iter().any(|knob| knob == "list") {
        terminal
            .data(&knobs(terminal.stdout_style()))
            .map_err(CliError::Output)?;
        return Ok(exit::DONE);
    }
    if args.fault.iter().any(|fault| fault == "list") {
        terminal.data(&faults()).map_err(CliError::Output)?;
        return Ok(exit::DONE);
    }
    let store = args.sandbox_state.as_deref().map(Store::open).transpose()?;
    let clock = args.clock.map_or_else(Clock::real, Clock::fixed);
    let mut running = Vec::new();
    for (at, def) in ALL.iter().enumerate() {
        running.push(start(def, at, args.port, &clock, store.as_ref()).await?);
    }
    let servers: Vec<&Running> = running.iter().collect();
    turn_knobs(&servers, &args.knob)?;
    inject(&servers, &args.fault)?;
    terminal
        .data(&manifests(&running))
        .map_err(CliError::Output)?;
    terminal.say("Serving until interrupted (Ctrl-C).");
    interrupted().await.map_err(CliError::Runtime)?;
    if let Some(store) = store {
        for server in &running {
            store.save(server.name(), &server.state())?;
        }
    }
    Ok(exit::DONE)
}

async fn start(
    def: &ProviderDef,
    at: usize,
    first_port: u16,
    clock: &Clock,
    store: Option<&Store>,
) -> Result<Running, CliError> {
    let fail = |reason: String| CliError::Sandbox {
        provider: def.name.to_owned(),
        reason,
    };
    let port = match first_port {
        0 => 0,
        first => first + u16::try_from(at).unwrap_or_default(),
    };
    let options = simulator::Options {
        port,
        clock: clock.clone(),
    };
    let server = simulator::start((def.simulate)(SANDBOX_SEED), options)
        .await
        .map_err(|error| fail(format!("port {port}: {error}")))?;
    if let Some(state) = store
        .map(|store| store.load(def.name))
        .transpose()?
        .flatten()
    {
        server.restore(state).map_err(fail)?;
    }
    Ok(server)
}

/// Every knob of every system, with its values; the first one is the default.
fn knobs(style: Style) -> String {
    let mut out = String::new();
    for def in ALL {
        for knob in (def.simulate)(SANDBOX_SEED).knobs() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{}.{}={}\n{}",
                def.name,
                knob.name,
                knob.values.join("|"),
                fitted("    ", knob.meaning, style)
            );
        }
    }
    out
}

/// Every kind of fault, and what it does.
fn faults() -> String {
    let mut out = String::new();
    for kind in FaultKind::all() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{kind}\n    {}", kind.meaning());
    }
    out
}

/// A `Provider` manifest for each system. Credentials stand in variables, as in
/// any manifest; the lines that set them are comments, so that the output is a
/// manifest file as it is.
fn manifests(running: &[Running]) -> String {
    let mut out = String::from(
        "# Save this as providers.yaml, then set the variables in a shell:\n#     eval \"$(sed -n 's/^# export/export/p' providers.yaml)\"\n",
    );
    for (def, server) in ALL.iter().zip(running) {
        out.push_str("---\n");
        let mut settings = server.provider_settings();
        for (name, secret) in def.move_credentials(&mut settings, |path| variable(def.name, path)) {
            let _ = writeln!(out, "# export {name}='{secret}'");
        }
        let _ = write!(
            out,
            "apiVersion: {}\nkind: Provider\nmetadata:\n  name: sandbox-{}\nspec:\n  {}:\n",
            crate::manifest::document::API_VERSION,
            def.name,
            def.name
        );
        write_settings(&mut out, &settings, 4);
    }
    out
}

/// The variable that a credential of a simulated system stands in.
fn variable(system: &str, path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or(path);
    format!("SANDBOX_{system}_{}", words::snake(last)).to_uppercase()
}

/// Writes an object of texts and objects as YAML.
fn write_settings(out: &mut String, settings: &Value, indent: usize) {
    for (key, value) in settings.as_object().into_iter().flatten() {
        let blanks = " ".repeat(indent);
        match value {
            Value::Object(below) if !below.contains_key("env") => {
                let _ = writeln!(out, "{blanks}{key}:");
                write_settings(out, value, indent + 2);
            }
            // JSON is YAML, and quotes what needs quotes.
            other => {
                let _ = writeln!(out, "{blanks}{key}: {other}");
            }
        }
    }
}
