//! 1.1 政策文件 (manual 1.1, spec S1.1)

use crate::codes::PUBLIC_DOCUMENT_CATEGORY;
use crate::domain::account::AccountKind::{Province, System};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Initial, choice, date, files, integer, switch, text};
use crate::domain::form::{Form, RECORDS, section};

/// The form.
pub static FORM: Form = Form {
    key: "policy_documents",
    title: "政策文件",
    fillers: &[System],
    readers: &[Province],
    public: true,
    sections: &[section(
        "基本信息",
        &[
            text("title", "文件名称", 150)
                .required()
                .listed()
                .searched()
                .wide()
                .initial(Initial::FileName),
            choice("category", "文件类别", &PUBLIC_DOCUMENT_CATEGORY)
                .required()
                .listed()
                .filtered(),
            date("published_on", "发布日期").listed(),
            integer("position_number", "排序号")
                .range(0, 9_999)
                .listed()
                .help("小的在前"),
            switch("is_public", "是否公开").initially("1").listed().filtered(),
            files("files", "附件", Slot::between(1, 5, &[Pdf, Doc, Docx, Xls, Xlsx, Zip])).required(),
        ],
    )],
    name_field: "title",
    ..RECORDS
};
