//! Information system of Yunnan's 干部规划家乡行动. One crate: the server, and the same components in the browser.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod browser;
pub mod codes;
pub mod domain;
pub mod error;
pub mod forms;
pub mod ledgers;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod pages;
pub mod record;
#[cfg(feature = "ssr")]
pub mod server;
pub mod steps;
pub mod ui;
pub mod wire;
pub mod workflows;
