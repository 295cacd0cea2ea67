//! Links to work reports, and the reports that were issued (spec §12, F-31).

use super::Connection;
use super::reports::Human;
use super::sql::Statement;
use crate::api::reports::ReportOptions;
use crate::domain::region::Region;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Id.
    pub id: String,
    /// The village that the report is about.
    pub region: Region,
    /// Entry of 名单报审.
    pub entry: String,
    /// Who it was about when the link was made.
    pub human: Human,
    /// What stands in the report.
    pub options: ReportOptions,
    /// Account id.
    pub created_by: String,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: String,
}

const COLUMNS: &str = "id, region, entry, name, phone, all_steps, photos, created_by, created_at, expires_at";

fn read(row: &AnyRow) -> Result<Link, sqlx::Error> {
    let region: String = row.try_get(1)?;
    Ok(Link {
        id: row.try_get(0)?,
        region: Region::parse(&region).ok_or_else(|| sqlx::Error::Decode("link of no region".into()))?,
        entry: row.try_get(2)?,
        human: Human {
            name: row.try_get(3)?,
            phone: row.try_get(4)?,
        },
        options: ReportOptions {
            all_steps: row.try_get::<i64, _>(5)? == 1,
            photos: row.try_get::<i64, _>(6)? == 1,
        },
        created_by: row.try_get(7)?,
        created_at: row.try_get(8)?,
        expires_at: row.try_get(9)?,
    })
}

/// Keeps a new link; of its token the hash.
pub async fn make(connection: &mut Connection, link: &Link, token_hash: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into report_links (id, token_hash, region, entry, name, phone, created_by, created_at, expires_at, \
         all_steps, photos) values (",
    );
    let texts = [
        &link.id,
        token_hash,
        link.region.code(),
        &link.entry,
        &link.human.name,
        &link.human.phone,
        &link.created_by,
        &link.created_at,
        &link.expires_at,
    ];
    for text in texts {
        statement.text(text).push(", ");
    }
    statement.integer(i64::from(link.options.all_steps)).push(", ");
    statement.integer(i64::from(link.options.photos)).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// The link of a token that neither has ended nor was taken back.
pub async fn by_token(connection: &mut Connection, token_hash: &str, now: &str) -> Result<Option<Link>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from report_links where revoked_at is null and token_hash = ")
        .text(token_hash);
    statement.push(" and expires_at > ").text(now);
    statement.row(connection).await?.as_ref().map(read).transpose()
}

/// The links of a village that open something, the newest first.
pub async fn of_village(connection: &mut Connection, region: &Region, now: &str) -> Result<Vec<Link>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from report_links where revoked_at is null and region = ")
        .text(region.code());
    statement.push(" and expires_at > ").text(now);
    statement.push(" order by created_at desc, id limit 200");
    statement.rows(connection).await?.iter().map(read).collect()
}

/// Takes a link of a village back; answers whose report it opened.
pub async fn revoke(
    connection: &mut Connection,
    region: &Region,
    id: &str,
    now: &str,
) -> Result<Option<String>, sqlx::Error> {
    let mut statement = Statement::new("update report_links set revoked_at = ");
    statement.text(now).push(" where revoked_at is null and id = ").text(id);
    statement.push(" and region = ").text(region.code());
    statement.push(" and expires_at > ").text(now);
    statement.push(" returning name");
    let row = statement.row(connection).await?;
    row.map(|row| row.try_get(0)).transpose()
}

/// Notes that a report was issued; the same one again on the same day is the same.
pub async fn issue(
    connection: &mut Connection,
    code: &str,
    name: &str,
    region: &Region,
    issued_on: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into issued_reports (code, name, region, issued_on) values (");
    statement.text(code).push(", ").text(name).push(", ");
    statement.text(region.code()).push(", ").text(issued_on);
    statement.push(") on conflict (code) do nothing");
    statement.execute(connection).await.map(|_| ())
}

/// When a report of that code about that person was issued, and of which village.
pub async fn issued(
    connection: &mut Connection,
    code: &str,
    name: &str,
) -> Result<Option<(String, Region)>, sqlx::Error> {
    let mut statement = Statement::new("select issued_on, region from issued_reports where code = ");
    statement.text(code).push(" and name = ").text(name);
    let Some(row) = statement.row(connection).await? else {
        return Ok(None);
    };
    let region: String = row.try_get(1)?;
    let issued_on: String = row.try_get(0)?;
    Ok(Region::parse(&region).map(|region| (issued_on, region)))
}
