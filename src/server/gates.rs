//! What is known of a region for the gates of its steps (domain/gate.rs): a few questions to the store, whatever the steps
//! ask for.

use super::attachments::list_in;
use super::db::{self, Connection};
use super::records::stored_draft;
use super::state::App;
use super::terms;
use crate::domain::form::{Form, Shape};
use crate::domain::gate::{Facts, Returned};
use crate::domain::parameter::PLANNING_PRECONDITION;
use crate::domain::region::Region;
use crate::domain::step::{Step, Test};
use crate::error::AppError;
use crate::forms;
use crate::steps;
use std::collections::BTreeSet;

/// The facts that these steps ask for, in one region.
pub async fn facts(
    app: &App,
    connection: &mut Connection,
    steps: &[&'static Step],
    region: &Region,
) -> Result<Facts, AppError> {
    let mut facts = Facts {
        done: db::completions::done_in(&mut *connection, region).await?,
        today: app.clock.today(),
        ..Facts::default()
    };
    let demands = demands_preliminaries(app);
    for step in steps {
        if demands {
            let unfinished = unfinished(&mut *connection, step, &facts.done, region).await?;
            facts.owed.extend(unfinished);
        }
        for (position, requirement) in step.requirements.iter().enumerate() {
            let key = (step.key.to_owned(), position);
            match &requirement.test {
                Test::Records(_) | Test::NoRecords(_) | Test::Named { .. } => {
                    let holding =
                        db::completions::holding(&mut *connection, step, &requirement.test, region, "").await?;
                    if holding.contains(region.code()) {
                        facts.held.insert(key);
                    }
                }
                Test::Complete(form) | Test::CompletePart(form, _) | Test::AllTicked(form, _) => {
                    know(&mut facts, &mut *connection, form, "", region).await?;
                }
                Test::Newest(form, order, ..) => know(&mut facts, &mut *connection, form, order, region).await?,
                Test::AnyOrNone(of, (form, ..)) => {
                    count(&mut facts, &mut *connection, of, region).await?;
                    know(&mut facts, &mut *connection, form, "", region).await?;
                }
                Test::AtLeast(_, form) => count(&mut facts, &mut *connection, form, region).await?,
                Test::Covered(form, _) => {
                    know(&mut facts, &mut *connection, form, "", region).await?;
                    facts.uncovered = db::hamlets::uncovered(&mut *connection, region).await?;
                }
                Test::Mended => facts.returned = returned(&mut *connection, region).await?,
                Test::Sound(_) => {
                    facts.hamlets = db::hamlets::planned(&mut *connection, region).await?;
                    for form in forms_of(step) {
                        know(&mut facts, &mut *connection, form.key, "", region).await?;
                    }
                }
            }
        }
    }
    Ok(facts)
}

/// Whether 规划编制 begins only after what comes before it.
pub fn demands_preliminaries(app: &App) -> bool {
    terms::parameter(app, &PLANNING_PRECONDITION, &Region::province()) == "1"
}

/// The preliminaries of a step that are not 是, given what is 是 in the region itself. One that belongs to a division above may
/// have a switch for each year: any year will do.
pub async fn unfinished(
    connection: &mut Connection,
    step: &Step,
    done: &BTreeSet<String>,
    region: &Region,
) -> Result<Vec<&'static Step>, AppError> {
    let mut unfinished = Vec::new();
    for earlier in step.preliminaries.iter().copied() {
        let above = region.at(earlier.level).filter(|place| place != region);
        let is_done = match above {
            Some(place) => db::completions::count(&mut *connection, earlier, &place).await? > 0,
            None => done.contains(earlier.key),
        };
        if !is_done {
            unfinished.push(earlier);
        }
    }
    Ok(unfinished)
}

/// The forms in which something that counts waits returned.
async fn returned(connection: &mut Connection, region: &Region) -> Result<Vec<Returned>, AppError> {
    let mut waiting = Vec::new();
    for form in super::hamlets::forms() {
        let names = super::summaries::returned(&mut *connection, form, region).await?;
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        if let Some((_, tab)) = forms::place_of(form).filter(|_| !names.is_empty()) {
            waiting.push(Returned {
                tab: (tab.key, tab.title),
                names,
            });
        }
    }
    Ok(waiting)
}

/// The forms with one record per region that belong to a step.
fn forms_of(step: &'static Step) -> impl Iterator<Item = &'static Form> {
    let forms = forms::ALL.iter().copied();
    forms.filter(move |form| form.shape == Shape::Single && form.step.is_some_and(|own| own.key == step.key))
}

/// Reads the region's record of a form, or the one that is last by a field.
async fn know(
    facts: &mut Facts,
    connection: &mut Connection,
    form: &str,
    order: &'static str,
    region: &Region,
) -> Result<(), AppError> {
    let Some(form) = forms::find(form) else {
        return Ok(());
    };
    if facts.forms.iter().any(|known| known.key == form.key) {
        return Ok(());
    }
    facts.forms.push(form);
    let stored = match order {
        "" => db::records::find_single(&mut *connection, form, region).await?,
        order => db::records::last_by(&mut *connection, form, order, region).await?,
    };
    if let Some(stored) = stored {
        let files = db::attachments::kept_of(&mut *connection, std::slice::from_ref(&stored.id)).await?;
        let mut draft = stored_draft(&mut *connection, form, &stored.id, &stored.values).await?;
        list_in(form, &files, &mut draft);
        facts.subjects.extend(draft.subjects.clone());
        facts.drafts.insert(form.key.to_owned(), draft);
    }
    Ok(())
}

async fn count(facts: &mut Facts, connection: &mut Connection, of: &str, region: &Region) -> Result<(), AppError> {
    if !facts.counts.contains_key(of) {
        let count = db::records::count_in(connection, of, region).await?;
        facts.counts.insert(of.to_owned(), count);
    }
    Ok(())
}

/// How many of the 13 steps a village has completed: they are done one after the other.
pub fn position(done: &BTreeSet<String>) -> usize {
    steps::PLANNING
        .iter()
        .take_while(|step| done.contains(step.key))
        .count()
}
