//! 导出: the filtered list as xlsx.

use super::list_query;
use crate::api::records::find_tab;
use crate::error::AppError;
use crate::server::db::{self, internal};
use crate::server::logs;
use crate::server::records::{self, Asked};
use crate::server::session::Signed;
use crate::server::sheets::{export, plain};
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures::StreamExt;
use tokio_util::io::ReaderStream;

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/exports/{page}", get(of_list))
}

/// Rows that are written together.
const BATCH: usize = 1_000;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn of_list(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let account = signed.ready()?;
    let asked_tab = parameters
        .iter()
        .find(|(name, _)| name == "tab")
        .map_or("", |(_, tab)| tab.as_str());
    let tab = find_tab(&page, asked_tab, account)?;
    let query = list_query(&parameters);
    let query = records::inside(&app, &signed, tab, &query)?;
    let asked = Asked::new(&signed, tab, &query)?;
    let mut sheet = export::Sheet::begin(tab)?;
    let mut rows = 0;
    // Never more than a few workbooks at a time: what people do on the screen comes first.
    let _turn = app.imports.turn().await?;
    let mut records = app.store.long_reader().await?;
    let listing = records::listing(&asked);
    let total = db::listings::count(&mut records, &listing).await?;
    let mut pieces = db::listings::stream(&mut records, &listing, total).ready_chunks(BATCH);
    let mut waiting = Vec::new();
    loop {
        let piece = pieces.next().await;
        let is_over = piece.is_none();
        for record in piece.into_iter().flatten() {
            waiting.push(record?);
        }
        if waiting.len() >= BATCH || is_over {
            rows += waiting.len();
            let mut reader = app.store.reader().await?;
            let lines = records::lines(&app, &mut reader, &asked, std::mem::take(&mut waiting)).await?;
            drop(reader);
            sheet = tokio::task::spawn_blocking(move || sheet.append(&lines))
                .await
                .map_err(|error| internal(&error))??;
        }
        if is_over {
            break;
        }
    }
    drop(pieces);
    let mark = logs::mark(&app, signed.ready()?);
    let finished = tokio::task::spawn_blocking(move || {
        let mut file = sheet.finish(&mark)?;
        let hash = plain::hash(&mut file)?;
        Ok::<_, AppError>((file, hash))
    });
    let (file, hash) = finished.await.map_err(|error| internal(&error))??;
    let what = format!("{} {rows} 条", tab.title);
    logs::note_export(&app, &signed, &what, &query.parameters(), &hash).await?;
    let now = app.clock.now();
    let stamp: String = crate::server::clock::shown(&now)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let name = format!("{}_{stamp}.xlsx", tab.title);
    let length = file.metadata().map_err(|error| internal(&error))?.len();
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    workbook(&name, length, body)
}

/// A workbook as a download of that name.
pub(super) fn workbook(name: &str, length: u64, body: Body) -> Result<Response, AppError> {
    download(name, XLSX, length, body)
}

/// A download of that name.
pub(super) fn download(name: &str, kind: &'static str, length: u64, body: Body) -> Result<Response, AppError> {
    let extension = name.rsplit_once('.').map_or("bin", |(_, extension)| extension);
    let disposition = format!(
        "attachment; filename=\"export.{extension}\"; filename*=UTF-8''{}",
        super::encoded(name)
    );
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| internal(&error))?,
    );
    Ok(response)
}
