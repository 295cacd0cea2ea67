//! 3.2 联络服务站 (spec S3.3c, Q-03)

use crate::domain::account::AccountKind::{City, County, Township};
use crate::domain::attachment::{DOCUMENTS, Slot};
use crate::domain::field::{AccountFact, date, files, of_account, phone_or_landline, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{StoreRule, StoreTest};
use crate::forms::readers::EVERYBODY;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "liaison_stations",
    title: "联络服务站",
    fillers: &[City, County, Township],
    readers: EVERYBODY,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            of_account("station_level", "所属层级", AccountFact::Level).listed(),
            text("name", "服务站名称", 100).required().listed().searched(),
            text("address", "设置地点", 100).listed().searched(),
            phone_or_landline("phone", "服务电话").required().listed().of_office(),
            date("founded_on", "设立日期").listed(),
            files("files", "上传附件", Slot::up_to(5, DOCUMENTS)),
        ],
    )],
    name_field: "name",
    store_rules: &[StoreRule {
        id: "",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::Unique(&["name"]),
        place: "name",
        message: "本级已登记过同名的服务站，请核对是否重复",
    }],
    step: Some(&steps::INSTITUTIONS),
    ..RECORDS
};
