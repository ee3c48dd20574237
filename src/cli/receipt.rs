//! Shows a receipt again, and checks that it is as it was written.

use serde_json::Value;

use crate::{
    exit,
    model::Digest,
    receipt::{Document, RECEIPT_FORMAT, verify},
    report::{html, json, markdown, receipt},
};

use super::{error::CliError, options::ReceiptOutput, terminal::Terminal};

/// What is asked of a receipt.
pub(super) struct Asked {
    /// Fail when it is not as it was written.
    pub(super) verify: bool,
    /// The digest of the plan that it should be of.
    pub(super) plan: Option<Digest>,
    /// The format in which it is shown.
    pub(super) output: ReceiptOutput,
}

/// Whether a JSON document is a receipt: one of its own, or with its plan, as
/// `apply -o json` prints it.
pub(super) fn is_receipt(value: &Value) -> bool {
    let format =
        |value: &Value| value.get("format").and_then(Value::as_str) == Some(RECEIPT_FORMAT);
    format(value) || value.get("receipt").is_some_and(format)
}

/// Shows a receipt. `name` is its file's.
///
/// # Errors
/// When it is no receipt, or cannot be printed.
pub(super) fn show(
    name: &str,
    value: &Value,
    asked: &Asked,
    terminal: &Terminal,
) -> Result<u8, CliError> {
    let (receipt, own_plan) = match value.get("receipt") {
        Some(receipt) => (receipt, value.get("plan").map(Digest::of_json)),
        None => (value, None),
    };
    let plan = asked.plan.as_ref().or(own_plan.as_ref());
    let verified = verify(receipt, plan)
        .map_err(|reason| CliError::usage(format!("{name} {reason}"), "give a receipt file"))?;
    let shown = render(&verified.document, asked.output, terminal);
    terminal.data(&shown).map_err(CliError::Output)?;
    if verified.faults.is_empty() {
        if asked.verify {
            terminal.say(sentence(&verified.document, plan.is_some()));
        }
        return Ok(exit::DONE);
    }
    for fault in &verified.faults {
        let message = format!("{name}: {fault}");
        if asked.verify {
            terminal.error(message, None);
        } else {
            terminal.warn(message);
        }
    }
    Ok(if asked.verify {
        exit::ERROR
    } else {
        exit::DONE
    })
}

fn sentence(document: &Document, with_plan: bool) -> String {
    let plan = if with_plan {
        "it is of the plan given"
    } else {
        "which plan it is of was not checked; give it with --plan"
    };
    format!(
        "The receipt holds: its chain ends in {}, and {plan}.",
        document.chain
    )
}

fn render(document: &Document, output: ReceiptOutput, terminal: &Terminal) -> String {
    let plan = || receipt::outline(document);
    match output {
        ReceiptOutput::Text => receipt::document(document, terminal.stdout_style()),
        ReceiptOutput::Json => json::pretty(document),
        ReceiptOutput::Markdown => markdown::applied(&plan(), &document.receipt()),
        ReceiptOutput::Html => html::applied(&plan(), &document.receipt()),
    }
}
