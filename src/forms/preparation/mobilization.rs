//! 3.3 组织发动 (manual 3.3, spec S3.4)

use crate::codes::{MOBILIZATION_FORM, PARTICIPATION};
use crate::domain::account::AccountKind::{City, County, CountyOrganization, Township, Village};
use crate::domain::attachment::{FileType::*, Naming, Slot};
use crate::domain::field::{AccountFact, Condition, choice, date, files, integer, long_text, of_account, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::readers::EVERYBODY;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "mobilization",
    title: "组织发动",
    fillers: &[City, County, CountyOrganization, Township, Village],
    readers: EVERYBODY,
    sections: &[section(
        "基本信息",
        &[
            of_account("filler_level", "填报层级", AccountFact::Level),
            of_account("filler_name", "填报单位", AccountFact::Name)
                .listed()
                .searched(),
            text("title", "工作事项", 100).required().listed().searched().wide(),
            date("held_on", "开展日期").not_before("2021-04-01").required().listed(),
            choice("organization_form", "组织形式", &MOBILIZATION_FORM)
                .required()
                .listed()
                .filtered(),
            choice("participation", "组织方式", &PARTICIPATION)
                .required()
                .listed()
                .filtered(),
            text("host", "主办单位", 100)
                .required_when(Condition::Is("participation", &["join"]))
                .shown_when(Condition::Is("participation", &["join"])),
            integer("participants", "参与人数").range(1, 1_000_000).unit("人"),
            integer("letters", "公开信/邀请函份数")
                .unit("份")
                .range(1, 1_000_000)
                .shown_when(Condition::Is("organization_form", &["open_letter", "invitation"]))
                .required_when(Condition::Is("organization_form", &["open_letter", "invitation"])),
            long_text("summary", "内容简述", 1_000).listed(),
            files(
                "files",
                "上传附件",
                Slot::up_to(20, &[Jpg, Pdf, Doc, Docx]).named(Naming::FieldAndNumber("title")),
            )
            .help("照片会自动按“工作事项+数字”重新命名"),
        ],
    )],
    name_field: "title",
    step: Some(&steps::MOBILIZATION),
    ..RECORDS
};
