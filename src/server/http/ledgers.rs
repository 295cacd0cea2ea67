//! 导出 Excel, 导出全部 and 工作情况通报 of 台账信息.

use super::exports::{download, workbook};
use super::list_query;
use super::reports::DOCX;
use crate::error::AppError;
use crate::server::db::internal;
use crate::server::ledgers::{self, brief, brief::Kind};
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
        .route("/ledgers/progress/brief.docx", get(brief_in_word))
        .route("/ledgers/progress/brief.xlsx", get(brief_in_excel))
}

async fn brief_in_word(app: State<App>, signed: Extension<Signed>, query: Parameters) -> Result<Response, AppError> {
    brief_as(app, signed, query, Kind::Word).await
}

async fn brief_in_excel(app: State<App>, signed: Extension<Signed>, query: Parameters) -> Result<Response, AppError> {
    brief_as(app, signed, query, Kind::Excel).await
}

async fn brief_as(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Query(parameters): Parameters,
    kind: Kind,
) -> Result<Response, AppError> {
    let list = list_query(&parameters);
    let (name, content) = brief::export(&app, &signed, &list, kind).await?;
    let length = content.len() as u64;
    match kind {
        Kind::Word => download(&name, DOCX, length, Body::from(content)),
        Kind::Excel => workbook(&name, length, Body::from(content)),
    }
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
    let list = list_query(&parameters);
    let (name, file) = ledgers::export(&app, &signed, &key, &list, is_all).await?;
    let length = file.metadata().map_err(|error| internal(&error))?.len();
    workbook(
        &name,
        length,
        Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))),
    )
}
