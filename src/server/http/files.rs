//! Attachments over HTTP: sending, looking, downloading. Never from a static folder; access is that of the record.

use super::encoded;
use crate::domain::attachment::{Attachment, Preview};
use crate::domain::audit::Act;
use crate::domain::form::Form;
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::server::attachments::{Incoming, stage_incoming};
use crate::server::authorize::to_act;
use crate::server::db::{self, attachments::Stored, audits::Line, internal};
use crate::server::session::Signed;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use std::io::Cursor;

/// Rows and columns of a table preview.
const PREVIEW_ROWS: usize = 200;
const PREVIEW_COLUMNS: usize = 30;
/// Workbooks larger than this are not previewed.
const PREVIEW_BYTES: u64 = 20 * 1024 * 1024;

/// The routes. The body has no fixed limit here: [`Incoming`] counts while it receives.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/files", post(upload))
        .route("/files/{id}", get(download))
        .route("/files/{id}/view", get(view))
        .route("/files/{id}/table", get(table))
        .layer(DefaultBodyLimit::disable())
}

fn malformed(error: &dyn std::fmt::Display) -> AppError {
    AppError::Malformed(error.to_string())
}

/// Fields in this order: form, record, field, file.
async fn upload(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    mut parts: Multipart,
) -> Result<Json<Attachment>, AppError> {
    signed.ready()?;
    let mut words: Vec<String> = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| malformed(&error))? {
        if words.len() < 3 {
            let word = part.text().await.map_err(|error| malformed(&error))?;
            words.push(word.chars().take(64).collect());
            continue;
        }
        let form = forms::find(&words[0]).ok_or(AppError::NotFound)?;
        return Ok(Json(receive(&app, &signed, form, &words[1], &words[2], part).await?));
    }
    Err(AppError::Malformed("no file".to_owned()))
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
    let name = part.file_name().unwrap_or_default().to_owned();
    let mut incoming = Incoming::new(app)?;
    while let Some(piece) = part.chunk().await.map_err(|error| malformed(&error))? {
        incoming.append(&piece)?;
    }
    stage_incoming(app, signed, form, record, field, &name, incoming).await
}

/// The attachment if this request may read it: like its record; a staged one only by its uploader; attachments of public
/// documents by everybody. `true` when it is public.
async fn find(app: &App, signed: &Signed, id: &str) -> Result<(Stored, bool), AppError> {
    let mut reader = app.store.reader().await?;
    let stored = db::attachments::find(&mut reader, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let form = forms::find(&stored.form).ok_or(AppError::NotFound)?;
    let record = db::records::find(&mut reader, form, &stored.record).await?;
    if !stored.kept {
        let own = signed.ready().is_ok_and(|account| account.id == stored.created_by);
        return if own {
            Ok((stored, false))
        } else {
            Err(AppError::NotFound)
        };
    }
    let record = record.ok_or(AppError::NotFound)?;
    if form.public && record.values.get("is_public").and_then(Value::integer) == Some(1) {
        return Ok((stored, true));
    }
    match to_act(signed, Verb::View, form, &record.region, &record.organ) {
        Ok(_) => Ok((stored, false)),
        Err(AppError::SignedOut) if !form.public => Err(AppError::SignedOut),
        Err(_) => Err(AppError::NotFound),
    }
}

async fn note(app: &App, signed: &Signed, stored: &Stored) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let line = Line {
        account: Some(account),
        act: Act::Download,
        region: Some(&account.region),
        record: Some((&stored.form, &stored.record)),
        step: None,
        opinion: &stored.attachment.name,
        changes: &[],
        address: &signed.address,
        now: &now,
    };
    let mut tx = app.store.begin().await?;
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}

async fn download(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let (stored, is_public) = find(&app, &signed, &id).await?;
    if !is_public {
        note(&app, &signed, &stored).await?;
    }
    send(&app, &stored, "attachment").await
}

async fn view(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let (stored, is_public) = find(&app, &signed, &id).await?;
    if !matches!(stored.attachment.kind.preview(), Preview::Image | Preview::Pdf) {
        return Err(AppError::NotFound);
    }
    if !is_public {
        note(&app, &signed, &stored).await?;
    }
    send(&app, &stored, "inline").await
}

async fn send(app: &App, stored: &Stored, disposition: &str) -> Result<Response, AppError> {
    let (size, content) = app.storage.read(&stored.sha256).await?;
    let attachment = &stored.attachment;
    if size != attachment.size as u64 {
        return Err(internal(&format!("attachment {} has {size} bytes", attachment.id)));
    }
    let plain = format!("file.{}", attachment.kind.extension());
    let disposition = format!(
        "{disposition}; filename=\"{plain}\"; filename*=UTF-8''{}",
        encoded(&attachment.name)
    );
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
    // Whatever is inside, it runs nothing and reaches nothing (A40). Chromium's PDF view does not work in a sandbox.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
        ),
    );
    Ok(response)
}

/// The first sheet of a workbook, for the preview.
async fn table(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Json<Vec<Vec<String>>>, AppError> {
    let (stored, _) = find(&app, &signed, &id).await?;
    if stored.attachment.kind.preview() != Preview::Table {
        return Err(AppError::NotFound);
    }
    let content = app.storage.bytes(&stored.sha256, PREVIEW_BYTES).await?;
    let rows = tokio::task::spawn_blocking(move || rows(&content))
        .await
        .map_err(|error| internal(&error))?;
    rows.map(Json)
        .ok_or_else(|| AppError::Conflict("这个表格不能预览，请下载后查看".to_owned()))
}

fn rows(content: &[u8]) -> Option<Vec<Vec<String>>> {
    use calamine::Reader;
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(content)).ok()?;
    let sheet = workbook.worksheet_range_at(0)?.ok()?;
    let row = |cells: &[calamine::Data]| cells.iter().take(PREVIEW_COLUMNS).map(ToString::to_string).collect();
    Some(sheet.rows().take(PREVIEW_ROWS).map(row).collect())
}
