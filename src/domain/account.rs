//! Account kinds (spec §2.1) and what the screen may know of an account.

use super::region::{Level, Region};
use serde::{Deserialize, Serialize};

/// The account kinds of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// 系统管理员 (`SYS`)
    System,
    /// 安全管理员: rules for passwords, sessions, rights
    Security,
    /// 审计管理员: reads the log and changes nothing
    Audit,
    /// 省级账号 (`P`)
    Province,
    /// 省委组织部 (`PO`), reads
    ProvinceOrganization,
    /// 市级自然资源部门账号 (`C`)
    City,
    /// 市委组织部 (`CO`), reads
    CityOrganization,
    /// 县级自然资源部门账号 (`K`)
    County,
    /// 县委组织部账号 (`KO`)
    CountyOrganization,
    /// 乡级账号 (`T`)
    Township,
    /// 行政村账号 (`V`)
    Village,
    /// 技术单位 (`TU`)
    TechnicalUnit,
    /// 自然村账号 (`N`)
    NaturalVillage,
}

impl AccountKind {
    /// All kinds, in the order of the rights matrix (spec §2.3).
    pub const ALL: [AccountKind; 13] = [
        Self::System,
        Self::Security,
        Self::Audit,
        Self::Province,
        Self::ProvinceOrganization,
        Self::City,
        Self::CityOrganization,
        Self::County,
        Self::CountyOrganization,
        Self::Township,
        Self::Village,
        Self::TechnicalUnit,
        Self::NaturalVillage,
    ];

    /// The word in the store and in URLs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Audit => "audit",
            Self::Province => "province",
            Self::ProvinceOrganization => "province_organization",
            Self::City => "city",
            Self::CityOrganization => "city_organization",
            Self::County => "county",
            Self::CountyOrganization => "county_organization",
            Self::Township => "township",
            Self::Village => "village",
            Self::TechnicalUnit => "technical_unit",
            Self::NaturalVillage => "natural_village",
        }
    }

    /// Whose records those of this kind are: a technical unit works for its villages, and either carries on what the other
    /// has begun (spec Q-11).
    pub const fn organ(self) -> &'static str {
        match self {
            Self::TechnicalUnit => Self::Village.key(),
            own => own.key(),
        }
    }

    /// The kind with that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What the manual calls this kind.
    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "系统管理员",
            Self::Security => "安全管理员",
            Self::Audit => "审计管理员",
            Self::Province => "省级账号",
            Self::ProvinceOrganization => "省委组织部",
            Self::City => "市级账号",
            Self::CityOrganization => "市委组织部",
            Self::County => "县级账号",
            Self::CountyOrganization => "县委组织部",
            Self::Township => "乡级账号",
            Self::Village => "行政村账号",
            Self::TechnicalUnit => "技术单位",
            Self::NaturalVillage => "自然村账号",
        }
    }

    /// What a step calls those who owe it something.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Village => "行政村",
            Self::NaturalVillage => "自然村",
            own => own.title(),
        }
    }

    /// Whether it is one of the three administrators, each of whom has what the other two have not (`security.md` G07).
    pub const fn is_administrator(self) -> bool {
        matches!(self, Self::System | Self::Security | Self::Audit)
    }

    /// Whether such an account belongs to a record: whoever registers that opens, shuts and resets it there.
    pub const fn belongs_to_record(self) -> bool {
        matches!(self, Self::TechnicalUnit | Self::NaturalVillage)
    }

    /// The level at which accounts of this kind stand.
    pub const fn level(self) -> Level {
        match self {
            Self::System | Self::Security | Self::Audit | Self::Province | Self::ProvinceOrganization => {
                Level::Province
            }
            Self::City | Self::CityOrganization => Level::City,
            Self::County | Self::CountyOrganization | Self::TechnicalUnit => Level::County,
            Self::Township => Level::Township,
            Self::Village => Level::Village,
            Self::NaturalVillage => Level::NaturalVillage,
        }
    }
}

/// Kinds as a step names them: 行政村、技术单位.
pub fn names_of(kinds: &[AccountKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.short()).collect();
    names.join("、")
}

/// The account that is signed in, as far as its own screens know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Stable id.
    pub id: String,
    /// The internal unique name, e.g. `530102-zr`.
    pub login_key: String,
    /// Its kind.
    pub kind: AccountKind,
    /// Its region; the scope is the subtree.
    pub region: Region,
    /// Display name, e.g. 五华区自然资源局.
    pub name: String,
    /// Whether the password has to be changed before anything else: the first one, or one that was there for too long.
    pub must_change: bool,
    /// 使用人姓名, asked at the first sign-in.
    pub person_name: Option<String>,
    /// 使用人电话.
    pub person_phone: Option<String>,
}
