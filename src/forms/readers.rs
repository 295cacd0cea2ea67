//! Who reads a form besides those who fill it (spec §2.3), top level first.

use crate::domain::account::AccountKind::{
    self, City, CityOrganization, County, CountyOrganization, Province, ProvinceOrganization, System, Township, Village,
};

/// What stays with the county and above.
pub(crate) const COUNTY_AND_ABOVE: &[AccountKind] = &[
    System,
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
];

/// What villages do not need, or fill themselves. A technical unit reads the villages of its contracts only: it joins when
/// contracts exist.
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

/// What every level sees.
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
