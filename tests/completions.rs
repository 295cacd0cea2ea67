//! 是否完成: who may, what must hold first, what it locks, how it opens again (spec §4.5, §7).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::error::AppError;
use serde_json::json;
use world::{Actor, World, mobilization, stores};

async fn set(actor: &Actor<'_>, step: &str, region: Option<&str>, done: bool, reason: &str) -> Result<(), AppError> {
    actor
        .call(
            "set_switch",
            json!({ "step": step, "region": region, "year": "", "done": done, "reason": reason }),
        )
        .await
}

async fn register(actor: &Actor<'_>, title: &str) -> String {
    let blank = actor.open("mobilization", "", "new").await.unwrap();
    actor
        .save("mobilization", &blank.id, 0, "k", &mobilization(title))
        .await
        .unwrap();
    blank.id
}

#[tokio::test]
async fn a_village_closes_a_step_and_the_county_reopens_it() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, county) = (world.actor("530102010004").await, world.actor("530102-zr").await);

        // Nothing registered: refused, and the page says what is missing and where.
        assert!(matches!(
            set(&village, "mobilization", None, true, "").await,
            Err(AppError::Conflict(_))
        ));
        let view = village.list("mobilization", "").await.unwrap().switch.unwrap();
        assert!(!view.done && view.may_change);
        assert_eq!(view.missing.len(), 1);
        assert_eq!(view.missing[0].link, "/desk/mobilization");

        let id = register(&village, "党员大会动员").await;
        set(&village, "mobilization", None, true, "").await.unwrap();
        let list = village.list("mobilization", "").await.unwrap();
        assert!(list.switch.unwrap().done);
        assert!(!list.may_create && list.locked.is_some());

        // Locked: no change, no new record, no deleting.
        let changed = village.save("mobilization", &id, 1, "k2", &mobilization("改名")).await;
        assert!(matches!(changed, Err(AppError::Conflict(_))), "{changed:?}");
        assert!(matches!(
            village.delete("mobilization", &id, 1).await,
            Err(AppError::Conflict(_))
        ));
        // The township's own records are another matter.
        register(&world.actor("530102010").await, "乡镇动员").await;

        // The county reopens, with a reason and in its own county only.
        assert!(matches!(
            set(&county, "mobilization", Some("530102010004"), false, " ").await,
            Err(AppError::Invalid(_))
        ));
        let outsider = world.actor("530103-zr").await;
        let foreign = set(&outsider, "mobilization", Some("530102010004"), false, "理由").await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound);
        let organization = world.actor("530102-zz").await;
        let other = set(&organization, "mobilization", Some("530102010004"), false, "理由").await;
        assert!(matches!(other, Err(AppError::Forbidden(_))));
        set(&county, "mobilization", Some("530102010004"), false, "内容有误")
            .await
            .unwrap();
        village
            .save("mobilization", &id, 1, "k2", &mobilization("改名"))
            .await
            .unwrap();

        // The village may take its own completion back.
        set(&village, "mobilization", None, true, "").await.unwrap();
        set(&village, "mobilization", None, false, "").await.unwrap();
        assert!(!village.list("mobilization", "").await.unwrap().switch.unwrap().done);
    }
}

#[tokio::test]
async fn nobody_closes_another_level() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    register(&village, "广播宣传").await;
    for (key, region) in [
        ("530102010", "530102010004"),
        ("530102-zr", "530102010004"),
        ("53-zr", "530102010004"),
        ("530102010001", "530102010004"),
        ("530102010004", "530102"),
    ] {
        let refused = set(&world.actor(key).await, "mobilization", Some(region), true, "").await;
        assert!(
            matches!(refused, Err(AppError::Forbidden(_) | AppError::NotFound)),
            "{key} {region}: {refused:?}"
        );
    }
    assert_eq!(
        set(&village, "no-such-step", None, true, "").await.unwrap_err(),
        AppError::NotFound
    );
}

#[tokio::test]
async fn the_county_sees_how_far_its_villages_are() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    register(&village, "动员").await;
    set(&village, "mobilization", None, true, "").await.unwrap();
    let county = world.actor("530102-zr").await;
    let lines: Vec<hometown::domain::step::ProgressLine> = county
        .call("step_progress", json!({ "step": "mobilization" }))
        .await
        .unwrap();
    assert_eq!(lines.len(), 2);
    let done: Vec<_> = lines.iter().filter(|line| line.done_at.is_some()).collect();
    assert_eq!(done.len(), 1);
    assert_eq!((done[0].done_by.as_str(), done[0].may_reopen), ("三多居委会", true));
    let outsider = world.actor("530103-zr").await;
    let lines: Vec<hometown::domain::step::ProgressLine> = outsider
        .call("step_progress", json!({ "step": "mobilization" }))
        .await
        .unwrap();
    assert!(lines.iter().all(|line| line.region.code().starts_with("530103")));
}
