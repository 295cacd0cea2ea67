//! 台账信息 (manual 7, spec §11): one page for every ledger. The address says which, of what part of the tree, and what lies
//! behind which number.

use super::page::Failure;
use crate::api::ledgers::{HeatLine, LedgerCell, LedgerFilter, LedgerHead, LedgerView, Picture, ledger};
use crate::browser::submit_form;
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::record::query_bar::{QueryForm, asked_query, asks, cascade, folded, list_address, scriptless_button};
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
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

/// More than so many choices that narrow a list are too many for its bar.
const UNFOLDED: usize = 4;

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
        // What narrows one list means nothing in another.
        let common = |name: &String| ["year", "from", "to", "divisions_of"].contains(&name.as_str());
        let filters = query.filters.iter().filter(|(name, _)| common(name));
        let bare = ListQuery {
            region: query.region.clone(),
            filters: filters.map(|(name, value)| (name.clone(), value.clone())).collect(),
            ..ListQuery::default()
        };
        let plain = with(&bare, &[("view", key)]);
        view! { <a href=list_address(path, &plain) aria-current=current>{title.clone()}</a> }
    });
    let links =
        (view.views.len() > 1).then(|| view! { <nav class="segments" aria-label="视图">{links.collect_view()}</nav> });
    let narrowed = (!view.narrowed.is_empty()).then(|| {
        let all = with(query, &[("column", ""), ("value", ""), ("states", ""), ("own", ""), ("hamlet", "")]);
        view! {
            <p class="notice narrowed">"只列出："<b>{view.narrowed.clone()}</b>" "<a href=list_address(path, &all)>"显示全部"</a></p>
        }
    });
    let former = view.is_former.then(|| {
        let day = view.divisions_of.clone().unwrap_or_default();
        view! { <p class="notice narrowed">{format!("按 {day} 的行政区划统计；此后合并的行政村计入原行政村之一，明细请按现行区划查看。")}</p> }
    });
    view! { {links}{narrowed}{former} }
}

/// Division, year, days and what narrows a list; what is shown stays as it is.
fn bar(view: &LedgerView, query: &ListQuery, path: &str) -> impl IntoView + use<> {
    let kept = ["view", "column", "value", "states", "own", "hamlet"].into_iter();
    let kept = kept.filter_map(|name: &'static str| Some((name, query.filters.get(name)?.clone())));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
    let cascade = cascade(view.cascade.clone());
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
    let divisions_of = view.divisions_of.clone().map(|held| {
        view! {
            <div class="query-field">
                <label for="q-divisions-of">"区划时点"</label>
                <input type="date" id="q-divisions-of" name="divisions_of" value=held.clone() prop:value=held title="按该日的行政区划统计，不填为现行区划"/>
            </div>
        }
    });
    let words = view.has_text.then(|| {
        let held = query.text.clone();
        view! {
            <div class="query-field wide">
                <label for="q-text">"关键字"</label>
                <input type="search" id="q-text" name="text" value=held.clone() prop:value=held maxlength="100"/>
            </div>
        }
    });
    // What narrows the form's own list stands first; what only narrows it here folds.
    let (first, others) = view.filters.split_at(view.filters.len().min(UNFOLDED));
    let filters = first.iter().map(filter).collect_view();
    let is_open = others.iter().any(|filter| !filter.held.is_empty());
    let others = (!others.is_empty()).then(|| folded(is_open, others.iter().map(filter).collect_view()));
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
    let briefs = view.has_brief.then(|| {
        [("docx", "工作情况通报（Word）"), ("xlsx", "工作情况通报（Excel）")].map(|(kind, title)| {
            let address = list_address(&format!("{path}/brief.{kind}"), query);
            view! { <a class="button" role="button" rel="external" href=address>{title}</a> }
        })
    });
    view! {
        <QueryForm action clear=cleared>
            {kept}
            {cascade}
            {year}
            {days}
            {divisions_of}
            {filters}
            {words}
            {others}
        </QueryForm>
        <div class="toolbar">
            <a class="button" role="button" rel="external" href=shown>"导出 Excel"</a>
            {all}
            {briefs}
            <span class="muted as-of">{format!("截止时间：{}", view.as_of)}</span>
        </div>
    }
}

/// A choice that narrows a list, as soon as it is made.
fn filter(filter: &LedgerFilter) -> impl IntoView + use<> {
    let (id, held) = (format!("q-{}", filter.key), filter.held.clone());
    let options = filter.options.iter().map(|(code, label)| {
        let selected = *code == filter.held;
        view! { <option value=code.clone() selected=selected>{label.clone()}</option> }
    });
    view! {
        <div class="query-field">
            <label for=id.clone()>{filter.title.clone()}</label>
            <select id=id name=filter.key.clone() prop:value=held on:change=|event| submit_form(&event)>
                <option value="">"全部"</option>
                {options.collect_view()}
            </select>
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
        <form method="get" action=path.to_owned() class="picture-choice" on:submit=asks(path)>
            {kept}
            <label for="q-column">"指标"</label>
            <select id="q-column" name="column" prop:value=held on:change=|event| submit_form(&event)>{options}</select>
            {scriptless_button("查看")}
        </form>
    }
}

/// A bar for each division, its name before it and its number behind.
fn bars_of(title: &str, bars: &[(String, String, u32, String)]) -> impl IntoView + use<> {
    let drawn = bars.iter().map(|(name, number, share, link)| {
        view! {
            <li>
                <span class="bar-name">{named(name, link)}</span>
                <svg class="bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true"><rect width=*share height="16"/></svg>
                <span class="bar-number">{number.clone()}</span>
            </li>
        }
    });
    view! {
        <figure class="picture">
            <figcaption>{title.to_owned()}</figcaption>
            <ul class="bars" aria-label=title.to_owned()>{drawn.collect_view()}</ul>
        </figure>
    }
}

/// A name, and the way one level down where there is one.
fn named(name: &str, link: &str) -> AnyView {
    let name = name.to_owned();
    match link {
        "" => name.into_any(),
        link => view! { <a href=link.to_owned()>{name}</a> }.into_any(),
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

/// A tile for each division, where it lies to the others.
fn tiles_of(title: &str, lines: &[HeatLine], tiles: &[(u32, u32)]) -> impl IntoView + use<> {
    let drawn = lines.iter().zip(tiles).map(|(line, (column, row))| {
        let class = format!("{} column-{column} row-{row}", shade(line.mean));
        view! { <li class=class><span>{named(&line.name, &line.link)}</span><b>{format!("{}%", line.mean)}</b></li> }
    });
    let label = format!("{title}：各地平均完成率");
    view! {
        <figure class="picture">
            <figcaption>"平均完成率（按所在方位示意，不表示行政区域界线）"</figcaption>
            <ul class="tiles" aria-label=label>{drawn.collect_view()}</ul>
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
        let cells = line.shares.iter().map(|(text, percent)| {
            view! { <td class=format!("{} amount", shade(*percent)) title=format!("{percent}%")>{text.clone()}</td> }
        });
        view! { <tr><th scope="row">{named(&line.name, &line.link)}</th>{cells.collect_view()}</tr> }
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
                link if link.starts_with("/results/") || link.starts_with("/files/") => {
                    view! { <td class=class><a href=link.to_owned() rel="external">{text}</a></td> }.into_any()
                }
                link => view! { <td class=class><a href=link.to_owned()>{text}</a></td> }.into_any(),
            }
        })
        .collect()
}
