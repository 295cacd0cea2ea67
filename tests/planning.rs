//! 规划编制 (manual 6): steps that open one after the other, who fills and who may not, approval and filing, totals that
//! freeze, files that get their names, workbooks in and out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::api::planning::{StepState, VillageView, VillagesView};
use hometown::domain::account::AccountKind;
use hometown::domain::form::Form;
use hometown::domain::known;
use hometown::domain::query::ListQuery;
use hometown::domain::record::{Draft, DraftRow, Opened};
use hometown::domain::region::Region;
use hometown::domain::step::Step;
use hometown::error::AppError;
use hometown::forms;
use hometown::server::db::{self, accounts::NewAccount};
use hometown::steps;
use serde_json::json;
use std::io::Cursor;
use world::filling::{attach, filled};
use world::workbooks::{book, bring};
use world::{Actor, JPG, PDF, VILLAGE, World, draft, stores};

const COUNTY: &str = "530102-zr";
const TOWNSHIP: &str = "530102010";

/// The page and tab of a form.
fn place(form: &'static Form) -> (&'static str, &'static str) {
    let (page, tab) = forms::place_of(form).unwrap();
    (page.key, tab.key)
}

/// The record of a form with one per village, as the account sees it.
async fn own(actor: &Actor<'_>, form: &'static Form) -> Opened {
    let (page, tab) = place(form);
    actor.open(page, tab, "own").await.unwrap()
}

/// Fills the one record of a step with everything that it asks for.
async fn fill(actor: &Actor<'_>, key: &str) -> Opened {
    let form = forms::find(key).unwrap();
    let blank = own(actor, form).await;
    let mut draft = filled(form, &blank.draft);
    attach(actor, form, &blank.id, &mut draft).await;
    if key == "analysis" {
        draft.set(
            "conclusion",
            "东村水土资源较好，短板在饮水和机耕道，规划以水源保护为重点。",
        );
    }
    let saved = actor
        .save(key, &blank.id, blank.version, &format!("fill {key}"), &draft)
        .await;
    saved.unwrap_or_else(|error| panic!("{key}: {error:?}")).opened
}

async fn switch(actor: &Actor<'_>, step: &str, done: bool, reason: &str) -> Result<(), AppError> {
    let arguments = json!({ "step": step, "region": VILLAGE, "year": "", "done": done, "reason": reason });
    actor.call("set_switch", arguments).await
}

async fn look(actor: &Actor<'_>, step: &str) -> VillageView {
    let arguments = json!({ "step": step, "region": VILLAGE });
    actor.call("village_steps", arguments).await.unwrap()
}

/// Messages that block the switch of a step.
async fn lacks(actor: &Actor<'_>, step: &str) -> Vec<String> {
    let missing = look(actor, step).await.switch.unwrap().missing;
    let blocking = missing.into_iter().filter(|missing| !missing.is_advice);
    blocking.map(|missing| missing.message).collect()
}

/// Registers natural villages; answers their record ids.
async fn hamlets(village: &Actor<'_>, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        let blank = village.open("natural_villages", "", "new").await.unwrap();
        let draft = draft(&[("name", name), ("planned", "1")]);
        let saved = village.save("natural_villages", &blank.id, 0, name, &draft).await;
        ids.push(saved.unwrap().opened.id);
    }
    ids
}

/// The account of a natural village.
async fn hamlet_account(world: &World, region: &str, name: &str) -> String {
    let key = format!("{VILLAGE}/{name}");
    let account = NewAccount {
        login_key: key.clone(),
        kind: AccountKind::NaturalVillage,
        region: Region::parse(region).unwrap(),
        name: name.to_owned(),
        password_hash: "x".to_owned(),
        must_change: false,
        password_until: None,
        contract: None,
    };
    let mut tx = world.app.store.begin().await.unwrap();
    db::accounts::create(&mut tx, &[account], &world.app.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    key
}

#[tokio::test]
async fn steps_open_one_after_the_other_and_close_backwards() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, county) = (world.actor(VILLAGE).await, world.actor(COUNTY).await);

        // The second step is closed: it can be looked at and not filled, and says what the first one lacks.
        let view = look(&village, "spatial_plan").await;
        assert_eq!(view.steps[0].state, StepState::Open);
        assert!(view.steps[1..].iter().all(|step| step.state == StepState::Locked));
        let survey = own(&village, forms::find("field_survey").unwrap()).await;
        assert!(survey.locked.unwrap().contains("上一环节“底图底数”还没有完成"));
        let draft = filled(forms::find("field_survey").unwrap(), &survey.draft);
        let refused = village.save("field_survey", &survey.id, 0, "k", &draft).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
        assert!(matches!(
            switch(&village, "field_survey", true, "").await,
            Err(AppError::Conflict(_))
        ));

        // Nothing is filled in: each field is an item with its place and who owes it.
        let missing = look(&village, "base_data").await.switch.unwrap().missing;
        let claim = missing
            .iter()
            .find(|missing| missing.message == "请选择认领方式")
            .unwrap();
        assert_eq!(claim.link, format!("/desk/base_data?region={VILLAGE}#f-claim_mode"));
        assert_eq!(claim.owes, "行政村、技术单位");
        assert!(matches!(
            switch(&village, "base_data", true, "").await,
            Err(AppError::Conflict(_))
        ));

        // A part is kept as a part.
        let blank = own(&village, forms::find("base_data").unwrap()).await;
        let part = village
            .save(
                "base_data",
                &blank.id,
                0,
                "part",
                &world::draft(&[("claimed_by", "白俊杰")]),
            )
            .await
            .unwrap();
        assert_eq!(part.opened.draft.text("claimed_by"), "白俊杰");
        assert!(
            lacks(&village, "base_data")
                .await
                .contains(&"请选择认领方式".to_owned())
        );
        fill(&village, "base_data").await;
        assert!(lacks(&village, "base_data").await.is_empty());
        switch(&village, "base_data", true, "").await.unwrap();

        // How it is opened again is told to those who can do that.
        let form = forms::find("base_data").unwrap();
        for (key, how) in [
            (VILLAGE, "不能再修改。如需修改，请先将“是否完成”改为否。"),
            (COUNTY, "不能再修改。需要填报单位修改的，请重新打开。"),
            (TOWNSHIP, "不能再修改。"),
        ] {
            let told = own(&world.actor(key).await, form).await.locked.unwrap();
            assert!(told.ends_with(how), "{key}: {told}");
        }

        // Completed is locked; the next one is open; the one after that is not.
        let done = own(&village, forms::find("base_data").unwrap()).await;
        let refused = village
            .save("base_data", &done.id, done.version, "again", &done.draft)
            .await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        let view = look(&village, "").await;
        assert_eq!(view.steps[0].state, StepState::Done);
        assert_eq!(view.steps[1].state, StepState::Open);
        assert_eq!(view.steps[2].state, StepState::Locked);

        // With later steps done the village cannot take one back; the county can, with a reason, and takes the later ones too.
        world.open_step(&steps::SPATIAL_PLAN, VILLAGE).await;
        let refused = switch(&village, "base_data", false, "").await;
        assert!(
            matches!(&refused, Err(AppError::Conflict(why)) if why.contains("现状分析")),
            "{refused:?}"
        );
        assert!(switch(&county, "base_data", false, "").await.is_err());
        switch(&county, "base_data", false, "底图有误，请重新认领")
            .await
            .unwrap();
        let view = look(&village, "base_data").await;
        assert!(view.steps.iter().all(|step| step.state != StepState::Done));
        assert!(view.switch.unwrap().by.unwrap().contains("底图有误，请重新认领"));
    }
}

#[tokio::test]
async fn nobody_else_fills_or_looks() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let saved = fill(&village, "base_data").await;
        // Next door, the township and the county: not theirs to fill; another county does not find it.
        for (key, found) in [
            ("530102010001", false),
            ("530103-zr", false),
            (TOWNSHIP, true),
            (COUNTY, true),
            ("530100-zr", true),
        ] {
            let actor = world.actor(key).await;
            let opened: Result<Opened, AppError> = actor
                .call(
                    "open_record",
                    json!({ "page": "base_data", "tab": "", "id": saved.id, "region": VILLAGE }),
                )
                .await;
            assert_eq!(opened.is_ok(), found, "{key}: {opened:?}");
            let refused = actor
                .save("base_data", &saved.id, saved.version, "stolen", &saved.draft)
                .await;
            assert!(
                matches!(refused, Err(AppError::NotFound | AppError::Forbidden(_))),
                "{key}: {refused:?}"
            );
            // Nor is a new one placed in somebody else's village.
            let placed = Draft {
                region: VILLAGE.to_owned(),
                ..saved.draft.clone()
            };
            let refused = actor.save("base_data", &db::new_id(), 0, "new", &placed).await;
            assert!(refused.is_err(), "{key}: {refused:?}");
            assert!(switch(&actor, "base_data", true, "").await.is_err(), "{key}");
        }
        let list: VillagesView = world
            .actor("530103-zr")
            .await
            .call("planning_villages", json!({ "query": ListQuery::default() }))
            .await
            .unwrap();
        assert!(list.lines.iter().all(|line| line.region.code().starts_with("530103")));
        let asked: Result<VillageView, AppError> = world
            .actor("530103-zr")
            .await
            .call("village_steps", json!({ "step": "", "region": VILLAGE }))
            .await;
        assert_eq!(asked.unwrap_err(), AppError::NotFound);
    }
}

/// A technical unit with an account, contracted for the village.
async fn technical_unit(world: &World) -> &'static str {
    let county = world.actor(COUNTY).await;
    let form = forms::find("technical_units").unwrap();
    let blank = county.open("technical_units", "", "new").await.unwrap();
    let mut draft = filled(form, &blank.draft);
    draft.set("has_account", "1");
    attach(&county, form, &blank.id, &mut draft).await;
    county
        .save("technical_units", &blank.id, 0, "unit", &draft)
        .await
        .unwrap();
    let mut tx = world.app.store.begin().await.unwrap();
    let stored = db::accounts::by_key(&mut tx, "tu-530102-1").await.unwrap().unwrap();
    db::accounts::set_password(&mut tx, &stored.account.id, "x", false, None, world::NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    "tu-530102-1"
}

#[tokio::test]
async fn a_technical_unit_carries_on_what_its_village_has_begun_and_sees_no_other() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let begun = fill(&village, "base_data").await;
        let unit = world.actor(technical_unit(&world).await).await;
        let mut opened = own(&unit, forms::find("base_data").unwrap()).await;
        assert_eq!(opened.id, begun.id);
        opened.draft.set("claimed_by", "马顺昌");
        unit.save("base_data", &opened.id, opened.version, "unit", &opened.draft)
            .await
            .unwrap();
        // The switch is the village's.
        assert!(switch(&unit, "base_data", true, "").await.is_err());
        switch(&village, "base_data", true, "").await.unwrap();
        let other = json!({ "step": "", "region": "530102010001" });
        assert_eq!(
            unit.call::<VillageView>("village_steps", other).await.unwrap_err(),
            AppError::NotFound
        );
        let list: VillagesView = unit
            .call("planning_villages", json!({ "query": ListQuery::default() }))
            .await
            .unwrap();
        let codes: Vec<&str> = list.lines.iter().map(|line| line.region.code()).collect();
        assert_eq!(codes, [VILLAGE]);
    }
}

async fn decide(actor: &Actor<'_>, verb: &str, opinion: &str, values: &[(&str, &str)]) -> Result<(), AppError> {
    let record = own(actor, forms::find("filing").unwrap()).await;
    let values: std::collections::BTreeMap<&str, &str> = values.iter().copied().collect();
    let act = json!({
        "form": "filing", "id": record.id, "version": record.version, "verb": verb, "opinion": opinion,
        "receiver": "", "pins": {}, "values": values,
    });
    actor.call("decide", json!({ "act": act })).await
}

#[tokio::test]
async fn a_plan_is_submitted_returned_mended_approved_and_filed() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, township, county) = (
            world.actor(VILLAGE).await,
            world.actor(TOWNSHIP).await,
            world.actor(COUNTY).await,
        );
        world.open_step(&steps::RESOLUTION, VILLAGE).await;
        // Not before the village has resolved: there is no record yet.
        let none: Result<Opened, AppError> = township.open("filing", "approval", "own").await;
        assert!(none.is_err(), "{none:?}");
        fill(&village, "resolution").await;
        switch(&village, "resolution", true, "").await.unwrap();
        let record = own(&township, forms::find("filing").unwrap()).await;
        assert_eq!(record.status.as_ref().unwrap().title, "待提交");
        assert!(
            record.history.iter().any(|line| line.contains("自动生成")),
            "{:?}",
            record.history
        );

        // Nobody but the township submits, nobody but the county decides.
        assert!(decide(&village, "submit", "", &[]).await.is_err());
        assert!(decide(&county, "approve", "同意", &[]).await.is_err());
        decide(&township, "submit", "", &[]).await.unwrap();
        let history = own(&county, forms::find("filing").unwrap()).await.history;
        assert!(
            history[0].starts_with("西翥街道办事处 在 ") && history[0].ends_with("已提交"),
            "{history:?}"
        );
        assert!(decide(&township, "approve", "同意", &[]).await.is_err());
        assert!(matches!(
            decide(&county, "return", "", &[]).await,
            Err(AppError::Invalid(_))
        ));
        decide(&county, "return", "请补充村民代表会议记录", &[]).await.unwrap();

        // The township names the step that is mended; it and the later ones are open again.
        assert!(decide(&township, "send_back", "请补充", &[]).await.is_err());
        decide(
            &township,
            "send_back",
            "请按县级意见修改",
            &[("mending", "standardization")],
        )
        .await
        .unwrap();
        let view = look(&village, "").await;
        let state = |key: &str| view.steps.iter().find(|step| step.key == key).unwrap().state;
        assert_eq!(state("draft_plan"), StepState::Done);
        assert_eq!(state("standardization"), StepState::Open);
        assert_eq!(state("resolution"), StepState::Locked);
        // Which step is mended shows until the county has judged it.
        let mending = own(&county, forms::find("filing").unwrap()).await.draft;
        assert_eq!(mending.text("mending"), "standardization");
        // It is not submitted again before they are done.
        assert!(decide(&township, "submit", "", &[]).await.is_err());
        world.open_step(&steps::RESOLUTION, VILLAGE).await;
        switch(&village, "resolution", true, "").await.unwrap();
        decide(&township, "submit", "", &[]).await.unwrap();
        decide(&county, "return", "请补充公示照片", &[]).await.unwrap();
        let returned = own(&county, forms::find("filing").unwrap()).await;
        assert_eq!(returned.draft.text("mending"), "", "that was mended and judged");
        decide(&township, "submit", "", &[]).await.unwrap();
        decide(
            &county,
            "approve",
            "同意",
            &[
                ("approval_number", "五自然资复〔2022〕3号"),
                ("approved_on", "2022-01-20"),
            ],
        )
        .await
        .unwrap();
        assert!(lacks(&village, "filing").await.is_empty());
        let approved = own(&county, forms::find("filing").unwrap()).await;
        assert_eq!(approved.draft.text("mending"), "");
        let filed = [
            ("approval_number", "五自然资复〔2022〕3号"),
            ("approved_on", "2022-01-20"),
            ("filing_number", "530102-2022-0001"),
            ("filed_on", "2022-01-26"),
        ];
        // What is known stands in the window: the number of the paper, and the next number of the county.
        let approved = own(&county, forms::find("filing").unwrap()).await;
        assert_eq!(approved.draft.text("approval_number"), "五自然资复〔2022〕3号");
        assert_eq!(approved.labels["filing_number"], "530102-2023-0001");
        assert!(decide(&township, "file", "", &filed).await.is_err());
        let numberless = decide(&county, "file", "", &filed[..2]).await;
        assert!(
            matches!(&numberless, Err(AppError::Invalid(problems)) if problems[0].message == "请输入备案编号"),
            "{numberless:?}"
        );
        decide(&county, "file", "", &filed).await.unwrap();
        let record = own(&county, forms::find("filing").unwrap()).await;
        assert_eq!(record.status.unwrap().title, "已备案");
        assert_eq!(record.draft.text("filing_number"), "530102-2022-0001");
        switch(&village, "filing", true, "").await.unwrap();
        // What is filed can still be reopened by the county: the record goes back to its beginning.
        switch(&county, "resolution", false, "公示不足 30 日").await.unwrap();
        assert_eq!(
            own(&county, forms::find("filing").unwrap()).await.status.unwrap().title,
            "待提交"
        );
    }
}

#[tokio::test]
async fn what_natural_villages_tell_adds_up_and_freezes() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        hamlets(&village, &["松毛坡", "大石桥"]).await;
        let key = hamlet_account(&world, &format!("{VILLAGE}001"), "松毛坡").await;
        let hamlet = world.actor(&key).await;
        let tell = |year: &'static str, registered: &'static str, elders: &'static str| {
            draft(&[
                ("year", year),
                ("households", "30"),
                ("registered", registered),
                ("resident", "80"),
                ("minors", "20"),
                ("adults", "65"),
                ("elders", elders),
            ])
        };
        // R-11, and a year twice.
        let id = db::new_id();
        let refused = hamlet
            .save("population", &id, 0, "wrong", &tell("2020", "100", "14"))
            .await;
        assert!(matches!(refused, Err(AppError::Invalid(_))));
        let told = hamlet
            .save("population", &id, 0, "right", &tell("2020", "100", "15"))
            .await
            .unwrap()
            .opened;
        let twice = hamlet
            .save("population", &db::new_id(), 0, "twice", &tell("2020", "100", "15"))
            .await;
        assert!(matches!(twice, Err(AppError::Invalid(_))), "{twice:?}");
        // The village never types it.
        let typed = village
            .save("population", &db::new_id(), 0, "typed", &tell("2019", "100", "15"))
            .await;
        assert!(typed.is_err(), "{typed:?}");

        let totals = village
            .list("field_survey", "population")
            .await
            .unwrap()
            .totals
            .unwrap();
        let coverage = totals.coverage.unwrap();
        assert_eq!((coverage.told, coverage.all), (1, 2));
        assert_eq!(coverage.missing, ["大石桥"]);
        let line = &totals.tables[0].lines[0];
        assert_eq!(line[..4], ["2020（缺 1 个自然村）", "30", "100", "80"]);
        assert_eq!(line[11], "15", "老龄化率");
        assert!(totals.frozen_at.is_none());

        // Complete: frozen. What the natural village says later is kept, and shows as a difference.
        switch_anyway(&world, &steps::FIELD_SURVEY).await;
        hamlet
            .save("population", &id, told.version, "later", &tell("2020", "101", "16"))
            .await
            .unwrap();
        let frozen = village
            .list("field_survey", "population")
            .await
            .unwrap()
            .totals
            .unwrap();
        assert!(frozen.frozen_at.is_some());
        assert_eq!(frozen.tables[0].lines[0][2], "100");
        assert!(frozen.has_changed);
        // Reopened by the county, what is told counts again.
        let county = world.actor(COUNTY).await;
        switch(&county, "field_survey", false, "有自然村要补报").await.unwrap();
        let totals = village
            .list("field_survey", "population")
            .await
            .unwrap()
            .totals
            .unwrap();
        assert!(totals.frozen_at.is_none());
        assert_eq!(totals.tables[0].lines[0][2], "101");
        // The next village sees none of it.
        let next = world.actor("530102010001").await;
        let list: Result<hometown::api::records::DeskView, AppError> = next
            .call(
                "desk_page",
                json!({ "page": "field_survey", "tab": "population", "query": ListQuery { region: Region::parse(VILLAGE), ..ListQuery::default() } }),
            )
            .await;
        assert_eq!(list.unwrap_err(), AppError::NotFound);
    }
}

/// Sets a step to 是 whatever it lacks, with what else happens then.
async fn switch_anyway(world: &World, step: &'static Step) {
    let region = Region::parse(VILLAGE).unwrap();
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, VILLAGE).await.unwrap().unwrap().account;
    let now = world.app.clock.now();
    db::completions::complete(&mut tx, step, std::slice::from_ref(&region), "", &account, &now)
        .await
        .unwrap();
    hometown::server::effects::take(&mut tx, step, &region, &account, &now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn results_get_their_names_and_come_in_one_archive() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::STANDARDIZATION, VILLAGE).await;
        // Back to the draft.
        let county = world.actor(COUNTY).await;
        switch(&county, "draft_plan", false, "修改").await.unwrap();
        let ids = hamlets(&village, &["马坡村"]).await;
        let form = forms::find("draft_plan").unwrap();
        let blank = own(&village, form).await;
        let mut draft = blank.draft.clone();
        // Refused: a PNG is no JPG, a PDF is no picture, whatever it is called.
        for (name, content) in [("图.png", JPG), ("图.jpg", PDF)] {
            let answer = village.upload(form.key, &blank.id, "village_map", name, content).await;
            assert!(answer.status.is_client_error(), "{name}: {}", answer.text());
        }
        for (field, name, content) in [
            ("village_map", "a.JPEG", JPG),
            ("hamlet_maps", "b.jpg", JPG),
            ("text", "c.pdf", PDF),
            ("project_table", "d.PDF", PDF),
            ("covenant", "e.pdf", PDF),
            ("other_files", "f.pdf", PDF),
            ("other_files", "g.pdf", PDF),
        ] {
            let answer = village.upload(form.key, &blank.id, field, name, content).await;
            let file: hometown::domain::attachment::Attachment = answer.json();
            if field == "hamlet_maps" {
                draft.subjects.insert(file.id.clone(), ids[0].clone());
            }
            let held = draft.text(field).to_owned();
            draft.set(
                field,
                if held.is_empty() {
                    file.id
                } else {
                    format!("{held},{}", file.id)
                },
            );
        }
        let saved = village.save(form.key, &blank.id, 0, "k", &draft).await.unwrap().opened;
        let names: Vec<&str> = saved.attachments.iter().map(|file| file.name.as_str()).collect();
        for name in [
            "三多社区村域综合规划草案图.jpg",
            "马坡村自然村规划草案图.jpg",
            "三多社区草案.pdf",
            "三多社区近期建设项目表.pdf",
            "三多社区村规民约.pdf",
            "三多社区相关资料1.pdf",
            "三多社区相关资料2.pdf",
        ] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        let answer = county.get(&format!("/results/{VILLAGE}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let inside: Vec<String> = (0..archive.len())
            .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
            .collect();
        assert_eq!(inside.len(), 7, "{inside:?}");
        assert!(inside.contains(&"形成规划草案/三多社区草案.pdf".to_owned()));
        // The ledger of results hands out the one file of a slot itself.
        let list = ListQuery::from_parameters([("view", "villages"), ("region", VILLAGE)]);
        let asked = json!({ "key": "results", "list": list });
        let view: hometown::api::ledgers::LedgerView = county.call("ledger", asked).await.unwrap();
        let cell = |title: &str| {
            let at = view.heads.iter().position(|head| head.title == title).unwrap();
            &view.lines[0][at]
        };
        assert_eq!(
            (cell("一书").text.as_str(), cell("封面").text.as_str()),
            ("有", "无"),
            "{on:?}"
        );
        assert_eq!(county.get(&cell("一书").link).await.body, PDF, "{on:?}");
        for key in ["530103-zr", "530102010001"] {
            assert_eq!(
                world.actor(key).await.get(&format!("/results/{VILLAGE}")).await.status,
                404,
                "{key}"
            );
        }
    }
}

#[tokio::test]
async fn a_survey_comes_in_from_a_workbook_tried_first() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let right = book(&[
            (
                "土地资源",
                &[
                    &["地类", "面积(平方米)", "主要分布"],
                    &["耕地", "1000.5", "坝区"],
                    &["林地", "2000", ""],
                ],
            ),
            (
                "近三年社会经济情况（行政村）",
                &[&["年限", "集体经济总收入(万元)"], &["2019", "12.5"], &["2020", "13"]],
            ),
        ]);
        // Closed: the step before is open.
        assert!(matches!(
            bring(&village, "field_survey", VILLAGE, &right, true).await,
            Err(AppError::Conflict(_))
        ));
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        // The template has a sheet for each table.
        let template = village.get(&format!("/workbooks/field_survey?region={VILLAGE}")).await;
        assert_eq!(template.status, 200, "{}", template.text());
        let names = sheet_names(&template.body);
        for name in [
            "土地资源",
            "水资源",
            "矿产资源",
            "景区景点",
            "历史文化资源",
            "民俗文化资源",
            "村庄产业",
            "地质灾害隐患",
        ] {
            assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
        }
        // Tried: nothing is stored.
        let tried = bring(&village, "field_survey", VILLAGE, &right, false).await.unwrap();
        assert_eq!((tried.stored, tried.faults.len()), (0, 0), "{tried:?}");
        assert_eq!(tried.sheets.iter().map(|sheet| sheet.ready).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(village.list("field_survey", "economy").await.unwrap().total, 0);
        // One wrong cell: it is named, and nothing at all is stored.
        let wrong = book(&[
            ("土地资源", &[&["地类", "面积(平方米)"], &["耕地", "很多"]]),
            (
                "近三年社会经济情况（行政村）",
                &[&["年限", "集体经济总收入(万元)"], &["2019", "12.5"]],
            ),
        ]);
        let tried = bring(&village, "field_survey", VILLAGE, &wrong, true).await.unwrap();
        assert_eq!(tried.stored, 0);
        let fault = &tried.faults[0];
        assert_eq!(
            (fault.sheet.as_str(), fault.row, fault.column.as_str()),
            ("土地资源", 2, "面积(平方米)")
        );
        assert_eq!(village.list("field_survey", "economy").await.unwrap().total, 0);

        let stored = bring(&village, "field_survey", VILLAGE, &right, true).await.unwrap();
        assert_eq!(stored.stored, 4);
        assert_eq!(village.list("field_survey", "economy").await.unwrap().total, 2);
        let land = own(&village, forms::find("natural_resources").unwrap()).await;
        assert_eq!(land.draft.rows("land").len(), 2);
        // The same again changes nothing; another area of the same class replaces the row.
        let again = bring(&village, "field_survey", VILLAGE, &right, true).await.unwrap();
        assert_eq!(again.stored, 0, "{again:?}");
        let more = book(&[("土地资源", &[&["地类", "面积(平方米)"], &["耕地", "1500"]])]);
        bring(&village, "field_survey", VILLAGE, &more, true).await.unwrap();
        let land = own(&village, forms::find("natural_resources").unwrap()).await;
        assert_eq!(land.draft.rows("land").len(), 2);
        assert_eq!(land.draft.rows("land")[0].values["area"], "1500");
        assert_eq!(land.draft.rows("land")[0].values["location"], "坝区");

        // The system administrator imports for any village; it belongs to the village then.
        let system = world.actor("sys-01").await;
        let economy = book(&[(
            "近三年社会经济情况（行政村）",
            &[&["年限", "集体经济总收入(万元)"], &["2018", "9"]],
        )]);
        assert_eq!(
            bring(&system, "field_survey", VILLAGE, &economy, true)
                .await
                .unwrap()
                .stored,
            1
        );
        let list = village.list("field_survey", "economy").await.unwrap();
        assert_eq!(list.total, 3);
        let line = list.lines.iter().find(|line| line.cells[0] == "2018").unwrap();
        village.delete("economy", &line.id, line.version).await.unwrap();
        // Nobody else does.
        for (key, region) in [
            (COUNTY, VILLAGE),
            ("530102010001", VILLAGE),
            ("530103-zr", VILLAGE),
            (TOWNSHIP, VILLAGE),
        ] {
            let refused = bring(&world.actor(key).await, "field_survey", region, &economy, true).await;
            assert_eq!(refused.unwrap_err(), AppError::NotFound, "{key}");
        }
    }
}

fn sheet_names(content: &[u8]) -> Vec<String> {
    use calamine::Reader;
    let book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(content.to_vec())).unwrap();
    book.sheet_names()
}

#[tokio::test]
async fn the_two_tables_go_out_and_come_in_with_one_workbook() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::COUNTY_REVIEW, VILLAGE).await;
        let form = forms::find("plan_tables").unwrap();
        let blank = own(&village, form).await;
        assert_eq!(blank.draft.rows("structure").len(), 28);
        assert!(!lacks(&village, "county_review").await.is_empty());
        // A subtotal that was typed is not believed.
        let mut draft = filled(form, &blank.draft);
        let last = draft.grids.get_mut("structure").unwrap().last_mut().unwrap();
        last.values.insert("base".to_owned(), "999".to_owned());
        let saved = village.save(form.key, &blank.id, 0, "k", &draft).await.unwrap().opened;
        assert_eq!(saved.draft.rows("structure").last().unwrap().values["base"], "24");
        assert_eq!(saved.draft.text("indicators_version"), "2021");
        let out = village
            .get(&format!("/workbooks/county_review?tab=structure&region={VILLAGE}"))
            .await;
        assert_eq!(out.status, 200, "{}", out.text());
        assert_eq!(sheet_names(&out.body)[0], "结构调整表");
        // What went out comes in unchanged.
        let tried = bring(&village, "county_review", VILLAGE, &out.body, true)
            .await
            .unwrap();
        assert_eq!((tried.stored, tried.faults.len()), (0, 0), "{tried:?}");
        let changed = book(&[(
            "结构调整表",
            &[
                &["用地类型", "规划目标年面积(公顷)"],
                &["其他土地", "3.5"],
                &["总计", "1"],
            ],
        )]);
        assert_eq!(
            bring(&village, "county_review", VILLAGE, &changed, true)
                .await
                .unwrap()
                .stored,
            1
        );
        let now = own(&village, form).await.draft;
        let total: &DraftRow = now.rows("structure").last().unwrap();
        assert_eq!(
            (total.values["base"].as_str(), total.values["target"].as_str()),
            ("24", "26.5")
        );
        // R-72 closes the gate, the list says where.
        let missing = look(&village, "county_review").await.switch.unwrap().missing;
        assert!(
            missing
                .iter()
                .any(|one| one.message.contains("现相差 2.5 公顷") && one.link.contains("tab=structure")),
            "{missing:?}"
        );
    }
}

/// Rule numbers of what a save warns of.
fn warned(saved: &hometown::api::records::SaveAnswer) -> Vec<&str> {
    saved.warnings.iter().filter_map(|one| one.rule.as_deref()).collect()
}

#[tokio::test]
async fn what_is_filled_is_held_against_the_rest_of_the_village() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let profile = forms::find("village_profile").unwrap();
        let blank = own(&village, profile).await;
        let mut own_facts = filled(profile, &blank.draft);
        own_facts.set("area", "1000000");
        own_facts.set("population", "100");
        let seat = village
            .save(profile.key, &blank.id, 0, "k", &own_facts)
            .await
            .unwrap()
            .opened;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        hamlets(&village, &["松毛坡"]).await;
        let key = hamlet_account(&world, &format!("{VILLAGE}001"), "松毛坡").await;
        let hamlet = world.actor(&key).await;

        // nothing in a village is larger than the village; R-40: nor is all its land together.
        let land = |areas: &[&str]| {
            let rows = areas.iter().zip(["01", "02", "03"]).map(|(area, kind)| DraftRow {
                id: String::new(),
                values: [("kind", kind), ("area", area)]
                    .map(|(key, text)| (key.to_owned(), text.to_owned()))
                    .into(),
            });
            let mut draft = Draft {
                region: VILLAGE.to_owned(),
                ..Draft::default()
            };
            draft.grids.insert("land".to_owned(), rows.collect());
            draft
        };
        let id = db::new_id();
        let refused = village
            .save("natural_resources", &id, 0, "a", &land(&["1000000.01"]))
            .await;
        assert!(
            matches!(&refused, Err(AppError::Invalid(problems)) if problems[0].rule.as_deref() == Some("R-41")),
            "{refused:?}"
        );
        let saved = village
            .save("natural_resources", &id, 0, "b", &land(&["600000", "405000"]))
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        let saved = village
            .save("natural_resources", &id, 1, "c", &land(&["600000", "405000.01"]))
            .await
            .unwrap();
        assert_eq!(warned(&saved), ["R-40"]);

        // a year to the next; R-12: the village's own number.
        let tell = |year: &'static str, registered: &'static str, minors: &'static str| {
            draft(&[
                ("year", year),
                ("households", "30"),
                ("registered", registered),
                ("resident", "80"),
                ("minors", minors),
                ("adults", "60"),
                ("elders", "20"),
            ])
        };
        let saved = hamlet
            .save("population", &db::new_id(), 0, "d", &tell("2019", "100", "20"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        let saved = hamlet
            .save("population", &db::new_id(), 0, "e", &tell("2020", "121", "41"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), ["R-14"]);
        own_facts.set("population", "127");
        let saved = village
            .save(profile.key, &seat.id, seat.version, "f", &own_facts)
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        own_facts.set("population", "128");
        let saved = village
            .save(profile.key, &seat.id, seat.version + 1, "g", &own_facts)
            .await
            .unwrap();
        assert_eq!(warned(&saved), ["R-12"]);
        assert!(saved.warnings[0].message.contains("（121）"), "{:?}", saved.warnings);
        // One click takes it over; the page says the number also to who cannot click.
        let page = village.get("/desk/village_profile").await.text();
        for said in ["各自然村最近一年户籍人口的合计为 121 ", "采用汇总数 121"] {
            assert!(page.contains(said), "{said}");
        }
        own_facts.set("population", "121");
        village
            .save(profile.key, &seat.id, seat.version + 2, "taken over", &own_facts)
            .await
            .unwrap();
        let page = village.get("/desk/village_profile").await.text();
        assert!(!page.contains("采用汇总数"));

        // nothing reaches more households than there are.
        let facility = |households: &'static str| {
            let mut draft = draft(&[
                ("kind", "water_pipe"),
                ("quantity", "1"),
                ("running_state", "normal"),
                ("households", households),
            ]);
            draft.region = VILLAGE.to_owned();
            draft
        };
        let refused = village.save("facilities", &db::new_id(), 0, "h", &facility("31")).await;
        assert!(
            matches!(&refused, Err(AppError::Invalid(problems)) if problems[0].rule.as_deref() == Some("R-46")
                && problems[0].message.ends_with("（30 户）")),
            "{refused:?}"
        );
        village
            .save("facilities", &db::new_id(), 0, "i", &facility("30"))
            .await
            .unwrap();

        // work of a step while the step goes on.
        let blank = own(&village, forms::find("field_survey").unwrap()).await;
        let mut survey = filled(forms::find("field_survey").unwrap(), &blank.draft);
        survey.set("started_on", "2021-08-10");
        survey.set("ended_on", "2021-08-20");
        village.save("field_survey", &blank.id, 0, "j", &survey).await.unwrap();
        let log = |day: &'static str| {
            let mut draft = draft(&[
                ("step", "field_survey"),
                ("title", "走访"),
                ("held_on", day),
                ("summary", "走访农户"),
            ]);
            draft.region = VILLAGE.to_owned();
            draft
        };
        let saved = village
            .save("work_log", &db::new_id(), 0, "k", &log("2021-08-20"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        let saved = village
            .save("work_log", &db::new_id(), 0, "l", &log("2021-08-21"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), ["R-92"]);
    }
}

/// What a natural village tells of a year, with twenty elders.
fn year_of(year: &str, registered: i64) -> Draft {
    let adults = (registered - 40).to_string();
    draft(&[
        ("year", year),
        ("households", "30"),
        ("registered", &registered.to_string()),
        ("resident", "80"),
        ("minors", "20"),
        ("adults", &adults),
        ("elders", "20"),
    ])
}

#[tokio::test]
async fn what_some_natural_villages_tell_is_no_sum_yet() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::FIELD_SURVEY, VILLAGE).await;
        hamlets(&village, &["松毛坡", "大石桥"]).await;
        let first = hamlet_account(&world, &format!("{VILLAGE}001"), "松毛坡").await;
        let second = hamlet_account(&world, &format!("{VILLAGE}002"), "大石桥").await;
        let (first, second) = (world.actor(&first).await, world.actor(&second).await);
        first
            .save("population", &db::new_id(), 0, "a", &year_of("2020", 1_000))
            .await
            .unwrap();
        let profile = forms::find("village_profile").unwrap();
        let mut facts = filled(profile, &own(&village, profile).await.draft);
        facts.set("population", "1200");
        let id = own(&village, profile).await.id;
        let saved = village.save(profile.key, &id, 0, "b", &facts).await.unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        assert!(!saved.opened.labels.contains_key("population="));
        second
            .save("population", &db::new_id(), 0, "c", &year_of("2020", 234))
            .await
            .unwrap();
        assert_eq!(own(&village, profile).await.labels["population="], "123400");
        // An earlier year that only one of them tells changes nothing.
        first
            .save("population", &db::new_id(), 0, "d", &year_of("2019", 990))
            .await
            .unwrap();
        assert_eq!(own(&village, profile).await.labels["population="], "123400");

        // who works is among those who are registered, in a year that all have told.
        let economy = |year: &str, labour: &str, migrants: &str| Draft {
            region: VILLAGE.to_owned(),
            ..draft(&[
                ("year", year),
                ("total_income", "4"),
                ("labour", labour),
                ("migrants", migrants),
            ])
        };
        let refused = |result: Result<hometown::api::records::SaveAnswer, AppError>| match result {
            Err(AppError::Invalid(problems)) => problems.into_iter().map(|one| (one.place, one.message)).collect(),
            other => panic!("{other:?}"),
        };
        let id = db::new_id();
        let many: Vec<_> = refused(village.save("economy", &id, 0, "h", &economy("2020", "1235", "")).await);
        assert_eq!(many.len(), 1);
        assert_eq!(many[0].0, "labour");
        assert!(many[0].1.ends_with("（1,234 人）"), "{many:?}");
        let many = refused(village.save("economy", &id, 0, "i", &economy("2020", "", "1235")).await);
        assert_eq!(many[0].0, "migrants");
        for (year, labour, migrants) in [("2020", "1234", "1234"), ("2019", "9999", "9999"), ("2018", "9999", "")] {
            let draft = economy(year, labour, migrants);
            village.save("economy", &db::new_id(), 0, year, &draft).await.unwrap();
        }

        // the indicators of the base year say what the natural villages say.
        world.open_step(&steps::COUNTY_REVIEW, VILLAGE).await;
        let form = forms::find("plan_tables").unwrap();
        let blank = own(&village, form).await;
        assert_eq!(blank.labels["indicators.population="], "123400");
        assert_eq!(blank.labels["indicators.households="], "6000");
        let mut tables = filled(form, &blank.draft);
        let rows = tables.grids.get_mut("indicators").unwrap();
        rows[0].values.insert("base".to_owned(), "1233".to_owned());
        rows[1].values.insert("base".to_owned(), "60".to_owned());
        rows[2].values.insert("base".to_owned(), "160".to_owned());
        let saved = village.save(form.key, &blank.id, 0, "e", &tables).await.unwrap();
        let of_people: Vec<_> = saved
            .warnings
            .iter()
            .filter(|one| one.rule.as_deref() == Some("R-78"))
            .collect();
        assert_eq!(of_people.len(), 1, "{:?}", saved.warnings);
        // all land together is the land of the village.
        assert!(warned(&saved).contains(&"R-71"));
        assert_eq!(of_people[0].message, "户籍人口与人口状况汇总（1,234）不一致，请核对");
        assert_eq!(of_people[0].place, "indicators.0.base");
        let page = format!("/desk/county_review?tab=indicators&region={VILLAGE}");
        assert!(village.get(&page).await.text().contains("采用汇总数 1,234"));
        let rows = tables.grids.get_mut("indicators").unwrap();
        rows[0].values.insert("base".to_owned(), "1234".to_owned());
        let saved = village.save(form.key, &blank.id, 1, "f", &tables).await.unwrap();
        assert!(!warned(&saved).contains(&"R-78"));
        // Another base year is told by nobody: nothing is said of it.
        tables.set("base_year", "2018");
        tables.grids.get_mut("indicators").unwrap()[0]
            .values
            .insert("base".to_owned(), "1".to_owned());
        let saved = village.save(form.key, &blank.id, 2, "g", &tables).await.unwrap();
        assert!(!warned(&saved).contains(&"R-78"));
    }
}

#[tokio::test]
async fn money_is_held_against_the_projects_of_its_year() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        world.open_step(&steps::DRAFT, VILLAGE).await;
        let projects = [
            ("饮水工程", "1000.5", "2023"),
            ("机耕路", "200", "2023"),
            ("文化室", "5000", "2024"),
            ("公厕", "9", ""),
        ];
        let rows = projects.map(|(name, investment, year)| DraftRow {
            id: String::new(),
            values: [
                ("name", name),
                ("kind", "infrastructure"),
                ("place", "松毛坡"),
                ("investment", investment),
                ("build_year", year),
            ]
            .map(|(key, text)| (key.to_owned(), text.to_owned()))
            .into(),
        });
        let mut plan = draft(&[]);
        plan.region = VILLAGE.to_owned();
        plan.grids.insert("near_term_projects".to_owned(), rows.into());
        let blank = own(&village, forms::find("draft_plan").unwrap()).await;
        village.save("draft_plan", &blank.id, 0, "plan", &plan).await.unwrap();
        world.open_step(&steps::PROJECTS, VILLAGE).await;

        let (page, tab) = place(forms::find("project_funds").unwrap());
        let blank = village.open(page, tab, "new").await.unwrap();
        let funds = |year: &str, central: &str, donated: &str| {
            let mut draft = blank.draft.clone();
            for (key, text) in [("year", year), ("q1_in_central", central), ("q3_in_donated", donated)] {
                draft.set(key, text);
            }
            draft
        };
        // up to what the projects of the year cost; a year that the plan does not name is nobody's business.
        let id = db::new_id();
        let saved = village
            .save("project_funds", &id, 0, "a", &funds("2023", "1000", "200.5"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
        let saved = village
            .save("project_funds", &id, 1, "b", &funds("2023", "1000", "200.51"))
            .await
            .unwrap();
        assert_eq!(warned(&saved), ["R-83"]);
        assert_eq!(
            saved.warnings[0].message,
            "全年资金投入（1,200.51 万元）大于规划草案中当年近期建设项目的总投资（1,200.5 万元），请核对"
        );
        let unplanned = funds("2022", "9000", "0");
        let saved = village
            .save("project_funds", &db::new_id(), 0, "c", &unplanned)
            .await
            .unwrap();
        assert_eq!(warned(&saved), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn lists_are_drafted_and_projects_taken_over() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, county) = (world.actor(VILLAGE).await, world.actor(COUNTY).await);
        world.open_step(&steps::SPATIAL_PLAN, VILLAGE).await;
        let answer = county.get(&format!("/lists/analysis?region={VILLAGE}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let names: Vec<String> = (0..archive.len())
            .map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned())
            .collect();
        assert_eq!(
            names,
            [
                "三多社区资源清单.xlsx",
                "三多社区人才清单.xlsx",
                "三多社区问题清单.xlsx"
            ]
        );
        assert_eq!(
            world
                .actor("530103-zr")
                .await
                .get(&format!("/lists/analysis?region={VILLAGE}"))
                .await
                .status,
            404
        );

        let adopt = json!({ "page": "projects", "tab": "projects", "region": VILLAGE });
        // Not before the step is open.
        assert!(village.call::<usize>("adopt", adopt.clone()).await.is_err());
        world.open_step(&steps::PROJECTS, VILLAGE).await;
        switch(&county, "draft_plan", false, "修改").await.unwrap();
        let form = forms::find("draft_plan").unwrap();
        let blank = own(&village, form).await;
        let mut plan = Draft {
            region: VILLAGE.to_owned(),
            ..Draft::default()
        };
        let rows = ["饮水工程", "机耕路"].map(|name| DraftRow {
            id: String::new(),
            values: [
                ("name", name),
                ("kind", "infrastructure"),
                ("place", "松毛坡"),
                ("investment", "12.5"),
            ]
            .map(|(key, text)| (key.to_owned(), text.to_owned()))
            .into(),
        });
        plan.grids.insert("near_term_projects".to_owned(), rows.into());
        village.save(form.key, &blank.id, 0, "k", &plan).await.unwrap();
        world.open_step(&steps::PROJECTS, VILLAGE).await;
        assert!(county.call::<usize>("adopt", adopt.clone()).await.is_err());
        assert_eq!(village.call::<usize>("adopt", adopt.clone()).await.unwrap(), 2);
        assert_eq!(village.call::<usize>("adopt", adopt).await.unwrap(), 0);
        let list = village.list("projects", "projects").await.unwrap();
        assert_eq!(list.total, 2);
        assert!(
            list.lines.iter().all(|line| line.cells.contains(&"储备".to_owned())),
            "{:?}",
            list.lines[0].cells
        );
        // F-01: what was taken over says from where, until something else stands there.
        let from_plan =
            |opened: &Opened, field: &str| -> Option<String> { opened.labels.get(&known::origin(field)).cloned() };
        let way = format!("形成规划草案\t/desk/draft_plan?region={VILLAGE}");
        let opened = village.open("projects", "projects", &list.lines[0].id).await.unwrap();
        for field in ["name", "kind", "place", "investment"] {
            assert_eq!(from_plan(&opened, field), Some(way.clone()), "{on:?} {field}");
        }
        assert_eq!(from_plan(&opened, "funded"), None, "{on:?}");
        let mut other = opened.draft.clone();
        other.set("investment", "13");
        village
            .save("projects", &opened.id, opened.version, "other", &other)
            .await
            .unwrap();
        let opened = village.open("projects", "projects", &opened.id).await.unwrap();
        assert_eq!(from_plan(&opened, "investment"), None, "{on:?}");
        assert_eq!(from_plan(&opened, "place"), Some(way), "{on:?}");
        let blank = village.open("projects", "projects", "new").await.unwrap();
        assert_eq!(from_plan(&blank, "name"), None, "{on:?}: typed here");
    }
}
