//! The chassis that every simulated billing system stands on: a loopback HTTP
//! server, a clock that tests can move, knobs, faults and a request log.
//!
//! A [`Service`] speaks raw JSON and is written from the contracts alone. It
//! must not use a provider's wire types, so that one mistake cannot hide on
//! both sides.

mod clock;
mod fault;
mod hook;
mod knob;
mod message;
mod server;
mod store;
mod strike;
mod watch;

pub use clock::Clock;
pub use fault::{Fault, FaultKind, FaultParseError};
pub use hook::Hands;
pub use knob::{Knob, KnobError, KnobSettings};
pub use message::{Request, Response};
pub use server::{LogEntry, Options, Running, start};
pub use store::Store;
pub use watch::{Moment, Seen, Watcher};

use serde_json::Value;

use crate::model::Tree;

/// One simulated billing system.
///
/// `handle` is called for one request at a time, in the order of arrival, so a
/// service needs no locks of its own and is deterministic.
pub trait Service: Send {
    /// The system's name as in a `Provider` manifest, such as `acme`.
    fn name(&self) -> &'static str;

    /// Every switch for behaviour on which the documents are silent or
    /// contradict themselves. The first value of each is the default.
    fn knobs(&self) -> &'static [Knob];

    /// Answers one request. `clock` is the simulated time; services must not
    /// look at any other.
    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response;

    /// The name of the call, for the log and for faults: a method such as
    /// `AddPartner`, or verb and path such as `POST /api/2/tenants`, with ids
    /// replaced by `{id}`.
    fn operation(&self, request: &Request) -> String;

    /// The names of all calls that the service knows. A stand-in that has no list
    /// gives none.
    fn operations(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the call could change anything at the service.
    fn is_write(&self, request: &Request) -> bool;

    /// How the service says that there are too many requests, for the fault
    /// `limit`. Some say so with status 200.
    fn busy(&self, request: &Request) -> Response {
        let _ = request;
        Response::text(429, "Too Many Requests")
    }

    /// An error of the service's own that comes with status 200, for the fault
    /// `error-in-200`.
    fn trouble(&self, request: &Request) -> Response {
        let _ = request;
        let error = serde_json::json!({ "code": 500, "message": "Internal error" });
        Response::json(200, &serde_json::json!({ "error": error }))
    }

    /// The whole state as one JSON document, to be kept between commands.
    fn state(&self) -> Value;

    /// Takes a state that [`Service::state`] gave earlier.
    ///
    /// # Errors
    /// A sentence that says what in the document could not be understood.
    fn restore(&mut self, state: Value) -> Result<(), String>;

    /// Takes on what a `Provider` manifest says of the system that this one stands
    /// in for, such as its time zone. Called before any request.
    fn stand_in_for(&mut self, settings: &Tree) {
        let _ = settings;
    }

    /// The settings that a `Provider` manifest needs to reach this service:
    /// the object under `spec.<name>`, with `base_url` filled in and literal
    /// credentials. Shown by `trueup sandbox` and used by `--sandbox`.
    fn provider_settings(&self, base_url: &str) -> Value;
}
