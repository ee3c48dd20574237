//! What a fault makes of an answer, and how it goes over the wire.

use std::{convert::Infallible, iter, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response as HttpResponse,
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

use super::{FaultKind, Response};

/// How long the `slow` fault holds an answer back.
pub(super) const SLOW_ANSWER_MILLISECONDS: u64 = 2_000;

/// How long an answer that never comes is held back, so that a client without a
/// time-out does not keep the connection for ever.
const HELD_BACK_SECONDS_MAX: u64 = 600;

/// How long the answer of the `huge` fault is: more than any machine should
/// hold in memory.
const HUGE_BYTES: usize = 3 * 1024 * 1024 * 1024;

/// In what pieces a large answer is sent.
const PIECE_BYTES: usize = 64 * 1024;

/// What comes of a request.
pub(super) enum Answer {
    /// This answer.
    Send(Response),
    /// This answer, after a while.
    SendLate(Response),
    /// The connection is cut.
    Cut,
    /// Nothing, on an open connection.
    Hang,
    /// The head and half of the body, and then nothing.
    Stall(Response),
    /// A body without end, for practical purposes.
    Flood,
    /// The same, packed.
    Bomb,
}

impl Answer {
    /// The status that the client sees; 0 for none.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Send(response) | Self::SendLate(response) | Self::Stall(response) => {
                response.status
            }
            Self::Flood | Self::Bomb => 200,
            Self::Cut | Self::Hang => 0,
        }
    }

    /// Sends it.
    pub(super) async fn into_http(self) -> HttpResponse {
        match self {
            Self::Send(response) => into_http(response),
            Self::SendLate(response) => {
                tokio::time::sleep(Duration::from_millis(SLOW_ANSWER_MILLISECONDS)).await;
                into_http(response)
            }
            Self::Cut => cut(),
            Self::Hang => {
                tokio::time::sleep(Duration::from_secs(HELD_BACK_SECONDS_MAX)).await;
                cut()
            }
            Self::Stall(response) => stall(response),
            Self::Flood => flood(),
            Self::Bomb => bomb(),
        }
    }
}

/// What a fault makes of a call. `carry_out` lets the service do it, `busy` and
/// `trouble` are the service's own ways to say so with a status of success.
pub(super) fn strike(
    kind: FaultKind,
    now: Timestamp,
    carry_out: impl FnOnce() -> Response,
    busy: Response,
    trouble: Response,
) -> Answer {
    let done = kind.carries_out().then(carry_out);
    let own = || done.clone().unwrap_or_else(|| Response::empty(200));
    match kind {
        FaultKind::Slow => Answer::SendLate(own()),
        FaultKind::DropBefore | FaultKind::DropAfter => Answer::Cut,
        FaultKind::TimeoutBefore | FaultKind::TimeoutAfter => Answer::Hang,
        FaultKind::Stall => Answer::Stall(own()),
        FaultKind::Huge => Answer::Flood,
        FaultKind::GzipBomb => Answer::Bomb,
        FaultKind::Limit => Answer::Send(busy),
        FaultKind::ErrorInside => Answer::Send(trouble),
        FaultKind::Truncated => {
            let mut response = own();
            response.body.truncate(response.body.len() / 2);
            Answer::Send(response)
        }
        FaultKind::Latin1 => Answer::Send(own().map_body(latin_1)),
        FaultKind::Utf16 => Answer::Send(own().map_body(utf_16)),
        FaultKind::JsonArray => Answer::Send(json("[]")),
        FaultKind::JsonNumber => Answer::Send(json("7")),
        FaultKind::JsonText => Answer::Send(json("\"ok\"")),
        FaultKind::Html => Answer::Send(
            Response::empty(200)
                .with_header("content-type", "text/html")
                .with_body(b"<!doctype html><title>Maintenance</title>"),
        ),
        FaultKind::Redirect => {
            Answer::Send(Response::empty(302).with_header("location", "https://elsewhere.example/"))
        }
        FaultKind::Status500Before | FaultKind::Status500After => status(500),
        FaultKind::Status502Before | FaultKind::Status502After => status(502),
        FaultKind::Status503 | FaultKind::Status503After => status(503),
        FaultKind::Status504Before | FaultKind::Status504After => status(504),
        FaultKind::Status401 => status(401),
        FaultKind::Status403 => status(403),
        FaultKind::Status429 => throttled("1"),
        FaultKind::RetryNegative => throttled("-30"),
        FaultKind::RetryForever => throttled("99999999999999999999"),
        FaultKind::RetryDate => dated(now, 1),
        FaultKind::RetryPast => dated(now, -3_600),
        FaultKind::RetrySkewed => dated(Timestamp::UNIX_EPOCH, 1),
    }
}

fn status(status: u16) -> Answer {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Answer::Send(Response::text(
        status,
        code.canonical_reason().unwrap_or_default(),
    ))
}

fn throttled(retry_after: &str) -> Answer {
    let response = Response::text(429, "Too Many Requests");
    Answer::Send(response.with_header("retry-after", retry_after))
}

/// 429 of a server whose clock shows `now`, and that asks to wait until a date.
fn dated(now: Timestamp, seconds: i64) -> Answer {
    let text = |at: Timestamp| {
        rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&at)
            .unwrap_or_default()
    };
    let until = now
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(now);
    let response = Response::text(429, "Too Many Requests")
        .with_header("date", &text(now))
        .with_header("retry-after", &text(until));
    Answer::Send(response)
}

fn json(text: &str) -> Response {
    Response::empty(200)
        .with_header("content-type", "application/json")
        .with_body(text.as_bytes())
}

/// The text in Latin-1, with at least one letter that is no UTF-8.
fn latin_1(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let byte = |character: char| u8::try_from(u32::from(character)).unwrap_or(b'?');
    let mut bytes: Vec<u8> = text.chars().map(byte).collect();
    match bytes.iter().rposition(|byte| *byte == b'e') {
        Some(at) => bytes[at] = 0xe9,
        None => bytes.push(0xe9),
    }
    bytes
}

/// The text in UTF-16, with a byte order mark.
fn utf_16(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// An answer as HTTP.
pub(super) fn into_http(response: Response) -> HttpResponse {
    let Response {
        status,
        headers,
        body,
    } = response;
    with_head(status, headers, Body::from(body))
}

fn with_head(status: u16, headers: Vec<(String, String)>, body: Body) -> HttpResponse {
    let mut http = HttpResponse::new(body);
    *http.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        let parsed = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value.as_str()),
        );
        if let (Ok(name), Ok(value)) = parsed {
            http.headers_mut().insert(name, value);
        }
    }
    http
}

/// An answer whose body fails before its end, so that the connection is cut.
fn cut() -> HttpResponse {
    let broken = stream::once(async {
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionReset.into())
    });
    let mut http = HttpResponse::new(Body::from_stream(broken));
    http.headers_mut()
        .insert("content-length", HeaderValue::from_static("1000000"));
    http
}

/// The head and half of the body, and then silence.
fn stall(response: Response) -> HttpResponse {
    let Response {
        status,
        mut headers,
        mut body,
    } = response;
    headers.push(("content-length".to_owned(), body.len().max(2).to_string()));
    body.truncate(body.len() / 2);
    let half = stream::once(async move { Ok::<_, Infallible>(Bytes::from(body)) });
    let silence = stream::once(async {
        tokio::time::sleep(Duration::from_secs(HELD_BACK_SECONDS_MAX)).await;
        Ok(Bytes::new())
    });
    with_head(status, headers, Body::from_stream(half.chain(silence)))
}

/// Blanks, which any JSON may begin with.
fn flood() -> HttpResponse {
    let piece = Bytes::from(vec![b' '; PIECE_BYTES]);
    let pieces = iter::repeat_n(Ok::<_, Infallible>(piece), HUGE_BYTES / PIECE_BYTES);
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    with_head(200, headers, Body::from_stream(stream::iter(pieces)))
}

/// As many blanks, packed by a factor of 159.
fn bomb() -> HttpResponse {
    let mut bytes = packed_blanks();
    let head = bytes.by_ref().take(GZIP_HEAD_BYTES).collect::<Bytes>();
    let piece = bytes.take(PERIOD_BYTES * 1_000).collect::<Bytes>();
    let count = HUGE_BYTES / (piece.len() * 8 / MATCH_BITS * MATCH_BYTES);
    let pieces = iter::once(head)
        .chain(iter::repeat_n(piece, count))
        .map(Ok::<_, Infallible>);
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("content-encoding".to_owned(), "gzip".to_owned()),
    ];
    with_head(200, headers, Body::from_stream(stream::iter(pieces)))
}

/// A gzip header (RFC 1952), and the one byte in which the first block begins.
const GZIP_HEAD_BYTES: usize = 12;

/// A match of the greatest length at distance 1: eight bits of the fixed code
/// for the length, five for the distance (RFC 1951, 3.2.6).
const MATCH_BITS: usize = 13;
const MATCH_BYTES: usize = 258;

/// After so many bytes the bits of the matches repeat.
const PERIOD_BYTES: usize = 13;

/// The bytes of a gzip file of blanks, without end: one blank, and the order to
/// repeat it.
fn packed_blanks() -> impl Iterator<Item = u8> {
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // The last block, with fixed codes; then a blank, whose code is 0x50.
    let start = [1, 1, 0].into_iter().chain([0, 1, 0, 1, 0, 0, 0, 0]);
    let longest = [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];
    let mut bits = start.chain(longest.into_iter().cycle());
    let packed = iter::from_fn(move || {
        let eight = bits.by_ref().take(8).enumerate();
        Some(eight.fold(0_u8, |byte, (at, bit)| byte | (bit << at)))
    });
    header.into_iter().chain(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_no_utf_8() {
        let body = "{\"name\":\"Zoë\"}".as_bytes();
        assert!(String::from_utf8(latin_1(body)).is_err());
        assert!(String::from_utf8(latin_1(b"[]")).is_err());
        let wide = utf_16(body);
        assert_eq!(wide[..4], [0xff, 0xfe, b'{', 0]);
        assert!(serde_json::from_slice::<serde_json::Value>(&wide).is_err());
    }

    #[test]
    fn the_bits_of_the_packed_blanks_repeat_after_their_head() {
        let bytes: Vec<u8> = packed_blanks().skip(GZIP_HEAD_BYTES).take(100).collect();
        assert_eq!(bytes[..PERIOD_BYTES], bytes[PERIOD_BYTES..2 * PERIOD_BYTES]);
    }
}
