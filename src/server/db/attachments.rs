//! Attachments: staged when uploaded, kept when the record is saved, removed with it.

use super::Connection;
use super::sql::Statement;
use crate::domain::attachment::{Attachment, FileType};
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::HashSet;

/// An attachment with what only the server may know.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What screens may know.
    pub attachment: Attachment,
    /// Form of the record.
    pub form: String,
    /// Record id.
    pub record: String,
    /// Content hash, which is also its address in the file store.
    pub sha256: String,
    /// Name as uploaded.
    pub uploaded_name: String,
    /// Whether it belongs to a saved record.
    pub kept: bool,
    /// Account id of the uploader.
    pub created_by: String,
}

const COLUMNS: &str = "id, form, record, field, name, uploaded_name, kind, size, sha256, state, created_by, subject";

fn stored(row: &AnyRow) -> Result<Stored, sqlx::Error> {
    let kind: String = row.try_get("kind")?;
    let state: String = row.try_get("state")?;
    Ok(Stored {
        attachment: Attachment {
            id: row.try_get("id")?,
            field: row.try_get("field")?,
            name: row.try_get("name")?,
            size: row.try_get("size")?,
            kind: FileType::ALL
                .into_iter()
                .find(|candidate| candidate.extension() == kind)
                .ok_or_else(|| sqlx::Error::Decode("attachment with a wrong type".into()))?,
            subject: row.try_get("subject")?,
        },
        form: row.try_get("form")?,
        record: row.try_get("record")?,
        sha256: row.try_get("sha256")?,
        uploaded_name: row.try_get("uploaded_name")?,
        kept: state == "kept",
        created_by: row.try_get("created_by")?,
    })
}

/// Stores a fresh upload as staged.
pub async fn stage(connection: &mut Connection, upload: &Stored, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into attachments (id, form, record, field, position, name, uploaded_name, kind, size, sha256, state, \
         created_by, created_at) values (",
    );
    let attachment = &upload.attachment;
    statement
        .text(attachment.id.as_str())
        .push(", ")
        .text(upload.form.as_str())
        .push(", ");
    statement
        .text(upload.record.as_str())
        .push(", ")
        .text(attachment.field.as_str())
        .push(", 0, ");
    statement
        .text(attachment.name.as_str())
        .push(", ")
        .text(upload.uploaded_name.as_str())
        .push(", ");
    statement
        .text(attachment.kind.extension())
        .push(", ")
        .integer(attachment.size)
        .push(", ");
    statement
        .text(upload.sha256.as_str())
        .push(", 'staged', ")
        .text(upload.created_by.as_str())
        .push(", ");
    statement.text(now).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// The attachment of that id, unless it was removed.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Stored>, sqlx::Error> {
    let mut statement = Statement::new(&format!(
        "select {COLUMNS} from attachments where state <> 'removed' and id = "
    ));
    statement.text(id);
    statement.row(connection).await?.as_ref().map(stored).transpose()
}

/// Attachments of a record: all kept ones, and the ones that this account has staged. In slot order.
pub async fn of_record(connection: &mut Connection, record: &str, account: &str) -> Result<Vec<Stored>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from attachments where record = "));
    statement
        .text(record)
        .push(" and (state = 'kept' or state = 'staged' and created_by = ")
        .text(account);
    statement.push(") order by field, state, position, created_at, id");
    statement.rows(connection).await?.iter().map(stored).collect()
}

/// Kept attachments of several records of a form, for public lists.
pub async fn kept_of(connection: &mut Connection, records: &[String]) -> Result<Vec<Stored>, sqlx::Error> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(&format!(
        "select {COLUMNS} from attachments where state = 'kept' and record in ("
    ));
    for (position, record) in records.iter().enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.text(record.as_str());
    }
    statement.push(") order by record, field, position");
    statement.rows(connection).await?.iter().map(stored).collect()
}

/// Makes an attachment part of its record at a place in its slot, under a name, about another record or none.
pub async fn keep(
    connection: &mut Connection,
    id: &str,
    position: i64,
    name: &str,
    subject: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update attachments set state = 'kept', position = ");
    statement
        .integer(position)
        .push(", name = ")
        .text(name)
        .push(", subject = ")
        .text(subject)
        .push(" where id = ")
        .text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Removes an attachment.
pub async fn remove(connection: &mut Connection, id: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update attachments set state = 'removed', removed_at = ");
    statement.text(now).push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Removes all attachments of a record.
pub async fn remove_all(connection: &mut Connection, record: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update attachments set state = 'removed', removed_at = ");
    statement
        .text(now)
        .push(" where state <> 'removed' and record = ")
        .text(record);
    statement.execute(connection).await.map(|_| ())
}

/// Bytes that a record's attachments take together.
pub async fn bytes_of(connection: &mut Connection, record: &str) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new(
        "select cast(coalesce(sum(size), 0) as bigint) from attachments where state <> 'removed' and record = ",
    );
    statement.text(record);
    statement.number(connection).await
}

/// The hashes of all files that attachments have, each once.
pub async fn files(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let statement = Statement::new("select distinct sha256 from attachments where state <> 'removed' order by sha256");
    let mut rows = statement.stream(connection);
    let mut files = Vec::new();
    while let Some(row) = rows.try_next().await? {
        files.push(row.try_get(0)?);
    }
    Ok(files)
}

/// The hashes of those, and of all that once were an attachment's.
pub async fn all_files(connection: &mut Connection) -> Result<HashSet<String>, sqlx::Error> {
    let mut rows = Statement::new("select distinct sha256 from attachments").stream(connection);
    let mut files = HashSet::new();
    while let Some(row) = rows.try_next().await? {
        files.insert(row.try_get(0)?);
    }
    Ok(files)
}

/// Removes uploads that were staged before an instant and never saved.
pub async fn sweep(connection: &mut Connection, before: &str, now: &str) -> Result<u64, sqlx::Error> {
    let mut statement = Statement::new("update attachments set state = 'removed', removed_at = ");
    statement
        .text(now)
        .push(" where state = 'staged' and created_at < ")
        .text(before);
    Ok(statement.execute(connection).await?.rows_affected())
}
