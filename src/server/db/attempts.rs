//! What may be done so often only, in the store, so that all server processes count alike.

use super::Connection;
use super::sql::Statement;
use sqlx::Row;

/// Notes that something was done.
pub async fn note(connection: &mut Connection, things: &[String], now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into attempts (id, thing, at) values ");
    for (position, thing) in things.iter().enumerate() {
        statement.push(if position > 0 { ", (" } else { "(" });
        statement
            .text(super::new_id())
            .push(", ")
            .text(thing.as_str())
            .push(", ");
        statement.text(now).push(")");
    }
    statement.execute(connection).await.map(|_| ())
}

/// When the thing was done since an instant, the newest first, at most so many times.
pub async fn since(
    connection: &mut Connection,
    thing: &str,
    since: &str,
    most: usize,
) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select at from attempts where thing = ");
    statement.text(thing).push(" and at > ").text(since);
    statement.push(" order by at desc limit ").integer(most as i64);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Forgets how often the thing was done.
pub async fn forget(connection: &mut Connection, thing: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from attempts where thing = ");
    statement.text(thing);
    statement.execute(connection).await.map(|_| ())
}

/// Forgets what was done before an instant.
pub async fn sweep(connection: &mut Connection, before: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from attempts where at < ");
    statement.text(before);
    statement.execute(connection).await.map(|_| ())
}
