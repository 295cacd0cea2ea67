//! Attachments: what is refused, who reads what, what happens to names and to files that nobody saved (spec §4.4).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::attachment::Attachment;
use hometown::error::AppError;
use hometown::server::db;
use world::{Actor, JPG, PDF, World, mobilization, stores};

async fn blank(actor: &Actor<'_>) -> String {
    actor.open("mobilization", "", "new").await.unwrap().id
}

async fn staged(actor: &Actor<'_>, record: &str, name: &str, content: &[u8]) -> String {
    let answer = actor.upload("mobilization", record, "files", name, content).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json::<Attachment>().id
}

#[tokio::test]
async fn wrong_files_are_refused_at_their_field() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    let record = blank(&village).await;
    for (name, content) in [
        ("a.jpg", PDF),
        ("a.pdf", JPG),
        ("a.svg", b"<svg/>".as_slice()),
        ("a.pdf", b"".as_slice()),
        ("", PDF),
    ] {
        let answer = village.upload("mobilization", &record, "files", name, content).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        match answer.json() {
            AppError::Invalid(problems) => assert_eq!(problems[0].place, "files"),
            other => panic!("{other:?}"),
        }
    }
    for (form, record, field, status) in [
        ("no_such_form", record.as_str(), "files", 404),
        ("mobilization", record.as_str(), "title", 404),
        ("mobilization", "../../etc", "files", 400),
        ("founding_documents", record.as_str(), "files", 403),
        ("policy_documents", record.as_str(), "files", 404),
    ] {
        let answer = village.upload(form, record, field, "a.pdf", PDF).await;
        assert_eq!(answer.status, status, "{form} {record} {field}: {}", answer.text());
    }
    let cut = village
        .post(
            "/files",
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data",
        )
        .await;
    assert_eq!(cut.status, 400, "{}", cut.text());
}

#[tokio::test]
async fn photos_are_renamed_and_files_follow_their_record() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        let record = blank(&village).await;
        let first = staged(&village, &record, "IMG_1.JPEG", JPG).await;
        let second = staged(&village, &record, "../../IMG_2.jpg", JPG).await;
        let third = staged(&village, &record, "签到.pdf", PDF).await;
        let mut draft = mobilization("动员部署会");
        draft.set("files", format!("{second},{first},{third}"));
        let saved = village
            .save("mobilization", &record, 0, "k", &draft)
            .await
            .unwrap()
            .opened;
        let names: Vec<&str> = saved.attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["动员部署会1.jpg", "动员部署会2.jpg", "动员部署会3.pdf"]);
        assert_eq!(saved.attachments[0].id, second, "the order is the filler's");

        let sent = village.get(&format!("/files/{third}")).await;
        assert_eq!(sent.body, PDF);
        assert!(
            sent.headers["content-disposition"]
                .to_str()
                .unwrap()
                .starts_with("attachment;")
        );
        let shown = village.get(&format!("/files/{third}/view")).await;
        assert_eq!(shown.headers["content-type"], "application/pdf");
        assert!(
            shown.headers["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );

        // One file taken out: gone, the others renumbered.
        draft.set("files", format!("{second},{third}"));
        let saved = village
            .save("mobilization", &record, 1, "k2", &draft)
            .await
            .unwrap()
            .opened;
        assert_eq!(saved.attachments[1].name, "动员部署会2.pdf");
        assert_eq!(village.get(&format!("/files/{first}")).await.status, 404);

        // Read up the tree, never beside it, never by strangers.
        assert_eq!(
            world
                .actor("530102-zr")
                .await
                .get(&format!("/files/{third}"))
                .await
                .status,
            200
        );
        for other in ["530102010001", "530103-zr", "530103001001"] {
            assert_eq!(
                world.actor(other).await.get(&format!("/files/{third}")).await.status,
                404,
                "{other}"
            );
        }
        assert_eq!(world.stranger().get(&format!("/files/{third}")).await.status, 404);
    }
}

#[tokio::test]
async fn a_staged_file_is_its_uploaders_alone() {
    let world = World::new(world::On::Sqlite).await;
    let (village, other) = (world.actor("530102010004").await, world.actor("530102010001").await);
    let record = blank(&village).await;
    let id = staged(&village, &record, "a.pdf", PDF).await;
    assert_eq!(village.get(&format!("/files/{id}")).await.status, 200);
    for key in ["530102010001", "530102-zr", "53-zr"] {
        assert_eq!(
            world.actor(key).await.get(&format!("/files/{id}")).await.status,
            404,
            "{key}"
        );
    }
    // Nobody takes another's file into a record of their own.
    let own = blank(&other).await;
    let mut draft = mobilization("借用");
    draft.set("files", id.clone());
    assert!(matches!(
        other.save("mobilization", &own, 0, "k", &draft).await,
        Err(AppError::Invalid(_))
    ));
    // A file of another record does not count either, and nothing is half-written.
    let second = blank(&village).await;
    assert!(matches!(
        village.save("mobilization", &second, 0, "k", &draft).await,
        Err(AppError::Invalid(_))
    ));
    assert_eq!(village.list("mobilization", "").await.unwrap().total, 0);
}

#[tokio::test]
async fn what_was_never_saved_is_swept() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    let record = blank(&village).await;
    let id = staged(&village, &record, "a.pdf", PDF).await;
    let mut tx = world.app.store.begin().await.unwrap();
    let swept = db::attachments::sweep(&mut tx, &world.app.clock.after(1), world::NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(swept, 1);
    assert_eq!(village.get(&format!("/files/{id}")).await.status, 404);
}

#[tokio::test]
async fn public_documents_are_for_everybody_and_only_they() {
    let world = World::new(world::On::Sqlite).await;
    let system = world.actor("sys-01").await;
    for (is_public, status) in [("1", 200), ("0", 404)] {
        let record = system.open("policy_documents", "", "new").await.unwrap().id;
        let answer = system
            .upload("policy_documents", &record, "files", "操作手册.pdf", PDF)
            .await;
        let id = answer.json::<Attachment>().id;
        let draft = world::draft(&[("category", "system_manual"), ("is_public", is_public), ("files", &id)]);
        let saved = system.save("policy_documents", &record, 0, "k", &draft).await.unwrap();
        assert_eq!(
            saved.opened.draft.text("title"),
            "操作手册",
            "named after its first file"
        );
        assert_eq!(world.stranger().get(&format!("/files/{id}")).await.status, status);
    }
    let listed: Vec<hometown::api::home::PublicDocument> = world
        .stranger()
        .call("public_documents", serde_json::json!({}))
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
}
