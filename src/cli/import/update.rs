//! Edits manifests that are there.

use std::path::Path;

use super::{Args, Workplace};
use crate::{
    cli::{error::CliError, providers::Opened, terminal::Terminal},
    exit, file,
    import::{Leftover, Update, update},
    manifest::load::STDIN_NAME,
    model::words,
    observed::{Match, Observed, observe},
};

pub(super) async fn run(
    args: &Args,
    workplace: &mut Workplace,
    opened: &Opened,
    terminal: &Terminal,
) -> Result<u8, CliError> {
    let observed = observe(&workplace.desired, &opened.readers()).await;
    let unread = tell_unread(&observed, terminal);
    narrow(args, workplace, &observed);
    let Update { files, leftovers } = update(&workplace.desired, &observed, &workplace.ground());
    if files.iter().any(|file| file.source.name == STDIN_NAME) {
        return Err(CliError::usage(
            "what comes from standard input cannot be edited",
            "give the files with -f",
        ));
    }
    for Leftover {
        address,
        path,
        reason,
    } in &leftovers
    {
        match path {
            Some(path) => terminal.say(format_args!(
                "{address}: `{path}` differs and stays: {reason}"
            )),
            None => terminal.say(format_args!("{address}: {reason}")),
        }
    }
    for edited in &files {
        file::unchanged(Path::new(&edited.source.name), &edited.source.text)?;
    }
    let mut fields = 0;
    for edited in &files {
        terminal.say(edited.diff.trim_end());
        let path = Path::new(&edited.source.name);
        file::edit(path, &edited.source.text, &edited.text)?;
        fields += edited.fields.len();
    }
    if files.is_empty() {
        terminal.say("No manifest had to be edited.");
    } else {
        let fields = words::count(fields, "field");
        let files = words::count(files.len(), "file");
        terminal.say(format_args!("Edited {fields} in {files}."));
    }
    Ok(match (unread, fields) {
        (0, _) => exit::DONE,
        (_, 0) => exit::ERROR,
        _ => exit::PARTIAL,
    })
}

/// Says which providers and records could not be read, and gives how many.
fn tell_unread(observed: &Observed, terminal: &Terminal) -> usize {
    let mut unread = 0;
    for (name, view) in &observed.providers {
        match view {
            Ok(view) => {
                let failed = |found: &&Match| matches!(found, Match::Failed(_));
                unread += view.matches.values().filter(failed).count();
            }
            Err(failure) => {
                unread += 1;
                let message = format!("provider {name} could not be read: {failure}");
                terminal.error(message, failure.hint.as_deref());
            }
        }
    }
    unread
}

/// Leaves only those manifests selected that the options ask for.
fn narrow(args: &Args, workplace: &mut Workplace, observed: &Observed) {
    for resource in &mut workplace.desired.resources {
        let found = observed.found(&resource.provider, &resource.address);
        let record = found.and_then(Match::record);
        let name = resource.tree.text(resource.kind.display_name);
        let fits = workplace.query.fits(
            resource.kind.kind,
            Some(&resource.key),
            record.map(|record| &record.remote),
            name.unwrap_or_default(),
        );
        let of_provider = args.provider.is_empty()
            || args
                .provider
                .iter()
                .any(|name| **name == *resource.provider.0);
        resource.selected &= fits && of_provider;
    }
}
