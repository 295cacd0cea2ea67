//! Who reads a form besides those who fill it (spec §2.3), top level first. The administrators read nothing of it: the system
//! administrator sees what it imports ([`Form::is_read_by`](crate::domain::form::Form::is_read_by)).

use crate::domain::account::AccountKind::{
    self, City, CityOrganization, County, CountyOrganization, Province, ProvinceOrganization, TechnicalUnit, Township,
    Village,
};

/// What stays with the county and above.
pub(crate) const COUNTY_AND_ABOVE: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
];

/// What villages do not need, or fill themselves.
pub(crate) const EVERYBODY_BUT_VILLAGES: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
];

/// What every level sees.
pub(crate) const EVERYBODY: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
    Village,
];

/// What every level sees, and the technical unit for the villages of its contract.
pub(crate) const EVERYBODY_WITH_TECHNICAL_UNITS: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
    Village,
    TechnicalUnit,
];

/// The same without the county's organization department (spec §2.3: 核心数据指标表 and 结构调整表).
pub(crate) const TABLE_READERS: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    Township,
    TechnicalUnit,
];

/// What natural villages fill on the phone.
pub(crate) const ABOVE_NATURAL_VILLAGES: &[AccountKind] = EVERYBODY_WITH_TECHNICAL_UNITS;

/// What villages fill themselves, and the technical unit needs of the villages of its contract.
pub(crate) const ABOVE_AND_TECHNICAL_UNITS: &[AccountKind] = &[
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
    TechnicalUnit,
];
