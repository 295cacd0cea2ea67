//! `make bench`: fills a province, drives the release binary over HTTP like its users do, and prints latencies beside the
//! bare limits of the same machine in the same run: a plain route, and the same SQL without the application.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark ends by panicking"
)]

use futures::future::join_all;
use hometown::api::imports::{ImportView, Phase};
use hometown::api::records::DeskView;
use hometown::domain::account::AccountKind;
use hometown::domain::query::ListQuery;
use hometown::domain::region::{Level, Region};
use hometown::domain::value::Value;
use hometown::forms;
use hometown::server::authorize::to_read;
use hometown::server::db::accounts::NewAccount;
use hometown::server::db::listings::Listing;
use hometown::server::db::records::NewRecord;
use hometown::server::db::{self, Store};
use hometown::server::session::{self, Signed};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const PASSWORD: &str = "Jiaxiang-2026";
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// For how long a measure runs.
const SPAN: Duration = Duration::from_secs(4);
/// The list that is measured: filtered, sorted, 20 lines.
const FORM: &str = "natural_villages";

#[tokio::main]
async fn main() {
    let postgres = std::env::var("HOMETOWN_TEST_POSTGRES").ok();
    println!("{}", machine());
    run("SQLite", None).await;
    if let Some(url) = postgres {
        run("Postgres", Some(url)).await;
    }
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: "))
        .unwrap_or("?");
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    format!("machine: {cores} × {model}; client, server and store share it")
}

async fn run(name: &str, url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let url = url.unwrap_or_else(|| format!("sqlite://{}/hometown.db", folder.path().display()));
    println!("\n## {name}\n");
    let started = Instant::now();
    let seeded = hometown(folder.path(), &url)
        .args(["seed", "--scale", "province", "--password", PASSWORD])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(seeded.success());
    println!("seed --scale province: {:.0} s", started.elapsed().as_secs_f64());
    let server = Server::start(folder.path(), &url);
    println!(
        "start-up: {} ms, resident {} MB idle",
        server.started.as_millis(),
        server.resident()
    );
    // `make bench ARGS='planning phones'`: those parts alone.
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|only| only == part);
    if name == "SQLite" && is_asked("page") {
        first_page(&server).await;
    }
    println!("\n| what | connections | p50 ms | p99 ms | per s |\n| --- | --- | --- | --- | --- |");
    let province = server.sign_in("53-zr").await;
    if is_asked("reading") {
        reading(&server, &province, &url).await;
    }
    if is_asked("writing") {
        writing(&server, &province).await;
    }
    if is_asked("planning") {
        planning(&server, &url).await;
    }
    if is_asked("phones") {
        phones(&server, &url).await;
    }
    if is_asked("ledgers") {
        ledgers(&server).await;
    }
    println!("\nresident {} MB after the load", server.resident());
    if !is_asked("bulk") {
        return;
    }
    export(&server, &province, "all surveys", "/exports/baseline_survey?tab=survey").await;
    export(&server, &province, "all candidates", "/exports/candidates").await;
    let all = query_of("city_passed");
    bulk(&server, &province, "surveys", "baseline_survey", "survey", all).await;
    entries(&url).await;
    let organization = server.sign_in(&format!("{COUNTY}-zz")).await;
    bulk(
        &server,
        &organization,
        "roster entries",
        "roster",
        "village",
        query_of("county_review"),
    )
    .await;
    import(&server).await;
    println!("resident {} MB at the end", server.resident());
}

fn binary() -> PathBuf {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    Path::new(&target)
        .join("release/hometown")
        .canonicalize()
        .expect("make bench builds it")
}

fn hometown(folder: &Path, url: &str) -> Command {
    let mut command = Command::new(binary());
    command
        .env("HOMETOWN_DATABASE_URL", url)
        .env("HOMETOWN_FILES", folder.join("files"))
        .env("HOMETOWN_ADDRESS", "127.0.0.1:0")
        // However full the disk is.
        .env("HOMETOWN_FILES_DISK_PERCENT", "100")
        // A few accounts stand for all.
        .env("HOMETOWN_SAVES_PER_MINUTE", "0")
        .env("HOMETOWN_UPLOADS_PER_DAY", "0")
        .env("HOMETOWN_EXPORTS_PER_HOUR", "0")
        .env(
            "LEPTOS_SITE_ROOT",
            Path::new("target/site").canonicalize().expect("make bench builds it"),
        );
    std::fs::create_dir_all(folder.join("files")).unwrap();
    command
}

struct Server {
    child: Child,
    address: String,
    started: Duration,
    client: reqwest::Client,
}

impl Server {
    fn start(folder: &Path, url: &str) -> Self {
        let begun = Instant::now();
        let mut child = hometown(folder, url)
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned))
            .expect("the server says where it listens");
        let started = begun.elapsed();
        std::thread::spawn(move || lines.for_each(drop));
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            child,
            address,
            started,
            client,
        }
    }

    /// Resident memory in MB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    async fn sign_in(&self, key: &str) -> String {
        let answer = self
            .client
            .post(format!("{}/login", self.address))
            .header("origin", &self.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("account={key}&password={PASSWORD}&next=/home"))
            .send()
            .await
            .unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        let cookies = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        assert!(
            cookies.contains("hometown="),
            "{key} cannot sign in: {}",
            answer.status()
        );
        cookies
    }

    async fn get(&self, cookie: &str, path: &str) -> Vec<u8> {
        let answer = self
            .client
            .get(format!("{}{path}", self.address))
            .header("cookie", cookie);
        let answer = answer.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.unwrap().to_vec()
    }

    async fn call(&self, cookie: &str, function: &str, arguments: &Json) -> Vec<u8> {
        let answer = self
            .client
            .post(format!("{}/api/{function}", self.address))
            .header("origin", &self.address)
            .header("cookie", cookie)
            .json(arguments)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let body = answer.bytes().await.unwrap().to_vec();
        assert!(
            status.is_success(),
            "{function}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        body
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs an act over and over on so many connections, at most so often, and prints its latencies.
async fn measure<F: Future<Output = bool>>(what: &str, connections: usize, act: impl Fn(usize) -> F) -> f64 {
    let begun = Instant::now();
    let workers = (0..connections).map(|worker| {
        let act = &act;
        async move {
            let mut taken = Vec::new();
            while begun.elapsed() < SPAN {
                let started = Instant::now();
                if !act(worker).await {
                    break;
                }
                taken.push(started.elapsed());
            }
            taken
        }
    });
    let mut all: Vec<Duration> = join_all(workers).await.into_iter().flatten().collect();
    let span = begun.elapsed().as_secs_f64();
    all.sort();
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let (half, worst) = (at(0.5), at(0.99));
    println!(
        "| {what} | {connections} | {half:.1} | {worst:.1} | {:.0} |",
        all.len() as f64 / span
    );
    worst
}

fn list_query(page: i64) -> ListQuery {
    let mut query = ListQuery {
        page,
        sort: "name".to_owned(),
        ..ListQuery::default()
    };
    query.filters.insert("planned".to_owned(), "1".to_owned());
    query
}

async fn reading(server: &Server, province: &str, url: &str) {
    let page = |number| json!({ "page": FORM, "tab": "", "query": list_query(number) });
    let first: DeskView = serde_json::from_slice(&server.call(province, "desk_page", &page(1)).await).unwrap();
    let record = json!({ "page": FORM, "tab": "", "id": first.lines[0].id });
    let plain = plain_route().await;
    let bare = Bare::open(url, province_account(server, province).await).await;
    for connections in CONNECTIONS {
        measure("a plain axum route", connections, |_| async {
            server.client.get(&plain).send().await.unwrap().bytes().await.unwrap();
            true
        })
        .await;
        for number in [1, 500] {
            let sql = measure(&format!("list page {number}, the SQL alone"), connections, |_| async {
                bare.list(number).await;
                true
            })
            .await;
            let data = measure(&format!("list page {number} as data"), connections, |_| async {
                server.call(province, "desk_page", &page(number)).await;
                true
            })
            .await;
            println!("|  ratio of the p99s | {connections} | | {:.1} | |", data / sql);
            let address = format!("/desk/{FORM}?planned=1&sort=name&page={number}");
            measure(&format!("list page {number} as HTML"), connections, |_| async {
                server.get(province, &address).await;
                true
            })
            .await;
        }
        measure("open a record", connections, |_| async {
            server.call(province, "open_record", &record).await;
            true
        })
        .await;
    }
}

/// Phones that save at the same time on a deadline evening.
const PHONES: usize = 1_000;
/// Records that each of them saves.
const SAVES: usize = 5;
/// The form of those records, of which a natural village may have many, and the kind of plot.
const PLOTS: &str = "vacant_land";
const PLOT_KIND: &str = "wasteland";

/// A deadline evening: a thousand phones save at once while the county reads its lists. Nothing may fail, and nothing that
/// was acknowledged may be missing afterwards.
async fn phones(server: &Server, url: &str) {
    let phones = registered(url).await;
    let county = server.sign_in(&format!("{COUNTY}-zr")).await;
    let map = json!({ "query": ListQuery { size: 100, ..ListQuery::default() } });
    let (is_over, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    let begun = Instant::now();
    let reader = async {
        while !is_over.load(Ordering::Relaxed) {
            server.call(&county, "planning_villages", &map).await;
            reads.fetch_add(1, Ordering::Relaxed);
        }
    };
    let saving = async {
        let saves = phones.iter().map(|cookie| save_plots(server, cookie));
        let taken: Vec<Vec<(String, Duration)>> = join_all(saves).await;
        is_over.store(true, Ordering::Relaxed);
        taken
    };
    let (taken, ..) = tokio::join!(saving, reader);
    let span = begun.elapsed().as_secs_f64();
    let mut all: Vec<(String, Duration)> = taken.into_iter().flatten().collect();
    all.sort_by_key(|(_, time)| *time);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].1.as_secs_f64() * 1_000.0;
    println!(
        "| a phone's save, {PHONES} phones at once | {PHONES} | {:.0} | {:.0} | {:.0} |",
        at(0.5),
        at(0.99),
        all.len() as f64 / span
    );
    let store = Store::open(url).await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let form = forms::find(PLOTS).unwrap();
    let mut lost = 0;
    for (id, _) in &all {
        lost += usize::from(db::records::find(&mut reader, form, id).await.unwrap().is_none());
    }
    println!(
        "|  acknowledged saves {}, lost {lost}, lists read meanwhile {} | | | | |",
        all.len(),
        reads.load(Ordering::Relaxed)
    );
    assert_eq!((all.len(), lost), (PHONES * SAVES, 0));
    drop(reader);
    store.close().await;
}

/// One phone saves its plots, one after the other.
async fn save_plots(server: &Server, cookie: &str) -> Vec<(String, Duration)> {
    let mut taken = Vec::new();
    for plot in 1..=SAVES {
        let id = db::new_id();
        let values = json!({ "place": format!("村口第{plot}块"), "kind": PLOT_KIND, "area": "12.5" });
        let draft = json!({ "values": values, "grids": {}, "reasons": {}, "answers": {}, "receiver": "", "region": "", "subjects": {} });
        let save = json!({ "form": PLOTS, "id": id, "version": 0, "key": id, "draft": draft });
        let started = Instant::now();
        server.call(cookie, "save_record", &save).await;
        taken.push((id, started.elapsed()));
    }
    taken
}

/// Natural villages with accounts and sessions; answers their cookies.
async fn registered(url: &str) -> Vec<String> {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let divisions = db::regions::load(&mut tx).await.unwrap();
    let form = forms::find("natural_villages").unwrap();
    let (now, until) = ("2021-08-11T02:00:00Z", "2099-01-01T00:00:00Z");
    let (mut accounts, mut records) = (Vec::new(), Vec::new());
    for village in divisions.below(&Region::province(), Level::Village).skip(2_000) {
        for record in db::records::of_region(&mut tx, form, &village.region, 999)
            .await
            .unwrap()
        {
            let name = record.text("name").to_owned();
            let region = hometown::server::hamlets::division(form, &village.region, &record).unwrap();
            accounts.push(NewAccount {
                login_key: format!("{}/{name}", village.region),
                kind: AccountKind::NaturalVillage,
                region,
                name,
                password_hash: String::new(),
                must_change: false,
                password_until: None,
                contract: Some(record.id.clone()),
            });
            records.push(record.id);
        }
        if accounts.len() >= PHONES {
            break;
        }
    }
    accounts.truncate(PHONES);
    db::accounts::create(&mut tx, &accounts, now).await.unwrap();
    let mut cookies = Vec::new();
    for account in &accounts {
        let stored = db::accounts::by_key(&mut tx, &account.login_key)
            .await
            .unwrap()
            .unwrap();
        let token = session::new_token();
        let new = db::sessions::NewSession {
            token_hash: &session::hash(&token),
            account: &stored.account.id,
            now,
            expires_at: until,
            address: "bench",
            agent: "bench",
            awaits_code: false,
        };
        db::sessions::begin(&mut tx, &new).await.unwrap();
        cookies.push(format!("{}={token}", session::SESSION));
    }
    tx.commit().await.unwrap();
    store.close().await;
    cookies
}

/// How often each ledger is asked for at each level.
const ASKED: usize = 100;

/// 台账信息: every ledger as the province, a city, a county and a township open it, counted for the first time and then again
/// and again.
async fn ledgers(server: &Server) {
    println!("\n| ledger | first, ms | p50 ms | p99 ms |\n| --- | --- | --- | --- |");
    let mut worst = 0.0_f64;
    let places = [
        (AccountKind::Province, "53-zr", "53"),
        (AccountKind::City, "530100-zr", "5301"),
        (AccountKind::County, "530102-zr", "530102"),
        (AccountKind::Township, "530102001", "530102001"),
    ];
    for ledger in hometown::ledgers::ALL {
        let (mut first, mut taken) = (Vec::new(), Vec::new());
        for (kind, account, region) in places {
            if !hometown::server::ledgers::seen_by(kind).any(|seen| seen.key == ledger.key) {
                continue;
            }
            let cookie = server.sign_in(account).await;
            let list = ListQuery {
                region: Region::parse(region),
                ..ListQuery::default()
            };
            let asked = json!({ "key": ledger.key, "list": list });
            for turn in 0..ASKED {
                let started = Instant::now();
                server.call(&cookie, "ledger", &asked).await;
                let span = started.elapsed().as_secs_f64() * 1_000.0;
                if turn == 0 {
                    first.push(span);
                }
                taken.push(span);
            }
        }
        // One that none of them sees is a part of another.
        if taken.is_empty() {
            continue;
        }
        taken.sort_by(f64::total_cmp);
        let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize];
        let (half, p99) = (at(0.5), at(0.99));
        worst = worst.max(p99);
        let first: Vec<String> = first.iter().map(|span| format!("{span:.0}")).collect();
        println!(
            "| {} {} | {} | {half:.1} | {p99:.1} |",
            ledger.number,
            ledger.title,
            first.join(" / ")
        );
    }
    println!("\nworst p99 of a ledger: {worst:.0} ms (aim 300)");
}

/// Natural villages of the village whose survey is measured.
const HAMLETS: usize = 30;

/// 规划编制: where the villages of a county stand, a survey with many natural villages, the page of a step.
async fn planning(server: &Server, url: &str) {
    let village = survey(url).await;
    let county = server.sign_in(&format!("{COUNTY}-zr")).await;
    let query = ListQuery {
        size: 100,
        ..ListQuery::default()
    };
    let map = json!({ "query": query });
    let tab = format!("/desk/field_survey?region={village}&tab=population");
    let step = format!("/desk/draft_plan?region={village}");
    for connections in CONNECTIONS {
        measure("step map of a county, 100 villages", connections, |_| async {
            server.call(&county, "planning_villages", &map).await;
            true
        })
        .await;
        measure("survey tab, 30 natural villages, as HTML", connections, |_| async {
            server.get(&county, &tab).await;
            true
        })
        .await;
        measure("page of a step as HTML", connections, |_| async {
            server.get(&county, &step).await;
            true
        })
        .await;
    }
}

/// Fills the survey of one village from all its natural villages; answers its code.
async fn survey(url: &str) -> String {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let divisions = db::regions::load(&mut tx).await.unwrap();
    let county = Region::parse(COUNTY).unwrap();
    let village = divisions.below(&county, Level::Village).next().unwrap().region.clone();
    let stored = db::accounts::by_key(&mut tx, village.code()).await.unwrap().unwrap();
    let known = db::hamlets::all(&mut tx, &village).await.unwrap().len();
    let code = |number: usize| Region::parse(&format!("{village}{number:03}")).unwrap();
    let record = |region: &Region, organ: &'static str, values: &[(&'static str, Value)]| NewRecord {
        id: db::new_id(),
        region: region.clone(),
        organ,
        status: "",
        account: stored.account.id.clone(),
        name: stored.account.name.clone(),
        at: "2021-08-11T02:00:00Z".to_owned(),
        values: values.iter().cloned().collect(),
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let number = |number: usize| Value::Integer(number as i64);
    let (mut regions, mut hamlets) = (Vec::new(), Vec::new());
    for at in known + 1..=HAMLETS {
        regions.push(db::regions::NewRegion {
            region: code(at),
            name: format!("自然村{at}"),
            short: format!("自然村{at}"),
            search: String::new(),
            initials: String::new(),
            kind: String::new(),
            planned: true,
        });
        let values = [
            ("name", Value::Text(format!("自然村{at}"))),
            ("number", number(at)),
            ("planned", number(1)),
        ];
        hamlets.push(record(&village, "village", &values));
    }
    db::regions::upsert(&mut tx, &regions).await.unwrap();
    let form = forms::find("natural_villages").unwrap();
    db::records::insert_many(&mut tx, form, &hamlets).await.unwrap();
    for at in 1..=HAMLETS {
        let region = code(at);
        let years: Vec<NewRecord> = (2016..=2020)
            .map(|year| {
                let values = [
                    ("year", number(year)),
                    ("households", number(30 + at)),
                    ("registered", number(120 + at)),
                    ("resident", number(100 + at)),
                    ("minors", number(20)),
                    ("adults", number(80 + at)),
                    ("elders", number(20)),
                ];
                record(&region, "natural_village", &values)
            })
            .collect();
        db::records::insert_many(&mut tx, forms::find("population").unwrap(), &years)
            .await
            .unwrap();
        let groups = ["01", "07", "14"].map(|group| {
            let values = [("ethnic_group", text(group)), ("population", number(40))];
            record(&region, "natural_village", &values)
        });
        db::records::insert_many(&mut tx, forms::find("ethnic_groups").unwrap(), &groups)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    store.close().await;
    village.code().to_owned()
}

async fn province_account(server: &Server, province: &str) -> hometown::domain::account::Account {
    serde_json::from_slice(&server.call(province, "who", &json!({})).await).unwrap()
}

/// A route that does nothing, in this process.
async fn plain_route() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", axum::routing::get(|| async { "ok" }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The same statements without the application.
struct Bare {
    store: Store,
    signed: Signed,
}

impl Bare {
    async fn open(url: &str, account: hometown::domain::account::Account) -> Self {
        Self {
            store: Store::open(url).await.unwrap(),
            signed: Signed::for_account(account),
        }
    }

    async fn list(&self, page: i64) {
        let form = forms::find(FORM).unwrap();
        let permit = to_read(&self.signed, form).unwrap();
        let query = list_query(page);
        let listing = Listing {
            form,
            permit: &permit,
            query: &query,
            level: None,
            fixed: None,
            states: &[],
            narrowed: None,
        };
        let mut reader = self.store.reader().await.unwrap();
        let total = db::listings::count(&mut reader, &listing).await.unwrap();
        let lines = db::listings::list(&mut reader, &listing, total, (page - 1) * 20, 20)
            .await
            .unwrap();
        assert_eq!(lines.len(), 20);
    }
}

async fn writing(server: &Server, province: &str) {
    let most = CONNECTIONS[CONNECTIONS.len() - 1];
    let keys = village_keys(server, province, most).await;
    let mut villages = Vec::new();
    for key in &keys {
        villages.push(server.sign_in(key).await);
    }
    let ids = Arc::new(Mutex::new(waiting(server, province).await));
    for connections in CONNECTIONS {
        measure("save a record", connections, |worker| {
            let cookie = villages[worker].clone();
            async move {
                let save = json!({
                    "form": "mobilization", "id": db::new_id(), "version": 0, "key": db::new_id(),
                    "draft": { "values": {
                        "title": "村民代表会议", "held_on": "2021-08-11", "organization_form": "representatives",
                        "participation": "own", "participants": "35", "summary": "讨论规划任务。",
                    } },
                });
                server.call(&cookie, "save_record", &save).await;
                true
            }
        })
        .await;
        let left = Arc::new(AtomicUsize::new(300));
        measure("approve a record", connections, |_| {
            let (ids, left) = (Arc::clone(&ids), Arc::clone(&left));
            async move {
                use std::sync::atomic::Ordering::Relaxed;
                if left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_err() {
                    return false;
                }
                let Some(id) = ids.lock().await.pop_front() else {
                    return false;
                };
                let act = json!({ "act": {
                    "form": "baseline_survey", "id": id, "version": 1, "verb": "approve", "opinion": "同意",
                    "receiver": "", "pins": {}, "values": {},
                } });
                server.call(province, "decide", &act).await;
                true
            }
        })
        .await;
        measure("sign in", connections, |worker| {
            let key = keys[worker].clone();
            async move {
                server.sign_in(&key).await;
                true
            }
        })
        .await;
    }
}

/// Login keys of villages.
async fn village_keys(server: &Server, province: &str, most: usize) -> Vec<String> {
    let mut query = list_query(1);
    query.filters.clear();
    query.sort = String::new();
    query.size = 100;
    let page = json!({ "page": "village_profile", "tab": "", "query": query });
    let view: DeskView = serde_json::from_slice(&server.call(province, "desk_page", &page).await).unwrap();
    let codes = view.lines.into_iter().map(|line| line.region.code().to_owned());
    codes.take(most).collect()
}

/// Surveys that wait for the province.
async fn waiting(server: &Server, province: &str) -> VecDeque<String> {
    let mut ids = VecDeque::new();
    for number in 1..=10 {
        let mut query = ListQuery {
            page: number,
            size: 100,
            ..ListQuery::default()
        };
        query.filters.insert("status".to_owned(), "city_passed".to_owned());
        let page = json!({ "page": "baseline_survey", "tab": "survey", "query": query });
        let view: DeskView = serde_json::from_slice(&server.call(province, "desk_page", &page).await).unwrap();
        ids.extend(view.lines.into_iter().map(|line| line.id));
    }
    ids
}

async fn export(server: &Server, province: &str, what: &str, address: &str) {
    let started = Instant::now();
    let bytes = server.get(province, address).await;
    println!(
        "export of {what} as xlsx: {:.1} s, {} kB, resident {} MB",
        started.elapsed().as_secs_f64(),
        bytes.len() / 1024,
        server.resident()
    );
}

fn query_of(status: &str) -> ListQuery {
    let mut query = ListQuery::default();
    query.filters.insert("status".to_owned(), status.to_owned());
    query
}

/// A county with many villages, whose organization department has much to pass.
const COUNTY: &str = "530381";
/// Entries that wait for it.
const ENTRIES: usize = 15_000;

/// Puts entries that wait for the county organization department into the store.
async fn entries(url: &str) {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let divisions = db::regions::load(&mut tx).await.unwrap();
    let county = Region::parse(COUNTY).unwrap();
    let villages: Vec<Region> = divisions
        .below(&county, Level::Village)
        .map(|village| village.region.clone())
        .collect();
    let account = db::accounts::by_key(&mut tx, villages[0].code())
        .await
        .unwrap()
        .unwrap()
        .account;
    let records: Vec<NewRecord> = (0..ENTRIES)
        .map(|number| {
            let text = |text: &str| Value::Text(text.to_owned());
            let values = [
                ("group_kind", text("village")),
                ("source", text("returning")),
                ("name", text("张建国")),
                ("unit", Value::Text(format!("单位{}", number % 400))),
                ("duty", text("科长")),
                ("category", text("1")),
                ("political_status", text("01")),
                ("phone", Value::Text(format!("137{number:08}"))),
                ("willing", Value::Integer(1)),
                ("role", text("member")),
                ("is_lead", Value::Integer(0)),
            ];
            NewRecord {
                id: db::new_id(),
                region: villages[number % villages.len()].clone(),
                organ: "village",
                status: "county_review",
                account: account.id.clone(),
                name: account.name.clone(),
                at: "2021-08-11T02:00:00Z".to_owned(),
                values: values.into(),
            }
        })
        .collect();
    let form = forms::find("roster").unwrap();
    db::records::insert_many(&mut tx, form, &records).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

/// Rows of a workbook, and those of them that are wrong.
const ROWS: usize = 10_000;
const WRONG: usize = 1_000;

fn workbook(wrong: usize, first: usize) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let heads = [
        "人员姓名",
        "所在单位(全称)",
        "职务",
        "人员类别",
        "政治面貌",
        "联系电话",
        "本人意愿",
        "备注",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write_string(0, column, head).unwrap();
    }
    for row in 0..ROWS {
        let is_wrong = wrong > 0 && row % (ROWS / wrong) == 0;
        let phone = if is_wrong {
            "12565847089".to_owned()
        } else {
            format!("136{:08}", first + row)
        };
        let cells = [
            "张建国",
            "昆明市水务局",
            "科长",
            "公务员",
            "中共党员",
            &phone,
            "是",
            "第一批",
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row as u32 + 1, column, cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

async fn import(server: &Server) {
    let village = server.sign_in("530102010004").await;
    let look = async |content: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(content).file_name("名单.xlsx");
        let sent = server
            .client
            .post(format!("{}/imports/candidates", server.address))
            .header("origin", &server.address)
            .header("cookie", &village)
            .multipart(reqwest::multipart::Form::new().part("file", part));
        let view: ImportView = sent.send().await.unwrap().json().await.unwrap();
        ended(server, &village, view).await
    };
    let started = Instant::now();
    let view = look(workbook(WRONG, 0)).await;
    println!(
        "import of {} rows, {} of them wrong: dry run {:.1} s, resident {} MB",
        view.rows,
        view.refused,
        started.elapsed().as_secs_f64(),
        server.resident()
    );
    assert_eq!(view.refused, WRONG);
    let started = Instant::now();
    let marked = server.get(&village, &format!("/imports/{}/marked", view.id)).await;
    println!(
        "the same workbook with its faults marked: {:.1} s, {} kB, resident {} MB",
        started.elapsed().as_secs_f64(),
        marked.len() / 1024,
        server.resident()
    );
    let view = look(workbook(0, ROWS)).await;
    let started = Instant::now();
    let answer = server
        .call(&village, "start_import", &json!({ "import": view.id }))
        .await;
    let view = ended(server, &village, serde_json::from_slice(&answer).unwrap()).await;
    println!(
        "{} rows stored: {:.1} s, resident {} MB",
        view.stored,
        started.elapsed().as_secs_f64(),
        server.resident()
    );
}

async fn ended(server: &Server, cookie: &str, mut view: ImportView) -> ImportView {
    while matches!(view.phase, Phase::Reading | Phase::Checking | Phase::Storing) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let answer = server
            .call(cookie, "import_status", &json!({ "import": view.id }))
            .await;
        view = serde_json::from_slice(&answer).unwrap();
    }
    view
}

async fn bulk(server: &Server, province: &str, what: &str, page: &str, tab: &str, query: ListQuery) {
    let arguments = json!({ "page": page, "tab": tab, "query": query, "ids": [], "verb": "approve" });
    let started = Instant::now();
    let plan: Json = serde_json::from_slice(&server.call(province, "plan_bulk", &arguments).await).unwrap();
    let planned = started.elapsed();
    let job = plan["id"].as_str().unwrap().to_owned();
    let start = json!({ "job": job, "opinion": "同意", "receiver": "" });
    let started = Instant::now();
    server.call(province, "start_bulk", &start).await;
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let view = server.call(province, "bulk_status", &json!({ "job": job })).await;
        let view: Json = serde_json::from_slice(&view).unwrap();
        if !view["is_running"].as_bool().unwrap() {
            println!(
                "bulk approval of {} {what}: dry run {:.1} s, job {:.1} s",
                view["done"],
                planned.as_secs_f64(),
                started.elapsed().as_secs_f64()
            );
            return;
        }
    }
}

/// Bytes and requests of the first page, as they travel.
async fn first_page(server: &Server) {
    let fetch = async |path: &str| {
        let answer = server
            .client
            .get(format!("{}{path}", server.address))
            .header("accept-encoding", "br");
        answer.send().await.unwrap().bytes().await.unwrap().len()
    };
    // The lazy parts of the program stand in no page: they are read off the folder.
    let mut parts = Vec::new();
    for entry in std::fs::read_dir("target/site/pkg").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".wasm") {
            parts.push((name.clone(), fetch(&format!("/pkg/{name}")).await));
        }
    }
    for (what, page, own) in [("desk", "/login", "live_desk"), ("phone", "/q", "live_phone")] {
        let plain = server
            .client
            .get(format!("{}{page}", server.address))
            .send()
            .await
            .unwrap();
        let html = plain.text().await.unwrap();
        let mut paths: Vec<&str> = Vec::new();
        for part in html.split(['"', '\'']).filter(|part| part.starts_with("/pkg/")) {
            if !part.ends_with(".wasm") && !paths.contains(&part) {
                paths.push(part);
            }
        }
        let mut shown = fetch(page).await;
        let mut said = vec![format!("HTML {shown} B")];
        for path in paths {
            let size = fetch(path).await;
            shown += size;
            said.push(format!("{} {size} B", path.rsplit('.').next().unwrap_or_default()));
        }
        let program = parts
            .iter()
            .filter(|(name, _)| !name.contains("live_") || name.contains(own));
        let program: usize = program.map(|(_, size)| size).sum();
        println!(
            "first page of the {what} (brotli): {:.1} kB without the program ({}), the program {:.1} kB",
            shown as f64 / 1024.0,
            said.join(", "),
            program as f64 / 1024.0
        );
    }
}
