//! The tables of the forms. `hometown schema` prints them; the migration is the truth, and a test compares the two.

use super::Connection;
use crate::domain::field::{Field, Kind, Shown};
use crate::domain::form::{Form, Unique};
use crate::domain::rule::StoreTest;
use std::fmt::Write;

/// The statements that make the tables of a form: the record table, then one per grid.
pub fn create(form: &'static Form) -> String {
    let key = form.key;
    let mut sql = format!("create table {key} (\n");
    let common = COMMON.iter().map(|column| (*column).to_owned());
    sql.push_str(&joined(common.chain(form.stored().map(column))));
    let _ = writeln!(sql, "create index {key}_region on {key} (region, deleted_at);");
    let _ = writeln!(sql, "create index {key}_newest on {key} (created_at desc, id desc);");
    // Only what is live is ever listed. A filter is counted by its own index; a list of the whole province is walked in the
    // order of its name or its days.
    for field in form.fields().filter(|field| field.filtered && is_plain(field)) {
        let _ = writeln!(
            sql,
            "create index {key}_by_{0} on {key} ({0}, region) where deleted_at is null;",
            field.key
        );
    }
    for field in form.listed().filter(|field| is_walked(form, field)) {
        let _ = writeln!(
            sql,
            "create index {key}_along_{0} on {key} ({0}, id) where deleted_at is null;",
            field.key
        );
    }
    if form.workflow.is_some() {
        let _ = writeln!(
            sql,
            "create index {key}_status on {key} (status, region) where deleted_at is null;"
        );
    }
    if form.one_per_region {
        let _ = writeln!(
            sql,
            "create unique index {key}_one_per_region on {key} (region) where deleted_at is null;"
        );
    }
    for unique in form.uniques {
        let _ = writeln!(sql, "{}", unique_index(form, unique));
    }
    for rule in form.store_rules {
        if let StoreTest::ElsewhereAtMost(_, fields, _) = rule.test {
            let line = format!(
                "create index {key}_with_{} on {key} ({}) where deleted_at is null;",
                fields.join("_"),
                fields
                    .iter()
                    .filter_map(|key| form.field(key))
                    .map(or_empty)
                    .collect::<Vec<_>>()
                    .join(", ")
            );
            if !sql.contains(&line) {
                let _ = writeln!(sql, "{line}");
            }
        }
    }
    for field in form.fields().filter(|field| points_from_elsewhere(form, field)) {
        let _ = writeln!(
            sql,
            "create index {key}_of_{0} on {key} ({0}) where deleted_at is null;",
            field.key
        );
    }
    for field in form.exclusives() {
        let table = form.grid_table(field.key);
        let _ = writeln!(
            sql,
            "\ncreate table {table} (\n    region text not null primary key references regions (code),\n    \
             parent text not null references {key} (id)\n);\ncreate index {table}_parent on {table} (parent);"
        );
    }
    for (field, grid) in form.grids() {
        let table = form.grid_table(field.key);
        let _ = writeln!(sql, "\ncreate table {table} (");
        let common = GRID_COMMON.iter().map(|column| column.replace("{form}", key));
        sql.push_str(&joined(common.chain(grid.columns.iter().map(column))));
        let _ = writeln!(sql, "create index {table}_parent on {table} (parent, position);");
    }
    sql
}

/// A reference by which records are found from the other side.
fn points_from_elsewhere(form: &Form, field: &Field) -> bool {
    matches!(field.kind, Kind::Reference { many: false, .. })
        && (field.spreads || form.comes_by_itself && matches!(field.shown, Shown::Never))
}

/// The name of an index of [`Form::uniques`].
pub fn unique_name(form: &Form, unique: &Unique) -> String {
    format!("{}_one_{}", form.key, unique.key)
}

fn unique_index(form: &'static Form, unique: &Unique) -> String {
    let fields = unique.fields.iter().filter_map(|key| form.field(key));
    let columns: Vec<String> = std::iter::once("region".to_owned())
        .chain(fields.map(or_empty))
        .collect();
    let mut conditions = vec!["deleted_at is null".to_owned()];
    for (field, code) in unique.holding {
        let is_number = form.field(field).is_some_and(Field::is_number);
        conditions.push(if is_number {
            format!("{field} = {code}")
        } else {
            format!("{field} = '{code}'")
        });
    }
    if let Some(workflow) = form.workflow {
        conditions.extend(workflow.over().map(|over| format!("status <> '{over}'")));
    }
    format!(
        "create unique index {} on {} ({}) where {};",
        unique_name(form, unique),
        form.key,
        columns.join(", "),
        conditions.join(" and ")
    )
}

/// What is empty equals what is empty.
fn or_empty(field: &'static Field) -> String {
    let empty = if field.is_number() { "-1" } else { "''" };
    format!("coalesce({}, {empty})", field.key)
}

const COMMON: [&str; 14] = [
    "id text not null primary key",
    "region text not null references regions (code)",
    "level bigint not null",
    "organ text not null",
    "status text not null",
    "version bigint not null",
    "saved_as text not null",
    "attachment_count bigint not null",
    "created_by text not null references accounts (id)",
    "created_name text not null",
    "created_at text not null",
    "updated_by text not null",
    "updated_at text not null",
    "deleted_at text",
];

const GRID_COMMON: [&str; 3] = [
    "id text not null primary key",
    "parent text not null references {form} (id)",
    "position bigint not null",
];

fn column(field: &'static Field) -> String {
    format!("{} {}", field.key, if field.is_number() { "bigint" } else { "text" })
}

fn joined(columns: impl Iterator<Item = String>) -> String {
    format!("    {}\n);\n", columns.collect::<Vec<_>>().join(",\n    "))
}

fn is_plain(field: &Field) -> bool {
    field.is_stored() && !matches!(field.kind, Kind::Choices(_) | Kind::Divisions(_))
}

fn is_walked(form: &Form, field: &Field) -> bool {
    field.is_stored()
        && !field.private
        && (field.key == form.name_field || field.key == form.order || matches!(field.kind, Kind::Date { .. }))
}

/// Column names of a table as the store has them.
pub async fn columns_of(connection: &mut Connection, table: &str, postgres: bool) -> Result<Vec<String>, sqlx::Error> {
    use sqlx::Row;
    let mut statement = super::sql::Statement::new(if postgres {
        "select cast(column_name as text) from information_schema.columns where table_schema = 'public' and table_name = "
    } else {
        "select name from pragma_table_info("
    });
    statement.text(table);
    if !postgres {
        statement.push(")");
    }
    statement
        .rows(connection)
        .await?
        .iter()
        .map(|row| row.try_get(0))
        .collect()
}
