//! 6.2 社会经济情况 (manual 6.2(3), spec S6.2e): the village's income, year by year.

use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::field::{decimal, integer, text, year};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::known::KnownOf;
use crate::domain::problem::Severity;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::domain::value::format_scaled;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// What the collective's income is made of.
const PARTS: [&str; 4] = ["operating_income", "contract_income", "subsidy_income", "other_income"];

/// The registered population of the year, once every natural village has told it.
const REGISTERED: KnownOf = KnownOf::OfYear("population", "registered", "year");

/// The form.
pub static FORM: Form = Form {
    key: "economy",
    title: "近三年社会经济情况（行政村）",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            year("year", "年限", 2015, 2035)
                .required()
                .listed()
                .filtered()
                .help("填写调研年份之前的三个年份"),
            decimal("total_income", "集体经济总收入", 12, 2)
                .unit("万元")
                .required()
                .listed(),
            decimal("operating_income", "其中:经营收入", 12, 2).unit("万元"),
            decimal("contract_income", "其中:发包及上交/投资收益", 12, 2).unit("万元"),
            decimal("subsidy_income", "其中:补助收入", 12, 2).unit("万元"),
            decimal("other_income", "其中:其他收入", 12, 2).unit("万元"),
            decimal("rural_income", "农村经济总收入", 14, 2).unit("万元").listed(),
            integer("disposable_income", "农民人均可支配收入").unit("元").listed(),
            integer("labour", "劳动力人数").unit("人").listed(),
            integer("migrants", "外出务工人数").unit("人").listed(),
            text("remark", "备注", 200).wide(),
        ],
    )],
    order: "year",
    rules: &[
        Rule::error("R-43", |values| {
            let total = values.number("total_income")?;
            let parts: Vec<i64> = PARTS.iter().filter_map(|key| values.number(key)).collect();
            let sum: i64 = parts.iter().sum();
            (!parts.is_empty() && sum != total).then(|| {
                let sum = format_scaled(sum, 2);
                (
                    "total_income",
                    format!("集体经济总收入应等于已填写的各项收入之和（{sum} 万元）"),
                )
            })
        }),
        Rule::error("R-44", |values| {
            let (labour, migrants) = (values.number("labour")?, values.number("migrants")?);
            (migrants > labour).then(|| ("migrants", format!("外出务工人数不能多于劳动力人数（{labour} 人）")))
        }),
        Rule::warning("", |values| {
            let income = values.number("disposable_income")?;
            (!(1_000..=200_000).contains(&income)).then(|| {
                (
                    "disposable_income",
                    "农民人均可支配收入不在 1000–200000 元之间，请核对单位是否为元".to_owned(),
                )
            })
        }),
    ],
    uniques: &[Unique {
        key: "year",
        fields: &["year"],
        holding: &[],
        place: "year",
        rule: "",
        message: "该年份已登记，请编辑原有记录",
    }],
    store_rules: &[
        StoreRule {
            id: "R-44",
            severity: Severity::Error,
            holding: &[],
            test: StoreTest::AtMostKnown("labour", REGISTERED),
            place: "labour",
            message: "劳动力人数不能多于各自然村当年户籍人口的合计（{told} 人）",
        },
        // Who works elsewhere is part of the labour, where that is filled.
        StoreRule {
            id: "R-44",
            severity: Severity::Error,
            holding: &[],
            test: StoreTest::AtMostKnown("migrants", REGISTERED),
            place: "migrants",
            message: "外出务工人数不能多于各自然村当年户籍人口的合计（{told} 人）",
        },
    ],
    step: Some(&steps::FIELD_SURVEY),
    system_imports: true,
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::FORM;
    use crate::domain::problem::Severity;
    use crate::domain::record::Draft;
    use crate::domain::validate::check;

    fn places(more: &[(&str, &str)]) -> Vec<String> {
        let mut draft = Draft::default();
        draft.set("year", "2019");
        draft.set("total_income", "12.5");
        more.iter().for_each(|(key, text)| draft.set(key, *text));
        let problems = check(&FORM, &draft, "2021-12-31").problems.into_iter();
        problems
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.place)
            .collect()
    }

    #[test]
    fn r43_the_parts_make_the_whole_when_any_is_filled() {
        assert!(places(&[]).is_empty());
        assert!(places(&[("operating_income", "10"), ("other_income", "2.5")]).is_empty());
        assert_eq!(places(&[("operating_income", "10")]), ["total_income"]);
    }

    #[test]
    fn r44_who_works_elsewhere_is_part_of_the_labour() {
        assert!(places(&[("labour", "300"), ("migrants", "300")]).is_empty());
        assert_eq!(places(&[("labour", "300"), ("migrants", "301")]), ["migrants"]);
    }
}
