//! 4.2 制定计划 (manual 4.2, spec S4.2): one record per county and year, seen on three screens.

use crate::domain::account::AccountKind::County;
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{
    Cumulation, Related, Suggestion, computed, cumulated, date, files, integer, planned_date, related, text, year_of,
};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::parameter::{PLAN_TARGETS, PLAN_YEARS};
use crate::domain::problem::Severity;
use crate::domain::record::Values;
use crate::domain::region::Level;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::forms::readers::EVERYBODY;
use crate::steps;
use crate::workflows::ANNUAL_PLAN_REVIEW;

/// The surveyed villages of the year; a plan that stays valid is no new task (R-10b).
static TASKS: Related = Related {
    form: "baseline_survey",
    same: ("plan_year", "year"),
    except: ("existing_plan", "valid"),
};

/// R-10a: how far the county should be by the end of the year.
static PROGRESS: Cumulation = Cumulation {
    part: "tasks",
    whole: "villages",
    year: "year",
    targets: &PLAN_TARGETS,
};

/// in hundredths of a percent.
fn share(values: &Values<'_>) -> Option<i64> {
    let (tasks, all) = (values.number("tasks")?, values.number("villages")?);
    (all > 0).then(|| (tasks * 10_000 * 2 + all) / (all * 2))
}

/// The form.
pub static FORM: Form = Form {
    key: "annual_plan",
    title: "制定计划",
    fillers: &[County],
    readers: EVERYBODY,
    read_from_below: true,
    sections: &[section(
        "基本信息",
        &[
            year_of("year", "年度计划", &PLAN_YEARS).required().listed().filtered(),
            date("filled_on", "填写日期").required().listed(),
            text("title", "年度计划名称", 100)
                .required()
                .listed()
                .searched()
                .wide()
                .suggested(Suggestion::Text("{region}{year}年村庄规划编制计划")),
            integer("townships", "乡镇(街道)(个)")
                .range(1, 1_000)
                .required()
                .listed()
                .suggested(Suggestion::DivisionsBelow(Level::Township)),
            integer("villages", "行政村(社区)总数(个)")
                .range(1, 10_000)
                .required()
                .listed()
                .suggested(Suggestion::DivisionsBelow(Level::Village)),
            integer("tasks", "年度编制任务数(个)")
                .range(0, 10_000)
                .required()
                .listed()
                .suggested(Suggestion::Count(&TASKS)),
            computed("share", "年度编制任务数占行政村总数比重(%)", 2, share).listed(),
            cumulated("cumulated", "累计编制进度", &PROGRESS),
            related("plan_villages", "年度村庄名单", &TASKS),
            files(
                "files",
                "上传年度计划文件",
                Slot::up_to(10, &[Pdf, Doc, Docx, Xls, Xlsx]),
            )
            .required(),
            text("task_number", "下达文号", 50).by_review(),
            planned_date("assigned_on", "下达日期").by_review(),
        ],
    )],
    name_field: "title",
    rules: &[Rule::error("R-10", |values| {
        let (tasks, all) = (values.number("tasks")?, values.number("villages")?);
        (tasks > all).then(|| ("tasks", format!("年度编制任务数不能超过行政村(社区)总数（{all} 个）")))
    })],
    store_rules: &[
        StoreRule {
            id: "",
            severity: Severity::Error,
            holding: &[],
            test: StoreTest::Unique(&["year"]),
            place: "year",
            message: "该年度的计划已登记，请编辑原有记录",
        },
        StoreRule {
            id: "R-10a",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::SumAtMost("tasks", "villages"),
            place: "tasks",
            message: "各年度编制任务数之和超过行政村(社区)总数，请核对",
        },
        StoreRule {
            id: "R-10b",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::EqualsCount("tasks", &TASKS),
            place: "tasks",
            message: "年度编制任务数与摸底调查中该年度计划的行政村数不一致，请核对",
        },
    ],
    submit_rules: &[Rule::error("", |values| {
        (values.number("tasks")? == 0).then(|| ("tasks", "年度编制任务数为 0，不能提交".to_owned()))
    })],
    workflow: Some(&ANNUAL_PLAN_REVIEW),
    step: Some(&steps::ANNUAL_PLAN),
    ..RECORDS
};
