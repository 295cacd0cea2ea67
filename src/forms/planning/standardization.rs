//! 6.8 成果标准化 (manual 6.8, spec S6.8)

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::files;
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "standardization",
    title: "成果标准化",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("工作开展情况", &[STARTED, ENDED, LEADER, SITUATION]),
        section(
            "标准化成果",
            &[
                files("cover", "规划说明书封面页", Slot::between(1, 1, &[Jpg]))
                    .required()
                    .help("jpg 图片"),
                files("title_page", "规划说明书扉页", Slot::between(1, 3, &[Jpg]))
                    .required()
                    .help("jpg 图片"),
                files("results", "标准化成果文件", Slot::up_to(10, &[Pdf])),
            ],
        ),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::STANDARDIZATION),
    ..IN_STEP
};
