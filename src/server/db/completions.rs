//! 是否完成: a row means 是.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::region::Region;
use crate::domain::step::{Records, Step, Test};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// A completed step.
#[derive(Debug, Clone)]
pub struct Completion {
    /// Region code.
    pub region: String,
    /// Display name of the account at that time.
    pub account_name: String,
    /// When.
    pub done_at: String,
}

fn completion(row: &AnyRow) -> Result<Completion, sqlx::Error> {
    Ok(Completion {
        region: row.try_get(0)?,
        account_name: row.try_get(1)?,
        done_at: row.try_get(2)?,
    })
}

/// The completion of a step in a region, if it is 是; of a year, where the step has a switch for each.
pub async fn find(
    connection: &mut Connection,
    step: &Step,
    region: &Region,
    year: &str,
) -> Result<Option<Completion>, sqlx::Error> {
    let mut statement = Statement::new("select region, account_name, done_at from completions where step = ");
    statement.text(step.key).push(" and region = ").text(region.code());
    statement.push(" and year = ").text(year);
    statement.row(connection).await?.as_ref().map(completion).transpose()
}

/// All completions of a step in a subtree; of a year, where the step has a switch for each.
pub async fn within(
    connection: &mut Connection,
    step: &Step,
    scope: &Region,
    year: &str,
) -> Result<Vec<Completion>, sqlx::Error> {
    let mut statement = Statement::new("select region, account_name, done_at from completions where step = ");
    statement.text(step.key).push(" and ").within("region", scope);
    statement.push(" and year = ").text(year).push(" order by region");
    statement.rows(connection).await?.iter().map(completion).collect()
}

/// The steps that a region has completed, those without a switch for each year.
pub async fn done_in(connection: &mut Connection, region: &Region) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select step from completions where year = '' and region = ");
    statement.text(region.code());
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// When a region has completed its steps, and who set them: step key → completion.
pub async fn of_region(
    connection: &mut Connection,
    region: &Region,
) -> Result<BTreeMap<String, Completion>, sqlx::Error> {
    let mut statement =
        Statement::new("select region, account_name, done_at, step from completions where year = '' and region = ");
    statement.text(region.code());
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(3)?, completion(row)?))).collect()
}

/// How many of these steps each of these regions has completed, and when the last: region → number and instant.
pub async fn counts(
    connection: &mut Connection,
    steps: &[&'static Step],
    regions: &[String],
) -> Result<BTreeMap<String, (i64, String)>, sqlx::Error> {
    let keys: Vec<&'static str> = steps.iter().map(|step| step.key).collect();
    let mut statement =
        Statement::new("select region, count(*), max(done_at) from completions where year = '' and region in ");
    statement.list(regions).push(" and step in ").words(&keys);
    statement.push(" group by region");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?))))
        .collect()
}

/// The regions of a subtree that have completed so many of these steps and no more.
pub async fn standing_at(
    connection: &mut Connection,
    steps: &[&'static Step],
    scope: &Region,
    count: i64,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let keys: Vec<&'static str> = steps.iter().map(|step| step.key).collect();
    let mut statement = Statement::new("select region from completions where year = '' and ");
    statement.within("region", scope).push(" and step in ").words(&keys);
    statement.push(" group by region having count(*) = ").integer(count);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Which of these regions have completed a step.
pub async fn among(
    connection: &mut Connection,
    step: &Step,
    regions: &[String],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct region from completions where step = ");
    statement.text(step.key).push(" and region in ").list(regions);
    statement
        .rows(connection)
        .await?
        .iter()
        .map(|row| row.try_get(0))
        .collect()
}

/// How many regions of a subtree have completed a step.
pub async fn count(connection: &mut Connection, step: &Step, scope: &Region) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(distinct region) from completions where step = ");
    statement.text(step.key).push(" and ").within("region", scope);
    statement.number(connection).await
}

/// Sets 是 for regions; answers those for which it was 否.
pub async fn complete(
    connection: &mut Connection,
    step: &Step,
    regions: &[Region],
    year: &str,
    account: &Account,
    now: &str,
) -> Result<Vec<Region>, sqlx::Error> {
    let mut set = Vec::new();
    for batch in regions.chunks(500) {
        let mut statement =
            Statement::new("insert into completions (step, region, year, account, account_name, done_at) values ");
        for (position, region) in batch.iter().enumerate() {
            statement.push(if position > 0 { ", (" } else { "(" });
            statement
                .text(step.key)
                .push(", ")
                .text(region.code())
                .push(", ")
                .text(year)
                .push(", ");
            statement.text(account.id.as_str()).push(", ");
            statement.text(account.name.as_str()).push(", ").text(now).push(")");
        }
        statement.push(" on conflict (step, region, year) do nothing returning region");
        for row in statement.rows(&mut *connection).await? {
            let code: String = row.try_get(0)?;
            set.extend(Region::parse(&code));
        }
    }
    super::reminders::settle(connection, step, &set, year).await?;
    Ok(set)
}

/// Sets 否; false when it was 否 already.
pub async fn reopen(
    connection: &mut Connection,
    step: &Step,
    region: &Region,
    year: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("delete from completions where step = ");
    statement.text(step.key).push(" and region = ").text(region.code());
    statement.push(" and year = ").text(year);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// The regions of a subtree in which a requirement's test holds.
pub async fn holding(
    connection: &mut Connection,
    step: &Step,
    test: &Test,
    scope: &Region,
    year: &str,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct region from ");
    match test {
        Test::Records(records) => matching(&mut statement, step, records, scope, year),
        Test::NoRecords(records) => {
            statement = Statement::new("select code from regions where level = ");
            statement
                .integer(step.level.number())
                .push(" and ")
                .within("code", scope)
                .push(" and code not in (select region from ");
            matching(&mut statement, step, records, scope, year);
            statement.push(")");
        }
        // Those look into one region's records: server/gates.rs.
        Test::Complete(_)
        | Test::CompletePart(..)
        | Test::AnyOrNone(..)
        | Test::Covered(..)
        | Test::Mended
        | Test::Newest(..)
        | Test::AllTicked(..)
        | Test::AtLeast(..)
        | Test::Sound(_) => return Ok(BTreeSet::new()),
        Test::Named { form, field, balanced } => {
            statement = Statement::new("select named.region from ");
            statement.push(form).push("_").push(field);
            statement
                .push(" named join ")
                .push(form)
                .push(" owner on owner.id = named.parent where ");
            statement.within("named.region", scope);
            if let Some((number, off)) = balanced {
                statement
                    .push(" and abs(owner.")
                    .push(number)
                    .push(") <= ")
                    .integer(*off);
            }
        }
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn matching(statement: &mut Statement, step: &Step, records: &Records, scope: &Region, year: &str) {
    statement
        .push(records.form)
        .push(" where deleted_at is null and ")
        .within("region", scope);
    if records.with_file {
        statement.push(" and attachment_count > 0");
    }
    if let Some(form) = crate::forms::find(records.form) {
        for (field, code) in records.matching {
            statement.push(" and ").holds(form, field, code);
        }
    }
    if !records.without.is_empty() {
        statement.push(" and ").push(records.without).push(" is null");
    }
    if !records.states.is_empty() {
        statement.push(" and status in ").words(records.states);
    }
    for state in records.not_in {
        statement.push(" and status <> ").text(*state);
    }
    if !step.year_field.is_empty() {
        statement
            .push(" and ")
            .push(step.year_field)
            .push(" = ")
            .integer(year.parse().unwrap_or(0));
    }
}
