//! 5.2 名单报审 (manual 5.2, spec S5.2): the members of the planning groups, each an entry that township and county
//! organization department pass or return.

use crate::codes::{
    GROUP_KIND, GROUP_ROLE, LETTER_REPLY, LOCAL_DUTY, PERSON_CATEGORY, PERSON_SOURCE, POLITICAL_STATUS, RANK,
};
use crate::domain::account::AccountKind::Village;
use crate::domain::field::{Choosing, Condition, Suggestion, choice, person_name, phone, reference, switch, text};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::page::Creation;
use crate::domain::problem::Severity;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::forms::readers::EVERYBODY;
use crate::steps;
use crate::workflows::ROSTER_REVIEW;

const RETURNING: Condition = Condition::Is("source", &["returning"]);
const LOCAL: Condition = Condition::Is("source", &["local"]);
const OF_HAMLET: Condition = Condition::Is("group_kind", &["hamlet"]);

/// Who may lead a village's group.
const LEADERS: [&str; 3] = ["secretary", "director", "committee"];

/// 符合条件 (spec Q-09): willing, and not yet in the group.
static WILLING: Choosing = Choosing {
    matching: &[("willing", "1")],
    states: &[],
    once_among: &["group_kind", "hamlet"],
};

/// The two buttons that register an entry (manual 5.2(1), (4)).
pub static CREATIONS: &[Creation] = &[
    Creation {
        key: "returning",
        title: "填报回乡人员",
        prompt: "报审在外回乡干部",
        sets: ("source", "returning"),
    },
    Creation {
        key: "local",
        title: "填报本村人员",
        prompt: "报审村党组织书记、村两委等本村人员",
        sets: ("source", "local"),
    },
];

/// The form.
pub static FORM: Form = Form {
    key: "roster",
    title: "名单报审",
    fillers: &[Village],
    readers: EVERYBODY,
    sections: &[section(
        "基本信息",
        &[
            choice("group_kind", "组别", &GROUP_KIND).required().hidden(),
            reference("hamlet", "自然村名称", "natural_villages")
                .shown_when(OF_HAMLET)
                .required_when(OF_HAMLET)
                .listed(),
            reference("person", "选择人员", "candidates")
                .choosing(&WILLING)
                .spreading()
                .shown_when(RETURNING)
                .required_when(RETURNING)
                .help("只列出人员摸排中“本人意愿”为是、尚未报审到本组的人员"),
            person_name("name", "人员姓名")
                .required()
                .copied("person", "name")
                .listed()
                .searched(),
            choice("local_duty", "本村职务", &LOCAL_DUTY)
                .shown_when(LOCAL)
                .required_when(LOCAL),
            text("unit", "所在单位(全称)", 100)
                .copied("person", "unit")
                .suggested(Suggestion::Text("{region}"))
                .listed()
                .searched(),
            text("duty", "职务", 50)
                .copied("person", "duty")
                .shown_when(RETURNING)
                .listed(),
            choice("rank", "职级(职等)", &RANK)
                .copied("person", "rank")
                .shown_when(RETURNING)
                .listed(),
            choice("category", "人员类别", &PERSON_CATEGORY)
                .copied("person", "category")
                .initially("9")
                .listed(),
            choice("political_status", "政治面貌", &POLITICAL_STATUS)
                .required()
                .copied("person", "political_status")
                .listed(),
            phone("phone", "联系电话")
                .required()
                .copied("person", "phone")
                .listed()
                .private(),
            switch("willing", "本人意愿")
                .copied("person", "willing")
                .shown_when(RETURNING)
                .listed(),
            choice("role", "编制组角色", &GROUP_ROLE).required().listed().filtered(),
            switch("is_lead", "是否回乡干部牵头人").shown_when(RETURNING),
            choice("source", "人员来源", &PERSON_SOURCE)
                .required()
                .hidden()
                .listed()
                .filtered(),
            choice("reply", "回函情况", &LETTER_REPLY).filtered().by_review(),
            text("remark", "备注", 200).listed().wide(),
        ],
    )],
    name_field: "name",
    told_by: &["unit"],
    grouped_by: &["group_kind", "hamlet"],
    rules: &[Rule {
        id: "R-33",
        severity: Severity::NeedsReason,
        broken: |values| {
            let leads = values.text("role") == "leader" && values.text("group_kind") == "village";
            let fits = values.text("source") == "local" && LEADERS.contains(&values.text("local_duty"));
            (leads && !fits).then(|| {
                (
                    "role",
                    "组长一般由村党组织书记或村“两委”成员担任，仍要保存的，请说明理由".to_owned(),
                )
            })
        },
    }],
    uniques: &[
        Unique {
            key: "leader",
            fields: &["group_kind", "hamlet"],
            holding: &[("role", "leader")],
            place: "role",
            rule: "R-32",
            message: "一个编制组只能有一位组长，本组已有组长",
        },
        Unique {
            key: "lead",
            fields: &["group_kind", "hamlet"],
            holding: &[("is_lead", "1")],
            place: "is_lead",
            rule: "R-34",
            message: "一个编制组只能有一位回乡干部牵头人",
        },
        Unique {
            key: "member",
            fields: &["group_kind", "hamlet", "name", "phone"],
            holding: &[],
            place: "name",
            rule: "",
            message: "该人员已在本组的名单中",
        },
    ],
    store_rules: &[
        StoreRule {
            id: "R-34",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::GroupHolds(&["group_kind", "hamlet"], &[("role", "deputy"), ("is_lead", "1")]),
            place: "role",
            message: "副组长原则上由回乡干部牵头人担任，本组还没有这样的副组长",
        },
        StoreRule {
            id: "R-34a",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::GroupHolds(&["group_kind", "hamlet"], &[("role", "leader")]),
            place: "role",
            message: "编制组由组长、副组长、成员组成，本组还没有组长",
        },
        StoreRule {
            id: "R-34a",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::GroupHolds(&["group_kind", "hamlet"], &[("role", "member")]),
            place: "role",
            message: "编制组由组长、副组长、成员组成，本组还没有成员",
        },
        StoreRule {
            id: "R-34b",
            severity: Severity::Warning,
            holding: &[("role", "leader"), ("group_kind", "village")],
            test: StoreTest::ElsewhereAtMost(0, &["name", "phone"], &[("role", "leader"), ("group_kind", "village")]),
            place: "role",
            message: "该人员已担任其他行政村规划编制组的组长",
        },
        StoreRule {
            id: "R-34b",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::ElsewhereAtMost(1, &["name", "phone"], &[]),
            place: "name",
            message: "该人员已在两个行政村的名单中",
        },
        StoreRule {
            id: "",
            severity: Severity::Warning,
            holding: &[("source", "local")],
            test: StoreTest::NotIn("candidates", ("name", "name")),
            place: "name",
            message: "人员摸排中有同名人员，如为同一人，请使用“填报回乡人员”",
        },
    ],
    workflow: Some(&ROSTER_REVIEW),
    step: Some(&steps::ROSTER_REVIEW),
    ..RECORDS
};
