//! Records of every form. One of the two places where statements are built; identifiers come from declarations only.

use super::Connection;
use super::sql::{Statement, containing};
use crate::domain::field::{Cumulation, Field, Kind, Related};
use crate::domain::form::Form;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region};
use crate::domain::rule::StoreTest;
use crate::domain::validate::CheckedRow;
use crate::domain::value::Value;
use crate::server::authorize::Permit;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// A record as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Id.
    pub id: String,
    /// Region.
    pub region: Region,
    /// Account kind that registered it: two organs of one county do not change each other's records.
    pub organ: String,
    /// Its state in the workflow of its form, or empty.
    pub status: String,
    /// Version, from 1.
    pub version: i64,
    /// The key of the last save: a save that is sent twice is stored once.
    pub saved_as: String,
    /// How many attachments it has.
    pub attachment_count: i64,
    /// Account id of the filler.
    pub created_by: String,
    /// Display name of the filler at that time.
    pub created_name: String,
    /// When it was registered.
    pub created_at: String,
    /// Its values.
    pub values: BTreeMap<&'static str, Value>,
}

impl Stored {
    /// The text of a field, empty when there is none.
    pub fn text(&self, key: &str) -> &str {
        self.values.get(key).and_then(Value::text).unwrap_or_default()
    }
}

const COMMON: &str =
    "id, region, organ, status, version, saved_as, attachment_count, created_by, created_name, created_at";

fn read(row: &AnyRow, fields: &[&'static Field]) -> Result<Stored, sqlx::Error> {
    let region: String = row.try_get("region")?;
    Ok(Stored {
        id: row.try_get("id")?,
        region: Region::parse(&region).ok_or_else(|| sqlx::Error::Decode("record with a wrong region".into()))?,
        organ: row.try_get("organ")?,
        status: row.try_get("status")?,
        version: row.try_get("version")?,
        saved_as: row.try_get("saved_as")?,
        attachment_count: row.try_get("attachment_count")?,
        created_by: row.try_get("created_by")?,
        created_name: row.try_get("created_name")?,
        created_at: row.try_get("created_at")?,
        values: values(row, fields)?,
    })
}

fn values(row: &AnyRow, fields: &[&'static Field]) -> Result<BTreeMap<&'static str, Value>, sqlx::Error> {
    let mut values = BTreeMap::new();
    for field in fields {
        let value = if field.is_number() {
            row.try_get::<Option<i64>, _>(field.key)?.map(Value::Integer)
        } else {
            row.try_get::<Option<String>, _>(field.key)?.map(Value::Text)
        };
        if let Some(value) = value {
            values.insert(field.key, value);
        }
    }
    Ok(values)
}

fn select(form: &'static Form, fields: &[&'static Field]) -> Statement {
    let mut statement = Statement::new("select ");
    statement.push(COMMON);
    for field in fields {
        statement.push(", ").push(field.key);
    }
    statement.push(" from ").push(form.key);
    statement
}

/// The live record of that id.
pub async fn find(connection: &mut Connection, form: &'static Form, id: &str) -> Result<Option<Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement.push(" where deleted_at is null and id = ").text(id);
    statement
        .row(connection)
        .await?
        .map(|row| read(&row, &fields))
        .transpose()
}

/// The live records of these ids; on Postgres nobody else may change them until the transaction ends.
pub async fn find_many(
    connection: &mut Connection,
    form: &'static Form,
    ids: &[String],
    lock: bool,
) -> Result<BTreeMap<String, Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement.push(" where deleted_at is null and id in ").list(ids);
    if lock {
        statement.push(" for update");
    }
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| read(row, &fields).map(|stored| (stored.id.clone(), stored)))
        .collect()
}

/// Whether a record of that id exists, deleted ones included.
pub async fn id_is_used(connection: &mut Connection, form: &'static Form, id: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    statement.push(form.key).push(" where id = ").text(id);
    Ok(statement.number(connection).await? > 0)
}

/// The live record of a region, for forms with one per region.
pub async fn find_single(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Option<Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement
        .row(connection)
        .await?
        .map(|row| read(&row, &fields))
        .transpose()
}

/// The records of a public form that are marked 是否公开.
pub async fn public(connection: &mut Connection, form: &'static Form) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement.push(" where deleted_at is null and is_public = 1 order by created_at desc limit 500");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
}

/// The rows of a grid, in order.
pub async fn grid_rows(
    connection: &mut Connection,
    form: &'static Form,
    grid: &Field,
    columns: &'static [Field],
    parent: &str,
) -> Result<Vec<(String, BTreeMap<&'static str, Value>)>, sqlx::Error> {
    let fields: Vec<_> = columns.iter().collect();
    let mut statement = Statement::new("select id");
    for column in columns {
        statement.push(", ").push(column.key);
    }
    statement
        .push(" from ")
        .push(&form.grid_table(grid.key))
        .push(" where parent = ")
        .text(parent);
    statement.push(" order by position");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, values(row, &fields)?)))
        .collect()
}

/// The column of the state, and the name of its filter.
pub const STATUS: &str = "status";

/// What a list shows: the part of the tree that the permit covers, narrowed by the query.
pub struct Listing<'a> {
    /// The form.
    pub form: &'static Form,
    /// What the account may see.
    pub permit: &'a Permit,
    /// What the user asks for.
    pub query: &'a ListQuery,
    /// Only records of regions at this level.
    pub level: Option<Level>,
    /// Only records with this value.
    pub fixed: Option<(&'static str, &'static str)>,
    /// Only records in these states; all when empty.
    pub states: &'static [&'static str],
}

impl Listing<'_> {
    /// Adds ` where …`.
    pub(super) fn conditions(&self, statement: &mut Statement) {
        self.conditions_for(statement, false);
    }

    /// Adds ` where …`. A list that is walked along its order must not be searched by an index of something else: an
    /// expression is none.
    fn conditions_for(&self, statement: &mut Statement, walked: bool) {
        let (text, number) = if walked { (" || ''", " + 0") } else { ("", "") };
        let region = format!("region{text}");
        statement
            .push(" where deleted_at is null and (")
            .within(&region, self.permit.scope());
        if self.form.read_from_below {
            for above in self.permit.scope().chain() {
                statement.push(" or region = ").text(above.code());
            }
        }
        statement.push(")");
        if let Some(part) = &self.query.region {
            statement.push(" and ").within(&region, part);
        }
        if let Some(level) = self.level {
            statement.push(" and level = ").integer(level.number());
        }
        if self.query.own_level {
            statement
                .push(" and level = ")
                .integer(self.permit.scope().level().number());
        }
        if !self.states.is_empty() {
            statement.push(" and status").push(text).push(" in ").words(self.states);
        }
        if let (Some(workflow), Some(status)) = (self.form.workflow, self.query.filters.get(STATUS)) {
            let known = workflow.state(status).map_or("", |state| state.key);
            statement.push(" and status").push(text).push(" = ").text(known);
        }
        if let Some((field, value)) = self.fixed {
            statement.push(" and ").push(field).push(" = ").text(value);
        }
        for (key, code) in &self.query.filters {
            // Filters that no field declares are not ours (`security.md` V20); old links may carry them.
            let Some(field) = self.form.field(key).filter(|field| field.filtered && field.is_stored()) else {
                continue;
            };
            statement.push(" and ").push(field.key);
            statement.push(if field.is_number() { number } else { text });
            match (field.kind, code.parse::<i64>()) {
                (Kind::Choices(_), _) => {
                    statement.push(" like ").text(containing(code)).push(" escape '\\'");
                }
                (_, Ok(number)) if field.is_number() => {
                    statement.push(" = ").integer(number);
                }
                (_, Err(_)) if field.is_number() => {
                    statement.push(" is null and 1 = 0");
                }
                _ => {
                    statement.push(" = ").text(code.as_str());
                }
            }
        }
        let searched: Vec<_> = self.form.fields().filter(|field| field.searched).collect();
        if !self.query.text.is_empty() && !searched.is_empty() {
            let pattern = containing(&self.query.text.to_lowercase());
            statement.push(" and (");
            for (position, field) in searched.iter().enumerate() {
                let or = if position > 0 { " or lower(" } else { "lower(" };
                statement
                    .push(or)
                    .push(field.key)
                    .push(") like ")
                    .text(pattern.as_str())
                    .push(" escape '\\'");
            }
            statement.push(")");
        }
    }

    /// Whether a list of so many records is walked along an index in its order, which finds a page at once where most of
    /// the table fits. A smaller part is found by its region or filter and sorted.
    fn is_walked(&self, total: i64) -> bool {
        let part = self.query.region.as_ref().unwrap_or(self.permit.scope());
        part.level() <= Level::Province && total > WALKED
    }

    fn order(&self, statement: &mut Statement, walked: bool) {
        let (key, down) = match self.query.sort.strip_prefix('-') {
            Some(key) => (key, " desc"),
            None => (self.query.sort.as_str(), ""),
        };
        statement.push(" order by ");
        if key == "region" || key == STATUS && self.form.workflow.is_some() {
            statement.push(if key == STATUS { STATUS } else { "region" });
            statement.push(down).push(", ");
        } else if let Some(field) = self
            .form
            .fields()
            .find(|field| field.key == key && field.listed && field.is_stored())
        {
            let expression = if walked || field.is_number() { "" } else { " || ''" };
            statement.push(field.key).push(expression).push(down).push(", ");
            // The tie is broken the same way as the index of the column does it.
            statement.push(if down.is_empty() { "id" } else { "id desc" });
            return;
        }
        // An expression is not answered by the index of newest records.
        statement.push(if walked {
            "created_at desc, id desc"
        } else {
            "created_at || '' desc, id desc"
        });
    }
}

/// How many records a listing has.
pub async fn count(connection: &mut Connection, listing: &Listing<'_>) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    statement.push(listing.form.key);
    listing.conditions(&mut statement);
    statement.number(connection).await
}

/// More records than this are worth walking along the order of their list.
const WALKED: i64 = 5_000;

/// The records of a listing of so many from `offset`, at most `limit`.
pub async fn list(
    connection: &mut Connection,
    listing: &Listing<'_>,
    total: i64,
    offset: i64,
    limit: i64,
) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = listing.form.stored().collect();
    let mut statement = select(listing.form, &fields);
    // The page is found by ids alone: what is skipped is not read.
    let walked = listing.is_walked(total);
    statement.push(" where id in (select id from ").push(listing.form.key);
    listing.conditions_for(&mut statement, walked);
    listing.order(&mut statement, walked);
    statement
        .push(" limit ")
        .integer(limit)
        .push(" offset ")
        .integer(offset);
    statement.push(")");
    listing.order(&mut statement, walked);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
}

/// What a save writes.
pub struct Write<'a> {
    /// Record id.
    pub id: &'a str,
    /// Key of this save.
    pub key: &'a str,
    /// Checked values of the stored fields.
    pub values: &'a BTreeMap<&'static str, Value>,
    /// How many attachments it has now.
    pub attachment_count: i64,
    /// Now.
    pub now: &'a str,
}

/// Registers a record in the account's own region, version 1.
pub async fn insert(
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    write: &Write<'_>,
) -> Result<(), sqlx::Error> {
    let account = permit.account();
    let mut statement = Statement::new("insert into ");
    statement.push(form.key).push(
        " (id, region, level, organ, status, version, saved_as, attachment_count, created_by, created_name, \
         created_at, updated_by, updated_at",
    );
    for field in form.stored() {
        statement.push(", ").push(field.key);
    }
    statement
        .push(") values (")
        .text(write.id)
        .push(", ")
        .text(permit.scope().code())
        .push(", ");
    statement
        .integer(permit.scope().level().number())
        .push(", ")
        .text(account.kind.key())
        .push(", ")
        .text(form.workflow.map_or("", |workflow| workflow.initial()))
        .push(", 1, ");
    statement
        .text(write.key)
        .push(", ")
        .integer(write.attachment_count)
        .push(", ");
    for text in [&account.id, &account.name] {
        statement.text(text.as_str()).push(", ");
    }
    statement
        .text(write.now)
        .push(", ")
        .text(account.id.as_str())
        .push(", ")
        .text(write.now);
    for field in form.stored() {
        statement.push(", ").field(field, write.values.get(field.key));
    }
    statement.push(")");
    statement.execute(connection).await.map(|_| ())
}

/// A record of a load.
pub struct NewRecord {
    /// Id.
    pub id: String,
    /// Region.
    pub region: Region,
    /// Account kind that registers it.
    pub organ: &'static str,
    /// State.
    pub status: &'static str,
    /// Account id.
    pub account: String,
    /// Display name.
    pub name: String,
    /// When.
    pub at: String,
    /// Values of the stored fields.
    pub values: BTreeMap<&'static str, Value>,
}

/// Loads records, many with one statement.
pub async fn insert_many(
    connection: &mut Connection,
    form: &'static Form,
    records: &[NewRecord],
) -> Result<(), sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    for batch in records.chunks(400) {
        let mut statement = Statement::new("insert into ");
        statement.push(form.key).push(
            " (id, region, level, organ, status, version, saved_as, attachment_count, created_by, created_name, \
             created_at, updated_by, updated_at",
        );
        for field in &fields {
            statement.push(", ").push(field.key);
        }
        statement.push(") values ");
        for (position, record) in batch.iter().enumerate() {
            statement.push(if position > 0 { ", (" } else { "(" });
            statement
                .text(record.id.as_str())
                .push(", ")
                .text(record.region.code())
                .push(", ");
            statement.integer(record.region.level().number()).push(", ");
            statement
                .text(record.organ)
                .push(", ")
                .text(record.status)
                .push(", 1, '', 0");
            for text in [&record.account, &record.name, &record.at, &record.account, &record.at] {
                statement.push(", ").text(text.as_str());
            }
            for field in &fields {
                statement.push(", ").field(field, record.values.get(field.key));
            }
            statement.push(")");
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Loads rows of a grid: parent, position, values.
pub async fn insert_rows(
    connection: &mut Connection,
    form: &'static Form,
    grid: &Field,
    columns: &'static [Field],
    rows: &[(&str, i64, BTreeMap<&'static str, Value>)],
) -> Result<(), sqlx::Error> {
    for batch in rows.chunks(500) {
        let mut statement = Statement::new("insert into ");
        statement
            .push(&form.grid_table(grid.key))
            .push(" (id, parent, position");
        for column in columns {
            statement.push(", ").push(column.key);
        }
        statement.push(") values ");
        for (place, (parent, position, values)) in batch.iter().enumerate() {
            statement.push(if place > 0 { ", (" } else { "(" });
            statement
                .text(super::new_id())
                .push(", ")
                .text(*parent)
                .push(", ")
                .integer(*position);
            for column in columns {
                statement.push(", ").field(column, values.get(column.key));
            }
            statement.push(")");
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Changes a record if it still has that version; false when somebody was faster.
pub async fn update(
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    version: i64,
    write: &Write<'_>,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, saved_as = ")
        .text(write.key);
    statement.push(", attachment_count = ").integer(write.attachment_count);
    statement
        .push(", updated_by = ")
        .text(permit.account().id.as_str())
        .push(", updated_at = ")
        .text(write.now);
    for field in form.stored() {
        statement
            .push(", ")
            .push(field.key)
            .push(" = ")
            .field(field, write.values.get(field.key));
    }
    statement
        .push(" where deleted_at is null and id = ")
        .text(write.id)
        .push(" and version = ")
        .integer(version);
    statement.push(" and region = ").text(permit.scope().code());
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Moves records from one state to another, each to its next version; answers how many were moved.
pub async fn move_status(
    connection: &mut Connection,
    form: &'static Form,
    ids: &[String],
    from: &str,
    to: &str,
    account: &str,
    now: &str,
) -> Result<u64, sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, status = ")
        .text(to);
    statement
        .push(", updated_by = ")
        .text(account)
        .push(", updated_at = ")
        .text(now);
    statement.push(" where deleted_at is null and status = ").text(from);
    statement.push(" and id in ").list(ids);
    Ok(statement.execute(connection).await?.rows_affected())
}

/// Fills fields of a record that belong to its review.
pub async fn fill(
    connection: &mut Connection,
    form: &'static Form,
    id: &str,
    values: &[(&'static Field, Option<Value>)],
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement.push(form.key).push(" set version = version");
    for (field, value) in values {
        statement
            .push(", ")
            .push(field.key)
            .push(" = ")
            .field(field, value.as_ref());
    }
    statement.push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
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

/// Regions of a subtree that have a live record of the form.
pub async fn regions_with(
    connection: &mut Connection,
    form: &'static Form,
    scope: &Region,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct region from ");
    statement
        .push(form.key)
        .push(" where deleted_at is null and ")
        .within("region", scope);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Values of a number field of a region's live records, largest first.
pub async fn numbers(
    connection: &mut Connection,
    form: &'static Form,
    field: &'static str,
    region: &Region,
) -> Result<Vec<i64>, sqlx::Error> {
    let mut statement = Statement::new("select distinct ");
    statement.push(field).push(" from ").push(form.key);
    statement
        .push(" where deleted_at is null and ")
        .push(field)
        .push(" is not null and region = ");
    statement.text(region.code()).push(" order by 1 desc");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Deletes a record softly if it still has that version; false when somebody was faster.
pub async fn delete(
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    id: &str,
    version: i64,
    now: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, deleted_at = ")
        .text(now);
    statement
        .push(" where deleted_at is null and id = ")
        .text(id)
        .push(" and version = ")
        .integer(version);
    statement.push(" and region = ").text(permit.scope().code());
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Replaces the rows of a grid. Rows that had an id keep it.
pub async fn replace_rows(
    connection: &mut Connection,
    form: &'static Form,
    grid: &Field,
    columns: &'static [Field],
    parent: &str,
    rows: &[CheckedRow],
) -> Result<(), sqlx::Error> {
    let table = form.grid_table(grid.key);
    let known: Vec<String> = grid_rows(&mut *connection, form, grid, columns, parent)
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let mut clear = Statement::new("delete from ");
    clear.push(&table).push(" where parent = ").text(parent);
    clear.execute(&mut *connection).await?;
    let mut used: Vec<&str> = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let keeps = known.contains(&row.id) && !used.contains(&row.id.as_str());
        let id = if keeps { row.id.clone() } else { super::new_id() };
        if keeps {
            used.push(&row.id);
        }
        let mut statement = Statement::new("insert into ");
        statement.push(&table).push(" (id, parent, position");
        for column in columns {
            statement.push(", ").push(column.key);
        }
        statement
            .push(") values (")
            .text(id)
            .push(", ")
            .text(parent)
            .push(", ")
            .integer(position as i64);
        for column in columns {
            statement.push(", ").field(column, row.values.get(column.key));
        }
        statement.push(")");
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether a store rule is broken by a record with these values in a region.
pub async fn breaks(
    connection: &mut Connection,
    form: &'static Form,
    test: &StoreTest,
    region: &Region,
    id: &str,
    values: &BTreeMap<&'static str, Value>,
) -> Result<bool, sqlx::Error> {
    let number = |field: &str| values.get(field).and_then(Value::integer);
    match test {
        StoreTest::EqualsCount(field, related) => {
            let (Some(counted), Some(value)) = (number(field), number(related.same.1)) else {
                return Ok(false);
            };
            return Ok(count_related(connection, related, region, value).await? != counted);
        }
        StoreTest::SumAtMost(field, most) => {
            let (Some(own), Some(most)) = (number(field), number(most)) else {
                return Ok(false);
            };
            let mut statement = Statement::new("select cast(coalesce(sum(");
            statement.push(field).push("), 0) as bigint) from ").push(form.key);
            statement.push(" where deleted_at is null and id <> ").text(id);
            statement.push(" and region = ").text(region.code());
            return Ok(statement.number(connection).await? + own > most);
        }
        StoreTest::Unique(_) | StoreTest::AtMost(..) => {}
    }
    let mut statement = Statement::new("select count(*) from ");
    statement
        .push(form.key)
        .push(" where deleted_at is null and id <> ")
        .text(id);
    statement.push(" and region = ").text(region.code());
    let most = match test {
        StoreTest::Unique(fields) => {
            for field in *fields {
                let Some(value) = values.get(field) else {
                    return Ok(false);
                };
                statement.push(" and ").push(field).push(" = ").value(value.clone());
            }
            0
        }
        StoreTest::AtMost(most, matching) => {
            for (field, code) in *matching {
                if values.get(field).and_then(Value::text) != Some(*code) {
                    return Ok(false);
                }
                statement.push(" and ").push(field).push(" = ").text(*code);
            }
            most - 1
        }
        StoreTest::EqualsCount(..) | StoreTest::SumAtMost(..) => return Ok(false),
    };
    Ok(statement.number(connection).await? > most)
}

/// Options of a reference: `(id, label)` of the target's live records in a region.
pub async fn options(
    connection: &mut Connection,
    target: &ReferenceTarget,
    region: &Region,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let form = target.form;
    let mut statement = Statement::new("select ");
    match target.grid {
        Some((grid, label)) => {
            statement
                .push("child.id, child.")
                .push(label)
                .push(" from ")
                .push(&form.grid_table(grid.key));
            statement
                .push(" child join ")
                .push(form.key)
                .push(" owner on owner.id = child.parent");
            statement
                .push(" where owner.deleted_at is null and owner.region = ")
                .text(region.code());
            statement.push(" order by child.position limit 1000");
        }
        None => {
            statement
                .push("id, ")
                .push(form.name_field)
                .push(" from ")
                .push(form.key);
            statement
                .push(" where deleted_at is null and region = ")
                .text(region.code());
            statement.push(" order by ").push(form.name_field).push(" limit 1000");
        }
    }
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

/// Labels of everything that a reference may point at in these regions: id → label.
pub async fn labels(
    connection: &mut Connection,
    target: &ReferenceTarget,
    regions: &[Region],
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut labels = Vec::new();
    for batch in regions.chunks(100) {
        let mut statement = Statement::new("select child.id, child.");
        match target.grid {
            Some((grid, label)) => {
                statement
                    .push(label)
                    .push(" from ")
                    .push(&target.form.grid_table(grid.key))
                    .push(" child join ");
                statement
                    .push(target.form.key)
                    .push(" owner on owner.id = child.parent where owner.region in (");
            }
            None => {
                statement
                    .push(target.form.name_field)
                    .push(" from ")
                    .push(target.form.key);
                statement.push(" child where child.region in (");
            }
        }
        for (position, region) in batch.iter().enumerate() {
            if position > 0 {
                statement.push(", ");
            }
            statement.text(region.code());
        }
        statement.push(")");
        for row in statement.rows(&mut *connection).await? {
            labels.push((
                row.try_get(0)?,
                row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
            ));
        }
    }
    Ok(labels)
}

/// What a reference points at: records of a form, or rows of one of its grids.
pub struct ReferenceTarget {
    form: &'static Form,
    grid: Option<(&'static Field, &'static str)>,
}

impl ReferenceTarget {
    /// Reads `form` or `form.grid`; nothing when the form is not part of the system.
    pub fn find(to: &str) -> Option<Self> {
        let (form, grid) = to.split_once('.').map_or((to, None), |(form, grid)| (form, Some(grid)));
        let form = crate::forms::find(form)?;
        let grid = match grid {
            Some(key) => Some(
                form.grids()
                    .find(|(field, _)| field.key == key)
                    .map(|(field, grid)| (field, grid.columns[0].key))?,
            ),
            None => None,
        };
        Some(Self { form, grid })
    }
}
