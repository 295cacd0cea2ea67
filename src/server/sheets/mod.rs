//! Workbooks: lists out, templates out, filled templates in.

pub mod cells;
pub mod columns;
pub mod export;
pub mod fixed;
pub mod import;
pub mod marking;
pub mod plain;
pub mod reading;
pub mod template;

use crate::error::AppError;
use crate::server::db::internal;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook};
use std::fs::File;
use std::io::Seek;

/// How the head of every table looks that leaves the system.
pub(crate) fn head() -> Format {
    Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(Color::RGB(0x00E8_EEF4))
        .set_border(FormatBorder::Thin)
}

/// How the line looks that says who took a table out.
pub(crate) fn faint() -> Format {
    Format::new().set_font_color(Color::RGB(0x0066_6666))
}

/// A workbook as a file, ready to be read from its beginning. The file has no name and vanishes with its handle.
pub(crate) fn saved(workbook: &mut Workbook) -> Result<File, AppError> {
    let mut file = tempfile::tempfile().map_err(|error| internal(&error))?;
    let written = workbook.save_to_writer(&mut file);
    written.map_err(|error| internal(&error))?;
    file.rewind().map_err(|error| internal(&error))?;
    Ok(file)
}

/// Sheet names: at most 31 characters, none of `[]:*?/\`.
pub(crate) fn name_of(title: &str) -> String {
    title
        .chars()
        .filter(|letter| !"[]:*?/\\'".contains(*letter))
        .take(31)
        .collect()
}
