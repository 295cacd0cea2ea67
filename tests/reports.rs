//! 导出工作报告 (manual 6.13(4), spec §12): everything that somebody took part in, once and in order, and nobody else's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::reports::{IssuedReport, LinkedReport, LinksView, Report, ReportOptions, ReportPerson};
use hometown::api::workflow::ReviewAct;
use hometown::domain::account::AccountKind;
use hometown::domain::audit::Act;
use hometown::domain::form::Form;
use hometown::domain::record::Opened;
use hometown::domain::region::Region;
use hometown::domain::value::Value;
use hometown::error::AppError;
use hometown::forms::planning::{outcomes, projects};
use hometown::forms::team::roster;
use hometown::forms::{self, work_log};
use hometown::server::db::report_links::Link;
use hometown::server::db::{self, records::NewRecord, reports::Human};
use hometown::server::session;
use hometown::steps;
use serde_json::json;
use std::io::{Cursor, Read};
use world::{Actor, JPG, World, draft, stores};

const VILLAGE: &str = "530102010004";
const NEIGHBOUR: &str = "530102010001";
const FOREIGN: &str = "530103001001";
const PHONE: &str = "13812348000";

/// A record that lies in the store, whoever registered it.
async fn put(world: &World, form: &'static Form, region: &str, status: &'static str, pairs: &[(&str, &str)]) -> String {
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, region).await.unwrap().unwrap().account;
    let values = pairs.iter().map(|(key, text)| {
        let field = form.field(key).unwrap();
        let value = match field.is_number() {
            true => Value::Integer(text.parse().unwrap()),
            false => Value::Text((*text).to_owned()),
        };
        (field.key, value)
    });
    let record = NewRecord {
        id: db::new_id(),
        region: Region::parse(region).unwrap(),
        organ: AccountKind::Village.organ(),
        status,
        account: account.id,
        name: account.name,
        at: world.app.clock.now(),
        values: values.collect(),
    };
    let id = record.id.clone();
    db::records::insert_many(&mut tx, form, &[record]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Somebody in a group.
async fn member(world: &World, region: &str, status: &'static str, name: &str, phone: &str, group: &str) -> String {
    let pairs = [
        ("group_kind", group),
        ("name", name),
        ("phone", phone),
        ("unit", "五华区水务局"),
        ("role", "member"),
        ("source", "returning"),
        ("political_status", "01"),
    ];
    put(world, &roster::FORM, region, status, &pairs).await
}

/// A 工作纪实: step, title, from, to, 参与人.
async fn log(world: &World, region: &str, entry: [&str; 4], participants: &[&str]) -> String {
    let [step, title, held_on, ended_on] = entry;
    let joined = participants.join(",");
    let pairs = [
        ("step", step),
        ("title", title),
        ("held_on", held_on),
        ("ended_on", ended_on),
        ("summary", "入户走访\n座谈交流"),
        ("place", "村委会"),
        ("participants", &joined),
    ];
    let pairs: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    put(world, &work_log::FORM, region, "", &pairs).await
}

async fn act(actor: &Actor<'_>, form: &str, record: &Opened, verb: &str) {
    let decision = ReviewAct {
        form: form.to_owned(),
        id: record.id.clone(),
        version: record.version,
        verb: verb.to_owned(),
        opinion: "同意".to_owned(),
        ..ReviewAct::default()
    };
    actor
        .call::<()>("decide", json!({ "act": decision }))
        .await
        .unwrap_or_else(|error| panic!("{verb}: {error:?}"));
}

/// Somebody who was found, proposed and passed, and whose unit has got a letter.
async fn passed(world: &World, name: &str, phone: &str) -> String {
    let village = world.actor(VILLAGE).await;
    let found = draft(&[
        ("name", name),
        ("gender", "1"),
        ("phone", phone),
        ("unit", "五华区水务局"),
        ("duty", "科长"),
        ("category", "1"),
        ("political_status", "01"),
        ("willing", "1"),
    ]);
    let blank = village.open("candidates", "", "new").await.unwrap();
    let person = village.save("candidates", &blank.id, 0, "k", &found).await.unwrap();
    let blank = village.open("roster", "village", "new-returning").await.unwrap();
    let mut entry = blank.draft.clone();
    entry.set("person", person.opened.id.as_str());
    entry.set("role", "deputy");
    let entry = village.save("roster", &blank.id, 0, "k", &entry).await.unwrap().opened;
    for key in ["530102010", "530102-zz"] {
        let reviewer = world.actor(key).await;
        let entry = reviewer.open("roster", "village", &entry.id).await.unwrap();
        act(&reviewer, "roster", &entry, "approve").await;
    }
    let organization = world.actor("530102-zz").await;
    let letters = organization.list("official_letters", "letters").await.unwrap();
    let letter = organization
        .open("official_letters", "letters", &letters.lines[0].id)
        .await
        .unwrap();
    act(&organization, "official_letters", &letter, "send_letter").await;
    entry.id
}

/// A part of an Office file.
fn part(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names(file: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().to_string()).collect();
    names.sort();
    names
}

async fn report(actor: &Actor<'_>, address: &str) -> String {
    let answer = actor.get(address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    part(&answer.body, "word/document.xml")
}

/// The texts stand in this order, each once.
fn in_order(document: &str, texts: &[&str]) {
    let places: Vec<usize> = texts
        .iter()
        .map(|text| {
            assert_eq!(document.matches(text).count(), 1, "{text}");
            document.find(text).unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "{texts:?} {places:?}");
}

#[tokio::test]
async fn a_report_says_everything_that_somebody_took_part_in_once_and_in_order() {
    for on in stores() {
        let world = World::new(on).await;
        let own = passed(&world, "张三", PHONE).await;
        let hamlet = put(
            &world,
            forms::find("natural_villages").unwrap(),
            VILLAGE,
            "",
            &[("name", "马坡村"), ("number", "1")],
        )
        .await;
        let pairs = [
            ("group_kind", "hamlet"),
            ("hamlet", hamlet.as_str()),
            ("name", "张三"),
            ("phone", PHONE),
            ("role", "member"),
            ("source", "returning"),
        ];
        let small = put(&world, &roster::FORM, VILLAGE, "passed", &pairs).await;
        let other = member(&world, VILLAGE, "passed", "李四", "13812348001", "village").await;
        for (entry, participants) in [
            (
                ["analysis", "撰写三清单", "2022-01-05", ""],
                &[own.as_str(), &small][..],
            ),
            (["field_survey", "入户调研乙", "2022-06-02", "2022-06-04"], &[&own]),
            (
                ["field_survey", "入户调研甲", "2022-06-01", "2022-06-03"],
                &[&small, &other],
            ),
            (["base_data", "收集<底图>", "2022-12-01", ""], &[&own, &other]),
            (["outcomes", "总结会", "2021-12-30", "2022-01-01"], &[&own]),
            (["base_data", "与张三无关", "2022-12-02", ""], &[&other]),
        ] {
            log(&world, VILLAGE, entry, participants).await;
        }
        let pairs = [
            ("reported_on", "2023-01-10"),
            ("kinds", "projects,funds"),
            ("title", "争取到道路项目"),
            ("outcome", "硬化村道两公里"),
            ("participants", &own),
            ("funds_won", "12050"),
        ];
        put(&world, &outcomes::FORM, VILLAGE, "", &pairs).await;
        for (name, cadre) in [("村道硬化工程", &small), ("别人的工程", &other)] {
            let pairs = [
                ("name", name),
                ("kind", "infrastructure"),
                ("place", "马坡村"),
                ("cadre", cadre),
                ("investment", "10000"),
                ("funded", "2550"),
                ("state", "building"),
            ];
            put(&world, &projects::FORM, VILLAGE, "", &pairs).await;
        }
        world.open_step(&steps::ANALYSIS, VILLAGE).await;

        let village = world.actor(VILLAGE).await;
        let people: Vec<ReportPerson> = village
            .call("report_people", json!({ "region": VILLAGE }))
            .await
            .unwrap();
        let told: Vec<(&str, &str, usize)> = people
            .iter()
            .map(|one| (one.id.as_str(), one.label.as_str(), one.entries))
            .collect();
        assert_eq!(
            told,
            [
                (own.as_str(), "张三（五华区水务局）", 5),
                (other.as_str(), "李四（五华区水务局）", 3)
            ],
            "{on:?}: each human once"
        );

        let answer = village.get(&format!("/reports/{VILLAGE}?person={own}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let disposition = answer.headers["content-disposition"].to_str().unwrap();
        let name = hometown::record::encoded("张三参与“干部规划家乡行动”工作报告.docx");
        assert!(disposition.contains(&name), "{disposition}");
        let document = part(&answer.body, "word/document.xml");
        assert!(document.contains("<w:footerReference w:type=\"default\""), "{document}");
        let footer = part(&answer.body, "word/footer1.xml");
        in_order(&footer, &["第 ", ">PAGE<", " 页 共 ", ">NUMPAGES<", "> 页<"]);
        in_order(
            &document,
            &[
                "张三同志参与“干部规划家乡行动”工作报告",
                "参与工作时间：2021年12月30日至2022年12月1日",
                "导出日期：2023年5月1日",
                "一、基本情况",
                "二、参与概况",
                "三、参与工作纪实",
                "（一）底图底数",
                "1. 收集&lt;底图&gt;",
                "（二）实地调研",
                "1. 入户调研甲",
                "2. 入户调研乙",
                "（三）现状分析",
                "1. 撰写三清单",
                "（四）反馈工作成效",
                "1. 总结会",
                "四、工作成效",
                "1. 争取到道路项目（2023年1月10日）",
                "硬化村道两公里",
                "村道硬化工程",
                "五、规划成果",
                "村党组织意见：",
                "乡镇(街道)意见：",
                "县委组织部意见：",
            ],
        );
        for said in [
            "参与工作纪实 5 条，参与工作 9 天",
            "涉及环节 4/13：底图底数、实地调研、现状分析、反馈工作成效。",
            "当前环节为“现状分析”，审批状态为“未报审”",
            "昆明市 / 五华区 / 西翥街道 / 三多社区 / 马坡村",
            "行政村规划编制组 副组长；自然村规划编制小组（马坡村） 成员",
            "2023-05-01 10:00:00",
            "2023-05-01",
            "开展日期：2022年6月1日至2022年6月3日",
            "成效类别：项目争取、资金争取；争取资金：120.5 万元",
            "25.5<",
            "基础设施",
            "在建",
            "（盖章）",
            "w:w=\"11906\" w:h=\"16838\"",
            "w:eastAsia=\"仿宋\"",
            "w:eastAsia=\"黑体\"",
        ] {
            assert!(document.contains(said), "{on:?} {said}");
        }
        assert_eq!(document.matches("同行参与人：李四").count(), 2, "{on:?}");
        for foreign in ["与张三无关", "别人的工程", "国土空间开发与保护"] {
            assert!(!document.contains(foreign), "{on:?} {foreign}");
        }
        let all = report(&village, &format!("/reports/{VILLAGE}?person={own}&all_steps=1")).await;
        in_order(&all, &["（四）国土空间开发与保护", "（十三）反馈工作成效"]);

        // Printed from the screen it says the same; both are written down.
        let options = json!({ "all_steps": false, "photos": false });
        let asked = json!({ "region": VILLAGE, "people": [own, small], "options": options });
        let told: Vec<Report> = village.call("work_reports", asked).await.unwrap();
        assert_eq!((told.len(), told[0].days), (1, 9), "{on:?}: one human, one report");
        let mut reader = world.app.store.reader().await.unwrap();
        assert_eq!(db::audits::count(&mut reader, Act::Export).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn nobody_is_in_two_counties_on_one_day() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let village = world.actor(VILLAGE).await;
        let own = member(&world, VILLAGE, "passed", "张三", PHONE, "village").await;
        let other = member(&world, VILLAGE, "passed", "李四", "13812348001", "village").await;
        let next_door = member(&world, NEIGHBOUR, "passed", "李四", "13812348001", "village").await;
        let abroad = member(&world, FOREIGN, "passed", "张三", PHONE, "village").await;
        let namesake = member(&world, FOREIGN, "passed", "李四", "13812348009", "village").await;
        // Without a number nobody knows whether it is the same human.
        let pairs = [
            ("group_kind", "village"),
            ("name", "王五"),
            ("source", "returning"),
            ("role", "member"),
        ];
        let numberless = put(&world, &roster::FORM, VILLAGE, "passed", &pairs).await;
        let numberless_abroad = put(&world, &roster::FORM, FOREIGN, "passed", &pairs).await;
        for (region, days, participants) in [
            (FOREIGN, ["2022-06-12", ""], [&numberless_abroad]),
            (FOREIGN, ["2022-06-01", "2022-06-03"], [&abroad]),
            (FOREIGN, ["2022-06-08", ""], [&abroad]),
            // Somebody else of that name, and the same human in the same county.
            (FOREIGN, ["2022-06-10", ""], [&namesake]),
            (NEIGHBOUR, ["2022-06-10", ""], [&next_door]),
        ] {
            let participants = participants.map(String::as_str);
            log(
                &world,
                region,
                ["field_survey", "走访", days[0], days[1]],
                &participants,
            )
            .await;
        }
        for (first, last, participants, warned) in [
            ("2022-05-31", "", format!("{other},{own}"), false),
            ("2022-05-30", "2022-06-01", format!("{other},{own}"), true),
            ("2022-06-02", "", own.clone(), true),
            ("2022-06-03", "2022-06-07", own.clone(), true),
            ("2022-06-04", "2022-06-07", own.clone(), false),
            ("2022-06-08", "", own.clone(), true),
            ("2022-06-08", "", other.clone(), false),
            ("2022-06-10", "", other.clone(), false),
            ("2022-06-12", "", numberless.clone(), false),
            ("2022-06-08", "", String::new(), false),
        ] {
            let mut entry = draft(&[
                ("step", "field_survey"),
                ("title", "入户调研"),
                ("held_on", first),
                ("ended_on", last),
                ("summary", "入户走访"),
                ("participants", &participants),
            ]);
            entry.region = VILLAGE.to_owned();
            let saved = village.save("work_log", &db::new_id(), 0, "k", &entry).await.unwrap();
            let told = saved.warnings.iter().find(|one| one.rule.as_deref() == Some("R-91"));
            assert_eq!(told.is_some(), warned, "{on:?} {first} {last} {participants}");
            if let Some(told) = told {
                assert_eq!(told.place, "participants");
                assert!(told.message.starts_with("张三同一天"), "{}", told.message);
            }
        }
    }
}

#[tokio::test]
async fn reports_stay_with_who_may_see_the_village() {
    for on in stores() {
        let world = World::new(on).await;
        let own = member(&world, VILLAGE, "passed", "张三", PHONE, "village").await;
        let near = member(&world, NEIGHBOUR, "changing", "张三", PHONE, "village").await;
        let far = member(&world, FOREIGN, "passed", "张三", PHONE, "village").await;
        let namesake = member(&world, VILLAGE, "passed", "张三", "13812348009", "village").await;
        let waiting = member(&world, VILLAGE, "township_review", "赵六", "13812348002", "village").await;
        let gone = member(&world, VILLAGE, "left", "钱七", "13812348003", "village").await;
        for (region, title, person) in [
            (VILLAGE, "本村的事", &own),
            (NEIGHBOUR, "邻村的事", &near),
            (FOREIGN, "外县的事", &far),
        ] {
            log(&world, region, ["base_data", title, "2022-06-01", ""], &[person]).await;
        }
        let address = |region: &str, person: &str| format!("/reports/{region}?person={person}");

        // A chapter for each village that the account sees.
        for (key, chapters) in [
            (VILLAGE, &["本村的事"][..]),
            ("530102010", &["本村的事", "邻村的事"]),
            ("530102-zr", &["本村的事", "邻村的事"]),
            ("530102-zz", &["本村的事", "邻村的事"]),
            ("53-zr", &["本村的事", "邻村的事", "外县的事"]),
        ] {
            let document = report(&world.actor(key).await, &address(VILLAGE, &own)).await;
            in_order(&document, chapters);
            for title in ["本村的事", "邻村的事", "外县的事"] {
                assert_eq!(
                    document.contains(title),
                    chapters.contains(&title),
                    "{on:?} {key} {title}"
                );
            }
            if chapters.len() > 1 {
                let overview = format!("参与 {} 个行政村", chapters.len());
                assert!(
                    document.contains(&overview) && document.contains("参与工作 1 天（"),
                    "{on:?} {key}"
                );
            }
        }

        // Everything else is not found.
        let unit = technical_unit(&world).await;
        for (key, region, person) in [
            ("530103-zr", VILLAGE, &own),
            ("530103-zz", VILLAGE, &own),
            (FOREIGN, VILLAGE, &own),
            (NEIGHBOUR, VILLAGE, &own),
            (VILLAGE, VILLAGE, &near),
            (VILLAGE, VILLAGE, &far),
            (VILLAGE, VILLAGE, &waiting),
            (VILLAGE, VILLAGE, &gone),
            (unit, VILLAGE, &own),
        ] {
            let actor = world.actor(key).await;
            let answer = actor.get(&address(region, person)).await;
            assert_eq!(answer.status, 404, "{on:?} {key}: {}", answer.text());
            let options = json!({ "all_steps": false, "photos": false });
            let asked = json!({ "region": region, "people": [person], "options": options });
            let told: Result<Vec<Report>, _> = actor.call("work_reports", asked).await;
            assert_eq!(told.unwrap_err(), AppError::NotFound, "{on:?} {key}");
        }
        for key in ["530103-zr", NEIGHBOUR, unit] {
            let people: Result<Vec<ReportPerson>, _> = world
                .actor(key)
                .await
                .call("report_people", json!({ "region": VILLAGE }))
                .await;
            assert_eq!(people.unwrap_err(), AppError::NotFound, "{on:?} {key}");
        }
        assert_eq!(world.stranger().get(&address(VILLAGE, &own)).await.status, 401);
        let village = world.actor(VILLAGE).await;
        assert_eq!(village.get("/reports/nowhere?person=x").await.status, 404);
        let nobody = village.get(&format!("/reports/{VILLAGE}")).await;
        assert_eq!(nobody.status, 409, "{}", nobody.text());

        // Who took part in nothing has a report all the same, and namesakes are two people.
        let document = report(&village, &address(VILLAGE, &namesake)).await;
        assert!(
            document.contains("没有参与登记的工作纪实。") && !document.contains("本村的事"),
            "{on:?}"
        );
        let both = format!("{}&person={namesake}", address(VILLAGE, &own));
        let answer = village.get(&both).await;
        assert_eq!(answer.headers["content-type"], "application/zip");
        assert_eq!(
            names(&answer.body),
            [
                "张三参与“干部规划家乡行动”工作报告(2).docx",
                "张三参与“干部规划家乡行动”工作报告.docx"
            ]
        );
    }
}

/// The account of a unit that is contracted for the village.
async fn technical_unit(world: &World) -> &'static str {
    const KEY: &str = "tu-530102-1";
    let county = world.actor("530102-zr").await;
    let blank = county.open("technical_units", "", "new").await.unwrap();
    let unit = draft(&[
        ("villages", VILLAGE),
        ("name", "云南某规划公司"),
        ("qualification", "planning_b"),
        ("leader", "杨立新"),
        ("leader_phone", PHONE),
        ("contract_amount", "50"),
        ("province_grant", "20"),
        ("city_grant", "10"),
        ("project_funds", "5"),
        ("village_funds", "2.5"),
        ("donations", "2.5"),
        ("county_funds", "10"),
        ("work", "编制村庄规划"),
        ("has_account", "1"),
    ]);
    county.save("technical_units", &blank.id, 0, "k", &unit).await.unwrap();
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, KEY).await.unwrap().unwrap().account;
    db::accounts::set_password(&mut tx, &account.id, "x", false, None, world::NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    KEY
}

#[tokio::test]
async fn photos_come_along_where_they_are_asked_for() {
    let world = World::new(stores()[0]).await;
    let village = world.actor(VILLAGE).await;
    let own = member(&world, VILLAGE, "passed", "张三", PHONE, "village").await;
    let blank = village.open("base_data", "work_log", "new").await.unwrap();
    let mut entry = blank.draft.clone();
    for (key, text) in [
        ("title", "收集底图"),
        ("held_on", "2022-06-01"),
        ("summary", "走访各组"),
        ("participants", own.as_str()),
    ] {
        entry.set(key, text);
    }
    let mut files = Vec::new();
    for number in 1..=3 {
        let name = format!("照片{number}.jpg");
        let answer = village.upload("work_log", &blank.id, "files", &name, JPG).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        files.push(answer.json::<hometown::domain::attachment::Attachment>().id);
    }
    entry.set("files", files.join(","));
    village.save("work_log", &blank.id, 0, "k", &entry).await.unwrap();
    for (photos, count) in [("", 0), ("&photos=1", 2)] {
        let answer = village.get(&format!("/reports/{VILLAGE}?person={own}{photos}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let pictures = part(&answer.body, "word/document.xml").matches("<pic:pic ").count();
        assert_eq!(pictures, count, "{photos}");
        let media = names(&answer.body);
        let has_media = media
            .iter()
            .any(|name| name.starts_with("word/media/") && name.ends_with(".png"));
        assert_eq!(has_media, count > 0, "{media:?}");
    }
}

/// 分享链接 of one person; the token of the link.
async fn shared(actor: &Actor<'_>, person: &str) -> String {
    let fields = [("region", VILLAGE), ("person", person), ("photos", "1")];
    let answer = actor.form(&format!("/reports/{VILLAGE}/share"), &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Max-Age=120"),
        "{cookie}"
    );
    let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let seen = Actor {
        world: actor.world,
        cookie: format!("{}; hometown-link={token}", actor.cookie),
    };
    let page = seen.get(answer.location()).await.text();
    assert!(page.contains(&format!("/r/{token}")), "the address is shown once");
    let again = actor.get(answer.location()).await.text();
    assert!(again.contains("撤销") && !again.contains(&token), "and only this once");
    token
}

#[tokio::test]
async fn a_link_opens_one_report_for_seven_days_and_nothing_else() {
    for on in stores() {
        let world = World::new(on).await;
        let own = passed(&world, "张三", PHONE).await;
        let other = member(&world, VILLAGE, "passed", "李四", "13812348001", "village").await;
        let proposed = member(&world, VILLAGE, "waiting", "王五", "13812348002", "village").await;
        let elsewhere = member(&world, NEIGHBOUR, "passed", "张三", PHONE, "village").await;
        let entry = log(
            &world,
            VILLAGE,
            ["field_survey", "入户调研", "2022-06-01", ""],
            &[&own, &other],
        )
        .await;
        log(
            &world,
            NEIGHBOUR,
            ["field_survey", "邻村调研", "2022-06-05", ""],
            &[&elsewhere],
        )
        .await;
        log(
            &world,
            VILLAGE,
            ["base_data", "李四的工作", "2022-06-03", ""],
            &[&other],
        )
        .await;
        let village = world.actor(VILLAGE).await;
        let stranger = world.stranger();
        let share = format!("/reports/{VILLAGE}/share");

        // Refused: strangers, other villages, who has not passed, and more than one person.
        assert_eq!(stranger.form(&share, &[("person", &own)]).await.status, 401);
        for outsider in [NEIGHBOUR, FOREIGN, "530103-zr"] {
            let answer = world.actor(outsider).await.form(&share, &[("person", &own)]).await;
            assert_eq!(answer.status, 404, "{on:?} {outsider}");
        }
        for nobody in [proposed.as_str(), &elsewhere, &entry] {
            assert_eq!(village.form(&share, &[("person", nobody)]).await.status, 404, "{on:?}");
        }
        let two = village.form(&share, &[("person", &own), ("person", &other)]).await;
        assert!(two.location().contains("problem="), "{}", two.location());
        assert!(village.get(two.location()).await.text().contains("请选择一位人员"));
        let none = "0".repeat(64);
        for address in [
            format!("/r/{none}"),
            format!("/r/{none}/report.docx"),
            format!("/r/{none}/photos/{none}"),
        ] {
            assert_eq!(stranger.get(&address).await.status, 404, "{on:?} {address}");
        }

        let token = shared(&village, &own).await;
        let page = stranger.get(&format!("/r/{token}")).await;
        assert_eq!(page.status, 200);
        let text = page.text();
        assert!(text.contains("张三同志参与") && text.contains("入户调研"), "{on:?}");
        for foreign in ["邻村调研", "李四的工作", "退出", PHONE] {
            assert!(!text.contains(foreign), "{on:?} {foreign}");
        }
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-robots-tag", "noindex"),
            ("referrer-policy", "no-referrer"),
        ] {
            let header = page.headers[name].to_str().unwrap();
            assert!(header.contains(value), "{on:?} {name}: {header}");
        }
        let file = stranger.get(&format!("/r/{token}/report.docx")).await;
        assert!(file.headers["x-robots-tag"].to_str().unwrap().contains("noindex"));
        let document = part(&file.body, "word/document.xml");
        assert!(
            document.contains("入户调研") && !document.contains("邻村调研"),
            "{on:?}"
        );
        // Nothing else opens with it.
        let holder = Actor {
            world: &world,
            cookie: format!("hometown={token}; hometown-link={token}"),
        };
        assert!(holder.get("/home").await.location().starts_with("/login"), "{on:?}");
        assert_eq!(
            holder.get(&format!("/reports/{VILLAGE}?person={own}")).await.status,
            401
        );
        assert_eq!(
            stranger
                .get(&format!("/r/{token}/photos/{}", db::new_id()))
                .await
                .status,
            404
        );
        let links: Result<LinksView, AppError> = stranger.call("report_links", json!({ "region": VILLAGE })).await;
        assert_eq!(links.unwrap_err(), AppError::SignedOut);

        // The store knows the hash alone, for this person, and seven days.
        let mut reader = world.app.store.reader().await.unwrap();
        let hash = session::hash(&token);
        let day = |days: i64| world.app.clock.after(days * 24 * 3_600);
        let find = db::report_links::by_token(&mut reader, &hash, &day(7)).await.unwrap();
        assert!(find.is_none(), "{on:?}: after seven days it is over");
        assert!(
            db::report_links::by_token(&mut reader, &hash, &day(6))
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            db::report_links::by_token(&mut reader, &token, &day(0))
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(db::audits::count(&mut reader, Act::Share).await.unwrap(), 1);
        drop(reader);
        let mut old = Link {
            id: db::new_id(),
            region: Region::parse(VILLAGE).unwrap(),
            entry: own.clone(),
            human: Human {
                name: "张三".to_owned(),
                phone: PHONE.to_owned(),
            },
            options: ReportOptions::default(),
            created_by: find_account(&world, VILLAGE).await,
            created_at: day(-8),
            expires_at: day(-1),
        };
        let mut tx = world.app.store.begin().await.unwrap();
        db::report_links::make(&mut tx, &old, &session::hash("old"))
            .await
            .unwrap();
        // One that was made for whoever the entry was about before.
        (old.id, old.expires_at) = (db::new_id(), day(1));
        old.human.name = "赵六".to_owned();
        db::report_links::make(&mut tx, &old, &session::hash("renamed"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for over in ["old", "renamed"] {
            assert_eq!(stranger.get(&format!("/r/{over}")).await.status, 404, "{on:?} {over}");
            assert_eq!(
                stranger.get(&format!("/r/{over}/report.docx")).await.status,
                404,
                "{on:?} {over}"
            );
        }

        // Taken back: by somebody of the village or above it, once.
        let links: LinksView = village
            .call("report_links", json!({ "region": VILLAGE }))
            .await
            .unwrap();
        let link = links.links.iter().find(|link| link.name == "张三").unwrap().id.clone();
        let revoke = format!("/reports/{VILLAGE}/revoke");
        let foreign = format!("/reports/{NEIGHBOUR}/revoke");
        let neighbour = world.actor(NEIGHBOUR).await;
        assert_eq!(neighbour.form(&foreign, &[("link", &link)]).await.status, 404, "{on:?}");
        assert_eq!(neighbour.form(&revoke, &[("link", &link)]).await.status, 404, "{on:?}");
        assert_eq!(stranger.get(&format!("/r/{token}")).await.status, 200, "{on:?}");
        assert_eq!(village.form(&revoke, &[("link", &link)]).await.status, 303, "{on:?}");
        for address in [format!("/r/{token}"), format!("/r/{token}/report.docx")] {
            assert_eq!(stranger.get(&address).await.status, 404, "{on:?} {address}");
        }
        let page = stranger.get(&format!("/r/{token}")).await.text();
        assert!(page.contains("链接已失效") && !page.contains("张三"), "{on:?}");
        assert_eq!(village.form(&revoke, &[("link", &link)]).await.status, 404, "{on:?}");
        let mut reader = world.app.store.reader().await.unwrap();
        assert_eq!(db::audits::count(&mut reader, Act::Unshare).await.unwrap(), 1);
    }
}

async fn find_account(world: &World, key: &str) -> String {
    let mut reader = world.app.store.reader().await.unwrap();
    db::accounts::by_key(&mut reader, key)
        .await
        .unwrap()
        .unwrap()
        .account
        .id
}

#[tokio::test]
async fn links_are_opened_so_often_only() {
    let world = World::new(world::On::Sqlite).await;
    let stranger = world.stranger();
    for _ in 0..600 {
        let opened: Result<LinkedReport, AppError> = stranger.call("shared_report", json!({ "token": "x" })).await;
        assert_eq!(opened.unwrap_err(), AppError::NotFound);
    }
    assert_eq!(stranger.get("/r/x").await.status, 429);
    assert_eq!(stranger.get("/r/x/report.docx").await.status, 429);
}

#[tokio::test]
async fn a_paper_is_checked_by_its_code_and_name_and_tells_no_more() {
    for on in stores() {
        let world = World::new(on).await;
        let own = passed(&world, "张三", PHONE).await;
        log(&world, VILLAGE, ["field_survey", "入户调研", "2022-06-01", ""], &[&own]).await;
        let village = world.actor(VILLAGE).await;
        let stranger = world.stranger();
        let check = async |code: &str, name: &str| {
            let asked = json!({ "code": code, "name": name });
            stranger
                .call::<Option<IssuedReport>>("check_report", asked)
                .await
                .unwrap()
        };
        let asked = json!({ "region": VILLAGE, "people": [own], "options": ReportOptions::default() });
        let told: Vec<Report> = village.call("work_reports", asked).await.unwrap();
        let code = told[0].code.clone();
        assert_eq!(code.len(), 10, "{on:?}");

        // Neither half alone, nor a code that was never issued.
        assert_eq!(check(&code, "李四").await, None, "{on:?}");
        assert_eq!(check(&code, "").await, None, "{on:?}");
        assert_eq!(check("2222222222", "张三").await, None, "{on:?}");
        assert_eq!(check("", "张三").await, None, "{on:?}");
        let issued = IssuedReport {
            issued_on: "2023-05-01".to_owned(),
            village: "昆明市 / 五华区 / 西翥街道 / 三多社区".to_owned(),
        };
        for typed in [
            code.clone(),
            format!("{}-{}", &code[..5], &code[5..]),
            code.to_lowercase(),
        ] {
            assert_eq!(check(&typed, " 张三 ").await, Some(issued.clone()), "{on:?} {typed}");
        }

        // The Word file carries the same code, and the page says no more than asked.
        let document = report(&village, &format!("/reports/{VILLAGE}?person={own}")).await;
        assert!(
            document.contains(&format!("核验码：{}-{}", &code[..5], &code[5..])),
            "{on:?}"
        );
        let name = hometown::record::encoded("张三");
        let page = stranger
            .get(&format!("/reports/check?code={code}&name={name}"))
            .await
            .text();
        assert!(page.contains("2023年5月1日") && page.contains("三多社区"), "{on:?}");
        assert!(!page.contains("入户调研") && !page.contains(PHONE), "{on:?}");
    }
}

#[tokio::test]
async fn codes_are_tried_so_often_only() {
    let world = World::new(world::On::Sqlite).await;
    let stranger = world.stranger();
    let asked = json!({ "code": "2222222222", "name": "张三" });
    for _ in 0..60 {
        let answer: Option<IssuedReport> = stranger.call("check_report", asked.clone()).await.unwrap();
        assert_eq!(answer, None);
    }
    let answer: Result<Option<IssuedReport>, AppError> = stranger.call("check_report", asked).await;
    assert!(matches!(answer, Err(AppError::TooMany(_))), "{answer:?}");
}
