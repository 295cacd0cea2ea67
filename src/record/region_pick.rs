//! One division of the own subtree: a select, and beside it 选择 with a list that finds by name, pinyin initials and code
//! (manual 4.1(2), ux 14).

use super::editing::Editing;
use super::field_input::{options, select};
use crate::domain::field::Field;
use crate::ui::modal::Modal;
use leptos::prelude::*;

/// Lines of the list that are drawn at once.
const SHOWN: usize = 100;

/// The control of a division field.
#[component]
pub fn RegionPick(field: &'static Field) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let key = field.key;
    let is_open = RwSignal::new(false);
    let all = options(editing, field);
    let labels = all.iter().map(|(code, label, _)| (code.clone(), label.clone()));
    let control = select(editing, field, vec![(String::new(), labels.collect())]);
    let all = StoredValue::new(all);
    let take = Callback::new(move |code: String| {
        editing.set(key, code);
        editing.touch(key);
        is_open.set(false);
        crate::browser::focus_id(&format!("f-{key}"));
    });
    view! {
        {control}
        <button type="button" class="scripted" on:click=move |_| is_open.set(true)>"选择"</button>
        {move || is_open.get().then(|| view! {
            <Picker title=format!("选择{}", field.title) all take close=Callback::new(move |()| is_open.set(false))/>
        })}
    }
}

/// The list.
#[component]
fn Picker(
    title: String,
    all: StoredValue<Vec<(String, String, String)>>,
    take: Callback<String>,
    close: Callback<()>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = move || {
        let text = typed.get().trim().to_lowercase();
        all.with_value(|all| {
            let fits = |(code, label, search): &&(String, String, String)| {
                text.is_empty() || label.contains(&text) || search.contains(&text) || code.starts_with(&text)
            };
            let fitting = all.iter().filter(fits).cloned();
            fitting.collect::<Vec<_>>()
        })
    };
    let lines = move || {
        let found = found();
        let (count, rest) = (found.len(), found.len().saturating_sub(SHOWN));
        let lines = found.into_iter().take(SHOWN).map(|(code, label, _)| {
            let chosen = code.clone();
            view! {
                <li><button type="button" class="pick-line" on:click=move |_| take.run(chosen.clone())>
                    <span>{label}</span><span class="muted">{code}</span>
                </button></li>
            }
        });
        view! {
            {(count == 0).then(|| view! { <p class="muted none">"暂无数据"</p> })}
            <ul class="picks" aria-label="行政村列表">{lines.collect_view()}</ul>
            {(rest > 0).then(|| view! { <p class="muted">{format!("还有 {rest} 个，请输入名称查找")}</p> })}
        }
    };
    view! {
        <Modal title close>
            <div class="modal-body">
                <div class="stacked">
                    <label for="pick-text">"查找"</label>
                    <input type="search" id="pick-text" autocomplete="off" placeholder="名称、拼音首字母或代码" data-focus="true"
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                </div>
                {lines}
            </div>
        </Modal>
    }
}
