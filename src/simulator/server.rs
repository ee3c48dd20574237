//! Serves one [`Service`] over real HTTP on loopback.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, Request as HttpRequest, State},
    response::Response as HttpResponse,
};
use jiff::Timestamp;
use serde_json::Value;

use crate::model::Tree;

use super::{
    Clock, Fault, FaultKind, Hands, KnobError, KnobSettings, Moment, Request, Response, Seen,
    Service, Watcher,
    fault::FaultPlan,
    hook::{Hooks, When},
    strike::{Answer, into_http, strike},
};

/// The largest request body that is read. The largest documented request is
/// about 4 KiB; a thousand times that leaves room for long notes.
pub(super) const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most requests that the log keeps; older ones are dropped, so that a
/// sandbox left running for weeks does not grow without end.
const LOG_ENTRIES_MAX: usize = 200_000;

/// How a service is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The simulated clock.
    pub clock: Clock,
}

/// One request that a service has seen, for assertions and for `-v`.
#[derive(Clone)]
pub struct LogEntry {
    /// The operation's name.
    pub operation: String,
    /// Whether the call could change anything.
    pub write: bool,
    /// The request.
    pub request: Request,
    /// The status answered; 0 when the connection was cut.
    pub status: u16,
    /// The fault that struck, if any.
    pub fault: Option<FaultKind>,
    /// The simulated time.
    pub at: Timestamp,
}

struct Shared {
    service: Box<dyn Service>,
    knobs: KnobSettings,
    clock: Clock,
    faults: FaultPlan,
    hooks: Hooks,
    log: VecDeque<LogEntry>,
    watcher: Option<Watcher>,
}

/// A service that is being served until this value is dropped.
pub struct Running {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts to serve `service` on loopback.
///
/// # Errors
/// When the port cannot be bound.
pub async fn start(service: Box<dyn Service>, options: Options) -> std::io::Result<Running> {
    let Options { port, clock } = options;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let knobs = KnobSettings::defaults(service.knobs());
    let shared = Arc::new(Mutex::new(Shared {
        service,
        knobs,
        clock,
        faults: FaultPlan::default(),
        hooks: Hooks::default(),
        log: VecDeque::new(),
        watcher: None,
    }));
    let router = Router::new()
        .fallback(answer)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Arc::clone(&shared));
    let task = tokio::spawn(async move {
        // The listener of axum retries accept errors by itself and ends only
        // when the task is aborted.
        let _ = axum::serve(listener, router).await;
    });
    Ok(Running {
        address,
        shared,
        task,
    })
}

impl Running {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What a `Provider` manifest needs to reach this service.
    #[must_use]
    pub fn provider_settings(&self) -> Value {
        let base_url = self.base_url();
        self.lock().service.provider_settings(&base_url)
    }

    /// The system's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.lock().service.name()
    }

    /// The names of all calls that the service knows, for faults.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        self.lock().service.operations()
    }

    /// Sets a knob.
    ///
    /// # Errors
    /// [`KnobError`] for an unknown name or value.
    pub fn set_knob(&self, name: &str, value: &str) -> Result<(), KnobError> {
        let mut shared = self.lock();
        let knobs = shared.service.knobs();
        shared.knobs.set(knobs, name, value)
    }

    /// Injects a fault from now on.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Tells `watcher` of every request from now on.
    pub fn watch(&self, watcher: Watcher) {
        self.lock().watcher = Some(watcher);
    }

    /// Does something just before the `nth` request of an operation from now on
    /// is looked at, counted from 1, such as another user's edit.
    pub fn before(
        &self,
        operation: &str,
        nth: u32,
        act: impl FnOnce(&mut Hands<'_>) + Send + 'static,
    ) {
        self.lock().hooks.add(When::Before, operation, nth, act);
    }

    /// Does something right after the `nth` request of an operation from now on
    /// has been carried out, before its answer is sent.
    pub fn after(
        &self,
        operation: &str,
        nth: u32,
        act: impl FnOnce(&mut Hands<'_>) + Send + 'static,
    ) {
        self.lock().hooks.add(When::After, operation, nth, act);
    }

    /// A copy of the request log.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        self.lock().log.iter().cloned().collect()
    }

    /// Forgets the request log.
    pub fn clear_log(&self) {
        self.lock().log.clear();
    }

    /// The service's whole state.
    #[must_use]
    pub fn state(&self) -> Value {
        self.lock().service.state()
    }

    /// Replaces the service's whole state.
    ///
    /// # Errors
    /// A sentence that says what could not be understood.
    pub fn restore(&self, state: Value) -> Result<(), String> {
        self.lock().service.restore(state)
    }

    /// Lets the service stand in for the system of a `Provider` manifest.
    pub fn stand_in_for(&self, settings: &Tree) {
        self.lock().service.stand_in_for(settings);
    }

    /// Sends a request to the service behind the network's back, as another
    /// user of the system would. It is not logged and no fault strikes it.
    #[must_use]
    pub fn call(&self, request: &Request) -> Response {
        let mut shared = self.lock();
        let Shared {
            service,
            knobs,
            clock,
            ..
        } = &mut *shared;
        service.handle(request, knobs, clock)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    // A panic in a service has been reported where it happened; its state is
    // still the best there is for the next request.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, http: HttpRequest) -> HttpResponse {
    let request = match read(http).await {
        Ok(request) => request,
        Err(response) => return into_http(response),
    };
    let watcher = lock(&shared).watcher.clone();
    let Some(watcher) = watcher else {
        return decide(&shared, &request).into_http().await;
    };
    let write = lock(&shared).service.is_write(&request);
    if watcher(Moment::Arrived, write) == Seen::Cut {
        return Answer::Cut.into_http().await;
    }
    let answer = decide(&shared, &request);
    if watcher(Moment::Decided, write) == Seen::Cut {
        return Answer::Cut.into_http().await;
    }
    let http = answer.into_http().await;
    tokio::spawn(async move { watcher(Moment::Answered, write) });
    http
}

async fn read(http: HttpRequest) -> Result<Request, Response> {
    let (parts, body) = http.into_parts();
    let body: Bytes = axum::body::to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| Response::text(413, "request body too large"))?;
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map(|Query(pairs)| pairs)
        .unwrap_or_default();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query,
        headers,
        body: body.to_vec(),
    })
}

fn decide(shared: &Mutex<Shared>, request: &Request) -> Answer {
    let mut shared = lock(shared);
    let Shared {
        service,
        knobs,
        clock,
        faults,
        hooks,
        log,
        watcher: _,
    } = &mut *shared;
    let operation = service.operation(request);
    let fault = faults.strike(service.name(), &operation);
    let mut act = |when, service: &mut dyn Service, knobs: &mut KnobSettings| {
        for act in hooks.due(when, &operation) {
            act(&mut Hands {
                service: &mut *service,
                knobs: &mut *knobs,
                clock,
            });
        }
    };
    act(When::Before, service.as_mut(), knobs);
    let answer = match fault {
        None => Answer::Send(service.handle(request, knobs, clock)),
        Some(kind) => {
            let (busy, trouble) = (service.busy(request), service.trouble(request));
            let carry_out = || service.handle(request, knobs, clock);
            strike(kind, clock.now(), carry_out, busy, trouble)
        }
    };
    act(When::After, service.as_mut(), knobs);
    let status = answer.status();
    if log.len() == LOG_ENTRIES_MAX {
        log.pop_front();
    }
    log.push_back(LogEntry {
        operation,
        write: service.is_write(request),
        request: request.clone(),
        status,
        fault,
        at: clock.now(),
    });
    answer
}
