//! A rate limit on tokio's clock, so that paused time in tests and
//! `Retry-After` can steer it.
//!
//! The algorithm is GCRA, the generic cell rate algorithm of ATM networks. One
//! instant is kept, the *theoretical arrival time*: when the next request would
//! be due if all had come evenly. A request may start when that time is no more
//! than the *burst tolerance* ahead, and moves it by one *emission interval*.
//! So an idle provider takes a few requests at once, and in the long run no
//! more than one for each interval.
//!
//! Two things steer it. A provider that asks to wait stops everybody until
//! then. One that throttles also makes the interval longer, which becomes short
//! again only slowly: who was throttled once is soon throttled again.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// How far requests may run ahead of an even rate: at 4 requests a second one
/// more than the even one may start at once. Enough to hide one round trip, and
/// never so much that a server which counts by the second sees twice the rate.
const BURST_TOLERANCE: Duration = Duration::from_millis(250);

/// By how much the interval grows when the provider throttles.
const SLOW_DOWN_FACTOR: u32 = 2;

/// How many times longer than asked for the interval may become. At the default
/// rate that is one request in four seconds, at which any provider is content.
const SLOW_DOWN_MAX: u32 = 16;

/// Throttled answers this close together speak of one and the same moment: all
/// requests that were in flight then get one.
const SLOW_DOWN_SPACING: Duration = Duration::from_secs(1);

/// After so many good answers in a row the interval shrinks a little.
const RECOVERY_ANSWERS: u32 = 20;

/// The share of the interval that is left after it has shrunk, in percent.
const RECOVERY_PERCENT: u32 = 90;

/// Hands out starting times to all calls of one provider.
#[derive(Debug)]
pub(super) struct Limiter {
    /// Held by whoever is next, so that starts are in the order of asking.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The interval that the manifest asks for.
    interval_min: Duration,
    /// The emission interval at present.
    interval: Duration,
    /// The theoretical arrival time.
    due: Instant,
    /// Nobody starts before.
    paused_until: Instant,
    slowed_at: Option<Instant>,
    good_answers: u32,
}

impl Limiter {
    pub(super) fn new(requests_per_second: f64) -> Self {
        let interval = Duration::from_secs_f64(1.0 / requests_per_second);
        let now = Instant::now();
        Self {
            turn: tokio::sync::Mutex::new(()),
            state: Mutex::new(State {
                interval_min: interval,
                interval,
                due: now,
                paused_until: now,
                slowed_at: None,
                good_answers: 0,
            }),
        }
    }

    /// Waits until a request may start. A pause that begins meanwhile counts.
    pub(super) async fn wait(&self) {
        let _turn = self.turn.lock().await;
        loop {
            let Some(start) = self.state().start(Instant::now()) else {
                return;
            };
            sleep_until(start).await;
        }
    }

    /// Lets nobody start for this long.
    pub(super) fn pause(&self, duration: Duration) {
        let mut state = self.state();
        let until = Instant::now() + duration;
        state.paused_until = state.paused_until.max(until);
        // Who has waited does not all start at once.
        state.due = state.due.max(until + BURST_TOLERANCE);
    }

    /// Whether there was a pause at any time since then.
    pub(super) fn has_paused_since(&self, then: Instant) -> bool {
        self.state().paused_until > then
    }

    /// Slows down, because the provider throttles.
    pub(super) fn slow_down(&self) {
        let mut state = self.state();
        let now = Instant::now();
        state.good_answers = 0;
        let is_told = state
            .slowed_at
            .is_some_and(|at| now.duration_since(at) < SLOW_DOWN_SPACING);
        if !is_told {
            state.slowed_at = Some(now);
            let longest = state.interval_min * SLOW_DOWN_MAX;
            state.interval = (state.interval * SLOW_DOWN_FACTOR).min(longest);
        }
    }

    /// Notes an answer that speaks of no throttling.
    pub(super) fn well(&self) {
        let mut state = self.state();
        if state.interval == state.interval_min {
            return;
        }
        state.good_answers += 1;
        if state.good_answers >= RECOVERY_ANSWERS {
            state.good_answers = 0;
            let shorter = state.interval * RECOVERY_PERCENT / 100;
            state.interval = shorter.max(state.interval_min);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock panics.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the next start if it is now, or says when it is.
    fn start(&mut self, now: Instant) -> Option<Instant> {
        let allowed = self.due.checked_sub(BURST_TOLERANCE).unwrap_or(now);
        let start = allowed.max(self.paused_until);
        if start > now {
            return Some(start);
        }
        self.due = self.due.max(now) + self.interval;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn starts(limiter: &Limiter, count: usize) -> Vec<u128> {
        let begin = Instant::now();
        let mut starts = Vec::new();
        for _ in 0..count {
            limiter.wait().await;
            starts.push(begin.elapsed().as_millis());
        }
        starts
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_provider_takes_a_few_at_once_and_then_an_even_rate() {
        let limiter = Limiter::new(4.0);
        assert_eq!(starts(&limiter, 5).await, [0, 0, 250, 500, 750]);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!(starts(&limiter, 3).await, [0, 0, 250], "idleness adds up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_stops_everybody_and_nobody_catches_up_after_it() {
        let limiter = Limiter::new(4.0);
        limiter.wait().await;
        limiter.pause(Duration::from_secs(10));
        limiter.pause(Duration::from_secs(5));
        assert_eq!(starts(&limiter, 3).await, [10_000, 10_250, 10_500]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_counts_for_who_waits_already() {
        let limiter = Limiter::new(0.5);
        limiter.wait().await;
        let begin = Instant::now();
        let waiting = limiter.wait();
        tokio::pin!(waiting);
        let first = tokio::time::timeout(Duration::from_millis(10), &mut waiting).await;
        assert!(first.is_err(), "it waits for its turn");
        limiter.pause(Duration::from_secs(30));
        waiting.await;
        assert!(begin.elapsed() >= Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_known_to_who_asked_before_its_end() {
        let limiter = Limiter::new(4.0);
        let before = Instant::now();
        limiter.wait().await;
        assert!(!limiter.has_paused_since(before));
        limiter.pause(Duration::from_secs(2));
        let within = Instant::now() + Duration::from_secs(1);
        limiter.wait().await;
        assert!(limiter.has_paused_since(before) && limiter.has_paused_since(within));
        assert!(!limiter.has_paused_since(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_doubles_the_interval_once_for_each_moment_up_to_a_bound() {
        let limiter = Limiter::new(10.0);
        let interval = || limiter.state().interval.as_millis();
        limiter.slow_down();
        limiter.slow_down();
        assert_eq!(interval(), 200);
        for _ in 0..10 {
            tokio::time::advance(SLOW_DOWN_SPACING).await;
            limiter.slow_down();
        }
        assert_eq!(interval(), 1_600);
    }

    #[tokio::test(start_paused = true)]
    async fn recovery_is_slow_and_ends_at_the_asked_rate() {
        let limiter = Limiter::new(10.0);
        limiter.slow_down();
        let interval = || limiter.state().interval.as_millis();
        let answers = |count: u32| (0..count).for_each(|_| limiter.well());
        answers(RECOVERY_ANSWERS - 1);
        assert_eq!(interval(), 200);
        answers(1);
        assert_eq!(interval(), 180);
        answers(RECOVERY_ANSWERS * 10);
        assert_eq!(interval(), 100);
    }
}
