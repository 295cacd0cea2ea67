//! Lists of 实地调研 (spec S6.2) and of what natural villages fill on the phone (spec N1–N7).

use crate::domain::code::{Code, CodeList, code};

/// An option of a standard that does not occur in Yunnan.
const fn absent(code: &'static str, label: &'static str) -> Code {
    Code {
        code,
        label,
        retired: true,
    }
}

/// A10 地类 of the third national land survey, first and second level. The coast is far away.
pub static LAND_CLASS: CodeList = CodeList::flat(
    "land_class",
    "地类",
    &[
        code("00", "湿地"),
        absent("0303", "红树林地(湿地)"),
        code("0304", "森林沼泽(湿地)"),
        code("0306", "灌丛沼泽(湿地)"),
        code("0402", "沼泽草地(湿地)"),
        absent("0603", "盐田(湿地)"),
        absent("1105", "沿海滩涂(湿地)"),
        code("1106", "内陆滩涂(湿地)"),
        code("1108", "沼泽地(湿地)"),
        code("01", "耕地"),
        code("0101", "水田(耕地)"),
        code("0102", "水浇地(耕地)"),
        code("0103", "旱地(耕地)"),
        code("02", "种植园用地"),
        code("0201", "果园(种植园用地)"),
        code("0202", "茶园(种植园用地)"),
        code("0203", "橡胶园(种植园用地)"),
        code("0204", "其他园地(种植园用地)"),
        code("03", "林地"),
        code("0301", "乔木林地(林地)"),
        code("0302", "竹林地(林地)"),
        code("0305", "灌木林地(林地)"),
        code("0307", "其他林地(林地)"),
        code("04", "草地"),
        code("0401", "天然牧草地(草地)"),
        code("0403", "人工牧草地(草地)"),
        code("0404", "其他草地(草地)"),
        code("05", "商业服务业用地"),
        code("05H1", "商业服务业设施用地(商业服务业用地)"),
        code("0508", "物流仓储用地(商业服务业用地)"),
        code("06", "工矿用地"),
        code("0601", "工业用地(工矿用地)"),
        code("0602", "采矿用地(工矿用地)"),
        code("07", "住宅用地"),
        code("0701", "城镇住宅用地(住宅用地)"),
        code("0702", "农村宅基地(住宅用地)"),
        code("08", "公共管理与公共服务用地"),
        code("08H1", "机关团体新闻出版用地(公共管理与公共服务用地)"),
        code("08H2", "科教文卫用地(公共管理与公共服务用地)"),
        code("0809", "公用设施用地(公共管理与公共服务用地)"),
        code("0810", "公园与绿地(公共管理与公共服务用地)"),
        code("09", "特殊用地"),
        code("10", "交通运输用地"),
        code("1001", "铁路(交通运输用地)"),
        code("1002", "轨道交通(交通运输用地)"),
        code("1003", "公路(交通运输用地)"),
        code("1004", "城镇村道路(交通运输用地)"),
        code("1005", "交通服务场站(交通运输用地)"),
        code("1006", "农村道路(交通运输用地)"),
        code("1007", "机场(交通运输用地)"),
        code("1008", "港口码头(交通运输用地)"),
        code("1009", "管道运输(交通运输用地)"),
        code("11", "水域及水利设施用地"),
        code("1101", "河流水面(水域及水利设施用地)"),
        code("1102", "湖泊水面(水域及水利设施用地)"),
        code("1103", "水库水面(水域及水利设施用地)"),
        code("1104", "坑塘水面(水域及水利设施用地)"),
        code("1107", "沟渠(水域及水利设施用地)"),
        code("1109", "水工建筑用地(水域及水利设施用地)"),
        code("1110", "冰川及永久积雪(水域及水利设施用地)"),
        code("12", "其他土地"),
        code("1201", "空闲地(其他土地)"),
        code("1202", "设施农用地(其他土地)"),
        code("1203", "田坎(其他土地)"),
        code("1204", "盐碱地(其他土地)"),
        code("1205", "沙地(其他土地)"),
        code("1206", "裸土地(其他土地)"),
        code("1207", "裸岩石砾地(其他土地)"),
    ],
);

/// S6.2b 水资源 类型
pub static WATER_KIND: CodeList = CodeList::flat(
    "water_kind",
    "水资源类型",
    &[
        code("river", "河流"),
        code("lake", "湖泊"),
        code("reservoir", "水库"),
        code("pond", "坝塘"),
        code("ditch", "沟渠"),
        code("spring", "山泉"),
        code("hot_spring", "温泉"),
        code("groundwater", "地下水"),
        code("other", "其他"),
    ],
);

/// S6.2b 水资源 主要用途
pub static WATER_USE: CodeList = CodeList::flat(
    "water_use",
    "水资源主要用途",
    &[
        code("drinking", "饮用"),
        code("irrigation", "灌溉"),
        code("power", "发电"),
        code("breeding", "养殖"),
        code("scenery", "景观"),
        code("other", "其他"),
    ],
);

/// S6.2b 矿产资源 开采状态
pub static MINING_STATE: CodeList = CodeList::flat(
    "mining_state",
    "开采状态",
    &[
        code("untouched", "未开采"),
        code("active", "正在开采"),
        code("stopped", "已停采"),
        code("closed", "已闭坑"),
    ],
);

/// S6.2b 景区景点 等级
pub static SCENIC_GRADE: CodeList = CodeList::flat(
    "scenic_grade",
    "景区景点等级",
    &[
        code("5a", "5A"),
        code("4a", "4A"),
        code("3a", "3A"),
        code("2a", "2A"),
        code("1a", "1A"),
        code("none", "未评级"),
    ],
);

/// S6.2c 历史文化资源 资源类型
pub static HERITAGE_KIND: CodeList = CodeList::flat(
    "heritage_kind",
    "历史文化资源类型",
    &[
        code("protected_site", "文物保护单位"),
        code("historic_building", "历史建筑"),
        code("traditional_house", "传统民居"),
        code("old_street", "古街古巷"),
        code("temple", "宗祠寺庙"),
        code("old_tree", "古树名木"),
        code("old_well", "古井"),
        code("old_bridge", "古桥"),
        code("old_road", "古驿道"),
        code("red_site", "红色遗址"),
        code("other", "其他"),
    ],
);

/// S6.2c 民俗文化资源 类型
pub static FOLK_KIND: CodeList = CodeList::flat(
    "folk_kind",
    "民俗文化资源类型",
    &[
        code("festival", "节庆"),
        code("song_dance", "歌舞"),
        code("costume", "服饰"),
        code("food", "饮食"),
        code("craft", "传统技艺"),
        code("language", "语言文字"),
        code("custom", "礼俗"),
        code("belief", "民间信仰"),
        code("other", "其他"),
    ],
);

/// S6.2c 非遗级别
pub static INTANGIBLE_LEVEL: CodeList = CodeList::flat(
    "intangible_level",
    "非遗级别",
    &[
        code("national", "国家级"),
        code("provincial", "省级"),
        code("prefectural", "州(市)级"),
        code("county", "县级"),
        code("none", "非"),
    ],
);

/// S6.2f 产业类别
pub static INDUSTRY_SECTOR: CodeList = CodeList::flat(
    "industry_sector",
    "产业类别",
    &[
        code("primary", "第一产业"),
        code("secondary", "第二产业"),
        code("tertiary", "第三产业"),
    ],
);

/// S6.2f 产业类型
pub static INDUSTRY_KIND: CodeList = CodeList::flat(
    "industry_kind",
    "产业类型",
    &[
        code("planting", "种植"),
        code("breeding", "养殖"),
        code("forest", "林下经济"),
        code("processing", "农产品加工"),
        code("handicraft", "手工业"),
        code("mining", "采矿建材"),
        code("trade", "商贸物流"),
        code("tourism", "乡村旅游"),
        code("online", "电商"),
        code("other", "其他"),
    ],
);

/// S6.2f 规模单位
pub static INDUSTRY_UNIT: CodeList = CodeList::flat(
    "industry_unit",
    "规模单位",
    &[
        code("mu", "亩"),
        code("head", "头(只)"),
        code("plant", "株"),
        code("ton", "吨"),
        code("square_metre", "平方米"),
        code("household", "户"),
        code("piece", "个"),
    ],
);

/// S6.2f 经营主体
pub static INDUSTRY_OPERATOR: CodeList = CodeList::flat(
    "industry_operator",
    "经营主体",
    &[
        code("household", "农户"),
        code("cooperative", "合作社"),
        code("family_farm", "家庭农场"),
        code("enterprise", "企业"),
        code("collective", "村集体"),
    ],
);

/// S6.2f 集体经济发展情况 经营方式
pub static ASSET_OPERATION: CodeList = CodeList::flat(
    "asset_operation",
    "经营方式",
    &[
        code("own", "自营"),
        code("rented", "出租"),
        code("shares", "入股分红"),
        code("contracted", "承包"),
        code("entrusted", "托管"),
        code("other", "其他"),
    ],
);

/// A11a 道路类别
pub static ROAD_CLASS: CodeList = CodeList::flat(
    "road_class",
    "道路类别",
    &[
        code("national", "国道"),
        code("provincial", "省道"),
        code("county", "县道"),
        code("township", "乡道"),
        code("village", "村道"),
        code("special", "专用公路"),
        code("main_lane", "村内主路"),
        code("side_lane", "村内支路(巷道)"),
        code("farm_track", "机耕路(田间道)"),
    ],
);

/// A11b 技术等级
pub static ROAD_GRADE: CodeList = CodeList::flat(
    "road_grade",
    "技术等级",
    &[
        code("motorway", "高速公路"),
        code("1", "一级公路"),
        code("2", "二级公路"),
        code("3", "三级公路"),
        code("4", "四级公路"),
        code("ungraded", "等外公路"),
    ],
);

/// A11c 路面材质
pub static ROAD_SURFACE: CodeList = CodeList::flat(
    "road_surface",
    "路面材质",
    &[
        code("asphalt", "沥青"),
        code("concrete", "水泥"),
        code("cobble", "弹石"),
        code("brick", "块石/砖"),
        code("gravel", "砂石"),
        code("earth", "土路"),
    ],
);

/// The surfaces of a hardened road (A11c).
pub const HARDENED_SURFACES: &[&str] = &["asphalt", "concrete", "cobble", "brick"];

/// S6.2g 现状质量
pub static ROAD_QUALITY: CodeList = CodeList::flat(
    "road_quality",
    "现状质量",
    &[code("good", "好"), code("fair", "一般"), code("poor", "差")],
);

/// A12 基础设施 设施类别, each with the unit of its 数量.
pub static FACILITY_KIND: CodeList = CodeList::flat(
    "facility_kind",
    "基础设施类别",
    &[
        code("water_source", "供水设施-水源点(处)"),
        code("waterworks", "供水设施-水厂/蓄水池(座)"),
        code("water_pipe", "供水管网(公里)"),
        code("irrigation", "灌溉沟渠(公里)"),
        code("drain", "排水沟渠(公里)"),
        code("sewage", "污水处理设施(处)"),
        code("septic_tank", "化粪池(个)"),
        code("waste_point", "垃圾收集点(个)"),
        code("waste_station", "垃圾转运站(座)"),
        code("waste_truck", "垃圾清运车(辆)"),
        code("toilet", "公共厕所(座)"),
        code("transformer", "变压器/配电房(台)"),
        code("power_line", "输电线路(公里)"),
        code("street_lamp", "路灯(盏)"),
        code("clean_energy", "太阳能/沼气(户)"),
        code("base_station", "通信基站(座)"),
        code("broadband", "宽带入户(户)"),
        code("television", "广播电视(户)"),
        code("car_park", "停车场(处)"),
        code("bus_stop", "公交停靠点(处)"),
        code("bridge", "桥梁(座)"),
        code("retaining_wall", "挡墙/护坡(米)"),
        code("flood_bank", "防洪堤(米)"),
        code("other", "其他"),
    ],
);

/// The unit in which facilities of a class are counted (A12); of other facilities there is none.
pub fn facility_unit(code: &str) -> &'static str {
    match code {
        "water_source" | "sewage" | "car_park" | "bus_stop" => "处",
        "waterworks" | "waste_station" | "toilet" | "base_station" | "bridge" => "座",
        "water_pipe" | "irrigation" | "drain" | "power_line" => "公里",
        "septic_tank" | "waste_point" => "个",
        "waste_truck" => "辆",
        "transformer" => "台",
        "street_lamp" => "盏",
        "clean_energy" | "broadband" | "television" => "户",
        "retaining_wall" | "flood_bank" => "米",
        _ => "",
    }
}

/// S6.2g 运行状况
pub static FACILITY_STATE: CodeList = CodeList::flat(
    "facility_state",
    "运行状况",
    &[
        code("normal", "正常"),
        code("damaged", "损坏"),
        code("stopped", "停用"),
        code("building", "在建"),
    ],
);

/// A13 公共服务设施 设施类别
pub static PUBLIC_SERVICE_KIND: CodeList = CodeList::flat(
    "public_service_kind",
    "公共服务设施类别",
    &[
        code("committee", "村委会(党群服务中心)"),
        code("group_room", "村民小组活动室"),
        code("service_station", "便民服务站"),
        code("culture_centre", "基层综合性文化服务中心"),
        code("library", "文化活动室/农家书屋"),
        code("culture_square", "文化广场/戏台"),
        code("fitness", "健身场地"),
        code("sports_ground", "篮球场等运动场地"),
        code("nursery", "幼儿园/托儿所"),
        code("primary_school", "小学(教学点)"),
        code("middle_school", "中学"),
        code("clinic", "卫生室"),
        code("elderly_care", "养老服务设施(幸福院/日间照料)"),
        code("children", "儿童之家"),
        code("exhibition", "村史馆/展览"),
        code("market", "集贸市场"),
        code("shop", "超市/小卖部"),
        code("online_shop", "农村电商服务点"),
        code("post", "快递邮政点"),
        code("bank", "金融服务点"),
        code("ceremony_hall", "红白事公共场所"),
        code("cemetery", "公墓/殡葬设施"),
        code("shelter", "避灾场所"),
        code("police", "警务室"),
        code("religion", "宗教活动场所"),
        code("other", "其他"),
    ],
);

/// S6.2h 使用状况
pub static SERVICE_STATE: CodeList = CodeList::flat(
    "service_state",
    "使用状况",
    &[
        code("normal", "正常使用"),
        code("idle", "闲置"),
        code("damaged", "损坏"),
        code("building", "在建"),
    ],
);

/// A16 灾害类型
pub static HAZARD_KIND: CodeList = CodeList::flat(
    "hazard_kind",
    "灾害类型",
    &[
        code("landslide", "滑坡"),
        code("rockfall", "崩塌"),
        code("debris_flow", "泥石流"),
        code("collapse", "地面塌陷"),
        code("fissure", "地裂缝"),
        code("subsidence", "地面沉降"),
        code("unstable_slope", "不稳定斜坡"),
        code("other", "其他"),
    ],
);

/// S6.2i 规模等级 and 险情等级
pub static HAZARD_SCALE: CodeList = CodeList::flat(
    "hazard_scale",
    "地质灾害等级",
    &[
        code("huge", "特大型"),
        code("large", "大型"),
        code("medium", "中型"),
        code("small", "小型"),
    ],
);

/// S6.2i 诱发因素
pub static HAZARD_CAUSE: CodeList = CodeList::flat(
    "hazard_cause",
    "诱发因素",
    &[
        code("rain", "降雨"),
        code("slope_cutting", "切坡建房"),
        code("earthquake", "地震"),
        code("mining", "采矿"),
        code("irrigation", "灌溉"),
        code("frost", "冻融"),
        code("other", "其他"),
    ],
);

/// S6.2i 发展趋势
pub static HAZARD_TREND: CodeList = CodeList::flat(
    "hazard_trend",
    "发展趋势",
    &[
        code("stable", "稳定"),
        code("mostly_stable", "基本稳定"),
        code("unstable", "不稳定"),
    ],
);

/// S6.2i 防治措施
pub static HAZARD_MEASURE: CodeList = CodeList::flat(
    "hazard_measure",
    "防治措施",
    &[
        code("monitoring", "群测群防"),
        code("engineering", "工程治理"),
        code("relocation", "避险搬迁"),
        code("cleared", "已销号"),
        code("none", "未采取"),
    ],
);

/// N4-2 空闲地类型
pub static VACANT_LAND_KIND: CodeList = CodeList::flat(
    "vacant_land_kind",
    "空闲地类型",
    &[
        code("demolished", "拆旧后空地"),
        code("abandoned", "废弃房屋用地"),
        code("wasteland", "村内荒地"),
        code("idle_public", "闲置公共用地"),
        code("other", "其他"),
    ],
);

/// N4-2 权属
pub static VACANT_LAND_TENURE: CodeList = CodeList::flat(
    "vacant_land_tenure",
    "权属",
    &[
        code("collective", "村集体"),
        code("household", "农户"),
        code("state", "国有"),
        code("disputed", "争议"),
    ],
);

/// N4-2 利用建议
pub static VACANT_LAND_USE: CodeList = CodeList::flat(
    "vacant_land_use",
    "利用建议",
    &[
        code("housing", "建房"),
        code("public", "公共设施"),
        code("garden", "小菜园小果园"),
        code("industry", "产业"),
        code("reclamation", "复垦"),
        code("greening", "绿化"),
        code("none", "暂不利用"),
    ],
);

/// N5 主要民居风格
pub static DWELLING_STYLE: CodeList = CodeList::flat(
    "dwelling_style",
    "主要民居风格",
    &[
        code("han_courtyard", "汉式合院(一颗印等)"),
        code("bai_courtyard", "白族三坊一照壁"),
        code("yi_earth_house", "彝族土掌房"),
        code("dai_bamboo_house", "傣族竹楼"),
        code("hani_mushroom_house", "哈尼蘑菇房"),
        code("naxi_log_house", "纳西木楞房"),
        code("tibetan_stone_house", "藏式碉房"),
        code("wa_stilt_house", "佤族吊脚楼"),
        code("modern", "现代农房"),
        code("other", "其他"),
    ],
);

/// N5 主要屋顶
pub static ROOF_KIND: CodeList = CodeList::flat(
    "roof_kind",
    "主要屋顶",
    &[
        code("grey_tiles", "坡屋顶青瓦"),
        code("red_tiles", "坡屋顶红瓦"),
        code("flat", "平屋顶"),
        code("steel_tiles", "彩钢瓦"),
        code("other", "其他"),
    ],
);

/// N6 现状用途; dwellings are not allowed on this land.
pub static COLLECTIVE_LAND_USE: CodeList = CodeList::flat(
    "collective_land_use",
    "现状用途",
    &[
        code("industry", "工业"),
        code("commerce", "商业"),
        code("storage", "仓储"),
        code("tourism", "旅游"),
        code("breeding", "养殖加工"),
        code("idle", "闲置"),
        code("other", "其他"),
    ],
);

/// N6 使用方式
pub static COLLECTIVE_LAND_WAY: CodeList = CodeList::flat(
    "collective_land_way",
    "使用方式",
    &[
        code("own", "自用"),
        code("rented", "出租"),
        code("granted", "出让"),
        code("shares", "入股"),
        code("idle", "闲置"),
    ],
);

/// N7 主要隐患
pub static FIRE_HAZARD: CodeList = CodeList::flat(
    "fire_hazard",
    "主要隐患",
    &[
        code("wiring", "电线老化私拉"),
        code("firewood", "柴草堆放"),
        code("narrow_lanes", "通道狭窄"),
        code("no_water", "缺水源"),
        code("no_equipment", "无设施"),
        code("inflammable", "易燃建筑连片"),
        code("other", "其他"),
    ],
);

/// What a village may not have at all: the parts of 实地调研 that it fills itself (spec §8, step 2).
pub static SURVEY_CONTENT: CodeList = CodeList::flat(
    "survey_content",
    "无此项的内容",
    &[
        code("land", "土地资源"),
        code("water", "水资源"),
        code("minerals", "矿产资源"),
        code("scenic_spots", "景区景点"),
        code("heritage", "历史文化资源"),
        code("folk_culture", "民俗文化资源"),
        code("industries", "村庄产业"),
        code("collective_assets", "集体经济发展情况"),
        code("roads", "村域道路"),
        code("facilities", "村域基础设施"),
        code("public_services", "村域公共服务设施"),
        code("hazards", "地质灾害隐患"),
    ],
);

/// What a natural village may not have at all (spec §8, step 2).
pub static HAMLET_CONTENT: CodeList = CodeList::flat(
    "hamlet_content",
    "无此项的内容",
    &[
        code("roads", "道路"),
        code("facilities", "基础设施"),
        code("public_services", "公共服务设施"),
        code("vacant_land", "空闲地"),
        code("collective_land", "集体经营性建设用地"),
        code("ethnic_groups", "民族构成"),
    ],
);

#[cfg(test)]
mod tests {
    use super::{FACILITY_KIND, HARDENED_SURFACES, ROAD_SURFACE, facility_unit};

    #[test]
    fn a_class_of_facilities_names_its_unit() {
        for class in FACILITY_KIND.built_in {
            let unit = facility_unit(class.code);
            if unit.is_empty() {
                assert_eq!(class.code, "other");
            } else {
                assert!(class.label.ends_with(&format!("({unit})")), "{}", class.label);
            }
        }
    }

    #[test]
    fn hardened_surfaces_are_surfaces() {
        assert!(HARDENED_SURFACES.iter().all(|code| ROAD_SURFACE.find(code).is_some()));
    }
}
