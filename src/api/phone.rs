//! What natural villages see on the phone (manual 8.4, spec M8.3, M8.4).

use crate::domain::password::PasswordPolicy;
use crate::domain::record::Status;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a natural village has told in a tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The tab.
    pub tab: String,
    /// How many records it has.
    pub records: i64,
    /// How many of them were returned and wait to be mended.
    pub returned: i64,
    /// Whether the natural village says that it has none of it.
    pub is_absent: bool,
}

/// 首页 of a natural village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HamletView {
    /// Its name.
    pub name: String,
    /// The divisions above it.
    pub path: String,
    /// 账号状态
    pub status: Option<Status>,
    /// What each tab holds.
    pub told: Vec<Told>,
    /// 联系人
    pub contact: String,
    /// 手机号码
    pub phone: String,
    /// Whether the password has to be changed before anything else: the first one, or one that was there for too long.
    pub must_change: bool,
    /// Whether it is the latter.
    pub is_overdue: bool,
    /// What a new password has to be.
    pub policy: PasswordPolicy,
    /// For password stores of browsers.
    pub login_key: String,
}

/// 首页 of a natural village; the one thing that shows before the first password is changed.
#[server(prefix = "/api", endpoint = "phone_home", input = Json, output = Json)]
pub async fn phone_home() -> Result<HamletView, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::hamlets::home(&app, &signed).await
}
