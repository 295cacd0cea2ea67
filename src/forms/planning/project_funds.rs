//! 6.12 推动项目落地 ▸ 项目资金及执行情况 (manual 6.12, spec S6.12): one record for each year, four quarters, six sources,
//! what was brought in and what was spent.

use crate::domain::account::AccountKind::Village;
use crate::domain::field::{Field, computed, decimal, long_text, year_of};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::known::KnownOf;
use crate::domain::parameter::PROJECT_YEARS;
use crate::domain::problem::Severity;
use crate::domain::record::Values;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::domain::value::format_scaled;
use crate::forms::planning::draft;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The six sources of money: key and name.
pub const SOURCES: [(&str, &str); 6] = [
    ("central", "中央财政投入资金"),
    ("province", "省级财政投入资金"),
    ("local", "省级以下财政投入资金"),
    ("department", "部门项目资金"),
    ("social", "社会资本投入"),
    ("donated", "乡贤能人捐赠"),
];

/// The quarters: key and name.
pub const QUARTERS: [(&str, &str); 4] = [
    ("q1", "第一季度"),
    ("q2", "第二季度"),
    ("q3", "第三季度"),
    ("q4", "第四季度"),
];

/// What a source brought in (`in`) or what was spent of it (`out`) in a quarter, in cents of 10,000 yuan.
fn amount(values: &Values<'_>, quarter: &str, side: &str, source: &str) -> i64 {
    values.number(&format!("{quarter}_{side}_{source}")).unwrap_or(0)
}

fn quarter_sum(values: &Values<'_>, quarter: &str, side: &str) -> i64 {
    SOURCES
        .iter()
        .map(|(source, _)| amount(values, quarter, side, source))
        .sum()
}

fn year_sum(values: &Values<'_>, side: &str) -> i64 {
    QUARTERS
        .iter()
        .map(|(quarter, _)| quarter_sum(values, quarter, side))
        .sum()
}

/// 执行率: percent with two decimals, scaled; nothing where nothing was brought in.
pub fn rate(spent: i64, brought: i64) -> Option<i64> {
    (brought > 0).then(|| ((i128::from(spent) * 20_000 + i128::from(brought)) / (i128::from(brought) * 2)) as i64)
}

/// R-82 over the year so far: of no source more was spent than it has brought in.
fn overspent(values: &Values<'_>) -> Option<(&'static str, String)> {
    for (position, (source, name)) in SOURCES.iter().enumerate() {
        let (mut brought, mut spent) = (0, 0);
        for (at, (quarter, title)) in QUARTERS.iter().enumerate() {
            brought += amount(values, quarter, "in", source);
            spent += amount(values, quarter, "out", source);
            if spent > brought {
                return Some((
                    SPENT[at][position],
                    format!(
                        "截至{title}，{name}累计执行 {} 万元，超过累计投入 {} 万元",
                        format_scaled(spent, 2),
                        format_scaled(brought, 2)
                    ),
                ));
            }
        }
    }
    None
}

/// R-82 of a quarter alone: what an earlier quarter brought may be spent later.
fn overspent_in_a_quarter(values: &Values<'_>) -> Option<(&'static str, String)> {
    for (position, (source, name)) in SOURCES.iter().enumerate() {
        for (at, (quarter, title)) in QUARTERS.iter().enumerate() {
            let (brought, spent) = (
                amount(values, quarter, "in", source),
                amount(values, quarter, "out", source),
            );
            if spent > brought {
                return Some((
                    SPENT[at][position],
                    format!("{title}{name}的执行数大于当季投入数，请核对"),
                ));
            }
        }
    }
    None
}

/// The keys of what was spent in a quarter, by source.
macro_rules! spent {
    ($quarter:literal) => {
        [
            concat!($quarter, "_out_central"),
            concat!($quarter, "_out_province"),
            concat!($quarter, "_out_local"),
            concat!($quarter, "_out_department"),
            concat!($quarter, "_out_social"),
            concat!($quarter, "_out_donated"),
        ]
    };
}

/// Keys of what was spent, by quarter and source.
const SPENT: [[&str; 6]; 4] = [spent!("q1"), spent!("q2"), spent!("q3"), spent!("q4")];

const fn money(key: &'static str, title: &'static str) -> Field {
    decimal(key, title, 14, 2).unit("万元").initially("0").required()
}

/// The section of a quarter: what the six sources brought in, what was spent of it.
macro_rules! quarter {
    ($quarter:literal, $title:literal) => {
        section(
            $title,
            &[
                money(concat!($quarter, "_in_central"), "资金投入 中央财政投入资金"),
                money(concat!($quarter, "_in_province"), "资金投入 省级财政投入资金"),
                money(concat!($quarter, "_in_local"), "资金投入 省级以下财政投入资金"),
                money(concat!($quarter, "_in_department"), "资金投入 部门项目资金"),
                money(concat!($quarter, "_in_social"), "资金投入 社会资本投入"),
                money(concat!($quarter, "_in_donated"), "资金投入 乡贤能人捐赠"),
                computed(concat!($quarter, "_in_total"), "资金投入 合计", 2, |values| {
                    Some(quarter_sum(values, $quarter, "in"))
                })
                .unit("万元"),
                money(concat!($quarter, "_out_central"), "执行情况 中央财政投入资金"),
                money(concat!($quarter, "_out_province"), "执行情况 省级财政投入资金"),
                money(concat!($quarter, "_out_local"), "执行情况 省级以下财政投入资金"),
                money(concat!($quarter, "_out_department"), "执行情况 部门项目资金"),
                money(concat!($quarter, "_out_social"), "执行情况 社会资本投入"),
                money(concat!($quarter, "_out_donated"), "执行情况 乡贤能人捐赠"),
                computed(concat!($quarter, "_out_total"), "执行情况 合计", 2, |values| {
                    Some(quarter_sum(values, $quarter, "out"))
                })
                .unit("万元"),
                computed(concat!($quarter, "_rate"), "执行率(%)", 2, |values| {
                    rate(
                        quarter_sum(values, $quarter, "out"),
                        quarter_sum(values, $quarter, "in"),
                    )
                }),
            ],
        )
    };
}

/// The form.
pub static FORM: Form = Form {
    key: "project_funds",
    title: "项目资金及执行情况",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section(
            "基本信息",
            &[
                year_of("year", "年份", &PROJECT_YEARS).required().listed().filtered(),
                long_text("remark", "备注", 500).help("各季度填当季新增数，不填累计数；全年合计由系统计算"),
                computed("brought", "全年资金投入合计(万元)", 2, |values| {
                    Some(year_sum(values, "in"))
                })
                .listed(),
                computed("spent", "全年执行合计(万元)", 2, |values| {
                    Some(year_sum(values, "out"))
                })
                .listed(),
                computed("rate", "全年执行率(%)", 2, |values| {
                    rate(year_sum(values, "out"), year_sum(values, "in"))
                })
                .listed(),
            ],
        ),
        quarter!("q1", "第一季度"),
        quarter!("q2", "第二季度"),
        quarter!("q3", "第三季度"),
        quarter!("q4", "第四季度"),
    ],
    name_field: "",
    order: "year",
    rules: &[
        Rule::error("R-82", overspent),
        Rule::warning("R-82", overspent_in_a_quarter),
    ],
    uniques: &[Unique {
        key: "year",
        fields: &["year"],
        holding: &[],
        place: "year",
        rule: "R-84",
        message: "该年份已登记，一个年份只能有一条记录",
    }],
    // A project whose year is open counts in none, and what a year spends less than planned may still come: only a year that
    // brings in more than all its projects cost is worth a word, and only where the plan has projects of that year.
    store_rules: &[StoreRule {
        id: "R-83",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::AtMostKnown(
            "brought",
            KnownOf::OfGridYear {
                of: ("draft_plan", draft::PROJECTS, "investment"),
                year: ("build_year", "year"),
            },
        ),
        place: "brought",
        message: "全年资金投入（{own} 万元）大于规划草案中当年近期建设项目的总投资（{told} 万元），请核对",
    }],
    step: Some(&steps::PROJECTS),
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Draft;

    fn verdict(amounts: &[(&str, &str)]) -> Vec<Severity> {
        let mut draft = Draft::default();
        for (key, text) in amounts {
            draft.set(key, *text);
        }
        let values = Values::of(&FORM, &draft);
        let broken = FORM.rules.iter().filter_map(|rule| rule.check(&values));
        broken.map(|problem| problem.severity).collect()
    }

    #[test]
    fn nothing_is_spent_before_it_comes_in() {
        assert!(verdict(&[("q1_in_central", "10"), ("q1_out_central", "10")]).is_empty());
        assert_eq!(
            verdict(&[("q1_in_central", "10"), ("q2_out_central", "9.99")]),
            [Severity::Warning]
        );
        let before = verdict(&[("q2_in_central", "10"), ("q1_out_central", "0.01")]);
        assert_eq!(before, [Severity::Error, Severity::Warning]);
        let other = verdict(&[("q1_in_central", "10"), ("q1_out_social", "1")]);
        assert_eq!(other, [Severity::Error, Severity::Warning]);
    }

    #[test]
    fn the_rate_is_rounded_to_two_decimals() {
        assert_eq!(rate(1, 3), Some(3_333));
        assert_eq!(rate(2, 3), Some(6_667));
        assert_eq!(rate(5, 5), Some(10_000));
        assert_eq!(rate(0, 0), None);
    }
}
