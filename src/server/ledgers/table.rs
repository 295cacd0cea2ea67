//! The table of a ledger: counted by the store, completed by what follows from the counts.

use super::kept::Kept;
use crate::domain::account::AccountKind;
use crate::domain::date::days_inclusive;
use crate::domain::field::Kind;
use crate::domain::form::Form;
use crate::domain::ledger::{ByYear, Column, Ledger, Of, Records, Rows};
use crate::domain::query::{ListQuery, order_of};
use crate::domain::record::{Draft, DraftRow};
use crate::domain::region::{Level, Region, short_name};
use crate::domain::sheet::{ROW, SCALE, Sheet, Tables, completed};
use crate::domain::validate::shown;
use crate::domain::value::{Value, format_scaled, grouped};
use crate::error::AppError;
use crate::forms;
use crate::server::db::{
    self, Connection,
    ledgers::{Asked, Counted, LineBy, Worth, key_of, spread},
    reorganisation::Succession,
};
use crate::server::state::App;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A column as it shows: a column that spreads over the codes of a field is several.
#[derive(Clone)]
pub struct Shown {
    /// Its name.
    pub key: String,
    /// What it shares with its neighbours.
    pub group: String,
    /// Its heading.
    pub title: String,
    /// Decimals of its numbers.
    pub scale: u32,
    /// The declaration.
    pub column: &'static Column,
    /// The code, where it is one of several.
    pub code: &'static str,
}

impl Shown {
    /// Whether it holds numbers.
    pub fn is_number(&self) -> bool {
        !matches!(self.column.of, Of::Said(..))
    }

    /// Its heading with what it shares with its neighbours.
    pub fn heading(&self) -> String {
        match self.group.as_str() {
            "" => self.title.clone(),
            group => format!("{group} {}", self.title),
        }
    }

    /// The records that it counts.
    pub fn records(&self) -> Option<Records> {
        match self.column.of {
            Of::Count(records)
            | Of::Places(records, _)
            | Of::Sum(records, _)
            | Of::Distinct(records, _)
            | Of::Oldest(records)
            | Of::Each(records, ..) => Some(records),
            _ => None,
        }
    }
}

/// The columns of a ledger.
pub fn columns(ledger: &'static Ledger) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for column in ledger.all_columns() {
        let one = |scale| Shown {
            key: column.key.to_owned(),
            group: column.group.to_owned(),
            title: column.title.to_owned(),
            scale,
            column,
            code: "",
        };
        match column.of {
            Of::Each(records, field, sum) => {
                let Some((_, list)) = spread(records, field) else {
                    continue;
                };
                all.extend(list.codes().iter().map(|code| Shown {
                    key: key_of(column, code.code),
                    group: column.title.to_owned(),
                    title: code.label.to_owned(),
                    scale: scale_of(records.form, sum),
                    column,
                    code: code.code,
                }));
            }
            Of::Sum(records, fields) => all.push(one(scale_of(records.form, fields.first().copied().unwrap_or("")))),
            Of::Share(..) => all.push(one(2)),
            Of::EachShare(each, _) => {
                let parts: Vec<Shown> = all.iter().filter(|known| known.column.key == each).cloned().collect();
                all.extend(parts.into_iter().map(|part| Shown {
                    key: key_of(column, part.code),
                    group: column.title.to_owned(),
                    scale: 2,
                    column,
                    ..part
                }));
            }
            Of::Quotient(_, _, scale) => all.push(one(scale)),
            Of::Cell(_) => all.push(one(SCALE)),
            Of::Total(parts) => {
                let scale = parts
                    .first()
                    .and_then(|part| all.iter().find(|known| known.key == *part));
                let scale = scale.map_or(0, |known| known.scale);
                all.push(one(scale));
            }
            Of::Less(from, _) => {
                let scale = all
                    .iter()
                    .find(|known| known.key == from)
                    .map_or(0, |known| known.scale);
                all.push(one(scale));
            }
            _ => all.push(one(0)),
        }
    }
    all
}

fn scale_of(form: &str, field: &str) -> u32 {
    let kind = forms::find(form)
        .and_then(|form| form.field(field))
        .map(|field| field.kind);
    match kind {
        Some(Kind::Decimal { scale, .. } | Kind::Computed { scale, .. }) => scale,
        _ => 0,
    }
}

/// A line.
#[derive(Debug, Clone)]
pub struct TableLine {
    /// Region code, value, or item.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What the columns say, in their order.
    pub cells: Vec<Option<Worth>>,
}

/// A table, counted.
#[derive(Debug, Clone)]
pub struct Table {
    /// What the lines are called.
    pub heads: Vec<&'static str>,
    /// What each line says about itself beside its name.
    pub about: Vec<Vec<String>>,
    /// The lines.
    pub lines: Vec<TableLine>,
    /// 合计, where it means something.
    pub total: Option<Vec<Option<Worth>>>,
    /// Lines on all pages, where there are pages.
    pub count: Option<i64>,
    /// When it was counted.
    pub as_of: String,
    /// Whether its divisions are those of a past day: what is listed lies under those of today.
    pub is_former: bool,
}

/// What a table is asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The part of the tree.
    pub region: Region,
    /// The year.
    pub year: Option<i64>,
    /// The first and the last day.
    pub days: (String, String),
    /// The day of which the divisions are, or empty for those of today; and the part of the tree that may be looked at.
    pub divisions_of: String,
    /// What the account may see of the tree.
    pub scope: Region,
    /// Where the page begins and how long it is, for a table with pages.
    pub page: (i64, i64),
    /// How a table with pages is sorted: by a column, upwards or, behind a `-`, downwards. Others are sorted as they are shown.
    pub sort: String,
}

impl Wish {
    /// What somebody asks for who has chosen nothing.
    pub async fn plain(
        app: &App,
        ledger: &'static Ledger,
        region: &Region,
        year: Option<i64>,
    ) -> Result<Self, AppError> {
        Ok(Self {
            year: self::year(app, ledger, region, year).await?,
            region: region.clone(),
            days: (String::new(), String::new()),
            divisions_of: String::new(),
            scope: region.clone(),
            page: match ledger.rows {
                Rows::Values(..) => (0, ListQuery::default().size),
                _ => (0, 0),
            },
            sort: String::new(),
        })
    }
}

/// The table, counted now or a moment ago.
pub async fn of(app: &App, ledger: &'static Ledger, wish: &Wish) -> Result<Arc<Table>, AppError> {
    let key = format!("{} {wish:?}", ledger.key);
    let count = || {
        let (app, wish) = (app.clone(), wish.clone());
        async move { counted(&app, ledger, &wish).await }
    };
    Kept::of(app).table(&key, count).await
}

async fn counted(app: &App, ledger: &'static Ledger, wish: &Wish) -> Result<Table, AppError> {
    let as_of = crate::server::clock::shown(&app.clock.now());
    let mut reader = app.store.reader().await?;
    let mut table = match ledger.rows {
        Rows::Divisions => of_divisions(app, &mut reader, ledger, wish).await?,
        Rows::Values(form, field, head) => of_values(&mut reader, ledger, wish, form, field, head).await?,
        Rows::Items(form, grid) => of_items(&mut reader, &wish.region, form, grid).await?,
        Rows::Lists => Table::empty(),
    };
    table.as_of = as_of;
    let columns = columns(ledger);
    let today = app.clock.today();
    let lines = table.lines.iter_mut().map(|line| &mut line.cells);
    for cells in lines.chain(table.total.as_mut()) {
        wait(&columns, cells, &today);
        derive(&columns, cells);
    }
    Ok(table)
}

impl Table {
    fn empty() -> Self {
        Self {
            heads: Vec::new(),
            about: Vec::new(),
            lines: Vec::new(),
            total: None,
            count: None,
            as_of: String::new(),
            is_former: false,
        }
    }
}

/// Whether natural villages are lines of it.
pub fn tells_hamlets(ledger: &Ledger) -> bool {
    let filled = |form: &str| forms::find(form).is_some_and(|form| form.fillers.contains(&AccountKind::NaturalVillage));
    ledger.all_columns().filter_map(|column| column.of.form()).any(filled)
}

/// The counts of one line in the order of the columns; what nobody has told is nought.
fn cells(columns: &[Shown], counted: Option<&BTreeMap<String, Worth>>) -> Vec<Option<Worth>> {
    columns
        .iter()
        .map(|shown| match counted.and_then(|counted| counted.get(&shown.key)) {
            Some(worth) => Some(worth.clone()),
            None if shown.column.of.is_derived() || !shown.is_number() => None,
            None if matches!(shown.column.of, Of::Oldest(_)) => None,
            None => Some(Worth::Number(0)),
        })
        .collect()
}

/// The levels of the tree below a region that 导出全部 goes down: to the villages, or to the natural villages where those tell.
pub fn levels_below(ledger: &'static Ledger, region: &Region) -> Vec<Level> {
    let last = match tells_hamlets(ledger) {
        true => Level::NaturalVillage,
        false => Level::Village,
    };
    let levels = Level::ALL.into_iter();
    levels
        .filter(|level| *level > region.level() && *level <= last)
        .collect()
}

/// Every level of the tree below a region down to the villages in one table, for 导出全部.
pub async fn all_levels(app: &App, ledger: &'static Ledger, wish: &Wish) -> Result<Vec<(Region, TableLine)>, AppError> {
    let columns = columns(ledger);
    let mut reader = app.store.reader().await?;
    let mut found: BTreeMap<Region, TableLine> = BTreeMap::new();
    let levels = levels_below(ledger, &wish.region).into_iter();
    for level in levels.filter(|level| *level <= Level::Village) {
        let counted = db::ledgers::count(&mut reader, &asked(ledger, wish, LineBy::Level(level))).await?;
        for division in app.divisions.below(&wish.region, level) {
            let own = counted.get(division.region.code());
            if own.is_none() && !division.is_real() {
                continue;
            }
            let line = line_of(app, &columns, &division.region, division.short.clone(), own);
            found.insert(division.region.clone(), line);
        }
    }
    Ok(found.into_iter().collect())
}

/// The natural villages of a part of the tree, for 导出全部. A province has too many of them to hold them all at once.
pub async fn all_hamlets(
    app: &App,
    ledger: &'static Ledger,
    wish: &Wish,
    part: &Region,
) -> Result<Vec<(Region, TableLine)>, AppError> {
    let columns = columns(ledger);
    let mut reader = app.store.reader().await?;
    let by = Asked {
        region: part,
        ..asked(ledger, wish, LineBy::Level(Level::NaturalVillage))
    };
    let counted = db::ledgers::count(&mut reader, &by).await?;
    let hamlets = db::hamlets::all(&mut reader, part).await?.into_iter();
    let lines = hamlets.filter_map(|hamlet| {
        let region = Region::parse(&hamlet.region)?;
        let line = line_of(app, &columns, &region, hamlet.name, counted.get(&hamlet.region));
        Some((region, line))
    });
    Ok(lines.collect())
}

/// A line with what its columns say and what follows from that.
fn line_of(
    app: &App,
    columns: &[Shown],
    region: &Region,
    name: String,
    counted: Option<&BTreeMap<String, Worth>>,
) -> TableLine {
    let mut cells = cells(columns, counted);
    wait(columns, &mut cells, &app.clock.today());
    derive(columns, &mut cells);
    TableLine {
        key: region.code().to_owned(),
        name,
        cells,
    }
}

pub fn asked<'a>(ledger: &'static Ledger, wish: &'a Wish, by: LineBy<'a>) -> Asked<'a> {
    Asked {
        ledger,
        region: &wish.region,
        by,
        year: wish.year,
        days: (&wish.days.0, &wish.days.1),
    }
}

async fn of_divisions(
    app: &App,
    reader: &mut Connection,
    ledger: &'static Ledger,
    wish: &Wish,
) -> Result<Table, AppError> {
    let columns = columns(ledger);
    let region = &wish.region;
    let level = region.level().below().unwrap_or(Level::NaturalVillage);
    if let Some(succession) = succession(&mut *reader, wish).await? {
        return of_former(app, reader, ledger, wish, &succession).await;
    }
    let counted = db::ledgers::count(&mut *reader, &asked(ledger, wish, LineBy::Level(level))).await?;
    let mut places: Vec<(String, String)> = Vec::new();
    if level < Level::NaturalVillage {
        let children = app.divisions.children(region);
        let children = children.filter(|one| one.is_real() || counted.contains_key(one.region.code()));
        places.extend(children.map(|one| (one.region.code().to_owned(), one.short.clone())));
    } else if tells_hamlets(ledger) {
        let hamlets = db::hamlets::all(&mut *reader, region).await?;
        places.extend(hamlets.into_iter().map(|hamlet| (hamlet.region, hamlet.name)));
    }
    let mut lines: Vec<TableLine> = places
        .into_iter()
        .map(|(key, name)| TableLine {
            cells: cells(&columns, counted.get(&key)),
            key,
            name,
        })
        .collect();
    // What the region says of itself stands apart from what those below say.
    let own = counted.get(region.code());
    let tells = own.is_some_and(|own| own.values().any(|worth| *worth != Worth::Number(0)));
    if tells || lines.is_empty() {
        let name = match level {
            Level::NaturalVillage if tells_hamlets(ledger) => "村域".to_owned(),
            Level::NaturalVillage => app.divisions.short(region),
            _ => format!("{}本级", app.divisions.short(region)),
        };
        let line = TableLine {
            key: region.code().to_owned(),
            name,
            cells: cells(&columns, own),
        };
        lines.insert(0, line);
    }
    let total = match is_summed(&columns, level) {
        true => summed(&columns, &counted),
        false => {
            let all = db::ledgers::count(reader, &asked(ledger, wish, LineBy::Nothing)).await?;
            cells(&columns, all.get(""))
        }
    };
    Ok(Table {
        heads: vec![level.title()],
        lines,
        total: Some(total),
        ..Table::empty()
    })
}

/// How the tree came from what it was on the day that is asked for; nothing where it was as it is.
async fn succession(reader: &mut Connection, wish: &Wish) -> Result<Option<Succession>, AppError> {
    if wish.divisions_of.is_empty() || wish.region.level() >= Level::Village {
        return Ok(None);
    }
    let succession = db::reorganisation::as_of(reader, &wish.divisions_of).await?;
    Ok(Some(succession).filter(|succession| !succession.is_empty()))
}

/// The same by the divisions of a past day (spec S9.2): what each village of today says stands under what it lay in then.
/// What has been merged since cannot be told apart again and stands under the first of what it was.
async fn of_former(
    app: &App,
    reader: &mut Connection,
    ledger: &'static Ledger,
    wish: &Wish,
    succession: &Succession,
) -> Result<Table, AppError> {
    let columns = columns(ledger);
    let region = &wish.region;
    let level = region.level().below().unwrap_or(Level::Village);
    let line_of = |now: &Region| -> Option<Region> {
        let then = succession.then(now).into_iter().next()?;
        region
            .contains(&then)
            .then(|| then.at(level).unwrap_or_else(|| region.clone()))
    };
    let by = Asked {
        region: &wish.scope,
        ..asked(ledger, wish, LineBy::Level(Level::Village))
    };
    let counted = db::ledgers::count(&mut *reader, &by).await?;
    let mut sums: BTreeMap<Region, BTreeMap<String, Worth>> = BTreeMap::new();
    for division in app.divisions.below(&wish.scope, Level::Village) {
        if let Some(line) = line_of(&division.region).filter(|_| division.is_real()) {
            sums.entry(line).or_default();
        }
    }
    for (code, worths) in counted {
        let Some(line) = Region::parse(&code).and_then(|now| line_of(&now)) else {
            continue;
        };
        let line = sums.entry(line).or_default();
        for (key, worth) in worths {
            match (line.get_mut(&key), worth) {
                (Some(Worth::Number(sum)), Worth::Number(number)) => *sum += number,
                // Since when: the longest.
                (Some(Worth::Text(since)), Worth::Text(other)) if other < *since => *since = other,
                (Some(_), _) => {}
                (None, worth) => {
                    line.insert(key, worth);
                }
            }
        }
    }
    // A place that holds several villages is counted in each of them: the sum would say more than there are.
    let is_told = |shown: &Shown| !matches!(shown.column.of, Of::Places(_, places) if places < Level::Village);
    let whole = |counted: &BTreeMap<String, Worth>| -> Vec<Option<Worth>> {
        let cells = cells(&columns, Some(counted)).into_iter().zip(&columns);
        cells.map(|(cell, shown)| cell.filter(|_| is_told(shown))).collect()
    };
    let all: Counted = sums
        .iter()
        .map(|(line, counted)| (line.code().to_owned(), counted.clone()))
        .collect();
    let total = summed(&columns, &all);
    let total = total.into_iter().zip(&columns);
    let total = total.map(|(cell, shown)| cell.filter(|_| is_told(shown) && !matches!(shown.column.of, Of::Oldest(_))));
    let names = db::reorganisation::names_on(reader, region, &wish.divisions_of).await?;
    let lines = sums.iter().map(|(line, counted)| TableLine {
        // What has ended since leads nowhere.
        key: match app.divisions.find(line) {
            Some(_) => line.code().to_owned(),
            None => String::new(),
        },
        name: match (line == region, names.get(line.code())) {
            (true, _) => format!("{}本级", app.divisions.short(region)),
            (false, Some(name)) => short_name(level, name),
            (false, None) => app.divisions.short(line),
        },
        cells: whole(counted),
    });
    Ok(Table {
        heads: vec![level.title()],
        lines: lines.collect(),
        total: Some(total.collect()),
        is_former: true,
        ..Table::empty()
    })
}

/// Whether what all lines have together is their sum: a place that lies in several lines is counted once, and what waits
/// longest is not added up.
fn is_summed(columns: &[Shown], level: Level) -> bool {
    !columns.iter().any(|shown| match shown.column.of {
        Of::Places(_, places) => places < level,
        Of::Oldest(_) => true,
        _ => false,
    })
}

fn summed(columns: &[Shown], counted: &Counted) -> Vec<Option<Worth>> {
    let mut sums: BTreeMap<String, Worth> = BTreeMap::new();
    for line in counted.values() {
        for (key, worth) in line {
            if let Worth::Number(number) = worth {
                match sums.entry(key.clone()).or_insert(Worth::Number(0)) {
                    Worth::Number(sum) => *sum += number,
                    Worth::Text(_) => {}
                }
            }
        }
    }
    cells(columns, Some(&sums))
}

async fn of_values(
    reader: &mut Connection,
    ledger: &'static Ledger,
    wish: &Wish,
    form: &'static str,
    field: &'static str,
    head: &'static str,
) -> Result<Table, AppError> {
    let columns = columns(ledger);
    let form = forms::find(form).ok_or(AppError::NotFound)?;
    let by = |values| LineBy::Value(form.key, field, values);
    let (key, down) = order_of(&wish.sort);
    let place = columns.iter().position(|shown| shown.key == key && shown.is_number());
    let (values, count, counted) = match place {
        // In their own order the page is found first and counted alone.
        None => {
            let whole = asked(ledger, wish, LineBy::Nothing);
            let (values, count) = db::ledgers::values(&mut *reader, form, field, &whole, wish.page).await?;
            let counted = db::ledgers::count(&mut *reader, &asked(ledger, wish, by(Some(&values)))).await?;
            (values, count, counted)
        }
        Some(place) => {
            let counted = db::ledgers::count(&mut *reader, &asked(ledger, wish, by(None))).await?;
            let mut order: Vec<(Option<i64>, &String)> = counted
                .iter()
                .map(|(value, own)| {
                    let mut cells = cells(&columns, Some(own));
                    derive(&columns, &mut cells);
                    let number = match cells.swap_remove(place) {
                        Some(Worth::Number(number)) => Some(number),
                        _ => None,
                    };
                    (number, value)
                })
                .collect();
            order.sort_by(|(left, name), (right, other)| {
                let by_number = if down { right.cmp(left) } else { left.cmp(right) };
                by_number.then_with(|| name.cmp(other))
            });
            let count = order.len() as i64;
            let (from, length) = wish.page;
            let page = order
                .into_iter()
                .skip(from.max(0) as usize)
                .take(length.max(1) as usize);
            let values: Vec<String> = page.map(|(_, value)| value.clone()).collect();
            (values, count, counted)
        }
    };
    let all = db::ledgers::count(reader, &asked(ledger, wish, LineBy::Nothing)).await?;
    // Texts of all together say nothing.
    let total = cells(&columns, all.get(""))
        .into_iter()
        .map(|cell| cell.filter(|worth| matches!(worth, Worth::Number(_))));
    let total = Some(total.collect());
    let lines = values
        .into_iter()
        .map(|value| TableLine {
            cells: cells(&columns, counted.get(&value)),
            name: if value.is_empty() {
                "（未填）".to_owned()
            } else {
                value.clone()
            },
            key: value,
        })
        .collect();
    Ok(Table {
        heads: vec![head],
        lines,
        total,
        count: Some(count),
        ..Table::empty()
    })
}

/// A row of a table with given rows, as it is typed.
pub fn table_row(sheet: &Sheet, item: String, amounts: impl IntoIterator<Item = Option<i64>>) -> DraftRow {
    let mut row = DraftRow::default();
    row.values.insert(ROW.to_owned(), item);
    for (column, amount) in sheet.amounts.iter().zip(amounts) {
        let text = amount.map_or(String::new(), |amount| format_scaled(amount, SCALE));
        row.values.insert((*column).to_owned(), text);
    }
    row
}

/// The typed rows of the tables of a form added up, as if one village had filled them: of each division of a level, or of all
/// together under an empty code.
pub async fn summed_tables(
    reader: &mut Connection,
    form: &'static Form,
    region: &Region,
    level: Option<Level>,
) -> Result<BTreeMap<String, Draft>, AppError> {
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    for (field, own) in form.grids() {
        let Some(sheet) = own.sheet else { continue };
        let found = db::ledgers::items(&mut *reader, form.key, field.key, sheet.amounts, (region, level)).await?;
        for (division, items) in found {
            let rows = items
                .into_iter()
                .map(|(item, sums)| table_row(sheet, item, sums.into_iter().map(Some)));
            let draft = drafts.entry(division).or_default();
            draft.grids.insert(field.key.to_owned(), rows.collect());
        }
    }
    Ok(drafts)
}

/// The rows of a table of the dictionary: what is typed is added up, what is worked out is worked out of the sums.
async fn of_items(
    reader: &mut Connection,
    region: &Region,
    form: &'static str,
    grid: &'static str,
) -> Result<Table, AppError> {
    let form = forms::find(form).ok_or(AppError::NotFound)?;
    let draft = summed_tables(reader, form, region, None)
        .await?
        .remove("")
        .unwrap_or_default();
    let whole = completed(form, &draft);
    let tables = Tables::of(form, &whole);
    let sheet = form
        .grids_named(grid)
        .and_then(|grid| grid.sheet)
        .ok_or(AppError::NotFound)?;
    let mut table = Table {
        heads: sheet.about.to_vec(),
        ..Table::empty()
    };
    for row in sheet.rows() {
        let amount = |column: &str| {
            tables
                .amount(grid, row.key, column)
                .map(Worth::Number)
                .filter(|_| row.adds_up())
        };
        table.lines.push(TableLine {
            key: row.key.to_owned(),
            name: row.about.first().copied().unwrap_or_default().to_owned(),
            cells: vec![amount("base"), amount("target"), None],
        });
        table
            .about
            .push(row.about.iter().skip(1).map(|text| (*text).to_owned()).collect());
    }
    Ok(table)
}

/// Since when becomes how many days.
fn wait(columns: &[Shown], cells: &mut [Option<Worth>], today: &str) {
    for (shown, cell) in columns.iter().zip(cells) {
        if let (Of::Oldest(_), Some(Worth::Text(since))) = (shown.column.of, &cell) {
            let days = days_inclusive(&crate::server::clock::shown(since)[..10], today);
            *cell = days.map(|days| Worth::Number(days - 1));
        }
    }
}

/// Fills the columns that follow from others.
fn derive(columns: &[Shown], cells: &mut [Option<Worth>]) {
    for position in 0..columns.len() {
        let number = |key: &str| {
            let at = columns.iter().position(|known| known.key == key)?;
            match cells.get(at)? {
                Some(Worth::Number(number)) => Some((i128::from(*number), columns[at].scale)),
                _ => None,
            }
        };
        let derived = match columns[position].column.of {
            Of::Share(part, whole) => number(part)
                .zip(number(whole))
                .and_then(|((part, _), (whole, _))| divided(part * 10_000, whole)),
            Of::EachShare(each, whole) => number(&format!("{each}.{}", columns[position].code))
                .zip(number(whole))
                .and_then(|((part, _), (whole, _))| divided(part * 10_000, whole))
                .map(|share| share.min(10_000)),
            Of::Quotient(from, by, scale) => number(from).zip(number(by)).and_then(|((from, of_from), (by, of_by))| {
                divided(from * 10_i128.pow(scale + of_by), by * 10_i128.pow(of_from))
            }),
            Of::Total(parts) => parts
                .iter()
                .map(|part| number(part))
                .try_fold(0, |sum, part| Some(sum + part?.0)),
            Of::Less(from, less) => number(from).zip(number(less)).map(|((from, _), (less, _))| from - less),
            _ => continue,
        };
        cells[position] = derived.and_then(|number| i64::try_from(number).ok()).map(Worth::Number);
    }
}

/// Divided, half up.
pub fn divided(number: i128, by: i128) -> Option<i128> {
    (by > 0).then(|| (number * 2 + by).div_euclid(by * 2))
}

/// A cell as people read it.
pub fn readable(shown: &Shown, worth: Option<&Worth>) -> String {
    match worth {
        None => "—".to_owned(),
        Some(Worth::Number(number)) => grouped(&format_scaled(*number, shown.scale)),
        Some(Worth::Text(text)) => match shown.column.of {
            Of::Said(form, field) => {
                let field = forms::find(form).and_then(|form| form.field(field));
                field.map_or_else(|| text.clone(), |field| self::shown(field, &Value::Text(text.clone())))
            }
            _ => text.clone(),
        },
    }
}

/// The year that is shown: the one that is asked for, or the last one where years cannot be added up.
pub async fn year(
    app: &App,
    ledger: &'static Ledger,
    region: &Region,
    asked: Option<i64>,
) -> Result<Option<i64>, AppError> {
    let ByYear::Last(field) = ledger.year else {
        return Ok(asked);
    };
    if asked.is_some() {
        return Ok(asked);
    }
    let mut reader = app.store.reader().await?;
    let forms = ledger.forms().into_iter().filter_map(forms::find);
    let mut forms = forms.filter(|form| form.field(field).is_some());
    match forms.next() {
        Some(form) => Ok(db::ledgers::last_year(&mut reader, form, field, region).await?),
        None => Ok(None),
    }
}
