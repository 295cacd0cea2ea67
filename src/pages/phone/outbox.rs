//! What was saved and has not reached the server yet: how many wait, and what was refused, each with its reason.

use super::topic;
use crate::browser::outbox::{Item, all, remove};
use crate::domain::form::Shape;
use crate::forms::natural_village::PHONE;
use crate::record::outbox::{Sent, send};
use crate::ui::toast::Toasts;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Between two tries, in milliseconds.
const PAUSE: u32 = 20_000;

/// The saves of an account that wait.
#[component]
pub fn Outbox(account: String) -> impl IntoView {
    let items = RwSignal::new(Vec::<Item>::new());
    let state = RwSignal::new(None::<Sent>);
    let toasts = Toasts::provide();
    let account = StoredValue::new(account);
    let go = move || {
        spawn_local(async move {
            items.set(all(&account.get_value()));
            let had = items.with_untracked(|items| items.iter().filter(|item| item.problem.is_none()).count());
            if had == 0 {
                return;
            }
            let sent = send(&account.get_value()).await;
            items.set(all(&account.get_value()));
            state.set(Some(sent));
            if sent == Sent::All && items.with_untracked(Vec::is_empty) {
                toasts.success(format!("{had} 条内容已提交"));
            }
        });
    };
    let back = window_event_listener(leptos::ev::online, move |_| go());
    on_cleanup(move || back.remove());
    // Only this browser knows what waits in it.
    Effect::new(move |_| {
        spawn_local(async move {
            loop {
                go();
                TimeoutFuture::new(PAUSE).await;
            }
        });
    });
    let waiting = move || items.with(|items| items.iter().filter(|item| item.problem.is_none()).count());
    let refused = move || {
        let refused = items.get().into_iter().filter(|item| item.problem.is_some());
        refused.map(|item| line(account, items, item)).collect_view()
    };
    view! {
        {move || (waiting() > 0).then(|| {
            let text = match state.get() {
                Some(Sent::SignedOut) => format!("有 {} 条内容待提交，请重新登录后提交", waiting()),
                _ => format!("有 {} 条内容待提交，联网后自动提交", waiting()),
            };
            view! { <div class="notice kept" role="status"><span>{text}</span><button type="button" class="quiet" on:click=move |_| go()>"立即提交"</button></div> }
        })}
        {refused}
        {toasts.view()}
    }
}

/// A save that was refused: why, and what can be done about it.
fn line(account: StoredValue<String>, items: RwSignal<Vec<Item>>, item: Item) -> impl IntoView {
    let is_only = PHONE
        .tabs
        .iter()
        .any(|tab| tab.key == item.tab && tab.form.shape == Shape::Single);
    let address = match item.version {
        // The only record of its form may have been registered elsewhere.
        _ if is_only => topic(&item.tab, &[]),
        0 => topic(&item.tab, &[("open", "new")]),
        _ => topic(&item.tab, &[("open", &item.id)]),
    };
    let problem = format!("{}：{}", item.title, item.problem.clone().unwrap_or_default());
    let drop = move |_| {
        account.with_value(|account| {
            remove(account, &item.form, &item.id);
            items.set(all(account));
        });
    };
    view! {
        <div class="notice stale" role="alert">
            <p>{problem}</p>
            <a class="button" role="button" href=address>"修改"</a>
            <button type="button" on:click=drop>"丢弃"</button>
        </div>
    }
}
