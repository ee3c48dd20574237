//! What is tried again, what is told, and what is not sent at all.

mod late;

use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use Delivery::Repeatable;

use super::*;
use crate::http::FailureKind;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Gives these answers, one to each connection, and then the requests.
async fn serve(answers: Vec<String>) -> (Url, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = vec![0; 4_096];
            let read = stream.read(&mut bytes).await.expect("a request");
            requests.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("an answer");
        }
        requests
    });
    let url = format!("http://{address}/things?token=hush");
    (url.parse().expect("a URL"), task)
}

fn transport(attempts: u32) -> Transport {
    Transport::new(Limits {
        requests_per_second: 1_000.0,
        concurrency: 2,
        timeout_seconds: 10,
        attempts,
    })
    .expect("a client")
}

fn once() -> Delivery {
    Delivery::Once {
        since: Instant::now(),
    }
}

fn ask(url: Url, delivery: Delivery) -> Ask {
    Ask {
        operation: "ListThings".to_owned(),
        method: Method::GET,
        url,
        secret_headers: vec![(reqwest::header::AUTHORIZATION, "Bearer hush".to_owned())],
        secrets: vec!["BG80BNBG".to_owned()],
        body: Body::Empty,
        delivery,
    }
}

fn answer(status: u16, retry_after: Option<Duration>) -> Answer {
    Answer {
        status,
        date: None,
        retry_after,
        body: Vec::new(),
        attempts: 1,
        elapsed: Duration::ZERO,
        gave_up: None,
        earlier: Effect::None,
        never_shown: Vec::new(),
    }
}

fn failed(cause: Cause) -> HttpFailure {
    let url = "https://a.example".parse().expect("a URL");
    failure(&ask(url, Repeatable), 1, Duration::ZERO, None, cause)
}

#[test]
fn only_what_may_pass_is_tried_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        assert_eq!(
            wish(&Ok(answer(status, None))),
            Some(Duration::ZERO),
            "{status}"
        );
    }
    for status in [200, 400, 401, 403, 404, 409, 422, 501] {
        assert_eq!(wish(&Ok(answer(status, None))), None, "{status}");
    }
    assert_eq!(
        wish(&Ok(answer(429, Some(Duration::from_secs(7))))),
        Some(Duration::from_secs(7)),
        "the server names the time"
    );
    assert_eq!(wish(&Err(failed(Cause::TimedOut))), Some(Duration::ZERO));
    let redirect = Cause::Redirect {
        location: String::new(),
    };
    let untrusted = Untrusted::read("invalid peer certificate: UnknownIssuer");
    for cause in [
        redirect,
        Cause::Insecure,
        Cause::TooLarge { bytes_max: 1 },
        Cause::Untrusted(untrusted.expect("it is one")),
    ] {
        assert_eq!(wish(&Err(failed(cause))), None);
    }
}

#[tokio::test]
async fn a_repeatable_call_is_tried_again_and_counted() {
    let (url, server) = serve(vec![BUSY.to_owned(), OK.to_owned()]).await;
    let answer = transport(2)
        .send(&ask(url, Repeatable))
        .await
        .expect("an answer");
    assert_eq!((answer.status, answer.attempts), (200, 2));
    assert_eq!(server.await.expect("ends").len(), 2);
}

#[tokio::test]
async fn a_retry_does_not_forget_that_the_first_attempt_may_have_been_carried_out() {
    let refusal = "HTTP/1.1 403 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned();
    let (url, _server) = serve(vec![BUSY.to_owned(), refusal.clone()]).await;
    let first = ask(url, Repeatable);
    let answer = transport(2).send(&first).await.expect("an answer");
    assert_eq!((answer.status, answer.earlier()), (403, Effect::Unknown));
    let failure = answer.unexpected_status(&first, "no");
    assert_eq!(failure.effect(), Effect::Unknown);

    // Nobody listens any more after the first answer.
    let (url, _server) = serve(vec![BUSY.to_owned()]).await;
    let failure = transport(3).send(&ask(url, Repeatable)).await.err();
    let failure = failure.expect("fails");
    assert!(failure.summary().contains("no connection"), "{failure}");
    assert_eq!(failure.effect(), Effect::Unknown);

    let (url, _server) = serve(vec![refusal]).await;
    let answer = transport(2).send(&ask(url, Repeatable)).await;
    assert_eq!(answer.expect("an answer").earlier(), Effect::None);
}

#[tokio::test]
async fn any_other_call_is_sent_once() {
    let (url, server) = serve(vec![BUSY.to_owned()]).await;
    let answer = transport(5)
        .send(&ask(url, once()))
        .await
        .expect("an answer");
    assert_eq!((answer.status, answer.attempts), (503, 1));
    assert_eq!(server.await.expect("ends").len(), 1);
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_left_alone_by_every_call() {
    let busy =
        "HTTP/1.1 429 Later\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (url, _server) = serve(vec![busy.to_owned(), OK.to_owned()]).await;
    let transport = transport(1);
    let begin = Instant::now();
    let first = transport.send(&ask(url.clone(), once())).await;
    assert_eq!(first.expect("an answer").status, 429);
    let second = transport.send(&ask(url, once())).await;
    assert_eq!(second.expect("an answer").status, 200);
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn attempts_come_to_an_end_and_so_does_patience() {
    let (url, _server) = serve(vec![BUSY.to_owned(), BUSY.to_owned()]).await;
    let answer = transport(2)
        .send(&ask(url, Repeatable))
        .await
        .expect("an answer");
    assert_eq!((answer.status, answer.attempts), (503, 2));
    let patience = "HTTP/1.1 429 Later\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n";
    let (url, _server) = serve(vec![patience.to_owned()]).await;
    let answer = transport(5)
        .send(&ask(url, Repeatable))
        .await
        .expect("an answer");
    assert_eq!((answer.status, answer.attempts), (429, 1));
    assert_eq!(answer.retry_after, Some(Duration::from_hours(1)));
}

#[tokio::test]
async fn a_provider_that_asks_for_an_hour_is_left_alone_and_the_run_goes_on() {
    let answer = "HTTP/1.1 503 Down\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n";
    let (url, server) = serve(vec![answer.to_owned()]).await;
    let transport = transport(5);
    let ask = ask(url, Repeatable);
    let first = transport.send(&ask).await.expect("an answer");
    let failure = first.unexpected_status(&ask, "down");
    assert!(
        failure.summary().ends_with(
            "status 503: down; it asks to wait 3600 s, and no more than 120 s are waited"
        ),
        "{failure}"
    );
    let hint = failure.hint().unwrap_or_default();
    assert!(hint.starts_with("run again in 3600 s"), "{hint}");
    let second = transport.send(&ask).await.err().expect("is not sent");
    assert!(
        second
            .summary()
            .contains("not sent, because the provider asked to be left alone"),
        "{second}"
    );
    assert_eq!(second.effect(), Effect::None);
    assert_eq!(server.await.expect("ends").len(), 1);
}

/// Collects what it is told.
#[derive(Default)]
struct Heard(Mutex<Vec<Wait>>);

impl Waits for Heard {
    fn begin(&self, wait: &Wait) {
        lock(&self.0).push(wait.clone());
    }
}

#[tokio::test]
async fn waits_are_told_with_their_reason() {
    let asks =
        "HTTP/1.1 429 Later\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let answers = [asks, BUSY, OK].map(str::to_owned);
    let (url, _server) = serve(answers.to_vec()).await;
    let heard = Arc::new(Heard::default());
    let told: Arc<dyn Waits> = heard.clone();
    let transport = transport(3).with_waits(told);
    let answer = transport
        .send(&ask(url, Repeatable))
        .await
        .expect("an answer");
    assert_eq!(answer.status, 200);
    let reasons: Vec<WaitReason> = lock(&heard.0)
        .iter()
        .filter(|wait| wait.operation == "ListThings")
        .map(|wait| wait.reason.clone())
        .collect();
    assert!(reasons.contains(&WaitReason::Asked("429".to_owned())));
    assert!(reasons.contains(&WaitReason::TryingAgain("503".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_run_tries_a_bounded_number_of_calls_again() {
    // Nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url: Url = format!("http://{address}/things").parse().expect("a URL");
    let transport = transport(4);
    let mut attempts = Vec::new();
    let mut last = String::new();
    for _ in 0..12 {
        let failure = transport.send(&ask(url.clone(), Repeatable)).await;
        let failure = failure.err().expect("fails");
        attempts.push(failure.attempts);
        last = failure.summary();
    }
    assert_eq!(attempts[..4], [4, 4, 4, 4]);
    assert_eq!(attempts[10..], [1, 1], "{attempts:?}");
    assert!(last.contains("this run has tried"), "{last}");
    let retries: u32 = attempts.iter().map(|attempts| attempts - 1).sum();
    assert_eq!(retries, 22, "20 and one for each five requests");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_query_not_told() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: https://u:p@b.example/login?token=hush#x\r\ncontent-length: 0\r\n\r\n";
    let (url, server) = serve(vec![answer.to_owned()]).await;
    let failure = transport(5)
        .send(&ask(url, Repeatable))
        .await
        .err()
        .expect("fails");
    assert!(
        failure
            .summary()
            .ends_with("/things: redirected to https://b.example/login, which is not followed"),
        "{failure}"
    );
    assert!(!format!("{failure:?}").contains("hush"));
    assert_eq!(failure.effect(), Effect::Unknown);
    assert_eq!(server.await.expect("ends").len(), 1);
    assert_eq!(safe_location("/login?token=hush"), "/login");
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limit() {
    let (url, _server) = serve(vec![OK.to_owned(), OK.to_owned()]).await;
    let client = Client::new();
    let get = || client.get(url.clone()).send();
    let body = read_body(get().await.expect("an answer"), 2).await;
    assert_eq!(body.expect("fits"), b"{}");
    let body = read_body(get().await.expect("an answer"), 1).await;
    assert!(matches!(body, Err(Cause::TooLarge { bytes_max: 1 })));
}

#[tokio::test]
async fn credentials_go_over_tls_or_stay_on_this_machine() {
    let is_safe = |url: &str| is_safe(&url.parse().expect("a URL"));
    for safe in [
        "https://a.example",
        "http://127.0.0.1:8080",
        "http://[::1]:8080/x",
        "http://localhost",
        // However it is written, it is this machine.
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://[0:0:0:0:0:0:0:1]",
        "http://LOCALHOST",
    ] {
        assert!(is_safe(safe), "{safe}");
    }
    for unsafe_url in [
        "http://a.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://localhost.evil",
        "http://evil.localhost",
        "http://localhost.",
        "http://127.0.0.1.evil",
        "http://127.0.0.1@evil.example",
        "http://localhost:80@evil.example",
        "http://[::ffff:10.0.0.1]",
        "http://0.0.0.0",
        "http://[::]",
        "ftp://127.0.0.1",
        "http://127.0.0.1.example",
        "ftp://a.example",
    ] {
        assert!(!is_safe(unsafe_url), "{unsafe_url}");
    }
    let url: Url = "http://a.example/x".parse().expect("a URL");
    let failure = transport(5)
        .send(&ask(url, Repeatable))
        .await
        .err()
        .expect("fails");
    assert_eq!(
        failure.summary(),
        "ListThings: GET http://a.example/x: not sent over plain HTTP"
    );
    assert_eq!(failure.effect(), Effect::None);
}

#[tokio::test]
async fn a_server_without_tls_is_no_https_server() {
    let (mut url, _server) = serve(vec![OK.to_owned()]).await;
    url.set_scheme("https").expect("a scheme");
    let failure = transport(1)
        .send(&ask(url, Repeatable))
        .await
        .err()
        .expect("fails");
    assert_eq!(failure.kind(), FailureKind::Unreachable);
    assert_eq!(failure.effect(), Effect::None);
    assert!(failure.summary().contains("no connection"), "{failure}");
    assert!(!format!("{failure:?}").contains("hush"), "{failure:?}");
}

#[tokio::test]
async fn a_secret_with_a_line_break_makes_no_second_header() {
    for secret in ["Bearer a\r\nx-evil: 1", "Bearer a\nx-evil: 1", "a\0b"] {
        let (url, server) = serve(vec![OK.to_owned()]).await;
        let mut ask = ask(url, once());
        ask.secret_headers[0].1 = secret.to_owned();
        transport(1).send(&ask).await.expect("an answer");
        let request = &server.await.expect("ends")[0];
        assert!(!request.contains("evil"), "{request}");
        assert!(request.contains("authorization: \r\n"), "{request}");
    }
}

#[tokio::test]
async fn the_query_and_the_secret_headers_are_sent_and_not_told() {
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{";
    let (url, server) = serve(vec![broken.to_owned()]).await;
    let failure = transport(1)
        .send(&ask(url, once()))
        .await
        .err()
        .expect("fails");
    assert!(!format!("{failure} {failure:?}").contains("hush"));
    assert!(
        failure.summary().contains("the connection broke"),
        "{failure}"
    );
    let requests = server.await.expect("ends");
    assert!(requests[0].starts_with("GET /things?token=hush HTTP/1.1"));
    assert!(requests[0].contains("authorization: Bearer hush"));
}

fn says(status: u16, words: &str) -> String {
    let length = words.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{words}")
}

#[tokio::test]
async fn whatever_a_server_repeats_of_a_request_is_masked() {
    let basic = "Basic cm9ib3Q6cGE6c3M=";
    for (words, shown) in [
        (
            "authorization: Basic cm9ib3Q6cGE6c3M= x",
            "authorization: ••••= x",
        ),
        ("auth cm9ib3Q6cGE6c3M%3D bg80-bnbg", "auth ••••%3D ••••"),
        ("it is robot:pa:ss", "it is ••••"),
        ("robot said pa:ss", "•••• said ••••"),
    ] {
        let (url, _server) = serve(vec![says(200, words)]).await;
        let mut ask = ask(url, once());
        ask.secret_headers[0].1 = basic.to_owned();
        let answer = transport(1).send(&ask).await.expect("an answer");
        assert_eq!(answer.text(), shown);
        assert_eq!(answer.quote(words), shown);
        let failures = [
            answer.unexpected_status(&ask, words),
            answer.unexpected_body(&ask, "JSON"),
        ];
        for failure in failures {
            assert!(failure.summary().ends_with(shown), "{failure}");
            assert!(!format!("{failure:?}").contains("pa:ss"), "{failure:?}");
        }
    }
}

#[tokio::test]
async fn the_start_of_a_secret_at_the_end_of_long_words_is_masked() {
    use crate::model::limit::SERVER_WORDS_BYTES_MAX;
    let blanks = " ".repeat(64 * 1024 - 8);
    for words in [
        format!("{}rosebud-and-more", "x".repeat(SERVER_WORDS_BYTES_MAX - 5)),
        format!("who{blanks}rosebud-and-more"),
    ] {
        let (url, _server) = serve(vec![says(403, &words)]).await;
        let mut ask = ask(url, once());
        ask.secrets.push("rosebud-and-more".to_owned());
        let answer = transport(1).send(&ask).await.expect("an answer");
        let failure = answer.unexpected_status(&ask, &answer.text());
        assert!(failure.summary().ends_with('…'), "{failure}");
        assert!(!failure.summary().contains("ros"), "{failure}");
    }
}

#[tokio::test]
async fn a_redirect_to_a_place_with_a_secret_in_it_does_not_tell_it() {
    let answer =
        "HTTP/1.1 302 Found\r\nlocation: /login/hush/bg80bnbg\r\ncontent-length: 0\r\n\r\n";
    let (url, _server) = serve(vec![answer.to_owned()]).await;
    let failure = transport(1).send(&ask(url, once())).await.err();
    let told = failure.expect("fails").summary();
    assert!(told.contains("redirected to /login/••••/••••"), "{told}");
}
