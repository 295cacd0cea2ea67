//! The workbook of a page about a village (manual 6.2 实地调研模板, 6.9(7)): a sheet for each table of its tabs. It goes out
//! empty, or with what a table of given rows holds; what comes in is tried first and stored on the second word. Both happen
//! in one transaction; the dry run takes its own back.

use super::authorize::to_create;
use super::db::audits::Line;
use super::db::{self, Connection, internal};
use super::imports;
use super::records::{self, Batch, Save};
use super::session::Signed;
use super::sheets::cells::typed;
use super::sheets::reading::{self, Book, Row};
use super::sheets::template::{Codes, Template, tag};
use super::sheets::{columns, fixed, name_of};
use super::state::App;
use crate::api::workbooks::{SheetCount, SheetFault, WorkbookView};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::field::{Field, Grid, Kind, Shown};
use crate::domain::form::Form;
use crate::domain::page::{Page, Tab};
use crate::domain::problem::{Problem, Severity};
use crate::domain::record::{Draft, DraftRow};
use crate::domain::region::Region;
use crate::domain::sheet::{ROW, renewed};
use crate::domain::validate::{check, typed as typed_value};
use crate::error::AppError;
use bytes::Bytes;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::collections::{BTreeMap, HashMap};

/// Rows that one workbook may bring.
const MOST_ROWS: usize = 2_000;
/// Faults that are named singly.
const NAMED: usize = 200;

/// One sheet: a grid of a form with one record per village, or a form with many.
#[derive(Clone, Copy)]
struct Part {
    title: &'static str,
    form: &'static Form,
    grid: Option<(&'static Field, &'static Grid)>,
}

impl Part {
    /// Columns that a workbook can fill.
    fn fields(&self, tab: &'static Tab) -> Vec<&'static Field> {
        let Some((_, grid)) = self.grid else {
            return columns::of(tab);
        };
        let columns = grid.columns.iter();
        columns
            .filter(|column| !matches!(column.shown, Shown::Never) && !matches!(column.kind, Kind::Files(_)))
            .collect()
    }
}

/// The sheets of a page, or of one of its tabs.
fn parts(page: &'static Page, only: &str) -> Vec<(&'static Tab, Part)> {
    let tabs = page
        .tabs
        .iter()
        .filter(|tab| tab.in_workbook && (only.is_empty() || tab.key == only));
    let of_tab = |tab: &'static Tab| {
        let sections = tab.form.sections.iter().filter(|section| tab.shows(section));
        let grids = sections
            .flat_map(|section| section.fields)
            .filter_map(|field| match field.kind {
                Kind::Grid(grid) => Some((field, grid)),
                _ => None,
            });
        let mut parts: Vec<(&'static Tab, Part)> = grids
            .map(|(field, grid)| {
                let part = Part {
                    title: field.title,
                    form: tab.form,
                    grid: Some((field, grid)),
                };
                (tab, part)
            })
            .collect();
        if parts.is_empty() {
            let part = Part {
                title: tab.title,
                form: tab.form,
                grid: None,
            };
            parts.push((tab, part));
        }
        parts
    };
    tabs.flat_map(of_tab).collect()
}

/// Whether it may take it out, empty or filled.
fn reads(kind: AccountKind, page: &'static Page) -> bool {
    page.tabs.iter().any(|tab| tab.in_workbook && tab.is_seen_by(kind))
}

/// The workbook of a page for a village; of one tab, where one is asked for.
pub async fn write(
    app: &App,
    signed: &Signed,
    page: &'static Page,
    only: &str,
    region: Option<&Region>,
) -> Result<(String, Vec<u8>), AppError> {
    let account = signed.ready()?;
    let parts = parts(page, only);
    if parts.is_empty() || !reads(account.kind, page) {
        return Err(AppError::NotFound);
    }
    let region = records::village(app, signed, region)?;
    let mut reader = app.store.reader().await?;
    let mut options: Vec<Vec<(&'static str, Vec<String>)>> = Vec::new();
    let mut held: Vec<Draft> = Vec::new();
    for (tab, part) in &parts {
        options.push(names(&mut reader, part, tab, &region).await?.labels());
        let stored = match part.grid.filter(|(_, grid)| grid.sheet.is_some()) {
            Some(_) => db::records::find_single(&mut reader, part.form, &region).await?,
            None => None,
        };
        let mut draft = match stored {
            Some(stored) => records::stored_draft(&mut reader, part.form, &stored.id, &stored.values).await?,
            None => records::initials(part.form, account, &app.clock.today()),
        };
        records::mask(account, part.form, &mut draft);
        held.push(draft);
    }
    drop(reader);
    let (place, code, today) = (app.divisions.path(&region), region.official(), app.clock.today());
    let _turn = app.imports.turn().await?;
    let made = tokio::task::spawn_blocking(move || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let mut codes = Codes::new()?;
        for (((tab, part), options), draft) in parts.iter().zip(&options).zip(&held) {
            let sheet = match part.grid.and_then(|(field, grid)| Some((field, grid, grid.sheet?))) {
                Some((field, grid, sheet)) => fixed::write(part.form, field, grid, sheet, draft)?,
                None => Template {
                    title: part.title,
                    form: part.form,
                    fields: &part.fields(tab),
                    region: &code,
                    place: &place,
                    options,
                    today: &today,
                }
                .sheet(&mut codes)?,
            };
            workbook.push_worksheet(sheet);
        }
        workbook.push_worksheet(codes.finish());
        workbook.push_worksheet(tag([page.key, "", &code])?);
        workbook.save_to_buffer()
    });
    let content = made
        .await
        .map_err(|error| internal(&error))?
        .map_err(|error| internal(&error))?;
    let title = match page.tabs.iter().find(|tab| tab.key == only && !only.is_empty()) {
        Some(tab) => tab.title.trim_start_matches("填报"),
        None => page.title,
    };
    Ok((format!("{}{title}.xlsx", app.divisions.short(&region)), content))
}

/// What references of a part may name: field key → label → id; nothing where a label means several.
struct Names(BTreeMap<&'static str, HashMap<String, Option<String>>>);

impl Names {
    fn labels(self) -> Vec<(&'static str, Vec<String>)> {
        let sorted = |names: HashMap<String, Option<String>>| {
            let mut labels: Vec<String> = names.into_keys().collect();
            labels.sort();
            labels
        };
        self.0.into_iter().map(|(key, names)| (key, sorted(names))).collect()
    }
}

async fn names(
    connection: &mut Connection,
    part: &Part,
    tab: &'static Tab,
    region: &Region,
) -> Result<Names, AppError> {
    let names = imports::names(connection, part.form, &part.fields(tab), region).await?;
    Ok(Names(names))
}

/// A row of a sheet, as a draft takes it.
struct Taken {
    number: u32,
    texts: BTreeMap<String, String>,
}

/// Reads a workbook into a village. Without `stores` it is only tried.
pub async fn read(
    app: &App,
    signed: &Signed,
    page: &'static Page,
    region: Option<&Region>,
    (file_name, content): (&str, Bytes),
    stores: bool,
) -> Result<WorkbookView, AppError> {
    let account = signed.ready()?;
    if !page.imports_workbook(account.kind) {
        return Err(AppError::NotFound);
    }
    let region = records::village(app, signed, region)?;
    let turn = app.imports.turn().await?;
    let book = tokio::task::spawn_blocking(move || reading::read(&content))
        .await
        .map_err(|error| internal(&error))?
        .map_err(AppError::Conflict)?;
    drop(turn);
    if let Some([key, ..]) = book.tag.as_ref().filter(|[key, ..]| key != page.key) {
        let other = crate::forms::page(key).map_or("其他表格", |page| page.title);
        return Err(AppError::Conflict(format!(
            "这是“{other}”的模板，请使用“{}”的模板",
            page.title
        )));
    }
    let mut tx = app.store.begin_in_turn(&format!("{}/{region}", page.key)).await?;
    let mut reading = Reading {
        app,
        signed,
        region: &region,
        view: WorkbookView::default(),
    };
    let all = parts(page, "");
    let mut at = 0;
    while let Some((tab, part)) = all.get(at) {
        // The grids of one record are saved together.
        let together = all[at..]
            .iter()
            .take_while(|(_, other)| other.form.key == part.form.key)
            .count();
        match part.grid {
            Some(_) => {
                let grids: Vec<Part> = all[at..at + together].iter().map(|(_, part)| *part).collect();
                reading.grids(&mut tx, &book, tab, &grids).await?;
            }
            None => reading.records(&mut tx, &book, tab, part).await?,
        }
        at += together;
    }
    let mut view = reading.view;
    if view.sheets.is_empty() {
        return Err(AppError::Conflict(
            "没有可导入的内容：工作表的名称应与模板一致，从第 2 行起填写".to_owned(),
        ));
    }
    let ready: usize = view.sheets.iter().map(|sheet| sheet.ready).sum();
    if stores && view.faults.is_empty() {
        let now = app.clock.now();
        let opinion = format!("{} {ready} 条", page.title);
        let line = Line {
            account: Some(account),
            act: Act::Import,
            region: Some(&region),
            record: None,
            step: None,
            opinion: &opinion,
            changes: &[],
            address: &signed.address,
            now: &now,
        };
        db::audits::write(&mut tx, &line).await?;
        view.stored = ready;
        note(&mut tx, account, page, &region, file_name, &view, &now).await?;
        tx.commit().await?;
    } else {
        tx.rollback().await?;
        // What the administrator tried for a village stands in the list of imports too (S9.4).
        if account.kind == AccountKind::System {
            let mut tx = app.store.begin().await?;
            note(&mut tx, account, page, &region, file_name, &view, &app.clock.now()).await?;
            tx.commit().await?;
        }
    }
    view.faults.truncate(NAMED);
    Ok(view)
}

/// Keeps what the system administrator has read in, or tried: 行政村, 文件, 试运行结果, 导入时间, 操作人.
async fn note(
    connection: &mut Connection,
    account: &Account,
    page: &Page,
    region: &Region,
    file_name: &str,
    view: &WorkbookView,
    now: &str,
) -> Result<(), AppError> {
    if account.kind != AccountKind::System {
        return Ok(());
    }
    let ready: usize = view.sheets.iter().map(|sheet| sheet.ready).sum();
    let known: usize = view.sheets.iter().map(|sheet| sheet.known).sum();
    let outcome = match view.faults.first() {
        Some(fault) => format!(
            "有 {} 处错误，“{}”第 {} 行：{}",
            view.faults.len(),
            fault.sheet,
            fault.row,
            fault.reason
        ),
        None => format!("可导入 {ready} 条，已有 {known} 条"),
    };
    let import = db::workbook_imports::Import {
        region: region.code().to_owned(),
        page: page.key.to_owned(),
        file: file_name.chars().take(100).collect(),
        outcome,
        stored: view.stored as i64,
        by: account.name.clone(),
        at: now.to_owned(),
    };
    Ok(db::workbook_imports::keep(connection, account, region, &import).await?)
}

/// A workbook on its way into the store.
struct Reading<'a> {
    app: &'a App,
    signed: &'a Signed,
    region: &'a Region,
    view: WorkbookView,
}

impl Reading<'_> {
    /// The rows of a part's sheet; nothing when the workbook does not have it or nothing is filled in.
    async fn rows(
        &mut self,
        connection: &mut Connection,
        book: &Book,
        tab: &'static Tab,
        part: &Part,
    ) -> Result<Vec<Taken>, AppError> {
        let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == name_of(part.title)) else {
            return Ok(Vec::new());
        };
        let fields = part.fields(tab);
        let fixed = part.grid.and_then(|(_, grid)| grid.sheet);
        let names = names(connection, part, tab, self.region).await?;
        let Some((head, by_column)) = header(&sheet.rows, &fields) else {
            self.wrong(part, 1, "", "没有找到表头，请使用模板的列名");
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for row in sheet.rows.iter().filter(|row| row.number > head) {
            let mut texts = BTreeMap::new();
            if let Some(sheet) = fixed {
                let Some(known) = fixed::row_of(sheet, row) else {
                    continue;
                };
                if !known.is_typed() {
                    continue;
                }
                texts.insert(ROW.to_owned(), known.key.to_owned());
            }
            let mut is_filled = false;
            for (column, field) in &by_column {
                let Some(cell) = row.cell(*column) else { continue };
                is_filled = true;
                match self.text(field, cell, &names) {
                    Ok(text) => {
                        texts.insert(field.key.to_owned(), text);
                    }
                    Err(reason) => self.wrong(part, row.number + 1, field.title, &reason),
                }
            }
            if is_filled {
                rows.push(Taken {
                    number: row.number + 1,
                    texts,
                });
            }
        }
        if rows.len() > MOST_ROWS {
            return Err(AppError::Conflict(format!(
                "“{}”超过 {MOST_ROWS} 行，请分开导入",
                part.title
            )));
        }
        Ok(rows)
    }

    fn text(&self, field: &'static Field, cell: &reading::Cell, names: &Names) -> Result<String, String> {
        let text = typed(field, cell)?;
        if !matches!(field.kind, Kind::Reference { .. }) {
            return Ok(text);
        }
        match names.0.get(field.key).and_then(|names| names.get(&text)) {
            Some(Some(id)) => Ok(id.clone()),
            Some(None) => Err(format!("“{text}”有多个，请在页面上登记")),
            None => Err(format!("没有登记过“{text}”")),
        }
    }

    fn wrong(&mut self, part: &Part, row: u32, column: &str, reason: &str) {
        self.view.faults.push(SheetFault {
            sheet: part.title.to_owned(),
            row,
            column: column.to_owned(),
            reason: reason.to_owned(),
        });
    }

    fn count(&mut self, part: &Part, ready: usize, known: usize) {
        self.view.sheets.push(SheetCount {
            title: part.title.to_owned(),
            ready,
            known,
        });
    }

    /// The grids of one record: rows that name the same as a row of the record replace it, the others are added.
    async fn grids(
        &mut self,
        tx: &mut Connection,
        book: &Book,
        tab: &'static Tab,
        grids: &[Part],
    ) -> Result<(), AppError> {
        let Some(form) = grids.first().map(|part| part.form) else {
            return Ok(());
        };
        let stored = db::records::find_single(&mut *tx, form, self.region).await?;
        let mut draft = match &stored {
            Some(stored) => {
                let mut draft = records::stored_draft(&mut *tx, form, &stored.id, &stored.values).await?;
                let files = db::attachments::kept_of(&mut *tx, std::slice::from_ref(&stored.id)).await?;
                super::attachments::list_in(form, &files, &mut draft);
                renewed(form, draft)
            }
            None => records::initials(form, self.signed.ready()?, &self.app.clock.today()),
        };
        draft.region = self.region.code().to_owned();
        // Which row of which sheet stands where in the record now.
        let mut origins: BTreeMap<(&'static str, usize), u32> = BTreeMap::new();
        let mut changed = false;
        for part in grids {
            let Some((field, grid)) = part.grid else { continue };
            let rows = self.rows(&mut *tx, book, tab, part).await?;
            if rows.is_empty() {
                continue;
            }
            let before = draft.rows(field.key).to_vec();
            let named = grid.columns.first().map_or("", |column| column.key);
            let held = draft.grids.entry(field.key.to_owned()).or_default();
            let mut free: Vec<usize> = (0..held.len()).collect();
            let (mut ready, mut known) = (0, 0);
            for row in rows {
                let name = row.texts.get(named).map_or("", String::as_str);
                let same = free
                    .iter()
                    .position(|at| held[*at].values.get(named).is_some_and(|held| held == name));
                let at = match same {
                    Some(position) => free.remove(position),
                    None => {
                        held.push(DraftRow::default());
                        held.len() - 1
                    }
                };
                held[at].values.extend(row.texts);
                origins.insert((field.key, at), row.number);
                match before.get(at) == Some(&held[at]) {
                    true => known += 1,
                    false => ready += 1,
                }
            }
            changed |= ready > 0;
            self.count(part, ready, known);
        }
        if !changed {
            return Ok(());
        }
        let problems = check(form, &draft, &self.app.clock.today()).problems;
        let blocking: Vec<Problem> = problems
            .into_iter()
            .filter(|one| one.severity == Severity::Error)
            .collect();
        if !blocking.is_empty() {
            for problem in blocking {
                self.place(grids, &origins, &problem);
            }
            return Ok(());
        }
        let (id, version) = stored.map_or_else(|| (db::new_id(), 0), |stored| (stored.id, stored.version));
        if let Some(first) = grids.first() {
            self.save(
                tx,
                first,
                1,
                Save {
                    form,
                    id: &id,
                    version,
                    key: &db::new_id(),
                    draft,
                },
            )
            .await?;
        }
        Ok(())
    }

    /// Names a problem of a record by the sheet and the row that it comes from.
    fn place(&mut self, grids: &[Part], origins: &BTreeMap<(&'static str, usize), u32>, problem: &Problem) {
        let mut path = problem.place.splitn(3, '.');
        let (grid, row, column) = (
            path.next().unwrap_or_default(),
            path.next(),
            path.next().unwrap_or_default(),
        );
        let part = grids
            .iter()
            .find(|part| part.grid.is_some_and(|(field, _)| field.key == grid));
        let Some(part) = part.or(grids.first()).copied() else {
            return;
        };
        let at = row.and_then(|row| row.parse::<usize>().ok());
        let origin = at.and_then(|at| origins.iter().find(|((key, place), _)| *key == grid && *place == at));
        let columns = part.grid.map_or(&[][..], |(_, grid)| grid.columns);
        let title = columns.iter().find(|one| one.key == column).map_or("", |one| one.title);
        self.wrong(&part, origin.map_or(0, |(_, number)| *number), title, &problem.message);
    }

    /// A record for each row; what is there already with the same content is left alone.
    async fn records(
        &mut self,
        tx: &mut Connection,
        book: &Book,
        tab: &'static Tab,
        part: &Part,
    ) -> Result<(), AppError> {
        let form = part.form;
        let rows = self.rows(&mut *tx, book, tab, part).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let today = self.app.clock.today();
        let existing = db::records::of_region(&mut *tx, form, self.region, MOST_ROWS as i64).await?;
        let fields = part.fields(tab);
        let (mut ready, mut known) = (0, 0);
        for row in rows {
            let mut draft = records::initials(form, self.signed.ready()?, &today);
            draft.values.extend(row.texts);
            draft.region = self.region.code().to_owned();
            let checked = check(form, &draft, &today);
            let mut is_wrong = false;
            for problem in checked.problems.iter().filter(|one| one.severity == Severity::Error) {
                let title = form.field(&problem.place).map_or("", |field| field.title);
                self.wrong(part, row.number, title, &problem.message);
                is_wrong = true;
            }
            if is_wrong {
                continue;
            }
            let same = |stored: &db::records::Stored| {
                fields.iter().all(|field| {
                    let text = |value: Option<&crate::domain::value::Value>| {
                        value.map_or(String::new(), |value| typed_value(field, value))
                    };
                    text(stored.values.get(field.key)) == text(checked.values.get(field.key))
                })
            };
            if existing.iter().any(same) {
                known += 1;
                continue;
            }
            let save = Save {
                form,
                id: &db::new_id(),
                version: 0,
                key: &db::new_id(),
                draft,
            };
            ready += usize::from(self.save(tx, part, row.number, save).await?);
        }
        self.count(part, ready, known);
        Ok(())
    }

    /// Saves as everybody does; what is refused is a fault of the row. Whether it was stored.
    async fn save(&mut self, tx: &mut Connection, part: &Part, row: u32, save: Save<'_>) -> Result<bool, AppError> {
        if self.signed.ready()?.kind != AccountKind::System {
            to_create(self.signed, part.form, self.region)?;
        }
        match Batch::new(self.app, self.signed).save(tx, save).await {
            Ok(_) => Ok(true),
            Err(AppError::Invalid(problems)) => {
                for problem in problems {
                    let title = part.form.field(&problem.place).map_or("", |field| field.title);
                    self.wrong(part, row, title, &problem.message);
                }
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// The row with the titles, and which column is which field.
fn header(rows: &[Row], fields: &[&'static Field]) -> Option<(u32, BTreeMap<u32, &'static Field>)> {
    const LOOKED_AT: usize = 10;
    rows.iter().take(LOOKED_AT).find_map(|row| {
        let found = row.cells.iter().filter_map(|(column, cell)| {
            let title = super::sheets::cells::shown(cell);
            Some((*column, columns::find(fields, &title)?))
        });
        let by_column: BTreeMap<u32, &'static Field> = found.collect();
        (!by_column.is_empty()).then_some((row.number, by_column))
    })
}
