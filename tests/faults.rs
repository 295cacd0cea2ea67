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
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use world::PASSWORD;
use world::process::{Person, Place};

const KEY: &str = "530102010004";

#[test]
fn nothing_acknowledged_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    place.seed(&[KEY], PASSWORD);
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..5 {
        let server = place.start();
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (person, stop) = (Person::sign_in(&server, KEY, PASSWORD), Arc::clone(&stop));
                let acknowledged = Arc::clone(&acknowledged);
                std::thread::spawn(move || {
                    let mut number = round * 100_000 + writer * 10_000;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        if let Some(id) = person.register(&format!("动员 {number}")) {
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
    let server = place.start();
    let person = Person::sign_in(&server, KEY, PASSWORD);
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.len() >= 35);
    for id in acknowledged.iter() {
        let opened = person
            .opens(id)
            .unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
        let file = opened["attachments"][0]["id"].as_str().unwrap().to_owned();
        let answer = person.get(&format!("/files/{file}"));
        assert_eq!(answer.bytes().unwrap(), world::PDF, "{id}");
        assert_eq!(
            opened["history"].as_array().unwrap().len(),
            1,
            "{id}: one line for one act"
        );
    }
    server.kill();
    // The oracle: store, files and the chain over the log are whole.
    let said = place.run(&["verify"]);
    assert!(said.contains("audits: "), "{said}");
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
    let place = Place::new(folder);
    place.seed(&["53-zr"], PASSWORD);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ids = runtime.block_on(surveys(folder));
    let mut server = place.start();
    let person = Person::sign_in(&server, "53-zr", PASSWORD);
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
    // Stopped once and killed once, each time after it has done something more.
    let mut before = 0;
    let mut interrupted = 0;
    let mut looks = 0;
    loop {
        looks += 1;
        assert!(
            looks < MOST_LOOKS,
            "the bulk stands at {before} records and goes no further"
        );
        let person = Person::sign_in(&server, "53-zr", PASSWORD);
        let status = person.call("bulk_status", &serde_json::json!({ "job": job })).unwrap();
        let done = status["done"].as_u64().unwrap();
        assert_eq!(status["is_stopped"], false, "{status}");
        if status["is_running"] == false {
            assert_eq!(done, WAITING as u64);
            break;
        }
        if done > before && interrupted < 2 {
            (before, interrupted) = (done, interrupted + 1);
            if interrupted == 1 {
                // Told to stop, it lets go between two pieces.
                server.terminate();
                assert!(server.ended().0);
            } else {
                server.kill();
            }
            server = place.start();
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
