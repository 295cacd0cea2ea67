//! What the natural villages' forms come to (spec §9, A-1 to A-7): computed when read, never typed.

use crate::codes::HARDENED_SURFACES;
use crate::domain::summary::{By, Of, Summary, measure};
use crate::forms::natural_village::fire_safety::LARGE_CLUSTER;

/// A-1 各年人口情况
pub static POPULATION: Summary = Summary {
    title: "各年人口情况",
    form: "population",
    by: By::Field("year"),
    measures: &[
        measure("户数(户)", Of::Sum("households")),
        measure("户籍人口(人)", Of::Sum("registered")),
        measure("常住人口(人)", Of::Sum("resident")),
        measure("年龄构成(18岁以下)(人)", Of::Sum("minors")),
        measure("年龄构成(18-60岁)(人)", Of::Sum("adults")),
        measure("年龄构成(60岁以上)(人)", Of::Sum("elders")),
        measure("男性人口(人)", Of::Sum("men")),
        measure("女性人口(人)", Of::Sum("women")),
        measure("外出务工人数(人)", Of::Sum("migrants")),
        measure("户均人口(人)", Of::Quotient(1, 0, 2)),
        measure("老龄化率(%)", Of::Share(5, 1)),
        measure("人口流出率(%)", Of::Loss(2, 1)),
        measure("填报自然村(个)", Of::Hamlets),
    ],
};

/// A-1b 民族构成
pub static ETHNIC_GROUPS: Summary = Summary {
    title: "民族构成",
    form: "ethnic_groups",
    by: By::Field("ethnic_group"),
    measures: &[
        measure("人口(人)", Of::Sum("population")),
        measure("占比(%)", Of::OfTotal(0)),
        measure("自然村(个)", Of::Hamlets),
    ],
};

/// A-2 道路, 村域 and 自然村 apart
pub static ROADS_BY_SCOPE: Summary = Summary {
    title: "道路（按范围）",
    form: "roads",
    by: By::Scope,
    measures: &[
        measure("条数(条)", Of::Count),
        measure("长度(公里)", Of::Sum("length")),
        measure("硬化长度(公里)", Of::SumWhere("length", ("surface", HARDENED_SURFACES))),
        measure("硬化率(%)", Of::Share(2, 1)),
    ],
};

/// A-2 道路 by 道路类别
pub static ROADS_BY_CLASS: Summary = Summary {
    title: "道路（按道路类别）",
    form: "roads",
    by: By::Field("class"),
    measures: &[
        measure("条数(条)", Of::Count),
        measure("长度(公里)", Of::Sum("length")),
        measure("硬化长度(公里)", Of::SumWhere("length", ("surface", HARDENED_SURFACES))),
        measure("硬化率(%)", Of::Share(2, 1)),
    ],
};

/// A-2 道路 by 路面材质
pub static ROADS_BY_SURFACE: Summary = Summary {
    title: "道路（按路面材质）",
    form: "roads",
    by: By::Field("surface"),
    measures: &[
        measure("条数(条)", Of::Count),
        measure("长度(公里)", Of::Sum("length")),
        measure("占比(%)", Of::OfTotal(1)),
    ],
};

/// A-2 基础设施 by 设施类别, with 普及率
pub static FACILITIES: Summary = Summary {
    title: "基础设施（按设施类别）",
    form: "facilities",
    by: By::Field("kind"),
    measures: &[
        measure("数量", Of::Sum("quantity")),
        measure("规模/能力", Of::Sum("capacity")),
        measure("覆盖户数(户)", Of::Sum("households")),
        measure("总户数(户)", Of::Latest("population", "households")),
        measure("普及率(%)", Of::Cover(2, 3)),
    ],
};

/// A-2 基础设施, 村域 and 自然村 apart; classes are counted in units of their own, so only what is common to them
pub static FACILITIES_BY_SCOPE: Summary = Summary {
    title: "基础设施（按范围）",
    form: "facilities",
    by: By::Scope,
    measures: &[
        measure("登记条数(条)", Of::Count),
        measure("占地面积(平方米)", Of::Sum("area")),
    ],
};

/// A-3 公共服务设施, natural village by natural village
pub static PUBLIC_SERVICES_OF_HAMLETS: Summary = Summary {
    title: "各自然村公共服务设施(处)",
    form: "public_services",
    by: By::Hamlets("kind"),
    measures: &[measure("数量(处)", Of::Sum("quantity"))],
};

/// A-3 公共服务设施 by 设施类别
pub static PUBLIC_SERVICES: Summary = Summary {
    title: "公共服务设施（按设施类别）",
    form: "public_services",
    by: By::Field("kind"),
    measures: &[
        measure("数量(处)", Of::Sum("quantity")),
        measure("用地面积(平方米)", Of::Sum("area")),
        measure("建筑面积(平方米)", Of::Sum("floor_area")),
        measure("有该类设施的自然村(个)", Of::Hamlets),
    ],
};

/// A-3 公共服务设施 by 使用状况
pub static PUBLIC_SERVICES_BY_STATE: Summary = Summary {
    title: "公共服务设施（按使用状况）",
    form: "public_services",
    by: By::Field("use_state"),
    measures: &[
        measure("数量(处)", Of::Sum("quantity")),
        measure("用地面积(平方米)", Of::Sum("area")),
        measure("建筑面积(平方米)", Of::Sum("floor_area")),
    ],
};

/// A-3 公共服务设施, 村域 and 自然村 apart
pub static PUBLIC_SERVICES_BY_SCOPE: Summary = Summary {
    title: "公共服务设施（按范围）",
    form: "public_services",
    by: By::Scope,
    measures: &[
        measure("数量(处)", Of::Sum("quantity")),
        measure("用地面积(平方米)", Of::Sum("area")),
        measure("建筑面积(平方米)", Of::Sum("floor_area")),
    ],
};

/// A-4 宅基地情况
pub static HOMESTEADS: Summary = Summary {
    title: "宅基地情况",
    form: "homesteads",
    by: By::All,
    measures: &[
        measure("宅基地宗数(宗)", Of::Sum("plots")),
        measure("宅基地总面积(平方米)", Of::Sum("area")),
        measure("总户数(户)", Of::Latest("population", "households")),
        measure("户均宅基地面积(平方米)", Of::Quotient(1, 2, 2)),
        measure("一户多宅户数(户)", Of::Sum("multiple")),
        measure("无宅基地户数(户)", Of::Sum("landless")),
        measure("超标准面积宗数(宗)", Of::Sum("oversized")),
        measure("闲置宅基地宗数(宗)", Of::Sum("idle_plots")),
        measure("闲置宅基地面积(平方米)", Of::Sum("idle_area")),
        measure("闲置率(%)", Of::Share(7, 0)),
        measure("有建房需求户数(户)", Of::Sum("demand")),
        measure("已确权登记宗数(宗)", Of::Sum("certified")),
        measure("填报自然村(个)", Of::Hamlets),
    ],
};

/// A-4 空闲地情况 by 空闲地类型
pub static VACANT_LAND: Summary = Summary {
    title: "空闲地（按空闲地类型）",
    form: "vacant_land",
    by: By::Field("kind"),
    measures: &[
        measure("宗数(宗)", Of::Count),
        measure("面积(平方米)", Of::Sum("area")),
        measure("自然村(个)", Of::Hamlets),
    ],
};

/// A-4 空闲地情况 by 利用建议
pub static VACANT_LAND_BY_USE: Summary = Summary {
    title: "空闲地（按利用建议）",
    form: "vacant_land",
    by: By::Field("suggested_use"),
    measures: &[
        measure("宗数(宗)", Of::Count),
        measure("面积(平方米)", Of::Sum("area")),
        measure("自然村(个)", Of::Hamlets),
    ],
};

/// A-5 建筑风貌, one table for each way of counting, and the styles
pub static BUILDINGS: &[&Summary] = &[
    &BUILDINGS_STRUCTURE,
    &BUILDINGS_FLOORS,
    &BUILDINGS_QUALITY,
    &BUILDINGS_SAFETY,
    &BUILDINGS_AGE,
    &BUILDINGS_HARMONY,
    &DWELLING_STYLES,
];

/// A-5 建筑风貌 by 结构
pub static BUILDINGS_STRUCTURE: Summary = Summary {
    title: "建筑（按结构）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("框架(栋)", Of::Sum("frame")),
        measure("砖混(栋)", Of::Sum("brick_concrete")),
        measure("砖木(栋)", Of::Sum("brick_timber")),
        measure("土木(土坯、夯土)(栋)", Of::Sum("earth_timber")),
        measure("木结构(栋)", Of::Sum("timber")),
        measure("石木(栋)", Of::Sum("stone_timber")),
        measure("其他(栋)", Of::Sum("other_structure")),
        measure("框架占比(%)", Of::Share(1, 0)),
        measure("砖混占比(%)", Of::Share(2, 0)),
        measure("砖木占比(%)", Of::Share(3, 0)),
        measure("土木占比(%)", Of::Share(4, 0)),
        measure("木结构占比(%)", Of::Share(5, 0)),
        measure("石木占比(%)", Of::Share(6, 0)),
        measure("其他占比(%)", Of::Share(7, 0)),
        measure("填报自然村(个)", Of::Hamlets),
    ],
};

/// A-5 建筑风貌 by 层数
pub static BUILDINGS_FLOORS: Summary = Summary {
    title: "建筑（按层数）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("1层(栋)", Of::Sum("floors_1")),
        measure("2层(栋)", Of::Sum("floors_2")),
        measure("3层(栋)", Of::Sum("floors_3")),
        measure("4层及以上(栋)", Of::Sum("floors_4")),
        measure("1层占比(%)", Of::Share(1, 0)),
        measure("2层占比(%)", Of::Share(2, 0)),
        measure("3层占比(%)", Of::Share(3, 0)),
        measure("4层及以上占比(%)", Of::Share(4, 0)),
    ],
};

/// A-5 建筑风貌 by 质量
pub static BUILDINGS_QUALITY: Summary = Summary {
    title: "建筑（按质量）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("好(栋)", Of::Sum("quality_good")),
        measure("一般(栋)", Of::Sum("quality_fair")),
        measure("差(栋)", Of::Sum("quality_poor")),
        measure("好占比(%)", Of::Share(1, 0)),
        measure("一般占比(%)", Of::Share(2, 0)),
        measure("差占比(%)", Of::Share(3, 0)),
    ],
};

/// A-5 建筑风貌 by 安全等级
pub static BUILDINGS_SAFETY: Summary = Summary {
    title: "建筑（按安全等级）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("A级(栋)", Of::Sum("safety_a")),
        measure("B级(栋)", Of::Sum("safety_b")),
        measure("C级(栋)", Of::Sum("safety_c")),
        measure("D级(栋)", Of::Sum("safety_d")),
        measure("A级占比(%)", Of::Share(1, 0)),
        measure("B级占比(%)", Of::Share(2, 0)),
        measure("C级占比(%)", Of::Share(3, 0)),
        measure("D级占比(%)", Of::Share(4, 0)),
    ],
};

/// A-5 建筑风貌 by 年代
pub static BUILDINGS_AGE: Summary = Summary {
    title: "建筑（按年代）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("1980年以前(栋)", Of::Sum("before_1980")),
        measure("1980—1999(栋)", Of::Sum("from_1980")),
        measure("2000—2010(栋)", Of::Sum("from_2000")),
        measure("2010年以后(栋)", Of::Sum("after_2010")),
        measure("1980年以前占比(%)", Of::Share(1, 0)),
        measure("1980—1999占比(%)", Of::Share(2, 0)),
        measure("2000—2010占比(%)", Of::Share(3, 0)),
        measure("2010年以后占比(%)", Of::Share(4, 0)),
    ],
};

/// A-5 建筑风貌: 风貌协调 and 传统民居
pub static BUILDINGS_HARMONY: Summary = Summary {
    title: "建筑（风貌协调、传统民居）",
    form: "buildings",
    by: By::All,
    measures: &[
        measure("建筑总栋数(栋)", Of::Sum("total")),
        measure("协调(栋)", Of::Sum("harmonious")),
        measure("基本协调(栋)", Of::Sum("partly_harmonious")),
        measure("不协调(栋)", Of::Sum("disharmonious")),
        measure("传统民居(栋)", Of::Sum("traditional")),
        measure("协调占比(%)", Of::Share(1, 0)),
        measure("基本协调占比(%)", Of::Share(2, 0)),
        measure("不协调占比(%)", Of::Share(3, 0)),
        measure("传统民居占比(%)", Of::Share(4, 0)),
    ],
};

/// A-5 主要民居风格: how many natural villages name each
pub static DWELLING_STYLES: Summary = Summary {
    title: "主要民居风格",
    form: "buildings",
    by: By::EachOf("styles"),
    measures: &[measure("自然村(个)", Of::Count)],
};

/// A-6 集体经营性建设用地 by 现状用途; what lies idle is a line of its own
pub static COLLECTIVE_LAND: Summary = Summary {
    title: "集体经营性建设用地（按现状用途）",
    form: "collective_land",
    by: By::Field("present_use"),
    measures: &[
        measure("宗数(宗)", Of::Count),
        measure("面积(平方米)", Of::Sum("area")),
        measure("建筑面积(平方米)", Of::Sum("floor_area")),
        measure("年收益(万元)", Of::Sum("yearly_income")),
    ],
};

/// A-6 集体经营性建设用地 by 使用方式
pub static COLLECTIVE_LAND_BY_WAY: Summary = Summary {
    title: "集体经营性建设用地（按使用方式）",
    form: "collective_land",
    by: By::Field("way_of_use"),
    measures: &[
        measure("宗数(宗)", Of::Count),
        measure("面积(平方米)", Of::Sum("area")),
        measure("建筑面积(平方米)", Of::Sum("floor_area")),
        measure("年收益(万元)", Of::Sum("yearly_income")),
    ],
};

/// A-7 消防安全
pub static FIRE_SAFETY: Summary = Summary {
    title: "消防安全",
    form: "fire_safety",
    by: By::All,
    measures: &[
        measure("消防水池(个)", Of::Sum("ponds")),
        measure("消防水池容积(立方米)", Of::Sum("pond_volume")),
        measure("消防栓(个)", Of::Sum("hydrants")),
        measure("手抬机动泵(台)", Of::Sum("pumps")),
        measure("消防水带(米)", Of::Sum("hoses")),
        measure("灭火器(具)", Of::Sum("extinguishers")),
        measure("微型消防站(个)", Of::Sum("fire_stations")),
        measure("志愿消防队(人)", Of::Sum("volunteers")),
        measure("电气线路改造户数(户)", Of::Sum("rewired")),
        measure("火塘(灶)改造户数(户)", Of::Sum("hearths")),
        measure("近三年火灾起数(起)", Of::Sum("recent_fires")),
        measure("无消防水源的自然村(个)", Of::CountWhere("without_water", &["1"])),
        measure("消防通道不畅通的自然村(个)", Of::CountWhere("lane_clear", &["0"])),
        measure(
            "连片30户及以上的自然村(个)",
            Of::CountFrom("largest_cluster", LARGE_CLUSTER),
        ),
        measure("填报自然村(个)", Of::Hamlets),
    ],
};

/// A-7 主要隐患: how many natural villages name each
pub static FIRE_HAZARDS: Summary = Summary {
    title: "主要隐患",
    form: "fire_safety",
    by: By::EachOf("hazards"),
    measures: &[measure("自然村(个)", Of::Count)],
};

/// All of them.
pub static ALL: &[&Summary] = &[
    &POPULATION,
    &ETHNIC_GROUPS,
    &ROADS_BY_SCOPE,
    &ROADS_BY_CLASS,
    &ROADS_BY_SURFACE,
    &FACILITIES,
    &FACILITIES_BY_SCOPE,
    &PUBLIC_SERVICES,
    &PUBLIC_SERVICES_BY_STATE,
    &PUBLIC_SERVICES_BY_SCOPE,
    &HOMESTEADS,
    &VACANT_LAND,
    &VACANT_LAND_BY_USE,
    &BUILDINGS_STRUCTURE,
    &BUILDINGS_FLOORS,
    &BUILDINGS_QUALITY,
    &BUILDINGS_SAFETY,
    &BUILDINGS_AGE,
    &BUILDINGS_HARMONY,
    &DWELLING_STYLES,
    &COLLECTIVE_LAND,
    &COLLECTIVE_LAND_BY_WAY,
    &FIRE_SAFETY,
    &FIRE_HAZARDS,
];

#[cfg(test)]
mod tests {
    use super::{ALL, By, Of, Summary};
    use crate::domain::field::{Field, Kind};
    use crate::forms::find;

    fn field(form: &str, key: &str) -> Option<&'static Field> {
        find(form)?.field(key)
    }

    fn is_number(form: &str, key: &str) -> bool {
        field(form, key).is_some_and(Field::is_number)
    }

    fn holds(form: &str, key: &str, codes: &[&str]) -> bool {
        field(form, key).is_some_and(|field| match field.kind {
            Kind::Choice(list) => codes.iter().all(|code| list.find(code).is_some()),
            _ => field.is_number() && codes.iter().all(|code| code.parse::<i64>().is_ok()),
        })
    }

    /// Whether a column is measured and not computed from others.
    fn is_plain(summary: &Summary, at: usize) -> bool {
        summary.measures.get(at).is_some_and(|measure| {
            !matches!(
                measure.of,
                Of::Share(..) | Of::Quotient(..) | Of::Loss(..) | Of::OfTotal(..)
            )
        })
    }

    #[test]
    fn every_column_measures_what_there_is() {
        for summary in ALL {
            let form = summary.form;
            let lines = match summary.by {
                By::All | By::Scope => true,
                By::Field(key) => {
                    field(form, key).is_some_and(|field| matches!(field.kind, Kind::Choice(_) | Kind::Year(_)))
                }
                By::EachOf(key) => field(form, key).is_some_and(|field| matches!(field.kind, Kind::Choices(_))),
                By::Hamlets(key) => field(form, key).is_some_and(|field| matches!(field.kind, Kind::Choice(_))),
            };
            assert!(lines, "{}", summary.title);
            for measure in summary.measures {
                let sound = match measure.of {
                    Of::Count | Of::Hamlets => true,
                    Of::Sum(key) | Of::CountFrom(key, _) => is_number(form, key),
                    Of::SumWhere(key, (other, codes)) => is_number(form, key) && holds(form, other, codes),
                    Of::CountWhere(key, codes) => holds(form, key, codes),
                    Of::Latest(other, key) => is_number(other, key),
                    Of::Share(one, other)
                    | Of::Cover(one, other)
                    | Of::Quotient(one, other, _)
                    | Of::Loss(one, other) => is_plain(summary, one) && is_plain(summary, other) && one != other,
                    Of::OfTotal(one) => is_plain(summary, one),
                };
                assert!(sound, "{}: {}", summary.title, measure.title);
            }
        }
    }
}
