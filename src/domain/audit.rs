//! 操作记录 (spec §4.7): acts and how they read.

use super::verb::Verb;

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
    /// A link to a work report was made.
    Share,
    /// A link to a work report was taken back.
    Unshare,
    /// An attachment was uploaded.
    Upload,
    /// An attachment was downloaded or previewed.
    Download,
    /// Somebody signed in.
    SignIn,
    /// A wrong password or code, at the sign-in or where it is asked for again.
    SignInFailed,
    /// Somebody signed out.
    SignOut,
    /// A password was changed by its owner.
    ChangePassword,
    /// A password was replaced by a one-time password.
    ResetPassword,
    /// A phone for 两步验证 was bound.
    BindSecondFactor,
    /// 两步验证 was given up by its owner.
    UnbindSecondFactor,
    /// 两步验证 was taken off an account whose phone is lost.
    ResetSecondFactor,
    /// An account was created.
    CreateAccount,
    /// An account was disabled.
    DisableAccount,
    /// 使用人信息 was changed.
    ChangePerson,
    /// A record was submitted.
    Submit,
    /// A record was passed.
    Approve,
    /// A record was returned.
    Return,
    /// A submission was taken back.
    Withdraw,
    /// A change of a passed record was begun.
    RequestChange,
    /// An act of a bulk was taken back.
    Undo,
    /// A member's leaving was asked for.
    Leave,
    /// A letter was sent.
    SendLetter,
    /// A letter was taken back.
    RecallLetter,
    /// The answer to a letter was noted.
    RecordReply,
    /// A letter is not needed.
    ExemptLetter,
    /// A letter is needed after all.
    RequireLetter,
    /// A masked number was shown.
    Reveal,
    /// Records were read from a workbook.
    Import,
    /// A record came with the completion of a step.
    Arise,
    /// A returned plan went on to the village.
    SendBack,
    /// A plan was filed.
    File,
    /// A natural village registered itself.
    Enroll,
    /// A registration was confirmed.
    Confirm,
    /// A registration was refused.
    Refuse,
    /// A natural village's account was disabled.
    Disable,
    /// A natural village's account was enabled again.
    Enable,
    /// A natural village became part of another.
    Merge,
    /// A village's QR code was replaced.
    RenewCode,
    /// A village opened its registration.
    OpenEnrollment,
    /// A village closed its registration.
    CloseEnrollment,
    /// Whoever can act next was reminded.
    Urge,
    /// An account was enabled again.
    EnableAccount,
    /// A session was ended by somebody else.
    EndSession,
    /// The rest after wrong passwords was ended.
    Unlock,
    /// Somebody tried what the account may not do.
    Refused,
    /// A complaint was taken up.
    TakeUp,
    /// A complaint was answered.
    Answer,
    /// A code list was changed.
    ChangeOption,
    /// A parameter was set.
    SetParameter,
    /// A division was changed.
    ChangeDivision,
    /// A backup was made.
    Backup,
    /// The store came out of a backup.
    Restore,
}

impl Act {
    /// All acts.
    pub const ALL: [Act; 60] = [
        Self::Register,
        Self::Modify,
        Self::Delete,
        Self::Complete,
        Self::Reopen,
        Self::ReopenForOthers,
        Self::Export,
        Self::Share,
        Self::Unshare,
        Self::Upload,
        Self::Download,
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::ChangePassword,
        Self::ResetPassword,
        Self::BindSecondFactor,
        Self::UnbindSecondFactor,
        Self::ResetSecondFactor,
        Self::CreateAccount,
        Self::DisableAccount,
        Self::ChangePerson,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::Withdraw,
        Self::RequestChange,
        Self::Undo,
        Self::Leave,
        Self::SendLetter,
        Self::RecallLetter,
        Self::RecordReply,
        Self::ExemptLetter,
        Self::RequireLetter,
        Self::Reveal,
        Self::Import,
        Self::Arise,
        Self::SendBack,
        Self::File,
        Self::Enroll,
        Self::Confirm,
        Self::Refuse,
        Self::Disable,
        Self::Enable,
        Self::Merge,
        Self::RenewCode,
        Self::OpenEnrollment,
        Self::CloseEnrollment,
        Self::Urge,
        Self::EnableAccount,
        Self::EndSession,
        Self::Unlock,
        Self::Refused,
        Self::TakeUp,
        Self::Answer,
        Self::ChangeOption,
        Self::SetParameter,
        Self::ChangeDivision,
        Self::Backup,
        Self::Restore,
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
            Self::Share => "share",
            Self::Unshare => "unshare",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::SignIn => "sign_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignOut => "sign_out",
            Self::ChangePassword => "change_password",
            Self::ResetPassword => "reset_password",
            Self::BindSecondFactor => "bind_second_factor",
            Self::UnbindSecondFactor => "unbind_second_factor",
            Self::ResetSecondFactor => "reset_second_factor",
            Self::CreateAccount => "create_account",
            Self::DisableAccount => "disable_account",
            Self::ChangePerson => "change_person",
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::RequestChange => "request_change",
            Self::Undo => "undo",
            Self::Leave => "leave",
            Self::SendLetter => "send_letter",
            Self::RecallLetter => "recall_letter",
            Self::RecordReply => "record_reply",
            Self::ExemptLetter => "exempt_letter",
            Self::RequireLetter => "require_letter",
            Self::Reveal => "reveal",
            Self::Import => "import",
            Self::Arise => "arise",
            Self::SendBack => "send_back",
            Self::File => "file",
            Self::Enroll => "enroll",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Merge => "merge",
            Self::RenewCode => "renew_code",
            Self::OpenEnrollment => "open_enrollment",
            Self::CloseEnrollment => "close_enrollment",
            Self::Urge => "urge",
            Self::EnableAccount => "enable_account",
            Self::EndSession => "end_session",
            Self::Unlock => "unlock",
            Self::Refused => "refused",
            Self::TakeUp => "take_up",
            Self::Answer => "answer",
            Self::ChangeOption => "change_option",
            Self::SetParameter => "set_parameter",
            Self::ChangeDivision => "change_division",
            Self::Backup => "backup",
            Self::Restore => "restore",
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
            Self::Share => "已分享链接",
            Self::Unshare => "已撤销链接",
            Self::Upload => "已上传附件",
            Self::Download => "已下载附件",
            Self::SignIn => "已登录",
            Self::SignInFailed => "登录失败",
            Self::SignOut => "已退出",
            Self::ChangePassword => "已修改密码",
            Self::ResetPassword => "已重置密码",
            Self::BindSecondFactor => "已绑定两步验证",
            Self::UnbindSecondFactor => "已解除两步验证",
            Self::ResetSecondFactor => "已重置两步验证",
            Self::CreateAccount => "已创建账号",
            Self::DisableAccount => "已停用账号",
            Self::ChangePerson => "已修改使用人信息",
            Self::Submit => "已提交",
            Self::Approve => "已审核通过",
            Self::Return => "已打回",
            Self::Withdraw => "已撤回",
            Self::RequestChange => "已申请变更",
            Self::Undo => "已撤销操作",
            Self::Leave => "已申请调出",
            Self::SendLetter => "已发函",
            Self::RecallLetter => "已撤销发函",
            Self::RecordReply => "已登记回函",
            Self::ExemptLetter => "已设为无需发函",
            Self::RequireLetter => "已恢复发函",
            Self::Reveal => "已查看完整号码",
            Self::Import => "已导入",
            Self::Arise => "自动生成",
            Self::SendBack => "已退回修改",
            Self::File => "已备案",
            Self::Enroll => "已注册",
            Self::Confirm => "已确认",
            Self::Refuse => "已拒绝",
            Self::Disable => "已停用",
            Self::Enable => "已启用",
            Self::Merge => "已合并",
            Self::RenewCode => "已更换二维码",
            Self::OpenEnrollment => "已开放注册",
            Self::CloseEnrollment => "已关闭注册",
            Self::Urge => "已催办",
            Self::EnableAccount => "已启用账号",
            Self::EndSession => "已强制下线",
            Self::Unlock => "已解除登录锁定",
            Self::Refused => "越权操作被拒绝",
            Self::TakeUp => "已受理",
            Self::Answer => "已答复",
            Self::ChangeOption => "已调整字典",
            Self::SetParameter => "已修改参数",
            Self::ChangeDivision => "已调整区划",
            Self::Backup => "已备份",
            Self::Restore => "已恢复",
        }
    }

    /// The act that a verb of a workflow is.
    pub const fn of(verb: Verb) -> Option<Self> {
        match verb {
            Verb::Submit => Some(Self::Submit),
            Verb::Approve => Some(Self::Approve),
            Verb::Return => Some(Self::Return),
            Verb::Withdraw => Some(Self::Withdraw),
            Verb::RequestChange => Some(Self::RequestChange),
            Verb::Leave => Some(Self::Leave),
            Verb::SendLetter => Some(Self::SendLetter),
            Verb::RecallLetter => Some(Self::RecallLetter),
            Verb::RecordReply => Some(Self::RecordReply),
            Verb::ExemptLetter => Some(Self::ExemptLetter),
            Verb::RequireLetter => Some(Self::RequireLetter),
            Verb::SendBack => Some(Self::SendBack),
            Verb::File => Some(Self::File),
            Verb::Confirm => Some(Self::Confirm),
            Verb::Refuse => Some(Self::Refuse),
            Verb::Disable => Some(Self::Disable),
            Verb::Enable => Some(Self::Enable),
            Verb::Merge => Some(Self::Merge),
            Verb::Urge => Some(Self::Urge),
            Verb::TakeUp => Some(Self::TakeUp),
            Verb::Answer => Some(Self::Answer),
            _ => None,
        }
    }

    /// The act of a stored word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}

/// The four logs (spec S9.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// 登录日志
    SignIns,
    /// 操作日志: whatever stands in no other
    Operations,
    /// 敏感信息查看日志
    Reveals,
    /// 导出日志
    Exports,
}

impl Log {
    /// All of them, as their tabs stand.
    pub const ALL: [Log; 4] = [Self::SignIns, Self::Operations, Self::Reveals, Self::Exports];

    /// The tab in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Operations => "operations",
            Self::Reveals => "reveals",
            Self::Exports => "exports",
        }
    }

    /// The tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SignIns => "登录日志",
            Self::Operations => "操作日志",
            Self::Reveals => "敏感信息查看日志",
            Self::Exports => "导出日志",
        }
    }

    /// The log of that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.key() == key)
    }

    /// The log in which an act stands.
    pub const fn of(act: Act) -> Self {
        match act {
            Act::SignIn | Act::SignInFailed | Act::SignOut => Self::SignIns,
            Act::Reveal => Self::Reveals,
            Act::Export => Self::Exports,
            _ => Self::Operations,
        }
    }

    /// The acts that stand in it.
    pub fn acts(self) -> impl Iterator<Item = Act> {
        Act::ALL.into_iter().filter(move |act| Self::of(*act) == self)
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
