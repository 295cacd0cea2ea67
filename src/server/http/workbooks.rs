//! 导出实地调研模板, 导出 and 导入 of the tables of a village: workbooks of several sheets out and in.

use super::exports::workbook;
use super::{encoded, own_path};
use crate::domain::page::{Page, address};
use crate::domain::region::Region;
use crate::error::AppError;
use crate::forms;
use crate::server::logs;
use crate::server::session::Signed;
use crate::server::sheets::plain::hash_of;
use crate::server::sheets::reading::MOST_BYTES;
use crate::server::state::App;
use crate::server::workbooks;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::BytesMut;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/workbooks/{page}", post(receive))
        .layer(DefaultBodyLimit::disable())
        .route("/workbooks/{page}", get(send))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    region: String,
}

fn page_of(key: &str) -> Result<&'static Page, AppError> {
    forms::page(key)
        .filter(|page| page.step.is_some())
        .ok_or(AppError::NotFound)
}

async fn send(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let region = Region::parse(&asked.region);
    let (name, content) = workbooks::write(&app, &signed, page_of(&page)?, &asked.tab, region.as_ref()).await?;
    let filter = region.map(|region| ("region".to_owned(), region.code().to_owned()));
    let filter: Vec<_> = filter.into_iter().collect();
    logs::note_export(&app, &signed, &name, &filter, &hash_of(&content)).await?;
    workbook(&name, content.len() as u64, Body::from(content))
}

/// The workbook in the part `file`. With `stores` before it, it is stored where nothing is wrong; a plain form (`plain`)
/// gets back to its page with what came of it.
async fn receive(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
    mut parts: Multipart,
) -> Result<Response, AppError> {
    signed.ready()?;
    let (page, region) = (page_of(&page)?, Region::parse(&asked.region));
    let broken = |error: axum::extract::multipart::MultipartError| AppError::Malformed(error.body_text());
    let (mut is_plain, mut stores) = (false, false);
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("plain") => is_plain = true,
            Some("stores") => stores = true,
            Some("file") => {
                let file_name = part.file_name().unwrap_or_default().to_owned();
                let mut content = BytesMut::new();
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    content.extend_from_slice(&piece);
                    if content.len() > MOST_BYTES {
                        return Err(AppError::TooLarge("文件太大，不能超过 20 MB".to_owned()));
                    }
                }
                let read = workbooks::read(
                    &app,
                    &signed,
                    page,
                    region.as_ref(),
                    (&file_name, content.freeze()),
                    stores || is_plain,
                );
                if !is_plain {
                    return Ok(Json(read.await?).into_response());
                }
                let notice = match read.await {
                    Ok(view) => match view.faults.first() {
                        None => format!("导入成功 {} 条", view.stored),
                        Some(fault) => format!(
                            "没有导入：“{}”第 {} 行{}：{}（共 {} 处错误）",
                            fault.sheet,
                            fault.row,
                            fault.column,
                            fault.reason,
                            view.faults.len()
                        ),
                    },
                    Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => error.to_string(),
                    Err(error) => return Err(error),
                };
                let rest = format!("region={}&notice={}", asked.region, encoded(&notice));
                let back = address(page.key, &asked.tab, &rest);
                return Ok(Redirect::to(own_path(&back).unwrap_or("/planning")).into_response());
            }
            _ => {}
        }
    }
    Err(AppError::Malformed("file".to_owned()))
}
