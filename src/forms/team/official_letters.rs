//! 5.3 发函确认 (manual 5.3, spec S5.3): a letter for every returning cadre that the county organization department has
//! passed; the columns are those of the manual's picture.

use crate::codes::{GROUP_ROLE, LETTER_REPLY, PERSON_CATEGORY, POLITICAL_STATUS, RANK};
use crate::domain::account::AccountKind::CountyOrganization;
use crate::domain::field::{Initial, choice, date, person_name, phone, reference, switch, text};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::region::Level;
use crate::domain::rule::{Rule, ends_after_start};
use crate::forms::readers::EVERYBODY;
use crate::steps;
use crate::workflows::OFFICIAL_LETTERS;

/// The form.
pub static FORM: Form = Form {
    key: "official_letters",
    title: "发函确认",
    fillers: &[CountyOrganization],
    readers: EVERYBODY,
    comes_by_itself: true,
    level: Some(Level::Village),
    order: "unit",
    sections: &[section(
        "基本信息",
        &[
            reference("entry", "报审记录", "roster").hidden(),
            person_name("name", "人员姓名")
                .copied("entry", "name")
                .listed()
                .searched(),
            text("unit", "所在单位(全称)", 100)
                .copied("entry", "unit")
                .listed()
                .searched(),
            text("duty", "职务", 50).copied("entry", "duty").listed(),
            choice("rank", "职级(职等)", &RANK).copied("entry", "rank").listed(),
            choice("category", "人员类别", &PERSON_CATEGORY)
                .copied("entry", "category")
                .listed(),
            choice("political_status", "政治面貌", &POLITICAL_STATUS)
                .copied("entry", "political_status")
                .listed(),
            phone("phone", "联系电话").copied("entry", "phone").listed().private(),
            switch("willing", "本人意愿").copied("entry", "willing").listed(),
            choice("role", "编制角色", &GROUP_ROLE).copied("entry", "role").listed(),
            text("remark", "备注", 200).copied("entry", "remark").listed(),
            date("sent_on", "发函日期").initial(Initial::Today).by_review(),
            text("letter_number", "函件文号", 50).by_review(),
            choice("reply", "回函情况", &LETTER_REPLY).by_review(),
            date("replied_on", "回函日期").initial(Initial::Today).by_review(),
        ],
    )],
    name_field: "name",
    uniques: &[Unique {
        key: "entry",
        fields: &["entry"],
        holding: &[],
        place: "name",
        rule: "",
        message: "该人员已在发函名单中",
    }],
    rules: &[Rule::error("R-03", |values| {
        ends_after_start(values, "sent_on", "replied_on", "回函日期不能早于发函日期")
    })],
    workflow: Some(&OFFICIAL_LETTERS),
    step: Some(&steps::OFFICIAL_LETTERS),
    ..RECORDS
};
