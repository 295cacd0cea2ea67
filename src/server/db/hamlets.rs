//! What the natural villages of an administrative village have told (spec §9).

use super::Connection;
use super::sql::Statement;
use crate::domain::form::Form;
use crate::domain::parameter::POPULATION_YEARS;
use crate::domain::record::parts;
use crate::domain::region::Region;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A natural village within 纳入规划.
pub struct Hamlet {
    /// Record id in 自然村名录.
    pub id: String,
    /// Its own code.
    pub region: String,
    /// Its name.
    pub name: String,
}

/// The natural villages of a village, or of a part of the tree, within 纳入规划.
pub async fn all(connection: &mut Connection, region: &Region) -> Result<Vec<Hamlet>, sqlx::Error> {
    let mut statement = Statement::new(
        "select id, name, number, region from natural_villages where deleted_at is null and planned = 1 and ",
    );
    statement.within("region", region).push(" order by region, number, id");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let number: Option<i64> = row.try_get(2)?;
            let village: String = row.try_get(3)?;
            Ok(Hamlet {
                id: row.try_get(0)?,
                region: format!("{village}{:03}", number.unwrap_or(0)),
                name: row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
            })
        })
        .collect()
}

/// Id and name of the natural villages within 纳入规划.
pub async fn planned(connection: &mut Connection, region: &Region) -> Result<Vec<(String, String)>, sqlx::Error> {
    let all = all(connection, region).await?;
    Ok(all.into_iter().map(|hamlet| (hamlet.id, hamlet.name)).collect())
}

/// Takes away what an account of a natural village has told with a form.
pub async fn remove(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    account: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, deleted_at = ")
        .text(now);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code())
        .push(" and created_by = ")
        .text(account);
    statement.execute(&mut *connection).await?;
    super::search::follow(connection, form, &[region]).await
}

/// Hands over what a natural village has told with a form to another, as far as that has not told the same.
pub async fn hand_over(
    connection: &mut Connection,
    form: &'static Form,
    from: &Region,
    into: &Region,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, region = ")
        .text(into.code());
    statement
        .push(" where deleted_at is null and region = ")
        .text(from.code());
    let mut exclude = |columns: &[String]| {
        statement.push(" and not exists (select 1 from ").push(form.key);
        statement
            .push(" told where told.deleted_at is null and told.region = ")
            .text(into.code());
        for column in columns {
            statement
                .push(" and told.")
                .push(column)
                .push(" = ")
                .push(form.key)
                .push(".")
                .push(column);
        }
        statement.push(")");
    };
    if form.one_per_region {
        exclude(&[]);
    }
    for unique in form.uniques {
        let columns: Vec<String> = unique.fields.iter().map(|field| (*field).to_owned()).collect();
        exclude(&columns);
    }
    statement.execute(&mut *connection).await?;
    super::search::follow(connection, form, &[from, into]).await
}

/// Codes of the natural villages that have records of a form; of a year, where one is asked for.
pub async fn telling(
    connection: &mut Connection,
    form: &Form,
    region: &Region,
    year: Option<i64>,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct region from ");
    statement
        .push(form.key)
        .push(" told where deleted_at is null and region > ");
    statement.text(region.code()).push(" and ").within("region", region);
    statement.push(" and exists (select 1 from regions place where place.code = told.region and place.planned = 1)");
    if let Some(year) = year {
        statement.push(" and year = ").integer(year);
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Records of a natural village that were returned and have not been mended.
pub struct Returned {
    /// Its name.
    pub name: String,
    /// Whether what it tells counts.
    pub counts: bool,
    /// How many.
    pub records: i64,
}

/// What waits returned in a form, natural village by natural village.
pub async fn returned(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<Returned>, sqlx::Error> {
    let states: Vec<&'static str> = form.workflow.into_iter().flat_map(|own| own.returned()).collect();
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new("select place.name, place.planned, count(*) from ");
    statement
        .push(form.key)
        .push(" told join regions place on place.code = told.region where told.deleted_at is null and told.status in ")
        .words(&states)
        .push(" and ")
        .within("told.region", region);
    statement.push(" group by place.code, place.name, place.planned order by place.code");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let planned: i64 = row.try_get(1)?;
            Ok(Returned {
                name: row.try_get(0)?,
                counts: planned == 1,
                records: row.try_get(2)?,
            })
        })
        .collect()
}

/// Names of the natural villages that have not told everything: the population of the last year, and of the rest something
/// or that there is none (spec §8, step 2).
pub async fn uncovered(connection: &mut Connection, region: &Region) -> Result<Vec<String>, sqlx::Error> {
    let hamlets = all(&mut *connection, region).await?;
    if hamlets.is_empty() {
        return Ok(Vec::new());
    }
    let told = crate::server::hamlets::forms().filter(|form| form.key != "hamlet_absences");
    let mut telling_by_form: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for form in told.clone() {
        let year = (form.key == "population").then_some(POPULATION_YEARS.years().1);
        telling_by_form.insert(form.key, telling(&mut *connection, form, region, year).await?);
    }
    let mut statement = Statement::new("select region, absent from hamlet_absences where deleted_at is null and ");
    statement.within("region", region);
    let mut absent: BTreeMap<String, String> = BTreeMap::new();
    for row in statement.rows(connection).await? {
        absent.insert(
            row.try_get(0)?,
            row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
        );
    }
    let is_whole = |code: &str| {
        telling_by_form.iter().all(|(form, told)| {
            let none = absent
                .get(code)
                .is_some_and(|absent| parts(absent).any(|part| part == *form));
            told.contains(code) || none
        })
    };
    let lacking = hamlets.into_iter().filter(|hamlet| !is_whole(&hamlet.region));
    Ok(lacking.map(|hamlet| hamlet.name).collect())
}
