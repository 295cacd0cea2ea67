//! 5.4 确定技术单位 (manual 5.4, spec S5.4): who is contracted for which villages, and where the money comes from.

use crate::codes::QUALIFICATION;
use crate::domain::account::AccountKind::{self, County};
use crate::domain::attachment::{FileType::Pdf, Slot};
use crate::domain::field::{
    Condition, choice, computed, decimal, divisions, files, long_text, person_name, phone_or_landline, planned_date,
    switch, text,
};
use crate::domain::form::{Form, RECORDS, SubAccount, section};
use crate::domain::problem::Severity;
use crate::domain::record::Values;
use crate::domain::region::Level;
use crate::domain::rule::{Rule, StoreRule, StoreTest, ends_after_start};
use crate::domain::value::half_width;
use crate::forms::readers::EVERYBODY_WITH_TECHNICAL_UNITS;
use crate::steps;

const OTHER: Condition = Condition::Is("qualification", &["other"]);

/// The five sources before the county makes up the rest.
const SOURCES: [&str; 5] = [
    "province_grant",
    "city_grant",
    "project_funds",
    "village_funds",
    "donations",
];

fn sources(values: &Values<'_>) -> i64 {
    SOURCES.iter().filter_map(|key| values.number(key)).sum()
}

/// what no source covers.
fn gap(values: &Values<'_>) -> Option<i64> {
    Some(values.number("contract_amount")? - sources(values) - values.number("county_funds").unwrap_or(0))
}

/// what is left for the county.
fn rest(values: &Values<'_>) -> Option<i64> {
    Some(values.number("contract_amount")? - sources(values)).filter(|rest| *rest >= 0)
}

/// Whether a unified social credit code carries the right check character (GB 32100).
pub fn is_credit_code(code: &str) -> bool {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let values: Option<Vec<usize>> = code.chars().map(|letter| LETTERS.find(letter)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return false;
    };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    (31 - sum % 31) % 31 == values[17]
}

/// The form.
pub static FORM: Form = Form {
    key: "technical_units",
    title: "确定技术单位",
    fillers: &[County],
    readers: EVERYBODY_WITH_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            divisions("villages", "行政村(社区)", Level::Village)
                .required()
                .exclusive()
                .listed()
                .help("勾选该技术单位服务的行政村(社区)，一个行政村只能确定一个技术单位"),
            text("name", "技术单位名称(全称)", 100).required().listed().searched(),
            text("credit_code", "统一社会信用代码", 18),
            choice("qualification", "单位资质情况", &QUALIFICATION)
                .required()
                .listed()
                .filtered(),
            text("qualification_text", "其他资质说明", 100)
                .shown_when(OTHER)
                .required_when(OTHER),
            person_name("leader", "项目负责人").required().listed().searched(),
            phone_or_landline("leader_phone", "负责人电话")
                .required()
                .listed()
                .private(),
            decimal("contract_amount", "合同金额(万元)", 12, 2).required().listed(),
            decimal("province_grant", "省财政补助(万元)", 12, 2).required().listed(),
            decimal("city_grant", "市财政补助(万元)", 12, 2).required().listed(),
            decimal("project_funds", "项目资金整合(万元)", 12, 2)
                .required()
                .listed(),
            decimal("village_funds", "村集体经济支持(万元)", 12, 2)
                .required()
                .listed(),
            decimal("donations", "乡贤能人捐赠(万元)", 12, 2).required().listed(),
            decimal("county_funds", "县级财政兜底(万元)", 12, 2)
                .required()
                .listed()
                .offering(rest)
                .help("= 合同金额 − 其他五项"),
            computed("gap", "资金缺口(万元)", 2, gap).listed(),
            planned_date("signed_on", "合同签订日期"),
            planned_date("due_on", "合同期限"),
            long_text("work", "工作内容(备注资金情况)", 1_000).required(),
            files("files", "上传附件", Slot::up_to(5, &[Pdf])),
            switch("has_account", "是否开通技术单位账号")
                .help("打开后生成技术单位账号，只能填报所服务行政村的规划编制"),
        ],
    )],
    name_field: "name",
    rules: &[
        Rule::warning("R-35", |values| {
            let gap = gap(values)?;
            values.number("county_funds")?;
            (gap.abs() > 1).then(|| {
                (
                    "gap",
                    "各项资金之和与合同金额不一致，可以先保存，完成前须一致".to_owned(),
                )
            })
        }),
        Rule::error("", |values| {
            let code = half_width(values.text("credit_code")).to_ascii_uppercase();
            (!code.is_empty() && !is_credit_code(&code))
                .then(|| ("credit_code", "统一社会信用代码不正确，请核对".to_owned()))
        }),
        Rule::error("R-03", |values| {
            ends_after_start(values, "signed_on", "due_on", "合同期限不能早于合同签订日期")
        }),
    ],
    store_rules: &[StoreRule {
        id: "R-38",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::Tasked {
            field: "villages",
            below: ("baseline_survey", "plan_year", &["province_passed"]),
            above: ("annual_plan", "year", &["province_passed"]),
        },
        place: "villages",
        message: "有行政村不在已下达任务的年度计划中，请核对",
    }],
    step: Some(&steps::TECHNICAL_UNITS),
    sub_account: Some(&SubAccount {
        kind: AccountKind::TechnicalUnit,
        switch: "has_account",
        name: "name",
    }),
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::is_credit_code;

    #[test]
    fn credit_codes_carry_a_check_character() {
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("91350100M000100Y44"));
        assert!(!is_credit_code("91350100M000100Y4"));
        assert!(!is_credit_code("9135010OM000100Y43"));
    }
}
