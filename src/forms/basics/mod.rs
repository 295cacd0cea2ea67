//! 基本信息 (manual chapter 2).

pub mod natural_villages;
pub mod personnel;
pub mod village_profile;

use crate::domain::account::AccountKind::{
    self, City, CityOrganization, County, CountyOrganization, Province, ProvinceOrganization, System, Township,
};

/// Who reads 基本信息 besides the village (spec §2.3). A technical unit reads the villages of its contracts only: it joins
/// when contracts exist.
pub(crate) const READERS: &[AccountKind] = &[
    System,
    Province,
    ProvinceOrganization,
    City,
    CityOrganization,
    County,
    CountyOrganization,
    Township,
];
