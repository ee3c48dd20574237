//! The bounds of the limits that a `Provider` manifest may give, and what holds
//! where it gives none.

/// Requests per second, where a manifest does not say. What a careful client
/// may send to any of the systems without having asked.
pub const REQUESTS_PER_SECOND_DEFAULT: f64 = 4.0;

/// The most requests per second: far above what any of the systems allows, and
/// a typing mistake beyond it.
pub const REQUESTS_PER_SECOND_MAX: f64 = 1000.0;

/// Requests in flight at once, where a manifest does not say.
pub const CONCURRENCY_DEFAULT: u64 = 4;

/// The most requests in flight at once: more would run out of connections
/// before it ran faster.
pub const CONCURRENCY_MAX: u64 = 256;

/// Seconds until an answer must be there, where a manifest does not say. Large
/// listings take tens of seconds.
pub const TIMEOUT_SECONDS_DEFAULT: u64 = 60;

/// The longest wait for an answer: gateways close connections earlier.
pub const TIMEOUT_SECONDS_MAX: u64 = 600;

/// Attempts at a call that may be repeated, where a manifest does not say.
pub const ATTEMPTS_DEFAULT: u64 = 4;

/// The most attempts: with doubled waits, ten take a quarter of an hour.
pub const ATTEMPTS_MAX: u64 = 10;

/// The members of `limits`.
pub const NAMES: [&str; 4] = [
    "attempts",
    "concurrency",
    "requestsPerSecond",
    "timeoutSeconds",
];
