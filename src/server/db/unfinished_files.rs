//! Files that arrive in pieces and are not whole yet: known to all server processes.

use super::Connection;
use super::sql::Statement;
use crate::domain::attachment::Announced;
use sqlx::Row;
use sqlx::any::AnyRow;

/// One of them.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// Its id.
    pub id: String,
    /// Account id of who sends it.
    pub account: String,
    /// What was said of it.
    pub announced: Announced,
    /// Bytes that have arrived.
    pub received: u64,
    /// Names of the pieces that make up those bytes, in order.
    pub pieces: Vec<String>,
    /// When the last piece arrived.
    pub touched_at: String,
}

const SELECT: &str = "select id, account, form, record, field, name, size, sha256, received, pieces, touched_at from unfinished_files where ";

fn read(row: &AnyRow) -> Result<Unfinished, sqlx::Error> {
    Ok(Unfinished {
        id: row.try_get(0)?,
        account: row.try_get(1)?,
        announced: Announced {
            form: row.try_get(2)?,
            record: row.try_get(3)?,
            field: row.try_get(4)?,
            name: row.try_get(5)?,
            size: row.try_get::<i64, _>(6)?.unsigned_abs(),
            sha256: row.try_get(7)?,
        },
        received: row.try_get::<i64, _>(8)?.unsigned_abs(),
        pieces: row
            .try_get::<String, _>(9)?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        touched_at: row.try_get(10)?,
    })
}

/// Those of an account, the one that waits longest first.
pub async fn of_account(connection: &mut Connection, account: &str) -> Result<Vec<Unfinished>, sqlx::Error> {
    let mut statement = Statement::new(SELECT);
    statement
        .push("account = ")
        .text(account)
        .push(" order by touched_at, id");
    statement.rows(connection).await?.iter().map(read).collect()
}

/// The one of that id; another account's is not there.
pub async fn find(connection: &mut Connection, account: &str, id: &str) -> Result<Option<Unfinished>, sqlx::Error> {
    let mut statement = Statement::new(SELECT);
    statement.push("account = ").text(account).push(" and id = ").text(id);
    statement.row(connection).await?.as_ref().map(read).transpose()
}

/// Keeps a new one.
pub async fn begin(connection: &mut Connection, new: &Unfinished) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into unfinished_files (id, account, form, record, field, name, size, sha256, received, pieces, touched_at) \
         values (",
    );
    let announced = &new.announced;
    for text in [
        &new.id,
        &new.account,
        &announced.form,
        &announced.record,
        &announced.field,
    ] {
        statement.text(text.as_str()).push(", ");
    }
    statement.text(announced.name.as_str()).push(", ");
    statement.integer(announced.size as i64).push(", ");
    statement.text(announced.sha256.as_str()).push(", 0, '', ");
    statement.text(new.touched_at.as_str()).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Notes that somebody goes on with it.
pub async fn touch(connection: &mut Connection, id: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update unfinished_files set touched_at = ");
    statement.text(now).push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Notes that it has grown by a piece, from so many bytes to so many; false when somebody else was faster.
pub async fn grow(
    connection: &mut Connection,
    file: &Unfinished,
    piece: &str,
    to: u64,
    now: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update unfinished_files set received = ");
    statement.integer(to as i64).push(", touched_at = ").text(now);
    statement.push(", pieces = pieces || ").text(format!(" {piece}"));
    statement.push(" where id = ").text(file.id.as_str());
    statement.push(" and received = ").integer(file.received as i64);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Forgets one; false when it was forgotten already.
pub async fn forget(connection: &mut Connection, id: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("delete from unfinished_files where id = ");
    statement.text(id);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Forgets those that nobody has gone on with since an instant.
pub async fn sweep(connection: &mut Connection, before: &str) -> Result<u64, sqlx::Error> {
    let mut statement = Statement::new("delete from unfinished_files where touched_at < ");
    statement.text(before);
    Ok(statement.execute(connection).await?.rows_affected())
}
