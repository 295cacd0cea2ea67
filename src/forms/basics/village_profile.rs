//! 2.1 行政村信息 (manual 2.1, spec S2.1)

use crate::domain::account::AccountKind::Village;
use crate::domain::field::{Grid, decimal, grid, integer, mirror, person_name, phone, text};
use crate::domain::form::{Form, SINGLE, section};
use crate::domain::known::KnownOf;
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;

const FROM_SURVEY: &str = "由县级账号在摸底调查中填写，自动同步";

static SUPPORT_UNITS: Grid = Grid {
    row_title: "帮扶挂钩单位",
    columns: &[text("unit", "帮扶挂钩单位", 100)
        .at_least(4)
        .required()
        .help("填单位全称")],
    max_rows: 50,
    fixed: false,
    sheet: None,
    unique: &["unit"],
    at_most: &[],
};

static VILLAGER_GROUPS: Grid = Grid {
    row_title: "村(居)民小组",
    columns: &[
        text("name", "居民小组名称", 50).required(),
        person_name("leader", "组长姓名"),
        phone("leader_phone", "组长电话").private(),
    ],
    max_rows: 200,
    fixed: false,
    sheet: None,
    unique: &["name"],
    at_most: &[],
};

/// The form.
pub static FORM: Form = Form {
    key: "village_profile",
    title: "行政村信息",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section(
            "基本信息",
            &[
                text("seat", "村委会所在地", 100).required().listed().searched(),
                decimal("area", "行政村面积(平方米)", 14, 2)
                    .positive()
                    .listed()
                    .help("1 平方公里 = 1000000 平方米，1 亩 ≈ 666.67 平方米"),
                mirror("village_type", "村庄类型", "baseline_survey", "village_type").help(FROM_SURVEY),
                integer("population", "行政村人口")
                    .range(1, 200_000)
                    .required()
                    .unit("人")
                    .listed()
                    .known(
                        "R-12",
                        "各自然村最近一年户籍人口的合计",
                        KnownOf::Latest("population", "registered"),
                        50,
                    )
                    .help("户籍人口"),
                mirror("village_features", "村庄特征", "baseline_survey", "village_features").help(FROM_SURVEY),
                mirror(
                    "has_key_project",
                    "是否含重点项目",
                    "baseline_survey",
                    "has_key_project",
                )
                .help(FROM_SURVEY),
                mirror(
                    "is_key_county_village",
                    "是否为乡村振兴重点帮扶县村庄",
                    "baseline_survey",
                    "is_key_county_village",
                )
                .help(FROM_SURVEY),
                mirror(
                    "is_demonstration",
                    "是否为拟实施乡村振兴“百千万”示范工程",
                    "baseline_survey",
                    "is_demonstration",
                )
                .help(FROM_SURVEY),
            ],
        ),
        section("帮扶挂钩单位", &[grid("support_units", "帮扶挂钩单位", &SUPPORT_UNITS)]),
        section(
            "村(居)民小组",
            &[grid("villager_groups", "村(居)民小组", &VILLAGER_GROUPS)],
        ),
    ],
    name_field: "seat",
    rules: &[Rule::warning("", |values| {
        let area = values.number("area")?;
        // 0.1 to 1,000 km², in hundredths of a square metre.
        let usual = 10_000_000..=100_000_000_000;
        (!usual.contains(&area)).then(|| {
            (
                "area",
                "面积不在 0.1–1000 平方公里之间，请核对单位是否为平方米".to_owned(),
            )
        })
    })],
    ..SINGLE
};
