//! Every form walks through the same life: blank, refused, registered, listed, changed, stale, sent twice, seen from
//! elsewhere, deleted. The next form is tested before anybody writes a test for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::account::AccountKind;
use hometown::domain::field::Kind;
use hometown::domain::form::Shape;
use hometown::domain::page::{Page, Tab};
use hometown::domain::record::Draft;
use hometown::domain::region::Level;
use hometown::error::AppError;
use hometown::forms;
use hometown::server::db::{self, sql::Statement};
use world::filling::{NUMBERS, attach, filled, fillers, opening, places, point};
use world::{On, VILLAGE, World, stores};

#[test]
fn every_declaration_is_sound() {
    let faults: Vec<String> = forms::ALL
        .iter()
        .flat_map(|form| hometown::domain::soundness::faults(form))
        .collect();
    let workflows = forms::ALL.iter().filter_map(|form| form.workflow);
    let wrong: Vec<String> = workflows.flat_map(|workflow| workflow.faults()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(faults.is_empty(), "{faults:#?}");
    for form in forms::ALL {
        let shown = forms::PAGES
            .iter()
            .any(|page| page.tabs.iter().any(|tab| tab.form.key == form.key));
        assert!(shown, "{} is on no page", form.key);
    }
}

/// What is taken from a private number is one: neither a copy in another form nor what shows of it there may tell it.
#[test]
fn whose_a_number_is_goes_with_it() {
    let of = |form: &str, field: &str| forms::find(form).and_then(|form| form.field(field)).unwrap();
    let mut copies = 0;
    for form in forms::ALL {
        for field in form.fields() {
            let what = format!("{}.{}", form.key, field.key);
            if let Kind::Mirror { form, field: source } = field.kind {
                assert!(!of(form, source).private, "{what} shows what is private whole");
            }
            let Some((reference, source)) = field.copied else {
                continue;
            };
            let Some(Kind::Reference { to, .. }) = form.field(reference).map(|field| field.kind) else {
                panic!("{what} is taken from nowhere");
            };
            let source = of(to, source);
            assert_eq!((field.private, field.office), (source.private, source.office), "{what}");
            copies += usize::from(field.private);
        }
    }
    assert_eq!(copies, 2, "the phones of 名单报审 and 发函确认");
}

#[tokio::test]
async fn every_forms_table_is_what_its_declaration_asks_for() {
    for on in stores() {
        let world = World::new(on).await;
        let mut reader = world.app.store.reader().await.unwrap();
        for form in forms::ALL {
            let columns = db::schema::columns_of(&mut reader, form.key, on == On::Postgres)
                .await
                .unwrap();
            for field in form.stored() {
                assert!(
                    columns.iter().any(|column| column == field.key),
                    "{on:?} {}.{}",
                    form.key,
                    field.key
                );
            }
            for field in form.exclusives() {
                let table = form.grid_table(field.key);
                let columns = db::schema::columns_of(&mut reader, &table, on == On::Postgres)
                    .await
                    .unwrap();
                assert_eq!(columns, ["region", "parent"], "{on:?} {table}");
            }
            let common = columns.len() - form.stored().count();
            assert_eq!(
                common, 14,
                "{on:?} {}: columns that no field declares: {columns:?}",
                form.key
            );
            for (field, grid) in form.grids() {
                let columns = db::schema::columns_of(&mut reader, &form.grid_table(field.key), on == On::Postgres)
                    .await
                    .unwrap();
                assert_eq!(
                    columns.len(),
                    grid.columns.len() + 3,
                    "{on:?} {}.{}",
                    form.key,
                    field.key
                );
            }
        }
    }
}

#[tokio::test]
async fn every_form_walks_through_its_life() {
    for on in stores() {
        for (page, tab, kind) in places() {
            let world = World::new(on).await;
            walk(&world, page, tab, kind).await;
        }
    }
}

/// 操作记录 keeps no number of a person whole, whoever reads it.
async fn the_log_tells_no_number(world: &World, what: &str) {
    let mut reader = world.app.store.reader().await.unwrap();
    for number in NUMBERS {
        let mut statement = Statement::new("select count(*) from audits where opinion || changes like ");
        statement.text(format!("%{number}%"));
        let told = statement.number(&mut reader).await.unwrap();
        assert_eq!(told, 0, "{what}: {number}");
    }
}

async fn walk(world: &World, page: &Page, tab: &'static Tab, kind: AccountKind) {
    let form = tab.form;
    let what = format!("{} {} as {kind:?}", page.key, tab.key);
    let (own, other) = fillers(kind);
    let actor = world.actor(own).await;
    if let Some(step) = page.step {
        world.open_step(step, VILLAGE).await;
    }
    let blank = actor
        .open(page.key, tab.key, &opening(tab))
        .await
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(blank.version, 0, "{what}");

    // Refused: nothing filled in, where anything must be.
    let asks = form
        .fields()
        .any(|field| matches!(field.required, hometown::domain::field::Required::Yes));
    if asks && !form.complete_later {
        let empty = Draft {
            region: blank.draft.region.clone(),
            ..Draft::default()
        };
        let refused = actor.save(form.key, &blank.id, 0, "k0", &empty).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{what}: {refused:?}");
    }
    // Refused: a field of every kind with the wrong content, each named at its place.
    for field in form.fields().filter(|field| !field.is_read_only()) {
        let wrong = match field.kind {
            Kind::Integer { .. } | Kind::Decimal { .. } | Kind::Year { .. } => "很多",
            Kind::Date { .. } => "2021-02-30",
            Kind::Choice(_) | Kind::Choices(_) => "no-such-code",
            Kind::Phone { .. } => "12565847089",
            Kind::Reference { .. } => "00000000-0000-0000-0000-000000000000",
            Kind::Text { max, .. } => &"长".repeat(max + 1),
            _ => continue,
        };
        let mut draft = filled(form, &blank.draft);
        point(world, form, &mut draft).await;
        draft.set(field.key, wrong);
        let values = hometown::domain::record::Values::of(form, &draft);
        if !field.shows(&values) {
            continue;
        }
        match actor.save(form.key, &blank.id, 0, "k0", &draft).await {
            Err(AppError::Invalid(problems)) => {
                assert!(
                    problems.iter().any(|problem| problem.place == field.key),
                    "{what} {}: {problems:?}",
                    field.key
                );
            }
            other => panic!("{what} {}: {other:?}", field.key),
        }
    }

    // Registered; what was typed comes back as it was.
    let mut draft = filled(form, &blank.draft);
    point(world, form, &mut draft).await;
    attach(&actor, form, &blank.id, &mut draft).await;
    let saved = actor
        .save(form.key, &blank.id, 0, "k1", &draft)
        .await
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(saved.opened.version, 1, "{what}");
    for field in form.fields().filter(|field| field.is_stored() && !field.is_read_only()) {
        let values = hometown::domain::record::Values::of(form, &draft);
        if field.shows(&values) && !matches!(field.shown, hometown::domain::field::Shown::Never) {
            assert_eq!(
                saved.opened.draft.text(field.key),
                draft.text(field.key),
                "{what} {}",
                field.key
            );
        }
    }
    for (field, _) in form.grids() {
        let cells = |draft: &Draft| -> Vec<_> {
            let rows = draft.rows(field.key).iter();
            rows.map(|row| {
                row.values
                    .iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(key, text)| (key.clone(), text.clone()))
                    .collect::<Vec<_>>()
            })
            .collect()
        };
        assert_eq!(cells(&saved.opened.draft), cells(&draft), "{what} {}", field.key);
    }
    // 保存 submits at once where the workflow says so.
    let at_once = form.workflow.is_some_and(|workflow| workflow.registers.is_some());
    let lines = 1 + usize::from(at_once);
    assert_eq!(saved.opened.history.len(), lines, "{what}");
    assert!(
        saved.opened.history[lines - 1].ends_with("在 2023-05-01 10:00:00 已登记"),
        "{}",
        saved.opened.history[lines - 1]
    );

    // Sent twice, stored once.
    let again = actor
        .save(form.key, &blank.id, 0, "k1", &draft)
        .await
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(again.opened.version, 1, "{what}");
    assert_eq!(again.opened.history.len(), lines, "{what}");

    // The same record by another save from the old version: shown, not overwritten.
    let stale = actor.save(form.key, &blank.id, 0, "k2", &draft).await;
    match at_once {
        true => assert!(matches!(stale, Err(AppError::Conflict(_))), "{what}: {stale:?}"),
        false => assert!(matches!(stale, Err(AppError::Stale(_))), "{what}: {stale:?}"),
    }

    // Listed, with its names and buttons.
    if form.shape == Shape::Records {
        let list = actor.list(page.key, tab.key).await.unwrap();
        assert_eq!((list.total, list.lines.len()), (1, 1), "{what}");
        assert_eq!(list.lines[0].cells.len(), tab.listed().count(), "{what}");
        let export = actor
            .get(&format!("/exports/{}?tab={}&region={VILLAGE}", page.key, tab.key))
            .await;
        assert_eq!(export.status, 200, "{what}: {}", export.text());
        assert!(export.body.starts_with(b"PK"), "{what}");
    }

    the_log_tells_no_number(world, &what).await;
    if at_once {
        // Under review: tests/team.rs goes on.
        return;
    }

    // Changed.
    let changed = actor
        .save(form.key, &blank.id, 1, "k3", &saved.opened.draft)
        .await
        .unwrap();
    assert_eq!(changed.opened.version, 2, "{what}");
    assert_eq!(changed.opened.history.len(), 2, "{what}");

    // Seen from elsewhere: the next county finds nothing and changes nothing.
    if let Some(other) = other {
        let outsider = world.actor(other).await;
        assert_eq!(
            outsider.open(page.key, tab.key, &blank.id).await.unwrap_err(),
            AppError::NotFound,
            "{what}"
        );
        let foreign = outsider.save(form.key, &blank.id, 2, "k4", &saved.opened.draft).await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound, "{what}");
        assert_eq!(
            outsider.delete(form.key, &blank.id, 2).await.unwrap_err(),
            AppError::NotFound,
            "{what}"
        );
        if form.shape == Shape::Records {
            match outsider.list(page.key, tab.key).await {
                Ok(list) => assert_eq!(list.total, 0, "{what}"),
                Err(error) => assert_eq!((error, page.step.is_some()), (AppError::NotFound, true), "{what}"),
            }
        }
    }
    // The county above sees it and may not touch it.
    if kind.level() > Level::County && form.readers.contains(&AccountKind::Province) {
        let above = world.actor("53-zr").await;
        let seen = above
            .open(page.key, tab.key, &blank.id)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let seen = serde_json::to_string(&seen).unwrap();
        for number in NUMBERS {
            assert!(!seen.contains(number), "{what}: {number} shows above the township");
        }
        let refused = above.save(form.key, &blank.id, 2, "k5", &saved.opened.draft).await;
        assert!(matches!(refused, Err(AppError::Forbidden(_))), "{what}: {refused:?}");
    }
    // Nobody who is not signed in sees anything.
    assert_eq!(
        world.stranger().open(page.key, tab.key, &blank.id).await.unwrap_err(),
        AppError::SignedOut,
        "{what}"
    );

    // Deleted: an old version is refused, then it is gone, with its files.
    let old = actor.delete(form.key, &blank.id, 1).await;
    assert!(matches!(old, Err(AppError::Conflict(_))), "{what}: {old:?}");
    actor
        .delete(form.key, &blank.id, 2)
        .await
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(
        actor.open(page.key, tab.key, &blank.id).await.unwrap_err(),
        AppError::NotFound,
        "{what}"
    );
    for (field, _) in form.slots() {
        for id in hometown::domain::record::parts(draft.text(field.key)) {
            assert_eq!(actor.get(&format!("/files/{id}")).await.status, 404, "{what}");
        }
    }
    // A deleted id does not come back.
    assert_eq!(
        actor.save(form.key, &blank.id, 0, "k6", &draft).await.unwrap_err(),
        AppError::NotFound,
        "{what}"
    );
    the_log_tells_no_number(world, &what).await;
}
