//! Changes of the division tree (S9.2). Codes are positional, so whoever moves gets another code; what lies under the old
//! one goes along in the same transaction, and the succession is kept.

use super::Connection;
use super::region_columns::{rewrite, under};
use super::sql::{Statement, containing};
use crate::domain::form::Form;
use crate::domain::region::{Level, Region};
use crate::forms;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the succession.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it was: `move`, `merge`, `split`, `rename`, …
    pub kind: String,
    /// Code before.
    pub from: String,
    /// Code after.
    pub to: String,
    /// What it says about itself.
    pub note: String,
    /// The day.
    pub valid_on: String,
    /// Who entered it.
    pub by: String,
    /// When.
    pub at: String,
}

/// Keeps everybody out of a subtree until the transaction is over: saves that name it wait, and find it gone or renamed.
pub async fn lock(connection: &mut Connection, region: &Region, is_postgres: bool) -> Result<(), sqlx::Error> {
    if !is_postgres {
        return Ok(());
    }
    let mut statement = Statement::new("select code from regions where ");
    statement.within("code", region).push(" for update");
    statement.rows(connection).await.map(|_| ())
}

/// Gives a subtree another code: first the new divisions, then everything that names the old ones, then those end.
pub async fn move_codes(connection: &mut Connection, from: &Region, to: &Region, day: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into regions (code, parent, level, name, short_name, aliases, initials, kind, planned, valid_from) select ",
    );
    under(&mut statement, "code", from, to);
    statement.push(", case when code = ").text(from.code()).push(" then ");
    statement.text(to.parent().map_or(String::new(), |parent| parent.code().to_owned()));
    statement.push(" else ");
    under(&mut statement, "parent", from, to);
    statement
        .push(" end, level, name, short_name, aliases, initials, kind, planned, ")
        .text(day);
    statement.push(" from regions where ").within("code", from);
    statement.execute(&mut *connection).await?;
    rewrite(&mut *connection, from, to).await?;
    rename_keys(&mut *connection, from, to).await?;
    end(connection, from, day).await
}

/// Login keys begin with the code of their division.
async fn rename_keys(connection: &mut Connection, from: &Region, to: &Region) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("select id, login_key from accounts where ");
    statement.within("region", to);
    for row in statement.rows(&mut *connection).await? {
        let (id, key): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        // Prefectures are written with their padding zeros.
        let renamed = key
            .strip_prefix(&from.official())
            .map(|rest| format!("{}{rest}", to.official()))
            .or_else(|| key.strip_prefix(from.code()).map(|rest| format!("{to}{rest}")));
        if let Some(renamed) = renamed {
            super::accounts::set_login_key(&mut *connection, &id, &renamed).await?;
        }
    }
    Ok(())
}

/// Takes a subtree out of the tree; its codes are never given again.
pub async fn end(connection: &mut Connection, region: &Region, day: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into former_regions (code, name, short_name, kind, planned, valid_from, valid_to) \
         select code, name, short_name, kind, planned, valid_from, ",
    );
    statement.text(day).push(" from regions where ").within("code", region);
    statement.execute(&mut *connection).await?;
    let mut statement = Statement::new("delete from regions where ");
    statement.within("code", region);
    statement.execute(connection).await.map(|_| ())
}

/// Ends a division in its place: what is over there stays there.
pub async fn close(connection: &mut Connection, region: &Region, day: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update regions set planned = 0, valid_to = ");
    statement.text(day).push(" where ").within("code", region);
    statement.execute(connection).await.map(|_| ())
}

/// Codes directly below a division that are or were in use.
pub async fn used_below(connection: &mut Connection, parent: &Region) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select code from regions where ");
    statement
        .within("code", parent)
        .push(" union select code from former_regions where ");
    statement.within("code", parent);
    let digits = parent.level().below().map_or(0, Level::digits);
    let rows = statement.rows(connection).await?;
    let codes = rows.iter().map(|row| row.try_get::<String, _>(0));
    codes
        .filter(|code| code.as_ref().is_ok_and(|code| code.len() == digits) || code.is_err())
        .collect()
}

/// The divisions one level below that live, in code order.
pub async fn children(connection: &mut Connection, region: &Region) -> Result<Vec<Region>, sqlx::Error> {
    let mut statement = Statement::new("select code from regions where valid_to is null and parent = ");
    statement.text(region.code()).push(" order by code");
    let rows = statement.rows(connection).await?;
    let codes: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(codes.iter().filter_map(|code| Region::parse(code)).collect())
}

/// Names of a division: `(name, short name, kind, whether it lives)`.
pub async fn find(
    connection: &mut Connection,
    region: &Region,
) -> Result<Option<(String, String, String, bool)>, sqlx::Error> {
    let mut statement = Statement::new("select name, short_name, kind, valid_to from regions where code = ");
    statement.text(region.code());
    let Some(row) = statement.row(connection).await? else {
        return Ok(None);
    };
    let ended: Option<String> = row.try_get(3)?;
    Ok(Some((
        row.try_get(0)?,
        row.try_get(1)?,
        row.try_get(2)?,
        ended.is_none(),
    )))
}

/// Calls a division otherwise.
pub async fn set_names(
    connection: &mut Connection,
    region: &Region,
    name: &str,
    short: &str,
    search: &str,
    initials: &str,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update regions set name = ");
    statement.text(name).push(", short_name = ").text(short);
    statement
        .push(", aliases = ")
        .text(search)
        .push(", initials = ")
        .text(initials);
    statement.push(" where code = ").text(region.code());
    statement.execute(connection).await.map(|_| ())
}

/// Since when a division is.
pub async fn set_valid_from(connection: &mut Connection, region: &Region, day: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update regions set valid_from = ");
    statement.text(day).push(" where code = ").text(region.code());
    statement.execute(connection).await.map(|_| ())
}

/// Other names of a division: name, and the day on which it ended where it was its own.
pub async fn names(connection: &mut Connection, region: &Region) -> Result<Vec<(String, Option<String>)>, sqlx::Error> {
    let mut statement = Statement::new("select name, valid_to from region_names where region = ");
    statement.text(region.code()).push(" order by valid_to, name");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// The same of many divisions: code → names.
pub async fn names_of(
    connection: &mut Connection,
    codes: &[String],
) -> Result<BTreeMap<String, Vec<(String, Option<String>)>>, sqlx::Error> {
    let mut statement = Statement::new("select region, name, valid_to from region_names where region in ");
    statement.list(codes).push(" order by region, valid_to, name");
    let mut names: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
    for row in statement.rows(connection).await? {
        let own = names.entry(row.try_get(0)?).or_default();
        own.push((row.try_get(1)?, row.try_get(2)?));
    }
    Ok(names)
}

/// Drops a name that was added and was never the division's own; whether it was there.
pub async fn drop_name(connection: &mut Connection, region: &Region, name: &str) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("delete from region_names where valid_to is null and region = ");
    statement.text(region.code()).push(" and name = ").text(name);
    Ok(statement.execute(connection).await?.rows_affected() > 0)
}

/// Adds another name; one that the division has had stays a former one.
pub async fn add_name(
    connection: &mut Connection,
    region: &Region,
    name: &str,
    valid_to: Option<&str>,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("insert into region_names (region, name, valid_to) values (");
    statement.text(region.code()).push(", ").text(name).push(", ");
    statement.text_or_null(valid_to.map(str::to_owned));
    statement.push(
        ") on conflict (region, name) do update set valid_to = coalesce(excluded.valid_to, region_names.valid_to)",
    );
    statement.execute(connection).await.map(|_| ())
}

/// A division that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Code.
    pub region: Region,
    /// Official name.
    pub name: String,
    /// 简称
    pub short: String,
    /// 是否纳入规划
    pub planned: bool,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: String,
}

/// The divisions of a part of the tree, down to the administrative villages, that have ended: whose name or code holds the
/// text, the last to end first.
pub async fn ended(connection: &mut Connection, part: &Region, text: &str) -> Result<Vec<Ended>, sqlx::Error> {
    let mut statement = Statement::new(
        "select code, name, short_name, planned, valid_from, valid_to from ( \
         select code, name, short_name, planned, valid_from, valid_to from former_regions union all \
         select code, name, short_name, planned, valid_from, valid_to from regions where valid_to is not null) ended where ",
    );
    statement.within("code", part);
    statement
        .push(" and length(code) <= ")
        .push(&Level::Village.digits().to_string());
    if !text.is_empty() {
        statement
            .push(" and (name like ")
            .text(containing(text))
            .push(" escape '\\' or code like ");
        statement.text(containing(text)).push(" escape '\\')");
    }
    statement.push(" order by valid_to desc, code");
    let rows = statement.rows(connection).await?;
    let mut ended = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(region) = Region::parse(row.try_get(0)?) {
            ended.push(Ended {
                region,
                name: row.try_get(1)?,
                short: row.try_get(2)?,
                planned: row.try_get::<i64, _>(3)? == 1,
                valid_from: row.try_get::<Option<String>, _>(4)?.unwrap_or_default(),
                valid_to: row.try_get::<Option<String>, _>(5)?.unwrap_or_default(),
            });
        }
    }
    Ok(ended)
}

/// What the divisions of a part of the tree were called on a day, where that is not what they are called now.
pub async fn names_on(
    connection: &mut Connection,
    region: &Region,
    day: &str,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut statement =
        Statement::new("select region, name from region_names where valid_to is not null and valid_to > ");
    statement.text(day).push(" and ").within("region", region);
    // The first that ended after the day is the one that was valid on it.
    statement.push(" order by valid_to desc");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Keeps a line of the succession.
pub async fn note(
    connection: &mut Connection,
    change: &Change,
    account: &crate::domain::account::Account,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(
        "insert into region_changes (id, kind, from_code, to_code, note, valid_on, account, account_name, at) values (",
    );
    statement.text(super::new_id());
    for text in [&change.kind, &change.from, &change.to, &change.note, &change.valid_on] {
        statement.push(", ").text(text.as_str());
    }
    statement.push(", ").text(&account.id).push(", ").text(&account.name);
    statement.push(", ").text(&change.at).push(")");
    statement.execute(connection).await.map(|_| ())
}

/// The succession, newest first.
pub async fn changes(connection: &mut Connection) -> Result<Vec<Change>, sqlx::Error> {
    let statement = Statement::new(
        "select kind, from_code, to_code, note, valid_on, account_name, at from region_changes \
         order by valid_on desc, id desc",
    );
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Change {
                kind: row.try_get(0)?,
                from: row.try_get(1)?,
                to: row.try_get(2)?,
                note: row.try_get(3)?,
                valid_on: row.try_get(4)?,
                by: row.try_get(5)?,
                at: row.try_get(6)?,
            })
        })
        .collect()
}

/// What lies under a division.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Divisions, itself included.
    pub divisions: i64,
    /// Accounts.
    pub accounts: i64,
    /// Switches that are 是.
    pub completions: i64,
    /// Live records, form by form: title and number.
    pub records: Vec<(&'static str, i64)>,
    /// Their attachments.
    pub attachments: i64,
}

/// Counts what lies under a division, or at it alone.
pub async fn held(connection: &mut Connection, region: &Region, is_alone: bool) -> Result<Held, sqlx::Error> {
    let mut held = Held::default();
    let place = |statement: &mut Statement, column: &str| {
        match is_alone {
            true => statement.push(column).push(" = ").text(region.code()),
            false => statement.within(column, region),
        };
    };
    for (number, table, column) in [
        (&mut held.divisions, "regions", "code"),
        (&mut held.accounts, "accounts", "region"),
        (&mut held.completions, "completions", "region"),
    ] {
        let mut statement = Statement::new("select count(*) from ");
        statement.push(table).push(" where ");
        place(&mut statement, column);
        *number = statement.number(&mut *connection).await?;
    }
    for form in forms::ALL.iter().copied() {
        let mut statement = Statement::new("select count(*), cast(coalesce(sum(attachment_count), 0) as bigint) from ");
        statement.push(form.key).push(" where deleted_at is null and ");
        place(&mut statement, "region");
        if let Some(row) = statement.row(&mut *connection).await? {
            let (records, files): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            held.attachments += files;
            if records > 0 {
                held.records.push((form.title, records));
            }
        }
    }
    Ok(held)
}

/// Joins what lies at one division itself to another. Where both have what a region has only once, the other's stays and
/// this one's is set aside: its id is answered with its form.
pub async fn join(
    connection: &mut Connection,
    from: &Region,
    into: &Region,
    now: &str,
) -> Result<Vec<(&'static str, String)>, sqlx::Error> {
    let mut aside = Vec::new();
    for form in forms::ALL.iter().copied() {
        for condition in doubles(form, from, into) {
            let mut statement = Statement::new("update ");
            statement
                .push(form.key)
                .push(" set version = version + 1, deleted_at = ")
                .text(now);
            statement
                .push(" where id in (select id from ")
                .push(form.key)
                .push(" own where ");
            condition(&mut statement);
            statement.push(") returning id");
            for row in statement.rows(&mut *connection).await? {
                aside.push((form.key, row.try_get(0)?));
            }
        }
        if let Some(ordinal) = form
            .fields()
            .find(|field| matches!(field.kind, crate::domain::field::Kind::Ordinal))
            && !form.makes_divisions
        {
            let next = super::records::next_number(&mut *connection, form, ordinal, into).await?;
            let mut statement = Statement::new("update ");
            statement
                .push(form.key)
                .push(" set ")
                .push(ordinal.key)
                .push(" = ")
                .push(ordinal.key)
                .push(" + ");
            statement.integer(next - 1).push(" where region = ").text(from.code());
            statement.execute(&mut *connection).await?;
        }
    }
    // Steps done are a prefix: those of the division that goes on hold, and what was kept with them. So do reminders of them.
    for table in ["completions", "snapshots", "reminders", "reminded"] {
        let mut statement = Statement::new("delete from ");
        statement.push(table).push(" where region = ").text(from.code());
        statement.execute(&mut *connection).await?;
    }
    // What a region has once of everything else stays that of the division that goes on.
    for (table, keys) in [
        ("registration_codes", &[][..]),
        ("parameters", &["name"]),
        ("region_names", &["name"]),
    ] {
        drop_double(&mut *connection, table, keys, from, into).await?;
    }
    for form in forms::ALL {
        for field in form.exclusives() {
            drop_double(&mut *connection, &form.grid_table(field.key), &[], from, into).await?;
        }
    }
    for column in super::region_columns::single() {
        let mut statement = Statement::new("update ");
        statement
            .push(&column.table)
            .push(" set ")
            .push(column.name)
            .push(" = ")
            .text(into.code());
        statement
            .push(" where ")
            .push(column.name)
            .push(" = ")
            .text(from.code());
        statement.execute(&mut *connection).await?;
    }
    for (form, field) in super::region_columns::lists() {
        let mut statement = Statement::new("select id, ");
        statement.push(field.key).push(" from ").push(form.key).push(" where ");
        statement.push(field.key).push(" like ").text(format!("%{from}%"));
        for row in statement.rows(&mut *connection).await? {
            let (id, joined): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let mut kept: Vec<&str> = Vec::new();
            for code in crate::domain::record::parts(&joined) {
                let code = if code == from.code() { into.code() } else { code };
                if !kept.contains(&code) {
                    kept.push(code);
                }
            }
            let mut statement = Statement::new("update ");
            statement
                .push(form.key)
                .push(" set ")
                .push(field.key)
                .push(" = ")
                .text(kept.join(","));
            statement.push(" where id = ").text(id);
            statement.execute(&mut *connection).await?;
        }
    }
    Ok(aside)
}

type Condition<'a> = Box<dyn Fn(&mut Statement) + Send + Sync + 'a>;

/// Records of a form at one division that the indexes would refuse beside those of another.
fn doubles<'a>(form: &'static Form, from: &'a Region, into: &'a Region) -> Vec<Condition<'a>> {
    let mut conditions: Vec<Condition<'a>> = Vec::new();
    let mut add = |fields: &'static [&'static str], holding: &'static [(&'static str, &'static str)]| {
        conditions.push(Box::new(move |statement: &mut Statement| {
            statement
                .push("own.deleted_at is null and own.region = ")
                .text(from.code());
            statement.push(" and exists (select 1 from ").push(form.key);
            statement
                .push(" other where other.deleted_at is null and other.region = ")
                .text(into.code());
            for key in fields {
                let Some(field) = form.field(key) else { continue };
                let empty = if field.is_number() { "-1" } else { "''" };
                statement.push(" and coalesce(other.").push(key).push(", ").push(empty);
                statement
                    .push(") = coalesce(own.")
                    .push(key)
                    .push(", ")
                    .push(empty)
                    .push(")");
            }
            for (key, code) in holding {
                for side in ["own.", "other."] {
                    statement.push(" and ").push(side).holds(form, key, code);
                }
            }
            for over in form.workflow.into_iter().flat_map(|workflow| workflow.over()) {
                for side in ["own", "other"] {
                    statement.push(" and ").push(side).push(".status <> ").text(over);
                }
            }
            statement.push(")");
        }));
    };
    // A natural village keeps its name beside another one; it is told apart before.
    if form.one_per_region {
        add(&[], &[]);
    }
    for unique in form.uniques.iter().filter(|_| !form.makes_divisions) {
        add(unique.fields, unique.holding);
    }
    conditions
}

async fn drop_double(
    connection: &mut Connection,
    table: &str,
    keys: &[&str],
    from: &Region,
    into: &Region,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("delete from ");
    statement.push(table).push(" where region = ").text(from.code());
    statement
        .push(" and exists (select 1 from ")
        .push(table)
        .push(" other where other.region = ");
    statement.text(into.code());
    for key in keys {
        statement
            .push(" and other.")
            .push(key)
            .push(" = ")
            .push(table)
            .push(".")
            .push(key);
    }
    statement.push(")");
    statement.execute(connection).await.map(|_| ())
}

/// Accounts at a division itself: nobody signs in for what has ended.
pub async fn shut_accounts(connection: &mut Connection, region: &Region, now: &str) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select id from accounts where disabled_at is null and region = ");
    statement.text(region.code());
    let rows = statement.rows(&mut *connection).await?;
    for row in &rows {
        let id: String = row.try_get(0)?;
        super::accounts::disable(&mut *connection, &id, now).await?;
        super::sessions::end_all(&mut *connection, &id).await?;
    }
    Ok(rows.len() as i64)
}

/// Names of accounts at a division: id and name.
pub async fn account_names(connection: &mut Connection, region: &Region) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select id, name from accounts where region = ");
    statement.text(region.code());
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Records of 自然村名录 at a village, the deleted ones too: id, name, number, whether it lives.
pub async fn natural_villages(
    connection: &mut Connection,
    village: &Region,
) -> Result<Vec<(String, String, i64, bool)>, sqlx::Error> {
    let mut statement = Statement::new("select id, name, number, deleted_at from natural_villages where region = ");
    statement.text(village.code()).push(" order by number, id");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            let name: Option<String> = row.try_get(1)?;
            let number: Option<i64> = row.try_get(2)?;
            let deleted: Option<String> = row.try_get(3)?;
            Ok((
                row.try_get(0)?,
                name.unwrap_or_default(),
                number.unwrap_or(0),
                deleted.is_none(),
            ))
        })
        .collect()
}

/// Makes a division one of another sort: 居委会, 村委会.
pub async fn set_kind(connection: &mut Connection, region: &Region, kind: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update regions set kind = ");
    statement.text(kind).push(" where code = ").text(region.code());
    statement.execute(connection).await.map(|_| ())
}

/// Gives a natural village another number and name.
pub async fn renumber(connection: &mut Connection, id: &str, number: i64, name: &str) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new("update natural_villages set version = version + 1, number = ");
    statement
        .integer(number)
        .push(", name = ")
        .text(name)
        .push(" where id = ")
        .text(id);
    statement.execute(connection).await.map(|_| ())
}

/// The tree as it was at the end of a day: which code a present one was under, and the other way round. Ledgers of a past
/// day add up by it.
#[derive(Debug, Clone, Default)]
pub struct Succession {
    /// What came after the day, newest first.
    later: Vec<Change>,
}

/// The succession since a day.
pub async fn as_of(connection: &mut Connection, day: &str) -> Result<Succession, sqlx::Error> {
    let later = changes(connection).await?.into_iter();
    Ok(Succession {
        later: later.filter(|change| change.valid_on.as_str() > day).collect(),
    })
}

impl Succession {
    /// The codes under which that was then which is under this one now: itself where nothing changed, several after a merge,
    /// none where it has only come since.
    pub fn then(&self, now: &Region) -> Vec<Region> {
        let mut codes = vec![now.code().to_owned()];
        for change in &self.later {
            codes = codes.iter().flat_map(|code| change.back(code)).collect();
        }
        known(codes)
    }

    /// The codes under which that is now which was under this one then: none where it was abolished.
    pub fn now(&self, then: &Region) -> Vec<Region> {
        let mut codes = vec![then.code().to_owned()];
        for change in self.later.iter().rev() {
            codes = codes.iter().flat_map(|code| change.on(code)).collect();
        }
        known(codes)
    }

    /// Whether the tree was as it is.
    pub fn is_empty(&self) -> bool {
        self.later.is_empty()
    }

    /// What every code of a list was under then, for a ledger of many lines.
    pub fn all<'a>(&self, now: impl Iterator<Item = &'a Region>) -> BTreeMap<Region, Vec<Region>> {
        now.map(|region| (region.clone(), self.then(region))).collect()
    }
}

fn known(codes: Vec<String>) -> Vec<Region> {
    let distinct: BTreeSet<String> = codes.into_iter().collect();
    distinct.iter().filter_map(|code| Region::parse(code)).collect()
}

impl Change {
    fn back(&self, code: &str) -> Vec<String> {
        match self.kind.as_str() {
            // Whatever lies below goes along.
            "move" => match code.strip_prefix(&self.to) {
                Some(rest) => vec![format!("{}{rest}", self.from)],
                None => vec![code.to_owned()],
            },
            // What lay below moved by itself.
            "merge" if code == self.to => vec![code.to_owned(), self.from.clone()],
            "split" if code == self.to => vec![self.from.clone()],
            "create" if code.starts_with(&self.to) => Vec::new(),
            _ => vec![code.to_owned()],
        }
    }

    fn on(&self, code: &str) -> Vec<String> {
        match self.kind.as_str() {
            "move" => match code.strip_prefix(&self.from) {
                Some(rest) => vec![format!("{}{rest}", self.to)],
                None => vec![code.to_owned()],
            },
            "merge" if code == self.from => vec![self.to.clone()],
            "split" if code == self.from => vec![code.to_owned(), self.to.clone()],
            "abolish" if code.starts_with(&self.from) => Vec::new(),
            _ => vec![code.to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: &str, from: &str, to: &str, day: &str) -> Change {
        Change {
            kind: kind.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            note: String::new(),
            valid_on: day.to_owned(),
            by: String::new(),
            at: String::new(),
        }
    }

    fn codes(regions: Vec<Region>) -> Vec<String> {
        regions.iter().map(|region| region.code().to_owned()).collect()
    }

    #[test]
    fn a_code_is_followed_both_ways_through_several_changes() {
        let succession = Succession {
            later: vec![
                change("move", "530102011", "530103005", "2023-03-01"),
                change("merge", "530102010", "530102011", "2023-02-01"),
                change("move", "530102010004", "530102011004", "2023-02-01"),
            ],
        };
        let region = |code: &str| Region::parse(code).unwrap();
        assert_eq!(codes(succession.then(&region("530103005004"))), ["530102010004"]);
        assert_eq!(codes(succession.now(&region("530102010004"))), ["530103005004"]);
        assert_eq!(codes(succession.then(&region("530103005"))), ["530102010", "530102011"]);
        assert_eq!(codes(succession.now(&region("530102010"))), ["530103005"]);
        assert_eq!(codes(succession.then(&region("530104001"))), ["530104001"]);
    }

    #[test]
    fn what_was_created_was_not_there_and_what_was_abolished_is_not() {
        let succession = Succession {
            later: vec![
                change("create", "", "530102012", "2023-02-01"),
                change("abolish", "530102013", "", "2023-02-01"),
                change("split", "530102014", "530102015", "2023-02-01"),
            ],
        };
        let region = |code: &str| Region::parse(code).unwrap();
        assert!(succession.then(&region("530102012001")).is_empty());
        assert!(succession.now(&region("530102013")).is_empty());
        assert_eq!(codes(succession.then(&region("530102015"))), ["530102014"]);
        assert_eq!(codes(succession.now(&region("530102014"))), ["530102014", "530102015"]);
    }
}
