//! Rules over several records (spec §10), and what else is counted over them.

use super::Connection;
use super::sql::Statement;
use crate::domain::field::{Cumulation, Kind, Related};
use crate::domain::form::Form;
use crate::domain::known::hundredths;
use crate::domain::record::parts;
use crate::domain::region::{Level, Region};
use crate::domain::rule::StoreTest;
use crate::domain::sheet::SCALE;
use crate::domain::validate::CheckedRow;
use crate::domain::value::{Value, format_scaled, grouped};
use sqlx::Row;
use std::collections::BTreeMap;

/// The record that a rule is about.
pub struct Candidate<'a> {
    /// Form.
    pub form: &'static Form,
    /// Region.
    pub region: &'a Region,
    /// Record id.
    pub id: &'a str,
    /// Its checked values.
    pub values: &'a BTreeMap<&'static str, Value>,
    /// Its checked rows.
    pub grids: &'a BTreeMap<&'static str, Vec<CheckedRow>>,
}

impl Candidate<'_> {
    /// Numbers under that name, the record's own and those of its rows.
    fn amounts(&self, name: &str) -> impl Iterator<Item = i64> {
        let rows = self
            .grids
            .values()
            .flatten()
            .filter_map(|row| row.values.get(name)?.integer());
        self.number(name).into_iter().chain(rows)
    }

    /// A number that the village's record of another form holds.
    async fn of_village(
        &self,
        connection: &mut Connection,
        form: &str,
        field: &'static str,
    ) -> Result<Option<i64>, sqlx::Error> {
        let (Some(form), Some(village)) = (crate::forms::find(form), self.region.at(Level::Village)) else {
            return Ok(None);
        };
        let stored = super::records::find_single(connection, form, &village).await?;
        Ok(stored.and_then(|stored| stored.values.get(field)?.integer()))
    }

    fn number(&self, field: &str) -> Option<i64> {
        self.values.get(field).and_then(Value::integer)
    }

    fn text(&self, field: &str) -> &str {
        self.values.get(field).and_then(Value::text).unwrap_or_default()
    }

    /// Whether it holds these codes.
    pub fn holds(&self, codes: &[(&str, &str)]) -> bool {
        codes.iter().all(|(field, code)| match self.values.get(field) {
            Some(Value::Text(text)) => text == code,
            Some(Value::Integer(number)) => code.parse() == Ok(*number),
            None => false,
        })
    }

    /// Live records other than this one that still count: ` where …`.
    fn others(&self, statement: &mut Statement) {
        statement
            .push(" from ")
            .push(self.form.key)
            .push(" where deleted_at is null and id <> ")
            .text(self.id);
        if let Some(workflow) = self.form.workflow {
            for over in workflow.over() {
                statement.push(" and status <> ").text(over);
            }
        }
    }

    fn here(&self, statement: &mut Statement) {
        self.others(statement);
        statement.push(" and region = ").text(self.region.code());
    }
}

/// What a store rule has found wrong: the two things that its message names.
#[derive(Debug, Default)]
pub struct Finding {
    /// What the record says.
    pub own: String,
    /// What it is held against.
    pub told: String,
}

impl Finding {
    /// The message with both.
    pub fn said(&self, message: &str) -> String {
        message.replace("{own}", &self.own).replace("{told}", &self.told)
    }
}

/// What a test finds that does no more than count.
fn found(is_broken: bool) -> Result<Option<Finding>, sqlx::Error> {
    Ok(is_broken.then(Finding::default))
}

/// What a store rule finds wrong with a record.
pub async fn finding(
    connection: &mut Connection,
    test: &StoreTest,
    candidate: &Candidate<'_>,
) -> Result<Option<Finding>, sqlx::Error> {
    let form = candidate.form;
    let mut statement = Statement::new("select count(*)");
    match test {
        StoreTest::EqualsCount(field, related) => {
            let (Some(counted), Some(value)) = (candidate.number(field), candidate.number(related.same.1)) else {
                return Ok(None);
            };
            found(count_related(connection, related, candidate.region, value).await? != counted)
        }
        StoreTest::SumAtMost(field, most) => {
            let (Some(own), Some(most)) = (candidate.number(field), candidate.number(most)) else {
                return Ok(None);
            };
            let mut statement = Statement::new("select cast(coalesce(sum(");
            statement.push(field).push("), 0) as bigint)");
            candidate.here(&mut statement);
            found(statement.number(connection).await? + own > most)
        }
        StoreTest::Unique(fields) => {
            candidate.here(&mut statement);
            for field in *fields {
                let Some(value) = candidate.values.get(field) else {
                    return Ok(None);
                };
                statement.push(" and ").push(field).push(" = ").value(value.clone());
            }
            found(statement.number(connection).await? > 0)
        }
        StoreTest::AtMost(most, matching) => {
            if !candidate.holds(matching) {
                return Ok(None);
            }
            candidate.here(&mut statement);
            for (field, code) in *matching {
                statement.push(" and ").holds(form, field, code);
            }
            found(statement.number(connection).await? >= *most)
        }
        StoreTest::GroupHolds(same, holding) => {
            if candidate.holds(holding) {
                return Ok(None);
            }
            candidate.here(&mut statement);
            for field in same.iter().filter_map(|key| form.field(key)) {
                statement.push(" and ").equals(field, candidate.values.get(field.key));
            }
            for (field, code) in *holding {
                statement.push(" and ").holds(form, field, code);
            }
            found(statement.number(connection).await? == 0)
        }
        StoreTest::ElsewhereAtMost(most, same, holding) => {
            if !candidate.holds(holding) {
                return Ok(None);
            }
            let mut statement = Statement::new("select count(distinct region)");
            candidate.others(&mut statement);
            statement.push(" and region <> ").text(candidate.region.code());
            for field in same.iter().filter_map(|key| form.field(key)) {
                statement.push(" and ").equals(field, candidate.values.get(field.key));
            }
            for (field, code) in *holding {
                statement.push(" and ").holds(form, field, code);
            }
            found(statement.number(connection).await? > *most)
        }
        StoreTest::NotIn(other, (theirs, ours)) => {
            statement
                .push(" from ")
                .push(other)
                .push(" where deleted_at is null and region = ");
            statement.text(candidate.region.code());
            statement
                .push(" and ")
                .push(theirs)
                .push(" = ")
                .text(candidate.text(ours));
            found(statement.number(connection).await? > 0)
        }
        StoreTest::EachAtMost(name, form, field) => {
            let most = candidate.of_village(&mut *connection, form, field).await?;
            found(most.is_some_and(|most| candidate.amounts(name).any(|amount| amount > most)))
        }
        StoreTest::GridSumAtMost(grid, column, form, field, thousandths) => {
            let rows = candidate.grids.get(grid).map_or(&[][..], Vec::as_slice);
            let sum: i64 = rows.iter().filter_map(|row| row.values.get(column)?.integer()).sum();
            let most = candidate.of_village(&mut *connection, form, field).await?;
            found(most.is_some_and(|most| i128::from(sum) * 1_000 > i128::from(most) * i128::from(*thousandths)))
        }
        StoreTest::AtMostKnown(field, of) => {
            let (Some(own), Some(known)) = (candidate.number(field), form.field(field)) else {
                return Ok(None);
            };
            let own = hundredths(known, own);
            let told = super::known::told(connection, *of, |key| candidate.number(key), candidate.region).await?;
            Ok(told.filter(|told| own > *told).map(|told| Finding {
                own: grouped(&format_scaled(own, SCALE)),
                told: grouped(&format_scaled(told, SCALE)),
            }))
        }
        StoreTest::SteadyOver(field, year, hundredths) => {
            let (Some(own), Some(of)) = (candidate.number(field), candidate.number(year)) else {
                return Ok(None);
            };
            let mut statement = Statement::new("select ");
            statement.push(field);
            candidate.here(&mut statement);
            statement
                .push(" and ")
                .push(year)
                .push(" in (")
                .integer(of - 1)
                .push(", ")
                .integer(of + 1)
                .push(")");
            let rows = statement.rows(&mut *connection).await?;
            for row in rows {
                let other: Option<i64> = row.try_get(0)?;
                if other.is_some_and(|other| (own - other).abs() * 100 > other * hundredths) {
                    return found(true);
                }
            }
            Ok(None)
        }
        StoreTest::InsideStep(day, step) => {
            let (day, form) = (candidate.text(day), crate::forms::find(candidate.text(step)));
            let Some(form) = form.filter(|form| form.complete_later && form.field("started_on").is_some()) else {
                return Ok(None);
            };
            let stored = super::records::find_single(&mut *connection, form, candidate.region).await?;
            found(stored.is_some_and(|stored| {
                let (begins, ends) = (stored.text("started_on"), stored.text("ended_on"));
                !begins.is_empty() && day < begins || !ends.is_empty() && day > ends
            }))
        }
        StoreTest::SoundsLike(field) => {
            let own = candidate.text(field);
            let mut statement = Statement::new("select ");
            statement.push(field);
            candidate.here(&mut statement);
            let rows = statement.rows(&mut *connection).await?;
            let names: Result<Vec<Option<String>>, _> = rows.iter().map(|row| row.try_get(0)).collect();
            let near = names?
                .iter()
                .flatten()
                .any(|name| name != own && crate::server::naming::sounds_like(name, own));
            Ok(near.then(Finding::default))
        }
        StoreTest::OnePlaceADay { people, days } => {
            let names = elsewhere_that_day(connection, candidate, *people, *days).await?;
            Ok((!names.is_empty()).then(|| Finding {
                told: names.join("、"),
                ..Finding::default()
            }))
        }
        StoreTest::Tasked { field, below, above } => {
            let regions: Vec<String> = parts(candidate.text(field)).map(str::to_owned).collect();
            statement
                .push(" from ")
                .push(below.0)
                .push(" below where deleted_at is null and region in ");
            statement.list(&regions).push(" and status in ").words(below.2);
            statement.push(" and exists (select 1 from ").push(above.0);
            statement.push(" above where above.deleted_at is null and above.region = ");
            statement
                .text(candidate.region.code())
                .push(" and above.status in ")
                .words(above.2);
            statement
                .push(" and above.")
                .push(above.1)
                .push(" = below.")
                .push(below.1)
                .push(")");
            found(statement.number(connection).await? < regions.len() as i64)
        }
    }
}

/// Names of those who take part on the same day in another county. Three steps along indexes, whatever the province holds:
/// the named entries by their ids, entries about the same humans by the index over the fields that tell them
/// (`roster_with_name_phone`, the one of R-34b), the records of those entries' regions by the form's index over regions.
async fn elsewhere_that_day(
    connection: &mut Connection,
    candidate: &Candidate<'_>,
    (reference, telling): (&'static str, &'static [&'static str]),
    (first, last): (&'static str, &'static str),
) -> Result<Vec<String>, sqlx::Error> {
    let form = candidate.form;
    let Some(Kind::Reference { to, .. }) = form.field(reference).map(|field| field.kind) else {
        return Ok(Vec::new());
    };
    let (Some(target), Some(county)) = (crate::forms::find(to), candidate.region.at(Level::County)) else {
        return Ok(Vec::new());
    };
    let ids: Vec<String> = parts(candidate.text(reference)).map(str::to_owned).collect();
    let (begins, ends) = (candidate.text(first), candidate.text(last));
    let ends = if ends.is_empty() { begins } else { ends };
    if ids.is_empty() || begins.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new("select distinct own.");
    statement.push(target.name_field).push(" from ").push(target.key);
    statement.push(" own join ").push(target.key).push(" other on 1 = 1");
    for field in telling {
        statement.push(" and coalesce(other.").push(field);
        statement.push(", '') = coalesce(own.").push(field).push(", '')");
    }
    statement
        .push(" join ")
        .push(form.key)
        .push(" there on there.region = other.region");
    statement.push(" where own.id in ").list(&ids);
    for field in telling {
        statement.push(" and own.").push(field).push(" is not null");
    }
    statement.push(" and other.deleted_at is null and not ");
    statement.within("other.region", &county);
    statement.push(" and there.deleted_at is null and there.").push(first);
    statement
        .push(" <= ")
        .text(ends)
        .push(" and coalesce(there.")
        .push(last);
    statement.push(", there.").push(first).push(") >= ").text(begins);
    statement.push(" and ',' || there.").push(reference);
    statement.push(" || ',' like '%,' || other.id || ',%' order by 1");
    let rows = statement.rows(connection).await?;
    let names: Result<Vec<Option<String>>, _> = rows.iter().map(|row| row.try_get(0)).collect();
    Ok(names?.into_iter().flatten().collect())
}

/// Adds the conditions of related records: theirs in a subtree, with the same value, without the exception.
fn related_conditions(statement: &mut Statement, related: &Related, region: &Region, value: i64) {
    statement
        .push(" where deleted_at is null and ")
        .within("region", region);
    statement.push(" and ").push(related.same.0).push(" = ").integer(value);
    let (field, code) = related.except;
    statement.push(" and (").push(field).push(" is null or ").push(field);
    statement.push(" <> ").text(code).push(")");
}

/// What a region's records of earlier years bring together.
pub async fn sum_before(
    connection: &mut Connection,
    form: &'static Form,
    of: &Cumulation,
    region: &Region,
    year: i64,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select cast(coalesce(sum(");
    statement.push(of.part).push("), 0) as bigint) from ").push(form.key);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement.push(" and ").push(of.year).push(" < ").integer(year);
    statement.number(connection).await
}

/// How many related records a region has for a value.
pub async fn count_related(
    connection: &mut Connection,
    related: &Related,
    region: &Region,
    value: i64,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    statement.push(related.form);
    related_conditions(&mut statement, related, region, value);
    statement.number(connection).await
}

/// The related records that a region has for a value: id, region, state.
pub async fn related(
    connection: &mut Connection,
    related: &Related,
    region: &Region,
    value: i64,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select id, region, status from ");
    statement.push(related.form);
    related_conditions(&mut statement, related, region, value);
    statement.push(" order by region limit 1000");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}

/// What a region's records of a form that hold a code say in a field.
pub async fn named(
    connection: &mut Connection,
    form: &'static Form,
    field: &str,
    holding: (&'static str, &'static str),
    region: &Region,
) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement.push(field).push(" from ").push(form.key);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement.push(" and ").holds(form, holding.0, holding.1);
    statement.push(" order by created_at, id limit 20");
    let rows = statement.rows(connection).await?;
    let names: Result<Vec<Option<String>>, _> = rows.iter().map(|row| row.try_get(0)).collect();
    Ok(names?.into_iter().flatten().collect())
}
