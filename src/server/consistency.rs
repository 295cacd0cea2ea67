//! The consistency panel (spec F-02): numbers of a village that should agree, side by side with their homes, from the same
//! declarations that offer and warn in the forms (`domain/known.rs`). 采用 is the usual save.

use super::authorize::{to_act, to_create};
use super::db::records::Stored;
use super::db::rules::Candidate;
use super::db::{self, Connection};
use super::records::{self, Save, lock, stored_draft};
use super::session::Signed;
use super::state::App;
use crate::api::consistency::{ConsistencyView, NumberGroup, NumberLine, ToldNumber};
use crate::domain::form::{Form, Shape};
use crate::domain::known::{self, Bound, Comparison, Known, KnownOf, Side, hundredths};
use crate::domain::page::{Page, Tab, address};
use crate::domain::permission::allows;
use crate::domain::record::{Draft, Values};
use crate::domain::region::{Region, Relation};
use crate::domain::rule::StoreRule;
use crate::domain::sheet::{ROW, SCALE, Sheet, SheetRow, Tables, completed, sheets};
use crate::domain::validate;
use crate::domain::value::{Value, format_scaled, grouped};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms::{self, planning::comparisons::COMPARISONS};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Records of a form that are looked at in a village.
const MOST: i64 = 2_000;

/// The panel of a village that the account sees; only numbers of forms that it reads.
pub async fn view(app: &App, signed: &Signed, region: &Region) -> Result<ConsistencyView, AppError> {
    let account = signed.ready()?.clone();
    let village = records::village(app, signed, Some(region))?;
    let reads = |key: &str| {
        let form = forms::find(key);
        form.is_some_and(|form| allows(account.kind, Verb::View, form, Relation::Own))
    };
    let mut reader = app.store.reader().await?;
    let mut groups: Vec<NumberGroup> = Vec::new();
    for form in forms::ALL.iter().copied().filter(|form| reads(form.key)) {
        // A number is taken over where the village has one record to take it over into.
        let mut known: Vec<(String, &'static Known)> = known::all(form).filter(|_| form.one_per_region).collect();
        known.retain(|(_, known)| reads(known.of.form()));
        if !known.is_empty() {
            for (group, line) in offered(signed, &mut reader, form, known, &village).await? {
                put(&mut groups, &group, line);
            }
        }
        let bounds: Vec<Bound> = known::bounds(form).filter(|(.., of)| reads(of.form())).collect();
        for bound in bounds {
            for line in bounded(&mut reader, form, bound, &village).await? {
                put(&mut groups, &group_of(bound.2, form.title), line);
            }
        }
    }
    for comparison in COMPARISONS {
        if comparison.sides.iter().all(|side| reads(side.of.form())) {
            let line = compared(&mut reader, comparison, &village).await?;
            put(&mut groups, comparison.group, line);
        }
    }
    Ok(ConsistencyView {
        name: app.divisions.short(&village),
        path: app.divisions.path(&village),
        region: village,
        groups,
    })
}

/// The numbers of the village's record of a form that others tell too, each with its group.
async fn offered(
    signed: &Signed,
    connection: &mut Connection,
    form: &'static Form,
    known: Vec<(String, &'static Known)>,
    village: &Region,
) -> Result<Vec<(String, NumberLine)>, AppError> {
    let held = Held::read(&mut *connection, form, village).await?;
    let editable = may_edit(signed, &mut *connection, &held, village).await?;
    let mut lines = Vec::new();
    for (place, known) in known {
        let told = db::known::told(&mut *connection, known.of, |key| held.number(key), village).await?;
        let own = held.hundredths(&place);
        let line = NumberLine {
            title: held.title(&place),
            own: ToldNumber {
                number: own.map_or(String::new(), shown),
                source: home(form, &place).map_or(form.title, |(_, tab)| tab.title).to_owned(),
                link: link(form, &place, village),
            },
            told: ToldNumber {
                number: told.map_or(String::new(), shown),
                source: known.source.to_owned(),
                link: told_home(known.of, village),
            },
            agrees: own.zip(told).map(|(own, told)| known.agrees(own, told)),
            is_most: false,
            adopts: (editable && told.is_some() && own != told).then(|| (form.key.to_owned(), place.clone())),
        };
        lines.push((group_of(known.of, known.source), line));
    }
    Ok(lines)
}

/// Records of the village beside what others tell as the most that they may say. Each of several records is
/// a line with its year; where they are of no year, those that say too much, or else the one that says the most. Nothing
/// is taken over: that a number may not be greater does not say what it is.
async fn bounded(
    connection: &mut Connection,
    form: &'static Form,
    (rule, key, of): Bound,
    village: &Region,
) -> Result<Vec<NumberLine>, AppError> {
    let Some(field) = form.field(key) else {
        return Ok(Vec::new());
    };
    let records = db::records::of_region(&mut *connection, form, village, MOST).await?;
    let mut telling: Vec<(i64, &Stored)> = Vec::new();
    for stored in records.iter().filter(|stored| counts(form, rule, stored)) {
        if let Some(own) = stored.values.get(key).and_then(Value::integer) {
            telling.push((hundredths(field, own), stored));
        }
    }
    match of.year_field() {
        Some(year) => telling.sort_by_key(|(_, stored)| stored.values.get(year).and_then(Value::integer)),
        None => {
            let told = db::known::told(&mut *connection, of, |_| None, village).await?;
            telling.sort_by_key(|(own, _)| Reverse(*own));
            let over = telling
                .iter()
                .filter(|(own, _)| told.is_some_and(|told| *own > told))
                .count();
            telling.truncate(over.max(1));
        }
    }
    let mut lines = Vec::new();
    for (own, stored) in telling {
        let number = |key: &str| stored.values.get(key).and_then(Value::integer);
        let told = db::known::told(&mut *connection, of, number, village).await?;
        let year = db::known::year(&mut *connection, of, number, village).await?;
        let name = match of.year_field() {
            Some(_) => field.title.to_owned(),
            None => format!("{} · {}", field.title, name_of(form, stored)),
        };
        let place = home(form, field.key);
        lines.push(NumberLine {
            title: titled(&name, year),
            own: ToldNumber {
                number: shown(own),
                source: form.title.to_owned(),
                link: place.map_or(String::new(), |(page, tab)| {
                    address(page.key, tab.key, &format!("region={village}&open={}", stored.id))
                }),
            },
            told: ToldNumber {
                number: told.map_or(String::new(), shown),
                source: told_name(of),
                link: told_home(of, village),
            },
            agrees: told.map(|told| own <= told),
            is_most: true,
            adopts: None,
        });
    }
    Ok(lines)
}

/// Whether a rule is about a record: it counts still, and holds what the rule asks for.
fn counts(form: &'static Form, rule: &StoreRule, stored: &Stored) -> bool {
    let is_over = form
        .workflow
        .is_some_and(|workflow| workflow.over().any(|over| over == stored.status));
    let candidate = Candidate {
        form,
        region: &stored.region,
        id: &stored.id,
        values: &stored.values,
        grids: &BTreeMap::new(),
    };
    !is_over && candidate.holds(rule.holding)
}

/// What a record is called: its name, or the first thing that its list says of it.
fn name_of(form: &'static Form, stored: &Stored) -> String {
    let named = form.field(form.name_field).into_iter().chain(form.listed());
    let mut texts = named.filter_map(|field| Some(validate::shown(field, stored.values.get(field.key)?)));
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

/// A title with the year that it is about.
fn titled(title: &str, year: Option<i64>) -> String {
    match year {
        Some(year) => format!("{title}（{year} 年）"),
        None => title.to_owned(),
    }
}

/// Two who tell the same number.
async fn compared(
    connection: &mut Connection,
    comparison: &Comparison,
    village: &Region,
) -> Result<NumberLine, AppError> {
    let [left, right] = &comparison.sides;
    let (one, own) = side(&mut *connection, left, village).await?;
    let (other, told) = side(&mut *connection, right, village).await?;
    let mut year = db::known::year(&mut *connection, left.of, |_| None, village).await?;
    if year.is_none() {
        year = db::known::year(&mut *connection, right.of, |_| None, village).await?;
    }
    let agrees = match (one, other) {
        (None, None) => None,
        (Some(one), Some(other)) => Some(one == other),
        // One that counts something while the other counts nothing is told apart, too; what waits for all is only not there yet.
        _ if left.of.waits_for_all() || right.of.waits_for_all() => None,
        _ => Some(false),
    };
    Ok(NumberLine {
        title: titled(comparison.title, year),
        own,
        told,
        agrees,
        is_most: false,
        adopts: None,
    })
}

/// What one of the two tells.
async fn side(
    connection: &mut Connection,
    side: &Side,
    village: &Region,
) -> Result<(Option<i64>, ToldNumber), AppError> {
    let number = db::known::told(connection, side.of, |_| None, village).await?;
    let told = ToldNumber {
        number: number.map_or(String::new(), shown),
        source: side.source.to_owned(),
        link: way(side.place, village),
    };
    Ok((number, told))
}

fn put(groups: &mut Vec<NumberGroup>, title: &str, line: NumberLine) {
    match groups.iter_mut().find(|group| group.title == title) {
        Some(group) => group.lines.push(line),
        None => groups.push(NumberGroup {
            title: title.to_owned(),
            lines: vec![line],
        }),
    }
}

/// Numbers of one thing stand together: what is told is what they are of.
fn group_of(of: KnownOf, otherwise: &str) -> String {
    let Some(form) = forms::find(of.form()) else {
        return otherwise.to_owned();
    };
    match of {
        KnownOf::OfGrid(_, grid, column)
        | KnownOf::OfGridYear {
            of: (_, grid, column), ..
        } => {
            let found = form.grids().find(|(field, _)| field.key == grid);
            let titles = found.and_then(|(field, grid)| {
                let column = grid.columns.iter().find(|one| one.key == column)?;
                Some(format!("{}{}", field.title, column.title))
            });
            titles.unwrap_or_else(|| otherwise.to_owned())
        }
        // Its unit is another one here.
        KnownOf::Divided(_, field, _) => {
            let title = form.field(field).map_or(otherwise, |field| field.title);
            title.split('(').next().unwrap_or(title).to_owned()
        }
        _ => form.field(of.field()).map_or(otherwise, |field| field.title).to_owned(),
    }
}

/// Who tells a number, where the declaration does not say it: the screen and what it is called there.
fn told_name(of: KnownOf) -> String {
    let screen = forms::find(of.form()).map_or(of.form(), |form| form.title);
    format!("{screen}：{}", group_of(of, screen))
}

fn shown(number: i64) -> String {
    grouped(&format_scaled(number, SCALE))
}

fn way((page, tab): (&str, &str), village: &Region) -> String {
    let found = forms::page(page).and_then(|page| page.tabs.iter().find(|own| own.key == tab));
    match found {
        Some(tab) => address(page, tab.key, &format!("region={village}")),
        None => address(page, "", &format!("region={village}")),
    }
}

/// The field of a form where a number of the village stands: in a table, on the tab that shows that table.
fn home(form: &'static Form, place: &str) -> Option<(&'static Page, &'static Tab)> {
    let field = place.split('.').next().unwrap_or(place);
    let holds = |title: &str| {
        let own = form.sections.iter().find(|section| section.title == title);
        own.is_some_and(|section| section.fields.iter().any(|one| one.key == field))
    };
    let pages = forms::PAGES.iter();
    pages
        .flat_map(|page| page.tabs.iter().map(move |tab| (page, tab)))
        .find(|(_, tab)| {
            tab.form.key == form.key && (tab.sections.is_empty() || tab.sections.iter().any(|title| holds(title)))
        })
}

fn link(form: &'static Form, place: &str, village: &Region) -> String {
    let field = place.split('.').next().unwrap_or(place);
    let Some((page, tab)) = home(form, place) else {
        return String::new();
    };
    format!("{}#f-{field}", address(page.key, tab.key, &format!("region={village}")))
}

fn told_home(of: KnownOf, village: &Region) -> String {
    let place = forms::find(of.form()).and_then(forms::place_of);
    place.map_or(String::new(), |(page, tab)| {
        address(page.key, tab.key, &format!("region={village}"))
    })
}

/// The village's record of a form, as far as it goes.
struct Held {
    form: &'static Form,
    stored: Option<Stored>,
    draft: Draft,
}

impl Held {
    async fn read(connection: &mut Connection, form: &'static Form, village: &Region) -> Result<Self, AppError> {
        let stored = db::records::find_single(&mut *connection, form, village).await?;
        let draft = match &stored {
            Some(stored) => stored_draft(&mut *connection, form, &stored.id, &stored.values).await?,
            None => Draft::default(),
        };
        Ok(Self { form, stored, draft })
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.draft.text(key).trim().parse().ok()
    }

    fn row(&self, place: &str) -> Option<(&'static str, &'static Sheet, &'static SheetRow)> {
        let (grid, row) = place.split_once('.')?;
        let (field, _, sheet) = sheets(self.form).find(|(field, ..)| field.key == grid)?;
        let row = sheet.rows_in(&self.draft).iter().find(|one| one.key == row)?;
        Some((field.key, sheet, row))
    }

    fn title(&self, place: &str) -> String {
        match self.row(place) {
            Some((.., row)) => row.title().to_owned(),
            None => self.form.field(place).map_or("", |field| field.title).to_owned(),
        }
    }

    fn hundredths(&self, place: &str) -> Option<i64> {
        if let Some((grid, sheet, row)) = self.row(place) {
            let whole = completed(self.form, &self.draft);
            let amount = sheet.amounts.first()?;
            return Tables::of(self.form, &whole).settled_amount(grid, row.key, amount);
        }
        let field = self.form.field(place)?;
        let number = Values::of(self.form, &self.draft).number(place)?;
        Some(hundredths(field, number))
    }

    /// Puts a number where it is typed.
    fn set(&mut self, place: &str, number: i64) -> Result<(), AppError> {
        let text = format_scaled(number, SCALE);
        let Some((grid, sheet, of)) = self.row(place) else {
            self.draft
                .set(self.form.field(place).ok_or(AppError::NotFound)?.key, text);
            return Ok(());
        };
        let (key, amount) = (of.key, sheet.amounts.first().ok_or(AppError::NotFound)?);
        self.draft = completed(self.form, &self.draft);
        let rows = self.draft.grids.get_mut(grid).ok_or(AppError::NotFound)?;
        let row = rows
            .iter_mut()
            .find(|row| row.values.get(ROW).is_some_and(|own| own == key));
        row.ok_or(AppError::NotFound)?.values.insert((*amount).to_owned(), text);
        Ok(())
    }
}

/// Whether the account may change the village's record of a form now.
async fn may_edit(
    signed: &Signed,
    connection: &mut Connection,
    held: &Held,
    village: &Region,
) -> Result<bool, AppError> {
    let permit = match &held.stored {
        Some(stored) => to_act(signed, Verb::Edit, held.form, village, &stored.organ, &stored.id),
        None => to_create(signed, held.form, village),
    };
    if permit.is_err() {
        return Ok(false);
    }
    let why = lock(connection, signed.ready()?, held.form, village, |key| {
        held.draft.text(key)
    })
    .await?;
    Ok(why.is_none())
}

/// 采用: what others tell goes where it is typed, by the usual save.
pub async fn take_over(app: &App, signed: &Signed, region: &Region, form: &str, place: &str) -> Result<(), AppError> {
    let village = records::village(app, signed, Some(region))?;
    let form = forms::find(form)
        .filter(|form| form.one_per_region)
        .ok_or(AppError::NotFound)?;
    let known = known::all(form)
        .find(|(own, _)| own == place)
        .ok_or(AppError::NotFound)?
        .1;
    let mut reader = app.store.reader().await?;
    let mut held = Held::read(&mut reader, form, &village).await?;
    match &held.stored {
        Some(stored) => to_act(signed, Verb::Edit, form, &village, &stored.organ, &stored.id)?,
        None => to_create(signed, form, &village)?,
    };
    let told = db::known::told(&mut reader, known.of, |key| held.number(key), &village).await?;
    let told = told.ok_or_else(|| AppError::Conflict(format!("“{}”还没有数据，不能采用", known.source)))?;
    if let Some(stored) = &held.stored {
        let files = db::attachments::of_record(&mut reader, &stored.id, &signed.ready()?.id).await?;
        let kept: Vec<_> = files.into_iter().filter(|file| file.kept).collect();
        super::attachments::list_in(form, &kept, &mut held.draft);
    }
    drop(reader);
    held.set(place, told)?;
    let (id, version) = match &held.stored {
        Some(stored) => (stored.id.clone(), stored.version),
        None => (db::new_id(), 0),
    };
    let is_inside = form.shape == Shape::Single && signed.ready()?.region != village;
    if is_inside {
        village.code().clone_into(&mut held.draft.region);
    }
    let save = Save {
        form,
        id: &id,
        version,
        key: &db::new_id(),
        draft: held.draft,
    };
    records::save(app, signed, save).await.map(|_| ())
}
