//! The accounts of spec §2.1: who there is, under which login key, by which name.

use super::divisions::Row;
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::region::{Level, Region, office_name, short_name};
use crate::server::command::{by_the_system, first_password_until, readable};
use crate::server::db::{self, Connection, accounts::NewAccount};
use crate::server::password::first_password;
use crate::server::state::App;
use std::collections::HashSet;

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
    /// Region.
    pub region: Region,
    /// Display name.
    pub name: String,
    /// First password.
    pub password: String,
}

/// The accounts of all divisions but the virtual ones.
pub fn planned(rows: &[Row]) -> Vec<Planned> {
    let real = rows.iter().filter(|row| !row.is_virtual());
    real.flat_map(|row| kinds(row.region.level()).iter().map(|kind| of_division(*kind, row)))
        .collect()
}

fn kinds(level: Level) -> &'static [AccountKind] {
    use AccountKind::*;
    match level {
        Level::Province => &[System, Province, ProvinceOrganization],
        Level::City => &[City, CityOrganization],
        Level::County => &[County, CountyOrganization],
        Level::Township => &[Township],
        Level::Village => &[Village],
        Level::NaturalVillage => &[],
    }
}

/// What the account of a division is called, as the manual writes it.
pub fn display_name(kind: AccountKind, level: Level, name: &str, division: &str) -> String {
    match kind {
        AccountKind::System => "系统管理员".to_owned(),
        AccountKind::Province => "云南省自然资源厅项目组办公室".to_owned(),
        AccountKind::ProvinceOrganization => "中共云南省委组织部".to_owned(),
        AccountKind::City => format!("{name}自然资源和规划局"),
        AccountKind::County => format!("{name}自然资源局"),
        AccountKind::CityOrganization | AccountKind::CountyOrganization => {
            format!("中共{}委组织部", short_name(level, name))
        }
        AccountKind::Township => office_name(name),
        _ => village_office(name, division),
    }
}

fn of_division(kind: AccountKind, row: &Row) -> Planned {
    let name = display_name(kind, row.region.level(), row.name, row.kind);
    Planned {
        login_key: login_key(kind, &row.region),
        kind,
        region: row.region.clone(),
        name,
    }
}

fn login_key(kind: AccountKind, region: &Region) -> String {
    use AccountKind::*;
    let code = region.official();
    match kind {
        System => "sys-01".to_owned(),
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

/// Creates the accounts that do not exist yet, each with a first password of its own.
pub async fn create(app: &App, connection: &mut Connection, planned: &[Planned]) -> Result<Vec<Created>, String> {
    let existing = db::accounts::login_keys(&mut *connection).await.map_err(readable)?;
    let existing: HashSet<&str> = existing.iter().map(String::as_str).collect();
    let (now, until) = (app.clock.now(), first_password_until(app));
    let missing = planned
        .iter()
        .filter(|account| !existing.contains(account.login_key.as_str()));
    let (new, created): (Vec<_>, Vec<_>) = missing.map(|account| fresh(account, &until)).unzip();
    if created.is_empty() {
        return Ok(created);
    }
    db::accounts::create(&mut *connection, &new, &now)
        .await
        .map_err(readable)?;
    let (region, about) = (Region::province(), format!("初始化账号 {} 个", created.len()));
    db::audits::write(connection, &by_the_system(Act::CreateAccount, &region, &about, &now))
        .await
        .map_err(readable)?;
    Ok(created)
}

fn fresh(account: &Planned, until: &str) -> (NewAccount, Created) {
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
            region,
            name,
            password,
        },
    )
}

/// `login_key,name,password`, one account a line.
pub fn csv(created: &[Created]) -> String {
    let lines = created
        .iter()
        .map(|account| format!("{},{},{}\n", account.login_key, account.name, account.password));
    std::iter::once("login_key,name,password\n".to_owned())
        .chain(lines)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::seed::divisions::rows;

    #[test]
    fn accounts_are_named_as_in_the_manual() {
        let accounts = planned(&rows().unwrap());
        for (key, name) in [
            ("sys-01", "系统管理员"),
            ("53-zr", "云南省自然资源厅项目组办公室"),
            ("53-zz", "中共云南省委组织部"),
            ("530100-zr", "昆明市自然资源和规划局"),
            ("530100-zz", "中共昆明市委组织部"),
            ("532300-zr", "楚雄彝族自治州自然资源和规划局"),
            ("532300-zz", "中共楚雄州委组织部"),
            ("530102-zr", "五华区自然资源局"),
            ("530102-zz", "中共五华区委组织部"),
            ("530823-zr", "景东彝族自治县自然资源局"),
            ("530823-zz", "中共景东县委组织部"),
            ("530102010", "西翥街道办事处"),
            ("530823102", "文井镇人民政府"),
            ("530102010004", "三多居委会"),
            ("530823102215", "中所村"),
            ("530822101211", "碧溪村"),
        ] {
            let account = accounts.iter().find(|account| account.login_key == key);
            assert_eq!(account.map(|account| account.name.as_str()), Some(name), "{key}");
        }
    }

    #[test]
    fn every_real_division_has_its_accounts_and_login_keys_are_unique() {
        let accounts = planned(&rows().unwrap());
        assert_eq!(accounts.len(), 3 + 2 * 16 + 2 * 129 + 1_461 + 14_888 - 15);
        let keys: HashSet<_> = accounts.iter().map(|account| &account.login_key).collect();
        assert_eq!(keys.len(), accounts.len());
        assert!(
            accounts
                .iter()
                .all(|account| account.kind.level() == account.region.level())
        );
        assert!(
            accounts.iter().all(|account| !account.name.contains([',', '"', '\n'])),
            "the names fit a CSV line"
        );
    }
}
