//! What is counted for operators, as Prometheus reads it. Never on the public address. Where nobody may read, nothing is
//! counted; where somebody may, a request finds its counters by its route and adds to them, without making anything anew.

use super::db;
use super::state::App;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// Seconds at which the buckets of the latency end.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Requests that no route of ours takes: files of the site, and what is not there.
const NO_ROUTE: &str = "other";
/// Methods that are counted apart.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "HEAD"];

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Somebody is in.
    Done,
    /// Wrong, expired or used up.
    Refused,
    /// Tried too often.
    Throttled,
}

type Labels = Vec<(&'static str, String)>;

#[derive(Clone)]
struct Latency;

impl MetricConstructor<Histogram> for Latency {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS)
    }
}

/// The counters; nothing unless they were opened.
#[derive(Default)]
pub struct Metrics {
    opened: OnceLock<Opened>,
}

struct Opened {
    registry: Registry,
    requests: Family<Labels, Counter>,
    latency: Family<Labels, Histogram, Latency>,
    sign_ins: [Counter; 3],
    connections: Family<Labels, Gauge>,
    bulks: Gauge,
    unsealed: Gauge,
    memory: Gauge,
    disk: Gauge,
    /// By method and route: whoever has been asked once is found again without a new label.
    routes: RwLock<HashMap<&'static str, HashMap<String, Arc<Route>>>>,
}

struct Route {
    route: String,
    method: &'static str,
    latency: Histogram,
    by_status: RwLock<HashMap<u16, Counter>>,
}

impl Metrics {
    /// Begins to count.
    pub fn open(&self) {
        self.opened.get_or_init(Opened::new);
    }

    /// Whether anything is counted.
    pub fn is_open(&self) -> bool {
        self.opened.get().is_some()
    }

    /// Counts an answer.
    pub fn answered(&self, route: Option<&str>, method: &str, status: StatusCode, took: Duration) {
        if let Some(opened) = self.opened.get() {
            opened.answered(route.unwrap_or(NO_ROUTE), method, status.as_u16(), took);
        }
    }

    /// Counts a sign-in.
    pub fn sign_in(&self, outcome: SignInOutcome) {
        if let Some(opened) = self.opened.get() {
            opened.sign_ins[outcome as usize].inc();
        }
    }
}

impl Opened {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("hometown");
        let (requests, latency) = (Family::default(), Family::new_with_constructor(Latency));
        registry.register("requests", "Answers by route, method and status", requests.clone());
        registry.register("request_seconds", "Time until the answer began", latency.clone());
        let sign_ins: Family<Labels, Counter> = Family::default();
        registry.register("sign_ins", "Sign-ins by outcome", sign_ins.clone());
        let connections = Family::default();
        registry.register(
            "store_connections",
            "Connections to the store by pool and state",
            connections.clone(),
        );
        let [bulks, unsealed, memory, disk] = [(); 4].map(|()| Gauge::default());
        registry.register("bulks_unfinished", "Bulks that are not at their end", bulks.clone());
        registry.register(
            "audits_unsealed",
            "Lines of the log that wait for their seal",
            unsealed.clone(),
        );
        registry.register(
            "resident_memory_bytes",
            "Resident memory of the process",
            memory.clone(),
        );
        registry.register(
            "files_disk_used_percent",
            "Use of the disk with the files; beyond files_disk_percent no file is taken",
            disk.clone(),
        );
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What is running", version);
        let outcome = |word: &str| sign_ins.get_or_create_owned(&vec![("outcome", word.to_owned())]);
        Self {
            sign_ins: [outcome("done"), outcome("refused"), outcome("throttled")],
            registry,
            requests,
            latency,
            connections,
            bulks,
            unsealed,
            memory,
            disk,
            routes: RwLock::default(),
        }
    }

    fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or("OTHER");
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(method).and_then(|routes| routes.get(route)).cloned();
        drop(known);
        let route = found.unwrap_or_else(|| self.route(route, method));
        route.latency.observe(took.as_secs_f64());
        if let Some(counter) = route
            .by_status
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&status)
        {
            counter.inc();
            return;
        }
        let mut by_status = route.by_status.write().unwrap_or_else(PoisonError::into_inner);
        let labels = vec![
            ("route", route.route.clone()),
            ("method", route.method.to_owned()),
            ("status", status.to_string()),
        ];
        by_status
            .entry(status)
            .or_insert_with(|| self.requests.get_or_create_owned(&labels))
            .inc();
    }

    /// A route that is asked for the first time by that method.
    fn route(&self, route: &str, method: &'static str) -> Arc<Route> {
        let mut known = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let routes = known.entry(method).or_default();
        let new = || {
            let labels = vec![("route", route.to_owned()), ("method", method.to_owned())];
            Arc::new(Route {
                route: route.to_owned(),
                method,
                latency: self.latency.get_or_create_owned(&labels),
                by_status: RwLock::default(),
            })
        };
        Arc::clone(routes.entry(route.to_owned()).or_insert_with(new))
    }
}

/// The routes of the address that Prometheus reads.
pub fn routes(app: App) -> Router {
    Router::new().route("/metrics", get(read)).with_state(app)
}

async fn read(State(app): State<App>) -> Response {
    let Some(opened) = app.metrics.opened.get() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    look_around(&app, opened).await;
    let mut text = String::new();
    let written = encode_registry(&mut text, &opened.registry).and_then(|()| encode_eof(&mut text));
    if written.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// What is not counted but looked at when somebody asks. Where the store does not answer, what was seen last stays.
async fn look_around(app: &App, opened: &Opened) {
    for (pool, size, idle) in app.store.connections() {
        for (state, number) in [("open", i64::from(size)), ("idle", idle as i64)] {
            let labels = vec![("pool", pool.to_owned()), ("state", state.to_owned())];
            opened.connections.get_or_create_owned(&labels).set(number);
        }
    }
    if let Some(bytes) = resident_memory() {
        opened.memory.set(bytes);
    }
    if let Some(percent) = app.storage.used_percent() {
        opened.disk.set(percent.cast_signed());
    }
    if let Ok(mut reader) = app.store.reader().await {
        if let Ok(unfinished) = db::jobs::unfinished(&mut reader).await {
            opened.bulks.set(unfinished.len() as i64);
        }
        if let Ok(waiting) = db::seals::waiting(&mut reader).await {
            opened.unsealed.set(waiting);
        }
    }
}

/// Bytes of this process that are in memory, as Linux tells.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_method_and_status() {
        let metrics = Metrics::default();
        let count = |route, method, status| {
            metrics.answered(
                route,
                method,
                StatusCode::from_u16(status).unwrap(),
                Duration::from_millis(3),
            );
        };
        count(Some("/early"), "GET", 200);
        metrics.open();
        for (route, method, status) in [
            (Some("/files/{id}"), "GET", 200),
            (Some("/files/{id}"), "GET", 200),
            (Some("/files/{id}"), "GET", 404),
            (Some("/files/{id}"), "POST", 200),
            (Some("/files/{id}"), "POST", 200),
            (None, "BREW", 405),
        ] {
            count(route, method, status);
        }
        metrics.sign_in(SignInOutcome::Throttled);
        let mut text = String::new();
        encode_registry(&mut text, &metrics.opened.get().unwrap().registry).unwrap();
        for line in [
            "hometown_requests_total{route=\"/files/{id}\",method=\"GET\",status=\"200\"} 2",
            "hometown_requests_total{route=\"/files/{id}\",method=\"GET\",status=\"404\"} 1",
            "hometown_requests_total{route=\"/files/{id}\",method=\"POST\",status=\"200\"} 2",
            "hometown_requests_total{route=\"other\",method=\"OTHER\",status=\"405\"} 1",
            "hometown_request_seconds_count{route=\"/files/{id}\",method=\"GET\"} 3",
            "hometown_sign_ins_total{outcome=\"throttled\"} 1",
            "hometown_sign_ins_total{outcome=\"done\"} 0",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("early"), "nothing is counted before anybody may read");
    }

    #[test]
    fn linux_tells_what_is_in_memory() {
        assert!(resident_memory().is_some_and(|bytes| bytes > 1_000_000));
    }
}
