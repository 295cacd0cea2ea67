//! Signing in and out, and changing the password: plain forms that work without JavaScript.

use super::{encoded, own_path};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::phone::is_mobile;
use crate::domain::region::Level;
use crate::error::AppError;
use crate::server::accounts;
use crate::server::db::{self, audits::Line};
use crate::server::metrics::SignInOutcome;
use crate::server::password::{self, PUBLISHED};
use crate::server::second_factor;
use crate::server::session::{self, DEVICE, SESSION, Signed};
use crate::server::state::App;
use crate::server::throttle;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form, Router};
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/login", post(sign_in))
        .route("/logout", post(sign_out))
        .route("/password", post(change_password))
        .route("/second_factor", post(enter_code))
        .route("/second_factor/bind", post(bind))
        .route("/second_factor/unbind", post(unbind))
        .route("/profile", post(change_person))
        .route("/profile/users", post(add_user))
        .route("/profile/users/remove", post(remove_user))
        .route("/profile/users/choose", post(choose_user))
        .route("/profile/sessions/end", post(end_session))
}

/// What both entrances post.
#[derive(Deserialize)]
pub struct SignIn {
    /// Login key.
    #[serde(default)]
    pub account: String,
    /// Password.
    #[serde(default)]
    pub password: String,
    /// Where to go then.
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, AppError> {
    let key = form.account.trim();
    let back = |problem: &str| {
        let next = if form.next.is_empty() {
            String::new()
        } else {
            format!("&next={}", encoded(&form.next))
        };
        format!("/login?account={}&problem={problem}{next}", encoded(key))
    };
    match enter(&app, &signed, &headers, key, form.password).await? {
        Ok(entered) if entered.awaits_code => Ok(entered.to(&code_page(&form.next, None))),
        Ok(entered) => go_on(&app, entered, &form.next).await,
        Err(refusal) => Ok(refusal.to(&back(refusal.word()))),
    }
}

/// Where somebody goes who is in.
async fn go_on(app: &App, entered: Entered, next: &str) -> Result<Response, AppError> {
    let id = &entered.account.id;
    let shared = db::account_lists::users(&mut *app.store.reader().await?, id).await?;
    // Several people share the account: the log asks who it is.
    let target = (!shared.is_empty()).then(|| {
        let next = own_path(next).unwrap_or(first_page(entered.account.kind));
        format!("/profile?who=1&next={}", encoded(next))
    });
    Ok(entered.go_in(target.as_deref().or(own_path(next))))
}

/// The page that asks for the code of 两步验证.
fn code_page(next: &str, problem: Option<&str>) -> String {
    let next = own_path(next).map_or(String::new(), |next| format!("next={}", encoded(next)));
    let problem = problem.map_or(String::new(), |problem| format!("&problem={}", encoded(problem)));
    format!("/second_factor?{next}{problem}")
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

async fn enter_code(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> Result<Response, AppError> {
    match second_factor::enter(&app, &signed, agent_of(&headers), &form.code).await? {
        Ok(entered) => go_on(&app, entered, &form.next).await,
        Err(problem) => Ok(back_to_code(Err(problem), "", &form.next)),
    }
}

async fn bind(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<Code>,
) -> Result<Response, AppError> {
    let done = second_factor::bind(&app, &signed, &form.code).await?;
    Ok(back_to_code(done, "bound", &form.next))
}

async fn unbind(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<Code>,
) -> Result<Response, AppError> {
    let done = second_factor::unbind(&app, &signed, &form.code).await?;
    Ok(back_to_code(done, "unbound", &form.next))
}

/// Back to the page of 两步验证: with what was done, or why it was not.
fn back_to_code(done: Result<(), &str>, notice: &str, next: &str) -> Response {
    let target = match done {
        Ok(()) => format!("/second_factor?notice={notice}"),
        Err(problem) => code_page(next, Some(problem)),
    };
    Redirect::to(&target).into_response()
}

fn agent_of(headers: &HeaderMap) -> &str {
    let agent = headers.get(header::USER_AGENT);
    agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// Where an account of this kind begins.
pub fn first_page(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::NaturalVillage => "/m",
        _ => "/home",
    }
}

/// Where it changes its password.
pub fn password_page(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::NaturalVillage => "/m/profile",
        _ => "/password",
    }
}

/// Somebody who has signed in.
pub struct Entered {
    /// Who.
    pub account: Account,
    /// Whether the code of 两步验证 is still missing.
    awaits_code: bool,
    cookies: Vec<HeaderValue>,
}

impl Entered {
    /// With the cookies of a session that has begun.
    pub const fn new(account: Account, cookies: Vec<HeaderValue>) -> Self {
        Self {
            account,
            awaits_code: false,
            cookies,
        }
    }

    /// Sends the browser to where it wanted to go or the account begins; first passwords are changed before anything else.
    pub fn go_in(self, next: Option<&str>) -> Response {
        let kind = self.account.kind;
        let target = match self.account.must_change {
            true => password_page(kind),
            false => next.unwrap_or(first_page(kind)),
        };
        self.to(target)
    }

    /// Sends the browser on, with its session.
    pub fn to(self, target: &str) -> Response {
        let mut response = Redirect::to(target).into_response();
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Why somebody was not let in.
pub enum Refusal {
    /// No account is named.
    Nobody,
    /// Too many tries; so many seconds.
    Wait(u64),
    /// Wrong password, or no such account: the two look the same.
    Wrong,
    /// The published first password has been used from another phone.
    Used,
    /// An administrator, from a network that is none of theirs.
    Elsewhere,
}

impl Refusal {
    /// The word in the address.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Nobody => "account",
            Self::Wait(_) => "wait",
            Self::Wrong => "wrong",
            Self::Used => "used",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Sends the browser back.
    pub fn to(&self, location: &str) -> Response {
        match self {
            Self::Wait(seconds) => {
                let mut response = refused(location, StatusCode::TOO_MANY_REQUESTS);
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
                response
            }
            _ => refused(location, StatusCode::SEE_OTHER),
        }
    }
}

/// Lines within an hour about one account whose published first password was tried from another phone.
const MOST_USED: usize = 5;

/// Lets somebody in, or says why not.
pub async fn enter(
    app: &App,
    signed: &Signed,
    headers: &HeaderMap,
    key: &str,
    password: String,
) -> Result<Result<Entered, Refusal>, AppError> {
    if key.is_empty() {
        return Ok(Err(Refusal::Nobody));
    }
    let device = session::read_cookie(headers, &session::cookie_name(app, DEVICE)).map(|token| session::hash(&token));
    let (stored, known, wait) = {
        let mut reader = app.store.reader().await?;
        let stored = db::accounts::by_key(&mut reader, key).await?;
        let stored = stored.filter(|stored| stored.enabled);
        let known = match (&stored, &device) {
            (Some(stored), Some(device)) => db::sessions::knows_device(&mut reader, &stored.account.id, device).await?,
            _ => false,
        };
        let wait = throttle::wait(app, &mut reader, key, &signed.address, known).await?;
        (stored, known, wait)
    };
    if let Some(seconds) = wait {
        app.metrics.sign_in(SignInOutcome::Throttled);
        // Once is enough for the log: whoever goes on trying must not fill it.
        if throttle::take(app, &format!("rests {key}"), 1).await.is_ok() {
            let known = stored.as_ref().map(|stored| &stored.account);
            let said = if known.is_some() {
                "尝试次数过多，暂停登录".to_owned()
            } else {
                named(key)
            };
            note_failure(app, known, &said, &signed.address).await?;
        }
        return Ok(Err(Refusal::Wait(seconds)));
    }
    let expired = stored.as_ref().is_some_and(|stored| {
        stored
            .password_until
            .as_ref()
            .is_some_and(|until| stored.account.must_change && *until <= app.clock.now())
    });
    let is_published = password == PUBLISHED;
    let fits = app
        .hasher
        .verify(password, stored.as_ref().map(|stored| stored.password_hash.clone()))
        .await?;
    let Some(stored) = stored.clone().filter(|_| fits && !expired) else {
        app.metrics.sign_in(SignInOutcome::Refused);
        let mut tx = app.store.begin().await?;
        throttle::failed(app, &mut tx, key, &signed.address, known).await?;
        tx.commit().await?;
        let known = stored.as_ref().map(|stored| &stored.account);
        let said = match known {
            Some(_) if fits => "初始密码已过期".to_owned(),
            Some(_) => "密码不正确".to_owned(),
            None => named(key),
        };
        note_failure(app, known, &said, &signed.address).await?;
        return Ok(Err(Refusal::Wrong));
    };
    // Everybody can read the first password of the manual: it lets in one phone, which then has to change it.
    if is_published
        && stored.account.must_change
        && !known
        && db::sessions::has_devices(&mut *app.store.reader().await?, &stored.account.id).await?
    {
        app.metrics.sign_in(SignInOutcome::Refused);
        // Whoever comes a second time knows a password that everybody knows: a few lines say so, and no more.
        if throttle::take(app, &format!("used {key}"), MOST_USED).await.is_ok() {
            let said = "初始密码已在其他设备使用";
            note_failure(app, Some(&stored.account), said, &signed.address).await?;
        }
        return Ok(Err(Refusal::Used));
    }
    if stored.account.kind.is_administrator() && !app.config.lets_administrate(&signed.address) {
        app.metrics.sign_in(SignInOutcome::Refused);
        note_failure(app, Some(&stored.account), "不在管理网络内", &signed.address).await?;
        return Ok(Err(Refusal::Elsewhere));
    }
    let awaits_code = stored.second_factor.is_some();
    if !awaits_code {
        app.metrics.sign_in(SignInOutcome::Done);
    }
    let known = device.filter(|_| known);
    let cookies = begin(app, signed, &stored.account, agent_of(headers), known, awaits_code).await?;
    Ok(Ok(Entered {
        account: password::judged(app, stored).account,
        awaits_code,
        cookies,
    }))
}

/// A name that somebody gave and nobody has, as the log takes it.
fn named(key: &str) -> String {
    key.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

/// Writes down that a sign-in was refused; the answer never tells what the log does.
async fn note_failure(app: &App, account: Option<&Account>, said: &str, address: &str) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    db::audits::write(&mut tx, &line(account, Act::SignInFailed, said, address, &now)).await?;
    Ok(tx.commit().await?)
}

/// A refusal that a browser follows back to the form; the status says what it was.
fn refused(location: &str, status: StatusCode) -> Response {
    let mut response = Redirect::to(location).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        // Browsers follow a redirect only with a 3xx status: a page that refreshes itself does the same with 429.
        let text = format!(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url={}\">",
            location.replace('&', "&amp;").replace('"', "%22")
        );
        response = (status, axum::response::Html(text)).into_response();
    }
    response
}

/// Begins a session under a new token and remembers the device (A12: no token from before is ever kept). One that waits for the
/// code of 两步验证 is nobody's yet: nothing is remembered or written down before that.
pub async fn begin(
    app: &App,
    signed: &Signed,
    account: &Account,
    agent: &str,
    known_device: Option<String>,
    awaits_code: bool,
) -> Result<Vec<HeaderValue>, AppError> {
    let (token, now) = (session::new_token(), app.clock.now());
    let device = (known_device.is_none() && !awaits_code).then(session::new_token);
    let agent: String = agent.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let mut tx = app.store.begin().await?;
    if !signed.token_hash.is_empty() {
        db::sessions::end(&mut tx, &signed.token_hash).await?;
    }
    // One more comes: with a clock that stands still it must not be the one that goes.
    let before = app.config.sessions_per_account - 1;
    db::sessions::keep_newest(&mut tx, &account.id, before).await?;
    let new = db::sessions::NewSession {
        token_hash: &session::hash(&token),
        account: &account.id,
        now: &now,
        expires_at: &app.clock.after(session::lasts(app, account.kind)),
        address: &signed.address,
        agent: &agent,
        awaits_code,
    };
    db::sessions::begin(&mut tx, &new).await?;
    if let Some(device) = &device {
        db::sessions::remember_device(&mut tx, &account.id, &session::hash(device), &now).await?;
    }
    throttle::succeeded(&mut tx, &account.login_key).await?;
    if !awaits_code {
        db::audits::write(&mut tx, &line(Some(account), Act::SignIn, "", &signed.address, &now)).await?;
    }
    tx.commit().await?;
    let mut cookies = vec![session::cookie(app, SESSION, &token, session::keeps(app, account.kind))];
    cookies.extend(device.map(|device| session::cookie(app, DEVICE, &device, Some(session::YEAR))));
    Ok(cookies)
}

/// A line of the log about an account itself.
pub fn line<'a>(account: Option<&'a Account>, act: Act, opinion: &'a str, address: &'a str, now: &'a str) -> Line<'a> {
    let region = account.map(|account| &account.region);
    Line {
        account,
        act,
        region,
        record: None,
        step: None,
        opinion,
        changes: &[],
        address,
        now,
    }
}

async fn sign_out(State(app): State<App>, Extension(signed): Extension<Signed>) -> Result<Response, AppError> {
    let mut entrance = "/login".to_owned();
    if let Ok(account) = signed.begun() {
        if account.kind == AccountKind::NaturalVillage {
            entrance = phone_entrance(&app, account).await?.unwrap_or(entrance);
        }
        let now = app.clock.now();
        let mut tx = app.store.begin().await?;
        db::sessions::end(&mut tx, &signed.token_hash).await?;
        db::audits::write(&mut tx, &line(Some(account), Act::SignOut, "", &signed.address, &now)).await?;
        tx.commit().await?;
    }
    let mut response = Redirect::to(&entrance).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, session::cookie(&app, SESSION, "", Some(0)));
    // What the browser still holds of the session's pages goes too (`security.md` G20).
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}

/// Where a natural village signs in: the address behind the QR code of its village.
pub async fn phone_entrance(app: &App, account: &Account) -> Result<Option<String>, AppError> {
    let Some(village) = account.region.at(Level::Village) else {
        return Ok(None);
    };
    let villages = [village.code().to_owned()];
    let codes = db::registration_codes::of_villages(&mut *app.store.reader().await?, &villages).await?;
    Ok(codes.into_values().next().map(|code| format!("/q/{}", code.token)))
}

#[derive(Deserialize)]
struct ChangePassword {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    person_name: String,
    #[serde(default)]
    person_phone: String,
}

async fn change_password(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(form): Form<ChangePassword>,
) -> Result<Response, AppError> {
    let account = signed.account()?;
    let known_person = account.person_name.is_some();
    let back = |problem: &str, place: &str| {
        let person = if known_person {
            String::new()
        } else {
            format!(
                "&person_name={}&person_phone={}",
                encoded(form.person_name.trim()),
                encoded(form.person_phone.trim())
            )
        };
        Ok(Redirect::to(&format!("/password?place={place}&problem={}{person}", encoded(problem))).into_response())
    };
    let (stored, wait) = {
        let mut reader = app.store.reader().await?;
        let stored = db::accounts::by_id(&mut reader, &account.id).await?;
        let wait = throttle::wait_to_change(&app, &mut reader, &account.login_key).await?;
        (stored.ok_or(AppError::SignedOut)?, wait)
    };
    if wait.is_some() {
        return back("尝试次数过多，请 15 分钟后再试", "old");
    }
    if !app.hasher.verify(form.old.clone(), Some(stored.password_hash)).await? {
        let mut tx = app.store.begin().await?;
        throttle::failed_to_change(&app, &mut tx, &account.login_key).await?;
        // It stands among the failed sign-ins: somebody guesses a password there too.
        let (said, now) = ("修改密码时原密码不正确", app.clock.now());
        let line = line(Some(account), Act::SignInFailed, said, &signed.address, &now);
        db::audits::write(&mut tx, &line).await?;
        tx.commit().await?;
        return back("原密码不正确", "old");
    }
    if form.new == form.old {
        return back("新密码不能与原密码相同", "new");
    }
    if let Some(fault) = password::fault(&form.new, account, app.config.password_policy) {
        return back(fault, "new");
    }
    if let Some(fault) = password::repeated(&app, account, &form.new).await? {
        return back(fault, "new");
    }
    if form.new != form.again {
        return back("两次输入的新密码不一致", "again");
    }
    let (name, phone) = (form.person_name.trim(), form.person_phone.trim());
    if !known_person && let Some((place, problem)) = person_fault(name, phone) {
        return back(problem, place);
    }
    let hash = app.hasher.hash(form.new.clone()).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    password::remember(&app, &mut tx, &account.id).await?;
    db::accounts::set_password(&mut tx, &account.id, &hash, false, None, &now).await?;
    if !known_person {
        db::accounts::set_person(&mut tx, &account.id, name, phone).await?;
    }
    // Every session of the account ends, this one too: the browser gets a new one (A03, A12).
    db::sessions::end_all(&mut tx, &account.id).await?;
    db::audits::write(
        &mut tx,
        &line(Some(account), Act::ChangePassword, "", &signed.address, &now),
    )
    .await?;
    tx.commit().await?;
    let cookies = begin(&app, &signed, account, agent_of(&headers), None, false).await?;
    Ok(Entered::new(account.clone(), cookies).to("/home?notice=password"))
}

fn person_fault(name: &str, phone: &str) -> Option<(&'static str, &'static str)> {
    let letters = name.chars().count();
    if !(2..=20).contains(&letters)
        || name
            .chars()
            .any(|letter| letter.is_ascii_digit() || letter.is_control())
    {
        return Some(("person_name", "请输入使用人姓名（2–20 个字）"));
    }
    if !is_mobile(phone) {
        return Some(("person_phone", "请输入正确的 11 位手机号码"));
    }
    None
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    person_name: String,
    #[serde(default)]
    person_phone: String,
}

async fn change_person(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<Person>,
) -> Result<Response, AppError> {
    let account = signed.ready()?;
    let (name, phone) = (form.person_name.trim(), form.person_phone.trim());
    if let Some((place, problem)) = person_fault(name, phone) {
        let typed = format!("&person_name={}&person_phone={}", encoded(name), encoded(phone));
        return Ok(
            Redirect::to(&format!("/profile?place={place}&problem={}{typed}", encoded(problem))).into_response(),
        );
    }
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    db::accounts::set_person(&mut tx, &account.id, name, phone).await?;
    db::audits::write(
        &mut tx,
        &line(Some(account), Act::ChangePerson, "", &signed.address, &now),
    )
    .await?;
    tx.commit().await?;
    Ok(Redirect::to("/profile?notice=saved").into_response())
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    id: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    user_phone: String,
    #[serde(default)]
    next: String,
}

/// Back to 使用人信息, with what was typed where it cannot be taken.
fn to_profile(result: Result<(), AppError>, notice: &str, typed: &str) -> Result<Response, AppError> {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/profile?notice={notice}")).into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_))) => {
            let problem = encoded(&error.to_string());
            Ok(Redirect::to(&format!("/profile?place=user_name&problem={problem}{typed}")).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Names somebody else who uses the account.
async fn add_user(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<User>,
) -> Result<Response, AppError> {
    let (name, phone) = (form.user_name.trim(), form.user_phone.trim());
    let typed = format!("&user_name={}&user_phone={}", encoded(name), encoded(phone));
    let result = match person_fault(name, phone) {
        Some((_, problem)) => Err(AppError::at("user_name", problem)),
        None => accounts::add_user(&app, &signed, name, phone).await,
    };
    to_profile(result, "saved", &typed)
}

async fn remove_user(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<User>,
) -> Result<Response, AppError> {
    to_profile(accounts::remove_user(&app, &signed, &form.id).await, "saved", "")
}

/// Says who works in this session, and goes on to where that was asked.
async fn choose_user(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<User>,
) -> Result<Response, AppError> {
    accounts::choose_user(&app, &signed, &form.id).await?;
    let target = own_path(&form.next).unwrap_or("/profile?notice=saved");
    Ok(Redirect::to(target).into_response())
}

#[derive(Deserialize)]
struct Session {
    #[serde(default)]
    session: String,
}

/// Ends an own session elsewhere, or all of them.
async fn end_session(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<Session>,
) -> Result<Response, AppError> {
    let one = Some(form.session.as_str()).filter(|session| !session.is_empty());
    to_profile(accounts::end_own(&app, &signed, one).await, "ended", "")
}
