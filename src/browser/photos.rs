//! Photos of a phone. `public/outbox.js` keeps them in the browser's own store, makes them smaller and sends them: plain
//! JavaScript, because it works before the program is there and costs it nothing.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlInputElement, HtmlUListElement};

/// Where photos go.
pub struct Slot<'a> {
    /// Form key.
    pub form: &'a str,
    /// Tab of the phone's page.
    pub tab: &'a str,
    /// What the tab is called.
    pub title: &'a str,
    /// Record id.
    pub record: &'a str,
    /// Key of the field.
    pub field: &'a str,
}

/// What becomes of the photos of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The record is saved: they follow it.
    Saved,
    /// It was not saved after all.
    Unsaved,
    /// What was typed is dropped, and they with it.
    Dropped,
}

/// Takes what is chosen in an input and shows in a list what waits. `heard` is told of each photo: nothing when it was
/// taken, an attachment once the server has it, with the version of the record where it is part of it already.
pub fn show(slot: &Slot<'_>, input: &HtmlInputElement, list: &HtmlUListElement, heard: impl Fn(String) + 'static) {
    let heard = Closure::<dyn Fn(String)>::new(heard).into_js_value();
    let texts = [slot.form, slot.tab, slot.title, slot.record, slot.field];
    let arguments = Array::of4(&"show".into(), input, list, &heard);
    for text in texts {
        arguments.push(&text.into());
    }
    call(&arguments);
}

/// Tells what becomes of the photos of a record that wait.
pub fn tell(form: &str, record: &str, fate: Fate) {
    let word = match fate {
        Fate::Saved => "saved",
        Fate::Unsaved => "unsaved",
        Fate::Dropped => "dropped",
    };
    call(&Array::of3(&word.into(), &form.into(), &record.into()));
}

/// Calls what `public/outbox.js` offers; before it is there its page keeps the calls for it.
fn call(arguments: &Array) {
    let offered = Reflect::get(&js_sys::global(), &"waiting".into());
    if let Some(offered) = offered.ok().and_then(|offered| offered.dyn_into::<Function>().ok()) {
        let _ = offered.apply(&JsValue::NULL, arguments);
    }
}
