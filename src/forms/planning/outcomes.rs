//! 6.13 反馈工作成效 (manual 6.13, spec S6.13)

use crate::codes::OUTCOME_KIND;
use crate::domain::account::AccountKind::Village;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choices, date, decimal, files, integer, long_text, references, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::forms::work_log::RETURNING_CADRES;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "outcomes",
    title: "反馈工作成效",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            date("reported_on", "反馈日期").required().listed(),
            choices("kinds", "成效类别", &OUTCOME_KIND).required().listed(),
            text("title", "成效标题", 100).required().listed().searched().wide(),
            long_text("outcome", "工作成效", 3_000).required(),
            references("participants", "参与人", "roster")
                .choosing(&RETURNING_CADRES)
                .listed()
                .help("名单报审已审核通过的回乡干部"),
            decimal("funds_won", "争取资金(万元)", 12, 2).listed(),
            integer("projects_won", "争取项目(个)").listed(),
            long_text("suggestions", "存在问题和建议", 1_000),
            files("files", "上传附件", Slot::up_to(20, &[Jpg, Png, Pdf, Doc, Docx])),
        ],
    )],
    name_field: "title",
    order: "reported_on",
    step: Some(&steps::OUTCOMES),
    ..RECORDS
};
