//! What was typed and clicked before the page came alive. The server sends a page that can be filled at once; over a slow
//! line its program arrives much later, and taking the page over would put the server's values over what was typed
//! meanwhile. Links and forms work without the program; a click on anything else is kept and comes true afterwards.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventInit, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, window};

/// The script of the page's head: keeps the last click on each button that only the program can answer, and the
/// double-click on a row.
pub const SCRIPT: &str = "{const kept=new Map,keep=e=>{const t=e.target.closest?.(e.type=='click'?'button[type=button]':'tr');\
    t&&kept.set(t,e.type)};for(const n of['click','dblclick'])addEventListener(n,keep,true);\
    window.endEarly=()=>{for(const n of['click','dblclick'])removeEventListener(n,keep,true)};\
    window.replayEarly=()=>{for(const[t,n]of kept)t.isConnected&&t.dispatchEvent(new MouseEvent(n,{bubbles:true,cancelable:true}));\
    document.documentElement.dataset.alive=''}}";

/// Controls that were changed, with what they held.
pub struct Early(Vec<(Element, Held)>);

enum Held {
    Text(String),
    Tick(bool),
}

impl Early {
    /// Looks at every control of the page.
    pub fn collect() -> Self {
        let document = window().and_then(|window| window.document());
        let controls = document.and_then(|document| document.query_selector_all("input, select, textarea").ok());
        let Some(controls) = controls else {
            return Self(Vec::new());
        };
        let elements = (0..controls.length()).filter_map(|at| controls.get(at)?.dyn_into::<Element>().ok());
        Self(
            elements
                .filter_map(|element| Some((element.clone(), changed(&element)?)))
                .collect(),
        )
    }

    /// Puts it back once the page is alive, as if it were typed and clicked then. Taking over is a chain of promises: at its
    /// end, before the browser hands on what was typed meanwhile, so that the next key goes behind the last one; and once
    /// more for a part that came later.
    pub async fn restore(self) {
        super::let_others_go_first().await;
        // From here on the page answers clicks itself: one that waited for it comes next, and must not come true twice.
        call("endEarly");
        for (element, held) in &self.0 {
            if changed(element).is_none() {
                put(element, held);
            }
            announce(element);
        }
        TimeoutFuture::new(0).await;
        for (element, held) in &self.0 {
            if changed(element).is_none() {
                put(element, held);
                announce(element);
            }
        }
        call("replayEarly");
    }
}

/// Calls what [`SCRIPT`] offers.
fn call(name: &str) {
    let offered = Reflect::get(&js_sys::global(), &name.into());
    if let Some(offered) = offered.ok().and_then(|offered| offered.dyn_into::<Function>().ok()) {
        let _ = offered.call0(&JsValue::UNDEFINED);
    }
}

/// Says what a browser says when somebody has typed.
fn announce(element: &Element) {
    let bubbles = EventInit::new();
    bubbles.set_bubbles(true);
    for name in ["input", "change"] {
        if let Ok(event) = Event::new_with_event_init_dict(name, &bubbles) {
            let _ = element.dispatch_event(&event);
        }
    }
}

/// What a control holds, if that is not what the server put there.
fn changed(element: &Element) -> Option<Held> {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "checkbox" | "radio" => (input.checked() != input.default_checked()).then(|| Held::Tick(input.checked())),
            "file" | "hidden" => None,
            _ => (input.value() != input.default_value()).then(|| Held::Text(input.value())),
        };
    }
    if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        return (area.default_value().ok().as_ref() != Some(&area.value())).then(|| Held::Text(area.value()));
    }
    let select = element.dyn_ref::<HtmlSelectElement>()?;
    let first = ["option[selected]", "option"]
        .into_iter()
        .find_map(|options| select.query_selector(options).ok().flatten());
    let sent = first.and_then(|option| option.get_attribute("value"));
    (sent.as_deref() != Some(&select.value())).then(|| Held::Text(select.value()))
}

fn put(element: &Element, held: &Held) {
    match held {
        Held::Tick(on) => {
            if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                input.set_checked(*on);
            }
        }
        Held::Text(text) => super::put_text(element, text),
    }
}
