//! What is printed from the screen: 近期建设项目表 (manual 6.7, 一表) and the work report (manual 6.13(4), spec §12).

use super::page::Failure;
use crate::api::records::desk_page;
use crate::api::reports::{
    Chapter, Entry, LinksView, OPINIONS, Outcome, Report, ReportOptions, ReportPerson, report_links, report_people,
    work_reports,
};
use crate::browser::print;
use crate::domain::field::Field;
use crate::domain::query::ListQuery;
use crate::domain::record::{Draft, Values};
use crate::domain::region::Region;
use crate::domain::validate::readable;
use crate::error::AppError;
use crate::forms::planning::draft;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The region that the address names.
fn asked_region() -> Memo<Option<Region>> {
    let search = use_query_map();
    Memo::new(move |_| search.with(|search| search.get("region").as_deref().and_then(Region::parse)))
}

/// 打印, and the way back.
#[component]
fn PrintBar(back: String) -> impl IntoView {
    view! {
        <div class="toolbar print-bar">
            <PrintButton/>
            <a class="button" role="button" href=back>"返回"</a>
            <span class="muted">"在打印窗口中选择“另存为 PDF”可以得到上传用的 pdf 文件。"</span>
        </div>
    }
}

/// 打印
#[component]
pub fn PrintButton() -> impl IntoView {
    view! { <button type="button" class="primary scripted" on:click=|_| print()>"打印"</button> }
}

/// `/project_table/:page`
#[component]
pub fn ProjectTable() -> impl IntoView {
    let (region, parameters) = (asked_region(), use_params_map());
    let page = Memo::new(move |_| parameters.with(|parameters| parameters.get("page").unwrap_or_default()));
    let data = Resource::new(
        move || (region.get(), page.get()),
        |(region, page)| async move {
            // Only the page of the draft has the table.
            if page != draft::FORM.key {
                return Err(AppError::NotFound);
            }
            let query = ListQuery {
                region,
                ..ListQuery::default()
            };
            desk_page(page, String::new(), query).await
        },
    );
    view! {
        <Title text="近期建设项目表"/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                let page = match data.await {
                    Ok(page) => page,
                    Err(error) => return view! { <Failure error/> }.into_any(),
                };
                let (name, region, held) = match page.own {
                    Some(own) => (
                        own.places.iter().rev().find(|(label, _)| label != "行政区划代码").map_or(String::new(), |(_, name)| name.clone()),
                        own.region.to_string(),
                        own.draft,
                    ),
                    None => (String::new(), String::new(), Draft::default()),
                };
                let back = format!("/desk/draft_plan?region={region}");
                view! {
                    <h1 class="page-title">"打印近期建设项目表"</h1>
                    <PrintBar back/>
                    <article class="paper landscape">
                        <h2>{format!("{name}近期建设项目表")}</h2>
                        {projects(&held)}
                    </article>
                }
                .into_any()
            })}
        </Transition>
    }
}

/// The rows, with what they come to.
fn projects(held: &Draft) -> AnyView {
    let grid = draft::FORM.grids_named(draft::PROJECTS);
    let columns: Vec<&'static Field> = grid.map_or(Vec::new(), |grid| grid.columns.iter().collect());
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col">{column.title}</th> })
        .collect_view();
    let rows = held.rows(draft::PROJECTS);
    let lines = rows.iter().enumerate().map(|(at, row)| {
        let values = Values {
            fields: columns.clone(),
            texts: &row.values,
        };
        let cells = columns
            .iter()
            .map(|column| view! { <td>{readable(column, &values)}</td> });
        view! { <tr><td class="number">{at + 1}</td>{cells.collect_view()}</tr> }
    });
    let lines = lines.collect_view();
    let total: i64 = rows
        .iter()
        .filter_map(|row| {
            let values = Values {
                fields: columns.clone(),
                texts: &row.values,
            };
            values.number("investment")
        })
        .sum();
    let total = crate::domain::value::format_scaled(total, 2);
    let count = rows.len();
    view! {
        <table>
            <thead><tr><th scope="col">"序号"</th>{heads}</tr></thead>
            <tbody>{lines}</tbody>
        </table>
        <p class="paper-sum">{format!("共 {count} 个项目，总投资 {total} 万元。")}</p>
    }
    .into_any()
}

/// `/work_reports/:page`: whose report, and how; chosen, it stands below as it is printed.
#[component]
pub fn WorkReports() -> impl IntoView {
    let region = asked_region();
    let search = use_query_map();
    let chosen = Memo::new(move |_| {
        search.with(|search| {
            let pairs = search.clone().into_iter();
            let people = pairs.filter(|(name, _)| name == "person").map(|(_, id)| id.to_string());
            people.collect::<Vec<_>>()
        })
    });
    let options = Memo::new(move |_| {
        search.with(|search| ReportOptions {
            all_steps: search.get("all_steps").is_some(),
            photos: search.get("photos").is_some(),
        })
    });
    let people = Resource::new(move || region.get(), report_people);
    let links = Resource::new(move || region.get(), report_links);
    let reports = Resource::new(
        move || (region.get(), chosen.get(), options.get()),
        |(region, people, options)| async move {
            match people.is_empty() {
                true => Ok(Vec::new()),
                false => work_reports(region, people, options).await,
            }
        },
    );
    let back = move || format!("/desk/outcomes?region={}", code_of(region.get()));
    view! {
        <Title text="导出工作报告"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href=back>"反馈工作成效"</a><span aria-current="page">"导出工作报告"</span></nav>
        <h1 class="page-title">"导出工作报告"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let (region, chosen, options) = (region.get(), chosen.get(), options.get());
                Suspend::new(async move {
                    match people.await {
                        Ok(people) => view! { <Choose people region chosen options/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
            {move || {
                let region = region.get();
                Suspend::new(async move { links.await.ok().map(|view| view! { <Links region view/> }) })
            }}
            {move || Suspend::new(async move {
                match reports.await {
                    Ok(reports) if reports.is_empty() => ().into_any(),
                    Ok(reports) => view! {
                        <PrintBar back=back()/>
                        {reports.into_iter().map(|report| paper(report, "")).collect_view()}
                    }
                    .into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn code_of(region: Option<Region>) -> String {
    region.map_or(String::new(), |region| region.to_string())
}

/// 人员姓名 and 确定 (manual 6.13(4)). A plain form: the answer is a file.
#[component]
fn Choose(
    people: Vec<ReportPerson>,
    region: Option<Region>,
    chosen: Vec<String>,
    options: ReportOptions,
) -> impl IntoView {
    let code = code_of(region);
    let is_empty = people.is_empty();
    let boxes = people.into_iter().map(|person| {
        let held = chosen.contains(&person.id);
        view! {
            <label class="tick">
                <input type="checkbox" name="person" value=person.id checked=held/>
                {person.label}
                <span class="muted">{format!("（参与工作纪实 {} 条）", person.entries)}</span>
            </label>
        }
    });
    view! {
        <form method="get" action=format!("/reports/{code}") class="card report-choice">
            <input type="hidden" name="region" value=code.clone()/>
            <fieldset>
                <legend>"人员姓名"</legend>
                {if is_empty {
                    view! { <p class="muted">"本村还没有名单报审通过的回乡干部。"</p> }.into_any()
                } else {
                    view! { <div class="ticks">{boxes.collect_view()}</div> }.into_any()
                }}
            </fieldset>
            <div class="ticks">
                <label class="tick"><input type="checkbox" name="all_steps" value="1" checked=options.all_steps/>"显示全部环节"</label>
                <label class="tick"><input type="checkbox" name="photos" value="1" checked=options.photos/>"附工作照片（每条最多 2 张）"</label>
            </div>
            <div class="toolbar">
                <button type="submit" class="primary" disabled=is_empty>"确定"</button>
                <button type="submit" formaction="/work_reports/outcomes" disabled=is_empty>"打印预览"</button>
                <button type="submit" formmethod="post" formaction=format!("/reports/{code}/share") disabled=is_empty>"分享链接"</button>
                <span class="muted">"一人为一个 docx 文件，多人打包为 zip。"</span>
            </div>
            <p class="help">"分享链接给干部本人查看：选一位人员，链接 7 天内有效，不需要登录，只能看到本人在本村的工作报告，可以随时撤销。"</p>
        </form>
    }
}

/// The links that open something, and the one that was just made.
#[component]
fn Links(region: Option<Region>, view: LinksView) -> impl IntoView {
    let search = use_query_map();
    let problem = search.with_untracked(|search| search.get("problem").unwrap_or_default());
    let problem = (!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> });
    if view.links.is_empty() && problem.is_none() {
        return ().into_any();
    }
    let code = code_of(region);
    let fresh = view.fresh.map(|fresh| {
        view! {
            <div class="notice done fresh-link" role="status">
                <img src=fresh.code alt="分享链接二维码" width="132" height="132"/>
                <div class="stacked">
                    <label for="fresh-link">{format!("{}的工作报告链接（只显示这一次，请复制后发给本人）", fresh.name)}</label>
                    <input type="text" id="fresh-link" readonly value=fresh.address/>
                </div>
            </div>
        }
    });
    let lines = view.links.into_iter().map(|link| {
        let label = format!("撤销 {} {}", link.name, link.created_at);
        view! {
            <tr>
                <td>{link.name}</td><td>{link.created_at}</td><td>{link.expires_at}</td>
                <td>
                    <form method="post" action=format!("/reports/{code}/revoke") class="inline">
                        <input type="hidden" name="link" value=link.id/>
                        <button type="submit" class="link danger" aria-label=label>"撤销"</button>
                    </form>
                </td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <section class="card report-links" id="links">
            <h2>"分享链接"</h2>
            {problem}
            {fresh}
            <div class="table-scroll">
                <table class="grid">
                    <thead><tr><th scope="col">"人员姓名"</th><th scope="col">"分享时间"</th><th scope="col">"有效期至"</th><th scope="col">"操作"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// A report on paper: the same content as the Word file. Photos come by the token of the link that opened it, if one did.
pub fn paper(report: Report, token: &str) -> AnyView {
    let check = report.check_line();
    let dates = report
        .dates()
        .into_iter()
        .map(|line| view! { <p class="paper-date">{line}</p> })
        .collect_view();
    let overview = report.overview().map(|text| view! { <p>{text}</p> });
    let several = report.chapters.len() > 1;
    let title = report.title();
    let chapters = report
        .chapters
        .into_iter()
        .map(|one| chapter(one, several, token))
        .collect_view();
    let opinions = OPINIONS.iter().map(|title| {
        view! {
            <section class="opinion"><h3>{*title}</h3><p class="paper-stamp">"（盖章）"</p><p class="paper-stamp">"年　　月　　日"</p></section>
        }
    });
    view! {
        <article class="paper">
            <h2>{title}</h2>
            {dates}
            {overview}
            {chapters}
            {opinions.collect_view()}
            <p class="paper-check">{check}</p>
        </article>
    }
    .into_any()
}

fn chapter(chapter: Chapter, several: bool, token: &str) -> impl IntoView + use<> {
    let place = several.then(|| view! { <h3>{chapter.place.clone()}</h3> });
    let summary = chapter
        .summary()
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect_view();
    let basics = chapter
        .basics
        .into_iter()
        .map(|(label, text)| view! { <tr><th scope="row">{label}</th><td>{text}</td></tr> });
    let basics = basics.collect_view();
    let passages = chapter.passages.into_iter().map(|passage| {
        let none = passage.entries.is_empty().then(|| view! { <p>"无"</p> });
        let entries = passage.entries.into_iter().map(|one| entry(one, token)).collect_view();
        view! { <h4>{passage.title}</h4>{none}{entries} }
    });
    let passages = passages.collect_view();
    let outcomes = (!chapter.outcomes.is_empty()).then(|| {
        let outcomes = chapter.outcomes.into_iter().map(outcome).collect_view();
        view! { <h3>"工作成效"</h3>{outcomes} }
    });
    let projects = (!chapter.projects.is_empty()).then(|| {
        let lines = chapter.projects.into_iter().map(|project| {
            view! { <tr><td>{project.name}</td><td>{project.kind}</td><td>{project.investment}</td><td>{project.funded}</td><td>{project.state}</td></tr> }
        });
        view! {
            <h3>"牵头项目"</h3>
            <table>
                <thead><tr><th scope="col">"项目名称"</th><th scope="col">"项目类型"</th><th scope="col">"总投资(万元)"</th><th scope="col">"已到位(万元)"</th><th scope="col">"实施状态"</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        }
    });
    let results = (!chapter.results.is_empty()).then(|| {
        let names = chapter.results.into_iter().map(|name| view! { <li>{name}</li> });
        view! { <h3>"规划成果"</h3><ol class="paper-list">{names.collect_view()}</ol> }
    });
    view! {
        {place}
        <h3>"基本情况"</h3>
        <table><tbody>{basics}</tbody></table>
        <h3>"参与概况"</h3>
        {summary}
        <h3>"参与工作纪实"</h3>
        {passages}
        {outcomes}
        {projects}
        {results}
    }
}

fn entry(entry: Entry, token: &str) -> impl IntoView + use<> {
    let head = format!("{}　{}", entry.dates(), entry.title);
    let place = (!entry.place.is_empty()).then(|| format!("开展地点：{}。", entry.place));
    let companions = (!entry.companions.is_empty()).then(|| format!("同行参与人：{}。", entry.companions.join("、")));
    let more: Vec<String> = [place, companions].into_iter().flatten().collect();
    let more = (!more.is_empty()).then(|| view! { <p>{more.join("")}</p> });
    let photos = entry.photos.into_iter().map(|id| match token {
        "" => format!("/files/{id}/view"),
        token => format!("/r/{token}/photos/{id}"),
    });
    let photos: Vec<_> = photos
        .map(|address| view! { <img src=address alt="工作照片" loading="lazy"/> })
        .collect();
    view! {
        <div class="paper-entry">
            <p><b>{head}</b></p>
            <p>{entry.summary}</p>
            {more}
            <div class="paper-photos">{photos}</div>
        </div>
    }
}

fn outcome(outcome: Outcome) -> impl IntoView {
    let head = format!("{}　{}", outcome.reported_on, outcome.title);
    let facts = outcome.facts();
    view! {
        <div class="paper-entry">
            <p><b>{head}</b></p>
            <p>{outcome.text}</p>
            {(!facts.is_empty()).then(|| view! { <p>{facts}</p> })}
        </div>
    }
}
