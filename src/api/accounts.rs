//! Who is signed in, and the account picker of the sign-in page.

use crate::domain::account::Account;
use crate::domain::password::PasswordPolicy;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The states that a list of accounts is narrowed to (spec S9.1, L-31).
pub const STATES: [(&str, &str); 7] = [
    ("enabled", "启用"),
    ("disabled", "停用"),
    ("first", "未改初始密码"),
    ("expired", "初始密码已过期"),
    ("never", "从未登录"),
    ("idle", "90 天未登录"),
    ("shared", "在 5 台以上设备使用"),
];

/// One account of the picker: what its button says and nothing more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// Login key.
    pub key: String,
    /// Display name.
    pub name: String,
    /// Where it stands, `昆明市 / 五华区 / 西翥街道`.
    pub path: String,
}

/// One select of the picker's cascade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PickerSelect {
    /// Label.
    pub label: String,
    /// Query parameter.
    pub name: String,
    /// `(code, name)`.
    pub options: Vec<(String, String)>,
    /// The chosen code, or empty.
    pub chosen: String,
}

/// What the sign-in page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignInView {
    /// The account that is chosen already.
    pub chosen: Option<Pick>,
    /// Whether nobody chose it now: it has signed in last on this device.
    pub is_remembered: bool,
    /// The selects of the cascade so far.
    pub selects: Vec<PickerSelect>,
    /// Accounts of the branch that the cascade has reached.
    pub accounts: Vec<Pick>,
    /// The QQ group.
    pub qq_group: String,
}

/// 两步验证 of the account whose password was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorView {
    /// Name of the account.
    pub name: String,
    /// Whether it cannot do without.
    pub is_must: bool,
    /// How it stands.
    pub state: SecondFactorState,
}

/// How 两步验证 of an account stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SecondFactorState {
    /// The code is asked for.
    Code,
    /// A phone is bound, and its code was given.
    Bound,
    /// A phone can be bound.
    Bind {
        /// The QR code of the secret, as a drawing.
        picture: String,
        /// The secret, for whoever types it.
        secret: String,
    },
}

/// 两步验证: what the page asks for.
#[server(prefix = "/api", endpoint = "second_factor", input = Json, output = Json)]
pub async fn second_factor() -> Result<SecondFactorView, AppError> {
    use crate::server::{second_factor, session::signed};
    second_factor::page(&crate::server::app()?, &signed()?).await
}

/// 修改密码
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PasswordView {
    /// Whose.
    pub account: Account,
    /// What the new one has to be.
    pub policy: PasswordPolicy,
    /// Whether it has to be changed because it was there for too long.
    pub is_overdue: bool,
}

/// 修改密码: whose it is, and what the new one has to be.
#[server(prefix = "/api", endpoint = "password_page", input = Json, output = Json)]
pub async fn password_page() -> Result<PasswordView, AppError> {
    use crate::server::{password, session::signed};
    password::page(&crate::server::app()?, &signed()?).await
}

/// The account that is signed in.
#[server(prefix = "/api", endpoint = "who", input = Json, output = Json)]
pub async fn who() -> Result<Account, AppError> {
    Ok(crate::server::session::signed()?.account()?.clone())
}

/// The sign-in page for a state of its cascade. Only the chosen branch is ever sent.
#[server(prefix = "/api", endpoint = "sign_in_page", input = Json, output = Json)]
pub async fn sign_in_page(
    account: String,
    level: String,
    city: String,
    county: String,
    township: String,
) -> Result<SignInView, AppError> {
    let app = crate::server::app()?;
    crate::server::picker::page(&app, &account, &level, &[city, county, township]).await
}

/// The type-ahead of the picker: by Chinese, pinyin initials or code.
#[server(prefix = "/api", endpoint = "find_accounts", input = Json, output = Json)]
pub async fn find_accounts(text: String) -> Result<Vec<Pick>, AppError> {
    let app = crate::server::app()?;
    crate::server::picker::search(&app, &text).await
}
