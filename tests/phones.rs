//! Natural villages on the phone: the code of their village, registration, the first password, filling without JavaScript,
//! and what their village does about them (manual chapter 8, spec SM-6).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::http::header;
use hometown::api::planning::VillageView;
use hometown::api::records::DeskView;
use hometown::api::registration::{CodesView, DoorView, NameVerdict};
use hometown::domain::attachment::Attachment;
use hometown::domain::query::ListQuery;
use hometown::domain::record::Opened;
use hometown::domain::region::Region;
use hometown::domain::verb::Verb;
use hometown::error::AppError;
use hometown::server::db;
use hometown::server::records::Saved;
use hometown::{forms, steps};
use serde_json::{Value, json};
use world::hamlets::{FIRST, OWN, enter, record, register, settled, token};
use world::{Actor, JPG, VILLAGE, World, draft, stores};

async fn decide(world: &World, name: &str, verb: Verb, opinion: &str, values: Value) -> Result<(), AppError> {
    let opened = record(world, name).await;
    let act = json!({ "act": {
        "form": "natural_villages", "id": opened.id, "version": opened.version, "verb": verb.key(),
        "opinion": opinion, "receiver": "", "pins": {}, "values": values,
    } });
    world.actor(VILLAGE).await.call("decide", act).await
}

fn population(year: &str, registered: &str) -> hometown::domain::record::Draft {
    draft(&[
        ("year", year),
        ("households", "5"),
        ("registered", registered),
        ("resident", "15"),
        ("minors", "4"),
        ("adults", "10"),
        ("elders", &(registered.parse::<i64>().unwrap() - 14).to_string()),
    ])
}

async fn tell(hamlet: &Actor<'_>, year: &str, registered: &str) {
    let opened: Opened = hamlet.open("phone", "population", "new").await.unwrap();
    let saved = hamlet
        .save("population", &opened.id, 0, &opened.key, &population(year, registered))
        .await;
    saved.unwrap();
}

/// 户籍人口 of the village as its tab adds it up, for the last year.
async fn sum(world: &World) -> (String, String) {
    let query = ListQuery {
        region: Region::parse(VILLAGE),
        ..ListQuery::default()
    };
    let page: DeskView = world
        .actor(VILLAGE)
        .await
        .call(
            "desk_page",
            json!({ "page": "field_survey", "tab": "population", "query": query }),
        )
        .await
        .unwrap();
    let totals = page.totals.unwrap();
    let coverage = totals.coverage.unwrap();
    let line = totals.tables[0].lines.last().cloned().unwrap_or_default();
    (
        format!("{}/{}", coverage.told, coverage.all),
        line.get(2).cloned().unwrap_or_default(),
    )
}

#[tokio::test]
async fn a_code_leads_to_its_village_and_no_other_token_does() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let door: DoorView = world
            .stranger()
            .call("village_door", json!({ "token": token }))
            .await
            .unwrap();
        assert_eq!(
            (door.village.as_str(), door.is_open, door.asks_id_number),
            ("三多社区", true, false)
        );
        for wrong in ["", "0", VILLAGE, &token[1..], &"a".repeat(10_000)] {
            let answer = world
                .stranger()
                .call::<DoorView>("village_door", json!({ "token": wrong }))
                .await;
            assert_eq!(answer.unwrap_err(), AppError::NotFound, "{wrong}");
        }
        let page = world.stranger().get(&format!("/q/{token}")).await;
        assert!(page.text().contains("账号登录") && page.text().contains("账号注册"));
    }
}

#[tokio::test]
async fn names_that_are_addresses_or_taken_are_refused_with_the_manuals_hint() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        for bad in [
            "文井镇中所村马坡村",
            "三多村委会",
            "马坡自然村",
            "第一居民小组",
            "123",
            "村",
            "",
        ] {
            let answer = register(&world, &token, bad).await;
            assert!(
                answer.location().contains("act=register") && answer.location().contains("problem.name="),
                "{bad}"
            );
        }
        let wrong_phone = world
            .stranger()
            .form(
                &format!("/q/{token}/register"),
                &[("name", "马坡村"), ("phone", "12565847089")],
            )
            .await;
        assert!(wrong_phone.location().contains("problem.phone="), "R-01");
        assert!(
            wrong_phone.location().contains(&hometown::record::encoded("马坡村")),
            "what was typed comes back"
        );
        assert!(
            register(&world, &token, "马坡村")
                .await
                .location()
                .contains("notice=registered")
        );
        assert!(
            register(&world, &token, "马坡村")
                .await
                .location()
                .contains("problem.name="),
            "R-51"
        );
        let look = |name: &'static str| {
            let token = token.clone();
            let stranger = world.stranger();
            async move {
                let verdict = stranger
                    .call::<NameVerdict>("look_at_name", json!({ "token": token, "name": name }))
                    .await;
                verdict.unwrap()
            }
        };
        assert!(look("马坡村").await.problem.unwrap().contains("已经注册"));
        assert!(
            look("马坡寨").await.warning.unwrap().contains("马坡村"),
            "a variant is pointed out"
        );
        assert_eq!(look("花交村").await, NameVerdict::default());
    }
}

#[tokio::test]
async fn the_first_password_works_once_and_shows_nothing_but_its_change() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        register(&world, &token, "马坡村").await;
        let key = format!("{VILLAGE}/马坡村");
        let (refused, _) = enter(&world, "", &token, &key, "yngb2022").await;
        assert!(refused.location().contains("refused=wrong"));
        let (first, hamlet) = enter(&world, "", &token, &key, FIRST).await;
        assert_eq!(first.location(), "/m/profile");
        for page in ["/m", "/m/population", "/home", "/desk/training"] {
            assert_eq!(hamlet.get(page).await.location(), "/m/profile", "{page}");
        }
        let list = hamlet.list("phone", "population").await;
        assert_eq!(list.unwrap_err(), AppError::MustChangePassword);
        let (stolen, _) = enter(&world, "", &token, &key, FIRST).await;
        assert!(stolen.location().contains("refused=used"), "another phone is too late");
        let (again, hamlet) = enter(&world, &hamlet.cookie, &token, &key, FIRST).await;
        assert_eq!(again.location(), "/m/profile", "the same phone may come back");
        for (new, again, place) in [
            (FIRST, FIRST, "new"),
            ("short1", "short1", "new"),
            (OWN, "Mapo-2027", "again"),
            ("", "", "new"),
        ] {
            let answer = hamlet.form("/m/profile", &[("new", new), ("again", again)]).await;
            assert!(answer.location().contains(&format!("problem.{place}=")), "{new}");
        }
        let changed = hamlet.form("/m/profile", &[("new", OWN), ("again", OWN)]).await;
        assert_eq!(changed.location(), "/m?notice=profile");
        let (dead, _) = enter(&world, "", &token, &key, FIRST).await;
        assert!(dead.location().contains("refused=wrong"));
        let (alive, hamlet) = enter(&world, "", &token, &key, OWN).await;
        assert_eq!(alive.location(), "/m");
        let cookie = alive.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        assert!(
            cookie.contains("Max-Age=2592000") && cookie.contains("HttpOnly"),
            "30 days: {cookie}"
        );
        assert!(hamlet.get("/m").await.text().contains("人口状况"));
        assert_eq!(hamlet.form("/logout", &[]).await.location(), format!("/q/{token}"));
        assert_eq!(hamlet.get("/m").await.location(), "/q");
    }
}

#[tokio::test]
async fn the_desk_and_the_phone_have_their_own_people() {
    let world = World::new(world::On::Sqlite).await;
    let token = token(&world, VILLAGE).await;
    let hamlet = settled(&world, &token, "马坡村").await;
    assert_eq!(hamlet.get("/home").await.location(), "/m");
    assert_eq!(hamlet.get("/password").await.location(), "/m");
    assert_eq!(world.actor(VILLAGE).await.get("/m").await.location(), "/home");
    assert_eq!(world.stranger().get("/m/population").await.location(), "/q");
    let codes = hamlet.call::<CodesView>("registration_codes", json!({ "query": ListQuery::default() }));
    assert_eq!(codes.await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn photos_are_chosen_without_a_word_about_red_heads() {
    let world = World::new(world::On::Sqlite).await;
    let token = token(&world, VILLAGE).await;
    let hamlet = settled(&world, &token, "马坡村").await;
    let phone = hamlet.get("/m/homesteads").await.text();
    assert!(phone.contains("accept=\"image/*\"") && !phone.contains("capture"));
    assert!(!phone.contains("红头"));
    let village = world.actor(VILLAGE).await;
    let desk = village.get("/desk/mobilization?open=new").await.text();
    assert!(
        desk.contains("红头") && !desk.contains("image/*"),
        "documents may have one"
    );
}

/// A photo that a phone sends for a record, whether that is stored or not.
async fn sent(hamlet: &Actor<'_>, record: &str) -> String {
    let answer = hamlet.upload("vacant_land", record, "files", "空地.jpg", JPG).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json::<Attachment>().id
}

#[tokio::test]
async fn a_photo_follows_its_record_once_and_loses_nothing_that_is_typed() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let (hamlet, other) = (
            settled(&world, &token, "马坡村").await,
            settled(&world, &token, "花交村").await,
        );
        let land = draft(&[("place", "村口"), ("kind", "demolished"), ("area", "120")]);
        let opened: Opened = hamlet.open("phone", "vacant_land", "new").await.unwrap();
        let photo = sent(&hamlet, &opened.id).await;
        let address = format!("/files/{photo}/place");
        let place = async |actor: &Actor<'_>, address: &str| actor.post(address, "application/json", "").await;

        // Refused: before the record is there, for strangers and others, and what is no file.
        assert_eq!(
            place(&hamlet, &address).await.status,
            404,
            "{on:?}: its record comes first"
        );
        let first = hamlet
            .save("vacant_land", &opened.id, 0, "k", &land)
            .await
            .unwrap()
            .opened;
        assert_eq!(place(&world.stranger(), &address).await.status, 401, "{on:?}");
        for outsider in [&other, &world.actor(VILLAGE).await] {
            assert_eq!(place(outsider, &address).await.status, 404, "{on:?}");
        }
        for nothing in [db::new_id(), "x".to_owned()] {
            assert_eq!(
                place(&hamlet, &format!("/files/{nothing}/place")).await.status,
                404,
                "{on:?}"
            );
        }

        // What is typed and not saved stays, and has the photo.
        let mut typed = first.draft.clone();
        typed.set("place", "村口东侧");
        let keep = json!({
            "page": "phone", "tab": "vacant_land", "id": first.id, "version": first.version, "draft": typed,
        });
        hamlet.call::<String>("keep_draft", keep).await.unwrap();
        let placed: Saved = place(&hamlet, &address).await.json();
        assert_eq!(placed.version, first.version + 1, "{on:?}");
        let now: Opened = hamlet.open("phone", "vacant_land", &first.id).await.unwrap();
        assert_eq!(
            (now.draft.text("place"), now.draft.text("files")),
            ("村口", photo.as_str()),
            "{on:?}"
        );
        let (_, kept) = now.kept.clone().unwrap();
        assert_eq!(
            (kept.text("place"), kept.text("files")),
            ("村口东侧", photo.as_str()),
            "{on:?}"
        );

        // Sent once more it is there already; another one comes beside it.
        let again: Saved = place(&hamlet, &address).await.json();
        assert_eq!(again.version, placed.version, "{on:?}");
        let second = sent(&hamlet, &first.id).await;
        let both: Saved = place(&hamlet, &format!("/files/{second}/place")).await.json();
        assert_eq!(both.version, placed.version + 1, "{on:?}");
        let now: Opened = hamlet.open("phone", "vacant_land", &first.id).await.unwrap();
        assert_eq!(now.draft.text("files"), format!("{photo},{second}"), "{on:?}");
        assert_eq!(now.attachments.len(), 2, "{on:?}");

        // A deleted record takes none.
        let third = sent(&hamlet, &first.id).await;
        hamlet.delete("vacant_land", &first.id, now.version).await.unwrap();
        assert_eq!(
            place(&hamlet, &format!("/files/{third}/place")).await.status,
            404,
            "{on:?}"
        );
    }
}

#[tokio::test]
async fn without_javascript_a_record_is_filled_refused_corrected_and_deleted() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let hamlet = settled(&world, &token, "马坡村").await;
        let page = hamlet.get("/m/population?open=new").await.text();
        assert!(page.contains("自然村名称") && page.contains("马坡村") && page.contains("所属行政村"));
        let opened: Opened = hamlet.open("phone", "population", "new").await.unwrap();
        let post = |registered: &'static str| {
            let (opened, hamlet) = (&opened, &hamlet);
            async move {
                const LINE: &str = "----phone";
                let mut fields = vec![
                    ("~tab", "population"),
                    ("~id", opened.id.as_str()),
                    ("~version", "0"),
                    ("~key", opened.key.as_str()),
                    ("~back", "/m/population"),
                    ("~region", ""),
                    ("year", "2020"),
                    ("households", "5"),
                ];
                fields.extend([
                    ("registered", registered),
                    ("resident", "15"),
                    ("minors", "4"),
                    ("adults", "10"),
                    ("elders", "6"),
                ]);
                let body: String = fields
                    .iter()
                    .map(|(name, text)| {
                        format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                    })
                    .collect();
                let kind = format!("multipart/form-data; boundary={LINE}");
                hamlet
                    .post("/records/phone", &kind, format!("{body}--{LINE}--\r\n"))
                    .await
            }
        };
        let refused = post("25").await;
        assert_eq!(refused.location(), "/m/population?open=new&checked=1");
        let page = hamlet.get(refused.location()).await.text();
        assert!(
            page.contains("应等于户籍人口（25 人）") && page.contains("value=\"25\""),
            "R-11, and nothing is lost"
        );
        assert_eq!(post("20").await.location(), "/m/population?notice=saved");
        let list = hamlet.get("/m/population?notice=saved").await.text();
        assert!(list.contains("保存成功") && list.contains("2020"));
        let saved: Opened = hamlet.open("phone", "population", &opened.id).await.unwrap();
        let fields = [
            ("tab", "population"),
            ("id", &saved.id),
            ("version", "1"),
            ("back", "/m/population"),
        ];
        let deleted = hamlet.form("/records/phone/delete", &fields).await;
        assert_eq!(deleted.location(), "/m/population?notice=deleted");
        assert!(hamlet.get("/m/population").await.text().contains("暂无数据"));
    }
}

#[tokio::test]
async fn what_a_natural_village_tells_counts_from_its_confirmation_on() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let hamlet = settled(&world, &token, "马坡村").await;
        tell(&hamlet, "2020", "20").await;
        assert_eq!(sum(&world).await, ("0/0".to_owned(), String::new()), "待确认");
        let elsewhere = decide(&world, "马坡村", Verb::Disable, "试", json!({})).await;
        assert!(
            matches!(elsewhere, Err(AppError::Conflict(_))),
            "what waits is not disabled"
        );
        decide(&world, "马坡村", Verb::Confirm, "", json!({})).await.unwrap();
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "20".to_owned()));
        let without_reason = decide(&world, "马坡村", Verb::Disable, " ", json!({})).await;
        assert!(matches!(without_reason, Err(AppError::Invalid(_))));
        decide(&world, "马坡村", Verb::Disable, "手机遗失", json!({}))
            .await
            .unwrap();
        assert_eq!(sum(&world).await, ("0/1".to_owned(), String::new()));
        assert_eq!(
            hamlet.list("phone", "population").await.unwrap_err(),
            AppError::SignedOut
        );
        let (refused, _) = enter(&world, "", &token, &format!("{VILLAGE}/马坡村"), OWN).await;
        assert!(refused.location().contains("refused=wrong"));
        decide(&world, "马坡村", Verb::Enable, "", json!({})).await.unwrap();
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "20".to_owned()));
        let (entered, _) = enter(&world, "", &token, &format!("{VILLAGE}/马坡村"), OWN).await;
        assert_eq!(entered.location(), "/m");
    }
}

#[tokio::test]
async fn a_refused_registration_leaves_nothing_and_its_name_is_free() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let hostile = settled(&world, &token, "马坡村").await;
        tell(&hostile, "2020", "999").await;
        decide(&world, "马坡村", Verb::Refuse, "不是本村的自然村", json!({}))
            .await
            .unwrap();
        assert_eq!(
            hostile.list("phone", "population").await.unwrap_err(),
            AppError::SignedOut
        );
        let real = settled(&world, &token, "马坡村").await;
        let list = real.list("phone", "population").await.unwrap();
        assert!(list.lines.is_empty(), "what the other has told is gone");
        decide(&world, "马坡村", Verb::Confirm, "", json!({})).await.unwrap();
        tell(&real, "2020", "20").await;
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "20".to_owned()));
    }
}

#[tokio::test]
async fn a_village_renames_and_merges_and_the_account_follows() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let (one, other) = (
            settled(&world, &token, "马坡村").await,
            settled(&world, &token, "花交村").await,
        );
        for name in ["马坡村", "花交村"] {
            decide(&world, name, Verb::Confirm, "", json!({})).await.unwrap();
        }
        tell(&one, "2019", "20").await;
        tell(&one, "2020", "20").await;
        tell(&other, "2020", "30").await;
        let opened = record(&world, "花交村").await;
        let mut typed = opened.draft.clone();
        typed.set("name", "花椒村");
        let village = world.actor(VILLAGE).await;
        village
            .save("natural_villages", &opened.id, opened.version, &opened.key, &typed)
            .await
            .unwrap();
        let (entered, _) = enter(&world, "", &token, &format!("{VILLAGE}/花椒村"), OWN).await;
        assert_eq!(entered.location(), "/m", "it signs in under its new name");
        let target = record(&world, "花椒村").await.id;
        let own = record(&world, "马坡村").await.id;
        for wrong in ["", own.as_str(), "nothing"] {
            let answer = decide(
                &world,
                "马坡村",
                Verb::Merge,
                "合并建村",
                json!({ "merged_into": wrong }),
            )
            .await;
            assert!(matches!(answer, Err(AppError::Invalid(_))), "{wrong}");
        }
        decide(
            &world,
            "马坡村",
            Verb::Merge,
            "合并建村",
            json!({ "merged_into": target }),
        )
        .await
        .unwrap();
        let told = other.list("phone", "population").await.unwrap();
        let years: Vec<&str> = told.lines.iter().map(|line| line.cells[0].as_str()).collect();
        assert_eq!(years.len(), 2, "2019 moved, 2020 was told already: {years:?}");
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "30".to_owned()));
        assert!(
            register(&world, &token, "马坡村")
                .await
                .location()
                .contains("notice=registered"),
            "the name is free"
        );
        let (entered, _) = enter(&world, "", &token, &format!("{VILLAGE}/马坡村"), FIRST).await;
        assert_eq!(entered.location(), "/m/profile", "and who registered it anew gets in");
    }
}

#[tokio::test]
async fn a_listed_name_gets_through_whatever_strangers_do() {
    for on in stores() {
        let world = World::new(on).await;
        let token = token(&world, VILLAGE).await;
        let village = world.actor(VILLAGE).await;
        let opened: Opened = village.open("natural_villages", "", "new").await.unwrap();
        let listed = draft(&[("name", "马坡村"), ("planned", "1")]);
        village
            .save("natural_villages", &opened.id, 0, &opened.key, &listed)
            .await
            .unwrap();
        let mut taken = 0;
        for number in 0..200 {
            let name: String = format!("冒名{}", char::from_u32(0x4e00 + number).unwrap());
            taken += usize::from(
                register(&world, &token, &name)
                    .await
                    .location()
                    .contains("notice=registered"),
            );
        }
        assert_eq!(taken, 20, "of two hundred tries from one address so many get through");
        assert!(
            register(&world, &token, "马坡村")
                .await
                .location()
                .contains("notice=registered")
        );
    }
}

#[tokio::test]
async fn a_village_closes_its_registration_and_renews_its_code() {
    for on in stores() {
        let world = World::new(on).await;
        let old = token(&world, VILLAGE).await;
        let village = world.actor(VILLAGE).await;
        let region = Region::parse(VILLAGE);
        for (who, expected) in [
            ("530102010001", AppError::NotFound),
            ("530103-zr", AppError::NotFound),
            ("530102-zz", AppError::NotFound),
            (
                "530102010",
                AppError::Forbidden("您的账号不能修改该村的二维码".to_owned()),
            ),
        ] {
            let refused = world
                .actor(who)
                .await
                .call::<()>("renew_code", json!({ "region": region }))
                .await;
            assert_eq!(refused.unwrap_err(), expected, "{who}");
        }
        village
            .call::<()>("open_registration", json!({ "region": region, "is_open": false }))
            .await
            .unwrap();
        assert!(register(&world, &old, "马坡村").await.location().contains("&problem="));
        world
            .actor("530102-zr")
            .await
            .call::<()>("open_registration", json!({ "region": region, "is_open": true }))
            .await
            .unwrap();
        assert!(
            register(&world, &old, "马坡村")
                .await
                .location()
                .contains("notice=registered")
        );
        village
            .call::<()>("renew_code", json!({ "region": region }))
            .await
            .unwrap();
        assert_eq!(
            register(&world, &old, "花交村").await.status,
            404,
            "the old code leads nowhere"
        );
        let new = token(&world, VILLAGE).await;
        let (entered, _) = enter(&world, "", &new, &format!("{VILLAGE}/马坡村"), FIRST).await;
        assert_eq!(entered.location(), "/m/profile", "who has registered is not touched");
        let picture = village.get(&format!("/codes/{VILLAGE}/code.png")).await;
        assert!(picture.body.starts_with(b"\x89PNG"));
        assert_eq!(
            world
                .actor("530102010001")
                .await
                .get(&format!("/codes/{VILLAGE}/code.png"))
                .await
                .status,
            404
        );
        let archive = world.actor("530102010").await.get("/codes/530102010/all.zip").await;
        assert!(archive.body.starts_with(b"PK"));
    }
}

/// What the village's tab of the survey shows.
async fn survey(world: &World, tab: &str) -> DeskView {
    world.actor(VILLAGE).await.list("field_survey", tab).await.unwrap()
}

/// Sends a record back as it was looked at.
async fn give_back(
    actor: &Actor<'_>,
    form: &str,
    seen: (&str, i64),
    opinion: &str,
    pins: &[(&str, &str)],
) -> Result<(), AppError> {
    let pins: std::collections::BTreeMap<_, _> = pins.iter().copied().collect();
    let act = json!({ "act": {
        "form": form, "id": seen.0, "version": seen.1, "verb": Verb::Return.key(),
        "opinion": opinion, "receiver": "", "pins": pins, "values": {},
    } });
    actor.call("decide", act).await
}

/// What keeps 实地调研 from being 是 because it waits returned.
async fn waiting(world: &World) -> Vec<(String, String)> {
    let arguments = json!({ "step": "field_survey", "region": VILLAGE });
    let view: VillageView = world
        .actor(VILLAGE)
        .await
        .call("village_steps", arguments)
        .await
        .unwrap();
    let missing = view.switch.unwrap().missing.into_iter();
    let returned = missing.filter(|missing| !missing.is_advice && missing.message.starts_with("退回的填报"));
    returned.map(|missing| (missing.message, missing.link)).collect()
}

#[tokio::test]
async fn a_village_sends_a_record_back_and_saving_it_is_all_that_it_takes() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let token = token(&world, VILLAGE).await;
        let hamlet = settled(&world, &token, "马坡村").await;
        decide(&world, "马坡村", Verb::Confirm, "", json!({})).await.unwrap();
        tell(&hamlet, "2020", "20").await;
        let told = hamlet.list("phone", "population").await.unwrap().lines.remove(0);
        let seen = (told.id.as_str(), told.version);
        let village = world.actor(VILLAGE).await;

        // Refused: without a reason, by anybody but the village, and what has changed since.
        let silent = give_back(&village, "population", seen, " ", &[]).await;
        assert!(matches!(silent, Err(AppError::Invalid(_))), "{silent:?}");
        let beside = world.actor("530102010001").await;
        let answer = give_back(&beside, "population", seen, "试", &[]).await;
        assert_eq!(answer.unwrap_err(), AppError::NotFound);
        for who in ["530102010", "530102-zr", "53-zr"] {
            let answer = give_back(&world.actor(who).await, "population", seen, "试", &[]).await;
            assert!(matches!(answer, Err(AppError::Forbidden(_))), "{who}: {answer:?}");
        }
        let own = give_back(&hamlet, "population", seen, "试", &[]).await;
        assert!(matches!(own, Err(AppError::Forbidden(_))), "{own:?}");
        let old = give_back(&village, "population", (seen.0, 0), "试", &[]).await;
        assert!(matches!(old, Err(AppError::Conflict(_))), "{old:?}");
        let home = hamlet.get("/m").await.text();
        assert!(!home.contains("被退回") && !hamlet.get("/m/population").await.text().contains("已填报"));

        // Sent back: it counts on, the village sees that it waits, and so does the gate.
        let opened = village.open("field_survey", "population", seen.0).await.unwrap();
        let buttons: Vec<&str> = opened.ways.iter().map(|way| way.button.as_str()).collect();
        assert_eq!(
            (opened.status.unwrap().title.as_str(), buttons),
            ("已填报", vec!["退回"])
        );
        let marks = [("registered", "与户口册不符")];
        give_back(&village, "population", seen, "人数偏少", &marks)
            .await
            .unwrap();
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "20".to_owned()));
        let page = survey(&world, "population").await;
        assert_eq!(page.totals.unwrap().returned, [("马坡村".to_owned(), 1)]);
        assert_eq!(page.lines[0].said, "人数偏少");
        let lacks = waiting(&world).await;
        assert_eq!(lacks[0].0, "退回的填报还没有修改（2016-2020各年人口情况）：马坡村");
        assert_eq!((lacks.len(), lacks[0].1.contains("tab=population")), (1, true));
        let twice = give_back(&village, "population", (seen.0, 2), "再退", &[]).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");

        // On the phone: on the first page, on the card with the reason, and beside the field.
        assert!(hamlet.get("/m").await.text().contains("被退回 1"));
        assert!(hamlet.get("/m?topic=人口状况").await.text().contains("被退回 1 条"));
        let cards = hamlet.get("/m/population").await.text();
        assert!(cards.contains("已退回") && cards.contains("人数偏少"));
        let page = hamlet.get(&format!("/m/population?open={}", seen.0)).await.text();
        assert!(page.contains("退回：人数偏少") && page.contains("与户口册不符"));

        // What is marked is mended or answered.
        let opened: Opened = hamlet.open("phone", "population", seen.0).await.unwrap();
        let unmended = hamlet
            .save("population", seen.0, opened.version, "unmended", &opened.draft)
            .await;
        assert!(
            matches!(&unmended, Err(AppError::Invalid(problems)) if problems[0].place == "registered"),
            "{unmended:?}"
        );
        let saved = hamlet
            .save(
                "population",
                seen.0,
                opened.version,
                "mended",
                &population("2020", "22"),
            )
            .await
            .unwrap()
            .opened;
        assert!(saved.pins.is_empty() && saved.returned.is_none());
        let again = hamlet
            .save(
                "population",
                seen.0,
                opened.version,
                "mended",
                &population("2020", "22"),
            )
            .await;
        assert_eq!(again.unwrap().opened.version, saved.version, "sent twice, stored once");
        assert!(!hamlet.get("/m").await.text().contains("被退回"));
        assert!(!hamlet.get("/m/population").await.text().contains("已退回"));
        let page = survey(&world, "population").await;
        assert_eq!(
            (page.totals.unwrap().returned.len(), page.lines[0].said.as_str()),
            (0, "")
        );
        assert!(waiting(&world).await.is_empty());
        assert_eq!(sum(&world).await, ("1/1".to_owned(), "22".to_owned()));

        // The village sees what has changed since, and the log tells all of it.
        let opened = village.open("field_survey", "population", seen.0).await.unwrap();
        let changes = opened.review.unwrap().changes;
        assert!(changes.contains(&("户籍人口".to_owned(), "20".to_owned(), "22".to_owned())));
        let acts = ["已提交", "已修改", "已打回：人数偏少", "已登记"];
        for act in acts {
            assert!(
                opened.history.iter().any(|line| line.ends_with(act)),
                "{act}: {:?}",
                opened.history
            );
        }
        // It may be sent back again, and an answer is enough this time.
        let seen = (seen.0, saved.version);
        give_back(&village, "population", seen, "请说明", &marks).await.unwrap();
        let opened: Opened = hamlet.open("phone", "population", seen.0).await.unwrap();
        let mut answered = opened.draft.clone();
        answered
            .answers
            .insert(opened.pins[0].id.clone(), "以户口册为准".to_owned());
        let saved = hamlet
            .save("population", seen.0, opened.version, "answered", &answered)
            .await;
        assert_eq!(saved.unwrap().opened.status.unwrap().key, "told");
    }
}

#[tokio::test]
async fn what_a_returned_record_says_can_also_be_taken_away() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let token = token(&world, VILLAGE).await;
        let hamlet = settled(&world, &token, "马坡村").await;
        tell(&hamlet, "2020", "20").await;
        let told = hamlet.list("phone", "population").await.unwrap().lines.remove(0);
        let village = world.actor(VILLAGE).await;
        give_back(&village, "population", (&told.id, told.version), "重复填报", &[])
            .await
            .unwrap();
        assert!(waiting(&world).await.is_empty(), "what does not count holds nobody up");
        decide(&world, "马坡村", Verb::Confirm, "", json!({})).await.unwrap();
        assert_eq!(waiting(&world).await.len(), 1);
        hamlet.delete("population", &told.id, told.version + 1).await.unwrap();
        assert!(waiting(&world).await.is_empty());
        assert!(!hamlet.get("/m").await.text().contains("被退回"));
    }
}

#[tokio::test]
async fn what_a_village_says_of_itself_is_not_sent_back() {
    for on in stores() {
        let world = World::new(on).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        let token = token(&world, VILLAGE).await;
        let hamlet = settled(&world, &token, "马坡村").await;
        let village = world.actor(VILLAGE).await;
        let road = |name: &str| draft(&[("name", name), ("length", "1.2"), ("width", "4.5")]);
        let mut roads = Vec::new();
        for (actor, page, name) in [
            (&village, "field_survey", "村委会—小学"),
            (&hamlet, "phone", "马坡—水井"),
        ] {
            let blank: Opened = actor.open(page, "roads", "new").await.unwrap();
            let mut typed = road(name);
            typed.region = blank.draft.region.clone();
            for key in ["class", "surface"] {
                let Some(hometown::domain::field::Kind::Choice(list)) = forms::find("roads")
                    .and_then(|form| form.field(key))
                    .map(|field| field.kind)
                else {
                    panic!("{key} is a choice");
                };
                typed.set(key, list.codes()[0].code);
            }
            let saved = actor.save("roads", &blank.id, 0, &blank.key, &typed).await.unwrap();
            roads.push((blank.status.map(|status| status.key), saved.opened));
        }
        let (own, theirs) = (&roads[0].1, &roads[1].1);
        assert_eq!((&roads[0].0, &own.status), (&None, &None), "no state at all");
        let refused = give_back(&village, "roads", (&own.id, own.version), "试", &[]).await;
        assert!(
            matches!(&refused, Err(AppError::Conflict(why)) if why.contains("不经过审核")),
            "{refused:?}"
        );
        assert!(own.verbs.contains(&Verb::Edit) && own.verbs.contains(&Verb::Delete));
        let opened = village.open("field_survey", "roads", &own.id).await.unwrap();
        assert!(opened.ways.is_empty());
        let opened = village.open("field_survey", "roads", &theirs.id).await.unwrap();
        assert_eq!(opened.ways.len(), 1);
        give_back(&village, "roads", (&theirs.id, theirs.version), "长度有误", &[])
            .await
            .unwrap();
        let states: Vec<_> = survey(&world, "roads").await.lines;
        let states = states.into_iter().map(|line| line.status.map(|status| status.key));
        let mut states: Vec<_> = states.collect();
        states.sort();
        assert_eq!(states, [None, Some("returned".to_owned())]);
        village.delete("roads", &own.id, own.version).await.unwrap();
    }
}
