//! 台账信息 (manual 7, spec §11).

use super::records::CascadeLevel;
use crate::domain::query::ListQuery;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A ledger as an account sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerView {
    /// Name in the URL.
    pub key: String,
    /// Title.
    pub title: String,
    /// All ledgers that the account sees, `(group, [(key, title)])`.
    pub groups: Vec<(String, Vec<(String, String)>)>,
    /// From the account's own level down to what is shown, `(name, address)`; the last is what is shown.
    pub crumbs: Vec<(String, String)>,
    /// The table and the lists of the ledger, `(key, title)`; one alone makes no strip.
    pub views: Vec<(String, String)>,
    /// The one that is shown.
    pub view: String,
    /// What the number was that led to the list, or empty.
    pub narrowed: String,
    /// The columns.
    pub heads: Vec<LedgerHead>,
    /// The lines.
    pub lines: Vec<Vec<LedgerCell>>,
    /// The picture, where one is asked for; the table stands behind it.
    pub picture: Option<Picture>,
    /// 合计
    pub total: Option<Vec<LedgerCell>>,
    /// 截止时间
    pub as_of: String,
    /// The years that may be chosen; none where a year means nothing.
    pub years: Vec<i64>,
    /// The year that is shown, or empty.
    pub year: String,
    /// Whether 起 and 止 narrow it.
    pub has_days: bool,
    /// The day of which the divisions are, or empty for those of today; nothing where there are none.
    pub divisions_of: Option<String>,
    /// Whether they were others than today.
    pub is_former: bool,
    /// What narrows a list beside the tree.
    pub filters: Vec<LedgerFilter>,
    /// Whether words narrow it.
    pub has_text: bool,
    /// Lines on all pages, where there are pages.
    pub count: Option<i64>,
    /// The division cascade.
    pub cascade: Vec<CascadeLevel>,
    /// Whether there is more to export than what is shown.
    pub exports_all: bool,
    /// Whether 工作情况通报 is offered.
    pub has_brief: bool,
}

/// A choice that narrows a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFilter {
    /// Name in the URL.
    pub key: String,
    /// Its label.
    pub title: String,
    /// What may be chosen, `(code, label)`.
    pub options: Vec<(String, String)>,
    /// What is chosen, or empty.
    pub held: String,
}

/// A picture of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Picture {
    /// A bar for each line.
    Bars {
        /// The columns that may be chosen, `(key, heading)`.
        columns: Vec<(String, String)>,
        /// The one that is shown.
        column: String,
        /// Name, number as it reads, thousandths of the longest bar, address.
        bars: Vec<(String, String, u32, String)>,
    },
    /// A shade for each line and step.
    Heat {
        /// The headings of the steps.
        steps: Vec<String>,
        /// Name, address, and for each step what it reads and hundredths.
        lines: Vec<HeatLine>,
        /// Where the tile of each line stands, `(column, row)`.
        tiles: Vec<(u32, u32)>,
    },
}

/// A line of a heat table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatLine {
    /// Name of the division.
    pub name: String,
    /// One level down, or empty.
    pub link: String,
    /// For each step: done of all, and percent.
    pub shares: Vec<(String, u32)>,
    /// All steps together, percent.
    pub mean: u32,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    /// What it shares with its neighbours, or empty.
    pub group: String,
    /// Its own.
    pub title: String,
    /// What the table is sorted by, or empty where it cannot be.
    pub sort: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerCell {
    /// What it says.
    pub text: String,
    /// What lies behind it, or empty.
    pub link: String,
}

/// A ledger; `list` asks for the part of the tree, the year, the days, the view and the page.
#[server(prefix = "/api", endpoint = "ledger", input = Json, output = Json)]
pub async fn ledger(key: String, list: ListQuery) -> Result<LedgerView, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::ledgers::page(&app, &signed, &key, &list).await
}
