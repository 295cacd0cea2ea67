//! 投诉建议 (spec S9.7): anybody leaves one, signed in or not; the list and the answers are those of every reviewed form.

use super::clock::shown;
use super::db::audits::Line;
use super::db::records::{NewRecord, STRANGER};
use super::db::{self};
use super::handouts::{self, Handout, Owner};
use super::session::Signed;
use super::state::App;
use crate::api::complaints::{ComplaintsView, OwnComplaint};
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::permission::complains;
use crate::domain::region::Region;
use crate::domain::value::Value;
use crate::domain::workflow::Tone;
use crate::error::AppError;
use crate::forms::public::complaints::FORM;
use crate::server::throttle;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From one address without signing in, in an hour.
const BY_ADDRESS: usize = 5;
/// From all addresses without signing in, in an hour.
const BY_STRANGERS: usize = 200;
/// From one account in an hour.
const BY_ACCOUNT: usize = 30;

/// What is typed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Typed {
    /// 内容
    #[serde(default)]
    pub content: String,
    /// 联系方式
    #[serde(default)]
    pub contact: String,
    /// 页面
    #[serde(default)]
    pub page: String,
    /// The id that the page was drawn with.
    #[serde(default)]
    pub key: String,
}

/// Letters of a text that could not be taken which are kept for its page.
const MOST_KEPT: usize = 3_000;

/// Whose it is while it waits to be mended.
fn owner(signed: &Signed) -> Owner<'_> {
    match signed.account() {
        Ok(account) => Owner::Account(&account.id),
        Err(_) => Owner::Stranger(&signed.address),
    }
}

/// The page.
pub async fn page(app: &App, signed: &Signed, kept: &str) -> Result<ComplaintsView, AppError> {
    let account = signed.account().ok();
    let mut lines = Vec::new();
    if let Some(account) = account {
        let mut reader = app.store.reader().await?;
        let own = db::complaints::of_account(&mut reader, &account.id, STRANGER).await?;
        lines.extend(own.into_iter().map(line));
    }
    let held = handouts::told(app, owner(signed), kept).await?;
    let held = held.and_then(|text| serde_json::from_str::<(String, Typed)>(&text).ok());
    let (problem, held) = held.unwrap_or_default();
    Ok(ComplaintsView {
        name: account.map_or(String::new(), |account| account.name.clone()),
        may_complain: account.is_none_or(|account| complains(account.kind)),
        key: db::new_id(),
        content: held.content,
        contact: held.contact,
        problem,
        lines,
    })
}

fn line(own: db::complaints::Own) -> OwnComplaint {
    let state = FORM.workflow.and_then(|workflow| workflow.state(&own.status));
    let is_answered = state.is_some_and(|state| state.is_final);
    OwnComplaint {
        content: own.content,
        page: own.page,
        status: state.map_or(String::new(), |state| state.title.to_owned()),
        tone: state.map_or(Tone::Grey, |state| state.tone),
        at: shown(&own.created_at),
        answered_at: if is_answered {
            shown(&own.updated_at)
        } else {
            String::new()
        },
        reply: own.reply,
    }
}

/// Leaves one. What cannot be taken is kept for its page: the word under which it waits comes with the error.
pub async fn leave(app: &App, signed: &Signed, typed: Typed) -> Result<(), (String, AppError)> {
    match try_to_leave(app, signed, &typed).await {
        Ok(()) => Ok(()),
        Err(error) => {
            // Somewhat more than can be taken: whoever wrote too much finds it again, nobody fills the memory.
            let cut = |text: &str| text.chars().take(MOST_KEPT).collect::<String>();
            let typed = Typed {
                content: cut(&typed.content),
                contact: cut(&typed.contact),
                page: cut(&typed.page),
                ..typed
            };
            let text = serde_json::to_string(&(error.to_string(), typed)).unwrap_or_default();
            let told = Handout::Told(text);
            match keep(app, owner(signed), &told).await {
                Ok(kept) => Err((kept, error)),
                Err(worse) => Err((String::new(), worse)),
            }
        }
    }
}

async fn keep(app: &App, owner: Owner<'_>, told: &Handout) -> Result<String, AppError> {
    let mut tx = app.store.begin().await?;
    let word = handouts::keep(app, &mut tx, owner, told).await?;
    tx.commit().await?;
    Ok(word)
}

async fn try_to_leave(app: &App, signed: &Signed, typed: &Typed) -> Result<(), AppError> {
    let clean = |text: &str, lines: bool| -> String {
        let kept = text
            .chars()
            .filter(|letter| !letter.is_control() || lines && *letter == '\n');
        kept.collect::<String>().trim().to_owned()
    };
    let (content, contact, page) = (
        clean(&typed.content, true),
        clean(&typed.contact, false),
        clean(&typed.page, false),
    );
    if content.is_empty() {
        return Err(AppError::at("content", "请填写投诉或建议的内容"));
    }
    for (place, text, most, title) in [
        ("content", &content, 2_000, "内容"),
        ("contact", &contact, 50, "联系方式"),
    ] {
        if text.chars().count() > most {
            return Err(AppError::at(place, format!("{title}最多 {most} 个字")));
        }
    }
    let account = match signed.account() {
        Ok(_) => Some(signed.ready()?),
        Err(_) => None,
    };
    match account {
        Some(account) if !complains(account.kind) => {
            signed.refused("提交投诉建议".to_owned(), None, None);
            return Err(AppError::Forbidden("您的账号不能提交投诉建议".to_owned()));
        }
        Some(account) => throttle::take(app, &format!("complaints {}", account.id), BY_ACCOUNT).await?,
        None => {
            throttle::take(app, &format!("complaints {}", signed.address), BY_ADDRESS).await?;
            throttle::take(app, "complaints of strangers", BY_STRANGERS).await?;
        }
    }
    let id = match uuid::Uuid::parse_str(&typed.key) {
        Ok(_) => typed.key.clone(),
        Err(_) => db::new_id(),
    };
    let mut tx = app.store.begin_in_turn(&format!("{}/{id}", FORM.key)).await?;
    // Sent twice, stored once.
    if db::records::id_is_used(&mut tx, &FORM, &id).await? {
        return Ok(());
    }
    let keeper = match account {
        Some(account) => account.id.clone(),
        None => db::complaints::keeper(&mut tx).await?.ok_or(AppError::Unavailable)?,
    };
    let region = account.map_or_else(Region::province, |account| account.region.clone());
    let mut values = BTreeMap::from([("content", Value::Text(content))]);
    for (key, text) in [("contact", contact), ("page", page.chars().take(200).collect())] {
        if !text.is_empty() {
            values.insert(key, Value::Text(text));
        }
    }
    let now = app.clock.now();
    let new = NewRecord {
        id: id.clone(),
        region: region.clone(),
        organ: account.map_or(AccountKind::System, |account| account.kind).organ(),
        status: FORM.first_state(region.level()),
        account: keeper,
        name: account.map_or(STRANGER.to_owned(), |account| account.name.clone()),
        at: now.clone(),
        values,
    };
    db::records::insert_many(&mut tx, &FORM, std::slice::from_ref(&new)).await?;
    let line = Line {
        account,
        act: Act::Register,
        region: Some(&region),
        record: Some((FORM.key, &id)),
        step: None,
        opinion: if account.is_none() { STRANGER } else { "" },
        changes: &[],
        address: &signed.address,
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}
