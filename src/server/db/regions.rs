//! Divisions.

use super::Connection;
use super::sql::Statement;
use crate::domain::region::{Level, Region};
use crate::server::divisions::{Division, Divisions};
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One row to be stored.
pub struct NewRegion {
    /// Code.
    pub region: Region,
    /// Official name.
    pub name: String,
    /// Name in lists.
    pub short: String,
    /// Search text.
    pub search: String,
    /// Pinyin initials of the short name.
    pub initials: String,
    /// Kind as the statistics bureau says (街道, 村委会, …).
    pub kind: String,
    /// 纳入规划范围
    pub planned: bool,
}

/// Stores divisions, or brings their names up to date. A hundred rows a statement.
pub async fn upsert(connection: &mut Connection, rows: &[NewRegion]) -> Result<(), sqlx::Error> {
    for batch in rows.chunks(100) {
        let mut statement = Statement::new(
            "insert into regions (code, parent, level, name, short_name, aliases, initials, kind, planned) values ",
        );
        for (position, row) in batch.iter().enumerate() {
            statement.push(if position == 0 { "(" } else { ", (" });
            statement.text(row.region.code()).push(", ");
            let parent = row.region.parent().map(|parent| parent.code().to_owned());
            statement
                .text_or_null(parent)
                .push(", ")
                .integer(row.region.level().number())
                .push(", ");
            for text in [&row.name, &row.short, &row.search, &row.initials, &row.kind] {
                statement.text(text.as_str()).push(", ");
            }
            statement.integer(i64::from(row.planned)).push(")");
        }
        statement.push(
            " on conflict (code) do update set name = excluded.name, short_name = excluded.short_name, \
             aliases = excluded.aliases, initials = excluded.initials, kind = excluded.kind",
        );
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The tree down to the administrative villages, in code order: what lies below comes and goes. With the names of what has
/// ended.
pub async fn load(connection: &mut Connection) -> Result<Divisions, sqlx::Error> {
    let mut former = HashMap::new();
    let ended = Statement::new(
        "select code, short_name from former_regions union all \
         select code, short_name from regions where valid_to is not null",
    );
    for row in ended.rows(&mut *connection).await? {
        if let Some(region) = Region::parse(row.try_get(0)?) {
            former.insert(region, row.try_get(1)?);
        }
    }
    let mut statement = Statement::new(
        "select code, name, short_name, aliases, planned from regions where valid_to is null and level < ",
    );
    statement.integer(Level::NaturalVillage.number()).push(" order by code");
    let rows = statement.rows(connection).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(region) = Region::parse(row.try_get("code")?) {
            all.push(Division {
                region,
                name: row.try_get("name")?,
                short: row.try_get("short_name")?,
                search: row.try_get("aliases")?,
                planned: row.try_get::<i64, _>("planned")? == 1,
            });
        }
    }
    Ok(Divisions::with_former(all, former))
}

/// Names of natural villages by code.
pub async fn names(connection: &mut Connection, regions: &[Region]) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut codes: Vec<String> = regions.iter().map(|region| region.code().to_owned()).collect();
    codes.sort();
    codes.dedup();
    if codes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut statement = Statement::new("select code, name from regions where code in ");
    statement.list(&codes);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Codes that were changed since they came with the program: neither names nor divisions come back by a seed.
pub async fn settled(connection: &mut Connection) -> Result<BTreeSet<String>, sqlx::Error> {
    let statement = Statement::new(
        "select code from former_regions union select from_code from region_changes \
         where kind in ('rename', 'alias', 'drop_alias', 'abolish') union select to_code from region_changes where kind = 'merge'",
    );
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Since when divisions are, where that is known: code → day.
pub async fn valid_from(
    connection: &mut Connection,
    codes: &[String],
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement =
        Statement::new("select code, valid_from from regions where valid_from is not null and code in ");
    statement.list(codes);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Whether a natural village is 纳入规划: only then it counts.
pub async fn set_planned(connection: &mut Connection, region: &Region, planned: bool) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update regions set planned = ");
    statement
        .integer(i64::from(planned))
        .push(" where code = ")
        .text(region.code());
    statement.execute(connection).await.map(|_| ())
}
