//! `/health` for probes: whether the store and the files answer. One word and nothing more; it is public.

use crate::server::db;
use crate::server::state::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use std::time::Duration;

/// For so long the store may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/health", get(health))
}

async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    let asked = async {
        match app.store.reader().await {
            Ok(mut reader) => db::is_alive(&mut reader).await,
            Err(_) => false,
        }
    };
    let unavailable = |word| (StatusCode::SERVICE_UNAVAILABLE, word);
    if app.work.is_stopping() {
        unavailable("stopping")
    } else if !tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false) {
        unavailable("store")
    } else if !app.storage.is_alive().await {
        unavailable("files")
    } else {
        (StatusCode::OK, "ok")
    }
}
