//! 6.2 基础设施 ▸ 基础设施 (manual 6.2(3), spec S6.2g, N2-2): the village enters what serves all of it, each natural
//! village its own. The region of a record says which of the two it is (范围).

use crate::codes::{FACILITY_KIND, FACILITY_STATE};
use crate::domain::account::AccountKind::{NaturalVillage, TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, integer, long_text, text, year};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::known::KnownOf;
use crate::domain::problem::Severity;
use crate::domain::rule::{StoreRule, StoreTest};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "facilities",
    title: "基础设施",
    fillers: &[Village, TechnicalUnit, NaturalVillage],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            choice("kind", "设施类别", &FACILITY_KIND)
                .required()
                .listed()
                .filtered()
                .help("括号中为数量的单位"),
            text("name", "设施名称", 50).listed().searched(),
            integer("quantity", "数量")
                .positive()
                .required()
                .listed()
                .help("单位见设施类别的括号；管网、沟渠等不足 1 公里的填 1，准确长度填在“规模/能力”中"),
            decimal("capacity", "规模/能力", 12, 2)
                .listed()
                .help("蓄水池填立方米，污水处理填立方米/日，变压器填千伏安，停车场填车位，管网、沟渠填公里"),
            integer("households", "覆盖户数").unit("户").listed(),
            decimal("area", "占地面积(平方米)", 12, 2).help("1 亩 ≈ 666.67 平方米"),
            year("built_in", "建成年份", 1950, 2050),
            choice("running_state", "运行状况", &FACILITY_STATE)
                .required()
                .listed()
                .filtered(),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    store_rules: &[
        WITHIN_VILLAGE,
        StoreRule {
            id: "R-46",
            severity: Severity::Error,
            holding: &[],
            test: StoreTest::AtMostKnown("households", KnownOf::Latest("population", "households")),
            place: "households",
            message: "覆盖户数不能多于人口状况中的户数（{told} 户）",
        },
    ],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    system_imports: true,
    ..RECORDS
};
