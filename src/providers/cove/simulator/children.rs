//! The methods that answer with tree nodes: `EnumerateChildPartners` and
//! `GetPartnerTree`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    context::{Answer, Context, Outcome},
    enums::{LEVELS, SORT_ORDERS, STATES},
    input::Input,
    levels,
    partner::Partner,
    refusal::Refusal,
    shapes::{self, Fields},
};

/// `PartnerTreeFilter`, and the plain `filter` of `GetPartnerTree`.
#[derive(Default)]
struct Filter<'a> {
    states: Vec<&'static str>,
    levels: Vec<&'static str>,
    name_patterns: Vec<&'a str>,
    external_code_pattern: Option<&'a str>,
    order: Option<&'static str>,
}

/// Which of the children are shown.
#[derive(Clone, Copy)]
struct Range {
    offset: usize,
    size: usize,
}

impl Range {
    const ALL: Self = Self {
        offset: 0,
        size: usize::MAX,
    };
}

/// One walk through a tree.
struct Walk<'a> {
    context: &'a Context<'a>,
    children: BTreeMap<i64, Vec<i64>>,
    /// The customers that pass the filter.
    kept: BTreeSet<i64>,
    fields: Fields,
    order: Option<&'static str>,
}

/// `EnumerateChildPartners`: a node for the parent with its direct children,
/// one page of them.
pub(super) fn enumerate_child_partners(context: &mut Context<'_>) -> Answer {
    let id = context.visible_param("partnerId")?.id;
    let filter = Filter::read(context.params)?;
    let range = match context.params.group("range")? {
        None => Range::ALL,
        Some(range) => Range {
            offset: amount(range, "Offset")?.unwrap_or(0),
            size: amount(range, "Size")?.unwrap_or(usize::MAX),
        },
    };
    let walk = Walk::new(context, &filter, false)?;
    Ok(Outcome::Value(walk.node(id, 1, range)))
}

/// `GetPartnerTree`: nodes all the way down. A customer that does not pass the
/// filter stays when one below it does.
pub(super) fn get_partner_tree(context: &mut Context<'_>) -> Answer {
    let id = context.visible_param("partnerId")?.id;
    let mut filter = Filter::read(context.params)?;
    filter.name_patterns.extend(context.params.text("filter")?);
    let range = Range {
        offset: 0,
        size: amount(context.params, "childrenLimit")?.unwrap_or(usize::MAX),
    };
    let depth = match context.knobs.get("tree_shape") {
        "one_level" => 1,
        _ => usize::MAX,
    };
    let walk = Walk::new(context, &filter, true)?;
    Ok(Outcome::Value(walk.node(id, depth, range)))
}

fn amount(input: Input<'_>, name: &str) -> Result<Option<usize>, Refusal> {
    let amount = input.integer(name)?;
    amount
        .map(|amount| usize::try_from(amount).map_err(|_| Refusal::bad_params(name)))
        .transpose()
}

impl<'a> Walk<'a> {
    fn new(
        context: &'a Context<'a>,
        filter: &Filter<'_>,
        with_ancestors: bool,
    ) -> Result<Self, Refusal> {
        let fields = Fields::read(context.params, context.knobs)?;
        let mut kept = BTreeSet::new();
        for partner in context.state.partners.values() {
            if !filter.passes(partner) {
                continue;
            }
            if with_ancestors {
                kept.extend(context.state.ancestors(partner.id));
            } else {
                kept.insert(partner.id);
            }
        }
        Ok(Self {
            context,
            children: context.state.children(),
            kept,
            fields,
            order: filter.order,
        })
    }

    /// The node of a customer with `depth` levels of nodes below it. No
    /// children read as null.
    fn node(&self, id: i64, depth: usize, range: Range) -> Value {
        let all = self.children.get(&id).map_or(&[][..], Vec::as_slice);
        let mut kept: Vec<&Partner> = all
            .iter()
            .filter(|id| self.kept.contains(id))
            .filter_map(|id| self.context.state.partners.get(id))
            .collect();
        let count = match self.context.knobs.get("child_count") {
            "after_filter" => kept.len(),
            _ => all.len(),
        };
        self.sort(&mut kept);
        let nodes: Vec<Value> = if depth == 0 {
            Vec::new()
        } else {
            kept.iter()
                .skip(range.offset)
                .take(range.size)
                .map(|child| self.node(child.id, depth - 1, range))
                .collect()
        };
        let children = if nodes.is_empty() {
            Value::Null
        } else {
            Value::Array(nodes)
        };
        let info = self
            .context
            .state
            .partners
            .get(&id)
            .map(|partner| shapes::listed(partner, self.context.knobs, &self.fields));
        json!({ "ActualChildCount": count, "Children": children, "Info": info })
    }

    fn sort(&self, partners: &mut Vec<&Partner>) {
        match self.order {
            Some("ByName") => partners.sort_by_key(|partner| &partner.name),
            Some("ByLevelAndName") => {
                partners.sort_by_key(|partner| (levels::rank(&partner.level), &partner.name));
            }
            Some("ByCreationTime") => {
                partners.sort_by_key(|partner| (partner.creation_time, partner.id));
            }
            Some(_) => partners.sort_by_key(|partner| partner.id),
            None => self.context.order(partners),
        }
    }
}

impl<'a> Filter<'a> {
    fn read(params: Input<'a>) -> Result<Self, Refusal> {
        let Some(filter) = params.group("partnerFilter")? else {
            return Ok(Self::default());
        };
        Ok(Self {
            states: filter.set_of("States", STATES)?.unwrap_or_default(),
            levels: filter.set_of("Levels", LEVELS)?.unwrap_or_default(),
            name_patterns: filter.text("NamePattern")?.into_iter().collect(),
            external_code_pattern: filter.text("ExternalCodePattern")?,
            order: filter.one_of("SortOrder", SORT_ORDERS)?,
        })
    }

    fn passes(&self, partner: &Partner) -> bool {
        let within = |allowed: &[&str], value: &str| allowed.is_empty() || allowed.contains(&value);
        within(&self.states, &partner.state)
            && within(&self.levels, &partner.level)
            && self
                .name_patterns
                .iter()
                .all(|pattern| fits(pattern, &partner.name))
            && self
                .external_code_pattern
                .is_none_or(|pattern| fits(pattern, partner.text("ExternalCode")))
    }
}

/// Whether a text fits a pattern. The vendor's pattern language is unknown;
/// here `*` stands for anything, a pattern without one may lie anywhere in the
/// text, and case does not count.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(last) = pieces.next_back() else {
        return text.contains(first);
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}
