//! 4.1 摸底调查 (manual 4.1, spec S4.1): one record per administrative village, filled by its county.

use crate::codes::{DEMONSTRATION, EXISTING_PLAN, KEY_PROJECT, TERRAIN, VILLAGE_FEATURE, VILLAGE_TYPE};
use crate::domain::account::AccountKind::County;
use crate::domain::field::{
    Condition, Field, Grid, Initial, choice, choices, date, division, grid, switch, text, year_of,
};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::page::{Tab, tab};
use crate::domain::parameter::{KEY_COUNTIES, PLAN_YEARS};
use crate::domain::record::parts;
use crate::domain::region::Level;
use crate::domain::rule::Rule;
use crate::forms::readers::EVERYBODY;
use crate::steps;
use crate::workflows::COUNTY_REVIEW;

const HAS_PROJECT: Condition = Condition::Is("has_key_project", &["1"]);
const IS_DEMONSTRATION: Condition = Condition::Is("is_demonstration", &["1"]);

const VILLAGE: Field = division("village", "行政村", Level::Village).required();
const VILLAGE_TYPE_FIELD: Field = choice("village_type", "村庄类型", &VILLAGE_TYPE)
    .required()
    .listed()
    .filtered();
const VILLAGE_FEATURES: Field = choices("village_features", "村庄特征", &VILLAGE_FEATURE)
    .required()
    .listed()
    .filtered();
const HAS_KEY_PROJECT: Field = switch("has_key_project", "是否含重点项目")
    .required()
    .listed()
    .filtered();
const KEY_PROJECT_TYPES: Field = choices("key_project_types", "重点项目类型", &KEY_PROJECT)
    .shown_when(HAS_PROJECT)
    .required_when(HAS_PROJECT);
const KEY_PROJECT_NAME: Field = text("key_project_name", "重点项目名称", 200)
    .shown_when(HAS_PROJECT)
    .wide();
const IS_KEY_COUNTY_VILLAGE: Field = switch("is_key_county_village", "是否为乡村振兴重点帮扶县村庄")
    .required()
    .initial(Initial::OnIn(&KEY_COUNTIES))
    .listed()
    .headed("是否重点帮扶县")
    .filtered();
const IS_DEMONSTRATION_FIELD: Field = switch("is_demonstration", "是否为拟实施乡村振兴“百千万”示范工程")
    .required()
    .listed()
    .headed("是否百千万")
    .filtered();
const DEMONSTRATION_KIND: Field = choice("demonstration_kind", "示范类别", &DEMONSTRATION)
    .shown_when(IS_DEMONSTRATION)
    .required_when(IS_DEMONSTRATION);
const EXISTING_PLAN_FIELD: Field = choice("existing_plan", "现有村庄规划情况", &EXISTING_PLAN).filtered();
const STARTED_ON: Field = date("started_on", "发起日期").required().listed();
const PLAN_YEAR: Field = year_of("plan_year", "年度计划", &PLAN_YEARS)
    .required()
    .listed()
    .filtered();
const REMARK: Field = text("remark", "备注", 200).wide();

static FIELDS: &[Field] = &[
    VILLAGE,
    VILLAGE_TYPE_FIELD,
    VILLAGE_FEATURES,
    HAS_KEY_PROJECT,
    KEY_PROJECT_TYPES,
    KEY_PROJECT_NAME,
    IS_KEY_COUNTY_VILLAGE,
    IS_DEMONSTRATION_FIELD,
    DEMONSTRATION_KIND,
    EXISTING_PLAN_FIELD,
    STARTED_ON,
    PLAN_YEAR,
    REMARK,
];

/// 批量登记: one row for each village that has no record yet; fields of the form as columns.
static ROWS: Grid = Grid {
    row_title: "行政村",
    columns: &[
        VILLAGE,
        VILLAGE_TYPE_FIELD,
        VILLAGE_FEATURES,
        HAS_KEY_PROJECT,
        KEY_PROJECT_TYPES,
        IS_KEY_COUNTY_VILLAGE,
        IS_DEMONSTRATION_FIELD,
        DEMONSTRATION_KIND,
        EXISTING_PLAN_FIELD,
        STARTED_ON,
        PLAN_YEAR,
    ],
    max_rows: 400,
    fixed: true,
    sheet: None,
    unique: &[],
    at_most: &[],
};

/// 批量登记 (spec S4.1): never stored itself; each row becomes a record of [`FORM`].
pub static BATCH: Tab = tab("batch", "批量登记", &BATCH_FORM);

static BATCH_FORM: Form = Form {
    key: "baseline_survey_batch",
    title: "批量登记",
    fillers: &[County],
    sections: &[section("批量登记", &[grid("rows", "行政村", &ROWS)])],
    ..RECORDS
};

/// The form.
pub static FORM: Form = Form {
    key: "baseline_survey",
    title: "摸底调查",
    fillers: &[County],
    readers: EVERYBODY,
    placed_by: "village",
    one_per_region: true,
    sections: &[section("基本信息", FIELDS)],
    name_field: "village",
    rules: &[
        Rule::error("", |values| {
            let chosen = values.text("village_features");
            let terrains = parts(chosen).filter(|code| TERRAIN.contains(code)).count();
            (!chosen.is_empty() && terrains != 1).then(|| {
                (
                    "village_features",
                    "坝区、半山半坝(半山区)、山区须选择且只能选择一项".to_owned(),
                )
            })
        }),
        Rule::warning("R-96", |values| {
            let county = values.text("village").get(..Level::County.digits())?;
            let (is_listed, says) = (KEY_COUNTIES.lists(county), values.is_on("is_key_county_village"));
            let message = match is_listed {
                true => "本县(市、区)在乡村振兴重点帮扶县名单中，请核对",
                false => "本县(市、区)不在乡村振兴重点帮扶县名单中，请核对",
            };
            (is_listed != says).then(|| ("is_key_county_village", message.to_owned()))
        }),
    ],
    workflow: Some(&COUNTY_REVIEW),
    step: Some(&steps::BASELINE_SURVEY),
    ..RECORDS
};
