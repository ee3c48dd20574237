//! Whether there is nobody below a customer whose list came as null.

use serde_json::json;

use super::{
    rpc::Rpc,
    session::{Session, is_hidden},
    wire::ChildNode,
};
use crate::provider::Failure;

/// Why a list that came as null is not believed to be empty; nothing where it
/// is. That an empty list may come so is assumed, and null is also what an
/// answer holds that does not know (Cove contract, 4). So the customer itself
/// is asked for, with the number of those below it.
///
/// # Errors
/// When that could not be asked.
pub(super) async fn doubt(session: &Session, parent: i64) -> Result<Option<String>, Failure> {
    let params = json!({
        "partnerId": parent,
        "fields": [0],
        // One child is enough to know.
        "range": { "Offset": 0, "Size": 1 },
    });
    let rpc = Rpc::new("EnumerateChildPartners", params).about(parent.to_string());
    let node: Option<ChildNode> = match session.read(&rpc).await {
        Ok(node) => node,
        Err(failure) if is_hidden(&failure) => None,
        Err(failure) => return Err(failure),
    };
    Ok(
        (!node.is_some_and(|node| is_childless(&node, parent))).then(|| {
            format!(
                "the list of customers below `{parent}` is null, and `{}` does not say that there \
             are none",
                rpc.method
            )
        }),
    )
}

fn is_childless(node: &ChildNode, parent: i64) -> bool {
    node.info.as_ref().is_some_and(|info| info.id == parent)
        && node.actual_child_count == Some(0)
        && node.children.as_ref().is_none_or(Vec::is_empty)
}
