//! The chain over 操作记录 (`security.md` A53): who changes, removes, adds or reorders a line breaks it. Lines are sealed a
//! moment after they were written, in order, by one process at a time: a chain that every writer had to lengthen itself would
//! make all of them wait for each other on Postgres.

use super::Connection;
use super::sql::Statement;
use crate::server::storage::hex;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What a seal is over: the columns of a line.
const COLUMNS: [&str; 14] = [
    "id",
    "at",
    "account",
    "account_name",
    "person_name",
    "region",
    "act",
    "form",
    "record",
    "step",
    "opinion",
    "changes",
    "address",
    "session",
];
/// The columns of lines that were sealed before the log named sessions.
const WITHOUT_SESSION: usize = 13;
/// The hash before the first line.
pub const BEGINNING: &str = "";

/// The end of the chain: how many lines are sealed, and the hash over all of them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// Lines that are sealed.
    pub position: i64,
    /// The hash over all of them.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            position: 0,
            hash: BEGINNING.to_owned(),
        }
    }
}

impl Head {
    /// The next link. Every part carries its length, so that none can lend letters to its neighbour.
    fn next(&self, parts: &[Option<String>]) -> Self {
        let position = self.position + 1;
        let mut hash = Sha256::new();
        hash.update(self.hash.as_bytes());
        hash.update(position.to_be_bytes());
        // A line without a session is sealed as all were before.
        let parts = match parts.split_last() {
            Some((None, rest)) if rest.len() == WITHOUT_SESSION => rest,
            _ => parts,
        };
        for part in parts {
            match part {
                Some(text) => {
                    hash.update([1]);
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text.as_bytes());
                }
                None => hash.update([0]),
            }
        }
        Self {
            position,
            hash: hex(&hash.finalize()),
        }
    }
}

fn columns() -> String {
    COLUMNS.map(|column| format!("audits.{column}")).join(", ")
}

fn parts(row: &AnyRow) -> Result<Vec<Option<String>>, sqlx::Error> {
    (0..COLUMNS.len()).map(|position| row.try_get(position)).collect()
}

/// The end of the chain.
pub async fn head(connection: &mut Connection) -> Result<Head, sqlx::Error> {
    let statement = Statement::new("select position, hash from audit_seals order by position desc limit 1");
    let row = statement.row(connection).await?;
    row.map_or(Ok(Head::default()), |row| {
        Ok(Head {
            position: row.try_get(0)?,
            hash: row.try_get(1)?,
        })
    })
}

/// Whether lines wait for their seal.
pub async fn is_waited_for(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let statement = Statement::new("select count(*) from (select 1 from audit_waiting limit 1) some_line");
    Ok(statement.number(connection).await? > 0)
}

/// How many lines wait for their seal.
pub async fn waiting(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    Statement::new("select count(*) from audit_waiting")
        .number(connection)
        .await
}

/// Seals the oldest lines that wait, at most so many, in the turn of the caller. Answers how many.
pub async fn seal(connection: &mut Connection, most: i64) -> Result<usize, sqlx::Error> {
    let mut statement = Statement::new(&format!(
        "select {} from audit_waiting join audits on audits.id = audit_waiting.audit order by audit_waiting.audit limit ",
        columns()
    ));
    statement.integer(most);
    let lines = statement.rows(&mut *connection).await?;
    let mut head = head(&mut *connection).await?;
    let mut sealed: Vec<String> = Vec::new();
    let mut insert = Statement::new("insert into audit_seals (position, audit, hash) values ");
    for row in &lines {
        head = head.next(&parts(row)?);
        let id: String = row.try_get(0)?;
        insert.push(if sealed.is_empty() { "(" } else { ", (" });
        insert.integer(head.position).push(", ").text(id.as_str()).push(", ");
        insert.text(head.hash.as_str()).push(")");
        sealed.push(id);
    }
    if !sealed.is_empty() {
        insert.execute(&mut *connection).await?;
        let mut delete = Statement::new("delete from audit_waiting where audit in ");
        delete.list(&sealed);
        delete.execute(connection).await?;
    }
    Ok(sealed.len())
}

/// What a look at the whole chain has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The end of the chain.
    pub head: Head,
    /// Lines that wait for their seal.
    pub waiting: i64,
    /// What is wrong, in words; at most a few of each sort are named.
    pub faults: Vec<String>,
}

/// Faults of the chain that are named singly.
const NAMED: usize = 20;

/// Goes along the whole chain. Where the place of an earlier end is known (from a backup), the chain must go through it.
pub async fn look(connection: &mut Connection, earlier: Option<&Head>) -> Result<Look, sqlx::Error> {
    let mut look = Look::default();
    let mut broken = 0;
    let statement = Statement::new(&format!(
        "select {}, audit_seals.position, audit_seals.audit, audit_seals.hash from audit_seals \
         left join audits on audits.id = audit_seals.audit order by audit_seals.position",
        columns()
    ));
    let mut links = statement.stream(&mut *connection);
    while let Some(row) = links.try_next().await? {
        let position: i64 = row.try_get(COLUMNS.len())?;
        let audit: String = row.try_get(COLUMNS.len() + 1)?;
        let hash: String = row.try_get(COLUMNS.len() + 2)?;
        let parts = parts(&row)?;
        let fault = if position != look.head.position + 1 {
            Some(format!("place {} of the chain is missing", look.head.position + 1))
        } else if parts.first().is_none_or(Option::is_none) {
            Some(format!("the line {audit} at place {position} is missing"))
        } else if look.head.next(&parts).hash != hash {
            Some(format!("the line {audit} at place {position} is not what was sealed"))
        } else {
            None
        };
        if let Some(fault) = fault {
            broken += 1;
            if broken <= NAMED {
                look.faults.push(fault);
            }
        }
        if earlier.is_some_and(|earlier| earlier.position == position && earlier.hash != hash) {
            look.faults.push(format!(
                "the chain does not go through what was known of place {position}"
            ));
        }
        // What stands there counts on: one changed line is one fault and not a thousand.
        look.head = Head { position, hash };
    }
    drop(links);
    if broken > NAMED {
        look.faults.push(format!("{} more places are broken", broken - NAMED));
    }
    if let Some(earlier) = earlier.filter(|earlier| earlier.position > look.head.position) {
        look.faults.push(format!(
            "the chain ends at place {} and once went on to {}",
            look.head.position, earlier.position
        ));
    }
    look.waiting = waiting(&mut *connection).await?;
    for (what, sql) in [
        (
            "a line was removed before it was sealed",
            "select audit from audit_waiting where not exists (select 1 from audits where audits.id = audit_waiting.audit)",
        ),
        (
            "a line came past the chain",
            "select id from audits where not exists (select 1 from audit_seals where audit_seals.audit = audits.id) \
             and not exists (select 1 from audit_waiting where audit_waiting.audit = audits.id)",
        ),
    ] {
        let rows = Statement::new(&format!("{sql} limit 20"))
            .rows(&mut *connection)
            .await?;
        for row in rows {
            let id: String = row.try_get(0)?;
            look.faults.push(format!("{what}: {id}"));
        }
    }
    Ok(look)
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Head, WITHOUT_SESSION};

    #[test]
    fn a_line_without_a_session_is_sealed_as_before() {
        let before: Vec<Option<String>> = (0..WITHOUT_SESSION).map(|at| Some(at.to_string())).collect();
        let with = |session: Option<&str>| {
            let mut parts = before.clone();
            parts.push(session.map(str::to_owned));
            Head::default().next(&parts)
        };
        assert_eq!(COLUMNS.len(), WITHOUT_SESSION + 1);
        assert_eq!(with(None), Head::default().next(&before));
        assert_ne!(with(Some("")), with(None));
        assert_ne!(with(Some("a")), with(Some("b")));
    }
}
