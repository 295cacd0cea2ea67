//! Decisions of a review, and the remarks that come with a return.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::audit::{Act, sentence};
use crate::domain::verb::Verb;
use crate::server::clock::shown;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// A decision as it is stored.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Id.
    pub id: String,
    /// Record id.
    pub record: String,
    /// The version that was judged.
    pub version: i64,
    /// Account id.
    pub account: String,
    /// Display name at that time.
    pub account_name: String,
    /// What was done.
    pub verb: Verb,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// What was said.
    pub opinion: String,
    /// What was judged, as JSON.
    pub content: String,
    /// When.
    pub at: String,
}

impl Decision {
    /// `昆明市自然资源和规划局 在 2021-08-11 16:38:07 已审核通过：同意`
    pub fn sentence(&self) -> String {
        let act = Act::of(self.verb).map_or("", Act::key);
        sentence(&self.account_name, &shown(&self.at), act, &self.opinion)
    }
}

/// A decision to be written.
pub struct NewDecision<'a> {
    /// Id.
    pub id: String,
    /// Form key.
    pub form: &'a str,
    /// Record id.
    pub record: &'a str,
    /// The version that was judged.
    pub version: i64,
    /// State before.
    pub from: &'a str,
    /// State after.
    pub to: &'a str,
    /// What was judged, as JSON.
    pub content: String,
}

/// What the decisions of one act share.
pub struct Shared<'a> {
    /// Who.
    pub account: &'a Account,
    /// What.
    pub verb: Verb,
    /// Whether the record has passed with it.
    pub passed: bool,
    /// What was said.
    pub opinion: &'a str,
    /// Who it goes to, `(id, name)`.
    pub receiver: Option<(&'a str, &'a str)>,
    /// The bulk that it is part of.
    pub job: Option<&'a str>,
    /// Now.
    pub now: &'a str,
}

const COLUMNS: &str = "id, record, version, account, account_name, verb, from_status, to_status, opinion, content, at";

fn read(row: &AnyRow) -> Result<Decision, sqlx::Error> {
    let verb: String = row.try_get(5)?;
    Ok(Decision {
        id: row.try_get(0)?,
        record: row.try_get(1)?,
        version: row.try_get(2)?,
        account: row.try_get(3)?,
        account_name: row.try_get(4)?,
        verb: Verb::from_key(&verb).ok_or_else(|| sqlx::Error::Decode("decision with an unknown verb".into()))?,
        from: row.try_get(6)?,
        to: row.try_get(7)?,
        opinion: row.try_get(8)?,
        content: row.try_get(9)?,
        at: row.try_get(10)?,
    })
}

/// Writes decisions of one act in one statement.
pub async fn write(
    connection: &mut Connection,
    decisions: &[NewDecision<'_>],
    shared: &Shared<'_>,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into decisions (id, form, record, version, account, account_name, account_kind, verb, from_status, \
         to_status, passed, opinion, receiver, receiver_name, content, job, at) values ",
    );
    for (position, decision) in decisions.iter().enumerate() {
        statement.push(if position > 0 { ", (" } else { "(" });
        statement
            .text(decision.id.as_str())
            .push(", ")
            .text(decision.form)
            .push(", ");
        statement
            .text(decision.record)
            .push(", ")
            .integer(decision.version)
            .push(", ");
        statement.text(shared.account.id.as_str()).push(", ");
        statement.text(shared.account.name.as_str()).push(", ");
        statement.text(shared.account.kind.key()).push(", ");
        statement.text(shared.verb.key()).push(", ");
        statement.text(decision.from).push(", ").text(decision.to).push(", ");
        statement
            .integer(i64::from(shared.passed))
            .push(", ")
            .text(shared.opinion)
            .push(", ");
        statement
            .text_or_null(shared.receiver.map(|(id, _)| id.to_owned()))
            .push(", ");
        statement.text(shared.receiver.map_or("", |(_, name)| name)).push(", ");
        statement.text(decision.content.as_str()).push(", ");
        statement.text_or_null(shared.job.map(str::to_owned)).push(", ");
        statement.text(shared.now).push(")");
    }
    statement.execute(connection).await.map(|_| ())
}

/// The last decision about a record that stands.
pub async fn last(connection: &mut Connection, record: &str) -> Result<Option<Decision>, sqlx::Error> {
    one(connection, record, |_| {}).await
}

/// The last decision of a level about a record that stands.
pub async fn last_by_kind(
    connection: &mut Connection,
    record: &str,
    kind: &str,
) -> Result<Option<Decision>, sqlx::Error> {
    one(connection, record, |statement| {
        statement.push(" and account_kind = ").text(kind);
    })
    .await
}

/// The decision with which a record passed last.
pub async fn last_passed(connection: &mut Connection, record: &str) -> Result<Option<Decision>, sqlx::Error> {
    one(connection, record, |statement| {
        statement.push(" and passed = 1");
    })
    .await
}

/// What was said of these records with the last decision of a verb that stands.
pub async fn said_last(
    connection: &mut Connection,
    records: &[String],
    verb: Verb,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut statement = Statement::new("select record, opinion from decisions where undone_at is null and verb = ");
    statement.text(verb.key()).push(" and record in ").list(records);
    // The last one of a record is kept.
    statement.push(" order by at, id");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

async fn one(
    connection: &mut Connection,
    record: &str,
    narrow: impl Fn(&mut Statement),
) -> Result<Option<Decision>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from decisions where undone_at is null and record = ")
        .text(record);
    narrow(&mut statement);
    statement.push(" order by at desc, id desc limit 1");
    statement.row(connection).await?.as_ref().map(read).transpose()
}

/// The decisions of a bulk about these records that stand.
pub async fn of_job(
    connection: &mut Connection,
    job: &str,
    records: &[String],
) -> Result<BTreeMap<String, Decision>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from decisions where undone_at is null and job = ")
        .text(job)
        .push(" and record in ")
        .list(records);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| read(row).map(|decision| (decision.record.clone(), decision)))
        .collect()
}

/// Takes decisions back, and opens the remarks again that they had closed.
pub async fn undo(connection: &mut Connection, ids: &[String], now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update decisions set undone_at = ");
    statement.text(now).push(" where id in ").list(ids);
    statement.execute(&mut *connection).await?;
    let mut open = Statement::new("update pins set closed_by = null where closed_by in ");
    open.list(ids);
    open.execute(&mut *connection).await?;
    let mut forget = Statement::new("delete from pins where decision in ");
    forget.list(ids);
    forget.execute(connection).await.map(|_| ())
}

/// A remark as it is stored.
#[derive(Debug, Clone)]
pub struct StoredPin {
    /// Id.
    pub id: String,
    /// Record id.
    pub record: String,
    /// Field key.
    pub place: String,
    /// Label.
    pub label: String,
    /// What the reviewer says.
    pub remark: String,
    /// What stood there.
    pub held: String,
    /// What the filler answers.
    pub answer: String,
    /// Who returned it and when, as a sentence without the opinion.
    pub by: String,
}

/// The remarks about these records that wait.
pub async fn open_pins(connection: &mut Connection, records: &[String]) -> Result<Vec<StoredPin>, sqlx::Error> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(
        "select pin.id, pin.record, pin.place, pin.label, pin.remark, pin.held, pin.answer, decision.account_name, \
         decision.at from pins pin join decisions decision on decision.id = pin.decision \
         where pin.closed_by is null and pin.record in ",
    );
    statement.list(records).push(" order by decision.at, pin.position");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let (name, at): (String, String) = (row.try_get(7)?, row.try_get(8)?);
            Ok(StoredPin {
                id: row.try_get(0)?,
                record: row.try_get(1)?,
                place: row.try_get(2)?,
                label: row.try_get(3)?,
                remark: row.try_get(4)?,
                held: row.try_get(5)?,
                answer: row.try_get(6)?,
                by: sentence(&name, &shown(&at), Act::Return.key(), ""),
            })
        })
        .collect()
}

/// A remark to be written: place, label, what is said, what stands there.
pub struct NewPin {
    /// Field key, or `field/file`.
    pub place: String,
    /// Label.
    pub label: String,
    /// What the reviewer says.
    pub remark: String,
    /// What stands there.
    pub held: String,
}

/// Writes the remarks of a return.
pub async fn pin(
    connection: &mut Connection,
    form: &str,
    record: &str,
    decision: &str,
    pins: &[NewPin],
) -> Result<(), sqlx::Error> {
    for (position, pin) in pins.iter().enumerate() {
        let mut statement = Statement::new(
            "insert into pins (id, form, record, decision, position, place, label, remark, held, answer) values (",
        );
        statement
            .text(super::new_id())
            .push(", ")
            .text(form)
            .push(", ")
            .text(record);
        statement.push(", ").text(decision).push(", ").integer(position as i64);
        for text in [&pin.place, &pin.label, &pin.remark, &pin.held] {
            statement.push(", ").text(text.as_str());
        }
        statement.push(", '')");
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Keeps what the filler answers to an open remark of its record.
pub async fn answer(connection: &mut Connection, record: &str, pin: &str, answer: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update pins set answer = ");
    statement
        .text(answer)
        .push(" where closed_by is null and record = ")
        .text(record);
    statement.push(" and id = ").text(pin);
    statement.execute(connection).await.map(|_| ())
}

/// Closes the remarks about a record: it was submitted again.
pub async fn close_pins(connection: &mut Connection, record: &str, decision: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update pins set closed_by = ");
    statement
        .text(decision)
        .push(" where closed_by is null and record = ")
        .text(record);
    statement.execute(connection).await.map(|_| ())
}
