//! 人口状况 ▸ 2016-2020各年人口情况 (manual 8.5, spec N1-1): one record for each year.

use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::field::{integer, text, year_of};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::parameter::POPULATION_YEARS;
use crate::domain::problem::Severity;
use crate::domain::record::Values;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// who is neither younger nor in the middle.
fn rest(values: &Values<'_>) -> Option<i64> {
    let younger = values.number("minors")? + values.number("adults")?;
    Some(values.number("registered")? - younger).filter(|rest| *rest >= 0)
}

/// The form.
pub static FORM: Form = Form {
    key: "population",
    title: "2016-2020各年人口情况",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            year_of("year", "年份", &POPULATION_YEARS)
                .required()
                .listed()
                .filtered(),
            integer("households", "户数").unit("户").required().listed(),
            integer("registered", "户籍人口").unit("人").required().listed(),
            integer("resident", "常住人口").unit("人").required().listed(),
            integer("minors", "年龄构成(18岁以下)")
                .unit("人")
                .required()
                .listed()
                .help("不满 18 岁"),
            integer("adults", "年龄构成(18-60岁)")
                .unit("人")
                .required()
                .listed()
                .help("含 18 岁和 60 岁"),
            integer("elders", "年龄构成(60岁以上)")
                .unit("人")
                .required()
                .listed()
                .offering(rest)
                .help("三个年龄段之和等于户籍人口"),
            integer("men", "男性人口").unit("人"),
            integer("women", "女性人口").unit("人"),
            integer("migrants", "外出务工人数").unit("人").listed(),
            text("remark", "备注", 200).wide(),
        ],
    )],
    order: "year",
    rules: &[
        Rule::error("R-11", |values| {
            let registered = values.number("registered")?;
            let sum = values.number("minors")? + values.number("adults")? + values.number("elders")?;
            (sum != registered).then(|| {
                (
                    "elders",
                    format!("三个年龄段之和为 {sum} 人，应等于户籍人口（{registered} 人）"),
                )
            })
        }),
        Rule::error("R-13", |values| {
            let (households, registered) = (values.number("households")?, values.number("registered")?);
            (registered > 0 && households > registered).then(|| {
                (
                    "households",
                    format!("户数不能多于户籍人口（{registered} 人），请核对是否填反"),
                )
            })
        }),
        Rule::warning("R-13", |values| {
            let (households, registered) = (values.number("households")?, values.number("registered")?);
            (registered > households * 10)
                .then(|| ("households", "平均每户超过 10 人，请核对户数和户籍人口".to_owned()))
        }),
        Rule::warning("", |values| {
            let (resident, registered) = (values.number("resident")?, values.number("registered")?);
            (resident > registered * 2).then(|| ("resident", "常住人口超过户籍人口的 2 倍，请核对".to_owned()))
        }),
        Rule::error("R-15", |values| {
            let registered = values.number("registered")?;
            let sum = values.number("men")? + values.number("women")?;
            (sum != registered).then(|| {
                (
                    "women",
                    format!("男性人口与女性人口之和为 {sum} 人，应等于户籍人口（{registered} 人）"),
                )
            })
        }),
        Rule::error("", |values| {
            let (migrants, registered) = (values.number("migrants")?, values.number("registered")?);
            (migrants > registered).then(|| ("migrants", format!("外出务工人数不能多于户籍人口（{registered} 人）")))
        }),
    ],
    uniques: &[Unique {
        key: "year",
        fields: &["year"],
        holding: &[],
        place: "year",
        rule: "R-52",
        message: "该年份的人口情况已登记，请编辑原有记录",
    }],
    store_rules: &[
        StoreRule {
            id: "R-14",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::SteadyOver("registered", "year", 20),
            place: "registered",
            message: "户籍人口与相邻年份相差超过 20%，请核对",
        },
        StoreRule {
            id: "R-14",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::SteadyOver("households", "year", 20),
            place: "households",
            message: "户数与相邻年份相差超过 20%，请核对",
        },
    ],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::{FORM, rest};
    use crate::domain::problem::Severity;
    use crate::domain::record::{Draft, Values};
    use crate::domain::validate::check;

    fn draft(changes: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::default();
        for (key, text) in [
            ("year", "2020"),
            ("households", "25"),
            ("registered", "100"),
            ("resident", "80"),
            ("minors", "20"),
            ("adults", "65"),
            ("elders", "15"),
        ] {
            draft.set(key, text);
        }
        changes.iter().for_each(|(key, text)| draft.set(key, *text));
        draft
    }

    fn problems(changes: &[(&str, &str)]) -> Vec<(String, Severity)> {
        let found = check(&FORM, &draft(changes), "2021-12-31").problems.into_iter();
        found.map(|problem| (problem.place, problem.severity)).collect()
    }

    fn error(place: &str) -> Vec<(String, Severity)> {
        vec![(place.to_owned(), Severity::Error)]
    }

    fn warning(place: &str) -> Vec<(String, Severity)> {
        vec![(place.to_owned(), Severity::Warning)]
    }

    #[test]
    fn r11_the_three_ages_make_the_registered_population() {
        assert!(problems(&[]).is_empty());
        assert_eq!(problems(&[("elders", "14")]), error("elders"));
        let open = draft(&[("elders", "")]);
        assert_eq!(rest(&Values::of(&FORM, &open)), Some(15));
        let over = draft(&[("adults", "90")]);
        assert_eq!(rest(&Values::of(&FORM, &over)), None);
    }

    #[test]
    fn r13_a_household_has_one_to_ten_people() {
        assert_eq!(problems(&[("households", "101")]), error("households"));
        assert_eq!(problems(&[("households", "9")]), warning("households"));
        assert!(problems(&[("households", "10")]).is_empty());
    }

    #[test]
    fn r15_men_and_women_make_the_registered_population_when_both_are_filled() {
        assert!(problems(&[("men", "60")]).is_empty());
        assert!(problems(&[("men", "60"), ("women", "40")]).is_empty());
        assert_eq!(problems(&[("men", "60"), ("women", "41")]), error("women"));
    }

    #[test]
    fn r52_only_the_years_that_are_asked_for() {
        assert_eq!(problems(&[("year", "2021")]), error("year"));
        assert_eq!(problems(&[("migrants", "101")]), error("migrants"));
        assert_eq!(problems(&[("resident", "201")]), warning("resident"));
    }
}
