//! The router: layers from the outside in, every route in one place.

use super::db::internal;
use super::http;
use super::quota;
use super::session::{self, Second};
use super::state::App;
use super::telemetry;
use crate::app::{App as Root, OnPhone, shell};
use crate::domain::account::AccountKind;
use crate::domain::parameter::MOST_RECORD_MEGABYTES;
use crate::error::AppError;
use crate::pages::phone::Viewer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use std::sync::LazyLock;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{DefaultPredicate, NotForContentType},
};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Requests take at most so long; uploads over slow lines are the longest.
const SLOWEST: Duration = Duration::from_secs(600);
/// Largest body of a server function or a plain form without files.
const BODY_BYTES: usize = 4 * 1024 * 1024;

/// The pages. They are listed once in a process: while Leptos lists them, a resource that is first asked for by a request
/// never answers (leptos-rs/leptos#4773), so a second system in the same process must not list them again.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(Root));

/// All routes over a running system.
pub fn router(app: App) -> Router {
    let context = {
        let app = app.clone();
        move || {
            provide_context(app.clone());
            page_nonce();
        }
    };
    let options = app.leptos.clone();
    // The program is compressed when it is built, much smaller than there is time for here.
    let compressed = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ))
        .and(NotForContentType::const_new("application/zip"));
    // What the parameter says is checked where files are received; this is the most that it can say.
    let largest = (app.config.record_megabytes as usize).max(MOST_RECORD_MEGABYTES as usize) * 1024 * 1024 + BODY_BYTES;
    let files = Router::new()
        .merge(http::files::routes())
        .merge(http::imports::routes())
        .merge(http::records::routes())
        .merge(http::workbooks::routes());
    let inner = Router::new()
        .merge(http::account::routes())
        .merge(http::administration::routes())
        .merge(http::complaints::routes())
        .merge(http::exports::routes())
        .merge(http::home::routes())
        .merge(http::codes::routes())
        .merge(http::ledgers::routes())
        .merge(http::governance::routes())
        .merge(http::letters::routes())
        .merge(http::phone::routes())
        .merge(http::reports::routes())
        .merge(http::results::routes())
        .leptos_routes_with_context(&app, PAGES.clone(), context.clone(), move || shell(options.clone()))
        .layer(from_fn(statuses))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .merge(files.layer(RequestBodyLimitLayer::new(largest)))
        .layer(from_fn(doors))
        .layer(from_fn_with_state(app.clone(), quota::watch))
        .layer(from_fn_with_state(app.clone(), session::load))
        .layer(from_fn_with_state(app.clone(), same_origin))
        .layer(from_fn_with_state(app.clone(), encrypted));
    Router::new()
        .merge(http::health::routes())
        .merge(inner)
        .fallback(file_and_error_handler_with_context::<App, _>(context, shell))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn_with_state(app.clone(), headers))
        .layer(CatchPanicLayer::custom(|_| internal(&"panic").into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SLOWEST))
        .layer(from_fn_with_state(app.clone(), telemetry::observe))
        .with_state(app)
}

/// Where users are to come over TLS nothing is read or sent in the clear (`security.md` G03): whoever opens a page is led to where it
/// is safe. What is sent is refused and not led on, for a password in it has been seen by then. Probes (`/health`) come from
/// inside and are let through.
async fn encrypted(State(app): State<App>, request: Request, next: Next) -> Response {
    if !session::is_in_the_clear(&app, &request) {
        return next.run(request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return AppError::Forbidden("本系统只接受加密连接，请改用 https 地址打开后重试".to_owned()).into_response();
    }
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let public = app.config.public_url.trim_end_matches('/');
    Redirect::permanent(&format!("{public}{target}")).into_response()
}

/// A change of state must come from our own pages (`security.md` A46): server functions are public URLs and check
/// nothing of the kind themselves.
async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(&app, request.headers()) {
        return next.run(request).await;
    }
    AppError::Forbidden("请求不是从本系统的页面发出的，已被拒绝".to_owned()).into_response()
}

fn is_own(app: &App, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none" && text(header::ORIGIN).is_none();
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    let public = app.config.public_url.trim_end_matches('/');
    let host = text(header::HOST).unwrap_or_default();
    !public.is_empty() && origin == public
        || origin
            .split_once("://")
            .is_some_and(|(_, own)| own == host && !host.is_empty())
}

/// Pages behind the sign-in send strangers there, first passwords to their change, and whoever has given only the password of
/// two things to the other. Natural villages have pages of
/// their own.
async fn doors(request: Request, next: Next) -> Response {
    const DESK: [&str; 21] = [
        "/home",
        "/ledgers",
        "/desk",
        "/batch",
        "/profile",
        "/progress",
        "/units",
        "/planning",
        "/project_table",
        "/work_reports",
        "/codes",
        "/search",
        "/consistency",
        "/accounts",
        "/logs",
        "/rights",
        "/announcements",
        "/dictionaries",
        "/parameters",
        "/divisions",
        "/survey_imports",
    ];
    const PASSWORD: &str = "/password";
    const SECOND_FACTOR: &str = "/second_factor";
    let path = request.uri().path();
    let lies_in = |door: &str| {
        path.strip_prefix(door)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (is_desk, is_phone) = (DESK.into_iter().any(lies_in), lies_in("/m"));
    let signed = request.extensions().get::<session::Signed>();
    let target = request
        .uri()
        .path_and_query()
        .map_or(path, |target| target.as_str())
        .to_owned();
    let Some(signed) = signed.filter(|_| is_desk || is_phone || [PASSWORD, SECOND_FACTOR].contains(&path)) else {
        return next.run(request).await;
    };
    if signed.second() == Second::Code {
        return match path == SECOND_FACTOR {
            true => next.run(request).await,
            false => Redirect::to(&format!("{SECOND_FACTOR}?next={}", http::encoded(&target))).into_response(),
        };
    }
    let Ok(account) = signed.account() else {
        return match is_phone {
            true => Redirect::to("/q").into_response(),
            false => Redirect::to(&format!("/login?next={}", http::encoded(&target))).into_response(),
        };
    };
    let (first, change) = (
        http::account::first_page(account.kind),
        http::account::password_page(account.kind),
    );
    let is_natural = account.kind == AccountKind::NaturalVillage;
    if is_natural != is_phone {
        return Redirect::to(if account.must_change { change } else { first }).into_response();
    }
    if account.must_change && path != change {
        return Redirect::to(change).into_response();
    }
    if signed.second() == Second::Bind && ![PASSWORD, SECOND_FACTOR].contains(&path) {
        return Redirect::to(SECOND_FACTOR).into_response();
    }
    next.run(request).await
}

/// Server functions answer every error with 500: put the status that belongs to the error.
async fn statuses(request: Request, next: Next) -> Response {
    let is_function = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !is_function || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 1024 * 1024).await else {
        return AppError::Internal("answer".to_owned()).into_response();
    };
    match serde_json::from_slice::<AppError>(&bytes) {
        Ok(error) => {
            parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(_) => Response::from_parts(parts, Body::from(bytes)),
    }
}

/// The nonce of this answer, made by [`headers`], for the scripts that the page is rendered with, and what sort of page it is.
fn page_nonce() {
    let parts = use_context::<axum::http::request::Parts>();
    let Some(parts) = parts else { return };
    if crate::pages::phone::is_inside(parts.uri.path()) {
        let is_big = session::read_cookie(&parts.headers, http::phone::TYPE).is_some();
        provide_context(OnPhone { is_big });
    }
    if let Some(account) = parts
        .extensions
        .get::<session::Signed>()
        .and_then(|signed| signed.account().ok())
    {
        provide_context(Viewer(account.id.clone()));
    }
    if let Some(nonce) = parts.extensions.get::<Nonce>().cloned() {
        provide_context(nonce);
    }
}

/// What a page may load: our own files, and the one script that carries the nonce of this answer.
fn page_policy(nonce: &Nonce) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// Security headers on everything (A44, A45); pages get a policy with a nonce.
async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let is_static = request.uri().path().starts_with("/pkg/");
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let page = if kind.is_some_and(|kind| kind.starts_with("text/html")) {
        page_policy(&nonce)
    } else {
        None
    };
    if let Some(policy) = page {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut put = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
    );
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(header::X_FRAME_OPTIONS, "SAMEORIGIN");
    put(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    // File names of the site carry a hash of their content; everything else may hold personal data.
    put(
        header::CACHE_CONTROL,
        if is_static {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        },
    );
    if app.config.is_secure() {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}
