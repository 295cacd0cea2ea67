//! 导出工作报告 (manual 6.13(4)): a Word file for one person, an archive for several.

use super::exports::download;
use crate::api::reports::ReportOptions;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::reports::{self, Asked};
use crate::server::session::Signed;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/reports/{region}", get(of_people))
}

/// `person` comes once for each, `all_steps` and `photos` are `1` or left out.
async fn of_people(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    signed.ready()?;
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    let is_on = |name: &str| parameters.iter().any(|(key, value)| key == name && value == "1");
    let people = parameters.iter().filter(|(key, _)| key == "person");
    let asked = Asked {
        region: Some(region),
        people: people.map(|(_, id)| id.clone()).collect(),
        options: ReportOptions {
            all_steps: is_on("all_steps"),
            photos: is_on("photos"),
        },
    };
    let export = reports::export(&app, &signed, &asked).await?;
    let kind = if export.is_archive { "application/zip" } else { DOCX };
    let length = export.content.len() as u64;
    download(&export.name, kind, length, Body::from(export.content))
}
