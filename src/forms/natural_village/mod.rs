//! What natural villages fill on the phone (manual chapter 8, spec N1–N7). 道路, 基础设施 and 公共服务设施 are forms of
//! 实地调研 that they share.

pub mod absences;
pub mod buildings;
pub mod collective_land;
pub mod ethnic_groups;
pub mod fire_safety;
pub mod homesteads;
pub mod population;
pub mod vacant_land;

use super::planning::field_survey::{facilities, public_services, roads};
use crate::domain::page::{PAGE, Page, tab};

/// What a natural village fills, as tabs of one page.
pub static PHONE: Page = Page {
    key: "phone",
    title: "自然村信息填报",
    group: "",
    tabs: &[
        tab("population", "2016-2020各年人口情况", &population::FORM).under("人口状况"),
        tab("ethnic_groups", "民族构成", &ethnic_groups::FORM).under("人口状况"),
        tab("roads", "道路", &roads::FORM).under("基础设施"),
        tab("facilities", "基础设施", &facilities::FORM).under("基础设施"),
        tab("public_services", "公共服务设施", &public_services::FORM).under("公共服务设施"),
        tab("homesteads", "宅基地情况", &homesteads::FORM).under("宅基地空闲地"),
        tab("vacant_land", "空闲地情况", &vacant_land::FORM).under("宅基地空闲地"),
        tab("buildings", "建筑风貌", &buildings::FORM).under("建筑风貌"),
        tab("collective_land", "集体经营性建设用地", &collective_land::FORM).under("集体经营性建设用地"),
        tab("fire_safety", "消防安全", &fire_safety::FORM).under("消防安全"),
        tab("absences", "本村没有的内容", &absences::FORM),
    ],
    ..PAGE
};
