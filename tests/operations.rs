//! What operators do: backups while people work, restores on an empty machine, looking for damage, moving between stores,
//! starting and stopping.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod s3;
mod world;

use hometown::domain::query::ListQuery;
use hometown::server::backup::archive::{Manifest, Reader, Writer};
use hometown::server::backup::{backup, migrate_store, restore};
use hometown::server::config::Config;
use hometown::server::db::{self, Store};
use hometown::server::serve::seal;
use hometown::server::verify::{verify, verify_archive};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use world::process::{Person, Place};
use world::{Actor, On, PASSWORD, PDF, World, fresh_database, mobilization, stores};

const VILLAGE: &str = "530102010004";

/// A fresh store and a folder for its files.
async fn elsewhere(on: On) -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let database_url = match on {
        On::Sqlite => format!("sqlite://{}", folder.path().join("restored.db").display()),
        On::Postgres => fresh_database().await,
    };
    let config = Config {
        database_url,
        files: folder.path().join("files").display().to_string(),
        ..Config::default()
    };
    (folder, config)
}

/// Registers a mobilization with a file of its own; its id.
async fn register(village: &Actor<'_>, title: &str, content: &[u8]) -> String {
    let record = db::new_id();
    let file: hometown::domain::attachment::Attachment = village
        .upload("mobilization", &record, "files", "通知.pdf", content)
        .await
        .json();
    let mut draft = mobilization(title);
    draft.set("files", file.id);
    village.save("mobilization", &record, 0, "k", &draft).await.unwrap();
    record
}

/// A PDF that no other is.
fn pdf(number: usize) -> Vec<u8> {
    let mut content = PDF.to_vec();
    content.extend(format!("\n% {number}\n%%EOF\n").bytes());
    content
}

/// Runs a statement that no part of the program would run.
async fn tamper(url: &str, sql: &str) -> Result<u64, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(url).await?;
    let mut done = 0;
    for part in sql.split(';').filter(|part| !part.trim().is_empty()) {
        done += sqlx::query(sqlx::AssertSqlSafe(part.to_owned()))
            .execute(&pool)
            .await?
            .rows_affected();
    }
    pool.close().await;
    Ok(done)
}

async fn number(url: &str, sql: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(url).await.unwrap();
    let found = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    found
}

fn only_file_in(folder: &Path) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_made_while_people_save_is_one_moment() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let before = register(&village, "备份之前", PDF).await;
        let archives = tempfile::tempdir().unwrap();
        let stop = AtomicBool::new(false);
        let writers = (0..4).map(|writer| {
            let (village, stop) = (&village, &stop);
            async move {
                let mut saved = 0;
                while !stop.load(Ordering::Relaxed) || saved < 3 {
                    register(
                        village,
                        &format!("动员 {writer} {saved}"),
                        &pdf(writer * 10_000 + saved),
                    )
                    .await;
                    saved += 1;
                }
                saved
            }
        });
        let made = async {
            // Each is made while records come.
            for _ in 0..3 {
                backup(&world.app.config, archives.path()).await.unwrap();
                let made = only_file_in(archives.path());
                verify_archive(&made, "").await.unwrap();
                std::fs::remove_file(made).unwrap();
            }
            let last = archives.path().join("last.zip");
            backup(&world.app.config, &last).await.unwrap();
            stop.store(true, Ordering::Relaxed);
            last
        };
        let (saved, last) = futures::future::join(futures::future::join_all(writers), made).await;
        assert!(saved.iter().sum::<usize>() >= 12);
        verify_archive(&last, "").await.unwrap();
        let (_folder, config) = elsewhere(On::Sqlite).await;
        restore(&config, &last).await.unwrap();
        verify(&config).await.unwrap();
        let url = &config.database_url;
        let records = number(url, "select count(*) from mobilization").await;
        assert!(records >= 1 && records <= saved.iter().sum::<usize>() as i64 + 1);
        let lines = "select count(*) from audits where act = 'register' and record in (select id from mobilization)";
        assert_eq!(number(url, lines).await, records, "each record has its line");
        let kept = "select count(*) from attachments where state = 'kept'";
        assert_eq!(number(url, kept).await, records, "and its file");
        let first = format!("select count(*) from mobilization where id = '{before}'");
        assert_eq!(number(url, &first).await, 1, "what was acknowledged before is there");
    }
}

#[tokio::test]
async fn a_restored_system_lets_people_in_and_shows_what_they_had() {
    for from in stores() {
        for onto in stores() {
            let world = World::new(from).await;
            let village = world.actor(VILLAGE).await;
            let record = register(&village, "动员部署会", PDF).await;
            seal(world.app.clone()).await.unwrap();
            let unsealed = register(&village, "党员大会", &pdf(1)).await;
            let archives = tempfile::tempdir().unwrap();
            let archive = archives.path().join("backup.zip");
            backup(&world.app.config, &archive).await.unwrap();

            let (folder, config) = elsewhere(onto).await;
            let said = restore(&config, &archive).await.unwrap();
            assert!(said.contains("2 files"), "{said}");
            let refused = restore(&config, &archive).await.unwrap_err();
            assert!(refused.contains("not empty"), "{from:?} {onto:?} {refused}");
            let restored = World::over(folder, &config.database_url).await;
            let before = Actor {
                world: &restored,
                cookie: village.cookie.clone(),
            };
            let home = before.get("/home").await;
            assert_eq!(home.status, 303, "a session of before does not live again");
            let stranger = restored.stranger();
            let fields = [("account", VILLAGE), ("password", PASSWORD)];
            let entered = stranger.form("/login", &fields).await;
            assert_eq!(
                (entered.status.as_u16(), entered.location()),
                (303, "/home"),
                "{from:?} {onto:?}"
            );
            let village = restored.actor(VILLAGE).await;
            for (record, content) in [(record, PDF.to_vec()), (unsealed, pdf(1))] {
                let opened = village.open("mobilization", "", &record).await.unwrap();
                let file = &opened.attachments[0].id;
                assert_eq!(village.get(&format!("/files/{file}")).await.body, content);
            }
            // Life goes on, and so does the chain.
            register(&village, "群众会", &pdf(2)).await;
            seal(restored.app.clone()).await.unwrap();
            let said = verify(&restored.app.config).await.unwrap();
            assert!(said.contains(" 0 wait"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_backup_is_its_owners_alone_whole_or_not_there() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(On::Sqlite).await;
    register(&world.actor(VILLAGE).await, "动员部署会", PDF).await;
    let folder = tempfile::tempdir().unwrap();
    backup(&world.app.config, folder.path()).await.unwrap();
    let archive = only_file_in(folder.path());
    assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    let there = backup(&world.app.config, &archive).await.unwrap_err();
    assert!(there.contains("there already"), "{there}");
    let nowhere = backup(&world.app.config, &folder.path().join("no/where.zip")).await;
    assert!(nowhere.unwrap_err().contains("no folder"));
    let (_empty, config) = elsewhere(On::Sqlite).await;
    let nothing = backup(&config, &folder.path().join("nothing.zip")).await;
    assert!(
        nothing.unwrap_err().contains("does not open"),
        "a store is never made by looking at it"
    );
    assert_eq!(only_file_in(folder.path()), archive, "nothing of what failed is left");

    // Anybody can read it without this program.
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&archive).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name("manifest.json").unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("\"mobilization\""), "{text}");
    text.clear();
    zip.by_name("tables/mobilization.jsonl")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.contains("动员部署会"), "{text}");
    assert!(zip.by_name("tables/sessions.jsonl").is_err());
    text.clear();
    zip.by_name("files.sha256").unwrap().read_to_string(&mut text).unwrap();
    let (sha256, name) = text.trim().split_once("  ").unwrap();
    let mut file = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut file).unwrap();
    assert_eq!(file, PDF);
    assert_eq!(
        hometown::server::storage::hex(&<sha2::Sha256 as sha2::Digest>::digest(&file)),
        sha256
    );
}

#[tokio::test]
async fn one_flipped_byte_of_an_archive_is_found() {
    let world = World::new(On::Sqlite).await;
    register(&world.actor(VILLAGE).await, "动员部署会", PDF).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("backup.zip");
    backup(&world.app.config, &archive).await.unwrap();
    let sound = std::fs::read(&archive).unwrap();
    let damaged = folder.path().join("damaged.zip");
    let places = (0..sound.len()).step_by(sound.len() / 40).chain([sound.len() - 1]);
    for place in places {
        let mut content = sound.clone();
        content[place] ^= 1;
        std::fs::write(&damaged, content).unwrap();
        assert!(verify_archive(&damaged, "").await.is_err(), "byte {place}");
    }
    std::fs::write(&damaged, &sound[..sound.len() - 1]).unwrap();
    assert!(verify_archive(&damaged, "").await.is_err(), "cut off");
    let (_folder, config) = elsewhere(On::Sqlite).await;
    assert!(restore(&config, &damaged).await.is_err());
    restore(&config, &archive).await.expect("and left the store empty");
}

/// `security.md` P11: under a key nobody reads a backup who has the file alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_backup_opens_with_its_key_alone() {
    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        register(&village, "封存之前", PDF).await;
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("sealed.zip");
        let sealed = Config {
            backup_key: KEY.to_owned(),
            ..world.app.config.clone()
        };
        backup(&sealed, &archive).await.unwrap();
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&archive).unwrap()).unwrap();
        assert!(zip.len() > 20);
        for entry in 0..zip.len() {
            assert!(zip.by_index(entry).is_err(), "no entry is open");
        }
        assert!(verify_archive(&archive, KEY).await.is_ok());
        assert!(verify_archive(&archive, "").await.unwrap_err().contains("backup_key"));
        let other = KEY.replace('0', "1");
        assert!(
            verify_archive(&archive, &other)
                .await
                .unwrap_err()
                .contains("another key")
        );
        let (_folder, config) = elsewhere(on).await;
        assert!(restore(&config, &archive).await.is_err());
        let config = Config {
            backup_key: KEY.to_owned(),
            ..config
        };
        restore(&config, &archive).await.unwrap();
        let rows = number(
            &config.database_url,
            "select count(*) from mobilization where title = '封存之前'",
        )
        .await;
        assert_eq!(rows, 1);
    }
}

/// An archive that says something else than it holds, with a right seal.
fn forged(from: &Path, to: &Path, change: impl Fn(&mut Manifest, &mut Vec<u8>)) {
    let mut manifest = Reader::open(from, "").unwrap().manifest;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(from).unwrap()).unwrap();
    let mut writer = Writer::new(
        std::fs::File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(to)
            .unwrap(),
        "",
    );
    let mut audits = Vec::new();
    zip.by_name("tables/audits.jsonl")
        .unwrap()
        .read_to_end(&mut audits)
        .unwrap();
    change(&mut manifest, &mut audits);
    for table in manifest.tables.clone() {
        let mut text = Vec::new();
        let mut entry = zip.by_name(&format!("tables/{}.jsonl", table.name)).unwrap();
        entry.read_to_end(&mut text).unwrap();
        let text = if table.name == "audits" { &audits } else { &text };
        let end = text.iter().position(|byte| *byte == b'\n').unwrap();
        let columns: Vec<String> = serde_json::from_slice(&text[..end]).unwrap();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        writer.table(&table.name, &columns).unwrap();
        writer.write(&text[end + 1..]).unwrap();
    }
    writer.list_of_files().unwrap();
    manifest.files = 0;
    writer.finish(&manifest).unwrap();
}

#[tokio::test]
async fn what_an_archive_says_must_be_what_it_holds() {
    let world = World::new(On::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("backup.zip");
    backup(&world.app.config, &archive).await.unwrap();
    let (row, newer) = (folder.path().join("row.zip"), folder.path().join("newer.zip"));
    forged(&archive, &row, |_, audits| {
        let text = String::from_utf8(audits.clone())
            .unwrap()
            .replace("\"backup\"", "\"restore\"");
        *audits = text.into_bytes();
    });
    let (_folder, config) = elsewhere(On::Sqlite).await;
    assert!(verify_archive(&row, "").await.unwrap_err().contains("audits"));
    assert!(restore(&config, &row).await.unwrap_err().contains("audits"));
    forged(&archive, &newer, |manifest, _| manifest.migrations.push(99_999));
    let refused = restore(&config, &newer).await.unwrap_err();
    assert!(refused.contains("another version"), "{refused}");
    restore(&config, &archive).await.expect("nothing of the others is left");
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    for on in stores() {
        // A store as it was before 操作记录 only grew.
        let (_folder, old) = elsewhere(on).await;
        let store = Store::open(&old.database_url).await.unwrap();
        let everything = World::new(On::Sqlite).await;
        let mut reader = everything.app.store.reader().await.unwrap();
        let mut versions = db::catalog::migrations(&mut reader, false).await.unwrap();
        let latest = versions.pop().unwrap();
        store.migrate_as(&versions).await.unwrap();
        store.close().await;
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("old.zip");
        backup(&old, &archive).await.unwrap();
        let (_folder, new) = elsewhere(on).await;
        restore(&new, &archive).await.unwrap();
        let seen = format!("select count(*) from _sqlx_migrations where version = {latest}");
        assert_eq!(number(&new.database_url, &seen).await, 1);
    }
}

#[tokio::test]
async fn damaged_files_are_named() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        for number in 0..3 {
            register(&village, &format!("动员 {number}"), &pdf(number)).await;
        }
        let said = verify(&world.app.config).await.unwrap();
        assert!(said.contains("files: 3") && !said.contains("orphaned"), "{said}");
        let sha256 = |number| hometown::server::storage::hex(&<sha2::Sha256 as sha2::Digest>::digest(pdf(number)));
        let files = world.folder().join("files");
        let path = |sha256: &str| files.join(&sha256[..2]).join(sha256);
        let orphan = hometown::server::storage::hex(&[7; 32]);
        std::fs::create_dir_all(path(&orphan).parent().unwrap()).unwrap();
        std::fs::write(path(&orphan), "orphan").unwrap();
        let said = verify(&world.app.config).await.unwrap();
        assert!(said.contains(&format!("{}/{orphan}", &orphan[..2])), "{said}");
        let mut content = pdf(0);
        content[100] ^= 1;
        std::fs::write(path(&sha256(0)), content).unwrap();
        std::fs::remove_file(path(&sha256(1))).unwrap();
        let said = verify(&world.app.config).await.unwrap_err();
        assert!(said.contains(&format!("{} is not what it was", sha256(0))), "{said}");
        assert!(said.contains(&format!("{} is missing", sha256(1))), "{said}");
        assert!(!said.contains(&sha256(2)) && said.contains("2 faults"), "{said}");

        // A backup is made all the same, and says what it could not find.
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("backup.zip");
        let said = backup(&world.app.config, &archive).await.unwrap_err();
        assert!(said.contains(&sha256(0)) && said.contains(&sha256(1)), "{said}");
        assert!(verify_archive(&archive, "").await.unwrap_err().contains("lost before"));
        let (_folder, config) = elsewhere(On::Sqlite).await;
        let said = restore(&config, &archive).await.unwrap();
        assert!(said.contains(&sha256(0)), "{said}");
    }
}

/// How the guards are put aside by somebody who owns the store.
fn without_guards(on: On, table: &str, sql: &str) -> String {
    match on {
        On::Sqlite => format!("drop trigger {table}_stay; drop trigger {table}_stay_as_they_are; {sql}"),
        On::Postgres => format!("alter table {table} disable trigger user; {sql}"),
    }
}

#[tokio::test]
async fn the_log_only_grows() {
    for on in stores() {
        let world = World::new(on).await;
        register(&world.actor(VILLAGE).await, "动员部署会", PDF).await;
        seal(world.app.clone()).await.unwrap();
        let url = &world.app.config.database_url;
        for table in ["audits", "audit_seals"] {
            let column = if table == "audits" { "address" } else { "hash" };
            for sql in [
                format!("update {table} set {column} = 'x'"),
                format!("delete from {table}"),
            ] {
                let refused = tamper(url, &sql).await.unwrap_err().to_string();
                assert!(refused.contains("only grow"), "{on:?} {sql}: {refused}");
            }
        }
        verify(&world.app.config).await.unwrap();
    }
}

#[tokio::test]
async fn who_changes_the_log_past_its_guards_is_found() {
    for on in stores() {
        let first = "(select audit from audit_seals where position = 1)";
        for (table, sql, found) in [
            (
                "audits",
                format!("update audits set address = '10.0.0.9' where id = {first}"),
                "not what was sealed",
            ),
            (
                "audits",
                format!("update audits set opinion = null_or_text where id = {first}"),
                "not what was sealed",
            ),
            ("audits", format!("delete from audits where id = {first}"), "is missing"),
            (
                "audits",
                "delete from audits where id in (select audit from audit_waiting)".to_owned(),
                "before it was sealed",
            ),
            (
                "audit_seals",
                "delete from audit_seals where position = 1".to_owned(),
                "place 1 of the chain is missing",
            ),
            (
                "audit_seals",
                "update audit_seals set position = -1 where position = 1; \
                 update audit_seals set position = 1 where position = 2; \
                 update audit_seals set position = 2 where position = -1"
                    .to_owned(),
                "not what was sealed",
            ),
            (
                "audits",
                "insert into audits (id, at, account_name, act, opinion, changes, address) \
                 values ('0', '2020', 'x', 'approve', '', '', ''); delete from audit_waiting where audit = '0'"
                    .to_owned(),
                "came past the chain",
            ),
        ] {
            let sql = sql.replace("null_or_text", "opinion || '。'");
            let world = World::new(on).await;
            let village = world.actor(VILLAGE).await;
            register(&village, "动员部署会", PDF).await;
            seal(world.app.clone()).await.unwrap();
            register(&village, "党员大会", &pdf(1)).await;
            let url = &world.app.config.database_url;
            verify(&world.app.config).await.unwrap();
            let changed = tamper(url, &without_guards(on, table, &sql)).await.unwrap();
            assert!(changed > 0, "{sql}");
            let said = verify(&world.app.config).await.unwrap_err();
            assert!(said.contains(found), "{on:?} {sql}: {said}");
        }
    }
}

/// People who share an account are told apart by their sessions (`security.md` A52).
#[tokio::test]
async fn a_line_of_the_log_says_which_session_it_comes_from() {
    for on in stores() {
        let world = World::new(on).await;
        let url = &world.app.config.database_url;
        let (one, other) = (world.actor(VILLAGE).await, world.actor(VILLAGE).await);
        register(&one, "动员部署会", PDF).await;
        register(&other, "党员大会", &pdf(1)).await;
        let told = "from audits where form = 'mobilization' and length(session) = 16";
        let sessions = number(url, &format!("select count(distinct session) {told}")).await;
        assert_eq!(sessions, 2, "{on:?}");
        let missing = "select count(*) from audits where form = 'mobilization' and session is null";
        assert_eq!(number(url, missing).await, 0, "{on:?}");
        // It is the beginning of what the store knows of the session, and opens none.
        let known = "select count(*) from audits join sessions on substr(sessions.token_hash, 1, 16) = audits.session \
                     where audits.form = 'mobilization'";
        assert!(number(url, known).await >= 2, "{on:?}");
        // And it is sealed: who changes it is found.
        seal(world.app.clone()).await.unwrap();
        verify(&world.app.config).await.unwrap();
        let sql = "update audits set session = 'x' where form = 'mobilization'";
        assert!(tamper(url, &without_guards(on, "audits", sql)).await.unwrap() > 0);
        let said = verify(&world.app.config).await.unwrap_err();
        assert!(said.contains("not what was sealed"), "{on:?} {said}");
    }
}

#[tokio::test]
async fn a_chain_that_lost_its_end_does_not_fit_a_backup() {
    let world = World::new(On::Sqlite).await;
    let village = world.actor(VILLAGE).await;
    register(&village, "动员部署会", PDF).await;
    seal(world.app.clone()).await.unwrap();
    let head = db::seals::head(&mut world.app.store.reader().await.unwrap())
        .await
        .unwrap();
    let url = &world.app.config.database_url;
    let last = format!("position = {}", head.position);
    let sql = format!(
        "drop trigger audits_stay; drop trigger audit_seals_stay; \
         delete from audits where id in (select audit from audit_seals where {last}); delete from audit_seals where {last}"
    );
    tamper(url, &sql).await.unwrap();
    verify(&world.app.config).await.expect("nothing in the store tells");
    let mut snapshot = world.app.store.snapshot().await.unwrap();
    let look = db::seals::look(&mut snapshot, Some(&head)).await.unwrap();
    assert_eq!(look.faults.len(), 1, "{:?}", look.faults);
    assert!(look.faults[0].contains("once went on"), "{:?}", look.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_many_writers_are_sealed_once_each() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let records = (0..8).map(|number| {
            let village = &village;
            async move { register(village, &format!("动员 {number}"), &pdf(number)).await }
        });
        let seals = (0..8).map(|_| seal(world.app.clone()));
        let (_, sealed) =
            futures::future::join(futures::future::join_all(records), futures::future::join_all(seals)).await;
        sealed.into_iter().for_each(|sealed| sealed.unwrap());
        seal(world.app.clone()).await.unwrap();
        let url = &world.app.config.database_url;
        let (lines, seals) = ("select count(*) from audits", "select count(*) from audit_seals");
        assert_eq!(number(url, lines).await, number(url, seals).await);
        verify(&world.app.config).await.unwrap();
    }
}

#[tokio::test]
async fn a_store_moves_into_the_other_kind_and_back() {
    for from in stores() {
        for onto in stores() {
            let world = World::new(from).await;
            let village = world.actor(VILLAGE).await;
            let record = register(&village, "动员部署会", PDF).await;
            seal(world.app.clone()).await.unwrap();
            register(&village, "党员大会", &pdf(1)).await;
            let config = &world.app.config;
            let (_folder, other) = elsewhere(onto).await;
            let said = migrate_store(config, &other.database_url).await.unwrap();
            let line = said.lines().find(|line| line.starts_with("mobilization ")).unwrap();
            assert!(line.contains("2 = 2"), "{line}");
            assert!(!said.contains('≠'), "{said}");
            let again = migrate_store(config, &other.database_url).await.unwrap_err();
            assert!(again.contains("not empty"), "{again}");
            assert!(
                migrate_store(config, &config.database_url).await.is_err(),
                "onto itself"
            );
            let moved = Config {
                database_url: other.database_url.clone(),
                ..config.clone()
            };
            verify(&moved).await.unwrap();
            let over = World::over(tempfile::tempdir().unwrap(), &other.database_url).await;
            let form = hometown::forms::find("mobilization").unwrap();
            let mut reader = over.app.store.reader().await.unwrap();
            let stored = db::records::find(&mut reader, form, &record).await.unwrap().unwrap();
            assert_eq!(stored.text("title"), "动员部署会");
        }
    }
}

/// While Leptos lists the pages of one system, a request to another in the same process would wait for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_system_in_the_process_leaves_the_pages_of_the_first_alone() {
    let world = World::new(On::Sqlite).await;
    let county = world.actor("530102-zr").await;
    let is_over = std::sync::Arc::new(AtomicBool::new(false));
    let second = {
        let (app, is_over) = (world.app.clone(), is_over.clone());
        let runtime = tokio::runtime::Handle::current();
        std::thread::spawn(move || {
            let _runtime = runtime.enter();
            while !is_over.load(Ordering::Relaxed) {
                drop(hometown::server::router::router(app.clone()));
            }
        })
    };
    for _ in 0..10 {
        let page = tokio::time::timeout(std::time::Duration::from_secs(120), county.get("/search?q=三多")).await;
        is_over.store(page.is_err(), Ordering::Relaxed);
        assert_eq!(page.expect("the page waits for ever").status.as_u16(), 200);
    }
    is_over.store(true, Ordering::Relaxed);
    second.join().unwrap();
}

#[tokio::test]
async fn health_says_what_does_not_answer() {
    let world = World::new(On::Sqlite).await;
    let probe = world.stranger();
    let answer = probe.get("/health").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "ok"));
    assert_eq!(probe.get("/metrics").await.status, 404, "never on the public address");
    let (files, aside) = (world.folder().join("files"), world.folder().join("aside"));
    std::fs::rename(&files, &aside).unwrap();
    let answer = probe.get("/health").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "files"));
    std::fs::rename(&aside, &files).unwrap();
    assert_eq!(probe.get("/health").await.status, 200);
    world.app.store.close().await;
    let answer = probe.get("/health").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "store"));
    world.app.work.stop();
    let answer = probe.get("/health").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "stopping"));
}

#[tokio::test]
async fn other_methods_and_other_sites_get_nothing() {
    let world = World::new(On::Sqlite).await;
    let village = world.actor(VILLAGE).await;
    for method in ["TRACE", "PATCH", "BREW"] {
        for path in ["/health", "/home", "/files/1", "/nowhere"] {
            let request = axum::http::Request::builder().method(method).uri(path);
            let request = request.header("origin", "http://localhost");
            let answer = village.send(request, axum::body::Body::empty()).await;
            assert!(
                [404, 405].contains(&answer.status.as_u16()),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
    let request = axum::http::Request::get("/health").header("origin", "https://elsewhere.example");
    let answer = village.send(request, axum::body::Body::empty()).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    for folder in ["/pkg", "/pkg/", "/files", "/files/"] {
        let answer = village.get(folder).await;
        assert!(!answer.status.is_success(), "{folder} is not listed: {}", answer.status);
    }
}

#[tokio::test]
async fn a_fault_has_the_id_of_its_request() {
    let world = World::new(On::Sqlite).await;
    let village = world.actor(VILLAGE).await;
    tamper(&world.app.config.database_url, "drop table drafts")
        .await
        .unwrap();
    let record = db::new_id();
    let answer = village
        .post(
            "/api/save_record",
            "application/json",
            json!({ "form": "mobilization", "id": record, "version": 0, "key": "k", "draft": mobilization("会") })
                .to_string(),
        )
        .await;
    assert_eq!(answer.status, 500, "{}", answer.text());
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert!(id.len() == 16 && answer.text().contains(id), "{id} {}", answer.text());
}

/// An installation with its small Yunnan, in a store that nobody has open.
async fn installed(on: On) -> (TempDir, Place, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = match on {
        On::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
        On::Postgres => fresh_database().await,
    };
    let world = World::new(On::Sqlite).await;
    migrate_store(&world.app.config, &url).await.unwrap();
    let place = Place::new(folder.path()).with("HOMETOWN_DATABASE_URL", &url);
    (folder, place, url)
}

/// A candidate, and one whose row lacks what it must have.
fn workbook() -> Vec<u8> {
    let heads = [
        "人员姓名",
        "所在单位(全称)",
        "人员类别",
        "政治面貌",
        "联系电话",
        "本人意愿",
        "意愿征求日期",
    ];
    let sound = [
        "李建国",
        "五华区水务局",
        "公务员",
        "中共党员",
        "13900000001",
        "是",
        "2021-08-11",
    ];
    let wrong = [
        "",
        "五华区水务局",
        "公务员",
        "中共党员",
        "13900000002",
        "是",
        "2021-08-11",
    ];
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip([heads, sound, wrong]) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn in_a_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

/// Waits until the server has taken a request up and asks for its body.
fn until_it_goes_on(socket: &mut TcpStream) {
    const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = [0; GO_ON.len()];
    socket.read_exact(&mut said).unwrap();
    assert_eq!(said, GO_ON);
}

#[test]
fn a_save_that_is_on_its_way_is_answered_before_the_end() {
    let (_folder, place, url) = in_a_runtime(installed(On::Sqlite));
    let server = place.start();
    let person = Person::sign_in(&server, VILLAGE, PASSWORD);
    let record = db::new_id();
    let body = json!({ "form": "mobilization", "id": record, "version": 0, "key": "k", "draft": mobilization("会") });
    let body = body.to_string();
    let mut socket = TcpStream::connect(server.socket()).unwrap();
    let head = format!(
        "POST /api/save_record HTTP/1.1\r\nhost: {}\r\norigin: {}\r\ncookie: {}\r\ncontent-type: application/json\r\n\
         accept: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        server.socket(),
        server.address,
        person.cookie,
        body.len()
    );
    let (first, rest) = body.as_bytes().split_at(body.len() / 2);
    socket.write_all(head.as_bytes()).unwrap();
    until_it_goes_on(&mut socket);
    socket.write_all(first).unwrap();
    server.terminate();
    let mut tries = 0;
    while TcpStream::connect(server.socket()).is_ok() {
        tries += 1;
        assert!(tries < 1_000_000, "it stops accepting");
        std::thread::yield_now();
    }
    socket.write_all(rest).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (well, log) = server.ended();
    assert!(well && log.contains("stopped"), "{log}");
    let saved = format!("select count(*) from mobilization where id = '{record}'");
    assert_eq!(in_a_runtime(number(&url, &saved)), 1);
    assert_eq!(
        in_a_runtime(number(&url, "select count(*) from audit_waiting")),
        0,
        "the log is sealed"
    );
    place.run(&["verify"]);
}

#[test]
fn a_request_that_does_not_end_is_cut_off() {
    let (_folder, place, _) = in_a_runtime(installed(On::Sqlite));
    let server = place.with("HOMETOWN_SHUTDOWN_SECONDS", "0").start();
    let mut socket = TcpStream::connect(server.socket()).unwrap();
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: {}\r\norigin: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 100\r\nexpect: 100-continue\r\n\r\n",
        server.socket(),
        server.address
    );
    socket.write_all(head.as_bytes()).unwrap();
    until_it_goes_on(&mut socket);
    server.terminate();
    let (well, log) = server.ended();
    assert!(well && log.contains("cut off"), "{log}");
}

#[test]
fn the_log_tells_of_every_request_and_of_nobody() {
    let (_folder, place, _) = in_a_runtime(installed(On::Sqlite));
    let server = place.with("HOMETOWN_LOG", "json").with("RUST_LOG", "debug").start();
    let stranger = Person::stranger(&server);
    assert_eq!(stranger.tries(VILLAGE, "Wrong-Secret-77").status(), 303);
    let person = Person::sign_in(&server, VILLAGE, PASSWORD);
    let id = person.register("王小明的动员会").unwrap();
    person.opens(&id).unwrap();
    let people = db::new_id();
    person.call(
        "save_record",
        &json!({ "form": "candidates", "id": people, "version": 0, "key": "k",
            "draft": { "values": { "name": "王小明", "phone": "13887654321" }, "grids": {}, "subjects": {} } }),
    );
    assert_eq!(
        person
            .get("/desk/mobilization?keyword=%E7%8E%8B%E5%B0%8F%E6%98%8E&x=13887654321")
            .status(),
        200
    );
    assert_eq!(person.get("/nowhere/13887654321").status(), 404);
    let answer = person.get("/desk/mobilization");
    let request = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    server.terminate();
    let (well, log) = server.ended();
    assert!(well, "{log}");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let told = lines
        .iter()
        .find(|line| line["message"] == "answered" && line.to_string().contains(&request));
    let told = told.unwrap_or_else(|| panic!("no line for {request}: {log}"));
    assert_eq!(
        (told["status"].as_u64(), told["method"].as_str()),
        (Some(200), Some("GET"))
    );
    assert!(log.contains("/api/save_record"), "{log}");
    let session = person.cookie.split(['=', ';']).nth(1).unwrap().trim();
    for secret in [
        PASSWORD,
        "Wrong-Secret-77",
        "王小明",
        "13887654321",
        "%E7%8E%8B",
        "keyword=",
        session,
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log:\n{log}");
    }
}

#[test]
fn operators_read_what_is_counted_at_an_address_of_their_own() {
    let (_folder, place, _) = in_a_runtime(installed(On::Sqlite));
    let closed = place.start();
    assert_eq!(closed.metrics, None, "off unless it is asked for");
    closed.kill();
    let server = place.with("HOMETOWN_METRICS_ADDRESS", "127.0.0.1:0").start();
    let person = Person::sign_in(&server, VILLAGE, PASSWORD);
    Person::stranger(&server).tries(VILLAGE, "wrong");
    let id = person.register("动员部署会").unwrap();
    person.opens(&id).unwrap();
    assert_eq!(person.get("/metrics").status(), 404, "never on the public address");
    let mut reader = Person::stranger(&server);
    reader.address = server.metrics.clone().unwrap();
    let text = reader.get("/metrics").text().unwrap();
    for line in [
        "hometown_requests_total{route=\"/api/save_record\",method=\"POST\",status=\"200\"} 1",
        "hometown_request_seconds_count{route=\"/login\",method=\"POST\"} 2",
        "hometown_sign_ins_total{outcome=\"done\"} 1",
        "hometown_sign_ins_total{outcome=\"refused\"} 1",
        "hometown_store_connections{pool=\"read\",state=\"open\"}",
        "hometown_bulks_unfinished 0",
        "hometown_build_info{version=\"",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(
        !text.contains(&id) && !text.contains(VILLAGE),
        "no record and no account"
    );
    assert_eq!(reader.get("/login").status(), 404, "and nothing else there");
    server.kill();
}

#[test]
fn administrators_work_from_their_networks_alone() {
    let (_folder, place, _) = in_a_runtime(installed(On::Sqlite));
    let server = place.start();
    let system = Person::sign_in(&server, "sys-01", PASSWORD);
    assert_eq!(
        system.get("/accounts").status(),
        200,
        "from everywhere, unless somebody says so"
    );
    server.kill();
    // The old session, and everybody else, under the new setting.
    let elsewhere = place.clone().with("HOMETOWN_ADMINISTRATOR_NETWORKS", "10.53.0.0/16");
    let server = elsewhere.start();
    assert_eq!(system.at(&server).get("/accounts").status(), 303);
    let refused = Person::stranger(&server).tries("sys-01", PASSWORD);
    assert!(
        refused.headers()["location"]
            .to_str()
            .unwrap()
            .contains("problem=elsewhere")
    );
    let wrong = Person::stranger(&server).tries("sys-01", "wrong");
    assert!(
        wrong.headers()["location"].to_str().unwrap().contains("problem=wrong"),
        "nobody learns more"
    );
    let village = Person::sign_in(&server, VILLAGE, PASSWORD);
    assert_eq!(village.get("/home").status(), 200);
    server.kill();
    let near = place.with("HOMETOWN_ADMINISTRATOR_NETWORKS", "10.53.0.0/16, 127.0.0.0/8");
    let server = near.start();
    assert_eq!(
        Person::sign_in(&server, "sys-01", PASSWORD).get("/accounts").status(),
        200
    );
    server.kill();
}

#[test]
fn two_servers_on_one_store_serve_the_same_people() {
    if !stores().contains(&On::Postgres) {
        return;
    }
    let s3 = s3::S3::start();
    let (_folder, place, _) = in_a_runtime(installed(On::Postgres));
    let place = place
        .with("HOMETOWN_FILES", &format!("s3://{}/yunnan", s3::BUCKET))
        .with("HOMETOWN_FILES_ENDPOINT", &s3.endpoint)
        .with("AWS_ACCESS_KEY_ID", s3::KEY)
        .with("AWS_SECRET_ACCESS_KEY", "test-secret")
        .with("AWS_REGION", "us-east-1");
    let (one, two) = (place.start(), place.start());
    let at_one = Person::sign_in(&one, VILLAGE, PASSWORD);
    let at_two = at_one.at(&two);

    // A record on one, its file on the other.
    let record = db::new_id();
    let file = at_two.upload(&record, "通知.pdf", PDF).unwrap();
    let mut draft = mobilization("动员部署会");
    draft.set("files", file.as_str());
    let saved = json!({ "form": "mobilization", "id": record, "version": 0, "key": "k", "draft": draft });
    at_one.call("save_record", &saved).unwrap();
    for person in [&at_one, &at_two] {
        assert_eq!(person.opens(&record).unwrap()["attachments"][0]["id"], file.as_str());
        assert_eq!(person.get(&format!("/files/{file}")).bytes().unwrap(), PDF);
    }
    // Sent twice, to both: stored once.
    at_two.call("save_record", &saved).unwrap();
    assert_eq!(at_one.opens(&record).unwrap()["history"].as_array().unwrap().len(), 1);

    // A file in pieces goes on wherever the network comes back, larger than a part of the file store.
    let big: Vec<u8> = {
        let mut content = PDF.to_vec();
        content.extend((0..6 * 1024 * 1024).map(|byte: u32| (byte % 251) as u8));
        content.extend(b"\n%%EOF\n");
        content
    };
    let other = db::new_id();
    let sha256 = hometown::server::storage::hex(&<sha2::Sha256 as sha2::Digest>::digest(&big));
    let announced = json!({ "form": "mobilization", "record": other, "field": "files", "name": "大文件.pdf",
        "size": big.len(), "sha256": sha256 });
    let begun: serde_json::Value = at_one.post("/files/pieces", &announced).json().unwrap();
    let upload = begun["upload"].as_str().unwrap().to_owned();
    let mut from = 0;
    let mut received = serde_json::Value::Null;
    for (number, piece) in big.chunks(256 * 1024).enumerate() {
        let person = if number % 2 == 0 { &at_one } else { &at_two };
        let again: serde_json::Value = person.post("/files/pieces", &announced).json().unwrap();
        assert_eq!(
            (again["upload"].as_str(), again["received"].as_u64()),
            (Some(&*upload), Some(from as u64))
        );
        let wrong = person.put_piece(&upload, from + 1, piece);
        assert_eq!(wrong.status(), 409);
        let answer = person.put_piece(&upload, from, piece);
        assert_eq!(answer.status(), 200);
        received = answer.json().unwrap();
        from += piece.len();
    }
    let whole = received["attachment"]["id"]
        .as_str()
        .expect("the file is whole")
        .to_owned();
    assert_eq!(at_two.get(&format!("/files/{whole}")).status(), 200);
    let keys = s3.keys();
    assert!(keys.iter().all(|key| key.starts_with("yunnan/")), "{keys:?}");
    assert!(
        !keys.iter().any(|key| key.contains("pieces")),
        "no piece is left: {keys:?}"
    );
    assert_eq!(keys.len(), 2, "{keys:?}");

    // The workbook that one has read is stored by the other, once; both know how far it is.
    let import = at_one.sends_workbook(&workbook())["id"].clone();
    let asked = json!({ "import": import });
    let ended = |person: &Person, phase: &str| loop {
        let view = person.call("import_status", &asked).unwrap();
        if view["phase"] == phase {
            return view;
        }
        assert_ne!(view["phase"], "failed", "{view}");
    };
    for person in [&at_one, &at_two] {
        let view = ended(person, "checked");
        assert_eq!(
            (view["ready"].as_u64(), view["refused"].as_u64()),
            (Some(1), Some(1)),
            "{view}"
        );
    }
    at_two.call("start_import", &asked).unwrap();
    for person in [&at_one, &at_two] {
        assert_eq!(ended(person, "done")["stored"], 1);
    }
    at_one.call("start_import", &asked).unwrap();
    assert_eq!(ended(&at_one, "done")["stored"], 1, "never twice");
    for person in [&at_one, &at_two] {
        let marked = person.get(&format!("/imports/{}/marked", import.as_str().unwrap()));
        assert_eq!(marked.status(), 200);
    }
    let foreign = Person::sign_in(&two, "530102010001", PASSWORD);
    assert_eq!(foreign.call("import_status", &asked), None, "another's is not there");
    let keys = s3.keys();
    assert!(keys.iter().any(|key| key.contains("pieces")), "{keys:?}");
    let sealed = s3.content_of(keys.iter().find(|key| key.contains("pieces")).unwrap());
    assert!(!sealed.starts_with(b"PK"), "nobody can read it there");

    // What one hands out is fetched from the other, once.
    let county = Person::sign_in(&one, "530102-zr", PASSWORD);
    let query = ListQuery::from_parameters([("text", "530102010001")]);
    let list = county.call("account_list", &json!({ "query": query })).unwrap();
    let id = list["lines"][0]["id"].as_str().unwrap();
    let answer = county.form(&format!("/accounts/{id}/reset"), "");
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let (_, word) = location.split_once("told=").unwrap();
    let page = json!({ "id": id, "told": word });
    let told = county.at(&two).call("account_page", &page).unwrap();
    assert!(told["told"].as_str().unwrap().contains("一次性密码"), "{told}");
    let told = county.call("account_page", &page).unwrap();
    assert!(told["told"].is_null(), "{told}");

    // They count failures together, and know the same devices.
    for number in 0..6 {
        let server = if number % 2 == 0 { &one } else { &two };
        let status = Person::stranger(server).tries("530102010001", "wrong").status();
        assert_eq!(status, if number < 5 { 303 } else { 429 }, "{number}");
    }

    // One dies; whoever was signed in there goes on with the other.
    one.kill();
    let saved = json!({ "form": "mobilization", "id": db::new_id(), "version": 0, "key": "k",
        "draft": mobilization("党员大会") });
    at_two.call("save_record", &saved).unwrap();
    assert_eq!(at_two.get("/health").text().unwrap(), "ok");
    assert_eq!(at_two.post("/logout", &json!({})).status(), 303);
    two.terminate();
    assert!(two.ended().0);
    let said = place.run(&["verify"]);
    assert!(said.contains("files: 2"), "{said}");

    // And what they had comes back on one machine, with SQLite and a folder.
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("backup.zip");
    place.run(&["backup", "--to", archive.to_str().unwrap()]);
    let alone = Place::new(folder.path());
    alone.run(&["restore", "--from", archive.to_str().unwrap()]);
    let server = alone.start();
    let person = Person::sign_in(&server, VILLAGE, PASSWORD);
    assert_eq!(person.get(&format!("/files/{file}")).bytes().unwrap(), PDF);
    server.kill();
    let wrong = place.with("AWS_ACCESS_KEY_ID", "somebody-else").output(&["verify"]);
    assert!(!wrong.status.success(), "who has no key sees nothing");
}

#[test]
fn nobody_chooses_the_lasting_password_of_somebody_else() {
    const CHOSEN: &str = "Chosen-By-Another-1";
    let (_folder, place, _) = in_a_runtime(installed(On::Sqlite));
    for weak in ["onlyletters", "yngb2021"] {
        let output = place.output(&["account", "reset", VILLAGE, "--password", weak]);
        assert!(!output.status.success(), "{weak}");
    }
    let said = place.run(&["account", "reset", VILLAGE, "--password", CHOSEN]);
    assert!(said.is_empty(), "who has given it knows it");
    let first = place.run(&["account", "reset", "530102-zr"]);
    let server = place.start();
    let old = Person::stranger(&server).tries(VILLAGE, PASSWORD);
    assert!(old.headers()["location"].to_str().unwrap().contains("problem=wrong"));
    for (key, password) in [(VILLAGE, CHOSEN), ("530102-zr", first.trim())] {
        let entered = Person::stranger(&server).tries(key, password);
        assert_eq!(entered.headers()["location"], "/password", "{key}");
        let person = Person::sign_in(&server, key, password);
        assert!(person.call("waiting_counts", &json!({})).is_none(), "{key}");
    }
    server.kill();
}

#[test]
fn the_exit_code_tells() {
    let (folder, place, _) = in_a_runtime(installed(On::Sqlite));
    let archive = folder.path().join("backup.zip");
    let archive = archive.to_str().unwrap();
    place.run(&["backup", "--to", archive]);
    place.run(&["verify"]);
    place.run(&["verify", "--archive", archive]);
    for words in [
        &["restore", "--from", archive][..],
        &["verify", "--archive", "nowhere.zip"],
        &["backup", "--to", archive],
        &["migrate-store", "--to", "mysql://x"],
    ] {
        let output = place.output(words);
        assert!(!output.status.success() && !output.stderr.is_empty(), "{words:?}");
    }
    std::fs::write(archive, "no archive").unwrap();
    assert!(!place.output(&["verify", "--archive", archive]).status.success());
}
