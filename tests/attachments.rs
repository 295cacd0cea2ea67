//! Attachments: what is refused, who reads what, what happens to names and to files that nobody saved (spec §4.4).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::body::Body;
use axum::http::{Request, header};
use hometown::domain::attachment::{Announced, Attachment, PIECE, Received};
use hometown::error::AppError;
use hometown::server::attachments::pieces;
use hometown::server::db;
use hometown::server::storage::hex;
use hometown::steps::FIELD_SURVEY;
use sha2::{Digest, Sha256};
use world::{Actor, Answer, JPG, PDF, VILLAGE, World, mobilization, stores};

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
async fn a_full_disk_takes_no_more_files_and_everything_else() {
    let world = World::with_settings(world::On::Sqlite, |config| config.files_disk_percent = 0).await;
    let village = world.actor(VILLAGE).await;
    let record = blank(&village).await;
    let refused = village.upload("mobilization", &record, "files", "a.pdf", PDF).await;
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert_eq!(refused.json::<AppError>(), AppError::Full);
    let refused = announce(&village, &announced(&record, "a.pdf", PDF)).await;
    assert_eq!(refused.status, 507, "{}", refused.text());
    // A name that is not taken is refused for what it is, and what is not a file is saved.
    let wrong = village.upload("mobilization", &record, "files", "a.exe", PDF).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    let saved = village
        .save("mobilization", &record, 0, "a", &mobilization("动员会"))
        .await;
    saved.unwrap();
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

fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// What a browser says before the first piece.
fn announced(record: &str, name: &str, content: &[u8]) -> Announced {
    Announced {
        form: "mobilization".to_owned(),
        record: record.to_owned(),
        field: "files".to_owned(),
        name: name.to_owned(),
        size: content.len() as u64,
        sha256: hash(content),
    }
}

async fn announce(actor: &Actor<'_>, announced: &Announced) -> Answer {
    let body = serde_json::to_string(announced).unwrap();
    actor.post("/files/pieces", "application/json", body).await
}

async fn begin(actor: &Actor<'_>, announced: &Announced) -> Received {
    let answer = announce(actor, announced).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn piece(actor: &Actor<'_>, upload: &str, from: usize, content: &[u8]) -> Answer {
    let request = Request::put(format!("/files/pieces/{upload}?from={from}"));
    let request = request.header(header::ORIGIN, "http://localhost");
    actor.send(request, Body::from(content.to_vec())).await
}

#[tokio::test]
async fn a_file_in_pieces_goes_on_after_a_break_and_is_never_sent_twice() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        let record = blank(&village).await;
        let photo = announced(&record, "IMG_1.jpg", JPG);
        let begun = begin(&village, &photo).await;
        assert_eq!((begun.received, begun.attachment), (0, None));
        let first: Received = piece(&village, &begun.upload, 0, &JPG[..30_000]).await.json();
        assert_eq!((first.received, first.attachment), (30_000, None));

        // The page was left; another goes on with what is there.
        let again = begin(&village, &photo).await;
        assert_eq!((again.upload, again.received), (begun.upload.clone(), 30_000));
        for wrong in [0, 29_999, 30_001] {
            let answer = piece(&village, &begun.upload, wrong, &JPG[30_000..40_000]).await;
            assert_eq!(answer.status, 409, "{wrong}");
            assert_eq!(answer.json::<AppError>(), AppError::WrongOffset(30_000));
        }
        let second: Received = piece(&village, &begun.upload, 30_000, &JPG[30_000..60_000])
            .await
            .json();
        assert_eq!(second.received, 60_000);
        let last: Received = piece(&village, &begun.upload, 60_000, &JPG[60_000..]).await.json();
        let id = last.attachment.unwrap().id;
        assert_eq!(village.get(&format!("/files/{id}")).await.body, JPG);
        assert_eq!(piece(&village, &begun.upload, JPG.len(), b"").await.status, 404);

        // The slot holds it, staged and then kept: nothing is sent again, whatever it is called.
        let other_name = Announced {
            name: "IMG_2.jpg".to_owned(),
            ..photo.clone()
        };
        let mut draft = mobilization("动员部署会");
        draft.set("files", id.clone());
        for state in ["staged", "kept"] {
            let held = begin(&village, &other_name).await;
            assert_eq!(held.attachment.map(|file| file.id), Some(id.clone()), "{state}");
            if state == "staged" {
                village.save("mobilization", &record, 0, "k", &draft).await.unwrap();
            }
        }
        // What lies in another slot or in a row is theirs.
        let mut tx = world.app.store.begin().await.unwrap();
        let mut beside = db::attachments::find(&mut tx, &id).await.unwrap().unwrap();
        beside.attachment.id = db::new_id();
        beside.attachment.field = "title".to_owned();
        beside.sha256 = hash(PDF);
        db::attachments::stage(&mut tx, &beside, world::NOW).await.unwrap();
        tx.commit().await.unwrap();
        let other = begin(&village, &announced(&record, "a.pdf", PDF)).await;
        assert_eq!(other.attachment, None);
        world.open_step(&FIELD_SURVEY, VILLAGE).await;
        let rows = village.open("field_survey", "natural_resources", "new").await.unwrap();
        let row = Announced {
            form: "natural_resources".to_owned(),
            field: "land.files".to_owned(),
            ..announced(&rows.id, "IMG_1.jpg", JPG)
        };
        for _ in 0..2 {
            let begun = begin(&village, &row).await;
            assert_eq!(begun.attachment, None);
            let whole: Received = piece(&village, &begun.upload, 0, JPG).await.json();
            assert!(whole.attachment.is_some());
        }

        // Another record is another place, and other content is another file.
        let elsewhere = announced(&blank(&village).await, "IMG_1.jpg", JPG);
        for other in [elsewhere, announced(&record, "IMG_1.jpg", &JPG[1..])] {
            let begun = begin(&village, &other).await;
            assert_eq!((begun.received, begun.attachment), (0, None));
        }
    }
}

#[tokio::test]
async fn a_file_in_pieces_is_looked_at_like_any_other() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor("530102010004").await;
        let record = blank(&village).await;
        let photo = announced(&record, "a.jpg", JPG);
        let with = |change: fn(&mut Announced)| {
            let mut changed = photo.clone();
            change(&mut changed);
            changed
        };
        for (announced, status) in [
            (with(|file| file.name = "a.svg".to_owned()), 422),
            (with(|file| file.size = 0), 422),
            (with(|file| file.size = 20 * 1024 * 1024 + 1), 413),
            (with(|file| file.sha256 = "x".to_owned()), 400),
            (with(|file| file.record = "../../etc".to_owned()), 400),
            (with(|file| file.field = "title".to_owned()), 404),
            (with(|file| file.form = "no_such_form".to_owned()), 404),
            (with(|file| file.form = "founding_documents".to_owned()), 403),
        ] {
            let answer = announce(&village, &announced).await;
            assert_eq!(answer.status, status, "{announced:?}: {}", answer.text());
        }
        let odd = village.post("/files/pieces", "application/json", "{}").await;
        assert_eq!(odd.status, 400);

        // Not what was announced, and not what the name says.
        let disguised = Announced {
            sha256: String::new(),
            ..announced(&record, "a.jpg", PDF)
        };
        let other = Announced {
            sha256: hash(PDF),
            ..photo.clone()
        };
        for (announced, content, complaint) in [(other, JPG, "损坏"), (disguised, PDF, "扩展名")] {
            let begun = begin(&village, &announced).await;
            let answer = piece(&village, &begun.upload, 0, content).await;
            assert_eq!(answer.status, 422, "{}", answer.text());
            assert!(answer.text().contains(complaint), "{}", answer.text());
            assert_eq!(piece(&village, &begun.upload, 0, content).await.status, 404, "given up");
        }

        // Never more than was announced, and never more than a piece at a time.
        let begun = begin(&village, &photo).await;
        let too_long = [JPG, b"x"].concat();
        assert_eq!(piece(&village, &begun.upload, 0, &too_long).await.status, 400);
        let large = announced(&record, "large.pdf", &vec![b' '; 2 * PIECE as usize]);
        let large = begin(&village, &large).await;
        let most = vec![b' '; PIECE as usize + 1];
        assert_eq!(piece(&village, &large.upload, 0, &most).await.status, 413);
        let fits: Received = piece(&village, &large.upload, 0, &most[1..]).await.json();
        assert_eq!(fits.received, PIECE);

        // All files of a record together.
        let whole: Received = piece(&village, &begun.upload, 0, JPG).await.json();
        let id = whole.attachment.unwrap().id;
        let mut tx = world.app.store.begin().await.unwrap();
        let mut full = db::attachments::find(&mut tx, &id).await.unwrap().unwrap();
        full.attachment.id = db::new_id();
        full.attachment.size = 200 * 1024 * 1024;
        full.sha256 = hash(b"");
        db::attachments::stage(&mut tx, &full, world::NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(announce(&village, &announced(&record, "b.pdf", PDF)).await.status, 413);
    }
}

#[tokio::test]
async fn pieces_are_their_senders_alone() {
    for on in stores() {
        let world = World::new(on).await;
        let (village, other) = (world.actor("530102010004").await, world.actor("530102010001").await);
        let record = blank(&village).await;
        let photo = announced(&record, "a.jpg", JPG);
        let begun = begin(&village, &photo).await;
        let foreign = begin(&other, &photo).await;
        assert_ne!(foreign.upload, begun.upload, "nobody goes on with another's file");
        for stranger in [&other, &world.actor("530102-zr").await] {
            assert_eq!(piece(stranger, &begun.upload, 0, JPG).await.status, 404);
        }
        assert_eq!(piece(&world.stranger(), &begun.upload, 0, JPG).await.status, 401);
        assert_eq!(announce(&world.stranger(), &photo).await.status, 401);
        assert_eq!(piece(&village, "no-such-upload", 0, JPG).await.status, 404);

        let whole: Received = piece(&village, &begun.upload, 0, JPG).await.json();
        let id = whole.attachment.unwrap().id;
        let untold = begin(&other, &photo).await;
        assert_eq!(untold.attachment, None, "what is staged is its uploader's alone");
        let mut draft = mobilization("动员部署会");
        draft.set("files", id);
        village.save("mobilization", &record, 0, "k", &draft).await.unwrap();
        assert_eq!(
            announce(&other, &photo).await.status,
            404,
            "a record of another village"
        );
        let late = piece(&other, &foreign.upload, 0, JPG).await;
        assert_eq!(late.status, 404, "asked again when the file is whole");
    }
}

#[tokio::test]
async fn an_account_has_few_unfinished_files_and_none_for_long() {
    let world = World::new(world::On::Sqlite).await;
    let village = world.actor("530102010004").await;
    let record = blank(&village).await;
    let photo = announced(&record, "a.jpg", JPG);
    let begun = begin(&village, &photo).await;
    let untold = Announced {
        sha256: String::new(),
        ..photo.clone()
    };
    for _ in 1..10 {
        assert_ne!(begin(&village, &untold).await.upload, begun.upload);
    }
    let refused = announce(&village, &untold).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(
        begin(&village, &photo).await.upload,
        begun.upload,
        "what was begun goes on"
    );
    assert_eq!(pieces::sweep(&world.app).await.unwrap(), 0);
    let mut tx = world.app.store.begin().await.unwrap();
    let later = world.app.clock.after(1);
    assert_eq!(db::unfinished_files::sweep(&mut tx, &later).await.unwrap(), 10);
    tx.commit().await.unwrap();
    assert_eq!(piece(&village, &begun.upload, 0, JPG).await.status, 404);
}
