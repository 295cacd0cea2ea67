//! 账号管理 (spec S9.1): what one account can do for another.

/// What one account can do for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 查看
    See,
    /// 使用记录: who used it when
    SeeUse,
    /// 新增, 批量生成
    Create,
    /// 停用, 启用
    Disable,
    /// 重置密码
    Reset,
    /// 下线
    EndSessions,
    /// 解除锁定
    Unlock,
}

impl Duty {
    /// All of them.
    pub const ALL: [Duty; 7] = [
        Self::See,
        Self::SeeUse,
        Self::Create,
        Self::Disable,
        Self::Reset,
        Self::EndSessions,
        Self::Unlock,
    ];

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::See => "查看",
            Self::SeeUse => "查看使用记录",
            Self::Create => "新增",
            Self::Disable => "停用",
            Self::Reset => "重置密码",
            Self::EndSessions => "下线",
            Self::Unlock => "解除锁定",
        }
    }

    /// The word in the printed table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::SeeUse => "see_use",
            Self::Create => "create",
            Self::Disable => "disable",
            Self::Reset => "reset",
            Self::EndSessions => "end_sessions",
            Self::Unlock => "unlock",
        }
    }
}
