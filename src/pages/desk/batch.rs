//! 批量登记 (spec S4.1): a table pre-filled with the regions below that have no record yet; one 保存 registers all that were
//! filled.

use super::page::Failure;
use crate::api::batch::{BatchView, batch_page, save_batch};
use crate::browser::submit_form;
use crate::domain::page::{Page, Tab, address};
use crate::domain::problem::Severity;
use crate::error::AppError;
use crate::forms;
use crate::record::Place;
use crate::record::dialog::guard;
use crate::record::editing::Editing;
use crate::record::form_view::Sections;
use crate::record::query_bar::scriptless_button;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/batch/:page`
#[component]
pub fn Batch() -> impl IntoView {
    let (parameters, search) = (use_params_map(), use_query_map());
    let page = Memo::new(move |_| parameters.with(|parameters| parameters.get("page").unwrap_or_default()));
    let part = Memo::new(move |_| search.with(|search| search.get("part").unwrap_or_default()));
    let version = RwSignal::new(0_usize);
    let data = Resource::new(
        move || (page.get(), part.get(), version.get()),
        |(page, part, _)| batch_page(page, part),
    );
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    view! {
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let page = page.get();
                Suspend::new(async move {
                    match (place_of(&page), data.await) {
                        (Some((page, tab)), Ok(view)) => view! { <Table page tab view changed/> }.into_any(),
                        (_, Err(error)) => view! { <Failure error/> }.into_any(),
                        (None, _) => view! { <Failure error=AppError::NotFound/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The page and the tab of its 批量登记.
fn place_of(page: &str) -> Option<(&'static Page, &'static Tab)> {
    let page = forms::page(page)?;
    Some((page, page.tabs.iter().find_map(|tab| tab.batch)?))
}

#[component]
fn Table(page: &'static Page, tab: &'static Tab, view: BatchView, changed: Callback<()>) -> impl IntoView {
    let toasts = Toasts::expect();
    let place = Place { page, tab };
    let editing = Editing::new(place, view.viewer.clone(), view.opened.clone(), false, false);
    provide_context(editing);
    guard(editing);
    let back = page
        .tabs
        .first()
        .map_or(String::new(), |tab| address(page.key, tab.key, ""));
    let key = page.key;
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if editing.saving.get_untracked() {
            return;
        }
        editing.saving.set(true);
        spawn_local(async move {
            let answer = save_batch(key.to_owned(), editing.draft.get_untracked()).await;
            if editing.is_gone() {
                return;
            }
            editing.saving.set(false);
            match answer {
                Ok(saved) => {
                    if saved.registered > 0 {
                        toasts.success(format!("已登记 {} 个行政村", saved.registered));
                    }
                    let wrong = saved
                        .problems
                        .iter()
                        .filter(|problem| problem.severity == Severity::Error)
                        .count();
                    if wrong > 0 {
                        toasts.error(format!("有 {wrong} 处需要修改，其余已登记"));
                        editing.keep_rows(&saved.left);
                        editing.complain(saved.problems);
                    } else if saved.registered == 0 {
                        toasts.error("请先填写需要登记的行政村");
                    } else {
                        editing.dirty.set(false);
                        changed.run(());
                    }
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let parts = view.parts.into_iter().map(|(code, name)| {
        let selected = code == view.part;
        view! { <option value=code selected=selected>{name}</option> }
    });
    let title = format!("{} 批量登记", page.title);
    view! {
        <Title text=title.clone()/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href=back.clone()>{page.title}</a><span aria-current="page">"批量登记"</span></nav>
        <h1 class="page-title">{title}</h1>
        <form method="get" action=format!("/batch/{}", page.key) class="query-bar">
            <div class="query-field">
                <label for="batch-part">"乡镇(街道)"</label>
                <select id="batch-part" name="part" on:change=|event| submit_form(&event)>{parts.collect_view()}</select>
            </div>
            {scriptless_button("查询")}
            <span class="muted">"只列出尚未登记的行政村；没有填写的行不会登记。可以从 Excel 粘贴。"</span>
        </form>
        <form class="own-record batch" on:submit=save novalidate>
            <div class="toolbar">
                <button type="submit" class="primary" disabled=move || editing.saving.get()>"保存"</button>
                <a class="button" role="button" href=back>"返回"</a>
            </div>
            <Sections/>
        </form>
    }
}
