//! Workbooks that the system administrator has read in for villages (S9.4).

use super::Connection;
use super::sql::Statement;
use crate::domain::account::Account;
use crate::domain::region::Region;
use sqlx::Row;

/// One import.
pub struct Import {
    /// The village.
    pub region: String,
    /// Key of the page.
    pub page: String,
    /// Name of the file.
    pub file: String,
    /// What trying it said.
    pub outcome: String,
    /// Rows stored.
    pub stored: i64,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
}

/// Keeps an import, stored or only tried.
pub async fn keep(
    connection: &mut Connection,
    account: &Account,
    region: &Region,
    import: &Import,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into workbook_imports (id, region, page, file_name, outcome, stored, account, account_name, at) values (",
    );
    statement.text(super::new_id()).push(", ").text(region.code());
    for text in [&import.page, &import.file, &import.outcome] {
        statement.push(", ").text(text.as_str());
    }
    statement.push(", ").integer(import.stored).push(", ").text(&account.id);
    statement
        .push(", ")
        .text(&account.name)
        .push(", ")
        .text(&import.at)
        .push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Imports, newest first, and how many there are.
pub async fn list(connection: &mut Connection, from: i64, most: i64) -> Result<(Vec<Import>, i64), sqlx::Error> {
    let total = Statement::new("select count(*) from workbook_imports")
        .number(&mut *connection)
        .await?;
    let mut statement = Statement::new(
        "select region, page, file_name, outcome, stored, account_name, at from workbook_imports order by at desc, id desc limit ",
    );
    statement.integer(most).push(" offset ").integer(from);
    let rows = statement.rows(connection).await?;
    let lines = rows.iter().map(|row| {
        Ok::<_, sqlx::Error>(Import {
            region: row.try_get(0)?,
            page: row.try_get(1)?,
            file: row.try_get(2)?,
            outcome: row.try_get(3)?,
            stored: row.try_get(4)?,
            by: row.try_get(5)?,
            at: row.try_get(6)?,
        })
    });
    Ok((lines.collect::<Result<_, _>>()?, total))
}
