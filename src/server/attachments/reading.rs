//! Who may read an attachment: whoever may read its record.

use super::{to_fill, write_line};
use crate::domain::audit::Act;
use crate::domain::value::Value;
use crate::error::AppError;
use crate::forms;
use crate::server::authorize::{Permit, to_see};
use crate::server::db::{self, attachments::Stored, records};
use crate::server::session::Signed;
use crate::server::state::App;

/// An attachment that this request may read.
pub struct Readable {
    /// The attachment.
    pub stored: Stored,
    /// Why it may; nothing when everybody may.
    permit: Option<Permit>,
}

/// The attachment of that id if this request may read it: a kept one like its record, a staged one only by its
/// uploader, one of a published record of a public form by everybody. Anything else is not found.
pub async fn readable(app: &App, signed: &Signed, id: &str) -> Result<Readable, AppError> {
    if uuid::Uuid::parse_str(id).is_err() {
        return Err(AppError::NotFound);
    }
    let mut reader = app.store.reader().await?;
    let stored = db::attachments::find(&mut reader, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let form = forms::find(&stored.form).ok_or(AppError::NotFound)?;
    if !stored.kept {
        let own = signed.ready().is_ok_and(|account| account.id == stored.created_by);
        if !own {
            return Err(AppError::NotFound);
        }
        let (permit, _) = to_fill(&mut reader, signed, form, &stored.record)
            .await
            .map_err(out_of_sight)?;
        return Ok(Readable {
            stored,
            permit: Some(permit),
        });
    }
    let record = records::find(&mut reader, form, &stored.record)
        .await?
        .ok_or(AppError::NotFound)?;
    if form.public && is_published(&record) {
        return Ok(Readable { stored, permit: None });
    }
    match to_see(signed, form, &record) {
        Ok(permit) => Ok(Readable {
            stored,
            permit: Some(permit),
        }),
        Err(error) => Err(out_of_sight(error)),
    }
}

fn is_published(record: &records::Stored) -> bool {
    record.values.get("is_public").and_then(Value::integer) == Some(1)
}

/// A refusal would tell that there is something to refuse (`security.md` A41).
fn out_of_sight(error: AppError) -> AppError {
    if matches!(error, AppError::Forbidden(_) | AppError::SignedOut) {
        AppError::NotFound
    } else {
        error
    }
}

/// Writes down that an attachment was downloaded or previewed, unless it is public.
pub async fn note(app: &App, readable: &Readable) -> Result<(), AppError> {
    let Some(permit) = &readable.permit else { return Ok(()) };
    let mut tx = app.store.begin().await?;
    write_line(&mut tx, permit, Act::Download, &readable.stored, &app.clock.now()).await?;
    Ok(tx.commit().await?)
}
