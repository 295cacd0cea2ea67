//! 是否完成 (spec §4.5) and 工作开展情况设置 (spec §4.6): guards as data, each unmet one named with the way to it.

use super::authorize::{Permit, sets_below, to_move_switch, to_set_below};
use super::clock;
use super::db::{self, Connection, audits::Line};
use super::effects;
use super::gates;
use super::session::Signed;
use super::state::App;
use crate::domain::account::{Account, names_of};
use crate::domain::audit::{Act, sentence};
use crate::domain::gate;
use crate::domain::page::address;
use crate::domain::permission::{allows, allows_step};
use crate::domain::region::{Region, Relation};
use crate::domain::step::{Missing, ProgressLine, Requirement, Step, SwitchView, Test};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::steps;
use std::collections::{BTreeSet, HashMap};

/// The switch of a step as it stands in the account's own region; nothing when the region has none. For a step with a
/// switch for each year, that of the asked year, or of the newest that has a record.
pub async fn view(
    app: &App,
    signed: &Signed,
    step: &'static Step,
    asked: &str,
) -> Result<Option<SwitchView>, AppError> {
    let account = signed.ready()?;
    if account.region.level() != step.level {
        return Ok(None);
    }
    view_of(app, signed, step, &account.region, asked).await.map(Some)
}

/// The switch of a step as it stands in a region.
pub async fn view_of(
    app: &App,
    signed: &Signed,
    step: &'static Step,
    region: &Region,
    asked: &str,
) -> Result<SwitchView, AppError> {
    let account = signed.ready()?;
    let relation = Relation::of(&account.region, region);
    let mut reader = app.store.reader().await?;
    let years = years(app, &mut reader, step, region).await?;
    let year = match years.iter().find(|year| *year == asked).or(years.first()) {
        Some(year) => year.clone(),
        None => String::new(),
    };
    let done = db::completions::find(&mut reader, step, region, &year).await?;
    let may_change = signed.contract.is_none() && allows_step(account.kind, Verb::Complete, step, relation);
    // What others have to finish first is shown to them too.
    let waits = !step.preliminaries.is_empty() && gates::demands_preliminaries(app);
    let missing = match done {
        None if may_change || step.after.is_some() || waits => missing(app, &mut reader, step, region, &year).await?,
        _ => Vec::new(),
    };
    let may_reopen = done.is_some() && allows_step(account.kind, Verb::ReopenForOthers, step, relation);
    let by = match &done {
        Some(done) => {
            let at = clock::shown(&done.done_at);
            Some(sentence(&done.account_name, &at, Act::Complete.key(), ""))
        }
        None => db::audits::reopened(&mut reader, step.key, region).await?,
    };
    Ok(SwitchView {
        step: step.key.to_owned(),
        region: region.clone(),
        year,
        years,
        done: done.is_some(),
        by,
        may_change,
        may_reopen,
        missing,
    })
}

/// The newest year that a step has a switch for in a region; empty for steps without years.
pub async fn newest_year(
    app: &App,
    connection: &mut Connection,
    step: &'static Step,
    region: &Region,
) -> Result<String, AppError> {
    let years = years(app, connection, step, region).await?;
    Ok(years.into_iter().next().unwrap_or_default())
}

/// The regions below that lack nothing any more and whose switch is not 是.
pub async fn ready(
    app: &App,
    connection: &mut Connection,
    step: &'static Step,
    scope: &Region,
) -> Result<Vec<Region>, AppError> {
    let below = app.divisions.below(scope, step.level);
    let mut regions: Vec<Region> = below.map(|division| division.region.clone()).collect();
    for requirement in step.requirements.iter().filter(|one| !one.is_advice) {
        let holding = db::completions::holding(&mut *connection, step, &requirement.test, scope, "").await?;
        regions.retain(|region| holding.contains(region.code()));
    }
    let done = db::completions::within(connection, step, scope, "").await?;
    let done: BTreeSet<String> = done.into_iter().map(|line| line.region).collect();
    regions.retain(|region| !done.contains(region.code()));
    Ok(regions)
}

/// The years that a step has a switch for in a region, newest first: those with a record, or else the present one.
async fn years(
    app: &App,
    connection: &mut Connection,
    step: &'static Step,
    region: &Region,
) -> Result<Vec<String>, AppError> {
    if step.year_field.is_empty() {
        return Ok(Vec::new());
    }
    let mut years = Vec::new();
    for requirement in step.requirements {
        let (Test::Records(records) | Test::NoRecords(records)) = &requirement.test else {
            continue;
        };
        if let Some(form) = forms::find(records.form) {
            years.extend(db::records::numbers(&mut *connection, form, step.year_field, region).await?);
        }
    }
    let mut years: Vec<String> = years.into_iter().map(|year| year.to_string()).collect();
    if years.is_empty() {
        years.push(app.clock.today().chars().take(4).collect());
    }
    Ok(years)
}

/// What is missing before the step can be 是: of a step of 规划编制 also what keeps it closed.
pub async fn missing(
    app: &App,
    connection: &mut Connection,
    step: &'static Step,
    region: &Region,
    year: &str,
) -> Result<Vec<Missing>, AppError> {
    if steps::PLANNING.iter().any(|own| own.key == step.key) {
        let done = db::completions::done_in(&mut *connection, region).await?;
        let earlier = step.earlier().into_iter().filter(|earlier| !done.contains(earlier.key));
        let mut asked: Vec<&'static Step> = earlier.collect();
        asked.push(step);
        let facts = gates::facts(app, &mut *connection, &asked, region).await?;
        let mut lacks = gate::before(step, &facts);
        lacks.extend(gate::lacking(step, &facts));
        return Ok(lacks.into_iter().map(|lack| lack.shown(region.code())).collect());
    }
    let mut missing = Vec::new();
    for requirement in step.requirements {
        let holding = db::completions::holding(&mut *connection, step, &requirement.test, region, year).await?;
        if !holding.contains(region.code()) {
            missing.push(Missing {
                message: requirement.message.to_owned(),
                link: address(requirement.page, requirement.tab, ""),
                is_advice: requirement.is_advice,
                owes: names_of(requirement.owes),
                step: String::new(),
            });
        }
    }
    Ok(missing)
}

/// One movement of a switch.
pub struct Movement<'a> {
    /// Whose switch.
    pub region: &'a Region,
    /// The year, for steps with a switch for each; else empty.
    pub year: &'a str,
    /// To 是 or to 否.
    pub done: bool,
    /// Why, when somebody else's switch is set back.
    pub reason: &'a str,
}

/// Moves the switch. Doing what is done already changes nothing.
pub async fn set(app: &App, signed: &Signed, step: &'static Step, movement: Movement<'_>) -> Result<(), AppError> {
    let verb = verb_for(signed, step, &movement)?;
    let permit = to_move_switch(signed, verb, step, movement.region)?;
    let (reason, year) = (movement.reason.trim(), movement.year);
    if verb == Verb::ReopenForOthers && reason.is_empty() {
        return Err(AppError::at("reason", "请填写重新打开的原因"));
    }
    if reason.chars().count() > 500 {
        return Err(AppError::at("reason", "最多 500 个字"));
    }
    if year.is_empty() != step.year_field.is_empty() || !year.is_empty() && year.parse::<u16>().is_err() {
        return Err(AppError::Malformed("year".to_owned()));
    }
    let mut tx = app.store.begin().await?;
    if movement.done {
        let mut missing = missing(app, &mut tx, step, permit.scope(), year).await?;
        missing.retain(|missing| !missing.is_advice);
        if !missing.is_empty() {
            let all = missing.into_iter().map(|missing| missing.message).collect::<Vec<_>>();
            return Err(AppError::Conflict(format!(
                "还不能完成“{}”：{}",
                step.title,
                all.join("；")
            )));
        }
    }
    let now = app.clock.now();
    let act = match verb {
        Verb::Complete => Act::Complete,
        Verb::ReopenForOthers => Act::ReopenForOthers,
        _ => Act::Reopen,
    };
    if movement.done {
        let region = std::slice::from_ref(permit.scope());
        let set = db::completions::complete(&mut tx, step, region, year, permit.account(), &now).await?;
        if !set.is_empty() {
            let lines = [line(&permit, step, permit.scope(), act, reason, &now)];
            db::audits::write_all(&mut tx, &lines).await?;
            effects::take(&mut tx, step, permit.scope(), permit.account(), &now).await?;
        }
    } else {
        let done = db::completions::done_in(&mut tx, permit.scope()).await?;
        let mut later = steps::PLANNING.iter().filter(|one| done.contains(one.key));
        let last = later.rfind(|one| one.earlier().iter().any(|earlier| earlier.key == step.key));
        if let Some(last) = last.filter(|_| verb == Verb::Reopen) {
            return Err(AppError::Conflict(format!(
                "后面的环节“{}”已完成，不能取消“{}”。请先取消后面的环节，或请县级账号重新打开",
                last.title, step.title
            )));
        }
        let moving = Reopening {
            account: permit.account(),
            address: permit.address(),
            act,
            reason,
            now: &now,
        };
        reopen(&mut tx, step, permit.scope(), year, &moving).await?;
    }
    Ok(tx.commit().await?)
}

/// Who reopens a step and why.
pub struct Reopening<'a> {
    /// Who.
    pub account: &'a Account,
    /// From where.
    pub address: &'a str,
    /// As what it is written down.
    pub act: Act,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub now: &'a str,
}

/// Sets a step back, with every later one of 规划编制: what is done there is always done one after the other. What the
/// steps brought about goes back too.
pub async fn reopen(
    tx: &mut Connection,
    step: &'static Step,
    region: &Region,
    year: &str,
    moving: &Reopening<'_>,
) -> Result<(), AppError> {
    let later = steps::PLANNING
        .iter()
        .copied()
        .filter(|one| one.earlier().iter().any(|earlier| earlier.key == step.key));
    for step in std::iter::once(step).chain(later) {
        if !db::completions::reopen(&mut *tx, step, region, year).await? {
            continue;
        }
        let line = Line {
            account: Some(moving.account),
            act: moving.act,
            region: Some(region),
            record: None,
            step: Some(step.key),
            opinion: moving.reason,
            changes: &[],
            address: moving.address,
            now: moving.now,
        };
        db::audits::write(&mut *tx, &line).await?;
        effects::take_back(&mut *tx, step, region, moving.account, moving.now).await?;
    }
    Ok(())
}

fn line<'a>(
    permit: &'a Permit,
    step: &'a Step,
    region: &'a Region,
    act: Act,
    reason: &'a str,
    now: &'a str,
) -> Line<'a> {
    Line {
        account: Some(permit.account()),
        act,
        region: Some(region),
        record: None,
        step: Some(step.key),
        opinion: reason,
        changes: &[],
        address: permit.address(),
        now,
    }
}

fn verb_for(signed: &Signed, step: &Step, movement: &Movement<'_>) -> Result<Verb, AppError> {
    let account = signed.ready()?;
    let relation = Relation::of(&account.region, movement.region);
    let own = allows_step(account.kind, Verb::Reopen, step, relation);
    Ok(match (movement.done, own) {
        (true, _) => Verb::Complete,
        (false, true) => Verb::Reopen,
        (false, false) => Verb::ReopenForOthers,
    })
}

/// 全部可完成的设为“是”: every region of the account's scope whose preconditions hold. Answers how many were set.
pub async fn set_all(app: &App, signed: &Signed, step: &'static Step) -> Result<usize, AppError> {
    let permit = to_set_below(signed, step)?;
    let mut tx = app.store.begin().await?;
    let now = app.clock.now();
    let regions = ready(app, &mut tx, step, permit.scope()).await?;
    let set = db::completions::complete(&mut tx, step, &regions, "", permit.account(), &now).await?;
    let lines: Vec<Line<'_>> = set
        .iter()
        .map(|region| line(&permit, step, region, Act::Complete, "", &now))
        .collect();
    db::audits::write_all(&mut tx, &lines).await?;
    tx.commit().await?;
    Ok(set.len())
}

/// 完成情况: every region of the step's level in the account's scope with its state; for those who set the step below
/// themselves, with what is missing (工作开展情况设置).
pub async fn progress(app: &App, signed: &Signed, step: &'static Step) -> Result<Vec<ProgressLine>, AppError> {
    let account = signed.ready()?;
    let tab = forms::page(step.page).and_then(|page| page.tabs.iter().find(|tab| tab.key == step.tab));
    let readable = tab.is_some_and(|tab| allows(account.kind, Verb::View, tab.form, Relation::Below));
    // A technical unit sees villages, not how the county gets on.
    if !readable || account.region.level() > step.level || signed.contract.is_some() {
        return Err(AppError::NotFound);
    }
    let mut reader = app.store.reader().await?;
    let done = db::completions::within(&mut reader, step, &account.region, "").await?;
    let done: HashMap<_, _> = done.into_iter().map(|line| (line.region.clone(), line)).collect();
    let sets = sets_below(account, step);
    // Where others below have to act first, whoever stands above may urge.
    let urges = super::reminders::reaches_below(account.kind, step);
    let urged = db::reminders::of_step(&mut reader, step, &account.region).await?;
    let last_urged = |region: &Region| urged.get(region.code());
    let week_ago = app.clock.after(-super::reminders::DAYS * 24 * 3_600);
    let mut holding: Vec<(&'static Requirement, BTreeSet<String>)> = Vec::new();
    for requirement in step.requirements.iter().filter(|one| sets && !one.is_advice) {
        let regions = db::completions::holding(&mut reader, step, &requirement.test, &account.region, "").await?;
        holding.push((requirement, regions));
    }
    let lines = app
        .divisions
        .below(&account.region, step.level)
        .filter(|division| {
            let code = division.region.code();
            let has_records = |requirement: &Requirement| !matches!(requirement.test, Test::NoRecords(_));
            division.planned
                || done.contains_key(code)
                || holding
                    .iter()
                    .any(|(requirement, regions)| has_records(requirement) && regions.contains(code))
        })
        .map(|division| {
            let region = &division.region;
            let line = done.get(region.code());
            let relation = Relation::of(&account.region, region);
            let unmet = holding.iter().filter(|(_, regions)| !regions.contains(region.code()));
            ProgressLine {
                places: app.divisions.places(region).into_iter().map(|(_, name)| name).collect(),
                done_at: line.map(|line| clock::shown(&line.done_at)),
                done_by: line.map_or(String::new(), |line| line.account_name.clone()),
                may_reopen: line.is_some() && allows_step(account.kind, Verb::ReopenForOthers, step, relation),
                may_set: sets && allows_step(account.kind, Verb::Complete, step, relation),
                missing: unmet.map(|(requirement, _)| requirement.message.to_owned()).collect(),
                may_urge: urges
                    && line.is_none()
                    && last_urged(region).is_none_or(|at| *at <= week_ago)
                    && super::reminders::is_offered(account, step, relation),
                urged: last_urged(region)
                    .filter(|_| urges && line.is_none())
                    .map_or(String::new(), |at| clock::shown(at)),
                region: region.clone(),
            }
        });
    Ok(lines.collect())
}
