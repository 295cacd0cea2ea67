//! 6.12 推动项目落地 ▸ 项目清单 (spec S6.12): begun from 近期建设项目 of the plan.

use super::PROJECT_KIND_FIELD;
use crate::codes::PROJECT_STATE;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::field::{choice, decimal, planned_date, reference, text};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::page::Adoption;
use crate::domain::rule::{Rule, ends_after_start};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::forms::work_log::RETURNING_CADRES;
use crate::steps;

/// What the plan holds is not typed again (spec S6.7: feeds 6.12).
pub static FROM_PLAN: Adoption = Adoption {
    title: "从近期建设项目带入",
    from: ("draft_plan", super::draft::PROJECTS),
    fields: &[
        ("name", "name"),
        ("kind", "kind"),
        ("place", "place"),
        ("investment", "investment"),
    ],
    sets: &[("state", "reserve")],
    same: "name",
};

/// The form.
pub static FORM: Form = Form {
    key: "projects",
    title: "项目清单",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "项目名称", 100).required().listed().searched(),
            PROJECT_KIND_FIELD.listed().filtered(),
            text("place", "建设地点", 100).required().listed(),
            reference("cadre", "牵头回乡干部", "roster")
                .choosing(&RETURNING_CADRES)
                .listed(),
            decimal("investment", "总投资(万元)", 14, 2).required().listed(),
            decimal("funded", "已到位(万元)", 14, 2).listed(),
            choice("state", "实施状态", &PROJECT_STATE)
                .required()
                .listed()
                .filtered(),
            planned_date("began_on", "开工日期"),
            planned_date("completed_on", "完工日期"),
        ],
    )],
    name_field: "name",
    rules: &[
        Rule::error("", |values| {
            let (whole, part) = (values.number("investment")?, values.number("funded")?);
            (part > whole).then(|| ("funded", "已到位资金不能多于总投资".to_owned()))
        }),
        Rule::error("R-03", |values| {
            ends_after_start(values, "began_on", "completed_on", "完工日期不能早于开工日期")
        }),
    ],
    step: Some(&steps::PROJECTS),
    ..RECORDS
};
