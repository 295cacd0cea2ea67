//! 6.2 产业现状 ▸ 集体经济发展情况 (manual 6.2(3), spec S6.2f)

use crate::codes::ASSET_OPERATION;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, decimal, files, integer, long_text, text, year};
use crate::domain::form::{Form, RECORDS, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "collective_assets",
    title: "集体经济发展情况",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "项目/资产名称", 80).required().listed().searched(),
            choice("operation", "经营方式", &ASSET_OPERATION)
                .required()
                .listed()
                .filtered(),
            year("built_in", "建成/投入年份", 1950, 2050).listed(),
            decimal("invested", "投入资金(万元)", 12, 2).listed(),
            decimal("yearly_income", "年收益(万元)", 12, 2).listed(),
            integer("households", "受益户数").unit("户").listed(),
            long_text("situation", "发展情况", 500),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png, Pdf])),
        ],
    )],
    name_field: "name",
    step: Some(&steps::FIELD_SURVEY),
    system_imports: true,
    ..RECORDS
};
