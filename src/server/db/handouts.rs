//! What waits to be handed out once, sealed.

use super::Connection;
use super::sql::Statement;
use crate::server::sealing::{bytes_of, text_of};
use sqlx::Row;

/// What waits.
#[derive(Debug)]
pub struct Kept {
    /// Name of a workbook; empty for a sentence.
    pub name: String,
    /// Sealed.
    pub content: Vec<u8>,
}

/// Puts it where it waits.
pub async fn keep(
    connection: &mut Connection,
    id: &str,
    owner: &str,
    is_strange: bool,
    now: &str,
    kept: &Kept,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into handouts (id, owner, is_strange, kept_at, name, content) values (");
    statement.text(id).push(", ").text(owner).push(", ");
    statement.integer(i64::from(is_strange)).push(", ").text(now);
    statement.push(", ").text(kept.name.as_str()).push(", ");
    statement.text(text_of(&kept.content)).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Removes what has waited since before an instant, and then the oldest of its kind until one more than is there is not too many.
pub async fn make_room(
    connection: &mut Connection,
    is_strange: bool,
    since: &str,
    most: i64,
) -> Result<(), sqlx::Error> {
    sweep(&mut *connection, since).await?;
    let strange = i64::from(is_strange);
    let mut statement = Statement::new("delete from handouts where is_strange = ");
    statement.integer(strange);
    statement
        .push(" and id not in (select id from handouts where is_strange = ")
        .integer(strange);
    statement
        .push(" order by kept_at desc, id limit ")
        .integer(most - 1)
        .push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Takes it away, whatever asks for it a second time.
pub async fn take(
    connection: &mut Connection,
    id: &str,
    owner: &str,
    is_strange: bool,
    since: &str,
) -> Result<Option<Kept>, sqlx::Error> {
    let mut statement = Statement::new("delete from handouts where ");
    own(&mut statement, id, owner, is_strange, since);
    statement.push(" returning name, content");
    let Some(row) = statement.row(connection).await? else {
        return Ok(None);
    };
    Ok(Some(Kept {
        name: row.try_get(0)?,
        content: bytes_of(&row.try_get::<String, _>(1)?).unwrap_or_default(),
    }))
}

/// Whether it is there.
pub async fn waits(
    connection: &mut Connection,
    id: &str,
    owner: &str,
    is_strange: bool,
    since: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("select 1 from handouts where ");
    own(&mut statement, id, owner, is_strange, since);
    Ok(statement.row(connection).await?.is_some())
}

/// Removes what has waited since before an instant.
pub async fn sweep(connection: &mut Connection, since: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from handouts where kept_at < ");
    statement.text(since);
    statement.execute(connection).await.map(|_| ())
}

fn own(statement: &mut Statement, id: &str, owner: &str, is_strange: bool, since: &str) {
    statement.push("id = ").text(id).push(" and owner = ").text(owner);
    statement.push(" and is_strange = ").integer(i64::from(is_strange));
    statement.push(" and kept_at >= ").text(since);
}
