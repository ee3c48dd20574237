//! Absence is proved before it is believed: answers that say nothing, lists that
//! are null, and accounts and companies that are really empty.

use serde_json::{Value, json};
use trueup::provider::{Action, Completeness, FailureKind};

use super::bench::{ROOT, Stranger, bent, change, larkfield, params, quiet, settle, shown, world};
use crate::support::world::World;

/// What comes with status 200 and is no answer to a call.
fn no_answers() -> [Value; 5] {
    [
        json!({ "message": "Service temporarily unavailable" }),
        json!({}),
        json!({ "error": { "code": 503, "message": "later" } }),
        json!({ "result": { "result": null }, "visa": "1-2-3-4-5" }),
        json!({ "jsonrpc": "2.0", "id": "jsonrpc" }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_no_answer_is_no_empty_list() {
    for body in no_answers() {
        let sent = body.clone();
        let world = bent(move |asked, answer| {
            if asked["method"] == "EnumeratePartners" {
                *answer = sent.clone();
            }
        })
        .await;
        let desired = world.desired(&[larkfield(&json!({}))]);
        let (planned, observed) = world.plan(&desired).await;
        assert_eq!(planned.plan.counts.create, 0, "{body} {}", shown(&planned));
        let view = observed.providers.values().next().expect("a provider");
        let failure = view.as_ref().expect_err("it is not read");
        assert_eq!(failure.kind, FailureKind::Protocol, "{body}");
    }
}

/// The customer was made, and the answer does not say so: nobody knows, so it
/// is looked up and not made again.
#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_no_answer_to_a_write_tells_nothing_of_it() {
    for body in no_answers() {
        let sent = body.clone();
        let world = bent(move |asked, answer| {
            if asked["method"] == "AddPartner" {
                *answer = sent.clone();
            }
        })
        .await;
        settle(&world, &[larkfield(&json!({}))]).await;
        assert_eq!(params(&world, "AddPartner").len(), 1, "{body}");
        assert_eq!(Stranger(&world).namesakes("Larkfield Dental"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_null_proves_nobody_absent() {
    let world = bent(|asked, answer| {
        if asked["method"] == "EnumeratePartners" {
            answer["result"]["result"] = Value::Null;
        }
    })
    .await;
    let seen = change(&world, larkfield(&json!({}))).await;
    assert_eq!(seen.action, Action::Blocked);
    let told = seen.reason.unwrap_or_default();
    assert!(
        told.contains("proves nothing")
            && told.contains("the list of customers below `12345` is null"),
        "{told}"
    );
    assert_eq!(
        params(&world, "EnumerateChildPartners")[0],
        json!({ "partnerId": ROOT, "fields": [0], "range": { "Offset": 0, "Size": 1 } })
    );
}

/// Nobody is left below the customer of the login.
fn empty(world: &World) {
    let everybody = json!({
        "parentPartnerId": ROOT, "fetchRecursively": true, "fields": [],
    });
    let rows = Stranger(world).call("EnumeratePartners", &everybody);
    let mut state = world.running.state();
    let partners = state["partners"].as_object_mut().expect("customers");
    for row in rows.as_array().expect("rows") {
        partners.remove(&row["Id"].to_string());
    }
    world.running.restore(state).expect("a state");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_really_empty_can_be_filled() {
    for form in ["array", "null"] {
        let world = world(&[]).await;
        empty(&world);
        world.running.set_knob("empty_list", form).expect("a knob");
        let desired = world.desired(&[larkfield(&json!({}))]);
        let (planned, observed) = world.plan(&desired).await;
        assert_eq!(planned.plan.counts.create, 1, "{form} {}", shown(&planned));
        let view = observed.providers.values().next().expect("a provider");
        let view = view.as_ref().expect("it is read");
        assert_eq!(view.completeness, Completeness::Complete, "{form}");
        settle(&world, &[larkfield(&json!({}))]).await;
    }
}

/// A customer without a company may read as a company without members.
#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_is_empty_can_be_filled() {
    for form in ["no", "yes", "bare"] {
        let world = world(&[("post_address_null_by_id", form)]).await;
        settle(&world, &[larkfield(&json!({}))]).await;
        let cleared = json!({ "company": { "vatNumber": null, "postAddress": { "city": null } } });
        quiet(&world, &world.desired(&[larkfield(&cleared)])).await;
        let company = json!({ "vatNumber": "NL9", "postAddress": { "country": "NL" } });
        settle(&world, &[larkfield(&json!({ "company": company }))]).await;
        settle(&world, &[larkfield(&cleared)]).await;
    }
}
