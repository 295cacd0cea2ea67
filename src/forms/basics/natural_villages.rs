//! 2.3 自然村名录 (spec S2.3) with the accounts of those that have registered (SM-6).

use crate::domain::account::AccountKind::{NaturalVillage, Village};
use crate::domain::field::{Choosing, ordinal, person_name, phone, reference, references, switch, text};
use crate::domain::form::{Form, RECORDS, SubAccount, section};
use crate::domain::problem::Severity;
use crate::domain::rule::{Rule, StoreRule, StoreTest};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::workflows::NATURAL_VILLAGE;

/// Words that R-50 does not allow in the name of a natural village.
const FORBIDDEN: [&str; 10] = [
    "村委会",
    "居委会",
    "村民委员会",
    "居民委员会",
    "居民小组",
    "村民小组",
    "自然村",
    "街道",
    "自治州",
    "自治县",
];

/// the bare name of the hamlet, nothing around it.
pub fn bad_name(name: &str) -> Option<String> {
    let letters = name.chars().count();
    let hint = "自然村名称只填村名（例如：马坡村），不能填 xx乡xx村xx自然村、xx村委会、xx居民小组等";
    // 省/州/县/乡/镇 inside the name, with text after it, is an address and not a name.
    let address = |word: char| {
        name.chars()
            .position(|letter| letter == word)
            .is_some_and(|at| at > 0 && at + 1 < letters)
    };
    let wrong = !(2..=15).contains(&letters)
        || FORBIDDEN.iter().any(|word| name.contains(word))
        || ['省', '州', '县', '乡', '镇'].into_iter().any(address)
        || name.chars().all(|letter| letter.is_ascii_digit())
        || name.contains(char::is_whitespace);
    wrong.then(|| hint.to_owned())
}

/// The form.
pub static FORM: Form = Form {
    key: "natural_villages",
    title: "自然村名录",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[section(
        "基本信息",
        &[
            text("name", "自然村名称", 30)
                .required()
                .listed()
                .searched()
                .help("只填村名，例如：马坡村"),
            references("villager_groups", "所含村(居)民小组", "village_profile.villager_groups").listed(),
            person_name("contact", "联系人").listed().searched(),
            phone("contact_phone", "手机号码").listed().private(),
            ordinal("number", "自然村序号").hidden(),
            switch("planned", "是否纳入规划").initially("1").listed().filtered(),
            reference("merged_into", "合并到", "natural_villages")
                .by_review()
                .choosing(&Choosing {
                    matching: &[],
                    states: &["unregistered", "active", "disabled"],
                    once_among: &[],
                }),
        ],
    )],
    name_field: "name",
    makes_divisions: true,
    workflow: Some(&NATURAL_VILLAGE),
    sub_account: Some(&SubAccount {
        kind: NaturalVillage,
        switch: "",
        name: "name",
    }),
    rules: &[Rule::error("R-50", |values| {
        let name = values.text("name");
        if name.is_empty() {
            None
        } else {
            bad_name(name).map(|message| ("name", message))
        }
    })],
    store_rules: &[
        StoreRule {
            id: "R-51",
            severity: Severity::Error,
            holding: &[],
            test: StoreTest::Unique(&["name"]),
            place: "name",
            message: "本村已有同名的自然村",
        },
        StoreRule {
            id: "R-51",
            severity: Severity::Warning,
            holding: &[],
            test: StoreTest::SoundsLike("name"),
            place: "name",
            message: "本村已有读音相同或只差“村”“寨”等字的自然村，请核对是否重复",
        },
    ],
    ..RECORDS
};

#[cfg(test)]
mod tests {
    use super::bad_name;

    #[test]
    fn only_the_bare_name_passes() {
        for good in ["马坡村", "花交村", "大州", "镇海村", "上村"] {
            assert_eq!(bad_name(good), None, "{good}");
        }
        for bad in [
            "文井镇中所村马坡村",
            "中所村委会",
            "马坡自然村",
            "第一居民小组",
            "123",
            "马 坡",
            "村",
            "西翥街道大村",
        ] {
            assert!(bad_name(bad).is_some(), "{bad}");
        }
    }
}
