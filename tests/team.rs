//! 组建规划组 (manual 5): who may be proposed, who passes whom, what comes of it, refusals first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::letters::UnitLine;
use hometown::api::records::DeskView;
use hometown::api::workflow::{JobView, ReviewAct};
use hometown::domain::audit::Act;
use hometown::domain::form::Form;
use hometown::domain::query::ListQuery;
use hometown::domain::record::{Draft, Opened};
use hometown::domain::region::Region;
use hometown::error::AppError;
use hometown::forms;
use hometown::server::db::{self, sql::Statement};
use hometown::server::jobs;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use world::filling::filled;
use world::{Actor, World, draft, stores};

const VILLAGE: &str = "530102010004";
const TOWNSHIP: &str = "530102010";
const ORGANIZATION: &str = "530102-zz";
const COUNTY: &str = "530102-zr";

fn candidate(name: &str, phone: &str, unit: &str) -> Draft {
    let category = if unit.is_empty() { "4" } else { "1" };
    draft(&[
        ("name", name),
        ("phone", phone),
        ("unit", unit),
        ("duty", "科长"),
        ("category", category),
        ("political_status", "01"),
        ("willing", "1"),
    ])
}

/// Registers somebody who works elsewhere.
async fn found(village: &Actor<'_>, name: &str, phone: &str, unit: &str) -> String {
    let blank = village.open("candidates", "", "new").await.unwrap();
    let saved = village
        .save("candidates", &blank.id, 0, "k", &candidate(name, phone, unit))
        .await;
    saved.unwrap().opened.id
}

async fn propose(village: &Actor<'_>, button: &str, values: &[(&str, &str)]) -> Result<Opened, AppError> {
    let blank = village
        .open("roster", "village", &format!("new-{button}"))
        .await
        .unwrap();
    let mut draft = blank.draft.clone();
    for (key, text) in values {
        draft.set(key, *text);
    }
    draft.reasons.insert("R-33".to_owned(), "本人熟悉情况".to_owned());
    Ok(village.save("roster", &blank.id, 0, "k", &draft).await?.opened)
}

async fn local(village: &Actor<'_>, name: &str, phone: &str, role: &str) -> Result<Opened, AppError> {
    let values = [
        ("name", name),
        ("phone", phone),
        ("local_duty", "secretary"),
        ("political_status", "01"),
        ("role", role),
    ];
    propose(village, "local", &values).await
}

async fn act(
    actor: &Actor<'_>,
    form: &str,
    record: &Opened,
    verb: &str,
    values: &[(&str, &str)],
) -> Result<(), AppError> {
    let decision = ReviewAct {
        form: form.to_owned(),
        id: record.id.clone(),
        version: record.version,
        verb: verb.to_owned(),
        opinion: "同意".to_owned(),
        values: values
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect(),
        ..ReviewAct::default()
    };
    actor.call("decide", json!({ "act": decision })).await
}

async fn now(actor: &Actor<'_>, id: &str) -> Opened {
    actor.open("roster", "village", id).await.unwrap()
}

fn state(opened: &Opened) -> &str {
    opened.status.as_ref().map_or("", |status| status.title.as_str())
}

async fn bulk(
    actor: &Actor<'_>,
    page: &str,
    tab: &str,
    query: ListQuery,
    verb: &str,
    values: serde_json::Value,
) -> JobView {
    let planned: JobView = actor
        .call(
            "plan_bulk",
            json!({ "page": page, "tab": tab, "query": query, "ids": [], "verb": verb }),
        )
        .await
        .unwrap();
    let start = json!({ "job": planned.id, "opinion": "同意", "receiver": "", "values": values });
    let _: JobView = actor.call("start_bulk", start).await.unwrap();
    jobs::finish(&actor.world.app, &planned.id).await.unwrap();
    actor.call("bulk_status", json!({ "job": planned.id })).await.unwrap()
}

fn cells(view: &DeskView, line: usize) -> String {
    view.lines[line].cells.join("|")
}

#[tokio::test]
async fn numbers_are_masked_above_the_township_and_showing_one_is_logged() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let id = found(&village, "张三", "13812348000", "五华区水务局").await;
        let own = village.open("candidates", "", &id).await.unwrap();
        assert_eq!(own.draft.text("phone"), "13812348000");
        assert_eq!(
            own.draft.text("asked_on"),
            "2023-05-01",
            "the day when the switch was opened"
        );
        let below = world.actor(TOWNSHIP).await.list("candidates", "").await.unwrap();
        assert!(cells(&below, 0).contains("13812348000"));
        for key in [COUNTY, ORGANIZATION, "530100-zr", "53-zr"] {
            let above = world.actor(key).await;
            let (list, opened) = (
                above.list("candidates", "").await.unwrap(),
                above.open("candidates", "", &id).await.unwrap(),
            );
            assert!(cells(&list, 0).contains("138****8000"), "{on:?} {key}");
            assert_eq!(opened.draft.text("phone"), "138****8000", "{on:?} {key}");
            assert_eq!(opened.masked, ["phone"]);
            for address in ["/desk/candidates", &format!("/desk/candidates?open={id}")] {
                assert!(
                    !above.get(address).await.text().contains("12348000"),
                    "{on:?} {key} {address}"
                );
            }
            let export = above.get("/exports/candidates").await;
            let text = texts(&export.body);
            assert!(
                text.contains("138****8000") && !text.contains("13812348000"),
                "{on:?} {key}"
            );
            // It says who took it out.
            assert!(
                text.contains(&format!("（{key}）于 ")) && text.contains("编号"),
                "{on:?} {key}"
            );
            // Neither the order nor a filter tells what is masked.
            let query = ListQuery {
                sort: "phone".to_owned(),
                text: "13812348000".to_owned(),
                ..ListQuery::default()
            };
            let sought: DeskView = above
                .call("desk_page", json!({ "page": "candidates", "tab": "", "query": query }))
                .await
                .unwrap();
            assert_eq!(sought.total, 0, "{on:?} {key}");
        }
        let organization = world.actor(ORGANIZATION).await;
        let silent: Result<String, _> = organization
            .call(
                "reveal",
                json!({ "form": "candidates", "id": id, "field": "phone", "reason": "好奇" }),
            )
            .await;
        assert_eq!(silent.unwrap_err(), AppError::at("reason", "请选择查看原因"));
        let shown: String = organization
            .call(
                "reveal",
                json!({ "form": "candidates", "id": id, "field": "phone", "reason": "核对信息" }),
            )
            .await
            .unwrap();
        assert_eq!(shown, "13812348000");
        let other: Result<String, _> = organization
            .call(
                "reveal",
                json!({ "form": "candidates", "id": id, "field": "name", "reason": "核对信息" }),
            )
            .await;
        assert_eq!(other.unwrap_err(), AppError::NotFound, "only what is masked is shown");
        let outsider = world.actor("530103-zz").await;
        let foreign: Result<String, _> = outsider
            .call(
                "reveal",
                json!({ "form": "candidates", "id": id, "field": "phone", "reason": "核对信息" }),
            )
            .await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound);
        let mut reader = world.app.store.reader().await.unwrap();
        assert_eq!(db::audits::count(&mut reader, Act::Reveal).await.unwrap(), 1);
    }
}

/// The numbers in the tables of a draft, table by table.
fn numbers(form: &'static Form, draft: &Draft) -> Vec<String> {
    let columns = form.grids().flat_map(|(field, grid)| {
        let phones = grid.columns.iter().filter(|column| column.is_personal_number());
        phones.map(move |column| (field.key, column.key))
    });
    let cells = columns.flat_map(|(grid, column)| {
        let rows = draft.rows(grid).iter();
        rows.map(move |row| row.values.get(column).cloned().unwrap_or_default())
    });
    cells.collect()
}

/// Writes one number into all of them.
fn call_all(form: &'static Form, draft: &mut Draft, number: &str) {
    for (field, grid) in form.grids() {
        for row in draft.grids.get_mut(field.key).into_iter().flatten() {
            for column in grid.columns.iter().filter(|column| column.is_personal_number()) {
                row.values.insert(column.key.to_owned(), number.to_owned());
            }
        }
    }
}

/// 行政村信息 and 人员信息: what their tables hold is as private as what a field does, and the log keeps none of it whole.
#[tokio::test]
async fn numbers_in_tables_are_masked_above_the_township_and_in_the_log() {
    for on in stores() {
        for (page, count) in [("village_profile", 1), ("personnel", 2)] {
            let world = World::new(on).await;
            let form = forms::find(page).unwrap();
            let village = world.actor(VILLAGE).await;
            let blank = village.open(page, "", "own").await.unwrap();
            let id = blank.id.as_str();
            let mut draft = filled(form, &blank.draft);
            call_all(form, &mut draft, "13812348000");
            let whole = vec!["13812348000".to_owned(); count];
            let part = vec!["138****8000".to_owned(); count];
            assert_eq!(numbers(form, &draft), whole, "{page}");

            // A part of a number is none, whoever sends it.
            let mut masked = draft.clone();
            call_all(form, &mut masked, "138****8000");
            match village.save(page, id, 0, "masked", &masked).await {
                Err(AppError::Invalid(problems)) => {
                    let places = problems.iter().filter(|problem| problem.place.ends_with("phone"));
                    assert_eq!(places.count(), count, "{page}: {problems:?}");
                }
                other => panic!("{page}: {other:?}"),
            }
            let saved = village.save(page, id, 0, "k", &draft).await.unwrap().opened;
            assert_eq!(numbers(form, &saved.draft), whole, "{on:?} {page}");

            for key in [COUNTY, ORGANIZATION, "530100-zr", "53-zr"] {
                let above = world.actor(key).await;
                let opened = above.open(page, "", id).await.unwrap();
                assert_eq!(numbers(form, &opened.draft), part, "{on:?} {key} {page}");
                // What it sees it cannot save over what is there, and no number of a table is shown by itself.
                let saved = above.save(page, id, opened.version, "above", &opened.draft).await;
                assert!(
                    matches!(saved, Err(AppError::Forbidden(_))),
                    "{on:?} {key} {page}: {saved:?}"
                );
                assert!(opened.masked.is_empty(), "{key} {page}");
                for (field, grid) in form.grids() {
                    let cell = format!("{}.0.{}", field.key, grid.columns[0].key);
                    for place in [field.key, &cell] {
                        let arguments = json!({ "form": page, "id": id, "field": place, "reason": "核对信息" });
                        let shown: Result<String, _> = above.call("reveal", arguments).await;
                        assert_eq!(shown.unwrap_err(), AppError::NotFound, "{key} {place}");
                    }
                }
                for address in [format!("/desk/{page}"), format!("/desk/{page}?open={id}")] {
                    let text = above.get(&address).await.text();
                    assert!(!text.contains("12348000"), "{on:?} {key} {address}");
                }
                let export = texts(&above.get(&format!("/exports/{page}")).await.body);
                assert!(!export.contains("12348000"), "{on:?} {key} {page}");
            }
            let below = world.actor(TOWNSHIP).await.open(page, "", id).await.unwrap();
            assert_eq!(numbers(form, &below.draft), whole, "{on:?} {page}");

            // Another number: a line of the log that tells neither.
            let mut changed = below.draft.clone();
            call_all(form, &mut changed, "13987651234");
            village.save(page, id, saved.version, "k2", &changed).await.unwrap();
            let lines = world::audits(&world, "modify").await;
            assert!(
                lines.len() == 1 && lines[0].contains("138****8000") && lines[0].contains("139****1234"),
                "{on:?} {page}: {lines:?}"
            );
            // So is one that looks the same in part.
            call_all(form, &mut changed, "13900001234");
            village.save(page, id, saved.version + 1, "k3", &changed).await.unwrap();
            let lines = world::audits(&world, "modify").await;
            assert_eq!(lines.len(), 2, "{on:?} {page}");
            assert!(
                lines.iter().all(|line| line.contains("139****1234")),
                "{on:?} {page}: {lines:?}"
            );
            let mut reader = world.app.store.reader().await.unwrap();
            for number in ["13812348000", "13987651234", "13900001234"] {
                let mut statement = Statement::new("select count(*) from audits where opinion || changes like ");
                statement.text(format!("%{number}%"));
                assert_eq!(
                    statement.number(&mut reader).await.unwrap(),
                    0,
                    "{on:?} {page} {number}"
                );
            }
        }
    }
}

/// All text of a workbook.
fn texts(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    for position in 0..archive.len() {
        let mut part = archive.by_index(position).unwrap();
        let _ = part.read_to_string(&mut text);
    }
    text
}

#[tokio::test]
async fn a_person_is_registered_once_in_a_village() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        found(&village, "张三", "13812348000", "五华区水务局").await;
        let blank = village.open("candidates", "", "new").await.unwrap();
        let mut without = candidate("李四", "13812348001", "");
        without.set("category", "1");
        match village.save("candidates", &blank.id, 0, "a", &without).await {
            Err(AppError::Invalid(problems)) => assert_eq!(problems[0].place, "unit"),
            other => panic!("{other:?}"),
        }
        match village
            .save(
                "candidates",
                &blank.id,
                0,
                "b",
                &candidate("张三", "13812348000", "别的单位"),
            )
            .await
        {
            Err(AppError::Invalid(problems)) => {
                assert_eq!(
                    (problems[0].place.as_str(), problems[0].rule.as_deref()),
                    ("phone", Some("R-31"))
                );
            }
            other => panic!("{other:?}"),
        }
        // Both parents' villages may name the same person, who is pointed out.
        let neighbour = world.actor("530102010001").await;
        let blank = neighbour.open("candidates", "", "new").await.unwrap();
        let saved = neighbour
            .save(
                "candidates",
                &blank.id,
                0,
                "k",
                &candidate("张三", "13812348000", "五华区水务局"),
            )
            .await
            .unwrap();
        assert_eq!(saved.warnings[0].rule.as_deref(), Some("R-31"));
    }
}

#[tokio::test]
async fn an_entry_goes_to_township_and_organization_department_and_back_to_the_village() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, township, organization) = (
            world.actor(VILLAGE).await,
            world.actor(TOWNSHIP).await,
            world.actor(ORGANIZATION).await,
        );
        let person = found(&village, "张三", "13812348000", "五华区水务局").await;
        let unwilling = village.open("candidates", "", "new").await.unwrap();
        let mut draft = candidate("李四", "13812348001", "五华区水务局");
        draft.set("willing", "0");
        village.save("candidates", &unwilling.id, 0, "k", &draft).await.unwrap();

        // Only who is willing is offered, with the unit beside the name.
        let blank = village.open("roster", "village", "new-returning").await.unwrap();
        assert_eq!(blank.labels["person?"], format!("{person}\t张三（五华区水务局 科长）"));
        assert_eq!(blank.receivers[0].1, "西翥街道办事处");
        let refused = propose(&village, "returning", &[("person", &unwilling.id), ("role", "member")]).await;
        match refused {
            Err(AppError::Invalid(problems)) => {
                assert!(
                    problems.iter().any(|one| one.place == "person" && one.blocks()),
                    "{problems:?}"
                );
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            village.open("roster", "village", "new").await.unwrap_err(),
            AppError::NotFound,
            "every entry has its button"
        );
        let bare = village.save("roster", &blank.id, 0, "bare", &blank.draft).await;
        assert!(matches!(bare, Err(AppError::Invalid(problems)) if problems.iter().any(|one| one.place == "role")));

        // 保存 submits it: what is known of the person comes with it.
        let entry = propose(
            &village,
            "returning",
            &[("person", &person), ("role", "member"), ("unit", "冒充的单位")],
        )
        .await
        .unwrap();
        assert_eq!(state(&entry), "待乡级审核");
        for (key, text) in [
            ("name", "张三"),
            ("unit", "五华区水务局"),
            ("phone", "13812348000"),
            ("willing", "1"),
        ] {
            assert_eq!(entry.draft.text(key), text, "{key}");
        }
        assert!(
            entry.history[0].ends_with("三多居委会 在 2023-05-01 10:00:00 已提交"),
            "{:?}",
            entry.history
        );
        let again = propose(&village, "returning", &[("person", &person), ("role", "member")]).await;
        assert!(matches!(again, Err(AppError::Invalid(_))), "nobody is in a group twice");

        // Under review the village waits, and nobody skips a level.
        assert!(matches!(
            village.delete("roster", &entry.id, 1).await,
            Err(AppError::Conflict(_))
        ));
        assert!(act(&organization, "roster", &entry, "approve", &[]).await.is_err());
        assert!(act(&village, "roster", &entry, "approve", &[]).await.is_err());
        let outsider = world.actor("530103001").await;
        assert_eq!(
            act(&outsider, "roster", &entry, "approve", &[]).await.unwrap_err(),
            AppError::NotFound
        );

        // Returned by the township, mended, and from the township again.
        act(&township, "roster", &entry, "return", &[]).await.unwrap();
        let returned = now(&village, &entry.id).await;
        assert_eq!(state(&returned), "乡级打回");
        let mut mended = returned.draft.clone();
        mended.set("remark", "已核对");
        village.save("roster", &entry.id, 2, "mend", &mended).await.unwrap();
        act(&village, "roster", &now(&village, &entry.id).await, "submit", &[])
            .await
            .unwrap();
        assert_eq!(state(&now(&village, &entry.id).await), "待乡级审核");
        act(&township, "roster", &now(&township, &entry.id).await, "approve", &[])
            .await
            .unwrap();
        let with_county = now(&organization, &entry.id).await;
        assert_eq!(state(&with_county), "待县级审核");
        assert_eq!(with_county.ways[0].opinion_title, "审批意见");

        // The county's return goes to the village too.
        act(&organization, "roster", &with_county, "return", &[]).await.unwrap();
        assert_eq!(state(&now(&village, &entry.id).await), "县级打回");
        act(&village, "roster", &now(&village, &entry.id).await, "submit", &[])
            .await
            .unwrap();
        act(&township, "roster", &now(&township, &entry.id).await, "approve", &[])
            .await
            .unwrap();
        act(
            &organization,
            "roster",
            &now(&organization, &entry.id).await,
            "approve",
            &[],
        )
        .await
        .unwrap();
        let passed = now(&village, &entry.id).await;
        assert_eq!(state(&passed), "审核通过");
        let letters = organization.list("official_letters", "letters").await.unwrap();
        assert_eq!(letters.total, 1);
        assert!(
            cells(&letters, 0).starts_with("张三|五华区水务局|科长"),
            "{}",
            cells(&letters, 0)
        );

        // 调整: once passed it is changed, not deleted, and passes again under the same letter.
        act(&village, "roster", &passed, "request_change", &[]).await.unwrap();
        let changing = now(&village, &entry.id).await;
        assert_eq!(state(&changing), "调整中");
        assert!(matches!(
            village.delete("roster", &entry.id, changing.version).await,
            Err(AppError::Conflict(_))
        ));
        let mut deputy = changing.draft.clone();
        deputy.set("role", "deputy");
        village
            .save("roster", &entry.id, changing.version, "deputy", &deputy)
            .await
            .unwrap();
        act(&village, "roster", &now(&village, &entry.id).await, "submit", &[])
            .await
            .unwrap();
        act(&township, "roster", &now(&township, &entry.id).await, "approve", &[])
            .await
            .unwrap();
        act(
            &organization,
            "roster",
            &now(&organization, &entry.id).await,
            "approve",
            &[],
        )
        .await
        .unwrap();
        let letters = organization.list("official_letters", "letters").await.unwrap();
        assert!(
            letters.total == 1 && cells(&letters, 0).contains("副组长"),
            "{}",
            cells(&letters, 0)
        );

        // 调出: both levels agree, then the letter goes and the place is free.
        act(&village, "roster", &now(&village, &entry.id).await, "leave", &[])
            .await
            .unwrap();
        act(&township, "roster", &now(&township, &entry.id).await, "return", &[])
            .await
            .unwrap();
        assert_eq!(state(&now(&village, &entry.id).await), "审核通过");
        act(&village, "roster", &now(&village, &entry.id).await, "leave", &[])
            .await
            .unwrap();
        act(&township, "roster", &now(&township, &entry.id).await, "approve", &[])
            .await
            .unwrap();
        act(
            &organization,
            "roster",
            &now(&organization, &entry.id).await,
            "approve",
            &[],
        )
        .await
        .unwrap();
        assert_eq!(state(&now(&village, &entry.id).await), "调出");
        assert_eq!(organization.list("official_letters", "letters").await.unwrap().total, 0);
        propose(&village, "returning", &[("person", &person), ("role", "member")])
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_group_has_one_leader_however_many_ask_at_once() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let tries = (0..32).map(|number| {
            let village = &village;
            async move {
                let name = format!("李{}", ["一", "二", "三", "四", "五", "六", "七", "八"][number % 8]);
                let phone = format!("139{number:08}");
                local(village, &name, &phone, "leader").await
            }
        });
        let answers = futures::future::join_all(tries).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, 1, "{on:?}");
        for answer in answers.into_iter().filter_map(Result::err) {
            match answer {
                AppError::Invalid(problems) => assert_eq!(problems[0].rule.as_deref(), Some("R-32"), "{problems:?}"),
                other => panic!("{on:?} {other:?}"),
            }
        }
        // A leader who is no cadre of the village needs a reason.
        let neighbour = world.actor("530102010001").await;
        let blank = neighbour.open("roster", "village", "new-local").await.unwrap();
        let mut draft = blank.draft.clone();
        for (key, text) in [
            ("name", "王五"),
            ("phone", "13812348009"),
            ("local_duty", "representative"),
            ("political_status", "13"),
            ("role", "leader"),
        ] {
            draft.set(key, text);
        }
        let silent = neighbour.save("roster", &blank.id, 0, "k", &draft).await;
        assert!(matches!(silent, Err(AppError::Invalid(problems)) if problems[0].rule.as_deref() == Some("R-33")));
        draft.reasons.insert("R-33".to_owned(), "村党组织书记暂缺".to_owned());
        let saved = neighbour.save("roster", &blank.id, 0, "k", &draft).await.unwrap();
        assert!(
            saved
                .opened
                .history
                .iter()
                .any(|line| line.contains("村党组织书记暂缺"))
        );
        let rules: Vec<_> = saved.warnings.iter().filter_map(|one| one.rule.clone()).collect();
        assert_eq!(rules, ["R-34", "R-34a"], "what the group still lacks");
    }
}

#[tokio::test]
async fn many_are_proposed_passed_and_taken_back_at_once() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, township, organization) = (
            world.actor(VILLAGE).await,
            world.actor(TOWNSHIP).await,
            world.actor(ORGANIZATION).await,
        );
        let mut people = Vec::new();
        for number in 0..5 {
            let unit = if number == 4 { "" } else { "五华区水务局" };
            people.push(
                found(
                    &village,
                    &format!("张{}", ["一", "二", "三", "四", "五"][number]),
                    &format!("1381234800{number}"),
                    unit,
                )
                .await,
            );
        }
        let joined = people.join(",");
        let first = propose(&village, "returning", &[("person", &joined), ("role", "member")])
            .await
            .unwrap();
        let list = village.list("roster", "village").await.unwrap();
        assert_eq!(list.total, 5, "one entry for each");
        let mut twice = village.open("roster", "village", "new-returning").await.unwrap().draft;
        twice.set("person", joined.as_str());
        twice.set("role", "member");
        twice.reasons.insert("R-33".to_owned(), "本人熟悉情况".to_owned());
        village.save("roster", &first.id, 0, "k", &twice).await.unwrap();
        assert_eq!(
            village.list("roster", "village").await.unwrap().total,
            5,
            "sent twice, stored once"
        );
        local(&village, "李书记", "13812348099", "leader").await.unwrap();

        let passed = bulk(
            &township,
            "roster",
            "village",
            ListQuery::default(),
            "approve",
            json!({}),
        )
        .await;
        assert_eq!(
            (passed.ready, passed.done, passed.receiver_title.as_str()),
            (6, 6, "县级审核人")
        );
        // The whole group of a village at once.
        let group = ListQuery {
            region: Region::parse(VILLAGE),
            filters: BTreeMap::from([("status".to_owned(), "county_review".to_owned())]),
            ..ListQuery::default()
        };
        let passed = bulk(&organization, "roster", "village", group.clone(), "approve", json!({})).await;
        assert_eq!(passed.done, 6);
        let letters = organization.list("official_letters", "letters").await.unwrap();
        assert_eq!(letters.total, 5, "only returning cadres get a letter");
        // Where a list begins with what is empty is the store's affair.
        let mut states: Vec<_> = letters
            .lines
            .iter()
            .map(|line| line.status.clone().unwrap().title)
            .collect();
        states.sort();
        states.reverse();
        assert_eq!(states, ["无需发函", "否", "否", "否", "否"], "nobody writes to nobody");

        // Taken back: the letters go with it.
        let undone: JobView = organization
            .call("undo_bulk", json!({ "job": passed.id }))
            .await
            .unwrap();
        jobs::finish(&world.app, &undone.id).await.unwrap();
        assert_eq!(organization.list("official_letters", "letters").await.unwrap().total, 0);
        assert_eq!(state(&now(&village, &first.id).await), "待县级审核");

        // But not for somebody whose letter has gone out since.
        let passed = bulk(&organization, "roster", "village", group, "approve", json!({})).await;
        let sent = ListQuery {
            text: "张一".to_owned(),
            ..ListQuery::default()
        };
        let sent = bulk(
            &organization,
            "official_letters",
            "letters",
            sent,
            "send_letter",
            json!({ "sent_on": "2023-04-20", "letter_number": "五组函〔2023〕1号" }),
        )
        .await;
        assert_eq!(sent.done, 1);
        let _: JobView = organization
            .call("undo_bulk", json!({ "job": passed.id }))
            .await
            .unwrap();
        jobs::finish(&world.app, &passed.id).await.unwrap();
        let ended: JobView = organization
            .call("bulk_status", json!({ "job": passed.id }))
            .await
            .unwrap();
        assert_eq!(ended.failed, 1);
        let letters = organization.list("official_letters", "letters").await.unwrap();
        assert_eq!(letters.total, 1, "the letter that has gone out stays");
    }
}

/// Somebody who has passed, with a letter.
async fn passed(world: &World, name: &str, phone: &str, unit: &str) -> Opened {
    let (village, township, organization) = (
        world.actor(VILLAGE).await,
        world.actor(TOWNSHIP).await,
        world.actor(ORGANIZATION).await,
    );
    let person = found(&village, name, phone, unit).await;
    let entry = propose(&village, "returning", &[("person", &person), ("role", "member")])
        .await
        .unwrap();
    act(&township, "roster", &entry, "approve", &[]).await.unwrap();
    act(
        &organization,
        "roster",
        &now(&organization, &entry.id).await,
        "approve",
        &[],
    )
    .await
    .unwrap();
    now(&village, &entry.id).await
}

#[tokio::test]
async fn letters_are_sent_answered_taken_back_and_written() {
    for on in stores() {
        let world = World::new(on).await;
        let organization = world.actor(ORGANIZATION).await;
        let entry = passed(&world, "张三", "13812348000", "云南省<农业>科学院 & 研究所").await;
        passed(&world, "李四", "13812348001", "五华区水务局").await;
        passed(&world, "王五", "13812348002", "五华区水务局").await;
        let list = organization.list("official_letters", "letters").await.unwrap();
        let named = |name: &str| {
            let line = list.lines.iter().find(|line| line.cells[0] == name).unwrap();
            line.id.clone()
        };
        let units: Vec<&str> = list.lines.iter().map(|line| line.cells[1].as_str()).collect();
        assert!(units.is_sorted(), "sorted by unit: {units:?}");
        let open = |id: String| {
            let organization = &organization;
            async move { organization.open("official_letters", "letters", &id).await.unwrap() }
        };

        // Refused: nobody else, no answer without a choice, no answer before the letter.
        let letter = open(named("张三")).await;
        for key in [COUNTY, TOWNSHIP, VILLAGE] {
            let other = act(&world.actor(key).await, "official_letters", &letter, "send_letter", &[]).await;
            assert!(matches!(other, Err(AppError::Forbidden(_))), "{key}");
        }
        assert!(
            act(
                &organization,
                "official_letters",
                &letter,
                "record_reply",
                &[("reply", "agreed")]
            )
            .await
            .is_err()
        );
        act(&organization, "official_letters", &letter, "send_letter", &[])
            .await
            .unwrap();
        let sent = open(letter.id.clone()).await;
        assert_eq!((state(&sent), sent.draft.text("sent_on")), ("是", "2023-05-01"));
        let silent = act(&organization, "official_letters", &sent, "record_reply", &[]).await;
        assert!(matches!(silent, Err(AppError::Invalid(problems)) if problems[0].place == "reply"));
        let early = [("reply", "refused"), ("replied_on", "2023-04-01")];
        let early = act(&organization, "official_letters", &sent, "record_reply", &early).await;
        assert!(matches!(early, Err(AppError::Invalid(problems)) if problems[0].place == "replied_on"));
        act(
            &organization,
            "official_letters",
            &sent,
            "record_reply",
            &[("reply", "refused")],
        )
        .await
        .unwrap();
        let village = world.actor(VILLAGE).await;
        assert_eq!(
            now(&village, &entry.id).await.draft.text("reply"),
            "refused",
            "the village sees the answer"
        );
        let units: Vec<UnitLine> = organization
            .call(
                "letter_units",
                json!({ "page": "official_letters", "tab": "letters", "query": ListQuery::default() }),
            )
            .await
            .unwrap();
        assert_eq!(
            (units[0].unit.as_str(), units[0].people, units[0].unsent),
            ("五华区水务局", 2, 2)
        );
        assert_eq!((units[1].sent, units[1].refused, units[1].villages), (1, 1, 1));
        act(
            &organization,
            "official_letters",
            &open(letter.id.clone()).await,
            "recall_letter",
            &[],
        )
        .await
        .unwrap();
        let recalled = open(letter.id).await;
        assert_eq!((state(&recalled), recalled.draft.text("sent_on")), ("否", ""));

        // A Word file for each unit, from the county's own text; a name is text and no markup.
        let template = organization.open("official_letters", "template", "own").await.unwrap();
        let mut draft = template.draft.clone();
        draft.set("body", "请支持{名单}等 {人数} 名同志。\n{{7*7}} ${7*7} =1+1");
        draft.set("signature", "中共五华区委组织部");
        organization
            .save("letter_template", &template.id, 0, "k", &draft)
            .await
            .unwrap();
        let refused = world
            .actor(COUNTY)
            .await
            .get("/letters/official_letters?tab=letters")
            .await;
        assert_eq!(refused.status, 403);
        let answer = organization.get("/letters/official_letters?tab=letters").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().to_string()).collect();
        names.sort();
        assert_eq!(names, ["云南省农业科学院 & 研究所.docx", "五华区水务局.docx"]);
        let mut letter = Vec::new();
        archive
            .by_name("五华区水务局.docx")
            .unwrap()
            .read_to_end(&mut letter)
            .unwrap();
        let text = texts(&letter);
        for part in [
            "请支持李四、王五等 2 名同志。",
            "{{7*7}} ${7*7} =1+1",
            "中共五华区委组织部",
            "2023年5月1日",
            "三多社区",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let mut other = Vec::new();
        archive
            .by_name("云南省农业科学院 & 研究所.docx")
            .unwrap()
            .read_to_end(&mut other)
            .unwrap();
        assert!(texts(&other).contains("云南省&lt;农业&gt;科学院 &amp; 研究所："));

        // The step: only when everybody has a letter or needs none.
        let set = |done: bool| json!({ "step": "official_letters", "region": VILLAGE, "year": "", "done": done, "reason": "" });
        assert!(matches!(
            organization.call::<()>("set_switch", set(true)).await,
            Err(AppError::Conflict(_))
        ));
        let all = bulk(
            &organization,
            "official_letters",
            "letters",
            ListQuery::default(),
            "send_letter",
            json!({}),
        )
        .await;
        assert_eq!(all.done, 3);
        organization.call::<()>("set_switch", set(true)).await.unwrap();
    }
}

#[tokio::test]
async fn the_organization_department_closes_the_roster_of_a_village() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, organization) = (world.actor(VILLAGE).await, world.actor(ORGANIZATION).await);
        let set = json!({ "step": "roster_review", "region": VILLAGE, "year": "", "done": true, "reason": "" });
        let why = |answer: Result<(), AppError>| match answer {
            Err(AppError::Conflict(why)) => why,
            other => panic!("{other:?}"),
        };
        let lacks = why(organization.call("set_switch", set.clone()).await);
        assert!(lacks.contains("组长") && lacks.contains("回乡干部"), "{lacks}");
        for key in [COUNTY, TOWNSHIP, VILLAGE] {
            let other: Result<(), AppError> = world.actor(key).await.call("set_switch", set.clone()).await;
            assert!(matches!(other, Err(AppError::Forbidden(_))), "{key}");
        }
        passed(&world, "张三", "13812348000", "五华区水务局").await;
        let leader = local(&village, "李书记", "13812348099", "leader").await.unwrap();
        let lacks = why(organization.call("set_switch", set.clone()).await);
        assert!(lacks.contains("全部审核通过"), "{lacks}");
        let township = world.actor(TOWNSHIP).await;
        act(&township, "roster", &leader, "approve", &[]).await.unwrap();
        act(
            &organization,
            "roster",
            &now(&organization, &leader.id).await,
            "approve",
            &[],
        )
        .await
        .unwrap();
        organization.call::<()>("set_switch", set).await.unwrap();
        // Closed for the village: neither a new entry nor a change.
        let late = local(&village, "王五", "13812348098", "member").await;
        assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
        let change = act(
            &village,
            "roster",
            &now(&village, &leader.id).await,
            "request_change",
            &[],
        )
        .await;
        assert!(matches!(change, Err(AppError::Conflict(_))), "{change:?}");
    }
}

#[tokio::test]
async fn a_small_group_names_its_natural_village() {
    let world = World::new(stores()[0]).await;
    let village = world.actor(VILLAGE).await;
    let blank = village.open("natural_villages", "", "new").await.unwrap();
    let hamlet = village
        .save("natural_villages", &blank.id, 0, "k", &draft(&[("name", "马坡村")]))
        .await
        .unwrap();
    let blank = village.open("roster", "hamlet", "new-local").await.unwrap();
    let mut entry = blank.draft.clone();
    for (key, text) in [
        ("name", "王五"),
        ("phone", "13812348009"),
        ("local_duty", "group_leader"),
        ("political_status", "13"),
        ("role", "leader"),
    ] {
        entry.set(key, text);
    }
    let nowhere = village.save("roster", &blank.id, 0, "k", &entry).await;
    assert!(matches!(nowhere, Err(AppError::Invalid(problems)) if problems[0].place == "hamlet"));
    entry.set("hamlet", hamlet.opened.id.as_str());
    village.save("roster", &blank.id, 0, "k", &entry).await.unwrap();
    assert_eq!(village.list("roster", "hamlet").await.unwrap().total, 1);
    assert_eq!(
        village.list("roster", "village").await.unwrap().total,
        0,
        "the two kinds of groups stand apart"
    );
    let columns = |tab: &str| {
        let page = forms::page("roster").unwrap();
        page.tabs
            .iter()
            .find(|one| one.key == tab)
            .unwrap()
            .listed()
            .map(|field| field.key)
            .collect::<Vec<_>>()
    };
    assert!(columns("hamlet").contains(&"hamlet") && !columns("village").contains(&"hamlet"));
}

fn unit(name: &str, villages: &str, county_funds: &str) -> Draft {
    draft(&[
        ("villages", villages),
        ("name", name),
        ("qualification", "planning_b"),
        ("leader", "杨立新"),
        ("leader_phone", "13812348000"),
        ("contract_amount", "50"),
        ("province_grant", "20"),
        ("city_grant", "10"),
        ("project_funds", "5"),
        ("village_funds", "2.5"),
        ("donations", "2.5"),
        ("county_funds", county_funds),
        ("work", "编制村庄规划"),
    ])
}

#[tokio::test]
async fn a_village_has_one_technical_unit_and_the_money_adds_up() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(COUNTY).await;
        let save = |name: &'static str, villages: &'static str, funds: &'static str| {
            let county = &county;
            async move {
                let blank = county.open("technical_units", "", "new").await.unwrap();
                county
                    .save("technical_units", &blank.id, 0, "k", &unit(name, villages, funds))
                    .await
            }
        };
        let foreign = save("甲", "530103001001", "10").await;
        assert!(matches!(foreign, Err(AppError::Invalid(problems)) if problems[0].place == "villages"));
        // Eight at once for the same village: one gets it.
        let tries = (0..8).map(|_| save("云南某规划公司", VILLAGE, "8"));
        let answers = futures::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{on:?}");
        let saved = answers.into_iter().find_map(Result::ok).unwrap();
        let rules: Vec<_> = saved.warnings.iter().filter_map(|one| one.rule.as_deref()).collect();
        assert_eq!(rules, ["R-35", "R-38"]);
        assert_eq!(saved.opened.draft.text("gap"), "2");
        let second = save("另一家公司", "530102010004,530102010001", "10").await;
        match second {
            Err(AppError::Invalid(problems)) => assert!(problems[0].message.contains("三多社区"), "{problems:?}"),
            other => panic!("{other:?}"),
        }
        let options = &county.open("technical_units", "", "new").await.unwrap().labels["villages?"];
        assert!(
            options.contains("530102010001") && !options.contains(VILLAGE),
            "taken villages are not offered"
        );

        // 完成 wants the money to add up; then the record is closed.
        let set = json!({ "step": "technical_units", "region": VILLAGE, "year": "", "done": true, "reason": "" });
        assert!(matches!(
            county.call::<()>("set_switch", set.clone()).await,
            Err(AppError::Conflict(_))
        ));
        let id = saved.opened.id;
        county
            .save("technical_units", &id, 1, "k2", &unit("云南某规划公司", VILLAGE, "10"))
            .await
            .unwrap();
        county.call::<()>("set_switch", set).await.unwrap();
        let closed = county
            .save("technical_units", &id, 2, "k3", &unit("云南某规划公司", VILLAGE, "10"))
            .await;
        assert!(matches!(closed, Err(AppError::Conflict(_))), "{closed:?}");
        assert!(matches!(
            county.delete("technical_units", &id, 2).await,
            Err(AppError::Conflict(_))
        ));
    }
}

/// What lies with the county and is about villages is read by those villages and what lies above them (spec §2.3).
#[tokio::test]
async fn a_contract_is_read_by_the_villages_that_it_names() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(COUNTY).await;
        let mut ids = Vec::new();
        for (name, villages) in [("云南某规划公司", VILLAGE), ("昆明某设计院", "530102010001")] {
            let blank = county.open("technical_units", "", "new").await.unwrap();
            let file = county
                .upload("technical_units", &blank.id, "files", "合同.pdf", world::PDF)
                .await;
            let file: hometown::domain::attachment::Attachment = file.json();
            let mut draft = unit(name, villages, "10");
            draft.set("files", file.id.as_str());
            county.save("technical_units", &blank.id, 0, "k", &draft).await.unwrap();
            ids.push((blank.id, file.id));
        }
        for (key, count) in [(VILLAGE, 1), ("530102010001", 1), ("530102010", 2), ("530103001001", 0)] {
            let reader = world.actor(key).await;
            let list = reader.list("technical_units", "").await.unwrap();
            assert_eq!(list.total, count, "{on:?} {key}");
            assert!(!list.may_create, "{on:?} {key}");
            for (id, file) in &ids {
                let is_listed = list.lines.iter().any(|line| line.id == *id);
                let opened = reader.open("technical_units", "", id).await;
                assert_eq!(opened.is_ok(), is_listed, "{on:?} {key}");
                let read = reader.get(&format!("/files/{file}")).await;
                assert_eq!(read.status == 200, is_listed, "{on:?} {key} {}", read.status);
                let Ok(opened) = opened else { continue };
                assert_eq!(opened.verbs, [hometown::domain::verb::Verb::View], "{on:?} {key}");
                let saved = reader.save("technical_units", id, 1, "k", &opened.draft).await;
                assert!(
                    matches!(saved, Err(AppError::NotFound | AppError::Forbidden(_))),
                    "{saved:?}"
                );
                let deleted = reader.delete("technical_units", id, 1).await;
                assert!(
                    matches!(deleted, Err(AppError::NotFound | AppError::Forbidden(_))),
                    "{deleted:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_technical_unit_sees_the_villages_of_its_contract_and_no_other() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(COUNTY).await;
        let open = |villages: &'static str, has_account: &'static str| {
            let county = &county;
            async move {
                let blank = county.open("technical_units", "", "new").await.unwrap();
                let mut draft = unit("云南某规划公司", villages, "10");
                draft.set("has_account", has_account);
                county.save("technical_units", &blank.id, 0, "k", &draft).await.unwrap()
            }
        };
        let own = open(VILLAGE, "1").await;
        let other = open("530102010001", "0").await;
        let told = own
            .warnings
            .iter()
            .find(|one| one.message.contains("初始密码"))
            .unwrap();
        assert!(told.message.contains("tu-530102-1"), "{}", told.message);
        assert_eq!(own.opened.sub_account.as_deref(), Some("tu-530102-1"));
        // The first password has to be changed before anything else.
        let fresh = world.actor("tu-530102-1").await;
        assert_eq!(
            fresh.list("technical_units", "").await.unwrap_err(),
            AppError::MustChangePassword
        );
        let mut tx = world.app.store.begin().await.unwrap();
        let account = db::accounts::by_key(&mut tx, "tu-530102-1")
            .await
            .unwrap()
            .unwrap()
            .account;
        db::accounts::set_password(&mut tx, &account.id, "x", false, None, world::NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for key in [VILLAGE, "530102010001"] {
            let village = world.actor(key).await;
            let blank = village.open("natural_villages", "", "new").await.unwrap();
            village
                .save("natural_villages", &blank.id, 0, "k", &draft(&[("name", "马坡村")]))
                .await
                .unwrap();
        }
        let unit = world.actor("tu-530102-1").await;
        let list = unit.list("natural_villages", "").await.unwrap();
        assert_eq!((list.total, list.lines[0].region.code()), (1, VILLAGE), "{on:?}");
        let contracts = unit.list("technical_units", "").await.unwrap();
        assert_eq!(
            (contracts.total, contracts.lines[0].id.as_str()),
            (1, own.opened.id.as_str())
        );
        unit.open("technical_units", "", &own.opened.id).await.unwrap();
        assert_eq!(
            unit.open("technical_units", "", &other.opened.id).await.unwrap_err(),
            AppError::NotFound
        );
        let foreign = world
            .actor("530102010001")
            .await
            .list("natural_villages", "")
            .await
            .unwrap();
        let foreign = &foreign.lines[0].id;
        assert_eq!(
            unit.open("natural_villages", "", foreign).await.unwrap_err(),
            AppError::NotFound
        );
        for page in [
            "candidates",
            "roster",
            "official_letters",
            "baseline_survey",
            "training",
        ] {
            assert_eq!(unit.list(page, "").await.unwrap_err(), AppError::NotFound, "{page}");
        }
        let write = unit
            .save("technical_units", &own.opened.id, 1, "k", &own.opened.draft)
            .await;
        assert!(matches!(write, Err(AppError::Forbidden(_))), "{write:?}");

        // A lost password is replaced by the county, which alone may.
        let reset = json!({ "form": "technical_units", "id": own.opened.id });
        let foreign: Result<String, _> = world
            .actor("530103-zr")
            .await
            .call("reset_sub_account", reset.clone())
            .await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound);
        let told: String = county.call("reset_sub_account", reset).await.unwrap();
        assert!(told.contains("tu-530102-1"));
        assert_eq!(
            unit.list("technical_units", "").await.unwrap_err(),
            AppError::SignedOut,
            "its sessions have ended"
        );

        // The switch shuts it out again; with the record it goes for good.
        let mut draft = own.opened.draft.clone();
        draft.set("has_account", "0");
        county
            .save("technical_units", &own.opened.id, 1, "off", &draft)
            .await
            .unwrap();
        let mut reader = world.app.store.reader().await.unwrap();
        assert!(
            !db::accounts::by_key(&mut reader, "tu-530102-1")
                .await
                .unwrap()
                .unwrap()
                .enabled
        );
    }
}
