//! Accounts that belong to a record (spec Q-11): a technical unit signs in by itself for the villages of its contract.

use super::accounts::{enabled_changed, name_changed, note};
use super::authorize::{Permit, to_act};
use super::command::first_password_until;
use super::db::accounts::{NewAccount, Stored};
use super::db::{self, Connection};
use super::password::first_password;
use super::session::Signed;
use super::state::App;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::form::{Form, SubAccount};
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::error::AppError;
use std::collections::BTreeMap;

/// Lets the account of a record follow what the record says: made, renamed, let in or shut out. Answers what the filler
/// should know: the first password, which nobody will see again.
pub async fn follow(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    id: &str,
    values: &BTreeMap<&'static str, Value>,
) -> Result<Option<String>, AppError> {
    let Some(declared) = form.sub_account else {
        return Ok(None);
    };
    let known = db::accounts::of_contract(&mut *connection, id).await?;
    if declared.switch.is_empty() {
        if let (Some(known), Some(name)) = (known, values.get(declared.name).and_then(Value::text)) {
            super::hamlets::rename(connection, &known, permit.scope(), name).await?;
        }
        return Ok(None);
    }
    let is_wanted = values.get(declared.switch).and_then(Value::integer) == Some(1);
    let name = match (values.get(declared.name).and_then(Value::text), &known) {
        (Some(name), _) => format!("{name}·{}", app.divisions.short(permit.scope())),
        // The record goes; its account keeps its name in the log.
        (None, Some(known)) => known.account.name.clone(),
        (None, None) => String::new(),
    };
    let now = app.clock.now();
    match known {
        None if is_wanted => {
            let key = login_key(connection, declared, permit).await?;
            let (password, hash) = first_password();
            let new = NewAccount {
                login_key: key.clone(),
                kind: declared.kind,
                region: permit.scope().clone(),
                name,
                password_hash: hash,
                must_change: true,
                password_until: Some(first_password_until(app)),
                contract: Some(id.to_owned()),
            };
            db::accounts::create(&mut *connection, std::slice::from_ref(&new), &now).await?;
            let made = db::accounts::of_contract(&mut *connection, id).await?;
            let made = made.ok_or(AppError::NotFound)?.account;
            note(connection, permit, Act::CreateAccount, &made, "", &[], &now).await?;
            Ok(Some(format!("技术单位{}，请转交技术单位", told(&key, &password))))
        }
        Some(stored) if stored.enabled != is_wanted || stored.account.name != name => {
            let disabled_at = (!is_wanted).then_some(now.as_str());
            db::accounts::rename(&mut *connection, &stored.account.id, &name, disabled_at).await?;
            if !is_wanted {
                db::sessions::end_all(&mut *connection, &stored.account.id).await?;
            }
            note_change(connection, permit, stored, is_wanted, name, &now).await?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn told(key: &str, password: &str) -> String {
    format!("账号 {key} 已开通，初始密码 {password}，只显示这一次，首次登录须修改")
}

/// Writes down that an account was let in, shut out or renamed, or two of these at once.
async fn note_change(
    connection: &mut Connection,
    permit: &Permit,
    was: Stored,
    is_enabled: bool,
    name: String,
    now: &str,
) -> Result<(), AppError> {
    let mut changes = Vec::new();
    if was.account.name != name {
        changes.push(name_changed(&was.account.name, &name));
    }
    let act = match (was.enabled, is_enabled) {
        (false, true) => Act::EnableAccount,
        (true, false) => Act::DisableAccount,
        _ => Act::Modify,
    };
    if was.enabled != is_enabled {
        changes.push(enabled_changed(was.enabled, is_enabled));
    }
    let account = Account { name, ..was.account };
    note(connection, permit, act, &account, "", &changes, now).await
}

/// `tu-530102-1`, `tu-530102-2`, … Saves of one region have their turns, so no two count the same.
async fn login_key(connection: &mut Connection, declared: &SubAccount, permit: &Permit) -> Result<String, AppError> {
    let count = db::accounts::count_of_kind(connection, declared.kind, permit.scope()).await?;
    Ok(format!("tu-{}-{}", permit.scope().official(), count + 1))
}

/// A new first password for the account of a record, for whoever may edit the record.
pub async fn reset(app: &App, signed: &Signed, form: &'static Form, id: &str) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let stored = db::records::find(&mut tx, form, id).await?.ok_or(AppError::NotFound)?;
    let permit = to_act(signed, Verb::Edit, form, &stored.region, &stored.organ, id)?;
    let known = db::accounts::of_contract(&mut tx, id).await?;
    let account = known.filter(|known| known.enabled).ok_or(AppError::NotFound)?.account;
    let password = super::accounts::renew_password(app, &mut tx, &account).await?;
    let now = app.clock.now();
    note(&mut tx, &permit, Act::ResetPassword, &account, "", &[], &now).await?;
    tx.commit().await?;
    Ok(told(&account.login_key, &password))
}
