//! The QR codes of administrative villages, and who has registered with them (spec S8.1, SM-6).

use super::Connection;
use super::sql::Statement;
use crate::domain::account::AccountKind;
use crate::domain::region::Region;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// The code of a village.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its village.
    pub region: Region,
    /// What the address holds.
    pub token: String,
    /// Whether natural villages may register with it.
    pub is_open: bool,
}

/// The village that a token stands for.
pub async fn by_token(connection: &mut Connection, token: &str) -> Result<Option<Code>, sqlx::Error> {
    let mut statement = Statement::new("select region, token, is_open from registration_codes where token = ");
    statement.text(token);
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| code(&row))
}

/// The codes of these villages.
pub async fn of_villages(
    connection: &mut Connection,
    villages: &[String],
) -> Result<BTreeMap<String, Code>, sqlx::Error> {
    let mut statement = Statement::new("select region, token, is_open from registration_codes where region in ");
    statement.list(villages);
    let mut codes = BTreeMap::new();
    for row in statement.rows(connection).await? {
        if let Some(code) = code(&row)? {
            codes.insert(code.region.code().to_owned(), code);
        }
    }
    Ok(codes)
}

/// Villages that have a code.
pub async fn all(connection: &mut Connection) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows = Statement::new("select region from registration_codes")
        .rows(connection)
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn code(row: &sqlx::any::AnyRow) -> Result<Option<Code>, sqlx::Error> {
    let region: String = row.try_get(0)?;
    let (token, is_open): (String, i64) = (row.try_get(1)?, row.try_get(2)?);
    Ok(Region::parse(&region).map(|region| Code {
        region,
        token,
        is_open: is_open == 1,
    }))
}

/// Gives these villages a code; those that have one keep it. Two hundred rows a statement.
pub async fn make(connection: &mut Connection, new: &[(Region, String)], now: &str) -> Result<(), sqlx::Error> {
    for batch in new.chunks(200) {
        let mut statement =
            Statement::new("insert into registration_codes (region, token, is_open, renewed_at) values ");
        for (position, (region, token)) in batch.iter().enumerate() {
            statement.push(if position > 0 { ", (" } else { "(" });
            statement.text(region.code()).push(", ").text(token.as_str());
            statement.push(", 1, ").text(now).push(")");
        }
        statement.push(" on conflict (region) do nothing");
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Another token for a village: what is printed with the old one leads nowhere.
pub async fn renew(connection: &mut Connection, village: &Region, token: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update registration_codes set token = ");
    statement.text(token).push(", renewed_at = ").text(now);
    statement.push(" where region = ").text(village.code());
    statement.execute(connection).await.map(|_| ())
}

/// Opens or closes the registration of a village.
pub async fn set_open(connection: &mut Connection, village: &Region, is_open: bool) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update registration_codes set is_open = ");
    statement.integer(i64::from(is_open));
    statement.push(" where region = ").text(village.code());
    statement.execute(connection).await.map(|_| ())
}

/// How many natural villages of these villages have registered, wait for their confirmation, and are known.
pub async fn counts(
    connection: &mut Connection,
    villages: &[String],
) -> Result<BTreeMap<String, (i64, i64, i64)>, sqlx::Error> {
    let mut statement = Statement::new(
        "select region, cast(sum(case when status in ('waiting', 'active') then 1 else 0 end) as bigint), \
         cast(sum(case when status = 'waiting' then 1 else 0 end) as bigint), \
         cast(sum(case when status in ('refused', 'merged') then 0 else 1 end) as bigint) from natural_villages \
         where deleted_at is null and region in ",
    );
    statement.list(villages).push(" group by region");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))))
        .collect()
}

/// Natural villages of a village that may sign in: `(login key, name)`.
pub async fn accounts(connection: &mut Connection, village: &Region) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select login_key, name from accounts where disabled_at is null and kind = ");
    statement
        .text(AccountKind::NaturalVillage.key())
        .push(" and ")
        .within("region", village)
        .push(" order by region limit 1000");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Seals away a number that whoever registered has given.
pub async fn seal(connection: &mut Connection, record: &str, sealed: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into sealed_numbers (record, sealed, sealed_at) values (");
    statement
        .text(record)
        .push(", ")
        .text(sealed)
        .push(", ")
        .text(now)
        .push(")");
    statement.push(" on conflict (record) do update set sealed = excluded.sealed, sealed_at = excluded.sealed_at");
    statement.execute(connection).await.map(|_| ())
}
