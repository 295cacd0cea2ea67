//! 6.2 自然资源 (manual 6.2(3), spec S6.2b): four tables of what nature gives.

use crate::codes::{LAND_CLASS, MINING_STATE, SCENIC_GRADE, WATER_KIND, WATER_USE};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Grid, choice, choices, decimal, files, grid, integer, long_text, text};
use crate::domain::form::{Form, IN_STEP, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{StoreRule, StoreTest};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

const PHOTOS: Slot = Slot::up_to(9, &[Jpg, Png, Pdf]);

static LAND: Grid = Grid {
    row_title: "土地资源",
    columns: &[
        choice("kind", "地类", &LAND_CLASS).required(),
        integer("quantity", "图斑/地块数量").unit("块"),
        decimal("area", "面积(平方米)", 16, 2)
            .required()
            .help("1 亩 ≈ 666.67 平方米，1 公顷 = 10000 平方米"),
        text("location", "主要分布", 200),
        long_text("situation", "开发利用情况", 500),
        long_text("problems", "存在问题", 500),
        files("files", "上传附件、图片等", PHOTOS),
    ],
    max_rows: 100,
    fixed: false,
    sheet: None,
    unique: &["kind"],
    at_most: &[],
};

static WATER: Grid = Grid {
    row_title: "水资源",
    columns: &[
        text("name", "名称", 50).required(),
        choice("kind", "类型", &WATER_KIND).required(),
        integer("quantity", "数量").positive(),
        decimal("area", "面积(平方米)", 16, 2),
        text("capacity", "库容/流量", 50).help("请写明单位，例如：12 万立方米、0.5 立方米/秒"),
        choices("uses", "主要用途", &WATER_USE),
        long_text("situation", "开发利用情况", 500),
        long_text("problems", "存在问题", 500),
        files("files", "上传附件、图片等", PHOTOS),
    ],
    max_rows: 200,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

static MINERALS: Grid = Grid {
    row_title: "矿产资源",
    columns: &[
        text("name", "名称", 50).required(),
        text("mineral", "矿种", 50)
            .required()
            .help("例如：煤、磷、铁、铜、铅锌、锡、石灰岩、砂石、粘土、地热"),
        integer("quantity", "数量").unit("处"),
        decimal("area", "面积(平方米)", 16, 2),
        choice("mining_state", "开采状态", &MINING_STATE),
        long_text("situation", "开发利用情况", 500),
        long_text("problems", "存在问题", 500),
        files("files", "上传附件、图片等", PHOTOS),
    ],
    max_rows: 200,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

static SCENIC_SPOTS: Grid = Grid {
    row_title: "景区景点",
    columns: &[
        text("name", "名称", 50).required(),
        choice("grade", "等级", &SCENIC_GRADE),
        integer("quantity", "数量").unit("处"),
        decimal("area", "面积(平方米)", 16, 2),
        integer("visitors", "年接待游客(人次)"),
        long_text("situation", "保护利用情况", 500),
        long_text("problems", "存在问题", 500),
        files("files", "上传附件、图片等", PHOTOS),
    ],
    max_rows: 200,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

/// The form.
pub static FORM: Form = Form {
    key: "natural_resources",
    title: "自然资源",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("土地资源", &[grid("land", "土地资源", &LAND)]),
        section("水资源", &[grid("water", "水资源", &WATER)]),
        section("矿产资源", &[grid("minerals", "矿产资源", &MINERALS)]),
        section("景区景点", &[grid("scenic_spots", "景区景点", &SCENIC_SPOTS)]),
    ],
    store_rules: &[
        WITHIN_VILLAGE,
        StoreRule {
            id: "R-40",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::GridSumAtMost("land", "area", "village_profile", "area", 1_005),
            place: "land",
            message: "土地资源的面积之和大于行政村面积，请核对单位是否为平方米",
        },
    ],
    step: Some(&steps::FIELD_SURVEY),
    system_imports: true,
    ..IN_STEP
};
