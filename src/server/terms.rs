//! What a process keeps of what can change while it runs: code lists, rows of tables, parameters and divisions. The store has a version of
//! them, which is looked at with every request; where it is another one, they are read again before the request goes on.

use super::clock::Clock;
use super::db::terms::{Entry, TableRow, Versions};
use super::db::{self};
use super::state::App;
use crate::domain::code::CodeList;
use crate::domain::form::Form;
use crate::domain::parameter::{self, Parameter};
use crate::domain::region::{Level, Region};
use crate::domain::sheet::{self, Sheet};
use crate::domain::terms::{Terms, install};
use crate::error::AppError;
use crate::forms;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};

/// What is known of the store's versions, and the parameters.
#[derive(Debug, Default)]
pub struct Known {
    seen: Mutex<Option<(Versions, String)>>,
    reading: tokio::sync::Mutex<()>,
    parameters: RwLock<BTreeMap<(String, String), String>>,
}

impl Known {
    fn is_of(&self, versions: Versions, today: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref()
            .is_some_and(|(known, day)| *known == versions && day == today)
    }

    fn stored(&self, key: &str, region: &str) -> Option<String> {
        let parameters = self.parameters.read().unwrap_or_else(PoisonError::into_inner);
        parameters.get(&(key.to_owned(), region.to_owned())).cloned()
    }
}

/// Reads again what another process, or this one, has changed. Options begin and end with a day, so a new day counts too.
pub async fn refresh(app: &App, versions: Versions) -> Result<(), AppError> {
    if app.known.is_of(versions, &app.clock.today()) {
        return Ok(());
    }
    reload(app).await
}

/// Reads everything that has another version than what is known.
pub async fn reload(app: &App) -> Result<(), AppError> {
    let _turn = app.known.reading.lock().await;
    let today = app.clock.today();
    let mut reader = app.store.reader().await?;
    let versions = db::terms::versions(&mut reader).await?;
    let before = app.known.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if before
        .as_ref()
        .is_none_or(|(before, _)| before.divisions != versions.divisions)
    {
        app.divisions.replace(db::regions::load(&mut reader).await?);
    }
    let entries = db::terms::entries(&mut reader).await?;
    let rows = db::terms::table_rows(&mut reader).await?;
    let stored = db::terms::parameters(&mut reader).await?;
    let province = Region::province();
    install(&Terms {
        lists: changed_lists(&entries, &today)
            .into_iter()
            .chain(changed_tables(&rows))
            .collect(),
        parameters: stored
            .iter()
            .filter(|((_, region), _)| *region == province.code())
            .map(|((key, _), content)| (key.clone(), content.clone()))
            .collect(),
    });
    *app.known.parameters.write().unwrap_or_else(PoisonError::into_inner) = stored;
    *app.known.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((versions, today));
    Ok(())
}

/// All code lists that fields of forms offer, in the order in which the forms come.
pub fn lists() -> Vec<&'static CodeList> {
    use crate::domain::field::{Field, Kind};
    let mut lists: Vec<&'static CodeList> = Vec::new();
    let mut take = |field: &'static Field| {
        if let Kind::Choice(list) | Kind::Choices(list) = field.kind
            && lists.iter().all(|known| known.key != list.key)
        {
            lists.push(list);
        }
    };
    for form in forms::ALL {
        form.fields().for_each(&mut take);
        form.grids().flat_map(|(_, grid)| grid.columns).for_each(&mut take);
    }
    lists
}

/// The list of that key.
pub fn list(key: &str) -> Option<&'static CodeList> {
    lists().into_iter().find(|list| list.key == key)
}

/// The options of a list, built in and stored, in the order in which they show.
pub fn options(list: &'static CodeList, entries: &[Entry]) -> Vec<Entry> {
    let built_in = list.built_in.iter().enumerate().map(|(position, code)| Entry {
        list: list.key.to_owned(),
        code: code.code.to_owned(),
        label: code.label.to_owned(),
        position: 10 * (position as i64 + 1),
        valid_from: String::new(),
        valid_to: code.retired.then(String::new),
    });
    let mut options: Vec<Entry> = built_in.collect();
    for entry in entries.iter().filter(|entry| entry.list == list.key) {
        match options.iter_mut().find(|option| option.code == entry.code) {
            Some(option) => *option = entry.clone(),
            None => options.push(entry.clone()),
        }
    }
    options.sort_by_key(|option| option.position);
    options
}

/// Whether an option can be chosen on a day.
pub fn is_valid(entry: &Entry, day: &str) -> bool {
    entry.valid_from.as_str() <= day && entry.valid_to.as_deref().is_none_or(|end| day < end)
}

fn changed_lists(entries: &[Entry], today: &str) -> BTreeMap<String, Vec<(String, String, bool)>> {
    let changed = lists()
        .into_iter()
        .filter(|list| entries.iter().any(|entry| entry.list == list.key));
    let whole = changed.map(|list| {
        let options = options(list, entries).into_iter().map(|option| {
            let is_over = !is_valid(&option, today);
            (option.code, option.label, is_over)
        });
        (list.key.to_owned(), options.collect())
    });
    whole.collect()
}

/// The tables whose rows the dictionary gives, with the forms that have them.
pub fn sheets() -> impl Iterator<Item = (&'static Form, &'static Sheet)> {
    let of = |form: &'static Form| sheet::sheets(form).map(move |(.., sheet)| (form, sheet));
    forms::ALL.iter().flat_map(move |form| of(form))
}

/// The table of that key, with its form.
pub fn sheet(key: &str) -> Option<(&'static Form, &'static Sheet)> {
    sheets().find(|(_, sheet)| sheet.key == key)
}

/// The rows of a table as they are in force, also those that have ended, in the order in which they show.
pub fn table_rows(sheet: &'static Sheet, stored: &[TableRow]) -> Vec<TableRow> {
    let own = stored.iter().filter(|row| row.sheet == sheet.key);
    let Some(last) = own.clone().map(|row| row.version.as_str()).max() else {
        let built_in = sheet.built_in.iter().enumerate();
        return built_in
            .map(|(position, row)| TableRow {
                sheet: sheet.key.to_owned(),
                version: sheet.version.to_owned(),
                item: row.key.to_owned(),
                position: position as i64,
                about: row.about.iter().map(|text| (*text).to_owned()).collect(),
                required: row.required,
                counts_into: String::new(),
                ended: false,
            })
            .collect();
    };
    let mut rows: Vec<TableRow> = own.filter(|row| row.version == last).cloned().collect();
    rows.sort_by_key(|row| row.position);
    rows
}

/// The versions of tables and the rows of each, as lists among the terms.
fn changed_tables(stored: &[TableRow]) -> BTreeMap<String, Vec<(String, String, bool)>> {
    let mut lists: BTreeMap<String, Vec<(String, String, bool)>> = BTreeMap::new();
    for row in stored.iter().filter(|row| sheet(&row.sheet).is_some()) {
        let versions = lists.entry(row.sheet.clone()).or_default();
        if versions.last().is_none_or(|(known, ..)| *known != row.version) {
            versions.push((row.version.clone(), String::new(), false));
        }
        let mut label = vec![i64::from(row.required).to_string(), row.counts_into.clone()];
        label.extend(row.about.iter().cloned());
        let rows = lists.entry(sheet::version_key(&row.sheet, &row.version)).or_default();
        rows.push((row.item.clone(), label.join(&sheet::PART.to_string()), row.ended));
    }
    lists
}

/// What holds of a parameter while nobody has changed it: its own default, or what the settings say.
pub fn initial(app: &App, parameter: &Parameter) -> String {
    match parameter.key {
        key if key == parameter::QQ_GROUP.key => app.config.qq_group.clone(),
        key if key == parameter::IMAGE_MEGABYTES.key => app.config.image_megabytes.to_string(),
        key if key == parameter::FILE_MEGABYTES.key => app.config.file_megabytes.to_string(),
        key if key == parameter::RECORD_MEGABYTES.key => app.config.record_megabytes.to_string(),
        _ => parameter.initial.to_owned(),
    }
}

/// What a parameter says for a region: the province's, or that of the county it lies in.
pub fn parameter(app: &App, parameter: &Parameter, region: &Region) -> String {
    let owner = match parameter.level {
        Level::Province => Some(Region::province()),
        level => region.at(level),
    };
    let stored = owner.and_then(|owner| app.known.stored(parameter.key, owner.code()));
    stored.unwrap_or_else(|| initial(app, parameter))
}

/// A parameter of the province that counts megabytes.
pub fn megabytes(app: &App, parameter: &Parameter) -> u64 {
    self::parameter(app, parameter, &Region::province())
        .parse()
        .unwrap_or_default()
}

/// Whether the day lies in the future.
pub fn is_ahead(clock: &Clock, day: &str) -> bool {
    day > clock.today().as_str()
}
