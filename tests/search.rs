//! Search over menus, divisions, people and documents: everybody inside the own scope, nobody outside of it, and a masked
//! number finds nobody.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::search::{FoundGroup, FoundLine};
use hometown::domain::form::Form;
use hometown::forms;
use hometown::server::{db, search};
use serde_json::json;
use world::filling::{filled, fillers, opening, places, point};
use world::{ACCOUNTS, Actor, On, PDF, VILLAGE, World, stores};

async fn find(actor: &Actor<'_>, text: &str) -> Vec<FoundGroup> {
    actor
        .call("search", json!({ "text": text, "all": true }))
        .await
        .unwrap()
}

fn group<'a>(groups: &'a [FoundGroup], title: &str) -> &'a [FoundLine] {
    groups
        .iter()
        .find(|group| group.title == title)
        .map_or(&[], |group| &group.lines)
}

fn names<'a>(groups: &'a [FoundGroup], title: &str) -> Vec<&'a str> {
    group(groups, title).iter().map(|line| line.name.as_str()).collect()
}

async fn candidate(actor: &Actor<'_>, name: &str, phone: &str) -> String {
    let opened = actor.open("candidates", "", "new").await.unwrap();
    let form = forms::find("candidates").unwrap();
    let mut draft = filled(form, &opened.draft);
    point(actor.world, form, &mut draft).await;
    for (key, text) in [("name", name), ("phone", phone)] {
        draft.set(key, text);
    }
    actor.save("candidates", &opened.id, 0, "k", &draft).await.unwrap();
    opened.id
}

#[tokio::test]
async fn people_are_found_by_name_initials_and_the_end_of_a_number() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let id = candidate(&village, "欧阳建国", "13812345678").await;
        for text in ["欧阳建国", "欧阳", "建国", "oyjg", "OYJ", "5678", "12345678"] {
            let found = find(&village, text).await;
            assert_eq!(names(&found, "人员"), ["欧阳建国"], "{on:?} {text}");
        }
        let found = find(&village, "欧阳").await;
        let line = &group(&found, "人员")[0];
        assert_eq!(line.link, format!("/desk/candidates?open={id}"));
        assert!(line.about.contains("人员摸排") && line.about.contains("三多社区"));
        assert!(village.get(&line.link).await.text().contains("欧阳建国"));
        // Fewer than four digits say nothing.
        assert!(names(&find(&village, "678").await, "人员").is_empty());
        // Above the township numbers are masked: the name finds, the number does not.
        for (above, sees) in [
            ("530102010", true),
            ("530102-zr", false),
            ("530102-zz", false),
            ("530100-zr", false),
            ("53-zr", false),
        ] {
            let actor = world.actor(above).await;
            assert_eq!(
                names(&find(&actor, "欧阳").await, "人员"),
                ["欧阳建国"],
                "{on:?} {above}"
            );
            assert_eq!(names(&find(&actor, "oy").await, "人员"), ["欧阳建国"], "{on:?} {above}");
            assert_eq!(
                names(&find(&actor, "5678").await, "人员").len(),
                usize::from(sees),
                "{on:?} {above}"
            );
        }
        // A new name is found at once, the old one no more.
        let opened = village.open("candidates", "", &id).await.unwrap();
        let mut changed = opened.draft.clone();
        changed.set("name", "司马光");
        village
            .save("candidates", &id, opened.version, "k2", &changed)
            .await
            .unwrap();
        assert!(names(&find(&village, "欧阳").await, "人员").is_empty(), "{on:?}");
        assert_eq!(names(&find(&village, "司马").await, "人员"), ["司马光"]);
        village.delete("candidates", &id, opened.version + 1).await.unwrap();
        assert!(names(&find(&village, "司马").await, "人员").is_empty(), "{on:?}");
    }
}

#[tokio::test]
async fn nobody_finds_what_lies_outside_the_own_scope() {
    const MARK: &str = "只在本地";
    for on in stores() {
        let world = World::new(on).await;
        let mut marked: Vec<&'static Form> = Vec::new();
        for (page, tab, kind) in places() {
            let form = tab.form;
            let name = form.field(form.name_field);
            if form.public || !db::search::is_indexed(form) || marked.iter().any(|known| known.key == form.key) {
                continue;
            }
            let actor = world.actor(fillers(kind).0).await;
            if let Some(step) = page.step {
                world.open_step(step, VILLAGE).await;
            }
            let blank = actor.open(page.key, tab.key, &opening(tab)).await.unwrap();
            let mut draft = filled(form, &blank.draft);
            point(&world, form, &mut draft).await;
            if name.is_some_and(|name| !name.is_read_only() && name.copied.is_none()) {
                draft.set(form.name_field, MARK);
            }
            world::filling::attach(&actor, form, &blank.id, &mut draft).await;
            let saved = actor.save(form.key, &blank.id, 0, "k", &draft).await;
            saved.unwrap_or_else(|error| panic!("{}: {error:?}", form.key));
            marked.push(form);
        }
        assert!(marked.len() > 12, "{}", marked.len());
        let mut found_somewhere = 0;
        for (key, _, region, _) in ACCOUNTS {
            let actor = world.actor(key).await;
            for text in [MARK, "zzbd"] {
                let groups = find(&actor, text).await;
                let lines: usize = groups
                    .iter()
                    .filter(|group| group.title != "菜单")
                    .map(|group| group.lines.len())
                    .sum();
                // Of the others it is what a county or a city lets everybody below read.
                let elsewhere = match *region {
                    region if region.starts_with("530103") => "五华区",
                    "530102010001" => "三多社区",
                    _ => "拓东街道",
                };
                for line in groups.iter().flat_map(|group| &group.lines) {
                    assert!(!line.about.contains(elsewhere), "{on:?} {key} finds {line:?}");
                }
                if elsewhere != "拓东街道" {
                    for line in groups.iter().flat_map(|group| &group.lines) {
                        let open = forms::ALL.iter().filter(|form| form.read_from_below);
                        let mut screens = open.filter_map(|form| Some(forms::place_of(form)?.0.title));
                        assert!(
                            screens.any(|title| line.about.starts_with(title)),
                            "{on:?} {key} finds {line:?}"
                        );
                    }
                }
                found_somewhere += lines;
            }
            // The page says the same as the function.
            let page = actor
                .get(&format!("/search?q={}", hometown::record::encoded(MARK)))
                .await;
            assert_eq!(page.status.as_u16(), 200);
        }
        assert!(found_somewhere > 20, "{found_somewhere}");
        let answer = world
            .stranger()
            .post("/api/search", "application/json", "{\"text\":\"a\",\"all\":true}")
            .await;
        assert!(answer.status.is_client_error());
        assert!(
            world
                .stranger()
                .get("/search?q=a")
                .await
                .location()
                .starts_with("/login")
        );
    }
}

#[tokio::test]
async fn menus_divisions_and_documents_are_found() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor("530102-zr").await;
        for text in ["摸底", "mddc"] {
            let found = find(&county, text).await;
            let links: Vec<&str> = group(&found, "菜单").iter().map(|line| line.link.as_str()).collect();
            assert!(links.contains(&"/desk/baseline_survey"), "{on:?} {text}: {links:?}");
        }
        for text in ["三多居委会", "sdsq", "530102010004"] {
            let found = find(&county, text).await;
            let line = &group(&found, "行政区划")[0];
            assert_eq!(line.link, format!("/planning/{VILLAGE}"), "{on:?} {text}");
            assert!(county.get(&line.link).await.status.is_success());
        }
        // The menu is the account's own: a village has no 上报审核.
        let village = world.actor(VILLAGE).await;
        assert!(names(&find(&village, "上报审核").await, "菜单").is_empty());
        assert!(group(&find(&village, "白塔").await, "行政区划").is_empty());
        // A document by its file and by its title.
        let opened = county.open("founding_documents", "county", "new").await.unwrap();
        let uploaded = county
            .upload("founding_documents", &opened.id, "files", "五华区实施方案.pdf", PDF)
            .await;
        let file: hometown::domain::attachment::Attachment = uploaded.json();
        let form = forms::find("founding_documents").unwrap();
        let mut draft = filled(form, &opened.draft);
        draft.set("title", "关于印发工作方案的通知");
        draft.set("files", file.id.as_str());
        county
            .save("founding_documents", &opened.id, 0, "k", &draft)
            .await
            .unwrap();
        let link = format!("/desk/founding_documents?tab=county&open={}", opened.id);
        for (text, title) in [("工作方案", "记录"), ("实施方案", "附件"), ("gyyf", "记录")] {
            // Its villages read it too.
            for actor in [&county, &village] {
                let found = find(actor, text).await;
                if text == "gyyf" && std::ptr::eq(actor, &village) {
                    continue;
                }
                assert_eq!(
                    group(&found, title).first().map(|line| line.link.as_str()),
                    Some(link.as_str()),
                    "{on:?} {text}"
                );
            }
        }
        county.delete("founding_documents", &opened.id, 1).await.unwrap();
        assert!(group(&find(&county, "实施方案").await, "附件").is_empty(), "{on:?}");
        // Somebody in a table of a record.
        let opened = village.open("personnel", "", "own").await.unwrap();
        let mut people = opened.draft.clone();
        let mut row = hometown::domain::record::DraftRow::default();
        row.values.insert("name".to_owned(), "诸葛明".to_owned());
        row.values.insert("phone".to_owned(), "13912341234".to_owned());
        people.grids.insert("party_secretaries".to_owned(), vec![row]);
        village.save("personnel", &opened.id, 0, "k", &people).await.unwrap();
        let found = find(&county, "诸葛").await;
        assert_eq!(names(&found, "人员"), ["诸葛明"], "{on:?}");
        // By the number only where the table shows it whole.
        assert_eq!(names(&find(&village, "41234").await, "人员"), ["诸葛明"], "{on:?}");
        assert!(names(&find(&county, "41234").await, "人员").is_empty(), "{on:?}");
        assert!(
            county
                .get(&group(&found, "人员")[0].link)
                .await
                .text()
                .contains("诸葛明"),
            "{on:?}"
        );
    }
}

#[tokio::test]
async fn a_technical_unit_is_found_by_the_end_of_its_leaders_number() {
    for on in stores() {
        let world = World::new(on).await;
        let form = forms::find("technical_units").unwrap();
        let (page, tab) = forms::place_of(form).unwrap();
        if let Some(step) = page.step {
            world.open_step(step, VILLAGE).await;
        }
        let county = world.actor("530102-zr").await;
        let opened = county.open(page.key, tab.key, &opening(tab)).await.unwrap();
        let mut draft = filled(form, &opened.draft);
        point(&world, form, &mut draft).await;
        draft.set("name", "云南测绘院");
        draft.set("leader_phone", "13700009876");
        world::filling::attach(&county, form, &opened.id, &mut draft).await;
        county.save(form.key, &opened.id, 0, "k", &draft).await.unwrap();
        assert_eq!(names(&find(&county, "9876").await, "记录"), ["云南测绘院"], "{on:?}");
        // Whoever sees the number masked does not find out by trying.
        let province = world.actor("53-zr").await;
        assert!(names(&find(&province, "9876").await, "记录").is_empty(), "{on:?}");
    }
}

#[tokio::test]
async fn a_store_that_is_older_than_its_search_is_filled() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        candidate(&village, "欧阳建国", "13812345678").await;
        let mut tx = world.app.store.begin().await.unwrap();
        db::search::clear(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(names(&find(&village, "欧阳").await, "人员").is_empty());
        search::fill(&world.app).await.unwrap();
        assert_eq!(names(&find(&village, "oyjg").await, "人员"), ["欧阳建国"], "{on:?}");
    }
}

#[tokio::test]
async fn signs_of_a_pattern_are_letters_like_others() {
    let world = World::new(On::Sqlite).await;
    let village = world.actor(VILLAGE).await;
    candidate(&village, "张三", "13812345678").await;
    for text in ["%", "_", "\\", "'", "\"", "张%", " ", ""] {
        assert!(names(&find(&village, text).await, "人员").is_empty(), "{text}");
    }
    let long = "张".repeat(400);
    assert!(find(&village, &long).await.is_empty());
}

#[tokio::test]
async fn a_policy_document_is_found_by_everybody_once_it_is_public() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor("sys-01").await;
        let form = forms::find("policy_documents").unwrap();
        for (title, public) in [("村庄规划编制指南", "1"), ("村庄规划内部讨论稿", "0")] {
            let opened = system.open("policy_documents", "", "new").await.unwrap();
            let mut draft = filled(form, &opened.draft);
            draft.set("title", title);
            draft.set("is_public", public);
            world::filling::attach(&system, form, &opened.id, &mut draft).await;
            system
                .save("policy_documents", &opened.id, 0, "k", &draft)
                .await
                .unwrap();
        }
        for key in [VILLAGE, "530103001001", "530102-zr", "530100-zr"] {
            let found = find(&world.actor(key).await, "村庄规划").await;
            let lines = group(&found, "记录");
            let seen: Vec<(&str, &str)> = lines
                .iter()
                .map(|line| (line.name.as_str(), line.link.as_str()))
                .collect();
            assert_eq!(seen, [("村庄规划编制指南", "/policies")], "{on:?} {key}");
        }
        assert_eq!(names(&find(&system, "村庄规划").await, "记录").len(), 2, "{on:?}");
    }
}
