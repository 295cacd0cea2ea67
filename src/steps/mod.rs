//! The steps before 规划编制 (spec §7): who closes them and what must hold first.

use crate::domain::account::AccountKind::{County, Village};
use crate::domain::region::Level;
use crate::domain::step::{Requirement, Step, Test};

/// All steps.
pub static ALL: &[&Step] = &[&FOUNDING_DOCUMENTS, &INSTITUTIONS, &MOBILIZATION, &TRAINING];

/// The step of that key.
pub fn find(key: &str) -> Option<&'static Step> {
    ALL.iter().copied().find(|step| step.key == key)
}

/// 3.1 制定文件 (manual 3.1(4))
pub static FOUNDING_DOCUMENTS: Step = Step {
    key: "founding_documents",
    title: "制定文件",
    level: Level::County,
    closers: &[County],
    reopeners: &[],
    requirements: &[Requirement {
        message: "县级上传中至少有 1 条带附件的制定文件",
        page: "founding_documents",
        tab: "county",
        test: Test::Records {
            form: "founding_documents",
            matching: &[],
            least: 1,
            with_file: true,
        },
    }],
    page: "founding_documents",
    tab: "county",
};

/// 3.2 成立机构 (manual 3.2(6))
pub static INSTITUTIONS: Step = Step {
    key: "institutions",
    title: "成立机构",
    level: Level::County,
    closers: &[County],
    reopeners: &[],
    requirements: &[
        Requirement {
            message: "领导小组至少登记 1 名在任的组长",
            page: "institutions",
            tab: "leading_group",
            test: Test::Records {
                form: "leading_group",
                matching: &[("group_role", "leader"), ("in_post", "in_post")],
                least: 1,
                with_file: false,
            },
        },
        Requirement {
            message: "至少登记 1 名本级联络员",
            page: "institutions",
            tab: "liaison_staff",
            test: Test::Records {
                form: "liaison_staff",
                matching: &[("in_post", "in_post")],
                least: 1,
                with_file: false,
            },
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
    closers: &[Village],
    reopeners: &[County],
    requirements: &[Requirement {
        message: "本村至少登记 1 条组织发动",
        page: "mobilization",
        tab: "",
        test: Test::Records {
            form: "mobilization",
            matching: &[],
            least: 1,
            with_file: false,
        },
    }],
    page: "mobilization",
    tab: "",
};

/// 3.4 培训学习 (spec Q-04)
pub static TRAINING: Step = Step {
    key: "training",
    title: "培训学习",
    level: Level::Village,
    closers: &[Village],
    reopeners: &[County],
    requirements: &[Requirement {
        message: "本村至少登记 1 条培训学习（自行组织或参与均可）",
        page: "training",
        tab: "",
        test: Test::Records {
            form: "training",
            matching: &[],
            least: 1,
            with_file: false,
        },
    }],
    page: "training",
    tab: "",
};
