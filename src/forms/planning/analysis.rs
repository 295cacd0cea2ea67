//! 6.3 现状分析 (manual 6.3, spec S6.3): what the survey comes to, and the three lists.

use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{date, files, long_text};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

const LIST: Slot = Slot::between(1, 5, &[Pdf, Doc, Docx, Xls, Xlsx]);

/// Letters that the conclusion has at least when the step is completed.
pub const CONCLUSION_LETTERS: usize = 20;

/// The form.
pub static FORM: Form = Form {
    key: "analysis",
    title: "现状分析",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            date("started_on", "开展日期").required(),
            long_text("conclusion", "分析内容结论简述", 3_000)
                .at_least(CONCLUSION_LETTERS)
                .required()
                .help("完成时不少于 20 个字"),
            files("resources", "资源清单", LIST)
                .required()
                .help("能够促进村庄发展的关键资源：温泉、景区景点、大规模耕地、茶山、历史文化等"),
            files("talents", "人才清单", LIST)
                .required()
                .help("致富带头人、农业技术创新人才、非遗传承人、在外公职人员、乡贤能人等"),
            files("problems", "问题清单", LIST)
                .required()
                .help("目前存在的问题和本次规划需要重点解决的问题"),
        ],
    )],
    step: Some(&steps::ANALYSIS),
    ..IN_STEP
};
