//! What becomes of a natural village, its account and what it has told (SM-6, spec §9).

use super::db::records::Stored;
use super::db::{self, Connection};
use super::password;
use super::session::Signed;
use super::state::App;
use super::workflow::Doing;
use crate::api::phone::{HamletView, Told};
use crate::domain::account::AccountKind;
use crate::domain::field::Kind;
use crate::domain::form::Form;
use crate::domain::record::parts;
use crate::domain::region::{Level, Region};
use crate::domain::value::Value;
use crate::domain::workflow::Fate;
use crate::error::AppError;
use crate::forms;
use crate::forms::natural_village::{PHONE, absences};

/// States in which what a natural village has told counts (spec §9: 账号正常; one without an account is filled by its
/// village).
const COUNTING: [&str; 2] = ["unregistered", "active"];

/// Whether what it has told counts.
pub fn counts(status: &str, is_planned: bool) -> bool {
    is_planned && COUNTING.contains(&status)
}

/// Forms that natural villages fill.
pub fn forms() -> impl Iterator<Item = &'static Form> + Clone {
    let all = forms::ALL.iter().copied();
    all.filter(|form| form.fillers.contains(&AccountKind::NaturalVillage))
}

/// The division that a record of 自然村名录 is.
pub fn division(form: &'static Form, region: &Region, record: &Stored) -> Option<Region> {
    let ordinal = form.fields().find(|field| matches!(field.kind, Kind::Ordinal))?;
    let number = record.values.get(ordinal.key).and_then(Value::integer)?;
    Region::parse(&format!("{region}{number:03}"))
}

/// The login key of a natural village (spec §2.1).
pub fn login_key(village: &Region, name: &str) -> String {
    format!("{village}/{name}")
}

/// Carries out what an act means for the division behind a record.
pub async fn follow(
    doing: &Doing<'_>,
    connection: &mut Connection,
    record: &Stored,
    fate: Fate,
    now: &str,
) -> Result<(), AppError> {
    let Some(division) = division(doing.form, &record.region, record) else {
        return Ok(());
    };
    let account = db::accounts::of_contract(&mut *connection, &record.id).await?;
    let was_planned = record.values.get("planned").and_then(Value::integer) != Some(0);
    let planned = match fate {
        Fate::Admitted => was_planned || record.status == "waiting",
        Fate::MergedInto(_) => false,
        Fate::Refused | Fate::ShutOut => was_planned,
    };
    if planned != was_planned
        && let Some(field) = doing.form.field("planned")
    {
        let value = Some(Value::Integer(i64::from(planned)));
        db::records::fill(
            &mut *connection,
            doing.form,
            std::slice::from_ref(&record.id),
            &[(field, value)],
        )
        .await?;
    }
    let counts = match fate {
        Fate::Admitted | Fate::Refused => planned,
        Fate::ShutOut | Fate::MergedInto(_) => false,
    };
    db::regions::set_planned(&mut *connection, &division, counts).await?;
    if let Some(account) = &account {
        let disabled_at = (fate != Fate::Admitted).then_some(now);
        db::accounts::rename(
            &mut *connection,
            &account.account.id,
            &account.account.name,
            disabled_at,
        )
        .await?;
        if fate != Fate::Admitted {
            db::sessions::end_all(&mut *connection, &account.account.id).await?;
        }
        if matches!(fate, Fate::Refused | Fate::MergedInto(_)) {
            // The name is free for who registers it next.
            db::accounts::set_login_key(&mut *connection, &account.account.id, &account.account.id).await?;
        }
    }
    match fate {
        Fate::Refused => {
            let by = account.map(|account| account.account.id).unwrap_or_default();
            for form in forms() {
                db::hamlets::remove(&mut *connection, form, &division, &by, now).await?;
            }
            Ok(())
        }
        Fate::MergedInto(field) => {
            let held = db::records::find(&mut *connection, doing.form, &record.id).await?;
            let target = held.as_ref().map_or("", |held| held.text(field)).to_owned();
            let target = db::records::find(&mut *connection, doing.form, &target).await?;
            let target = target.filter(|target| {
                target.id != record.id && target.region == record.region && target.status != doing.transition.to
            });
            let into = target.and_then(|target| self::division(doing.form, &target.region, &target));
            let into = into.ok_or_else(|| AppError::at(field, "请选择本村的另一个自然村"))?;
            for form in forms() {
                db::hamlets::hand_over(&mut *connection, form, &division, &into).await?;
            }
            Ok(())
        }
        Fate::Admitted | Fate::ShutOut => Ok(()),
    }
}

/// 首页 of a natural village.
pub async fn home(app: &App, signed: &Signed) -> Result<HamletView, AppError> {
    let account = signed.account()?;
    let village = account.region.at(Level::Village).ok_or(AppError::NotFound)?;
    if account.kind != AccountKind::NaturalVillage {
        return Err(AppError::NotFound);
    }
    let mut reader = app.store.reader().await?;
    let form = &forms::basics::natural_villages::FORM;
    let record = match db::accounts::contract_of(&mut reader, &account.id).await? {
        Some(record) => db::records::find(&mut reader, form, &record).await?,
        None => None,
    };
    let stored = db::accounts::by_id(&mut reader, &account.id).await?;
    let said = |field: &str| {
        record
            .as_ref()
            .map_or(String::new(), |record| record.text(field).to_owned())
    };
    let absent = match db::records::find_single(&mut reader, &absences::FORM, &account.region).await? {
        Some(record) => record.text("absent").to_owned(),
        None => String::new(),
    };
    let mut told = Vec::new();
    for tab in PHONE.tabs {
        let mut known = Told {
            tab: tab.key.to_owned(),
            records: 0,
            returned: 0,
            is_absent: parts(&absent).any(|part| part == tab.form.key),
        };
        if !account.must_change {
            known.records = db::records::count_in(&mut reader, tab.form.key, &account.region).await?;
            let waiting = db::hamlets::returned(&mut reader, tab.form, &account.region).await?;
            known.returned = waiting.iter().map(|waiting| waiting.records).sum();
        }
        told.push(known);
    }
    Ok(HamletView {
        name: account.name.clone(),
        path: app.divisions.path(&village),
        status: record
            .as_ref()
            .and_then(|record| super::workflow::status(form, &record.status)),
        told,
        contact: said("contact"),
        phone: said("contact_phone"),
        must_change: account.must_change,
        is_overdue: stored.is_some_and(|stored| password::is_overdue(app, &stored)),
        policy: app.config.password_policy,
        login_key: account.login_key.clone(),
    })
}

/// Calls the account of a natural village as its village calls it now.
pub async fn rename(
    connection: &mut Connection,
    known: &db::accounts::Stored,
    village: &Region,
    name: &str,
) -> Result<(), AppError> {
    if known.account.name == name {
        return Ok(());
    }
    db::accounts::set_name(&mut *connection, &known.account.id, name).await?;
    if known.account.login_key != known.account.id {
        db::accounts::set_login_key(connection, &known.account.id, &login_key(village, name)).await?;
    }
    Ok(())
}
