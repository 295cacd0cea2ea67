//! Attachment slots (spec §4.4) and what the screen knows of an attachment.

use serde::{Deserialize, Serialize};

/// File types that exist in this system. Content is checked against the type, never the name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    /// PDF document.
    Pdf,
    /// Word, binary.
    Doc,
    /// Word.
    Docx,
    /// Excel, binary.
    Xls,
    /// Excel.
    Xlsx,
    /// PowerPoint, binary.
    Ppt,
    /// PowerPoint.
    Pptx,
    /// JPEG picture; `.jpeg` counts as `.jpg`.
    Jpg,
    /// PNG picture.
    Png,
    /// Zip archive.
    Zip,
}

impl FileType {
    /// All types.
    pub const ALL: [FileType; 10] = [
        Self::Pdf,
        Self::Doc,
        Self::Docx,
        Self::Xls,
        Self::Xlsx,
        Self::Ppt,
        Self::Pptx,
        Self::Jpg,
        Self::Png,
        Self::Zip,
    ];

    /// The extension under which files of this type are kept.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Zip => "zip",
        }
    }

    /// The type that a file name claims.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        if extension == "jpeg" {
            return Some(Self::Jpg);
        }
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    /// The media type under which it is sent.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Doc => "application/msword",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xls => "application/vnd.ms-excel",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Zip => "application/zip",
        }
    }

    /// Whether it is a picture.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpg | Self::Png)
    }

    /// How it can be looked at without downloading it.
    pub const fn preview(self) -> Preview {
        match self {
            Self::Jpg | Self::Png => Preview::Image,
            Self::Pdf => Preview::Pdf,
            Self::Xlsx => Preview::Table,
            _ => Preview::None,
        }
    }
}

/// How an attachment is previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preview {
    /// As a picture.
    Image,
    /// In the browser's own PDF view.
    Pdf,
    /// As a table.
    Table,
    /// Not at all: it is downloaded.
    None,
}

/// Default types of spec §4.4.
pub const DOCUMENTS: &[FileType] = &FileType::ALL;

/// A place for attachments on a form.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// What may be put here.
    pub types: &'static [FileType],
    /// At least so many files once the record is saved.
    pub least: usize,
    /// At most so many.
    pub most: usize,
    /// The name that a file gets, or [`Naming::Keep`].
    pub naming: Naming,
}

/// How files of a slot are named (spec §4.4: the user never renames by hand).
#[derive(Debug, Clone, Copy)]
pub enum Naming {
    /// As uploaded.
    Keep,
    /// `〈value of the field〉〈n〉.〈ext〉`, n from 1 (manual 3.3(5), Q-41).
    FieldAndNumber(&'static str),
    /// `〈region〉〈suffix〉.〈ext〉`, from the second file on with a number (R-60, R-62 to R-64).
    Region(&'static str),
    /// `〈region〉〈suffix〉〈n〉.〈ext〉`, n from 1 without gaps (R-65).
    RegionAndNumber(&'static str),
    /// `〈record〉〈suffix〉.〈ext〉`: each file is about a record of this form in the region, from the second about the same on
    /// with a number.
    Subject(&'static str, &'static str),
}

impl Slot {
    /// Up to so many files of these types, none of them compulsory.
    pub const fn up_to(most: usize, types: &'static [FileType]) -> Self {
        Self {
            types,
            least: 0,
            most,
            naming: Naming::Keep,
        }
    }

    /// Between so many files of these types.
    pub const fn between(least: usize, most: usize, types: &'static [FileType]) -> Self {
        Self {
            types,
            least,
            most,
            naming: Naming::Keep,
        }
    }

    /// With this naming rule.
    pub const fn named(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// Whether it takes pictures and nothing else, photos among them.
    pub fn is_for_photos(&self) -> bool {
        self.types.contains(&FileType::Jpg) && self.types.iter().all(|kind| kind.is_image())
    }

    /// `.pdf,.jpg,.jpeg` for a file input and for the hint beside the button.
    pub fn accept(&self) -> String {
        let mut accept: Vec<String> = self.types.iter().map(|kind| format!(".{}", kind.extension())).collect();
        if self.types.contains(&FileType::Jpg) {
            accept.push(".jpeg".to_owned());
        }
        accept.join(",")
    }
}

/// An attachment as the screen shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Id; the address is `/files/〈id〉`.
    pub id: String,
    /// The field it belongs to.
    pub field: String,
    /// File name with extension.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Type.
    pub kind: FileType,
    /// The record that it is about, where files of its slot are about one each (自然村规划草案图); empty while nobody said.
    #[serde(default)]
    pub subject: String,
}

/// Bytes of one piece of a file that is sent in pieces.
pub const PIECE: u64 = 256 * 1024;

/// A file that is going to be sent in pieces: what is asked before the first one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// Key of the form.
    pub form: String,
    /// Record id.
    pub record: String,
    /// Key of the slot.
    pub field: String,
    /// File name with extension.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Hash of the content in hexadecimal digits; empty where a browser cannot tell it.
    #[serde(default)]
    pub sha256: String,
}

/// How much of a file the server has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// Where the next piece goes: `/files/pieces/〈upload〉`.
    pub upload: String,
    /// Bytes received, which is where the next piece begins.
    pub received: u64,
    /// The attachment, once everything is there.
    pub attachment: Option<Attachment>,
}

/// `1.2 MB`, as people read sizes.
pub fn readable_size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", (bytes + 512) / 1_024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENTS, FileType, Slot};

    #[test]
    fn photos_go_where_nothing_but_pictures_goes() {
        for (types, is_for_photos) in [
            (&[FileType::Jpg, FileType::Png] as &[FileType], true),
            (&[FileType::Jpg], true),
            (&[FileType::Png], false),
            (&[FileType::Jpg, FileType::Pdf], false),
            (DOCUMENTS, false),
        ] {
            let slot = Slot {
                types,
                ..Slot::up_to(9, DOCUMENTS)
            };
            assert_eq!(slot.is_for_photos(), is_for_photos, "{types:?}");
        }
    }
}
