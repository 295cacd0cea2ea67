//! 操作记录. Written in the transaction that makes the line true.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::audit::{Act, sentence};
use crate::domain::region::Region;
use crate::server::clock::shown;
use serde::Serialize;
use sqlx::Row;

/// One line to be written.
pub struct Line<'a> {
    /// Who; `None` for the system and for unknown accounts.
    pub account: Option<&'a Account>,
    /// What.
    pub act: Act,
    /// Where.
    pub region: Option<&'a Region>,
    /// The form and the record, when it is about one.
    pub record: Option<(&'a str, &'a str)>,
    /// The step, when it is about one.
    pub step: Option<&'a str>,
    /// Opinion, reason, or what the act was about.
    pub opinion: &'a str,
    /// Old and new values.
    pub changes: &'a [Change],
    /// Client address.
    pub address: &'a str,
    /// Now.
    pub now: &'a str,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Label.
    pub field: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// Writes a line.
pub async fn write(connection: &mut Connection, line: &Line<'_>) -> Result<(), sqlx::Error> {
    write_all(connection, std::slice::from_ref(line)).await
}

/// Writes lines, many with one statement.
pub async fn write_all(connection: &mut Connection, lines: &[Line<'_>]) -> Result<(), sqlx::Error> {
    for batch in lines.chunks(500) {
        let mut statement = Statement::new(
            "insert into audits (id, at, account, account_name, person_name, region, act, form, record, step, \
             opinion, changes, address, session) values ",
        );
        for (position, line) in batch.iter().enumerate() {
            statement.push(if position > 0 { ", " } else { "" });
            put(&mut statement, line);
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

fn put(statement: &mut Statement, line: &Line<'_>) {
    let text = |text: &str| Some(text.to_owned());
    let changes = serde_json::to_string(line.changes).unwrap_or_default();
    let values = [
        text(&super::new_id()),
        text(line.now),
        line.account.and_then(|account| text(&account.id)),
        text(line.account.map_or("系统", |account| &account.name)),
        line.account.and_then(|account| account.person_name.clone()),
        line.region.and_then(|region| text(region.code())),
        text(line.act.key()),
        line.record.and_then(|(form, _)| text(form)),
        line.record.and_then(|(_, record)| text(record)),
        line.step.and_then(text),
        text(line.opinion),
        text(&changes),
        text(line.address),
        crate::server::session::mark(),
    ];
    for (position, value) in values.into_iter().enumerate() {
        statement.push(if position > 0 { ", " } else { "(" });
        statement.text_or_null(value);
    }
    statement.push(")");
}

/// The lines of a record as sentences, newest first.
pub async fn of_record(connection: &mut Connection, form: &str, record: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select account_name, at, act, opinion from audits where record = ");
    statement.text(record).push(" and form = ").text(form);
    statement.push(" and act not in ('upload', 'download', 'export', 'refused') order by at desc, id desc limit 200");
    statement.rows(connection).await?.iter().map(read).collect()
}

/// Who changed the record last, as a sentence.
pub async fn last_of_record(connection: &mut Connection, form: &str, record: &str) -> Result<String, sqlx::Error> {
    Ok(of_record(connection, form, record)
        .await?
        .into_iter()
        .next()
        .unwrap_or_else(|| "该记录已被修改".to_owned()))
}

/// Who reopened a step of a region for the village and why, when that was the last that happened to its switch.
pub async fn reopened(connection: &mut Connection, step: &str, region: &Region) -> Result<Option<String>, sqlx::Error> {
    let mut statement = Statement::new("select account_name, at, act, opinion from audits where region = ");
    statement.text(region.code()).push(" and step = ").text(step);
    statement.push(" and act in ('complete', 'reopen', 'reopen_for_others') order by at desc, id desc limit 1");
    let row = statement.row(connection).await?;
    let by_others = |row: &sqlx::any::AnyRow| -> Result<bool, sqlx::Error> {
        Ok(row.try_get::<String, _>(2)? == Act::ReopenForOthers.key())
    };
    match row {
        Some(row) if by_others(&row)? => read(&row).map(Some),
        _ => Ok(None),
    }
}

/// How often an act stands in the log, for tests and reports.
pub async fn count(connection: &mut Connection, act: Act) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from audits where act = ");
    statement.text(act.key());
    statement.number(connection).await
}

/// The lines of an act with what they changed, newest first, for tests and reports.
pub async fn of_act(connection: &mut Connection, act: Act) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select account_name, at, act, opinion, changes from audits where act = ");
    statement.text(act.key()).push(" order by at desc, id desc limit 200");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok(format!("{} {}", read(row)?, row.try_get::<String, _>(4)?)))
        .collect()
}

fn read(row: &sqlx::any::AnyRow) -> Result<String, sqlx::Error> {
    let (account, at): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (act, opinion): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    Ok(sentence(&account, &shown(&at), &act, &opinion))
}
