//! A table of texts as a workbook: accounts, logs, first passwords. Written row by row in constant memory; above the first row
//! stands who took it out and when (`security.md` P04).

use crate::error::AppError;
use crate::server::db::internal;
use rust_xlsxwriter::{Workbook, XlsxError};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek};

/// Rows of a sheet; what comes after them begins another.
const MOST_ROWS: u32 = 1_000_000;
/// The row with the titles.
const HEAD: u32 = 1;

/// A table that grows.
pub struct Table {
    workbook: Workbook,
    title: String,
    mark: String,
    heads: &'static [(&'static str, f64)],
    sheet: usize,
    row: u32,
    count: u64,
}

impl Table {
    /// A table with these columns: title and width in characters.
    pub fn begin(title: &str, mark: &str, heads: &'static [(&'static str, f64)]) -> Result<Self, AppError> {
        let mut table = Self {
            workbook: Workbook::new(),
            title: title.to_owned(),
            mark: mark.to_owned(),
            heads,
            sheet: 0,
            row: HEAD,
            count: 0,
        };
        table.open().map_err(|error| internal(&error))?;
        Ok(table)
    }

    fn open(&mut self) -> Result<(), XlsxError> {
        let head = super::head();
        let mark = super::faint();
        let number = if self.sheet == 0 {
            String::new()
        } else {
            (self.sheet + 1).to_string()
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(super::name_of(&format!("{}{number}", self.title)))?;
        sheet.set_freeze_panes(HEAD + 1, 0)?;
        for (column, (_, width)) in (0..).zip(self.heads) {
            sheet.set_column_width(column, *width)?;
        }
        sheet.write_string_with_format(0, 0, &self.mark, &mark)?;
        for (column, (title, _)) in (0..).zip(self.heads) {
            sheet.write_string_with_format(HEAD, column, *title, &head)?;
        }
        self.row = HEAD;
        Ok(())
    }

    /// Appends lines.
    pub fn append(mut self, lines: &[Vec<String>]) -> Result<Self, AppError> {
        for line in lines {
            self.line(line).map_err(|error| internal(&error))?;
        }
        Ok(self)
    }

    fn line(&mut self, line: &[String]) -> Result<(), XlsxError> {
        if self.row >= MOST_ROWS {
            self.sheet += 1;
            self.open()?;
        }
        self.row += 1;
        self.count += 1;
        let sheet = self.workbook.worksheet_from_index(self.sheet)?;
        for (column, text) in (0..).zip(line) {
            // A cell holds 32,767 letters.
            let text: String = text.chars().take(32_000).collect();
            sheet.write_string(self.row, column, text)?;
        }
        Ok(())
    }

    /// Rows so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The finished workbook, ready to be read from its beginning. The file has no name and vanishes with its handle.
    pub fn finish(mut self) -> Result<File, AppError> {
        super::saved(&mut self.workbook)
    }
}

/// The hash of a file's content; it is at its beginning before and after.
pub fn hash(file: &mut File) -> Result<String, AppError> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut piece).map_err(|error| internal(&error))?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
    }
    file.rewind().map_err(|error| internal(&error))?;
    Ok(digits(&digest.finalize()))
}

/// The hash of what is held in memory.
pub fn hash_of(content: &[u8]) -> String {
    digits(&Sha256::digest(content))
}

fn digits(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
