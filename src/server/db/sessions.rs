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
    /// Whether it opens nothing before the code of 两步验证.
    pub awaits_code: bool,
}

/// Begins a session.
pub async fn begin(connection: &mut Connection, session: &NewSession<'_>) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into sessions (token_hash, account, created_at, seen_at, expires_at, address, agent, awaits_code) values (",
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
    statement
        .text(session.address)
        .push(", ")
        .text(session.agent)
        .push(", ");
    statement.integer(i64::from(session.awaits_code)).push(")");
    statement.execute(&mut *connection).await?;
    let mut seen = Statement::new("update accounts set last_seen_at = ");
    seen.text(session.now).push(" where id = ").text(session.account);
    seen.execute(connection).await.map(|_| ())
}

/// A live session with its enabled account.
#[derive(Debug, Clone)]
pub struct Found {
    /// The account.
    pub stored: Stored,
    /// When it was last seen.
    pub seen_at: String,
    /// Whether it opens nothing before the code of 两步验证.
    pub awaits_code: bool,
}

/// The session of a token.
pub async fn find(connection: &mut Connection, token_hash: &str, now: &str) -> Result<Option<Found>, sqlx::Error> {
    let mut statement =
        Statement::new("select account, seen_at, person, awaits_code from sessions where token_hash = ");
    statement.text(token_hash).push(" and expires_at > ").text(now);
    let Some(row) = statement.row(&mut *connection).await? else {
        return Ok(None);
    };
    let (account, seen_at): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let person: Option<String> = row.try_get(2)?;
    let awaits_code = row.try_get::<i64, _>(3)? == 1;
    let stored = by_id(connection, &account).await?;
    Ok(stored.filter(|stored| stored.enabled).map(|mut stored| {
        // Several people share the account: the log says who it was.
        if person.is_some() {
            stored.account.person_name = person;
        }
        Found {
            stored,
            seen_at,
            awaits_code,
        }
    }))
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

/// Ends the sessions of an account that were used least lately, until so many are left.
pub async fn keep_newest(connection: &mut Connection, account: &str, most: i64) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from sessions where account = ");
    statement.text(account);
    statement.push(" and token_hash not in (select token_hash from sessions where account = ");
    statement.text(account);
    statement
        .push(" order by seen_at desc, created_at desc, token_hash limit ")
        .integer(most)
        .push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Ends all sessions of an account.
pub async fn end_all(connection: &mut Connection, account: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from sessions where account = ");
    statement.text(account);
    statement.execute(connection).await.map(|_| ())
}

/// A session as its owner and the administrators see it.
#[derive(Debug, Clone)]
pub struct Held {
    /// SHA-256 of its token.
    pub token_hash: String,
    /// When it began.
    pub created_at: String,
    /// When it was used last.
    pub seen_at: String,
    /// Client address.
    pub address: String,
    /// Browser.
    pub agent: String,
    /// Who works in it, where several people share the account.
    pub person: Option<String>,
}

/// The sessions of an account that are not over, the last used first.
pub async fn of_account(connection: &mut Connection, account: &str, now: &str) -> Result<Vec<Held>, sqlx::Error> {
    let mut statement = Statement::new(
        "select token_hash, created_at, seen_at, address, agent, person from sessions where awaits_code = 0 and account = ",
    );
    statement.text(account).push(" and expires_at > ").text(now);
    statement.push(" order by seen_at desc, token_hash");
    let rows = statement.rows(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(Held {
            token_hash: row.try_get(0)?,
            created_at: row.try_get(1)?,
            seen_at: row.try_get(2)?,
            address: row.try_get(3)?,
            agent: row.try_get(4)?,
            person: row.try_get(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Says who works in a session.
pub async fn set_person(connection: &mut Connection, token_hash: &str, person: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update sessions set person = ");
    statement.text(person).push(" where token_hash = ").text(token_hash);
    statement.execute(connection).await.map(|_| ())
}

/// From how many devices an account has signed in since its password was set anew.
pub async fn count_devices(connection: &mut Connection, account: &str) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from devices where account = ");
    statement.text(account);
    statement.number(connection).await
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

/// The login key of the account that has signed in last on a device: whoever signs in there for the first time gets a new token.
pub async fn last_on_device(connection: &mut Connection, token_hash: &str) -> Result<Option<String>, sqlx::Error> {
    let mut statement = Statement::new(
        "select accounts.login_key from devices join accounts on accounts.id = devices.account where devices.token_hash = ",
    );
    statement
        .text(token_hash)
        .push(" order by devices.created_at desc limit 1");
    let row = statement.row(connection).await?;
    row.map(|row| row.try_get(0)).transpose()
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
