//! Lists of 摸底调查.

use crate::domain::code::{CodeList, code};

/// A5 村庄类型
pub static VILLAGE_TYPE: CodeList = CodeList::flat(
    "village_type",
    "村庄类型",
    &[
        code("1", "集聚提升类"),
        code("2", "城郊融合类"),
        code("3", "特色保护类"),
        code("4", "搬迁撤并类"),
        code("5", "其他类(暂不分类)"),
    ],
);

/// The terrain among the features: a village has exactly one (A6).
pub static TERRAIN: &[&str] = &["basin", "half_mountain", "mountain"];

/// A6 村庄特征
pub static VILLAGE_FEATURE: CodeList = CodeList::flat(
    "village_feature",
    "村庄特征",
    &[
        code("basin", "坝区"),
        code("half_mountain", "半山半坝(半山区)"),
        code("mountain", "山区"),
        code("plateau_lake", "九大高原湖泊周边"),
        code("traffic_line", "交通沿线"),
        code("hillside_hotel", "半山酒店周边"),
        code("suburb", "城镇近郊"),
        code("border", "抵边村(边境一线)"),
        code("scenic_spot", "景区周边"),
        code("traditional", "传统村落"),
        code("historic", "历史文化名村"),
        code("ethnic", "少数民族特色村寨"),
        code("red", "红色村"),
        code("resettlement", "易地扶贫搬迁安置点"),
        code("out_of_poverty", "脱贫村"),
        code("industry", "产业特色村"),
        code("farm", "农场(农垦)社区"),
        code("other", "其他"),
    ],
);

/// A7 重点项目类型
pub static KEY_PROJECT: CodeList = CodeList::flat(
    "key_project",
    "重点项目类型",
    &[
        code("basin_traffic", "坝区及交通沿线"),
        code("plateau_lake", "九大高原湖泊周边"),
        code("hillside_hotel", "半山酒店周边"),
        code("demonstration", "乡村振兴“百千万”示范工程"),
        code("red", "红色村组织振兴建设试点"),
        code("pilot", "省级村庄规划试点"),
        code("border", "抵边村建设"),
        code("environment", "农村人居环境整治"),
        code("farmland", "高标准农田/土地综合整治"),
        code("infrastructure", "重大基础设施"),
        code("other", "其他"),
    ],
);

/// A9 “百千万”示范工程 示范类别
pub static DEMONSTRATION: CodeList = CodeList::flat(
    "demonstration",
    "示范类别",
    &[
        code("1", "乡村振兴示范乡镇(百)范围内"),
        code("2", "精品示范村(千)"),
        code("3", "美丽村庄(万)"),
    ],
);

/// S4.1 现有村庄规划情况; a plan that stays valid is no new task (R-10b).
pub static EXISTING_PLAN: CodeList = CodeList::flat(
    "existing_plan",
    "现有村庄规划情况",
    &[
        code("none", "无规划"),
        code("valid", "有规划经评估继续有效"),
        code("adjust", "有规划需优化调整"),
        code("drafting", "正在编制"),
    ],
);
