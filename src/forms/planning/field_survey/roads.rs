//! 6.2 基础设施 ▸ 道路 (manual 6.2(3), spec S6.2g, N2-1): the village enters 村域道路, each natural village its own.
//! The region of a record says which of the two it is (范围).

use crate::codes::{ROAD_CLASS, ROAD_GRADE, ROAD_QUALITY, ROAD_SURFACE};
use crate::domain::account::AccountKind::{NaturalVillage, TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, long_text, switch, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "roads",
    title: "道路",
    fillers: &[Village, TechnicalUnit, NaturalVillage],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "道路名称", 50)
                .required()
                .listed()
                .searched()
                .help("没有名称的填“起点—终点”，例如：村委会—小学"),
            choice("class", "道路类别", &ROAD_CLASS).required().listed().filtered(),
            choice("grade", "技术等级", &ROAD_GRADE),
            decimal("length", "长度(公里)", 8, 3)
                .positive()
                .required()
                .listed()
                .help("1 公里 = 1000 米，例如：350 米填 0.35"),
            decimal("width", "路面宽度(米)", 5, 2).positive().required().listed(),
            choice("surface", "路面材质", &ROAD_SURFACE)
                .required()
                .listed()
                .filtered()
                .help("沥青、水泥、弹石、块石/砖路面计入硬化"),
            switch("lamps", "路灯"),
            switch("ditches", "排水边沟"),
            choice("quality", "现状质量", &ROAD_QUALITY).listed(),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    name_field: "name",
    rules: &[
        Rule::warning("", |values| {
            // In thousandths of a kilometre.
            (values.number("length")? > 100_000)
                .then(|| ("length", "长度超过 100 公里，请核对单位是否为公里".to_owned()))
        }),
        Rule::warning("", |values| {
            // 1 to 40 m, in hundredths of a metre.
            (!(100..=4_000).contains(&values.number("width")?))
                .then(|| ("width", "路面宽度不在 1–40 米之间，请核对".to_owned()))
        }),
    ],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    system_imports: true,
    ..RECORDS
};
