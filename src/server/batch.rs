//! 批量登记: a table pre-filled with the regions that have no record yet; each filled row is saved like any other record.

use super::authorize::to_begin;
use super::db;
use super::records::{self, Save};
use super::session::Signed;
use super::state::App;
use crate::api::batch::{BatchSaved, BatchView};
use crate::domain::field::Grid;
use crate::domain::form::Form;
use crate::domain::problem::Problem;
use crate::domain::record::{Draft, DraftRow};
use crate::domain::region::Region;
use crate::error::AppError;
use crate::forms;

/// Rows of one table: a township has 45 villages at the most.
const MOST: usize = 400;

/// The form that is registered and its batch form's grid.
fn find(page: &str) -> Result<(&'static Form, &'static crate::domain::page::Tab, &'static Grid), AppError> {
    let page = forms::page(page).ok_or(AppError::NotFound)?;
    let tab = page
        .tabs
        .iter()
        .find(|tab| tab.batch.is_some())
        .ok_or(AppError::NotFound)?;
    let batch = tab.batch.ok_or(AppError::NotFound)?;
    let (_, grid) = batch.form.grids().next().ok_or(AppError::NotFound)?;
    Ok((tab.form, batch, grid))
}

/// The table for a part of the account's region.
pub async fn page(app: &App, signed: &Signed, page: &str, part: &str) -> Result<BatchView, AppError> {
    let (form, batch, grid) = find(page)?;
    let permit = to_begin(signed, form)?;
    let own = permit.scope();
    let parts: Vec<_> = app.divisions.children(own).collect();
    let mut reader = app.store.reader().await?;
    let taken = db::records::regions_with(&mut reader, form, own).await?;
    let free = |part: &Region| -> Vec<Region> {
        let below = app.divisions.below(part, form.lowest_level());
        let free = below.filter(|one| one.is_real() && !taken.contains(one.region.code()));
        free.map(|one| one.region.clone()).take(MOST).collect()
    };
    let asked = Region::parse(part).filter(|part| parts.iter().any(|one| one.region == *part));
    // Without a choice: the first part that has something left.
    let part = asked
        .or_else(|| {
            parts
                .iter()
                .map(|one| one.region.clone())
                .find(|part| !free(part).is_empty())
        })
        .or_else(|| parts.first().map(|one| one.region.clone()))
        .unwrap_or_else(|| own.clone());
    drop(reader);
    let mut opened = records::blank(app, signed, batch, None, None).await?;
    let start = records::initials(form, permit.account(), &app.clock.today());
    for region in free(&part) {
        let mut row = DraftRow {
            id: db::new_id(),
            ..DraftRow::default()
        };
        for column in grid.columns {
            row.values
                .insert(column.key.to_owned(), start.text(column.key).to_owned());
        }
        let name = app.divisions.path_below(own, &region);
        opened.labels.insert(format!("{}.{region}", form.placed_by), name);
        row.values.insert(form.placed_by.to_owned(), region.code().to_owned());
        opened.draft.grids.entry(ROWS.to_owned()).or_default().push(row);
    }
    Ok(BatchView {
        viewer: permit.account().clone(),
        parts: parts
            .iter()
            .map(|one| (one.region.code().to_owned(), one.short.clone()))
            .collect(),
        part: part.code().to_owned(),
        opened,
    })
}

/// The grid of a batch form.
const ROWS: &str = "rows";

/// Registers every row in which something was filled.
pub async fn save(app: &App, signed: &Signed, page: &str, draft: Draft) -> Result<BatchSaved, AppError> {
    let (form, _, grid) = find(page)?;
    let permit = to_begin(signed, form)?;
    let start = records::initials(form, permit.account(), &app.clock.today());
    let rows = draft.rows(ROWS);
    if rows.len() > MOST {
        return Err(AppError::Malformed("rows".to_owned()));
    }
    let mut saved = BatchSaved {
        registered: 0,
        left: Vec::new(),
        problems: Vec::new(),
    };
    for (position, row) in rows.iter().enumerate() {
        let touched = grid.columns.iter().any(|column| {
            let held = row.values.get(column.key).map_or("", |text| text.trim());
            column.key != form.placed_by && held != start.text(column.key)
        });
        if !touched {
            saved.left.push(position);
            continue;
        }
        let mut values = start.values.clone();
        values.extend(row.values.clone());
        let save = Save {
            form,
            id: &row.id,
            version: 0,
            key: &row.id,
            draft: Draft {
                values,
                ..Draft::default()
            },
        };
        match records::save(app, signed, save).await {
            Ok(_) => saved.registered += 1,
            Err(error) => {
                let place = saved.left.len();
                saved.left.push(position);
                let problems = match error {
                    AppError::Invalid(problems) => problems,
                    other => vec![Problem::error(form.placed_by, other.to_string())],
                };
                saved
                    .problems
                    .extend(problems.into_iter().filter(Problem::blocks).map(|problem| Problem {
                        place: format!("{ROWS}.{place}.{}", problem.place),
                        ..problem
                    }));
            }
        }
    }
    Ok(saved)
}
