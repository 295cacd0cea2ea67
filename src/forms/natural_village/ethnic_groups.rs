//! 人口状况 ▸ 民族构成 (spec N1-2)

use crate::codes::ETHNIC_GROUP;
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::field::{choice, integer};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "ethnic_groups",
    title: "民族构成",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            choice("ethnic_group", "民族", &ETHNIC_GROUP)
                .required()
                .listed()
                .filtered(),
            integer("population", "人口")
                .positive()
                .unit("人")
                .required()
                .listed()
                .help("各民族人口之和等于最近一年的户籍人口"),
        ],
    )],
    uniques: &[Unique {
        key: "group",
        fields: &["ethnic_group"],
        holding: &[],
        place: "ethnic_group",
        rule: "",
        message: "该民族已登记，请编辑原有记录",
    }],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..RECORDS
};
