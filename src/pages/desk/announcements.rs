//! 公告 (spec S9.5) as people read them.

use super::page::Failure;
use crate::api::announcements::{Announcement, announcements, read_announcement};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// What is valid for whoever looks, as links; nothing at all where there is nothing to read.
#[component]
pub fn Announcements(
    /// At the most so many.
    #[prop(default = 5)]
    most: usize,
) -> impl IntoView {
    let data = Resource::new(|| (), |()| announcements());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let mut shown: Vec<_> = data.await.unwrap_or_default();
                let more = (shown.len() > most).then(|| view! { <a href="/announcements">"更多"</a> });
                shown.truncate(most);
                (!shown.is_empty()).then(|| view! {
                    <section class="card" aria-label="公告">
                        <div class="card-head"><h2>"公告"</h2>{more}</div>
                        <ul class="news">{shown.into_iter().map(line).collect_view()}</ul>
                    </section>
                })
            })}
        </Suspense>
    }
}

fn line(one: Announcement) -> impl IntoView {
    let pin = one.is_pinned.then(|| view! { <span class="tag red">"置顶"</span> });
    view! {
        <li><a href=format!("/announcements/{}", one.id)>
            {pin}<span>{one.title}</span><span class="muted date">{one.starts_on}</span>
        </a></li>
    }
}

/// `/announcements`: all that are valid for whoever looks.
#[component]
pub fn AllAnnouncements() -> impl IntoView {
    let data = Resource::new(|| (), |()| announcements());
    view! {
        <Title text="公告"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span aria-current="page">"公告"</span></nav>
        <h1 class="page-title">"公告"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(all) if all.is_empty() => view! { <section class="card"><p class="muted">"暂无公告"</p></section> }.into_any(),
                    Ok(all) => view! { <section class="card"><ul class="news">{all.into_iter().map(line).collect_view()}</ul></section> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// `/announcements/:id`
#[component]
pub fn OneAnnouncement() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|parameters| parameters.get("id").unwrap_or_default()));
    let data = Resource::new(move || id.get(), read_announcement);
    view! {
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span aria-current="page">"公告"</span></nav>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(one) => view! { <Paper one/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Paper(one: Announcement) -> impl IntoView {
    let until = match one.ends_on.is_empty() {
        true => "长期有效".to_owned(),
        false => format!("至 {}", one.ends_on),
    };
    view! {
        <Title text=one.title.clone()/>
        <h1 class="page-title">{one.title}</h1>
        <article class="card">
            <p class="muted">{format!("范围：{}　发布：{}　{until}", one.reach, one.starts_on)}</p>
            <p class="lines">{one.content}</p>
            <div class="buttons"><a class="button" role="button" href="/home">"返回首页"</a></div>
        </article>
    }
}
