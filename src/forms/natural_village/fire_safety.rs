//! 消防安全 (spec N7)

use crate::codes::FIRE_HAZARD;
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choices, computed, decimal, files, integer, long_text, mirror, switch};
use crate::domain::form::{Form, SINGLE, section};
use crate::domain::record::Values;
use crate::domain::rule::Rule;
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// So many households in one block are a high risk where houses are of timber.
pub const LARGE_CLUSTER: i64 = 30;

/// 1 where there is neither a pond nor natural water to put a fire out with; counted in the summary (spec A-7).
fn without_water(values: &Values<'_>) -> Option<i64> {
    let ponds = values.number("ponds")?;
    Some(i64::from(ponds == 0 && !values.is_on("natural_source")))
}

/// The form.
pub static FORM: Form = Form {
    key: "fire_safety",
    title: "消防安全",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            integer("largest_cluster", "户数(连片最大组团)")
                .unit("户")
                .listed()
                .help("房屋连成一片的最大组团有多少户"),
            mirror("timber_houses", "木结构(土木)房屋栋数", "buildings", "timber_houses")
                .unit("栋")
                .help("取自建筑风貌，自动同步"),
            integer("ponds", "消防水池(个)").required().listed().help("没有的填 0"),
            decimal("pond_volume", "容积(立方米)", 8, 1)
                .headed("消防水池容积(立方米)")
                .help("全部消防水池的容积之和"),
            integer("hydrants", "消防栓(个)").required().listed().help("没有的填 0"),
            integer("pumps", "手抬机动泵(台)"),
            integer("hoses", "消防水带(米)"),
            integer("extinguishers", "灭火器(具)")
                .required()
                .listed()
                .help("没有的填 0"),
            integer("fire_stations", "微型消防站(个)")
                .required()
                .listed()
                .help("没有的填 0"),
            integer("volunteers", "志愿消防队(人)"),
            switch("lane_clear", "消防通道是否畅通(宽度≥4米)")
                .required()
                .listed()
                .filtered(),
            switch("natural_source", "天然取水点"),
            integer("rewired", "电气线路改造户数").unit("户"),
            integer("hearths", "火塘(灶)改造户数").unit("户"),
            decimal("station_distance", "距最近消防力量(公里)", 6, 1),
            integer("recent_fires", "近三年火灾起数").unit("起"),
            choices("hazards", "主要隐患", &FIRE_HAZARD),
            long_text("problems", "存在问题", 500),
            files("files", "照片", Slot::up_to(9, &[Jpg, Png])),
            computed("without_water", "无消防水源", 0, without_water).hidden(),
        ],
    )],
    rules: &[
        Rule::warning("", |values| {
            (values.number("largest_cluster")? >= LARGE_CLUSTER).then(|| {
                (
                    "largest_cluster",
                    "连片 30 户及以上，房屋为木结构（土木）的属火灾高风险，请核对消防设施".to_owned(),
                )
            })
        }),
        Rule::warning("", |values| {
            (values.number("pond_volume")? > 0 && values.number("ponds")? == 0)
                .then(|| ("ponds", "已填写消防水池的容积，个数为 0，请核对".to_owned()))
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
    use crate::domain::validate::check;

    fn without_water(ponds: &str, natural_source: &str) -> Option<i64> {
        let mut draft = Draft::default();
        draft.set("ponds", ponds);
        draft.set("natural_source", natural_source);
        let checked = check(&FORM, &draft, "2021-12-31");
        checked.values.get("without_water").and_then(|value| value.integer())
    }

    #[test]
    fn a_pond_or_natural_water_is_a_source() {
        assert_eq!(without_water("0", ""), Some(1));
        assert_eq!(without_water("0", "1"), Some(0));
        assert_eq!(without_water("2", "0"), Some(0));
        assert_eq!(without_water("", "0"), None);
    }
}
