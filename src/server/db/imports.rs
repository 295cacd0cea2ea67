//! Imports that several server processes know of.

use super::Connection;
use super::sql::Statement;
use sqlx::Row;

/// One of them.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Its id.
    pub id: String,
    /// Account id of whose it is.
    pub account: String,
    /// Key of the page.
    pub page: String,
    /// Key of the tab.
    pub tab: String,
    /// Client address, for the log.
    pub address: String,
    /// The key under which the workbook lies in the file store.
    pub secret: String,
    /// How far it is, in a word.
    pub phase: String,
    /// How far it is, as its window shows it: JSON.
    pub view: String,
}

/// Keeps a new one and forgets the earlier ones of the account; answers their ids.
pub async fn begin(connection: &mut Connection, new: &Shared, now: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut old = Statement::new("delete from imports where account = ");
    old.text(new.account.as_str()).push(" returning id");
    let old = old.rows(&mut *connection).await?;
    let mut statement =
        Statement::new("insert into imports (id, account, page, tab, address, secret, phase, view, begun_at) values (");
    for text in [
        &new.id,
        &new.account,
        &new.page,
        &new.tab,
        &new.address,
        &new.secret,
        &new.phase,
        &new.view,
    ] {
        statement.text(text.as_str()).push(", ");
    }
    statement.text(now).push(")");
    statement.execute(connection).await?;
    old.iter().map(|row| row.try_get(0)).collect()
}

/// The import of that id; another account's is not there.
pub async fn find(connection: &mut Connection, account: &str, id: &str) -> Result<Option<Shared>, sqlx::Error> {
    let mut statement =
        Statement::new("select id, account, page, tab, address, secret, phase, view from imports where id = ");
    statement.text(id).push(" and account = ").text(account);
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| {
        Ok(Some(Shared {
            id: row.try_get(0)?,
            account: row.try_get(1)?,
            page: row.try_get(2)?,
            tab: row.try_get(3)?,
            address: row.try_get(4)?,
            secret: row.try_get(5)?,
            phase: row.try_get(6)?,
            view: row.try_get(7)?,
        }))
    })
}

/// Notes how far one is.
pub async fn note(connection: &mut Connection, id: &str, phase: &str, view: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update imports set phase = ");
    statement.text(phase).push(", view = ").text(view);
    statement.push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Moves one on from a phase; false when another process was faster.
pub async fn advance(connection: &mut Connection, id: &str, from: &str, to: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update imports set phase = ");
    statement
        .text(to)
        .push(" where id = ")
        .text(id)
        .push(" and phase = ")
        .text(from);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Forgets those that were begun before an instant; answers their ids.
pub async fn sweep(connection: &mut Connection, before: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("delete from imports where begun_at < ");
    statement.text(before).push(" returning id");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
