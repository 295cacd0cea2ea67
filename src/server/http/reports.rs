//! 导出工作报告 (manual 6.13(4)): a Word file for one person, an archive for several; and links by which somebody opens the
//! report about himself without signing in (spec §12).

use super::exports::download;
use super::files::send;
use super::{encoded, own_path};
use crate::api::reports::ReportOptions;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::reports::{self, Asked, links};
use crate::server::session::{self, Signed, cookie_name};
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

pub(super) const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The cookie that carries the token of a new link to the page that shows it.
const FRESH: &str = "hometown-link";
/// For so many seconds.
const FRESH_FOR: i64 = 120;
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/reports/{region}", get(of_people))
        .route("/reports/{region}/share", post(share))
        .route("/reports/{region}/revoke", post(revoke))
        .route("/r/{token}/report.docx", get(shared))
        .route("/r/{token}/photos/{id}", get(photo))
}

/// `person` comes once for each, `all_steps` and `photos` are `1` or left out.
fn asked(region: &str, parameters: &[(String, String)]) -> Result<Asked, AppError> {
    let is_on = |name: &str| parameters.iter().any(|(key, value)| key == name && value == "1");
    let people = parameters.iter().filter(|(key, _)| key == "person");
    Ok(Asked {
        region: Some(Region::parse(region).ok_or(AppError::NotFound)?),
        people: people.map(|(_, id)| id.clone()).collect(),
        options: ReportOptions {
            all_steps: is_on("all_steps"),
            photos: is_on("photos"),
        },
    })
}

async fn of_people(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    signed.ready()?;
    let export = reports::export(&app, &signed, &asked(&region, &parameters)?).await?;
    let kind = if export.is_archive { "application/zip" } else { DOCX };
    let length = export.content.len() as u64;
    download(&export.name, kind, length, Body::from(export.content))
}

/// A link for the person who is ticked. The page shows its address once: the store has no more than its hash.
async fn share(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Form(parameters): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    signed.ready()?;
    let asked = asked(&region, &parameters)?;
    let page = |more: &str| {
        Redirect::to(&format!(
            "/work_reports/outcomes?region={}{more}#links",
            encoded(&region)
        ))
    };
    match links::make(&app, &signed, &asked).await {
        Ok(token) => {
            let mut response = page("").into_response();
            let cookie = session::cookie(&app, FRESH, &token, Some(FRESH_FOR));
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(AppError::Conflict(why)) => Ok(page(&format!("&problem={}", encoded(&why))).into_response()),
        Err(error) => Err(error),
    }
}

/// The token of the link that was just made, for the page that shows it.
pub fn fresh_token(app: &App) -> String {
    let parts = use_context::<Parts>();
    let token = parts.and_then(|parts| session::read_cookie(&parts.headers, &cookie_name(app, FRESH)));
    token.unwrap_or_default()
}

async fn revoke(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(region): Path<String>,
    Form(parameters): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let place = Region::parse(&region).ok_or(AppError::NotFound)?;
    let link = parameters.iter().find(|(name, _)| name == "link");
    let link = link.map_or("", |(_, id)| id.as_str());
    links::revoke(&app, &signed, &place, link).await?;
    let page = format!("/work_reports/outcomes?region={place}#links");
    Ok(Redirect::to(own_path(&page).unwrap_or("/")).into_response())
}

/// What stands behind a link is for its holder: no search engine, no copy on the way, no address told to other sites.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The same for the page, which is drawn by Leptos; and the status of what cannot be shown.
pub fn answers<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.insert_header(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
        options.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        options.insert_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Err(error) = &result
            && let Ok(status) = StatusCode::from_u16(error.status())
        {
            options.set_status(status);
        }
    }
    result
}

async fn shared(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let export = links::export(&app, &signed, &token).await?;
    let length = export.content.len() as u64;
    download(&export.name, DOCX, length, Body::from(export.content)).map(private)
}

async fn photo(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path((token, id)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let stored = links::photo(&app, &signed, &token, &id).await?;
    send(&app, &stored, "inline").await.map(private)
}
