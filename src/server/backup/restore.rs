//! `hometown restore`: an archive becomes a store again, on an empty machine, with either kind of store. Every checksum is
//! looked at on the way in, and everything again where it has come to.

use super::archive::{Manifest, Reader, TableSum};
use super::{note, transfer};
use crate::domain::audit::Act;
use crate::server::clock::Clock;
use crate::server::command::readable;
use crate::server::config::Config;
use crate::server::db::Store;
use crate::server::db::catalog::{self, Table};
use crate::server::db::rows::{self, Cells};
use crate::server::storage::Storage;
use crate::server::verify;
use std::path::{Path, PathBuf};
use tempfile::TempPath;
use tokio::sync::mpsc;

/// Restores an archive into the store and the file store of the settings. Answers what the operator reads.
pub async fn restore(config: &Config, from: &Path) -> Result<String, String> {
    let clock = Clock::default();
    let (path, key) = (from.to_owned(), config.backup_key.clone());
    let opened = tokio::task::spawn_blocking(move || Reader::open(&path, &key));
    let reader = opened.await.map_err(readable)??;
    let manifest = reader.manifest.clone();
    let store = Store::open(&config.database_url)
        .await
        .map_err(|error| format!("the store does not open: {error}"))?;
    transfer::prepare(&store, &manifest.migrations).await?;
    let storage = Storage::open(&config.files, &config.files_endpoint)
        .map_err(|error| format!("the file store does not open: {error}"))?;
    let reader = put_files(reader, &storage).await?;
    load(&store, reader, &manifest).await?;
    store.migrate().await.map_err(readable)?;
    store.settle().await.map_err(readable)?;
    let found = verify::look(&store, &storage, Some(&manifest.audits)).await?;
    // What the backup itself could not find is no fault of the way back.
    let faults = found
        .faults
        .iter()
        .filter(|fault| !manifest.damaged.iter().any(|lost| fault.contains(lost)));
    let faults: Vec<&str> = faults.map(String::as_str).collect();
    if !faults.is_empty() {
        return Err(format!(
            "every row and file is back, but it was not sound when it was backed up, or is not now:\n  {}",
            faults.join("\n  ")
        ));
    }
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    note(&store, &clock, Act::Restore, &name).await?;
    store.close().await;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let mut said = format!(
        "{rows} rows and {} files as of {} are back, every checksum is right",
        manifest.files, manifest.made_at
    );
    for lost in &manifest.damaged {
        said.push_str(&format!("\nlost before the backup was made: the file {lost}"));
    }
    Ok(said)
}

/// What the reading thread hands over.
enum Part {
    Table(Vec<String>),
    Rows(Vec<Cells>),
    Failed(String),
}

/// Puts all rows into the store in one transaction: it is empty, or everything is there.
async fn load(store: &Store, mut reader: Reader, manifest: &Manifest) -> Result<(), String> {
    let mut tx = store.begin().await.map_err(readable)?;
    let tables = catalog::tables(&mut tx, store.is_postgres()).await.map_err(readable)?;
    for sum in &manifest.tables {
        if !tables.iter().any(|table| table.name == sum.name) {
            return Err(format!("the archive has a table {} that the store has not", sum.name));
        }
    }
    for table in &tables {
        let Some(sum) = manifest.tables.iter().find(|sum| sum.name == table.name).cloned() else {
            continue;
        };
        if table.is_filled_by_the_store() {
            rows::clear(&mut tx, table).await.map_err(readable)?;
        }
        let (sender, mut parts) = mpsc::channel(4);
        let at_once = rows::at_once(table);
        let reading = tokio::task::spawn_blocking(move || {
            read(&mut reader, &sum, at_once, &sender);
            reader
        });
        while let Some(part) = parts.recv().await {
            match part {
                Part::Table(columns) => fits(table, &columns)?,
                Part::Rows(cells) => rows::insert(&mut tx, table, &cells).await.map_err(readable)?,
                Part::Failed(fault) => return Err(fault),
            }
        }
        reader = reading.await.map_err(readable)?;
        let held = rows::sum(&mut tx, table).await.map_err(readable)?;
        let held = TableSum::new(&table.name, &held);
        if !manifest.tables.contains(&held) {
            return Err(format!("the table {} is not what was backed up", table.name));
        }
    }
    tx.commit().await.map_err(readable)
}

fn read(reader: &mut Reader, sum: &TableSum, at_once: usize, to: &mpsc::Sender<Part>) {
    let send = |part| to.blocking_send(part).is_ok();
    let read = reader.table(
        sum,
        at_once,
        |columns| send(Part::Table(columns)),
        |cells| send(Part::Rows(cells)),
    );
    if let Err(fault) = read {
        send(Part::Failed(fault));
    }
}

fn fits(table: &Table, columns: &[String]) -> Result<(), String> {
    if table.columns.iter().map(|column| &column.name).eq(columns) {
        Ok(())
    } else {
        Err(format!("the table {} has other columns than the archive", table.name))
    }
}

/// Puts the files into the file store; what is there already stays. They come first: rows must never name what is not there.
async fn put_files(mut reader: Reader, storage: &Storage) -> Result<Reader, String> {
    let (sender, mut files) = mpsc::channel::<Result<(String, TempPath), String>>(2);
    let incoming = storage.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let copied = copy_out(&mut reader, &incoming, &sender);
        if let Err(fault) = copied {
            let _ = sender.blocking_send(Err(fault));
        }
        reader
    });
    while let Some(file) = files.recv().await {
        let (sha256, path) = file?;
        let path: PathBuf = path.to_path_buf();
        storage.put(&sha256, &path).await.map_err(readable)?;
        let _ = std::fs::remove_file(path);
    }
    reading.await.map_err(readable)
}

fn copy_out(
    reader: &mut Reader,
    storage: &Storage,
    to: &mpsc::Sender<Result<(String, TempPath), String>>,
) -> Result<(), String> {
    for sha256 in reader.files()? {
        let mut file = storage.temporary().map_err(readable)?;
        reader.file(&sha256, file.as_file_mut())?;
        if to.blocking_send(Ok((sha256, file.into_temp_path()))).is_err() {
            break;
        }
    }
    Ok(())
}
