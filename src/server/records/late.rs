//! A file that arrives after its record: a phone saves first and sends its photos when the network allows it.

use super::open::stored_draft;
use super::save::{Batch, Save, Saved};
use crate::domain::record::{Draft, parts};
use crate::error::AppError;
use crate::forms;
use crate::server::attachments;
use crate::server::db;
use crate::server::session::Signed;
use crate::server::state::App;

/// Puts a file that the account has sent into its slot of a stored record, as a save of its own. What the account has typed
/// there and not saved stays, with the file in it: saved later, it does not take the file out again.
pub async fn put_in(app: &App, signed: &Signed, file: &str) -> Result<Saved, AppError> {
    let account = signed.ready()?;
    let found = db::attachments::find(&mut *app.store.reader().await?, file).await?;
    let found = found.filter(|file| file.created_by == account.id);
    let found = found.ok_or(AppError::NotFound)?;
    let form = forms::find(&found.form).ok_or(AppError::NotFound)?;
    let (record, field) = (found.record.as_str(), found.attachment.field.as_str());
    // A file in a table is its row's.
    if !form.slots().any(|(slot, _)| slot.key == field) {
        return Err(AppError::NotFound);
    }
    // One after the other with the saves of the same account.
    let turn = format!("{}/{}", form.key, account.region.code());
    let mut tx = app.store.begin_in_turn(&turn).await?;
    let stored = db::records::find(&mut tx, form, record).await?;
    let stored = stored.ok_or(AppError::NotFound)?;
    let mut draft = stored_draft(&mut tx, form, record, &stored.values).await?;
    let held = db::attachments::of_record(&mut tx, record, &account.id).await?;
    attachments::list_in(form, &held, &mut draft);
    let is_new = listed(&mut draft, field, file);
    let kept = db::drafts::find(&mut tx, &account.id, form.key, record).await?;
    let saved = match is_new {
        true => {
            let save = Save {
                form,
                id: record,
                version: stored.version,
                key: file,
                draft,
            };
            Batch::new(app, signed).save(&mut tx, save).await?
        }
        false => Saved {
            id: stored.id,
            version: stored.version,
            warnings: Vec::new(),
        },
    };
    if let Some((_, at, mut kept)) = kept.filter(|_| is_new) {
        listed(&mut kept, field, file);
        let body = serde_json::to_string(&kept).unwrap_or_default();
        db::drafts::keep(&mut tx, &account.id, form.key, record, record, &body, &at).await?;
    }
    tx.commit().await?;
    Ok(saved)
}

/// Adds a file to a slot; false where it is there already.
fn listed(draft: &mut Draft, field: &str, file: &str) -> bool {
    let mut ids: Vec<&str> = parts(draft.text(field)).collect();
    if ids.contains(&file) {
        return false;
    }
    ids.push(file);
    let joined = ids.join(",");
    draft.set(field, joined);
    true
}
