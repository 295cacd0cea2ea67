//! L-07 摸底调查台账, L-08 年度计划台账.

use crate::domain::ledger::{ByYear, Column, Detail, DetailOf, Fact, LEDGER, Ledger, Of, Records, Rows, column, of};
use crate::domain::page::{Tab, tab};
use crate::domain::region::Level;
use crate::forms::tasks;

const GROUP: &str = "规划任务";
const SURVEYS: Records = of("baseline_survey");
/// R-10b: what has to be planned; an existing plan that is still valid has not.
pub(super) const TASKS: Records = SURVEYS.except("existing_plan", "valid");

static SURVEY: Tab = tab("", "摸底调查", &tasks::baseline_survey::FORM).listing(&[
    "village_type",
    "village_features",
    "has_key_project",
    "is_key_county_village",
    "is_demonstration",
    "existing_plan",
    "plan_year",
    "started_on",
]);

/// What both tables of L-07 count.
const SURVEYED: [Column; 3] = [
    column("count", "已登记数", Of::Count(SURVEYS)),
    column("tasks", "年度任务数", Of::Count(TASKS)),
    column(
        "passed",
        "省级审核通过数",
        Of::Count(SURVEYS.among(&["province_passed"])),
    ),
];

/// L-07
pub static BASELINE_SURVEY: Ledger = Ledger {
    number: "L-07",
    key: "baseline_survey",
    title: "摸底调查台账",
    group: GROUP,
    columns: &[
        &[column("villages", "行政村总数", Of::Divisions(Level::Village))],
        &SURVEYED,
        &[
            column("rate", "通过率(%)", Of::Share("passed", "villages")),
            column("type", "按村庄类型", Of::Each(SURVEYS, "village_type", "")),
            column("feature", "按村庄特征", Of::Each(SURVEYS, "village_features", "")),
            column(
                "key",
                "含重点项目",
                Of::Count(SURVEYS.holding(&[("has_key_project", &["1"])])),
            ),
            column(
                "poor",
                "重点帮扶县",
                Of::Count(SURVEYS.holding(&[("is_key_county_village", &["1"])])),
            ),
            column(
                "model",
                "百千万",
                Of::Count(SURVEYS.holding(&[("is_demonstration", &["1"])])),
            ),
            column("plan", "按现有村庄规划情况", Of::Each(SURVEYS, "existing_plan", "")),
        ],
    ],
    year: ByYear::Task,
    details: &SURVEY_DETAILS,
    ..LEDGER
};

static SURVEY_DETAILS: [Detail; 1] = [Detail {
    key: "records",
    title: "摸底调查明细",
    of: DetailOf::Records(&SURVEY, &[]),
}];

/// L-07: the pivot 类型 × 年度.
pub static VILLAGE_TYPES: Ledger = Ledger {
    number: "L-07",
    key: "village_types",
    title: "村庄类型与年度统计",
    group: GROUP,
    rows: Rows::Values("baseline_survey", "plan_year", "年度计划"),
    columns: &[
        &SURVEYED,
        &[column("type", "按村庄类型", Of::Each(SURVEYS, "village_type", ""))],
    ],
    details: &SURVEY_DETAILS,
    ..LEDGER
};

static PLANS: Tab = tab("", "年度计划", &tasks::annual_plan::FORM).listing(&[
    "year",
    "title",
    "townships",
    "villages",
    "tasks",
    "share",
    "filled_on",
    "task_number",
    "assigned_on",
]);

/// L-08
pub static ANNUAL_PLANS: Ledger = Ledger {
    number: "L-08",
    key: "annual_plans",
    title: "年度计划台账",
    group: GROUP,
    columns: &[&[
        column("plans", "年度计划数", Of::Count(of("annual_plan"))),
        column(
            "passed",
            "省级审核通过数",
            Of::Count(of("annual_plan").among(&["province_passed"])),
        ),
        column("villages", "行政村总数", Of::Divisions(Level::Village)),
        column("tasks", "年度编制任务数", Of::Sum(of("annual_plan"), &["tasks"])),
        column("share", "比重(%)", Of::Share("tasks", "villages")),
        column("so_far", "累计任务数", Of::Sum(of("annual_plan").so_far(), &["tasks"])),
        column("cumulated", "累计比重(%)", Of::Share("so_far", "villages")),
    ]],
    year: ByYear::Field("year"),
    details: &[Detail {
        key: "records",
        title: "年度计划明细",
        of: DetailOf::Records(&PLANS, &[Fact::CumulatedShare, Fact::PassedOn("省级审核时间")]),
    }],
    ..LEDGER
};
