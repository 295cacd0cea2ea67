//! Lists of the steps of 规划编制 other than the survey.

use crate::domain::code::{CodeList, code};

/// 认领方式 (manual 6.1(2))
pub static CLAIM_MODE: CodeList = CodeList::flat(
    "claim_mode",
    "认领方式",
    &[
        code("digital", "电子版"),
        code("paper", "纸质版"),
        code("both", "电子版和纸质版"),
    ],
);

/// 底图底数清单 (spec S6.1)
pub static BASE_DATA: CodeList = CodeList::flat(
    "base_data",
    "底图底数清单",
    &[
        code("land_survey", "第三次全国国土调查成果"),
        code("annual_change", "年度变更调查"),
        code("basic_farmland", "永久基本农田"),
        code("ecological_line", "生态保护红线"),
        code("urban_line", "城镇开发边界"),
        code("topography", "地形图"),
        code("imagery", "影像图"),
        code("land_titles", "农村宅基地和集体建设用地确权成果"),
        code("higher_plans", "上位规划"),
        code("hazards", "地质灾害"),
        code("other", "其他"),
    ],
);

/// 坐标系
pub static COORDINATES: CodeList = CodeList::flat(
    "coordinates",
    "坐标系",
    &[code("cgcs2000", "CGCS2000"), code("other", "其他")],
);

/// What a spatial plan contains (manual 6.4(3))
pub static SPATIAL_CONTENT: CodeList = CodeList::flat(
    "spatial_content",
    "内容自查",
    &[
        code("goals", "规划目标和定位"),
        code("type_and_size", "村域规划：村庄类型和规模"),
        code("infrastructure", "村域基础设施配置"),
        code("public_services", "村域性公共服务设施配置"),
        code("consolidation", "土地综合整治"),
        code("disasters", "防灾减灾规划"),
        code("boundaries", "自然村规划：优化村庄建设边界"),
        code("dwellings", "居民地布局优化"),
        code("heritage", "历史文化遗产与保护"),
        code("appearance", "村庄风貌管控"),
        code("fire", "消防规划"),
        code("environment", "人居环境整治"),
        code("projects", "近期项目安排"),
    ],
);

/// What an industry plan contains (manual 6.5(3))
pub static INDUSTRY_CONTENT: CodeList = CodeList::flat(
    "industry_content",
    "内容自查",
    &[
        code("industries", "主导产业和特色产业的确定"),
        code("zones", "产业发展分区"),
        code("projects", "产业项目的名称、位置和规模"),
    ],
);

/// What a plan of party building and talents contains (manual 6.6(4))
pub static PARTY_TALENT_CONTENT: CodeList = CodeList::flat(
    "party_talent_content",
    "内容自查",
    &[
        code("organization", "健全基本组织"),
        code("team", "建强基层队伍"),
        code("activities", "开展基本活动"),
        code("rules", "落实基本制度"),
        code("support", "强化基本保障"),
        code("returning", "农村优秀人才回引"),
        code("reserve", "村级后备力量培养"),
        code("farmers", "高素质农民和农村实用人才"),
        code("founders", "创新创业带头人培养"),
    ],
);

/// 建设性质
pub static BUILDING_NATURE: CodeList = CodeList::flat(
    "building_nature",
    "建设性质",
    &[
        code("new", "新建"),
        code("rebuilt", "改建"),
        code("extended", "扩建"),
        code("repaired", "修缮"),
    ],
);

/// 项目类型 (spec S6.12)
pub static PROJECT_KIND: CodeList = CodeList::flat(
    "project_kind",
    "项目类型",
    &[
        code("infrastructure", "基础设施"),
        code("public_services", "公共服务"),
        code("industry", "产业"),
        code("environment", "人居环境"),
        code("ecology", "生态修复"),
        code("disasters", "防灾减灾"),
        code("culture", "文化保护"),
        code("other", "其他"),
    ],
);

/// 实施状态
pub static PROJECT_STATE: CodeList = CodeList::flat(
    "project_state",
    "实施状态",
    &[
        code("reserve", "储备"),
        code("applied", "申报"),
        code("approved", "已立项"),
        code("building", "在建"),
        code("finished", "完工"),
        code("cancelled", "取消"),
    ],
);

/// 审查形式
pub static REVIEW_FORM: CodeList = CodeList::flat(
    "review_form",
    "审查形式",
    &[
        code("meeting", "会议审查"),
        code("letter", "函审"),
        code("on_site", "现场审查"),
    ],
);

/// 审查结论
pub static REVIEW_VERDICT: CodeList = CodeList::flat(
    "review_verdict",
    "审查结论",
    &[
        code("passed", "通过"),
        code("passed_after_changes", "修改后通过"),
        code("failed", "不通过"),
    ],
);

/// 会议类型
pub static MEETING_KIND: CodeList = CodeList::flat(
    "meeting_kind",
    "会议类型",
    &[code("villagers", "村民会议"), code("representatives", "村民代表会议")],
);

/// 公示方式
pub static PUBLICITY_MANNER: CodeList = CodeList::flat(
    "publicity_manner",
    "公示方式",
    &[
        code("board", "村务公开栏"),
        code("website", "网站"),
        code("chat", "微信群"),
        code("radio", "广播"),
        code("other", "其他"),
    ],
);

/// Steps that a township can reopen for a plan that the county returned (SM-4)
pub static MENDED_STEP: CodeList = CodeList::flat(
    "mended_step",
    "退回修改的环节",
    &[
        code("draft_plan", "形成规划草案"),
        code("standardization", "成果标准化"),
        code("county_review", "县级审查"),
        code("resolution", "村民决议"),
    ],
);

/// 成效类别
pub static OUTCOME_KIND: CodeList = CodeList::flat(
    "outcome_kind",
    "成效类别",
    &[
        code("planning", "规划编制"),
        code("projects", "项目争取"),
        code("funds", "资金争取"),
        code("industry", "产业发展"),
        code("disputes", "矛盾化解"),
        code("environment", "人居环境"),
        code("party", "基层党建"),
        code("talents", "人才引进"),
        code("other", "其他"),
    ],
);
