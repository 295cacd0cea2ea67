//! 字典与参数 (S9.3), and the imports of the system administrator (S9.4).

use crate::domain::region::Region;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An option of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionLine {
    /// Stored.
    pub code: String,
    /// Shown.
    pub label: String,
    /// First day, empty for what was always there.
    pub valid_from: String,
    /// The day from which it is over, empty while it is not.
    pub valid_to: String,
    /// Whether it can be chosen today.
    pub is_valid: bool,
    /// Why it cannot be ended: rules name it.
    pub kept: bool,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowLine {
    /// Stored.
    pub item: String,
    /// What it says about itself, heading by heading.
    pub about: Vec<String>,
    /// Whether it has to be filled.
    pub required: bool,
    /// The subtotal that its amounts count into.
    pub sum: String,
    /// Whether it is typed.
    pub is_typed: bool,
    /// Whether it is not asked for any more.
    pub ended: bool,
    /// Why it cannot be ended: rules name it.
    pub kept: bool,
    /// Position of the heading that cannot be changed: rules count in that unit.
    pub fixed: Option<usize>,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRows {
    /// Headings of what rows say about themselves.
    pub heads: Vec<String>,
    /// The subtotals that a new row may count into: code and name.
    pub sums: Vec<(String, String)>,
    /// The version in force.
    pub version: String,
    /// The rows in order.
    pub rows: Vec<RowLine>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterLine {
    /// Name in the store.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub help: String,
    /// What is in force, as it is typed.
    pub content: String,
    /// What it stands for, where it is codes.
    pub named: String,
    /// What holds while nobody has changed it.
    pub initial: String,
    /// Whether it is 是/否.
    pub is_switch: bool,
    /// Whether it takes more than a line.
    pub is_long: bool,
    /// Its unit.
    pub unit: String,
}

/// 字典与参数
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DictionaryView {
    /// The lists: key, title, number of options, whether anything was changed.
    pub lists: Vec<(String, String, usize, bool)>,
    /// The list that is shown.
    pub list: String,
    /// What it is called.
    pub title: String,
    /// The forms and fields that offer it.
    pub used_by: Vec<String>,
    /// Its options in order.
    pub options: Vec<OptionLine>,
    /// Its rows, where it is a table.
    pub table: Option<TableRows>,
    /// Parameters that the account may set.
    pub parameters: Vec<ParameterLine>,
    /// The day.
    pub today: String,
}

/// What is done to a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum OptionChange {
    /// A new option, from a day on.
    Add {
        /// Its label.
        label: String,
        /// The first day; empty for today.
        valid_from: String,
    },
    /// Another label: for all records, or for new ones, where the old option ends and a new one takes its place.
    Rename {
        /// Which.
        code: String,
        /// Its new label.
        label: String,
        /// Whether records that hold it keep the old label.
        keeps: bool,
    },
    /// 停用 from a day on.
    End {
        /// Which.
        code: String,
        /// The day; empty for today.
        valid_to: String,
    },
    /// 启用
    Revive {
        /// Which.
        code: String,
    },
    /// One place up or down.
    Shift {
        /// Which.
        code: String,
        /// Up.
        up: bool,
    },
}

/// A workbook that was read in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// 行政村, with everything above it.
    pub place: String,
    /// Page.
    pub page: String,
    /// 文件
    pub file: String,
    /// 试运行结果
    pub outcome: String,
    /// Rows stored.
    pub stored: i64,
    /// 导入时间
    pub at: String,
    /// 操作人
    pub by: String,
    /// Where its records are.
    pub address: String,
}

/// 实地调研导入
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyImportsView {
    /// The imports, newest first.
    pub lines: Vec<ImportLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// Villages that the text of the query finds.
    pub villages: Vec<(Region, String)>,
}

/// 字典与参数
#[server(prefix = "/api", endpoint = "dictionary", input = Json, output = Json)]
pub async fn dictionary(list: String) -> Result<DictionaryView, AppError> {
    use crate::server::{dictionary, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    dictionary::view(&app, &signed, &list).await
}

/// Changes a list.
#[server(prefix = "/api", endpoint = "change_option", input = Json, output = Json)]
pub async fn change_option(list: String, change: OptionChange) -> Result<(), AppError> {
    use crate::server::{dictionary, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    dictionary::change(&app, &signed, &list, &change).await
}

/// Sets a parameter; empty for its default.
#[server(prefix = "/api", endpoint = "set_parameter", input = Json, output = Json)]
pub async fn set_parameter(key: String, content: String) -> Result<(), AppError> {
    use crate::server::{dictionary, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    dictionary::set_parameter(&app, &signed, &key, &content).await
}

/// 实地调研导入
#[server(prefix = "/api", endpoint = "survey_imports", input = Json, output = Json)]
pub async fn survey_imports(text: String, page: i64) -> Result<SurveyImportsView, AppError> {
    use crate::server::{dictionary, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    dictionary::imports(&app, &signed, &text, page).await
}
