//! 6.5 编制产业发展规划 (manual 6.5) (spec S6.5)

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::codes::INDUSTRY_CONTENT;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::field::{Suggestion, choices, files, text};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// What the survey calls a leading industry.
const LEADING: Suggestion = Suggestion::Listed("industries", "name", ("is_leading", "1"));

/// The form.
pub static FORM: Form = Form {
    key: "industry_plan",
    title: "编制产业发展规划",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("工作开展情况", &[STARTED, ENDED, LEADER, SITUATION]),
        section(
            "规划成果",
            &[
                files("results", "产业发展规划成果", Slot::between(1, 5, &[Pdf])).required(),
                text("leading_industries", "主导产业", 100).suggested(LEADING),
                text("special_industries", "特色产业", 100),
                choices("checked", "内容自查", &INDUSTRY_CONTENT).help("逐项核对规划成果的内容"),
            ],
        ),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::INDUSTRY_PLAN),
    ..IN_STEP
};
