//! L-09 人员摸排台账 to L-14 编制经费台账.

use crate::domain::ledger::{
    ByYear, Column, Detail, DetailOf, Fact, LEDGER, Ledger, Naming, Of, Records, Rows, VillageFact, column, of,
};
use crate::domain::page::{Tab, tab};
use crate::domain::region::Level;
use crate::forms::readers::COUNTY_AND_ABOVE;
use crate::forms::team;
use crate::steps;

const GROUP: &str = "组建规划组";
const FOUND: Records = of("candidates");

static CANDIDATE_LIST: Tab = tab("", "人员摸排", &team::candidates::FORM).listing(&[
    "name",
    "gender",
    "ethnic_group",
    "born_in",
    "hamlet",
    "unit",
    "duty",
    "rank",
    "category",
    "political_status",
    "phone",
    "workplace",
    "tie",
    "skills",
    "willing",
    "asked_on",
    "remark",
]);

/// L-09
pub static CANDIDATES: Ledger = Ledger {
    number: "L-09",
    key: "candidates",
    title: "人员摸排台账",
    group: GROUP,
    year: ByYear::Task,
    columns: &[&[
        column("count", "摸排人数(人)", Of::Count(FOUND)),
        column(
            "willing",
            "愿意回乡人数(人)",
            Of::Count(FOUND.holding(&[("willing", &["1"])])),
        ),
        column("rate", "愿意回乡率(%)", Of::Share("willing", "count")),
        column("category", "按人员类别(人)", Of::Each(FOUND, "category", "")),
        column("rank", "按职级(人)", Of::Each(FOUND, "rank", "")),
        column("politics", "按政治面貌(人)", Of::Each(FOUND, "political_status", "")),
        column("place", "按工作所在地(人)", Of::Each(FOUND, "workplace", "")),
    ]],
    details: &[Detail {
        key: "records",
        title: "人员摸排明细",
        of: DetailOf::Records(&CANDIDATE_LIST, &[]),
    }],
    ..LEDGER
};

/// Whoever was not taken out again.
const MEMBERS: Records = of("roster").among(&[
    "township_review",
    "county_review",
    "passed",
    "township_returned",
    "county_returned",
    "changing",
    "leaving_township",
    "leaving_county",
]);
const RETURNING: Records = MEMBERS.holding(&[("source", &["returning"])]);

static MEMBER_LIST: Tab = tab("", "编制组名册", &team::roster::FORM).listing(&[
    "group_kind",
    "hamlet",
    "name",
    "unit",
    "duty",
    "rank",
    "category",
    "political_status",
    "phone",
    "role",
    "source",
]);

/// L-10
pub static ROSTER: Ledger = Ledger {
    number: "L-10",
    key: "roster",
    title: "编制组名册台账",
    group: GROUP,
    year: ByYear::Task,
    columns: &[&[
        column("count", "人数(人)", Of::Count(MEMBERS)),
        column("passed", "审核通过(人)", Of::Count(of("roster").among(&["passed"]))),
        column(
            "township",
            "待乡级审核(人)",
            Of::Count(of("roster").among(&["township_review"])),
        ),
        column(
            "county",
            "待县级审核(人)",
            Of::Count(of("roster").among(&["county_review"])),
        ),
        column(
            "returned",
            "打回(人)",
            Of::Count(of("roster").among(&["township_returned", "county_returned"])),
        ),
        column("group", "按组别(人)", Of::Each(MEMBERS, "group_kind", "")),
        column("source", "按人员来源(人)", Of::Each(MEMBERS, "source", "")),
    ]],
    details: &[Detail {
        key: "records",
        title: "编制组名册",
        of: DetailOf::Records(&MEMBER_LIST, &[Fact::PassedOn("县级通过时间"), Fact::LetterSent]),
    }],
    ..LEDGER
};

/// Villages, and how far they are.
const VILLAGES: Detail = Detail {
    key: "villages",
    title: "行政村明细",
    of: DetailOf::Villages(&[
        VillageFact::Year,
        VillageFact::Leader,
        VillageFact::LeaderPhone,
        VillageFact::Unit,
        VillageFact::Current,
    ]),
};

/// L-11
pub static GROUPS: Ledger = Ledger {
    number: "L-11",
    key: "groups",
    title: "编制组组建统计",
    group: GROUP,
    year: ByYear::Task,
    columns: &[&[
        column("villages", "行政村总数", Of::Divisions(Level::Village)),
        column(
            "village_groups",
            "行政村编制组数",
            Of::Places(MEMBERS.holding(&[("group_kind", &["village"])]), Level::Village),
        ),
        column(
            "hamlet_groups",
            "自然村编制组数",
            Of::Distinct(MEMBERS.holding(&[("group_kind", &["hamlet"])]), "hamlet"),
        ),
        column(
            "leaders",
            "组长数(人)",
            Of::Count(MEMBERS.holding(&[("role", &["leader"])])),
        ),
        column(
            "deputies",
            "副组长数(人)",
            Of::Count(MEMBERS.holding(&[("role", &["deputy"])])),
        ),
        column(
            "members",
            "成员数(人)",
            Of::Count(MEMBERS.holding(&[("role", &["member"])])),
        ),
        column("returning", "回乡干部数(人)", Of::Count(RETURNING)),
        column(
            "local",
            "本村人员数(人)",
            Of::Count(MEMBERS.holding(&[("source", &["local"])])),
        ),
        column(
            "bureau",
            "厅局级及以上(人)",
            Of::Count(MEMBERS.holding(&[("rank", &["10", "20"])])),
        ),
        column(
            "division",
            "县处级(人)",
            Of::Count(MEMBERS.holding(&[("rank", &["30"])])),
        ),
        column(
            "section",
            "乡科级(人)",
            Of::Count(MEMBERS.holding(&[("rank", &["40"])])),
        ),
        column(
            "below",
            "科级以下(人)",
            Of::Count(MEMBERS.holding(&[("rank", &["50"])])),
        ),
        column(
            "with_officials",
            "有公职人员参与的村数",
            Of::Places(MEMBERS.holding(&[("category", &["1", "2", "3"])]), Level::Village),
        ),
        column(
            "without_officials",
            "无公职人员参与的村数",
            Of::Lacking(MEMBERS.holding(&[("category", &["1", "2", "3"])])),
        ),
    ]],
    details: &[
        Detail {
            key: "records",
            title: "编制组名册",
            of: DetailOf::Records(&MEMBER_LIST, &[]),
        },
        VILLAGES,
    ],
    ..LEDGER
};

const LETTER: Records = of("official_letters");

static LETTER_LIST: Tab = tab("", "发函确认", &team::official_letters::FORM);

/// L-12
pub static LETTERS: Ledger = Ledger {
    number: "L-12",
    key: "letters",
    title: "发函确认台账",
    group: GROUP,
    day: "sent_on",
    rows: Rows::Values("official_letters", "unit", "所在单位"),
    columns: &[&[
        column("count", "人数(人)", Of::Count(LETTER)),
        column("sent", "已发函(人)", Of::Count(LETTER.among(&["sent"]))),
        column("unsent", "未发函(人)", Of::Count(LETTER.among(&["unsent"]))),
        column("exempt", "无需发函(人)", Of::Count(LETTER.among(&["exempt"]))),
        column(
            "agreed",
            "同意(人)",
            Of::Count(LETTER.holding(&[("reply", &["agreed"])])),
        ),
        column(
            "refused",
            "不同意(人)",
            Of::Count(LETTER.holding(&[("reply", &["refused"])])),
        ),
        column("counties", "涉及县(个)", Of::Places(LETTER, Level::County)),
        column("villages", "涉及村(个)", Of::Places(LETTER, Level::Village)),
    ]],
    details: &[Detail {
        key: "records",
        title: "发函确认明细",
        of: DetailOf::Records(&LETTER_LIST, &[]),
    }],
    ..LEDGER
};

const CONTRACTS: Records = of("technical_units");
const SERVED: Of = Of::Named("technical_units", "villages", Naming::All);

/// What planning costs, and who pays for it.
const COSTS: [Column; 8] = [
    column("villages", "服务村数(个)", SERVED),
    column("amount", "合同金额(万元)", Of::Sum(CONTRACTS, &["contract_amount"])),
    column("province", "省财政补助(万元)", Of::Sum(CONTRACTS, &["province_grant"])),
    column("city", "市财政补助(万元)", Of::Sum(CONTRACTS, &["city_grant"])),
    column("projects", "项目资金整合(万元)", Of::Sum(CONTRACTS, &["project_funds"])),
    column(
        "collective",
        "村集体经济支持(万元)",
        Of::Sum(CONTRACTS, &["village_funds"]),
    ),
    column("donations", "乡贤能人捐赠(万元)", Of::Sum(CONTRACTS, &["donations"])),
    column("county", "县级财政兜底(万元)", Of::Sum(CONTRACTS, &["county_funds"])),
];

static UNIT_LIST: Tab = tab("", "确定技术单位", &team::technical_units::FORM);

/// What both ledgers of contracts add up.
static CONTRACT_DETAILS: [Detail; 2] = [
    Detail {
        key: "records",
        title: "技术单位明细",
        of: DetailOf::Records(&UNIT_LIST, &[]),
    },
    VILLAGES,
];

/// L-13
pub static TECHNICAL_UNITS: Ledger = Ledger {
    number: "L-13",
    key: "technical_units",
    title: "技术单位台账",
    group: GROUP,
    day: "signed_on",
    rows: Rows::Values("technical_units", "name", "技术单位名称"),
    columns: &[
        &[
            column("qualification", "资质", Of::Said("technical_units", "qualification")),
            column("leader", "负责人", Of::Said("technical_units", "leader")),
            column("phone", "电话", Of::Said("technical_units", "leader_phone")),
            column("counties", "服务县数(个)", Of::Places(CONTRACTS, Level::County)),
        ],
        &COSTS,
        &[
            column("gap", "资金缺口(万元)", Of::Sum(CONTRACTS, &["gap"])),
            column("each", "村均合同额(万元)", Of::Quotient("amount", "villages", 2)),
            column(
                "reviewed",
                "已审查村数(个)",
                Of::Named("technical_units", "villages", Naming::Done(&steps::COUNTY_REVIEW)),
            ),
            column(
                "approved",
                "已批复村数(个)",
                Of::Named(
                    "technical_units",
                    "villages",
                    Naming::In("filing", &["approved", "filed"]),
                ),
            ),
        ],
    ],
    details: &CONTRACT_DETAILS,
    ..LEDGER
};

/// L-14
pub static PLANNING_COSTS: Ledger = Ledger {
    number: "L-14",
    key: "planning_costs",
    title: "编制经费台账",
    group: GROUP,
    // What a contract costs is not told apart by township and village.
    kinds: COUNTY_AND_ABOVE,
    day: "signed_on",
    columns: &[&COSTS, &[column("gap", "缺口(万元)", Of::Sum(CONTRACTS, &["gap"]))]],
    details: &CONTRACT_DETAILS,
    ..LEDGER
};
