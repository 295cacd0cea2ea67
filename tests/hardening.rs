//! What holds whatever stands around the server (security.md): whose word about an address counts, plain HTTP, cookies, the end of
//! a session, a log that cannot be written, a fresh installation, the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use hometown::error::AppError;
use hometown::record::encoded;
use hometown::server::db::{self, Store, sql::Statement};
use hometown::server::storage::Storage;
use serde_json::{Value as Json, json};
use sqlx::Row;
use std::collections::HashSet;
use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use world::process::Place;
use world::{Actor, Answer, On, PASSWORD, VILLAGE, World, mobilization, stores};

const OFFICE: &str = "530102-zr";
const PROXY: &str = "10.0.0.2";
const PUBLIC: &str = "https://jiaxiang.example.org";
const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// A connection: who is at its other end, and what that one says of whom it speaks for.
struct Connection<'a> {
    world: &'a World,
    peer: &'a str,
    said: &'a [(&'a str, &'a str)],
}

impl Connection<'_> {
    async fn send(&self, method: Method, path: &str, body: String) -> Answer {
        let peer = SocketAddr::new(self.peer.parse().unwrap(), 40_000);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, "http://localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(peer));
        let said = self.said.iter();
        let request = said.fold(request, |request, (name, value)| request.header(*name, *value));
        self.world.stranger().send(request, Body::from(body)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    async fn sign_in(&self, account: &str, password: &str) -> Answer {
        let body = format!("account={}&password={}", encoded(account), encoded(password));
        self.send(Method::POST, "/login", body).await
    }
}

async fn number(world: &World, sql: &str) -> i64 {
    Statement::new(sql)
        .number(&mut world.app.store.reader().await.unwrap())
        .await
        .unwrap()
}

/// The addresses that the log names with an act.
async fn addresses(world: &World, act: &str) -> Vec<String> {
    let sql = format!("select distinct address from audits where act = '{act}' order by address");
    let rows = Statement::new(&sql)
        .rows(&mut world.app.store.reader().await.unwrap())
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get::<String, _>(0).unwrap()).collect()
}

/// Runs statements that no part of the program would run.
async fn tamper(world: &World, statements: &[&'static str]) {
    let mut tx = world.app.store.begin().await.unwrap();
    for statement in statements {
        sqlx::query(*statement).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn set_cookies(answer: &Answer) -> Vec<&str> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    cookies.map(|cookie| cookie.to_str().unwrap()).collect()
}

/// What a browser sends back.
fn pairs(answer: &Answer) -> String {
    let cookies = set_cookies(answer).into_iter();
    let pairs: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}

/// Signs in; the cookies.
async fn enter(world: &World) -> String {
    let fields = [("account", OFFICE), ("password", PASSWORD)];
    let answer = world.stranger().form("/login", &fields).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/home"));
    pairs(&answer)
}

/// Whether a session still opens anything: pages and server functions agree.
async fn opens(world: &World, cookie: &str) -> bool {
    let actor = Actor {
        world,
        cookie: cookie.to_owned(),
    };
    let page = actor.get("/home").await;
    match actor.call::<Json>("home", json!({ "all": false })).await {
        Ok(_) => {
            assert_eq!(page.status, 200);
            true
        }
        Err(error) => {
            assert_eq!(error, AppError::SignedOut);
            assert_eq!(page.location(), "/login?next=%2Fhome");
            false
        }
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// `security.md` A48.
#[tokio::test]
async fn what_a_stranger_says_of_its_address_counts_for_nothing() {
    const LIAR: &str = "203.0.113.7";
    const NAMED: &str = "198.51.100.3";
    for on in stores() {
        let world = World::with_settings(on, |config| config.trusted_proxies = vec![PROXY.to_owned()]).await;
        for number in 0..20 {
            let told = format!("198.51.100.{number}");
            let liar = Connection {
                world: &world,
                peer: LIAR,
                said: &[(FORWARDED_FOR, told.as_str())],
            };
            let refused = liar.sign_in(&format!("nobody-{number}"), "nope-nope-1").await;
            assert_eq!(refused.status, 303, "{on:?} {number}");
        }
        let liar = Connection {
            world: &world,
            peer: LIAR,
            said: &[(FORWARDED_FOR, "198.51.100.99")],
        };
        let rests = liar.sign_in(OFFICE, PASSWORD).await;
        assert_eq!(rests.status, 429, "{on:?}: it rests, whatever it calls itself");
        let named = Connection {
            world: &world,
            peer: NAMED,
            said: &[],
        };
        let entered = named.sign_in(OFFICE, PASSWORD).await;
        assert_eq!(entered.location(), "/home", "{on:?}: and nobody else");
        assert_eq!(addresses(&world, "sign_in_failed").await, [LIAR]);
        assert_eq!(addresses(&world, "sign_in").await, [NAMED]);
    }
}

/// `security.md` A48.
#[tokio::test]
async fn a_trusted_proxy_is_believed_for_its_own_word_alone() {
    const GUESSER: &str = "198.51.100.7";
    const OTHER: &str = "198.51.100.8";
    for on in stores() {
        let world = World::with_settings(on, |config| config.trusted_proxies = vec![PROXY.to_owned()]).await;
        for number in 0..20 {
            // What the guesser has put in front of the proxy's word, in the same line or in one before it.
            let hearsay = format!("192.0.2.{number}");
            let one_line = format!("{hearsay}, {GUESSER}");
            let said = match number % 2 {
                0 => vec![(FORWARDED_FOR, one_line.as_str())],
                _ => vec![(FORWARDED_FOR, hearsay.as_str()), (FORWARDED_FOR, GUESSER)],
            };
            let proxy = Connection {
                world: &world,
                peer: PROXY,
                said: &said,
            };
            let refused = proxy.sign_in(&format!("nobody-{number}"), "nope-nope-1").await;
            assert_eq!(refused.status, 303, "{on:?} {number}");
        }
        let guesser = Connection {
            world: &world,
            peer: PROXY,
            said: &[(FORWARDED_FOR, GUESSER)],
        };
        assert_eq!(guesser.sign_in(OFFICE, PASSWORD).await.status, 429, "{on:?}");
        // A server that listens on addresses of both kinds sees the proxy like this.
        let other = Connection {
            world: &world,
            peer: "::ffff:10.0.0.2",
            said: &[(FORWARDED_FOR, OTHER)],
        };
        assert_eq!(other.sign_in(OFFICE, PASSWORD).await.location(), "/home", "{on:?}");
        let speechless = Connection {
            world: &world,
            peer: PROXY,
            said: &[(FORWARDED_FOR, "unknown")],
        };
        assert_eq!(speechless.sign_in(OFFICE, "nope-nope-1").await.status, 303, "{on:?}");
        assert_eq!(addresses(&world, "sign_in_failed").await, [PROXY, GUESSER]);
        assert_eq!(addresses(&world, "sign_in").await, [OTHER]);
    }
}

/// `security.md` G03 (等保 8.1.4.1 c).
#[tokio::test]
async fn plain_http_is_led_to_the_public_address_or_refused() {
    for on in stores() {
        let world = World::with_settings(on, |config| {
            config.public_url = format!("{PUBLIC}/");
            config.trusted_proxies = vec![PROXY.to_owned()];
        })
        .await;
        for scheme in ["http", "HTTP", "https, http"] {
            let clear = Connection {
                world: &world,
                peer: PROXY,
                said: &[(FORWARDED_PROTO, scheme)],
            };
            for method in [Method::GET, Method::HEAD] {
                let path = "/login?next=%2Fhome&account=530102-zr";
                let led = clear.send(method, path, String::new()).await;
                assert_eq!(led.status, 308, "{scheme}");
                assert_eq!(led.location(), format!("{PUBLIC}{path}"));
            }
            let refused = clear.sign_in(OFFICE, PASSWORD).await;
            assert_eq!(refused.status, 403, "{scheme}");
            assert!(set_cookies(&refused).is_empty());
            assert!(
                matches!(refused.json(), AppError::Forbidden(why) if why.contains("https")),
                "{}",
                refused.text()
            );
            for (method, path) in [
                (Method::POST, "/api/home"),
                (Method::POST, "/q/none/login"),
                (Method::PUT, "/files/pieces/1?from=0"),
            ] {
                let refused = clear.send(method, path, String::new()).await;
                assert_eq!(refused.status, 403, "{scheme} {path}");
            }
            let probe = clear.get("/health").await;
            assert_eq!((probe.status.as_u16(), probe.text().as_str()), (200, "ok"));
        }
        let tried = "select count(*) from audits where act in ('sign_in', 'sign_in_failed')";
        assert_eq!(number(&world, tried).await, 0, "{on:?}: no password was looked at");
        for (peer, scheme) in [(PROXY, "https"), (PROXY, "http, https"), ("203.0.113.7", "http")] {
            let safe = Connection {
                world: &world,
                peer,
                said: &[(FORWARDED_PROTO, scheme)],
            };
            assert_eq!(safe.get("/login").await.status, 200, "{peer} {scheme}");
            let entered = safe.sign_in(OFFICE, PASSWORD).await;
            assert_eq!(entered.location(), "/home", "{peer} {scheme}");
        }
    }
    let world = World::with_settings(On::Sqlite, |config| config.trusted_proxies = vec![PROXY.to_owned()]).await;
    let without = Connection {
        world: &world,
        peer: PROXY,
        said: &[(FORWARDED_PROTO, "http")],
    };
    assert_eq!(without.get("/login").await.status, 200, "there is no safe address");
    assert_eq!(without.sign_in(OFFICE, PASSWORD).await.location(), "/home");
}

/// `security.md` A16, A45.
#[tokio::test]
async fn over_tls_a_cookie_is_the_hosts_alone_and_browsers_come_back_over_tls() {
    for (public, is_safe) in [(PUBLIC, true), ("http://jiaxiang.example.org", false), ("", false)] {
        let world = World::with_settings(On::Sqlite, |config| config.public_url = public.to_owned()).await;
        let fields = [("account", OFFICE), ("password", PASSWORD)];
        let entered = world.stranger().form("/login", &fields).await;
        let (prefix, secure): (&str, &[&str]) = match is_safe {
            true => ("__Host-", &["Secure"]),
            false => ("", &[]),
        };
        let cookies = set_cookies(&entered);
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for (cookie, bare) in cookies.iter().zip(["hometown", "hometown-device"]) {
            let mut parts = cookie.split("; ");
            let (name, token) = parts.next().unwrap().split_once('=').unwrap();
            assert_eq!(name, format!("{prefix}{bare}"));
            assert!(token.len() >= 32, "{cookie}");
            let attributes: Vec<&str> = parts.filter(|part| !part.starts_with("Max-Age=")).collect();
            let expected = [&["Path=/", "HttpOnly", "SameSite=Lax"][..], secure].concat();
            assert_eq!(attributes, expected, "{public}");
        }
        let browser = Actor {
            world: &world,
            cookie: pairs(&entered),
        };
        let mut answers = vec![entered];
        for path in ["/", "/login", "/home", "/health", "/no/such/page"] {
            answers.push(browser.get(path).await);
        }
        for answer in answers {
            let promised = answer.headers.get(header::STRICT_TRANSPORT_SECURITY);
            let promised = promised.map(|value| value.to_str().unwrap());
            assert_eq!(
                promised,
                is_safe.then_some("max-age=31536000; includeSubDomains"),
                "{public}"
            );
        }
        assert!(opens(&world, &browser.cookie).await, "{public}");
        let bare = browser.cookie.replace("__Host-", "");
        assert_eq!(
            opens(&world, &bare).await,
            !is_safe,
            "{public}: any host beside ours sets that"
        );
    }
}

/// `security.md` G02, A13: unused for too long, or simply for too long.
#[tokio::test]
async fn a_session_ends_by_the_clock_of_the_server() {
    const MINUTE: i64 = 60;
    for on in stores() {
        let mut world = World::with_settings(on, |config| {
            config.session_idle_minutes = 30;
            config.session_hours = 2;
        })
        .await;
        let (left, used) = (enter(&world).await, enter(&world).await);
        world = world.later(29 * MINUTE).await;
        assert!(opens(&world, &used).await, "{on:?}");
        world = world.later(MINUTE).await;
        assert!(!opens(&world, &left).await, "{on:?}: nobody used it for half an hour");
        for (minutes, since) in [(28, 58), (29, 87), (29, 116), (3, 119)] {
            world = world.later(minutes * MINUTE).await;
            assert!(opens(&world, &used).await, "{on:?}: {since} minutes");
        }
        world = world.later(MINUTE).await;
        assert!(
            !opens(&world, &used).await,
            "{on:?}: used a minute ago, begun two hours ago"
        );
        let anew = enter(&world).await;
        assert!(opens(&world, &anew).await, "{on:?}");
    }
}

/// `security.md` G12.
#[tokio::test]
async fn nothing_is_done_without_its_line_in_the_log() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let kept = db::new_id();
        let meeting = mobilization("动员部署会");
        village.save("mobilization", &kept, 0, "a", &meeting).await.unwrap();
        let (sessions, lines) = ("select count(*) from sessions", "select count(*) from audits");
        let before = (number(&world, sessions).await, number(&world, lines).await);
        let (breaks, mends): (&[&str], &[&str]) = match on {
            On::Sqlite => (
                &["create trigger audits_fail before insert on audits \
                   begin select raise(abort, 'no line is written'); end"],
                &["drop trigger audits_fail"],
            ),
            On::Postgres => (
                &[
                    "create function fail() returns trigger language plpgsql as \
                     $$ begin raise exception 'no line is written'; end $$",
                    "create trigger audits_fail before insert on audits for each statement execute function fail()",
                ],
                &["drop trigger audits_fail on audits"],
            ),
        };
        tamper(&world, breaks).await;
        let new = db::new_id();
        let other = mobilization("党员大会");
        let refused = [
            village.save("mobilization", &new, 0, "b", &other).await.err(),
            village.save("mobilization", &kept, 1, "c", &other).await.err(),
            village.delete("mobilization", &kept, 1).await.err(),
        ];
        for (act, refused) in ["register", "modify", "delete"].into_iter().zip(refused) {
            assert_eq!(refused.map(|error| error.status()), Some(500), "{on:?} {act}");
        }
        let fields = [("account", OFFICE), ("password", PASSWORD)];
        let entered = world.stranger().form("/login", &fields).await;
        assert_eq!(entered.status, 500, "{on:?}");
        assert!(set_cookies(&entered).is_empty());
        let after = (number(&world, sessions).await, number(&world, lines).await);
        assert_eq!(after, before, "{on:?}");
        let records = "select count(*) from mobilization";
        assert_eq!(number(&world, records).await, 1, "{on:?}: nothing new");
        let untouched =
            "select count(*) from mobilization where title = '动员部署会' and version = 1 and deleted_at is null";
        assert_eq!(number(&world, untouched).await, 1, "{on:?}: nothing changed");
        // What was refused can be sent again.
        tamper(&world, mends).await;
        village.save("mobilization", &new, 0, "b", &other).await.unwrap();
        assert_eq!(number(&world, records).await, 2, "{on:?}");
        assert_eq!(number(&world, lines).await, before.1 + 1, "{on:?}");
    }
}

/// `security.md` G05, V25.
#[tokio::test]
async fn a_fresh_installation_lets_nobody_in_by_a_password_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("first.csv");
    Place::new(folder.path()).run(&["seed", "--passwords", list.to_str().unwrap()]);
    let list = std::fs::read_to_string(list).unwrap();
    let given: Vec<(&str, &str)> = list
        .lines()
        .skip(1)
        .map(|line| (line.split(',').next().unwrap(), line.rsplit(',').next().unwrap()))
        .collect();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let world = World::over(folder, &url).await;
    let accounts = [
        "admin",
        "root",
        "sys-01",
        "sec-01",
        "aud-01",
        "53-zr",
        "530100-zr",
        OFFICE,
        "530102010",
        VILLAGE,
    ];
    for (number, account) in accounts.into_iter().enumerate() {
        // From an address of its own, and not so often that it would rest: the password must be what is wrong.
        let stranger = Connection {
            world: &world,
            peer: &format!("203.0.113.{number}"),
            said: &[],
        };
        for password in ["admin", "yngb2021", "Yngb@2021", "12345678", account] {
            let refused = stranger.sign_in(account, password).await;
            assert_eq!(refused.status, 303, "{account} {password}");
            assert!(refused.location().contains("problem=wrong"), "{account} {password}");
            assert!(set_cookies(&refused).is_empty(), "{account} {password}");
        }
    }
    let accounts = number(&world, "select count(*) from accounts").await;
    assert_eq!(accounts, given.len() as i64, "there is nobody but who is on the list");
    let passwords: HashSet<&str> = given.iter().map(|(_, password)| *password).collect();
    assert_eq!(passwords.len(), given.len(), "each has one of its own");
    let lasting = "select count(*) from accounts where must_change <> 1 or password_until is null";
    assert_eq!(
        number(&world, lasting).await,
        0,
        "which is good for a while and for one use"
    );
    let (account, password) = given.iter().find(|(account, _)| *account == "53-zz").unwrap();
    let owner = Connection {
        world: &world,
        peer: "203.0.113.200",
        said: &[],
    };
    assert_eq!(owner.sign_in(account, password).await.location(), "/password");
}

/// `security.md` A56, G17.
#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_store_or_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("var/hometown");
    let files = place.join("files");
    let database = |end: &str| place.join(format!("hometown.db{end}"));
    let url = format!("sqlite://{}", database("").display());
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    Storage::open(files.to_str().unwrap(), "").unwrap();
    for (path, expected) in [
        (folder.path().join("var"), 0o700),
        (place.clone(), 0o700),
        (files.clone(), 0o700),
        (database(""), 0o600),
        (database("-wal"), 0o600),
        (database("-shm"), 0o600),
    ] {
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    store.close().await;
    // What an operator made by hand, or copied there.
    let permit = |path: &Path, mode: u32| std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    permit(&database(""), 0o644);
    permit(&files, 0o755);
    let store = Store::open(&url).await.unwrap();
    store.begin().await.unwrap().commit().await.unwrap();
    Storage::open(files.to_str().unwrap(), "").unwrap();
    for path in [database(""), database("-wal"), database("-shm"), files] {
        assert_eq!(mode(&path) & 0o007, 0, "{}", path.display());
    }
    store.close().await;
}
