//! Opens providers, or the simulated systems in their place.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::http::{Pace, Transport};
use crate::{
    desired::{Desired, ProviderConfig},
    model::{HiddenValues, Leaf, ProviderName, Sensitive, Tree, words},
    provider::{Endpoint, ProviderDef, Reader, Writer, codec, masked_reader, masked_writer},
    simulator::{self, Clock, Fault, Running, Store},
};

use super::{
    error::CliError,
    options::SandboxOptions,
    progress::{Board, ToldWaits},
    terminal::Terminal,
};

/// The seed of the embedded sandbox's fixtures.
pub(super) const SANDBOX_SEED: u64 = 1;

/// Requests per second against a simulated system on loopback, which needs no
/// mercy.
const SANDBOX_REQUESTS_PER_SECOND: f64 = 100_000.0;

/// The simulated systems that stand in for providers during one command.
pub(super) struct Embedded {
    store: Store,
    running: BTreeMap<ProviderName, Running>,
}

/// A provider of a run.
struct Open {
    def: &'static ProviderDef,
    endpoint: Endpoint,
    /// What of its manifest nobody may repeat.
    hidden: Arc<HiddenValues>,
}

/// The endpoints of a run, and what must live as long as they do.
pub(super) struct Opened {
    endpoints: Vec<Open>,
    embedded: Option<Embedded>,
    board: Board,
}

/// Opens all providers that the manifests use. Nothing is sent yet. What they
/// make us wait for is told on the terminal.
pub(super) async fn open(
    desired: &Desired,
    options: &SandboxOptions,
    terminal: &Terminal,
) -> Result<Opened, CliError> {
    let embedded = if options.sandbox {
        Some(Embedded::start(desired, options).await?)
    } else {
        None
    };
    let board = Board::default();
    let mut endpoints = Vec::new();
    for config in &desired.providers {
        let hidden = Arc::new(config.hidden());
        let waits = ToldWaits::new(config.name.clone(), &hidden, terminal, &board);
        endpoints.push(Open {
            def: config.def,
            endpoint: endpoint(config, embedded.as_ref(), waits)?,
            hidden,
        });
    }
    Ok(Opened {
        endpoints,
        embedded,
        board,
    })
}

fn endpoint(
    config: &ProviderConfig,
    embedded: Option<&Embedded>,
    waits: ToldWaits,
) -> Result<Endpoint, CliError> {
    let mut limits = config.limits.clone();
    let mut settings = config.settings.clone();
    if let Some(running) = embedded.and_then(|embedded| embedded.running.get(&config.name)) {
        limits.requests_per_second = SANDBOX_REQUESTS_PER_SECOND;
        settings = settings_of(config, &running.provider_settings());
    }
    let transport = Transport::new(limits).map_err(CliError::Client)?;
    Ok(Endpoint {
        name: config.name.clone(),
        settings,
        transport: Arc::new(transport.with_waits(Arc::new(waits)).at_pace(config.pace)),
    })
}

/// The settings of a simulated system in the form of a manifest's.
fn settings_of(config: &ProviderConfig, json: &Value) -> Tree {
    let fields = config.def.settings.fields();
    let given = fields.iter().filter_map(|facts| {
        let text = codec::as_text(codec::at(json, facts.path.as_str())?)?;
        let leaf = if facts.sensitive {
            Leaf::Sensitive(Sensitive::new(text))
        } else {
            Leaf::Text(text)
        };
        Some((facts.path, leaf))
    });
    let mut settings = config.settings.clone();
    for (path, leaf) in given {
        settings.set(path, leaf);
    }
    settings
}

/// How many milliseconds a second of looking for a call takes in the sandbox.
const SANDBOX_LOOK_MILLISECONDS: u32 = 100;

impl Opened {
    /// How long a second of looking takes for a call whose answer was lost.
    pub(super) fn look_pace(&self) -> Pace {
        match self.embedded {
            Some(_) => Pace::new(SANDBOX_LOOK_MILLISECONDS),
            None => Pace::default(),
        }
    }

    /// The halves that read.
    pub(super) fn readers(&self) -> BTreeMap<ProviderName, Arc<dyn Reader>> {
        self.each(|open| {
            let reader = (open.def.reader)(&open.endpoint);
            masked_reader(reader, Arc::clone(&open.hidden))
        })
    }

    /// The halves that write.
    pub(super) fn writers(&self) -> BTreeMap<ProviderName, Arc<dyn Writer>> {
        self.each(|open| {
            let writer = (open.def.writer)(&open.endpoint);
            masked_writer(writer, Arc::clone(&open.hidden))
        })
    }

    /// What both halves send with.
    pub(super) fn transports(&self) -> BTreeMap<ProviderName, Arc<Transport>> {
        self.each(|open| Arc::clone(&open.endpoint.transport))
    }

    /// One thing of each provider, by its name.
    fn each<T>(&self, of: impl Fn(&Open) -> T) -> BTreeMap<ProviderName, T> {
        let all = self.endpoints.iter();
        all.map(|open| (open.endpoint.name.clone(), of(open)))
            .collect()
    }

    /// Where waits are told, and where a progress bar may be.
    pub(super) fn board(&self) -> Board {
        self.board.clone()
    }

    /// The `Date` header of a provider's last answer.
    pub(super) fn server_date(&self, name: &ProviderName) -> Option<String> {
        let mut opened = self.endpoints.iter();
        let open = opened.find(|open| open.endpoint.name == *name)?;
        open.endpoint.transport.server_date()
    }

    /// Keeps the sandbox's state for the next command.
    pub(super) fn close(&self) -> Result<(), CliError> {
        let Some(embedded) = &self.embedded else {
            return Ok(());
        };
        for (name, running) in &embedded.running {
            embedded.store.save(&name.0, &running.state())?;
        }
        Ok(())
    }
}

impl Embedded {
    async fn start(desired: &Desired, options: &SandboxOptions) -> Result<Self, CliError> {
        let store = Store::open(&options.sandbox_state)?;
        let mut running = BTreeMap::new();
        for config in &desired.providers {
            let fail = |reason: String| CliError::Sandbox {
                provider: config.name.to_string(),
                reason,
            };
            let service = (config.def.simulate)(SANDBOX_SEED);
            let server = simulator::start(
                service,
                simulator::Options {
                    port: 0,
                    clock: Clock::real(),
                },
            )
            .await
            .map_err(|error| fail(error.to_string()))?;
            if let Some(state) = store.load(&config.name.0)? {
                server.restore(state).map_err(fail)?;
            }
            server.stand_in_for(&config.settings);
            running.insert(config.name.clone(), server);
        }
        let systems: Vec<&Running> = running.values().collect();
        turn_knobs(&systems, &options.knob)?;
        inject(&systems, &options.fault)?;
        Ok(Self { store, running })
    }
}

/// Sets knobs written `system.name=value`.
pub(super) fn turn_knobs(running: &[&Running], knobs: &[String]) -> Result<(), CliError> {
    for knob in knobs {
        let parts = knob.split_once('=').and_then(|(name, value)| {
            let (system, name) = name.split_once('.')?;
            Some((system, name, value))
        });
        let Some((system, name, value)) = parts else {
            return Err(CliError::usage(
                format!("`{knob}` is no knob"),
                "write system.name=value; `trueup sandbox --knob list` shows them all",
            ));
        };
        let mut known = false;
        for server in running.iter().filter(|server| server.name() == system) {
            server.set_knob(name, value)?;
            known = true;
        }
        require_system(known, system, running)?;
    }
    Ok(())
}

/// Injects faults written `system:Operation=kind#nth`.
pub(super) fn inject(running: &[&Running], faults: &[String]) -> Result<(), CliError> {
    for text in faults {
        let fault: Fault = text.parse()?;
        let mut known = false;
        for server in running
            .iter()
            .filter(|server| server.name() == fault.system)
        {
            require_operation(&fault, &server.operations())?;
            server.inject(fault.clone());
            known = true;
        }
        require_system(known, &fault.system, running)?;
    }
    Ok(())
}

/// Refuses a fault that would never strike.
fn require_operation(fault: &Fault, operations: &[String]) -> Result<(), CliError> {
    let Fault {
        system, operation, ..
    } = fault;
    let is_known = operation == "*" || operations.iter().any(|known| known == operation);
    if is_known || operations.is_empty() {
        return Ok(());
    }
    Err(CliError::usage(
        format!("`{system}` has no operation `{operation}`"),
        words::suggestion(operation, operations.iter().map(String::as_str)),
    ))
}

fn require_system(known: bool, system: &str, running: &[&Running]) -> Result<(), CliError> {
    if known {
        return Ok(());
    }
    let names = running.iter().map(|server| server.name());
    Err(CliError::usage(
        format!("the sandbox runs no system `{system}`"),
        format!("it runs {}", words::list(names)),
    ))
}
