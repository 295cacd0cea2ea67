//! 3.2 联络服务站人员名单 (manual 3.2(5), spec S3.3d)

use crate::codes::IN_POST;
use crate::domain::account::AccountKind::{City, County, Township};
use crate::domain::attachment::{DOCUMENTS, Slot};
use crate::domain::field::{choice, files, person_name, phone_or_landline, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::readers::EVERYBODY;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "liaison_staff",
    title: "联络服务站人员名单",
    fillers: &[City, County, Township],
    readers: EVERYBODY,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            person_name("name", "姓名").required().listed().searched(),
            text("unit", "所在单位(全称)", 100).required().listed().searched(),
            text("duty", "职务", 50).listed(),
            // Whoever comes home calls it: a service number, shown whole to everybody who sees the list (spec S3.3d).
            phone_or_landline("phone", "联系电话").required().listed().of_office(),
            text("tasks", "职责分工", 200).wide().listed(),
            choice("in_post", "任职状态", &IN_POST)
                .initially("in_post")
                .listed()
                .filtered(),
            files("files", "上传附件", Slot::up_to(5, DOCUMENTS)),
        ],
    )],
    name_field: "name",
    step: Some(&steps::INSTITUTIONS),
    ..RECORDS
};
