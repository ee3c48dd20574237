//! A run that is asked to stop.

use std::sync::atomic::{AtomicUsize, Ordering};

use trueup::{
    apply::{Outcome, Progress, Stop, Verdict},
    plan::Change,
};

use super::world::{Silent, World, ending};
use crate::toy::desired::customer;

#[tokio::test]
async fn nothing_starts_after_the_run_was_asked_to_stop() {
    let world = World::start().await;
    let manifests = [customer("a-child").below("parent"), customer("parent")];
    let seen = world.plan(&manifests).await;
    let stop = Stop::default();
    stop.ask();
    let receipt = world.carry_out_with(&seen, &Silent, &stop).await;
    assert_eq!(receipt.counts.not_started, 2);
    for name in ["a-child", "parent"] {
        assert_eq!(
            ending(&receipt, name),
            (Verdict::NotStarted, "the run was stopped")
        );
    }
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// Asks to stop when the first change has ended.
struct AfterTheFirst {
    stop: Stop,
    started: AtomicUsize,
    finished: AtomicUsize,
}

impl Progress for AfterTheFirst {
    fn started(&self, _: &Change) {
        self.started.fetch_add(1, Ordering::SeqCst);
    }

    fn finished(&self, _: &Outcome) {
        self.finished.fetch_add(1, Ordering::SeqCst);
        self.stop.ask();
    }

    fn amended(&self, outcome: &Outcome) {
        panic!("nothing more is looked for after a stop: {outcome:?}");
    }
}

#[tokio::test]
async fn what_is_in_flight_is_finished_and_the_rest_is_not_started() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 2);
    let manifests: Vec<_> = (0..6).map(|at| customer(&format!("c{at}"))).collect();
    let seen = world.plan(&manifests).await;
    let progress = AfterTheFirst {
        stop: Stop::default(),
        started: AtomicUsize::new(0),
        finished: AtomicUsize::new(0),
    };
    let stop = progress.stop.clone();
    let receipt = world.carry_out_with(&seen, &progress, &stop).await;
    assert_eq!(progress.started.load(Ordering::SeqCst), 2);
    assert_eq!(progress.finished.load(Ordering::SeqCst), 2);
    assert_eq!((receipt.counts.done, receipt.counts.not_started), (2, 4));
    assert_eq!(receipt.outcomes.len(), 6);
    assert_eq!(world.writes().len(), 2);
    world.settle(&manifests).await;
    for at in 0..6 {
        world.record(&format!("c{at}"));
    }
}

/// How many pages of the list were read.
fn pages(world: &World) -> usize {
    let log = world.server().log();
    let pages = log
        .iter()
        .filter(|entry| entry.operation == "GET /customers");
    pages.count()
}

#[tokio::test]
async fn a_stop_ends_the_proof_of_absence() {
    let world = World::start().await;
    let seen = world.plan(&[customer("acme")]).await;
    world.server().clear_log();
    let stop = Stop::default();
    let asked = stop.clone();
    world
        .server()
        .before("GET /customers", 1, move |_| asked.ask());
    let receipt = world.carry_out_with(&seen, &Silent, &stop).await;
    assert_eq!(
        ending(&receipt, "acme"),
        (Verdict::NotStarted, "the run was stopped")
    );
    assert_eq!(pages(&world), 1, "the second page is not waited for");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_stop_ends_the_renewal_of_a_proof() {
    let world = World::start()
        .await
        .limited(|limits| limits.concurrency = 1);
    let seen = world.plan(&[customer("a"), customer("b")]).await;
    world.server().clear_log();
    let pass = world.clock();
    world
        .server()
        .after("POST /customers", 1, move |_| pass(31));
    let stop = Stop::default();
    let asked = stop.clone();
    // The first two pages prove the absence of both.
    world
        .server()
        .before("GET /customers", 3, move |_| asked.ask());
    let receipt = world.carry_out_with(&seen, &Silent, &stop).await;
    assert_eq!(ending(&receipt, "a").0, Verdict::Done);
    assert_eq!(
        ending(&receipt, "b"),
        (Verdict::NotStarted, "the run was stopped")
    );
    assert_eq!(pages(&world), 3);
    assert_eq!(world.writes(), ["POST /customers"]);
}
