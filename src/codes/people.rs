//! Lists about people.

use crate::domain::code::{CodeList, code};

/// A1 人员类别
pub static PERSON_CATEGORY: CodeList = CodeList::flat(
    "person_category",
    "人员类别",
    &[
        code("1", "公务员"),
        code("2", "事业编制人员"),
        code("3", "国有企业人员"),
        code("4", "乡贤能人"),
        code("5", "致富带头人"),
        code("9", "其他"),
    ],
);

/// A2 职级(职等), the compulsory bands.
pub static RANK: CodeList = CodeList::flat(
    "rank",
    "职级",
    &[
        code("10", "省部级"),
        code("20", "厅局级"),
        code("30", "县处级"),
        code("40", "乡科级"),
        code("50", "科级以下"),
        code("90", "无"),
    ],
);

/// A3 政治面貌 (GB/T 4762)
pub static POLITICAL_STATUS: CodeList = CodeList::flat(
    "political_status",
    "政治面貌",
    &[
        code("01", "中共党员"),
        code("02", "中共预备党员"),
        code("03", "共青团员"),
        code("04", "民革党员"),
        code("05", "民盟盟员"),
        code("06", "民建会员"),
        code("07", "民进会员"),
        code("08", "农工党党员"),
        code("09", "致公党党员"),
        code("10", "九三学社社员"),
        code("11", "台盟盟员"),
        code("12", "无党派人士"),
        code("13", "群众"),
    ],
);

/// S2.2 身份 of the members of a village's resident team.
pub static RESIDENT_ROLE: CodeList = CodeList::flat(
    "resident_role",
    "身份",
    &[
        code("first_secretary", "第一书记"),
        code("team_leader", "工作队长"),
        code("member", "驻村队员"),
    ],
);

/// 任职状态
pub static IN_POST: CodeList = CodeList::flat("in_post", "任职状态", &[code("in_post", "在任"), code("left", "离任")]);

/// S3.3a 项目组职务
pub static PROJECT_TEAM_ROLE: CodeList = CodeList::flat(
    "project_team_role",
    "项目组职务",
    &[
        code("leader", "组长"),
        code("deputy", "副组长"),
        code("member", "成员"),
        code("office_director", "办公室主任"),
        code("office_member", "办公室成员"),
    ],
);

/// S3.3b 领导小组职务
pub static LEADING_GROUP_ROLE: CodeList = CodeList::flat(
    "leading_group_role",
    "领导小组职务",
    &[
        code("leader", "组长"),
        code("first_deputy", "常务副组长"),
        code("deputy", "副组长"),
        code("member", "成员"),
        code("office_director", "办公室主任"),
    ],
);

/// S2.3 注册状态 of a natural village's account.
pub static REGISTRATION: CodeList = CodeList::flat(
    "registration",
    "注册状态",
    &[
        code("none", "未注册"),
        code("waiting", "待确认"),
        code("normal", "正常"),
        code("disabled", "停用"),
    ],
);
