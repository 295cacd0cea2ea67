//! 规划编制: where every village stands, and the 13 steps of one.

use super::records::CascadeLevel;
use crate::domain::query::ListQuery;
use crate::domain::region::Region;
use crate::domain::step::SwitchView;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The list of villages (spec S6.0).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillagesView {
    /// The lines of the page.
    pub lines: Vec<VillageLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// The division cascade of the query bar.
    pub cascade: Vec<CascadeLevel>,
    /// The only village that the account has: there is nothing to choose from.
    pub only: Option<Region>,
}

/// One village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillageLine {
    /// Its code.
    pub region: Region,
    /// Names from 州(市) down.
    pub places: Vec<String>,
    /// How many of the 13 steps are done.
    pub done: usize,
    /// 年度计划, where the baseline survey says one.
    pub year: String,
    /// 技术单位
    pub unit: String,
    /// When a step was set last, as shown.
    pub updated: String,
}

/// One village's way through the 13 steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillageView {
    /// The village.
    pub region: Region,
    /// `(州(市), 昆明市)` and so on.
    pub places: Vec<(String, String)>,
    /// The steps in their order.
    pub steps: Vec<StepView>,
    /// The switch of the step that was asked about.
    pub switch: Option<SwitchView>,
    /// What should have been finished before the first step, and is not (spec §7): a hint, while 规划编制前置条件 demands nothing.
    pub hints: Vec<String>,
    /// Whether there is anything to pack.
    pub has_results: bool,
}

/// One step of a village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Its key, also that of its page.
    pub key: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub state: StepState,
    /// When it was completed, as shown.
    pub done_at: String,
    /// Who completed it, or who acts next.
    pub who: String,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// 是
    Done,
    /// It can be worked on.
    Open,
    /// The one before is not 是.
    Locked,
}

impl StepState {
    /// As the screen says it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Done => "已完成",
            Self::Open => "进行中",
            Self::Locked => "未开启",
        }
    }

    /// Class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Locked => "locked",
        }
    }
}

/// The villages of the account's scope.
#[server(prefix = "/api", endpoint = "planning_villages", input = Json, output = Json)]
pub async fn planning_villages(query: ListQuery) -> Result<VillagesView, AppError> {
    use crate::server::{planning, session::signed};
    planning::villages(&crate::server::app()?, &signed()?, &query).await
}

/// The steps of a village, with the switch of the one that a page belongs to.
#[server(prefix = "/api", endpoint = "village_steps", input = Json, output = Json)]
pub async fn village_steps(step: String, region: Option<Region>) -> Result<VillageView, AppError> {
    use crate::server::{planning, session::signed};
    planning::village(&crate::server::app()?, &signed()?, &step, region.as_ref()).await
}

/// Takes over records from the rows of another form (从近期建设项目带入); answers how many were new.
#[server(prefix = "/api", endpoint = "adopt", input = Json, output = Json)]
pub async fn adopt(page: String, tab: String, region: Option<Region>) -> Result<usize, AppError> {
    use crate::server::{adoption, session::signed};
    let signed = signed()?;
    let tab = super::records::find_tab(&page, &tab, signed.ready()?)?;
    adoption::adopt(&crate::server::app()?, &signed, tab, region.as_ref()).await
}
