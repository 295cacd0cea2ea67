//! 3.2 “干部规划家乡”领导小组 (manual 3.2(4)(6), spec S3.3b)

use crate::codes::{IN_POST, LEADING_GROUP_ROLE, RANK};
use crate::domain::account::AccountKind::County;
use crate::domain::attachment::{DOCUMENTS, Slot};
use crate::domain::field::{choice, files, person_name, phone, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{StoreRule, StoreTest};
use crate::forms::readers::EVERYBODY_BUT_VILLAGES;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "leading_group",
    title: "“干部规划家乡”领导小组",
    fillers: &[County],
    readers: EVERYBODY_BUT_VILLAGES,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            person_name("name", "姓名").required().listed().searched(),
            text("unit", "所在单位(全称)", 100).required().listed().searched(),
            text("duty", "职务", 50).required().listed(),
            choice("rank", "职级", &RANK).listed(),
            choice("group_role", "领导小组职务", &LEADING_GROUP_ROLE)
                .required()
                .listed()
                .filtered(),
            phone("phone", "联系电话").listed().private(),
            choice("in_post", "任职状态", &IN_POST)
                .initially("in_post")
                .listed()
                .filtered(),
            files("files", "上传附件", Slot::up_to(5, DOCUMENTS)),
        ],
    )],
    name_field: "name",
    store_rules: &[StoreRule {
        id: "",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::AtMost(2, &[("group_role", "leader"), ("in_post", "in_post")]),
        place: "group_role",
        message: "领导小组在任的组长已超过 2 名（一般为 1 名，双组长为 2 名），请核对",
    }],
    step: Some(&steps::INSTITUTIONS),
    ..RECORDS
};
