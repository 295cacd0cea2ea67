//! A `details` that lies over the page: it opens without JavaScript; with it, a click elsewhere or Escape closes it.

use crate::browser;
use leptos::html::Details;
use leptos::prelude::*;

/// Closes the popup when somebody turns to something else, or when `place` changes.
pub fn closes_by_itself(popup: NodeRef<Details>, place: impl Fn() + Send + Sync + 'static) {
    // The first time is the page coming alive: what was opened before stays open.
    Effect::new(move |before: Option<()>| {
        place();
        if let (Some(popup), Some(())) = (popup.get_untracked(), before) {
            browser::fold(&popup);
        }
    });
    let click = window_event_listener(leptos::ev::click, move |event| {
        if let Some(popup) = popup
            .try_get_untracked()
            .flatten()
            .filter(|popup| !browser::is_inside(popup, &event))
        {
            browser::fold(&popup);
        }
    });
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if let Some(popup) = popup.try_get_untracked().flatten().filter(|_| event.key() == "Escape") {
            browser::fold(&popup);
        }
    });
    on_cleanup(move || {
        click.remove();
        key.remove();
    });
}
