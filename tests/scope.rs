//! Every server function and every route, tried by every kind of account against a record of every form: whoever may not
//! look learns nothing and changes nothing (`security.md` A18, A19). A new function or route has to be named here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::permission::allows;
use hometown::domain::query::ListQuery;
use hometown::domain::record::{Draft, parts};
use hometown::domain::region::{Region, Relation};
use hometown::domain::verb::Verb;
use hometown::forms;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use world::filling::{attach, filled, fillers, opening, places, point};
use world::{ACCOUNTS, Actor, On, VILLAGE, World, stores, village_of};

/// What stands in every record that is looked for.
const MARK: &str = "只在本地";

/// A record that somebody tries to reach.
struct Target {
    page: &'static str,
    tab: &'static str,
    form: &'static str,
    region: Region,
    id: String,
    version: i64,
    draft: Draft,
    file: Option<String>,
}

impl Target {
    /// The call of a function that would reach the record if nothing were in the way.
    fn arguments(&self, function: &str) -> Json {
        let query = ListQuery {
            region: village_of(self.page),
            ..ListQuery::default()
        };
        match function {
            "who" | "second_factor" | "waiting_counts" | "phone_home" | "public_documents" => json!({}),
            "home" => json!({ "all": true }),
            "search" => json!({ "text": MARK, "all": true }),
            "urge" => json!({ "step": "base_data", "region": self.region }),
            "consistency" => json!({ "region": self.region }),
            "take_over" => json!({ "region": self.region, "form": self.form, "place": "population" }),
            "own_account" | "password_page" | "rights" | "announcements" => {
                json!({})
            }
            "account_list" | "new_account" | "missing_accounts" => json!({ "query": query }),
            "account_page" => json!({ "id": self.id, "told": self.id }),
            "log_page" => json!({ "tab": "operations", "query": query }),
            "read_announcement" => json!({ "id": self.id }),
            "complaints_page" => json!({ "kept": self.id }),
            "sign_in_page" => json!({ "account": "", "level": "", "city": "", "county": "", "township": "" }),
            "find_accounts" => json!({ "text": "三多" }),
            "desk_page" => json!({ "page": self.page, "tab": self.tab, "query": query }),
            "open_record" => json!({
                "page": self.page, "tab": self.tab, "id": self.id, "region": village_of(self.page),
            }),
            "planning_villages" => json!({ "query": query }),
            "ledger" => {
                let (key, view) = self.ledger();
                let list = ListQuery::from_parameters([("view", view), ("region", self.region.code())]);
                json!({ "key": key, "list": list })
            }
            "report_people" | "report_links" => json!({ "region": self.region }),
            "shared_report" => json!({ "token": self.id }),
            "check_report" => json!({ "code": self.id, "name": MARK }),
            "work_reports" => json!({
                "region": self.region, "people": [self.id], "options": { "all_steps": true, "photos": true },
            }),
            "adopt" => json!({ "page": self.page, "tab": self.tab, "region": self.region }),
            "village_steps" => json!({ "step": self.page, "region": self.region }),
            "save_record" => json!({
                "form": self.form, "id": self.id, "version": self.version, "key": "stolen", "draft": self.draft,
            }),
            "delete_record" => json!({ "form": self.form, "id": self.id, "version": self.version }),
            "keep_draft" => json!({
                "page": self.page, "tab": self.tab, "id": self.id, "version": self.version, "draft": self.draft,
            }),
            "drop_draft" => json!({ "form": self.form, "id": self.id }),
            "set_switch" => json!({
                "step": "baseline_survey", "region": self.region, "year": "", "done": true, "reason": "x",
            }),
            "set_all_switches" | "step_progress" => json!({ "step": "baseline_survey" }),
            "look_at_name" => json!({ "token": self.id, "name": "马坡村" }),
            "village_door" => json!({ "token": self.id }),
            "registration_codes" => json!({ "query": query }),
            "open_registration" => json!({ "region": self.region, "is_open": false }),
            "renew_code" => json!({ "region": self.region }),
            "dictionary" => json!({ "list": "training_method" }),
            "change_option" => json!({ "list": "training_method", "change": { "act": "revive", "code": "online" } }),
            "set_parameter" => json!({ "key": "qq_group", "content": "123456" }),
            "survey_imports" => json!({ "text": "三多", "page": 1 }),
            "division_list" => json!({ "query": query }),
            "change_division" => json!({
                "change": { "kind": "rename", "region": self.region, "name": "新名" }, "stores": true,
            }),
            "decide" => json!({ "act": {
                "form": self.form, "id": self.id, "version": self.version, "verb": "submit", "opinion": "x",
                "receiver": "", "pins": {}, "values": {},
            } }),
            "plan_bulk" => json!({
                "page": self.page, "tab": self.tab, "query": query, "ids": [self.id], "verb": "submit",
            }),
            "start_bulk" => json!({ "job": self.id, "opinion": "x", "receiver": "" }),
            "import_status" | "start_import" => json!({ "import": self.id }),
            "reveal" => json!({ "form": self.form, "id": self.id, "field": "phone", "reason": "核对信息" }),
            "reset_sub_account" => json!({ "form": self.form, "id": self.id }),
            "letter_units" => json!({ "page": self.page, "tab": self.tab, "query": query }),
            "bulk_status" | "undo_bulk" | "resume_bulk" => json!({ "job": self.id }),
            "suggestions" => json!({ "form": self.form, "draft": self.draft }),
            "batch_page" => json!({ "page": self.page, "part": "530102010" }),
            "save_batch" => json!({ "page": self.page, "draft": self.draft }),
            other => panic!("/api/{other} is a public URL and not tried here"),
        }
    }

    /// The ledger that lists such records, and its list.
    fn ledger(&self) -> (&'static str, &'static str) {
        let lists = hometown::ledgers::ALL
            .iter()
            .filter_map(|ledger| Some((ledger.key, ledger.list_of(self.form)?.key)));
        lists.into_iter().next().unwrap_or(("progress", ""))
    }

    /// Addresses that would show the record.
    fn addresses(&self) -> Vec<String> {
        let (ledger, view) = self.ledger();
        let mut addresses = vec![
            format!("/ledgers/{ledger}?view={view}&region={}", self.region),
            format!("/ledgers/{ledger}/export?view={view}&region={}", self.region),
            format!("/ledgers/{ledger}/export-all?view={view}&region={}", self.region),
            format!("/ledgers/progress/brief.docx?region={}", self.region),
            format!("/ledgers/progress/brief.xlsx?region={}", self.region),
            format!("/desk/{}?tab={}&open={}", self.page, self.tab, self.id),
            format!("/desk/{}?tab={}&region={}", self.page, self.tab, self.region),
            format!("/exports/{}?tab={}", self.page, self.tab),
            format!("/batch/{}", self.page),
            format!("/templates/{}?tab={}", self.page, self.tab),
            format!("/units/{}?tab={}", self.page, self.tab),
            format!("/letters/{}?tab={}", self.page, self.tab),
            format!("/imports/{}/marked", self.id),
            "/second_factor".to_owned(),
            "/home".to_owned(),
            "/home?stuck=all".to_owned(),
            "/search".to_owned(),
            format!("/consistency/{}", self.region),
            "/progress/baseline_survey".to_owned(),
            "/planning".to_owned(),
            "/accounts".to_owned(),
            format!("/accounts/{}", self.id),
            format!("/accounts/export.xlsx?region={}", self.region),
            "/accounts/new".to_owned(),
            format!("/accounts/missing?region={}", self.region),
            format!("/accounts/first_passwords/{}", self.id),
            "/logs?tab=operations".to_owned(),
            "/logs/operations/export.xlsx".to_owned(),
            "/rights".to_owned(),
            format!("/announcements/{}", self.id),
            format!("/complaints?kept={}", self.id),
            format!("/planning/{}", self.region),
            "/dictionaries?list=training_method".to_owned(),
            "/parameters".to_owned(),
            "/divisions".to_owned(),
            format!("/divisions/{}?kind=rename&name=新名&try=1", self.region),
            "/survey_imports".to_owned(),
            format!("/results/{}", self.region),
            format!("/lists/{}?region={}", self.page, self.region),
            format!("/workbooks/{}?tab={}&region={}", self.page, self.tab, self.region),
            format!("/reports/{}?person={}", self.region, self.id),
            format!("/project_table/{}?region={}", self.page, self.region),
            format!("/work_reports/{}?region={}&person={}", self.page, self.region, self.id),
            format!("/r/{}", self.id),
            format!("/r/{}/report.docx", self.id),
            format!("/r/{}/photos/{}", self.id, self.id),
            format!("/reports/check?code={}&name=x", self.id),
        ];
        if let Some(file) = &self.file {
            addresses.extend(["", "/view", "/table"].map(|part| format!("/files/{file}{part}")));
        }
        addresses
    }
}

/// Names of all server functions, as the router has them.
fn functions() -> BTreeSet<String> {
    let paths = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path);
    let names: BTreeSet<String> = paths
        .filter_map(|path| path.strip_prefix("/api/").map(str::to_owned))
        .collect();
    assert!(names.len() > 15, "{names:?}");
    names
}

/// A record of every form, registered in 五华区 by whoever fills it.
async fn targets(world: &World) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for (page, tab, kind) in places() {
        let form = tab.form;
        // Announcements are read by those whom they are for, not by the rights of their form: tests/administration.rs.
        let is_for_readers = form.public || form.key == "announcements";
        if is_for_readers || targets.iter().any(|known| known.form == form.key) {
            continue;
        }
        let actor = world.actor(fillers(kind).0).await;
        if let Some(step) = page.step {
            world.open_step(step, VILLAGE).await;
        }
        let blank = actor.open(page.key, tab.key, &opening(tab)).await.unwrap();
        let mut draft = filled(form, &blank.draft);
        point(world, form, &mut draft).await;
        if let Some(marked) = form
            .fields()
            .find(|field| matches!(field.kind, hometown::domain::field::Kind::Text { .. }))
        {
            draft.set(marked.key, MARK);
        }
        attach(&actor, form, &blank.id, &mut draft).await;
        let saved = actor.save(form.key, &blank.id, 0, "k", &draft).await;
        let opened = saved.unwrap_or_else(|error| panic!("{}: {error:?}", form.key)).opened;
        targets.push(Target {
            page: page.key,
            tab: tab.key,
            form: form.key,
            region: opened.region.clone(),
            id: opened.id.clone(),
            version: opened.version,
            file: opened.attachments.first().map(|file| file.id.clone()),
            draft: opened.draft,
        });
    }
    targets
}

#[tokio::test]
async fn whoever_may_not_look_learns_nothing_and_changes_nothing() {
    let functions = functions();
    for on in stores() {
        let world = World::new(on).await;
        let targets = targets(&world).await;
        assert!(targets.len() > 12);
        let mut tried = 0;
        for (key, kind, region, _) in ACCOUNTS {
            // The statements are the same: on the second store, who sits beside is enough.
            if on == On::Postgres && !region.starts_with("530103") {
                continue;
            }
            let actor = world.actor(key).await;
            for target in &targets {
                let form = forms::find(target.form).unwrap();
                let own = Region::parse(region).unwrap();
                // What is about several divisions is read by those that it names.
                let named = form.naming().map_or("", |field| target.draft.text(field.key));
                let is_named = parts(named).any(|code| own.contains(&Region::parse(code).unwrap()));
                let relation = match Relation::of(&own, &target.region) {
                    Relation::Above if is_named => Relation::Below,
                    relation => relation,
                };
                if allows(*kind, Verb::View, form, relation) {
                    continue;
                }
                try_everything(&actor, target, &functions, &format!("{on:?} {key}")).await;
                tried += 1;
            }
        }
        let least = if on == On::Postgres { 12 } else { 40 };
        assert!(tried > least, "{tried} pairs of account and record were tried");
        let stranger = world.stranger();
        for target in &targets {
            try_everything(&stranger, target, &functions, &format!("{on:?} nobody")).await;
        }
        // Nothing has happened to any record.
        for target in &targets {
            let mut reader = world.app.store.reader().await.unwrap();
            let form = forms::find(target.form).unwrap();
            let stored = hometown::server::db::records::find(&mut reader, form, &target.id)
                .await
                .unwrap();
            assert_eq!(
                stored.map(|stored| stored.version),
                Some(target.version),
                "{on:?} {}",
                target.form
            );
        }
    }
}

/// Whether it is the log that is read, by whoever reads all of it: it says what was registered.
fn reads_logs(who: &str, what: &str) -> bool {
    who.ends_with("aud-01") && (what == "log_page" || what.starts_with("/logs"))
}

async fn try_everything(actor: &Actor<'_>, target: &Target, functions: &BTreeSet<String>, who: &str) {
    for function in functions {
        let body = target.arguments(function).to_string();
        let answer = actor.post(&format!("/api/{function}"), "application/json", body).await;
        let what = format!("{who}: {function} over {} of {}", target.form, target.region);
        assert!(answer.status.as_u16() < 500, "{what}: {}", answer.text());
        // What the caller sent comes back only as a complaint about it; the list of villages tells
        // everybody above a village who its technical unit is (spec S6.0).
        let names_units =
            matches!(function.as_str(), "planning_villages" | "account_list") || reads_logs(who, function);
        // Whoever looks for the mark finds the records that it may see, and no other.
        let sign = if function == "search" { target.id.as_str() } else { MARK };
        if !answer.status.is_client_error() && !names_units {
            assert!(!answer.text().contains(sign), "{what}: {}", answer.text());
        }
        if matches!(
            function.as_str(),
            "open_record" | "save_record" | "delete_record" | "decide" | "reveal" | "reset_sub_account"
        ) {
            assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        }
    }
    for address in target.addresses() {
        let answer = actor.get(&address).await;
        assert!(answer.status.as_u16() < 500, "{who}: {address}");
        let names_units = address == "/planning" || address.starts_with("/accounts") || reads_logs(who, &address);
        assert!(
            names_units || !answer.text().contains(MARK),
            "{who}: {address} shows {}",
            target.form
        );
    }
    for field in forms::find(target.form).unwrap().slots().map(|(field, _)| field.key) {
        let announced = json!({
            "form": target.form, "record": target.id, "field": field, "name": "a.pdf", "size": 1, "sha256": "",
        });
        let answer = actor
            .post("/files/pieces", "application/json", announced.to_string())
            .await;
        assert!(answer.status.is_client_error(), "{who}: pieces for {}", target.form);
    }
    let fields = [
        ("tab", target.tab),
        ("id", &target.id),
        ("version", "1"),
        ("verb", "submit"),
        ("opinion", "x"),
        ("region", target.region.code()),
        ("done", "1"),
    ];
    for address in [
        format!("/records/{}/delete", target.page),
        format!("/records/{}/decide", target.page),
        "/switches/baseline_survey".to_owned(),
        "/switches/baseline_survey/all".to_owned(),
        format!("/reports/{}/share", target.region),
        format!("/reports/{}/revoke", target.region),
        format!("/files/{}/place", target.file.as_deref().unwrap_or(&target.id)),
        "/reminders/base_data".to_owned(),
        format!("/consistency/{}", target.region),
    ] {
        let answer = actor.form(&address, &fields).await;
        assert!(
            answer.status.as_u16() < 500 && !answer.text().contains(MARK),
            "{who}: {address}"
        );
    }
}
