//! 导出 Excel and 导出全部 of a ledger: what is shown, or everything below it; titles, 截止时间 and who took it out, real numbers
//! and days, a filter over the lines, and every text as text, never a formula.

use super::table::{self, TableLine};
use super::{Asked, lists, page};
use crate::api::ledgers::{LedgerCell, LedgerHead};
use crate::domain::ledger::Rows;
use crate::domain::query::ListQuery;
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::server::db::internal;
use crate::server::logs;
use crate::server::session::Signed;
use crate::server::sheets::{self, plain};
use crate::server::state::App;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use std::fs::File;

/// Lines of a page that are read together.
const BATCH: i64 = 1_000;

/// A ledger as a workbook: its name and its content.
pub async fn export(
    app: &App,
    signed: &Signed,
    key: &str,
    list: &ListQuery,
    is_all: bool,
) -> Result<(String, File), AppError> {
    let asked = Asked::of(app, signed, key, list).await?;
    let _turn = app.imports.turn().await?;
    let view = page(app, signed, key, list).await?;
    let place = app.divisions.path(&asked.wish.region);
    let title = match view.narrowed.as_str() {
        "" => format!("{}（{place}）", view.title),
        narrowed => format!("{} · {narrowed}（{place}）", view.title),
    };
    let title = match view.is_former {
        true => format!("{title} 按 {} 的行政区划", asked.wish.divisions_of),
        false => title,
    };
    let about = format!("截止时间：{}　{}", view.as_of, logs::mark(app, &asked.account));
    let begin = |heads: &[LedgerHead]| Sheet::begin(&title, &about, heads);
    let mut rows = view.lines.len() as i64;
    let file = match (is_all, asked.search()) {
        (true, Some(search)) => {
            let sheet = begin(&view.heads)?;
            let (sheet, count) = lists::write_all(app, signed, &search, sheet).await?;
            rows = count;
            sheet.finish(None).await?
        }
        (true, None)
            if asked.ledger.rows == Rows::Divisions
                && !view.is_former
                && !table::levels_below(asked.ledger, &asked.wish.region).is_empty() =>
        {
            let (sheet, count) = write_tree(app, &asked, &view.heads, begin).await?;
            rows = count;
            sheet.finish(None).await?
        }
        (true, None) if matches!(asked.ledger.rows, Rows::Values(..)) => {
            let mut sheet = begin(&view.heads)?;
            let mut next = ListQuery {
                page: 1,
                size: BATCH,
                ..list.clone()
            };
            loop {
                let found = page(app, signed, key, &next).await?;
                next.page += 1;
                let is_over = (found.lines.len() as i64) < BATCH;
                rows = found.count.unwrap_or(rows);
                sheet = sheet.append(found.lines).await?;
                if is_over {
                    break;
                }
            }
            sheet.finish(view.total).await?
        }
        _ => {
            let sheet = begin(&view.heads)?.append(view.lines).await?;
            sheet.finish(view.total).await?
        }
    };
    let (file, hash) = tokio::task::spawn_blocking(move || {
        let mut file = file;
        let hash = plain::hash(&mut file)?;
        Ok::<_, AppError>((file, hash))
    })
    .await
    .map_err(|error| internal(&error))??;
    let what = format!("{} {rows} 条", view.title);
    logs::note_export(app, signed, &what, &list.parameters(), &hash).await?;
    let now = app.clock.now();
    let stamp: String = crate::server::clock::shown(&now)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Ok((format!("{}_{stamp}.xlsx", view.title), file))
}

/// Writes every level of the tree below the region, each line below the one that it belongs to.
async fn write_tree(
    app: &App,
    asked: &Asked,
    shown: &[LedgerHead],
    begin: impl Fn(&[LedgerHead]) -> Result<Sheet, AppError>,
) -> Result<(Sheet, i64), AppError> {
    let (ledger, wish) = (asked.ledger, &asked.wish);
    let levels = table::levels_below(ledger, &wish.region);
    let mut heads: Vec<LedgerHead> = levels
        .iter()
        .map(|level| LedgerHead {
            group: String::new(),
            title: level.title().to_owned(),
            sort: String::new(),
            is_number: false,
        })
        .collect();
    heads.extend(shown.iter().skip(2).cloned());
    let mut sheet = begin(&heads)?;
    let mut count = 0;
    let lines = table::all_levels(app, ledger, wish).await?;
    let city = |region: &Region| region.at(Level::City);
    let mut parts: Vec<Vec<(Region, TableLine)>> = lines
        .chunk_by(|left, right| city(&left.0) == city(&right.0))
        .map(<[_]>::to_vec)
        .collect();
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    for mut part in parts {
        if table::tells_hamlets(ledger) {
            let inside = part.first().and_then(|(region, _)| city(region));
            let inside = inside.filter(|city| wish.region.contains(city));
            let inside = inside.unwrap_or_else(|| wish.region.clone());
            part.extend(table::all_hamlets(app, ledger, wish, &inside).await?);
            part.sort_by(|left, right| left.0.cmp(&right.0));
        }
        let cells = part.iter().map(|(region, line)| {
            let names = levels.iter().map(|level| match region.at(*level) {
                Some(part) if part == *region => line.name.clone(),
                Some(part) => app.divisions.short(&part),
                None => String::new(),
            });
            let told = asked.columns.iter().zip(&line.cells);
            let told = told.map(|(shown, worth)| table::readable(shown, worth.as_ref()));
            let texts = names.chain(told).map(|text| LedgerCell {
                text,
                link: String::new(),
            });
            texts.collect()
        });
        let cells: Vec<Vec<LedgerCell>> = cells.collect();
        count += cells.len() as i64;
        sheet = sheet.append(cells).await?;
    }
    Ok((sheet, count))
}

/// A sheet that grows in constant memory.
pub(super) struct Sheet {
    workbook: Workbook,
    numbers: Vec<bool>,
    head: u32,
    next: u32,
    cell: Format,
    day: Format,
    moment: Format,
}

impl Sheet {
    fn begin(title: &str, about: &str, heads: &[LedgerHead]) -> Result<Self, AppError> {
        // 操作 is for the screen.
        let heads: Vec<&LedgerHead> = heads.iter().filter(|head| head.title != "操作").collect();
        let cell = Format::new().set_border(FormatBorder::Thin);
        let has_groups = heads.iter().any(|head| !head.group.is_empty());
        let head = if has_groups { 3 } else { 2 };
        let mut sheet = Self {
            workbook: Workbook::new(),
            numbers: heads.iter().map(|head| head.is_number).collect(),
            head,
            next: head + 1,
            day: cell.clone().set_num_format("yyyy-mm-dd"),
            moment: cell.clone().set_num_format("yyyy-mm-dd hh:mm:ss"),
            cell,
        };
        sheet.heads(title, about, &heads).map_err(|error| internal(&error))?;
        Ok(sheet)
    }

    fn heads(&mut self, title: &str, about: &str, heads: &[&LedgerHead]) -> Result<(), XlsxError> {
        let last = heads.len().saturating_sub(1) as u16;
        let bold = Format::new()
            .set_bold()
            .set_font_size(14)
            .set_align(FormatAlign::Center);
        let head = sheets::head().set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheets::name_of(title))?;
        sheet.set_freeze_panes(self.head + 1, 2.min(last))?;
        for (column, one) in (0..).zip(heads) {
            let width = if one.title == "序号" { 6.0 } else { 14.0 };
            sheet.set_column_width(column, width)?;
        }
        // Constant memory writes row after row: each row's own cells, then what is merged below it.
        match last {
            0 => sheet.write_string_with_format(0, 0, title, &bold)?,
            last => sheet.merge_range(0, 0, 0, last, title, &bold)?,
        };
        sheet.write_string_with_format(1, 0, about, &sheets::faint())?;
        let mut at = 0;
        while self.head > 2 && at < heads.len() {
            let group = &heads[at].group;
            let same = heads[at..].iter().take_while(|one| one.group == *group).count();
            let (from, to) = (at as u16, (at + same - 1) as u16);
            match to > from {
                true => sheet.merge_range(2, from, 2, to, group, &head)?,
                false => sheet.write_string_with_format(2, from, group, &head)?,
            };
            at += same;
        }
        for (column, one) in (0..).zip(heads) {
            sheet.write_string_with_format(self.head, column, one.title.as_str(), &head)?;
        }
        Ok(())
    }

    pub(super) async fn append(mut self, lines: Vec<Vec<LedgerCell>>) -> Result<Self, AppError> {
        let done = tokio::task::spawn_blocking(move || {
            for line in &lines {
                self.line(line).map_err(|error| internal(&error))?;
            }
            Ok(self)
        });
        done.await.map_err(|error| internal(&error))?
    }

    fn line(&mut self, line: &[LedgerCell]) -> Result<(), XlsxError> {
        let row = self.next;
        self.next += 1;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for ((column, is_number), cell) in (0..).zip(&self.numbers).zip(line) {
            let digits = cell.text.replace(',', "");
            let moment = match cell.text.len() {
                10 | 19 => ExcelDateTime::parse_from_str(&cell.text).ok(),
                _ => None,
            };
            match (digits.parse::<f64>(), moment) {
                (Ok(number), _) if *is_number => sheet.write_number_with_format(row, column, number, &self.cell)?,
                (_, Some(moment)) if cell.text.len() == 10 => {
                    sheet.write_datetime_with_format(row, column, &moment, &self.day)?
                }
                (_, Some(moment)) => sheet.write_datetime_with_format(row, column, &moment, &self.moment)?,
                _ => sheet.write_string_with_format(row, column, &cell.text, &self.cell)?,
            };
        }
        Ok(())
    }

    /// The finished workbook; 合计 stands below what is filtered.
    async fn finish(mut self, total: Option<Vec<LedgerCell>>) -> Result<File, AppError> {
        let done = tokio::task::spawn_blocking(move || {
            let last = self.numbers.len().saturating_sub(1) as u16;
            let last_row = (self.next - 1).max(self.head);
            let mut close = || {
                if let Some(total) = &total {
                    self.line(total)?;
                }
                let sheet = self.workbook.worksheet_from_index(0)?;
                sheet.autofilter(self.head, 0, last_row, last)?;
                Ok::<_, XlsxError>(())
            };
            close().map_err(|error| internal(&error))?;
            sheets::saved(&mut self.workbook)
        });
        done.await.map_err(|error| internal(&error))?
    }
}
