//! Expressions in CEL: compiled and tried out when manifests are read, so that
//! nothing can be wrong with them later that was wrong from the start.

mod fault;
mod inspect;
mod place;
mod sample;
mod shape;
mod value;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use cel::{Context, Value, common::ast::IdedExpr, parser::Parser};

pub(super) use fault::NO_CAUSE;
pub(super) use place::place_in;
pub(super) use shape::Vocabulary;
pub(super) use value::{Datum, change, object};

/// The longest expression. A condition that a reviewer takes in has some
/// hundred characters.
pub(super) const EXPRESSION_BYTES_MAX: usize = 2_000;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where it is, in bytes of the expression, unless it is all of it.
    pub(super) at: Option<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Fault {
    fn new(at: Option<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// A compiled expression.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    /// As written.
    pub(super) text: String,
    root: IdedExpr,
}

/// The stack on which an expression is compiled. The parser nests as deep as
/// what it reads, which may come from anybody: a thousand levels in the longest
/// expression, of some kilobytes each. Memory that is not used is not taken.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Compiles an expression and tries it out on a sample of every kind.
pub(super) fn compile(text: &str, vocabulary: &Vocabulary) -> Result<Expression, Vec<Fault>> {
    if text.len() > EXPRESSION_BYTES_MAX {
        let message = format!("the expression is longer than {EXPRESSION_BYTES_MAX} bytes");
        return Err(vec![Fault::new(None, message, "write several rules")]);
    }
    let unreadable = || {
        let message = "the expression cannot be read";
        vec![Fault::new(None, message, "write it more simply")]
    };
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || compiled(text, vocabulary))
            .map_err(|_| unreadable())?
            .join()
            // The parser is another project's, and may panic.
            .unwrap_or_else(|_| Err(unreadable()))
    })
}

fn compiled(text: &str, vocabulary: &Vocabulary) -> Result<Expression, Vec<Fault>> {
    let parsed = Parser::new().parse_with_source_info(text);
    let (mut root, source) = parsed.map_err(|errors| {
        let faults = errors.errors.iter().take(FAULTS_MAX);
        faults
            .map(|error| fault::syntax(text, error))
            .collect::<Vec<_>>()
    })?;
    inspect::bounded(&root, &source)?;
    inspect::resolve(&mut root, &source, vocabulary)?;
    let expression = Expression {
        text: text.to_owned(),
        root,
    };
    sample::try_out(&expression, &source, vocabulary)?;
    Ok(expression)
}

/// The most faults told of one expression: after the first few the rest is
/// their consequence.
const FAULTS_MAX: usize = 3;

/// What all evaluations share: the functions of the language.
pub(super) struct Engine(Context<'static, 'static>);

impl Engine {
    pub(super) fn new() -> Self {
        Self(Context::default())
    }

    /// Whether the expression holds. An error is told in words that show no
    /// value.
    pub(super) fn holds(
        &self,
        expression: &Expression,
        change: &Datum,
        object: &Datum,
    ) -> Result<bool, String> {
        self.evaluate(&expression.root, change, object)
    }

    fn evaluate(&self, root: &IdedExpr, change: &Datum, object: &Datum) -> Result<bool, String> {
        let evaluated = catch_unwind(AssertUnwindSafe(|| {
            let mut scope = self.0.new_inner_scope();
            for (name, datum) in [("change", change), ("object", object)] {
                scope
                    .add_variable(name, datum)
                    .map_err(|_| "the values cannot be read".to_owned())?;
            }
            match Value::resolve(root, &scope) {
                Ok(Value::Bool(holds)) => Ok(holds),
                Ok(other) => Err(format!(
                    "the result is {}, and not true or false",
                    fault::type_word(&other.type_of().to_string())
                )),
                Err(error) => Err(fault::in_words(&error)),
            }
        }));
        evaluated.unwrap_or_else(|_| Err("the expression cannot be evaluated".to_owned()))
    }
}

#[cfg(test)]
mod tests;
