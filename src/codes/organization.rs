//! Lists about documents and mobilization.

use crate::domain::account::AccountKind::{
    City, CityOrganization, County, CountyOrganization, Province, Township, Village,
};
use crate::domain::code::{CodeGroup, CodeList, code};

/// S3.1 文件类别
pub static DOCUMENT_CATEGORY: CodeList = CodeList::flat(
    "document_category",
    "文件类别",
    &[
        code("notice", "通知"),
        code("implementation", "实施方案"),
        code("work_plan", "工作方案"),
        code("policy", "配套政策"),
        code("other", "其他"),
    ],
);

/// S1.1 文件类别 of public documents.
pub static PUBLIC_DOCUMENT_CATEGORY: CodeList = CodeList::flat(
    "public_document_category",
    "文件类别",
    &[
        code("system_manual", "操作手册"),
        code("work_manual", "工作手册"),
        code("policy", "政策文件"),
        code("standard", "技术标准"),
        code("template", "模板"),
    ],
);

/// A14 组织形式: the own level first, the rest under 更多.
pub static MOBILIZATION_FORM: CodeList = CodeList {
    key: "mobilization_form",
    title: "组织形式",
    built_in: &[
        code("meeting", "动员部署会"),
        code("open_letter", "制发公开信"),
        code("party_day", "主题党日活动"),
        code("party_life", "专题组织生活会"),
        code("members_meeting", "党员大会"),
        code("representatives", "村民代表会议"),
        code("broadcast", "广播喇叭宣传"),
        code("invitation", "发出邀请函"),
        code("other", "其他"),
    ],
    groups: &[
        CodeGroup {
            title: "州(市)、县",
            kinds: &[Province, City, County],
            codes: &["meeting", "open_letter", "other"],
        },
        CodeGroup {
            title: "组织部门",
            kinds: &[CityOrganization, CountyOrganization],
            codes: &["party_day", "party_life", "other"],
        },
        CodeGroup {
            title: "乡镇、行政村",
            kinds: &[Township, Village],
            codes: &["members_meeting", "representatives", "broadcast", "invitation", "other"],
        },
    ],
};

/// 组织方式
pub static PARTICIPATION: CodeList = CodeList::flat(
    "participation",
    "组织方式",
    &[code("join", "参与"), code("own", "自行组织")],
);

/// Steps that have a 工作纪实 (spec §4.8).
pub static WORK_LOG_STEP: CodeList = CodeList::flat(
    "work_log_step",
    "所属环节",
    &[
        code("institutions", "成立机构"),
        code("baseline_survey", "摸底调查"),
        code("annual_plan", "制定计划"),
        code("base_data", "底图底数"),
        code("field_survey", "实地调研"),
        code("analysis", "现状分析"),
        code("spatial_plan", "国土空间开发与保护"),
        code("industry_plan", "编制产业发展规划"),
        code("party_talent_plan", "编制基层党建和人才发展规划"),
        code("draft_plan", "形成规划草案"),
        code("standardization", "成果标准化"),
        code("county_review", "县级审查"),
        code("resolution", "村民决议"),
        code("filing", "审批备案"),
        code("projects", "推动项目落地"),
        code("outcomes", "反馈工作成效"),
    ],
);

/// A15 单位资质情况
pub static QUALIFICATION: CodeList = CodeList::flat(
    "qualification",
    "单位资质情况",
    &[
        code("planning_a", "城乡规划编制资质甲级"),
        code("planning_b", "城乡规划编制资质乙级"),
        code("land", "土地规划机构等级(原)"),
        code("design", "工程设计(建筑/市政)"),
        code("survey", "测绘资质"),
        code("academic", "高校/科研院所"),
        code("none", "无资质"),
        code("other", "其他"),
    ],
);
