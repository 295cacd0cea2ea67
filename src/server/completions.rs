//! 是否完成 (spec §4.5): guards as data, each unmet one named with the way to it.

use super::authorize::to_move_switch;
use super::clock;
use super::db::{self, Connection, audits::Line};
use super::session::Signed;
use super::state::App;
use crate::domain::audit::{Act, sentence};
use crate::domain::permission::{allows, allows_step};
use crate::domain::region::{Region, Relation};
use crate::domain::step::{Missing, ProgressLine, Step, SwitchView};
use crate::domain::verb::Verb;
use crate::error::AppError;

/// The switch of a step as it stands in the account's own region; nothing when the region has none.
pub async fn view(app: &App, signed: &Signed, step: &'static Step) -> Result<Option<SwitchView>, AppError> {
    let account = signed.ready()?;
    if account.region.level() != step.level {
        return Ok(None);
    }
    let mut reader = app.store.reader().await?;
    let done = db::completions::find(&mut reader, step, &account.region).await?;
    let may_change = allows_step(account.kind, Verb::Complete, step, Relation::Own);
    let missing = if may_change && done.is_none() {
        missing(&mut reader, step, &account.region).await?
    } else {
        Vec::new()
    };
    let by = match &done {
        Some(done) => Some(sentence(
            &done.account_name,
            &clock::shown(&done.done_at),
            Act::Complete.key(),
            "",
        )),
        None => db::audits::reopened(&mut reader, step.key, &account.region).await?,
    };
    Ok(Some(SwitchView {
        step: step.key.to_owned(),
        done: done.is_some(),
        by,
        may_change,
        missing,
    }))
}

/// What is missing before the step can be 是.
pub async fn missing(
    connection: &mut Connection,
    step: &'static Step,
    region: &Region,
) -> Result<Vec<Missing>, AppError> {
    let mut missing = Vec::new();
    for requirement in step.requirements {
        if !db::completions::holds(&mut *connection, &requirement.test, region).await? {
            let tab = if requirement.tab.is_empty() {
                String::new()
            } else {
                format!("?tab={}", requirement.tab)
            };
            missing.push(Missing {
                message: requirement.message.to_owned(),
                link: format!("/desk/{}{tab}", requirement.page),
            });
        }
    }
    Ok(missing)
}

/// Moves the switch. Doing what is done already changes nothing.
pub async fn set(
    app: &App,
    signed: &Signed,
    step: &'static Step,
    region: &Region,
    done: bool,
    reason: &str,
) -> Result<(), AppError> {
    let verb = verb_for(signed, step, region, done)?;
    let permit = to_move_switch(signed, verb, step, region)?;
    let reason = reason.trim();
    if verb == Verb::ReopenForOthers && reason.is_empty() {
        return Err(AppError::at("reason", "请填写重新打开的原因"));
    }
    if reason.chars().count() > 500 {
        return Err(AppError::at("reason", "最多 500 个字"));
    }
    let mut tx = app.store.begin().await?;
    if done {
        let missing = missing(&mut tx, step, permit.scope()).await?;
        if !missing.is_empty() {
            let all = missing
                .into_iter()
                .map(|missing| missing.message)
                .collect::<Vec<_>>()
                .join("；");
            return Err(AppError::Conflict(format!("还不能完成“{}”：{all}", step.title)));
        }
    }
    let now = app.clock.now();
    let changed = if done {
        db::completions::complete(&mut tx, step, permit.scope(), permit.account(), &now).await?
    } else {
        db::completions::reopen(&mut tx, step, permit.scope()).await?
    };
    if changed {
        let act = match verb {
            Verb::Complete => Act::Complete,
            Verb::ReopenForOthers => Act::ReopenForOthers,
            _ => Act::Reopen,
        };
        let line = Line {
            account: Some(permit.account()),
            act,
            region: Some(permit.scope()),
            record: None,
            step: Some(step.key),
            opinion: reason,
            changes: &[],
            address: permit.address(),
            now: &now,
        };
        db::audits::write(&mut tx, &line).await?;
    }
    Ok(tx.commit().await?)
}

fn verb_for(signed: &Signed, step: &Step, region: &Region, done: bool) -> Result<Verb, AppError> {
    let account = signed.ready()?;
    let own = Relation::of(&account.region, region) == Relation::Own && step.closers.contains(&account.kind);
    Ok(match (done, own) {
        (true, _) => Verb::Complete,
        (false, true) => Verb::Reopen,
        (false, false) => Verb::ReopenForOthers,
    })
}

/// 完成情况: every region of the step's level in the account's scope with its state.
pub async fn progress(app: &App, signed: &Signed, step: &'static Step) -> Result<Vec<ProgressLine>, AppError> {
    let account = signed.ready()?;
    let form = crate::forms::page(step.page).and_then(|page| page.tabs.iter().find(|tab| tab.key == step.tab));
    let readable = form.is_some_and(|tab| allows(account.kind, Verb::View, tab.form, Relation::Below));
    if !readable || account.region.level() > step.level {
        return Err(AppError::NotFound);
    }
    let mut reader = app.store.reader().await?;
    let done = db::completions::within(&mut reader, step, &account.region).await?;
    let done: std::collections::HashMap<_, _> = done.into_iter().map(|line| (line.region.clone(), line)).collect();
    let relation = |region: &Region| Relation::of(&account.region, region);
    Ok(app
        .divisions
        .below(&account.region, step.level)
        .filter(|division| division.planned || done.contains_key(division.region.code()))
        .map(|division| {
            let line = done.get(division.region.code());
            ProgressLine {
                places: app
                    .divisions
                    .places(&division.region)
                    .into_iter()
                    .map(|(_, name)| name)
                    .collect(),
                done_at: line.map(|line| clock::shown(&line.done_at)),
                done_by: line.map_or(String::new(), |line| line.account_name.clone()),
                may_reopen: line.is_some()
                    && allows_step(account.kind, Verb::ReopenForOthers, step, relation(&division.region)),
                region: division.region.clone(),
            }
        })
        .collect())
}
