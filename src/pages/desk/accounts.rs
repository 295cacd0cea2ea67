//! 账号管理 (spec S9.1): the accounts of the own part of the tree.

use super::page::Failure;
use crate::api::accounts::STATES;
use crate::api::administration::{AccountLine, AccountsView, account_list};
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::record::query_bar::{QueryForm, asked_query, cascade, list_address};
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Where the list lies.
pub const PATH: &str = "/accounts";

/// `/accounts`
#[component]
pub fn Accounts() -> impl IntoView {
    let query = asked_query();
    let data = Resource::new(move || query.get(), account_list);
    view! {
        <Title text="账号管理"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><span aria-current="page">"账号管理"</span></nav>
        <h1 class="page-title">"账号管理"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <List view query/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// A select of the query bar.
pub fn select(name: &'static str, title: &'static str, options: Vec<(String, String)>, held: String) -> AnyView {
    let id = format!("q-{name}");
    let options = options.into_iter().map(|(code, title)| {
        let selected = code == held;
        view! { <option value=code selected=selected>{title}</option> }
    });
    view! {
        <div class="query-field">
            <label for=id.clone()>{title}</label>
            <select id=id name=name><option value="">"全部"</option>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}

#[component]
fn List(view: AccountsView, query: ListQuery) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let first = (query.page - 1) * query.size + 1;
    let held = |name: &str| query.filters.get(name).cloned().unwrap_or_default();
    let kinds = select("kind", "账号种类", view.kinds, held("kind"));
    let states = STATES.map(|(code, title)| (code.to_owned(), title.to_owned()));
    let states = select("state", "状态", states.to_vec(), held("state"));
    let is_empty = view.lines.is_empty();
    let rows = view
        .lines
        .into_iter()
        .zip(first..)
        .map(|(line, number)| row(number, line));
    let rows = rows.collect_view();
    let export = list_address("/accounts/export.xlsx", &query);
    let creation = view.may_create.then(|| {
        let place = query
            .region
            .as_ref()
            .map_or(String::new(), |region| format!("?region={region}"));
        view! {
            <a class="button primary" role="button" href=format!("/accounts/new{place}")>"新增"</a>
            <a class="button" role="button" href=format!("/accounts/missing{place}")>"批量生成"</a>
        }
    });
    let sized = query.clone();
    let link = Callback::new(move |(page, size): (i64, i64)| {
        let query = ListQuery {
            page,
            size,
            ..sized.clone()
        };
        list_address(PATH, &query)
    });
    view! {
        <div class="list-page">
            <QueryForm action=PATH clear=PATH>
                {cascade(view.cascade)}
                {kinds}
                {states}
                <div class="query-field">
                    <label for="q-text">"关键字"</label>
                    <input type="search" id="q-text" name="text" value=query.text.clone() maxlength="100" placeholder="账号名称、登录名或使用人"/>
                </div>
            </QueryForm>
            <div class="toolbar">
                {creation}
                <span class="spacer"></span>
                <a class="button" role="button" href=export rel="external">"导出"</a>
            </div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="账号列表">
                <table class="list">
                    <thead><tr>
                        <th class="number" scope="col">"序号"</th>
                        <th class="name" scope="col">"账号名称"</th>
                        <th scope="col">"登录名"</th>
                        <th scope="col">"账号种类"</th>
                        <th scope="col">"所属区划"</th>
                        <th scope="col">"状态"</th>
                        <th scope="col">"使用人"</th>
                        <th scope="col">"使用人电话"</th>
                        <th scope="col">"最近登录"</th>
                        <th scope="col">"是否改密"</th>
                        <th class="operations" scope="col">"操作"</th>
                    </tr></thead>
                    <tbody>
                        {rows}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan="11">"暂无数据"</td></tr> })}
                    </tbody>
                </table>
            </div>
            <Pager total=view.total page=query.page size=query.size sizes=&PAGE_SIZES link go/>
        </div>
    }
}

fn row(number: i64, line: AccountLine) -> impl IntoView {
    let address = format!("/accounts/{}", line.id);
    let label = format!("管理 {}", line.name);
    let password = if line.is_changed { "tag green" } else { "tag amber" };
    view! {
        <tr>
            <td class="number">{number}</td>
            <td class="name"><a href=address.clone()>{line.name}</a></td>
            <td>{line.login_key}</td>
            <td>{line.kind}</td>
            <td>{line.path}</td>
            <td>{enabled_tag(line.is_enabled)}</td>
            <td>{line.person}</td>
            <td>{line.phone}</td>
            <td>{line.seen_at}</td>
            <td><span class=password>{line.password}</span></td>
            <td class="operations"><a href=address aria-label=label>"管理"</a></td>
        </tr>
    }
}

/// 启用 or 停用.
pub fn enabled_tag(is_enabled: bool) -> AnyView {
    let (class, text) = match is_enabled {
        true => ("tag green", "启用"),
        false => ("tag red", "停用"),
    };
    view! { <span class=class>{text}</span> }.into_any()
}
