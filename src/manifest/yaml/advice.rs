//! What to do about the mistakes that people make in YAML.

use granit_parser::ErrorKind;

/// What to do about a syntax error.
pub(super) fn advice(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "indent with spaces",
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            "close the quote that was opened before"
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => "close every `{` and `[`",
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            "put a text that holds `: ` into quotes, and check the indentation"
        }
        ErrorKind::UnknownAnchor => "an anchor (`&name`) must stand before its alias (`*name`)",
        ErrorKind::SimpleKeyExpected => "a key is followed by `: `",
        ErrorKind::UnexpectedCharacter { .. } => "put the text into quotes",
        ErrorKind::UnknownQuotedScalarEscape => {
            "write `\\\\` for a backslash, or use single quotes"
        }
        _ => "check the indentation of this line and the one before",
    }
}
