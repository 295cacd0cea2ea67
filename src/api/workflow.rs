//! Acts of a review, on one record or on everything that a filter selects.

use crate::domain::query::ListQuery;
use crate::domain::verb::Verb;
use crate::domain::workflow::Opinion;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A bulk as its window shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub verb: Verb,
    /// What the manual calls it.
    pub button: String,
    /// What has to be said with it.
    pub opinion: Opinion,
    /// What that is called.
    pub opinion_title: String,
    /// What the choice of the account is called.
    pub receiver_title: String,
    /// Form key.
    pub form: String,
    /// Fields that may be filled with it.
    pub asks: Vec<String>,
    /// The day, by the server's clock.
    pub today: String,
    /// Accounts that the records may go to, `(id, name)`.
    pub receivers: Vec<(String, String)>,
    /// Whether it waits to be started.
    pub is_planned: bool,
    /// Whether it is under way, there or back.
    pub is_running: bool,
    /// Whether a fault has stopped it on its way.
    pub is_stopped: bool,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Records that were selected.
    pub total: i64,
    /// Those that can be acted on.
    pub ready: i64,
    /// Those that were.
    pub done: i64,
    /// Those that were refused after all.
    pub failed: i64,
    /// Why records were left out, with how many.
    pub reasons: Vec<(String, i64)>,
    /// Left-out records singly, with the reason; the first two hundred.
    pub left_out: Vec<(String, String)>,
    /// Whether it can still be taken back.
    pub may_undo: bool,
}

/// One act of a review.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewAct {
    /// Form key.
    pub form: String,
    /// Record id.
    pub id: String,
    /// The version that was looked at.
    pub version: i64,
    /// Verb key.
    pub verb: String,
    /// What is said.
    pub opinion: String,
    /// Account that it goes to, or empty for the only one.
    pub receiver: String,
    /// Remarks of a return: field key → what the reviewer says.
    pub pins: BTreeMap<String, String>,
    /// Fields that are filled with it.
    pub values: BTreeMap<String, String>,
}

/// Acts on one record.
#[server(prefix = "/api", endpoint = "decide", input = Json, output = Json)]
pub async fn decide(act: ReviewAct) -> Result<(), AppError> {
    use crate::server::{session::signed, workflow};
    let (app, signed) = (crate::server::app()?, signed()?);
    workflow::decide(&app, &signed, &act).await
}

/// The dry run of a bulk over everything that the filter selects, or over the ticked records.
#[server(prefix = "/api", endpoint = "plan_bulk", input = Json, output = Json)]
pub async fn plan_bulk(
    page: String,
    tab: String,
    query: ListQuery,
    ids: Vec<String>,
    verb: Verb,
) -> Result<JobView, AppError> {
    use crate::server::{jobs, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let tab = super::records::find_tab(&page, &tab, signed.ready()?)?;
    jobs::plan(&app, &signed, tab, &query, &ids, verb).await
}

/// Starts a planned bulk.
#[server(prefix = "/api", endpoint = "start_bulk", input = Json, output = Json)]
pub async fn start_bulk(
    job: String,
    opinion: String,
    receiver: String,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<JobView, AppError> {
    use crate::server::{jobs, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    jobs::start(&app, &signed, &job, &opinion, &receiver, &values).await
}

/// How far a bulk is.
#[server(prefix = "/api", endpoint = "bulk_status", input = Json, output = Json)]
pub async fn bulk_status(job: String) -> Result<JobView, AppError> {
    use crate::server::{jobs, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    jobs::status(&app, &signed, &job).await
}

/// Goes on with a bulk that was stopped by a fault.
#[server(prefix = "/api", endpoint = "resume_bulk", input = Json, output = Json)]
pub async fn resume_bulk(job: String) -> Result<JobView, AppError> {
    use crate::server::{jobs, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    jobs::go_on_again(&app, &signed, &job).await
}

/// Takes a bulk back.
#[server(prefix = "/api", endpoint = "undo_bulk", input = Json, output = Json)]
pub async fn undo_bulk(job: String) -> Result<JobView, AppError> {
    use crate::server::{jobs, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    jobs::undo(&app, &signed, &job).await
}

/// What the server offers for a draft (spec S4.2: pre-filled counts), `(field, text)`; lists of related records under
/// their field too.
#[server(prefix = "/api", endpoint = "suggestions", input = Json, output = Json)]
pub async fn suggestions(form: String, draft: crate::domain::record::Draft) -> Result<Vec<(String, String)>, AppError> {
    use crate::server::{authorize::to_begin, records, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let form = crate::forms::find(&form).ok_or(AppError::NotFound)?;
    let permit = to_begin(&signed, form)?;
    records::suggestions(&app, form, permit.scope(), &draft).await
}
