//! Sessions and known devices. Only hashes of tokens are stored: who steals the store has no session.

use super::Connection;
use super::accounts::{Stored, by_id};
use super::sql::Statement;
use sqlx::Row;

/// A session as it begins.
pub struct NewSession<'a> {
    /// SHA-256 of the token.
    pub token_hash: &'a str,
    /// Account id.
    pub account: &'a str,
    /// Now.
    pub now: &'a str,
    /// When it ends, whatever happens.
    pub expires_at: &'a str,
    /// Client address.
    pub address: &'a str,
    /// Browser.
    pub agent: &'a str,
}

/// Begins a session.
pub async fn begin(connection: &mut Connection, session: &NewSession<'_>) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into sessions (token_hash, account, created_at, seen_at, expires_at, address, agent) values (",
    );
    statement
        .text(session.token_hash)
        .push(", ")
        .text(session.account)
        .push(", ")
        .text(session.now)
        .push(", ");
    statement
        .text(session.now)
        .push(", ")
        .text(session.expires_at)
        .push(", ");
    statement.text(session.address).push(", ").text(session.agent).push(")");
    statement.execute(&mut *connection).await?;
    let mut seen = Statement::new("update accounts set last_seen_at = ");
    seen.text(session.now).push(" where id = ").text(session.account);
    seen.execute(connection).await.map(|_| ())
}

/// The enabled account of a live session and when it was last seen.
pub async fn find(
    connection: &mut Connection,
    token_hash: &str,
    now: &str,
) -> Result<Option<(Stored, String)>, sqlx::Error> {
    let mut statement = Statement::new("select account, seen_at from sessions where token_hash = ");
    statement.text(token_hash).push(" and expires_at > ").text(now);
    let Some(row) = statement.row(&mut *connection).await? else {
        return Ok(None);
    };
    let (account, seen_at): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let stored = by_id(connection, &account).await?;
    Ok(stored.filter(|stored| stored.enabled).map(|stored| (stored, seen_at)))
}

/// Notes that the session was used.
pub async fn touch(connection: &mut Connection, token_hash: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update sessions set seen_at = ");
    statement.text(now).push(" where token_hash = ").text(token_hash);
    statement.execute(connection).await.map(|_| ())
}

/// Ends one session.
pub async fn end(connection: &mut Connection, token_hash: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from sessions where token_hash = ");
    statement.text(token_hash);
    statement.execute(connection).await.map(|_| ())
}

/// Ends all sessions of an account.
pub async fn end_all(connection: &mut Connection, account: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from sessions where account = ");
    statement.text(account);
    statement.execute(connection).await.map(|_| ())
}

/// Removes sessions that are over.
pub async fn sweep(connection: &mut Connection, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from sessions where expires_at <= ");
    statement.text(now);
    statement.execute(connection).await.map(|_| ())
}

/// Remembers a device from which the account signed in.
pub async fn remember_device(
    connection: &mut Connection,
    account: &str,
    token_hash: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into devices (token_hash, account, created_at) values (");
    statement
        .text(token_hash)
        .push(", ")
        .text(account)
        .push(", ")
        .text(now)
        .push(") on conflict do nothing");
    statement.execute(connection).await.map(|_| ())
}

/// Whether the account signed in from this device before.
pub async fn knows_device(connection: &mut Connection, account: &str, token_hash: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from devices where account = ");
    statement.text(account).push(" and token_hash = ").text(token_hash);
    Ok(statement.number(connection).await? > 0)
}

/// Whether the account ever signed in since its password was set anew.
pub async fn has_devices(connection: &mut Connection, account: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from devices where account = ");
    statement.text(account);
    Ok(statement.number(connection).await? > 0)
}

/// Forgets the devices of an account: a new first password is good on any of them, once.
pub async fn forget_devices(connection: &mut Connection, account: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from devices where account = ");
    statement.text(account);
    statement.execute(connection).await.map(|_| ())
}
