//! Signing in, staying in, getting out; who is refused and how (security.md §1).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::body::Body;
use axum::http::{Request, header};
use hometown::api::accounts::{SecondFactorState, SecondFactorView};
use hometown::domain::password::{OVERDUE, PasswordPolicy, REPEATED};
use hometown::error::AppError;
use hometown::server::db::{self, sql::Statement};
use hometown::server::password::first_password;
use hometown::server::throttle;
use serde_json::json;
use world::second_factor::{Phone, with_second_factor};
use world::{Actor, Answer, PASSWORD, PDF, VILLAGE, World, mobilization, stores};

fn cookies(answer: &Answer) -> String {
    let pairs = answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    pairs
        .filter_map(|cookie| cookie.split(';').next())
        .collect::<Vec<_>>()
        .join("; ")
}

async fn sign_in<'a>(world: &'a World, key: &str, password: &str) -> (Answer, Actor<'a>) {
    let answer = world
        .stranger()
        .form("/login", &[("account", key), ("password", password)])
        .await;
    let actor = Actor {
        world,
        cookie: cookies(&answer),
    };
    (answer, actor)
}

#[tokio::test]
async fn wrong_passwords_and_unknown_accounts_look_the_same() {
    for on in stores() {
        let world = World::new(on).await;
        let (wrong, _) = sign_in(&world, "530102-zr", "nope-nope-1").await;
        let (unknown, _) = sign_in(&world, "530199-zr", "nope-nope-1").await;
        assert_eq!(wrong.status, 303);
        assert_eq!(wrong.status, unknown.status);
        assert_eq!(
            wrong.location().replace("530102", ""),
            unknown.location().replace("530199", "")
        );
        assert!(wrong.headers.get(header::SET_COOKIE).is_none());
    }
}

#[tokio::test]
async fn a_session_begins_anew_and_ends_at_sign_out() {
    for on in stores() {
        let world = World::new(on).await;
        let (answer, actor) = sign_in(&world, "530102-zr", PASSWORD).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/home"));
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert_eq!(actor.get("/home").await.status, 200);
        // A token from before the sign-in is not kept (fixation).
        let again = actor
            .form("/login", &[("account", "530102-zr"), ("password", PASSWORD)])
            .await;
        assert_ne!(cookies(&again).split(';').next(), actor.cookie.split(';').next());
        assert_eq!(actor.get("/home").await.status, 303, "the old token is dead");
        let actor = Actor {
            world: &world,
            cookie: cookies(&again),
        };
        actor.form("/logout", &[]).await;
        assert_eq!(actor.get("/home").await.location(), "/login?next=%2Fhome");
        let refused = actor.call::<serde_json::Value>("home", json!({ "all": false })).await;
        assert_eq!(refused.unwrap_err(), AppError::SignedOut);
    }
}

#[tokio::test]
async fn an_account_rests_after_five_failures_but_not_its_own_device() {
    let world = World::new(world::On::Sqlite).await;
    let (_, known) = sign_in(&world, "530102-zr", PASSWORD).await;
    for _ in 0..5 {
        sign_in(&world, "530102-zr", "nope-nope-1").await;
    }
    let (rests, _) = sign_in(&world, "530102-zr", PASSWORD).await;
    assert_eq!(rests.status, 429);
    assert!(rests.headers.contains_key(header::RETRY_AFTER));
    let own = known
        .form("/login", &[("account", "530102-zr"), ("password", PASSWORD)])
        .await;
    assert_eq!(own.location(), "/home", "outsiders cannot lock an account out");
    let (other, _) = sign_in(&world, "530103-zr", PASSWORD).await;
    assert_eq!(other.location(), "/home");
}

#[tokio::test]
async fn a_device_offers_the_account_that_it_has_used_last() {
    for on in stores() {
        let world = World::new(on).await;
        let county = "五华区自然资源局";
        let fresh = world.stranger().get("/login").await.text();
        assert!(!fresh.contains(county) && fresh.contains("请选择账户"), "{on:?}");
        let (_, known) = sign_in(&world, "530102-zr", PASSWORD).await;
        let page = known.get("/login").await.text();
        assert!(page.contains(county) && !page.contains("请选择账户"), "{on:?}");
        // Another one can be chosen as before.
        let other = known.get("/login?account=530103-zr").await.text();
        assert!(!other.contains(county), "{on:?}");
        let cascade = known.get("/login?level=county").await.text();
        assert!(cascade.contains("请选择账户"), "{on:?}");
        // Whoever was shut is not offered.
        let mut tx = world.app.store.begin().await.unwrap();
        let mut shut = Statement::new("update accounts set disabled_at = created_at where login_key = ");
        shut.text("530102-zr");
        shut.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!known.get("/login").await.text().contains(county), "{on:?}");
    }
}

#[tokio::test]
async fn failures_count_by_account_and_by_address_for_all_processes() {
    const OFFICE: &str = "10.0.0.1";
    for on in stores() {
        let world = World::new(on).await;
        let app = &world.app;
        let mut tx = app.store.begin().await.unwrap();
        for number in 0..5 {
            let free = throttle::wait(app, &mut tx, "530102-zr", "10.0.0.9", false).await;
            assert_eq!(free.unwrap(), None, "{number}");
            throttle::failed(app, &mut tx, "530102-zr", &format!("10.0.1.{number}"), false)
                .await
                .unwrap();
        }
        for (account, address, known, rests) in [
            ("530102-zr", "10.0.0.9", false, true),
            ("530102-zr", "10.0.0.9", true, false),
            ("530103-zr", "10.0.0.9", false, false),
        ] {
            let wait = throttle::wait(app, &mut tx, account, address, known).await.unwrap();
            assert_eq!(wait, rests.then_some(15 * 60), "{account} {known}");
        }
        throttle::succeeded(&mut tx, "530102-zr").await.unwrap();
        let free = throttle::wait(app, &mut tx, "530102-zr", "10.0.0.9", false).await;
        assert_eq!(free.unwrap(), None);
        // On a device that it knows an account has a measure of its own, which rests nobody else.
        for _ in 0..20 {
            let free = throttle::wait(app, &mut tx, "530102-zr", OFFICE, true).await;
            assert_eq!(free.unwrap(), None);
            throttle::failed(app, &mut tx, "530102-zr", OFFICE, true).await.unwrap();
        }
        for (known, rests) in [(true, true), (false, false)] {
            let wait = throttle::wait(app, &mut tx, "530102-zr", OFFICE, known).await.unwrap();
            assert_eq!(wait.is_some(), rests, "{known}");
        }
        for account in 0..20 {
            throttle::failed(app, &mut tx, &account.to_string(), OFFICE, false)
                .await
                .unwrap();
        }
        for (address, rests) in [(OFFICE, true), ("10.0.0.2", false)] {
            let wait = throttle::wait(app, &mut tx, "fresh", address, false).await.unwrap();
            assert_eq!(wait.is_some(), rests, "{address}");
        }
        tx.commit().await.unwrap();
        throttle::take(app, "one", 2).await.unwrap();
        throttle::take(app, "one", 2).await.unwrap();
        assert_eq!(throttle::take(app, "one", 2).await, Err(AppError::TooMany(3_600)));
        throttle::take(app, "other", 2).await.unwrap();
    }
}

#[tokio::test]
async fn an_old_password_cannot_be_guessed_by_who_is_signed_in() {
    let world = World::new(world::On::Sqlite).await;
    let (_, actor) = sign_in(&world, "530102-zr", PASSWORD).await;
    let try_with = async |old: &str| {
        let fields = [
            ("old", old),
            ("new", "Tr4ctor-On-Terrace"),
            ("again", "Tr4ctor-On-Terrace"),
            ("person_name", "王小明"),
            ("person_phone", "13887654321"),
        ];
        actor.form("/password", &fields).await.location().to_owned()
    };
    for _ in 0..5 {
        assert!(
            try_with("nope-nope-1")
                .await
                .contains(&hometown::record::encoded("原密码不正确"))
        );
    }
    let rests = try_with(PASSWORD).await;
    assert!(rests.contains(&hometown::record::encoded("尝试次数过多")), "{rests}");
    let (other, _) = sign_in(&world, "530102-zr", PASSWORD).await;
    assert_eq!(other.location(), "/home", "signing in is counted apart");
}

#[tokio::test]
async fn a_first_password_opens_only_its_own_change() {
    for on in stores() {
        let world = World::new(on).await;
        let (password, hash) = first_password();
        let mut tx = world.app.store.begin().await.unwrap();
        let account = db::accounts::by_key(&mut tx, "530102010004")
            .await
            .unwrap()
            .unwrap()
            .account;
        let until = Some(world.app.clock.after(3_600));
        db::accounts::set_password(&mut tx, &account.id, &hash, true, until, world::NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (answer, actor) = sign_in(&world, "530102010004", &password).await;
        assert_eq!(answer.location(), "/password");
        assert_eq!(actor.get("/home").await.location(), "/password");
        assert_eq!(
            actor.list("mobilization", "").await.unwrap_err(),
            AppError::MustChangePassword
        );
        assert_eq!(actor.get("/exports/mobilization").await.status, 403);
        let upload = actor.upload("mobilization", &db::new_id(), "files", "a.pdf", PDF).await;
        assert_eq!(upload.status, 403);
        let change = |new: &'static str, again: &'static str, name: &'static str| {
            let fields = [
                ("old", password.clone()),
                ("new", new.into()),
                ("again", again.into()),
                ("person_name", name.into()),
                ("person_phone", "13812348000".into()),
            ];
            fields.map(|(name, value): (&str, String)| (name, value))
        };
        for (new, again, name, place) in [
            ("yngb2021", "yngb2021", "张三", "new"),
            ("short1", "short1", "张三", "new"),
            ("Terrace-1988", "Terrace-1989", "张三", "again"),
            ("Terrace-1988", "Terrace-1988", "", "person_name"),
        ] {
            let fields = change(new, again, name);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let refused = actor.form("/password", &fields).await;
            assert!(
                refused.location().starts_with(&format!("/password?place={place}&")),
                "{}",
                refused.location()
            );
        }
        let fields = change("Terrace-1988", "Terrace-1988", "张三");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let changed = actor.form("/password", &fields).await;
        assert!(changed.location().starts_with("/home"), "{}", changed.location());
        assert_eq!(
            actor.get("/home").await.status,
            303,
            "the session of the first password is dead"
        );
        let (gone, _) = sign_in(&world, "530102010004", &password).await;
        assert!(gone.location().contains("problem=wrong"));
        let (answer, _) = sign_in(&world, "530102010004", "Terrace-1988").await;
        assert_eq!(answer.location(), "/home");
    }
}

#[tokio::test]
async fn a_first_password_expires() {
    let world = World::new(world::On::Sqlite).await;
    let (password, hash) = first_password();
    let mut tx = world.app.store.begin().await.unwrap();
    let account = db::accounts::by_key(&mut tx, "530102010004")
        .await
        .unwrap()
        .unwrap()
        .account;
    let until = Some(world.app.clock.after(-1));
    db::accounts::set_password(&mut tx, &account.id, &hash, true, until, world::NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (refused, _) = sign_in(&world, "530102010004", &password).await;
    assert!(refused.location().contains("problem=wrong"));
}

#[tokio::test]
async fn changes_come_from_our_own_pages_only() {
    let world = World::new(world::On::Sqlite).await;
    let actor = world.actor("530102-zr").await;
    for (name, value) in [
        ("origin", "https://example.org"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("x-none", ""),
    ] {
        let request = Request::post("/api/home")
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/json");
        assert_eq!(
            actor.send(request, Body::from("{}")).await.status,
            403,
            "{name}: {value}"
        );
        let request = Request::post("/logout").header(name, value);
        assert_eq!(actor.send(request, Body::empty()).await.status, 403, "{name}: {value}");
    }
    assert_eq!(actor.get("/home").await.status, 200, "still signed in");
}

#[tokio::test]
async fn strangers_get_only_what_is_public() {
    let world = World::new(world::On::Sqlite).await;
    let stranger = world.stranger();
    for open in ["/", "/login", "/policies", "/health"] {
        assert_eq!(stranger.get(open).await.status, 200, "{open}");
    }
    for closed in [
        "/home",
        "/desk/mobilization",
        "/profile",
        "/password",
        "/progress/training",
    ] {
        assert!(
            stranger.get(closed).await.location().starts_with("/login?next="),
            "{closed}"
        );
    }
    for function in ["waiting_counts", "who"] {
        assert_eq!(
            stranger
                .call::<serde_json::Value>(function, json!({}))
                .await
                .unwrap_err(),
            AppError::SignedOut
        );
    }
    assert_eq!(stranger.get("/exports/mobilization").await.status, 401);
    let lost = stranger.get("/no/such/page").await;
    assert_eq!(lost.status, 404);
    assert!(lost.text().contains("没有找到页面"));
}

#[tokio::test]
async fn every_answer_carries_its_guards() {
    let world = World::new(world::On::Sqlite).await;
    let actor = world.actor("530102-zr").await;
    for path in ["/", "/home", "/desk/mobilization", "/health", "/files/none"] {
        let answer = actor.get(path).await;
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cache-control",
        ] {
            assert!(answer.headers.contains_key(name), "{path}: {name}");
        }
    }
    let policy = actor.get("/home").await.headers["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("'nonce-") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
}

#[tokio::test]
async fn wrong_requests_get_an_answer_of_the_same_shape() {
    let world = World::new(world::On::Sqlite).await;
    let actor = world.actor("530102-zr").await;
    for body in [
        "",
        "{}",
        "[]",
        "{\"page\": 3}",
        "not json",
        "{\"page\":\"x\",\"tab\":\"\",\"query\":{\"region\":\"99\"}}",
    ] {
        let answer = actor.post("/api/desk_page", "application/json", body.to_owned()).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        assert!(matches!(answer.json(), AppError::Malformed(_)), "{body}");
    }
    let unknown = actor.list("no-such-page", "").await;
    assert_eq!(unknown.unwrap_err(), AppError::NotFound);
    assert_eq!(
        actor.open("mobilization", "no-such-tab", "new").await.unwrap_err(),
        AppError::NotFound
    );
    for hostile in ["'", "\"", ";--", "/**/", "%27", "../../etc/passwd", "🙂"] {
        let path = format!(
            "/desk/mobilization?sort={0}&text={0}&organization_form={0}&region={0}&page={0}",
            hometown::record::encoded(hostile)
        );
        assert_eq!(actor.get(&path).await.status, 200, "{hostile}");
    }
}

#[tokio::test]
async fn one_account_does_only_so_much_in_a_while() {
    for on in stores() {
        let world = World::with_settings(on, |config| {
            config.saves_per_minute = 2;
            config.uploads_per_day = 1;
            config.exports_per_hour = 1;
        })
        .await;
        let village = world.actor(VILLAGE).await;
        let record = village.open("mobilization", "", "new").await.unwrap();
        let draft = mobilization("动员会");
        village.save("mobilization", &record.id, 0, "a", &draft).await.unwrap();
        village.delete("mobilization", &record.id, 1).await.unwrap();
        let more = db::new_id();
        let refused = village.save("mobilization", &more, 0, "b", &draft).await;
        assert_eq!(refused.err(), Some(AppError::TooMany(60)));
        assert_eq!(
            village.form("/records/mobilization", &[("id", &more)]).await.status,
            429
        );
        // Every other way to write counts as one, and is refused before anybody looks at what comes with it.
        for function in [
            "save_batch",
            "start_bulk",
            "start_import",
            "adopt",
            "take_over",
            "set_switch",
            "set_all_switches",
        ] {
            let answer = village
                .post(&format!("/api/{function}"), "application/json", "{}")
                .await;
            assert_eq!(answer.status, 429, "{on:?} {function}");
        }
        for path in [
            "/switches/mobilization",
            "/switches/baseline_survey/all",
            "/imports/candidates",
            "/workbooks/field_survey",
            "/consistency/530102010004",
        ] {
            assert_eq!(village.form(path, &[]).await.status, 429, "{on:?} {path}");
        }
        // What is typed is kept all the same, everything can be read, and nobody else waits.
        let kept = json!({ "page": "mobilization", "tab": "", "id": more, "version": 0, "draft": draft });
        village.call::<String>("keep_draft", kept).await.unwrap();
        assert_eq!(village.list("mobilization", "").await.unwrap().total, 0);
        let other = world.actor("530102010001").await;
        other.save("mobilization", &more, 0, "c", &draft).await.unwrap();

        assert_eq!(village.get("/exports/mobilization").await.status, 200);
        let again = village.get("/exports/mobilization").await;
        assert_eq!(
            (again.status.as_u16(), &again.headers[header::RETRY_AFTER]),
            (429, &header::HeaderValue::from(3_600))
        );
        for path in ["/templates/candidates", "/imports/unknown/marked"] {
            assert_eq!(village.get(path).await.status, 429, "{on:?} {path}");
        }
        let page = Request::get("/exports/mobilization").header(header::ACCEPT, "text/html,*/*;q=0.8");
        assert_eq!(
            village.send(page, Body::empty()).await.text(),
            "操作过于频繁，请在 60 分钟后重试。"
        );

        let blank = db::new_id();
        let send = || village.upload("mobilization", &blank, "files", "说明.pdf", PDF);
        assert_eq!(send().await.status, 200);
        assert_eq!(send().await.status, 429);
    }
}

fn says(answer: &Answer, problem: &str) -> bool {
    answer.location().contains(&hometown::record::encoded(problem))
}

#[tokio::test]
async fn an_account_that_must_binds_a_phone_before_anything_else() {
    let plain = World::new(world::On::Sqlite).await;
    let (answer, county) = sign_in(&plain, "530102-zr", PASSWORD).await;
    assert_eq!(answer.location(), "/home", "a deployment without a key has none");
    let page = county.call::<SecondFactorView>("second_factor", json!({})).await;
    assert_eq!(page, Err(AppError::NotFound));
    assert_eq!(
        county.form("/second_factor/bind", &[("code", "000000")]).await.status,
        404
    );

    for on in stores() {
        let world = with_second_factor(on).await;
        assert_eq!(
            world.stranger().get("/second_factor").await.location(),
            "/login?next=%2Fsecond_factor"
        );
        let (_, village) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert!(
            village.list("mobilization", "").await.is_ok(),
            "for others it is a choice"
        );

        let (_, county) = sign_in(&world, "530102-zr", PASSWORD).await;
        assert_eq!(county.get("/home").await.location(), "/second_factor");
        assert_eq!(county.list("mobilization", "").await.unwrap_err(), AppError::MustBind);
        assert_eq!(county.get("/exports/mobilization").await.status, 403);
        let phone = Phone::of(&county).await;
        let wrong = county.form("/second_factor/bind", &[("code", &phone.shows(7))]).await;
        assert!(says(&wrong, "验证码不正确"), "{}", wrong.location());
        assert_eq!(county.list("mobilization", "").await.unwrap_err(), AppError::MustBind);
        let other = Phone::of(&sign_in(&world, "530102-zr", PASSWORD).await.1).await;
        assert_ne!(
            other.shows(0),
            phone.shows(0),
            "every session is offered a secret of its own"
        );

        let bound = county.form("/second_factor/bind", &[("code", &phone.shows(-1))]).await;
        assert_eq!(bound.location(), "/second_factor?notice=bound");
        assert!(county.list("mobilization", "").await.is_ok());
        let again = county.form("/second_factor/bind", &[("code", &phone.shows(0))]).await;
        assert_eq!(again.status, 409, "one phone at a time");
        let stored = db::accounts::by_key(&mut world.app.store.reader().await.unwrap(), "530102-zr").await;
        let sealed = stored.unwrap().unwrap().second_factor.unwrap();
        let secret: String = phone
            .0
            .secret()
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(!sealed.contains(&secret), "the store has it sealed");
        assert_eq!(world::audits(&world, "bind_second_factor").await.len(), 1);
    }
}

#[tokio::test]
async fn the_password_alone_opens_nothing_where_a_phone_is_bound() {
    for on in stores() {
        let world = with_second_factor(on).await;
        let (_, first) = sign_in(&world, "530102-zr", PASSWORD).await;
        let phone = Phone::of(&first).await;
        first.form("/second_factor/bind", &[("code", &phone.shows(-1))]).await;

        let fields = [
            ("account", "530102-zr"),
            ("password", PASSWORD),
            ("next", "/desk/training"),
        ];
        let answer = world.stranger().form("/login", &fields).await;
        assert_eq!(answer.location(), "/second_factor?next=%2Fdesk%2Ftraining");
        let county = Actor {
            world: &world,
            cookie: cookies(&answer),
        };
        // Neither a page, nor a function, nor a file, nor another password, nor the phone itself.
        assert!(county.get("/home").await.location().starts_with("/second_factor?next="));
        assert!(
            county
                .get("/password")
                .await
                .location()
                .starts_with("/second_factor?next=")
        );
        let who = county
            .call::<hometown::domain::account::Account>("who", json!({}))
            .await;
        assert_eq!(who, Err(AppError::SignedOut));
        assert_eq!(county.list("mobilization", "").await.unwrap_err(), AppError::SignedOut);
        assert_eq!(county.get("/exports/mobilization").await.status, 401);
        let change = [
            ("old", PASSWORD),
            ("new", "Tr4ctor-On-Terrace"),
            ("again", "Tr4ctor-On-Terrace"),
        ];
        let changed = county.form("/password", &change).await;
        assert!(
            changed.location().starts_with("/second_factor"),
            "{}",
            changed.location()
        );
        for path in ["/second_factor/bind", "/second_factor/unbind"] {
            assert_eq!(
                county.form(path, &[("code", &phone.shows(0))]).await.status,
                401,
                "{path}"
            );
        }
        let view: SecondFactorView = county.call("second_factor", json!({})).await.unwrap();
        assert_eq!(view.state, SecondFactorState::Code);

        let used = county.form("/second_factor", &[("code", &phone.shows(-1))]).await;
        assert!(says(&used, "已使用过"), "a code is good once: {}", used.location());
        let fields = [("code", phone.shows(0)), ("next", "/desk/training".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let entered = county.form("/second_factor", &fields).await;
        assert_eq!(entered.location(), "/desk/training");
        assert!(
            county.list("mobilization", "").await.is_err(),
            "the token from before is dead"
        );
        let inside = Actor {
            world: &world,
            cookie: cookies(&entered),
        };
        assert!(inside.list("mobilization", "").await.is_ok());
        assert_eq!(
            inside.form("/second_factor", &[("code", &phone.shows(1))]).await.status,
            404
        );
        assert_eq!(
            world::audits(&world, "sign_in").await.len(),
            2,
            "the half of a sign-in is none"
        );

        // Whoever has the password and guesses codes rests, whatever device it is.
        let (_, guesser) = sign_in(&world, "530102-zr", PASSWORD).await;
        for _ in 0..5 {
            let wrong = guesser.form("/second_factor", &[("code", "000000")]).await;
            assert!(says(&wrong, "验证码不正确"), "{}", wrong.location());
        }
        let rests = guesser.form("/second_factor", &[("code", &phone.shows(1))]).await;
        assert!(says(&rests, "尝试次数过多"), "{}", rests.location());
    }
}

#[tokio::test]
async fn a_lost_phone_is_taken_off_by_who_may_reset_the_password() {
    let world = with_second_factor(world::On::Sqlite).await;
    let (_, county) = sign_in(&world, "530102-zr", PASSWORD).await;
    let phone = Phone::of(&county).await;
    county.form("/second_factor/bind", &[("code", &phone.shows(-1))]).await;
    let stored = db::accounts::by_key(&mut world.app.store.reader().await.unwrap(), "530102-zr").await;
    let id = stored.unwrap().unwrap().account.id;
    let path = format!("/accounts/{id}/second_factor/reset");
    for key in ["530102-zr", VILLAGE] {
        let refused = world.actor(key).await.form(&path, &[]).await;
        let is_refused = [403, 404].contains(&refused.status.as_u16()) || refused.location().contains("problem=");
        assert!(is_refused, "{key}: {} {}", refused.status, refused.location());
    }
    assert!(county.list("mobilization", "").await.is_ok());
    let system = world.actor("sys-01").await;
    assert!(
        system
            .form(&path, &[])
            .await
            .location()
            .ends_with("notice=second_factor")
    );
    assert_eq!(county.list("mobilization", "").await.unwrap_err(), AppError::SignedOut);
    let (_, county) = sign_in(&world, "530102-zr", PASSWORD).await;
    let phone = Phone::of(&county).await;
    county.form("/second_factor/bind", &[("code", &phone.shows(0))]).await;

    // The owner gives it up with a code of it, not without.
    let wrong = county.form("/second_factor/unbind", &[("code", "000000")]).await;
    assert!(says(&wrong, "验证码不正确"), "{}", wrong.location());
    let done = county.form("/second_factor/unbind", &[("code", &phone.shows(1))]).await;
    assert_eq!(done.location(), "/second_factor?notice=unbound");
    assert_eq!(county.list("mobilization", "").await.unwrap_err(), AppError::MustBind);
    for act in ["reset_second_factor", "unbind_second_factor"] {
        assert_eq!(world::audits(&world, act).await.len(), 1, "{act}");
    }
}

async fn with_policy(on: world::On, policy: PasswordPolicy) -> World {
    World::with_settings(on, |config| config.password_policy = policy).await
}

const DAY: i64 = 24 * 3_600;

/// The account has had its password for so many days.
async fn has_had_it_for(world: &World, key: &str, days: i64) {
    let mut tx = world.app.store.begin().await.unwrap();
    let stored = db::accounts::by_key(&mut tx, key).await.unwrap().unwrap();
    let since = world.app.clock.after(-days * DAY);
    let (id, hash) = (&stored.account.id, &stored.password_hash);
    db::accounts::set_password(&mut tx, id, hash, false, None, &since)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Asks for another password; the answer, and the browser that goes on.
async fn change<'a>(actor: &Actor<'a>, old: &str, new: &str) -> (Answer, Actor<'a>) {
    let fields = [
        ("old", old),
        ("new", new),
        ("again", new),
        ("person_name", "王小明"),
        ("person_phone", "13887654321"),
    ];
    let answer = actor.form("/password", &fields).await;
    let world = actor.world;
    let cookie = cookies(&answer);
    (answer, Actor { world, cookie })
}

async fn kept_hashes(world: &World, key: &str) -> usize {
    let mut reader = world.app.store.reader().await.unwrap();
    let account = db::accounts::by_key(&mut reader, key).await.unwrap().unwrap().account;
    let kept = db::accounts::former_passwords(&mut reader, &account.id, 100).await;
    kept.unwrap().len()
}

#[tokio::test]
async fn by_the_specification_a_password_has_two_classes_and_lasts() {
    for on in stores() {
        let world = World::new(on).await;
        assert_eq!(world.app.config.password_policy, PasswordPolicy::Spec, "the default");
        has_had_it_for(&world, "530102-zr", 1_000).await;
        let (answer, county) = sign_in(&world, "530102-zr", PASSWORD).await;
        assert_eq!(answer.location(), "/home");
        let page = county.get("/password").await.text();
        assert!(page.contains(PasswordPolicy::Spec.rule()), "{page}");
        let (refused, _) = change(&county, PASSWORD, "gualouterrace").await;
        assert!(says(&refused, "密码须包含字母、数字、符号中的至少两类"));
        let (_, county) = change(&county, PASSWORD, "gualou-terrace").await;
        let (again, _) = change(&county, "gualou-terrace", PASSWORD).await;
        assert_eq!(again.location(), "/home?notice=password", "the one before is no secret");
        assert_eq!(kept_hashes(&world, "530102-zr").await, 0, "and is not kept");
    }
}

#[tokio::test]
async fn by_asvs_a_password_is_long_enough_and_not_a_common_one() {
    for on in stores() {
        let world = with_policy(on, PasswordPolicy::Asvs).await;
        has_had_it_for(&world, "530102-zr", 1_000).await;
        let (answer, county) = sign_in(&world, "530102-zr", PASSWORD).await;
        assert_eq!(answer.location(), "/home", "what nobody has learnt stays");
        let page = county.get("/password").await.text();
        assert!(page.contains(PasswordPolicy::Asvs.rule()), "{page}");
        for (new, problem) in [
            ("gualou", "密码至少 8 位"),
            ("12345678", "该密码过于常见，容易被猜到，请换一个"),
            ("530102-zr", "该密码过于常见，容易被猜到，请换一个"),
        ] {
            let (refused, _) = change(&county, PASSWORD, new).await;
            assert!(
                refused.location().starts_with("/password?place=new&") && says(&refused, problem),
                "{new}: {}",
                refused.location()
            );
        }
        let (changed, _) = change(&county, PASSWORD, "gualouterrace").await;
        assert_eq!(changed.location(), "/home?notice=password");
    }
}

#[tokio::test]
async fn by_dengbao_a_password_has_three_classes_and_none_of_the_last_five_comes_back() {
    for on in stores() {
        let world = with_policy(on, PasswordPolicy::Dengbao3).await;
        let (_, mut county) = sign_in(&world, "530102-zr", PASSWORD).await;
        let page = county.get("/password").await.text();
        assert!(page.contains(PasswordPolicy::Dengbao3.rule()), "{page}");
        for new in ["gualouterrace", "gualou-terrace", "gualou2026"] {
            let (refused, _) = change(&county, PASSWORD, new).await;
            assert!(
                says(&refused, "密码须包含大写字母、小写字母、数字、符号中的至少三类"),
                "{new}"
            );
        }
        let chosen = [
            PASSWORD,
            "Gualou-Terrace-1",
            "Gualou-Terrace-2",
            "Gualou-Terrace-3",
            "Gualou-Terrace-4",
            "Gualou-Terrace-5",
        ];
        for pair in chosen.windows(2) {
            for used in chosen.iter().take_while(|used| **used != pair[0]) {
                let (refused, _) = change(&county, pair[0], used).await;
                assert!(
                    refused.location().starts_with("/password?place=new&") && says(&refused, REPEATED),
                    "{used} after {}: {}",
                    pair[0],
                    refused.location()
                );
            }
            let (changed, next) = change(&county, pair[0], pair[1]).await;
            assert_eq!(changed.location(), "/home?notice=password", "{}", pair[1]);
            county = next;
        }
        // Five others have come since.
        let (changed, county) = change(&county, "Gualou-Terrace-5", PASSWORD).await;
        assert_eq!(changed.location(), "/home?notice=password");
        assert_eq!(kept_hashes(&world, "530102-zr").await, 4, "no more than are asked for");

        // Having it reset is no way back to it.
        let stored = db::accounts::by_key(&mut world.app.store.reader().await.unwrap(), "530102-zr").await;
        let path = format!("/accounts/{}/reset", stored.unwrap().unwrap().account.id);
        assert_eq!(world.actor("sys-01").await.form(&path, &[]).await.status, 303);
        assert_eq!(
            county.list("mobilization", "").await.unwrap_err(),
            AppError::SignedOut,
            "its session is over"
        );
        let (first, hash) = first_password();
        let mut tx = world.app.store.begin().await.unwrap();
        let stored = db::accounts::by_key(&mut tx, "530102-zr").await.unwrap();
        let account = stored.unwrap().account;
        let until = Some(world.app.clock.after(3_600));
        db::accounts::set_password(&mut tx, &account.id, &hash, true, until, world::NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (_, county) = sign_in(&world, "530102-zr", &first).await;
        let (refused, _) = change(&county, &first, PASSWORD).await;
        assert!(says(&refused, REPEATED), "{}", refused.location());
    }
}

#[tokio::test]
async fn by_dengbao_a_password_of_ninety_days_opens_only_its_own_change() {
    for on in stores() {
        let world = with_policy(on, PasswordPolicy::Dengbao3).await;
        has_had_it_for(&world, VILLAGE, 89).await;
        let (answer, village) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(answer.location(), "/home");
        assert!(village.list("mobilization", "").await.is_ok());

        // Whoever is inside meanwhile comes no further either.
        has_had_it_for(&world, VILLAGE, 90).await;
        assert_eq!(
            village.list("mobilization", "").await.unwrap_err(),
            AppError::MustChangePassword
        );
        let (answer, village) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(answer.location(), "/password");
        assert_eq!(village.get("/home").await.location(), "/password");
        assert_eq!(village.get("/exports/mobilization").await.status, 403);
        let page = village.get("/password").await.text();
        assert!(page.contains(OVERDUE) && !page.contains("首次登录"), "{page}");
        let (refused, _) = change(&village, PASSWORD, PASSWORD).await;
        assert!(says(&refused, "新密码不能与原密码相同"));
        let (changed, village) = change(&village, PASSWORD, "Gualou-Terrace-1").await;
        assert_eq!(changed.location(), "/home?notice=password");
        assert!(village.list("mobilization", "").await.is_ok());
        let (answer, _) = sign_in(&world, VILLAGE, "Gualou-Terrace-1").await;
        assert_eq!(answer.location(), "/home");
    }
}
