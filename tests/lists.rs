//! Lists, drafts and people who work at the same time: everybody sees their own part of the tree and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::records::DeskView;
use hometown::domain::query::ListQuery;
use hometown::domain::record::Draft;
use hometown::domain::region::Region;
use hometown::error::AppError;
use serde_json::json;
use world::{Actor, World, draft, mobilization, stores};

async fn register(actor: &Actor<'_>, title: &str) -> String {
    let blank = actor.open("mobilization", "", "new").await.unwrap();
    actor
        .save("mobilization", &blank.id, 0, "k", &mobilization(title))
        .await
        .unwrap();
    blank.id
}

async fn asked(actor: &Actor<'_>, page: &str, tab: &str, query: ListQuery) -> DeskView {
    actor
        .call("desk_page", json!({ "page": page, "tab": tab, "query": query }))
        .await
        .unwrap()
}

fn titles(view: &DeskView) -> Vec<String> {
    // The title is the second listed column of 组织发动.
    view.lines.iter().map(|line| line.cells[1].clone()).collect()
}

#[tokio::test]
async fn everybody_sees_their_own_subtree() {
    for on in stores() {
        let world = World::new(on).await;
        for (key, title) in [
            ("530102010004", "三多动员"),
            ("530102010001", "东村动员"),
            ("530102010", "西翥动员"),
            ("530102-zr", "五华动员"),
            ("530103001001", "白塔动员"),
        ] {
            register(&world.actor(key).await, title).await;
        }
        for (key, count) in [
            ("530102010004", 1),
            ("530102010", 3),
            ("530102-zr", 4),
            ("530102-zz", 4),
            ("530103-zr", 1),
            ("530100-zr", 5),
            ("53-zr", 5),
            ("53-zz", 5),
        ] {
            let view = world.actor(key).await.list("mobilization", "").await.unwrap();
            assert_eq!((view.total, view.lines.len()), (count, count as usize), "{key}");
        }
        // Asking for another part of the tree widens nothing.
        let county = world.actor("530102-zr").await;
        for (region, count) in [("530103", 0), ("5301", 4), ("530102010", 3), ("530102010004", 1)] {
            let query = ListQuery {
                region: Region::parse(region),
                ..ListQuery::default()
            };
            assert_eq!(asked(&county, "mobilization", "", query).await.total, count, "{region}");
        }
        // The city reads the village's record, and its places are named.
        let view = world.actor("530100-zr").await.list("mobilization", "").await.unwrap();
        let line = view.lines.iter().find(|line| line.cells[1] == "三多动员").unwrap();
        assert_eq!(line.places, ["昆明市", "五华区", "西翥街道", "三多社区"]);
    }
}

#[tokio::test]
async fn files_of_the_city_are_read_below_it_and_by_nobody_beside() {
    let world = World::new(world::On::Sqlite).await;
    let city = world.actor("530100-zr").await;
    let blank = city.open("founding_documents", "city", "new").await.unwrap();
    let file = city
        .upload("founding_documents", &blank.id, "files", "昆明市通知.pdf", world::PDF)
        .await;
    let file: hometown::domain::attachment::Attachment = file.json();
    let document = draft(&[("issued_on", "2021-06-01"), ("files", &file.id)]);
    city.save("founding_documents", &blank.id, 0, "k", &document)
        .await
        .unwrap();
    for key in ["530102010004", "530102010", "530102-zr", "530103-zr", "53-zr"] {
        let reader = world.actor(key).await;
        let view = reader.list("founding_documents", "city").await.unwrap();
        assert_eq!(view.total, 1, "{key}");
        assert_eq!(view.lines[0].cells[0], "昆明市通知", "named after its file");
        assert!(!view.may_create, "{key}");
        assert_eq!(reader.get(&format!("/files/{}", file.id)).await.status, 200, "{key}");
        assert_eq!(
            reader.list("founding_documents", "county").await.unwrap().total,
            0,
            "{key}"
        );
    }
    let county = world.actor("530102-zr").await;
    assert!(county.list("founding_documents", "county").await.unwrap().may_create);
}

#[tokio::test]
async fn filters_text_order_and_pages() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        for title in ["100%参与", "100_参与", "动员甲", "动员乙"] {
            register(&village, title).await;
        }
        let by_text = |text: &str| ListQuery {
            text: text.to_owned(),
            ..ListQuery::default()
        };
        for (text, count) in [
            ("100%", 1),
            ("100_", 1),
            ("%", 1),
            ("动员", 2),
            ("三多居委会", 4),
            ("'; drop table", 0),
        ] {
            assert_eq!(
                asked(&village, "mobilization", "", by_text(text)).await.total,
                count,
                "{text}"
            );
        }
        let filtered = |key: &str, code: &str| {
            let filters = [(key.to_owned(), code.to_owned())].into();
            ListQuery {
                filters,
                ..ListQuery::default()
            }
        };
        assert_eq!(
            asked(&village, "mobilization", "", filtered("participation", "own"))
                .await
                .total,
            4
        );
        assert_eq!(
            asked(&village, "mobilization", "", filtered("participation", "join"))
                .await
                .total,
            0
        );
        // What is no filter of the form narrows nothing and tells nothing (`security.md` V20).
        assert_eq!(
            asked(&village, "mobilization", "", filtered("created_by", "x"))
                .await
                .total,
            4
        );
        let sorted = |sort: &str| ListQuery {
            sort: sort.to_owned(),
            ..ListQuery::default()
        };
        let up = titles(&asked(&village, "mobilization", "", sorted("title")).await);
        let mut down = titles(&asked(&village, "mobilization", "", sorted("-title")).await);
        down.reverse();
        assert_eq!(up, down);
        assert_eq!(
            titles(&asked(&village, "mobilization", "", sorted("created_by; drop table x")).await).len(),
            4
        );

        for number in 0..18 {
            register(&village, &format!("第{number}次")).await;
        }
        let page = |page| ListQuery {
            page,
            ..ListQuery::default()
        };
        let (first, second) = (
            asked(&village, "mobilization", "", page(1)).await,
            asked(&village, "mobilization", "", page(2)).await,
        );
        assert_eq!((first.total, first.lines.len(), second.lines.len()), (22, 20, 2));
        let ids: std::collections::HashSet<_> = first
            .lines
            .iter()
            .chain(&second.lines)
            .map(|line| line.id.clone())
            .collect();
        assert_eq!(ids.len(), 22, "no line twice");
        assert_eq!(
            asked(&village, "mobilization", "", page(1_000_000)).await.lines.len(),
            0
        );
    }
}

#[tokio::test]
async fn own_level_shows_the_own_level() {
    let world = World::new(world::On::Sqlite).await;
    let staff = draft(&[("name", "张三"), ("unit", "某单位"), ("phone", "0871-65747100")]);
    for key in ["530102-zr", "530102010"] {
        let actor = world.actor(key).await;
        let blank = actor.open("institutions", "liaison_staff", "new").await.unwrap();
        actor.save("liaison_staff", &blank.id, 0, "k", &staff).await.unwrap();
    }
    let county = world.actor("530102-zr").await;
    assert_eq!(county.list("institutions", "liaison_staff").await.unwrap().total, 2);
    let own = ListQuery {
        own_level: true,
        ..ListQuery::default()
    };
    assert_eq!(asked(&county, "institutions", "liaison_staff", own).await.total, 1);
}

#[tokio::test]
async fn a_draft_is_kept_for_its_account_and_forgotten_by_the_save() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        let blank = village.open("mobilization", "", "new").await.unwrap();
        let typed = draft(&[("title", "写了一半")]);
        let keep = json!({ "page": "mobilization", "tab": "", "id": blank.id, "version": 0, "draft": typed });
        village.call::<String>("keep_draft", keep.clone()).await.unwrap();
        let again = world
            .actor("530102010004")
            .await
            .open("mobilization", "", "new")
            .await
            .unwrap();
        assert_eq!(again.id, blank.id, "the same record, so that its uploads are found");
        assert_eq!(again.kept.unwrap().1, typed);
        assert!(
            world
                .actor("530102010001")
                .await
                .open("mobilization", "", "new")
                .await
                .unwrap()
                .kept
                .is_none()
        );
        village
            .save("mobilization", &blank.id, 0, "k", &mobilization("写完了"))
            .await
            .unwrap();
        let next = village.open("mobilization", "", "new").await.unwrap();
        assert!(next.kept.is_none() && next.id != blank.id);
        // What was on its way meanwhile comes too late: the next blank record is a blank one.
        let late = village.call::<String>("keep_draft", keep).await.unwrap();
        assert_eq!(late, "", "nothing was kept");
        let next = village.open("mobilization", "", "new").await.unwrap();
        assert!(next.kept.is_none() && next.id != blank.id);
        // Nobody keeps a draft of what they may not edit.
        let foreign =
            json!({ "page": "mobilization", "tab": "", "id": blank.id, "version": 1, "draft": Draft::default() });
        let refused = world
            .actor("530103001001")
            .await
            .call::<String>("keep_draft", foreign)
            .await;
        assert_eq!(refused.unwrap_err(), AppError::NotFound);
    }
}

#[tokio::test]
async fn two_editors_at_once_lose_nothing() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        let id = register(&village, "原来的").await;
        let texts: Vec<Draft> = (0..8).map(|number| mobilization(&format!("第{number}人"))).collect();
        let saves = texts
            .iter()
            .map(|draft| village.save("mobilization", &id, 1, "k2", draft));
        let answers = futures::future::join_all(saves).await;
        let winners: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1, "exactly one");
        assert_eq!(winners[0].opened.version, 2);
        for answer in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            assert!(
                matches!(answer, AppError::Stale(stale) if stale.version == 2 && stale.changes[0].0 == "工作事项"),
                "{answer:?}"
            );
        }
        // One save sent eight times at once is one change.
        let same = mobilization("一次");
        let saves = (0..8).map(|_| village.save("mobilization", &id, 2, "k3", &same));
        let answers = futures::future::join_all(saves).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(village.open("mobilization", "", &id).await.unwrap().history.len(), 3);
    }
}

#[tokio::test]
async fn only_one_leader_of_a_project_team_is_in_post() {
    for on in stores() {
        let world = World::new(on).await;
        let city = world.actor("530100-zr").await;
        let leader = draft(&[
            ("name", "李四"),
            ("unit", "昆明市自然资源和规划局"),
            ("duty", "局长"),
            ("team_role", "leader"),
            ("phone", "13812348000"),
            ("in_post", "in_post"),
        ]);
        let first = city.open("institutions", "project_team", "new").await.unwrap().id;
        city.save("project_team", &first, 0, "k", &leader).await.unwrap();
        let second = city.open("institutions", "project_team", "new").await.unwrap().id;
        match city.save("project_team", &second, 0, "k", &leader).await {
            Err(AppError::Invalid(problems)) => assert_eq!(problems[0].place, "team_role"),
            other => panic!("{other:?}"),
        }
        // Saved again, the leader is not in the own way; once out of post, another may follow.
        let mut gone = leader.clone();
        gone.set("in_post", "left");
        city.save("project_team", &first, 1, "k2", &gone).await.unwrap();
        city.save("project_team", &second, 0, "k", &leader).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_account_decides_cannot_be_typed() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    let blank = village.open("mobilization", "", "new").await.unwrap();
    let mut hostile = mobilization("越权");
    for (key, text) in [
        ("filler_name", "云南省人民政府"),
        ("filler_level", "省"),
        ("region", "53"),
        ("version", "99"),
        ("created_by", "x"),
        ("status", "done"),
        ("no_such_field", "x"),
    ] {
        hostile.set(key, text);
    }
    let saved = village
        .save("mobilization", &blank.id, 0, "k", &hostile)
        .await
        .unwrap()
        .opened;
    assert_eq!(saved.draft.text("filler_name"), "三多居委会");
    assert_eq!(saved.draft.text("filler_level"), "行政村(社区)");
    assert_eq!((saved.region.code(), saved.version), ("530102010004", 1));
}

/// A list of most of the table is walked along an index; it must show what sorting would.
#[tokio::test]
async fn a_list_of_thousands_shows_what_sorting_would() {
    use hometown::domain::value::Value;
    use hometown::server::db::records::{NewRecord, insert_many};
    for on in stores() {
        let world = World::new(on).await;
        let form = hometown::forms::find("natural_villages").unwrap();
        let mut tx = world.app.store.begin().await.unwrap();
        let village = hometown::server::db::accounts::by_key(&mut tx, "530102010004")
            .await
            .unwrap()
            .unwrap()
            .account;
        let records: Vec<NewRecord> = (0..6_000_i64)
            .map(|number| NewRecord {
                id: hometown::server::db::new_id(),
                region: village.region.clone(),
                organ: village.kind.key(),
                status: "",
                account: village.id.clone(),
                name: village.name.clone(),
                at: format!("2021-05-{:02}T00:00:{:02}Z", 1 + number % 28, number % 60),
                values: [
                    ("name", Value::Text(format!("{:04}村", number * 7_919 % 6_000))),
                    ("planned", Value::Integer(i64::from(number % 10 > 0))),
                ]
                .into(),
            })
            .collect();
        insert_many(&mut tx, form, &records).await.unwrap();
        tx.commit().await.unwrap();
        let province = world.actor("53-zr").await;
        let mut names: Vec<String> = (0..6_000_i64)
            .filter(|number| number % 10 > 0)
            .map(|number| format!("{:04}村", number * 7_919 % 6_000))
            .collect();
        names.sort();
        for (sort, page) in [("name", 1), ("name", 200), ("-name", 3)] {
            let mut query = ListQuery {
                sort: sort.to_owned(),
                page,
                ..ListQuery::default()
            };
            query.filters.insert("planned".to_owned(), "1".to_owned());
            let view: DeskView = province
                .call(
                    "desk_page",
                    json!({ "page": "natural_villages", "tab": "", "query": query }),
                )
                .await
                .unwrap();
            assert_eq!(view.total, 5_400);
            let shown: Vec<String> = view.lines.into_iter().map(|line| line.cells[0].clone()).collect();
            let mut expected: Vec<String> = names.clone();
            if sort.starts_with('-') {
                expected.reverse();
            }
            let first = (page as usize - 1) * 20;
            assert_eq!(shown, expected[first..first + 20], "{on:?} {sort} {page}");
        }
        let newest = province.list("natural_villages", "").await.unwrap();
        let times: Vec<String> = newest.lines.into_iter().map(|line| line.registered_at).collect();
        let mut sorted = times.clone();
        sorted.sort();
        sorted.reverse();
        assert_eq!(times, sorted, "{on:?}: newest first");
    }
}
