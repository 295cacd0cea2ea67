//! Every way to fail, as the user may read it.

use crate::wire::JsonText;
use leptos::server_fn::{error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::fmt;

use crate::domain::problem::Problem;

/// The one error of every server function and route. [`AppError::status`] is its HTTP status; the JSON body has the
/// same shape everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error", content = "detail")]
pub enum AppError {
    /// Nobody is signed in, or the session ended.
    SignedOut,
    /// The password must be changed before anything else: a first one, or one that was there for too long (`security.md` A04, G01).
    MustChangePassword,
    /// A phone must be bound before anything else (`security.md` A08).
    MustBind,
    /// There is no such thing, or it lies outside the account's scope: the two must look the same.
    NotFound,
    /// The account sees the thing but may not do this to it.
    Forbidden(String),
    /// The input cannot be accepted; each problem names its place.
    Invalid(Vec<Problem>),
    /// Somebody else changed the record since it was read.
    Stale(Box<Stale>),
    /// The state of things does not allow it.
    Conflict(String),
    /// Another piece of a file is waited for: the one that begins at this byte.
    WrongOffset(u64),
    /// The request is not of the expected form.
    Malformed(String),
    /// Larger than the settings allow.
    TooLarge(String),
    /// Too many attempts; try again after so many seconds.
    TooMany(u64),
    /// There is no room for files any more; what is not a file is saved as ever (`security.md` A42).
    Full,
    /// The store or the disk does not answer at the moment.
    Unavailable,
    /// A fault of ours. The text is a request id that the log knows.
    Internal(String),
}

/// What changed while the user was typing (design §4: stale edits are shown, never overwritten).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stale {
    /// The version that the store holds now.
    pub version: i64,
    /// Who changed it and when, as a sentence.
    pub by: String,
    /// Field label, value of the other, in the order of the form.
    pub changes: Vec<(String, String)>,
}

impl AppError {
    /// The HTTP status that goes with this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::MustChangePassword | Self::MustBind | Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Stale(_) | Self::Conflict(_) | Self::WrongOffset(_) => 409,
            Self::TooLarge(_) => 413,
            Self::Invalid(_) => 422,
            Self::Malformed(_) => 400,
            Self::TooMany(_) => 429,
            Self::Internal(_) => 500,
            Self::Unavailable => 503,
            Self::Full => 507,
        }
    }

    /// An [`AppError::Invalid`] with one problem at one place.
    pub fn at(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::error(place, message)])
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedOut => write!(out, "登录已失效，请重新登录。已填写的内容会保留。"),
            Self::MustChangePassword => write!(out, "请先修改密码。"),
            Self::MustBind => write!(out, "请先绑定两步验证。"),
            Self::NotFound => write!(out, "没有找到该内容，可能已被删除或不在您的管辖范围内。"),
            Self::Forbidden(why) => write!(out, "{why}"),
            Self::Invalid(problems) => match problems.iter().find(|problem| problem.blocks()) {
                Some(problem) => write!(out, "{}", problem.message),
                None => write!(out, "填写的内容有误，请检查。"),
            },
            Self::Stale(stale) => write!(out, "{}，请核对后再保存。您填写的内容没有丢失。", stale.by),
            Self::Conflict(why) | Self::TooLarge(why) => write!(out, "{why}"),
            Self::WrongOffset(_) => write!(out, "上传的位置不对，请重新上传。"),
            Self::Malformed(_) => write!(out, "请求的内容不正确，请刷新页面后重试。"),
            Self::TooMany(seconds) => write!(out, "操作过于频繁，请在 {} 分钟后重试。", seconds.div_ceil(60)),
            Self::Full => write!(
                out,
                "服务器存储空间不足，暂时不能上传文件，请联系管理员。填写的其他内容可以照常保存。"
            ),
            Self::Unavailable => write!(out, "系统繁忙，请稍后重试。已填写的内容没有丢失。"),
            Self::Internal(id) => write!(out, "系统出现故障，请稍后重试。故障编号：{id}"),
        }
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(text)
            | ServerFnErrorErr::MissingArg(text)
            | ServerFnErrorErr::Deserialization(text) => Self::Malformed(text),
            // The browser could not reach the server: nothing was lost, it can be tried again.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unavailable,
            other => Self::Internal(other.to_string()),
        }
    }
}
