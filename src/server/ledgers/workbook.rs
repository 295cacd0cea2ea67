//! 导出 Excel and 导出全部 of a ledger: what is shown, or everything below it; titles, 截止时间, real numbers, and every text as
//! text, never a formula.

use super::table::{self, TableLine};
use super::{Asked, lists, page};
use crate::api::ledgers::{LedgerCell, LedgerHead};
use crate::domain::ledger::Rows;
use crate::domain::query::ListQuery;
use crate::domain::region::Level;
use crate::error::AppError;
use crate::server::db::internal;
use crate::server::logs;
use crate::server::session::Signed;
use crate::server::sheets::{self, plain};
use crate::server::state::App;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};
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
    let mut rows = view.lines.len() as i64;
    let file = match (is_all, asked.search()) {
        (true, Some(search)) => {
            let sheet = Sheet::begin(&title, &view.as_of, &view.heads)?;
            let (sheet, count) = lists::write_all(app, signed, &search, sheet).await?;
            rows = count;
            sheet.finish().await?
        }
        (true, None) if matches!(asked.ledger.rows, Rows::Divisions) && !view.is_former => {
            let lines = table::all_levels(app, asked.ledger, &asked.wish).await?;
            rows = lines.len() as i64;
            let levels = Level::ALL.into_iter();
            let levels: Vec<Level> = levels
                .filter(|level| *level > asked.wish.region.level() && *level <= Level::Village)
                .collect();
            let mut heads: Vec<LedgerHead> = levels
                .iter()
                .map(|level| LedgerHead {
                    group: String::new(),
                    title: level.title().to_owned(),
                    sort: String::new(),
                    is_number: false,
                })
                .collect();
            heads.extend(view.heads.iter().skip(2).cloned());
            let cells = |line: &TableLine| {
                let cells = asked.columns.iter().zip(&line.cells);
                cells
                    .map(|(shown, worth)| table::readable(shown, worth.as_ref()))
                    .collect::<Vec<_>>()
            };
            let all = lines.iter().map(|(region, line)| {
                let names = levels.iter().map(|level| {
                    region
                        .at(*level)
                        .map_or(String::new(), |part| app.divisions.short(&part))
                });
                let texts = names.chain(cells(line));
                texts
                    .map(|text| LedgerCell {
                        text,
                        link: String::new(),
                    })
                    .collect()
            });
            let all: Vec<Vec<LedgerCell>> = all.collect();
            Sheet::begin(&title, &view.as_of, &heads)?
                .append(all)
                .await?
                .finish()
                .await?
        }
        (true, None) if matches!(asked.ledger.rows, Rows::Values(..)) => {
            let mut sheet = Sheet::begin(&title, &view.as_of, &view.heads)?;
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
            sheet.append(view.total.into_iter().collect()).await?.finish().await?
        }
        _ => {
            let lines = view.lines.into_iter().chain(view.total).collect();
            Sheet::begin(&title, &view.as_of, &view.heads)?
                .append(lines)
                .await?
                .finish()
                .await?
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

/// A sheet that grows in constant memory.
pub(super) struct Sheet {
    workbook: Workbook,
    numbers: Vec<bool>,
    next: u32,
    cell: Format,
}

impl Sheet {
    fn begin(title: &str, as_of: &str, heads: &[LedgerHead]) -> Result<Self, AppError> {
        // 操作 is for the screen.
        let heads: Vec<&LedgerHead> = heads.iter().filter(|head| head.title != "操作").collect();
        let mut sheet = Self {
            workbook: Workbook::new(),
            numbers: heads.iter().map(|head| head.is_number).collect(),
            next: 4,
            cell: Format::new().set_border(FormatBorder::Thin),
        };
        sheet.head(title, as_of, &heads).map_err(|error| internal(&error))?;
        Ok(sheet)
    }

    fn head(&mut self, title: &str, as_of: &str, heads: &[&LedgerHead]) -> Result<(), XlsxError> {
        let last = heads.len().saturating_sub(1) as u16;
        let bold = Format::new()
            .set_bold()
            .set_font_size(14)
            .set_align(FormatAlign::Center);
        let head = sheets::head().set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheets::name_of(title))?;
        sheet.set_freeze_panes(4, 2.min(last))?;
        for (column, one) in (0..).zip(heads) {
            let width = if one.title == "序号" { 6.0 } else { 14.0 };
            sheet.set_column_width(column, width)?;
        }
        // Constant memory writes row after row: each row's own cells, then what is merged below it.
        match last {
            0 => sheet.write_string_with_format(0, 0, title, &bold)?,
            last => sheet.merge_range(0, 0, 0, last, title, &bold)?,
        };
        sheet.write_string(1, 0, format!("截止时间：{as_of}"))?;
        let mut at = 0;
        while at < heads.len() {
            let group = &heads[at].group;
            let same = heads[at..]
                .iter()
                .take_while(|one| one.group == *group && !group.is_empty())
                .count()
                .max(1);
            let (from, to) = (at as u16, (at + same - 1) as u16);
            let text = if group.is_empty() { &heads[at].title } else { group };
            match to > from {
                true => sheet.merge_range(2, from, 2, to, text, &head)?,
                false => sheet.write_string_with_format(2, from, text, &head)?,
            };
            at += same;
        }
        for (column, one) in (0..).zip(heads) {
            let text = if one.group.is_empty() { "" } else { one.title.as_str() };
            sheet.write_string_with_format(3, column, text, &head)?;
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
            match digits.parse::<f64>() {
                Ok(number) if *is_number => sheet.write_number_with_format(row, column, number, &self.cell)?,
                _ => sheet.write_string_with_format(row, column, &cell.text, &self.cell)?,
            };
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<File, AppError> {
        let done = tokio::task::spawn_blocking(move || sheets::saved(&mut self.workbook));
        done.await.map_err(|error| internal(&error))?
    }
}
