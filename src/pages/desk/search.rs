//! Search: a box in the top bar with the first results while somebody types, and the page `/search?q=`, which needs no
//! JavaScript.

use super::page::Failure;
use crate::api::search::{FoundGroup, FoundLine, search};
use crate::browser;
use crate::ui::icon::Icon;
use leptos::ev::KeyboardEvent;
use leptos::html::Form;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use std::time::Duration;

/// So long after the last key the question goes.
const PAUSE: Duration = Duration::from_millis(180);

/// The box of the top bar.
#[component]
pub fn SearchBox() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<FoundGroup>>);
    let marked = RwSignal::new(None::<usize>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let form = NodeRef::<Form>::new();
    let navigate = use_navigate();
    let close = move || {
        found.set(None);
        marked.set(None);
    };
    // Somewhere else, and what was looked for is there.
    let (path, query) = (use_location().pathname, use_location().search);
    Effect::new(move |_| {
        path.track();
        query.track();
        close();
    });
    let beside = window_event_listener(leptos::ev::click, move |event| {
        let is_beside = form
            .try_get_untracked()
            .flatten()
            .is_some_and(|form| !browser::is_inside(&form, &event));
        if is_beside {
            close();
        }
    });
    on_cleanup(move || {
        beside.remove();
        timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
    });
    let ask = move || {
        let asked = text.get_untracked().trim().to_owned();
        if asked.is_empty() {
            close();
            return;
        }
        spawn_local(async move {
            let answer = search(asked.clone(), false).await;
            // An answer to what is no longer asked comes too late.
            if text.get_untracked().trim() == asked
                && let Ok(groups) = answer
            {
                marked.set(None);
                found.set(Some(groups));
            }
        });
    };
    let typed = move |event| {
        text.set(event_target_value(&event));
        timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
        timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let links = move || {
        let groups = found.get_untracked().unwrap_or_default();
        let lines = groups.into_iter().flat_map(|group| group.lines);
        lines.map(|line| line.link).collect::<Vec<String>>()
    };
    let key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let links = links();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !links.is_empty() => {
                event.prevent_default();
                let last = links.len() - 1;
                marked.update(|marked| {
                    *marked = Some(match (*marked, event.key() == "ArrowDown") {
                        (None, true) => 0,
                        (None, false) => last,
                        (Some(at), true) => {
                            if at == last {
                                0
                            } else {
                                at + 1
                            }
                        }
                        (Some(at), false) => {
                            if at == 0 {
                                last
                            } else {
                                at - 1
                            }
                        }
                    });
                });
            }
            "Escape" => {
                event.prevent_default();
                close();
            }
            "Enter" => {
                if let Some(link) = marked.get_untracked().and_then(|at| links.get(at)) {
                    event.prevent_default();
                    navigate(link, NavigateOptions::default());
                    close();
                }
            }
            _ => {}
        }
    };
    let is_open = move || found.with(Option::is_some);
    let list = move || found.get().map(|groups| view! { <Results groups marked/> });
    view! {
        <form method="get" action="/search" role="search" aria-label="全局搜索" class="global-search" node_ref=form>
            <Icon name="search"/>
            <input type="search" name="q" autocomplete="off" maxlength="50" placeholder="搜索菜单、村名、人员、文件"
                aria-label="搜索" role="combobox" aria-expanded=move || is_open().to_string() aria-controls="found" aria-autocomplete="list"
                aria-activedescendant=move || marked.get().map(|at| format!("found-{at}"))
                on:input=typed on:keydown=key on:focus=move |_| if found.with_untracked(Option::is_none) { ask() }/>
            <a class="search-link" href="/search" aria-label="搜索"><Icon name="search"/></a>
            {list}
        </form>
    }
}

/// The first results, below the box.
#[component]
fn Results(groups: Vec<FoundGroup>, marked: RwSignal<Option<usize>>) -> impl IntoView {
    let is_empty = groups.is_empty();
    let mut number = 0;
    let groups: Vec<_> = groups
        .into_iter()
        .map(|group| {
            let lines: Vec<_> = group
                .lines
                .into_iter()
                .map(|line| {
                    let own = number;
                    number += 1;
                    let FoundLine { name, about, link } = line;
                    view! {
                        <a role="option" id=format!("found-{own}") href=link tabindex="-1" aria-selected=move || (marked.get() == Some(own)).to_string()>
                            <b>{name}</b><span>{about}</span>
                        </a>
                    }
                })
                .collect();
            view! { <div role="group" aria-label=group.title.clone()><p aria-hidden="true">{group.title.clone()}</p>{lines}</div> }
        })
        .collect();
    view! {
        <div class="found" id="found" role="listbox" aria-label="搜索结果">
            {groups}
            {is_empty.then(|| view! { <p class="muted" role="status">"没有找到"</p> })}
        </div>
    }
}

/// `/search?q=`
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let text = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let data = Resource::new(move || text.get(), |text| search(text, true));
    view! {
        <Title text="搜索"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span aria-current="page">"搜索"</span></nav>
        <h1 class="page-title">"搜索"</h1>
        <form method="get" action="/search" class="query-bar" role="search" aria-label="搜索内容">
            <div class="query-field">
                <label for="q-search">"搜索内容"</label>
                <input type="search" id="q-search" name="q" maxlength="50" value=move || text.get() placeholder="菜单、村名（可用拼音首字母）、人员姓名、文件名"/>
            </div>
            <span class="query-buttons"><button type="submit" class="primary">"搜索"</button></span>
        </form>
        <Transition fallback=|| view! { <p class="loading">"正在搜索…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(groups) => view! { <Found groups text=text.get_untracked()/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Found(groups: Vec<FoundGroup>, text: String) -> impl IntoView {
    let is_empty = groups.is_empty() && !text.trim().is_empty();
    let groups = groups.into_iter().map(|group| {
        let lines = group.lines.into_iter().map(|line| {
            view! { <li><a href=line.link>{line.name}</a><span class="muted">{line.about}</span></li> }
        });
        view! {
            <section class="card" aria-label=group.title.clone()>
                <h2>{group.title.clone()}</h2>
                <ul class="lines">{lines.collect_view()}</ul>
            </section>
        }
    });
    view! {
        {groups.collect_view()}
        {is_empty.then(|| view! { <p class="empty-note" role="status">{format!("没有找到“{}”", text.trim())}</p> })}
    }
}
