//! 权限总览: who may do what, as the program decides it.

use super::page::Failure;
use crate::api::administration::{RightsView, rights};
use crate::browser::print;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/rights`
#[component]
pub fn Rights() -> impl IntoView {
    let data = Resource::new(|| (), |()| rights());
    view! {
        <Title text="权限总览"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><span aria-current="page">"权限总览"</span></nav>
        <h1 class="page-title">"权限总览"</h1>
        <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <Tables view/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Tables(view: RightsView) -> impl IntoView {
    let columns = view.kinds.len() + 1;
    let heads = view.kinds.into_iter().map(|kind| view! { <th scope="col">{kind}</th> });
    let groups = view.tables.into_iter().map(|table| {
        let lines = table.lines.into_iter().map(|(what, marks)| {
            let cells = marks.into_iter().map(|mark| {
                let class = if mark == "–" { "none" } else { "" };
                view! { <td class=class>{mark}</td> }
            });
            view! { <tr><th scope="row">{what}</th>{cells.collect_view()}</tr> }
        });
        view! {
            <tbody>
                <tr class="group"><th scope="rowgroup" colspan=columns>{table.title}</th></tr>
                {lines.collect_view()}
            </tbody>
        }
    });
    view! {
        <div class="list-page">
            <div class="toolbar print-bar">
                <span class="muted">"只对本账号管辖范围内的数据有效；系统、安全、审计三类管理员互不兼任。"</span>
                <span class="spacer"></span>
                <button type="button" class="scripted" on:click=|_| print()>"打印"</button>
            </div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="权限表">
                <table class="list rights">
                    <thead><tr><th scope="col">"功能"</th>{heads.collect_view()}</tr></thead>
                    {groups.collect_view()}
                </table>
            </div>
        </div>
    }
}
