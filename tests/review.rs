//! 摸底调查 and 制定计划 through their review (manual 4): refusals first, then what each level may do, on both stores.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::batch::{BatchSaved, BatchView};
use hometown::api::workflow::{JobView, ReviewAct};
use hometown::domain::query::ListQuery;
use hometown::domain::record::{Draft, Opened};
use hometown::domain::step::ProgressLine;
use hometown::error::AppError;
use hometown::server::{db, jobs};
use serde_json::json;
use std::collections::BTreeMap;
use world::{Actor, PDF, World, draft, stores};

const KEY: &str = "530102-zr";
const OUTSIDER: &str = "530103-zr";
const CITY: &str = "530100-zr";
const PROVINCE: &str = "53-zr";

fn survey(village: &str) -> Draft {
    draft(&[
        ("village", village),
        ("village_type", "1"),
        ("village_features", "mountain,traffic_line"),
        ("has_key_project", "0"),
        ("is_key_county_village", "0"),
        ("is_demonstration", "0"),
        ("existing_plan", "none"),
        ("started_on", "2021-05-10"),
        ("plan_year", "2021"),
    ])
}

/// Registers a survey of a village.
async fn registered(county: &Actor<'_>, village: &str) -> Opened {
    let blank = county.open("baseline_survey", "survey", "new").await.unwrap();
    let saved = county
        .save("baseline_survey", &blank.id, 0, "first", &survey(village))
        .await;
    saved.unwrap().opened
}

async fn decide(actor: &Actor<'_>, id: &str, version: i64, verb: &str, opinion: &str) -> Result<(), AppError> {
    decide_with(actor, id, version, verb, opinion, &[]).await
}

async fn decide_with(
    actor: &Actor<'_>,
    id: &str,
    version: i64,
    verb: &str,
    opinion: &str,
    pins: &[(&str, &str)],
) -> Result<(), AppError> {
    let decide = ReviewAct {
        form: "baseline_survey".to_owned(),
        id: id.to_owned(),
        version,
        verb: verb.to_owned(),
        opinion: opinion.to_owned(),
        pins: pins
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect(),
        ..ReviewAct::default()
    };
    actor.call("decide", json!({ "act": decide })).await
}

async fn now(actor: &Actor<'_>, id: &str) -> Opened {
    actor.open("baseline_survey", "survey", id).await.unwrap()
}

fn state(opened: &Opened) -> &str {
    opened.status.as_ref().map_or("", |status| status.title.as_str())
}

fn buttons(opened: &Opened) -> Vec<&str> {
    opened.ways.iter().map(|way| way.button.as_str()).collect()
}

#[tokio::test]
async fn a_county_surveys_its_own_villages_once() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(KEY).await;
        let blank = county.open("baseline_survey", "survey", "new").await.unwrap();
        let offered = &blank.labels["village?"];
        assert!(
            offered.contains("西翥街道 / 三多社区") && !offered.contains("白塔"),
            "{offered}"
        );

        // A village of the next county, a township, nonsense, nothing.
        for village in ["530103001001", "530102010", "530102010999", "x", ""] {
            let refused = county
                .save("baseline_survey", &blank.id, 0, "k", &survey(village))
                .await;
            match refused {
                Err(AppError::Invalid(problems)) => {
                    assert!(
                        problems.iter().any(|problem| problem.place == "village"),
                        "{village}: {problems:?}"
                    );
                }
                other => panic!("{village}: {other:?}"),
            }
        }
        // Exactly one terrain (spec S4.1).
        for features in ["traffic_line", "basin,mountain"] {
            let mut draft = survey("530102010004");
            draft.set("village_features", features);
            let refused = county.save("baseline_survey", &blank.id, 0, "k", &draft).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{features}");
        }
        let first = registered(&county, "530102010004").await;
        assert_eq!(state(&first), "未提交");
        assert_eq!(first.region.code(), "530102010004");

        let again = county.open("baseline_survey", "survey", "new").await.unwrap();
        assert!(
            !again.labels["village?"].contains("三多社区"),
            "what is registered is not offered again"
        );
        let twice = county
            .save("baseline_survey", &again.id, 0, "k", &survey("530102010004"))
            .await;
        match twice {
            Err(AppError::Invalid(problems)) => {
                assert_eq!(problems[0].message, "该行政村已登记过摸底调查，请编辑原有记录")
            }
            other => panic!("{other:?}"),
        }
        // The village cannot be changed afterwards.
        let mut moved = first.draft.clone();
        moved.set("village", "530102010001");
        let saved = county
            .save("baseline_survey", &first.id, 1, "k2", &moved)
            .await
            .unwrap();
        assert_eq!(saved.opened.region.code(), "530102010004");

        // The village and its township read it, the neighbour and the next county do not.
        for reader in ["530102010004", "530102010", CITY, PROVINCE] {
            world
                .actor(reader)
                .await
                .open("baseline_survey", "survey", &first.id)
                .await
                .unwrap();
        }
        for stranger in ["530102010001", OUTSIDER, "530103001"] {
            let hidden = world
                .actor(stranger)
                .await
                .open("baseline_survey", "survey", &first.id)
                .await;
            assert_eq!(hidden.unwrap_err(), AppError::NotFound, "{stranger}");
        }
    }
}

#[tokio::test]
async fn the_chain_goes_up_comes_back_and_starts_anew() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city, province) = (
            world.actor(KEY).await,
            world.actor(CITY).await,
            world.actor(PROVINCE).await,
        );
        let record = registered(&county, "530102010004").await;
        let id = record.id.clone();
        assert!(
            record
                .ways
                .iter()
                .any(|way| way.receivers[0].1 == "昆明市自然资源和规划局")
        );
        assert!(buttons(&now(&city, &id).await).is_empty());

        decide(&county, &id, 1, "submit", "").await.unwrap();
        // The same click twice is one submission.
        decide(&county, &id, 1, "submit", "").await.unwrap();
        let submitted = now(&county, &id).await;
        assert_eq!((state(&submitted), submitted.version), ("已提交", 2));
        assert_eq!(buttons(&submitted), ["撤回"]);
        assert!(
            submitted.history[0].ends_with("五华区自然资源局 在 2023-05-01 10:00:00 已提交"),
            "{:?}",
            submitted.history
        );
        assert_eq!(submitted.history.len(), 2);

        // Under review nothing can be changed, deleted or attached.
        let edit = county.save("baseline_survey", &id, 2, "k", &submitted.draft).await;
        assert!(matches!(edit, Err(AppError::Conflict(why)) if why.contains("审核状态为“已提交”")));
        assert!(matches!(
            county.delete("baseline_survey", &id, 2).await,
            Err(AppError::Conflict(_))
        ));

        // A return needs an opinion, an approval too.
        for verb in ["return", "approve"] {
            let silent = decide(&city, &id, 2, verb, "  ").await;
            assert!(
                matches!(silent, Err(AppError::Invalid(problems)) if problems[0].place == "opinion"),
                "{verb}"
            );
        }
        decide_with(
            &city,
            &id,
            2,
            "return",
            "村庄类型请核实",
            &[("village_type", "与布局不一致"), ("plan_year", "年度?")],
        )
        .await
        .unwrap();
        let returned = now(&county, &id).await;
        assert_eq!(state(&returned), "市级打回");
        assert_eq!(
            returned.pins.iter().map(|pin| pin.label.as_str()).collect::<Vec<_>>(),
            ["村庄类型", "年度计划"]
        );

        // Each mark is changed or answered before the next submission.
        match decide(&county, &id, 3, "submit", "").await {
            Err(AppError::Invalid(problems)) => {
                let places: Vec<_> = problems.iter().map(|problem| problem.place.as_str()).collect();
                assert_eq!(places, ["village_type", "plan_year"]);
            }
            other => panic!("{other:?}"),
        }
        let mut mended = returned.draft.clone();
        mended.set("village_type", "3");
        mended
            .answers
            .insert(returned.pins[1].id.clone(), "已与年度计划核对，无误".to_owned());
        county.save("baseline_survey", &id, 3, "mend", &mended).await.unwrap();
        decide(&county, &id, 4, "submit", "").await.unwrap();
        assert!(now(&county, &id).await.pins.is_empty());

        // The second look is the difference.
        let second = now(&city, &id).await;
        let review = second.review.clone().unwrap();
        assert_eq!(
            review.changes,
            [("村庄类型".to_owned(), "集聚提升类".to_owned(), "特色保护类".to_owned())]
        );
        assert!(review.before.contains("已打回：村庄类型请核实"), "{}", review.before);
        decide(&city, &id, 5, "approve", "同意").await.unwrap();
        assert_eq!(state(&now(&province, &id).await), "市级审核通过");
        decide(&province, &id, 6, "return", "年度计划有误").await.unwrap();
        assert_eq!(state(&now(&county, &id).await), "省级打回");

        // After a provincial return the whole chain follows again; the city finds its earlier opinion in the box.
        decide(&county, &id, 7, "submit", "").await.unwrap();
        let third = now(&city, &id).await;
        assert_eq!(third.review.unwrap().changes, []);
        assert_eq!(third.ways[0].said, "同意");
        decide(&city, &id, 8, "approve", "同意").await.unwrap();
        decide(&province, &id, 9, "approve", "同意").await.unwrap();
        let passed = now(&county, &id).await;
        assert_eq!((state(&passed), buttons(&passed)), ("省级审核通过", vec!["申请变更"]));

        // A change keeps what has passed valid until the next passes (spec SM-1, R-95).
        let village = world.actor("530102010004").await;
        let profile = |opened: Opened| opened.labels["village_type"].clone();
        let before = profile(village.open("village_profile", "", "own").await.unwrap());
        assert_eq!(before, "特色保护类");
        decide(&county, &id, 10, "request_change", "类型调整").await.unwrap();
        let changing = now(&county, &id).await;
        let mut changed = changing.draft.clone();
        changed.set("village_type", "4");
        county
            .save("baseline_survey", &id, changing.version, "change", &changed)
            .await
            .unwrap();
        assert_eq!(
            profile(village.open("village_profile", "", "own").await.unwrap()),
            "特色保护类"
        );
    }
}

#[tokio::test]
async fn a_submission_is_taken_back_before_anybody_acted() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor(KEY).await, world.actor(CITY).await);
        let id = registered(&county, "530102010004").await.id;
        decide(&county, &id, 1, "submit", "").await.unwrap();
        decide(&county, &id, 2, "withdraw", "").await.unwrap();
        assert_eq!(state(&now(&county, &id).await), "未提交");
        let late = decide(&city, &id, 2, "approve", "同意").await;
        assert!(
            matches!(late, Err(AppError::Conflict(why)) if why.contains("五华区自然资源局") && why.contains("已撤回"))
        );
        decide(&county, &id, 3, "submit", "").await.unwrap();
        decide(&city, &id, 4, "approve", "同意").await.unwrap();
        let late = decide(&county, &id, 5, "withdraw", "").await;
        assert!(matches!(late, Err(AppError::Conflict(why)) if why.contains("昆明市自然资源和规划局")));
    }
}

/// The spec's table SM-1, written down a second time: state, verb, who, next state.
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("未提交", "submit", KEY, "已提交"),
    ("市级打回", "submit", KEY, "已提交"),
    ("省级打回", "submit", KEY, "已提交"),
    ("变更中", "submit", KEY, "已提交"),
    ("已提交", "approve", CITY, "市级审核通过"),
    ("已提交", "return", CITY, "市级打回"),
    ("市级审核通过", "approve", PROVINCE, "省级审核通过"),
    ("市级审核通过", "return", PROVINCE, "省级打回"),
    ("已提交", "withdraw", KEY, "未提交"),
    ("省级审核通过", "request_change", KEY, "变更中"),
];

#[tokio::test]
async fn random_acts_by_random_people_follow_the_table() {
    for on in stores() {
        let world = World::new(on).await;
        let mut people = Vec::new();
        for key in [
            KEY,
            CITY,
            PROVINCE,
            "530102-zz",
            "530102010",
            "530102010004",
            OUTSIDER,
            "530100-zz",
            "sys-01",
        ] {
            people.push((key, world.actor(key).await));
        }
        let verbs = ["submit", "approve", "return", "withdraw", "request_change"];
        let id = registered(&people[0].1, "530102010004").await.id;
        let mut expected = "未提交";
        let mut random = 20_210_426_u64;
        let mut next = |most: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random % most as u64) as usize
        };
        let mut moved = 0;
        for _ in 0..250 {
            // Mostly those who have a part in it.
            let most = if next(3) > 0 { 3 } else { people.len() };
            let (key, actor) = &people[next(most)];
            let verb = verbs[next(verbs.len())];
            let version = now(&people[0].1, &id).await.version;
            let answer = decide(actor, &id, version, verb, "意见").await;
            let way = TABLE
                .iter()
                .find(|(from, by, who, _)| (*from, *by, *who) == (expected, verb, *key));
            assert_eq!(
                answer.is_ok(),
                way.is_some(),
                "{on:?} {key} {verb} in {expected}: {answer:?}"
            );
            if let Some((.., to)) = way {
                expected = to;
                moved += 1;
            }
            if *key == OUTSIDER || *key == "530100-zz" && answer.is_ok() {
                assert_eq!(answer, Err(AppError::NotFound), "{key}");
            }
            assert_eq!(state(&now(&people[0].1, &id).await), expected);
        }
        assert!(moved > 15, "{moved} acts moved the record");
    }
}

#[tokio::test]
async fn of_two_reviewers_one_wins_and_the_other_is_told() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor(KEY).await, world.actor(CITY).await);
        let id = registered(&county, "530102010004").await.id;
        decide(&county, &id, 1, "submit", "").await.unwrap();
        let mut answers = Vec::new();
        let acts = (0..32).map(|number| {
            let (city, id) = (&city, &id);
            async move {
                let verb = if number % 2 == 0 { "approve" } else { "return" };
                (verb, decide(city, id, 2, verb, "意见").await)
            }
        });
        answers.extend(futures::future::join_all(acts).await);
        let winner = if state(&now(&county, &id).await) == "市级审核通过" {
            "approve"
        } else {
            "return"
        };
        for (verb, answer) in answers {
            if verb == winner {
                // The same act sent again is done once and said to be done.
                assert_eq!(answer, Ok(()));
            } else {
                assert!(matches!(answer, Err(AppError::Conflict(why)) if why.contains("昆明市自然资源和规划局 在")));
            }
        }
        let history = now(&county, &id).await.history;
        assert_eq!(history.len(), 3, "registered, submitted, judged once: {history:?}");
    }
}

async fn planned(actor: &Actor<'_>, verb: &str, ids: &[&str]) -> Result<JobView, AppError> {
    let arguments = json!({
        "page": "baseline_survey", "tab": "survey", "query": ListQuery::default(), "ids": ids, "verb": verb,
    });
    actor.call("plan_bulk", arguments).await
}

#[tokio::test]
async fn a_bulk_that_one_process_has_left_another_takes_over() {
    const SOON: std::time::Duration = std::time::Duration::from_secs(20);
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor(KEY).await, world.actor(CITY).await);
        let survey = registered(&county, "530102010004").await.id;
        decide(&county, &survey, 1, "submit", "").await.unwrap();
        let plan = planned(&city, "approve", &[]).await.unwrap();
        // Told to stop, a process begins nothing more.
        world.app.work.stop();
        let start = json!({ "job": plan.id, "opinion": "同意", "receiver": "" });
        let _: JobView = city.call("start_bulk", start).await.unwrap();
        assert!(world.app.work.finished(SOON).await);
        let left: JobView = city.call("bulk_status", json!({ "job": plan.id })).await.unwrap();
        assert_eq!((left.is_running, left.done), (true, 0));
        let other = World::over(tempfile::tempdir().unwrap(), &world.app.config.database_url).await;
        jobs::resume(&other.app).await.unwrap();
        jobs::resume(&other.app).await.unwrap();
        assert!(other.app.work.finished(SOON).await);
        let done: JobView = city.call("bulk_status", json!({ "job": plan.id })).await.unwrap();
        assert_eq!((done.is_running, done.done, done.failed), (false, 1, 0));
    }
}

#[tokio::test]
async fn a_bulk_tells_first_acts_once_and_can_be_taken_back() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor(KEY).await, world.actor(CITY).await);
        let one = registered(&county, "530102010004").await.id;
        let other = registered(&county, "530102010001").await.id;
        decide(&county, &one, 1, "submit", "").await.unwrap();

        // The filler too, with what is checked at a submission.
        let submit = planned(&county, "submit", &[&other]).await.unwrap();
        assert_eq!((submit.total, submit.ready), (1, 1));
        let start = json!({ "job": submit.id, "opinion": "", "receiver": "" });
        let _: JobView = county.call("start_bulk", start).await.unwrap();
        jobs::finish(&world.app, &submit.id).await.unwrap();
        let ended: JobView = county.call("bulk_status", json!({ "job": submit.id })).await.unwrap();
        assert_eq!((ended.done, ended.failed), (1, 0), "{ended:?}");
        decide(&county, &other, 2, "withdraw", "").await.unwrap();

        // Refused: who has nothing to approve, and a bulk of somebody else.
        assert!(matches!(
            planned(&county, "approve", &[]).await,
            Err(AppError::Forbidden(_))
        ));
        assert!(
            planned(&world.actor("530102010004").await, "approve", &[])
                .await
                .is_err()
        );
        let empty = planned(&world.actor(OUTSIDER).await, "submit", &[&one, &other])
            .await
            .unwrap();
        assert_eq!(empty.total, 0, "a foreign record cannot even be selected");

        let plan = planned(&city, "approve", &[]).await.unwrap();
        assert_eq!((plan.total, plan.ready), (2, 1));
        assert_eq!(plan.reasons, [("审核状态为“未提交”".to_owned(), 1)]);
        assert_eq!(plan.left_out[0].0, "昆明市 / 五华区 / 西翥街道 / 东村社区");
        for thief in [KEY, OUTSIDER, PROVINCE] {
            let stolen: Result<JobView, _> = world
                .actor(thief)
                .await
                .call("bulk_status", json!({ "job": plan.id }))
                .await;
            assert_eq!(stolen.unwrap_err(), AppError::NotFound);
        }
        let silent: Result<JobView, _> = city
            .call("start_bulk", json!({ "job": plan.id, "opinion": "", "receiver": "" }))
            .await;
        assert!(matches!(silent, Err(AppError::Invalid(_))));
        let start = json!({ "job": plan.id, "opinion": "同意", "receiver": "" });
        let _: JobView = city.call("start_bulk", start.clone()).await.unwrap();
        let _: JobView = city.call("start_bulk", start).await.unwrap();
        // As after a restart: whoever goes on finds what is left, and acts once.
        let goes_on = (0..4).map(|_| jobs::finish(&world.app, &plan.id));
        for ended in futures::future::join_all(goes_on).await {
            ended.unwrap();
        }
        let done: JobView = city.call("bulk_status", json!({ "job": plan.id })).await.unwrap();
        assert_eq!(
            (done.done, done.failed, done.is_running, done.may_undo),
            (1, 0, false, true)
        );
        let passed = now(&county, &one).await;
        assert_eq!((state(&passed), passed.version), ("市级审核通过", 3));
        assert_eq!(state(&now(&county, &other).await), "未提交");

        let _: JobView = city.call("undo_bulk", json!({ "job": plan.id })).await.unwrap();
        jobs::finish(&world.app, &plan.id).await.unwrap();
        let back = now(&county, &one).await;
        assert_eq!((state(&back), back.version), ("已提交", 4));
        assert!(back.history[0].ends_with("已撤销操作"), "{:?}", back.history);
        let again: Result<JobView, _> = city.call("undo_bulk", json!({ "job": plan.id })).await;
        assert!(matches!(again, Err(AppError::Conflict(_))));
        assert!(
            now(&city, &one).await.review.is_none(),
            "what was taken back was never judged"
        );
    }
}

#[tokio::test]
async fn rows_are_registered_at_once_and_what_is_wrong_stays() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(KEY).await;
        let refused: Result<BatchView, _> = world
            .actor(CITY)
            .await
            .call("batch_page", json!({ "page": "baseline_survey", "part": "" }))
            .await;
        assert!(matches!(refused, Err(AppError::Forbidden(_))));
        let view: BatchView = county
            .call("batch_page", json!({ "page": "baseline_survey", "part": "" }))
            .await
            .unwrap();
        let mut draft = view.opened.draft.clone();
        let rows = draft.grids.get_mut("rows").unwrap();
        assert_eq!(rows.len(), 2);
        let good = survey("530102010001").values;
        rows[0].values.extend(good.clone());
        rows[1].values.extend(good);
        rows[1].values.insert("village".to_owned(), "530102010004".to_owned());
        rows[1].values.insert("started_on".to_owned(), "2099-01-01".to_owned());
        let saved: BatchSaved = county
            .call("save_batch", json!({ "page": "baseline_survey", "draft": draft }))
            .await
            .unwrap();
        assert_eq!((saved.registered, saved.left.as_slice()), (1, [1].as_slice()));
        assert_eq!(saved.problems[0].place, "rows.0.started_on");
        assert_eq!(county.list("baseline_survey", "survey").await.unwrap().total, 1);
    }
}

#[tokio::test]
async fn the_county_sets_the_step_of_each_village_once_its_survey_has_passed() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city, province) = (
            world.actor(KEY).await,
            world.actor(CITY).await,
            world.actor(PROVINCE).await,
        );
        let id = registered(&county, "530102010004").await.id;
        let set = |region: &'static str, done: bool| json!({ "step": "baseline_survey", "region": region, "year": "", "done": done, "reason": "" });
        let early: Result<(), _> = county.call("set_switch", set("530102010004", true)).await;
        assert!(matches!(early, Err(AppError::Conflict(why)) if why.contains("审核状态为省级审核通过")));
        decide(&county, &id, 1, "submit", "").await.unwrap();
        decide(&city, &id, 2, "approve", "同意").await.unwrap();
        decide(&province, &id, 3, "approve", "同意").await.unwrap();

        for stranger in [OUTSIDER, "530102010004", CITY] {
            let refused: Result<(), _> = world
                .actor(stranger)
                .await
                .call("set_switch", set("530102010004", true))
                .await;
            assert!(refused.is_err(), "{stranger}");
            let all: Result<usize, _> = world
                .actor(stranger)
                .await
                .call("set_all_switches", json!({ "step": "baseline_survey" }))
                .await;
            assert!(!matches!(all, Ok(count) if count > 0), "{stranger}: {all:?}");
        }
        let lines: Vec<ProgressLine> = county
            .call("step_progress", json!({ "step": "baseline_survey" }))
            .await
            .unwrap();
        let missing = |lines: &[ProgressLine], code: &str| {
            let line = lines.iter().find(|line| line.region.code() == code).unwrap();
            (line.may_set, line.done_at.is_some(), line.missing.len())
        };
        assert_eq!(missing(&lines, "530102010004"), (true, false, 0));
        assert_eq!(missing(&lines, "530102010001"), (true, false, 1));
        let count: usize = county
            .call("set_all_switches", json!({ "step": "baseline_survey" }))
            .await
            .unwrap();
        assert_eq!(count, 1);
        let lines: Vec<ProgressLine> = county
            .call("step_progress", json!({ "step": "baseline_survey" }))
            .await
            .unwrap();
        assert_eq!(missing(&lines, "530102010004"), (true, true, 0));

        // A completed step is closed for changes until it is set back.
        let locked = decide(&county, &id, 4, "request_change", "调整").await;
        assert!(matches!(locked, Err(AppError::Conflict(why)) if why.contains("“摸底调查”已完成")));
        county
            .call::<()>("set_switch", set("530102010004", false))
            .await
            .unwrap();
        decide(&county, &id, 4, "request_change", "调整").await.unwrap();
    }
}

#[tokio::test]
async fn a_plan_is_prefilled_seen_on_three_screens_and_closed_by_year() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city, province) = (
            world.actor(KEY).await,
            world.actor(CITY).await,
            world.actor(PROVINCE).await,
        );
        registered(&county, "530102010004").await;
        let blank = county.open("annual_plan", "plan", "new").await.unwrap();
        assert_eq!(
            (blank.draft.text("townships"), blank.draft.text("villages")),
            ("1", "2")
        );
        let offered: Vec<(String, String)> = county
            .call(
                "suggestions",
                json!({ "form": "annual_plan", "draft": draft(&[("year", "2021")]) }),
            )
            .await
            .unwrap();
        let offered: BTreeMap<_, _> = offered.into_iter().collect();
        assert_eq!(offered["title"], "五华区2021年村庄规划编制计划");
        assert_eq!(offered["tasks"], "1");
        assert!(offered["plan_villages"].contains("三多社区\t未提交\t/desk/baseline_survey?tab=survey&open="));

        let plan = |tasks: &str| draft(&[("year", "2021"), ("filled_on", "2021-06-15"), ("tasks", tasks)]);
        let save = |tasks: &'static str, key: &'static str| {
            let (county, id) = (&county, &blank.id);
            async move {
                let mut draft = plan(tasks);
                let file: hometown::domain::attachment::Attachment =
                    county.upload("annual_plan", id, "files", "计划.pdf", PDF).await.json();
                draft.set("files", file.id);
                county.save("annual_plan", id, 0, key, &draft).await
            }
        };
        // never more tasks than villages; without its paper nothing is stored.
        assert!(matches!(save("3", "k1").await, Err(AppError::Invalid(problems)) if problems[0].place == "tasks"));
        let bare = county.save("annual_plan", &blank.id, 0, "k2", &plan("1")).await;
        assert!(matches!(bare, Err(AppError::Invalid(problems)) if problems[0].place == "files"));
        let saved = save("2", "k3").await.unwrap();
        assert_eq!(
            saved
                .warnings
                .iter()
                .map(|one| one.rule.clone().unwrap())
                .collect::<Vec<_>>(),
            ["R-10b"]
        );
        assert_eq!(saved.opened.draft.text("share"), "100");
        assert_eq!(saved.opened.draft.text("title"), "五华区2021年村庄规划编制计划");
        let id = saved.opened.id;

        // Not yet on the two other screens; there it can only be looked at.
        for page in ["plan_review", "task_assignment"] {
            assert_eq!(
                city.open(page, "", &id).await.unwrap_err(),
                AppError::NotFound,
                "{page}"
            );
            assert_eq!(county.list(page, "").await.unwrap().total, 0);
            assert!(!county.list(page, "").await.unwrap().may_create);
        }
        let act = |actor, version: i64, verb: &'static str, values: &'static [(&'static str, &'static str)]| {
            let actor: &Actor<'_> = actor;
            let decide = ReviewAct {
                form: "annual_plan".to_owned(),
                id: id.clone(),
                version,
                verb: verb.to_owned(),
                opinion: "同意".to_owned(),
                values: values
                    .iter()
                    .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                    .collect(),
                ..ReviewAct::default()
            };
            async move { actor.call::<()>("decide", json!({ "act": decide })).await }
        };
        act(&county, 1, "submit", &[]).await.unwrap();
        assert_eq!(
            buttons(&city.open("plan_review", "", &id).await.unwrap()),
            ["提交", "打回"]
        );
        assert!(buttons(&city.open("annual_plan", "plan", &id).await.unwrap()).is_empty());
        act(&city, 2, "approve", &[]).await.unwrap();
        assert_eq!(
            buttons(&province.open("task_assignment", "", &id).await.unwrap()),
            ["提交", "打回"]
        );
        let wrong = act(&province, 3, "approve", &[("assigned_on", "2021-02-30")]).await;
        assert!(matches!(wrong, Err(AppError::Invalid(problems)) if problems[0].place == "assigned_on"));
        act(
            &province,
            3,
            "approve",
            &[("task_number", "云规〔2021〕1号"), ("assigned_on", "2021-07-20")],
        )
        .await
        .unwrap();
        let assigned = county.open("task_assignment", "", &id).await.unwrap();
        assert_eq!(assigned.draft.text("task_number"), "云规〔2021〕1号");

        // A switch for each year.
        let view = county.list("task_assignment", "").await.unwrap().switch.unwrap();
        assert_eq!(
            (view.year.as_str(), view.may_change, view.missing.len()),
            ("2021", true, 0)
        );
        let set =
            |year: &str| json!({ "step": "task_assignment", "region": null, "year": year, "done": true, "reason": "" });
        assert!(matches!(
            county.call::<()>("set_switch", set("2022")).await,
            Err(AppError::Conflict(_))
        ));
        assert!(matches!(
            county.call::<()>("set_switch", set("")).await,
            Err(AppError::Malformed(_))
        ));
        county.call::<()>("set_switch", set("2021")).await.unwrap();
        assert!(county.list("task_assignment", "").await.unwrap().switch.unwrap().done);
        // One plan a year.
        let second = county.open("annual_plan", "plan", "new").await.unwrap();
        let twice = county.save("annual_plan", &second.id, 0, "k", &plan("1")).await;
        assert!(
            matches!(twice, Err(AppError::Invalid(problems)) if problems.iter().any(|problem| problem.place == "year"))
        );
    }
}

#[tokio::test]
async fn a_remark_marks_one_file() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor("530102-zr").await, world.actor("530100-zr").await);
        let blank = county.open("annual_plan", "plan", "new").await.unwrap();
        let id = blank.id.clone();
        let mut files = Vec::new();
        for name in ["计划.pdf", "附表.pdf"] {
            let answer = county.upload("annual_plan", &id, "files", name, PDF).await;
            files.push(answer.json::<hometown::domain::attachment::Attachment>().id);
        }
        let mut plan = blank.draft.clone();
        for (key, text) in [
            ("year", "2021"),
            ("villages", "2"),
            ("tasks", "1"),
            ("filled_on", "2021-07-01"),
        ] {
            plan.set(key, text);
        }
        plan.set("files", files.join(","));
        county.save("annual_plan", &id, 0, "k", &plan).await.unwrap();
        let act = |version: i64, verb: &'static str, place: String| {
            let decide = ReviewAct {
                form: "annual_plan".to_owned(),
                id: id.clone(),
                version,
                verb: verb.to_owned(),
                opinion: "附表有误".to_owned(),
                pins: BTreeMap::from([(place, "合计不对".to_owned())]),
                ..ReviewAct::default()
            };
            json!({ "act": decide })
        };
        county
            .call::<()>("decide", act(1, "submit", String::new()))
            .await
            .unwrap();
        city.call::<()>("decide", act(2, "return", format!("files/{}", files[1])))
            .await
            .unwrap();
        let returned = county.open("annual_plan", "plan", &id).await.unwrap();
        assert_eq!(returned.pins.len(), 1);
        let pin = &returned.pins[0];
        assert_eq!((pin.label.as_str(), pin.changed), ("附表.pdf", false));

        // Another file in the slot does not mend it; the marked one has to go.
        let more = county.upload("annual_plan", &id, "files", "说明.pdf", PDF).await;
        let more = more.json::<hometown::domain::attachment::Attachment>().id;
        let mut draft = returned.draft.clone();
        draft.set("files", format!("{},{},{more}", files[0], files[1]));
        county.save("annual_plan", &id, 3, "more", &draft).await.unwrap();
        let early: Result<(), AppError> = county.call("decide", act(4, "submit", String::new())).await;
        assert!(matches!(early, Err(AppError::Invalid(problems)) if problems[0].place == "files"));
        draft.set("files", format!("{},{more}", files[0]));
        county.save("annual_plan", &id, 4, "less", &draft).await.unwrap();
        county
            .call::<()>("decide", act(5, "submit", String::new()))
            .await
            .unwrap();
    }
}

/// A statement that no request makes.
async fn tamper(world: &World, statement: &'static str) {
    let mut tx = world.app.store.begin().await.unwrap();
    sqlx::query(statement).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_bulk_that_a_fault_stops_says_so_and_can_go_on() {
    let world = World::new(world::On::Sqlite).await;
    let (county, city) = (world.actor(KEY).await, world.actor(CITY).await);
    let one = registered(&county, "530102010004").await.id;
    decide(&county, &one, 1, "submit", "").await.unwrap();
    let plan = planned(&city, "approve", &[]).await.unwrap();
    assert_eq!(plan.ready, 1);
    let mut tx = world.app.store.begin().await.unwrap();
    db::jobs::start(&mut tx, &plan.id, "同意", None, "{}").await.unwrap();
    tx.commit().await.unwrap();
    let fault = "create trigger fault before update on baseline_survey begin select raise(abort, 'fault'); end";
    tamper(&world, fault).await;
    let resume = json!({ "job": plan.id });
    let running: Result<JobView, _> = city.call("resume_bulk", resume.clone()).await;
    assert!(
        matches!(running, Err(AppError::Conflict(_))),
        "it is at work: {running:?}"
    );
    jobs::see_through(&world.app, &plan.id).await;
    let stopped: JobView = city.call("bulk_status", json!({ "job": plan.id })).await.unwrap();
    assert_eq!((stopped.is_running, stopped.is_stopped, stopped.done), (false, true, 0));
    let page = city.get("/desk/baseline_survey").await.text();
    assert!(page.contains("因系统故障中断"), "its owner is told");

    // Nobody else goes on with it; its owner does, and it is done once.
    for thief in [KEY, OUTSIDER, PROVINCE] {
        let stolen: Result<JobView, _> = world.actor(thief).await.call("resume_bulk", resume.clone()).await;
        assert_eq!(stolen.unwrap_err(), AppError::NotFound, "{thief}");
    }
    tamper(&world, "drop trigger fault").await;
    let resumed: JobView = city.call("resume_bulk", resume).await.unwrap();
    assert!(resumed.is_running && !resumed.is_stopped);
    jobs::see_through(&world.app, &plan.id).await;
    let ended: JobView = city.call("bulk_status", json!({ "job": plan.id })).await.unwrap();
    assert_eq!(
        (ended.is_running, ended.is_stopped, ended.done, ended.failed),
        (false, false, 1, 0)
    );
}
