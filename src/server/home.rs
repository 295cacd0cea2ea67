//! 首页: what was left unsaved and how far the steps are; and the public documents.

use super::clock;
use super::db;
use super::planning::{self, POSITION, REVIEW};
use super::records;
use super::session::Signed;
use super::state::App;
use super::{reminders, waiting};
use crate::api::home::{HomeView, PublicDocument, Stage, StepProgress, StuckLine};
use crate::domain::account::{Account, AccountKind};
use crate::domain::page::address;
use crate::domain::region::{Level, Region, Relation};
use crate::domain::step::Step;
use crate::domain::validate::shown;
use crate::domain::value::Value;
use crate::error::AppError;
use crate::forms::planning::filing;
use crate::forms::public::policy_documents;
use crate::steps::PLANNING;
use crate::{forms, steps};
use std::collections::BTreeMap;

/// Villages that have not got on, shown before all are asked for.
const STUCK: usize = 10;
/// And then.
const MOST_STUCK: usize = 400;

/// The page; with all villages that have not got on, where they are asked for.
pub async fn page(app: &App, signed: &Signed, all_stuck: bool) -> Result<HomeView, AppError> {
    let account = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let kept = db::drafts::of_account(&mut reader, &account.id).await?;
    let drafts = kept
        .into_iter()
        .filter_map(|(form, slot, at)| draft_line(account, &form, &slot, &at))
        .collect();
    let mut progress = Vec::new();
    for step in steps::ALL.iter().copied().filter(|step| concerns(account, step)) {
        // A technical unit sees villages, not how the county gets on.
        if signed.contract.is_some() {
            break;
        }
        let done = db::completions::count(&mut reader, step, &account.region).await?;
        let below = app.divisions.below(&account.region, step.level);
        let all = below
            .filter(|division| division.planned || account.region == division.region)
            .count() as i64;
        progress.push(StepProgress {
            title: step.title.to_owned(),
            link: address(step.page, step.tab, ""),
            done,
            all: all.max(done),
            of: step.level.title().to_owned(),
            own: step.closers.contains(&account.kind),
        });
    }
    let reminders = reminders::of_account(app, &mut reader, account).await?;
    let waiting = waiting::groups(app, &mut reader, signed).await?;
    let (returned, returned_more) = waiting::returned(app, &mut reader, signed).await?;
    let counts_villages = matches!(
        account.kind,
        AccountKind::County | AccountKind::CountyOrganization | AccountKind::Township | AccountKind::TechnicalUnit
    );
    let positions = match counts_villages {
        true => waiting::standing(app, &mut reader, signed).await?,
        false => BTreeMap::new(),
    };
    let funnel = match counts_villages && signed.contract.is_none() {
        true => funnel(app, &mut reader, account, &positions).await?,
        false => Vec::new(),
    };
    let mut stuck = match account.kind {
        AccountKind::County | AccountKind::Township => stuck(app, &mut reader, account, &positions).await?,
        _ => Vec::new(),
    };
    let stuck_total = stuck.len();
    stuck.truncate(if all_stuck { MOST_STUCK } else { STUCK });
    drop(reader);
    let village = match account.kind {
        AccountKind::Village => Some(planning::village(app, signed, "", None).await?),
        _ => None,
    };
    Ok(HomeView {
        account: account.clone(),
        path: app.divisions.path(&account.region),
        drafts,
        reminders,
        waiting,
        returned,
        returned_more,
        village,
        funnel,
        standing: match counts_villages {
            true => standing(&positions),
            false => Vec::new(),
        },
        stuck,
        stuck_total,
        steps: progress,
    })
}

/// How many villages stand at each of the 13 steps.
fn standing(positions: &Positions) -> Vec<Stage> {
    let stages = (0..=PLANNING.len()).map(|position| Stage {
        title: PLANNING.get(position).map_or("全部完成".to_owned(), |step| {
            format!("{} {}", position + 1, step.title)
        }),
        count: positions.get(&position).map_or(0, Vec::len) as i64,
        link: format!("/planning?{POSITION}={position}"),
    });
    stages.collect()
}

type Positions = BTreeMap<usize, Vec<(Region, String)>>;

/// From 纳入规划范围 to 备案: how many villages have come so far.
async fn funnel(
    app: &App,
    reader: &mut db::Connection,
    account: &Account,
    positions: &Positions,
) -> Result<Vec<Stage>, AppError> {
    let scope = &account.region;
    let villages = app.divisions.below(scope, Level::Village);
    let planned = villages.filter(|division| division.planned).count() as i64;
    let stage = |title: &str, count: i64, link: String| Stage {
        title: title.to_owned(),
        count,
        link,
    };
    let mut stages = vec![stage("纳入规划范围", planned, "/planning".to_owned())];
    for step in [&steps::BASELINE_SURVEY, &steps::ROSTER_REVIEW, &steps::TECHNICAL_UNITS] {
        let done = db::completions::count(&mut *reader, step, scope).await?;
        stages.push(stage(step.title, done, format!("/progress/{}?state=done", step.key)));
    }
    let begun: usize = positions.range(1..).map(|(_, villages)| villages.len()).sum();
    stages.push(stage(
        "开展规划编制",
        begun as i64,
        "/planning?position=begun".to_owned(),
    ));
    let approved = db::waiting::in_states(&mut *reader, &filing::FORM, &["approved", "filed"], scope).await?;
    let filed = db::waiting::in_states(&mut *reader, &filing::FORM, &["filed"], scope).await?;
    stages.push(stage(
        "审批通过",
        approved.len() as i64,
        format!("/planning?{REVIEW}=filing.approved,filed"),
    ));
    stages.push(stage(
        "备案",
        filed.len() as i64,
        format!("/planning?{REVIEW}=filing.filed"),
    ));
    Ok(stages)
}

/// The villages that have begun and not finished, whoever has waited longest first: a work list of county and township.
async fn stuck(
    app: &App,
    reader: &mut db::Connection,
    account: &Account,
    positions: &Positions,
) -> Result<Vec<StuckLine>, AppError> {
    let urged = db::reminders::within(&mut *reader, &account.region).await?;
    let week_ago = app.clock.after(-reminders::DAYS * 24 * 3_600);
    let mut waiting: Vec<(&str, &Region, &'static Step)> = Vec::new();
    for (position, villages) in positions {
        let Some(step) = PLANNING.get(*position) else { continue };
        let begun = villages.iter().filter(|(_, since)| !since.is_empty());
        waiting.extend(begun.map(|(region, since)| (since.as_str(), region, *step)));
    }
    waiting.sort_by_key(|(since, region, _)| (since.to_owned(), region.code().to_owned()));
    let lines = waiting.into_iter().map(|(since, region, step)| {
        let last = urged.get(&(step.key.to_owned(), region.code().to_owned()));
        StuckLine {
            name: app.divisions.path_below(&account.region, region),
            step: step.key.to_owned(),
            title: step.title.to_owned(),
            days: app.clock.days_since(since),
            urged: last.map_or(String::new(), |at| clock::shown(at)),
            may_urge: last.is_none_or(|at| *at <= week_ago)
                && reminders::is_offered(account, step, Relation::of(&account.region, region)),
            region: region.clone(),
        }
    });
    Ok(lines.collect())
}

/// A step is of interest to an account that sees its page and stands at its level or above.
fn concerns(account: &Account, step: &Step) -> bool {
    let tab = forms::page(step.page).and_then(|page| page.tabs.iter().find(|tab| tab.key == step.tab));
    account.region.level() <= step.level && tab.is_some_and(|tab| tab.is_seen_by(account.kind))
}

fn draft_line(account: &Account, form: &str, slot: &str, at: &str) -> Option<(String, String, String)> {
    let form = forms::find(form)?;
    let (page, tab) = forms::place_of(form).filter(|(_, tab)| tab.is_seen_by(account.kind))?;
    // A new record inside a village names it.
    let village = slot.split('-').nth(1).and_then(Region::parse);
    // A new record began on its own tab, with its own button.
    let began = page.tabs.iter().filter(|tab| tab.form.key == form.key).find_map(|tab| {
        let plain = tab.creations.is_empty().then_some(None);
        let mut buttons = plain.into_iter().chain(tab.creations.iter().map(Some));
        let button = buttons.find(|button| records::slot(tab, *button, village.as_ref()) == slot)?;
        Some((
            tab,
            button.map_or("new".to_owned(), |button| format!("new-{}", button.key)),
        ))
    });
    let (tab, new) = began.unwrap_or((tab, "new".to_owned()));
    let rest = match form.shape {
        crate::domain::form::Shape::Single => String::new(),
        _ if slot.starts_with(db::drafts::NEW) => format!("open={new}"),
        _ => format!("open={slot}&mode=edit"),
    };
    let rest = match village.filter(|_| tab.inside) {
        Some(village) if rest.is_empty() => format!("region={village}"),
        Some(village) => format!("region={village}&{rest}"),
        None => rest,
    };
    Some((
        form.title.to_owned(),
        clock::shown(at),
        address(page.key, tab.key, &rest),
    ))
}

/// 政策文件, in their order.
pub async fn public_documents(app: &App) -> Result<Vec<PublicDocument>, AppError> {
    let mut reader = app.store.reader().await?;
    let form = &policy_documents::FORM;
    let records = db::records::public(&mut reader, form).await?;
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let files = db::attachments::kept_of(&mut reader, &ids).await?;
    let text = |record: &db::records::Stored, key: &str| -> String {
        let value = record.values.get(key).zip(form.field(key));
        value.map_or(String::new(), |(value, field)| shown(field, value))
    };
    let order = |record: &db::records::Stored| {
        record
            .values
            .get("position_number")
            .and_then(Value::integer)
            .unwrap_or(i64::MAX)
    };
    let mut documents: Vec<_> = records
        .iter()
        .map(|record| {
            let own = files
                .iter()
                .filter(|file| file.record == record.id)
                .map(|file| file.attachment.clone());
            let document = PublicDocument {
                title: text(record, "title"),
                category: text(record, "category"),
                published_on: text(record, "published_on"),
                files: own.collect(),
            };
            (order(record), document)
        })
        .collect();
    documents.sort_by(|(left, one), (right, other)| left.cmp(right).then(other.published_on.cmp(&one.published_on)));
    Ok(documents.into_iter().map(|(_, document)| document).collect())
}
