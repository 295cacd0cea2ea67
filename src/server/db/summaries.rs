//! Totals of many records (spec §9): one statement for the lines of a summary, one for 合计.

use super::Connection;
use super::sql::Statement;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::region::{Level, Region};
use crate::domain::summary::{By, Of, Summary};
use crate::forms;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// A line: what it stands for and what each measure counts, nothing for those that follow from others.
pub struct Counted {
    /// Code, year or level number; empty for 合计.
    pub key: String,
    /// In the order of the measures, scaled as their fields are.
    pub values: Vec<Option<i64>>,
}

/// The lines of a summary, without 合计.
pub async fn lines(
    connection: &mut Connection,
    summary: &'static Summary,
    region: &Region,
) -> Result<Vec<Counted>, sqlx::Error> {
    let Some(form) = forms::find(summary.form) else {
        return Ok(Vec::new());
    };
    let key = match summary.by {
        By::All => return Ok(Vec::new()),
        By::EachOf(field) => return each_of(connection, summary, form, field, region).await,
        By::Field(field) => field,
        By::Scope => "level",
        By::Hamlets(_) => return Ok(Vec::new()),
    };
    let mut statement = Statement::new("select ");
    let is_number = matches!(summary.by, By::Scope) || form.field(key).is_some_and(Field::is_number);
    statement.push(key);
    measures(&mut statement, summary, form, None);
    living(&mut statement, form, region);
    statement
        .push(" and ")
        .push(key)
        .push(" is not null group by ")
        .push(key);
    statement.push(" order by ").push(key);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let key = match is_number {
                true => row.try_get::<i64, _>(0)?.to_string(),
                false => row.try_get(0)?,
            };
            Ok(Counted {
                key,
                values: values(row, summary, 1)?,
            })
        })
        .collect()
}

/// The first measure of a summary for each natural village and each value of a field.
pub async fn by_hamlet(
    connection: &mut Connection,
    summary: &'static Summary,
    field: &'static str,
    region: &Region,
) -> Result<BTreeMap<(String, String), i64>, sqlx::Error> {
    let Some(form) = forms::find(summary.form) else {
        return Ok(BTreeMap::new());
    };
    let mut statement = Statement::new("select region, ");
    statement.push(field);
    measures(&mut statement, summary, form, None);
    living(&mut statement, form, region);
    statement.push(" and level = ").integer(Level::NaturalVillage.number());
    statement
        .push(" and ")
        .push(field)
        .push(" is not null group by region, ")
        .push(field);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?)))
        .collect()
}

/// 合计, over everything.
pub async fn total(
    connection: &mut Connection,
    summary: &'static Summary,
    region: &Region,
) -> Result<Counted, sqlx::Error> {
    let mut counted = Counted {
        key: String::new(),
        values: vec![None; summary.measures.len()],
    };
    let Some(form) = forms::find(summary.form) else {
        return Ok(counted);
    };
    let mut statement = Statement::new("select count(*)");
    measures(&mut statement, summary, form, None);
    living(&mut statement, form, region);
    if let Some(row) = statement.row(connection).await? {
        counted.values = values(&row, summary, 1)?;
    }
    Ok(counted)
}

/// A number of another form, added up for the last year that it has in the region, over the records that count.
pub async fn latest(
    connection: &mut Connection,
    form: &str,
    field: &str,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    let Some(form) = forms::find(form) else {
        return Ok(None);
    };
    let mut statement = Statement::new("select cast(sum(");
    statement.push(field).push(") as bigint)");
    living(&mut statement, form, region);
    statement.push(" and year = (select max(year)");
    living(&mut statement, form, region);
    statement.push(")");
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| row.try_get(0))
}

/// A line for each code of a list; a record counts in each that it holds.
async fn each_of(
    connection: &mut Connection,
    summary: &'static Summary,
    form: &'static Form,
    field: &'static str,
    region: &Region,
) -> Result<Vec<Counted>, sqlx::Error> {
    let Some(Kind::Choices(list)) = form.field(field).map(|field| field.kind) else {
        return Ok(Vec::new());
    };
    let mut statement = Statement::new("select count(*)");
    for code in list.codes() {
        measures(&mut statement, summary, form, Some((field, code.code)));
    }
    living(&mut statement, form, region);
    let Some(row) = statement.row(connection).await? else {
        return Ok(Vec::new());
    };
    let counted = counted(summary);
    let mut lines = Vec::new();
    for (position, code) in list.codes().iter().enumerate() {
        let values = values(&row, summary, 1 + position * counted)?;
        if values.iter().flatten().any(|value| *value > 0) {
            lines.push(Counted {
                key: code.code.to_owned(),
                values,
            });
        }
    }
    Ok(lines)
}

/// Measures that the store counts.
fn counted(summary: &Summary) -> usize {
    summary.measures.iter().filter(|measure| is_counted(measure.of)).count()
}

fn is_counted(of: Of) -> bool {
    matches!(
        of,
        Of::Count | Of::Hamlets | Of::Sum(_) | Of::SumWhere(..) | Of::CountWhere(..) | Of::CountFrom(..)
    )
}

/// Adds `, expression` for each measure that the store counts, over all records or over those that hold a code.
fn measures(
    statement: &mut Statement,
    summary: &'static Summary,
    form: &'static Form,
    holding: Option<(&'static str, &'static str)>,
) {
    for measure in summary.measures.iter().filter(|measure| is_counted(measure.of)) {
        statement.push(match measure.of {
            Of::Hamlets => ", count(distinct case when ",
            _ => ", cast(coalesce(sum(case when ",
        });
        match holding {
            Some((field, code)) => {
                statement.push("',' || ").push(field).push(" || ',' like ");
                statement.text(format!("%,{code},%"));
            }
            None => {
                statement.push("1 = 1");
            }
        }
        match measure.of {
            Of::Hamlets => {
                let level = Level::NaturalVillage.number();
                statement.push(" and level = ").integer(level).push(" then region end)");
                continue;
            }
            Of::SumWhere(field, (of, codes)) => {
                condition(statement, form, of, codes);
                statement.push(" then ").push(field);
            }
            Of::CountWhere(of, codes) => {
                condition(statement, form, of, codes);
                statement.push(" then 1");
            }
            Of::CountFrom(of, least) => {
                statement
                    .push(" and ")
                    .push(of)
                    .push(" >= ")
                    .integer(least)
                    .push(" then 1");
            }
            Of::Sum(field) => {
                statement.push(" then ").push(field);
            }
            _ => {
                statement.push(" then 1");
            }
        }
        statement.push(" end), 0) as bigint)");
    }
}

fn condition(statement: &mut Statement, form: &'static Form, of: &'static str, codes: &[&'static str]) {
    statement.push(" and (1 = 0");
    for code in codes {
        statement.push(" or ").holds(form, of, code);
    }
    statement.push(")");
}

/// Adds ` from … where …`: live records of a region; of natural villages only those within 纳入规划.
pub(super) fn living(statement: &mut Statement, form: &'static Form, region: &Region) {
    statement
        .push(" from ")
        .push(form.key)
        .push(" told where deleted_at is null and ");
    statement.within("region", region);
    living_from(statement, "told");
}

/// Adds ` and …`: of what natural villages tell, only those within 纳入规划 count. Those outside are few and looked up once.
pub(super) fn living_from(statement: &mut Statement, table: &str) {
    statement
        .push(" and ")
        .push(table)
        .push(".region not in (select place.code from regions place where place.planned = 0 and place.level = ");
    statement.integer(Level::NaturalVillage.number()).push(")");
}

fn values(row: &AnyRow, summary: &Summary, mut at: usize) -> Result<Vec<Option<i64>>, sqlx::Error> {
    let mut values = Vec::with_capacity(summary.measures.len());
    for measure in summary.measures {
        values.push(if is_counted(measure.of) {
            let value = row.try_get(at)?;
            at += 1;
            Some(value)
        } else {
            None
        });
    }
    Ok(values)
}
