//! 催办 and 采用 by plain forms, for browsers without JavaScript.

use super::{encoded, own_path};
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::{consistency, reminders};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form as Fields, Router};
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/reminders/{step}", post(urge))
        .route("/consistency/{region}", post(take_over))
}

#[derive(Deserialize)]
struct Urged {
    region: String,
    #[serde(default)]
    back: String,
}

async fn urge(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(step): Path<String>,
    Fields(fields): Fields<Urged>,
) -> Result<Response, AppError> {
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    let region = Region::parse(&fields.region).ok_or(AppError::NotFound)?;
    let back = own_path(&fields.back).unwrap_or("/home");
    let notice = match reminders::urge(&app, &signed, step, &region).await {
        Ok(_) => "urged".to_owned(),
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => error.to_string(),
        Err(error) => return Err(error),
    };
    Ok(told(back, &notice))
}

#[derive(Deserialize)]
struct Adopted {
    form: String,
    place: String,
}

async fn take_over(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Fields(fields): Fields<Adopted>,
) -> Result<Response, AppError> {
    let region = Region::parse(&region).ok_or(AppError::NotFound)?;
    let back = format!("/consistency/{region}");
    let notice = match consistency::take_over(&app, &signed, &region, &fields.form, &fields.place).await {
        Ok(()) => "adopted".to_owned(),
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_) | AppError::Invalid(_))) => error.to_string(),
        Err(error) => return Err(error),
    };
    Ok(told(&back, &notice))
}

/// Back to a page that says what happened.
fn told(back: &str, notice: &str) -> Response {
    let joint = if back.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{back}{joint}notice={}", encoded(notice))).into_response()
}
