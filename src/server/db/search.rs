//! What people look for by name: a line for each record that has one and for each document (`search_entries`), written by the
//! functions that write records, so always in their transaction.
//!
//! Why a table of its own: one question instead of one for each of thirty forms, and beginnings of names and of pinyin
//! initials as ranges of plain indexes. FTS5 and pg_trgm would each serve one store only. In a county everything is looked
//! through, which is a few thousand lines; above it the beginnings of names are found by their index.

use super::Connection;
use super::sql::{Statement, containing};
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::region::{Level, Region};
use crate::domain::value::Value;
use crate::forms;
use crate::server::authorize::Permit;
use crate::server::divisions::initials;
use sqlx::Row;
use std::collections::BTreeMap;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Somebody.
    Person,
    /// A natural village.
    Place,
    /// Any other record.
    Record,
    /// A document that belongs to a record.
    File,
}

impl Sort {
    /// The word in the store.
    const fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Place => "place",
            Self::Record => "record",
            Self::File => "file",
        }
    }

    fn of(form: &'static Form) -> Self {
        match form.field(form.name_field).map(|field| field.kind) {
            _ if form.makes_divisions => Self::Place,
            Some(Kind::PersonName) => Self::Person,
            _ => Self::Record,
        }
    }
}

/// Whether records of a form are found by their name.
pub fn is_indexed(form: &'static Form) -> bool {
    let name = form.field(form.name_field);
    name.is_some_and(|name| name.is_stored() && !name.is_number()) && form.fields().any(|field| field.searched)
}

/// The field with a number by whose end somebody is found.
fn phone_of(form: &'static Form) -> Option<&'static Field> {
    form.stored().find(|field| matches!(field.kind, Kind::Phone { .. }))
}

/// All fields and columns of a form with numbers.
pub fn phones_of(form: &'static Form) -> impl Iterator<Item = &'static Field> {
    let columns = form.grids().flat_map(|(_, grid)| grid.columns);
    let all = form.fields().chain(columns);
    all.filter(|field| matches!(field.kind, Kind::Phone { .. }))
}

/// The field that tells the tabs of a form apart.
fn part_of(form: &'static Form) -> Option<&'static str> {
    let mut tabs = forms::PAGES.iter().flat_map(|page| page.tabs);
    let fixed = tabs.find_map(|tab| tab.fixed.filter(|_| tab.form.key == form.key));
    fixed.map(|(field, _)| field)
}

/// Letters of a name that its key keeps.
const KEY_LETTERS: usize = 16;
/// Letters that are looked through.
const MOST_WORDS: usize = 400;

/// A name as hexadecimal digits, four or eight a letter: beginnings stay beginnings, and digits sort alike everywhere.
fn key_of(name: &str) -> String {
    use std::fmt::Write;
    let mut key = String::new();
    for unit in name
        .to_lowercase()
        .chars()
        .take(KEY_LETTERS)
        .collect::<String>()
        .encode_utf16()
    {
        let _ = write!(key, "{unit:04x}");
    }
    key
}

fn reversed_digits(text: &str) -> String {
    text.chars().rev().filter(char::is_ascii_digit).collect()
}

/// A line to be written.
struct Entry {
    id: String,
    owner: String,
    form: &'static str,
    sort: Sort,
    region: String,
    part: String,
    name: String,
    words: String,
    tail: String,
}

fn entry(form: &'static Form, id: &str, region: &Region, values: &BTreeMap<&'static str, Value>) -> Option<Entry> {
    if !is_indexed(form) {
        return None;
    }
    let text = |key: &str| values.get(key).and_then(Value::text).unwrap_or_default();
    let name = text(form.name_field);
    if name.is_empty() {
        return None;
    }
    let more = form
        .fields()
        .filter(|field| field.searched && field.key != form.name_field && field.is_stored() && !field.private)
        .map(|field| text(field.key));
    let words = std::iter::once(name).chain(more).collect::<Vec<_>>().join(" ");
    Some(Entry {
        id: id.to_owned(),
        owner: id.to_owned(),
        form: form.key,
        sort: Sort::of(form),
        region: region.code().to_owned(),
        part: part_of(form).map_or(String::new(), |field| text(field).to_owned()),
        name: name.to_owned(),
        words: words.to_lowercase().chars().take(MOST_WORDS).collect(),
        tail: phone_of(form).map_or(String::new(), |field| reversed_digits(text(field.key))),
    })
}

async fn write(connection: &mut Connection, entries: &[Entry]) -> Result<(), sqlx::Error> {
    for batch in entries.chunks(400) {
        let mut statement = Statement::new(
            "insert into search_entries (id, owner, form, sort, region, part, name, words, name_key, initials, tail) values ",
        );
        for (position, entry) in batch.iter().enumerate() {
            statement.push(if position > 0 { ", (" } else { "(" });
            let initials: String = initials(&entry.name).to_lowercase().chars().take(KEY_LETTERS).collect();
            let texts = [
                entry.id.as_str(),
                &entry.owner,
                entry.form,
                entry.sort.key(),
                &entry.region,
                &entry.part,
                &entry.name,
                &entry.words,
                &key_of(&entry.name),
                &initials,
                &entry.tail,
            ];
            for (place, text) in texts.into_iter().enumerate() {
                statement.push(if place > 0 { ", " } else { "" }).text(text);
            }
            statement.push(")");
        }
        statement.push(
            " on conflict (id) do update set region = excluded.region, part = excluded.part, name = excluded.name, \
             words = excluded.words, name_key = excluded.name_key, initials = excluded.initials, tail = excluded.tail",
        );
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Notes a record that was written.
pub(super) async fn put(
    connection: &mut Connection,
    form: &'static Form,
    id: &str,
    region: &Region,
    values: &BTreeMap<&'static str, Value>,
) -> Result<(), sqlx::Error> {
    match entry(form, id, region, values) {
        Some(entry) => write(connection, &[entry]).await,
        None if is_indexed(form) => forget(connection, &[id.to_owned()]).await,
        None => Ok(()),
    }
}

/// Notes records that were loaded.
pub(super) async fn put_many(
    connection: &mut Connection,
    form: &'static Form,
    records: &[super::records::NewRecord],
) -> Result<(), sqlx::Error> {
    let entries = records
        .iter()
        .filter_map(|record| entry(form, &record.id, &record.region, &record.values));
    let entries: Vec<Entry> = entries.collect();
    write(connection, &entries).await
}

/// Forgets records that went, with their documents.
pub(super) async fn forget(connection: &mut Connection, ids: &[String]) -> Result<(), sqlx::Error> {
    for batch in ids.chunks(500) {
        let mut statement = Statement::new("delete from search_entries where owner in ");
        statement.list(batch);
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Brings the lines of a form in a region into step with its records, after many were moved or removed at once.
pub(super) async fn follow(
    connection: &mut Connection,
    form: &'static Form,
    regions: &[&Region],
) -> Result<(), sqlx::Error> {
    for region in regions {
        let mut gone = Statement::new("delete from search_entries where form = ");
        gone.text(form.key).push(" and region = ").text(region.code());
        gone.push(" and owner not in (select id from ").push(form.key);
        gone.push(" where deleted_at is null and region = ").text(region.code());
        gone.push(")");
        gone.execute(&mut *connection).await?;
        if !is_indexed(form) {
            continue;
        }
        let records = super::records::of_region(&mut *connection, form, region, 10_000).await?;
        let entries = records
            .iter()
            .filter_map(|record| entry(form, &record.id, region, &record.values));
        let entries: Vec<Entry> = entries.collect();
        write(&mut *connection, &entries).await?;
    }
    Ok(())
}

/// The grids of a form whose rows are people: the grid, its columns, the name and the phone number in it.
fn people_in(form: &'static Form) -> impl Iterator<Item = (&'static Field, &'static [Field], &'static Field)> {
    form.grids().filter_map(|(field, grid)| {
        let name = grid
            .columns
            .iter()
            .find(|column| matches!(column.kind, Kind::PersonName))?;
        Some((field, grid.columns, name))
    })
}

/// Notes the people and documents in a record as they are now; photos have no names that anybody looks for.
pub async fn put_parts(
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    region: &Region,
    part: impl Fn(&str) -> String,
) -> Result<(), sqlx::Error> {
    let mut clear = Statement::new("delete from search_entries where owner = ");
    clear.text(record).push(" and id <> ").text(record);
    clear.execute(&mut *connection).await?;
    let part = part_of(form).map_or(String::new(), &part);
    let entry = |id: String, sort: Sort, name: String, tail: String| Entry {
        id,
        owner: record.to_owned(),
        form: form.key,
        sort,
        region: region.code().to_owned(),
        part: part.clone(),
        words: name.to_lowercase(),
        name,
        tail,
    };
    let files = super::attachments::kept_of(&mut *connection, &[record.to_owned()]).await?;
    let files = files.into_iter().filter(|file| !file.attachment.kind.is_image());
    let mut entries: Vec<Entry> = files
        .map(|file| entry(file.attachment.id, Sort::File, file.attachment.name, String::new()))
        .collect();
    for (grid, columns, named) in people_in(form) {
        let rows = super::records::grid_rows(&mut *connection, form, grid, columns, record).await?;
        let phone = columns.iter().find(|column| matches!(column.kind, Kind::Phone { .. }));
        for (id, values) in rows {
            let text = |field: &Field| values.get(field.key).and_then(Value::text).unwrap_or_default();
            let tail = phone.map_or(String::new(), |phone| reversed_digits(text(phone)));
            let name = text(named).to_owned();
            if !name.is_empty() {
                entries.push(entry(id, Sort::Person, name, tail));
            }
        }
    }
    write(connection, &entries).await
}

/// Whether there are people in the grids of a form.
pub fn has_people(form: &'static Form) -> bool {
    people_in(form).next().is_some()
}

/// Whether there can be anything in a record of that form that is found by its own name.
pub fn has_parts(form: &'static Form) -> bool {
    form.has_files() || has_people(form)
}

/// Whether nothing was noted yet: the store is older than the table.
pub async fn is_empty(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let statement = Statement::new("select count(*) from (select 1 from search_entries limit 1) any_entry");
    Ok(statement.number(connection).await? == 0)
}

/// Forgets everything; what [`put_after`] notes is noted anew.
pub async fn clear(connection: &mut Connection) -> Result<(), sqlx::Error> {
    let statement = Statement::new("delete from search_entries");
    statement.execute(connection).await.map(|_| ())
}

/// Notes every live record of a form behind an id, at most so many; answers the last id, until there are none.
pub async fn put_after(
    connection: &mut Connection,
    form: &'static Form,
    after: &str,
    most: i64,
) -> Result<Option<String>, sqlx::Error> {
    let fields: Vec<_> = form.stored().collect();
    let mut statement = super::records::select(form, &fields);
    statement.push(" where deleted_at is null and id > ").text(after);
    statement.push(" order by id limit ").integer(most);
    let rows = statement.rows(&mut *connection).await?;
    let mut entries = Vec::new();
    let mut last = None;
    for row in &rows {
        let stored = super::records::read(row, &fields)?;
        entries.extend(entry(form, &stored.id, &stored.region, &stored.values));
        last = Some(stored);
    }
    write(&mut *connection, &entries).await?;
    for row in &rows {
        let stored = super::records::read(row, &fields)?;
        if stored.attachment_count > 0 || has_people(form) {
            let part = |key: &str| stored.text(key).to_owned();
            put_parts(&mut *connection, form, &stored.id, &stored.region, part).await?;
        }
    }
    Ok(last.map(|stored| stored.id))
}

/// What somebody looks for.
pub struct Asking<'a> {
    /// What may be seen.
    pub permit: &'a Permit,
    /// Forms that the account reads.
    pub forms: &'a [&'static Form],
    /// Those of them whose phone numbers it sees whole: only they are found by the end of a number.
    pub phones: &'a [&'static Form],
    /// What was typed, trimmed.
    pub text: &'a str,
    /// Whether everything may be looked through, whatever it costs: somebody has asked for the page and is not typing.
    pub is_deep: bool,
}

/// A line that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Record to open.
    pub owner: String,
    /// Its form.
    pub form: String,
    /// Its region.
    pub region: Region,
    /// The value that tells the tabs of the form apart.
    pub part: String,
    /// Its name.
    pub name: String,
}

const COLUMNS: &str = "select owner, form, region, part, name from search_entries where ";

fn found(row: &sqlx::any::AnyRow) -> Result<Found, sqlx::Error> {
    let region: String = row.try_get(2)?;
    Ok(Found {
        owner: row.try_get(0)?,
        form: row.try_get(1)?,
        region: Region::parse(&region).ok_or_else(|| sqlx::Error::Decode("entry with a wrong region".into()))?,
        part: row.try_get(3)?,
        name: row.try_get(4)?,
    })
}

fn keys(forms: &[&'static Form]) -> Vec<&'static str> {
    forms.iter().map(|form| form.key).collect()
}

impl Asking<'_> {
    /// Adds what keeps everything inside the account's rights. `region` is the column, or an expression that no index answers.
    fn rights(&self, statement: &mut Statement, region: &str) {
        statement.push(" and form in ").words(&keys(self.forms));
        statement.push(" and ").within(region, self.permit.scope());
        let Some(contract) = self.permit.contract() else { return };
        let villages: Vec<String> = contract.villages.iter().map(|one| one.code().to_owned()).collect();
        let about_many: Vec<&'static str> = self
            .forms
            .iter()
            .filter(|form| form.naming().is_some())
            .map(|form| form.key)
            .collect();
        statement.push(" and (owner = ").text(contract.record.as_str());
        statement.push(" or region in ").list(&villages);
        statement.push(" and form not in ").words(&about_many).push(")");
    }

    /// Whether the whole scope is looked through: a county or less.
    fn is_narrow(&self) -> bool {
        self.permit.scope().level() >= Level::County
    }

    fn letters(&self) -> Option<String> {
        let text = self.text.to_lowercase();
        text.chars().all(|letter| letter.is_ascii_lowercase()).then_some(text)
    }

    fn tail(&self) -> Option<String> {
        let is_number = self.text.len() >= 4 && self.text.chars().all(|letter| letter.is_ascii_digit());
        is_number.then(|| reversed_digits(self.text))
    }

    /// The lines of a sort, the best first, at most so many.
    pub async fn find(&self, connection: &mut Connection, sort: Sort, most: usize) -> Result<Vec<Found>, sqlx::Error> {
        let mut lines: Vec<Found> = Vec::new();
        for statement in self.statements(sort, most as i64) {
            for row in statement.rows(&mut *connection).await? {
                let line = found(&row)?;
                if !lines
                    .iter()
                    .any(|known| known.owner == line.owner && known.name == line.name)
                {
                    lines.push(line);
                }
            }
            if lines.len() >= most {
                break;
            }
        }
        lines.truncate(most);
        Ok(lines)
    }

    /// The questions, the best answers first.
    pub fn statements(&self, sort: Sort, most: i64) -> Vec<Statement> {
        let mut statements = vec![self.by_name(sort, most)];
        statements.extend(self.letters().map(|letters| self.by_initials(sort, &letters, most)));
        if sort != Sort::File {
            statements.extend(self.tail().map(|tail| self.by_tail(sort, &tail, most)));
        }
        if self.is_narrow() || self.is_deep && matches!(sort, Sort::File | Sort::Record) {
            statements.push(self.by_words(sort, most));
        }
        let above: Vec<Region> = self.permit.scope().chain();
        let (own, above) = above
            .split_last()
            .map_or((&[][..], &[][..]), |(own, above)| (std::slice::from_ref(own), above));
        let read_there = |form: &&&'static Form| form.read_from_below || form.public;
        let read_there: Vec<&'static str> = self.forms.iter().filter(read_there).map(|form| form.key).collect();
        statements.push(self.at(above, &read_there, sort, most));
        if !self.is_narrow() {
            statements.push(self.at(own, &keys(self.forms), sort, most));
        }
        statements
    }

    fn begin(&self, sort: Sort) -> Statement {
        let mut statement = Statement::new(COLUMNS);
        // In a county its region finds the lines; elsewhere the index of the name must not lose to it.
        statement.push(if self.is_narrow() { "sort || '' = " } else { "sort = " });
        statement.text(sort.key());
        let region = if self.is_narrow() { "region" } else { "region || ''" };
        self.rights(&mut statement, region);
        statement
    }

    fn column(&self, name: &'static str) -> String {
        match self.is_narrow() {
            true => format!("{name} || ''"),
            false => name.to_owned(),
        }
    }

    fn between(&self, statement: &mut Statement, name: &'static str, begin: &str, last: char) {
        let column = self.column(name);
        let upper = format!("{begin}{}", last.to_string().repeat(20));
        statement.push(" and ").push(&column).push(" >= ").text(begin);
        statement.push(" and ").push(&column).push(" <= ").text(upper);
        statement.push(" order by ").push(&column);
    }

    fn by_name(&self, sort: Sort, most: i64) -> Statement {
        let mut statement = self.begin(sort);
        // The letter behind the last hexadecimal digit.
        self.between(&mut statement, "name_key", &key_of(self.text), 'g');
        statement.push(", id limit ").integer(most);
        statement
    }

    fn by_initials(&self, sort: Sort, letters: &str, most: i64) -> Statement {
        let mut statement = self.begin(sort);
        self.between(&mut statement, "initials", letters, 'z');
        statement.push(", id limit ").integer(most);
        statement
    }

    fn by_tail(&self, sort: Sort, tail: &str, most: i64) -> Statement {
        let mut statement = self.begin(sort);
        statement.push(" and tail <> '' and form in ").words(&keys(self.phones));
        self.between(&mut statement, "tail", tail, '9');
        statement.push(", id limit ").integer(most);
        statement
    }

    fn by_words(&self, sort: Sort, most: i64) -> Statement {
        let mut statement = Statement::new(COLUMNS);
        // Its region finds the lines of a city sooner than their sort.
        statement.push("sort || '' = ").text(sort.key());
        self.rights(&mut statement, "region");
        statement
            .push(" and words like ")
            .text(containing(&self.text.to_lowercase()))
            .push(" escape '\\' order by length(name), id limit ")
            .integer(most);
        statement
    }

    /// Records of these regions themselves: those above, as far as a form is read from below, and the own one.
    fn at(&self, regions: &[Region], forms: &[&'static str], sort: Sort, most: i64) -> Statement {
        let codes: Vec<String> = regions.iter().map(|region| region.code().to_owned()).collect();
        let mut statement = Statement::new(COLUMNS);
        statement.push("sort || '' = ").text(sort.key());
        statement.push(" and region in ").list(&codes);
        statement.push(" and form in ").words(forms);
        statement
            .push(" and words like ")
            .text(containing(&self.text.to_lowercase()))
            .push(" escape '\\' order by length(name), id limit ")
            .integer(most);
        statement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_a_name_are_beginnings_of_its_key() {
        assert!(key_of("张三丰").starts_with(&key_of("张三")));
        assert!(!key_of("李三").starts_with(&key_of("张")));
        assert_eq!(key_of("A乡"), key_of("a乡"));
        assert!(key_of("A乡").bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn every_form_with_people_is_found_by_them() {
        for key in ["candidates", "roster", "leading_group", "project_team", "liaison_staff"] {
            let form = forms::find(key);
            assert!(form.is_some_and(is_indexed), "{key}");
            assert_eq!(form.map(Sort::of), Some(Sort::Person), "{key}");
        }
        assert!(forms::find("personnel").is_some_and(has_parts));
        assert!(forms::find("natural_villages").is_some_and(|form| Sort::of(form) == Sort::Place));
    }
}
