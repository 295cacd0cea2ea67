//! The list page: one query for the lines, one for the total.

use super::is_masked;
use crate::api::records::CascadeLevel;
use crate::domain::field::{Field, Kind};
use crate::domain::page::Tab;
use crate::domain::phone::masked;
use crate::domain::query::ListQuery;
use crate::domain::record::{Line, parts};
use crate::domain::region::{Level, Region};
use crate::domain::validate::shown;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::server::authorize::{Permit, to_read, verbs};
use crate::server::clock;
use crate::server::db::{
    self, Connection,
    listings::{Listing, Narrowed},
};
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::workflow;
use std::collections::{BTreeMap, BTreeSet};

/// What a list page asked for, with its permit.
pub struct Asked<'a> {
    /// The tab.
    pub tab: &'static Tab,
    /// What the account may see.
    pub permit: Permit,
    /// The query.
    pub query: &'a ListQuery,
    /// What a number of a ledger counts, where its list is asked for.
    pub narrowed: Option<&'a Narrowed<'a>>,
}

impl<'a> Asked<'a> {
    /// Asks for a permit.
    pub fn new(signed: &Signed, tab: &'static Tab, query: &'a ListQuery) -> Result<Self, AppError> {
        Ok(Self {
            tab,
            permit: to_read(signed, tab.form)?,
            query,
            narrowed: None,
        })
    }
}

/// The listing of a tab.
pub fn listing<'a>(asked: &'a Asked<'_>) -> Listing<'a> {
    Listing {
        form: asked.tab.form,
        permit: &asked.permit,
        query: asked.query,
        level: asked.tab.level,
        fixed: asked.tab.fixed,
        states: asked.tab.states,
        narrowed: asked.narrowed,
    }
}

/// The lines of the asked page and the total.
pub async fn fetch(app: &App, asked: &Asked<'_>, offset: i64, limit: i64) -> Result<(Vec<Line>, i64), AppError> {
    let mut reader = app.store.reader().await?;
    let listing = listing(asked);
    let total = db::listings::count(&mut reader, &listing).await?;
    let stored = db::listings::list(&mut reader, &listing, total, offset, limit).await?;
    Ok((lines(app, &mut reader, asked, stored).await?, total))
}

/// Records as lines of the list.
pub async fn lines(
    app: &App,
    reader: &mut Connection,
    asked: &Asked<'_>,
    stored: Vec<db::records::Stored>,
) -> Result<Vec<Line>, AppError> {
    let account = asked.permit.account();
    let labels = Labels::of(&mut *reader, asked.tab, stored.iter()).await?;
    let setup = asked.tab.setup.filter(|_| asked.tab.shows_done());
    let done = match setup {
        Some(step) => {
            let regions: Vec<String> = stored.iter().map(|record| record.region.code().to_owned()).collect();
            db::completions::among(&mut *reader, step, &regions).await?
        }
        None => BTreeSet::new(),
    };
    let said = workflow::said_of(&mut *reader, asked.tab.form, &stored).await?;
    let writes = asked.tab.states.is_empty();
    let hamlets = match asked.tab.tells_hamlets() {
        true => {
            let regions: Vec<Region> = stored.iter().map(|record| record.region.clone()).collect();
            db::regions::names(&mut *reader, &regions).await?
        }
        false => BTreeMap::new(),
    };
    let lines = stored
        .into_iter()
        .map(|record| Line {
            places: match asked.tab.tells_hamlets() {
                true if record.region.level() == Level::NaturalVillage => {
                    vec![hamlets.get(record.region.code()).cloned().unwrap_or_default()]
                }
                true => vec!["村域".to_owned()],
                false => places(app, &record.region, asked.tab.lowest_level()),
            },
            cells: asked
                .tab
                .listed()
                .map(|field| {
                    let text = labels.cell(app, field, &record);
                    if is_masked(account, asked.tab.form, field) {
                        masked(&text)
                    } else {
                        text
                    }
                })
                .collect(),
            verbs: verbs(account, asked.tab.form, &record.region, &record.organ, &record.status)
                .into_iter()
                .filter(|verb| writes || *verb == Verb::View)
                .collect(),
            status: workflow::status(asked.tab.form, &record.status),
            said: said.get(&record.id).cloned().unwrap_or_default(),
            done: setup.map(|_| done.contains(record.region.code())),
            attachments: record.attachment_count,
            filler: record.created_name,
            registered_at: clock::shown(&record.created_at),
            id: record.id,
            version: record.version,
            region: record.region,
        })
        .collect();
    Ok(lines)
}

/// Names from 州(市) down to the list's lowest level, empty below the record's own.
fn places(app: &App, region: &Region, lowest: Level) -> Vec<String> {
    let names: BTreeMap<Level, String> = app.divisions.places(region).into_iter().collect();
    let columns = Level::ALL
        .into_iter()
        .filter(|level| *level > Level::Province && *level <= lowest);
    columns
        .map(|level| names.get(&level).cloned().unwrap_or_default())
        .collect()
}

/// Labels of references in one page of records, looked up once per region and target.
struct Labels {
    names: BTreeMap<String, String>,
}

impl Labels {
    async fn of(
        connection: &mut Connection,
        tab: &'static Tab,
        records: impl Iterator<Item = &db::records::Stored>,
    ) -> Result<Self, AppError> {
        let mut names = BTreeMap::new();
        let targets: Vec<_> = tab
            .listed()
            .filter_map(|field| match field.kind {
                Kind::Reference { to, .. } => db::references::ReferenceTarget::find(to),
                _ => None,
            })
            .collect();
        if targets.is_empty() {
            return Ok(Self { names });
        }
        let mut regions: Vec<_> = records.map(|record| record.region.clone()).collect();
        regions.sort();
        regions.dedup();
        for target in &targets {
            names.extend(db::references::labels(&mut *connection, target, &regions).await?);
        }
        Ok(Self { names })
    }

    fn cell(&self, app: &App, field: &Field, record: &db::records::Stored) -> String {
        let Some(value) = record.values.get(field.key) else {
            return String::new();
        };
        match field.kind {
            Kind::Reference { .. } => {
                let ids = value.text().unwrap_or_default();
                parts(ids)
                    .filter_map(|id| self.names.get(id).cloned())
                    .collect::<Vec<_>>()
                    .join("、")
            }
            Kind::Division(_) | Kind::Divisions(_) => {
                let codes = value.text().unwrap_or_default();
                let regions = parts(codes).filter_map(Region::parse);
                let names: Vec<String> = regions.map(|region| app.divisions.short(&region)).collect();
                match names.len() {
                    count if field.exclusive && count > 1 => format!("{count} 个：{}", names.join("、")),
                    _ => names.join("、"),
                }
            }
            _ => shown(field, value),
        }
    }
}

/// The cascade of the query bar: one select per level from 州(市) to the list's lowest level; the account's own scope
/// fixes the upper ones.
pub fn cascade(app: &App, asked: &Asked<'_>) -> Vec<CascadeLevel> {
    cascade_of(
        app,
        asked.permit.scope(),
        asked.query.region.as_ref(),
        asked.tab.lowest_level(),
    )
}

/// The selects of a scope down to a level.
pub fn cascade_of(app: &App, scope: &Region, chosen: Option<&Region>, lowest: Level) -> Vec<CascadeLevel> {
    let chosen = chosen.filter(|region| scope.contains(region)).unwrap_or(scope);
    let levels = Level::ALL
        .into_iter()
        .filter(|level| *level > Level::Province && *level <= lowest);
    let selects = levels.map(|level| {
        let fixed = level <= scope.level();
        let parent = chosen.at(Level::ALL[level as usize - 1]);
        let options: Vec<_> = match (&parent, fixed) {
            (_, true) => scope
                .at(level)
                .and_then(|own| app.divisions.find(&own))
                .into_iter()
                .collect(),
            (Some(parent), false) => app.divisions.children(parent).collect(),
            (None, false) => Vec::new(),
        };
        let options = options
            .into_iter()
            .map(|division| (division.region.code().to_owned(), division.short.clone()));
        let chosen = chosen
            .at(level)
            .map_or(String::new(), |region| region.code().to_owned());
        CascadeLevel {
            level,
            chosen,
            fixed,
            options: options.collect(),
        }
    });
    selects.collect()
}
