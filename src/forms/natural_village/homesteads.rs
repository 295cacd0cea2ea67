//! 宅基地空闲地 ▸ 宅基地情况 (spec N4-1)

use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{decimal, files, integer, long_text};
use crate::domain::form::{Form, SINGLE, section};
use crate::domain::record::Values;
use crate::domain::rule::Rule;
use crate::forms::planning::WITHIN_VILLAGE;
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// a part is not more than the whole.
fn exceeds(
    values: &Values<'_>,
    part: &'static str,
    whole: &'static str,
    message: &'static str,
) -> Option<(&'static str, String)> {
    (values.number(part)? > values.number(whole)?).then(|| (part, message.to_owned()))
}

/// The form.
pub static FORM: Form = Form {
    key: "homesteads",
    title: "宅基地情况",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            integer("plots", "宅基地宗数").unit("宗").required().listed(),
            decimal("area", "宅基地总面积(平方米)", 14, 2)
                .required()
                .listed()
                .help("1 亩 ≈ 666.67 平方米"),
            integer("multiple", "一户多宅户数").unit("户").listed(),
            integer("landless", "无宅基地户数").unit("户"),
            integer("oversized", "超标准面积宗数").unit("宗"),
            integer("idle_plots", "闲置宅基地宗数").unit("宗").listed(),
            decimal("idle_area", "闲置宅基地面积(平方米)", 14, 2).listed(),
            integer("demand", "有建房需求户数")
                .unit("户")
                .listed()
                .help("今后五年内需要建房的户数"),
            integer("certified", "已确权登记宗数").unit("宗"),
            long_text("problems", "存在问题", 500),
            files("files", "照片", Slot::up_to(9, &[Jpg, Png])),
        ],
    )],
    rules: &[
        Rule::error("R-48", |values| {
            exceeds(values, "idle_plots", "plots", "闲置宅基地宗数不能多于宅基地宗数")
        }),
        Rule::error("R-48", |values| {
            exceeds(values, "idle_area", "area", "闲置宅基地面积不能大于宅基地总面积")
        }),
        Rule::error("R-48", |values| {
            exceeds(values, "oversized", "plots", "超标准面积宗数不能多于宅基地宗数")
        }),
        Rule::error("R-48", |values| {
            exceeds(values, "certified", "plots", "已确权登记宗数不能多于宅基地宗数")
        }),
        Rule::warning("R-48", |values| {
            let (plots, area) = (values.number("plots")?, values.number("area")?);
            // 30 to 500 m² a plot, in hundredths of a square metre.
            (plots > 0 && !(plots * 3_000..=plots * 50_000).contains(&area)).then(|| {
                (
                    "area",
                    "平均每宗宅基地的面积不在 30–500 平方米之间，请核对单位是否为平方米".to_owned(),
                )
            })
        }),
    ],
    store_rules: &[WITHIN_VILLAGE],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..SINGLE
};

#[cfg(test)]
mod tests {
    use super::FORM;
    use crate::domain::problem::Severity;
    use crate::domain::record::Draft;
    use crate::domain::validate::check;

    fn problems(changes: &[(&str, &str)]) -> Vec<(String, Severity)> {
        let mut draft = Draft::default();
        draft.set("plots", "20");
        draft.set("area", "3000.5");
        changes.iter().for_each(|(key, text)| draft.set(key, *text));
        let found = check(&FORM, &draft, "2021-12-31").problems.into_iter();
        found.map(|problem| (problem.place, problem.severity)).collect()
    }

    #[test]
    fn r48_no_part_is_more_than_the_whole() {
        assert!(problems(&[("idle_plots", "20"), ("idle_area", "3000.5")]).is_empty());
        for (key, text) in [
            ("idle_plots", "21"),
            ("idle_area", "3000.51"),
            ("oversized", "21"),
            ("certified", "21"),
        ] {
            assert_eq!(problems(&[(key, text)]), [(key.to_owned(), Severity::Error)]);
        }
    }

    #[test]
    fn r48_a_plot_is_neither_a_cupboard_nor_a_field() {
        let doubtful = [("area".to_owned(), Severity::Warning)];
        assert_eq!(problems(&[("area", "599.99")]), doubtful);
        assert_eq!(problems(&[("area", "10000.01")]), doubtful);
        assert!(problems(&[("area", "600")]).is_empty());
    }
}
