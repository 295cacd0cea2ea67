//! 发函确认 by unit.

use super::Connection;
use super::listings::Listing;
use super::sql::Statement;
use crate::api::letters::UnitLine;
use sqlx::Row;

/// Units on one page.
const MOST: i64 = 2_000;

/// The units of a listing with how their letters stand, those with the most people first.
pub async fn units(connection: &mut Connection, listing: &Listing<'_>) -> Result<Vec<UnitLine>, sqlx::Error> {
    let mut statement = Statement::new("select coalesce(unit, ''), count(*)");
    for (field, code) in [
        ("status", "sent"),
        ("status", "unsent"),
        ("status", "exempt"),
        ("reply", "agreed"),
        ("reply", "refused"),
    ] {
        statement
            .push(", count(case when ")
            .push(field)
            .push(" = ")
            .text(code)
            .push(" then 1 end)");
    }
    statement.push(", count(distinct region) from ").push(listing.form.key);
    listing.conditions(&mut statement);
    statement
        .push(" group by coalesce(unit, '') order by 2 desc, 1 limit ")
        .integer(MOST);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(UnitLine {
                unit: row.try_get(0)?,
                people: row.try_get(1)?,
                sent: row.try_get(2)?,
                unsent: row.try_get(3)?,
                exempt: row.try_get(4)?,
                agreed: row.try_get(5)?,
                refused: row.try_get(6)?,
                villages: row.try_get(7)?,
            })
        })
        .collect()
}
