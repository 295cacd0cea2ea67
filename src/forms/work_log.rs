//! 工作纪实 (manual 6.3(6), spec §4.8): one form, the step is a value that the tab sets.

use crate::codes::WORK_LOG_STEP;
use crate::domain::account::AccountKind::{City, County, TechnicalUnit, Township, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{Choosing, choice, date, files, integer, long_text, references, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::problem::Severity;
use crate::domain::record::parts;
use crate::domain::rule::{Rule, StoreRule, StoreTest, ends_after_start};
use crate::forms::readers::EVERYBODY_BUT_VILLAGES;

/// Returning cadres of the village's groups who have passed (manual 6.3, note; R-90): who is about to change or to leave is
/// one of them until it has passed.
pub static RETURNING_CADRES: Choosing = Choosing {
    matching: &[("source", "returning")],
    states: &["passed", "changing", "leaving_township", "leaving_county"],
    once_among: &[],
};

/// The form.
pub static FORM: Form = Form {
    key: "work_log",
    title: "工作纪实",
    fillers: &[City, County, Township, Village, TechnicalUnit],
    readers: EVERYBODY_BUT_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            choice("step", "所属环节", &WORK_LOG_STEP).required(),
            text("title", "工作事项", 100)
                .required()
                .listed()
                .searched()
                .wide()
                .help("开展的工作名称"),
            date("held_on", "开展日期").not_before("2021-04-26").required().listed(),
            date("ended_on", "结束日期").help("只有一天时不填"),
            text("place", "开展地点", 100),
            integer("participant_count", "参与人数").unit("人").range(1, 100_000),
            long_text("summary", "内容简述", 2_000).required().listed(),
            references("participants", "参与人", "roster")
                .choosing(&RETURNING_CADRES)
                .listed()
                .help("名单报审已审核通过的回乡干部"),
            text("other_participants", "其他参与人员", 200).wide(),
            files("files", "上传附件", Slot::up_to(20, &[Jpg, Png, Pdf, Doc, Docx])),
        ],
    )],
    name_field: "title",
    rules: &[
        Rule::error("R-03", |values| {
            ends_after_start(values, "held_on", "ended_on", "结束日期不能早于开展日期")
        }),
        Rule::error("", |values| {
            let named = parts(values.text("participants")).count() as i64;
            let counted = values.number("participant_count")?;
            (counted < named).then(|| {
                (
                    "participant_count",
                    format!("参与人数不能少于已选择的参与人（{named} 人）"),
                )
            })
        }),
    ],
    store_rules: &[
        StoreRule {
            id: "R-91",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::OnePlaceADay {
                people: ("participants", &["name", "phone"]),
                days: ("held_on", "ended_on"),
            },
            place: "participants",
            message: "{told}同一天还参加了其他县(市、区)行政村的工作，请核对参与人和开展日期",
        },
        StoreRule {
            id: "R-92",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::InsideStep("held_on", "step"),
            place: "held_on",
            message: "开展日期不在本环节的开展日期和完成日期之间，请核对",
        },
    ],
    step_field: "step",
    ..RECORDS
};
