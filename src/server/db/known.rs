//! What other records of a region tell about a number of one (domain/known.rs), in hundredths.

use super::Connection;
use super::sql::Statement;
use super::summaries::living;
use crate::domain::field::Field;
use crate::domain::form::Form;
use crate::domain::known::{KnownOf, hundredths};
use crate::domain::region::{Level, Region};
use crate::domain::sheet::SCALE;
use crate::forms;
use sqlx::Row;

/// What is told about a record of a region; nothing while nobody has told. `number` reads the record's own fields.
pub async fn told(
    connection: &mut Connection,
    of: KnownOf,
    number: impl Fn(&str) -> Option<i64>,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    match of {
        KnownOf::Latest(form, field) => {
            let Some(form) = forms::find(form) else { return Ok(None) };
            match last_year(&mut *connection, form, region).await? {
                Some(year) => added_up(connection, form, field, Some(year), region).await,
                None => Ok(None),
            }
        }
        KnownOf::OfYear(form, field, year) => match (forms::find(form), number(year)) {
            (Some(form), Some(year)) => added_up(connection, form, field, Some(year), region).await,
            _ => Ok(None),
        },
        KnownOf::Within(form, field) => match forms::find(form) {
            Some(form) => added_up(connection, form, field, None, region).await,
            None => Ok(None),
        },
        KnownOf::OfGrid(form, grid, column) => of_grid(connection, (form, grid, column), None, region).await,
        KnownOf::OfGridYear {
            of,
            year: (theirs, ours),
        } => match number(ours) {
            Some(year) => of_grid(connection, of, Some((theirs, year)), region).await,
            None => Ok(None),
        },
        KnownOf::Count(form, holding, states) => {
            let Some(form) = forms::find(form) else { return Ok(None) };
            let mut statement = Statement::new("select count(*) from ");
            own(&mut statement, form, region);
            for (field, code) in holding {
                statement.push(" and ").holds(form, field, code);
            }
            if !states.is_empty() {
                statement.push(" and status in ").words(states);
            }
            let count = statement.number(connection).await?;
            Ok((count > 0).then_some(count * ONE))
        }
        KnownOf::Rows(form, grid) => {
            let Some(form) = forms::find(form) else { return Ok(None) };
            let mut statement = Statement::new("select count(*) from ");
            statement
                .push(&form.grid_table(grid))
                .push(" line join ")
                .push(form.key)
                .push(" owner on owner.id = line.parent where owner.deleted_at is null and owner.region = ")
                .text(region.code());
            let count = statement.number(connection).await?;
            Ok((count > 0).then_some(count * ONE))
        }
        KnownOf::OfRecords(form, field) => {
            let Some(form) = forms::find(form) else { return Ok(None) };
            let mut statement = Statement::new("select cast(sum(");
            statement.push(field).push(") as bigint) from ");
            own(&mut statement, form, region);
            let sum = first(connection, statement).await?;
            Ok(sum.map(|sum| scaled(form.field(field), sum)))
        }
        KnownOf::Divided(form, field, by) => {
            let Some(form) = forms::find(form) else { return Ok(None) };
            let mut statement = Statement::new("select ");
            statement.push(field).push(" from ").push(form.key);
            statement
                .push(" where deleted_at is null and region = ")
                .text(region.code());
            let number = first(connection, statement).await?;
            Ok(number.map(|number| scaled(form.field(field), number) / by))
        }
    }
}

/// The year that what is told is about, where it is about one.
pub async fn year(
    connection: &mut Connection,
    of: KnownOf,
    number: impl Fn(&str) -> Option<i64>,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    match (of, forms::find(of.form())) {
        (KnownOf::Latest(..), Some(form)) => last_year(connection, form, region).await,
        _ => Ok(of.year_field().and_then(number)),
    }
}

/// The last year that anybody in a region has told something of.
async fn last_year(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    let mut statement = Statement::new("select max(year)");
    living(&mut statement, form, region);
    first(connection, statement).await
}

/// One, in hundredths.
const ONE: i64 = 10_i64.pow(SCALE);

fn own(statement: &mut Statement, form: &'static Form, region: &Region) {
    statement
        .push(form.key)
        .push(" where deleted_at is null and region = ")
        .text(region.code());
}

async fn first(connection: &mut Connection, statement: Statement) -> Result<Option<i64>, sqlx::Error> {
    let row = statement.row(connection).await?;
    row.map_or(Ok(None), |row| row.try_get(0))
}

fn scaled(field: Option<&Field>, number: i64) -> i64 {
    field.map_or(number, |field| hundredths(field, number))
}

/// A number of a form, added up over a region for one year, or over all records of a form that knows none.
async fn added_up(
    connection: &mut Connection,
    form: &'static Form,
    field: &'static str,
    year: Option<i64>,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    let mut statement = Statement::new("select cast(sum(");
    statement.push(field).push(") as bigint), count(distinct region)");
    living(&mut statement, form, region);
    if let Some(year) = year {
        statement.push(" and year = ").integer(year);
    }
    let Some(row) = statement.row(&mut *connection).await? else {
        return Ok(None);
    };
    let (sum, telling): (Option<i64>, i64) = (row.try_get(0)?, row.try_get(1)?);
    // The sum of some natural villages says nothing about the village: nobody is warned by it, and nobody takes it over.
    if form.lowest_level() == Level::NaturalVillage {
        let all = super::hamlets::all(connection, region).await?;
        if (telling as usize) < all.len() {
            return Ok(None);
        }
    }
    Ok(sum.map(|sum| scaled(form.field(field), sum)))
}

/// A number in a grid of a region's record, added up, where one is asked for over the rows of a year.
async fn of_grid(
    connection: &mut Connection,
    (form, grid, column): (&'static str, &'static str, &'static str),
    year: Option<(&'static str, i64)>,
    region: &Region,
) -> Result<Option<i64>, sqlx::Error> {
    let Some(form) = forms::find(form) else { return Ok(None) };
    let columns = form.grids_named(grid).map_or(&[][..], |grid| grid.columns);
    let mut statement = Statement::new("select cast(sum(line.");
    statement
        .push(column)
        .push(") as bigint) from ")
        .push(&form.grid_table(grid));
    statement
        .push(" line join ")
        .push(form.key)
        .push(" owner on owner.id = line.parent where owner.deleted_at is null");
    statement.push(" and owner.region = ").text(region.code());
    if let Some((field, year)) = year {
        statement.push(" and line.").push(field).push(" = ").integer(year);
    }
    let sum = first(connection, statement).await?;
    Ok(sum.map(|sum| scaled(columns.iter().find(|one| one.key == column), sum)))
}
