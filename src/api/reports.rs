//! 导出工作报告 (manual 6.13(4), spec §12): what a returning cadre has done for its village, as content. The Word file and a
//! printed page say the same.

use crate::domain::date::in_words;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Who puts an opinion and a stamp on the paper (spec §12, 7).
pub const OPINIONS: [&str; 3] = ["村党组织意见", "乡镇(街道)意见", "县委组织部意见"];

/// Somebody whose report can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPerson {
    /// Record id in 名单报审.
    pub id: String,
    /// `张三（五华区水务局）`
    pub label: String,
    /// How many 工作纪实 of the village name the person: with none there is little to report (spec Q-42).
    pub entries: usize,
}

/// What stands in a report beside what always does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOptions {
    /// 显示全部环节: the steps that the person had no part in, too.
    pub all_steps: bool,
    /// Up to two photos for each 工作纪实.
    pub photos: bool,
}

/// The report of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// 姓名
    pub name: String,
    /// The day of the export.
    pub made_on: String,
    /// Days of work in all villages together; a day counts once.
    pub days: i64,
    /// One for each village that the account may see, the village that was asked about first.
    pub chapters: Vec<Chapter>,
    /// By which anybody can ask whether it was issued (F-31).
    #[serde(default)]
    pub code: String,
    /// Where.
    #[serde(default)]
    pub check_at: String,
}

/// A link to a report that opens something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLink {
    /// Id.
    pub id: String,
    /// Whose report.
    pub name: String,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: String,
}

/// A link that was just made: its address is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshLink {
    /// Whose report.
    pub name: String,
    /// What is handed over.
    pub address: String,
    /// The same as a QR code, an address of a picture.
    pub code: String,
}

/// The links of a village.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksView {
    /// Those that open something, the newest first.
    pub links: Vec<ReportLink>,
    /// The one that was just made.
    pub fresh: Option<FreshLink>,
}

/// A report behind a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedReport {
    /// The report.
    pub report: Report,
    /// When the link ends.
    pub expires_at: String,
}

/// What may be known of a report that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedReport {
    /// The day.
    pub issued_on: String,
    /// The village, from 州(市) down.
    pub village: String,
}

/// What somebody has done in one village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// The village, from 州(市) down.
    pub place: String,
    /// 基本情况: label and text.
    pub basics: Vec<(String, String)>,
    /// First day of the first entry and last day of the last one.
    pub period: Option<(String, String)>,
    /// Days of work: a day with several entries counts once.
    pub days: i64,
    /// Those of the 13 steps that the person had a part in, in their order.
    pub steps: Vec<String>,
    /// 当前环节 of the village.
    pub position: String,
    /// 审批状态 of the village's plan.
    pub approval: String,
    /// 参与工作纪实, by step in the order of the steps.
    pub passages: Vec<Passage>,
    /// 工作成效
    pub outcomes: Vec<Outcome>,
    /// 牵头项目
    pub projects: Vec<Project>,
    /// Names of the files that the village's plan consists of.
    pub results: Vec<String>,
}

/// The entries of one step, by date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The step.
    pub title: String,
    /// Empty only where all steps are shown.
    pub entries: Vec<Entry>,
}

/// A 工作纪实 that names the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 开展日期
    pub begins_on: String,
    /// 结束日期, the same day where there is none.
    pub ends_on: String,
    /// 工作事项
    pub title: String,
    /// 内容简述
    pub summary: String,
    /// 开展地点
    pub place: String,
    /// 同行参与人: the other cadres and whoever else was there.
    pub companions: Vec<String>,
    /// Ids of the photos that stand in the report.
    pub photos: Vec<String>,
}

/// A 工作成效 that names the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// 反馈日期
    pub reported_on: String,
    /// 成效类别
    pub kinds: String,
    /// 成效标题
    pub title: String,
    /// 工作成效
    pub text: String,
    /// 争取资金(万元)
    pub funds_won: String,
    /// 争取项目(个)
    pub projects_won: String,
}

/// A project that the person leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// 项目名称
    pub name: String,
    /// 项目类型
    pub kind: String,
    /// 总投资(万元)
    pub investment: String,
    /// 已到位(万元)
    pub funded: String,
    /// 实施状态
    pub state: String,
}

impl Report {
    /// What stands at its head.
    pub fn title(&self) -> String {
        format!("{}同志参与“干部规划家乡行动”工作报告", self.name)
    }

    /// Its name as a file, without the extension (spec §12).
    pub fn file_stem(&self) -> String {
        format!("{}参与“干部规划家乡行动”工作报告", self.name)
    }

    /// The lines under its head: from when to when, and the day of the export.
    pub fn dates(&self) -> Vec<String> {
        let periods = || self.chapters.iter().filter_map(|chapter| chapter.period.as_ref());
        let first = periods().map(|(begins, _)| begins).min();
        let last = periods().map(|(_, ends)| ends).max();
        let mut lines = Vec::new();
        if let (Some(first), Some(last)) = (first, last) {
            lines.push(format!("参与工作时间：{}", span(first, last)));
        }
        lines.push(format!("导出日期：{}", in_words(&self.made_on)));
        lines
    }

    /// By what and where the paper is checked.
    pub fn check_line(&self) -> String {
        let (first, second) = self.code.split_at(self.code.len() / 2);
        format!("核验码：{first}-{second}（在 {} 输入核验码和姓名核验）", self.check_at)
    }

    /// All villages in one sentence, where there are several.
    pub fn overview(&self) -> Option<String> {
        let entries: usize = self.chapters.iter().map(Chapter::entry_count).sum();
        (self.chapters.len() > 1).then(|| {
            format!(
                "参与 {} 个行政村的规划编制工作，共参与工作纪实 {entries} 条，参与工作 {} 天（时间重叠的只计一次）。",
                self.chapters.len(),
                self.days
            )
        })
    }
}

impl Chapter {
    /// How many 工作纪实 it holds.
    pub fn entry_count(&self) -> usize {
        self.passages.iter().map(|passage| passage.entries.len()).sum()
    }

    /// 参与概况 in sentences.
    pub fn summary(&self) -> Vec<String> {
        let part = match &self.period {
            None => "没有参与登记的工作纪实。".to_owned(),
            Some((begins, ends)) => format!(
                "{}，参与工作纪实 {} 条，参与工作 {} 天（时间重叠的只计一次），涉及环节 {}。",
                span(begins, ends),
                self.entry_count(),
                self.days,
                self.share()
            ),
        };
        let stands = format!(
            "村庄规划编制当前环节为“{}”，审批状态为“{}”。",
            self.position, self.approval
        );
        vec![part, stands]
    }

    /// `2/13：底图底数、实地调研`
    fn share(&self) -> String {
        let titles = match self.steps.is_empty() {
            true => String::new(),
            false => format!("：{}", self.steps.join("、")),
        };
        format!("{}/{}{titles}", self.steps.len(), crate::steps::PLANNING.len())
    }
}

impl Entry {
    /// Its day or days, as people read them.
    pub fn dates(&self) -> String {
        span(&self.begins_on, &self.ends_on)
    }
}

impl Outcome {
    /// Kinds and what was won, one line under its title.
    pub fn facts(&self) -> String {
        let won = [
            ("成效类别：", &self.kinds, ""),
            ("争取资金：", &self.funds_won, " 万元"),
            ("争取项目：", &self.projects_won, " 个"),
        ];
        let told = won.iter().filter(|(_, text, _)| !text.is_empty());
        let told: Vec<String> = told.map(|(label, text, unit)| format!("{label}{text}{unit}")).collect();
        told.join("；")
    }
}

/// From one day to another, or the one day.
fn span(begins: &str, ends: &str) -> String {
    match begins == ends {
        true => in_words(begins),
        false => format!("{}至{}", in_words(begins), in_words(ends)),
    }
}

/// Everybody of a village whose report can be asked for.
#[server(prefix = "/api", endpoint = "report_people", input = Json, output = Json)]
pub async fn report_people(region: Option<Region>) -> Result<Vec<ReportPerson>, AppError> {
    use crate::server::{reports, session::signed};
    reports::people(&crate::server::app()?, &signed()?, region.as_ref()).await
}

/// The reports of these people, to be printed from the screen.
#[server(prefix = "/api", endpoint = "work_reports", input = Json, output = Json)]
pub async fn work_reports(
    region: Option<Region>,
    people: Vec<String>,
    options: ReportOptions,
) -> Result<Vec<Report>, AppError> {
    use crate::server::reports::{self, Asked};
    use crate::server::session::signed;
    let asked = Asked {
        region,
        people,
        options,
    };
    reports::told(&crate::server::app()?, &signed()?, &asked).await
}

/// The links to reports of a village.
#[server(prefix = "/api", endpoint = "report_links", input = Json, output = Json)]
pub async fn report_links(region: Option<Region>) -> Result<LinksView, AppError> {
    use crate::server::http::reports::fresh_token;
    use crate::server::{reports::links, session::signed};
    let app = crate::server::app()?;
    links::list(&app, &signed()?, region.as_ref(), &fresh_token(&app)).await
}

/// The report behind a link, for whoever holds it.
#[server(prefix = "/api", endpoint = "shared_report", input = Json, output = Json)]
pub async fn shared_report(token: String) -> Result<LinkedReport, AppError> {
    use crate::server::http::reports::answers;
    use crate::server::{reports::links, session::signed};
    answers(links::open(&crate::server::app()?, &signed()?, &token).await)
}

/// Whether a report with that code about that person was issued.
#[server(prefix = "/api", endpoint = "check_report", input = Json, output = Json)]
pub async fn check_report(code: String, name: String) -> Result<Option<IssuedReport>, AppError> {
    use crate::server::{reports::links, session::signed};
    links::check(&crate::server::app()?, &signed()?, &code, &name).await
}
