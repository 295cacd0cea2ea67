//! Attachments: staged by an upload, settled by the save of their record.

mod inspect;

use super::authorize::{Permit, to_act, to_create};
use super::db::attachments::Stored;
use super::db::audits::Line;
use super::db::{self, Connection, internal};
use super::session::Signed;
use super::state::App;
use crate::domain::attachment::{Attachment, Naming};
use crate::domain::audit::Act;
use crate::domain::field::Kind;
use crate::domain::form::Form;
use crate::domain::naming::{clean, file_name};
use crate::domain::record::{Draft, parts};
use crate::domain::verb::Verb;
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Write;
use tempfile::NamedTempFile;

const MEBIBYTE: u64 = 1024 * 1024;

/// A file on its way in: written to a temporary file while it is hashed, never whole in memory.
pub struct Incoming {
    file: NamedTempFile,
    hash: Sha256,
    size: u64,
    most: u64,
}

impl Incoming {
    /// An empty file that may grow to the largest size of the settings.
    pub fn new(app: &App) -> Result<Self, AppError> {
        let most = app.config.file_megabytes.max(app.config.image_megabytes) * MEBIBYTE;
        let file = NamedTempFile::new().map_err(|error| internal(&error))?;
        Ok(Self {
            file,
            hash: Sha256::new(),
            size: 0,
            most,
        })
    }

    /// Appends a piece.
    pub fn append(&mut self, piece: &[u8]) -> Result<(), AppError> {
        self.size += piece.len() as u64;
        if self.size > self.most {
            return Err(too_large(self.most / MEBIBYTE));
        }
        self.hash.update(piece);
        self.file.write_all(piece).map_err(|error| {
            tracing::error!(%error, "receiving an upload");
            AppError::Unavailable
        })
    }
}

fn too_large(megabytes: u64) -> AppError {
    AppError::TooLarge(format!("文件太大，不能超过 {megabytes} MB"))
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
    let mut incoming = Incoming::new(app)?;
    incoming.append(content)?;
    stage_incoming(app, signed, form, record, field, name, incoming).await
}

/// Checks an upload, stores it and stages it for a record that the account may fill. It becomes part of the record when
/// the record is saved.
pub async fn stage_incoming(
    app: &App,
    signed: &Signed,
    form: &'static Form,
    record: &str,
    field: &str,
    name: &str,
    incoming: Incoming,
) -> Result<Attachment, AppError> {
    if uuid::Uuid::parse_str(record).is_err() {
        return Err(AppError::Malformed("record".to_owned()));
    }
    let slot = form
        .slots()
        .find(|(candidate, _)| candidate.key == field)
        .ok_or(AppError::NotFound)?;
    let (field, slot) = slot;
    let permit = permit(app, signed, form, record).await?;
    let Incoming { file, hash, size, .. } = incoming;
    let (uploaded, path) = (name.to_owned(), file.into_temp_path());
    let (path, kind) = tokio::task::spawn_blocking(move || {
        let kind = inspect::kind_of(&slot, &uploaded, &path);
        (path, kind)
    })
    .await
    .map_err(|error| internal(&error))?;
    let kind = kind.map_err(|problem| AppError::at(field.key, problem))?;
    let most = if kind.is_image() {
        app.config.image_megabytes
    } else {
        app.config.file_megabytes
    };
    if size > most * MEBIBYTE {
        return Err(too_large(most));
    }
    let held = db::attachments::bytes_of(&mut *app.store.reader().await?, record).await?;
    if held as u64 + size > app.config.record_megabytes * MEBIBYTE {
        let most = app.config.record_megabytes;
        return Err(AppError::TooLarge(format!("一条记录的附件合计不能超过 {most} MB")));
    }
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    app.storage.put(&sha256, &path).await?;
    let stored = Stored {
        attachment: Attachment {
            id: db::new_id(),
            field: field.key.to_owned(),
            name: clean(name, kind),
            size: size as i64,
            kind,
        },
        form: form.key.to_owned(),
        record: record.to_owned(),
        sha256,
        uploaded_name: clean(name, kind),
        kept: false,
        created_by: permit.account().id.clone(),
    };
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    db::attachments::stage(&mut tx, &stored, &now).await?;
    let line = Line {
        account: Some(permit.account()),
        act: Act::Upload,
        region: Some(permit.scope()),
        record: Some((form.key, record)),
        step: None,
        opinion: &stored.attachment.name,
        changes: &[],
        address: permit.address(),
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(stored.attachment)
}

/// A record that exists must be one that the account may edit; one that does not exist yet, one that it may create.
async fn permit(app: &App, signed: &Signed, form: &'static Form, record: &str) -> Result<Permit, AppError> {
    let mut reader = app.store.reader().await?;
    match db::records::find(&mut reader, form, record).await? {
        Some(stored) => to_act(signed, Verb::Edit, form, &stored.region, &stored.organ),
        None if db::records::id_is_used(&mut reader, form, record).await? => Err(AppError::NotFound),
        None => to_create(signed, form),
    }
}

/// Makes the attachments that a draft lists the record's own: in order, under their final names; those no longer listed
/// are removed. Part of the save's transaction. Answers how many the record has.
pub async fn settle(
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    draft: &Draft,
    permit: &Permit,
    now: &str,
) -> Result<i64, AppError> {
    let known = db::attachments::of_record(&mut *connection, record, &permit.account().id).await?;
    let mut listed: HashSet<&str> = HashSet::new();
    for (field, slot) in form.slots() {
        let base = match slot.naming {
            Naming::FieldAndNumber(named) => draft.text(named),
            Naming::Keep => "",
        };
        let mut names: HashSet<String> = HashSet::new();
        for (position, id) in parts(draft.text(field.key)).enumerate() {
            let missing = || AppError::at(field.key, "附件不存在或已被删除，请重新上传");
            let file = known
                .iter()
                .find(|file| file.attachment.id == id && file.attachment.field == field.key);
            let file = file
                .filter(|file| listed.insert(&file.attachment.id))
                .ok_or_else(missing)?;
            let name = file_name(&slot, &file.uploaded_name, file.attachment.kind, base, position + 1);
            let name = distinct(name, &mut names);
            db::attachments::keep(&mut *connection, id, position as i64 + 1, &name).await?;
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

/// The name of the first listed attachment without its extension (spec S3.1: the default of 文件名称).
pub async fn first_name(
    connection: &mut Connection,
    form: &'static Form,
    record: &str,
    account: &str,
    draft: &Draft,
) -> Result<Option<String>, AppError> {
    let known = db::attachments::of_record(connection, record, account).await?;
    let slots = form.fields().filter(|field| matches!(field.kind, Kind::Files(_)));
    let first = slots.flat_map(|field| parts(draft.text(field.key))).next();
    let file = first.and_then(|id| known.iter().find(|file| file.attachment.id == id));
    Ok(file.map(|file| {
        let name = &file.uploaded_name;
        name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned()
    }))
}
