//! Tables whose rows a dictionary gives (spec S6.9b, S6.9c, A17, A18): subtotals, shares and changes are worked out, never
//! typed, and the verdict over rows of one table or of two is the same in the browser and on the server.

use super::code::Code;
use super::field::{Field, Grid};
use super::form::Form;
use super::known::{Known, KnownOf};
use super::parameter::AREA_TOLERANCE;
use super::problem::{Problem, Severity};
use super::record::{Draft, DraftRow};
use super::terms;
use super::value::{format_scaled, half_width, parse_scaled};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// The column that names the row.
pub const ROW: &str = "item";
/// Decimals of every amount.
pub const SCALE: u32 = 2;
/// Rows of a table, those that the dictionary adds among them.
pub const MOST_ROWS: usize = 60;
/// what equals may be off by so much, in hundredths.
fn nearly() -> i64 {
    AREA_TOLERANCE.number()
}

/// A dictionary of rows, with what holds between them. What is written here is the start: 字典 (S9.3) may call rows otherwise,
/// add, order and end them while the product runs ([`super::terms`]). Every change makes a version, and a record shows the
/// rows of the version that it was filled by.
pub struct Sheet {
    /// Name in the dictionary: that of its grid.
    pub key: &'static str,
    /// What the dictionary calls it.
    pub title: &'static str,
    /// Version of the rows that are built in.
    pub version: &'static str,
    /// The field of the form that keeps the version.
    pub version_field: &'static str,
    /// Position among the headings of the unit, where rows have one: what rules compare keeps its unit.
    pub unit: Option<usize>,
    /// Headings of what a row says about itself.
    pub about: &'static [&'static str],
    /// Columns of the grid that hold an amount in every row.
    pub amounts: &'static [&'static str],
    /// Those that have to be filled when the step is completed.
    pub required: &'static [&'static str],
    /// Columns that are worked out.
    pub derived: &'static [Derived],
    /// The rows that are built in; those of a record are [`Sheet::rows_of`].
    pub built_in: &'static [SheetRow],
    /// What holds for the table as a whole.
    pub checks: &'static [Check],
}

/// A column that is worked out.
pub struct Derived {
    /// Its heading.
    pub title: &'static str,
    /// The column of the grid that it stands behind.
    pub after: &'static str,
    /// What it says.
    pub of: DerivedOf,
}

/// What a derived column says.
#[derive(Clone, Copy)]
pub enum DerivedOf {
    /// One column less another.
    Less(&'static str, &'static str),
    /// A column in percent of one row's.
    Share(&'static str, &'static str),
}

/// A row of a table: `(grid, row)`; an empty grid is the own one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place(pub &'static str, pub &'static str);

/// One row.
#[derive(Clone)]
pub struct SheetRow {
    /// Its code: what is stored.
    pub key: &'static str,
    /// What it says about itself, heading by heading.
    pub about: &'static [&'static str],
    /// Where its amounts come from.
    pub of: RowOf,
    /// Decimals that may be typed.
    pub scale: u32,
    /// Whether it has to be filled.
    pub required: bool,
    /// The row that it says the same as, and whether it must.
    pub equals: Option<(Place, bool)>,
    /// The row that it is at most as large as, and whether it must.
    pub at_most: Option<(Place, bool)>,
    /// Columns `(before, after)` between which it may not shrink without a reason.
    pub kept: Option<(&'static str, &'static str)>,
    /// What the store knows of it, for the first amount.
    pub known: Option<Known>,
}

/// Where the amounts of a row come from.
#[derive(Clone, Copy)]
pub enum RowOf {
    /// Typed.
    Typed,
    /// Rows of the own table, added up.
    Sum(&'static [&'static str]),
    /// One row times ten thousand (公顷 to 平方米) divided by another.
    SquareMetresEach(Place, Place),
}

/// What holds for a table as a whole.
pub enum Check {
    /// A row is the same in two columns once every row is filled: land does not appear or vanish.
    Balanced(&'static str, &'static str, &'static str),
    /// A row is at most so many percent of another, in a column: `(row, of, column, percent, message)`.
    ShareAtMost(&'static str, &'static str, &'static str, i64, &'static str),
}

/// A typed row.
pub const fn row(key: &'static str, about: &'static [&'static str]) -> SheetRow {
    SheetRow {
        key,
        about,
        of: RowOf::Typed,
        scale: SCALE,
        required: true,
        equals: None,
        at_most: None,
        kept: None,
        known: None,
    }
}

impl SheetRow {
    /// Worked out.
    pub const fn of(mut self, of: RowOf) -> Self {
        self.of = of;
        self
    }

    /// Whole numbers.
    pub const fn whole(mut self) -> Self {
        self.scale = 0;
        self
    }

    /// Whether its amounts over several villages are their sum: shares and incomes for each person are not.
    pub fn adds_up(&self) -> bool {
        !matches!(self.about.get(1), Some(&"%" | &"元"))
    }

    /// May stay empty.
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Says the same as another.
    pub const fn equals(mut self, place: Place, must: bool) -> Self {
        self.equals = Some((place, must));
        self
    }

    /// Is at most as large as another.
    pub const fn at_most(mut self, place: Place, must: bool) -> Self {
        self.at_most = Some((place, must));
        self
    }

    /// Does not shrink.
    pub const fn kept(mut self, before: &'static str, after: &'static str) -> Self {
        self.kept = Some((before, after));
        self
    }

    /// Known to the store.
    pub const fn known(mut self, rule: &'static str, source: &'static str, of: KnownOf, within: i64) -> Self {
        self.known = Some(Known {
            rule,
            source,
            of,
            within,
        });
        self
    }

    /// Whether rules hold it against something else, so that its unit is part of their meaning.
    pub const fn is_compared(&self) -> bool {
        !matches!(self.of, RowOf::Typed) || self.equals.is_some() || self.at_most.is_some() || self.known.is_some()
    }

    /// Whether it is typed.
    pub fn is_typed(&self) -> bool {
        matches!(self.of, RowOf::Typed)
    }

    /// What it is called.
    pub fn title(&self) -> &'static str {
        self.about.first().copied().unwrap_or_default()
    }
}

impl Sheet {
    /// What is worked out behind a column.
    pub fn behind(&'static self, column: &'static Field) -> impl Iterator<Item = &'static Derived> {
        self.derived.iter().filter(move |derived| derived.after == column.key)
    }

    /// The version in force.
    pub fn current(&self) -> &'static str {
        let last = terms::list(self.key).and_then(<[Code]>::last);
        last.map_or(self.version, |version| version.code)
    }

    /// The versions before the one in force, newest first.
    pub fn versions(&self) -> impl Iterator<Item = &'static str> {
        let changed = terms::list(self.key).unwrap_or_default().iter().rev().skip(1);
        changed.map(|version| version.code).chain([self.version])
    }

    /// The rows in force.
    pub fn rows(&self) -> &'static [SheetRow] {
        self.rows_of(self.current())
    }

    /// The rows of a version, without those that had ended.
    pub fn rows_of(&self, version: &str) -> &'static [SheetRow] {
        let changed = terms::list(&version_key(self.key, version));
        changed.map_or(self.built_in, |changed| built(self, changed))
    }

    /// The rows that a draft is filled by.
    pub fn rows_in(&self, draft: &Draft) -> &'static [SheetRow] {
        match draft.text(self.version_field) {
            "" => self.rows(),
            version => self.rows_of(version),
        }
    }
}

/// The name under which the rows of a version lie among the terms in force.
pub fn version_key(sheet: &str, version: &str) -> String {
    format!("{sheet}@{version}")
}

/// What stands between the parts of a row among the terms: whether it has to be filled, the subtotal that it counts into, and
/// what it says about itself.
pub const PART: char = '\t';

/// The rows of a version that was changed. They are built once and live as long as the terms that they are made of.
fn built(sheet: &Sheet, changed: &'static [Code]) -> &'static [SheetRow] {
    static BUILT: RwLock<BTreeMap<usize, &'static [SheetRow]>> = RwLock::new(BTreeMap::new());
    let place = changed.as_ptr() as usize;
    if let Some(rows) = BUILT.read().unwrap_or_else(PoisonError::into_inner).get(&place) {
        return rows;
    }
    let live = changed.iter().filter(|code| !code.retired);
    let parts = |code: &'static Code| code.label.splitn(3, PART);
    let added = |into: &str| {
        let own = live.clone().filter(|code| parts(code).nth(1) == Some(into));
        own.map(|code| code.code).collect::<Vec<_>>()
    };
    let rows = live.clone().map(|code| {
        let known = sheet.built_in.iter().find(|row| row.key == code.code);
        let mut row = known.cloned().unwrap_or_else(|| row(code.code, &[]));
        row.required = code.label.starts_with('1');
        row.about = parts(code)
            .nth(2)
            .unwrap_or_default()
            .split(PART)
            .collect::<Vec<_>>()
            .leak();
        if let RowOf::Sum(own) = row.of {
            let own = own.iter().filter(|part| live.clone().any(|code| code.code == **part));
            row.of = RowOf::Sum(own.copied().chain(added(code.code)).collect::<Vec<_>>().leak());
        }
        row
    });
    let rows: &'static [SheetRow] = rows.collect::<Vec<_>>().leak();
    let mut built = BUILT.write().unwrap_or_else(PoisonError::into_inner);
    built.entry(place).or_insert(rows)
}

/// The tables of a form as a draft fills them.
pub struct Tables<'a> {
    form: &'static Form,
    draft: &'a Draft,
    /// The rows of each table, looked up once.
    rows: Vec<(&'static str, &'static [SheetRow])>,
}

impl<'a> Tables<'a> {
    /// The tables of a draft.
    pub fn of(form: &'static Form, draft: &'a Draft) -> Self {
        let rows = sheets(form).map(|(field, _, sheet)| (field.key, sheet.rows_in(draft)));
        let rows = rows.collect();
        Self { form, draft, rows }
    }

    fn rows(&self, grid: &str) -> &'static [SheetRow] {
        let own = self.rows.iter().find(|(key, _)| *key == grid);
        own.map_or(&[], |(_, rows)| *rows)
    }

    fn find(&self, grid: &str, key: &str) -> Option<&'static SheetRow> {
        self.rows(grid).iter().find(|row| row.key == key)
    }

    /// The amount of a row in a column, scaled by [`SCALE`]; nothing where it is empty or no number.
    pub fn amount(&self, grid: &str, row: &str, column: &str) -> Option<i64> {
        match self.find(grid, row)?.of {
            RowOf::Typed => {
                let rows = self.draft.rows(grid).iter();
                let row = rows.into_iter().find(|one| text_of(one, ROW) == row)?;
                parse_scaled(half_width(text_of(row, column)).trim(), SCALE).ok()
            }
            RowOf::Sum(parts) => {
                let parts = parts.iter().filter_map(|part| self.amount(grid, part, column));
                parts.reduce(|sum, part| sum + part)
            }
            RowOf::SquareMetresEach(of, by) => {
                let (of, by) = (self.at(grid, of, column)?, self.at(grid, by, column)?);
                divided(i128::from(of) * 1_000_000, by)
            }
        }
    }

    fn at(&self, own: &str, place: Place, column: &str) -> Option<i64> {
        let grid = if place.0.is_empty() { own } else { place.0 };
        self.amount(grid, place.1, column)
    }

    /// What a derived column says in a row.
    pub fn derived(&self, grid: &str, row: &str, of: DerivedOf) -> Option<i64> {
        match of {
            DerivedOf::Less(from, less) => Some(self.amount(grid, row, from)? - self.amount(grid, row, less)?),
            DerivedOf::Share(column, whole) => {
                let (part, whole) = (self.amount(grid, row, column)?, self.amount(grid, whole, column)?);
                divided(i128::from(part) * 10_000, whole)
            }
        }
    }

    /// What a row could be taken from: the row that it equals, where that says something else.
    pub fn offer(&self, grid: &str, row: &'static SheetRow, column: &str) -> Option<i64> {
        let (place, _) = row.equals?;
        let other = self.settled(grid, place, column)?;
        let own = self.amount(grid, row.key, column);
        own.is_none_or(|own| (own - other).abs() > nearly()).then_some(other)
    }

    /// The amount of a row that can be held against something: that of a sum only once its table is filled.
    pub fn settled_amount(&self, grid: &str, row: &'static str, column: &str) -> Option<i64> {
        self.settled(grid, Place("", row), column)
    }

    /// The amount of a row that is compared with: a sum says nothing before everything in its table is filled.
    fn settled(&self, own: &str, place: Place, column: &str) -> Option<i64> {
        let grid = if place.0.is_empty() { own } else { place.0 };
        let row = self.find(grid, place.1)?;
        let is_settled = row.is_typed() || self.is_full(grid, column);
        self.amount(grid, place.1, column).filter(|_| is_settled)
    }

    fn is_full(&self, grid: &str, column: &str) -> bool {
        let mut typed = self.rows(grid).iter().filter(|row| row.is_typed() && row.required);
        typed.all(|row| self.amount(grid, row.key, column).is_some())
    }
}

/// A quotient rounded half up; nothing by nothing is nothing.
fn divided(part: i128, by: i64) -> Option<i64> {
    let by = i128::from(by);
    (by > 0).then(|| (part * 2 + by).div_euclid(by * 2) as i64)
}

fn text_of<'a>(row: &'a DraftRow, column: &str) -> &'a str {
    row.values.get(column).map_or("", |text| text.trim())
}

/// The tables of a form whose rows a dictionary gives.
pub fn sheets(form: &'static Form) -> impl Iterator<Item = (&'static Field, &'static Grid, &'static Sheet)> {
    form.grids()
        .filter_map(|(field, grid)| Some((field, grid, grid.sheet?)))
}

/// What happens to a form because it has such tables.
pub struct Works {
    /// [`completed`]
    pub completed: fn(&'static Form, &Draft) -> Draft,
    /// [`renewed`]
    pub renewed: fn(&'static Form, Draft) -> Draft,
    /// [`problems`]
    pub problems: fn(&'static Form, &Draft, bool) -> Vec<Problem>,
}

/// The only one.
pub static WORKS: Works = Works {
    completed,
    renewed,
    problems,
};

/// The draft by the rows in force, whatever version it was filled by: where it is filled on.
pub fn renewed(form: &'static Form, mut draft: Draft) -> Draft {
    if form.tables.is_none() {
        return draft;
    }
    for (.., sheet) in sheets(form) {
        draft.set(sheet.version_field, sheet.current());
    }
    completed(form, &draft)
}

/// The draft with every row of its tables, in the dictionary's order, and what is worked out filled in.
pub fn completed(form: &'static Form, draft: &Draft) -> Draft {
    let mut whole = draft.clone();
    for (field, _, sheet) in sheets(form) {
        let rows = sheet.rows_in(draft).iter().map(|row| {
            let typed = draft
                .rows(field.key)
                .iter()
                .find(|typed| text_of(typed, ROW) == row.key);
            let mut kept = typed.cloned().unwrap_or_default();
            kept.values.insert(ROW.to_owned(), row.key.to_owned());
            kept
        });
        whole.grids.insert(field.key.to_owned(), rows.collect());
        if draft.text(sheet.version_field).is_empty() {
            whole.set(sheet.version_field, sheet.current());
        }
    }
    let worked_out: Vec<(&'static str, usize, &'static str, String)> = {
        let tables = Tables::of(form, &whole);
        let mut cells = Vec::new();
        for (field, _, sheet) in sheets(form) {
            let rows = sheet.rows_in(draft).iter().enumerate();
            let rows = rows.filter(|(_, row)| !row.is_typed());
            for (position, row) in rows {
                for column in sheet.amounts {
                    let amount = tables.amount(field.key, row.key, column);
                    let text = amount.map_or(String::new(), |amount| format_scaled(amount, SCALE));
                    cells.push((field.key, position, *column, text));
                }
            }
        }
        cells
    };
    for (grid, position, column, text) in worked_out {
        if let Some(row) = whole.grids.get_mut(grid).and_then(|rows| rows.get_mut(position)) {
            row.values.insert(column.to_owned(), text);
        }
    }
    whole
}

/// What is wrong in the tables of a completed draft. While it grows, what concerns the whole only warns.
pub fn problems(form: &'static Form, draft: &Draft, is_growing: bool) -> Vec<Problem> {
    let tables = Tables::of(form, draft);
    let mut problems = Vec::new();
    for (field, grid, sheet) in sheets(form) {
        let mut say = |position: usize, column: &str, rule: &str, severity: Severity, message: String| {
            problems.push(Problem {
                place: format!("{}.{position}.{column}", field.key),
                severity,
                rule: (!rule.is_empty()).then(|| rule.to_owned()),
                message,
            });
        };
        let later = |must: bool| match must && !is_growing {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let mut empty: Vec<(usize, &'static str, &'static SheetRow)> = Vec::new();
        let rows = sheet.rows_in(draft);
        let find = |key: &str| rows.iter().enumerate().find(|(_, row)| row.key == key);
        for (position, row) in rows.iter().enumerate() {
            for column in sheet.amounts.iter().copied() {
                let own = tables.amount(field.key, row.key, column);
                if own.is_none() && row.is_typed() && row.required && sheet.required.contains(&column) {
                    let typed = draft
                        .rows(field.key)
                        .get(position)
                        .map_or("", |typed| text_of(typed, column));
                    if typed.is_empty() {
                        empty.push((position, column, row));
                    }
                }
                let Some(own) = own else { continue };
                if row.is_typed() && row.scale == 0 && own % 10_i64.pow(SCALE) != 0 {
                    say(
                        position,
                        column,
                        "",
                        Severity::Error,
                        "请输入整数，不能有小数".to_owned(),
                    );
                }
                if let Some((place, must)) = row.equals
                    && let Some(other) = tables.settled(field.key, place, column)
                    && (own - other).abs() > nearly()
                {
                    let message = format!("应等于{}", said(&tables, field.key, place, other));
                    say(position, column, "R-74", later(must), message);
                }
                if let Some((place, must)) = row.at_most
                    && let Some(other) = tables.settled(field.key, place, column)
                    && own > other + nearly()
                {
                    let message = format!("不应大于{}", said(&tables, field.key, place, other));
                    say(position, column, "R-74", later(must), message);
                }
            }
            if let Some((before, after)) = row.kept
                && let Some(change) = tables.derived(field.key, row.key, DerivedOf::Less(after, before))
                && change < 0
            {
                let message = format!("{}为约束性指标，规划目标年不应小于规划基期年", row.title());
                say(position, after, "R-75", Severity::NeedsReason, message);
            }
        }
        for check in sheet.checks {
            match *check {
                Check::Balanced(row, before, after) => {
                    let full = tables.is_full(field.key, before) && tables.is_full(field.key, after);
                    let change = tables.derived(field.key, row, DerivedOf::Less(after, before));
                    if let (true, Some(change), Some((position, row))) = (full, change, find(row))
                        && change.abs() > nearly()
                    {
                        let message = format!(
                            "规划目标年的{}应等于规划基期年的{}，现相差 {} 公顷",
                            row.title(),
                            row.title(),
                            format_scaled(change, SCALE)
                        );
                        say(position, after, "R-72", later(true), message);
                    }
                }
                Check::ShareAtMost(row, of, column, percent, message) => {
                    let part = tables.amount(field.key, row, column);
                    let whole = tables.amount(field.key, of, column);
                    if let (Some(part), Some(whole), Some((position, _))) = (part, whole, find(row))
                        && i128::from(part) * 100 > i128::from(whole) * i128::from(percent)
                    {
                        say(position, column, "R-77", Severity::Warning, message.to_owned());
                    }
                }
            }
        }
        if let Some((position, column, _)) = empty.first().filter(|_| !is_growing) {
            let message = unfilled(field, grid, &empty);
            say(*position, column, "", Severity::Error, message);
        }
    }
    problems
}

/// One sentence for all that is empty: a list of fifty cells helps nobody.
fn unfilled(field: &Field, grid: &'static Grid, empty: &[(usize, &'static str, &'static SheetRow)]) -> String {
    const NAMED: usize = 6;
    let mut of_rows: BTreeMap<usize, (&'static str, Vec<&'static str>)> = BTreeMap::new();
    for (position, column, row) in empty {
        let title = grid
            .columns
            .iter()
            .find(|one| one.key == *column)
            .map_or("", |one| one.title);
        let of_row = of_rows.entry(*position).or_insert_with(|| (row.title(), Vec::new()));
        of_row.1.push(title);
    }
    let more = if of_rows.len() > NAMED { "等" } else { "" };
    let named: Vec<String> = of_rows
        .values()
        .take(NAMED)
        .map(|(title, columns)| format!("{title}的{}", columns.join("、")))
        .collect();
    format!(
        "{}还有 {} 处没有填写：{}{more}",
        field.title,
        empty.len(),
        named.join("，")
    )
}

/// A row of a table with its amount, as a sentence names it.
fn said(tables: &Tables<'_>, own: &str, place: Place, amount: i64) -> String {
    let grid = if place.0.is_empty() { own } else { place.0 };
    let row = tables.find(grid, place.1).map_or("", SheetRow::title);
    let other = sheets(tables.form).find(|(field, ..)| field.key == grid && grid != own);
    let table = other.map_or("", |(field, ..)| field.title);
    format!("{table}“{row}”（{}）", format_scaled(amount, SCALE))
}
