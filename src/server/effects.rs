//! What else happens when a step becomes 是, and is taken back when it is reopened (spec §6, §9). Part of the transaction
//! that moves the switch.

use super::db::audits::Line;
use super::db::records::NewRecord;
use super::db::{self, Connection};
use super::summaries;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::form::Form;
use crate::domain::region::Region;
use crate::domain::step::{Effect, Step};
use crate::error::AppError;
use crate::forms;
use std::collections::BTreeMap;

/// A step has become 是.
pub async fn take(
    tx: &mut Connection,
    step: &'static Step,
    region: &Region,
    account: &Account,
    now: &str,
) -> Result<(), AppError> {
    match step.effect {
        None => Ok(()),
        Some(Effect::Begins(form)) => {
            begin(tx, forms::find(form).ok_or(AppError::NotFound)?, region, account, now).await
        }
        Some(Effect::Freezes(page)) => {
            let page = forms::page(page).ok_or(AppError::NotFound)?;
            for tab in page.tabs.iter().filter(|tab| !tab.summaries.is_empty()) {
                let view = summaries::compute(&mut *tx, tab, region).await?;
                let body = serde_json::to_string(&view).unwrap_or_default();
                db::snapshots::keep(&mut *tx, step.key, tab.key, region, &body, now).await?;
            }
            Ok(())
        }
    }
}

/// A step has been reopened.
pub async fn take_back(
    tx: &mut Connection,
    step: &'static Step,
    region: &Region,
    account: &Account,
    now: &str,
) -> Result<(), AppError> {
    match step.effect {
        None => Ok(()),
        Some(Effect::Begins(form)) => {
            let form = forms::find(form).ok_or(AppError::NotFound)?;
            let first = form.first_state(region.level());
            let Some(record) = db::records::find_single(&mut *tx, form, region).await? else {
                return Ok(());
            };
            if record.status == first {
                return Ok(());
            }
            let ids = [record.id.clone()];
            db::records::move_status(&mut *tx, form, &ids, &record.status, first, &account.id, now).await?;
            write_line(tx, form, &record.id, region, account, Act::Withdraw, now).await
        }
        Some(Effect::Freezes(_)) => Ok(db::snapshots::forget(tx, step.key, region).await?),
    }
}

/// The region's record comes into being, where there is none yet.
async fn begin(
    tx: &mut Connection,
    form: &'static Form,
    region: &Region,
    account: &Account,
    now: &str,
) -> Result<(), AppError> {
    if db::records::find_single(&mut *tx, form, region).await?.is_some() {
        return Ok(());
    }
    let filler = form.fillers.first().ok_or(AppError::NotFound)?;
    let record = NewRecord {
        id: db::new_id(),
        region: region.clone(),
        organ: filler.organ(),
        status: form.first_state(region.level()),
        account: account.id.clone(),
        name: account.name.clone(),
        at: now.to_owned(),
        values: BTreeMap::new(),
    };
    let id = record.id.clone();
    db::records::insert_many(&mut *tx, form, &[record]).await?;
    write_line(tx, form, &id, region, account, Act::Arise, now).await
}

async fn write_line(
    tx: &mut Connection,
    form: &'static Form,
    id: &str,
    region: &Region,
    account: &Account,
    act: Act,
    now: &str,
) -> Result<(), AppError> {
    let line = Line {
        account: Some(account),
        act,
        region: Some(region),
        record: Some((form.key, id)),
        step: None,
        opinion: "",
        changes: &[],
        address: "",
        now,
    };
    Ok(db::audits::write(tx, &line).await?)
}
