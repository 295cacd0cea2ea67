//! What waits for an account: records by their state, villages by where they stand. A few statements whatever the forms.

use super::Connection;
use super::records::STRANGER;
use super::sql::Statement;
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::region::Region;
use crate::domain::step::Step;
use crate::server::authorize::Permit;
use sqlx::Row;

/// Records of one state.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The state.
    pub status: String,
    /// How many.
    pub count: i64,
    /// Since when the oldest of them; empty where nobody asked.
    pub since: String,
}

/// Adds ` where …`: live records of a tab's form in these states, inside the permit's scope.
fn conditions(statement: &mut Statement, tab: &'static Tab, permit: &Permit, states: &[&'static str]) {
    statement
        .push(" where deleted_at is null and status in ")
        .words(states)
        .push(" and ")
        .within("region", permit.scope());
    if let Some(contract) = permit.contract() {
        let villages: Vec<String> = contract.villages.iter().map(|one| one.code().to_owned()).collect();
        statement.push(" and region in ").list(&villages);
    }
    if let Some((field, value)) = tab.fixed {
        statement.push(" and ").push(field).push(" = ").text(value);
    }
    if let Some(level) = tab.level {
        statement.push(" and level = ").integer(level.number());
    }
}

/// Adds ` and not (…)`: records that the account has left itself, in states where they wait for others.
fn left_by_others(statement: &mut Statement, tab: &'static Tab, permit: &Permit, states: &[&'static str]) {
    let account = permit.account();
    let Some(workflow) = tab.form.workflow else { return };
    let mut for_others = states.to_vec();
    for_others.retain(|state| workflow.waits_for_others(state, account.kind));
    if for_others.is_empty() {
        return;
    }
    statement.push(" and not (status in ").words(&for_others);
    statement.push(" and created_by = ").text(account.id.as_str());
    statement.push(" and created_name <> ").text(STRANGER).push(")");
}

/// How many records of a tab are in each of these states, as far as the account's scope goes; since when, where that is asked
/// for: the index of the states alone tells how many.
pub async fn counts(
    connection: &mut Connection,
    tab: &'static Tab,
    permit: &Permit,
    states: &[&'static str],
    since: bool,
) -> Result<Vec<Waiting>, sqlx::Error> {
    let mut statement = Statement::new(match since {
        true => "select status, count(*), min(updated_at) from ",
        false => "select status, count(*), '' from ",
    });
    statement.push(tab.form.key);
    conditions(&mut statement, tab, permit, states);
    left_by_others(&mut statement, tab, permit, states);
    statement.push(" group by status");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                status: row.try_get(0)?,
                count: row.try_get(1)?,
                since: row.try_get(2)?,
            })
        })
        .collect()
}

/// How many records of a tab in a state hold one of these codes.
pub async fn holding(
    connection: &mut Connection,
    tab: &'static Tab,
    permit: &Permit,
    state: &'static str,
    (field, codes): (&'static str, &'static [&'static str]),
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    statement.push(tab.form.key);
    conditions(&mut statement, tab, permit, &[state]);
    statement.push(" and ").push(field).push(" in ").words(codes);
    statement.number(connection).await
}

/// A record that came back.
#[derive(Debug, Clone)]
pub struct Returned {
    /// Record id.
    pub id: String,
    /// Its region.
    pub region: Region,
    /// Its state.
    pub status: String,
    /// What its name field holds.
    pub name: String,
}

/// Records of a tab in these states, the newest first, at most so many.
pub async fn returned(
    connection: &mut Connection,
    tab: &'static Tab,
    permit: &Permit,
    states: &[&'static str],
    most: i64,
) -> Result<Vec<Returned>, sqlx::Error> {
    let name = name_of(tab.form);
    let mut statement = Statement::new("select id, region, status, ");
    statement.push(name).push(" from ").push(tab.form.key);
    conditions(&mut statement, tab, permit, states);
    statement
        .push(" order by updated_at desc, id desc limit ")
        .integer(most);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let region: String = row.try_get(1)?;
            Ok(Returned {
                id: row.try_get(0)?,
                region: Region::parse(&region)
                    .ok_or_else(|| sqlx::Error::Decode("record with a wrong region".into()))?,
                status: row.try_get(2)?,
                name: row.try_get::<Option<String>, _>(3)?.unwrap_or_default(),
            })
        })
        .collect()
}

/// The column that names a record, or an empty text.
fn name_of(form: &'static Form) -> &'static str {
    match form.field(form.name_field).filter(|field| field.is_stored()) {
        Some(field) if field.is_number() => "''",
        Some(field) => field.key,
        None => "''",
    }
}

/// Where a village stands: how many steps it has done, and when the last of them.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Region code.
    pub region: String,
    /// How many of the steps.
    pub done: i64,
    /// When the last was completed.
    pub since: String,
}

/// Where the villages of a subtree stand that have done the step before the first or any of these, whoever has waited
/// longest first.
pub async fn standing(
    connection: &mut Connection,
    steps: &[&'static Step],
    before: &'static Step,
    scope: &Region,
) -> Result<Vec<Standing>, sqlx::Error> {
    let mut keys: Vec<&'static str> = steps.iter().map(|step| step.key).collect();
    keys.push(before.key);
    let mut statement = Statement::new("select region, cast(sum(case when step = ");
    statement
        .text(before.key)
        .push(" then 0 else 1 end) as bigint), max(done_at) from completions where year = '' and ");
    statement.within("region", scope).push(" and step in ").words(&keys);
    statement.push(" group by region order by 3, 1");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Standing {
                region: row.try_get(0)?,
                done: row.try_get(1)?,
                since: row.try_get(2)?,
            })
        })
        .collect()
}

/// The regions of a subtree whose record of a form is in one of these states.
pub async fn in_states(
    connection: &mut Connection,
    form: &'static Form,
    states: &[&'static str],
    scope: &Region,
) -> Result<std::collections::BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select region from ");
    statement
        .push(form.key)
        .push(" where deleted_at is null and status in ")
        .words(states)
        .push(" and ")
        .within("region", scope);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// How many remarks about each of these records wait.
pub async fn pins(
    connection: &mut Connection,
    records: &[String],
) -> Result<std::collections::BTreeMap<String, i64>, sqlx::Error> {
    if records.is_empty() {
        return Ok(std::collections::BTreeMap::new());
    }
    let mut statement = Statement::new("select record, count(*) from pins where closed_by is null and record in ");
    statement.list(records).push(" group by record");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
