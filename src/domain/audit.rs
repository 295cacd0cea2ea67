//! 操作记录 (spec §4.7): acts and how they read.

/// What an audit line records. The stored word is [`Act::key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A record was registered.
    Register,
    /// A record was changed.
    Modify,
    /// A record was deleted.
    Delete,
    /// A step was completed.
    Complete,
    /// A step was set back by the account that completed it.
    Reopen,
    /// A step was reopened by the county.
    ReopenForOthers,
    /// A list was exported.
    Export,
    /// An attachment was uploaded.
    Upload,
    /// An attachment was downloaded or previewed.
    Download,
    /// Somebody signed in.
    SignIn,
    /// A wrong password.
    SignInFailed,
    /// Somebody signed out.
    SignOut,
    /// A password was changed by its owner.
    ChangePassword,
    /// A password was replaced by a one-time password.
    ResetPassword,
    /// An account was created.
    CreateAccount,
    /// An account was disabled.
    DisableAccount,
    /// 使用人信息 was changed.
    ChangePerson,
}

impl Act {
    /// All acts.
    pub const ALL: [Act; 17] = [
        Self::Register,
        Self::Modify,
        Self::Delete,
        Self::Complete,
        Self::Reopen,
        Self::ReopenForOthers,
        Self::Export,
        Self::Upload,
        Self::Download,
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::ChangePassword,
        Self::ResetPassword,
        Self::CreateAccount,
        Self::DisableAccount,
        Self::ChangePerson,
    ];

    /// The word in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Modify => "modify",
            Self::Delete => "delete",
            Self::Complete => "complete",
            Self::Reopen => "reopen",
            Self::ReopenForOthers => "reopen_for_others",
            Self::Export => "export",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::SignIn => "sign_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignOut => "sign_out",
            Self::ChangePassword => "change_password",
            Self::ResetPassword => "reset_password",
            Self::CreateAccount => "create_account",
            Self::DisableAccount => "disable_account",
            Self::ChangePerson => "change_person",
        }
    }

    /// How the line ends: `西翥街道办事处 在 2021-08-11 16:38:07 已提交` (manual 6.11, picture).
    pub const fn done(self) -> &'static str {
        match self {
            Self::Register => "已登记",
            Self::Modify => "已修改",
            Self::Delete => "已删除",
            Self::Complete => "已完成",
            Self::Reopen => "已取消完成",
            Self::ReopenForOthers => "已重新打开",
            Self::Export => "已导出",
            Self::Upload => "已上传附件",
            Self::Download => "已下载附件",
            Self::SignIn => "已登录",
            Self::SignInFailed => "登录失败",
            Self::SignOut => "已退出",
            Self::ChangePassword => "已修改密码",
            Self::ResetPassword => "已重置密码",
            Self::CreateAccount => "已创建账号",
            Self::DisableAccount => "已停用账号",
            Self::ChangePerson => "已修改使用人信息",
        }
    }

    /// The act of a stored word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}

/// The line as the manual writes it.
pub fn sentence(account: &str, at: &str, act: &str, opinion: &str) -> String {
    let done = Act::from_key(act).map(Act::done).unwrap_or_default();
    let opinion = opinion.trim();
    if opinion.is_empty() {
        format!("{account} 在 {at} {done}")
    } else {
        format!("{account} 在 {at} {done}：{opinion}")
    }
}
