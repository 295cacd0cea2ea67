//! 是否完成: a row means 是.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::region::Region;
use crate::domain::step::{Step, Test};
use sqlx::Row;
use sqlx::any::AnyRow;

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

/// The completion of a step in a region, if it is 是.
pub async fn find(
    connection: &mut Connection,
    step: &Step,
    region: &Region,
) -> Result<Option<Completion>, sqlx::Error> {
    let mut statement = Statement::new("select region, account_name, done_at from completions where step = ");
    statement.text(step.key).push(" and region = ").text(region.code());
    statement.row(connection).await?.as_ref().map(completion).transpose()
}

/// All completions of a step in a subtree.
pub async fn within(connection: &mut Connection, step: &Step, scope: &Region) -> Result<Vec<Completion>, sqlx::Error> {
    let mut statement = Statement::new("select region, account_name, done_at from completions where step = ");
    statement
        .text(step.key)
        .push(" and ")
        .within("region", scope)
        .push(" order by region");
    statement.rows(connection).await?.iter().map(completion).collect()
}

/// How many regions of a subtree have completed a step.
pub async fn count(connection: &mut Connection, step: &Step, scope: &Region) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from completions where step = ");
    statement.text(step.key).push(" and ").within("region", scope);
    statement.number(connection).await
}

/// Sets 是; false when it was 是 already.
pub async fn complete(
    connection: &mut Connection,
    step: &Step,
    region: &Region,
    account: &Account,
    now: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement =
        Statement::new("insert into completions (step, region, account, account_name, done_at) values (");
    statement
        .text(step.key)
        .push(", ")
        .text(region.code())
        .push(", ")
        .text(account.id.as_str())
        .push(", ");
    statement
        .text(account.name.as_str())
        .push(", ")
        .text(now)
        .push(") on conflict (step, region) do nothing");
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Sets 否; false when it was 否 already.
pub async fn reopen(connection: &mut Connection, step: &Step, region: &Region) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("delete from completions where step = ");
    statement.text(step.key).push(" and region = ").text(region.code());
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Whether a requirement's test holds in a region.
pub async fn holds(connection: &mut Connection, test: &Test, region: &Region) -> Result<bool, sqlx::Error> {
    match test {
        Test::Records {
            form,
            matching,
            least,
            with_file,
        } => {
            let mut statement = Statement::new("select count(*) from ");
            statement
                .push(form)
                .push(" where deleted_at is null and region = ")
                .text(region.code());
            if *with_file {
                statement.push(" and attachment_count > 0");
            }
            for (field, code) in *matching {
                statement.push(" and ").push(field).push(" = ").text(*code);
            }
            Ok(statement.number(connection).await? >= *least)
        }
    }
}
