//! The accounts that every division has (spec §2.1): under which login key, by which name.

use super::db::accounts::NewAccount;
use super::password::first_password;
use crate::domain::account::AccountKind;
use crate::domain::region::{Level, Region, office_name, short_name};

/// An account that should exist.
#[derive(Debug)]
pub struct Planned {
    /// Login key.
    pub login_key: String,
    /// Kind.
    pub kind: AccountKind,
    /// Region.
    pub region: Region,
    /// Display name.
    pub name: String,
}

/// An account that was created, with the password that nobody will see again.
pub struct Created {
    /// Login key.
    pub login_key: String,
    /// Kind.
    pub kind: AccountKind,
    /// Region.
    pub region: Region,
    /// Display name.
    pub name: String,
    /// First password.
    pub password: String,
}

/// The kinds that every division of a level has.
pub const fn kinds(level: Level) -> &'static [AccountKind] {
    use AccountKind::*;
    match level {
        Level::Province => &[System, Security, Audit, Province, ProvinceOrganization],
        Level::City => &[City, CityOrganization],
        Level::County => &[County, CountyOrganization],
        Level::Township => &[Township],
        Level::Village => &[Village],
        Level::NaturalVillage => &[],
    }
}

/// What the account of a division is called, as the manual writes it: by the official name and by what sort of division it is
/// (街道, 村委会, 居委会).
pub fn display_name(kind: AccountKind, level: Level, official: &str, sort: &str) -> String {
    match kind {
        AccountKind::System | AccountKind::Security | AccountKind::Audit => kind.title().to_owned(),
        AccountKind::Province => "云南省自然资源厅项目组办公室".to_owned(),
        AccountKind::ProvinceOrganization => "中共云南省委组织部".to_owned(),
        AccountKind::City => format!("{official}自然资源和规划局"),
        AccountKind::County => format!("{official}自然资源局"),
        AccountKind::CityOrganization | AccountKind::CountyOrganization => {
            format!("中共{}委组织部", short_name(level, official))
        }
        AccountKind::Township => office_name(official),
        _ => village_office(official, sort),
    }
}

/// The account of a kind that a division should have.
pub fn of_division(kind: AccountKind, region: &Region, official: &str, sort: &str) -> Planned {
    Planned {
        login_key: login_key(kind, region),
        kind,
        region: region.clone(),
        name: display_name(kind, region.level(), official, sort),
    }
}

fn login_key(kind: AccountKind, region: &Region) -> String {
    use AccountKind::*;
    let code = region.official();
    match kind {
        System => "sys-01".to_owned(),
        Security => "sec-01".to_owned(),
        Audit => "aud-01".to_owned(),
        Province | City | County => format!("{code}-zr"),
        ProvinceOrganization | CityOrganization | CountyOrganization => format!("{code}-zz"),
        _ => code,
    }
}

/// As the manual writes it: 三多居委会, 中所村.
fn village_office(name: &str, kind: &str) -> String {
    let name = name.split('（').next().unwrap_or(name);
    let short = short_name(Level::Village, name);
    match short.strip_suffix("社区") {
        Some(stem) if kind.ends_with("居委会") => format!("{stem}居委会"),
        _ => short,
    }
}

/// A planned account with a first password of its own.
pub fn fresh(account: &Planned, until: &str) -> (NewAccount, Created) {
    let (password, hash) = first_password();
    let new = NewAccount {
        login_key: account.login_key.clone(),
        kind: account.kind,
        region: account.region.clone(),
        name: account.name.clone(),
        password_hash: hash,
        must_change: true,
        password_until: Some(until.to_owned()),
        contract: None,
    };
    let (login_key, region, name) = (account.login_key.clone(), account.region.clone(), account.name.clone());
    (
        new,
        Created {
            login_key,
            kind: account.kind,
            region,
            name,
            password,
        },
    )
}
