//! Where the browser takes over the page that the server sent. Desk and phone are files of their own beside the core that
//! they share: neither loads what only the other needs. What was typed before is taken up at the last moment.

use crate::app::App;
use crate::browser::{self, early::Early};
use crate::domain::terms;
use crate::pages::phone;
use leptos::mount::hydrate_from;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once the program is there.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    terms::start_following();
    match phone::is_inside(&browser::here()) {
        true => live_phone().await,
        false => live_desk().await,
    }
}

/// A page of the entrance or of the desk.
#[lazy]
async fn live_desk() {
    let Some(body) = document().body() else { return };
    let early = Early::collect();
    hydrate_from(body, App).forget();
    early.restore().await;
}

/// The record that a page of the phone fills, or the name that is registered.
#[lazy]
async fn live_phone() {
    phone::watch_name();
    let outbox = document().get_element_by_id(phone::OUTBOX);
    let outbox = outbox.and_then(|outbox| outbox.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(outbox) = outbox {
        let account = outbox.get_attribute("data-account").unwrap_or_default();
        if !account.is_empty() {
            hydrate_from(outbox, move || Some(view! { <phone::Outbox account/> })).forget();
        }
    }
    let data = document().get_element_by_id(phone::DATA);
    let data = data.and_then(|data| serde_json::from_str(&data.text_content()?).ok());
    let host = document().get_element_by_id(phone::HOST);
    let host = host.and_then(|host| host.dyn_into::<web_sys::HtmlElement>().ok());
    let (Some(host), Some(data)) = (host, data) else { return };
    let early = Early::collect();
    hydrate_from(host, move || view! { <phone::LiveForm data/> }).forget();
    early.restore().await;
}
