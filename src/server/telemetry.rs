//! The log: one line for each request, under an id that its error page shows too, and no personal data. No address of a
//! client, no query string, no name in a path: the route as it is declared, the status, the time. Who did what to which record
//! is the matter of 操作记录 and not of the log.

use super::config::Config;
use super::state::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::use_context;
use rand::RngCore;
use std::time::Instant;
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

/// Where an answer says its id.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(u64);

impl RequestId {
    fn new() -> Self {
        Self(rand::rng().next_u64())
    }

    /// The id of the request that is being answered, in a route or inside a page.
    pub fn current() -> Option<Self> {
        let in_route = CURRENT.try_with(|id| *id).ok();
        in_route.or_else(|| {
            use_context::<axum::http::request::Parts>()?
                .extensions
                .get::<Self>()
                .copied()
        })
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// Begins to log to stderr.
pub fn begin(config: &Config) {
    // The driver calls every statement slow that an export or a backup reads for seconds, and writes it out whole.
    let usual = || EnvFilter::new(format!("info,{}", super::db::LOG));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| usual());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Only the first of a process counts.
    let _ = if config.log == "json" {
        log.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        log.try_init()
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // A message that was put together may hold what somebody typed.
        let said = panic.payload().downcast_ref::<&'static str>().copied();
        tracing::error!(said, "panicked at {place}");
    }));
}

/// Layer: gives the request its id, measures it and writes its line.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (id, begun) = (RequestId::new(), Instant::now());
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", %id);
    let mut response = CURRENT.scope(id, next.run(request)).instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());
    let route = matched.as_ref().map(MatchedPath::as_str);
    app.metrics.answered(route, method.as_str(), status, took);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HEADER, value);
    }
    // Probes and the files of the site say nothing unless they fail.
    if status.is_server_error() || route.is_some_and(|route| route != "/health") {
        let (status, milliseconds) = (status.as_u16(), took.as_millis() as u64);
        span.in_scope(|| tracing::info!(%method, route, status, milliseconds, "answered"));
    }
    response
}
