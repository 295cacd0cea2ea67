//! What every request can reach.

use super::clock::Clock;
use super::config::Config;
use super::db::Store;
use super::divisions::Divisions;
use super::imports::Imports;
use super::ledgers::Kept;
use super::metrics::Metrics;
use super::password::Hasher;
use super::quota::Quotas;
use super::storage::Storage;
use super::terms::Known;
use super::work::Work;
use crate::error::AppError;
use axum::extract::FromRef;
use leptos::prelude::{LeptosOptions, use_context};
use std::sync::Arc;

/// The running system. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Its parts.
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// The store.
    pub store: Store,
    /// Where attachments lie.
    pub storage: Storage,
    /// The division tree in memory.
    pub divisions: Divisions,
    /// Password hashing with bounded concurrency.
    pub hasher: Hasher,
    /// Workbooks on their way in.
    pub imports: Imports,
    /// Ledgers that took long to count.
    pub ledgers: Kept,
    /// What is known of code lists and parameters.
    pub known: Known,
    /// What accounts did lately, as far as there is a measure for it.
    pub quotas: Quotas,
    /// What is counted for operators.
    pub metrics: Metrics,
    /// What this process does beside answering.
    pub work: Work,
    /// The clock.
    pub clock: Clock,
    /// What the page shell needs.
    pub leptos: LeptosOptions,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

/// The running system inside a server function or a page.
pub fn app() -> Result<App, AppError> {
    use_context::<App>().ok_or_else(|| AppError::Internal("no state".to_owned()))
}
