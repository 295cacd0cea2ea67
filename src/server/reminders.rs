//! 催办 (spec F-16): county and township remind whoever can act next in one of their villages, city and province a county; at most once a
//! week for a step and a region, and never anybody who cannot act.

use super::authorize::{Permit, to_move_switch};
use super::clock;
use super::completions;
use super::db::{self, Connection, audits::Line, reminders::About};
use super::planning::who_is_next;
use super::session::Signed;
use super::state::App;
use crate::api::home::ReminderLine;
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::{Act, sentence};
use crate::domain::page::address;
use crate::domain::permission::allows_step;
use crate::domain::region::{Level, Region, Relation};
use crate::domain::step::{Requirement, Step, Test};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::steps::{self, PLANNING};

/// Days between two reminders of one step in one region.
pub const DAYS: i64 = 7;

/// Reminds whoever can act next; answers who that is.
pub async fn urge(app: &App, signed: &Signed, step: &'static Step, region: &Region) -> Result<String, AppError> {
    let permit = to_move_switch(signed, Verb::Urge, step, region)?;
    if app.divisions.find(region).is_none() {
        return Err(AppError::NotFound);
    }
    let mut tx = app.store.begin().await?;
    let year = completions::newest_year(app, &mut tx, step, region).await?;
    if db::completions::find(&mut tx, step, region, &year).await?.is_some() {
        return Err(AppError::Conflict(format!("“{}”已完成，不需要催办", step.title)));
    }
    if let Some(why) = super::records::closed(&mut tx, step, region).await? {
        return Err(AppError::Conflict(why));
    }
    let receivers = receivers(app, &mut tx, &permit, step, region, &year).await?;
    if receivers.is_empty() {
        return Err(AppError::Conflict(
            "该环节正在等待本级或上级处理，或下级账号已停用，没有可催办的账号".to_owned(),
        ));
    }
    let about = About {
        step,
        region,
        year: &year,
    };
    let (now, week_ago) = (app.clock.now(), app.clock.after(-DAYS * 24 * 3_600));
    let ids: Vec<String> = receivers.iter().map(|(id, _)| id.clone()).collect();
    if !db::reminders::send(&mut tx, about, permit.account(), &ids, &week_ago, &now).await? {
        return Err(AppError::Conflict(format!(
            "同一环节 {DAYS} 天内只能催办一次，“{}”近期已催办过",
            step.title
        )));
    }
    let names: Vec<String> = receivers.into_iter().map(|(_, name)| name).collect();
    let names = names.join("、");
    db::audits::write(
        &mut tx,
        &Line {
            account: Some(permit.account()),
            act: Act::Urge,
            region: Some(region),
            record: None,
            step: Some(step.key),
            opinion: &names,
            changes: &[],
            address: permit.address(),
            now: &now,
        },
    )
    .await?;
    tx.commit().await?;
    Ok(names)
}

/// The accounts that can act next, without the one that urges.
async fn receivers(
    app: &App,
    tx: &mut Connection,
    permit: &Permit,
    step: &'static Step,
    region: &Region,
    year: &str,
) -> Result<Vec<(String, String)>, AppError> {
    let is_planned = PLANNING.iter().any(|one| one.key == step.key);
    let mut kinds = match is_planned {
        true => who_is_next(app, &mut *tx, step, region).await?,
        false => who_owes(&mut *tx, step, region, year).await?,
    };
    // Natural villages have no 待办: their village looks after them.
    for kind in &mut kinds {
        if *kind == AccountKind::NaturalVillage {
            *kind = AccountKind::Village;
        }
    }
    // Nobody urges who stands beside, nor above.
    kinds.retain(|kind| is_below(*kind, permit.account().kind));
    let mut receivers: Vec<(String, String)> = Vec::new();
    for kind in kinds {
        let found = match kind {
            AccountKind::TechnicalUnit => db::accounts::units_of(&mut *tx, region).await?,
            kind => match region.at(kind.level()) {
                Some(place) => db::accounts::of_kind(&mut *tx, kind, &place).await?,
                None => Vec::new(),
            },
        };
        for one in found {
            if one.0 != permit.account().id && !receivers.contains(&one) {
                receivers.push(one);
            }
        }
    }
    Ok(receivers)
}

/// Whether accounts of a kind may be urged by those of another: they work for the same villages further down.
fn is_below(kind: AccountKind, urger: AccountKind) -> bool {
    kind == AccountKind::TechnicalUnit || kind.level() > urger.level()
}

/// With whom a step lies whose records are reviewed: who can go on with what is not yet in the state that it has to reach, or who
/// registers what is not there at all; whoever sets the switch once nothing is left to do.
async fn who_owes(
    tx: &mut Connection,
    step: &'static Step,
    region: &Region,
    year: &str,
) -> Result<Vec<AccountKind>, AppError> {
    let mut owing: Vec<AccountKind> = Vec::new();
    for requirement in step.requirements.iter().filter(|requirement| !requirement.is_advice) {
        let (records, is_wanted) = match &requirement.test {
            Test::Records(records) => (records, true),
            Test::NoRecords(records) => (records, false),
            _ => continue,
        };
        let Some(form) = forms::find(records.form) else {
            continue;
        };
        let of_year = year.parse().ok().filter(|_| form.field(step.year_field).is_some());
        let of_year = of_year.map(|year: i64| (step.year_field, year));
        let statuses = db::records::statuses(&mut *tx, form, region, of_year).await?;
        let is_there = |status: &String| records.states.is_empty() || records.states.contains(&status.as_str());
        let open: Vec<&String> = match is_wanted {
            true if statuses.iter().any(is_there) => continue,
            true if statuses.is_empty() => {
                owing.extend(form.fillers.iter().filter(|kind| kind.level() >= step.level));
                continue;
            }
            true => statuses.iter().collect(),
            false => statuses
                .iter()
                .filter(|status| is_there(status) && !records.not_in.contains(&status.as_str()))
                .collect(),
        };
        if let Some(workflow) = form.workflow {
            let awaited = |kind: &AccountKind| open.iter().any(|status| !workflow.awaited(status, *kind).is_empty());
            owing.extend(AccountKind::ALL.into_iter().filter(awaited));
        }
    }
    owing.sort_unstable();
    owing.dedup();
    if owing.is_empty() {
        owing.extend(step.closers);
    }
    Ok(owing)
}

/// Whether somebody below an account of this kind ever has to act for a step: what can only wait at the own level or above is not
/// offered to be urged.
pub fn reaches_below(kind: AccountKind, step: &'static Step) -> bool {
    let form_of = |requirement: &Requirement| match &requirement.test {
        Test::Records(records) | Test::NoRecords(records) => forms::find(records.form),
        _ => None,
    };
    let forms = step.requirements.iter().filter_map(form_of);
    let fillers = forms.flat_map(|form| form.fillers.iter().copied());
    let owing = step
        .requirements
        .iter()
        .flat_map(|requirement| requirement.owes.iter().copied());
    let mut all = step.closers.iter().copied().chain(owing).chain(fillers);
    all.any(|other| is_below(other, kind))
}

/// Whether an account is offered to urge for a step in a region that lies so to its own.
pub fn is_offered(account: &Account, step: &'static Step, relation: Relation) -> bool {
    allows_step(account.kind, Verb::Urge, step, relation) && reaches_below(account.kind, step)
}

/// What an account was reminded of, with the way there.
pub async fn of_account(app: &App, reader: &mut Connection, account: &Account) -> Result<Vec<ReminderLine>, AppError> {
    let sent = db::reminders::of_account(reader, &account.id).await?;
    let lines = sent.into_iter().filter_map(|reminder| {
        let step = steps::find(&reminder.step)?;
        let region = Region::parse(&reminder.region)?;
        let year = if reminder.year.is_empty() {
            String::new()
        } else {
            format!(" {}年", reminder.year)
        };
        let title = match region == account.region {
            true => format!("{}{year}", step.title),
            false => format!(
                "{} · {}{year}",
                app.divisions.path_below(&account.region, &region),
                step.title
            ),
        };
        let rest = match region.level() {
            Level::Village if step.after.is_some() || step.key == PLANNING[0].key => format!("region={region}"),
            _ => String::new(),
        };
        Some(ReminderLine {
            title,
            by: sentence(
                &reminder.account_name,
                &clock::shown(&reminder.sent_at),
                Act::Urge.key(),
                "",
            ),
            link: address(step.page, step.tab, &rest),
        })
    });
    Ok(lines.collect())
}
