//! `hometown migrate-store`: all tables from the store of the settings into an empty other one, SQLite or Postgres, with the
//! rows and the checksum of each table from both sides.

use super::archive::TableSum;
use super::open_existing;
use crate::server::command::readable;
use crate::server::config::Config;
use crate::server::db::catalog::{self, Table};
use crate::server::db::rows::{self, Sum};
use crate::server::db::{Store, Tx};
use futures::TryStreamExt;
use std::fmt::Write;

/// Makes a store ready for the rows of one that has seen these migrations. It must be empty.
pub async fn prepare(store: &Store, migrations: &[i64]) -> Result<(), String> {
    let mut connection = store.snapshot().await.map_err(readable)?;
    let seen = catalog::migrations(&mut connection, store.is_postgres())
        .await
        .map_err(readable)?;
    for table in catalog::tables(&mut connection, store.is_postgres())
        .await
        .map_err(readable)?
    {
        if !table.is_filled_by_the_store() && !rows::is_empty(&mut connection, &table).await.map_err(readable)? {
            return Err(format!(
                "the store is not empty (there are rows in {}): name a new one, nothing is ever overwritten",
                table.name
            ));
        }
    }
    drop(connection);
    if seen.iter().any(|version| !migrations.contains(version)) {
        return Err("the store was begun by another version of the program: name a new one".to_owned());
    }
    store.migrate_as(migrations).await.map_err(|error| {
        format!("what is to come is from another version of the program, or the store cannot be prepared: {error}")
    })
}

/// Copies the store. Answers the sums of both sides; an error when they differ, and then the other store stays empty.
pub async fn migrate_store(config: &Config, to: &str) -> Result<String, String> {
    if to == config.database_url {
        return Err("the two stores are the same".to_owned());
    }
    let source = open_existing(config).await?;
    let target = Store::open(to)
        .await
        .map_err(|error| format!("the other store does not open: {error}"))?;
    let mut snapshot = source.snapshot().await.map_err(readable)?;
    let migrations = catalog::migrations(&mut snapshot, source.is_postgres())
        .await
        .map_err(readable)?;
    prepare(&target, &migrations).await?;
    let tables = catalog::tables(&mut snapshot, source.is_postgres())
        .await
        .map_err(readable)?;
    let mut tx = target.begin().await.map_err(readable)?;
    let others = catalog::tables(&mut tx, target.is_postgres()).await.map_err(readable)?;
    if sorted(&tables) != sorted(&others) {
        return Err("the two stores have other tables or columns".to_owned());
    }
    let (mut said, mut differ) = (String::new(), Vec::new());
    for table in &tables {
        let read = TableSum::new(&table.name, &copy(&mut snapshot, &mut tx, table).await?);
        let held = rows::sum(&mut tx, table).await.map_err(readable)?;
        let held = TableSum::new(&table.name, &held);
        let sign = if read == held { "=" } else { "≠" };
        let short = |sum: &TableSum| sum.checksum.get(..16).unwrap_or_default().to_owned();
        let _ = writeln!(
            said,
            "{:<32} {:>9} {sign} {:<9} {} {sign} {}",
            table.name,
            read.rows,
            held.rows,
            short(&read),
            short(&held)
        );
        if read != held {
            differ.push(table.name.as_str());
        }
    }
    if !differ.is_empty() {
        return Err(format!(
            "{said}the two stores differ in {}: nothing was kept",
            differ.join(", ")
        ));
    }
    tx.commit().await.map_err(readable)?;
    target.migrate().await.map_err(readable)?;
    target.settle().await.map_err(readable)?;
    drop(snapshot);
    source.close().await;
    target.close().await;
    Ok(said)
}

fn sorted(tables: &[Table]) -> Vec<&Table> {
    let mut sorted: Vec<&Table> = tables.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    sorted
}

async fn copy(from: &mut Tx, to: &mut Tx, table: &Table) -> Result<Sum, String> {
    if table.is_filled_by_the_store() {
        rows::clear(to, table).await.map_err(readable)?;
    }
    let (mut sum, at_once) = (Sum::default(), rows::at_once(table));
    let mut batch = Vec::with_capacity(at_once);
    let mut all = rows::all(from, table);
    while let Some(cells) = all.try_next().await.map_err(readable)? {
        sum.add(&rows::line(&cells));
        batch.push(cells);
        if batch.len() == at_once {
            rows::insert(to, table, &batch).await.map_err(readable)?;
            batch.clear();
        }
    }
    rows::insert(to, table, &batch).await.map_err(readable)?;
    Ok(sum)
}
