//! Is a file what its name says? Extension, first bytes and structure must agree (R-04, `security.md` A37, A38).

use super::archive;
use crate::domain::attachment::{FileType, Slot};
use image::ImageFormat;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

/// Larger pictures are refused before anything decodes them.
const MOST_PIXELS: u64 = 100_000_000;
/// How much of the end of a file is searched for an archive: the longest comment of one, and its last record.
const TAIL: u64 = 66 * 1024;
/// How near to its end a PDF says that it ends.
const PDF_END: usize = 2_048;
/// Bytes searched at a time.
const PIECE: u64 = 256 * 1024;
/// The first bytes of the binary Office formats.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The type of an uploaded file, or why it is refused, as the user may read it.
pub fn kind_of(slot: &Slot, name: &str, path: &Path) -> Result<FileType, String> {
    let kind = kind_of_name(slot, name)?;
    let mut file = File::open(path).map_err(|_| "文件读取失败，请重新上传".to_owned())?;
    let size = file.metadata().map_or(0, |meta| meta.len());
    if size == 0 {
        return Err(format!("文件是空的：{name}"));
    }
    let fits = match kind {
        FileType::Pdf => pdf(&mut file, size)?,
        FileType::Jpg => picture(&mut file, size, ImageFormat::Jpeg)?,
        FileType::Png => picture(&mut file, size, ImageFormat::Png)?,
        FileType::Docx => office(file, size, "word/document")?,
        FileType::Xlsx => office(file, size, "xl/workbook")?,
        FileType::Pptx => office(file, size, "ppt/presentation")?,
        FileType::Zip => zipped(file, size)?,
        FileType::Doc => ole(&mut file, &["WordDocument"]),
        FileType::Xls => ole(&mut file, &["Workbook", "Book"]),
        FileType::Ppt => ole(&mut file, &["PowerPoint Document"]),
    };
    if fits {
        Ok(kind)
    } else {
        Err(format!("文件内容与扩展名不符：{name}"))
    }
}

/// The type that a name claims, when the slot takes it.
pub fn kind_of_name(slot: &Slot, name: &str) -> Result<FileType, String> {
    FileType::of_name(name)
        .filter(|kind| slot.types.contains(kind))
        .ok_or_else(|| {
            let types: Vec<&str> = slot.types.iter().map(|kind| kind.extension()).collect();
            format!("只能上传 {} 格式的文件", types.join("、"))
        })
}

fn part(file: &mut File, from: u64, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(from)).is_ok() {
        let _ = file.take(most).read_to_end(&mut bytes);
    }
    bytes
}

fn begins(file: &mut File, with: &[u8]) -> bool {
    part(file, 0, with.len() as u64) == with
}

fn find(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Whether so many bytes in a row anywhere in the file pass a test.
fn anywhere(file: &mut File, width: usize, test: impl Fn(&[u8]) -> bool) -> bool {
    let mut bytes = Vec::new();
    if file.rewind().is_err() {
        return false;
    }
    while file.take(PIECE).read_to_end(&mut bytes).is_ok_and(|read| read > 0) {
        if bytes.windows(width).any(&test) {
            return true;
        }
        bytes.drain(..bytes.len().saturating_sub(width - 1));
    }
    false
}

fn pdf(file: &mut File, size: u64) -> Result<bool, String> {
    let end = part(file, size.saturating_sub(PDF_END as u64), PDF_END as u64);
    if !begins(file, b"%PDF-") || !find(&end, b"%%EOF") {
        return Ok(false);
    }
    // Where a file is written for the web, the trailer that says so stands near its beginning: look everywhere.
    let says_so = |bytes: &[u8]| bytes.starts_with(b"/Encrypt") && matches!(bytes[8], b'<' | 0..=b' ');
    if anywhere(file, 9, says_so) {
        return Err("PDF 设有密码，请取消密码后再上传".to_owned());
    }
    Ok(true)
}

/// The header is read, the picture is not decoded. A picture with an archive behind it is two files in one.
fn picture(file: &mut File, size: u64, format: ImageFormat) -> Result<bool, String> {
    let magic: &[u8] = if format == ImageFormat::Png {
        b"\x89PNG\r\n\x1a\n"
    } else {
        b"\xFF\xD8\xFF"
    };
    let tail = part(file, size.saturating_sub(TAIL), TAIL);
    if !begins(file, magic) || find(&tail, b"PK\x05\x06") || file.rewind().is_err() {
        return Ok(false);
    }
    let reader = image::ImageReader::with_format(std::io::BufReader::new(file), format);
    let Ok((width, height)) = reader.into_dimensions() else {
        return Ok(false);
    };
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err("图片尺寸太大，请缩小后再上传".to_owned());
    }
    Ok(true)
}

/// An Office file has the list of its parts and the main part of its kind, which some writers number.
fn office(mut file: File, size: u64, main: &str) -> Result<bool, String> {
    if begins(&mut file, OLE) {
        return Err("文件设有密码，或是旧格式的文件改了扩展名，请另存后再上传".to_owned());
    }
    let Ok(mut archive) = ZipArchive::new(file) else {
        return Ok(false);
    };
    if let Some(fault) = archive::office_fault(&mut archive, size) {
        return Err(fault.to_owned());
    }
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.replace('\\', "/").to_ascii_lowercase()))
        .collect();
    let has_main = names
        .iter()
        .any(|name| name.starts_with(main) && name.ends_with(".xml"));
    Ok(has_main && names.iter().any(|name| name == "[content_types].xml"))
}

fn zipped(mut file: File, size: u64) -> Result<bool, String> {
    if !begins(&mut file, b"PK\x03\x04") {
        return Ok(false);
    }
    let Ok(mut archive) = ZipArchive::new(file) else {
        return Ok(false);
    };
    archive::fault(&mut archive, size).map_or(Ok(true), |fault| Err(fault.to_owned()))
}

/// The binary Office formats share their first bytes; the names of the streams inside tell them apart.
fn ole(file: &mut File, streams: &[&str]) -> bool {
    let has = |stream: &&str| {
        // A name ends with a zero, and what stands before it is never a letter.
        let name: Vec<u8> = stream.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        anywhere(file, name.len(), |bytes| bytes == name)
    };
    let named = streams.iter().any(has);
    named && begins(file, OLE)
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

    fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn old_office(stream: &str) -> Vec<u8> {
        let name = stream.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
        OLE.iter().copied().chain([0; 504]).chain(name).collect()
    }

    /// A PNG that says it is so wide and so high, without a picture.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let picture = image::RgbImage::new(1, 1);
        picture
            .write_to(&mut std::io::Cursor::new(&mut file), ImageFormat::Png)
            .unwrap();
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = checksum(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    /// CRC-32 as PNG wants it.
    fn checksum(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
            })
        })
    }

    const JPG: &[u8] = include_bytes!("../../../data/demo/board.jpg");
    const PDF: &[u8] = include_bytes!("../../../data/demo/notice.pdf");
    const XLSX: &[u8] = include_bytes!("../../../data/demo/attendance.xlsx");
    const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

    #[test]
    fn real_files_pass() {
        assert_eq!(look("照片.JPEG", JPG), Ok(FileType::Jpg));
        assert_eq!(look("通知.pdf", PDF), Ok(FileType::Pdf));
        assert_eq!(look("签到.xlsx", XLSX), Ok(FileType::Xlsx));
        assert_eq!(look("图.png", &png(3, 2)), Ok(FileType::Png));
        assert_eq!(
            look("图.docx", &packed(&[TYPES, ("word/document2.xml", b"")])),
            Ok(FileType::Docx)
        );
        assert_eq!(
            look("册.pptx", &packed(&[TYPES, ("ppt/presentation.xml", b"")])),
            Ok(FileType::Pptx)
        );
        assert_eq!(look("包.zip", &packed(&[("a.txt", b"a")])), Ok(FileType::Zip));
        assert_eq!(look("a.doc", &old_office("WordDocument")), Ok(FileType::Doc));
        assert_eq!(look("a.xls", &old_office("Workbook")), Ok(FileType::Xls));
        assert_eq!(look("a.ppt", &old_office("PowerPoint Document")), Ok(FileType::Ppt));
    }

    #[test]
    fn disguised_files_are_refused() {
        for (name, content) in [
            ("a.pdf", JPG),
            ("a.jpg", PDF),
            ("a.png", JPG),
            ("a.docx", XLSX),
            ("a.doc", XLSX),
            ("a.zip", PDF),
            ("a.xls", &old_office("WordDocument")),
            ("a.pdf", b"%PDF-1.7 no end"),
            ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
            ("a.jpg", &JPG[..40]),
            ("a.xlsx", b"PK\x03\x04 nothing"),
            ("a.xlsx", &packed(&[("xl/workbook.xml", b"no list of parts")])),
            (
                "a.xlsx",
                &packed(&[TYPES, ("readme.txt", b"a zip that is no workbook")]),
            ),
        ] {
            assert_eq!(look(name, content), Err(format!("文件内容与扩展名不符：{name}")));
        }
    }

    #[test]
    fn unknown_types_and_empty_files_are_refused() {
        for name in ["a.svg", "a.html", "a.exe", "a", "a.pdf.js"] {
            assert!(look(name, PDF).unwrap_err().starts_with("只能上传"), "{name}");
        }
        assert_eq!(look("a.pdf", b""), Err("文件是空的：a.pdf".to_owned()));
    }

    #[test]
    fn a_slot_takes_its_own_types_only() {
        let slot = Slot::up_to(1, &[FileType::Pdf, FileType::Jpg]);
        assert_eq!(
            kind_of_name(&slot, "a.PNG"),
            Err("只能上传 pdf、jpg 格式的文件".to_owned())
        );
        assert_eq!(kind_of_name(&slot, "a.jpeg"), Ok(FileType::Jpg));
    }

    #[test]
    fn two_files_in_one_are_refused() {
        let archive = packed(&[("a.txt", b"a")]);
        assert!(look("a.jpg", &[JPG, &archive].concat()).is_err());
        assert!(look("a.png", &[&png(3, 2)[..], &archive, b"behind"].concat()).is_err());
        assert!(look("a.zip", &[JPG, &archive].concat()).is_err());
    }

    #[test]
    fn locked_files_are_refused() {
        let at_the_end = [PDF, b"\ntrailer << /Encrypt 9 0 R >>\n%%EOF"].concat();
        let far_ahead = [b"%PDF-1.7 /Encrypt<<>> ".as_slice(), &vec![b' '; 600_000], PDF].concat();
        for locked in [at_the_end, far_ahead] {
            assert!(look("a.pdf", &locked).unwrap_err().contains("密码"));
        }
        let mentioned = [b"%PDF-1.7 /EncryptedPayload ".as_slice(), PDF].concat();
        assert_eq!(look("a.pdf", &mentioned), Ok(FileType::Pdf));
        assert!(
            look("a.docx", &old_office("EncryptedPackage"))
                .unwrap_err()
                .contains("密码")
        );
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = vec![0; 30 * 1024 * 1024];
        for (name, content) in [
            ("a.xlsx", packed(&[TYPES, ("xl/workbook.xml", &zeros)])),
            ("a.zip", packed(&[("a.txt", &zeros)])),
            ("a.png", png(11_000, 10_000)),
        ] {
            assert!(look(name, &content).unwrap_err().contains("太大"), "{name}");
        }
    }
}
