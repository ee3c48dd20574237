//! Workflow commands, from which GitHub makes annotations on the lines of
//! manifests.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::model::words;

use super::{
    annotation::{Annotation, Level},
    row::printable,
};

/// The most annotations of each kind that GitHub shows for one step; it drops
/// the rest without a word.
const ANNOTATIONS_OF_A_KIND_MAX: usize = 10;

/// A summary, and the remarks as workflow commands: of each kind as many as
/// GitHub shows. Where there are more, the last one of the kind says how many.
#[must_use]
pub fn commands(summary: &str, annotations: &[Annotation]) -> String {
    // Only a line that starts with two colons is a command.
    let mut out = format!("{}\n", summary.trim_start_matches(':').replace('\n', " "));
    let mut kinds: BTreeMap<Level, Vec<&Annotation>> = BTreeMap::new();
    for annotation in annotations {
        kinds.entry(annotation.level).or_default().push(annotation);
    }
    for (level, of_kind) in kinds {
        let shown = if of_kind.len() > ANNOTATIONS_OF_A_KIND_MAX {
            ANNOTATIONS_OF_A_KIND_MAX - 1
        } else {
            of_kind.len()
        };
        for annotation in &of_kind[..shown] {
            command(&mut out, annotation);
        }
        let more = of_kind.len() - shown;
        if more > 0 {
            let word = word(level);
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "::{word} title=and {more} more::{} beyond those that GitHub shows; the whole plan is in the other formats",
                words::count(more, word)
            );
        }
    }
    out
}

fn command(out: &mut String, annotation: &Annotation) {
    let Annotation {
        level,
        check: _,
        subject: _,
        title,
        message,
        place,
    } = annotation;
    let mut properties = Vec::new();
    if let Some(place) = place.as_ref().filter(|place| is_file(&place.file)) {
        let file = property(&printable(relative(&place.file)));
        properties.push(format!("file={file}"));
        properties.push(format!("line={}", place.line));
        properties.push(format!("col={}", place.column));
    }
    properties.push(format!("title={}", property(title)));
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "::{} {}::{}",
        word(*level),
        properties.join(","),
        data(message)
    );
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    }
}

/// Standard input has no lines that a host could show.
fn is_file(file: &str) -> bool {
    file != "<stdin>"
}

/// Hosts know files by their paths from the root of the repository, without a
/// `./`.
pub(super) fn relative(file: &str) -> &str {
    file.trim_start_matches("./")
}

/// The text of a command, escaped as GitHub's own toolkit does it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command, which a colon or a comma would end. The log that it
/// stands in is read in terminals too.
fn property(text: &str) -> String {
    printable(&data(text).replace(':', "%3A").replace(',', "%2C"))
}

#[cfg(test)]
mod tests;
