//! Files that arrive in pieces, for phones whose network comes and goes: what has arrived is kept, the next piece goes on
//! from there, with this server process or with another one. The state is a row of the store, the pieces lie in the file
//! store until the file is whole.

use super::{Incoming, Place, fits, stage_unfinished, to_stage};
use crate::domain::attachment::{Announced, Attachment, Received};
use crate::error::AppError;
use crate::forms;
use crate::server::db::unfinished_files::{self, Unfinished};
use crate::server::db::{self, Connection, internal};
use crate::server::session::Signed;
use crate::server::state::App;
use bytes::Bytes;

/// Unfinished files of one account.
const MOST: usize = 10;
/// When an account has so many, one that has waited for so many seconds gives way.
const GIVES_WAY: i64 = 15 * 60;
/// Unfinished files are forgotten after so many seconds without a piece.
const KEPT_FOR: i64 = 24 * 3_600;
/// Letters of a hash.
const HASH: usize = 64;

/// Whether it is the same content on its way to the same slot. Without a hash nobody can tell.
fn is_same(own: &Announced, new: &Announced) -> bool {
    !own.sha256.is_empty()
        && (&own.sha256, own.size) == (&new.sha256, new.size)
        && (&own.form, &own.record, &own.field) == (&new.form, &new.record, &new.field)
}

fn view(file: &Unfinished, received: u64, attachment: Option<Attachment>) -> Received {
    Received {
        upload: file.id.clone(),
        received,
        attachment,
    }
}

/// Begins a file or goes on with it. Where the slot holds the same content already, that is the answer.
pub async fn begin(app: &App, signed: &Signed, mut announced: Announced) -> Result<Received, AppError> {
    let account = signed.ready()?;
    let form = forms::find(&announced.form).ok_or(AppError::NotFound)?;
    let place = Place::find(form, &announced.record, &announced.field)?;
    if !announced.sha256.is_empty() && !is_hash(&announced.sha256) {
        return Err(AppError::Malformed("sha256".to_owned()));
    }
    {
        let mut reader = app.store.reader().await?;
        to_stage(&mut reader, signed, &place).await?;
        if let Some(attachment) = held(&mut reader, &place, &account.id, &announced.sha256).await? {
            return Ok(Received {
                upload: String::new(),
                received: announced.size,
                attachment: Some(attachment),
            });
        }
        let incoming = Incoming::new(app, &place, &announced.name)?;
        incoming.may_be(announced.size)?;
        if announced.size == 0 {
            return Err(place.refusal(format!("文件是空的：{}", incoming.name)));
        }
        fits(app, &mut reader, &place, announced.size).await?;
        // What is kept is short, whatever was sent.
        announced.name.clone_from(&incoming.name);
    }
    keep(app, &account.id, announced).await
}

/// Keeps a new file, or finds the one that it goes on with.
async fn keep(app: &App, account: &str, announced: Announced) -> Result<Received, AppError> {
    let now = app.clock.now();
    let mut tx = app.store.begin_in_turn(&format!("unfinished/{account}")).await?;
    let own = unfinished_files::of_account(&mut tx, account).await?;
    if let Some(begun) = own.iter().find(|begun| is_same(&begun.announced, &announced)) {
        unfinished_files::touch(&mut tx, &begun.id, &now).await?;
        tx.commit().await?;
        return Ok(view(begun, begun.received, None));
    }
    let oldest = own.first().filter(|_| own.len() >= MOST);
    if let Some(oldest) = oldest {
        let left = GIVES_WAY - app.clock.seconds_since(&oldest.touched_at);
        if left > 0 {
            return Err(AppError::TooMany(left.unsigned_abs()));
        }
        unfinished_files::forget(&mut tx, &oldest.id).await?;
    }
    let new = Unfinished {
        id: db::new_id(),
        account: account.to_owned(),
        announced,
        received: 0,
        pieces: Vec::new(),
        touched_at: now,
    };
    unfinished_files::begin(&mut tx, &new).await?;
    tx.commit().await?;
    if let Some(oldest) = oldest {
        app.storage.forget_pieces(&oldest.pieces).await;
    }
    Ok(view(&new, 0, None))
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What the slot holds of that content, staged by the account or kept. A file in a grid is its row's and no other's.
async fn held(
    connection: &mut Connection,
    place: &Place<'_>,
    account: &str,
    sha256: &str,
) -> Result<Option<Attachment>, AppError> {
    if sha256.is_empty() || place.of_rows {
        return Ok(None);
    }
    let known = db::attachments::of_record(connection, place.record, account).await?;
    let same = known
        .into_iter()
        .find(|file| file.form == place.form.key && file.attachment.field == place.field && file.sha256 == sha256);
    Ok(same.map(|file| file.attachment))
}

/// Appends a piece that begins at this byte. The last one makes the file whole: it is looked at and staged like any other.
pub async fn append(app: &App, signed: &Signed, id: &str, from: u64, piece: Bytes) -> Result<Received, AppError> {
    let account = &signed.ready()?.id;
    let found = unfinished_files::find(&mut *app.store.reader().await?, account, id).await?;
    let begun = found.ok_or(AppError::NotFound)?;
    if from != begun.received {
        return Err(AppError::WrongOffset(begun.received));
    }
    if from + piece.len() as u64 > begun.announced.size {
        return Err(AppError::Malformed("size".to_owned()));
    }
    let (task, signed) = (app.clone(), signed.clone());
    // A task of its own: what has arrived whole is kept, whether or not the phone is there to hear of it.
    let appended = app
        .work
        .spawn(async move { go_on(&task, &signed, &begun, piece).await });
    appended.await.map_err(|error| internal(&error))?
}

async fn go_on(app: &App, signed: &Signed, begun: &Unfinished, piece: Bytes) -> Result<Received, AppError> {
    let size = begun.received + piece.len() as u64;
    if size == begun.announced.size {
        let outcome = finish(app, signed, begun, &piece).await;
        // Where a store did not answer or had no room, the last piece can be sent again; anything else has an end here.
        if !matches!(
            outcome,
            Err(AppError::Unavailable | AppError::Full | AppError::Internal(_))
        ) {
            if outcome.is_err() {
                let mut tx = app.store.begin().await?;
                unfinished_files::forget(&mut tx, &begun.id).await?;
                tx.commit().await?;
            }
            app.storage.forget_pieces(&begun.pieces).await;
        }
        return outcome.map(|attachment| view(begun, size, Some(attachment)));
    }
    // Every piece under a name of its own: of two that were sent for the same place, the row names one.
    let name = format!("{}-{}", begun.id, db::new_id());
    app.storage.put_piece(&name, piece).await?;
    let mut tx = app.store.begin().await?;
    if unfinished_files::grow(&mut tx, begun, &name, size, &app.clock.now()).await? {
        tx.commit().await?;
        return Ok(view(begun, size, None));
    }
    let now = unfinished_files::find(&mut tx, &begun.account, &begun.id).await?;
    tx.commit().await?;
    app.storage.forget_pieces(&[name]).await;
    Err(now.map_or(AppError::NotFound, |now| AppError::WrongOffset(now.received)))
}

/// Puts the pieces together and stages the file.
async fn finish(app: &App, signed: &Signed, begun: &Unfinished, last: &[u8]) -> Result<Attachment, AppError> {
    let announced = &begun.announced;
    let form = forms::find(&announced.form).ok_or(AppError::NotFound)?;
    let place = Place::find(form, &announced.record, &announced.field)?;
    let mut incoming = Incoming::new(app, &place, &announced.name)?;
    for name in &begun.pieces {
        // Gone when another process has put the same file together meanwhile.
        let piece = app.storage.piece(name).await?.ok_or(AppError::NotFound)?;
        incoming.append(&piece).await?;
    }
    incoming.append(last).await?;
    if !announced.sha256.is_empty() && incoming.sha256() != announced.sha256 {
        return Err(place.refusal(format!("文件在上传中损坏，请重新上传：{}", incoming.name)));
    }
    stage_unfinished(app, signed, &place, incoming, &begun.id).await
}

/// Forgets what nobody has gone on with for a day. Answers how many.
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let mut tx = app.store.begin().await?;
    let forgotten = unfinished_files::sweep(&mut tx, &app.clock.after(-KEPT_FOR)).await?;
    tx.commit().await?;
    app.storage.sweep_pieces().await?;
    Ok(forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(record: &str, sha256: &str) -> Announced {
        Announced {
            form: "homesteads".to_owned(),
            record: record.to_owned(),
            field: "files".to_owned(),
            name: "a.jpg".to_owned(),
            size: 5,
            sha256: sha256.to_owned(),
        }
    }

    #[test]
    fn the_same_content_goes_on_and_nothing_else_does() {
        let first = file("r", "x");
        assert!(is_same(&first, &file("r", "x")));
        for other in [file("s", "x"), file("r", "y"), file("r", "")] {
            assert!(!is_same(&first, &other), "{other:?}");
        }
        assert!(!is_same(&file("r", ""), &file("r", "")), "nobody can tell");
        let longer = Announced {
            size: 6,
            ..first.clone()
        };
        assert!(!is_same(&first, &longer));
    }
}
