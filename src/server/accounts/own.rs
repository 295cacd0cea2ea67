//! The own account: who uses it, who of them works in this session.

use super::RECORD;
use super::sessions::sessions;
use crate::api::administration::OwnAccountView;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::error::AppError;
use crate::server::db;
use crate::server::db::account_lists;
use crate::server::db::audits::Line;
use crate::server::http::account::line;
use crate::server::second_factor;
use crate::server::session::Signed;
use crate::server::state::App;

/// The own account: who uses it, and where it is signed in.
pub async fn own(app: &App, signed: &Signed) -> Result<OwnAccountView, AppError> {
    let account = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let stored = db::accounts::by_id(&mut reader, &account.id)
        .await?
        .ok_or(AppError::SignedOut)?;
    let users = account_lists::users(&mut reader, &account.id).await?.into_iter();
    let is_bound = stored.second_factor.is_some();
    Ok(OwnAccountView {
        second_factor: second_factor::is_on(app).then_some(is_bound),
        person: account.person_name.clone().unwrap_or_default(),
        first: stored.account.person_name.unwrap_or_default(),
        users: users.map(|user| (user.id, user.name, user.phone)).collect(),
        sessions: sessions(app, &mut reader, signed, &account.id).await?,
    })
}

/// A line about the own account.
pub(super) fn own_line<'a>(account: &'a Account, act: Act, said: &'a str, address: &'a str, now: &'a str) -> Line<'a> {
    line(Some(account), act, said, address, now)
}

/// People who share an account at the most.
const MOST_USERS: usize = 20;

/// Names somebody else who may use the own account.
pub async fn add_user(app: &App, signed: &Signed, name: &str, phone: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin_in_turn(&format!("{RECORD}/{}", account.id)).await?;
    let known = account_lists::users(&mut tx, &account.id).await?;
    let first = db::accounts::by_id(&mut tx, &account.id).await?;
    let first = first.and_then(|stored| stored.account.person_name);
    if known.iter().any(|user| user.name == name) || first.as_deref() == Some(name) {
        return Err(AppError::at("user_name", "该使用人已经登记"));
    }
    if known.len() >= MOST_USERS {
        return Err(AppError::at("user_name", format!("最多登记 {MOST_USERS} 个使用人")));
    }
    account_lists::add_user(&mut tx, &account.id, name, phone, &now).await?;
    let said = format!("增加使用人 {name}");
    db::audits::write(
        &mut tx,
        &own_line(account, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Somebody no longer uses the own account.
pub async fn remove_user(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let known = account_lists::users(&mut tx, &account.id).await?;
    let user = known.into_iter().find(|user| user.id == id).ok_or(AppError::NotFound)?;
    account_lists::remove_user(&mut tx, &account.id, id, &now).await?;
    let said = format!("移除使用人 {}", user.name);
    db::audits::write(
        &mut tx,
        &own_line(account, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Says who works in this session; `id` is empty for the first user.
pub async fn choose_user(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let name = match id {
        "" => {
            let stored = db::accounts::by_id(&mut tx, &account.id).await?;
            stored.and_then(|stored| stored.account.person_name)
        }
        id => {
            let known = account_lists::users(&mut tx, &account.id).await?;
            known.into_iter().find(|user| user.id == id).map(|user| user.name)
        }
    };
    let name = name.ok_or(AppError::NotFound)?;
    db::sessions::set_person(&mut tx, &signed.token_hash, &name).await?;
    let said = format!("本次使用人 {name}");
    let now_known = Account {
        person_name: Some(name),
        ..account.clone()
    };
    db::audits::write(
        &mut tx,
        &own_line(&now_known, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}
