//! 投诉建议 (spec S9.7): left by anybody on a page of its own, answered by the county, the city or the system administrator.

use crate::domain::account::AccountKind::{City, County, System};
use crate::domain::field::{long_text, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::region::Level;
use crate::workflows::COMPLAINTS;

/// The form.
pub static FORM: Form = Form {
    key: "complaints",
    title: "投诉建议",
    // Whoever leaves one is no filler: they see their own ones on the page where they left them.
    fillers: &[System],
    readers: &[City, County],
    comes_by_itself: true,
    level: Some(Level::Village),
    sections: &[section(
        "基本信息",
        &[
            long_text("content", "内容", 2_000).listed().searched(),
            text("contact", "联系方式", 50).listed().private(),
            text("page", "页面", 200).listed(),
            long_text("reply", "回复", 2_000).listed().by_review(),
        ],
    )],
    workflow: Some(&COMPLAINTS),
    ..RECORDS
};
