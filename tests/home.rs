//! 首页 (spec §4.10) of everybody in a world with work waiting, 催办 and its refusals, and the consistency panel.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::consistency::{ConsistencyView, NumberLine};
use hometown::api::home::{HomeView, WaitingLine, WaitingNumbers};
use hometown::domain::audit::Act;
use hometown::domain::field::{Kind, Suggestion};
use hometown::domain::known::{self, Home};
use hometown::domain::record::{Draft, DraftRow, Opened};
use hometown::domain::region::Region;
use hometown::domain::value::Value;
use hometown::error::AppError;
use hometown::server::db::{self, records::NewRecord, sql::Statement};
use hometown::steps;
use serde_json::{Value as Json, json};
use world::filling::{filled, point};
use world::{Actor, On, VILLAGE, World, draft, stores};

const OTHER: &str = "530102010001";
const FOREIGN: &str = "530103001001";

async fn home(actor: &Actor<'_>) -> HomeView {
    actor.call("home", json!({ "all": false })).await.unwrap()
}

async fn numbers(actor: &Actor<'_>) -> WaitingNumbers {
    actor.call("waiting_counts", json!({})).await.unwrap()
}

fn lines(home: &HomeView) -> Vec<&WaitingLine> {
    home.waiting.iter().flat_map(|group| &group.lines).collect()
}

fn line<'a>(home: &'a HomeView, link: &str) -> &'a WaitingLine {
    let found = lines(home).into_iter().find(|line| line.link == link);
    found.unwrap_or_else(|| {
        let links: Vec<&str> = lines(home).iter().map(|line| line.link.as_str()).collect();
        panic!("no line leads to {link}: {links:?}")
    })
}

/// An entry of 名单报审 as its village submits it.
async fn entry(world: &World, village: &str, name: &str) -> (String, i64) {
    let actor = world.actor(village).await;
    let opened: Opened = actor
        .call(
            "open_record",
            json!({ "page": "roster", "tab": "village", "id": "new-local", "region": null }),
        )
        .await
        .unwrap();
    let form = hometown::forms::find("roster").unwrap();
    let mut draft = filled(form, &opened.draft);
    point(world, form, &mut draft).await;
    for (key, text) in [
        ("name", name),
        ("source", "local"),
        ("local_duty", "secretary"),
        ("role", "member"),
        ("unit", "村委会"),
        ("person", ""),
    ] {
        draft.set(key, text);
    }
    draft.receiver = opened.receivers.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let saved = actor.save("roster", &opened.id, 0, "k", &draft).await.unwrap();
    (opened.id, saved.opened.version)
}

async fn decide(actor: &Actor<'_>, form: &str, id: &str, version: i64, verb: &str, opinion: &str, pins: Json) {
    let act = json!({
        "form": form, "id": id, "version": version, "verb": verb, "opinion": opinion, "receiver": "", "pins": pins,
        "values": {},
    });
    let answer: Json = actor.call("decide", json!({ "act": act })).await.unwrap();
    drop(answer);
}

#[tokio::test]
async fn everybody_sees_what_waits_for_them_with_the_exact_button() {
    for on in stores() {
        let world = World::new(on).await;
        let (returned, version) = entry(&world, VILLAGE, "李四").await;
        entry(&world, OTHER, "王五").await;
        // The next county has work of its own, which counts for nobody here.
        entry(&world, FOREIGN, "外人").await;
        let township = world.actor("530102010").await;
        let seen = home(&township).await;
        let waiting = line(&seen, "/desk/roster?tab=village&status=township_review");
        assert_eq!(waiting.buttons, ["审批通过", "打回"], "{on:?}");
        assert_eq!(waiting.count, "2 条", "{on:?}");
        assert_eq!(waiting.state.as_ref().unwrap().title, "待乡级审核");
        assert_eq!(numbers(&township).await.of("roster"), 2);
        // One goes back with a remark at a field, the other goes on.
        decide(
            &township,
            "roster",
            &returned,
            version,
            "return",
            "请核对姓名",
            json!({ "name": "与身份证不符" }),
        )
        .await;
        let village = world.actor(VILLAGE).await;
        let seen = home(&village).await;
        let back = &seen.returned[0];
        assert_eq!(
            (back.name.as_str(), back.opinion.as_str(), back.pins),
            ("李四", "请核对姓名", 1)
        );
        assert_eq!(back.link, format!("/desk/roster?tab=village&open={returned}"));
        assert_eq!(
            line(&seen, "/desk/roster?tab=village&status=township_returned").buttons,
            ["提交"]
        );
        // The neighbour sees nothing of it; neither does the next county.
        let neighbour = home(&world.actor(OTHER).await).await;
        assert!(neighbour.returned.is_empty(), "{on:?}");
        assert_eq!(numbers(&world.actor(OTHER).await).await.of("roster"), 0);
        for foreign in ["530103-zr", "530103-zz"] {
            let actor = world.actor(foreign).await;
            assert_eq!(numbers(&actor).await.total(), 0, "{on:?} {foreign}");
            assert!(home(&actor).await.returned.is_empty());
        }
        assert_eq!(numbers(&world.actor("530103001").await).await.of("roster"), 1);
        // The list that the line leads to holds as many.
        let list = township.get("/desk/roster?tab=village&status=township_review").await;
        assert!(list.text().contains("王五") && !list.text().contains("李四"));
    }
}

#[tokio::test]
async fn a_village_reads_its_open_step_and_what_it_lacks() {
    let world = World::new(On::Sqlite).await;
    world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
    let village = world.actor(VILLAGE).await;
    let seen = home(&village).await;
    let open = line(&seen, &format!("/desk/field_survey?region={VILLAGE}"));
    assert_eq!(open.title, "第 2 步 实地调研");
    assert_eq!(open.buttons, ["是否完成"]);
    assert!(
        open.missing
            .iter()
            .any(|one| one.message.contains("工作纪实") && one.link.contains(VILLAGE))
    );
    let map = seen.village.unwrap();
    assert_eq!(map.steps.len(), 13);
    // Its own switches of 工作准备 wait too, with what they lack.
    let own = lines(&seen_of(&world, VILLAGE).await)
        .into_iter()
        .filter(|line| line.link == "/desk/mobilization")
        .map(|line| line.missing.len())
        .collect::<Vec<_>>();
    assert_eq!(own, [1]);
    // Without JavaScript the page says the same.
    let page = village.get("/home").await.text();
    for text in ["待办", "第 2 步 实地调研", "我的进度", "组织发动"] {
        assert!(page.contains(text), "{text}");
    }
}

async fn seen_of(world: &World, key: &str) -> HomeView {
    home(&world.actor(key).await).await
}

#[tokio::test]
async fn a_county_reads_how_far_its_villages_are_and_nobody_elses() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        world.open_step(&steps::ANALYSIS, FOREIGN).await;
        let seen = seen_of(&world, "530102-zr").await;
        let counts: Vec<(&str, i64)> = seen
            .funnel
            .iter()
            .map(|stage| (stage.title.as_str(), stage.count))
            .collect();
        assert_eq!(counts[0], ("纳入规划范围", 2), "{on:?}");
        assert!(counts.contains(&("开展规划编制", 1)), "{on:?}: {counts:?}");
        assert_eq!(seen.standing[1].count, 1, "{on:?}");
        assert_eq!(
            seen.standing[2].count, 0,
            "{on:?}: the next county's village stands there"
        );
        let stuck: Vec<&str> = seen.stuck.iter().map(|line| line.region.code()).collect();
        assert_eq!(stuck, [VILLAGE], "{on:?}");
        // A township sees its villages, and may urge them; the organization department has no such list.
        let township = seen_of(&world, "530102010").await;
        assert_eq!(township.standing[1].count, 1);
        let stuck: Vec<(&str, bool)> = township
            .stuck
            .iter()
            .map(|line| (line.region.code(), line.may_urge))
            .collect();
        assert_eq!(stuck, [(VILLAGE, true)], "{on:?}");
        assert!(seen_of(&world, "530102-zz").await.stuck.is_empty());
        // The funnel's links hold what they count.
        let list = world
            .actor("530102-zr")
            .await
            .get("/planning?position=begun")
            .await
            .text();
        assert!(list.contains("三多社区") && !list.contains("东村社区"), "{on:?}");
    }
}

/// The county's plan of 2021, in that state.
async fn put_plan(world: &World, status: &'static str) {
    let form = &hometown::forms::tasks::annual_plan::FORM;
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, "530102-zr")
        .await
        .unwrap()
        .unwrap()
        .account;
    let mut old = Statement::new("delete from annual_plan where region = ");
    old.text("530102");
    old.execute(&mut tx).await.unwrap();
    let record = NewRecord {
        id: db::new_id(),
        region: account.region.clone(),
        organ: "county",
        status,
        account: account.id,
        name: account.name,
        at: world.app.clock.now(),
        values: [("year", Value::Integer(2021)), ("tasks", Value::Integer(1))]
            .into_iter()
            .collect(),
    };
    db::records::insert_many(&mut tx, form, std::slice::from_ref(&record))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn urge(actor: &Actor<'_>, step: &str, region: &str) -> Result<String, AppError> {
    actor.call("urge", json!({ "step": step, "region": region })).await
}

#[tokio::test]
async fn a_reminder_reaches_who_can_act_next_once_a_week_until_it_is_done() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let county = world.actor("530102-zr").await;
        // Nobody urges outside, nobody below, nobody what is locked or done.
        for (who, step, region) in [
            ("530103-zr", "field_survey", VILLAGE),
            ("530103001", "field_survey", VILLAGE),
            (VILLAGE, "field_survey", VILLAGE),
            ("530102-zz", "field_survey", VILLAGE),
            ("5301-zr", "field_survey", VILLAGE),
            ("530102-zr", "field_survey", FOREIGN),
            ("530102-zr", "analysis", VILLAGE),
            ("530102-zr", "base_data", VILLAGE),
            ("530102-zr", "founding_documents", "530102"),
        ] {
            let who = if who == "5301-zr" { "530100-zr" } else { who };
            let refused = urge(&world.actor(who).await, step, region).await;
            assert!(refused.is_err(), "{on:?}: {who} urged {step} in {region}");
        }
        assert_eq!(numbers(&world.actor(VILLAGE).await).await.reminders, 0);
        // Two clicks at the same moment are one reminder.
        let (one, two) = tokio::join!(
            urge(&county, "field_survey", VILLAGE),
            urge(&county, "field_survey", VILLAGE)
        );
        assert_eq!(
            [&one, &two].iter().filter(|answer| answer.is_ok()).count(),
            1,
            "{on:?}: {one:?} {two:?}"
        );
        assert_eq!(one.or(two).unwrap(), "三多居委会");
        // Nor does the township urge again for the same step.
        let township = world.actor("530102010").await;
        for again in [&county, &township] {
            let refused = urge(again, "field_survey", VILLAGE).await.unwrap_err();
            assert!(refused.to_string().contains("7 天内只能催办一次"), "{refused}");
        }
        // Who has to act reads it, and who cannot does not.
        let village = world.actor(VILLAGE).await;
        let seen = home(&village).await;
        assert_eq!(seen.reminders.len(), 1);
        assert!(seen.reminders[0].title.contains("实地调研"));
        assert!(seen.reminders[0].by.contains("五华区自然资源局") && seen.reminders[0].by.contains("已催办"));
        assert_eq!(numbers(&village).await.reminders, 1);
        assert!(seen_of(&world, OTHER).await.reminders.is_empty());
        let stuck = &seen_of(&world, "530102-zr").await.stuck[0];
        assert!(!stuck.may_urge && !stuck.urged.is_empty());
        // It is over with the step.
        world.open_step(&steps::ANALYSIS, VILLAGE).await;
        assert!(home(&village).await.reminders.is_empty(), "{on:?}");
        // A township urges its village for what comes next.
        assert_eq!(urge(&township, "analysis", VILLAGE).await.unwrap(), "三多居委会");
        // Whoever stands above is not urged: 县级审查 waits for the county, 下达任务 for the province.
        assert!(urge(&township, "baseline_survey", VILLAGE).await.is_err());
        put_plan(&world, "city_passed").await;
        let city = world.actor("530100-zr").await;
        let refused = urge(&city, "task_assignment", "530102").await.unwrap_err();
        assert!(refused.to_string().contains("正在等待本级或上级处理"), "{refused}");
        // What is reviewed waits for whoever can go on with it: the county mends its plan.
        put_plan(&world, "city_returned").await;
        let reached = urge(&city, "plan_review", "530102").await.unwrap();
        assert_eq!(reached, "五华区自然资源局", "{on:?}");
        // The organization department urges the village whose list has not come yet.
        let organization = world.actor("530102-zz").await;
        assert_eq!(urge(&organization, "roster_review", OTHER).await.unwrap(), "东村居委会");
        // A city urges a county.
        assert_eq!(
            urge(&city, "founding_documents", "530102").await.unwrap(),
            "五华区自然资源局"
        );
        let reminded = seen_of(&world, "530102-zr").await.reminders;
        let titles: Vec<&str> = reminded.iter().map(|line| line.title.as_str()).collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(
            titles.contains(&"制定文件") && titles.contains(&"上报审核 2021年"),
            "{titles:?}"
        );
        // The log knows who and whom.
        let mut reader = world.app.store.reader().await.unwrap();
        let count = db::audits::count(&mut reader, Act::Urge).await.unwrap();
        assert_eq!(count, 5, "{on:?}");
    }
}

#[tokio::test]
async fn a_week_later_it_can_be_sent_again_and_no_hour_earlier() {
    for on in stores() {
        for (sent, may) in [("2023-04-24T02:00:00.000Z", true), ("2023-04-24T02:00:01.000Z", false)] {
            let world = World::new(on).await;
            world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
            let mut tx = world.app.store.begin().await.unwrap();
            let account = db::accounts::by_key(&mut tx, "530102-zr")
                .await
                .unwrap()
                .unwrap()
                .account;
            let about = db::reminders::About {
                step: &steps::FIELD_SURVEY,
                region: &Region::parse(VILLAGE).unwrap(),
                year: "",
            };
            let written = db::reminders::send(&mut tx, about, &account, &[], "", sent)
                .await
                .unwrap();
            assert!(written);
            tx.commit().await.unwrap();
            let county = world.actor("530102-zr").await;
            assert_eq!(home(&county).await.stuck[0].may_urge, may, "{on:?} {sent}");
            assert_eq!(
                urge(&county, "field_survey", VILLAGE).await.is_ok(),
                may,
                "{on:?} {sent}"
            );
        }
    }
}

#[tokio::test]
async fn without_javascript_a_form_urges() {
    let world = World::new(On::Sqlite).await;
    world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
    let county = world.actor("530102-zr").await;
    let page = county.get("/home").await.text();
    assert!(page.contains("action=\"/reminders/field_survey\""), "{page}");
    let answer = county
        .form("/reminders/field_survey", &[("region", VILLAGE), ("back", "/home")])
        .await;
    assert_eq!(answer.location(), "/home?notice=urged");
    let again = county
        .form(
            "/reminders/field_survey",
            &[("region", VILLAGE), ("back", "//example.org")],
        )
        .await;
    assert!(again.location().starts_with("/home?notice="), "{}", again.location());
    let outside = world.actor("530103-zr").await;
    let refused = outside.form("/reminders/field_survey", &[("region", VILLAGE)]).await;
    assert_eq!(refused.status.as_u16(), 404);
}

async fn panel(actor: &Actor<'_>, region: &str) -> Result<ConsistencyView, AppError> {
    actor.call("consistency", json!({ "region": region })).await
}

fn number<'a>(view: &'a ConsistencyView, title: &str) -> &'a NumberLine {
    let mut lines = view.groups.iter().flat_map(|group| &group.lines);
    lines
        .find(|line| line.title == title)
        .unwrap_or_else(|| panic!("no {title}"))
}

#[tokio::test]
async fn numbers_that_disagree_stand_side_by_side_and_one_click_takes_over() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        profile(&village, "1000").await;
        population(&world).await;
        let view = panel(&village, VILLAGE).await.unwrap();
        let line = number(&view, "行政村人口");
        assert_eq!(
            (line.own.number.as_str(), line.agrees),
            ("1,000", Some(false)),
            "{on:?}"
        );
        assert_eq!(line.told.number, "3");
        assert!(line.own.link.starts_with("/desk/village_profile") && line.own.link.ends_with("#f-population"));
        assert!(line.told.link.contains("field_survey"));
        let (form, place) = line.adopts.clone().unwrap();
        // Whoever only reads it takes nothing over; whoever is outside does not even read it.
        let county = world.actor("530102-zr").await;
        assert_eq!(
            number(&panel(&county, VILLAGE).await.unwrap(), "行政村人口").adopts,
            None
        );
        let take = |region: &str| json!({ "region": region, "form": form, "place": place });
        let refused: Result<(), AppError> = county.call("take_over", take(VILLAGE)).await;
        assert!(refused.is_err(), "{on:?}");
        for outsider in ["530103-zr", OTHER] {
            let actor = world.actor(outsider).await;
            assert!(
                matches!(panel(&actor, VILLAGE).await, Err(AppError::NotFound)),
                "{on:?} {outsider}"
            );
            let refused: Result<(), AppError> = actor.call("take_over", take(VILLAGE)).await;
            assert!(
                matches!(refused, Err(AppError::NotFound)),
                "{on:?} {outsider}: {refused:?}"
            );
        }
        let unknown = json!({ "region": VILLAGE, "form": "village_profile", "place": "seat" });
        let refused: Result<(), AppError> = village.call("take_over", unknown).await;
        assert!(refused.is_err());
        let taken: Result<(), AppError> = village.call("take_over", take(VILLAGE)).await;
        taken.unwrap();
        let view = panel(&village, VILLAGE).await.unwrap();
        let line = number(&view, "行政村人口");
        assert_eq!(
            (line.own.number.as_str(), line.agrees, &line.adopts),
            ("3", Some(true), &None),
            "{on:?}"
        );
        // One natural village in the list, and it has registered.
        let hamlets = number(&view, "自然村数量（纳入规划）");
        assert_eq!(
            (hamlets.own.number.as_str(), hamlets.agrees),
            ("1", Some(true)),
            "{on:?}"
        );
    }
}

/// Saves a new record of a tab of a page about the village, begun with these values.
async fn told(actor: &Actor<'_>, (page, tab, form): (&str, &str, &str), pairs: &[(&str, &str)]) {
    let opened = actor.open(page, tab, "new").await.unwrap();
    let mut draft = opened.draft.clone();
    for (key, text) in pairs {
        draft.set(key, *text);
    }
    let saved = actor.save(form, &opened.id, 0, &opened.key, &draft).await;
    saved.unwrap_or_else(|error| panic!("{form}: {error:?}"));
}

/// Forms with several records a village stand there too: each record with its year, beside the most that it may say.
#[tokio::test]
async fn what_several_records_say_stands_beside_the_most_that_they_may() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let economy = ("field_survey", "economy", "economy");
        for (year, labour) in [("2019", "5"), ("2020", "4")] {
            let pairs = [
                ("year", year),
                ("total_income", "4"),
                ("labour", labour),
                ("migrants", "1"),
            ];
            told(&village, economy, &pairs).await;
        }
        let facility = ("field_survey", "facilities", "facilities");
        for households in ["2", "1"] {
            let pairs = [
                ("kind", "water_pipe"),
                ("quantity", "1"),
                ("running_state", "normal"),
                ("households", households),
            ];
            told(&village, facility, &pairs).await;
        }
        // Nothing is said while the natural villages have not told it, but the numbers stand there.
        let view = panel(&village, VILLAGE).await.unwrap();
        let line = number(&view, "劳动力人数（2020 年）");
        assert_eq!((line.own.number.as_str(), line.agrees), ("4", None), "{on:?}");

        // Three people in one household, in 2020; of their ethnic groups only two are told.
        let hamlet = population(&world).await;
        let group = ("phone", "ethnic_groups", "ethnic_groups");
        told(&hamlet, group, &[("ethnic_group", "07"), ("population", "2")]).await;
        let view = panel(&village, VILLAGE).await.unwrap();
        let line = number(&view, "劳动力人数（2020 年）");
        assert_eq!(
            (line.own.number.as_str(), line.told.number.as_str(), line.agrees),
            ("4", "3", Some(false)),
            "{on:?}"
        );
        assert!(line.is_most && line.adopts.is_none(), "{on:?}: nothing to take over");
        assert!(
            line.own
                .link
                .starts_with(&format!("/desk/field_survey?tab=economy&region={VILLAGE}&open=")),
            "{}",
            line.own.link
        );
        assert_eq!(
            line.told.link,
            format!("/desk/field_survey?tab=population&region={VILLAGE}")
        );
        let earlier = number(&view, "劳动力人数（2019 年）");
        assert_eq!(earlier.agrees, None, "{on:?}: nobody has told that year");
        assert_eq!(
            number(&view, "外出务工人数（2020 年）").agrees,
            Some(true),
            "{on:?}: less is no fault"
        );
        // Of the facilities those that reach too many.
        let lines = view.groups.iter().flat_map(|group| &group.lines);
        let facilities: Vec<&NumberLine> = lines.filter(|line| line.title.starts_with("覆盖户数")).collect();
        assert_eq!(facilities.len(), 1, "{on:?}: {facilities:?}");
        let one = facilities[0];
        assert!(one.title.ends_with("（2020 年）"), "{}", one.title);
        assert_eq!(
            (one.own.number.as_str(), one.told.number.as_str(), one.agrees),
            ("2", "1", Some(false)),
            "{on:?}"
        );
        let groups = number(&view, "各民族人口合计（2020 年）");
        assert_eq!(
            (groups.own.number.as_str(), groups.told.number.as_str(), groups.agrees),
            ("2", "3", Some(false)),
            "{on:?}"
        );
        assert!(!groups.is_most, "{on:?}: they have to be the same");

        // what a year brings in beside what the plan's projects of that year cost.
        world.open_step(&steps::DRAFT, VILLAGE).await;
        let opened = village.open("draft_plan", "", "own").await.unwrap();
        let mut plan = opened.draft.clone();
        let values = [
            ("name", "饮水工程"),
            ("kind", "infrastructure"),
            ("place", "松毛坡"),
            ("investment", "12.5"),
            ("build_year", "2023"),
        ];
        let row = DraftRow {
            id: String::new(),
            values: values.map(|(key, text)| (key.to_owned(), text.to_owned())).into(),
        };
        plan.grids.insert("near_term_projects".to_owned(), vec![row]);
        village
            .save("draft_plan", &opened.id, 0, &opened.key, &plan)
            .await
            .unwrap();
        world.open_step(&steps::PROJECTS, VILLAGE).await;
        let funds = ("projects", "funds", "project_funds");
        told(&village, funds, &[("year", "2023"), ("q1_in_central", "30")]).await;
        told(&village, funds, &[("year", "2024"), ("q1_in_central", "30")]).await;
        let view = panel(&village, VILLAGE).await.unwrap();
        let line = number(&view, "全年资金投入合计(万元)（2023 年）");
        assert_eq!(
            (line.own.number.as_str(), line.told.number.as_str(), line.agrees),
            ("30", "12.5", Some(false)),
            "{on:?}"
        );
        assert!(line.told.source.contains("近期建设项目"), "{}", line.told.source);
        assert!(line.told.link.starts_with("/desk/draft_plan"), "{}", line.told.link);
        let next = number(&view, "全年资金投入合计(万元)（2024 年）");
        assert_eq!(next.agrees, None, "{on:?}: the plan has nothing in that year");
        // The page says it in other words than of numbers that have to be the same.
        let page = village.get(&format!("/consistency/{VILLAGE}")).await.text();
        assert!(page.contains("不超过 ") && page.contains(">超过<"), "{on:?}");
    }
}

async fn profile(village: &Actor<'_>, population: &str) {
    let opened = village.open("village_profile", "", "own").await.unwrap();
    let mut draft: Draft = opened.draft.clone();
    for (key, text) in [("seat", "三多村"), ("area", "1250000"), ("population", population)] {
        draft.set(key, text);
    }
    village
        .save("village_profile", &opened.id, 0, "k", &draft)
        .await
        .unwrap();
}

/// One natural village that tells three people in the last year; answers who it is.
async fn population(world: &World) -> Actor<'_> {
    let token = world::hamlets::token(world, VILLAGE).await;
    let hamlet = world::hamlets::settled(world, &token, "马坡村").await;
    let opened = hamlet.open("phone", "population", "new").await.unwrap();
    let told = draft(&[
        ("year", "2020"),
        ("registered", "3"),
        ("households", "1"),
        ("resident", "3"),
        ("minors", "1"),
        ("adults", "1"),
        ("elders", "1"),
        ("men", "1"),
        ("women", "2"),
    ]);
    hamlet
        .save("population", &opened.id, 0, &opened.key, &told)
        .await
        .unwrap();
    // It counts once its village has confirmed it.
    let record = world::hamlets::record(world, "马坡村").await;
    let village = world.actor(VILLAGE).await;
    decide(
        &village,
        "natural_villages",
        &record.id,
        record.version,
        "confirm",
        "",
        json!({}),
    )
    .await;
    hamlet
}

/// The screen that a field of an opened record comes from, and the way there.
fn origin<'a>(opened: &'a Opened, field: &str) -> Option<(&'a str, &'a str)> {
    opened.labels.get(&known::origin(field))?.split_once('\t')
}

#[tokio::test]
async fn whatever_comes_from_elsewhere_says_from_where() {
    let world = World::new(On::Sqlite).await;
    let village = world.actor(VILLAGE).await;
    let page = village.get("/desk/village_profile").await.text();
    assert!(
        page.contains("来自") && page.contains("“摸底调查”"),
        "a mirrored field names its home"
    );
    assert!(page.contains("href=\"/desk/baseline_survey?tab=survey\""));
    assert!(page.contains("汇总数来自"), "a number that others tell names them");
    // What is counted elsewhere and offered says so too; who does not see that screen reads its name.
    let county = world.actor("530102-zr").await;
    let plan = county.open("annual_plan", "plan", "new").await.unwrap();
    for (field, from) in [
        ("year", None),
        ("title", None),
        ("townships", Some(("行政区划", ""))),
        ("villages", Some(("行政区划", ""))),
        ("tasks", Some(("摸底调查", "/desk/baseline_survey?tab=survey"))),
        ("cumulated", Some(("制定计划", "/desk/annual_plan?tab=plan"))),
        ("plan_villages", Some(("摸底调查", "/desk/baseline_survey?tab=survey"))),
    ] {
        assert_eq!(origin(&plan, field), from, "{field}");
    }
    let page = county.get("/desk/annual_plan?tab=plan&open=new").await.text();
    assert!(page.contains("“行政区划”") && page.contains("href=\"/desk/baseline_survey?tab=survey\""));
    world.open_step(&steps::INDUSTRY_PLAN, VILLAGE).await;
    let industries = village.open("industry_plan", "", "own").await.unwrap();
    let survey = format!("/desk/field_survey?tab=industries&region={VILLAGE}");
    assert_eq!(
        origin(&industries, "leading_industries"),
        Some(("实地调研", survey.as_str()))
    );
    assert_eq!(origin(&industries, "special_industries"), None);
}

/// Whatever a declaration reads from other records names a home, and that home is a screen.
#[test]
fn whatever_reads_other_records_has_a_home_with_a_screen() {
    let has_screen = |key: &str| {
        let form = hometown::forms::find(key).unwrap_or_else(|| panic!("no form {key}"));
        hometown::forms::place_of(form).is_some()
    };
    for form in hometown::forms::ALL.iter().copied() {
        for field in form.fields() {
            let is_offered = match field.suggestion {
                Some(Suggestion::DivisionsBelow(_) | Suggestion::Count(_) | Suggestion::Listed(..)) => true,
                // Made of the record itself, of the day, or by counting on.
                Some(Suggestion::Text(_) | Suggestion::NextNumber | Suggestion::TodayWhen(_)) | None => false,
            };
            let is_read = matches!(field.kind, Kind::Mirror { .. } | Kind::Related(_) | Kind::Cumulated(_));
            let home = known::home(form, field);
            assert_eq!(
                home.is_some(),
                is_offered || is_read || field.copied.is_some(),
                "{}.{}: {home:?}",
                form.key,
                field.key
            );
            match home {
                Some(Home::Form(key)) => assert!(has_screen(key), "{}.{}: {key}", form.key, field.key),
                Some(Home::Divisions) => {
                    let mut entries = hometown::forms::ENTRIES.iter();
                    assert!(entries.any(|entry| entry.address == hometown::forms::DIVISIONS));
                }
                None => {}
            }
        }
        // Nothing inside a table says where it comes from, so nothing there may be read from elsewhere.
        for (field, grid) in form.grids() {
            let mut columns = grid.columns.iter();
            assert!(
                columns.all(|column| column.suggestion.is_none() && column.copied.is_none()),
                "{}.{}",
                form.key,
                field.key
            );
        }
        for (place, known) in known::all(form) {
            assert!(has_screen(known.of.form()), "{}.{place}", form.key);
        }
    }
    for tab in hometown::forms::tabs() {
        if let Some(adoption) = tab.adopts {
            assert!(has_screen(adoption.from.0), "{}", tab.key);
        }
    }
}

#[test]
fn every_side_of_a_comparison_has_a_screen() {
    for side in hometown::forms::planning::comparisons::COMPARISONS
        .iter()
        .flat_map(|one| &one.sides)
    {
        let (page, tab) = side.place;
        let page = hometown::forms::page(page).unwrap_or_else(|| panic!("no page {page}"));
        let tab = page.tabs.iter().find(|own| own.key == tab);
        let tab = tab.unwrap_or_else(|| panic!("{}: {}", side.source, page.key));
        assert_eq!(tab.form.key, side.of.form(), "{}", side.source);
    }
}
