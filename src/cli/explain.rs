//! `trueup explain`.

use crate::{
    exit,
    model::{field_map::FieldNode, words},
    policy,
    provider::KindDef,
    providers::ALL,
    report::{explain, explain_schema},
};

use super::{error::CliError, terminal::Terminal};

/// The options of `trueup explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A kind, a section or a field, such as `ZegoalAccount`,
    /// `zegoalaccount.billing` or `zegoalaccount.billing.currency`
    #[arg(value_name = "KIND[.FIELD]")]
    path: String,
}

/// Explains a kind, a section or a field.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<u8, CliError> {
    let (name, path) = match args.path.split_once('.') {
        Some((name, path)) => (name, Some(path)),
        None => (args.path.as_str(), None),
    };
    if name.eq_ignore_ascii_case(policy::KIND) {
        return explain_policy(path, terminal);
    }
    let kind = find_kind(name)?;
    let style = terminal.stdout_style();
    let mut nodes = kind.fields().root();
    let mut title = kind.kind.to_owned();
    let mut found = None;
    for step in path.into_iter().flat_map(|path| path.split('.')) {
        let known: Vec<&str> = nodes.keys().map(String::as_str).collect();
        let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(step)) else {
            return Err(CliError::usage(
                format!("`{title}` has no field `{step}`"),
                words::suggestion(step, known),
            ));
        };
        title = format!("{title}.{name}");
        match &nodes[*name] {
            FieldNode::Section(below) if found.is_none() => nodes = below,
            FieldNode::Leaf(facts) if found.is_none() => found = Some(facts),
            _ => {
                return Err(CliError::usage(
                    format!("`{title}` is a field, and has none itself"),
                    "leave out what follows it",
                ));
            }
        }
    }
    let shown = match found {
        Some(facts) => explain::field(&title, facts, style),
        None => explain::section(&title, nodes, style),
    };
    terminal.data(&shown).map_err(CliError::Output)?;
    Ok(exit::DONE)
}

/// Explains a `Policy` or a part of it, which its schema describes.
fn explain_policy(path: Option<&str>, terminal: &Terminal) -> Result<u8, CliError> {
    let (title, schema) = policy::node_of(ALL, path).map_err(|(step, known)| {
        CliError::usage(
            format!("`{}` has no field `{step}`", policy::KIND),
            words::suggestion(&step, known.iter().map(String::as_str)),
        )
    })?;
    let shown = explain_schema::schema(&title, &schema, terminal.stdout_style());
    terminal.data(&shown).map_err(CliError::Output)?;
    Ok(exit::DONE)
}

fn find_kind(name: &str) -> Result<&'static KindDef, CliError> {
    let kinds = || ALL.iter().flat_map(|def| def.kinds.iter());
    kinds()
        .find(|kind| kind.kind.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let known: Vec<&str> = kinds()
                .map(|kind| kind.kind)
                .chain([policy::KIND])
                .collect();
            CliError::usage(
                format!("there is no kind `{name}`"),
                words::suggestion(name, known),
            )
        })
}
