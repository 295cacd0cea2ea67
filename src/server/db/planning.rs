//! What the list of villages says beside the steps (spec S6.0).

use super::Connection;
use super::sql::Statement;
use crate::domain::form::Form;
use crate::domain::region::Region;
use sqlx::Row;
use std::collections::BTreeMap;

/// 年度计划 of these villages, as the baseline survey says.
pub async fn plan_years(
    connection: &mut Connection,
    regions: &[String],
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement =
        Statement::new("select region, plan_year from baseline_survey where deleted_at is null and region in ");
    statement.list(regions);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let year: Option<i64> = row.try_get(1)?;
            Ok((row.try_get(0)?, year.map_or(String::new(), |year| year.to_string())))
        })
        .collect()
}

/// The technical units of these villages.
pub async fn units(connection: &mut Connection, regions: &[String]) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement = Statement::new(
        "select named.region, owner.name from technical_units_villages named \
         join technical_units owner on owner.id = named.parent where named.region in ",
    );
    statement.list(regions);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
            ))
        })
        .collect()
}

/// What records of a form inside a region call a problem: region code, name, text.
pub async fn problems(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select region, ");
    statement
        .push(crate::server::lists::name_of(form))
        .push(", problems from ")
        .push(form.key);
    statement
        .push(" where deleted_at is null and problems is not null and ")
        .within("region", region);
    statement.push(" order by region, id");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
                row.try_get(2)?,
            ))
        })
        .collect()
}

/// The largest number in a field of a county's records that begins like this; nought when there is none.
pub async fn last_number(
    connection: &mut Connection,
    form: &'static Form,
    field: &'static str,
    county: &Region,
    begin: &str,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select max(");
    statement.push(field).push(") from ").push(form.key);
    statement
        .push(" where deleted_at is null and ")
        .within("region", county);
    statement
        .push(" and ")
        .push(field)
        .push(" like ")
        .text(format!("{begin}____"));
    let row = statement.row(connection).await?;
    let last: Option<String> = match row {
        Some(row) => row.try_get(0)?,
        None => None,
    };
    let number = last.and_then(|last| last.strip_prefix(begin)?.parse().ok());
    Ok(number.unwrap_or(0))
}
