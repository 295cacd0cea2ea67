//! What phones post: registration, sign-in, 修改信息. Plain forms that work without JavaScript (spec M8.1–M8.3).

use super::account::{SignIn, begin, enter, line};
use super::{account, encoded};
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::phone::is_mobile;
use crate::error::AppError;
use crate::forms::basics::natural_villages::FORM;
use crate::server::db;
use crate::server::password;
use crate::server::registration::{self, Enrollment};
use crate::server::session::{self, Signed};
use crate::server::state::App;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form, Router};
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/q/{token}/register", post(register))
        .route("/q/{token}/login", post(sign_in))
        .route("/m/profile", post(change_profile))
        .route("/m/type", post(change_type))
}

#[derive(Deserialize)]
struct Register {
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    id_number: String,
}

async fn register(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(token): Path<String>,
    Form(form): Form<Register>,
) -> Result<Response, AppError> {
    let typed = Enrollment {
        token: &token,
        name: &form.name,
        phone: &form.phone,
        id_number: &form.id_number,
    };
    let place = encoded(&token);
    let target = match registration::enroll(&app, &signed, &typed).await {
        Ok(key) => format!("/q/{place}?act=login&account={}&notice=registered", encoded(&key)),
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_) | AppError::TooMany(_))) => {
            // What was typed comes back; an ID number is not put into an address.
            let kept = format!(
                "name={}&phone={}",
                encoded(form.name.trim()),
                encoded(form.phone.trim())
            );
            format!("/q/{place}?act=register&{kept}{}", wrong(&error))
        }
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&target).into_response())
}

/// What is wrong, each at its place.
fn wrong(error: &AppError) -> String {
    match error {
        AppError::Invalid(problems) => problems
            .iter()
            .map(|problem| format!("&problem.{}={}", problem.place, encoded(&problem.message)))
            .collect(),
        other => format!("&problem={}", encoded(&other.to_string())),
    }
}

async fn sign_in(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, AppError> {
    let key = form.account.trim();
    match enter(&app, &signed, &headers, key, form.password).await? {
        Ok(entered) => Ok(entered.go_in(None)),
        Err(refusal) => {
            let back = format!(
                "/q/{}?act=login&account={}&refused={}",
                encoded(&token),
                encoded(key),
                refusal.word()
            );
            Ok(refusal.to(&back))
        }
    }
}

/// The cookie of a phone whose type is big.
pub const TYPE: &str = "hometown-type";

#[derive(Deserialize)]
struct Type {
    #[serde(default)]
    big: String,
}

/// 大字 (spec F-04): remembered by the phone, whoever uses it.
async fn change_type(Form(form): Form<Type>) -> Response {
    let age = if form.big == "1" { session::YEAR } else { 0 };
    let cookie = format!("{TYPE}=big; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}");
    let mut response = Redirect::to("/m").into_response();
    if let Ok(cookie) = axum::http::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    phone: String,
}

/// 修改信息 (manual 8.3): a new password, which the first sign-in demands; 联系人 and 手机号码.
async fn change_profile(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(form): Form<Profile>,
) -> Result<Response, AppError> {
    let account = signed.account()?;
    if account.kind != crate::domain::account::AccountKind::NaturalVillage {
        return Err(AppError::NotFound);
    }
    let (contact, phone) = (form.contact.trim(), form.phone.trim());
    let mut problems = Vec::new();
    let changes = !form.new.is_empty() || account.must_change;
    let fault = match changes {
        true => fault(&app, account, &form.new).await?,
        false => None,
    };
    if let Some(fault) = fault {
        problems.push(("new", fault));
    } else if form.new != form.again {
        problems.push(("again", "两次输入的新密码不一致"));
    }
    let letters = contact.chars().count();
    if letters == 1 || letters > 20 || contact.chars().any(|letter| letter.is_ascii_digit()) {
        problems.push(("contact", "请输入联系人姓名（2–20 个字）"));
    }
    if !phone.is_empty() && !is_mobile(phone) {
        problems.push(("phone", "请输入正确的 11 位手机号码"));
    }
    if !problems.is_empty() {
        let wrong: String = problems
            .into_iter()
            .map(|(place, problem)| format!("&problem.{place}={}", encoded(problem)))
            .collect();
        let kept = format!("contact={}&phone={}", encoded(contact), encoded(phone));
        return Ok(Redirect::to(&format!("/m/profile?{kept}{wrong}")).into_response());
    }
    let hash = match changes {
        true => Some(app.hasher.hash(form.new.clone()).await?),
        false => None,
    };
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if let Some(record) = db::accounts::contract_of(&mut tx, &account.id).await? {
        let values: Vec<_> = [("contact", contact), ("contact_phone", phone)]
            .into_iter()
            .filter_map(|(key, text)| {
                let value = (!text.is_empty()).then(|| crate::domain::value::Value::Text(text.to_owned()));
                Some((FORM.field(key)?, value))
            })
            .collect();
        db::records::fill(&mut tx, &FORM, std::slice::from_ref(&record), &values).await?;
    }
    db::audits::write(
        &mut tx,
        &line(Some(account), Act::ChangePerson, "", &signed.address, &now),
    )
    .await?;
    if let Some(hash) = &hash {
        password::remember(&app, &mut tx, &account.id).await?;
        db::accounts::set_password(&mut tx, &account.id, hash, false, None, &now).await?;
        // Every other phone has to sign in anew.
        db::sessions::end_all(&mut tx, &account.id).await?;
        db::audits::write(
            &mut tx,
            &line(Some(account), Act::ChangePassword, "", &signed.address, &now),
        )
        .await?;
    }
    tx.commit().await?;
    if hash.is_none() {
        return Ok(Redirect::to("/m?notice=profile").into_response());
    }
    let agent = headers
        .get(axum::http::header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let entered = account::Entered::new(
        account.clone(),
        begin(&app, &signed, account, agent, None, false).await?,
    );
    Ok(entered.to("/m?notice=profile"))
}

/// What is wrong with a new password, if anything: by itself, or because the account has it or had it.
async fn fault(app: &App, account: &Account, new: &str) -> Result<Option<&'static str>, AppError> {
    if let Some(fault) = password::fault(new, account, app.config.password_policy) {
        return Ok(Some(fault));
    }
    let stored = db::accounts::by_id(&mut *app.store.reader().await?, &account.id).await?;
    let present = stored.map(|stored| stored.password_hash);
    if app.hasher.verify(new.to_owned(), present).await? {
        return Ok(Some("新密码不能与原密码相同"));
    }
    password::repeated(app, account, new).await
}
