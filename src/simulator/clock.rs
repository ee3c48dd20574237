//! The simulated clock: real time, or a fixed instant that tests move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// A clock shared by a test and the services under it.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    /// The machine's clock, shifted by whole seconds.
    Real(Arc<AtomicI64>),
    /// Seconds since the Unix epoch; moves only when told to.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// Follows the machine's clock.
    #[must_use]
    pub fn real() -> Self {
        Self(Source::Real(Arc::default()))
    }

    /// Stands still at `start` until [`Clock::advance`] moves it.
    #[must_use]
    pub fn fixed(start: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(start.as_second()))))
    }

    /// The simulated time, to the whole second.
    ///
    /// # Panics
    /// When a test has moved the clock out of the range of years −9999 to 9999.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one clock of the simulators"
    )]
    pub fn now(&self) -> Timestamp {
        let seconds = match &self.0 {
            Source::Real(shift) => Timestamp::now().as_second() + shift.load(Ordering::SeqCst),
            Source::Fixed(seconds) => seconds.load(Ordering::SeqCst),
        };
        Timestamp::from_second(seconds)
            .expect("the simulated time lies between years -9999 and 9999")
    }

    /// Moves the clock forward, or back with a negative number.
    pub fn advance(&self, seconds: i64) {
        let (Source::Real(cell) | Source::Fixed(cell)) = &self.0;
        cell.fetch_add(seconds, Ordering::SeqCst);
    }
}
