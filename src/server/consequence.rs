//! What else happens with a transition: the effects that a workflow names, in the transaction of the act.

use super::completions::Reopening;
use super::db::records::{NewRecord, Stored};
use super::db::{self, Connection};
use super::workflow::Doing;
use crate::domain::audit::Act;
use crate::domain::field::Kind;
use crate::domain::form::Form;
use crate::domain::value::Value;
use crate::domain::workflow::Consequence;
use crate::error::AppError;
use crate::forms;
use std::collections::{BTreeMap, BTreeSet};

/// Performs the effect of a transition over the records that have just gone that way.
pub async fn perform(
    doing: &Doing<'_>,
    connection: &mut Connection,
    records: &BTreeMap<String, Stored>,
    now: &str,
) -> Result<(), AppError> {
    let Some(consequence) = doing.transition.consequence else {
        return Ok(());
    };
    let ids: Vec<String> = records.keys().cloned().collect();
    match consequence {
        Consequence::Register {
            form,
            reference,
            holding,
            without,
        } => {
            let target = forms::find(form).ok_or(AppError::NotFound)?;
            let existing = db::records::pointing_at(&mut *connection, target, reference, &ids).await?;
            let known: BTreeSet<&str> = existing.iter().map(|(origin, ..)| origin.as_str()).collect();
            let wanted = records.values().filter(|record| record.text(holding.0) == holding.1);
            let (old, new): (Vec<&Stored>, Vec<&Stored>) =
                wanted.partition(|record| known.contains(record.id.as_str()));
            let new: Vec<NewRecord> = new
                .into_iter()
                .map(|record| registered(doing, target, reference, *without, record, now))
                .collect();
            db::records::insert_many(&mut *connection, target, &new).await?;
            // Whoever passes again keeps the letter; what it says follows.
            for record in old {
                let Some((_, id, _)) = existing.iter().find(|(origin, ..)| *origin == record.id) else {
                    continue;
                };
                let copied: Vec<_> = target
                    .fields()
                    .filter_map(|field| Some((field, record.values.get(field.copied?.1).cloned())))
                    .collect();
                db::records::fill(&mut *connection, target, std::slice::from_ref(id), &copied).await?;
            }
        }
        Consequence::Remove { form, reference } => {
            let target = forms::find(form).ok_or(AppError::NotFound)?;
            let existing = db::records::pointing_at(&mut *connection, target, reference, &ids).await?;
            let gone: Vec<String> = existing.into_iter().map(|(_, id, _)| id).collect();
            db::records::remove(&mut *connection, target, &gone, now).await?;
        }
        Consequence::Reopen { field } => {
            for record in records.values() {
                // What was filled with this act is not yet in the record that was read before it.
                let now_held = db::records::find(&mut *connection, doing.form, &record.id).await?;
                let step = now_held.as_ref().map_or("", |record| record.text(field)).to_owned();
                let step = crate::steps::find(&step).ok_or_else(|| AppError::Malformed((*field).to_owned()))?;
                let moving = Reopening {
                    account: doing.account,
                    address: doing.address,
                    act: Act::ReopenForOthers,
                    reason: doing.opinion,
                    now,
                };
                super::completions::reopen(&mut *connection, step, &record.region, "", &moving).await?;
            }
        }
        Consequence::Reflect { reference, field } => {
            let Some(Kind::Reference { to, .. }) = doing.form.field(reference).map(|field| field.kind) else {
                return Err(AppError::NotFound);
            };
            let target = forms::find(to).ok_or(AppError::NotFound)?;
            db::records::reflect(&mut *connection, doing.form, &ids, reference, target, *field).await?;
        }
        Consequence::Division(fate) => {
            for record in records.values() {
                super::hamlets::follow(doing, &mut *connection, record, *fate, now).await?;
            }
        }
    }
    Ok(())
}

fn registered(
    doing: &Doing<'_>,
    target: &'static Form,
    reference: &'static str,
    without: (&'static str, &'static str),
    record: &Stored,
    now: &str,
) -> NewRecord {
    let mut values: BTreeMap<&'static str, Value> = target
        .fields()
        .filter_map(|field| Some((field.key, record.values.get(field.copied?.1)?.clone())))
        .collect();
    values.insert(reference, Value::Text(record.id.clone()));
    let lacks = record.text(without.0).trim().is_empty();
    NewRecord {
        id: db::new_id(),
        region: record.region.clone(),
        organ: doing.account.kind.organ(),
        status: match target.workflow {
            Some(_) if lacks => without.1,
            _ => target.first_state(record.region.level()),
        },
        account: doing.account.id.clone(),
        name: doing.account.name.clone(),
        at: now.to_owned(),
        values,
    }
}

/// Before a bulk is taken back: which records cannot go back, because what they have brought about has gone on since.
/// What has not goes.
pub async fn take_back(
    transition: &crate::domain::workflow::Transition,
    form: &'static Form,
    connection: &mut Connection,
    ids: &[String],
    now: &str,
) -> Result<BTreeSet<String>, AppError> {
    let mut kept = BTreeSet::new();
    if let Some(Consequence::Register { form, reference, .. }) = transition.consequence {
        let target = forms::find(form).ok_or(AppError::NotFound)?;
        let existing = db::records::pointing_at(&mut *connection, target, reference, ids).await?;
        let (fresh, moved): (Vec<_>, Vec<_>) = existing.into_iter().partition(|(.., version)| *version == 1);
        kept.extend(moved.into_iter().map(|(origin, ..)| origin));
        let gone: Vec<String> = fresh.into_iter().map(|(_, id, _)| id).collect();
        db::records::remove(&mut *connection, target, &gone, now).await?;
    }
    let asked: Vec<_> = transition
        .asks
        .iter()
        .filter_map(|key| Some((form.field(key)?, None)))
        .collect();
    if !asked.is_empty() {
        db::records::fill(&mut *connection, form, ids, &asked).await?;
    }
    Ok(kept)
}
