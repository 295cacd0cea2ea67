//! What was typed and not yet saved, tied to the account. A slot is a record id, or `new` for the one blank record that
//! an account may leave lying around per form.

use super::Connection;
use super::sql::Statement;
use crate::domain::record::Draft;
use sqlx::Row;

/// The slot of a blank record.
pub const NEW: &str = "new";

/// Keeps a draft.
pub async fn keep(
    connection: &mut Connection,
    account: &str,
    form: &str,
    slot: &str,
    record: &str,
    body: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into drafts (account, form, slot, record, body, kept_at) values (");
    for (position, text) in [account, form, slot, record, body, now].into_iter().enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.text(text);
    }
    statement.push(
        ") on conflict (account, form, slot) do update set record = excluded.record, body = excluded.body, \
         kept_at = excluded.kept_at",
    );
    statement.execute(connection).await.map(|_| ())
}

/// The kept draft: `(record, kept_at, draft)`.
pub async fn find(
    connection: &mut Connection,
    account: &str,
    form: &str,
    slot: &str,
) -> Result<Option<(String, String, Draft)>, sqlx::Error> {
    let mut statement = Statement::new("select record, kept_at, body from drafts where account = ");
    statement
        .text(account)
        .push(" and form = ")
        .text(form)
        .push(" and slot = ")
        .text(slot);
    let Some(row) = statement.row(connection).await? else {
        return Ok(None);
    };
    let body: String = row.try_get(2)?;
    let Ok(draft) = serde_json::from_str(&body) else {
        return Ok(None);
    };
    Ok(Some((row.try_get(0)?, row.try_get(1)?, draft)))
}

/// Forgets the drafts of a record.
pub async fn forget(connection: &mut Connection, account: &str, form: &str, record: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from drafts where account = ");
    statement
        .text(account)
        .push(" and form = ")
        .text(form)
        .push(" and (slot = ")
        .text(record);
    statement.push(" or record = ").text(record).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// All drafts of an account: `(form, slot, kept_at)`, newest first.
pub async fn of_account(
    connection: &mut Connection,
    account: &str,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select form, slot, kept_at from drafts where account = ");
    statement.text(account).push(" order by kept_at desc limit 20");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}
