//! Code lists and parameters change while the product runs (S9.3, F-26): old records keep what they hold, nobody chooses what
//! has ended, and every process knows at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::http::StatusCode;
use hometown::api::accounts::SignInView;
use hometown::api::dictionary::{DictionaryView, TableRows};
use hometown::api::planning::VillageView;
use hometown::domain::record::Draft;
use hometown::domain::region::Region;
use hometown::domain::terms::{Terms, install};
use hometown::error::AppError;
use hometown::server::db;
use hometown::{forms, steps};
use serde_json::{Value as Json, json};
use tokio::sync::{Mutex, MutexGuard};
use world::filling::{attach, filled};
use world::hamlets::{record, register, settled, token};
use world::workbooks::{book, bring};
use world::{Actor, On, VILLAGE, World, draft, mobilization, stores};

/// There is one dictionary for a process, and these tests change it: one after the other.
static TURN: Mutex<()> = Mutex::const_new(());

async fn world(on: On) -> (MutexGuard<'static, ()>, World) {
    let turn = TURN.lock().await;
    install(&Terms::default());
    (turn, World::new(on).await)
}

async fn change(actor: &Actor<'_>, list: &str, change: Json) -> Result<(), AppError> {
    actor
        .call("change_option", json!({ "list": list, "change": change }))
        .await
}

async fn set(actor: &Actor<'_>, key: &str, content: &str) -> Result<(), AppError> {
    actor
        .call("set_parameter", json!({ "key": key, "content": content }))
        .await
}

async fn options(actor: &Actor<'_>, list: &str) -> Vec<(String, String, bool)> {
    let view: DictionaryView = actor.call("dictionary", json!({ "list": list })).await.unwrap();
    let lines = view.options.into_iter();
    lines.map(|line| (line.code, line.label, line.is_valid)).collect()
}

fn place(error: AppError) -> String {
    match error {
        AppError::Invalid(problems) => problems[0].place.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_else_changes_what_the_product_knows() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        for key in ["53-zr", "530100-zr", "530102-zr", "530102010", VILLAGE] {
            let actor = world.actor(key).await;
            let end = json!({ "act": "end", "code": "online", "valid_to": "" });
            assert_eq!(
                change(&actor, "training_method", end).await,
                Err(AppError::NotFound),
                "{key}"
            );
            assert_eq!(
                set(&actor, "qq_group", "123456").await,
                Err(AppError::NotFound),
                "{key}"
            );
            let form = actor
                .form("/dictionaries/training_method", &[("act", "end"), ("code", "online")])
                .await;
            assert_eq!(form.status, StatusCode::NOT_FOUND, "{key}");
        }
        let system = world.actor("sys-01").await;
        assert_eq!(
            set(&system, "confirmed_at_once", "1").await,
            Err(AppError::NotFound),
            "that is each county's own"
        );
        let gone = json!({ "act": "end", "code": "nothing", "valid_to": "" });
        assert_eq!(
            change(&system, "training_method", gone.clone()).await,
            Err(AppError::NotFound)
        );
        assert_eq!(change(&system, "no_list", gone).await, Err(AppError::NotFound));
    }
}

#[tokio::test]
async fn labels_are_refused_that_are_doubled_empty_or_markup() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let system = world.actor("sys-01").await;
        for bad in ["", "线上", "<b>粗</b>", "甲、乙", "=1+1", &"长".repeat(41)] {
            let add = json!({ "act": "add", "label": bad, "valid_from": "" });
            assert_eq!(
                place(change(&system, "training_method", add).await.unwrap_err()),
                "label",
                "{bad}"
            );
        }
        // By a plain form the typed label comes back with what is wrong.
        let fields = [("act", "add"), ("label", "线上")];
        let answer = system.form("/dictionaries/training_method", &fields).await;
        let page = system.get(answer.location()).await.text();
        assert!(
            page.contains("列表中已有该名称") && page.contains("value=\"线上\""),
            "{page}"
        );
    }
}

#[tokio::test]
async fn what_rules_name_cannot_end() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let system = world.actor("sys-01").await;
        for (list, code) in [
            ("participation", "join"),
            ("group_role", "leader"),
            ("meeting_kind", "representatives"),
            ("village_feature", "mountain"),
            // A condition of the form shows 组织发动方式 by it, and a step asks for it.
            ("work_log_step", "analysis"),
        ] {
            let end = json!({ "act": "end", "code": code, "valid_to": "" });
            let answer = change(&system, list, end).await;
            assert!(
                matches!(answer, Err(AppError::Conflict(_))),
                "{list} {code}: {answer:?}"
            );
        }
        // It may be called otherwise.
        let rename = json!({ "act": "rename", "code": "representatives", "label": "村民代表大会", "keeps": false });
        change(&system, "meeting_kind", rename).await.unwrap();
        assert!(
            options(&system, "meeting_kind")
                .await
                .iter()
                .any(|(_, label, _)| label == "村民代表大会")
        );
    }
}

#[tokio::test]
async fn an_option_that_ended_is_read_and_no_longer_chosen() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, village) = (world.actor("sys-01").await, world.actor(VILLAGE).await);
        let opened = village.open("mobilization", "", "new").await.unwrap();
        let old = village
            .save("mobilization", &opened.id, 0, "k", &mobilization("旧记录"))
            .await
            .unwrap();
        assert!(
            opened.terms == Terms::default(),
            "nothing travels while nothing was changed"
        );

        let add = json!({ "act": "add", "label": "院坝会", "valid_from": "" });
        change(&system, "mobilization_form", add).await.unwrap();
        let end = json!({ "act": "end", "code": "members_meeting", "valid_to": "2023-05-01" });
        change(&system, "mobilization_form", end).await.unwrap();

        // The lists travel with the answer.
        let fresh = village.open("mobilization", "", "new").await.unwrap();
        let list = &fresh.terms.lists["mobilization_form"];
        assert!(list.iter().any(|(code, _, over)| code == "members_meeting" && *over));
        let new = list
            .iter()
            .find(|(_, label, over)| label == "院坝会" && !over)
            .unwrap()
            .0
            .clone();

        // A new record cannot choose it, in whatever way it is sent.
        let refused = village
            .save("mobilization", &fresh.id, 0, "n", &mobilization("新记录"))
            .await;
        assert_eq!(place(refused.unwrap_err()), "organization_form");
        let mut content = mobilization("新记录");
        content.set("organization_form", new);
        village.save("mobilization", &fresh.id, 0, "n", &content).await.unwrap();

        // The old one is read with its label, and saved again with it.
        let shown = village.list("mobilization", "").await.unwrap();
        let cells: Vec<String> = shown.lines.iter().flat_map(|line| line.cells.clone()).collect();
        assert!(
            cells.contains(&"党员大会".to_owned()) && cells.contains(&"院坝会".to_owned()),
            "{cells:?}"
        );
        let mut again = old.opened.draft.clone();
        again.set("title", "旧记录改了题目");
        let saved = village
            .save("mobilization", &old.opened.id, old.opened.version, "m", &again)
            .await
            .unwrap();
        assert_eq!(saved.opened.draft.text("organization_form"), "members_meeting");
        let page = village
            .get(&format!("/desk/mobilization?open={}&mode=edit", saved.opened.id))
            .await
            .text()
            .replace("<!>", "");
        // The filter above the list offers it too, for old records.
        let offered = |page: &str, label: &str| page.matches(&format!(">{label}</option>")).count();
        assert_eq!(offered(&page, "党员大会"), 2, "what it holds is among its options");
        let page = village
            .get("/desk/mobilization?open=new")
            .await
            .text()
            .replace("<!>", "");
        assert_eq!((offered(&page, "党员大会"), offered(&page, "院坝会")), (1, 2));

        // And comes back.
        change(
            &system,
            "mobilization_form",
            json!({ "act": "revive", "code": "members_meeting" }),
        )
        .await
        .unwrap();
        let third = village.open("mobilization", "", "new").await.unwrap();
        village
            .save("mobilization", &third.id, 0, "r", &mobilization("第三条"))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_new_name_for_new_records_leaves_the_old_ones_their_own() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, village) = (world.actor("sys-01").await, world.actor(VILLAGE).await);
        let opened = village.open("mobilization", "", "new").await.unwrap();
        village
            .save("mobilization", &opened.id, 0, "k", &mobilization("旧记录"))
            .await
            .unwrap();
        let rename = json!({ "act": "rename", "code": "members_meeting", "label": "全体党员大会", "keeps": true });
        change(&system, "mobilization_form", rename).await.unwrap();
        let shown = village.list("mobilization", "").await.unwrap();
        assert!(shown.lines[0].cells.contains(&"党员大会".to_owned()));
        let names = options(&system, "mobilization_form").await;
        let at = |label: &str| names.iter().position(|(_, known, _)| known == label).unwrap();
        assert_eq!(at("全体党员大会"), at("党员大会") + 1);
        assert!(!names[at("党员大会")].2 && names[at("全体党员大会")].2);
        // Order is kept for everybody.
        change(
            &system,
            "mobilization_form",
            json!({ "act": "shift", "code": names[1].0, "up": true }),
        )
        .await
        .unwrap();
        assert_eq!(options(&system, "mobilization_form").await[0].0, names[1].0);
        // Each change stands in the log with old and new.
        let audits = world::audits(&world, "change_option").await;
        assert_eq!(audits.len(), 2);
        assert!(
            audits[0].contains("党员大会") && audits[0].contains("全体党员大会"),
            "{audits:?}"
        );
    }
}

/// The rows of a table as the dictionary shows them.
async fn rows(actor: &Actor<'_>, table: &str) -> TableRows {
    let view: DictionaryView = actor.call("dictionary", json!({ "list": table })).await.unwrap();
    view.table.unwrap()
}

/// Changes a row by the form of the page; answers the page that follows.
async fn change_row(actor: &Actor<'_>, table: &str, fields: &[(&str, &str)]) -> String {
    let answer = actor.form(&format!("/dictionaries/{table}"), fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    actor.get(answer.location()).await.text().replace("<!>", "")
}

const STORED: &str = "保存成功，已立即生效";

#[tokio::test]
async fn what_the_rules_of_a_table_need_stays_in_it() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let add = [("act", "add"), ("about.0", "光伏用地"), ("into", "t3")];
        for key in ["53-zr", "530102-zr", VILLAGE] {
            let answer = world.actor(key).await.form("/dictionaries/structure", &add).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{key}");
        }
        let system = world.actor("sys-01").await;
        let before = rows(&system, "structure").await;
        for (table, fields, says) in [
            (
                "structure",
                vec![("act", "add"), ("about.0", ""), ("into", "t3")],
                "用地类型：请输入",
            ),
            (
                "structure",
                vec![("act", "add"), ("about.0", "<b>"), ("into", "t3")],
                "用地类型：请输入",
            ),
            (
                "structure",
                vec![("act", "add"), ("about.0", "甲"), ("about.1", "=1"), ("into", "t3")],
                "代码(2020试行)：请输入",
            ),
            (
                "structure",
                vec![("act", "add"), ("about.0", "耕地"), ("into", "t4")],
                "表中已有该名称",
            ),
            (
                "structure",
                vec![("act", "add"), ("about.0", "光伏用地"), ("into", "s01")],
                "请选择计入的小计",
            ),
            (
                "structure",
                vec![("act", "add"), ("about.0", "光伏用地")],
                "请选择计入的小计",
            ),
            (
                "indicators",
                vec![("act", "add"), ("about.0", "光伏装机"), ("into", "population")],
                "请选择计入的小计",
            ),
            (
                "structure",
                vec![("act", "end"), ("code", "s01")],
                "只能更正名称，不能停用",
            ),
            (
                "structure",
                vec![("act", "end"), ("code", "t1")],
                "只能更正名称，不能停用",
            ),
            (
                "structure",
                vec![("act", "end"), ("code", "s19")],
                "只能更正名称，不能停用",
            ),
            (
                "indicators",
                vec![("act", "end"), ("code", "village_land_each")],
                "只能更正名称，不能停用",
            ),
            (
                "indicators",
                vec![
                    ("act", "edit"),
                    ("code", "population"),
                    ("about.0", "人口"),
                    ("about.1", "万人"),
                ],
                "系统按该单位核对和计算，不能更改",
            ),
        ] {
            let page = change_row(&system, table, &fields).await;
            assert!(
                page.contains(says) && !page.contains(STORED),
                "{table} {fields:?}: {page}"
            );
            let typed = fields
                .iter()
                .find(|(name, text)| *name == "about.0" && !text.is_empty() && *text != "<b>");
            if let Some((_, text)) = typed {
                assert!(page.contains(&format!("value=\"{text}\"")), "{text} is still typed");
            }
        }
        let nothing = system
            .form("/dictionaries/structure", &[("act", "end"), ("code", "s99")])
            .await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        assert_eq!(rows(&system, "structure").await, before);
        assert!(world::audits(&world, "change_option").await.is_empty());
    }
}

#[tokio::test]
async fn a_table_keeps_its_rows_until_it_is_filled_on() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, village) = (world.actor("sys-01").await, world.actor(VILLAGE).await);
        let county = world.actor("530102-zr").await;
        world.open_step(&steps::COUNTY_REVIEW, VILLAGE).await;
        let form = forms::find("plan_tables").unwrap();
        let blank = village.open("county_review", "structure", "own").await.unwrap();
        let saved = village
            .save(form.key, &blank.id, 0, "k", &filled(form, &blank.draft))
            .await
            .unwrap()
            .opened;
        let (page, workbook) = (
            format!("/desk/county_review?tab=structure&region={VILLAGE}"),
            format!("/workbooks/county_review?tab=structure&region={VILLAGE}"),
        );
        let old_book = village.get(&workbook).await;
        assert_eq!(old_book.status, StatusCode::OK);

        for (table, fields) in [
            (
                "structure",
                vec![
                    ("act", "edit"),
                    ("code", "s02"),
                    ("about.0", "园地（含茶园）"),
                    ("about.1", "02"),
                    ("required", "1"),
                ],
            ),
            (
                "structure",
                vec![
                    ("act", "add"),
                    ("about.0", "光伏用地"),
                    ("about.2", "1202"),
                    ("into", "t3"),
                    ("required", "1"),
                ],
            ),
            ("structure", vec![("act", "end"), ("code", "s20")]),
            (
                "indicators",
                vec![
                    ("act", "add"),
                    ("about.0", "厕所革命覆盖率"),
                    ("about.1", "%"),
                    ("about.2", "预期性"),
                ],
            ),
            ("indicators", vec![("act", "up"), ("code", "households")]),
        ] {
            let page = change_row(&system, table, &fields).await;
            assert!(page.contains(STORED), "{table} {fields:?}: {page}");
        }
        let now = rows(&system, "structure").await;
        assert_eq!(now.version, "2023-05-01");
        let at = |title: &str| now.rows.iter().position(|row| row.about[0] == title).unwrap();
        assert_eq!(
            at("光伏用地") + 1,
            at("村域建设用地 小计"),
            "above the subtotal that it counts into"
        );
        assert_eq!(now.rows[at("光伏用地")].sum, "村域建设用地 小计");
        assert!(now.rows[at("村庄·空闲地")].ended);
        let indicators = rows(&system, "indicators").await;
        assert_eq!(indicators.rows[0].about[0], "户籍户数");

        // Who only reads sees what was filled.
        let seen = county.get(&page).await.text().replace("<!>", "");
        assert!(seen.contains(">村庄·空闲地") && !seen.contains(">光伏用地"), "{seen}");
        // Who fills on sees what is asked for now; what was typed is where it belongs, and every sum is right.
        let opened = village.open("county_review", "structure", "own").await.unwrap();
        let amount = |draft: &Draft, key: &str| {
            let row = draft.rows("structure").iter().find(|row| row.values["item"] == key);
            row.and_then(|row| row.values.get("base").cloned()).unwrap_or_default()
        };
        let names: Vec<&str> = opened
            .draft
            .rows("structure")
            .iter()
            .map(|row| row.values["item"].as_str())
            .collect();
        assert!(names.contains(&"x1") && !names.contains(&"s20"), "{names:?}");
        assert_eq!(
            (amount(&saved.draft, "t4"), amount(&opened.draft, "t4")),
            ("24".to_owned(), "23".to_owned())
        );
        assert_eq!(opened.draft.rows("indicators")[0].values["item"], "households");
        let mut draft = opened.draft.clone();
        let new = draft
            .grids
            .get_mut("structure")
            .unwrap()
            .iter_mut()
            .find(|row| row.values["item"] == "x1");
        new.unwrap().values.extend([
            ("base".to_owned(), "7".to_owned()),
            ("target".to_owned(), "7".to_owned()),
        ]);
        // A page that was opened before the change sends the old rows: they come in by their codes.
        let late = village
            .save(form.key, &saved.id, saved.version, "late", &filled(form, &saved.draft))
            .await
            .unwrap()
            .opened;
        assert_eq!(late.draft.text("structure_version"), "2023-05-01");
        assert_eq!(amount(&late.draft, "t4"), "23");
        let saved = village
            .save(form.key, &saved.id, late.version, "n", &draft)
            .await
            .unwrap()
            .opened;
        assert_eq!(
            (amount(&saved.draft, "t3"), amount(&saved.draft, "t4")),
            ("22".to_owned(), "30".to_owned())
        );
        let seen = county.get(&page).await.text().replace("<!>", "");
        assert!(seen.contains(">光伏用地") && seen.contains(">园地（含茶园）") && !seen.contains(">村庄·空闲地"));

        // A workbook that was taken out before comes in: the row is found by its former name, the ended one is passed over.
        let came = bring(&village, "county_review", VILLAGE, &old_book.body, true)
            .await
            .unwrap();
        assert_eq!((came.stored, came.faults.len()), (0, 0), "{came:?}");
        let changed = book(&[(
            "结构调整表",
            &[
                &["用地类型", "规划基期年面积(公顷)"],
                &["园地", "3"],
                &["村庄·空闲地", "9"],
                &["光伏用地", "8"],
            ],
        )]);
        assert_eq!(
            bring(&village, "county_review", VILLAGE, &changed, true)
                .await
                .unwrap()
                .stored,
            2
        );
        let opened = village.open("county_review", "structure", "own").await.unwrap();
        assert_eq!(
            (amount(&opened.draft, "s02"), amount(&opened.draft, "t4")),
            ("3".to_owned(), "33".to_owned())
        );
        // 台账 has the row, and what it adds up to.
        let ledger = county.get("/ledgers/land_use").await.text().replace("<!>", "");
        assert!(ledger.contains("光伏用地"), "{ledger}");

        // Back again, with what it was called.
        let page = change_row(&system, "structure", &[("act", "revive"), ("code", "s20")]).await;
        assert!(page.contains(STORED));
        let opened = village.open("county_review", "structure", "own").await.unwrap();
        assert!(
            opened
                .draft
                .rows("structure")
                .iter()
                .any(|row| row.values["item"] == "s20")
        );
        let audits = world::audits(&world, "change_option").await;
        assert_eq!(audits.len(), 6);
        assert!(
            audits
                .iter()
                .any(|line| line.contains("结构调整表的用地类型") && line.contains("光伏用地")),
            "{audits:?}"
        );
    }
}

#[tokio::test]
async fn an_option_of_tomorrow_waits_for_its_day() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let system = world.actor("sys-01").await;
        let add = json!({ "act": "add", "label": "明日新增", "valid_from": "2023-05-02" });
        change(&system, "publicity_manner", add).await.unwrap();
        let end = json!({ "act": "end", "code": "radio", "valid_to": "2023-05-02" });
        change(&system, "publicity_manner", end).await.unwrap();
        let names = options(&system, "publicity_manner").await;
        assert!(names.iter().any(|(_, label, valid)| label == "明日新增" && !valid));
        assert!(names.iter().any(|(code, _, valid)| code == "radio" && *valid));
    }
}

#[tokio::test]
async fn another_process_knows_with_its_next_request() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let system = world.actor("sys-01").await;
        // What another process has written: only the store knows.
        let mut tx = world.app.store.begin().await.unwrap();
        let entry = db::terms::Entry {
            list: "training_method".to_owned(),
            code: "x1".to_owned(),
            label: "别处新增".to_owned(),
            position: 5,
            valid_from: "2023-01-01".to_owned(),
            valid_to: None,
        };
        db::terms::put(&mut tx, &entry).await.unwrap();
        db::terms::touch(&mut tx, "terms").await.unwrap();
        tx.commit().await.unwrap();
        let village = world.actor(VILLAGE).await;
        let page = village.get("/desk/training?open=new").await.text().replace("<!>", "");
        assert!(page.contains(">别处新增</option>"));
        drop(system);
    }
}

#[tokio::test]
async fn parameters_hold_at_once_within_their_bounds() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let system = world.actor("sys-01").await;
        for (key, bad) in [
            ("qq_group", "扣扣"),
            ("population_years", "2025-2021"),
            ("public_days", "0"),
            ("area_tolerance", "5"),
            ("file_megabytes", "9999"),
        ] {
            assert_eq!(place(set(&system, key, bad).await.unwrap_err()), key);
        }
        let answer = system.form("/parameters/public_days", &[("content", "零")]).await;
        let page = system.get(answer.location()).await.text();
        assert!(page.contains("请输入整数") && page.contains("value=\"零\""), "{page}");

        set(&system, "qq_group", "123456789").await.unwrap();
        let sign_in: SignInView = world
            .stranger()
            .call(
                "sign_in_page",
                json!({ "account": "", "level": "", "city": "", "county": "", "township": "" }),
            )
            .await
            .unwrap();
        assert_eq!(sign_in.qq_group, "123456789");

        set(&system, "image_megabytes", "7").await.unwrap();
        let village = world.actor(VILLAGE).await;
        assert_eq!(village.open("mobilization", "", "new").await.unwrap().megabytes.0, 7);
        set(&system, "image_megabytes", "").await.unwrap();
        assert_eq!(village.open("mobilization", "", "new").await.unwrap().megabytes.0, 20);

        let log = world::audits(&world, "set_parameter").await;
        assert!(
            log.iter()
                .any(|line| line.contains("632064326") && line.contains("123456789")),
            "{log:?}"
        );
    }
}

fn population(year: &str) -> Draft {
    draft(&[
        ("year", year),
        ("households", "5"),
        ("registered", "20"),
        ("resident", "15"),
        ("minors", "4"),
        ("adults", "10"),
        ("elders", "6"),
    ])
}

#[tokio::test]
async fn the_years_of_the_population_and_the_countys_own_word() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, county) = (world.actor("sys-01").await, world.actor("530102-zr").await);
        set(&county, "confirmed_at_once", "1").await.unwrap();
        let token = token(&world, VILLAGE).await;
        register(&world, &token, "马坡村").await;
        assert_eq!(record(&world, "马坡村").await.status.unwrap().key, "active");
        // The next county's villages still confirm theirs.
        let other = world::hamlets::token(&world, "530103001001").await;
        register(&world, &other, "白塔村").await;
        let outside = world
            .actor("530103001001")
            .await
            .list("natural_villages", "")
            .await
            .unwrap();
        assert_eq!(outside.lines[0].status.as_ref().unwrap().key, "waiting");

        let hamlet = settled(&world, &token, "石坝村").await;
        let opened = hamlet.open("phone", "population", "new").await.unwrap();
        let refused = hamlet.save("population", &opened.id, 0, "k", &population("2021")).await;
        assert_eq!(place(refused.unwrap_err()), "year");
        set(&system, "population_years", "2021-2025").await.unwrap();
        let opened = hamlet.open("phone", "population", "new").await.unwrap();
        assert_eq!(opened.terms.parameters["population_years"], "2021-2025");
        hamlet
            .save("population", &opened.id, 0, "k", &population("2021"))
            .await
            .unwrap();
        let page = hamlet.get("/m/population").await.text();
        assert!(page.contains("2021-2025各年人口情况"), "the title says the years");
    }
}

#[tokio::test]
async fn the_list_of_key_counties_is_what_the_administrator_enters() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, county) = (world.actor("sys-01").await, world.actor("530102-zr").await);
        assert_eq!(set(&county, "key_counties", "530102").await, Err(AppError::NotFound));
        for bad in ["530100", "440103", "5301020", "五华区", "530102,530199", "、"] {
            let refused = set(&system, "key_counties", bad).await;
            assert_eq!(place(refused.unwrap_err()), "key_counties", "{bad}");
        }
        let answer = system
            .form("/parameters/key_counties", &[("content", "530102\n530199")])
            .await;
        let page = system.get(answer.location()).await.text().replace("<!>", "");
        assert!(
            page.contains("没有代码为 530199 的县(市、区)") && page.contains("530102\n530199</textarea>"),
            "{page}"
        );

        let form = forms::find("baseline_survey").unwrap();
        let blank = county.open("baseline_survey", "survey", "new").await.unwrap();
        assert_eq!(blank.draft.text("is_key_county_village"), "0");
        set(&system, "key_counties", " 530103，530102\n530102 ").await.unwrap();
        let page = system.get("/parameters").await.text().replace("<!>", "");
        assert!(page.contains("五华区、盘龙区"), "the counties are named: {page}");
        // New records begin with it, and both sides judge by it: the list travels.
        let blank = county.open("baseline_survey", "survey", "new").await.unwrap();
        assert_eq!(blank.draft.text("is_key_county_village"), "1");
        assert_eq!(blank.terms.parameters["key_counties"], "530102,530103");
        let warned = async |version: i64, says: &str| {
            let mut draft = filled(form, &blank.draft);
            draft.set("is_key_county_village", says);
            let key = format!("{version}");
            let saved = county.save(form.key, &blank.id, version, &key, &draft).await.unwrap();
            let mut rules = saved.warnings.into_iter().filter_map(|warning| warning.rule);
            rules.any(|rule| rule == "R-96")
        };
        assert!(warned(0, "0").await && !warned(1, "1").await);
        // The default is the list that is built in.
        set(&system, "key_counties", "").await.unwrap();
        assert!(!warned(2, "0").await && warned(3, "1").await);
        let log = world::audits(&world, "set_parameter").await;
        let names = |line: &String| line.contains("五华区、盘龙区");
        assert!(log.len() == 2 && log.iter().all(names), "{log:?}");
    }
}

#[tokio::test]
async fn a_programme_that_begins_anew_has_its_own_years_and_targets() {
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, county) = (world.actor("sys-01").await, world.actor("530102-zr").await);
        let village = world.actor(VILLAGE).await;
        for (key, bad) in [
            ("plan_targets", "2026:70,2027:30"),
            ("plan_targets", "2026:110"),
            ("project_years", "2035-2021"),
        ] {
            assert_eq!(place(set(&system, key, bad).await.unwrap_err()), key, "{bad}");
        }
        let due = async |year: &str| {
            let arguments = json!({ "form": "annual_plan", "draft": draft(&[("year", year)]) });
            let offered: Vec<(String, String)> = county.call("suggestions", arguments).await.unwrap();
            offered.into_iter().find(|(key, _)| key == "cumulated").unwrap().1
        };
        for (year, target) in [("2021", "0\t30"), ("2030", "0\t100")] {
            assert_eq!(due(year).await, target, "{year}");
        }
        set(&system, "plan_targets", "2026：40%、2028：100%").await.unwrap();
        for (year, target) in [
            ("2021", "0\t0"),
            ("2026", "0\t40"),
            ("2027", "0\t40"),
            ("2030", "0\t100"),
        ] {
            assert_eq!(due(year).await, target, "{year}");
        }

        world.open_step(&steps::PROJECTS, VILLAGE).await;
        let form = forms::find("project_funds").unwrap();
        let (page, tab) = forms::place_of(form).unwrap();
        let funds = |start: &Draft, year: &str| {
            let mut draft = start.clone();
            draft.set("year", year);
            draft
        };
        let blank = village.open(page.key, tab.key, "new").await.unwrap();
        let refused = village
            .save(form.key, &blank.id, 0, "k", &funds(&blank.draft, "2036"))
            .await;
        assert_eq!(place(refused.unwrap_err()), "year");
        set(&system, "project_years", "2036-2040").await.unwrap();
        let blank = village.open(page.key, tab.key, "new").await.unwrap();
        assert_eq!(blank.terms.parameters["project_years"], "2036-2040");
        let refused = village
            .save(form.key, &blank.id, 0, "k", &funds(&blank.draft, "2035"))
            .await;
        assert_eq!(place(refused.unwrap_err()), "year");
        village
            .save(form.key, &blank.id, 0, "k", &funds(&blank.draft, "2036"))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn planning_begins_after_what_comes_before_it_where_the_parameter_says_so() {
    const BEFORE: [&str; 3] = ["下达任务还没有完成", "名单报审还没有完成", "确定技术单位还没有完成"];
    for on in stores() {
        let (_turn, world) = world(on).await;
        let (system, village) = (world.actor("sys-01").await, world.actor(VILLAGE).await);
        let county = world.actor("530102-zr").await;
        let look = async |actor: &Actor<'_>| -> VillageView {
            let arguments = json!({ "step": "base_data", "region": VILLAGE });
            actor.call("village_steps", arguments).await.unwrap()
        };
        let lacks = |view: &VillageView| -> Vec<String> {
            let missing = view.switch.as_ref().unwrap().missing.iter();
            let blocking = missing.filter(|missing| !missing.is_advice);
            blocking.map(|missing| missing.message.clone()).collect()
        };
        let done = json!({ "step": "base_data", "region": VILLAGE, "year": "", "done": true, "reason": "" });

        let form = forms::find("base_data").unwrap();
        let (page, tab) = forms::place_of(form).unwrap();
        let blank = village.open(page.key, tab.key, "own").await.unwrap();
        let mut content = filled(form, &blank.draft);
        attach(&village, form, &blank.id, &mut content).await;
        village
            .save(form.key, &blank.id, blank.version, "k", &content)
            .await
            .unwrap();
        let view = look(&village).await;
        assert_eq!(view.hints, BEFORE, "they are only named");
        assert!(lacks(&view).is_empty());

        set(&system, "planning_precondition", "1").await.unwrap();
        let view = look(&village).await;
        assert!(view.hints.is_empty(), "what is demanded is no hint");
        assert_eq!(lacks(&view), BEFORE);
        assert_eq!(lacks(&look(&county).await), BEFORE, "whoever owes it reads it too");
        let refused = village.call::<()>("set_switch", done.clone()).await.unwrap_err();
        assert_eq!(
            refused,
            AppError::Conflict(format!("还不能完成“底图底数”：{}", BEFORE.join("；")))
        );

        let mut tx = world.app.store.begin().await.unwrap();
        let stored = db::accounts::by_key(&mut tx, "530102-zr").await.unwrap();
        let account = stored.unwrap().account;
        for (step, region, year) in [
            (&steps::TASK_ASSIGNMENT, "530102", "2022"),
            (&steps::ROSTER_REVIEW, VILLAGE, ""),
            (&steps::TECHNICAL_UNITS, VILLAGE, ""),
        ] {
            let region = Region::parse(region).unwrap();
            let now = world.app.clock.now();
            db::completions::complete(&mut tx, step, std::slice::from_ref(&region), year, &account, &now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert!(lacks(&look(&village).await).is_empty());
        village.call::<()>("set_switch", done).await.unwrap();
    }
}
