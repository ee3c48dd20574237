//! Where the program keeps what it knows of its own runs.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    desired::Systems,
    journal::Holder,
    model::{fingerprint::hexadecimal, words},
};

use super::{
    env,
    error::CliError,
    options::{SandboxOptions, sandbox_typed},
};

/// The state folder where none is given.
const STATE: &str = ".trueup";

/// The folder of the sandbox's own runs below a state folder that is given.
const SANDBOX: &str = "sandbox";

/// Random bytes in the id of a run: two runs of one second do not meet.
const RUN_ID_BYTES: usize = 4;

/// Where state is kept.
#[derive(Debug, clap::Args)]
pub(super) struct StateOptions {
    /// Where journals and receipts of runs are kept [default: .trueup, or the
    /// folder of the sandbox]
    #[arg(long, value_name = "FOLDER", env = "TRUEUP_STATE")]
    state: Option<PathBuf>,
}

/// Where locks are kept.
#[derive(Debug, clap::Args)]
pub(super) struct LockOptions {
    /// Where locks on providers are kept, common to all runs of one user on this
    /// machine [default: trueup/locks in the user's state folder]
    #[arg(long, value_name = "FOLDER", env = "TRUEUP_LOCK_FOLDER")]
    lock_folder: Option<PathBuf>,
}

/// How long to wait before open calls are settled.
#[derive(Debug, clap::Args)]
pub(super) struct SettleOptions {
    /// Seconds that a call which is not to be sent twice must be old before it is
    /// looked for [default: as long as its provider may still be carrying it out]
    #[arg(long, value_name = "SECONDS", hide = true)]
    settle_after: Option<u64>,
}

impl SettleOptions {
    /// How old such a call must be before it is looked for, where that does not
    /// depend on its provider. The sandbox carries a call out at once or never.
    pub(super) fn interval(&self, systems: Systems) -> Option<Duration> {
        let at_once = systems.are_simulated().then_some(0);
        let seconds = self.settle_after.or(at_once);
        seconds.map(Duration::from_secs)
    }
}

impl StateOptions {
    /// The state folder. The sandbox has its own, so that neither settles what
    /// the other did.
    pub(super) fn folder(&self, systems: Systems, sandbox_state: &Path) -> PathBuf {
        match (&self.state, systems) {
            (Some(state), Systems::Real) => state.clone(),
            (Some(state), Systems::Simulated) => state.join(SANDBOX),
            (None, Systems::Real) => PathBuf::from(STATE),
            (None, Systems::Simulated) => sandbox_state.to_owned(),
        }
    }

    /// The command that explains these runs.
    pub(super) fn status_command(&self, sandbox: &SandboxOptions) -> String {
        let mut command = "trueup status".to_owned();
        if sandbox.sandbox {
            command.push_str(&sandbox_typed(&sandbox.sandbox_state));
        }
        if let Some(state) = &self.state {
            command.push_str(" --state ");
            command.push_str(&words::shell_path(state));
        }
        command
    }
}

impl LockOptions {
    /// The folder of locks. A sandbox is locked where it keeps its state.
    pub(super) fn folder(&self, state: &Path, systems: Systems) -> PathBuf {
        if let Some(folder) = &self.lock_folder {
            return folder.clone();
        }
        let common = match systems {
            Systems::Real => env::state_home(),
            Systems::Simulated => None,
        };
        common.map_or_else(
            || state.join("locks"),
            |home| home.join("trueup").join("locks"),
        )
    }
}

/// Who runs this process.
pub(super) fn holder() -> Holder {
    Holder {
        user: env::user(),
        host: env::host(),
        pid: std::process::id(),
    }
}

/// A new id for a run. Ids are ordered by time, to the millisecond.
///
/// # Errors
/// When the system gives no random bytes.
pub(super) fn run_id() -> Result<String, CliError> {
    let random: [u8; RUN_ID_BYTES] = env::random().map_err(CliError::Random)?;
    Ok(format!("{}-{}", run_id_start(), hexadecimal(&random)))
}

/// Where the id of a run of this moment starts.
pub(super) fn run_id_start() -> String {
    env::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string()
}
