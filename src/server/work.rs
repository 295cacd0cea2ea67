//! What the process does beside answering: bulks, imports, files being put together. Told to stop, it lets go at a safe point;
//! what is left goes on at the next start or with another process.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The work under way.
#[derive(Default)]
pub struct Work {
    tasks: TaskTracker,
    stop: CancellationToken,
    bulks: Mutex<HashSet<String>>,
}

impl Work {
    /// Does something beside, which the end of the process waits for.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tasks.spawn(task)
    }

    /// Tells everybody to come to an end.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Whether to go no further than the next safe point.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until it is time to stop.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Waits for what is under way, so long; false when something is left.
    pub async fn finished(&self, within: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(within, self.tasks.wait()).await.is_ok()
    }

    /// Takes a bulk on; false when this process has it already.
    pub fn take_on(&self, bulk: &str) -> bool {
        self.bulks().insert(bulk.to_owned())
    }

    /// Lets a bulk go.
    pub fn let_go(&self, bulk: &str) {
        self.bulks().remove(bulk);
    }

    fn bulks(&self) -> MutexGuard<'_, HashSet<String>> {
        self.bulks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
