//! Attachments over HTTP: sending, looking, downloading. Never from a static folder; access is that of the record.

use super::encoded;
use crate::domain::attachment::{Announced, Attachment, PIECE, Preview, Received};
use crate::domain::form::Form;
use crate::error::AppError;
use crate::forms;
use crate::server::attachments::{Incoming, Place, note, pieces, readable, stage_incoming, table, to_stage};
use crate::server::db::{attachments::Stored, internal};
use crate::server::records::{self, Saved};
use crate::server::session::Signed;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::Semaphore;

/// What a file may do where a browser shows it: nothing, and only our own pages may frame it (A40). Chromium shows
/// pictures and PDFs all the same.
const HARMLESS: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";
/// Characters of a form key, a record id or a field key.
const MOST_LETTERS: usize = 64;
/// Workbooks that are read at the same time (A32): each may take much memory for a moment.
static TABLES: Semaphore = Semaphore::const_new(2);

/// The routes. The router bounds the whole body, [`Incoming`] the file in it.
pub fn routes() -> Router<App> {
    let in_pieces = Router::new()
        .route("/files/pieces", post(announce))
        .route("/files/pieces/{upload}", put(append))
        .layer(DefaultBodyLimit::max(PIECE as usize));
    Router::new()
        .route("/files", post(upload))
        .route("/files/{id}", get(download))
        .route("/files/{id}/view", get(view))
        .route("/files/{id}/table", get(rows))
        .route("/files/{id}/place", post(place))
        .layer(DefaultBodyLimit::disable())
        .merge(in_pieces)
}

/// What will come in pieces, and how much of it is here already.
async fn announce(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    announced: Result<Json<Announced>, JsonRejection>,
) -> Result<Json<Received>, AppError> {
    let Json(announced) = announced.map_err(|error| AppError::Malformed(error.body_text()))?;
    pieces::begin(&app, &signed, announced).await.map(Json)
}

#[derive(Deserialize)]
struct Offset {
    from: u64,
}

/// A piece is read whole before it is appended: one that breaks off leaves nothing.
async fn append(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(upload): Path<String>,
    Query(offset): Query<Offset>,
    piece: Result<Bytes, BytesRejection>,
) -> Result<Json<Received>, AppError> {
    let piece = piece.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge("每次上传的部分太大".to_owned()),
        _ => AppError::Malformed(error.body_text()),
    })?;
    pieces::append(&app, &signed, &upload, offset.from, piece)
        .await
        .map(Json)
}

/// Fields in this order: form, record, field, file.
async fn upload(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    request: Request,
) -> Result<Json<Attachment>, AppError> {
    let body = Multipart::from_request(request, &app).await;
    let mut parts = body.map_err(|error| AppError::Malformed(error.body_text()))?;
    let result = receive_one(&app, &signed, &mut parts).await;
    if result.is_err() {
        drain(&mut parts).await;
    }
    result.map(Json)
}

/// A browser reads the answer only after it has sent everything.
async fn drain(parts: &mut Multipart) {
    while let Ok(Some(mut part)) = parts.next_field().await {
        while let Ok(Some(_)) = part.chunk().await {}
    }
}

async fn receive_one(app: &App, signed: &Signed, parts: &mut Multipart) -> Result<Attachment, AppError> {
    signed.ready()?;
    let form = forms::find(&word(parts, "form").await?).ok_or(AppError::NotFound)?;
    let record = word(parts, "record").await?;
    let field = word(parts, "field").await?;
    match next(parts).await? {
        Some(part) if part.name() == Some("file") => receive(app, signed, form, &record, &field, part).await,
        _ => Err(AppError::Malformed("file".to_owned())),
    }
}

async fn next(parts: &mut Multipart) -> Result<Option<Field<'_>>, AppError> {
    parts.next_field().await.map_err(broken)
}

/// The next part, which must be a short text of that name.
async fn word(parts: &mut Multipart, name: &str) -> Result<String, AppError> {
    let malformed = || AppError::Malformed(name.to_owned());
    let mut part = next(parts)
        .await?
        .filter(|part| part.name() == Some(name))
        .ok_or_else(malformed)?;
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_LETTERS {
            return Err(malformed());
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

fn broken(error: MultipartError) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return AppError::TooLarge("文件太大，不能上传".to_owned());
    }
    AppError::Malformed(error.body_text())
}

/// Receives one file of a multipart body and stages it.
pub async fn receive(
    app: &App,
    signed: &Signed,
    form: &'static Form,
    record: &str,
    field: &str,
    mut part: Field<'_>,
) -> Result<Attachment, AppError> {
    let place = Place::find(form, record, field)?;
    to_stage(&mut *app.store.reader().await?, signed, &place).await?;
    let mut incoming = Incoming::new(app, &place, part.file_name().unwrap_or_default())?;
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        incoming.append(&piece).await?;
    }
    stage_incoming(app, signed, &place, incoming).await
}

async fn download(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let readable = readable(&app, &signed, &id).await?;
    note(&app, &readable).await?;
    send(&app, &readable.stored, "attachment").await
}

async fn view(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let readable = readable(&app, &signed, &id).await?;
    if !matches!(readable.stored.attachment.kind.preview(), Preview::Image | Preview::Pdf) {
        return Err(AppError::NotFound);
    }
    note(&app, &readable).await?;
    send(&app, &readable.stored, "inline").await
}

/// The content of an attachment, with its name.
pub(super) async fn send(app: &App, stored: &Stored, disposition: &str) -> Result<Response, AppError> {
    let (size, content) = app.storage.read(&stored.sha256).await?;
    let attachment = &stored.attachment;
    if size != attachment.size.unsigned_abs() {
        tracing::error!(id = attachment.id, size, "a stored file is not what it was");
        return Err(AppError::Unavailable);
    }
    // The name in ASCII for old programs, the real one beside it (RFC 6266).
    let extension = attachment.kind.extension();
    let name = encoded(&attachment.name);
    let disposition = format!("{disposition}; filename=\"file.{extension}\"; filename*=UTF-8''{name}");
    let mut response = Body::from_stream(content).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(attachment.kind.media_type()),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| internal(&error))?,
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(HARMLESS));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Puts a file into its slot of a stored record: a photo whose record was saved before it was sent.
async fn place(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Json<Saved>, AppError> {
    records::put_in(&app, &signed, &id).await.map(Json)
}

/// The first sheet of a workbook, for the preview.
async fn rows(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Json<Vec<Vec<String>>>, AppError> {
    let readable = readable(&app, &signed, &id).await?;
    let kind = readable.stored.attachment.kind;
    if kind.preview() != Preview::Table {
        return Err(AppError::NotFound);
    }
    note(&app, &readable).await?;
    let _turn = TABLES.acquire().await.map_err(|error| internal(&error))?;
    let content = app.storage.bytes(&readable.stored.sha256, table::MOST_BYTES).await?;
    let rows = tokio::task::spawn_blocking(move || table::rows(kind, &content)).await;
    // A reader that panics over a broken workbook is no fault of ours either.
    let rows = rows.ok().flatten();
    rows.map(Json)
        .ok_or_else(|| AppError::Conflict("这个表格不能预览，请下载后查看".to_owned()))
}
