//! The state machines of spec §6, as data.

use crate::domain::account::AccountKind::{City, County, Province};
use crate::domain::verb::Verb::{Approve, RequestChange, Return, Submit, Withdraw};
use crate::domain::workflow::{Opinion, State, Tone, Transition, Workflow};

const fn state(key: &'static str, title: &'static str, tone: Tone) -> State {
    State {
        key,
        title,
        tone,
        is_open: false,
        is_final: false,
    }
}

const fn open(key: &'static str, title: &'static str, tone: Tone) -> State {
    State {
        is_open: true,
        ..state(key, title, tone)
    }
}

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
    open("changing", "变更中", Tone::Grey),
];

const SUBMIT: Transition = Transition {
    from: &["draft", "city_returned", "province_returned", "changing"],
    verb: Submit,
    button: "提交",
    by: County,
    to: "submitted",
    opinion: Opinion::None,
    receiver: Some(City),
    asks: &[],
};

const CITY_APPROVES: Transition = Transition {
    from: &["submitted"],
    verb: Approve,
    button: "提交",
    by: City,
    to: "city_passed",
    opinion: Opinion::Agreement,
    receiver: Some(Province),
    asks: &[],
};

const CITY_RETURNS: Transition = Transition {
    from: &["submitted"],
    verb: Return,
    button: "打回",
    by: City,
    to: "city_returned",
    opinion: Opinion::Compulsory,
    receiver: None,
    asks: &[],
};

const PROVINCE_APPROVES: Transition = Transition {
    from: &["city_passed"],
    verb: Approve,
    button: "提交",
    by: Province,
    to: "province_passed",
    opinion: Opinion::Agreement,
    receiver: None,
    asks: &[],
};

const PROVINCE_RETURNS: Transition = Transition {
    from: &["city_passed"],
    verb: Return,
    button: "打回",
    by: Province,
    to: "province_returned",
    opinion: Opinion::Compulsory,
    receiver: None,
    asks: &[],
};

const WITHDRAW: Transition = Transition {
    from: &["submitted"],
    verb: Withdraw,
    button: "撤回",
    by: County,
    to: "draft",
    opinion: Opinion::None,
    receiver: None,
    asks: &[],
};

const CHANGE: Transition = Transition {
    from: &["province_passed"],
    verb: RequestChange,
    button: "申请变更",
    by: County,
    to: "changing",
    opinion: Opinion::Compulsory,
    receiver: None,
    asks: &[],
};
