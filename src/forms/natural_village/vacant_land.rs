//! 宅基地空闲地 ▸ 空闲地情况 (spec N4-2)

use crate::codes::{VACANT_LAND_KIND, VACANT_LAND_TENURE, VACANT_LAND_USE};
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "vacant_land",
    title: "空闲地情况",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            text("place", "地块名称/位置", 80).required().listed().searched(),
            choice("kind", "空闲地类型", &VACANT_LAND_KIND)
                .required()
                .listed()
                .filtered(),
            decimal("area", "面积(平方米)", 12, 2)
                .positive()
                .required()
                .listed()
                .help("1 亩 ≈ 666.67 平方米"),
            choice("tenure", "权属", &VACANT_LAND_TENURE).listed(),
            choice("suggested_use", "利用建议", &VACANT_LAND_USE)
                .listed()
                .filtered(),
            files("files", "照片", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    name_field: "place",
    store_rules: &[WITHIN_VILLAGE],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..RECORDS
};
