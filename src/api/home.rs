//! 首页 and the public pages.

use crate::domain::account::Account;
use crate::domain::attachment::Attachment;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What an account sees first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HomeView {
    /// Who.
    pub account: Account,
    /// Where.
    pub path: String,
    /// What was typed and never saved: title, when, address.
    pub drafts: Vec<(String, String, String)>,
    /// Steps with how many regions of the scope have completed them.
    pub steps: Vec<StepProgress>,
}

/// How far a step is in the account's scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepProgress {
    /// Title.
    pub title: String,
    /// Address of its page.
    pub link: String,
    /// Regions that have completed it.
    pub done: i64,
    /// Regions that should.
    pub all: i64,
    /// What the unit counts are of: 县(市、区), 行政村(社区).
    pub of: String,
    /// Whether this account closes it itself.
    pub own: bool,
}

/// A public document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicDocument {
    /// 文件名称
    pub title: String,
    /// 文件类别
    pub category: String,
    /// 发布日期
    pub published_on: String,
    /// Its files.
    pub files: Vec<Attachment>,
}

/// 首页
#[server(prefix = "/api", endpoint = "home", input = Json, output = Json)]
pub async fn home() -> Result<HomeView, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::home::page(&app, &signed).await
}

/// 政策文件 for everybody (manual 1.1).
#[server(prefix = "/api", endpoint = "public_documents", input = Json, output = Json)]
pub async fn public_documents() -> Result<Vec<PublicDocument>, AppError> {
    crate::server::home::public_documents(&crate::server::app()?).await
}
