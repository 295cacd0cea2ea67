//! Creates the accounts of spec §2.1.

use super::divisions::Row;
use crate::domain::audit::Act;
use crate::domain::region::Region;
use crate::server::command::{by_the_system, first_password_until, readable};
use crate::server::db::{self, Connection};
pub use crate::server::standard_accounts::{Created, Planned};
use crate::server::standard_accounts::{fresh, kinds, of_division};
use crate::server::state::App;
use std::collections::HashSet;

/// The accounts of all divisions but the virtual ones.
pub fn planned(rows: &[Row]) -> Vec<Planned> {
    let real = rows.iter().filter(|row| !row.is_virtual());
    real.flat_map(|row| {
        let kinds = kinds(row.region.level()).iter();
        kinds.map(|kind| of_division(*kind, &row.region, row.name, row.kind))
    })
    .collect()
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
            ("sec-01", "安全管理员"),
            ("aud-01", "审计管理员"),
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
        assert_eq!(accounts.len(), 5 + 2 * 16 + 2 * 129 + 1_461 + 14_888 - 15);
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
