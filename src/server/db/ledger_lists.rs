//! What the lists behind a ledger say beside the records themselves: of one page of records, villages or accounts at a time.

use super::Connection;
use super::sql::Statement;
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::domain::step::Step;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// What a review has brought a record.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// When it was submitted first.
    pub began: Option<String>,
    /// When it was submitted last.
    pub submitted: Option<String>,
    /// When it was passed last.
    pub passed: Option<String>,
    /// How often it was returned.
    pub returns: i64,
}

/// What became of these records in their review.
pub async fn courses(connection: &mut Connection, ids: &[String]) -> Result<BTreeMap<String, Course>, sqlx::Error> {
    let mut statement = Statement::new(
        "select record, min(case when verb = 'submit' then at end), max(case when verb = 'submit' then at end), \
         max(case when verb = 'approve' and passed = 1 then at end), cast(sum(case when verb = 'return' then 1 else 0 end) as bigint) \
         from decisions where undone_at is null and record in ",
    );
    statement.list(ids).push(" group by record");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let course = Course {
                began: row.try_get(1)?,
                submitted: row.try_get(2)?,
                passed: row.try_get(3)?,
                returns: row.try_get(4)?,
            };
            Ok((row.try_get(0)?, course))
        })
        .collect()
}

/// The state of the letters about these entries of 名单报审.
pub async fn letters(connection: &mut Connection, entries: &[String]) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement =
        Statement::new("select entry, status from official_letters where deleted_at is null and entry in ");
    statement.list(entries);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// A 工作纪实 as far as it says who took part.
pub struct Activity {
    /// The village.
    pub region: String,
    /// 所属环节
    pub step: String,
    /// Entries of 名单报审, joined with commas.
    pub participants: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// What 工作纪实 of these villages tells of participants.
pub async fn activities(connection: &mut Connection, regions: &[String]) -> Result<Vec<Activity>, sqlx::Error> {
    let mut statement = Statement::new(
        "select region, step, participants, held_on, ended_on from work_log \
         where deleted_at is null and participants is not null and held_on is not null and region in ",
    );
    statement.list(regions);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let from: String = row.try_get(3)?;
            Ok(Activity {
                region: row.try_get(0)?,
                step: row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
                participants: row.try_get(2)?,
                to: row.try_get::<Option<String>, _>(4)?.unwrap_or_else(|| from.clone()),
                from,
            })
        })
        .collect()
}

/// The villages of a part of the tree that the baseline survey puts into the plan of a year.
pub async fn tasked(connection: &mut Connection, region: &Region, year: i64) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select region from baseline_survey where deleted_at is null and plan_year = ");
    statement.integer(year).push(" and ").within("region", region);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// When these villages have completed these steps: village → step → instant.
pub async fn completed(
    connection: &mut Connection,
    steps: &[&'static Step],
    regions: &[String],
) -> Result<BTreeMap<String, BTreeMap<String, String>>, sqlx::Error> {
    let keys: Vec<&'static str> = steps.iter().map(|step| step.key).collect();
    let mut statement = Statement::new("select region, step, done_at from completions where year = '' and region in ");
    statement.list(regions).push(" and step in ").words(&keys);
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in statement.rows(connection).await? {
        found
            .entry(row.try_get(0)?)
            .or_default()
            .insert(row.try_get(1)?, row.try_get(2)?);
    }
    Ok(found)
}

/// The leaders of these villages' planning groups: name and phone.
pub async fn leaders(
    connection: &mut Connection,
    regions: &[String],
) -> Result<BTreeMap<String, (String, String)>, sqlx::Error> {
    let mut statement = Statement::new(
        "select region, name, phone from roster where deleted_at is null and role = 'leader' \
         and group_kind = 'village' and status <> 'left' and region in ",
    );
    statement.list(regions);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let text = |at: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(at)?.unwrap_or_default());
            Ok((row.try_get(0)?, (text(1)?, text(2)?)))
        })
        .collect()
}

/// Village and slot → how many files, and the id of the first.
pub type Files = BTreeMap<(String, String), (i64, String)>;

/// The files that these villages keep in the slots of a form.
pub async fn files(connection: &mut Connection, form: &'static str, regions: &[String]) -> Result<Files, sqlx::Error> {
    let mut statement = Statement::new("select told.region, file.field, count(*), min(file.id) from ");
    statement.push(form);
    statement.push(" told join attachments file on file.record = told.id and file.state = 'kept'");
    statement
        .push(" where told.deleted_at is null and told.region in ")
        .list(regions);
    statement.push(" group by told.region, file.field");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?))))
        .collect()
}

/// How many natural villages within 纳入规划 these villages have.
pub async fn hamlets(connection: &mut Connection, regions: &[String]) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut statement = Statement::new(
        "select region, count(*) from natural_villages where deleted_at is null and planned = 1 and region in ",
    );
    statement.list(regions).push(" group by region");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// The villages of a part of the tree that keep a file in a slot of a form.
pub async fn filled(
    connection: &mut Connection,
    form: &'static str,
    slot: &'static str,
    region: &Region,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct told.region from ");
    statement.push(form);
    statement.push(" told join attachments file on file.record = told.id and file.state = 'kept' and file.field = ");
    statement.text(slot).push(" where told.deleted_at is null and ");
    statement.within("told.region", region);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The records of a form that these regions have: id and region.
pub async fn records_of(
    connection: &mut Connection,
    form: &'static str,
    regions: &[String],
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select id, region from ");
    statement.push(form).push(" where deleted_at is null and region in ");
    statement.list(regions);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// What these yearly plans and those of the years before set out to do: plan → tasks.
pub async fn tasks_so_far(connection: &mut Connection, plans: &[String]) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut statement = Statement::new(
        "select own.id, cast(coalesce(sum(other.tasks), 0) as bigint) from annual_plan own join annual_plan other \
         on other.region = own.region and other.year <= own.year and other.deleted_at is null where own.id in ",
    );
    statement.list(plans).push(" group by own.id");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// The rows of a grid with rows of a dictionary, of these records: record, item, amounts.
pub async fn items(
    connection: &mut Connection,
    table: &str,
    columns: &[&'static str],
    records: &[String],
) -> Result<Vec<(String, String, Vec<Option<i64>>)>, sqlx::Error> {
    let mut statement = Statement::new("select parent, item");
    for column in columns {
        statement.push(", ").push(column);
    }
    statement
        .push(" from ")
        .push(table)
        .push(" where item is not null and parent in ");
    statement.list(records);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let amounts = (2..columns.len() + 2)
                .map(|at| row.try_get(at))
                .collect::<Result<_, _>>()?;
            Ok((row.try_get(0)?, row.try_get(1)?, amounts))
        })
        .collect()
}

/// Since when natural villages have accounts: record of 自然村名录 → instant.
pub async fn registered(connection: &mut Connection, ids: &[String]) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement = Statement::new("select contract, min(created_at) from accounts where contract in ");
    statement.list(ids).push(" group by contract");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// What a natural village has told.
#[derive(Debug, Clone, Default)]
pub struct Tellings {
    /// The forms that it has records of, and those of which it has said that there is none.
    pub forms: BTreeSet<String>,
    /// When it told something last.
    pub last: String,
}

/// What these natural villages have told: code → forms and instant.
pub async fn tellings(
    connection: &mut Connection,
    codes: &[String],
) -> Result<BTreeMap<String, Tellings>, sqlx::Error> {
    let mut told: BTreeMap<String, Tellings> = BTreeMap::new();
    for form in crate::server::hamlets::forms() {
        let is_absence = form.key == "hamlet_absences";
        let mut statement = Statement::new("select region, max(updated_at)");
        statement.push(if is_absence { ", max(absent)" } else { ", ''" });
        statement.push(" from ").push(form.key);
        statement.push(" where deleted_at is null and region in ");
        statement.list(codes).push(" group by region");
        for row in statement.rows(&mut *connection).await? {
            let own = told.entry(row.try_get(0)?).or_default();
            let at: Option<String> = row.try_get(1)?;
            own.last = own.last.clone().max(at.unwrap_or_default());
            match row.try_get::<Option<String>, _>(2)? {
                Some(absent) if is_absence => own.forms.extend(parts(&absent).map(str::to_owned)),
                _ => {
                    own.forms.insert(form.key.to_owned());
                }
            }
        }
    }
    Ok(told)
}
