//! 集体经营性建设用地 (spec N6)

use crate::codes::{COLLECTIVE_LAND_USE, COLLECTIVE_LAND_WAY};
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, switch, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "collective_land",
    title: "集体经营性建设用地",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            text("place", "地块名称/位置", 80).required().listed().searched(),
            decimal("area", "面积(平方米)", 12, 2)
                .positive()
                .required()
                .listed()
                .help("1 亩 ≈ 666.67 平方米"),
            choice("present_use", "现状用途", &COLLECTIVE_LAND_USE)
                .required()
                .listed()
                .filtered()
                .help("集体经营性建设用地不得用于住宅"),
            choice("way_of_use", "使用方式", &COLLECTIVE_LAND_WAY)
                .required()
                .listed()
                .filtered(),
            text("occupant", "使用主体", 80).listed().searched(),
            decimal("floor_area", "建筑面积(平方米)", 12, 2).listed(),
            decimal("yearly_income", "年收益(万元)", 12, 2).listed(),
            switch("is_registered", "是否办理权属登记"),
            switch("is_on_market", "是否入市"),
            text("intention", "规划意向", 200).wide(),
            files("files", "照片", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    name_field: "place",
    store_rules: &[WITHIN_VILLAGE],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..RECORDS
};
