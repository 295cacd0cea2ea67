//! Sessions: an opaque random token in an HttpOnly cookie, its hash in the store (`security.md` A11–A16).

use super::db::{self, audits::Line, internal};
use super::password;
use super::second_factor;
use super::state::App;
use super::terms;
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::throttle;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// Who a request comes from.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The account, if anybody is signed in.
    account: Option<Account>,
    /// What the session still waits for.
    second: Second,
    /// SHA-256 of the session token, if there is one.
    pub token_hash: String,
    /// Client address.
    pub address: String,
    /// What a technical unit is contracted for.
    pub contract: Option<Contract>,
    /// What it asked for and may not do.
    refusals: Refusals,
}

tokio::task_local! {
    static MARK: String;
}

/// Letters of a token's hash that tell sessions apart in the log, and let nobody in.
const MARK_LETTERS: usize = 16;

/// What the log says of the session whose request is being answered (A52); nothing outside of one.
pub fn mark() -> Option<String> {
    let mark = MARK.try_with(String::clone).ok();
    mark.filter(|mark| !mark.is_empty())
}

/// What a session still waits for (两步验证, `security.md` A08).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Nothing.
    Done,
    /// The code after the password: until then nobody is signed in.
    Code,
    /// A phone that shows codes: the account cannot do without.
    Bind,
}

/// What was refused while a request was answered, for the log.
#[derive(Debug, Clone, Default)]
struct Refusals(Arc<Mutex<Vec<Refusal>>>);

/// Something that was refused.
#[derive(Debug, Clone)]
struct Refusal {
    region: Option<Region>,
    record: Option<(&'static str, String)>,
    what: String,
}

/// What a technical unit is contracted for (spec Q-11).
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// The record of 确定技术单位.
    pub record: String,
    /// Its villages.
    pub villages: Vec<Region>,
}

impl Signed {
    /// Somebody who acts without a session: a command that fills in what this account would type.
    pub fn for_account(account: Account) -> Self {
        Self {
            account: Some(account),
            second: Second::Done,
            token_hash: String::new(),
            address: "command".to_owned(),
            contract: None,
            refusals: Refusals::default(),
        }
    }

    /// Remembers that something was refused: the log says so once the request is answered (`security.md` A52).
    pub fn refused(&self, what: String, region: Option<&Region>, record: Option<(&'static str, &str)>) {
        let mut refusals = self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.push(Refusal {
            region: region.cloned(),
            record: record.map(|(form, id)| (form, id.to_owned())),
            what,
        });
    }

    /// The account whose password was given, the code still missing perhaps: for the page that asks for the code alone.
    pub fn begun(&self) -> Result<&Account, AppError> {
        self.account.as_ref().ok_or(AppError::SignedOut)
    }

    /// What the session still waits for.
    pub const fn second(&self) -> Second {
        self.second
    }

    /// The account that is signed in.
    pub fn account(&self) -> Result<&Account, AppError> {
        match self.second {
            Second::Code => Err(AppError::SignedOut),
            Second::Done | Second::Bind => self.begun(),
        }
    }

    /// The account that is signed in, has changed a password that has to be changed and bound a phone where it must: the door to
    /// everything but these (A04, A08).
    pub fn ready(&self) -> Result<&Account, AppError> {
        let account = self.account()?;
        match self.second {
            _ if account.must_change => Err(AppError::MustChangePassword),
            Second::Bind => Err(AppError::MustBind),
            Second::Done | Second::Code => Ok(account),
        }
    }
}

/// Seconds in a year, for the device cookie.
pub const YEAR: i64 = 365 * 24 * 3_600;

/// 256 random bits as text.
pub fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is stored of a token.
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The name of a cookie: with TLS it carries the `__Host-` promise.
pub fn cookie_name(app: &App, name: &str) -> String {
    if app.config.is_secure() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The session cookie's bare name.
pub const SESSION: &str = "hometown";
/// The device cookie's bare name.
pub const DEVICE: &str = "hometown-device";

/// Seconds for which a session of this kind of account lasts.
pub fn lasts(app: &App, kind: AccountKind) -> i64 {
    match kind {
        AccountKind::NaturalVillage => app.config.phone_session_days * 24 * 3_600,
        _ => app.config.session_hours * 3_600,
    }
}

/// Seconds for which the browser keeps the session's cookie: a phone over its restarts, a desk until it is closed.
pub fn keeps(app: &App, kind: AccountKind) -> Option<i64> {
    (kind == AccountKind::NaturalVillage).then(|| lasts(app, kind))
}

/// A `Set-Cookie` value, good for so many seconds or until the browser is closed.
pub fn cookie(app: &App, name: &str, token: &str, seconds: Option<i64>) -> HeaderValue {
    let secure = if app.config.is_secure() { "; Secure" } else { "" };
    let age = seconds.map_or(String::new(), |seconds| format!("; Max-Age={seconds}"));
    let text = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax{age}{secure}",
        cookie_name(app, name)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The value of a cookie in a request.
pub fn read_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name && !value.is_empty() && value.len() <= 128).then(|| value.to_owned())
        })
}

/// The client's address; a proxy's word counts only when the settings trust the proxy (A48).
pub fn client_address(app: &App, request: &Request) -> String {
    let told = said_by_proxy(app, request, "x-forwarded-for").filter(|client| client.parse::<IpAddr>().is_ok());
    told.map_or_else(|| peer(request), str::to_owned)
}

/// Whether a proxy that the settings trust got the request over plain HTTP although users are to come over TLS
/// (`security.md` G03).
pub fn is_in_the_clear(app: &App, request: &Request) -> bool {
    if !app.config.is_secure() {
        return false;
    }
    let scheme = said_by_proxy(app, request, "x-forwarded-proto");
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}

/// Who is at the other end of the connection. A server that listens on both kinds of addresses sees those of the older kind in
/// the clothes of the newer.
fn peer(request: &Request) -> String {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "local".to_owned(), |info| info.0.ip().to_canonical().to_string())
}

/// What a proxy that the settings trust says in a header. Its own word is the last, in the same line or in one of its own;
/// everything before that is hearsay.
fn said_by_proxy<'a>(app: &App, request: &'a Request, name: &str) -> Option<&'a str> {
    if !app.config.trusted_proxies.contains(&peer(request)) {
        return None;
    }
    let line = request.headers().get_all(name).iter().next_back()?;
    line.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// Layer: finds the session of a request and puts [`Signed`] into its extensions.
pub async fn load(State(app): State<App>, mut request: Request, next: Next) -> Result<Response, AppError> {
    let address = client_address(&app, &request);
    let token = read_cookie(request.headers(), &cookie_name(&app, SESSION));
    let token_hash = token.map(|token| hash(&token)).unwrap_or_default();
    // Whatever has been changed in the meantime holds for this request already.
    let versions = db::terms::versions(&mut *app.store.reader().await?).await?;
    terms::refresh(&app, versions).await?;
    let found = if token_hash.is_empty() {
        None
    } else {
        // A session of an administrator is none from another network (`security.md` G13).
        let found = find(&app, &token_hash).await?;
        found.filter(|(account, _)| !account.kind.is_administrator() || app.config.lets_administrate(&address))
    };
    let second = found.as_ref().map_or(Second::Done, |(_, second)| *second);
    let account = found.map(|(account, _)| account);
    let contract = match &account {
        Some(account) if account.kind == AccountKind::TechnicalUnit => {
            let mut reader = app.store.reader().await?;
            let (record, villages) = db::accounts::contract(&mut reader, &account.id).await?;
            Some(Contract { record, villages })
        }
        _ => None,
    };
    let signed = Signed {
        account,
        second,
        token_hash,
        address,
        contract,
        refusals: Refusals::default(),
    };
    request.extensions_mut().insert(signed.clone());
    // A token that opens no session says nothing.
    let mark = match signed.account {
        Some(_) => signed.token_hash.chars().take(MARK_LETTERS).collect(),
        None => String::new(),
    };
    let answered = async {
        let response = next.run(request).await;
        if let Err(error) = note_refusals(&app, &signed).await {
            tracing::error!(%error, "a refusal could not be written down");
        }
        response
    };
    Ok(MARK.scope(mark, answered).await)
}

/// Refusals of one account that are written down within an hour: whoever tries thousands of addresses fills no disk.
const MOST_REFUSALS: usize = 300;

/// Writes down what the request was refused, each thing once.
async fn note_refusals(app: &App, signed: &Signed) -> Result<(), AppError> {
    let mut refusals = std::mem::take(&mut *signed.refusals.0.lock().unwrap_or_else(PoisonError::into_inner));
    refusals.dedup_by(|one, other| one.what == other.what && one.record == other.record);
    let Some(account) = signed.account.as_ref().filter(|_| !refusals.is_empty()) else {
        return Ok(());
    };
    let thing = format!("refusal {}", account.id);
    if throttle::take(app, &thing, MOST_REFUSALS).await.is_err() {
        tracing::warn!(account = account.login_key, "more refusals than are written down");
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    for refusal in &refusals {
        let line = Line {
            account: Some(account),
            act: Act::Refused,
            region: Some(refusal.region.as_ref().unwrap_or(&account.region)),
            record: refusal.record.as_ref().map(|(form, id)| (*form, id.as_str())),
            step: None,
            opinion: &refusal.what,
            changes: &[],
            address: &signed.address,
            now: &now,
        };
        db::audits::write(&mut tx, &line).await?;
    }
    Ok(tx.commit().await?)
}

async fn find(app: &App, token_hash: &str) -> Result<Option<(Account, Second)>, AppError> {
    let idle_since = ago(app, app.config.session_idle_minutes * 60);
    let now = app.clock.now();
    let found = db::sessions::find(&mut *app.store.reader().await?, token_hash, &now).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let (second, stored, seen_at) = (
        second_factor::awaited(app, &found.stored, found.awaits_code),
        password::judged(app, found.stored),
        found.seen_at,
    );
    // A phone lies in a drawer for weeks; a desk that is left ends its session (spec §2.2).
    if stored.account.kind != AccountKind::NaturalVillage && seen_at <= idle_since {
        return Ok(None);
    }
    // Once a minute is enough: a write on every request would cost more than it tells.
    if seen_at < ago(app, 60) {
        let mut tx = app.store.begin().await?;
        db::sessions::touch(&mut tx, token_hash, &now).await?;
        tx.commit().await?;
    }
    Ok(Some((stored.account, second)))
}

/// The instant so many seconds ago, as it is stored.
pub fn ago(app: &App, seconds: i64) -> String {
    app.clock.after(-seconds)
}

/// Who the current server function or page is for.
pub fn signed() -> Result<Signed, AppError> {
    let parts = leptos::prelude::use_context::<axum::http::request::Parts>();
    let signed = parts.and_then(|parts| parts.extensions.get::<Signed>().cloned());
    signed.ok_or_else(|| internal(&"no session layer"))
}
