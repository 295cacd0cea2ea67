//! An import that began with one server process and goes on with another: where the processes share the files, the workbook
//! lies there for half an hour, sealed under a key that only the store has. With one process and a folder nothing of this happens.

use super::{Import, State, found_in, look, view_of};
use crate::api::imports::{ImportView, Phase};
use crate::domain::account::Account;
use crate::domain::page::Tab;
use crate::error::AppError;
use crate::server::db::imports::{self, Shared};
use crate::server::db::internal;
use crate::server::sealing;
use crate::server::session::{Signed, new_token};
use crate::server::state::App;
use bytes::Bytes;
use std::sync::Arc;

/// Imports are forgotten after so many seconds.
const KEPT_FOR: i64 = 30 * 60;

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Reading => "reading",
        Phase::Checking => "checking",
        Phase::Checked => "checked",
        Phase::Storing => "storing",
        Phase::Done => "done",
        Phase::Failed => "failed",
    }
}

/// Lets the other processes know of a new import.
pub(super) async fn begin(app: &App, import: &Import) -> Result<(), AppError> {
    if !app.storage.is_shared() {
        return Ok(());
    }
    let (page, tab) = place_of(import.tab).ok_or(AppError::NotFound)?;
    let secret = new_token();
    let sealed = sealing::seal_bytes(&secret, &import.id, &import.content)?;
    app.storage.put_piece(&import.id, sealed.into()).await?;
    let view = import.view();
    let shared = Shared {
        id: import.id.clone(),
        account: import.account.id.clone(),
        page: page.to_owned(),
        tab: tab.to_owned(),
        address: import.address.clone(),
        secret,
        phase: word(view.phase).to_owned(),
        view: text_of(&view)?,
    };
    let mut tx = app.store.begin().await?;
    let old = imports::begin(&mut tx, &shared, &app.clock.now()).await?;
    tx.commit().await?;
    app.storage.forget_pieces(&old).await;
    Ok(())
}

/// The page and the tab where a tab stands.
fn place_of(tab: &Tab) -> Option<(&'static str, &'static str)> {
    crate::forms::PAGES.iter().find_map(|page| {
        let own = page.tabs.iter().find(|own| std::ptr::eq(*own, tab))?;
        Some((page.key, own.key))
    })
}

fn text_of(view: &ImportView) -> Result<String, AppError> {
    serde_json::to_string(view).map_err(|error| internal(&error))
}

/// Lets the others know how far it is.
pub(super) async fn publish(app: &App, import: &Import) -> Result<(), AppError> {
    if !app.storage.is_shared() {
        return Ok(());
    }
    let view = import.view();
    let mut tx = app.store.begin().await?;
    imports::note(&mut tx, &import.id, word(view.phase), &text_of(&view)?).await?;
    Ok(tx.commit().await?)
}

async fn find(app: &App, account: &Account, id: &str) -> Result<Shared, AppError> {
    if !app.storage.is_shared() {
        return Err(AppError::NotFound);
    }
    let found = imports::find(&mut *app.store.reader().await?, &account.id, id).await?;
    found.ok_or(AppError::NotFound)
}

/// How far it is, whoever is at work on it.
pub(super) async fn status(app: &App, signed: &Signed, id: &str) -> Result<ImportView, AppError> {
    let own = found_in(&app.imports, signed, id);
    if !app.storage.is_shared() {
        return own.map(|import| import.view());
    }
    if let Ok(import) = own
        && matches!(view_of(&import), Phase::Reading | Phase::Checking | Phase::Storing)
    {
        return Ok(import.view());
    }
    let shared = find(app, signed.ready()?, id).await?;
    serde_json::from_str(&shared.view).map_err(|error| internal(&error))
}

/// The import, whichever process it began with.
pub(super) async fn take_over(app: &App, signed: &Signed, id: &str) -> Result<Arc<Import>, AppError> {
    if let Ok(import) = found_in(&app.imports, signed, id) {
        return Ok(import);
    }
    let account = signed.ready()?;
    let shared = find(app, account, id).await?;
    let tab = crate::api::records::find_tab(&shared.page, &shared.tab, account)?;
    let sealed = app.storage.piece(id).await?.ok_or(AppError::NotFound)?;
    let content = sealing::open_bytes(&shared.secret, id, &sealed)?;
    let import = Arc::new(Import {
        id: shared.id,
        address: shared.address,
        ..Import::new(account.clone(), tab, Bytes::from(content))
    });
    look(app, &import).await?;
    if shared.phase == word(Phase::Done) {
        let mut state = import.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let State::Checked(outcome) = &*state {
            *state = State::Done(Arc::clone(outcome), 0);
        }
    }
    app.imports.keep(Arc::clone(&import));
    Ok(import)
}

/// Takes the one turn to store it; false when another process has taken it.
pub(super) async fn may_store(app: &App, import: &Import) -> Result<bool, AppError> {
    if !app.storage.is_shared() {
        return Ok(true);
    }
    let mut tx = app.store.begin().await?;
    let taken = imports::advance(&mut tx, &import.id, word(Phase::Checked), word(Phase::Storing)).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Forgets what is over. Without its row nobody can read a workbook, even if it still lay there.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let old = imports::sweep(&mut tx, &app.clock.after(-KEPT_FOR)).await?;
    tx.commit().await?;
    app.storage.forget_pieces(&old).await;
    Ok(())
}
