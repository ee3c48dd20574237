//! How long an access token serves.
//!
//! The provider's answer names the moment of expiry on its own clock. Ours may
//! be wrong, so that moment is only ever compared with the `Date` header of the
//! same answer, and the rest is counted on the monotonic clock.

use std::time::Duration;

use tokio::time::Instant;

use super::wire::TokenAnswer;
use crate::{model::Sensitive, provider::codec::as_integer};

/// A token lives for two hours (Acronis contract, 2).
const LIFETIME_SECONDS: i64 = 2 * 60 * 60;

/// No token is believed to live longer than a day.
const LIFETIME_SECONDS_MAX: i64 = 24 * 60 * 60;

/// How long before its end a token is renewed: clients use between one minute
/// and fifteen (Acronis contract, 2).
const RENEW_SECONDS_EARLY: u64 = 5 * 60;

/// An access token.
#[derive(Clone)]
pub(super) struct Token {
    /// The token itself.
    pub(super) text: Sensitive,
    /// When it was asked for.
    pub(super) asked: Instant,
    renew_at: Instant,
}

impl Token {
    /// Takes the token out of an answer that was asked for at `asked` and is
    /// dated `date`.
    pub(super) fn new(answer: &TokenAnswer, date: Option<&str>, asked: Instant) -> Self {
        let lifetime = lifetime(answer, date);
        let early = Duration::from_secs(RENEW_SECONDS_EARLY).min(lifetime / 2);
        Self {
            text: Sensitive::new(&*answer.access_token),
            asked,
            renew_at: asked + lifetime - early,
        }
    }

    /// Whether the token has long enough to live for another call.
    pub(super) fn serves(&self) -> bool {
        Instant::now() < self.renew_at
    }
}

/// What the answer says of the lifetime, or else what the documents say.
fn lifetime(answer: &TokenAnswer, date: Option<&str>) -> Duration {
    let told = as_integer(&answer.expires_in).or_else(|| {
        let expires = as_integer(&answer.expires_on)?;
        let now = jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(date?)
            .ok()?;
        expires.checked_sub(now.as_second())
    });
    // A token that is dead on arrival means that the clocks of the answer
    // disagree; the first 401 will tell.
    let seconds = told
        .filter(|seconds| *seconds > 0)
        .unwrap_or(LIFETIME_SECONDS)
        .min(LIFETIME_SECONDS_MAX);
    Duration::from_secs(seconds.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answer(seconds: Value, end: Value) -> TokenAnswer {
        TokenAnswer {
            access_token: "t".to_owned(),
            expires_in: seconds,
            expires_on: end,
        }
    }

    #[test]
    fn the_lifetime_is_counted_against_the_servers_own_date() {
        let date = Some("Thu, 01 Jan 1970 01:00:00 GMT");
        let seconds = |told, end, date| lifetime(&answer(told, end), date).as_secs();
        assert_eq!(seconds(json!(600), json!(9_999_999), date), 600);
        assert_eq!(seconds(Value::Null, json!(3600 + 1800), date), 1800);
        assert_eq!(seconds(Value::Null, json!(3600 + 1800), None), 7200);
        assert_eq!(seconds(Value::Null, json!(10), date), 7200);
        assert_eq!(seconds(Value::Null, Value::Null, Some("soon")), 7200);
        assert_eq!(seconds(json!(1_000_000_000), Value::Null, date), 86400);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_five_minutes_early() {
        let token = Token::new(&answer(json!(7200), Value::Null), None, Instant::now());
        tokio::time::advance(Duration::from_secs(7200 - 301)).await;
        assert!(token.serves());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!token.serves());
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_token_serves_for_half_its_life() {
        let token = Token::new(&answer(json!(60), Value::Null), None, Instant::now());
        assert!(token.serves());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(!token.serves());
    }
}
