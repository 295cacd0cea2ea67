//! 公告.

use super::Connection;
use super::sql::Statement;
use sqlx::Row;

/// An announcement as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Id.
    pub id: String,
    /// 标题
    pub title: String,
    /// 内容
    pub content: String,
    /// 范围
    pub reach: String,
    /// 州(市), codes
    pub cities: String,
    /// 县(市、区), codes
    pub counties: String,
    /// 有效期起
    pub starts_on: String,
    /// 有效期止, or empty
    pub ends_on: String,
    /// 置顶
    pub is_pinned: bool,
    /// 是否公开
    pub is_public: bool,
}

/// What is valid on a day, pinned ones first; never more than two hundred.
pub async fn valid(connection: &mut Connection, today: &str) -> Result<Vec<Stored>, sqlx::Error> {
    let mut statement = Statement::new(
        "select id, title, content, reach, cities, counties, starts_on, ends_on, is_pinned, is_public from announcements \
         where deleted_at is null and starts_on <= ",
    );
    statement.text(today);
    statement
        .push(" and (ends_on is null or ends_on = '' or ends_on >= ")
        .text(today);
    statement.push(") order by is_pinned desc, starts_on desc, created_at desc limit 200");
    let mut announcements = Vec::new();
    for row in statement.rows(connection).await? {
        let text = |column: &str| -> Result<String, sqlx::Error> {
            Ok(row.try_get::<Option<String>, _>(column)?.unwrap_or_default())
        };
        let switch =
            |column: &str| -> Result<bool, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(column)? == Some(1)) };
        announcements.push(Stored {
            id: text("id")?,
            title: text("title")?,
            content: text("content")?,
            reach: text("reach")?,
            cities: text("cities")?,
            counties: text("counties")?,
            starts_on: text("starts_on")?,
            ends_on: text("ends_on")?,
            is_pinned: switch("is_pinned")?,
            is_public: switch("is_public")?,
        });
    }
    Ok(announcements)
}
