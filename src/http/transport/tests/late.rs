//! What is not sent any more when its turn comes.

use Delivery::OnceWhileFresh;

use super::*;

fn fresh(since: Instant) -> Delivery {
    OnceWhileFresh { since, read: since }
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_down_long_ago_is_not_sent() {
    let url: Url = "http://127.0.0.1:9/".parse().expect("a URL");
    let since = Instant::now();
    tokio::time::advance(SEND_WITHIN + Duration::from_secs(1)).await;
    for (delivery, is_sent) in [
        (Delivery::Once { since }, false),
        (fresh(since), false),
        (once(), true),
        (Repeatable, true),
    ] {
        let outcome = transport(1).send(&ask(url.clone(), delivery)).await;
        let failure = outcome.err().expect("nobody listens there");
        assert_eq!(failure.is_overtaken(), !is_sent, "{failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_read_before_a_pause_is_not_sent_after_it() {
    let url: Url = "http://127.0.0.1:9/".parse().expect("a URL");
    let transport = transport(1);
    let since = Instant::now();
    let pause = Duration::from_secs(30);
    assert_eq!(transport.heed("ListThings", "429", pause, false), Ok(()));
    let old = ask(url.clone(), fresh(since));
    let failure = transport.send(&old).await.err().expect("a failure");
    assert!(failure.is_overtaken(), "{failure}");
    assert_eq!(
        (failure.effect(), failure.kind()),
        (Effect::None, FailureKind::Throttled)
    );
    assert!(since.elapsed() >= pause, "the next one need not wait again");

    let since = Instant::now();
    let ask = ask(url, fresh(since));
    let failure = transport.send(&ask).await.err().expect("a failure");
    assert!(!failure.is_overtaken(), "{failure}");
}
