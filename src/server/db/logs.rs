//! The log as it is read (spec S9.6): from the newest line back, page by page by the key of the last line, so that a page of
//! millions costs what the first one does.

use super::Connection;
use super::sql::{Statement, containing};
use crate::domain::audit::{Act, Log};
use crate::domain::region::{Level, Region};
use futures::StreamExt;
use futures::stream::BoxStream;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A line as it is stored.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Id.
    pub id: String,
    /// When, as stored.
    pub at: String,
    /// Account id, where it was one.
    pub account: Option<String>,
    /// Its name at that time.
    pub account_name: String,
    /// Who used it.
    pub person_name: String,
    /// Where.
    pub region: String,
    /// Act key.
    pub act: String,
    /// Form key, or empty.
    pub form: String,
    /// Record id, or empty.
    pub record: String,
    /// Step key, or empty.
    pub step: String,
    /// What was said.
    pub opinion: String,
    /// Old and new values, as JSON.
    pub changes: String,
    /// Client address.
    pub address: String,
    /// Which session, in short, or empty.
    pub session: String,
}

/// What a log is narrowed to.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which log.
    pub log: Log,
    /// From this instant.
    pub from: String,
    /// Up to this instant, not included; empty for no end.
    pub to: String,
    /// Accounts; `None` for all.
    pub accounts: Option<Vec<String>>,
    /// The part of the tree; nothing for the whole log.
    pub part: Option<Region>,
    /// One act.
    pub act: Option<Act>,
    /// One form.
    pub form: Option<&'static str>,
    /// One record, by its id.
    pub record: Option<String>,
    /// Text in what was said, in names and addresses.
    pub text: String,
    /// The division whose code the text is, one that has ended too: the log keeps the code that was valid then.
    pub code: Option<Region>,
}

/// The place of a line in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// When.
    pub at: String,
    /// Id.
    pub id: String,
}

const COLUMNS: &str = "id, at, account, account_name, person_name, region, act, form, record, step, opinion, changes, \
                       address, session";

/// `act in ('sign_in', …)`: letter for letter what the index of that log says, so that it is found; 操作日志 is the rest.
pub fn acts(log: Log) -> String {
    let (word, logs): (&str, Vec<Log>) = match log {
        Log::Operations => (
            "not in",
            Log::ALL.into_iter().filter(|one| *one != Log::Operations).collect(),
        ),
        log => ("in", vec![log]),
    };
    let keys = logs.into_iter().flat_map(Log::acts);
    let keys: Vec<String> = keys.map(|act| format!("'{}'", act.key())).collect();
    format!("act {word} ({})", keys.join(", "))
}

fn select(beginning: &str, asked: &Asked, after: Option<&Place>, upwards: bool) -> Statement {
    let mut statement = Statement::new(&format!("{beginning}select {COLUMNS} from audits where "));
    statement.push(&acts(asked.log));
    statement.push(" and at >= ").text(asked.from.as_str());
    if !asked.to.is_empty() {
        statement.push(" and at < ").text(asked.to.as_str());
    }
    if let Some(place) = after {
        let sign = if upwards { " > " } else { " < " };
        let or_equal = if upwards { " and at >= " } else { " and at <= " };
        // The first condition alone bounds the walk; the second one is for lines of the same instant.
        statement.push(or_equal).text(place.at.as_str());
        statement.push(" and (at").push(sign).text(place.at.as_str());
        statement.push(" or id").push(sign).text(place.id.as_str()).push(")");
    }
    if let Some(part) = &asked.part {
        // Most lines lie in a city or a county: they are met soon on the way back. Those of a village are found by their
        // region.
        let column = match part.level() {
            Level::Province | Level::City | Level::County => "region || ''",
            _ => "region",
        };
        statement.push(" and ").within(column, part);
    }
    if let Some(accounts) = &asked.accounts {
        statement.push(" and account in ").list(accounts);
    }
    if let Some(act) = asked.act {
        statement.push(" and act || '' = ").text(act.key());
    }
    if let Some(form) = asked.form {
        statement.push(" and form = ").text(form);
    }
    // The few lines of a record are found by its own index, however many the log has.
    if let Some(record) = &asked.record {
        statement.push(" and record = ").text(record.as_str());
    }
    let text = asked.text.trim().to_lowercase();
    if !text.is_empty() {
        let pattern = containing(&text);
        statement.push(" and (");
        let columns = ["opinion", "account_name", "coalesce(person_name, '')", "address"];
        for (position, column) in columns.into_iter().enumerate() {
            statement.push(if position > 0 { " or lower(" } else { "lower(" });
            statement.push(column).push(") like ").text(pattern.as_str());
            statement.push(" escape '\\'");
        }
        if let Some(code) = &asked.code {
            statement.push(" or ").within("region", code);
        }
        statement.push(")");
    }
    statement.push(if upwards {
        " order by at, id"
    } else {
        " order by at desc, id desc"
    });
    statement
}

fn read(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let text = |column: &str| -> Result<String, sqlx::Error> {
        Ok(row.try_get::<Option<String>, _>(column)?.unwrap_or_default())
    };
    Ok(Entry {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        account: row.try_get("account")?,
        account_name: row.try_get("account_name")?,
        person_name: text("person_name")?,
        region: text("region")?,
        act: row.try_get("act")?,
        form: text("form")?,
        record: text("record")?,
        step: text("step")?,
        opinion: row.try_get("opinion")?,
        changes: row.try_get("changes")?,
        address: row.try_get("address")?,
        session: text("session")?,
    })
}

/// Lines before a place, the newest first; after it, where `upwards`, the oldest first.
pub async fn page(
    connection: &mut Connection,
    asked: &Asked,
    after: Option<&Place>,
    upwards: bool,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let mut statement = select("", asked, after, upwards);
    statement.push(" limit ").integer(limit);
    statement.rows(connection).await?.iter().map(read).collect()
}

/// All of them, the newest first.
pub fn stream<'c>(connection: &'c mut Connection, asked: &Asked) -> BoxStream<'c, Result<Entry, sqlx::Error>> {
    let rows = select("", asked, None, false).stream(connection);
    rows.map(|row| row.and_then(|row| read(&row))).boxed()
}

/// Accounts whose login key or name holds a text; a few hundred at the most.
pub async fn accounts(connection: &mut Connection, text: &str) -> Result<Vec<String>, sqlx::Error> {
    let pattern = containing(&text.trim().to_lowercase());
    let mut statement = Statement::new("select id from accounts where lower(login_key) = ");
    statement.text(text.trim().to_lowercase());
    statement.push(" or lower(name) like ").text(pattern);
    statement.push(" escape '\\' order by region, login_key limit 300");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The last acts of these sorts of an account, and of its sign-ins those that failed for one of these reasons; the newest first.
pub async fn of_account(
    connection: &mut Connection,
    account: &str,
    acts: &[&'static str],
    failures: &[&'static str],
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from audits where account = "));
    statement.text(account).push(" and (act in ").words(acts);
    statement.push(" or act = ").text(Act::SignInFailed.key());
    statement.push(" and opinion in ").words(failures);
    statement.push(") order by at desc, id desc limit ").integer(limit);
    statement.rows(connection).await?.iter().map(read).collect()
}

/// The last acts of a sort about a record, the newest first.
pub async fn of_record(
    connection: &mut Connection,
    form: &str,
    record: &str,
    act: Act,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let mut statement = Statement::new(&format!("select {COLUMNS} from audits where record = "));
    statement.text(record).push(" and form = ").text(form);
    statement.push(" and act = ").text(act.key());
    statement.push(" order by at desc, id desc limit ").integer(limit);
    statement.rows(connection).await?.iter().map(read).collect()
}

/// How often an account did something since an instant.
pub async fn count_since(
    connection: &mut Connection,
    account: &str,
    act: Act,
    since: &str,
) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from audits where account = ");
    statement.text(account).push(" and at >= ").text(since);
    statement.push(" and act = ").text(act.key());
    statement.number(connection).await
}

/// How the store finds a page of a log, for tests.
pub async fn plan(connection: &mut Connection, asked: &Asked) -> Result<String, sqlx::Error> {
    let mut statement = select("explain query plan ", asked, None, false);
    statement.push(" limit 50");
    let rows = statement.rows(connection).await?;
    let lines: Result<Vec<String>, sqlx::Error> = rows.iter().map(|row| row.try_get(3)).collect();
    Ok(lines?.join("; "))
}
