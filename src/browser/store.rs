//! What the browser keeps: unsaved drafts (in case the session ends before the server has them) and small preferences.
//! Never a token.

use crate::domain::record::Draft;
use serde::{Deserialize, Serialize};
use web_sys::{Storage, window};

pub(super) fn local() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn key(account: &str, form: &str, id: &str) -> String {
    format!("draft/{account}/{form}/{id}")
}

/// What was typed and not saved, as this browser keeps it. `public/outbox.js` reads it, too: the record, what was typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept(
    /// Id of its record.
    pub String,
    /// What was typed.
    pub Draft,
    /// The version that it was typed over.
    pub i64,
    /// When the server was given the same, by its clock; empty as long as it has not got it.
    pub String,
);

impl Kept {
    /// Whether a page knows better: the server has got this, and whatever became of it since stands in the page.
    pub fn is_known_until(&self, instant: &str) -> bool {
        !self.3.is_empty() && *self.3 < *instant
    }
}

/// Keeps the draft of a record.
pub fn keep_draft(account: &str, form: &str, slot: &str, kept: &Kept) {
    if let (Some(store), Ok(text)) = (local(), serde_json::to_string(kept)) {
        let _ = store.set_item(&key(account, form, slot), &text);
    }
}

/// The kept draft.
pub fn draft(account: &str, form: &str, slot: &str) -> Option<Kept> {
    let text = local()?.get_item(&key(account, form, slot)).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// The server has got this draft at an instant. It stays here all the same: a page that opens without a network is an older one.
pub fn acknowledge(account: &str, form: &str, slot: &str, sent: &Draft, at: &str) {
    if let Some(kept) = draft(account, form, slot).filter(|kept| kept.1 == *sent) {
        keep_draft(account, form, slot, &Kept(kept.0, kept.1, kept.2, at.to_owned()));
    }
}

/// A save has arrived behind the page that made it: what was typed of its record is over, or waits for the server again when
/// more was typed since.
pub fn settle(account: &str, form: &str, record: &str, saved: &Draft) {
    let prefix = key(account, form, "");
    for name in names(&prefix) {
        let slot = &name[prefix.len()..];
        match draft(account, form, slot).filter(|kept| kept.0 == record) {
            Some(kept) if kept.1 == *saved => forget_draft(account, form, slot),
            Some(kept) => keep_draft(account, form, slot, &Kept(kept.0, kept.1, kept.2, String::new())),
            None => {}
        }
    }
}

/// Forgets a draft.
pub fn forget_draft(account: &str, form: &str, id: &str) {
    if let Some(store) = local() {
        let _ = store.remove_item(&key(account, form, id));
    }
}

/// Names of what is kept under a prefix.
pub(super) fn names(prefix: &str) -> Vec<String> {
    let Some(store) = local() else { return Vec::new() };
    let length = store.length().unwrap_or(0);
    let names = (0..length).filter_map(|at| store.key(at).ok().flatten());
    names.filter(|name| name.starts_with(prefix)).collect()
}

/// Forgets every draft: at sign-out nothing personal stays behind.
pub fn forget_all_drafts() {
    let Some(store) = local() else { return };
    for name in names("draft/") {
        let _ = store.remove_item(&name);
    }
}

/// Whether something was confirmed in this session of the browser.
pub fn is_confirmed(name: &str) -> bool {
    let session = window().and_then(|window| window.session_storage().ok().flatten());
    session.is_some_and(|session| session.get_item(name).ok().flatten().is_some())
}

/// Remembers that something was confirmed, until the browser is closed.
pub fn confirm(name: &str) {
    if let Some(session) = window().and_then(|window| window.session_storage().ok().flatten()) {
        let _ = session.set_item(name, "1");
    }
}

/// A preference, such as the columns of a list.
pub fn preference(name: &str) -> Option<String> {
    local()?.get_item(&format!("preference/{name}")).ok().flatten()
}

/// Sets a preference.
pub fn set_preference(name: &str, value: &str) {
    if let Some(store) = local() {
        let _ = store.set_item(&format!("preference/{name}"), value);
    }
}
