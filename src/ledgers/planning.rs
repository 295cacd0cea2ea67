//! L-15 项目资金及执行台账 to L-23 审批备案台账, L-30 工作成效台账.

use crate::domain::account::AccountKind;
use crate::domain::ledger::{
    ByYear, Column, Detail, DetailOf, Fact, LEDGER, Ledger, Of, Records, Rows, VillageFact, column, of,
};
use crate::domain::page::{Tab, tab};
use crate::domain::region::Level;
use crate::forms::{planning, team, work_log};

const GROUP: &str = "规划编制";
const FUNDS: Records = of("project_funds");

/// A source of money over the four quarters, brought in or spent.
macro_rules! source {
    ($key:literal, $title:literal, $side:literal, $source:literal, $group:literal) => {
        column(
            $key,
            $title,
            Of::Sum(
                FUNDS,
                &[
                    concat!("q1_", $side, "_", $source),
                    concat!("q2_", $side, "_", $source),
                    concat!("q3_", $side, "_", $source),
                    concat!("q4_", $side, "_", $source),
                ],
            ),
        )
        .under($group)
    };
}

/// A quarter over the six sources.
macro_rules! quarter {
    ($key:literal, $field:literal, $title:literal, $group:literal) => {
        column($key, $title, Of::Sum(FUNDS, &[$field])).under($group)
    };
}

const IN: &str = "投入(万元)";
const OUT: &str = "执行(万元)";

static FUND_LIST: Tab = tab("", "项目资金及执行情况", &planning::project_funds::FORM).listing(&[
    "year",
    "q1_in_central",
    "q1_in_province",
    "q1_in_local",
    "q1_in_department",
    "q1_in_social",
    "q1_in_donated",
    "q1_in_total",
    "q1_out_central",
    "q1_out_province",
    "q1_out_local",
    "q1_out_department",
    "q1_out_social",
    "q1_out_donated",
    "q1_out_total",
    "q2_in_central",
    "q2_in_province",
    "q2_in_local",
    "q2_in_department",
    "q2_in_social",
    "q2_in_donated",
    "q2_in_total",
    "q2_out_central",
    "q2_out_province",
    "q2_out_local",
    "q2_out_department",
    "q2_out_social",
    "q2_out_donated",
    "q2_out_total",
    "q3_in_central",
    "q3_in_province",
    "q3_in_local",
    "q3_in_department",
    "q3_in_social",
    "q3_in_donated",
    "q3_in_total",
    "q3_out_central",
    "q3_out_province",
    "q3_out_local",
    "q3_out_department",
    "q3_out_social",
    "q3_out_donated",
    "q3_out_total",
    "q4_in_central",
    "q4_in_province",
    "q4_in_local",
    "q4_in_department",
    "q4_in_social",
    "q4_in_donated",
    "q4_in_total",
    "q4_out_central",
    "q4_out_province",
    "q4_out_local",
    "q4_out_department",
    "q4_out_social",
    "q4_out_donated",
    "q4_out_total",
    "brought",
    "spent",
    "rate",
]);
static PROJECT_LIST: Tab = tab("", "项目清单", &planning::projects::FORM);

/// L-15
pub static PROJECT_FUNDS: Ledger = Ledger {
    number: "L-15",
    key: "project_funds",
    title: "项目资金及执行台账",
    group: GROUP,
    columns: &[&[
        source!("in_central", "中央财政投入资金", "in", "central", "投入(万元)"),
        source!("in_province", "省级财政投入资金", "in", "province", "投入(万元)"),
        source!("in_local", "省级以下财政投入资金", "in", "local", "投入(万元)"),
        source!("in_department", "部门项目资金", "in", "department", "投入(万元)"),
        source!("in_social", "社会资本投入", "in", "social", "投入(万元)"),
        source!("in_donated", "乡贤能人捐赠", "in", "donated", "投入(万元)"),
        quarter!("in_q1", "q1_in_total", "第一季度", "投入(万元)"),
        quarter!("in_q2", "q2_in_total", "第二季度", "投入(万元)"),
        quarter!("in_q3", "q3_in_total", "第三季度", "投入(万元)"),
        quarter!("in_q4", "q4_in_total", "第四季度", "投入(万元)"),
        column("brought", "合计投入", Of::Sum(FUNDS, &["brought"])).under(IN),
        source!("out_central", "中央财政投入资金", "out", "central", "执行(万元)"),
        source!("out_province", "省级财政投入资金", "out", "province", "执行(万元)"),
        source!("out_local", "省级以下财政投入资金", "out", "local", "执行(万元)"),
        source!("out_department", "部门项目资金", "out", "department", "执行(万元)"),
        source!("out_social", "社会资本投入", "out", "social", "执行(万元)"),
        source!("out_donated", "乡贤能人捐赠", "out", "donated", "执行(万元)"),
        quarter!("out_q1", "q1_out_total", "第一季度", "执行(万元)"),
        quarter!("out_q2", "q2_out_total", "第二季度", "执行(万元)"),
        quarter!("out_q3", "q3_out_total", "第三季度", "执行(万元)"),
        quarter!("out_q4", "q4_out_total", "第四季度", "执行(万元)"),
        column("spent", "合计执行", Of::Sum(FUNDS, &["spent"])).under(OUT),
        column("rate", "执行率(%)", Of::Share("spent", "brought")),
    ]],
    year: ByYear::Field("year"),
    details: &[
        Detail {
            key: "records",
            title: "分年度明细",
            of: DetailOf::Records(&FUND_LIST, &[]),
        },
        Detail {
            key: "projects",
            title: "项目清单",
            of: DetailOf::Records(&PROJECT_LIST, &[]),
        },
    ],
    ..LEDGER
};

static LOG: Tab = tab("", "工作纪实", &work_log::FORM).listing(&[
    "step",
    "title",
    "held_on",
    "ended_on",
    "place",
    "summary",
    "participants",
    "participant_count",
]);

/// L-16
pub static WORK_LOG: Ledger = Ledger {
    number: "L-16",
    key: "work_log",
    title: "工作纪实台账",
    group: GROUP,
    columns: &[&[
        column("count", "次数(次)", Of::Count(of("work_log"))),
        column("people", "人次(人次)", Of::Sum(of("work_log"), &["participant_count"])),
        column(
            "villages",
            "有工作纪实的行政村(个)",
            Of::Places(of("work_log"), Level::Village),
        ),
        column("step", "按所属环节(次)", Of::Each(of("work_log"), "step", "")),
    ]],
    day: "held_on",
    details: &[Detail {
        key: "records",
        title: "工作纪实明细",
        of: DetailOf::Records(&LOG, &[]),
    }],
    ..LEDGER
};

const CADRES: Records = of("roster").holding(&[("source", &["returning"])]).among(&["passed"]);

static CADRE_LIST: Tab = tab("", "回乡干部", &team::roster::FORM)
    .listing(&["name", "unit", "rank", "category", "role"])
    .fixed("source", "returning")
    .looking_at(&["passed"]);

/// L-17
pub static PARTICIPATION: Ledger = Ledger {
    number: "L-17",
    key: "participation",
    title: "回乡干部参与台账",
    group: GROUP,
    columns: &[&[
        column("count", "回乡干部(人)", Of::Count(CADRES)),
        column("villages", "有回乡干部的行政村(个)", Of::Places(CADRES, Level::Village)),
    ]],
    details: &[Detail {
        key: "records",
        title: "回乡干部参与情况",
        of: DetailOf::Records(
            &CADRE_LIST,
            &[
                Fact::Participations,
                Fact::ParticipationDays,
                Fact::ParticipationSteps,
                Fact::LastParticipation,
                Fact::WorkReport,
            ],
        ),
    }],
    ..LEDGER
};

/// L-18
pub static RESULTS: Ledger = Ledger {
    number: "L-18",
    key: "results",
    title: "规划成果台账",
    group: GROUP,
    year: ByYear::Task,
    columns: &[&[
        column("villages", "行政村总数", Of::Divisions(Level::Village)),
        column("spatial", "国土空间 pdf", Of::Filled("spatial_plan", "results")),
        column("industry", "产业 pdf", Of::Filled("industry_plan", "results")),
        column("party", "党建人才 pdf", Of::Filled("party_talent_plan", "results")),
        column("village_map", "村域图", Of::Filled("draft_plan", "village_map")),
        column("hamlet_maps", "自然村图", Of::Filled("draft_plan", "hamlet_maps")),
        column("text", "一书", Of::Filled("draft_plan", "text")),
        column("project_table", "一表", Of::Filled("draft_plan", "project_table")),
        column("covenant", "一民约", Of::Filled("draft_plan", "covenant")),
        column("cover", "封面", Of::Filled("standardization", "cover")),
        column("title_page", "扉页", Of::Filled("standardization", "title_page")),
    ]],
    details: &[Detail {
        key: "villages",
        title: "行政村明细",
        of: DetailOf::Villages(&[
            VillageFact::File("spatial_plan", "results", "国土空间 pdf"),
            VillageFact::File("industry_plan", "results", "产业 pdf"),
            VillageFact::File("party_talent_plan", "results", "党建人才 pdf"),
            VillageFact::File("draft_plan", "village_map", "两图（村域）"),
            VillageFact::FilesOfHamlets("draft_plan", "hamlet_maps", "两图（自然村）"),
            VillageFact::File("draft_plan", "text", "一书"),
            VillageFact::File("draft_plan", "project_table", "一表"),
            VillageFact::File("draft_plan", "covenant", "一民约"),
            VillageFact::File("standardization", "cover", "封面"),
            VillageFact::File("standardization", "title_page", "扉页"),
            VillageFact::Archive,
        ]),
    }],
    ..LEDGER
};

static ROUNDS: Tab = tab("", "审查记录", &planning::county_review::FORM).listing(&[
    "reviewed_on",
    "manner",
    "round",
    "verdict",
    "score",
    "group_leader",
    "opinion",
]);

const REVIEW_COLUMNS: [Column; 4] = [
    column(
        "villages",
        "已审查的行政村(个)",
        Of::Places(of("county_review"), Level::Village),
    ),
    column("rounds", "审查次数(次)", Of::Count(of("county_review"))),
    column(
        "verdict",
        "按审查结论(次)",
        Of::Each(of("county_review"), "verdict", ""),
    ),
    column("manner", "按审查形式(次)", Of::Each(of("county_review"), "manner", "")),
];

const REVIEW_DETAIL: Detail = Detail {
    key: "records",
    title: "审查明细",
    of: DetailOf::Records(&ROUNDS, &[Fact::ReviewPapers, Fact::TablesFilled]),
};

/// L-19
pub static COUNTY_REVIEW: Ledger = Ledger {
    number: "L-19",
    key: "county_review",
    title: "县级审查台账",
    group: GROUP,
    columns: &[
        &REVIEW_COLUMNS,
        &[column(
            "tables",
            "已填两表的行政村(个)",
            Of::Places(of("plan_tables"), Level::Village),
        )],
    ],
    day: "reviewed_on",
    details: &[
        REVIEW_DETAIL,
        Detail {
            key: "tables",
            title: "两表明细",
            of: DetailOf::Records(&TABLES, &[]),
        },
    ],
    ..LEDGER
};

/// L-19 for the county's organization department, which reads the reviews and not the tables (spec §2.3).
pub static REVIEWS: Ledger = Ledger {
    number: "L-19",
    key: "reviews",
    title: "县级审查台账",
    group: GROUP,
    kinds: &[AccountKind::CountyOrganization],
    columns: &[&REVIEW_COLUMNS],
    day: "reviewed_on",
    details: &[REVIEW_DETAIL],
    ..LEDGER
};

static TABLES: Tab = tab("", "规划指标表", &planning::plan_tables::FORM);

const AMOUNTS: [Column; 3] = [
    column("base", "基期年", Of::Cell("base")),
    column("target", "目标年", Of::Cell("target")),
    column("change", "变化量", Of::Less("target", "base")),
];

/// What lies behind the rows of a table.
const fn table_details(grid: &'static str) -> [Detail; 2] {
    [
        Detail {
            key: "divisions",
            title: "分区划汇总",
            of: DetailOf::ItemsByDivision(&TABLES, grid),
        },
        Detail {
            key: "villages",
            title: "行政村明细",
            of: DetailOf::Items(&TABLES, grid),
        },
    ]
}

/// L-20
pub static INDICATORS: Ledger = Ledger {
    number: "L-20",
    key: "indicators",
    title: "核心指标台账",
    group: GROUP,
    rows: Rows::Items("plan_tables", "indicators"),
    columns: &[&AMOUNTS],
    details: &table_details("indicators"),
    ..LEDGER
};

/// L-21
pub static LAND_USE: Ledger = Ledger {
    number: "L-21",
    key: "land_use",
    title: "用地结构台账",
    group: GROUP,
    rows: Rows::Items("plan_tables", "structure"),
    columns: &[&AMOUNTS],
    details: &table_details("structure"),
    ..LEDGER
};

static RESOLUTIONS: Tab = tab("", "村民决议", &planning::resolution::FORM).listing(&[
    "resolved",
    "meeting",
    "met_on",
    "invited",
    "present",
    "agreed",
    "published",
    "published_from",
    "published_to",
]);

/// L-22
pub static RESOLUTION: Ledger = Ledger {
    number: "L-22",
    key: "resolutions",
    title: "村民决议与公示台账",
    group: GROUP,
    day: "met_on",
    columns: &[&[
        column("villages", "行政村总数", Of::Divisions(Level::Village)),
        column("count", "已填报(个)", Of::Count(of("resolution"))),
        column(
            "resolved",
            "通过村民决议(个)",
            Of::Count(of("resolution").holding(&[("resolved", &["1"])])),
        ),
        column(
            "published",
            "已公示(个)",
            Of::Count(of("resolution").holding(&[("published", &["1"])])),
        ),
        column("meeting", "按会议类型(个)", Of::Each(of("resolution"), "meeting", "")),
        column("invited", "应到(人)", Of::Sum(of("resolution"), &["invited"])),
        column("present", "实到(人)", Of::Sum(of("resolution"), &["present"])),
        column("agreed", "同意(人)", Of::Sum(of("resolution"), &["agreed"])),
    ]],
    details: &[Detail {
        key: "records",
        title: "决议与公示明细",
        of: DetailOf::Records(&RESOLUTIONS, &[Fact::PublishedDays]),
    }],
    ..LEDGER
};

static FILINGS: Tab = tab("", "审批备案", &planning::filing::FORM).listing(&[
    "approval_number",
    "approved_on",
    "filing_number",
    "filed_on",
    "opened_on",
    "delivered_on",
]);

/// L-23
pub static FILING: Ledger = Ledger {
    number: "L-23",
    key: "filings",
    title: "审批备案台账",
    group: GROUP,
    year: ByYear::Task,
    columns: &[&[
        column("villages", "行政村总数", Of::Divisions(Level::Village)),
        column("pending", "待提交(个)", Of::Count(of("filing").among(&["pending"]))),
        column("submitted", "已提交(个)", Of::Count(of("filing").among(&["submitted"]))),
        column("returned", "县级打回(个)", Of::Count(of("filing").among(&["returned"]))),
        column(
            "approved",
            "审批通过(个)",
            Of::Count(of("filing").among(&["approved", "filed"])),
        ),
        column("filed", "已备案(个)", Of::Count(of("filing").among(&["filed"]))),
        column("rate", "备案率(%)", Of::Share("filed", "villages")),
    ]],
    details: &[Detail {
        key: "records",
        title: "审批备案明细",
        of: DetailOf::Records(
            &FILINGS,
            &[
                Fact::SubmittedOn,
                Fact::PassedOn("审批时间"),
                Fact::Returns,
                Fact::DaysTaken,
            ],
        ),
    }],
    ..LEDGER
};

static OUTCOME_LIST: Tab = tab("", "工作成效", &planning::outcomes::FORM).listing(&[
    "reported_on",
    "kinds",
    "title",
    "outcome",
    "participants",
    "funds_won",
    "projects_won",
    "suggestions",
]);

/// L-30
pub static OUTCOMES: Ledger = Ledger {
    number: "L-30",
    key: "outcomes",
    title: "工作成效台账",
    group: GROUP,
    columns: &[&[
        column("count", "反馈条数(条)", Of::Count(of("outcomes"))),
        column(
            "villages",
            "有反馈的行政村(个)",
            Of::Places(of("outcomes"), Level::Village),
        ),
        column("kinds", "按成效类别(条)", Of::Each(of("outcomes"), "kinds", "")),
        column("funds", "争取资金(万元)", Of::Sum(of("outcomes"), &["funds_won"])),
        column("projects", "争取项目(个)", Of::Sum(of("outcomes"), &["projects_won"])),
    ]],
    day: "reported_on",
    year: ByYear::No,
    details: &[Detail {
        key: "records",
        title: "工作成效明细",
        of: DetailOf::Records(&OUTCOME_LIST, &[]),
    }],
    ..LEDGER
};
