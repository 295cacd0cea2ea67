//! 生成函件: the letters of everything that the filter selects, one Word file a unit, in one archive.

use super::exports::download;
use super::list_query;
use crate::api::records::find_tab;
use crate::error::AppError;
use crate::server::clock::shown;
use crate::server::letters;
use crate::server::session::Signed;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/letters/{page}", get(archive))
}

async fn archive(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let tab = parameters
        .iter()
        .find(|(name, _)| name == "tab")
        .map_or("", |(_, tab)| tab.as_str());
    let tab = find_tab(&page, tab, signed.ready()?)?;
    let query = list_query(&parameters);
    let content = letters::archive(&app, &signed, tab, &query).await?;
    let stamp: String = shown(&app.clock.now()).chars().filter(char::is_ascii_digit).collect();
    download(
        &format!("函件_{stamp}.zip"),
        "application/zip",
        content.len() as u64,
        Body::from(content),
    )
}
