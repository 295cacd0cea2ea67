//! The state machines of spec §6, as data.

use crate::domain::account::AccountKind::{
    City, County, CountyOrganization, NaturalVillage, Province, System, Township, Village,
};
use crate::domain::region::Level;
use crate::domain::verb::Verb::{
    Answer, Approve, Confirm, Disable, Enable, ExemptLetter, File, Leave, Merge, RecallLetter, RecordReply, Refuse,
    RequestChange, RequireLetter, Return, SendBack, SendLetter, Submit, TakeUp, Withdraw,
};
use crate::domain::workflow::{Consequence, Fate, Heed, Opinion, State, Tone, Transition, Workflow};

const fn state(key: &'static str, title: &'static str, tone: Tone) -> State {
    State {
        key,
        title,
        tone,
        is_open: false,
        is_final: false,
        is_kept: false,
        is_over: false,
        is_silent: false,
    }
}

const fn open(key: &'static str, title: &'static str, tone: Tone) -> State {
    State {
        is_open: true,
        ..state(key, title, tone)
    }
}

/// What most workflows are.
const WORKFLOW: Workflow = Workflow {
    title: "审核状态",
    states: &[],
    transitions: &[],
    registers: None,
    mends: None,
    level: None,
    heeds: &[],
};

/// SM-1 摸底调查 and SM-2 制定计划 / 上报审核 / 下达任务: the county submits, city and province pass or return (manual 4).
/// A return always goes to the county, and the whole chain follows again (manual 4.4(1)).
pub static COUNTY_REVIEW: Workflow = Workflow {
    states: STATES,
    transitions: &[
        SUBMIT,
        CITY_APPROVES,
        CITY_RETURNS,
        PROVINCE_APPROVES,
        PROVINCE_RETURNS,
        WITHDRAW,
        CHANGE,
    ],
    ..WORKFLOW
};

/// SM-2: with the province's decision go number and date of the task paper (spec S4.4).
pub static ANNUAL_PLAN_REVIEW: Workflow = Workflow {
    states: STATES,
    transitions: &[
        SUBMIT,
        CITY_APPROVES,
        CITY_RETURNS,
        Transition {
            asks: &["task_number", "assigned_on"],
            ..PROVINCE_APPROVES
        },
        PROVINCE_RETURNS,
        WITHDRAW,
        CHANGE,
    ],
    ..WORKFLOW
};

static STATES: &[State] = &[
    open("draft", "未提交", Tone::Grey),
    state("submitted", "已提交", Tone::Blue),
    state("city_passed", "市级审核通过", Tone::Cyan),
    State {
        is_final: true,
        ..state("province_passed", "省级审核通过", Tone::Green)
    },
    open("city_returned", "市级打回", Tone::Red),
    open("province_returned", "省级打回", Tone::Red),
    State {
        is_kept: true,
        ..open("changing", "变更中", Tone::Grey)
    },
];

/// What most transitions are: nothing to say, nobody to choose, nothing else happens.
const PLAIN: Transition = Transition {
    from: &[],
    verb: Submit,
    button: "提交",
    by: County,
    to: "",
    opinion: Opinion::None,
    opinion_title: "审核意见",
    receiver: None,
    receiver_title: "提交至",
    asks: &[],
    needs: &[],
    clears: &[],
    consequence: None,
    not_by_author: false,
};

const SUBMIT: Transition = Transition {
    from: &["draft", "city_returned", "province_returned", "changing"],
    verb: Submit,
    button: "提交",
    by: County,
    to: "submitted",
    receiver: Some(City),
    ..PLAIN
};

const CITY_APPROVES: Transition = Transition {
    from: &["submitted"],
    verb: Approve,
    button: "提交",
    by: City,
    to: "city_passed",
    opinion: Opinion::Agreement,
    receiver: Some(Province),
    ..PLAIN
};

const CITY_RETURNS: Transition = Transition {
    from: &["submitted"],
    verb: Return,
    button: "打回",
    by: City,
    to: "city_returned",
    opinion: Opinion::Compulsory,
    opinion_title: "打回意见",
    ..PLAIN
};

const PROVINCE_APPROVES: Transition = Transition {
    from: &["city_passed"],
    verb: Approve,
    button: "提交",
    by: Province,
    to: "province_passed",
    opinion: Opinion::Agreement,
    ..PLAIN
};

const PROVINCE_RETURNS: Transition = Transition {
    from: &["city_passed"],
    verb: Return,
    button: "打回",
    by: Province,
    to: "province_returned",
    opinion: Opinion::Compulsory,
    opinion_title: "打回意见",
    ..PLAIN
};

const WITHDRAW: Transition = Transition {
    from: &["submitted"],
    verb: Withdraw,
    button: "撤回",
    by: County,
    to: "draft",
    ..PLAIN
};

const CHANGE: Transition = Transition {
    from: &["province_passed"],
    verb: RequestChange,
    button: "申请变更",
    by: County,
    to: "changing",
    opinion: Opinion::Compulsory,
    opinion_title: "变更原因",
    ..PLAIN
};

/// SM-3 名单报审 (manual 5.2): 保存 goes to the township at once, the township passes on to the county organization
/// department, both return to the village, and the village begins again with the township. Whoever has passed can be
/// given another role, or leave, by the same way.
pub static ROSTER_REVIEW: Workflow = Workflow {
    title: "审批状态",
    states: &[
        state("township_review", "待乡级审核", Tone::Blue),
        state("county_review", "待县级审核", Tone::Cyan),
        State {
            is_final: true,
            ..state("passed", "审核通过", Tone::Green)
        },
        open("township_returned", "乡级打回", Tone::Red),
        open("county_returned", "县级打回", Tone::Red),
        State {
            is_kept: true,
            ..open("changing", "调整中", Tone::Grey)
        },
        state("leaving_township", "调出待乡级审核", Tone::Blue),
        state("leaving_county", "调出待县级审核", Tone::Cyan),
        State {
            is_over: true,
            ..state("left", "调出", Tone::Grey)
        },
    ],
    registers: Some(&Transition {
        from: &[],
        ..ROSTER_SUBMIT
    }),
    transitions: &[
        ROSTER_SUBMIT,
        TOWNSHIP_APPROVES,
        TOWNSHIP_RETURNS,
        ORGANIZATION_APPROVES,
        ORGANIZATION_RETURNS,
        Transition {
            from: &["passed"],
            verb: RequestChange,
            button: "调整",
            to: "changing",
            opinion: Opinion::Compulsory,
            opinion_title: "调整原因",
            receiver: None,
            ..ROSTER_SUBMIT
        },
        Transition {
            from: &["passed"],
            verb: Leave,
            button: "调出",
            to: "leaving_township",
            opinion: Opinion::Compulsory,
            opinion_title: "调出原因",
            ..ROSTER_SUBMIT
        },
        Transition {
            from: &["leaving_township"],
            to: "leaving_county",
            ..TOWNSHIP_APPROVES
        },
        Transition {
            from: &["leaving_township"],
            to: "passed",
            ..TOWNSHIP_RETURNS
        },
        Transition {
            from: &["leaving_county"],
            to: "left",
            consequence: Some(&Consequence::Remove {
                form: "official_letters",
                reference: "entry",
            }),
            ..ORGANIZATION_APPROVES
        },
        Transition {
            from: &["leaving_county"],
            to: "passed",
            ..ORGANIZATION_RETURNS
        },
    ],
    heeds: &[Heed {
        state: "passed",
        holding: ("reply", &["refused"]),
        title: "回函不同意",
        by: Village,
        verbs: &[RequestChange, Leave],
    }],
    ..WORKFLOW
};

const ROSTER_SUBMIT: Transition = Transition {
    from: &["township_returned", "county_returned", "changing"],
    verb: Submit,
    button: "提交",
    by: Village,
    to: "township_review",
    receiver: Some(Township),
    receiver_title: "审批人",
    ..PLAIN
};

const TOWNSHIP_APPROVES: Transition = Transition {
    from: &["township_review"],
    verb: Approve,
    button: "审批通过",
    by: Township,
    to: "county_review",
    opinion: Opinion::Agreement,
    opinion_title: "审批意见",
    receiver: Some(CountyOrganization),
    receiver_title: "县级审核人",
    ..PLAIN
};

const TOWNSHIP_RETURNS: Transition = Transition {
    from: &["township_review"],
    verb: Return,
    button: "打回",
    by: Township,
    to: "township_returned",
    opinion: Opinion::Compulsory,
    opinion_title: "打回意见",
    ..PLAIN
};

const ORGANIZATION_APPROVES: Transition = Transition {
    from: &["county_review"],
    by: CountyOrganization,
    to: "passed",
    receiver: None,
    // Only returning cadres get a letter (manual 5.3, note); without a unit there is nobody to write to.
    consequence: Some(&Consequence::Register {
        form: "official_letters",
        reference: "entry",
        holding: ("source", "returning"),
        without: ("unit", "exempt"),
    }),
    ..TOWNSHIP_APPROVES
};

const ORGANIZATION_RETURNS: Transition = Transition {
    from: &["county_review"],
    by: CountyOrganization,
    to: "county_returned",
    ..TOWNSHIP_RETURNS
};

/// SM-5 发函 (manual 5.3): the state is what the column 是否发函 says.
pub static OFFICIAL_LETTERS: Workflow = Workflow {
    title: "是否发函",
    states: &[
        state("unsent", "否", Tone::Amber),
        state("sent", "是", Tone::Green),
        state("exempt", "无需发函", Tone::Grey),
    ],
    transitions: &[
        Transition {
            from: &["unsent"],
            verb: SendLetter,
            button: "发函",
            to: "sent",
            asks: &["sent_on", "letter_number"],
            ..LETTER
        },
        Transition {
            from: &["sent"],
            verb: RecallLetter,
            button: "撤销发函",
            to: "unsent",
            opinion: Opinion::Compulsory,
            opinion_title: "撤销原因",
            clears: &["sent_on", "letter_number", "reply", "replied_on"],
            ..LETTER
        },
        Transition {
            from: &["sent"],
            verb: RecordReply,
            button: "回函",
            to: "sent",
            asks: &["reply", "replied_on"],
            consequence: Some(&Consequence::Reflect {
                reference: "entry",
                field: ("reply", "reply"),
            }),
            ..LETTER
        },
        Transition {
            from: &["unsent"],
            verb: ExemptLetter,
            button: "无需发函",
            to: "exempt",
            ..LETTER
        },
        Transition {
            from: &["exempt"],
            verb: RequireLetter,
            button: "恢复发函",
            to: "unsent",
            ..LETTER
        },
    ],
    ..WORKFLOW
};

const LETTER: Transition = Transition {
    by: CountyOrganization,
    ..PLAIN
};

/// SM-4 审批备案 (manual 6.11): the township submits what the village has resolved, the county approves or returns it to the
/// township, which may reopen named steps for the village (spec Q-14); what is approved is filed.
pub static FILING: Workflow = Workflow {
    title: "审批状态",
    states: &[
        open("pending", "待提交", Tone::Grey),
        state("submitted", "已提交", Tone::Blue),
        State {
            is_final: true,
            ..state("approved", "审批通过", Tone::Green)
        },
        open("returned", "县级打回", Tone::Red),
        State {
            is_final: true,
            ..state("filed", "已备案", Tone::Green)
        },
    ],
    transitions: &[
        Transition {
            from: &["pending", "returned"],
            to: "submitted",
            by: Township,
            receiver: Some(County),
            ..PLAIN
        },
        Transition {
            from: &["submitted"],
            verb: Approve,
            button: "通过",
            to: "approved",
            opinion: Opinion::Agreement,
            opinion_title: "审批意见",
            asks: &["approval_number", "approved_on"],
            // The county has judged what was mended.
            clears: &["mending"],
            ..PLAIN
        },
        Transition {
            from: &["submitted"],
            verb: Return,
            button: "打回",
            to: "returned",
            opinion: Opinion::Compulsory,
            opinion_title: "打回意见",
            clears: &["mending"],
            ..PLAIN
        },
        Transition {
            from: &["returned"],
            verb: SendBack,
            button: "退回修改",
            by: Township,
            to: "pending",
            opinion: Opinion::Compulsory,
            opinion_title: "退回原因",
            asks: &["mending"],
            consequence: Some(&Consequence::Reopen { field: "mending" }),
            ..PLAIN
        },
        Transition {
            from: &["approved"],
            verb: File,
            button: "备案",
            to: "filed",
            asks: &[
                "approval_number",
                "approved_on",
                "filing_number",
                "filed_on",
                "opened_on",
                "delivered_on",
            ],
            needs: &["approval_number", "approved_on", "filing_number"],
            ..PLAIN
        },
    ],
    ..WORKFLOW
};

/// SM-6 自然村账号: a natural village registers with the QR code of its village, which confirms it. It may fill at once;
/// what it tells counts from the confirmation on (spec §9).
pub static NATURAL_VILLAGE: Workflow = Workflow {
    title: "账号状态",
    states: &[
        open("unregistered", "未注册", Tone::Grey),
        State {
            is_kept: true,
            ..open("waiting", "待确认", Tone::Blue)
        },
        State {
            is_kept: true,
            ..open("active", "正常", Tone::Green)
        },
        open("refused", "已拒绝", Tone::Red),
        State {
            is_kept: true,
            ..open("disabled", "已停用", Tone::Amber)
        },
        State {
            is_over: true,
            ..state("merged", "已合并", Tone::Grey)
        },
    ],
    transitions: &[
        // Nobody has this button: `server/registration.rs` goes this way for who scans the code.
        Transition {
            from: &["unregistered", "refused"],
            button: "注册",
            by: NaturalVillage,
            to: "waiting",
            ..PLAIN
        },
        Transition {
            from: &["waiting"],
            verb: Confirm,
            button: "确认",
            by: Village,
            to: "active",
            consequence: Some(&Consequence::Division(Fate::Admitted)),
            ..PLAIN
        },
        Transition {
            from: &["waiting"],
            verb: Refuse,
            button: "拒绝",
            by: Village,
            to: "refused",
            opinion: Opinion::Compulsory,
            opinion_title: "拒绝原因",
            consequence: Some(&Consequence::Division(Fate::Refused)),
            ..PLAIN
        },
        Transition {
            from: &["active"],
            verb: Disable,
            button: "停用",
            by: Village,
            to: "disabled",
            opinion: Opinion::Compulsory,
            opinion_title: "停用原因",
            consequence: Some(&Consequence::Division(Fate::ShutOut)),
            ..PLAIN
        },
        Transition {
            from: &["disabled"],
            verb: Enable,
            button: "启用",
            by: Village,
            to: "active",
            consequence: Some(&Consequence::Division(Fate::Admitted)),
            ..PLAIN
        },
        Transition {
            from: &["unregistered", "active", "disabled"],
            verb: Merge,
            button: "合并",
            by: Village,
            to: "merged",
            opinion: Opinion::Compulsory,
            opinion_title: "合并原因",
            asks: &["merged_into"],
            needs: &["merged_into"],
            consequence: Some(&Consequence::Division(Fate::MergedInto("merged_into"))),
            ..PLAIN
        },
    ],
    ..WORKFLOW
};

/// What natural villages tell counts as soon as they save it. Their village may send a record back with a reason (spec §9);
/// it goes on counting as it is until it is saved again, and saving is all that takes.
pub static TELLING: Workflow = Workflow {
    title: "填报状态",
    level: Some(Level::NaturalVillage),
    states: &[
        State {
            is_silent: true,
            ..open("told", "已填报", Tone::Green)
        },
        open("returned", "已退回", Tone::Red),
    ],
    transitions: &[Transition {
        from: &["told"],
        verb: Return,
        button: "退回",
        by: Village,
        to: "returned",
        opinion: Opinion::Compulsory,
        opinion_title: "退回原因",
        ..PLAIN
    }],
    mends: Some(&Transition {
        from: &["returned"],
        by: NaturalVillage,
        to: "told",
        ..PLAIN
    }),
    ..WORKFLOW
};

/// 投诉建议 (spec S9.7): taken up and answered by whoever it reaches, the county, the city or the system administrator. An
/// answer can be mended. Nobody takes up or answers what they have left themselves (`security.md` A23): of a county's own the
/// city does, of a city's own the system administrator.
pub static COMPLAINTS: Workflow = Workflow {
    title: "处理状态",
    states: &[
        state("waiting", "待处理", Tone::Amber),
        state("handling", "处理中", Tone::Blue),
        State {
            is_final: true,
            ..state("answered", "已答复", Tone::Green)
        },
    ],
    transitions: &[
        TAKE_UP,
        Transition { by: City, ..TAKE_UP },
        Transition { by: System, ..TAKE_UP },
        ANSWER,
        Transition { by: City, ..ANSWER },
        Transition { by: System, ..ANSWER },
    ],
    ..WORKFLOW
};

const TAKE_UP: Transition = Transition {
    from: &["waiting"],
    verb: TakeUp,
    button: "受理",
    by: County,
    to: "handling",
    ..PLAIN
}
.not_by_author();

const ANSWER: Transition = Transition {
    from: &["waiting", "handling", "answered"],
    verb: Answer,
    button: "答复",
    by: County,
    to: "answered",
    asks: &["reply"],
    needs: &["reply"],
    ..PLAIN
}
.not_by_author();
