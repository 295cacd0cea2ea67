//! 日志 (spec S9.6): four logs, read from the newest line back.

use super::accounts::select;
use super::page::Failure;
use crate::api::administration::{LogLine, LogView, log_page};
use crate::domain::query::ListQuery;
use crate::record::query_bar::{QueryForm, asked_query, cascade, list_address};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Where the logs lie.
const PATH: &str = "/logs";

/// `/logs`
#[component]
pub fn Logs() -> impl IntoView {
    let query = asked_query();
    let search = use_query_map();
    let tab = Memo::new(move |_| search.with(|search| search.get("tab").unwrap_or_default()));
    let data = Resource::new(move || (tab.get(), query.get()), |(tab, query)| log_page(tab, query));
    view! {
        <Title text="日志"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><span aria-current="page">"日志"</span></nav>
        <h1 class="page-title">"日志"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <Log view query/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The address of a log with a query, at a place in it.
fn address(tab: &str, query: &ListQuery, place: Option<(&str, &str)>) -> String {
    let mut query = query.clone();
    query.filters.remove("before");
    query.filters.remove("after");
    if let Some((side, at)) = place {
        query.filters.insert(side.to_owned(), at.to_owned());
    }
    let rest = list_address("", &query);
    format!("{PATH}?tab={tab}{}", rest.replacen('?', "&", 1))
}

#[component]
fn Log(view: LogView, query: ListQuery) -> impl IntoView {
    let tabs = view.tabs.into_iter().map(|(key, title)| {
        let current = (key == view.tab).then_some("page");
        view! { <a href=format!("{PATH}?tab={key}") aria-current=current>{title}</a> }
    });
    let tabs = tabs.collect_view();
    let held = |name: &str| query.filters.get(name).cloned().unwrap_or_default();
    let (account, text) = (held("account"), query.text.clone());
    let acts = (!view.acts.is_empty()).then(|| select("act", "操作", view.acts, held("act")));
    let forms = (!view.forms.is_empty()).then(|| select("form", "对象", view.forms, held("form")));
    let export = view.may_export.then(|| {
        let link = list_address(&format!("/logs/{}/export.xlsx", view.tab), &query);
        view! { <a class="button" role="button" href=link rel="external">"导出"</a> }
    });
    let is_empty = view.lines.is_empty();
    let lines = view.lines.into_iter().map(|one| line(one, &view.tab)).collect_view();
    let turn = |title: &'static str, side: &'static str, place: Option<String>| match place {
        Some(place) => {
            let link = address(&view.tab, &query, Some((side, &place)));
            view! { <a class="button" role="button" href=link>{title}</a> }.into_any()
        }
        None => ().into_any(),
    };
    let newest = address(&view.tab, &query, None);
    let is_inside = view.newer.is_some();
    let (newer, older) = (turn("较新", "after", view.newer), turn("较早", "before", view.older));
    let newest = is_inside.then(|| view! { <a class="button" role="button" href=newest>"最新"</a> });
    let (from, to) = view.days;
    let day = |name: &'static str, title: &'static str, value: String| {
        let id = format!("q-{name}");
        view! {
            <div class="query-field">
                <label for=id.clone()>{title}</label>
                <input type="date" id=id name=name value=value/>
            </div>
        }
    };
    let (from, to) = (day("from", "开始日期", from), day("to", "结束日期", to));
    let clear = format!("{PATH}?tab={}", view.tab);
    view! {
        <nav class="tabs" aria-label="标签页">{tabs}</nav>
        <div class="list-page">
            <QueryForm action=PATH clear>
                <input type="hidden" name="tab" value=view.tab.clone()/>
                {from}
                {to}
                {cascade(view.cascade)}
                <div class="query-field">
                    <label for="q-account">"账号"</label>
                    <input type="search" id="q-account" name="account" value=account maxlength="100" placeholder="登录名或账号名称"/>
                </div>
                {acts}
                {forms}
                <div class="query-field">
                    <label for="q-text">"关键字"</label>
                    <input type="search" id="q-text" name="text" value=text maxlength="100" placeholder="内容、使用人、IP、记录编号或区划代码"/>
                </div>
            </QueryForm>
            <div class="toolbar">{export}<span class="spacer"></span>{newest}{newer}{older}</div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="日志列表">
                <table class="list log">
                    <thead><tr>
                        <th scope="col">"时间"</th>
                        <th scope="col">"记录"</th>
                        <th scope="col">"使用人"</th>
                        <th scope="col">"对象"</th>
                        <th scope="col">"所属区划"</th>
                        <th scope="col">"IP 地址"</th>
                    </tr></thead>
                    <tbody>
                        {lines}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan="6">"暂无数据"</td></tr> })}
                    </tbody>
                </table>
            </div>
        </div>
    }
}

/// A line, with old and new values where something was changed, and the way to all lines about the same record.
fn line(line: LogLine, tab: &str) -> impl IntoView + use<> {
    let changes = (!line.changes.is_empty()).then(|| {
        let rows = line.changes.into_iter().map(|(field, old, new)| {
            let dash = |text: String| if text.is_empty() { "（空）".to_owned() } else { text };
            view! { <li><b>{field}</b>"："<del>{dash(old)}</del>" → "<ins>{dash(new)}</ins></li> }
        });
        view! { <details class="changes"><summary>"变更内容"</summary><ul>{rows.collect_view()}</ul></details> }
    });
    let record = (!line.record.is_empty()).then(|| {
        let query = ListQuery {
            text: line.record.clone(),
            ..Default::default()
        };
        let link = address(tab, &query, None);
        // Ids begin with the time: their ends tell them apart.
        let end = line.record.rsplit('-').next().unwrap_or_default().to_owned();
        view! { <a class="record-number" href=link title=line.record>{end}</a> }
    });
    let refusal = line.is_refusal.then(|| view! { <span class="tag red">"被拒绝"</span> });
    view! {
        <tr>
            <td class="time">{line.at}</td>
            <td class="sentence"><span>{line.sentence}</span>" "{refusal}{changes}</td>
            <td>{line.person}</td>
            <td>{line.about}{record}</td>
            <td>{line.place}</td>
            <td>{line.address}</td>
        </tr>
    }
}
