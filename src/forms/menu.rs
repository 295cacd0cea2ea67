//! The menu (spec §3). Entries of later chapters are absent rather than dead.

use super::natural_village;
use super::planning::{self, field_survey, summaries};
use super::readers::{COUNTY_AND_ABOVE, EVERYBODY, EVERYBODY_BUT_VILLAGES};
use super::{basics, preparation, public, tasks, team, work_log};
use crate::domain::account::AccountKind::{self, CountyOrganization};
use crate::domain::audit::Log;
use crate::domain::duty::Duty;
use crate::domain::form::Form;
use crate::domain::page::{Link, PAGE, Page, Tab, tab};
use crate::domain::permission::{governs, has_duty, reads_log, sees_rights, sets_parameters};
use crate::domain::region::Level;
use crate::domain::verb::Verb::{
    Answer, Approve, Confirm, Disable, Enable, ExemptLetter, File, Leave, Merge, RecallLetter, RecordReply, Refuse,
    RequestChange, RequireLetter, Return, SendBack, SendLetter, Submit, TakeUp, Withdraw,
};
use crate::steps;

/// All pages in the menu's order.
pub static PAGES: &[Page] = &[
    Page {
        key: "village_profile",
        title: "行政村信息",
        group: "基本信息",
        tabs: &[tab("", "行政村信息", &basics::village_profile::FORM)],
        ..PAGE
    },
    Page {
        key: "personnel",
        title: "人员信息",
        group: "基本信息",
        tabs: &[tab("", "人员信息", &basics::personnel::FORM)],
        ..PAGE
    },
    Page {
        key: "natural_villages",
        title: "自然村名录",
        group: "基本信息",
        tabs: &[
            tab("", "自然村名录", &basics::natural_villages::FORM).acting(&[Confirm, Refuse, Disable, Enable, Merge])
        ],
        ..PAGE
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
        ..PAGE
    },
    Page {
        key: "supplementary_documents",
        title: "补充制定文件",
        group: "工作准备",
        tabs: &[
            tab("city", "市级上传", &preparation::supplementary_documents::FORM).at(Level::City),
            tab("county", "县级上传", &preparation::supplementary_documents::FORM).at(Level::County),
        ],
        ..PAGE
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
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "institutions")
                .seen_by(EVERYBODY_BUT_VILLAGES),
        ],
        ..PAGE
    },
    Page {
        key: "mobilization",
        title: "组织发动",
        group: "工作准备",
        tabs: &[tab("", "组织发动", &preparation::mobilization::FORM).with_switch(&steps::MOBILIZATION)],
        ..PAGE
    },
    Page {
        key: "training",
        title: "培训学习",
        group: "工作准备",
        tabs: &[tab("", "培训学习", &preparation::training::FORM).with_switch(&steps::TRAINING)],
        ..PAGE
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
        ..PAGE
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
        ..PAGE
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
        ..PAGE
    },
    Page {
        key: "task_assignment",
        title: "下达任务",
        group: "规划任务",
        tabs: &[tab("", "下达任务", &tasks::annual_plan::FORM)
            .looking_at(&["city_passed", "province_passed", "province_returned"])
            .acting(&[Approve, Return])
            .with_switch(&steps::TASK_ASSIGNMENT)],
        ..PAGE
    },
    Page {
        key: "candidates",
        title: "人员摸排",
        group: "组建规划组",
        tabs: &[tab("", "人员摸排", &team::candidates::FORM)
            .with_switch(&steps::CANDIDATE_SEARCH)
            .with_import()],
        ..PAGE
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
        ..PAGE
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
        ..PAGE
    },
    Page {
        key: "technical_units",
        title: "确定技术单位",
        group: "组建规划组",
        tabs: &[tab("", "确定技术单位", &team::technical_units::FORM).with_setup(&steps::TECHNICAL_UNITS)],
        ..PAGE
    },
    Page {
        key: "base_data",
        title: "底图底数",
        group: "规划编制",
        step: Some(&steps::BASE_DATA),
        tabs: &[
            tab("", "基本信息", &planning::base_data::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "base_data")
                .inside(),
        ],
    },
    Page {
        key: "field_survey",
        title: "实地调研",
        group: "规划编制",
        step: Some(&steps::FIELD_SURVEY),
        tabs: &[
            tab("basics", "工作开展情况", &planning::survey::FORM)
                .under("基本信息")
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "field_survey")
                .under("基本信息")
                .inside(),
            tab(
                "hamlet_absences",
                "自然村无此项的内容",
                &natural_village::absences::FORM,
            )
            .under("基本信息")
            .acting(&[Return])
            .inside(),
            tab("natural_resources", "自然资源", &field_survey::natural_resources::FORM)
                .in_workbook()
                .inside(),
            tab(
                "cultural_resources",
                "历史和民俗文化资源",
                &field_survey::cultural_resources::FORM,
            )
            .in_workbook()
            .inside(),
            tab(
                "population",
                "2016-2020各年人口情况",
                &natural_village::population::FORM,
            )
            .under("人口状况")
            .with_summaries(&[&summaries::POPULATION])
            .with_coverage()
            .acting(&[Return])
            .inside(),
            tab("ethnic_groups", "民族构成", &natural_village::ethnic_groups::FORM)
                .under("人口状况")
                .with_summaries(&[&summaries::ETHNIC_GROUPS])
                .acting(&[Return])
                .inside(),
            tab("economy", "近三年社会经济情况（行政村）", &field_survey::economy::FORM)
                .under("社会经济情况")
                .in_workbook()
                .inside(),
            tab("industries", "村庄产业", &field_survey::industries::FORM)
                .under("产业现状")
                .in_workbook()
                .inside(),
            tab(
                "collective_assets",
                "集体经济发展情况",
                &field_survey::collective_assets::FORM,
            )
            .under("产业现状")
            .in_workbook()
            .inside(),
            tab("roads", "道路", &field_survey::roads::FORM)
                .under("基础设施")
                .with_summaries(&[
                    &summaries::ROADS_BY_SCOPE,
                    &summaries::ROADS_BY_CLASS,
                    &summaries::ROADS_BY_SURFACE,
                ])
                .with_coverage()
                .in_workbook()
                .acting(&[Return])
                .inside(),
            tab("facilities", "基础设施", &field_survey::facilities::FORM)
                .under("基础设施")
                .with_summaries(&[&summaries::FACILITIES_BY_SCOPE, &summaries::FACILITIES])
                .in_workbook()
                .acting(&[Return])
                .inside(),
            tab("public_services", "公共服务设施", &field_survey::public_services::FORM)
                .with_summaries(&[
                    &summaries::PUBLIC_SERVICES_BY_SCOPE,
                    &summaries::PUBLIC_SERVICES,
                    &summaries::PUBLIC_SERVICES_BY_STATE,
                    &summaries::PUBLIC_SERVICES_OF_HAMLETS,
                ])
                .with_coverage()
                .in_workbook()
                .acting(&[Return])
                .inside(),
            tab("hazards", "地质灾害隐患", &field_survey::hazards::FORM)
                .in_workbook()
                .inside(),
            tab("homesteads", "宅基地情况", &natural_village::homesteads::FORM)
                .under("宅基地、空闲地情况")
                .with_summaries(&[&summaries::HOMESTEADS])
                .with_coverage()
                .acting(&[Return])
                .inside(),
            tab("vacant_land", "空闲地情况", &natural_village::vacant_land::FORM)
                .under("宅基地、空闲地情况")
                .with_summaries(&[&summaries::VACANT_LAND, &summaries::VACANT_LAND_BY_USE])
                .acting(&[Return])
                .inside(),
            tab("buildings", "建筑风貌", &natural_village::buildings::FORM)
                .with_summaries(summaries::BUILDINGS)
                .with_coverage()
                .acting(&[Return])
                .inside(),
            tab(
                "collective_land",
                "集体经营性建设用地情况",
                &natural_village::collective_land::FORM,
            )
            .with_summaries(&[&summaries::COLLECTIVE_LAND, &summaries::COLLECTIVE_LAND_BY_WAY])
            .with_coverage()
            .acting(&[Return])
            .inside(),
            tab("fire_safety", "消防安全", &natural_village::fire_safety::FORM)
                .with_summaries(&[&summaries::FIRE_SAFETY, &summaries::FIRE_HAZARDS])
                .with_coverage()
                .acting(&[Return])
                .inside(),
        ],
    },
    Page {
        key: "analysis",
        title: "现状分析",
        group: "规划编制",
        step: Some(&steps::ANALYSIS),
        tabs: &[
            tab("", "基本信息", &planning::analysis::FORM)
                .with_links(LISTS)
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "analysis")
                .inside(),
        ],
    },
    Page {
        key: "spatial_plan",
        title: "国土空间开发与保护",
        group: "规划编制",
        step: Some(&steps::SPATIAL_PLAN),
        tabs: &[
            tab("", "基本信息", &planning::spatial_plan::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "spatial_plan")
                .inside(),
        ],
    },
    Page {
        key: "industry_plan",
        title: "编制产业发展规划",
        group: "规划编制",
        step: Some(&steps::INDUSTRY_PLAN),
        tabs: &[
            tab("", "基本信息", &planning::industry_plan::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "industry_plan")
                .inside(),
        ],
    },
    Page {
        key: "party_talent_plan",
        title: "编制基层党建和人才发展规划",
        group: "规划编制",
        step: Some(&steps::PARTY_TALENT_PLAN),
        tabs: &[
            tab("", "基本信息", &planning::party_talent_plan::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "party_talent_plan")
                .inside(),
        ],
    },
    Page {
        key: "draft_plan",
        title: "形成规划草案",
        group: "规划编制",
        step: Some(&steps::DRAFT),
        tabs: &[
            tab("", "基本信息", &planning::draft::FORM)
                .with_links(PROJECT_TABLE)
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "draft_plan")
                .inside(),
        ],
    },
    Page {
        key: "standardization",
        title: "成果标准化",
        group: "规划编制",
        step: Some(&steps::STANDARDIZATION),
        tabs: &[
            tab("", "基本信息", &planning::standardization::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "standardization")
                .inside(),
        ],
    },
    Page {
        key: "county_review",
        title: "县级审查",
        group: "规划编制",
        step: Some(&steps::COUNTY_REVIEW),
        tabs: &[
            tab("papers", "审查附件", &planning::review_papers::FORM)
                .under("成果审查")
                .inside(),
            tab("rounds", "审查记录", &planning::county_review::FORM)
                .under("成果审查")
                .inside(),
            tab("indicators", "填报核心数据指标表", &planning::plan_tables::FORM)
                .showing(&[steps::INDICATORS])
                .in_workbook()
                .inside(),
            tab("structure", "填报结构调整表", &planning::plan_tables::FORM)
                .showing(&[steps::STRUCTURE])
                .in_workbook()
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "county_review")
                .inside(),
        ],
    },
    Page {
        key: "resolution",
        title: "村民决议",
        group: "规划编制",
        step: Some(&steps::RESOLUTION),
        tabs: &[
            tab("", "基本信息", &planning::resolution::FORM).inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "resolution")
                .inside(),
        ],
    },
    Page {
        key: "filing",
        title: "审批备案",
        group: "规划编制",
        step: Some(&steps::FILING),
        tabs: &[
            tab("approval", "县级审批", &planning::filing::FORM)
                .acting(&[Submit, Approve, Return, SendBack, File])
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "filing")
                .inside(),
        ],
    },
    Page {
        key: "projects",
        title: "推动项目落地",
        group: "规划编制",
        step: Some(&steps::PROJECTS),
        tabs: &[
            tab("funds", "项目资金及执行情况", &planning::project_funds::FORM).inside(),
            tab("projects", "项目清单", &planning::projects::FORM)
                .adopting(&planning::projects::FROM_PLAN)
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "projects")
                .inside(),
        ],
    },
    Page {
        key: "outcomes",
        title: "反馈工作成效",
        group: "规划编制",
        step: Some(&steps::OUTCOMES),
        tabs: &[
            tab("outcomes", "反馈工作成效", &planning::outcomes::FORM)
                .with_links(REPORTS)
                .inside(),
            tab("work_log", "工作纪实", &work_log::FORM)
                .fixed("step", "outcomes")
                .inside(),
        ],
    },
    Page {
        key: "policy_documents",
        title: "政策文件",
        group: "系统管理",
        tabs: &[tab("", "政策文件", &public::policy_documents::FORM)],
        ..PAGE
    },
    Page {
        key: "announcements",
        title: "公告",
        group: "系统管理",
        tabs: &[tab("", "公告", &public::announcements::FORM)],
        ..PAGE
    },
    Page {
        key: "complaints",
        title: "投诉建议",
        group: "系统管理",
        tabs: &[tab("", "投诉建议", &public::complaints::FORM).acting(&[TakeUp, Answer])],
        ..PAGE
    },
];

/// An entry of the menu that is no page of forms.
pub struct Entry {
    /// Where it leads.
    pub address: &'static str,
    /// As the menu calls it.
    pub title: &'static str,
    /// The group that it belongs to.
    pub group: &'static str,
    /// Whether it stands before the pages of its group.
    pub is_first: bool,
    /// Whether accounts of a kind see it.
    pub is_for: fn(AccountKind) -> bool,
}

/// Where the divisions are kept.
pub const DIVISIONS: &str = "/divisions";

/// Entries beside the pages, in the menu's order.
pub static ENTRIES: &[Entry] = &[
    Entry {
        address: "/accounts",
        title: "账号管理",
        group: "系统管理",
        is_first: true,
        is_for: |kind| has_duty(kind, Duty::See),
    },
    Entry {
        address: DIVISIONS,
        title: "行政区划",
        group: "系统管理",
        is_first: true,
        is_for: governs,
    },
    Entry {
        address: "/dictionaries",
        title: "字典与参数",
        group: "系统管理",
        is_first: true,
        is_for: governs,
    },
    Entry {
        address: "/parameters",
        title: "参数",
        group: "系统管理",
        is_first: true,
        is_for: |kind| sets_parameters(kind) && !governs(kind),
    },
    Entry {
        address: "/survey_imports",
        title: "实地调研导入",
        group: "系统管理",
        is_first: true,
        is_for: governs,
    },
    Entry {
        address: "/rights",
        title: "权限总览",
        group: "系统管理",
        is_first: false,
        is_for: sees_rights,
    },
    Entry {
        address: "/logs",
        title: "日志",
        group: "系统管理",
        is_first: false,
        is_for: |kind| Log::ALL.into_iter().any(|log| reads_log(kind, log)),
    },
];

/// The entries of a group that an account kind sees.
pub fn entries_for(kind: AccountKind, group: &str) -> Vec<&'static Entry> {
    let seen = ENTRIES.iter().filter(|entry| entry.group == group);
    seen.filter(|entry| (entry.is_for)(kind)).collect()
}

/// Whether accounts of a kind have a page of 规划编制.
pub fn sees_planning(kind: AccountKind) -> bool {
    let mut pages = PAGES.iter().filter(|page| page.step.is_some());
    pages.any(|page| page.tabs_for(kind).next().is_some())
}

/// Beside 现状分析: drafts of its three lists.
static LISTS: &[Link] = &[Link {
    address: "/lists",
    title: "三清单生成",
    kinds: &[],
    is_file: true,
}];

/// Beside 近期建设项目: the 一表 on paper.
static PROJECT_TABLE: &[Link] = &[Link {
    address: "/project_table",
    title: "打印近期建设项目表",
    kinds: &[],
    is_file: false,
}];

/// Beside 反馈工作成效: what somebody has done for the village.
static REPORTS: &[Link] = &[Link {
    address: "/work_reports",
    title: "导出工作报告",
    kinds: EVERYBODY,
    is_file: false,
}];

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
    PAGES
        .iter()
        .chain([&natural_village::PHONE])
        .find(|page| page.key == key)
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
    for entry in ENTRIES.iter().filter(|entry| (entry.is_for)(kind)) {
        if !groups.iter().any(|(group, _)| *group == entry.group) {
            groups.push((entry.group, Vec::new()));
        }
    }
    groups
}

/// The tabs of all pages.
pub fn tabs() -> impl Iterator<Item = &'static Tab> {
    PAGES.iter().chain([&natural_village::PHONE]).flat_map(|page| page.tabs)
}
