//! 6.9 县级审查 ▸ 成果审查: the papers that the county uploads (manual 6.9(1), spec S6.9a).

use crate::domain::account::AccountKind::County;
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::field::files;
use crate::domain::form::{Form, IN_STEP, section};
use crate::domain::region::Level;
use crate::forms::readers::EVERYBODY_WITH_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "review_papers",
    title: "审查附件",
    fillers: &[County],
    level: Some(Level::Village),
    readers: EVERYBODY_WITH_TECHNICAL_UNITS,
    sections: &[section(
        "审查附件",
        &[
            files("opinions", "上传专家及专家组意见", Slot::between(1, 10, &[Pdf])).required(),
            files("evaluation", "上传技术审查评价表", Slot::between(1, 3, &[Pdf]))
                .required()
                .help("《村庄规划》技术审查评价表"),
        ],
    )],
    step: Some(&steps::COUNTY_REVIEW),
    ..IN_STEP
};
