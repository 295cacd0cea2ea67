//! Numbers of a village that are told in two places beside those that fields know of (spec F-02).

use super::draft;
use crate::domain::known::{Comparison, KnownOf, Side};

/// All of them, in the order of the panel.
pub static COMPARISONS: &[Comparison] = &[
    Comparison {
        group: "户籍人口",
        title: "各民族人口合计",
        sides: [
            Side {
                source: "民族构成",
                of: KnownOf::Within("ethnic_groups", "population"),
                place: ("field_survey", "ethnic_groups"),
            },
            Side {
                source: "各自然村最近一年户籍人口的合计",
                of: KnownOf::Latest("population", "registered"),
                place: ("field_survey", "population"),
            },
        ],
    },
    Comparison {
        group: "自然村",
        title: "自然村数量（纳入规划）",
        sides: [
            Side {
                source: "自然村名录中纳入规划的自然村",
                of: KnownOf::Count("natural_villages", &[("planned", "1")], &[]),
                place: ("natural_villages", ""),
            },
            Side {
                source: "已注册的自然村账号",
                of: KnownOf::Count("natural_villages", &[("planned", "1")], &["waiting", "active"]),
                place: ("natural_villages", ""),
            },
        ],
    },
    Comparison {
        group: "规划项目",
        title: "项目数量",
        sides: [
            Side {
                source: "规划草案中的近期建设项目",
                of: KnownOf::Rows("draft_plan", draft::PROJECTS),
                place: ("draft_plan", ""),
            },
            Side {
                source: "推动项目落地中的项目清单",
                of: KnownOf::Count("projects", &[], &[]),
                place: ("projects", "projects"),
            },
        ],
    },
    Comparison {
        group: "规划项目",
        title: "总投资(万元)",
        sides: [
            Side {
                source: "规划草案中的近期建设项目",
                of: KnownOf::OfGrid("draft_plan", draft::PROJECTS, "investment"),
                place: ("draft_plan", ""),
            },
            Side {
                source: "推动项目落地中的项目清单",
                of: KnownOf::OfRecords("projects", "investment"),
                place: ("projects", "projects"),
            },
        ],
    },
];
