//! 6.6 编制基层党建和人才发展规划 (manual 6.6) (spec S6.6)

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::codes::PARTY_TALENT_CONTENT;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::field::{choices, files};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "party_talent_plan",
    title: "编制基层党建和人才发展规划",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("工作开展情况", &[STARTED, ENDED, LEADER, SITUATION]),
        section(
            "规划成果",
            &[
                files("results", "基层党建和人才发展规划成果", Slot::between(1, 5, &[Pdf])).required(),
                choices("checked", "内容自查", &PARTY_TALENT_CONTENT).help("逐项核对规划成果的内容"),
            ],
        ),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::PARTY_TALENT_PLAN),
    ..IN_STEP
};
