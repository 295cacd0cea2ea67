//! Records of every form: listing, opening, saving, deleting. Ten lines of SQL are never far: `db/records.rs`.

mod late;
mod list;
mod open;
mod save;
mod suggest;

pub use late::put_in;
pub use list::{Asked, cascade, cascade_of, fetch as list, lines, listing};
pub use open::{
    blank, creation_of, division_names, initials, open, open_in, open_own, reveal, shown_values, slot, stored_draft,
    suggestions,
};
pub use save::{Batch, Save, Saved, delete, save};
pub use suggest::suggest;

use super::authorize::{to_act, to_begin};
use super::db::{self, Connection};
use super::session::Signed;
use super::state::App;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::permission::allows_step;
use crate::domain::phone;
use crate::domain::query::ListQuery;
use crate::domain::record::{Draft, parts};
use crate::domain::region::{Level, Region, Relation};
use crate::domain::step::Step;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::steps;

/// Why a record of a region cannot be changed: the step is complete (spec §4.5), as the account reads it. `text` reads the
/// record's fields, for forms whose records name their step themselves (spec §4.8).
pub async fn lock<'a>(
    connection: &mut Connection,
    account: &Account,
    form: &'static Form,
    region: &Region,
    text: impl Fn(&str) -> &'a str,
) -> Result<Option<String>, AppError> {
    let step = form.step.or_else(|| steps::find(text(form.step_field)));
    // A record about several divisions is closed as soon as one of them is.
    if let (Some(step), Some(field)) = (step, form.naming()) {
        let regions: Vec<String> = parts(text(field.key)).map(str::to_owned).collect();
        let done = db::completions::among(connection, step, &regions).await?;
        let how = reopening(
            account,
            step,
            region,
            "如需修改，请先在“工作开展情况设置”中将“是否完成”改为否。",
        );
        return Ok((!done.is_empty()).then(|| format!("所服务的行政村“{}”已完成，不能再修改。{how}", step.title)));
    }
    // Natural villages tell what they have to tell at any time: what counts was kept when the step was completed, and a
    // later word shows as a difference (spec §9).
    let (Some(step), Some(region)) = (
        step,
        Some(region).filter(|place| step.is_some_and(|step| step.level == place.level())),
    ) else {
        return Ok(None);
    };
    if let Some(why) = closed(&mut *connection, step, region).await? {
        return Ok(Some(why));
    }
    if step.stays_open {
        return Ok(None);
    }
    let year = text(step.year_field);
    let done = db::completions::find(connection, step, region, year).await?;
    let how = reopening(account, step, region, "如需修改，请先将“是否完成”改为否。");
    Ok(done.map(|_| format!("“{}”已完成，不能再修改。{how}", step.title)))
}

/// How a completed step is opened again: said to those who can, nothing to everybody else.
fn reopening(account: &Account, step: &Step, region: &Region, own_way: &'static str) -> &'static str {
    let relation = Relation::of(&account.region, region);
    if allows_step(account.kind, Verb::Reopen, step, relation) {
        own_way
    } else if allows_step(account.kind, Verb::ReopenForOthers, step, relation) {
        "需要填报单位修改的，请重新打开。"
    } else {
        ""
    }
}

/// Why a step has not opened yet: the one before it is not 是 (manual 6).
pub async fn closed(connection: &mut Connection, step: &Step, region: &Region) -> Result<Option<String>, AppError> {
    let Some(before) = step.after else {
        return Ok(None);
    };
    let done = db::completions::find(connection, before, region, "").await?;
    Ok(done
        .is_none()
        .then(|| format!("上一环节“{}”还没有完成，“{}”尚未开启", before.title, step.title)))
}

/// The query of a tab that is about one village: the village that the address names, or the only one that the account has.
pub fn inside(app: &App, signed: &Signed, tab: &'static Tab, query: &ListQuery) -> Result<ListQuery, AppError> {
    let mut query = query.clone();
    if tab.inside {
        query.region = Some(village(app, signed, query.region.as_ref())?);
    }
    Ok(query)
}

/// The village that a page is about.
pub fn village(app: &App, signed: &Signed, asked: Option<&Region>) -> Result<Region, AppError> {
    let own = &signed.ready()?.region;
    let only = match &signed.contract {
        Some(contract) => contract
            .villages
            .first()
            .filter(|_| contract.villages.len() == 1)
            .cloned(),
        None => Some(own.clone()).filter(|own| own.level() == Level::Village),
    };
    let village = asked.cloned().or(only);
    let village = village.filter(|village| village.level() == Level::Village && app.divisions.find(village).is_some());
    let village = village.ok_or_else(|| AppError::Conflict("请先在“规划编制”的列表中选择行政村".to_owned()))?;
    let sees = match &signed.contract {
        Some(contract) => contract.villages.contains(&village),
        None => own.contains(&village),
    };
    if sees { Ok(village) } else { Err(AppError::NotFound) }
}

/// Whether the account sees only a part of what stands in a private field or column: above the township everybody but
/// whoever registers such records (security P01, spec S5.1: masked above T). So whoever may save a record sees it whole,
/// and what is masked never comes back as what was typed.
pub fn is_masked(account: &Account, form: &Form, field: &Field) -> bool {
    field.private && sees_parts(account, form)
}

/// Whether the account sees only a part of what stands in some column of a field's table.
pub fn is_masked_within(account: &Account, form: &Form, field: &Field) -> bool {
    field.has_private_columns() && sees_parts(account, form)
}

fn sees_parts(account: &Account, form: &Form) -> bool {
    account.kind.level() < Level::Township && !form.fillers.contains(&account.kind)
}

/// Hides in a draft what the account sees only a part of. Answers the fields that can be shown whole one by one; what stands
/// in a table cannot.
pub fn mask(account: &Account, form: &'static Form, draft: &mut Draft) -> Vec<String> {
    let mut masked = Vec::new();
    for field in form.fields().filter(|field| is_masked(account, form, field)) {
        let text = phone::masked(draft.text(field.key));
        draft.set(field.key, text);
        masked.push(field.key.to_owned());
    }
    for (field, grid) in form.grids() {
        let rows = draft.grids.get_mut(field.key).into_iter().flatten();
        for row in rows {
            for column in grid.columns.iter().filter(|column| is_masked(account, form, column)) {
                if let Some(text) = row.values.get_mut(column.key) {
                    *text = phone::masked(text);
                }
            }
        }
    }
    masked
}

/// What a field or column says, as the log keeps it for everybody: of a private number only a part (`security.md` P11).
pub fn logged(field: &Field, text: &str) -> String {
    if field.private {
        phone::masked(text)
    } else {
        text.to_owned()
    }
}

/// Why a record in that state cannot be changed by its filler: it is under review or has passed (spec §6).
pub fn in_review(form: &Form, status: &str) -> Option<String> {
    let state = form.workflow?.state(status).filter(|state| !state.is_open)?;
    Some(format!("审核状态为“{}”，不能修改", state.title))
}

/// Drafts larger than this are not typed by people.
const MOST_BYTES: usize = 1_000_000;

/// Keeps what was typed and not yet saved: of a blank record, or of one that the account may edit. Answers when that was; nothing
/// where the blank record has been saved meanwhile, because it would be offered as a new one.
pub async fn keep_draft(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    id: &str,
    version: i64,
    draft: &Draft,
) -> Result<String, AppError> {
    let account = signed.ready()?;
    let slot = if version == 0 {
        to_begin(signed, tab.form)?;
        slot(tab, creation_of(tab, draft), Region::parse(&draft.region).as_ref())
    } else {
        let mut reader = app.store.reader().await?;
        let stored = db::records::find(&mut reader, tab.form, id)
            .await?
            .ok_or(AppError::NotFound)?;
        to_act(signed, Verb::Edit, tab.form, &stored.region, &stored.organ, id)?;
        id.to_owned()
    };
    let body = serde_json::to_string(draft).unwrap_or_default();
    if body.len() > MOST_BYTES || uuid::Uuid::parse_str(id).is_err() {
        return Err(AppError::Malformed("draft".to_owned()));
    }
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if version == 0 && db::records::id_is_used(&mut tx, tab.form, id).await? {
        return Ok(String::new());
    }
    db::drafts::keep(&mut tx, &account.id, tab.form.key, &slot, id, &body, &now).await?;
    tx.commit().await?;
    Ok(now)
}

/// Forgets what was kept of a record.
pub async fn drop_draft(app: &App, signed: &Signed, form: &'static Form, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let mut tx = app.store.begin().await?;
    db::drafts::forget(&mut tx, &account.id, form.key, id).await?;
    Ok(tx.commit().await?)
}
