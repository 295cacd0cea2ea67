//! 5.1 人员摸排 (manual 5.1, spec S5.1): everybody of the village who works or lives elsewhere.

use crate::codes::{ETHNIC_GROUP, GENDER, PERSON_CATEGORY, POLITICAL_STATUS, RANK, VILLAGE_TIE, WORKPLACE};
use crate::domain::account::AccountKind::Village;
use crate::domain::field::{Condition, Suggestion, choice, date, month, person_name, phone, reference, switch, text};
use crate::domain::form::{Form, RECORDS, Unique, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::forms::readers::EVERYBODY;
use crate::steps;

/// Somebody who is paid by a unit has one.
const HAS_UNIT: Condition = Condition::Is("category", &["1", "2", "3"]);

/// The form.
pub static FORM: Form = Form {
    key: "candidates",
    title: "人员摸排",
    fillers: &[Village],
    readers: EVERYBODY,
    prompt: "摸排本村在外公职人员、乡贤能人等",
    sections: &[section(
        "基本信息",
        &[
            person_name("name", "人员姓名")
                .required()
                .listed()
                .searched()
                .also(&["姓名", "名字"]),
            choice("gender", "性别", &GENDER).listed(),
            choice("ethnic_group", "民族", &ETHNIC_GROUP),
            month("born_in", "出生年月"),
            reference("hamlet", "所在自然村", "natural_villages"),
            text("unit", "所在单位(全称)", 100)
                .required_when(HAS_UNIT)
                .listed()
                .searched()
                .also(&["单位", "工作单位", "单位名称", "所在单位全称"])
                .help("公务员、事业编制人员、国有企业人员必填，请填写单位全称"),
            text("duty", "职务", 50).listed(),
            choice("rank", "职级(职等)", &RANK).listed().filtered(),
            choice("category", "人员类别", &PERSON_CATEGORY)
                .required()
                .listed()
                .filtered(),
            choice("political_status", "政治面貌", &POLITICAL_STATUS)
                .required()
                .listed()
                .filtered(),
            phone("phone", "联系电话").required().listed().private().also(&[
                "电话",
                "电话号码",
                "手机",
                "手机号",
                "手机号码",
                "联系方式",
            ]),
            choice("workplace", "工作所在地", &WORKPLACE).filtered(),
            choice("tie", "与本村关系", &VILLAGE_TIE),
            text("skills", "专业特长", 100).help("例如：规划、水利、农林、法律"),
            switch("willing", "本人意愿")
                .listed()
                .filtered()
                .also(&["是否愿意", "意愿"])
                .help("征求本人意愿后打开"),
            date("asked_on", "意愿征求日期")
                .suggested(Suggestion::TodayWhen(Condition::Is("willing", &["1"])))
                .help("本人不愿意的，也请填写征求日期"),
            text("remark", "备注", 200).listed().wide(),
        ],
    )],
    name_field: "name",
    told_by: &["unit", "duty"],
    rules: &[Rule::warning("", |values| {
        let born = values.text("born_in").get(..4)?.parse::<i64>().ok()?;
        let asked = values.text("asked_on").get(..4)?.parse::<i64>().ok()?;
        (!(16..=90).contains(&(asked - born))).then(|| ("born_in", "年龄不在 16–90 岁之间，请核对".to_owned()))
    })],
    uniques: &[Unique {
        key: "person",
        fields: &["name", "phone"],
        holding: &[],
        place: "phone",
        rule: "R-31",
        message: "本村已登记过姓名和联系电话都相同的人员",
    }],
    store_rules: &[StoreRule {
        id: "R-31",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::ElsewhereAtMost(0, &["name", "phone"], &[]),
        place: "phone",
        message: "姓名和联系电话相同的人员在其他行政村也有登记，请核对是否为同一人（父母双方所在村均可登记）",
    }],
    step: Some(&steps::CANDIDATE_SEARCH),
    ..RECORDS
};
