//! What tables the store has, as the store itself tells. Backups and moves between stores go by this and not by a list, so
//! that no table of a later migration is ever forgotten.

use super::Connection;
use super::sql::Statement;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in the order of their names, so that both stores tell them alike.
    pub columns: Vec<Column>,
}

/// The table that the store fills itself, when lines of 操作记录 are written.
const FILLED: &str = "audit_waiting";
/// The table that has lines from the migrations on.
const BEGUN: &str = "versions";

impl Table {
    /// Whether the store fills it itself, with its migrations or while others are filled: it is emptied before its turn.
    pub fn is_filled_by_the_store(&self) -> bool {
        self.name == FILLED || self.name == BEGUN
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether it holds numbers; the others hold text.
    pub is_number: bool,
}

/// All tables of ours; those that others refer to come first.
pub async fn tables(connection: &mut Connection, postgres: bool) -> Result<Vec<Table>, sqlx::Error> {
    let mut waiting = BTreeMap::new();
    for name in names(&mut *connection, postgres).await? {
        let columns = columns(&mut *connection, postgres, &name).await?;
        let referred = referred(&mut *connection, postgres, &name).await?;
        waiting.insert(name.clone(), (Table { name, columns }, referred));
    }
    let mut tables = in_order(waiting);
    tables.sort_by_key(Table::is_filled_by_the_store);
    Ok(tables)
}

/// Puts tables behind those that they refer to.
fn in_order(mut waiting: BTreeMap<String, (Table, BTreeSet<String>)>) -> Vec<Table> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = |name: &String, referred: &BTreeSet<String>| {
            !referred
                .iter()
                .any(|other| other != name && waiting.contains_key(other))
        };
        let next = waiting
            .iter()
            .find(|(name, (_, referred))| free(name, referred))
            .map(|(name, _)| name.clone());
        // Tables that refer to each other in a circle: in any order; the store says what it thinks of it.
        let Some(next) = next.or_else(|| waiting.keys().next().cloned()) else {
            break;
        };
        ordered.extend(waiting.remove(&next).map(|(table, _)| table));
    }
    ordered
}

async fn names(connection: &mut Connection, postgres: bool) -> Result<Vec<String>, sqlx::Error> {
    let statement = Statement::new(if postgres {
        "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() \
         and table_type = 'BASE TABLE' and table_name not like '\\_sqlx\\_%' order by 1"
    } else {
        "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' \
         and name not like '\\_sqlx\\_%' escape '\\' order by 1"
    });
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

async fn columns(connection: &mut Connection, postgres: bool, table: &str) -> Result<Vec<Column>, sqlx::Error> {
    let mut statement = Statement::new(if postgres {
        "select cast(column_name as text), cast(data_type as text) from information_schema.columns \
         where table_schema = current_schema() and table_name = "
    } else {
        "select name, type from pragma_table_info("
    });
    statement.text(table);
    if !postgres {
        statement.push(")");
    }
    let mut columns = Vec::new();
    for row in statement.rows(connection).await? {
        let (name, kind): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let is_number = match kind.to_lowercase().as_str() {
            "bigint" => true,
            "text" => false,
            other => {
                let fault = format!("{table}.{name} is neither text nor bigint but {other}");
                return Err(sqlx::Error::Decode(fault.into()));
            }
        };
        columns.push(Column { name, is_number });
    }
    columns.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(columns)
}

async fn referred(connection: &mut Connection, postgres: bool, table: &str) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new(if postgres {
        "select cast(other.relname as text) from pg_constraint \
         join pg_class own on own.oid = pg_constraint.conrelid join pg_class other on other.oid = pg_constraint.confrelid \
         where pg_constraint.contype = 'f' and own.relnamespace = cast(current_schema() as regnamespace) \
         and own.relname = "
    } else {
        "select \"table\" from pragma_foreign_key_list("
    });
    statement.text(table);
    if !postgres {
        statement.push(")");
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The numbers of the migrations that the store has seen, oldest first; none where there is no store yet.
pub async fn migrations(connection: &mut Connection, postgres: bool) -> Result<Vec<i64>, sqlx::Error> {
    let known = Statement::new(if postgres {
        "select count(*) from information_schema.tables where table_schema = current_schema() \
         and table_name = '_sqlx_migrations'"
    } else {
        "select count(*) from sqlite_master where name = '_sqlx_migrations'"
    });
    if known.number(&mut *connection).await? == 0 {
        return Ok(Vec::new());
    }
    let rows = Statement::new("select version from _sqlx_migrations order by version")
        .rows(connection)
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// What the store finds wrong with itself. Postgres checks its references all the time, and its pages when they are read.
pub async fn faults(connection: &mut Connection, postgres: bool) -> Result<Vec<String>, sqlx::Error> {
    let mut faults = Vec::new();
    if postgres {
        return Ok(faults);
    }
    for row in Statement::new("pragma integrity_check").rows(&mut *connection).await? {
        let said: String = row.try_get(0)?;
        if said != "ok" {
            faults.push(format!("the store says: {said}"));
        }
    }
    for row in Statement::new("pragma foreign_key_check").rows(connection).await? {
        let (table, referred): (String, String) = (row.try_get(0)?, row.try_get(2)?);
        faults.push(format!(
            "a row of {table} refers to one of {referred} that is not there"
        ));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_referred_to_comes_first() {
        let table = |name: &str, referred: &[&str]| {
            let columns = Vec::new();
            let own = Table {
                name: name.to_owned(),
                columns,
            };
            let referred = referred.iter().map(|other| (*other).to_owned()).collect();
            (name.to_owned(), (own, referred))
        };
        let tables = BTreeMap::from([
            table("accounts", &["regions"]),
            table("attachments", &["accounts"]),
            table("regions", &["regions"]),
        ]);
        let names: Vec<String> = in_order(tables).into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["regions", "accounts", "attachments"]);
    }
}
