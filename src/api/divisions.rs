//! 行政区划 (S9.2): the tree as the system administrator keeps it.

use super::records::CascadeLevel;
use crate::domain::query::ListQuery;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What becomes of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// 更名
    Rename,
    /// 添加别名
    Alias,
    /// 删除别名
    DropAlias,
    /// 是否纳入规划
    Plan,
    /// 调整隶属 or another code
    Move,
    /// 合并
    Merge,
    /// 拆分
    Split,
    /// 新增下级
    Create,
    /// 撤销
    Abolish,
}

impl ChangeKind {
    /// All kinds, in the order of the window.
    pub const ALL: [ChangeKind; 9] = [
        Self::Rename,
        Self::Alias,
        Self::DropAlias,
        Self::Plan,
        Self::Move,
        Self::Merge,
        Self::Split,
        Self::Create,
        Self::Abolish,
    ];

    /// The word in the store and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Alias => "alias",
            Self::DropAlias => "drop_alias",
            Self::Plan => "plan",
            Self::Move => "move",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Create => "create",
            Self::Abolish => "abolish",
        }
    }

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rename => "更名",
            Self::Alias => "添加别名",
            Self::DropAlias => "删除别名",
            Self::Plan => "调整是否纳入规划",
            Self::Move => "调整隶属（变更代码）",
            Self::Merge => "并入其他区划",
            Self::Split => "拆分",
            Self::Create => "新增下级区划",
            Self::Abolish => "撤销",
        }
    }

    /// The kind of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionChange {
    /// What.
    pub kind: ChangeKind,
    /// Of which division.
    pub region: Region,
    /// New name, names or alias: several are told apart by 、.
    #[serde(default)]
    pub name: String,
    /// Code of the new parent, or of the division that it joins.
    #[serde(default)]
    pub target: String,
    /// The new code; empty for the next free one.
    #[serde(default)]
    pub code: String,
    /// 是否纳入规划, or whether the old one remains beside what is split off.
    #[serde(default)]
    pub flag: bool,
    /// The day of the change; empty for today.
    #[serde(default)]
    pub valid_on: String,
    /// 文号
    #[serde(default)]
    pub note: String,
}

/// What a change moves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePlan {
    /// What becomes of it, as sentences.
    pub sentences: Vec<String>,
    /// Counted: what, and how many.
    pub counts: Vec<(String, i64)>,
    /// Where it is afterwards.
    pub region: Option<Region>,
    /// Whether it was carried out.
    pub done: bool,
}

/// A division in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DivisionLine {
    /// Code.
    pub region: Region,
    /// Names from 州(市) down to the division above.
    pub above: String,
    /// Official name.
    pub name: String,
    /// 简称
    pub short: String,
    /// 是否纳入规划
    pub planned: bool,
    /// Other names, former ones with the day on which they ended.
    pub names: Vec<String>,
    /// Those of them that were added as such and can be dropped again: a former name stays, for it is what was.
    pub aliases: Vec<String>,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: String,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeLine {
    /// What it was.
    pub kind: String,
    /// Code and name before.
    pub from: String,
    /// Code and name after.
    pub to: String,
    /// What it says about itself.
    pub note: String,
    /// The day.
    pub valid_on: String,
    /// Who and when.
    pub by: String,
}

/// 行政区划
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DivisionsView {
    /// Its lines.
    pub lines: Vec<DivisionLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// Whether these are those that have ended.
    pub is_ended: bool,
    /// The cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// The last changes.
    pub changes: Vec<ChangeLine>,
    /// Where a single division may go, next to it: 合并 or 移动, code and name.
    pub targets: Vec<(ChangeKind, String, String)>,
}

/// 行政区划
#[server(prefix = "/api", endpoint = "division_list", input = Json, output = Json)]
pub async fn division_list(query: ListQuery) -> Result<DivisionsView, AppError> {
    use crate::server::{reorganisation, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    reorganisation::list(&app, &signed, &query).await
}

/// Changes a division, or tells what would become of it.
#[server(prefix = "/api", endpoint = "change_division", input = Json, output = Json)]
pub async fn change_division(change: RegionChange, stores: bool) -> Result<ChangePlan, AppError> {
    use crate::server::{reorganisation, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    reorganisation::change(&app, &signed, &change, stores).await
}
