//! A rate limit on tokio's clock, so that paused time in tests and
//! `Retry-After` can steer it.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// Hands out starting times at a steady rate, and stops for everyone when a
/// server asks to wait.
#[derive(Debug)]
pub(super) struct Limiter {
    interval: Duration,
    next: Mutex<Instant>,
}

impl Limiter {
    pub(super) fn new(requests_per_second: f64) -> Self {
        Self {
            interval: Duration::from_secs_f64(1.0 / requests_per_second),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for the next free starting time.
    pub(super) async fn wait(&self) {
        let start = {
            let mut next = self.next.lock().await;
            let start = (*next).max(Instant::now());
            *next = start + self.interval;
            start
        };
        sleep_until(start).await;
    }

    /// Lets nobody start for this long.
    pub(super) async fn pause(&self, duration: Duration) {
        let mut next = self.next.lock().await;
        *next = (*next).max(Instant::now() + duration);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn keeps_the_rate_and_honours_a_pause() {
        let limiter = Limiter::new(4.0);
        let begin = Instant::now();
        for _ in 0..5 {
            limiter.wait().await;
        }
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        limiter.pause(Duration::from_secs(10)).await;
        limiter.wait().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(11));
    }
}
