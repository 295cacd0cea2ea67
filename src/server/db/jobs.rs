//! Bulks: planned by a dry run, carried out piece by piece, taken back within minutes. A piece and what it did are one
//! transaction, so a bulk that was interrupted goes on where it stopped and never acts twice.

use super::Connection;
use super::listings::Listing;
use super::sql::Statement;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A bulk.
#[derive(Debug, Clone)]
pub struct Job {
    /// Id.
    pub id: String,
    /// Form key.
    pub form: String,
    /// Verb.
    pub verb: String,
    /// Account id.
    pub account: String,
    /// Client address, for the log.
    pub address: String,
    /// What is said with every act.
    pub opinion: String,
    /// Account that it goes to.
    pub receiver: Option<String>,
    /// Fields that are filled with every act, as JSON.
    pub asked: String,
    /// `planned`, `running`, `done`, `undoing` or `undone`.
    pub state: String,
    /// Records that were selected.
    pub total: i64,
    /// Those that can be acted on.
    pub ready: i64,
    /// Those that were.
    pub done: i64,
    /// Those that were refused after all.
    pub failed: i64,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Whether a fault has stopped it on its way.
    pub stopped: bool,
}

const COLUMNS: &str = "id, form, verb, account, address, opinion, receiver, state, total, ready, done, failed, finished_at, asked, stopped";

fn read(row: &AnyRow) -> Result<Job, sqlx::Error> {
    Ok(Job {
        id: row.try_get(0)?,
        form: row.try_get(1)?,
        verb: row.try_get(2)?,
        account: row.try_get(3)?,
        address: row.try_get(4)?,
        opinion: row.try_get(5)?,
        receiver: row.try_get(6)?,
        state: row.try_get(7)?,
        total: row.try_get(8)?,
        ready: row.try_get(9)?,
        done: row.try_get(10)?,
        failed: row.try_get(11)?,
        finished_at: row.try_get(12)?,
        asked: row.try_get(13)?,
        stopped: row.try_get::<i64, _>(14)? == 1,
    })
}

/// Begins a bulk.
pub async fn create(
    connection: &mut Connection,
    id: &str,
    form: &str,
    verb: &str,
    account: &str,
    address: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into jobs (id, form, verb, account, address, opinion, receiver, state, total, ready, done, failed, \
         created_at, finished_at) values (",
    );
    for text in [id, form, verb, account, address] {
        statement.text(text).push(", ");
    }
    statement
        .push("'', null, 'planned', 0, 0, 0, 0, ")
        .text(now)
        .push(", null)");
    statement.execute(connection).await.map(|_| ())
}

/// Puts the selected records into a bulk: everything of a listing, or those of these ids among it.
pub async fn select(
    connection: &mut Connection,
    job: &str,
    listing: &Listing<'_>,
    ids: &[String],
) -> Result<(), sqlx::Error> {
    let mut statement =
        Statement::new("insert into job_items (job, position, record, name, version, state, message) select ");
    statement.text(job);
    statement.push(", row_number() over (order by region, id), id, '', version, 'waiting', '' from ");
    statement.push(listing.form.key);
    listing.conditions(&mut statement);
    if !ids.is_empty() {
        statement.push(" and id in ").list(ids);
    }
    statement.execute(connection).await.map(|_| ())
}

/// One record of a bulk.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place.
    pub position: i64,
    /// Record id.
    pub record: String,
    /// What it is called.
    pub name: String,
    /// The version that was selected.
    pub version: i64,
    /// What became of it.
    pub message: String,
}

/// The next items in that state.
pub async fn items(
    connection: &mut Connection,
    job: &str,
    state: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Item>, sqlx::Error> {
    let mut statement = Statement::new("select position, record, name, version, message from job_items where job = ");
    statement.text(job).push(" and state = ").text(state);
    statement.push(" and position > ").integer(after);
    statement.push(" order by position limit ").integer(limit);
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Item {
                position: row.try_get(0)?,
                record: row.try_get(1)?,
                name: row.try_get(2)?,
                version: row.try_get(3)?,
                message: row.try_get(4)?,
            })
        })
        .collect()
}

/// What became of items: position, name, state, message.
pub type Outcome = (i64, String, &'static str, String);

/// Notes what became of items.
pub async fn note(connection: &mut Connection, job: &str, outcomes: &[Outcome]) -> Result<(), sqlx::Error> {
    for batch in outcomes.chunks(500) {
        if batch.is_empty() {
            continue;
        }
        // One statement a batch: the rows are written anew under their key.
        let mut statement =
            Statement::new("insert into job_items (job, position, record, name, version, state, message) values ");
        for (place, (position, name, state, message)) in batch.iter().enumerate() {
            statement.push(if place > 0 { ", (" } else { "(" });
            statement.text(job).push(", ").integer(*position).push(", '', ");
            statement.text(name.as_str()).push(", 0, ").text(*state).push(", ");
            statement.text(message.as_str()).push(")");
        }
        statement.push(
            " on conflict (job, position) do update set name = excluded.name, state = excluded.state, \
             message = excluded.message",
        );
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Counts a bulk anew from its items.
pub async fn count(connection: &mut Connection, job: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update jobs set total = (select count(*) from job_items where job = jobs.id)");
    for (column, states) in [
        ("ready", "'waiting', 'done', 'failed', 'undone'"),
        ("done", "'done'"),
        ("failed", "'failed'"),
    ] {
        statement
            .push(", ")
            .push(column)
            .push(" = (select count(*) from job_items where job = jobs.id and state in (");
        statement.push(states).push("))");
    }
    statement.push(" where id = ").text(job);
    statement.execute(connection).await.map(|_| ())
}

/// The bulk of that id.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Job>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement.push(COLUMNS).push(" from jobs where id = ").text(id);
    statement.row(connection).await?.as_ref().map(read).transpose()
}

/// The latest bulk of an account over a form that was started.
pub async fn latest(connection: &mut Connection, account: &str, form: &str) -> Result<Option<Job>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from jobs where account = ")
        .text(account);
    statement.push(" and form = ").text(form);
    statement.push(" and state <> 'planned' order by created_at desc, id desc limit 1");
    statement.row(connection).await?.as_ref().map(read).transpose()
}

/// The bulks that were interrupted, those that a fault had stopped too: a new start may have mended it.
pub async fn unfinished(connection: &mut Connection) -> Result<Vec<Job>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement
        .push(COLUMNS)
        .push(" from jobs where state in ('running', 'undoing') order by created_at");
    statement.rows(connection).await?.iter().map(read).collect()
}

/// Moves a bulk from one state to another; false when it was not in the first.
pub async fn advance(
    connection: &mut Connection,
    job: &str,
    from: &str,
    to: &str,
    finished_at: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update jobs set state = ");
    statement.text(to);
    if let Some(now) = finished_at {
        statement.push(", finished_at = ").text(now);
    }
    statement
        .push(" where id = ")
        .text(job)
        .push(" and state = ")
        .text(from);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Notes that a bulk under way was stopped by a fault, or goes on; false when it is not under way or that was noted before.
pub async fn stop(connection: &mut Connection, job: &str, stopped: bool) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update jobs set stopped = ");
    statement.integer(i64::from(stopped));
    statement.push(" where state in ('running', 'undoing') and stopped = ");
    statement.integer(i64::from(!stopped));
    statement.push(" and id = ").text(job);
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Starts a planned bulk with what is said and who it goes to; false when it was started already.
pub async fn start(
    connection: &mut Connection,
    job: &str,
    opinion: &str,
    receiver: Option<&str>,
    asked: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("update jobs set state = 'running', opinion = ");
    statement
        .text(opinion)
        .push(", receiver = ")
        .text_or_null(receiver.map(str::to_owned));
    statement.push(", asked = ").text(asked);
    statement.push(" where id = ").text(job).push(" and state = 'planned'");
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}

/// Why records were left out, with how many: `(message, count)`, most first.
pub async fn reasons(connection: &mut Connection, job: &str) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let mut statement =
        Statement::new("select message, count(*) from job_items where state in ('refused', 'failed') and job = ");
    statement
        .text(job)
        .push(" group by message order by 2 desc, 1 limit 20");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Forgets bulks that were planned and never started.
pub async fn sweep(connection: &mut Connection, before: &str) -> Result<(), sqlx::Error> {
    let mut items = Statement::new(
        "delete from job_items where job in (select id from jobs where state = 'planned' and created_at < ",
    );
    items.text(before).push(")");
    items.execute(&mut *connection).await?;
    let mut jobs = Statement::new("delete from jobs where state = 'planned' and created_at < ");
    jobs.text(before);
    jobs.execute(connection).await.map(|_| ())
}
