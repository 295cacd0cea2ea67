//! 6.2 实地调研 ▸ 基本信息 (manual 6.2(1), spec S6.2a): how the survey went, and what the village does not have.

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::codes::SURVEY_CONTENT;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::field::{choices, long_text};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "field_survey",
    title: "工作开展情况",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "工作开展情况",
        &[
            STARTED,
            ENDED,
            LEADER,
            SITUATION,
            choices("absent", "无此项的内容", &SURVEY_CONTENT)
                .help("本村没有的内容在这里勾选，完成本环节时不再要求登记"),
            long_text("coverage_reason", "自然村未填报的原因", 500)
                .help("有自然村没有填报时，填写原因后可以完成本环节"),
        ],
    )],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::FIELD_SURVEY),
    ..IN_STEP
};
