//! How long we wait for a provider, how often we ask again, and who is told.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The longest wait that a server may ask for. Beyond it the run stops using
/// the provider and says so, rather than sit in a pipeline for an hour.
pub const RETRY_AFTER_MAX: Duration = Duration::from_mins(2);

/// How many retries any run may make at one provider, however short it is: a
/// few calls may have a bad minute.
const RETRIES_FLOOR: u64 = 20;

/// How many retries a run may make beyond that, in percent of its requests. A
/// provider that fails more than one request in five is out of order, and
/// asking it more often makes that worse.
const RETRIES_PERCENT: u64 = 20;

/// Why a provider makes us wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitReason {
    /// It asked us to, with this status or in words of its own.
    Asked(String),
    /// It is out of order or could not be reached; we try again by ourselves.
    TryingAgain(String),
    /// An answer was lost; we look whether the call was carried out.
    Settling,
}

/// A wait that begins now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The call that met it.
    pub operation: String,
    /// How long it takes.
    pub duration: Duration,
    /// Why.
    pub reason: WaitReason,
}

/// Told of every wait of a second or more, when it begins. What is told holds no
/// sensitive value.
pub trait Waits: Send + Sync {
    /// A wait begins.
    fn begin(&self, wait: &Wait);
}

/// Tells nobody.
pub(super) struct Untold;

impl Waits for Untold {
    fn begin(&self, _: &Wait) {}
}

/// Why a call is not tried again although it might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// The server asks for a longer wait than we have.
    AskedTooLong(Duration),
    /// Too many calls of this run were tried again already.
    BudgetSpent {
        /// How many were.
        retries: u64,
    },
}

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AskedTooLong(asked) => write!(
                f,
                "it asks to wait {} s, and no more than {} s are waited",
                asked.as_secs(),
                RETRY_AFTER_MAX.as_secs()
            ),
            Self::BudgetSpent { retries } => write!(
                f,
                "not tried again: this run has tried {retries} calls again at this provider already"
            ),
        }
    }
}

impl GaveUp {
    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> String {
        match self {
            Self::AskedTooLong(asked) => {
                format!(
                    "run again in {} s or later; what is done stays done",
                    asked.as_secs()
                )
            }
            Self::BudgetSpent { .. } => "the provider fails too often to go on; run again when it \
                 is well, or lower `limits.requestsPerSecond` in its Provider manifest; what is \
                 done stays done"
                .to_owned(),
        }
    }
}

/// Counts requests and retries of one run at one provider. So many may be tried
/// again: 20, and one in five of all requests.
#[derive(Debug, Default)]
pub struct Budget {
    requests: AtomicU64,
    retries: AtomicU64,
}

impl Budget {
    /// Notes a request that is no retry.
    pub fn spend_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes one retry out of the budget.
    ///
    /// # Errors
    /// When the budget is spent.
    pub fn take_retry(&self) -> Result<(), GaveUp> {
        let requests = self.requests.load(Ordering::Relaxed);
        let most = RETRIES_FLOOR + requests.saturating_mul(RETRIES_PERCENT) / 100;
        let taken = self
            .retries
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                (taken < most).then_some(taken + 1)
            });
        match taken {
            Ok(_) => Ok(()),
            Err(retries) => Err(GaveUp::BudgetSpent { retries }),
        }
    }
}

/// Who is told of waits.
pub(super) type Told = Arc<dyn Waits>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_share_of_the_requests_and_a_few() {
        let budget = Budget::default();
        for _ in 0..RETRIES_FLOOR {
            assert_eq!(budget.take_retry(), Ok(()));
        }
        let spent = Err(GaveUp::BudgetSpent {
            retries: RETRIES_FLOOR,
        });
        assert_eq!(budget.take_retry(), spent);
        for _ in 0..5 {
            budget.spend_request();
        }
        assert_eq!(budget.take_retry(), Ok(()), "one in five");
        assert!(budget.take_retry().is_err());
    }
}
