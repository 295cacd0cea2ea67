//! Records of every form: listing, opening, saving, deleting. Ten lines of SQL are never far: `db/records.rs`.

mod list;
mod open;
mod save;
mod suggest;

pub use list::{Asked, cascade, fetch as list, lines, listing};
pub use open::{
    blank, creation_of, division_names, initials, open, open_own, reveal, shown_values, slot, stored_draft, suggestions,
};
pub use save::{Save, Saved, delete, save};
pub use suggest::suggest;

use super::authorize::{to_act, to_begin};
use super::db::{self, Connection};
use super::session::Signed;
use super::state::App;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::record::{Draft, parts};
use crate::domain::region::{Level, Region};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::steps;

/// Why a record of a region cannot be changed: the step is complete (spec §4.5). `text` reads the record's fields, for
/// forms whose records name their step themselves (spec §4.8).
pub async fn lock<'a>(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    text: impl Fn(&str) -> &'a str,
) -> Result<Option<String>, AppError> {
    let step = form.step.or_else(|| steps::find(text(form.step_field)));
    // A record about several divisions is closed as soon as one of them is.
    if let (Some(step), Some(field)) = (step, form.exclusives().next()) {
        let regions: Vec<String> = parts(text(field.key)).map(str::to_owned).collect();
        let done = db::completions::among(connection, step, &regions).await?;
        return Ok((!done.is_empty()).then(|| {
            format!(
                "所服务的行政村“{}”已完成，不能再修改。如需修改，请先在“工作开展情况设置”中将“是否完成”改为否。",
                step.title
            )
        }));
    }
    let Some(step) = step.filter(|step| step.level == region.level()) else {
        return Ok(None);
    };
    let year = text(step.year_field);
    let done = db::completions::find(connection, step, region, year).await?;
    Ok(done.map(|_| format!("“{}”已完成，不能再修改。如需修改，请先将“是否完成”改为否。", step.title)))
}

/// Whether the account sees only a part of what stands in a private field: above the township everybody but whoever
/// registers such records (security P01, spec S5.1: masked above T).
pub fn is_masked(account: &Account, field: &Field) -> bool {
    field.private && account.kind.level() < Level::Township
}

/// Why a record in that state cannot be changed by its filler: it is under review or has passed (spec §6).
pub fn in_review(form: &Form, status: &str) -> Option<String> {
    let state = form.workflow?.state(status).filter(|state| !state.is_open)?;
    Some(format!("审核状态为“{}”，不能修改", state.title))
}

/// Drafts larger than this are not typed by people.
const MOST_BYTES: usize = 1_000_000;

/// Keeps what was typed and not yet saved: of a blank record, or of one that the account may edit.
pub async fn keep_draft(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    id: &str,
    version: i64,
    draft: &Draft,
) -> Result<(), AppError> {
    let account = signed.ready()?;
    let slot = if version == 0 {
        to_begin(signed, tab.form)?;
        slot(tab, creation_of(tab, draft))
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
    let mut tx = app.store.begin().await?;
    db::drafts::keep(&mut tx, &account.id, tab.form.key, &slot, id, &body, &app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Forgets what was kept of a record.
pub async fn drop_draft(app: &App, signed: &Signed, form: &'static Form, id: &str) -> Result<(), AppError> {
    let account = signed.ready()?;
    let mut tx = app.store.begin().await?;
    db::drafts::forget(&mut tx, &account.id, form.key, id).await?;
    Ok(tx.commit().await?)
}
