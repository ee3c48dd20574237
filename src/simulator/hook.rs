//! Something that happens at a service when a certain request arrives: another
//! user's edit, made just before our write is carried out or just after it.

use serde_json::Value;

use super::{Clock, KnobError, KnobSettings, Request, Response, Service};

/// What a hook may do at the service, as another user of the system could.
pub struct Hands<'a> {
    pub(super) service: &'a mut dyn Service,
    pub(super) knobs: &'a mut KnobSettings,
    pub(super) clock: &'a Clock,
}

impl Hands<'_> {
    /// Sends a request to the service behind the network's back. It is not
    /// logged, and neither a fault nor a hook strikes it.
    pub fn call(&mut self, request: &Request) -> Response {
        self.service.handle(request, self.knobs, self.clock)
    }

    /// The service's whole state.
    #[must_use]
    pub fn state(&self) -> Value {
        self.service.state()
    }

    /// Replaces the service's whole state.
    ///
    /// # Errors
    /// A sentence that says what could not be understood.
    pub fn restore(&mut self, state: Value) -> Result<(), String> {
        self.service.restore(state)
    }

    /// Sets a knob from now on.
    ///
    /// # Errors
    /// [`KnobError`] for an unknown name or value.
    pub fn set_knob(&mut self, name: &str, value: &str) -> Result<(), KnobError> {
        let knobs = self.service.knobs();
        self.knobs.set(knobs, name, value)
    }

    /// The simulated clock, which a hook may move.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.clock
    }
}

/// Whether a hook runs before a request is carried out, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

type Act = Box<dyn FnOnce(&mut Hands<'_>) + Send>;

struct Hook {
    operation: String,
    nth: u32,
    when: When,
    seen: u32,
    act: Option<Act>,
}

/// The hooks of one service.
#[derive(Default)]
pub(super) struct Hooks(Vec<Hook>);

impl Hooks {
    /// Runs `act` at the `nth` request of `operation` from now on, counted from
    /// 1.
    pub(super) fn add(
        &mut self,
        when: When,
        operation: &str,
        nth: u32,
        act: impl FnOnce(&mut Hands<'_>) + Send + 'static,
    ) {
        self.0.push(Hook {
            operation: operation.to_owned(),
            nth,
            when,
            seen: 0,
            act: Some(Box::new(act)),
        });
    }

    /// What is to be done now that a request of `operation` is at this point.
    pub(super) fn due(&mut self, when: When, operation: &str) -> Vec<Act> {
        let mut due = Vec::new();
        for hook in &mut self.0 {
            if hook.when == when && hook.operation == operation {
                hook.seen += 1;
                if hook.seen == hook.nth {
                    due.extend(hook.act.take());
                }
            }
        }
        self.0.retain(|hook| hook.act.is_some());
        due
    }
}
