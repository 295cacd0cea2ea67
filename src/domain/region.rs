//! The division tree. Codes are positional, so a subtree is a prefix and a scope is one range (design §3).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The six levels of the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省
    Province,
    /// 州(市)
    City,
    /// 县(市、区)
    County,
    /// 乡镇(街道)
    Township,
    /// 行政村(社区)
    Village,
    /// 自然村
    NaturalVillage,
}

impl Level {
    /// All levels, top first.
    pub const ALL: [Level; 6] = [
        Self::Province,
        Self::City,
        Self::County,
        Self::Township,
        Self::Village,
        Self::NaturalVillage,
    ];

    /// Digits of a code of this level: 2+2+2+3+3, and three of ours for a natural village.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
            Self::NaturalVillage => 15,
        }
    }

    /// The column heading of this level, as the manual writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Province => "省",
            Self::City => "州(市)",
            Self::County => "县(市、区)",
            Self::Township => "乡镇(街道)",
            Self::Village => "行政村(社区)",
            Self::NaturalVillage => "自然村",
        }
    }

    /// The word used in URLs and in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
            Self::NaturalVillage => "natural_village",
        }
    }

    /// The level of that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key() == key)
    }

    /// 1 for the province, 6 for a natural village; the number stored with a record.
    pub const fn number(self) -> i64 {
        self as i64 + 1
    }

    /// The level below, if there is one.
    pub fn below(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }
}

/// A division of Yunnan by its code. Prefectures have four digits here (`5301`); [`Region::official`] pads them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(String);

impl Region {
    /// The province itself.
    pub fn province() -> Self {
        Self("53".to_owned())
    }

    /// Reads a code, padded or not: `530100` and `5301` are the same prefecture.
    pub fn parse(code: &str) -> Option<Self> {
        if !code.starts_with("53") || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let code = if code.len() == 6 && code.ends_with("00") {
            &code[..4]
        } else {
            code
        };
        Level::ALL
            .iter()
            .any(|level| level.digits() == code.len())
            .then(|| Self(code.to_owned()))
    }

    /// The code without padding.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// The code as the statistics bureau writes it: prefectures with six digits.
    pub fn official(&self) -> String {
        if self.level() == Level::City {
            format!("{}00", self.0)
        } else {
            self.0.clone()
        }
    }

    /// The level, which is the length of the code.
    pub fn level(&self) -> Level {
        Level::ALL
            .into_iter()
            .find(|level| level.digits() == self.0.len())
            .unwrap_or(Level::Province)
    }

    /// The region above at that level, or itself at its own level; nothing below it.
    pub fn at(&self, level: Level) -> Option<Self> {
        self.0.get(..level.digits()).map(|code| Self(code.to_owned()))
    }

    /// The next region up.
    pub fn parent(&self) -> Option<Self> {
        let above = Level::ALL.into_iter().rev().find(|level| *level < self.level())?;
        self.at(above)
    }

    /// This region and all above it, top first.
    pub fn chain(&self) -> Vec<Self> {
        Level::ALL.into_iter().filter_map(|level| self.at(level)).collect()
    }

    /// Whether the other lies in the subtree of this one (itself included).
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The exclusive upper end of the subtree as a range of codes: `region >= code and region < upper_bound`.
    /// Only digits, so that it holds in every collation.
    pub fn upper_bound(&self) -> String {
        let mut digits = self.0.clone().into_bytes();
        for digit in digits.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                break;
            }
        }
        digits.into_iter().map(char::from).collect()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Region {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::parse(&code).ok_or_else(|| "not a division code".to_owned())
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.0
    }
}

/// How a record's region lies to the region of an account: the four cases of the permission table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same region.
    Own,
    /// The record lies in the account's subtree.
    Below,
    /// The record lies on the way up from the account.
    Above,
    /// Neither: a neighbour.
    Beside,
}

impl Relation {
    /// How `record` lies to `account`.
    pub fn of(account: &Region, record: &Region) -> Self {
        if account == record {
            Self::Own
        } else if account.contains(record) {
            Self::Below
        } else if record.contains(account) {
            Self::Above
        } else {
            Self::Beside
        }
    }
}

/// The short name that lists show (spec §2.1): `三多社区居民委员会` → `三多社区`, `中所村村民委员会` → `中所村`,
/// `景东彝族自治县` → `景东县`.
pub fn short_name(level: Level, name: &str) -> String {
    match level {
        Level::City | Level::County => short_autonomous(name),
        Level::Village => short_village(name),
        _ => name.to_owned(),
    }
}

/// Nationalities of Yunnan's autonomous divisions, longest first so that none is cut in the middle.
const NATIONALITIES: [&str; 26] = [
    "哈尼族",
    "傈僳族",
    "拉祜族",
    "纳西族",
    "景颇族",
    "布朗族",
    "布依族",
    "普米族",
    "阿昌族",
    "基诺族",
    "蒙古族",
    "德昂族",
    "独龙族",
    "彝族",
    "白族",
    "傣族",
    "壮族",
    "苗族",
    "回族",
    "佤族",
    "瑶族",
    "藏族",
    "怒族",
    "满族",
    "水族",
    "各族",
];

fn short_autonomous(name: &str) -> String {
    let (stem, kind) = if let Some(stem) = name.strip_suffix("自治州") {
        (stem, "州")
    } else if let Some(stem) = name.strip_suffix("自治县") {
        (stem, "县")
    } else {
        return name.to_owned();
    };
    let mut stem = stem;
    while let Some(shorter) = NATIONALITIES
        .iter()
        .find_map(|nationality| stem.strip_suffix(nationality))
    {
        stem = shorter;
    }
    format!("{stem}{kind}")
}

fn short_village(name: &str) -> String {
    // 碧溪村民委员会（农村社区）: the remark is no part of the name.
    let name = name.split(['（', '(']).next().unwrap_or(name);
    for suffix in ["社区居民委员会", "社区居委会", "居民委员会", "居委会"] {
        if let Some(stem) = name.strip_suffix(suffix) {
            return if stem.ends_with("社区") {
                stem.to_owned()
            } else {
                format!("{stem}社区")
            };
        }
    }
    for suffix in ["村民委员会", "村委会"] {
        if let Some(stem) = name.strip_suffix(suffix) {
            return if stem.ends_with('村') {
                stem.to_owned()
            } else {
                format!("{stem}村")
            };
        }
    }
    name.to_owned()
}

/// Other names under which people look for a division: `三多居委会`, `西翥街道办事处`, `文井镇人民政府`.
pub fn aliases(level: Level, name: &str) -> Vec<String> {
    let short = short_name(level, name);
    let mut names = Vec::new();
    match level {
        Level::Village => {
            if let Some(stem) = short.strip_suffix("社区") {
                names.push(format!("{stem}居委会"));
                names.push(format!("{stem}社区居委会"));
            }
            if let Some(stem) = short.strip_suffix('村') {
                names.push(format!("{stem}村委会"));
                names.push(format!("{short}委会"));
            }
        }
        Level::Township => names.push(office_name(name)),
        _ => {}
    }
    names.retain(|alias| alias != name && *alias != short);
    names.dedup();
    names
}

/// The office of a township as accounts and 操作记录 show it: `西翥街道办事处`, `文井镇人民政府`.
pub fn office_name(township: &str) -> String {
    if township.ends_with("街道") {
        format!("{township}办事处")
    } else if township.ends_with('镇') || township.ends_with('乡') {
        format!("{township}人民政府")
    } else {
        township.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Region {
        Region::parse(code).unwrap()
    }

    #[test]
    fn a_prefecture_is_the_same_padded_or_not() {
        assert_eq!(region("530100"), region("5301"));
        assert_eq!(region("5301").official(), "530100");
        assert_eq!(region("530102").level(), Level::County);
    }

    #[test]
    fn codes_of_other_provinces_and_lengths_are_refused() {
        for code in ["", "51", "5", "530", "53010", "53010a", "5301021", "５３０１"] {
            assert_eq!(Region::parse(code), None, "{code}");
        }
    }

    #[test]
    fn a_subtree_is_a_range() {
        assert_eq!(region("5301").upper_bound(), "5302");
        assert_eq!(region("530129").upper_bound(), "530130");
        assert_eq!(region("530199").upper_bound(), "530200");
        assert!(region("5301").contains(&region("530102010004")));
        assert!(!region("530102").contains(&region("530103")));
    }

    #[test]
    fn names_are_found_as_the_manual_writes_them() {
        assert_eq!(short_name(Level::Village, "三多社区居民委员会"), "三多社区");
        assert_eq!(short_name(Level::Village, "中所村民委员会"), "中所村");
        assert_eq!(short_name(Level::Village, "碧溪村民委员会（农村社区）"), "碧溪村");
        assert_eq!(short_name(Level::County, "景东彝族自治县"), "景东县");
        assert_eq!(short_name(Level::County, "双江拉祜族佤族布朗族傣族自治县"), "双江县");
        assert_eq!(short_name(Level::City, "红河哈尼族彝族自治州"), "红河州");
        assert!(aliases(Level::Village, "三多社区居民委员会").contains(&"三多居委会".to_owned()));
        assert!(aliases(Level::Township, "西翥街道").contains(&"西翥街道办事处".to_owned()));
    }

    #[test]
    fn relations() {
        let county = region("530102");
        assert_eq!(Relation::of(&county, &region("530102")), Relation::Own);
        assert_eq!(Relation::of(&county, &region("530102010")), Relation::Below);
        assert_eq!(Relation::of(&county, &region("5301")), Relation::Above);
        assert_eq!(Relation::of(&county, &region("530103")), Relation::Beside);
    }
}
