//! 导出 Excel and 导出全部 of 台账信息.

use super::exports::workbook;
use crate::domain::query::ListQuery;
use crate::error::AppError;
use crate::server::db::internal;
use crate::server::ledgers;
use crate::server::session::Signed;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use tokio_util::io::ReaderStream;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ledgers/{key}/export", get(of_shown))
        .route("/ledgers/{key}/export-all", get(of_all))
}

async fn of_shown(
    app: State<App>,
    signed: Extension<Signed>,
    key: Path<String>,
    query: Parameters,
) -> Result<Response, AppError> {
    answer(app, signed, key, query, false).await
}

async fn of_all(
    app: State<App>,
    signed: Extension<Signed>,
    key: Path<String>,
    query: Parameters,
) -> Result<Response, AppError> {
    answer(app, signed, key, query, true).await
}

type Parameters = Query<Vec<(String, String)>>;

async fn answer(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(key): Path<String>,
    Query(parameters): Parameters,
    is_all: bool,
) -> Result<Response, AppError> {
    let list = ListQuery::from_parameters(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let (name, file) = ledgers::export(&app, &signed, &key, &list, is_all).await?;
    let length = file.metadata().map_err(|error| internal(&error))?.len();
    workbook(
        &name,
        length,
        Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    )
}
