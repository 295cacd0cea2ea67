//! 规划编制: the list of villages (spec S6.0) and the step map of one (spec §8).

use super::db;
use super::records::{self, cascade_of};
use super::session::Signed;
use super::state::App;
use super::{clock, completions, gates};
use crate::api::planning::{StepState, StepView, VillageLine, VillageView, VillagesView};
use crate::domain::account::{AccountKind, names_of};
use crate::domain::gate;
use crate::domain::query::ListQuery;
use crate::domain::record::parts;
use crate::domain::region::{Level, Region};
use crate::domain::step::{Step, Test};
use crate::error::AppError;
use crate::forms;
use crate::forms::sees_planning;
use crate::steps::{self, PLANNING};
use std::collections::BTreeSet;

/// The filter of the list: how many steps are done.
pub const POSITION: &str = "position";

/// Its value for villages that have done any of them.
pub const BEGUN: &str = "begun";

/// The filter of the list by the state of a record of each village, `filing.submitted` or `filing.approved,filed`.
pub const REVIEW: &str = "review";

/// The villages whose record of a form is in one of these states; none for what is not declared.
async fn in_review(
    reader: &mut db::Connection,
    form: &str,
    status: &str,
    scope: &Region,
) -> Result<BTreeSet<String>, AppError> {
    let form =
        forms::find(form).filter(|form| form.one_per_region && form.step.is_some_and(|step| step.after.is_some()));
    let Some((form, workflow)) = form.and_then(|form| Some((form, form.workflow?))) else {
        return Ok(BTreeSet::new());
    };
    let states = parts(status).filter_map(|status| workflow.state(status));
    let states: Vec<&'static str> = states.map(|state| state.key).collect();
    Ok(db::waiting::in_states(reader, form, &states, scope).await?)
}

/// The villages of the account's scope within 纳入规划范围, or of a technical unit's contract.
pub async fn villages(app: &App, signed: &Signed, query: &ListQuery) -> Result<VillagesView, AppError> {
    let account = signed.ready()?;
    if !sees_planning(account.kind) {
        return Err(AppError::NotFound);
    }
    let scope = &account.region;
    let chosen = query
        .region
        .as_ref()
        .filter(|region| scope.contains(region))
        .unwrap_or(scope);
    let mut reader = app.store.reader().await?;
    let standing: Option<BTreeSet<String>> = match query.filters.get(POSITION).and_then(|text| text.parse().ok()) {
        // Nobody has a row who has done nothing.
        Some(0) => None,
        Some(count) => Some(db::completions::standing_at(&mut reader, PLANNING, chosen, count).await?),
        None => None,
    };
    // Steps done are a prefix: whoever has begun has done the first.
    let position = query.filters.get(POSITION).map_or("", String::as_str);
    let begun: Option<BTreeSet<String>> = match position {
        "0" | BEGUN => {
            let lines = db::completions::within(&mut reader, &steps::BASE_DATA, chosen, "").await?;
            Some(lines.into_iter().map(|line| line.region).collect())
        }
        _ => None,
    };
    let reviewed = match query.filters.get(REVIEW).and_then(|asked| asked.split_once('.')) {
        Some((form, status)) => Some(in_review(&mut reader, form, status, chosen).await?),
        None => None,
    };
    let text = query.text.trim();
    let wanted = |region: &Region| {
        standing.as_ref().is_none_or(|codes| codes.contains(region.code()))
            && begun
                .as_ref()
                .is_none_or(|codes| codes.contains(region.code()) == (position == BEGUN))
            && reviewed.as_ref().is_none_or(|codes| codes.contains(region.code()))
    };
    let sees = |region: &Region| match &signed.contract {
        Some(contract) => contract.villages.contains(region),
        None => true,
    };
    let all: Vec<Region> = app
        .divisions
        .below(chosen, Level::Village)
        .filter(|division| division.planned || signed.contract.is_some() || *chosen == division.region)
        .filter(|division| text.is_empty() || division.search.contains(&text.to_lowercase()))
        .map(|division| division.region.clone())
        .filter(|region| sees(region) && wanted(region))
        .collect();
    let (total, from) = (all.len() as i64, ((query.page - 1) * query.size).max(0) as usize);
    let page: Vec<Region> = all.into_iter().skip(from).take(query.size.max(1) as usize).collect();
    let codes: Vec<String> = page.iter().map(|region| region.code().to_owned()).collect();
    let counts = db::completions::counts(&mut reader, PLANNING, &codes).await?;
    let years = db::planning::plan_years(&mut reader, &codes).await?;
    let units = db::planning::units(&mut reader, &codes).await?;
    let lines = page.into_iter().map(|region| {
        let counted = counts.get(region.code());
        VillageLine {
            places: app
                .divisions
                .places(&region)
                .into_iter()
                .map(|(_, name)| name)
                .collect(),
            done: counted.map_or(0, |(count, _)| (*count).max(0) as usize),
            year: years.get(region.code()).cloned().unwrap_or_default(),
            unit: units.get(region.code()).cloned().unwrap_or_default(),
            updated: counted.map_or(String::new(), |(_, at)| clock::shown(at)),
            region,
        }
    });
    Ok(VillagesView {
        lines: lines.collect(),
        total,
        only: Some(scope.clone()).filter(|scope| scope.level() == Level::Village),
        cascade: cascade_of(app, scope, query.region.as_ref(), Level::Village),
    })
}

/// The steps of a village; with the switch of one of them, when one is asked about.
pub async fn village(app: &App, signed: &Signed, step: &str, region: Option<&Region>) -> Result<VillageView, AppError> {
    let account = signed.ready()?;
    if !sees_planning(account.kind) {
        return Err(AppError::NotFound);
    }
    let region = records::village(app, signed, region)?;
    let asked = match step {
        "" => None,
        key => Some(
            PLANNING
                .iter()
                .copied()
                .find(|step| step.key == key)
                .ok_or(AppError::NotFound)?,
        ),
    };
    let mut reader = app.store.reader().await?;
    let done = db::completions::of_region(&mut reader, &region).await?;
    let current = PLANNING.iter().copied().find(|step| !done.contains_key(step.key));
    let next = match current {
        Some(step) => names_of(&who_is_next(app, &mut reader, step, &region).await?),
        None => String::new(),
    };
    let steps = PLANNING.iter().map(|step| {
        let completion = done.get(step.key);
        let is_current = current.is_some_and(|current| current.key == step.key);
        StepView {
            key: step.key.to_owned(),
            title: step.title.to_owned(),
            state: match completion {
                Some(_) => StepState::Done,
                None if is_current => StepState::Open,
                None => StepState::Locked,
            },
            done_at: completion.map_or(String::new(), |completion| clock::shown(&completion.done_at)),
            who: match completion {
                Some(completion) => completion.account_name.clone(),
                None if is_current => next.clone(),
                None => String::new(),
            },
        }
    });
    let steps = steps.collect();
    let hints = match asked {
        // What is demanded is in the list of what is missing.
        Some(step) if !done.contains_key(step.key) && !gates::demands_preliminaries(app) => {
            let done: BTreeSet<String> = done.keys().cloned().collect();
            let unfinished = gates::unfinished(&mut reader, step, &done, &region).await?;
            unfinished.into_iter().map(gate::unfinished).collect()
        }
        _ => Vec::new(),
    };
    let has_results = !super::results::of_village(&mut reader, &region).await?.is_empty();
    // Whoever holds a connection while asking for another waits for ever once all do.
    drop(reader);
    let switch = match asked {
        Some(step) => Some(completions::view_of(app, signed, step, &region, "").await?),
        None => None,
    };
    Ok(VillageView {
        places: app
            .divisions
            .places(&region)
            .into_iter()
            .map(|(level, name)| (level.title().to_owned(), name))
            .collect(),
        region,
        steps,
        switch,
        hints,
        has_results,
    })
}

/// Who owes what the open step lacks; whoever sets it, once nothing is lacking. Where records of a review are what lacks, it
/// is whoever the review waits for.
pub async fn who_is_next(
    app: &App,
    reader: &mut db::Connection,
    step: &'static Step,
    region: &Region,
) -> Result<Vec<AccountKind>, AppError> {
    let facts = gates::facts(app, &mut *reader, &[step], region).await?;
    let mut owing: Vec<AccountKind> = Vec::new();
    for lack in gate::lacking(step, &facts).iter().filter(|lack| !lack.is_advice) {
        owing.extend(lack.owes);
    }
    for requirement in step.requirements {
        if let Test::Records(records) = &requirement.test
            && let Some(form) = forms::find(records.form).filter(|form| form.one_per_region)
            && let Some(workflow) = form.workflow
            && let Some(record) = db::records::find_single(&mut *reader, form, region).await?
        {
            owing
                .retain(|kind| !requirement.owes.contains(kind) || !workflow.awaited(&record.status, *kind).is_empty());
        }
    }
    let mut kinds: Vec<AccountKind> = Vec::new();
    for kind in owing {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        kinds.push(AccountKind::Village);
    }
    Ok(kinds)
}
