//! The consistency panel (spec F-02): numbers of a village that should agree, side by side with their homes, from the same
//! declarations that offer and warn in the forms (`domain/known.rs`). 采用 is the usual save.

use super::authorize::{to_act, to_create};
use super::db::{self, Connection};
use super::records::{self, Save, lock, stored_draft};
use super::session::Signed;
use super::state::App;
use crate::api::consistency::{ConsistencyView, NumberGroup, NumberLine, ToldNumber};
use crate::domain::form::{Form, Shape};
use crate::domain::known::{self, Known, KnownOf, hundredths};
use crate::domain::page::{Page, Tab, address};
use crate::domain::permission::allows;
use crate::domain::record::{Draft, Values};
use crate::domain::region::{Region, Relation};
use crate::domain::sheet::{ROW, SCALE, Sheet, SheetRow, Tables, completed, sheets};
use crate::domain::value::{format_scaled, grouped};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms::{self, planning::comparisons::COMPARISONS};

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
    for form in forms::ALL
        .iter()
        .copied()
        .filter(|form| form.one_per_region && reads(form.key))
    {
        if known::all(form).next().is_none() {
            continue;
        }
        let held = Held::read(&mut reader, form, &village).await?;
        let editable = may_edit(signed, &mut reader, &held, &village).await?;
        for (place, known) in known::all(form).filter(|(_, known)| reads(known.of.form())) {
            let told = db::known::told(&mut reader, known.of, |key| held.number(key), &village).await?;
            let own = held.hundredths(&place);
            let line = NumberLine {
                title: held.title(&place),
                own: ToldNumber {
                    number: own.map_or(String::new(), shown),
                    source: home(form, &place).map_or(form.title, |(_, tab)| tab.title).to_owned(),
                    link: link(form, &place, &village),
                },
                told: ToldNumber {
                    number: told.map_or(String::new(), shown),
                    source: known.source.to_owned(),
                    link: told_home(known.of, &village),
                },
                agrees: own.zip(told).map(|(own, told)| known.agrees(own, told)),
                adopts: (editable && told.is_some() && own != told).then(|| (form.key.to_owned(), place.clone())),
            };
            put(&mut groups, &group_of(known), line);
        }
    }
    for comparison in COMPARISONS {
        let [left, right] = &comparison.sides;
        if !reads(left.of.form()) || !reads(right.of.form()) {
            continue;
        }
        let mut told = Vec::new();
        let mut numbers = Vec::new();
        for side in [left, right] {
            let number = db::known::told(&mut reader, side.of, |_| None, &village).await?;
            numbers.push(number);
            told.push(ToldNumber {
                number: number.map_or(String::new(), shown),
                source: side.source.to_owned(),
                link: way(side.place, &village),
            });
        }
        // One that counts something while the other counts nothing is told apart, too.
        let agrees = match numbers.as_slice() {
            [None, None] => None,
            [left, right] => Some(left == right),
            _ => None,
        };
        let (Some(right), Some(left)) = (told.pop(), told.pop()) else {
            continue;
        };
        let line = NumberLine {
            title: comparison.title.to_owned(),
            own: left,
            told: right,
            agrees,
            adopts: None,
        };
        put(&mut groups, comparison.group, line);
    }
    Ok(ConsistencyView {
        name: app.divisions.short(&village),
        path: app.divisions.path(&village),
        region: village,
        groups,
    })
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
fn group_of(known: &Known) -> String {
    let Some(form) = forms::find(known.of.form()) else {
        return known.source.to_owned();
    };
    match known.of {
        KnownOf::OfGrid(_, grid, column) => {
            let found = form.grids().find(|(field, _)| field.key == grid);
            let titles = found.and_then(|(field, grid)| {
                let column = grid.columns.iter().find(|one| one.key == column)?;
                Some(format!("{}{}", field.title, column.title))
            });
            titles.unwrap_or_else(|| known.source.to_owned())
        }
        // Its unit is another one here.
        KnownOf::Divided(_, field, _) => {
            let title = form.field(field).map_or(known.source, |field| field.title);
            title.split('(').next().unwrap_or(title).to_owned()
        }
        _ => form
            .field(known.of.field())
            .map_or(known.source, |field| field.title)
            .to_owned(),
    }
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
    stored: Option<db::records::Stored>,
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
