//! 台账信息 (manual 7, spec §11): every level sees the numbers of its part of the tree, opens each down to the records behind
//! it, and takes them home as a workbook.

pub mod brief;
mod kept;
mod lists;
mod picture;
mod table;
mod workbook;

pub use kept::Kept;
pub use workbook::export;

use crate::api::accounts::STATES;
use crate::api::ledgers::{LedgerCell, LedgerFilter, LedgerHead, LedgerView};
use crate::domain::account::{Account, AccountKind};
use crate::domain::date::is_date;
use crate::domain::field::{Field, Kind};
use crate::domain::ledger::{ByYear, Column, DetailOf, Ledger, Of, Rows};
use crate::domain::page::Tab;
use crate::domain::parameter::{PLAN_YEARS, POPULATION_YEARS};
use crate::domain::permission::{allows, sees_ledgers};
use crate::domain::query::{ListQuery, order_of};
use crate::domain::region::{Level, Region, Relation};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::ledgers;
use crate::server::db::listings::STATUS;
use crate::server::db::{self, ledgers::Worth};
use crate::server::records::cascade_of;
use crate::server::session::Signed;
use crate::server::state::App;
use lists::Search;
use table::{Shown, Table, TableLine, Wish, readable};

/// The years that may be chosen: those of the yearly plans, or those that the field holds by which the ledger is narrowed.
fn years(ledger: &Ledger) -> Vec<i64> {
    let of_field = |field: &str| {
        let mut forms = ledger.forms().into_iter().filter_map(forms::find);
        forms.find_map(|form| match form.field(field)?.kind {
            Kind::Year(years) => Some(years.bounds()),
            _ => None,
        })
    };
    let (from, to) = match ledger.year {
        ByYear::No => return Vec::new(),
        ByYear::Task => PLAN_YEARS.years(),
        ByYear::Field(field) | ByYear::Last(field) => of_field(field).unwrap_or_else(|| PLAN_YEARS.years()),
    };
    (from..=to).collect()
}

/// Whether an account of this kind sees a ledger: every number in it must be one that it may look behind.
fn is_seen_by(kind: AccountKind, ledger: &Ledger) -> bool {
    let reads = |form: &&str| forms::find(form).is_some_and(|form| allows(kind, Verb::View, form, Relation::Own));
    sees_ledgers(kind)
        && (ledger.kinds.contains(&kind) || ledger.kinds.is_empty() && !kind.is_administrator())
        && ledger.forms().iter().all(reads)
        && match ledger.rows {
            Rows::Items(form, _) => reads(&form),
            _ => true,
        }
}

/// All ledgers that an account of this kind sees.
pub fn seen_by(kind: AccountKind) -> impl Iterator<Item = &'static Ledger> {
    ledgers::ALL
        .iter()
        .copied()
        .filter(move |ledger| is_seen_by(kind, ledger))
}

/// The same, group by group.
fn groups(kind: AccountKind) -> Vec<(String, Vec<(String, String)>)> {
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for ledger in seen_by(kind) {
        let own = (ledger.key.to_owned(), ledger.title.to_owned());
        match groups.iter_mut().find(|(title, _)| title == ledger.group) {
            Some((_, tabs)) => tabs.push(own),
            None => groups.push((ledger.group.to_owned(), vec![own])),
        }
    }
    groups
}

/// A ledger that an account asks for.
pub(super) struct Asked {
    ledger: &'static Ledger,
    account: Account,
    wish: Wish,
    columns: Vec<Shown>,
    view: String,
    column: String,
    states: Vec<String>,
    value: Option<String>,
    is_own: bool,
    /// The natural village whose number led to the list: its code and its name.
    hamlet: Option<(String, String)>,
    list: ListQuery,
}

impl Asked {
    async fn of(app: &App, signed: &Signed, key: &str, list: &ListQuery) -> Result<Self, AppError> {
        let account = signed.ready()?.clone();
        let mut all = ledgers::ALL.iter().copied();
        let ledger = match key {
            "" => all.find(|ledger| is_seen_by(account.kind, ledger)),
            key => ledgers::find(key).filter(|ledger| is_seen_by(account.kind, ledger)),
        };
        let ledger = ledger.ok_or(AppError::NotFound)?;
        let region = list.region.clone().unwrap_or_else(|| account.region.clone());
        if !account.region.contains(&region) || app.divisions.find(&region).is_none() {
            return Err(AppError::NotFound);
        }
        let text = |name: &str| list.filters.get(name).cloned().unwrap_or_default();
        let year = text("year").parse().ok().filter(|year| years(ledger).contains(year));
        let day = |name: &str| Some(text(name)).filter(|day| is_date(day)).unwrap_or_default();
        let view = match ledger.rows {
            Rows::Lists => ledger
                .details
                .first()
                .map_or(String::new(), |detail| detail.key.to_owned()),
            _ => String::new(),
        };
        let known = |asked: &String| ledger.detail(asked).is_some() || picture::is_offered(ledger, asked);
        let view = Some(text("view")).filter(known).unwrap_or(view);
        let plain = Wish::plain(app, ledger, &region, year).await?;
        let hamlet = Region::parse(&text("hamlet"))
            .filter(|hamlet| hamlet.level() == Level::NaturalVillage && region.contains(hamlet));
        let hamlet = match hamlet {
            Some(hamlet) => {
                let mut reader = app.store.reader().await?;
                let names = db::regions::names(&mut reader, std::slice::from_ref(&hamlet)).await?;
                let name = names.get(hamlet.code()).cloned();
                Some((hamlet.code().to_owned(), name.unwrap_or_default()))
            }
            None => None,
        };
        Ok(Self {
            wish: Wish {
                days: (day("from"), day("to")),
                // Without a day everybody who looks at the region shares one count.
                scope: match day("divisions_of").is_empty() {
                    true => region,
                    false => account.region.clone(),
                },
                divisions_of: match ledger.rows {
                    Rows::Divisions => day("divisions_of"),
                    _ => String::new(),
                },
                page: match ledger.rows {
                    Rows::Values(..) if view.is_empty() => ((list.page - 1) * list.size, list.size),
                    _ => (0, 0),
                },
                sort: match ledger.rows {
                    Rows::Values(..) if view.is_empty() => list.sort.clone(),
                    _ => String::new(),
                },
                ..plain
            },
            columns: table::columns(ledger),
            column: text("column"),
            states: text("states")
                .split(',')
                .filter(|state| !state.is_empty())
                .map(str::to_owned)
                .collect(),
            value: list.filters.get("value").cloned(),
            is_own: text("own") == "1",
            hamlet,
            list: list.clone(),
            view,
            account,
            ledger,
        })
    }

    /// The column whose number led to the list.
    fn led_by(&self) -> Option<&Shown> {
        self.columns.iter().find(|shown| shown.key == self.column)
    }

    fn search(&self) -> Option<Search<'_>> {
        let detail = self.ledger.detail(&self.view)?;
        Some(Search {
            ledger: self.ledger,
            of: detail.of,
            detail: detail.key,
            wish: &self.wish,
            column: self.led_by(),
            states: &self.states,
            value: self.value.as_deref(),
            is_own: self.is_own,
            hamlet: self.hamlet.as_ref().map(|(code, _)| code.as_str()),
            list: &self.list,
        })
    }

    /// The address of a ledger about a region, with the year and the days that are shown, and more.
    fn address(&self, ledger: &str, region: &Region, more: &[(&str, &str)]) -> String {
        self.address_in(self.wish.year, ledger, region, more)
    }

    /// The same with another year, or none.
    fn address_in(&self, year: Option<i64>, ledger: &str, region: &Region, more: &[(&str, &str)]) -> String {
        let mut parameters: Vec<(&str, String)> = vec![("region", region.code().to_owned())];
        if let Some(year) = year {
            parameters.push(("year", year.to_string()));
        }
        for (name, day) in [
            ("from", &self.wish.days.0),
            ("to", &self.wish.days.1),
            ("divisions_of", &self.wish.divisions_of),
        ] {
            if !day.is_empty() {
                parameters.push((name, day.clone()));
            }
        }
        parameters.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let parameters: Vec<String> = parameters
            .into_iter()
            .map(|(name, value)| format!("{name}={}", crate::record::encoded(&value)))
            .collect();
        format!("/ledgers/{ledger}?{}", parameters.join("&"))
    }
}

/// Counts what the province opens first, as often as what is kept of it would run out: nobody waits for a first count.
pub async fn warm(app: App) -> Result<(), AppError> {
    let province = Region::province();
    for ledger in ledgers::ALL.iter().copied().filter(|ledger| ledger.rows != Rows::Lists) {
        if app.work.is_stopping() {
            break;
        }
        let wish = Wish::plain(&app, ledger, &province, None).await?;
        table::of(&app, ledger, &wish).await?;
    }
    Ok(())
}

/// A page of 台账信息.
pub async fn page(app: &App, signed: &Signed, key: &str, list: &ListQuery) -> Result<LedgerView, AppError> {
    let asked = Asked::of(app, signed, key, list).await?;
    let ledger = asked.ledger;
    let mut views: Vec<(String, String)> = Vec::new();
    if ledger.rows != Rows::Lists {
        views.push((String::new(), "统计表".to_owned()));
        views.extend(picture::offered(ledger));
    }
    views.extend(
        ledger
            .details
            .iter()
            .map(|detail| (detail.key.to_owned(), detail.title.to_owned())),
    );
    let chain = asked.wish.region.chain().into_iter();
    let crumbs = chain
        .filter(|region| asked.account.region.contains(region))
        .map(|region| {
            (
                app.divisions.short(&region),
                asked.address(ledger.key, &region, &view_of(&asked)),
            )
        });
    let mut view = LedgerView {
        key: ledger.key.to_owned(),
        title: ledger.title.to_owned(),
        groups: groups(asked.account.kind),
        crumbs: crumbs.collect(),
        views,
        view: asked.view.clone(),
        narrowed: String::new(),
        heads: Vec::new(),
        lines: Vec::new(),
        picture: None,
        total: None,
        as_of: String::new(),
        years: years(ledger),
        year: asked.wish.year.map_or(String::new(), |year| year.to_string()),
        has_days: !ledger.day.is_empty(),
        filters: Vec::new(),
        has_text: false,
        divisions_of: match ledger.rows {
            Rows::Divisions if asked.view.is_empty() => Some(asked.wish.divisions_of.clone()),
            _ => None,
        },
        is_former: false,
        count: None,
        cascade: cascade_of(app, &asked.account.region, Some(&asked.wish.region), Level::Village),
        exports_all: true,
        has_brief: brief::is_offered(&asked) && asked.view.is_empty(),
    };
    match asked.search() {
        Some(search) => {
            let found = lists::page(app, signed, &search, (list.page - 1) * list.size, list.size).await?;
            view.heads = lists::heads(&search);
            view.lines = found.lines;
            // Divisions are few enough for one page.
            let has_pages = !matches!(search.of, DetailOf::ItemsByDivision(..));
            view.count = has_pages.then_some(found.count);
            view.total = found.total;
            view.as_of = crate::server::clock::shown(&app.clock.now());
            view.narrowed = said(&asked);
            if let DetailOf::Records(tab, _) = search.of {
                view.filters = filters(tab, list);
                view.has_text = tab.form.fields().any(|field| field.searched);
            }
            if let DetailOf::Accounts = search.of {
                view.filters = account_filters(&asked.account, list);
                view.has_text = true;
            }
        }
        None => {
            let table = table::of(app, ledger, &asked.wish).await?;
            view.heads = heads(&table, &asked.columns);
            view.lines = lines(&asked, &table, &list.sort);
            let link = |line: &TableLine| {
                let below = below(&asked, line);
                below.map_or(String::new(), |region| {
                    asked.address(ledger.key, &region, &view_of(&asked))
                })
            };
            view.picture = picture::of(&asked.view, &asked.columns, &asked.column, &table, link);
            view.total = table.total.as_ref().map(|cells| total(&asked, &table, cells));
            view.count = table.count;
            view.is_former = table.is_former;
            view.as_of = table.as_of.clone();
            // Every level below is told by the divisions of today.
            view.exports_all = !table.is_former && matches!(ledger.rows, Rows::Divisions | Rows::Values(..));
        }
    }
    Ok(view)
}

fn view_of(asked: &Asked) -> Vec<(&'static str, &str)> {
    let mut more = Vec::new();
    if !asked.view.is_empty() && asked.ledger.rows != Rows::Lists {
        more.push(("view", asked.view.as_str()));
    }
    if !asked.column.is_empty() {
        more.push(("column", asked.column.as_str()));
    }
    more
}

/// What the number was that led to the list.
fn said(asked: &Asked) -> String {
    let column = asked.led_by().map(Shown::heading);
    let workflow = match asked.ledger.detail(&asked.view).map(|detail| detail.of) {
        Some(DetailOf::Records(tab, _)) => tab.form.workflow,
        _ => None,
    };
    let states = asked
        .states
        .iter()
        .filter_map(|state| Some(workflow?.state(state)?.title.to_owned()));
    let value = asked.value.as_ref().map(|value| match asked.ledger.rows {
        Rows::Items(form, grid) => {
            let sheet = forms::find(form).and_then(|form| form.grids_named(grid)?.sheet);
            let row = sheet.and_then(|sheet| Some(sheet.rows().iter().find(|row| row.key == value)?.title()));
            row.unwrap_or_default().to_owned()
        }
        _ => value.clone(),
    });
    let hamlet = asked.hamlet.as_ref().map(|(_, name)| name.clone());
    let own = asked.is_own.then(|| match asked.wish.region.level() {
        Level::Village => "村域".to_owned(),
        _ => "本级".to_owned(),
    });
    let parts = value.into_iter().chain(hamlet).chain(own).chain(column).chain(states);
    parts.collect::<Vec<_>>().join(" · ")
}

/// What narrows a list of records beside the tree: its state and the choices of its form.
fn filters(tab: &'static Tab, list: &ListQuery) -> Vec<LedgerFilter> {
    let held = |key: &str| list.filters.get(key).cloned().unwrap_or_default();
    let states = tab.form.workflow.map(|workflow| LedgerFilter {
        key: STATUS.to_owned(),
        title: workflow.title.to_owned(),
        options: workflow
            .states
            .iter()
            .map(|state| (state.key.to_owned(), state.title.to_owned()))
            .collect(),
        held: held(STATUS),
    });
    // Those of the form's own list first.
    let mut fields: Vec<&Field> = lists::filters_of(tab).collect();
    fields.sort_by_key(|field| !field.filtered);
    let choices = fields.into_iter().filter_map(|field| {
        let options = match field.kind {
            Kind::Choice(codes) | Kind::Choices(codes) => {
                codes.codes().iter().map(|code| (code.code, code.label)).collect()
            }
            Kind::Switch => vec![("1", "是"), ("0", "否")],
            _ => return None,
        };
        Some(LedgerFilter {
            key: field.key.to_owned(),
            title: field.head().to_owned(),
            options: options
                .into_iter()
                .map(|(code, label)| (code.to_owned(), label.to_owned()))
                .collect(),
            held: held(field.key),
        })
    });
    states.into_iter().chain(choices).collect()
}

/// What narrows the list of accounts.
fn account_filters(viewer: &Account, list: &ListQuery) -> Vec<LedgerFilter> {
    let states = STATES.map(|(key, title)| (key.to_owned(), title.to_owned())).to_vec();
    let kinds = crate::server::accounts::kinds(viewer);
    let filters = [("kind", "种类", kinds), ("state", "状态", states)];
    filters
        .map(|(key, title, options)| LedgerFilter {
            key: key.to_owned(),
            title: title.to_owned(),
            options,
            held: list.filters.get(key).cloned().unwrap_or_default(),
        })
        .to_vec()
}

fn heads(table: &Table, columns: &[Shown]) -> Vec<LedgerHead> {
    let names = table.heads.iter().enumerate().map(|(position, title)| LedgerHead {
        group: String::new(),
        title: (*title).to_owned(),
        sort: if position == 0 && table.count.is_none() {
            "region".to_owned()
        } else {
            String::new()
        },
        is_number: false,
    });
    let mut heads = vec![LedgerHead {
        group: String::new(),
        title: "序号".to_owned(),
        sort: String::new(),
        is_number: true,
    }];
    heads.extend(names);
    heads.extend(columns.iter().map(|shown| LedgerHead {
        group: shown.group.clone(),
        title: shown.title.clone(),
        sort: if table.about.is_empty() && shown.is_number() {
            shown.key.clone()
        } else {
            String::new()
        },
        is_number: shown.is_number(),
    }));
    heads
}

/// The lines of a table, sorted as asked for.
fn lines(asked: &Asked, table: &Table, sort: &str) -> Vec<Vec<LedgerCell>> {
    let mut order: Vec<usize> = (0..table.lines.len()).collect();
    let (key, down) = order_of(sort);
    // A table with pages comes sorted.
    let sorted = asked.columns.iter().position(|shown| shown.key == key);
    if let Some(at) = sorted.filter(|_| table.count.is_none()) {
        let number = |line: &TableLine| match line.cells.get(at) {
            Some(Some(Worth::Number(number))) => Some(*number),
            _ => None,
        };
        order.sort_by_key(|position| number(&table.lines[*position]));
    }
    if down && table.count.is_none() {
        order.reverse();
    }
    let first = asked.wish.page.0 + 1;
    let shown = order.into_iter().enumerate();
    shown
        .map(|(position, at)| {
            let line = &table.lines[at];
            let about = table.about.get(at).map_or(&[][..], Vec::as_slice);
            let mut cells = vec![
                LedgerCell {
                    text: (first + position as i64).to_string(),
                    link: String::new(),
                },
                name_of(asked, line),
            ];
            cells.extend(about.iter().map(|text| LedgerCell {
                text: text.clone(),
                link: String::new(),
            }));
            cells.extend(
                asked
                    .columns
                    .iter()
                    .zip(&line.cells)
                    .map(|(shown, worth)| cell(asked, table, shown, worth.as_ref(), Some(line))),
            );
            cells
        })
        .collect()
}

/// The name of a line leads one level down, as long as there is one.
fn name_of(asked: &Asked, line: &TableLine) -> LedgerCell {
    LedgerCell {
        text: line.name.clone(),
        link: below(asked, line).map_or(String::new(), |region| asked.address(asked.ledger.key, &region, &[])),
    }
}

/// The region of a line, where there is more below it.
fn below(asked: &Asked, line: &TableLine) -> Option<Region> {
    Region::parse(&line.key)
        .filter(|region| asked.ledger.rows == Rows::Divisions && region.level() <= Level::Village)
        .filter(|region| *region != asked.wish.region)
        .filter(|region| region.level() < Level::Village || table::tells_hamlets(asked.ledger))
}

fn total(asked: &Asked, table: &Table, cells: &[Option<Worth>]) -> Vec<LedgerCell> {
    let mut line = vec![
        LedgerCell::default(),
        LedgerCell {
            text: "合计".to_owned(),
            link: String::new(),
        },
    ];
    line.resize(1 + table.heads.len(), LedgerCell::default());
    let all = asked.columns.iter().zip(cells).map(|(shown, worth)| match worth {
        None if !shown.is_number() => LedgerCell::default(),
        worth => cell(asked, table, shown, worth.as_ref(), None),
    });
    line.extend(all);
    line
}

/// A number with the way to what lies behind it.
fn cell(asked: &Asked, table: &Table, shown: &Shown, worth: Option<&Worth>, line: Option<&TableLine>) -> LedgerCell {
    let text = match (shown.column.of, worth) {
        (Of::Said(form, field), Some(Worth::Text(_))) => {
            let text = readable(shown, worth);
            let form = forms::find(form);
            let field = form.and_then(|form| Some((form, form.field(field)?)));
            match field.is_some_and(|(form, field)| crate::server::records::is_masked(&asked.account, form, field)) {
                true => crate::domain::phone::masked(&text),
                false => text,
            }
        }
        _ => readable(shown, worth),
    };
    let link = match worth {
        // What is listed lies under the divisions of today.
        Some(Worth::Number(number)) if *number != 0 && !table.is_former => behind(asked, shown, line),
        _ => None,
    };
    LedgerCell {
        text,
        link: link.unwrap_or_default(),
    }
}

/// The list behind a number: the ledger's own, or that of the ledger which lists such records.
fn behind(asked: &Asked, shown: &Shown, line: Option<&TableLine>) -> Option<String> {
    let of = shown.column.of;
    let own = std::iter::once(asked.ledger);
    let mut all = own.chain(
        ledgers::ALL
            .iter()
            .copied()
            .filter(|ledger| is_seen_by(asked.account.kind, ledger)),
    );
    let (ledger, detail) = match of {
        Of::Count(_) | Of::Places(..) | Of::Sum(..) | Of::Each(..) | Of::Distinct(..) | Of::Oldest(_) => {
            all.find_map(|ledger| Some((ledger, ledger.list_of(of.form()?)?)))?
        }
        Of::Divisions(Level::NaturalVillage) | Of::Topic(_) => {
            all.find_map(|ledger| Some((ledger, ledger.list_of("natural_villages")?)))?
        }
        Of::Cell(_) => {
            let mut details = asked.ledger.details.iter();
            let detail = details.find(|detail| matches!(detail.of, DetailOf::Items(..)))?;
            (asked.ledger, detail)
        }
        Of::Divisions(Level::Village)
        | Of::Done(_)
        | Of::DoneAll(_)
        | Of::Filled(..)
        | Of::Named(..)
        | Of::Lacking(_) => {
            let villages = |ledger: &'static Ledger| {
                let mut details = ledger.details.iter();
                Some((
                    ledger,
                    details.find(|detail| matches!(detail.of, DetailOf::Villages(_)))?,
                ))
            };
            all.find_map(villages)?
        }
        _ => return None,
    };
    let states;
    let last_year = POPULATION_YEARS.years().1.to_string();
    let mut more = vec![("view", detail.key)];
    // A column of another ledger is known there by its own name, if at all.
    let known = ledger.key == asked.ledger.key;
    // What the year narrows here has to be narrowed by it there.
    let is_by_year = match asked.ledger.year {
        ByYear::No => false,
        ByYear::Task => true,
        ByYear::Field(field) | ByYear::Last(field) => {
            let form = of.form().and_then(forms::find);
            form.is_some_and(|form| form.field(field).is_some())
        }
    };
    let year = match asked.wish.year {
        Some(_) if known || ledger.year == asked.ledger.year => asked.wish.year,
        Some(_) if is_by_year => return None,
        _ => None,
    };
    if matches!(of, Of::Cell(_)) {
        // The row of the table narrows it, not the column.
    } else if let (Of::Divisions(Level::NaturalVillage) | Of::Topic(_), false) = (of, known) {
        let same = |column: &&'static Column| match (of, column.of) {
            (Of::Topic(forms), Of::Topic(others)) => forms == others,
            (Of::Divisions(level), Of::Divisions(other)) => level == other,
            _ => false,
        };
        more.push(("column", ledger.all_columns().find(same)?.key));
    } else if known && ledger.all_columns().any(|column| column.key == shown.column.key) {
        more.push(("column", shown.key.as_str()));
    } else if let Some(records) = shown.records().filter(|_| !known) {
        let same = |column: &&'static Column| matches!(column.of, Of::Count(other) if other == records);
        states = records.states.join(",");
        match ledger.all_columns().find(same) {
            Some(column) => more.push(("column", column.key)),
            None if records.last_year => more.push(("year", last_year.as_str())),
            None if records.holding.is_empty() && records.least.is_none() => more.push(("states", states.as_str())),
            None => return None,
        }
    } else if !known && !matches!(of, Of::Divisions(Level::Village)) {
        // A list of all would say something else than the number.
        return None;
    }
    let region = match (asked.ledger.rows, line) {
        (Rows::Divisions, Some(line)) => Region::parse(&line.key)?,
        _ => asked.wish.region.clone(),
    };
    // What the region says of itself, without those below.
    if asked.ledger.rows == Rows::Divisions && line.is_some() && region == asked.wish.region {
        more.push(("own", "1"));
    }
    if let (Rows::Values(..) | Rows::Items(..), Some(line)) = (asked.ledger.rows, line) {
        more.push(("value", line.key.as_str()));
    }
    // A natural village is a part of the list of its village.
    let hamlet = region.clone();
    if hamlet.level() == Level::NaturalVillage {
        more.push(("hamlet", hamlet.code()));
    }
    let region = region.at(Level::Village).unwrap_or(region);
    Some(asked.address_in(year, ledger.key, &region, &more))
}
