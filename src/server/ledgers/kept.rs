//! Tables that took long to count are kept for a while: 截止时间 says from when they are. What is counted at once is always
//! counted anew, so who saves a record finds it in the ledger; over the whole province on a busy evening many people share
//! one count. A table is kept twenty times as long as it took.

use super::table::Table;
use crate::error::AppError;
use crate::server::state::App;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A table is kept so many times as long as it took to count.
const TIMES: u32 = 20;
/// Tables that are kept at the most; each is some kilobytes.
const MOST: usize = 500;

type Slot = Arc<tokio::sync::Mutex<Option<(Instant, Arc<Table>)>>>;

/// The tables.
#[derive(Debug)]
pub struct Kept {
    /// What took less is not kept.
    worth_it: Duration,
    slots: Mutex<HashMap<String, Slot>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self::above(Duration::from_millis(150))
    }
}

impl Kept {
    /// Keeps what took longer than this.
    pub fn above(worth_it: Duration) -> Self {
        Self {
            worth_it,
            slots: Mutex::new(HashMap::new()),
        }
    }

    /// Those of the running system.
    pub fn of(app: &App) -> &Self {
        &app.ledgers
    }

    /// The table of that key. Whoever asks while it is counted waits for it instead of counting too.
    pub(super) async fn table<F, C>(&self, key: &str, count: C) -> Result<Arc<Table>, AppError>
    where
        F: Future<Output = Result<Table, AppError>>,
        C: FnOnce() -> F,
    {
        let slot = self.slot(key);
        let mut held = slot.lock().await;
        if let Some((until, table)) = held.as_ref().filter(|(until, _)| Instant::now() < *until) {
            let _ = until;
            return Ok(table.clone());
        }
        let begun = Instant::now();
        let table = Arc::new(count().await?);
        let taken = begun.elapsed();
        *held = (taken > self.worth_it).then(|| (Instant::now() + taken * TIMES, table.clone()));
        Ok(table)
    }

    fn slot(&self, key: &str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST {
            // Nobody holds what nobody waits for.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        slots.entry(key.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn table() -> Table {
        Table {
            heads: Vec::new(),
            about: Vec::new(),
            lines: Vec::new(),
            total: None,
            count: None,
            as_of: String::new(),
        }
    }

    async fn counts(kept: &Kept) -> usize {
        let counted = AtomicUsize::new(0);
        let ask = || async {
            let count = || async {
                counted.fetch_add(1, Ordering::SeqCst);
                Ok(table())
            };
            kept.table("one", count).await.unwrap();
        };
        ask().await;
        ask().await;
        counted.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn what_is_counted_at_once_is_counted_anew() {
        assert_eq!(counts(&Kept::above(Duration::from_secs(3_600))).await, 2);
    }

    #[tokio::test]
    async fn one_count_is_shared() {
        let kept = Kept::above(Duration::ZERO);
        let counted = AtomicUsize::new(0);
        let begun = tokio::sync::Notify::new();
        let count = || async {
            counted.fetch_add(1, Ordering::SeqCst);
            begun.notified().await;
            Ok(table())
        };
        let waker = async { begun.notify_one() };
        let (one, other, ()) = tokio::join!(kept.table("one", count), kept.table("one", count), waker);
        assert!(one.is_ok() && other.is_ok());
        assert!(counted.load(Ordering::SeqCst) <= 2);
    }
}
