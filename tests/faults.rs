//! kill -9 while people save and upload: what was acknowledged is there afterwards, and nothing is half-written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::audit::Act;
use hometown::domain::query::ListQuery;
use hometown::domain::region::{Level, Region};
use hometown::domain::value::Value;
use hometown::server::db::{self, Store, records::NewRecord};
use reqwest::blocking::{Client, multipart};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_hometown");
const KEY: &str = "530102010004";
const PASSWORD: &str = "Jia-Xiang-2021";

struct Server {
    process: Child,
    address: String,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .current_dir(folder)
        .env(
            "HOMETOWN_DATABASE_URL",
            format!("sqlite://{}", folder.join("test.db").display()),
        )
        .env("HOMETOWN_FILES", folder.join("files"))
        .env("HOMETOWN_ADDRESS", "127.0.0.1:0")
        .env("HOMETOWN_PUBLIC_URL", "");
    command
}

fn run(folder: &Path, words: &[&str]) {
    let output = command(folder)
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = command(folder)
            .arg("serve")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on ").map(|(_, address)| address.to_owned()))
            .expect("the server says its address");
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

struct Person {
    client: Client,
    address: String,
    cookie: String,
}

impl Person {
    fn sign_in(server: &Server, key: &str) -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let body = format!("account={key}&password={PASSWORD}");
        let answer = client
            .post(format!("{}/login", server.address))
            .header("origin", &server.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .unwrap();
        let cookies = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok());
        let cookie = cookies
            .filter_map(|cookie| cookie.split(';').next())
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            client,
            address: server.address.clone(),
            cookie,
        }
    }

    fn call(&self, function: &str, arguments: &serde_json::Value) -> Option<serde_json::Value> {
        let answer = self
            .client
            .post(format!("{}/api/{function}", self.address))
            .header("origin", &self.address)
            .header("cookie", &self.cookie)
            .json(arguments)
            .send()
            .ok()?;
        let is_done = answer.status().is_success();
        answer.json().ok().filter(|_| is_done)
    }

    /// Registers a record with a file; its id when both were acknowledged.
    fn register(&self, number: usize) -> Option<String> {
        let id = db::new_id();
        let part = multipart::Part::bytes(world::PDF).file_name("通知.pdf");
        let form = multipart::Form::new()
            .text("form", "mobilization")
            .text("record", id.clone())
            .text("field", "files")
            .part("file", part);
        let answer = self
            .client
            .post(format!("{}/files", self.address))
            .header("origin", &self.address)
            .header("cookie", &self.cookie)
            .multipart(form)
            .send()
            .ok()?;
        let file: hometown::domain::attachment::Attachment = answer.json().ok()?;
        let mut draft = world::mobilization(&format!("动员 {number}"));
        draft.set("files", file.id);
        let arguments =
            serde_json::json!({ "form": "mobilization", "id": id, "version": 0, "key": "k", "draft": draft });
        self.call("save_record", &arguments).map(|_| id)
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    run(
        folder.path(),
        &["seed", "--passwords", folder.path().join("first.csv").to_str().unwrap()],
    );
    run(folder.path(), &["account", "reset", KEY, "--password", PASSWORD]);
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..5 {
        let server = Server::start(folder.path());
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (person, stop) = (Person::sign_in(&server, KEY), Arc::clone(&stop));
                let acknowledged = Arc::clone(&acknowledged);
                std::thread::spawn(move || {
                    let mut number = round * 100_000 + writer * 10_000;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        if let Some(id) = person.register(number) {
                            acknowledged.lock().unwrap().push(id);
                        }
                    }
                })
            })
            .collect();
        // The kill comes after some saves, whenever that is on this machine.
        let before = acknowledged.lock().unwrap().len();
        while acknowledged.lock().unwrap().len() < before + 7 + round {
            std::thread::yield_now();
        }
        server.kill();
        stop.store(true, Ordering::Relaxed);
        writers.into_iter().for_each(|writer| writer.join().unwrap());
    }
    let server = Server::start(folder.path());
    let person = Person::sign_in(&server, KEY);
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.len() >= 35);
    for id in acknowledged.iter() {
        let opened = person
            .call(
                "open_record",
                &serde_json::json!({ "page": "mobilization", "tab": "", "id": id }),
            )
            .unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
        let file = opened["attachments"][0]["id"].as_str().unwrap().to_owned();
        let answer = person
            .client
            .get(format!("{}/files/{file}", server.address))
            .header("cookie", &person.cookie)
            .send()
            .unwrap();
        assert_eq!(answer.bytes().unwrap(), world::PDF, "{id}");
        assert_eq!(
            opened["history"].as_array().unwrap().len(),
            1,
            "{id}: one line for one act"
        );
    }
    server.kill();
}

/// Villages whose surveys wait for the province.
const WAITING: usize = 3_000;
/// So often somebody looks at a bulk before it counts as dead.
const MOST_LOOKS: usize = 2_000;

/// Puts surveys that wait for the province into the store of a server that is not running; answers their ids.
async fn surveys(folder: &Path) -> Vec<String> {
    let store = Store::open(&format!("sqlite://{}", folder.join("test.db").display()))
        .await
        .unwrap();
    let mut tx = store.begin().await.unwrap();
    let divisions = db::regions::load(&mut tx).await.unwrap();
    let county = db::accounts::by_key(&mut tx, "530102-zr").await.unwrap().unwrap();
    let province = Region::province();
    let villages = divisions.below(&province, Level::Village);
    let records: Vec<NewRecord> = villages
        .take(WAITING)
        .map(|village| NewRecord {
            id: db::new_id(),
            region: village.region.clone(),
            organ: "county",
            status: "city_passed",
            account: county.account.id.clone(),
            name: county.account.name.clone(),
            at: world::NOW.to_owned(),
            values: [("village", Value::Text(village.region.code().to_owned()))].into(),
        })
        .collect();
    let form = hometown::forms::find("baseline_survey").unwrap();
    db::records::insert_many(&mut tx, form, &records).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    records.into_iter().map(|record| record.id).collect()
}

#[test]
fn a_bulk_that_is_killed_goes_on_and_acts_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        &["seed", "--passwords", folder.join("first.csv").to_str().unwrap()],
    );
    run(folder, &["account", "reset", "53-zr", "--password", PASSWORD]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ids = runtime.block_on(surveys(folder));
    let mut server = Server::start(folder);
    let person = Person::sign_in(&server, "53-zr");
    let planned = person.call(
        "plan_bulk",
        &serde_json::json!({
            "page": "baseline_survey", "tab": "survey", "query": ListQuery::default(), "ids": [], "verb": "approve",
        }),
    );
    let planned = planned.expect("the dry run is answered");
    assert_eq!(planned["ready"], WAITING);
    let job = planned["id"].clone();
    let started = person.call(
        "start_bulk",
        &serde_json::json!({ "job": job, "opinion": "同意", "receiver": "" }),
    );
    assert!(started.is_some());
    // Killed twice, each time after it has done something more.
    let mut before = 0;
    let mut interrupted = 0;
    let mut looks = 0;
    loop {
        looks += 1;
        assert!(
            looks < MOST_LOOKS,
            "the bulk stands at {before} records and goes no further"
        );
        let person = Person::sign_in(&server, "53-zr");
        let status = person.call("bulk_status", &serde_json::json!({ "job": job })).unwrap();
        let done = status["done"].as_u64().unwrap();
        assert_eq!(status["is_stopped"], false, "{status}");
        if status["is_running"] == false {
            assert_eq!(done, WAITING as u64);
            break;
        }
        if done > before && interrupted < 2 {
            (before, interrupted) = (done, interrupted + 1);
            server.kill();
            server = Server::start(folder);
        }
    }
    assert!(interrupted > 0, "it was killed on its way");
    server.kill();
    runtime.block_on(async {
        let store = Store::open(&format!("sqlite://{}", folder.join("test.db").display()))
            .await
            .unwrap();
        let mut reader = store.reader().await.unwrap();
        let form = hometown::forms::find("baseline_survey").unwrap();
        let records = db::records::find_many(&mut reader, form, &ids, false).await.unwrap();
        assert_eq!(records.len(), WAITING);
        assert!(
            records
                .values()
                .all(|stored| stored.status == "province_passed" && stored.version == 2),
            "every record was moved, and once"
        );
        let lines = db::audits::count(&mut reader, Act::Approve).await.unwrap();
        assert_eq!(lines, WAITING as i64, "one line for one act");
    });
}
