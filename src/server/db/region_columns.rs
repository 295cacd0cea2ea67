//! Every column that holds codes of divisions, from the declarations: a form that is added is found here too. A test holds
//! the tables of the store against this list.

use super::Connection;
use super::sql::Statement;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::forms;
use sqlx::Row;

/// Tables beside those of the forms whose `region` goes where its division goes. Audits are not among them: what was done
/// was done there. `regions` itself and its former codes are what a change is made of.
pub const TABLES: [&str; 12] = [
    "accounts",
    "completions",
    "snapshots",
    "registration_codes",
    "parameters",
    "region_names",
    "workbook_imports",
    "reminders",
    "reminded",
    "search_entries",
    "report_links",
    "issued_reports",
];

/// A column with one code in each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Table.
    pub table: String,
    /// Column.
    pub name: &'static str,
}

/// All columns with one code in each row.
pub fn single() -> Vec<Column> {
    let column = |table: &str, name: &'static str| Column {
        table: table.to_owned(),
        name,
    };
    let mut columns: Vec<Column> = TABLES.iter().map(|table| column(table, "region")).collect();
    for form in forms::ALL.iter().copied() {
        columns.push(column(form.key, "region"));
        columns.extend(
            form.stored()
                .filter(|field| is_single(field))
                .map(|field| column(form.key, field.key)),
        );
        columns.extend(
            form.exclusives()
                .map(|field| column(&form.grid_table(field.key), "region")),
        );
        for (grid, rows) in form.grids() {
            let table = form.grid_table(grid.key);
            let own = rows.columns.iter().filter(|field| is_single(field));
            columns.extend(own.map(|field| column(&table, field.key)));
        }
    }
    columns
}

/// Fields that hold several codes, joined with commas.
pub fn lists() -> Vec<(&'static Form, &'static Field)> {
    let forms = forms::ALL.iter().copied();
    let fields = forms.flat_map(|form| form.stored().map(move |field| (form, field)));
    fields
        .filter(|(_, field)| matches!(field.kind, Kind::Divisions(_)))
        .collect()
}

fn is_single(field: &Field) -> bool {
    matches!(field.kind, Kind::Division(_))
}

/// Writes every code of a subtree under another one.
pub async fn rewrite(connection: &mut Connection, from: &Region, to: &Region) -> Result<(), sqlx::Error> {
    for column in single() {
        let mut statement = Statement::new("update ");
        statement
            .push(&column.table)
            .push(" set ")
            .push(column.name)
            .push(" = ");
        under(&mut statement, column.name, from, to);
        statement.push(" where ").within(column.name, from);
        statement.execute(&mut *connection).await?;
    }
    for (form, field) in lists() {
        let mut statement = Statement::new("select id, region, ");
        statement.push(field.key).push(" from ").push(form.key).push(" where ");
        statement.push(field.key).push(" like ").text(format!("%{from}%"));
        for row in statement.rows(&mut *connection).await? {
            let (id, region, joined): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            // What leaves the region of a record is no longer its own: a contract of the old county ends there.
            let moved = parts(&joined).filter_map(|code| match code.strip_prefix(from.code()) {
                Some(rest) => Some(format!("{to}{rest}")).filter(|code| code.starts_with(&region)),
                None => Some(code.to_owned()),
            });
            let moved = moved.collect::<Vec<_>>().join(",");
            if moved != joined {
                let mut statement = Statement::new("update ");
                statement.push(form.key).push(" set ").push(field.key).push(" = ");
                statement.text_or_null(Some(moved).filter(|moved| !moved.is_empty()));
                statement.push(" where id = ").text(id);
                statement.execute(&mut *connection).await?;
            }
        }
        if field.exclusive {
            let table = form.grid_table(field.key);
            let mut statement = Statement::new("delete from ");
            statement.push(&table).push(" where ").within("region", to);
            statement
                .push(" and not exists (select 1 from ")
                .push(form.key)
                .push(" owner where owner.id = ");
            statement.push(&table).push(".parent and ").push(&table);
            statement.push(".region like owner.region || '%')");
            statement.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Adds the code of a column as it is under another division.
pub fn under(statement: &mut Statement, column: &str, from: &Region, to: &Region) {
    let rest = from.code().len() + 1;
    statement.text(to.code()).push(" || substr(").push(column).push(", ");
    statement.push(&rest.to_string()).push(")");
}
