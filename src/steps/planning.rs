//! The 13 sequential steps of 规划编制 (manual 6, spec §8): each opens when the one before is 是.

use super::{ROSTER_REVIEW, TASK_ASSIGNMENT, TECHNICAL_UNITS};
use crate::domain::account::AccountKind::{self, County, NaturalVillage, TechnicalUnit, Township, Village};
use crate::domain::gate::Facts;
use crate::domain::step::{Effect, Requirement, STEP, Step, Test, need, records};

/// Title of the first table of 6.9: section and requirement.
pub const INDICATORS: &str = "核心数据指标表";
/// Title of the second.
pub const STRUCTURE: &str = "结构调整表";

/// What the village owes together with its technical unit.
const VILLAGE: &[AccountKind] = &[Village, TechnicalUnit];
/// What the county owes.
const COUNTY: &[AccountKind] = &[County];

/// What every step of 规划编制 shares: the village sets it, the county reopens it.
const OF_VILLAGE: Step = Step {
    closers: &[Village],
    reopeners: &[County],
    ..STEP
};

/// A record with nothing missing.
const fn complete(form: &'static str, page: &'static str, tab: &'static str) -> Requirement {
    need("", page, tab, Test::Complete(form)).owed_by(VILLAGE)
}

/// ≥ 1 工作纪实: asked for, not demanded (spec §8).
const fn logged(step: &'static [(&'static str, &'static str)], page: &'static str) -> Requirement {
    need(
        "还没有登记工作纪实",
        page,
        "work_log",
        Test::Records(records("work_log").matching(step)),
    )
    .advice()
    .owed_by(VILLAGE)
}

/// Everything that the manual says a plan contains has been checked.
const fn ticked(form: &'static str, page: &'static str) -> Requirement {
    need("内容自查还有未勾选的项", page, "", Test::AllTicked(form, "checked"))
        .advice()
        .owed_by(VILLAGE)
        .at("checked")
}

/// 6.1 底图底数
pub static BASE_DATA: Step = Step {
    key: "base_data",
    title: "底图底数",
    page: "base_data",
    requirements: &[
        complete("base_data", "base_data", ""),
        logged(&[("step", "base_data")], "base_data"),
    ],
    preliminaries: &[&TASK_ASSIGNMENT, &ROSTER_REVIEW, &TECHNICAL_UNITS],
    ..OF_VILLAGE
};

/// A tab of the survey that the village fills: something is there, or it says that there is nothing.
const fn surveyed(message: &'static str, of: &'static str, tab: &'static str, code: &'static str) -> Requirement {
    need(
        message,
        "field_survey",
        tab,
        Test::AnyOrNone(of, ("field_survey", "absent", code)),
    )
    .owed_by(VILLAGE)
}

/// 6.2 实地调研
pub static FIELD_SURVEY: Step = Step {
    key: "field_survey",
    title: "实地调研",
    page: "field_survey",
    after: Some(&BASE_DATA),
    requirements: &[
        complete("field_survey", "field_survey", "basics"),
        need(
            "至少登记 1 条工作纪实",
            "field_survey",
            "work_log",
            Test::Records(records("work_log").matching(&[("step", "field_survey")])),
        )
        .owed_by(VILLAGE),
        surveyed(
            "自然资源：填写土地资源，或勾选“无此项”",
            "natural_resources.land",
            "natural_resources",
            "land",
        ),
        surveyed(
            "自然资源：填写水资源，或勾选“无此项”",
            "natural_resources.water",
            "natural_resources",
            "water",
        ),
        surveyed(
            "自然资源：填写矿产资源，或勾选“无此项”",
            "natural_resources.minerals",
            "natural_resources",
            "minerals",
        ),
        surveyed(
            "自然资源：填写景区景点，或勾选“无此项”",
            "natural_resources.scenic_spots",
            "natural_resources",
            "scenic_spots",
        ),
        surveyed(
            "历史和民俗文化资源：填写历史文化资源，或勾选“无此项”",
            "cultural_resources.heritage",
            "cultural_resources",
            "heritage",
        ),
        surveyed(
            "历史和民俗文化资源：填写民俗文化资源，或勾选“无此项”",
            "cultural_resources.folk_culture",
            "cultural_resources",
            "folk_culture",
        ),
        need(
            "社会经济情况：至少登记 1 个年度",
            "field_survey",
            "economy",
            Test::AtLeast(1, "economy"),
        )
        .owed_by(VILLAGE),
        need(
            "社会经济情况应登记近三年",
            "field_survey",
            "economy",
            Test::AtLeast(3, "economy"),
        )
        .advice()
        .owed_by(VILLAGE),
        surveyed(
            "产业现状：登记村庄产业，或勾选“无此项”",
            "industries",
            "industries",
            "industries",
        ),
        surveyed(
            "产业现状：登记集体经济发展情况，或勾选“无此项”",
            "collective_assets",
            "collective_assets",
            "collective_assets",
        ),
        surveyed("基础设施：登记村域道路，或勾选“无此项”", "roads", "roads", "roads"),
        surveyed(
            "基础设施：登记村域基础设施，或勾选“无此项”",
            "facilities",
            "facilities",
            "facilities",
        ),
        surveyed(
            "公共服务设施：登记村域公共服务设施，或勾选“无此项”",
            "public_services",
            "public_services",
            "public_services",
        ),
        surveyed(
            "地质灾害隐患：登记隐患点，或勾选“无此项”",
            "hazards",
            "hazards",
            "hazards",
        ),
        need(
            "有自然村没有填报，请督促填报或填写“自然村未填报的原因”",
            "field_survey",
            "basics",
            Test::Covered("field_survey", "coverage_reason"),
        )
        .owed_by(&[NaturalVillage, Village])
        .at("coverage_reason"),
        need("退回的填报还没有修改", "field_survey", "", Test::Mended).owed_by(&[NaturalVillage]),
    ],
    effect: Some(Effect::Freezes("field_survey")),
    ..OF_VILLAGE
};

/// 6.3 现状分析
pub static ANALYSIS: Step = Step {
    key: "analysis",
    title: "现状分析",
    page: "analysis",
    after: Some(&FIELD_SURVEY),
    requirements: &[
        complete("analysis", "analysis", ""),
        logged(&[("step", "analysis")], "analysis"),
    ],
    ..OF_VILLAGE
};

/// 6.4 国土空间开发与保护
pub static SPATIAL_PLAN: Step = Step {
    key: "spatial_plan",
    title: "国土空间开发与保护",
    page: "spatial_plan",
    after: Some(&ANALYSIS),
    requirements: &[
        complete("spatial_plan", "spatial_plan", ""),
        ticked("spatial_plan", "spatial_plan"),
        logged(&[("step", "spatial_plan")], "spatial_plan"),
    ],
    ..OF_VILLAGE
};

/// 6.5 编制产业发展规划
pub static INDUSTRY_PLAN: Step = Step {
    key: "industry_plan",
    title: "编制产业发展规划",
    page: "industry_plan",
    after: Some(&SPATIAL_PLAN),
    requirements: &[
        complete("industry_plan", "industry_plan", ""),
        ticked("industry_plan", "industry_plan"),
        logged(&[("step", "industry_plan")], "industry_plan"),
    ],
    ..OF_VILLAGE
};

/// 6.6 编制基层党建和人才发展规划
pub static PARTY_TALENT_PLAN: Step = Step {
    key: "party_talent_plan",
    title: "编制基层党建和人才发展规划",
    page: "party_talent_plan",
    after: Some(&INDUSTRY_PLAN),
    requirements: &[
        complete("party_talent_plan", "party_talent_plan", ""),
        ticked("party_talent_plan", "party_talent_plan"),
        logged(&[("step", "party_talent_plan")], "party_talent_plan"),
    ],
    ..OF_VILLAGE
};

/// 6.7 形成规划草案
pub static DRAFT: Step = Step {
    key: "draft_plan",
    title: "形成规划草案",
    page: "draft_plan",
    after: Some(&PARTY_TALENT_PLAN),
    requirements: &[
        complete("draft_plan", "draft_plan", ""),
        need(
            "每张自然村规划草案图都要选择自然村",
            "draft_plan",
            "",
            Test::Sound(maps_without_hamlet),
        )
        .owed_by(VILLAGE),
        need("没有上传一民约", "draft_plan", "", Test::Sound(no_covenant))
            .advice()
            .owed_by(VILLAGE),
        need(
            "有自然村没有规划草案图",
            "draft_plan",
            "",
            Test::Sound(hamlets_without_map),
        )
        .advice()
        .owed_by(VILLAGE),
        logged(&[("step", "draft_plan")], "draft_plan"),
    ],
    ..OF_VILLAGE
};

fn maps_without_hamlet(facts: &Facts) -> Vec<(String, &'static str, &'static str)> {
    let count = facts.files_without_subject("draft_plan", "hamlet_maps");
    let lacks = (count > 0).then(|| (format!("{count} 张自然村规划草案图还没有选择自然村"), "", "hamlet_maps"));
    lacks.into_iter().collect()
}

fn hamlets_without_map(facts: &Facts) -> Vec<(String, &'static str, &'static str)> {
    let without = facts.hamlets_without_file("draft_plan", "hamlet_maps");
    let lacks = (!without.is_empty()).then(|| {
        (
            format!("{} 个自然村没有规划草案图：{}", without.len(), without.join("、")),
            "",
            "hamlet_maps",
        )
    });
    lacks.into_iter().collect()
}

fn no_covenant(facts: &Facts) -> Vec<(String, &'static str, &'static str)> {
    let lacks = facts.text("draft_plan", "covenant").is_empty();
    lacks
        .then(|| ("没有上传一民约".to_owned(), "", "covenant"))
        .into_iter()
        .collect()
}

/// 6.8 成果标准化
pub static STANDARDIZATION: Step = Step {
    key: "standardization",
    title: "成果标准化",
    page: "standardization",
    after: Some(&DRAFT),
    requirements: &[
        complete("standardization", "standardization", ""),
        logged(&[("step", "standardization")], "standardization"),
    ],
    ..OF_VILLAGE
};

/// 6.9 县级审查
pub static COUNTY_REVIEW: Step = Step {
    key: "county_review",
    title: "县级审查",
    page: "county_review",
    after: Some(&STANDARDIZATION),
    requirements: &[
        need("", "county_review", "papers", Test::Complete("review_papers")).owed_by(COUNTY),
        need(
            "最近一轮成果审查的结论为通过，或修改后通过且已填写修改落实情况",
            "county_review",
            "rounds",
            Test::Newest(
                "county_review",
                "round",
                "verdict",
                &["passed", "passed_after_changes"],
                "follow_up",
            ),
        )
        .owed_by(COUNTY),
        need(
            "",
            "county_review",
            "indicators",
            Test::CompletePart("plan_tables", INDICATORS),
        )
        .owed_by(VILLAGE),
        need(
            "",
            "county_review",
            "structure",
            Test::CompletePart("plan_tables", STRUCTURE),
        )
        .owed_by(VILLAGE),
        logged(&[("step", "county_review")], "county_review"),
    ],
    ..OF_VILLAGE
};

/// 6.10 村民决议
pub static RESOLUTION: Step = Step {
    key: "resolution",
    title: "村民决议",
    page: "resolution",
    after: Some(&COUNTY_REVIEW),
    requirements: &[
        complete("resolution", "resolution", "").owed_by(&[Village]),
        need(
            "“是否通过村民决议”为是",
            "resolution",
            "",
            Test::Records(records("resolution").matching(&[("resolved", "1")])),
        )
        .owed_by(&[Village])
        .at("resolved"),
        need(
            "“是否按要求进行公示”为是",
            "resolution",
            "",
            Test::Records(records("resolution").matching(&[("published", "1")])),
        )
        .owed_by(&[Village])
        .at("published"),
        logged(&[("step", "resolution")], "resolution"),
    ],
    effect: Some(Effect::Begins("filing")),
    ..OF_VILLAGE
};

/// 6.11 审批备案
pub static FILING: Step = Step {
    key: "filing",
    title: "审批备案",
    page: "filing",
    after: Some(&RESOLUTION),
    closers: &[Village, County],
    reopeners: &[County],
    requirements: &[need(
        "乡级提交、县级审批通过",
        "filing",
        "approval",
        Test::Records(records("filing").in_states(&["approved", "filed"])),
    )
    .owed_by(&[Township, County])],
    ..STEP
};

/// 6.12 推动项目落地
pub static PROJECTS: Step = Step {
    key: "projects",
    title: "推动项目落地",
    page: "projects",
    after: Some(&FILING),
    stays_open: true,
    requirements: &[
        need(
            "至少登记 1 个年度的项目资金及执行情况",
            "projects",
            "funds",
            Test::AtLeast(1, "project_funds"),
        )
        .owed_by(&[Village]),
        logged(&[("step", "projects")], "projects"),
    ],
    ..OF_VILLAGE
};

/// 6.13 反馈工作成效
pub static OUTCOMES: Step = Step {
    key: "outcomes",
    title: "反馈工作成效",
    page: "outcomes",
    after: Some(&PROJECTS),
    requirements: &[
        need(
            "至少登记 1 条工作成效",
            "outcomes",
            "outcomes",
            Test::AtLeast(1, "outcomes"),
        )
        .owed_by(&[Village]),
        logged(&[("step", "outcomes")], "outcomes"),
    ],
    ..OF_VILLAGE
};
