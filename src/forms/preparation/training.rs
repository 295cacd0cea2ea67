//! 3.4 培训学习 (manual 3.4, spec S3.5)

use crate::codes::{PARTICIPATION, TRAINING_AUDIENCE, TRAINING_METHOD};
use crate::domain::account::AccountKind::{City, County, CountyOrganization, Township, Village};
use crate::domain::attachment::{FileType::*, Naming, Slot};
use crate::domain::date::days_inclusive;
use crate::domain::field::{
    AccountFact, Condition, choice, choices, computed, date, decimal, files, integer, long_text, of_account, text,
};
use crate::domain::form::{Form, RECORDS, section};
use crate::domain::problem::Severity;
use crate::domain::record::Values;
use crate::domain::rule::{Rule, StoreRule, StoreTest, ends_after_start};
use crate::forms::readers::EVERYBODY;
use crate::steps;

const NEEDS_PLACE: Condition = Condition::Is("method", &["offline", "mixed", "on_site"]);
const NEEDS_PLATFORM: Condition = Condition::Is("method", &["online", "mixed"]);

/// 培训人数 = 线下培训人数 + 线上培训人数, of the kinds that the method has.
fn attendance(values: &Values<'_>) -> Option<i64> {
    let of = |condition: Condition, field| {
        if condition.holds(values) {
            values.number(field)
        } else {
            None
        }
    };
    match (of(NEEDS_PLACE, "offline_count"), of(NEEDS_PLATFORM, "online_count")) {
        (None, None) => None,
        (offline, online) => Some(offline.unwrap_or(0) + online.unwrap_or(0)),
    }
}

/// The form.
pub static FORM: Form = Form {
    key: "training",
    title: "培训学习",
    fillers: &[City, County, CountyOrganization, Township, Village],
    readers: EVERYBODY,
    sections: &[section(
        "基本信息",
        &[
            of_account("filler_level", "填报层级", AccountFact::Level),
            of_account("filler_name", "填报单位", AccountFact::Name)
                .listed()
                .searched(),
            text("title", "培训名称", 100).required().listed().searched().wide(),
            date("held_on", "培训日期").not_before("2021-04-01").required().listed(),
            date("ended_on", "结束日期").help("只有一天时不填"),
            choice("participation", "组织方式", &PARTICIPATION)
                .required()
                .listed()
                .filtered(),
            choice("method", "培训方式", &TRAINING_METHOD)
                .required()
                .listed()
                .filtered(),
            text("host", "主办单位", 100)
                .shown_when(Condition::Is("participation", &["join"]))
                .required_when(Condition::Is("participation", &["join"])),
            text("place", "培训地点", 100)
                .shown_when(NEEDS_PLACE)
                .required_when(NEEDS_PLACE),
            text("platform", "线上平台", 50)
                .shown_when(NEEDS_PLATFORM)
                .required_when(NEEDS_PLATFORM),
            integer("offline_count", "线下培训人数")
                .range(1, 100_000)
                .unit("人")
                .shown_when(NEEDS_PLACE)
                .required_when(NEEDS_PLACE),
            integer("online_count", "线上培训人数")
                .range(1, 1_000_000)
                .unit("人")
                .shown_when(NEEDS_PLATFORM)
                .required_when(NEEDS_PLATFORM),
            computed("attendance", "培训人数", 0, attendance).unit("人").listed(),
            integer("cadres", "其中回乡干部人数").unit("人"),
            decimal("hours", "培训学时", 5, 1).unit("学时"),
            text("lecturers", "授课人", 100),
            choices("audience", "培训对象", &TRAINING_AUDIENCE),
            long_text("summary", "内容简述", 1_000),
            files(
                "files",
                "上传附件",
                Slot::up_to(20, &[Jpg, Pdf, Doc, Docx, Ppt, Pptx]).named(Naming::FieldAndNumber("title")),
            )
            .help("照片会自动按“培训名称+数字”重新命名"),
        ],
    )],
    name_field: "title",
    rules: &[
        Rule::error("R-03", |values| {
            ends_after_start(values, "held_on", "ended_on", "结束日期不能早于培训日期")
        }),
        Rule::error("R-24", |values| {
            let (cadres, all) = (values.number("cadres")?, attendance(values)?);
            (cadres > all).then(|| ("cadres", format!("其中回乡干部人数不能超过培训人数（{all} 人）")))
        }),
        Rule::warning("R-24", |values| {
            let all = attendance(values)?;
            let joined = values.text("participation") == "join" && values.text("filler_level") == "行政村(社区)";
            (joined && all > 200).then(|| {
                (
                    "attendance",
                    "参与的培训人数超过 200 人，请填写本村参加的人数".to_owned(),
                )
            })
        }),
        Rule::error("", |values| {
            let from = values.date("held_on")?;
            let days = days_inclusive(from, values.date("ended_on").unwrap_or(from))?;
            // Eight hours a day at the most, in tenths of an hour.
            (values.number("hours")? > days * 80)
                .then(|| ("hours", format!("培训 {days} 天，学时不能超过 {} 学时", days * 8)))
        }),
    ],
    store_rules: &[StoreRule {
        id: "R-24",
        severity: Severity::Warning,
        holding: &[],
        test: StoreTest::Unique(&["title", "held_on"]),
        place: "title",
        message: "同一天已登记过同名的培训，请核对是否重复",
    }],
    step: Some(&steps::TRAINING),
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::FORM;
    use crate::domain::record::Draft;
    use crate::domain::validate::check;

    fn draft(method: &str, offline: &str, online: &str) -> Draft {
        let mut draft = Draft::default();
        for (key, text) in [
            ("title", "村庄规划业务培训"),
            ("held_on", "2021-06-01"),
            ("participation", "own"),
            ("method", method),
            ("place", "村委会会议室"),
            ("platform", "腾讯会议"),
            ("offline_count", offline),
            ("online_count", online),
        ] {
            draft.set(key, text);
        }
        draft
    }

    fn places(draft: &Draft) -> Vec<String> {
        check(&FORM, draft, "2021-12-31")
            .problems
            .into_iter()
            .map(|problem| problem.place)
            .collect()
    }

    #[test]
    fn r21_offline_training_counts_people_in_the_room_only() {
        assert!(places(&draft("offline", "", "30")).contains(&"offline_count".to_owned()));
        let checked = check(&FORM, &draft("offline", "25", "30"), "2021-12-31");
        assert!(checked.problems.is_empty());
        assert!(
            !checked.values.contains_key("online_count"),
            "a hidden field holds nothing"
        );
        assert_eq!(checked.values["attendance"].integer(), Some(25));
    }

    #[test]
    fn r22_online_training_needs_a_platform_and_no_room() {
        let mut online = draft("online", "5", "30");
        online.set("platform", "");
        assert_eq!(places(&online), ["platform"]);
        online.set("platform", "腾讯会议");
        let checked = check(&FORM, &online, "2021-12-31");
        assert!(checked.problems.is_empty() && !checked.values.contains_key("place"));
    }

    #[test]
    fn r23_mixed_training_needs_both_counts_and_r20_adds_them() {
        assert_eq!(places(&draft("mixed", "0", "30")), ["offline_count"]);
        assert_eq!(
            check(&FORM, &draft("mixed", "12", "30"), "2021-12-31").values["attendance"].integer(),
            Some(42)
        );
    }

    #[test]
    fn r24_cadres_are_part_of_the_people() {
        let mut few = draft("offline", "10", "");
        few.set("cadres", "11");
        assert_eq!(places(&few), ["cadres"]);
    }

    #[test]
    fn eight_hours_a_day_at_the_most() {
        let mut long = draft("offline", "10", "");
        long.set("hours", "8.5");
        assert_eq!(places(&long), ["hours"]);
        long.set("ended_on", "2021-06-02");
        assert!(places(&long).is_empty());
        long.set("ended_on", "2021-05-31");
        assert_eq!(places(&long), ["ended_on"]);
    }

    #[test]
    fn nobody_trains_tomorrow() {
        let draft = draft("offline", "10", "");
        assert!(
            check(&FORM, &draft, "2021-05-31")
                .problems
                .iter()
                .any(|problem| problem.place == "held_on")
        );
    }
}
