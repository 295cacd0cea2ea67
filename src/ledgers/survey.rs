//! L-24 自然村人口台账 to L-29 产业与集体经济台账: what the survey and the natural villages tell.

use crate::codes::HARDENED_SURFACES;
use crate::domain::ledger::{ByYear, Detail, DetailOf, Fact, LEDGER, Ledger, Of, Records, column, of};
use crate::domain::page::{Tab, tab};
use crate::domain::region::Level::NaturalVillage;
use crate::forms::basics::natural_villages;
use crate::forms::natural_village::fire_safety::LARGE_CLUSTER;
use crate::forms::{natural_village, planning::field_survey};

const GROUP: &str = "实地调研";
const PEOPLE: Records = of("population");
/// All households, of which shares and averages are worked out.
const HOUSEHOLDS: Of = Of::Sum(PEOPLE.of_last_year(), &["households"]);

static PEOPLE_LIST: Tab = tab("", "各年人口情况", &natural_village::population::FORM).listing(&[
    "year",
    "households",
    "registered",
    "resident",
    "minors",
    "adults",
    "elders",
    "men",
    "women",
    "migrants",
]);
static ETHNIC_LIST: Tab = tab("", "民族构成", &natural_village::ethnic_groups::FORM);

/// L-24
pub static POPULATION: Ledger = Ledger {
    number: "L-24",
    key: "population",
    title: "自然村人口台账",
    group: GROUP,
    columns: &[&[
        column("hamlets", "自然村(个)", Of::Divisions(NaturalVillage)),
        column("told", "已填报(个)", Of::Places(PEOPLE, NaturalVillage)),
        column("households", "户数(户)", Of::Sum(PEOPLE, &["households"])),
        column("registered", "户籍人口(人)", Of::Sum(PEOPLE, &["registered"])),
        column("resident", "常住人口(人)", Of::Sum(PEOPLE, &["resident"])),
        column("minors", "18岁以下(人)", Of::Sum(PEOPLE, &["minors"])),
        column("adults", "18-60岁(人)", Of::Sum(PEOPLE, &["adults"])),
        column("elders", "60岁以上(人)", Of::Sum(PEOPLE, &["elders"])),
        column("ages", "三个年龄段合计(人)", Of::Total(&["minors", "adults", "elders"])),
        column("check", "校验：与户籍人口之差(人)", Of::Less("ages", "registered")),
        column("share", "老龄化率(%)", Of::Share("elders", "registered")),
        column("men", "男性人口(人)", Of::Sum(PEOPLE, &["men"])),
        column("women", "女性人口(人)", Of::Sum(PEOPLE, &["women"])),
        column("migrants", "外出务工人数(人)", Of::Sum(PEOPLE, &["migrants"])),
        column("each", "户均人口(人)", Of::Quotient("registered", "households", 2)),
        column("away", "流出人口(人)", Of::Less("registered", "resident")),
        column("away_share", "人口流出率(%)", Of::Share("away", "registered")),
    ]],
    year: ByYear::Last("year"),
    details: &[
        Detail {
            key: "records",
            title: "人口明细",
            of: DetailOf::Records(&PEOPLE_LIST, &[Fact::AgesChecked]),
        },
        Detail {
            key: "ethnic_groups",
            title: "民族构成明细",
            of: DetailOf::Records(&ETHNIC_LIST, &[]),
        },
    ],
    ..LEDGER
};

static HAMLET_LIST: Tab = tab("", "自然村名录", &natural_villages::FORM).listing(&["name", "planned"]);

/// Natural villages that have told one of the forms of a topic.
macro_rules! topic {
    ($key:literal, $title:literal, $($form:literal),+) => {
        column($key, $title, Of::Topic(&[$($form),+])).under("已填报自然村(个)")
    };
}

/// L-25
pub static TELLING: Ledger = Ledger {
    number: "L-25",
    key: "telling",
    title: "自然村填报进度台账",
    group: GROUP,
    columns: &[&[
        column("hamlets", "自然村(个)", Of::Divisions(NaturalVillage)),
        column(
            "registered",
            "账号正常(个)",
            Of::Count(of("natural_villages").among(&["active"])),
        ),
        column(
            "waiting",
            "待确认(个)",
            Of::Count(of("natural_villages").among(&["waiting"])),
        ),
        topic!("people", "人口状况", "population", "ethnic_groups"),
        topic!("roads", "基础设施", "roads", "facilities"),
        topic!("services", "公共服务设施", "public_services"),
        topic!("homesteads", "宅基地空闲地", "homesteads", "vacant_land"),
        topic!("buildings", "建筑风貌", "buildings"),
        topic!("land", "集体经营性建设用地", "collective_land"),
        topic!("fire", "消防安全", "fire_safety"),
        column(
            "done",
            "已填报项数",
            Of::Total(&["people", "roads", "services", "homesteads", "buildings", "land", "fire"]),
        ),
        column(
            "due",
            "应填报项数",
            Of::Total(&[
                "hamlets", "hamlets", "hamlets", "hamlets", "hamlets", "hamlets", "hamlets",
            ]),
        ),
        column("rate", "填报率(%)", Of::Share("done", "due")),
    ]],
    details: &[Detail {
        key: "records",
        title: "自然村明细",
        of: DetailOf::Records(&HAMLET_LIST, &[Fact::RegisteredOn, Fact::TopicsTold, Fact::LastTold]),
    }],
    ..LEDGER
};

static ROAD_LIST: Tab = tab("", "道路", &field_survey::roads::FORM);
static FACILITY_LIST: Tab = tab("", "基础设施", &field_survey::facilities::FORM);
static SERVICE_LIST: Tab = tab("", "公共服务设施", &field_survey::public_services::FORM);

/// L-26
pub static FACILITIES: Ledger = Ledger {
    number: "L-26",
    key: "facilities",
    title: "基础设施与公共服务设施台账",
    group: GROUP,
    columns: &[&[
        column("hamlets", "自然村(个)", Of::Divisions(NaturalVillage)).under("填报情况"),
        column(
            "told_facilities",
            "已填报基础设施(个)",
            Of::Topic(&["roads", "facilities"]),
        )
        .under("填报情况"),
        column(
            "told_services",
            "已填报公共服务设施(个)",
            Of::Topic(&["public_services"]),
        )
        .under("填报情况"),
        column("all_households", "总户数(户)", HOUSEHOLDS).under("填报情况"),
        column("roads", "条数(条)", Of::Count(of("roads"))).under("道路"),
        column("length", "长度(公里)", Of::Sum(of("roads"), &["length"])).under("道路"),
        column(
            "hard",
            "硬化长度(公里)",
            Of::Sum(of("roads").holding(&[("surface", HARDENED_SURFACES)]), &["length"]),
        )
        .under("道路"),
        column("hardened", "硬化率(%)", Of::Share("hard", "length")).under("道路"),
        column(
            "road_class",
            "道路长度 按道路类别(公里)",
            Of::Each(of("roads"), "class", "length"),
        ),
        column(
            "road_surface",
            "道路长度 按路面材质(公里)",
            Of::Each(of("roads"), "surface", "length"),
        ),
        column(
            "facilities",
            "基础设施 数量",
            Of::Each(of("facilities"), "kind", "quantity"),
        ),
        column(
            "covered",
            "基础设施 覆盖户数(户)",
            Of::Each(of("facilities"), "kind", "households"),
        ),
        column(
            "coverage",
            "基础设施 普及率(%)",
            Of::EachShare("covered", "all_households"),
        ),
        column(
            "capacity",
            "基础设施 规模/能力",
            Of::Each(of("facilities"), "kind", "capacity"),
        ),
        column(
            "services",
            "公共服务设施 数量(处)",
            Of::Each(of("public_services"), "kind", "quantity"),
        ),
        column(
            "service_states",
            "公共服务设施 按使用状况(处)",
            Of::Each(of("public_services"), "use_state", "quantity"),
        ),
        column(
            "area",
            "公共服务设施用地面积(平方米)",
            Of::Sum(of("public_services"), &["area"]),
        ),
        column(
            "floor_area",
            "公共服务设施建筑面积(平方米)",
            Of::Sum(of("public_services"), &["floor_area"]),
        ),
        column(
            "kind_areas",
            "公共服务设施用地面积 按设施类别(平方米)",
            Of::Each(of("public_services"), "kind", "area"),
        ),
        column(
            "kind_floors",
            "公共服务设施建筑面积 按设施类别(平方米)",
            Of::Each(of("public_services"), "kind", "floor_area"),
        ),
        column(
            "state_areas",
            "公共服务设施用地面积 按使用状况(平方米)",
            Of::Each(of("public_services"), "use_state", "area"),
        ),
        column(
            "state_floors",
            "公共服务设施建筑面积 按使用状况(平方米)",
            Of::Each(of("public_services"), "use_state", "floor_area"),
        ),
    ]],
    details: &[
        Detail {
            key: "roads",
            title: "道路明细",
            of: DetailOf::Records(&ROAD_LIST, &[]),
        },
        Detail {
            key: "facilities",
            title: "基础设施明细",
            of: DetailOf::Records(&FACILITY_LIST, &[]),
        },
        Detail {
            key: "services",
            title: "公共服务设施明细",
            of: DetailOf::Records(&SERVICE_LIST, &[]),
        },
    ],
    ..LEDGER
};

const HOMES: Records = of("homesteads");
const HOUSES: Records = of("buildings");
const LAND: Records = of("collective_land");
const FIRE: Records = of("fire_safety");

static HOMESTEAD_LIST: Tab = tab("", "宅基地", &natural_village::homesteads::FORM);
static VACANT_LIST: Tab = tab("", "空闲地", &natural_village::vacant_land::FORM);
static BUILDING_LIST: Tab = tab("", "建筑风貌", &natural_village::buildings::FORM);
static LAND_LIST: Tab = tab("", "集体经营性建设用地", &natural_village::collective_land::FORM);
static FIRE_LIST: Tab = tab("", "消防安全", &natural_village::fire_safety::FORM);

/// Buildings of one bucket.
macro_rules! bucket {
    ($field:literal, $title:literal) => {
        column($field, $title, Of::Sum(HOUSES, &[$field]))
    };
}

/// L-27
pub static LAND_AND_BUILDINGS: Ledger = Ledger {
    number: "L-27",
    key: "land_and_buildings",
    title: "宅基地、建筑、集体建设用地、消防台账",
    group: GROUP,
    columns: &[&[
        column("hamlets", "自然村(个)", Of::Divisions(NaturalVillage)).under("填报情况"),
        column(
            "told_homes",
            "已填报宅基地空闲地(个)",
            Of::Topic(&["homesteads", "vacant_land"]),
        )
        .under("填报情况"),
        column("told_houses", "已填报建筑风貌(个)", Of::Topic(&["buildings"])).under("填报情况"),
        column(
            "told_land",
            "已填报集体经营性建设用地(个)",
            Of::Topic(&["collective_land"]),
        )
        .under("填报情况"),
        column("told_fire", "已填报消防安全(个)", Of::Topic(&["fire_safety"])).under("填报情况"),
        column("all_households", "总户数(户)", HOUSEHOLDS).under("填报情况"),
        column("plots", "宗数(宗)", Of::Sum(HOMES, &["plots"])).under("宅基地"),
        column("plot_area", "面积(平方米)", Of::Sum(HOMES, &["area"])).under("宅基地"),
        column(
            "each_household",
            "户均面积(平方米)",
            Of::Quotient("plot_area", "all_households", 2),
        )
        .under("宅基地"),
        column("multiple", "一户多宅(户)", Of::Sum(HOMES, &["multiple"])).under("宅基地"),
        column("idle", "闲置宗数(宗)", Of::Sum(HOMES, &["idle_plots"])).under("宅基地"),
        column("idle_area", "闲置面积(平方米)", Of::Sum(HOMES, &["idle_area"])).under("宅基地"),
        column("landless", "无宅基地(户)", Of::Sum(HOMES, &["landless"])).under("宅基地"),
        column("oversized", "超标准面积(宗)", Of::Sum(HOMES, &["oversized"])).under("宅基地"),
        column("idle_rate", "闲置率(%)", Of::Share("idle", "plots")).under("宅基地"),
        column("demand", "有建房需求(户)", Of::Sum(HOMES, &["demand"])).under("宅基地"),
        column("certified", "已确权(宗)", Of::Sum(HOMES, &["certified"])).under("宅基地"),
        column("vacant", "宗数(宗)", Of::Count(of("vacant_land"))).under("空闲地"),
        column("vacant_area", "面积(平方米)", Of::Sum(of("vacant_land"), &["area"])).under("空闲地"),
        column(
            "vacant_kind_counts",
            "空闲地宗数 按类型(宗)",
            Of::Each(of("vacant_land"), "kind", ""),
        ),
        column(
            "vacant_kinds",
            "空闲地面积 按类型(平方米)",
            Of::Each(of("vacant_land"), "kind", "area"),
        ),
        column(
            "vacant_use_counts",
            "空闲地宗数 按利用建议(宗)",
            Of::Each(of("vacant_land"), "suggested_use", ""),
        ),
        column(
            "vacant_uses",
            "空闲地面积 按利用建议(平方米)",
            Of::Each(of("vacant_land"), "suggested_use", "area"),
        ),
        column("houses", "总栋数(栋)", Of::Sum(HOUSES, &["total"])).under("建筑"),
        column("timber_houses", "木结构(土木)(栋)", Of::Sum(HOUSES, &["timber_houses"])).under("建筑"),
        column("unsafe", "C、D级(栋)", Of::Sum(HOUSES, &["safety_c", "safety_d"])).under("建筑"),
        bucket!("frame", "框架(栋)").under("建筑 按结构"),
        bucket!("brick_concrete", "砖混(栋)").under("建筑 按结构"),
        bucket!("brick_timber", "砖木(栋)").under("建筑 按结构"),
        bucket!("earth_timber", "土木(土坯、夯土)(栋)").under("建筑 按结构"),
        bucket!("timber", "木结构(栋)").under("建筑 按结构"),
        bucket!("stone_timber", "石木(栋)").under("建筑 按结构"),
        bucket!("other_structure", "其他(栋)").under("建筑 按结构"),
        column("frame_share", "框架占比(%)", Of::Share("frame", "houses")).under("建筑 按结构"),
        column(
            "brick_concrete_share",
            "砖混占比(%)",
            Of::Share("brick_concrete", "houses"),
        )
        .under("建筑 按结构"),
        column("brick_timber_share", "砖木占比(%)", Of::Share("brick_timber", "houses")).under("建筑 按结构"),
        column(
            "earth_timber_share",
            "土木(土坯、夯土)占比(%)",
            Of::Share("earth_timber", "houses"),
        )
        .under("建筑 按结构"),
        column("timber_share", "木结构占比(%)", Of::Share("timber", "houses")).under("建筑 按结构"),
        column("stone_timber_share", "石木占比(%)", Of::Share("stone_timber", "houses")).under("建筑 按结构"),
        column(
            "other_structure_share",
            "其他占比(%)",
            Of::Share("other_structure", "houses"),
        )
        .under("建筑 按结构"),
        bucket!("floors_1", "1层(栋)").under("建筑 按层数"),
        bucket!("floors_2", "2层(栋)").under("建筑 按层数"),
        bucket!("floors_3", "3层(栋)").under("建筑 按层数"),
        bucket!("floors_4", "4层及以上(栋)").under("建筑 按层数"),
        column("floors_1_share", "1层占比(%)", Of::Share("floors_1", "houses")).under("建筑 按层数"),
        column("floors_2_share", "2层占比(%)", Of::Share("floors_2", "houses")).under("建筑 按层数"),
        column("floors_3_share", "3层占比(%)", Of::Share("floors_3", "houses")).under("建筑 按层数"),
        column("floors_4_share", "4层及以上占比(%)", Of::Share("floors_4", "houses")).under("建筑 按层数"),
        bucket!("quality_good", "好(栋)").under("建筑 按质量"),
        bucket!("quality_fair", "一般(栋)").under("建筑 按质量"),
        bucket!("quality_poor", "差(栋)").under("建筑 按质量"),
        column("quality_good_share", "好占比(%)", Of::Share("quality_good", "houses")).under("建筑 按质量"),
        column("quality_fair_share", "一般占比(%)", Of::Share("quality_fair", "houses")).under("建筑 按质量"),
        column("quality_poor_share", "差占比(%)", Of::Share("quality_poor", "houses")).under("建筑 按质量"),
        bucket!("safety_a", "A级(栋)").under("建筑 按安全等级"),
        bucket!("safety_b", "B级(栋)").under("建筑 按安全等级"),
        bucket!("safety_c", "C级(栋)").under("建筑 按安全等级"),
        bucket!("safety_d", "D级(栋)").under("建筑 按安全等级"),
        column("safety_a_share", "A级占比(%)", Of::Share("safety_a", "houses")).under("建筑 按安全等级"),
        column("safety_b_share", "B级占比(%)", Of::Share("safety_b", "houses")).under("建筑 按安全等级"),
        column("safety_c_share", "C级占比(%)", Of::Share("safety_c", "houses")).under("建筑 按安全等级"),
        column("safety_d_share", "D级占比(%)", Of::Share("safety_d", "houses")).under("建筑 按安全等级"),
        bucket!("before_1980", "1980年以前(栋)").under("建筑 按年代"),
        bucket!("from_1980", "1980—1999(栋)").under("建筑 按年代"),
        bucket!("from_2000", "2000—2010(栋)").under("建筑 按年代"),
        bucket!("after_2010", "2010年以后(栋)").under("建筑 按年代"),
        column(
            "before_1980_share",
            "1980年以前占比(%)",
            Of::Share("before_1980", "houses"),
        )
        .under("建筑 按年代"),
        column("from_1980_share", "1980—1999占比(%)", Of::Share("from_1980", "houses")).under("建筑 按年代"),
        column("from_2000_share", "2000—2010占比(%)", Of::Share("from_2000", "houses")).under("建筑 按年代"),
        column(
            "after_2010_share",
            "2010年以后占比(%)",
            Of::Share("after_2010", "houses"),
        )
        .under("建筑 按年代"),
        bucket!("harmonious", "协调(栋)").under("建筑 风貌"),
        bucket!("partly_harmonious", "基本协调(栋)").under("建筑 风貌"),
        bucket!("disharmonious", "不协调(栋)").under("建筑 风貌"),
        bucket!("traditional", "传统民居(栋)").under("建筑 风貌"),
        column("harmonious_share", "协调占比(%)", Of::Share("harmonious", "houses")).under("建筑 风貌"),
        column(
            "partly_harmonious_share",
            "基本协调占比(%)",
            Of::Share("partly_harmonious", "houses"),
        )
        .under("建筑 风貌"),
        column(
            "disharmonious_share",
            "不协调占比(%)",
            Of::Share("disharmonious", "houses"),
        )
        .under("建筑 风貌"),
        column(
            "traditional_share",
            "传统民居占比(%)",
            Of::Share("traditional", "houses"),
        )
        .under("建筑 风貌"),
        column("styles", "主要民居风格 自然村(个)", Of::Each(HOUSES, "styles", "")),
        column("land", "宗数(宗)", Of::Count(LAND)).under("集体经营性建设用地"),
        column("land_area", "面积(平方米)", Of::Sum(LAND, &["area"])).under("集体经营性建设用地"),
        column(
            "land_idle",
            "闲置面积(平方米)",
            Of::Sum(LAND.holding(&[("present_use", &["idle"])]), &["area"]),
        )
        .under("集体经营性建设用地"),
        column("land_income", "年收益(万元)", Of::Sum(LAND, &["yearly_income"])).under("集体经营性建设用地"),
        column("land_floor", "建筑面积(平方米)", Of::Sum(LAND, &["floor_area"])).under("集体经营性建设用地"),
        column(
            "land_uses",
            "集体经营性建设用地面积 按现状用途(平方米)",
            Of::Each(LAND, "present_use", "area"),
        ),
        column(
            "land_use_floors",
            "集体经营性建设用地建筑面积 按现状用途(平方米)",
            Of::Each(LAND, "present_use", "floor_area"),
        ),
        column(
            "land_use_income",
            "集体经营性建设用地年收益 按现状用途(万元)",
            Of::Each(LAND, "present_use", "yearly_income"),
        ),
        column(
            "land_ways",
            "集体经营性建设用地面积 按使用方式(平方米)",
            Of::Each(LAND, "way_of_use", "area"),
        ),
        column(
            "land_way_floors",
            "集体经营性建设用地建筑面积 按使用方式(平方米)",
            Of::Each(LAND, "way_of_use", "floor_area"),
        ),
        column(
            "land_way_income",
            "集体经营性建设用地年收益 按使用方式(万元)",
            Of::Each(LAND, "way_of_use", "yearly_income"),
        ),
        column("hydrants", "消防栓(个)", Of::Sum(FIRE, &["hydrants"])).under("消防"),
        column("ponds", "消防水池(个)", Of::Sum(FIRE, &["ponds"])).under("消防"),
        column("pond_volume", "水池容积(立方米)", Of::Sum(FIRE, &["pond_volume"])).under("消防"),
        column("pumps", "手抬机动泵(台)", Of::Sum(FIRE, &["pumps"])).under("消防"),
        column("hoses", "消防水带(米)", Of::Sum(FIRE, &["hoses"])).under("消防"),
        column("extinguishers", "灭火器(具)", Of::Sum(FIRE, &["extinguishers"])).under("消防"),
        column("rewired", "电气线路改造(户)", Of::Sum(FIRE, &["rewired"])).under("消防"),
        column("hearths", "火塘(灶)改造(户)", Of::Sum(FIRE, &["hearths"])).under("消防"),
        column("fires", "近三年火灾(起)", Of::Sum(FIRE, &["recent_fires"])).under("消防"),
        column("stations", "微型消防站(个)", Of::Sum(FIRE, &["fire_stations"])).under("消防"),
        column("volunteers", "志愿消防队(人)", Of::Sum(FIRE, &["volunteers"])).under("消防"),
        column(
            "dry",
            "无消防水源的自然村(个)",
            Of::Count(FIRE.holding(&[("without_water", &["1"])])),
        )
        .under("消防"),
        column(
            "blocked",
            "消防通道不畅通的自然村(个)",
            Of::Count(FIRE.holding(&[("lane_clear", &["0"])])),
        )
        .under("消防"),
        column(
            "clustered",
            "连片30户及以上的自然村(个)",
            Of::Count(FIRE.from("largest_cluster", LARGE_CLUSTER)),
        )
        .under("消防"),
        column("hazards", "主要隐患 自然村(个)", Of::Each(FIRE, "hazards", "")),
    ]],
    details: &[
        Detail {
            key: "homesteads",
            title: "宅基地明细",
            of: DetailOf::Records(&HOMESTEAD_LIST, &[]),
        },
        Detail {
            key: "vacant_land",
            title: "空闲地明细",
            of: DetailOf::Records(&VACANT_LIST, &[]),
        },
        Detail {
            key: "buildings",
            title: "建筑明细",
            of: DetailOf::Records(&BUILDING_LIST, &[]),
        },
        Detail {
            key: "land",
            title: "集体建设用地明细",
            of: DetailOf::Records(&LAND_LIST, &[]),
        },
        Detail {
            key: "fire",
            title: "消防明细",
            of: DetailOf::Records(&FIRE_LIST, &[]),
        },
    ],
    ..LEDGER
};

const POINTS: Records = of("hazards");

static POINT_LIST: Tab = tab("", "地质灾害隐患", &field_survey::hazards::FORM).listing(&[
    "name",
    "number",
    "hamlet",
    "kind",
    "size_grade",
    "danger_grade",
    "causes",
    "trend",
    "households",
    "people",
    "property",
    "longitude",
    "latitude",
    "monitor",
    "monitor_phone",
    "measure",
    "problems",
]);

/// L-28
pub static HAZARDS: Ledger = Ledger {
    number: "L-28",
    key: "hazards",
    title: "地质灾害隐患台账",
    group: GROUP,
    columns: &[&[
        column("count", "隐患点数(个)", Of::Count(POINTS)),
        column("kind", "按灾害类型(个)", Of::Each(POINTS, "kind", "")),
        column("danger", "按险情等级(个)", Of::Each(POINTS, "danger_grade", "")),
        column("households", "威胁户数(户)", Of::Sum(POINTS, &["households"])),
        column("people", "威胁人数(人)", Of::Sum(POINTS, &["people"])),
        column("property", "威胁财产(万元)", Of::Sum(POINTS, &["property"])),
    ]],
    details: &[Detail {
        key: "records",
        title: "隐患点明细",
        of: DetailOf::Records(&POINT_LIST, &[]),
    }],
    ..LEDGER
};

const INDUSTRIES: Records = of("industries");
const ASSETS: Records = of("collective_assets");
const YEARLY: Records = of("economy");

static INDUSTRY_LIST: Tab = tab("", "村庄产业", &field_survey::industries::FORM);
static ASSET_LIST: Tab = tab("", "集体经济发展情况", &field_survey::collective_assets::FORM);
static ECONOMY_LIST: Tab = tab("", "近三年社会经济情况", &field_survey::economy::FORM);

/// L-29
pub static ECONOMY: Ledger = Ledger {
    number: "L-29",
    key: "economy",
    title: "产业与集体经济台账",
    group: GROUP,
    columns: &[&[
        column("industries", "产业数(个)", Of::Count(INDUSTRIES)).under("村庄产业"),
        column(
            "leading",
            "主导产业(个)",
            Of::Count(INDUSTRIES.holding(&[("is_leading", &["1"])])),
        )
        .under("村庄产业"),
        column("output", "年产值(万元)", Of::Sum(INDUSTRIES, &["output_value"])).under("村庄产业"),
        column("households", "参与户数(户)", Of::Sum(INDUSTRIES, &["households"])).under("村庄产业"),
        column("sector", "产业 按类别(个)", Of::Each(INDUSTRIES, "sector", "")),
        column("assets", "项目/资产(个)", Of::Count(ASSETS)).under("集体经济"),
        column("invested", "投入资金(万元)", Of::Sum(ASSETS, &["invested"])).under("集体经济"),
        column("income", "年收益(万元)", Of::Sum(ASSETS, &["yearly_income"])).under("集体经济"),
        column("benefiting", "受益户数(户)", Of::Sum(ASSETS, &["households"])).under("集体经济"),
        column(
            "total_income",
            "集体经济总收入(万元)",
            Of::Sum(YEARLY, &["total_income"]),
        )
        .under("社会经济"),
        column(
            "operating_income",
            "其中:经营收入(万元)",
            Of::Sum(YEARLY, &["operating_income"]),
        )
        .under("社会经济"),
        column(
            "contract_income",
            "其中:发包及上交/投资收益(万元)",
            Of::Sum(YEARLY, &["contract_income"]),
        )
        .under("社会经济"),
        column(
            "subsidy_income",
            "其中:补助收入(万元)",
            Of::Sum(YEARLY, &["subsidy_income"]),
        )
        .under("社会经济"),
        column(
            "other_income",
            "其中:其他收入(万元)",
            Of::Sum(YEARLY, &["other_income"]),
        )
        .under("社会经济"),
        column(
            "rural_income",
            "农村经济总收入(万元)",
            Of::Sum(YEARLY, &["rural_income"]),
        )
        .under("社会经济"),
        column("labour", "劳动力人数(人)", Of::Sum(YEARLY, &["labour"])).under("社会经济"),
        column("migrants", "外出务工人数(人)", Of::Sum(YEARLY, &["migrants"])).under("社会经济"),
    ]],
    year: ByYear::Last("year"),
    details: &[
        Detail {
            key: "industries",
            title: "产业明细",
            of: DetailOf::Records(&INDUSTRY_LIST, &[]),
        },
        Detail {
            key: "assets",
            title: "集体经济明细",
            of: DetailOf::Records(&ASSET_LIST, &[]),
        },
        Detail {
            key: "economy",
            title: "社会经济明细",
            of: DetailOf::Records(&ECONOMY_LIST, &[]),
        },
    ],
    ..LEDGER
};
