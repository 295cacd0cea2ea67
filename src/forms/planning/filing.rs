//! 6.11 审批备案 (manual 6.11, spec S6.11, SM-4). A record comes by itself when 村民决议 is 是; the township submits it, the
//! county approves or returns it and files it.

use crate::codes::MENDED_STEP;
use crate::domain::account::AccountKind::Township;
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::date::days_inclusive;
use crate::domain::field::{Suggestion, choice, date, files, planned_date, results, text};
use crate::domain::form::{Form, SINGLE, section};
use crate::domain::region::Level;
use crate::domain::rule::Rule;
use crate::forms::readers::EVERYBODY_WITH_TECHNICAL_UNITS;
use crate::steps;
use crate::workflows;

/// The form.
pub static FORM: Form = Form {
    key: "filing",
    title: "审批备案",
    fillers: &[Township],
    level: Some(Level::Village),
    readers: EVERYBODY_WITH_TECHNICAL_UNITS,
    sections: &[
        section(
            "基本信息",
            &[
                files("files", "上传附件", Slot::up_to(10, &[Pdf])).help("报审文件，pdf"),
                results("results", "报审成果"),
            ],
        ),
        section(
            "备案",
            &[
                choice("mending", "退回修改的环节", &MENDED_STEP).by_review(),
                text("approval_number", "批复文号", 50).by_review().listed(),
                date("approved_on", "批复日期").by_review().listed(),
                text("filing_number", "备案编号", 50)
                    .by_review()
                    .suggested(Suggestion::NextNumber)
                    .listed()
                    .help("县级代码-年份-4位序号"),
                date("filed_on", "备案日期").by_review().listed(),
                planned_date("opened_on", "批后公开日期").by_review(),
                planned_date("delivered_on", "成果汇交日期").by_review(),
            ],
        ),
    ],
    name_field: "filing_number",
    rules: &[
        Rule::warning("", |values| {
            let days = days_inclusive(values.date("approved_on")?, values.date("opened_on")?)? - 1;
            (days > 28).then(|| ("opened_on", "批后公开一般不晚于批复后 20 个工作日".to_owned()))
        }),
        Rule::warning("", |values| {
            let days = days_inclusive(values.date("approved_on")?, values.date("delivered_on")?)? - 1;
            (days > 42).then(|| ("delivered_on", "成果汇交一般不晚于批复后 30 个工作日".to_owned()))
        }),
    ],
    workflow: Some(&workflows::FILING),
    created_by_step: true,
    step: Some(&steps::FILING),
    ..SINGLE
};
