//! Accounts.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::{Account, AccountKind};
use crate::domain::region::Region;
use sqlx::Row;
use sqlx::any::AnyRow;

/// An account with what only the server may know.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What screens may know.
    pub account: Account,
    /// The password's hash, or a first password's (see `server/password.rs`).
    pub password_hash: String,
    /// Until when a first password is good.
    pub password_until: Option<String>,
    /// Since when it has its password.
    pub password_since: String,
    /// Whether it may sign in.
    pub enabled: bool,
    /// The sealed secret of 两步验证, once a phone is bound.
    pub second_factor: Option<String>,
}

/// An account to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Unique name.
    pub login_key: String,
    /// Kind.
    pub kind: AccountKind,
    /// Region.
    pub region: Region,
    /// Display name.
    pub name: String,
    /// Hash.
    pub password_hash: String,
    /// Whether the password must be changed at the first sign-in.
    pub must_change: bool,
    /// Until when a first password is good.
    pub password_until: Option<String>,
    /// The record that it was made for (确定技术单位).
    pub contract: Option<String>,
}

const COLUMNS: &str = "id, login_key, kind, region, name, password_hash, must_change, password_until, \
                       password_changed_at, created_at, person_name, person_phone, disabled_at, second_factor";

fn stored(row: &AnyRow) -> Result<Stored, sqlx::Error> {
    let kind: String = row.try_get("kind")?;
    let region: String = row.try_get("region")?;
    let broken = |what: &str| sqlx::Error::Decode(format!("account with a wrong {what}").into());
    let (changed_at, created_at): (Option<String>, String) =
        (row.try_get("password_changed_at")?, row.try_get("created_at")?);
    Ok(Stored {
        account: Account {
            id: row.try_get("id")?,
            login_key: row.try_get("login_key")?,
            kind: AccountKind::from_key(&kind).ok_or_else(|| broken("kind"))?,
            region: Region::parse(&region).ok_or_else(|| broken("region"))?,
            name: row.try_get("name")?,
            must_change: row.try_get::<i64, _>("must_change")? == 1,
            person_name: row.try_get("person_name")?,
            person_phone: row.try_get("person_phone")?,
        },
        password_hash: row.try_get("password_hash")?,
        password_until: row.try_get("password_until")?,
        password_since: changed_at.unwrap_or(created_at),
        enabled: row.try_get::<Option<String>, _>("disabled_at")?.is_none(),
        second_factor: row.try_get("second_factor")?,
    })
}

/// The account with that login key.
pub async fn by_key(connection: &mut Connection, login_key: &str) -> Result<Option<Stored>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where login_key = "));
    statement.text(login_key);
    statement.row(connection).await?.as_ref().map(stored).transpose()
}

/// The account with that id.
pub async fn by_id(connection: &mut Connection, id: &str) -> Result<Option<Stored>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where id = "));
    statement.text(id);
    statement.row(connection).await?.as_ref().map(stored).transpose()
}

/// Enabled accounts of these regions, for the picker. Never more than `most`.
pub async fn of_regions(
    connection: &mut Connection,
    regions: &[&Region],
    most: i64,
) -> Result<Vec<Account>, sqlx::Error> {
    if regions.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(&format!(
        "select {COLUMNS} from accounts where disabled_at is null and region in ("
    ));
    for (position, region) in regions.iter().enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        statement.text(region.code());
    }
    statement.push(") order by region, login_key limit ").integer(most);
    statement
        .rows(connection)
        .await?
        .iter()
        .map(|row| stored(row).map(|stored| stored.account))
        .collect()
}

/// Enabled accounts of a kind in a region: `(id, name)`.
pub async fn of_kind(
    connection: &mut Connection,
    kind: AccountKind,
    region: &Region,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select id, name from accounts where disabled_at is null and region = ");
    statement.text(region.code()).push(" and kind = ").text(kind.key());
    statement.push(" order by login_key limit 20");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Enabled accounts of the technical units that a village is contracted to: `(id, name)`.
pub async fn units_of(connection: &mut Connection, village: &Region) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new(
        "select account.id, account.name from technical_units_villages named \
         join technical_units owner on owner.id = named.parent and owner.deleted_at is null \
         join accounts account on account.contract = owner.id where account.disabled_at is null and named.region = ",
    );
    statement.text(village.code()).push(" order by account.login_key");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Every enabled account, for loads of the whole province.
pub async fn all(connection: &mut Connection) -> Result<Vec<Account>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where disabled_at is null"));
    statement.push(" order by region, login_key");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| stored(row).map(|stored| stored.account))
        .collect()
}

/// Gives every account this password: for trials.
pub async fn open_all(connection: &mut Connection, hash: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set must_change = 0, password_until = null, password_hash = ");
    statement.text(hash);
    statement.execute(connection).await.map(|_| ())
}

/// Creates accounts; login keys that exist are left as they are. A hundred rows a statement.
pub async fn create(connection: &mut Connection, accounts: &[NewAccount], now: &str) -> Result<(), sqlx::Error> {
    for batch in accounts.chunks(100) {
        let mut statement = Statement::new(
            "insert into accounts (id, login_key, kind, region, name, password_hash, must_change, password_until, \
             contract, created_at) values ",
        );
        for (position, account) in batch.iter().enumerate() {
            statement.push(if position == 0 { "(" } else { ", (" });
            statement
                .text(super::new_id())
                .push(", ")
                .text(account.login_key.as_str())
                .push(", ");
            statement
                .text(account.kind.key())
                .push(", ")
                .text(account.region.code())
                .push(", ");
            statement
                .text(account.name.as_str())
                .push(", ")
                .text(account.password_hash.as_str())
                .push(", ");
            statement.integer(i64::from(account.must_change)).push(", ");
            statement
                .text_or_null(account.password_until.clone())
                .push(", ")
                .text_or_null(account.contract.clone())
                .push(", ")
                .text(now)
                .push(")");
        }
        statement.push(" on conflict (login_key) do nothing");
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The account that was made for a record, if there is one.
pub async fn of_contract(connection: &mut Connection, record: &str) -> Result<Option<Stored>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where contract = "));
    statement.text(record);
    statement.row(connection).await?.as_ref().map(stored).transpose()
}

/// The record that an account was made for.
pub async fn contract_of(connection: &mut Connection, account: &str) -> Result<Option<String>, sqlx::Error> {
    let mut statement = Statement::new("select contract from accounts where id = ");
    statement.text(account);
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| row.try_get(0))
}

/// What a technical unit is contracted for: the record and its villages; nothing when the contract is gone.
pub async fn contract(connection: &mut Connection, account: &str) -> Result<(String, Vec<Region>), sqlx::Error> {
    let mut statement = Statement::new(
        "select owner.id, named.region from accounts account \
         join technical_units owner on owner.id = account.contract and owner.deleted_at is null \
         join technical_units_villages named on named.parent = owner.id where account.id = ",
    );
    statement.text(account).push(" order by named.region");
    let (mut record, mut villages) = (String::new(), Vec::new());
    for row in statement.rows(connection).await? {
        record = row.try_get(0)?;
        let code: String = row.try_get(1)?;
        villages.extend(Region::parse(&code));
    }
    Ok((record, villages))
}

/// How many accounts of a kind a region has, disabled ones included.
pub async fn count_of_kind(
    connection: &mut Connection,
    kind: AccountKind,
    region: &Region,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from accounts where kind = ");
    statement.text(kind.key()).push(" and region = ").text(region.code());
    statement.number(connection).await
}

/// Calls an account by another name, and lets it sign in or not.
pub async fn rename(
    connection: &mut Connection,
    id: &str,
    name: &str,
    disabled_at: Option<&str>,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set name = ");
    statement
        .text(name)
        .push(", disabled_at = ")
        .text_or_null(disabled_at.map(str::to_owned));
    statement.push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Calls an account by another name.
pub async fn set_name(connection: &mut Connection, id: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set name = ");
    statement.text(name).push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Gives an account another login key.
pub async fn set_login_key(connection: &mut Connection, id: &str, login_key: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set login_key = ");
    statement.text(login_key).push(" where id = ").text(id);
    statement.execute(connection).await.map(|_| ())
}

/// Login keys that exist.
pub async fn login_keys(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query("select login_key from accounts order by login_key")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Replaces a password. With `until` it is a first password that must be changed.
pub async fn set_password(
    connection: &mut Connection,
    account: &str,
    hash: &str,
    must_change: bool,
    until: Option<String>,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set password_hash = ");
    statement
        .text(hash)
        .push(", must_change = ")
        .integer(i64::from(must_change))
        .push(", password_until = ");
    statement
        .text_or_null(until)
        .push(", password_changed_at = ")
        .text(now)
        .push(" where id = ")
        .text(account);
    statement.execute(connection).await.map(|_| ())
}

/// Keeps the hash of the password that an account has, before it gets another one, and of so many in all. What was handed out
/// and never changed is nobody's.
pub async fn keep_password(connection: &mut Connection, account: &str, most: usize) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into former_passwords (id, account, password_hash) select cast(");
    statement
        .text(super::new_id())
        .push(" as text), id, password_hash from accounts where must_change = 0 and id = ")
        .text(account);
    statement.execute(&mut *connection).await?;
    let mut statement = Statement::new("delete from former_passwords where account = ");
    statement.text(account);
    statement.push(" and id not in (select id from former_passwords where account = ");
    statement
        .text(account)
        .push(" order by id desc limit ")
        .integer(most as i64)
        .push(")");
    statement.execute(connection).await.map(|_| ())
}

/// The hashes of the last passwords that an account had before the present one.
pub async fn former_passwords(
    connection: &mut Connection,
    account: &str,
    most: usize,
) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new("select password_hash from former_passwords where account = ");
    statement
        .text(account)
        .push(" order by id desc limit ")
        .integer(most as i64);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Sets 使用人姓名 and 使用人电话.
pub async fn set_person(
    connection: &mut Connection,
    account: &str,
    name: &str,
    phone: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set person_name = ");
    statement
        .text(name)
        .push(", person_phone = ")
        .text(phone)
        .push(" where id = ")
        .text(account);
    statement.execute(connection).await.map(|_| ())
}

/// Binds a second factor where there is none; `step` is the code that showed it. Answers whether it did.
pub async fn bind_second_factor(
    connection: &mut Connection,
    account: &str,
    sealed: &str,
    step: i64,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update accounts set second_factor = ");
    statement.text(sealed).push(", second_factor_step = ").integer(step);
    statement.push(" where second_factor is null and id = ").text(account);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Uses the code of a step, unless it or a later one has been used. Answers whether it did.
pub async fn use_second_factor(connection: &mut Connection, account: &str, step: i64) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update accounts set second_factor_step = ");
    statement
        .integer(step)
        .push(" where second_factor_step < ")
        .integer(step);
    statement.push(" and second_factor is not null and id = ").text(account);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Forgets the second factor. Answers whether there was one.
pub async fn unbind_second_factor(connection: &mut Connection, account: &str) -> Result<bool, sqlx::Error> {
    let mut statement =
        Statement::new("update accounts set second_factor = null where second_factor is not null and id = ");
    statement.text(account);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Disables an account.
pub async fn disable(connection: &mut Connection, account: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set disabled_at = ");
    statement.text(now).push(" where id = ").text(account);
    statement.execute(connection).await.map(|_| ())
}

/// How many accounts there are.
pub async fn count(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    Statement::new("select count(*) from accounts").number(connection).await
}
