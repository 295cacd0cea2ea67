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
use crate::domain::region::{Level, Region};
use crate::domain::step::Step;
use crate::domain::verb::Verb;
use crate::error::AppError;
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
    let receivers = receivers(app, &mut tx, &permit, step, region).await?;
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
) -> Result<Vec<(String, String)>, AppError> {
    let is_planned = PLANNING.iter().any(|one| one.key == step.key);
    let mut kinds = match is_planned {
        true => who_is_next(app, &mut *tx, step, region).await?,
        false => step.closers.to_vec(),
    };
    // Natural villages have no 待办: their village looks after them.
    for kind in &mut kinds {
        if *kind == AccountKind::NaturalVillage {
            *kind = AccountKind::Village;
        }
    }
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
