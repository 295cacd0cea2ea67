//! Results at the top of the page: a success goes by itself, an error stays until it is closed (ux 13).

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// For how long a success is shown, in milliseconds.
const SHOWN: u32 = 3_000;

#[derive(Clone, PartialEq)]
struct Toast {
    id: usize,
    text: String,
    weight: Weight,
}

/// How much a message weighs.
#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Good,
    Warning,
    Bad,
}

/// The messages on show. Take it from the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<usize>,
}

impl Toasts {
    /// Makes it and puts it into the context.
    pub fn provide() -> Self {
        let toasts = Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// From the context.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Says that something worked.
    pub fn success(&self, text: impl Into<String>) {
        let id = self.put(text.into(), Weight::Good);
        let shown = self.shown;
        spawn_local(async move {
            TimeoutFuture::new(SHOWN).await;
            let _ = shown.try_update(|shown| shown.retain(|toast| toast.id != id));
        });
    }

    /// Says something that stays until it is closed.
    pub fn keep(&self, text: impl Into<String>) {
        self.put(text.into(), Weight::Good);
    }

    /// Says that something worked and should be looked at all the same.
    pub fn warning(&self, text: impl Into<String>) {
        self.put(text.into(), Weight::Warning);
    }

    /// Says that something failed.
    pub fn error(&self, text: impl Into<String>) {
        self.put(text.into(), Weight::Bad);
    }

    fn put(&self, text: String, weight: Weight) -> usize {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            shown.retain(|toast| toast.text != text);
            shown.push(Toast { id, text, weight });
        });
        id
    }

    /// The messages.
    pub fn view(self) -> impl IntoView {
        let shown = self.shown;
        let close = move |id| shown.update(|shown| shown.retain(|toast| toast.id != id));
        view! {
            <div class="toasts" role="status" aria-live="polite">
                <For each=move || shown.get() key=|toast| toast.id let:toast>
                    <div class="toast" class:error=toast.weight == Weight::Bad class:warning=toast.weight == Weight::Warning>
                        <span>{toast.text.clone()}</span>
                        <button type="button" aria-label="关闭提示" on:click=move |_| close(toast.id)>"×"</button>
                    </div>
                </For>
            </div>
        }
    }
}
