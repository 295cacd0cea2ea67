//! 模板下载 and 导入: workbooks out and in.

use super::exports::workbook;
use super::{encoded, own_path};
use crate::api::records::find_tab;
use crate::domain::page::Tab;
use crate::error::AppError;
use crate::server::imports;
use crate::server::session::Signed;
use crate::server::sheets::reading::MOST_BYTES;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::{Bytes, BytesMut};
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/imports/{key}", post(receive))
        .layer(DefaultBodyLimit::disable())
        .route("/imports/{key}/marked", get(marked))
        .route("/templates/{page}", get(template))
}

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    tab: String,
}

async fn template(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, AppError> {
    let tab = find_tab(&page, &place.tab, signed.ready()?)?;
    let content = imports::template(&app, &signed, tab).await?;
    workbook(
        &format!("{}导入模板.xlsx", tab.title),
        content.len() as u64,
        Body::from(content),
    )
}

async fn marked(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(import): Path<String>,
) -> Result<Response, AppError> {
    let content = imports::marked(&app, &signed, &import).await?;
    workbook("导入结果标注.xlsx", content.len() as u64, Body::from(content))
}

/// The workbook in the part `file`. A script asks for how far it is; a plain form (`plain` before the file) waits, and
/// gets its workbook back where something is wrong.
async fn receive(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(place): Query<Place>,
    mut parts: Multipart,
) -> Result<Response, AppError> {
    let tab = find_tab(&page, &place.tab, signed.ready()?)?;
    let broken = |error: axum::extract::multipart::MultipartError| AppError::Malformed(error.body_text());
    let mut is_plain = false;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        if part.name() == Some("plain") {
            is_plain = true;
            continue;
        }
        if part.name() != Some("file") {
            continue;
        }
        let mut content = BytesMut::new();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            content.extend_from_slice(&piece);
            if content.len() > MOST_BYTES {
                return Err(AppError::TooLarge("文件太大，不能超过 20 MB".to_owned()));
            }
        }
        return match is_plain {
            true => plain(&app, &signed, &page, tab, content.freeze()).await,
            false => Ok(Json(imports::begin(&app, &signed, tab, content.freeze()).await?).into_response()),
        };
    }
    Err(AppError::Malformed("file".to_owned()))
}

async fn plain(app: &App, signed: &Signed, page: &str, tab: &Tab, content: Bytes) -> Result<Response, AppError> {
    let tab = find_tab(page, tab.key, signed.ready()?)?;
    let view = imports::at_once(app, signed, tab, content).await?;
    if view.refused > 0 {
        let content = imports::marked(app, signed, &view.id).await?;
        return workbook("导入结果标注.xlsx", content.len() as u64, Body::from(content));
    }
    let notice = match view.problem.as_str() {
        "" => format!("导入成功 {} 条，已存在 {} 条", view.stored, view.known),
        problem => problem.to_owned(),
    };
    let back = crate::domain::page::address(page, tab.key, &format!("notice={}", encoded(&notice)));
    let back = own_path(&back).unwrap_or("/home").to_owned();
    Ok(Redirect::to(&back).into_response())
}
