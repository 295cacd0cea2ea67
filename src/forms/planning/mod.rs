//! 规划编制 (manual 6): the forms of the 13 steps, and what several of them share.

pub mod analysis;
pub mod base_data;
pub mod comparisons;
pub mod county_review;
pub mod draft;
pub mod field_survey;
pub mod filing;
pub mod industry_plan;
pub mod outcomes;
pub mod party_talent_plan;
pub mod plan_tables;
pub mod project_funds;
pub mod projects;
pub mod resolution;
pub mod review_papers;
pub mod spatial_plan;
pub mod standardization;
pub mod summaries;
pub mod survey;

use crate::codes::PROJECT_KIND;
use crate::domain::field::{Field, choice, date, long_text, person_name};
use crate::domain::problem::Severity;
use crate::domain::rule::{Rule, StoreRule, StoreTest, ends_after_start};

/// 开展日期 of the common block 工作开展情况 (spec §6, general).
const STARTED: Field = date("started_on", "开展日期").required();
/// 完成日期
const ENDED: Field = date("ended_on", "完成日期");
/// 负责人
const LEADER: Field = person_name("leader", "负责人");
/// 工作开展情况
const SITUATION: Field = long_text("situation", "工作开展情况", 2_000).required();
/// R-03 for the common block.
const ENDS_AFTER_START: Rule = Rule::error("R-03", |values| {
    ends_after_start(values, "started_on", "ended_on", "完成日期不能早于开展日期")
});
/// 项目类型 of the plan's projects and of those that are carried out.
const PROJECT_KIND_FIELD: Field = choice("kind", "项目类型", &PROJECT_KIND).required();

/// no area inside a village is larger than the village.
pub(crate) const WITHIN_VILLAGE: StoreRule = StoreRule {
    id: "R-41",
    severity: Severity::Error,
    holding: &[],
    test: StoreTest::EachAtMost("area", "village_profile", "area"),
    place: "area",
    message: "面积不能大于行政村面积，请核对单位是否为平方米",
};
