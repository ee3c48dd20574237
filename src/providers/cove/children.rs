//! How many customers there are right below others, by the service's own count.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    rpc::Rpc,
    session::{Session, is_hidden},
    wire::ChildNode,
};
use crate::{model::limit::PAGES_MAX, provider::Failure};

/// Children per page; one of the vendor's own scripts asks for as many (Cove
/// contract, 7.2). The largest number is not published.
const PAGE_SIZE: usize = 10_000;

const METHOD: &str = "EnumerateChildPartners";

/// Why a list that came as null is not believed to be empty; nothing where it
/// is. That an empty list may come so is assumed, and null is also what an
/// answer holds that does not know (Cove contract, 4). So the customer itself
/// is asked for, with the number of those below it.
///
/// # Errors
/// When that could not be asked.
pub(super) async fn doubt(session: &Session, parent: i64) -> Result<Option<String>, Failure> {
    // One child is enough to know.
    let node = page(session, parent, 0, 1).await?;
    Ok(
        (!node.is_some_and(|node| is_childless(&node, parent))).then(|| {
            format!(
                "the list of customers below `{parent}` is null, and `{METHOD}` does not say that \
             there are none"
            )
        }),
    )
}

/// How many customers are right below one, and right below each of those, as far
/// as the service counts them.
///
/// # Errors
/// When that could not be asked.
pub(super) async fn counts(session: &Session, parent: i64) -> Result<BTreeMap<i64, i64>, Failure> {
    let mut counts = BTreeMap::new();
    let mut seen = 0;
    for _ in 0..PAGES_MAX {
        let Some(node) = page(session, parent, seen, PAGE_SIZE).await? else {
            break;
        };
        let total = node.actual_child_count;
        let children = node.children.unwrap_or_default();
        let came = children.len();
        for node in children {
            let id = node.info.map(|info| info.id);
            counts.extend(id.zip(node.actual_child_count));
        }
        counts.extend(total.map(|total| (parent, total)));
        seen += came;
        if came == 0
            || total.is_none_or(|total| usize::try_from(total).is_ok_and(|all| seen >= all))
        {
            break;
        }
    }
    Ok(counts)
}

/// Some of the children of a customer; nothing when it cannot be seen.
async fn page(
    session: &Session,
    parent: i64,
    offset: usize,
    size: usize,
) -> Result<Option<ChildNode>, Failure> {
    let params = json!({
        "partnerId": parent,
        "fields": [0],
        "range": { "Offset": offset, "Size": size },
    });
    let rpc = Rpc::new(METHOD, params).about(parent.to_string());
    match session.read(&rpc).await {
        Ok(node) => Ok(node),
        Err(failure) if is_hidden(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn is_childless(node: &ChildNode, parent: i64) -> bool {
    node.info.as_ref().is_some_and(|info| info.id == parent)
        && node.actual_child_count == Some(0)
        && node.children.as_ref().is_none_or(Vec::is_empty)
}
