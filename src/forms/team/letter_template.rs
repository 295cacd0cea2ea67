//! The text from which the letters of 发函确认 are made (spec S5.3, extras): one per county, edited by its organization
//! department.

use crate::domain::account::AccountKind::CountyOrganization;
use crate::domain::field::{long_text, text};
use crate::domain::form::{Form, SINGLE, section};

/// The title as long as nobody has written another.
pub const TITLE: &str = "关于商请支持干部参与“干部规划家乡行动”的函";
/// The text as long as nobody has written another.
pub const BODY: &str = "为深入实施“干部规划家乡行动”，发挥在外干部熟悉家乡、联系群众的优势，高质量编制“多规合一”实用性村庄规划，\
                        经本人同意、村级推荐、乡镇（街道）审核和我部审定，拟请贵单位以下 {人数} 名同志回乡参与家乡村庄规划编制工作，请予支持为盼。\n\
                        请贵单位在不影响本职工作的前提下，为其回乡开展工作提供必要的时间保障，并将意见函告我部。";

/// The form.
pub static FORM: Form = Form {
    key: "letter_template",
    title: "函件模板",
    fillers: &[CountyOrganization],
    sections: &[section(
        "函件模板",
        &[
            text("title", "函件标题", 100).required().initially(TITLE).wide(),
            long_text("body", "函件正文", 2_000)
                .required()
                .initially(BODY)
                .help("{单位}、{人数}、{名单} 在生成时换成该单位的全称、人数和姓名；人员名单表附在正文之后"),
            text("signature", "落款", 100).required().wide().help("发函单位全称"),
            text("contact", "联系人及电话", 100).wide(),
        ],
    )],
    ..SINGLE
};
