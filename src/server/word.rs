//! What our Word files share: the sizes of official papers, names that are safe, and several of them in one archive.

use super::db::internal;
use crate::error::AppError;
use docx_rs::{Docx, Run, RunFonts};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// 三号 in half points: the text of official papers.
pub const BODY_SIZE: usize = 32;
/// 二号: their titles.
pub const TITLE_SIZE: usize = 44;
/// 小四: their tables.
pub const TABLE_SIZE: usize = 24;

/// Text of a size in a font.
pub fn run(text: &str, size: usize, font: &str) -> Run {
    Run::new()
        .add_text(text)
        .size(size)
        .fonts(RunFonts::new().east_asia(font))
}

/// A document as the bytes of its file.
pub fn packed(document: Docx) -> Result<Vec<u8>, AppError> {
    let mut content = Cursor::new(Vec::new());
    document.build().pack(&mut content).map_err(|error| internal(&error))?;
    Ok(content.into_inner())
}

/// A text as the name of a file without its extension; `otherwise` where nothing is left of it.
pub fn file_stem(text: &str, otherwise: &str) -> String {
    let allowed = text
        .chars()
        .filter(|letter| !letter.is_control() && !"\\/:*?\"<>|".contains(*letter));
    let name: String = allowed.take(60).collect();
    let name = name.trim().trim_matches('.').to_owned();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

/// A name that no file of an archive has yet: the second of a name gets a number.
pub fn unused(used: &mut BTreeSet<String>, stem: &str, extension: &str) -> String {
    let mut name = format!("{stem}.{extension}");
    let mut number = 1;
    while !used.insert(name.clone()) {
        number += 1;
        name = format!("{stem}({number}).{extension}");
    }
    name
}

/// Files in one archive.
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    used: BTreeSet<String>,
}

impl Archive {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            used: BTreeSet::new(),
        }
    }

    /// Adds a file; a name that is taken gets a number.
    pub fn add(&mut self, stem: &str, extension: &str, content: &[u8]) -> Result<(), AppError> {
        let name = unused(&mut self.used, stem, extension);
        self.zip
            .start_file(name, SimpleFileOptions::default())
            .map_err(|error| internal(&error))?;
        self.zip.write_all(content).map_err(|error| internal(&error))
    }

    /// The archive.
    pub fn finish(self) -> Result<Vec<u8>, AppError> {
        Ok(self.zip.finish().map_err(|error| internal(&error))?.into_inner())
    }
}

impl Default for Archive {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_file_name() {
        assert_eq!(file_stem("五华区水务局", "函件"), "五华区水务局");
        assert_eq!(file_stem("../a/b\\c:d", "函件"), "abcd");
        assert_eq!(file_stem(" . ", "函件"), "函件");
    }

    #[test]
    fn names_that_clash_are_numbered() {
        let mut archive = Archive::new();
        for _ in 0..3 {
            archive.add("张三", "docx", b"").unwrap();
        }
        let archive = zip::ZipArchive::new(Cursor::new(archive.finish().unwrap())).unwrap();
        let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().to_string()).collect();
        names.sort();
        assert_eq!(names, ["张三(2).docx", "张三(3).docx", "张三.docx"]);
    }
}
