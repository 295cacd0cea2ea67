//! L-03 制定文件台账, L-04 机构人员台账, L-05 组织发动台账, L-06 培训学习台账.

use crate::domain::account::AccountKind;
use crate::domain::ledger::{ByYear, Column, Detail, DetailOf, Fact, LEDGER, Ledger, Of, Records, column, of};
use crate::domain::page::{Tab, tab};
use crate::domain::region::Level;
use crate::forms::preparation;

const GROUP: &str = "工作准备";

static FOUNDING: Tab = tab("", "制定文件", &preparation::founding_documents::FORM).listing(&[
    "title",
    "number",
    "category",
    "issuer",
    "issued_on",
]);
static SUPPLEMENTARY: Tab = tab("", "补充制定文件", &preparation::supplementary_documents::FORM).listing(&[
    "title",
    "number",
    "category",
    "issuer",
    "issued_on",
    "year",
]);

/// L-03
pub static DOCUMENTS: Ledger = Ledger {
    number: "L-03",
    key: "documents",
    title: "制定文件台账",
    group: GROUP,
    columns: &[&[
        column("founding", "制定文件数", Of::Count(of("founding_documents"))),
        column(
            "founding_places",
            "已制定的县(市、区)数",
            Of::Places(of("founding_documents"), Level::County),
        ),
        column(
            "founding_kind",
            "制定文件 按类别",
            Of::Each(of("founding_documents"), "category", ""),
        ),
        column(
            "supplementary",
            "补充制定文件数",
            Of::Count(of("supplementary_documents")),
        ),
    ]],
    day: "issued_on",
    details: &[
        Detail {
            key: "founding",
            title: "制定文件明细",
            of: DetailOf::Records(&FOUNDING, &[Fact::Level, Fact::Text("2021/补充", "2021")]),
        },
        Detail {
            key: "supplementary",
            title: "补充制定文件明细",
            of: DetailOf::Records(&SUPPLEMENTARY, &[Fact::Level, Fact::Text("2021/补充", "补充")]),
        },
    ],
    ..LEDGER
};

static TEAM: Tab = tab("", "“干部规划家乡”项目组", &preparation::project_team::FORM).listing(&[
    "name",
    "unit",
    "duty",
    "rank",
    "team_role",
    "phone",
    "in_post",
]);
static LEADING: Tab = tab("", "“干部规划家乡”领导小组", &preparation::leading_group::FORM).listing(&[
    "name",
    "unit",
    "duty",
    "rank",
    "group_role",
    "phone",
    "in_post",
]);
static STATIONS: Tab = tab("", "联络服务站", &preparation::liaison_stations::FORM);
static STAFF: Tab = tab("", "联络服务站人员", &preparation::liaison_staff::FORM);

const STATION_COLUMNS: [Column; 2] = [
    column("stations", "联络服务站数", Of::Count(of("liaison_stations"))),
    column(
        "staff",
        "联络服务站人数",
        Of::Count(of("liaison_staff").holding(&[("in_post", &["in_post"])])),
    ),
];

const STATION_DETAILS: [Detail; 2] = [
    Detail {
        key: "stations",
        title: "联络服务站明细",
        of: DetailOf::Records(&STATIONS, &[]),
    },
    Detail {
        key: "staff",
        title: "联络服务站人员明细",
        of: DetailOf::Records(&STAFF, &[]),
    },
];

/// L-04
pub static INSTITUTIONS: Ledger = Ledger {
    number: "L-04",
    key: "institutions",
    title: "机构人员台账",
    group: GROUP,
    columns: &[&[
        column(
            "project_team",
            "项目组人数",
            Of::Count(of("project_team").holding(&[("in_post", &["in_post"])])),
        ),
        column(
            "leading_group",
            "领导小组人数",
            Of::Count(of("leading_group").holding(&[("in_post", &["in_post"])])),
        ),
        STATION_COLUMNS[0],
        STATION_COLUMNS[1],
        column(
            "all",
            "在任人数合计",
            Of::Total(&["project_team", "leading_group", "staff"]),
        ),
    ]],
    details: &[
        Detail {
            key: "project_team",
            title: "项目组明细",
            of: DetailOf::Records(&TEAM, &[]),
        },
        Detail {
            key: "leading_group",
            title: "领导小组明细",
            of: DetailOf::Records(&LEADING, &[]),
        },
        STATION_DETAILS[0],
        STATION_DETAILS[1],
    ],
    ..LEDGER
};

/// L-04 for townships and villages: of the institutions they read the station and who works there (spec §2.3).
pub static STATION_STAFF: Ledger = Ledger {
    number: "L-04",
    key: "liaison_stations",
    title: "机构人员台账",
    group: GROUP,
    kinds: &[AccountKind::Township, AccountKind::Village],
    columns: &[&STATION_COLUMNS],
    details: &STATION_DETAILS,
    ..LEDGER
};

static MOBILIZATIONS: Tab = tab("", "组织发动", &preparation::mobilization::FORM).listing(&[
    "filler_name",
    "title",
    "held_on",
    "organization_form",
    "participation",
    "participants",
    "letters",
    "summary",
]);

/// L-05
pub static MOBILIZATION: Ledger = Ledger {
    number: "L-05",
    key: "mobilization",
    title: "组织发动台账",
    group: GROUP,
    columns: &[&[
        column("count", "次数", Of::Count(of("mobilization"))),
        column(
            "forms",
            "按组织形式(次)",
            Of::Each(of("mobilization"), "organization_form", ""),
        ),
        column(
            "manner",
            "按组织方式(次)",
            Of::Each(of("mobilization"), "participation", ""),
        ),
        column("people", "参与人数(人)", Of::Sum(of("mobilization"), &["participants"])),
        column(
            "letters",
            "公开信/邀请函份数(份)",
            Of::Sum(of("mobilization"), &["letters"]),
        ),
    ]],
    day: "held_on",
    details: &[Detail {
        key: "records",
        title: "组织发动明细",
        of: DetailOf::Records(&MOBILIZATIONS, &[]),
    }],
    ..LEDGER
};

static TRAININGS: Tab = tab("", "培训学习", &preparation::training::FORM).listing(&[
    "filler_level",
    "filler_name",
    "title",
    "held_on",
    "ended_on",
    "participation",
    "method",
    "host",
    "place",
    "platform",
    "offline_count",
    "online_count",
    "attendance",
    "cadres",
    "hours",
    "lecturers",
    "audience",
    "summary",
]);

/// 自行组织
const HELD: Records = of("training").holding(&[("participation", &["own"])]);

/// L-06
pub static TRAINING: Ledger = Ledger {
    number: "L-06",
    key: "training",
    title: "培训学习台账",
    group: GROUP,
    columns: &[&[
        column("count", "培训场次(场)", Of::Count(of("training"))),
        column(
            "offline",
            "线下场次(场)",
            Of::Count(of("training").holding(&[("method", &["offline", "mixed", "on_site"])])),
        ),
        column(
            "online",
            "线上场次(场)",
            Of::Count(of("training").holding(&[("method", &["online", "mixed"])])),
        ),
        // whoever only took part is an event, the heads are counted by whom the training was held.
        column("people", "培训人数(人)", Of::Sum(HELD, &["attendance"])),
        column("cadres", "回乡干部人次(人次)", Of::Sum(HELD, &["cadres"])),
        column("hours", "学时", Of::Sum(of("training"), &["hours"])),
    ]],
    year: ByYear::No,
    day: "held_on",
    details: &[Detail {
        key: "records",
        title: "培训学习明细",
        of: DetailOf::Records(&TRAININGS, &[]),
    }],
    ..LEDGER
};
