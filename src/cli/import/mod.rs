//! `trueup import`.

mod create;
mod update;

use std::{collections::BTreeSet, path::PathBuf};

use clap::ValueEnum;

use crate::{
    desired::{Desired, Options, ProviderConfig, desire},
    import::Ground,
    manifest::load::{Document, Loaded},
    model::{Kind, words},
    observed::Query,
    providers::ALL,
};

use super::{
    env,
    error::CliError,
    input,
    options::{FindingsOutput, Manifests, SandboxOptions},
    providers,
    terminal::Terminal,
};

/// The options of `trueup import`.
#[derive(Debug, clap::Args)]
#[command(after_help = super::examples::IMPORT)]
pub(super) struct Args {
    #[command(flatten)]
    manifests: Manifests,
    #[command(flatten)]
    sandbox: SandboxOptions,
    /// Only records of this provider; repeatable
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Only records of this kind; repeatable
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only records of which id, key or display name is this, with `*` for any
    /// text; repeatable
    #[arg(long, value_name = "PATTERN")]
    select: Vec<String>,
    /// Only the record with this key; the way to name records where the
    /// provider has no list; repeatable
    #[arg(long, value_name = "CODE")]
    key: Vec<String>,
    /// Write what a new record has by itself too, and `null` for fields that are
    /// empty
    #[arg(long, conflicts_with = "update")]
    full: bool,
    /// Write each manifest to a file of its own in this folder, as
    /// KIND/NAME.yaml; without it all go to standard output
    #[arg(long, value_name = "FOLDER", conflicts_with = "update")]
    out: Option<PathBuf>,
    /// Where editors find the schema of manifests
    #[arg(
        long,
        value_name = "PATH|URL",
        default_value = "schemas/trueup.schema.json",
        conflicts_with = "update"
    )]
    schema: String,
    /// How sensitive values are written
    #[arg(
        long,
        value_name = "HOW",
        default_value = "env",
        conflicts_with = "update"
    )]
    sensitive: SensitiveValues,
    /// Write the sensitive values to this file, as NAME=value lines, readable
    /// by you alone; without it they are written nowhere
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    env_file: Option<PathBuf>,
    /// Edit the manifests that are there: managed fields that differ take the
    /// provider's value, and nothing else changes
    #[arg(long)]
    update: bool,
}

/// How sensitive values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SensitiveValues {
    /// As environment variables
    Env,
    /// In clear, into the manifests
    Inline,
}

/// What a run works on.
struct Workplace {
    documents: Vec<Document>,
    desired: Desired,
    options: Options,
    query: Query,
}

/// Writes manifests, or edits those that are there.
pub(super) async fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    args.check()?;
    let query = args.query()?;
    let options = input::options(
        &args.manifests,
        args.sandbox.systems(),
        crate::desired::Files::Disk,
    )?;
    let Loaded {
        documents,
        findings,
    } = input::texts(&args.manifests);
    let loaded = Loaded {
        documents: documents.clone(),
        findings,
    };
    let (desired, findings) = desire(loaded, ALL, &options);
    let desired = input::report(desired, &findings, FindingsOutput::Text, terminal)?;
    args.check_providers(&desired)?;
    let mut workplace = Workplace {
        documents,
        desired,
        options,
        query,
    };
    let opened = providers::open(&workplace.desired, &args.sandbox, terminal).await?;
    let outcome = if args.update {
        update::run(args, &mut workplace, &opened, terminal).await
    } else {
        create::run(args, &workplace, &opened, terminal).await
    };
    // The simulated systems keep what they have, and no cause hides another.
    let kept = opened.close();
    let code = outcome?;
    kept?;
    Ok(code)
}

impl Args {
    /// Refuses combinations that cannot be honoured.
    fn check(&self) -> Result<(), CliError> {
        if self.manifests.selector.is_some() && !self.update {
            return Err(CliError::usage(
                "labels stand in manifests, and records that have none yet have no labels",
                "choose records with --select or --key; -l goes with --update",
            ));
        }
        if self.env_file.is_some() && self.sensitive == SensitiveValues::Inline {
            return Err(CliError::usage(
                "with --sensitive inline nothing is left for --env-file",
                "leave one of the two out",
            ));
        }
        Ok(())
    }

    fn query(&self) -> Result<Query, CliError> {
        let all = || ALL.iter().flat_map(|def| def.kinds).map(|def| def.kind);
        let mut kinds: BTreeSet<Kind> = BTreeSet::new();
        for asked in &self.kind {
            match all().find(|kind| kind == asked) {
                Some(kind) => kinds.insert(kind),
                None => {
                    return Err(CliError::usage(
                        format!("there is no kind `{asked}` of records"),
                        words::suggestion(asked, all()),
                    ));
                }
            };
        }
        Ok(Query {
            kinds,
            keys: self.key.iter().cloned().collect(),
            patterns: self.select.clone(),
        })
    }

    fn check_providers(&self, desired: &Desired) -> Result<(), CliError> {
        let names = || desired.providers.iter().map(|config| &*config.name.0);
        for asked in &self.provider {
            if !names().any(|name| name == asked) {
                return Err(CliError::usage(
                    format!("no manifest declares a provider `{asked}`"),
                    words::suggestion(asked, names().collect::<Vec<_>>()),
                ));
            }
        }
        if desired.providers.is_empty() {
            return Err(CliError::usage(
                "no manifest declares a provider",
                "give the file with the `Provider` manifests with -f",
            ));
        }
        Ok(())
    }

    /// Whether a provider is asked for.
    fn asks_for(&self, config: &ProviderConfig) -> bool {
        let named =
            self.provider.is_empty() || self.provider.iter().any(|name| **name == *config.name.0);
        let serves = self.kind.is_empty()
            || config
                .def
                .kinds
                .iter()
                .any(|def| self.kind.iter().any(|kind| kind == def.kind));
        named && serves
    }
}

impl Workplace {
    fn ground(&self) -> Ground<'_> {
        Ground {
            documents: &self.documents,
            environment: &self.options.environment,
            systems: self.options.systems,
            registry: ALL,
            other_kinds: self.options.other_kinds,
            today: env::today(),
        }
    }
}
