//! 账号管理, 日志 and 权限总览 (spec S9.1, S9.6).

use super::records::CascadeLevel;
use crate::domain::duty::Duty;
use crate::domain::query::ListQuery;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// 账号管理
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountsView {
    /// The lines of the page.
    pub lines: Vec<AccountLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// The division cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// Kinds to narrow it to: `(key, title)`.
    pub kinds: Vec<(String, String)>,
    /// Whether 新增 and 批量生成 are offered.
    pub may_create: bool,
}

/// An account in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Id.
    pub id: String,
    /// Login key.
    pub login_key: String,
    /// 账号名称
    pub name: String,
    /// 账号种类
    pub kind: String,
    /// 所属区划
    pub path: String,
    /// 状态
    pub is_enabled: bool,
    /// 使用人
    pub person: String,
    /// 使用人电话, masked above the township
    pub phone: String,
    /// 最近登录, as shown; empty for never
    pub seen_at: String,
    /// 是否改密: 是, or why not
    pub password: String,
    /// Whether it is.
    pub is_changed: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountView {
    /// As in the list.
    pub line: AccountLine,
    /// When it was created, as shown.
    pub created_at: String,
    /// When its password was set, as shown.
    pub password_set_at: String,
    /// What the viewer can do for it.
    pub duties: Vec<Duty>,
    /// Its sessions.
    pub sessions: Vec<SessionLine>,
    /// From how many devices somebody signed in.
    pub devices: i64,
    /// Minutes for which its sign-in rests after wrong passwords; 0 for not at all.
    pub rests: u64,
    /// Who else may use it: name, phone, since when.
    pub users: Vec<(String, String, String)>,
    /// 使用记录
    pub uses: Vec<UseLine>,
    /// Whether the phone is shown in part.
    pub is_masked: bool,
    /// Whether 两步验证 is bound; nothing where a deployment has none.
    pub second_factor: Option<bool>,
    /// What is shown this once: a first password, a number.
    pub told: Option<String>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionLine {
    /// What it is called by.
    pub id: String,
    /// Since when, as shown.
    pub since: String,
    /// When it was used last, as shown.
    pub seen_at: String,
    /// Client address.
    pub address: String,
    /// Browser and system, in short.
    pub agent: String,
    /// Who works in it, where that was said.
    pub person: String,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

/// Who used an account when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UseLine {
    /// When, as shown.
    pub at: String,
    /// What.
    pub what: String,
    /// Who.
    pub person: String,
    /// From where.
    pub address: String,
}

/// 新增: what an account of that kind in that part of the tree would be called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewAccountView {
    /// The division cascade.
    pub cascade: Vec<CascadeLevel>,
    /// The chosen division.
    pub region: String,
    /// With everything above it.
    pub path: String,
    /// Kinds that can be created there: `(key, title)`.
    pub kinds: Vec<(String, String)>,
    /// The chosen one.
    pub kind: String,
    /// A login key that is free.
    pub login_key: String,
    /// The name by the rule.
    pub name: String,
}

/// 批量生成: the dry run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MissingView {
    /// The division cascade.
    pub cascade: Vec<CascadeLevel>,
    /// The chosen part of the tree.
    pub region: String,
    /// With everything above it.
    pub path: String,
    /// `(kind, divisions without one, accounts from which nobody ever signed in)`.
    pub counts: Vec<(String, i64, i64)>,
    /// The first of those that would be made: login key, name, where.
    pub samples: Vec<(String, String, String)>,
    /// How many would be made.
    pub missing: i64,
    /// How many never signed in.
    pub unused: i64,
    /// The workbook that waits to be fetched, and how many accounts it names.
    pub made: Option<(String, i64)>,
    /// For how many hours a first password is good.
    pub hours: i64,
}

/// The own account: who uses it, and where it is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnAccountView {
    /// Who works in this session.
    pub person: String,
    /// Its first user.
    pub first: String,
    /// Further users: id, name, phone.
    pub users: Vec<(String, String, String)>,
    /// Its sessions.
    pub sessions: Vec<SessionLine>,
    /// Whether 两步验证 is bound; nothing where a deployment has none.
    pub second_factor: Option<bool>,
}

/// A page of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogView {
    /// Tabs: `(key, title)`.
    pub tabs: Vec<(String, String)>,
    /// The one that is shown.
    pub tab: String,
    /// The lines, the newest first.
    pub lines: Vec<LogLine>,
    /// The place of newer lines, where there are any.
    pub newer: Option<String>,
    /// The place of older lines, where there are any.
    pub older: Option<String>,
    /// The division cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// Acts to narrow it to: `(key, title)`.
    pub acts: Vec<(String, String)>,
    /// Forms to narrow it to: `(key, title)`.
    pub forms: Vec<(String, String)>,
    /// The days that are shown; empty where it has no end.
    pub days: (String, String),
    /// Whether it can be taken out as a file.
    pub may_export: bool,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Id.
    pub id: String,
    /// When, as shown.
    pub at: String,
    /// The line as the manual writes it.
    pub sentence: String,
    /// The act.
    pub act: String,
    /// Whether something was refused.
    pub is_refusal: bool,
    /// Who used the account.
    pub person: String,
    /// Where.
    pub place: String,
    /// What it is about: the form, the step.
    pub about: String,
    /// The id of the record that it is about, or empty.
    pub record: String,
    /// Client address.
    pub address: String,
    /// Field, before, after.
    pub changes: Vec<(String, String, String)>,
}

/// 权限总览: who may do what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RightsView {
    /// Kinds of account.
    pub kinds: Vec<String>,
    /// Its parts, in the menu's order.
    pub tables: Vec<RightsTable>,
}

/// A part of 权限总览.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RightsTable {
    /// Heading.
    pub title: String,
    /// What, and the mark of each kind.
    pub lines: Vec<(String, Vec<String>)>,
}

/// 账号管理
#[server(prefix = "/api", endpoint = "account_list", input = Json, output = Json)]
pub async fn account_list(query: ListQuery) -> Result<AccountsView, AppError> {
    use crate::server::{accounts, session::signed};
    accounts::list(&crate::server::app()?, &signed()?, &query).await
}

/// One account; `told` names what is shown this once.
#[server(prefix = "/api", endpoint = "account_page", input = Json, output = Json)]
pub async fn account_page(id: String, told: String) -> Result<AccountView, AppError> {
    use crate::server::{accounts, session::signed};
    accounts::page(&crate::server::app()?, &signed()?, &id, &told).await
}

/// 新增
#[server(prefix = "/api", endpoint = "new_account", input = Json, output = Json)]
pub async fn new_account(query: ListQuery) -> Result<NewAccountView, AppError> {
    use crate::server::{accounts, session::signed};
    accounts::blank(&crate::server::app()?, &signed()?, &query).await
}

/// 批量生成
#[server(prefix = "/api", endpoint = "missing_accounts", input = Json, output = Json)]
pub async fn missing_accounts(query: ListQuery) -> Result<MissingView, AppError> {
    use crate::server::{accounts, session::signed};
    accounts::missing(&crate::server::app()?, &signed()?, &query).await
}

/// The own account.
#[server(prefix = "/api", endpoint = "own_account", input = Json, output = Json)]
pub async fn own_account() -> Result<OwnAccountView, AppError> {
    use crate::server::{accounts, session::signed};
    accounts::own(&crate::server::app()?, &signed()?).await
}

/// 日志
#[server(prefix = "/api", endpoint = "log_page", input = Json, output = Json)]
pub async fn log_page(tab: String, query: ListQuery) -> Result<LogView, AppError> {
    use crate::server::{logs, session::signed};
    logs::page(&crate::server::app()?, &signed()?, &tab, &query).await
}

/// 权限总览
#[server(prefix = "/api", endpoint = "rights", input = Json, output = Json)]
pub async fn rights() -> Result<RightsView, AppError> {
    use crate::server::{rights, session::signed};
    rights::overview(&signed()?)
}
