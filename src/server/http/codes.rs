//! Pictures of QR codes: to look at, to download, all of a township in one archive (manual 8.1, spec S8.1).

use super::exports::download;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::server::db::internal;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::word::unused;
use crate::server::{qr, registration};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Pixels of a module in a picture that is printed.
const SCALE: u32 = 16;
/// Villages of one archive at the most.
const MOST: i64 = 500;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/codes/{region}/code.svg", get(drawing))
        .route("/codes/{region}/code.png", get(picture))
        .route("/codes/{region}/all.zip", get(archive))
        .route("/codes/{region}/open", post(open))
        .route("/codes/{region}/renew", post(renew))
}

async fn drawing(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
) -> Result<Response, AppError> {
    let (_, address) = find(&app, &signed, &region).await?;
    let mut response = qr::drawing(&address)?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(response)
}

async fn picture(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
) -> Result<Response, AppError> {
    let (region, address) = find(&app, &signed, &region).await?;
    let content = tokio::task::spawn_blocking(move || qr::picture(&address, SCALE));
    let content = content.await.map_err(|error| internal(&error))??;
    let name = format!("{}二维码.png", app.divisions.short(&region));
    download(&name, "image/png", content.len() as u64, Body::from(content))
}

async fn find(app: &App, signed: &Signed, region: &str) -> Result<(Region, String), AppError> {
    let region = Region::parse(region).ok_or(AppError::NotFound)?;
    let code = registration::code_of(app, signed, &region).await?;
    Ok((region, registration::address(app, &code.token)))
}

/// 批量下载: one picture for each village of a township or a county.
async fn archive(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
) -> Result<Response, AppError> {
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    if !matches!(region.level(), Level::Township | Level::Village) {
        return Err(AppError::NotFound);
    }
    let query = ListQuery {
        region: Some(region.clone()),
        page: 1,
        size: MOST,
        ..ListQuery::default()
    };
    let codes = registration::codes(&app, &signed, &query).await?;
    let lines: Vec<(String, String)> = codes
        .lines
        .into_iter()
        .filter(|line| region.contains(&line.region))
        .map(|line| (app.divisions.short(&line.region), line.address))
        .collect();
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let content = tokio::task::spawn_blocking(move || packed(lines));
    let content = content.await.map_err(|error| internal(&error))??;
    let name = format!("{}二维码.zip", app.divisions.short(&region));
    download(&name, "application/zip", content.len() as u64, Body::from(content))
}

fn packed(lines: Vec<(String, String)>) -> Result<Vec<u8>, AppError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut names = BTreeSet::new();
    for (village, address) in lines {
        let name = unused(&mut names, &village, "png");
        archive.start_file(name, options).map_err(|error| internal(&error))?;
        let content = qr::picture(&address, SCALE)?;
        archive.write_all(&content).map_err(|error| internal(&error))?;
    }
    let done = archive.finish().map_err(|error| internal(&error))?;
    Ok(done.into_inner())
}

#[derive(Deserialize)]
struct Open {
    #[serde(default)]
    open: String,
    #[serde(default)]
    back: String,
}

/// 开放注册 by a plain form.
async fn open(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Form(form): Form<Open>,
) -> Result<Response, AppError> {
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    registration::set_open(&app, &signed, &region, form.open == "1").await?;
    Ok(back(&form.back))
}

/// 更换二维码 by a plain form.
async fn renew(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Form(form): Form<Open>,
) -> Result<Response, AppError> {
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    registration::renew(&app, &signed, &region).await?;
    Ok(back(&form.back))
}

fn back(asked: &str) -> Response {
    Redirect::to(super::own_path(asked).unwrap_or("/codes")).into_response()
}
