//! The visa: what a login hands out and every answer renews.

use std::time::Duration;

use tokio::time::Instant;

/// How long a visa is used. It lasts 15 minutes from its issue (N-able,
/// authorization); two are left for a slow call and its retries.
pub(super) const AGE_MINUTES_MAX: u64 = 13;

/// A visa and the login that it descends from.
#[derive(Clone)]
pub(super) struct Visa {
    /// The text to be sent. Opaque, and as good as a password.
    pub(super) text: String,
    /// How many logins there had been when it was issued.
    pub(super) login: u64,
    /// Not later than the moment of its issue.
    since: Instant,
}

/// The newest visa of a session.
#[derive(Default)]
pub(super) struct Visas {
    newest: Option<Visa>,
    logins: u64,
    /// Whether any answer but that of a login has brought one.
    pub(super) are_renewed: bool,
}

impl Visas {
    /// The newest visa, if it is young enough to be used at `now`.
    pub(super) fn usable(&self, now: Instant) -> Option<Visa> {
        let age_max = Duration::from_secs(AGE_MINUTES_MAX * 60);
        self.newest
            .clone()
            .filter(|visa| now.saturating_duration_since(visa.since) < age_max)
    }

    /// The newest usable visa, if it comes from a later login than a visa that
    /// was refused.
    pub(super) fn usable_instead_of(&self, refused: &Visa, now: Instant) -> Option<Visa> {
        self.usable(now).filter(|visa| visa.login > refused.login)
    }

    /// Takes the visa of a login that was sent at `since`.
    pub(super) fn log_in(&mut self, text: String, since: Instant) -> Visa {
        self.logins += 1;
        let visa = Visa {
            text,
            login: self.logins,
            since,
        };
        self.newest = Some(visa.clone());
        visa
    }

    /// Takes the visa of an answer to a call that was sent at `since` with the
    /// visa `used`. Answers may come out of order: an older one is let go.
    pub(super) fn renew(&mut self, text: String, used: &Visa, since: Instant) {
        self.are_renewed |= text != used.text;
        let newer = used.login == self.logins
            && self
                .newest
                .as_ref()
                .is_none_or(|newest| since >= newest.since);
        if newer {
            self.newest = Some(Visa {
                text,
                login: used.login,
                since,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(visas: &Visas, now: Instant) -> Option<String> {
        visas.usable(now).map(|visa| visa.text)
    }

    fn minutes(number: u64) -> Duration {
        Duration::from_secs(number * 60)
    }

    #[test]
    fn a_visa_is_used_for_13_minutes_and_renewed_by_answers() {
        let begin = Instant::now();
        let mut visas = Visas::default();
        assert_eq!(text(&visas, begin), None);
        let first = visas.log_in("a".to_owned(), begin);
        let almost = begin + minutes(13) - Duration::from_secs(1);
        assert_eq!(text(&visas, almost).as_deref(), Some("a"));
        assert_eq!(text(&visas, begin + minutes(13)), None);
        visas.renew("b".to_owned(), &first, begin + minutes(12));
        assert_eq!(text(&visas, begin + minutes(24)).as_deref(), Some("b"));
        assert_eq!(text(&visas, begin + minutes(25)), None);
    }

    #[test]
    fn an_answer_that_comes_late_does_not_bring_back_an_old_visa() {
        let begin = Instant::now();
        let mut visas = Visas::default();
        let first = visas.log_in("a".to_owned(), begin);
        visas.renew("c".to_owned(), &first, begin + minutes(2));
        visas.renew("b".to_owned(), &first, begin + minutes(1));
        assert_eq!(text(&visas, begin + minutes(2)).as_deref(), Some("c"));
        visas.log_in("d".to_owned(), begin + minutes(3));
        visas.renew("e".to_owned(), &first, begin + minutes(4));
        assert_eq!(text(&visas, begin + minutes(4)).as_deref(), Some("d"));
    }

    #[test]
    fn a_refused_visa_is_replaced_only_by_that_of_a_later_login() {
        let begin = Instant::now();
        let mut visas = Visas::default();
        let refused = visas.log_in("a".to_owned(), begin);
        visas.renew("b".to_owned(), &refused, begin);
        assert!(visas.usable_instead_of(&refused, begin).is_none());
        visas.log_in("c".to_owned(), begin);
        let other = visas.usable_instead_of(&refused, begin);
        assert_eq!(other.map(|visa| visa.text).as_deref(), Some("c"));
    }
}
