//! The lists behind the numbers of a ledger: records, villages, accounts, page by page.

use super::table::{Shown, Wish, asked, divided, summed_tables, table_row};
use super::workbook::Sheet;
use crate::api::ledgers::{LedgerCell, LedgerHead};
use crate::domain::account::AccountKind;
use crate::domain::date::days_inclusive;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::ledger::{ByYear, DetailOf, Fact, Ledger, Of, Records, Rows, VillageFact, of};
use crate::domain::page::{Tab, address};
use crate::domain::phone::masked;
use crate::domain::query::{ListQuery, order_of};
use crate::domain::record::{Draft, parts};
use crate::domain::region::{Level, Region};
use crate::domain::sheet::{self, SCALE, SheetRow, Tables, completed};
use crate::domain::step::Step;
use crate::domain::value::{format_scaled, grouped};
use crate::error::AppError;
use crate::forms::basics::natural_villages;
use crate::forms::natural_village::PHONE;
use crate::forms::planning::{plan_tables, review_papers};
use crate::forms::{self, team::roster};
use crate::server::accounts;
use crate::server::clock;
use crate::server::db::{
    self, Connection,
    ledger_lists::{Activity, Course, Tellings},
    ledgers::LineBy,
    listings::{Narrowed, STATUS},
    records::Stored,
};
use crate::server::records::{self, Asked};
use crate::server::session::Signed;
use crate::server::state::App;
use crate::steps::{self, PLANNING};
use futures::StreamExt;
use std::collections::{BTreeMap, BTreeSet};

/// What a list is asked for.
pub struct Search<'a> {
    /// The ledger.
    pub ledger: &'static Ledger,
    /// What it lists.
    pub of: DetailOf,
    /// Its name in the URL.
    pub detail: &'static str,
    /// The part of the tree, the year, the days.
    pub wish: &'a Wish,
    /// The column whose number led here.
    pub column: Option<&'a Shown>,
    /// The states of the records that led here, where no column says so.
    pub states: &'a [String],
    /// The value of the line that led here, where lines are values of a field or rows of a table.
    pub value: Option<&'a str>,
    /// Whether only what the region says of itself is listed.
    pub is_own: bool,
    /// The natural village that led here.
    pub hamlet: Option<&'a str>,
    /// How the list is sorted and filtered beside that.
    pub list: &'a ListQuery,
}

/// A page of a list.
pub struct Page {
    /// The lines.
    pub lines: Vec<Vec<LedgerCell>>,
    /// How many there are on all pages.
    pub count: i64,
    /// 合计, where the lines add up.
    pub total: Option<Vec<LedgerCell>>,
}

fn plain(text: impl Into<String>) -> LedgerCell {
    LedgerCell {
        text: text.into(),
        link: String::new(),
    }
}

fn head(title: impl Into<String>, is_number: bool) -> LedgerHead {
    LedgerHead {
        group: String::new(),
        title: title.into(),
        sort: String::new(),
        is_number,
    }
}

/// The levels that a line names, from the one below what is shown down to the list's lowest.
fn levels(region: &Region, lowest: Level) -> Vec<Level> {
    let levels = Level::ALL.into_iter();
    levels
        .filter(|level| *level > region.level() && *level <= lowest)
        .collect()
}

/// The columns of a list.
pub fn heads(search: &Search<'_>) -> Vec<LedgerHead> {
    let region = &search.wish.region;
    let mut heads = vec![head("序号", true)];
    let places = |lowest: Level| {
        levels(region, lowest)
            .into_iter()
            .map(|level| head(level.title(), false))
    };
    match search.of {
        DetailOf::Records(tab, facts) => {
            heads.extend(places(tab.form.lowest_level()));
            heads.extend(tab.listed().map(|field| {
                let unit = match field.unit {
                    "" => String::new(),
                    unit => format!("({unit})"),
                };
                // What several sections call the same stands under the heading of its section.
                let is_alone = tab.listed().filter(|other| other.head() == field.head()).count() == 1;
                let section = tab.form.sections.iter().find(|section| {
                    let mut fields = section.fields.iter();
                    !is_alone && fields.any(|own| own.key == field.key)
                });
                LedgerHead {
                    group: section.map_or("", |section| section.title).to_owned(),
                    sort: if sorts_by(field) { field.key } else { "" }.to_owned(),
                    // 是 and 否 are no amounts.
                    ..head(
                        format!("{}{unit}", field.head()),
                        field.is_number() && !matches!(field.kind, Kind::Switch),
                    )
                }
            }));
            heads.extend(tab.form.workflow.map(|workflow| LedgerHead {
                sort: STATUS.to_owned(),
                ..head(workflow.title, false)
            }));
            heads.extend(facts.iter().map(|fact| head(fact.title(), fact.is_number())));
            if tab.form.has_files() {
                heads.push(head("附件数", true));
            }
            heads.push(head("操作", false));
        }
        DetailOf::Villages(facts) => {
            heads.extend(places(Level::Village));
            for fact in facts {
                let sorted = |title, is_number| LedgerHead {
                    sort: fact.sort().to_owned(),
                    ..head(title, is_number)
                };
                match fact {
                    VillageFact::Year => heads.push(sorted("年度计划", false)),
                    VillageFact::Current => heads.push(sorted("当前环节", false)),
                    VillageFact::Waiting => heads.push(sorted("停留天数", true)),
                    VillageFact::Unit => heads.push(sorted("技术单位", false)),
                    VillageFact::Leader => heads.push(sorted("组长", false)),
                    VillageFact::LeaderPhone => heads.push(head("组长电话", false)),
                    VillageFact::Steps(steps) => heads.extend(steps.iter().flat_map(|step| {
                        ["是否完成", "完成时间"].map(|title| LedgerHead {
                            group: step.title.to_owned(),
                            ..head(title, false)
                        })
                    })),
                    VillageFact::File(_, _, title) | VillageFact::FilesOfHamlets(_, _, title) => {
                        heads.push(head(*title, false));
                    }
                    VillageFact::Archive => heads.push(head("打包下载", false)),
                }
            }
        }
        DetailOf::Items(tab, grid) => {
            heads.extend(places(Level::Village));
            heads.extend(item_heads(tab, grid, search.value));
            heads.push(head("操作", false));
        }
        DetailOf::ItemsByDivision(tab, grid) => {
            heads.push(head(below(region).title(), false));
            heads.extend(["已填报(个)", "行政村总数(个)"].map(|title| head(title, true)));
            heads.extend(item_heads(tab, grid, search.value));
        }
        DetailOf::Accounts => {
            for title in ["账号", "账号名称", "所属区划", "种类", "状态", "最近登录", "是否改密"]
            {
                heads.push(head(title, false));
            }
        }
    }
    heads
}

/// What is said of each row of a table.
fn item_heads(tab: &'static Tab, grid: &str, value: Option<&str>) -> Vec<LedgerHead> {
    let rows = items_of(tab, grid, value).flat_map(|row| {
        let group = match row.about {
            [name, unit, ..] => format!("{name}({unit})"),
            _ => row.title().to_owned(),
        };
        ["基期年", "目标年", "变化量"].map(|title| LedgerHead {
            group: group.clone(),
            ..head(title, true)
        })
    });
    rows.collect()
}

/// The divisions that are added up below a region; a village stands for itself.
fn below(region: &Region) -> Level {
    region.level().below().unwrap_or(Level::Village).min(Level::Village)
}

/// Whether a list can be sorted by a column: the order of what is masked would tell it.
fn sorts_by(field: &Field) -> bool {
    field.is_stored() && !field.private
}

/// A page of the list.
pub async fn page(app: &App, signed: &Signed, search: &Search<'_>, offset: i64, limit: i64) -> Result<Page, AppError> {
    match search.of {
        DetailOf::Records(tab, facts) => of_records(app, signed, search, (tab, facts), offset, limit).await,
        DetailOf::Villages(facts) => of_villages(app, signed, search, facts, offset, limit).await,
        DetailOf::Items(tab, grid) => of_items(app, signed, search, (tab, grid), offset, limit).await,
        DetailOf::ItemsByDivision(tab, grid) => of_item_sums(app, search, (tab, grid)).await,
        DetailOf::Accounts => of_accounts(app, signed, search, offset, limit).await,
    }
}

/// The rows of a table that a list shows: the one whose number led to it, or all.
fn items_of(tab: &'static Tab, grid: &str, value: Option<&str>) -> impl Iterator<Item = &'static SheetRow> {
    let sheet = tab.form.grids_named(grid).and_then(|grid| grid.sheet);
    let rows = sheet.map_or(&[][..], sheet::Sheet::rows).iter();
    let known = |row: &&SheetRow| value.is_none_or(|value| row.key == value);
    rows.filter(known).collect::<Vec<_>>().into_iter()
}

/// What narrows the records of a tab.
fn narrowed<'a>(search: &'a Search<'_>, tab: &'static Tab) -> Narrowed<'a> {
    let form = tab.form;
    let wish = search.wish;
    let records = match search.column.map(|shown| shown.column.of) {
        // Natural villages stand in 自然村名录, one record each.
        Some(Of::Divisions(Level::NaturalVillage) | Of::Topic(_)) if form.makes_divisions => Some(COUNTING_HAMLETS),
        _ => search.column.and_then(Shown::records),
    };
    let records = records.filter(|records| records.form == form.key);
    let topic = match search.column.map(|shown| shown.column.of) {
        Some(Of::Topic(forms)) if form.makes_divisions => forms,
        _ => &[],
    };
    let spread = search
        .column
        .filter(|shown| !shown.code.is_empty())
        .and_then(|shown| match shown.column.of {
            Of::Each(_, field, _) => Some((form.field(field)?, shown.code)),
            _ => None,
        });
    let year = match search.ledger.year {
        ByYear::Field(field) | ByYear::Last(field) => wish
            .year
            .filter(|_| form.field(field).is_some())
            .map(|year| (field, year)),
        ByYear::No | ByYear::Task => None,
    };
    let value = search.value.and_then(|value| match search.ledger.rows {
        Rows::Values(of, field, _) if of == form.key => Some((field, value)),
        _ => None,
    });
    let day = Some(search.ledger.day).filter(|day| form.field(day).is_some());
    Narrowed {
        records,
        states: search.states,
        spread: spread.filter(|_| records.is_some()),
        year,
        tasked: wish.year.filter(|_| search.ledger.year == ByYear::Task),
        days: day.map(|day| (day, wish.days.0.as_str(), wish.days.1.as_str())),
        value,
        living: form.fillers.contains(&AccountKind::NaturalVillage),
        topic,
        level: search.is_own.then(|| wish.region.level()),
        hamlet: search.hamlet,
        sorts: tab
            .listed()
            .filter(|field| sorts_by(field))
            .map(|field| field.key)
            .collect(),
        chosen: filters_of(tab)
            .filter_map(|field| Some((field, search.list.filters.get(field.key)?.clone())))
            // What stands in an address may be anything.
            .filter(|(field, code)| !matches!(field.kind, Kind::Switch) || ["0", "1"].contains(&code.as_str()))
            .collect(),
    }
}

/// Natural villages whose tellings count (spec §9).
const COUNTING_HAMLETS: Records = of("natural_villages")
    .holding(&[("planned", &["1"])])
    .among(&["unregistered", "active"]);

async fn of_records(
    app: &App,
    signed: &Signed,
    search: &Search<'_>,
    (tab, facts): (&'static Tab, &'static [Fact]),
    offset: i64,
    limit: i64,
) -> Result<Page, AppError> {
    let (query, narrowed) = (query_of(search), narrowed(search, tab));
    let asked = Asked {
        narrowed: Some(&narrowed),
        ..Asked::new(signed, tab, &query)?
    };
    let listing = records::listing(&asked);
    let mut reader = app.store.reader().await?;
    let count = db::listings::count(&mut reader, &listing).await?;
    let stored = db::listings::list(&mut reader, &listing, count, offset, limit).await?;
    let lines = lines_of(app, &mut reader, &asked, search, facts, stored, offset).await?;
    Ok(Page {
        lines,
        count,
        total: None,
    })
}

/// The part of the tree, and what the list knows of how it is sorted and filtered.
fn query_of(search: &Search<'_>) -> ListQuery {
    let filters = search.list.filters.iter().filter(|(name, _)| *name == STATUS);
    ListQuery {
        region: Some(search.wish.region.clone()),
        text: search.list.text.clone(),
        sort: search.list.sort.clone(),
        filters: filters.map(|(name, value)| (name.clone(), value.clone())).collect(),
        ..ListQuery::default()
    }
}

/// The fields by which a list of records can be narrowed: what is chosen or ticked and stands in the list, or narrows the form's
/// own list. A year stands in the bar already.
pub fn filters_of(tab: &'static Tab) -> impl Iterator<Item = &'static Field> {
    let is_shown = move |field: &Field| field.filtered || tab.listed().any(|own| own.key == field.key);
    tab.form
        .fields()
        .filter(move |field| field.is_stored() && !field.private && is_shown(field))
        .filter(|field| matches!(field.kind, Kind::Choice(_) | Kind::Choices(_) | Kind::Switch))
}

/// Lines that are read together for a file.
const BATCH: usize = 1_000;

/// Writes the whole list, piece by piece: records as one moment shows them, in constant memory. Answers how many there are.
pub async fn write_all(
    app: &App,
    signed: &Signed,
    search: &Search<'_>,
    mut sheet: Sheet,
) -> Result<(Sheet, i64), AppError> {
    let DetailOf::Records(tab, facts) = search.of else {
        let mut offset = 0;
        loop {
            let found = page(app, signed, search, offset, BATCH as i64).await?;
            offset += found.lines.len() as i64;
            let is_over = found.lines.len() < BATCH;
            sheet = sheet.append(found.lines).await?;
            if is_over {
                return Ok((sheet, offset));
            }
        }
    };
    let (query, narrowed) = (query_of(search), narrowed(search, tab));
    let asked = Asked {
        narrowed: Some(&narrowed),
        ..Asked::new(signed, tab, &query)?
    };
    let listing = records::listing(&asked);
    let mut long = app.store.long_reader().await?;
    let count = db::listings::count(&mut long, &listing).await?;
    let mut pieces = db::listings::stream(&mut long, &listing, count).chunks(BATCH);
    let mut offset = 0;
    while let Some(piece) = pieces.next().await {
        let stored: Vec<Stored> = piece.into_iter().collect::<Result<_, _>>()?;
        let read = stored.len() as i64;
        let mut reader = app.store.reader().await?;
        let lines = lines_of(app, &mut reader, &asked, search, facts, stored, offset).await?;
        drop(reader);
        sheet = sheet.append(lines).await?;
        offset += read;
    }
    Ok((sheet, offset))
}

/// Records as lines of the list.
async fn lines_of(
    app: &App,
    reader: &mut Connection,
    asked: &Asked<'_>,
    search: &Search<'_>,
    facts: &'static [Fact],
    stored: Vec<Stored>,
    offset: i64,
) -> Result<Vec<Vec<LedgerCell>>, AppError> {
    let tab = asked.tab;
    let levels = levels(&search.wish.region, tab.form.lowest_level());
    let worked_out = Facts::of(&mut *reader, facts, &stored).await?;
    let links: Vec<String> = stored.iter().map(|record| link_of(tab, record)).collect();
    let regions: Vec<Region> = stored.iter().map(|record| record.region.clone()).collect();
    let hamlets = match levels.contains(&Level::NaturalVillage) {
        true => db::regions::names(&mut *reader, &regions).await?,
        false => BTreeMap::new(),
    };
    let said: Vec<Vec<LedgerCell>> = stored
        .iter()
        .map(|record| facts.iter().map(|fact| worked_out.cell(*fact, record)).collect())
        .collect();
    let lines = records::lines(app, reader, asked, stored).await?;
    let lines = lines.into_iter().zip(said).zip(links).enumerate();
    Ok(lines
        .map(|(position, ((line, said), link))| {
            let mut cells = vec![plain((offset + position as i64 + 1).to_string())];
            cells.extend(levels.iter().map(|level| place(app, &hamlets, &line.region, *level)));
            cells.extend(line.cells.into_iter().map(plain));
            if tab.form.workflow.is_some() {
                cells.push(plain(line.status.map_or(String::new(), |status| status.title)));
            }
            cells.extend(said);
            if tab.form.has_files() {
                cells.push(plain(line.attachments.to_string()));
            }
            cells.push(LedgerCell {
                text: "查看".to_owned(),
                link,
            });
            cells
        })
        .collect())
}

/// What a line says of one level.
fn place(app: &App, hamlets: &BTreeMap<String, String>, region: &Region, level: Level) -> LedgerCell {
    let name = region.at(level).map(|part| match level {
        Level::NaturalVillage => hamlets.get(part.code()).cloned().unwrap_or_default(),
        _ => app.divisions.short(&part),
    });
    plain(name.unwrap_or_default())
}

/// Where a record is opened: the page of its form whose tab shows such records.
fn link_of(tab: &'static Tab, record: &Stored) -> String {
    let all = forms::PAGES
        .iter()
        .flat_map(|page| page.tabs.iter().map(move |tab| (page, tab)));
    let mut fitting = all.filter(|(_, own)| {
        own.form.key == tab.form.key
            && own.states.is_empty()
            && own.level.is_none_or(|level| level == record.region.level())
            && own.fixed.is_none_or(|(field, value)| record.text(field) == value)
    });
    let Some((page, own)) = fitting.next() else {
        return String::new();
    };
    let open = match (own.inside, record.region.at(Level::Village)) {
        (true, Some(village)) => format!("region={village}&open={}", record.id),
        _ => format!("open={}", record.id),
    };
    address(page.key, own.key, &open)
}

/// What is worked out for a page of records.
struct Facts {
    courses: BTreeMap<String, Course>,
    letters: BTreeMap<String, String>,
    activities: Vec<Activity>,
    tables: BTreeSet<String>,
    papers: db::ledger_lists::Files,
    accounts: BTreeMap<String, String>,
    told: BTreeMap<String, Tellings>,
    so_far: BTreeMap<String, i64>,
}

impl Facts {
    async fn of(reader: &mut Connection, facts: &[Fact], stored: &[Stored]) -> Result<Self, AppError> {
        let ids: Vec<String> = stored.iter().map(|record| record.id.clone()).collect();
        let reviewed = [Fact::SubmittedOn, Fact::Returns, Fact::DaysTaken];
        let is_reviewed = |fact: &Fact| reviewed.contains(fact) || matches!(fact, Fact::PassedOn(_));
        let courses = match facts.iter().any(is_reviewed) {
            true => db::ledger_lists::courses(&mut *reader, &ids).await?,
            false => BTreeMap::new(),
        };
        let letters = match facts.contains(&Fact::LetterSent) {
            true => db::ledger_lists::letters(&mut *reader, &ids).await?,
            false => BTreeMap::new(),
        };
        let regions: BTreeSet<String> = stored.iter().map(|record| record.region.code().to_owned()).collect();
        let regions: Vec<String> = regions.into_iter().collect();
        let activities = match facts.contains(&Fact::Participations) {
            true => db::ledger_lists::activities(&mut *reader, &regions).await?,
            false => Vec::new(),
        };
        let tables = match facts.contains(&Fact::TablesFilled) {
            true => with_full_tables(&mut *reader, &regions).await?,
            false => BTreeSet::new(),
        };
        let papers = match facts.contains(&Fact::ReviewPapers) {
            true => db::ledger_lists::files(&mut *reader, review_papers::FORM.key, &regions).await?,
            false => BTreeMap::new(),
        };
        let so_far = match facts.contains(&Fact::CumulatedShare) {
            true => db::ledger_lists::tasks_so_far(&mut *reader, &ids).await?,
            false => BTreeMap::new(),
        };
        let (mut accounts, mut told) = (BTreeMap::new(), BTreeMap::new());
        if facts.contains(&Fact::TopicsTold) {
            accounts = db::ledger_lists::registered(&mut *reader, &ids).await?;
            let codes: Vec<String> = stored.iter().filter_map(hamlet_of).collect();
            told = db::ledger_lists::tellings(reader, &codes).await?;
        }
        Ok(Self {
            courses,
            letters,
            activities,
            tables,
            papers,
            accounts,
            told,
            so_far,
        })
    }

    fn cell(&self, fact: Fact, record: &Stored) -> LedgerCell {
        let region = record.region.code();
        match fact {
            // Who took part in nothing has nothing to report (spec Q-42).
            Fact::WorkReport if self.taken_part(record).next().is_none() => plain(""),
            Fact::WorkReport => LedgerCell {
                text: "导出工作报告".to_owned(),
                link: format!("/work_reports/outcomes?region={region}&person={}", record.id),
            },
            Fact::ReviewPapers => {
                let files = self.papers.iter().filter(|((place, _), _)| place == region);
                let count: i64 = files.map(|(_, (count, _))| count).sum();
                LedgerCell {
                    text: format!("{count} 份"),
                    link: match forms::place_of(&review_papers::FORM).filter(|_| count > 0) {
                        Some((page, tab)) => address(page.key, tab.key, &format!("region={region}")),
                        None => String::new(),
                    },
                }
            }
            fact => plain(self.say(fact, record)),
        }
    }

    /// In what somebody took part.
    fn taken_part<'s>(&'s self, record: &'s Stored) -> impl Iterator<Item = &'s Activity> {
        self.activities
            .iter()
            .filter(|one| parts(&one.participants).any(|id| id == record.id))
    }

    fn say(&self, fact: Fact, record: &Stored) -> String {
        let told = || self.told.get(&hamlet_of(record)?);
        let course = self.courses.get(&record.id);
        let day = |at: Option<&String>| at.map_or(String::new(), |at| clock::shown(at));
        let passed = course.and_then(|course| course.passed.as_ref());
        let own = || self.taken_part(record);
        match fact {
            Fact::SubmittedOn => day(course.and_then(|course| course.submitted.as_ref())),
            Fact::PassedOn(_) => day(passed),
            Fact::Returns => course.map_or(0, |course| course.returns).to_string(),
            Fact::DaysTaken => {
                let began = course.and_then(|course| course.began.as_ref());
                let days = began.zip(passed).and_then(|(began, passed)| {
                    days_inclusive(&clock::shown(began)[..10], &clock::shown(passed)[..10])
                });
                days.map_or(String::new(), |days| (days - 1).to_string())
            }
            Fact::PublishedDays => {
                let days = days_inclusive(record.text("published_from"), record.text("published_to"));
                // R-81 counts from the first day to the last one.
                days.map_or(String::new(), |days| (days - 1).to_string())
            }
            Fact::LetterSent => {
                let workflow = forms::team::official_letters::FORM.workflow;
                let state = self.letters.get(&record.id).map_or("unsent", String::as_str);
                let state = workflow.and_then(|workflow| workflow.state(state));
                state.map_or(String::new(), |state| state.title.to_owned())
            }
            Fact::Participations => own().count().to_string(),
            Fact::ParticipationDays => days_together(own().map(|one| (one.from.as_str(), one.to.as_str()))).to_string(),
            Fact::ParticipationSteps => {
                let taken: BTreeSet<&str> = own().map(|one| one.step.as_str()).collect();
                let all = steps::ALL.iter().chain(PLANNING);
                let titles: Vec<&str> = all
                    .filter(|step| taken.contains(step.key))
                    .map(|step| step.title)
                    .collect();
                titles.join("、")
            }
            Fact::LastParticipation => own().map(|one| one.to.clone()).max().unwrap_or_default(),
            Fact::Level => record.region.level().title().to_owned(),
            Fact::Text(_, text) => text.to_owned(),
            Fact::CumulatedShare => {
                let all = number(record, "villages").filter(|all| *all > 0);
                let share = self.so_far.get(&record.id).zip(all);
                let share = share.and_then(|(tasks, all)| divided(i128::from(*tasks) * 10_000, i128::from(all)));
                let share = share.and_then(|share| i64::try_from(share).ok());
                share.map_or(String::new(), |share| format_scaled(share, SCALE))
            }
            Fact::AgesChecked => {
                let ages = ["minors", "adults", "elders"].map(|age| number(record, age));
                let sum = ages.into_iter().try_fold(0, |sum, age| Some(sum + age?));
                match sum.zip(number(record, "registered")) {
                    Some((sum, all)) if sum == all => "一致".to_owned(),
                    Some((sum, all)) => format!("相差 {} 人", (sum - all).abs()),
                    None => String::new(),
                }
            }
            Fact::TablesFilled => match self.tables.contains(record.region.code()) {
                true => "是".to_owned(),
                false => "否".to_owned(),
            },
            Fact::RegisteredOn => day(self.accounts.get(&record.id)),
            Fact::TopicsTold => {
                let all = topics();
                let of = all.len();
                let done = all
                    .into_iter()
                    .filter(|forms| told().is_some_and(|told| forms.iter().any(|form| told.forms.contains(*form))));
                format!("{}/{of}", done.count())
            }
            Fact::LastTold => day(told().map(|told| &told.last)),
            Fact::WorkReport | Fact::ReviewPapers => String::new(),
        }
    }
}

/// A whole number of a record.
fn number(record: &Stored, field: &str) -> Option<i64> {
    record.values.get(field)?.integer()
}

/// The code of the natural village that a record of 自然村名录 is.
fn hamlet_of(record: &Stored) -> Option<String> {
    let division = crate::server::hamlets::division(&natural_villages::FORM, &record.region, record)?;
    Some(division.code().to_owned())
}

/// The topics of the phone, each with its forms (manual 8.4).
fn topics() -> Vec<Vec<&'static str>> {
    let mut topics: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for tab in PHONE.tabs.iter().filter(|tab| !tab.strip.is_empty()) {
        match topics.iter_mut().find(|(title, _)| *title == tab.strip) {
            Some((_, forms)) => forms.push(tab.form.key),
            None => topics.push((tab.strip, vec![tab.form.key])),
        }
    }
    topics.into_iter().map(|(_, forms)| forms).collect()
}

/// How many days spans cover together; what two of them cover counts once.
fn days_together<'a>(spans: impl Iterator<Item = (&'a str, &'a str)>) -> i64 {
    let mut spans: Vec<(&str, &str)> = spans.collect();
    spans.sort_unstable();
    let mut days = 0;
    let mut open: Option<(&str, &str)> = None;
    for (from, to) in spans {
        open = match open {
            Some((begun, until)) if from <= until => Some((begun, until.max(to))),
            Some((begun, until)) => {
                days += days_inclusive(begun, until).unwrap_or(0);
                Some((from, to))
            }
            None => Some((from, to)),
        };
    }
    days + open
        .and_then(|(begun, until)| days_inclusive(begun, until))
        .unwrap_or(0)
}

/// The villages of a list, narrowed by the column that led to it.
async fn villages(app: &App, reader: &mut Connection, search: &Search<'_>) -> Result<Vec<Region>, AppError> {
    let region = &search.wish.region;
    let only: Option<BTreeSet<String>> = match search.column.map(|shown| shown.column.of) {
        Some(Of::Done(step)) => Some(done(&mut *reader, step, region).await?),
        Some(Of::DoneAll(steps)) => {
            Some(db::completions::standing_at(&mut *reader, steps, region, steps.len() as i64).await?)
        }
        Some(Of::Filled(form, slot)) => Some(db::ledger_lists::filled(&mut *reader, form, slot, region).await?),
        Some(Of::Named(form, field, naming)) => {
            let line = search.value.and_then(|value| match search.ledger.rows {
                Rows::Values(_, field, _) => Some((field, value)),
                _ => None,
            });
            let asked = asked(search.ledger, search.wish, LineBy::Nothing);
            Some(db::ledgers::named(&mut *reader, (form, field, naming), line, &asked).await?)
        }
        _ => None,
    };
    let lacking = match search.column.map(|shown| shown.column.of) {
        Some(Of::Lacking(records)) => Some(db::ledgers::with(&mut *reader, &records, region).await?),
        _ => None,
    };
    let tasked = match search.wish.year.filter(|_| search.ledger.year == ByYear::Task) {
        Some(year) => Some(db::ledger_lists::tasked(reader, region, year).await?),
        None => None,
    };
    let all = app.divisions.below(region, Level::Village);
    // What has completed a step is counted, planned or not.
    let villages = all.filter(|one| one.planned || only.is_some());
    let villages = villages.filter(|one| only.as_ref().is_none_or(|only| only.contains(one.region.code())));
    let villages = villages.filter(|one| lacking.as_ref().is_none_or(|with| !with.contains(one.region.code())));
    let villages = villages.filter(|one| tasked.as_ref().is_none_or(|tasked| tasked.contains(one.region.code())));
    Ok(villages.map(|one| one.region.clone()).collect())
}

/// What villages say in the rows of a table, village by village.
async fn of_items(
    app: &App,
    signed: &Signed,
    search: &Search<'_>,
    (tab, grid): (&'static Tab, &'static str),
    offset: i64,
    limit: i64,
) -> Result<Page, AppError> {
    let (query, narrowed) = (query_of(search), narrowed(search, tab));
    let asked = Asked {
        narrowed: Some(&narrowed),
        ..Asked::new(signed, tab, &query)?
    };
    let listing = records::listing(&asked);
    let mut reader = app.store.reader().await?;
    let count = db::listings::count(&mut reader, &listing).await?;
    let stored = db::listings::list(&mut reader, &listing, count, offset, limit).await?;
    let ids: Vec<String> = stored.iter().map(|record| record.id.clone()).collect();
    let mut drafts = tables_of(&mut reader, tab.form, &ids).await?;
    let levels = levels(&search.wish.region, Level::Village);
    let none = BTreeMap::new();
    let lines = stored.iter().enumerate().map(|(position, record)| {
        let draft = drafts.remove(&record.id).unwrap_or_default();
        let mut cells = vec![plain((offset + position as i64 + 1).to_string())];
        cells.extend(levels.iter().map(|level| place(app, &none, &record.region, *level)));
        cells.extend(amounts(tab, grid, search.value, &draft, |_| true));
        cells.push(LedgerCell {
            text: "查看".to_owned(),
            link: link_of(tab, record),
        });
        cells
    });
    Ok(Page {
        lines: lines.collect(),
        count,
        total: None,
    })
}

/// What the tables of these records hold, record by record.
async fn tables_of(
    reader: &mut Connection,
    form: &'static Form,
    ids: &[String],
) -> Result<BTreeMap<String, Draft>, AppError> {
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    for (field, own) in form.grids() {
        let Some(sheet) = own.sheet else { continue };
        let table = form.grid_table(field.key);
        for (record, item, amounts) in db::ledger_lists::items(&mut *reader, &table, sheet.amounts, ids).await? {
            let row = table_row(sheet, item, amounts);
            let draft = drafts.entry(record).or_default();
            draft.grids.entry(field.key.to_owned()).or_default().push(row);
        }
    }
    Ok(drafts)
}

/// Base, target and change of each row of a table, where it says something over what is shown.
fn amounts(
    tab: &'static Tab,
    grid: &str,
    value: Option<&str>,
    draft: &Draft,
    tells: impl Fn(&SheetRow) -> bool,
) -> Vec<LedgerCell> {
    let whole = completed(tab.form, draft);
    let tables = Tables::of(tab.form, &whole);
    let said = |amount: Option<i64>| {
        plain(amount.map_or_else(|| "—".to_owned(), |amount| grouped(&format_scaled(amount, SCALE))))
    };
    let rows = items_of(tab, grid, value).flat_map(|row| {
        let amount = |column: &str| tables.amount(grid, row.key, column).filter(|_| tells(row));
        let (base, target) = (amount("base"), amount("target"));
        let change = base.zip(target).map(|(base, target)| target - base);
        [base, target, change].map(said)
    });
    rows.collect()
}

/// What the villages of each division below say in the rows of a table, added up; what is worked out is worked out of the sums.
async fn of_item_sums(
    app: &App,
    search: &Search<'_>,
    (tab, grid): (&'static Tab, &'static str),
) -> Result<Page, AppError> {
    let region = &search.wish.region;
    let level = below(region);
    let mut reader = app.store.reader().await?;
    let drafts = summed_tables(&mut reader, tab.form, region, Some(level)).await?;
    let all = summed_tables(&mut reader, tab.form, region, None).await?;
    let told = db::ledgers::telling(&mut reader, tab.form.key, region, level).await?;
    drop(reader);
    // One look at all villages, whatever they are told apart by.
    let mut due: BTreeMap<Region, i64> = BTreeMap::new();
    let villages = app.divisions.below(region, Level::Village);
    for place in villages
        .filter(|village| village.planned)
        .filter_map(|village| village.region.at(level))
    {
        *due.entry(place).or_default() += 1;
    }
    let none = Draft::default();
    let said = |draft: Option<&Draft>| amounts(tab, grid, search.value, draft.unwrap_or(&none), SheetRow::adds_up);
    let divisions = app.divisions.below(region, level);
    let divisions: Vec<_> = divisions
        .filter(|one| one.is_real() || told.contains_key(one.region.code()))
        .collect();
    let lines = divisions.iter().enumerate().map(|(position, one)| {
        let code = one.region.code();
        let leads = Some(search.detail).filter(|_| level < Level::Village);
        let mut cells = vec![
            plain((position + 1).to_string()),
            LedgerCell {
                text: one.short.clone(),
                link: leads.map_or(String::new(), |detail| {
                    format!("/ledgers/{}?region={code}&view={detail}", search.ledger.key)
                }),
            },
            plain(grouped(&told.get(code).copied().unwrap_or(0).to_string())),
            plain(grouped(&due.get(&one.region).copied().unwrap_or(0).to_string())),
        ];
        cells.extend(said(drafts.get(code)));
        cells
    });
    let lines: Vec<Vec<LedgerCell>> = lines.collect();
    let mut total = vec![
        plain(""),
        plain("合计"),
        plain(grouped(&told.values().sum::<i64>().to_string())),
        plain(grouped(&due.values().sum::<i64>().to_string())),
    ];
    total.extend(said(all.get("")));
    Ok(Page {
        count: lines.len() as i64,
        lines,
        total: Some(total),
    })
}

/// Those of these villages that have filled every row of both tables which has to be filled.
async fn with_full_tables(reader: &mut Connection, regions: &[String]) -> Result<BTreeSet<String>, AppError> {
    let form = &plan_tables::FORM;
    let records = db::ledger_lists::records_of(&mut *reader, form.key, regions).await?;
    let ids: Vec<String> = records.iter().map(|(id, _)| id.clone()).collect();
    let drafts = tables_of(reader, form, &ids).await?;
    let is_full = |draft: &Draft| {
        let whole = completed(form, draft);
        let tables = Tables::of(form, &whole);
        sheet::sheets(form).all(|(field, _, sheet)| {
            let mut rows = sheet.rows_in(draft).iter().filter(|row| row.is_typed() && row.required);
            rows.all(|row| {
                let mut amounts = sheet.amounts.iter();
                amounts.all(|column| tables.amount(field.key, row.key, column).is_some())
            })
        })
    };
    let full = records
        .into_iter()
        .filter(|(id, _)| drafts.get(id).is_some_and(is_full));
    Ok(full.map(|(_, region)| region).collect())
}

async fn done(reader: &mut Connection, step: &'static Step, region: &Region) -> Result<BTreeSet<String>, AppError> {
    let lines = db::completions::within(reader, step, region, "").await?;
    Ok(lines.into_iter().map(|line| line.region).collect())
}

async fn of_villages(
    app: &App,
    signed: &Signed,
    search: &Search<'_>,
    facts: &'static [VillageFact],
    offset: i64,
    limit: i64,
) -> Result<Page, AppError> {
    let viewer = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let mut all = villages(app, &mut reader, search).await?;
    let today = app.clock.today();
    let (key, down) = order_of(&search.list.sort);
    if let Some(fact) = facts.iter().find(|fact| !key.is_empty() && fact.sort() == key) {
        let codes: Vec<String> = all.iter().map(|region| region.code().to_owned()).collect();
        let said = Villages::of(&mut reader, std::slice::from_ref(fact), &codes).await?;
        all.sort_by_cached_key(|region| said.order(*fact, region.code(), &today));
        if down {
            all.reverse();
        }
    }
    let page: Vec<&Region> = all
        .iter()
        .skip(offset.max(0) as usize)
        .take(limit.max(1) as usize)
        .collect();
    let codes: Vec<String> = page.iter().map(|region| region.code().to_owned()).collect();
    let said = Villages::of(&mut reader, facts, &codes).await?;
    let phone = roster::FORM.field("phone");
    let masks = phone.is_some_and(|phone| records::is_masked(viewer, &roster::FORM, phone));
    let levels = levels(&search.wish.region, Level::Village);
    let none = BTreeMap::new();
    let lines = page.iter().enumerate().map(|(position, region)| {
        let code = region.code();
        let mut cells = vec![plain((offset + position as i64 + 1).to_string())];
        cells.extend(levels.iter().map(|level| place(app, &none, region, *level)));
        for fact in facts {
            said.put(&mut cells, *fact, code, masks, &today);
        }
        cells
    });
    Ok(Page {
        lines: lines.collect(),
        count: all.len() as i64,
        total: None,
    })
}

/// What is said of a page of villages.
#[derive(Default)]
struct Villages {
    years: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    done: BTreeMap<String, BTreeMap<String, String>>,
    leaders: BTreeMap<String, (String, String)>,
    files: BTreeMap<&'static str, db::ledger_lists::Files>,
    hamlets: BTreeMap<String, i64>,
}

impl Villages {
    async fn of(reader: &mut Connection, facts: &[VillageFact], codes: &[String]) -> Result<Self, AppError> {
        let mut said = Self::default();
        for fact in facts {
            match fact {
                VillageFact::Year => said.years = db::planning::plan_years(&mut *reader, codes).await?,
                VillageFact::Unit => said.units = db::planning::units(&mut *reader, codes).await?,
                VillageFact::Current | VillageFact::Waiting | VillageFact::Steps(_) if said.done.is_empty() => {
                    let all: Vec<&'static Step> = steps::ALL.iter().chain(PLANNING).copied().collect();
                    said.done = db::ledger_lists::completed(&mut *reader, &all, codes).await?;
                }
                VillageFact::Leader => said.leaders = db::ledger_lists::leaders(&mut *reader, codes).await?,
                VillageFact::File(form, ..) | VillageFact::FilesOfHamlets(form, ..) => {
                    if !said.files.contains_key(form) {
                        let files = db::ledger_lists::files(&mut *reader, form, codes).await?;
                        said.files.insert(form, files);
                    }
                    if matches!(fact, VillageFact::FilesOfHamlets(..)) {
                        said.hamlets = db::ledger_lists::hamlets(&mut *reader, codes).await?;
                    }
                }
                VillageFact::Current
                | VillageFact::Waiting
                | VillageFact::LeaderPhone
                | VillageFact::Steps(_)
                | VillageFact::Archive => {}
            }
        }
        Ok(said)
    }

    /// The step at which a village is.
    fn current(&self, code: &str) -> Option<&'static Step> {
        let done = self.done.get(code);
        let mut planning = PLANNING.iter().copied();
        planning.find(|step| done.is_none_or(|done| !done.contains_key(step.key)))
    }

    /// For how many days it has been there: since the step before was completed.
    fn waiting(&self, code: &str, today: &str) -> Option<i64> {
        let before = self.current(code)?.after.unwrap_or(&steps::TECHNICAL_UNITS);
        let since = self.done.get(code)?.get(before.key)?;
        Some(days_inclusive(&clock::shown(since)[..10], today)? - 1)
    }

    /// What a village is sorted by.
    fn order(&self, fact: VillageFact, code: &str, today: &str) -> (i64, String) {
        let text = |of: &BTreeMap<String, String>| of.get(code).cloned().unwrap_or_default();
        match fact {
            VillageFact::Current => {
                let current = self.current(code);
                let at = PLANNING
                    .iter()
                    .position(|step| current.is_some_and(|current| current.key == step.key));
                (at.unwrap_or(PLANNING.len()) as i64, String::new())
            }
            VillageFact::Waiting => (self.waiting(code, today).unwrap_or(-1), String::new()),
            VillageFact::Unit => (0, text(&self.units)),
            VillageFact::Leader => (
                0,
                self.leaders.get(code).map_or(String::new(), |(name, _)| name.clone()),
            ),
            _ => (0, text(&self.years)),
        }
    }

    fn put(&self, cells: &mut Vec<LedgerCell>, fact: VillageFact, code: &str, masks: bool, today: &str) {
        let none = BTreeMap::new();
        let done = self.done.get(code).unwrap_or(&none);
        let current = self.current(code);
        let to = |step: &Step| address(step.page, "", &format!("region={code}"));
        let kept = |form: &str, slot: &str| {
            let files = self.files.get(form)?;
            files.get(&(code.to_owned(), slot.to_owned()))
        };
        let count = |form: &str, slot: &str| kept(form, slot).map_or(0, |(count, _)| *count);
        match fact {
            VillageFact::Year => cells.push(plain(self.years.get(code).cloned().unwrap_or_default())),
            VillageFact::Unit => cells.push(plain(self.units.get(code).cloned().unwrap_or_default())),
            VillageFact::Current => cells.push(match current {
                Some(step) => LedgerCell {
                    text: step.title.to_owned(),
                    link: to(step),
                },
                None => plain("全部完成"),
            }),
            VillageFact::Waiting => {
                let days = self.waiting(code, today);
                cells.push(plain(days.map_or(String::new(), |days| days.to_string())));
            }
            VillageFact::Leader => {
                cells.push(plain(
                    self.leaders.get(code).map_or(String::new(), |(name, _)| name.clone()),
                ));
            }
            VillageFact::LeaderPhone => {
                let phone = self.leaders.get(code).map_or("", |(_, phone)| phone.as_str());
                cells.push(plain(if masks { masked(phone) } else { phone.to_owned() }));
            }
            VillageFact::Steps(steps) => cells.extend(steps.iter().flat_map(|step| match done.get(step.key) {
                Some(at) => [
                    LedgerCell {
                        text: "是".to_owned(),
                        link: to(step),
                    },
                    plain(&clock::shown(at)[..10]),
                ],
                None => [plain("否"), plain("")],
            })),
            VillageFact::File(form, slot, _) => {
                let page = || {
                    let (page, tab) = forms::find(form).and_then(forms::place_of)?;
                    Some(address(page.key, tab.key, &format!("region={code}")))
                };
                // One file is downloaded; of several the page has the list.
                let link = match kept(form, slot) {
                    Some((1, file)) => Some(format!("/files/{file}")),
                    Some(_) => page(),
                    None => None,
                };
                cells.push(LedgerCell {
                    text: if link.is_some() { "有" } else { "无" }.to_owned(),
                    link: link.unwrap_or_default(),
                });
            }
            VillageFact::FilesOfHamlets(form, slot, _) => {
                let of = self.hamlets.get(code).copied().unwrap_or(0);
                cells.push(plain(format!("{}/{of}", count(form, slot))));
            }
            VillageFact::Archive => {
                let any = self
                    .files
                    .values()
                    .any(|files| files.keys().any(|(region, _)| region == code));
                cells.push(match any {
                    true => LedgerCell {
                        text: "下载".to_owned(),
                        link: format!("/results/{code}"),
                    },
                    false => plain(""),
                });
            }
        }
    }
}

async fn of_accounts(
    app: &App,
    signed: &Signed,
    search: &Search<'_>,
    offset: i64,
    limit: i64,
) -> Result<Page, AppError> {
    let query = ListQuery {
        region: Some(search.wish.region.clone()),
        text: search.list.text.clone(),
        filters: search.list.filters.clone(),
        ..ListQuery::default()
    };
    let (accounts, count) = accounts::of_part(app, signed, &query, offset, limit).await?;
    let lines = accounts.into_iter().enumerate().map(|(position, account)| {
        let mut cells = vec![plain((offset + position as i64 + 1).to_string())];
        let state = if account.is_enabled { "正常" } else { "已停用" };
        let seen = match account.seen_at.as_str() {
            "" => "从未登录".to_owned(),
            seen => seen.to_owned(),
        };
        let texts = [
            account.login_key,
            account.name,
            account.path,
            account.kind,
            state.to_owned(),
            seen,
            account.password,
        ];
        cells.extend(texts.map(plain));
        cells
    });
    Ok(Page {
        lines: lines.collect(),
        count,
        total: None,
    })
}

#[cfg(test)]
mod tests {
    use super::days_together;

    #[test]
    fn a_day_counts_once() {
        let spans = [
            ("2022-03-05", "2022-03-07"),
            ("2022-03-01", "2022-03-01"),
            ("2022-03-06", "2022-03-06"),
            ("2022-03-07", "2022-03-08"),
        ];
        assert_eq!(days_together(spans.into_iter()), 5);
        assert_eq!(days_together(std::iter::empty()), 0);
    }
}
