//! The words of the command line, and how a command gets at the running system.

use super::accounts::RECORD;
use super::clock::Clock;
use super::config::Config;
use super::db::{self, Store, accounts::NewAccount, accounts::Stored, audits::Line};
use super::imports::Imports;
use super::ledgers::Kept;
use super::metrics::Metrics;
use super::password::{self, Hasher};
use super::quota::Quotas;
use super::seed;
use super::state::{App, Parts};
use super::storage::Storage;
use super::terms::Known;
use super::work::Work;
use super::{backup, telemetry, verify};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::region::Region;
use clap::{Args, Parser, Subcommand};
use leptos::config::{Env, LeptosOptions, get_configuration};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Information system of Yunnan's 干部规划家乡行动. Settings: Leptos.toml, or HOMETOWN_… in the environment.
#[derive(Debug, Parser)]
#[command(name = "hometown", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the store up to date and serve (what happens without a command)
    Serve,
    /// Bring the schema of the store up to date
    Migrate,
    /// Load the divisions and create their accounts; what exists is left as it is
    Seed(seed::Options),
    /// Create, reset or disable one account
    #[command(subcommand)]
    Account(AccountCommand),
    /// Copy the store and the files into one archive, while people go on working
    Backup {
        /// A new file, or a folder in which it is named by the moment
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
    },
    /// Put an archive into an empty store
    Restore {
        /// The archive
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Check the store, the files and the chain over the audit log; fails when anything is wrong
    Verify {
        /// Check an archive instead
        #[arg(long, value_name = "FILE")]
        archive: Option<PathBuf>,
    },
    /// Copy the store into an empty other one, SQLite or Postgres, and compare
    MigrateStore {
        /// sqlite://… or postgres://…; in the environment nobody sees its password
        #[arg(long, value_name = "URL", env = "HOMETOWN_MIGRATE_TO", hide_env_values = true)]
        to: String,
    },
    /// Print the tables that the forms declare
    Schema,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Create an account and print its first password
    Create(NewArguments),
    /// Replace the password, by one that must be changed at the next sign-in, and take off 两步验证; prints the password
    Reset {
        /// Login key, e.g. 530102-zr
        key: String,
        /// This password, and print none; it lasts only where there are demo data
        #[arg(long)]
        password: Option<String>,
    },
    /// Disable an account and end its sessions
    Disable {
        /// Login key, e.g. 530102-zr
        key: String,
    },
    /// Let a disabled account sign in again
    Enable {
        /// Login key, e.g. aud-01
        key: String,
    },
}

#[derive(Debug, Args)]
struct NewArguments {
    /// system, province, city, county, county_organization, township, village, …
    #[arg(long, value_parser = read_kind)]
    kind: AccountKind,
    /// Division code, e.g. 530102
    #[arg(long, value_parser = read_region)]
    region: Region,
    /// Login key: letters, digits, - and /
    #[arg(long, value_parser = read_key)]
    key: String,
    /// Display name
    #[arg(long)]
    name: String,
}

fn read_kind(word: &str) -> Result<AccountKind, String> {
    AccountKind::from_key(word).ok_or_else(|| format!("one of {}", AccountKind::ALL.map(AccountKind::key).join(", ")))
}

fn read_region(code: &str) -> Result<Region, String> {
    Region::parse(code).ok_or_else(|| "not a division code of Yunnan".to_owned())
}

pub(crate) fn read_key(key: &str) -> Result<String, String> {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '/');
    let sound = (1..=64).contains(&key.chars().count()) && key.chars().all(fits);
    if sound {
        Ok(key.to_owned())
    } else {
        Err("letters, digits, - and / only, at most 64".to_owned())
    }
}

/// Runs a command. The error is what the operator reads.
pub async fn run(arguments: Arguments) -> Result<(), String> {
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Schema = command {
        print_schema();
        return Ok(());
    }
    let config = Config::load()?;
    telemetry::begin(&config);
    match command {
        Command::Serve | Command::Schema => super::serve::serve(config).await,
        Command::Backup { to } => tell(backup::backup(&config, &to).await),
        Command::Restore { from } => tell(backup::restore(&config, &from).await),
        Command::Verify { archive: None } => tell(verify::verify(&config).await),
        Command::Verify { archive: Some(path) } => tell(verify::verify_archive(&path, &config.backup_key).await),
        Command::MigrateStore { to } => tell(backup::migrate_store(&config, &to).await),
        Command::Migrate => migrate(&config).await,
        Command::Seed(options) => seed::run(config, &options).await,
        Command::Account(command) => account(config, command).await,
    }
}

/// Prints what a command has to say when it went well.
fn tell(said: Result<String, String>) -> Result<(), String> {
    said.map(|said| println!("{}", said.trim_end()))
}

/// Opens the running system: the store, brought up to date, the files and the division tree.
pub async fn open(config: Config) -> Result<App, String> {
    let store = open_store(&config).await?;
    let storage = Storage::open(&config.files, &config.files_endpoint)
        .map_err(|error| format!("the file store does not open: {error}"))?;
    let divisions = {
        let mut reader = store.reader().await.map_err(readable)?;
        db::regions::load(&mut reader).await.map_err(readable)?
    };
    let app = App::new(Parts {
        leptos: leptos_options(&config)?,
        config,
        store,
        storage,
        divisions,
        hasher: Hasher::new().map_err(readable)?,
        imports: Imports::default(),
        ledgers: Kept::default(),
        known: Known::default(),
        quotas: Quotas::default(),
        metrics: Metrics::default(),
        work: Work::default(),
        clock: Clock::default(),
    });
    super::terms::reload(&app).await.map_err(readable)?;
    super::registration::make_codes(&app).await.map_err(readable)?;
    super::search::fill(&app).await.map_err(readable)?;
    Ok(app)
}

async fn open_store(config: &Config) -> Result<Store, String> {
    // The address is left out: it may hold a password.
    let store = Store::open(&config.database_url)
        .await
        .map_err(|error| format!("the store does not open: {error}"))?;
    store
        .migrate()
        .await
        .map_err(|error| format!("the store cannot be migrated: {error}"))?;
    Ok(store)
}

/// Where the built site lies. A binary that was deployed with its `site` and `hash.txt` beside it needs no settings.
fn leptos_options(config: &Config) -> Result<LeptosOptions, String> {
    let mut options = get_configuration(None).map_err(readable)?.leptos_options;
    let binary = std::env::current_exe().unwrap_or_default();
    let beside = binary.parent().unwrap_or(Path::new(""));
    if beside.join(&*options.hash_file).is_file() {
        options.hash_files = true;
        options.env = Env::PROD;
    }
    let site = beside.join("site");
    if std::env::var_os("LEPTOS_SITE_ROOT").is_none() && site.is_dir() {
        options.site_root = site.to_string_lossy().into();
    }
    options.site_addr = config.address;
    Ok(options)
}

async fn migrate(config: &Config) -> Result<(), String> {
    open_store(config).await?.close().await;
    eprintln!("migrate: the store is up to date");
    Ok(())
}

fn print_schema() {
    for form in crate::forms::ALL {
        println!("{}", db::schema::create(form));
    }
}

async fn account(config: Config, command: AccountCommand) -> Result<(), String> {
    let app = open(config).await?;
    match command {
        AccountCommand::Create(new) => create(&app, new).await,
        AccountCommand::Reset { key, password } => reset(&app, &key, password.as_deref()).await,
        AccountCommand::Disable { key } => disable(&app, &key).await,
        AccountCommand::Enable { key } => enable(&app, &key).await,
    }?;
    app.store.close().await;
    Ok(())
}

async fn create(app: &App, new: NewArguments) -> Result<(), String> {
    if new.kind.level() != new.region.level() {
        return Err(format!("{} stands at {}", new.kind.key(), new.kind.level().title()));
    }
    if app.divisions.find(&new.region).is_none() {
        return Err(format!(
            "there is no division {}; `hometown seed` loads them",
            new.region
        ));
    }
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err("the name must have 1 to 100 letters".to_owned());
    }
    let (password, hash) = password::first_password();
    let account = NewAccount {
        login_key: new.key,
        kind: new.kind,
        region: new.region,
        name: name.to_owned(),
        password_hash: hash,
        must_change: true,
        password_until: Some(first_password_until(app)),
        contract: None,
    };
    let now = app.clock.now();
    let mut tx = app.store.begin().await.map_err(readable)?;
    if db::accounts::by_key(&mut tx, &account.login_key)
        .await
        .map_err(readable)?
        .is_some()
    {
        return Err(format!("{} exists already", account.login_key));
    }
    db::accounts::create(&mut tx, std::slice::from_ref(&account), &now)
        .await
        .map_err(readable)?;
    let about = format!("{} {}", account.login_key, account.name);
    db::audits::write(
        &mut tx,
        &by_the_system(Act::CreateAccount, &account.region, &about, &now),
    )
    .await
    .map_err(readable)?;
    tx.commit().await.map_err(readable)?;
    say_first_password(app, &about, &password);
    Ok(())
}

async fn reset(app: &App, key: &str, password: Option<&str>) -> Result<(), String> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await.map_err(readable)?;
    let stored = existing(&mut tx, key).await?;
    let account = &stored.account;
    let (first, hash) = match password {
        Some(password) => {
            if let Some(fault) = password::fault(password, account, app.config.password_policy) {
                return Err(fault.to_owned());
            }
            (None, password::hash_now(password).map_err(readable)?)
        }
        None => {
            let (first, hash) = password::first_password();
            (Some(first), hash)
        }
    };
    // Nobody chooses the lasting password of somebody else (`security.md` A05). Demo accounts are nobody's.
    let lasts = first.is_none() && seed::is_demo(&mut tx).await?;
    let until = (!lasts).then(|| first_password_until(app));
    password::remember(app, &mut tx, &account.id).await.map_err(readable)?;
    db::accounts::set_password(&mut tx, &account.id, &hash, !lasts, until, &now)
        .await
        .map_err(readable)?;
    db::sessions::end_all(&mut tx, &account.id).await.map_err(readable)?;
    let about = format!("{} {}", account.login_key, account.name);
    // Whoever works on the machine is the last to help when a phone is lost.
    let had_second = db::accounts::unbind_second_factor(&mut tx, &account.id).await;
    if had_second.map_err(readable)? {
        let line = about_account(Act::ResetSecondFactor, account, &about, &now);
        db::audits::write(&mut tx, &line).await.map_err(readable)?;
    }
    let line = about_account(Act::ResetPassword, account, &about, &now);
    db::audits::write(&mut tx, &line).await.map_err(readable)?;
    tx.commit().await.map_err(readable)?;
    match first {
        Some(first) => say_first_password(app, &about, &first),
        None if lasts => eprintln!("account: {about} has the new password"),
        None => eprintln!(
            "account: {about} has the new password, good for {} hours and to be changed at the next sign-in",
            app.config.first_password_hours
        ),
    }
    Ok(())
}

async fn disable(app: &App, key: &str) -> Result<(), String> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await.map_err(readable)?;
    let stored = existing(&mut tx, key).await?;
    let account = &stored.account;
    db::accounts::disable(&mut tx, &account.id, &now)
        .await
        .map_err(readable)?;
    db::sessions::end_all(&mut tx, &account.id).await.map_err(readable)?;
    let about = format!("{} {}", account.login_key, account.name);
    let line = about_account(Act::DisableAccount, account, &about, &now);
    db::audits::write(&mut tx, &line).await.map_err(readable)?;
    tx.commit().await.map_err(readable)?;
    eprintln!("account: {about} is disabled");
    Ok(())
}

async fn enable(app: &App, key: &str) -> Result<(), String> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await.map_err(readable)?;
    let stored = db::accounts::by_key(&mut tx, key).await.map_err(readable)?;
    let account = stored.ok_or_else(|| format!("there is no account {key}"))?.account;
    db::account_lists::enable(&mut tx, &account.id, &now)
        .await
        .map_err(readable)?;
    let about = format!("{} {}", account.login_key, account.name);
    let line = about_account(Act::EnableAccount, &account, &about, &now);
    db::audits::write(&mut tx, &line).await.map_err(readable)?;
    tx.commit().await.map_err(readable)?;
    eprintln!("account: {about} is enabled");
    Ok(())
}

async fn existing(connection: &mut db::Connection, key: &str) -> Result<Stored, String> {
    match db::accounts::by_key(connection, key).await.map_err(readable)? {
        Some(stored) if stored.enabled => Ok(stored),
        Some(_) => Err(format!("{key} is disabled")),
        None => Err(format!("there is no account {key}")),
    }
}

/// An audit line of a command: nobody is signed in.
pub(crate) fn by_the_system<'a>(act: Act, region: &'a Region, opinion: &'a str, now: &'a str) -> Line<'a> {
    Line {
        account: None,
        act,
        region: Some(region),
        record: None,
        step: None,
        opinion,
        changes: &[],
        address: "command",
        now,
    }
}

/// The same about an account that there is.
fn about_account<'a>(act: Act, account: &'a Account, opinion: &'a str, now: &'a str) -> Line<'a> {
    Line {
        record: Some((RECORD, &account.id)),
        ..by_the_system(act, &account.region, opinion, now)
    }
}

/// Until when a first password made now is good.
pub(crate) fn first_password_until(app: &App) -> String {
    app.clock.after(app.config.first_password_hours * 3_600)
}

/// The password alone goes to stdout, for scripts.
fn say_first_password(app: &App, about: &str, password: &str) {
    eprintln!(
        "account: first password of {about}, good for {} hours:",
        app.config.first_password_hours
    );
    println!("{password}");
}

/// An error as the operator reads it.
pub(crate) fn readable(error: impl Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
        for line in [
            "hometown",
            "hometown serve",
            "hometown seed",
            "hometown seed --demo --password Jiaxiang-2026 --if-empty",
            "hometown seed --passwords first.csv",
            "hometown account create --kind county --region 530102 --key 530102-zr-2 --name 五华区自然资源局",
            "hometown account reset 530102-zr --password Jiaxiang-2026",
            "hometown account disable 530102-zr",
            "hometown account enable 530102-zr",
            "hometown account create --kind audit --region 53 --key aud-02 --name 审计管理员",
            "hometown schema",
            "hometown backup --to /var/backups",
            "hometown restore --from hometown.zip",
            "hometown verify",
            "hometown verify --archive hometown.zip",
            "hometown migrate-store --to postgres://localhost/hometown",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
        for line in [
            "hometown seed --demo",
            "hometown backup",
            "hometown restore",
            "hometown account create --kind king --region 530102 --key a --name b",
            "hometown account create --kind county --region 110000 --key a --name b",
            "hometown account create --kind county --region 530102 --key a'b --name b",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
