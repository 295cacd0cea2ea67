//! A list as a workbook (ux 21): bold frozen header, auto-filter, real numbers, and never a formula from a user: every
//! text is written as a text cell. Below the lines stands who took them out and when (`security.md` P04).

use crate::domain::field::{Field, Kind};
use crate::domain::page::Tab;
use crate::domain::record::Line;
use crate::error::AppError;
use crate::server::db::internal;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fs::File;

/// Width of a column in characters.
const WIDTH: f64 = 18.0;

/// A sheet that grows row by row in constant memory.
pub struct Sheet {
    workbook: Workbook,
    columns: Vec<&'static Field>,
    places: usize,
    has_status: bool,
    last: u16,
    next: u32,
    day: Format,
    moment: Format,
}

impl Sheet {
    /// A sheet for a tab's list, with its header.
    pub fn begin(tab: &'static Tab) -> Result<Self, AppError> {
        let mut workbook = Workbook::new();
        let places = tab.place_titles();
        let columns: Vec<&'static Field> = tab.listed().collect();
        let mut titles = vec!["序号".to_owned()];
        titles.extend(places.iter().map(|title| (*title).to_owned()));
        titles.extend(columns.iter().map(|field| {
            let unit = if field.unit.is_empty() {
                String::new()
            } else {
                format!("({})", field.unit)
            };
            format!("{}{unit}", field.head())
        }));
        titles.extend(tab.form.workflow.map(|workflow| workflow.title.to_owned()));
        titles.extend(tab.shows_done().then(|| "是否完成".to_owned()));
        titles.extend(["附件数".to_owned(), "登记账号".to_owned(), "登记时间".to_owned()]);
        let head = super::head();
        let result = (|| {
            let sheet = workbook.add_worksheet_with_constant_memory()?;
            sheet.set_name(super::name_of(tab.title))?;
            sheet.set_freeze_panes(1, 0)?;
            for (column, title) in titles.iter().enumerate() {
                let column = column as u16;
                sheet.set_column_width(column, if column == 0 { 6.0 } else { WIDTH })?;
                sheet.write_string_with_format(0, column, title, &head)?;
            }
            Ok::<_, rust_xlsxwriter::XlsxError>(())
        })();
        result.map_err(|error| internal(&error))?;
        Ok(Self {
            workbook,
            columns,
            places: places.len(),
            has_status: tab.form.workflow.is_some(),
            last: titles.len().saturating_sub(1) as u16,
            next: 1,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        })
    }

    /// Appends lines.
    pub fn append(mut self, lines: &[Line]) -> Result<Self, AppError> {
        for line in lines {
            self.line(line).map_err(|error| internal(&error))?;
        }
        Ok(self)
    }

    fn line(&mut self, line: &Line) -> Result<(), rust_xlsxwriter::XlsxError> {
        let (day, moment) = (&self.day, &self.moment);
        let sheet = self.workbook.worksheet_from_index(0)?;
        let row = self.next;
        self.next += 1;
        sheet.write_number(row, 0, f64::from(row))?;
        let mut column = 1;
        for place in line.places.iter().take(self.places) {
            sheet.write_string(row, column, place)?;
            column += 1;
        }
        for (field, cell) in self.columns.iter().zip(&line.cells) {
            let is_number = matches!(
                field.kind,
                Kind::Integer { .. } | Kind::Decimal { .. } | Kind::Computed { .. } | Kind::Year(_)
            );
            let is_day = matches!(field.kind, Kind::Date { .. });
            match (cell.parse::<f64>(), ExcelDateTime::parse_from_str(cell)) {
                (Ok(number), _) if is_number => sheet.write_number(row, column, number)?,
                (_, Ok(date)) if is_day => sheet.write_datetime_with_format(row, column, &date, day)?,
                _ => sheet.write_string(row, column, cell)?,
            };
            column += 1;
        }
        let done = line.done.map(|done| if done { "是" } else { "否" });
        let status = line.status.as_ref().map_or("", |status| status.title.as_str());
        for text in self.has_status.then_some(status).into_iter().chain(done) {
            sheet.write_string(row, column, text)?;
            column += 1;
        }
        sheet.write_number(row, column, line.attachments as f64)?;
        sheet.write_string(row, column + 1, &line.filler)?;
        match ExcelDateTime::parse_from_str(&line.registered_at) {
            Ok(at) => sheet.write_datetime_with_format(row, column + 2, &at, moment)?,
            Err(_) => sheet.write_string(row, column + 2, &line.registered_at)?,
        };
        Ok(())
    }

    /// The finished workbook, ready to be read from its beginning. The file has no name and vanishes with its handle.
    pub fn finish(mut self, mark: &str) -> Result<File, AppError> {
        let last_row = self.next.saturating_sub(1);
        let closed = self.workbook.worksheet_from_index(0).and_then(|sheet| {
            sheet.autofilter(0, 0, last_row, self.last)?;
            // Apart from the lines, so that sorting and filtering leave it where it is.
            sheet.write_string_with_format(last_row + 2, 0, mark, &super::faint())?;
            Ok(())
        });
        closed.map_err(|error| internal(&error))?;
        super::saved(&mut self.workbook)
    }
}
