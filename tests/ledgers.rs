//! 台账信息: whoever looks sees the numbers of the own part of the tree and nothing else, each number is what somebody gets who
//! counts the records one by one, and behind it lie those records.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::ledgers::{LedgerHead, LedgerView};
use hometown::domain::audit::Act;
use hometown::domain::field::Kind;
use hometown::domain::form::Form;
use hometown::domain::ledger::{ByYear, Ledger, Naming, Of, Records, Rows};
use hometown::domain::parameter::POPULATION_YEARS;
use hometown::domain::query::ListQuery;
use hometown::domain::region::{Level, Region};
use hometown::domain::value::{Value, format_scaled, grouped};
use hometown::error::AppError;
use hometown::server::completions::{self, Reopening};
use hometown::server::db::{self, records::NewRecord, regions::NewRegion, sql::Statement};
use hometown::server::seed::province;
use hometown::{forms, ledgers, steps};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use world::{Actor, VILLAGE, World, stores};

const PROVINCE: &str = "53";

async fn ask(actor: &Actor<'_>, key: &str, filters: &[(&str, &str)]) -> Result<LedgerView, AppError> {
    let list = ListQuery::from_parameters(filters.iter().copied());
    actor.call("ledger", json!({ "key": key, "list": list })).await
}

/// What the line of that name says in a column.
fn said<'a>(view: &'a LedgerView, line: &str, title: &str) -> &'a str {
    let at = column(view, title);
    let found = view.lines.iter().find(|cells| cells[1].text == line);
    &found.unwrap_or_else(|| panic!("no line {line}: {:?}", names(view)))[at].text
}

fn total<'a>(view: &'a LedgerView, title: &str) -> &'a str {
    &view.total.as_ref().unwrap()[column(view, title)].text
}

fn column(view: &LedgerView, title: &str) -> usize {
    let full = |head: &LedgerHead| match head.group.as_str() {
        "" => head.title.clone(),
        group => format!("{group} {}", head.title),
    };
    let found = view.heads.iter().position(|head| full(head) == title);
    found.unwrap_or_else(|| {
        panic!(
            "no column {title}: {:?}",
            view.heads.iter().map(full).collect::<Vec<_>>()
        )
    })
}

fn names(view: &LedgerView) -> Vec<&str> {
    view.lines.iter().map(|cells| cells[1].text.as_str()).collect()
}

/// Stores a record as it is given.
async fn put(world: &World, form: &str, region: &str, status: &'static str, values: &[(&'static str, &str)]) -> String {
    let form = forms::find(form).unwrap();
    let region = Region::parse(region).unwrap();
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, "sys-01").await.unwrap().unwrap().account;
    let values = values.iter().map(|(key, text)| {
        let field = form.field(key).unwrap_or_else(|| panic!("{} has no {key}", form.key));
        let value = match field.is_number() {
            true => Value::Integer(text.parse().unwrap()),
            false => Value::Text((*text).to_owned()),
        };
        (field.key, value)
    });
    let record = NewRecord {
        id: db::new_id(),
        region,
        organ: "village",
        status,
        account: account.id,
        name: account.name,
        at: world.app.clock.now(),
        values: values.collect(),
    };
    db::records::insert_many(&mut tx, form, std::slice::from_ref(&record))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    record.id
}

/// A natural village within 纳入规划, or outside of it.
async fn hamlet(world: &World, number: u32, name: &str, planned: bool) -> String {
    let code = format!("{VILLAGE}{number:03}");
    let on = if planned { "1" } else { "0" };
    let number = number.to_string();
    put(
        world,
        "natural_villages",
        VILLAGE,
        "active",
        &[("name", name), ("number", &number), ("planned", on)],
    )
    .await;
    let mut tx = world.app.store.begin().await.unwrap();
    let region = NewRegion {
        region: Region::parse(&code).unwrap(),
        name: name.to_owned(),
        short: name.to_owned(),
        search: String::new(),
        initials: String::new(),
        kind: "natural_villages".to_owned(),
        planned,
    };
    db::regions::upsert(&mut tx, &[region]).await.unwrap();
    tx.commit().await.unwrap();
    code
}

async fn complete(world: &World, step: &'static hometown::domain::step::Step, region: &str) {
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, "sys-01").await.unwrap().unwrap().account;
    let region = Region::parse(region).unwrap();
    let now = world.app.clock.now();
    db::completions::complete(&mut tx, step, &[region], "", &account, &now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nobody_sees_more_than_the_own_part_of_the_tree() {
    for on in stores() {
        let world = World::new(on).await;
        put(
            &world,
            "mobilization",
            "530103001001",
            "",
            &[("title", "白塔动员"), ("held_on", "2021-08-11"), ("participants", "7")],
        )
        .await;
        put(
            &world,
            "mobilization",
            VILLAGE,
            "",
            &[("title", "三多动员"), ("held_on", "2021-08-11"), ("participants", "35")],
        )
        .await;

        assert_eq!(
            ask(&world.stranger(), "progress", &[]).await.unwrap_err(),
            AppError::SignedOut
        );
        let county = world.actor("530102-zr").await;
        for elsewhere in ["530103", "530103001001", "5301", "53", "530199"] {
            let refused = ask(&county, "mobilization", &[("region", elsewhere)]).await;
            assert_eq!(refused.unwrap_err(), AppError::NotFound, "{elsewhere}");
            let file = county
                .get(&format!("/ledgers/mobilization/export?region={elsewhere}"))
                .await;
            assert_eq!(file.status, 404, "{elsewhere}");
        }
        assert_eq!(ask(&county, "salaries", &[]).await.unwrap_err(), AppError::NotFound);
        let view = ask(&county, "mobilization", &[]).await.unwrap();
        assert_eq!(names(&view), ["西翥街道"]);
        assert_eq!(total(&view, "参与人数(人)"), "35");
        let list = ask(&county, "mobilization", &[("view", "records")]).await.unwrap();
        assert_eq!(list.count, Some(1));
        let own = ask(&world.actor(VILLAGE).await, "mobilization", &[]).await.unwrap();
        assert_eq!(names(&own), ["三多社区"]);
        let other = ask(&world.actor("530102010001").await, "mobilization", &[])
            .await
            .unwrap();
        assert_eq!(total(&other, "参与人数(人)"), "0");
        let all = ask(&world.actor("53-zr").await, "mobilization", &[]).await.unwrap();
        assert_eq!((names(&all), total(&all, "参与人数(人)")), (vec!["昆明市"], "42"));
    }
}

#[tokio::test]
async fn who_may_not_look_behind_a_number_does_not_see_it() {
    let world = World::new(world::On::Sqlite).await;
    let keys = |view: &LedgerView| -> Vec<String> {
        let tabs = view.groups.iter().flat_map(|(_, tabs)| tabs.iter());
        tabs.map(|(key, _)| key.clone()).collect()
    };
    let province = world.actor("53-zr").await;
    let all = keys(&ask(&province, "", &[]).await.unwrap());
    assert_eq!(
        all.len(),
        ledgers::ALL.len() - 3,
        "the accounts are for support, the station alone and the reviews alone for those who read no more"
    );
    assert!(keys(&ask(&world.actor("sys-01").await, "", &[]).await.unwrap()).contains(&"accounts".to_owned()));
    let township = world.actor("530102010").await;
    let own = keys(&ask(&township, "", &[]).await.unwrap());
    assert!(
        !own.contains(&"institutions".to_owned()),
        "项目组 and 领导小组 stay with the county"
    );
    for key in ["institutions", "planning_costs"] {
        assert_eq!(ask(&township, key, &[]).await.unwrap_err(), AppError::NotFound);
    }
    assert!(own.contains(&"liaison_stations".to_owned()) && own.contains(&"technical_units".to_owned()));
    let organization = world.actor("530102-zz").await;
    for key in ["accounts", "county_review", "indicators", "land_use"] {
        assert_eq!(
            ask(&organization, key, &[]).await.unwrap_err(),
            AppError::NotFound,
            "{key}"
        );
    }
    // The organization department reads the reviews, and not the tables (spec §2.3).
    let reviews = ask(&organization, "reviews", &[]).await.unwrap();
    assert!(!reviews.views.iter().any(|(key, _)| key == "tables"));
}

#[tokio::test]
async fn phones_are_masked_above_the_township() {
    let world = World::new(world::On::Sqlite).await;
    put(
        &world,
        "candidates",
        VILLAGE,
        "",
        &[
            ("name", "李红"),
            ("phone", "13812348000"),
            ("category", "1"),
            ("willing", "1"),
        ],
    )
    .await;
    put(
        &world,
        "roster",
        VILLAGE,
        "passed",
        &[
            ("group_kind", "village"),
            ("role", "leader"),
            ("name", "杨文山"),
            ("phone", "13912348001"),
            ("source", "local"),
        ],
    )
    .await;
    let texts = |view: LedgerView| {
        view.lines
            .into_iter()
            .flatten()
            .map(|cell| cell.text)
            .collect::<Vec<_>>()
    };
    for (account, candidate, leader) in [
        ("530102-zr", "138****8000", "139****8001"),
        ("53-zr", "138****8000", "139****8001"),
        ("530102010", "13812348000", "13912348001"),
    ] {
        let actor = world.actor(account).await;
        let found = texts(ask(&actor, "candidates", &[("view", "records")]).await.unwrap());
        assert!(found.iter().any(|text| text == candidate), "{account}: {found:?}");
        let found = texts(ask(&actor, "planning_steps", &[("view", "villages")]).await.unwrap());
        assert!(found.iter().any(|text| text == leader), "{account}: {found:?}");
    }
}

/// Everything is counted by hand: two villages of one township, one of another county, three natural villages of which one is
/// outside 纳入规划.
#[tokio::test]
async fn each_ledger_says_what_was_counted_by_hand() {
    for on in stores() {
        let world = World::new(on).await;
        let (east, tower) = ("530102010001", "530103001001");
        let one = hamlet(&world, 1, "马坡村", true).await;
        let two = hamlet(&world, 2, "花椒村", true).await;
        let out = hamlet(&world, 3, "弃耕村", false).await;
        // 工作准备
        put(
            &world,
            "founding_documents",
            "530102",
            "",
            &[("title", "通知"), ("category", "notice"), ("issued_on", "2021-06-01")],
        )
        .await;
        put(
            &world,
            "founding_documents",
            "5301",
            "",
            &[("title", "方案"), ("issued_on", "2021-05-01")],
        )
        .await;
        put(
            &world,
            "supplementary_documents",
            "530103",
            "",
            &[("title", "补充"), ("issued_on", "2022-05-01")],
        )
        .await;
        put(
            &world,
            "project_team",
            "5301",
            "",
            &[("name", "甲"), ("in_post", "in_post")],
        )
        .await;
        put(
            &world,
            "leading_group",
            "530102",
            "",
            &[("name", "乙"), ("in_post", "in_post")],
        )
        .await;
        put(
            &world,
            "leading_group",
            "530102",
            "",
            &[("name", "丙"), ("in_post", "left")],
        )
        .await;
        put(&world, "liaison_stations", "530102", "", &[("name", "站")]).await;
        put(
            &world,
            "liaison_staff",
            "530102010",
            "",
            &[("name", "丁"), ("in_post", "in_post")],
        )
        .await;
        for (region, form, people, letters) in [
            (VILLAGE, "members_meeting", "35", "0"),
            (east, "open_letter", "12", "200"),
            ("530102", "open_letter", "80", "1000"),
        ] {
            put(
                &world,
                "mobilization",
                region,
                "",
                &[
                    ("title", "动员"),
                    ("held_on", "2021-08-11"),
                    ("organization_form", form),
                    ("participation", "own"),
                    ("participants", people),
                    ("letters", letters),
                ],
            )
            .await;
        }
        put(
            &world,
            "training",
            VILLAGE,
            "",
            &[
                ("title", "线上"),
                ("held_on", "2021-09-01"),
                ("participation", "own"),
                ("method", "online"),
                ("attendance", "40"),
                ("cadres", "5"),
                ("hours", "25"),
            ],
        )
        .await;
        put(
            &world,
            "training",
            tower,
            "",
            &[
                ("title", "线下"),
                ("held_on", "2022-09-01"),
                ("participation", "own"),
                ("method", "offline"),
                ("attendance", "60"),
                ("cadres", "6"),
                ("hours", "40"),
            ],
        )
        .await;
        // Whoever only took part in what others held counts the event and no heads.
        put(
            &world,
            "training",
            east,
            "",
            &[
                ("title", "参加"),
                ("held_on", "2022-10-01"),
                ("participation", "join"),
                ("method", "online"),
                ("attendance", "900"),
                ("cadres", "90"),
                ("hours", "25"),
            ],
        )
        .await;
        // 规划任务
        put(
            &world,
            "baseline_survey",
            VILLAGE,
            "province_passed",
            &[
                ("village_type", "1"),
                ("village_features", "basin,traffic_line"),
                ("has_key_project", "1"),
                ("existing_plan", "none"),
                ("plan_year", "2021"),
            ],
        )
        .await;
        put(
            &world,
            "baseline_survey",
            east,
            "submitted",
            &[
                ("village_type", "3"),
                ("village_features", "mountain"),
                ("has_key_project", "0"),
                ("existing_plan", "valid"),
                ("plan_year", "2022"),
            ],
        )
        .await;
        put(
            &world,
            "annual_plan",
            "530102",
            "province_passed",
            &[
                ("year", "2021"),
                ("tasks", "1"),
                ("villages", "2"),
                ("title", "2021年计划"),
            ],
        )
        .await;
        put(
            &world,
            "annual_plan",
            "530103",
            "draft",
            &[
                ("year", "2022"),
                ("tasks", "1"),
                ("villages", "1"),
                ("title", "2022年计划"),
            ],
        )
        .await;
        // 组建规划组
        put(
            &world,
            "candidates",
            VILLAGE,
            "",
            &[
                ("name", "李红"),
                ("category", "1"),
                ("rank", "30"),
                ("willing", "1"),
                ("workplace", "county"),
                ("political_status", "01"),
            ],
        )
        .await;
        put(
            &world,
            "candidates",
            VILLAGE,
            "",
            &[
                ("name", "王明"),
                ("category", "4"),
                ("rank", "90"),
                ("willing", "0"),
                ("political_status", "13"),
            ],
        )
        .await;
        put(
            &world,
            "candidates",
            tower,
            "",
            &[
                ("name", "段学勤"),
                ("category", "1"),
                ("rank", "40"),
                ("willing", "1"),
                ("political_status", "01"),
            ],
        )
        .await;
        let member = |name: &'static str,
                      kind: &'static str,
                      role: &'static str,
                      source: &'static str,
                      category: &'static str,
                      rank: &'static str| {
            [
                ("name", name),
                ("group_kind", kind),
                ("role", role),
                ("source", source),
                ("category", category),
                ("rank", rank),
            ]
        };
        put(
            &world,
            "roster",
            VILLAGE,
            "passed",
            &member("杨文山", "village", "leader", "local", "9", "90"),
        )
        .await;
        let cadre = put(
            &world,
            "roster",
            VILLAGE,
            "passed",
            &member("李红", "village", "deputy", "returning", "1", "30"),
        )
        .await;
        put(
            &world,
            "roster",
            VILLAGE,
            "county_review",
            &member("赵丽华", "hamlet", "member", "returning", "4", "90"),
        )
        .await;
        put(
            &world,
            "roster",
            east,
            "left",
            &member("马国荣", "village", "member", "returning", "1", "20"),
        )
        .await;
        put(
            &world,
            "roster",
            tower,
            "township_review",
            &member("段学勤", "village", "leader", "returning", "1", "20"),
        )
        .await;
        put(
            &world,
            "official_letters",
            VILLAGE,
            "sent",
            &[
                ("entry", &cadre),
                ("unit", "县财政局"),
                ("name", "李红"),
                ("reply", "agreed"),
            ],
        )
        .await;
        put(
            &world,
            "official_letters",
            tower,
            "unsent",
            &[
                ("entry", "x"),
                ("unit", "县财政局"),
                ("name", "段学勤"),
                ("reply", "waiting"),
            ],
        )
        .await;
        put(
            &world,
            "official_letters",
            east,
            "exempt",
            &[
                ("entry", "y"),
                ("unit", "县医院"),
                ("name", "和春梅"),
                ("reply", "refused"),
            ],
        )
        .await;
        put(
            &world,
            "technical_units",
            "530102",
            "",
            &[
                ("name", "云南规划院"),
                ("villages", &format!("{VILLAGE},{east}")),
                ("qualification", "a"),
                ("leader", "张工"),
                ("contract_amount", "2500"),
                ("province_grant", "1000"),
                ("gap", "1500"),
            ],
        )
        .await;
        put(
            &world,
            "technical_units",
            "530103",
            "",
            &[
                ("name", "云南规划院"),
                ("villages", tower),
                ("contract_amount", "1050"),
                ("gap", "0"),
            ],
        )
        .await;
        // 规划编制
        for step in [&steps::BASE_DATA, &steps::FIELD_SURVEY] {
            complete(&world, step, VILLAGE).await;
        }
        complete(&world, &steps::BASE_DATA, east).await;
        complete(&world, &steps::MOBILIZATION, VILLAGE).await;
        for step in steps::PLANNING {
            complete(&world, step, tower).await;
        }
        put(&world, "filing", VILLAGE, "returned", &[]).await;
        put(
            &world,
            "filing",
            tower,
            "filed",
            &[("filing_number", "530103-2022-0001")],
        )
        .await;
        put(
            &world,
            "project_funds",
            VILLAGE,
            "",
            &[
                ("year", "2022"),
                ("q1_in_central", "1000"),
                ("q2_in_central", "500"),
                ("q1_in_total", "1000"),
                ("brought", "1500"),
                ("q1_out_central", "300"),
                ("spent", "300"),
            ],
        )
        .await;
        put(
            &world,
            "project_funds",
            VILLAGE,
            "",
            &[
                ("year", "2023"),
                ("q1_in_central", "9900"),
                ("brought", "9900"),
                ("spent", "0"),
            ],
        )
        .await;
        put(
            &world,
            "work_log",
            VILLAGE,
            "",
            &[
                ("step", "base_data"),
                ("title", "认领"),
                ("held_on", "2021-10-01"),
                ("ended_on", "2021-10-03"),
                ("participants", &cadre),
                ("participant_count", "4"),
            ],
        )
        .await;
        put(
            &world,
            "work_log",
            VILLAGE,
            "",
            &[
                ("step", "field_survey"),
                ("title", "走访"),
                ("held_on", "2021-10-03"),
                ("participants", &cadre),
                ("participant_count", "6"),
            ],
        )
        .await;
        put(
            &world,
            "county_review",
            VILLAGE,
            "",
            &[
                ("reviewed_on", "2022-03-01"),
                ("manner", "meeting"),
                ("verdict", "failed"),
            ],
        )
        .await;
        put(
            &world,
            "county_review",
            VILLAGE,
            "",
            &[
                ("reviewed_on", "2022-04-01"),
                ("manner", "letter"),
                ("verdict", "passed"),
            ],
        )
        .await;
        put(
            &world,
            "resolution",
            VILLAGE,
            "",
            &[
                ("resolved", "1"),
                ("published", "0"),
                ("meeting", "villagers"),
                ("invited", "100"),
                ("present", "80"),
                ("agreed", "75"),
                ("published_from", "2022-05-01"),
                ("published_to", "2022-05-30"),
            ],
        )
        .await;
        put(
            &world,
            "outcomes",
            VILLAGE,
            "",
            &[
                ("title", "争取资金"),
                ("kinds", "funds,projects"),
                ("reported_on", "2023-01-01"),
                ("funds_won", "12345"),
                ("projects_won", "2"),
            ],
        )
        .await;
        // 实地调研
        for (region, households, registered, minors, adults, elders) in [
            (&one, "30", "100", "20", "60", "20"),
            (&two, "20", "80", "10", "50", "20"),
            (&out, "9", "9", "9", "0", "0"),
        ] {
            put(
                &world,
                "population",
                region,
                "told",
                &[
                    ("year", "2020"),
                    ("households", households),
                    ("registered", registered),
                    ("resident", "50"),
                    ("minors", minors),
                    ("adults", adults),
                    ("elders", elders),
                ],
            )
            .await;
        }
        put(
            &world,
            "population",
            &one,
            "told",
            &[("year", "2019"), ("households", "29"), ("registered", "99")],
        )
        .await;
        put(
            &world,
            "roads",
            &one,
            "told",
            &[("name", "村道"), ("length", "250"), ("surface", "concrete")],
        )
        .await;
        put(
            &world,
            "roads",
            VILLAGE,
            "",
            &[("name", "县道"), ("length", "750"), ("surface", "earth")],
        )
        .await;
        put(
            &world,
            "homesteads",
            &one,
            "told",
            &[("plots", "30"), ("area", "300050"), ("idle_plots", "3")],
        )
        .await;
        put(&world, "homesteads", &out, "told", &[("plots", "99")]).await;
        put(
            &world,
            "buildings",
            &two,
            "told",
            &[
                ("total", "40"),
                ("safety_c", "3"),
                ("safety_d", "1"),
                ("timber_houses", "8"),
                ("frame", "10"),
                ("styles", "han_courtyard,dai_bamboo_house"),
            ],
        )
        .await;
        for (region, kind, households) in [
            (&one, "water_pipe", "25"),
            (&one, "sewage", "40"),
            (&two, "sewage", "20"),
        ] {
            put(
                &world,
                "facilities",
                region,
                "told",
                &[("kind", kind), ("quantity", "1"), ("households", households)],
            )
            .await;
        }
        for (region, cluster, hazards) in [(&one, "30", "wiring,firewood"), (&two, "29", "wiring")] {
            put(
                &world,
                "fire_safety",
                region,
                "told",
                &[("largest_cluster", cluster), ("hazards", hazards), ("hearths", "2")],
            )
            .await;
        }
        put(
            &world,
            "hazards",
            VILLAGE,
            "",
            &[
                ("name", "滑坡"),
                ("kind", "landslide"),
                ("households", "12"),
                ("people", "48"),
                ("property", "15000"),
            ],
        )
        .await;
        put(
            &world,
            "industries",
            VILLAGE,
            "",
            &[
                ("name", "烤烟"),
                ("sector", "primary"),
                ("output_value", "12000"),
                ("is_leading", "1"),
                ("households", "20"),
            ],
        )
        .await;
        put(
            &world,
            "economy",
            VILLAGE,
            "",
            &[("year", "2019"), ("total_income", "100")],
        )
        .await;
        put(
            &world,
            "economy",
            VILLAGE,
            "",
            &[("year", "2020"), ("total_income", "250")],
        )
        .await;

        let province = world.actor("53-zr").await;
        let city = world.actor("530100-zr").await;
        let county = world.actor("530102-zr").await;
        let township = world.actor("530102010").await;
        let look = async |actor: &Actor<'_>, key: &str| ask(actor, key, &[]).await.unwrap();

        let view = look(&city, "progress").await;
        for (title, own, all) in [
            ("行政村总数", "2", "3"),
            ("年度任务数", "1", "1"),
            ("组织发动 完成数", "1", "1"),
            ("组织发动 完成率(%)", "50", "33.33"),
            ("规划编制 完成数 底图底数", "2", "3"),
            ("规划编制 完成数 实地调研", "1", "2"),
            ("规划编制 完成数 反馈工作成效", "0", "1"),
            ("审批通过数", "0", "1"),
            ("已备案数", "0", "1"),
            ("全部完成数", "0", "1"),
            ("完成率(%)", "0", "33.33"),
        ] {
            assert_eq!(
                (said(&view, "五华区", title), total(&view, title)),
                (own, all),
                "{title}"
            );
        }
        let of_year = ask(&city, "progress", &[("year", "2021")]).await.unwrap();
        assert_eq!(
            (
                total(&of_year, "行政村总数"),
                total(&of_year, "规划编制 完成数 底图底数")
            ),
            ("1", "1")
        );

        let villages = ask(&county, "planning_steps", &[("view", "villages")]).await.unwrap();
        assert_eq!(villages.count, Some(2));
        let at = column(&villages, "当前环节");
        let current: Vec<&str> = villages.lines.iter().map(|cells| cells[at].text.as_str()).collect();
        assert_eq!(current, ["实地调研", "现状分析"]);
        let done = ask(
            &county,
            "planning_steps",
            &[("view", "villages"), ("column", "field_survey")],
        )
        .await
        .unwrap();
        assert_eq!(done.count, Some(1), "the list behind the number");

        for (key, line, checks) in [
            (
                "documents",
                "五华区",
                &[
                    ("制定文件数", "1", "2"),
                    ("已制定的县(市、区)数", "1", "1"),
                    ("补充制定文件数", "0", "1"),
                ][..],
            ),
            (
                "institutions",
                "昆明市本级",
                &[
                    ("项目组人数", "1", "1"),
                    ("领导小组人数", "0", "1"),
                    ("联络服务站人数", "0", "1"),
                    ("在任人数合计", "1", "3"),
                ],
            ),
            (
                "mobilization",
                "五华区",
                &[
                    ("次数", "3", "3"),
                    ("按组织形式(次) 制发公开信", "2", "2"),
                    ("参与人数(人)", "127", "127"),
                    ("公开信/邀请函份数(份)", "1,200", "1,200"),
                ],
            ),
            (
                "training",
                "盘龙区",
                &[
                    ("培训场次(场)", "1", "3"),
                    ("线下场次(场)", "1", "1"),
                    ("培训人数(人)", "60", "100"),
                    ("回乡干部人次(人次)", "6", "11"),
                    ("学时", "4", "9"),
                ],
            ),
            (
                "baseline_survey",
                "五华区",
                &[
                    ("已登记数", "2", "2"),
                    ("年度任务数", "1", "1"),
                    ("省级审核通过数", "1", "1"),
                    ("通过率(%)", "50", "33.33"),
                    ("按村庄类型 集聚提升类", "1", "1"),
                    ("按村庄特征 坝区", "1", "1"),
                    ("按村庄特征 交通沿线", "1", "1"),
                    ("含重点项目", "1", "1"),
                ],
            ),
            (
                "annual_plans",
                "五华区",
                &[
                    ("年度计划数", "1", "2"),
                    ("省级审核通过数", "1", "1"),
                    ("年度编制任务数", "1", "2"),
                    ("累计比重(%)", "50", "66.67"),
                ],
            ),
            (
                "village_types",
                "2021",
                &[
                    ("已登记数", "1", "2"),
                    ("按村庄类型 集聚提升类", "1", "1"),
                    ("按村庄类型 特色保护类", "0", "1"),
                ],
            ),
            ("village_types", "2022", &[("按村庄类型 特色保护类", "1", "1")]),
            (
                "candidates",
                "五华区",
                &[
                    ("摸排人数(人)", "2", "3"),
                    ("愿意回乡人数(人)", "1", "2"),
                    ("愿意回乡率(%)", "50", "66.67"),
                    ("按人员类别(人) 公务员", "1", "2"),
                    ("按职级(人) 县处级", "1", "1"),
                ],
            ),
            (
                "roster",
                "五华区",
                &[
                    ("人数(人)", "3", "4"),
                    ("审核通过(人)", "2", "2"),
                    ("待县级审核(人)", "1", "1"),
                    ("待乡级审核(人)", "0", "1"),
                    ("按人员来源(人) 本村人员", "1", "1"),
                ],
            ),
            (
                "groups",
                "五华区",
                &[
                    ("行政村编制组数", "1", "2"),
                    ("组长数(人)", "1", "2"),
                    ("副组长数(人)", "1", "1"),
                    ("回乡干部数(人)", "2", "3"),
                    ("厅局级及以上(人)", "0", "1"),
                    ("县处级(人)", "1", "1"),
                    ("有公职人员参与的村数", "1", "2"),
                    ("无公职人员参与的村数", "1", "1"),
                ],
            ),
            (
                "planning_costs",
                "五华区",
                &[
                    ("服务村数(个)", "2", "3"),
                    ("合同金额(万元)", "25", "35.5"),
                    ("省财政补助(万元)", "10", "10"),
                    ("缺口(万元)", "15", "15"),
                ],
            ),
            (
                "work_log",
                "五华区",
                &[
                    ("次数(次)", "2", "2"),
                    ("人次(人次)", "10", "10"),
                    ("有工作纪实的行政村(个)", "1", "1"),
                    ("按所属环节(次) 底图底数", "1", "1"),
                ],
            ),
            (
                "participation",
                "五华区",
                &[("回乡干部(人)", "1", "1"), ("有回乡干部的行政村(个)", "1", "1")],
            ),
            ("results", "五华区", &[("行政村总数", "2", "3"), ("一书", "0", "0")]),
            (
                "county_review",
                "五华区",
                &[
                    ("已审查的行政村(个)", "1", "1"),
                    ("审查次数(次)", "2", "2"),
                    ("按审查结论(次) 通过", "1", "1"),
                ],
            ),
            (
                "resolutions",
                "五华区",
                &[
                    ("已填报(个)", "1", "1"),
                    ("通过村民决议(个)", "1", "1"),
                    ("已公示(个)", "0", "0"),
                    ("同意(人)", "75", "75"),
                ],
            ),
            (
                "filings",
                "五华区",
                &[
                    ("县级打回(个)", "1", "1"),
                    ("审批通过(个)", "0", "1"),
                    ("已备案(个)", "0", "1"),
                    ("备案率(%)", "0", "33.33"),
                ],
            ),
            (
                "outcomes",
                "五华区",
                &[
                    ("反馈条数(条)", "1", "1"),
                    ("按成效类别(条) 资金争取", "1", "1"),
                    ("按成效类别(条) 项目争取", "1", "1"),
                    ("争取资金(万元)", "123.45", "123.45"),
                    ("争取项目(个)", "2", "2"),
                ],
            ),
            (
                "hazards",
                "五华区",
                &[
                    ("隐患点数(个)", "1", "1"),
                    ("威胁户数(户)", "12", "12"),
                    ("威胁财产(万元)", "150", "150"),
                ],
            ),
            (
                "economy",
                "五华区",
                &[
                    ("村庄产业 产业数(个)", "1", "1"),
                    ("村庄产业 年产值(万元)", "120", "120"),
                    ("社会经济 集体经济总收入(万元)", "2.5", "2.5"),
                ],
            ),
        ] {
            let view = look(&city, key).await;
            for (title, own, all) in checks {
                assert_eq!(
                    (said(&view, line, title), total(&view, title)),
                    (*own, *all),
                    "{key} {title}"
                );
            }
        }
        // A year of 年度计划: its own share, and what the plans so far come to.
        let plans = ask(&city, "annual_plans", &[("year", "2022")]).await.unwrap();
        for (title, all) in [
            ("年度编制任务数", "1"),
            ("比重(%)", "33.33"),
            ("累计任务数", "2"),
            ("累计比重(%)", "66.67"),
        ] {
            assert_eq!(total(&plans, title), all, "{title}");
        }
        let plans = ask(&city, "annual_plans", &[("view", "records")]).await.unwrap();
        let share = column(&plans, "累计比重(%)");
        let mut shares: Vec<&str> = plans.lines.iter().map(|cells| cells[share].text.as_str()).collect();
        shares.sort_unstable();
        assert_eq!(shares, ["100", "50"]);
        // A year of 摸底调查: what is due are the villages that stand in its plan.
        let surveys = ask(&city, "baseline_survey", &[("year", "2021")]).await.unwrap();
        for (title, all) in [("行政村总数", "1"), ("已登记数", "1"), ("通过率(%)", "100")] {
            assert_eq!(total(&surveys, title), all, "{title}");
        }
        let funds = ask(&county, "project_funds", &[("year", "2022")]).await.unwrap();
        assert_eq!(
            (
                total(&funds, "投入(万元) 中央财政投入资金"),
                total(&funds, "投入(万元) 合计投入"),
                total(&funds, "执行率(%)")
            ),
            ("15", "15", "20")
        );
        assert_eq!(
            total(&look(&county, "project_funds").await, "投入(万元) 合计投入"),
            "114"
        );

        let letters = look(&province, "letters").await;
        assert_eq!(
            names(&letters),
            ["县医院", "县财政局"],
            "in their own order: nobody is ranked"
        );
        for (title, own) in [
            ("人数(人)", "2"),
            ("已发函(人)", "1"),
            ("未发函(人)", "1"),
            ("同意(人)", "1"),
            ("涉及县(个)", "2"),
            ("涉及村(个)", "2"),
        ] {
            assert_eq!(said(&letters, "县财政局", title), own, "{title}");
        }
        assert_eq!((total(&letters, "人数(人)"), total(&letters, "涉及县(个)")), ("3", "2"));
        let units = look(&province, "technical_units").await;
        for (title, own) in [
            ("负责人", "张工"),
            ("服务县数(个)", "2"),
            ("服务村数(个)", "3"),
            ("合同金额(万元)", "35.5"),
            ("村均合同额(万元)", "11.83"),
            ("已审查村数(个)", "1"),
            ("已批复村数(个)", "1"),
        ] {
            assert_eq!(said(&units, "云南规划院", title), own, "{title}");
        }
        // A village sees who is contracted for it, with what that contract says.
        let own = look(&world.actor(VILLAGE).await, "technical_units").await;
        for (title, told) in [("负责人", "张工"), ("服务村数(个)", "1"), ("合同金额(万元)", "25")] {
            assert_eq!(said(&own, "云南规划院", title), told, "{title}");
        }
        let behind = [("view", "records"), ("column", "amount"), ("value", "云南规划院")];
        let behind = ask(&world.actor(VILLAGE).await, "technical_units", &behind)
            .await
            .unwrap();
        assert_eq!(behind.count, Some(1));

        let cadres = ask(&county, "participation", &[("view", "records")]).await.unwrap();
        let cell = |title: &str| cadres.lines[0][column(&cadres, title)].text.clone();
        assert_eq!(
            [
                cell("参与次数"),
                cell("参与天数"),
                cell("涉及环节"),
                cell("最近参与日期")
            ],
            ["2", "3", "底图底数、实地调研", "2021-10-03"]
        );
        let resolved = ask(&county, "resolutions", &[("view", "records")]).await.unwrap();
        assert_eq!(resolved.lines[0][column(&resolved, "公示天数")].text, "29");

        let waiting = look(&city, "waiting").await;
        for (title, own, all) in [
            ("名单报审 待县级审核 件数", "1", "1"),
            ("名单报审 待县级审核 最长等待(天)", "0", "0"),
            ("名单报审 待乡级审核 件数", "0", "1"),
            ("名单报审 待乡级审核 最长等待(天)", "—", "0"),
            ("摸底调查 待市级审核 件数", "1", "1"),
            ("审批备案 待乡级提交 件数", "1", "1"),
        ] {
            assert_eq!(
                (said(&waiting, "五华区", title), total(&waiting, title)),
                (own, all),
                "{title}"
            );
        }

        let at = column(&waiting, "名单报审 待县级审核 件数");
        let line = waiting.lines.iter().find(|cells| cells[1].text == "五华区").unwrap();
        let parameters = parameters(&line[at].link);
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let behind = ask(&city, "roster", &parameters).await.unwrap();
        assert_eq!(
            (behind.count, behind.narrowed.as_str()),
            (Some(1), "待县级审核 · 调出待县级审核")
        );

        // Natural villages: those outside 纳入规划 do not count, what the village says of itself stands apart.
        let people = ask(&township, "population", &[("region", VILLAGE)]).await.unwrap();
        assert_eq!(names(&people), ["马坡村", "花椒村"]);
        assert_eq!(people.year, "2020");
        for (title, own, all) in [
            ("户数(户)", "30", "50"),
            ("户籍人口(人)", "100", "180"),
            ("三个年龄段合计(人)", "100", "180"),
            ("老龄化率(%)", "20", "22.22"),
        ] {
            assert_eq!(
                (said(&people, "马坡村", title), total(&people, title)),
                (own, all),
                "{title}"
            );
        }
        let before = ask(&township, "population", &[("region", VILLAGE), ("year", "2019")])
            .await
            .unwrap();
        assert_eq!(total(&before, "户籍人口(人)"), "99");
        let roads = ask(&township, "facilities", &[("region", VILLAGE)]).await.unwrap();
        assert_eq!(names(&roads), ["村域", "马坡村", "花椒村"]);
        assert_eq!(
            (
                said(&roads, "村域", "道路 长度(公里)"),
                total(&roads, "道路 长度(公里)"),
                total(&roads, "道路 硬化率(%)")
            ),
            ("0.75", "1", "25")
        );
        for (title, own, all) in [
            ("填报情况 总户数(户)", "30", "50"),
            ("基础设施 普及率(%) 供水管网(公里)", "83.33", "50"),
            ("基础设施 普及率(%) 污水处理设施(处)", "100", "100"),
            ("基础设施 普及率(%) 化粪池(个)", "0", "0"),
        ] {
            assert_eq!(
                (said(&roads, "马坡村", title), total(&roads, title)),
                (own, all),
                "{title}"
            );
        }
        let land = look(&county, "land_and_buildings").await;
        for (title, all) in [
            ("宅基地 宗数(宗)", "30"),
            ("宅基地 面积(平方米)", "3,000.5"),
            ("宅基地 闲置率(%)", "10"),
            ("建筑 总栋数(栋)", "40"),
            ("建筑 C、D级(栋)", "4"),
            ("宅基地 户均面积(平方米)", "60.01"),
            ("建筑 按结构 框架(栋)", "10"),
            ("建筑 按结构 框架占比(%)", "25"),
            ("建筑 按安全等级 D级占比(%)", "2.5"),
            ("消防 连片30户及以上的自然村(个)", "1"),
            ("消防 火塘(灶)改造(户)", "4"),
            ("主要隐患 自然村(个) 电线老化私拉", "2"),
            ("主要隐患 自然村(个) 柴草堆放", "1"),
        ] {
            assert_eq!(total(&land, title), all, "{title}");
        }
        let telling = look(&county, "telling").await;
        for (title, all) in [
            ("自然村(个)", "2"),
            ("已填报自然村(个) 人口状况", "2"),
            ("已填报自然村(个) 基础设施", "2"),
            ("已填报项数", "8"),
            ("应填报项数", "14"),
            ("填报率(%)", "57.14"),
        ] {
            assert_eq!(total(&telling, title), all, "{title}");
        }
    }
}

/// What an address asks for.
fn parameters(address: &str) -> Vec<(String, String)> {
    let (_, question) = address.split_once('?').unwrap();
    let pairs = url::form_urlencoded::parse(question.as_bytes());
    pairs.into_owned().collect()
}

#[tokio::test]
async fn what_is_outside_the_plan_is_neither_due_nor_done() {
    for on in stores() {
        let world = World::new(on).await;
        let east = "530102010001";
        for village in [VILLAGE, east] {
            complete(&world, &steps::MOBILIZATION, village).await;
            for step in steps::PLANNING {
                complete(&world, step, village).await;
            }
        }
        let township = world.actor("530102010").await;
        let counted = |view: &LedgerView| {
            ["组织发动 完成数", "组织发动 完成率(%)", "全部完成数", "完成率(%)"]
                .map(|title| total(view, title).to_owned())
        };
        let view = ask(&township, "progress", &[]).await.unwrap();
        assert_eq!(total(&view, "行政村总数"), "2", "{on:?}");
        assert_eq!(counted(&view), ["2", "100", "2", "100"]);
        let mut tx = world.app.store.begin().await.unwrap();
        let mut statement = Statement::new("update regions set planned = 0 where code = ");
        statement.text(east);
        statement.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let view = ask(&township, "progress", &[]).await.unwrap();
        assert_eq!(total(&view, "行政村总数"), "1", "{on:?}");
        assert_eq!(counted(&view), ["1", "100", "1", "100"], "{on:?}");
    }
}

#[tokio::test]
async fn a_number_leads_to_the_records_behind_it() {
    for on in stores() {
        number_leads_to_records(on).await;
    }
}

async fn number_leads_to_records(on: world::On) {
    let world = World::new(on).await;
    for (region, name, category) in [
        (VILLAGE, "李红", "1"),
        (VILLAGE, "王明", "4"),
        ("530102010001", "段学勤", "1"),
        ("530103001001", "马国荣", "1"),
    ] {
        put(
            &world,
            "candidates",
            region,
            "",
            &[("name", name), ("category", category), ("willing", "1")],
        )
        .await;
    }
    let city = world.actor("530100-zr").await;
    let view = ask(&city, "candidates", &[]).await.unwrap();
    let at = column(&view, "按人员类别(人) 公务员");
    let line = view.lines.iter().find(|cells| cells[1].text == "五华区").unwrap();
    assert_eq!(line[at].text, "2");
    let parameters = parameters(&line[at].link);
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let list = ask(&city, "candidates", &parameters).await.unwrap();
    assert_eq!(list.count, Some(2));
    assert_eq!(list.narrowed, "按人员类别(人) 公务员");
    let name = column(&list, "人员姓名");
    let mut found: Vec<&str> = list.lines.iter().map(|cells| cells[name].text.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, ["李红", "段学勤"]);
    // And a record to its page.
    let open = &list.lines[0].last().unwrap().link;
    assert!(open.starts_with("/desk/candidates?open="), "{open}");
    assert_eq!(city.get(open).await.status, 200);
    // So does a step of 工作进度总台账.
    complete(&world, &steps::TRAINING, VILLAGE).await;
    let progress = ask(&city, "progress", &[]).await.unwrap();
    let cell = &progress.total.as_ref().unwrap()[column(&progress, "培训学习 完成数")];
    assert_eq!(cell.text, "1");
    let parameters = self::parameters(&cell.link);
    let parameters: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let list = ask(&city, "progress", &parameters).await.unwrap();
    assert_eq!(list.count, Some(1), "{}", cell.link);
    let said = |title: &str| list.lines[0][column(&list, title)].text.as_str();
    assert_eq!((said("培训学习 是否完成"), said("组织发动 是否完成")), ("是", "否"));
    assert!(said("培训学习 完成时间").starts_with("2023-"), "{:?}", list.lines[0]);
    // What is shown narrows the list; what nobody can have chosen does not.
    for (code, count) in [("1", 4), ("0", 0), ("x", 4)] {
        let filters = [("view", "records"), ("willing", code)];
        let list = ask(&city, "candidates", &filters).await.unwrap();
        assert_eq!(list.count, Some(count), "{code}");
    }
    // The name of a line leads one level down.
    assert_eq!(line[1].link, "/ledgers/candidates?region=530102");
    let below = ask(&city, "candidates", &[("region", "530102")]).await.unwrap();
    assert_eq!(names(&below), ["西翥街道"]);
}

/// Whatever counts records or places leads to a list of as many, in every ledger, from the first line and from 合计.
#[tokio::test]
async fn every_count_leads_to_as_many() {
    let world = World::new(world::On::Sqlite).await;
    province::fill(&world.app).await.unwrap();
    let mut followed = BTreeSet::new();
    let years: [&[(&str, &str)]; 2] = [&[], &[("year", "2021")]];
    let accounts = ["53-zr", "530100-zr", "530102-zr", "530102010", VILLAGE];
    for (account, filters) in accounts.iter().flat_map(|account| years.map(|year| (*account, year))) {
        let actor = world.actor(account).await;
        for ledger in ledgers::ALL {
            let Ok(view) = ask(&actor, ledger.key, filters).await else {
                continue;
            };
            if !filters.is_empty() && view.years.is_empty() {
                continue;
            }
            // Of a village the first line is its own, the next one a natural village.
            for line in view.lines.iter().take(2).chain(&view.total) {
                let mut at = 0;
                for column in ledger.all_columns() {
                    let found = view.heads[at..].iter().position(|head| match column.of {
                        Of::Each(..) => head.group == column.title,
                        _ => head.title == column.title && head.group == column.group,
                    });
                    let Some(found) = found else { continue };
                    at += found;
                    let counts = match column.of {
                        Of::Count(_)
                        | Of::Done(_)
                        | Of::DoneAll(_)
                        | Of::Filled(..)
                        | Of::Lacking(_)
                        | Of::Topic(_)
                        | Of::Named(..)
                        | Of::Divisions(Level::Village | Level::NaturalVillage) => true,
                        Of::Each(_, _, sum) => sum.is_empty(),
                        _ => false,
                    };
                    let cell = &line[at];
                    if !counts || cell.link.is_empty() {
                        continue;
                    }
                    let parameters = parameters(&cell.link);
                    let parameters: Vec<(&str, &str)> = parameters
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str()))
                        .collect();
                    let (path, _) = cell.link.split_once('?').unwrap();
                    let list = ask(&actor, path.trim_start_matches("/ledgers/"), &parameters)
                        .await
                        .unwrap();
                    let number: i64 = cell.text.replace(',', "").parse().unwrap();
                    assert_eq!(
                        list.count,
                        Some(number),
                        "{account} {} {}: {}",
                        ledger.key,
                        column.key,
                        cell.link
                    );
                    followed.insert(ledger.key);
                }
            }
        }
    }
    assert!(followed.len() > 20, "{followed:?}");
}

/// Adds a row of a table with given rows.
async fn table_row(world: &World, grid: &str, parent: &str, item: &str, base: i64, target: i64) {
    let mut tx = world.app.store.begin().await.unwrap();
    let mut statement = Statement::new("insert into plan_tables_");
    statement
        .push(grid)
        .push(" (id, parent, position, item, base, target) values (");
    statement
        .text(db::new_id())
        .push(", ")
        .text(parent)
        .push(", 0, ")
        .text(item);
    statement.push(", ").integer(base).push(", ").integer(target).push(")");
    statement.execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// L-20 and L-21: amounts over several villages are their sum, what is worked out is worked out of the sums, and shares are not
/// added up.
#[tokio::test]
async fn both_tables_are_added_up_row_by_row_and_division_by_division() {
    for on in stores() {
        let world = World::new(on).await;
        let tower = "530103001001";
        // In hundredths, as they are stored.
        for (village, people, land, homes) in [
            (VILLAGE, (100_000, 110_000), (1_000, 1_200), (300, 400)),
            (tower, (50_000, 45_000), (500, 500), (100, 100)),
        ] {
            let record = put(&world, "plan_tables", village, "", &[]).await;
            for (item, (base, target)) in [
                ("population", people),
                ("village_land", land),
                ("tap_water", (9_000, 10_000)),
            ] {
                table_row(&world, "indicators", &record, item, base, target).await;
            }
            table_row(&world, "structure", &record, "s08", homes.0, homes.1).await;
        }
        let city = world.actor("530100-zr").await;
        let indicators = ask(&city, "indicators", &[]).await.unwrap();
        for (row, base, target, change) in [
            ("户籍人口", "1,500", "1,550", "50"),
            ("村庄建设用地规模", "15", "17", "2"),
            ("人均村庄建设用地面积", "100", "109.68", "9.68"),
            ("自来水普及率", "—", "—", "—"),
        ] {
            let says = |title| said(&indicators, row, title);
            assert_eq!(
                (says("基期年"), says("目标年"), says("变化量")),
                (base, target, change),
                "{row}"
            );
        }
        let land = ask(&city, "land_use", &[]).await.unwrap();
        for row in ["村庄·农村宅基地", "村庄建设用地 小计"] {
            let says = |title| said(&land, row, title);
            assert_eq!(
                (says("基期年"), says("目标年"), says("变化量")),
                ("4", "5", "1"),
                "{row}"
            );
        }
        let divided = ask(&city, "indicators", &[("view", "divisions")]).await.unwrap();
        for (title, own, all) in [
            ("已填报(个)", "1", "2"),
            ("行政村总数(个)", "2", "3"),
            ("户籍人口(人) 基期年", "1,000", "1,500"),
            ("户籍人口(人) 变化量", "100", "50"),
            ("人均村庄建设用地面积(平方米/人) 目标年", "109.09", "109.68"),
            ("自来水普及率(%) 目标年", "—", "—"),
        ] {
            assert_eq!(
                (said(&divided, "五华区", title), total(&divided, title)),
                (own, all),
                "{title}"
            );
        }
        // Each division leads to those below it, down to the villages.
        let line = divided.lines.iter().find(|cells| cells[1].text == "五华区").unwrap();
        assert_eq!(line[1].link, "/ledgers/indicators?region=530102&view=divisions");
        let villages = [("view", "divisions"), ("region", "530102010")];
        let below = ask(&city, "indicators", &villages).await.unwrap();
        assert_eq!(said(&below, "三多社区", "户籍人口(人) 目标年"), "1,100");
        // A row that has to be filled and is not keeps 两表 open.
        put(&world, "county_review", VILLAGE, "", &[("reviewed_on", "2022-05-01")]).await;
        let reviews = ask(&city, "county_review", &[("view", "records")]).await.unwrap();
        assert_eq!(said(&reviews, "五华区", "两表完成"), "否");
    }
}

/// L-18: whether a file is there, and L-31: since when nobody has signed in.
#[tokio::test]
async fn files_and_accounts_are_told_one_by_one() {
    for on in stores() {
        let world = World::new(on).await;
        let draft = put(&world, "draft_plan", VILLAGE, "", &[]).await;
        let mut tx = world.app.store.begin().await.unwrap();
        let account = db::accounts::by_key(&mut tx, "sys-01").await.unwrap().unwrap().account;
        for (position, field) in ["village_map", "hamlet_maps", "hamlet_maps"].into_iter().enumerate() {
            let mut statement = Statement::new(
                "insert into attachments (id, form, record, field, position, name, uploaded_name, kind, size, sha256, state, \
                 created_by, created_at) values (",
            );
            statement
                .text(db::new_id())
                .push(", 'draft_plan', ")
                .text(draft.as_str())
                .push(", ");
            statement.text(field).push(", ").integer(position as i64);
            statement
                .push(", '图.pdf', '图.pdf', 'pdf', 1, 'x', 'kept', ")
                .text(account.id.as_str());
            statement.push(", ").text(world.app.clock.now()).push(")");
            statement.execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        hamlet(&world, 1, "马坡村", true).await;
        let county = world.actor("530102-zr").await;
        let results = ask(&county, "results", &[]).await.unwrap();
        for (title, all) in [("行政村总数", "2"), ("村域图", "1"), ("自然村图", "1"), ("一书", "0")] {
            assert_eq!(total(&results, title), all, "{title}");
        }
        let villages = ask(&county, "results", &[("view", "villages"), ("region", "530102010")])
            .await
            .unwrap();
        for (title, own) in [("两图（村域）", "有"), ("两图（自然村）", "2/1"), ("一书", "无")] {
            assert_eq!(said(&villages, "三多社区", title), own, "{title}");
        }
        let accounts = ask(&county, "accounts", &[]).await.unwrap();
        let line = |key: &str| accounts.lines.iter().find(|cells| cells[1].text == key).unwrap();
        assert_eq!(line(VILLAGE)[column(&accounts, "状态")].text, "正常");
        assert!(!accounts.lines.iter().any(|cells| cells[1].text.starts_with("530103")));
    }
}

#[tokio::test]
async fn a_workbook_holds_what_is_shown_or_everything_below() {
    let world = World::new(world::On::Sqlite).await;
    put(
        &world,
        "mobilization",
        VILLAGE,
        "",
        &[("title", "=1+1"), ("held_on", "2021-08-11"), ("participants", "35")],
    )
    .await;
    put(
        &world,
        "mobilization",
        "530102",
        "",
        &[("title", "动员会"), ("held_on", "2021-09-11"), ("participants", "80")],
    )
    .await;
    let county = world.actor("530102-zr").await;
    let rows = |content: Vec<u8>| -> Vec<Vec<String>> {
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(content)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        range
            .rows()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect()
    };
    let shown = county.get("/ledgers/mobilization/export").await;
    assert_eq!(shown.status, 200);
    let shown = rows(shown.body);
    assert!(
        shown[0][0].starts_with("组织发动台账（昆明市 / 五华区）"),
        "{:?}",
        shown[0]
    );
    assert!(shown[1][0].starts_with("截止时间：2023-05-01"), "{:?}", shown[1]);
    let taken_out = "五华区自然资源局（530102-zr）于 2023-05-01";
    assert!(
        shown[1][0].contains(taken_out) && shown[1][0].contains("编号"),
        "{:?}",
        shown[1]
    );
    assert_eq!(shown[4][1], "五华区本级");
    assert_eq!(shown.last().unwrap()[1], "合计");
    let all = rows(county.get("/ledgers/mobilization/export-all").await.body);
    let names: Vec<(&str, &str)> = all[4..].iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(
        names,
        [("西翥街道", ""), ("西翥街道", "东村社区"), ("西翥街道", "三多社区")]
    );
    // What natural villages tell goes down to them.
    hamlet(&world, 1, "马坡村", true).await;
    let all = rows(county.get("/ledgers/telling/export-all").await.body);
    let names: Vec<Vec<&str>> = all
        .iter()
        .map(|row| row.iter().take(3).map(String::as_str).collect())
        .collect();
    assert!(names.contains(&vec!["西翥街道", "三多社区", "马坡村"]), "{names:?}");
    let village = world.actor(VILLAGE).await;
    let own = rows(village.get("/ledgers/mobilization/export-all").await.body);
    assert!(
        own.iter().any(|row| row[1] == "三多社区"),
        "what has nothing below stands for itself: {own:?}"
    );
    let content = county
        .get("/ledgers/mobilization/export-all?view=records&from=2021-08-01&to=2021-08-31")
        .await
        .body;
    let list = rows(content.clone());
    assert_eq!(list.len(), 4, "one row of titles where none share a heading: {list:?}");
    assert!(list[3].iter().any(|cell| cell == "=1+1"), "a text stays a text");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(content)).unwrap();
    let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    let at = list[2].iter().position(|title| title == "开展日期").unwrap();
    let day = range.get((3, at)).unwrap();
    assert!(matches!(day, calamine::Data::DateTime(_)), "a day is a day: {day:?}");
    // Who took what home is written down.
    let mut reader = world.app.store.reader().await.unwrap();
    let mut statement = Statement::new("select count(*) from audits where act = 'export' and opinion like ");
    statement.text("组织发动台账%");
    assert_eq!(statement.number(&mut reader).await.unwrap(), 4);
}

#[tokio::test]
async fn the_brief_of_the_week_says_what_has_moved() {
    for on in stores() {
        let world = World::new(on).await;
        let (now, before) = (world.app.clock.now(), world.app.clock.after(-14 * 24 * 3_600));
        let mut tx = world.app.store.begin().await.unwrap();
        let account = db::accounts::by_key(&mut tx, VILLAGE).await.unwrap().unwrap().account;
        let village = Region::parse(VILLAGE).unwrap();
        for (step, at) in [
            (&steps::MOBILIZATION, &before),
            (&steps::TRAINING, &before),
            (&steps::BASELINE_SURVEY, &now),
            // Opened again and done again: as it was a week ago.
            (&steps::CANDIDATE_SEARCH, &before),
        ] {
            db::completions::complete(&mut tx, step, std::slice::from_ref(&village), "", &account, at)
                .await
                .unwrap();
        }
        let reopening = Reopening {
            account: &account,
            address: "",
            act: Act::Reopen,
            reason: "",
            now: &now,
        };
        for step in [&steps::TRAINING, &steps::CANDIDATE_SEARCH] {
            completions::reopen(&mut tx, step, &village, "", &reopening)
                .await
                .unwrap();
        }
        let again = [village.clone()];
        db::completions::complete(&mut tx, &steps::CANDIDATE_SEARCH, &again, "", &account, &now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        put(&world, "filing", VILLAGE, "submitted", &[]).await;

        // Neither another's part of the tree nor a village has one.
        for (who, region) in [
            ("530102-zr", "530103"),
            ("530102-zr", "5301"),
            (VILLAGE, VILLAGE),
            ("sys-01", "53"),
        ] {
            let answer = world
                .actor(who)
                .await
                .get(&format!("/ledgers/progress/brief.docx?region={region}"))
                .await;
            assert_eq!(answer.status, 404, "{on:?} {who} {region}");
        }
        let county = world.actor("530102-zr").await;
        assert!(ask(&county, "progress", &[]).await.unwrap().has_brief);
        assert!(
            !ask(&county, "progress", &[("region", VILLAGE)])
                .await
                .unwrap()
                .has_brief
        );
        assert!(!ask(&county, "planning_steps", &[]).await.unwrap().has_brief);
        let word = county.get("/ledgers/progress/brief.docx").await;
        assert_eq!(word.status, 200, "{on:?}");
        let mut archive = zip::ZipArchive::new(Cursor::new(word.body)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
        for said in [
            "五华区“干部规划家乡行动”工作情况通报",
            "纳入规划范围的行政村（社区）2个",
            "较2023年4月24日持平",
            "审批备案待县级审批1件",
            "五华区自然资源局（530102-zr）于 2023-05-01",
        ] {
            assert!(text.contains(said), "{on:?}: {said} in {text}");
        }
        let book = county.get("/ledgers/progress/brief.xlsx?region=530102010").await;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book.body)).unwrap();
        let range = calamine::Reader::worksheet_range(&mut book, "各环节完成情况").unwrap();
        let line = |title: &str| -> Vec<String> {
            let found = range.rows().find(|row| row[0] == title).unwrap();
            found[1..].iter().map(ToString::to_string).collect()
        };
        assert_eq!(line("组织发动"), ["1", "50", "0"], "{on:?}");
        assert_eq!(line("培训学习"), ["0", "0", "-1"], "{on:?}: taken back since");
        assert_eq!(line("摸底调查"), ["1", "50", "1"], "{on:?}");
        assert_eq!(line("人员摸排"), ["1", "50", "0"], "{on:?}");
        let places = calamine::Reader::worksheet_range(&mut book, "各地进展情况").unwrap();
        let names: Vec<String> = places.rows().skip(3).map(|row| row[0].to_string()).collect();
        assert_eq!(names, ["东村社区", "三多社区"], "{on:?}");
    }
}

/// A second, naive count over everything that the province seed makes, record by record.
#[tokio::test]
async fn every_sum_is_a_recount() {
    for on in stores() {
        let world = World::new(on).await;
        province::fill(&world.app).await.unwrap();
        let naive = Naive::of(&world).await;
        for (account, region) in [
            ("53-zr", PROVINCE),
            ("530100-zr", "5301"),
            ("530102-zr", "530102"),
            ("530102010", "530102010"),
            (VILLAGE, VILLAGE),
        ] {
            let actor = world.actor(account).await;
            // What lies with the county is found in the villages that it names: below that the naive count does not know where.
            let knows_values = Region::parse(region).unwrap().level() <= Level::County;
            let counted = |ledger: &&&Ledger| match ledger.rows {
                Rows::Divisions => true,
                Rows::Values(..) => knows_values,
                Rows::Items(..) | Rows::Lists => false,
            };
            for ledger in ledgers::ALL.iter().filter(counted) {
                // As it opens, and of one year alone.
                for filters in [&[][..], &[("year", "2021")]] {
                    let Ok(view) = ask(&actor, ledger.key, filters).await else {
                        continue;
                    };
                    if filters.is_empty() || !view.years.is_empty() {
                        naive.check(ledger, &view, &Region::parse(region).unwrap());
                    }
                }
            }
        }
    }
}

/// What a line is about.
struct Part<'a> {
    inside: &'a dyn Fn(&Region) -> bool,
    /// The field and the value that make the line.
    value: Option<(&'static str, String)>,
    year: Option<i64>,
}

impl Part<'_> {
    fn inside(&self, region: &Region) -> bool {
        (self.inside)(region)
    }
}

fn text_of(record: &db::records::Stored, field: &str) -> String {
    match record.values.get(field) {
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        None => String::new(),
    }
}

/// Everything that is stored, in memory.
struct Naive {
    records: BTreeMap<&'static str, Vec<db::records::Stored>>,
    planned: BTreeSet<String>,
    divisions: Vec<(Region, bool)>,
    names: BTreeMap<(Option<Region>, String), Region>,
    done: Vec<(String, Region)>,
}

impl Naive {
    async fn of(world: &World) -> Self {
        let mut reader = world.app.store.reader().await.unwrap();
        let mut codes = Vec::new();
        let statement = Statement::new("select code, planned, name from regions");
        let mut divisions = Vec::new();
        let mut names = BTreeMap::new();
        for row in statement.rows(&mut reader).await.unwrap() {
            use sqlx::Row;
            let (code, planned, name): (String, i64, String) = (row.get(0), row.get(1), row.get(2));
            let region = Region::parse(&code).unwrap();
            codes.push(region.clone());
            names.insert((region.parent(), name), region.clone());
            divisions.push((region, planned == 1));
        }
        let mut records = BTreeMap::new();
        for form in forms::ALL.iter().copied() {
            let mut all = Vec::new();
            for region in &codes {
                all.extend(
                    db::records::of_region(&mut reader, form, region, 100_000)
                        .await
                        .unwrap(),
                );
            }
            records.insert(form.key, all);
        }
        let mut done = Vec::new();
        for step in steps::ALL.iter().chain(steps::PLANNING) {
            for one in db::completions::within(&mut reader, step, &Region::province(), "")
                .await
                .unwrap()
            {
                done.push((step.key.to_owned(), Region::parse(&one.region).unwrap()));
            }
        }
        Self {
            records,
            planned: divisions
                .iter()
                .filter(|(_, planned)| *planned)
                .map(|(region, _)| region.code().to_owned())
                .collect(),
            divisions,
            names,
            done,
        }
    }

    fn check(&self, ledger: &'static Ledger, view: &LedgerView, region: &Region) {
        let year = view.year.parse::<i64>().ok();
        for cells in view.lines.iter().map(Some).chain([None]) {
            let line = cells.or(view.total.as_ref()).unwrap();
            // The own line and that of a village without natural villages stand for the region itself.
            let by_value = match ledger.rows {
                Rows::Values(_, field, _) => Some(field),
                _ => None,
            };
            let place = cells
                .filter(|_| by_value.is_none())
                .map(|cells| self.place(region, &cells[1].text, &cells[1].link));
            let inside = |record: &Region| match &place {
                None => region.contains(record),
                Some(Place::Own) => record == region,
                Some(Place::All) => region.contains(record),
                Some(Place::Part(part)) => part.contains(record),
            };
            let value = by_value.zip(cells).map(|(field, cells)| match cells[1].text.as_str() {
                "（未填）" => (field, String::new()),
                value => (field, value.to_owned()),
            });
            let part = Part {
                inside: &inside,
                value,
                year,
            };
            for column in ledger.all_columns() {
                if let Of::Each(records, field, sum) = column.of {
                    for (label, number, scale) in self.each(ledger, (records, field, sum), &part) {
                        let own = |head: &LedgerHead| head.group == column.title && head.title == label;
                        let at = view.heads.iter().position(own).unwrap();
                        let expected = grouped(&format_scaled(number, scale));
                        assert_eq!(
                            line[at].text, expected,
                            "{} {} {label} at {region}",
                            ledger.key, column.key
                        );
                    }
                    continue;
                }
                let Some((number, scale)) = self.count(ledger, column.of, &part) else {
                    continue;
                };
                let at = view
                    .heads
                    .iter()
                    .position(|head| head.title == column.title && (head.group == column.group))
                    .unwrap();
                let expected = grouped(&format_scaled(number, scale));
                assert_eq!(
                    line[at].text,
                    expected,
                    "{} {} of {:?} at {region}",
                    ledger.key,
                    column.key,
                    cells.map(|cells| &cells[1].text)
                );
            }
        }
    }

    /// The villages that stand in the plan of the year, for a ledger that is narrowed by it.
    fn tasked(&self, ledger: &Ledger, year: Option<i64>) -> Option<BTreeSet<String>> {
        let year = year.filter(|_| ledger.year == ByYear::Task)?;
        let surveyed = self.records["baseline_survey"].iter();
        let of_year = surveyed.filter(|record| record.values.get("plan_year").and_then(Value::integer) == Some(year));
        Some(of_year.map(|record| record.region.code().to_owned()).collect())
    }

    fn place(&self, region: &Region, name: &str, link: &str) -> Place {
        if name.ends_with("本级") || name == "村域" {
            return Place::Own;
        }
        let linked = link
            .split("region=")
            .nth(1)
            .and_then(|rest| Region::parse(rest.split('&').next()?));
        if let Some(part) = linked {
            return Place::Part(part);
        }
        match self.names.get(&(Some(region.clone()), name.to_owned())) {
            Some(part) => Place::Part(part.clone()),
            // A village alone, or a township's villages, which go by their short names.
            None if region.level() == Level::Village => Place::All,
            None => {
                let long = format!("{name}居民委员会");
                Place::Part(self.names[&(Some(region.clone()), long)].clone())
            }
        }
    }

    fn count(&self, ledger: &Ledger, of: Of, part: &Part<'_>) -> Option<(i64, u32)> {
        // What stands in the plan of the year, where the ledger is narrowed by that.
        let tasked = self.tasked(ledger, part.year);
        let due = |region: &Region| {
            part.inside(region) && tasked.as_ref().is_none_or(|tasked| tasked.contains(region.code()))
        };
        let number = match of {
            Of::Divisions(level) => {
                let all = self
                    .divisions
                    .iter()
                    .filter(|(region, planned)| region.level() == level && *planned && due(region));
                all.count() as i64
            }
            Of::Done(step) => self
                .done
                .iter()
                .filter(|(key, region)| key == step.key && due(region) && self.planned.contains(region.code()))
                .count() as i64,
            Of::DoneAll(all) => {
                let villages: BTreeSet<&Region> = self
                    .done
                    .iter()
                    .map(|(_, region)| region)
                    .filter(|region| due(region) && self.planned.contains(region.code()))
                    .collect();
                let complete = villages.into_iter().filter(|region| {
                    all.iter()
                        .all(|step| self.done.iter().any(|(key, one)| key == step.key && one == *region))
                });
                complete.count() as i64
            }
            Of::Count(records) => self.those(ledger, records, part).count() as i64,
            Of::Places(records, level) => {
                let places: BTreeSet<Region> = self
                    .those(ledger, records, part)
                    .filter_map(|record| record.region.at(level))
                    .collect();
                places.len() as i64
            }
            Of::Sum(records, fields) => {
                let form = forms::find(records.form).unwrap();
                let scale = match form.field(fields[0]).unwrap().kind {
                    Kind::Decimal { scale, .. } | Kind::Computed { scale, .. } => scale,
                    _ => 0,
                };
                let sum: i64 = self
                    .those(ledger, records, part)
                    .map(|record| {
                        fields
                            .iter()
                            .filter_map(|field| record.values.get(field)?.integer())
                            .sum::<i64>()
                    })
                    .sum();
                return Some((sum, scale));
            }
            Of::Lacking(records) => {
                let with: BTreeSet<&Region> = self.those(ledger, records, part).map(|record| &record.region).collect();
                let villages = self
                    .divisions
                    .iter()
                    .filter(|(region, planned)| region.level() == Level::Village && *planned && due(region));
                villages.filter(|(region, _)| !with.contains(region)).count() as i64
            }
            Of::Distinct(records, field) => {
                let values: BTreeSet<&str> = self
                    .those(ledger, records, part)
                    .map(|record| record.text(field))
                    .filter(|value| !value.is_empty())
                    .collect();
                values.len() as i64
            }
            Of::Topic(forms) => {
                let tells = |region: &Region| {
                    forms
                        .iter()
                        .any(|form| self.records[form].iter().any(|record| record.region == *region))
                        || self.records["hamlet_absences"].iter().any(|record| {
                            record.region == *region && record.text("absent").split(',').any(|one| forms.contains(&one))
                        })
                };
                let hamlets = self
                    .divisions
                    .iter()
                    .filter(|(region, planned)| region.level() == Level::NaturalVillage && *planned && due(region));
                hamlets.filter(|(region, _)| tells(region)).count() as i64
            }
            Of::Named(form, field, Naming::All) => {
                let of_line = |record: &&db::records::Stored| {
                    let value = part.value.as_ref();
                    value.is_none_or(|(field, value)| text_of(record, field) == *value)
                };
                let named = self.records[form]
                    .iter()
                    .filter(of_line)
                    .flat_map(|record| record.text(field).split(','));
                named
                    .filter_map(Region::parse)
                    .filter(|region| part.inside(region))
                    .count() as i64
            }
            _ => return None,
        };
        Some((number, 0))
    }

    /// Label, number and scale for each code of a column that spreads over them.
    fn each(
        &self,
        ledger: &Ledger,
        (records, field, sum): (Records, &'static str, &'static str),
        part: &Part<'_>,
    ) -> Vec<(&'static str, i64, u32)> {
        let form = forms::find(records.form).unwrap();
        let (Kind::Choice(list) | Kind::Choices(list)) = form.field(field).unwrap().kind else {
            panic!("{field} has no codes");
        };
        let scale = match form.field(sum).map(|field| field.kind) {
            Some(Kind::Decimal { scale, .. }) => scale,
            _ => 0,
        };
        let codes = list.codes().iter().map(|code| {
            let holding = self
                .those(ledger, records, part)
                .filter(|record| record.text(field).split(',').any(|one| one == code.code));
            let number = holding
                .map(|record| match sum {
                    "" => 1,
                    sum => record.values.get(sum).and_then(Value::integer).unwrap_or_default(),
                })
                .sum();
            (code.label, number, scale)
        });
        codes.collect()
    }

    fn those<'a>(
        &'a self,
        ledger: &'a Ledger,
        records: Records,
        part: &'a Part<'a>,
    ) -> impl Iterator<Item = &'a db::records::Stored> {
        let form: &'static Form = forms::find(records.form).unwrap();
        let tasked = self.tasked(ledger, part.year);
        let year = part.year;
        self.records[form.key].iter().filter(move |record| {
            let counts = record.region.level() < Level::NaturalVillage || self.planned.contains(record.region.code());
            let kept = records
                .except
                .is_none_or(|(field, code)| text_of(record, field) != code);
            let of_line = part.value.as_ref();
            let of_line = of_line.is_none_or(|(field, value)| text_of(record, field) == *value);
            let tasked = tasked
                .as_ref()
                .is_none_or(|tasked| tasked.contains(record.region.code()));
            let holds = records
                .holding
                .iter()
                .all(|(field, codes)| match record.values.get(field) {
                    Some(Value::Integer(number)) => codes.contains(&number.to_string().as_str()),
                    Some(Value::Text(text)) => text.split(',').any(|code| codes.contains(&code)),
                    None => false,
                });
            let of_year = match (ledger.year, year) {
                (ByYear::Field(field) | ByYear::Last(field), Some(year)) if form.field(field).is_some() => {
                    let own = record.values.get(field).and_then(Value::integer);
                    own == Some(year) || records.so_far && own.is_some_and(|own| own < year)
                }
                _ => true,
            };
            let number = |field: &str| record.values.get(field).and_then(Value::integer);
            let large = records.least.is_none_or(|(field, least)| number(field) >= Some(least));
            let last = !records.last_year || number("year") == Some(POPULATION_YEARS.years().1);
            counts
                && kept
                && holds
                && large
                && last
                && of_year
                && of_line
                && tasked
                && part.inside(&record.region)
                && (records.states.is_empty() || records.states.contains(&record.status.as_str()))
        })
    }
}

enum Place {
    Own,
    All,
    Part(Region),
}
