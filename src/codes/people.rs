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

/// 性别 (GB/T 2261.1)
pub static GENDER: CodeList = CodeList::flat("gender", "性别", &[code("1", "男"), code("2", "女")]);

/// A4 民族 (GB/T 3304), those of Yunnan first.
pub static ETHNIC_GROUP: CodeList = CodeList::flat(
    "ethnic_group",
    "民族",
    &[
        code("01", "汉族"),
        code("07", "彝族"),
        code("14", "白族"),
        code("16", "哈尼族"),
        code("18", "傣族"),
        code("08", "壮族"),
        code("06", "苗族"),
        code("03", "回族"),
        code("20", "傈僳族"),
        code("24", "拉祜族"),
        code("21", "佤族"),
        code("27", "纳西族"),
        code("13", "瑶族"),
        code("28", "景颇族"),
        code("04", "藏族"),
        code("34", "布朗族"),
        code("09", "布依族"),
        code("40", "普米族"),
        code("39", "阿昌族"),
        code("42", "怒族"),
        code("56", "基诺族"),
        code("02", "蒙古族"),
        code("46", "德昂族"),
        code("11", "满族"),
        code("25", "水族"),
        code("51", "独龙族"),
        code("05", "维吾尔族"),
        code("10", "朝鲜族"),
        code("12", "侗族"),
        code("15", "土家族"),
        code("17", "哈萨克族"),
        code("19", "黎族"),
        code("22", "畲族"),
        code("23", "高山族"),
        code("26", "东乡族"),
        code("29", "柯尔克孜族"),
        code("30", "土族"),
        code("31", "达斡尔族"),
        code("32", "仫佬族"),
        code("33", "羌族"),
        code("35", "撒拉族"),
        code("36", "毛南族"),
        code("37", "仡佬族"),
        code("38", "锡伯族"),
        code("41", "塔吉克族"),
        code("43", "乌孜别克族"),
        code("44", "俄罗斯族"),
        code("45", "鄂温克族"),
        code("47", "保安族"),
        code("48", "裕固族"),
        code("49", "京族"),
        code("50", "塔塔尔族"),
        code("52", "鄂伦春族"),
        code("53", "赫哲族"),
        code("54", "门巴族"),
        code("55", "珞巴族"),
        code("97", "其他"),
        code("98", "外国血统中国籍人士"),
    ],
);

/// S5.1 工作所在地: who can come back.
pub static WORKPLACE: CodeList = CodeList::flat(
    "workplace",
    "工作所在地",
    &[
        code("county", "本县"),
        code("prefecture", "本州(市)外县"),
        code("province", "省内其他州(市)"),
        code("elsewhere", "省外"),
    ],
);

/// S5.1 与本村关系
pub static VILLAGE_TIE: CodeList = CodeList::flat(
    "village_tie",
    "与本村关系",
    &[
        code("born", "出生地"),
        code("grown", "成长地"),
        code("contact", "“帮县包乡带村”联系点"),
        code("resident", "驻村"),
        code("other", "其他"),
    ],
);

/// S5.2 组别: the two tabs of 名单报审.
pub static GROUP_KIND: CodeList = CodeList::flat(
    "group_kind",
    "组别",
    &[
        code("village", "行政村规划编制组"),
        code("hamlet", "自然村规划编制小组"),
    ],
);

/// S5.2a 编制组角色
pub static GROUP_ROLE: CodeList = CodeList::flat(
    "group_role",
    "编制组角色",
    &[code("leader", "组长"), code("deputy", "副组长"), code("member", "成员")],
);

/// S5.2c 人员来源
pub static PERSON_SOURCE: CodeList = CodeList::flat(
    "person_source",
    "人员来源",
    &[code("returning", "回乡人员"), code("local", "本村人员")],
);

/// S5.2b 本村职务
pub static LOCAL_DUTY: CodeList = CodeList::flat(
    "local_duty",
    "本村职务",
    &[
        code("secretary", "村党组织书记"),
        code("director", "村委会主任"),
        code("committee", "村“两委”成员"),
        code("supervisor", "村务监督委员会成员"),
        code("group_leader", "村(居)民小组组长"),
        code("representative", "村民代表"),
        code("first_secretary", "第一书记"),
        code("resident", "驻村队员"),
        code("other", "其他"),
    ],
);

/// S5.3 回函情况
pub static LETTER_REPLY: CodeList = CodeList::flat(
    "letter_reply",
    "回函情况",
    &[
        code("waiting", "待回函"),
        code("agreed", "同意"),
        code("refused", "不同意"),
    ],
);
