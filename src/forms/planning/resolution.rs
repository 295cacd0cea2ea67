//! 6.10 村民决议 (manual 6.10, spec S6.10)

use super::{ENDED, ENDS_AFTER_START, LEADER};
use crate::codes::{MEETING_KIND, PUBLICITY_MANNER};
use crate::domain::account::AccountKind::Village;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::date::days_inclusive;
use crate::domain::field::{choice, choices, date, files, integer, long_text, switch};
use crate::domain::form::{Form, IN_STEP, section};
use crate::domain::parameter::PUBLIC_DAYS;
use crate::domain::record::Values;
use crate::domain::rule::{Rule, ends_after_start};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// who has to be there and to agree.
fn quorum(values: &Values<'_>) -> Option<(&'static str, String)> {
    let (due, present) = (values.number("invited")?, values.number("present")?);
    let enough = match values.text("meeting") {
        "representatives" => present * 3 >= due * 2,
        _ => present * 2 > due,
    };
    if !enough {
        let text = match values.text("meeting") {
            "representatives" => "村民代表会议的实到人数应达到应到人数的三分之二",
            _ => "村民会议的实到人数应超过应到人数的一半",
        };
        return Some(("present", text.to_owned()));
    }
    let agreed = values.number("agreed")?;
    (agreed * 2 <= present).then(|| ("agreed", "同意人数应超过实到人数的一半".to_owned()))
}

/// The form.
pub static FORM: Form = Form {
    key: "resolution",
    title: "村民决议",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section(
            "村民决议与公示",
            &[
                switch("resolved", "是否通过村民决议"),
                switch("published", "是否按要求进行公示"),
                choice("meeting", "会议类型", &MEETING_KIND).required(),
                date("met_on", "会议日期").required(),
                integer("invited", "应到人数").unit("人"),
                integer("present", "实到人数").unit("人"),
                integer("agreed", "同意人数").unit("人"),
                date("published_from", "公示开始日期").required(),
                date("published_to", "公示结束日期").required(),
                choices("publicity", "公示方式", &PUBLICITY_MANNER),
                long_text("objections", "公示意见处理", 1_000),
                files("files", "上传附件", Slot::up_to(10, &[Pdf, Jpg])).help("会议记录、签到、公示照片"),
            ],
        ),
        section(
            "工作开展情况",
            &[
                date("started_on", "开展日期"),
                ENDED,
                LEADER,
                long_text("situation", "工作开展情况", 2_000),
            ],
        ),
    ],
    rules: &[
        ENDS_AFTER_START,
        Rule::error("R-03", |values| {
            ends_after_start(
                values,
                "published_from",
                "published_to",
                "公示结束日期不能早于公示开始日期",
            )
        }),
        Rule::error("", |values| {
            let (due, present) = (values.number("invited")?, values.number("present")?);
            (present > due).then(|| ("present", "实到人数不能多于应到人数".to_owned()))
        }),
        Rule::error("", |values| {
            let (present, agreed) = (values.number("present")?, values.number("agreed")?);
            (agreed > present).then(|| ("agreed", "同意人数不能多于实到人数".to_owned()))
        }),
        Rule::warning("R-80", quorum),
        Rule::warning("R-81", |values| {
            let days = days_inclusive(values.date("published_from")?, values.date("published_to")?)? - 1;
            let least = PUBLIC_DAYS.number();
            (0..least)
                .contains(&days)
                .then(|| ("published_to", format!("公示时间不少于 {least} 日，现为 {days} 日")))
        }),
    ],
    step: Some(&steps::RESOLUTION),
    ..IN_STEP
};
