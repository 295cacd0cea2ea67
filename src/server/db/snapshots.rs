//! Totals as they were when a step became 是 (spec §9).

use super::Connection;
use super::sql::Statement;
use crate::domain::region::Region;
use sqlx::Row;

/// Keeps what a tab says.
pub async fn keep(
    connection: &mut Connection,
    step: &str,
    tab: &str,
    region: &Region,
    body: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into snapshots (step, tab, region, body, taken_at) values (");
    statement.text(step).push(", ").text(tab).push(", ").text(region.code());
    statement.push(", ").text(body).push(", ").text(now);
    statement
        .push(") on conflict (step, tab, region) do update set body = excluded.body, taken_at = excluded.taken_at");
    statement.execute(connection).await.map(|_| ())
}

/// What was kept of a tab, and when.
pub async fn find(
    connection: &mut Connection,
    step: &str,
    tab: &str,
    region: &Region,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select body, taken_at from snapshots where step = ");
    statement.text(step).push(" and tab = ").text(tab);
    statement.push(" and region = ").text(region.code());
    let row = statement.row(connection).await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// Forgets what was kept of a region's step.
pub async fn forget(connection: &mut Connection, step: &str, region: &Region) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from snapshots where step = ");
    statement.text(step).push(" and region = ").text(region.code());
    statement.execute(connection).await.map(|_| ())
}
