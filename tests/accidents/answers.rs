//! Answers that were lost, and values that went to the wrong record.

use futures_util::future::join_all;
use trueup::apply::Verdict;

use crate::{
    engine::world::{World, ending},
    toy::desired::{Manifest, customer, sensitive, text},
};

/// decK's handleEvent and kongctl's client repeated a POST after a 500, a 504
/// or a cut connection, and made two.
#[tokio::test]
async fn deck_handleevent_no_second_post_before_a_lookup() {
    let faults = [
        "500",
        "500-after",
        "504",
        "504-after",
        "drop-before",
        "drop-after",
    ];
    join_all(faults.map(|fault| async move {
        let world = World::start().await.limited(|limits| limits.attempts = 5);
        let seen = world.plan(&[customer("acme")]).await;
        world.server().clear_log();
        world.fault(&format!("POST /customers={fault}#1"));
        let receipt = world.carry_out(&seen).await;
        assert!(receipt.counts.all_done(), "{fault}: {receipt:#?}");
        let log = world.server().log();
        let operations: Vec<&str> = log.iter().map(|entry| entry.operation.as_str()).collect();
        let twice = ["POST /customers", "POST /customers"];
        assert!(
            !operations.windows(2).any(|pair| pair == twice),
            "{operations:?}"
        );
        assert_eq!(world.records("acme").len(), 1, "{fault}");
    }))
    .await;
}

/// gcorelabs#127: a create took effect, its answer was lost, and the next run
/// made another one.
#[tokio::test]
async fn gcorelabs_127_the_next_run_finds_what_a_lost_answer_has_made() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.fault("POST /customers=drop-after#1");
    // The look fails as well: two listings of two pages, the first of them
    // before the create.
    world.fault("GET /customers=503#3");
    let receipt = world.carry_out(&seen).await;
    assert_eq!(ending(&receipt, "acme").0, Verdict::Unknown);
    world.server().clear_faults();
    let again = world.plan(&[customer("acme")]).await;
    again.assert_quiet();
    assert_eq!(world.records("acme").len(), 1);
}

/// safe-settings#944: with many records in flight, values of one showed up in
/// another.
#[tokio::test]
async fn safe_settings_944_no_value_crosses_records() {
    const RECORDS: usize = 500;
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 64);
    let manifests: Vec<Manifest> = (0..RECORDS)
        .map(|number| {
            customer(&format!("customer-{number}"))
                .set("note", text(&format!("note {number}")))
                .set("billing.iban", sensitive(&format!("IBAN{number:018}")))
        })
        .collect();
    let receipt = world.apply(&manifests).await;
    assert_eq!(receipt.counts.done, RECORDS, "{:#?}", receipt.counts);
    let state = world.server().state();
    for number in 0..RECORDS {
        let code = format!("customer-{number}");
        let customers = state["customers"].as_array().expect("a list");
        let ours: Vec<_> = customers
            .iter()
            .filter(|customer| customer["code"] == code)
            .collect();
        assert_eq!(ours.len(), 1, "{code}");
        assert_eq!(ours[0]["note"], format!("note {number}"));
        assert_eq!(ours[0]["billing"]["iban"], format!("IBAN{number:018}"));
    }
    assert_eq!(world.writes().len(), RECORDS);
    world.plan(&manifests).await.assert_quiet();
}
