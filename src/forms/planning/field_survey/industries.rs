//! 6.2 产业现状 ▸ 村庄产业 (manual 6.2(3), spec S6.2f)

use crate::codes::{INDUSTRY_KIND, INDUSTRY_OPERATOR, INDUSTRY_SECTOR, INDUSTRY_UNIT};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, choices, decimal, files, integer, long_text, switch, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "industries",
    title: "村庄产业",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "产业名称", 50)
                .required()
                .listed()
                .searched()
                .help("例如：核桃、茶叶、咖啡、生猪、乡村旅游"),
            choice("sector", "产业类别", &INDUSTRY_SECTOR)
                .required()
                .listed()
                .filtered(),
            choice("kind", "产业类型", &INDUSTRY_KIND)
                .required()
                .listed()
                .filtered(),
            decimal("size", "规模", 14, 2).listed(),
            choice("size_unit", "规模单位", &INDUSTRY_UNIT).listed(),
            text("yearly_output", "年产量", 30).help("请写明单位，例如：120 吨"),
            decimal("output_value", "年产值(万元)", 12, 2).listed(),
            choices("operators", "经营主体", &INDUSTRY_OPERATOR),
            integer("households", "参与户数").unit("户").listed(),
            switch("is_leading", "是否主导产业").listed().filtered(),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png, Pdf])),
        ],
    )],
    name_field: "name",
    rules: &[Rule::error("", |values| {
        values.number("size")?;
        values
            .text("size_unit")
            .is_empty()
            .then(|| ("size_unit", "填写规模的，请选择规模单位".to_owned()))
    })],
    step: Some(&steps::FIELD_SURVEY),
    system_imports: true,
    ..RECORDS
};
