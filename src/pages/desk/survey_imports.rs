//! 实地调研导入 (manual 6.2 note, S9.4): what the system administrator has read in for villages, and the way to a village.

use super::page::Failure;
use crate::api::dictionary::{SurveyImportsView, survey_imports};
use crate::domain::page::address;
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// Imports on a page.
const SIZES: [i64; 1] = [20];

/// `/survey_imports`
#[component]
pub fn SurveyImports() -> impl IntoView {
    let search = use_query_map();
    let asked = Memo::new(move |_| {
        search.with(|search| {
            let page = search.get("page").and_then(|page| page.parse().ok()).unwrap_or(1_i64);
            (search.get("text").unwrap_or_default(), page.max(1))
        })
    });
    let data = Resource::new(move || asked.get(), |(text, page)| survey_imports(text, page));
    view! {
        <Title text="实地调研导入"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><span aria-current="page">"实地调研导入"</span></nav>
        <h1 class="page-title">"实地调研导入"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let (text, page) = asked.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <List view text page/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn List(view: SurveyImportsView, text: String, page: i64) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let nothing =
        (!text.is_empty() && view.villages.is_empty()).then(|| view! { <p class="muted">"没有找到该行政村"</p> });
    let villages = view.villages.into_iter().map(|(region, path)| {
        let way = address("field_survey", "natural_resources", &format!("region={region}"));
        view! { <li><a href=way>{path}</a></li> }
    });
    let villages = villages.collect_view();
    let is_empty = view.lines.is_empty();
    let first = (page - 1) * 20 + 1;
    let rows = view.lines.into_iter().enumerate().map(|(position, line)| {
        let stored = match line.stored {
            0 => "仅试运行".to_owned(),
            stored => format!("导入 {stored} 条"),
        };
        view! {
            <tr>
                <td class="number">{first + position as i64}</td>
                <td><a href=line.address>{line.place}</a></td>
                <td>{line.page}</td>
                <td>{line.file}</td>
                <td>{line.outcome}</td>
                <td>{stored}</td>
                <td>{line.at}</td>
                <td>{line.by}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let typed = text.clone();
    let link = Callback::new(move |(page, _): (i64, i64)| format!("/survey_imports?page={page}"));
    view! {
        <div class="list-page">
            <form method="get" action="/survey_imports" class="query-bar" role="search" aria-label="选择行政村">
                <div class="query-field">
                    <label for="q-text">"行政村"</label>
                    <input type="search" id="q-text" name="text" value=typed maxlength="100" placeholder="请输入行政村名称、拼音首字母或代码"/>
                </div>
                <span class="query-buttons"><button type="submit" class="primary">"查找"</button></span>
            </form>
            <p class="muted">"查找行政村后进入其“实地调研”，点击“导入”：先试运行，没有错误再导入。"</p>
            {nothing}
            <ul class="found-villages">{villages}</ul>
            <div class="table-scroll" tabindex="0" role="region" aria-label="导入记录">
                <table class="list">
                    <thead><tr>{["序号", "行政村", "页面", "文件", "试运行结果", "导入结果", "导入时间", "操作人"].map(|title| view! { <th scope="col">{title}</th> }).collect_view()}</tr></thead>
                    <tbody>{rows}{is_empty.then(|| view! { <tr class="empty"><td colspan="8">"暂无数据"</td></tr> })}</tbody>
                </table>
            </div>
            <Pager total=view.total page=page size=20 sizes=&SIZES link go/>
        </div>
    }
}
