//! 6.9 县级审查 ▸ 成果审查: one record for each round (manual 6.9(3)–(5), spec S6.9a).

use crate::codes::{REVIEW_FORM, REVIEW_VERDICT};
use crate::domain::account::AccountKind::County;
use crate::domain::field::{
    Condition, Grid, choice, date, decimal, grid, integer, long_text, ordinal, person_name, text,
};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::region::Level;
use crate::domain::rule::Rule;
use crate::forms::readers::EVERYBODY_WITH_TECHNICAL_UNITS;
use crate::steps;

static EXPERTS: Grid = Grid {
    row_title: "专家",
    columns: &[
        person_name("name", "姓名").required(),
        text("unit", "单位", 100),
        text("subject", "专业", 50),
        text("title", "职称", 50),
    ],
    max_rows: 30,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

/// The form.
pub static FORM: Form = Form {
    key: "county_review",
    title: "成果审查",
    fillers: &[County],
    level: Some(Level::Village),
    readers: EVERYBODY_WITH_TECHNICAL_UNITS,
    sections: &[
        section(
            "基本信息",
            &[
                ordinal("round", "审查轮次").listed(),
                date("reviewed_on", "审查日期").required().listed(),
                choice("manner", "审查形式", &REVIEW_FORM).listed(),
                person_name("group_leader", "专家组组长").listed(),
                integer("expert_count", "专家人数").unit("人").range(1, 100),
                choice("verdict", "审查结论", &REVIEW_VERDICT).required().listed(),
                decimal("score", "综合评分", 4, 1).unit("分").range(0, 100).listed(),
                long_text("opinion", "审查意见", 3_000).required(),
                long_text("follow_up", "修改落实情况", 2_000)
                    .shown_when(Condition::Is("verdict", &["passed_after_changes"]))
                    .help("结论为修改后通过时，成果修改到位后填写"),
            ],
        ),
        section("专家名单", &[grid("experts", "专家名单", &EXPERTS)]),
    ],
    name_field: "group_leader",
    order: "reviewed_on",
    rules: &[Rule::warning("", |values| {
        let count = values.number("expert_count")?;
        (count < 3 || count % 2 == 0).then(|| ("expert_count", "专家人数一般为 3 人以上的单数".to_owned()))
    })],
    step: Some(&steps::COUNTY_REVIEW),
    ..RECORDS
};
