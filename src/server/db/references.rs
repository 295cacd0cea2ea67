//! What references point at: records of a form, or rows of one of its grids.

use super::Connection;
use super::sql::Statement;
use crate::domain::field::Field;
use crate::domain::form::Form;
use crate::domain::record::{Draft, parts};
use crate::domain::region::Region;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Options of a reference: `(id, label)` of the target's live records in a region that its field wants, for a record with
/// these values.
pub async fn options(
    connection: &mut Connection,
    target: &ReferenceTarget,
    region: &Region,
    asking: &Asking<'_>,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let form = target.form;
    let mut statement = Statement::new("select ");
    match target.grid {
        Some((grid, label)) => {
            statement
                .push("child.id, child.")
                .push(label)
                .push(" from ")
                .push(&form.grid_table(grid.key));
            statement
                .push(" child join ")
                .push(form.key)
                .push(" owner on owner.id = child.parent");
            statement
                .push(" where owner.deleted_at is null and owner.region = ")
                .text(region.code());
            statement.push(" order by child.position limit 1000");
        }
        None => {
            statement.push("id, ").push(form.name_field);
            for field in form.told_by.iter().filter_map(|key| form.field(key)) {
                statement.push(", ").push(field.key);
            }
            statement.push(" from ").push(form.key);
            statement
                .push(" target where deleted_at is null and region = ")
                .text(region.code());
            asking.narrow(&mut statement, form);
            statement
                .push(" order by ")
                .push(form.name_field)
                .push(", id limit 1000");
        }
    }
    let rows = statement.rows(connection).await?;
    rows.iter().map(|row| option(row, form)).collect()
}

/// The record that a reference is chosen for.
pub struct Asking<'a> {
    /// Its form.
    pub form: &'static Form,
    /// The reference.
    pub field: &'static Field,
    /// Its id.
    pub id: &'a str,
    /// What is typed.
    pub draft: &'a Draft,
    /// What the stored record holds there: it stays on offer, whatever has become of it.
    pub held: &'a str,
}

impl Asking<'_> {
    fn narrow(&self, statement: &mut Statement, target: &'static Form) {
        let Some(choosing) = self.field.choosing else {
            return;
        };
        let held: Vec<String> = parts(self.held).map(str::to_owned).collect();
        statement.push(" and (id in ").list(&held).push(" or (1 = 1");
        for (field, code) in choosing.matching {
            statement.push(" and ").holds(target, field, code);
        }
        if !choosing.states.is_empty() {
            statement.push(" and status in ").words(choosing.states);
        }
        if !choosing.once_among.is_empty() {
            statement.push(" and not exists (select 1 from ").push(self.form.key);
            statement.push(" taken where taken.deleted_at is null and taken.");
            statement
                .push(self.field.key)
                .push(" = target.id and taken.id <> ")
                .text(self.id);
            if let Some(workflow) = self.form.workflow {
                for over in workflow.over() {
                    statement.push(" and taken.status <> ").text(over);
                }
            }
            for key in choosing.once_among {
                statement.push(" and coalesce(taken.").push(key).push(", '') = ");
                statement.text(self.draft.text(key).trim());
            }
            statement.push(")");
        }
        statement.push("))");
    }
}

/// `张三（五华区水务局 科长）`: names alone do not tell people apart.
fn option(row: &AnyRow, form: &'static Form) -> Result<(String, String), sqlx::Error> {
    let name = row.try_get::<Option<String>, _>(1)?.unwrap_or_default();
    let mut more = Vec::new();
    for at in 2..row.columns().len() {
        more.extend(row.try_get::<Option<String>, _>(at)?.filter(|text| !text.is_empty()));
    }
    let label = match more.is_empty() || form.told_by.is_empty() {
        true => name,
        false => format!("{name}（{}）", more.join(" ")),
    };
    Ok((row.try_get(0)?, label))
}

/// Labels of everything that a reference may point at in these regions: id → label.
pub async fn labels(
    connection: &mut Connection,
    target: &ReferenceTarget,
    regions: &[Region],
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut labels = Vec::new();
    for batch in regions.chunks(100) {
        let mut statement = Statement::new("select child.id, child.");
        match target.grid {
            Some((grid, label)) => {
                statement
                    .push(label)
                    .push(" from ")
                    .push(&target.form.grid_table(grid.key))
                    .push(" child join ");
                statement
                    .push(target.form.key)
                    .push(" owner on owner.id = child.parent where owner.region in (");
            }
            None => {
                statement
                    .push(target.form.name_field)
                    .push(" from ")
                    .push(target.form.key);
                statement.push(" child where child.region in (");
            }
        }
        for (position, region) in batch.iter().enumerate() {
            if position > 0 {
                statement.push(", ");
            }
            statement.text(region.code());
        }
        statement.push(")");
        for row in statement.rows(&mut *connection).await? {
            labels.push((
                row.try_get(0)?,
                row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
            ));
        }
    }
    Ok(labels)
}

/// What a reference points at: records of a form, or rows of one of its grids.
pub struct ReferenceTarget {
    form: &'static Form,
    grid: Option<(&'static Field, &'static str)>,
}

impl ReferenceTarget {
    /// Reads `form` or `form.grid`; nothing when the form is not part of the system.
    pub fn find(to: &str) -> Option<Self> {
        let (form, grid) = to.split_once('.').map_or((to, None), |(form, grid)| (form, Some(grid)));
        let form = crate::forms::find(form)?;
        let grid = match grid {
            Some(key) => Some(
                form.grids()
                    .find(|(field, _)| field.key == key)
                    .map(|(field, grid)| (field, grid.columns[0].key))?,
            ),
            None => None,
        };
        Some(Self { form, grid })
    }
}

/// Id and name of all live records of a region, the first ones first.
pub async fn names(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let mut statement = Statement::new("select id, ");
    statement.push(form.name_field).push(" from ").push(form.key);
    statement
        .push(" where deleted_at is null and region = ")
        .text(region.code());
    statement.push(" order by created_at, id");
    let rows = statement.rows(connection).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                row.try_get::<Option<String>, _>(1)?.unwrap_or_default(),
            ))
        })
        .collect()
}
