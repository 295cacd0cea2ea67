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

/// Tables that are kept at the most; each is some kilobytes.
const MOST: usize = 500;

type Slot = Arc<tokio::sync::Mutex<Option<(Instant, Arc<Table>)>>>;

/// The tables.
#[derive(Debug)]
pub struct Kept {
    /// What took less is not kept.
    worth_it: Duration,
    /// A table is kept so many times as long as it took.
    times: u32,
    slots: Mutex<HashMap<String, Slot>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self::above(Duration::from_millis(150), 20)
    }
}

impl Kept {
    /// Keeps what took longer than this, so many times as long.
    pub fn above(worth_it: Duration, times: u32) -> Self {
        Self {
            worth_it,
            times,
            slots: Mutex::new(HashMap::new()),
        }
    }

    /// Those of the running system.
    pub fn of(app: &App) -> &Self {
        &app.ledgers
    }

    /// The table of that key. Whoever asks while it is counted waits, and takes it if it is kept.
    pub(super) async fn table<F, C>(&self, key: &str, count: C) -> Result<Arc<Table>, AppError>
    where
        F: Future<Output = Result<Table, AppError>>,
        C: FnOnce() -> F,
    {
        let slot = self.slot(key);
        let mut held = slot.lock().await;
        if let Some((_, table)) = held.as_ref().filter(|(until, _)| Instant::now() < *until) {
            return Ok(table.clone());
        }
        let begun = Instant::now();
        let table = Arc::new(count().await?);
        let taken = begun.elapsed();
        let kept_for = taken.saturating_mul(self.times);
        *held = (taken > self.worth_it).then(|| (Instant::now() + kept_for, table.clone()));
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
        assert_eq!(counts(&Kept::above(Duration::from_secs(3_600), 20)).await, 2);
    }

    #[tokio::test]
    async fn what_took_long_is_counted_once_for_all() {
        let kept = Kept::above(Duration::ZERO, 1_000_000);
        let (counted, begun) = (AtomicUsize::new(0), tokio::sync::Notify::new());
        let count = || async {
            counted.fetch_add(1, Ordering::SeqCst);
            begun.notified().await;
            Ok(table())
        };
        // The other one asks while the first is counting.
        let end = async { begun.notify_one() };
        let (one, other, ()) = tokio::join!(kept.table("one", count), kept.table("one", count), end);
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(counted.load(Ordering::SeqCst), 1);
    }
}
