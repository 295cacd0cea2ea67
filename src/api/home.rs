//! 首页 and the public pages.

use super::planning::VillageView;
use crate::domain::account::Account;
use crate::domain::attachment::Attachment;
use crate::domain::record::Status;
use crate::domain::region::Region;
use crate::domain::step::Missing;
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
    /// 催办 that this account has received.
    pub reminders: Vec<ReminderLine>,
    /// 待办, group by group as the menu has them.
    pub waiting: Vec<WaitingGroup>,
    /// 被打回
    pub returned: Vec<ReturnedLine>,
    /// The lists where more was returned than is shown: page and address.
    pub returned_more: Vec<(String, String)>,
    /// The 13 steps of the account's own village.
    pub village: Option<VillageView>,
    /// How many villages have come how far, from 纳入规划范围 to 备案.
    pub funnel: Vec<Stage>,
    /// How many villages stand at each of the 13 steps.
    pub standing: Vec<Stage>,
    /// Villages that have not got on, the longest first.
    pub stuck: Vec<StuckLine>,
    /// How many of them there are.
    pub stuck_total: usize,
    /// Steps with how many regions of the scope have completed them.
    pub steps: Vec<StepProgress>,
}

/// Lines of 待办 that belong to one group of the menu.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingGroup {
    /// The group.
    pub title: String,
    /// Its lines.
    pub lines: Vec<WaitingLine>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingLine {
    /// Where.
    pub title: String,
    /// The state of the records, for those of a review.
    pub state: Option<Status>,
    /// The buttons that can be used there.
    pub buttons: Vec<String>,
    /// How many, and of what: `3 条`; empty for a switch.
    pub count: String,
    /// For how many days the oldest has waited.
    pub days: i64,
    /// Address of the list, filtered.
    pub link: String,
    /// What a switch still lacks.
    pub missing: Vec<Missing>,
    /// Who opened a switch again and why, or empty.
    pub said: String,
}

/// A record that came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// What it is about.
    pub name: String,
    /// The screen.
    pub title: String,
    /// Its state.
    pub state: Option<Status>,
    /// What was said with the return.
    pub opinion: String,
    /// How many places were marked.
    pub pins: i64,
    /// Address of the record.
    pub link: String,
}

/// A reminder that stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReminderLine {
    /// The step, and whose.
    pub title: String,
    /// `五华区自然资源局 在 2021-08-11 16:38:07 已催办`
    pub by: String,
    /// Address of the step.
    pub link: String,
}

/// How many villages have come so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Title.
    pub title: String,
    /// How many.
    pub count: i64,
    /// Address of their list.
    pub link: String,
}

/// A village that has not got on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StuckLine {
    /// The village.
    pub region: Region,
    /// Its name with the township's.
    pub name: String,
    /// Key of the step where it stands.
    pub step: String,
    /// Title of that step.
    pub title: String,
    /// 停留天数: since the step before was completed.
    pub days: i64,
    /// When it was urged last, as shown; empty while it never was.
    pub urged: String,
    /// Whether it may be urged now.
    pub may_urge: bool,
}

/// How many records wait, for the menu: quiet numbers beside the entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingNumbers {
    /// 催办 that this account has received.
    pub reminders: i64,
    /// Page key → records that wait there.
    pub pages: Vec<(String, i64)>,
}

impl WaitingNumbers {
    /// Everything.
    pub fn total(&self) -> i64 {
        self.reminders + self.pages.iter().map(|(_, count)| count).sum::<i64>()
    }

    /// What waits on a page.
    pub fn of(&self, page: &str) -> i64 {
        self.pages
            .iter()
            .find(|(key, _)| key == page)
            .map_or(0, |(_, count)| *count)
    }
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

/// 首页; with all villages that have not got on, where they are asked for.
#[server(prefix = "/api", endpoint = "home", input = Json, output = Json)]
pub async fn home(all: bool) -> Result<HomeView, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::home::page(&app, &signed, all).await
}

/// How many records wait for the account.
#[server(prefix = "/api", endpoint = "waiting_counts", input = Json, output = Json)]
pub async fn waiting_counts() -> Result<WaitingNumbers, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::waiting::counts(&app, &signed).await
}

/// 催办: reminds whoever can act next; answers who that is.
#[server(prefix = "/api", endpoint = "urge", input = Json, output = Json)]
pub async fn urge(step: String, region: Region) -> Result<String, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    crate::server::reminders::urge(&app, &signed, step, &region).await
}

/// 政策文件 for everybody (manual 1.1).
#[server(prefix = "/api", endpoint = "public_documents", input = Json, output = Json)]
pub async fn public_documents() -> Result<Vec<PublicDocument>, AppError> {
    crate::server::home::public_documents(&crate::server::app()?).await
}
