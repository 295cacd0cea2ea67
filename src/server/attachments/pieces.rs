//! Files that arrive in pieces, for phones whose network comes and goes: what has arrived is kept, the next piece goes on
//! from there. The state is kept in memory and the bytes in a temporary file; after a restart, and with another process
//! behind the same address, the file is simply sent again.

use super::{Incoming, Place, fits, stage_incoming, to_stage};
use crate::domain::attachment::{Announced, Attachment, Received};
use crate::error::AppError;
use crate::forms;
use crate::server::db::{self, Connection, internal};
use crate::server::session::Signed;
use crate::server::state::App;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Unfinished files of one account.
const MOST: usize = 10;
/// When an account has so many, one that has waited for so many seconds gives way.
const GIVES_WAY: i64 = 15 * 60;
/// Unfinished files are forgotten after so many seconds without a piece.
const KEPT_FOR: i64 = 24 * 3_600;
/// Letters of a hash.
const HASH: usize = 64;

/// The files that are not whole yet.
#[derive(Default)]
pub struct Pieces {
    known: Mutex<HashMap<String, Arc<Unfinished>>>,
}

/// One of them.
struct Unfinished {
    id: String,
    account: String,
    announced: Announced,
    /// Seconds of the clock at the last piece.
    touched: AtomicI64,
    received: AtomicU64,
    /// Nothing once the file is whole or given up.
    incoming: tokio::sync::Mutex<Option<Incoming>>,
}

impl Unfinished {
    fn new(account: &str, announced: Announced, incoming: Option<Incoming>, now: i64) -> Self {
        Self {
            id: db::new_id(),
            account: account.to_owned(),
            announced,
            touched: AtomicI64::new(now),
            received: AtomicU64::new(0),
            incoming: tokio::sync::Mutex::new(incoming),
        }
    }

    /// Whether it is the same content on its way to the same slot. Without a hash nobody can tell.
    fn is_same(&self, other: &Self) -> bool {
        let (own, new) = (&self.announced, &other.announced);
        !own.sha256.is_empty()
            && (&own.sha256, own.size) == (&new.sha256, new.size)
            && (&self.account, &own.form) == (&other.account, &new.form)
            && (&own.record, &own.field) == (&new.record, &new.field)
    }

    fn touched(&self) -> i64 {
        self.touched.load(Ordering::Relaxed)
    }

    fn view(&self, attachment: Option<Attachment>) -> Received {
        Received {
            upload: self.id.clone(),
            received: self.received.load(Ordering::Relaxed),
            attachment,
        }
    }
}

impl Pieces {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<Unfinished>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new file, or finds the one that it goes on with.
    fn begin(&self, new: Unfinished) -> Result<Arc<Unfinished>, AppError> {
        let mut known = self.known();
        if let Some(begun) = known.values().find(|begun| begun.is_same(&new)) {
            begun.touched.store(new.touched(), Ordering::Relaxed);
            return Ok(Arc::clone(begun));
        }
        let own: Vec<&Arc<Unfinished>> = known.values().filter(|begun| begun.account == new.account).collect();
        if own.len() >= MOST
            && let Some(oldest) = own.into_iter().min_by_key(|begun| begun.touched())
        {
            let left = oldest.touched() + GIVES_WAY - new.touched();
            if left > 0 {
                return Err(AppError::TooMany(left.unsigned_abs()));
            }
            let oldest = oldest.id.clone();
            known.remove(&oldest);
        }
        let new = Arc::new(new);
        known.insert(new.id.clone(), Arc::clone(&new));
        Ok(new)
    }

    /// Another account's is not there.
    fn find(&self, account: &str, id: &str) -> Result<Arc<Unfinished>, AppError> {
        let known = self.known();
        let found = known.get(id).filter(|begun| begun.account == account);
        found.cloned().ok_or(AppError::NotFound)
    }

    fn forget(&self, id: &str) {
        self.known().remove(id);
    }

    /// Removes what nobody has gone on with for a day; `now` in seconds. Answers how many.
    pub fn sweep(&self, now: i64) -> usize {
        let mut known = self.known();
        let before = known.len();
        known.retain(|_, begun| begun.touched() + KEPT_FOR > now);
        before - known.len()
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
    let now = app.clock.instant().as_second();
    let begun = app
        .pieces
        .begin(Unfinished::new(&account.id, announced, Some(incoming), now))?;
    Ok(begun.view(None))
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
    let begun = app.pieces.find(&signed.ready()?.id, id)?;
    let (app, signed) = (app.clone(), signed.clone());
    // A task of its own: a phone that hangs up in the middle must not leave half a piece behind.
    let appended = tokio::spawn(async move { go_on(&app, &signed, &begun, from, &piece).await });
    appended.await.map_err(|error| internal(&error))?
}

async fn go_on(app: &App, signed: &Signed, begun: &Unfinished, from: u64, piece: &[u8]) -> Result<Received, AppError> {
    let mut held = begun.incoming.lock().await;
    let incoming = held.as_mut().ok_or(AppError::NotFound)?;
    if from != incoming.size {
        return Err(AppError::WrongOffset(incoming.size));
    }
    if from + piece.len() as u64 > begun.announced.size {
        return Err(AppError::Malformed("size".to_owned()));
    }
    let written = match incoming.append(piece).await {
        Ok(()) => incoming.rest().await,
        failed => failed,
    };
    begun.touched.store(app.clock.instant().as_second(), Ordering::Relaxed);
    begun.received.store(incoming.size, Ordering::Relaxed);
    let is_whole = incoming.size == begun.announced.size;
    if written.is_ok() && !is_whole {
        return Ok(begun.view(None));
    }
    // Whole, or nobody knows how much of the piece was written. Whoever asks meanwhile waits for the outcome.
    let whole = held.take();
    let outcome = match (written, whole) {
        (Ok(()), Some(incoming)) => stage(app, signed, begun, incoming).await,
        (written, _) => Err(written.err().unwrap_or(AppError::NotFound)),
    };
    app.pieces.forget(&begun.id);
    outcome.map(|attachment| begun.view(Some(attachment)))
}

async fn stage(app: &App, signed: &Signed, begun: &Unfinished, incoming: Incoming) -> Result<Attachment, AppError> {
    let announced = &begun.announced;
    let form = forms::find(&announced.form).ok_or(AppError::NotFound)?;
    let place = Place::find(form, &announced.record, &announced.field)?;
    if !announced.sha256.is_empty() && incoming.sha256() != announced.sha256 {
        return Err(place.refusal(format!("文件在上传中损坏，请重新上传：{}", incoming.name)));
    }
    stage_incoming(app, signed, &place, incoming).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(account: &str, record: &str, sha256: &str, now: i64) -> Unfinished {
        let announced = Announced {
            form: "homesteads".to_owned(),
            record: record.to_owned(),
            field: "files".to_owned(),
            name: "a.jpg".to_owned(),
            size: 5,
            sha256: sha256.to_owned(),
        };
        Unfinished::new(account, announced, None, now)
    }

    #[test]
    fn the_same_content_goes_on_and_nothing_else_does() {
        let pieces = Pieces::default();
        let begin = |account, record, sha256| pieces.begin(file(account, record, sha256, 0)).unwrap().id.clone();
        let first = begin("a", "r", "x");
        assert_eq!(begin("a", "r", "x"), first);
        for (account, record, sha256) in [("b", "r", "x"), ("a", "s", "x"), ("a", "r", "y"), ("a", "r", "")] {
            assert_ne!(begin(account, record, sha256), first, "{account} {record} {sha256}");
        }
        assert_ne!(begin("a", "r", ""), begin("a", "r", ""), "nobody can tell");
        let mut longer = file("a", "r", "x", 0);
        longer.announced.size = 6;
        assert_ne!(pieces.begin(longer).unwrap().id, first);
    }

    #[test]
    fn what_waits_longest_gives_way_but_not_at_once() {
        let pieces = Pieces::default();
        let begin = |account, now| pieces.begin(file(account, "r", "", now)).map(|begun| begun.id.clone());
        let first = begin("a", 0).unwrap();
        (1..10).for_each(|now| drop(begin("a", now).unwrap()));
        assert_eq!(begin("a", 10), Err(AppError::TooMany(GIVES_WAY.unsigned_abs() - 10)));
        assert!(begin("b", 10).is_ok(), "each account has its own");
        assert!(begin("a", GIVES_WAY).is_ok());
        assert!(pieces.find("a", &first).is_err());
        assert_eq!(begin("a", GIVES_WAY), Err(AppError::TooMany(1)));
    }

    #[test]
    fn after_a_day_nothing_is_left() {
        let pieces = Pieces::default();
        let first = pieces.begin(file("a", "r", "x", 0)).unwrap().id.clone();
        assert_eq!(pieces.sweep(KEPT_FOR - 1), 0);
        pieces.begin(file("a", "r", "x", 5)).unwrap();
        assert_eq!(pieces.sweep(KEPT_FOR), 0, "somebody has gone on with it");
        assert_eq!(pieces.sweep(KEPT_FOR + 5), 1);
        assert!(pieces.find("a", &first).is_err());
    }
}
