//! 下载全部成果: the results of a village under the names that they have to have, in one archive (manual 6.7(7)).

use super::exports::download;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::db::attachments::Stored;
use crate::server::db::{self, audits::Line, internal};
use crate::server::results;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::word::unused;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek, Write};
use tokio_util::io::ReaderStream;
use zip::write::{SimpleFileOptions, ZipWriter};

/// The route.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/results/{region}", get(archive))
        .route("/lists/{page}", get(lists))
}

/// 三清单生成, from the toolbar of 现状分析.
async fn lists(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let region = parameters.iter().find(|(name, _)| name == "region");
    let region = region.and_then(|(_, code)| Region::parse(code));
    let (name, content) = crate::server::lists::archive(&app, &signed, region.as_ref()).await?;
    download(&name, "application/zip", content.len() as u64, Body::from(content))
}

async fn archive(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
) -> Result<Response, AppError> {
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    let files = results::archive(&app, &signed, &region).await?;
    if files.is_empty() {
        return Err(AppError::NotFound);
    }
    let _turn = app.imports.turn().await?;
    let mut archive = ZipWriter::new(tempfile::tempfile().map_err(|error| internal(&error))?);
    let mut names = BTreeSet::new();
    let count = files.len();
    for (name, stored) in files {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name.as_str(), ""));
        let name = unused(&mut names, stem, extension);
        archive = add(&app, archive, name, stored).await?;
    }
    let file = tokio::task::spawn_blocking(move || {
        let mut file = archive.finish().map_err(|error| internal(&error))?;
        file.rewind().map_err(|error| internal(&error))?;
        Ok::<File, AppError>(file)
    });
    let file = file.await.map_err(|error| internal(&error))??;
    note(&app, &signed, &region, count).await?;
    let length = file.metadata().map_err(|error| internal(&error))?.len();
    let name = format!("{}规划成果.zip", app.divisions.short(&region));
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    download(&name, "application/zip", length, body)
}

/// Pictures and documents are compressed already: they are stored as they are, one at a time.
async fn add(app: &App, archive: ZipWriter<File>, name: String, stored: Stored) -> Result<ZipWriter<File>, AppError> {
    let most = usize::try_from(stored.attachment.size).unwrap_or(0);
    let content = app.storage.bytes(&stored.sha256, most).await?;
    let written = tokio::task::spawn_blocking(move || {
        let mut archive = archive;
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, options).map_err(|error| internal(&error))?;
        archive.write_all(&content).map_err(|error| internal(&error))?;
        Ok(archive)
    });
    written.await.map_err(|error| internal(&error))?
}

async fn note(app: &App, signed: &Signed, region: &Region, count: usize) -> Result<(), AppError> {
    let account = signed.ready()?;
    let (now, opinion) = (app.clock.now(), format!("规划成果 {count} 个文件"));
    let mut tx = app.store.begin().await?;
    let line = Line {
        account: Some(account),
        act: crate::domain::audit::Act::Export,
        region: Some(region),
        record: None,
        step: None,
        opinion: &opinion,
        changes: &[],
        address: &signed.address,
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}
