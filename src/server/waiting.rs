//! 待办 (spec §4.10): what waits for an account, derived from what the workflows, tabs and steps declare. No query knows a
//! form.

use super::authorize::{Permit, to_read, to_set_below};
use super::completions;
use super::db::{self, Connection, waiting::Waiting};
use super::session::Signed;
use super::state::App;
use super::workflow;
use crate::api::home::{ReturnedLine, WaitingGroup, WaitingLine, WaitingNumbers};
use crate::domain::account::AccountKind;
use crate::domain::page::{Page, Tab, address};
use crate::domain::region::{Level, Region};
use crate::domain::step::{Step, Test};
use crate::domain::verb::Verb;
use crate::domain::workflow::{Heed, State, Transition};
use crate::error::AppError;
use crate::forms::{self, PAGES};
use crate::server::planning::{POSITION, REVIEW};
use crate::steps::{self, PLANNING};
use std::collections::BTreeMap;

/// A state of a tab's records in which they wait for somebody.
struct Awaited {
    state: &'static State,
    ways: Vec<&'static Transition>,
}

/// The states of a tab's records in which they wait for accounts of this kind, with what can be done there.
fn awaited(tab: &'static Tab, kind: AccountKind) -> Vec<Awaited> {
    let Some(workflow) = tab.form.workflow.filter(|_| tab.is_seen_by(kind)) else {
        return Vec::new();
    };
    let shown = workflow
        .states
        .iter()
        .filter(|state| tab.states.is_empty() || tab.states.contains(&state.key));
    let states = shown.filter_map(|state| {
        let mut ways = workflow.awaited(state.key, kind);
        ways.retain(|way| tab.verbs.contains(&way.verb));
        // What leaves a record where it is can be done, but nobody waits for it.
        let waits = ways.iter().any(|way| way.verb.is_awaited() && way.to != state.key);
        waits.then_some(Awaited { state, ways })
    });
    states.collect()
}

/// Where the list of a tab's records in a state is. Records of a page about one village are found by the list of villages.
fn link(page: &Page, tab: &Tab, state: &str) -> String {
    match tab.inside {
        true => format!("/planning?{REVIEW}={}.{state}", tab.form.key),
        false => address(page.key, tab.key, &format!("{}={state}", db::listings::STATUS)),
    }
}

/// What waits on a tab of the menu.
struct OnTab {
    page: &'static Page,
    tab: &'static Tab,
    awaited: Vec<Awaited>,
    waiting: Vec<Waiting>,
}

/// What waits on all of them; since when, where that is asked for.
async fn on_tabs(reader: &mut Connection, signed: &Signed, since: bool) -> Result<Vec<OnTab>, AppError> {
    let kind = signed.ready()?.kind;
    let mut found = Vec::new();
    for page in PAGES {
        for tab in page.tabs {
            let awaited = awaited(tab, kind);
            if awaited.is_empty() {
                continue;
            }
            let permit = to_read(signed, tab.form)?;
            let states: Vec<&'static str> = awaited.iter().map(|one| one.state.key).collect();
            let waiting = db::waiting::counts(&mut *reader, tab, &permit, &states, since).await?;
            if !waiting.is_empty() {
                found.push(OnTab {
                    page,
                    tab,
                    awaited,
                    waiting,
                });
            }
        }
    }
    Ok(found)
}

/// Records that ask an account to act although no review waits for them.
struct Heeded {
    page: &'static Page,
    tab: &'static Tab,
    heed: &'static Heed,
    count: i64,
}

async fn heeded(reader: &mut Connection, signed: &Signed) -> Result<Vec<Heeded>, AppError> {
    let kind = signed.ready()?.kind;
    let mut found = Vec::new();
    for page in PAGES {
        for tab in page.tabs {
            let heeds = tab.form.workflow.map_or(&[][..], |workflow| workflow.heeds).iter();
            let shown = |heed: &&Heed| tab.states.is_empty() || tab.states.contains(&heed.state);
            let done = |heed: &&Heed| heed.verbs.iter().any(|verb| tab.verbs.contains(verb));
            for heed in heeds.filter(|heed| heed.by == kind).filter(shown).filter(done) {
                let permit = to_read(signed, tab.form)?;
                let count = db::waiting::holding(&mut *reader, tab, &permit, heed.state, heed.holding).await?;
                if count > 0 {
                    found.push(Heeded { page, tab, heed, count });
                }
            }
        }
    }
    Ok(found)
}

/// How many records wait, page by page.
pub async fn counts(app: &App, signed: &Signed) -> Result<WaitingNumbers, AppError> {
    let account = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let mut counts = WaitingNumbers {
        reminders: db::reminders::count(&mut reader, &account.id).await?,
        pages: Vec::new(),
    };
    for OnTab { page, waiting, .. } in on_tabs(&mut reader, signed, false).await? {
        let count: i64 = waiting.iter().map(|one| one.count).sum();
        match counts.pages.last_mut().filter(|(key, _)| key == page.key) {
            Some((_, held)) => *held += count,
            None => counts.pages.push((page.key.to_owned(), count)),
        }
    }
    for Heeded { page, count, .. } in heeded(&mut reader, signed).await? {
        match counts.pages.iter_mut().find(|(key, _)| key == page.key) {
            Some((_, held)) => *held += count,
            None => counts.pages.push((page.key.to_owned(), count)),
        }
    }
    Ok(counts)
}

/// 待办 of an account.
pub async fn groups(app: &App, reader: &mut Connection, signed: &Signed) -> Result<Vec<WaitingGroup>, AppError> {
    let mut lines: Vec<(usize, &'static str, WaitingLine)> = Vec::new();
    let place = |page: &str| PAGES.iter().position(|one| one.key == page).unwrap_or(PAGES.len());
    for on_tab in on_tabs(&mut *reader, signed, true).await? {
        let OnTab {
            page,
            tab,
            awaited,
            waiting,
        } = on_tab;
        for one in awaited {
            let Some(counted) = waiting.iter().find(|waiting| waiting.status == one.state.key) else {
                continue;
            };
            let mut buttons: Vec<String> = Vec::new();
            for way in one.ways {
                if !buttons.iter().any(|button| button == way.button) {
                    buttons.push(way.button.to_owned());
                }
            }
            let line = WaitingLine {
                title: title_of(page, tab),
                state: workflow::status(tab.form, one.state.key),
                buttons,
                count: format!("{} 条", counted.count),
                days: app.clock.days_since(&counted.since),
                link: link(page, tab, one.state.key),
                missing: Vec::new(),
                said: String::new(),
            };
            lines.push((place(page.key), page.group, line));
        }
    }
    for Heeded { page, tab, heed, count } in heeded(&mut *reader, signed).await? {
        let ways = tab
            .form
            .workflow
            .map_or(&[][..], |workflow| workflow.transitions)
            .iter();
        let ways =
            ways.filter(|way| way.by == heed.by && way.from.contains(&heed.state) && heed.verbs.contains(&way.verb));
        let (field, codes) = heed.holding;
        let line = WaitingLine {
            title: format!("{} · {}", title_of(page, tab), heed.title),
            state: workflow::status(tab.form, heed.state),
            buttons: ways.map(|way| way.button.to_owned()).collect(),
            count: format!("{count} 条"),
            days: 0,
            link: format!("{}&{field}={}", link(page, tab, heed.state), codes.join(",")),
            missing: Vec::new(),
            said: String::new(),
        };
        lines.push((place(page.key), page.group, line));
    }
    for step in steps::ALL {
        if let Some(line) = of_step(app, &mut *reader, signed, step).await? {
            let group = forms::page(step.page).map_or("", |page| page.group);
            lines.push((place(step.page), group, line));
        }
    }
    for (step, line) in of_planning(app, &mut *reader, signed).await? {
        let group = forms::page(step.page).map_or("", |page| page.group);
        lines.push((place(step.page), group, line));
    }
    lines.sort_by_key(|(place, ..)| *place);
    let mut groups: Vec<WaitingGroup> = Vec::new();
    for (_, group, line) in lines {
        match groups.iter_mut().find(|known| known.title == group) {
            Some(known) => known.lines.push(line),
            None => groups.push(WaitingGroup {
                title: group.to_owned(),
                lines: vec![line],
            }),
        }
    }
    Ok(groups)
}

fn title_of(page: &Page, tab: &Tab) -> String {
    match tab.title == page.title {
        true => page.title.to_owned(),
        false => format!("{} · {}", page.title, tab.title),
    }
}

/// A switch that the account has not set: its own, with what it lacks, or those below that lack nothing any more.
async fn of_step(
    app: &App,
    reader: &mut Connection,
    signed: &Signed,
    step: &'static Step,
) -> Result<Option<WaitingLine>, AppError> {
    let account = signed.ready()?;
    if !step.closers.contains(&account.kind) {
        return Ok(None);
    }
    let line = |count: String, link: String| WaitingLine {
        title: step.title.to_owned(),
        state: None,
        buttons: vec!["是否完成".to_owned()],
        count,
        days: 0,
        link,
        missing: Vec::new(),
        said: String::new(),
    };
    if account.region.level() == step.level {
        let year = completions::newest_year(app, &mut *reader, step, &account.region).await?;
        if db::completions::find(&mut *reader, step, &account.region, &year)
            .await?
            .is_some()
        {
            return Ok(None);
        }
        let missing = completions::missing(app, &mut *reader, step, &account.region, &year).await?;
        let mut line = line(String::new(), address(step.page, step.tab, ""));
        if !year.is_empty() {
            line.title = format!("{}（{year}年）", step.title);
        }
        line.missing = missing;
        line.said = db::audits::reopened(&mut *reader, step.key, &account.region)
            .await?
            .unwrap_or_default();
        return Ok(Some(line));
    }
    if to_set_below(signed, step).is_err() {
        return Ok(None);
    }
    let ready = completions::ready(app, &mut *reader, step, &account.region)
        .await?
        .len();
    let link = format!("/progress/{}?state=open", step.key);
    Ok((ready > 0).then(|| line(format!("{ready} 个{}可完成", step.level.title()), link)))
}

/// What 规划编制 asks of the account: the open step of its own village, and for others the villages that stand where they
/// owe something that no review counts.
async fn of_planning(
    app: &App,
    reader: &mut Connection,
    signed: &Signed,
) -> Result<Vec<(&'static Step, WaitingLine)>, AppError> {
    let account = signed.ready()?;
    if account.region.level() == Level::Village {
        let done = db::completions::done_in(&mut *reader, &account.region).await?;
        let open = PLANNING.iter().copied().find(|step| !done.contains(step.key));
        let Some(step) = open else { return Ok(Vec::new()) };
        let missing = completions::missing(app, &mut *reader, step, &account.region, "").await?;
        let number = PLANNING.iter().position(|one| one.key == step.key).unwrap_or(0) + 1;
        let line = WaitingLine {
            title: format!("第 {number} 步 {}", step.title),
            state: None,
            buttons: vec!["是否完成".to_owned()],
            count: String::new(),
            days: 0,
            link: address(step.page, "", &format!("region={}", account.region)),
            missing,
            said: db::audits::reopened(&mut *reader, step.key, &account.region)
                .await?
                .unwrap_or_default(),
        };
        return Ok(vec![(step, line)]);
    }
    if !matches!(account.kind, AccountKind::County | AccountKind::TechnicalUnit) {
        return Ok(Vec::new());
    }
    let standing = standing(app, &mut *reader, signed).await?;
    let mut lines = Vec::new();
    for (position, step) in PLANNING.iter().copied().enumerate() {
        // What a review waits for is counted by its state.
        let owed = step.requirements.iter().find(|requirement| {
            let form = match &requirement.test {
                Test::Records(records) => forms::find(records.form),
                _ => None,
            };
            !requirement.is_advice
                && requirement.owes.contains(&account.kind)
                && form.is_none_or(|form| form.workflow.is_none())
        });
        let villages: Vec<&(Region, String)> = standing.get(&position).into_iter().flatten().collect();
        let (Some(_), false) = (owed, villages.is_empty()) else {
            continue;
        };
        let oldest = villages
            .iter()
            .map(|(_, since)| since.as_str())
            .filter(|since| !since.is_empty())
            .min();
        let line = WaitingLine {
            title: step.title.to_owned(),
            state: None,
            buttons: vec!["填报".to_owned()],
            count: format!("{} 个行政村正在该环节", villages.len()),
            days: oldest.map_or(0, |since| app.clock.days_since(since)),
            link: format!("/planning?{POSITION}={position}"),
            missing: Vec::new(),
            said: String::new(),
        };
        lines.push((step, line));
    }
    Ok(lines)
}

/// The villages of an account by how many of the 13 steps they have done, with when the last; those that have not begun
/// count only for a technical unit, whose contract names them.
pub async fn standing(
    app: &App,
    reader: &mut Connection,
    signed: &Signed,
) -> Result<BTreeMap<usize, Vec<(Region, String)>>, AppError> {
    let account = signed.ready()?;
    let known = db::waiting::standing(&mut *reader, PLANNING, &steps::TECHNICAL_UNITS, &account.region).await?;
    let mut by_position: BTreeMap<usize, Vec<(Region, String)>> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for one in known {
        let Some(region) = Region::parse(&one.region) else {
            continue;
        };
        let sees = signed
            .contract
            .as_ref()
            .is_none_or(|contract| contract.villages.contains(&region));
        if sees {
            seen.insert(region.clone());
            let position = usize::try_from(one.done).unwrap_or(0);
            by_position.entry(position).or_default().push((region, one.since));
        }
    }
    let begins: Vec<Region> = match &signed.contract {
        Some(contract) => contract.villages.clone(),
        None => app
            .divisions
            .below(&account.region, Level::Village)
            .filter(|division| division.planned)
            .map(|division| division.region.clone())
            .collect(),
    };
    let rest = begins.into_iter().filter(|region| !seen.contains(region));
    by_position
        .entry(0)
        .or_default()
        .extend(rest.map(|region| (region, String::new())));
    Ok(by_position)
}

/// Records shown under 被打回 of one tab.
const MOST_RETURNED: i64 = 20;

/// 被打回: records that came back to this account's side, with what was said; and the lists where there are more of them.
pub async fn returned(
    app: &App,
    reader: &mut Connection,
    signed: &Signed,
) -> Result<(Vec<ReturnedLine>, Vec<(String, String)>), AppError> {
    let kind = signed.ready()?.kind;
    let (mut lines, mut more) = (Vec::new(), Vec::new());
    for page in PAGES {
        for tab in page.tabs {
            let Some(workflow) = tab.form.workflow else { continue };
            let back: Vec<&'static str> = workflow.returned().collect();
            let mut states: Vec<&'static str> = awaited(tab, kind).iter().map(|one| one.state.key).collect();
            states.retain(|state| back.contains(state));
            if states.is_empty() {
                continue;
            }
            let permit: Permit = to_read(signed, tab.form)?;
            let mut records = db::waiting::returned(&mut *reader, tab, &permit, &states, MOST_RETURNED + 1).await?;
            if records.len() as i64 > MOST_RETURNED {
                records.truncate(MOST_RETURNED as usize);
                // One state can be chosen in a list; of several it opens whole.
                let rest = match states.as_slice() {
                    [state] => format!("{}={state}", db::listings::STATUS),
                    _ => String::new(),
                };
                more.push((page.title.to_owned(), address(page.key, tab.key, &rest)));
            }
            let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
            let said = db::decisions::said_last(&mut *reader, &ids, Verb::Return).await?;
            let pins = db::waiting::pins(&mut *reader, &ids).await?;
            for record in records {
                let place = app.divisions.path_below(permit.scope(), &record.region);
                let rest = match tab.inside {
                    true => format!("region={}", record.region),
                    false => format!("open={}", record.id),
                };
                lines.push(ReturnedLine {
                    // A record that is named by its division needs no second name.
                    name: match record.name.is_empty() || Region::parse(&record.name).is_some() {
                        true => place,
                        false if record.region == *permit.scope() => record.name,
                        false => format!("{place} · {}", record.name),
                    },
                    title: page.title.to_owned(),
                    state: workflow::status(tab.form, &record.status),
                    opinion: said.get(&record.id).cloned().unwrap_or_default(),
                    pins: pins.get(&record.id).copied().unwrap_or(0),
                    link: address(page.key, tab.key, &rest),
                });
            }
        }
    }
    Ok((lines, more))
}
