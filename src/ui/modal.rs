//! A window over the page. Plain HTML: it shows without JavaScript too; with it, Escape closes and Tab stays inside.

use crate::browser;
use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;

/// The window. Its children are a `modal-body` and a `modal-foot`.
#[component]
pub fn Modal(
    /// Its title.
    #[prop(into)]
    title: String,
    /// `small`, `wide` or nothing.
    #[prop(optional)]
    class: &'static str,
    /// What × and Escape do.
    close: Callback<()>,
    /// Where × leads without JavaScript.
    #[prop(optional, into)]
    close_link: Option<String>,
    children: Children,
) -> impl IntoView {
    let window = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(window) = window.get() {
            browser::focus_first(&window);
        }
    });
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close.run(());
        }
        "Tab" => {
            if let Some(window) = window.get_untracked() {
                browser::keep_focus_inside(&window, &event);
            }
        }
        _ => {}
    };
    let label = title.clone();
    view! {
        <div class="veil">
            <div class=format!("modal {class}") role="dialog" aria-modal="true" aria-label=label tabindex="-1" node_ref=window on:keydown=key>
                <div class="modal-head">
                    <h2>{title}</h2>
                    <a
                        class="close"
                        role="button"
                        aria-label="关闭窗口"
                        href=close_link.unwrap_or_else(|| "#".to_owned())
                        on:click=move |event| {
                            event.prevent_default();
                            close.run(());
                        }
                    >"×"</a>
                </div>
                {children()}
            </div>
        </div>
    }
}
