//! 按单位查看 (spec S5.3, extras): every unit with all its people across the scope, each number the way to the list.

use super::page::Failure;
use crate::api::letters::{UnitLine, letter_units};
use crate::domain::page::{Page, Tab};
use crate::domain::query::ListQuery;
use crate::error::AppError;
use crate::forms;
use crate::record::Place;
use crate::record::list::STATUS;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/units/:page`
#[component]
pub fn Units() -> impl IntoView {
    let (parameters, search) = (use_params_map(), use_query_map());
    let page = Memo::new(move |_| parameters.with(|parameters| parameters.get("page").unwrap_or_default()));
    let asked = Memo::new(move |_| {
        let pairs: Vec<(String, String)> = search.with(|search| {
            let pairs = search.clone().into_iter();
            pairs.map(|(name, value)| (name.to_string(), value)).collect()
        });
        let tab = pairs
            .iter()
            .find(|(name, _)| name == "tab")
            .map_or(String::new(), |(_, tab)| tab.clone());
        let query = ListQuery::from_parameters(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        (tab, query)
    });
    let data = Resource::new(
        move || (page.get(), asked.get()),
        |(page, (tab, query))| letter_units(page, tab, query),
    );
    view! {
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let (key, (tab, query)) = (page.get(), asked.get());
                Suspend::new(async move {
                    let place = forms::page(&key).and_then(|page| Some((page, page.tabs.iter().find(|one| one.key == tab)?)));
                    match (place, data.await) {
                        (Some((page, tab)), Ok(lines)) => view! { <Table page tab query lines/> }.into_any(),
                        (_, Err(error)) => view! { <Failure error/> }.into_any(),
                        (None, _) => view! { <Failure error=AppError::NotFound/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Table(page: &'static Page, tab: &'static Tab, query: ListQuery, lines: Vec<UnitLine>) -> impl IntoView {
    let place = Place { page, tab };
    let back = place.address(&query, &[]);
    let count = lines.len();
    let sum = |of: fn(&UnitLine) -> i64| lines.iter().map(of).sum::<i64>();
    let totals = [
        sum(|line| line.people),
        sum(|line| line.sent),
        sum(|line| line.unsent),
        sum(|line| line.exempt),
        sum(|line| line.agreed),
        sum(|line| line.refused),
    ];
    let rows: Vec<_> = lines
        .into_iter()
        .enumerate()
        .map(|(position, line)| {
            let list = |status: &str| {
                let mut query = ListQuery {
                    text: line.unit.clone(),
                    page: 1,
                    ..query.clone()
                };
                query.filters.remove(STATUS);
                if !status.is_empty() {
                    query.filters.insert(STATUS.to_owned(), status.to_owned());
                }
                place.address(&query, &[])
            };
            let figure = |number: i64, status: &str| {
                // People without a unit cannot be looked for by it.
                if number > 0 && !line.unit.is_empty() {
                    view! { <td class="figure"><a href=list(status)>{number}</a></td> }.into_any()
                } else {
                    view! { <td class="figure">{number}</td> }.into_any()
                }
            };
            let name = if line.unit.is_empty() {
                "（未填单位）".to_owned()
            } else {
                line.unit.clone()
            };
            view! {
                <tr>
                    <td class="number">{position + 1}</td>
                    <td class="unit-name">{name}</td>
                    {figure(line.people, "")}
                    {figure(line.sent, "sent")}
                    {figure(line.unsent, "unsent")}
                    {figure(line.exempt, "exempt")}
                    <td class="figure">{line.agreed}</td>
                    <td class="figure">{line.refused}</td>
                    <td class="figure">{line.villages}</td>
                </tr>
            }
        })
        .collect();
    let heads = ["人数", "已发函", "未发函", "无需发函", "同意", "不同意", "涉及行政村"];
    let heads = heads.map(|head| view! { <th scope="col" class="figure">{head}</th> });
    let totals = totals.map(|total| view! { <td class="figure">{total}</td> });
    view! {
        <Title text="按单位查看"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href=back.clone()>{page.title}</a><span aria-current="page">"按单位查看"</span></nav>
        <h1 class="page-title">"按单位查看"</h1>
        <div class="toolbar"><a class="button" role="button" href=back>"返回列表"</a><span class="muted">{format!("共 {count} 个单位")}</span></div>
        <div class="table-scroll" tabindex="0" role="region" aria-label="按单位查看">
            <table class="list">
                <thead><tr><th class="number" scope="col">"序号"</th><th scope="col">"所在单位(全称)"</th>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>
                    {rows}
                    {(count == 0).then(|| view! { <tr class="empty"><td colspan="9">"暂无数据"</td></tr> })}
                    {(count > 0).then(|| view! { <tr class="total"><td></td><td>"合计"</td>{totals.into_iter().collect_view()}<td></td></tr> })}
                </tbody>
            </table>
        </div>
    }
}
