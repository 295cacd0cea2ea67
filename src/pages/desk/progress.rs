//! 完成情况 of a step: every region of the account's scope with its state; the county reopens with a reason (spec §4.5). For
//! the account that sets the step below itself it is 工作开展情况设置 (spec §4.6).

use super::page::{Failure, Notice};
use super::urge::Urge;
use crate::api::steps::{set_all_switches, set_switch, step_progress};
use crate::domain::region::Level;
use crate::domain::step::{ProgressLine, Step};
use crate::error::AppError;
use crate::record::switch::Reopen;
use crate::steps;
use crate::ui::confirm::Confirm;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/progress/:step`
#[component]
pub fn Progress() -> impl IntoView {
    let parameters = use_params_map();
    let key = Memo::new(move |_| parameters.with(|parameters| parameters.get("step").unwrap_or_default()));
    let search = use_query_map();
    let state = Memo::new(move |_| search.with(|search| search.get("state").unwrap_or_default()));
    let version = RwSignal::new(0_usize);
    let data = Resource::new(move || (key.get(), version.get()), |(key, _)| step_progress(key));
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    view! {
        <Notice/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let only = state.get();
                Suspend::new(async move {
                    match (steps::find(&key.get_untracked()), data.await) {
                        (Some(step), Ok(lines)) => view! { <Table step lines only changed/> }.into_any(),
                        (_, Err(error)) => view! { <Failure error/> }.into_any(),
                        (None, _) => view! { <Failure error=AppError::NotFound/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Table(step: &'static Step, lines: Vec<ProgressLine>, only: String, changed: Callback<()>) -> impl IntoView {
    let asked = RwSignal::new(None::<ProgressLine>);
    let (all, done) = (lines.len(), lines.iter().filter(|line| line.done_at.is_some()).count());
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| *level > Level::Province && *level <= step.level)
        .collect();
    let address = format!("/progress/{}", step.key);
    let filter = |key: &'static str, title: String| {
        let current = (only == key).then_some("page");
        let address = if key.is_empty() {
            address.clone()
        } else {
            format!("{address}?state={key}")
        };
        view! { <a href=address aria-current=current>{title}</a> }
    };
    let filters = [
        filter("", format!("全部 {all}")),
        filter("done", format!("已完成 {done}")),
        filter("open", format!("未完成 {}", all - done)),
    ];
    let shown = lines.into_iter().filter(move |line| match only.as_str() {
        "done" => line.done_at.is_some(),
        "open" => line.done_at.is_none(),
        _ => true,
    });
    // Whoever sets the step here sees what is missing and a switch in every row.
    let sets = shown.clone().any(|line| line.may_set);
    let ready = shown
        .clone()
        .filter(|line| line.may_set && line.done_at.is_none() && line.missing.is_empty())
        .count();
    let back = address.clone();
    let rows: Vec<_> = shown
        .enumerate()
        .map(|(position, line)| {
            let last = line.places.len();
            let places = line.places.iter().cloned().zip(1..).map(|(place, at)| view! { <td class:name=at == last>{place}</td> });
            let places = places.collect_view();
            let done = line.done_at.is_some();
            let state = if done { "是" } else { "否" };
            let class = if done { "tag green" } else { "tag grey" };
            let condition = sets.then(|| {
                let text = match (done, line.missing.is_empty()) {
                    (true, _) | (_, true) => "满足".to_owned(),
                    _ => format!("未满足：{}", line.missing.join("；")),
                };
                view! { <td class="condition">{text}</td> }
            });
            let state = if line.may_set {
                view! { <RegionSwitch step line=line.clone() changed/> }.into_any()
            } else {
                view! { <span class=class>{state}</span> }.into_any()
            };
            let urge = urge_cell(step.key, &line, &back, changed);
            let reopen = line.may_reopen.then(|| {
                let line = line.clone();
                view! { <button type="button" class="link" on:click=move |_| asked.set(Some(line.clone()))>"重新打开"</button> }
            });
            view! {
                <tr>
                    <td class="number">{position + 1}</td>
                    {places}
                    {condition}
                    <td>{state}</td>
                    <td class="time">{line.done_at.clone().unwrap_or_default()}</td>
                    <td>{line.done_by.clone()}</td>
                    <td class="operations">{urge}{reopen}</td>
                </tr>
            }
        })
        .collect();
    let is_empty = rows.is_empty();
    let what = if sets {
        "工作开展情况设置"
    } else {
        "完成情况"
    };
    let title = format!("{} {what}", step.title);
    view! {
        <Title text=title.clone()/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href=format!("/desk/{}", step.page)>{step.title}</a><span aria-current="page">{what}</span></nav>
        <h1 class="page-title">{title.clone()}</h1>
        <nav class="tabs" aria-label="完成状态">{filters}</nav>
        {sets.then(|| view! { <SetAll step ready changed/> })}
        <div class="table-scroll" tabindex="0" role="region" aria-label=title>
            <table class="list">
                <thead><tr>
                    <th class="number" scope="col">"序号"</th>
                    {levels.iter().map(|level| view! { <th scope="col" class:name=levels.last() == Some(level)>{level.title()}</th> }).collect_view()}
                    {sets.then(|| view! { <th scope="col">"前置条件"</th> })}
                    <th scope="col">"是否完成"</th><th scope="col">"完成时间"</th><th scope="col">"操作账号"</th><th class="operations" scope="col">"操作"</th>
                </tr></thead>
                <tbody>
                    {rows}
                    {is_empty.then(|| view! { <tr class="empty"><td colspan=levels.len() + 5 + usize::from(sets)>"暂无数据"</td></tr> })}
                </tbody>
            </table>
        </div>
        {move || asked.get().map(|line| {
            let name = line.places.last().cloned().unwrap_or_default();
            view! { <Reopen step=step.key.to_owned() title=step.title name region=line.region close=Callback::new(move |()| asked.set(None)) changed/> }
        })}
    }
}

/// 催办 of an open region, or when it was urged last.
fn urge_cell(step: &'static str, line: &ProgressLine, back: &str, changed: Callback<()>) -> AnyView {
    let urged = (!line.urged.is_empty()).then(|| format!("{} 已催办", line.urged));
    let urged = urged.map(|text| view! { <span class="muted">{text}</span> });
    let button = line.may_urge.then(|| {
        let name = line.places.last().cloned().unwrap_or_default();
        let (step, back) = (step.to_owned(), back.to_owned());
        view! { <Urge step region=line.region.clone() name back changed/> }
    });
    view! { {urged}{button} }.into_any()
}

/// The switch of one region; locked while its precondition is unmet.
#[component]
fn RegionSwitch(step: &'static Step, line: ProgressLine, changed: Callback<()>) -> impl IntoView {
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let done = line.done_at.is_some();
    let locked = !done && !line.missing.is_empty();
    let name = line.places.last().cloned().unwrap_or_default();
    let region = line.region.clone();
    let code = region.code().to_owned();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let region = region.clone();
        let to = if done { "否" } else { "是" };
        confirm.ask(
            "是否完成",
            format!("确定将 {name} 的“{}”设为“{to}”吗？", step.title),
            move || {
                let region = region.clone();
                spawn_local(async move {
                    match set_switch(step.key.to_owned(), Some(region), String::new(), !done, String::new()).await {
                        Ok(()) => toasts.success("设置成功"),
                        Err(error) => toasts.error(error.to_string()),
                    }
                    let _ = changed.try_run(());
                });
            },
        );
    };
    view! {
        <form method="post" action=format!("/switches/{}", step.key) on:submit=submit class="row-switch">
            <input type="hidden" name="region" value=code/>
            <input type="hidden" name="done" value=if done { "0" } else { "1" }/>
            <input type="hidden" name="back" value=format!("/progress/{}", step.key)/>
            <button type="submit" role="switch" class="switch-button" class:on=done disabled=locked
                aria-checked=if done { "true" } else { "false" } aria-label="是否完成"><span class="knob"></span></button>
            <span class="switch-state">{if done { "是" } else { "否" }}</span>
        </form>
    }
}

/// 全部可完成的设为“是”
#[component]
fn SetAll(step: &'static Step, ready: usize, changed: Callback<()>) -> impl IntoView {
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        confirm.ask(
            "是否完成",
            format!("确定将前置条件已满足的 {ready} 个行政村设为“是”吗？"),
            move || {
                spawn_local(async move {
                    match set_all_switches(step.key.to_owned()).await {
                        Ok(count) => toasts.success(format!("已将 {count} 个设为“是”")),
                        Err(error) => toasts.error(error.to_string()),
                    }
                    let _ = changed.try_run(());
                });
            },
        );
    };
    view! {
        <form method="post" action=format!("/switches/{}/all", step.key) on:submit=submit class="setup">
            <span class="muted">{format!("{ready} 个可完成")}</span>
            <button type="submit" class="primary" disabled=ready == 0>"全部可完成的设为“是”"</button>
        </form>
    }
}
