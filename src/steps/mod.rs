//! The steps before 规划编制 (spec §7): who closes them and what must hold first.

use crate::domain::account::AccountKind::{County, Village};
use crate::domain::region::Level;
use crate::domain::step::{Requirement, Step, Test, records};

/// All steps.
pub static ALL: &[&Step] = &[
    &FOUNDING_DOCUMENTS,
    &INSTITUTIONS,
    &MOBILIZATION,
    &TRAINING,
    &BASELINE_SURVEY,
    &ANNUAL_PLAN,
    &PLAN_REVIEW,
    &TASK_ASSIGNMENT,
];

/// The step of that key.
pub fn find(key: &str) -> Option<&'static Step> {
    ALL.iter().copied().find(|step| step.key == key)
}

/// 3.1 制定文件 (manual 3.1(4))
pub static FOUNDING_DOCUMENTS: Step = Step {
    key: "founding_documents",
    title: "制定文件",
    level: Level::County,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "县级上传中至少有 1 条带附件的制定文件",
        page: "founding_documents",
        tab: "county",
        test: Test::Records(records("founding_documents").with_file()),
    }],
    page: "founding_documents",
    tab: "county",
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
        Requirement {
            message: "领导小组至少登记 1 名在任的组长",
            page: "institutions",
            tab: "leading_group",
            test: Test::Records(records("leading_group").matching(&[("group_role", "leader"), ("in_post", "in_post")])),
        },
        Requirement {
            message: "至少登记 1 名本级联络员",
            page: "institutions",
            tab: "liaison_staff",
            test: Test::Records(records("liaison_staff").matching(&[("in_post", "in_post")])),
        },
    ],
    page: "institutions",
    tab: "leading_group",
};

/// 3.3 组织发动 (manual 3.3(8))
pub static MOBILIZATION: Step = Step {
    key: "mobilization",
    title: "组织发动",
    level: Level::Village,
    year_field: "",
    closers: &[Village],
    reopeners: &[County],
    requirements: &[Requirement {
        message: "本村至少登记 1 条组织发动",
        page: "mobilization",
        tab: "",
        test: Test::Records(records("mobilization")),
    }],
    page: "mobilization",
    tab: "",
};

/// 3.4 培训学习 (spec Q-04)
pub static TRAINING: Step = Step {
    key: "training",
    title: "培训学习",
    level: Level::Village,
    year_field: "",
    closers: &[Village],
    reopeners: &[County],
    requirements: &[Requirement {
        message: "本村至少登记 1 条培训学习（自行组织或参与均可）",
        page: "training",
        tab: "",
        test: Test::Records(records("training")),
    }],
    page: "training",
    tab: "",
};

/// 4.1 摸底调查 (manual 4.1(8)): the county sets it for each of its villages.
pub static BASELINE_SURVEY: Step = Step {
    key: "baseline_survey",
    title: "摸底调查",
    level: Level::Village,
    year_field: "",
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "审核状态为省级审核通过",
        page: "baseline_survey",
        tab: "survey",
        test: Test::Records(records("baseline_survey").in_states(&["province_passed"])),
    }],
    page: "baseline_survey",
    tab: "survey",
};

/// 4.2 制定计划 (manual 4.2(6))
pub static ANNUAL_PLAN: Step = Step {
    key: "annual_plan",
    title: "制定计划",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "年度计划已提交",
        page: "annual_plan",
        tab: "plan",
        test: Test::Records(records("annual_plan").in_states(&["submitted", "city_passed", "province_passed"])),
    }],
    page: "annual_plan",
    tab: "plan",
};

/// 4.3 上报审核 (manual 4.3(1))
pub static PLAN_REVIEW: Step = Step {
    key: "plan_review",
    title: "上报审核",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "年度计划的审核状态为市级审核通过",
        page: "plan_review",
        tab: "",
        test: Test::Records(records("annual_plan").in_states(&["city_passed", "province_passed"])),
    }],
    page: "plan_review",
    tab: "",
};

/// 4.4 下达任务 (manual 4.4(2))
pub static TASK_ASSIGNMENT: Step = Step {
    key: "task_assignment",
    title: "下达任务",
    level: Level::County,
    year_field: "year",
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "年度计划的审核状态为省级审核通过",
        page: "task_assignment",
        tab: "",
        test: Test::Records(records("annual_plan").in_states(&["province_passed"])),
    }],
    page: "task_assignment",
    tab: "",
};
