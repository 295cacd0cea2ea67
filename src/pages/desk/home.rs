//! 首页: what was left unsaved, and how far the steps are in the account's scope. No rankings (国办函〔2026〕12号).

use super::page::Failure;
use crate::api::home::{HomeView, StepProgress, home};
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/home`
#[component]
pub fn Home() -> impl IntoView {
    let data = Resource::new(|| (), |()| home());
    let search = use_query_map();
    let toasts = Toasts::expect();
    Effect::new(move |_| {
        if search.with(|search| search.get("notice")).as_deref() == Some("password") {
            toasts.success("密码修改成功");
        }
    });
    view! {
        <Title text="首页"/>
        <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(home) => view! { <Content home/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Content(home: HomeView) -> impl IntoView {
    let drafts = home.drafts.into_iter().map(|(title, at, link)| {
        view! { <li><a href=link>{title}</a><span class="muted">{format!("保存于 {at}")}</span></li> }
    });
    let drafts = drafts.collect::<Vec<_>>();
    let has_steps = !home.steps.is_empty();
    let steps = home.steps.into_iter().map(step).collect_view();
    view! {
        <h1 class="page-title">{home.account.name}</h1>
        <p class="muted">{format!("{} · {}", home.account.kind.title(), home.path)}</p>
        {(!drafts.is_empty()).then(|| view! {
            <section class="card">
                <h2>"上次未保存的内容"</h2>
                <ul class="drafts">{drafts}</ul>
            </section>
        })}
        {has_steps.then(|| view! {
            <section class="card">
                <h2>"工作进度"</h2>
                <div class="steps">{steps}</div>
            </section>
        })}
    }
}

fn step(step: StepProgress) -> impl IntoView {
    let single = step.own && step.all <= 1;
    let state = if single {
        if step.done > 0 {
            "已完成".to_owned()
        } else {
            "未完成".to_owned()
        }
    } else {
        format!("{} / {} 个{}已完成", step.done, step.all, step.of)
    };
    let label = format!("{}完成进度", step.title);
    let is_done = step.done > 0 && step.done >= step.all;
    view! {
        <a class="step" class:done=is_done href=step.link>
            <b>{step.title}</b>
            <progress max=step.all.max(1) value=step.done aria-label=label></progress>
            <span>{state}</span>
        </a>
    }
}
