//! The one list of verbs: it names the permission, the button and the audit line (design).

use serde::{Deserialize, Serialize};

/// What an account can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// 查看
    View,
    /// 登记
    Create,
    /// 编辑
    Edit,
    /// 删除
    Delete,
    /// 导出
    Export,
    /// 是否完成 → 是
    Complete,
    /// 是否完成 → 否, by the account that set it
    Reopen,
    /// 重新打开, by the county, with a reason
    ReopenForOthers,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Verb; 8] = [
        Self::View,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Export,
        Self::Complete,
        Self::Reopen,
        Self::ReopenForOthers,
    ];

    /// The button.
    pub const fn title(self) -> &'static str {
        match self {
            Self::View => "查看",
            Self::Create => "登记",
            Self::Edit => "编辑",
            Self::Delete => "删除",
            Self::Export => "导出",
            Self::Complete => "完成",
            Self::Reopen => "取消完成",
            Self::ReopenForOthers => "重新打开",
        }
    }

    /// The word in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Export => "export",
            Self::Complete => "complete",
            Self::Reopen => "reopen",
            Self::ReopenForOthers => "reopen_for_others",
        }
    }
}
