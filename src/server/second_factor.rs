//! 两步验证 (`security.md` A08, G04): a code of six digits (TOTP, RFC 6238) from an application on somebody's phone, after the
//! password. A deployment switches it on with a key, and says for which kinds of accounts it is a must; whoever else wants it
//! binds it. A session that waits for its code is nobody's: it opens nothing but the page that asks for the code.

use super::accounts::RECORD;
use super::db::{self, accounts::Stored, audits::Line, internal};
use super::http::account::{Entered, begin, line};
use super::metrics::SignInOutcome;
use super::session::{self, Second, Signed};
use super::state::App;
use super::{qr, sealing, throttle};
use crate::api::accounts::{SecondFactorState, SecondFactorView};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::error::AppError;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of a secret (RFC 4226 asks for 160 bits).
const SECRET: usize = 20;

/// What the application on the phone calls the system.
const ISSUER: &str = "家乡行动";

const WRONG: &str = "验证码不正确，请输入手机上当前显示的 6 位数字";
const USED: &str = "该验证码已使用过，请等待下一个验证码";
const REST: &str = "尝试次数过多，请 15 分钟后再试";

/// What the log says of a code that was not taken: a wrong one, and one that had been used.
pub const FAILURES: [&str; 2] = ["验证码不正确", "验证码已使用过"];

/// Whether a deployment has it.
pub fn is_on(app: &App) -> bool {
    !app.config.second_factor_key.is_empty()
}

/// Whether an account cannot do without.
pub fn is_must(app: &App, kind: AccountKind) -> bool {
    is_on(app) && app.config.second_factor_kinds.iter().any(|key| key == kind.key())
}

/// What a session of this account still waits for.
pub fn awaited(app: &App, stored: &Stored, awaits_code: bool) -> Second {
    match (&stored.second_factor, awaits_code) {
        (Some(_), true) => Second::Code,
        (None, _) if is_must(app, stored.account.kind) => Second::Bind,
        _ => Second::Done,
    }
}

/// The page for whoever has given the password.
pub async fn page(app: &App, signed: &Signed) -> Result<SecondFactorView, AppError> {
    let account = signed.begun()?;
    if !is_on(app) {
        return Err(AppError::NotFound);
    }
    let stored = find(app, account).await?;
    let state = match (signed.second(), stored.second_factor) {
        (Second::Code, _) => SecondFactorState::Code,
        (_, Some(_)) => SecondFactorState::Bound,
        (_, None) => {
            let totp = totp(candidate(app, signed, account)?, account)?;
            SecondFactorState::Bind {
                picture: qr::on_screen(&totp.to_url().map_err(|error| internal(&error))?)?,
                secret: grouped(&totp.secret().to_base32()),
            }
        }
    };
    Ok(SecondFactorView {
        name: account.name.clone(),
        is_must: is_must(app, account.kind),
        state,
    })
}

/// Letters in groups of four, for whoever types them.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// The code after the password: a session that waited becomes one that is somebody's, under a new token.
pub async fn enter(
    app: &App,
    signed: &Signed,
    agent: &str,
    code: &str,
) -> Result<Result<Entered, &'static str>, AppError> {
    let account = signed.begun()?;
    if signed.second() != Second::Code {
        return Err(AppError::NotFound);
    }
    if let Err(problem) = check(app, signed, account, code).await? {
        app.metrics.sign_in(SignInOutcome::Refused);
        return Ok(Err(problem));
    }
    app.metrics.sign_in(SignInOutcome::Done);
    let cookies = begin(app, signed, account, agent, None, false).await?;
    Ok(Ok(Entered::new(account.clone(), cookies)))
}

/// Binds an application: it shows that it has the secret.
pub async fn bind(app: &App, signed: &Signed, code: &str) -> Result<Result<(), &'static str>, AppError> {
    let account = signed.account()?;
    if !is_on(app) || account.must_change || account.kind == AccountKind::NaturalVillage {
        return Err(AppError::NotFound);
    }
    let secret = candidate(app, signed, account)?;
    let Some(step) = step_of(app, &totp(secret.clone(), account)?, code) else {
        return Ok(Err(WRONG));
    };
    let sealed = sealing::seal(&app.config.second_factor_key, &account.id, &sealing::text_of(&secret))?;
    let mut tx = app.store.begin().await?;
    if !db::accounts::bind_second_factor(&mut tx, &account.id, &sealed.unwrap_or_default(), step).await? {
        return Err(AppError::Conflict("已绑定，请先解除绑定".to_owned()));
    }
    note(app, &mut tx, signed, account, Act::BindSecondFactor).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Gives up the application, for another or for none: with a code of the old one.
pub async fn unbind(app: &App, signed: &Signed, code: &str) -> Result<Result<(), &'static str>, AppError> {
    let account = signed.account()?;
    if let Err(problem) = check(app, signed, account, code).await? {
        return Ok(Err(problem));
    }
    let mut tx = app.store.begin().await?;
    db::accounts::unbind_second_factor(&mut tx, &account.id).await?;
    note(app, &mut tx, signed, account, Act::UnbindSecondFactor).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Whether a code is the one that the bound application shows now. Each is good once, and whoever tries five wrong ones waits.
async fn check(
    app: &App,
    signed: &Signed,
    account: &Account,
    code: &str,
) -> Result<Result<(), &'static str>, AppError> {
    let stored = find(app, account).await?;
    let sealed = stored.second_factor.ok_or(AppError::NotFound)?;
    let wait = throttle::wait_for_code(app, &mut *app.store.reader().await?, &account.login_key).await?;
    if wait.is_some() {
        return Ok(Err(REST));
    }
    let sealed = sealing::bytes_of(&sealed).ok_or_else(|| internal(&"a second factor that is none"))?;
    let opened = sealing::open_bytes(&app.config.second_factor_key, &account.id, &sealed)?;
    let secret = String::from_utf8(opened).ok().and_then(|text| sealing::bytes_of(&text));
    let secret = secret.ok_or_else(|| internal(&"a second factor that is none"))?;
    let step = step_of(app, &totp(secret, account)?, code);
    let mut tx = app.store.begin().await?;
    let is_new = match step {
        Some(step) => db::accounts::use_second_factor(&mut tx, &account.id, step).await?,
        None => false,
    };
    if !is_new {
        throttle::failed_code(app, &mut tx, &account.login_key).await?;
        let [wrong, used] = FAILURES;
        let (said, now) = (if step.is_some() { used } else { wrong }, app.clock.now());
        let line = line(Some(account), Act::SignInFailed, said, &signed.address, &now);
        db::audits::write(&mut tx, &line).await?;
    } else {
        throttle::forget_codes(&mut tx, &account.login_key).await?;
    }
    tx.commit().await?;
    Ok(match (step, is_new) {
        (None, _) => Err(WRONG),
        (Some(_), false) => Err(USED),
        (Some(_), true) => Ok(()),
    })
}

async fn find(app: &App, account: &Account) -> Result<Stored, AppError> {
    let stored = db::accounts::by_id(&mut *app.store.reader().await?, &account.id).await?;
    stored.ok_or(AppError::SignedOut)
}

/// The secret that is offered to be bound: the same as long as the session lasts, so that a page can be loaded twice, and stored
/// only once somebody has shown that it is on a phone.
fn candidate(app: &App, signed: &Signed, account: &Account) -> Result<Vec<u8>, AppError> {
    let (key, token) = (&app.config.second_factor_key, &signed.token_hash);
    let hash = session::hash(&format!("second factor {key} {} {token}", account.id));
    let bytes = sealing::bytes_of(&hash).unwrap_or_default();
    let secret = bytes.get(..SECRET).filter(|_| !token.is_empty());
    secret.map(<[u8]>::to_vec).ok_or(AppError::SignedOut)
}

fn totp(secret: Vec<u8>, account: &Account) -> Result<Totp, AppError> {
    let built = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::new(secret.into_boxed_slice()))
        .with_issuer(Some(ISSUER))
        .with_account_name(account.login_key.as_str())
        .build();
    built.map_err(|error| internal(&error))
}

/// The half minute whose code this is, one before or after included.
fn step_of(app: &App, totp: &Totp, code: &str) -> Option<i64> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let now = u64::try_from(app.clock.instant().as_second()).ok()?;
    totp.check(&digits, now).and_then(|step| i64::try_from(step).ok())
}

async fn note(
    app: &App,
    connection: &mut db::Connection,
    signed: &Signed,
    account: &Account,
    act: Act,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let about = Line {
        record: Some((RECORD, &account.id)),
        ..line(Some(account), act, "", &signed.address, &now)
    };
    Ok(db::audits::write(connection, &about).await?)
}
