//! 建筑风貌 (spec N5): how many buildings of each sort a natural village has.

use crate::codes::{DWELLING_STYLE, ROOF_KIND};
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Field, choice, choices, computed, files, integer, long_text, text};
use crate::domain::form::{Form, SINGLE, section};
use crate::domain::record::Values;
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

const STRUCTURE: [&str; 7] = [
    "frame",
    "brick_concrete",
    "brick_timber",
    "earth_timber",
    "timber",
    "stone_timber",
    "other_structure",
];
const FLOORS: [&str; 4] = ["floors_1", "floors_2", "floors_3", "floors_4"];
const QUALITY: [&str; 3] = ["quality_good", "quality_fair", "quality_poor"];
const SAFETY: [&str; 4] = ["safety_a", "safety_b", "safety_c", "safety_d"];
const AGE: [&str; 4] = ["before_1980", "from_1980", "from_2000", "after_2010"];
const HARMONY: [&str; 3] = ["harmonious", "partly_harmonious", "disharmonious"];

/// So many buildings.
const fn buildings(key: &'static str, title: &'static str) -> Field {
    integer(key, title).unit("栋")
}

/// What the cells of a group come to; nothing when none is filled.
fn sum(values: &Values<'_>, group: &[&'static str]) -> Option<i64> {
    let cells: Vec<i64> = group.iter().filter_map(|key| values.number(key)).collect();
    (!cells.is_empty()).then(|| cells.iter().sum())
}

/// a group that is filled adds up to 建筑总栋数.
fn differs(values: &Values<'_>, group: &[&'static str], title: &str) -> Option<(&'static str, String)> {
    let (sum, total) = (sum(values, group)?, values.number("total")?);
    (sum != total).then(|| {
        (
            group[0],
            format!("{title}各项之和为 {sum} 栋，应等于建筑总栋数（{total} 栋）"),
        )
    })
}

/// What burns first, for 消防安全.
fn timber_houses(values: &Values<'_>) -> Option<i64> {
    sum(values, &["timber", "earth_timber"])
}

/// The form.
pub static FORM: Form = Form {
    key: "buildings",
    title: "建筑风貌",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[
        section(
            "建筑数量",
            &[buildings("total", "建筑总栋数")
                .required()
                .listed()
                .help("下面每一组填写的栋数之和都应等于建筑总栋数")],
        ),
        section(
            "按结构（必填，没有的可以不填）",
            &[
                buildings("frame", "按结构:框架").listed().help("钢筋混凝土"),
                buildings("brick_concrete", "按结构:砖混").listed(),
                buildings("brick_timber", "按结构:砖木").listed(),
                buildings("earth_timber", "按结构:土木(土坯、夯土)").listed(),
                buildings("timber", "按结构:木结构").listed(),
                buildings("stone_timber", "按结构:石木"),
                buildings("other_structure", "按结构:其他").help("含钢结构、彩钢"),
                computed("timber_houses", "木结构(土木)房屋栋数", 0, timber_houses).unit("栋"),
            ],
        ),
        section(
            "按层数",
            &[
                buildings("floors_1", "按层数:1层"),
                buildings("floors_2", "按层数:2层"),
                buildings("floors_3", "按层数:3层"),
                buildings("floors_4", "按层数:4层及以上"),
            ],
        ),
        section(
            "按质量",
            &[
                buildings("quality_good", "按质量:好"),
                buildings("quality_fair", "按质量:一般"),
                buildings("quality_poor", "按质量:差"),
            ],
        ),
        section(
            "按安全等级",
            &[
                buildings("safety_a", "按安全等级:A级").help("安全；没有鉴定的房屋不计"),
                buildings("safety_b", "按安全等级:B级"),
                buildings("safety_c", "按安全等级:C级").help("局部危险"),
                buildings("safety_d", "按安全等级:D级").listed().help("整幢危险"),
            ],
        ),
        section(
            "按年代",
            &[
                buildings("before_1980", "按年代:1980年以前"),
                buildings("from_1980", "按年代:1980—1999"),
                buildings("from_2000", "按年代:2000—2010"),
                buildings("after_2010", "按年代:2010年以后"),
            ],
        ),
        section(
            "风貌",
            &[
                buildings("harmonious", "风貌协调:协调"),
                buildings("partly_harmonious", "风貌协调:基本协调"),
                buildings("disharmonious", "风貌协调:不协调"),
                buildings("traditional", "传统民居栋数").listed(),
                choices("styles", "主要民居风格", &DWELLING_STYLE),
                choice("roof", "主要屋顶", &ROOF_KIND),
                text("walls", "主要墙面", 50).help("例如：土墙、青砖、白色涂料、瓷砖"),
                long_text("problems", "存在问题", 500),
                files("files", "照片", Slot::up_to(9, &[Jpg, Png])),
            ],
        ),
    ],
    rules: &[
        Rule::error("R-47", |values| {
            // This group alone must be filled.
            let (sum, total) = (sum(values, &STRUCTURE).unwrap_or(0), values.number("total")?);
            (sum != total).then(|| {
                (
                    STRUCTURE[0],
                    format!("按结构各项之和为 {sum} 栋，应等于建筑总栋数（{total} 栋）"),
                )
            })
        }),
        Rule::error("R-47", |values| differs(values, &FLOORS, "按层数")),
        Rule::error("R-47", |values| differs(values, &QUALITY, "按质量")),
        Rule::error("R-47", |values| {
            let (sum, total) = (sum(values, &SAFETY)?, values.number("total")?);
            (sum > total).then(|| {
                (
                    SAFETY[0],
                    format!("按安全等级各项之和为 {sum} 栋，不能多于建筑总栋数（{total} 栋）"),
                )
            })
        }),
        Rule::error("R-47", |values| differs(values, &AGE, "按年代")),
        Rule::error("R-47", |values| differs(values, &HARMONY, "风貌协调")),
        Rule::error("R-47", |values| {
            let (traditional, total) = (values.number("traditional")?, values.number("total")?);
            (traditional > total).then(|| ("traditional", format!("传统民居栋数不能多于建筑总栋数（{total} 栋）")))
        }),
    ],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..SINGLE
};

#[cfg(test)]
mod tests {
    use super::FORM;
    use crate::domain::record::Draft;
    use crate::domain::validate::{Checked, check};

    fn checked(changes: &[(&str, &str)]) -> Checked {
        let mut draft = Draft::default();
        draft.set("total", "30");
        draft.set("brick_concrete", "10");
        draft.set("earth_timber", "15");
        draft.set("timber", "5");
        changes.iter().for_each(|(key, text)| draft.set(key, *text));
        check(&FORM, &draft, "2021-12-31")
    }

    fn places(changes: &[(&str, &str)]) -> Vec<String> {
        let problems = checked(changes).problems.into_iter();
        problems.map(|problem| problem.place).collect()
    }

    #[test]
    fn r47_the_structures_make_the_total() {
        assert!(places(&[]).is_empty());
        assert_eq!(places(&[("timber", "4")]), ["frame"]);
        assert_eq!(
            places(&[("brick_concrete", ""), ("earth_timber", ""), ("timber", "")]),
            ["frame"]
        );
        assert_eq!(checked(&[]).values["timber_houses"].integer(), Some(20));
    }

    #[test]
    fn r47_other_groups_add_up_once_they_are_filled() {
        assert!(places(&[("floors_1", "20"), ("floors_2", "10")]).is_empty());
        for (key, place) in [
            ("floors_2", "floors_1"),
            ("quality_poor", "quality_good"),
            ("after_2010", "before_1980"),
            ("harmonious", "harmonious"),
        ] {
            assert_eq!(places(&[(key, "29")]), [place]);
            assert!(places(&[(key, "30")]).is_empty());
        }
    }

    #[test]
    fn r47_not_every_house_has_a_grade_or_a_tradition() {
        assert!(places(&[("safety_d", "2"), ("traditional", "3")]).is_empty());
        assert_eq!(places(&[("safety_d", "31")]), ["safety_a"]);
        assert_eq!(places(&[("traditional", "31")]), ["traditional"]);
    }
}
