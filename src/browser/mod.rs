//! Calls into the browser. Compiled for both sides, called only in event handlers and effects.

pub mod early;
pub mod outbox;
pub mod photos;
pub mod picture;
pub mod store;
pub mod upload;

use js_sys::Promise;
use leptos::ev::KeyboardEvent;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, window};

const FOCUSABLE: &str = "input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), \
                         button:not([disabled]), a[href]";

/// So many promises are waited for until a page that is being drawn is drawn.
const TURNS: usize = 64;

/// Waits for what is under way in the page, but not for the next key or click.
pub async fn let_others_go_first() {
    for _ in 0..TURNS {
        let _ = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
    }
}

thread_local! {
    /// The end of what is being done in turn.
    static LAST: RefCell<Promise> = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
}

/// Does something once what was begun in turn before has ended: the server hears of both in this order.
pub async fn in_turn<T>(act: impl Future<Output = T>) -> T {
    let mut ended = None;
    let own = Promise::new(&mut |end, _| ended = Some(end));
    let before = LAST.with(|last| last.replace(own));
    let _ = JsFuture::from(before).await;
    let answer = act.await;
    if let Some(ended) = ended {
        let _ = ended.call0(&JsValue::UNDEFINED);
    }
    answer
}

/// Puts the focus on the element that asks for it, else on the first field, else on the window itself. Where somebody is in the
/// window already, as in one that the server drew, it stays.
pub fn focus_first(root: &HtmlElement) {
    let document = window().and_then(|window| window.document());
    let active = document.and_then(|document| document.active_element());
    if active.is_some_and(|active| root.contains(Some(&active)) && !root.is_same_node(Some(&active))) {
        return;
    }
    let found = [
        "[data-focus]",
        ".modal-body input:not([type=hidden]):not([readonly]), .modal-body select, .modal-body textarea",
    ]
    .into_iter()
    .find_map(|selector| root.query_selector(selector).ok().flatten());
    let target = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let _ = target.as_ref().unwrap_or(root).focus();
}

/// Scrolls a list so that its current line is seen.
pub fn show_current(list: &HtmlElement) {
    let current = list.query_selector("[aria-current]").ok().flatten();
    let Some(current) = current.and_then(|current| current.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let (top, height) = (current.offset_top(), list.client_height());
    let seen = list.scroll_top()..list.scroll_top() + height - current.offset_height();
    if height > 0 && !seen.contains(&top) {
        list.set_scroll_top(top - height / 2);
    }
}

/// Turns Tab around at the ends of a window.
pub fn keep_focus_inside(root: &HtmlElement, event: &KeyboardEvent) {
    let Ok(all) = root.query_selector_all(FOCUSABLE) else {
        return;
    };
    let at = |position: u32| all.get(position).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (Some(first), Some(last)) = (at(0), at(all.length().saturating_sub(1))) else {
        return;
    };
    let active = window()
        .and_then(|window| window.document())
        .and_then(|document| document.active_element());
    let is = |element: &HtmlElement| active.as_ref() == Some(element.unchecked_ref::<Element>());
    if event.shift_key() && is(&first) {
        event.prevent_default();
        let _ = last.focus();
    } else if !event.shift_key() && is(&last) {
        event.prevent_default();
        let _ = first.focus();
    }
}

/// Puts the focus on the element of that id and brings it into view.
pub fn focus_id(id: &str) {
    let element = window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

/// Leaves for an address outside the pages of the router: a download, the sign-in.
pub fn leave(address: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_href(address);
    }
}

/// Leaves for an address that takes the place of this one in the history: back does not lead to what is done with.
pub fn replace(address: &str) {
    if let Some(window) = window() {
        let _ = window.location().replace(address);
    }
}

/// A new id for something that is made without the server.
pub fn fresh_id() -> Option<String> {
    let crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
    let make = js_sys::Reflect::get(&crypto, &"randomUUID".into()).ok()?;
    // Only pages that came over TLS, or from this machine, may ask for it.
    make.dyn_into::<js_sys::Function>()
        .ok()?
        .call0(&crypto)
        .ok()?
        .as_string()
}

/// Draws this address anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Opens the window for printing.
pub fn print() {
    if let Some(window) = window() {
        // Refused is closed again at once: nothing to be said.
        let _ = window.print();
    }
}

/// Path and query of the current address.
pub fn here() -> String {
    let Some(location) = window().map(|window| window.location()) else {
        return String::new();
    };
    format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    )
}

/// The text behind an address of our own.
pub async fn fetch_text(address: &str) -> Result<String, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let response: web_sys::Response = JsFuture::from(window.fetch_with_str(address)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    if response.ok() {
        Ok(text)
    } else {
        Err(JsValue::from_str(&text))
    }
}

/// Whether nobody sees the page now.
pub fn is_hidden() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}

/// Whether the address asks for this part of the page; it no longer does afterwards.
pub fn take_fragment(id: &str) -> bool {
    let Some(location) = window().map(|window| window.location()) else {
        return false;
    };
    let asked = location.hash().is_ok_and(|hash| hash.strip_prefix('#') == Some(id));
    if asked {
        let _ = location.replace("#");
    }
    asked
}

/// Sends the form of the control that an event came from.
pub fn submit_form(event: &leptos::ev::Event) {
    if let Some(form) = form_around(event) {
        let _ = form.request_submit();
    }
}

/// The form in which something happened.
fn form_around(event: &web_sys::Event) -> Option<web_sys::HtmlFormElement> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest("form").ok()??.dyn_into().ok()
}

/// Name and value of the control that somebody just typed into or chose in; ticks and what has no name are not meant.
pub fn typed_control(event: &leptos::ev::Event) -> Option<(String, String)> {
    let target = event.target()?;
    let (name, value) = match target.dyn_ref::<web_sys::HtmlInputElement>() {
        Some(input) if matches!(input.type_().as_str(), "checkbox" | "radio" | "hidden") => return None,
        Some(input) => (input.name(), input.value()),
        None => {
            let select = target.dyn_ref::<web_sys::HtmlSelectElement>()?;
            (select.name(), select.value())
        }
    };
    (!name.is_empty()).then_some((name, value))
}

/// What a form that is being sent asks for, name by name, without what was left empty.
pub fn asked(event: &leptos::ev::SubmitEvent) -> Vec<(String, String)> {
    let data = form_around(event).and_then(|form| web_sys::FormData::new_with_form(&form).ok());
    let Some(Ok(Some(entries))) = data.map(|data| js_sys::try_iter(&data)) else {
        return Vec::new();
    };
    let pairs = entries.filter_map(|entry| {
        let pair = js_sys::Array::from(&entry.ok()?);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

/// Puts values into the controls of those names, in the form around an element.
pub fn fill_form_around(element: &Element, values: &[(String, String)]) {
    let Ok(Some(form)) = element.closest("form") else {
        return;
    };
    let Ok(controls) = form.query_selector_all("input[name], select[name]") else {
        return;
    };
    let controls = (0..controls.length()).filter_map(|at| controls.get(at)?.dyn_into::<Element>().ok());
    for control in controls {
        let name = control.get_attribute("name").unwrap_or_default();
        let Some((_, value)) = values.iter().find(|(of, _)| *of == name) else {
            continue;
        };
        put_text(&control, value);
    }
}

/// The name of the control from which a form is sent; of a button, nothing.
pub fn focused_in(event: &leptos::ev::SubmitEvent) -> Option<String> {
    let form = form_around(event)?;
    let active = window()?.document()?.active_element()?;
    form.contains(Some(&active))
        .then(|| active.get_attribute("name").unwrap_or_default())
}

/// Puts the focus back on the control of that name, or on the button, in the form around an element that was drawn anew under
/// somebody's hands. Whoever has gone elsewhere meanwhile stays there.
pub fn focus_again(element: &Element, name: &str) {
    let document = window().and_then(|window| window.document());
    let Some((document, Ok(Some(form)))) = document.map(|document| (document, element.closest("form"))) else {
        return;
    };
    let body = document.body().map(Element::from);
    if document.active_element().is_some_and(|active| Some(active) != body) {
        return;
    }
    let Ok(controls) = form.query_selector_all("input[name], select[name], button[type=submit]") else {
        return;
    };
    let controls = (0..controls.length()).filter_map(|at| controls.get(at)?.dyn_into::<HtmlElement>().ok());
    let mut own = controls.filter(|control| control.get_attribute("name").unwrap_or_default() == name);
    let Some(control) = own.next() else { return };
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = control.focus_with_options(&options);
    if let Some(input) = control.dyn_ref::<web_sys::HtmlInputElement>() {
        let end = input.value().encode_utf16().count() as u32;
        // A date has no place between its letters.
        let _ = input.set_selection_range(end, end);
    }
}

/// Puts text into a control.
fn put_text(control: &Element, text: &str) {
    if let Some(input) = control.dyn_ref::<web_sys::HtmlInputElement>() {
        input.set_value(text);
    } else if let Some(area) = control.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        area.set_value(text);
    } else if let Some(select) = control.dyn_ref::<web_sys::HtmlSelectElement>() {
        select.set_value(text);
    }
}

/// Puts the form around what was clicked back to what it came with.
pub fn reset_form(event: &leptos::ev::MouseEvent) {
    if let Some(form) = form_around(event) {
        form.reset();
    }
}

/// Sends the form of that id as it stands, without asking it again.
pub fn send_form(id: &str) {
    let form = window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
        let _ = form.submit();
    }
}

/// Whether a key went down on the listening element itself and not on something inside it.
pub fn is_on_itself(event: &KeyboardEvent) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Folds a `details` element.
pub fn fold(details: &Element) {
    let _ = details.remove_attribute("open");
}

/// Whether an event came from inside an element.
pub fn is_inside(element: &Element, event: &leptos::ev::MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    element.contains(target.as_ref())
}

/// Whether a `details` element was just opened.
pub fn is_expanded(event: &leptos::ev::Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.has_attribute("open"))
}
