//! 账号管理 and 日志 by plain forms and downloads.

use super::exports::workbook;
use super::{encoded, list_query};
use crate::error::AppError;
use crate::server::clock::shown;
use crate::server::db::internal;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::{accounts, logs};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/accounts/export.xlsx", get(export_accounts))
        .route("/accounts/new", post(create))
        .route("/accounts/missing", post(make))
        .route("/accounts/first_passwords/{key}", get(first_passwords))
        .route("/accounts/{id}/reset", post(reset))
        .route("/accounts/{id}/second_factor/reset", post(reset_second_factor))
        .route("/accounts/{id}/disable", post(disable))
        .route("/accounts/{id}/enable", post(enable))
        .route("/accounts/{id}/unlock", post(unlock))
        .route("/accounts/{id}/reveal", post(reveal))
        .route("/accounts/{id}/sessions/end", post(end_session))
        .route("/logs/{tab}/export.xlsx", get(export_log))
}

/// Back to the account: with what was done, or why it was not.
fn to_account(id: &str, result: Result<String, AppError>) -> Result<Response, AppError> {
    let rest = match result {
        Ok(rest) => rest,
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => {
            format!("problem={}", encoded(&error.to_string()))
        }
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&format!("/accounts/{}?{rest}", encoded(id))).into_response())
}

async fn reset(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let told = accounts::reset(&app, &signed, &id).await;
    to_account(&id, told.map(|told| format!("told={told}")))
}

async fn reset_second_factor(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let done = accounts::reset_second_factor(&app, &signed, &id).await;
    to_account(&id, done.map(|()| "notice=second_factor".to_owned()))
}

async fn disable(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let done = accounts::set_enabled(&app, &signed, &id, false).await;
    to_account(&id, done.map(|()| "notice=disabled".to_owned()))
}

async fn enable(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let done = accounts::set_enabled(&app, &signed, &id, true).await;
    to_account(&id, done.map(|()| "notice=enabled".to_owned()))
}

async fn unlock(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let done = accounts::unlock(&app, &signed, &id).await;
    to_account(&id, done.map(|()| "notice=unlocked".to_owned()))
}

#[derive(Deserialize)]
struct Reveal {
    #[serde(default)]
    reason: String,
}

async fn reveal(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
    Form(form): Form<Reveal>,
) -> Result<Response, AppError> {
    let told = accounts::reveal(&app, &signed, &id, &form.reason).await;
    to_account(&id, told.map(|told| format!("told={told}")))
}

#[derive(Deserialize)]
struct Session {
    #[serde(default)]
    session: String,
}

async fn end_session(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<String>,
    Form(form): Form<Session>,
) -> Result<Response, AppError> {
    let one = Some(form.session.as_str()).filter(|session| !session.is_empty());
    let done = accounts::end_session(&app, &signed, &id, one).await;
    to_account(&id, done.map(|()| "notice=ended".to_owned()))
}

#[derive(Deserialize)]
struct NewAccount {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    login_key: String,
    #[serde(default)]
    name: String,
}

async fn create(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<NewAccount>,
) -> Result<Response, AppError> {
    let typed = accounts::Typed {
        kind: &form.kind,
        region: &form.region,
        login_key: &form.login_key,
        name: &form.name,
    };
    match accounts::create(&app, &signed, &typed).await {
        Ok((id, told)) => Ok(Redirect::to(&format!("/accounts/{id}?told={told}")).into_response()),
        Err(AppError::Invalid(problems)) => {
            let (place, problem) = problems
                .first()
                .map_or(("", ""), |problem| (problem.place.as_str(), problem.message.as_str()));
            let address = format!(
                "/accounts/new?region={}&kind={}&login_key={}&name={}&place={place}&problem={}",
                encoded(&form.region),
                encoded(&form.kind),
                encoded(form.login_key.trim()),
                encoded(form.name.trim()),
                encoded(problem)
            );
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct Make {
    #[serde(default)]
    region: String,
    #[serde(default)]
    renew: String,
}

async fn make(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<Make>,
) -> Result<Response, AppError> {
    let back = format!("/accounts/missing?region={}", encoded(&form.region));
    match accounts::make(&app, &signed, &form.region, form.renew == "1").await {
        Ok((key, count)) => Ok(Redirect::to(&format!("{back}&made={key}&count={count}")).into_response()),
        Err(error @ (AppError::Conflict(_) | AppError::Invalid(_))) => {
            let problem = encoded(&error.to_string());
            Ok(Redirect::to(&format!("{back}&problem={problem}")).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn first_passwords(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(key): Path<String>,
) -> Result<Response, AppError> {
    match accounts::fetch(&app, &signed, &key).await {
        Ok((name, content)) => workbook(&name, content.len() as u64, Body::from(content)),
        Err(AppError::Conflict(problem)) => {
            Ok(Redirect::to(&format!("/accounts/missing?problem={}", encoded(&problem))).into_response())
        }
        Err(error) => Err(error),
    }
}

fn download(app: &App, title: &str, file: std::fs::File) -> Result<Response, AppError> {
    let stamp: String = shown(&app.clock.now()).chars().filter(char::is_ascii_digit).collect();
    let length = file.metadata().map_err(|error| internal(&error))?.len();
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    workbook(&format!("{title}_{stamp}.xlsx"), length, body)
}

async fn export_accounts(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let file = accounts::export(&app, &signed, &list_query(&parameters)).await?;
    download(&app, "账号", file)
}

async fn export_log(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(tab): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let (log, file) = logs::export(&app, &signed, &tab, &list_query(&parameters)).await?;
    download(&app, log.title(), file)
}
