//! What is handed out once: first passwords, and numbers that somebody asked to see. Kept in memory for a few minutes and for
//! whoever made it; nothing of it touches the disk, and after a restart it is gone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long it waits.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// At most so many wait; the oldest go first.
const MOST: usize = 200;
/// At most so many of these are for people who are not signed in: they take nobody else's place.
const MOST_OF_STRANGERS: usize = 50;

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
    is_strange: bool,
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
        self.keep_among(account, false, MOST, handout)
    }

    /// Keeps it for whoever asks from an address without having signed in.
    pub fn keep_for_stranger(&self, address: &str, handout: Handout) -> String {
        self.keep_among(address, true, MOST_OF_STRANGERS, handout)
    }

    fn keep_among(&self, account: &str, is_strange: bool, most: usize, handout: Handout) -> String {
        let key = super::session::new_token();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| one.since.elapsed() < KEPT);
        let alike = |one: &Waiting| one.is_strange == is_strange;
        while waiting.values().filter(|one| alike(one)).count() >= most {
            let own = waiting.iter().filter(|(_, one)| alike(one));
            let oldest = own.min_by_key(|(_, one)| one.since);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            waiting.remove(&oldest);
        }
        let one = Waiting {
            account: account.to_owned(),
            is_strange,
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

    /// What still waits, which goes on waiting.
    pub fn look(&self, account: &str, key: &str) -> Option<Handout> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let own = waiting.get(key).filter(|one| one.account == account);
        own.map(|one| one.handout.clone())
    }

    /// Whether it still waits.
    pub fn waits(&self, account: &str, key: &str) -> bool {
        self.look(account, key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_push_out_nothing_but_what_strangers_left() {
        let handouts = Handouts::default();
        let told = |text: &str| Handout::Told(text.to_owned());
        let own = handouts.keep("one", told("first password"));
        let first = handouts.keep_for_stranger("10.0.0.9", told("typed"));
        for _ in 0..MOST {
            handouts.keep_for_stranger("10.0.0.9", told("typed"));
        }
        assert_eq!(handouts.take("10.0.0.9", &first), None);
        assert_eq!(handouts.take("one", &own), Some(told("first password")));
    }

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
