//! The lists behind the numbers of a ledger: records, villages, accounts, page by page.

use super::table::{Shown, Wish};
use super::workbook::Sheet;
use crate::api::ledgers::{LedgerCell, LedgerHead};
use crate::domain::account::AccountKind;
use crate::domain::date::days_inclusive;
use crate::domain::ledger::{ByYear, DetailOf, Fact, Ledger, Of, Rows, VillageFact};
use crate::domain::page::{Tab, address};
use crate::domain::phone::masked;
use crate::domain::query::ListQuery;
use crate::domain::record::parts;
use crate::domain::region::{Level, Region};
use crate::domain::step::Step;
use crate::error::AppError;
use crate::forms::{self, team::roster};
use crate::server::accounts;
use crate::server::clock;
use crate::server::db::{
    self, Connection,
    ledger_lists::{Activity, Course},
    listings::Narrowed,
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
    /// The part of the tree, the year, the days.
    pub wish: &'a Wish,
    /// The column whose number led here.
    pub column: Option<&'a Shown>,
    /// The states of the records that led here, where no column says so.
    pub states: &'a [String],
    /// The value of the line that led here, where lines are values of a field.
    pub value: Option<&'a str>,
}

/// A page of a list.
pub struct Page {
    /// The lines.
    pub lines: Vec<Vec<LedgerCell>>,
    /// How many there are on all pages.
    pub count: i64,
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
                head(format!("{}{unit}", field.head()), field.is_number())
            }));
            heads.extend(tab.form.workflow.map(|workflow| head(workflow.title, false)));
            heads.extend(facts.iter().map(|fact| head(fact.title(), fact.is_number())));
            if tab.form.has_files() {
                heads.push(head("附件数", true));
            }
            heads.push(head("操作", false));
        }
        DetailOf::Villages(facts) => {
            heads.extend(places(Level::Village));
            for fact in facts {
                match fact {
                    VillageFact::Year => heads.push(head("年度计划", false)),
                    VillageFact::Current => heads.push(head("当前环节", false)),
                    VillageFact::Waiting => heads.push(head("停留天数", true)),
                    VillageFact::Unit => heads.push(head("技术单位", false)),
                    VillageFact::Leader => heads.push(head("组长", false)),
                    VillageFact::LeaderPhone => heads.push(head("组长电话", false)),
                    VillageFact::Steps(steps) => heads.extend(steps.iter().map(|step| head(step.title, false))),
                    VillageFact::File(_, _, title) | VillageFact::FilesOfHamlets(_, _, title) => {
                        heads.push(head(*title, false));
                    }
                    VillageFact::Archive => heads.push(head("打包下载", false)),
                }
            }
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

/// A page of the list.
pub async fn page(app: &App, signed: &Signed, search: &Search<'_>, offset: i64, limit: i64) -> Result<Page, AppError> {
    match search.of {
        DetailOf::Records(tab, facts) => of_records(app, signed, search, (tab, facts), offset, limit).await,
        DetailOf::Villages(facts) => of_villages(app, signed, search, facts, offset, limit).await,
        DetailOf::Accounts => of_accounts(app, signed, search, offset, limit).await,
    }
}

/// What narrows the records of a tab.
fn narrowed<'a>(search: &'a Search<'_>, tab: &'static Tab) -> Narrowed<'a> {
    let form = tab.form;
    let wish = search.wish;
    let records = search
        .column
        .and_then(Shown::records)
        .filter(|records| records.form == form.key);
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
    }
}

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
    Ok(Page { lines, count })
}

fn query_of(search: &Search<'_>) -> ListQuery {
    ListQuery {
        region: Some(search.wish.region.clone()),
        ..ListQuery::default()
    }
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
    let said: Vec<Vec<String>> = stored
        .iter()
        .map(|record| facts.iter().map(|fact| worked_out.say(*fact, record)).collect())
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
            cells.extend(said.into_iter().map(plain));
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
}

impl Facts {
    async fn of(reader: &mut Connection, facts: &[Fact], stored: &[Stored]) -> Result<Self, AppError> {
        let ids: Vec<String> = stored.iter().map(|record| record.id.clone()).collect();
        let reviewed = [Fact::SubmittedOn, Fact::PassedOn, Fact::Returns, Fact::DaysTaken];
        let courses = match reviewed.iter().any(|fact| facts.contains(fact)) {
            true => db::ledger_lists::courses(&mut *reader, &ids).await?,
            false => BTreeMap::new(),
        };
        let letters = match facts.contains(&Fact::LetterSent) {
            true => db::ledger_lists::letters(&mut *reader, &ids).await?,
            false => BTreeMap::new(),
        };
        let activities = match facts.contains(&Fact::Participations) {
            true => {
                let regions: BTreeSet<String> = stored.iter().map(|record| record.region.code().to_owned()).collect();
                let regions: Vec<String> = regions.into_iter().collect();
                db::ledger_lists::activities(reader, &regions).await?
            }
            false => Vec::new(),
        };
        Ok(Self {
            courses,
            letters,
            activities,
        })
    }

    fn say(&self, fact: Fact, record: &Stored) -> String {
        let course = self.courses.get(&record.id);
        let day = |at: Option<&String>| at.map_or(String::new(), |at| clock::shown(at));
        let passed = course.and_then(|course| course.passed.as_ref());
        let own = || {
            self.activities
                .iter()
                .filter(|one| parts(&one.participants).any(|id| id == record.id))
        };
        match fact {
            Fact::SubmittedOn => day(course.and_then(|course| course.submitted.as_ref())),
            Fact::PassedOn => day(passed),
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
                days.map_or(String::new(), |days| days.to_string())
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
        }
    }
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
    let villages = villages.filter(|one| tasked.as_ref().is_none_or(|tasked| tasked.contains(one.region.code())));
    Ok(villages.map(|one| one.region.clone()).collect())
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
    let all = villages(app, &mut reader, search).await?;
    let page: Vec<&Region> = all
        .iter()
        .skip(offset.max(0) as usize)
        .take(limit.max(1) as usize)
        .collect();
    let codes: Vec<String> = page.iter().map(|region| region.code().to_owned()).collect();
    let said = Villages::of(&mut reader, facts, &codes).await?;
    let phone = roster::FORM.field("phone");
    let masks = phone.is_some_and(|phone| records::is_masked(viewer, phone));
    let today = app.clock.today();
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
    })
}

/// What is said of a page of villages.
#[derive(Default)]
struct Villages {
    years: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    done: BTreeMap<String, BTreeMap<String, String>>,
    leaders: BTreeMap<String, (String, String)>,
    files: BTreeMap<&'static str, BTreeMap<(String, String), i64>>,
    hamlets: BTreeMap<String, i64>,
}

impl Villages {
    async fn of(reader: &mut Connection, facts: &[VillageFact], codes: &[String]) -> Result<Self, AppError> {
        let mut said = Self::default();
        for fact in facts {
            match fact {
                VillageFact::Year => said.years = db::planning::plan_years(&mut *reader, codes).await?,
                VillageFact::Unit => said.units = db::planning::units(&mut *reader, codes).await?,
                VillageFact::Current => {
                    said.done = db::ledger_lists::completed(&mut *reader, PLANNING, codes).await?;
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
                VillageFact::Waiting | VillageFact::LeaderPhone | VillageFact::Steps(_) | VillageFact::Archive => {}
            }
        }
        Ok(said)
    }

    fn put(&self, cells: &mut Vec<LedgerCell>, fact: VillageFact, code: &str, masks: bool, today: &str) {
        let none = BTreeMap::new();
        let done = self.done.get(code).unwrap_or(&none);
        let current = PLANNING.iter().find(|step| !done.contains_key(step.key));
        let to = |step: &Step| address(step.page, "", &format!("region={code}"));
        let count = |form: &str, slot: &str| {
            let files = self
                .files
                .get(form)
                .and_then(|files| files.get(&(code.to_owned(), slot.to_owned())));
            files.copied().unwrap_or(0)
        };
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
                let before = current
                    .and_then(|step| step.after)
                    .and_then(|before| done.get(before.key));
                let days = before.and_then(|at| days_inclusive(&clock::shown(at)[..10], today));
                cells.push(plain(days.map_or(String::new(), |days| (days - 1).to_string())));
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
            VillageFact::Steps(steps) => cells.extend(steps.iter().map(|step| match done.get(step.key) {
                Some(at) => LedgerCell {
                    text: format!("是 {}", &clock::shown(at)[..10]),
                    link: to(step),
                },
                None => plain("否"),
            })),
            VillageFact::File(form, slot, _) => {
                let has = count(form, slot) > 0;
                let link = forms::find(form).and_then(forms::place_of);
                cells.push(LedgerCell {
                    text: if has { "有" } else { "无" }.to_owned(),
                    link: link.filter(|_| has).map_or(String::new(), |(page, tab)| {
                        address(page.key, tab.key, &format!("region={code}"))
                    }),
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
    let (accounts, count) = accounts::of_part(app, signed, &search.wish.region, offset, limit).await?;
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
