//! Options that several commands share.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{ArgAction, Args, ValueEnum};
use tracing_subscriber::{EnvFilter, fmt};

use super::{error::CliError, input, terminal::Terminal};
use crate::{
    desired::{Desired, Systems},
    model::words,
    saved::SavedRevision,
};

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say more; twice also shows each request
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// No colour; the variable `NO_COLOR` says the same
    #[arg(long, global = true)]
    no_color: bool,
}

impl Common {
    /// Whether colour is forbidden.
    pub(super) fn plain(&self) -> bool {
        self.no_color
    }

    /// Sends diagnostics to standard error.
    pub(super) fn start_tracing(&self, terminal: &Terminal) {
        let level = match self.verbose {
            0 => return,
            1 => "trueup=info",
            _ => "trueup=debug",
        };
        let subscriber = fmt()
            .with_env_filter(EnvFilter::new(level))
            .with_writer(std::io::stderr)
            .with_ansi(terminal.stderr_style().colour)
            .without_time()
            .with_target(false)
            .finish();
        // Fails only when a subscriber is there already, which then stays.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// Which manifests a command is about.
#[derive(Debug, Args)]
pub(super) struct Manifests {
    /// File or folder with manifests, or `-` for standard input; repeatable
    #[arg(short, long = "filename", value_name = "PATH", required = true)]
    pub(super) filename: Vec<PathBuf>,
    /// Only manifests whose labels fit, such as `region=emea,tier!=free`
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub(super) selector: Option<String>,
}

/// Which manifests `apply` is about: those that a saved plan was made of,
/// unless others are given.
#[derive(Debug, Args)]
pub(super) struct ApplyManifests {
    /// File or folder with manifests, or `-` for standard input; repeatable.
    /// With a saved plan, those that it was made of unless given
    #[arg(
        short,
        long = "filename",
        value_name = "PATH",
        required_unless_present = "plan"
    )]
    pub(super) filename: Vec<PathBuf>,
    /// Only manifests whose labels fit, such as `region=emea,tier!=free`
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub(super) selector: Option<String>,
}

/// Which resources a command is about, by what has changed.
#[derive(Debug, Args)]
pub(super) struct Revisions {
    /// Only resources whose manifests, or whose providers' settings, have
    /// changed since this revision, and those that refer to them
    #[arg(long, value_name = "REF")]
    changed_since: Option<String>,
}

impl Revisions {
    /// Leaves only what has changed selected. Gives the revision that it was
    /// compared with.
    pub(super) fn select(
        &self,
        desired: &mut Desired,
        manifests: &Manifests,
        systems: Systems,
        terminal: &Terminal,
    ) -> Result<Option<SavedRevision>, CliError> {
        let Some(name) = &self.changed_since else {
            return Ok(None);
        };
        let since = input::base(manifests, systems, name, terminal)?;
        input::select_changed(desired, &since, name, terminal);
        Ok(Some(SavedRevision {
            revision: since.revision().to_owned(),
            commit: since.commit().to_owned(),
        }))
    }
}

/// The format of the output of a command that shows no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FindingsOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// A GitLab code-quality report
    Gitlab,
}

/// The format of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// A comment on a pull or merge request
    Markdown,
    /// A page of its own, with nothing to load
    Html,
    /// Annotations of a GitHub workflow
    Github,
    /// A GitLab code-quality report
    Gitlab,
}

/// The format of a plan and its receipt. There is no code-quality report of
/// what is done: GitLab compares those before a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ApplyOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// A comment on a pull or merge request
    Markdown,
    /// A page of its own, with nothing to load
    Html,
    /// Annotations of a GitHub workflow
    Github,
}

/// The format of a receipt that is shown again. It holds no places in manifests,
/// so there are no annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReceiptOutput {
    /// For people
    Text,
    /// For programs
    Json,
    /// A comment on a pull or merge request
    Markdown,
    /// A page of its own, with nothing to load
    Html,
}

impl TryFrom<PlanOutput> for ReceiptOutput {
    type Error = CliError;

    fn try_from(output: PlanOutput) -> Result<Self, CliError> {
        match output {
            PlanOutput::Text => Ok(Self::Text),
            PlanOutput::Json => Ok(Self::Json),
            PlanOutput::Markdown => Ok(Self::Markdown),
            PlanOutput::Html => Ok(Self::Html),
            PlanOutput::Github | PlanOutput::Gitlab => Err(CliError::usage(
                "a receipt holds no places in manifests, so there is nothing to annotate",
                "choose text, json, markdown or html",
            )),
        }
    }
}

impl From<Output> for FindingsOutput {
    fn from(output: Output) -> Self {
        match output {
            Output::Text => Self::Text,
            Output::Json => Self::Json,
        }
    }
}

/// Where a plan is wanted for people to read, and there is none because the
/// manifests are wrong, the findings are text.
impl From<PlanOutput> for FindingsOutput {
    fn from(output: PlanOutput) -> Self {
        match output {
            PlanOutput::Text | PlanOutput::Markdown | PlanOutput::Html => Self::Text,
            PlanOutput::Json => Self::Json,
            PlanOutput::Github => Self::Github,
            PlanOutput::Gitlab => Self::Gitlab,
        }
    }
}

impl From<ApplyOutput> for FindingsOutput {
    fn from(output: ApplyOutput) -> Self {
        match output {
            ApplyOutput::Text | ApplyOutput::Markdown | ApplyOutput::Html => Self::Text,
            ApplyOutput::Json => Self::Json,
            ApplyOutput::Github => Self::Github,
        }
    }
}

/// Where the sandbox keeps its state unless told otherwise.
pub(super) const SANDBOX_STATE: &str = ".trueup/sandbox";

/// The sandbox in place of the providers.
#[derive(Debug, Args)]
pub(super) struct SandboxOptions {
    /// Use the simulated billing systems instead of the providers; no account
    /// and no network is needed, and their state is kept between commands
    #[arg(long)]
    pub(super) sandbox: bool,
    /// Where the sandbox keeps its state
    #[arg(
        long,
        value_name = "FOLDER",
        env = "TRUEUP_SANDBOX_STATE",
        default_value = SANDBOX_STATE
    )]
    pub(super) sandbox_state: PathBuf,
    /// Set a switch of a simulated system, as `system.name=value`; repeatable
    #[arg(long, value_name = "KNOB", requires = "sandbox")]
    pub(super) knob: Vec<String>,
    /// Inject a fault, as `system:Operation=kind#nth`; repeatable
    #[arg(long, value_name = "FAULT", requires = "sandbox")]
    pub(super) fault: Vec<String>,
}

impl SandboxOptions {
    /// Which billing systems these options mean.
    pub(super) fn systems(&self) -> Systems {
        Systems::of(self.sandbox)
    }

    /// These options as they are typed once more behind another command, each with
    /// a blank before it; no faults, which were meant for this run.
    pub(super) fn typed(&self) -> String {
        if !self.sandbox {
            return String::new();
        }
        let mut typed = sandbox_typed(&self.sandbox_state);
        for knob in &self.knob {
            // Writing to a string cannot fail.
            let _ = write!(typed, " --knob {}", words::shell(knob));
        }
        typed
    }
}

/// The options that lead another command to the same sandbox.
pub(super) fn sandbox_typed(state: &Path) -> String {
    if state == Path::new(SANDBOX_STATE) {
        return " --sandbox".to_owned();
    }
    format!(" --sandbox --sandbox-state {}", words::shell_path(state))
}
