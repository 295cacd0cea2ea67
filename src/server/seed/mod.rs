//! `hometown seed`: the divisions, an account of every kind for each, and on demand a county full of demo data.
//! Seeding again changes nothing that exists.

pub mod accounts;
mod demo;
mod divisions;
pub mod province;

use super::command::{open, readable};
use super::config::Config;
use super::db;
use super::password;
use super::state::App;
use clap::{Args, ValueEnum};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What to seed.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Also fill one county (五华区) with demo data; needs --password
    #[arg(long, requires = "password")]
    demo: bool,
    /// Fill every form for every region, at least 200,000 records: for benchmarks and trials
    #[arg(long, value_enum, conflicts_with = "demo")]
    scale: Option<Scale>,
    /// The password of the demo accounts; with --scale of all accounts
    #[arg(long)]
    password: Option<String>,
    /// Do nothing when there are accounts already
    #[arg(long)]
    if_empty: bool,
    /// A new file for the first passwords (login_key,name,password); without it they go to stdout, with --demo nowhere
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
}

/// How much is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// Every form for every region of Yunnan.
    Province,
}

/// Seeds the store that the settings name.
pub async fn run(config: Config, options: &Options) -> Result<(), String> {
    let app = open(config.clone()).await?;
    if options.if_empty && is_seeded(&app, options).await? {
        eprintln!("seed: there are accounts already, nothing to do");
    } else {
        seed(&app, options).await?;
        if options.demo {
            // The divisions are read when the system opens.
            app.store.close().await;
            fill_demo(&open(config).await?).await?;
        } else if options.scale.is_some() {
            app.store.close().await;
            fill_province(&open(config).await?, options.password.as_deref()).await?;
        }
    }
    if let Some(password) = options.password.as_ref().filter(|_| options.demo) {
        print!("{}", demo::table(&accounts::planned(&divisions::rows()?), password));
    }
    Ok(())
}

/// Whether a store was seeded with demo data: all of its passwords are printed on a screen.
pub async fn is_demo(connection: &mut db::Connection) -> Result<bool, String> {
    demo::is_begun(connection).await
}

/// Whether there is nothing to do. A demo that was interrupted goes on.
async fn is_seeded(app: &App, options: &Options) -> Result<bool, String> {
    let mut reader = app.store.reader().await.map_err(readable)?;
    if db::accounts::count(&mut reader).await.map_err(readable)? == 0 {
        return Ok(false);
    }
    Ok(!options.demo || !demo::is_begun(&mut reader).await? || demo::is_complete(&mut reader).await?)
}

/// Divisions, accounts and demo passwords in one transaction.
async fn seed(app: &App, options: &Options) -> Result<(), String> {
    let rows = divisions::rows()?;
    let planned = accounts::planned(&rows);
    let demo_hash = match options.password.as_ref().filter(|_| options.demo) {
        Some(password) => Some(demo_hash(app, password)?),
        None => None,
    };
    eprintln!("seed: {} divisions, {} accounts", rows.len(), planned.len());
    let mut tx = app.store.begin().await.map_err(readable)?;
    divisions::store(&mut tx, &rows).await?;
    let mut created = accounts::create(app, &mut tx, &planned).await?;
    eprintln!("seed: {} of the accounts are new", created.len());
    if let Some(hash) = &demo_hash {
        demo::open_accounts(app, &mut tx, &planned, hash).await?;
        created.retain(|account| !demo::has(&account.region));
    }
    // Before the commit: no account may exist whose password nobody has read.
    hand_out(options, &created)?;
    tx.commit().await.map_err(readable)
}

fn demo_hash(app: &App, password: &str) -> Result<String, String> {
    if let Some(fault) = password::fault(password, &demo::anybody(), app.config.password_policy) {
        return Err(format!("--password: {fault}"));
    }
    password::hash_now(password).map_err(readable)
}

/// Writes the first passwords: this once, and never into a file that others may read.
fn hand_out(options: &Options, created: &[accounts::Created]) -> Result<(), String> {
    if created.is_empty() {
        return Ok(());
    }
    let text = accounts::csv(created);
    match &options.passwords {
        Some(path) => write_secret(path, &text).map_err(|error| format!("{}: {error}", path.display())),
        None if options.demo || options.scale.is_some() => {
            eprintln!("seed: the other first passwords are thrown away; --passwords FILE keeps them");
            Ok(())
        }
        None => std::io::stdout().lock().write_all(text.as_bytes()).map_err(readable),
    }
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

async fn fill_province(app: &App, password: Option<&str>) -> Result<(), String> {
    let started = std::time::Instant::now();
    if let Some(password) = password {
        let hash = demo_hash(app, password)?;
        let mut tx = app.store.begin().await.map_err(readable)?;
        db::accounts::open_all(&mut tx, &hash).await.map_err(readable)?;
        tx.commit().await.map_err(readable)?;
    }
    let count = province::fill(app).await?;
    app.store.close().await;
    eprintln!("seed: {count} records in {:.0} s", started.elapsed().as_secs_f32());
    Ok(())
}

async fn fill_demo(app: &App) -> Result<(), String> {
    let started = std::time::Instant::now();
    let count = demo::fill(app).await?;
    app.store.close().await;
    eprintln!("seed: {count} demo records in {:.1} s", started.elapsed().as_secs_f32());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write_secret;

    #[test]
    fn passwords_are_for_the_owner_and_never_overwrite() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("first.csv");
        write_secret(&path, "login_key,name,password\n").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(write_secret(&path, "again").is_err());
    }
}
