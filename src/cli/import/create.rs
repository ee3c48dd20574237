//! Writes manifests for records that have none.

use std::path::{Component, Path, PathBuf};

use super::{Args, SensitiveValues, Workplace};
use crate::{
    cli::{error::CliError, progress::ReadProgress, providers::Opened, terminal::Terminal},
    desired::ProviderConfig,
    exit,
    file::{self, Access, FileError},
    import::{
        Batch, Draft, Extent, Variables, env_file, modeline, render, stream, used_variables,
        variables,
    },
    model::words,
    observed::{Survey, survey},
    provider::Completeness,
};

/// The most variables that are listed; what is beyond is counted.
const VARIABLES_SHOWN_MAX: usize = 40;

pub(super) async fn run(
    args: &Args,
    workplace: &Workplace,
    opened: &Opened,
    terminal: &Terminal,
) -> Result<u8, CliError> {
    let (surveys, unread) = read(args, workplace, opened, terminal).await;
    let extent = Extent {
        full: args.full,
        inline: args.sensitive == SensitiveValues::Inline,
    };
    let mut taken = Variables::default();
    for name in used_variables(&workplace.documents) {
        taken.take(&name);
    }
    let mut batch = Batch::new(surveys, &workplace.desired, extent, &mut taken);
    batch.prove(&workplace.ground());
    let failed = tell(&batch, terminal);
    write(args, &batch.drafts, terminal)?;
    Ok(if failed + unread == 0 {
        exit::DONE
    } else if batch.drafts.is_empty() {
        exit::ERROR
    } else {
        exit::PARTIAL
    })
}

/// Reads the providers that are asked for, one after the other; one that fails
/// does not hide the others. Gives how many could not be read.
async fn read<'w>(
    args: &Args,
    workplace: &'w Workplace,
    opened: &Opened,
    terminal: &Terminal,
) -> (Vec<(&'w ProviderConfig, Survey)>, usize) {
    let readers = opened.readers();
    let mut surveys = Vec::new();
    let mut unread = 0;
    let configs = workplace.desired.providers.iter();
    for config in configs.filter(|config| args.asks_for(config)) {
        let Some(reader) = readers.get(&config.name) else {
            continue;
        };
        let progress = ReadProgress::new(terminal, &config.name.0);
        let count = || progress.read();
        let found = survey(
            config,
            &workplace.desired,
            &workplace.query,
            reader.as_ref(),
            &count,
        );
        let found = found.await;
        progress.end();
        match found {
            Ok(survey) => {
                let records = words::count(survey.records.len(), "record");
                terminal.say(format_args!("Read {records} at {}.", config.name));
                if let Completeness::Incomplete(why) = &survey.completeness {
                    terminal.warn(format_args!(
                        "{}: records may be missing: {why}",
                        config.name
                    ));
                }
                surveys.push((config, survey));
            }
            Err(failure) => {
                unread += 1;
                let message = format!("provider {} could not be read: {failure}", config.name);
                terminal.error(message, failure.hint.as_deref());
            }
        }
    }
    (surveys, unread)
}

/// Tells what was left out, and why. Gives how many records failed.
fn tell(batch: &Batch, terminal: &Terminal) -> usize {
    let mut failed = 0;
    for note in &batch.notes {
        if note.failed {
            failed += 1;
            terminal.error(format_args!("{}: {}", note.subject, note.text), None);
        } else {
            terminal.say(format_args!("{}: {}", note.subject, note.text));
        }
    }
    for note in batch.adoptions() {
        terminal.say(format_args!("{}: {}", note.subject, note.text));
    }
    failed
}

fn write(args: &Args, drafts: &[Draft], terminal: &Terminal) -> Result<(), CliError> {
    let targets: Vec<(PathBuf, &Draft)> = match &args.out {
        Some(folder) => drafts
            .iter()
            .map(|draft| (target(folder, draft), draft))
            .collect(),
        None => Vec::new(),
    };
    let files = targets.iter().map(|(path, _)| path);
    refuse_overwriting(files, args.env_file.as_ref())?;
    if let Some(path) = &args.env_file {
        file::create(path, &env_file(drafts), Access::Owner)?;
        let path = path.display();
        terminal.warn(format_args!(
            "{path} holds sensitive values in clear: keep it out of git, and delete it when \
             they are where your pipeline keeps its secrets"
        ));
    }
    for (path, draft) in &targets {
        let text = format!("{}{}", modeline(&schema(args, path)?), render(draft).text);
        file::create(path, &text, Access::Usual)?;
    }
    if args.out.is_none() {
        let text = stream(drafts, &args.schema);
        terminal.data(&text).map_err(CliError::Output)?;
    }
    summarise(args, drafts, terminal);
    Ok(())
}

/// The file of a manifest: its address is its path.
fn target(folder: &Path, draft: &Draft) -> PathBuf {
    let name = format!("{}.yaml", draft.address.name);
    folder.join(draft.address.kind).join(name)
}

fn refuse_overwriting<'p>(
    manifests: impl Iterator<Item = &'p PathBuf>,
    env_file: Option<&'p PathBuf>,
) -> Result<(), CliError> {
    let is_there = |path: &&PathBuf| path.symlink_metadata().is_ok();
    let mut there: Vec<&PathBuf> = manifests.filter(is_there).collect();
    let mut hints = Vec::new();
    if !there.is_empty() {
        hints.push(
            "give the manifests that are there with -f, so that their records are left out, or \
             choose another place",
        );
    }
    if let Some(path) = env_file.filter(is_there) {
        there.push(path);
        hints.push("name another file with --env-file, or move the one that is there away");
    }
    let Some(first) = there.first() else {
        return Ok(());
    };
    let others = match there.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Err(CliError::usage(
        format!(
            "{} is there already{others}; nothing was written",
            first.display()
        ),
        hints.join("; "),
    ))
}

/// The location of the schema as the file at `path` has to write it.
fn schema(args: &Args, path: &Path) -> Result<String, CliError> {
    if args.schema.contains("://") {
        return Ok(args.schema.clone());
    }
    let absolute = |path: &Path| {
        std::path::absolute(path).map_err(FileError::system(path, "finding where it is"))
    };
    let schema = absolute(Path::new(&args.schema))?;
    let file = absolute(path)?;
    let folder: Vec<Component<'_>> = file.parent().unwrap_or(&file).components().collect();
    let to: Vec<Component<'_>> = schema.components().collect();
    let shared = folder
        .iter()
        .zip(&to)
        .take_while(|(one, other)| one == other)
        .count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - shared);
    let down = to[shared..]
        .iter()
        .map(|step| step.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

fn summarise(args: &Args, drafts: &[Draft], terminal: &Terminal) {
    if drafts.is_empty() {
        terminal.say("There is nothing to import.");
        return;
    }
    let manifests = words::count(drafts.len(), "manifest");
    match &args.out {
        Some(folder) => terminal.say(format_args!("Wrote {manifests} to {}.", folder.display())),
        None => terminal.say(format_args!("Wrote {manifests}.")),
    }
    let names: Vec<&str> = variables(drafts).collect();
    if names.is_empty() {
        return;
    }
    let they = words::count(names.len(), "variable");
    match &args.env_file {
        Some(path) => terminal.say(format_args!(
            "They take sensitive values from {they}, which {} sets:",
            path.display()
        )),
        None => terminal.say(format_args!(
            "They take sensitive values from {they}, which nothing sets yet (--env-file FILE \
             writes the values):"
        )),
    }
    for name in names.iter().take(VARIABLES_SHOWN_MAX) {
        terminal.say(format_args!("  {name}"));
    }
    if let Some(more @ 1..) = names.len().checked_sub(VARIABLES_SHOWN_MAX) {
        terminal.say(format_args!("  and {more} more"));
    }
}
