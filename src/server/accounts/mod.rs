//! 账号管理 (spec S9.1): the accounts of a part of the tree, made one by one or all that are missing, shut, let in again, given
//! a first password; their sessions; who uses them.

mod list;
mod making;
mod one;
mod own;
mod sessions;

use crate::server::throttle;
pub use list::{export, kinds, list, of_part};
pub use making::{Typed, blank, create, fetch, make, missing};
pub use one::page;
pub use own::{add_user, choose_user, own, remove_user};
pub use sessions::{end_own, end_session};

use super::authorize::{Permit, to_administer, to_administer_one};
use super::command::first_password_until;
use super::db::account_lists;
use super::db::audits::{Change, Line};
use super::db::{self, Connection};
use super::handouts::{self, Handout, Owner};
use super::password::{self, first_password};
use super::session::{self, Signed};
use super::state::App;
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::domain::phone;
use crate::domain::region::Level;
use crate::error::AppError;

/// The name under which an account stands in the log.
pub const RECORD: &str = "accounts";

/// Numbers of people are shown in part above the township, here as everywhere (security P01).
fn shown_phone(viewer: &Account, number: &str) -> String {
    match is_masked(viewer) {
        true => phone::masked(number),
        false => number.to_owned(),
    }
}

fn is_masked(viewer: &Account) -> bool {
    viewer.kind.level() < Level::Township
}

/// An account that the viewer sees, as it is stored.
async fn find(
    connection: &mut Connection,
    signed: &Signed,
    id: &str,
    duty: Duty,
) -> Result<(Permit, Account, bool), AppError> {
    to_administer(signed, Duty::See)?;
    let stored = db::accounts::by_id(connection, id).await?.ok_or(AppError::NotFound)?;
    let permit = to_administer_one(signed, duty, &stored.account)?;
    Ok((permit, stored.account, stored.enabled))
}

/// What is written down about an account, its old and new values with it.
pub(super) async fn note(
    connection: &mut Connection,
    permit: &Permit,
    act: Act,
    account: &Account,
    said: &str,
    changes: &[Change],
    now: &str,
) -> Result<(), AppError> {
    let about = format!("{} {}", account.login_key, account.name);
    let opinion = match said.is_empty() {
        true => about,
        false => format!("{about}，{said}"),
    };
    let line = Line {
        account: Some(permit.account()),
        act,
        region: Some(&account.region),
        record: Some((RECORD, &account.id)),
        step: None,
        opinion: &opinion,
        changes,
        address: permit.address(),
        now,
    };
    Ok(db::audits::write(connection, &line).await?)
}

fn changed(field: &str, old: &str, new: &str) -> Change {
    Change {
        field: field.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
    }
}

/// 状态 of an account, before and after.
pub(super) fn enabled_changed(was: bool, is: bool) -> Change {
    let word = |enabled| if enabled { "启用" } else { "停用" };
    changed("状态", word(was), word(is))
}

/// 账号名称, before and after.
pub(super) fn name_changed(was: &str, is: &str) -> Change {
    changed("账号名称", was, is)
}

/// Gives an account a first password that is good once and for a few days, and ends everything that the old one has opened.
/// The one way to do so; who may has been asked.
pub async fn renew_password(app: &App, connection: &mut Connection, account: &Account) -> Result<String, AppError> {
    let (password, hash) = first_password();
    let (until, now) = (first_password_until(app), app.clock.now());
    // Whoever forgets a password may not choose it again for that.
    password::remember(app, &mut *connection, &account.id).await?;
    db::accounts::set_password(&mut *connection, &account.id, &hash, true, Some(until), &now).await?;
    db::sessions::end_all(&mut *connection, &account.id).await?;
    db::sessions::forget_devices(&mut *connection, &account.id).await?;
    throttle::succeeded(connection, &account.login_key).await?;
    Ok(password)
}

/// 重置密码; answers the word under which the password is shown, once.
pub async fn reset(app: &App, signed: &Signed, id: &str) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, enabled) = find(&mut tx, signed, id, Duty::Reset).await?;
    if !enabled {
        return Err(AppError::Conflict("该账号已停用，请先启用".to_owned()));
    }
    let password = renew_password(app, &mut tx, &account).await?;
    let now = app.clock.now();
    note(&mut tx, &permit, Act::ResetPassword, &account, "", &[], &now).await?;
    let told = tell(app, &mut tx, &permit, &account.login_key, &password).await?;
    tx.commit().await?;
    Ok(told)
}

/// 重置两步验证: for whoever has lost the phone. The next sign-in is by the password alone, or binds another phone where it must.
pub async fn reset_second_factor(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::Reset).await?;
    if !db::accounts::unbind_second_factor(&mut tx, id).await? {
        return Err(AppError::Conflict("该账号没有绑定两步验证".to_owned()));
    }
    db::sessions::end_all(&mut tx, id).await?;
    throttle::forget_codes(&mut tx, &account.login_key).await?;
    let now = app.clock.now();
    note(&mut tx, &permit, Act::ResetSecondFactor, &account, "", &[], &now).await?;
    Ok(tx.commit().await?)
}

/// Keeps a sentence with a first password for whoever asked for it; in the transaction that makes the password good.
async fn tell(
    app: &App,
    connection: &mut Connection,
    permit: &Permit,
    login_key: &str,
    password: &str,
) -> Result<String, AppError> {
    let hours = app.config.first_password_hours;
    let text = format!(
        "账号 {login_key} 的一次性密码：{password}　只显示这一次，{hours} 小时内有效，登录后须立即修改，请当面或电话转交使用人。"
    );
    let owner = Owner::Account(&permit.account().id);
    handouts::keep(app, connection, owner, &Handout::Told(text)).await
}

/// 停用 and 启用. A disabled account is out at once: its sessions end with it.
pub async fn set_enabled(app: &App, signed: &Signed, id: &str, enabled: bool) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, was) = find(&mut tx, signed, id, Duty::Disable).await?;
    if was == enabled {
        return Ok(());
    }
    let now = app.clock.now();
    let act = match enabled {
        true => {
            account_lists::enable(&mut tx, id, &now).await?;
            Act::EnableAccount
        }
        false => {
            db::accounts::disable(&mut tx, id, &now).await?;
            db::sessions::end_all(&mut tx, id).await?;
            Act::DisableAccount
        }
    };
    let changes = [enabled_changed(was, enabled)];
    note(&mut tx, &permit, act, &account, "", &changes, &now).await?;
    Ok(tx.commit().await?)
}

/// 解除锁定 after wrong passwords.
pub async fn unlock(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::Unlock).await?;
    throttle::succeeded(&mut tx, &account.login_key).await?;
    let now = app.clock.now();
    note(&mut tx, &permit, Act::Unlock, &account, "", &[], &now).await?;
    Ok(tx.commit().await?)
}

/// Shows 使用人电话 whole, and writes down who looked and why.
pub async fn reveal(app: &App, signed: &Signed, id: &str, reason: &str) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::See).await?;
    let reason = super::logs::reason(reason).map_err(|error| AppError::Conflict(error.to_string()))?;
    super::logs::take_reveal(app, &mut tx, permit.account()).await?;
    let number = account.person_phone.clone().unwrap_or_default();
    let now = app.clock.now();
    let said = format!("使用人电话，原因：{reason}");
    note(&mut tx, &permit, Act::Reveal, &account, &said, &[], &now).await?;
    let told = Handout::Told(format!("{} 使用人电话：{number}", account.name));
    let word = handouts::keep(app, &mut tx, Owner::Account(&permit.account().id), &told).await?;
    tx.commit().await?;
    Ok(word)
}

/// Shuts accounts that nobody has used for so many days, nought for never (`security.md` G06).
pub async fn disable_idle(app: &App, days: i64) -> Result<usize, AppError> {
    if days <= 0 {
        return Ok(0);
    }
    let plain = AccountKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_administrator() && !kind.belongs_to_record());
    let kinds: Vec<&'static str> = plain.map(AccountKind::key).collect();
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let idle = account_lists::idle(&mut tx, &kinds, &session::ago(app, days * 24 * 3_600)).await?;
    for account in &idle {
        db::accounts::disable(&mut tx, &account.id, &now).await?;
        db::sessions::end_all(&mut tx, &account.id).await?;
        let said = format!("{} {}，{days} 天未使用", account.login_key, account.name);
        let changes = [enabled_changed(true, false)];
        let line = Line {
            record: Some((RECORD, &account.id)),
            changes: &changes,
            ..super::command::by_the_system(Act::DisableAccount, &account.region, &said, &now)
        };
        db::audits::write(&mut tx, &line).await?;
    }
    tx.commit().await?;
    Ok(idle.len())
}
