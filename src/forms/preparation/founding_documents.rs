//! 3.1 制定文件 (manual 3.1, spec S3.1)

use crate::codes::DOCUMENT_CATEGORY;
use crate::domain::account::AccountKind::{City, County};
use crate::domain::attachment::{DOCUMENTS, Slot};
use crate::domain::date;
use crate::domain::field::{Initial, choice, files, long_text, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::rule::Rule;
use crate::forms::readers::EVERYBODY;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "founding_documents",
    title: "制定文件",
    fillers: &[City, County],
    readers: EVERYBODY,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            text("title", "文件名称", 150)
                .required()
                .listed()
                .searched()
                .initial(Initial::FileName)
                .help("不填时取第一个附件的文件名"),
            text("number", "文号", 50).listed().searched(),
            choice("category", "文件类别", &DOCUMENT_CATEGORY).filtered(),
            text("issuer", "制定单位", 100).initial(Initial::AccountName),
            crate::domain::field::date("issued_on", "制定日期").required().listed(),
            files("files", "上传附件", Slot::between(1, 10, DOCUMENTS)).required(),
            long_text("remark", "备注", 500),
        ],
    )],
    name_field: "title",
    rules: &[Rule::error("", |values| {
        let year = date::year(values.date("issued_on")?)?;
        match year {
            2021 => None,
            2022.. => Some(("issued_on", "2021 年之后制定的文件，请到补充制定文件登记".to_owned())),
            _ => Some(("issued_on", "制定文件为 2021 年制定的文件".to_owned())),
        }
    })],
    step: Some(&steps::FOUNDING_DOCUMENTS),
    ..RECORDS
};
