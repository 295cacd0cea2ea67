//! 6.2 历史和民俗文化资源 (manual 6.2(3), spec S6.2c)

use crate::codes::{ETHNIC_GROUP, FOLK_KIND, HERITAGE_KIND, INTANGIBLE_LEVEL};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Grid, choice, choices, decimal, files, grid, integer, long_text, text};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

const PHOTOS: Slot = Slot::up_to(9, &[Jpg, Png, Pdf]);

static HERITAGE: Grid = Grid {
    row_title: "历史文化资源",
    columns: &[
        text("name", "名称", 50).required(),
        choice("kind", "资源类型", &HERITAGE_KIND),
        integer("quantity", "数量").positive(),
        decimal("area", "面积(平方米)", 14, 2),
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

static FOLK_CULTURE: Grid = Grid {
    row_title: "民俗文化资源",
    columns: &[
        text("name", "名称", 50).required().help("例如：火把节、泼水节、刀杆节"),
        choice("kind", "类型", &FOLK_KIND),
        choices("ethnic_groups", "涉及民族", &ETHNIC_GROUP),
        choice("intangible_level", "非遗级别", &INTANGIBLE_LEVEL),
        text("inheritors", "传承人", 100),
        integer("quantity", "数量"),
        decimal("area", "面积(平方米)", 14, 2),
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
    key: "cultural_resources",
    title: "历史和民俗文化资源",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("历史文化资源", &[grid("heritage", "历史文化资源", &HERITAGE)]),
        section("民俗文化资源", &[grid("folk_culture", "民俗文化资源", &FOLK_CULTURE)]),
    ],
    store_rules: &[WITHIN_VILLAGE],
    step: Some(&steps::FIELD_SURVEY),
    system_imports: true,
    ..IN_STEP
};
