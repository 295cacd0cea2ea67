//! What is handed out once: first passwords, and numbers that somebody asked to see. Kept in memory for a few minutes and for
//! whoever made it; nothing of it touches the disk, and after a restart it is gone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long it waits.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// At most so many wait; the oldest go first.
const MOST: usize = 200;

/// Something to be handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handout {
    /// A sentence for the screen.
    Told(String),
    /// A workbook: its name and its content.
    Workbook(String, Vec<u8>),
}

#[derive(Debug)]
struct Waiting {
    account: String,
    since: Instant,
    handout: Handout,
}

/// What waits to be fetched.
#[derive(Debug, Default)]
pub struct Handouts {
    waiting: Mutex<HashMap<String, Waiting>>,
}

impl Handouts {
    /// Keeps it for an account; answers the word under which it is fetched.
    pub fn keep(&self, account: &str, handout: Handout) -> String {
        let key = super::session::new_token();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| one.since.elapsed() < KEPT);
        while waiting.len() >= MOST {
            let oldest = waiting.iter().min_by_key(|(_, one)| one.since);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            waiting.remove(&oldest);
        }
        let one = Waiting {
            account: account.to_owned(),
            since: Instant::now(),
            handout,
        };
        waiting.insert(key.clone(), one);
        key
    }

    /// Hands it out: once, and only to whoever it is for.
    pub fn take(&self, account: &str, key: &str) -> Option<Handout> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |one: &Waiting| one.account == account && one.since.elapsed() < KEPT;
        if !waiting.get(key).is_some_and(fits) {
            return None;
        }
        waiting.remove(key).map(|one| one.handout)
    }

    /// Whether it still waits.
    pub fn waits(&self, account: &str, key: &str) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(key).is_some_and(|one| one.account == account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_handed_out_once_and_to_nobody_else() {
        let handouts = Handouts::default();
        let told = Handout::Told("secret".to_owned());
        let key = handouts.keep("one", told.clone());
        assert_eq!(handouts.take("other", &key), None);
        assert_eq!(handouts.take("one", &key), Some(told));
        assert_eq!(handouts.take("one", &key), None);
    }
}
