//! All SQL, one module per noun. This file names the driver and nothing else does.

pub mod account_lists;
pub mod accounts;
pub mod announcements;
pub mod attachments;
pub mod attempts;
pub mod audits;
pub mod catalog;
pub mod complaints;
pub mod completions;
pub mod decisions;
pub mod drafts;
pub mod hamlets;
pub mod handouts;
pub mod imports;
pub mod jobs;
pub mod known;
pub mod ledger_lists;
pub mod ledgers;
pub mod letters;
pub mod listings;
pub mod logs;
pub mod planning;
pub mod records;
pub mod references;
pub mod region_columns;
pub mod regions;
pub mod registration_codes;
pub mod reminders;
pub mod reorganisation;
pub mod report_links;
pub mod reports;
pub mod rows;
pub mod rules;
pub mod schema;
pub mod seals;
pub mod search;
pub mod sessions;
pub mod snapshots;
pub mod sql;
pub mod summaries;
pub mod terms;
pub mod unfinished_files;
pub mod waiting;
pub mod workbook_imports;

use crate::error::AppError;
use crate::server::private;
use crate::server::telemetry::RequestId;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyPool, Transaction};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// A connection: every function in this folder takes one, so that callers decide what is one transaction.
pub type Connection = sqlx::AnyConnection;
/// A transaction that writes.
pub type Tx = Transaction<'static, Any>;

/// What the driver may say in the log: no statements, which hold what people wrote.
pub const LOG: &str = "sqlx=warn,sqlx::query=error";

/// The migrations, inside the binary: those of both stores, and the few that only one of them understands.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
static OF_SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static OF_POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// SQLite (default) or Postgres, chosen by the address alone.
#[derive(Debug, Clone)]
pub struct Store {
    read: AnyPool,
    write: AnyPool,
    /// Connections that are held for as long as an export takes, so that no page waits for one.
    long: AnyPool,
    postgres: bool,
}

impl Store {
    /// Opens the store, making the SQLite file and its folder when there is none.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        Self::open_with(url, readers(), (8, 16)).await
    }

    /// With so many connections for reading on SQLite, and for reading and for writing on Postgres: whoever reads waits for
    /// readers and not behind a thousand saves. Without any for writing there, one set does both; with one in it, whoever holds a
    /// connection while asking for another fails at once instead of on a busy evening.
    pub async fn open_with(url: &str, sqlite: u32, (readers, writers): (u32, u32)) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        if url.starts_with("postgres") {
            let options = AnyConnectOptions::from_str(url)?;
            let pool = |connections: u32| {
                AnyPoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(Duration::from_secs(10))
            };
            let read = pool(readers).connect_with(options.clone()).await?;
            let write = match writers {
                0 => read.clone(),
                writers => pool(writers).connect_lazy_with(options.clone()),
            };
            let long = AnyPoolOptions::new().max_connections(LONG).connect_lazy_with(options);
            return Ok(Self {
                read,
                write,
                long,
                postgres: true,
            });
        }
        let path = file_of(url);
        make_private(path).map_err(sqlx::Error::Io)?;
        let options = AnyConnectOptions::from_str(&format!("sqlite://{path}?mode=rwc"))?;
        // One writer: SQLite has one write lock, and waiting in our queue is fair while its busy loop is not.
        let write = sqlite_pool(1).connect_with(options.clone()).await?;
        let long = sqlite_pool(LONG).connect_lazy_with(options.clone());
        let read = sqlite_pool(sqlite).connect_with(options).await?;
        Ok(Self {
            read,
            write,
            long,
            postgres: false,
        })
    }

    /// Opens a store that must be there: a SQLite file is not made.
    pub async fn open_existing(url: &str) -> Result<Self, sqlx::Error> {
        if !url.starts_with("postgres") && !Path::new(file_of(url)).is_file() {
            return Err(sqlx::Error::Io(std::io::ErrorKind::NotFound.into()));
        }
        Self::open(url).await
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        self.migrations(|_| true).run(&self.write).await
    }

    /// Brings the schema to where it was with these migrations and no others.
    pub async fn migrate_as(&self, versions: &[i64]) -> Result<(), MigrateError> {
        let own = self.migrations(|version| versions.contains(&version));
        if let Some(later) = versions.iter().find(|version| !own.version_exists(**version)) {
            return Err(MigrateError::VersionMissing(*later));
        }
        own.run(&self.write).await
    }

    fn migrations(&self, fits: impl Fn(i64) -> bool) -> Migrator {
        let own = if self.postgres { &OF_POSTGRES } else { &OF_SQLITE };
        let all = MIGRATIONS.iter().chain(own.iter());
        Migrator::with_migrations(all.filter(|migration| fits(migration.version)).cloned().collect())
    }

    /// A transaction that reads everything as it is at this moment, for as long as it takes, while others write.
    pub async fn snapshot(&self) -> Result<Tx, sqlx::Error> {
        self.long
            .begin_with(if self.postgres {
                "begin isolation level repeatable read read only"
            } else {
                "begin"
            })
            .await
    }

    /// Connections that are open, and those of them that wait for work.
    pub fn connections(&self) -> [(&'static str, u32, usize); 3] {
        let pools = [("read", &self.read), ("write", &self.write), ("long", &self.long)];
        pools.map(|(name, pool)| (name, pool.size(), pool.num_idle()))
    }

    /// A connection for reading.
    pub async fn reader(&self) -> Result<sqlx::pool::PoolConnection<Any>, AppError> {
        Ok(self.read.acquire().await?)
    }

    /// A connection for reading for minutes, beside those of the pages.
    pub async fn long_reader(&self) -> Result<sqlx::pool::PoolConnection<Any>, AppError> {
        Ok(self.long.acquire().await?)
    }

    /// A transaction for writing. On SQLite it takes the write lock at once, so it cannot fail half-way for another.
    pub async fn begin(&self) -> Result<Tx, AppError> {
        if self.postgres {
            Ok(self.write.begin().await?)
        } else {
            Ok(self.write.begin_with("begin immediate").await?)
        }
    }

    /// A transaction that has its turn among all that name the same thing. SQLite has one writer anyway; on Postgres the
    /// others wait until this one ends, so that rules over several records and a save sent twice see what came before.
    pub async fn begin_in_turn(&self, thing: &str) -> Result<Tx, AppError> {
        let mut tx = self.begin().await?;
        self.turn(&mut tx, thing).await?;
        Ok(tx)
    }

    /// Waits for the turn within a transaction.
    pub async fn turn(&self, connection: &mut Connection, thing: &str) -> Result<(), AppError> {
        if self.postgres {
            let mut turn = sql::Statement::new("select count(*) from (select pg_advisory_xact_lock(hashtextextended(");
            turn.text(thing).push(", 0))) turn");
            turn.number(connection).await?;
        }
        Ok(())
    }

    /// Tells the store's planner what the tables hold, after much was loaded at once. Postgres also notes which pages
    /// everybody sees: only then does it count from an index alone.
    pub async fn settle(&self) -> Result<(), AppError> {
        let word = if self.postgres { "vacuum analyze" } else { "analyze" };
        let mut connection = self.write.acquire().await?;
        sqlx::query(word).execute(&mut *connection).await?;
        Ok(())
    }

    /// Whether this is Postgres.
    pub fn is_postgres(&self) -> bool {
        self.postgres
    }

    /// Waits for everything in flight and closes.
    pub async fn close(&self) {
        self.long.close().await;
        self.read.close().await;
        self.write.close().await;
    }
}

/// The file of a SQLite address.
fn file_of(url: &str) -> &str {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    path.split('?').next().unwrap_or(path)
}

/// Makes the SQLite file and its folder when there is none (`security.md` A56). What SQLite puts beside its file gets the
/// file's mode; what lies there already may be from before others were kept out.
fn make_private(path: &str) -> std::io::Result<()> {
    let file = Path::new(path);
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::make_folder(folder)?;
    }
    private::make_file(file)?;
    for end in ["", "-wal", "-shm"] {
        private::keep_from_others(Path::new(&format!("{path}{end}")));
    }
    Ok(())
}

/// Exports that read at the same time.
const LONG: u32 = 3;

/// Reading connections: two for each core are enough, and each keeps pages and statements of its own.
fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get() as u32);
    (2 * cores).clamp(4, 8)
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(15))
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            Box::pin(async move {
                for pragma in [
                    "pragma journal_mode = wal",
                    "pragma synchronous = full",
                    "pragma foreign_keys = on",
                    "pragma busy_timeout = 10000",
                    // For every connection; what they leave out stays in the memory of the system.
                    "pragma cache_size = -3000",
                ] {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
}

/// Faults of the store as the user may read them; the details go to the log under the id that the user sees.
impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(%error, "the store does not answer");
                Self::Unavailable
            }
            // The division that a save names has just been moved or joined to another (F23): nothing is stored under an old code.
            sqlx::Error::Database(fault) if fault.is_foreign_key_violation() => {
                tracing::warn!(%error, "a division or record is gone");
                Self::Conflict("所属区划或相关记录刚刚调整，请刷新页面后重试。已填写的内容没有丢失".to_owned())
            }
            sqlx::Error::Database(fault) if fault.message().contains("locked") || fault.message().contains("full") => {
                tracing::error!(%error, "the store is busy or full");
                Self::Unavailable
            }
            _ => internal(&error),
        }
    }
}

/// Logs a fault of ours and hides it behind an id.
pub fn internal(error: &dyn std::fmt::Display) -> AppError {
    let id = RequestId::current().map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), |id| id.to_string());
    tracing::error!(%error, id, "internal error");
    AppError::Internal(id)
}

/// Whether it was the key of this table that refused a double.
pub fn is_double_in(error: &sqlx::Error, table: &str) -> bool {
    is_double(error) && matches!(error, sqlx::Error::Database(fault) if fault.message().contains(&format!("{table}.")))
}

/// The id that always comes of this text.
pub fn derived_id(text: &str) -> String {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// Whether the store answers.
pub async fn is_alive(connection: &mut Connection) -> bool {
    sqlx::query("select 1").execute(connection).await.is_ok()
}

/// A new id, ordered by time.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Whether the store refused a double.
pub fn is_double(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(fault) if fault.is_unique_violation())
}

/// Whether it was this index that refused a double. Both stores name an index over expressions; SQLite names the columns
/// of any other, so ours are all over expressions.
pub fn is_double_of(error: &sqlx::Error, index: &str) -> bool {
    is_double(error)
        && matches!(error, sqlx::Error::Database(fault)
            if fault.constraint() == Some(index) || fault.message().contains(&format!("'{index}'")))
}
