//! How long a second of waiting takes.

use std::time::Duration;

/// The milliseconds in a second of real time.
const REAL: u32 = 1000;

/// How long a second of waiting takes: a second against real systems, less
/// against simulated ones, which need no mercy. It shortens waits before a
/// retry or a second look, and what a server asks for; never the time that an
/// answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    milliseconds: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { milliseconds: REAL }
    }
}

impl Pace {
    /// A second of waiting takes `milliseconds`, at most 1000.
    #[must_use]
    pub fn new(milliseconds: u32) -> Self {
        Self {
            milliseconds: milliseconds.min(REAL),
        }
    }

    /// How long a wait takes at this pace.
    #[must_use]
    pub fn of(self, wait: Duration) -> Duration {
        if self.milliseconds == REAL {
            return wait;
        }
        wait.mul_f64(f64::from(self.milliseconds) / f64::from(REAL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_a_second_unless_told_otherwise() {
        let wait = Duration::from_secs(3);
        assert_eq!(Pace::default().of(wait), wait);
        assert_eq!(Pace::new(5000).of(wait), wait);
        assert_eq!(Pace::new(10).of(wait), Duration::from_millis(30));
    }
}
