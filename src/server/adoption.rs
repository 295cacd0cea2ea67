//! Records that come from the rows of another form of the village (domain/page.rs, Adoption): what is not there yet, by
//! the same save as everything else, in one transaction.

use super::authorize::{to_act, to_create};
use super::db;
use super::records::{self, Batch, Save};
use super::session::Signed;
use super::state::App;
use crate::domain::page::Tab;
use crate::domain::region::Region;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use std::collections::BTreeSet;

/// Records of a village that are looked at.
const MOST: i64 = 2_000;

/// Takes over what is not there yet; answers how many that were.
pub async fn adopt(app: &App, signed: &Signed, tab: &'static Tab, region: Option<&Region>) -> Result<usize, AppError> {
    let adoption = tab.adopts.ok_or(AppError::NotFound)?;
    let village = records::village(app, signed, region)?;
    let permit = to_create(signed, tab.form, &village)?;
    let (from, grid) = adoption.from;
    let from = forms::find(from).ok_or(AppError::NotFound)?;
    to_act(signed, Verb::View, from, &village, "", "")?;
    let (field, rows) = from
        .grids()
        .find(|(field, _)| field.key == grid)
        .ok_or(AppError::NotFound)?;
    let mut tx = app.store.begin_in_turn(&format!("{}/{village}", tab.form.key)).await?;
    let Some(source) = db::records::find_single(&mut tx, from, &village).await? else {
        return Err(AppError::Conflict(format!("“{}”还没有填写", field.title)));
    };
    let known = db::records::of_region(&mut tx, tab.form, &village, MOST).await?;
    let mut known: BTreeSet<String> = known
        .iter()
        .map(|record| record.text(adoption.same).to_owned())
        .collect();
    let rows = db::records::grid_rows(&mut tx, from, field, rows.columns, &source.id).await?;
    let mut count = 0;
    for (_, values) in rows {
        let mut draft = records::initials(tab.form, permit.account(), &app.clock.today());
        village.code().clone_into(&mut draft.region);
        for (key, text) in adoption.sets {
            draft.set(key, *text);
        }
        for (theirs, ours) in adoption.fields {
            let column = from
                .grids()
                .flat_map(|(_, grid)| grid.columns)
                .find(|column| column.key == *theirs);
            if let (Some(column), Some(value)) = (column, values.get(theirs)) {
                draft.set(ours, crate::domain::validate::typed(column, value));
            }
        }
        if !known.insert(draft.text(adoption.same).to_owned()) {
            continue;
        }
        let save = Save {
            form: tab.form,
            id: &db::new_id(),
            version: 0,
            key: &db::new_id(),
            draft,
        };
        Batch::new(app, signed).save(&mut tx, save).await?;
        count += 1;
    }
    tx.commit().await?;
    Ok(count)
}
