//! A table whose rows a dictionary gives, as a sheet: what it says about its rows, what was typed, what is worked out.

use super::cells::shown;
use super::columns::plain;
use super::name_of;
use super::reading::Row;
use crate::domain::field::{Field, Grid, Kind};
use crate::domain::form::Form;
use crate::domain::record::Draft;
use crate::domain::sheet::{ROW, RowOf, SCALE, Sheet, SheetRow, Tables};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

/// The sheet with what a draft holds.
pub fn write(
    form: &'static Form,
    field: &'static Field,
    grid: &'static Grid,
    sheet: &'static Sheet,
    draft: &Draft,
) -> Result<Worksheet, XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_background_color(Color::RGB(0x00E8_EEF4))
        .set_border(FormatBorder::Thin);
    let total = Format::new().set_bold().set_background_color(Color::RGB(0x00F3_F6F9));
    let plain = Format::new();
    let amount = |is_total: bool| {
        let format = if is_total { total.clone() } else { plain.clone() };
        format.set_num_format("0.00")
    };
    let mut out = Worksheet::new();
    out.set_name(name_of(field.title))?;
    out.set_freeze_panes(1, 2)?;
    let mut titles: Vec<(&str, f64)> = vec![("序号", 6.0)];
    titles.extend(
        sheet
            .about
            .iter()
            .enumerate()
            .map(|(at, title)| (*title, if at == 0 { 30.0 } else { 16.0 })),
    );
    for column in typed(grid) {
        titles.push((column.title, 20.0));
        titles.extend(sheet.behind(column).map(|derived| (derived.title, 20.0)));
    }
    for (at, (title, width)) in (0..).zip(&titles) {
        out.set_column_width(at, *width)?;
        out.write_string_with_format(0, at, *title, &head)?;
    }
    let tables = Tables::of(form, draft);
    for (position, row) in (1..).zip(sheet.rows_in(draft)) {
        let is_total = matches!(row.of, RowOf::Sum(_));
        let text = if is_total { &total } else { &plain };
        out.write_number_with_format(position, 0, f64::from(position), text)?;
        let mut at = 1;
        for word in row.about {
            out.write_string_with_format(position, at, *word, text)?;
            at += 1;
        }
        for column in typed(grid) {
            match sheet.amounts.contains(&column.key) {
                true => write_amount(
                    &mut out,
                    position,
                    at,
                    tables.amount(field.key, row.key, column.key),
                    &amount(is_total),
                )?,
                false => {
                    let held = draft.rows(field.key).get(position as usize - 1);
                    let held = held.and_then(|held| held.values.get(column.key));
                    out.write_string_with_format(position, at, held.map_or("", String::as_str), text)?;
                }
            }
            at += 1;
            for derived in sheet.behind(column) {
                let worked_out = tables.derived(field.key, row.key, derived.of);
                write_amount(&mut out, position, at, worked_out, &amount(is_total))?;
                at += 1;
            }
        }
    }
    Ok(out)
}

fn write_amount(
    out: &mut Worksheet,
    row: u32,
    column: u16,
    amount: Option<i64>,
    format: &Format,
) -> Result<(), XlsxError> {
    match amount {
        // Fourteen digits are exact in a double.
        Some(amount) => out.write_number_with_format(row, column, amount as f64 / 10_f64.powi(SCALE as i32), format)?,
        None => out.write_blank(row, column, format)?,
    };
    Ok(())
}

fn typed(grid: &'static Grid) -> impl Iterator<Item = &'static Field> {
    grid.columns
        .iter()
        .filter(|column| column.key != ROW && !matches!(column.kind, Kind::Files(_)))
}

/// The row of the dictionary that a row of a sheet is about: whichever cell calls it by its name, or by one that it had when the
/// workbook was taken out.
pub fn row_of(sheet: &'static Sheet, row: &Row) -> Option<&'static SheetRow> {
    let live = sheet.rows();
    row.cells.iter().find_map(|(_, cell)| {
        let written = plain(&shown(cell));
        let is_named = |known: &&SheetRow| plain(known.title()) == written;
        live.iter().find(is_named).or_else(|| {
            let former = sheet
                .versions()
                .find_map(|version| sheet.rows_of(version).iter().find(is_named))?;
            live.iter().find(|known| known.key == former.key)
        })
    })
}
