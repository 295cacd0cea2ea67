//! How much waits, kept fresh: asked once the page is alive, when it is looked at again, and every minute while it is. Nothing
//! runs while nobody looks.

use crate::api::home::{WaitingNumbers, waiting_counts};
use crate::browser;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Between two questions while the page is looked at.
const EVERY: Duration = Duration::from_secs(60);

/// What waits, as the frame knows it; nothing before it has asked.
#[derive(Clone, Copy)]
pub struct Waiting(pub RwSignal<Option<WaitingNumbers>>);

impl Waiting {
    /// Keeps it fresh for as long as the frame is there.
    pub fn provide() -> Self {
        let waiting = Self(RwSignal::new(None));
        provide_context(waiting);
        let timer = StoredValue::new(None::<TimeoutHandle>);
        // The address may change a hundred times an hour: a question is only asked by the clock and by who comes back.
        Effect::new(move |_| waiting.ask(timer));
        let handle = window_event_listener_untyped("visibilitychange", move |_| {
            if !browser::is_hidden() {
                waiting.ask(timer);
            }
        });
        on_cleanup(move || {
            handle.remove();
            timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
        });
        waiting
    }

    /// Asks now, and again in a minute.
    fn ask(self, timer: StoredValue<Option<TimeoutHandle>>) {
        timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
        if browser::is_hidden() {
            return;
        }
        spawn_local(async move {
            match waiting_counts().await {
                Ok(counts) if self.0.with_untracked(|held| held.as_ref() != Some(&counts)) => self.0.set(Some(counts)),
                // Whoever is signed out is not asked for every minute.
                Err(error) if error.status() < 500 => {
                    timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
                }
                _ => {}
            }
        });
        timer.set_value(set_timeout_with_handle(move || self.ask(timer), EVERY).ok());
    }

    /// A small number beside a menu entry, not in its name; nothing where nothing waits.
    pub fn badge(self, count: impl Fn(&WaitingNumbers) -> i64 + Send + Sync + 'static) -> impl IntoView {
        move || {
            let count = self.0.with(|held| held.as_ref().map_or(0, &count));
            (count > 0).then(|| {
                let shown = if count > 999 {
                    "999+".to_owned()
                } else {
                    count.to_string()
                };
                view! { <span class="count">{shown}<span class="visually-hidden">" 条待办"</span></span> }
            })
        }
    }
}
