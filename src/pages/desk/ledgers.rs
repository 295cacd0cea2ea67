//! 台账信息 (manual 7, spec §11): one page for every ledger. The address says which, of what part of the tree, and what lies
//! behind which number.

use super::page::Failure;
use crate::api::ledgers::{HeatLine, LedgerCell, LedgerHead, LedgerView, Picture, ledger};
use crate::browser::submit_form;
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::record::query_bar::{asked_query, cascade_select, list_address};
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Form;
use leptos_router::hooks::{use_navigate, use_params_map};

/// `/ledgers` and `/ledgers/:key`
#[component]
pub fn Ledgers() -> impl IntoView {
    let parameters = use_params_map();
    let key = Memo::new(move |_| parameters.with(|parameters| parameters.get("key").unwrap_or_default()));
    let query = asked_query();
    let data = Resource::new(move || (key.get(), query.get()), |(key, query)| ledger(key, query));
    view! {
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <Ledger view query/> }.into_any(),
                        Err(error) => view! { <Title text="台账信息"/><Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The query with other filters: those named here are set or, when empty, left out.
fn with(query: &ListQuery, changes: &[(&str, &str)]) -> ListQuery {
    let mut query = ListQuery {
        page: 1,
        ..query.clone()
    };
    for (name, value) in changes {
        match (*name, value.is_empty()) {
            ("sort", _) => query.sort = (*value).to_owned(),
            (name, true) => {
                query.filters.remove(name);
            }
            (name, false) => {
                query.filters.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }
    query
}

#[component]
fn Ledger(view: LedgerView, query: ListQuery) -> impl IntoView {
    let path = format!("/ledgers/{}", view.key);
    let title = view.title.clone();
    let strip = tabs(&view, &query);
    let views = views(&view, &query, &path);
    let bar = bar(&view, &query, &path);
    let table = match &view.picture {
        Some(picture) => drawn(picture, &view, &query, &path).into_any(),
        None => table(&view, &query, &path).into_any(),
    };
    let pager = view.count.map(|total| {
        let navigate = use_navigate();
        let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
        let (sized, own) = (query.clone(), path.clone());
        let link = Callback::new(move |(page, size): (i64, i64)| {
            let query = ListQuery {
                page,
                size,
                ..sized.clone()
            };
            list_address(&own, &query)
        });
        view! { <Pager total page=query.page size=query.size sizes=&PAGE_SIZES link go/> }
    });
    let last = view.crumbs.len().saturating_sub(1);
    let crumbs = view.crumbs.iter().cloned().enumerate();
    let crumbs = crumbs.map(|(position, (name, address))| match position == last {
        true => view! { <span aria-current="page">{name}</span> }.into_any(),
        false => view! { <a href=address>{name}</a> }.into_any(),
    });
    view! {
        <Title text=title.clone()/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href="/ledgers">"台账信息"</a>{crumbs.collect_view()}</nav>
        <h1 class="page-title">"台账信息"</h1>
        {strip}
        <div class="list-page ledger">
            <h2>{title}</h2>
            {views}
            {bar}
            {table}
            {pager}
        </div>
    }
}

/// A tab for each ledger, under the group that it belongs to.
fn tabs(view: &LedgerView, query: &ListQuery) -> impl IntoView + use<> {
    // Another ledger is about the same part of the tree.
    let place = ListQuery {
        region: query.region.clone(),
        ..ListQuery::default()
    };
    let own = |tabs: &[(String, String)]| tabs.iter().any(|(key, _)| *key == view.key);
    let groups = view.groups.iter().map(|(group, tabs)| {
        let current = own(tabs).then_some("true");
        let first = tabs.first().map_or(String::new(), |(key, _)| {
            list_address(&format!("/ledgers/{key}"), &place)
        });
        view! { <a href=first aria-current=current>{group.clone()}</a> }
    });
    let groups = groups.collect_view();
    let tabs = view
        .groups
        .iter()
        .filter(|(_, tabs)| own(tabs))
        .flat_map(|(_, tabs)| tabs.iter());
    let tabs = tabs.map(|(key, title)| {
        let current = (*key == view.key).then_some("page");
        view! { <a href=list_address(&format!("/ledgers/{key}"), &place) aria-current=current>{title.clone()}</a> }
    });
    view! {
        <div class="ledger-choice">
            <nav class="tabs ledger-groups" aria-label="台账分类">{groups}</nav>
            <nav class="tabs ledger-tabs" aria-label="台账">{tabs.collect_view()}</nav>
        </div>
    }
}

/// 统计表 and the lists behind it.
fn views(view: &LedgerView, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    let links = view.views.iter().map(|(key, title)| {
        let current = (*key == view.view).then_some("page");
        let plain = with(
            query,
            &[
                ("view", key),
                ("column", ""),
                ("value", ""),
                ("states", ""),
                ("sort", ""),
            ],
        );
        view! { <a href=list_address(path, &plain) aria-current=current>{title.clone()}</a> }
    });
    let links =
        (view.views.len() > 1).then(|| view! { <nav class="segments" aria-label="视图">{links.collect_view()}</nav> });
    let narrowed = (!view.narrowed.is_empty()).then(|| {
        let all = with(query, &[("column", ""), ("value", ""), ("states", "")]);
        view! {
            <p class="notice narrowed">"只列出："<b>{view.narrowed.clone()}</b>" "<a href=list_address(path, &all)>"显示全部"</a></p>
        }
    });
    view! { {links}{narrowed} }
}

/// Division, year and days; what is shown stays as it is.
fn bar(view: &LedgerView, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    let kept = ["view", "column", "value", "states"].into_iter();
    let kept = kept.filter_map(|name: &'static str| Some((name, query.filters.get(name)?.clone())));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
    let cascade = view.cascade.clone().into_iter();
    let cascade = cascade
        .filter(|level| !level.fixed || level.options.len() == 1)
        .map(cascade_select);
    let cascade = cascade.collect_view();
    let (years, chosen) = (view.years.clone(), view.year.clone());
    let year = (!years.is_empty()).then(move || {
        let held = chosen.clone();
        let options = years.into_iter().map(move |year| {
            let selected = year.to_string() == chosen;
            view! { <option value=year selected=selected>{year}</option> }
        });
        view! {
            <div class="query-field">
                <label for="q-year">"年度"</label>
                <select id="q-year" name="year" prop:value=held on:change=|event| submit_form(&event)><option value="">"全部"</option>{options.collect_view()}</select>
            </div>
        }
    });
    let day = |name: &'static str, title: &'static str| {
        let held: String = query.filters.get(name).cloned().unwrap_or_default();
        let id = format!("q-{name}");
        view! {
            <div class="query-field"><label for=id.clone()>{title}</label><input type="date" id=id name=name value=held.clone() prop:value=held/></div>
        }
    };
    let days = view
        .has_days
        .then(|| [day("from", "起").into_any(), day("to", "止").into_any()]);
    let clear = ListQuery {
        filters: query
            .filters
            .iter()
            .filter(|(name, _)| *name == "view")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        ..ListQuery::default()
    };
    let export = |word: &str| list_address(&format!("{path}/{word}"), query);
    let (action, cleared) = (path.to_owned(), list_address(path, &clear));
    let (shown, everything) = (export("export"), export("export-all"));
    let all = view.exports_all.then(|| {
        view! { <a class="button" role="button" rel="external" href=everything>"导出全部"</a> }
    });
    view! {
        <Form method="GET" action=action attr:class="query-bar" attr:role="search" attr:aria-label="查询">
            {kept}
            {cascade}
            {year}
            {days}
            <span class="query-buttons">
                <button type="submit" class="primary">"查询"</button>
                <a class="button" role="button" href=cleared>"清除关键字"</a>
            </span>
        </Form>
        <div class="toolbar">
            <a class="button" role="button" rel="external" href=shown>"导出 Excel"</a>
            {all}
            <span class="muted as-of">{format!("截止时间：{}", view.as_of)}</span>
        </div>
    }
}

fn drawn(picture: &Picture, view: &LedgerView, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    match picture {
        Picture::Bars { columns, column, bars } => {
            let title = columns
                .iter()
                .find(|(key, _)| key == column)
                .map_or(String::new(), |(_, title)| title.clone());
            view! {
                {choice(columns, column, query, path)}
                {bars_of(&title, bars)}
            }
            .into_any()
        }
        Picture::Heat { steps, lines, tiles } => {
            view! { {tiles_of(&view.title, lines, tiles)}{heat_of(&view.title, steps, lines)} }.into_any()
        }
    }
}

/// Which column is drawn.
fn choice(columns: &[(String, String)], column: &str, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    let kept = query.parameters().into_iter().filter(|(name, _)| name != "column");
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let held = column.to_owned();
    let options = columns.iter().map(|(key, title)| {
        let selected = key == column;
        view! { <option value=key.clone() selected=selected>{title.clone()}</option> }
    });
    let (kept, options) = (kept.collect_view(), options.collect_view());
    view! {
        <Form method="GET" action=path.to_owned() attr:class="picture-choice">
            {kept}
            <label for="q-column">"指标"</label>
            <select id="q-column" name="column" prop:value=held on:change=|event| submit_form(&event)>{options}</select>
            <noscript><button type="submit">"查看"</button></noscript>
        </Form>
    }
}

/// Height of a bar with its gap, width of the names and of the longest bar.
const BAR: usize = 28;
const NAMES: usize = 150;
const LONGEST: usize = 640;

fn bars_of(title: &str, bars: &[(String, String, u32, String)]) -> impl IntoView + use<> {
    let height = bars.len().max(1) * BAR;
    // A link without an address is none. Everything of a bar stands in one view, so that it is drawn and not written.
    let drawn = bars.iter().enumerate().map(|(position, (name, number, share, link))| {
        let top = position * BAR;
        let width = LONGEST * *share as usize / 1_000;
        let text = top + BAR / 2 + 5;
        let address = (!link.is_empty()).then(|| link.clone());
        view! {
            <g>
                <title>{format!("{name}：{number}")}</title>
                <a href=address><text x=NAMES - 10 y=text text-anchor="end" class="bar-name">{short(name)}</text></a>
                <rect x=NAMES y=top + 5 width=width.max(1) height=BAR - 10 rx="3" class="bar"/>
                <text x=NAMES + width + 8 y=text class="bar-number">{number.clone()}</text>
            </g>
        }
    });
    let drawn = drawn.collect_view();
    view! {
        <figure class="picture">
            <figcaption>{title.to_owned()}</figcaption>
            <svg viewBox=format!("0 0 {} {height}", NAMES + LONGEST + 110) role="group" aria-label=title.to_owned()>{drawn}</svg>
        </figure>
    }
}

/// A name that fits beside its bar or into its tile.
fn short(name: &str) -> String {
    match name.chars().count() {
        0..=9 => name.to_owned(),
        _ => name.chars().take(8).chain(['…']).collect(),
    }
}

/// The shade of a share: none, then a step darker for each fifth.
fn shade(percent: u32) -> &'static str {
    match percent {
        0 => "shade-0",
        1..=19 => "shade-1",
        20..=39 => "shade-2",
        40..=59 => "shade-3",
        60..=79 => "shade-4",
        _ => "shade-5",
    }
}

const TILE: u32 = 104;

/// A tile for each division, where it lies to the others.
fn tiles_of(title: &str, lines: &[HeatLine], tiles: &[(u32, u32)]) -> impl IntoView + use<> {
    let (columns, rows) = tiles.iter().fold((1, 1), |(columns, rows), (column, row)| {
        (columns.max(column + 1), rows.max(row + 1))
    });
    let drawn = lines.iter().zip(tiles).map(|(line, (column, row))| {
        let (x, y) = (column * TILE, row * TILE / 2);
        let address = (!line.link.is_empty()).then(|| line.link.clone());
        let on = format!("on-{}", shade(line.mean));
        view! {
            <g>
                <a href=address>
                    <title>{format!("{}：{}%", line.name, line.mean)}</title>
                    <rect x=x + 2 y=y + 2 width=TILE - 4 height=TILE / 2 - 4 rx="5" class=shade(line.mean)/>
                    <text x=x + TILE / 2 y=y + 22 text-anchor="middle" class=on.clone()>{short(&line.name)}</text>
                    <text x=x + TILE / 2 y=y + 40 text-anchor="middle" class=on>{format!("{}%", line.mean)}</text>
                </a>
            </g>
        }
    });
    let drawn = drawn.collect_view();
    let label = format!("{title}：各地平均完成率");
    view! {
        <figure class="picture tiles">
            <figcaption>"平均完成率（按所在方位示意，不表示行政区域界线）"</figcaption>
            <svg viewBox=format!("0 0 {} {}", columns * TILE, rows * TILE / 2) role="group" aria-label=label class:few=columns < 4>{drawn}</svg>
            {legend()}
        </figure>
    }
}

fn legend() -> impl IntoView {
    let steps = ["0", "1–19%", "20–39%", "40–59%", "60–79%", "80–100%"]
        .into_iter()
        .enumerate();
    let steps = steps.map(|(position, text)| {
        view! { <li><i class=format!("shade-{position}")></i>{text}</li> }
    });
    view! { <ul class="legend" aria-label="图例">{steps.collect_view()}</ul> }
}

fn heat_of(title: &str, steps: &[String], lines: &[HeatLine]) -> impl IntoView + use<> {
    let heads = steps
        .iter()
        .map(|step| view! { <th scope="col">{step.clone()}</th> })
        .collect_view();
    let is_empty = lines.is_empty();
    let columns = steps.len() + 1;
    let rows = lines.iter().map(|line| {
        let name = match line.link.as_str() {
            "" => line.name.clone().into_any(),
            link => view! { <a href=link.to_owned()>{line.name.clone()}</a> }.into_any(),
        };
        let cells = line.shares.iter().map(|(text, percent)| {
            view! { <td class=format!("{} amount", shade(*percent)) title=format!("{percent}%")>{text.clone()}</td> }
        });
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=title.to_owned()>
            <table class="list heat">
                <thead><tr><th scope="col">"区划"</th>{heads}</tr></thead>
                <tbody>{rows.collect_view()}{is_empty.then(|| view! { <tr class="empty"><td colspan=columns>"暂无数据"</td></tr> })}</tbody>
            </table>
        </div>
    }
}

fn table(view: &LedgerView, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    let has_groups = view.heads.iter().any(|head| !head.group.is_empty());
    let numbers: Vec<bool> = view.heads.iter().map(|head| head.is_number).collect();
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(head) = view.heads.get(at) {
        let same = view.heads[at..]
            .iter()
            .take_while(|one| !head.group.is_empty() && one.group == head.group)
            .count();
        if same == 0 {
            upper.push(title(head, query, path, has_groups.then_some(2)).into_any());
            at += 1;
            continue;
        }
        upper.push(view! { <th scope="colgroup" colspan=same class="group">{head.group.clone()}</th> }.into_any());
        lower.extend(
            view.heads[at..at + same]
                .iter()
                .map(|head| title(head, query, path, None)),
        );
        at += same;
    }
    let lower = has_groups.then(|| view! { <tr>{lower}</tr> });
    let columns = view.heads.len();
    let is_empty = view.lines.is_empty();
    let lines = view
        .lines
        .iter()
        .map(|cells| view! { <tr>{line(cells, &numbers)}</tr> });
    let total = view
        .total
        .as_ref()
        .map(|cells| view! { <tfoot><tr class="sum">{line(cells, &numbers)}</tr></tfoot> });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=view.title.clone()>
            <table class="list ledger-table">
                <thead><tr>{upper}</tr>{lower}</thead>
                <tbody>
                    {lines.collect_view()}
                    {is_empty.then(|| view! { <tr class="empty"><td colspan=columns>"暂无数据"</td></tr> })}
                </tbody>
                {total}
            </table>
        </div>
    }
}

/// The head of a column; where it can be sorted, a link that does it.
fn title(head: &LedgerHead, query: &ListQuery, path: &str, rows: Option<usize>) -> impl IntoView + use<> {
    let class = if head.title == "序号" {
        "number"
    } else if head.is_number {
        "amount"
    } else {
        ""
    };
    if head.sort.is_empty() {
        return view! { <th scope="col" rowspan=rows class=class>{head.title.clone()}</th> }.into_any();
    }
    let down = format!("-{}", head.sort);
    let (next, order) = match query.sort.as_str() {
        sort if sort == down => ("", Some("descending")),
        sort if sort == head.sort => (down.as_str(), Some("ascending")),
        _ if head.is_number => (down.as_str(), None),
        _ => (head.sort.as_str(), None),
    };
    let address = list_address(path, &with(query, &[("sort", next)]));
    view! {
        <th scope="col" rowspan=rows class=class aria-sort=order><a href=address class="sort">{head.title.clone()}</a></th>
    }
    .into_any()
}

fn line(cells: &[LedgerCell], numbers: &[bool]) -> Vec<AnyView> {
    let cells = cells.iter().zip(numbers).enumerate();
    cells
        .map(|(position, (cell, is_number))| {
            let class = if position == 0 {
                "number"
            } else if *is_number {
                "amount"
            } else {
                ""
            };
            let text = cell.text.clone();
            match cell.link.as_str() {
                "" => view! { <td class=class>{text}</td> }.into_any(),
                link if link.starts_with("/results/") => {
                    view! { <td class=class><a href=link.to_owned() rel="external">{text}</a></td> }.into_any()
                }
                link => view! { <td class=class><a href=link.to_owned()>{text}</a></td> }.into_any(),
            }
        })
        .collect()
}
