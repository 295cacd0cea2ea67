//! 导入 (ux 16): a dry run first, then everything at once.

use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The workbook is being read.
    Reading,
    /// Its rows are being checked.
    Checking,
    /// The dry run is over.
    Checked,
    /// The records are being stored.
    Storing,
    /// Everything is stored.
    Done,
    /// It could not be read or stored at all.
    Failed,
}

/// An import as its window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub phase: Phase,
    /// Rows that are done in this phase.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// The sheet that was read.
    pub sheet: String,
    /// Rows with something in them.
    pub rows: usize,
    /// Rows that become records.
    pub ready: usize,
    /// Rows whose record is there already.
    pub known: usize,
    /// Rows that are refused.
    pub refused: usize,
    /// Records that were stored.
    pub stored: usize,
    /// Everything wrong: row from 1, title of the column, reason; the first two hundred.
    pub faults: Vec<(u32, String, String)>,
    /// Columns that were not read.
    pub ignored: Vec<String>,
    /// Why it failed.
    pub problem: String,
}

/// How far an import is.
#[server(prefix = "/api", endpoint = "import_status", input = Json, output = Json)]
pub async fn import_status(import: String) -> Result<ImportView, AppError> {
    use crate::server::{imports, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    imports::status(&app, &signed, &import).await
}

/// Stores what the dry run found to be sound.
#[server(prefix = "/api", endpoint = "start_import", input = Json, output = Json)]
pub async fn start_import(import: String) -> Result<ImportView, AppError> {
    use crate::server::{imports, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    imports::start(&app, &signed, &import).await
}
