//! 日志 (spec S9.6): four logs over one table, read from the newest line back, and what is written when something personal is
//! shown or leaves the system.

use super::accounts::RECORD;
use super::authorize::{to_export_log, to_read_log};
use super::clock::{shown, start_of};
use super::db::logs::{Asked, Entry, Place};
use super::db::{self, Connection, audits::Change, audits::Line};
use super::records::cascade_of;
use super::session::{self, Signed};
use super::sheets::plain::{Table, hash};
use super::state::App;
use super::telemetry::RequestId;
use crate::api::administration::{LogLine, LogView};
use crate::domain::account::Account;
use crate::domain::audit::{Act, Log, sentence};
use crate::domain::permission::{REVEAL_REASONS, exports_logs, reads_log};
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::{forms, steps};
use std::collections::BTreeMap;

/// Days that are shown while nobody asks for others.
const DAYS: i64 = 30;
/// Numbers that one account may have shown whole in a day (security P02).
const MOST_REVEALS: i64 = 100;

/// A page of a log.
pub async fn page(app: &App, signed: &Signed, tab: &str, query: &ListQuery) -> Result<LogView, AppError> {
    let kind = signed.ready()?.kind;
    let readable: Vec<Log> = Log::ALL.into_iter().filter(|log| reads_log(kind, *log)).collect();
    let log = match tab {
        "" => readable.first().copied().unwrap_or(Log::Operations),
        tab => Log::from_key(tab).ok_or(AppError::NotFound)?,
    };
    let permit = to_read_log(signed, log)?;
    let mut reader = app.store.reader().await?;
    let (asked, days) = asked(app, &mut reader, log, query).await?;
    let size = query.size.clamp(1, 100);
    let (place, upwards) = match (query.filters.get("after"), query.filters.get("before")) {
        (Some(place), _) => (read_place(place), true),
        (None, Some(place)) => (read_place(place), false),
        _ => (None, false),
    };
    let mut entries = db::logs::page(&mut reader, &asked, place.as_ref(), upwards, size + 1).await?;
    let has_more = entries.len() as i64 > size;
    entries.truncate(size as usize);
    if upwards {
        entries.reverse();
    }
    let (has_newer, has_older) = match upwards {
        true => (has_more, true),
        false => (place.is_some(), has_more),
    };
    let place_of = |entry: Option<&Entry>| entry.map(|entry| format!("{}_{}", entry.at, entry.id));
    let newer = place_of(entries.first()).filter(|_| has_newer);
    let older = place_of(entries.last()).filter(|_| has_older);
    let acts: Vec<(String, String)> = log
        .acts()
        .map(|act| (act.key().to_owned(), act.done().to_owned()))
        .collect();
    let lines = told(app, &mut reader, entries).await?;
    Ok(LogView {
        tabs: readable
            .into_iter()
            .map(|log| (log.key().to_owned(), log.title().to_owned()))
            .collect(),
        tab: log.key().to_owned(),
        newer,
        older,
        lines: lines.into_iter().map(|told| told.line).collect(),
        cascade: cascade_of(app, permit.scope(), query.region.as_ref(), Level::Township),
        acts: if acts.len() > 1 { acts } else { Vec::new() },
        forms: forms_of(log),
        days,
        may_export: exports_logs(kind),
    })
}

/// What the lines of a log are about: the forms by key and title; nothing where they are about none.
fn forms_of(log: Log) -> Vec<(String, String)> {
    let pair = |key: &str, title: &str| (key.to_owned(), title.to_owned());
    match log {
        Log::Operations | Log::Reveals => forms::ALL
            .iter()
            .map(|form| pair(form.key, form.title))
            .chain([pair(RECORD, ACCOUNTS)])
            .collect(),
        Log::SignIns | Log::Exports => Vec::new(),
    }
}

/// `instant_id`, as it stands in an address.
fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('_')?;
    Some(Place {
        at: at.to_owned(),
        id: id.to_owned(),
    })
}

/// What a query asks for, and the days that it means.
async fn asked(
    app: &App,
    connection: &mut Connection,
    log: Log,
    query: &ListQuery,
) -> Result<(Asked, (String, String)), AppError> {
    let filter = |key: &str| query.filters.get(key).map_or("", |value| value.trim());
    let record = record_in(&query.text);
    let from = start_of(filter("from"), 0).map(|at| (filter("from").to_owned(), at));
    let (first, from) = from.unwrap_or_else(|| match record {
        // Whoever asks for a record asks for all that happened to it.
        Some(_) => Default::default(),
        None => {
            let month_ago = shown(&session::ago(app, DAYS * 24 * 3_600))[..10].to_owned();
            let at = start_of(&month_ago, 0).unwrap_or_default();
            (month_ago, at)
        }
    });
    let to = start_of(filter("to"), 1).map(|at| (filter("to").to_owned(), at));
    let (last, to) = to.unwrap_or_default();
    let accounts = match filter("account") {
        "" => None,
        text => Some(db::logs::accounts(connection, text).await?),
    };
    let act = Act::from_key(filter("act")).filter(|act| Log::of(*act) == log);
    let form = match filter("form") {
        RECORD => Some(RECORD),
        key => forms::find(key).map(|form| form.key),
    };
    let asked = Asked {
        log,
        from,
        to,
        accounts,
        part: query.region.clone().filter(|part| part.level() > Level::Province),
        act,
        form,
        text: match record {
            Some(_) => String::new(),
            None => query.text.clone(),
        },
        record,
        code: Region::parse(query.text.trim()).filter(|code| code.level() > Level::Province),
    };
    Ok((asked, (first, last)))
}

/// The record that a text names, by its id as the store writes it.
fn record_in(text: &str) -> Option<String> {
    let id = uuid::Uuid::parse_str(text.trim()).ok()?;
    Some(id.to_string())
}

#[derive(serde::Deserialize)]
struct StoredChange {
    field: String,
    old: String,
    new: String,
}

/// A line as the screen and the file tell it.
struct Told {
    line: LogLine,
    /// What the log calls whoever did it.
    name: String,
    /// What was said.
    said: String,
    /// Which session, in short.
    session: String,
}

/// Lines as they are told, natural villages by their names.
async fn told(app: &App, connection: &mut Connection, entries: Vec<Entry>) -> Result<Vec<Told>, AppError> {
    let regions = entries.iter().filter_map(|entry| Region::parse(&entry.region));
    let hamlets: Vec<Region> = regions
        .filter(|region| region.level() == Level::NaturalVillage)
        .collect();
    let names = db::regions::names(connection, &hamlets).await?;
    Ok(entries.into_iter().map(|entry| tell(app, entry, &names)).collect())
}

fn tell(app: &App, entry: Entry, hamlets: &BTreeMap<String, String>) -> Told {
    let at = shown(&entry.at);
    let act = Act::from_key(&entry.act);
    // Whoever gave a name that is nobody's is called by it.
    let (name, said) = match (&entry.account, act) {
        (None, Some(Act::SignInFailed)) => (entry.opinion, "无此账号或账号已停用".to_owned()),
        _ => (entry.account_name, entry.opinion),
    };
    let changes: Vec<StoredChange> = serde_json::from_str(&entry.changes).unwrap_or_default();
    let place = Region::parse(&entry.region).map_or(String::new(), |region| {
        let village = region
            .at(Level::Village)
            .filter(|_| region.level() == Level::NaturalVillage);
        match (village, hamlets.get(region.code())) {
            (Some(village), Some(name)) => format!("{} / {name}", app.divisions.path(&village)),
            _ => app.divisions.path(&region),
        }
    });
    let line = LogLine {
        sentence: sentence(&name, &at, &entry.act, &said),
        at,
        act: act.map_or("", Act::done).to_owned(),
        is_refusal: matches!(act, Some(Act::SignInFailed | Act::Refused)),
        person: entry.person_name,
        place,
        about: about(&entry.form, &entry.step),
        record: entry.record,
        address: shown_address(entry.address),
        changes: changes
            .into_iter()
            .map(|change| (change.field, change.old, change.new))
            .collect(),
        id: entry.id,
    };
    Told {
        line,
        name,
        said,
        session: entry.session,
    }
}

/// From where something was done, as people read it.
pub fn shown_address(address: String) -> String {
    match address.as_str() {
        "command" => "服务器命令行".to_owned(),
        _ => address,
    }
}

/// What the log calls the accounts that a line is about.
const ACCOUNTS: &str = "账号管理";

/// What a line is about: the form, or the step.
fn about(form: &str, step: &str) -> String {
    let title = match form {
        "" => None,
        RECORD => Some(ACCOUNTS),
        form => forms::find(form).map(|form| form.title),
    };
    let step = steps::find(step).map(|step| step.title);
    title.or(step).unwrap_or_default().to_owned()
}

/// The columns of a log as a workbook.
static COLUMNS: &[(&str, f64)] = &[
    ("时间", 20.0),
    ("账号", 30.0),
    ("使用人", 12.0),
    ("操作", 18.0),
    ("内容", 48.0),
    ("对象", 24.0),
    ("记录编号", 38.0),
    ("所属区划", 40.0),
    ("变更（原值 → 新值）", 60.0),
    ("IP 地址", 18.0),
    ("会话", 20.0),
    ("日志编号", 38.0),
];

/// 导出: everything that the filter shows, written row by row; that it was taken out is a line of 导出日志.
pub async fn export(
    app: &App,
    signed: &Signed,
    tab: &str,
    query: &ListQuery,
) -> Result<(Log, std::fs::File), AppError> {
    use futures::StreamExt;
    const BATCH: usize = 1_000;
    let log = Log::from_key(tab).ok_or(AppError::NotFound)?;
    let permit = to_export_log(signed, log)?;
    let (asked, _) = asked(app, &mut *app.store.reader().await?, log, query).await?;
    let mut table = Table::begin(log.title(), &mark(app, permit.account()), COLUMNS)?;
    let _turn = app.imports.turn().await?;
    let mut long = app.store.long_reader().await?;
    let mut pieces = db::logs::stream(&mut long, &asked).ready_chunks(BATCH);
    while let Some(piece) = pieces.next().await {
        let entries: Result<Vec<Entry>, _> = piece.into_iter().collect();
        let told = told(app, &mut *app.store.reader().await?, entries?).await?;
        let rows: Vec<Vec<String>> = told.into_iter().map(row).collect();
        let appended = tokio::task::spawn_blocking(move || table.append(&rows)).await;
        table = appended.map_err(|error| db::internal(&error))??;
    }
    drop(pieces);
    let rows = table.count();
    let finished = tokio::task::spawn_blocking(move || {
        let mut file = table.finish()?;
        let hash = hash(&mut file)?;
        Ok::<_, AppError>((file, hash))
    });
    let (file, hash) = finished.await.map_err(|error| db::internal(&error))??;
    let what = format!("{} {rows} 条", log.title());
    note_export(app, signed, &what, &query.parameters(), &hash).await?;
    Ok((log, file))
}

fn row(told: Told) -> Vec<String> {
    let line = told.line;
    let changes: Vec<String> = line
        .changes
        .into_iter()
        .map(|(field, old, new)| format!("{field}：{old} → {new}"))
        .collect();
    vec![
        line.at,
        told.name,
        line.person,
        line.act,
        told.said,
        line.about,
        line.record,
        line.place,
        changes.join("；"),
        line.address,
        told.session,
        line.id,
    ]
}

/// What stands above a table that leaves the system: who took it out and when.
pub fn mark(app: &App, account: &Account) -> String {
    let number = RequestId::current().map_or(String::new(), |id| format!("，编号 {id}"));
    format!(
        "{}（{}）于 {} 导出{number}，仅限工作使用，请妥善保管",
        account.name,
        account.login_key,
        shown(&app.clock.now())
    )
}

/// Writes down that something left the system: what, by which filter, and the hash of the file (security P04).
pub async fn note_export(
    app: &App,
    signed: &Signed,
    what: &str,
    filter: &[(String, String)],
    hash: &str,
) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    note_export_in(app, &mut tx, signed, what, filter, hash).await?;
    Ok(tx.commit().await?)
}

/// The same within what it is about.
pub async fn note_export_in(
    app: &App,
    connection: &mut Connection,
    signed: &Signed,
    what: &str,
    filter: &[(String, String)],
    hash: &str,
) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let filter: Vec<String> = filter.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let told = |field: &str, new: String| Change {
        field: field.to_owned(),
        old: String::new(),
        new,
    };
    let mut changes = vec![told("文件 SHA-256", hash.to_owned())];
    if !filter.is_empty() {
        changes.insert(0, told("筛选条件", filter.join("，")));
    }
    let line = Line {
        account: Some(account),
        act: Act::Export,
        region: Some(&account.region),
        record: None,
        step: None,
        opinion: what,
        changes: &changes,
        address: &signed.address,
        now: &now,
    };
    Ok(db::audits::write(connection, &line).await?)
}

/// Why somebody looks at a whole number: one of the reasons that are offered.
pub fn reason(reason: &str) -> Result<&'static str, AppError> {
    let mut known = REVEAL_REASONS.into_iter();
    let known = known.find(|known| *known == reason);
    known.ok_or_else(|| AppError::at("reason", "请选择查看原因"))
}

/// Takes one of the numbers that an account may have shown whole in a day; the line that says so is written by who shows it,
/// in the same transaction. One after the other for an account: two that ask at once do not share the last one.
pub async fn take_reveal(app: &App, connection: &mut Connection, account: &Account) -> Result<(), AppError> {
    app.store.turn(connection, &format!("reveals/{}", account.id)).await?;
    let today = start_of(&app.clock.today(), 0).unwrap_or_default();
    let shown = db::logs::count_since(connection, &account.id, Act::Reveal, &today).await?;
    match shown >= MOST_REVEALS {
        true => Err(AppError::Conflict(format!(
            "每个账号每天最多查看 {MOST_REVEALS} 个完整号码，请明天再试"
        ))),
        false => Ok(()),
    }
}
