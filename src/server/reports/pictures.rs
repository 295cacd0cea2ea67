//! Photos of a work report: made small enough for paper, and PNG, which is what the writer of Word files takes.

use crate::api::reports::Report;
use crate::error::AppError;
use crate::server::db::{self, internal};
use crate::server::state::App;
use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Photos of one export.
const MOST: usize = 200;
/// Larger files are left out.
const MOST_BYTES: usize = 50 * 1024 * 1024;
/// Memory that a picture may take while it is made smaller.
const MOST_MEMORY: u64 = 200 * 1024 * 1024;
/// Dots of the longer side: enough for half the width of a page.
const SIDE: u32 = 480;

/// A photo that is ready to stand in a document.
#[derive(Debug)]
pub struct Picture {
    /// The content.
    pub png: Vec<u8>,
    /// Dots across.
    pub width: u32,
    /// Dots down.
    pub height: u32,
}

/// Photos by the id of their attachment.
pub type Pictures = BTreeMap<String, Picture>;

/// The photos of these reports. One that cannot be read is left out: the report is worth more than its photos.
pub async fn of(app: &App, reports: &[Report]) -> Result<Pictures, AppError> {
    let chapters = reports.iter().flat_map(|report| &report.chapters);
    let passages = chapters.flat_map(|chapter| &chapter.passages);
    let entries = passages.flat_map(|passage| &passage.entries);
    let ids: Vec<&String> = entries.flat_map(|entry| &entry.photos).collect();
    if ids.len() > MOST {
        return Err(AppError::Conflict(format!(
            "照片超过 {MOST} 张，请分批导出，或不附照片"
        )));
    }
    let mut pictures = Pictures::new();
    for id in ids {
        if pictures.contains_key(id) {
            continue;
        }
        if let Some(picture) = read(app, id).await? {
            pictures.insert(id.clone(), picture);
        } else {
            tracing::warn!(id, "a photo is left out of a work report");
        }
    }
    Ok(pictures)
}

async fn read(app: &App, id: &str) -> Result<Option<Picture>, AppError> {
    let stored = db::attachments::find(&mut *app.store.reader().await?, id).await?;
    let Some(stored) = stored else {
        return Ok(None);
    };
    let Ok(content) = app.storage.bytes(&stored.sha256, MOST_BYTES).await else {
        return Ok(None);
    };
    let made = tokio::task::spawn_blocking(move || small(content));
    made.await.map_err(|error| internal(&error))
}

fn small(content: Bytes) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // Phones turn a photo by a note in it.
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.thumbnail(SIDE, SIDE);
    }
    picture.apply_orientation(orientation);
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(Picture {
        png: png.into_inner(),
        width: picture.width(),
        height: picture.height(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_made_small_and_what_is_none_is_left_out() {
        let photo = small(Bytes::from_static(include_bytes!("../../../data/demo/board.jpg"))).unwrap();
        assert!(photo.png.starts_with(b"\x89PNG") && photo.width.max(photo.height) <= SIDE);
        assert!(small(Bytes::from_static(b"\xFF\xD8\xFF no picture")).is_none());
    }
}
