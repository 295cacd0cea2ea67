//! 无此项 (spec §8, step 2): what a natural village does not have at all, so that nobody waits for it.

use crate::codes::HAMLET_CONTENT;
use crate::domain::account::AccountKind::NaturalVillage;
use crate::domain::field::{choices, long_text};
use crate::domain::form::{Form, SINGLE, section};
use crate::forms::readers::ABOVE_NATURAL_VILLAGES;
use crate::steps;
use crate::workflows::TELLING;

/// The form.
pub static FORM: Form = Form {
    key: "hamlet_absences",
    title: "无此项",
    fillers: &[NaturalVillage],
    readers: ABOVE_NATURAL_VILLAGES,
    sections: &[section(
        "基本信息",
        &[
            choices("absent", "本村没有的内容", &HAMLET_CONTENT).listed(),
            long_text("remark", "说明", 200),
        ],
    )],
    step: Some(&steps::FIELD_SURVEY),
    workflow: Some(&TELLING),
    ..SINGLE
};
