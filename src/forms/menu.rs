//! The menu (spec §3). Entries of later chapters are absent rather than dead.

use super::readers::{COUNTY_AND_ABOVE, EVERYBODY_BUT_VILLAGES};
use super::{basics, preparation, public, tasks, team, work_log};
use crate::domain::account::AccountKind::{self, CountyOrganization};
use crate::domain::form::Form;
use crate::domain::page::{Link, Page, Tab, tab};
use crate::domain::region::Level;
use crate::domain::verb::Verb::{
    Approve, ExemptLetter, Leave, RecallLetter, RecordReply, RequestChange, RequireLetter, Return, SendLetter, Submit,
    Withdraw,
};
use crate::steps;

/// All pages in the menu's order.
pub static PAGES: &[Page] = &[
    Page {
        key: "village_profile",
        title: "行政村信息",
        group: "基本信息",
        tabs: &[tab("", "行政村信息", &basics::village_profile::FORM)],
    },
    Page {
        key: "personnel",
        title: "人员信息",
        group: "基本信息",
        tabs: &[tab("", "人员信息", &basics::personnel::FORM)],
    },
    Page {
        key: "natural_villages",
        title: "自然村名录",
        group: "基本信息",
        tabs: &[tab("", "自然村名录", &basics::natural_villages::FORM)],
    },
    Page {
        key: "founding_documents",
        title: "制定文件",
        group: "工作准备",
        tabs: &[
            tab("city", "市级上传", &preparation::founding_documents::FORM).at(Level::City),
            tab("county", "县级上传", &preparation::founding_documents::FORM)
                .at(Level::County)
                .with_switch(&steps::FOUNDING_DOCUMENTS),
        ],
    },
    Page {
        key: "supplementary_documents",
        title: "补充制定文件",
        group: "工作准备",
        tabs: &[
            tab("city", "市级上传", &preparation::supplementary_documents::FORM).at(Level::City),
            tab("county", "县级上传", &preparation::supplementary_documents::FORM).at(Level::County),
        ],
    },
    Page {
        key: "institutions",
        title: "成立机构",
        group: "工作准备",
        tabs: &[
            tab("project_team", "“干部规划家乡”项目组", &preparation::project_team::FORM).seen_by(COUNTY_AND_ABOVE),
            tab(
                "leading_group",
                "“干部规划家乡”领导小组",
                &preparation::leading_group::FORM,
            )
            .with_switch(&steps::INSTITUTIONS)
            .seen_by(COUNTY_AND_ABOVE),
            tab("liaison_stations", "联络服务站", &preparation::liaison_stations::FORM)
                .with_own_level_switch()
                .seen_by(EVERYBODY_BUT_VILLAGES),
            tab("liaison_staff", "联络服务站人员名单", &preparation::liaison_staff::FORM)
                .with_own_level_switch()
                .seen_by(EVERYBODY_BUT_VILLAGES),
            tab("work_log", "工作纪实", &work_log::FORM).fixed("step", "institutions"),
        ],
    },
    Page {
        key: "mobilization",
        title: "组织发动",
        group: "工作准备",
        tabs: &[tab("", "组织发动", &preparation::mobilization::FORM).with_switch(&steps::MOBILIZATION)],
    },
    Page {
        key: "training",
        title: "培训学习",
        group: "工作准备",
        tabs: &[tab("", "培训学习", &preparation::training::FORM).with_switch(&steps::TRAINING)],
    },
    Page {
        key: "baseline_survey",
        title: "摸底调查",
        group: "规划任务",
        tabs: &[
            tab("survey", "摸底调查", &tasks::baseline_survey::FORM)
                .acting(&[Submit, Approve, Return, Withdraw, RequestChange])
                .with_batch(&tasks::baseline_survey::BATCH)
                .with_setup(&steps::BASELINE_SURVEY),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "baseline_survey")
                .seen_by(COUNTY_AND_ABOVE),
        ],
    },
    Page {
        key: "annual_plan",
        title: "制定计划",
        group: "规划任务",
        tabs: &[
            tab("plan", "制定计划", &tasks::annual_plan::FORM)
                .acting(&[Submit, Withdraw, RequestChange])
                .with_switch(&steps::ANNUAL_PLAN),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "annual_plan")
                .seen_by(COUNTY_AND_ABOVE),
        ],
    },
    Page {
        key: "plan_review",
        title: "上报审核",
        group: "规划任务",
        tabs: &[tab("", "上报审核", &tasks::annual_plan::FORM)
            .looking_at(&[
                "submitted",
                "city_passed",
                "city_returned",
                "province_passed",
                "province_returned",
            ])
            .acting(&[Approve, Return])
            .with_switch(&steps::PLAN_REVIEW)
            .seen_by(COUNTY_AND_ABOVE)],
    },
    Page {
        key: "task_assignment",
        title: "下达任务",
        group: "规划任务",
        tabs: &[tab("", "下达任务", &tasks::annual_plan::FORM)
            .looking_at(&["city_passed", "province_passed", "province_returned"])
            .acting(&[Approve, Return])
            .with_switch(&steps::TASK_ASSIGNMENT)],
    },
    Page {
        key: "candidates",
        title: "人员摸排",
        group: "组建规划组",
        tabs: &[tab("", "人员摸排", &team::candidates::FORM)
            .with_switch(&steps::CANDIDATE_SEARCH)
            .with_import()],
    },
    Page {
        key: "roster",
        title: "名单报审",
        group: "组建规划组",
        tabs: &[
            tab("village", "行政村规划编制组", &team::roster::FORM)
                .fixed("group_kind", "village")
                .registering(team::roster::CREATIONS)
                .acting(&[Submit, Approve, Return, RequestChange, Leave])
                .with_setup(&steps::ROSTER_REVIEW),
            tab("hamlet", "自然村规划编制小组", &team::roster::FORM)
                .fixed("group_kind", "hamlet")
                .registering(team::roster::CREATIONS)
                .acting(&[Submit, Approve, Return, RequestChange, Leave]),
        ],
    },
    Page {
        key: "official_letters",
        title: "发函确认",
        group: "组建规划组",
        tabs: &[
            tab("letters", "发函确认", &team::official_letters::FORM)
                .acting(&[SendLetter, RecallLetter, RecordReply, ExemptLetter, RequireLetter])
                .with_links(LETTERS)
                .with_setup(&steps::OFFICIAL_LETTERS),
            tab("template", "函件模板", &team::letter_template::FORM),
        ],
    },
    Page {
        key: "technical_units",
        title: "确定技术单位",
        group: "组建规划组",
        tabs: &[tab("", "确定技术单位", &team::technical_units::FORM).with_setup(&steps::TECHNICAL_UNITS)],
    },
    Page {
        key: "policy_documents",
        title: "政策文件",
        group: "系统管理",
        tabs: &[tab("", "政策文件", &public::policy_documents::FORM)],
    },
];

/// Beside the list of 发函确认: the units with their people, and the letters themselves.
static LETTERS: &[Link] = &[
    Link {
        address: "/units",
        title: "按单位查看",
        kinds: &[],
        is_file: false,
    },
    Link {
        address: "/letters",
        title: "生成函件",
        kinds: &[CountyOrganization],
        is_file: true,
    },
];

/// The page of that key.
pub fn page(key: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.key == key)
}

/// Where the records of a form are registered: the first tab that is no mere look at them.
pub fn place_of(form: &Form) -> Option<(&'static Page, &'static Tab)> {
    PAGES.iter().find_map(|page| {
        let tab = page
            .tabs
            .iter()
            .find(|tab| tab.form.key == form.key && tab.states.is_empty())?;
        Some((page, tab))
    })
}

/// The menu of an account kind: groups with their pages.
pub fn pages_for(kind: AccountKind) -> Vec<(&'static str, Vec<&'static Page>)> {
    let mut groups: Vec<(&'static str, Vec<&'static Page>)> = Vec::new();
    for page in PAGES.iter().filter(|page| page.tabs_for(kind).next().is_some()) {
        match groups.last_mut().filter(|(group, _)| *group == page.group) {
            Some((_, pages)) => pages.push(page),
            None => groups.push((page.group, vec![page])),
        }
    }
    groups
}
