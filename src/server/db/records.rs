//! Records of every form: one, many, written, moved. Identifiers come from declarations only.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::AccountKind;
use crate::domain::field::{Field, Kind};
use crate::domain::form::{Form, Unique};
use crate::domain::problem::{Problem, Severity};
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::domain::validate::CheckedRow;
use crate::domain::value::Value;
use crate::error::AppError;
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

/// The name under which is kept what somebody without an account leaves. The account that keeps it is not its author.
pub const STRANGER: &str = "访客";

impl Stored {
    /// The text of a field, empty when there is none.
    pub fn text(&self, key: &str) -> &str {
        self.values.get(key).and_then(Value::text).unwrap_or_default()
    }

    /// Whether it was left by the account of that id.
    pub fn is_by(&self, account: &str) -> bool {
        self.created_by == account && self.created_name != STRANGER
    }
}

pub(super) const COMMON: &str =
    "id, region, organ, status, version, saved_as, attachment_count, created_by, created_name, created_at";

pub(super) fn read(row: &AnyRow, fields: &[&'static Field]) -> Result<Stored, sqlx::Error> {
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

pub(super) fn select(form: &'static Form, fields: &[&'static Field]) -> Statement {
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

/// The states in which a region's live records are, of one year where a field says so.
pub async fn statuses(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    of_year: Option<(&'static str, i64)>,
) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct status from ");
    statement
        .push(form.key)
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    if let Some((field, year)) = of_year {
        statement.push(" and ").push(field).push(" = ").integer(year);
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The live records of a region, at most so many.
pub async fn of_region(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    most: i64,
) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement.push(" order by id limit ").integer(most);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
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
        .text(permit.organ(form))
        .push(", ")
        .text(form.first_state(permit.scope().level()))
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
    statement.execute(&mut *connection).await?;
    super::search::put(&mut *connection, form, write.id, permit.scope(), write.values).await?;
    name_divisions(connection, form, write.id, write.values).await
}

/// Notes the divisions that this record alone may name; a double is refused by the store.
async fn name_divisions(
    connection: &mut Connection,
    form: &'static Form,
    id: &str,
    values: &BTreeMap<&'static str, Value>,
) -> Result<(), sqlx::Error> {
    for field in form.exclusives() {
        let table = form.grid_table(field.key);
        let mut clear = Statement::new("delete from ");
        clear.push(&table).push(" where parent = ").text(id);
        clear.execute(&mut *connection).await?;
        let named: Vec<&str> = parts(values.get(field.key).and_then(Value::text).unwrap_or_default()).collect();
        for batch in named.chunks(200) {
            let mut statement = Statement::new("insert into ");
            statement.push(&table).push(" (region, parent) values ");
            for (position, code) in batch.iter().enumerate() {
                statement.push(if position > 0 { ", (" } else { "(" });
                statement.text(*code).push(", ").text(id).push(")");
            }
            statement.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Divisions of a subtree that records other than this one name in an exclusive field.
pub async fn named_elsewhere(
    connection: &mut Connection,
    form: &'static Form,
    field: &Field,
    scope: &Region,
    id: &str,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select region from ");
    statement
        .push(&form.grid_table(field.key))
        .push(" where parent <> ")
        .text(id)
        .push(" and ")
        .within("region", scope);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
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
    super::search::put_many(&mut *connection, form, records).await?;
    for record in records.iter().filter(|_| form.naming().is_some()) {
        name_divisions(&mut *connection, form, &record.id, &record.values).await?;
    }
    Ok(())
}

/// What a field holds in a load of every natural village.
pub enum Load {
    /// The same everywhere.
    Same(Value),
    /// A number that differs: from the first on, so many.
    Between(i64, i64),
}

/// Loads a record of a form for every natural village with one statement. `name` tells several of one natural village apart.
pub async fn insert_for_hamlets(
    connection: &mut Connection,
    form: &'static Form,
    name: &str,
    account: &crate::domain::account::Account,
    now: &str,
    values: &BTreeMap<&'static str, Load>,
) -> Result<u64, sqlx::Error> {
    let level = crate::domain::region::Level::NaturalVillage;
    let mut statement = Statement::new("insert into ");
    statement.push(form.key).push(
        " (id, region, level, organ, status, version, saved_as, attachment_count, created_by, created_name, \
         created_at, updated_by, updated_at",
    );
    for key in values.keys() {
        statement.push(", ").push(key);
    }
    statement.push(") select code || ").text(name).push(", code, level, ");
    statement.text(AccountKind::NaturalVillage.organ()).push(", ");
    statement.text(form.first_state(level)).push(", 1, '', 0");
    for text in [
        account.id.as_str(),
        account.name.as_str(),
        now,
        account.id.as_str(),
        now,
    ] {
        statement.push(", ").text(text);
    }
    for load in values.values() {
        statement.push(", ");
        match load {
            Load::Same(value) => statement.value(value.clone()),
            Load::Between(from, many) => statement
                .integer(*from)
                .push(" + (cast(substr(code, 7, 9) as bigint) * 7919) % ")
                .integer((*many).max(1)),
        };
    }
    statement
        .push(" from regions where planned = 1 and level = ")
        .integer(level.number());
    Ok(statement.execute(connection).await?.rows_affected())
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
    let done = statement.execute(&mut *connection).await?.rows_affected() == 1;
    if done {
        super::search::put(&mut *connection, form, write.id, permit.scope(), write.values).await?;
        name_divisions(connection, form, write.id, write.values).await?;
    }
    Ok(done)
}

/// What a double of a declared kind reads like.
pub fn doubled(form: &'static Form, error: &sqlx::Error) -> Option<AppError> {
    let refused = |unique: &&Unique| super::is_double_of(error, &super::schema::unique_name(form, unique));
    if let Some(unique) = form.uniques.iter().find(refused) {
        return Some(AppError::Invalid(vec![Problem {
            place: unique.place.to_owned(),
            severity: Severity::Error,
            rule: (!unique.rule.is_empty()).then(|| unique.rule.to_owned()),
            message: unique.message.to_owned(),
        }]));
    }
    let field = form.exclusives().find(|field| {
        let table = form.grid_table(field.key);
        super::is_double_of(error, &format!("{table}_pkey")) || super::is_double_in(error, &table)
    })?;
    let message = format!("所选{}中有的已在其他记录中，请刷新后重新选择", field.title);
    Some(AppError::at(field.key, message))
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

/// Fills fields of records that belong to their review.
pub async fn fill(
    connection: &mut Connection,
    form: &'static Form,
    ids: &[String],
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
    statement.push(" where id in ").list(ids);
    statement.execute(&mut *connection).await?;
    // Whoever is called otherwise is found otherwise.
    if values.iter().any(|(field, _)| field.key == form.name_field) {
        for (id, stored) in find_many(&mut *connection, form, ids, false).await? {
            super::search::put(&mut *connection, form, &id, &stored.region, &stored.values).await?;
        }
    }
    Ok(())
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
    let done = statement.execute(&mut *connection).await?.rows_affected() == 1;
    if done {
        super::search::forget(&mut *connection, &[id.to_owned()]).await?;
        name_divisions(connection, form, id, &BTreeMap::new()).await?;
    }
    Ok(done)
}

/// Live records that point at these, by that field: `(what they point at, id, version)`.
pub async fn pointing_at(
    connection: &mut Connection,
    form: &'static Form,
    reference: &'static str,
    ids: &[String],
) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement.push(reference).push(", id, version from ").push(form.key);
    statement
        .push(" where deleted_at is null and ")
        .push(reference)
        .push(" in ")
        .list(ids);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}

/// Takes records away that came by themselves.
pub async fn remove(
    connection: &mut Connection,
    form: &'static Form,
    ids: &[String],
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update ");
    statement
        .push(form.key)
        .push(" set version = version + 1, deleted_at = ")
        .text(now);
    statement.push(" where deleted_at is null and id in ").list(ids);
    statement.execute(&mut *connection).await?;
    super::search::forget(connection, ids).await
}

/// A field of the records that these point at takes over what a field of these says.
pub async fn reflect(
    connection: &mut Connection,
    form: &'static Form,
    ids: &[String],
    reference: &'static str,
    target: &'static Form,
    field: (&'static str, &'static str),
) -> Result<(), sqlx::Error> {
    let (theirs, ours) = field;
    let mut statement = Statement::new("update ");
    statement
        .push(target.key)
        .push(" set ")
        .push(theirs)
        .push(" = (select ");
    statement
        .push(ours)
        .push(" from ")
        .push(form.key)
        .push(" origin where origin.deleted_at is null and origin.");
    statement
        .push(reference)
        .push(" = ")
        .push(target.key)
        .push(".id) where id in (select ");
    statement
        .push(reference)
        .push(" from ")
        .push(form.key)
        .push(" where id in ")
        .list(ids)
        .push(")");
    statement.execute(connection).await.map(|_| ())
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

/// The number of the next record of a region; what was deleted keeps its own.
pub async fn next_number(
    connection: &mut Connection,
    form: &'static Form,
    field: &Field,
    region: &Region,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select cast(coalesce(max(");
    statement
        .push(field.key)
        .push("), 0) + 1 as bigint) from ")
        .push(form.key);
    statement.push(" where region = ").text(region.code());
    statement.number(connection).await
}

/// Whether anything was registered under the division that a record is.
pub async fn has_below(connection: &mut Connection, record: &Stored) -> Result<bool, sqlx::Error> {
    let Some(form) = crate::forms::ALL.iter().find(|form| form.makes_divisions) else {
        return Ok(false);
    };
    let number = form
        .fields()
        .find(|field| matches!(field.kind, Kind::Ordinal))
        .and_then(|field| record.values.get(field.key).and_then(Value::integer));
    let Some(number) = number else { return Ok(false) };
    let code = format!("{}{number:03}", record.region);
    for form in crate::forms::ALL
        .iter()
        .filter(|form| form.fillers.contains(&AccountKind::NaturalVillage))
    {
        let mut statement = Statement::new("select count(*) from ");
        statement
            .push(form.key)
            .push(" where deleted_at is null and region = ")
            .text(code.as_str());
        if statement.number(&mut *connection).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The live record of a region that is last by a number of it.
pub async fn last_by(
    connection: &mut Connection,
    form: &'static Form,
    order: &'static str,
    region: &Region,
) -> Result<Option<Stored>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = select(form, &fields);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement.push(" order by ").push(order).push(" desc, id desc limit 1");
    let row = statement.row(connection).await?;
    row.map(|row| read(&row, &fields)).transpose()
}

/// How many live records of a form a region has, or rows of a grid (`form.grid`).
pub async fn count_in(connection: &mut Connection, of: &str, region: &Region) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    match of.split_once('.') {
        Some((form, grid)) => {
            statement
                .push(form)
                .push("_")
                .push(grid)
                .push(" child join ")
                .push(form);
            statement.push(" owner on owner.id = child.parent where owner.deleted_at is null and owner.region = ");
        }
        None => {
            statement.push(of).push(" where deleted_at is null and region = ");
        }
    }
    statement.text(region.code());
    statement.number(connection).await
}
