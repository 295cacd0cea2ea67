//! Rows of 核心数据指标表 and 结构调整表 in the dictionary (spec A17, A18, S9.3). Every change makes a version, one a day: records
//! that were filled before keep the rows that they were filled by until they are filled on.

use super::authorize::to_govern;
use super::db;
use super::db::audits::Change;
use super::db::terms::TableRow;
use super::dictionary::note;
use super::session::Signed;
use super::state::App;
use super::terms;
use crate::api::dictionary::{RowLine, TableRows};
use crate::domain::audit::Act;
use crate::domain::form::Form;
use crate::domain::sheet::{Check, MOST_ROWS, Place, RowOf, Sheet, SheetRow, sheets};
use crate::error::AppError;

/// Headings of a table at most.
pub const MOST_HEADS: usize = 6;
/// Characters of what a row says under a heading.
const MOST_LETTERS: usize = 40;

/// What is done to the rows of a table.
#[derive(Debug, Clone)]
pub enum RowChange {
    /// A new row that is typed.
    Add {
        /// What it says about itself.
        about: Vec<String>,
        /// Whether it has to be filled.
        required: bool,
        /// The subtotal that it counts into; empty in a table without any.
        into: String,
    },
    /// Other words, and whether it has to be filled.
    Edit {
        /// Which.
        item: String,
        /// What it says about itself.
        about: Vec<String>,
        /// Whether it has to be filled.
        required: bool,
    },
    /// 停用
    End {
        /// Which.
        item: String,
    },
    /// 恢复启用
    Revive {
        /// Which.
        item: String,
    },
    /// One place up or down.
    Shift {
        /// Which.
        item: String,
        /// Up.
        up: bool,
    },
}

fn built_in(sheet: &'static Sheet, item: &str) -> Option<&'static SheetRow> {
    sheet.built_in.iter().find(|row| row.key == item)
}

/// Whether something is worked out of a row, or held against it.
fn is_kept(form: &'static Form, sheet: &'static Sheet, item: &str) -> bool {
    let Some(row) = built_in(sheet, item) else {
        return false;
    };
    !row.is_typed()
        || sheets(form).any(|(field, _, other)| {
            let is_it = |place: &Place| {
                let grid = if place.0.is_empty() { field.key } else { place.0 };
                grid == sheet.key && place.1 == item
            };
            let by_rows = other.built_in.iter().any(|row| {
                let compared = row.equals.iter().chain(&row.at_most);
                let divided = match &row.of {
                    RowOf::SquareMetresEach(of, by) => vec![of, by],
                    _ => Vec::new(),
                };
                compared.map(|(place, _)| place).chain(divided).any(is_it)
            });
            let by_checks = other.checks.iter().any(|check| match check {
                Check::Balanced(row, ..) => is_it(&Place("", row)),
                Check::ShareAtMost(row, of, ..) => is_it(&Place("", row)) || is_it(&Place("", of)),
            });
            by_rows || by_checks
        })
}

/// The heading of a row that rules count in.
fn fixed(sheet: &'static Sheet, item: &str) -> Option<usize> {
    sheet
        .unit
        .filter(|_| built_in(sheet, item).is_some_and(SheetRow::is_compared))
}

/// The rows of a table, as the dictionary shows them.
pub fn view(form: &'static Form, sheet: &'static Sheet, stored: &[TableRow]) -> TableRows {
    let rows = terms::table_rows(sheet, stored);
    let title = |item: &str| {
        let row = rows.iter().find(|row| row.item == item);
        row.and_then(|row| row.about.first().cloned()).unwrap_or_default()
    };
    let sums = sheet.built_in.iter().filter(|row| matches!(row.of, RowOf::Sum(_)));
    let sums: Vec<(String, String)> = sums.map(|row| (row.key.to_owned(), title(row.key))).collect();
    let counts_into = |row: &TableRow| {
        let holds = |sum: &&SheetRow| matches!(sum.of, RowOf::Sum(parts) if parts.contains(&row.item.as_str()));
        let built_in = sheet.built_in.iter().find(holds).map(|sum| sum.key);
        built_in.map_or_else(|| row.counts_into.clone(), str::to_owned)
    };
    let lines = rows.iter().map(|row| RowLine {
        item: row.item.clone(),
        about: row.about.clone(),
        required: row.required,
        sum: title(&counts_into(row)),
        is_typed: built_in(sheet, &row.item).is_none_or(SheetRow::is_typed),
        ended: row.ended,
        kept: is_kept(form, sheet, &row.item),
        fixed: fixed(sheet, &row.item),
    });
    TableRows {
        heads: sheet.about.iter().map(|head| (*head).to_owned()).collect(),
        sums,
        version: sheet.current().to_owned(),
        rows: lines.collect(),
    }
}

/// What a row says about itself, as it is stored.
fn about_of(sheet: &'static Sheet, typed: &[String]) -> Result<Vec<String>, AppError> {
    let mut about = Vec::new();
    for (at, head) in sheet.about.iter().enumerate() {
        let text = typed.get(at).map_or("", |text| text.trim());
        let fits = |letter: char| !letter.is_control() && !matches!(letter, '<' | '>' | '&' | '"' | '\'' | '\\');
        let is_sound = text.chars().count() <= MOST_LETTERS
            && text.chars().all(fits)
            && !text.starts_with(['=', '+', '-', '@'])
            && (at > 0 || !text.is_empty());
        if !is_sound {
            let least = if at == 0 { 1 } else { 0 };
            let message = format!("{head}：请输入 {least}–{MOST_LETTERS} 个字，不含引号和尖括号");
            return Err(AppError::at(format!("about.{at}"), message));
        }
        about.push(text.to_owned());
    }
    Ok(about)
}

/// A name that no other row has.
fn free(rows: &[TableRow], about: &[String], own: &str) -> Result<(), AppError> {
    let same = |row: &&TableRow| row.item != own && row.about.first() == about.first();
    match rows.iter().find(same) {
        Some(row) if row.ended => Err(AppError::at("about.0", "该名称已停用，可直接恢复启用")),
        Some(_) => Err(AppError::at("about.0", "表中已有该名称")),
        None => Ok(()),
    }
}

/// Changes the rows of a table.
pub async fn change(app: &App, signed: &Signed, key: &str, change: &RowChange) -> Result<(), AppError> {
    let permit = to_govern(signed)?;
    let (form, sheet) = terms::sheet(key).ok_or(AppError::NotFound)?;
    let mut tx = app.store.begin_in_turn("terms").await?;
    let mut rows = terms::table_rows(sheet, &db::terms::table_rows(&mut tx).await?);
    let before = rows.clone();
    let find = |item: &str| {
        let position = rows.iter().position(|row| row.item == item);
        position.ok_or(AppError::NotFound)
    };
    let name = |row: &TableRow| row.about.first().cloned().unwrap_or_default();
    let said = match change {
        RowChange::Add { about, required, into } => {
            let about = about_of(sheet, about)?;
            free(&rows, &about, "")?;
            if rows.len() >= MOST_ROWS {
                return Err(AppError::Conflict(format!("一张表最多 {MOST_ROWS} 行")));
            }
            let sums = sheet.built_in.iter().filter(|row| matches!(row.of, RowOf::Sum(_)));
            let is_sum = sums.clone().any(|row| row.key == into);
            if sums.clone().next().is_some() && !is_sum || sums.count() == 0 && !into.is_empty() {
                return Err(AppError::at("into", "请选择计入的小计"));
            }
            let mut numbers = 1..;
            let item = numbers.find_map(|number: usize| {
                let item = format!("x{number}");
                rows.iter().all(|row| row.item != item).then_some(item)
            });
            let new = TableRow {
                sheet: sheet.key.to_owned(),
                version: String::new(),
                item: item.ok_or(AppError::NotFound)?,
                position: 0,
                about,
                required: *required,
                counts_into: into.clone(),
                ended: false,
            };
            let said = format!("新增“{}”", name(&new));
            // Above its subtotal, where people look for it.
            let at = rows.iter().position(|row| row.item == *into).unwrap_or(rows.len());
            rows.insert(at, new);
            said
        }
        RowChange::Edit { item, about, required } => {
            let at = find(item)?;
            let about = about_of(sheet, about)?;
            if let Some(fixed) = fixed(sheet, item)
                && about.get(fixed) != rows[at].about.get(fixed)
            {
                let place = format!("about.{fixed}");
                return Err(AppError::at(place, "系统按该单位核对和计算，不能更改"));
            }
            free(&rows, &about, item)?;
            let old = name(&rows[at]);
            rows[at].about = about;
            if built_in(sheet, item).is_none_or(SheetRow::is_typed) {
                rows[at].required = *required;
            }
            match old == name(&rows[at]) {
                true => format!("修改“{old}”"),
                false => format!("“{old}”更名为“{}”", name(&rows[at])),
            }
        }
        RowChange::End { item } => {
            let at = find(item)?;
            if is_kept(form, sheet, item) {
                return Err(AppError::Conflict(
                    "系统的校验规则用到该行，只能更正名称，不能停用".to_owned(),
                ));
            }
            rows[at].ended = true;
            format!("停用“{}”", name(&rows[at]))
        }
        RowChange::Revive { item } => {
            let at = find(item)?;
            rows[at].ended = false;
            format!("“{}”恢复启用", name(&rows[at]))
        }
        RowChange::Shift { item, up } => {
            let at = find(item)?;
            let other = match up {
                true => at.checked_sub(1),
                false => Some(at + 1).filter(|other| *other < rows.len()),
            };
            let Some(other) = other else { return Ok(()) };
            rows.swap(at, other);
            format!("“{}”{}移", name(&rows[other]), if *up { "上" } else { "下" })
        }
    };
    if rows == before {
        return Ok(());
    }
    // A version is never older than the one before.
    let version = before
        .iter()
        .map(|row| row.version.clone())
        .chain([app.clock.today()])
        .max();
    let version = version.unwrap_or_default();
    for (position, row) in (0..).zip(&mut rows) {
        row.position = position;
        row.version.clone_from(&version);
        db::terms::put_table_row(&mut tx, row).await?;
    }
    let told = |rows: &[TableRow]| {
        let live = rows.iter().filter(|row| !row.ended);
        let words = live.map(|row| {
            let mut words: Vec<&str> = row.about.iter().map(String::as_str).collect();
            words.retain(|word| !word.is_empty());
            words.join(" ")
        });
        words.collect::<Vec<_>>().join("；")
    };
    let changes = [Change {
        field: sheet.title.to_owned(),
        old: told(&before),
        new: told(&rows),
    }];
    let opinion = format!("{}：{said}", sheet.title);
    note(app, &mut tx, &permit, Act::ChangeOption, &opinion, &changes).await?;
    db::terms::touch(&mut tx, "terms").await?;
    tx.commit().await?;
    terms::reload(app).await
}
