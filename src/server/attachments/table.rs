//! The first sheet of a workbook as rows of text, for the preview.
//!
//! The reader trusts what a workbook says of itself and reserves memory for it. A lie would end the whole process, so
//! everything that it reserves by is looked at first.

use super::archive;
use crate::domain::attachment::FileType;
use calamine::{Data, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsx, open_workbook_from_rs};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Workbooks with more bytes are not previewed.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Rows and columns shown.
const MOST_ROWS: usize = 200;
const MOST_COLUMNS: usize = 30;
/// Characters shown of one cell.
const MOST_LETTERS: usize = 500;
/// Bytes of the shared strings, and how many strings there may be.
const MOST_STRING_BYTES: u64 = 50 * 1024 * 1024;
const MOST_STRINGS: u64 = 4_000_000;
/// The first tag of a part stands within so many bytes.
const FIRST_TAG: u64 = 64 * 1024;

/// The first visible sheet, at most 200 rows of 30 columns, all of one length; nothing when it cannot be shown.
pub fn rows(kind: FileType, content: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut rows = match kind {
        FileType::Xlsx => xlsx(content)?,
        _ => return None,
    };
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    Some(rows)
}

fn xlsx(content: &[u8]) -> Option<Vec<Vec<String>>> {
    is_honest(content)?;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(content)).ok()?;
    let sheet = first_visible(workbook.sheets_metadata())?;
    let mut cells = workbook.worksheet_cells_reader(&sheet).ok()?;
    let mut rows = Vec::new();
    // Cell by cell, not as a range: a range is a rectangle in memory, whatever the sheet says its corners are.
    while let Some(cell) = cells.next_cell().ok()? {
        let position = cell.get_position();
        if position.0 as usize >= MOST_ROWS {
            break;
        }
        put(&mut rows, position, &cell.get_value().clone().into());
    }
    Some(rows)
}

fn first_visible(sheets: &[Sheet]) -> Option<String> {
    let shown = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    sheets.iter().find(shown).map(|sheet| sheet.name.clone())
}

fn put(rows: &mut Vec<Vec<String>>, (row, column): (u32, u32), value: &Data) {
    let (row, column) = (row as usize, column as usize);
    let text = text(value);
    if row >= MOST_ROWS || column >= MOST_COLUMNS || text.is_empty() {
        return;
    }
    rows.resize(rows.len().max(row + 1), Vec::new());
    let cells = &mut rows[row];
    cells.resize(cells.len().max(column + 1), String::new());
    cells[column] = text;
}

fn text(value: &Data) -> String {
    let text = match value {
        Data::DateTime(moment) => moment_text(moment),
        // What Excel shows: 0.3, not 0.30000000000000004.
        Data::Float(number) if number.abs() < 1e6 => ((number * 1e9).round() / 1e9).to_string(),
        other => other.to_string(),
    };
    text.chars().take(MOST_LETTERS).collect()
}

pub fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() {
        let minutes = (moment.as_f64() * 1_440.0).round() as i64;
        format!("{}:{:02}", minutes / 60, minutes % 60)
    } else if (0.0..1.0).contains(&moment.as_f64()) {
        format!("{hour:02}:{minute:02}")
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year}-{month:02}-{day:02}")
    } else {
        format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// Whether the archive unpacks to a sane size and its shared strings are as many as they can be.
pub fn is_honest(content: &[u8]) -> Option<()> {
    let mut archive = ZipArchive::new(Cursor::new(content)).ok()?;
    if !content.starts_with(b"PK") || archive::office_fault(&mut archive, content.len() as u64).is_some() {
        return None;
    }
    for position in 0..archive.len() {
        let part = archive.by_index(position).ok()?;
        if !part.name().ok()?.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            continue;
        }
        if part.size() > MOST_STRING_BYTES {
            return None;
        }
        let mut start = Vec::new();
        part.take(FIRST_TAG).read_to_end(&mut start).ok()?;
        if !counts_sanely(&String::from_utf8_lossy(&start)) {
            return None;
        }
    }
    Some(())
}

/// Whether the first tag of the shared strings is theirs and announces no more than [`MOST_STRINGS`]. Anything unusual
/// before the tag or in it is refused: no program writes it.
fn counts_sanely(part: &str) -> bool {
    let body = part.trim_start_matches('\u{FEFF}').trim_start();
    let (declaration, body) = match body.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").unwrap_or_default(),
        None => ("", body),
    };
    let declaration = declaration.to_ascii_lowercase();
    let Some((tag, _)) = body
        .trim_start()
        .strip_prefix('<')
        .and_then(|body| body.split_once('>'))
    else {
        return false;
    };
    let name = tag
        .split(|letter: char| letter.is_whitespace() || letter == '/')
        .next()
        .unwrap_or_default();
    let quoted = |mark: char| tag.matches(mark).count() % 2 == 0;
    name.rsplit(':').next() == Some("sst")
        && (!declaration.contains("encoding") || declaration.contains("utf-8"))
        && quoted('"')
        && quoted('\'')
        && tag.split("uniqueCount").skip(1).all(is_sane_count)
}

/// `="12"`, and not too many.
fn is_sane_count(rest: &str) -> bool {
    let value = rest.trim_start().strip_prefix('=').map_or("", str::trim_start);
    let digits = value
        .trim_start_matches(['"', '\''])
        .split(['"', '\''])
        .next()
        .unwrap_or_default();
    digits.parse::<u64>().is_ok_and(|count| count <= MOST_STRINGS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const XLSX: &[u8] = include_bytes!("../../../data/demo/attendance.xlsx");

    #[test]
    fn a_workbook_reads_as_its_rows() {
        let rows = rows(FileType::Xlsx, XLSX).unwrap();
        assert!(rows.len() > 1 && rows.len() <= MOST_ROWS);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        assert!(rows.iter().flatten().any(|cell| !cell.is_empty()));
    }

    #[test]
    fn other_files_have_no_rows() {
        assert_eq!(rows(FileType::Pdf, XLSX), None);
        assert_eq!(rows(FileType::Xls, XLSX), None);
        assert_eq!(rows(FileType::Xlsx, b"PK\x03\x04"), None);
        assert_eq!(rows(FileType::Xlsx, b""), None);
    }

    #[test]
    fn cells_read_as_people_write_them() {
        let day = |value| Data::DateTime(ExcelDateTime::new(value, calamine::ExcelDateTimeType::DateTime, false));
        assert_eq!(text(&Data::Float(0.1 + 0.2)), "0.3");
        assert_eq!(text(&Data::Float(12.0)), "12");
        assert_eq!(text(&day(45_943.0)), "2025-10-13");
        assert_eq!(text(&day(45_943.5)), "2025-10-13 12:00");
        assert_eq!(text(&Data::String("长".repeat(900))).chars().count(), MOST_LETTERS);
    }

    fn with_strings(strings: &[u8]) -> Vec<u8> {
        let mut old = ZipArchive::new(Cursor::new(XLSX)).unwrap();
        let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for position in 0..old.len() {
            let mut part = old.by_index(position).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            if !name.ends_with("sharedStrings.xml") {
                new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
                new.write_all(&content).unwrap();
            }
        }
        new.start_file("xl/SharedStrings.xml", zip::write::SimpleFileOptions::default())
            .unwrap();
        new.write_all(strings).unwrap();
        new.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_that_announces_too_much_is_not_read() {
        assert!(is_honest(&with_strings(b"<sst uniqueCount=\"1\"><si><t>a</t></si></sst>")).is_some());
        let lie = with_strings(b"<sst uniqueCount=\"4000000000000\"><si><t>a</t></si></sst>");
        assert_eq!(rows(FileType::Xlsx, &lie), None);
        assert_eq!(rows(FileType::Xlsx, &with_strings(&vec![b' '; 30 * 1024 * 1024])), None);
    }

    #[test]
    fn only_the_plain_beginning_of_shared_strings_is_taken() {
        for plain in [
            "<sst/>",
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<sst xmlns='a' count=\"9\" uniqueCount = '7'>",
            "<x:sst xmlns:x=\"a\">",
        ] {
            assert!(counts_sanely(plain), "{plain}");
        }
        for odd in [
            "<sst uniqueCount=\"99999999\">",
            "<sst uniqueCount=\"+1\" uniqueCount=\"99999999\">",
            "<sst a=\">\" uniqueCount=\"99999999\">",
            "<!-- --><sst uniqueCount=\"99999999\">",
            "<a/><sst uniqueCount=\"99999999\">",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><sst>",
            "<sst uniqueCount=\"7\"",
            "",
        ] {
            assert!(!counts_sanely(odd), "{odd}");
        }
    }
}
