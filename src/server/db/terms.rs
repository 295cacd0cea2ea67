//! What was changed of code lists, rows of tables and parameters, and the versions by which every process knows that something was.

use super::Connection;
use super::sql::Statement;
use crate::domain::region::Region;
use crate::domain::sheet::PART;
use sqlx::Row;
use std::collections::BTreeMap;

/// An option of a code list that differs from what is built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The list.
    pub list: String,
    /// The code.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// Where it stands.
    pub position: i64,
    /// The first day.
    pub valid_from: String,
    /// The day from which it is over.
    pub valid_to: Option<String>,
}

/// What the store says of its versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// Code lists and parameters.
    pub terms: i64,
    /// Divisions.
    pub divisions: i64,
}

/// The versions now.
pub async fn versions(connection: &mut Connection) -> Result<Versions, sqlx::Error> {
    let mut versions = Versions::default();
    for row in Statement::new("select what, version from versions")
        .rows(connection)
        .await?
    {
        let (what, version): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        match what.as_str() {
            "terms" => versions.terms = version,
            _ => versions.divisions = version,
        }
    }
    Ok(versions)
}

/// Tells every process that something was changed.
pub async fn touch(connection: &mut Connection, what: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update versions set version = version + 1 where what = ");
    statement.text(what);
    statement.execute(connection).await.map(|_| ())
}

/// All changed options.
pub async fn entries(connection: &mut Connection) -> Result<Vec<Entry>, sqlx::Error> {
    let statement = Statement::new(
        "select list, code, label, position, valid_from, valid_to from code_entries order by list, position, code",
    );
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                list: row.try_get(0)?,
                code: row.try_get(1)?,
                label: row.try_get(2)?,
                position: row.try_get(3)?,
                valid_from: row.try_get(4)?,
                valid_to: row.try_get(5)?,
            })
        })
        .collect()
}

/// Stores an option.
pub async fn put(connection: &mut Connection, entry: &Entry) -> Result<(), sqlx::Error> {
    let mut statement =
        Statement::new("insert into code_entries (list, code, label, position, valid_from, valid_to) values (");
    for text in [&entry.list, &entry.code, &entry.label] {
        statement.text(text.as_str()).push(", ");
    }
    statement.integer(entry.position).push(", ").text(&entry.valid_from);
    statement.push(", ").text_or_null(entry.valid_to.clone());
    statement.push(
        ") on conflict (list, code) do update set label = excluded.label, position = excluded.position, \
         valid_from = excluded.valid_from, valid_to = excluded.valid_to",
    );
    statement.execute(connection).await.map(|_| ())
}

/// All changed parameters: name and region → content.
pub async fn parameters(connection: &mut Connection) -> Result<BTreeMap<(String, String), String>, sqlx::Error> {
    let rows = Statement::new("select name, region, content from parameters")
        .rows(connection)
        .await?;
    rows.iter()
        .map(|row| Ok(((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?)))
        .collect()
}

/// Sets a parameter, or forgets that it was ever changed.
pub async fn set_parameter(
    connection: &mut Connection,
    name: &str,
    region: &Region,
    content: Option<&str>,
) -> Result<(), sqlx::Error> {
    let statement = match content {
        Some(content) => {
            let mut statement = Statement::new("insert into parameters (name, region, content) values (");
            statement.text(name).push(", ").text(region.code());
            statement
                .push(", ")
                .text(content)
                .push(") on conflict (name, region) do update set content = excluded.content");
            statement
        }
        None => {
            let mut statement = Statement::new("delete from parameters where name = ");
            statement.text(name).push(" and region = ").text(region.code());
            statement
        }
    };
    statement.execute(connection).await.map(|_| ())
}

/// A row of a table as a version of the dictionary has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The table.
    pub sheet: String,
    /// The version: the day of its changes.
    pub version: String,
    /// Code of the row.
    pub item: String,
    /// Where it stands.
    pub position: i64,
    /// What it says about itself, heading by heading.
    pub about: Vec<String>,
    /// Whether it has to be filled.
    pub required: bool,
    /// The subtotal that it counts into, for a row that was not built in.
    pub counts_into: String,
    /// Whether it is not asked for any more.
    pub ended: bool,
}

/// All rows of tables that were changed, version by version.
pub async fn table_rows(connection: &mut Connection) -> Result<Vec<TableRow>, sqlx::Error> {
    let statement = Statement::new(
        "select sheet, version, item, position, about, required, counts_into, ended from table_rows \
         order by sheet, version, position, item",
    );
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let (about, required, ended): (String, i64, i64) = (row.try_get(4)?, row.try_get(5)?, row.try_get(7)?);
            Ok(TableRow {
                sheet: row.try_get(0)?,
                version: row.try_get(1)?,
                item: row.try_get(2)?,
                position: row.try_get(3)?,
                about: about.split(PART).map(str::to_owned).collect(),
                required: required != 0,
                counts_into: row.try_get(6)?,
                ended: ended != 0,
            })
        })
        .collect()
}

/// Stores a row of a table.
pub async fn put_table_row(connection: &mut Connection, row: &TableRow) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into table_rows (sheet, version, item, position, about, required, counts_into, ended) values (",
    );
    for text in [&row.sheet, &row.version, &row.item] {
        statement.text(text.as_str()).push(", ");
    }
    statement.integer(row.position).push(", ");
    statement.text(row.about.join(&PART.to_string())).push(", ");
    statement.integer(i64::from(row.required)).push(", ");
    statement.text(row.counts_into.as_str()).push(", ");
    statement.integer(i64::from(row.ended)).push(
        ") on conflict (sheet, version, item) do update set position = excluded.position, about = excluded.about, \
         required = excluded.required, counts_into = excluded.counts_into, ended = excluded.ended",
    );
    statement.execute(connection).await.map(|_| ())
}
