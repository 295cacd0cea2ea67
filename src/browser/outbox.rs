//! What was saved on the phone and has not reached the server yet: kept in this browser, one item for each record, sent
//! when the network returns (`record/outbox.rs`).

use super::store::{local, names};
use crate::domain::attachment::Attachment;
use crate::domain::record::{Draft, parts};
use serde::{Deserialize, Serialize};

/// A save on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Form key.
    pub form: String,
    /// Tab of the phone's page.
    pub tab: String,
    /// What the form is called.
    pub title: String,
    /// Record id.
    pub id: String,
    /// The version that was read.
    pub version: i64,
    /// Key of the save.
    pub key: String,
    /// What was typed.
    pub draft: Draft,
    /// Why the server refused it, if it did.
    pub problem: Option<String>,
}

fn prefix(account: &str) -> String {
    format!("outbox/{account}/")
}

/// Keeps a save until the server has it.
pub fn put(account: &str, item: &Item) {
    if let (Some(store), Ok(text)) = (local(), serde_json::to_string(item)) {
        let _ = store.set_item(&format!("{}{}/{}", prefix(account), item.form, item.id), &text);
    }
}

/// Forgets a save.
pub fn remove(account: &str, form: &str, id: &str) {
    if let Some(store) = local() {
        let _ = store.remove_item(&format!("{}{form}/{id}", prefix(account)));
    }
}

/// A photo that went into its place behind a save, as `public/outbox.js` writes it down.
#[derive(Debug, Deserialize)]
struct Placed {
    /// The version of the record with it; nothing while the answer is on its way.
    version: Option<i64>,
    attachment: Attachment,
    field: String,
}

/// Takes into a save the photos that went into their places after what it was made from was read: it does not know of them,
/// and would take them out again.
pub fn take_placed(account: &str, item: &mut Item) {
    let name = format!("placed/{account}/{}/{}", item.form, item.id);
    let text = local().and_then(|store| store.get_item(&name).ok().flatten());
    let all: Vec<Placed> = text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    for Placed {
        version,
        attachment,
        field,
    } in all
    {
        let held = item.draft.text(&field).to_owned();
        let is_news = version.is_none_or(|version| version > item.version);
        if is_news && !parts(&held).any(|id| id == attachment.id) {
            item.draft.set(&field, join(&held, &attachment.id));
        }
    }
}

fn join(held: &str, id: &str) -> String {
    match held {
        "" => id.to_owned(),
        held => format!("{held},{id}"),
    }
}

/// Everything of an account that waits or was refused.
pub fn all(account: &str) -> Vec<Item> {
    let Some(store) = local() else { return Vec::new() };
    let texts = names(&prefix(account)).into_iter();
    let texts = texts.filter_map(|name| store.get_item(&name).ok().flatten());
    texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
}

/// The save of a record that waits or was refused; of a new one of several that was refused, or of the only one, whatever
/// its id: it may have been registered elsewhere meanwhile.
pub fn find(account: &str, form: &str, id: &str, is_new: bool, is_many: bool) -> Option<Item> {
    let own = all(account).into_iter().filter(|item| item.form == form);
    let mut own = own.filter(|item| match (is_many, is_new) {
        (false, _) => true,
        (true, true) => item.version == 0 && item.problem.is_some(),
        (true, false) => item.id == id,
    });
    own.next()
}
