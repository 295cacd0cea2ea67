use crate::server::{state::App, session::Signed}; use crate::{error::AppError, domain::{attachment::Attachment, form::Form}};
pub fn routes() -> axum::Router<App> { axum::Router::new() }
pub async fn receive(_: &App, _: &Signed, _: &'static Form, _: &str, _: &str, _: axum::extract::multipart::Field<'_>) -> Result<Attachment, AppError> { Err(AppError::NotFound) }
