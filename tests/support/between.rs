//! A simulated system with something between it and its clients.

use serde_json::Value;
use trueup::simulator::{Clock, Knob, KnobSettings, Request, Response, Service};

/// A system whose requests pass through `handle` on their way.
struct Between<F> {
    system: Box<dyn Service>,
    handle: F,
}

/// The system behind it.
pub(crate) struct Behind<'a> {
    system: &'a mut dyn Service,
    knobs: &'a KnobSettings,
    clock: &'a Clock,
}

impl Behind<'_> {
    /// Passes a request on.
    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        self.system.handle(request, self.knobs, self.clock)
    }

    /// What the system calls a request.
    pub(crate) fn operation(&self, request: &Request) -> String {
        self.system.operation(request)
    }

    /// Whether a request could change anything.
    pub(crate) fn is_write(&self, request: &Request) -> bool {
        self.system.is_write(request)
    }
}

/// The system with `handle` before it.
pub(crate) fn between(
    system: Box<dyn Service>,
    handle: impl FnMut(&Request, &mut Behind<'_>) -> Response + Send + 'static,
) -> Box<dyn Service> {
    Box::new(Between { system, handle })
}

impl<F> Service for Between<F>
where
    F: FnMut(&Request, &mut Behind<'_>) -> Response + Send,
{
    fn name(&self) -> &'static str {
        self.system.name()
    }

    fn knobs(&self) -> &'static [Knob] {
        self.system.knobs()
    }

    fn handle(&mut self, request: &Request, knobs: &KnobSettings, clock: &Clock) -> Response {
        let mut behind = Behind {
            system: self.system.as_mut(),
            knobs,
            clock,
        };
        (self.handle)(request, &mut behind)
    }

    fn operation(&self, request: &Request) -> String {
        self.system.operation(request)
    }

    fn is_write(&self, request: &Request) -> bool {
        self.system.is_write(request)
    }

    fn busy(&self, request: &Request) -> Response {
        self.system.busy(request)
    }

    fn trouble(&self, request: &Request) -> Response {
        self.system.trouble(request)
    }

    fn state(&self) -> Value {
        self.system.state()
    }

    fn restore(&mut self, state: Value) -> Result<(), String> {
        self.system.restore(state)
    }

    fn provider_settings(&self, base_url: &str) -> Value {
        self.system.provider_settings(base_url)
    }
}
