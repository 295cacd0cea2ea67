//! 公告 as people read them (spec S9.5).

use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An announcement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// Id, for its page.
    pub id: String,
    /// 标题
    pub title: String,
    /// 内容
    pub content: String,
    /// Who it is for, as people read it.
    pub reach: String,
    /// 有效期起
    pub starts_on: String,
    /// 有效期止, or empty
    pub ends_on: String,
    /// 置顶
    pub is_pinned: bool,
}

/// What is valid now for whoever asks: for the part of the tree that the account lies in; public ones for everybody. The
/// pinned ones come first.
#[server(prefix = "/api", endpoint = "announcements", input = Json, output = Json)]
pub async fn announcements() -> Result<Vec<Announcement>, AppError> {
    use crate::server::{announcements, session::signed};
    announcements::list(&crate::server::app()?, &signed()?).await
}

/// One of them.
#[server(prefix = "/api", endpoint = "read_announcement", input = Json, output = Json)]
pub async fn read_announcement(id: String) -> Result<Announcement, AppError> {
    use crate::server::{announcements, session::signed};
    let all = announcements::list(&crate::server::app()?, &signed()?).await?;
    all.into_iter().find(|one| one.id == id).ok_or(AppError::NotFound)
}
