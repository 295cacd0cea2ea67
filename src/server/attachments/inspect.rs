//! Is a file what its name says? Extension, first bytes and structure must agree (R-04, `security.md` A37, A38).

use crate::domain::attachment::{FileType, Slot};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Larger pictures are refused before they are decoded.
const MOST_PIXELS: u64 = 100_000_000;
/// How much of the end of a file is looked at.
const TAIL: u64 = 64 * 1024;
/// Entries that an Office file or archive may have.
const MOST_ENTRIES: usize = 2_000;
/// Bytes that it may unpack to, and how many times its own size.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
const MOST_RATIO: u64 = 100;

/// The type of an uploaded file, or why it is refused.
pub fn kind_of(slot: &Slot, name: &str, path: &Path) -> Result<FileType, String> {
    let kind = FileType::of_name(name)
        .filter(|kind| slot.types.contains(kind))
        .ok_or_else(|| {
            let types: Vec<&str> = slot.types.iter().map(|kind| kind.extension()).collect();
            format!("只能上传 {} 格式的文件", types.join("、"))
        })?;
    let mut file = File::open(path).map_err(|_| "文件读取失败，请重新上传".to_owned())?;
    let size = file.metadata().map_or(0, |meta| meta.len());
    if size == 0 {
        return Err(format!("文件是空的：{name}"));
    }
    let head = part(&mut file, 0, 1_024);
    let tail = part(&mut file, size.saturating_sub(TAIL), TAIL);
    let fits = match kind {
        FileType::Pdf => pdf(&head, &tail)?,
        FileType::Jpg => {
            head.starts_with(&[0xFF, 0xD8, 0xFF]) && picture(path, image::ImageFormat::Jpeg)? && !holds_zip(&tail)
        }
        FileType::Png => {
            head.starts_with(b"\x89PNG\r\n\x1a\n") && picture(path, image::ImageFormat::Png)? && !holds_zip(&tail)
        }
        FileType::Docx => archive(path, size, Some("word/document.xml"))?,
        FileType::Xlsx => archive(path, size, Some("xl/workbook.xml"))?,
        FileType::Pptx => archive(path, size, Some("ppt/presentation.xml"))?,
        FileType::Zip => archive(path, size, None)?,
        FileType::Doc | FileType::Xls | FileType::Ppt => head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    };
    if fits {
        Ok(kind)
    } else {
        Err(format!("文件内容与扩展名不符：{name}"))
    }
}

fn part(file: &mut File, from: u64, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(from)).is_ok() {
        let _ = file.take(most).read_to_end(&mut bytes);
    }
    bytes
}

fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn pdf(head: &[u8], tail: &[u8]) -> Result<bool, String> {
    if !head.starts_with(b"%PDF-") || !find(tail, b"%%EOF") {
        return Ok(false);
    }
    if find(tail, b"/Encrypt") {
        return Err("PDF 设有密码，请取消密码后再上传".to_owned());
    }
    Ok(true)
}

/// The header is read, the picture is not decoded.
fn picture(path: &Path, format: image::ImageFormat) -> Result<bool, String> {
    let Ok(mut reader) = image::ImageReader::open(path) else {
        return Ok(false);
    };
    reader.set_format(format);
    let Ok((width, height)) = reader.into_dimensions() else {
        return Ok(false);
    };
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err("图片尺寸太大，请缩小后再上传".to_owned());
    }
    Ok(true)
}

/// A picture with an archive behind it is two files in one.
fn holds_zip(tail: &[u8]) -> bool {
    find(tail, b"PK\x05\x06")
}

/// A zip with the part that makes it what it claims to be, and not a bomb.
fn archive(path: &Path, size: u64, part: Option<&str>) -> Result<bool, String> {
    let Ok(file) = File::open(path) else { return Ok(false) };
    let Ok(mut archive) = zip::ZipArchive::new(file) else {
        return Ok(false);
    };
    if archive.len() > MOST_ENTRIES {
        return Err("压缩包里的文件太多".to_owned());
    }
    let mut unpacked = 0_u64;
    for position in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(position) else {
            return Ok(false);
        };
        unpacked = unpacked.saturating_add(entry.size());
    }
    if unpacked > MOST_UNPACKED || unpacked / size.max(1) > MOST_RATIO {
        return Err("压缩包解开后太大，已拒绝".to_owned());
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    Ok(part.is_none_or(|part| has("[Content_Types].xml") && has(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const ALL: Slot = Slot::up_to(9, &FileType::ALL);

    fn look(name: &str, content: &[u8]) -> Result<FileType, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        kind_of(&ALL, name, file.path())
    }

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const JPG: &[u8] = include_bytes!("../../../data/demo/board.jpg");
    const PDF: &[u8] = include_bytes!("../../../data/demo/notice.pdf");
    const XLSX: &[u8] = include_bytes!("../../../data/demo/attendance.xlsx");

    #[test]
    fn real_files_pass() {
        assert_eq!(look("照片.JPEG", JPG), Ok(FileType::Jpg));
        assert_eq!(look("通知.pdf", PDF), Ok(FileType::Pdf));
        assert_eq!(look("签到.xlsx", XLSX), Ok(FileType::Xlsx));
    }

    #[test]
    fn disguised_files_are_refused() {
        for (name, content) in [
            ("a.pdf", JPG),
            ("a.jpg", PDF),
            ("a.png", JPG),
            ("a.docx", XLSX),
            ("a.doc", XLSX),
            ("a.pdf", b"%PDF-1.7 no end".as_slice()),
            ("a.jpg", &JPG[..40]),
            ("a.xlsx", b"PK\x03\x04 nothing".as_slice()),
        ] {
            assert!(look(name, content).unwrap_err().contains("不符"), "{name}");
        }
    }

    #[test]
    fn unknown_types_and_empty_files_are_refused() {
        for name in ["a.svg", "a.html", "a.exe", "a", "a.pdf.js"] {
            assert!(look(name, PDF).unwrap_err().starts_with("只能上传"), "{name}");
        }
        assert!(look("a.pdf", b"").unwrap_err().contains("空"));
    }

    #[test]
    fn two_files_in_one_are_refused() {
        let both = [JPG, &zipped(&[("a.txt", b"a")])].concat();
        assert!(look("a.jpg", &both).is_err());
    }

    #[test]
    fn locked_pdfs_are_refused() {
        let locked = [PDF, b"\ntrailer << /Encrypt 9 0 R >>\n%%EOF".as_slice()].concat();
        assert!(look("a.pdf", &locked).unwrap_err().contains("密码"));
    }

    #[test]
    fn bombs_are_refused() {
        let bomb = zipped(&[
            ("[Content_Types].xml", b"a"),
            ("xl/workbook.xml", &vec![0; 30 * 1024 * 1024]),
        ]);
        assert!(look("a.xlsx", &bomb).unwrap_err().contains("太大"));
    }
}
