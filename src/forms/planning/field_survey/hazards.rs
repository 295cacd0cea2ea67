//! 6.2 地质灾害隐患 (manual 6.2(3), spec S6.2i)

use crate::codes::{HAZARD_CAUSE, HAZARD_KIND, HAZARD_MEASURE, HAZARD_SCALE, HAZARD_TREND};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Field, Kind, choice, choices, decimal, files, integer, long_text, phone, reference, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::record::Values;
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// A degree of longitude or latitude, with bounds in millionths.
const fn degree(key: &'static str, title: &'static str, min: i64, max: i64) -> Field {
    let mut field = decimal(key, title, 9, 6);
    field.kind = Kind::Decimal { scale: 6, min, max };
    field
}

/// The grade that the people and the property in danger suggest; property is in hundredths of 万元.
fn usual_grade(values: &Values<'_>) -> Option<&'static str> {
    let people = values.number("people")?;
    let property = values.number("property").unwrap_or(0);
    Some(match (people, property) {
        (1_000.., _) | (_, 1_000_000..) => "huge",
        (500.., _) | (_, 500_000..) => "large",
        (100.., _) | (_, 50_000..) => "medium",
        _ => "small",
    })
}

/// The form.
pub static FORM: Form = Form {
    key: "hazards",
    title: "地质灾害隐患",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "隐患点名称", 80).required().listed().searched(),
            text("number", "隐患点编号", 20).help("县级群测群防名录中的编号"),
            reference("hamlet", "所在自然村", "natural_villages")
                .required()
                .listed(),
            choice("kind", "灾害类型", &HAZARD_KIND).required().listed().filtered(),
            choice("size_grade", "规模等级", &HAZARD_SCALE),
            choice("danger_grade", "险情等级", &HAZARD_SCALE)
                .listed()
                .filtered()
                .help("1000 人或 1 亿元以上为特大型，500 人或 5000 万元以上为大型，100 人或 500 万元以上为中型"),
            choices("causes", "诱发因素", &HAZARD_CAUSE),
            choice("trend", "发展趋势", &HAZARD_TREND),
            integer("households", "威胁户数").unit("户").required().listed(),
            integer("people", "威胁人数").unit("人").required().listed(),
            decimal("property", "威胁财产(万元)", 12, 2).listed(),
            degree("longitude", "经度", 97_500_000, 106_300_000).help("例如：102.712251"),
            degree("latitude", "纬度", 21_100_000, 29_300_000).help("例如：25.040609"),
            text("monitor", "监测人", 20),
            phone("monitor_phone", "监测人电话").private(),
            choice("measure", "防治措施", &HAZARD_MEASURE)
                .required()
                .listed()
                .filtered(),
            long_text("problems", "存在问题", 500),
            files("files", "上传附件、图片等", Slot::up_to(9, &[Jpg, Png, Pdf])),
        ],
    )],
    name_field: "name",
    rules: &[
        Rule::error("", |values| {
            let (households, people) = (values.number("households")?, values.number("people")?);
            (households > people).then(|| ("households", format!("威胁户数不能多于威胁人数（{people} 人）")))
        }),
        Rule::warning("", |values| {
            let (given, usual) = (values.text("danger_grade"), usual_grade(values)?);
            (!given.is_empty() && given != usual).then(|| {
                let usual = HAZARD_SCALE.label(usual);
                (
                    "danger_grade",
                    format!("按威胁人数和威胁财产，险情等级一般为{usual}，请核对"),
                )
            })
        }),
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

    fn problems(more: &[(&str, &str)]) -> Vec<(String, Severity)> {
        let mut draft = Draft::default();
        for (key, text) in [
            ("name", "后山滑坡"),
            ("hamlet", "0"),
            ("kind", "landslide"),
            ("households", "30"),
            ("people", "120"),
            ("measure", "monitoring"),
        ] {
            draft.set(key, text);
        }
        more.iter().for_each(|(key, text)| draft.set(key, *text));
        let found = check(&FORM, &draft, "2021-12-31").problems.into_iter();
        found.map(|problem| (problem.place, problem.severity)).collect()
    }

    #[test]
    fn the_grade_follows_people_and_property() {
        assert!(problems(&[("danger_grade", "medium")]).is_empty());
        let doubtful = [("danger_grade".to_owned(), Severity::Warning)];
        assert_eq!(problems(&[("danger_grade", "small")]), doubtful);
        assert_eq!(problems(&[("danger_grade", "medium"), ("property", "10000")]), doubtful);
    }

    #[test]
    fn no_more_households_than_people_and_nothing_outside_yunnan() {
        let wrong = |place: &str| vec![(place.to_owned(), Severity::Error)];
        assert_eq!(problems(&[("households", "121")]), wrong("households"));
        assert_eq!(problems(&[("longitude", "25.04")]), wrong("longitude"));
        assert!(problems(&[("longitude", "102.712251"), ("latitude", "25.040609")]).is_empty());
    }
}
