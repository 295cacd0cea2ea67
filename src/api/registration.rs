//! The QR codes of villages, and the registration of natural villages with them (manual 8.1, 8.2).

use super::records::CascadeLevel;
use crate::domain::query::ListQuery;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What whoever scans a code sees first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoorView {
    /// Short name of the village.
    pub village: String,
    /// With all divisions above it.
    pub path: String,
    /// Whether natural villages may register.
    pub is_open: bool,
    /// Those that may sign in: `(login key, name)`.
    pub accounts: Vec<(String, String)>,
    /// Whether 身份证号 is asked for.
    pub asks_id_number: bool,
}

/// What there is to say about a name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NameVerdict {
    /// Why it cannot be registered.
    pub problem: Option<String>,
    /// What to look at.
    pub warning: Option<String>,
}

/// 二维码信息
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodesView {
    /// The villages of the page.
    pub lines: Vec<CodeLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// The division cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// Townships whose codes can be had as one archive.
    pub townships: Vec<(Region, String)>,
}

/// A village with its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeLine {
    /// The village.
    pub region: Region,
    /// Names from 州(市) down.
    pub places: Vec<String>,
    /// What the code holds.
    pub address: String,
    /// 开放注册
    pub is_open: bool,
    /// 已注册自然村数
    pub registered: i64,
    /// Of them so many wait for their confirmation.
    pub waiting: i64,
    /// 自然村总数
    pub all: i64,
    /// Whether the account may renew it and open the registration.
    pub may_change: bool,
}

/// What whoever scans a code sees first.
#[server(prefix = "/api", endpoint = "village_door", input = Json, output = Json)]
pub async fn village_door(token: String) -> Result<DoorView, AppError> {
    let app = crate::server::app()?;
    crate::server::registration::door(&app, &token).await
}

/// What there is to say about a name while it is typed.
#[server(prefix = "/api", endpoint = "look_at_name", input = Json, output = Json)]
pub async fn look_at_name(token: String, name: String) -> Result<NameVerdict, AppError> {
    use crate::server::{registration, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    registration::look(&app, &signed, &token, &name).await
}

/// 二维码信息
#[server(prefix = "/api", endpoint = "registration_codes", input = Json, output = Json)]
pub async fn registration_codes(query: ListQuery) -> Result<CodesView, AppError> {
    use crate::server::{registration, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    registration::codes(&app, &signed, &query).await
}

/// 开放注册
#[server(prefix = "/api", endpoint = "open_registration", input = Json, output = Json)]
pub async fn open_registration(region: Region, is_open: bool) -> Result<(), AppError> {
    use crate::server::{registration, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    registration::set_open(&app, &signed, &region, is_open).await
}

/// 更换二维码
#[server(prefix = "/api", endpoint = "renew_code", input = Json, output = Json)]
pub async fn renew_code(region: Region) -> Result<(), AppError> {
    use crate::server::{registration, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    registration::renew(&app, &signed, &region).await
}
