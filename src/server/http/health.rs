//! `/health` for probes: whether the store answers.

use crate::server::state::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/health", get(health))
}

async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    let alive = match app.store.reader().await {
        Ok(mut reader) => crate::server::db::is_alive(&mut reader).await,
        Err(_) => false,
    };
    if alive {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer")
    }
}
