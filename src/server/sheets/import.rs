//! A filled workbook as records: which sheet and header, which column is which field, and what is wrong with each row. No
//! store in here; what it has to know of the store is given.

use super::cells::{shown, typed};
use super::columns;
use super::reading::{Book, Cell, Row, Sheet};
use crate::domain::field::{Field, Suggestion};
use crate::domain::form::Form;
use crate::domain::problem::Severity;
use crate::domain::record::{Draft, Values};
use crate::domain::validate::check;
use crate::domain::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows in which a header is looked for.
const HEAD_ROWS: usize = 30;
/// Titles that a row must have to be a header.
const LEAST_TITLES: usize = 2;
/// The sheet with the rows that were refused.
pub const REFUSED: &str = "未通过的行";
/// Its last columns: why, and where the row comes from.
pub const REASON: &str = "未通过原因";
/// The place of the row in the sheet that was sent, and what stood there.
pub const ORIGIN: &str = "原表行";

/// What a workbook is read into.
pub struct Reading<'a> {
    /// The form.
    pub form: &'static Form,
    /// Fields that a column can fill.
    pub fields: &'a [&'static Field],
    /// What every record starts with.
    pub initials: &'a Draft,
    /// What stands for the records that references may name: field key → label → id; nothing where a label means several.
    pub names: &'a BTreeMap<&'static str, HashMap<String, Option<String>>>,
    /// Records that are there already.
    pub existing: &'a [BTreeMap<&'static str, Value>],
    /// The day.
    pub today: &'a str,
}

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Column from 0, where the sheet has one for it.
    pub column: Option<u32>,
    /// Its title.
    pub title: String,
    /// What is wrong.
    pub reason: String,
}

/// What becomes of a row.
#[derive(Debug)]
pub enum Fate {
    /// It becomes a record with these values.
    Ready(BTreeMap<&'static str, Value>),
    /// The same record is there already.
    Known,
    /// It is refused.
    Wrong(Vec<Fault>),
}

/// A sheet, understood.
#[derive(Debug)]
pub struct Outcome {
    /// Name of the sheet.
    pub sheet: String,
    /// Row of the header, from 0.
    pub head: u32,
    /// The titles of all columns, as written.
    pub titles: BTreeMap<u32, String>,
    /// Titles of columns that no field has.
    pub ignored: Vec<String>,
    /// Rows with something in them, in order: place from 0, what stands there, what becomes of it.
    pub rows: Vec<(u32, Fate)>,
}

impl Outcome {
    /// How many rows are ready, known and wrong.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |of: fn(&Fate) -> bool| self.rows.iter().filter(|(_, fate)| of(fate)).count();
        (
            count(|fate| matches!(fate, Fate::Ready(_))),
            count(|fate| matches!(fate, Fate::Known)),
            count(|fate| matches!(fate, Fate::Wrong(_))),
        )
    }

    /// Everything wrong: place of the row from 0, and the fault.
    pub fn faults(&self) -> impl Iterator<Item = (u32, &Fault)> {
        self.rows.iter().flat_map(|(number, fate)| match fate {
            Fate::Wrong(faults) => faults.iter().map(|fault| (*number, fault)).collect(),
            _ => Vec::new(),
        })
    }
}

/// A header: its last row, and which column is which field.
struct Head {
    row: u32,
    fields: BTreeMap<u32, &'static Field>,
    titles: BTreeMap<u32, String>,
}

impl Reading<'_> {
    /// Understands a workbook. `progress` hears how many rows are done, of how many.
    pub fn understand(&self, book: &Book, progress: impl Fn(usize, usize)) -> Result<Outcome, String> {
        if let Some([form, ..]) = book
            .tag
            .as_ref()
            .filter(|[form, ..]| !form.is_empty() && form != self.form.key)
        {
            let other = crate::forms::find(form).map_or("其他表格", |form| form.title);
            return Err(format!("这是“{other}”的模板，请下载并填写“{}”的模板", self.form.title));
        }
        let (sheet, head) = self.choose(book)?;
        let lacking: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| matches!(field.required, crate::domain::field::Required::Yes))
            .filter(|field| !head.fields.values().any(|known| known.key == field.key))
            .map(|field| field.title)
            .collect();
        if !lacking.is_empty() {
            return Err(format!("“{}”缺少必填的列：{}", sheet.name, lacking.join("、")));
        }
        let filled = |row: &&Row| head.fields.keys().any(|column| row.cell(*column).is_some());
        let rows: Vec<&Row> = sheet
            .rows
            .iter()
            .filter(|row| row.number > head.row)
            .filter(filled)
            .collect();
        if rows.is_empty() {
            return Err(format!("“{}”中没有填写内容", sheet.name));
        }
        let mut outcome = Outcome {
            sheet: sheet.name.clone(),
            head: head.row,
            ignored: head
                .titles
                .iter()
                .filter(|(column, title)| {
                    !head.fields.contains_key(column) && !matches!(title.as_str(), REASON | ORIGIN | "序号")
                })
                .map(|(_, title)| title.clone())
                .collect(),
            titles: head.titles.clone(),
            rows: Vec::new(),
        };
        let mut seen = Seen::new(self);
        for (position, row) in rows.iter().enumerate() {
            if position % 500 == 0 {
                progress(position, rows.len());
            }
            let fate = self.fate(row, &head, &mut seen);
            outcome.rows.push((row.number, fate));
        }
        progress(rows.len(), rows.len());
        Ok(outcome)
    }

    /// The sheet that is meant. Where the rows that were refused earlier came back corrected, only those.
    fn choose<'b>(&self, book: &'b Book) -> Result<(&'b Sheet, Head), String> {
        let mut best: Option<(&Sheet, Head)> = None;
        for sheet in book.sheets.iter().filter(|sheet| sheet.name != REFUSED) {
            if let Some(head) = self.head(sheet)
                && best
                    .as_ref()
                    .is_none_or(|(_, known)| head.fields.len() > known.fields.len())
            {
                best = Some((sheet, head));
            }
        }
        let refused = book
            .sheets
            .iter()
            .find(|sheet| sheet.name == REFUSED && sheet.rows.len() > 1);
        if let Some(refused) = refused
            && let Some(head) = self.head(refused)
            && best
                .as_ref()
                .is_none_or(|(sheet, own)| !was_corrected(sheet, own, refused, &head))
        {
            return Ok((refused, head));
        }
        best.ok_or_else(|| "没有找到表头，请下载模板，按模板的列填写".to_owned())
    }

    /// The header of a sheet: the row with the most known titles, with the row before or behind it where titles stand in
    /// two rows.
    fn head(&self, sheet: &Sheet) -> Option<Head> {
        let rows: Vec<&Row> = sheet.rows.iter().take(HEAD_ROWS).collect();
        let known = |row: &Row| -> BTreeMap<u32, &'static Field> {
            let mut fields: BTreeMap<u32, &'static Field> = BTreeMap::new();
            for (column, cell) in &row.cells {
                let Some(field) = columns::find(self.fields, &shown(cell)) else {
                    continue;
                };
                if !fields.values().any(|one| one.key == field.key) {
                    fields.insert(*column, field);
                }
            }
            fields
        };
        let titles_of = |row: &Row| -> BTreeMap<u32, String> {
            row.cells.iter().map(|(column, cell)| (*column, shown(cell))).collect()
        };
        let (position, mut fields) = rows
            .iter()
            .enumerate()
            .map(|(position, row)| (position, known(row)))
            // The first of equals.
            .rev()
            .max_by_key(|(_, fields)| fields.len())?;
        if fields.len() < LEAST_TITLES.min(self.fields.len()) {
            return None;
        }
        let mut titles: BTreeMap<u32, String> = titles_of(rows[position]);
        let mut last = rows[position].number;
        let beside = [position.checked_sub(1), Some(position + 1)];
        for row in beside.into_iter().flatten().filter_map(|at| rows.get(at)) {
            let near = row.number.abs_diff(rows[position].number) == 1;
            let more: Vec<_> = known(row)
                .into_iter()
                .filter(|(column, field)| {
                    !fields.contains_key(column) && !fields.values().any(|one| one.key == field.key)
                })
                .collect();
            if near && !more.is_empty() {
                last = last.max(row.number);
                for (column, title) in titles_of(row) {
                    titles.entry(column).or_insert(title);
                }
                for (column, field) in more {
                    fields.insert(column, field);
                    titles.insert(column, field.title.to_owned());
                }
            }
        }
        Some(Head {
            row: last,
            fields,
            titles,
        })
    }

    fn fate(&self, row: &Row, head: &Head, seen: &mut Seen) -> Fate {
        let mut draft = self.initials.clone();
        let mut faults: Vec<(String, Fault)> = Vec::new();
        let column_of = |key: &str| {
            head.fields
                .iter()
                .find(|(_, field)| field.key == key)
                .map(|(column, _)| *column)
        };
        let fault = |key: &str, reason: String| {
            let title = self.form.field(key).map_or("", |field| field.title).to_owned();
            let column = column_of(key);
            (key.to_owned(), Fault { column, title, reason })
        };
        for (column, field) in &head.fields {
            let text = match row.cell(*column) {
                Some(cell) => self.text(field, cell),
                None => Ok(String::new()),
            };
            match text {
                // What is left empty stays as a new record has it.
                Ok(text) if text.is_empty() => {}
                Ok(text) => draft.set(field.key, text),
                Err(reason) => {
                    draft.set(field.key, row.cell(*column).map(shown).unwrap_or_default());
                    faults.push(fault(field.key, reason));
                }
            }
        }
        self.stamp(&mut draft);
        let checked = check(self.form, &draft, self.today);
        for problem in checked.problems {
            let place = problem.place;
            if problem.severity != Severity::Warning && !faults.iter().any(|(known, _)| *known == place) {
                faults.push(fault(&place, problem.message));
            }
        }
        if faults.is_empty() {
            let typed: Vec<&'static Field> = head
                .fields
                .iter()
                .filter(|(column, _)| row.cell(**column).is_some())
                .map(|(_, field)| *field)
                .collect();
            match seen.look(row.number, &checked.values, &typed) {
                Look::New => {}
                Look::Known => return Fate::Known,
                Look::Taken(place, reason) => faults.push(fault(place, reason)),
            }
        }
        if faults.is_empty() {
            return Fate::Ready(checked.values);
        }
        Fate::Wrong(faults.into_iter().map(|(_, fault)| fault).collect())
    }

    /// The text of a cell; a reference is named by its label.
    fn text(&self, field: &'static Field, cell: &Cell) -> Result<String, String> {
        let text = typed(field, cell)?;
        let Some(names) = self.names.get(field.key) else {
            return Ok(text);
        };
        match names.get(text.as_str()) {
            Some(Some(id)) => Ok(id.clone()),
            Some(None) => Err(format!("有多个“{text}”，请在系统中登记后选择")),
            None if text.is_empty() => Ok(text),
            None => Err(format!("没有登记过“{text}”，请先在系统中登记或从下拉列表中选择")),
        }
    }

    fn stamp(&self, draft: &mut Draft) {
        for field in self.form.fields() {
            if let Some(Suggestion::TodayWhen(condition)) = field.suggestion
                && draft.text(field.key).trim().is_empty()
                && condition.holds(&Values::of(self.form, draft))
            {
                draft.set(field.key, self.today);
            }
        }
    }
}

/// What was refused earlier was mended where it came from, and not in its copy.
fn was_corrected(sheet: &Sheet, own_head: &Head, refused: &Sheet, head: &Head) -> bool {
    let Some(origin) = head
        .titles
        .iter()
        .find(|(_, title)| *title == ORIGIN)
        .map(|(column, _)| *column)
    else {
        return false;
    };
    let mut mended_there = false;
    for row in refused.rows.iter().filter(|row| row.number > head.row) {
        let Some((number, mark)) = row.cell(origin).map(shown).and_then(|text| {
            let (number, mark) = text.split_once(':')?;
            Some((number.parse::<u32>().ok()?, mark.to_owned()))
        }) else {
            continue;
        };
        let own: Vec<(u32, String)> = row
            .cells
            .iter()
            .filter(|(column, _)| *column != origin && head.titles.get(column).map(String::as_str) != Some(REASON))
            .map(|(column, cell)| (*column, shown(cell)))
            .collect();
        if mark_of(own.iter().map(|(_, text)| text.as_str())) != mark {
            return false;
        }
        let there = sheet.rows.iter().find(|one| one.number + 1 == number);
        let titled = |row: &Row| -> Vec<String> {
            let cells = row
                .cells
                .iter()
                .filter(|(column, _)| own_head.titles.contains_key(column));
            cells.map(|(_, cell)| shown(cell)).collect()
        };
        let there: Vec<String> = there.map_or(Vec::new(), titled);
        mended_there |= mark_of(there.iter().map(String::as_str)) != mark;
    }
    mended_there
}

/// What tells whether a row was changed.
pub fn mark_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let joined: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty()).collect();
    crate::server::session::hash(&joined.join("\u{1F}"))
        .chars()
        .take(16)
        .collect()
}

enum Look {
    New,
    Known,
    Taken(&'static str, String),
}

/// What no two records share, over the store and the rows before.
struct Seen<'a> {
    form: &'static Form,
    existing: &'a [BTreeMap<&'static str, Value>],
    /// For each of the form's unique sets: key → an existing record or an earlier row.
    taken: Vec<HashMap<String, Holder>>,
    /// For forms without any: whole records.
    whole: BTreeSet<String>,
}

#[derive(Clone, Copy)]
enum Holder {
    Existing(usize),
    Row(u32),
}

impl<'a> Seen<'a> {
    fn new(reading: &Reading<'a>) -> Self {
        let form = reading.form;
        let mut taken = vec![HashMap::new(); form.uniques.len()];
        for (position, values) in reading.existing.iter().enumerate() {
            for (unique, known) in form.uniques.iter().zip(&mut taken) {
                if holds(values, unique.holding) {
                    known.insert(key_of(values, unique.fields), Holder::Existing(position));
                }
            }
        }
        Self {
            form,
            existing: reading.existing,
            taken,
            whole: BTreeSet::new(),
        }
    }

    fn look(&mut self, number: u32, values: &BTreeMap<&'static str, Value>, typed: &[&'static Field]) -> Look {
        let same = |other: &BTreeMap<&'static str, Value>| {
            typed.iter().all(|field| values.get(field.key) == other.get(field.key))
        };
        if self.form.uniques.is_empty() && self.existing.iter().any(same) {
            return Look::Known;
        }
        for (unique, known) in self.form.uniques.iter().zip(&self.taken) {
            if !holds(values, unique.holding) {
                continue;
            }
            match known.get(&key_of(values, unique.fields)) {
                Some(Holder::Existing(position)) if same(&self.existing[*position]) => return Look::Known,
                Some(Holder::Existing(_)) => return Look::Taken(unique.place, unique.message.to_owned()),
                Some(Holder::Row(row)) => {
                    return Look::Taken(unique.place, format!("与第 {} 行重复", row + 1));
                }
                None => {}
            }
        }
        let fields: Vec<&'static str> = self.form.stored().map(|field| field.key).collect();
        if self.form.uniques.is_empty() && !self.whole.insert(key_of(values, &fields)) {
            return Look::Known;
        }
        for (unique, known) in self.form.uniques.iter().zip(&mut self.taken) {
            if holds(values, unique.holding) {
                known.insert(key_of(values, unique.fields), Holder::Row(number));
            }
        }
        Look::New
    }
}

fn holds(values: &BTreeMap<&'static str, Value>, codes: &[(&str, &str)]) -> bool {
    codes.iter().all(|(field, code)| match values.get(field) {
        Some(Value::Text(text)) => text == code,
        Some(Value::Integer(number)) => code.parse() == Ok(*number),
        None => false,
    })
}

fn key_of(values: &BTreeMap<&'static str, Value>, fields: &[&'static str]) -> String {
    let mut key = String::new();
    for field in fields {
        match values.get(field) {
            Some(Value::Text(text)) => key.push_str(text),
            Some(Value::Integer(number)) => key.push_str(&number.to_string()),
            None => {}
        }
        key.push('\u{1F}');
    }
    key
}
