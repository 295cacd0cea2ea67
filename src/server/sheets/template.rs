//! The template of a form (spec §4.3): the columns of the form, drop-downs of any length from a sheet of codes, a locked
//! header, and a note of what it was made for.

use super::columns;
use crate::domain::field::{Field, Kind, Required};
use crate::domain::form::Form;
use crate::error::AppError;
use crate::server::db::internal;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Formula, Note,
    ProtectionOptions, Workbook, Worksheet, XlsxError,
};

/// Rows with drop-downs and formats.
const ROWS: u32 = 10_000;
/// The sheet with the lists.
pub const CODES: &str = "代码";
/// The sheet that says what the template is for.
pub const TAG: &str = "模板信息";
/// The sheet that explains.
const HELP: &str = "填写说明";

/// What a template is made for.
pub struct Template<'a> {
    /// Title of the sheet.
    pub title: &'a str,
    /// The form.
    pub form: &'static Form,
    /// Its columns.
    pub fields: &'a [&'static Field],
    /// Code of the account's region.
    pub region: &'a str,
    /// Its full name.
    pub place: &'a str,
    /// What a field offers, where the form does not say it itself: field key, labels.
    pub options: &'a [(&'static str, Vec<String>)],
    /// Today, for the explanation.
    pub today: &'a str,
}

impl Template<'_> {
    /// The workbook.
    pub fn write(&self) -> Result<Vec<u8>, AppError> {
        self.build().map_err(|error| internal(&error))
    }

    fn build(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let mut codes = Codes::new()?;
        workbook.push_worksheet(self.sheet(&mut codes)?);
        workbook.push_worksheet(self.help()?);
        workbook.push_worksheet(codes.finish());
        let version = columns::version(self.form, self.fields);
        workbook.push_worksheet(tag([self.form.key, &version, self.region])?);
        workbook.save_to_buffer()
    }

    /// The sheet to be filled; its lists go to the sheet of codes.
    pub fn sheet(&self, codes: &mut Codes) -> Result<Worksheet, XlsxError> {
        let mut data = Worksheet::new();
        data.set_name(super::name_of(self.title))?;
        for (column, field) in (0..).zip(self.fields) {
            self.column(&mut data, column, field)?;
            let options = self.options_of(field);
            if !options.is_empty() {
                let list = codes.add(field, &options)?;
                data.add_data_validation(1, column, ROWS, column, &choosing(list, options.len())?)?;
            }
        }
        data.set_freeze_panes(1, 1)?;
        data.set_row_height(0, 28)?;
        protect(&mut data);
        Ok(data)
    }

    fn column(&self, data: &mut Worksheet, column: u16, field: &Field) -> Result<(), XlsxError> {
        let is_required = matches!(field.required, Required::Yes);
        let mut head = Format::new()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E8_EEF4))
            .set_border(FormatBorder::Thin);
        if is_required {
            head = head.set_font_color(Color::RGB(0x00C0_1F1F));
        }
        let mut cells = Format::new().set_unlocked();
        if columns::is_text(field) {
            cells = cells.set_num_format("@");
        } else if matches!(field.kind, Kind::Date { .. }) {
            cells = cells.set_num_format("yyyy-mm-dd");
        }
        data.set_column_width(column, width(field))?;
        data.set_column_format(column, &cells)?;
        let star = if is_required { "*" } else { "" };
        data.write_string_with_format(0, column, format!("{star}{}", columns::title(field)), &head)?;
        let hint = hint(field);
        if !hint.is_empty() {
            data.insert_note(0, column, &Note::new(hint).set_author("填写说明"))?;
        }
        Ok(())
    }

    fn options_of(&self, field: &Field) -> Vec<String> {
        match field.kind {
            Kind::Choice(list) => {
                let offered = list.offered_with("");
                offered.map(|code| code.label.to_owned()).collect()
            }
            Kind::Switch => vec!["是".to_owned(), "否".to_owned()],
            _ => {
                let known = self.options.iter().find(|(key, _)| *key == field.key);
                known.map(|(_, labels)| labels.clone()).unwrap_or_default()
            }
        }
    }

    fn help(&self) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(HELP)?;
        let bold = Format::new().set_bold();
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (column, width) in [(0, 24.0), (1, 10.0), (2, 80.0)] {
            sheet.set_column_width(column, width)?;
        }
        sheet.write_string_with_format(0, 0, format!("{} {}导入模板", self.place, self.title), &bold)?;
        sheet.write_string(
            1,
            0,
            format!(
                "生成日期 {}。请在第一张表中从第 2 行起填写，一行一条；带 * 的必填。",
                self.today
            ),
        )?;
        for (column, text) in (0..).zip(["列", "是否必填", "填写要求"]) {
            sheet.write_string_with_format(3, column, text, &bold)?;
        }
        for (row, field) in (4..).zip(self.fields) {
            let required = match field.required {
                Required::Yes => "必填",
                Required::When(_) => "视情况",
                Required::No => "选填",
            };
            sheet.write_string_with_format(row, 0, columns::title(field), &wrapped)?;
            sheet.write_string_with_format(row, 1, required, &wrapped)?;
            sheet.write_string_with_format(row, 2, hint(field), &wrapped)?;
        }
        protect(&mut sheet);
        Ok(sheet)
    }
}

/// The sheet with the lists that cells are chosen from.
pub struct Codes {
    sheet: Worksheet,
    lists: u16,
}

impl Codes {
    /// An empty one.
    pub fn new() -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(CODES)?;
        Ok(Self { sheet, lists: 0 })
    }

    /// Adds a list; answers its column.
    fn add(&mut self, field: &Field, options: &[String]) -> Result<u16, XlsxError> {
        let column = self.lists;
        self.lists += 1;
        self.sheet.set_column_width(column, 22)?;
        self.sheet
            .write_string_with_format(0, column, field.title, &Format::new().set_bold())?;
        for (row, option) in (1..).zip(options) {
            self.sheet.write_string(row, column, option)?;
        }
        Ok(column)
    }

    /// The sheet, locked.
    pub fn finish(mut self) -> Worksheet {
        protect(&mut self.sheet);
        self.sheet
    }
}

/// The hidden sheet that says what a workbook is for: form or page, version, region.
pub fn tag(parts: [&str; 3]) -> Result<Worksheet, XlsxError> {
    let mut tag = Worksheet::new();
    tag.set_name(TAG)?.set_very_hidden(true);
    for (column, text) in (0..).zip(parts) {
        tag.write_string(0, column, text)?;
    }
    Ok(tag)
}

/// A drop-down over a column of the sheet of codes.
fn choosing(column: u16, count: usize) -> Result<DataValidation, XlsxError> {
    let letters = letters(u32::from(column));
    let range = format!("='{CODES}'!${letters}$2:${letters}${}", count + 1);
    // A hint and no wall: what does not fit is told by the import, where it can be mended.
    DataValidation::new()
        .allow_list_formula(Formula::new(range))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("请从下拉列表中选择")
}

/// `A`, `B`, …, `AA` of a column counted from 0.
pub fn letters(column: u32) -> String {
    let (mut rest, mut text) = (column + 1, String::new());
    while rest > 0 {
        let letter = (rest - 1) % 26;
        text.insert(0, char::from(b'A' + letter as u8));
        rest = (rest - 1) / 26;
    }
    text
}

fn protect(sheet: &mut Worksheet) {
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
}

fn width(field: &Field) -> f64 {
    match field.kind {
        Kind::Text { max, .. } if max >= 100 => 32.0,
        Kind::Choice(_) | Kind::Switch | Kind::PersonName => 12.0,
        _ => 16.0,
    }
}

/// What the filler should know about a column.
fn hint(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Text { max, .. } => format!("最多 {max} 个字"),
        Kind::PersonName => "2–20 个汉字".to_owned(),
        Kind::Date { .. } => "日期，如 2021-08-11".to_owned(),
        Kind::Month => "年月，如 1985-03".to_owned(),
        Kind::Choice(_) => "从下拉列表中选择".to_owned(),
        Kind::Switch => "填“是”或“否”，不填视为“否”".to_owned(),
        Kind::Phone { .. } => "11 位手机号码".to_owned(),
        Kind::Reference { .. } => "从下拉列表中选择，须已在系统中登记".to_owned(),
        Kind::Choices(list) => {
            let labels: Vec<&str> = list.offered_with("").map(|code| code.label).collect();
            format!("可填多项，用顿号隔开：{}", labels.join("、"))
        }
        _ => String::new(),
    };
    let parts: Vec<&str> = [kind.as_str(), field.help]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("；")
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_have_letters() {
        for (column, text) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), text);
        }
    }
}
