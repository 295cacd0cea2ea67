//! 6.2 公共服务设施 (manual 6.2(3), spec S6.2h, N3): the village enters what serves all of it, each natural village its
//! own. The region of a record says which of the two it is (范围).

use crate::codes::{PUBLIC_SERVICE_KIND, SERVICE_STATE};
use crate::domain::account::AccountKind::{NaturalVillage, TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, integer, long_text, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "public_services",
    title: "公共服务设施",
    fillers: &[Village, TechnicalUnit, NaturalVillage],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            choice("kind", "设施类别", &PUBLIC_SERVICE_KIND)
                .required()
                .listed()
                .filtered(),
            text("name", "设施名称", 50).listed().searched(),
            integer("quantity", "数量(处)").positive().required().listed(),
            text("location", "位置", 100).listed(),
            decimal("area", "用地面积(平方米)", 12, 2)
                .listed()
                .help("1 亩 ≈ 666.67 平方米"),
            decimal("floor_area", "建筑面积(平方米)", 12, 2)
                .listed()
                .help("各层面积之和，可以大于用地面积"),
            choice("use_state", "使用状况", &SERVICE_STATE)
                .required()
                .listed()
                .filtered(),
            text("capacity", "服务能力", 50).help("例如：床位 5、学生 80"),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    store_rules: &[WITHIN_VILLAGE],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    system_imports: true,
    ..RECORDS
};
