//! 6.4 国土空间开发与保护 (manual 6.4) (spec S6.4)

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::codes::SPATIAL_CONTENT;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::field::{choices, files};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "spatial_plan",
    title: "国土空间开发与保护",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("工作开展情况", &[STARTED, ENDED, LEADER, SITUATION]),
        section(
            "规划成果",
            &[
                files("results", "国土空间开发与保护规划成果", Slot::between(1, 5, &[Pdf])).required(),
                choices("checked", "内容自查", &SPATIAL_CONTENT).help("按工作手册的要求逐项核对规划成果的内容"),
            ],
        ),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::SPATIAL_PLAN),
    ..IN_STEP
};
