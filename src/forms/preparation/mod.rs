//! 工作准备 (manual chapter 3).

pub mod founding_documents;
pub mod leading_group;
pub mod liaison_staff;
pub mod liaison_stations;
pub mod mobilization;
pub mod project_team;
pub mod supplementary_documents;
pub mod training;

use crate::domain::account::AccountKind::{
    self, City, CityOrganization, County, CountyOrganization, Province, ProvinceOrganization, System, Township, Village,
};

/// Who reads what every level sees.
pub(crate) const EVERYBODY: &[AccountKind] = &[
    System,
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
    Village,
];

/// Who reads what stays with the county and above.
pub(crate) const COUNTY_AND_ABOVE: &[AccountKind] = &[
    System,
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
];

/// Who reads what villages do not need.
pub(crate) const EVERYBODY_BUT_VILLAGES: &[AccountKind] = &[
    System,
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
];
