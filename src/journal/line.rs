//! The lines of a journal: each carries a digest over itself and the line
//! before, so that a torn end is told from a damaged middle.

use serde::Deserialize as _;

use super::record::{Header, JOURNAL_FORMAT, Record, Taken};
use crate::model::Digest;

/// Hexadecimal digits of a digest at the start of a line: half a SHA-256.
const DIGEST_DIGITS: usize = 32;

/// The digest from which the chain of a journal starts.
const START: &str = JOURNAL_FORMAT;

/// Writes lines, each chained to the one before.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    last: String,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            last: START.to_owned(),
        }
    }
}

impl Chain {
    /// The line of a record's JSON, which has no line break.
    pub(super) fn line(&mut self, json: &str) -> String {
        let digest = self.digest(json);
        let line = format!("{digest} {json}\n");
        self.last = digest;
        line
    }

    fn digest(&self, json: &str) -> String {
        let digest = Digest::of_bytes(format!("{}\n{json}", self.last).as_bytes());
        digest.as_str()[..DIGEST_DIGITS].to_owned()
    }

    /// The JSON of a line without its line break, if its digest is right.
    fn read<'a>(&mut self, line: &'a [u8]) -> Option<&'a str> {
        let line = std::str::from_utf8(line).ok()?;
        let (digest, json) = line.split_once(' ')?;
        let expected = self.digest(json);
        (digest == expected).then(|| {
            self.last = expected;
            json
        })
    }
}

/// A journal that was read.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) header: Header,
    /// The records behind the header.
    pub(super) records: Vec<Taken>,
    /// How many bytes are whole. What follows is a torn line, which was never
    /// synced, so that nothing was sent on its account.
    pub(super) whole_bytes: usize,
    /// Where further lines are chained on.
    pub(super) chain: Chain,
}

/// Reads a journal. `None` where not even the header is whole: then nothing was
/// sent.
///
/// # Errors
/// A sentence that names the line which is damaged or not understood.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Lines>, String> {
    let mut chain = Chain::default();
    let mut header = None;
    let mut records = Vec::new();
    let mut whole_bytes = 0;
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
    let mut number = 0_usize;
    while let Some(line) = lines.next() {
        number += 1;
        let Some(inner) = line.strip_suffix(b"\n") else {
            break;
        };
        let Some(json) = chain.read(inner) else {
            if lines.peek().is_none() {
                break;
            }
            return Err(format!("line {number} is damaged"));
        };
        let record = record(json, number)?;
        match record {
            Record::Opened(opened) if number == 1 => header = Some(*opened),
            Record::Taken(taken) if number > 1 => records.push(taken),
            _ => return Err(format!("line {number} is out of place")),
        }
        whole_bytes += line.len();
    }
    Ok(header.map(|header| Lines {
        header,
        records,
        whole_bytes,
        chain,
    }))
}

fn record(json: &str, number: usize) -> Result<Record, String> {
    let value: serde_json::Value = serde_json::from_str(json)
        .map_err(|error| format!("line {number} is not understood: {error}"))?;
    if number == 1 {
        let format = value.get("format").and_then(serde_json::Value::as_str);
        if format != Some(JOURNAL_FORMAT) {
            return Err(format!(
                "its format is `{}`, and this version reads `{JOURNAL_FORMAT}`",
                format.unwrap_or("none")
            ));
        }
    }
    Record::deserialize(value).map_err(|error| format!("line {number} is not understood: {error}"))
}

#[cfg(test)]
mod tests;
