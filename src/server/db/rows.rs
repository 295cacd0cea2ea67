//! Whole tables, row by row: out of one store, into an archive or another store. A row is a line of JSON, the same on both
//! stores, and a table's checksum is the sum of the hashes of its lines: it does not depend on their order, so neither store
//! has to sort.

use super::Connection;
use super::catalog::Table;
use super::sql::Statement;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::Row;

/// Placeholders of one statement: less than either store takes.
const MOST_VALUES: usize = 30_000;
/// Rows of one statement.
const MOST_ROWS: usize = 500;

/// A row, in the order of the table's columns.
pub type Cells = Vec<Json>;

/// How many rows a table has, and their checksum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// Rows.
    pub rows: u64,
    sum: [u8; 32],
}

impl Sum {
    /// Adds a line.
    pub fn add(&mut self, line: &[u8]) {
        self.rows += 1;
        let mut carry = 0_u16;
        for (own, other) in self.sum.iter_mut().rev().zip(Sha256::digest(line).iter().rev()) {
            carry += u16::from(*own) + u16::from(*other);
            *own = (carry & 0xff) as u8;
            carry >>= 8;
        }
    }

    /// The checksum as text.
    pub fn checksum(&self) -> String {
        crate::server::storage::hex(&self.sum)
    }
}

/// A row as a line of JSON, without its end.
pub fn line(cells: &Cells) -> Vec<u8> {
    serde_json::to_vec(cells).unwrap_or_default()
}

fn named(statement: &mut Statement, table: &Table) {
    for (position, column) in table.columns.iter().enumerate() {
        statement.push(if position > 0 { ", \"" } else { "\"" });
        statement.push(&column.name).push("\"");
    }
}

/// All rows of a table, as they come.
pub fn all<'c>(connection: &'c mut Connection, table: &'c Table) -> BoxStream<'c, Result<Cells, sqlx::Error>> {
    let mut statement = Statement::new("select ");
    named(&mut statement, table);
    statement.push(" from \"").push(&table.name).push("\"");
    let rows = statement.stream(connection);
    rows.map(move |row| {
        let row = row?;
        let cell = |(position, is_number): (usize, bool)| -> Result<Json, sqlx::Error> {
            Ok(if is_number {
                row.try_get::<Option<i64>, _>(position)?.map_or(Json::Null, Json::from)
            } else {
                row.try_get::<Option<String>, _>(position)?
                    .map_or(Json::Null, Json::from)
            })
        };
        let kinds = table.columns.iter().map(|column| column.is_number);
        kinds.enumerate().map(cell).collect()
    })
    .boxed()
}

/// How many rows a table has, and their checksum.
pub async fn sum(connection: &mut Connection, table: &Table) -> Result<Sum, sqlx::Error> {
    let mut sum = Sum::default();
    let mut rows = all(connection, table);
    while let Some(cells) = rows.try_next().await? {
        sum.add(&line(&cells));
    }
    Ok(sum)
}

/// Whether a table holds anything.
pub async fn is_empty(connection: &mut Connection, table: &Table) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "select count(*) from (select 1 from \"{}\" limit 1) some_row",
        table.name
    );
    Ok(Statement::new(&sql).number(connection).await? == 0)
}

/// Empties a table that the store itself has filled while others were.
pub async fn clear(connection: &mut Connection, table: &Table) -> Result<(), sqlx::Error> {
    let sql = format!("delete from \"{}\"", table.name);
    Statement::new(&sql).execute(connection).await.map(|_| ())
}

/// How many rows of a table go into one statement.
pub fn at_once(table: &Table) -> usize {
    (MOST_VALUES / table.columns.len().max(1)).clamp(1, MOST_ROWS)
}

/// Puts rows into a table, as many as [`at_once`] says.
pub async fn insert(connection: &mut Connection, table: &Table, rows: &[Cells]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = Statement::new("insert into \"");
    statement.push(&table.name).push("\" (");
    named(&mut statement, table);
    statement.push(") values ");
    for (position, cells) in rows.iter().enumerate() {
        if cells.len() != table.columns.len() {
            return Err(sqlx::Error::Decode(
                format!("a row of {} has other columns", table.name).into(),
            ));
        }
        statement.push(if position > 0 { ", (" } else { "(" });
        for (place, (cell, column)) in cells.iter().zip(&table.columns).enumerate() {
            statement.push(if place > 0 { ", " } else { "" });
            match cell {
                Json::Number(number) if column.is_number => statement.integer_or_null(number.as_i64()),
                Json::String(text) if !column.is_number => statement.text_or_null(Some(text.clone())),
                Json::Null if column.is_number => statement.integer_or_null(None),
                Json::Null => statement.text_or_null(None),
                _ => {
                    let fault = format!("{}.{} holds something else", table.name, column.name);
                    return Err(sqlx::Error::Decode(fault.into()));
                }
            };
        }
        statement.push(")");
    }
    statement.execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(lines: &[&str]) -> Sum {
        let mut sum = Sum::default();
        lines.iter().for_each(|line| sum.add(line.as_bytes()));
        sum
    }

    #[test]
    fn a_checksum_knows_every_row_but_not_their_order() {
        let sum = sum_of(&["[1]", "[2]", "[2]"]);
        assert_eq!(sum, sum_of(&["[2]", "[1]", "[2]"]));
        assert_eq!(sum.rows, 3);
        for other in [&["[1]", "[2]"][..], &["[1]", "[1]", "[2]"], &["[1]", "[2]", "[3]"], &[]] {
            assert_ne!(sum.checksum(), sum_of(other).checksum());
        }
    }
}
