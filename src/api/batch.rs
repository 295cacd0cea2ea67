//! 批量登记: many records of one form at once.

use crate::domain::account::Account;
use crate::domain::problem::Problem;
use crate::domain::record::{Draft, Opened};
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The table of 批量登记 for one part of the account's region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchView {
    /// Who.
    pub viewer: Account,
    /// The parts on offer, `(code, name)`: one level below the account.
    pub parts: Vec<(String, String)>,
    /// The one that is shown.
    pub part: String,
    /// A blank record of the batch form with its rows.
    pub opened: Opened,
}

/// What a 保存 has done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchSaved {
    /// Rows that became records.
    pub registered: usize,
    /// Places of the rows that are left, in order.
    pub left: Vec<usize>,
    /// What is wrong with those, by their new places.
    pub problems: Vec<Problem>,
}

/// The table for a part of the account's region; the first part when none is named.
#[server(prefix = "/api", endpoint = "batch_page", input = Json, output = Json)]
pub async fn batch_page(page: String, part: String) -> Result<BatchView, AppError> {
    use crate::server::{batch, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    batch::page(&app, &signed, &page, &part).await
}

/// Registers every row that was filled; what is wrong stays with its complaints.
#[server(prefix = "/api", endpoint = "save_batch", input = Json, output = Json)]
pub async fn save_batch(page: String, draft: Draft) -> Result<BatchSaved, AppError> {
    use crate::server::{batch, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    batch::save(&app, &signed, &page, draft).await
}
