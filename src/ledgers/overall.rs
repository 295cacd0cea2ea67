//! L-01 工作进度总台账, L-02 规划编制环节明细台账, L-31 账号与登录台账.

use crate::domain::account::AccountKind::{County, System};
use crate::domain::ledger::{ByYear, Column, Detail, DetailOf, LEDGER, Ledger, Of, Rows, VillageFact, column, of};
use crate::domain::region::Level;
use crate::domain::step::Step;
use crate::steps::{self, PLANNING};

pub(super) const GROUP: &str = "综合";

/// 完成数 and 完成率 of a step.
macro_rules! step {
    ($key:literal, $rate:literal, $step:path, $group:literal) => {
        [
            column($key, "完成数", Of::Done(&$step)).under($group),
            column($rate, "完成率(%)", Of::Share($key, "villages")).under($group),
        ]
    };
}

const MOBILIZATION: [Column; 2] = step!("mobilization", "mobilization_rate", steps::MOBILIZATION, "组织发动");
const TRAINING: [Column; 2] = step!("training", "training_rate", steps::TRAINING, "培训学习");
const SURVEY: [Column; 2] = step!(
    "baseline_survey",
    "baseline_survey_rate",
    steps::BASELINE_SURVEY,
    "摸底调查"
);
const SEARCH: [Column; 2] = step!("candidates", "candidates_rate", steps::CANDIDATE_SEARCH, "人员摸排");
const ROSTER: [Column; 2] = step!("roster", "roster_rate", steps::ROSTER_REVIEW, "名单报审");
const LETTERS: [Column; 2] = step!(
    "official_letters",
    "official_letters_rate",
    steps::OFFICIAL_LETTERS,
    "发函确认"
);
const UNITS: [Column; 2] = step!(
    "technical_units",
    "technical_units_rate",
    steps::TECHNICAL_UNITS,
    "确定技术单位"
);

macro_rules! planned {
    ($($key:literal, $title:literal, $step:path;)*) => {
        [$(column($key, $title, Of::Done(&$step)).under("规划编制 完成数")),*]
    };
}

const STEPS_DONE: [Column; 13] = planned! {
    "base_data", "底图底数", steps::BASE_DATA;
    "field_survey", "实地调研", steps::FIELD_SURVEY;
    "analysis", "现状分析", steps::ANALYSIS;
    "spatial_plan", "国土空间开发与保护", steps::SPATIAL_PLAN;
    "industry_plan", "编制产业发展规划", steps::INDUSTRY_PLAN;
    "party_talent_plan", "编制基层党建和人才发展规划", steps::PARTY_TALENT_PLAN;
    "draft_plan", "形成规划草案", steps::DRAFT;
    "standardization", "成果标准化", steps::STANDARDIZATION;
    "county_review", "县级审查", steps::COUNTY_REVIEW;
    "resolution", "村民决议", steps::RESOLUTION;
    "filing_done", "审批备案", steps::FILING;
    "projects", "推动项目落地", steps::PROJECTS;
    "outcomes", "反馈工作成效", steps::OUTCOMES;
};

const ALL_DONE: [Column; 2] = [
    column("all_done", "全部完成数", Of::DoneAll(PLANNING)),
    column("rate", "完成率(%)", Of::Share("all_done", "villages")),
];

/// The steps of both tables, in the order of the work.
static STEPS_OF_WORK: [&Step; 20] = [
    &steps::MOBILIZATION,
    &steps::TRAINING,
    &steps::BASELINE_SURVEY,
    &steps::CANDIDATE_SEARCH,
    &steps::ROSTER_REVIEW,
    &steps::OFFICIAL_LETTERS,
    &steps::TECHNICAL_UNITS,
    &steps::BASE_DATA,
    &steps::FIELD_SURVEY,
    &steps::ANALYSIS,
    &steps::SPATIAL_PLAN,
    &steps::INDUSTRY_PLAN,
    &steps::PARTY_TALENT_PLAN,
    &steps::DRAFT,
    &steps::STANDARDIZATION,
    &steps::COUNTY_REVIEW,
    &steps::RESOLUTION,
    &steps::FILING,
    &steps::PROJECTS,
    &steps::OUTCOMES,
];

/// L-01
pub static PROGRESS: Ledger = Ledger {
    number: "L-01",
    key: "progress",
    title: "工作进度总台账",
    group: GROUP,
    columns: &[
        &[
            column("villages", "行政村总数", Of::Divisions(Level::Village)),
            column("tasks", "年度任务数", Of::Count(super::tasks::TASKS)),
        ],
        &MOBILIZATION,
        &TRAINING,
        &SURVEY,
        &SEARCH,
        &ROSTER,
        &LETTERS,
        &UNITS,
        &STEPS_DONE,
        &[
            column(
                "approved",
                "审批通过数",
                Of::Count(of("filing").among(&["approved", "filed"])),
            ),
            column("filed", "已备案数", Of::Count(of("filing").among(&["filed"]))),
        ],
        &ALL_DONE,
    ],
    year: ByYear::Task,
    details: &[Detail {
        key: "villages",
        title: "行政村明细",
        of: DetailOf::Villages(&[VillageFact::Year, VillageFact::Steps(&STEPS_OF_WORK)]),
    }],
    ..LEDGER
};

/// L-02
pub static STEPS: Ledger = Ledger {
    number: "L-02",
    key: "planning_steps",
    title: "规划编制环节明细台账",
    group: GROUP,
    columns: &[
        &[column("villages", "行政村总数", Of::Divisions(Level::Village))],
        &STEPS_DONE,
        &ALL_DONE,
    ],
    year: ByYear::Task,
    details: &[Detail {
        key: "villages",
        title: "行政村明细",
        of: DetailOf::Villages(&[
            VillageFact::Year,
            VillageFact::Current,
            VillageFact::Steps(PLANNING),
            VillageFact::Waiting,
            VillageFact::Unit,
            VillageFact::Leader,
            VillageFact::LeaderPhone,
        ]),
    }],
    ..LEDGER
};

/// How many records wait at a desk, and how long the one that has waited longest.
macro_rules! desk {
    ($key:literal, $days:literal, $records:expr, $group:literal) => {
        [
            column($key, "件数", Of::Count($records)).under($group),
            column($days, "最长等待(天)", Of::Oldest($records)).under($group),
        ]
    };
}

const AT_CITY: [Column; 2] = desk!(
    "survey_city",
    "survey_city_days",
    of("baseline_survey").among(&["submitted"]),
    "摸底调查 待市级审核"
);
const AT_PROVINCE: [Column; 2] = desk!(
    "survey_province",
    "survey_province_days",
    of("baseline_survey").among(&["city_passed"]),
    "摸底调查 待省级审核"
);
const AT_COUNTY_AGAIN: [Column; 2] = desk!(
    "survey_returned",
    "survey_returned_days",
    of("baseline_survey").among(&["city_returned", "province_returned", "changing"]),
    "摸底调查 待县级修改"
);
const PLAN_AT_COUNTY: [Column; 2] = desk!(
    "plan_returned",
    "plan_returned_days",
    of("annual_plan").among(&["city_returned", "province_returned", "changing"]),
    "年度计划 待县级修改"
);
const PLAN_AT_CITY: [Column; 2] = desk!(
    "plan_city",
    "plan_city_days",
    of("annual_plan").among(&["submitted"]),
    "年度计划 待市级审核"
);
const PLAN_AT_PROVINCE: [Column; 2] = desk!(
    "plan_province",
    "plan_province_days",
    of("annual_plan").among(&["city_passed"]),
    "年度计划 待省级审核"
);
const ROSTER_AT_TOWNSHIP: [Column; 2] = desk!(
    "roster_township",
    "roster_township_days",
    of("roster").among(&["township_review", "leaving_township"]),
    "名单报审 待乡级审核"
);
const ROSTER_AT_COUNTY: [Column; 2] = desk!(
    "roster_county",
    "roster_county_days",
    of("roster").among(&["county_review", "leaving_county"]),
    "名单报审 待县级审核"
);
const ROSTER_AT_VILLAGE: [Column; 2] = desk!(
    "roster_returned",
    "roster_returned_days",
    of("roster").among(&["township_returned", "county_returned", "changing"]),
    "名单报审 待村级修改"
);
const LETTERS_UNSENT: [Column; 2] = desk!(
    "letters_unsent",
    "letters_unsent_days",
    of("official_letters").among(&["unsent"]),
    "发函确认 待发函"
);
const FILING_AT_TOWNSHIP: [Column; 2] = desk!(
    "filing_pending",
    "filing_pending_days",
    of("filing").among(&["pending", "returned"]),
    "审批备案 待乡级提交"
);
const FILING_AT_COUNTY: [Column; 2] = desk!(
    "filing_submitted",
    "filing_submitted_days",
    of("filing").among(&["submitted"]),
    "审批备案 待县级审批"
);

const HAMLETS_AT_VILLAGE: [Column; 2] = desk!(
    "hamlets_waiting",
    "hamlets_waiting_days",
    of("natural_villages").among(&["waiting"]),
    "自然村账号 待村级确认"
);

/// Beyond spec §11: at which desk work waits, and for how long, so that somebody can help there.
pub static WAITING: Ledger = Ledger {
    number: "",
    key: "waiting",
    title: "各级待办时长台账",
    group: GROUP,
    columns: &[
        &AT_COUNTY_AGAIN,
        &AT_CITY,
        &AT_PROVINCE,
        &PLAN_AT_COUNTY,
        &PLAN_AT_CITY,
        &PLAN_AT_PROVINCE,
        &ROSTER_AT_VILLAGE,
        &ROSTER_AT_TOWNSHIP,
        &ROSTER_AT_COUNTY,
        &LETTERS_UNSENT,
        &FILING_AT_TOWNSHIP,
        &FILING_AT_COUNTY,
        &HAMLETS_AT_VILLAGE,
    ],
    ..LEDGER
};

/// L-31: for support, never to rank anybody.
pub static ACCOUNTS: Ledger = Ledger {
    number: "L-31",
    key: "accounts",
    title: "账号与登录台账",
    group: GROUP,
    kinds: &[System, County],
    rows: Rows::Lists,
    details: &[Detail {
        key: "accounts",
        title: "账号明细",
        of: DetailOf::Accounts,
    }],
    ..LEDGER
};
