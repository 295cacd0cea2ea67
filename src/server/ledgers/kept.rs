//! Tables that took long to count are kept for a while: 截止时间 says from when they are. What is counted at once is always
//! counted anew, so who saves a record finds it in the ledger; over the whole province on a busy evening many people share
//! one count. A table is kept twenty times as long as it took; for half an hour more it is still handed out while the next one
//! is counted behind it, so that nobody waits for what somebody has looked at not long ago.

use super::table::Table;
use crate::error::AppError;
use crate::server::state::App;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tables that are kept at the most; each is some kilobytes.
const MOST: usize = 500;

/// For so long a table is still handed out while the next one is counted.
const BEHIND: Duration = Duration::from_secs(1_800);

/// A table and how long it may be handed out.
#[derive(Debug)]
struct Held {
    fresh_until: Instant,
    until: Instant,
    table: Arc<Table>,
}

#[derive(Debug, Default)]
struct Place {
    held: tokio::sync::Mutex<Option<Held>>,
    is_counting: AtomicBool,
}

type Slot = Arc<Place>;

/// Counting behind a table; over however it ends.
struct Turn(Slot);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.is_counting.store(false, Ordering::SeqCst);
    }
}

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

    /// The table of that key. Whoever asks while it is counted for the first time waits, and takes it if it is kept.
    pub(super) async fn table<F, C>(&self, key: &str, count: C) -> Result<Arc<Table>, AppError>
    where
        F: Future<Output = Result<Table, AppError>> + Send + 'static,
        C: FnOnce() -> F,
    {
        let slot = self.slot(key);
        let (worth_it, times) = (self.worth_it, self.times);
        let mut place = slot.held.lock().await;
        if let Some(held) = place.as_ref().filter(|held| Instant::now() < held.until) {
            let table = held.table.clone();
            if Instant::now() >= held.fresh_until && !slot.is_counting.swap(true, Ordering::SeqCst) {
                let (slot, counting) = (slot.clone(), count());
                tokio::spawn(async move {
                    let turn = Turn(slot);
                    if let Ok((_, held)) = counted(counting, worth_it, times).await {
                        *turn.0.held.lock().await = held;
                    }
                });
            }
            return Ok(table);
        }
        let (table, held) = counted(count(), worth_it, times).await?;
        *place = held;
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

/// Counts, and says how long that is worth.
async fn counted(
    count: impl Future<Output = Result<Table, AppError>>,
    worth_it: Duration,
    times: u32,
) -> Result<(Arc<Table>, Option<Held>), AppError> {
    let begun = Instant::now();
    let table = Arc::new(count.await?);
    let taken = begun.elapsed();
    let kept_for = taken.saturating_mul(times);
    let fresh_until = Instant::now() + kept_for;
    let held = (taken > worth_it).then(|| Held {
        fresh_until,
        until: fresh_until + BEHIND,
        table: table.clone(),
    });
    Ok((table, held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn table() -> Table {
        Table {
            heads: Vec::new(),
            about: Vec::new(),
            lines: Vec::new(),
            total: None,
            count: None,
            as_of: String::new(),
            is_former: false,
        }
    }

    /// Counts a table and how often that was done.
    fn counting(
        counted: &Arc<AtomicUsize>,
    ) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Result<Table, AppError>> + Send>> {
        let counted = counted.clone();
        move || {
            Box::pin(async move {
                counted.fetch_add(1, Ordering::SeqCst);
                Ok(table())
            })
        }
    }

    async fn counts(kept: &Kept) -> usize {
        let counted = Arc::new(AtomicUsize::new(0));
        for _ in 0..2 {
            kept.table("one", counting(&counted)).await.unwrap();
        }
        counted.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn what_is_no_longer_fresh_is_handed_out_while_the_next_is_counted() {
        let kept = Kept::above(Duration::ZERO, 1);
        let counted = Arc::new(AtomicUsize::new(0));
        let now = Instant::now();
        *kept.slot("one").held.lock().await = Some(Held {
            fresh_until: now,
            until: now + Duration::from_secs(3_600),
            table: Arc::new(Table {
                as_of: "before".to_owned(),
                ..table()
            }),
        });
        let old = kept.table("one", counting(&counted)).await.unwrap();
        assert_eq!(old.as_of, "before");
        while kept.slot("one").is_counting.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        assert_eq!(counted.load(Ordering::SeqCst), 1, "counted behind it, once");
    }

    #[tokio::test]
    async fn what_is_counted_at_once_is_counted_anew() {
        assert_eq!(counts(&Kept::above(Duration::from_secs(3_600), 20)).await, 2);
    }

    #[tokio::test]
    async fn what_took_long_is_counted_once_for_all() {
        let kept = Kept::above(Duration::ZERO, 1_000_000);
        let counted = Arc::new(AtomicUsize::new(0));
        let begun = Arc::new(tokio::sync::Notify::new());
        let count = || {
            let (counted, begun) = (counted.clone(), begun.clone());
            async move {
                counted.fetch_add(1, Ordering::SeqCst);
                begun.notified().await;
                Ok(table())
            }
        };
        // The other one asks while the first is counting.
        let end = async { begun.notify_one() };
        let (one, other, ()) = tokio::join!(kept.table("one", count), kept.table("one", count), end);
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(counted.load(Ordering::SeqCst), 1);
    }
}
