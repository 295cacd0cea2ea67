//! 6.9 县级审查 ▸ 填报核心数据指标表 and 填报结构调整表 (manual 6.9(7), spec S6.9b, S6.9c, A17, A18). Both are one record: what
//! they say of the same land has to agree.

use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::field::{Grid, decimal, grid, text, year};
use crate::domain::form::{Form, IN_STEP, section};
use crate::domain::known::KnownOf;
use crate::domain::record::Values;
use crate::domain::rule::Rule;
use crate::domain::sheet::{Check, Derived, DerivedOf, MOST_ROWS, Place, RowOf, Sheet, SheetRow, WORKS, row};
use crate::forms::readers::TABLE_READERS;
use crate::steps::{self, INDICATORS, STRUCTURE};

const BASE: &str = "base";
const NEAR: &str = "near";
const TARGET: &str = "target";

/// A row of 结构调整表.
const fn land(key: &'static str) -> Place {
    Place("structure", key)
}

/// An own row.
const fn own(key: &'static str) -> Place {
    Place("", key)
}

const EXPECTED: &str = "预期性";
const BINDING: &str = "约束性";

/// The population of a year, as the natural villages tell it.
const fn people(field: &'static str) -> KnownOf {
    KnownOf::OfYear("population", field, "base_year")
}

/// A17, as the 2021 guide has them.
static INDICATOR_ROWS: &[SheetRow] = &[
    row("population", &["户籍人口", "人", EXPECTED])
        .whole()
        .known("R-78", "人口状况汇总", people("registered"), 0),
    row("households", &["户籍户数", "户", EXPECTED])
        .whole()
        .known("R-78", "人口状况汇总", people("households"), 0),
    row("residents", &["常住人口", "人", EXPECTED])
        .whole()
        .known("", "人口状况汇总", people("resident"), 0),
    row("building_land", &["村域建设用地总面积", "公顷", BINDING]).equals(land("t3"), true),
    row("urban_rural_land", &["村域城乡建设用地面积", "公顷", BINDING]).equals(land("t2"), true),
    row("village_land", &["村庄建设用地规模", "公顷", EXPECTED]).equals(land("t1"), true),
    row("village_land_each", &["人均村庄建设用地面积", "平方米/人", EXPECTED])
        .of(RowOf::SquareMetresEach(own("village_land"), own("population"))),
    row("homestead_each", &["户均宅基地面积", "平方米/户", EXPECTED])
        .of(RowOf::SquareMetresEach(land("s08"), own("households")))
        .optional(),
    row("public_land", &["公共管理与公共服务用地规模", "公顷", EXPECTED]).equals(land("s10"), false),
    row("utility_land", &["公用设施用地规模", "公顷", EXPECTED]).equals(land("s17"), false),
    row("ecological_line", &["生态保护红线面积", "公顷", BINDING]).kept(BASE, TARGET),
    row("basic_farmland", &["永久基本农田保护面积", "公顷", BINDING])
        .kept(BASE, TARGET)
        .at_most(land("s01"), false),
    row("farmland", &["耕地保有量", "公顷", BINDING]).at_most(land("s01"), true),
    row("forest", &["林地保有量", "公顷", BINDING]).at_most(land("s03"), true),
    row("wetland", &["湿地面积", "公顷", BINDING]).equals(land("s05"), true),
    row("heritage", &["自然和文化遗产", "处", EXPECTED]).whole().known(
        "",
        "历史文化资源登记的数量",
        KnownOf::OfGrid("cultural_resources", "heritage", "quantity"),
        0,
    ),
    row("hardened_roads", &["村庄道路硬化率", "%", EXPECTED]).optional(),
    row("tap_water", &["自来水普及率", "%", EXPECTED]).optional(),
    row("sewage", &["生活污水处理率", "%", EXPECTED]).optional(),
    row("waste", &["生活垃圾无害化处理率", "%", EXPECTED]).optional(),
    row("toilets", &["卫生厕所普及率", "%", EXPECTED]).optional(),
    row("collective_income", &["集体经济总收入", "万元", EXPECTED])
        .optional()
        .known(
            "",
            "社会经济情况",
            KnownOf::OfYear("economy", "total_income", "base_year"),
            0,
        ),
    row("disposable_income", &["农民人均可支配收入", "元", EXPECTED])
        .optional()
        .known(
            "",
            "社会经济情况",
            KnownOf::OfYear("economy", "disposable_income", "base_year"),
            0,
        ),
];

static INDICATOR_SHEET: Sheet = Sheet {
    key: "indicators",
    title: "核心数据指标表的指标",
    unit: Some(1),
    version: "2021",
    version_field: "indicators_version",
    about: &["指标名称", "单位", "指标属性"],
    amounts: &[BASE, NEAR, TARGET],
    required: &[BASE, TARGET],
    derived: &[Derived {
        title: "变化量",
        after: TARGET,
        of: DerivedOf::Less(TARGET, BASE),
    }],
    built_in: INDICATOR_ROWS,
    checks: &[],
};

static INDICATOR_GRID: Grid = Grid {
    row_title: "指标",
    columns: &[
        text("item", "指标代码", 20).hidden(),
        decimal(BASE, "规划基期年数值", 14, 2),
        decimal(NEAR, "近期目标值(2025)", 14, 2),
        decimal(TARGET, "规划目标年数值", 14, 2),
        text("remark", "备注", 200),
    ],
    max_rows: MOST_ROWS,
    fixed: true,
    sheet: Some(&INDICATOR_SHEET),
    unique: &[],
    at_most: &[],
};

/// A18: what makes 村庄建设用地.
const VILLAGE_LAND: &[&str] = &[
    "s08", "s09", "s10", "s11", "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20",
];

/// A18, with the codes of 用地用海分类 of 2020 and of 2023.
static STRUCTURE_ROWS: &[SheetRow] = &[
    row("s01", &["耕地", "01", "01"]),
    row("s02", &["园地", "02", "02"]),
    row("s03", &["林地", "03", "03"]),
    row("s04", &["草地", "04", "04"]),
    row("s05", &["湿地", "05", "05"]),
    row("s06", &["农业设施建设用地", "06(不含060102)", "06"]),
    row("s07", &["城镇用地", "201/202", "201/202"]),
    row("s08", &["村庄·农村宅基地", "0703", "0703"]),
    row("s09", &["村庄·农村社区服务设施用地", "0704", "0704"]),
    row("s10", &["村庄·公共管理与公共服务用地", "08", "08"]),
    row("s11", &["村庄·商业服务业用地", "09", "09"]),
    row("s12", &["村庄·工业用地", "1001", "1001"]),
    row("s13", &["村庄·仓储用地", "11", "11"]),
    row("s14", &["村庄·村庄内部道路用地", "060102", "1207"]),
    row("s15", &["村庄·交通场站用地", "1208", "1208"]),
    row("s16", &["村庄·其他交通设施用地", "1209", "1209"]),
    row("s17", &["村庄·公用设施用地", "1301-1310、1313", "1301-1310、1312"]),
    row("s18", &["村庄·绿地与开敞空间用地", "14", "14"]),
    row("s19", &["村庄·留白用地", "16", "16"]),
    row("s20", &["村庄·空闲地", "2301", "2301"]),
    row("t1", &["村庄建设用地 小计", "", ""]).of(RowOf::Sum(VILLAGE_LAND)),
    row("t2", &["村域城乡建设用地 小计", "", ""]).of(RowOf::Sum(&["s07", "t1"])),
    row("s21", &["区域基础设施用地", "1201-1206、1311、1312", "1201-1206、1311"]),
    row("s22", &["其他建设用地", "15、1002", "15、1002"]),
    row("t3", &["村域建设用地 小计", "", ""]).of(RowOf::Sum(&["t2", "s21", "s22"])),
    row("s23", &["陆地水域", "17", "17"]),
    row("s24", &["其他土地", "23(不含2301)", "23(不含2301)"]),
    row(TOTAL, &["总计", "", ""])
        .of(RowOf::Sum(&[
            "s01", "s02", "s03", "s04", "s05", "s06", "t3", "s23", "s24",
        ]))
        .known(
            "R-71",
            "行政村信息中的行政村面积",
            KnownOf::Divided("village_profile", "area", 10_000),
            5,
        ),
];

/// The row with everything.
const TOTAL: &str = "t4";

static STRUCTURE_SHEET: Sheet = Sheet {
    key: "structure",
    title: "结构调整表的用地类型",
    unit: None,
    version: "2020/2023",
    version_field: "structure_version",
    about: &["用地类型", "代码(2020试行)", "代码(2023)"],
    amounts: &[BASE, TARGET],
    required: &[BASE, TARGET],
    derived: &[
        Derived {
            title: "规划基期年比重(%)",
            after: BASE,
            of: DerivedOf::Share(BASE, TOTAL),
        },
        Derived {
            title: "规划目标年比重(%)",
            after: TARGET,
            of: DerivedOf::Share(TARGET, TOTAL),
        },
        Derived {
            title: "规划期内面积增减(公顷)",
            after: TARGET,
            of: DerivedOf::Less(TARGET, BASE),
        },
    ],
    built_in: STRUCTURE_ROWS,
    checks: &[
        Check::Balanced(TOTAL, BASE, TARGET),
        Check::ShareAtMost("s19", "t1", TARGET, 5, "留白用地一般不超过村庄建设用地的 5%"),
    ],
};

static STRUCTURE_GRID: Grid = Grid {
    row_title: "用地类型",
    columns: &[
        text("item", "用地代码", 20).hidden(),
        decimal(BASE, "规划基期年面积(公顷)", 14, 2),
        decimal(TARGET, "规划目标年面积(公顷)", 14, 2),
    ],
    max_rows: MOST_ROWS,
    fixed: true,
    sheet: Some(&STRUCTURE_SHEET),
    unique: &[],
    at_most: &[],
};

/// The years are in their order.
fn years_in_order(values: &Values<'_>) -> Option<(&'static str, String)> {
    let (base, target) = (values.number("base_year")?, values.number("target_year")?);
    (target <= base).then(|| ("target_year", "规划目标年应晚于规划基期年".to_owned()))
}

/// The form.
pub static FORM: Form = Form {
    key: "plan_tables",
    title: "核心数据指标表和结构调整表",
    fillers: &[Village, TechnicalUnit],
    readers: TABLE_READERS,
    sections: &[
        section(
            INDICATORS,
            &[
                year("base_year", "规划基期年", 2015, 2025).required().initially("2020"),
                year("target_year", "规划目标年", 2025, 2050)
                    .required()
                    .initially("2035"),
                text("indicators_version", "指标版本", 20).hidden(),
                grid("indicators", INDICATORS, &INDICATOR_GRID),
            ],
        ),
        section(
            STRUCTURE,
            &[
                text("structure_version", "分类版本", 20).hidden(),
                grid("structure", STRUCTURE, &STRUCTURE_GRID),
            ],
        ),
    ],
    rules: &[Rule::error("", years_in_order)],
    tables: Some(&WORKS),
    step: Some(&steps::COUNTY_REVIEW),
    ..IN_STEP
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::known::own_numbers;
    use crate::domain::problem::{Problem, Severity};
    use crate::domain::record::{Draft, DraftRow};
    use crate::domain::sheet::{Tables, completed};
    use crate::domain::validate::{check, check_complete};

    fn put(draft: &mut Draft, grid: &str, row: &str, column: &str, text: &str) {
        let rows = draft.grids.entry(grid.to_owned()).or_default();
        let at = rows
            .iter()
            .position(|one| one.values.get("item").is_some_and(|key| key == row));
        let at = at.unwrap_or_else(|| {
            let mut fresh = DraftRow::default();
            fresh.values.insert("item".to_owned(), row.to_owned());
            rows.push(fresh);
            rows.len() - 1
        });
        rows[at].values.insert(column.to_owned(), text.to_owned());
    }

    /// Two tables in which everything agrees.
    fn sound() -> Draft {
        let mut draft = Draft::default();
        draft.set("base_year", "2020");
        draft.set("target_year", "2035");
        for row in STRUCTURE_ROWS.iter().filter(|row| row.is_typed()) {
            for column in [BASE, TARGET] {
                put(&mut draft, "structure", row.key, column, "2.5");
            }
        }
        put(&mut draft, "structure", "s19", TARGET, "1");
        put(&mut draft, "structure", "s24", TARGET, "4");
        for column in [BASE, TARGET] {
            for (row, text) in [
                ("population", "1000"),
                ("households", "300"),
                ("residents", "900"),
                ("ecological_line", "10"),
                ("basic_farmland", "2"),
                ("farmland", "2.5"),
                ("forest", "2.5"),
                ("wetland", "2.5"),
                ("heritage", "3"),
                ("public_land", "2.5"),
                ("utility_land", "2.5"),
            ] {
                put(&mut draft, "indicators", row, column, text);
            }
            let tables = completed(&FORM, &draft);
            let tables = Tables::of(&FORM, &tables);
            for (row, of) in [
                ("building_land", "t3"),
                ("urban_rural_land", "t2"),
                ("village_land", "t1"),
            ] {
                let amount = tables.amount("structure", of, column).unwrap();
                let text = crate::domain::value::format_scaled(amount, 2);
                put(&mut draft, "indicators", row, column, &text);
            }
        }
        draft
    }

    fn wrong(change: impl FnOnce(&mut Draft)) -> Vec<Problem> {
        let mut draft = sound();
        change(&mut draft);
        check_complete(&FORM, &draft, "2022-01-01").problems
    }

    fn rules(problems: &[Problem], severity: Severity) -> Vec<&str> {
        let of = problems.iter().filter(|problem| problem.severity == severity);
        of.map(|problem| problem.rule.as_deref().unwrap_or_default()).collect()
    }

    #[test]
    fn two_tables_that_agree_are_complete() {
        assert_eq!(wrong(|_| {}), []);
        assert!(check(&FORM, &Draft::default(), "2022-01-01").problems.is_empty());
        let empty = check_complete(&FORM, &Draft::default(), "2022-01-01").problems;
        let errors: Vec<&str> = empty.iter().map(|problem| problem.message.as_str()).collect();
        assert!(
            errors
                .iter()
                .any(|message| message.starts_with("核心数据指标表还有 28 处没有填写：户籍人口"))
        );
        assert!(
            errors
                .iter()
                .any(|message| message.starts_with("结构调整表还有 48 处没有填写：耕地")),
            "{errors:?}"
        );
    }

    #[test]
    fn subtotals_and_shares_are_worked_out_whatever_was_typed_there() {
        let mut draft = sound();
        put(&mut draft, "structure", "t4", BASE, "1");
        let whole = completed(&FORM, &draft);
        let tables = Tables::of(&FORM, &whole);
        assert_eq!(tables.amount("structure", "t1", BASE), Some(13 * 250));
        assert_eq!(tables.amount("structure", "t4", BASE), Some(24 * 250));
        assert_eq!(whole.rows("structure").last().unwrap().values["base"], "60");
        assert_eq!(
            tables.derived("structure", "t4", DerivedOf::Share(BASE, TOTAL)),
            Some(10_000)
        );
        // 32.5 公顷 for 1,000 people.
        assert_eq!(tables.amount("indicators", "village_land_each", BASE), Some(32_500));
        assert_eq!(tables.amount("indicators", "homestead_each", BASE), Some(8_333));
    }

    #[test]
    fn r72_land_neither_appears_nor_vanishes() {
        let problems = wrong(|draft| put(draft, "structure", "s24", TARGET, "4.5"));
        assert_eq!(rules(&problems, Severity::Error), ["R-72"]);
        assert!(wrong(|draft| put(draft, "structure", "s24", TARGET, "4.01")).is_empty());
        assert_eq!(
            rules(
                &wrong(|draft| put(draft, "structure", "s24", TARGET, "4.02")),
                Severity::Error
            ),
            ["R-72"]
        );
    }

    #[test]
    fn r74_what_both_tables_say_agrees() {
        for row in ["building_land", "urban_rural_land", "village_land", "wetland"] {
            let problems = wrong(|draft| put(draft, "indicators", row, BASE, "1"));
            assert_eq!(rules(&problems, Severity::Error), ["R-74"], "{row}");
        }
        for row in ["farmland", "forest"] {
            assert!(wrong(|draft| put(draft, "indicators", row, TARGET, "2.51")).is_empty());
            let problems = wrong(|draft| put(draft, "indicators", row, TARGET, "2.52"));
            assert_eq!(rules(&problems, Severity::Error), ["R-74"], "{row}");
        }
        for row in ["public_land", "utility_land"] {
            let problems = wrong(|draft| put(draft, "indicators", row, TARGET, "1"));
            assert_eq!(rules(&problems, Severity::Warning), ["R-74"], "{row}");
            assert!(rules(&problems, Severity::Error).is_empty());
        }
    }

    #[test]
    fn r75_what_is_protected_shrinks_with_a_reason_only() {
        for row in ["ecological_line", "basic_farmland"] {
            let problems = wrong(|draft| put(draft, "indicators", row, TARGET, "1.99"));
            assert_eq!(rules(&problems, Severity::NeedsReason), ["R-75"], "{row}");
        }
    }

    #[test]
    fn r77_little_land_is_left_open() {
        let problems = wrong(|draft| {
            put(draft, "structure", "s19", TARGET, "2.5");
            put(draft, "structure", "s24", TARGET, "2.5");
        });
        assert!(rules(&problems, Severity::Warning).contains(&"R-77"));
    }

    #[test]
    fn a_total_is_held_against_what_is_told_once_it_is_whole() {
        let places = |draft: &Draft| -> Vec<String> {
            let numbers = own_numbers(&FORM, draft).into_iter();
            numbers.map(|number| number.place).collect()
        };
        let mut draft = sound();
        assert!(places(&draft).contains(&"structure.27.base".to_owned()));
        assert!(places(&draft).contains(&"indicators.0.base".to_owned()));
        put(&mut draft, "structure", "s24", BASE, "");
        put(&mut draft, "indicators", "population", BASE, "");
        assert!(!places(&draft).contains(&"structure.27.base".to_owned()));
        assert!(!places(&draft).contains(&"indicators.0.base".to_owned()));
    }

    #[test]
    fn people_are_whole() {
        let problems = wrong(|draft| put(draft, "indicators", "population", BASE, "1000.5"));
        assert_eq!(rules(&problems, Severity::Error), [""]);
    }

    #[test]
    fn a_table_that_grows_only_warns() {
        let mut draft = sound();
        put(&mut draft, "structure", "s24", TARGET, "9");
        put(&mut draft, "indicators", "wetland", BASE, "1");
        let problems = check(&FORM, &draft, "2022-01-01").problems;
        assert!(problems.len() >= 2 && problems.iter().all(|problem| problem.severity == Severity::Warning));
    }
}
