//! A workbook that somebody sends, read cell by cell. What it says of itself is not believed: everything that memory or
//! time depends on is looked at first, and reading stops at limits (`security.md` A36, F11, F12).

use super::template::TAG;
use crate::server::attachments::table;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, open_workbook_from_rs};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes of a workbook.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Rows with something in them, on one sheet.
pub const MOST_ROWS: usize = 20_000;
/// Columns that are looked at.
const MOST_COLUMNS: u32 = 200;
/// Cells of a workbook, empty ones included.
const MOST_CELLS: usize = 3_000_000;
/// Bytes of text of a workbook.
const MOST_TEXT: usize = 64 * 1024 * 1024;
/// Characters of one cell.
const MOST_LETTERS: usize = 5_000;
/// The beginning of a part, in which a document type would have to stand.
const BEGINNING: u64 = 64 * 1024;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A day or a time.
    Moment(ExcelDateTime),
    /// TRUE or FALSE.
    Bool(bool),
}

/// A row with something in it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its place on the sheet, from 0.
    pub number: u32,
    /// Column and content, in order; what is empty is left out.
    pub cells: Vec<(u32, Cell)>,
}

impl Row {
    /// What stands in a column.
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }
}

/// A sheet.
#[derive(Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// A workbook.
#[derive(Debug)]
pub struct Book {
    /// Its visible sheets.
    pub sheets: Vec<Sheet>,
    /// Form, version and region that its template was made for.
    pub tag: Option<[String; 3]>,
}

/// Reads a workbook, or says why it is not read.
pub fn read(content: &[u8]) -> Result<Book, String> {
    refuse(content)?;
    let damaged = |error: calamine::XlsxError| {
        tracing::info!(%error, "a workbook that cannot be read");
        "文件已损坏，无法读取，请用 Excel 或 WPS 重新保存为 xlsx".to_owned()
    };
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(content)).map_err(damaged)?;
    let mut book = Book {
        sheets: Vec::new(),
        tag: None,
    };
    let (mut left, mut room) = (MOST_CELLS, MOST_TEXT);
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet || sheet.visible != SheetVisible::Visible && sheet.name != TAG {
            continue;
        }
        let mut cells = workbook.worksheet_cells_reader(&sheet.name).map_err(damaged)?;
        let mut rows: Vec<Row> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            left = left
                .checked_sub(1)
                .ok_or("表格的单元格太多，请删除空白的行和列后再导入")?;
            let (number, column) = cell.get_position();
            let Some(content) = taken(cell.get_value()) else {
                continue;
            };
            if let Cell::Text(text) = &content {
                room = room.checked_sub(text.len()).ok_or("表格的内容太多，请分开导入")?;
            }
            if column >= MOST_COLUMNS {
                return Err(format!("表格的列太多（超过 {MOST_COLUMNS} 列），请按模板填写"));
            }
            let count = rows.len();
            match rows.last_mut() {
                Some(row) if row.number == number => row.cells.push((column, content)),
                Some(row) if row.number > number => {
                    return Err("表格的行顺序不正确，请用 Excel 或 WPS 重新保存".to_owned());
                }
                _ if count >= MOST_ROWS => return Err(format!("一次最多导入 {MOST_ROWS} 行，请分开导入")),
                _ => rows.push(Row {
                    number,
                    cells: vec![(column, content)],
                }),
            }
        }
        for row in &mut rows {
            row.cells.sort_by_key(|(column, _)| *column);
            row.cells.dedup_by_key(|(column, _)| *column);
        }
        if sheet.name == TAG {
            let text = |column| match rows.first().and_then(|row| row.cell(column)) {
                Some(Cell::Text(text)) => text.clone(),
                _ => String::new(),
            };
            book.tag = Some([text(0), text(1), text(2)]);
        } else {
            book.sheets.push(Sheet { name: sheet.name, rows });
        }
    }
    Ok(book)
}

/// What counts as content; an error of a formula reads as its sign.
fn taken(value: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| {
        let text: String = text.chars().take(MOST_LETTERS).collect();
        (!text.trim().is_empty()).then_some(Cell::Text(text))
    };
    match value {
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(is_true) => Some(Cell::Bool(*is_true)),
        DataRef::DateTime(moment) => Some(Cell::Moment(*moment)),
        DataRef::DateTimeIso(moment) | DataRef::DurationIso(moment) => text(moment),
        DataRef::Error(error) => text(&format!("{error}")),
        _ => None,
    }
}

/// Refuses what must not be unpacked.
fn refuse(content: &[u8]) -> Result<(), String> {
    const ENCRYPTED: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    if content.starts_with(&ENCRYPTED) {
        return Err("文件已加密，或是旧版 xls 格式，请取消密码并另存为 xlsx 后再导入".to_owned());
    }
    if !content.starts_with(b"PK") {
        return Err("不是 xlsx 文件，请使用模板填写并保存为 xlsx".to_owned());
    }
    if content.len() > MOST_BYTES {
        return Err("文件太大，不能超过 20 MB".to_owned());
    }
    if table::is_honest(content).is_none() {
        return Err("文件解开后太大或已损坏，已拒绝导入".to_owned());
    }
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| "文件已损坏，无法读取".to_owned())?;
    let mut is_workbook = false;
    for position in 0..archive.len() {
        let part = archive
            .by_index(position)
            .map_err(|_| "文件已损坏或已加密，无法读取".to_owned())?;
        let name = part
            .name()
            .map_err(|_| "文件已损坏，无法读取".to_owned())?
            .to_ascii_lowercase();
        is_workbook |= name == "xl/workbook.xml";
        if !name.ends_with(".xml") && !name.ends_with(".rels") && !name.ends_with(".vml") {
            continue;
        }
        let mut start = Vec::new();
        let read = part.take(BEGINNING).read_to_end(&mut start);
        read.map_err(|_| "文件已损坏，无法读取".to_owned())?;
        if start.starts_with(&[0xFE, 0xFF]) || start.starts_with(&[0xFF, 0xFE]) {
            return Err("文件的编码不受支持，请用 Excel 或 WPS 重新保存".to_owned());
        }
        let start = String::from_utf8_lossy(&start).to_ascii_lowercase();
        if start.contains("<!doctype") || start.contains("<!entity") {
            return Err("文件含有不允许的内容（外部实体），已拒绝导入".to_owned());
        }
    }
    if is_workbook {
        Ok(())
    } else {
        Err("不是 xlsx 文件，请使用模板填写并保存为 xlsx".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::time::{Duration, Instant};
    use zip::write::SimpleFileOptions;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn book(sheet: &[u8]) -> Vec<u8> {
        packed(&[
            ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            (
                "_rels/.rels",
                b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                  <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
                  Target=\"xl/workbook.xml\"/></Relationships>",
            ),
            (
                "xl/workbook.xml",
                b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
                  xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
                  <sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                  <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
                  Target=\"worksheets/sheet1.xml\"/></Relationships>",
            ),
            ("xl/worksheets/sheet1.xml", sheet),
        ])
    }

    fn sheet(rows: &str, dimension: &str) -> Vec<u8> {
        format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{dimension}\
             <sheetData>{rows}</sheetData></worksheet>"
        )
        .into_bytes()
    }

    #[test]
    fn cells_are_read_where_they_stand() {
        let rows = "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>张三</t></is></c><c r=\"D3\"><v>12.5</v></c></row>\
                    <row r=\"9\"><c r=\"A9\" s=\"0\"/></row>";
        let book = read(&book(&sheet(rows, ""))).unwrap();
        assert_eq!(book.sheets.len(), 1);
        let row = &book.sheets[0].rows[0];
        assert_eq!((book.sheets[0].rows.len(), row.number), (1, 2));
        assert_eq!(row.cell(1), Some(&Cell::Text("张三".to_owned())));
        assert_eq!(row.cell(3), Some(&Cell::Number(12.5)));
        assert_eq!(row.cell(0), None);
    }

    #[test]
    fn hostile_files_are_refused_at_once() {
        let zeros = vec![b' '; 60 * 1024 * 1024];
        let entity = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><workbook/>";
        let wide: String = (0..1_000_000)
            .map(|at| {
                format!(
                    "<c r=\"{}1\"><v>1</v></c>",
                    super::super::template::letters(at % 18_000)
                )
            })
            .collect();
        let tall: String = (1..=30_000)
            .map(|at| format!("<row r=\"{at}\"><c r=\"A{at}\"><v>1</v></c></row>"))
            .collect();
        let lie = "<dimension ref=\"A1:XFD1048576\"/>";
        let hostile: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", Vec::new()),
            ("text", b"name,phone\n".to_vec()),
            (
                "encrypted",
                [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 4096]].concat(),
            ),
            ("half", book(b"<worksheet/>")[..200].to_vec()),
            ("bomb", book(&zeros)),
            ("entity", packed(&[("xl/workbook.xml", entity)])),
            ("no workbook", packed(&[("word/document.xml", b"<a/>")])),
            ("wide", book(&sheet(&format!("<row r=\"1\">{wide}</row>"), ""))),
            ("tall", book(&sheet(&tall, lie))),
            (
                "strings",
                packed(&[
                    ("xl/workbook.xml", b"<workbook/>"),
                    ("xl/sharedStrings.xml", b"<sst uniqueCount=\"4000000000\">"),
                ]),
            ),
        ];
        for (name, content) in hostile {
            let started = Instant::now();
            let answer = read(&content);
            assert!(answer.is_err(), "{name}");
            // A debug build is many times slower than what people run.
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "{name}: {:?}",
                started.elapsed()
            );
        }
    }

    #[test]
    fn a_sheet_that_lies_about_its_size_is_read_as_it_is() {
        let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>";
        let book = read(&book(&sheet(rows, "<dimension ref=\"A1:XFD1048576\"/>"))).unwrap();
        assert_eq!(book.sheets[0].rows.len(), 1);
    }
}
