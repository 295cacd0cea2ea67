//! Information system of Yunnan's 干部规划家乡行动. One crate: the server, and the same components in the browser.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod browser;
pub mod codes;
pub mod domain;
pub mod error;
pub mod forms;
pub mod pages;
pub mod record;
#[cfg(feature = "ssr")]
pub mod server;
pub mod steps;
pub mod ui;
pub mod wire;
pub mod workflows;

/// Where the browser takes over the page that the server sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let early = browser::early::Early::collect();
    leptos::mount::hydrate_body(app::App);
    leptos::task::spawn_local(early.restore());
}
