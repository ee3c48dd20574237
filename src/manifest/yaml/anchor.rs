//! Anchors and aliases, within a budget: a few lines of aliases could otherwise
//! stand for more nodes than there is memory.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Node, NodeKind, Problem,
    build::{problem, too_deep},
};
use crate::model::limit::{YAML_ALIAS_NODES_MAX, YAML_DEPTH_MAX};

/// How many bytes of text weigh as much as one node in the budget of aliases,
/// so that a few copies of a large text are no way around it.
const ALIAS_BYTES_PER_NODE: usize = 256;

/// A node that aliases may stand for.
struct Anchored<'a> {
    node: Node<'a>,
    weight: usize,
    height: usize,
}

/// The anchors of one document.
pub(super) struct Anchors<'a> {
    /// Whether there can be aliases at all; without them nothing is kept.
    used: bool,
    nodes: BTreeMap<usize, Anchored<'a>>,
    nodes_left: usize,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(document: &str) -> Self {
        Self {
            used: document.contains('*'),
            nodes: BTreeMap::new(),
            nodes_left: YAML_ALIAS_NODES_MAX,
        }
    }

    /// Keeps a copy of an anchored node for its aliases.
    pub(super) fn remember(&mut self, anchor: usize, node: &Node<'a>) -> Result<(), Problem> {
        if anchor == 0 || !self.used {
            return Ok(());
        }
        let (weight, height) = measure(node);
        self.spend(weight, &node.span)?;
        let node = node.clone();
        let anchored = Anchored {
            node,
            weight,
            height,
        };
        self.nodes.insert(anchor, anchored);
        Ok(())
    }

    /// The node that an alias stands for, at a depth in the document.
    pub(super) fn alias(
        &mut self,
        id: usize,
        span: Range<usize>,
        depth: usize,
    ) -> Result<Node<'a>, Problem> {
        let Some(anchored) = self.nodes.get(&id) else {
            return Err(problem(
                "yaml-syntax",
                span,
                "an alias stands inside its own anchor",
                "write the value out",
            ));
        };
        if depth + anchored.height > YAML_DEPTH_MAX {
            return Err(too_deep(span));
        }
        let weight = anchored.weight;
        let kind = if weight > self.nodes_left {
            NodeKind::Sequence(Vec::new())
        } else {
            anchored.node.kind.clone()
        };
        self.spend(weight, &span)?;
        Ok(Node { span, kind })
    }

    fn spend(&mut self, weight: usize, span: &Range<usize>) -> Result<(), Problem> {
        let Some(left) = self.nodes_left.checked_sub(weight) else {
            return Err(problem(
                "yaml-limit",
                span.start..span.start,
                format!(
                    "anchors and aliases add more than {YAML_ALIAS_NODES_MAX} values \
                     to this document"
                ),
                "write the values out, or split the document",
            ));
        };
        self.nodes_left = left;
        Ok(())
    }
}

/// The weight of a node in the budget of aliases, and how deep it nests. Nodes
/// nest no deeper than [`YAML_DEPTH_MAX`].
fn measure(node: &Node<'_>) -> (usize, usize) {
    let below: Vec<(usize, usize)> = match &node.kind {
        NodeKind::Scalar { text, .. } => return (1 + text.len() / ALIAS_BYTES_PER_NODE, 0),
        NodeKind::Sequence(items) => items.iter().map(measure).collect(),
        NodeKind::Mapping(entries) => entries
            .iter()
            .flat_map(|(key, value)| [measure(key), measure(value)])
            .collect(),
    };
    below
        .into_iter()
        .fold((1, 1), |(weight, height), (more, deep)| {
            (weight + more, height.max(deep + 1))
        })
}
