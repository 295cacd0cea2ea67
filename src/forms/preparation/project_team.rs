//! 3.2 “干部规划家乡”项目组 (manual 3.2(1), spec S3.3a)

use crate::codes::{IN_POST, PROJECT_TEAM_ROLE, RANK};
use crate::domain::account::AccountKind::City;
use crate::domain::attachment::{DOCUMENTS, Slot};
use crate::domain::field::{choice, files, person_name, phone, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{StoreRule, StoreTest};
use crate::forms::readers::COUNTY_AND_ABOVE;

/// The form.
pub static FORM: Form = Form {
    key: "project_team",
    title: "“干部规划家乡”项目组",
    fillers: &[City],
    readers: COUNTY_AND_ABOVE,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            person_name("name", "姓名").required().listed().searched(),
            text("unit", "所在单位(全称)", 100).required().listed().searched(),
            text("duty", "职务", 50).required().listed(),
            choice("rank", "职级", &RANK).listed(),
            choice("team_role", "项目组职务", &PROJECT_TEAM_ROLE)
                .required()
                .listed()
                .filtered(),
            phone("phone", "联系电话").required().listed().private(),
            choice("in_post", "任职状态", &IN_POST)
                .initially("in_post")
                .listed()
                .filtered(),
            files("files", "上传附件", Slot::up_to(5, DOCUMENTS)),
            text("remark", "备注", 200).wide(),
        ],
    )],
    name_field: "name",
    store_rules: &[StoreRule {
        id: "",
        severity: Severity::Error,
        holding: &[],
        test: StoreTest::AtMost(1, &[("team_role", "leader"), ("in_post", "in_post")]),
        place: "team_role",
        message: "项目组在任的组长只能有一名，请先将原组长改为离任",
    }],
    ..RECORDS
};
