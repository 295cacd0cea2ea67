//! Divisions change (S9.2, F-27): what lies under a code goes with it in one transaction, access changes at once, and the
//! past can be told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::http::StatusCode;
use hometown::api::accounts::Pick;
use hometown::api::divisions::{ChangePlan, DivisionsView};
use hometown::api::ledgers::LedgerView;
use hometown::domain::query::ListQuery;
use hometown::domain::region::Region;
use hometown::error::AppError;
use hometown::server::db::{self, region_columns, reorganisation, sql::Statement};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use world::hamlets::{settled, token};
use world::{Actor, On, VILLAGE, World, draft, mobilization, stores};

const TOWNSHIP: &str = "530102010";
const EAST: &str = "530102010001";
const OTHER: &str = "530103001";

async fn change(actor: &Actor<'_>, change: Json) -> Result<ChangePlan, AppError> {
    actor
        .call("change_division", json!({ "change": change, "stores": true }))
        .await
}

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

fn place(error: AppError) -> String {
    match error {
        AppError::Invalid(problems) => problems[0].place.clone(),
        other => panic!("{other:?}"),
    }
}

async fn number(world: &World, sql: &str) -> i64 {
    Statement::new(sql)
        .number(&mut world.app.store.reader().await.unwrap())
        .await
        .unwrap()
}

/// A record of the village, and what a natural village has told.
async fn filled(world: &World) -> String {
    let village = world.actor(VILLAGE).await;
    let opened = village.open("mobilization", "", "new").await.unwrap();
    let saved = village
        .save("mobilization", &opened.id, 0, "k", &mobilization("动员会"))
        .await
        .unwrap();
    let hamlet = settled(world, &token(world, VILLAGE).await, "马坡村").await;
    for year in ["2019", "2020"] {
        let opened = hamlet.open("phone", "population", "new").await.unwrap();
        let told = draft(&[
            ("year", year),
            ("households", "5"),
            ("registered", "20"),
            ("resident", "15"),
            ("minors", "4"),
            ("adults", "10"),
            ("elders", "6"),
        ]);
        hamlet.save("population", &opened.id, 0, year, &told).await.unwrap();
    }
    saved.opened.id
}

/// What a list of counties adds up to: records of every form, live.
async fn sum(world: &World) -> Vec<(&'static str, i64)> {
    let mut sums = Vec::new();
    for form in hometown::forms::ALL {
        let sql = format!("select count(*) from {} where deleted_at is null", form.key);
        sums.push((form.key, number(world, &sql).await));
    }
    sums.push(("people", number(world, "select cast(sum(registered) as bigint) from population told where deleted_at is null and exists (select 1 from regions place where place.code = told.region)").await));
    sums
}

/// Nothing names a division that there is not.
async fn no_orphans(world: &World) {
    for column in region_columns::single() {
        let sql = format!(
            "select count(*) from {0} where {1} is not null and {1} <> '' and not exists (select 1 from regions where code = {0}.{1})",
            column.table, column.name
        );
        assert_eq!(number(world, &sql).await, 0, "{column:?}");
    }
}

#[tokio::test]
async fn only_the_system_administrator_changes_divisions() {
    for on in stores() {
        let world = World::new(on).await;
        let rename = json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥镇" });
        for key in ["53-zr", "530100-zr", "530102-zr", TOWNSHIP, VILLAGE] {
            let actor = world.actor(key).await;
            assert_eq!(change(&actor, rename.clone()).await, Err(AppError::NotFound), "{key}");
            let listed = actor
                .call::<DivisionsView>("division_list", json!({ "query": ListQuery::default() }))
                .await;
            assert_eq!(listed.unwrap_err(), AppError::NotFound, "{key}");
            let fields = [("kind", "rename"), ("division", TOWNSHIP), ("name", "西翥镇")];
            assert_eq!(
                actor.form("/divisions/change", &fields).await.status,
                StatusCode::NOT_FOUND,
                "{key}"
            );
        }
        assert_eq!(world.app.divisions.short(&region(TOWNSHIP)), "西翥街道");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_place() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        filled(&world).await;
        for (bad, at) in [
            (json!({ "kind": "rename", "region": TOWNSHIP, "name": "" }), "name"),
            (
                json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥街道" }),
                "name",
            ),
            (
                json!({ "kind": "rename", "region": EAST, "name": "三多社区居民委员会" }),
                "name",
            ),
            (
                json!({ "kind": "rename", "region": TOWNSHIP, "name": "<西翥>" }),
                "name",
            ),
            (
                json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥镇", "valid_on": "2023-05-02" }),
                "valid_on",
            ),
            (
                json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥镇", "valid_on": "昨天" }),
                "valid_on",
            ),
            (
                json!({ "kind": "move", "region": VILLAGE, "target": "530103" }),
                "target",
            ),
            (
                json!({ "kind": "move", "region": VILLAGE, "target": TOWNSHIP }),
                "target",
            ),
            (
                json!({ "kind": "move", "region": VILLAGE, "target": OTHER, "code": "530102010009" }),
                "code",
            ),
            (
                json!({ "kind": "move", "region": VILLAGE, "target": OTHER, "code": "530103001001" }),
                "code",
            ),
            (
                json!({ "kind": "merge", "region": VILLAGE, "target": VILLAGE }),
                "target",
            ),
            (
                json!({ "kind": "merge", "region": "530102", "target": "530103" }),
                "kind",
            ),
            (
                json!({ "kind": "split", "region": TOWNSHIP, "name": "西翥街道" }),
                "name",
            ),
            (json!({ "kind": "create", "region": VILLAGE, "name": "新村" }), "kind"),
            (json!({ "kind": "plan", "region": TOWNSHIP, "flag": true }), "kind"),
        ] {
            assert_eq!(place(change(&system, bad.clone()).await.unwrap_err()), at, "{bad}");
        }
        let nowhere = json!({ "kind": "rename", "region": "530199", "name": "某县" });
        assert_eq!(change(&system, nowhere).await, Err(AppError::NotFound));
        let abolish = change(&system, json!({ "kind": "abolish", "region": VILLAGE })).await;
        assert!(
            matches!(abolish, Err(AppError::Conflict(_))),
            "it holds records: {abolish:?}"
        );
        let abolish = change(&system, json!({ "kind": "abolish", "region": TOWNSHIP })).await;
        assert!(
            matches!(abolish, Err(AppError::Conflict(_))),
            "it has villages: {abolish:?}"
        );
    }
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        filled(&world).await;
        let before = sum(&world).await;
        let plan: ChangePlan = system
            .call(
                "change_division",
                json!({ "change": { "kind": "move", "region": TOWNSHIP, "target": "530103" }, "stores": false }),
            )
            .await
            .unwrap();
        assert!(!plan.done);
        let count = |title: &str| {
            plan.counts
                .iter()
                .find(|(known, _)| known == title)
                .map(|(_, number)| *number)
        };
        assert_eq!(count("账号"), Some(4), "{plan:?}");
        assert_eq!(count("组织发动"), Some(1), "{plan:?}");
        assert_eq!(sum(&world).await, before);
        assert_eq!(world.app.divisions.short(&region(TOWNSHIP)), "西翥街道");
        let page = system
            .get(&format!("/divisions/{TOWNSHIP}?kind=move&target=530103&try=1"))
            .await
            .text();
        assert!(page.contains("试算结果") && page.contains("确认执行"));
    }
}

#[tokio::test]
async fn a_renamed_township_is_found_by_both_names() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let rename = json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥镇", "note": "云政复〔2023〕1号" });
        change(&system, rename).await.unwrap();
        let stranger = world.stranger();
        for text in ["西翥街道", "西翥镇", "西翥街道办事处", "西翥镇人民政府"] {
            let found: Vec<Pick> = stranger.call("find_accounts", json!({ "text": text })).await.unwrap();
            assert!(
                found
                    .iter()
                    .any(|pick| pick.key == TOWNSHIP && pick.name == "西翥镇人民政府"),
                "{text}: {found:?}"
            );
        }
        let query = ListQuery {
            region: Some(region(TOWNSHIP)),
            ..ListQuery::default()
        };
        let list: DivisionsView = system.call("division_list", json!({ "query": query })).await.unwrap();
        assert_eq!(list.lines[0].names, ["西翥街道（至 2023-05-01）"]);
        assert!(list.changes[0].note.contains("云政复〔2023〕1号"));
        assert!(world::audits(&world, "change_division").await[0].contains("西翥镇"));
    }
}

#[tokio::test]
async fn an_alias_finds_a_village_until_it_is_dropped_and_a_former_name_stays() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let asked = |kind: &str, name: &str| json!({ "kind": kind, "region": EAST, "name": name });
        let found = |text: &'static str| {
            let system = &system;
            async move {
                let query = ListQuery::from_parameters([("text", text)]);
                let view: DivisionsView = system.call("division_list", json!({ "query": query })).await.unwrap();
                view.lines
            }
        };
        assert_eq!(
            place(change(&system, asked("drop_alias", "凤凰寨")).await.unwrap_err()),
            "name"
        );
        change(&system, asked("alias", "凤凰寨")).await.unwrap();
        change(&system, asked("rename", "东山社区居民委员会")).await.unwrap();
        let lines = found("凤凰寨").await;
        assert_eq!(lines.len(), 1, "{on:?}");
        assert_eq!(lines[0].aliases, ["凤凰寨"], "{on:?}: the former name is none to drop");
        let former = lines[0].names.iter().find(|name| name.contains("至")).unwrap();
        let former = former.split('（').next().unwrap().to_owned();
        assert_eq!(
            place(change(&system, asked("drop_alias", &former)).await.unwrap_err()),
            "name"
        );
        change(&system, asked("alias", &former)).await.unwrap();
        assert_eq!(
            found("凤凰寨").await[0].aliases,
            ["凤凰寨"],
            "{on:?}: nor once it was added as one"
        );
        let plan = change(&system, asked("drop_alias", "凤凰寨")).await.unwrap();
        assert!(plan.sentences[0].contains("凤凰寨"), "{on:?} {plan:?}");
        assert!(found("凤凰寨").await.is_empty(), "{on:?}");
        assert_eq!(found("东山社区").await.len(), 1, "{on:?}");
    }
}

#[tokio::test]
async fn a_moved_village_changes_hands_at_once() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let id = filled(&world).await;
        let village = world.actor(VILLAGE).await;
        let (old, new) = (world.actor(TOWNSHIP).await, world.actor(OTHER).await);
        let before = sum(&world).await;
        assert!(old.open("mobilization", "", &id).await.is_ok());
        assert_eq!(new.open("mobilization", "", &id).await.unwrap_err(), AppError::NotFound);

        let plan = change(&system, json!({ "kind": "move", "region": VILLAGE, "target": OTHER }))
            .await
            .unwrap();
        let moved = plan.region.unwrap();
        assert_eq!(moved, region("530103001004"));

        assert_eq!(old.open("mobilization", "", &id).await.unwrap_err(), AppError::NotFound);
        let opened = new.open("mobilization", "", &id).await.unwrap();
        assert_eq!(opened.region, moved);
        assert!(
            opened.history.iter().any(|line| line.contains("已登记")),
            "its history stays: {opened:?}"
        );
        // The village's own session goes on, at the new place.
        let own = village.open("mobilization", "", &id).await.unwrap();
        let saved = village
            .save("mobilization", &id, own.version, "m", &own.draft)
            .await
            .unwrap();
        assert_eq!(saved.opened.region, moved);
        assert_eq!(sum(&world).await, before);
        no_orphans(&world).await;
        // Login keys follow; the old code is nobody's, and never given again.
        let mut reader = world.app.store.reader().await.unwrap();
        assert!(
            db::accounts::by_key(&mut reader, "530103001004")
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            db::accounts::by_key(&mut reader, "530103001004/马坡村")
                .await
                .unwrap()
                .is_some()
        );
        assert!(db::accounts::by_key(&mut reader, VILLAGE).await.unwrap().is_none());
        let succession = reorganisation::as_of(&mut reader, "2023-04-30").await.unwrap();
        assert_eq!(succession.then(&moved), [region(VILLAGE)]);
        assert_eq!(succession.now(&region(VILLAGE)), std::slice::from_ref(&moved));
        assert!(
            reorganisation::as_of(&mut reader, "2023-05-01")
                .await
                .unwrap()
                .is_empty()
        );
        drop(reader);
        let back = json!({ "kind": "move", "region": moved, "target": TOWNSHIP, "code": VILLAGE });
        assert_eq!(place(change(&system, back).await.unwrap_err()), "code");
    }
}

/// What a ledger says, line by line, by the divisions of a day: name and 次数 of 组织发动.
async fn counted(actor: &Actor<'_>, place: &str, day: &str) -> Vec<(String, String)> {
    let parameters = [("region", place), ("divisions_of", day)];
    let list = ListQuery::from_parameters(parameters.into_iter().filter(|(_, value)| !value.is_empty()));
    let view: LedgerView = actor
        .call("ledger", json!({ "key": "mobilization", "list": list }))
        .await
        .unwrap();
    let lines = view.lines.iter().chain(&view.total);
    lines
        .map(|cells| (cells[1].text.clone(), cells[2].text.clone()))
        .collect()
}

/// Spec S9.2, F-27: a ledger adds up by the divisions of a past day, within what the account may see today.
#[tokio::test]
async fn a_ledger_counts_by_the_divisions_of_a_day() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        filled(&world).await;
        let city = world.actor("530100-zr").await;
        let lines = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            let lines = all.iter();
            lines
                .map(|(name, count)| ((*name).to_owned(), (*count).to_owned()))
                .collect()
        };
        let before = lines(&[("五华区", "1"), ("盘龙区", "0"), ("合计", "1")]);
        assert_eq!(counted(&city, "", "").await, before);
        change(&system, json!({ "kind": "move", "region": VILLAGE, "target": OTHER }))
            .await
            .unwrap();
        change(
            &system,
            json!({ "kind": "rename", "region": TOWNSHIP, "name": "西翥镇" }),
        )
        .await
        .unwrap();
        let after = lines(&[("五华区", "0"), ("盘龙区", "1"), ("合计", "1")]);
        assert_eq!(counted(&city, "", "").await, after);
        assert_eq!(
            counted(&city, "", "2023-05-01").await,
            after,
            "the day of the change is the new time"
        );
        assert_eq!(counted(&city, "", "2023-04-30").await, before);
        let county = counted(&city, "530102", "2023-04-30").await;
        assert_eq!(
            county,
            lines(&[("西翥街道", "1"), ("合计", "1")]),
            "and by its name of then"
        );
        let parameters = [("divisions_of", "2023-04-30")];
        let list = ListQuery::from_parameters(parameters.into_iter());
        let view: LedgerView = city
            .call("ledger", json!({ "key": "mobilization", "list": list }))
            .await
            .unwrap();
        assert!(
            view.is_former && !view.exports_all,
            "what lies below is told by the divisions of today"
        );
        let book = city
            .get("/ledgers/mobilization/export-all?divisions_of=2023-04-30")
            .await;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book.body)).unwrap();
        let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        let said: Vec<Vec<String>> = range
            .rows()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect();
        assert!(said[0][0].ends_with("按 2023-04-30 的行政区划"), "{:?}", said[0]);
        assert_eq!(
            (said[4][1].as_str(), said[4][2].as_str()),
            ("五华区", "1"),
            "as it is shown"
        );
        // The old county no longer sees what now lies in another.
        let old = world.actor("530102-zr").await;
        assert_eq!(
            counted(&old, "", "2023-04-30").await,
            lines(&[("西翥街道", "0"), ("合计", "0")])
        );
    }
}

#[tokio::test]
async fn a_contract_of_the_old_county_ends_with_the_move() {
    for on in stores() {
        let world = World::new(on).await;
        let (system, county) = (world.actor("sys-01").await, world.actor("530102-zr").await);
        let opened = county.open("technical_units", "", "new").await.unwrap();
        let form = hometown::forms::find("technical_units").unwrap();
        let mut unit = world::filling::filled(form, &opened.draft);
        unit.set("villages", format!("{EAST},{VILLAGE}"));
        world::filling::attach(&county, form, &opened.id, &mut unit).await;
        county.save("technical_units", &opened.id, 0, "k", &unit).await.unwrap();
        change(&system, json!({ "kind": "move", "region": VILLAGE, "target": OTHER }))
            .await
            .unwrap();
        let now = county.open("technical_units", "", &opened.id).await.unwrap();
        assert_eq!(now.draft.text("villages"), EAST);
        no_orphans(&world).await;
        assert_eq!(number(&world, "select count(*) from technical_units_villages").await, 1);
    }
}

#[tokio::test]
async fn a_merged_township_hands_over_its_villages_and_shuts() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let id = filled(&world).await;
        let (old, new) = (world.actor(TOWNSHIP).await, world.actor(OTHER).await);
        let before = sum(&world).await;
        change(&system, json!({ "kind": "merge", "region": TOWNSHIP, "target": OTHER }))
            .await
            .unwrap();
        assert_eq!(sum(&world).await, before, "nothing is lost and nothing counts twice");
        no_orphans(&world).await;
        assert_eq!(old.list("mobilization", "").await.unwrap_err(), AppError::SignedOut);
        assert_eq!(
            new.open("mobilization", "", &id).await.unwrap().region,
            region("530103001004")
        );
        // 东村 had the code 001 of 白塔, and gets the next of its kind.
        assert_eq!(world.app.divisions.short(&region("530103001002")), "东村社区");
        let found: Vec<Pick> = world
            .stranger()
            .call("find_accounts", json!({ "text": "西翥街道" }))
            .await
            .unwrap();
        assert!(
            found.iter().any(|pick| pick.key == OTHER),
            "the old name leads to who goes on: {found:?}"
        );
        // What has ended is listed with its last day.
        for (text, ended) in [
            ("", vec![TOWNSHIP, EAST, VILLAGE]),
            ("西翥", vec![TOWNSHIP]),
            ("拓东", vec![]),
        ] {
            let query = ListQuery::from_parameters([("state", "ended"), ("region", "530102"), ("text", text)]);
            let list: DivisionsView = system.call("division_list", json!({ "query": query })).await.unwrap();
            let found: Vec<&str> = list.lines.iter().map(|line| line.region.code()).collect();
            assert_eq!(
                (found, list.total),
                (ended.clone(), ended.len() as i64),
                "{on:?} {text}"
            );
            assert!(
                list.lines.iter().all(|line| line.valid_to == "2023-05-01"),
                "{on:?} {:?}",
                list.lines
            );
        }
        let mut reader = world.app.store.reader().await.unwrap();
        let succession = reorganisation::as_of(&mut reader, "2023-01-01").await.unwrap();
        assert_eq!(succession.then(&region("530103001002")), [region(EAST)]);
        assert_eq!(succession.then(&region(OTHER)), [region(TOWNSHIP), region(OTHER)]);
    }
}

#[tokio::test]
async fn a_merged_village_keeps_both_villages_people() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let id = filled(&world).await;
        let east = world.actor(EAST).await;
        let same = settled_in(&world, EAST, "马坡村").await;
        let (before, village) = (sum(&world).await, world.actor(VILLAGE).await);
        change(&system, json!({ "kind": "merge", "region": VILLAGE, "target": EAST }))
            .await
            .unwrap();
        assert_eq!(sum(&world).await, before);
        no_orphans(&world).await;
        assert_eq!(village.list("mobilization", "").await.unwrap_err(), AppError::SignedOut);
        assert_eq!(east.open("mobilization", "", &id).await.unwrap().region, region(EAST));
        let list = east.list("natural_villages", "").await.unwrap();
        let names: BTreeSet<String> = list.lines.iter().map(|line| line.cells[0].clone()).collect();
        assert_eq!(
            names,
            BTreeSet::from(["马坡村".to_owned(), "马坡村（三多社区）".to_owned()])
        );
        drop(same);
    }
}

async fn settled_in(world: &World, village: &str, name: &str) -> String {
    let token = token(world, village).await;
    world::hamlets::register(world, &token, name)
        .await
        .location()
        .to_owned()
}

#[tokio::test]
async fn what_is_split_off_starts_empty() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let id = filled(&world).await;
        let before = sum(&world).await;
        let split = json!({ "kind": "split", "region": VILLAGE, "name": "上三多村民委员会、下三多村民委员会" });
        let plan = change(&system, split).await.unwrap();
        let heir = plan.region.unwrap();
        assert_eq!(sum(&world).await, before);
        no_orphans(&world).await;
        let township = world.actor(TOWNSHIP).await;
        assert_eq!(township.open("mobilization", "", &id).await.unwrap().region, heir);
        let names: BTreeSet<String> = world
            .app
            .divisions
            .children(&region(TOWNSHIP))
            .map(|one| one.name.clone())
            .collect();
        assert!(
            names.contains("上三多村民委员会") && names.contains("下三多村民委员会"),
            "{names:?}"
        );
        let created = json!({ "kind": "create", "region": TOWNSHIP, "name": "新桥村民委员会" });
        let plan = change(&system, created).await.unwrap();
        assert_eq!(plan.region, Some(region("530102010200")));
        assert_eq!(
            number(
                &world,
                "select count(*) from registration_codes where region = '530102010200'"
            )
            .await,
            1
        );
        change(&system, json!({ "kind": "abolish", "region": "530102010200" }))
            .await
            .unwrap();
        assert!(world.app.divisions.find(&region("530102010200")).is_none());
        assert_eq!(
            world.app.divisions.short(&region("530102010200")),
            "新桥村",
            "its name is still said"
        );
    }
}

#[tokio::test]
async fn a_save_that_comes_with_an_old_code_stores_nothing_under_it() {
    for on in stores() {
        let world = World::new(on).await;
        let mut tx = world.app.store.begin().await.unwrap();
        reorganisation::move_codes(&mut tx, &region(VILLAGE), &region("530103001004"), "2023-05-01")
            .await
            .unwrap();
        let mut late = Statement::new(
            "insert into completions (step, region, year, account, account_name, done_at) select 'training', ",
        );
        late.text(VILLAGE)
            .push(", '', id, name, '' from accounts where login_key = 'sys-01'");
        let refused = late.execute(&mut tx).await.map(|_| ());
        let error: AppError = refused.unwrap_err().into();
        assert!(matches!(error, AppError::Conflict(_)), "{error:?}");
    }
}

#[tokio::test]
async fn every_column_with_a_division_is_known() {
    let world = World::new(On::Sqlite).await;
    let known: BTreeSet<(String, String)> = region_columns::single()
        .into_iter()
        .map(|column| (column.table, column.name.to_owned()))
        .collect();
    let mut reader = world.app.store.reader().await.unwrap();
    let rows = Statement::new(
        "select m.name as t, k.\"from\" as c from sqlite_master m, pragma_foreign_key_list(m.name) k \
         where m.type = 'table' and k.\"table\" = 'regions'",
    );
    let mut found = 0;
    for row in rows.rows(&mut reader).await.unwrap() {
        use sqlx::Row;
        let pair: (String, String) = (row.try_get(0).unwrap(), row.try_get(1).unwrap());
        assert!(
            known.contains(&pair),
            "{pair:?} names divisions and would not go with them"
        );
        found += 1;
    }
    let rows = Statement::new(
        "select m.name as t from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and c.name = 'region'",
    );
    for row in rows.rows(&mut reader).await.unwrap() {
        use sqlx::Row;
        let table: String = row.try_get(0).unwrap();
        let stays = table == "audits";
        assert!(
            stays || known.contains(&(table.clone(), "region".to_owned())),
            "{table}"
        );
    }
    assert!(found > 40, "{found}");
}
