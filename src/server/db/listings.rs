//! Lists of every form: what the permit covers, narrowed by the query, in its order.

use super::Connection;
use super::ledgers::{has_told, holding, holds, worth_of};
use super::records::{Stored, read, select};
use super::sql::{Statement, containing};
use super::summaries::living_from;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::ledger::Records;
use crate::domain::query::{ListQuery, order_of};
use crate::domain::region::{Level, Region};
use crate::server::authorize::Permit;
use futures::StreamExt;
use futures::stream::BoxStream;

/// The column of the state, and the name of its filter.
pub const STATUS: &str = "status";

/// What a list shows: the part of the tree that the permit covers, narrowed by the query.
pub struct Listing<'a> {
    /// The form.
    pub form: &'static Form,
    /// What the account may see.
    pub permit: &'a Permit,
    /// What the user asks for.
    pub query: &'a ListQuery,
    /// Only records of regions at this level.
    pub level: Option<Level>,
    /// Only records with this value.
    pub fixed: Option<(&'static str, &'static str)>,
    /// Only records in these states; all when empty.
    pub states: &'static [&'static str],
    /// What a number of a ledger counts, where its list is asked for.
    pub narrowed: Option<&'a Narrowed<'a>>,
}

/// What a number of a ledger counts (spec §11: click a number = the list behind it).
pub struct Narrowed<'a> {
    /// What they must hold and the states that they must be in.
    pub records: Option<Records>,
    /// The states that they must be in, where nothing else says so.
    pub states: &'a [String],
    /// The one code of a field over which the column spreads.
    pub spread: Option<(&'static Field, &'static str)>,
    /// The field with the year, and the year.
    pub year: Option<(&'static str, i64)>,
    /// Only of villages that stand in the plan of that year.
    pub tasked: Option<i64>,
    /// The field with the day, the first and the last day; empty means open.
    pub days: Option<(&'static str, &'a str, &'a str)>,
    /// The field whose value makes the line, and the value.
    pub value: Option<(&'static str, &'a str)>,
    /// Whether natural villages tell it: only those within 纳入规划 count.
    pub living: bool,
    /// Of 自然村名录: only those that have told one of these forms, or that there is none.
    pub topic: &'static [&'static str],
    /// Only of regions at this level.
    pub level: Option<Level>,
    /// Only of the natural village with this code, or what 自然村名录 says of it.
    pub hamlet: Option<&'a str>,
    /// The columns by which it is sorted beside those of the form's own list.
    pub sorts: Vec<&'static str>,
    /// Fields with the code that somebody has chosen for each.
    pub chosen: Vec<(&'static Field, String)>,
}

impl Narrowed<'_> {
    fn conditions(&self, statement: &mut Statement, form: &'static Form) {
        if let Some(records) = &self.records {
            holding(statement, form, "", records);
        }
        if !self.states.is_empty() {
            statement.push(" and status in ").list(self.states);
        }
        if let Some((field, code)) = self.spread {
            statement.push(" and ");
            holds(statement, field, "", code);
        }
        if let Some((field, year)) = self.year {
            statement.push(" and ").push(field).push(" = ").integer(year);
        }
        if let Some(year) = self.tasked {
            statement.push(
                " and region in (select surveyed.region from baseline_survey surveyed \
                 where surveyed.deleted_at is null and surveyed.plan_year = ",
            );
            statement.integer(year).push(")");
        }
        if let Some((field, from, to)) = self.days {
            for (sign, day) in [(" >= ", from), (" <= ", to)] {
                if !day.is_empty() {
                    statement.push(" and ").push(field).push(sign).text(day);
                }
            }
        }
        if let Some((field, value)) = self.value {
            statement.push(" and ");
            worth_of(statement, form.key, "", field);
            statement.push(" = ").text(value);
        }
        for (field, code) in &self.chosen {
            statement.push(" and ");
            holds(statement, field, "", code);
        }
        if let Some(hamlet) = self.hamlet {
            statement.push(" and ");
            match form.makes_divisions {
                true => statement.push(&code_of_hamlet(form)),
                false => statement.push("region"),
            };
            statement.push(" = ").text(hamlet);
        }
        if self.living {
            living_from(statement, form.key);
        }
        if let Some(level) = self.level {
            statement.push(" and level = ").integer(level.number());
        }
        if !self.topic.is_empty() {
            statement.push(" and ");
            has_told(statement, self.topic, &code_of_hamlet(form));
        }
    }
}

/// The code of the natural village that a record of 自然村名录 is: that of its village and three digits.
fn code_of_hamlet(form: &Form) -> String {
    format!("{0}.region || substr(cast(1000 + {0}.number as text), 2)", form.key)
}

/// Adds that a record lies in a part of the tree. What is about several divisions lies with the county: below that it is
/// found in those that it names. `region` is the column, or an expression that no index answers.
pub(super) fn lies_in(statement: &mut Statement, form: &'static Form, table: &str, region: &str, part: &Region) {
    match form.naming().filter(|_| part.level() > Level::County) {
        Some(field) => {
            statement.push(table).push("id in (select parent from ");
            statement.push(&form.grid_table(field.key)).push(" where ");
            statement.within("region", part).push(")");
        }
        None => {
            statement.within(region, part);
        }
    }
}

impl Listing<'_> {
    /// Adds ` where …`.
    pub(super) fn conditions(&self, statement: &mut Statement) {
        self.conditions_for(statement, false);
    }

    /// Adds ` where …`. A list that is walked along its order must not be searched by an index of something else: an
    /// expression is none.
    fn conditions_for(&self, statement: &mut Statement, walked: bool) {
        let (text, number) = if walked { (" || ''", " + 0") } else { ("", "") };
        let region = format!("region{text}");
        statement.push(" where deleted_at is null and (");
        lies_in(statement, self.form, "", &region, self.permit.scope());
        if self.form.read_from_below {
            for above in self.permit.scope().chain() {
                statement.push(" or region = ").text(above.code());
            }
        }
        statement.push(")");
        if let Some(contract) = self.permit.contract() {
            if self.form.naming().is_some() {
                statement.push(" and id = ").text(contract.record.as_str());
            } else {
                let villages: Vec<String> = contract.villages.iter().map(|one| one.code().to_owned()).collect();
                statement.push(" and region in ").list(&villages);
            }
        }
        if let Some(part) = &self.query.region {
            statement.push(" and ");
            lies_in(statement, self.form, "", &region, part);
        }
        if let Some(level) = self.level {
            statement.push(" and level = ").integer(level.number());
        }
        if let Some(narrowed) = self.narrowed {
            narrowed.conditions(statement, self.form);
        }
        if self.query.own_level {
            statement
                .push(" and level = ")
                .integer(self.permit.scope().level().number());
        }
        if !self.states.is_empty() {
            statement.push(" and status").push(text).push(" in ").words(self.states);
        }
        if let (Some(workflow), Some(status)) = (self.form.workflow, self.query.filters.get(STATUS)) {
            let known = workflow.state(status).map_or("", |state| state.key);
            statement.push(" and status").push(text).push(" = ").text(known);
        }
        if let Some((field, value)) = self.fixed {
            statement.push(" and ").push(field).push(" = ").text(value);
        }
        for (key, code) in &self.query.filters {
            // Filters that no field declares are not ours (`security.md` V20); old links may carry them.
            let known = |field: &&Field| field.filtered || self.form.grouped_by.contains(&field.key);
            let Some(field) = self.form.field(key).filter(known).filter(|field| field.is_stored()) else {
                continue;
            };
            statement.push(" and ").push(field.key);
            statement.push(if field.is_number() { number } else { text });
            match (field.kind, code.parse::<i64>()) {
                (Kind::Choices(_), _) => {
                    statement.push(" like ").text(containing(code)).push(" escape '\\'");
                }
                (_, Ok(number)) if field.is_number() => {
                    statement.push(" = ").integer(number);
                }
                (_, Err(_)) if field.is_number() => {
                    statement.push(" is null and 1 = 0");
                }
                _ => {
                    statement.push(" = ").text(code.as_str());
                }
            }
        }
        let searched: Vec<_> = self.form.fields().filter(|field| field.searched).collect();
        if !self.query.text.is_empty() && !searched.is_empty() {
            let pattern = containing(&self.query.text.to_lowercase());
            statement.push(" and (");
            for (position, field) in searched.iter().enumerate() {
                let or = if position > 0 { " or lower(" } else { "lower(" };
                statement
                    .push(or)
                    .push(field.key)
                    .push(") like ")
                    .text(pattern.as_str())
                    .push(" escape '\\'");
            }
            statement.push(")");
        }
    }

    /// Whether a list of so many records is walked along an index in its order, which finds a page at once where most of
    /// the table fits. A smaller part is found by its region or filter and sorted.
    fn is_walked(&self, total: i64) -> bool {
        let part = self.query.region.as_ref().unwrap_or(self.permit.scope());
        part.level() <= Level::Province && total > WALKED
    }

    fn order(&self, statement: &mut Statement, walked: bool) {
        let asked = match self.query.sort.as_str() {
            "" => self.form.order,
            asked => asked,
        };
        let (key, is_down) = order_of(asked);
        let down = if is_down { " desc" } else { "" };
        statement.push(" order by ");
        if key == "region" || key == STATUS && self.form.workflow.is_some() {
            statement.push(if key == STATUS { STATUS } else { "region" });
            statement.push(down).push(", ");
        } else if let Some(field) = self
            .form
            .fields()
            // The order of what is masked would tell it.
            .find(|field| field.key == key && field.is_stored() && !field.private)
            .filter(|field| {
                field.listed
                    || self
                        .narrowed
                        .is_some_and(|narrowed| narrowed.sorts.contains(&field.key))
            })
        {
            let expression = if walked || field.is_number() { "" } else { " || ''" };
            statement.push(field.key).push(expression).push(down).push(", ");
            // The tie is broken the same way as the index of the column does it.
            statement.push(if down.is_empty() { "id" } else { "id desc" });
            return;
        }
        // An expression is not answered by the index of newest records.
        statement.push(if walked {
            "created_at desc, id desc"
        } else {
            "created_at || '' desc, id desc"
        });
    }
}

/// How many records a listing has.
pub async fn count(connection: &mut Connection, listing: &Listing<'_>) -> Result<i64, sqlx::Error> {
    let mut statement = Statement::new("select count(*) from ");
    statement.push(listing.form.key);
    listing.conditions(&mut statement);
    statement.number(connection).await
}

/// All records of a listing in its order, one after the other: a file of any size is written in constant memory, and it
/// shows one moment.
pub fn stream<'c>(
    connection: &'c mut Connection,
    listing: &Listing<'_>,
    total: i64,
) -> BoxStream<'c, Result<Stored, sqlx::Error>> {
    let fields: Vec<_> = listing.form.stored().collect();
    let walked = listing.is_walked(total);
    let mut statement = select(listing.form, &fields);
    listing.conditions_for(&mut statement, walked);
    listing.order(&mut statement, walked);
    let rows = statement.stream(connection);
    rows.map(move |row| row.and_then(|row| read(&row, &fields))).boxed()
}

/// More records than this are worth walking along the order of their list.
const WALKED: i64 = 5_000;

/// The records of a listing of so many from `offset`, at most `limit`.
pub async fn list(
    connection: &mut Connection,
    listing: &Listing<'_>,
    total: i64,
    offset: i64,
    limit: i64,
) -> Result<Vec<Stored>, sqlx::Error> {
    let fields: Vec<_> = listing.form.stored().collect();
    let mut statement = select(listing.form, &fields);
    // The page is found by ids alone: what is skipped is not read.
    let walked = listing.is_walked(total);
    statement.push(" where id in (select id from ").push(listing.form.key);
    listing.conditions_for(&mut statement, walked);
    listing.order(&mut statement, walked);
    statement
        .push(" limit ")
        .integer(limit)
        .push(" offset ")
        .integer(offset);
    statement.push(")");
    listing.order(&mut statement, walked);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| read(row, &fields)).collect()
}
