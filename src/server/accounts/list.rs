//! The list, on the screen and as a workbook.

use super::shown_phone;
use crate::api::administration::{AccountLine, AccountsView};
use crate::domain::account::{Account, AccountKind};
use crate::domain::duty::Duty;
use crate::domain::permission::{allows_duty, has_duty};
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region, Relation};
use crate::error::AppError;
use crate::server::authorize::{Permit, to_administer};
use crate::server::clock::shown;
use crate::server::db::account_lists::{self, Asked, Listed, State};
use crate::server::db::{self, Connection};
use crate::server::logs;
use crate::server::records::cascade_of;
use crate::server::session::{self, Signed};
use crate::server::sheets::plain::{Table, hash};
use crate::server::state::App;
use std::collections::BTreeMap;

/// An account that nobody has used for so long is superfluous (`security.md` G06).
const IDLE_DAYS: i64 = 90;

/// Kinds that the account sees in a part of the tree.
fn seen_kinds(viewer: &Account) -> Vec<AccountKind> {
    let sees = |kind: &AccountKind| allows_duty(viewer.kind, Duty::See, *kind, Relation::Below);
    AccountKind::ALL.into_iter().filter(sees).collect()
}

/// The kinds of the filter: key and title.
pub fn kinds(viewer: &Account) -> Vec<(String, String)> {
    let seen = seen_kinds(viewer).into_iter();
    seen.map(|kind| (kind.key().to_owned(), kind.title().to_owned()))
        .collect()
}

/// The states of the filter.
fn state(key: &str) -> Option<State> {
    match key {
        "enabled" => Some(State::Enabled),
        "disabled" => Some(State::Disabled),
        "first" => Some(State::First),
        "expired" => Some(State::Expired),
        "never" => Some(State::Never),
        "idle" => Some(State::Idle),
        "shared" => Some(State::Shared),
        _ => None,
    }
}

/// What a query asks for, as the store reads it.
struct Question {
    part: Region,
    kinds: Vec<&'static str>,
    state: Option<State>,
    text: String,
    now: String,
    idle_since: String,
}

impl Question {
    fn new(app: &App, permit: &Permit, query: &ListQuery) -> Self {
        let scope = permit.scope();
        let part = query.region.clone().filter(|region| scope.contains(region));
        let seen = seen_kinds(permit.account());
        let asked = query.filters.get("kind").and_then(|key| AccountKind::from_key(key));
        let kinds = match asked {
            Some(kind) => seen.into_iter().filter(|one| *one == kind).collect(),
            None => seen,
        };
        Self {
            part: part.unwrap_or_else(|| scope.clone()),
            kinds: kinds.into_iter().map(AccountKind::key).collect(),
            state: query.filters.get("state").and_then(|key| state(key)),
            text: query.text.clone(),
            now: app.clock.now(),
            idle_since: session::ago(app, IDLE_DAYS * 24 * 3_600),
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            part: &self.part,
            kinds: self.kinds.clone(),
            state: self.state,
            text: &self.text,
            now: &self.now,
            idle_since: &self.idle_since,
        }
    }
}

/// The list.
pub async fn list(app: &App, signed: &Signed, query: &ListQuery) -> Result<AccountsView, AppError> {
    let permit = to_administer(signed, Duty::See)?;
    let question = Question::new(app, &permit, query);
    let mut reader = app.store.reader().await?;
    let total = account_lists::count(&mut reader, &question.asked()).await?;
    let offset = (query.page - 1).max(0) * query.size;
    let found = account_lists::page(&mut reader, &question.asked(), offset, query.size.clamp(1, 100)).await?;
    let lines = lines(app, &mut reader, permit.account(), &found).await?;
    Ok(AccountsView {
        lines,
        total,
        cascade: cascade_of(app, permit.scope(), query.region.as_ref(), Level::Village),
        kinds: kinds(permit.account()),
        may_create: has_duty(permit.account().kind, Duty::Create),
    })
}

/// Accounts of a part of the tree, for 台账信息, and how many there are. Whom the account may not see is not among them.
pub async fn of_part(
    app: &App,
    signed: &Signed,
    query: &ListQuery,
    offset: i64,
    limit: i64,
) -> Result<(Vec<AccountLine>, i64), AppError> {
    let permit = to_administer(signed, Duty::See)?;
    let question = Question::new(app, &permit, query);
    let mut reader = app.store.reader().await?;
    let total = account_lists::count(&mut reader, &question.asked()).await?;
    let found = account_lists::page(&mut reader, &question.asked(), offset, limit).await?;
    Ok((lines(app, &mut reader, permit.account(), &found).await?, total))
}

/// Accounts as lines, with the names of where they stand.
pub(super) async fn lines(
    app: &App,
    connection: &mut Connection,
    viewer: &Account,
    found: &[Listed],
) -> Result<Vec<AccountLine>, AppError> {
    let hamlets: Vec<Region> = found
        .iter()
        .filter(|account| account.region.level() == Level::NaturalVillage)
        .map(|account| account.region.clone())
        .collect();
    let names = db::regions::names(connection, &hamlets).await?;
    let now = app.clock.now();
    Ok(found
        .iter()
        .map(|account| line(app, viewer, account, &names, &now))
        .collect())
}

fn line(app: &App, viewer: &Account, account: &Listed, names: &BTreeMap<String, String>, now: &str) -> AccountLine {
    let own = names.get(account.region.code()).cloned();
    let path = match (account.region.at(Level::Village), own) {
        (Some(village), Some(name)) => format!("{} / {name}", app.divisions.path(&village)),
        _ => app.divisions.path(&account.region),
    };
    let is_over = account.password_until.as_deref().is_some_and(|until| until <= now);
    let password = match (account.must_change, is_over) {
        (false, _) => "是",
        (true, false) => "否",
        (true, true) => "否（初始密码已过期）",
    };
    AccountLine {
        id: account.id.clone(),
        login_key: account.login_key.clone(),
        name: account.name.clone(),
        kind: account.kind.title().to_owned(),
        path,
        is_enabled: account.disabled_at.is_none(),
        person: account.person_name.clone(),
        phone: shown_phone(viewer, &account.person_phone),
        seen_at: account.last_seen_at.as_deref().map_or(String::new(), shown),
        password: password.to_owned(),
        is_changed: !account.must_change,
    }
}

/// The columns of the exported list.
static COLUMNS: &[(&str, f64)] = &[
    ("序号", 8.0),
    ("账号名称", 32.0),
    ("登录名", 20.0),
    ("账号种类", 14.0),
    ("所属区划", 44.0),
    ("状态", 8.0),
    ("使用人", 12.0),
    ("使用人电话", 16.0),
    ("最近登录", 20.0),
    ("是否改密", 22.0),
];

/// 导出: everything that the filter shows.
pub async fn export(app: &App, signed: &Signed, query: &ListQuery) -> Result<std::fs::File, AppError> {
    use futures::StreamExt;
    const BATCH: usize = 500;
    let permit = to_administer(signed, Duty::See)?;
    let question = Question::new(app, &permit, query);
    let viewer = permit.account();
    let mut table = Table::begin("账号", &logs::mark(app, viewer), COLUMNS)?;
    let _turn = app.imports.turn().await?;
    let mut long = app.store.long_reader().await?;
    let asked = question.asked();
    let mut pieces = account_lists::stream(&mut long, &asked).ready_chunks(BATCH);
    while let Some(piece) = pieces.next().await {
        let found: Result<Vec<Listed>, _> = piece.into_iter().collect();
        let lines = lines(app, &mut *app.store.reader().await?, viewer, &found?).await?;
        let first = table.count() + 1;
        let rows: Vec<Vec<String>> = (first..).zip(lines).map(|(number, line)| row(number, line)).collect();
        table = table.append(&rows)?;
    }
    drop(pieces);
    let rows = table.count();
    let mut file = table.finish()?;
    let hash = hash(&mut file)?;
    let what = format!("账号 {rows} 条");
    logs::note_export(app, signed, &what, &query.parameters(), &hash).await?;
    Ok(file)
}

fn row(number: u64, line: AccountLine) -> Vec<String> {
    vec![
        number.to_string(),
        line.name,
        line.login_key,
        line.kind,
        line.path,
        if line.is_enabled { "启用" } else { "停用" }.to_owned(),
        line.person,
        line.phone,
        line.seen_at,
        line.password,
    ]
}
