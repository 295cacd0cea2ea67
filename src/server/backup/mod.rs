//! `hometown backup` and `hometown restore` (`security.md` G18, F20, F21), `hometown migrate-store`: whole tables as they are at
//! one moment, out of one store and into an archive or another one, while people go on working.

pub mod archive;
mod restore;
mod transfer;

pub use restore::restore;
pub use transfer::migrate_store;

use super::command::{by_the_system, readable};
use super::config::Config;
use super::db::catalog::{self, Table};
use super::db::rows::{self, Sum};
use super::db::{self, Store, Tx};
use super::storage::Storage;
use crate::domain::audit::Act;
use crate::domain::region::Region;
use crate::server::clock::Clock;
use archive::{Manifest, TableSum, Writer};
use futures::TryStreamExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// Tables that are not in a backup: sessions that were ended since must not live again, and the others are about moments.
const PASSING: [&str; 5] = ["sessions", "attempts", "unfinished_files", "imports", "handouts"];
/// Bytes that are handed to the archive at a time.
const PIECE: usize = 256 * 1024;
/// How the name of an archive begins that is being written.
const BEGUN: &str = ".hometown-";
/// And how it ends.
const UNFINISHED: &str = ".unfinished";

/// Makes a backup. Answers what the operator reads; an error when files are not what they were, though the archive is there.
pub async fn backup(config: &Config, to: &Path) -> Result<String, String> {
    let clock = Clock::default();
    let (folder, target) = place(to, &clock.now())?;
    let store = open_existing(config).await?;
    let storage = Storage::open(&config.files, &config.files_endpoint)
        .map_err(|error| format!("the file store does not open: {error}"))?;
    note(&store, &clock, Act::Backup, &name_of(&target)).await?;
    remove_leftovers(&folder);
    let temporary = tempfile::Builder::new()
        .prefix(BEGUN)
        .suffix(UNFINISHED)
        .tempfile_in(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let manifest = write(&store, &storage, &clock, &temporary, &config.backup_key).await?;
    store.close().await;
    keep(temporary, &folder, &target)?;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let said = format!(
        "{}: {} tables with {rows} rows, {} files with {} bytes, as of {}",
        target.display(),
        manifest.tables.len(),
        manifest.files,
        manifest.bytes,
        manifest.made_at,
    );
    if manifest.damaged.is_empty() {
        return Ok(said);
    }
    let damaged = manifest.damaged.join("\n  ");
    Err(format!(
        "{said}\nthe archive is whole, but these files are missing in the file store, or not what they were:\n  {damaged}"
    ))
}

/// The folder and the file that a backup goes to. A folder gets a file named by the moment.
fn place(to: &Path, now: &str) -> Result<(PathBuf, PathBuf), String> {
    let target = if to.is_dir() {
        let moment: String = now
            .chars()
            .take(19)
            .map(|letter| if letter == ':' { '-' } else { letter })
            .collect();
        to.join(format!("hometown-{moment}Z.zip"))
    } else {
        to.to_owned()
    };
    if target.exists() {
        return Err(format!("{} is there already", target.display()));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    Ok((folder.to_owned(), target))
}

fn name_of(target: &Path) -> String {
    target.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

pub(super) async fn open_existing(config: &Config) -> Result<Store, String> {
    let opened = Store::open_existing(&config.database_url).await;
    opened.map_err(|error| format!("the store does not open: {error}"))
}

/// The line about it in 操作记录.
async fn note(store: &Store, clock: &Clock, act: Act, about: &str) -> Result<(), String> {
    let now = clock.now();
    let mut tx = store.begin().await.map_err(readable)?;
    let province = Region::province();
    let line = by_the_system(act, &province, about, &now);
    db::audits::write(&mut tx, &line).await.map_err(readable)?;
    tx.commit().await.map_err(readable)
}

/// What backups have left that were cut off more than a day ago.
fn remove_leftovers(folder: &Path) {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let modified = entry.metadata().and_then(|file| file.modified());
        let age = modified.map_or(Duration::ZERO, |at| {
            SystemTime::now().duration_since(at).unwrap_or_default()
        });
        if name.starts_with(BEGUN) && name.ends_with(UNFINISHED) && age > DAY {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Gives a whole archive its name, so that it is there after a power cut too.
fn keep(temporary: NamedTempFile, folder: &Path, target: &Path) -> Result<(), String> {
    let kept = temporary.persist_noclobber(target);
    kept.map_err(|error| format!("{}: {}", target.display(), error.error))?;
    let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| format!("{}: {error}", folder.display()))
}

/// Work on an archive blocks: it is done beside, and the archive comes back.
async fn beside(
    mut writer: Writer,
    work: impl FnOnce(&mut Writer) -> Result<(), String> + Send + 'static,
) -> Result<Writer, String> {
    let worked = tokio::task::spawn_blocking(move || work(&mut writer).map(|()| writer));
    worked.await.map_err(readable)?
}

async fn write(
    store: &Store,
    storage: &Storage,
    clock: &Clock,
    file: &NamedTempFile,
    key: &str,
) -> Result<Manifest, String> {
    let postgres = store.is_postgres();
    let mut writer = Writer::new(file.reopen().map_err(readable)?, key);
    let mut snapshot = store.snapshot().await.map_err(readable)?;
    let migrations = catalog::migrations(&mut snapshot, postgres).await.map_err(readable)?;
    let mut manifest = Manifest::new(clock.now(), migrations);
    let tables = catalog::tables(&mut snapshot, postgres).await.map_err(readable)?;
    for table in tables.iter().filter(|table| !PASSING.contains(&table.name.as_str())) {
        let sum;
        (writer, sum) = write_table(writer, &mut snapshot, table).await?;
        manifest.tables.push(TableSum::new(&table.name, &sum));
    }
    manifest.audits = db::seals::head(&mut snapshot).await.map_err(readable)?;
    // A file is never changed and never removed: those that the snapshot names can be copied when it is over.
    let files = db::attachments::files(&mut snapshot).await.map_err(readable)?;
    drop(snapshot);
    let writer = write_files(writer, storage, files, &mut manifest).await?;
    let done = manifest.clone();
    let finished = tokio::task::spawn_blocking(move || writer.finish(&done));
    finished.await.map_err(readable)??;
    Ok(manifest)
}

async fn write_table(mut writer: Writer, snapshot: &mut Tx, table: &Table) -> Result<(Writer, Sum), String> {
    let name = table.name.clone();
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    writer = beside(writer, move |writer| {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        writer.table(&name, &columns)
    })
    .await?;
    let mut sum = Sum::default();
    let mut piece = Vec::with_capacity(PIECE);
    let mut all = rows::all(snapshot, table);
    while let Some(cells) = all.try_next().await.map_err(readable)? {
        let line = rows::line(&cells);
        sum.add(&line);
        piece.extend_from_slice(&line);
        piece.push(b'\n');
        if piece.len() >= PIECE {
            let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE));
            writer = beside(writer, move |writer| writer.write(&full)).await?;
        }
    }
    writer = beside(writer, move |writer| writer.write(&piece)).await?;
    Ok((writer, sum))
}

async fn write_files(
    mut writer: Writer,
    storage: &Storage,
    files: Vec<String>,
    manifest: &mut Manifest,
) -> Result<Writer, String> {
    let mut copied = Vec::with_capacity(files.len());
    for sha256 in files {
        let mut size = 0;
        let whole;
        (writer, whole) = write_file(writer, storage, &sha256, &mut size).await?;
        if whole {
            manifest.files += 1;
            manifest.bytes += size;
            copied.push(sha256);
        } else {
            manifest.damaged.push(sha256);
        }
    }
    beside(writer, move |writer| {
        writer.list_of_files()?;
        copied.iter().try_for_each(|sha256| writer.list_file(sha256))
    })
    .await
}

/// Copies one file; false when it is not there as it was, and then it is not in the archive either.
async fn write_file(
    mut writer: Writer,
    storage: &Storage,
    sha256: &str,
    size: &mut u64,
) -> Result<(Writer, bool), String> {
    let Some(mut content) = storage.find(sha256).await.map_err(readable)? else {
        return Ok((writer, false));
    };
    let name = sha256.to_owned();
    writer = beside(writer, move |writer| writer.file(&name)).await?;
    loop {
        match content.try_next().await {
            Ok(Some(piece)) => {
                *size += piece.len() as u64;
                writer = beside(writer, move |writer| writer.write(&piece)).await?;
            }
            Ok(None) => return Ok((writer, true)),
            // Checked against its hash on its way.
            Err(_) => {
                writer = beside(writer, Writer::abort).await?;
                return Ok((writer, false));
            }
        }
    }
}
