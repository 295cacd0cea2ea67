//! 投诉建议 (spec S9.7): leaving one, and what became of one's own.

use crate::domain::workflow::Tone;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComplaintsView {
    /// Under which name one is left; empty for strangers.
    pub name: String,
    /// Whether whoever asks may leave one.
    pub may_complain: bool,
    /// The id of the next one: sent twice, it is stored once.
    pub key: String,
    /// 内容 that could not be taken.
    pub content: String,
    /// 联系方式 that could not be taken.
    pub contact: String,
    /// What was wrong with it.
    pub problem: String,
    /// Own ones, the newest first.
    pub lines: Vec<OwnComplaint>,
}

/// One of one's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnComplaint {
    /// 内容
    pub content: String,
    /// 页面
    pub page: String,
    /// 处理状态
    pub status: String,
    /// Its colour.
    pub tone: Tone,
    /// 回复
    pub reply: String,
    /// When it was left, as shown.
    pub at: String,
    /// When it was answered, as shown.
    pub answered_at: String,
}

/// The page; `kept` names what could not be taken.
#[server(prefix = "/api", endpoint = "complaints_page", input = Json, output = Json)]
pub async fn complaints_page(kept: String) -> Result<ComplaintsView, AppError> {
    use crate::server::{complaints, session::signed};
    complaints::page(&crate::server::app()?, &signed()?, &kept).await
}
