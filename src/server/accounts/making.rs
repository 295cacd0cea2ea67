//! New accounts: one by one, or all that a part of the tree lacks.

use super::{RECORD, note, tell};
use crate::api::administration::{MissingView, NewAccountView};
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::domain::permission::allows_duty;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region, Relation};
use crate::error::AppError;
use crate::server::authorize::{Permit, to_administer};
use crate::server::command::{first_password_until, read_key};
use crate::server::db::account_lists::{self, Listed};
use crate::server::db::accounts::NewAccount;
use crate::server::db::audits::Line;
use crate::server::db::{self, Connection};
use crate::server::handouts::{self, Handout, Owner};
use crate::server::logs;
use crate::server::password::first_password;
use crate::server::records::cascade_of;
use crate::server::session::Signed;
use crate::server::sheets::plain::{Table, hash_of};
use crate::server::standard_accounts::{Created, Planned, fresh, kinds, of_division};
use crate::server::state::App;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a dry run that are shown.
const SAMPLES: usize = 20;

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
    let known = |region: &Region| permit.scope().contains(region) && app.divisions.find(region).is_some();
    let region = Region::parse(typed.region).filter(known);
    let region = region.ok_or_else(|| AppError::at("region", "请选择所属区划"))?;
    let kind = AccountKind::from_key(typed.kind).filter(|kind| creatable(&permit, &region).contains(kind));
    let kind = kind.ok_or_else(|| AppError::at("kind", "请选择账号种类"))?;
    let login_key = read_key(typed.login_key.trim())
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
    let told = tell(app, &mut tx, &permit, &created.login_key, &created.password).await?;
    tx.commit().await?;
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
    let mut made = None;
    if let Some(word) = query.filters.get("made") {
        let owner = Owner::Account(&permit.account().id);
        let waits = handouts::waits(app, &mut *app.store.reader().await?, owner, word).await?;
        made = waits.then(|| word.clone());
    }
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
        made: made.map(|word| (word, number.unwrap_or(0))),
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
    let mark = logs::mark(app, permit.account());
    let content = workbook(app, &handed, &mark)?;
    // In the same transaction: no account may exist whose password nobody can read.
    let name = format!("{}账号及初始密码.xlsx", app.divisions.short(&part));
    let owner = Owner::Account(&permit.account().id);
    let word = handouts::keep(app, &mut tx, owner, &Handout::Workbook(name, content)).await?;
    tx.commit().await?;
    Ok((word, count))
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
pub async fn fetch(app: &App, signed: &Signed, word: &str) -> Result<(String, Vec<u8>), AppError> {
    let permit = to_administer(signed, Duty::Create)?;
    let owner = Owner::Account(&permit.account().id);
    let mut tx = app.store.begin().await?;
    let Some(Handout::Workbook(name, content)) = handouts::take(app, &mut tx, owner, word).await? else {
        return Err(AppError::Conflict(
            "该文件已被下载或已过期，如密码遗失请重置密码".to_owned(),
        ));
    };
    // Where that cannot be written down, the passwords still wait.
    logs::note_export_in(app, &mut tx, signed, "账号及初始密码", &[], &hash_of(&content)).await?;
    tx.commit().await?;
    Ok((name, content))
}
