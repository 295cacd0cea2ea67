//! 公告 (spec S9.5): for a part of the tree and a time; public ones also stand on the portal.

use crate::codes::ANNOUNCEMENT_REACH;
use crate::domain::account::AccountKind::{Province, System};
use crate::domain::field::{Condition, Initial, choice, divisions, long_text, planned_date, switch, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::region::Level;
use crate::domain::rule::{Rule, ends_after_start};

/// The form.
pub static FORM: Form = Form {
    key: "announcements",
    title: "公告",
    fillers: &[System],
    readers: &[Province],
    sections: &[section(
        "基本信息",
        &[
            text("title", "标题", 100).required().listed().searched().wide(),
            long_text("content", "内容", 5_000).required().searched(),
            choice("reach", "范围", &ANNOUNCEMENT_REACH)
                .required()
                .initially("province")
                .listed()
                .filtered(),
            divisions("cities", "州(市)", Level::City)
                .shown_when(Condition::Is("reach", &["cities"]))
                .required_when(Condition::Is("reach", &["cities"])),
            divisions("counties", "县(市、区)", Level::County)
                .shown_when(Condition::Is("reach", &["counties"]))
                .required_when(Condition::Is("reach", &["counties"])),
            planned_date("starts_on", "有效期起")
                .required()
                .initial(Initial::Today)
                .listed(),
            planned_date("ends_on", "有效期止").listed().help("不填则长期有效"),
            switch("is_pinned", "置顶").listed(),
            switch("is_public", "是否公开")
                .listed()
                .filtered()
                .help("公开的公告不登录也能在专栏首页看到"),
        ],
    )],
    name_field: "title",
    rules: &[Rule::error("R-03", |values| {
        ends_after_start(values, "starts_on", "ends_on", "有效期止不能早于有效期起")
    })],
    ..RECORDS
};
