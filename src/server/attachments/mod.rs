//! Attachments: staged by an upload, settled by the save of their record, read like it.

pub(crate) mod archive;
mod inspect;
pub mod pieces;
mod reading;
pub mod table;

pub use reading::{Readable, note, readable};

use super::authorize::{Permit, to_act, to_begin};
use super::db::attachments::Stored;
use super::db::audits::Line;
use super::db::{self, Connection, internal};
use super::records::{in_review, lock};
use super::session::Signed;
use super::state::App;
use super::storage::hex;
use super::terms;
use crate::domain::attachment::{Attachment, FileType, Naming, Slot};
use crate::domain::audit::Act;
use crate::domain::form::{Form, grid_slot};
use crate::domain::naming::{clean, file_name, named_in};
use crate::domain::parameter::{FILE_MEGABYTES, IMAGE_MEGABYTES, RECORD_MEGABYTES};
use crate::domain::record::{Draft, Values, parts};
use crate::domain::verb::Verb;
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use tempfile::TempPath;
use tokio::io::{AsyncWriteExt, BufWriter};

const MEBIBYTE: u64 = 1024 * 1024;

/// Where an upload goes: a slot of a record.
pub struct Place<'a> {
    form: &'static Form,
    record: &'a str,
    field: String,
    slot: Slot,
    /// Whether it is a column of a grid: a file in it is one row's.
    of_rows: bool,
}

impl<'a> Place<'a> {
    /// Checks that the form has such a slot and that the id can be one of a record.
    pub fn find(form: &'static Form, record: &'a str, field: &str) -> Result<Self, AppError> {
        if uuid::Uuid::parse_str(record).is_err() {
            return Err(AppError::Malformed("record".to_owned()));
        }
        let own = form.slots().find(|(candidate, _)| candidate.key == field);
        let mut of_rows = form.grid_slots();
        let slot = match own {
            Some((_, slot)) => Some(slot),
            None => of_rows
                .find(|(grid, column, _)| grid_slot(grid.key, column.key) == field)
                .map(|(.., slot)| slot),
        };
        Ok(Self {
            form,
            record,
            field: field.to_owned(),
            slot: slot.ok_or(AppError::NotFound)?,
            of_rows: own.is_none(),
        })
    }

    fn refusal(&self, problem: String) -> AppError {
        AppError::at(&self.field, problem)
    }
}

/// A file on its way in: written to a temporary file while it is hashed, never whole in memory.
pub struct Incoming {
    name: String,
    path: TempPath,
    /// Open while something arrives.
    file: Option<BufWriter<tokio::fs::File>>,
    hash: Sha256,
    size: u64,
    kind: FileType,
    most: u64,
}

impl Incoming {
    /// An empty file for a place, when its name is one that the place takes and there is room.
    pub fn new(app: &App, place: &Place<'_>, name: &str) -> Result<Self, AppError> {
        let kind = inspect::kind_of_name(&place.slot, name).map_err(|problem| place.refusal(problem))?;
        if app
            .storage
            .used_percent()
            .is_some_and(|used| used >= app.config.files_disk_percent)
        {
            tracing::error!("the disk of the files is full: no file is taken");
            return Err(AppError::Full);
        }
        let megabytes = if kind.is_image() {
            terms::megabytes(app, &IMAGE_MEGABYTES)
        } else {
            terms::megabytes(app, &FILE_MEGABYTES)
        };
        let (name, most) = (clean(name, kind), megabytes * MEBIBYTE);
        Ok(Self {
            name,
            path: app.storage.temporary()?.into_temp_path(),
            file: None,
            hash: Sha256::new(),
            size: 0,
            kind,
            most,
        })
    }

    /// [`AppError::TooLarge`] when a file of that size is larger than the settings allow.
    fn may_be(&self, size: u64) -> Result<(), AppError> {
        if size <= self.most {
            return Ok(());
        }
        let what = if self.kind.is_image() { "图片" } else { "文件" };
        let most = self.most / MEBIBYTE;
        Err(AppError::TooLarge(format!("{what}不能超过 {most} MB：{}", self.name)))
    }

    /// Appends a piece; [`AppError::TooLarge`] when the file is larger than the settings allow.
    pub async fn append(&mut self, piece: &[u8]) -> Result<(), AppError> {
        self.size += piece.len() as u64;
        self.may_be(self.size)?;
        self.hash.update(piece);
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = tokio::fs::OpenOptions::new().append(true).open(&self.path).await;
                let file = file.map_err(|error| not_received(&error))?;
                self.file.insert(BufWriter::with_capacity(256 * 1024, file))
            }
        };
        file.write_all(piece).await.map_err(|error| not_received(&error))
    }

    /// Closes the file until more arrives.
    async fn rest(&mut self) -> Result<(), AppError> {
        match self.file.take() {
            Some(mut file) => file.flush().await.map_err(|error| not_received(&error)),
            None => Ok(()),
        }
    }

    /// The hash of what has arrived.
    fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    async fn finish(mut self) -> Result<Upload, AppError> {
        self.rest().await?;
        Ok(Upload {
            sha256: self.sha256(),
            name: self.name,
            path: self.path,
            size: self.size,
        })
    }
}

/// A file that arrived whole.
struct Upload {
    name: String,
    path: TempPath,
    size: u64,
    sha256: String,
}

fn not_received(error: &std::io::Error) -> AppError {
    tracing::error!(%error, "receiving an upload");
    AppError::Unavailable
}

/// Stores content that is in memory already (the demonstration data) as a staged attachment.
pub async fn stage(
    app: &App,
    signed: &Signed,
    form: &'static Form,
    record: &str,
    field: &str,
    name: &str,
    content: &[u8],
) -> Result<Attachment, AppError> {
    let place = Place::find(form, record, field)?;
    let mut incoming = Incoming::new(app, &place, name)?;
    incoming.append(content).await?;
    stage_incoming(app, signed, &place, incoming).await
}

/// Checks an upload, stores it and stages it for a record that the account may fill. It becomes part of the record when
/// the record is saved.
pub async fn stage_incoming(
    app: &App,
    signed: &Signed,
    place: &Place<'_>,
    incoming: Incoming,
) -> Result<Attachment, AppError> {
    stage_from(app, signed, place, incoming, None).await
}

/// The same for a file that came in pieces: it is unfinished no more. Of two that put it together, one is refused.
async fn stage_unfinished(
    app: &App,
    signed: &Signed,
    place: &Place<'_>,
    incoming: Incoming,
    unfinished: &str,
) -> Result<Attachment, AppError> {
    stage_from(app, signed, place, incoming, Some(unfinished)).await
}

async fn stage_from(
    app: &App,
    signed: &Signed,
    place: &Place<'_>,
    incoming: Incoming,
    unfinished: Option<&str>,
) -> Result<Attachment, AppError> {
    let upload = incoming.finish().await?;
    let (upload, kind) = inspected(place.slot, upload).await?;
    let kind = kind.map_err(|problem| place.refusal(problem))?;
    fits(app, &mut *app.store.reader().await?, place, upload.size).await?;
    app.storage.put(&upload.sha256, &upload.path).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    // Asked again: the upload may have taken minutes.
    let permit = to_stage(&mut tx, signed, place).await?;
    fits(app, &mut tx, place, upload.size).await?;
    if let Some(id) = unfinished
        && !db::unfinished_files::forget(&mut tx, id).await?
    {
        return Err(AppError::NotFound);
    }
    let stored = staged(place, &permit, upload, kind);
    db::attachments::stage(&mut tx, &stored, &now).await?;
    write_line(&mut tx, &permit, Act::Upload, &stored, &now).await?;
    tx.commit().await?;
    Ok(stored.attachment)
}

/// Reading a file and its structure blocks: not on the threads that answer requests.
async fn inspected(slot: Slot, upload: Upload) -> Result<(Upload, Result<FileType, String>), AppError> {
    let looked = tokio::task::spawn_blocking(move || {
        let kind = inspect::kind_of(&slot, &upload.name, &upload.path);
        (upload, kind)
    });
    looked.await.map_err(|error| internal(&error))
}

async fn fits(app: &App, connection: &mut Connection, place: &Place<'_>, size: u64) -> Result<(), AppError> {
    let held = db::attachments::bytes_of(connection, place.record).await?;
    let most = terms::megabytes(app, &RECORD_MEGABYTES);
    if held.unsigned_abs() + size > most * MEBIBYTE {
        return Err(AppError::TooLarge(format!("一条记录的附件合计不能超过 {most} MB")));
    }
    Ok(())
}

fn staged(place: &Place<'_>, permit: &Permit, upload: Upload, kind: FileType) -> Stored {
    Stored {
        attachment: Attachment {
            id: db::new_id(),
            field: place.field.clone(),
            name: upload.name.clone(),
            size: upload.size as i64,
            kind,
            subject: String::new(),
        },
        form: place.form.key.to_owned(),
        record: place.record.to_owned(),
        sha256: upload.sha256,
        uploaded_name: upload.name,
        kept: false,
        created_by: permit.account().id.clone(),
    }
}

async fn write_line(
    connection: &mut Connection,
    permit: &Permit,
    act: Act,
    stored: &Stored,
    now: &str,
) -> Result<(), AppError> {
    let line = Line {
        account: Some(permit.account()),
        act,
        region: Some(permit.scope()),
        record: Some((&stored.form, &stored.record)),
        step: None,
        opinion: &stored.attachment.name,
        changes: &[],
        address: permit.address(),
        now,
    };
    Ok(db::audits::write(connection, &line).await?)
}

/// May the account upload to this place? The record must be one that it may change now.
pub async fn to_stage(connection: &mut Connection, signed: &Signed, place: &Place<'_>) -> Result<Permit, AppError> {
    let (permit, stored) = to_fill(&mut *connection, signed, place.form, place.record).await?;
    let text = |key: &str| stored.as_ref().map_or("", |stored| stored.text(key));
    if let Some(why) = stored.as_ref().and_then(|stored| in_review(place.form, &stored.status)) {
        return Err(AppError::Conflict(why));
    }
    match lock(connection, permit.account(), place.form, permit.scope(), text).await? {
        Some(why) => Err(AppError::Conflict(why)),
        None => Ok(permit),
    }
}

/// A record that exists must be one that the account may edit; one that does not exist yet, one that it may register.
async fn to_fill(
    connection: &mut Connection,
    signed: &Signed,
    form: &'static Form,
    record: &str,
) -> Result<(Permit, Option<db::records::Stored>), AppError> {
    let stored = db::records::find(&mut *connection, form, record).await?;
    let permit = match &stored {
        Some(stored) => to_act(signed, Verb::Edit, form, &stored.region, &stored.organ, &stored.id)?,
        None if db::records::id_is_used(connection, form, record).await? => return Err(AppError::NotFound),
        None => to_begin(signed, form)?,
    };
    Ok((permit, stored))
}

/// Makes the attachments that a draft lists the record's own: in order, under their final names; those no longer listed
/// are removed. Part of the save's transaction. Answers how many the record has.
pub async fn settle(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    draft: &Draft,
    permit: &Permit,
    now: &str,
) -> Result<i64, AppError> {
    let known = db::attachments::of_record(&mut *connection, record, &permit.account().id).await?;
    let known: Vec<Stored> = known.into_iter().filter(|file| file.form == form.key).collect();
    let mut listed: HashSet<&str> = HashSet::new();
    for (field, slot) in form.slots().filter(|(field, _)| field.shows(&Values::of(form, draft))) {
        let mut base = match slot.naming {
            Naming::FieldAndNumber(named) => draft.text(named).to_owned(),
            Naming::Region(_) | Naming::RegionAndNumber(_) => app.divisions.short(permit.scope()),
            Naming::Keep | Naming::Subject(..) => String::new(),
        };
        let subjects = subjects(&mut *connection, slot, permit).await?;
        let mut names: HashSet<String> = HashSet::new();
        let mut about: HashMap<&str, usize> = HashMap::new();
        for (position, id) in (1..).zip(parts(draft.text(field.key))) {
            let file = known
                .iter()
                .find(|file| file.attachment.id == id && file.attachment.field == field.key);
            let file = file.filter(|file| listed.insert(&file.attachment.id));
            let file = file.ok_or_else(|| AppError::at(field.key, "附件不存在，请重新上传"))?;
            let subject = subject_of(file, draft, &subjects);
            let number = match subject {
                Some((subject, name)) => {
                    base.clone_from(name);
                    let count = about.entry(subject).or_default();
                    *count += 1;
                    *count
                }
                None if matches!(slot.naming, Naming::Subject(..)) => {
                    base.clear();
                    position
                }
                None => position,
            };
            let name = file_name(&slot, &file.uploaded_name, file.attachment.kind, &base, number);
            let name = distinct(name, &mut names);
            let subject = subject.map_or("", |(id, _)| id);
            db::attachments::keep(&mut *connection, id, position as i64, &name, subject).await?;
        }
    }
    for (grid, column, slot) in form.grid_slots() {
        let key = grid_slot(grid.key, column.key);
        for row in draft.rows(grid.key) {
            let mut names: HashSet<String> = HashSet::new();
            let held = row.values.get(column.key).map_or("", String::as_str);
            for (position, id) in (1..).zip(parts(held)) {
                let file = known
                    .iter()
                    .find(|file| file.attachment.id == id && file.attachment.field == key);
                let file = file.filter(|file| listed.insert(&file.attachment.id));
                let file = file.ok_or_else(|| AppError::at(grid.key, "附件不存在，请重新上传"))?;
                let name = file_name(&slot, &file.uploaded_name, file.attachment.kind, "", position);
                let name = distinct(name, &mut names);
                db::attachments::keep(&mut *connection, id, position as i64, &name, "").await?;
            }
        }
    }
    for file in known
        .iter()
        .filter(|file| file.kept && !listed.contains(file.attachment.id.as_str()))
    {
        db::attachments::remove(&mut *connection, &file.attachment.id, now).await?;
    }
    Ok(listed.len() as i64)
}

/// The records that files of a slot can be about: id and name.
async fn subjects(connection: &mut Connection, slot: Slot, permit: &Permit) -> Result<Vec<(String, String)>, AppError> {
    let Naming::Subject(to, _) = slot.naming else {
        return Ok(Vec::new());
    };
    let Some(form) = crate::forms::find(to) else {
        return Ok(Vec::new());
    };
    Ok(db::references::names(connection, form, permit.scope()).await?)
}

/// The record that a file is about: the one that was chosen, or the one that its name tells.
fn subject_of<'a>(file: &Stored, draft: &Draft, subjects: &'a [(String, String)]) -> Option<(&'a str, &'a String)> {
    let chosen = draft.subjects.get(&file.attachment.id).map_or("", String::as_str);
    let chosen = if chosen.is_empty() {
        &file.attachment.subject
    } else {
        chosen
    };
    let names = subjects.iter().map(|(id, name)| (id.as_str(), name.as_str()));
    let told = if chosen.is_empty() {
        named_in(&file.uploaded_name, names)
    } else {
        Some(chosen)
    };
    let found = subjects.iter().find(|(id, _)| told == Some(id.as_str()));
    found.map(|(id, name)| (id.as_str(), name))
}

/// The second file of a name in a slot gets (2), the third (3).
fn distinct(name: String, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{stem}({number}).{extension}");
        number += 1;
    }
    candidate
}

/// Lists the attachments that a record has in its draft.
pub async fn list_kept(
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    account: &str,
    draft: &mut Draft,
) -> Result<(), AppError> {
    if !form.has_files() {
        return Ok(());
    }
    let files = db::attachments::of_record(connection, record, account).await?;
    list_in(form, &files, draft);
    Ok(())
}

/// Puts the ids of kept files into their slots.
pub fn list_in(form: &'static Form, files: &[Stored], draft: &mut Draft) {
    for (field, _) in form.slots() {
        let of_slot = files
            .iter()
            .filter(|file| file.kept && file.attachment.field == field.key);
        let ids: Vec<&str> = of_slot.map(|file| file.attachment.id.as_str()).collect();
        draft.set(field.key, ids.join(","));
        let about = files.iter().filter(|file| !file.attachment.subject.is_empty());
        draft
            .subjects
            .extend(about.map(|file| (file.attachment.id.clone(), file.attachment.subject.clone())));
    }
}

/// The name of the first listed attachment without its extension (spec S3.1: the default of 文件名称).
pub async fn first_name(
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    account: &str,
    draft: &Draft,
) -> Result<Option<String>, AppError> {
    let known = db::attachments::of_record(connection, record, account).await?;
    let first = form.slots().flat_map(|(field, _)| parts(draft.text(field.key))).next();
    let file = first.and_then(|id| known.iter().find(|file| file.attachment.id == id));
    let name = file.map(|file| file.uploaded_name.as_str());
    Ok(name.map(|name| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::distinct;
    use std::collections::HashSet;

    #[test]
    fn equal_names_in_a_slot_are_counted() {
        let mut taken = HashSet::new();
        let names = ["a.pdf", "a(2).pdf", "a.pdf", "a.pdf", "a.jpg"].map(|name| distinct(name.to_owned(), &mut taken));
        assert_eq!(names, ["a.pdf", "a(2).pdf", "a(3).pdf", "a(4).pdf", "a.jpg"]);
    }
}
