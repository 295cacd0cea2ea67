//! Sends what waits in this browser. The server stores the same save once, however often it is sent.

use crate::api::records::save_record;
use crate::browser::outbox::{Item, all, put, remove, take_placed};
use crate::browser::store::settle;
use crate::error::AppError;

/// What became of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Everything was answered.
    All,
    /// The network is away.
    Away,
    /// Nobody is signed in any more.
    SignedOut,
}

/// Sends what waits, one after the other.
pub async fn send(account: &str) -> Sent {
    for mut item in all(account).into_iter().filter(|item| item.problem.is_none()) {
        let mut answer = save(&item).await;
        // An earlier try may have arrived although its answer did not: then it is our own word that stands there.
        if let Err(AppError::Stale(stale)) = &answer
            && stale.changes.is_empty()
        {
            take_placed(account, &mut item);
            item.version = stale.version;
            answer = save(&item).await;
        }
        match answer {
            Ok(()) => {
                remove(account, &item.form, &item.id);
                settle(account, &item.form, &item.id, &item.draft);
            }
            Err(AppError::Unavailable | AppError::TooMany(_)) => return Sent::Away,
            Err(AppError::SignedOut | AppError::MustChangePassword | AppError::MustBind) => return Sent::SignedOut,
            // The page that fills it may have taken it back meanwhile.
            Err(error)
                if all(account)
                    .iter()
                    .any(|one| one.form == item.form && one.id == item.id) =>
            {
                item.problem = Some(error.to_string());
                put(account, &item);
            }
            Err(_) => {}
        }
    }
    Sent::All
}

async fn save(item: &Item) -> Result<(), AppError> {
    let (form, id, key) = (item.form.clone(), item.id.clone(), item.key.clone());
    save_record(form, id, item.version, key, item.draft.clone())
        .await
        .map(|_| ())
}
