//! Looks at an expression before it is ever run: that it is small enough, and
//! that everything it names is there. The language has no type checker in Rust,
//! and an evaluation sees only the branch that it takes.

mod bounds;

use std::collections::BTreeMap;

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo,
    operators,
};

use crate::{manifest::collect::clipped, model::words};

use super::{
    FAULTS_MAX, Fault,
    shape::{CAUSE, Shape, Vocabulary},
};

pub(super) use bounds::bounded;

/// Functions that expressions may call.
pub(in crate::policy) const FUNCTIONS: [&str; 14] = [
    "bool",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "int",
    "matches",
    "max",
    "min",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
];

/// Names of types, which expressions may compare with `type(…)`.
const TYPES: [&str; 9] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "uint",
];

/// Resolves every name, and rewrites what the library would fail at: `has(…)`
/// on a field asks whether it is null, and a label that is not there is null.
pub(super) fn resolve(
    root: &mut IdedExpr,
    source: &SourceInfo,
    vocabulary: &Vocabulary,
) -> Result<(), Vec<Fault>> {
    let mut resolver = Resolver {
        source,
        scope: vocabulary.roots.clone(),
        faults: Vec::new(),
    };
    resolver.shape(root);
    if resolver.faults.is_empty() {
        Ok(())
    } else {
        resolver.faults.truncate(FAULTS_MAX);
        Err(resolver.faults)
    }
}

struct Resolver<'s> {
    source: &'s SourceInfo,
    scope: BTreeMap<String, Shape>,
    faults: Vec<Fault>,
}

impl Resolver<'_> {
    fn at(&self, id: u64) -> Option<usize> {
        place_of(self.source, id)
    }

    fn shape(&mut self, node: &mut IdedExpr) -> Shape {
        let id = node.id;
        match &mut node.expr {
            Expr::Ident(name) => self.name(name, id),
            Expr::Select(_) => self.select(node),
            Expr::Call(call) if call.func_name == operators::INDEX => self.index(node),
            Expr::Call(call) => self.call(call, id),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::List(list) => {
                for element in &mut list.elements {
                    self.shape(element);
                }
                Shape::List(Box::new(Shape::Any))
            }
            Expr::Map(map) => {
                for entry in &mut map.entries {
                    if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                        self.shape(&mut entry.key);
                        self.shape(&mut entry.value);
                    }
                }
                Shape::Any
            }
            Expr::Literal(_) => Shape::Any,
            Expr::Struct(_) | Expr::Unspecified => {
                let hint = "expressions know texts, numbers, lists and mappings";
                self.fault(id, "there are no structures of that kind", hint);
                Shape::Any
            }
        }
    }

    fn fault(&mut self, id: u64, message: impl Into<String>, hint: impl Into<String>) {
        let fault = Fault::new(self.at(id), message, hint);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn name(&mut self, name: &str, id: u64) -> Shape {
        if let Some(shape) = self.scope.get(name) {
            return shape.clone();
        }
        if !TYPES.contains(&name) {
            let known: Vec<String> = self
                .scope
                .keys()
                .filter(|name| !name.starts_with('@'))
                .cloned()
                .collect();
            let hint = words::suggestion(name, known.iter().map(String::as_str));
            let message = format!("there is no `{}`", clipped(name));
            self.fault(id, message, hint);
        }
        Shape::Any
    }

    /// `a.b` and `has(a.b)`.
    fn select(&mut self, node: &mut IdedExpr) -> Shape {
        let id = node.id;
        let Expr::Select(select) = &mut node.expr else {
            return Shape::Any;
        };
        let of = self.shape(&mut select.operand);
        let shape = match &of {
            Shape::Record(members) => self.member(members, &select.field, id),
            Shape::Open => Shape::Scalar,
            Shape::Any => return Shape::Any,
            Shape::Scalar | Shape::List(_) => {
                let message = format!(
                    "there is no `{}` in a value without members",
                    clipped(&select.field)
                );
                self.fault(id, message, "leave it out");
                return Shape::Any;
            }
        };
        match (&of, select.test) {
            // Whether this one is there is a question; all others are.
            (Shape::Record(_), true) if select.field == CAUSE => Shape::Scalar,
            (Shape::Record(_), true) => {
                if matches!(shape, Shape::Record(_)) {
                    let message = format!("`{}` is a section, and always there", select.field);
                    self.fault(id, message, "ask for one of its fields");
                }
                select.test = false;
                let field = std::mem::take(node);
                *node = call(id, operators::NOT_EQUALS, vec![field, null(id)]);
                Shape::Scalar
            }
            (Shape::Open, false) => {
                let value = std::mem::take(node);
                let mut there = value.clone();
                if let Expr::Select(select) = &mut there.expr {
                    select.test = true;
                }
                *node = call(id, operators::CONDITIONAL, vec![there, value, null(id)]);
                Shape::Scalar
            }
            _ => shape,
        }
    }

    fn member(&mut self, members: &BTreeMap<String, Shape>, name: &str, id: u64) -> Shape {
        if let Some(shape) = members.get(name) {
            return shape.clone();
        }
        let message = format!("there is no `{}`", clipped(name));
        let hint = words::suggestion(name, members.keys().map(String::as_str));
        // The place of a selection is its dot, and the name stands behind.
        let mut fault = Fault::new(self.at(id), message, hint);
        let dot = fault
            .at
            .filter(|at| self.source.source[*at..].starts_with('.'));
        if let Some(dot) = dot {
            let behind = &self.source.source[dot + 1..];
            let blanks = behind.len() - behind.trim_start().len();
            fault.at = Some(dot + 1 + blanks);
        }
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        Shape::Any
    }

    /// `a["b"]` and `a[0]`.
    fn index(&mut self, node: &mut IdedExpr) -> Shape {
        let id = node.id;
        let Expr::Call(indexed) = &mut node.expr else {
            return Shape::Any;
        };
        let [of, key] = indexed.args.as_mut_slice() else {
            return Shape::Any;
        };
        let shape = self.shape(of);
        self.shape(key);
        match shape {
            Shape::List(items) => *items,
            Shape::Record(members) => {
                if let Expr::Literal(LiteralValue::String(name)) = &key.expr {
                    let name = name.inner().to_owned();
                    return self.member(&members, &name, id);
                }
                let hint = "write the name of the member after a dot";
                self.fault(id, "only labels can be asked for by a computed name", hint);
                Shape::Any
            }
            Shape::Open => {
                let (of, key) = (of.clone(), key.clone());
                let there = call(id, operators::IN, vec![key, of]);
                let value = std::mem::take(node);
                *node = call(id, operators::CONDITIONAL, vec![there, value, null(id)]);
                Shape::Scalar
            }
            Shape::Scalar | Shape::Any => Shape::Any,
        }
    }

    fn call(&mut self, call: &mut CallExpr, id: u64) -> Shape {
        let is_word = call
            .func_name
            .starts_with(|first: char| first.is_ascii_alphabetic());
        if is_word && !FUNCTIONS.contains(&call.func_name.as_str()) {
            let message = format!("there is no function `{}`", clipped(&call.func_name));
            let macros = ["all", "exists", "exists_one", "filter", "has"];
            let hint = words::suggestion(&call.func_name, FUNCTIONS.into_iter().chain(macros));
            self.fault(id, message, hint);
        }
        let pattern = call.args.last();
        let is_literal = |node: &IdedExpr| {
            matches!(&node.expr, Expr::Literal(LiteralValue::String(text))
                if text.inner().len() <= bounds::PATTERN_BYTES_MAX)
        };
        if call.func_name == "matches" && !pattern.is_some_and(is_literal) {
            let message = format!(
                "the pattern of `matches` is a text of at most {} bytes",
                bounds::PATTERN_BYTES_MAX
            );
            self.fault(id, message, "write it out, in quotes");
        }
        if let Some(target) = &mut call.target {
            self.shape(target);
        }
        for argument in &mut call.args {
            self.shape(argument);
        }
        Shape::Any
    }

    /// `list.exists(x, …)` and the like.
    fn comprehension(&mut self, comprehension: &mut ComprehensionExpr) -> Shape {
        let ComprehensionExpr {
            iter_range,
            iter_var,
            iter_var2,
            accu_var,
            accu_init,
            loop_cond,
            loop_step,
            result,
        } = comprehension;
        let range = self.shape(iter_range);
        let item = match &range {
            Shape::List(item) => (**item).clone(),
            // A mapping gives its keys.
            Shape::Record(_) | Shape::Open => Shape::Scalar,
            Shape::Scalar | Shape::Any => Shape::Any,
        };
        self.shape(accu_init);
        let outer = self.scope.clone();
        self.scope.insert(accu_var.clone(), Shape::Any);
        self.scope.insert(iter_var.clone(), item);
        if let Some(name) = iter_var2 {
            self.scope.insert(name.clone(), Shape::Any);
        }
        for part in [loop_cond, loop_step, result] {
            self.shape(part);
        }
        self.scope = outer;
        // What a filter leaves is a part of the list.
        match (&accu_init.expr, range) {
            (Expr::List(_), list @ Shape::List(_)) => list,
            _ => Shape::Any,
        }
    }
}

fn call(id: u64, name: &str, args: Vec<IdedExpr>) -> IdedExpr {
    IdedExpr {
        id,
        expr: Expr::Call(CallExpr {
            func_name: name.to_owned(),
            target: None,
            args,
        }),
    }
}

fn null(id: u64) -> IdedExpr {
    IdedExpr {
        id,
        expr: Expr::Literal(LiteralValue::Null),
    }
}

/// The byte at which a node was written.
pub(super) fn place_of(source: &SourceInfo, id: u64) -> Option<usize> {
    let (start, _) = source.offset_for(id)?;
    let mut at = usize::try_from(start).ok()?.min(source.source.len());
    while !source.source.is_char_boundary(at) {
        at -= 1;
    }
    // The place of a call is its parenthesis, and its name stands before.
    let (before, behind) = source.source.split_at(at);
    if behind.starts_with('(') {
        let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        at = before.trim_end_matches(is_word).len();
    }
    Some(at)
}

/// The parts of an expression that are themselves true or false, and stand
/// outside of loops: an evaluation of the whole looks at some of them only.
pub(super) fn conditions(root: &IdedExpr) -> Vec<&IdedExpr> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if let Expr::Call(CallExpr {
            func_name, args, ..
        }) = &node.expr
        {
            match func_name.as_str() {
                operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => {
                    found.extend(args.iter());
                    open.extend(args.iter());
                }
                operators::CONDITIONAL => {
                    found.extend(args.first());
                    open.extend(args.first());
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether a node names a value: an identifier, or a member of one.
fn is_path(node: &IdedExpr) -> bool {
    match &node.expr {
        Expr::Ident(_) => true,
        Expr::Select(SelectExpr { operand, .. }) => is_path(operand),
        Expr::Call(call) if call.func_name == operators::INDEX => {
            call.args.first().is_some_and(is_path)
        }
        _ => false,
    }
}
