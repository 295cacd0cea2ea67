//! `hometown verify` (`security.md` A53, G16, F29): whether the store is sound, every file what it was, and the chain over
//! 操作记录 whole. It only reads, and may run beside a server.

use super::backup::{archive, open_existing};
use super::command::readable;
use super::config::Config;
use super::db::seals::Head;
use super::db::{self, Store, catalog, rows};
use super::storage::{Condition, Storage};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::HashSet;
use std::path::Path;

/// Files that are read at the same time.
const AT_ONCE: usize = 4;

/// What a look has found.
#[derive(Debug, Default)]
pub struct Found {
    /// What was looked at, a line each.
    pub said: Vec<String>,
    /// What is wrong.
    pub faults: Vec<String>,
}

impl Found {
    /// All of it as the operator reads it; an error when something is wrong.
    fn told(self) -> Result<String, String> {
        let said = self.said.join("\n");
        if self.faults.is_empty() {
            return Ok(said);
        }
        let faults: Vec<String> = self.faults.iter().map(|fault| format!("  {fault}")).collect();
        Err(format!("{said}\n{} faults:\n{}", faults.len(), faults.join("\n")))
    }
}

/// Looks at the store and the file store of the settings.
pub async fn verify(config: &Config) -> Result<String, String> {
    let store = open_existing(config).await?;
    let storage = Storage::open(&config.files, &config.files_endpoint)
        .map_err(|error| format!("the file store does not open: {error}"))?;
    let found = look(&store, &storage, None).await?;
    store.close().await;
    found.told()
}

/// Looks at an archive; a sealed one opens with its key.
pub async fn verify_archive(path: &Path, key: &str) -> Result<String, String> {
    let (path, key) = (path.to_owned(), key.to_owned());
    let looked = tokio::task::spawn_blocking(move || archive::faults(&path, &key));
    let (manifest, faults) = looked.await.map_err(readable)??;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    Found {
        said: vec![
            format!("made at {} by version {}", manifest.made_at, manifest.version),
            format!("{} tables with {rows} rows", manifest.tables.len()),
            format!("{} files with {} bytes", manifest.files, manifest.bytes),
        ],
        faults,
    }
    .told()
}

/// Looks at everything. Where an earlier end of the chain is known, the chain must go through it.
pub async fn look(store: &Store, storage: &Storage, earlier: Option<&Head>) -> Result<Found, String> {
    let mut found = Found::default();
    look_at_store(store, &mut found).await;
    look_at_audits(store, earlier, &mut found).await;
    look_at_files(store, storage, &mut found).await;
    Ok(found)
}

/// A store that is damaged may answer anything: whatever it says is a fault, and the other looks go on.
async fn look_at_store(store: &Store, found: &mut Found) {
    let postgres = store.is_postgres();
    let looked: Result<(usize, u64), String> = async {
        let mut connection = store.snapshot().await.map_err(readable)?;
        let faults = catalog::faults(&mut connection, postgres).await.map_err(readable)?;
        found.faults.extend(faults);
        let tables = catalog::tables(&mut connection, postgres).await.map_err(readable)?;
        let mut sum = 0;
        for table in &tables {
            sum += rows::sum(&mut connection, table).await.map_err(readable)?.rows;
        }
        Ok((tables.len(), sum))
    }
    .await;
    match looked {
        Ok((tables, rows)) => found.said.push(format!("store: {tables} tables with {rows} rows")),
        Err(error) => found.faults.push(format!("the store cannot be read: {error}")),
    }
}

async fn look_at_audits(store: &Store, earlier: Option<&Head>, found: &mut Found) {
    let looked = async {
        let mut snapshot = store.snapshot().await?;
        db::seals::look(&mut snapshot, earlier).await
    };
    match looked.await {
        Ok(look) => {
            found.said.push(format!(
                "audits: {} sealed, {} wait for their seal; the chain ends with {}",
                look.head.position,
                look.waiting,
                if look.head.hash.is_empty() {
                    "nothing"
                } else {
                    &look.head.hash
                }
            ));
            found.faults.extend(look.faults);
        }
        Err(error) => found.faults.push(format!("the audits cannot be read: {error}")),
    }
}

async fn look_at_files(store: &Store, storage: &Storage, found: &mut Found) {
    let read = async {
        let mut snapshot = store.snapshot().await.map_err(readable)?;
        let named = db::attachments::files(&mut snapshot).await.map_err(readable)?;
        let all = db::attachments::all_files(&mut snapshot).await.map_err(readable)?;
        Ok::<_, String>((named, all))
    };
    let (named, all) = match read.await {
        Ok(read) => read,
        Err(error) => {
            found.faults.push(format!("the attachments cannot be read: {error}"));
            return;
        }
    };
    let count = named.len();
    let mut conditions = stream::iter(named)
        .map(|sha256| async {
            let condition = storage.condition(&sha256).await;
            (sha256, condition)
        })
        .buffer_unordered(AT_ONCE);
    while let Some((sha256, condition)) = conditions.next().await {
        match condition {
            Ok(Condition::Sound) => {}
            Ok(Condition::Missing) => found.faults.push(format!("the file {sha256} is missing")),
            Ok(Condition::Changed) => found.faults.push(format!("the file {sha256} is not what it was")),
            Err(error) => found.faults.push(format!("the file {sha256} cannot be read: {error}")),
        }
    }
    found.said.push(format!("files: {count}"));
    orphans(storage, &all, found).await;
}

/// Files that nothing names. An upload that was cut off leaves one: it takes room and does no harm.
async fn orphans(storage: &Storage, named: &HashSet<String>, found: &mut Found) {
    let mut listed = storage.list();
    loop {
        match listed.try_next().await {
            Ok(Some(file)) if file.sha256.as_ref().is_some_and(|sha256| named.contains(sha256)) => {}
            Ok(Some(file)) => {
                let (path, size) = (file.path, file.size);
                found
                    .said
                    .push(format!("orphaned, named by no record: {path} ({size} bytes)"));
            }
            Ok(None) => return,
            Err(error) => {
                found.faults.push(format!("the file store cannot be listed: {error}"));
                return;
            }
        }
    }
}
