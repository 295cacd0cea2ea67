//! 账号管理 (spec S9.1): the accounts of a part of the tree, made one by one or all that are missing, shut, let in again, given
//! a first password; their sessions; who uses them.

use super::authorize::{Permit, duties, to_administer, to_administer_one};
use super::clock::shown;
use super::command::first_password_until;
use super::db::account_lists::{self, Asked, Listed, State};
use super::db::accounts::NewAccount;
use super::db::audits::{Change, Line};
use super::db::{self, Connection};
use super::handouts::Handout;
use super::password::first_password;
use super::records::cascade_of;
use super::session::{self, Signed};
use super::sheets::plain::Table;
use super::standard_accounts::{Created, Planned, fresh, kinds, of_division};
use super::state::App;
use crate::api::administration::{
    AccountLine, AccountView, AccountsView, MissingView, NewAccountView, OwnAccountView, SessionLine, UseLine,
};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::domain::permission::{allows_duty, has_duty};
use crate::domain::phone;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region, Relation};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};

/// The name under which an account stands in the log.
pub const RECORD: &str = "accounts";
/// An account that nobody has used for so long is superfluous (`security.md` G06).
const IDLE_DAYS: i64 = 90;
/// Lines of 使用记录.
const MOST_USES: i64 = 50;
/// Lines of a dry run that are shown.
const SAMPLES: usize = 20;

/// Kinds that the account sees in a part of the tree.
fn seen_kinds(viewer: &Account) -> Vec<AccountKind> {
    let sees = |kind: &AccountKind| allows_duty(viewer.kind, Duty::See, *kind, Relation::Below);
    AccountKind::ALL.into_iter().filter(sees).collect()
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
        kinds: seen_kinds(permit.account())
            .into_iter()
            .map(|kind| (kind.key().to_owned(), kind.title().to_owned()))
            .collect(),
        may_create: has_duty(permit.account().kind, Duty::Create),
    })
}

/// Accounts as lines, with the names of where they stand.
async fn lines(
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

/// Numbers of people are shown in part above the township, here as everywhere (security P01).
fn shown_phone(viewer: &Account, number: &str) -> String {
    match is_masked(viewer) {
        true => phone::masked(number),
        false => number.to_owned(),
    }
}

fn is_masked(viewer: &Account) -> bool {
    viewer.kind.level() < Level::Township
}

/// An account that the viewer sees, as it is stored.
async fn find(
    connection: &mut Connection,
    signed: &Signed,
    id: &str,
    duty: Duty,
) -> Result<(Permit, Account, bool), AppError> {
    to_administer(signed, Duty::See)?;
    let stored = db::accounts::by_id(connection, id).await?.ok_or(AppError::NotFound)?;
    let permit = to_administer_one(signed, duty, &stored.account)?;
    Ok((permit, stored.account, stored.enabled))
}

/// One account.
pub async fn page(app: &App, signed: &Signed, id: &str, told: &str) -> Result<AccountView, AppError> {
    let viewer = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let (_, account, _) = find(&mut reader, signed, id, Duty::See).await?;
    let listed = account_lists::find(&mut reader, id).await?.ok_or(AppError::NotFound)?;
    let duties = duties(viewer, &account);
    let line = lines(app, &mut reader, viewer, std::slice::from_ref(&listed)).await?;
    let line = line.into_iter().next().ok_or(AppError::NotFound)?;
    let sessions = match duties.contains(&Duty::EndSessions) {
        true => sessions(app, &mut reader, signed, id).await?,
        false => Vec::new(),
    };
    let uses = match duties.contains(&Duty::SeeUse) {
        true => uses(&mut reader, id).await?,
        false => Vec::new(),
    };
    let users = account_lists::users(&mut reader, id).await?.into_iter();
    let told = match app.handouts.take(&viewer.id, told) {
        Some(Handout::Told(text)) => Some(text),
        _ => None,
    };
    Ok(AccountView {
        line,
        created_at: shown(&listed.created_at),
        password_set_at: listed.password_changed_at.as_deref().map_or(String::new(), shown),
        devices: db::sessions::count_devices(&mut reader, id).await?,
        rests: app
            .throttle
            .wait(&account.login_key, "", false)
            .map_or(0, |seconds| seconds.div_ceil(60)),
        users: users
            .map(|user| {
                (
                    user.name,
                    shown_phone(viewer, &user.phone),
                    shown(&user.added_at),
                )
            })
            .collect(),
        duties,
        sessions,
        uses,
        is_masked: is_masked(viewer) && !listed.person_phone.is_empty(),
        told,
    })
}

async fn uses(connection: &mut Connection, id: &str) -> Result<Vec<UseLine>, AppError> {
    let acts = [Act::SignIn, Act::SignOut, Act::ChangePerson, Act::ChangePassword].map(Act::key);
    let entries = db::logs::of_account(connection, id, &acts, MOST_USES).await?;
    let lines = entries.into_iter().map(|entry| {
        let done = Act::from_key(&entry.act).map_or("", Act::done);
        let what = match entry.opinion.is_empty() {
            true => done.to_owned(),
            false => format!("{done}：{}", entry.opinion),
        };
        UseLine {
            at: shown(&entry.at),
            what,
            person: entry.person_name,
            address: entry.address,
        }
    });
    Ok(lines.collect())
}

/// What a session is called by: nobody can make its token of that.
fn session_id(token_hash: &str) -> String {
    session::hash(token_hash).chars().take(16).collect()
}

async fn sessions(
    app: &App,
    connection: &mut Connection,
    signed: &Signed,
    account: &str,
) -> Result<Vec<SessionLine>, AppError> {
    let held = db::sessions::of_account(connection, account, &app.clock.now()).await?;
    let lines = held.into_iter().map(|one| SessionLine {
        id: session_id(&one.token_hash),
        since: shown(&one.created_at),
        seen_at: shown(&one.seen_at),
        address: one.address,
        agent: short_agent(&one.agent),
        person: one.person.unwrap_or_default(),
        is_own: one.token_hash == signed.token_hash,
    });
    Ok(lines.collect())
}

/// Browser and system of a user agent, as people call them.
fn short_agent(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("QQBrowser", "QQ 浏览器"),
        ("360", "360 浏览器"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("HarmonyOS", "鸿蒙"),
        ("Android", "安卓"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(word, _)| agent.contains(word));
        found.map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

/// What is written down about an account, its old and new values with it.
async fn note(
    connection: &mut Connection,
    permit: &Permit,
    act: Act,
    account: &Account,
    said: &str,
    changes: &[Change],
    now: &str,
) -> Result<(), AppError> {
    let about = format!("{} {}", account.login_key, account.name);
    let opinion = match said.is_empty() {
        true => about,
        false => format!("{about}，{said}"),
    };
    let line = Line {
        account: Some(permit.account()),
        act,
        region: Some(&account.region),
        record: Some((RECORD, &account.id)),
        step: None,
        opinion: &opinion,
        changes,
        address: permit.address(),
        now,
    };
    Ok(db::audits::write(connection, &line).await?)
}

fn changed(field: &str, old: &str, new: &str) -> Change {
    Change {
        field: field.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
    }
}

/// Gives an account a first password that is good once and for a few days, and ends everything that the old one has opened.
/// The one way to do so; who may has been asked.
pub async fn renew_password(app: &App, connection: &mut Connection, account: &Account) -> Result<String, AppError> {
    let (password, hash) = first_password();
    let (until, now) = (first_password_until(app), app.clock.now());
    db::accounts::set_password(&mut *connection, &account.id, &hash, true, Some(until), &now).await?;
    db::sessions::end_all(&mut *connection, &account.id).await?;
    db::sessions::forget_devices(connection, &account.id).await?;
    app.throttle.succeeded(&account.login_key);
    Ok(password)
}

/// 重置密码; answers the word under which the password is shown, once.
pub async fn reset(app: &App, signed: &Signed, id: &str) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, enabled) = find(&mut tx, signed, id, Duty::Reset).await?;
    if !enabled {
        return Err(AppError::Conflict("该账号已停用，请先启用".to_owned()));
    }
    let password = renew_password(app, &mut tx, &account).await?;
    let now = app.clock.now();
    note(&mut tx, &permit, Act::ResetPassword, &account, "", &[], &now).await?;
    tx.commit().await?;
    Ok(tell(app, &permit, &account.login_key, &password))
}

/// Keeps a sentence with a first password for whoever asked for it.
fn tell(app: &App, permit: &Permit, login_key: &str, password: &str) -> String {
    let hours = app.config.first_password_hours;
    let text = format!(
        "账号 {login_key} 的一次性密码：{password}　只显示这一次，{hours} 小时内有效，登录后须立即修改，请当面或电话转交使用人。"
    );
    app.handouts.keep(&permit.account().id, Handout::Told(text))
}

/// 停用 and 启用. A disabled account is out at once: its sessions end with it.
pub async fn set_enabled(app: &App, signed: &Signed, id: &str, enabled: bool) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, was) = find(&mut tx, signed, id, Duty::Disable).await?;
    if was == enabled {
        return Ok(());
    }
    let now = app.clock.now();
    let act = match enabled {
        true => {
            account_lists::enable(&mut tx, id).await?;
            Act::EnableAccount
        }
        false => {
            db::accounts::disable(&mut tx, id, &now).await?;
            db::sessions::end_all(&mut tx, id).await?;
            Act::DisableAccount
        }
    };
    let word = |enabled| if enabled { "启用" } else { "停用" };
    let changes = [changed("状态", word(was), word(enabled))];
    note(&mut tx, &permit, act, &account, "", &changes, &now).await?;
    Ok(tx.commit().await?)
}

/// 解除锁定 after wrong passwords.
pub async fn unlock(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::Unlock).await?;
    app.throttle.succeeded(&account.login_key);
    let now = app.clock.now();
    note(&mut tx, &permit, Act::Unlock, &account, "", &[], &now).await?;
    Ok(tx.commit().await?)
}

/// 下线: ends a session of an account, or all of them.
pub async fn end_session(app: &App, signed: &Signed, id: &str, session: Option<&str>) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::EndSessions).await?;
    let now = app.clock.now();
    let said = end(app, &mut tx, &account.id, session, "").await?;
    note(&mut tx, &permit, Act::EndSession, &account, &said, &[], &now).await?;
    Ok(tx.commit().await?)
}

/// Ends a session, or all but the one that is kept; answers which.
async fn end(
    app: &App,
    connection: &mut Connection,
    account: &str,
    session: Option<&str>,
    kept: &str,
) -> Result<String, AppError> {
    let held = db::sessions::of_account(&mut *connection, account, &app.clock.now()).await?;
    let chosen = held.into_iter().filter(|one| match session {
        Some(id) => session_id(&one.token_hash) == id,
        None => one.token_hash != kept,
    });
    let chosen: Vec<_> = chosen.collect();
    if chosen.is_empty() && session.is_some() {
        return Err(AppError::Conflict("该会话已经结束".to_owned()));
    }
    for one in &chosen {
        db::sessions::end(&mut *connection, &one.token_hash).await?;
    }
    let places: BTreeSet<&str> = chosen.iter().map(|one| one.address.as_str()).collect();
    let places: Vec<&str> = places.into_iter().collect();
    Ok(format!("{} 个会话 {}", chosen.len(), places.join("、")))
}

/// Shows 使用人电话 whole, and writes down who looked.
pub async fn reveal(app: &App, signed: &Signed, id: &str) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::See).await?;
    super::logs::take_reveal(app, &mut tx, permit.account()).await?;
    let number = account.person_phone.clone().unwrap_or_default();
    let now = app.clock.now();
    note(&mut tx, &permit, Act::Reveal, &account, "使用人电话", &[], &now).await?;
    tx.commit().await?;
    let told = Handout::Told(format!("{} 使用人电话：{number}", account.name));
    Ok(app.handouts.keep(&permit.account().id, told))
}

/// Kinds that can be made in a division, for whoever may.
fn creatable(permit: &Permit, region: &Region) -> Vec<AccountKind> {
    let relation = Relation::of(permit.scope(), region);
    let may = |kind: &&AccountKind| allows_duty(permit.account().kind, Duty::Create, **kind, relation);
    kinds(region.level()).iter().filter(may).copied().collect()
}

/// 新增: what an account would be called.
pub async fn blank(app: &App, signed: &Signed, query: &ListQuery) -> Result<NewAccountView, AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    let region = part_of(app, &permit, query);
    let kinds = creatable(&permit, &region);
    let asked = query.filters.get("kind").and_then(|key| AccountKind::from_key(key));
    let kind = asked.filter(|kind| kinds.contains(kind)).or(kinds.first().copied());
    let mut reader = app.store.reader().await?;
    let (mut login_key, mut name) = (String::new(), String::new());
    if let Some(kind) = kind {
        let planned = standard(&mut reader, kind, &region).await?;
        login_key = free_key(&mut reader, &planned.login_key).await?;
        name = planned.name;
    }
    Ok(NewAccountView {
        cascade: cascade_of(app, permit.scope(), query.region.as_ref(), Level::Village),
        path: app.divisions.path(&region),
        region: region.code().to_owned(),
        kinds: kinds
            .into_iter()
            .map(|kind| (kind.key().to_owned(), kind.title().to_owned()))
            .collect(),
        kind: kind.map_or("", AccountKind::key).to_owned(),
        login_key,
        name,
    })
}

fn part_of(app: &App, permit: &Permit, query: &ListQuery) -> Region {
    let known = |region: &Region| permit.scope().contains(region) && app.divisions.find(region).is_some();
    query
        .region
        .clone()
        .filter(known)
        .unwrap_or_else(|| permit.scope().clone())
}

/// The account of a kind that a division should have.
async fn standard(connection: &mut Connection, kind: AccountKind, region: &Region) -> Result<Planned, AppError> {
    let divisions = account_lists::divisions(connection, region).await?;
    let own = divisions.into_iter().find(|(code, ..)| code == region);
    let (region, name, sort) = own.ok_or(AppError::NotFound)?;
    Ok(of_division(kind, &region, &name, &sort))
}

/// The key itself, or with the next number behind.
async fn free_key(connection: &mut Connection, key: &str) -> Result<String, AppError> {
    let mut free = key.to_owned();
    for number in 2..100 {
        if db::accounts::by_key(&mut *connection, &free).await?.is_none() {
            break;
        }
        free = format!("{key}-{number}");
    }
    Ok(free)
}

/// What is typed at 新增.
pub struct Typed<'a> {
    /// Kind.
    pub kind: &'a str,
    /// Division.
    pub region: &'a str,
    /// Login key.
    pub login_key: &'a str,
    /// Display name.
    pub name: &'a str,
}

/// Makes one account; answers its id and the word under which its first password is shown, once.
pub async fn create(app: &App, signed: &Signed, typed: &Typed<'_>) -> Result<(String, String), AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    let region = Region::parse(typed.region).filter(|region| app.divisions.find(region).is_some());
    let region = region.ok_or_else(|| AppError::at("region", "请选择所属区划"))?;
    let kind = AccountKind::from_key(typed.kind).filter(|kind| creatable(&permit, &region).contains(kind));
    let kind = kind.ok_or_else(|| AppError::at("kind", "请选择账号种类"))?;
    let login_key = super::command::read_key(typed.login_key.trim())
        .map_err(|_| AppError::at("login_key", "登录名只能用字母、数字、- 和 /，最多 64 位"))?;
    let name = typed.name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AppError::at("name", "请输入账号名称（最多 100 个字）"));
    }
    let planned = Planned {
        login_key,
        kind,
        region,
        name: name.to_owned(),
    };
    let (new, created) = fresh(&planned, &first_password_until(app));
    let now = app.clock.now();
    let mut tx = app.store.begin_in_turn(RECORD).await?;
    if db::accounts::by_key(&mut tx, &planned.login_key).await?.is_some() {
        return Err(AppError::at("login_key", "该登录名已被使用"));
    }
    db::accounts::create(&mut tx, std::slice::from_ref(&new), &now).await?;
    let stored = db::accounts::by_key(&mut tx, &planned.login_key).await?;
    let account = stored.ok_or(AppError::NotFound)?.account;
    note(&mut tx, &permit, Act::CreateAccount, &account, "", &[], &now).await?;
    tx.commit().await?;
    let told = tell(app, &permit, &created.login_key, &created.password);
    Ok((account.id, told))
}

/// What a part of the tree lacks, and what nobody has used yet.
struct Lack {
    missing: Vec<Planned>,
    unused: Vec<Listed>,
}

async fn lack(connection: &mut Connection, permit: &Permit, part: &Region) -> Result<Lack, AppError> {
    let held = account_lists::held(&mut *connection, part).await?;
    let held: BTreeSet<(String, String)> = held.into_iter().collect();
    let divisions = account_lists::divisions(&mut *connection, part).await?;
    let mut missing = Vec::new();
    for (region, name, sort) in &divisions {
        for kind in creatable(permit, region) {
            if !held.contains(&(kind.key().to_owned(), region.code().to_owned())) {
                missing.push(of_division(kind, region, name, sort));
            }
        }
    }
    let plain = |kind: &AccountKind| allows_duty(permit.account().kind, Duty::Create, *kind, Relation::Below);
    let kinds: Vec<&'static str> = AccountKind::ALL
        .into_iter()
        .filter(plain)
        .map(AccountKind::key)
        .collect();
    let unused = account_lists::unused(connection, part, &kinds).await?;
    Ok(Lack { missing, unused })
}

/// 批量生成: the dry run.
pub async fn missing(app: &App, signed: &Signed, query: &ListQuery) -> Result<MissingView, AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    let part = part_of(app, &permit, query);
    let lack = lack(&mut *app.store.reader().await?, &permit, &part).await?;
    let mut counts: BTreeMap<AccountKind, (i64, i64)> = BTreeMap::new();
    for planned in &lack.missing {
        counts.entry(planned.kind).or_default().0 += 1;
    }
    for account in &lack.unused {
        counts.entry(account.kind).or_default().1 += 1;
    }
    let samples = lack.missing.iter().take(SAMPLES).map(|planned| {
        let path = app.divisions.path(&planned.region);
        (planned.login_key.clone(), planned.name.clone(), path)
    });
    let made = query.filters.get("made").filter(|key| app.handouts.waits(&permit.account().id, key));
    let number = query.filters.get("count").and_then(|count| count.parse().ok());
    Ok(MissingView {
        cascade: cascade_of(app, permit.scope(), query.region.as_ref(), Level::Village),
        region: part.code().to_owned(),
        path: app.divisions.path(&part),
        counts: counts
            .into_iter()
            .map(|(kind, (missing, unused))| (kind.title().to_owned(), missing, unused))
            .collect(),
        samples: samples.collect(),
        missing: lack.missing.len() as i64,
        unused: lack.unused.len() as i64,
        made: made.cloned().map(|key| (key, number.unwrap_or(0))),
        hours: app.config.first_password_hours,
    })
}

/// The columns of the workbook with first passwords.
static HANDED_OUT: &[(&str, f64)] = &[
    ("序号", 8.0),
    ("所属区划", 44.0),
    ("账号种类", 14.0),
    ("账号名称", 32.0),
    ("登录名", 20.0),
    ("一次性初始密码", 26.0),
];

/// 批量生成: makes every account that a part of the tree lacks, and gives those that nobody has used yet a new first password
/// where that is asked for. Answers the word under which the workbook is fetched, once, and how many it names.
pub async fn make(app: &App, signed: &Signed, region: &str, renew: bool) -> Result<(String, usize), AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    let part = Region::parse(region).filter(|part| permit.scope().contains(part));
    let part = part.ok_or_else(|| AppError::at("region", "请选择区划"))?;
    let _turn = app.imports.turn().await?;
    let (until, now) = (first_password_until(app), app.clock.now());
    let mut tx = app.store.begin_in_turn(RECORD).await?;
    let lack = lack(&mut tx, &permit, &part).await?;
    let mut new: Vec<NewAccount> = Vec::new();
    let mut handed: Vec<Created> = Vec::new();
    for mut planned in lack.missing {
        planned.login_key = free_key(&mut tx, &planned.login_key).await?;
        let (account, created) = fresh(&planned, &until);
        new.push(account);
        handed.push(created);
    }
    db::accounts::create(&mut tx, &new, &now).await?;
    let made = handed.len();
    for account in lack.unused.iter().filter(|_| renew) {
        let (password, hash) = first_password();
        db::accounts::set_password(&mut tx, &account.id, &hash, true, Some(until.clone()), &now).await?;
        handed.push(Created {
            login_key: account.login_key.clone(),
            kind: account.kind,
            region: account.region.clone(),
            name: account.name.clone(),
            password,
        });
    }
    if handed.is_empty() {
        return Err(AppError::Conflict("所选范围内没有需要生成的账号".to_owned()));
    }
    note_all(&mut tx, &permit, &handed, made, &now).await?;
    let count = handed.len();
    let mark = super::logs::mark(app, permit.account());
    let content = workbook(app, &handed, &mark)?;
    // Before the commit: no account may exist whose password nobody can read.
    let name = format!("{}账号及初始密码.xlsx", app.divisions.short(&part));
    let key = app
        .handouts
        .keep(&permit.account().id, Handout::Workbook(name, content));
    tx.commit().await?;
    Ok((key, count))
}

/// A line for each account, the new ones first.
async fn note_all(
    connection: &mut Connection,
    permit: &Permit,
    handed: &[Created],
    made: usize,
    now: &str,
) -> Result<(), AppError> {
    let about: Vec<String> = handed
        .iter()
        .map(|created| format!("{} {}", created.login_key, created.name))
        .collect();
    let lines: Vec<Line<'_>> = handed
        .iter()
        .zip(&about)
        .enumerate()
        .map(|(position, (created, about))| Line {
            account: Some(permit.account()),
            act: match position < made {
                true => Act::CreateAccount,
                false => Act::ResetPassword,
            },
            region: Some(&created.region),
            record: None,
            step: None,
            opinion: about,
            changes: &[],
            address: permit.address(),
            now,
        })
        .collect();
    Ok(db::audits::write_all(connection, &lines).await?)
}

fn workbook(app: &App, handed: &[Created], mark: &str) -> Result<Vec<u8>, AppError> {
    use std::io::Read;
    let lines: Vec<Vec<String>> = (1..)
        .zip(handed)
        .map(|(number, created): (usize, _)| {
            vec![
                number.to_string(),
                app.divisions.path(&created.region),
                created.kind.title().to_owned(),
                created.name.clone(),
                created.login_key.clone(),
                created.password.clone(),
            ]
        })
        .collect();
    let mut file = Table::begin("账号及初始密码", mark, HANDED_OUT)?
        .append(&lines)?
        .finish()?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(|error| db::internal(&error))?;
    Ok(content)
}

/// Hands the workbook out: once.
pub fn fetch(app: &App, signed: &Signed, key: &str) -> Result<(String, Vec<u8>), AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    match app.handouts.take(&permit.account().id, key) {
        Some(Handout::Workbook(name, content)) => Ok((name, content)),
        _ => Err(AppError::Conflict(
            "该文件已被下载或已过期，如密码遗失请重置密码".to_owned(),
        )),
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
    let mut table = Table::begin("账号", &super::logs::mark(app, viewer), COLUMNS)?;
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
    let hash = super::sheets::plain::hash(&mut file)?;
    super::logs::note_export(app, signed, "账号", rows, &query.parameters(), &hash).await?;
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

/// The own account: who uses it, and where it is signed in.
pub async fn own(app: &App, signed: &Signed) -> Result<OwnAccountView, AppError> {
    let account = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let stored = db::accounts::by_id(&mut reader, &account.id)
        .await?
        .ok_or(AppError::SignedOut)?;
    let users = account_lists::users(&mut reader, &account.id).await?.into_iter();
    Ok(OwnAccountView {
        person: account.person_name.clone().unwrap_or_default(),
        first: stored.account.person_name.unwrap_or_default(),
        users: users.map(|user| (user.id, user.name, user.phone)).collect(),
        sessions: sessions(app, &mut reader, signed, &account.id).await?,
    })
}

/// Ends own sessions elsewhere: one, or all but this one.
pub async fn end_own(app: &App, signed: &Signed, session: Option<&str>) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let said = end(app, &mut tx, &account.id, session, &signed.token_hash).await?;
    let line = own_line(account, Act::EndSession, &said, &signed.address, &now);
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}

fn own_line<'a>(account: &'a Account, act: Act, said: &'a str, address: &'a str, now: &'a str) -> Line<'a> {
    super::http::account::line(Some(account), act, said, address, now)
}

/// People who share an account at the most.
const MOST_USERS: usize = 20;

/// Names somebody else who may use the own account.
pub async fn add_user(app: &App, signed: &Signed, name: &str, phone: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin_in_turn(&format!("{RECORD}/{}", account.id)).await?;
    let known = account_lists::users(&mut tx, &account.id).await?;
    let first = db::accounts::by_id(&mut tx, &account.id).await?;
    let first = first.and_then(|stored| stored.account.person_name);
    if known.iter().any(|user| user.name == name) || first.as_deref() == Some(name) {
        return Err(AppError::at("user_name", "该使用人已经登记"));
    }
    if known.len() >= MOST_USERS {
        return Err(AppError::at("user_name", format!("最多登记 {MOST_USERS} 个使用人")));
    }
    account_lists::add_user(&mut tx, &account.id, name, phone, &now).await?;
    let said = format!("增加使用人 {name}");
    db::audits::write(
        &mut tx,
        &own_line(account, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Somebody no longer uses the own account.
pub async fn remove_user(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let known = account_lists::users(&mut tx, &account.id).await?;
    let user = known.into_iter().find(|user| user.id == id).ok_or(AppError::NotFound)?;
    account_lists::remove_user(&mut tx, &account.id, id, &now).await?;
    let said = format!("移除使用人 {}", user.name);
    db::audits::write(
        &mut tx,
        &own_line(account, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Says who works in this session; `id` is empty for the first user.
pub async fn choose_user(app: &App, signed: &Signed, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let name = match id {
        "" => {
            let stored = db::accounts::by_id(&mut tx, &account.id).await?;
            stored.and_then(|stored| stored.account.person_name)
        }
        id => {
            let known = account_lists::users(&mut tx, &account.id).await?;
            known.into_iter().find(|user| user.id == id).map(|user| user.name)
        }
    };
    let name = name.ok_or(AppError::NotFound)?;
    db::sessions::set_person(&mut tx, &signed.token_hash, &name).await?;
    let said = format!("本次使用人 {name}");
    let now_known = Account {
        person_name: Some(name),
        ..account.clone()
    };
    db::audits::write(
        &mut tx,
        &own_line(&now_known, Act::ChangePerson, &said, &signed.address, &now),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Shuts accounts that nobody has used for so many days, where the settings say so (`security.md` G06).
pub async fn disable_idle(app: &App) -> Result<usize, AppError> {
    let days = app.config.disable_unused_days;
    if days <= 0 {
        return Ok(0);
    }
    let plain = AccountKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_administrator() && !kind.belongs_to_record());
    let kinds: Vec<&'static str> = plain.map(AccountKind::key).collect();
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let idle = account_lists::idle(&mut tx, &kinds, &session::ago(app, days * 24 * 3_600)).await?;
    for account in &idle {
        db::accounts::disable(&mut tx, &account.id, &now).await?;
        db::sessions::end_all(&mut tx, &account.id).await?;
        let said = format!("{} {}，{days} 天未使用", account.login_key, account.name);
        let changes = [changed("状态", "启用", "停用")];
        let line = Line {
            record: Some((RECORD, &account.id)),
            changes: &changes,
            ..super::command::by_the_system(Act::DisableAccount, &account.region, &said, &now)
        };
        db::audits::write(&mut tx, &line).await?;
    }
    tx.commit().await?;
    Ok(idle.len())
}
