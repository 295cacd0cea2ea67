//! What the browser keeps: unsaved drafts (in case the session ends before the server has them) and small preferences.
//! Never a token.

use crate::domain::record::Draft;
use web_sys::{Storage, window};

pub(super) fn local() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn key(account: &str, form: &str, id: &str) -> String {
    format!("draft/{account}/{form}/{id}")
}

/// Keeps a draft.
pub fn keep_draft(account: &str, form: &str, id: &str, draft: &Draft) {
    if let (Some(store), Ok(text)) = (local(), serde_json::to_string(draft)) {
        let _ = store.set_item(&key(account, form, id), &text);
    }
}

/// The kept draft.
pub fn draft(account: &str, form: &str, id: &str) -> Option<Draft> {
    let text = local()?.get_item(&key(account, form, id)).ok().flatten()?;
    serde_json::from_str(&text).ok()
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
