//! A small Yunnan to test in, on both stores. `outsider` sits in the next county and must always fail.

#![allow(dead_code, reason = "every test file uses its own part of the world")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

pub mod filling;
pub mod hamlets;
pub mod process;
pub mod second_factor;
pub mod workbooks;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use hometown::domain::account::AccountKind;
use hometown::domain::record::Draft;
use hometown::domain::region::{Region, short_name};
use hometown::domain::step::Step;
use hometown::error::AppError;
use hometown::server::clock::Clock;
use hometown::server::config::Config;
use hometown::server::db::{self, Store, accounts::NewAccount, regions::NewRegion};
use hometown::server::divisions::{initials, search_text};
use hometown::server::imports::Imports;
use hometown::server::ledgers::Kept;
use hometown::server::metrics::Metrics;
use hometown::server::password::{Hasher, hash_now};
use hometown::server::quota::Quotas;
use hometown::server::router::router;
use hometown::server::session;
use hometown::server::state::{App, Parts};
use hometown::server::storage::Storage;
use hometown::server::terms::Known;
use hometown::server::work::Work;
use leptos::prelude::LeptosOptions;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;
use tower::ServiceExt;

/// The password of everybody.
pub const PASSWORD: &str = "Jia-Xiang-2021";
/// The day on which all tests play.
pub const NOW: &str = "2023-05-01T02:00:00Z";

static HASH: LazyLock<String> = LazyLock::new(|| hash_now(PASSWORD).unwrap());

const DIVISIONS: &[(&str, &str)] = &[
    ("53", "云南省"),
    ("5301", "昆明市"),
    ("530102", "五华区"),
    ("530102010", "西翥街道"),
    ("530102010001", "东村社区居民委员会"),
    ("530102010004", "三多社区居民委员会"),
    ("530103", "盘龙区"),
    ("530103001", "拓东街道"),
    ("530103001001", "白塔社区居民委员会"),
];

/// Everybody: login key, kind, region, name.
pub const ACCOUNTS: &[(&str, AccountKind, &str, &str)] = &[
    ("sys-01", AccountKind::System, "53", "系统管理员"),
    ("sec-01", AccountKind::Security, "53", "安全管理员"),
    ("aud-01", AccountKind::Audit, "53", "审计管理员"),
    ("53-zr", AccountKind::Province, "53", "云南省自然资源厅项目组办公室"),
    ("53-zz", AccountKind::ProvinceOrganization, "53", "中共云南省委组织部"),
    ("530100-zr", AccountKind::City, "5301", "昆明市自然资源和规划局"),
    ("530100-zz", AccountKind::CityOrganization, "5301", "中共昆明市委组织部"),
    ("530102-zr", AccountKind::County, "530102", "五华区自然资源局"),
    (
        "530102-zz",
        AccountKind::CountyOrganization,
        "530102",
        "中共五华区委组织部",
    ),
    ("530102010", AccountKind::Township, "530102010", "西翥街道办事处"),
    ("530102010001", AccountKind::Village, "530102010001", "东村居委会"),
    ("530102010004", AccountKind::Village, "530102010004", "三多居委会"),
    ("530103-zr", AccountKind::County, "530103", "盘龙区自然资源局"),
    (
        "530103-zz",
        AccountKind::CountyOrganization,
        "530103",
        "中共盘龙区委组织部",
    ),
    ("530103001", AccountKind::Township, "530103001", "拓东街道办事处"),
    ("530103001001", AccountKind::Village, "530103001001", "白塔居委会"),
];

/// Which store a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// The stores of this run: SQLite always, Postgres when the run has started one.
pub fn stores() -> Vec<On> {
    let mut stores = vec![On::Sqlite];
    if std::env::var_os("HOMETOWN_TEST_POSTGRES").is_some() {
        stores.push(On::Postgres);
    }
    stores
}

/// The system with its small Yunnan. The folder vanishes with it.
pub struct World {
    pub app: App,
    router: axum::Router,
    folder: tempfile::TempDir,
}

/// The village that the tests are about, on pages that are about one.
pub const VILLAGE: &str = "530102010004";

/// The village that a page is about.
pub fn village_of(page: &str) -> Option<Region> {
    let page = hometown::forms::page(page)?;
    page.step.and_then(|_| Region::parse(VILLAGE))
}

impl World {
    /// Sets steps of 规划编制 to 是 in a village, whatever they lack, up to the one before this.
    pub async fn open_step(&self, step: &'static Step, region: &str) {
        let region = Region::parse(region).unwrap();
        let mut tx = self.app.store.begin().await.unwrap();
        let account = db::accounts::by_key(&mut tx, region.code())
            .await
            .unwrap()
            .unwrap()
            .account;
        for step in step.earlier() {
            let now = self.app.clock.now();
            db::completions::complete(&mut tx, step, std::slice::from_ref(&region), "", &account, &now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    pub async fn new(on: On) -> Self {
        Self::with_settings(on, |_| {}).await
    }

    /// With other settings than those that are built in.
    pub async fn with_settings(on: On, set: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            On::Postgres => fresh_database().await,
        };
        // One connection: a request that holds one while asking for another does not get through.
        let store = Store::open_with(&url, 1, (1, 0)).await.unwrap();
        store.migrate().await.unwrap();
        let divisions = people(&store).await;
        Self::with(folder, url, store, divisions, NOW, set).await
    }

    /// Over a store and files that are there already, in a folder that vanishes with it.
    pub async fn over(folder: tempfile::TempDir, url: &str) -> Self {
        let store = Store::open_with(url, 1, (1, 0)).await.unwrap();
        store.migrate().await.unwrap();
        let divisions = db::regions::load(&mut store.reader().await.unwrap()).await.unwrap();
        Self::with(folder, url.to_owned(), store, divisions, NOW, |_| {}).await
    }

    /// The same store, files and settings, so many seconds later by the clock of the server.
    pub async fn later(self, seconds: i64) -> Self {
        let now = self.app.clock.after(seconds);
        let (store, config) = (self.app.store.clone(), self.app.config.clone());
        let divisions = db::regions::load(&mut store.reader().await.unwrap()).await.unwrap();
        let url = config.database_url.clone();
        Self::with(self.folder, url, store, divisions, &now, |fresh| *fresh = config).await
    }

    async fn with(
        folder: tempfile::TempDir,
        url: String,
        store: Store,
        divisions: hometown::server::divisions::Divisions,
        now: &str,
        set: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            database_url: url,
            files: folder.path().join("files").display().to_string(),
            // However full the disk of whoever runs the tests is.
            files_disk_percent: 100,
            ..Config::default()
        };
        set(&mut config);
        let app = App::new(Parts {
            storage: Storage::open(&config.files, "").unwrap(),
            config,
            store,
            divisions,
            hasher: Hasher::new().unwrap(),
            imports: Imports::default(),
            // Nobody sees what was counted before.
            ledgers: Kept::above(std::time::Duration::MAX, 0),
            known: Known::default(),
            quotas: Quotas::default(),
            metrics: Metrics::default(),
            work: Work::default(),
            clock: Clock::stopped_at(now).unwrap(),
            leptos: LeptosOptions::builder().output_name("hometown").build(),
        });
        hometown::server::registration::make_codes(&app).await.unwrap();
        Self {
            router: router(app.clone()),
            app,
            folder,
        }
    }

    /// Where the store and the files lie.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Somebody who is signed in.
    pub async fn actor(&self, key: &str) -> Actor<'_> {
        let token = session::new_token();
        let mut tx = self.app.store.begin().await.unwrap();
        let stored = db::accounts::by_key(&mut tx, key)
            .await
            .unwrap()
            .unwrap_or_else(|| panic!("no account {key}"));
        let new = db::sessions::NewSession {
            token_hash: &session::hash(&token),
            account: &stored.account.id,
            now: &self.app.clock.now(),
            expires_at: &self.app.clock.after(3_600),
            address: "test",
            agent: "test",
            awaits_code: false,
        };
        db::sessions::begin(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        Actor {
            world: self,
            cookie: format!("{}={token}", session::cookie_name(&self.app, session::SESSION)),
        }
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Actor<'_> {
        Actor {
            world: self,
            cookie: String::new(),
        }
    }
}

async fn people(store: &Store) -> hometown::server::divisions::Divisions {
    let rows: Vec<NewRegion> = DIVISIONS
        .iter()
        .map(|(code, name)| {
            let region = Region::parse(code).unwrap();
            let level = region.level();
            NewRegion {
                short: short_name(level, name),
                search: search_text(level, name),
                initials: initials(name),
                name: (*name).to_owned(),
                kind: String::new(),
                planned: true,
                region,
            }
        })
        .collect();
    let accounts: Vec<NewAccount> = ACCOUNTS
        .iter()
        .map(|(key, kind, region, name)| NewAccount {
            login_key: (*key).to_owned(),
            kind: *kind,
            region: Region::parse(region).unwrap(),
            name: (*name).to_owned(),
            password_hash: HASH.clone(),
            must_change: false,
            password_until: None,
            contract: None,
        })
        .collect();
    let mut tx = store.begin().await.unwrap();
    db::regions::upsert(&mut tx, &rows).await.unwrap();
    db::accounts::create(&mut tx, &accounts, NOW).await.unwrap();
    let divisions = db::regions::load(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    divisions
}

/// The address of a database that nobody has used.
pub async fn fresh_database() -> String {
    let admin = std::env::var("HOMETOWN_TEST_POSTGRES").unwrap();
    let name = format!("t{}", db::new_id().replace('-', ""));
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&admin).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// One browser.
pub struct Actor<'a> {
    pub world: &'a World,
    pub cookie: String,
}

impl Actor<'_> {
    pub async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = request
            .header(header::HOST, "localhost")
            .header(header::COOKIE, &self.cookie);
        let response = self
            .world
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request
            .header(header::ORIGIN, "http://localhost")
            .header(header::CONTENT_TYPE, kind);
        self.send(request, body.into()).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded = fields.iter().map(|(name, value)| {
            format!(
                "{}={}",
                hometown::record::encoded(name),
                hometown::record::encoded(value)
            )
        });
        let body = encoded.collect::<Vec<_>>().join("&");
        self.post(path, "application/x-www-form-urlencoded", body).await
    }

    /// A server function.
    pub async fn call<T: DeserializeOwned>(&self, function: &str, arguments: Json) -> Result<T, AppError> {
        let answer = self
            .post(&format!("/api/{function}"), "application/json", arguments.to_string())
            .await;
        if answer.status == StatusCode::OK {
            return Ok(answer.json());
        }
        let error: AppError = answer.json();
        assert_eq!(
            error.status(),
            answer.status.as_u16(),
            "the status belongs to the error: {error:?}"
        );
        Err(error)
    }

    pub async fn open(&self, page: &str, tab: &str, id: &str) -> Result<hometown::domain::record::Opened, AppError> {
        let region = village_of(page);
        self.call(
            "open_record",
            json!({ "page": page, "tab": tab, "id": id, "region": region }),
        )
        .await
    }

    pub async fn list(&self, page: &str, tab: &str) -> Result<hometown::api::records::DeskView, AppError> {
        let query = hometown::domain::query::ListQuery {
            region: village_of(page),
            ..Default::default()
        };
        self.call("desk_page", json!({ "page": page, "tab": tab, "query": query }))
            .await
    }

    pub async fn save(
        &self,
        form: &str,
        id: &str,
        version: i64,
        key: &str,
        draft: &Draft,
    ) -> Result<hometown::api::records::SaveAnswer, AppError> {
        let arguments = json!({ "form": form, "id": id, "version": version, "key": key, "draft": draft });
        self.call("save_record", arguments).await
    }

    pub async fn delete(&self, form: &str, id: &str, version: i64) -> Result<(), AppError> {
        self.call("delete_record", json!({ "form": form, "id": id, "version": version }))
            .await
    }

    /// Uploads a file; it is staged until the record is saved.
    pub async fn upload(&self, form: &str, record: &str, field: &str, name: &str, content: &[u8]) -> Answer {
        const LINE: &str = "----hometown-test";
        let mut body = Vec::new();
        for (part, text) in [("form", form), ("record", record), ("field", field)] {
            body.extend(
                format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{part}\"\r\n\r\n{text}\r\n").bytes(),
            );
        }
        body.extend(
            format!(
                "--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            )
            .bytes(),
        );
        body.extend(content);
        body.extend(format!("\r\n--{LINE}--\r\n").bytes());
        self.post("/files", &format!("multipart/form-data; boundary={LINE}"), body)
            .await
    }
}

/// The lines of an act with what they changed, newest first.
pub async fn audits(world: &World, act: &str) -> Vec<String> {
    let act = hometown::domain::audit::Act::from_key(act).unwrap();
    db::audits::of_act(&mut world.app.store.reader().await.unwrap(), act)
        .await
        .unwrap()
}

/// A PDF that is one.
pub const PDF: &[u8] = include_bytes!("../../data/demo/notice.pdf");
/// A JPEG that is one.
pub const JPG: &[u8] = include_bytes!("../../data/demo/board.jpg");

/// A draft from pairs.
pub fn draft(pairs: &[(&str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (key, text) in pairs {
        draft.set(key, *text);
    }
    draft
}

/// A mobilization that nobody could object to.
pub fn mobilization(title: &str) -> Draft {
    draft(&[
        ("title", title),
        ("held_on", "2021-08-11"),
        ("organization_form", "members_meeting"),
        ("participation", "own"),
        ("participants", "35"),
    ])
}
