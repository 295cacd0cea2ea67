//! 投诉建议 as those see them who left them.

use super::Connection;
use super::sql::Statement;
use crate::domain::account::AccountKind;
use sqlx::Row;
use sqlx::any::AnyRow;

/// One of one's own.
#[derive(Debug, Clone)]
pub struct Own {
    /// 内容
    pub content: String,
    /// 页面
    pub page: String,
    /// State key.
    pub status: String,
    /// 回复
    pub reply: String,
    /// When it was left.
    pub created_at: String,
    /// When it was changed last.
    pub updated_at: String,
}

/// What an account has left under its own name, the newest first.
pub async fn of_account(connection: &mut Connection, account: &str, name: &str) -> Result<Vec<Own>, sqlx::Error> {
    let mut statement = Statement::new(
        "select content, page, status, reply, created_at, updated_at from complaints where deleted_at is null and created_by = ",
    );
    statement.text(account).push(" and created_name <> ").text(name);
    statement.push(" order by created_at desc, id desc limit 50");
    let rows = statement.rows(connection).await?;
    let read = |row: &AnyRow| {
        let text = |column: &str| -> Result<String, sqlx::Error> {
            Ok(row.try_get::<Option<String>, _>(column)?.unwrap_or_default())
        };
        Ok(Own {
            content: text("content")?,
            page: text("page")?,
            status: text("status")?,
            reply: text("reply")?,
            created_at: text("created_at")?,
            updated_at: text("updated_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The account under which is kept what strangers leave: a system administrator's.
pub async fn keeper(connection: &mut Connection) -> Result<Option<String>, sqlx::Error> {
    let mut statement = Statement::new("select id from accounts where disabled_at is null and kind = ");
    statement
        .text(AccountKind::System.key())
        .push(" order by login_key limit 1");
    let row = statement.row(connection).await?;
    row.map(|row| row.try_get(0)).transpose()
}
