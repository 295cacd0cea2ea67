//! What the columns of a ledger count (spec §11): one statement for each source that they read, grouped by what makes a
//! line. Nothing is added up in a loop.

use super::Connection;
use super::listings::lies_in;
use super::sql::Statement;
use super::summaries::living_from;
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::code::{Code, CodeList};
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::ledger::{ByYear, Column, Ledger, Naming, Of, Records, of};
use crate::domain::parameter::POPULATION_YEARS;
use crate::domain::region::{Level, Region};
use crate::domain::step::Step;
use crate::forms;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// What a line says in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    /// A number, scaled as its field is.
    Number(i64),
    /// A text, as it is stored.
    Text(String),
}

/// Key of a line → key of a column → what it says.
pub type Counted = BTreeMap<String, BTreeMap<String, Worth>>;

/// What a ledger is asked for.
pub struct Asked<'a> {
    /// The ledger.
    pub ledger: &'static Ledger,
    /// The part of the tree.
    pub region: &'a Region,
    /// What makes a line.
    pub by: LineBy<'a>,
    /// The year.
    pub year: Option<i64>,
    /// The first and the last day, or empty.
    pub days: (&'a str, &'a str),
}

/// What makes a line, for a statement.
#[derive(Clone, Copy)]
pub enum LineBy<'a> {
    /// Divisions of a level; what lies above has its own code.
    Level(Level),
    /// Values of a field of a form; only these, where some are given.
    Value(&'static str, &'static str, Option<&'a [String]>),
    /// Everything together.
    Nothing,
}

/// One number or text that a statement brings.
struct Figure {
    key: String,
    source: Source,
    what: What,
}

/// What a figure is.
enum What {
    Count(Records),
    Sum(Records, &'static [&'static str]),
    /// Records by the code that they hold in a field, or a number of theirs; each code has a figure of its own.
    Spread(Records, &'static Field, &'static str, &'static [Code]),
    Places(Records, Level),
    Said(&'static str),
    Oldest(Records),
    Divisions(Level),
    Done(&'static Step),
    DoneAll(&'static [&'static Step]),
    Named(Naming),
    Filled(&'static str),
    Lacking(Records),
    Topic(&'static [&'static str]),
    Distinct(Records, &'static str),
}

/// Where figures come from: those of one source are one statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Form(&'static str),
    /// The records of a form that tell the last year of 人口年份区间.
    LastYear(&'static str),
    /// The records of a form that tell the chosen year or one before it.
    SoFar(&'static str),
    /// Natural villages that have records of a form.
    Hamlets(&'static str),
    /// A form by the codes of a field, column by column.
    Spread(&'static str),
    Regions,
    Completions,
    AllSteps,
    Named(&'static str, &'static str),
    Files(&'static str),
    /// Villages that lack the records of a column.
    Lacking(&'static str),
    /// Natural villages, by what they have told.
    Topics,
}

/// The codes over which a column spreads, and the field that holds them.
pub fn spread(records: Records, field: &str) -> Option<(&'static Field, &'static CodeList)> {
    let field = forms::find(records.form)?.field(field)?;
    match field.kind {
        Kind::Choice(list) | Kind::Choices(list) => Some((field, list)),
        _ => None,
    }
}

/// The key of the column of one code.
pub fn key_of(column: &Column, code: &str) -> String {
    format!("{}.{code}", column.key)
}

fn figures(ledger: &'static Ledger) -> Vec<Figure> {
    let mut figures = Vec::new();
    for column in ledger.all_columns() {
        let mut put = |source, what| {
            figures.push(Figure {
                key: column.key.to_owned(),
                source,
                what,
            });
        };
        match column.of {
            Of::Count(records) => put(Source::Form(records.form), What::Count(records)),
            Of::Sum(records, fields) if records.last_year => {
                put(Source::LastYear(records.form), What::Sum(records, fields));
            }
            Of::Sum(records, fields) if records.so_far => {
                put(Source::SoFar(records.form), What::Sum(records, fields));
            }
            Of::Sum(records, fields) => put(Source::Form(records.form), What::Sum(records, fields)),
            Of::Places(records, Level::NaturalVillage) if records == of(records.form) => {
                put(
                    Source::Hamlets(records.form),
                    What::Places(records, Level::NaturalVillage),
                );
            }
            Of::Places(records, level) => put(Source::Form(records.form), What::Places(records, level)),
            Of::Oldest(records) => put(Source::Form(records.form), What::Oldest(records)),
            Of::Said(form, field) => put(Source::Form(form), What::Said(field)),
            Of::Divisions(level) => put(Source::Regions, What::Divisions(level)),
            Of::Done(step) => put(Source::Completions, What::Done(step)),
            Of::DoneAll(steps) => put(Source::AllSteps, What::DoneAll(steps)),
            Of::Named(form, field, naming) => put(Source::Named(form, field), What::Named(naming)),
            Of::Filled(form, slot) => put(Source::Files(form), What::Filled(slot)),
            Of::Lacking(records) => put(Source::Lacking(column.key), What::Lacking(records)),
            Of::Topic(forms) => put(Source::Topics, What::Topic(forms)),
            Of::Distinct(records, field) => put(Source::Form(records.form), What::Distinct(records, field)),
            Of::Each(records, field, sum) => {
                if let Some((field, list)) = spread(records, field) {
                    // The dictionary may change meanwhile: what is asked for is what is read.
                    let what = What::Spread(records, field, sum, list.codes());
                    put(Source::Spread(column.key), what);
                }
            }
            Of::Cell(_) | Of::Share(..) | Of::EachShare(..) | Of::Quotient(..) | Of::Total(_) | Of::Less(..) => {}
        }
    }
    figures
}

/// Everything that a ledger counts, line by line.
pub async fn count(connection: &mut Connection, asked: &Asked<'_>) -> Result<Counted, sqlx::Error> {
    let figures = figures(asked.ledger);
    let mut counted = Counted::new();
    let mut sources: Vec<Source> = Vec::new();
    for figure in &figures {
        if !sources.contains(&figure.source) {
            sources.push(figure.source);
        }
    }
    for source in sources {
        let own: Vec<&Figure> = figures.iter().filter(|figure| figure.source == source).collect();
        let Some(statement) = statement(asked, source, &own) else {
            continue;
        };
        for row in statement.rows(&mut *connection).await? {
            let line: Option<String> = row.try_get(0)?;
            let line = counted.entry(line.unwrap_or_default()).or_default();
            if let Source::Spread(column) = source {
                spread_row(&row, &own, column, line)?;
                continue;
            }
            for (position, figure) in own.iter().enumerate() {
                let worth = match figure.what {
                    What::Said(_) | What::Oldest(_) => row.try_get::<Option<String>, _>(position + 1)?.map(Worth::Text),
                    _ => Some(Worth::Number(row.try_get(position + 1)?)),
                };
                if let Some(worth) = worth {
                    line.insert(figure.key.clone(), worth);
                }
            }
        }
    }
    Ok(counted)
}

/// A row of a spread: a field with one code has it behind the line, one with several has a number for each.
fn spread_row(
    row: &AnyRow,
    figures: &[&Figure],
    column: &str,
    line: &mut BTreeMap<String, Worth>,
) -> Result<(), sqlx::Error> {
    let Some(What::Spread(_, field, _, codes)) = figures.first().map(|figure| &figure.what) else {
        return Ok(());
    };
    match field.kind {
        Kind::Choices(_) => {
            for (position, code) in codes.iter().enumerate() {
                line.insert(
                    format!("{column}.{}", code.code),
                    Worth::Number(row.try_get(position + 1)?),
                );
            }
        }
        _ => {
            let code: Option<String> = row.try_get(1)?;
            line.insert(
                format!("{column}.{}", code.unwrap_or_default()),
                Worth::Number(row.try_get(2)?),
            );
        }
    }
    Ok(())
}

fn statement(asked: &Asked<'_>, source: Source, figures: &[&Figure]) -> Option<Statement> {
    let mut statement = Statement::new("select ");
    match source {
        Source::Form(form) | Source::LastYear(form) | Source::SoFar(form) => {
            let form = forms::find(form)?;
            line_by(&mut statement, asked, "told.region", "told.");
            for figure in figures {
                of_records(&mut statement, form, &figure.what);
            }
            from_records(&mut statement, asked, form, source);
            if let Source::LastYear(_) = source {
                in_last_year(&mut statement, "told.");
            }
        }
        Source::Hamlets(form) => {
            // Natural villages come one after the other in the index of regions: nothing has to be sorted.
            let form = forms::find(form)?;
            line_by(&mut statement, asked, "told.region", "told.");
            for _ in figures {
                statement.push(", count(*)");
            }
            statement.push(" from (select told.region");
            from_records(&mut statement, asked, form, source);
            statement.push(" and length(told.region) >= ");
            statement.push(&Level::NaturalVillage.digits().to_string());
            statement.push(" group by told.region) told");
        }
        Source::Spread(_) => {
            let What::Spread(records, field, sum, codes) = figures.first()?.what else {
                return None;
            };
            let form = forms::find(records.form)?;
            line_by(&mut statement, asked, "told.region", "told.");
            let (begin, end) = match sum {
                "" => ("then 1 else 0 end".to_owned(), "count(*)".to_owned()),
                sum => (
                    format!("then coalesce(told.{sum}, 0) end"),
                    format!("cast(coalesce(sum(told.{sum}), 0) as bigint)"),
                ),
            };
            if let Kind::Choices(_) = field.kind {
                for code in codes {
                    statement.push(", cast(coalesce(sum(case when ");
                    holds(&mut statement, field, "told.", code.code);
                    statement.push(" ").push(&begin).push("), 0) as bigint)");
                }
            } else {
                statement.push(", told.").push(field.key).push(", ").push(&end);
            }
            from_records(&mut statement, asked, form, source);
            holding(&mut statement, form, "told.", &records);
        }
        Source::Regions => {
            let mut levels = Vec::new();
            line_by(&mut statement, asked, "code", "");
            for figure in figures {
                let What::Divisions(level) = figure.what else {
                    return None;
                };
                levels.push(level.number().to_string());
                statement.push(", cast(sum(case when level = ").integer(level.number());
                statement.push(" then 1 else 0 end) as bigint)");
            }
            statement.push(" from regions where planned = 1 and level in (");
            statement.push(&levels.join(", ")).push(") and ");
            inside(&mut statement, "code", asked.region);
            tasked(&mut statement, asked, "code");
        }
        Source::Completions => {
            line_by(&mut statement, asked, "region", "");
            for figure in figures {
                let What::Done(step) = figure.what else { return None };
                statement.push(", count(distinct case when step = ").text(step.key);
                statement.push(" then region end)");
            }
            statement
                .push(" from completions where ")
                .within("region", asked.region);
            planned(&mut statement, asked.region);
            tasked(&mut statement, asked, "region");
        }
        Source::AllSteps => {
            let What::DoneAll(steps) = figures.first()?.what else {
                return None;
            };
            let keys: Vec<&'static str> = steps.iter().map(|step| step.key).collect();
            line_by(&mut statement, asked, "region", "");
            statement.push(", count(*) from (select region from completions where year = '' and ");
            statement
                .within("region", asked.region)
                .push(" and step in ")
                .words(&keys);
            planned(&mut statement, asked.region);
            tasked(&mut statement, asked, "region");
            statement
                .push(" group by region having count(*) = ")
                .integer(steps.len() as i64);
            statement.push(") complete");
        }
        Source::Named(form, field) => {
            line_by(&mut statement, asked, "named.region", "told.");
            for figure in figures {
                let What::Named(naming) = figure.what else { return None };
                statement.push(", cast(sum(case when ");
                is_among(&mut statement, naming);
                statement.push(" then 1 else 0 end) as bigint)");
            }
            statement
                .push(" from ")
                .push(form)
                .push("_")
                .push(field)
                .push(" named join ")
                .push(form);
            statement.push(" told on told.id = named.parent where told.deleted_at is null and ");
            statement.within("named.region", asked.region);
            narrowed(&mut statement, asked, forms::find(form)?);
        }
        Source::Files(form) => {
            line_by(&mut statement, asked, "told.region", "told.");
            for figure in figures {
                let What::Filled(slot) = figure.what else { return None };
                statement.push(", count(distinct case when file.field = ").text(slot);
                statement.push(" then told.id end)");
            }
            statement.push(" from ").push(form);
            statement.push(" told join attachments file on file.record = told.id and file.state = 'kept'");
            statement
                .push(" where told.deleted_at is null and ")
                .within("told.region", asked.region);
            tasked(&mut statement, asked, "told.region");
        }
        Source::Lacking(_) => {
            let What::Lacking(records) = figures.first()?.what else {
                return None;
            };
            line_by(&mut statement, asked, "code", "");
            statement
                .push(", count(*) from regions where planned = 1 and level = ")
                .integer(Level::Village.number())
                .push(" and ");
            inside(&mut statement, "code", asked.region);
            tasked(&mut statement, asked, "code");
            statement.push(" and not exists (");
            having(&mut statement, &records, "regions.code")?;
            statement.push(")");
        }
        Source::Topics => {
            line_by(&mut statement, asked, "code", "");
            for figure in figures {
                let What::Topic(forms) = figure.what else { return None };
                statement.push(", cast(sum(case when ");
                has_told(&mut statement, forms, "regions.code");
                statement.push(" then 1 else 0 end) as bigint)");
            }
            statement
                .push(" from regions where planned = 1 and level = ")
                .integer(Level::NaturalVillage.number())
                .push(" and ");
            inside(&mut statement, "code", asked.region);
        }
    }
    if let LineBy::Value(form, field, Some(values)) = asked.by {
        statement.push(" and ");
        worth_of(&mut statement, form, "told.", field);
        statement.push(" in ").list(values);
    }
    // Without lines there is one row in any case.
    let is_by_code =
        matches!(figures.first()?.what, What::Spread(_, field, ..) if !matches!(field.kind, Kind::Choices(_)));
    if is_by_code {
        statement.push(" group by 1, 2");
    } else if !matches!(asked.by, LineBy::Nothing) {
        statement.push(" group by 1");
    } else if matches!(source, Source::Named(..) | Source::Regions | Source::Topics) {
        statement.push(" having count(*) > 0");
    }
    Some(statement)
}

/// Adds which of the named divisions count.
fn is_among(statement: &mut Statement, naming: Naming) {
    match naming {
        Naming::All => {
            statement.push("1 = 1");
        }
        Naming::Done(step) => {
            statement.push("exists (select 1 from completions done where done.region = named.region and done.step = ");
            statement.text(step.key).push(")");
        }
        Naming::In(other, states) => {
            statement.push("exists (select 1 from ").push(other);
            statement
                .push(" other where other.region = named.region and other.deleted_at is null and other.status in ");
            statement.words(states).push(")");
        }
    }
}

/// The divisions behind [`Of::Named`]; `line` is the field and the value that make the line.
pub async fn named(
    connection: &mut Connection,
    (form, field, naming): (&'static str, &'static str, Naming),
    line: Option<(&'static str, &str)>,
    asked: &Asked<'_>,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut statement = Statement::new("select distinct named.region from ");
    statement.push(form).push("_").push(field);
    statement
        .push(" named join ")
        .push(form)
        .push(" told on told.id = named.parent where told.deleted_at is null and ");
    statement.within("named.region", asked.region).push(" and ");
    is_among(&mut statement, naming);
    if let Some(form) = forms::find(form) {
        narrowed(&mut statement, asked, form);
    }
    if let Some((field, value)) = line {
        statement.push(" and ");
        worth_of(&mut statement, form, "told.", field);
        statement.push(" = ").text(value);
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// The villages of a part of the tree that have such records.
pub async fn with(
    connection: &mut Connection,
    records: &Records,
    region: &Region,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let Some(form) = forms::find(records.form) else {
        return Ok(BTreeSet::new());
    };
    let mut statement = Statement::new("select distinct told.region from ");
    statement
        .push(form.key)
        .push(" told where told.deleted_at is null and ");
    statement.within("told.region", region);
    holding(&mut statement, form, "told.", records);
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Adds a question after such records of one village.
fn having(statement: &mut Statement, records: &Records, village: &str) -> Option<()> {
    let form = forms::find(records.form)?;
    statement.push("select 1 from ").push(form.key);
    statement
        .push(" told where told.deleted_at is null and told.region = ")
        .push(village);
    holding(statement, form, "told.", records);
    Some(())
}

/// Adds that a natural village has records of one of these forms, or has said that there is none.
pub(super) fn has_told(statement: &mut Statement, forms: &[&'static str], hamlet: &str) {
    statement.push("(");
    for form in forms {
        statement.push("exists (select 1 from ").push(form);
        statement
            .push(" told where told.deleted_at is null and told.region = ")
            .push(hamlet)
            .push(") or ");
    }
    statement
        .push("exists (select 1 from hamlet_absences told where told.deleted_at is null and told.region = ")
        .push(hamlet)
        .push(" and (1 = 0");
    for form in forms {
        statement
            .push(" or ',' || told.absent || ',' like ")
            .text(format!("%,{form},%"));
    }
    statement.push(")))");
}

/// Adds ` from … where …`: the live records of the part of the tree that count.
fn from_records(statement: &mut Statement, asked: &Asked<'_>, form: &'static Form, source: Source) {
    statement
        .push(" from ")
        .push(form.key)
        .push(" told where told.deleted_at is null and ");
    // A line of its own for each value does not ask where in the tree it is told.
    match asked.by {
        LineBy::Value(..) if asked.region.level() > Level::County => {
            lies_in(statement, form, "told.", "told.region", asked.region);
        }
        _ => inside(statement, "told.region", asked.region),
    }
    if form.fillers.contains(&AccountKind::NaturalVillage) {
        living_from(statement, "told");
    }
    match source {
        Source::SoFar(_) => narrowed_by(statement, asked, form, " <= "),
        _ => narrowed(statement, asked, form),
    }
}

/// Adds the part of the tree. For the whole province there is nothing to look up: the table is read from end to end.
fn inside(statement: &mut Statement, column: &str, region: &Region) {
    match region.level() {
        Level::Province => statement.push("1 = 1"),
        _ => statement.within(column, region),
    };
}

/// Adds what makes a line.
fn line_by(statement: &mut Statement, asked: &Asked<'_>, region: &str, table: &str) {
    match asked.by {
        LineBy::Level(level) => statement
            .push("substr(")
            .push(region)
            .push(", 1, ")
            .push(&level.digits().to_string())
            .push(")"),
        LineBy::Value(form, field, _) => worth_of(statement, form, table, field),
        LineBy::Nothing => statement.push("''"),
    };
}

/// Adds what a field holds, as a text; nothing is an empty one.
pub(super) fn worth_of<'s>(statement: &'s mut Statement, form: &str, table: &str, field: &str) -> &'s mut Statement {
    let is_number = forms::find(form)
        .and_then(|form| form.field(field))
        .is_some_and(Field::is_number);
    let (begin, end) = match is_number {
        true => ("coalesce(cast(", " as text), '')"),
        false => ("coalesce(", ", '')"),
    };
    statement.push(begin).push(table).push(field).push(end)
}

/// Adds `, expression` for a figure about records.
fn of_records(statement: &mut Statement, form: &'static Form, what: &What) {
    match what {
        What::Count(records) => {
            statement.push(", cast(coalesce(sum(case when ");
            condition(statement, form, records);
            statement.push(" then 1 else 0 end), 0) as bigint)");
        }
        What::Sum(records, fields) => {
            statement.push(", cast(coalesce(sum(case when ");
            condition(statement, form, records);
            statement.push(" then ");
            for (position, field) in fields.iter().enumerate() {
                statement.push(if position > 0 {
                    " + coalesce(told."
                } else {
                    "coalesce(told."
                });
                statement.push(field).push(", 0)");
            }
            statement.push(" end), 0) as bigint)");
        }
        What::Places(records, level) => {
            statement.push(", count(distinct case when ");
            condition(statement, form, records);
            // The length of a code says its level: an index of regions answers alone.
            statement
                .push(" and length(told.region) >= ")
                .push(&level.digits().to_string());
            statement
                .push(" then substr(told.region, 1, ")
                .push(&level.digits().to_string())
                .push(") end)");
        }
        What::Said(field) => {
            statement.push(", max(told.").push(field).push(")");
        }
        What::Oldest(records) => {
            statement.push(", min(case when ");
            condition(statement, form, records);
            statement.push(" then told.updated_at end)");
        }
        What::Distinct(records, field) => {
            statement.push(", count(distinct case when ");
            condition(statement, form, records);
            statement.push(" then told.").push(field).push(" end)");
        }
        What::Spread(..)
        | What::Divisions(_)
        | What::Done(_)
        | What::DoneAll(_)
        | What::Named(_)
        | What::Filled(_)
        | What::Lacking(_)
        | What::Topic(_) => {}
    }
}

fn condition(statement: &mut Statement, form: &'static Form, records: &Records) {
    statement.push("1 = 1");
    holding(statement, form, "told.", records);
}

/// Adds ` and …` for what records must hold.
pub(super) fn holding(statement: &mut Statement, form: &'static Form, table: &str, records: &Records) {
    for (key, codes) in records.holding {
        let Some(field) = form.field(key) else { continue };
        statement.push(" and (1 = 0");
        for code in *codes {
            statement.push(" or ");
            holds(statement, field, table, code);
        }
        statement.push(")");
    }
    if let Some((key, code)) = records.except {
        statement.push(" and (").push(table).push(key).push(" is null or ");
        statement.push(table).push(key).push(" <> ").text(code).push(")");
    }
    if !records.states.is_empty() {
        statement
            .push(" and ")
            .push(table)
            .push("status in ")
            .words(records.states);
    }
    if let Some((key, least)) = records.least {
        statement
            .push(" and ")
            .push(table)
            .push(key)
            .push(" >= ")
            .integer(least);
    }
    if records.last_year {
        in_last_year(statement, table);
    }
}

/// Adds that records tell the last year of 人口年份区间.
fn in_last_year(statement: &mut Statement, table: &str) {
    statement.push(" and ").push(table).push("year = ");
    statement.integer(POPULATION_YEARS.years().1);
}

/// Adds that a field holds a code, alone or with others.
pub(super) fn holds(statement: &mut Statement, field: &Field, table: &str, code: &str) {
    match (field.kind, code.parse::<i64>()) {
        (Kind::Choices(_), _) => {
            statement
                .push("',' || ")
                .push(table)
                .push(field.key)
                .push(" || ',' like ");
            statement.text(format!("%,{code},%"));
        }
        (_, Ok(number)) if field.is_number() => {
            statement.push(table).push(field.key).push(" = ").integer(number);
        }
        _ => {
            statement.push(table).push(field.key).push(" = ").text(code);
        }
    }
}

/// Adds the year and the days, where the form knows them.
fn narrowed(statement: &mut Statement, asked: &Asked<'_>, form: &'static Form) {
    narrowed_by(statement, asked, form, " = ");
}

/// The same with another comparison to the year.
fn narrowed_by(statement: &mut Statement, asked: &Asked<'_>, form: &'static Form, sign: &str) {
    match (asked.ledger.year, asked.year) {
        (ByYear::Field(field) | ByYear::Last(field), Some(year)) if form.field(field).is_some() => {
            statement.push(" and told.").push(field).push(sign).integer(year);
        }
        (ByYear::Task, Some(_)) => tasked(statement, asked, "told.region"),
        _ => {}
    }
    if form.field(asked.ledger.day).is_none() {
        return;
    }
    let (from, to) = asked.days;
    if !from.is_empty() {
        statement
            .push(" and told.")
            .push(asked.ledger.day)
            .push(" >= ")
            .text(from);
    }
    if !to.is_empty() {
        statement
            .push(" and told.")
            .push(asked.ledger.day)
            .push(" <= ")
            .text(to);
    }
}

/// Adds that the region is 纳入规划: what is completed elsewhere is no part of what should be.
fn planned(statement: &mut Statement, region: &Region) {
    statement.push(" and region in (select code from regions where planned = 1 and ");
    statement.within("code", region).push(")");
}

/// Adds that a village stands in the plan of the year.
fn tasked(statement: &mut Statement, asked: &Asked<'_>, region: &str) {
    if let (ByYear::Task, Some(year)) = (asked.ledger.year, asked.year) {
        statement.push(" and ").push(region);
        statement.push(" in (select surveyed.region from baseline_survey surveyed where surveyed.deleted_at is null and surveyed.plan_year = ");
        statement.integer(year).push(")");
    }
}

/// By how many more regions these steps are completed now than at an instant: line → step → difference. What the log says first of
/// a step since then tells how it was; only what is 纳入规划, and has the task of the year, counts, as in the table.
pub async fn moved(
    connection: &mut Connection,
    asked: &Asked<'_>,
    steps: &[&'static str],
    since: &str,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>, sqlx::Error> {
    let begin = || {
        let mut statement = Statement::new("select ");
        line_by(&mut statement, asked, "region", "");
        statement.push(", step, count(*) from ");
        statement
    };
    let end = |statement: &mut Statement| {
        planned(statement, asked.region);
        tasked(statement, asked, "region");
        statement.push(" and step in ").words(steps).push(" group by 1, 2");
    };
    let mut done = begin();
    done.push("completions where year = '' and done_at > ").text(since);
    done.push(" and ").within("region", asked.region);
    end(&mut done);
    let mut undone = begin();
    undone.push(
        "(select told.region, told.step, told.act, row_number() over (partition by told.region, told.step \
         order by told.at, told.id) as turn from audits told where told.at > ",
    );
    undone.text(since).push(" and ").within("told.region", asked.region);
    undone.push(" and told.step is not null and told.act in ");
    undone.words(&[Act::Complete.key(), Act::Reopen.key(), Act::ReopenForOthers.key()]);
    undone
        .push(") since where turn = 1 and act <> ")
        .text(Act::Complete.key());
    end(&mut undone);
    let mut moved: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (statement, sign) in [(done, 1), (undone, -1)] {
        for row in statement.rows(&mut *connection).await? {
            let line = moved.entry(row.try_get(0)?).or_default();
            *line.entry(row.try_get(1)?).or_default() += sign * row.try_get::<i64, _>(2)?;
        }
    }
    Ok(moved)
}

/// The rows of a grid over all records of a part of the tree, of each division of a level or of all together: division → item →
/// sums.
pub async fn items(
    connection: &mut Connection,
    form: &str,
    grid: &str,
    columns: &[&'static str],
    (region, level): (&Region, Option<Level>),
) -> Result<BTreeMap<String, BTreeMap<String, Vec<i64>>>, sqlx::Error> {
    let Some(form) = forms::find(form) else {
        return Ok(BTreeMap::new());
    };
    let mut statement = Statement::new("select ");
    match level {
        Some(level) => statement
            .push("substr(told.region, 1, ")
            .push(&level.digits().to_string())
            .push(")"),
        None => statement.push("''"),
    };
    statement.push(", line.item");
    for column in columns {
        statement
            .push(", cast(coalesce(sum(line.")
            .push(column)
            .push("), 0) as bigint)");
    }
    statement
        .push(" from ")
        .push(&form.grid_table(grid))
        .push(" line join ")
        .push(form.key);
    statement.push(" told on told.id = line.parent where told.deleted_at is null and ");
    statement.within("told.region", region).push(" group by 1, 2");
    let mut found: BTreeMap<String, BTreeMap<String, Vec<i64>>> = BTreeMap::new();
    for row in statement.rows(connection).await? {
        let sums = (2..columns.len() + 2)
            .map(|at| row.try_get(at))
            .collect::<Result<_, _>>()?;
        let item: Option<String> = row.try_get(1)?;
        found
            .entry(row.try_get(0)?)
            .or_default()
            .insert(item.unwrap_or_default(), sums);
    }
    Ok(found)
}

/// How many villages have records of a form, in each division of a level.
pub async fn telling(
    connection: &mut Connection,
    form: &'static str,
    region: &Region,
    level: Level,
) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut statement = Statement::new("select substr(region, 1, ");
    statement.push(&level.digits().to_string());
    statement.push("), count(distinct region) from ").push(form);
    statement
        .push(" where deleted_at is null and ")
        .within("region", region)
        .push(" group by 1");
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// The values of a field in a part of the tree in their own order, and how many there are: nobody is ranked.
pub async fn values(
    connection: &mut Connection,
    form: &'static Form,
    field: &'static str,
    asked: &Asked<'_>,
    (offset, limit): (i64, i64),
) -> Result<(Vec<String>, i64), sqlx::Error> {
    let from = |statement: &mut Statement| {
        statement.push(" from ").push(form.key);
        statement.push(" told where told.deleted_at is null and ");
        lies_in(statement, form, "told.", "told.region", asked.region);
        narrowed(statement, asked, form);
    };
    let mut statement = Statement::new("select count(distinct ");
    worth_of(&mut statement, form.key, "told.", field).push(")");
    from(&mut statement);
    let total = statement.number(&mut *connection).await?;
    let mut statement = Statement::new("select ");
    worth_of(&mut statement, form.key, "told.", field);
    from(&mut statement);
    statement
        .push(" group by 1 order by 1 limit ")
        .integer(limit)
        .push(" offset ")
        .integer(offset);
    let rows = statement.rows(connection).await?;
    let values = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok((values, total))
}

/// The last year that records of a form name in a part of the tree.
pub async fn last_year(
    connection: &mut Connection,
    form: &'static Form,
    field: &str,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    let mut statement = Statement::new("select ");
    statement.push(field).push(" from ").push(form.key);
    statement
        .push(" where deleted_at is null and ")
        .push(field)
        .push(" is not null and ");
    statement
        .within("region", region)
        .push(" order by ")
        .push(field)
        .push(" desc limit 1");
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| row.try_get(0))
}
