//! Leaving 投诉建议 by a plain form.

use crate::error::AppError;
use crate::server::complaints::{self, Typed};
use crate::server::session::Signed;
use crate::server::state::App;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form, Router};

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/complaints", post(leave))
}

async fn leave(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let page = super::encoded(&typed.page);
    match complaints::leave(&app, &signed, typed).await {
        Ok(()) => Ok(Redirect::to("/complaints?notice=sent").into_response()),
        Err((kept, AppError::Invalid(_) | AppError::TooMany(_) | AppError::Conflict(_))) => {
            Ok(Redirect::to(&format!("/complaints?kept={kept}&page={page}")).into_response())
        }
        Err((_, error)) => Err(error),
    }
}
