//! 催办: the last reminder of a step in a region, and whose it is.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::region::Region;
use crate::domain::step::Step;
use sqlx::Row;
use std::collections::BTreeMap;

/// A reminder that stands.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// Step key.
    pub step: String,
    /// Region code.
    pub region: String,
    /// The year, for steps with a switch for each; else empty.
    pub year: String,
    /// Display name of who sent it.
    pub account_name: String,
    /// When.
    pub sent_at: String,
}

/// What a reminder is about.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The step.
    pub step: &'a Step,
    /// The region.
    pub region: &'a Region,
    /// The year, for steps with a switch for each; else empty.
    pub year: &'a str,
}

/// Writes a reminder, unless the last one is younger than `before`: two at the same moment meet at the key, and one of them
/// changes nothing. Answers whether it was written.
pub async fn send(
    connection: &mut Connection,
    about: About<'_>,
    account: &Account,
    receivers: &[String],
    before: &str,
    now: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement =
        Statement::new("insert into reminders (step, region, year, account, account_name, sent_at) values (");
    statement
        .text(about.step.key)
        .push(", ")
        .text(about.region.code())
        .push(", ");
    statement
        .text(about.year)
        .push(", ")
        .text(account.id.as_str())
        .push(", ");
    statement.text(account.name.as_str()).push(", ").text(now);
    statement
        .push(
            ") on conflict (step, region, year) do update set account = excluded.account, \
             account_name = excluded.account_name, sent_at = excluded.sent_at where reminders.sent_at <= ",
        )
        .text(before);
    if statement.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let mut clear = Statement::new("delete from reminded where ");
    place(&mut clear, about);
    clear.execute(&mut *connection).await?;
    for receiver in receivers {
        let mut statement = Statement::new("insert into reminded (account, step, region, year) values (");
        statement.text(receiver.as_str()).push(", ").text(about.step.key);
        statement.push(", ").text(about.region.code());
        statement.push(", ").text(about.year).push(")");
        statement.execute(&mut *connection).await?;
    }
    Ok(true)
}

fn place(statement: &mut Statement, about: About<'_>) {
    statement
        .push("step = ")
        .text(about.step.key)
        .push(" and region = ")
        .text(about.region.code())
        .push(" and year = ")
        .text(about.year);
}

/// Forgets the reminders of a step in regions that have completed it.
pub async fn settle(
    connection: &mut Connection,
    step: &Step,
    regions: &[Region],
    year: &str,
) -> Result<(), sqlx::Error> {
    for batch in regions.chunks(500) {
        let codes: Vec<String> = batch.iter().map(|region| region.code().to_owned()).collect();
        for table in ["reminded", "reminders"] {
            let mut statement = Statement::new("delete from ");
            statement.push(table).push(" where step = ").text(step.key);
            statement.push(" and year = ").text(year);
            statement.push(" and region in ").list(&codes);
            statement.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// What an account was reminded of, the oldest first.
pub async fn of_account(connection: &mut Connection, account: &str) -> Result<Vec<Reminder>, sqlx::Error> {
    let mut statement = Statement::new(
        "select sent.step, sent.region, sent.year, sent.account_name, sent.sent_at from reminded \
         join reminders sent on sent.step = reminded.step and sent.region = reminded.region \
         and sent.year = reminded.year where reminded.account = ",
    );
    statement.text(account).push(" order by sent.sent_at, sent.region");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Reminder {
                step: row.try_get(0)?,
                region: row.try_get(1)?,
                year: row.try_get(2)?,
                account_name: row.try_get(3)?,
                sent_at: row.try_get(4)?,
            })
        })
        .collect()
}

/// How many reminders an account has.
pub async fn count(connection: &mut Connection, account: &str) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from reminded where account = ");
    statement.text(account);
    statement.number(connection).await
}

/// When a step was urged last in the regions of a subtree; with years, the last of them.
pub async fn of_step(
    connection: &mut Connection,
    step: &Step,
    scope: &Region,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement = Statement::new("select region, max(sent_at) from reminders where step = ");
    statement.text(step.key).push(" and ").within("region", scope);
    statement.push(" group by region");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// When the steps of a subtree were urged last: step and region → instant.
pub async fn within(
    connection: &mut Connection,
    scope: &Region,
) -> Result<BTreeMap<(String, String), String>, sqlx::Error> {
    let mut statement = Statement::new("select step, region, max(sent_at) from reminders where ");
    statement.within("region", scope).push(" group by step, region");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?)))
        .collect()
}
