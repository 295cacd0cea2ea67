//! 工作情况通报 (spec F-17): what leaders ask for every week, in one click: the numbers of L-01 and of what waits where, and how
//! many more there are than a week ago, as a Word paper and as a workbook. Places stand in the order of their codes: nobody is
//! ranked.

use super::Asked;
use super::table::{self, TableLine, Wish, readable};
use crate::domain::date::in_words;
use crate::domain::ledger::Of;
use crate::domain::query::ListQuery;
use crate::domain::region::Level;
use crate::domain::step::Step;
use crate::domain::value::format_scaled;
use crate::error::AppError;
use crate::ledgers::overall;
use crate::server::clock::shown;
use crate::server::db::ledgers::{LineBy, Worth};
use crate::server::db::{self, internal};
use crate::server::logs;
use crate::server::paper::{
    BODY, HEAD, WIDTH, centred, heading, indented, numbered_paper, plain, right, row, table, title,
};
use crate::server::session::Signed;
use crate::server::sheets::{self, plain::hash_of};
use crate::server::state::App;
use crate::server::word::{BODY_SIZE, file_stem, packed, run};
use crate::steps;
use rust_xlsxwriter::{Format, FormatBorder, Workbook, XlsxError};
use std::collections::BTreeMap;

/// Seconds of a week.
const WEEK: i64 = 7 * 24 * 3_600;

/// What a brief is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Word paper.
    Word,
    /// A workbook.
    Excel,
}

/// A table of the brief: its title, its heads, its lines.
struct Part {
    title: &'static str,
    heads: Vec<&'static str>,
    lines: Vec<Vec<String>>,
}

/// What stands in a brief.
struct Brief {
    title: String,
    place: String,
    day: String,
    /// How far all are, in words.
    overall: Vec<String>,
    parts: [Part; 2],
    /// What waits at which desk, in words.
    waiting: Vec<String>,
    mark: String,
}

/// Whether it is offered: where divisions lie below, and for those of today.
pub(super) fn is_offered(asked: &Asked) -> bool {
    let wish = &asked.wish;
    asked.ledger.key == overall::PROGRESS.key && wish.region.level() < Level::Village && wish.divisions_of.is_empty()
}

/// The brief about the region and the year that are asked for: its name and its content.
pub async fn export(app: &App, signed: &Signed, list: &ListQuery, kind: Kind) -> Result<(String, Vec<u8>), AppError> {
    let asked = Asked::of(app, signed, overall::PROGRESS.key, list).await?;
    if !is_offered(&asked) {
        return Err(AppError::NotFound);
    }
    let _turn = app.imports.turn().await?;
    let brief = gather(app, &asked).await?;
    let name = file_stem(&brief.title, "工作情况通报");
    let made = tokio::task::spawn_blocking(move || match kind {
        Kind::Word => paper(&brief),
        Kind::Excel => workbook(&brief),
    });
    let content = made.await.map_err(|error| internal(&error))??;
    logs::note_export(app, signed, "工作情况通报", &list.parameters(), &hash_of(&content)).await?;
    let extension = match kind {
        Kind::Word => "docx",
        Kind::Excel => "xlsx",
    };
    Ok((format!("{name}.{extension}"), content))
}

/// The numbers of a line by the names of their columns.
struct Numbers<'a>(BTreeMap<&'a str, (&'a table::Shown, Option<&'a Worth>)>);

impl<'a> Numbers<'a> {
    fn of(columns: &'a [table::Shown], cells: &'a [Option<Worth>]) -> Self {
        let cells = columns.iter().zip(cells);
        Self(
            cells
                .map(|(shown, worth)| (shown.key.as_str(), (shown, worth.as_ref())))
                .collect(),
        )
    }

    /// As people read it.
    fn text(&self, key: &str) -> String {
        let found = self.0.get(key);
        found.map_or(String::new(), |(shown, worth)| readable(shown, *worth))
    }

    fn number(&self, key: &str) -> i64 {
        match self.0.get(key) {
            Some((_, Some(Worth::Number(number)))) => *number,
            _ => 0,
        }
    }
}

async fn gather(app: &App, asked: &Asked) -> Result<Brief, AppError> {
    let (region, wish) = (&asked.wish.region, &asked.wish);
    let table = table::of(app, asked.ledger, wish).await?;
    let waits = table::of(
        app,
        &overall::WAITING,
        &Wish::plain(app, &overall::WAITING, region, None).await?,
    )
    .await?;
    let since = app.clock.after(-WEEK);
    // Of each step its column and its title, in the order of the ledger.
    let steps: Vec<(&'static str, &'static Step)> = asked
        .ledger
        .all_columns()
        .filter_map(|column| match column.of {
            Of::Done(step) => Some((column.key, step)),
            _ => None,
        })
        .collect();
    let keys: Vec<&'static str> = steps.iter().map(|(_, step)| step.key).collect();
    let level = region.level().below().unwrap_or(Level::Village);
    let mut reader = app.store.reader().await?;
    let by = |by| table::asked(asked.ledger, wish, by);
    let all = db::ledgers::moved(&mut reader, &by(LineBy::Nothing), &keys, &since).await?;
    let below = db::ledgers::moved(&mut reader, &by(LineBy::Level(level)), &keys, &since).await?;
    drop(reader);
    let moved =
        |line: Option<&BTreeMap<String, i64>>, step: &str| line.and_then(|line| line.get(step)).copied().unwrap_or(0);
    let last = steps::OUTCOMES.key;

    let none = Vec::new();
    let total = Numbers::of(&asked.columns, table.total.as_ref().unwrap_or(&none));
    let whole = all.get("");
    let villages = total.number("villages");
    let day = |instant: &str| in_words(&shown(instant)[..10]);
    let place = app.divisions.short(region);
    let (today, week_ago) = (day(&app.clock.now()), day(&since));
    let task = match wish.year {
        Some(year) => format!("{year}年度任务"),
        None => "年度任务".to_owned(),
    };
    let overall = vec![
        format!(
            "截至{today}，{place}纳入规划范围的行政村（社区）{}个，{task}{}个。规划编制13个环节全部完成的{}个，完成率{}%，较{week_ago}{}。",
            total.text("villages"),
            total.text("tasks"),
            total.text("all_done"),
            total.text("rate"),
            in_change(moved(whole, last)),
        ),
        format!(
            "审批备案环节审批通过{}个，其中已备案{}个。",
            total.text("approved"),
            total.text("filed")
        ),
    ];
    let by_step = steps.iter().map(|(key, step)| {
        let share = table::divided(i128::from(total.number(key)) * 10_000, i128::from(villages));
        let share = share.and_then(|share| i64::try_from(share).ok());
        let share = share.map_or("—".to_owned(), |share| format_scaled(share, 2));
        vec![
            step.title.to_owned(),
            total.text(key),
            share,
            signed_number(moved(whole, step.key)),
        ]
    });
    let by_place = table.lines.iter().map(|line: &TableLine| {
        let own = Numbers::of(&asked.columns, &line.cells);
        let columns = [
            "villages",
            "tasks",
            "candidates",
            "roster",
            "county_review",
            "filing_done",
            "all_done",
        ];
        let mut cells = vec![line.name.clone()];
        cells.extend(columns.map(|key| own.text(key)));
        cells.push(signed_number(moved(below.get(&line.key), last)));
        cells
    });
    Ok(Brief {
        title: format!("{place}“干部规划家乡行动”工作情况通报"),
        overall,
        parts: [
            Part {
                title: "各环节完成情况",
                heads: vec!["环节", "完成数(个)", "完成率(%)", "较上周(个)"],
                lines: by_step.collect(),
            },
            Part {
                title: "各地进展情况",
                heads: vec![
                    table.heads.first().copied().unwrap_or("区划"),
                    "行政村总数",
                    "年度任务数",
                    "人员摸排",
                    "名单报审",
                    "县级审查",
                    "审批备案",
                    "全部完成",
                    "较上周",
                ],
                lines: by_place.collect(),
            },
        ],
        waiting: waiting(&waits),
        mark: logs::mark(app, &asked.account),
        day: today,
        place: app.divisions.path(region),
    })
}

/// A sentence for each desk at which something waits.
fn waiting(table: &table::Table) -> Vec<String> {
    let columns = table::columns(&overall::WAITING);
    let Some(cells) = table.total.as_ref() else {
        return Vec::new();
    };
    // Each desk is a pair of columns: how many, and since when.
    let desks = columns.chunks_exact(2).zip(cells.chunks_exact(2));
    desks
        .filter_map(|(shown, worth)| match &worth[0] {
            Some(Worth::Number(number)) if *number > 0 => {
                let longest = readable(&shown[1], worth[1].as_ref());
                Some(format!(
                    "{}{number}件，最长已等待{longest}天。",
                    shown[0].group.replace(' ', "")
                ))
            }
            _ => None,
        })
        .collect()
}

fn in_change(change: i64) -> String {
    match change {
        0 => "持平".to_owned(),
        more if more > 0 => format!("增加{more}个"),
        less => format!("减少{}个", -less),
    }
}

fn signed_number(change: i64) -> String {
    match change {
        more if more > 0 => format!("+{more}"),
        other => other.to_string(),
    }
}

fn paper(brief: &Brief) -> Result<Vec<u8>, AppError> {
    let mut docx = numbered_paper()
        .add_paragraph(title(&brief.title))
        .add_paragraph(centred(run(&format!("（截至{}）", brief.day), BODY_SIZE, BODY)))
        .add_paragraph(heading("一、总体情况"));
    for sentence in &brief.overall {
        docx = docx.add_paragraph(indented(sentence));
    }
    for (number, part) in ["二", "三"].into_iter().zip(&brief.parts) {
        docx = docx.add_paragraph(heading(&format!("{number}、{}", part.title)));
        // The name of the line takes what the numbers leave.
        let others = part.heads.len() - 1;
        let narrow = if others > 4 { 860 } else { 1_600 };
        let mut widths = vec![WIDTH - others * narrow];
        widths.extend(vec![narrow; others]);
        let mut rows = vec![row(&part.heads, &widths, HEAD)];
        rows.extend(part.lines.iter().map(|line| {
            let texts: Vec<&str> = line.iter().map(String::as_str).collect();
            row(&texts, &widths, BODY)
        }));
        docx = docx.add_table(table(rows, &widths));
    }
    docx = docx.add_paragraph(heading("四、待办情况"));
    if brief.waiting.is_empty() {
        docx = docx.add_paragraph(indented("没有等待审核或修改的事项。"));
    }
    for sentence in &brief.waiting {
        docx = docx.add_paragraph(indented(sentence));
    }
    packed(
        docx.add_paragraph(plain(""))
            .add_paragraph(right(&brief.day))
            .add_paragraph(centred(run(&brief.mark, crate::server::word::TABLE_SIZE, BODY))),
    )
}

fn workbook(brief: &Brief) -> Result<Vec<u8>, AppError> {
    let mut book = Workbook::new();
    let written = (|| {
        let head = sheets::head().set_text_wrap();
        let bold = Format::new().set_bold().set_font_size(14);
        let cell = Format::new().set_border(FormatBorder::Thin);
        for part in &brief.parts {
            let sheet = book.add_worksheet();
            sheet.set_name(part.title)?;
            sheet.write_string_with_format(0, 0, format!("{}（{}）", brief.title, brief.place), &bold)?;
            sheet.write_string_with_format(
                1,
                0,
                format!("截止时间：{}　{}", brief.day, brief.mark),
                &sheets::faint(),
            )?;
            sheet.set_freeze_panes(3, 1)?;
            for (column, text) in (0..).zip(&part.heads) {
                sheet.set_column_width(column, if column == 0 { 26.0 } else { 12.0 })?;
                sheet.write_string_with_format(2, column, *text, &head)?;
            }
            for (line, row) in part.lines.iter().zip(3..) {
                for (column, text) in (0..).zip(line) {
                    match text.replace([',', '+'], "").parse::<f64>() {
                        Ok(number) if column > 0 => sheet.write_number_with_format(row, column, number, &cell)?,
                        _ => sheet.write_string_with_format(row, column, text, &cell)?,
                    };
                }
            }
        }
        let sheet = book.add_worksheet();
        sheet.set_name("说明")?;
        sheet.set_column_width(0, 100)?;
        for (row, text) in (0..).zip(brief.overall.iter().chain(&brief.waiting)) {
            sheet.write_string_with_format(row, 0, text, &Format::new().set_text_wrap())?;
        }
        Ok::<_, XlsxError>(())
    })();
    written.map_err(|error| internal(&error))?;
    book.save_to_buffer().map_err(|error| internal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_as_people_say_them() {
        assert_eq!([0, 3, -2].map(in_change), ["持平", "增加3个", "减少2个"]);
        assert_eq!([0, 3, -2].map(signed_number), ["0", "+3", "-2"]);
    }
}
