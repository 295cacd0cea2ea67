//! 账号管理: accounts as the administrators and the levels above see them.

use super::Connection;
use super::sql::{Statement, containing};
use crate::domain::account::AccountKind;
use crate::domain::region::Region;
use futures::StreamExt;
use futures::stream::BoxStream;
use sqlx::Row;
use sqlx::any::AnyRow;

/// An account as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Id.
    pub id: String,
    /// Login key.
    pub login_key: String,
    /// Kind.
    pub kind: AccountKind,
    /// Region.
    pub region: Region,
    /// Display name.
    pub name: String,
    /// 使用人姓名
    pub person_name: String,
    /// 使用人电话, whole
    pub person_phone: String,
    /// Whether the first password still has to be changed.
    pub must_change: bool,
    /// Until when a first password is good.
    pub password_until: Option<String>,
    /// When the password was set last.
    pub password_changed_at: Option<String>,
    /// Since when it is disabled.
    pub disabled_at: Option<String>,
    /// Last sign-in.
    pub last_seen_at: Option<String>,
    /// When it was created.
    pub created_at: String,
}

/// What a list of accounts is narrowed to.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The part of the tree.
    pub part: &'a Region,
    /// Kinds that show.
    pub kinds: Vec<&'static str>,
    /// A state, or nothing.
    pub state: Option<State>,
    /// Text in the login key, the name or the name of the person; empty for all.
    pub text: &'a str,
    /// Now.
    pub now: &'a str,
    /// Ninety days ago.
    pub idle_since: &'a str,
}

/// States that a list can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// May sign in.
    Enabled,
    /// May not.
    Disabled,
    /// Its first password has not been changed.
    First,
    /// Its first password is over.
    Expired,
    /// Nobody ever signed in.
    Never,
    /// Nobody signed in for ninety days (`security.md` G06).
    Idle,
    /// Used on more devices than one or two people have: shared, or known to too many (`security.md` G06).
    Shared,
}

/// So many devices raise no question.
const FEW_DEVICES: i64 = 5;

const COLUMNS: &str = "id, login_key, kind, region, name, person_name, person_phone, must_change, password_until, \
                       password_changed_at, disabled_at, last_seen_at, created_at";

fn listed(row: &AnyRow) -> Result<Listed, sqlx::Error> {
    let (kind, region): (String, String) = (row.try_get("kind")?, row.try_get("region")?);
    let broken = |what: &str| sqlx::Error::Decode(format!("account with a wrong {what}").into());
    let text = |column: &str| -> Result<String, sqlx::Error> {
        Ok(row.try_get::<Option<String>, _>(column)?.unwrap_or_default())
    };
    Ok(Listed {
        id: row.try_get("id")?,
        login_key: row.try_get("login_key")?,
        kind: AccountKind::from_key(&kind).ok_or_else(|| broken("kind"))?,
        region: Region::parse(&region).ok_or_else(|| broken("region"))?,
        name: row.try_get("name")?,
        person_name: text("person_name")?,
        person_phone: text("person_phone")?,
        must_change: row.try_get::<i64, _>("must_change")? == 1,
        password_until: row.try_get("password_until")?,
        password_changed_at: row.try_get("password_changed_at")?,
        disabled_at: row.try_get("disabled_at")?,
        last_seen_at: row.try_get("last_seen_at")?,
        created_at: row.try_get("created_at")?,
    })
}

fn conditions(statement: &mut Statement, asked: &Asked<'_>) {
    statement.push(" where ").within("region", asked.part);
    statement.push(" and kind in ").words(&asked.kinds);
    match asked.state {
        None => {}
        Some(State::Enabled) => {
            statement.push(" and disabled_at is null");
        }
        Some(State::Disabled) => {
            statement.push(" and disabled_at is not null");
        }
        Some(State::First) => {
            statement.push(" and must_change = 1");
        }
        Some(State::Expired) => {
            statement
                .push(" and must_change = 1 and password_until <= ")
                .text(asked.now);
        }
        Some(State::Never) => {
            statement.push(" and last_seen_at is null");
        }
        Some(State::Idle) => {
            statement
                .push(" and coalesce(last_seen_at, created_at) < ")
                .text(asked.idle_since);
        }
        Some(State::Shared) => {
            statement
                .push(" and (select count(*) from devices where devices.account = accounts.id) > ")
                .integer(FEW_DEVICES);
        }
    }
    let text = asked.text.trim().to_lowercase();
    if !text.is_empty() {
        let pattern = containing(&text);
        statement.push(" and (");
        for (position, column) in ["login_key", "name", "coalesce(person_name, '')"]
            .into_iter()
            .enumerate()
        {
            statement.push(if position > 0 { " or lower(" } else { "lower(" });
            statement.push(column).push(") like ").text(pattern.as_str());
            statement.push(" escape '\\'");
        }
        statement.push(")");
    }
}

/// How many there are.
pub async fn count(connection: &mut Connection, asked: &Asked<'_>) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from accounts");
    conditions(&mut statement, asked);
    statement.number(connection).await
}

/// A page of them, by region.
pub async fn page(
    connection: &mut Connection,
    asked: &Asked<'_>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts"));
    conditions(&mut statement, asked);
    statement.push(" order by region, login_key limit ").integer(limit);
    statement.push(" offset ").integer(offset);
    statement.rows(connection).await?.iter().map(listed).collect()
}

/// All of them, as they come.
pub fn stream<'c>(connection: &'c mut Connection, asked: &Asked<'_>) -> BoxStream<'c, Result<Listed, sqlx::Error>> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts"));
    conditions(&mut statement, asked);
    statement.push(" order by region, login_key");
    let rows = statement.stream(connection);
    rows.map(|row| row.and_then(|row| listed(&row))).boxed()
}

/// The account of that id.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Listed>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where id = "));
    statement.text(id);
    statement.row(connection).await?.as_ref().map(listed).transpose()
}

/// The divisions of a part of the tree: code, official name, sort; those of the statistics alone left out.
pub async fn divisions(
    connection: &mut Connection,
    part: &Region,
) -> Result<Vec<(Region, String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select code, name, kind from regions where ");
    statement.within("code", part).push(" and level < 6 order by code");
    let mut divisions = Vec::new();
    for row in statement.rows(connection).await? {
        let (code, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(region) = Region::parse(&code).filter(|_| !name.contains("虚拟")) {
            divisions.push((region, name, row.try_get(2)?));
        }
    }
    Ok(divisions)
}

/// Which kinds of account the divisions of a part have, disabled ones included: `(kind, region)`.
pub async fn held(connection: &mut Connection, part: &Region) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select kind, region from accounts where ");
    statement.within("region", part).push(" and contract is null");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Enabled accounts of these kinds in a part of the tree from which nobody ever signed in.
pub async fn unused(
    connection: &mut Connection,
    part: &Region,
    kinds: &[&'static str],
) -> Result<Vec<Listed>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where "));
    statement.within("region", part).push(" and kind in ").words(kinds);
    statement.push(
        " and last_seen_at is null and must_change = 1 and disabled_at is null and contract is null order by region, \
         login_key",
    );
    statement.rows(connection).await?.iter().map(listed).collect()
}

/// Lets an account sign in again.
pub async fn enable(connection: &mut Connection, account: &str, now: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update accounts set disabled_at = null, enabled_at = ");
    statement.text(now).push(" where id = ").text(account);
    statement.execute(connection).await.map(|_| ())
}

/// Enabled accounts that nobody has used since then; those of administrators and of records are nobody's to shut by rule.
pub async fn idle(
    connection: &mut Connection,
    kinds: &[&'static str],
    since: &str,
) -> Result<Vec<Listed>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from accounts where kind in "));
    statement
        .words(kinds)
        .push(" and disabled_at is null and coalesce(last_seen_at, created_at) < ")
        .text(since)
        // Whoever was let in again has as long as anybody new.
        .push(" and coalesce(enabled_at, created_at) < ")
        .text(since);
    statement.push(" order by region, login_key");
    statement.rows(connection).await?.iter().map(listed).collect()
}

/// Somebody else who uses an account.
#[derive(Debug, Clone)]
pub struct User {
    /// Id.
    pub id: String,
    /// 姓名
    pub name: String,
    /// 电话, whole
    pub phone: String,
    /// Since when.
    pub added_at: String,
}

/// Who else may use an account.
pub async fn users(connection: &mut Connection, account: &str) -> Result<Vec<User>, sqlx::Error> {
    let mut statement = Statement::new("select id, name, phone, added_at from account_users where account = ");
    statement
        .text(account)
        .push(" and removed_at is null order by added_at, id");
    let rows = statement.rows(connection).await?;
    let read = |row: &AnyRow| {
        Ok(User {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            phone: row.try_get(2)?,
            added_at: row.try_get(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Names somebody else who may use an account.
pub async fn add_user(
    connection: &mut Connection,
    account: &str,
    name: &str,
    phone: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into account_users (id, account, name, phone, added_at) values (");
    statement.text(super::new_id()).push(", ").text(account).push(", ");
    statement.text(name).push(", ").text(phone).push(", ").text(now);
    statement.push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Somebody no longer uses it.
pub async fn remove_user(connection: &mut Connection, account: &str, id: &str, now: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update account_users set removed_at = ");
    statement.text(now).push(" where id = ").text(id);
    statement.push(" and removed_at is null and account = ").text(account);
    Ok(statement.execute(connection).await?.rows_affected() > 0)
}
