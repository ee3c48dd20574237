//! How large an expression may be. The library has no budget for an evaluation,
//! so that what could take long is refused before: work grows with the lists
//! that are walked, and a list can only be one that is there.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, SourceInfo, operators,
};

use super::{super::Fault, is_path, place_of};

/// The longest pattern of `matches`. Patterns are matched in linear time; a
/// long one takes long to compile.
pub(in crate::policy) const PATTERN_BYTES_MAX: usize = 200;

/// The most nodes of an expression. Conditions that people write have tens.
pub(in crate::policy) const NODES_MAX: usize = 500;

/// How deep an expression nests, so that walking it needs little stack.
pub(in crate::policy) const DEPTH_MAX: usize = 60;

/// The most loops in an expression.
pub(in crate::policy) const LOOPS_MAX: usize = 8;

/// How deep loops nest: each level multiplies by the length of its list, which
/// is a hundred fields at most.
pub(in crate::policy) const LOOP_DEPTH_MAX: usize = 2;

/// Refuses what is too large.
pub(in crate::policy) fn bounded(root: &IdedExpr, source: &SourceInfo) -> Result<(), Vec<Fault>> {
    let mut measure = Measure { nodes: 0, loops: 0 };
    measure
        .node(root, 0, 0)
        .map_err(|(id, message, hint)| vec![Fault::new(place_of(source, id), message, hint)])
}

struct Measure {
    nodes: usize,
    loops: usize,
}

type Refusal = (u64, String, &'static str);

impl Measure {
    fn node(&mut self, node: &IdedExpr, depth: usize, loops: usize) -> Result<(), Refusal> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let message = format!("the expression has more than {NODES_MAX} parts");
            return Err((node.id, message, "write several rules"));
        }
        if depth > DEPTH_MAX {
            let message = format!("the expression nests deeper than {DEPTH_MAX} levels");
            return Err((node.id, message, "write several rules"));
        }
        let mut below = |child: &IdedExpr| self.node(child, depth + 1, loops);
        match &node.expr {
            Expr::Comprehension(comprehension) => {
                self.comprehension(node.id, comprehension, depth, loops)
            }
            Expr::Call(call) => call
                .target
                .iter()
                .map(AsRef::as_ref)
                .chain(&call.args)
                .try_for_each(below),
            Expr::Select(select) => below(&select.operand),
            Expr::List(list) => list.elements.iter().try_for_each(below),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    below(&entry.key)?;
                    below(&entry.value)
                }
                EntryExpr::StructField(field) => below(&field.value),
            }),
            // Refused where names are resolved.
            Expr::Struct(_) | Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Ok(()),
        }
    }

    fn comprehension(
        &mut self,
        id: u64,
        comprehension: &ComprehensionExpr,
        depth: usize,
        loops: usize,
    ) -> Result<(), Refusal> {
        self.loops += 1;
        if self.loops > LOOPS_MAX {
            let message = format!("the expression has more than {LOOPS_MAX} loops");
            return Err((id, message, "write several rules"));
        }
        if loops == LOOP_DEPTH_MAX {
            let message = format!("loops nest deeper than {LOOP_DEPTH_MAX} levels");
            return Err((id, message, "write several rules"));
        }
        if builds_lists(comprehension) {
            let message = "`map` is not there, for it can build lists without end";
            let hint = "`exists`, `all` and `filter` walk a list as well";
            return Err((id, message.to_owned(), hint));
        }
        let range = &comprehension.iter_range;
        if !(is_path(range) || matches!(&range.expr, Expr::List(_) | Expr::Comprehension(_))) {
            let message = "a loop walks a list that is there, not one that is computed";
            return Err((id, message.to_owned(), "write a loop for each list"));
        }
        let ComprehensionExpr {
            iter_range,
            iter_var: _,
            iter_var2: _,
            accu_var: _,
            accu_init,
            loop_cond,
            loop_step,
            result,
        } = comprehension;
        self.node(iter_range, depth + 1, loops)?;
        for part in [accu_init, loop_cond, loop_step, result] {
            self.node(part, depth + 1, loops + 1)?;
        }
        Ok(())
    }
}

/// Whether a loop gives a list of anything but the items that it walks.
fn builds_lists(comprehension: &ComprehensionExpr) -> bool {
    let appended = |node: &IdedExpr| {
        match &node.expr {
        Expr::Call(CallExpr {
            func_name, args, ..
        }) if func_name == operators::ADD => match args.get(1).map(|node| &node.expr) {
            Some(Expr::List(list)) => list.elements.iter().any(|element| {
                !matches!(&element.expr, Expr::Ident(name) if *name == comprehension.iter_var)
            }),
            _ => false,
        },
        _ => false,
    }
    };
    if !matches!(comprehension.accu_init.expr, Expr::List(_)) {
        return false;
    }
    match &comprehension.loop_step.expr {
        Expr::Call(call) if call.func_name == operators::CONDITIONAL => {
            call.args.iter().any(appended)
        }
        _ => appended(&comprehension.loop_step),
    }
}
