//! The steps before 规划编制 (spec §7): who closes them and what must hold first. The 13 steps of 规划编制 are in
//! [`planning`].

mod planning;

pub use planning::*;

use crate::domain::account::AccountKind::{County, CountyOrganization, Village};
use crate::domain::region::Level;
use crate::domain::step::{STEP, Step, Test, need, records};

/// The steps before 规划编制.
pub static ALL: &[&Step] = &[
    &FOUNDING_DOCUMENTS,
    &INSTITUTIONS,
    &MOBILIZATION,
    &TRAINING,
    &BASELINE_SURVEY,
    &ANNUAL_PLAN,
    &PLAN_REVIEW,
    &TASK_ASSIGNMENT,
    &CANDIDATE_SEARCH,
    &ROSTER_REVIEW,
    &OFFICIAL_LETTERS,
    &TECHNICAL_UNITS,
];

/// The 13 steps of 规划编制, in their order (spec §8).
pub static PLANNING: &[&Step] = &[
    &BASE_DATA,
    &FIELD_SURVEY,
    &ANALYSIS,
    &SPATIAL_PLAN,
    &INDUSTRY_PLAN,
    &PARTY_TALENT_PLAN,
    &DRAFT,
    &STANDARDIZATION,
    &COUNTY_REVIEW,
    &RESOLUTION,
    &FILING,
    &PROJECTS,
    &OUTCOMES,
];

/// The step of that key.
pub fn find(key: &str) -> Option<&'static Step> {
    ALL.iter().chain(PLANNING).copied().find(|step| step.key == key)
}

/// 3.1 制定文件 (manual 3.1(4))
pub static FOUNDING_DOCUMENTS: Step = Step {
    key: "founding_documents",
    title: "制定文件",
    level: Level::County,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[need(
        "县级上传中至少有 1 条带附件的制定文件",
        "founding_documents",
        "county",
        Test::Records(records("founding_documents").with_file()),
    )],
    page: "founding_documents",
    tab: "county",
    ..STEP
};

/// 3.2 成立机构 (manual 3.2(6))
pub static INSTITUTIONS: Step = Step {
    key: "institutions",
    title: "成立机构",
    level: Level::County,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[
        need(
            "领导小组至少登记 1 名在任的组长",
            "institutions",
            "leading_group",
            Test::Records(records("leading_group").matching(&[("group_role", "leader"), ("in_post", "in_post")])),
        ),
        need(
            "至少登记 1 名本级联络员",
            "institutions",
            "liaison_staff",
            Test::Records(records("liaison_staff").matching(&[("in_post", "in_post")])),
        ),
    ],
    page: "institutions",
    tab: "leading_group",
    ..STEP
};

/// 3.3 组织发动 (manual 3.3(8))
pub static MOBILIZATION: Step = Step {
    key: "mobilization",
    title: "组织发动",
    level: Level::Village,
    year_field: "",
    closers: &[Village],
    reopeners: &[County],
    requirements: &[need(
        "本村至少登记 1 条组织发动",
        "mobilization",
        "",
        Test::Records(records("mobilization")),
    )],
    page: "mobilization",
    tab: "",
    ..STEP
};

/// 3.4 培训学习 (spec Q-04)
pub static TRAINING: Step = Step {
    key: "training",
    title: "培训学习",
    level: Level::Village,
    year_field: "",
    closers: &[Village],
    reopeners: &[County],
    requirements: &[need(
        "本村至少登记 1 条培训学习（自行组织或参与均可）",
        "training",
        "",
        Test::Records(records("training")),
    )],
    page: "training",
    tab: "",
    ..STEP
};

/// 4.1 摸底调查 (manual 4.1(8)): the county sets it for each of its villages.
pub static BASELINE_SURVEY: Step = Step {
    key: "baseline_survey",
    title: "摸底调查",
    level: Level::Village,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[need(
        "审核状态为省级审核通过",
        "baseline_survey",
        "survey",
        Test::Records(records("baseline_survey").in_states(&["province_passed"])),
    )],
    page: "baseline_survey",
    tab: "survey",
    ..STEP
};

/// 4.2 制定计划 (manual 4.2(6))
pub static ANNUAL_PLAN: Step = Step {
    key: "annual_plan",
    title: "制定计划",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[need(
        "年度计划已提交",
        "annual_plan",
        "plan",
        Test::Records(records("annual_plan").in_states(&["submitted", "city_passed", "province_passed"])),
    )],
    page: "annual_plan",
    tab: "plan",
    ..STEP
};

/// 4.3 上报审核 (manual 4.3(1))
pub static PLAN_REVIEW: Step = Step {
    key: "plan_review",
    title: "上报审核",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[need(
        "年度计划的审核状态为市级审核通过",
        "plan_review",
        "",
        Test::Records(records("annual_plan").in_states(&["city_passed", "province_passed"])),
    )],
    page: "plan_review",
    tab: "",
    ..STEP
};

/// 4.4 下达任务 (manual 4.4(2))
pub static TASK_ASSIGNMENT: Step = Step {
    key: "task_assignment",
    title: "下达任务",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[need(
        "年度计划的审核状态为省级审核通过",
        "task_assignment",
        "",
        Test::Records(records("annual_plan").in_states(&["province_passed"])),
    )],
    page: "task_assignment",
    tab: "",
    ..STEP
};

/// 5.1 人员摸排 (manual 5.1(5))
pub static CANDIDATE_SEARCH: Step = Step {
    key: "candidate_search",
    title: "人员摸排",
    level: Level::Village,
    year_field: "",
    closers: &[Village],
    reopeners: &[County],
    requirements: &[
        need(
            "本村至少登记 1 名摸排人员",
            "candidates",
            "",
            Test::Records(records("candidates")),
        ),
        need(
            "所有人员均已征求本人意愿（本人意愿为是，或已填写意愿征求日期）",
            "candidates",
            "",
            Test::NoRecords(records("candidates").matching(&[("willing", "0")]).without("asked_on")),
        )
        .advice(),
    ],
    page: "candidates",
    tab: "",
    ..STEP
};

/// 5.2 名单报审 (manual 5.2(8)): the county organization department sets it for each village.
pub static ROSTER_REVIEW: Step = Step {
    key: "roster_review",
    title: "名单报审",
    level: Level::Village,
    year_field: "",
    closers: &[CountyOrganization],
    reopeners: &[],
    requirements: &[
        need(
            "行政村规划编制组有 1 名审核通过的组长",
            "roster",
            "village",
            Test::Records(
                records("roster")
                    .matching(&[("group_kind", "village"), ("role", "leader")])
                    .in_states(&["passed"]),
            ),
        ),
        need(
            "行政村规划编制组至少有 1 名审核通过的回乡干部",
            "roster",
            "village",
            Test::Records(
                records("roster")
                    .matching(&[("group_kind", "village"), ("source", "returning")])
                    .in_states(&["passed"]),
            ),
        ),
        need(
            "行政村规划编制组的人员全部审核通过",
            "roster",
            "village",
            Test::NoRecords(
                records("roster")
                    .matching(&[("group_kind", "village")])
                    .not_in_states(&["passed", "left"]),
            ),
        ),
    ],
    page: "roster",
    tab: "village",
    ..STEP
};

/// 5.3 发函确认 (manual 5.3(2))
pub static OFFICIAL_LETTERS: Step = Step {
    key: "official_letters",
    title: "发函确认",
    level: Level::Village,
    year_field: "",
    closers: &[CountyOrganization],
    reopeners: &[],
    requirements: &[
        need(
            "有审核通过的回乡干部",
            "official_letters",
            "letters",
            Test::Records(records("official_letters")),
        ),
        need(
            "全部人员已发函或无需发函",
            "official_letters",
            "letters",
            Test::NoRecords(records("official_letters").in_states(&["unsent"])),
        ),
    ],
    page: "official_letters",
    tab: "letters",
    ..STEP
};

/// 5.4 确定技术单位 (manual 5.4(5))
pub static TECHNICAL_UNITS: Step = Step {
    key: "technical_units",
    title: "确定技术单位",
    level: Level::Village,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[
        need(
            "已确定技术单位",
            "technical_units",
            "",
            Test::Named {
                form: "technical_units",
                field: "villages",
                balanced: None,
            },
        ),
        need(
            "技术单位的各项资金之和等于合同金额",
            "technical_units",
            "",
            Test::Named {
                form: "technical_units",
                field: "villages",
                balanced: Some(("gap", 1)),
            },
        ),
    ],
    page: "technical_units",
    tab: "",
    ..STEP
};
