//! 首页: what was left unsaved and how far the steps are; and the public documents.

use super::clock;
use super::db;
use super::records;
use super::session::Signed;
use super::state::App;
use crate::api::home::{HomeView, PublicDocument, StepProgress};
use crate::domain::account::Account;
use crate::domain::page::address;
use crate::domain::region::Region;
use crate::domain::step::Step;
use crate::domain::validate::shown;
use crate::domain::value::Value;
use crate::error::AppError;
use crate::forms::public::policy_documents;
use crate::{forms, steps};

/// The page.
pub async fn page(app: &App, signed: &Signed) -> Result<HomeView, AppError> {
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
    Ok(HomeView {
        account: account.clone(),
        path: app.divisions.path(&account.region),
        drafts,
        steps: progress,
    })
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
