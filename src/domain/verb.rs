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
    /// 提交
    Submit,
    /// 审核通过; most screens call the button 提交
    Approve,
    /// 打回
    Return,
    /// 撤回, before anybody has acted
    Withdraw,
    /// 申请变更, of a record that has passed
    RequestChange,
    /// 调出, of a member who has passed
    Leave,
    /// 发函
    SendLetter,
    /// 撤销发函, with a reason
    RecallLetter,
    /// 登记回函
    RecordReply,
    /// 无需发函
    ExemptLetter,
    /// 无需发函 taken back
    RequireLetter,
    /// 退回修改: a plan that the county returned goes on to the village, which mends named steps
    SendBack,
    /// 备案
    File,
    /// 导入, for another account's region
    Import,
    /// 确认, of a natural village that has registered
    Confirm,
    /// 拒绝, of a registration
    Refuse,
    /// 停用, of a natural village's account
    Disable,
    /// 启用, of a disabled account
    Enable,
    /// 合并, of a natural village into another
    Merge,
    /// 催办, of whoever can act next in a region below
    Urge,
    /// 受理, of a complaint
    TakeUp,
    /// 答复, of a complaint
    Answer,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Verb; 30] = [
        Self::View,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Export,
        Self::Complete,
        Self::Reopen,
        Self::ReopenForOthers,
        Self::Submit,
        Self::Approve,
        Self::Return,
        Self::Withdraw,
        Self::RequestChange,
        Self::Leave,
        Self::SendLetter,
        Self::RecallLetter,
        Self::RecordReply,
        Self::ExemptLetter,
        Self::RequireLetter,
        Self::SendBack,
        Self::File,
        Self::Import,
        Self::Confirm,
        Self::Refuse,
        Self::Disable,
        Self::Enable,
        Self::Merge,
        Self::Urge,
        Self::TakeUp,
        Self::Answer,
    ];

    /// The verb of that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.key() == key)
    }

    /// Whether work goes on with it: records from whose state an account has such a way wait for that account. What else it
    /// may do with them is its own choice.
    pub const fn is_awaited(self) -> bool {
        matches!(
            self,
            Self::Submit | Self::Approve | Self::SendLetter | Self::File | Self::Confirm | Self::TakeUp | Self::Answer
        )
    }

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
            Self::Submit => "提交",
            Self::Approve => "审核通过",
            Self::Return => "打回",
            Self::Withdraw => "撤回",
            Self::RequestChange => "申请变更",
            Self::Leave => "调出",
            Self::SendLetter => "发函",
            Self::RecallLetter => "撤销发函",
            Self::RecordReply => "回函",
            Self::ExemptLetter => "无需发函",
            Self::RequireLetter => "恢复发函",
            Self::SendBack => "退回修改",
            Self::File => "备案",
            Self::Import => "导入",
            Self::Confirm => "确认",
            Self::Refuse => "拒绝",
            Self::Disable => "停用",
            Self::Enable => "启用",
            Self::Merge => "合并",
            Self::Urge => "催办",
            Self::TakeUp => "受理",
            Self::Answer => "答复",
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
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::RequestChange => "request_change",
            Self::Leave => "leave",
            Self::SendLetter => "send_letter",
            Self::RecallLetter => "recall_letter",
            Self::RecordReply => "record_reply",
            Self::ExemptLetter => "exempt_letter",
            Self::RequireLetter => "require_letter",
            Self::SendBack => "send_back",
            Self::File => "file",
            Self::Import => "import",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Merge => "merge",
            Self::Urge => "urge",
            Self::TakeUp => "take_up",
            Self::Answer => "answer",
        }
    }
}
