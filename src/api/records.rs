//! Records of every form.

use super::workflow::JobView;
use crate::domain::account::Account;
use crate::domain::problem::Problem;
use crate::domain::query::ListQuery;
use crate::domain::record::{Draft, Line, Opened};
use crate::domain::region::{Level, Region};
use crate::domain::step::SwitchView;
use crate::domain::summary::TotalsView;
use crate::domain::terms::Terms;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Everything that a page of the desk needs in one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeskView {
    /// The tab that is shown; the asked one, or the first that the account sees.
    pub tab: String,
    /// Who looks.
    pub viewer: Account,
    /// The lines of the list.
    pub lines: Vec<Line>,
    /// How many there are on all pages.
    pub total: i64,
    /// Whether 登记 is offered.
    pub may_create: bool,
    /// Why it is not, when one might expect it.
    pub locked: Option<String>,
    /// The 是否完成 switch, when the account's region has one here.
    pub switch: Option<SwitchView>,
    /// The division cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// The account's own record, for forms with one per region.
    pub own: Option<Opened>,
    /// The account's last bulk over these records, while it runs or can be taken back.
    pub job: Option<JobView>,
    /// What natural villages have told, on tabs that add it up.
    pub totals: Option<TotalsView>,
    /// Code lists and parameters that were changed.
    #[serde(default)]
    pub terms: Terms,
}

/// One select of a division cascade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CascadeLevel {
    /// Its level.
    pub level: Level,
    /// The chosen code, or empty.
    pub chosen: String,
    /// Whether the account's own scope fixes it.
    pub fixed: bool,
    /// `(code, name)`.
    pub options: Vec<(String, String)>,
}

/// A stored save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveAnswer {
    /// The record as it is now.
    pub opened: Opened,
    /// What the filler should look at although it is stored.
    pub warnings: Vec<Problem>,
}

/// A page of the desk.
#[server(prefix = "/api", endpoint = "desk_page", input = Json, output = Json)]
pub async fn desk_page(page: String, tab: String, query: ListQuery) -> Result<DeskView, AppError> {
    use crate::domain::form::Shape;
    use crate::server::{completions, jobs, records, session::signed, summaries};
    let (app, signed) = (crate::server::app()?, signed()?);
    let viewer = signed.ready()?.clone();
    let tab = find_tab(&page, &tab, &viewer)?;
    let query = records::inside(&app, &signed, tab, &query)?;
    let village = query.region.clone().filter(|_| tab.inside);
    let asked = records::Asked::new(&signed, tab, &query)?;
    let fills = tab.is_filled_by(viewer.kind);
    let own = match (tab.form.shape, &village) {
        (Shape::Single, Some(village)) => records::open_in(&app, &signed, tab, village, fills).await?,
        (Shape::Single, None) if fills => Some(records::open_own(&app, &signed, tab, None).await?),
        _ => None,
    };
    let (lines, total) = match own {
        Some(_) => (Vec::new(), 0),
        None => records::list(&app, &asked, (query.page - 1) * query.size, query.size).await?,
    };
    let locked = match fills {
        // A form whose records belong below is locked record by record.
        _ if own.is_some() => None,
        true if tab.form.placed_by.is_empty() && tab.form.step.is_none_or(|step| step.year_field.is_empty()) => {
            let fixed = |key: &str| {
                tab.fixed
                    .filter(|(field, _)| *field == key)
                    .map_or("", |(_, value)| value)
            };
            let place = village.as_ref().unwrap_or(&viewer.region);
            records::lock(&mut *app.store.reader().await?, &viewer, tab.form, place, fixed).await?
        }
        _ => None,
    };
    let switch = match tab.switch {
        Some(step) => {
            let year = query.filters.get(step.year_field).map_or("", String::as_str);
            completions::view(&app, &signed, step, year).await?
        }
        None => None,
    };
    let totals = match &village {
        Some(village) => summaries::view(&mut *app.store.reader().await?, tab, village).await?,
        None => None,
    };
    Ok(DeskView {
        terms: crate::domain::terms::in_force(),
        totals,
        tab: tab.key.to_owned(),
        lines,
        total,
        may_create: fills && !tab.form.created_by_step && tab.form.shape == Shape::Records && locked.is_none(),
        locked,
        switch,
        cascade: records::cascade(&app, &asked),
        own,
        job: jobs::latest(&app, &viewer, tab.form).await?,
        viewer,
    })
}

/// A record, a blank one (`new`, or `new-…` for a button of its own), or the account's own (`own`); of the village that the
/// page is about.
#[server(prefix = "/api", endpoint = "open_record", input = Json, output = Json)]
pub async fn open_record(page: String, tab: String, id: String, region: Option<Region>) -> Result<Opened, AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let tab = find_tab(&page, &tab, signed.ready()?)?;
    let village = match tab.inside {
        true => Some(records::village(&app, &signed, region.as_ref())?),
        false => None,
    };
    let village = village.as_ref();
    match id.as_str() {
        "new" if tab.creations.is_empty() => records::blank(&app, &signed, tab, None, village).await,
        "own" => records::open_own(&app, &signed, tab, village).await,
        id => match id.strip_prefix("new-") {
            Some(button) => {
                let creation = tab.creation(button).ok_or(AppError::NotFound)?;
                records::blank(&app, &signed, tab, Some(creation), village).await
            }
            None => records::open(&app, &signed, tab, id).await,
        },
    }
}

/// A new first password for the account that belongs to a record; it is shown once.
#[server(prefix = "/api", endpoint = "reset_sub_account", input = Json, output = Json)]
pub async fn reset_sub_account(form: String, id: String) -> Result<String, AppError> {
    use crate::server::{session::signed, sub_accounts};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    sub_accounts::reset(&app, &signed, form, &id).await
}

/// Shows what is masked, and writes down who looked and why (security P01, P02).
#[server(prefix = "/api", endpoint = "reveal", input = Json, output = Json)]
pub async fn reveal(form: String, id: String, field: String, reason: String) -> Result<String, AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    records::reveal(&app, &signed, form, (&id, &field), &reason).await
}

/// Saves a record and answers with it as it is now.
#[server(prefix = "/api", endpoint = "save_record", input = Json, output = Json)]
pub async fn save_record(
    form: String,
    id: String,
    version: i64,
    key: String,
    draft: Draft,
) -> Result<SaveAnswer, AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    let save = records::Save {
        form,
        id: &id,
        version,
        key: &key,
        draft,
    };
    let saved = records::save(&app, &signed, save).await?;
    let tab = crate::forms::place_of(form).ok_or(AppError::NotFound)?.1;
    let opened = records::open(&app, &signed, tab, &saved.id).await?;
    Ok(SaveAnswer {
        opened,
        warnings: saved.warnings,
    })
}

/// Deletes a record with all its attachments.
#[server(prefix = "/api", endpoint = "delete_record", input = Json, output = Json)]
pub async fn delete_record(form: String, id: String, version: i64) -> Result<(), AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    records::delete(&app, &signed, form, &id, version).await
}

/// Keeps what was typed and not yet saved. Answers when that was; nothing where it was saved already.
#[server(prefix = "/api", endpoint = "keep_draft", input = Json, output = Json)]
pub async fn keep_draft(page: String, tab: String, id: String, version: i64, draft: Draft) -> Result<String, AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let tab = find_tab(&page, &tab, signed.ready()?)?;
    records::keep_draft(&app, &signed, tab, &id, version, &draft).await
}

/// Forgets what was kept of a record.
#[server(prefix = "/api", endpoint = "drop_draft", input = Json, output = Json)]
pub async fn drop_draft(form: String, id: String) -> Result<(), AppError> {
    use crate::server::{records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    records::drop_draft(&app, &signed, form, &id).await
}

/// The tab of that key, or the first that the account sees; what it does not see is not found.
pub fn find_tab(page: &str, tab: &str, viewer: &Account) -> Result<&'static crate::domain::page::Tab, AppError> {
    let page = crate::forms::page(page).ok_or(AppError::NotFound)?;
    let mut tabs = page.tabs_for(viewer.kind);
    let found = if tab.is_empty() {
        tabs.next()
    } else {
        tabs.find(|candidate| candidate.key == tab)
    };
    found.ok_or(AppError::NotFound)
}
