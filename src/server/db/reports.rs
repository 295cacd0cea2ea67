//! Who took part in what, for the work report (manual 6.13(4), spec §12).

use super::Connection;
use super::records::{Stored, read, select};
use super::sql::Statement;
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::forms::team::roster;
use crate::forms::work_log::RETURNING_CADRES;
use sqlx::Row;
use std::collections::BTreeMap;

/// A name of 名单报审 with the number that tells namesakes apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Human {
    /// 人员姓名
    pub name: String,
    /// 联系电话
    pub phone: String,
}

impl Human {
    /// Who an entry is about.
    pub fn of(entry: &Stored) -> Self {
        Self {
            name: entry.text("name").to_owned(),
            phone: entry.text("phone").to_owned(),
        }
    }
}

/// The returning cadres of a village's groups who have passed, those of the village's own group first.
pub async fn approved(connection: &mut Connection, region: &Region) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = roster::FORM.stored().collect();
    let mut statement = select(&roster::FORM, &fields);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    for (field, code) in RETURNING_CADRES.matching {
        statement.push(" and ").holds(&roster::FORM, field, code);
    }
    statement.push(" and status in ").words(RETURNING_CADRES.states);
    statement.push(" order by group_kind desc, name, id");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
}

/// All entries of 名单报审 about a returning cadre in a part of the tree, whatever has become of them.
pub async fn entries_about(
    connection: &mut Connection,
    human: &Human,
    scope: &Region,
) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = roster::FORM.stored().collect();
    let mut statement = select(&roster::FORM, &fields);
    statement
        .push(" where deleted_at is null and coalesce(name, '') = ")
        .text(human.name.as_str())
        .push(" and coalesce(phone, '') = ")
        .text(human.phone.as_str())
        .push(" and ")
        .within("region", scope);
    for (field, code) in RETURNING_CADRES.matching {
        statement.push(" and ").holds(&roster::FORM, field, code);
    }
    statement.push(" order by region, group_kind desc, id");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
}

/// Who the entries of a village's 名单报审 are about, those that were deleted since included: entry → human.
pub async fn humans(connection: &mut Connection, region: &Region) -> Result<BTreeMap<String, Human>, sqlx::Error> {
    let mut statement = Statement::new("select id, name, phone from roster where region = ");
    statement.text(region.code());
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let human = Human {
                name: row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
                phone: row.try_get::<Option<String>, _>(2)?.unwrap_or_default(),
            };
            Ok((row.try_get(0)?, human))
        })
        .collect()
}

/// 参与人 of each 工作纪实 of a village.
pub async fn participants(connection: &mut Connection, region: &Region) -> Result<Vec<Vec<String>>, sqlx::Error> {
    let mut statement = Statement::new(
        "select participants from work_log where deleted_at is null and participants is not null and region = ",
    );
    statement.text(region.code());
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let joined: String = row.try_get(0)?;
            Ok(parts(&joined).map(str::to_owned).collect())
        })
        .collect()
}

/// 发函日期 of the letters about these entries of 名单报审, the first one first.
pub async fn letters_sent(connection: &mut Connection, entries: &[String]) -> Result<Vec<String>, sqlx::Error> {
    let mut statement = Statement::new(
        "select sent_on from official_letters where deleted_at is null and sent_on is not null and entry in ",
    );
    statement.list(entries).push(" order by sent_on");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
