//! Registration of natural villages by the QR code of their village (manual 8.1, 8.2; spec S8.1, M8.1, SM-6).
//!
//! Strangers may find a code. So a village's list is never filled by them: names that the village itself has listed always
//! get through, others only so often from one address and with one code, and only so many wait at a time.

use super::authorize::Permit;
use super::db::accounts::NewAccount;
use super::db::audits::Line;
use super::db::records::{NewRecord, Stored};
use super::db::registration_codes::Code;
use super::db::{self, Connection};
use super::hamlets;
use super::naming::sounds_like;
use super::password::published_password;
use super::sealing;
use super::session::{Signed, new_token};
use super::state::App;
use super::terms;
use super::throttle;
use crate::api::registration::{CodeLine, CodesView, DoorView, NameVerdict};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::field::Kind;
use crate::domain::form::Form;
use crate::domain::parameter::CONFIRMED_AT_ONCE;
use crate::domain::phone::{is_id_number, is_mobile};
use crate::domain::problem::Problem;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region};
use crate::domain::value::Value;
use crate::error::AppError;
use crate::forms::basics::natural_villages::{FORM, bad_name};

/// Registrations of names that nobody has listed, from one address in an hour: a cadre registers the hamlets of a village
/// from one office.
const UNLISTED_BY_ADDRESS: usize = 20;
/// The same with one code, whatever the address.
const UNLISTED_BY_CODE: usize = 40;
/// Registrations of listed names from one address in an hour.
const LISTED_BY_ADDRESS: usize = 200;
/// Names looked up while typing, from one address in an hour.
const LOOKS_BY_ADDRESS: usize = 3_000;
/// Unconfirmed or refused registrations that a village has at a time.
const MOST_WAITING: usize = 60;
/// Natural villages of one village.
const MOST: i64 = 999;

/// What somebody types to register.
pub struct Enrollment<'a> {
    /// Token of the address.
    pub token: &'a str,
    /// 登录名称
    pub name: &'a str,
    /// 手机号码, or empty
    pub phone: &'a str,
    /// 身份证号, or empty
    pub id_number: &'a str,
}

/// The address that a code holds.
pub fn address(app: &App, token: &str) -> String {
    let public = app.config.public_url.trim_end_matches('/');
    match public.is_empty() {
        true => format!("http://{}/q/{token}", app.config.address),
        false => format!("{public}/q/{token}"),
    }
}

/// Gives a code to every village that has none.
pub async fn make_codes(app: &App) -> Result<(), AppError> {
    let villages: Vec<Region> = app
        .divisions
        .below(&Region::province(), Level::Village)
        .map(|division| division.region.clone())
        .collect();
    let mut tx = app.store.begin().await?;
    let known = db::registration_codes::all(&mut tx).await?;
    let new: Vec<(Region, String)> = villages
        .into_iter()
        .filter(|village| !known.contains(village.code()))
        .map(|village| (village.clone(), token()))
        .collect();
    db::registration_codes::make(&mut tx, &new, &app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// 128 random bits: a code cannot be guessed, and is small enough for a coarse print.
pub fn token() -> String {
    new_token().chars().take(32).collect()
}

async fn code(connection: &mut Connection, token: &str) -> Result<Code, AppError> {
    if token.len() > 64 {
        return Err(AppError::NotFound);
    }
    let code = db::registration_codes::by_token(connection, token).await?;
    code.ok_or(AppError::NotFound)
}

/// What whoever scans a code sees first.
pub async fn door(app: &App, token: &str) -> Result<DoorView, AppError> {
    let mut reader = app.store.reader().await?;
    let code = code(&mut reader, token).await?;
    Ok(DoorView {
        village: app.divisions.short(&code.region),
        path: app.divisions.path(&code.region),
        is_open: code.is_open,
        accounts: db::registration_codes::accounts(&mut reader, &code.region).await?,
        asks_id_number: sealing::is_on(app),
    })
}

/// What there is to say about a name while it is typed.
pub async fn look(app: &App, signed: &Signed, token: &str, name: &str) -> Result<NameVerdict, AppError> {
    throttle::take(app, &format!("look {}", signed.address), LOOKS_BY_ADDRESS).await?;
    let mut reader = app.store.reader().await?;
    let code = code(&mut reader, token).await?;
    let name = name.trim();
    if let Some(problem) = bad_name(name) {
        return Ok(NameVerdict {
            problem: Some(problem),
            warning: None,
        });
    }
    let known = db::records::of_region(&mut reader, &FORM, &code.region, MOST).await?;
    Ok(verdict(&known, name))
}

fn verdict(known: &[Stored], name: &str) -> NameVerdict {
    let named = known
        .iter()
        .find(|record| is_live(record) && record.text("name") == name);
    if named.is_some_and(|record| !is_free(record)) {
        return NameVerdict {
            problem: Some(TAKEN.to_owned()),
            warning: None,
        };
    }
    let near = known
        .iter()
        .filter(|record| is_live(record) && record.text("name") != name);
    let near: Vec<&str> = near
        .map(|record| record.text("name"))
        .filter(|known| sounds_like(known, name))
        .collect();
    let warning = (!near.is_empty()).then(|| format!("本村已有“{}”，请核对是否为同一个自然村", near.join("”“")));
    NameVerdict { problem: None, warning }
}

const TAKEN: &str = "该自然村已经注册，请直接登录；忘记密码请联系行政村重置";

/// Whether it still takes a name.
fn is_live(record: &Stored) -> bool {
    record.status != "merged"
}

/// Whether somebody may register it.
fn is_free(record: &Stored) -> bool {
    matches!(record.status.as_str(), "unregistered" | "refused")
}

/// Registers a natural village; answers its login key. It may sign in at once with the first password of the manual.
pub async fn enroll(app: &App, signed: &Signed, typed: &Enrollment<'_>) -> Result<String, AppError> {
    let (name, phone) = (typed.name.trim(), typed.phone.trim());
    let id_number = typed.id_number.trim();
    let mut problems = Vec::new();
    if let Some(problem) = bad_name(name) {
        problems.push(Problem::error("name", problem));
    }
    if !phone.is_empty() && !is_mobile(phone) {
        problems.push(Problem::error("phone", "请输入正确的 11 位手机号码"));
    }
    if !id_number.is_empty() && !is_id_number(id_number) {
        problems.push(Problem::error("id_number", "请输入正确的 18 位身份证号"));
    }
    let village = {
        let mut reader = app.store.reader().await?;
        let code = code(&mut reader, typed.token).await?;
        if !code.is_open {
            return Err(AppError::Conflict(
                "该村已关闭自然村注册，如需注册请联系行政村开放注册".to_owned(),
            ));
        }
        code.region
    };
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    // One after the other with everything else that makes natural villages of this village.
    let mut tx = app.store.begin_in_turn(&format!("{}/{village}", FORM.key)).await?;
    let known = db::records::of_region(&mut tx, &FORM, &village, MOST).await?;
    if let Some(problem) = verdict(&known, name).problem {
        return Err(AppError::at("name", problem));
    }
    let listed = known
        .iter()
        .find(|record| is_live(record) && record.text("name") == name);
    match listed {
        Some(_) => {
            let thing = format!("listed {}", signed.address);
            throttle::take_in(app, &mut tx, &thing, LISTED_BY_ADDRESS).await?;
        }
        None => {
            let thing = format!("unlisted {}", signed.address);
            throttle::take_in(app, &mut tx, &thing, UNLISTED_BY_ADDRESS).await?;
            throttle::take_in(app, &mut tx, &format!("code {}", typed.token), UNLISTED_BY_CODE).await?;
            let waiting = known.iter().filter(|record| {
                let is_unlisted = record.values.get("planned").and_then(Value::integer) == Some(0);
                is_unlisted && matches!(record.status.as_str(), "waiting" | "refused")
            });
            if waiting.count() >= MOST_WAITING {
                return Err(AppError::Conflict(
                    "本村等待确认的注册太多，请联系行政村先将本自然村加入“自然村名录”，再来注册".to_owned(),
                ));
            }
        }
    }
    let now = app.clock.now();
    let number = match listed.and_then(|record| hamlets::division(&FORM, &village, record)) {
        Some(division) => division,
        None => next_division(&mut tx, &FORM, &village).await?,
    };
    if listed.is_none() {
        let row = db::regions::NewRegion {
            region: number.clone(),
            name: name.to_owned(),
            short: name.to_owned(),
            search: String::new(),
            initials: String::new(),
            kind: FORM.key.to_owned(),
            planned: false,
        };
        db::regions::upsert(&mut tx, std::slice::from_ref(&row)).await?;
    }
    // What it tells counts once the village has confirmed it, or at once where the county says so.
    let at_once = terms::parameter(app, &CONFIRMED_AT_ONCE, &village) == "1";
    let status = if at_once { "active" } else { "waiting" };
    let is_left_out = listed.is_some_and(|record| record.values.get("planned").and_then(Value::integer) == Some(0));
    db::regions::set_planned(&mut tx, &number, at_once && !is_left_out).await?;
    let record = listed.map_or_else(db::new_id, |record| record.id.clone());
    let account = open_account(app, &mut tx, &village, &number, &record, name).await?;
    match listed {
        Some(record) => {
            let ids = std::slice::from_ref(&record.id);
            db::records::move_status(&mut tx, &FORM, ids, &record.status, status, &account.id, &now).await?;
            if !phone.is_empty()
                && let Some(field) = FORM.field("contact_phone")
            {
                db::records::fill(&mut tx, &FORM, ids, &[(field, Some(Value::Text(phone.to_owned())))]).await?;
            }
        }
        None => {
            let ordinal = number
                .code()
                .get(village.code().len()..)
                .and_then(|code| code.parse().ok());
            let mut values = std::collections::BTreeMap::from([
                ("name", Value::Text(name.to_owned())),
                ("number", Value::Integer(ordinal.unwrap_or(0))),
                ("planned", Value::Integer(i64::from(at_once))),
            ]);
            if !phone.is_empty() {
                values.insert("contact_phone", Value::Text(phone.to_owned()));
            }
            let new = NewRecord {
                id: record.clone(),
                region: village.clone(),
                organ: AccountKind::Village.organ(),
                status,
                account: account.id.clone(),
                name: account.name.clone(),
                at: now.clone(),
                values,
            };
            db::records::insert_many(&mut tx, &FORM, std::slice::from_ref(&new)).await?;
        }
    }
    if !id_number.is_empty()
        && let Some(sealed) = sealing::seal(&app.config.id_number_key, &record, id_number)?
    {
        db::registration_codes::seal(&mut tx, &record, &sealed, &now).await?;
    }
    let line = Line {
        account: Some(&account),
        act: Act::Enroll,
        region: Some(&village),
        record: Some((FORM.key, &record)),
        step: None,
        opinion: "",
        changes: &[],
        address: &signed.address,
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(account.login_key)
}

/// The code of the next natural village.
async fn next_division(connection: &mut Connection, form: &'static Form, village: &Region) -> Result<Region, AppError> {
    let full = || AppError::at("name", format!("一个行政村最多 {MOST} 个自然村"));
    let ordinal = form.fields().find(|field| matches!(field.kind, Kind::Ordinal));
    let ordinal = ordinal.ok_or_else(full)?;
    let number = db::records::next_number(connection, form, ordinal, village).await?;
    if number > MOST {
        return Err(full());
    }
    Region::parse(&format!("{village}{number:03}")).ok_or_else(full)
}

/// The account of a registration: a new one, or that of an earlier one which was refused.
async fn open_account(
    app: &App,
    connection: &mut Connection,
    village: &Region,
    division: &Region,
    record: &str,
    name: &str,
) -> Result<Account, AppError> {
    let (key, hash, now) = (hamlets::login_key(village, name), published_password(), app.clock.now());
    match db::accounts::of_contract(&mut *connection, record).await? {
        Some(known) => {
            let id = &known.account.id;
            db::accounts::rename(&mut *connection, id, name, None).await?;
            db::accounts::set_login_key(&mut *connection, id, &key).await?;
            db::accounts::set_password(&mut *connection, id, &hash, true, None, &now).await?;
            db::sessions::forget_devices(&mut *connection, id).await?;
        }
        None => {
            let new = NewAccount {
                login_key: key.clone(),
                kind: AccountKind::NaturalVillage,
                region: division.clone(),
                name: name.to_owned(),
                password_hash: hash,
                must_change: true,
                password_until: None,
                contract: Some(record.to_owned()),
            };
            db::accounts::create(&mut *connection, std::slice::from_ref(&new), &now).await?;
        }
    }
    let made = db::accounts::by_key(connection, &key).await?;
    Ok(made.ok_or(AppError::NotFound)?.account)
}

/// 二维码信息: the villages of the account's scope with their codes.
pub async fn codes(app: &App, signed: &Signed, query: &ListQuery) -> Result<CodesView, AppError> {
    let permit = super::authorize::to_read_codes(signed)?;
    let chosen = query
        .region
        .as_ref()
        .filter(|region| permit.scope().contains(region))
        .unwrap_or(permit.scope());
    let text = query.text.trim().to_lowercase();
    let all: Vec<Region> = app
        .divisions
        .below(chosen, Level::Village)
        .filter(|division| text.is_empty() || division.search.contains(&text))
        .filter(|division| permit.sees(&division.region))
        .map(|division| division.region.clone())
        .collect();
    let (total, from) = (all.len() as i64, ((query.page - 1) * query.size).max(0) as usize);
    let page: Vec<Region> = all.into_iter().skip(from).take(query.size.max(1) as usize).collect();
    let villages: Vec<String> = page.iter().map(|region| region.code().to_owned()).collect();
    let mut reader = app.store.reader().await?;
    let codes = db::registration_codes::of_villages(&mut reader, &villages).await?;
    let counts = db::registration_codes::counts(&mut reader, &villages).await?;
    let lines = page.into_iter().filter_map(|region| {
        let code = codes.get(region.code())?;
        let (registered, waiting, all) = counts.get(region.code()).copied().unwrap_or_default();
        Some(CodeLine {
            region: region.clone(),
            places: app
                .divisions
                .places(&region)
                .into_iter()
                .map(|(_, name)| name)
                .collect(),
            address: address(app, &code.token),
            is_open: code.is_open,
            registered,
            waiting,
            all,
            may_change: permit.may_change(&region),
        })
    });
    Ok(CodesView {
        lines: lines.collect(),
        total,
        cascade: super::records::cascade_of(app, permit.scope(), query.region.as_ref(), Level::Village),
        townships: match chosen.level() {
            Level::Township => vec![(chosen.clone(), app.divisions.short(chosen))],
            Level::County => app
                .divisions
                .children(chosen)
                .map(|division| (division.region.clone(), division.short.clone()))
                .collect(),
            _ => Vec::new(),
        },
    })
}

/// The code of a village in the account's scope, for its picture.
pub async fn code_of(app: &App, signed: &Signed, village: &Region) -> Result<Code, AppError> {
    let permit = super::authorize::to_read_codes(signed)?;
    if village.level() != Level::Village || !permit.sees(village) {
        return Err(AppError::NotFound);
    }
    let key = village.code().to_owned();
    let mut codes =
        db::registration_codes::of_villages(&mut *app.store.reader().await?, std::slice::from_ref(&key)).await?;
    codes.remove(&key).ok_or(AppError::NotFound)
}

/// Opens or closes the registration of a village.
pub async fn set_open(app: &App, signed: &Signed, village: &Region, is_open: bool) -> Result<(), AppError> {
    let permit = super::authorize::to_change_code(signed, village)?;
    let act = if is_open {
        Act::OpenEnrollment
    } else {
        Act::CloseEnrollment
    };
    let mut tx = app.store.begin().await?;
    db::registration_codes::set_open(&mut tx, village, is_open).await?;
    note(&mut tx, &permit, act, &app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Another code for a village.
pub async fn renew(app: &App, signed: &Signed, village: &Region) -> Result<(), AppError> {
    let permit = super::authorize::to_change_code(signed, village)?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    db::registration_codes::renew(&mut tx, village, &token(), &now).await?;
    note(&mut tx, &permit, Act::RenewCode, &now).await?;
    Ok(tx.commit().await?)
}

async fn note(connection: &mut Connection, permit: &Permit, act: Act, now: &str) -> Result<(), AppError> {
    let line = Line {
        account: Some(permit.account()),
        act,
        region: Some(permit.scope()),
        record: None,
        step: None,
        opinion: "",
        changes: &[],
        address: permit.address(),
        now,
    };
    Ok(db::audits::write(connection, &line).await?)
}
