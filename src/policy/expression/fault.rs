//! Errors of the CEL library in our words. None of them shows a value: they end
//! in plans, and nobody knows what a rule had in its hands.

use cel::{ExecutionError, ParseError};

use super::{Fault, shape::CAUSE};

/// How much of the parser's own words is told.
const PARSER_WORDS_CHARACTERS_MAX: usize = 160;

/// What is said where something inside of a structure that is passed through is
/// not there: all other members are known before.
pub(super) const NO_MEMBER: &str = "a member is not there";

/// What is said where a rule asks for a cause that is not known.
pub(in crate::policy) const NO_CAUSE: &str = "the cause of a change is not known";

/// A syntax error with its place. The parser counts lines from 1 and characters
/// from 0 or 1; what is beyond the text is its end.
pub(super) fn syntax(text: &str, error: &ParseError) -> Fault {
    let (line, column) = error.pos;
    let at = usize::try_from(line).ok().and_then(|line| {
        let column = usize::try_from(column).ok()?.saturating_sub(1);
        let mut starts = text.split_inclusive('\n').scan(0, |next, line| {
            let start = *next;
            *next += line.len();
            Some((start, line))
        });
        let (start, line) = starts.nth(line.checked_sub(1)?)?;
        let inside = line.char_indices().nth(column).map(|(at, _)| at);
        Some(start + inside.unwrap_or(line.trim_end().len()))
    });
    let words = error.msg.trim_start_matches("Syntax error:").trim();
    // The list of everything that could follow helps nobody.
    let words = words.split(" expecting {").next().unwrap_or(words);
    let words = words.replace("'<EOF>'", "the end");
    let words: String = words
        .chars()
        .take(PARSER_WORDS_CHARACTERS_MAX)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    Fault::new(
        at,
        format!("the expression cannot be read: {words}"),
        "expressions are written in CEL: docs/policies.md has examples",
    )
}

/// The word for a type of the language.
pub(super) fn type_word(name: &str) -> &str {
    match name {
        "string" => "text",
        "bool" => "true or false",
        "null" | "null_type" => "null",
        "int" | "uint" => "a whole number",
        "float" | "double" => "a number",
        "list" => "a list",
        "map" => "a mapping",
        "type" => "a type",
        other => other,
    }
}

/// An error of an evaluation.
pub(super) fn in_words(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) if **name == *CAUSE => NO_CAUSE.to_owned(),
        ExecutionError::NoSuchKey(_) => NO_MEMBER.to_owned(),
        ExecutionError::NoSuchOverload(overload) => {
            let types: Vec<&str> = overload
                .argument_types()
                .iter()
                .map(|name| type_word(name))
                .collect();
            let function = overload.function().trim_matches(['_', '@']);
            let function = match function {
                "[_]" | "[" => "[]",
                "?_:" => "?:",
                other => other,
            };
            format!("`{function}` cannot be applied to {}", types.join(" and "))
        }
        ExecutionError::UndeclaredReference(name) => {
            format!("there is nothing of the name `{name}`")
        }
        ExecutionError::UnexpectedType { got, want } => {
            format!(
                "{} is wanted, and this is {}",
                type_word(want),
                type_word(got)
            )
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "something is divided by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number is too large".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => "a list is shorter than that".to_owned(),
        ExecutionError::FunctionError { function, .. } => {
            format!("`{function}` cannot be carried out")
        }
        ExecutionError::InvalidArgumentCount { expected, actual } => {
            format!("{expected} arguments are wanted, and there are {actual}")
        }
        ExecutionError::ValuesNotComparable(..) => "two values cannot be compared".to_owned(),
        _ => "the expression cannot be evaluated".to_owned(),
    }
}
